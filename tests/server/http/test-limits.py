# SPDX-License-Identifier: GPL-3.0-or-later
"""Limits by address, token and location: clear answers, exact figures, changed by a reload."""

import hashlib
import hmac
import json
import os
import signal
import socket
import uuid

import hostline
import tap

LOCATION = 'ocean-ave'


def open_server(limits, **how):
    server = hostline.Server(config='[limits]\n' + limits, **how)
    server.add_location(LOCATION)
    server.add_location('pier')
    return server


def calls(n):
    return [{'kind': 'call_started', 'data': {'call_id': str(uuid.uuid4())}} for _ in range(n)]


def post(server, token, events, location=LOCATION):
    return server.post(f'/v1/locations/{location}/events', token, events, headers=[('Idempotency-Key', f'"{uuid.uuid4()}"')])


def name(response):
    return response.json()['type'].rsplit(':', 1)[1]


def reload(server, limits):
    path = os.path.join(server.root, 'hostlined.conf')
    seen = server.log_text().count('configuration was read again')
    with open(path, 'w') as file:
        file.write('[limits]\n' + limits)
    server.process.send_signal(signal.SIGHUP)
    hostline.wait_for(lambda: server.log_text().count('configuration was read again') > seen, hostline.slow(5))


def refused(server, token, location=LOCATION, **how):
    try:
        server.websocket(location, token, **how).close()
    except hostline.HandshakeRefused as refused:
        return refused.response
    return None


def test_publish_rate_of_a_token(t):
    """So many events a second, a second's worth at once; one long array is taken, and what follows waits for it."""
    with open_server('publish-per-second=20\n') as server:
        one, two = server.add_token(LOCATION, 'publisher', 'one'), server.add_token(LOCATION, 'publisher', 'two')
        t.equal(post(server, one, calls(200)).status, 201, 'an array of ten seconds')
        answer = post(server, one, calls(1))
        wait = int(answer.header('retry-after'))
        t.equal((answer.status, name(answer)), (429, 'rate_limited'), 'the next')
        t.check(1 <= wait <= 10, f'Retry-After {wait}')
        t.check('token' in answer.json()['detail'], 'it says of what')
        t.equal(post(server, two, calls(1)).status, 201, 'another token does not suffer')
        t.equal([post(server, two, calls(1)).status for _ in range(15)], [201] * 15, 'a second in advance')
        t.equal([post(server, two, calls(n)).status for n in (400, 1)], [201, 429], 'then the pace')
        before = server.events(LOCATION, server.add_token(LOCATION, 'staff'), 0, 1)['pos']
        reload(server, 'publish-per-second=0\n')
        t.equal(post(server, one, calls(1)).status, 201, 'a reload without the limit lets pass at once')
        t.check(before, 'reading was never limited')
        metrics = server.metrics(server.add_token(LOCATION, 'monitor'))
        t.check(metrics['hostline_http_requests_total{route="/v1/locations/:location/events",status="429"}'] >= 1, 'counted')


def test_tools_of_a_phone_agent(t):
    """What a phone agent does by name, and asks, counts as what it posts does: there is no way round."""
    with open_server('publish-per-second=2\n') as server:
        agent = server.add_token(LOCATION, 'agent')

        def wait(n):
            return server.post(f'/v1/locations/{LOCATION}/tools/join_waitlist', agent, {'name': f'Guest {n}', 'party_size': 2},
                               headers=[('Idempotency-Key', f'"k{n}"')])

        answers = [wait(n) for n in range(40)]
        t.equal({answer.status for answer in answers}, {200, 429}, 'a second in advance, then the pace')
        late = next(answer for answer in answers if answer.status == 429)
        t.equal((name(late), int(late.header('retry-after')) >= 1), ('rate_limited', True), 'and when to ask again')
        look = [server.get(f'/v1/locations/{LOCATION}/availability?date=tomorrow&size=2', agent).status for _ in range(40)]
        t.equal(set(look), {200, 429} if 200 in look else {429}, 'a look at the times as well')
        waiting = server.state(LOCATION, agent)['entities']['parties']
        t.equal(len(waiting), sum(answer.status == 200 for answer in answers), 'what was refused did nothing')


