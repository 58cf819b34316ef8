# SPDX-License-Identifier: GPL-3.0-or-later
"""Joining while events flow: every follower's run of events has no hole, however often it comes and goes."""

import threading
import time

import checker
import hostline
import tap
from websocket import Closed


def publish_many(server, token, count, stop, size=4):
    for i in range(0, count, size):
        server.publish('ocean-ave', token, [checker.call_started(f'c{i + k}') for k in range(size)])
    stop.set()


def test_reconnecting_every_50_ms_while_2000_events_flow(t):
    with hostline.Server() as server:
        server.add_location()
        publisher, staff = server.add_token(role='publisher'), server.add_token(role='staff')
        reader = server.add_token(role='staff', name='reader')
        done = threading.Event()
        thread = threading.Thread(target=publish_many, args=(server, publisher, 2000, done), daemon=True)
        pos, events, start, connects = None, [], None, 0
        thread.start()
        while True:
            finished = done.is_set()
            follower = server.follow('ocean-ave', staff, pos=pos)
            connects += 1
            until = time.monotonic() + 0.05
            before = pos['seq'] if pos else None
            try:
                while finished or time.monotonic() < until:
                    frame = follower.read(max(0.001, until - time.monotonic()) if not finished else 5)
                    if frame['t'] == 'snapshot' and frame['part'] == frame['parts']:
                        events, start = [], frame['pos']['seq']
                    pos = follower.pos
                    if finished and pos['seq'] >= 2000:
                        break
            except (TimeoutError, OSError, Closed):
                pass
            assert before is None or pos['seq'] >= before, 'the position went back'
            events += follower.events
            follower.ws.reset() if connects % 2 else follower.close()
            if finished and pos and pos['seq'] >= 2000:
                break
        thread.join(30)
        log = checker.read_log(server, 'ocean-ave', reader)
        checker.check_log(log)
        t.equal(len(log), 2000, 'all events are in the log')
        t.check(connects >= 5, f'{connects} connections')
        checker.check_follower(events, log, start)
        t.equal(start + len(events), 2000, 'snapshot and events make the whole log')


def test_many_join_at_full_rate(t):
    """A report of another hub: what is published between replaying history and subscribing was lost."""
    with hostline.Server() as server:
        server.add_location()
        publisher = server.add_token(role='publisher')
        reader = server.add_token(role='staff', name='reader')
        tokens = [server.add_token(role='staff', name=f'd{i}') for i in range(40)]
        done = threading.Event()
        thread = threading.Thread(target=publish_many, args=(server, publisher, 1200, done), daemon=True)
        thread.start()
        failures, finished = [], []

        def join(token):
            try:
                with server.follow('ocean-ave', token) as follower:
                    follower.read_until(lambda f: f['t'] == 'snapshot' and f['part'] == f['parts'], hostline.slow(60))
                    start = follower.pos['seq']
                    follower.read_to(1200, hostline.slow(90))
                    finished.append((start, follower.events, follower.pos))
            except BaseException as error:
                failures.append(repr(error))

        joins = []
        for token in tokens:
            joins.append(threading.Thread(target=join, args=(token,), daemon=True))
            joins[-1].start()
        for j in joins:
            j.join(hostline.slow(180))
        thread.join(30)
        t.equal(failures, [], 'every follower arrived')
        log = checker.read_log(server, 'ocean-ave', reader)
        for start, events, _ in finished:
            checker.check_follower(events, log, start)
        t.equal(len({p['h'] for _, _, p in finished}), 1, 'all stand on the same content')


if __name__ == '__main__':
    tap.main()
