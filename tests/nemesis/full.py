# SPDX-License-Identifier: GPL-3.0-or-later
"""Full disks: the server's data and each dashboard's folder on a small file system of its own, which fills up under load and gets
space again. Nobody crashes, nothing that was acknowledged is lost, and all goes on without a restart. Needs to mount a tmpfs:
else the part is skipped, with the reason."""

import os
import random
import subprocess
import time

import combined
import netns
from world import Device, World

DEVICES = (('stand-1', 'ocean-ave'), ('stand-2', 'ocean-ave'), ('pier-1', 'pier'))
SERVER_MIB, BOARD_MIB = 48, 12


def enter():
    """The command that may mount, or (None, the reason why there is none)."""
    return netns.first_that_works((['unshare', '-m'], ['unshare', '-Urm']), 'mounts of a tmpfs',
                                  'd=$(mktemp -d) && mount -t tmpfs -o size=1m x "$d" && umount "$d" && rmdir "$d"')


def mount(path, size_mib):
    os.makedirs(path, mode=0o700, exist_ok=True)
    done = subprocess.run(['mount', '-t', 'tmpfs', '-o', f'size={size_mib}m,mode=0700', 'hl-nemesis', path], capture_output=True, text=True)
    if done.returncode != 0:
        raise OSError(done.stderr.strip())


class Disk:
    def __init__(self, path, size_mib):
        mount(path, size_mib)
        self.ballast = os.path.join(path, 'ballast')
        self.is_full = False

    def fill(self, leave):
        """All but `leave` bytes."""
        self.is_full = True
        with open(self.ballast, 'wb', buffering=0) as file:
            for piece in (1 << 20, 1 << 16, 1 << 12):
                try:
                    while True:
                        file.write(b'x' * piece)
                except OSError:
                    continue
            file.truncate(max(0, file.tell() - leave))

    def free(self):
        if os.path.exists(self.ballast):
            os.unlink(self.ballast)
        self.is_full = False


class SmallDevice(Device):
    """It may say that it cannot save; then the action was not saved, and nobody was told that it was."""

    def __init__(self, world, name, location, rnd):
        super().__init__(world, name, location, rnd)
        self.disk = Disk(self.folder, BOARD_MIB)
        self.errors = 0

    def take(self):
        with self.lock:
            begin = len(self.record)
            super().take()
            said = self.record[begin:]
            self.errors += sum(1 for s in said if s['t'] == 'error')
            self.record[begin:] = [s for s in said if s['t'] != 'error']


class SmallWorld(World):
    config = World.config + '[limits]\nmin-free-mib=0\n'  # without the guard in front, so that the writes themselves fail

    def prepare(self):
        self.disk = Disk(os.path.join(self.root, 'data'), SERVER_MIB)

    def close(self):
        super().close()
        for path in [os.path.join(self.root, 'data')] + [d.folder for d in self.devices.values()]:
            subprocess.run(['umount', '-l', path], capture_output=True)


def play(seed, fills, out, log):
    """(violations, figures) of `fills` disks that were full for a while."""
    rnd, begin, found, history, tried = random.Random(seed), time.monotonic(), [], None, {}
    with SmallWorld(seed, devices=DEVICES, publishers=1, spread_ms=300, act=0.1, pause=0.05, make_device=SmallDevice) as world:
        try:
            world.begin()
            for _ in range(fills):
                world.ending.wait(rnd.uniform(0.2, 1.0))
                device = world.devices[rnd.choice(DEVICES)[0]]
                disks = rnd.choice(([world.disk], [device.disk], [world.disk, device.disk]))
                for disk in disks:
                    disk.fill(rnd.choice((0, 0, 4096, 20000, 100000, 400000)))
                world.ending.wait(rnd.uniform(0.2, 2.0))
                if rnd.random() < 0.3 and device.disk in disks:
                    device.kill()
                if rnd.random() < 0.2 and world.disk in disks:
                    world.kill_server()
                for disk in disks:
                    disk.free()
                world.start_server()
                device.start()
                if world.get_failures():
                    break
            world.rest()
            world.heal()
            violations, tried, history = combined.judge(world, rnd)
            found += violations + world.get_failures()
        except (AssertionError, TimeoutError) as error:
            found += [f'rest: {error}'] + world.get_failures()
        if found:
            combined.keep(world, history, out, seed)
        figures = combined.count(world, tried)
        figures['refused_for_space'] = sum(device.errors for device in world.devices.values())
    figures.update(fills=fills, seconds=round(time.monotonic() - begin, 1))
    log(f'full, seed {seed}: {fills} full disks in {figures["seconds"]} s')
    return found, figures
