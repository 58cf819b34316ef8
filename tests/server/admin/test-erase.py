#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""erase --phone: after it no byte of any file names the person, and nothing else has changed."""

import glob
import json
import os
import shutil
import sqlite3
import subprocess
import time

import hostline
import tap

NUMBER = '+12025550142'
FORMS = ['+12025550142', '12025550142', '2025550142', '202-555-0142', '(202) 555-0142', '202.555.0142', '202 555 0142']
SECRETS = FORMS + ['Querida Zimmermann', 'pistachio allergy', 'violet balloons', 'anniversary of ours', 'zimmermann-rec', 'tok-zimmer',
                   'lactose note', 'Zimmermann']
FLOOR = {'hostline_floor': 1, 'areas': [{'area_id': 'main', 'name': 'Main', 'width': 1200, 'height': 900}], 'sections': [],
         'tables': [{'table_id': str(n), 'label': str(n), 'area_id': 'main', 'x': n * 100, 'y': 10, 'seats_max': 4} for n in range(1, 6)]}


def traces(folder):
    """{file: [secrets]} of what can still be read, in UTF-8 and in UTF-16."""
    found = {}
    for path in glob.glob(os.path.join(folder, '**'), recursive=True):
        if not os.path.isfile(path):
            continue
        with open(path, 'rb') as file:
            data = file.read().lower()
        hits = [s for s in SECRETS if s.lower().encode() in data or s.lower().encode('utf-16-le') in data]
        if hits:
            found[os.path.basename(path)] = hits
    return found


def call(server, publisher, call_id, number, name, words, times=1):
    for k in range(times):
        suffix = f'{call_id}-{k}' if times > 1 else call_id
        server.publish('ocean-ave', publisher, [
            {'kind': 'call_started', 'data': {'call_id': suffix, 'from': number, 'to': '+13125550100', 'direction': 'inbound'}},
            {'kind': 'call_updated', 'data': {'call_id': suffix, 'caller_name': name, 'slots': [
                {'kind': 'name', 'raw': name, 'value': name, 'state': 'confirmed'}]}},
            *[{'kind': 'transcript_segment', 'data': {'call_id': suffix, 'turn': turn, 'speaker': 'caller', 'text': f'{words} {turn}'}}
              for turn in range(12)],
            {'kind': 'call_completed', 'data': {'call_id': suffix, 'summary': f'{name} wants {words}',
                                                'recording_url': f'https://rec.example/{name.split()[-1].lower()}-rec.mp3'}}],
            key=f'{number}-{suffix}')


def fill(server):
    """Two persons. Returns the publisher's token and a board that follows."""
    server.add_location('ocean-ave', floor=FLOOR)
    server.add_location('pier-9', floor=FLOOR)
    publisher = server.add_token('ocean-ave', 'publisher')
    board = server.follow('ocean-ave', server.add_token('ocean-ave', 'staff', 'stand'), device='stand-1')
    call(server, publisher, 'mine', NUMBER, 'Querida Zimmermann', 'violet balloons for the anniversary of ours', 3)
    call(server, publisher, 'other', '+12025550143', 'Bruno Keller', 'a quiet corner', 3)
    server.publish('ocean-ave', publisher, {'kind': 'reservation_created', 'data': {
        'reservation_id': 'r-mine', 'name': 'Querida Zimmermann', 'phone': NUMBER, 'party_size': 4, 'starts_at': hostline.now(3600),
        'notes_add': ['pistachio allergy', 'call 202-555-0142'], 'source': 'tock', 'source_ref': 'tok-zimmer', 'allergies': 'pistachio allergy',
        'call_id': 'mine-0'}})
    server.publish('ocean-ave', publisher, {'kind': 'reservation_created', 'data': {
        'reservation_id': 'r-other', 'name': 'Bruno Keller', 'phone': '+12025550143', 'party_size': 2, 'starts_at': hostline.now(3600)}})
    # what is linked but never says the number
    server.publish('ocean-ave', publisher, {'kind': 'reservation_created', 'data': {
        'reservation_id': 'r-linked', 'name': 'Zimmermann', 'party_size': 6, 'starts_at': hostline.now(90000), 'call_id': 'mine-1'}})
    server.publish('ocean-ave', publisher, {'kind': 'order_created', 'data': {
        'order_id': 'o-mine', 'name': 'Zimmermann', 'call_id': 'mine-0', 'items': [
            {'line_id': '1', 'name': 'Soup', 'quantity': 2, 'note': 'lactose note'}]}})
    server.publish('ocean-ave', publisher, {'kind': 'kitchen_notice', 'data': {
        'notice_id': 'n-mine', 'kind': 'info', 'text': 'ring 202.555.0142 when ready', 'raised_at': hostline.now()}})
    board.read_to(server.events('ocean-ave', publisher if False else server.add_token('ocean-ave', 'agent'))['pos']['seq'])
    board.act('arrive', {'reservation_id': 'r-mine', 'party_id': 'p-mine', 'arrived': 4})
    board.act('add_party', {'party_id': 'p-other', 'size': 2, 'name': 'Bruno Keller', 'status': 'waiting'})
    board.act('seat', {'party_id': 'p-mine', 'table_ids': ['2']})
    board.act('set_table', {'table_id': '4', 'blocked': True, 'blocked_reason': 'for 202-555-0142, anniversary of ours'})
    board.act('set_table', {'table_id': '5', 'blocked': True, 'blocked_reason': 'a broken leg'})
    base = board.pos
    board.act('update_party', {'party_id': 'p-mine', 'name': 'Zimmermann A'})
    other = server.follow('ocean-ave', server.add_token('ocean-ave', 'staff', 'bar'), device='bar-1')
    other.act('update_party', {'party_id': 'p-mine', 'name': 'Zimmermann B'}, base=base)
    other.close()
    return publisher, board


