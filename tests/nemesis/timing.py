# SPDX-License-Identifier: GPL-3.0-or-later
"""How long: until a dead connection is noticed, until a computer that slept is current again, until a herd is back; and how
much memory a consumer costs that does not read."""

import collections
import json
import mmap
import os
import random
import statistics
import struct
import subprocess
import threading
import time

import hostline
from proxy import BOTH
from world import World

NOTICED_S, GIVEN_UP_S, RESUMED_S, HERD_S = 10.0, 20.0, 2.0, 30.0
# Of a loaded machine, and of looking 50 times a second. A release is measured alone; among other tests a process may stand still
# for seconds, and what is wrong with a timer costs a whole heartbeat, 5 s.
SLACK_S, RELEASE_SLACK_S = 3.0, 0.5
SLOW_KIB = 384


def call(n):
    return {'kind': 'call_started', 'data': {'call_id': f't{n}', 'direction': 'inbound'}}


def judge(found, what, value, limit):
    if value > limit:
        found.append(f'{what}: {value:.2f}, the limit is {limit}')


def spread(values):
    return {'median': round(statistics.median(values), 2), 'max': round(max(values), 2)} if values else {}


# -- half-open connections

def half_open(seed, trials, log):
    """Bytes vanish on a line that was live, with no reset: with an action waiting, and idle."""
    rnd, found = random.Random(seed), []
    noticed, given_up, back = collections.defaultdict(list), [], []
    with World(seed, devices=[(f'stand-{i}', 'ocean-ave') for i in range(1, 9)], publishers=0, endpoints=1) as world:
        for trial in range(trials):
            watched = {}
            for number, device in enumerate(world.devices.values()):
                device.board.until(lambda b: b.link == 'live' and b.is_settled(), deadline=90, what='live')
                watched[device] = {'kind': ('idle', 'data')[number % 2], 'at': time.monotonic() + rnd.uniform(0, 5),
                                   'ways': rnd.choice((BOTH, BOTH, ('up',), ('down',)))}
            while not all('up' in w for w in watched.values()):
                now = time.monotonic()
                for device, w in watched.items():
                    if 'begun' not in w:
                        if now >= w['at']:
                            device.gates[0].blackhole(w['ways'])
                            w['begun'] = time.monotonic()
                            if w['kind'] == 'data':
                                device.ask('add_party', party_id=f'{device.name}-{trial}', size=2)
                        continue
                    device.take()
                    link, since = device.board.link, time.monotonic() - w['begun']
                    if link != 'live' and 'noticed' not in w:
                        w['noticed'] = since
                    if link not in ('live', 'late') and 'gone' not in w:
                        w['gone'] = since
                        device.gates[0].heal()
                        w['healed'] = time.monotonic()
                    if 'gone' in w and link == 'live':
                        w['up'] = time.monotonic() - w['healed']
                    if since > 120 or device.failure:
                        w.setdefault('noticed', since), w.setdefault('gone', since), w.setdefault('up', since)
                time.sleep(0.02)
            for device, w in watched.items():
                noticed[w['kind']].append(w['noticed'])
                given_up.append(w['gone'])
                back.append(w['up'])
                if w['kind'] == 'data':
                    judge(found, f'{device.name}: noticed with an action waiting, {w["ways"]}', w['noticed'], NOTICED_S + SLACK_S)
                judge(found, f'{device.name}: a new connection, {w["ways"]}', w['gone'], GIVEN_UP_S + SLACK_S)
            log(f'half-open: trial {trial + 1}, noticed {spread(noticed["data"])} with data and {spread(noticed["idle"])} idle')
        found += world.get_failures()
    return found, {'lines': len(given_up), 'noticed_data_s': max(noticed['data']), 'noticed_idle_s': max(noticed['idle']),
                   'new_attempt_s': max(given_up), 'live_after_heal_s': max(back), 'detail': {
                       'data': spread(noticed['data']), 'idle': spread(noticed['idle']), 'given_up': spread(given_up),
                       'back': spread(back)}}


# -- sleep

