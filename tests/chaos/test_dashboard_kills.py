# SPDX-License-Identifier: GPL-3.0-or-later
"""kill -9 of dashboards in the middle of their actions, and of the server under them: what a dashboard said was saved
is in the log exactly once or has an outcome on record, in the order of n, and its position never goes back."""

import collections
import os
import random
import sys
import threading
import time

import checker
import hostline
import tap

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'follower'))
from test_follower import House, check_equal, live  # noqa: E402
from test_server_kills import Publisher  # noqa: E402

CYCLES = int(os.environ.get('HL_CYCLES', '50'))
SEED = int(os.environ.get('HL_TEST_SEED', '0')) or random.SystemRandom().randrange(1, 1 << 31)
OUTCOMES = ('applied', 'no_op', 'disputed', 'refused', 'withdrawn', 'review', 'waiting')


class Stand:
    """One device over all its lives: what it was told was saved, and where it has stood."""

    def __init__(self, house, name, rnd):
        self.house, self.name, self.rnd = house, name, rnd
        self.board, self.parties, self.saved, self.what, self.total = None, 0, [], {}, 0
        self.stored, self.at, self.heads, self.units, self.lives, self.read = 0, 0, {}, [], 0, 0

    def start(self):
        self.board, self.read, self.at, self.asked = self.house.board(self.name), 0, None, {}
        self.lives += 1
        return self

    def take(self):
        """Reads what the dashboard has said and checks it against what it said before."""
        self.board.drain()
        for said in self.board.lines[self.read:]:
            kind = said['t']
            if kind == 'performed':
                self.saved.append(said['id'])
                self.what[said['id']] = self.asked[said['tag']]
            elif kind in ('ready', 'snapshot', 'unit'):
                seq = said['pos']['seq']
                if self.at is None:
                    assert seq >= self.stored, f'{self.name} starts at {seq}, and had {self.stored} on disk'
                else:
                    assert seq >= self.at, f'{self.name} went back from {self.at} to {seq}'
                if kind == 'unit':
                    assert said['first'] == self.at + 1, f'{self.name}: {self.at} and then {said["first"]}'
                    self.units.append((said['first'], said['seq'], said['ids']))
                assert self.heads.setdefault(seq, said['pos']['h']) == said['pos']['h'], f'two contents at {seq}'
                self.at = seq
            elif kind == 'totals':
                assert said['composed'] == sum(said[k] for k in OUTCOMES), f'{self.name}: {said}'
                if said['stored'] > 0:  # 0: a snapshot is on its way to the disk, where the old copy still is
                    assert said['stored'] >= self.stored, f'{self.name}: what is on disk went back'
                    self.stored = said['stored']
            elif kind == 'error':
                raise AssertionError(f'{self.name}: {said}')
        self.read = len(self.board.lines)

    def act(self):
        """Asks for one action and does not wait for it."""
        rnd, old = self.rnd, f'{self.name}-p{max(1, self.parties - self.rnd.randint(0, 3))}'
        choice = rnd.random()
        self.total += 1
        if choice < 0.45 or self.parties < 2:
            self.parties += 1
            self.ask('add_party', party_id=f'{self.name}-p{self.parties}', size=rnd.randint(1, 4),
                     status=rnd.choice(('waiting', 'arrived')))
        elif choice < 0.7:
            self.ask('seat', party_id=old, table_ids=[str(rnd.randint(1, 8))])
        elif choice < 0.8:
            self.ask('finish_party', party_id=old)
        elif choice < 0.85:
            self.ask('update_party', party_id=old, fields={'notes': f'note {self.total}'})
        elif choice < 0.93:
            self.ask('set_table', table_id=str(rnd.randint(1, 8)), physical=rnd.choice(('clean', 'dirty')))
        else:
            self.asked[self.board.ask(do='undo')] = ('undo', None)
        if rnd.random() < 0.2:
            self.board.send(do='totals')

    def ask(self, kind, **data):
        self.asked[self.board.ask(do='perform', kind=kind, data=data)] = (kind, data)

    def kill(self):
        self.board.kill()
        self.take()


def check_log_of(t, stand, log):
    """The log holds what the stand said was saved, once, in order; and the stand applied exactly that log."""
    units = collections.Counter(e['act'] for e in log if e.get('act') and e['end'])
    items = stand.board.items
    for id in stand.saved:
        item = items.get(id)
        assert item is not None, f'{stand.name}: {id} was said to be saved and is gone'
        # nobody here settles a dispute: who comes to a full one is asked to look at it again
        full = item['state'] == 'review' and item.get('reason') == 'too_many_claims'
        assert full or item['state'] in ('decided', 'withdrawn'), f'{stand.name}: {stand.what[id]} is {item}'
        wanted = 1 if item.get('outcome') in ('applied', 'disputed') else 0
        assert units[id] == wanted, f'{stand.name}: {item} stands {units[id]} times in the log'
    mine = {e['act']: e['by']['n'] for e in log if e.get('act') in items and e['end']}
    t.equal([items[id]['n'] for id in mine], list(mine.values()), f'{stand.name}: each under its own n')
    t.equal(list(mine.values()), sorted(mine.values()), f'{stand.name}: in the order of n')
    ns = sorted(i['n'] for i in items.values())
    t.equal(len(ns), len(set(ns)), f'{stand.name}: no n was given twice')
    for first, seq, ids in stand.units:
        assert [e['id'] for e in log[first - 1:seq]] == ids, f'{stand.name} applied something else at {first} to {seq}'
    return len(mine)


