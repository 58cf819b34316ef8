# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults that other real-time systems were reported to have, as scenarios for this server. tests/REPORTS.md says which is which."""

import json
import os
import statistics
import threading
import time
import uuid

import hostline
import tap

LOCATION = 'ocean-ave'
LONG = int(os.environ.get('HL_REPORT_EVENTS', '60000'))      # a million in a long run
CLOSES = int(os.environ.get('HL_REPORT_CLOSES', '1500'))     # ten thousand in a long run
LEAK_KIB = 1  # a close
WAL_BYTES = 64 * 1024 * 1024


def open_server(**how):
    server = hostline.Server(**how)
    server.add_location(LOCATION)
    return server, server.add_token(LOCATION, 'publisher'), server.add_token(LOCATION, 'staff')


def call(n, kind='call_started', **data):
    return {'kind': kind, 'at': hostline.now(), 'data': {'call_id': f'c{n}', **data}}


def fill(server, publisher, count, text=0):
    """`count` events about few calls: the log grows, the state does not. The last seq."""
    last, n = 0, 0
    with server.connect() as connection:
        while n < count:
            size = min(500, count - n)
            body = json.dumps([call((n + i) % 40, 'call_updated', summary=f'{n + i} ' + 'x' * text) for i in range(size)])
            answer = connection.request('POST', f'/v1/locations/{LOCATION}/events', [
                ('Authorization', f'Bearer {publisher}'), ('Content-Type', 'application/json'),
                ('Idempotency-Key', f'"{uuid.uuid4()}"')], body)
            assert answer.status == 201, answer
            last, n = answer.json()['last'], n + size
    return last


def timed(function):
    began = time.monotonic()
    function()
    return time.monotonic() - began


def test_a_thousand_join_while_events_flow(t):
    """(mercure#178) What is published between a newcomer's history and its subscription is lost: here no run has a hole."""
    server, publisher, staff = open_server(config='[log]\nlevel=error\n')
    with server:
        stop, last = threading.Event(), [0]

        def publish():
            n = 0
            while not stop.is_set():
                n += 1
                last[0] = server.publish(LOCATION, publisher, [call(n % 40, 'call_updated', summary=f'{n}-{k}') for k in range(3)])['last']

        runs, failures = [], []

        def join(k):
            try:
                pos = None
                for i in range(125):
                    with server.follow(LOCATION, staff, device=f'stand-{k}-{i}', pos=pos if i % 3 == 2 else None) as board:
                        head = board.welcome['pos']['seq']
                        pos = board.read_to(head + 6, hostline.slow(30))  # Follower fails on a hole
                        runs.append((head, [e['seq'] for e in board.events]))
            except Exception as error:  # noqa: BLE001
                failures.append(repr(error))

        threads = [threading.Thread(target=publish)] + [threading.Thread(target=join, args=(k,)) for k in range(8)]
        threads[0].start()
        try:
            hostline.wait_for(lambda: last[0] > 30, hostline.slow(10))
            for thread in threads[1:]:
                thread.start()
            for thread in threads[1:]:
                thread.join()
        finally:
            stop.set()
            threads[0].join()
        t.equal(failures, [], 'nobody met a hole or waited for ever')
        t.equal(len(runs), 1000, f'a thousand joined while {last[0]} events flowed')
        t.check(all(seqs == list(range(seqs[0], seqs[-1] + 1)) and seqs[-1] >= head + 6 for head, seqs in runs), 'each run is whole')


