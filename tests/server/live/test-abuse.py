# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything hostile at once against the real server: /healthz answers meanwhile, and the memory comes back."""

import json
import multiprocessing
import os
import socket
import statistics
import threading
import time

import hostline
import tap
from websocket import CONTINUATION, PING, TEXT, HandshakeRefused, WebSocket, encode_frame

LOCATION = 'ocean-ave'
HEALTH_S = 0.1
USED_KIB = 10 * 1024
HELLO = json.dumps({'t': 'hello', 'device': 'x', 'app': 'x/1', 'language': 'en', 'pos': None, 'unsent': 0})


# -- what they do; each runs in a process of its own until it is told to stop

def quietly(function):
    """An attacker is cut off all the time: that is the point."""
    try:
        function()
    except (OSError, HandshakeRefused, TimeoutError, ValueError, AssertionError):
        pass
    except Exception as error:  # noqa: BLE001 (Closed of the WebSocket client)
        if type(error).__name__ != 'Closed':
            raise


def connect(port, receive_buffer=None):
    sock = socket.socket()
    if receive_buffer:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    sock.settimeout(3)
    sock.connect(('127.0.0.1', port))
    return sock


def upgrade(port, token, **how):
    return WebSocket.connect('127.0.0.1', port, f'/v1/locations/{LOCATION}/live', token, timeout=3, **how)


def slow_loris(port, token, stop):
    """500 that send a byte now and then: heads without an end, bodies without an end."""
    clients = []
    while not stop.is_set():
        while len(clients) < 500 and not stop.is_set():
            def add():
                client = connect(port)
                client.send(b'GET /healthz HTTP/1.1\r\nHost: ' if len(clients) % 2 else
                            f'POST /v1/locations/{LOCATION}/events HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {token}\r\n'
                            'Content-Type: application/json\r\nContent-Length: 900\r\n\r\n['.encode())
                clients.append(client)
            quietly(add)
        alive = []
        for client in clients:
            try:
                client.send(b'a')
                alive.append(client)
            except OSError:
                client.close()
        clients = alive
        stop.wait(0.5)


def huge_body(port, token, stop):
    """200 MB, with a token and without."""
    n = 0
    while not stop.is_set():
        n += 1

        def post():
            with connect(port) as sock:
                auth = f'Authorization: Bearer {token}\r\n' if n % 2 else ''
                sock.sendall(f'POST /v1/locations/{LOCATION}/events HTTP/1.1\r\nHost: a\r\n{auth}Content-Type: application/json\r\n'
                             'Content-Length: 209715200\r\n\r\n'.encode())
                for _ in range(64):
                    sock.sendall(b'z' * 65536)
        quietly(post)


HEADS = [
    b'POST /v1/pair HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /healthz HTTP/1.1\r\n\r\n',
    b'POST /v1/pair HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\nabc',
    b'GET /healthz HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n',
    b'GET /healthz HTTP/1.1\r\nHost: a\r\nX: ' + b'a' * 1_000_000 + b'\r\n\r\n',
    b'GET /healthz HTTP/1.1\r\nHost: a\r\n' + b''.join(b'X-%d: a\r\n' % n for n in range(5000)) + b'\r\n',
    b'G' * 500_000,
    b'\x16\x03\x01' + b'\xff' * 10_000,
]


def bad_heads(port, token, stop):
    """TE and CL, two Hosts, huge headers, no HTTP at all."""
    n = 0
    while not stop.is_set():
        n += 1

        def send():
            with connect(port) as sock:
                sock.sendall(HEADS[n % len(HEADS)])
                sock.recv(4096)
        quietly(send)


def deep_json(port, token, stop):
    """131,000 times [, as an event; and as deep as a frame may be long."""
    body = b'[' * 131_000
    while not stop.is_set():
        def post():
            with connect(port) as sock:
                sock.sendall(f'POST /v1/locations/{LOCATION}/events HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {token}\r\n'
                             f'Content-Type: application/json\r\nIdempotency-Key: "x"\r\nContent-Length: {len(body)}\r\n\r\n'
                             .encode() + body)
                sock.recv(4096)

        def frame():
            ws = upgrade(port, token)
            ws.send_text('[' * 60_000)
            ws.expect_close()
            ws.close()
        quietly(post)
        quietly(frame)