def test_publish_rate_of_a_location(t):
    with open_server('publish-per-second-per-location=20\n') as server:
        one, two = server.add_token(LOCATION, 'publisher', 'one'), server.add_token(LOCATION, 'publisher', 'two')
        elsewhere, agent = server.add_token('pier', 'publisher'), server.add_token(LOCATION, 'agent')
        t.equal(post(server, one, calls(400)).status, 201, 'taken')
        answer = post(server, two, calls(1))
        t.equal((answer.status, name(answer), 'location' in answer.json()['detail']), (429, 'rate_limited', True), 'all tokens together')
        t.equal(post(server, elsewhere, calls(1), 'pier').status, 201, 'another location does not suffer')
        action = {'id': str(uuid.uuid4()), 'kind': 'add_party', 'composed_at': hostline.now(),
                  'data': {'party_id': 'p1', 'size': 2, 'status': 'waiting'}}
        acted = server.post(f'/v1/locations/{LOCATION}/actions', agent, action)
        t.equal((acted.status, name(acted)), (429, 'rate_limited'), 'actions over HTTP count too')
        t.check(acted.header('retry-after'), 'Retry-After')


def test_webhooks_are_exempt(t):
    """A provider that hears 429 gives up sooner or later: what is signed is always taken, whatever the limits, and what is not costs
    the provider behind the same address nothing."""
    limits = ('publish-per-second=2\npublish-per-second-per-location=2\nconnections-per-ip=2\n'
              '[server]\ntrusted-proxies=127.0.0.1\n')
    with open_server(limits) as server:
        secret, publisher = 'lume-example-secret', server.add_token(LOCATION, 'publisher')
        path = server.ctl('hook', 'add', '--location', LOCATION, '--provider', 'tastyigniter', '--secret', secret).stdout.split()[-1]

        def deliver(n, key=secret):
            body = json.dumps({'action': 'created', 'reservation': {'reservation_id': n, 'guest_num': 2, 'status_name': 'Confirmed',
                                                                    'reservation_datetime': hostline.now(7 * 86400)}}).encode()
            digest = hmac.new(key.encode(), body, hashlib.sha256).hexdigest()
            return server.request('POST', path, body=body, headers=[
                ('Content-Type', 'application/json'), ('Signature', digest), ('X-Forwarded-For', '192.0.2.9')]).status

        t.equal([post(server, publisher, calls(n)).status for n in (400, 1)], [201, 429], 'a token\'s events are limited')
        t.equal([deliver(n) for n in range(40)], [200] * 40, 'signed ones are not')
        t.equal({deliver(n, 'another') for n in range(40)}, {401}, 'others are refused, each for itself')
        t.equal([deliver(n) for n in range(40, 60)], [200] * 20, 'and shut nobody out')
        t.equal(len(server.state(LOCATION, server.add_token(LOCATION, 'staff'))['entities']['reservations']), 60, 'all are in the book')
        t.equal(post(server, publisher, calls(1)).status, 429, 'and nobody got what they did not use')


def test_connections_of_a_token(t):
    with open_server('connections-per-token=2\n') as server:
        token, other = server.add_token(LOCATION, 'staff'), server.add_token(LOCATION, 'staff', 'other')
        boards = [server.follow(LOCATION, token, device=f'stand-{i}') for i in range(2)]
        answer = refused(server, token)
        t.equal((answer.status, name(answer)), (429, 'too_many_connections'), 'one too many')
        t.check(int(answer.header('retry-after')) > 0 and 'token' in answer.json()['detail'], 'when, and of what')
        t.equal(refused(server, other), None, 'another token')
        boards.pop().close()
        hostline.wait_for(lambda: refused(server, token) is None, hostline.slow(5), 'a place is free again')
        t.check(True, 'a place is free again')
        rows = hostline.wait_for(lambda: [r for r in map(json.loads, server.ctl('--json', 'connections', LOCATION).stdout.splitlines())
                                          if r['what'] == 'refused'], hostline.slow(5))
        t.equal((rows[0]['code'], rows[0]['cause']), (429, 'too_many_connections'), 'it stands in the connection log')


