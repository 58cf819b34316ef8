#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Retention: what is too old goes out of every byte of every file, what is on the screens stays, and no cursor notices."""

import glob
import json
import os
import sqlite3
import time

import hostline
import tap

DAY = 86400
ALL = ['rec-april', 'saffron cushions', 'wants the terrace', 'Leonie Sommerfeld', '2025550171', 'hazelnut', 'unreadable-zebra']
OPEN = ['rec-open', 'call me back about the wake', 'Otto Held', '2025550172']
FLOOR = {'hostline_floor': 1, 'areas': [{'area_id': 'main', 'name': 'Main', 'width': 1200, 'height': 900}], 'sections': [],
         'tables': [{'table_id': str(n), 'label': str(n), 'area_id': 'main', 'x': n * 100, 'y': 10, 'seats_max': 4} for n in range(1, 6)]}


def ago(days):
    """The environment of a server whose clock stands so many days back."""
    return {'HOSTLINE_CLOCK_OFFSET_MS': str(-days * DAY * 1000)}


def traces(folder, secrets):
    """{file: [secrets]} of what can still be read in raw bytes."""
    found = {}
    for path in glob.glob(os.path.join(folder, '**'), recursive=True):
        if os.path.isfile(path):
            with open(path, 'rb') as file:
                data = file.read()
            hits = [s for s in secrets if s.encode() in data or s.encode('utf-16-le') in data]
            if hits:
                found[os.path.basename(path)] = hits
    return found


def fill(server, days):
    """An evening so many days ago: a call with all that can be kept of it, a reservation, a party; and one follow-up that nobody
    closed. Leaves the server stopped; gives the position of a board that saw it all."""
    server.env = ago(days)
    server.start()
    server.add_location('ocean-ave', floor=FLOOR)
    publisher = server.add_token('ocean-ave', 'publisher')
    agent = server.add_token('ocean-ave', 'agent')
    board = server.follow('ocean-ave', server.add_token('ocean-ave', 'staff', 'stand'), device='stand-1')
    then = hostline.now(-days * DAY)
    for call, number, name, words, record in [('old', '+12025550171', 'Leonie Sommerfeld', 'saffron cushions', 'rec-april'),
                                              ('open', '+12025550172', 'Otto Held', 'call me back about the wake', 'rec-open')]:
        server.publish('ocean-ave', publisher, [
            {'kind': 'call_started', 'at': then, 'data': {'call_id': call, 'from': number, 'direction': 'inbound'}},
            {'kind': 'call_updated', 'at': then, 'data': {'call_id': call, 'caller_name': name, 'slots': [
                {'kind': 'name', 'raw': name, 'value': name, 'state': 'confirmed'}]}},
            *[{'kind': 'transcript_segment', 'at': then, 'data': {'call_id': call, 'turn': turn, 'speaker': 'caller', 'text': f'{words} {turn}'}}
              for turn in range(8)],
            {'kind': 'call_completed', 'at': then, 'data': {'call_id': call, 'summary': f'{name} wants the terrace' if call == 'old' else words,
                                                            'recording_url': f'https://rec.example/{record}.mp3'}}])
    board.read_to(server.events('ocean-ave', agent)['pos']['seq'])
    board.act('open_follow_up', {'call_id': 'open'})
    board.act('add_party', {'party_id': 'p-old', 'size': 3, 'name': 'Leonie Sommerfeld', 'status': 'waiting'})
    board.act('update_party', {'party_id': 'p-old', 'name': 'Leonie Sommerfeld hazelnut'})
    board.act('remove_party', {'party_id': 'p-old', 'status': 'left', 'removed_reason': ''})
    server.publish('ocean-ave', publisher, {'kind': 'reservation_created', 'at': then, 'data': {
        'reservation_id': 'r-old', 'name': 'Leonie Sommerfeld', 'phone': '+12025550171', 'party_size': 2, 'starts_at': then,
        'notes_add': ['hazelnut'], 'call_id': 'old'}})
    board.read_to(server.events('ocean-ave', agent)['pos']['seq'])
    seen = board.pos
    entities = server.state('ocean-ave', agent)['entities']
    board.close()
    server.stop()
    db = sqlite3.connect(os.path.join(server.data_dir, 'hostline.db'))
    db.execute('INSERT INTO unreadable (location, hook, received, reason, content_type, body) VALUES (?, ?, ?, ?, ?, ?)',
               ('ocean-ave', 'h1', int((time.time() - days * DAY) * 1000), 'test', 'text/plain', b'unreadable-zebra'))
    db.commit()
    db.close()
    server.env = {}
    return agent, seen, entities


def wait_for_day(server, agent):
    """The day that ended long ago is closed soon after the start."""
    hostline.wait_for(lambda: any(e['kind'] == 'day_closed' for e in server.events('ocean-ave', agent)['events']), hostline.slow(15),
                      'day_closed')


def fold(server):
    """The state that the log alone gives."""
    db = sqlite3.connect(os.path.join(server.data_dir, 'hostline.db'))
    db.execute('DELETE FROM snapshot')
    db.commit()
    db.close()
    return json.loads(server.ctl('state', 'ocean-ave', json_output=True).stdout)['entities']


