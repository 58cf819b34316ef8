# SPDX-License-Identifier: GPL-3.0-or-later
"""What a session may not do, and what a slow one costs: malformed frames, credit, silence, revocation."""

import json
import os
import time

import hostline
import tap
from websocket import BINARY, CONTINUATION, PING, TEXT

LOCATION = 'ocean-ave'
HELLO = {'t': 'hello', 'device': 'stand-1', 'app': 'test/1', 'language': 'en', 'pos': None, 'unsent': 0}


def open_server(**how):
    server = hostline.Server(**how)
    server.add_location(LOCATION)
    return server, server.add_token(LOCATION, 'publisher'), server.add_token(LOCATION, 'staff')


def call(n, **data):
    return {'kind': 'call_started', 'at': hostline.now(), 'data': {'call_id': f'c{n}', **data}}


def bye_of(board):
    bye = board.read_until(lambda f: f['t'] == 'bye', hostline.slow(15))
    return bye['code'], bye['action'], board.ws.expect_close()


def memory_kb(pid):
    with open(f'/proc/{pid}/status') as file:
        for line in file:
            if line.startswith('RssAnon:'):
                return int(line.split()[1])
    return 0


def test_first_frame(t):
    """Hello comes first, once, within 5 s."""
    server, publisher, staff = open_server()
    with server:
        late = server.follow(LOCATION, staff, hello=False)
        began = time.monotonic()
        for what, frame in (('ack', {'t': 'ack', 'seq': 0}), ('ping', {'t': 'ping', 'n': 1, 'seq': 0, 'unsent': 0}),
                            ('a server frame', {'t': 'pong', 'n': 1, 'head': 1, 'server_time': hostline.now()})):
            board = server.follow(LOCATION, staff, hello=False)
            board.ws.send_json(frame)
            t.equal(bye_of(board), (4400, 'stop', 4400), what + ' before hello')
        board = server.follow(LOCATION, staff)
        board.ws.send_json(HELLO)
        t.equal(bye_of(board), (4400, 'stop', 4400), 'a second hello')
        t.equal(bye_of(late), (4008, 'retry', 4008), 'no hello')
        t.check(4 <= time.monotonic() - began <= hostline.slow(8), 'after 5 s')


def test_malformed_frames(t):
    """Every frame that is not one ends the session with 4400, and the server goes on."""
    server, publisher, staff = open_server()
    with server:
        good = {'t': 'ack', 'seq': 0}
        deep = '{"t":"ack","seq":0,"x":' + '[' * 200 + ']' * 200 + '}'
        cases = [
            ('no JSON', 'hello'), ('empty', ''), ('an array', '[]'), ('two documents', json.dumps(good) * 2),
            ('no type', '{}'), ('a type that is a number', '{"t":1}'),
            ('a member twice', '{"t":"ack","seq":0,"seq":0}'), ('deep', deep), ('a huge number', '{"t":"ack","seq":1e400}'),
            ('a negative seq', '{"t":"ack","seq":-1}'), ('a fraction', '{"t":"ack","seq":0.5}'),
            ('a string for a number', '{"t":"ack","seq":"0"}'), ('an ack ahead of what was sent', '{"t":"ack","seq":99}'),
            ('an ack of a part that was not sent', '{"t":"ack","seq":0,"part":9}'), ('NUL', '{"t":"ack","seq":0,"x":"\\u0000"}'),
            ('an act without data', '{"t":"act","id":"0193b0a0-0000-7000-8000-000000000000","n":1,"kind":"seat","base":null}'),
            ('an act with n 0', json.dumps({'t': 'act', 'id': '0193b0a0-0000-7000-8000-000000000000', 'n': 0, 'kind': 'seat',
                                            'base': None, 'predicted': 'applied', 'composed_at': hostline.now(),
                                            'data': {'party_id': 'p', 'table_ids': ['1']}})),
        ]
        for what, text in cases:
            board = server.follow(LOCATION, staff)
            board.read_until(lambda f: f['t'] == 'snapshot')
            board.ws.send_text(text)
            t.equal(bye_of(board), (4400, 'stop', 4400), what)
        board = server.follow(LOCATION, staff)
        board.read_until(lambda f: f['t'] == 'snapshot')
        board.ws.send_text('{"t":"ack","seq":0,"later":{"a":[1]}}')
        t.equal(board.ping()['head'], 0, 'an unknown member is ignored')


