# SPDX-License-Identifier: GPL-3.0-or-later
"""How a session goes on: resume from every position, and every reason for a snapshot."""

import threading
import time

import hostline
import tap

LOCATION = 'ocean-ave'


def open_server(**how):
    server = hostline.Server(**how)
    server.add_location(LOCATION)
    return server, server.add_token(LOCATION, 'publisher'), server.add_token(LOCATION, 'staff')


def call(n, kind='call_started', **data):
    return {'kind': kind, 'at': hostline.now(), 'data': {'call_id': f'c{n}', **data}}


def publish_many(server, token, n, first=1):
    last = 0
    while n > 0:
        count = min(n, 500)
        last = server.publish(LOCATION, token, [call(i) for i in range(first, first + count)])['last']
        first, n = first + count, n - count
    return last


def positions(server, token, last):
    """Position after each event, as a follower would have had it."""
    found = {}
    for seq in range(1, last + 1):
        found[seq] = server.events(LOCATION, token, seq - 1, 1)['pos']
    return found


def test_every_position(t):
    """A resume from every position gets exactly what follows it."""
    server, publisher, staff = open_server()
    with server:
        last = publish_many(server, publisher, 40)
        known = positions(server, staff, last)
        for seq in range(1, last + 1):
            board = server.follow(LOCATION, staff, pos=known[seq], device=f'stand-{seq}')
            assert board.welcome['mode'] == 'resume', board.welcome
            assert board.welcome['why'] == 'in_window'
            board.read_to(last)
            assert [e['seq'] for e in board.events] == list(range(seq + 1, last + 1)), (seq, board.events)
            assert board.pos == known[last]
            board.close()
        t.check(True, f'{last} positions')


def test_after_restart(t):
    """After a restart, with an empty ring, the store gives the same frames."""
    server, publisher, staff = open_server()
    with server:
        last = publish_many(server, publisher, 30)
        known = positions(server, staff, last)
        server.restart()
        for seq in (1, 2, 15, 29, 30):
            board = server.follow(LOCATION, staff, pos=known[seq], device=f'stand-{seq}')
            t.equal(board.welcome['why'], 'in_window', f'why, from {seq}')
            board.read_to(last)
            t.equal([e['seq'] for e in board.events], list(range(seq + 1, last + 1)), f'events, from {seq}')
            board.close()
        metrics = server.metrics(server.add_token(LOCATION, 'monitor'))
        t.check(metrics['hostline_ring_misses_total'] >= 4, 'pages were read from the store')
        board = server.follow(LOCATION, staff, pos=known[30])
        server.publish(LOCATION, publisher, call(99))
        board.read_to(31)
        t.equal([e['seq'] for e in board.events], [31], 'and goes on live')


def test_reasons(t):
    """Every reason for a snapshot."""
    server, publisher, staff = open_server()
    with server:
        empty = server.follow(LOCATION, staff, pos=None, device='empty')
        t.equal((empty.welcome['mode'], empty.welcome['why']), ('snapshot', 'first'), 'null position')
        empty.read_until(lambda f: f['t'] == 'snapshot')
        t.equal(empty.pos['seq'], 0, 'an empty log is seq 0')
        t.equal(empty.pos['h'], '0' * 16, 'and h zeros')
        t.equal(empty.snapshot['location']['name'], 'Ocean Ave', 'a snapshot of an empty log has the location')
        again = server.follow(LOCATION, staff, pos=empty.pos, device='again')
        t.equal(again.welcome['why'], 'in_window', 'resume at 0')
        last = publish_many(server, publisher, 20)
        again.read_to(last)
        t.equal(len(again.events), 20, 'all of them, from 0')
        good = again.pos

        def why(pos):
            board = server.follow(LOCATION, staff, pos=pos, device='why')
            board.close()
            return board.welcome['mode'], board.welcome['why']

        t.equal(why({**good, 'epoch': 'other'}), ('snapshot', 'epoch_changed'), 'epoch')
        t.equal(why({**good, 'h': '00000000deadbeef'}), ('snapshot', 'hash_mismatch'), 'h')
        t.equal(why({**good, 'seq': last + 1}), ('snapshot', 'ahead'), 'ahead')
        t.equal(why({**good, 'seq': 5}), ('snapshot', 'hash_mismatch'), 'another h at that seq')
        t.equal(why(good), ('resume', 'in_window'), 'in the window')
        last = publish_many(server, publisher, 501, first=100)
        t.equal(why(good), ('snapshot', 'too_far'), 'too many events')


def test_too_many_bytes(t):
    """A replay over 256 KiB is a snapshot instead; a tool may replay it."""
    server, publisher, staff = open_server()
    with server:
        agent = server.add_token(LOCATION, 'agent')
        first = server.publish(LOCATION, publisher, call(0))
        pos = server.events(LOCATION, staff, 0)['pos']
        for i in range(10):
            server.publish(LOCATION, publisher, [call(i, 'call_updated', summary='x' * 3900) for _ in range(10)])
        t.equal(first['last'], 1, 'first')
        board = server.follow(LOCATION, staff, pos=pos)
        t.equal(board.welcome['why'], 'too_far', 'a dashboard')
        tool = server.follow(LOCATION, agent, pos=pos, device='tool')
        t.equal(tool.welcome['why'], 'in_window', 'a tool')
        tool.read_to(101)
        t.equal([e['seq'] for e in tool.events], list(range(2, 102)), 'every event once')