def test_resume_from_the_end_of_a_long_log(t):
    """(mercure#1382) The scan for a cursor began at the oldest entry: with a long history recent ones were not found."""
    server, publisher, staff = open_server()
    with server:
        fill(server, publisher, 500)

        def resume_from_last_but_one():
            head = server.state(LOCATION, staff)['pos']['seq']
            pos = server.events(LOCATION, staff, head - 2, 1)['pos']
            times = []
            for _ in range(15):
                began = time.monotonic()
                board = server.follow(LOCATION, staff, pos=pos)
                board.read_to(head)
                times.append(time.monotonic() - began)
                assert board.welcome['why'] == 'in_window', board.welcome
                assert [e['seq'] for e in board.events] == [head], board.events
                board.close()
            return statistics.median(times)

        short = resume_from_last_but_one()
        fill(server, publisher, LONG)
        long = resume_from_last_but_one()
        t.note(f'{short * 1000:.1f} ms with 500 events, {long * 1000:.1f} ms with {LONG + 500}')
        t.check(long < max(short * 5, hostline.moment(0.05)), 'as fast in a long log, and exact')
        server.restart()
        t.check(resume_from_last_but_one() < max(short * 5, hostline.moment(0.05)), 'after a restart, too')


def test_a_position_that_never_was_is_answered_at_once(t):
    """(mercure#704) A client that asks from an id which the hub never saw waits for ever."""
    server, publisher, staff = open_server()
    with server:
        last = fill(server, publisher, 50)
        pos = server.state(LOCATION, staff)['pos']
        for what, wrong in (('ahead', {**pos, 'seq': last + 1000}), ('hash_mismatch', {**pos, 'h': 'ffffffffffffffff'}),
                            ('epoch_changed', {**pos, 'epoch': 'never'}), ('ahead', {**pos, 'seq': 2**53 - 1})):
            began = time.monotonic()
            board = server.follow(LOCATION, staff, pos=wrong)
            t.equal((board.welcome['mode'], board.welcome['why']), ('snapshot', what), what)
            board.read_until(lambda f: f['t'] == 'snapshot')
            t.check(time.monotonic() - began < hostline.moment(0.5), 'with a snapshot right behind')
            t.equal(board.pos, pos, 'at the head')
            board.close()


def test_the_position_after_a_recovery_is_the_last_event(t):
    """(centrifugo#394) After a recovery the next message found the state insufficient."""
    server, publisher, staff = open_server()
    with server:
        fill(server, publisher, 20)
        pos = server.events(LOCATION, staff, 9, 1)['pos']
        board = server.follow(LOCATION, staff, pos=pos)
        board.read_to(20)
        for n in range(21, 40):
            server.publish(LOCATION, publisher, call(n))
            board.read_to(n)
            t_pos = board.events[-1]['seq'], board.pos['seq']
            assert t_pos == (n, n), t_pos
            if n % 5 == 0:
                board.ws.reset()
                board = server.follow(LOCATION, staff, pos=board.pos)
                assert board.welcome['why'] == 'in_window', board.welcome
        t.check(True, 'recovered and live, over and over')


def test_a_position_without_epoch_is_refused(t):
    """(centrifuge-go#159) A position without an epoch skipped the check, and a recreated stream was not noticed."""
    server, publisher, staff = open_server()
    with server:
        fill(server, publisher, 10)
        pos = server.state(LOCATION, staff)['pos']
        for what, wrong in (('none', {k: v for k, v in pos.items() if k != 'epoch'}), ('empty', {**pos, 'epoch': ''}),
                            ('null', {**pos, 'epoch': None})):
            board = server.follow(LOCATION, staff, hello=False)
            board.ws.send_json({'t': 'hello', 'device': 'x', 'app': 'x/1', 'language': 'en', 'pos': wrong, 'unsent': 0})
            bye = board.read_until(lambda f: f['t'] == 'bye')
            t.equal((bye['code'], bye['action']), (4400, 'stop'), what)
        server.ctl('location', 'remove', LOCATION)
        server.add_location(LOCATION)
        publisher, staff = server.add_token(LOCATION, 'publisher'), server.add_token(LOCATION, 'staff')
        fill(server, publisher, 10)
        board = server.follow(LOCATION, staff, pos=pos)
        t.equal((board.welcome['mode'], board.welcome['why']), ('snapshot', 'epoch_changed'), 'the same seq of another log')