def test_newer_client(t):
    """A frame of a type that only a newer client knows is passed over: 4400 would stop that client until a person comes."""
    server, publisher, staff = open_server()
    with server:
        board = server.follow(LOCATION, staff, hello=False)
        board.ws.send_text('{"t":"greeting"}')
        t.equal(bye_of(board), (4400, 'stop', 4400), 'the first frame is a hello all the same')
        board = server.follow(LOCATION, staff)
        board.read_until(lambda f: f['t'] == 'snapshot')
        board.ws.send_text('{"t":"presence","looking_at":{"table_id":"12"}}')
        board.ws.send_text('{"t":"presence"}')
        t.equal(board.ping()['head'], 0, 'the session goes on')
        server.publish(LOCATION, publisher, {'kind': 'call_started', 'data': {'call_id': 'c1'}})
        board.read_to(1)
        t.equal(board.pos['seq'], 1, 'and gets events')
        t.equal(server.metrics(server.add_token(LOCATION, 'monitor'))['hostline_frames_ignored_total'], 2, 'counted')
        t.equal(server.log_text().count('frames that this version does not know'), 1, 'and said once')
        board = server.follow(LOCATION, staff)
        board.read_until(lambda f: f['t'] == 'snapshot')
        board.ws.send_text('{"t":"pong","n":1,"head":1,"server_time":"2026-11-27T19:02:11.345Z"}')
        t.equal(bye_of(board), (4400, 'stop', 4400), 'a frame of the other side')


def test_websocket_limits(t):
    """Limits below the frames: size, binary, UTF-8, fragments."""
    server, publisher, staff = open_server()
    with server:
        def closes(what, send, codes):
            board = server.follow(LOCATION, staff)
            board.read_until(lambda f: f['t'] == 'snapshot')
            send(board.ws)
            t.check(board.ws.expect_close() in codes, what)

        closes('over 64 KiB', lambda ws: ws.send_text('{"t":"ack","seq":0,"x":"' + 'x' * 66000 + '"}'), (1009, None))
        closes('binary', lambda ws: ws.send_frame(BINARY, b'{}'), (1003, 1002, 4400))
        closes('not UTF-8', lambda ws: ws.send_frame(TEXT, b'{"t":"\xff"}'), (1007,))
        closes('unmasked', lambda ws: ws.send_frame(TEXT, '{}', mask=False), (1002,))

        def fragments(ws):
            ws.send_frame(TEXT, b'{"t":"ack","seq":0,"x":"', fin=False)
            for _ in range(100):
                ws.send_frame(CONTINUATION, b'x' * 1000, fin=False)

        closes('fragments over 64 KiB', fragments, (1009, None))
        board = server.follow(LOCATION, staff)
        board.ws.send_frame(PING, b'payload')
        t.equal(board.ping()['t'], 'pong', 'a protocol ping does no harm')
        t.check(b'payload' in board.ws.pongs, 'and is answered')


def test_credit(t):
    """Without acks 1,024 events or 1 MiB are sent, then nothing; an ack gives more."""
    server, publisher, staff = open_server()
    with server:
        slow = server.follow(LOCATION, staff, ack=False)
        slow.read_until(lambda f: f['t'] == 'snapshot')
        for i in range(6):
            last = server.publish(LOCATION, publisher, [call(f'{i}-{k}') for k in range(500)])['last']
        slow.read_to(1024)
        try:
            slow.read(0.5)
            t.check(False, 'the credit ends at 1,024 events')
        except TimeoutError:
            t.equal(slow.pos['seq'], 1024, 'the credit ends at 1,024 events')
        t.equal(slow.ping()['head'], 3000, 'pong tells the head meanwhile')
        slow.ws.send_json({'t': 'ack', 'seq': 1000})
        slow.read_to(2024)
        t.equal(slow.pos['seq'], 2024, 'an ack gives exactly so much more')
        slow.ack = True
        slow.ws.send_json({'t': 'ack', 'seq': 2024})
        slow.read_to(last)
        t.equal([e['seq'] for e in slow.events], list(range(1, 3001)), 'gapless')

        large = server.follow(LOCATION, staff, ack=False, pos=slow.pos, device='large')
        for i in range(40):
            last = server.publish(LOCATION, publisher, [{'kind': 'call_updated', 'at': hostline.now(), 'data': {
                'call_id': 'big', 'summary': 'x' * 4000}} for k in range(10)])['last']
        got = 0
        try:
            while True:
                got += len(json.dumps(large.read(hostline.slow(5) if got < 900_000 else 1)))
        except TimeoutError:
            pass
        t.check(900_000 <= got <= 1_200_000, f'about 1 MiB without an ack, {got} bytes')


