# SPDX-License-Identifier: GPL-3.0-or-later
"""Providers' webhooks: verified over the raw bytes, translated, appended once, answered exactly 200 {}."""

import hashlib
import hmac
import json
import os
import sqlite3
import threading
import time

import hostline
import tap

LOCATION = 'ocean-ave'
SECRET = 'key_example_0123456789abcdef'


def open_server(**how):
    server = hostline.Server(**how)
    server.add_location(LOCATION)
    path = server.ctl('hook', 'add', '--location', LOCATION, '--provider', 'retell', '--secret', SECRET).stdout.split()[-1]
    return server, server.add_token(LOCATION, 'staff'), path


def sign(body, ms=None, key=SECRET):
    ms = ms or int(time.time() * 1000)
    digest = hmac.new(key.encode(), body + str(ms).encode(), hashlib.sha256).hexdigest()
    return f'v={ms},d={digest}'


def deliver(server, path, body, signature=None, content_type='application/json', **how):
    if not isinstance(body, bytes):
        body = json.dumps(body).encode()
    headers = [('X-Retell-Signature', signature or sign(body)), ('Content-Type', content_type)]
    return server.request('POST', path, body=body, headers=headers, **how)


def started(call='call_1'):
    return {'event': 'call_started', 'call': {'call_id': call, 'call_type': 'phone_call', 'direction': 'inbound',
                                              'from_number': '+12025550142', 'to_number': '+12025550100',
                                              'start_timestamp': 1796166131000}}


def test_delivery(t):
    server, staff, path = open_server()
    with server:
        board = server.follow(LOCATION, staff)
        response = deliver(server, path, started())
        t.equal((response.status, response.body, response.header('content-type')), (200, b'{}', 'application/json'), 'exactly 200 {}')
        event = board.read_until(lambda f: f['t'] == 'events')['events'][0]
        t.equal((event['kind'], event['data']['call_id']), ('call_started', 'retell:call_1'), 'the event')
        t.equal((event['by']['role'], event['by']['name']), ('publisher', 'retell'), 'by')
        t.equal(deliver(server, path, started()).status, 200, 'the same again')
        reprinted = json.dumps(started(), indent=1).encode()
        t.equal(deliver(server, path, reprinted).status, 200, 'the same in another print')
        t.equal(server.events(LOCATION, staff)['pos']['seq'], board.pos['seq'], 'once in the log')


def test_refused(t):
    server, staff, path = open_server()
    with server:
        body = json.dumps(started()).encode()
        now = int(time.time() * 1000)
        for what, signature in (('no signature', ' '), ('another key', sign(body, key='other')), ('stale', sign(body, now - 400_000)),
                                ('ahead', sign(body, now + 400_000)), ('another body', sign(body + b' ')),
                                ('half a digest', sign(body)[:40])):
            response = deliver(server, path, body, signature)
            t.equal((response.status, response.json()['type']), (401, 'urn:hostline:problem:unauthorized'), what)
        t.equal(deliver(server, path, body, content_type='text/plain').status, 415, 'content type')
        for wrong in (path[:-1] + ('a' if path[-1] != 'a' else 'b'), path.replace('retell', 'vapi'), path.replace('retell', 'nonsense'),
                      path.replace(LOCATION, 'pier')):
            t.equal(deliver(server, wrong, body).status, 404, f'no such hook {wrong[:24]}')
        t.equal(server.events(LOCATION, staff)['pos']['seq'], 0, 'nothing was appended')
        server.stop()
        t.check(SECRET not in server.log_text() and path.rsplit('/', 1)[1] not in server.log_text(), 'no secret in the log')


def test_unreadable(t):
    """Authentic but senseless: kept, counted, answered 200."""
    server, staff, path = open_server()
    with server:
        monitor = server.add_token(LOCATION, 'monitor')
        for body in (b'{', b'[]', b'{"event":5}', b'[' * 100):
            response = deliver(server, path, body)
            t.equal((response.status, response.body), (200, b'{}'), body[:10].decode())
        counted = [v for k, v in server.metrics(monitor).items() if k.startswith('hostline_hooks_total') and 'unreadable' in k]
        t.check(counted and counted[0] >= 2, f'counted {counted}')
        t.equal(deliver(server, path, {'event': 'something_new', 'call': {'call_id': 'x'}}).status, 200, 'an unknown kind')
        t.equal(server.events(LOCATION, staff)['pos']['seq'], 0, 'nothing was appended')
        t.equal(deliver(server, path, started()).status, 200, 'and the next one is read')
        t.check(server.events(LOCATION, staff)['pos']['seq'] >= 1, 'appended')


def listed(server):
    return server.ctl('hook', 'list', json_output=True).stdout


def hook_when(server, condition):
    """The only hook, once `condition` holds of it: notes go to the registry once a second."""
    def look():
        hook = json.loads(listed(server))['hooks'][0]
        return hook if condition(hook) else None
    return hostline.wait_for(look, hostline.slow(10), 'the note of a hook')