class Sleeper:
    """A device whose computer can be made to sleep: stopped, and CLOCK_BOOTTIME runs ahead."""

    def __init__(self, world, device):
        self.device, self.ahead = device, 0
        path = os.path.join(world.root, f'{device.name}.ahead')
        with open(path, 'wb') as file:
            file.write(struct.pack('q', 0))
        self.file = open(path, 'r+b')
        self.page = mmap.mmap(self.file.fileno(), 8)
        device.kill()
        world.environment.update(LD_PRELOAD=os.path.join(hostline.BUILD, 'tests', 'nemesis', 'libclockjump.so'), HL_CLOCKJUMP=path)
        device.start(wait=True)

    def sleep(self):
        self.device.pause()

    def wake(self, seconds):
        self.ahead += int(seconds * 1e6)
        self.page[:8] = struct.pack('q', self.ahead)
        self.device.resume()


def resume(seed, trials, log):
    """The computer slept; events came meanwhile. The old connection is still good (a short sleep), was reset, or is dead and
    says nothing. The network is there when it wakes."""
    rnd, found, took, number = random.Random(seed), [], collections.defaultdict(list), 0
    with World(seed, devices=[(f'stand-{i}', 'ocean-ave') for i in range(1, 4)], publishers=0, endpoints=1, spread_ms=3000) as world:
        token = world.server.add_token('ocean-ave', 'publisher', 'pos')
        sleepers = [Sleeper(world, device) for device in world.devices.values()]
        for trial in range(trials):
            for place, sleeper in enumerate(sleepers):
                kind = ('short', 'reset', 'dead')[(trial + place) % 3]
                device, gate = sleeper.device, sleeper.device.gates[0]
                device.board.until(lambda b: b.link == 'live', deadline=60, what='live')
                world.ending.wait(rnd.uniform(0, 5.5))  # any moment between two heartbeats
                sleeper.sleep()
                if kind == 'reset':
                    gate.reset()
                elif kind == 'dead':
                    gate.blackhole()
                    gate.heal()
                number += 1
                last = world.server.publish('ocean-ave', token, call(number))['last']
                begin = time.monotonic()
                sleeper.wake(5 if kind == 'short' else rnd.uniform(60, 12 * 3600))
                device.board.until(lambda b: b.position['seq'] >= last, deadline=60, what='current again')
                took[kind].append(time.monotonic() - begin)
                judge(found, f'{device.name}: current after a sleep, connection {kind}', took[kind][-1], RESUMED_S + SLACK_S)
                device.take()
        found += world.get_failures()
    log('resume: ' + ', '.join(f'{kind} {spread(values)}' for kind, values in took.items()))
    return found, {'wakes': number, **{f'current_{kind}_s': round(max(values), 2) for kind, values in took.items()},
                   'detail': {kind: spread(values) for kind, values in took.items()}}


# -- a herd

