#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""hostlinectl without a server: every command, what it prints, its exit code, --json."""

import contextlib
import json
import os
import re
import shutil
import socket
import sqlite3
import subprocess
import tempfile
import threading
import urllib.parse

import hostline
import tap

FLOOR = {
    'hostline_floor': 1,
    'areas': [{'area_id': 'main', 'name': 'Main', 'width': 1200, 'height': 900}],
    'sections': [{'section_id': 's1', 'name': 'Sec 1', 'area_id': 'main', 'servers': ['Maya']}],
    'tables': [{'table_id': str(n), 'label': str(n), 'area_id': 'main', 'section_id': 's1', 'shape': 'square',
                'x': 100 * n, 'y': 80, 'w': 90, 'h': 90, 'rotation': 0, 'seats_min': 2, 'seats_max': 4}
               for n in range(1, 4)],
    'combinations': [{'table_ids': ['1', '2'], 'seats_min': 5, 'seats_max': 8}],
    'marks': [],
}


class Desk:
    """A data folder of its own and the program on it."""

    def __init__(self, config=''):
        self.root = tempfile.mkdtemp(prefix='hl-ctl-')
        self.data = os.path.join(self.root, 'data')
        self.config = self.write('hostlined.conf', config)

    def write(self, name, content):
        path = os.path.join(self.root, name)
        with open(path, 'w') as file:
            file.write(content if isinstance(content, str) else json.dumps(content))
        return path

    def run(self, *arguments, stdin=None, env=None, options=None):
        if options is None:
            options = ['--data-dir', self.data, '--config', self.config]
        environment = {**os.environ, 'HOSTLINE_DATA_DIR': '', 'STATE_DIRECTORY': '', **(env or {})}
        return subprocess.run([hostline.program('hostlinectl'), *options, *arguments], input=stdin, text=True,
                              capture_output=True, timeout=hostline.slow(60), env=environment)

    def out(self, *arguments, **how):
        """The output of a command that must succeed."""
        done = self.run(*arguments, **how)
        assert done.returncode == 0, f'{arguments}: exit {done.returncode}: {done.stderr}'
        return done.stdout

    def json(self, *arguments, **how):
        return json.loads(self.out('--json', *arguments, **how))

    def fails(self, t, code, *arguments, word='', **how):
        """It must end with `code`, print nothing, and say one sentence on standard error."""
        done = self.run(*arguments, **how)
        what = ' '.join(arguments)
        t.equal(done.returncode, code, f'exit {code}: {what[:70]}')
        t.check(done.stdout == '', f'prints nothing: {what[:70]}')
        lines = done.stderr.strip().split('\n')
        t.check(lines[0].startswith('hostlinectl: ') and len(lines) <= 2 and word in done.stderr,
                f'says why: {done.stderr.strip()[:100]!r}')
        return done

    def add_location(self, name='ocean-ave', zone='America/Los_Angeles'):
        self.out('location', 'add', name, '--name', 'Ocean Ave', '--timezone', zone)
        return name


@contextlib.contextmanager
def desk(config=''):
    made = Desk(config)
    try:
        yield made
    finally:
        shutil.rmtree(made.root, ignore_errors=True)


def test_help_and_version(t):
    with desk() as d:
        done = d.run('--help', options=[])
        t.equal(done.returncode, 0, '--help is no mistake')
        for word in ('location add', 'floor import', 'token add', 'hook rotate', 'check-config', '--data-dir', '--json'):
            t.check(word in done.stdout, f'--help knows {word}')
        t.check(done.stdout.startswith('Usage: hostlinectl'), '--help begins with the usage')
        done = d.run('--version', options=[])
        t.check(re.fullmatch(r'hostlinectl \(Hostline\) \d+\.\d+\.\d+\n', done.stdout) is not None, '--version')
        t.check(not os.path.exists(d.data), 'neither makes a data folder')


def test_usage(t):
    with desk() as d:
        d.add_location()
        d.fails(t, 2)
        d.fails(t, 2, 'frobnicate')
        d.fails(t, 2, 'location')
        d.fails(t, 2, 'location', 'add')
        d.fails(t, 2, 'location', 'add', 'x')
        d.fails(t, 2, 'location', 'add', 'x', '--name', 'X', word='--timezone')
        d.fails(t, 2, 'location', 'add', 'x', 'y', '--name', 'X', '--timezone', 'UTC', word='y')
        d.fails(t, 2, 'location', 'list', '--role', 'staff', word='--role')
        d.fails(t, 2, 'location', 'list', 'x')
        d.fails(t, 2, 'events', 'ocean-ave', '--after', 'soon')
        d.fails(t, 2, 'events', 'ocean-ave', '--after', '-1')
        d.fails(t, 2, 'schema', '--format', 'xml')
        d.fails(t, 2, 'token', 'add', '--location', 'ocean-ave', '--role', 'staff', '--role', 'agent', '--name', 'x')
        done = d.run('location', 'list', '--nothing')
        t.equal(done.returncode, 2, 'an unknown option')
        t.check('--help' in done.stderr, 'points to --help')
        done = d.run('location', 'list', '--data-dir')
        t.equal(done.returncode, 2, 'an option without its value')


