# SPDX-License-Identifier: GPL-3.0-or-later
"""What hostile, broken and merely slow clients do to the server's front, and what they must not do to the others."""

import errno
import os
import selectors
import shutil
import socket
import ssl
import struct
import subprocess
import sys
import time

import hostline
import tap
from echo import EchoServer, tls_context
from hostline import slow, wait_for
from websocket import PING, TEXT, Closed, WebSocket, encode_frame

HANDSHAKE = ('GET /echo HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n'
             'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n'
             'Sec-WebSocket-Protocol: hostline.v1\r\n\r\n').encode()


def health_ms(server, tls=False):
    started = time.monotonic()
    assert server.get('/healthz', tls=tls, timeout=5).status == 200
    return (time.monotonic() - started) * 1000


def raw_answer(server, request, tls=False):
    with server.http(tls=tls) as connection:
        try:
            connection.send(request)
        except OSError:
            pass  # refused while we were sending: the answer is there all the same
        response = connection.read('GET')
        closed = connection.is_closed(slow(5)) if response.header('connection') == 'close' else False
        return response.status, closed


def request(*fields, line='POST /length HTTP/1.1', host='Host: localhost', body=b''):
    lines = [line] + ([host] if host else []) + list(fields)
    return ('\r\n'.join(lines) + '\r\n\r\n').encode('latin-1') + body


