# SPDX-License-Identifier: GPL-3.0-or-later
"""The delivery contract, checked over what was observed from outside. Pure: check(history) gives a list of violations, each
a sentence that begins with the name of its rule. None of it is shared with the programs under test.

A history is
    logs       {location: [event, ...]}            the whole log, read over HTTP at the end
    heads      {location: position}                where the server stands at the end
    states     {location: entities}                the server's state at the end
    published  [{location, publisher, key, marks, first, last}]    each request; first is None if it was never acknowledged
    hooks      [{location, marks, done}]           each signed webhook; done: answered with 200
    pushed     {location, after, got}              optional: to a subscriber, who is told all after that seq, see receiver.py
    acted      [{location, agent, id, n, outcome, seq, done}]    each action over HTTP, in the order of n
    devices    {name: {location, record, final}}   record: what the dashboard said, in order, over all of its lives;
                                                   final: {pos, hash, screen, entities} once all was healed
    restored   [{location: {epoch, head}}]         optional: backups that were put back, in order: the epoch that ended and the
                                                   seq up to which the backup reached. What was acknowledged in that epoch
                                                   above it may be gone for publishers; devices send theirs again.
A mark names what an event is about, see mark_of()."""

import collections

OUTCOMES = ('applied', 'no_op', 'disputed', 'refused', 'withdrawn', 'review', 'waiting')
EFFECTIVE = ('applied', 'disputed')
RULES = ('contiguous', 'whole-units', 'key-once', 'acknowledged', 'publisher-order', 'seq+1', 'same-content', 'never-back',
         'same-log', 'saved', 'done-in-log', 'effect-once', 'outcome-stands', 'fifo', 'review', 'pushed', 'equation', 'equal', 'foreign')


def mark_of(event):
    """What a publisher's event is about: unique within one run of the harness."""
    data = event['data']
    for name in ('reservation_id', 'order_id', 'notice_id'):
        if name in data and 'call_id' not in data:
            return f'{event["kind"]}/{data[name]}'
    if 'call_id' not in data:
        return None
    turn = f'/{data["turn"]}' if event['kind'] == 'transcript_segment' else ''
    return f'{event["kind"]}/{data["call_id"]}{turn}'


def by_id(entities):
    """A state without the order of its lists."""
    return {k: sorted(map(repr, v)) if isinstance(v, list) else v for k, v in entities.items()}


