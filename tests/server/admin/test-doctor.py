#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""hostlinectl doctor finds each mistake of an installer, and nothing where there is none; and an emptied database is not begun anew."""

import json
import os
import socket
import subprocess
import threading
import time

import hostline
import store_db
import tap

LOCATION = 'ocean-ave'


def doctor(server, *options):
    """({what: [(state, text)]}, exit code)"""
    done = hostline.run_ctl('--config', os.path.join(server.root, 'doctor.conf'), 'doctor', *options, data_dir=server.data_dir, json_output=True,
                            check=False)
    result = json.loads(done.stdout)
    found = {}
    for check in result['checks']:
        assert (check['todo'] is not None) or check['state'] == 'ok' or check['what'] == 'certificate', check
        found.setdefault(check['what'], []).append((check['state'], check['text']))
    assert result['ok'] == (done.returncode == 0), done
    return found, done.returncode


def states(found, what):
    return [state for state, _ in found.get(what, [])]


def configure(server, text=''):
    with open(os.path.join(server.root, 'doctor.conf'), 'w') as file:
        file.write(text)


def change(server, sql, *values):
    db = store_db.connect(os.path.join(server.data_dir, 'hostline.db'))
    db.execute(sql, values)
    db.commit()
    db.close()


def test_in_order(t):
    """a house that is set up: every line is ok, with the server up and down"""
    with hostline.Server() as server:
        configure(server, f'[server]\nlisten=127.0.0.1:{hostline.free_port()}\n')
        server.add_location(LOCATION)
        found, code = doctor(server)
        t.equal((states(found, 'devices'), states(found, 'backup'), code), (['warn'], ['warn'], 0), 'no dashboard, no backup: a warning each')
        server.add_token(LOCATION, 'staff')
        server.ctl('backup', os.path.join(server.root, 'backup.db'))
        for up in (True, False):
            if not up:
                server.stop()
            found, code = doctor(server)
            bad = {w: c for w, c in found.items() if w not in ('clock', 'space') and any(s != 'ok' for s, _ in c)}
            t.equal((bad, code), ({}, 0), f'nothing to say, {"up" if up else "down"}')
            t.check({'config', 'clock', 'folder', 'owner', 'space', 'schema', 'wal', 'backup', 'timezone', 'devices', 'certificate', 'port'} <= set(found),
                    f'all was looked at, {"up" if up else "down"}: {sorted(found)}')
            t.check(('is served' in found['port'][0][1]) == up and ('is free' in found['port'][0][1]) != up, found['port'][0][1])
        text = hostline.run_ctl('--config', os.path.join(server.root, 'doctor.conf'), 'doctor', data_dir=server.data_dir).stdout
        t.check(all(line[:4].strip() in ('ok', 'warn', 'fail') for line in text.splitlines()), text.splitlines()[0])


def test_mistakes(t):
    """each mistake is found"""
    with hostline.Server() as server:
        server.add_location(LOCATION)
        server.add_token(LOCATION, 'staff')
        server.ctl('hook', 'add', '--location', LOCATION, '--provider', 'retell', '--secret', 'key')
        server.stop()
        listener = socket.create_server(('127.0.0.1', 0))
        configure(server, f'[server]\nlisten=127.0.0.1:{listener.getsockname()[1]}\n')
        found, code = doctor(server)
        t.equal((states(found, 'hook'), states(found, 'port'), code), (['warn'], ['fail'], 1), 'a hook that nobody calls, a port that another has')
        listener.close()
        configure(server, '[server]\nlisten=0.0.0.0:8480\n')
        t.equal(states(doctor(server)[0], 'config'), ['fail'], 'another address than loopback without TLS')
        configure(server, '[server]\nlizten=127.0.0.1:8480\n')
        t.equal(states(doctor(server)[0], 'config'), ['fail'], 'an unknown key')
        configure(server, f'[server]\nlisten=127.0.0.1:{hostline.free_port()}\n')
        for what, sql, values, state in [
                ('timezone', 'UPDATE location SET timezone = ?', ['Mars/Olympus'], 'fail'),
                ('hook', "UPDATE hook SET last_refusal = ?, refusal_reason = 'signature'", [int(time.time() * 1000)], 'fail'),
                ('token', 'UPDATE token SET expires = ?', [int(time.time() * 1000) + 86400000], 'warn'),
                ('devices', 'UPDATE token SET revoked = 1', [], 'warn')]:
            change(server, sql, *values)
            t.equal(states(doctor(server)[0], what), [state], f'{what}: {sql}')
        with open(os.path.join(server.data_dir, 'last-backup'), 'w') as file:
            file.write(hostline.now(-9 * 86400) + '\n')
        os.chmod(os.path.join(server.data_dir, 'last-backup'), 0o600)
        t.check('9 days old' in doctor(server)[0]['backup'][0][1], 'an old backup')
        os.chmod(server.data_dir, 0o755)
        t.equal(states(doctor(server)[0], 'folder'), ['fail'], 'a folder that others may look into')
        os.chmod(server.data_dir, 0o700)
        if os.geteuid() == 0:
            os.chown(os.path.join(server.data_dir, 'hostline.db'), 65534, 65534)
            t.equal(states(doctor(server)[0], 'owner'), ['fail'], 'a file of another user')
            os.chown(os.path.join(server.data_dir, 'hostline.db'), 0, 0)
        change(server, 'PRAGMA user_version = 99')
        t.equal(states(doctor(server)[0], 'store'), ['fail'], 'a database of another version')


