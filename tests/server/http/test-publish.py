# SPDX-License-Identifier: GPL-3.0-or-later
"""What publishers may post, and that the same thing twice is once."""

import concurrent.futures
import json
import threading

import hostline
import tap

LOCATION = 'ocean-ave'
EVENTS = f'/v1/locations/{LOCATION}/events'


def open_server(**how):
    server = hostline.Server(**how)
    server.add_location(LOCATION)
    return server, server.add_token(LOCATION, 'publisher'), server.add_token(LOCATION, 'staff')


def call(n, kind='call_started', **data):
    return {'kind': kind, 'at': '2026-11-25T04:00:00.000Z', 'data': {'call_id': f'c{n}', **data}}


def post(server, token, body, key='"k"', **how):
    headers = how.pop('headers', []) + ([('Idempotency-Key', key)] if key else [])
    return server.post(EVENTS, token, body, headers=headers, **how)


def problem(t, response, status, name, what, **members):
    t.equal((response.status, response.header('content-type')), (status, 'application/problem+json'), what)
    body = response.json()
    t.equal(body['type'], f'urn:hostline:problem:{name}', f'{what}: type')
    t.equal(body['status'], status, f'{what}: status in the body')
    t.check(body['title'] and body['detail'], f'{what}: title and detail')
    for key, value in members.items():
        t.equal(body.get(key), value, f'{what}: {key}')


def test_answers(t):
    server, publisher, staff = open_server()
    with server:
        first = post(server, publisher, call(1, zzz=1, **{'from': '+12025550142'}))
        t.equal(first.status, 201, 'accepted')
        body = first.json()
        t.equal((body['location'], body['first'], body['last'], body['duplicate']), (LOCATION, 1, 1, False), 'members')
        t.equal(body['ignored'], ['/data/zzz'], 'ignored')
        again = post(server, publisher, call(1, zzz=1, **{'from': '+12025550142'}))
        t.equal(again.status, 200, 'the same again')
        t.equal(again.json(), {**body, 'duplicate': True}, 'the first answer again')
        problem(t, post(server, publisher, call(2)), 422, 'key_reused', 'another body')
        t.equal(post(server, publisher, call(2), key='"k2"').json()['first'], 2, 'another key')
        server.restart()
        t.equal(post(server, publisher, call(1, zzz=1, **{'from': '+12025550142'})).json(), {**body, 'duplicate': True},
                'after a restart')
        other = server.add_token(LOCATION, 'publisher', 'other')
        t.equal(post(server, other, call(3)).status, 201, 'keys are each publisher\'s own')
        t.equal(server.events(LOCATION, staff)['pos']['seq'], 3, 'three events')


def test_keys(t):
    """Idempotency-Key: RFC 8941 strings, and bare tokens."""
    server, publisher, staff = open_server()
    with server:
        problem(t, post(server, publisher, call(1), key=None), 400, 'missing_idempotency_key', 'no key')
        for key in ('""', '"open', 'two words', '"a"x', '"' + 'x' * 256 + '"', 'a"b', '"a\\x"', '"\u00e9"'):
            problem(t, post(server, publisher, call(1), key=key), 400, 'missing_idempotency_key', f'key {key[:20]}')
        for n, key in enumerate(['"a"', 'b', '"c\\"d"', 'A_z.0:9-', '"' + 'x' * 255 + '"']):
            t.equal(post(server, publisher, call(n), key=key).status, 201, f'key {key[:20]}')
        t.equal(post(server, publisher, call(0), key='a').status, 200, 'bare and quoted are the same key')


def test_hundred_at_once(t):
    """A hundred equal requests at the same instant: one 201, ninety-nine 200, the same numbers."""
    server, publisher, staff = open_server()
    with server:
        for run in range(3):
            gate = threading.Barrier(100)
            body = [call(f'{run}-1'), call(f'{run}-2')]

            def one(_):
                gate.wait()
                return post(server, publisher, body, key=f'"run-{run}"')

            with concurrent.futures.ThreadPoolExecutor(100) as pool:
                answers = list(pool.map(one, range(100)))
            statuses = sorted(a.status for a in answers)
            t.equal(statuses, [200] * 99 + [201], f'statuses, run {run}')
            t.equal({(a.json()['epoch'], a.json()['first'], a.json()['last']) for a in answers},
                    {(answers[0].json()['epoch'], 2 * run + 1, 2 * run + 2)}, f'numbers, run {run}')
        t.equal(server.events(LOCATION, staff)['pos']['seq'], 6, 'six events')