def test_connections_of_a_location(t):
    with open_server('connections-per-location=3\n') as server:
        token = server.add_token(LOCATION, 'staff')
        boards = [server.follow(LOCATION, token, device=f'stand-{i}') for i in range(3)]
        answer = refused(server, server.add_token(LOCATION, 'manager'))
        t.equal((answer.status, name(answer), 'location' in answer.json()['detail']), (429, 'too_many_connections', True), 'full')
        t.equal(refused(server, server.add_token('pier', 'staff'), 'pier'), None, 'another location')
        reload(server, 'connections-per-location=4\n')
        t.equal(refused(server, token), None, 'a reload makes room')
        t.equal(boards[0].ping()['t'], 'pong', 'who is in stays')
        reload(server, 'connections-per-location=1\n')
        t.equal(boards[0].ping(2)['t'], 'pong', 'also when there is less room')


def test_connections_behind_a_proxy(t):
    """Loopback is exempt, and so is a trusted proxy itself; behind it each client's own address counts."""
    with open_server('connections-per-ip=2\n[server]\ntrusted-proxies=127.0.0.1\n') as server:
        token = server.add_token(LOCATION, 'staff')
        direct = [server.follow(LOCATION, token, device=f'direct-{i}') for i in range(4)]
        t.check(True, 'loopback itself')

        def forwarded(address, i):
            return server.follow(LOCATION, token, device=f'{address}-{i}', headers=[('X-Forwarded-For', address)])

        inside = [forwarded('192.0.2.7', i) for i in range(2)]
        answer = refused(server, token, headers=[('X-Forwarded-For', '192.0.2.7')])
        t.equal((answer.status, name(answer), 'address' in answer.json()['detail']), (429, 'too_many_connections', True), 'the third')
        inside.append(forwarded('192.0.2.8', 0))
        t.check(True, 'another client of the same proxy')
        status = json.loads(server.ctl('--json', 'device', 'status', LOCATION).stdout)
        t.equal(sorted({d['address'] for d in status['devices']}), ['127.0.0.1', '192.0.2.7', '192.0.2.8'], 'device status tells it')
        for board in direct + inside:
            board.close()


def own_address():
    """An address of this machine that is not loopback."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        try:
            sock.connect(('192.0.2.1', 9))  # sends nothing
        except OSError:
            return None
        address = sock.getsockname()[0]
    return None if address.startswith('127.') or address == '0.0.0.0' else address


def test_connections_of_an_address(t):
    """The listener itself counts: what is over the limit hears 429 with a problem before it has said a word."""
    address = own_address()
    if address is None:
        raise tap.Skip('this machine has no address but loopback')
    with open_server('connections-per-ip=3\n', listen=f'{address}:0', arguments=['--no-tls', '--insecure-lan']) as server:
        held = [socket.create_connection((server.host, server.port), timeout=hostline.slow(10)) for _ in range(3)]
        with server.connect() as connection:
            connection.send(b'GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n')
            answer = connection.read('GET')
            t.equal((answer.status, name(answer), answer.header('content-type')),
                    (429, 'too_many_connections', 'application/problem+json'), 'the fourth')
            t.check(int(answer.header('retry-after')) > 0, 'Retry-After')
        held.pop().close()
        hostline.wait_for(lambda: healthy(server), hostline.slow(10), 'a place is free again')
        t.check(True, 'a place is free again')
        for sock in held:
            sock.close()


def healthy(server):
    try:
        return server.get('/healthz').status == 200
    except OSError:
        return False


def test_all_connections(t):
    with open_server('connections=6\n') as server:
        held = [socket.create_connection((server.host, server.port), timeout=hostline.slow(10)) for _ in range(6)]
        with server.connect() as connection:
            connection.send(b'GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n')
            answer = connection.read('GET')
            t.equal((answer.status, name(answer)), (503, 'overloaded'), 'one too many of all')
            t.check(int(answer.header('retry-after')) > 0, 'Retry-After')
        for sock in held:
            sock.close()
        hostline.wait_for(lambda: healthy(server), hostline.slow(10), 'room again')
        t.check(True, 'room again')


if __name__ == '__main__':
    tap.main()