def test_certificate(t):
    """expired, for another name, with another key"""
    with hostline.Server(start=False) as server:
        def make(name, days, cn='house.example'):
            done = subprocess.run(['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-subj', f'/CN={cn}',
                                   '-addext', f'subjectAltName=DNS:{cn}', '-days', str(days), '-keyout', os.path.join(server.root, name + '.key'),
                                   '-out', os.path.join(server.root, name + '.pem')], capture_output=True, text=True)
            if done.returncode != 0:
                raise tap.Skip(f'no certificate can be made here: {done.stderr}')

        def look(certificate, key, url='https://house.example#pki'):
            configure(server, f'[server]\npublic-urls={url}\n[tls]\ncertificate={server.root}/{certificate}.pem\nkey={server.root}/{key}.key\n')
            return states(doctor(server)[0], 'certificate')
        make('good', 90)
        make('short', 10)
        make('other', 90)
        t.equal(look('good', 'good'), ['ok', 'ok'], 'a good one')
        t.equal(look('short', 'short'), ['warn', 'ok'], 'ten days')
        t.equal(look('good', 'good', 'https://elsewhere.example#pki'), ['ok', 'fail'], 'another name')
        t.equal(look('good', 'good', 'https://elsewhere.example'), ['ok'], 'with a pin the name does not matter')
        t.equal(look('good', 'other'), ['fail'], 'another key')


def make_certificate(server, name, days=90, cn='house.example'):
    done = subprocess.run(['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-subj', f'/CN={cn}',
                           '-addext', f'subjectAltName=DNS:{cn}', '-days', str(days), '-keyout', os.path.join(server.root, name + '.key'),
                           '-out', os.path.join(server.root, name + '.pem')], capture_output=True, text=True)
    if done.returncode != 0:
        raise tap.Skip(f'no certificate can be made here: {done.stderr}')


def test_served_with_tls(t):
    """the own port is spoken to over TLS: a certificate that was renewed on the disk alone, a port that speaks something else"""
    with hostline.Server(start=False) as server:
        make_certificate(server, 'used')
        make_certificate(server, 'renewed')
        server.arguments = ['--tls-certificate', f'{server.root}/used.pem', '--tls-key', f'{server.root}/used.key']
        server.start()

        def look(certificate, urls=''):
            configure(server, f'[server]\n{urls}\n[tls]\ncertificate={server.root}/{certificate}.pem\nkey={server.root}/{certificate}.key\n')
            found = doctor(server)[0]
            return states(found, 'port'), ' '.join(text for _, text in found['port'])

        got, text = look('used')
        t.equal(got, ['ok'], text)
        t.check('with TLS' in text, text)
        got, text = look('renewed')
        t.equal(got, ['warn'], 'another one is configured')
        t.check('another certificate' in text, text)
        own = f'https://127.0.0.1:{server.port}'
        t.equal(look('used', f'public-urls={own}')[0], ['ok', 'ok'], 'dashboards have its pin')
        got, text = look('used', f'public-urls={own}#pki')
        t.equal(got, ['ok', 'warn'], 'where a public certificate is expected, one of our own making is none')
        plain = socket.create_server(('127.0.0.1', 0))
        threading.Thread(target=speak_nonsense, args=(plain,), daemon=True).start()
        got, text = look('used', f'public-urls=https://127.0.0.1:{plain.getsockname()[1]}')
        t.equal(got, ['ok', 'warn'], f'a port that takes connections and speaks no TLS: {text}')
        plain.close()


def speak_nonsense(listener):
    try:
        while True:
            connection, _ = listener.accept()
            connection.sendall(b'220 house.example ESMTP\r\n')
            connection.close()
    except OSError:
        pass


def test_emptied(t):
    """an empty database beside what a store in use leaves is not begun anew"""
    with hostline.Server() as server:
        server.add_location(LOCATION)
        server.ctl('backup', os.path.join(server.root, 'backup.db'))
        server.stop()
        path = os.path.join(server.data_dir, 'hostline.db')
        open(path, 'w').close()
        try:
            server.start()
            t.check(False, 'it is not begun anew')
        except AssertionError as error:
            t.check('ended with 75' in str(error) and 'is empty' in str(error) and 'last-backup' in str(error), 'the server says what it found, and ends')
        t.equal(os.stat(path).st_size, 0, 'nothing was written')
        out = server.ctl('location', 'add', 'pier-9', '--name', 'Pier', '--timezone', 'UTC', check=False)
        t.equal(out.returncode, 75, 'nor by hostlinectl')
        server.ctl('restore', os.path.join(server.root, 'backup.db'))
        server.start()
        t.check(LOCATION in server.ctl('location', 'list').stdout, 'a backup brings it back')
        server.stop()
    with hostline.Server(start=False) as server:
        open(os.path.join(server.data_dir, 'hostline.db'), 'w').close()
        open(os.path.join(server.data_dir, 'lock'), 'w').close()
        server.start()
        t.check(True, 'what a first start leaves that was killed at once is no store')


if __name__ == '__main__':
    tap.main()
