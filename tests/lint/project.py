# SPDX-License-Identifier: GPL-3.0-or-later
"""The version is the same everywhere; README walks through every folder; no text speaks of what is not here."""

import codecs
import os
import re

from source import Problem, Skip

# -- versions

def check_versions(tree):
    problems = []
    meson = re.search(r"version\s*:\s*'([^']+)'", tree.text('meson.build'))
    if meson is None:
        return [Problem('meson.build', 0, 'names no version')]
    version = meson.group(1)
    if tree.exists('NEWS'):
        found = re.search(r'\b(\d+\.\d+(?:\.\d+)?\S*?)\b(?=[\s,:]|$)', tree.lines('NEWS')[0] if tree.lines('NEWS') else '')
        if found is None or found.group(1) != version:
            problems.append(Problem('NEWS', 1, f'the first line must name {version}, as meson.build does'))
    else:
        problems.append(Problem('NEWS', 0, 'is missing'))
    metainfo = tree.find('.metainfo.xml', '.metainfo.xml.in', '.metainfo.xml.in.in', under=('data',))
    for path in metainfo:
        found = re.search(r'<release\b[^>]*\bversion="([^"]+)"', tree.text(path))
        if found is None or found.group(1) != version:
            problems.append(Problem(path, 0, f'the first release must be {version}, as in meson.build'))
    for path in tree.find('changelog', under=('debian',)):
        found = re.match(r'\S+ \(([^-)]+)', tree.text(path))
        if found is None or found.group(1) != version:
            problems.append(Problem(path, 1, f'must start with {version}'))
    return problems


# -- the tour

def check_tour(tree):
    if not tree.exists('README.md'):
        raise Skip('there is no README.md yet')
    text = tree.text('README.md')
    found = re.search(r'^#+ [^\n]*source tour[^\n]*\n(.*?)(?=^#+ |\Z)', text, re.M | re.S | re.I)
    if found is None:
        return [Problem('README.md', 0, 'has no section "Source tour"')]
    tour = found.group(1)
    folders = {'data', 'po', 'tests'} & {f.split('/')[0] for f in tree.files}
    for path in tree.files:
        parts = os.path.dirname(path).split('/')
        if parts[0] in ('common', 'server', 'app') and path.endswith(('.c', '.ui', '.svg', '.h')):
            folders.add('/'.join(parts[:2]))
    problems = []
    for folder in sorted(folders):
        if not re.search(r'(?<![\w/-])' + re.escape(folder) + r'(?![\w-])', tour):
            problems.append(Problem('README.md', 0, f'the source tour does not name {folder}/'))
    return problems


# -- documents and words

_DOCUMENT = re.compile(r'(?<![\w/.-])([A-Za-z][\w-]*\.md)\b')
TEXTS = ('.c', '.h', '.py', '.sh', '.md', '.ui', '.css', '.xml', '.in', '.build', '.txt', '.po', '.conf', '.example', '.json', '.yml',
         '.service', '.1', '.5', '.7', '.8', '.js')

# Words that have no place in the product's own text (rot13, so that this list is not a case of itself): names of the tools
# and places that somebody may have worked with.
_FOREIGN = [codecs.decode(word, 'rot13') for word in (
    r'/jbex/', r'\oPynhqr\o', r'PYNHQR', r'\oNaguebcvp\o', r'PungTCG', r'\oPbcvybg\o', r'\oFhontrag', r'\ofho-?ntragf?\o',
    r'jbexcynpr', r'urycre frffvba', r'ynathntr zbqry', r'\oYYZf?\o', r'\oNV[- ]trarengrq\o', r'trarengrq ol (?:na )?NV\o',
    r'\onf na NV\o', r'PBAGENPGF', r'EHYRF\.zq')]
FIXTURES = ('tests/data/', 'tests/fuzz/corpus/', 'COPYING')


def check_documents(tree):
    """A text must not refer to a document that is not in the tree."""
    present = {os.path.basename(f) for f in tree.find('.md')}
    problems = []
    for path in tree.find(*TEXTS):
        if path.startswith(FIXTURES) or path.startswith('tests/lint/'):
            continue
        for n, line in enumerate(tree.lines(path), 1):
            for match in _DOCUMENT.finditer(line):
                if match.group(1) not in present:
                    problems.append(Problem(path, n, f'refers to {match.group(1)}, which is not in the tree'))
    return problems


_NAMED_TEST = re.compile(r'`([\w/.-]+\.(?:py|c)): ([\w/-]+)`')


def check_reports(tree):
    """The tests that the list of reports names have to exist."""
    path, problems = 'tests/REPORTS.md', []
    if not tree.exists(path):
        raise Skip('there is no list of reports')
    for n, line in enumerate(tree.lines(path), 1):
        for file, test in _NAMED_TEST.findall(line):
            file = f'tests/{file}'
            if not tree.exists(file):
                problems.append(Problem(path, n, f'there is no {file}'))
            elif (f'def {test}(' if file.endswith('.py') else f'"{test}"') not in tree.text(file):
                problems.append(Problem(path, n, f'there is no {test} in {file}'))
    return problems


def check_words(tree):
    pattern = re.compile('|'.join(f'(?:{w})' for w in _FOREIGN))
    problems = []
    for path in tree.files:
        if path.startswith(FIXTURES) or not (path.endswith(TEXTS) or '.' not in os.path.basename(path)):
            continue
        for n, line in enumerate(tree.lines(path), 1):
            match = pattern.search(line)
            if match:
                problems.append(Problem(path, n, f'“{match.group(0)}” does not belong into the product'))
    return problems
