# SPDX-License-Identifier: GPL-3.0-or-later
"""kill -9, many times a minute: of dashboards while their staff act, and of the server under load."""

import random
import threading
import time

import combined
import hostline
from world import World

APPS = tuple((f'stand-{i}', 'ocean-ave') for i in range(1, 4)) + (('pier-1', 'pier'),)
BOARDS = tuple((f'board-{i}', 'ocean-ave') for i in range(1, 19)) + (('pier-1', 'pier'), ('pier-2', 'pier'))
PUBLISHERS = 48  # and one at the other location, and one of webhooks


class Lives(threading.Thread):
    """One dashboard, killed again and again at a random moment of 2 to 500 ms, and in the middle of an action."""

    def __init__(self, world, device, rnd, left, lock):
        super().__init__(daemon=True)
        self.world, self.device, self.rnd, self.left, self.lock = world, device, rnd, left, lock
        self.offline_starts = self.cut_off = 0
        self.failure = None

    def run(self):
        try:
            while not self.world.get_failures():
                with self.lock:
                    if self.left[0] <= 0:
                        break
                    self.left[0] -= 1
                self.live()
        except Exception as error:
            self.failure = f'{self.device.name}: {error!r}'

    def live(self):
        device, rnd = self.device, self.rnd
        device.start(rnd.choice((0, 0, 5000, -5000, 3600_000)))
        if rnd.random() < 0.9:  # else killed while it starts
            device.board.until(lambda b: any(x['t'] == 'ready' for x in b.lines), what='the last state, from the disk')
        self.offline_starts += self.world.where() is None
        end = time.monotonic() + rnd.uniform(0.002, 0.5)
        while time.monotonic() < end:
            if rnd.random() < 0.5:
                device.act()
            device.take()
            time.sleep(rnd.uniform(0.002, 0.02))
        answered = len(device.board.answers)
        device.act(), device.act()
        if rnd.random() < 0.5:  # else killed while these two are on their way
            hostline.wait_for(lambda: device.take() or len(device.board.answers) > answered or device.failure, hostline.slow(60))
        board = device.board
        device.kill()
        self.cut_off += board.tag - len(board.answers)


def play_apps(seed, wanted, out, log):
    """(violations, figures) of `wanted` kills of dashboards, the server up and down meanwhile."""
    rnd = random.Random(seed)
    found, history, tried, lives, begin = [], None, {}, [], time.monotonic()
    with World(seed, devices=APPS, publishers=1, endpoints=1, spread_ms=200, pause=0.05) as world:
        try:
            for device in world.devices.values():
                device.kill()
            left, lock = [wanted - len(APPS)], threading.Lock()
            for sender in world.senders:
                sender.working.set()
                sender.start()
            world.threads = world.senders[:]
            lives = [Lives(world, d, random.Random(rnd.random()), left, lock) for d in world.devices.values()]
            for thread in lives:
                thread.start()
            while any(thread.is_alive() for thread in lives):
                world.ending.wait(rnd.uniform(0.1, 1.2))
                if rnd.random() < 0.5:
                    world.kill_server()
                    world.ending.wait(rnd.choice((0, 0.1, 0.6)))
                    world.start_server()
            found += [t.failure for t in lives if t.failure]
            world.rest()
            world.heal()
            took = time.monotonic() - begin
            violations, tried, history = combined.judge(world, rnd)
            found += violations + world.get_failures()
        except (AssertionError, TimeoutError) as error:
            found += [f'rest: {error}'] + world.get_failures()
            took = time.monotonic() - begin
        if found:
            combined.keep(world, history, out, seed)
        figures = combined.count(world, tried)
    figures.update(offline_starts=sum(t.offline_starts for t in lives), cut_off_unanswered=sum(t.cut_off for t in lives),
                   kills_a_minute=round(60 * figures['app_kills'] / took), seconds=round(time.monotonic() - begin, 1))
    log(f'app-kills, seed {seed}: {figures["app_kills"]} kills in {took:.0f} s')
    return found, figures


def play_server(seed, wanted, out, log):
    """(violations, figures) of `wanted` kills of the server under publishers, dashboards and their staff."""
    rnd = random.Random(seed)
    found, history, tried, begin = [], None, {}, time.monotonic()
    figures, took, rest = {}, 0, None
    with World(seed, devices=BOARDS, publishers=PUBLISHERS, endpoints=1, spread_ms=200, act=0.4, pause=1.0, direct=True) as world:
        try:
            started = time.monotonic()
            world.begin()
            for device in list(world.devices.values())[4:18]:  # these only look on
                device.acting = False
            for _ in range(wanted):
                world.ending.wait(rnd.uniform(0.002, 0.35))
                world.kill_server()
                world.start_server()
                for device in world.devices.values():  # or the next kill would come before they are back
                    board = device.board
                    if rnd.random() < 0.5 and board is not None:
                        board.send(do='reconnect')
                if world.get_failures():
                    break
            took = time.monotonic() - started
            world.rest()
            world.heal()
            rest = world.converge(hurry=rnd)
            violations, tried, history = combined.judge(world, rnd)
            found += violations + world.get_failures()
        except (AssertionError, TimeoutError) as error:
            found += [f'rest: {error}'] + world.get_failures()
        if found:
            combined.keep(world, history, out, seed)
        figures = combined.count(world, tried)
    figures.update(boards=len(BOARDS), publishers=PUBLISHERS + 2, kills_a_minute=round(60 * figures['server_kills'] / max(1, took)),
                   rest_s=rest and round(rest, 2), seconds=round(time.monotonic() - begin, 1))
    log(f'server-kills, seed {seed}: {figures["server_kills"]} kills in {took:.0f} s, at rest {rest} s later')
    return found, figures
