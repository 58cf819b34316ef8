# SPDX-License-Identifier: GPL-3.0-or-later
"""The proxy does to a connection exactly what it says."""

import socket
import threading

import hostline
import tap
from proxy import Proxy, end_of_request


class Echo:
    """A server that sends back what it gets, and counts connections and requests."""

    def __init__(self):
        self.listener = socket.create_server(('127.0.0.1', 0))
        self.where = self.listener.getsockname()
        self.got, self.connections = [], 0
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                sock, _ = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self.serve, args=(sock,), daemon=True).start()

    def serve(self, sock):
        try:
            while True:
                data = sock.recv(65536)
                if not data:
                    break
                self.got.append(data)
                sock.sendall(data)
        except OSError:
            pass
        sock.close()


class Setup:
    def __enter__(self):
        self.echo = Echo()
        self.proxy = Proxy(lambda: self.echo.where)
        self.gate = self.proxy.open('one')
        return self

    def __exit__(self, *ignored):
        self.proxy.close()
        self.echo.listener.close()

    def connect(self):
        sock = socket.create_connection(('127.0.0.1', self.gate.port), timeout=hostline.slow(10))
        return sock

    def talk(self, sock, text=b'hello'):
        sock.sendall(text)
        return read(sock, len(text))


def read(sock, size):
    data = b''
    while len(data) < size:
        more = sock.recv(size - len(data))
        if not more:
            break
        data += more
    return data


def is_silent(sock):
    sock.settimeout(0.3)
    try:
        return sock.recv(1) is None
    except TimeoutError:
        return True
    finally:
        sock.settimeout(hostline.slow(10))


def is_reset(sock):
    try:
        return sock.recv(10) is None
    except ConnectionResetError:
        return True


def test_it_passes_on(t):
    with Setup() as s, s.connect() as sock:
        big = bytes(range(256)) * 4000
        threading.Thread(target=sock.sendall, args=(big,), daemon=True).start()
        t.equal(read(sock, len(big)), big, 'a million bytes there and back')
        sock.shutdown(socket.SHUT_WR)
        t.equal(sock.recv(1), b'', 'and the end')


def test_blackhole(t):
    with Setup() as s, s.connect() as sock:
        s.talk(sock)
        s.gate.blackhole()
        sock.sendall(b'lost')
        t.check(is_silent(sock), 'no answer and no end')
        with s.connect() as late:
            late.sendall(b'lost')
            t.check(is_silent(late), 'not on a new connection either')
        s.gate.heal()
        sock.sendall(b'lost')
        t.check(is_silent(sock), 'what was open stays dead')
        with s.connect() as new:
            t.equal(s.talk(new, b'new'), b'new', 'what is new lives')
        t.equal(s.echo.got, [b'hello', b'new'], 'nothing came through')


def test_blackhole_one_way(t):
    with Setup() as s, s.connect() as sock:
        s.talk(sock)
        s.gate.blackhole(('down',))
        sock.sendall(b'heard')
        hostline.wait_for(lambda: s.echo.got == [b'hello', b'heard'], what='the server hears')
        t.check(is_silent(sock), 'the client does not')


def test_stall_loses_nothing(t):
    with Setup() as s, s.connect() as sock:
        s.talk(sock)
        s.gate.stall(('down',))
        sock.sendall(b'later')
        t.check(is_silent(sock), 'held')
        s.gate.heal()
        t.equal(read(sock, 5), b'later', 'and let go')


def test_drip_and_delay(t):
    with Setup() as s, s.connect() as sock:
        s.gate.drip(1, 0.001)
        t.equal(s.talk(sock, b'drop by drop'), b'drop by drop', 'in pieces, whole')
        s.gate.heal()
        s.gate.slow(0.01, 0.02)
        t.equal(s.talk(sock), b'hello', 'slowly')


def test_reset_refuse_and_close(t):
    with Setup() as s:
        with s.connect() as sock:
            s.talk(sock)
            s.gate.reset()
            t.check(is_reset(sock), 'reset')
        s.gate.refuse()
        try:
            with s.connect() as sock:
                t.check(is_reset(sock), 'refused')
        except ConnectionResetError:
            t.check(True, 'refused while connecting')
        s.gate.heal()
        s.gate.accept_and_close()
        with s.connect() as sock:
            t.equal(sock.recv(1), b'', 'accepted and closed')
        s.gate.heal()
        with s.connect() as sock:
            s.talk(sock)
            s.gate.cut_after('down', 3)
            sock.sendall(b'abcdef')
            got = b''
            try:
                got = read(sock, 6)
            except ConnectionResetError:
                pass
            t.check(len(got) <= 3, 'cut in the middle')


def test_half_close(t):
    with Setup() as s, s.connect() as sock:
        s.talk(sock)
        s.gate.half_close('down')
        t.equal(sock.recv(1), b'', 'the server seems to have ended')
        sock.sendall(b'still here')
        hostline.wait_for(lambda: b'still here' in s.echo.got, what='the other direction')


def test_requests(t):
    request = b'POST /x HTTP/1.1\r\nContent-Length: 4\r\n\r\nbody'
    t.equal([end_of_request(request[:n]) for n in (10, len(request) - 1, len(request))], [None, None, len(request)], 'where one ends')
    with Setup() as s:
        s.gate.duplicate(3)
        with s.connect() as sock:
            t.equal(s.talk(sock, request), request, 'one answer')
            hostline.wait_for(lambda: s.echo.got == [request] * 4, what='four requests')
        s.gate.heal()
        s.gate.lose_answers()
        with s.connect() as sock:
            sock.sendall(request)
            t.check(is_reset(sock), 'no answer')
        hostline.wait_for(lambda: len(s.echo.got) == 5, what='but a request')
        s.gate.heal()
        s.gate.alter(b'body', b'Body')
        with s.connect() as sock:
            t.equal(s.talk(sock, request), request.replace(b'body', b'Body'), 'altered on its way back')


if __name__ == '__main__':
    tap.main()
