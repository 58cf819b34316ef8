# SPDX-License-Identifier: GPL-3.0-or-later
"""WebSocket conformance of the server side (RFC 6455) over raw sockets, plain and TLS.

The cases follow the categories of the common suites: 1 framing, 2 pings and pongs, 3 reserved bits, 4 opcodes,
5 fragmentation, 6 UTF-8, 7 closing, and limits of our own (8). Each case sends bytes to the echo server and names
all that must come back, in order; a case that ends in a close code also requires the end of the stream.
"""

import struct
import time

import hostline
import tap
from echo import EchoServer
from websocket import (BINARY, CLOSE, CONTINUATION, PING, PONG, TEXT, Closed, HandshakeRefused, WebSocket,
                       encode_close, encode_frame)

server = None


def text(payload, **how):
    return encode_frame(TEXT, payload, **how)


def more(payload, **how):
    return encode_frame(CONTINUATION, payload, **how)


def ping(payload=b'', **how):
    return encode_frame(PING, payload, **how)


def pong(payload=b'', **how):
    return encode_frame(PONG, payload, **how)


def close(code=None, reason=b'', **how):
    return encode_frame(CLOSE, encode_close(code, reason), **how)


def close_raw(payload, **how):
    return encode_frame(CLOSE, payload, **how)


def T(payload):
    return ('text', payload.encode() if isinstance(payload, str) else payload)


def P(payload=b''):
    return ('pong', payload)


def C(code):
    return ('close', code)


KOSME = 'κόσμε'.encode()
MIX = 'Hello-µ@ßöäüàá-UTF-8!!'.encode()
BAD_END = KOSME + b'\xed\xa0\x80' + b'edited'