def test_every_way_to_append_is_one_run(t):
    """(centrifuge#119) A publish path forgot the offset. Here all ways lead through one, and a follower has no hole."""
    server, publisher, staff = open_server()
    with server:
        agent = server.add_token(LOCATION, 'agent')
        board = server.follow(LOCATION, staff)
        board.read_until(lambda f: f['t'] == 'snapshot')
        floor = {'hostline_floor': 1, 'areas': [{'area_id': 'main', 'name': 'Main', 'width': 100, 'height': 100}],
                 'sections': [], 'combinations': [], 'marks': [],
                 'tables': [{'table_id': '1', 'label': '1', 'area_id': 'main', 'shape': 'square', 'x': 0, 'y': 0, 'w': 90, 'h': 90,
                             'rotation': 0, 'seats_min': 1, 'seats_max': 4}]}
        paths = {name: os.path.join(server.root, f'{name}.json') for name in ('floor', 'location')}
        with open(paths['floor'], 'w') as file:
            json.dump(floor, file)
        for n in range(4):
            with open(paths['location'], 'w') as file:
                json.dump({'name': f'Ocean {n}'}, file)
            server.publish(LOCATION, publisher, call(f'one-{n}'))
            server.publish(LOCATION, publisher, [call(f'array-{n}-{i}') for i in range(3)])
            server.post(f'/v1/locations/{LOCATION}/events', publisher, {
                'specversion': '1.0', 'type': 'com.example.call_started', 'source': '/x', 'id': f'ce-{n}', 'time': hostline.now(),
                'data': {'call_id': f'ce-{n}'}}, headers=[('Content-Type', 'application/cloudevents+json')])
            board.act('add_party', {'party_id': f'ws-{n}', 'size': 2, 'status': 'waiting'}, n=n + 1)
            server.post(f'/v1/locations/{LOCATION}/actions', agent, {
                'id': str(uuid.uuid4()), 'kind': 'add_party', 'composed_at': hostline.now(),
                'data': {'party_id': f'http-{n}', 'size': 2, 'status': 'waiting'}})
            server.ctl('location', 'set', LOCATION, paths['location'])
            server.ctl('floor', 'import', LOCATION, paths['floor'])
            server.publish(LOCATION, publisher, {'kind': 'reservation_created', 'at': hostline.now(), 'data': {
                'reservation_id': f'held-{n}', 'name': f'Guest {n}', 'party_size': 2, 'starts_at': hostline.now(7200 + 3600 * n),
                'status': 'held', 'held_until': hostline.now(0.5)}})

        def held():
            return [r for r in server.state(LOCATION, staff)['entities']['reservations'] if r['status'] == 'held']

        hostline.wait_for(lambda: not held(), hostline.slow(20), 'timers have appended too')
        log = server.events(LOCATION, staff)['events']
        board.read_to(log[-1]['seq'])
        t.equal([e['seq'] for e in board.events], list(range(1, board.pos['seq'] + 1)), f"one run of {board.pos['seq']}")
        t.equal(board.events[:len(log)], log, 'what was sent is what is stored')
        roles = {e['by']['role'] for e in log}
        t.check({'publisher', 'staff', 'agent', 'system'} <= roles, f'of {sorted(roles)}')


def test_a_quiet_location_recovers_beside_a_busy_one(t):
    """(socket.io#5282) A quiet connection could not recover: it had no offset yet, or other rooms' traffic had trimmed it."""
    server, publisher, staff = open_server()
    with server:
        server.add_location('pier')
        quiet_staff, quiet_publisher = server.add_token('pier', 'staff'), server.add_token('pier', 'publisher')
        quiet = server.follow('pier', quiet_staff)
        pos = quiet.read_until(lambda f: f['t'] == 'snapshot')['pos']
        t.equal((pos['seq'], pos['h']), (0, '0' * 16), 'a position before any event')
        fill(server, publisher, 6000, text=900)  # more than a ring, in events and in bytes
        quiet.ws.reset()
        again = server.follow('pier', quiet_staff, pos=pos)
        t.equal((again.welcome['mode'], again.welcome['why']), ('resume', 'in_window'), 'recovers')
        server.publish('pier', quiet_publisher, call(1))
        again.read_to(1)
        t.equal(again.ping()['head'], 1, 'pong tells the head of its own log')


