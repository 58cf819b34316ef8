# SPDX-License-Identifier: GPL-3.0-or-later
"""Providers' webhooks: verified over the raw bytes, translated, appended once, answered exactly 200 {}."""

import hashlib
import hmac
import json
import time

import hostline
import tap

LOCATION = 'ocean-ave'
SECRET = 'key_example_0123456789abcdef'


def open_server(**how):
    server = hostline.Server(**how)
    server.add_location(LOCATION)
    path = server.ctl('hook', 'add', '--location', LOCATION, '--provider', 'retell', '--secret', SECRET).stdout.split()[-1]
    return server, server.add_token(LOCATION, 'staff'), path


def sign(body, ms=None, key=SECRET):
    ms = ms or int(time.time() * 1000)
    digest = hmac.new(key.encode(), body + str(ms).encode(), hashlib.sha256).hexdigest()
    return f'v={ms},d={digest}'


def deliver(server, path, body, signature=None, content_type='application/json'):
    if not isinstance(body, bytes):
        body = json.dumps(body).encode()
    headers = [('X-Retell-Signature', signature or sign(body)), ('Content-Type', content_type)]
    return server.request('POST', path, body=body, headers=headers)


def started(call='call_1'):
    return {'event': 'call_started', 'call': {'call_id': call, 'call_type': 'phone_call', 'direction': 'inbound',
                                              'from_number': '+12025550142', 'to_number': '+12025550100',
                                              'start_timestamp': 1796166131000}}


def test_delivery(t):
    server, staff, path = open_server()
    with server:
        board = server.follow(LOCATION, staff)
        response = deliver(server, path, started())
        t.equal((response.status, response.body, response.header('content-type')), (200, b'{}', 'application/json'), 'exactly 200 {}')
        event = board.read_until(lambda f: f['t'] == 'events')['events'][0]
        t.equal((event['kind'], event['data']['call_id']), ('call_started', 'retell:call_1'), 'the event')
        t.equal((event['by']['role'], event['by']['name']), ('publisher', 'retell'), 'by')
        t.equal(deliver(server, path, started()).status, 200, 'the same again')
        reprinted = json.dumps(started(), indent=1).encode()
        t.equal(deliver(server, path, reprinted).status, 200, 'the same in another print')
        t.equal(server.events(LOCATION, staff)['pos']['seq'], board.pos['seq'], 'once in the log')


def test_refused(t):
    server, staff, path = open_server()
    with server:
        body = json.dumps(started()).encode()
        now = int(time.time() * 1000)
        for what, signature in (('no signature', ' '), ('another key', sign(body, key='other')), ('stale', sign(body, now - 400_000)),
                                ('ahead', sign(body, now + 400_000)), ('another body', sign(body + b' ')),
                                ('half a digest', sign(body)[:40])):
            response = deliver(server, path, body, signature)
            t.equal((response.status, response.json()['type']), (401, 'urn:hostline:problem:unauthorized'), what)
        t.equal(deliver(server, path, body, content_type='text/plain').status, 415, 'content type')
        for wrong in (path[:-1] + ('a' if path[-1] != 'a' else 'b'), path.replace('retell', 'vapi'), path.replace('retell', 'nonsense'),
                      path.replace(LOCATION, 'pier')):
            t.equal(deliver(server, wrong, body).status, 404, f'no such hook {wrong[:24]}')
        t.equal(server.events(LOCATION, staff)['pos']['seq'], 0, 'nothing was appended')
        server.stop()
        t.check(SECRET not in server.log_text() and path.rsplit('/', 1)[1] not in server.log_text(), 'no secret in the log')


def test_unreadable(t):
    """Authentic but senseless: kept, counted, answered 200."""
    server, staff, path = open_server()
    with server:
        monitor = server.add_token(LOCATION, 'monitor')
        for body in (b'{', b'[]', b'{"event":5}', b'[' * 100):
            response = deliver(server, path, body)
            t.equal((response.status, response.body), (200, b'{}'), body[:10].decode())
        counted = [v for k, v in server.metrics(monitor).items() if k.startswith('hostline_hooks_total') and 'unreadable' in k]
        t.check(counted and counted[0] >= 2, f'counted {counted}')
        t.equal(deliver(server, path, {'event': 'something_new', 'call': {'call_id': 'x'}}).status, 200, 'an unknown kind')
        t.equal(server.events(LOCATION, staff)['pos']['seq'], 0, 'nothing was appended')
        t.equal(deliver(server, path, started()).status, 200, 'and the next one is read')
        t.check(server.events(LOCATION, staff)['pos']['seq'] >= 1, 'appended')


if __name__ == '__main__':
    tap.main()
