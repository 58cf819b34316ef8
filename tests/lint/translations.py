# SPDX-License-Identifier: GPL-3.0-or-later
"""POTFILES names every file with words for people, and every language is complete."""

import os
import re
import shutil
import subprocess
import tempfile

from source import Problem, Skip, strip_c

_CALL = re.compile(r'(?<!\w)(?:_|N_|C_|NC_|Q_|ngettext|g_dngettext|g_dpgettext2?)\s*\(\s*(?:"|N?C?_?\()')

KEYWORDS = ['_', 'N_', 'C_:1c,2', 'NC_:1c,2', 'Q_:1g', 'g_dcgettext:2', 'g_dngettext:2,3', 'g_dpgettext2:2c,3']


def entries(tree, name):
    if not tree.exists(f'po/{name}'):
        return []
    return [line.split('#')[0].strip() for line in tree.lines(f'po/{name}') if line.split('#')[0].strip()]


def has_words(tree, path):
    text = tree.text(path)
    if path.endswith(('.c', '.h')):
        return bool(_CALL.search(strip_c(text, keep_strings=True)))
    if path.endswith('.ui'):
        return bool(re.search(r'translatable="(?:yes|true|1)"', text))
    if path.endswith('.gschema.xml'):
        return '<summary' in text
    return path.endswith(('.desktop.in', '.desktop.in.in', '.metainfo.xml.in', '.metainfo.xml.in.in'))


def check_potfiles(tree):
    if not tree.exists('po/POTFILES'):
        return [Problem('po/POTFILES', 0, 'is missing')]
    problems = []
    listed = entries(tree, 'POTFILES')
    for path in listed:
        if not tree.exists(path):
            problems.append(Problem('po/POTFILES', 0, f'{path} does not exist'))
    if listed != sorted(listed):
        problems.append(Problem('po/POTFILES', 0, 'is not sorted'))
    for path in tree.find('.c', '.h', '.ui', '.in', '.xml', under=('common', 'server', 'app', 'data')):
        if has_words(tree, path) and path not in listed:
            problems.append(Problem(path, 0, 'has words for people but is not in po/POTFILES'))
    return problems


def check_complete(tree):
    languages = [word for line in entries(tree, 'LINGUAS') for word in line.split()]
    if not languages:
        raise Skip('po/LINGUAS names no language yet')
    for tool in ('msgfmt', 'xgettext', 'msgcmp'):
        if shutil.which(tool) is None:
            raise Skip(f'{tool} is not installed (package gettext)')
    problems = []
    with tempfile.TemporaryDirectory() as folder:
        pot = os.path.join(folder, 'words.pot')
        problems += make_pot(tree, pot)
        for language in languages:
            path = f'po/{language}.po'
            if not tree.exists(path):
                problems.append(Problem('po/LINGUAS', 0, f'{path} does not exist'))
                continue
            problems += check_language(tree, path, pot)
    return problems


def run(command, tree):
    return subprocess.run(command, cwd=tree.root, capture_output=True, text=True, env={**os.environ, 'LC_ALL': 'C.UTF-8'})


def make_pot(tree, pot):
    # xgettext knows a kind of file by its name, but for one ".in" only
    files = []
    for path in entries(tree, 'POTFILES'):
        if path.endswith('.in.in') and tree.exists(path):
            copy = os.path.join(os.path.dirname(pot), os.path.basename(path)[:-3])
            shutil.copyfile(os.path.join(tree.root, path), copy)
            files.append(copy)
        elif tree.exists(path):
            files.append(path)
    done = run(['xgettext', '--from-code=UTF-8', '--add-comments', '-o', pot] + [f'--keyword={k}' for k in KEYWORDS] + files, tree)
    if done.returncode != 0:
        return [Problem('po/POTFILES', 0, done.stderr.strip())]
    if not os.path.exists(pot):
        open(pot, 'w').close()
    return []


def check_language(tree, path, pot):
    problems = []
    done = run(['msgfmt', '--check', '--statistics', '-o', os.devnull, path], tree)
    if done.returncode != 0:
        return [Problem(path, 0, done.stderr.strip())]
    if re.search(r'untranslated|fuzzy', done.stderr):
        problems.append(Problem(path, 0, 'is not complete: ' + done.stderr.strip()))
    if os.path.getsize(pot):
        done = run(['msgcmp', path, pot], tree)
        if done.returncode != 0:
            problems.append(Problem(path, 0, 'lacks words of the program: ' + done.stderr.strip()))
    return problems
