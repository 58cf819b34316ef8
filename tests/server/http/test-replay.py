# SPDX-License-Identifier: GPL-3.0-or-later
"""hostlinectl replay: every provider's recorded webhooks, validly signed, over a real socket; and each of them ten times at
the same moment makes its events once."""

import json
import os
import subprocess

import hostline
import tap

LOCATION = 'osteria-lume'
PAYLOADS = os.path.join(hostline.SOURCE, 'tests', 'data', 'payloads')
SECRETS = {'openai': 'whsec_bHVtZS1vcGVuYWktZXhhbXBsZS1zZWNyZXQtMDAwMDAx',
           'standard-webhooks': 'whsec_bHVtZS1vcGVuYWktZXhhbXBsZS1zZWNyZXQtMDAwMDAx'}


class House:
    """A server with a hook of every provider."""

    def __init__(self):
        self.port = hostline.free_port()
        self.url = f'http://127.0.0.1:{self.port}'
        self.server = hostline.Server(listen=f'127.0.0.1:{self.port}', config=f'[server]\npublic-urls={self.url}\n')
        self.server.add_location(LOCATION, 'Osteria Lume', 'America/Chicago')
        self.staff = self.server.add_token(LOCATION, 'staff')
        self.folder = self.server.root
        self.hooks, self.signed, self.unsigned = {}, [], []
        for provider in json.loads(self.server.ctl('hook', 'providers', json_output=True).stdout)['providers']:
            name = provider['name']
            add = ['hook', 'add', '--location', LOCATION, '--provider', name]
            secret = SECRETS.get(name, 'lume-example-secret:APILume' if name == 'livekit' else 'lume-example-secret')
            if provider['signs'] != 'nothing':
                add += ['--secret', secret]
            path = self.server.ctl(*add).stdout.split()[-1]
            self.hooks[name] = path
            if provider['signs'] == 'nothing':
                self.unsigned += ['--hook', path]
            else:
                self.signed += ['--hook', path, '--secret-file', self.write(f'secret-{name}', secret + '\n')]

    def write(self, name, text):
        path = os.path.join(self.folder, name)
        with open(path, 'w') as file:
            file.write(text)
        return path

    def replay(self, *arguments, **how):
        how.setdefault('check', False)
        how.setdefault('json_output', True)
        how.setdefault('timeout', 180)  # the machine may have other things to do
        done = self.server.ctl('--config', os.path.join(self.folder, 'hostlined.conf'), 'replay', *arguments, '--url', self.url,
                               *self.signed, *self.unsigned, **how)
        lines = [json.loads(line) for line in done.stdout.splitlines()] if how['json_output'] else done.stdout
        return done, lines

    def head(self):
        return self.server.events(LOCATION, self.staff)['pos']['seq']

    def __enter__(self):
        self.server.__enter__()
        return self

    def __exit__(self, *how):
        self.server.__exit__(*how)


def samples():
    """A line for each sample of a provider that is known, in order of the manifest."""
    with open(os.path.join(PAYLOADS, 'manifest.json')) as file:
        manifest = json.load(file)
    return [{'provider': s['provider'], 'body_file': os.path.join(PAYLOADS, s['file']), 'content_type': s['content_type'],
             'id': f'msg_{n}', 'at_ms': n * 40, 'headers': {'User-Agent': 'sample/1'}}
            for n, s in enumerate(manifest['samples'])]


