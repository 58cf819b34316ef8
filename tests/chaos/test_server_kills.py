# SPDX-License-Identifier: GPL-3.0-or-later
"""kill -9 of hostlined under publishers and followers: nothing acknowledged is lost, doubled or out of order."""

import os
import random
import socket
import threading
import time
import uuid

import checker
import hostline
import tap
from websocket import Closed, HandshakeRefused

CYCLES = int(os.environ.get('HL_CYCLES', '50'))
SEED = int(os.environ.get('HL_TEST_SEED', '0')) or random.SystemRandom().randrange(1, 1 << 31)
PUBLISHERS, FOLLOWERS, STAFF = 6, 3, 2
LOST = (OSError, ConnectionError, TimeoutError, socket.timeout, Closed, HandshakeRefused, EOFError, AssertionError)


class Publisher(threading.Thread):
    """Posts events under keys of its own; what it is not sure of it sends again under the old key, as the contract says."""

    pause = 0  # seconds between two events

    def __init__(self, server, location, token, name, stop):
        super().__init__(daemon=True)
        self.server, self.location, self.token, self.label, self.stop_event = server, location, token, name, stop
        self.acknowledged, self.again, self.errors, self.count = {}, 0, [], 0

    def run(self):
        while not self.stop_event.wait(self.pause):
            call_id, key = f'{self.label}-{self.count}', str(uuid.uuid4())
            self.count += 1
            while True:  # until it is known what became of it, also after the end: nothing stays unknown
                try:
                    response = self.server.post(f'/v1/locations/{self.location}/events', self.token,
                                                checker.call_started(call_id), timeout=5,
                                                headers=[('Idempotency-Key', f'"{key}"')])
                except LOST:
                    self.again += 1
                    time.sleep(0.01)
                    continue
                if response.status in (200, 201):
                    answer = response.json()
                    self.acknowledged[call_id] = (answer['first'], answer['last'])
                    break
                if response.status == 503:
                    time.sleep(0.02)
                    continue
                self.errors.append(repr(response))
                return


class Board(threading.Thread):
    """A dashboard: follows, and comes back from its position. Its events are one run of the log, whatever happens."""

    def __init__(self, server, location, token, stop):
        super().__init__(daemon=True)
        self.server, self.location, self.token, self.stop_event = server, location, token, stop
        self.pos, self.events, self.start_seq, self.errors, self.connects, self.snapshots = None, [], None, [], 0, 0

    def run(self):
        while not self.stop_event.is_set():
            try:
                follower = self.server.follow(self.location, self.token, pos=self.pos)
            except LOST:
                time.sleep(0.02)
                continue
            self.connects += 1
            try:
                while not self.stop_event.is_set():
                    frame = follower.read(0.2)
                    if frame['t'] == 'snapshot' and frame['part'] == frame['parts']:
                        self.snapshots += 1
                        self.events, self.start_seq = [], frame['pos']['seq']
                    elif frame['t'] == 'events':
                        self.events += [e for e in frame['events'] if e['seq'] > (self.pos or {'seq': 0})['seq']]
                    self.pos = follower.pos
            except AssertionError as error:  # a hole, or a unit that was cut
                self.errors.append(str(error))
                return
            except (TimeoutError, socket.timeout):
                continue
            except (OSError, Closed):
                continue
            finally:
                follower.close()


class Stand(threading.Thread):
    """A device with an outbox: actions in order of n, sent again above `decided` until each has its answer."""

    def __init__(self, server, location, token, name, stop):
        super().__init__(daemon=True)
        self.server, self.location, self.token, self.label, self.stop_event = server, location, token, name, stop
        self.outbox, self.n, self.errors, self.decided = [], 0, [], {}

    def run(self):
        pos = None
        while not (self.stop_event.is_set() and not self.outbox):
            try:
                follower = self.server.follow(self.location, self.token, pos=pos, device=self.label)
            except LOST:
                time.sleep(0.02)
                continue
            try:
                for item in self.outbox:
                    self.send(follower, item)
                while not (self.stop_event.is_set() and not self.outbox):
                    if len(self.outbox) < 8 and not self.stop_event.is_set() and follower.pos:
                        self.n += 1
                        item = {'id': str(uuid.uuid4()), 'n': self.n, 'base': follower.pos,
                                'data': {'party_id': f'{self.label}-p{self.n}', 'size': 1 + self.n % 6, 'status': 'waiting'}}
                        self.outbox.append(item)
                        self.send(follower, item)
                    frame = follower.read(2)
                    if frame['t'] == 'done':
                        if self.outbox and frame['id'] == self.outbox[0]['id']:
                            self.decided[self.outbox.pop(0)['data']['party_id']] = frame
                        elif frame['id'] not in [i['id'] for i in self.outbox]:
                            pass  # an answer to something sent twice
                        else:
                            self.errors.append(f'answers out of order: {frame}')
                            return
                    elif frame['t'] == 'bye' and frame['code'] >= 4400:
                        self.errors.append(f'refused: {frame}')
                        return
            except AssertionError as error:
                self.errors.append(str(error))
                return
            except (OSError, TimeoutError, socket.timeout, Closed):
                pos = follower.pos
            finally:
                follower.close()

    def send(self, follower, item):
        follower.ws.send_json({'t': 'act', 'kind': 'add_party', 'predicted': 'applied', 'who': 'Ana',
                               'composed_at': hostline.now(), **item})


