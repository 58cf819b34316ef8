# SPDX-License-Identifier: GPL-3.0-or-later
"""Size, first lines, names, one type a file, and calls that have a better replacement."""

import os
import re

from source import Problem, line_of, strip_c

WARN_LINES, MAX_LINES, MAX_TEST_LINES, MAX_COLUMNS = 400, 800, 1000, 140  # a test file may hold a long table of cases

SPDX = 'SPDX-License-Identifier: '

# -- size

def check_size(tree):
    problems = []
    for path in tree.find('.c', '.h', '.py', '.sh', under=('common', 'server', 'app', 'tests', 'data')):
        n = len(tree.lines(path))
        limit = MAX_TEST_LINES if path.startswith('tests/') else MAX_LINES
        if n > limit:
            problems.append(Problem(path, 0, f'{n} lines; {limit} is the limit: split it by concern'))
        elif n > WARN_LINES and path.startswith(('common/', 'server/', 'app/')):
            problems.append(Problem(path, 0, f'{n} lines; aim at {WARN_LINES}', warning=True))
    return problems


# -- SPDX and the sentence that says what a file is for

def check_spdx(tree):
    problems = []
    for path in tree.find('.c', '.h', '.py', '.sh', '.ui', '.css', 'meson.build', 'meson_options.txt'):
        lines = tree.lines(path)
        first = 1 if lines and lines[0].startswith(('#!', '<?xml')) else 0
        if path.endswith(('.c', '.h')):
            if not lines or lines[0] != f'/* {SPDX}GPL-3.0-or-later */':
                problems.append(Problem(path, 1, f'the first line must be /* {SPDX}GPL-3.0-or-later */'))
            elif len(lines) < 2 or not re.match(r'/\*+( \S|$)', lines[1]):
                problems.append(Problem(path, 2, 'the second line must be a comment that says what the file is for'))
        elif len(lines) <= first or SPDX not in lines[first]:
            if lines:
                problems.append(Problem(path, first + 1, f'no {SPDX.strip()} in the first line'))
    return problems


# -- names of public functions

_STATEMENT = re.compile(r'[^;{}]*[;{}]')
_NAME = re.compile(r'\b([A-Za-z_]\w*)\s*\(')


def declared_functions(text):
    """(name, line) of each function that a header declares; text without comments."""
    text = re.sub(r'^[ \t]*#(?:\\\n|[^\n])*', lambda m: '\n' * m.group(0).count('\n'), text, flags=re.M)
    depth = 0
    found = []
    for match in _STATEMENT.finditer(text):
        body, end = match.group(0)[:-1], match.group(0)[-1]
        if depth == 0 and end in ';{' and not re.search(r'\b(typedef|struct\s*\w*\s*$|union|enum|extern\s+"")\b', body):
            name = _NAME.search(body)
            macro = name and name.group(1).upper() == name.group(1)
            if name and macro:  # G_DECLARE_FINAL_TYPE (...) and its like, then perhaps a prototype behind it
                rest = body[name.start():]
                after = re.sub(r'^\w+\s*\((?:[^()]|\([^()]*\))*\)', '', rest).lstrip()
                name = _NAME.search(after) if after else None
                macro = name and name.group(1).upper() == name.group(1)
            if name and not macro and 'static' not in body.split(name.group(1))[0]:
                offset = match.start() + body.find(name.group(1))
                found.append((name.group(1), line_of(text, offset)))
        if end == '{':
            depth += 1
        elif end == '}':
            depth = max(0, depth - 1)
    return found


def snake(name):
    """HlCallCard: hl_call_card"""
    return re.sub(r'(?<=[a-z0-9])(?=[A-Z])', '_', name).lower()


def prefixes_of(path, text):
    """What public names of a header may start with: its own name (hl_party_row in hl-party-row.h), the leading words of it
    (hl_party, for a part of a larger thing), or a type that it declares."""
    stem = re.sub(r'-(private|internal)$', '', os.path.basename(path)[:-2])
    words = stem.split('-')
    options = {'_'.join(words[:n]) for n in range(2, len(words) + 1)}
    options |= {o[:-1] for o in options if o.endswith('s')} | {o[:-3] + 'y' for o in options if o.endswith('ies')}
    for name in re.findall(r'\b(Hl[A-Z]\w*)\s*;|\bstruct\s+_(Hl\w+)|G_DECLARE_\w+\s*\(\s*(Hl\w+)', text):
        options.add(snake(name[0] or name[1] or name[2]))
    for name in re.findall(r'\}\s*(Hl\w+)\s*;', text):
        options.add(snake(name))
    return options