def test_stopped_client_is_bounded(t):
    """A client that does not read costs the server a constant, and the others nothing."""
    server, publisher, staff = open_server()
    with server:
        stopped = [server.follow(LOCATION, staff, device=f'stopped-{i}', receive_buffer=4096) for i in range(5)]
        reader = server.follow(LOCATION, staff, device='reader')
        reader.read_until(lambda f: f['t'] == 'snapshot')
        server.publish(LOCATION, publisher, [call(f'w{k}') for k in range(500)])
        reader.read_to(500)
        before = memory_kb(server.pid)
        last = 0
        for i in range(8):
            last = server.publish(LOCATION, publisher, [
                {'kind': 'call_updated', 'at': hostline.now(), 'data': {'call_id': 'w1', 'caller_name': f'{i}-{k}'}}
                for k in range(500)])['last']
            reader.read_to(last)
        grown = memory_kb(server.pid) - before
        t.equal(reader.pos['seq'], 4500, 'the reader lost nothing')
        t.check(grown < 16 * 1024 or hostline.sanitized(), f'grown by {grown} KiB, state and ring included')
        for i in range(4):
            last = server.publish(LOCATION, publisher, [
                {'kind': 'call_updated', 'at': hostline.now(), 'data': {'call_id': 'w1', 'caller_name': f'{i}-{k}'}}
                for k in range(500)])['last']
        monitor = server.add_token(LOCATION, 'monitor')
        hostline.wait_for(lambda: server.metrics(monitor).get('hostline_closes_total{code="4102"}', 0) == 5,
                          hostline.slow(10), 'over 5,000 events behind: 4102')
        t.check(True, 'over 5,000 events behind: 4102')
        for board in stopped:
            board.close()
        again = server.follow(LOCATION, staff, device='stopped-0', pos=reader.pos)
        t.equal((again.welcome['mode'], again.welcome['why']), ('snapshot', 'after_slow'), 'and takes a snapshot next')
        again.close()
        again = server.follow(LOCATION, staff, device='stopped-0', pos=reader.read_to(last))
        t.equal(again.welcome['why'], 'in_window', 'once')


def test_newest_of_a_device_wins(t):
    server, publisher, staff = open_server()
    with server:
        older = server.follow(LOCATION, staff, device='stand-1')
        other = server.follow(LOCATION, staff, device='stand-2')
        newer = server.follow(LOCATION, staff, device='stand-1')
        t.equal(bye_of(older), (4409, 'stop', 4409), 'the older one')
        server.publish(LOCATION, publisher, call(1))
        newer.read_to(1)
        other.read_to(1)
        t.check(True, 'the newer one and other devices stay')


def test_revoked(t):
    """A revoked token closes its session at once, and nobody else's."""
    server, publisher, staff = open_server()
    with server:
        other_token = server.add_token(LOCATION, 'staff', 'other')
        board, other = server.follow(LOCATION, staff), server.follow(LOCATION, other_token)
        server.ctl('token', 'revoke', staff.split('_')[1])
        began = time.monotonic()
        t.equal(bye_of(board), (4401, 'stop', 4401), 'bye')
        t.check(time.monotonic() - began < hostline.slow(1), 'at once')
        server.publish(LOCATION, publisher, call(1))
        other.read_to(1)
        try:
            server.websocket(LOCATION, staff)
            t.check(False, 'a revoked token is refused before there is a WebSocket')
        except hostline.HandshakeRefused as refused:
            t.equal(refused.response.status, 401, 'a revoked token is refused before there is a WebSocket')


def test_partials(t):
    """Unfinished lines reach who is caught up, newest only, at most ten a second, and are nowhere stored."""
    server, publisher, staff = open_server()
    with server:
        board = server.follow(LOCATION, staff)
        server.publish(LOCATION, publisher, call(1))
        board.read_to(1)

        def line(rev, text, turn=0, final=False):
            return {'kind': 'transcript_segment', 'at': hostline.now(), 'data': {
                'call_id': 'c1', 'turn': turn, 'rev': rev, 'speaker': 'caller', 'text': text, 'final': final}}

        secret = 'my-number-is-something'
        response = server.post(f'/v1/locations/{LOCATION}/events', publisher, line(1, secret))
        t.equal((response.status, response.json()['first'], response.json()['last']), (202, None, None), '202 without a key')
        frame = board.read_until(lambda f: f['t'] == 'partial')
        t.equal((frame['call'], frame['turn'], frame['rev'], frame['speaker'], frame['text']),
                ('c1', 0, 1, 'caller', secret), 'the frame')
        began, sent = time.monotonic(), 0
        while time.monotonic() - began < 1.5:
            sent += 1
            server.post(f'/v1/locations/{LOCATION}/events', publisher, line(1 + sent, f'line {sent}'))
        last = board.read_until(lambda f: f['t'] == 'partial' and f['text'] == f'line {sent}')
        took = time.monotonic() - began
        got = len([f for f in board.frames if f['t'] == 'partial']) - 1
        t.check(got <= took * 10 + 2 and got >= 3, f'{got} of {sent} in {took:.1f} s')
        t.equal(last['rev'], 1 + sent, 'the newest comes')
        late = server.follow(LOCATION, staff, device='late')
        t.equal(late.read_until(lambda f: f['t'] == 'partial')['text'], f'line {sent}', 'sent again to who joins')
        answer = server.publish(LOCATION, publisher, line(9999, 'the final line', final=True))
        t.equal(answer['last'], 2, 'the final one is an event')
        board.read_to(2)
        t.equal(board.events[-1]['data'].get('state', 'final'), 'final', 'as a final segment')
        later = server.follow(LOCATION, staff, device='later')
        later.read_until(lambda f: f['t'] == 'snapshot')
        later.ping()
        t.check(not [f for f in later.frames if f['t'] == 'partial'], 'cleared by its final')
        mixed = server.publish(LOCATION, publisher, [line(1, 'one', turn=1), line(1, 'two', turn=2, final=True)])
        t.equal((mixed['first'], mixed['last']), (3, 3), 'in an array with others only those are logged')
        board.read_until(lambda f: f['t'] == 'partial' and f['text'] == 'one')
        server.stop()
        found = []
        for folder, _, names in os.walk(server.data_dir):
            for name in names:
                with open(os.path.join(folder, name), 'rb') as file:
                    data = file.read()
                found += [name for text in (secret.encode(), b'line 1') if text in data]
        t.equal(found, [], 'no file has an unfinished line')
        t.check(secret not in server.log_text() and 'the final line' not in server.log_text(), 'nor has the log')