def test_killed_server_loses_nothing(t):
    rnd = random.Random(SEED)
    t.note(f'seed {SEED}, {CYCLES} cycles')
    with hostline.Server() as server:
        server.add_location()
        server.add_location('second', 'Second')
        publisher = server.add_token(role='publisher')
        other = server.add_token('second', role='publisher')
        staff = [server.add_token(role='staff', name=f'stand-{i}') for i in range(FOLLOWERS + STAFF)]
        monitor = server.add_token(role='staff', name='reader')
        monitor2 = server.add_token('second', role='staff', name='reader2')
        stop, stop_publishers = threading.Event(), threading.Event()
        publishers = [Publisher(server, 'ocean-ave', publisher, f'a{i}', stop_publishers) for i in range(PUBLISHERS)]
        publishers.append(Publisher(server, 'second', other, 'b', stop_publishers))
        boards = [Board(server, 'ocean-ave', staff[i], stop) for i in range(FOLLOWERS)]
        stands = [Stand(server, 'ocean-ave', staff[FOLLOWERS + i], f's{i}', stop_publishers) for i in range(STAFF)]
        everyone = publishers + boards + stands
        for thread in everyone:
            thread.start()
        for _ in range(CYCLES):
            time.sleep(rnd.uniform(0.002, 0.35))  # the moment of the kill, not a wait for anything
            server.kill()
            server.restart()
        # a machine on which hardly anything fits between two kills still shows that all goes on after the last
        hostline.wait_for(lambda: sum(len(p.acknowledged) for p in publishers[:-1]) >= CYCLES, hostline.slow(60), 'events get through')
        stop_publishers.set()
        for thread in publishers + stands:
            thread.join(hostline.slow(60))
            t.check(not thread.is_alive(), f'{thread.label} knows what became of everything')
        for thread in everyone:
            t.equal(thread.errors, [], f'{type(thread).__name__} saw no violation')
        log = checker.read_log(server, 'ocean-ave', monitor)
        hostline.wait_for(lambda: all(b.pos and b.pos['seq'] >= log[-1]['seq'] for b in boards), hostline.slow(60),
                          'all boards at the head')
        stop.set()
        for board in boards:
            board.join(hostline.slow(10))
        checker.check_log(log)
        acknowledged = {k: v for p in publishers[:-1] for k, v in p.acknowledged.items()}
        checker.check_acknowledged(acknowledged, log)
        log2 = checker.read_log(server, 'second', monitor2)
        checker.check_log(log2)
        checker.check_acknowledged(publishers[-1].acknowledged, log2)
        t.check(not any(e['data'].get('call_id', '').startswith('b') for e in log)
                and not any(e['data'].get('call_id', '').startswith('a') for e in log2), 'two locations never mix')
        parties = [e['data']['party_id'] for e in log if e['kind'] == 'party_updated']
        t.equal(len(parties), len(set(parties)), 'no party was added twice')
        for stand in stands:
            for party, done in stand.decided.items():
                assert done['outcome'] == 'applied' and party in parties, f'{party}: {done} is not in the log'
            order = [p for p in parties if p.startswith(stand.label + '-')]
            t.equal(order, sorted(order, key=lambda p: int(p.rsplit('p', 1)[1])), f'{stand.label}: in the order of n')
        for board in boards:
            checker.check_follower(board.events, log, board.start_seq)
            t.equal(board.pos['seq'], log[-1]['seq'], 'a board stands at the head')
        heads = {(b.pos['epoch'], b.pos['h']) for b in boards}
        t.equal(len(heads), 1, 'all boards stand on the same content')
        t.check(len(acknowledged) >= CYCLES, 'events got through between the kills')
        t.note(f'{len(log)} events, {len(acknowledged)} acknowledged, {sum(p.again for p in publishers)} sent again, '
               f'{sum(len(s.decided) for s in stands)} actions, {sum(b.connects for b in boards)} connects, '
               f'{sum(b.snapshots for b in boards)} snapshots; 0 lost, 0 doubled, 0 out of order')


if __name__ == '__main__':
    tap.main()
