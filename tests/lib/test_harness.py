#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The harness itself: what is counted as what, and that no failure can hide."""

import io
import json
import os
import socket
import struct
import subprocess
import sys
import tempfile
import threading

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

import hostline  # noqa: E402
import tap  # noqa: E402
import websocket  # noqa: E402

SAMPLE = '''
import sys
sys.path.insert(0, {here!r})
import tap
def test_good(): pass
def test_bad(): assert 1 == 2, 'one is not two'
def test_skipped(): raise tap.Skip('no such machine')
def test_subtests(t):
    t.check(True, 'first')
    t.check(False, 'second # with a sign')
    t.equal(1, 1, 'third')
def test_exits(): sys.exit(0)
if __name__ == '__main__':
    tap.main()
'''


def run_python(text, *arguments):
    with tempfile.NamedTemporaryFile('w', suffix='.py') as file:
        file.write(text)
        file.flush()
        return subprocess.run([sys.executable, file.name, *arguments], capture_output=True, text=True, timeout=60)


def test_tap(t):
    done = run_python(SAMPLE.format(here=HERE))
    lines = [line for line in done.stdout.splitlines() if not line.startswith('#')]
    t.equal(lines, ['TAP version 13', 'ok 1 - test_good', 'not ok 2 - test_bad', 'ok 3 - test_skipped # SKIP no such machine',
                    'ok 4 - test_subtests: first', 'not ok 5 - test_subtests: second \\# with a sign',
                    'ok 6 - test_subtests: third', 'not ok 7 - test_exits', '1..7'], 'lines')
    t.equal(done.returncode, 1, 'exit')
    t.check('# AssertionError: one is not two' in done.stdout, 'the traceback is a diagnostic')
    some = run_python(SAMPLE.format(here=HERE), 'test_good')
    t.equal(some.returncode, 0, 'exit of the good one')
    none = run_python(SAMPLE.format(here=HERE), 'test_nothing')
    t.equal(none.returncode, 1, 'nothing ran is a failure')


def count_all(*tests, arguments=()):
    with tempfile.TemporaryDirectory() as folder:
        os.mkdir(os.path.join(folder, 'meson-logs'))
        with open(os.path.join(folder, 'meson-logs', 'testlog.json'), 'w') as file:
            for test in tests:
                file.write(json.dumps(test) + '\n')
        done = subprocess.run([sys.executable, os.path.join(HERE, 'count.py'), folder, *arguments], capture_output=True, text=True)
    return done.stdout.splitlines(), done.returncode


def count(*tests, arguments=()):
    lines, code = count_all(*tests, arguments=arguments)
    return lines[-1], code


def result(stdout, result='OK', returncode=0, name='x'):
    return {'name': name, 'stdout': stdout, 'result': result, 'returncode': returncode}