def check_names(tree):
    problems = []
    for path in tree.find('.h', under=('common', 'server', 'app')):
        if not os.path.basename(path).startswith('hl-'):
            problems.append(Problem(path, 0, 'a header is named hl-<type>.h'))
            continue
        options = prefixes_of(path, tree.code(path))
        for name, line in declared_functions(tree.code(path)):
            if not any(name == o or name.startswith(o + '_') for o in options):
                own = os.path.basename(path)[:-2].replace('-', '_')
                problems.append(Problem(path, line, f'{name}() must start with {own}_, after its file, or with a type of it'))
    for path in tree.find('.c', under=('common', 'server', 'app')):
        base = os.path.basename(path)
        if not base.startswith('hl-') and base not in ('hostline.c', 'hostlined.c', 'hostlinectl.c') and '/providers/' not in path:
            problems.append(Problem(path, 0, 'a source file is named hl-<type>.c'))
        # static functions have no prefix; GObject's own (hl_foo_class_init, hl_foo_dispose) carry their type's
        own = '_'.join(base[:-2].split('-')[:2])
        for match in re.finditer(r'^static\s[^\n;=(]*\n?\s*(hl_\w+)\s*\(', tree.code(path), re.M):
            if not match.group(1).startswith(own) and not re.search(r'_(class_init|init)$', match.group(1)):
                problems.append(Problem(path, line_of(tree.code(path), match.start(1)),
                                        f'{match.group(1)}() is static: no hl_ prefix'))
    return problems


# -- one type a file

_TYPE = re.compile(r'\bG_(?:DECLARE_(?:FINAL_TYPE|DERIVABLE_TYPE|INTERFACE)|DEFINE_(?:FINAL_TYPE(?:_WITH_CODE|_WITH_PRIVATE)?|'
                   r'ABSTRACT_TYPE(?:_WITH_CODE|_WITH_PRIVATE)?|TYPE(?:_WITH_CODE|_WITH_PRIVATE|_EXTENDED)?|INTERFACE(?:_WITH_CODE)?|'
                   r'BOXED_TYPE(?:_WITH_CODE)?))\s*\(\s*(\w+)')

# Small value types that belong together, each with its reason.
SEVERAL_TYPES = {
    'server/net/hl-guard.c': 3,  # a stream and its two private halves
}


def check_types(tree):
    problems = []
    for path in tree.sources():
        names = []
        for match in _TYPE.finditer(tree.code(path)):
            if match.group(1) not in names:
                names.append(match.group(1))
        if len(names) > SEVERAL_TYPES.get(path, 1):
            problems.append(Problem(path, 0, f'one type a file; this has {", ".join(names)}'))
    return problems


# -- calls

PRINTS = ('server/hostlined.c', 'server/hostlinectl.c', 'server/admin/', 'app/hostline.c', 'app/hl-application.c', 'server/hl-')

# name (a pattern), what to use instead, paths where it is right
BANNED = [
    (r'printf|puts|putchar|vprintf|g_print', 'a library does not print: hl_log() or return the text', PRINTS),
    (r'fprintf|fputs|perror|g_printerr', 'hl_log()', PRINTS),
    (r'g_error', 'a GError or g_critical(); a server does not end itself', ()),
    (r'sprintf|vsprintf|strcpy|strcat|strncpy|strncat|stpcpy|gets|strtok', 'GString, g_strdup_printf(), g_strlcpy()', ()),
    (r'atoi|atol|atoll|atof|strtol|strtoul|strtoll|strtoull|strtod', 'g_ascii_string_to_signed(), g_ascii_strtod()', ()),
    (r'system|popen|tmpnam|mktemp|alloca|g_alloca|g_newa|strdupa', 'a GLib call that cannot be fooled or overflow', ()),
    (r'sleep|usleep|nanosleep|g_usleep', 'a condition with a deadline (hl_clock_add())', ()),
    (r'rand|srand|random|drand48|g_random_int|g_random_int_range|g_random_double|g_uuid_string_random', 'hl_id_random_*()',
     ('app/link/', 'app/views/', 'app/widgets/', 'common/util/')),
    (r'soup_session_send|soup_session_send_and_read|soup_session_send_and_splice|soup_session_websocket_connect',
     'the _async call: the main loop does not wait for a network', ()),
    (r'g_socket_client_connect|g_socket_client_connect_to_host|g_socket_client_connect_to_uri|g_resolver_lookup_by_name|'
     r'g_resolver_lookup_by_address|getaddrinfo|gethostbyname', 'the _async call', ('server/admin/hl-doctor.c',)),
    (r'g_dbus_connection_call_sync|g_dbus_proxy_call_sync|g_bus_get_sync', 'the asynchronous call', ()),
    # hl-tls-check tries the certificate in a context of its own, before the server listens
    (r'g_main_context_iteration', 'no nested loops', ('server/hl-', 'server/net/hl-tls-check.c', 'server/hostline', 'server/admin/', 'app/hostline.c')),
    (r'json_parser_new|json_parser_load_from_data|json_from_string', 'hl_json_parse(): strict, with limits', ()),
    (r'json_generator_new|json_to_string', 'hl_json_print(): the same on every version', ()),
    (r'sqlite3_open|sqlite3_open_v2', 'hl_database_open()', ('common/util/', 'server/store/')),
    (r'g_get_monotonic_time|g_get_real_time|time|gettimeofday|clock_gettime', 'hl_clock_boot_us(), hl_clock_wall_ms()',
     ('common/util/hl-clock.c',)),
    (r'g_date_time_new_now|g_date_time_new_now_utc|g_date_time_new_now_local', 'hl_clock_wall_ms()', ()),
    (r'soup_server_listen|soup_server_listen_local|soup_server_listen_all', 'hl_front, whose listener survives EMFILE', ('server/admin/',)),
    (r'gtk_widget_show|gtk_widget_hide|gtk_show_uri|gtk_dialog_new|gtk_message_dialog_new', 'see the list for GTK 4.8 to 4.24', ()),
    (r'g_thread_create|g_static_mutex_init', 'g_thread_new()', ()),
    (r'alarm|signal', 'g_unix_signal_add()', ('server/hl-', 'server/hostlined.c')),
]

