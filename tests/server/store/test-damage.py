#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A damaged database: it is noticed, kept aside, salvaged, and the operator is told what is missing.

The chain of h, the rows' places in the file and what must have survived are worked out here, from the formats' definitions,
so that a second program proves it. HL_BIT_FLIPS sets how many flips (120; a release uses 1000), HL_TEST_SEED repeats a run.
"""

import glob
import hashlib
import json
import os
import random
import shutil
import sqlite3
import struct
import subprocess
import sys
import tempfile
import time
import uuid

import hostline
import sqlite_pages
import store_db
import tap

REPAIRER = sys.argv.pop(1)
FLIPS = int(os.environ.get('HL_BIT_FLIPS', '120'))
SEED = int(os.environ.get('HL_TEST_SEED', str(random.randrange(1 << 30))))
ROOT = tempfile.mkdtemp(prefix='hl-damage-')
FLOOR = {'hostline_floor': 1, 'areas': [{'area_id': 'main', 'name': 'Main', 'width': 1200, 'height': 900}], 'sections': [],
         'tables': [{'table_id': str(n), 'label': str(n), 'area_id': 'main', 'x': n * 100, 'y': 10, 'seats_max': 4} for n in range(1, 6)]}


def make_original():
    """A data folder after an evening: two locations, two devices, calls with long lines, all kinds of rows."""
    folder = os.path.join(ROOT, 'original')
    with hostline.Server(data_dir=folder) as server:
        for location in ('ocean-ave', 'pier-9'):
            server.add_location(location, floor=FLOOR)
            publisher = server.add_token(location, 'publisher')
            with server.follow(location, server.add_token(location, 'staff', 'stand'), device=f'{location}-1') as board:
                for call in range(6):
                    events = [{'kind': 'call_started', 'data': {'call_id': f'c{call}', 'from': f'+1202555{call:04d}'}}]
                    events += [{'kind': 'transcript_segment', 'data': {
                        'call_id': f'c{call}', 'turn': turn, 'speaker': 'caller',
                        'text': f'line {turn} ' + 'of a long story ' * (249 if turn == 3 else turn)}} for turn in range(8)]
                    server.publish(location, publisher, events, key=f'call-{call}')
                    board.act('add_party', {'party_id': f'p{call}', 'size': 2, 'name': f'Party {call}', 'status': 'waiting'})
                board.act('seat', {'party_id': 'p1', 'table_ids': ['2']})
            server.ctl('hook', 'add', '--location', location, '--provider', 'retell', '--secret', f'top-secret-of-{location}')
            server.ctl('subscriber', 'add', '--location', location, '--url', f'https://{location}.example.org/events', check=False)
            code = server.ctl('pair', '--location', location, '--name', 'Office').stdout.split()[-1]
            server.post('/v1/pair', body={'code': code, 'secret_sha256': f'{len(location):02x}' * 32, 'device': {
                'name': 'Office', 'install_id': str(uuid.uuid4()), 'app': 'hostline/0.1', 'platform': 'native'}})
        server.stop()
    os.remove(os.path.join(folder, 'hostlined.log')) if os.path.exists(os.path.join(folder, 'hostlined.log')) else None
    return folder


def load(folder):
    """{location: {'epoch', 'seq', 'h', 'events': {seq: (id, body)}}} and the tokens' ids."""
    db = sqlite3.connect(f'file:{folder}/hostline.db?mode=ro', uri=True)
    found = {}
    for location, epoch, seq, h in db.execute('SELECT id, epoch, seq, h FROM location'):
        events = {row[0]: row[1:] for row in db.execute('SELECT seq, id, body FROM event WHERE location = ?', (location,))}
        found[location] = {'epoch': epoch, 'seq': seq, 'h': h & (1 << 64) - 1, 'events': events}
    tokens = {row[0] for row in db.execute('SELECT id FROM token')}
    marks = {row[:2]: row[2] for row in db.execute('SELECT location, device, n FROM mark')}
    db.close()
    return found, tokens, marks


