# SPDX-License-Identifier: GPL-3.0-or-later
"""When the disk is full: publishes get 503, sessions stay, and everything goes on once there is room."""

import contextlib
import os
import sqlite3
import subprocess
import tempfile
import time
import uuid

import hostline
import store_db
import tap

LOCATION = 'ocean-ave'


class SmallDisk:
    """A tmpfs of a few megabytes, where we may mount one."""

    def __init__(self, megabytes):
        self.path = tempfile.mkdtemp(prefix='hl-disk-')
        done = subprocess.run(['mount', '-t', 'tmpfs', '-o', f'size={megabytes}m,mode=0700', 'tmpfs', self.path],
                              capture_output=True, text=True)
        if done.returncode != 0:
            os.rmdir(self.path)
            raise tap.Skip(f'no small file system can be mounted here: {done.stderr.strip()}')

    def fill(self):
        """Leaves no free byte."""
        with open(os.path.join(self.path, 'ballast'), 'wb', buffering=0) as file:
            for size in (65536, 4096, 1):
                try:
                    while True:
                        file.write(b'x' * size)
                except OSError:
                    pass

    def free(self):
        os.unlink(os.path.join(self.path, 'ballast'))

    def close(self):
        subprocess.run(['umount', '-l', self.path])
        os.rmdir(self.path)


def call(n):
    return {'kind': 'call_started', 'at': hostline.now(), 'data': {'call_id': f'c{n}'}}


def post(server, token, body, key):
    return server.post(f'/v1/locations/{LOCATION}/events', token, body, headers=[('Idempotency-Key', f'"{key}"')])


def check_full_disk(t, config):
    disk = SmallDisk(24)
    try:
        server = hostline.Server(config=config, data_dir=os.path.join(disk.path, 'data'))
        with server:
            server.add_location(LOCATION)
            publisher, staff = server.add_token(LOCATION, 'publisher'), server.add_token(LOCATION, 'staff')
            monitor = server.add_token(LOCATION, 'monitor')
            board = server.follow(LOCATION, staff)
            before = server.publish(LOCATION, publisher, [call(i) for i in range(50)])['last']
            board.read_to(before)
            disk.fill()
            refused, accepted, n = None, [], 0
            while refused is None and n < 2000:
                n += 1
                response = post(server, publisher, [call(f'full-{n}-{i}') for i in range(100)], f'full-{n}')
                if response.status == 201:
                    accepted.append(response.json()['last'])
                else:
                    refused = response
            t.equal((refused.status, refused.json()['type']), (503, 'urn:hostline:problem:store_unavailable'), 'a publish')
            t.check(refused.header('retry-after'), 'Retry-After')
            t.equal(post(server, publisher, call('x'), 'again').status, 503, 'still')
            t.equal(server.get('/readyz').status, 503, 'not ready')
            t.equal(server.get('/healthz').status, 200, 'but alive')
            t.equal(board.ping()['t'], 'pong', 'the session stays')
            t.check(server.events(LOCATION, staff)['events'], 'the log can be read')
            t.check(server.state(LOCATION, staff)['pos']['seq'] >= before, 'the state can be read')
            t.check(server.metrics(monitor)['hostline_store_available'] == 0, 'the metric says so')
            t.check(server.metrics(monitor)['hostline_store_errors_total'] > 0, 'errors are counted')
            actor = server.follow(LOCATION, staff, device='actor')
            id = str(uuid.uuid4())
            data = {'party_id': 'p1', 'size': 2, 'name': 'Ng', 'status': 'waiting'}
            actor.act('add_party', data, id=id, n=1, wait=False)
            bye = actor.read_until(lambda f: f['t'] == 'bye')
            t.equal((bye['code'], bye['action']), (4013, 'retry'), 'an action has no answer: the device comes back')
            disk.free()
            hostline.wait_for(lambda: server.get('/readyz').status == 200, hostline.slow(20), 'ready again')
            t.check(True, 'ready again by itself')
            response = post(server, publisher, refused_body(n), f'full-{n}')
            t.equal(response.status, 201, 'the refused request is accepted when it comes again')
            t.equal(response.json()['first'], (accepted[-1] if accepted else before) + 1, 'without a hole')
            actor = server.follow(LOCATION, staff, device='actor')
            t.equal(actor.welcome['decided'], 0, 'nothing was decided')
            t.equal(actor.act('add_party', data, id=id, n=1)['outcome'], 'applied', 'and is decided when it is sent again')
            board.read_to(actor.pos['seq'])
            t.equal([e['seq'] for e in board.events if e['seq'] > before],
                    list(range(before + 1, actor.pos['seq'] + 1)), 'the session got every event once')
            last = server.state(LOCATION, staff)
            server.kill()
            server.start()
            again = server.state(LOCATION, staff)
            t.equal(again, last, 'a restart folds to the same state')
    finally:
        disk.close()