def test_locations(t):
    with desk() as d:
        t.equal(d.out('location', 'add', 'ocean-ave', '--name', 'Ocean Ave', '--timezone', 'America/Los_Angeles'), '',
                'location add is silent')
        t.equal(d.out('location', 'add', '--name=Trattoria Nüsse', 'two', '--timezone=Europe/Rome'), '',
                'options may stand anywhere, also with =')
        text = d.out('location', 'list')
        t.check('ocean-ave' in text and 'Trattoria Nüsse' in text and 'Europe/Rome' in text, 'location list')
        rows = d.json('location', 'list')['locations']
        t.equal([r['id'] for r in rows], ['ocean-ave', 'two'], 'location list --json')
        t.equal(rows[0]['pos'], {'epoch': rows[0]['pos']['epoch'], 'seq': 0, 'h': '0' * 16}, 'a new log is empty')
        t.check(rows[0]['pos']['epoch'] != rows[1]['pos']['epoch'], 'each log has an epoch of its own')
        t.equal(oct(os.stat(d.data).st_mode & 0o777), '0o700', 'the folder is private')
        t.equal(oct(os.stat(os.path.join(d.data, 'hostline.db')).st_mode & 0o777), '0o600', 'the file is private')
        d.fails(t, 1, 'location', 'add', 'two', '--name', 'X', '--timezone', 'UTC', word='two')
        d.fails(t, 1, 'location', 'add', 'Bad Id', '--name', 'X', '--timezone', 'UTC')
        d.fails(t, 1, 'location', 'add', '../x', '--name', 'X', '--timezone', 'UTC')
        d.fails(t, 1, 'location', 'add', 'x', '--name', '', '--timezone', 'UTC')
        for zone in ('Mars/Olympus', '+02:00', '', '../../etc/passwd', '/etc/localtime'):
            d.fails(t, 1, 'location', 'add', 'x', '--name', 'X', '--timezone', zone, word='time zone')
        t.equal(d.out('location', 'remove', 'two'), '', 'location remove is silent')
        d.fails(t, 1, 'location', 'remove', 'two', word='two')
        t.equal(len(d.json('location', 'list')['locations']), 1, 'it is gone')
        old = rows[1]['pos']['epoch']
        d.add_location('two')
        t.check(d.json('location', 'list')['locations'][1]['pos']['epoch'] != old, 'added again, it is another log')


def test_location_set(t):
    with desk() as d:
        d.add_location()
        path = d.write('location.json', {'name': 'Ocean Avenue', 'pace': 20, 'staff': ['Ana', 'Ben'],
                                         'shifts': [{'id': 'd', 'name': 'Dinner', 'days': [5, 6], 'from': '17:00',
                                                     'to': '23:00'}]})
        t.equal(d.out('location', 'set', 'ocean-ave', path), '', 'location set is silent')
        t.equal(d.json('location', 'list')['locations'][0]['name'], 'Ocean Avenue', 'the new name is listed')
        state = d.json('state', 'ocean-ave')
        place = state['entities']['location']
        t.equal((place['id'], place['name'], place['pace'], place['staff'], place['timezone']),
                ('ocean-ave', 'Ocean Avenue', 20, ['Ana', 'Ben'], 'America/Los_Angeles'), 'the state has it')
        events = [json.loads(line) for line in d.out('events', 'ocean-ave').splitlines()]
        t.equal([(e['seq'], e['kind'], e['end'], e['by']['role']) for e in events],
                [(1, 'location_updated', True, 'system')], 'it is an event of the log')
        t.equal(state['pos']['seq'], 1, 'and the state stands there')
        d.out('location', 'set', 'ocean-ave', '-', stdin='{"id": "ocean-ave", "hold_minutes": 7}')
        t.equal(d.json('state', 'ocean-ave')['entities']['location']['hold_minutes'], 7, 'from standard input')
        d.fails(t, 1, 'location', 'set', 'ocean-ave', d.write('a', {'pace': 0}), word='/pace')
        d.fails(t, 1, 'location', 'set', 'ocean-ave', d.write('a', {'paec': 10}), word='/paec')
        d.fails(t, 1, 'location', 'set', 'ocean-ave', d.write('a', {'id': 'other'}), word='other')
        d.fails(t, 1, 'location', 'set', 'ocean-ave', d.write('a', {'timezone': 'Mars/Olympus'}), word='/timezone')
        d.fails(t, 1, 'location', 'set', 'ocean-ave', d.write('a', '{"pace": 1'), word='a')
        d.fails(t, 1, 'location', 'set', 'ocean-ave', d.write('a', '[]'))
        d.fails(t, 1, 'location', 'set', 'ocean-ave', os.path.join(d.root, 'missing'))
        d.fails(t, 1, 'location', 'set', 'nowhere', path, word='nowhere')
        t.equal(d.json('state', 'ocean-ave')['pos']['seq'], 2, 'a refused file appends nothing')