def test_arrays(t):
    """An array is all or nothing, at most 500, and its mistakes have an index."""
    server, publisher, staff = open_server()
    with server:
        t.equal(post(server, publisher, [call(i) for i in range(500)], key='"a"').json()['last'], 500, '500 events')
        problem(t, post(server, publisher, [call(i) for i in range(501)], key='"b"'), 413, 'too_large', '501 events')
        problem(t, post(server, publisher, [], key='"c"'), 400, 'invalid_member', 'none')
        bad = [call(1), call(2), call(3, direction='sideways'), call(4)]
        problem(t, post(server, publisher, bad, key='"d"'), 400, 'invalid_member', 'one of four is wrong', index=2,
                pointer='/2/data/direction')
        t.equal(server.events(LOCATION, staff, 500)['events'], [], 'nothing of it was appended')
        t.equal(post(server, publisher, [call(1), call(2)], key='"d"').status, 201, 'its key is free')
        answer = post(server, publisher, [call(1), call(2, kind='call_updated', nonsense=1)], key='"e"').json()
        t.equal(answer['ignored'], ['/1/data/nonsense'], 'ignored members with their index')


def test_wrong_bodies(t):
    server, publisher, staff = open_server()
    with server:
        cases = [
            (b'{', 'malformed_json', None), (b'', 'malformed_json', None), (b'{"kind":"call_started"} x', 'malformed_json', None),
            (b'{"kind":1,"kind":2}', 'malformed_json', None), (b'[' * 40 + b']' * 40, 'malformed_json', None),
            (b'{"kind":"call_started","data":{"call_id":"\\u0000"}}', 'malformed_json', None),
            (b'{"kind":"call_started","data":{"call_id":"\xff"}}', 'malformed_json', None),
            (b'"text"', 'invalid_member', ''), (b'[1]', 'invalid_member', '/0'),
            (b'{"data":{}}', 'invalid_member', '/kind'), (b'{"kind":"nonsense","data":{}}', 'invalid_member', '/kind'),
            (b'{"kind":"call_started"}', 'invalid_member', '/data'), (b'{"kind":"call_started","data":[]}', 'invalid_member', '/data'),
            (b'{"kind":"call_started","data":{}}', 'invalid_member', '/data/call_id'),
            (b'{"kind":"call_started","data":{"call_id":"a b"}}', 'invalid_member', '/data/call_id'),
            (b'{"kind":"call_started","at":"yesterday","data":{"call_id":"c"}}', 'invalid_member', '/at'),
            (b'{"kind":"call_started","at":5,"data":{"call_id":"c"}}', 'invalid_member', '/at'),
            (b'{"kind":"reservation_created","data":{"reservation_id":"r"}}', 'invalid_member', '/data/starts_at'),
            (b'{"kind":"call_updated","data":{"call_id":"c","from":"555"}}', 'invalid_member', '/data/from'),
        ]
        for n, (body, name, pointer) in enumerate(cases):
            response = post(server, publisher, body, key=f'"{n}"', headers=[('Content-Type', 'application/json')])
            what = body[:50].decode('latin-1')
            t.equal((response.status, response.json()['type']), (400, f'urn:hostline:problem:{name}'), what)
            if pointer is not None:
                t.equal(response.json().get('pointer'), pointer, f'{what}: pointer')
        for kind in ('text/plain', 'application/x-www-form-urlencoded', 'application/jsonx', ''):
            problem(t, post(server, publisher, call(1), headers=[('Content-Type', kind)]), 415, 'content_type',
                    f'content type {kind}')
        ok = post(server, publisher, call(1), key='"ok"', headers=[('Content-Type', 'application/json; charset=utf-8')])
        t.equal(ok.status, 201, 'a charset is fine')
        t.equal(server.events(LOCATION, staff)['pos']['seq'], 1, 'nothing else was appended')


