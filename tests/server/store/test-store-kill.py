#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""kill -9 of a writer, again and again: what was acknowledged is in the file, whole, once, in order.

The chain of h is computed here once more from its definition, so that it is proved by a second program.
HL_TEST_KILLS sets how often (50; a release uses 500), HL_TEST_SEED repeats a run.
"""

import hashlib
import os
import random
import signal
import sqlite3
import struct
import subprocess
import sys
import tempfile
import threading
import time

import tap

WRITER = sys.argv.pop(1)
KILLS = int(os.environ.get('HL_TEST_KILLS', '50'))
SEED = int(os.environ.get('HL_TEST_SEED', str(random.randrange(1 << 30))))


def run_and_kill(directory, seed, early, delay):
    """Runs the writer and kills it `delay` seconds after its start (early) or after its first line. Returns the lines that
    it got out whole."""
    process = subprocess.Popen([WRITER, directory, str(seed)], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    chunks, started = [], threading.Event()

    def read():
        while chunk := os.read(process.stdout.fileno(), 65536):
            chunks.append(chunk)
            started.set()
        started.set()

    reader = threading.Thread(target=read)
    reader.start()
    if not early:
        assert started.wait(60), 'the writer wrote nothing in 60 s'
    time.sleep(delay)  # when the power goes is nobody's choice
    ended = process.poll()
    process.send_signal(signal.SIGKILL)
    process.wait()
    reader.join()
    stderr = process.stderr.read().decode()
    process.stdout.close()
    process.stderr.close()
    assert ended is None, f'the writer ended by itself with {ended}: {stderr}'
    return [line for line in b''.join(chunks).decode().split('\n')[:-1] if line.startswith('ack ')]


def verify(directory, acks):
    """Everything that must hold of the file after a kill. Returns the number of events."""
    db = sqlite3.connect(os.path.join(directory, 'hostline.db'))
    assert db.execute('PRAGMA integrity_check').fetchone()[0] == 'ok'
    assert db.execute('PRAGMA foreign_key_check').fetchall() == []
    events = 0
    for location, seq, h in db.execute('SELECT id, seq, h FROM location').fetchall():
        previous, number, last = 0, 0, 1
        for row in db.execute('SELECT seq, id, body, digest, h, last FROM event WHERE location = ? ORDER BY seq',
                              (location,)):
            number += 1
            assert row[0] == number, f'{location}: a hole before {row[0]}'
            digest = hashlib.sha256(row[2].encode()).digest()
            assert digest == row[3]
            link = hashlib.sha256(struct.pack('>Q', previous) + row[1].encode() + digest).digest()
            previous = struct.unpack('>Q', link[:8])[0]
            assert previous == row[4] & (1 << 64) - 1, f'{location}: the chain breaks at {number}'
            last = row[5]
            events += 1
        assert last == 1, f'{location}: the last unit is not whole'
        assert (seq, h & (1 << 64) - 1) == (number, previous), f'{location}: the head is not the last event'
    stored = dict(((location, key), answer) for location, key, answer in
                  db.execute('SELECT location, key, answer FROM request'))
    for ack in acks:
        _, location, key, first, last, h = ack.split()
        assert stored.get((location, key)) == ack[4:], f'lost: {ack}'
        row = db.execute('SELECT h, last FROM event WHERE location = ? AND seq = ?', (location, int(last))).fetchone()
        assert row is not None and row[1] == 1 and '%016x' % (row[0] & (1 << 64) - 1) == h, f'lost: {ack}'
        mark = db.execute('SELECT 1 FROM outcome WHERE location = ? AND act = ?', (location, key)).fetchone()
        assert mark is not None, f'lost outcome: {ack}'
    # What is in the file was either acknowledged, or was in the last group: never half of a request.
    spans = sorted((location, *map(int, answer.split()[2:4])) for (location, _), answer in stored.items())
    covered = sum(last - first + 1 for _, first, last in spans)
    assert covered == events, f'{events} events, but requests tell of {covered}'
    db.close()
    return events


def test_kill(t):
    """kills lose nothing that was acknowledged"""
    t.note(f'HL_TEST_SEED={SEED} HL_TEST_KILLS={KILLS}')
    rng = random.Random(SEED)
    kills = late = acked = events = 0
    while kills < KILLS:
        # Each folder lives through some kills, the first ones perhaps while its tables are being made.
        with tempfile.TemporaryDirectory() as directory:
            acks = []
            for _ in range(min(10, KILLS - kills)):
                early = rng.random() < 0.4
                acks += run_and_kill(directory, rng.randrange(1 << 30), early, rng.uniform(0, 0.08))
                kills, late = kills + 1, late + (not early)
            process = subprocess.Popen([WRITER, directory, '1'], stdout=subprocess.PIPE)
            line = process.stdout.readline()
            process.kill()
            process.stdout.close()
            process.wait()
            assert line.startswith(b'ack '), 'it does not open again'
            events += verify(directory, acks)
            acked += len(acks)
    t.note(f'{kills} kills, {late} of them of a writer that had begun; {acked} acknowledged requests, {events} events')
    t.check(acked >= late > 0, 'what had begun had acknowledged something')


if __name__ == '__main__':
    tap.main()
