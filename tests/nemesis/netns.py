# SPDX-License-Identifier: GPL-3.0-or-later
"""Real networks: each dashboard in a network namespace of its own, with a cable to the server's, over TLS with the pinned key.
What the proxy cannot do happens here to the packets: loss, blackholes, a cable that is pulled, another address, killed sockets, a slow
line. Needs a kernel that lets us: else the part is skipped, with the reason."""

import os
import random
import shutil
import ssl
import subprocess
import sys
import time
import urllib.parse

import combined
import contract
import hostline
from schedule import choose
from world import Device, World

PORT = 8443
FAULTS = (('loss', 10), ('blackhole', 7), ('one_way', 5), ('reject', 4), ('cable', 6), ('address', 7), ('kill_sockets', 5),
          ('slow', 4), ('app_kill', 5), ('server_kill', 3), ('server_pause', 2))
PEM = os.path.join(hostline.SOURCE, 'tests', 'server', 'net')
NAMES = tuple((f'stand-{i}', 'ocean-ave') for i in range(1, 4)) + (('pier-1', 'pier'),)


def run(*command, check=True, text=None):
    done = subprocess.run(command, input=text, capture_output=True, text=True)
    if check and done.returncode != 0:
        raise OSError(f'{" ".join(command)}: {done.stderr.strip()}')
    return done


def enter():
    """The command that makes a private network for the whole part, or (None, the reason why that cannot be)."""
    for program in ('ip', 'nft', 'nsenter', 'unshare'):
        if shutil.which(program) is None:
            return None, f'no {program} on this machine'
    return first_that_works((['unshare', '-n'], ['unshare', '-Urn']), 'network namespaces',
                            'ip link set lo up && ip link add name hla type veth peer name hlb && unshare -n true && '
                            'nft add table inet t')


def first_that_works(commands, what, script):
    for command in commands:
        done = run(*command, 'sh', '-c', script, check=False)
        if done.returncode == 0:
            return command, None
    return None, f'no {what} on this machine: {" ".join(done.stderr.split()) or done.returncode}'


def run_inside(command, options):
    """This command line once more, under `command`. Gives its exit code."""
    return subprocess.run([*command, sys.executable, os.path.abspath(sys.argv[0]), *options],
                          env={**os.environ, 'HL_INSIDE': '1'}).returncode


class Cable:
    """A namespace with one interface, and its other end here."""

    def __init__(self, number):
        self.number, self.host, self.here = number, 2, f'hl{number}'
        self.holder = subprocess.Popen(['unshare', '-n', 'sleep', '100000'])
        me = os.readlink('/proc/self/ns/net')
        hostline.wait_for(lambda: os.readlink(f'/proc/{self.holder.pid}/ns/net') != me, 10, 'a namespace')
        run('ip', 'link', 'add', self.here, 'type', 'veth', 'peer', 'name', 'lan', 'netns', str(self.holder.pid))
        run('ip', 'addr', 'add', f'10.77.{number}.1/24', 'dev', self.here)
        run('ip', 'link', 'set', self.here, 'up')
        self.inside('ip', 'link', 'set', 'lo', 'up')
        self.inside('nft', '-f', '-', text='table inet nemesis {\n chain i { type filter hook input priority 0; }\n'
                    ' chain o { type filter hook output priority 0; }\n}\n')
        self.plug()

    @property
    def wrap(self):
        return ['nsenter', '-t', str(self.holder.pid), '-n']

    def inside(self, *command, **how):
        return run(*self.wrap, *command, **how)

    def address(self):
        return f'10.77.{self.number}.{self.host}/24'

    def plug(self):
        self.inside('ip', 'addr', 'replace', self.address(), 'dev', 'lan')
        self.inside('ip', 'link', 'set', 'lan', 'up')
        self.inside('ip', 'route', 'replace', 'default', 'via', f'10.77.{self.number}.1')

    def rule(self, chains, what):
        for chain in chains:
            self.inside('nft', 'add', 'rule', 'inet', 'nemesis', chain, *what.split())

    # faults

    def loss(self, percent):
        self.rule('io', f'numgen random mod 100 < {percent} drop')

    def blackhole(self, chains='io'):
        self.rule(chains, 'drop')

    def reject(self):
        self.rule('o', 'meta l4proto tcp reject with tcp reset')

    def unplug(self):
        self.inside('ip', 'link', 'set', 'lan', 'down')

    def change_address(self):
        """As another access point gives it: what is open has an address that is gone."""
        old = self.address()
        self.host = 2 + (self.host - 1) % 200
        self.inside('ip', 'addr', 'add', self.address(), 'dev', 'lan')
        self.inside('ip', 'addr', 'del', old, 'dev', 'lan')
        self.plug()

    def kill_sockets(self):
        self.inside('ss', '-K', 'state', 'established', check=False)

    def slow(self):
        self.inside('tc', 'qdisc', 'replace', 'dev', 'lan', 'root', 'tbf', 'rate', '64kbit', 'burst', '2kb', 'latency', '400ms',
                    check=False)

    def heal(self):
        self.inside('nft', 'flush', 'chain', 'inet', 'nemesis', 'i')
        self.inside('nft', 'flush', 'chain', 'inet', 'nemesis', 'o')
        self.inside('tc', 'qdisc', 'del', 'dev', 'lan', 'root', check=False)
        self.plug()

    def close(self):
        self.holder.kill()
        self.holder.wait()