def list_rows(folder):
    """{table: rows} of everything that has a checksum, but for the snapshots, which are only there to start fast."""
    db = sqlite3.connect(f'file:{folder}/hostline.db?mode=ro', uri=True)
    tables = [row[0] for row in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table' AND sql LIKE '%, crc INTEGER%' OR name = 'event'")]
    found = {table: sorted(db.execute(f'SELECT * FROM {table}'), key=repr) for table in tables}
    db.close()
    assert len(found) == 15, sorted(found)
    return found


def prove(folder):
    """Everything that must hold of a store that was opened, whatever happened to it before."""
    assert store_db.list_damaged(os.path.join(folder, 'hostline.db')) == []
    db = sqlite3.connect(f'file:{folder}/hostline.db?mode=ro', uri=True)
    assert db.execute('PRAGMA integrity_check').fetchone()[0] == 'ok'
    assert db.execute('PRAGMA foreign_key_check').fetchall() == []
    for location, seq, h in db.execute('SELECT id, seq, h FROM location').fetchall():
        previous, number, last = 0, 0, 1
        for row in db.execute('SELECT seq, id, body, digest, h, last, act FROM event WHERE location = ? ORDER BY seq', (location,)):
            number += 1
            assert row[0] == number, f'{location}: a hole before {row[0]}'
            digest = hashlib.sha256(row[2].encode()).digest()
            assert digest == row[3]
            previous = struct.unpack('>Q', hashlib.sha256(struct.pack('>Q', previous) + row[1].encode() + digest).digest()[:8])[0]
            assert previous == row[4] & (1 << 64) - 1, f'{location}: the chain breaks at {number}'
            body = json.loads(row[2])
            assert (body['seq'], body['id'], body['act'], body['end']) == (row[0], row[1], row[6], bool(row[5]))
            last = row[5]
        assert last == 1, f'{location}: the last unit is not whole'
        assert (seq, h & (1 << 64) - 1) == (number, previous), f'{location}: the head is not the last event'
        # nothing answers for an event that is not there
        for (answer,) in db.execute('SELECT answer FROM request WHERE location = ?', (location,)):
            assert (json.loads(answer)['last'] or 0) <= seq
        lost = {row[0] for row in db.execute("SELECT seq FROM event WHERE location = ? AND kind = 'event_lost'", (location,))}
        covered = db.execute('SELECT max(seq) FROM snapshot WHERE location = ?', (location,)).fetchone()[0] or 0
        for (outcome,) in db.execute('SELECT outcome FROM outcome WHERE location = ?', (location,)):
            at = json.loads(outcome).get('seq')
            assert at is None or (at <= seq and (at not in lost or at <= covered)), f'an outcome of {at}, which is gone'
    db.close()


class Case:
    """One copy of the original, damaged and opened."""

    def __init__(self, original, damage, repair=True):
        self.folder, self.original = os.path.join(ROOT, 'case'), original
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.copytree(original, self.folder, ignore=shutil.ignore_patterns('lock', 'reserve', '*.sock', '*.conf', '*.json'))
        self.path = os.path.join(self.folder, 'hostline.db')
        with open(self.path, 'rb') as file:
            data = bytearray(file.read())
        data = damage(data)
        with open(self.path, 'wb') as file:
            file.write(data)
        self.damaged = bytes(data)
        done = subprocess.run([REPAIRER, self.folder] + ([] if repair else ['keep']), capture_output=True, text=True,
                              errors='backslashreplace', timeout=hostline.slow(120))
        self.code, self.output = done.returncode, done.stdout
        assert done.returncode in (0, 1), f'it crashed: {done.returncode}\n{done.stdout}\n{done.stderr}'
        assert done.stderr == '', done.stderr
        assert '\\x' not in done.stdout, f'what it says is no text: {done.stdout}'
        self.repaired = 'repaired' in self.output
        self.lines = self.output.splitlines()

    def assert_started(self):
        assert self.code == 0, self.output
        assert 'findings 0' in self.output, self.output
        prove(self.folder)
        assert self.repaired or list_rows(self.folder) == list_rows(self.original), 'a row is another without a word'
        if self.repaired:
            kept = [p for p in glob.glob(self.path + '.damaged-*') if not p.endswith(('.txt', '-wal', '-shm'))]
            assert len(kept) == 1, 'the damaged file is not kept'
            with open(kept[0], 'rb') as file:
                assert file.read() == self.damaged, 'the damaged file was changed'
            with open(kept[0] + '.txt') as file:
                assert file.read().strip() in self.output, 'the report is not in its file'

    def survivors(self, original):
        """How many of the original's events are there unchanged."""
        found, _, _ = load(self.folder)
        return sum(1 for location in original for seq, event in original[location]['events'].items()
                   if found.get(location, {'events': {}})['events'].get(seq) == event)


def flip(position, bit):
    def damage(data):
        data[position] ^= 1 << bit
        return data
    return damage


def event_spans(folder):
    with open(os.path.join(folder, 'hostline.db'), 'rb') as file:
        data = file.read()
    db = sqlite3.connect(f'file:{folder}/hostline.db?mode=ro', uri=True)
    root = db.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'event'").fetchone()[0]
    db.close()
    return data, [spans for _, spans in sqlite_pages.rows(data, root)]


ORIGINAL = make_original()
CONTENT, TOKENS, MARKS = load(ORIGINAL)
ROWS = list_rows(ORIGINAL)
TOTAL = sum(len(location['events']) for location in CONTENT.values())


def try_flip(position, bit, most):
    """Gives whether the store was repaired and how many events are gone; never more than `most`, none without a word."""
    try:
        case = Case(ORIGINAL, flip(position, bit))
        case.assert_started()
        lost = TOTAL - case.survivors(CONTENT)
        assert lost <= most if case.repaired else lost == 0, f'{lost} events are gone: {case.output}'
        return case.repaired, lost
    except Exception as error:
        raise AssertionError(f'bit {bit} of byte {position % 4096} of page {position // 4096 + 1}: {error}') from error


def test_bit_flips(t):
    """every flipped bit inside an event's row is noticed, the server starts each time, and no more than that row is lost"""
    rng = random.Random(SEED)
    data, spans = event_spans(ORIGINAL)
    inside = FLIPS // 2
    lost_most = missing = 0
    t.note(f'HL_TEST_SEED={SEED} HL_BIT_FLIPS={FLIPS}; {TOTAL} events in {len(data) // 4096} pages')
    t.check(any(len(row) > 1 for row in spans), 'some rows go on in another page')
    for i in range(inside):
        row = rng.choice(spans)
        position, bit = rng.randrange(*rng.choice(row)), rng.randrange(8)
        repaired, lost = try_flip(position, bit, most=1)
        assert repaired, f'bit {bit} of byte {position} was not noticed'
        lost_most, missing = max(lost_most, lost), missing + lost
    t.note(f'{inside} flips inside rows: all noticed, {missing} events lost in all, {lost_most} at most by one')
    t.check(True, 'inside rows')
    silent = 0
    for i in range(FLIPS - inside):
        repaired, _ = try_flip(rng.randrange(len(data)), rng.randrange(8), most=60)
        silent += not repaired
    t.note(f'{FLIPS - inside} flips anywhere: {silent} fell where they do no harm')
    t.check(True, 'anywhere')


def test_header(t):
    """whatever bit of the first bytes is wrong, the server starts: SQLite takes some for a format of later years"""
    rng = random.Random(SEED)
    # the versions to write and to read, and the format of the schema, whole; of the rest a bit each (all of them: test-database)
    places = [(byte, bit) for byte in (18, 19, 47) for bit in range(8)] + [(byte, rng.randrange(8)) for byte in range(100)]
    for byte, bit in places if FLIPS >= 1000 else places[16:24] + rng.sample(places, 16):
        try_flip(byte, bit, most=0)
    t.check(True, 'all events are there')


def encode(value):
    """A value as it lies in a record."""
    if isinstance(value, int):
        if value in (0, 1):
            return b''
        size = next(n for n in (1, 2, 3, 4, 6, 8) if -1 << n * 8 - 1 <= value < 1 << n * 8 - 1)
        return value.to_bytes(size, 'big', signed=True)
    return b'' if value is None else value.encode() if isinstance(value, str) else value


def find_row(table, column, data):
    """A row of the table, and where the value in that column lies in the file. (None, 0): there is no row."""
    for row in ROWS[table]:
        values = [b'' if i == 0 and isinstance(value, int) else encode(value) for i, value in enumerate(row)]
        if data.count(b''.join(values)) == 1:
            return row, data.index(b''.join(values)) + len(b''.join(values[:column]))
    return None, 0


def test_rows_beside_the_log(t):
    """a flipped bit in a token, a hook, an answer ... is noticed at the start, that row alone goes, and the report counts it"""
    with open(os.path.join(ORIGINAL, 'hostline.db'), 'rb') as file:
        data = file.read()
    tried = []
    for table, column, dropped in [('token', 3, 'tokens'), ('token_location', 1, 'tokens'), ('device', 2, 'tokens'), ('hook', 2, 'hooks'),
                                   ('hook_path', 0, 'hooks'), ('hook_secret', 2, 'secrets'), ('subscriber', 2, 'subscribers'),
                                   ('subscriber_secret', 2, 'secrets'), ('request', 2, 'answers'), ('outcome', 2, 'outcomes'),
                                   ('mark', 1, 'outcomes'), ('location', 1, 'locations')]:
        row, position = find_row(table, column, data)
        if row is None:
            continue
        tried.append(table)
        # bit 0: it stays text of the same kind, as far as anybody but the checksum can tell
        case = Case(ORIGINAL, flip(position, 0))
        t.check(case.repaired, f'{table}: noticed')
        case.assert_started()
        t.equal(case.survivors(CONTENT), TOTAL, f'{table}: no event is lost')
        t.check(f'Dropped, because damaged: 1 of {dropped}' in case.output, f'{table}: {case.output}')
        left = list_rows(case.folder)
        # events tell the outcomes of actions that did something, those tell the marks, and a device tells where its token belongs
        again = table in ('outcome', 'mark') or table == 'token_location' and any(row[0] in device for device in ROWS['device'])
        t.equal(row in left[table], again, f'{table}: the row as it was')
        lost = {name: len(ROWS[name]) - len(left[name]) for name in ROWS if len(ROWS[name]) != len(left[name])}
        t.note(f'{table}: fewer rows now: {lost}')
        t.check(set(lost) <= {table, 'token_location', 'device', 'hook_path', 'hook_secret', 'subscriber_secret', 'token', 'pairing'},
                f'{table}: what hangs on it goes with it, nothing else')
    t.check(len(tried) >= 11, f'tried: {tried}')


def test_whole_pages(t):
    """pages that are zero, garbage or gone; half a file; no first page; no database at all"""
    rng = random.Random(SEED)
    pages = os.path.getsize(os.path.join(ORIGINAL, 'hostline.db')) // 4096

    def zero(number):
        return lambda data: data[:number * 4096] + bytes(4096) + data[(number + 1) * 4096:]

    def garbage(number):
        return lambda data: data[:number * 4096] + rng.randbytes(4096) + data[(number + 1) * 4096:]

    for number in [0] + rng.sample(range(1, pages), min(pages - 1, FLIPS // 6)):
        for damage in (zero(number), garbage(number)):
            case = Case(ORIGINAL, damage)
            case.assert_started()
            lost = TOTAL - case.survivors(CONTENT)
            assert lost <= 40, f'page {number + 1}: {lost} events are gone'
            assert case.repaired or lost == 0
    t.check(True, f'of {pages} pages')
    kept = 0
    for keep in sorted(rng.randrange(1, pages * 4096) for _ in range(12)):
        case = Case(ORIGINAL, lambda data: data[:keep])
        case.assert_started()
        lost = TOTAL - case.survivors(CONTENT)
        assert case.repaired or lost == 0, f'the first {keep} of {pages * 4096} bytes: {lost} events are gone without a word'
        kept += case.repaired
    t.check(kept >= 6, f'cut off: {kept} of 12 needed a repair, the others lacked free pages only')
    case = Case(ORIGINAL, lambda data: rng.randbytes(len(data)))
    case.assert_started()
    t.check('Nothing could be saved' in case.output, 'noise')


def test_report(t):
    """the report names location, seq and time of what is missing, keeps tokens and hooks, and gives the epoch away"""
    data, spans = event_spans(ORIGINAL)
    rows = sqlite3.connect(f'file:{ORIGINAL}/hostline.db?mode=ro', uri=True).execute(
        'SELECT location, seq FROM event ORDER BY rowid').fetchall()
    victim = next(i for i, row in enumerate(rows) if row == ('pier-9', 20))
    case = Case(ORIGINAL, flip(spans[victim][0][1] - 40, 3))
    case.assert_started()
    t.check('Location pier-9: ' in case.output and 'Missing: seq 20, received between 20' in case.output, 'seq and time')
    t.check('Location ocean-ave: nothing is missing' in case.output, 'the other location is whole')
    found, tokens, _ = load(case.folder)
    t.equal(tokens, TOKENS, 'tokens')
    t.check(found['ocean-ave']['epoch'] == CONTENT['ocean-ave']['epoch'], 'its epoch stays')
    t.check(found['pier-9']['epoch'] != CONTENT['pier-9']['epoch'], 'the other gets a new one')
    t.equal(found['pier-9']['seq'], CONTENT['pier-9']['seq'], 'nothing behind the hole is lost')
    kept = Case(ORIGINAL, flip(spans[victim][0][1] - 40, 3), repair=False)
    t.check(kept.code == 1 and 'hostlinectl repair' in kept.output, 'only looking repairs nothing')
    with open(kept.path, 'rb') as file:
        t.check(file.read() == kept.damaged, 'and leaves the file as it is')


def test_write_ahead_log(t):
    """a bit flipped in the log, which SQLite would pass over without a word, is damage too"""
    folder = os.path.join(ROOT, 'with-log')
    shutil.copytree(ORIGINAL, folder)
    with hostline.Server(data_dir=folder) as server:
        publisher = server.add_token('ocean-ave', 'publisher')
        for i in range(40):
            server.publish('ocean-ave', publisher, {'kind': 'call_started', 'data': {'call_id': f'late-{i}'}})
        server.kill()
    size = os.path.getsize(os.path.join(folder, 'hostline.db-wal'))
    frames = (size - 32) // 4120
    last = load(folder)[0]['ocean-ave']['seq']
    rng = random.Random(SEED)
    noticed = 0
    positions = [rng.randrange(32, 32 + 4120 * max(frames - 12, 1)) for _ in range(40)]
    # the salts of a frame, which are not in its checksum: SQLite reads no further all the same
    positions += [32 + 4120 * frame + 8 + frame % 8 for frame in rng.sample(range(1, max(frames - 12, 8)), 6)]
    for position in positions:

        def damage(data, position=position):
            with open(os.path.join(ROOT, 'case', 'hostline.db-wal'), 'r+b') as wal:
                wal.seek(position)
                byte = wal.read(1)[0]
                wal.seek(position)
                wal.write(bytes([byte ^ 4]))
            return data

        case = Case(folder, damage)
        case.assert_started()
        noticed += case.repaired
        found = load(case.folder)[0]['ocean-ave']
        assert found['seq'] >= last - 2, f'byte {position} of the log: it ends at {found["seq"]}, not {last}'
    t.note(f'{noticed} of {len(positions)} flips in the log were noticed')
    t.equal(noticed, len(positions), 'noticed')


def test_devices_send_again(t):
    """an action whose event is gone goes below the mark of no device: it may come again, and is decided once"""
    data, spans = event_spans(ORIGINAL)
    db = sqlite3.connect(f'file:{ORIGINAL}/hostline.db?mode=ro', uri=True)
    rows = db.execute('SELECT location, seq, act, body FROM event ORDER BY rowid').fetchall()
    acts = [(i, json.loads(row[3])) for i, row in enumerate(rows) if row[0] == 'ocean-ave' and row[2]]
    place, body = acts[2]
    db.close()

    # a snapshot would know the action all the same: without it the log is all there is
    folder = os.path.join(ROOT, 'no-snapshot')
    shutil.copytree(ORIGINAL, folder)
    db = sqlite3.connect(f'{folder}/hostline.db')
    db.execute('DELETE FROM snapshot')
    db.commit()
    db.close()
    with open(os.path.join(folder, 'hostline.db'), 'rb') as file:
        data = file.read()
    db = sqlite3.connect(f'file:{folder}/hostline.db?mode=ro', uri=True)
    root = db.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'event'").fetchone()[0]
    db.close()
    spans = [s for _, s in sqlite_pages.rows(data, root)]
    case = Case(folder, flip(spans[place][0][1] - 10, 0))
    case.assert_started()
    device, n = body['by']['device'], body['by']['n']
    _, _, marks = load(case.folder)
    t.equal(marks[('ocean-ave', device)], n - 1, 'the mark stands before the lost action')
    with hostline.Server(data_dir=case.folder) as server:
        staff = server.add_token('ocean-ave', 'staff', 'stand')
        before = {p['party_id'] for p in server.state('ocean-ave', staff)['entities']['parties']}
        t.check(body['data']['party_id'] not in before, 'its effect is gone')
        t.equal(len(before), 5, 'the others are there')
    shutil.rmtree(folder)


def test_snapshot_of_no_epoch(t):
    """a snapshot that says of nothing what it is of counts for nothing, also where the rest has to be salvaged"""
    folder = os.path.join(ROOT, 'no-epoch')
    shutil.copytree(ORIGINAL, folder)
    db = sqlite3.connect(f'{folder}/hostline.db')
    db.execute("UPDATE snapshot SET epoch = ''")
    db.commit()
    db.execute('PRAGMA wal_checkpoint(TRUNCATE)')
    db.close()
    _, spans = event_spans(folder)
    case = Case(folder, flip(spans[30][0][1] - 20, 0))
    case.assert_started()
    t.equal((case.repaired, case.survivors(CONTENT)), (True, TOTAL - 1), 'salvaged, but for the damaged event')
    with hostline.Server(data_dir=folder) as server:
        staff = server.add_token('ocean-ave', 'staff', 'stand')
        t.equal(len(server.state('ocean-ave', staff)['entities']['parties']), 6, 'and a server takes the log instead')
    shutil.rmtree(folder)


def test_server_starts(t):
    """hostlined itself: it starts, says what is missing in its log, and boards take a new copy"""
    folder = os.path.join(ROOT, 'live')
    shutil.copytree(ORIGINAL, folder)
    data, spans = event_spans(folder)
    position = spans[30][0][1] - 20
    with open(os.path.join(folder, 'hostline.db'), 'r+b') as file:
        file.seek(position)
        file.write(bytes([data[position] ^ 1]))
    with hostline.Server(data_dir=folder) as server:
        log = server.log_text()
        t.check('Missing: seq ' in log and 'kept as' in log, 'the log says what is missing')
        out = server.ctl('check', check=False)
        t.equal(out.returncode, 0, 'check finds nothing wrong any more')
        staff = server.add_token('ocean-ave', 'staff', 'stand')
        old = {'epoch': CONTENT['ocean-ave']['epoch'], 'seq': 5, 'h': '0000000000000000'}
        with server.follow('ocean-ave', staff, pos=old) as board:
            t.equal(board.welcome['mode'], 'snapshot', 'a board with the old position takes a snapshot')
        server.stop()
        server.start()
        t.check(len(glob.glob(os.path.join(folder, '*.damaged-*.txt'))) == 1, 'it is repaired once')


def ask(server, path, token):
    """The status of an answer, or 'the end' where the server ended before it was out."""
    try:
        return server.get(path, token).status
    except ConnectionError:
        return 'the end'


def end_of(t, server):
    """A server that found damage has ended, with its own exit status. Gives its log."""
    code = server.process.wait(hostline.slow(30))
    log = server.log_text()
    if code != 74:
        t.note('its log:\n' + log)
    t.equal(code, 74, 'its own exit status')
    return log


def damage(path, position, bit=0):
    with open(path, 'r+b') as file:
        file.seek(position)
        byte = file.read(1)[0]
        file.seek(position)
        file.write(bytes([byte ^ 1 << bit]))


def test_met_by_a_read(t):
    """a running server that reads a damaged row serves nothing of it, says so, ends with 74, and the next start repairs"""
    folder = os.path.join(ROOT, 'read')
    shutil.copytree(ORIGINAL, folder)
    path = os.path.join(folder, 'hostline.db')
    data, spans = event_spans(folder)
    db = sqlite3.connect(f'file:{path}?mode=ro', uri=True)
    rows = db.execute('SELECT location, seq FROM event ORDER BY rowid').fetchall()
    db.close()
    victim = next(i for i, row in enumerate(rows) if row == ('pier-9', 20))
    with hostline.Server(data_dir=folder) as server:
        staff = server.add_token('pier-9', 'staff', 'stand')
        publisher = server.add_token('ocean-ave', 'publisher')
        damage(path, spans[victim][0][1] - 40, 3)
        t.check(ask(server, '/v1/locations/pier-9/events?after=19&limit=5', staff) in (503, 'the end'), 'nothing of it is served')
        statuses = set()
        try:
            for i in range(200):
                statuses.add(server.post('/v1/locations/ocean-ave/events', publisher, headers=[('Idempotency-Key', f'"late-{i}"')], body={
                    'kind': 'call_started', 'at': hostline.now(), 'data': {'call_id': f'late-{i}'}}).status)
                time.sleep(0.01)
        except (OSError, AssertionError, EOFError):
            pass
        t.check(statuses <= {503}, f'nothing is acknowledged any more: {statuses}')
        log = end_of(t, server)
        t.check('the database is damaged' in log and 'seq 20' in log, 'said at once')
        server.start()
        log = server.log_text()
        t.check('Missing: seq 20, received between' in log, 'the next start says what is missing')
        kept = glob.glob(os.path.join(folder, 'hostline.db.damaged-*'))
        t.check(any(name.endswith('.txt') for name in kept) and len(kept) >= 2, 'the damaged file is kept aside')
        t.check(not os.path.exists(path + '.suspect'), 'the suspicion is settled')
        t.equal(server.ctl('check', check=False).returncode, 0, 'check')
        found = load(folder)[0]
        t.equal(found['pier-9']['seq'], CONTENT['pier-9']['seq'], 'all else is there')
        t.equal(found['ocean-ave']['epoch'], CONTENT['ocean-ave']['epoch'], 'the other location goes on')
        t.check(not server.publish('ocean-ave', publisher, {'kind': 'call_started', 'data': {'call_id': 'again'}})['duplicate'], 'and takes events')
        t.equal(server.stop(), 0, 'an ordinary end is 0')
    prove(folder)


def rewrite(path, sql, crc):
    """Changes one row whose checksum is @crc, and leaves that as it is."""
    db = sqlite3.connect(path)
    db.create_function('hl_crc', -1, lambda *values: crc, deterministic=True)
    db.create_function('hl_proved', -1, lambda *values: 1, deterministic=True)
    changed = db.execute(sql).rowcount
    db.commit()
    db.close()
    assert changed == 1, sql


def test_met_in_a_token(t):
    """a token that is damaged while the server runs: nobody gets in with it, and the server goes the same way"""
    folder = os.path.join(ROOT, 'token')
    shutil.copytree(ORIGINAL, folder)
    path = os.path.join(folder, 'hostline.db')
    with hostline.Server(data_dir=folder) as server:
        low, staff = server.add_token('pier-9', 'monitor', 'Graphs'), server.add_token('pier-9', 'staff', 'Stand 2')
        id = low.split('_')[1]
        db = sqlite3.connect(f'file:{path}?mode=ro', uri=True)
        crc = db.execute('SELECT crc FROM token WHERE id = ?', (id,)).fetchone()[0]
        db.close()
        rewrite(path, f"UPDATE token SET role = 'manager' WHERE id = '{id}'", crc)
        done = server.ctl('token', 'list', check=False)
        t.check(done.returncode != 0 and 'manager' not in done.stdout, 'it is not listed as what it is not')
        log = end_of(t, server)
        t.check('the database is damaged' in log and 'a row of “token” is damaged' in log, 'said at once')
        server.start()
        t.check('Dropped, because damaged: 1 of tokens' in server.log_text(), 'the next start says what it dropped')
        t.equal(server.get('/v1/locations/pier-9/state', low).status, 401, 'nobody gets in with it')
        t.equal(server.get('/v1/locations/pier-9/state', staff).status, 200, 'another still works')
        t.equal(server.ctl('check', check=False).returncode, 0, 'check')
        server.stop()
    prove(folder)


def publish_until_the_end(server, token):
    """The statuses of publishes until the server has gone."""
    statuses = set()
    try:
        for i in range(200):
            statuses.add(server.post('/v1/locations/ocean-ave/events', token, headers=[('Idempotency-Key', f'"write-{i}"')], body={
                'kind': 'call_started', 'at': hostline.now(), 'data': {'call_id': f'write-{i}'}}).status)
            time.sleep(0.01)
    except (OSError, AssertionError, EOFError):
        pass
    return statuses


def check_met_by_a_write(t, name, damage):
    """@damage (folder): what happens to the file while the server runs."""
    folder = os.path.join(ROOT, name)
    shutil.copytree(ORIGINAL, folder)
    with hostline.Server(data_dir=folder) as server:
        publisher = server.add_token('ocean-ave', 'publisher')
        board = server.follow('ocean-ave', server.add_token('ocean-ave', 'staff', 'stand'))
        before = server.publish('ocean-ave', publisher, {'kind': 'call_started', 'data': {'call_id': 'before'}})['last']
        board.read_to(before)
        damage(folder)
        statuses = publish_until_the_end(server, publisher)
        t.check(statuses <= {503}, f'nothing is acknowledged: {statuses}')
        log = end_of(t, server)
        t.check('the database is damaged' in log, 'said at once')
        try:
            while board.read(timeout=hostline.slow(5)):
                pass
        except (OSError, EOFError, hostline.Closed):
            pass
        t.check(all(event['seq'] <= before for event in board.events), 'no board saw an event that was not stored')
        server.start()
        t.check('kept as' in server.log_text(), 'repaired')
        found = load(folder)[0]
        t.equal(found['ocean-ave']['seq'], before, 'all that was acknowledged is there, and nothing else')
        t.check(not server.publish('ocean-ave', publisher, {'kind': 'call_started', 'data': {'call_id': 'write-0'}}, key='write-0')['duplicate'],
                'what was refused can be sent again')
        t.equal(server.ctl('check', check=False).returncode, 0, 'check')
        server.stop()
    prove(folder)


def test_met_by_a_write(t):
    """the writer meets a page that it has to write to, and cannot read"""
    def damage(folder):
        db = store_db.connect(os.path.join(folder, 'hostline.db'))
        page = db.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'request_at'").fetchone()[0]
        db.execute('PRAGMA wal_checkpoint(TRUNCATE)')
        with open(os.path.join(folder, 'hostline.db'), 'r+b') as file:
            file.seek((page - 1) * 4096)
            file.write(b'\xa5' * 4096)
        # a change by somebody else: the writer does not go on with what it remembers of the file
        db.execute("INSERT INTO connection_log (at, what, code, cause, detail) VALUES (1, 'server', 0, 'test', '{}')")
        db.commit()
        db.close()

    check_met_by_a_write(t, 'write-page', damage)


def test_met_in_a_row_to_change(t):
    """the writer meets a row that it has to change, and whose checksum does not hold: it does not give it a new one"""
    def damage(folder):
        path = os.path.join(folder, 'hostline.db')
        db = sqlite3.connect(f'file:{path}?mode=ro', uri=True)
        crc = db.execute("SELECT crc FROM location WHERE id = 'ocean-ave'").fetchone()[0]
        db.close()
        rewrite(path, "UPDATE location SET name = 'Ocean Avf' WHERE id = 'ocean-ave'", crc)

    check_met_by_a_write(t, 'write-row', damage)


def test_met_by_check(t):
    """hostlinectl check meets a page that cannot be read: it says so, and the running server goes the same way"""
    folder = os.path.join(ROOT, 'check')
    shutil.copytree(ORIGINAL, folder)
    path = os.path.join(folder, 'hostline.db')
    db = sqlite3.connect(f'file:{path}?mode=ro', uri=True)
    page = db.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'event_key'").fetchone()[0]
    db.close()
    with hostline.Server(data_dir=folder) as server:
        with open(path, 'r+b') as file:
            file.seek((page - 1) * 4096)
            file.write(b'\xa5' * 4096)
        done = server.ctl('check', check=False)
        t.check(done.returncode != 0, 'check says no')
        end_of(t, server)
        server.start()
        t.check('kept as' in server.log_text(), 'repaired')
        found = load(folder)[0]
        for location in CONTENT:
            t.equal((found[location]['epoch'], found[location]['seq']), (CONTENT[location]['epoch'], CONTENT[location]['seq']), f'{location} is whole')
        server.stop()
    prove(folder)
    with open(os.path.join(hostline.SOURCE, 'data', 'systemd', 'hostlined.service.in')) as file:
        unit = dict(line.strip().split('=', 1) for line in file if '=' in line)
    t.check(unit['Restart'] == 'on-failure' and '74' not in unit['RestartPreventExitStatus'].split(), 'the unit starts it again')


def test_met_and_gone(t):
    """damage that the start cannot find any more is no reason to believe the file: all of it is carried over, once"""
    folder = os.path.join(ROOT, 'gone')
    shutil.copytree(ORIGINAL, folder)
    path = os.path.join(folder, 'hostline.db')
    data, spans = event_spans(folder)
    db = sqlite3.connect(f'file:{path}?mode=ro', uri=True)
    rows = db.execute('SELECT location, seq FROM event ORDER BY rowid').fetchall()
    db.close()
    victim = next(i for i, row in enumerate(rows) if row == ('ocean-ave', 20))
    seq = rows[victim][1]
    with hostline.Server(data_dir=folder) as server:
        staff = server.add_token('ocean-ave', 'staff', 'stand')
        place = spans[victim][0][1] - 20
        damage(path, place)
        t.check(ask(server, f'/v1/locations/ocean-ave/events?after={seq - 1}&limit=5', staff) in (503, 'the end'), 'a read')
        end_of(t, server)
        damage(path, place)
        server.start()
        log = server.log_text()
        t.check('met while it was in use' in log, 'the report says why')
        found = load(folder)[0]
        for location in CONTENT:
            t.equal((found[location]['epoch'], found[location]['seq']), (CONTENT[location]['epoch'], CONTENT[location]['seq']), f'{location} is whole')
        server.stop()
        server.start()
        t.equal(len(glob.glob(os.path.join(folder, '*.damaged-*.txt'))), 1, 'it is repaired once')
        server.stop()
    prove(folder)


def test_no_room(t):
    """a full disk during the repair loses nothing: the file stays where and as it is"""
    if os.geteuid() != 0:
        t.skip('needs root for a small file system')
        return
    folder = os.path.join(ROOT, 'small')
    os.makedirs(folder)
    size = os.path.getsize(os.path.join(ORIGINAL, 'hostline.db'))
    mounted = subprocess.run(['mount', '-t', 'tmpfs', '-o', f'size={size + 200 * 1024}', 'hl-test', folder], capture_output=True)
    if mounted.returncode != 0:
        t.skip('cannot mount a small file system here')
        return
    try:
        data, spans = event_spans(ORIGINAL)
        damaged = bytes(flip(spans[10][0][1] - 20, 1)(bytearray(data)))
        with open(os.path.join(folder, 'hostline.db'), 'wb') as file:
            file.write(damaged)
        done = subprocess.run([REPAIRER, folder], capture_output=True, text=True, timeout=60)
        t.equal(done.returncode, 1, 'it says no')
        t.check('cannot be repaired' in done.stdout, done.stdout.strip())
        with open(os.path.join(folder, 'hostline.db'), 'rb') as file:
            t.check(file.read() == damaged, 'the file is as it was')
        t.equal([name for name in os.listdir(folder) if 'salvaged' in name or 'damaged' in name], [], 'nothing is left behind')
    finally:
        subprocess.run(['umount', folder])


if __name__ == '__main__':
    try:
        tap.main()
    finally:
        shutil.rmtree(ROOT, ignore_errors=True)
