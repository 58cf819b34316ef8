#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every check can fail: each is run on a small clean tree, and on the same tree with one fault planted."""

import codecs
import os
import shutil
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, '..', 'lib')]

import tap  # noqa: E402
from lint import CHECKS  # noqa: E402
from source import Skip, Tree  # noqa: E402

HEAD = '/* SPDX-License-Identifier: GPL-3.0-or-later */\n/* A file. */\n'
HASH = '# SPDX-License-Identifier: GPL-3.0-or-later\n'

UI = '''<?xml version="1.0" encoding="UTF-8"?>
<!-- SPDX-License-Identifier: GPL-3.0-or-later -->
<interface>
  <requires lib="gtk" version="4.8"/>
  <template class="HlPane" parent="GtkBox">
    <property name="orientation">vertical</property>
    <child>
      <object class="GtkLabel">
        <property name="label" translatable="yes">Waiting</property>
      </object>
    </child>
  </template>
</interface>
'''

PO = '''msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Language: es\\n"

msgid "Seat"
msgstr "Sentar"

msgid "Waiting"
msgstr "En espera"
'''

CLEAN = {
    'meson.build': HASH + "project('hostline', 'c',\n  version: '0.1.0')\n",
    'NEWS': 'Hostline 0.1.0, 4 December 2026\n',
    'README.md': '# Hostline\n\n## Source tour\n\n`common/domain/`, `common/wire/`, `common/util/`, `server/net/`, `server/live/`,'
                 ' `app/views/`, `app/desk/`, `data/`, `po/`, `tests/`\n\n## Licence\n',
    'po/POTFILES': 'app/views/hl-pane.c\napp/views/hl-pane.ui\n',
    'po/LINGUAS': 'es\n',
    'po/es.po': PO,
    'po/meson.build': HASH,
    'tests/meson.build': HASH,
    'data/org.hostline.Hostline.metainfo.xml': '<component><releases><release version="0.1.0"/></releases></component>\n',
    'common/domain/hl-party.h': HEAD + '#pragma once\n#include <glib-object.h>\n\nint hl_party_get_size (void);\n',
    'common/domain/hl-party.c': HEAD + '#include "domain/hl-party.h"\n\nint\nhl_party_get_size (void)\n{\n  return 1;\n}\n',
    'common/util/hl-clock.h': HEAD + '#pragma once\nint hl_clock_now (void);\n',
    'common/wire/hl-frame.h': HEAD + '#pragma once\n#include "domain/hl-party.h"\n#include "util/hl-clock.h"\n',
    'server/net/hl-peer.h': HEAD + '#pragma once\n#include "util/hl-clock.h"\n',
    'server/net/hl-peer-private.h': HEAD + '#pragma once\n',
    'server/live/hl-room.c': HEAD + '#include "net/hl-peer.h"\n#include "domain/hl-party.h"\n\nstatic void\nwait (Room *room)\n{\n'
                                    '  room->id = g_timeout_add (5, on_timeout, room);\n}\n',
    'app/desk/hl-desk.h': HEAD + '#pragma once\n#include "domain/hl-party.h"\n',
    'app/views/hl-pane.h': HEAD + '#pragma once\nG_DECLARE_FINAL_TYPE (HlPane, hl_pane, HL, PANE, GtkBox)\nint hl_pane_show (void);\n',
    'app/views/hl-pane.c': HEAD + '#include "views/hl-pane.h"\n#include "desk/hl-desk.h"\n#include <gtk/gtk.h>\n\n'
                                  'G_DEFINE_FINAL_TYPE (HlPane, hl_pane, GTK_TYPE_BOX)\n\nint\nhl_pane_show (void)\n{\n'
                                  '  const char *s = _("Seat");\n  return s != NULL;\n}\n',
    'app/views/hl-pane.ui': UI,
}


def add(text):
    return lambda old: old + text


def swap(old, new):
    def change(text):
        assert old in text
        return text.replace(old, new, 1)
    return change


def foreign(word):
    """A word of the list, not written here either."""
    return codecs.decode(word, 'rot13')