def test_every_provider(t):
    with House() as house:
        lines = [line for line in samples() if line['provider'] in house.hooks]
        t.equal({line['provider'] for line in lines}, set(house.hooks), 'there is a sample of each provider')
        file = house.write('evening.jsonl', '# the evening\n\n' + ''.join(json.dumps(line) + '\n' for line in lines))
        done, answers = house.replay(file, '--speed', '0')
        refused = [a for a in answers[:-1] if a['status'] != 200]
        t.equal(refused, [], f'every one is answered 200 {done.stderr}')
        t.equal((done.returncode, answers[-1]['sent'], answers[-1]['answered']), (0, len(lines), len(lines)), 'counted')
        t.check(answers[-1]['slowest_ms'] >= answers[-1]['median_ms'] > 0, 'measured')
        head = house.head()
        t.check(head > len(house.hooks), f'{head} events')
        hooks = json.loads(house.server.ctl('hook', 'list', json_output=True).stdout)['hooks']
        t.equal({h['provider']: h['refused'] + h['unreadable'] for h in hooks}, dict.fromkeys(house.hooks, 0), 'none refused or unread')
        state = house.server.state(LOCATION, house.staff)['entities']
        ids = {r['reservation_id'] for r in state['reservations']}
        t.check({'square:bkg7lume0example1', 'tastyigniter:65', 'odoo:calendar.event:88', 'res_5521',
                 'eatapp:5c0c0000-0000-4000-8000-000000000041'} <= ids, f'the reservations {ids}')
        times = {r['reservation_id']: r['starts_at'] for r in state['reservations']}
        t.equal({times[i] for i in ids if i.split(':')[0] in ('square', 'tastyigniter', 'odoo', 'eatapp', 'res_5521')},
                {'2026-12-06T01:30:00.000Z'}, 'all are half past seven in Chicago')
        # the same evening again, each ten times at the same moment
        burst = ''.join((json.dumps({**line, 'at_ms': n * 60}) + '\n') * 10 for n, line in enumerate(lines))
        done, answers = house.replay(house.write('burst.jsonl', burst))
        t.equal((done.returncode, answers[-1]['answered']), (0, len(lines) * 10), 'ten times each, all 200')
        t.equal(house.head(), head, 'nothing happens twice')
    with House() as house:
        fresh = house.write('burst.jsonl', burst)
        done, answers = house.replay(fresh)
        t.equal((done.returncode, answers[-1]['answered']), (0, len(lines) * 10), 'and at once from the beginning')
        seen = {}
        for event in house.server.events(LOCATION, house.staff)['events']:
            key = (event['kind'], json.dumps(event['data'], sort_keys=True))
            seen[key] = seen.get(key, 0) + 1
        t.equal([k for k, n in seen.items() if n > 1], [], 'each event once')


def first_samples(house):
    """One sample of each provider."""
    found = {}
    for line in samples():
        if line['provider'] in house.hooks:
            found.setdefault(line['provider'], line)
    return [found[name] for name in sorted(found)]


def hooks_when(house, condition):
    """All hooks by provider, once `condition` holds of each: notes go to the registry once a second."""
    def look():
        hooks = json.loads(house.server.ctl('hook', 'list', json_output=True).stdout)['hooks']
        return {h['provider']: h for h in hooks} if all(condition(h) for h in hooks) else None
    return hostline.wait_for(look, hostline.slow(15), 'notes of every hook')


def test_what_an_operator_sees(t):
    """Of each provider: an authentic body that makes no sense was answered 200, kept, counted and is shown; with another secret it is
    refused, and there stands why that may be, and what URL was taken for the signed one."""
    with House() as house:
        providers = {p['name']: p for p in json.loads(house.server.ctl('hook', 'providers', json_output=True).stdout)['providers']}
        signing = {name for name, provider in providers.items() if provider['signs'] != 'nothing'}
        samples_of = first_samples(house)
        lines = []
        for n, line in enumerate(samples_of):
            body = 'CallSid=&CallStatus=' if 'form' in line['content_type'] else f'{{"nothing": "that {line["provider"]} would say'
            lines.append({**line, 'id': f'odd_{n}', 'body_file': house.write(f'odd-{n}', body)})
        done, answers = house.replay(house.write('odd.jsonl', ''.join(json.dumps(line) + '\n' for line in lines)), '--speed', '0')
        t.equal({answer['provider']: answer['status'] for answer in answers[:-1]}, dict.fromkeys(house.hooks, 200),
                'without sense: every one is answered 200')
        hooks = hooks_when(house, lambda h: h['unreadable'] == 1)
        for line in lines:
            name = line['provider']
            kept = json.loads(house.server.ctl('hook', 'unreadable', hooks[name]['id'], json_output=True).stdout)['unreadable']
            with open(line['body_file']) as file:
                t.equal([row['body'] for row in kept], [file.read()], f'{name}: kept, {kept[0]["reason"] if kept else None}')

        for n, word in enumerate(house.signed):
            if word == '--secret-file':
                name = os.path.basename(house.signed[n + 1])[len('secret-'):]
                wrong = 'whsec_' + 'QUJD' * 8 if name in SECRETS else 'another-secret:APILume' if name == 'livekit' else 'another-secret'
                house.signed[n + 1] = house.write(f'wrong-{name}', wrong + '\n')
        wrong = [line for line in samples_of if line['provider'] in signing]
        done, answers = house.replay(house.write('wrong.jsonl', ''.join(json.dumps(line) + '\n' for line in wrong)), '--speed', '0')
        t.equal({answer['provider']: answer['status'] for answer in answers[:-1]}, dict.fromkeys(signing, 401),
                'with another secret: who signs is refused')
        hooks = hooks_when(house, lambda h: h['refused'] == (h['provider'] in signing))
        people = house.server.ctl('hook', 'list').stdout
        for name in sorted(signing):
            hook = hooks[name]
            t.check(hook['last_refusal'] and hook['refusal_reason'] == 'mismatch', f'{name}: {hook["refusal_reason"]}')
            t.check(hook['refusal_cause'] and hook['refusal_cause'] in people, f'{name}: {hook["refusal_cause"]}')
            if 'url' in providers[name]['signs']:
                t.check(hook['refusal_url'].startswith(house.url) and hook['refusal_url'] in people, f'{name}: {hook["refusal_url"]}')
                t.check(house.hooks[name].rsplit('/', 1)[1] not in people, f'{name}: without its secret')
        t.equal(house.head(), 0, 'nothing was appended')