def test_floor(t):
    with desk() as d:
        d.add_location()
        t.equal(d.out('floor', 'import', 'ocean-ave', d.write('floor.json', FLOOR)), '', 'floor import is silent')
        entities = d.json('state', 'ocean-ave')['entities']
        t.equal(sorted(table['table_id'] for table in entities['tables']), ['1', '2', '3'], 'the tables are there')
        t.equal([s['servers'] for s in entities['sections']], [['Maya']], 'and the sections')
        events = [json.loads(line) for line in d.out('events', 'ocean-ave').splitlines()]
        t.equal([e['kind'] for e in events], ['floor_replaced'], 'as one event')
        smaller = dict(FLOOR, tables=FLOOR['tables'][:1], combinations=[])
        d.out('floor', 'import', 'ocean-ave', d.write('floor.json', smaller))
        t.equal([table['table_id'] for table in d.json('state', 'ocean-ave')['entities']['tables']], ['1'],
                'a second import replaces the plan')
        broken = dict(FLOOR, tables=[dict(FLOOR['tables'][0], section_id='ghost')])
        d.fails(t, 1, 'floor', 'import', 'ocean-ave', d.write('floor.json', broken), word='/tables/0/section_id')
        d.fails(t, 1, 'floor', 'import', 'ocean-ave', d.write('floor.json', dict(FLOOR, tables=FLOOR['tables'] * 2)),
                word='/tables/3')
        d.fails(t, 1, 'floor', 'import', 'ocean-ave', d.write('floor.json', dict(FLOOR, hostline_floor=2)))
        d.fails(t, 1, 'floor', 'import', 'ocean-ave', d.write('floor.json', dict(FLOOR, tabels=[])), word='/tabels')
        d.fails(t, 1, 'floor', 'import', 'nowhere', d.write('floor.json', FLOOR), word='nowhere')


def test_large_floor(t):
    with desk() as d:
        d.add_location()
        tables = [dict(FLOOR['tables'][0], table_id=f't{n}', label=f'{n}') for n in range(500)]
        d.out('floor', 'import', 'ocean-ave', d.write('floor.json', dict(FLOOR, tables=tables, combinations=[])))
        t.equal(len(d.json('state', 'ocean-ave')['entities']['tables']), 500, '500 tables, the most that is allowed')
        tables.append(dict(FLOOR['tables'][0], table_id='t500', label='500'))
        d.fails(t, 1, 'floor', 'import', 'ocean-ave', d.write('floor.json', dict(FLOOR, tables=tables, combinations=[])))


def test_tokens(t):
    with desk() as d:
        d.add_location()
        d.add_location('two')
        token = d.out('token', 'add', '--location', 'ocean-ave', '--role', 'publisher', '--name', 'Voice agent')
        t.check(re.fullmatch(r'hl1_[0-9a-z]{10}_[A-Za-z0-9_-]{43}\n', token) is not None,
                'token add prints the token alone on its line')
        both = d.json('token', 'add', '--location', 'ocean-ave', '--location', 'two', '--role', 'manager', '--name', 'M',
                      '--expires', '2099-01-01T00:00:00+02:00')
        t.check(both['token'].startswith(f'hl1_{both["id"]}_'), 'token add --json')
        rows = d.json('token', 'list')['tokens']
        t.equal([(r['name'], r['role'], r['locations']) for r in rows],
                [('Voice agent', 'publisher', ['ocean-ave']), ('M', 'manager', ['ocean-ave', 'two'])], 'token list')
        t.equal(rows[1]['expires'], '2098-12-31T22:00:00.000Z', 'times are printed in UTC')
        t.check(token.strip() not in json.dumps(rows), 'a list shows no secret')
        t.equal(len(d.json('token', 'list', '--location', 'two')['tokens']), 1, 'token list of one location')
        text = d.out('token', 'list')
        t.check('Voice agent' in text and rows[0]['id'] in text, 'token list for people')
        t.equal(d.out('token', 'revoke', rows[0]['id']), '', 'token revoke is silent')
        t.equal([r['valid'] for r in d.json('token', 'list')['tokens']], [False, True], 'it is no longer valid')
        d.out('token', 'revoke', rows[0]['id'])
        d.fails(t, 1, 'token', 'revoke', '0000000000', word='0000000000')
        add = ('token', 'add', '--name', 'x')
        d.fails(t, 1, *add, '--location', 'nowhere', '--role', 'staff', word='nowhere')
        d.fails(t, 1, *add, '--location', 'ocean-ave', '--role', 'king', word='king')
        d.fails(t, 1, *add, '--location', 'ocean-ave', '--role', 'system')
        d.fails(t, 1, *add, '--location', 'ocean-ave', '--role', 'staff', '--expires', 'tomorrow', word='tomorrow')
        d.fails(t, 1, *add, '--location', 'ocean-ave', '--role', 'staff', '--expires', '2001-01-01T00:00:00Z')
        d.fails(t, 1, 'token', 'add', '--location', 'ocean-ave', '--role', 'staff', '--name', 'a\nb')
        secret = token.strip().split('_', 2)[2].encode()
        for name in os.listdir(d.data):
            with open(os.path.join(d.data, name), 'rb') as file:
                t.check(secret not in file.read(), f'the secret is not in {name}')