def test_sizes(t):
    """Over 1 MiB is refused before it is read; an event over 64 KiB is refused whole."""
    server, publisher, staff = open_server()
    with server:
        big = {'kind': 'order_created', 'data': {'order_id': 'o1', 'items': [
            {'line_id': f'l{i}', 'name': 'x' * 120, 'quantity': 1, 'note': 'y' * 200, 'modifiers': ['z' * 80] * 8}
            for i in range(90)]}}
        problem(t, post(server, publisher, [call(1), big]), 413, 'too_large', 'an event over 64 KiB', index=1)
        t.equal(server.events(LOCATION, staff)['pos']['seq'], 0, 'nothing was appended')
        with server.connect() as connection:
            connection.send_request('POST', EVENTS, [('Authorization', f'Bearer {publisher}'), ('Idempotency-Key', '"x"'),
                                                     ('Content-Type', 'application/json'),
                                                     ('Content-Length', str(200 * 1024 * 1024))], b'')
            t.equal(connection.read().status, 413, '200 MiB announced: refused at once')
        with server.connect() as connection:
            connection.send_request('POST', EVENTS, [('Idempotency-Key', '"x"'), ('Content-Type', 'application/json'),
                                                     ('Expect', '100-continue'), ('Content-Length', '500000')], b'')
            t.equal(connection.read().status, 401, 'without a token and with Expect: refused before the body')
        t.equal(server.post(EVENTS, None, b'x' * 900000, headers=[('Idempotency-Key', '"x"')]).status, 401,
                'without a token: refused, whatever the body')
        t.equal(server.get('/healthz').status, 200, 'and the server goes on')


def test_who_may_post_what(t):
    server, publisher, staff = open_server()
    with server:
        agent, manager = server.add_token(LOCATION, 'agent'), server.add_token(LOCATION, 'manager')
        table = {'kind': 'table_updated', 'data': {'table_id': '12', 'physical': 'dirty'}}
        reservation = {'kind': 'reservation_created', 'data': {'reservation_id': 'r', 'starts_at': '2026-11-26T04:00:00Z'}}
        problem(t, post(server, publisher, table), 403, 'kind_not_allowed', 'a table by a publisher')
        problem(t, post(server, publisher, [call(1), {'kind': 'day_closed', 'data': {
            'business_date': '2026-11-24', 'before': '2026-11-25T12:00:00Z'}}]), 403, 'kind_not_allowed', 'a day by a publisher',
            index=1)
        problem(t, post(server, publisher, {'kind': 'party_updated', 'data': {'party_id': 'p', 'size': 2, 'status': 'waiting'}}),
                403, 'kind_not_allowed', 'a waiting party by a publisher')
        t.equal(post(server, publisher, {'kind': 'party_updated', 'data': {'party_id': 'p', 'stage': 'paid'}}, key='"s"').status,
                201, 'a stage by a publisher')
        problem(t, post(server, agent, reservation), 403, 'kind_not_allowed', 'a reservation by the agent')
        t.equal(post(server, agent, call(1), key='"a"').status, 201, 'a call by the agent')
        t.equal(post(server, publisher, reservation, key='"r"').status, 201, 'a reservation by a publisher')
        for name, token in (('staff', staff), ('manager', manager)):
            problem(t, post(server, token, call(1)), 403, 'kind_not_allowed', f'a call by {name}')


def test_cloud_events(t):
    """CloudEvents 1.0, structured and batched: source and id are the event's own key."""
    server, publisher, staff = open_server()
    with server:
        def cloud(n, **members):
            return {'specversion': '1.0', 'id': f'e{n}', 'source': '/pos/1', 'type': 'com.example.call.started',
                    'time': '2026-11-25T04:00:00Z', 'datacontenttype': 'application/json', 'data': {'call_id': f'c{n}'}, **members}

        one = [('Content-Type', 'application/cloudevents+json; charset=UTF-8')]
        batch = [('Content-Type', 'application/cloudevents-batch+json')]
        first = post(server, publisher, cloud(1), key=None, headers=one)
        t.equal((first.status, first.json()['first']), (201, 1), 'structured')
        again = post(server, publisher, json.dumps(cloud(1), indent=2), key=None, headers=one)
        t.equal((again.status, again.json()['duplicate'], again.json()['first']), (200, True, 1),
                'the same event in another print is known')
        many = post(server, publisher, [cloud(1), cloud(2), cloud(3)], key=None, headers=batch)
        t.equal((many.status, many.json()['last']), (201, 3), 'a batch appends what is new')
        t.equal([e['kind'] for e in server.events(LOCATION, staff)['events']], ['call_started'] * 3, 'each once')
        problem(t, post(server, publisher, cloud(4, specversion='0.3'), key=None, headers=one), 400, 'invalid_member',
                'another version', pointer='/specversion')
        problem(t, post(server, publisher, cloud(4, type='com.example.something'), key=None, headers=one), 400, 'invalid_member',
                'a type that is no kind', pointer='/type')
        problem(t, post(server, publisher, cloud(4, type='com.example.recall_started'), key=None, headers=one), 400,
                'invalid_member', 'a type that only ends like one', pointer='/type')
        t.equal(post(server, publisher, cloud(5, type='call_started'), key=None, headers=one).status, 201, 'a bare kind')


