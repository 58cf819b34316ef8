# SPDX-License-Identifier: GPL-3.0-or-later
"""A server that comes back from a backup, again and again, under people who act: what the dashboards said was applied is there
again, once, though the backup did not know it. What publishers were told after the backup may be gone; README says so."""

import json
import os
import random
import time

import combined
from world import World

DEVICES = (('stand-1', 'ocean-ave'), ('stand-2', 'ocean-ave'), ('pier-1', 'pier'))
NEVER = 1 << 60


def count_sent_again(device):
    """Actions that were decided, and were sent again to a server that did not know them."""
    states, number = {}, 0
    for said in device.record:
        if said['t'] == 'item':
            number += said['state'] == 'sending' and states.get(said['id']) == 'decided'
            states[said['id']] = said['state']
    return number


def play(seed, restores, out, log):
    """(violations, figures) of `restores` backups that were put back."""
    rnd, begin, found, history, tried = random.Random(seed), time.monotonic(), [], None, {}
    with World(seed, devices=DEVICES, publishers=1, spread_ms=300, act=0.1, pause=0.1) as world:
        try:
            world.epochs = {location: pos['epoch'] for location, pos in world.read_logs().items()}
            world.begin()
            for number in range(restores):
                world.ending.wait(rnd.uniform(0.5, 2.5))
                world.reached = dict.fromkeys(world.logs, NEVER)
                path = os.path.join(world.root, f'backup-{number}.db')
                world.server.ctl('backup', path)
                end = time.monotonic() + rnd.uniform(0.3, 2.5)
                while time.monotonic() < end:  # what happens now is not in the backup
                    world.ending.wait(rnd.uniform(0.05, 0.5))
                    device = world.devices[rnd.choice(DEVICES)[0]]
                    what = rnd.random()
                    if what < 0.4:
                        device.kill()
                        if rnd.random() < 0.7:
                            device.start()
                    elif what < 0.6:
                        device.gates[0].reset()
                (world.kill_server if rnd.random() < 0.5 else world.stop_server)()
                world.server.ctl('restore', path)
                os.unlink(path)
                ended = {}
                for location in world.logs:
                    pos = json.loads(world.server.ctl('state', location).stdout)['pos']
                    ended[location] = {'epoch': world.epochs[location], 'head': pos['seq']}
                    if pos['epoch'] == world.epochs[location]:
                        found.append(f'same-content: {location}: the epoch is still {pos["epoch"]} after a restore')
                    world.epochs[location] = pos['epoch']
                world.restored.append(ended)
                world.reached = {}
                world.start_server()
                for device in world.devices.values():
                    device.start()
                    if rnd.random() < 0.5 and device.board is not None:
                        device.board.send(do='reconnect')
                if world.get_failures():
                    break
            world.rest()
            world.heal()
            for log_ in world.logs.values():
                del log_[:]  # of the last life only
            violations, tried, history = combined.judge(world, rnd)
            found += violations + world.get_failures()
        except (AssertionError, TimeoutError) as error:
            found += [f'rest: {error}'] + world.get_failures()
        if found:
            combined.keep(world, history, out, seed)
        figures = combined.count(world, tried)
        figures['sent_again_by_boards'] = sum(map(count_sent_again, world.devices.values()))
    if not found and figures['sent_again_by_boards'] == 0:
        found.append('saved: no dashboard had to send anything again: this run shows nothing')
    figures.update(restores=restores, seconds=round(time.monotonic() - begin, 1))
    log(f'restores, seed {seed}: {restores} in {figures["seconds"]} s')
    return found, figures
