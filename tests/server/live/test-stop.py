# SPDX-License-Identifier: GPL-3.0-or-later
"""hostlined as a program: options, exit codes, ready lines, SIGTERM, SIGHUP, systemd."""

import os
import signal
import socket
import subprocess
import threading
import time

import hostline
import tap

LOCATION = 'ocean-ave'


def run(*arguments, env=None, timeout=60):
    done = subprocess.run([hostline.program('hostlined'), *arguments], capture_output=True, text=True, timeout=hostline.slow(timeout),
                          env={**os.environ, **(env or {})})
    return done.returncode, done.stdout, done.stderr


def test_usage(t):
    server = hostline.Server(start=False)
    with server:
        data = ['--data-dir', server.data_dir]
        t.equal(run('--version')[0], 0, '--version')
        t.check('hostlined' in run('--version')[1], '--version prints the name')
        t.equal(run('--help')[0], 0, '--help')
        for arguments in (['--nonsense'], ['argument'], ['--listen'], ['--listen', 'nowhere'], ['--listen', '127.0.0.1:99999'],
                          ['--no-tls', '--tls-certificate', 'a', '--tls-key', 'b'], ['--tls-key', 'b'], ['--public-url', 'ftp://stand.example'],
                          ['--public-url', 'https://name:word@stand.example'],
                          [word for n in range(5) for word in ('--public-url', f'https://stand-{n}.example')]):
            t.equal(run(*data, *arguments)[0], 2, ' '.join(arguments))


def test_bad_configuration(t):
    server = hostline.Server(start=False)
    with server:
        path = os.path.join(server.root, 'bad.conf')

        def code(text, *arguments):
            with open(path, 'w') as file:
                file.write(text)
            code, out, err = run('--config', path, '--data-dir', server.data_dir, *arguments)
            t.check(len(err.strip().splitlines()) >= 1, f'a sentence: {err.strip()[:100]}')
            return code

        t.equal(code('[server]\nnonsense=1\n'), 78, 'an unknown key')
        t.equal(code('[nonsense]\n'), 78, 'an unknown group')
        t.equal(code('[timers]\nheartbeat-ms=soon\n'), 78, 'a value that is none')
        t.equal(run('--config', '/nonexistent.conf')[0], 78, 'no such file')
        t.equal(code('', '--listen', '0.0.0.0:0', '--no-tls'), 78, '--no-tls on all addresses')
        t.equal(code('', '--listen', '0.0.0.0:0'), 78, 'neither TLS nor loopback')
        t.equal(code('', '--tls-certificate', '/nonexistent', '--tls-key', '/nonexistent'), 78, 'no certificate')
        long_dir = os.path.join(server.root, 'x' * 110)
        t.equal(run('--config', os.path.join(server.root, 'bad.conf'), '--data-dir', long_dir, '--listen', '127.0.0.1:0')[0], 78,
                'a path too long for the control socket')


def test_store_cannot_be_opened(t):
    server = hostline.Server()
    with server:
        empty = os.path.join(server.root, 'empty.conf')
        code, _, err = run('--config', empty, '--data-dir', server.data_dir, '--listen', '127.0.0.1:0')
        t.equal(code, 75, 'another server holds the lock')
        t.check(err.strip(), 'a sentence')
        other = os.path.join(server.root, 'other')
        os.makedirs(os.path.join(other, 'hostline.db'))  # what is damaged would be put aside, this cannot be
        t.equal(run('--config', empty, '--data-dir', other, '--listen', '127.0.0.1:0')[0], 75, 'not a file')


def test_ready_lines(t):
    """A line a listener, in order, with the ports that were picked; insecure-lan where asked for."""
    server = hostline.Server(listen=['127.0.0.1:0', '[::1]:0', '0.0.0.0:0'], arguments=['--insecure-lan'])
    with server:
        t.equal(len(server.urls), 3, 'three lines')
        t.check(server.urls[0].startswith('http://127.0.0.1:') and not server.urls[0].endswith(':0'), server.urls[0])
        t.check(server.urls[1].startswith('http://[::1]:'), server.urls[1])
        t.equal(server.get('/healthz').status, 200, 'and it answers')