# name, bytes to send, what comes back; `chop` in the name: sent byte by byte or in pieces of that size
CASES = [
    # 1 framing
    ('1.1 empty text', text(b''), [T('')]),
    ('1.2 text of 125', text(b'*' * 125), [T('*' * 125)]),
    ('1.3 text of 126', text(b'*' * 126), [T('*' * 126)]),
    ('1.4 text of 127', text(b'*' * 127), [T('*' * 127)]),
    ('1.5 text of 128', text(b'*' * 128), [T('*' * 128)]),
    ('1.6 text of 65535', text(b'*' * 65535), [T('*' * 65535)]),
    ('1.7 text of 65536', text(b'*' * 65536), [T('*' * 65536)]),
    ('1.8 text of 65536 chop 997', text(b'*' * 65536), [T('*' * 65536)]),
    ('1.9 three texts in one segment', text(b'a') + text(b'b') + text(b'c'), [T('a'), T('b'), T('c')]),
    ('1.10 text chop 1', text(b'Hello, world'), [T('Hello, world')]),
    ('1.11 key of zeros', text(b'plain', key=b'\0\0\0\0'), [T('plain')]),
    ('1.12 NUL in a text', text(b'a\0b'), [T(b'a\0b')]),
    ('1.13 empty binary', encode_frame(BINARY, b''), [C(1003)]),
    ('1.14 binary', text(b'first') + encode_frame(BINARY, b'\x00\xff'), [T('first'), C(1003)]),
    ('1.15 not masked', text(b'naked', mask=False), [C(1002)]),
    ('1.16 length not minimal, 16 bit', text(b'x' * 125, length_form=16), [C(1002)]),
    ('1.17 length not minimal, 64 bit', text(b'x' * 125, length_form=64), [C(1002)]),
    ('1.18 length not minimal, 64 bit for 65535', text(b'x' * 65535, length_form=64), [C(1002)]),
    ('1.19 length with its top bit', b'\x81\xff\x80\0\0\0\0\0\0\1\0\0\0\0', [C(1002)]),
    # 2 pings and pongs
    ('2.1 empty ping', ping(), [P()]),
    ('2.2 ping with text', ping(b'Hello'), [P(b'Hello')]),
    ('2.3 ping with bytes', ping(bytes(range(0, 125))), [P(bytes(range(0, 125)))]),
    ('2.4 ping of 125', ping(b'\xfe' * 125), [P(b'\xfe' * 125)]),
    ('2.5 ping of 126', ping(b'\xfe' * 126), [C(1002)]),
    ('2.6 ping of 125 chop 1', ping(b'\xfe' * 125), [P(b'\xfe' * 125)]),
    ('2.7 pong nobody asked for', pong() + text(b'on'), [T('on')]),
    ('2.8 pong with a payload', pong(b'unasked') + text(b'on'), [T('on')]),
    ('2.9 pong, then ping', pong(b'unasked') + ping(b'asked'), [P(b'asked')]),
    ('2.10 ten pings', b''.join(ping(b'%d' % i) for i in range(10)), [P(b'%d' % i) for i in range(10)]),
    ('2.11 ten pings chop 1', b''.join(ping(b'%d' % i) for i in range(10)), [P(b'%d' % i) for i in range(10)]),
    ('2.12 ping that is not masked', ping(b'x', mask=False), [C(1002)]),
    # 3 reserved bits
    ('3.1 RSV3 on a text', text(b'x', rsv=1), [C(1002)]),
    ('3.2 a text, then RSV2', text(b'good') + text(b'x', rsv=2) + ping(), [T('good'), C(1002)]),
    ('3.3 RSV2 and 3 chop 1', text(b'good') + text(b'x', rsv=3) + ping(), [T('good'), C(1002)]),
    ('3.4 RSV1, compressed without agreement', text(b'\xf2\x48\x04\x00', rsv=4), [C(1002)]),
    ('3.5 RSV1 and 3 on a binary', encode_frame(BINARY, b'x', rsv=5), [C(1002)]),
    ('3.6 RSV1 and 2 on a ping', ping(b'x', rsv=6), [C(1002)]),
    ('3.7 all of them on a close', close(1000, rsv=7), [C(1002)]),
    ('3.8 RSV1 on a continuation', text(b'x', fin=False) + more(b'y', rsv=4), [C(1002)]),
    # 4 opcodes
    *[(f'4.{n} opcode {op}', text(b'good') + encode_frame(op, b'x' if op % 2 else b'') + ping(), [T('good'), C(1002)])
      for n, op in enumerate([3, 4, 5, 6, 7, 11, 12, 13, 14, 15], 1)],
    # 5 fragmentation
    ('5.1 fragmented ping', ping(b'a', fin=False) + more(b'b'), [C(1002)]),
    ('5.2 fragmented pong', pong(b'a', fin=False) + more(b'b'), [C(1002)]),
    ('5.3 two fragments', text(b'frag', fin=False) + more(b'ment'), [T('fragment')]),
    ('5.4 two fragments chop 1', text(b'frag', fin=False) + more(b'ment'), [T('fragment')]),
    ('5.5 a ping between', text(b'frag', fin=False) + ping(b'p') + more(b'ment'), [P(b'p'), T('fragment')]),
    ('5.6 a ping between chop 1', text(b'frag', fin=False) + ping(b'p') + more(b'ment'), [P(b'p'), T('fragment')]),
    ('5.7 continuation of nothing', more(b'x') + text(b'y'), [C(1002)]),
    ('5.8 continuation of nothing, not the last', more(b'x', fin=False) + text(b'y'), [C(1002)]),
    ('5.9 continuation after the last', text(b'x', fin=False) + more(b'y') + more(b'z'), [T('xy'), C(1002)]),
    ('5.10 a text inside a text', text(b'x', fin=False) + text(b'y'), [C(1002)]),
    ('5.11 a text inside a text, both open', text(b'x', fin=False) + text(b'y', fin=False), [C(1002)]),
    ('5.12 five fragments and two pings',
     text(b'1', fin=False) + more(b'2', fin=False) + ping(b'a') + more(b'3', fin=False) + more(b'4', fin=False)
     + ping(b'b') + more(b'5'), [P(b'a'), P(b'b'), T('12345')]),
    ('5.13 empty fragments', text(b'', fin=False) + more(b'', fin=False) + more(b''), [T('')]),
    ('5.14 empty around a full one', text(b'', fin=False) + more(b'full', fin=False) + more(b''), [T('full')]),
    ('5.15 a thousand fragments', text(b'', fin=False) + more(b'x', fin=False) * 1000 + more(b'y'), [T('x' * 1000 + 'y')]),
    ('5.16 a close inside a message', text(b'x', fin=False) + close(1000), [C(1000)]),
    ('5.17 fragmented binary', encode_frame(BINARY, b'x', fin=False) + more(b'y'), [C(1003)]),
    # 6 UTF-8
    ('6.1 good text', text(MIX), [T(MIX)]),
    ('6.2 good text, cut in a character', text(MIX[:7], fin=False) + more(MIX[7:]), [T(MIX)]),
    ('6.3 good text, a fragment a byte', text(MIX[:1], fin=False) + b''.join(
        more(MIX[i:i + 1], fin=False) for i in range(1, len(MIX))) + more(b''), [T(MIX)]),
    ('6.4 good text chop 1', text(KOSME), [T(KOSME)]),
    ('6.5 bad text', text(BAD_END), [C(1007)]),
    ('6.6 bad text, cut', text(BAD_END[:12], fin=False) + more(BAD_END[12:]), [C(1007)]),
    ('6.7 bad text chop 1', text(BAD_END), [C(1007)]),
    # The rest of the message never comes: the answer must not wait for it.
    ('6.8 fails at the byte, in a frame', text(KOSME + b'\xf4\x90' + b'.' * 5000)[:30], [C(1007)]),
    ('6.9 fails at the byte, in a fragment', text(KOSME, fin=False) + more(b'\xf4\x90', fin=False), [C(1007)]),
    ('6.10 ends inside a character', text(KOSME[:-1]), [C(1007)]),
    ('6.11 a ping inside a character', text(KOSME[:3], fin=False) + ping(b'\xff') + more(KOSME[3:]), [P(b'\xff'), T(KOSME)]),
    *[(f'6.{n} {name}', text(data), [T(data)]) for n, (name, data) in enumerate([
        ('first of two bytes', b'\xc2\x80'), ('first of three', b'\xe0\xa0\x80'), ('first of four', b'\xf0\x90\x80\x80'),
        ('last of one', b'\x7f'), ('last of two', b'\xdf\xbf'), ('last of three', b'\xef\xbf\xbf'),
        ('last of all', b'\xf4\x8f\xbf\xbf'), ('before the surrogates', b'\xed\x9f\xbf'),
        ('after the surrogates', b'\xee\x80\x80'), ('a non-character', b'\xef\xbf\xbe')], 12)],
    *[(f'6.{n} {name}', text(data), [C(1007)]) for n, (name, data) in enumerate([
        ('over the last', b'\xf4\x90\x80\x80'), ('five bytes', b'\xf8\x88\x80\x80\x80'), ('six bytes', b'\xfc\x84\x80\x80\x80\x80'),
        ('lone continuation', b'\x80'), ('lone start', b'\xc0 '), ('start without its end', b'\xe0\xa0'),
        ('0xfe', b'\xfe'), ('0xff', b'\xff'), ('overlong slash', b'\xc0\xaf'), ('overlong in three', b'\xe0\x80\xaf'),
        ('overlong in four', b'\xf0\x80\x80\xaf'), ('overlong limit', b'\xf0\x8f\xbf\xbf'), ('overlong NUL', b'\xc0\x80'),
        ('high surrogate', b'\xed\xa0\x80'), ('low surrogate', b'\xed\xbf\xbf'), ('a pair of surrogates', b'\xed\xa0\x80\xed\xb0\x80')], 22)],
    # 7 closing
    ('7.1 close', text(b'x') + close(1000), [T('x'), C(1000)]),
    ('7.2 two closes', close(1000) + close(1000), [C(1000)]),
    ('7.3 a ping after the close', close(1000) + ping(b'late'), [C(1000)]),
    ('7.4 a text after the close', close(1000) + text(b'late'), [C(1000)]),
    ('7.5 close without a code', close(), [C(1005)]),
    ('7.6 close of one byte', close_raw(b'\x03'), [C(1002)]),
    ('7.7 close with a reason', close(1000, 'tired'), [C(1000)]),
    ('7.8 close with the longest reason', close(1000, b'*' * 123), [C(1000)]),
    ('7.9 close of 126', close_raw(b'\x03\xe8' + b'*' * 124), [C(1002)]),
    ('7.10 reason that is not UTF-8', close(1000, b'\xce\xba\xed\xa0\x80'), [C(1007)]),
    ('7.11 close chop 1', close(4321, 'tired'), [C(4321)]),
    ('7.12 fragmented close', close(1000, fin=False), [C(1002)]),
    *[(f'7.{n} code {code}', close(code), [C(code)]) for n, code in enumerate(
        [1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999], 13)],
    *[(f'7.{n} code {code} that may not be sent', close(code), [C(1002)]) for n, code in enumerate(
        [0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535], 25)],
    # 8 limits of our own
    ('8.1 a text of 65537', text(b'*' * 65537), [C(1009)]),
    ('8.2 only its header', text(b'*' * 65537)[:14], [C(1009)]),
    ('8.3 fragments of 65537', text(b'*' * 40000, fin=False) + more(b'*' * 25537), [C(1009)]),
    ('8.4 fragments without an end', text(b'*' * 1000, fin=False) + more(b'*' * 1000, fin=False) * 200, [C(1009)]),
    ('8.5 a length of 2^62', b'\x81\xff\x40\0\0\0\0\0\0\0\0\0\0\0', [C(1009)]),
    ('8.6 fragments of 65536', text(b'*' * 40000, fin=False) + more(b'*' * 25536), [T('*' * 65536)]),
    ('8.7 21 pings in a second', ping(b'.') * 21 + text(b'late'), [P(b'.')] * 20 + [C(1008)]),
    ('8.8 20 pings and a text', ping(b'.') * 20 + text(b'on'), [P(b'.')] * 20 + [T('on')]),
]