def by_id(entities):
    """A state without the order of its lists."""
    return {k: sorted(map(repr, v)) if isinstance(v, list) else v for k, v in entities.items()}


def entities_of(stand):
    stand.board.send(do='state')
    stand.board.until(lambda b: any(x['t'] == 'entities' for x in b.lines), what='the state')
    return [x for x in stand.board.lines if x['t'] == 'entities'][-1]


def test_killed_dashboards_lose_nothing(t):
    rnd = random.Random(SEED)
    t.note(f'HL_TEST_SEED={SEED} HL_CYCLES={CYCLES}')
    with House() as house:
        publisher_token = house.add_token(role='publisher')
        stop = threading.Event()
        stands = [Stand(house, name, random.Random(rnd.random())) for name in ('stand-1', 'stand-2')]
        for stand in stands:
            stand.start().board.until(live, what='paired and there')
        publisher = Publisher(house, 'ocean-ave', publisher_token, 'call', stop)
        publisher.pause = 0.02
        publisher.start()
        server_kills = offline_starts = in_flight = 0
        away = 0
        for cycle in range(CYCLES):
            victims = stands if rnd.random() < 0.25 else [stands[cycle % 2]]
            end = time.monotonic() + rnd.uniform(0.002, 0.4)
            blow = time.monotonic() + rnd.uniform(0.0, 0.4) if rnd.random() < 0.5 else None
            while time.monotonic() < end:
                for stand in stands:
                    if rnd.random() < 0.7:
                        stand.act()
                    stand.take()
                if blow and time.monotonic() >= blow and house.is_running():
                    house.kill()
                    server_kills, blow, away = server_kills + 1, None, rnd.choice((0, 1, 2, 3))
                    if away == 0:
                        house.restart()
                time.sleep(0.002)
            for stand in victims:
                answered = len(stand.board.answers)
                stand.act(), stand.act()
                if rnd.random() < 0.5:  # else killed while these two are on their way
                    hostline.wait_for(lambda: stand.take() or len(stand.board.answers) > answered, hostline.slow(60))
                stand.kill()
                in_flight += stand.board.tag - len(stand.board.answers)
            if not house.is_running():
                if away == 0:
                    house.restart()
                away = max(0, away - 1)
            for stand in victims:
                stand.start().board.until(lambda b: any(x['t'] == 'ready' for x in b.lines), what='the last state')
                offline_starts += not house.is_running()
                stand.take()
        if not house.is_running():
            house.restart()
        stop.set()
        publisher.join(hostline.slow(60))
        t.equal((publisher.is_alive(), publisher.errors), (False, []), 'the publisher knows what became of everything')
        for stand in stands:  # each once more from the disk, so that it tells every row that it kept
            stand.board.until(lambda b: live(b) and b.is_settled(), deadline=90, what='all is sent')
            stand.kill()
            stand.start().board.until(lambda b: live(b) and b.is_settled(), deadline=60, what='all is sent')
        check_equal(t, house, *[s.board for s in stands])
        log = house.read_log()
        checker.check_log(log)
        checker.check_acknowledged(publisher.acknowledged, log)
        acts = [e['act'] for e in log if e.get('act') and e['end']]
        t.equal(len(acts), len(set(acts)), 'no action has its effect twice')
        effects, server = 0, house.state('ocean-ave', house.reader_token)
        for stand in stands:
            stand.take()
            effects += check_log_of(t, stand, log)
            mine = entities_of(stand)
            t.equal(mine['pos'], server['pos'], f'{stand.name} stands where the server does, on the same content')
            t.check(by_id(mine['base']) == by_id(server['entities']), f'{stand.name} has the server\'s state')
            totals = stand.board.get_totals()
            t.equal(totals['composed'], len(stand.board.items), f'{stand.name}: every row is counted once')
            full = sum(1 for item in stand.board.items.values() if item.get('reason') == 'too_many_claims')
            t.equal((totals['waiting'], totals['review']), (0, full), f'{stand.name}: nothing waits')
            t.check(len(stand.saved) >= CYCLES, f'{stand.name}: something was done')
        t.equal(effects, len(acts), 'every effect has its action on a device')
        t.check(server_kills > 0 or CYCLES < 10, 'the server was killed, too')
        t.check(offline_starts > 0 or CYCLES < 30, 'dashboards started without a server')
        t.note(f'{sum(s.lives for s in stands)} lives of 2 dashboards, {offline_starts} begun without a server, '
               f'{server_kills} kills of the server; {sum(s.total for s in stands)} actions asked for, '
               f'{sum(len(s.saved) for s in stands)} said to be saved, {in_flight} cut off unanswered; {len(log)} events, '
               f'{effects} effects: 0 lost, 0 doubled, 0 out of order')


if __name__ == '__main__':
    tap.main()