# check, file, how the file changes (None: it is removed), a part of the message
FAULTS = [
    ('layers', 'common/domain/hl-party.c', add('#include "wire/hl-frame.h"\n'), 'must not include'),
    ('layers', 'common/util/hl-clock.h', add('#include "domain/hl-party.h"\n'), 'must not include'),
    ('layers', 'server/net/hl-peer.h', add('#include "live/hl-room.h"\n'), None),  # a file that does not exist is not an arrow
    ('layers', 'server/live/hl-room.c', add('#include "net/hl-peer-private.h"\n'), 'is private'),
    ('layers', 'server/live/hl-room.c', add('#include "hl-room.h"\n'), 'include with the folder'),
    ('layers', 'server/live/hl-room.c', add('#include <sqlite3.h>\n'), 'only for'),
    ('layers', 'server/new/hl-thing.c', add(HEAD + '#include "net/hl-peer.h"\n'), 'not in the table'),
    ('layers', 'server/ingest/providers/retell.c', add(HEAD + '#include "live/hl-room.h"\n'), None),
    ('layers', 'server/ingest/providers/retell.c', add(HEAD + '#include "net/hl-peer.h"\n'), 'must not include'),
    ('layers', 'common/new/hl-thing.c', add(HEAD), 'not in the table'),
    ('layers', 'app/views/hl-pane.c', add('#include "link/hl-link.h"\n'), 'must not include'),
    ('layers', 'app/desk/hl-desk.h', add('#include "views/hl-pane.h"\n'), 'must not include'),
    ('layers', 'common/domain/hl-party.h', add('# include <gtk/gtk.h>\n'), 'only for'),
    ('size', 'server/live/hl-room.c', add('\n' * 801), '800 is the limit'),
    ('spdx', 'server/live/hl-room.c', swap('/* SPDX', '/* spdx'), 'first line'),
    ('spdx', 'common/domain/hl-party.h', swap('/* A file. */\n', ''), 'second line'),
    ('spdx', 'meson.build', swap(HASH, ''), 'no SPDX'),
    ('spdx', 'app/views/hl-pane.ui', swap('<!-- SPDX-License-Identifier: GPL-3.0-or-later -->\n', ''), 'no SPDX'),
    ('names', 'common/domain/hl-party.h', add('void hl_table_clear (void);\n'), 'hl_table_clear'),
    ('names', 'common/domain/hl-party.h', add('gboolean\nparty_is_here (int a,\n               int b) G_GNUC_PURE;\n'), 'party_is_here'),
    ('names', 'common/domain/party.h', add(HEAD), 'is named'),
    ('names', 'server/live/room.c', add(HEAD), 'is named'),
    ('names', 'server/live/hl-room.c', add('static void\nhl_other_thing (void)\n{\n}\n'), 'is static'),
    ('types', 'app/views/hl-pane.c', add('G_DEFINE_TYPE (HlOther, hl_other, G_TYPE_OBJECT)\n'), 'one type a file'),
    ('types', 'app/views/hl-pane.h', add('G_DECLARE_FINAL_TYPE (HlOther, hl_other, HL, OTHER, GObject)\n'), 'one type a file'),
    ('calls', 'common/domain/hl-party.c', add('void f (void)\n{\n  printf ("x");\n}\n'), 'printf()'),
    ('calls', 'common/domain/hl-party.c', add('void f (void)\n{\n  g_error ("x");\n}\n'), 'g_error()'),
    ('calls', 'common/domain/hl-party.c', add('void f (void)\n{\n  strcpy (a, b);\n}\n'), 'strcpy()'),
    ('calls', 'common/domain/hl-party.c', add('void f (void)\n{\n  sprintf (a, b);\n}\n'), 'sprintf()'),
    ('calls', 'app/desk/hl-desk.h', add('void f (void)\n{\n  soup_session_send (s, m, NULL, NULL);\n}\n'), '_async'),
    ('calls', 'app/desk/hl-desk.h', add('void f (void)\n{\n  usleep (5);\n}\n'), 'deadline'),
    ('calls', 'app/desk/hl-desk.h', add('void f (void)\n{\n  json_parser_new ();\n}\n'), 'hl_json_parse'),
    ('calls', 'app/desk/hl-desk.h', add('void f (void)\n{\n  x = g_get_monotonic_time ();\n}\n'), 'hl_clock'),
    ('calls', 'app/desk/hl-desk.h', add('void f (void)\n{\n  goto out;\n}\n'), 'goto'),
    ('calls', 'app/desk/hl-desk.h', add('void f (void)\n{\n  x = 1 + MIN (a,\n (int) model_range (1, 6));\n}\n'), 'twice'),
    ('calls', 'app/desk/hl-desk.h', add('void f (void)\n{\n  x = MIN (a, b) + model_range (1, 6);\n}\n'), None),
    ('calls', 'server/live/hl-room.c', add('void f (void)\n{\n  g_timeout_add (5, f, NULL);\n}\n'), 'keep the id'),
    ('calls', 'server/live/hl-room.c', add('void f (void)\n{\n  x = 1;\n  g_timeout_add_seconds (5,\n f, NULL);\n}\n'), 'keep the id'),
    ('calls', 'server/live/hl-room.c', add('/* ' + 'TO' + 'DO: later */\n'), 'open end'),
    ('calls', 'server/live/hl-room.c', add('G_GNUC_BEGIN_IGNORE_DEPRECATIONS\n'), 'hiding'),
    ('calls', 'server/live/hl-room.c', add('/* printf (x) in a comment */ const char *s = "printf (x)";\n'), None),
    ('lines', 'server/live/hl-room.c', add('int a; \n'), 'space at the end'),
    ('lines', 'server/live/hl-room.c', add('\tint a;\n'), 'a tab'),
    ('lines', 'server/live/hl-room.c', add('int a;'), 'no line end'),
    ('lines', 'server/live/hl-room.c', add('int ' + 'a' * 150 + ';\n'), 'columns'),
    ('pointers', 'server/live/hl-room.c', add('void f (void)\n{\n  GError *error = NULL;\n  if (error) {\n  }\n}\n'), 'NULL'),
    ('potfiles', 'app/desk/hl-desk.h', add('#define X _("Words")\n'), 'not in po/POTFILES'),
    ('potfiles', 'app/desk/hl-desk.c', add(HEAD + 'x = ngettext ("one", "many", n);\n'), 'not in po/POTFILES'),
    ('potfiles', 'app/desk/hl-row.ui', add(UI), 'not in po/POTFILES'),
    ('potfiles', 'po/POTFILES', add('app/views/hl-nothing.c\n'), 'does not exist'),
    ('potfiles', 'po/POTFILES', lambda old: '\n'.join(reversed(old.split())) + '\n', 'not sorted'),
    ('translations', 'po/es.po', swap('msgstr "Sentar"', 'msgstr ""'), 'not complete'),
    ('translations', 'po/es.po', swap('msgid "Seat"', '#, fuzzy\nmsgid "Seat"'), 'not complete'),
    ('translations', 'po/es.po', swap('msgid "Seat"\nmsgstr "Sentar"\n', ''), 'lacks words'),
    ('translations', 'po/es.po', swap('"Sentar"', '"Sentar'), 'po/es.po'),
    ('translations', 'app/views/hl-pane.c', add('x = _("New words");\n'), 'lacks words'),
    ('translations', 'po/LINGUAS', add('fr\n'), 'does not exist'),
    ('versions', 'NEWS', swap('0.1.0', '0.2.0'), 'must name'),
    ('versions', 'NEWS', None, 'is missing'),
    ('versions', 'data/org.hostline.Hostline.metainfo.xml', swap('0.1.0', '0.0.9'), 'first release'),
    ('tour', 'README.md', swap('`server/live/`,', ''), 'does not name server/live/'),
    ('tour', 'README.md', swap('## Source tour', '## Something'), 'no section'),
    ('tour', 'server/store/hl-store.h', add(HEAD), 'does not name server/store/'),
    ('reports', 'tests/REPORTS.md', add('`lint/none.py: test_none`\n'), 'there is no tests/lint/none.py'),
    ('documents', 'server/live/hl-room.c', add('/* see ' + 'absent.' + 'md */\n'), 'not in the tree'),
    ('words', 'README.md', add(foreign('/jbex/') + 'x\n'), 'does not belong'),
    ('words', 'common/domain/hl-party.c', add('/* by ' + foreign('Pynhqr') + ' */\n'), 'does not belong'),
    ('ui', 'app/views/hl-pane.ui', swap('"GtkLabel"', '"AdwToolbarView"'), 'is not in GTK 4.8'),
    ('ui', 'app/views/hl-pane.ui', swap('"GtkLabel"', '"GtkTreeView"'), 'is not in GTK 4.8'),
    ('ui', 'app/views/hl-pane.ui', swap('"label"', '"lable"'), 'has no property'),
    ('ui', 'app/views/hl-pane.ui', swap('"orientation"', '"can-shrink"'), 'has no property'),
    ('ui', 'app/views/hl-pane.ui', swap('version="4.8"', 'version="4.10"'), 'requires'),
    ('ui', 'app/views/hl-pane.ui', swap('</interface>', ''), 'not well-formed'),
    ('ui', 'app/views/style.css', add(HASH + 'a { color: var(--x); }\n'), 'parse error'),
]