def positions(server, token):
    """[(seq, id, kind)] of the log, and the position at its end."""
    answer = server.events('ocean-ave', token, limit=500)
    return [(e['seq'], e['id'], e['kind'], e['by'], e['act'], e['end']) for e in answer['events']], answer['pos']


def test_erase_while_it_runs(t):
    """through the running server: files, memory and boards"""
    with hostline.Server() as server:
        publisher, board = fill(server)
        agent = server.add_token('ocean-ave', 'agent')
        t.check(traces(server.data_dir) != {}, 'the person is there before')
        before, pos = positions(server, agent)
        board.read_to(pos['seq'])
        old = board.pos
        out = server.ctl('erase', '--phone', '(202) 555-0142', check=False)
        t.equal((out.returncode, 'country code' in out.stderr), (1, True), 'a number without its country code is refused')
        out = server.ctl('erase', '--phone', '+1 (202) 555-0142').stdout
        t.check('ocean-ave: 3 calls, 2 reservations, 1 parties, 1 orders, 1 notices, 1 tables' in out, out.splitlines()[0])
        t.equal(traces(server.data_dir), {}, 'no file names the person')
        erased = board.read_until(lambda f: f['t'] == 'events' and f['events'][0]['kind'] == 'person_erased')['events'][0]
        t.check(sorted(erased['data']['reservation_ids']) == ['r-linked', 'r-mine'] and NUMBER not in json.dumps(erased), 'boards hear whose')
        after, _ = positions(server, agent)
        t.equal(after[:len(before)], before, 'every event stands where it stood')
        text = json.dumps(server.events('ocean-ave', agent, limit=500)) + json.dumps(server.state('ocean-ave', agent))
        t.equal([s for s in SECRETS if s in text], [], 'nothing of it over HTTP')
        t.check('Bruno Keller' in text and 'a quiet corner' in text and '+12025550143' in text, 'the other person is untouched')
        state = server.state('ocean-ave', agent)['entities']
        t.equal([p['table_ids'] for p in state['parties'] if p['party_id'] == 'p-mine'], [['2']], 'the party still sits')
        t.equal([(x['blocked'], x['blocked_reason']) for x in state['tables'] if x['table_id'] in '45'],
                [(True, ''), (True, 'a broken leg')], 'a table stays blocked, and says why where that names nobody')
        t.equal([o['items'][0]['name'] for o in state['orders']], ['Soup'], 'the kitchen still knows what to cook')
        with server.follow('ocean-ave', server.add_token('ocean-ave', 'staff', 'again'), pos=old, device='again') as again:
            t.equal(again.welcome['mode'], 'resume', 'a board goes on from its old position')
            again.read_to(erased['seq'])
        with server.follow('ocean-ave', server.add_token('ocean-ave', 'staff', 'new'), device='new') as fresh:
            fresh.read_until(lambda f: f['t'] == 'snapshot' and f['part'] == f['parts'])
            t.equal([s for s in SECRETS if s in json.dumps(fresh.snapshot)], [], 'nothing of it in a snapshot')
        backup = os.path.join(server.root, 'backup.db')
        server.ctl('backup', backup)
        t.equal(traces(server.root), {}, 'a backup made later does not name the person')
        t.check('all in order' in server.ctl('check').stdout, 'checksums, digests and the chain hold')
        live = server.state('ocean-ave', agent)
        server.stop()
        db = sqlite3.connect(os.path.join(server.data_dir, 'hostline.db'))
        db.execute('DELETE FROM snapshot')
        db.commit()
        db.close()
        folded = json.loads(server.ctl('state', 'ocean-ave', json_output=True).stdout)
        t.equal(folded['entities'], live['entities'], 'folding the redacted log from its start gives the same state')
        t.check('in no log' in server.ctl('erase', '--phone', NUMBER).stdout, 'a second time there is nothing left')