def parse_link(t, link):
    url = urllib.parse.urlsplit(link)
    t.equal((url.scheme, url.netloc), ('hostline', 'pair'), 'the link is hostline://pair')
    return urllib.parse.parse_qs(url.query, strict_parsing=True)


def test_pair(t):
    with desk() as d:
        d.add_location()
        lines = d.out('pair', '--location', 'ocean-ave').splitlines()
        t.equal(len(lines), 2, 'pair prints the link, then the code')
        t.check(re.fullmatch(r'[0-9A-HJKMNP-TV-Z]{8}', lines[1]) is not None, 'the code has 8 characters')
        query = parse_link(t, lines[0])
        t.equal(query, {'v': ['1'], 'url': ['http://127.0.0.1:8480'], 'location': ['ocean-ave'], 'code': [lines[1]]},
                'the link has all that the app needs')
        d.fails(t, 1, 'pair', '--location', 'nowhere', word='nowhere')
        d.fails(t, 1, 'pair', '--location', 'ocean-ave', '--role', 'publisher')
        d.fails(t, 2, 'pair')
        made = d.json('pair', '--location', 'ocean-ave', '--role', 'manager', '--name', 'Office')
        t.check(made['code'] in made['link'] and made['pin'] is None and made['expires'].endswith('Z'), 'pair --json')
        t.equal(d.json('device', 'list', 'ocean-ave'), {'devices': []}, 'no device before somebody pairs')
    with desk('[server]\npublic-urls=https://192.168.1.10:8443;https://h.example.org#pki\n') as d:
        d.add_location()
        query = parse_link(t, d.out('pair', '--location', 'ocean-ave').splitlines()[0])
        t.equal(query['url'], ['https://192.168.1.10:8443', 'https://h.example.org#pki'], 'public-urls, in their order')
    if shutil.which('openssl') is None:
        t.skip_subtest('the pin of a certificate', 'openssl is not installed')
        return
    with desk() as d:
        key, certificate = os.path.join(d.root, 'k.pem'), os.path.join(d.root, 'c.pem')
        subprocess.run(['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes',
                        '-keyout', key, '-out', certificate, '-days', '2', '-subj', '/CN=x'], check=True,
                       capture_output=True)
        spki = subprocess.run(f'openssl x509 -in {certificate} -pubkey -noout | openssl pkey -pubin -outform der | '
                              'openssl dgst -sha256 -r', shell=True, check=True, capture_output=True, text=True).stdout
        d.config = d.write('tls.conf', f'[tls]\ncertificate={certificate}\nkey={key}\n')
        d.add_location()
        done = d.run('pair', '--location', 'ocean-ave')
        query = parse_link(t, done.stdout.splitlines()[0])
        t.equal(query['pin'], ['sha256:' + spki.split()[0]], 'the link carries the pin of the key')
        t.equal(query['url'], ['https://127.0.0.1:8480'], 'over TLS')
        t.check(spki[:8] in done.stderr, 'its first characters are said for comparison')


