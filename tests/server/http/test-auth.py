# SPDX-License-Identifier: GPL-3.0-or-later
"""Who is let in: tokens, locations, origins, limits of attempts, pairing."""

import hashlib
import json
import threading
import uuid

import hostline
import tap

LOCATION, OTHER = 'ocean-ave', 'pier-9'
STATE = f'/v1/locations/{LOCATION}/state'


def open_server(**how):
    server = hostline.Server(**how)
    server.add_location(LOCATION)
    return server


def name(response):
    return response.json()['type'].rsplit(':', 1)[1]


def test_unauthorized_looks_the_same(t):
    """Unknown, malformed, revoked and expired tokens, and none: the same bytes."""
    server = open_server(config='[limits]\nfailed-auth-per-minute=1000\n')
    with server:
        staff = server.add_token(LOCATION, 'staff')
        revoked = server.add_token(LOCATION, 'staff', 'revoked')
        server.ctl('token', 'revoke', revoked.split('_')[1])
        wrong_secret = staff[:-4] + ('aaaa' if staff[-4:] != 'aaaa' else 'bbbb')
        answers = [server.get(STATE, token) for token in
                   (None, 'nonsense', 'hl1_aaaaaaaaaa_' + 'b' * 43, wrong_secret, revoked)]
        answers.append(server.get(STATE, headers=[('Authorization', f'Basic {staff}')]))
        answers.append(server.get(STATE, headers=[('Authorization', f'Bearer {staff}'), ('Authorization', f'Bearer {staff}')]))
        answers.append(server.get(STATE + f'?token={staff}'))

        def essence(response):
            return response.status, response.body, sorted((k.lower(), v) for k, v in response.headers if k.lower() != 'date')

        for n, answer in enumerate(answers):
            t.equal(essence(answer), essence(answers[0]), f'case {n}')
        t.equal((answers[0].status, name(answers[0])), (401, 'unauthorized'), 'the answer')
        t.equal(server.get(STATE, staff).status, 200, 'a good token')
        try:
            server.websocket(LOCATION, wrong_secret)
            t.check(False, 'no WebSocket')
        except hostline.HandshakeRefused as refused:
            t.equal((refused.response.status, name(refused.response)), (401, 'unauthorized'), 'no WebSocket before that')


def test_failed_attempts(t):
    """Ten failures a minute an address, then 429 with Retry-After; good tokens still work."""
    server = open_server()
    with server:
        staff = server.add_token(LOCATION, 'staff')
        statuses = [server.get(STATE, 'nonsense').status for _ in range(13)]
        t.equal(statuses, [401] * 10 + [429] * 3, 'statuses')
        refused = server.get(STATE, 'nonsense')
        t.equal(name(refused), 'rate_limited', 'name')
        t.check(0 < int(refused.header('retry-after')) <= 60, 'Retry-After')
        t.equal(server.get(STATE, staff).status, 200, 'a good token from the same address')


def test_locations(t):
    """A token bound elsewhere learns nothing, not even whether the location exists."""
    server = open_server()
    with server:
        server.add_location('pier')
        staff = server.add_token(LOCATION, 'staff')
        there, nowhere = server.get('/v1/locations/pier/state', staff), server.get('/v1/locations/nowhere/state', staff)
        t.equal((there.status, name(there)), (403, 'not_this_location'), 'another location')
        t.equal((nowhere.status, nowhere.body), (there.status, there.body), 'no location')


def test_routes(t):
    server = open_server()
    with server:
        staff, monitor = server.add_token(LOCATION, 'staff'), server.add_token(LOCATION, 'monitor')
        publisher = server.add_token(LOCATION, 'publisher')
        server.add_location(OTHER, name='Pier 9')
        for path in ('/', '/v1', '/v1/locations', f'/v1/locations/{LOCATION}', '/admin/v1/token/add', '/v1/pair/x',
                     f'/v1/locations/{LOCATION}/events/1', '/healthz/', '//healthz', '/v1/hooks/retell/ocean-ave'):
            response = server.get(path, staff)
            t.equal((response.status, response.header('content-type')), (404, 'application/problem+json'), path)
        for method, path, allowed in (('DELETE', '/healthz', 'GET'), ('PUT', f'/v1/locations/{LOCATION}/events', 'POST, GET'),
                                      ('POST', STATE, 'GET'), ('GET', '/v1/pair', 'POST')):
            response = server.request(method, path, staff)
            t.equal((response.status, response.header('allow')), (405, allowed), f'{method} {path}')
        t.equal(server.get('/metrics', staff).status, 403, 'metrics are for monitor')
        t.equal(server.get('/metrics').status, 401, 'metrics need a token')
        with server.follow(LOCATION, staff), server.follow(OTHER, server.add_token(OTHER, 'staff')):
            seen = server.get('/metrics', monitor).body.decode()
            t.check(f'hostline_connections{{location="{LOCATION}"}} 1' in seen, 'metrics')
            t.check(OTHER not in seen, 'of the own location alone')
            both = server.ctl('token', 'add', '--location', LOCATION, '--location', OTHER, '--role', 'monitor', '--name', 'both').stdout.split()[-1]
            t.check(f'hostline_connections{{location="{OTHER}"}} 1' in server.get('/metrics', both).body.decode(), 'of all that a token is for')
        t.equal(server.get(STATE, publisher).status, 403, 'a publisher does not read')
        t.equal((server.get('/healthz').status, server.get('/readyz').status), (200, 200), 'health is open')
        t.equal(server.get(f'/v1/locations/{LOCATION}/events?after=x', staff).status, 400, 'after is a number')
        t.equal(server.get(f'/v1/locations/{LOCATION}/calls/none', staff).status, 404, 'no such call')
        head = server.request('HEAD', '/healthz')
        t.equal((head.status, head.body), (200, b''), 'HEAD')


