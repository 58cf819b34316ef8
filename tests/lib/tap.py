# SPDX-License-Identifier: GPL-3.0-or-later
"""A small producer of TAP (Test Anything Protocol) for the Python tests.

A test file defines functions whose names start with `test_` and ends with

    if __name__ == '__main__':
        tap.main()

Each function is one test, in the order of the file; its docstring's first line or its name is the description.
A function may take one argument `t` and use

    t.check(condition, 'what')        one subtest: counted, and the run goes on after a failure
    t.equal(got, wanted, 'what')
    t.skip('why')                     ends this test as skipped
    t.note('text')                    a diagnostic line

A plain `assert` or any exception fails the test, with the traceback as diagnostics. `raise tap.Skip('why')` skips.
Subtests are counted as tests of their own: the plan is printed at the end.

Options: a list of names runs only these functions; --list prints them.
"""

import inspect
import os
import sys
import time
import traceback


class Skip(Exception):
    """Raised to skip a test; the text is the reason and is always printed."""


class Failure(Exception):
    """Raised to fail a test with a sentence instead of a traceback."""


class Context:
    """What a test function gets as its argument."""

    def __init__(self, run, name):
        self._run = run
        self._name = name
        self.subtests = 0
        self.failed = 0

    def check(self, condition, what):
        self.subtests += 1
        if not condition:
            self.failed += 1
        self._run.result(bool(condition), f'{self._name}: {what}')
        if not condition:
            self._run.note(''.join(traceback.format_stack(limit=3)[:-1]))
        return bool(condition)

    def equal(self, got, wanted, what):
        same = got == wanted
        self.check(same, what)
        if not same:
            self._run.note(f'got    {got!r}\nwanted {wanted!r}')
        return same

    def skip(self, why):
        raise Skip(why)

    def skip_subtest(self, what, why):
        """Counts one subtest as skipped and goes on."""
        self.subtests += 1
        self._run.result(True, f'{self._name}: {what}', skip=why)

    def note(self, text):
        self._run.note(text)


class Run:
    def __init__(self, out=None):
        self.out = out or sys.stdout
        self.number = 0
        self.failures = 0

    def write(self, text):
        self.out.write(text + '\n')
        self.out.flush()

    def note(self, text):
        for line in str(text).rstrip('\n').split('\n'):
            self.write('# ' + line)

    def result(self, ok, name, skip=None):
        self.number += 1
        name = ' '.join(str(name).split()).replace('#', '\\#')
        line = f'{"ok" if ok else "not ok"} {self.number} - {name}'
        if skip is not None:
            line += ' # SKIP ' + ' '.join(str(skip).split())
        elif not ok:
            self.failures += 1
        self.write(line)

    def run(self, function):
        name = function.__name__
        context = Context(self, name)
        started = time.monotonic()
        takes_context = len(inspect.signature(function).parameters) > 0
        try:
            function(context) if takes_context else function()
        except Skip as skip:
            self.result(True, name, skip=str(skip) or 'no reason given')
            return
        except Failure as failure:
            self.result(False, name)
            self.note(failure)
            return
        except KeyboardInterrupt:
            self.write('Bail out! interrupted')
            sys.exit(130)
        except BaseException as error:  # also SystemExit of a library
            self.result(False, name)
            self.note(traceback.format_exc())
            if isinstance(error, SystemExit):
                self.note('the test ended the program')
            return
        took = time.monotonic() - started
        if context.subtests == 0:
            self.result(True, name)
        if took > 10:
            self.note(f'{name} took {took:.1f} s')


def main(functions=None):
    """Runs the test functions of the calling file (or those given) and exits: 0, or 1 on a failure or when nothing ran."""
    if functions is None:
        module = sys.modules['__main__']
        functions = [f for n, f in vars(module).items() if n.startswith('test_') and inspect.isfunction(f)]
        functions.sort(key=lambda f: f.__code__.co_firstlineno)
    wanted = [a for a in sys.argv[1:] if not a.startswith('-')]
    if '--list' in sys.argv:
        for function in functions:
            print(function.__name__)
        sys.exit(0)
    if wanted:
        functions = [f for f in functions if f.__name__ in wanted]

    run = Run()
    run.write('TAP version 13')
    for function in functions:
        run.run(function)
    run.write(f'1..{run.number}')
    sys.stdout.flush()
    if run.number == 0:
        run.note('no test ran')
    sys.stdout.flush()
    # not sys.exit: a thread that a failed test left behind must not keep the program alive
    os._exit(1 if run.failures or run.number == 0 else 0)