def pieces(data, name):
    words = name.split(' chop ')
    size = int(words[1]) if len(words) > 1 else len(data)
    return [data[i:i + size] for i in range(0, len(data), size)]


def receive(ws, wanted):
    """What came back, in the form of the table; stops at a close or when there are as many as wanted."""
    got = []
    while len(got) < len(wanted):
        frame = ws.recv_frame()
        assert frame.fin and frame.rsv == 0 and not frame.masked, frame
        if frame.opcode == TEXT:
            got.append(('text', frame.payload))
        elif frame.opcode == PONG:
            got.append(('pong', frame.payload))
        elif frame.opcode == CLOSE:
            got.append(('close', struct.unpack('>H', frame.payload[:2])[0] if frame.payload else 1005))
            try:
                got.append(('after the close', ws.recv_frame()))
            except Closed:
                pass
            return got
    return got


def run_case(ws, name, data, wanted):
    try:
        for piece in pieces(data, name):
            ws.send_bytes(piece)
    except OSError:
        pass  # closed while we were sending: what came back decides
    got = receive(ws, wanted)
    if wanted[-1][0] != 'close' and got == wanted:
        # nothing more than that: an echo of our own is the next thing
        ws.send_text('end of case')
        got += receive(ws, [T('end of case')])[:1]
        wanted = wanted + [T('end of case')]
        ws.send_bytes(close(1000))
        assert ws.expect_close() == 1000
    assert got == wanted, f'got {short(got)}\nwanted {short(wanted)}'


