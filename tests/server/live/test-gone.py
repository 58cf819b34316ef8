# SPDX-License-Identifier: GPL-3.0-or-later
"""Who is gone without a word, and who does not read: noticed in time, gone once, and no burden meanwhile."""

import json
import statistics
import subprocess
import sys
import threading
import time

import hostline
import tap
from island import Island

LOCATION = 'ocean-ave'
GHOST_S = 50  # a presence ends after this at the latest
SLOW = 50
SLOW_KIB = 384


def open_server(**how):
    server = hostline.Server(**how)
    server.add_location(LOCATION)
    return server, server.add_token(LOCATION, 'publisher'), server.add_token(LOCATION, 'staff')


def present(server):
    return {d['label'] for d in json.loads(server.ctl('--json', 'device', 'status', LOCATION).stdout).get('devices', [])}


def closes(server, label):
    rows = map(json.loads, server.ctl('--json', 'connections', LOCATION, '--device', label).stdout.splitlines())
    return [r for r in rows if r['what'] == 'close']


class Pinger(threading.Thread):
    """Keeps boards alive; with `read`, the way a dashboard does."""

    def __init__(self, boards, read):
        super().__init__(daemon=True)
        self.boards, self.read, self.ending, self.failure, self.ended = boards, read, threading.Event(), None, {}

    def run(self):
        n = 0
        while not self.ending.wait(0.2 if self.read else 3):
            n += 1
            for board in self.boards:
                if board in self.ended:
                    continue
                try:
                    board.ping(n, wait=self.read)
                except (OSError, hostline.Closed) as error:
                    if self.read:
                        self.failure = error
                        return
                    self.ended[board] = time.monotonic()

    def end(self):
        self.ending.set()
        self.join()


CLIENT = '''
import sys
sys.path[:0] = sys.argv[5:]
import hostline
server = hostline.Server(start=False)
server.host, server.port = sys.argv[1], int(sys.argv[2])
board = server.follow(sys.argv[3], sys.argv[4], device='killed')
print('here', flush=True)
while True:
    board.read(3600)
'''


def test_ghosts(t):
    """A client that is killed, one that freezes and one whose network vanishes: each is gone from `device status` in time, and
    leaves once. A client that has data in flight is found out by the kernel, before the silence is long enough."""
    with Island() as island:
        server, publisher, staff = open_server(listen=['127.0.0.1:0', f'{island.host}:0'], arguments=['--insecure-lan', '--no-tls'])
        with server:
            far = hostline.Server(start=False)
            far.host, far.port = island.host, int(server.urls[1].rsplit(':', 1)[1])
            frozen = server.follow(LOCATION, staff, device='frozen')
            idle = far.follow(LOCATION, staff, device='idle', sock=island.socket())
            alive = server.follow(LOCATION, staff, device='alive')
            child = subprocess.Popen([sys.executable, '-c', CLIENT, server.host, str(server.port), LOCATION, staff, *sys.path],
                                     stdout=subprocess.PIPE)
            child.stdout.readline()
            t.equal(present(server), {'frozen', 'idle', 'alive', 'killed'}, 'all are there')
            pinger = Pinger([alive], True)
            pinger.start()
            island.cut()
            child.kill()
            child.wait()
            began = time.monotonic()
            gone = {}

            def look():
                here = present(server)
                for label in ('frozen', 'idle', 'killed'):
                    if label not in here:
                        gone.setdefault(label, time.monotonic() - began)
                return len(gone) == 3

            hostline.wait_for(look, hostline.slow(GHOST_S + 10), 'all three are gone', every=0.25)
            t.note(', '.join(f'{label} after {seconds:.1f} s' for label, seconds in gone.items()))
            t.check(gone['killed'] < hostline.slow(3), 'killed: at once')
            t.check(25 <= gone['frozen'] <= hostline.slow(GHOST_S), 'frozen: after its silence')
            t.check(gone['idle'] <= hostline.slow(GHOST_S), 'vanished: likewise')
            t.equal(present(server), {'alive'}, 'nobody else is')
            for label in ('frozen', 'idle', 'killed'):
                rows = hostline.wait_for(lambda: closes(server, label), hostline.slow(10), f'{label} in the connection log')
                t.equal(len(rows), 1, f'{label}: one leave')
            t.equal(closes(server, 'alive'), [], 'who is there has not left')
            pinger.end()
            t.equal(pinger.failure, None, 'and was served all the time')
            frozen.ws.sock.close(), idle.ws.sock.close()


def test_half_open_with_data(t):
    """The network vanishes while events flow: the connection ends 20 s later, and the others never wait for it."""
    with Island() as island:
        server, publisher, staff = open_server(listen=['127.0.0.1:0', f'{island.host}:0'], arguments=['--insecure-lan', '--no-tls'])
        with server:
            far = hostline.Server(start=False)
            far.host, far.port = island.host, int(server.urls[1].rsplit(':', 1)[1])
            lost = far.follow(LOCATION, staff, device='lost', sock=island.socket())
            reader = server.follow(LOCATION, staff, device='reader')
            island.cut()
            began, n, delays = time.monotonic(), 0, []
            while 'lost' in present(server) and time.monotonic() - began < hostline.slow(GHOST_S):
                n += 1
                sent = time.monotonic()
                reader.read_to(server.publish(LOCATION, publisher, {'kind': 'call_started', 'data': {'call_id': f'c{n}'}})['last'])
                delays.append(time.monotonic() - sent)
                reader.ping(n)
            took = time.monotonic() - began
            t.note(f'gone after {took:.1f} s; POST to frame for the other: {statistics.median(delays) * 1000:.1f} ms median, '
                   f'{sorted(delays)[int(len(delays) * 0.99) - 1] * 1000:.1f} ms p99')
            t.check(15 <= took <= hostline.slow(28), f'TCP_USER_TIMEOUT: {took:.1f} s')
            row = hostline.wait_for(lambda: closes(server, 'lost'), hostline.slow(10))[0]
            t.equal((row['code'], row['cause']), (1006, 'the connection broke'), 'how it ended')
            lost.ws.sock.close()