def bad_frames(port, token, stop):
    """Fragments without an end, a ping flood, bad UTF-8, unmasked, too long, reserved bits, and an offer to deflate."""
    attacks = [
        lambda ws: [ws.send_frame(TEXT, b'x', fin=False)] + [ws.send_frame(CONTINUATION, b'x' * 1000, fin=False) for _ in range(200)],
        lambda ws: [ws.send_bytes(encode_frame(PING, b'x' * 100) * 1000) for _ in range(20)],
        lambda ws: ws.send_frame(TEXT, b'{"t":"\xff\xfe"}'),
        lambda ws: ws.send_frame(TEXT, b'{}', mask=False),
        lambda ws: ws.send_frame(TEXT, b'x' * 300_000),
        lambda ws: ws.send_frame(TEXT, b'{}', rsv=4),
        lambda ws: [ws.send_frame(TEXT, b'', fin=False)] + [ws.send_frame(CONTINUATION, b'', fin=False) for _ in range(5000)],
    ]
    n = 0
    while not stop.is_set():
        n += 1

        def attack():
            ws = upgrade(port, token, receive_buffer=4096, headers=[('Sec-WebSocket-Extensions', 'permessage-deflate')])
            assert ws.response.header('sec-websocket-extensions') is None, 'deflate was accepted'
            if n % 2:
                ws.send_text(HELLO)
            try:
                attacks[n % len(attacks)](ws)
                ws.expect_close()
            finally:
                ws.close()
        quietly(attack)


ATTACKS = [slow_loris, huge_body, bad_heads, deep_json, bad_frames]


# -- what it costs

def used_kib(server, monitor):
    """What is allocated, not what the heaps keep: after a flood that is as much as is left of it by chance."""
    return int(server.metrics(monitor)['hostline_heap_used_bytes'] / 1024)


def waited(task):
    """Seconds that a thread has been ready to run while others had the processors."""
    with open(f'/proc/{task}/schedstat') as file:
        return int(file.read().split()[1]) / 1e9


class Health(threading.Thread):
    """Asks /healthz over and over, each time on a connection of its own; seconds it took.

    What the two threads that take part, the server's main one and this one, waited for a processor is the machine's, not the
    server's: it is taken off. What the server computes, or waits for, meanwhile is not."""

    def __init__(self, server):
        super().__init__(daemon=True)
        self.server, self.times, self.raw, self.failures, self.ending = server, [], [], [], threading.Event()

    def run(self):
        tasks = (f'{self.server.pid}/task/{self.server.pid}', f'{os.getpid()}/task/{threading.get_native_id()}')
        while not self.ending.wait(0.02):
            before = [waited(task) for task in tasks]
            began = time.monotonic()
            try:
                assert self.server.get('/healthz', timeout=hostline.slow(10)).status == 200
                took = time.monotonic() - began
                self.raw.append(took)
                # both may have waited at once: the longer wait alone is certain
                self.times.append(max(took - max(waited(task) - was for task, was in zip(tasks, before)), 0))
            except (OSError, AssertionError, ValueError) as error:
                self.failures.append(repr(error))

    def end(self):
        self.ending.set()
        self.join()
        times, raw = sorted(self.times), sorted(self.raw)
        last = max(0, int(len(times) * 0.99) - 1)
        return statistics.median(times), times[last], raw[last], len(times)


def judge(t, health, what):
    median, p99, raw, count = health.end()
    t.note(f'{what}: /healthz {median * 1000:.1f} ms median, {p99 * 1000:.1f} ms p99 of {count}; '
           f'{raw * 1000:.1f} ms p99 with the waits for a processor')
    t.equal(health.failures[:3], [], f'{what}: always answered')
    t.check(p99 < hostline.slow(HEALTH_S), f'{what}: {p99 * 1000:.0f} ms at the 99th of 100')


def open_server(**how):
    server = hostline.Server(config='[log]\nlevel=error\n[limits]\nfailed-auth-per-minute=100000\n', **how)
    server.add_location(LOCATION)
    return server, server.add_token(LOCATION, 'publisher'), server.add_token(LOCATION, 'staff')