# At the start of a statement (indented: a definition stands in the first column) the id is thrown away.
_UNSTORED = re.compile(r'[;{}]\s*\n?[ \t]+(?:\(void\)\s*)?(g_timeout_add(?:_seconds|_full|_seconds_full|_once)?|hl_clock_add|g_unix_fd_add(?:_full)?)\s*\(')


# MIN and its like take an argument twice: another number of a second draw.
_MACRO = re.compile(r'\b(MIN|MAX|CLAMP|ABS) \(')
_DRAW = re.compile(r'\b(\w*(?:random|rand|_range|steal)\w*) \(')


def arguments(text, start):
    """What stands between the parenthesis before start and its partner."""
    depth = 1
    for at in range(start, len(text)):
        depth += {'(': 1, ')': -1}.get(text[at], 0)
        if depth == 0:
            return text[start:at]
    return text[start:]


def check_calls(tree):
    problems = []
    patterns = [(re.compile(r'(?<![\w.>])(' + names + r')\s*\('), instead, where) for names, instead, where in BANNED]
    for path in tree.sources():
        text = tree.code(path)
        for pattern, instead, where in patterns:
            if path.startswith(tuple(where)):
                continue
            for match in pattern.finditer(text):
                problems.append(Problem(path, line_of(text, match.start()), f'{match.group(1)}(): use {instead}'))
        for match in _UNSTORED.finditer(text):
            problems.append(Problem(path, line_of(text, match.start(1)), f'{match.group(1)}(): keep the id and remove it'))
        for match in _MACRO.finditer(text):
            draw = _DRAW.search(arguments(text, match.end()))
            if draw:
                problems.append(Problem(path, line_of(text, match.start()),
                                        f'{match.group(1)} calls {draw.group(1)}() twice: call it before'))
        for match in re.finditer(r'\bgoto\b', text):
            problems.append(Problem(path, line_of(text, match.start()), 'no goto: g_autoptr and early returns'))
        # the one warning that a translated format needs to silence is allowed
        for match in re.finditer(r'\bG_GNUC_BEGIN_IGNORE_DEPRECATIONS\b|#pragma GCC diagnostic ignored "(?!-Wformat-nonliteral")',
                                 tree.text(path)):
            problems.append(Problem(path, line_of(tree.text(path), match.start()), 'no hiding of warnings'))
        for match in re.finditer(r'\b(?:TODO|FIXME|XXX)\b', tree.text(path)):
            problems.append(Problem(path, line_of(tree.text(path), match.start()), 'an open end: do it, or say where it is planned'))
    return problems


def check_lines(tree):
    problems = []
    for path in tree.find('.c', '.h', '.py', '.sh', '.ui', '.css', 'meson.build'):
        for n, line in enumerate(tree.lines(path), 1):
            if line.rstrip() != line:
                problems.append(Problem(path, n, 'space at the end of the line'))
            if '\t' in line and path.endswith(('.c', '.h', '.py', 'meson.build')):
                problems.append(Problem(path, n, 'a tab'))
            if len(line) > MAX_COLUMNS and path.endswith(('.c', '.h')) and not path.startswith('tests/'):  # tests hold JSON
                problems.append(Problem(path, n, f'{len(line)} columns; at most {MAX_COLUMNS}'))
        text = tree.text(path)
        if text and not text.endswith('\n'):
            problems.append(Problem(path, len(tree.lines(path)), 'no line end at the end of the file'))
    return problems


_POINTER_TEST = re.compile(r'\bif \(!?(\w*(?:error|_ptr))\)')


def check_pointers(tree):
    """Pointers are compared with NULL; names that are pointers for certain."""
    problems = []
    for path in tree.sources():
        for match in _POINTER_TEST.finditer(strip_c(tree.text(path))):
            if match.group(1).endswith('error') and re.search(r'GError\s*\*+\s*' + match.group(1) + r'\b', tree.text(path)):
                problems.append(Problem(path, line_of(tree.text(path), match.start()), f'compare {match.group(1)} with NULL'))
    return problems