def test_hooks(t):
    with desk() as d:
        d.add_location()
        path = d.out('hook', 'add', '--location', 'ocean-ave', '--provider', 'retell', '--secret', 's3cret').strip()
        t.check(re.fullmatch(r'/v1/hooks/retell/ocean-ave/[0-9a-z]{32}', path) is not None,
                'hook add prints the URL path')
        other = d.json('hook', 'add', '--location', 'ocean-ave', '--provider', 'vapi', '--secret-file', '-',
                       stdin='from-stdin\n')
        secret_file = d.write('secret', 'from-file\n')
        d.out('hook', 'add', '--location', 'ocean-ave', '--provider', 'vapi', '--secret-file', secret_file)
        rows = d.json('hook', 'list')['hooks']
        t.equal([(r['provider'], r['location'], r['last_event'], r['last_refusal'], r['unreadable']) for r in rows],
                [(p, 'ocean-ave', None, None, 0) for p in ('retell', 'vapi', 'vapi')], 'hook list')
        t.check('retell' in d.out('hook', 'list', '--location', 'ocean-ave'), 'hook list for people')
        db = sqlite3.connect(os.path.join(d.data, 'hostline.db'))
        t.equal(sorted(r[0] for r in db.execute('SELECT secret FROM hook_secret')), ['from-file', 'from-stdin', 's3cret'],
                'secrets come without their line end')
        db.close()
        new = d.out('hook', 'rotate', rows[0]['id']).strip()
        t.check(new.startswith('/v1/hooks/retell/ocean-ave/') and new != path, 'hook rotate prints a new path')
        t.equal(d.json('hook', 'list')['hooks'][0]['paths'], 2, 'the old one is still good')
        t.equal(d.out('hook', 'rotate', rows[0]['id'], '--secret', 'next'), '', 'a new signing secret changes no path')
        t.equal(d.json('hook', 'list')['hooks'][0]['secrets'], 2, 'both secrets are good')
        t.equal(d.out('hook', 'remove', other['id']), '', 'hook remove is silent')
        t.equal(len(d.json('hook', 'list')['hooks']), 2, 'it is gone')
        d.fails(t, 1, 'hook', 'remove', other['id'], word=other['id'])
        d.fails(t, 1, 'hook', 'rotate', 'hook-ghost', word='hook-ghost')
        add = ('hook', 'add', '--location', 'ocean-ave')
        d.fails(t, 1, *add, '--provider', 'acme', '--secret', 'x', word='retell')
        d.fails(t, 1, *add, '--provider', 'retell', word='secret')
        d.fails(t, 1, *add, '--provider', 'retell', '--secret-file', '-', stdin='\n')
        d.fails(t, 1, *add, '--provider', 'retell', '--secret-file', os.path.join(d.root, 'missing'))
        d.fails(t, 2, *add, '--provider', 'retell', '--secret', 'x', '--secret-file', '-', stdin='y')
        d.fails(t, 1, 'hook', 'add', '--location', 'nowhere', '--provider', 'retell', '--secret', 'x', word='nowhere')


def test_devices(t):
    with desk() as d:
        d.add_location()
        t.check('ID' in d.out('device', 'list', 'ocean-ave'), 'device list prints its heads')
        d.fails(t, 1, 'device', 'list', 'nowhere', word='nowhere')
        d.fails(t, 1, 'device', 'remove', 'ghost', word='ghost')
        d.fails(t, 1, 'device', 'status', 'ocean-ave', word='No server')
        d.fails(t, 1, 'reload', word='No server')
        d.fails(t, 2, 'device', 'list')


def test_events(t):
    with desk() as d:
        d.add_location()
        t.equal(d.out('events', 'ocean-ave'), '', 'an empty log has no lines')
        for pace in range(1, 8):
            d.out('location', 'set', 'ocean-ave', '-', stdin=json.dumps({'pace': pace}))
        lines = d.out('events', 'ocean-ave').splitlines()
        t.equal([json.loads(line)['seq'] for line in lines], list(range(1, 8)), 'one JSON object a line')
        t.equal(lines, d.out('--json', 'events', 'ocean-ave').splitlines(), 'the same with --json')
        t.equal([json.loads(line)['seq'] for line in d.out('events', 'ocean-ave', '--after', '5').splitlines()], [6, 7],
                '--after')
        t.equal(d.out('events', 'ocean-ave', '--after', '99'), '', 'after the end there is nothing')
        t.equal(json.loads(lines[-1])['data'], {'pace': 7, 'id': 'ocean-ave'}, 'the data is there')
        d.fails(t, 1, 'events', 'nowhere', word='nowhere')
        d.fails(t, 1, 'state', 'nowhere', word='nowhere')


def test_check_of_nothing(t):
    with desk() as d:
        d.fails(t, 75, 'check', word='“location add”')
        t.check('repair' not in d.run('check').stderr, 'nothing is there to be repaired')


def test_check(t):
    with desk() as d:
        d.add_location()
        for pace in range(1, 8):
            d.out('location', 'set', 'ocean-ave', '-', stdin=json.dumps({'pace': pace}))
        t.equal(d.json('check'), {'ok': True, 'locations': 1, 'events': 7, 'findings': [], 'reports': []}, 'a good store')
        t.check('all in order' in d.out('check'), 'and for people')
        db = sqlite3.connect(os.path.join(d.data, 'hostline.db'))
        db.execute("UPDATE event SET body = replace (body, '4', '5') WHERE seq = 4")
        db.commit()
        db.close()
        done = d.run('check')
        t.equal(done.returncode, 1, 'a damaged row is exit 1')
        t.check('“ocean-ave”, seq 4' in done.stdout and done.stderr.count('\n') == 1, 'with its place')
        done = d.run('--json', 'check')
        t.equal(done.returncode, 1, 'also with --json')
        t.equal(json.loads(done.stdout)['ok'], False, 'which prints what was found')
        d.fails(t, 1, 'state', 'ocean-ave', word='seq 4')


