# SPDX-License-Identifier: GPL-3.0-or-later
"""Which folder may include which: the one table of the arrows between the parts of the program."""

import os
import re

from source import Problem

# A folder may include itself and what stands here. Every folder of server/ and app/ may also use all of common/.
# An arrow that is not in the table does not exist: to add one is a decision about the design.
ARROWS = {
    'common/domain': [],  # pure: of json-glib the tree, never the parser
    'common/util': [],
    'common/wire': ['common/domain', 'common/util'],

    'server/net': [],  # knows no JSON and no location
    'server/store': [],
    'server/ingest': ['server/store'],
    'server/live': ['server/store', 'server/net'],
    'server/push': ['server/live', 'server/ingest', 'server/store', 'server/net'],
    'server/http': ['server/live', 'server/ingest', 'server/store', 'server/net'],
    'server/admin': ['server/push', 'server/live', 'server/ingest', 'server/store', 'server/net', 'server/http'],
    'server': ['server/admin', 'server/push', 'server/http', 'server/live', 'server/ingest', 'server/store', 'server/net'],

    'app/link': [],
    'app/local': [],
    'app/desk': ['app/link', 'app/local'],
    'app/widgets': [],
    'app/views': ['app/desk', 'app/widgets'],
    'app': ['app/views', 'app/widgets', 'app/desk', 'app/link', 'app/local'],
}

COMMON = ['common/domain', 'common/wire', 'common/util']

# System headers that only these folders may include: what they wrap, the others do not see.
SYSTEM = {
    'sqlite3.h': ['common/util', 'server/store', 'app/local'],
    'libsoup/': ['server/net', 'server/http', 'server/admin', 'server/live', 'server/push', 'app/link', 'server'],
    'gtk/gtk.h': ['app/views', 'app/widgets', 'app/desk', 'app'],
    'adwaita.h': ['app/views', 'app/widgets', 'app'],
    'hiredis/': ['server/store'],
    'nettle/': ['server/ingest'],
}

ALLOWED_WITHOUT_FOLDER = {'hl-config.h'}

_INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]+([<"])([^>"]+)[>"]', re.M)


def folder_of(path):
    """The folder of the table that a file belongs to: its own, or the nearest above that is in the table."""
    folder = os.path.dirname(path)
    while folder.count('/') > 1 and folder not in ARROWS:
        folder = os.path.dirname(folder)
    return folder if folder in ARROWS else None


def resolve(tree, path, name):
    """The tree's path of an included file: relative to the part's root, or to common/."""
    for root in (path.split('/')[0], 'common'):
        candidate = f'{root}/{name}'
        if tree.exists(candidate):
            return candidate
    return None


def check(tree):
    problems = []
    for path in tree.sources():
        source = folder_of(path)
        if not source:
            problems.append(Problem(path, 0, 'this folder is not in the table of arrows (tests/lint/layers.py)'))
            continue
        part = source.split('/')[0]
        allowed = {source, *ARROWS[source]} | (set(COMMON) if part != 'common' else set())
        text = tree.code(path)
        for match in _INCLUDE.finditer(text):
            line = text.count('\n', 0, match.start(2)) + 1
            kind, name = match.groups()
            if kind == '<':
                problems += check_system(path, source, line, name)
            elif name not in ALLOWED_WITHOUT_FOLDER:
                problems += check_own(tree, path, source, allowed, line, name)
    return problems


def check_system(path, source, line, name):
    for header, folders in SYSTEM.items():
        if (name == header or (header.endswith('/') and name.startswith(header))) and source not in folders:
            return [Problem(path, line, f'<{name}> is only for {", ".join(folders)}')]
    return []


def check_own(tree, path, source, allowed, line, name):
    target_path = resolve(tree, path, name)
    if target_path is None:
        if '/' not in name:
            return [Problem(path, line, f'"{name}": include with the folder, relative to the part ("live/hl-room.h")')]
        return []  # generated (resources, enums)
    if '/' not in name and '/' in source:
        return [Problem(path, line, f'"{name}": include with the folder, relative to the part ("live/hl-room.h")')]
    target = folder_of(target_path)
    if target not in allowed:
        return [Problem(path, line, f'{source} must not include {target} ("{name}"); allowed: {", ".join(sorted(allowed))}')]
    if name.endswith('-private.h') and target != source:
        return [Problem(path, line, f'"{name}" is private to {target}')]
    return []
