#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Breaks Hostline on purpose, with a seed, and checks what it promises. See README.md beside this file.

  nemesis.py [--seed N] [--minutes M | --profile ci|release] [--only PART]... [--out DIR]"""

import argparse
import json
import os
import random
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, '..', 'lib')]

import combined  # noqa: E402
import full  # noqa: E402
import kills  # noqa: E402
import netns  # noqa: E402
import restores  # noqa: E402
import timing  # noqa: E402


def now():
    return time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime())


class Run:
    """One run of the command: where its files go, and what it found."""

    def __init__(self, options):
        self.seed, self.profile, self.out = options.seed, options.profile, options.out
        self.minutes, self.kills = options.minutes, options.kills
        self.rows, self.began = [], now()
        if self.release:
            timing.SLACK_S = timing.RELEASE_SLACK_S
        os.makedirs(self.out, exist_ok=True)

    @property
    def release(self):
        return self.profile == 'release'

    def log(self, text):
        print('# ' + text, flush=True)

    def add(self, part, seed, goal, found, figures, skipped=None):
        row = {'part': part, 'seed': seed, 'profile': self.profile, 'goal': goal, 'violations': found, 'figures': figures,
               'at': now()}
        if skipped:
            row['skipped'] = skipped
        self.rows.append(row)
        with open(os.path.join(self.out, 'results.jsonl'), 'a') as file:
            file.write(json.dumps(row) + '\n')
        for violation in found[:20]:
            self.log(f'VIOLATION in {part}, seed {seed}: {violation[:2000]}')
        if len(found) > 20:
            self.log(f'... and {len(found) - 20} more')

    def take_rows(self, code, part):
        """What a run of this command inside has written is ours, too."""
        rows = []
        if os.path.exists(os.path.join(self.out, 'results.jsonl')):
            with open(os.path.join(self.out, 'results.jsonl')) as file:
                rows = [row for row in map(json.loads, file) if row['part'] == part and row['at'] >= self.began]
        self.rows += rows
        if not rows or (code != 0) != any(row['violations'] for row in rows):
            self.add(part, self.seed, 'run inside', [f'rest: it ended with {code} and {len(rows)} results'], {})

    def table(self):
        lines = []
        for row in self.rows:
            what = 'SKIP ' + row['skipped'] if row.get('skipped') else 'FAIL' if row['violations'] else 'ok'
            figures = ', '.join(f'{k} {v}' for k, v in row['figures'].items() if not isinstance(v, (dict, list)))
            lines.append(f'{row["part"]:14} {what:5} {row["goal"]:34} {figures}')
        return lines


def part_combined(run):
    """Faults of every kind at once, in games of five minutes."""
    minutes = run.minutes or (60 if run.release else 5)
    game = min(300.0, minutes * 60)
    done, number = 0.0, 0
    while done < minutes * 60 - 15:
        seed = run.seed + number
        found, figures = combined.play(seed, min(game, minutes * 60 - done), run.out, run.log, hurry=not run.release)
        run.add('combined', seed, f'{minutes} min', found, figures)
        done += figures['seconds']
        number += 1


def play_kills(run, part, function, wanted, size):
    """`wanted` kills in games of `size`, each a world of its own."""
    for number in range(-(-wanted // size)):
        seed = run.seed + number
        found, figures = function(seed, min(size, wanted - number * size), run.out, run.log)
        run.add(part, seed, f'{min(size, wanted - number * size)} of {wanted} kills', found, figures)


def part_app_kills(run):
    """kill -9 of dashboards while their staff act, the server up and down: 200, and 2,000 for a release."""
    play_kills(run, 'app-kills', kills.play_apps, run.kills or (2000 if run.release else 200), 200)


def part_server_kills(run):
    """kill -9 of the server under 50 publishers and 20 dashboards: 100, and 1,000 for a release."""
    play_kills(run, 'server-kills', kills.play_server, run.kills or (1000 if run.release else 100), 100)


def part_half_open(run):
    """Noticed in 10 s with an action waiting; a new connection in 20 s at the latest."""
    found, figures = timing.half_open(run.seed, 20 if run.release else 1, run.log)
    run.add('half-open', run.seed, '10 s with data, 20 s idle', found, figures)


def part_resume(run):
    """Fresh data 2 s after a computer woke up with its network."""
    found, figures = timing.resume(run.seed, 60 if run.release else 2, run.log)
    run.add('resume', run.seed, 'current in 2 s', found, figures)


def inside(run, part, enter, or_here=False):
    """TRUE if this is to be done in this process: it is in a namespace of its own already, or, with or_here, there is none."""
    if os.environ.get('HL_INSIDE'):
        return True
    command, reason = enter()
    if command is not None:
        options = ['--only', part, '--seed', str(run.seed), '--profile', run.profile, '--out', run.out, '--rows']
        run.take_rows(netns.run_inside(command, options + (['--minutes', str(run.minutes)] if run.minutes else [])), part)
    elif or_here:
        return True
    else:
        run.add(part, run.seed, 'skipped', [], {}, skipped=reason)
    return False


def part_herd(run):
    """500 dashboards are back 30 s after their server, and the kernel dropped none of them."""
    if inside(run, 'herd', netns.enter, or_here=True):
        if os.environ.get('HL_INSIDE'):
            netns.run('ip', 'link', 'set', 'lo', 'up')
        found, figures = timing.herd(run.seed, 500, run.log)
        run.add('herd', run.seed, 'back in 30 s, no listen drops', found, figures)


def part_slow(run):
    """A consumer that does not read costs a constant."""
    found, figures = timing.slow(run.seed, 200 if run.release else 50, run.log)
    run.add('slow', run.seed, '384 KiB each, then constant', found, figures)


def part_netns(run):
    """Loss, blackholes, pulled cables and new addresses, to packets: in namespaces, where the machine allows."""
    if inside(run, 'netns', netns.enter):
        netns.run('ip', 'link', 'set', 'lo', 'up')
        minutes = run.minutes or (10 if run.release else 1)
        found, figures = netns.play(run.seed, 60 * minutes, run.out, run.log, not run.release)
        run.add('netns', run.seed, f'{minutes} min', found, figures)


def part_restores(run):
    """The server comes back from a backup: what dashboards said was applied is there again, once."""
    wanted = 200 if run.release else 6
    for number in range(-(-wanted // 20)):
        size = min(20, wanted - 20 * number)
        found, figures = restores.play(run.seed + number, size, run.out, run.log)
        run.add('restores', run.seed + number, f'{size} of {wanted} restores', found, figures)


def part_full(run):
    """Disks that fill up under load and get space again."""
    if inside(run, 'full', full.enter):
        for number in range(20 if run.release else 1):
            found, figures = full.play(run.seed + number, 20 if run.release else 12, run.out, run.log)
            run.add('full', run.seed + number, f'{figures["fills"]} full disks', found, figures)


def part_disk(run):
    """Power cuts under both databases, 500 and 5,000 for a release, and a disk that fails at every write: their own programs."""
    for name, program in (('store', 'server/store/test-store-power-cuts'), ('outbox', 'app/local/test-power-cuts'),
                          ('disk-full', 'server/store/test-store-faults')):
        cuts = 5000 if run.release else 500
        begin = time.monotonic()
        done = subprocess.run([os.path.join(os.environ['HOSTLINE_BUILD_DIR'], 'tests', program)], capture_output=True, text=True,
                              env={**os.environ, 'HL_POWER_CUTS': str(cuts), 'HL_TEST_SEED': str(run.seed)})
        lines = done.stdout.splitlines()
        found = [line for line in lines if line.startswith('not ok')]
        if done.returncode != 0 or not any(line.startswith('ok') for line in lines):
            found.append(f'{program} ended with {done.returncode}: {done.stderr[-500:]}')
        figures = {'tests': sum(1 for line in lines if line.startswith('ok')), 'seconds': round(time.monotonic() - begin, 1)}
        if name != 'disk-full':
            figures['cuts'] = cuts
        run.add(f'disk-{name}' if name != 'disk-full' else name, run.seed, 'every write fails once' if name == 'disk-full' else
                f'{cuts} power cuts', found, figures)


PARTS = {'app-kills': part_app_kills, 'server-kills': part_server_kills, 'half-open': part_half_open, 'resume': part_resume,
         'herd': part_herd, 'slow': part_slow, 'netns': part_netns, 'disk': part_disk, 'full': part_full, 'restores': part_restores, 'combined': part_combined}


def parse(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.split('\n\n')[0])
    parser.add_argument('--seed', type=int, default=int(os.environ.get('HL_TEST_SEED', '0')) or
                        random.SystemRandom().randrange(1, 1 << 31))
    parser.add_argument('--minutes', type=float, help='of the combined faults, instead of the profile\'s')
    parser.add_argument('--kills', type=int, help='of app-kills and server-kills, instead of the profile\'s')
    parser.add_argument('--profile', choices=('ci', 'release'),
                        default=os.environ.get('HL_NEMESIS_PROFILE', 'ci'))
    parser.add_argument('--only', action='append', choices=sorted(PARTS), help='may be repeated')
    parser.add_argument('--out', help='folder for results.jsonl, schedules and what a violation left')
    parser.add_argument('--tap', action='store_true', help='print TAP, for meson')
    parser.add_argument('--rows', action='store_true', help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    options.out = options.out or os.path.join(os.environ.get('HOSTLINE_BUILD_DIR', 'build'), 'nemesis', f'seed-{options.seed}')
    return options


def main():
    options = parse()
    run = Run(options)
    if options.tap:
        print('TAP version 13')
    run.log(f'seed {options.seed}, profile {options.profile}; results in {run.out}')
    for part in options.only or PARTS:
        PARTS[part](run)
    for line in run.table() if not options.rows else ():
        run.log(line)
    if options.tap:
        for number, row in enumerate(run.rows, 1):
            skip = f' # SKIP {row["skipped"]}' if row.get('skipped') else ''
            print(f'{"not " if row["violations"] else ""}ok {number} - {row["part"]} seed {row["seed"]}: {row["goal"]}{skip}')
        print(f'1..{len(run.rows)}')
    sys.stdout.flush()
    os._exit(1 if any(row['violations'] for row in run.rows) or not run.rows else 0)


if __name__ == '__main__':
    main()