def test_repair(t):
    with desk() as d:
        d.fails(t, 75, 'repair', word='no Hostline data')
        d.add_location()
        t.equal(d.out('repair'), 'Nothing is damaged.\n', 'a good store')
        for pace in range(1, 8):
            d.out('location', 'set', 'ocean-ave', '-', stdin=json.dumps({'pace': pace}))
        db = sqlite3.connect(os.path.join(d.data, 'hostline.db'))
        db.execute("UPDATE event SET body = replace (body, '4', '5') WHERE seq = 4")
        db.commit()
        db.close()
        t.equal(d.run('check').returncode, 1, 'check finds it')
        out = d.out('repair')
        t.check('Missing: seq 4, received between' in out and '6 events were kept, 1 are missing' in out, 'what is missing')
        checked = d.json('check')
        t.equal((checked['ok'], checked['events'], len(checked['reports'])), (True, 7, 1), 'sound again, with a report beside it')
        with open(checked['reports'][0]) as file:
            t.equal(file.read(), out, 'which says the same')
        t.check('Earlier damage is reported in' in d.out('check'), 'also for people')
        t.equal(d.json('repair')['repaired'], False, 'there is nothing more to do')
        with hostline.Server(data_dir=d.data):
            d.fails(t, 1, 'repair', word='Stop the server first')


def test_backup(t):
    with desk() as d:
        d.add_location()
        d.out('location', 'set', 'ocean-ave', '-', stdin='{"pace": 3}')
        target = os.path.join(d.root, 'copy', 'hostline.db')
        os.mkdir(os.path.dirname(target))
        t.equal(d.out('backup', target), '', 'backup is silent')
        t.equal(d.out('--data-dir', os.path.dirname(target), 'events', 'ocean-ave', options=['--config', d.config]),
                d.out('events', 'ocean-ave'), 'the copy has the same log')
        t.equal(oct(os.stat(target).st_mode & 0o777), '0o600', 'the copy is private')
        d.fails(t, 1, 'backup', target, word='exists')
        done = d.run('backup', os.path.join(d.root, 'no', 'such', 'folder'))
        t.check(done.returncode in (1, 75) and done.stderr, 'a folder that is not there')


def test_restore(t):
    with desk() as d:
        d.add_location()
        d.out('location', 'set', 'ocean-ave', '-', stdin='{"pace": 3}')
        token = d.json('token', 'add', '--location', 'ocean-ave', '--role', 'staff', '--name', 'Stand')
        copy = os.path.join(d.root, 'copy.db')
        d.out('backup', copy)
        d.out('location', 'set', 'ocean-ave', '-', stdin='{"pace": 4}')
        before = d.json('location', 'list')['locations'][0]['pos']
        t.equal(d.out('restore', copy), '', 'restore is silent')
        after = d.json('location', 'list')['locations'][0]['pos']
        t.equal((before['seq'], after['seq']), (2, 1), 'the log is that of the backup')
        t.check(before['epoch'] != after['epoch'], 'under a new epoch')
        t.equal(d.json('state', 'ocean-ave')['entities']['location']['pace'], 3, 'so is the state')
        t.equal([r['id'] for r in d.json('token', 'list')['tokens']], [token['id']], 'tokens came along')
        t.check(d.json('check')['ok'], 'the store is in order')
        kept = [name for name in os.listdir(d.data) if 'before-restore' in name]
        t.equal(len(kept), 1, 'the former store is kept')
        names = sorted(os.listdir(d.data))
        d.fails(t, 1, 'restore', os.path.join(d.root, 'missing'))
        d.fails(t, 1, 'restore', d.write('junk', 'x' * 5000))
        foreign = os.path.join(d.root, 'foreign.db')
        db = sqlite3.connect(foreign)
        db.execute('CREATE TABLE x (y)')
        db.commit()
        db.close()
        d.fails(t, 1, 'restore', foreign, word='no store of Hostline')
        t.equal(sorted(os.listdir(d.data)), names, 'a refused file leaves nothing behind')
        t.equal(d.json('location', 'list')['locations'][0]['pos'], after, 'and changes nothing')
        new = dict(os.environ, HOSTLINE_DATA_DIR='')
        other = os.path.join(d.root, 'other')
        done = subprocess.run([hostline.program('hostlinectl'), '--data-dir', other, '--config', d.config, 'restore', copy],
                              capture_output=True, text=True, env=new)
        t.equal(done.returncode, 0, 'into an empty folder')
        d.data = other
        t.equal(d.json('location', 'list')['locations'][0]['pos']['seq'], 1, 'it is there')