def test_events_are_as_posted(t):
    """What comes back is what was posted, with its envelope."""
    server, publisher, staff = open_server()
    with server:
        post(server, publisher, {'kind': 'call_updated', 'at': '2026-11-25T05:00:00+01:00', 'data': {
            'call_id': 'c1', 'summary': 'Zwölf 🍽 "quoted" \\ \n', 'unknown_member': {'deep': [1, 2.5, None]}}})
        event = server.events(LOCATION, staff)['events'][0]
        t.equal(event['data'], {'call_id': 'c1', 'summary': 'Zwölf 🍽 "quoted" \\ \n', 'unknown_member': {'deep': [1, 2.5, None]}},
                'data')
        t.equal(event['at'], '2026-11-25T04:00:00.000Z', 'at in UTC')
        t.equal((event['by'], event['act'], event['end']),
                ({'role': 'publisher', 'name': 'publisher-test', 'device': None, 'n': None}, None, True), 'envelope')
        t.equal(sorted(event), ['act', 'at', 'by', 'data', 'end', 'id', 'kind', 'received', 'seq'], 'members')


def test_nothing_new(t):
    """A fact that says nothing new, or that is older than what is known, has its place in the log and changes nothing."""
    server, publisher, staff = open_server()
    with server:
        def reservation(kind='reservation_updated', **data):
            return {'kind': kind, 'at': '2026-11-25T04:00:00Z', 'data': {'reservation_id': 'r1', **data}}

        def known():
            found = server.state(LOCATION, staff)['entities']['reservations'][0]
            return {k: v for k, v in found.items()}

        post(server, publisher, reservation('reservation_created', name='Lopez', party_size=2, starts_at='2026-11-26T04:00:00Z',
                                            version=5), key='"1"')
        before = known()
        same = post(server, publisher, reservation(name='Lopez'), key='"2"')
        t.equal((same.status, same.json()['first'], same.json()['last']), (201, 2, 2), 'the same again under another key')
        older = post(server, publisher, reservation(name='Lopes', version=4), key='"3"')
        t.equal((older.status, older.json()['first']), (201, 3), 'an older version')
        t.equal(known(), before, 'the state is as before, revisions too')
        newer = post(server, publisher, reservation(name='Lopes', version=6), key='"4"')
        t.equal((newer.json()['first'], known()['name']), (4, 'Lopes'), 'a newer one applies')


def test_nothing_personal_in_the_log(t):
    """Neither bodies, numbers, names nor tokens reach the log, whatever goes wrong."""
    server, publisher, staff = open_server(config='[log]\nlevel=debug\n')
    with server:
        post(server, publisher, call(1, caller_name='Zyxwvut', **{'from': '+12025550142'}))
        post(server, publisher, call(1, caller_name='Zyxwvut', **{'from': '2025550142'}), key='"b"')
        server.get(f'/v1/locations/{LOCATION}/state', 'hl1_aaaaaaaaaa_' + 'b' * 43)
        board = server.follow(LOCATION, staff)
        board.act('add_party', {'party_id': 'p1', 'size': 2, 'name': 'Zyxwvut', 'phone': '+12025550142', 'status': 'waiting'})
        board.ws.send_text('{"t":"act","who":"Zyxwvut +12025550142"}')
        board.ws.expect_close()
        server.stop()
        log = server.log_text()
        for text in ('Zyxwvut', '5550142', publisher.split('_', 2)[2], staff.split('_', 2)[2], 'bbbbbbbb'):
            t.check(text not in log, f'not in the log: {text[:8]}')


if __name__ == '__main__':
    tap.main()
