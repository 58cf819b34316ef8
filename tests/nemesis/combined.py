# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults of every kind at once, by a seeded schedule, in rounds: work under faults, then heal everything and wait until all
have come to rest. Each game is a world of its own with a seed of its own and can be run again alone."""

import collections
import os
import random
import time

import contract
import schedule
from world import World

ROUND = 20.0
REST = 8.0  # seconds that coming to rest takes about


def apply(world, fault):
    """Does what the schedule says; what does not fit (a kill of what is dead) is left out."""
    numbers = fault.numbers
    if fault.kind == 'server':
        {'kill': world.kill_server, 'stop': world.stop_server, 'pause': world.pause_server, 'resume': world.resume_server,
         'start': lambda: world.start_server(numbers['offset_ms'])}[fault.what]()
        return
    if fault.kind == 'device':
        device = world.devices[fault.target]
        {'kill': device.kill, 'quit': device.quit, 'pause': device.pause, 'resume': device.resume,
         'start': lambda: device.start(numbers['offset_ms'])}[fault.what]()
        return
    if fault.kind == 'line':
        gates = world.devices[fault.target].gates
        gates = gates if numbers['gate'] < 0 else gates[numbers['gate']:numbers['gate'] + 1]
    elif fault.what == 'flood':
        for sender in world.senders:
            if sender.label == fault.target:
                sender.flood += numbers['batches']
        return
    else:
        gates = [s.gate for s in world.senders if s.label == fault.target]
    for gate in gates:
        {'reset': gate.reset,
         'cut': lambda: gate.cut_after(numbers['way'], numbers['size']),
         'half_close': lambda: gate.half_close(numbers['way']),
         'blackhole': gate.blackhole,
         'one_way': lambda: gate.blackhole((numbers['way'],)),
         'stall': lambda: gate.stall((numbers['way'],)),
         'slow': lambda: gate.slow(0.0, numbers['high']),
         'drip': lambda: gate.drip(numbers['size'], 0.01),
         'refuse': gate.refuse,
         'accept_and_close': gate.accept_and_close,
         'duplicate': lambda: gate.duplicate(numbers['copies']),
         'late_duplicate': lambda: gate.duplicate(numbers['copies'], late=2.0),
         'lose_answers': gate.lose_answers,
         'heal': gate.heal}[fault.what]()


def play_round(world, faults, seconds):
    """Gives how many faults were set (their ends not counted)."""
    begin, number = time.monotonic(), 0
    for fault in faults:
        while fault.at <= seconds:
            left = begin + fault.at - time.monotonic()
            if left <= 0 or world.ending.wait(min(left, 0.1)):
                break
        if fault.at > seconds or world.get_failures():
            break
        apply(world, fault)
        number += fault.what not in ('start', 'resume', 'heal', 'flood')
    return number


def play(seed, seconds, out, log, hurry=False):
    """One game of about `seconds`. Gives (violations, figures)."""
    rnd = random.Random(seed)
    begin = time.monotonic()
    figures = {'rounds': 0, 'days': 0, 'faults': 0, 'rest_s': []}
    found = []
    with World(seed) as world, open(os.path.join(out, f'schedule-{seed}.txt'), 'w') as written:
        try:
            started = time.monotonic()  # when all were there, so that a slow machine has its rounds, too
            while not found:
                length = min(ROUND, seconds - REST - (time.monotonic() - started))
                if length < 2 and figures['rounds']:
                    break
                length = max(length, 5.0)
                round_seed = rnd.getrandbits(31)
                faults = schedule.make(round_seed, ROUND, sorted(world.devices), sorted(s.label for s in world.senders))
                written.write(f'# round {figures["rounds"]} seed {round_seed}\n' + ''.join(f'{f!r}\n' for f in faults))
                written.flush()
                if figures['rounds'] and rnd.random() < 0.3:
                    world.next_day()
                    figures['days'] += 1
                world.begin()
                figures['faults'] += play_round(world, faults, length)
                world.rest()
                world.heal()
                figures['rest_s'].append(round(world.converge(hurry=rnd if hurry else None), 2))
                figures['rounds'] += 1
                found += world.get_failures()
                log(f'seed {seed}: round {figures["rounds"]}, {figures["faults"]} faults, at rest after {figures["rest_s"][-1]} s')
            violations, tried, history = judge(world, rnd if hurry else None)
            found += violations
        except (AssertionError, TimeoutError) as error:
            found += [f'rest: {error}'] + world.get_failures()
            history, tried = None, {}
        if found:
            keep(world, history, out, seed)
        figures.update(count(world, tried))
    figures['seconds'] = round(time.monotonic() - begin, 1)
    return found, figures


def judge(world, hurry=None):
    """After all was healed: (violations, how often each rule was tried, history)."""
    world.converge(hurry=hurry)
    for device in world.devices.values():  # once more from the disk, so that each tells every row that it kept
        device.kill()
        device.start()
    world.converge(hurry=hurry)
    history = world.history()
    violations, tried = contract.check_and_count(history)
    return violations, tried, history


def count(world, tried):
    """What was done, in numbers."""
    devices, senders = world.devices.values(), world.senders
    states = {}
    for device in devices:
        for said in device.record:
            if said['t'] == 'item':
                states[said['id']] = said.get('outcome') or said['state']
    outcomes = {name: sum(1 for s in states.values() if s == name) for name in sorted(set(states.values()))}
    links = [said for d in devices for said in d.record if said['t'] == 'link']
    causes = collections.Counter(said['cause'] for said in links if said['state'] in ('connecting', 'waiting', 'late', 'stopped'))
    return {'app_kills': sum(d.kills for d in devices), 'lives': sum(d.lives for d in devices),
            'server_kills': world.server_kills, 'server_stops': world.server_stops, 'server_pauses': world.server_pauses,
            'net': dict(world.proxy.counts), 'swallowed_bytes': sum(g.swallowed for g in world.proxy.gates),
            'events': sum(map(len, world.logs.values())), 'requests': sum(len(s.requests) for s in senders),
            'sent_again': sum(s.again for s in senders),
            'saved': sum(1 for d in devices for said in d.record if said['t'] == 'performed'), 'outcomes': outcomes,
            'units': sum(1 for d in devices for said in d.record if said['t'] == 'unit'),
            'snapshots': sum(1 for d in devices for said in d.record if said['t'] == 'snapshot'),
            'causes': dict(causes), 'went_live': sum(1 for said in links if said['state'] == 'live'), 'checks': sum(tried.values())}


def keep(world, history, out, seed):
    """Leaves what is needed to find the cause."""
    import json
    import shutil
    folder = os.path.join(out, f'violation-{seed}')
    os.makedirs(folder, exist_ok=True)
    shutil.copy(world.server.log_path, folder)
    for device in world.devices.values():
        with open(os.path.join(folder, f'{device.name}.jsonl'), 'w') as file:
            file.writelines(json.dumps(said) + '\n' for said in device.record)
        if os.path.exists(device.folder + '.log'):
            shutil.copy(device.folder + '.log', folder)
    with open(os.path.join(folder, 'history.json'), 'w') as file:
        json.dump(history or {'logs': world.logs}, file)
