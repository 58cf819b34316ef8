#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Adds up the results of meson test runs: count.py BUILD... reads each BUILD/meson-logs/testlog.json (or a file given).

Prints failures with what was said around them, their program's seeds and the end of its output, skips with their reasons, and as
its last line `N passed, N failed` (`, N skipped` appended when there are skips). Exit 1 on any failure, or when no test ran.

A TAP program counts as its subtests; one that crashed, timed out, printed no plan or exited with an error counts as one more
failure, whatever its lines said. Any other program counts as one."""

import json
import os
import re
import sys

LINE = re.compile(r'^(not )?ok\b(?:\s+(\d+))?(?:\s*-?\s*([^#]*))?(?:#\s*(\w+)\s*(.*))?', re.I)
PLAN = re.compile(r'^1\.\.(\d+)')
SEED = re.compile(r'^#.*seed', re.I)


class Total:
    def __init__(self):
        self.passed = self.failed = 0
        self.skips, self.failures = [], []

    def fail(self, name, why, output=''):
        self.failed += 1
        self.failures.append((name, why, output))

    def skip(self, name, why):
        self.skips.append((name, why))


def explain(lines, at):
    """The result in line `at`, and what the program said around it: GLib's programs say it before, tap.py after."""
    first, last = at, at + 1
    while first > 0 and at - first < 5 and lines[first - 1].startswith('#'):
        first -= 1
    while last < len(lines) and last - at < 40 and not LINE.match(lines[last]) and not PLAN.match(lines[last]):
        last += 1
    seeds = [line for line in lines[:first] if SEED.match(line)][-3:]
    return '\n'.join(seeds + lines[first:last])


def count_tap(total, name, output):
    """Returns (number of results, planned or None, failures, skips)."""
    results, planned, failures, skips = 0, None, 0, 0
    lines = output.splitlines()
    for at, line in enumerate(lines):
        plan = PLAN.match(line)
        if plan and planned is None:
            planned = int(plan.group(1))
            if planned == 0:
                total.skip(name, line.split('#', 1)[1].strip() if '#' in line else 'no reason given')
                skips += 1
            continue
        found = LINE.match(line)
        if not found:
            continue
        results += 1
        bad, _, description, directive, reason = found.groups()
        what = f'{name}: {(description or "").strip()}'
        directive = (directive or '').upper()
        if directive.startswith('SKIP'):
            total.skip(what, (reason or '').strip() or 'no reason given')
            skips += 1
        elif bad and directive != 'TODO':
            total.fail(what, 'not ok', explain(lines, at))
            failures += 1
        else:
            total.passed += 1
    return results, planned, failures, skips


def count_test(total, test, where):
    name = f'{where}{test["name"]}'
    output = test.get('stdout') or ''
    result = test.get('result')
    is_tap = bool(PLAN.search(output) or re.search(r'^(TAP version|(not )?ok \d)', output, re.M))
    tail = '\n'.join((output + '\n' + (test.get('stderr') or '')).strip().splitlines()[-40:])
    if not is_tap and not re.search(r'^1\.\.0', output, re.M):
        if result in ('OK', 'EXPECTEDFAIL'):
            total.passed += 1
        elif result == 'SKIP':
            total.skip(name, 'the program said so')
        else:
            total.fail(name, f'{result}, exit {test.get("returncode")}', tail)
        return
    results, planned, failures, skips = count_tap(total, name, output)
    bail = re.search(r'^Bail out!(.*)', output, re.M)
    wrong = None
    if bail:
        wrong = 'bailed out:' + bail.group(1)
    elif result in ('TIMEOUT', 'INTERRUPT'):
        wrong = result.lower()
    elif planned is None:
        wrong = f'ended without a plan (exit {test.get("returncode")})'
    elif planned != results:
        wrong = f'planned {planned} tests and ran {results}'
    elif test.get('returncode', 0) not in (0, None) and failures == 0 and skips != results:
        wrong = f'exit {test.get("returncode")}'
    elif result not in ('OK', 'SKIP', 'EXPECTEDFAIL') and failures == 0:
        wrong = str(result)
    if wrong:
        total.fail(name, wrong, tail)
    elif failures:
        total.failures[-1] = (*total.failures[-1][:2], total.failures[-1][2] + '\nthe end of its output:\n' + tail)


def count_file(total, path, where=''):
    with open(path, encoding='utf-8', errors='replace') as file:
        for line in file:
            if line.strip():
                count_test(total, json.loads(line), where)


def main(arguments):
    total = Total()
    if '--also-failed' in arguments:  # what failed outside of the tests
        at = arguments.index('--also-failed')
        total.failed += int(arguments[at + 1])
        arguments = arguments[:at] + arguments[at + 2:]
    for argument in arguments:
        path = argument if os.path.isfile(argument) else os.path.join(argument, 'meson-logs', 'testlog.json')
        where = '' if len(arguments) == 1 else os.path.basename(os.path.abspath(argument)) + ': '
        if not os.path.exists(path):
            total.fail(argument, 'no test results are there')
            continue
        count_file(total, path, where)

    for name, why in total.skips:
        print(f'skipped: {name}: {why}')
    for name, why, output in total.failures:
        print(f'FAILED: {name}: {why}')
        if output:
            print('\n'.join('    ' + line for line in output.splitlines()))
    nothing = total.passed + total.failed == 0
    if nothing:
        print('FAILED: no test ran')
        total.failed += 1
    print(f'{total.passed} passed, {total.failed} failed' + (f', {len(total.skips)} skipped' if total.skips else ''))
    return 1 if total.failed else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