def test_count(t):
    cases = [
        ('passes', [result('TAP version 13\nok 1 - a\nok 2 - b\n1..2\n')], '2 passed, 0 failed', 0),
        ('GLib puts the plan first', [result('TAP version 13\n# random seed: R02S\n1..2\nok 1 /a\nok 2 /b\n')], '2 passed, 0 failed', 0),
        ('a failure', [result('ok 1\nnot ok 2 - b\n1..2\n', 'FAIL', 1)], '1 passed, 1 failed', 1),
        ('a skip', [result('ok 1 - a # SKIP why\n1..1\n', 'SKIP')], '0 passed, 1 failed, 1 skipped', 1),
        ('a skip beside a pass', [result('ok 1 - a # SKIP why\nok 2 - b\n1..2\n')], '1 passed, 0 failed, 1 skipped', 0),
        ('all skipped by the plan', [result('1..0 # SKIP no display\n', 'SKIP'), result('ok 1\n1..1\n')], '1 passed, 0 failed, 1 skipped', 0),
        ('a crash after good lines', [result('1..3\nok 1\nok 2\n', 'FAIL', -11)], '2 passed, 1 failed', 1),
        ('no plan', [result('ok 1 - a\n', 'ERROR', 0)], '1 passed, 1 failed', 1),
        ('too few', [result('1..2\nok 1\n', 'ERROR', 0)], '1 passed, 1 failed', 1),
        ('a bad exit hidden by good lines', [result('1..1\nok 1\n', 'ERROR', 1)], '1 passed, 1 failed', 1),
        ('bail out', [result('1..2\nok 1\nBail out! broken\n', 'ERROR', 1)], '1 passed, 1 failed', 1),
        ('timeout', [result('1..1\nok 1\n', 'TIMEOUT', -9)], '1 passed, 1 failed', 1),
        ('no TAP at all', [result('hello\n'), result('', 'FAIL', 1)], '1 passed, 1 failed', 1),
        ('a plain skip', [result('', 'SKIP', 77), result('')], '1 passed, 0 failed, 1 skipped', 0),
        ('an expected failure counts as planned', [result('not ok 1 # TODO later\n1..1\n')], '1 passed, 0 failed', 0),
        ('nothing', [], '0 passed, 1 failed', 1),
    ]
    for what, tests, line, code in cases:
        t.equal(count(*tests), (line, code), what)
    t.equal(count(result('ok 1\n1..1\n'), arguments=['/nowhere/at/all']), ('1 passed, 1 failed', 1), 'missing results')
    t.equal(count(result('ok 1\n1..1\n'), arguments=['--also-failed', '1']), ('1 passed, 1 failed', 1), 'a failed build')


def test_told(t):
    """What a failure had to say is printed however much was said behind it, with the seed to repeat it."""
    good = ''.join(f'ok {n} - fine {n}\n' for n in range(3, 90))
    lines, _ = count_all(result(f'# HL_TEST_SEED=77\nok 1 - a\n# of a\nnot ok 2 - b\n# why b\n# more of b\n{good}1..89\n', 'FAIL', 1))
    t.equal([line.strip() for line in lines[:6]], ['FAILED: x: b: not ok', '# HL_TEST_SEED=77', '# of a', 'not ok 2 - b', '# why b', '# more of b'],
            'of one that goes on')
    t.check('fine 89' in lines[-3] and not any('fine 40' in line for line in lines), 'and the end')
    lines, _ = count_all(result('# random seed: R02S1\n1..2\n# why a\nnot ok 1 /a\nnot ok 2 /b\n# why b\n', 'FAIL', 1))
    t.equal([line.strip() for line in lines[:4]], ['FAILED: x: /a: not ok', '# random seed: R02S1', '# why a', 'not ok 1 /a'], 'before its result')
    t.equal([line.strip() for line in lines[4:8]], ['FAILED: x: /b: not ok', '# random seed: R02S1', 'not ok 2 /b', '# why b'], 'each its own')