def test_notes(t):
    """hook list says when the last event came, what was refused last and why in words."""
    server, staff, path = open_server()
    with server:
        hook = json.loads(listed(server))['hooks'][0]
        t.equal((hook['last_event'], hook['last_refusal'], hook['refusal_cause'], hook['refused'], hook['ignored']),
                (None, None, None, 0, 0), 'nothing happened yet')
        body = json.dumps(started()).encode()
        now = int(time.time() * 1000)
        n = 0
        for reason, word, signature in (('no_header', 'missing', None), ('bad_format', 'malformed', 'v=1'),
                                        ('stale', 'clock', sign(body, now - 400_000)),
                                        ('mismatch', 'another secret', sign(body, key='other'))):
            headers = [('Content-Type', 'application/json')] + ([('X-Retell-Signature', signature)] if signature else [])
            t.equal(server.request('POST', path, body=body, headers=headers).status, 401, reason)
            n += 1
            hook = hook_when(server, lambda h: h['refused'] == n)
            t.equal(hook['refusal_reason'], reason, f'{reason} is the last refusal')
            t.check(word in hook['refusal_cause'], f'in words: {hook["refusal_cause"]}')
        t.equal(deliver(server, path, body, content_type='application/x-www-form-urlencoded').status, 415, 'a form')
        t.equal(hook_when(server, lambda h: h['refused'] == 5)['refusal_reason'], 'content_type', 'content type')
        t.check('content type' in server.ctl('hook', 'list').stdout, 'and for people')
        t.equal(hook['last_event'], None, 'no event so far')
        deliver(server, path, {'event': 'chat_started', 'chat': {}})
        deliver(server, path, {'event': 'something_new'})
        hook = hook_when(server, lambda h: h['ignored'] == 2)
        t.check(hook['last_event'] is not None, 'unknown events are counted, and signs of life')
        deliver(server, path, started())
        deliver(server, path, b'{"event":7,"from":"+1 202 555 0142","auth_token":"s3cret-token"}')
        hook = hook_when(server, lambda h: h['unreadable'] == 1)
        t.equal((hook['ignored'], hook['refused']), (2, 5), 'the other counters stay')
        kept = json.loads(server.ctl('hook', 'unreadable', hook['id'], json_output=True).stdout)['unreadable']
        t.equal((len(kept), kept[0]['content_type']), (1, 'application/json'), 'the body is kept')
        t.check('event' in kept[0]['reason'], kept[0]['reason'])
        t.check(kept[0]['body'].startswith('{"event":7'), kept[0]['body'])
        shown = server.ctl('hook', 'unreadable', hook['id']).stdout
        t.check('0142' in shown and '555' not in shown, 'phone numbers are masked')
        with open(os.path.join(server.data_dir, 'hostline.db'), 'rb') as file:
            stored = file.read()
        for name in ('-wal', '-shm'):
            wal = os.path.join(server.data_dir, 'hostline.db' + name)
            stored += open(wal, 'rb').read() if os.path.exists(wal) else b''
        t.check(b'+1 202 555 0142' in stored and b's3cret-token' not in stored, 'no secret is stored')
        server.stop()
        t.check('555' not in server.log_text(), 'no phone number in the log')
        t.check(json.loads(listed(server))['hooks'][0]['unreadable'] == 1, 'notes outlive the server')


def test_ten_at_once(t):
    """The same request ten times at the same moment: one event, ten 200."""
    server, staff, path = open_server()
    with server:
        body = json.dumps(started()).encode()
        headers = [('X-Retell-Signature', sign(body)), ('Content-Type', 'application/json')]
        connections = [server.connect() for _ in range(10)]
        for connection in connections:
            connection.send_request('POST', path, headers, body)
        answers = [connection.read() for connection in connections]
        t.equal([(a.status, a.body) for a in answers], [(200, b'{}')] * 10, 'ten answers')
        for connection in connections:
            connection.close()
        t.equal(server.events(LOCATION, staff)['pos']['seq'], 1, 'one event')


def test_pace(t):
    """100 deliveries a second, each on a connection of its own as providers do: answered within 300 ms."""
    server, staff, path = open_server()
    with server:
        limit = hostline.moment(0.3)
        took = []
        lock = threading.Lock()

        def one(number):
            body = json.dumps(started(f'call_{number}')).encode()
            begun = time.monotonic()
            status = deliver(server, path, body).status
            with lock:
                took.append((time.monotonic() - begun, status))

        deliver(server, path, started('call_first'))
        threads = []
        begun = time.monotonic()
        for number in range(300):
            pause = begun + number / 100 - time.monotonic()
            if pause > 0:
                time.sleep(pause)  # the pace itself
            threads.append(threading.Thread(target=one, args=(number,)))
            threads[-1].start()
        for thread in threads:
            thread.join()
        t.equal({status for _, status in took}, {200}, 'all are 200')
        times = sorted(seconds for seconds, _ in took)
        t.note(f'median {times[150] * 1000:.1f} ms, 99 % {times[297] * 1000:.1f} ms, slowest {times[-1] * 1000:.1f} ms')
        # the clients share the machine's processors with the server: the bound is for 99 in 100
        t.check(times[297] <= limit, f'99 % within {limit * 1000:.0f} ms')
        t.equal(server.events(LOCATION, staff)['pos']['seq'], 301, 'all are in the log')