def test_graceful_stop(t):
    """SIGTERM: everybody hears bye with a slot of their own, what was answered is there afterwards, exit 0."""
    server = hostline.Server()
    with server:
        server.add_location(LOCATION)
        publisher, staff = server.add_token(LOCATION, 'publisher'), server.add_token(LOCATION, 'staff')
        boards = [server.follow(LOCATION, staff, device=f'stand-{i}') for i in range(20)]
        answered, stop = [], threading.Event()

        def publish(k):
            n = 0
            while not stop.is_set():
                n += 1
                try:
                    answer = server.publish(LOCATION, publisher, {'kind': 'call_started', 'at': hostline.now(), 'data': {
                        'call_id': f'c{k}-{n}'}}, status=None)
                    if 'last' in answer:
                        answered.append((answer['last'], f'c{k}-{n}'))
                except (OSError, ValueError):
                    return

        threads = [threading.Thread(target=publish, args=(k,)) for k in range(4)]
        for thread in threads:
            thread.start()
        hostline.wait_for(lambda: len(answered) > 50, hostline.slow(10))
        began = time.monotonic()
        server.process.send_signal(signal.SIGTERM)
        retries = []

        def drain(board):
            bye = board.read_until(lambda f: f['t'] == 'bye')
            retries.append((bye['code'], bye['action'], bye['retry_ms']))
            try:
                while True:
                    board.read()
            except hostline.Closed as closed:
                board.ws.send_close(closed.code)
                board.close()

        drains = [threading.Thread(target=drain, args=(board,)) for board in boards]
        for thread in drains:
            thread.start()
        for thread in drains:
            thread.join(hostline.slow(15))
        code = server.stop()
        took = time.monotonic() - began
        stop.set()
        for thread in threads:
            thread.join()
        t.equal(code, 0, 'exit code') or t.note(server.log_text()[-6000:])
        t.check(took < hostline.slow(8), f'{took:.1f} s')
        t.equal(len(retries), 20, 'everybody heard bye')
        t.equal({r[:2] for r in retries}, {(4001, 'retry')}, 'code and action')
        times = sorted(r[2] for r in retries)
        t.check(0 <= times[0] and times[-1] <= 3000, f'within the spread: {times}')
        t.check(all(b - a >= 1 for a, b in zip(times, times[1:])) and times[-1] - times[0] > 1500, 'a slot each')
        server.start()
        log = {}
        after = 0
        while True:
            page = server.events(LOCATION, staff, after, 500)
            if not page['events']:
                break
            for event in page['events']:
                log[event['seq']] = event['data']['call_id']
            after = page['pos']['seq']
        missing = [a for a in answered if log.get(a[0]) != a[1]]
        t.equal(missing, [], f'all {len(answered)} answered events are in the log')


def test_asked_again_and_again(t):
    """Whoever loses patience ends the waiting for the boards, never the last commits: signals at any moment until it has gone."""
    server = hostline.Server()
    with server:
        server.add_location(LOCATION)
        publisher, staff = server.add_token(LOCATION, 'publisher'), server.add_token(LOCATION, 'staff')
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            board = server.follow(LOCATION, staff, device='stand')
            last = server.publish(LOCATION, publisher, {'kind': 'call_started', 'data': {'call_id': f'c{number}'}})['last']
            server.process.send_signal(signal.SIGTERM)
            while server.process.poll() is None:
                server.process.send_signal(number)
                time.sleep(0.0005)
            t.equal(server.stop(), 0, f'{number!r}: exit code') or t.note(server.log_text()[-6000:])
            server.start()
            t.equal(server.state(LOCATION, staff)['pos']['seq'], last, 'what was answered is there')
            rows = server.ctl('--json', 'connections', LOCATION).stdout
            t.check('not ended in order' not in rows, 'it ended in order')
            board.close()


def test_interrupt(t):
    server = hostline.Server()
    with server:
        t.equal(server.stop(signal.SIGINT), 0, 'SIGINT')