def test_health_under_attack(t):
    """Each attack alone, then all together; /healthz all the time; dashboards and publishers go on; memory is given back."""
    server, publisher, staff = open_server()
    with server:
        monitor = server.add_token(LOCATION, 'monitor')
        board = server.follow(LOCATION, staff)
        server.publish(LOCATION, publisher, {'kind': 'call_started', 'data': {'call_id': 'warm'}})
        board.read_to(1)
        usual = count_sockets(server) + 1

        def run(attacks, seconds):
            stop = multiprocessing.Event()
            attackers = [multiprocessing.Process(target=attack, args=(server.port, staff, stop), daemon=True) for attack in attacks]
            health = Health(server)
            for attacker in attackers:
                attacker.start()
            health.start()
            last, began, n = board.pos['seq'], time.monotonic(), 0
            while time.monotonic() - began < seconds:
                n += 1
                event = {'kind': 'call_started', 'data': {'call_id': f'{attacks[0].__name__}-{n}'}}
                last = server.publish(LOCATION, publisher, event)['last']
                board.read_to(last)
                board.ping(last)
                time.sleep(0.1)  # the pace of a restaurant
            what = attacks[0].__name__ if len(attacks) == 1 else 'all together'
            judge(t, health, what)
            stop.set()
            for attacker in attackers:
                attacker.join(hostline.slow(10))
                if attacker.is_alive():
                    attacker.kill()
                    attacker.join()
            t.equal(board.pos['seq'], last, f'{what}: the dashboard followed')

        run([bad_heads], 1)  # what the first of each kind allocates once is no leak
        for attack in ATTACKS:
            run([attack], 0.5)
        hostline.wait_for(lambda: count_sockets(server) <= usual, hostline.slow(20), 'all attackers are gone')
        before = used_kib(server, monitor)
        for attack in ATTACKS:
            run([attack], 3)
        run(ATTACKS, 6)
        hostline.wait_for(lambda: count_sockets(server) <= usual, hostline.slow(20), 'all attackers are gone')
        try:
            hostline.wait_for(lambda: used_kib(server, monitor) - before < USED_KIB, 0.1 if hostline.sanitized() else 20, 'memory is back')
        except TimeoutError:
            pass
        grown = used_kib(server, monitor) - before
        t.note(f'{before} KiB used, {grown:+d} KiB after')
        t.check(grown < USED_KIB or hostline.sanitized(), f'{grown} KiB more than before')
        t.equal(server.is_running(), True, 'the server is the one it was')


def test_measure(t):
    """The measure itself: a server that answers late for another reason than a lack of processors is found out."""
    server, publisher, staff = open_server()
    with server:
        health = Health(server)
        health.start()
        for _ in range(3):
            server.pause()
            time.sleep(0.3)
            server.resume()
            time.sleep(0.1)
        health.end()
        t.check(sorted(health.times)[-2] > 0.15, f'{max(health.times) * 1000:.0f} ms of a server that stood still for 300')


def count_sockets(server):
    found = 0
    for name in os.listdir(f'/proc/{server.pid}/fd'):
        try:
            found += os.readlink(f'/proc/{server.pid}/fd/{name}').startswith('socket:')
        except OSError:
            pass
    return found


def test_out_of_descriptors(t):
    """More clients than descriptors: who is in is served as fast as ever, the others once there is room."""
    server, publisher, staff = open_server(wrap=['prlimit', '--nofile=120:120', '--'])
    with server:
        board = server.follow(LOCATION, staff)
        board.read_until(lambda f: f['t'] == 'snapshot')
        with server.connect() as inside:
            inside.request('GET', '/healthz')
            crowd = [connect(server.port) for _ in range(300)]
            times = []
            for n in range(100):
                began = time.monotonic()
                status = inside.request('GET', '/healthz').status
                times.append(time.monotonic() - began)
                assert status == 200
                board.ping(n + 1)
            p99 = sorted(times)[98]
            t.note(f'/healthz of who is in: {statistics.median(times) * 1000:.1f} ms median, {p99 * 1000:.1f} ms p99')
            t.check(p99 < hostline.moment(HEALTH_S), 'who is in is served')
        for sock in crowd:
            sock.close()
        hostline.wait_for(lambda: served(server), hostline.slow(15), 'everybody is served again')
        t.check(True, 'everybody is served again')
        t.equal(server.publish(LOCATION, publisher, {'kind': 'call_started', 'data': {'call_id': 'c1'}})['last'], 1, 'and the store works')
        board.read_to(1)


def served(server):
    try:
        return server.get('/healthz', timeout=2).status == 200
    except OSError:
        return False


if __name__ == '__main__':
    tap.main()