def test_erase_offline_and_restore(t):
    """without a server; and once more when an older backup is restored"""
    with hostline.Server() as server:
        fill(server)
        backup = os.path.join(server.root, 'old-backup.db')
        server.ctl('backup', backup)
        server.stop()
        out = server.ctl('erase', '--phone', NUMBER).stdout
        t.check('ocean-ave: 3 calls' in out, 'offline')
        t.equal(traces(server.data_dir), {}, 'no file names the person')
        with open(os.path.join(server.data_dir, 'erasures')) as file:
            t.check(len(file.read().split()) >= 2, 'the list of erasures knows it by a keyed hash')
        done = server.ctl('restore', backup)
        t.check('erased again from 1' in done.stderr, done.stderr.splitlines()[0])
        found = traces(server.data_dir)
        t.equal(found, {}, 'the restored store does not name the person')
        t.check(not os.path.exists(os.path.join(server.data_dir, 'restoring')), 'nothing is left of the restoring')
        server.start()
        agent = server.add_token('ocean-ave', 'agent')
        names = [r['name'] for r in server.state('ocean-ave', agent)['entities']['reservations']]
        t.equal(sorted(names), ['', '', 'Bruno Keller'], 'the other person is back')
        t.check('all in order' in server.ctl('check').stdout, 'and all is in order')


def test_cut_short(t):
    """killed at any moment: nothing was begun, or the next start ends it"""
    with hostline.Server() as server:
        fill(server)
        agent = server.add_token('ocean-ave', 'agent')
        server.stop()
        whole = os.path.join(server.root, 'whole')
        shutil.copytree(server.data_dir, whole)
        erased = {'begun': 0, 'not begun': 0, 'done': 0}
        mark = os.path.join(server.data_dir, 'erasures.unfinished')
        began = time.monotonic()
        subprocess.run([hostline.program('hostlinectl'), '--data-dir', server.data_dir, 'erase', '--phone', NUMBER], check=True,
                       capture_output=True)
        took = time.monotonic() - began
        # of the one that came to its end: what those that are killed leave depends on how far they came
        with open(os.path.join(server.data_dir, 'erasures'), 'rb') as file:
            listed = file.read()
        with open(os.path.join(server.data_dir, 'erasures.key'), 'rb') as file:
            key = file.read()
        for n in range(8):
            shutil.rmtree(server.data_dir)
            shutil.copytree(whole, server.data_dir)
            ctl = subprocess.Popen([hostline.program('hostlinectl'), '--data-dir', server.data_dir, 'erase', '--phone', NUMBER],
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            if n % 2:  # by the time it takes, and from the moment it has begun
                while not os.path.exists(mark) and ctl.poll() is None:
                    time.sleep(0.0005)
            try:
                ctl.wait(took * n / (32 if n % 2 else 8))
            except subprocess.TimeoutExpired:
                ctl.kill()
            code = ctl.wait()
            unfinished = os.path.exists(mark)
            known = os.path.exists(os.path.join(server.data_dir, 'erasures'))
            kind = 'done' if code == 0 else 'begun' if known else 'not begun'
            erased[kind] += 1
            server.start()
            names = [r['name'] for r in server.state('ocean-ave', agent)['entities']['reservations']]
            server.stop()
            if known:
                t.equal(traces(server.data_dir), {}, f'{kind}: no file names the person')
                t.equal(sorted(names), ['', '', 'Bruno Keller'], 'the other is there')
            else:
                t.check(code != 0 and 'Querida Zimmermann' in names, 'not begun: all is as before')
            t.check(not os.path.exists(mark), f'nothing is left to do (was {unfinished})')
        print(f'# {erased}, {took * 1000:.0f} ms each')
        # the list was written, and nothing more
        shutil.rmtree(server.data_dir)
        shutil.copytree(whole, server.data_dir)
        for name, content in (('erasures', listed), ('erasures.key', key), ('erasures.unfinished', b'')):
            with open(os.path.join(server.data_dir, name), 'wb') as file:
                file.write(content)
        t.check(traces(server.data_dir) != {}, 'killed behind the list: the person is there')
        server.start()
        t.equal(traces(server.data_dir), {}, 'the next start ends it')


def test_own_number(t):
    """the restaurant's own number is on every call: it is not erased"""
    with hostline.Server() as server:
        publisher, board = fill(server)
        server.ctl('location', 'set', 'ocean-ave', '-', stdin=json.dumps({'phone': '+13125550100'}))
        before = server.events('ocean-ave', server.add_token('ocean-ave', 'agent'))['pos']
        out = server.ctl('erase', '--phone', '+13125550100', check=False)
        t.equal((out.returncode, 'own number' in out.stderr), (1, True), out.stderr.strip())
        t.equal(server.events('ocean-ave', server.add_token('ocean-ave', 'agent'))['pos'], before, 'nothing was changed')


if __name__ == '__main__':
    tap.main()
