#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""hostlinectl while a server runs: the same commands through the control socket, with the same results."""

import json
import os
import re
import socket
import sqlite3
import subprocess
import urllib.parse

import hostline
import tap

FLOOR = os.path.join(hostline.SOURCE, 'data', 'demo', 'floor.json')


def ctl(server, *arguments, **how):
    return server.ctl(*arguments, **how).stdout


def as_json(server, *arguments, **how):
    return json.loads(ctl(server, *arguments, json_output=True, **how))


def test_commands(t):
    with hostline.Server() as server:
        server.add_location()
        t.equal([r['id'] for r in as_json(server, 'location', 'list')['locations']], ['ocean-ave'], 'location list')
        t.check(os.path.exists(os.path.join(server.data_dir, 'control.sock')), 'the socket is there')
        t.equal(oct(os.stat(os.path.join(server.data_dir, 'control.sock')).st_mode & 0o777), '0o600', 'and private')

        publisher = server.add_token(role='publisher')
        answer = server.post('/v1/locations/ocean-ave/events', publisher,
                             {'kind': 'call_started', 'data': {'call_id': 'c1', 'from': '+12025550142'}},
                             headers=[('Idempotency-Key', '"k1"')])
        t.equal(answer.status, 201, 'a token is good at once')
        ctl(server, 'location', 'set', 'ocean-ave', '-', stdin='{"pace": 9, "name": "Ocean Avenue"}')
        t.equal(as_json(server, 'location', 'list')['locations'][0]['name'], 'Ocean Avenue', 'location set')
        events = [json.loads(line) for line in ctl(server, 'events', 'ocean-ave').splitlines()]
        t.equal([(e['seq'], e['kind']) for e in events], [(1, 'call_started'), (2, 'location_updated')],
                'one log for both ways')
        state = as_json(server, 'state', 'ocean-ave')
        t.equal((state['pos']['seq'], state['entities']['location']['pace']), (2, 9), 'state')
        t.check(as_json(server, 'check')['ok'], 'check')

        lines = ctl(server, 'pair', '--location', 'ocean-ave').splitlines()
        query = urllib.parse.parse_qs(urllib.parse.urlsplit(lines[0]).query)
        t.equal(query['url'], [server.urls[0]], 'pair names the listeners of the server that runs')
        path = ctl(server, 'hook', 'add', '--location', 'ocean-ave', '--provider', 'retell', '--secret', 'x').strip()
        t.check(re.fullmatch(r'/v1/hooks/retell/ocean-ave/[0-9a-z]{32}', path) is not None, 'hook add')
        t.equal(as_json(server, 'device', 'status', 'ocean-ave'), {'devices': []}, 'device status')
        t.equal(ctl(server, 'reload'), '', 'reload')

        # Two tokens, one revoked: at once.
        row = [r for r in as_json(server, 'token', 'list')['tokens'] if r['role'] == 'publisher'][0]
        ctl(server, 'token', 'revoke', row['id'])
        answer = server.post('/v1/locations/ocean-ave/events', publisher,
                             {'kind': 'call_updated', 'data': {'call_id': 'c1'}}, headers=[('Idempotency-Key', '"k2"')])
        t.equal(answer.status, 401, 'a revoked token is refused at once')

        copy = os.path.join(server.data_dir, 'copy.db')
        ctl(server, 'backup', copy)
        db = sqlite3.connect(copy)
        t.equal(db.execute('SELECT count(*) FROM event').fetchone()[0], 2, 'backup')
        db.close()
        done = server.ctl('restore', copy, check=False)
        t.equal((done.returncode, done.stdout), (1, ''), 'restore is refused while a server runs')

        for code, arguments in ((1, ('location', 'add', 'ocean-ave', '--name', 'x', '--timezone', 'UTC')),
                                (1, ('events', 'nowhere')), (1, ('device', 'status', 'nowhere')),
                                (1, ('location', 'add', 'y', '--name', 'two\nlines', '--timezone', 'UTC')),
                                (1, ('backup', '/nowhere/copy.db')), (1, ('token', 'revoke', '0000000000')),
                                (2, ('location', 'add', 'x')),
                                (1, ('token', 'add', '--location', 'x', '--role', 'staff', '--name', 'x'))):
            done = server.ctl(*arguments, check=False)
            t.equal((done.returncode, done.stdout), (code, ''), f'exit {code}: {" ".join(arguments)}')
            t.check(done.stderr.startswith('hostlinectl: '), 'with a sentence')

        ctl(server, 'location', 'remove', 'ocean-ave')
        t.equal(as_json(server, 'location', 'list')['locations'], [], 'location remove')
        t.equal(server.stop(), 0, 'the server is well')
        t.check('critical' not in server.log_text().lower() and 'assertion' not in server.log_text(),
                f'nothing went wrong inside: {server.log_text()[-300:]}')
        t.check(not os.path.exists(os.path.join(server.data_dir, 'control.sock')), 'it takes its socket with it')
        t.equal(ctl(server, 'location', 'list').count('\n'), 1, 'offline again')


def test_floor_while_running(t):
    with hostline.Server() as server:
        server.add_location()
        ctl(server, 'floor', 'import', 'ocean-ave', FLOOR)
        with open(FLOOR) as file:
            tables = json.load(file)['tables']
        state = as_json(server, 'state', 'ocean-ave')
        t.equal(len(state['entities']['tables']), len(tables), 'floor import')
        live = server.get('/v1/locations/ocean-ave/state', server.add_token()).json()
        t.equal(live['pos'], state['pos'], 'the server stands where hostlinectl says')
        t.equal(live['entities']['tables'], state['entities']['tables'], 'with the same tables')
        server.kill()
        # Only the log survives a kill; folded offline it is the same.
        t.equal(as_json(server, 'state', 'ocean-ave')['entities'], live['entities'], 'the same after a kill, offline')


def test_hung_server(t):
    with hostline.Server() as server:
        server.add_location()
        server.pause()
        try:
            done = subprocess.run([hostline.program('hostlinectl'), '--data-dir', server.data_dir, 'location', 'list'],
                                  capture_output=True, text=True, timeout=120)
            t.equal((done.returncode, done.stdout), (69, ''), 'a server that hangs is exit 69')
        finally:
            server.resume()
        t.check('ocean-ave' in ctl(server, 'location', 'list'), 'and is asked again later')


def test_raw_socket(t):
    """What is not from hostlinectl is answered too, and harms nobody."""
    with hostline.Server() as server:
        server.add_location()
        path = os.path.join(server.data_dir, 'control.sock')

        def ask(data):
            with socket.socket(socket.AF_UNIX) as sock:
                sock.settimeout(10)
                sock.connect(path)
                sock.sendall(data)
                return sock.recv(65536).split(b'\r\n')[0]

        def post(route, body):
            return ask(b'POST /admin/v1/%s HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%s' % (route, len(body), body))

        t.check(b' 400 ' in post(b'events', b'{"location": 5}'), 'a wrong type')
        t.check(b' 400 ' in post(b'events', b'[' * 1000), 'a deep array')
        t.check(b' 400 ' in post(b'../../x', b'{}'), 'no such command')
        t.check(b' 400 ' in ask(b'GET /v1/locations/ocean-ave/state HTTP/1.1\r\nHost: x\r\n\r\n'), 'no public routes')
        t.check(b' 200 ' in post(b'location/list', b'{}'), 'still there')
        t.equal(server.get('/admin/v1/location/list').status, 404, 'no admin routes in public')
        t.equal(server.post('/admin/v1/location/list', None, {}).status, 404, 'for no method')


if __name__ == '__main__':
    tap.main()