class Check:
    def __init__(self, history):
        self.history = history
        self.found = []
        self.heads = collections.defaultdict(dict)  # location -> (seq, epoch of it if it was restored) -> h
        self.restored = history.get('restored', [])
        self.units = {}                             # location -> act -> [last seq of each unit]
        self.counts = collections.Counter()

    def say(self, rule, text):
        assert rule in RULES, rule
        if len(self.found) < 200:
            self.found.append(f'{rule}: {text}')

    def need(self, condition, rule, text):
        self.counts[rule] += 1
        if not condition:
            self.say(rule, text() if callable(text) else text)
        return condition

    # the log

    def check_log(self, location, log):
        ids, act, units = {}, None, collections.defaultdict(list)
        for place, event in enumerate(log):
            self.need(event['seq'] == place + 1, 'contiguous', lambda: f'{location}: seq {event["seq"]} at place {place + 1}')
            if not self.need(event['id'] not in ids, 'key-once',
                             lambda: f'{location}: event {event["id"]} at {ids[event["id"]]} and {event["seq"]}'):
                continue
            ids[event['id']] = event['seq']
            self.need(act is None or event.get('act') == act, 'whole-units',
                      lambda: f'{location}: {event["seq"]} stands inside the unit of {act}')
            act = None if event['end'] else event.get('act')
            if event.get('act') and event['end']:
                units[event['act']].append(event['seq'])
        self.need(not log or log[-1]['end'], 'whole-units', f'{location}: the log ends inside a unit')
        for id, seqs in units.items():
            self.need(len(seqs) == 1, 'effect-once', lambda: f'{location}: action {id} has its effect at {seqs}')
        self.units[location] = units

    def may_be_lost(self, request):
        """Acknowledged in an epoch that ended, above what a backup of it or of an earlier one reached."""
        ended = [restored[request['location']] for restored in self.restored]
        epochs = [e['epoch'] for e in ended]
        if request.get('epoch') not in epochs or request.get('last') is None:
            return False
        return request['last'] > min(e['head'] for e in ended[epochs.index(request['epoch']):])

    def check_published(self):
        places = {}
        for location, log in self.history['logs'].items():
            at = collections.defaultdict(list)
            for event in log:
                if event['by']['role'] == 'publisher':
                    mark = mark_of(event)
                    if mark:
                        at[mark].append(event['seq'])
            places[location] = at
            for mark, seqs in at.items():
                self.need(len(seqs) == 1, 'key-once', lambda: f'{location}: {mark} stands at {seqs}')
        owner, last = {}, {}
        for request in self.history['published'] + self.history['hooks']:
            location = request['location']
            for mark in request['marks']:
                owner[mark] = location
            if (request.get('first') is None and not request.get('done')) or self.may_be_lost(request):
                continue
            for mark in request['marks']:
                seqs = places[location].get(mark, [])
                if not self.need(seqs, 'acknowledged', lambda: f'{location}: {mark} was acknowledged and is lost'):
                    continue
                if request.get('first') is not None:
                    self.need(request['first'] <= seqs[0] <= request['last'], 'acknowledged', lambda:
                              f'{location}: {mark} stands at {seqs[0]}, acknowledged as {request["first"]}..{request["last"]}')
            if request.get('first') is not None:
                before = last.get(request['publisher'], 0)
                self.need(request['first'] > before, 'publisher-order', lambda:
                          f'{request["publisher"]}: {request["key"]} at {request["first"]}, the one before it at {before}')
                last[request['publisher']] = request['last']
        for location, at in places.items():
            for mark, seqs in at.items():
                self.need(owner.get(mark) == location, 'foreign',
                          lambda: f'{location}: {mark} at {seqs} was sent to {owner.get(mark)}')

    # a device

    def check_head(self, name, location, pos):
        place = (pos['seq'], pos['epoch'] if self.restored else None)
        known = self.heads[location].setdefault(place, (pos['h'], pos['epoch'], name))
        self.need(known[:2] == (pos['h'], pos['epoch']), 'same-content', lambda:
                  f'{name}: at {pos["seq"]} stands {pos["h"]} of {pos["epoch"]}, {known[2]} has {known[0]} of {known[1]}')

    def check_device(self, name, device):
        location, log = device['location'], self.history['logs'][device['location']]
        items, saved, at, stored, composed, fresh = {}, {}, None, 0, 0, True
        life, shown, taken_back, told, epoch = 0, {}, set(), set(), None
        for said in device['record']:
            kind = said['t']
            if kind == 'life':
                at, fresh, life, told = None, True, life + 1, set()
            elif kind in ('ready', 'snapshot', 'unit'):
                pos = said['pos']
                self.check_head(name, location, pos)
                if self.restored and epoch not in (None, pos['epoch']):  # another life of the log: begins anew
                    at, fresh, stored = None, True, 0
                epoch = pos['epoch']
                if fresh:
                    self.need(pos['seq'] >= stored, 'never-back',
                              lambda: f'{name} starts at {pos["seq"]}, and had said that {stored} is on disk')
                elif kind == 'unit':
                    self.need(said['first'] == at + 1, 'seq+1', lambda: f'{name}: {at} and then {said["first"]}')
                else:
                    self.need(pos['seq'] >= at, 'never-back', lambda: f'{name} went back from {at} to {pos["seq"]}')
                if kind == 'unit' and epoch == self.history['heads'][location]['epoch']:
                    ids = [e['id'] for e in log[said['first'] - 1:said['seq']]]
                    self.need(ids == said['ids'] and said['seq'] == pos['seq'], 'same-log', lambda:
                              f'{name} applied {said["ids"]} as {said["first"]} to {said["seq"]}, the log has {ids}')
                at, fresh = pos['seq'], False
            elif kind == 'performed':
                if said['id'] in saved:  # the answer to an undo of what was unsent
                    taken_back.add(said['id'])
                saved[said['id']] = said
            elif kind == 'item':
                before, its_life = shown.get(said['id'], (None, 0))
                self.check_item(name, before, said, its_life == life)
                if (before is None or its_life == life or said['state'] != 'sending' or before['state'] != 'decided'
                        or self.restored):
                    shown[said['id']] = (said, life)
                items[said['id']] = said
                told.add(said['id'])
            elif kind == 'totals':
                total = sum(said[k] for k in OUTCOMES)
                self.need(said['composed'] == total, 'equation', lambda: f'{name}: composed {said["composed"]}, but {said}')
                self.need(said['composed'] >= composed, 'equation',
                          lambda: f'{name}: composed went back from {composed} to {said["composed"]}')
                composed = said['composed']
                if said['stored'] > 0 and not self.restored:  # 0: a snapshot is on its way to the disk, where the old copy still is
                    self.need(said['stored'] >= stored, 'never-back',
                              lambda: f'{name}: what is on disk went back from {stored} to {said["stored"]}')
                    stored = said['stored']
            elif kind == 'error':
                self.say('saved', f'{name} said: {said["message"]}')
        for id in saved:  # each life begins with all rows that are on the disk
            self.need(id in told, 'saved', lambda: f'{name}: {items.get(id, id)} was saved, and its last life knows nothing of it')
        for id in taken_back:
            self.need(id in items and items[id]['state'] == 'withdrawn', 'outcome-stands',
                      lambda: f'{name}: {id} was taken back before it was sent, and is {items.get(id)}')
        self.check_items(name, location, items, saved)
        self.check_final(name, location, device, composed, items)
        return items

    def check_item(self, name, before, now, same_life):
        """An answer is written behind: a killed dashboard may show again that it is sending, but what it said before must come
        true again. A withdrawal counts once it is confirmed."""
        if before is None:
            return
        self.need(before['n'] == now['n'], 'outcome-stands', lambda: f'{name}: {before} and then {now}')
        if before['state'] == 'decided':
            again = (self.restored or not same_life) and now['state'] == 'sending'
            self.need(again or all(now.get(k) == before.get(k) for k in ('state', 'outcome', 'seq')), 'outcome-stands',
                      lambda: f'{name}: {before} and then {now}')

    def check_items(self, name, location, items, saved):
        units = self.units[location]
        for id, said in saved.items():
            item = items.get(id)
            if self.need(item is not None, 'saved', lambda: f'{name}: {said} was said to be saved and is gone'):
                self.need(item['state'] in ('decided', 'withdrawn', 'review'), 'saved', lambda: f'{name}: {item} at the end')
        order, may_review = {}, self.restored or any(e['kind'] == 'day_closed' for e in self.history['logs'][location])
        for id, item in items.items():
            full = item.get('reason') == 'too_many_claims'  # of a dispute that nobody here settles
            self.need(item['state'] != 'review' or may_review or full, 'review',
                      lambda: f'{name}: {item}, and no day was closed and no backup put back')
            seqs = units.get(id, [])
            if item['state'] == 'decided' and item.get('outcome') in EFFECTIVE:
                self.need(seqs and item.get('seq') == seqs[0], 'done-in-log',
                          lambda: f'{name}: {item} was shown, the log has it at {seqs}')
            elif item['state'] in ('decided', 'withdrawn'):
                self.need(not seqs, 'effect-once', lambda: f'{name}: {item} has an effect at {seqs}')
            if seqs:
                order[seqs[0]] = item['n']
        ns = [order[seq] for seq in sorted(order)]
        self.need(ns == sorted(ns), 'fifo', lambda: f'{name}: its actions stand in the log in the order {ns}')
        numbers = [item['n'] for item in items.values()]
        self.need(len(numbers) == len(set(numbers)), 'fifo', lambda: f'{name}: an n was given twice: {sorted(numbers)}')
        for event in self.history['logs'][location]:
            if event.get('act') in items:
                self.need(event['by'].get('n') == items[event['act']]['n'], 'fifo',
                          lambda: f'{name}: {items[event["act"]]} stands under {event["by"]}')

    def check_final(self, name, location, device, composed, items):
        final, head = device.get('final'), self.history['heads'][location]
        if not self.need(final is not None, 'equal', f'{name} never came to rest'):
            return
        self.need(composed == len(items), 'equation', f'{name}: composed {composed}, but {len(items)} items')
        self.need(final['pos'] == head, 'equal', lambda: f'{name} stands at {final["pos"]}, the server at {head}')
        self.need(final['hash'] == final['screen'], 'equal', lambda: f'{name} shows {final["screen"]}, and has {final["hash"]}')
        if final.get('entities') is not None and location in self.history['states']:
            mine, wanted = by_id(final['entities']), by_id(self.history['states'][location])
            for kind in wanted:
                self.need(mine.get(kind) == wanted[kind], 'equal', lambda: f'{name}: its {kind} are not the server\'s')

    # all

    def check_acted(self):
        last = {}
        for act in self.history.get('acted', []):
            if self.may_be_lost({**act, 'last': act['seq']}) or (self.restored and act['done'] and act['seq'] is None):
                continue
            seqs = self.units[act['location']].get(act['id'], [])
            if act['done'] and act['outcome'] in EFFECTIVE:
                self.need(seqs == [act['seq']], 'done-in-log', lambda: f'{act} was answered, the log has it at {seqs}')
            elif act['done']:
                self.need(not seqs, 'effect-once', lambda: f'{act} has an effect at {seqs}')
            if seqs:
                self.need(seqs[0] > last.get(act['agent'], 0), 'fifo', lambda: f'{act} stands at {seqs}, before the one before it')
                last[act['agent']] = seqs[0]

    def check_pushed(self, pushed):
        """At least once, in order; what comes again has its old id and its old events."""
        log, seen, last = self.history['logs'][pushed['location']], {}, pushed['after']
        for id, events, status in pushed['got']:
            if not self.need(seen.setdefault(id, events) == events, 'pushed', lambda: f'{id} had {seen[id]}, and now {events}'):
                continue
            self.need(events == [(e['seq'], e['id']) for e in log[events[0][0] - 1:events[-1][0]]], 'pushed',
                      lambda: f'{id} is not what the log has: {events}')
            self.need(events[0][0] <= last + 1, 'pushed', lambda: f'{id} begins at {events[0][0]}, and {last} was the last before it')
            if status == 200:
                last = max(last, events[-1][0])
        self.need(last == len(log), 'pushed', lambda: f'the subscriber was told up to {last}, the log has {len(log)}')

    def run(self):
        history = self.history
        for location, log in history['logs'].items():
            self.check_log(location, log)
        self.check_published()
        self.check_acted()
        if 'pushed' in history and not self.restored:
            self.check_pushed(history['pushed'])
        known = collections.defaultdict(set)
        for act in history.get('acted', []):
            known[act['location']].add(act['id'])
        for name, device in history['devices'].items():
            known[device['location']] |= set(self.check_device(name, device))
        for location in history['logs']:
            self.check_head('the server', location, history['heads'][location])
            boards = {n: d['final']['hash'] for n, d in history['devices'].items() if d['location'] == location and d.get('final')}
            self.need(len(set(boards.values())) <= 1, 'equal', lambda: f'{location}: the boards differ: {boards}')
            for event in history['logs'][location]:
                if event.get('act') and event['by']['role'] in ('staff', 'manager', 'agent'):
                    self.need(event['act'] in known[location], 'foreign',
                              lambda: f'{location}: {event["seq"]} is the effect of {event["act"]}, which nobody here composed')
        return self.found


def check(history):
    """The violations; an empty list if there are none."""
    return Check(history).run()


def check_and_count(history):
    """(violations, how many times each rule was tried)"""
    checker = Check(history)
    return checker.run(), dict(checker.counts)