def test_reload(t):
    """SIGHUP: limits and timers of the file hold from then on; a mistake keeps the former ones."""
    server = hostline.Server(config='[timers]\nheartbeat-ms=2000\n')
    with server:
        server.add_location(LOCATION)
        staff = server.add_token(LOCATION, 'staff')
        first = server.follow(LOCATION, staff, device='first')
        t.equal(first.welcome['heartbeat_ms'], 2000, 'before')
        path = os.path.join(server.root, 'hostlined.conf')

        def reload(text, said):
            before = server.log_text().count(said)
            with open(path, 'w') as file:
                file.write(text)
            server.process.send_signal(signal.SIGHUP)
            hostline.wait_for(lambda: server.log_text().count(said) > before, hostline.slow(5))

        reload('[timers]\nheartbeat-ms=3000\n', 'configuration was read again')
        t.equal(server.follow(LOCATION, staff, device='second').welcome['heartbeat_ms'], 3000, 'after')
        reload('[timers]\nheartbeat-ms=never\n', 'the former configuration stays')
        t.equal(server.follow(LOCATION, staff, device='third').welcome['heartbeat_ms'], 3000, 'after a mistake')
        t.equal(first.ping()['t'], 'pong', 'sessions stay')


def test_longest_session(t):
    """A session over its age is asked to come again, at a moment of its own, and its token is looked at anew."""
    server = hostline.Server(config='[timers]\nmax-session-s=4\nspread-ms=600\n')
    with server:
        server.add_location(LOCATION)
        publisher, staff = server.add_token(LOCATION, 'publisher'), server.add_token(LOCATION, 'staff')
        began = time.monotonic()
        boards = [server.follow(LOCATION, staff, device=f'stand-{i}') for i in range(12)]
        ends, retries, lock = [], [], threading.Lock()

        def wait(board):
            bye = board.read_until(lambda f: f['t'] == 'bye', hostline.slow(15))
            with lock:
                ends.append(time.monotonic() - began)
                retries.append((bye['code'], bye['action'], bye['retry_ms']))

        threads = [threading.Thread(target=wait, args=(board,)) for board in boards]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        t.equal({r[:2] for r in retries}, {(4002, 'retry')}, 'code and action')
        t.check(all(0 <= r[2] < 600 for r in retries) and len({r[2] for r in retries}) > 3, f'a slot each: {retries}')
        t.check(min(ends) >= 3.6, f'not before nine tenths: {min(ends):.2f} s')
        t.check(max(ends) - min(ends) > 0.02, f'not all at once: {max(ends) - min(ends):.3f} s')
        server.publish(LOCATION, publisher, {'kind': 'call_started', 'data': {'call_id': 'c1'}})
        again = server.follow(LOCATION, staff, device='stand-0', pos=boards[0].pos)
        t.equal(again.welcome['why'], 'in_window', 'goes on where it was')
        again.read_to(1)
        server.ctl('token', 'revoke', staff.split('_')[1])
        try:
            server.websocket(LOCATION, staff)
            t.check(False, 'the token is looked at')
        except hostline.HandshakeRefused as refused:
            t.equal(refused.response.status, 401, 'the token is looked at')


def test_systemd(t):
    """READY, WATCHDOG and STOPPING by datagram."""
    folder = hostline.Server(start=False)
    with folder:
        path = os.path.join(folder.root, 'notify')
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
            sock.bind(path)
            sock.settimeout(hostline.slow(5))
            server = hostline.Server(env={'NOTIFY_SOCKET': path, 'WATCHDOG_USEC': '2000000'})
            with server:
                t.equal(sock.recv(100), b'READY=1', 'ready')
                began = time.monotonic()
                t.equal([sock.recv(100) for _ in range(3)], [b'WATCHDOG=1'] * 3, 'watchdog')
                t.check(time.monotonic() - began < hostline.slow(6), 'in time')
                server.stop()
                rest = []
                while b'STOPPING=1' not in rest:
                    rest.append(sock.recv(100))
                t.check(True, 'stopping')


def test_connection_refused_while_stopping(t):
    """A new session is not taken once the server goes down, and a token is still asked for."""
    server = hostline.Server()
    with server:
        server.add_location(LOCATION)
        staff = server.add_token(LOCATION, 'staff')
        board = server.follow(LOCATION, staff)
        with server.connect() as connection:
            connection.request('GET', '/readyz')  # it has been taken in
            connection.send(b'GET /readyz HTTP/1.1\r\nHost: x\r\n')
            time.sleep(hostline.slow(0.3))
            server.process.send_signal(signal.SIGTERM)
            board.read_until(lambda f: f['t'] == 'bye')
            connection.send(b'\r\n')
            response = connection.read('GET')
            t.equal(response.status, 503, 'readyz while going down')
            t.check(response.header('retry-after'), 'Retry-After')
        t.equal(server.stop(), 0, 'exit')


if __name__ == '__main__':
    tap.main()