def rss_kib(pid):
    with open(f'/proc/{pid}/status') as file:
        return next(int(line.split()[1]) for line in file if line.startswith('RssAnon'))


class Deaf(threading.Thread):
    """Boards that read (so that nothing piles up on the way) and ping, and acknowledge nothing."""

    def __init__(self, boards):
        super().__init__(daemon=True)
        self.boards, self.codes, self.ending = list(boards), [], threading.Event()

    def run(self):
        for board in self.boards:
            board.ws.sock.setblocking(False)
        pinged = 0
        while self.boards and not self.ending.is_set():
            if time.monotonic() - pinged > 3:
                pinged = time.monotonic()
                for board in self.boards:
                    board.ping(1, wait=False)
            for board in list(self.boards):
                try:
                    while True:
                        frame = board.read(0.0001)
                        if frame['t'] == 'bye':
                            self.codes.append(frame['code'])
                except (BlockingIOError, TimeoutError):
                    pass
                except (OSError, hostline.Closed):
                    self.boards.remove(board)
            time.sleep(0.05)


def test_slow_consumers(t):
    """25 that do not read and 25 that do not acknowledge, with events in flight: each costs a constant, the others do not notice,
    all are ended in time, and come back to a snapshot."""
    server, publisher, staff = open_server()
    with server:
        reader = server.follow(LOCATION, staff, device='reader')
        number = 0

        def publish(count):
            nonlocal number
            number += 1
            sent = time.monotonic()
            last = server.publish(LOCATION, publisher, [
                {'kind': 'call_updated', 'data': {'call_id': 'c1', 'summary': f'{number}-{i} ' + 'x' * 600}} for i in range(count)])['last']
            reader.read_to(last, hostline.slow(30))
            return time.monotonic() - sent

        for _ in range(40):
            publish(50)
        alone = [publish(1) for _ in range(100)]
        before = rss_kib(server.pid)
        half = SLOW // 2
        stuck = [server.follow(LOCATION, staff, device=f'slow-{i}', receive_buffer=4096, pos=reader.pos) for i in range(half)]
        mute = Deaf([server.follow(LOCATION, staff, device=f'mute-{i}', ack=False, pos=reader.pos) for i in range(half)])
        pinger = Pinger(stuck, False)
        began = time.monotonic()
        pinger.start(), mute.start()
        for _ in range(20):
            publish(50)
        filled = rss_kib(server.pid)
        for _ in range(40):
            publish(50)
        each = (rss_kib(server.pid) - before) / SLOW
        t.note(f'{each:.0f} KiB each; {rss_kib(server.pid) - filled:+d} KiB while 2,000 more events passed them')
        t.check(each <= SLOW_KIB or hostline.sanitized(), f'{each:.0f} KiB for each')
        delays = []

        def rows(kind, name):
            lines = server.ctl('--json', 'connections', LOCATION).stdout.splitlines()
            return [r for r in map(json.loads, lines) if r['what'] == kind and (r['device'] or '').startswith(name)]

        while (len(pinger.ended) < half or mute.boards) and time.monotonic() - began < hostline.slow(80):
            delays.append(publish(1))
            reader.ping(number)
            time.sleep(0.1)  # the pace: over 5,000 events behind would be another reason to go
        t.note(f'POST to frame: {statistics.median(alone) * 1000:.1f} ms median, {sorted(alone)[98] * 1000:.1f} ms p99 alone; '
               f'{statistics.median(delays) * 1000:.1f} ms median, {sorted(delays)[int(len(delays) * 0.99) - 1] * 1000:.1f} ms p99 '
               f'beside {SLOW} that do not read or acknowledge')
        t.check(sorted(delays)[int(len(delays) * 0.99) - 1] < hostline.moment(0.05), 'the others: 50 ms at the 99th of 100')
        t.equal(mute.codes, [4102] * half, 'who acknowledges nothing is asked to take a snapshot')
        found = hostline.wait_for(lambda: (f := rows('close', 'slow-'), len(f) == half)[1] and f, hostline.slow(10))
        t.equal({r['cause'] for r in found}, {'the client did not read'}, 'who reads nothing is given up')
        times = [r['detail']['duration_ms'] / 1000 for r in found]
        t.check(15 <= min(times) and max(times) <= hostline.slow(30), f'after {min(times):.0f} to {max(times):.0f} s')
        hostline.wait_for(lambda: len(rows('close', 'mute-')) == half, hostline.slow(10))
        found = rows('bye', 'mute-')
        t.equal({(r['code'], r['cause']) for r in found}, {(4102, 'behind for too long')}, 'the connection log says why')
        times = [r['detail']['duration_ms'] / 1000 for r in rows('close', 'mute-')]
        t.check(58 <= min(times) and max(times) <= hostline.slow(75), f'after {min(times):.0f} to {max(times):.0f} s')
        pinger.end()
        for device in ('slow-7', 'mute-7'):
            again = server.follow(LOCATION, staff, device=device, pos=reader.pos)
            t.equal((again.welcome['mode'], again.welcome['why']), ('snapshot', 'after_slow'), f'{device} comes back to a snapshot')
            again.close()
        for board in stuck:
            board.ws.sock.close()


if __name__ == '__main__':
    tap.main()