def test_requests_that_are_refused(t):
    cases = [
        ('good', request('Content-Length: 3', body=b'abc'), 200),
        ('no length is no body', request(), 200),
        ('an empty line before', b'\r\n' + request('Content-Length: 3', body=b'abc'), 200),
        ('chunked', request('Transfer-Encoding: chunked', body=b'3\r\nabc\r\n0\r\n\r\n'), 411),
        ('identity', request('Transfer-Encoding: identity'), 411),
        ('TE and CL', request('Content-Length: 3', 'Transfer-Encoding: chunked', body=b'abc'), 400),
        ('CL and TE', request('Transfer-Encoding: chunked', 'Content-Length: 3', body=b'abc'), 400),
        ('TE hidden by a tab', request('Transfer-Encoding:\tchunked'), 411),
        ('TE with a space before the colon', request('Transfer-Encoding : chunked'), 400),
        ('two Content-Lengths', request('Content-Length: 3', 'Content-Length: 3', body=b'abc'), 400),
        ('two numbers', request('Content-Length: 3, 3', body=b'abc'), 400),
        ('a sign', request('Content-Length: +3', body=b'abc'), 400),
        ('negative', request('Content-Length: -1'), 400),
        ('hexadecimal', request('Content-Length: 0x3', body=b'abc'), 400),
        ('empty length', request('Content-Length:'), 400),
        ('1 MiB and a byte', request('Content-Length: 1048577'), 413),
        ('a length of 40 digits', request('Content-Length: ' + '9' * 40), 413),
        ('two Hosts', request('Host: other'), 400),
        ('no Host', request(host=None), 400),
        ('no Host in HTTP/1.0', request(host=None, line='GET /healthz HTTP/1.0'), 200),
        ('a Host with a path', request(host='Host: a/b'), 400),
        ('a Host with a user', request(host='Host: a@b'), 400),
        ('an empty Host', request(host='Host:'), 400),
        ('folded', request('X-A: b\r\n c'), 400),
        ('bare LF', b'GET /healthz HTTP/1.1\nHost: a\n\n', 400),
        ('bare CR', request('X-A: b\rX-B: c'), 400),
        ('NUL', request('X-A: b\0c'), 400),
        ('no colon', request('Nonsense'), 400),
        ('empty name', request(': x'), 400),
        ('header over 16 KiB', request('X-A: ' + 'a' * 17000), 431),
        ('over a hundred fields', request(*[f'X-{i}: a' for i in range(100)]), 431),
        ('target over 8 KiB', request(line='GET /' + 'a' * 9000 + ' HTTP/1.1'), 414),
        ('endless request line', b'G' * 20000, 414),
        ('target that is a URL', request(line='GET http://other/ HTTP/1.1'), 400),
        ('CONNECT', request(line='CONNECT other:443 HTTP/1.1'), 400),
        ('HTTP/2 preface', b'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 505),
        ('HTTP/0.9', b'GET /healthz\r\n\r\n', 400),
        ('noise', b'\x80\x9e\x01\x03\x01\r\n\r\n', 400),
    ]
    with EchoServer() as server:
        for tls in (False, True):
            for name, data, status in cases:
                if '\x00' in name:
                    continue
                got, closed = raw_answer(server, data, tls)
                t.equal(got, status, f'{name}, TLS {tls}')
                if status >= 400:
                    t.check(closed, f'{name}: closed')
        t.equal(server.get('/healthz').status, 200, 'still serves')


def test_range_is_not_honoured(t):
    with EchoServer() as server, server.http() as connection:
        response = connection.request('GET', '/big', [('Range', 'bytes=0-1,5-9,3-4'), ('If-Range', '"x"')])
        t.equal((response.status, len(response.body)), (200, 1024 * 1024), 'the whole')


def test_pipelined_requests(t):
    """Three requests in one segment, one of them with a body; answered in order; then a bad one."""
    with EchoServer() as server, server.http() as connection:
        one = request(line='GET /healthz HTTP/1.1')
        connection.send(one + request('Content-Length: 5', body=b'12345') + one + request('Transfer-Encoding: chunked'))
        t.equal([connection.read('GET').body for _ in range(3)], [b'ok\n', b'5\n', b'ok\n'], 'three answers')
        t.equal(connection.read('GET').status, 411, 'and the refusal')


def test_body_of_200_mb(t):
    """Refused before it is read: the answer comes at once, memory stays flat, and the client can read it although it
    goes on sending."""
    with EchoServer() as server:
        for tls in (False, True):
            server.get('/healthz', tls=tls)
            before = server.stats(trim=True)['anon_kib']
            with server.http(tls=tls) as connection:
                started = time.monotonic()
                connection.send(request('Content-Length: 209715200'))
                sent = 0
                try:
                    while sent < 4 << 20:
                        connection.send(b'z' * 65536)
                        sent += 65536
                except OSError:
                    pass
                response = connection.read()
                t.equal(response.status, 413, f'413, TLS {tls}')
                t.check(response.json()['status'] == 413, 'problem+json')
                t.check(time.monotonic() - started < slow(3), 'at once')
            grown = server.stats(trim=True)['anon_kib'] - before
            t.check(hostline.sanitized() or grown < 4096, f'memory grew by {grown} KiB')


def test_slow_loris(t):
    """500 clients that send a byte now and then: cut after 10 s, and nobody else notices."""
    with EchoServer() as server:
        for tls in (False, True):
            port = server.tls_port if tls else server.port
            started = time.monotonic()
            clients = []
            for i in range(500):
                client = socket.create_connection(('127.0.0.1', port), timeout=slow(10))
                if tls:
                    # the head of a ClientHello, the rest of which comes by the byte
                    client.send(b'\x16\x03\x01\x02\x00\x01\x00'[:7 if i % 2 else 3])
                else:
                    client.send(b'POST /length HTTP/1.1\r\nHost: a\r\nContent-Length: 900\r\n\r\n1' if i % 2
                                else b'GET / HTTP/1.1\r\nHost: ')
                clients.append(client)
            worst = 0
            while time.monotonic() - started < 8:
                for client in clients:
                    try:
                        client.send(b'a')
                    except OSError:
                        pass
                worst = max(worst, health_ms(server), health_ms(server, tls=True))
                time.sleep(1)  # the pace of the attack
            t.check(worst < hostline.moment(250), f'others wait {worst:.0f} ms at most, TLS {tls}')
            wait_for(lambda: server.stats()['pending'] <= 1, slow(8), 'all of them cut')
            took = time.monotonic() - started
            t.check(9 < took < slow(14), f'cut after {took:.1f} s')
            for client in clients:
                client.close()
        t.equal(server.stats()['requests_timed_out'], 500, 'counted')


def test_slow_request_gets_408(t):
    with EchoServer() as server, server.http(timeout=20) as connection:
        connection.send(b'GET /healthz HTTP/1.1\r\nHost: a\r\n')
        t.equal(connection.read('GET', timeout=slow(15)).status, 408, '408')
        t.check(connection.is_closed(), 'closed')


def test_idle_connection_ends(t):
    """A connection that is kept open and not used ends after 30 s, quietly."""
    with EchoServer() as server, server.http(timeout=60) as connection:
        connection.request('GET', '/healthz')
        started = time.monotonic()
        t.check(connection.is_closed(slow(40)), 'closed')
        took = time.monotonic() - started
        t.check(28 < took < slow(33), f'after {took:.0f} s')
        t.equal(server.stats()['requests_timed_out'], 0, 'not counted as too slow')


def test_out_of_descriptors(t):
    """60 clients at once with room for about 20: all are served in the end, and so is who comes later."""
    for tls in (False, True):
        with EchoServer(descriptors=40) as server:
            port = server.tls_port if tls else server.port
            context = tls_context()
            plain = [socket.create_connection(('127.0.0.1', port), timeout=slow(30)) for _ in range(60)]
            # Let the server run into the wall before the first client is done.
            time.sleep(0.3)
            statuses = []
            for sock in plain:
                if tls:
                    sock = context.wrap_socket(sock, server_hostname='localhost')
                sock.sendall(request(line='GET /healthz HTTP/1.1'))
                response, _ = hostline.read_response(sock, slow(30), 'GET')
                statuses.append(response.status)
                sock.close()
            t.equal(statuses, [200] * 60, f'all served, TLS {tls}')
            t.check(server.stats()['pauses'] > 0, 'had to pause')
            t.check(health_ms(server, tls) < slow(1000), 'serves at once again')


def test_out_of_descriptors_websockets(t):
    """The same with WebSockets, whose upgrade needs a spare descriptor for a moment."""
    with EchoServer(descriptors=40) as server:
        done = 0
        waiting = []
        for _ in range(60):
            sock = socket.create_connection(('127.0.0.1', server.port), timeout=slow(30))
            sock.sendall(HANDSHAKE)
            waiting.append(sock)
        for sock in waiting:
            response, rest = hostline.read_response(sock, slow(30), 'GET')
            ws = WebSocket(sock, rest, slow(10))
            ws.send_text('x')
            done += ws.recv_message() == b'x'
            ws.close()
        t.equal(done, 60, 'all served')


class Herd:
    """Many clients in one thread: all connect, ask and wait at the same time."""

    def __init__(self, port, count, data, deadline, tls=False):
        self.times = []
        self.failures = []
        selector = selectors.DefaultSelector()
        context = tls_context() if tls else None
        self.sockets = []
        started = time.monotonic()
        for _ in range(count):
            sock = socket.socket()
            sock.setblocking(False)
            code = sock.connect_ex(('127.0.0.1', port))
            assert code in (0, errno.EINPROGRESS), os.strerror(code)
            if tls:
                sock = context.wrap_socket(sock, server_hostname='localhost', do_handshake_on_connect=False)
            self.sockets.append(sock)
            selector.register(sock, selectors.EVENT_WRITE, {'sent': False, 'shaken': not tls, 'got': b''})
        left = count
        while left and time.monotonic() - started < deadline:
            for key, _ in selector.select(1):
                sock, state = key.fileobj, key.data
                try:
                    if not state['shaken']:
                        sock.do_handshake()
                        state['shaken'] = True
                    if not state['sent']:
                        sock.send(data)
                        state['sent'] = True
                        selector.modify(sock, selectors.EVENT_READ, state)
                        continue
                    got = sock.recv(65536)
                    if not got:
                        raise ConnectionError('closed')
                    state['got'] += got
                    if b'\r\n\r\n' not in state['got']:
                        continue
                    if not state['got'].startswith(b'HTTP/1.1 101'):
                        raise ConnectionError(repr(state['got'][:80]))
                    self.times.append(time.monotonic() - started)
                except ssl.SSLWantReadError:
                    selector.modify(sock, selectors.EVENT_READ, state)
                    continue
                except ssl.SSLWantWriteError:
                    selector.modify(sock, selectors.EVENT_WRITE, state)
                    continue
                except OSError as error:
                    self.failures.append(str(error))
                selector.unregister(sock)
                left -= 1
        selector.close()

    def close(self):
        for sock in self.sockets:
            sock.close()


def test_thousand_at_once(t):
    with EchoServer() as server:
        for tls, most in ((False, 3), (True, 15)):
            for turn in ('first', 'again'):
                herd = Herd(server.tls_port if tls else server.port, 1000, HANDSHAKE, slow(60), tls)
                t.equal(len(herd.times), 1000, f'all served, TLS {tls}, {turn}')
                t.check(herd.times and herd.times[-1] < slow(most),
                        f'last after {herd.times[-1] if herd.times else 0:.2f} s')
                t.equal(herd.failures[:3], [], 'no failure')
                t.equal(server.stats()['peers'], 1000, 'all are peers')
                herd.close()
                wait_for(lambda: server.stats()['peers'] == 0, slow(10), 'all gone')
        wait_for(lambda: server.stats()['connections'] == 1, slow(10), 'only the one that asks is counted')
        t.check(True, 'only the one that asks is counted')


def test_ping_flood(t):
    """115,000 pings from one that never reads: cut with the 21st, memory flat."""
    with EchoServer() as server:
        before = server.stats(trim=True)['anon_kib']
        ws = server.connect(receive_buffer=4096)
        try:
            for _ in range(115):
                ws.send_bytes(encode_frame(PING, b'x' * 100) * 1000)
        except OSError:
            pass
        wait_for(lambda: server.stats()['peers'] == 0, slow(10), 'cut')
        t.check(server.stats(trim=True)['anon_kib'] - before < 2048, 'memory is flat')
        ws.close()


def test_pongs_are_bounded(t):
    """Pings at a lawful pace from a client that does not read: answered only while the queue is short."""
    with EchoServer() as server:
        with server.connect('/control', receive_buffer=4096) as ws:
            ws.send_text('flood 100 65536')
            for _ in range(15):
                ws.send_frame(PING, b'x')
            wait_for(lambda: server.stats()['pongs_dropped'] >= 15, slow(5), 'dropped')
            t.check(server.stats()['pongs_dropped'] >= 15, 'dropped')


def test_slow_readers(t):
    """50 that never read what they asked for: what the server keeps for them does not grow, others are served."""
    with EchoServer() as server:
        with server.connect() as warm:
            warm.send_text('x')
            warm.recv_message()
        before = server.stats(trim=True)['anon_kib']
        stuck = [server.connect('/control', receive_buffer=4096) for _ in range(50)]
        for ws in stuck:
            ws.send_text('blast 100000 2000')
        with server.connect() as other:
            worst = 0
            for _ in range(200):
                started = time.monotonic()
                other.send_text('x' * 500)
                other.recv_message()
                worst = max(worst, time.monotonic() - started)
            t.check(worst < hostline.moment(0.25), f'an echo beside them takes {worst * 1000:.0f} ms at most')
        grown = server.stats(trim=True)['anon_kib'] - before
        t.check(hostline.sanitized() or grown < 2048, f'memory grew by {grown} KiB for 50')
        for ws in stuck:
            ws.reset()
        wait_for(lambda: server.stats()['peers'] == 0, slow(10), 'all gone')


def test_fast_writer_is_not_alone(t):
    """A client that floods messages gets its answers, and the others theirs between."""
    with EchoServer() as server, server.connect() as flooder, server.connect() as other:
        flooder.sock.setblocking(False)
        data = encode_frame(TEXT, b'f' * 20) * 2000
        worst = 0
        for _ in range(100):
            try:
                flooder.sock.send(data)
                flooder.sock.recv(1 << 20)
            except (BlockingIOError, ssl.SSLWantReadError):
                pass
            started = time.monotonic()
            other.send_text('x')
            other.recv_message()
            worst = max(worst, time.monotonic() - started)
        t.check(worst < hostline.moment(0.25), f'{worst * 1000:.0f} ms at most')


def alone(server):
    """The figures, once nobody but the one who asks is connected."""
    stats = server.stats(trim=True)
    return stats if stats['connections'] == 1 else None


def test_flat_over_many_connections(t):
    """10,000 connections opened and closed in every way leave nothing behind."""
    with EchoServer() as server:
        def turn(count, tls):
            for i in range(count):
                ws = server.connect(tls=tls)
                kind = i % 4
                if kind == 0:
                    ws.send_text('x')
                    ws.recv_message()
                    ws.send_close(1000)
                    ws.expect_close()
                    ws.close()
                elif kind == 1:
                    ws.send_bytes(b'\x81\xfe\x40\x00half')  # and away inside a message
                    ws.reset()
                elif kind == 2:
                    ws.close()
                else:
                    ws.send_bytes(b'\x81\x01x')  # not masked
                    ws.expect_close()
                    ws.close()
                if i % 50 == 0:
                    server.get('/healthz', tls=tls)
        for tls, warm, count in ((False, 500, 9000), (True, 200, 1000)):
            if hostline.sanitized():
                count //= 10
            turn(warm, tls)
            before = wait_for(lambda: alone(server), slow(10), 'all gone')
            turn(count, tls)
            after = wait_for(lambda: alone(server), slow(10), 'all gone')
            t.note(f'TLS {tls}, {count} connections: {before["anon_kib"]} -> {after["anon_kib"]} KiB, '
                   f'{before["fds"]} -> {after["fds"]} descriptors')
            t.equal(after['fds'], before['fds'], 'descriptors')
            t.equal(after['watches'], before['watches'], 'watches')
            t.check(hostline.sanitized() or after['anon_kib'] - before['anon_kib'] < 600,
                    f'memory, TLS {tls}: {before["anon_kib"]} -> {after["anon_kib"]} KiB')


def test_limits(t):
    with EchoServer('--max', '20') as server:
        inside = [server.connect() for _ in range(20)]
        with server.http() as connection:
            t.equal(connection.read('GET').status, 503, 'one too many')
        inside.pop().close()
        wait_for(lambda: server_has_room(server), slow(5), 'room again')
        t.check(True, 'room again')


def server_has_room(server):
    try:
        return server.get('/healthz').status == 200
    except (ConnectionError, OSError):
        return False


def test_plain_on_the_tls_port(t):
    with EchoServer() as server:
        with hostline.Connection('127.0.0.1', server.tls_port) as connection:
            connection.send(request(line='GET /healthz HTTP/1.1'))
            t.equal(connection.read('GET').status, 400, '400 in plain text')
        for noise in (b'\x16\x03\x01\xff\xff', b'\x00' * 100, b'\x16\x03\x01\x00\x05hello'):
            with socket.create_connection(('127.0.0.1', server.tls_port), timeout=slow(5)) as sock:
                sock.sendall(noise)
                sock.settimeout(slow(5))
                try:
                    while sock.recv(4096):
                        pass
                    closed = True
                except ConnectionError:
                    closed = True
                except TimeoutError:
                    closed = False
                t.check(closed, f'noise {noise[:6]!r} is not listened to')
        t.check(health_ms(server, tls=True) < slow(1000), 'still serves')


def test_stuck_handshakes(t):
    """ClientHellos without an end of the handshake: others still get through."""
    with EchoServer() as server:
        context = tls_context()
        stuck = []
        for _ in range(20):
            incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
            hello = context.wrap_bio(incoming, outgoing, server_hostname='localhost')
            try:
                hello.do_handshake()
            except ssl.SSLWantReadError:
                pass
            sock = socket.create_connection(('127.0.0.1', server.tls_port))
            sock.sendall(outgoing.read())
            stuck.append(sock)
        wait_for(lambda: server.stats()['pending'] >= 20, slow(5), 'all under way')
        t.check(True, 'all under way')
        started = time.monotonic()
        with server.http(tls=True, timeout=30) as connection:
            t.equal(connection.request('GET', '/healthz').status, 200, 'served')
        t.note(f'a handshake beside 20 stuck ones of its own address took {time.monotonic() - started:.1f} s')
        wait_for(lambda: server.stats()['pending'] <= 1, slow(40), 'all cut')
        for sock in stuck:
            sock.close()


def test_ipv6_and_inherited(t):
    listening = socket.create_server(('127.0.0.1', 0))
    with EchoServer(pass_socket=listening.fileno()) as server:
        port = listening.getsockname()[1]
        t.equal(server.uris[-1], f'http://127.0.0.1:{port}', 'named')
        with hostline.Connection('127.0.0.1', port) as connection:
            t.equal(connection.request('GET', '/healthz').status, 200, 'serves a socket from outside')
    listening.close()
    try:
        socket.create_server(('::1', 0), family=socket.AF_INET6).close()
    except OSError:
        t.skip_subtest('IPv6', 'this machine has no IPv6 loopback')
        return
    with EchoServer('--listen', '[::1]:0') as server:
        uri = next(u for u in server.uris if '::' in u)
        port = int(uri.rsplit(':', 1)[1])
        t.equal(uri, f'http://[::1]:{port}', 'named')
        sock = socket.create_connection(('::1', port), timeout=slow(10))
        sock.sendall(HANDSHAKE.replace(b'localhost', f'[::1]:{port}'.encode()))
        response, rest = hostline.read_response(sock, slow(10), 'GET')
        with WebSocket(sock, rest) as ws:
            ws.send_text('six')
            t.equal(ws.recv_message(), b'six', 'echo')


def test_going_down(t):
    """SIGTERM: no new connections, idle ones end, a request under way is answered."""
    with EchoServer() as server:
        idle = server.http()
        idle.request('GET', '/healthz')
        silent = server.http()
        busy = server.http()
        busy.send(b'POST /length HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n')
        wait_for(lambda: server.stats()['pending'] >= 4, slow(5), 'all there')
        server.process.terminate()
        t.check(idle.is_closed(slow(5)), 'idle connection ends')
        t.check(silent.is_closed(slow(5)), 'silent connection ends')
        try:
            socket.create_connection(('127.0.0.1', server.port), timeout=slow(5)).close()
            t.check(False, 'no new connection')
        except ConnectionRefusedError:
            t.check(True, 'no new connection')
        busy.send(b'abc')
        t.equal(busy.read().body, b'3\n', 'the request under way is answered')
        t.equal(server.process.wait(slow(10)), 0, 'exit status')


def test_in_a_network_of_its_own(t):
    """Half-open connections and the limit by address need addresses that can be taken away: a network namespace."""
    if os.environ.get('HL_INSIDE') is None:
        probe = subprocess.run(['unshare', '-rn', 'sh', '-c', 'ip link set lo up && ip addr add 10.99.0.1/32 dev lo'],
                               capture_output=True) if shutil.which('unshare') else None
        if probe is None or probe.returncode != 0:
            t.skip('no network namespaces here, or no ip command')
        inside = subprocess.run(['unshare', '-rn', sys.executable, os.path.abspath(__file__), 'test_in_a_network_of_its_own'],
                                env=dict(os.environ, HL_INSIDE='1'), capture_output=True, text=True, timeout=slow(120))
        t.note(inside.stdout)
        t.check(inside.returncode == 0, 'inside')
        return
    for command in ('ip link set lo up', 'ip addr add 10.99.0.1/32 dev lo', 'ip addr add 10.99.0.2/32 dev lo'):
        subprocess.run(command.split(), check=True)

    with EchoServer('--listen', '10.99.0.1:0', '--max-per-address', '30') as server:
        port = int(next(u for u in server.uris if '10.99' in u).rsplit(':', 1)[1])
        clients = [WebSocket.connect('10.99.0.1', port, '/echo') for _ in range(30)]
        with hostline.Connection('10.99.0.1', port) as connection:
            t.equal(connection.read('GET').status, 429, 'the 31st of an address is turned away')
        t.equal(server.get('/healthz').status, 200, 'loopback is exempt')
        for client in clients:
            client.close()

        sock = socket.create_connection(('10.99.0.1', port), timeout=5, source_address=('10.99.0.2', 0))
        sock.sendall(HANDSHAKE.replace(b'/echo', b'/control'))
        response, rest = hostline.read_response(sock, 5, 'GET')
        t.equal(response.status, 101, 'connected')
        before = wait_for(lambda: server.stats() if server.stats()['peers'] == 1 else None, 5, 'the others are gone')
        ws = WebSocket(sock, rest)
        ws.send_text('blast 2000 1000')
        ws.recv_message()
        subprocess.run('ip addr del 10.99.0.2/32 dev lo'.split(), check=True)
        # its window opens no more, and nothing it sends arrives: what is left of the blast waits in the server
        started = time.monotonic()
        wait_for(lambda: server.stats()['closed'] > before['closed'], slow(40), 'the dead client is noticed')
        took = time.monotonic() - started
        t.check(15 < took < slow(30), f'a half-open connection with output waiting ends after {took:.0f} s')


if __name__ == '__main__':
    tap.main()