def test_a_killed_server_knows_every_position(t):
    """(redis-streams-adapter#26) A client was back before the server had saved its session, and could not recover."""
    server, publisher, staff = open_server()
    with server:
        lost = 0
        pos = server.follow(LOCATION, staff).read_until(lambda f: f['t'] == 'snapshot')['pos']
        for n in range(1, 9):
            board = server.follow(LOCATION, staff, pos=pos)
            lost += board.welcome['mode'] != 'resume'
            server.publish(LOCATION, publisher, call(n))
            pos = board.read_to(n)
            server.kill()
            server.restart()
        t.equal(lost, 0, 'all recover: the position is the client\'s')


def test_who_was_replaced_hears_nothing_more(t):
    """(redis-streams-adapter#7, wire-webapp#21448) Two open sockets of one client: a message on the old one came an hour later."""
    server, publisher, staff = open_server()
    with server:
        older = server.follow(LOCATION, staff, device='stand-1')
        older.read_until(lambda f: f['t'] == 'snapshot')
        newer = server.follow(LOCATION, staff, device='stand-1', pos=older.pos)
        last = fill(server, publisher, 30)
        newer.read_to(last)
        frames = []
        try:
            while True:
                frames.append(older.read(hostline.slow(10)))
        except hostline.Closed as closed:
            t.equal(closed.code, 4409, 'the older one is closed')
        t.equal([f['t'] for f in frames], ['bye'], 'and hears nothing but that')
        devices = json.loads(server.ctl('--json', 'device', 'status', LOCATION).stdout)['devices']
        t.equal(len(devices), 1, 'it is there once')


def test_presence_is_there_at_welcome_and_only_once(t):
    """(ably-dotnet#329) Presence was gone after a wake-up although the connection was there."""
    server, publisher, staff = open_server()
    with server:
        pos = None
        for n in range(5):
            board = server.follow(LOCATION, staff, device='stand-1', pos=pos)
            devices = json.loads(server.ctl('--json', 'device', 'status', LOCATION).stdout)['devices']
            t.equal([d['label'] for d in devices], ['stand-1'], f'visit {n + 1}')
            if n == 0:
                pos = board.read_until(lambda f: f['t'] == 'snapshot')['pos']
            board.ws.reset() if n % 2 else None  # and now and then the old line is still open


def test_presence_is_told_to_those_who_are_there(t):
    """Who is here: the devices that are connected now and who acted last at them; no addresses, and no other location's."""
    server, publisher, staff = open_server()
    with server:
        server.add_location('elsewhere')
        other = server.add_token('elsewhere', 'staff')
        path = f'/v1/locations/{LOCATION}/presence'
        t.equal(server.get(path, staff).json(), {'devices': [], 'total': 0}, 'nobody')
        stand = server.follow(LOCATION, staff, device='Stand 1')
        patio = server.follow(LOCATION, server.add_token(LOCATION, 'manager'), device='Patio')
        away = server.follow('elsewhere', other, device='Elsewhere')
        stand.act('add_party', {'party_id': 'p1', 'size': 2, 'status': 'waiting'}, who='Ana')
        patio.act('add_party', {'party_id': 'p2', 'size': 2, 'status': 'waiting'}, who='')
        devices = {d['label']: d for d in server.get(path, staff).json()['devices']}
        t.equal(sorted(devices), ['Patio', 'Stand 1'], 'this location alone')
        t.equal(devices['Stand 1']['who'], 'Ana', 'who acted there')
        t.check('who' not in devices['Patio'], 'nobody was named there')
        t.equal(devices['Patio']['role'], 'manager', 'its role')
        t.check(0 <= devices['Stand 1']['idle_s'] <= devices['Stand 1']['connected_s'] < 600, 'since when it is still')
        t.check(not any('address' in d or 'session' in d for d in devices.values()), 'no addresses')
        t.equal(server.get(path, other).status, 403, 'not for another location')
        t.equal(server.get(path, publisher).status, 403, 'not for a publisher')
        patio.close()
        hostline.wait_for(lambda: len(server.get(path, staff).json()['devices']) == 1, what='one has left')
        away.close()