def test_refusals_are_signed(t):
    """A dashboard stops at a refusal only when it is this server's: each carries the protocol's name."""
    server = open_server()
    with server:
        staff, publisher = server.add_token(LOCATION, 'staff'), server.add_token(LOCATION, 'publisher')
        for what, location, token, status, how in (
                ('no such token', LOCATION, 'hl1_nonsense', 401, {}), ('another location', 'pier', staff, 403, {}),
                ('a role that does not read', LOCATION, publisher, 403, {}), ('no such address', 'a/b', staff, 404, {}),
                ('an old version', LOCATION, staff, 426, {'version': 8})):
            try:
                server.websocket(location, token, **how)
                t.check(False, what)
            except hostline.HandshakeRefused as refused:
                t.equal((refused.response.status, refused.response.header('content-type'),
                         refused.response.header('hostline-protocol')),
                        (status, 'application/problem+json', 'hostline.v1'), what)
                t.check(name(refused.response), f'{what}: type')
        t.equal(server.get('/readyz').header('hostline-protocol'), 'hostline.v1', 'readiness')


def test_origin(t):
    """A page in a browser may not connect, unless its origin is listed."""
    server = open_server(config='[server]\nallowed-origins=https://board.example\n')
    with server:
        staff = server.add_token(LOCATION, 'staff')
        for origin, status in (('https://evil.example', 403), ('null', 403), ('https://board.example', 101)):
            try:
                server.websocket(LOCATION, staff, headers=[('Origin', origin)]).close()
                got = 101
            except hostline.HandshakeRefused as refused:
                got = refused.response.status
                t.equal(name(refused.response), 'origin_refused', f'{origin}: name')
            t.equal(got, status, origin)
        for what, how in (('no subprotocol', {'protocols': ()}), ('another subprotocol', {'protocols': ('hostline.v9',)})):
            try:
                server.websocket(LOCATION, staff, **how)
                t.check(False, what)
            except hostline.HandshakeRefused as refused:
                t.equal(refused.response.status, 400, what)


def test_refused_at_the_door(t):
    """An Origin on any route, a body without a length, an encoded slash, another charset: each with its own name."""
    server = open_server()
    with server:
        publisher, staff = server.add_token(LOCATION, 'publisher'), server.add_token(LOCATION, 'staff')
        events, event = f'/v1/locations/{LOCATION}/events', {'kind': 'call_started', 'data': {'call_id': 'c1'}}
        key = [('Idempotency-Key', '"k"')]
        origin = [('Origin', 'http://evil.example')]
        for what, response in (('events', server.post(events, publisher, event, headers=key + origin)),
                               ('state', server.get(STATE, staff, headers=origin)),
                               ('pair', server.post('/v1/pair', None, {}, headers=origin)),
                               ('health', server.get('/healthz', headers=origin))):
            t.equal((response.status, name(response)), (403, 'origin_refused'), f'an Origin: {what}')
        with server.connect() as connection:
            connection.send(f'POST {events} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {publisher}\r\n\r\n'.encode())
            response = connection.read()
            t.equal((response.status, name(response)), (411, 'length_required'), 'no length')
        for header, want in (('Transfer-Encoding: chunked', (411, 'length_required')), ('Content-Length: 5000000', (413, 'too_large'))):
            with server.connect() as connection:
                connection.send(f'POST {events} HTTP/1.1\r\nHost: x\r\n{header}\r\nAuthorization: Bearer {publisher}\r\n\r\n'.encode())
                response = connection.read()
                t.equal((response.status, name(response)), want, header)
        t.equal(server.get(f'/v1/locations/{LOCATION}%2fstate', staff).status, 400, 'an encoded slash')
        t.equal(server.get(f'/v1/locations/{LOCATION}%5Cstate', staff).status, 400, 'an encoded backslash')
        response = server.post(events, publisher, event, headers=key + [('Content-Type', 'application/json; charset=latin1')])
        t.equal((response.status, name(response)), (415, 'content_type'), 'another charset')
        response = server.post(events, publisher, event, headers=key + [('Content-Type', 'application/json; charset="UTF-8"')])
        t.equal(response.status, 201, 'UTF-8 by name')
    server = open_server(config='[server]\nallowed-origins=https://wall.example\n')
    with server:
        t.equal(server.get('/healthz', headers=[('Origin', 'https://wall.example')]).status, 200, 'an Origin that is listed')