class Herd:
    """Many dashboards in one process."""

    def __init__(self, url, location, tokens):
        self.states, self.times, self.seq, self.attempts = {}, {}, (0, 0), []
        self.process = subprocess.Popen([os.path.join(hostline.BUILD, 'tests', 'nemesis', 'hostline-herd'), url, location],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        for i, token in enumerate(tokens):
            self.process.stdin.write(f'd{i} {token}\n')
        self.process.stdin.write('\n')
        self.process.stdin.flush()
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        for line in self.process.stdout:
            said = json.loads(line)
            if said['t'] == 'seq':
                self.seq = (said['n'], said['seq'])
                continue
            self.states[said['board']] = said['state']
            self.times[said['board']] = said['at']
            if said['state'] == 'connecting':
                self.attempts.append(said['at'])

    def count_live(self):
        return sum(1 for state in list(self.states.values()) if state == 'live')

    def peak(self, since):
        seconds = collections.Counter((at - since) // 1000 for at in list(self.attempts) if at >= since)
        return max(seconds.values(), default=0)

    def close(self):
        self.process.kill()
        self.process.wait()


def boot_ms():
    return time.clock_gettime(time.CLOCK_BOOTTIME) * 1000


def read_drops():
    """Connections that the kernel did not hand over, in this network namespace."""
    with open('/proc/self/net/netstat') as file:
        lines = [line.split() for line in file if line.startswith('TcpExt:')]
    values = dict(zip(lines[0][1:], map(int, lines[1][1:])))
    return values['ListenDrops'] + values['ListenOverflows']


def herd(seed, count, log):
    """The server is killed, and then stopped in good order, under `count` dashboards: all back, no connection dropped."""
    found, figures = [], {'boards': count}
    config = '[log]\nlevel=warning\n'
    with hostline.Server(config=config) as server:
        server.add_location()
        publisher = server.add_token(role='publisher')
        reader = server.add_token(role='staff', name='reader')
        tokens = server.add_tokens('ocean-ave', 'staff', [f'd{i}' for i in range(count)])
        drops = read_drops()
        crowd = Herd(f'http://127.0.0.1:{server.port}', 'ocean-ave', tokens)
        try:
            begin = boot_ms()
            hostline.wait_for(lambda: crowd.count_live() == count, hostline.slow(180), f'{count} boards live')
            log(f'herd: {count} live after {(boot_ms() - begin) / 1000:.1f} s')
            for how in ('kill', 'stop'):
                begin = boot_ms()
                server.kill() if how == 'kill' else server.stop(deadline=60)
                hostline.wait_for(lambda: crowd.count_live() == 0, hostline.slow(30), 'all have lost it')
                server.restart()
                ready = boot_ms()
                try:
                    hostline.wait_for(lambda: crowd.count_live() == count, hostline.slow(120), f'{count} boards live again')
                except TimeoutError as error:
                    found.append(f'herd, {how}: {error}; {crowd.count_live()} are')
                back = [(at - ready) / 1000 for at in crowd.times.values()]
                figures[f'{how}_back_s'], figures[f'{how}_median_s'] = round(max(back), 1), round(statistics.median(back), 1)
                figures[f'{how}_peak_per_s'] = crowd.peak(begin)
                judge(found, f'herd, {how}: the last one back', max(back), HERD_S)
                log(f'herd, {how}: {spread(back)}, peak {crowd.peak(begin)} attempts in a second')
            last = server.publish('ocean-ave', publisher, call(1))['last']
            hostline.wait_for(lambda: crowd.seq == (count, last), hostline.slow(30), 'every board at the head')
            figures['listen_drops'] = read_drops() - drops
            judge(found, 'connections dropped before accept', figures['listen_drops'], 0)
            server.state('ocean-ave', reader)
        finally:
            crowd.close()
    return found, figures


# -- consumers that do not read

def rss_kib(pid):
    with open(f'/proc/{pid}/status') as file:
        return next(int(line.split()[1]) for line in file if line.startswith('RssAnon'))


def slow(seed, count, log, batches=60):
    """`count` connections that never read, while thousands of events flow past them to others."""
    found = []
    with hostline.Server(config='[log]\nlevel=warning\n') as server:
        server.add_location()
        publisher = server.add_token(role='publisher')
        tokens = server.add_tokens('ocean-ave', 'staff', [f's{i}' for i in range(count + 3)])
        boards = [server.follow('ocean-ave', token) for token in tokens[:3]]
        stop, delays = threading.Event(), []

        def drain(board):
            while not stop.is_set():
                try:
                    board.read(0.5)
                except TimeoutError:
                    continue
        threads = [threading.Thread(target=drain, args=(board,), daemon=True) for board in boards]
        for thread in threads:
            thread.start()
        number = 0

        def flow():
            nonlocal number
            for _ in range(batches):
                events = []
                for _ in range(50):
                    number += 1
                    events.append({'kind': 'call_updated', 'data': {'call_id': 'c1', 'summary': f'{number} ' + 'x' * 600}})
                began = time.monotonic()
                last = server.publish('ocean-ave', publisher, events)['last']
                hostline.wait_for(lambda: all(b.pos and b.pos['seq'] >= last for b in boards), hostline.slow(30), 'the others', 0.001)
                delays.append(time.monotonic() - began)
            return rss_kib(server.pid)

        server.publish('ocean-ave', publisher, {'kind': 'call_started', 'data': {'call_id': 'c1'}})
        flow()
        alone, quick = flow(), sorted(delays)[len(delays) // 2]
        stuck = [server.follow('ocean-ave', token, receive_buffer=4096) for token in tokens[3:]]
        delays.clear()
        first = flow()
        second, third, loaded = flow(), flow(), sorted(delays)[len(delays) // 2]
        stop.set()
        for follower in stuck:
            follower.ws.reset()
        for thread in threads:
            thread.join(5)
    each, growth = (max(first, second, third) - alone) / count, third - first
    judge(found, 'KiB for a consumer that does not read', each, SLOW_KIB)
    judge(found, 'KiB more after as many events again, twice', growth, 4096)
    log(f'slow: {each:.0f} KiB each, {growth} KiB more while {2 * batches * 50} events passed')
    return found, {'consumers': count, 'events': 5 * batches * 50, 'kib_each': round(each), 'kib_growth': growth,
                   'others_ms': round(1000 * loaded, 1), 'others_alone_ms': round(1000 * quick, 1)}