def rss_kib(pid):
    with open(f'/proc/{pid}/status') as file:
        return next(int(line.split()[1]) for line in file if line.startswith('RssAnon'))


def test_slow_closes_leave_nothing(t):
    """(centrifugo#117, #856) Closing clients that do not read leaked, or went in circles of close and recovery."""
    server, publisher, staff = open_server(config='[log]\nlevel=error\n')
    with server:
        agent = server.add_token(LOCATION, 'agent')
        fill(server, publisher, 1500, text=600)
        pos = {**server.events(LOCATION, staff, 0, 1)['pos'], 'seq': 0, 'h': '0' * 16}
        monitor = server.add_token(LOCATION, 'monitor')

        def turn(count):
            """Each is full of a long replay that it does not read when the next of the same device takes its place."""
            old = []
            for n in range(count):
                ws = server.follow(LOCATION, agent, pos=pos, device=f'tool-{n % 20}', receive_buffer=4096)
                old.append(ws)
                if len(old) > 40:
                    old.pop(0).ws.sock.close()
            for board in old:
                board.ws.sock.close()
            hostline.wait_for(lambda: server.metrics(monitor)[f'hostline_connections{{location="{LOCATION}"}}'] == 0,
                              hostline.slow(20), 'all are gone')
            hostline.wait_for(lambda: server.metrics(monitor)['hostline_tcp_connections'] <= 1, hostline.slow(20), 'their sockets too')

        def used():
            """KiB that are allocated. What the heaps keep of the memory that 40 replays at once had taken is not in it: that is
            up to 30 MiB of the resident set, or nothing, by which thread's heap happens to have something at its end."""
            return server.metrics(monitor)['hostline_heap_used_bytes'] / 1024

        turn(100)
        before, resident, fds = used(), rss_kib(server.pid), len(os.listdir(f'/proc/{server.pid}/fd'))
        turn(CLOSES)
        if not hostline.sanitized():  # its memory is not malloc's
            try:
                hostline.wait_for(lambda: used() - before < CLOSES * LEAK_KIB, hostline.slow(10))  # the connection log's last batch
            except TimeoutError:
                pass
            t.check(used() - before < CLOSES * LEAK_KIB, 'memory is flat')
        t.note(f'{CLOSES} slow closes: {before:.0f} -> {used():.0f} KiB used, {resident} -> {rss_kib(server.pid)} KiB resident')
        fds_after = len(os.listdir(f'/proc/{server.pid}/fd'))
        t.check(fds_after <= fds + 2, f'{fds} -> {fds_after} descriptors')


def test_a_stopped_screen_blocks_nobody(t):
    """(kuksa-databroker#60, mercure#277) One subscriber that does not read blocked all publishers."""
    server, publisher, staff = open_server()
    with server:
        reader = server.follow(LOCATION, staff, device='reader')

        def publish():
            took = timed(lambda: reader.read_to(fill(server, publisher, 100, text=500)))
            return took

        alone = statistics.median(publish() for _ in range(10))
        stopped = server.follow(LOCATION, staff, device='stopped', receive_buffer=4096)
        beside = statistics.median(publish() for _ in range(25))
        t.note(f'100 events to the other screen: {alone * 1000:.0f} ms alone, {beside * 1000:.0f} ms beside the stopped one')
        t.check(beside < max(alone * 5, hostline.moment(0.2)), 'publishers and the other screen go on')
        stopped.ws.sock.close()


