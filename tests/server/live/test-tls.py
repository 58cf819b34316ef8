# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole way over TLS, what `device status` shows, and the pin that dashboards are told."""

import json
import os
import re
import signal
import socket
import ssl

import hostline
import tap

LOCATION = 'ocean-ave'
NET = os.path.join(hostline.SOURCE, 'tests', 'server', 'net')


def context():
    made = ssl.create_default_context()
    made.check_hostname, made.verify_mode = False, ssl.CERT_NONE
    return made


def tls_server(**how):
    # the leak checker falls over the thread-local data of a TLS library that was loaded late, unless told not to look
    options = ':'.join(filter(None, (os.environ.get('ASAN_OPTIONS'), 'intercept_tls_get_addr=0')))
    return hostline.Server(env={'ASAN_OPTIONS': options}, arguments=['--tls-certificate', os.path.join(NET, 'test-certificate.pem'),
                                      '--tls-key', os.path.join(NET, 'test-key.pem')], listen='0.0.0.0:0', **how)


def request(server, method, path, token, body=b'', headers=()):
    headers = [('Authorization', f'Bearer {token}'), ('Connection', 'close'), *headers]
    with hostline.Connection('127.0.0.1', server.port, hostline.slow(10), context()) as connection:
        connection.send_request(method, path, headers, body)
        return connection.read(method)


def test_everything_over_tls(t):
    """With a certificate any address may be listened at; publish, follow and act work as in the clear."""
    server = tls_server()
    with server:
        t.check(server.urls[0].startswith('https://'), server.urls[0])
        server.host = '127.0.0.1'
        server.add_location(LOCATION)
        publisher, staff = server.add_token(LOCATION, 'publisher'), server.add_token(LOCATION, 'staff')
        board = server.follow(LOCATION, staff, ssl_context=context())
        t.check(re.fullmatch('sha256:[0-9a-f]{64}', board.welcome['pins'][0]), 'welcome tells the pin')
        body = json.dumps([{'kind': 'call_updated', 'at': hostline.now(), 'data': {'call_id': f'c{i}', 'summary': 'x' * 2000}}
                           for i in range(300)])
        answer = request(server, 'POST', f'/v1/locations/{LOCATION}/events', publisher, body,
                         [('Idempotency-Key', '"k"'), ('Content-Type', 'application/json')])
        t.equal(answer.status, 201, 'published')
        board.read_to(300)
        t.equal([e['seq'] for e in board.events], list(range(1, 301)), 'a burst over many TLS records')
        t.equal(board.act('add_party', {'party_id': 'p1', 'size': 2, 'name': 'Ng', 'status': 'waiting'})['outcome'], 'applied', 'acted')
        server.process.send_signal(signal.SIGHUP)
        hostline.wait_for(lambda: 'read again' in server.log_text(), hostline.slow(5))
        again = server.follow(LOCATION, staff, device='again', ssl_context=context())
        t.equal(again.welcome['pins'], board.welcome['pins'], 'a reload with the same key keeps the pin')
        t.equal(board.ping()['head'], 301, 'and the sessions')
        server.process.send_signal(signal.SIGTERM)
        t.equal(board.read_until(lambda f: f['t'] == 'bye')['code'], 4001, 'bye over TLS')
        board.close()
        again.close()
        t.equal(server.stop(), 0, 'exit')


def test_presence(t):
    """`device status` shows who is connected and how far behind."""
    server = hostline.Server()
    with server:
        server.add_location(LOCATION)
        publisher, staff = server.add_token(LOCATION, 'publisher'), server.add_token(LOCATION, 'staff')
        board = server.follow(LOCATION, staff, device='stand-1', ack=False, unsent=3)
        board.read_until(lambda f: f['t'] == 'snapshot')  # of the empty log: what follows comes as events
        server.publish(LOCATION, publisher, [{'kind': 'call_started', 'at': hostline.now(), 'data': {'call_id': f'c{i}'}}
                                             for i in range(7)])
        board.read_to(7)
        out = server.ctl('device', 'status', LOCATION, json_output=True).stdout
        t.check(board.welcome['device'] in out, 'the device is listed')
        t.check('127.0.0.1' in out, 'its network')
        listed = [d for d in find_devices(json.loads(out)) if d.get('device') == board.welcome['device']]
        t.equal(len(listed), 1, 'once')
        t.equal((listed[0].get('behind'), listed[0].get('unsent')), (7, 3), 'behind and unsent')
        board.close()
        hostline.wait_for(lambda: board.welcome['session'] not in server.ctl('device', 'status', LOCATION, json_output=True).stdout,
                          hostline.slow(5), 'gone when it has left')
        t.check(True, 'gone when it has left')


def test_presence_of_a_snapshot(t):
    """Who was sent a snapshot has it when it says so, not before."""
    server = hostline.Server()
    with server:
        server.add_location(LOCATION)
        publisher, staff = server.add_token(LOCATION, 'publisher'), server.add_token(LOCATION, 'staff')
        server.publish(LOCATION, publisher, [{'kind': 'call_started', 'at': hostline.now(), 'data': {'call_id': f'c{i}'}}
                                             for i in range(7)])
        board = server.follow(LOCATION, staff, ack=False)
        frame = board.read_until(lambda f: f['t'] == 'snapshot' and f['part'] == f['parts'])

        def stands():
            out = server.ctl('device', 'status', LOCATION, json_output=True).stdout
            return [(d['seq'], d['behind']) for d in find_devices(json.loads(out))]
        t.equal(stands(), [(0, 7)], 'it was sent')
        board.ws.send_json({'t': 'ack', 'seq': frame['pos']['seq'], 'part': frame['part']})
        hostline.wait_for(lambda: stands() == [(7, 0)], hostline.slow(10), 'it has it')
        t.check(True, 'it has it')
        board.close()


def find_devices(value):
    if isinstance(value, dict):
        found = [value] if 'session' in value else []
        for item in value.values():
            found += find_devices(item)
        return found
    return [d for item in value for d in find_devices(item)] if isinstance(value, list) else []


def test_turned_away_by_a_limit(t):
    """Who does not get in hears why, over TLS too: 503 with Retry-After, not something that looks like a login page."""
    server = tls_server(config='[limits]\nconnections=2\n')
    with server:
        server.host = '127.0.0.1'
        server.add_location(LOCATION)
        monitor = server.add_token(LOCATION, 'monitor')
        held = [socket.create_connection(('127.0.0.1', server.port)) for _ in range(2)]
        for turn in range(6):
            answer = request(server, 'GET', '/healthz', monitor)
            t.equal((answer.status, answer.header('retry-after'), answer.header('hostline-protocol')), (503, '5', 'hostline.v1'), f'{turn}: 503')
            t.equal(answer.json()['type'], 'urn:hostline:problem:overloaded', f'{turn}: the problem')
        with socket.create_connection(('127.0.0.1', server.port)) as silent:  # who says nothing is one of few who may
            for one in held:
                one.close()
            hostline.wait_for(lambda: request(server, 'GET', '/metrics', monitor).status == 200, hostline.slow(10))
            text = request(server, 'GET', '/metrics', monitor).body.decode()
            counted = re.search(r'^hostline_connections_refused_total\{limit="connections"\} (\d+)$', text, re.M)
            t.check(counted and int(counted.group(1)) >= 7, 'counted')
            silent.close()
        t.equal(server.log_text().count('connections are turned away limit=connections '), 1, 'the log says so once a minute')


if __name__ == '__main__':
    tap.main()