def write(root, files):
    for path, text in files.items():
        full = os.path.join(root, path)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, 'w') as file:
            file.write(text)


def errors_of(name, root):
    return [p for p in CHECKS[name](Tree(root)) if not p.warning]


def test_clean_tree(t):
    """A clean tree passes every check."""
    with tempfile.TemporaryDirectory() as root:
        write(root, CLEAN)
        for name in CHECKS:
            try:
                problems = errors_of(name, root)
            except Skip as skip:
                t.skip_subtest(name, str(skip))
                continue
            t.equal([str(p) for p in problems], [], name)


def test_planted_faults(t):
    """Each fault is found, in the file where it is."""
    seen = set()
    for name, path, change, message in FAULTS:
        files = dict(CLEAN)
        if change is None:
            del files[path]
        else:
            files[path] = change(files.get(path, ''))
        # a fault in an include needs its target
        files.setdefault('app/link/hl-link.h', HEAD + '#pragma once\n')
        files['README.md'] = files['README.md'].replace('`app/desk/`', '`app/desk/`, `app/link/`')
        with tempfile.TemporaryDirectory() as root:
            write(root, files)
            try:
                problems = errors_of(name, root)
            except Skip as skip:
                t.skip_subtest(f'{name}: {path}', str(skip))
                seen.add(name)
                continue
        found = [p for p in problems if message is None or message in str(p)]
        if message is None:
            t.equal([str(p) for p in problems], [], f'{name}: {path}: no false alarm')
        else:
            t.check(found, f'{name}: {path}: {message}')
            if not found:
                t.note('\n'.join(str(p) for p in problems) or 'nothing was found')
        seen.add(name)
    t.equal(sorted(seen), sorted(CHECKS), 'no check without a planted fault')


def test_whole_run(t):
    """The program itself fails on a fault and names it."""
    import subprocess
    with tempfile.TemporaryDirectory() as root:
        write(root, {**CLEAN, 'server/live/hl-room.c': CLEAN['server/live/hl-room.c'] + 'int a; \n'})
        shutil.rmtree(os.path.join(root, 'po'))
        done = subprocess.run([sys.executable, os.path.join(HERE, 'lint.py'), 'lines', 'versions'], capture_output=True, text=True,
                              env={**os.environ, 'HOSTLINE_SOURCE_DIR': root})
        t.equal(done.returncode, 1, 'exit status')
        t.check('not ok 1 - lint_lines' in done.stdout, 'the failed check is named')
        t.check('ok 2 - lint_versions' in done.stdout, 'the others pass')
        t.check('# server/live/hl-room.c:' in done.stdout, 'the place is named')


if __name__ == '__main__':
    tap.main()