def test_store_away(t):
    """Only a store that cannot be written is a reason to refuse what is authentic: 503 with Retry-After."""
    server, staff, path = open_server()
    with server:
        deliver(server, path, started('call_before'))
        other = sqlite3.connect(os.path.join(server.data_dir, 'hostline.db'), isolation_level=None)
        other.execute('BEGIN IMMEDIATE')
        response = deliver(server, path, started(), timeout=60)  # SQLite waits for the other one first
        t.equal((response.status, response.json()['type']), (503, 'urn:hostline:problem:store_unavailable'), '503')
        t.check(int(response.header('retry-after')) > 0, 'Retry-After')
        other.execute('ROLLBACK')
        other.close()
        hostline.wait_for(lambda: server.get('/readyz').status == 200, hostline.slow(20), 'ready again')
        t.equal(deliver(server, path, started()).status, 200, 'and when it comes again it is taken')
        t.equal(server.events(LOCATION, staff)['pos']['seq'], 2, 'once')


def test_store_busy(t):
    """Another program that writes to the store for a moment is waited for."""
    server, staff, path = open_server()
    with server:
        deliver(server, path, started('call_before'))
        other = sqlite3.connect(os.path.join(server.data_dir, 'hostline.db'), isolation_level=None, check_same_thread=False)
        other.execute('BEGIN IMMEDIATE')
        release = threading.Timer(1, lambda: other.execute('ROLLBACK'))
        release.start()
        t.equal(deliver(server, path, started(), timeout=60).status, 200, 'no failing store')
        release.join()
        other.close()
        t.equal(server.events(LOCATION, staff)['pos']['seq'], 2, 'stored')


def check_unset(t, server):
    """What was set can be taken back, and is then as if it had never been set."""
    def ctl(*words):
        return server.ctl('hook', 'set', hook, *words, check=False)

    def settings():
        return [h['settings'] for h in json.loads(listed(server))['hooks'] if h['id'] == hook][0]

    server.ctl('hook', 'add', '--location', LOCATION, '--provider', 'tastyigniter', '--secret', 'x', '--set', 'location-id=7')
    hook = [h['id'] for h in json.loads(listed(server))['hooks'] if h['provider'] == 'tastyigniter'][0]
    t.equal(settings(), {'location-id': '7'}, 'set')
    t.equal(ctl('--unset', 'nonsense').returncode, 1, 'what is no setting cannot be unset')
    t.equal(ctl('--unset', 'location-id', '--set', 'location-id=8').returncode, 2, 'not both')
    t.equal(ctl().returncode, 2, 'nothing to do')
    t.equal(settings(), {'location-id': '7'}, 'nothing was changed by that')
    t.equal(ctl('--unset', 'location-id').returncode, 0, 'unset')
    t.equal(settings(), {}, 'gone')
    t.equal(ctl('--unset', 'location-id').returncode, 0, 'again')


def test_settings(t):
    server, staff, path = open_server()
    with server:
        add = ('hook', 'add', '--location', LOCATION, '--provider', 'retell', '--secret', 'x')
        for wrong, code in (('nonsense', 2), ('=x', 2), ('nonsense=1', 1)):
            done = server.ctl(*add, '--set', wrong, check=False)
            t.equal(done.returncode, code, f'--set {wrong}: {done.stderr.strip()}')
        done = server.ctl(*add, '--set', 'a=1', '--set', 'a=2', check=False)
        t.equal(done.returncode, 2, 'set twice')
        hook = json.loads(listed(server))['hooks'][0]
        t.equal(server.ctl('hook', 'set', hook['id'], '--set', 'nonsense=1', check=False).returncode, 1, 'hook set, too')
        t.equal(server.ctl('hook', 'set', 'hook-ghost', '--set', 'a=1', check=False).returncode, 1, 'no such hook')
        check_unset(t, server)
        names = server.ctl('hook', 'providers').stdout
        t.check('retell' in names and 'vapi' in names, 'hook providers')
        one = json.loads(server.ctl('hook', 'providers', '--provider', 'retell', json_output=True).stdout)['providers']
        t.equal([p['name'] for p in one], ['retell'], 'one of them')
        t.equal(server.ctl('hook', 'providers', '--provider', 'no-such-one', check=False).returncode, 1, 'no such provider')


if __name__ == '__main__':
    tap.main()