def test_metered(t):
    """A dashboard on a metered network gets no unfinished lines, until it is on another one; the final ones it gets."""
    server, publisher, staff = open_server()
    with server:
        def line(rev, text, final=False):
            server.publish(LOCATION, publisher, {'kind': 'transcript_segment', 'at': hostline.now(), 'data': {
                'call_id': 'c1', 'turn': 0, 'rev': rev, 'speaker': 'caller', 'text': text, 'final': final}})

        def partials(board):
            return [f['text'] for f in board.frames if f['t'] == 'partial']

        server.publish(LOCATION, publisher, call(1))
        cheap = server.follow(LOCATION, staff, device='cheap')
        dear = server.follow(LOCATION, staff, device='dear', extra={'metered': True})
        for board in (cheap, dear):
            board.read_to(1)
        line(1, 'one')
        cheap.read_until(lambda f: f['t'] == 'partial' and f['text'] == 'one')
        dear.ping(1, metered=True)
        t.equal(partials(dear), [], 'said in hello')
        dear.ping(2)
        dear.read_until(lambda f: f['t'] == 'partial' and f['text'] == 'one')
        t.check(True, 'another network: what is unfinished comes at once')
        dear.ping(3, metered=True)
        line(2, 'two')
        cheap.read_until(lambda f: f['t'] == 'partial' and f['text'] == 'two')
        dear.ping(4, metered=True)
        t.equal(partials(dear), ['one'], 'said in a ping')
        line(3, 'the final line', final=True)
        dear.read_to(2)
        t.equal(dear.events[-1]['data']['text'], 'the final line', 'the final line is an event like any other')


def test_silence(t):
    """Without a ping for 30 s a session is closed; one that pings stays."""
    server, publisher, staff = open_server(config='[timers]\nheartbeat-ms=1000\n')
    with server:
        silent, alive = server.follow(LOCATION, staff, device='silent'), server.follow(LOCATION, staff, device='alive')
        t.equal(silent.welcome['heartbeat_ms'], 1000, 'heartbeat from the configuration')
        began, n, code = time.monotonic(), 0, None
        while code is None and time.monotonic() - began < hostline.slow(40):
            n += 1
            alive.ping(n)
            try:
                while True:
                    frame = silent.read(1)
                    if frame['t'] == 'bye':
                        code = frame['code']
            except TimeoutError:
                pass
            except hostline.Closed as closed:
                code = closed.code
        took = time.monotonic() - began
        t.equal(code, 4008, 'code')
        t.check(28 <= took <= hostline.slow(36), f'after {took:.0f} s')
        alive.ping(n + 1)


def test_digest(t):
    """Once in the interval (a minute by default) a session that stands at the head gets the state's digest."""
    server, publisher, staff = open_server(config='[timers]\ndigest-s=3\n')
    with server:
        board = server.follow(LOCATION, staff)
        server.publish(LOCATION, publisher, call(1))
        board.read_to(1)
        board.read_until(lambda f: f['t'] == 'digest' and f['seq'] == 1, hostline.slow(10))
        digests = [f for f in board.frames if f['t'] == 'digest' and f['seq'] == 1]
        t.equal(len(digests), 1, 'one digest')
        t.equal((digests[0]['seq'], digests[0]['schema'], len(digests[0]['hash'])), (1, 1, 16), 'its members')


if __name__ == '__main__':
    tap.main()