def test_frames(t):
    """What the raw client sends, the raw client reads; and the bits are those of RFC 6455."""
    t.equal(websocket.encode_frame(1, 'Hello', mask=False), bytes.fromhex('810548656c6c6f'), 'unmasked text of the RFC')
    t.equal(websocket.encode_frame(1, 'Hello', key=bytes.fromhex('37fa213d')), bytes.fromhex('818537fa213d7f9f4d5158'), 'masked')
    t.equal(websocket.encode_frame(9, 'Hello', mask=False), bytes.fromhex('890548656c6c6f'), 'ping')
    t.equal(websocket.encode_frame(2, b'\0' * 256, mask=False)[:4], bytes.fromhex('827e0100'), '256 bytes')
    t.equal(websocket.encode_frame(2, b'\0' * 65536, mask=False)[:10], bytes.fromhex('827f0000000000010000'), '64 KiB')
    t.equal(websocket.encode_frame(0, b'', fin=False, rsv=5, mask=False), bytes([0x50, 0]), 'reserved bits')
    t.equal(websocket.encode_frame(1, b'a', mask=False, length_form=64)[:10], struct.pack('>BBQ', 0x81, 127, 1), 'a long form')

    ours, theirs = socket.socketpair()
    ws = websocket.WebSocket(ours, timeout=5)
    theirs.sendall(websocket.encode_frame(1, '{"a":', fin=False, mask=False) + websocket.encode_frame(9, 'p', mask=False) +
                   websocket.encode_frame(0, '1}', mask=False))
    t.equal(ws.recv_json(), {'a': 1}, 'fragments around a ping')
    t.equal(ws.pings, [b'p'], 'the ping was seen')
    theirs.sendall(websocket.encode_frame(1, 'late', mask=False)[:3])
    try:
        ws.recv_message(timeout=0.05)
        t.check(False, 'half a frame is not a message')
    except TimeoutError:
        t.check(True, 'half a frame is not a message')
    theirs.sendall(websocket.encode_frame(1, 'late', mask=False)[3:])
    t.equal(ws.recv_message(), b'late', 'and nothing of it was lost')
    theirs.sendall(websocket.encode_frame(8, websocket.encode_close(4102, 'x'), mask=False))
    t.equal(ws.expect_close(), 4102, 'the close code')
    theirs.close()
    t.equal(ws.expect_close(), None, 'the end without a close frame')


def test_responses(t):
    """Bodies by length, chunked, to the end; and what comes behind them is kept."""
    def answer(data):
        ours, theirs = socket.socketpair()
        threading.Thread(target=lambda: (theirs.sendall(data), theirs.close()), daemon=True).start()
        return hostline.read_response(ours, timeout=5)

    response, rest = answer(b'HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabcHTTP/1.1 204 No Content\r\n\r\n')
    t.equal((response.status, response.body, rest), (200, b'abc', b'HTTP/1.1 204 No Content\r\n\r\n'), 'by length')
    response, rest = answer(b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x\r\nde\r\n0\r\n\r\nX')
    t.equal((response.body, rest), (b'abcde', b'X'), 'chunked')
    response, rest = answer(b'HTTP/1.0 400 Bad\r\n\r\nto the end')
    t.equal((response.status, response.reason, response.body), (400, 'Bad', b'to the end'), 'to the end')
    response, rest = answer(b'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n')
    t.equal(response.status, 201, 'after 100 Continue')
    try:
        answer(b'HTTP/1.1 200 OK\r\nContent-Length: 30\r\n\r\nshort')
        t.check(False, 'a body cut short is an error')
    except ConnectionError:
        t.check(True, 'a body cut short is an error')


def test_wait_for(t):
    values = iter([None, 0, 'now'])
    t.equal(hostline.wait_for(lambda: next(values), 5, every=0.001), 'now', 'gives what the condition gave')
    try:
        hostline.wait_for(lambda: False, 0.05, 'the moon', every=0.01)
        t.check(False, 'a deadline passes')
    except TimeoutError as error:
        t.check('the moon' in str(error), 'a deadline passes, and says what did not come')


def test_notes(t):
    run = tap.Run(io.StringIO())
    run.note('a\nb')
    t.equal(run.out.getvalue(), '# a\n# b\n', 'every line of a note is a comment')


def test_packages(t):
    """The list of packages is readable by its installer, section by section."""
    script = os.path.join(hostline.SOURCE, 'data', 'packages', 'install.sh')
    for section in ('runtime', 'build', 'demo', 'test'):
        done = subprocess.run(['sh', script, '--list', section], capture_output=True, text=True)
        names = done.stdout.split()
        t.check(done.returncode == 0 and len(names) > 3 and names == sorted(names), section)
    done = subprocess.run(['sh', script, '--list', 'nothing'], capture_output=True, text=True)
    t.equal(done.returncode, 2, 'an unknown section')


if __name__ == '__main__':
    tap.main()
