# SPDX-License-Identifier: GPL-3.0-or-later
"""Which fault, when, to whom: made in full from a seed before anything starts, so that a run can be repeated."""

import random

SERVER = (('kill', 10), ('stop', 3), ('pause', 6))
DEVICE = (('kill', 10), ('quit', 3), ('pause', 6))
LINE = (('reset', 8), ('cut', 8), ('half_close', 4), ('blackhole', 7), ('one_way', 5), ('stall', 6), ('slow', 5), ('drip', 4),
        ('refuse', 4), ('accept_and_close', 3))
SENDER = (('duplicate', 8), ('late_duplicate', 4), ('lose_answers', 6), ('reset', 4), ('cut', 4), ('blackhole', 2), ('slow', 3),
          ('refuse', 2))
KINDS = (('server', SERVER, 20), ('device', DEVICE, 30), ('line', LINE, 35), ('sender', SENDER, 15))
YEAR = 365 * 86400_000
OFFSETS = (0, 0, 0, 4000, -4000, 3600_000, -3600_000, 86400_000, -86400_000, YEAR, -YEAR)


class Fault:
    def __init__(self, at, kind, what, target, numbers):
        self.at, self.kind, self.what, self.target, self.numbers = at, kind, what, target, numbers

    def __repr__(self):
        numbers = ' '.join(f'{k}={v}' for k, v in self.numbers.items())
        return f'{self.at:7.3f} {self.kind:6} {self.what:16} {self.target or "":10} {numbers}'.rstrip()


def choose(rnd, table):
    return rnd.choices([row[0] for row in table], [row[-1] for row in table])[0]


def make(seed, seconds, devices, senders, mean=0.6):
    """A list of Fault in the order of time, a fault and its end each; `mean` seconds between two faults."""
    rnd = random.Random(seed)
    faults, at = [], 0.0

    def add(kind, what, target, lasts, end, **numbers):
        faults.append(Fault(at, kind, what, target, numbers))
        if end:
            faults.append(Fault(at + lasts, kind, end, target, numbers))

    if rnd.random() < 0.4:  # one is away while more happens than is replayed: it needs a snapshot
        add('device', 'kill', rnd.choice(devices), seconds, 'start', offset_ms=0)
        add('sender', 'flood', next(s for s in senders if s.startswith('pos')), 0, None, batches=14)
    while True:
        at += rnd.expovariate(1 / mean)
        if at >= seconds:
            break
        kind = choose(rnd, KINDS)
        what = choose(rnd, dict((k, t) for k, t, _ in KINDS)[kind])
        if kind == 'server':
            lasts = rnd.choice((0, 0.05, 0.5, 2.0)) if what != 'pause' else rnd.choice((0.2, 2.0, 6.0))
            add(kind, what, None, lasts, 'resume' if what == 'pause' else 'start', offset_ms=rnd.randint(-60, 60) * 1000)
        elif kind == 'device':
            lasts = rnd.choice((0, 0.05, 0.5, 3.0, 15.0)) if what != 'pause' else rnd.choice((0.2, 2.0, 8.0))
            add(kind, what, rnd.choice(devices), lasts, 'resume' if what == 'pause' else 'start', offset_ms=rnd.choice(OFFSETS))
        else:
            target = rnd.choice(devices if kind == 'line' else senders)
            lasts = rnd.choice((0.2, 1.0, 4.0))
            numbers = {'gate': rnd.choice((0, 0, 0, 1, -1)) if kind == 'line' else 0, 'way': rnd.choice(('up', 'down'))}
            if what == 'cut':
                numbers['size'] = rnd.choice((0, 1, 3, 40, 200, 2000))
            elif what == 'slow':
                numbers['high'] = rnd.choice((0.05, 0.3, 1.0))
            elif what == 'drip':
                numbers['size'] = rnd.choice((1, 7, 100))
            elif 'duplicate' in what:
                numbers['copies'] = rnd.randint(1, 4)
            add(kind, what, target, lasts, None if what in ('reset', 'cut', 'half_close') else 'heal', **numbers)
    faults.sort(key=lambda f: f.at)
    return faults
