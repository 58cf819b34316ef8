# SPDX-License-Identifier: GPL-3.0-or-later
"""Real programs and real faults of the kind that no program could notice: the checker must find each, or it proves nothing."""

import os
import shutil
import sqlite3

import contract
import hostline
import tap
from world import World

DEVICES = (('stand-1', 'ocean-ave'), ('stand-2', 'ocean-ave'))


def open_world():
    world = World(7, devices=DEVICES, publishers=1, endpoints=1, spread_ms=200, act=0.1, pause=0.05)
    world.begin()
    return world


def work(world, enough=10):
    """Until everybody has done `enough` more."""
    senders = {s: len(s.requests) for s in world.senders[:1]}
    devices = {d: d.asked for d in world.devices.values()}
    hostline.wait_for(lambda: all(len(s.requests) >= n + enough for s, n in senders.items()) and
                      all(d.asked >= n + enough for d, n in devices.items()) or world.get_failures(), hostline.slow(60))


def judge(world):
    world.rest()
    world.heal()
    world.converge()
    return contract.check(world.history())


def expect(t, found, *rules):
    for rule in rules:
        if not t.check(any(f.startswith(rule + ':') for f in found), f'the checker says {rule}'):
            t.note('\n'.join(found[:10]) or 'no violation')
    t.note('\n'.join(f[:200] for f in found[:3]))


def test_nothing_planted(t):
    with open_world() as world:
        work(world)
        t.equal(judge(world), [], 'no violation')


def test_a_201_that_the_server_never_gave(t):
    with open_world() as world:
        work(world)
        gate = world.senders[0].gate
        gate.forge_next()
        hostline.wait_for(lambda: world.proxy.counts['forged'], hostline.slow(20), 'a forged answer')
        work(world)
        expect(t, judge(world), 'acknowledged')


def test_a_retry_under_another_key(t):
    with open_world() as world:
        gate = world.senders[0].gate
        gate.duplicate(1, rekey=True)
        work(world)
        expect(t, judge(world), 'key-once')


def test_a_row_that_leaves_the_outbox(t):
    with open_world() as world:
        work(world)
        device = world.devices['stand-1']
        world.rest()
        world.converge()
        device.kill()
        path = os.path.join(device.folder, 'outbox.db')
        with sqlite3.connect(path) as database:
            database.execute('DELETE FROM item WHERE n = (SELECT max (n) FROM item)')
        database.close()
        device.start()
        expect(t, judge(world), 'saved')


def test_a_server_that_lost_its_last_minute(t):
    """The files of a minute ago are put back without `restore`, so that no new epoch says so."""
    with open_world() as world:
        work(world)
        world.kill_server()
        data, old = world.server.data_dir, os.path.join(world.root, 'old')
        shutil.copytree(data, old, ignore=lambda folder, names: [n for n in names if n.endswith('.sock')])
        world.start_server()
        work(world, 15)
        world.kill_server()
        shutil.rmtree(data)
        shutil.copytree(old, data)
        world.start_server()
        expect(t, judge(world), 'acknowledged')


def test_an_event_that_was_changed_on_its_way(t):
    with open_world() as world:
        world.devices['stand-2'].gates[0].alter(b'"Lopez"', b'"Loper"')
        hostline.wait_for(lambda: world.proxy.counts['tampered'] or world.get_failures(), hostline.slow(60), 'an altered event')
        expect(t, judge(world), 'equal')


if __name__ == '__main__':
    tap.main()