class LanServer(hostline.Server):
    def start(self, deadline=None):
        super().start(deadline)
        self.host = '127.0.0.1'  # for us; the dashboards come over their cables
        return self


def make_server(**how):
    server = LanServer(arguments=['--tls-certificate', os.path.join(PEM, 'test-certificate.pem'), '--tls-key',
                                  os.path.join(PEM, 'test-key.pem')], listen=f'0.0.0.0:{PORT}', **how)
    server.ssl_context = ssl.create_default_context()
    server.ssl_context.check_hostname, server.ssl_context.verify_mode = False, ssl.CERT_NONE
    return server


class NetDevice(Device):
    def __init__(self, world, name, location, rnd):
        super().__init__(world, name, location, rnd)
        self.cable = Cable(len(world.devices) + 1)
        world.cables.append(self.cable)

    def open_gates(self):
        return []

    def get_urls(self):
        return [f'https://10.77.{self.cable.number}.1:{PORT}']

    def get_wrap(self):
        return self.cable.wrap


class NetWorld(World):
    def __init__(self, seed, **how):
        self.cables = []
        super().__init__(seed, devices=NAMES, publishers=1, direct=True, make_server=make_server, make_device=NetDevice, **how)

    def heal(self):
        for cable in self.cables:
            cable.heal()
        super().heal()

    def close(self):
        super().close()
        for cable in self.cables:
            cable.close()


def make_schedule(rnd, seconds, devices, mean):
    faults, at = [], 0.0
    while True:
        at += rnd.expovariate(1 / mean)
        if at >= seconds:
            return sorted(faults, key=lambda f: f[0])
        what, target, lasts = choose(rnd, FAULTS), rnd.choice(devices), rnd.choice((0.3, 1.0, 4.0, 12.0))
        faults.append((at, what, target))
        faults.append((at + lasts, 'heal', what if what.startswith(('app', 'server')) else target))


def apply(world, rnd, what, target):
    device = world.devices.get(target)
    if what == 'heal' and device is None:
        world.resume_server()
        world.start_server()
        for each in world.devices.values():
            each.start()
        return
    {'loss': lambda: device.cable.loss(30), 'blackhole': lambda: device.cable.blackhole(),
     'one_way': lambda: device.cable.blackhole(rnd.choice('io')), 'reject': lambda: device.cable.reject(),
     'cable': lambda: device.cable.unplug(), 'address': lambda: device.cable.change_address(),
     'kill_sockets': lambda: device.cable.kill_sockets(), 'slow': lambda: device.cable.slow(), 'heal': lambda: device.cable.heal(),
     'app_kill': lambda: device.kill(), 'server_kill': world.kill_server, 'server_pause': world.pause_server}[what]()


def play(seed, seconds, out, log, hurry):
    """(violations, figures) of one game."""
    rnd, begin, found, history, tried = random.Random(seed), time.monotonic(), [], None, {}
    figures = {'rounds': 0, 'faults': 0, 'rest_s': []}
    with NetWorld(seed) as world, open(os.path.join(out, f'schedule-netns-{seed}.txt'), 'w') as written:
        try:
            started = time.monotonic()  # when all were there, so that a slow machine has its rounds, too
            while not found:
                length = min(combined.ROUND, seconds - combined.REST - (time.monotonic() - started))
                if length < 2 and figures['rounds']:
                    break
                length = max(length, 5.0)
                faults = make_schedule(rnd, length, sorted(world.devices), 1.0)
                written.writelines(f'{at:7.3f} {what:14} {target}\n' for at, what, target in faults)
                written.flush()
                world.begin()
                round_began = time.monotonic()
                for at, what, target in faults:
                    while at <= length and round_began + at > time.monotonic():
                        world.ending.wait(min(0.1, max(0.001, round_began + at - time.monotonic())))
                    if at > length or world.get_failures():
                        break
                    apply(world, rnd, what, target)
                    figures['faults'] += what != 'heal'
                world.rest()
                world.heal()
                figures['rest_s'].append(round(world.converge(hurry=rnd if hurry else None), 2))
                figures['rounds'] += 1
                found += world.get_failures()
                log(f'netns, seed {seed}: round {figures["rounds"]}, {figures["faults"]} faults, at rest after {figures["rest_s"][-1]} s')
            violations, tried, history = combined.judge(world, rnd if hurry else None)
            found += violations
        except (AssertionError, TimeoutError, OSError) as error:
            found += [f'rest: {error}'] + world.get_failures()
        if found:
            combined.keep(world, history, out, seed)
        figures.update(combined.count(world, tried))
    figures['rest_max_s'] = max(figures['rest_s'], default=None)
    figures['seconds'] = round(time.monotonic() - begin, 1)
    return found, figures