def test_a_loop_of_retries_shows(t):
    """(phoenix_live_view#3668) Every device was in a retry loop, and nothing of the server told it."""
    server, publisher, staff = open_server()
    with server:
        monitor = server.add_token(LOCATION, 'monitor')
        fill(server, publisher, 10)
        pos = {**server.state(LOCATION, staff)['pos'], 'h': 'ffffffffffffffff'}
        for n in range(25):
            board = server.follow(LOCATION, staff, device='stand-1', pos=pos)
            board.ws.send_text('{"t":"ack"}')  # without its members
            board.ws.expect_close()
        metrics = hostline.wait_for(lambda: (m := server.metrics(monitor), m.get('hostline_closes_total{code="4400"}') == 25)[1] and m,
                                    hostline.slow(5))
        t.equal(metrics[f'hostline_reconnects_total{{location="{LOCATION}"}}'], 25, 'hellos')
        t.equal(metrics['hostline_resumes_total{mode="snapshot",reason="hash_mismatch"}'], 25, 'why they were sent a snapshot')
        t.equal(metrics['hostline_closes_total{code="4400"}'], 25, 'how they ended')
        waiting = server.follow(LOCATION, staff, device='stand-2', unsent=7)
        waiting.ping()
        t.equal(server.metrics(monitor)[f'hostline_client_unsent{{location="{LOCATION}"}}'], 7, 'what clients report as unsent')

        def byes():
            rows = map(json.loads, server.ctl('--json', 'connections', LOCATION).stdout.splitlines())
            return [r for r in rows if r['what'] == 'bye']

        rows = hostline.wait_for(lambda: (r := byes(), len(r) == 25)[1] and r, hostline.slow(5))
        t.equal({r['cause'] for r in rows}, {'a malformed frame'}, 'and the connection log has each with its cause')


def test_the_write_ahead_log_stays_small(t):
    """(gotosocial#2808, stellar-core#2040) SQLite's write-ahead log grew without end because a reader was always open."""
    server, publisher, staff = open_server()
    with server:
        agent = server.add_token(LOCATION, 'agent')
        fill(server, publisher, 2000, text=600)
        start = {**server.events(LOCATION, staff, 0, 1)['pos'], 'seq': 0, 'h': '0' * 16}
        # in the middle of a replay, for ever; and one that reads pages all the time
        stuck = [server.follow(LOCATION, agent, pos=start, device=f'stuck-{n}', receive_buffer=4096) for n in range(5)]
        stop = threading.Event()

        def query():
            try:
                while not stop.is_set():
                    server.events(LOCATION, staff, 0, 500)
                    server.state(LOCATION, staff)
            except OSError:
                pass  # the test has failed already, and its server is gone

        threads = [threading.Thread(target=query, daemon=True) for _ in range(2)]
        for thread in threads:
            thread.start()
        largest = 0
        for _ in range(40):
            fill(server, publisher, 500, text=1700)
            largest = max(largest, os.path.getsize(os.path.join(server.data_dir, 'hostline.db-wal')))
        stop.set()
        for thread in threads:
            thread.join(hostline.slow(10))
        size = os.path.getsize(os.path.join(server.data_dir, 'hostline.db'))
        t.note(f'{largest / 1e6:.1f} MB of write-ahead log at most while the database grew to {size / 1e6:.0f} MB')
        t.check(largest <= WAL_BYTES, '64 MiB at most')
        t.check(largest < size / 2, 'and not with the database')
        for board in stuck:
            board.ws.sock.close()


if __name__ == '__main__':
    tap.main()
