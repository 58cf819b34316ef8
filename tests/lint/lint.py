#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks of the source tree, as one TAP test each. Prints every problem as file:line: what, with the right replacement.

    python3 tests/lint/lint.py [CHECK...]       from anywhere; --list names the checks
"""

import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, '..', 'lib')]

import tap  # noqa: E402
import layers  # noqa: E402
import project  # noqa: E402
import source  # noqa: E402
import style  # noqa: E402
import translations  # noqa: E402
import ui  # noqa: E402

CHECKS = {
    'layers': layers.check,
    'size': style.check_size,
    'spdx': style.check_spdx,
    'names': style.check_names,
    'types': style.check_types,
    'calls': style.check_calls,
    'lines': style.check_lines,
    'pointers': style.check_pointers,
    'potfiles': translations.check_potfiles,
    'translations': translations.check_complete,
    'versions': project.check_versions,
    'tour': project.check_tour,
    'documents': project.check_documents,
    'reports': project.check_reports,
    'words': project.check_words,
    'ui': ui.check,
}


def make_test(name, check, tree):
    def test(t):
        try:
            problems = check(tree)
        except source.Skip as skip:
            t.skip(str(skip))
        errors = [p for p in problems if not p.warning]
        for problem in problems:
            if problem.warning:
                t.note(f'warning: {problem}')
        for problem in errors[:200]:
            t.note(problem)
        if len(errors) > 200:
            t.note(f'... and {len(errors) - 200} more')
        if errors:
            raise tap.Failure(f'{len(errors)} problems in {name}')
    test.__name__ = f'lint_{name}'
    return test


def main():
    root = os.environ.get('HOSTLINE_SOURCE_DIR') or os.path.join(HERE, '..', '..')
    wanted = [a for a in sys.argv[1:] if not a.startswith('-')]
    tree = source.Tree(root)
    tests = [make_test(name, check, tree) for name, check in CHECKS.items() if not wanted or name in wanted]
    sys.argv = sys.argv[:1] + [a for a in sys.argv[1:] if a.startswith('-')]
    tap.main(tests)


if __name__ == '__main__':
    main()