def test_restore_revoked(t):
    """what was revoked since the backup stays revoked, also where the server was killed; what cannot be known is said"""
    with hostline.Server() as server:
        server.add_location()
        gone, stays = server.add_token(name='gone'), server.add_token(name='stays')
        copy = os.path.join(server.root, 'copy.db')
        server.ctl('backup', copy)
        server.ctl('token', 'revoke', gone.split('_')[1])
        server.kill()
        out = server.ctl('restore', copy).stderr
        t.check('revoked again: 1.' in out and 'cannot be read' not in out, out)
        server.start()
        t.equal([server.get('/v1/locations/ocean-ave/state', token).status for token in (gone, stays)], [401, 200], 'only that one')
        server.stop()
        out = server.ctl('restore', copy).stderr
        t.check('revoked again: 1.' in out, 'once more')
        with open(os.path.join(server.data_dir, 'hostline.db'), 'r+b') as file:
            file.write(b'x' * 8192)
        out = server.ctl('restore', copy).stderr
        t.check('revoked again' not in out and 'former store cannot be read: tokens and devices that were revoked' in out, out)
        server.start()
        t.equal(server.get('/v1/locations/ocean-ave/state', stays).status, 200, 'restored in the place of a damaged one')


def test_restore_cut_short(t):
    """the former store was moved away, and the restored one lies where it was made: the next restore does not throw it away"""
    with desk() as d:
        d.add_location()
        d.out('location', 'set', 'ocean-ave', '-', stdin='{"pace": 3}')
        folder = os.path.join(d.data, 'restoring')
        os.mkdir(folder)
        os.rename(os.path.join(d.data, 'hostline.db'), os.path.join(folder, 'hostline.db'))
        for name in ('hostline.db-wal', 'hostline.db-shm'):
            if os.path.exists(os.path.join(d.data, name)):
                os.unlink(os.path.join(d.data, name))
        with open(os.path.join(d.data, 'hostline.db.swap'), 'w') as file:
            file.write('restoring/hostline.db\nhostline.db.before-restore-1\n')
        d.fails(t, 1, 'restore', d.write('junk', 'x' * 5000))
        t.equal(d.json('location', 'list')['locations'][0]['pos']['seq'], 1, 'the one that was restored before is there')
        t.check(not os.path.exists(folder) and not os.path.exists(os.path.join(d.data, 'hostline.db.swap')), 'in its place')


def test_store_errors(t):
    with desk() as d:
        d.fails(t, 75, 'location', 'list', word=d.data)
        d.fails(t, 75, 'token', 'add', '--location', 'x', '--role', 'staff', '--name', 'x')
        t.check(not os.path.exists(d.data), 'looking makes no folder')
        d.add_location()
        path = os.path.join(d.data, 'hostline.db')
        db = sqlite3.connect(path)
        db.execute('CREATE TABLE later (one INTEGER)')
        db.execute('PRAGMA user_version = 99')
        db.close()
        d.fails(t, 75, 'location', 'list', word='newer')
        d.fails(t, 75, 'location', 'add', 'x', '--name', 'X', '--timezone', 'UTC', word='newer')
        with open(path, 'wb') as file:
            file.write(b'x' * 8192)
        d.fails(t, 75, 'location', 'list')
        d.fails(t, 75, 'location', 'add', 'x', '--name', 'X', '--timezone', 'UTC')
    with desk() as d:
        with open(d.data, 'w'):
            pass
        d.fails(t, 75, 'location', 'add', 'x', '--name', 'X', '--timezone', 'UTC')


def test_check_config_knows_what_cannot_be_used(t):
    """What the server would refuse at its start is refused here too."""
    with desk() as d:
        for what, text, code in (('a store of another build', '[server]\nstore=redis://x:1/0\n', 1),
                                 ('a network without TLS', '[server]\nlisten=0.0.0.0:8480\n', 1),
                                 ('files that are not there', '[tls]\ncertificate=/nowhere/c.pem\nkey=/nowhere/k.pem\n', 1),
                                 ('a key without its certificate', '[tls]\nkey=/nowhere/k.pem\n', 1),
                                 ('a trusted network', '[server]\nlisten=0.0.0.0:8480\ninsecure-lan=true\n', 0),
                                 ('loopback', '[server]\nlisten=127.0.0.1:0;[::1]:0\n', 0)):
            t.equal(d.run('check-config', d.write('some.conf', text)).returncode, code, what)


def test_owner(t):
    """Run as root on somebody else's folder, it leaves files that its owner can use."""
    if os.geteuid() != 0:
        t.skip('only root can give files away')
    with desk() as d:
        os.chmod(d.root, 0o755)
        os.mkdir(d.data, 0o700)
        os.chown(d.data, 65534, 65534)
        secret = d.write('secret', 'only root reads this\n')
        os.chmod(secret, 0o600)
        # a process that changed its user may not be traced, which is how the leak checker looks at it
        quiet = {'ASAN_OPTIONS': ':'.join(filter(None, (os.environ.get('ASAN_OPTIONS'), 'detect_leaks=0')))}
        d.out('location', 'add', 'ocean-ave', '--name', 'Ocean Ave', '--timezone', 'UTC', env=quiet)
        d.out('hook', 'add', '--location', 'ocean-ave', '--provider', 'retell', '--secret-file', secret, env=quiet)
        names = sorted(os.listdir(d.data))
        t.check('hostline.db' in names and 'lock' in names, 'the files are there')
        for name in names:
            info = os.stat(os.path.join(d.data, name))
            t.equal((info.st_uid, info.st_gid), (65534, 65534), f'{name} belongs to the owner of the folder')