def test_long_replay(t):
    """A tool replays 5,000 events from the store in order while more come."""
    server, publisher, staff = open_server()
    with server:
        agent = server.add_token(LOCATION, 'agent')
        publish_many(server, publisher, 4500)
        server.restart()
        tool = server.follow(LOCATION, agent, pos={'epoch': server.events(LOCATION, staff, 0, 1)['pos']['epoch'], 'seq': 0,
                                                   'h': '0' * 16})
        t.equal(tool.welcome['mode'], 'resume', 'from the beginning')
        publish_many(server, publisher, 500, first=5000)
        tool.read_to(5000, hostline.slow(30))
        t.equal([e['seq'] for e in tool.events], list(range(1, 5001)), 'gapless')
        t.check(max(len(f['events']) for f in tool.frames if f['t'] == 'events') > 1, 'catch-up frames hold several units')


def test_reconnecting(t):
    """2,000 events while a client connects anew every 50 ms: each event exactly once, in order."""
    server, publisher, staff = open_server()
    with server:
        total, stop = 2000, threading.Event()

        def publish():
            for i in range(total // 4):
                server.publish(LOCATION, publisher, [call(i * 4 + k) for k in range(4)])
            stop.set()

        thread = threading.Thread(target=publish)
        thread.start()
        pos, seen, connects = None, [], 0
        deadline = time.monotonic() + hostline.slow(60)
        snapshot_at = None
        while (pos is None or pos['seq'] < total) and time.monotonic() < deadline:
            board = server.follow(LOCATION, staff, pos=pos)
            connects += 1
            until = time.monotonic() + 0.05
            try:
                while time.monotonic() < until:
                    board.read(max(0.001, until - time.monotonic()))
            except TimeoutError:
                pass
            if board.snapshot is not None:
                assert snapshot_at is None or board.welcome['why'] == 'too_far', board.welcome
                snapshot_at = board.events[0]['seq'] - 1 if board.events else (board.pos or {}).get('seq', 0)
                if not board.events and board.pos is None:
                    snapshot_at = None
                seen = list(range(1, snapshot_at + 1)) if snapshot_at is not None else seen
            seen += [e['seq'] for e in board.events]
            pos = board.pos
            board.ws.reset() if connects % 2 else board.close()
        thread.join()
        t.equal(seen, list(range(1, total + 1)), 'gapless, without duplicates')
        t.check(connects > 5, f'{connects} connections')


def test_two_locations(t):
    """Nothing of one location reaches the other's followers."""
    server, publisher, staff = open_server()
    with server:
        server.add_location('pier', name='Pier')
        other_publisher, other_staff = server.add_token('pier', 'publisher'), server.add_token('pier', 'staff')
        here, there = server.follow(LOCATION, staff), server.follow('pier', other_staff)
        for i in range(50):
            server.publish(LOCATION, publisher, call(f'here{i}'))
            server.publish('pier', other_publisher, call(f'there{i}'))
        here.read_to(50)
        there.read_to(50)
        t.check(all('here' in e['data']['call_id'] for e in here.events), 'here')
        t.check(all('there' in e['data']['call_id'] for e in there.events), 'there')
        t.check(here.pos['epoch'] != there.pos['epoch'], 'each log has its own epoch')
        try:
            server.websocket('pier', staff)
            t.check(False, 'a token of one location opens no session of another')
        except hostline.HandshakeRefused as refused:
            t.equal(refused.response.status, 403, 'a token of one location opens no session of another')


def test_resume_while_publishing(t):
    """Joining at full rate: a hundred followers, each run of seq gapless."""
    server, publisher, staff = open_server()
    with server:
        stop = threading.Event()
        last = [0]

        def publish():
            i = 0
            while not stop.is_set():
                last[0] = server.publish(LOCATION, publisher, [call(f'{i}-{k}') for k in range(5)])['last']
                i += 1

        thread = threading.Thread(target=publish)
        thread.start()
        hostline.wait_for(lambda: last[0] > 50, hostline.slow(10))
        boards, began = [], time.monotonic()
        try:
            # who joined first reads on only when all have: on a slow machine these have to be fewer
            while len(boards) < 100 and (len(boards) < 20 or time.monotonic() - began < 8):
                i = len(boards)
                board = server.follow(LOCATION, staff, device=f'stand-{i}')
                boards.append(board)
                board.read_until(lambda f: f['t'] == 'events')
        finally:
            stop.set()
            thread.join()
        for board in boards:
            board.read_to(last[0])
        t.check(all(b.pos == boards[0].pos for b in boards), 'all stand at the same position')


if __name__ == '__main__':
    tap.main()