def short(items):
    return [(kind, what if isinstance(what, int) else what[:40]) for kind, what in items[:25]]


def run_cases(t, tls):
    for name, data, wanted in CASES:
        problem = None
        try:
            with server.connect(tls=tls) as ws:
                run_case(ws, name, data, wanted)
        except Exception as error:  # one bad case must not hide the others
            problem = error
        t.check(problem is None, name)
        if problem is not None:
            t.note(f'{type(problem).__name__}: {problem}')


def test_cases_plain(t):
    run_cases(t, tls=False)


def test_cases_tls(t):
    run_cases(t, tls=True)


def handshake(headers, method='GET', version='HTTP/1.1', after=b'', tls=False):
    """One request with exactly these header lines; the response and the connection."""
    connection = server.http(tls=tls)
    lines = [f'{method} /echo {version}', f'Host: 127.0.0.1:{server.port}'] + headers
    connection.send(('\r\n'.join(lines) + '\r\n\r\n').encode() + after)
    return connection.read(method='GET'), connection


GOOD = ['Upgrade: websocket', 'Connection: Upgrade', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
        'Sec-WebSocket-Version: 13', 'Sec-WebSocket-Protocol: hostline.v1']


def without(name, *instead):
    return [line for line in GOOD if not line.startswith(name + ':')] + list(instead)