def test_no_answer(t):
    """A server that holds the lock but does not answer is exit 69."""
    with desk() as d:
        d.add_location()
        holder = subprocess.Popen([
            'python3', '-c', 'import fcntl, struct, sys; f = open(sys.argv[1], "r+");'
            'fcntl.fcntl(f, 37, struct.pack("hhqqi4x", fcntl.F_WRLCK, 0, 0, 0, 0)); print("held", flush=True);'
            'sys.stdin.read()', os.path.join(d.data, 'lock')], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        try:
            t.equal(holder.stdout.readline(), 'held\n', 'the lock is held')
            d.fails(t, 69, 'location', 'list', word='a server that is still starting, or another hostlinectl')
            d.fails(t, 1, 'restore', os.path.join(d.data, 'hostline.db'), word='Stop the server')
            # Somebody listens and hangs up at once.
            listener = socket.socket(socket.AF_UNIX)
            listener.bind(os.path.join(d.data, 'control.sock'))
            listener.listen(8)

            def hang_up():
                with contextlib.suppress(OSError):
                    while True:
                        connection, _ = listener.accept()
                        connection.close()

            threading.Thread(target=hang_up, daemon=True).start()
            d.fails(t, 69, 'location', 'list', word='does not answer')
            listener.close()
        finally:
            holder.stdin.close()
            holder.wait()
            holder.stdout.close()
        # The lock is free again: a socket file without a server is no obstacle.
        t.check('ocean-ave' in d.out('location', 'list'), 'offline once more')


def test_lock_is_short(t):
    """Several at once wait for each other."""
    several = 3 if hostline.sanitized() else 8  # all of them have to be through before the last one's patience is over
    with desk() as d:
        d.add_location()
        running = [subprocess.Popen([hostline.program('hostlinectl'), '--data-dir', d.data, '--config', d.config, 'token',
                                     'add', '--location', 'ocean-ave', '--role', 'staff', '--name', f'n{i}'],
                                    stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for i in range(several)]
        results = [process.communicate(timeout=hostline.slow(60)) + (process.returncode,) for process in running]
        t.check(all(code == 0 for _, _, code in results), f'all succeed: {[r for r in results if r[2]]}')
        t.equal(len({out for out, _, _ in results}), several, 'each has a token of its own')
        t.equal(len(d.json('token', 'list')['tokens']), several, 'all are there')


def test_data_dir(t):
    with desk() as d:
        d.add_location()
        list_it = ('location', 'list')
        t.check('ocean-ave' in d.out(*list_it, options=['--config', d.config], env={'HOSTLINE_DATA_DIR': d.data}),
                'HOSTLINE_DATA_DIR')
        conf = d.write('dir.conf', f'[server]\ndata-dir={d.data}\n')
        t.check('ocean-ave' in d.out(*list_it, options=['--config', conf]), 'the configuration')
        t.check('ocean-ave' in d.out(*list_it, options=['--config', d.config], env={'STATE_DIRECTORY': d.data}),
                'STATE_DIRECTORY')
        t.check('ocean-ave' in d.out(*list_it, options=['--config', conf, '--data-dir', d.data],
                                     env={'HOSTLINE_DATA_DIR': '/nowhere'}), 'the option wins')
        done = d.run(*list_it, options=['--config', conf], env={'HOSTLINE_DATA_DIR': '/nowhere/at/all'})
        t.equal(done.returncode, 75, 'the environment wins over the configuration')


def test_check_config(t):
    with desk() as d:
        t.equal(d.out('check-config', d.write('good.conf', '[server]\nlisten=127.0.0.1:0\n')), '', 'a good file')
        t.equal(d.json('check-config', d.config), {'ok': True}, 'with --json')
        bad = d.write('bad.conf', '[server]\n\nlissten=127.0.0.1:0\n')
        d.fails(t, 1, 'check-config', bad, word=f'{bad}:3: ')
        d.fails(t, 1, 'check-config', os.path.join(d.root, 'missing'))
        d.fails(t, 2, 'check-config')
        t.equal(d.run('location', 'list', options=['--config', bad]).returncode, 1, 'a bad file stops other commands too')


def test_schema(t):
    with desk() as d:
        for name, member in ((None, '$defs'), ('json-schema', '$defs'), ('asyncapi', 'asyncapi'), ('openapi', 'openapi')):
            text = d.out('schema', *(['--format', name] if name else []))
            t.check(member in json.loads(text), f'schema {name or "by default"}')
        t.check(not os.path.exists(d.data), 'needs no data folder')


if __name__ == '__main__':
    tap.main()