def pair_body(code, **members):
    return {'code': code, 'secret_sha256': hashlib.sha256(b's' * 43).hexdigest(),
            'device': {'name': 'Stand 1', 'install_id': str(uuid.uuid4()), 'app': 'hostline/0.1', 'platform': 'native'}, **members}


def add_code(server):
    out = server.ctl('pair', '--location', LOCATION).stdout.split()
    return out[-1]


def test_pairing(t):
    """A code becomes a token that the device made itself."""
    server = open_server()
    with server:
        code = add_code(server)
        body = pair_body(code.lower())
        first = server.post('/v1/pair', None, body)
        t.equal(first.status, 201, 'paired')
        answer = first.json()
        t.equal((answer['role'], answer['location']['id'], answer['location']['name']), ('staff', LOCATION, 'Ocean Ave'), 'members')
        t.check(answer['endpoints'] == server.urls, 'endpoints')
        t.equal(server.post('/v1/pair', None, body).json(), answer, 'a lost reply asked for again')
        token = f"hl1_{answer['token_id']}_{'s' * 43}"
        t.equal(server.get(STATE, token).status, 200, 'its token works')
        board = server.follow(LOCATION, token, device='some label')
        t.equal(board.welcome['device'], answer['device'], 'the device is the pairing\'s, hello only labels it')
        used = server.post('/v1/pair', None, pair_body(code, secret_sha256=hashlib.sha256(b'other').hexdigest()))
        t.equal((used.status, name(used)), (410, 'code_used'), 'with another secret')
        unknown = server.post('/v1/pair', None, pair_body('ZZZZZZZZ'))
        t.equal((unknown.status, name(unknown)), (404, 'code_unknown'), 'unknown')
        for pointer, wrong in (('/code', {'code': 5}), ('/secret_sha256', {'secret_sha256': 'xyz'}), ('/device', {'device': None}),
                               ('/device/name', {'device': {'install_id': 'x'}})):
            response = server.post('/v1/pair', None, {**pair_body(code), **wrong})
            t.equal((response.status, name(response), response.json()['pointer']), (422, 'malformed', pointer), pointer)


def test_the_token_works_at_once(t):
    """A device uses its token the moment it has the answer; it was told 401 now and then, while the writer was busy."""
    server = open_server()
    with server:
        publisher, stop, statuses = server.add_token(LOCATION, 'publisher'), threading.Event(), []
        codes = [add_code(server) for _ in range(25)]

        def publish():
            while not stop.is_set():
                server.publish(LOCATION, publisher, {'kind': 'call_started', 'data': {'call_id': str(uuid.uuid4())}})

        threads = [threading.Thread(target=publish, daemon=True) for _ in range(4)]
        for thread in threads:
            thread.start()
        with server.connect() as connection:
            for code in codes:
                secret = uuid.uuid4().hex + 's' * 11
                body = json.dumps(pair_body(code, secret_sha256=hashlib.sha256(secret.encode()).hexdigest()))
                paired = connection.request('POST', '/v1/pair', [('Content-Type', 'application/json')], body)
                token = f"hl1_{paired.json()['token_id']}_{secret}"
                statuses.append(connection.request('GET', STATE, [('Authorization', f'Bearer {token}')]).status)
        stop.set()
        for thread in threads:
            thread.join(10)
        t.equal(statuses, [200] * len(codes), 'every new token works at once')


def test_wrong_codes(t):
    """Guessing codes ends with 429."""
    server = open_server()
    with server:
        statuses = [server.post('/v1/pair', None, pair_body(f'ZZZZZZ{n:02d}')).status for n in range(12)]
        t.equal(statuses, [404] * 10 + [429] * 2, 'statuses')
        t.equal(name(server.post('/v1/pair', None, pair_body('ZZZZZZZZ'))), 'too_many_attempts', 'name')


if __name__ == '__main__':
    tap.main()