def refused_body(n):
    return [call_at(f'full-{n}-{i}') for i in range(100)]


def call_at(n):
    return {'kind': 'call_started', 'at': hostline.now(), 'data': {'call_id': f'c{n}'}}


def test_full_disk_guarded(t):
    """The guard refuses before the disk is full."""
    check_full_disk(t, '[limits]\nmin-free-mib=2\n')


def test_full_disk(t):
    """Without a guard SQLite itself runs into the end of the disk."""
    check_full_disk(t, '[limits]\nmin-free-mib=0\n')


def processor_time(pid):
    """The seconds of processor that a process has used."""
    with open(f'/proc/{pid}/stat') as file:
        fields = file.read().rpartition(')')[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf('SC_CLK_TCK')


def check_patience(t, server, monitor):
    """While the store fails it is tried again, once a second."""
    def tries():
        return server.metrics(monitor)['hostline_store_retries_total']

    began, spent, before = time.clock_gettime(time.CLOCK_BOOTTIME), processor_time(server.process.pid), tries()
    hostline.wait_for(lambda: tries() >= before + 3, hostline.slow(30), 'tried again by itself', 0.2)
    made = tries() - before
    spent = processor_time(server.process.pid) - spent
    passed = time.clock_gettime(time.CLOCK_BOOTTIME) - began
    t.check(3 <= made <= passed + 1, f'tried once a second at most: {made:.0f} times in {passed:.1f} s')
    # nor does it spin between two tries, which would take all of it: a few hundredths are used
    t.check(spent <= passed / 3, f'and it rests between: {spent:.2f} s of processor')


@contextlib.contextmanager
def failing_disk():
    """A server, and the file that makes its disk fail while it is there (fail-io.c)."""
    preload = os.path.join(hostline.BUILD, 'tests', 'server', 'live', 'libfail-io.so')
    if hostline.sanitized() or not os.path.exists(preload):
        raise tap.Skip('nothing can be preloaded into this build')
    with tempfile.TemporaryDirectory(prefix='hl-io-') as folder:
        switch = os.path.join(folder, 'fail')
        server = hostline.Server(env={'LD_PRELOAD': preload, 'HL_FAIL_IO': switch})
        with server:
            yield server, switch


def check_failing_disk(t, how):
    with failing_disk() as (server, switch):
        server.add_location(LOCATION)
        publisher, staff = server.add_token(LOCATION, 'publisher'), server.add_token(LOCATION, 'staff')
        monitor = server.add_token(LOCATION, 'monitor')
        board = server.follow(LOCATION, staff)
        board.read_until(lambda f: f['t'] == 'snapshot')  # of the empty log: what follows comes as events
        before = server.publish(LOCATION, publisher, [call(i) for i in range(20)])['last']
        board.read_to(before)
        for turn in range(3):
            with open(switch, 'w') as file:
                file.write(how)
            answers = [post(server, publisher, call(f'{turn}-{n}'), f'{turn}-{n}') for n in range(4)]
            t.equal([a.status for a in answers], [503] * 4, f'{turn}: nothing is acknowledged')
            t.check(all(a.header('retry-after') for a in answers), f'{turn}: Retry-After')
            t.equal(answers[0].json()['type'], 'urn:hostline:problem:store_unavailable', f'{turn}: the problem')
            t.equal((server.get('/readyz').status, server.get('/healthz').status), (503, 200), f'{turn}: not ready, but alive')
            t.equal(board.ping(turn + 1)['t'], 'pong', f'{turn}: the session stays')
            t.equal(server.state(LOCATION, staff)['pos']['epoch'], board.pos['epoch'], f'{turn}: the state can be read')
            metrics = server.metrics(monitor)
            t.check(metrics['hostline_store_available'] == 0 and metrics['hostline_store_errors_total'] > 0, f'{turn}: the metrics')
            if turn == 0:
                check_patience(t, server, monitor)
                t.equal(server.get('/readyz').status, 503, 'and is not taken for one that works')
            os.unlink(switch)
            hostline.wait_for(lambda: server.get('/readyz').status == 200, hostline.slow(20), 'opened again by itself')
            again = [post(server, publisher, call(f'{turn}-{n}'), f'{turn}-{n}') for n in range(4)]
            # a COMMIT that failed may have reached the disk all the same: then the key says so
            t.check(all(a.status in (200, 201) for a in again), f'{turn}: taken when they come again')
            t.equal(sorted(a.json()['last'] for a in again), list(range(before + 1, before + 5)), f'{turn}: each once, without a hole')
            before += 4
            board.read_to(before)
        t.equal([e['seq'] for e in board.events], list(range(1, before + 1)), 'the session got every event once')
        t.equal(board.events, server.events(LOCATION, staff, 0, before)['events'], 'as they stand in the log')
        last = server.state(LOCATION, staff)
        server.restart()
        t.equal(server.state(LOCATION, staff), last, 'a restart folds to the same state')
        t.equal(server.ctl('check').returncode, 0, 'the store is in order')


def test_failing_sync(t):
    """fsync fails: what COMMIT did is not known; the store is opened again and the log asked."""
    check_failing_disk(t, 'sync')


def test_failing_writes(t):
    """Every write to the store fails with an I/O error, and then works again."""
    check_failing_disk(t, 'write')


def test_tokens_after_a_failure(t):
    """What a COMMIT that failed did to the tokens is asked once the store works again: who is revoked there is out here as well."""
    with failing_disk() as (server, switch):
        server.add_location(LOCATION)
        publisher, monitor = server.add_token(LOCATION, 'publisher'), server.add_token(LOCATION, 'monitor')
        staff = server.add_token(LOCATION, 'staff', 'stand')
        board = server.follow(LOCATION, staff)
        board.read_until(lambda f: f['t'] == 'snapshot')
        with open(switch, 'w') as file:
            file.write('sync')
        out = server.ctl('token', 'revoke', staff.split('_')[1], check=False)
        t.check(out.returncode != 0, out.stderr.strip())
        t.equal(server.get(f'/v1/locations/{LOCATION}/state', staff).status, 200, 'not known to be revoked')
        t.equal(post(server, publisher, call(1), 'k1').status, 503, 'the disk goes on failing')
        # as if the COMMIT had reached the disk all the same
        with contextlib.closing(store_db.connect(os.path.join(server.data_dir, 'hostline.db'))) as db, db:
            db.execute('UPDATE token SET revoked = 1 WHERE id = ?', (staff.split('_')[1],))
        os.unlink(switch)
        hostline.wait_for(lambda: server.get('/readyz').status == 200, hostline.slow(20), 'opened again by itself')
        hostline.wait_for(lambda: server.get(f'/v1/locations/{LOCATION}/state', staff).status == 401, hostline.slow(20),
                          'the token is refused')
        t.equal(board.read_until(lambda f: f['t'] == 'bye')['code'], 4401, 'and its session is closed')
        t.equal(server.metrics(monitor)['hostline_store_available'], 1, 'the others go on')


def test_one_mishap(t):
    """A write or an fsync that fails once is no failing store: the same is tried again before anybody is told to come back."""
    with failing_disk() as (server, switch):
        server.add_location(LOCATION)
        publisher, staff = server.add_token(LOCATION, 'publisher'), server.add_token(LOCATION, 'staff')
        monitor = server.add_token(LOCATION, 'monitor')
        board = server.follow(LOCATION, staff)
        board.read_until(lambda f: f['t'] == 'snapshot')
        ids = []
        for n, how in enumerate(['write once', 'sync once'] * 3):
            with open(switch, 'w') as file:
                file.write(how)
            answer = post(server, publisher, call(n), f'k{n}')
            # a COMMIT whose fsync failed may be found in the log when it is read again
            t.check(answer.status in (200, 201), f'{how}: {answer.status}')
            t.check(not os.path.exists(switch), f'{how}: it did fail')
            with open(switch, 'w') as file:
                file.write(how)
            ids.append(board.act('add_party', {'party_id': f'p{n}', 'size': 2, 'name': 'Ng', 'status': 'waiting'}, n=n + 1))
            t.check(not os.path.exists(switch), f'{how}: an action failed once')
        t.equal([done['outcome'] for done in ids], ['applied'] * 6, 'actions are decided on the same connection')
        t.equal(server.get('/readyz').status, 200, 'ready all the time')
        t.check(server.metrics(monitor)['hostline_store_errors_total'] >= 6, 'the mishaps are counted')
        board.read_to(12)
        t.equal([e['seq'] for e in board.events], list(range(1, 13)), 'each once, without a hole')
        last = server.state(LOCATION, staff)
        server.restart()
        t.equal(server.state(LOCATION, staff), last, 'a restart folds to the same state')
        t.equal(server.ctl('check').returncode, 0, 'the store is in order')


def test_locks_stay(t):
    """No step of the server lets go of its locks on the database: another program could then take the log away."""
    with hostline.Server() as server:
        server.add_location(LOCATION)
        publisher, staff = server.add_token(LOCATION, 'publisher'), server.add_token(LOCATION, 'staff')
        server.publish(LOCATION, publisher, call(1))
        t.check(is_locked(server), 'at the start')
        # what a redaction took out is looked for in the file itself
        for state, rev, text in (('final', 0, 'my number is four one one one'), ('redacted', 1, '…')):
            server.publish(LOCATION, publisher, {'kind': 'transcript_segment', 'at': hostline.now(), 'data': {
                'call_id': 'c1', 'turn': 0, 'rev': rev, 'speaker': 'caller', 'text': text, 'state': state}})
        path = os.path.join(server.data_dir, 'hostline.db')
        hostline.wait_for(lambda: b'four one one one' not in read(path) + read(path + '-wal'), hostline.slow(20), 'washed')
        t.check(is_locked(server), 'after the files were searched')
        server.ctl('check')
        t.check(is_locked(server), 'after a check')


def read(path):
    with open(path, 'rb') as file:
        return file.read()


def is_locked(server):
    """SQLite's shared lock, as another process sees it."""
    code = ('import fcntl, sys\nfile = open(sys.argv[1], "rb+")\n'
            'try:\n    fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 510, 0x40000002)\nexcept OSError:\n    sys.exit(9)')
    return subprocess.run(['python3', '-c', code, os.path.join(server.data_dir, 'hostline.db')]).returncode == 9


def test_another_log(t):
    """Behind a disk that came back stands a log that is not the one that was told: 4102 to every session, and a snapshot."""
    with failing_disk() as (server, switch):
        server.add_location(LOCATION)
        publisher, staff = server.add_token(LOCATION, 'publisher'), server.add_token(LOCATION, 'staff')
        file = os.path.join(server.data_dir, 'hostline.db')
        server.publish(LOCATION, publisher, [call(1), call(2)])
        older = os.path.join(os.path.dirname(switch), 'older.db')
        with contextlib.closing(sqlite3.connect(file)) as source, contextlib.closing(sqlite3.connect(older)) as copy:
            source.backup(copy)
        last = server.publish(LOCATION, publisher, [call(3), call(4), call(5)])['last']
        boards = [server.follow(LOCATION, staff, device=f'stand-{n}') for n in range(3)]
        for board in boards:
            board.read_to(last)
        os.rename(older, file)
        for rest in ('-wal', '-shm'):
            if os.path.exists(file + rest):
                os.unlink(file + rest)
        with open(switch, 'w') as how:
            how.write('sync')
        t.equal(post(server, publisher, call(6), 'k6').status, 503, 'the disk fails')
        os.unlink(switch)
        hostline.wait_for(lambda: server.get('/readyz').status == 200, hostline.slow(20), 'opened again by itself')
        byes = [board.read_until(lambda f: f['t'] == 'bye') for board in boards]
        t.equal([bye['code'] for bye in byes], [4102] * 3, 'every session is told')
        again = server.follow(LOCATION, staff, pos=boards[0].pos, device='stand-0')
        t.check(again.read_until(lambda f: f['t'] == 'snapshot'), 'who comes back gets a snapshot')
        t.equal(again.pos['seq'], 2, 'of the log that is there')
        server.publish(LOCATION, publisher, call(7))
        again.read_to(3)


def test_day_close(t):
    """At the end of the business day the server appends day_closed, once, whatever restarts between."""
    server = hostline.Server()
    with server:
        server.add_location(LOCATION, timezone=hostline.morning_zone())  # one day ends within 26 hours, not two
        publisher, staff = server.add_token(LOCATION, 'publisher'), server.add_token(LOCATION, 'staff')
        server.publish(LOCATION, publisher, [call(1), {'kind': 'call_completed', 'at': hostline.now(), 'data': {'call_id': 'c1'}}])
        t.equal([e['kind'] for e in server.events(LOCATION, staff)['events']], ['call_started', 'call_completed'],
                'no day is closed that the location has not seen')
        server.stop()
        server.env['HOSTLINE_CLOCK_OFFSET_MS'] = str(26 * 3600 * 1000)
        server.start()

        def closed():
            return [e for e in server.events(LOCATION, staff)['events'] if e['kind'] == 'day_closed']

        hostline.wait_for(closed, hostline.slow(20), 'the day is closed at the start')
        event = closed()[0]
        t.equal(event['by']['role'], 'system', 'by')
        t.equal(sorted(event['data']), ['before', 'business_date'], 'members')
        t.equal(server.state(LOCATION, staff)['entities']['calls'], [], 'ended calls have left the state')
        server.restart()
        server.publish(LOCATION, publisher, call(2))
        time.sleep(0)
        t.equal(len(closed()), 1, 'once')


def test_timers(t):
    """Holds expire, and a handoff that nobody answers goes back to the agent; each once, also over a restart."""
    server = hostline.Server()
    with server:
        server.add_location(LOCATION)
        publisher, staff = server.add_token(LOCATION, 'publisher'), server.add_token(LOCATION, 'staff')
        agent = server.add_token(LOCATION, 'agent')
        held = time.monotonic()
        server.publish(LOCATION, publisher, {'kind': 'reservation_created', 'at': hostline.now(), 'data': {
            'reservation_id': 'r1', 'name': 'Lopez', 'party_size': 2, 'starts_at': hostline.now(7200), 'status': 'held',
            'held_until': hostline.now(5)}})
        server.publish(LOCATION, publisher, {'kind': 'call_started', 'at': hostline.now(), 'data': {
            'call_id': 'c1', 'state': 'agent_active'}})
        board = server.follow(LOCATION, staff)
        began = time.monotonic()
        done = server.post(f'/v1/locations/{LOCATION}/actions', agent, {
            'id': str(uuid.uuid4()), 'kind': 'ask_for_person', 'composed_at': hostline.now(), 'data': {'call_id': 'c1'}}).json()
        t.equal(done['outcome'], 'applied', 'the agent asks for a person')
        expired = board.read_until(lambda f: f['t'] == 'events' and f['events'][0]['by']['role'] == 'system')['events'][0]
        t.equal((expired['kind'], expired['data']['status']), ('reservation_updated', 'expired'), 'the hold expires')
        t.check(4 <= time.monotonic() - held <= hostline.slow(10), f'after {time.monotonic() - held:.1f} s')

        def entity(kind, member, id):
            return [e for e in server.state(LOCATION, staff)['entities'][kind] if e[member] == id][0]

        t.equal(entity('calls', 'call_id', 'c1')['state'], 'handoff_requested', 'the call rings')
        hostline.wait_for(lambda: entity('calls', 'call_id', 'c1')['state'] == 'agent_active', hostline.slow(30))
        t.check(18 <= time.monotonic() - began <= hostline.slow(26), f'nobody answers for {time.monotonic() - began:.1f} s')
        t.equal(entity('calls', 'call_id', 'c1')['follow_up'], 'open', 'somebody calls back')
        before = server.state(LOCATION, staff)['pos']
        server.restart()
        time.sleep(2.5)
        t.equal(server.state(LOCATION, staff)['pos'], before, 'a restart repeats nothing')


def test_renamed_location(t):
    """A new name is an event, and welcome tells it."""
    server = hostline.Server()
    with server:
        server.add_location(LOCATION)
        staff = server.add_token(LOCATION, 'staff')
        board = server.follow(LOCATION, staff)
        t.equal(board.welcome['location'], {'id': LOCATION, 'name': 'Ocean Ave', 'timezone': hostline.ZONE}, 'before')
        board.read_until(lambda f: f['t'] == 'snapshot')
        path = os.path.join(server.root, 'location.json')
        with open(path, 'w') as file:
            file.write('{"name": "Ocean Avenue"}')
        server.ctl('location', 'set', LOCATION, path)
        frame = board.read_until(lambda f: f['t'] == 'events')
        t.equal((frame['events'][0]['kind'], frame['events'][0]['by']['role']), ('location_updated', 'system'), 'the event')
        for what in ('after', 'after a restart'):
            again = server.follow(LOCATION, staff, device=what)
            t.equal(again.welcome['location']['name'], 'Ocean Avenue', what)
            again.read_to(1)
            names = [again.snapshot['location']['name']] + [e['data']['name'] for e in again.events]
            t.equal(names[-1], 'Ocean Avenue', f'{what}: the snapshot, and what follows a cached one')
            if what == 'after':
                server.restart()


def test_removed_location(t):
    """A location that is removed closes its sessions with 4404; added again it is another log."""
    server = hostline.Server()
    with server:
        server.add_location(LOCATION)
        server.add_location('pier')
        publisher, staff = server.add_token(LOCATION, 'publisher'), server.add_token(LOCATION, 'staff')
        there = server.follow('pier', server.add_token('pier', 'staff'))
        board = server.follow(LOCATION, staff)
        server.publish(LOCATION, publisher, call(1))
        board.read_to(1)
        server.ctl('location', 'remove', LOCATION)
        bye = board.read_until(lambda f: f['t'] == 'bye')
        t.check(bye['code'] in (4404, 4401), f"bye {bye['code']}")
        t.equal(there.ping()['t'], 'pong', 'others stay')
        server.add_location(LOCATION)
        again = server.follow(LOCATION, server.add_token(LOCATION, 'staff'), pos=board.pos)
        t.equal(again.welcome['why'], 'epoch_changed', 'another life')
        again.read_until(lambda f: f['t'] == 'snapshot')
        t.equal(again.pos['seq'], 0, 'empty')
        publisher = server.add_token(LOCATION, 'publisher')
        t.equal(server.publish(LOCATION, publisher, call(1))['last'], 1, 'starts at 1')
        again.read_to(1)


def test_full_to_the_last_byte(t):
    """what takes things away still works: the reserve is given up for it, and made again"""
    disk = SmallDisk(40)
    try:
        with hostline.Server(data_dir=os.path.join(disk.path, 'data')) as server:
            reserve = os.path.join(server.data_dir, 'reserve')
            server.add_location(LOCATION)
            server.add_location('pier-9')
            publisher, other = server.add_token(LOCATION, 'publisher'), server.add_token('pier-9', 'publisher')
            hostline.wait_for(lambda: os.path.exists(reserve) and os.stat(reserve).st_blocks * 512 >= 8 << 20, hostline.slow(30), 'the reserve')
            for n in range(4):
                server.publish('pier-9', other, [{'kind': 'call_started', 'data': {'call_id': f'c{n}-{i}', 'summary': 's' * 3900}} for i in range(200)])
            disk.fill()
            t.equal(post(server, publisher, call('x'), 'full').status, 503, 'a publish')
            t.check(os.path.exists(reserve), 'that is no reason to give it up')
            server.ctl('location', 'remove', 'pier-9')
            t.check('pier-9' not in server.ctl('location', 'list').stdout, 'three megabytes are taken away on a full disk')
            t.check(not os.path.exists(reserve), 'with the room of the reserve')
            t.check('all in order' in server.ctl('check').stdout, 'all is in order')
            disk.free()
            hostline.wait_for(lambda: post(server, publisher, call('y'), 'room').status in (200, 201), hostline.slow(30), 'publishes')
            hostline.wait_for(lambda: os.path.exists(reserve), hostline.slow(40), 'a new reserve')
    finally:
        disk.close()


if __name__ == '__main__':
    tap.main()