def without_undo(entities):
    return {k: v for k, v in entities.items() if k != 'undo'}


def test_by_limits(t):
    """35 days: the recording; 100 days: what was said; 800 days: who it was"""
    for days, gone in [(35, ['rec-april', 'unreadable-zebra']), (100, ['rec-april', 'unreadable-zebra', 'saffron cushions', 'wants the terrace']),
                       (800, ALL)]:
        with hostline.Server(start=False) as server:
            agent, seen, _ = fill(server, days)
            server.start()
            wait_for_day(server, agent)
            before = server.events('ocean-ave', agent)
            live = server.state('ocean-ave', agent)
            out = server.ctl('purge').stdout
            found = sorted({s for hits in traces(server.data_dir, ALL).values() for s in hits})
            t.equal(found, sorted(s for s in ALL if s not in gone), f'{days} days: what can still be read in the files')
            t.equal(sorted({s for hits in traces(server.data_dir, OPEN).values() for s in hits}), sorted(OPEN), 'a follow-up that is open stays whole')
            t.check('stay until it leaves' in out, out.strip().replace('\n', ' / '))
            after = server.events('ocean-ave', agent)
            t.equal([{k: v for k, v in e.items() if k != 'data'} for e in after['events']], [{k: v for k, v in e.items() if k != 'data'} for e in before['events']],
                    'every event stands where it stood')
            t.equal(after['pos'], before['pos'], 'the position is the same')
            t.equal(without_undo(server.state('ocean-ave', agent)['entities']), without_undo(live['entities']), 'so is the state')
            with server.follow('ocean-ave', server.add_token('ocean-ave', 'staff', 'back'), pos=seen, device='back-1') as again:
                t.equal(again.welcome['mode'], 'resume', 'a board that was away all the time goes on from its cursor')
                again.read_to(after['pos']['seq'])
                t.equal(again.pos, after['pos'], 'and stands where the others stand')
            t.check('all in order' in server.ctl('check').stdout, 'checksums, digests and the chain hold')
            t.check('taken out of 0 events' in server.ctl('purge').stdout, 'a second time only what stays is told')
            server.stop()
            t.equal(without_undo(fold(server)), without_undo(live['entities']), 'folding the log from its start gives the same state')


def test_older_than_offline(t):
    """purge --older-than without a server; what is younger stays"""
    with hostline.Server(start=False) as server:
        agent, _, _ = fill(server, 20)
        server.start()
        wait_for_day(server, agent)
        server.stop()
        for wrong in ['0', '-3', 'x', '3w', '', '99999999']:
            out = server.ctl('purge', f'--older-than={wrong}', check=False)
            t.equal((out.returncode, 'number of days' in out.stderr), (2, True), f'{wrong!r} is refused')
        server.ctl('purge', '--older-than', '21')
        t.equal(sorted({s for hits in traces(server.data_dir, ALL).values() for s in hits}), sorted(ALL), 'nothing is older than 21 days')
        out = json.loads(server.ctl('purge', '--older-than', '19d', json_output=True).stdout)
        t.check(out['locations'][0]['events'] > 8 and out['locations'][0]['held'] > 8 and out['clean'], str(out))
        t.equal(traces(server.data_dir, ALL), {}, 'no file names the person')
        t.check('all in order' in server.ctl('check').stdout, 'all is in order')


def test_timer(t):
    """the server looks by itself, and not when the clock may be wrong"""
    with hostline.Server(start=False, config='[timers]\nretention-s=1\n[retention]\ntranscripts-days=10\n') as server:
        agent, _, _ = fill(server, 20)
        server.start()
        monitor = server.add_token('ocean-ave', 'monitor')
        hostline.wait_for(lambda: server.metrics(monitor).get('hostline_purged_events_total', 0) >= 9, hostline.slow(30), 'the timer')
        hostline.wait_for(lambda: traces(server.data_dir, ['saffron cushions']) == {}, hostline.slow(30), 'the sweep')
        t.check('rec-april' in str(traces(server.data_dir, ALL)), 'the recording is younger than its 30 days')
        t.check('looked for what is too old' in server.log_text(), 'the log says so')
        server.stop()
        server.env = ago(-3000)
        server.start()
        hostline.wait_for(lambda: 'clock right' in server.log_text(), hostline.slow(30), 'the doubt')
        t.check('rec-april' in str(traces(server.data_dir, ALL)), 'nothing is taken out by a clock that is years ahead')


def test_for_ever(t):
    """0 days: for ever"""
    with hostline.Server(start=False, config='[retention]\nrecordings-days=0\ntranscripts-days=0\npeople-days=0\n') as server:
        agent, _, _ = fill(server, 900)
        server.start()
        wait_for_day(server, agent)
        t.check('Nothing is too old' in hostline.run_ctl('--config', os.path.join(server.root, 'hostlined.conf'), 'purge', data_dir=server.data_dir).stdout,
                'nothing is ever too old')
        t.equal(sorted({s for hits in traces(server.data_dir, ALL).values() for s in hits}), sorted(ALL), 'all is there')


if __name__ == '__main__':
    tap.main()