def test_handshake(t):
    cases = [
        ('good', GOOD, 101),
        ('among other protocols', without('Sec-WebSocket-Protocol', 'Sec-WebSocket-Protocol: chat, hostline.v1'), 101),
        ('in two fields', without('Sec-WebSocket-Protocol', 'Sec-WebSocket-Protocol: chat',
                                  'Sec-WebSocket-Protocol: hostline.v1'), 101),
        ('no protocol', without('Sec-WebSocket-Protocol'), 400),
        ('another protocol', without('Sec-WebSocket-Protocol', 'Sec-WebSocket-Protocol: hostline.v2'), 400),
        ('no key', without('Sec-WebSocket-Key'), 400),
        ('bad key', without('Sec-WebSocket-Key', 'Sec-WebSocket-Key: c2hvcnQ='), 400),
        ('no upgrade', without('Upgrade'), 426),
        ('no connection', without('Connection'), 400),
        ('another version', without('Sec-WebSocket-Version', 'Sec-WebSocket-Version: 8'), 426),
        ('a body', GOOD + ['Content-Length: 3'], 400),
        ('an origin', GOOD + ['Origin: https://evil.example'], 403),
    ]
    for name, headers, status in cases:
        response, connection = handshake(headers, after=b'abc' if name == 'a body' else b'')
        t.equal(response.status, status, name)
        if status == 101:
            t.equal(response.header('sec-websocket-protocol'), 'hostline.v1', name + ': protocol')
            t.equal(response.header('sec-websocket-accept'), 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=', name + ': accept')
            t.equal(response.header('server'), None, name + ': no Server field')
        connection.close()


def test_deflate_is_not_agreed(t):
    response, connection = handshake(GOOD + ['Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits'])
    t.equal(response.status, 101, 'switches')
    t.equal(response.header('sec-websocket-extensions'), None, 'no extension')
    connection.close()


def test_frames_behind_the_handshake(t):
    """A client that sends before it has read the answer loses nothing (the guard and libsoup read ahead)."""
    for tls in (False, True):
        response, connection = handshake(GOOD, after=text(b'early') + text(b'x' * 30000), tls=tls)
        t.equal(response.status, 101, 'switches')
        ws = WebSocket(connection.sock, connection.buffer)
        t.equal(ws.recv_message(), b'early', f'first, TLS {tls}')
        t.equal(ws.recv_message(), b'x' * 30000, f'second, TLS {tls}')
        ws.close()


def test_upgrade_on_a_used_connection(t):
    """HTTP first, then the upgrade, on one connection."""
    for tls in (False, True):
        with server.http(tls=tls) as connection:
            t.equal(connection.request('GET', '/healthz').body, b'ok\n', 'plain HTTP')
            connection.send(('GET /echo HTTP/1.1\r\nHost: x\r\n' + '\r\n'.join(GOOD) + '\r\n\r\n').encode())
            t.equal(connection.read().status, 101, 'then the upgrade')
            ws = WebSocket(connection.sock, connection.buffer)
            ws.send_text('hello')
            t.equal(ws.recv_message(), b'hello', 'then frames')


def test_server_closes(t):
    for tls in (False, True):
        before = server.stats()
        with server.connect('/control', tls=tls) as ws:
            ws.send_text('close 4001 going down')
            ws.send_text('close 4002 ignored')
            frame = ws.recv_frame()
            t.equal((frame.opcode, frame.payload), (CLOSE, b'\x0f\xa1going down'), f'close frame, TLS {tls}')
            ws.send_bytes(close(4001))
            try:
                ws.recv_frame()
                t.check(False, 'then the end')
            except Closed:
                t.check(True, 'then the end')
        hostline.wait_for(lambda: server.stats()['closed'] > before['closed'], hostline.slow(5), 'the closed call')
        after = server.stats()
        t.equal((after['clean'] - before['clean'], after['last_code']), (1, 4001), 'clean, with our code')


def test_unanswered_close(t):
    """No answer to our close frame: the server ends it after 5 s, neither sooner nor much later."""
    for tls in (False, True):
        before = server.stats()
        with server.connect('/control', tls=tls) as ws:
            started = time.monotonic()
            ws.send_text('close 4001')
            t.equal(ws.recv_frame().opcode, CLOSE, 'close frame')
            try:
                ws.recv_frame(hostline.slow(20))
            except Closed:
                pass
            took = time.monotonic() - started
            t.check(4.5 < took < hostline.slow(12), f'ended after {took:.1f} s, TLS {tls}')
        t.equal(server.stats()['clean'], before['clean'], 'not clean')
        t.equal(server.stats()['last_code'], 1006, '1006')


def test_close_behind_a_full_queue(t):
    """A peer that reads nothing cannot keep its connection by not reading: 5 s after our close it ends."""
    for tls in (False, True):
        before = server.stats()['closed']
        with server.connect('/control', tls=tls, receive_buffer=4096) as ws:
            ws.send_text('flood 100 65536')
            ws.send_text('close 4008')
            started = time.monotonic()
            hostline.wait_for(lambda: server.stats()['closed'] > before, hostline.slow(20), 'ended')
            took = time.monotonic() - started
            t.check(4.5 < took < hostline.slow(12), f'ended after {took:.1f} s, TLS {tls}')


def test_abort(t):
    for tls in (False, True):
        with server.connect('/control', tls=tls) as ws:
            ws.send_text('abort')
            try:
                frame = ws.recv_frame()
                t.check(False, f'no frame, got {frame}')
            except Closed as closed:
                t.equal(closed.code, None, f'ends without a frame, TLS {tls}')


def test_pause(t):
    """A paused peer reads nothing, and then everything in order, also what had been read already."""
    for tls in (False, True):
        with server.connect('/control', tls=tls) as ws:
            started = time.monotonic()
            ws.send_bytes(text(b'pause 700') + text(b'blast 3 10') + ping(b'p') + text(b'blast 0 1'))
            ws.send_bytes(ping(b'q'))
            got = [ws.recv_frame() for _ in range(5)]
            t.check(time.monotonic() - started > 0.6, f'waited, TLS {tls}')
            t.equal([(f.opcode, f.payload) for f in got],
                    [(TEXT, b'x' * 10)] * 3 + [(PONG, b'p'), (PONG, b'q')], 'in order')


def test_large_output(t):
    """20 MB through one connection, to a reader of every speed, whole and in order."""
    for tls in (False, True):
        with server.connect('/control', tls=tls, receive_buffer=20000) as ws:
            ws.send_text('blast 400 50000')
            wanted = b'x' * 50000
            whole = all(ws.recv_message(hostline.slow(20)) == wanted for _ in range(400))
            t.check(whole, f'400 frames of 50,000, TLS {tls}')


def test_the_server_is_well(t):
    """After all that: nobody is left inside, and it ends as it should."""
    hostline.wait_for(lambda: server.stats()['connections'] == 1, hostline.slow(10), 'all gone')
    t.equal(server.stats()['peers'], 0, 'no peer is left')
    t.equal(server.stop(), 0, 'exit status')


if __name__ == '__main__':
    server = EchoServer()
    tap.main()