def test_speed(t):
    """At twice the speed three seconds take one and a half."""
    with House() as house:
        lines = [{'provider': 'square', 'at_ms': n * 1000, 'body': {'type': 'nothing', 'n': n}} for n in range(4)]
        file = house.write('slow.jsonl', ''.join(json.dumps(line) + '\n' for line in lines))
        done, answers = house.replay(file, '--speed', '2')
        t.equal(done.returncode, 0, 'done')
        t.check(1.5 <= answers[-1]['seconds'] < 3, f'{answers[-1]["seconds"]} s')
        done, text = house.replay(file, '--speed', '1000', json_output=False)
        t.check(text.startswith('sent 4, answered 200 4 in '), text)


def test_from_stdin(t):
    """A line, its answer, the next line: for programs that play a scene."""
    with House() as house:
        command = [hostline.program('hostlinectl'), '--data-dir', house.server.data_dir, '--json', '--config',
                   os.path.join(house.folder, 'hostlined.conf'), 'replay', '-', '--url', house.url, *house.signed, *house.unsigned]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for n in range(3):
            line = {'provider': 'standard-webhooks', 'id': f'm{n}',
                    'body': {'type': 'call.started', 'data': {'call_id': f'c{n}'}}}
            process.stdin.write(json.dumps(line) + '\n')
            process.stdin.flush()
            answer = json.loads(process.stdout.readline())
            t.equal((answer['status'], answer['answer']), (200, '{}'), f'line {n}')
            t.equal(house.head(), n + 1, 'and it is there')
        process.stdin.write('nonsense\n')
        process.stdin.flush()
        t.equal(json.loads(process.stdout.readline()), {'status': 0}, 'a line that is none')
        process.stdin.close()
        t.equal(json.loads(process.stdout.readline())['answered'], 3, 'the sum')
        t.equal(process.wait(20), 1, 'one was not answered')
        process.stdout.close()


def test_wrong(t):
    with House() as house:
        good = {'provider': 'square', 'body': {'type': 'x'}}
        file = house.write('one.jsonl', json.dumps(good) + '\n')
        other = house.write('other', 'another-secret\n')
        base = ('replay', file, '--url', house.url)
        cases = [((*base, '--hook', house.hooks['square'], '--secret-file', other), 1, 'answered 401'),
                 ((*base, '--hook', house.hooks['square']), 1, 'secret'),
                 ((*base, '--hook', house.hooks['odoo']), 1, 'no --hook'),
                 ((*base, '--hook', '/v1/nothing'), 1, 'hook add'),
                 (base, 2, '--hook'),
                 (('replay', '--url', house.url, '--hook', house.hooks['odoo']), 2, 'file'),
                 ((*base, '--hook', house.hooks['odoo'], '--speed', 'fast'), 2, '--speed'),
                 ((*base, '--hook', house.hooks['odoo'], '--speed', '-1'), 2, '--speed'),
                 (('replay', file, '--url', 'ftp://x', '--hook', house.hooks['odoo']), 2, '--url'),
                 (('replay', '/nowhere', '--hook', house.hooks['odoo']), 1, 'nowhere'),
                 (('replay', file, '--url', f'http://127.0.0.1:{hostline.free_port()}', '--hook', house.hooks['square'],
                   '--secret-file', other), 1, 'square')]
        for arguments, code, word in cases:
            done = house.server.ctl(*arguments, check=False)
            t.equal(done.returncode, code, f'exit {code}: {word} {done.stderr.strip()[:200]}')
            t.check(word in done.stderr, f'{word!r} in {done.stderr.strip()!r}')
        for line, word in (('[]', 'object'), ('{"provider":"toast","body":{}}', 'hook providers'), ('{"provider":"odoo"}', 'body'),
                           ('{"provider":"odoo","body":{},"at_ms":"1"}', 'at_ms'),
                           ('{"provider":"odoo","body":{},"headers":{"a":1}}', 'headers'),
                           ('{"provider":"odoo","body_file":"nowhere"}', 'nowhere')):
            path = house.write('bad.jsonl', '# a comment\n' + line + '\n')
            done = house.server.ctl('replay', path, '--hook', house.hooks['odoo'], check=False)
            t.equal(done.returncode, 1, line)
            t.check('bad.jsonl:2: ' in done.stderr and word in done.stderr, done.stderr.strip())


if __name__ == '__main__':
    tap.main()
