# SPDX-License-Identifier: GPL-3.0-or-later
"""A raw WebSocket client (RFC 6455) for black-box tests: it can send every right and every wrong frame."""

import base64
import hashlib
import json
import os
import socket
import struct
import time

GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'
CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10


class HandshakeRefused(Exception):
    def __init__(self, response):
        super().__init__(f'{response.status} {response.reason}: {response.body[:200]!r}')
        self.response = response


class Closed(Exception):
    """The connection ended. `code` None: without a close frame (end of stream or reset)."""

    def __init__(self, code=None, reason='', cause=''):
        super().__init__(f'closed: code {code} {reason!r} {cause}')
        self.code = code
        self.reason = reason


class Frame:
    def __init__(self, opcode, payload, fin=True, rsv=0, masked=False):
        self.opcode, self.payload, self.fin, self.rsv, self.masked = opcode, payload, fin, rsv, masked

    def __repr__(self):
        return f'Frame(opcode={self.opcode}, fin={self.fin}, rsv={self.rsv}, masked={self.masked}, {self.payload[:80]!r})'


def encode_frame(opcode, payload=b'', fin=True, rsv=0, mask=True, key=None, length_form=None):
    """The bytes of one frame. mask: True, False; key: 4 bytes; length_form: 7, 16 or 64 to force a form."""
    if isinstance(payload, str):
        payload = payload.encode()
    head = bytes([(0x80 if fin else 0) | (rsv & 7) << 4 | opcode & 15])
    n = len(payload)
    form = length_form or (7 if n < 126 else 16 if n < 65536 else 64)
    bit = 0x80 if mask else 0
    if form == 7:
        head += bytes([bit | n])
    elif form == 16:
        head += bytes([bit | 126]) + struct.pack('>H', n)
    else:
        head += bytes([bit | 127]) + struct.pack('>Q', n)
    if not mask:
        return head + payload
    key = os.urandom(4) if key is None else key
    if n:
        pad = (key * (n // 4 + 1))[:n]
        payload = (int.from_bytes(payload, 'big') ^ int.from_bytes(pad, 'big')).to_bytes(n, 'big')
    return head + key + payload


def encode_close(code=None, reason=b''):
    if isinstance(reason, str):
        reason = reason.encode()
    return b'' if code is None else struct.pack('>H', code) + reason


class WebSocket:
    """Bytes in, bytes out. Every wait has a deadline (`timeout`, seconds)."""

    def __init__(self, sock, leftover=b'', timeout=10):
        self.sock = sock
        self.buffer = leftover
        self.timeout = timeout
        self.pings = []  # payloads of the pings that recv_message() answered
        self.pongs = []
        self._taken = b''
        self._parts = []  # of a fragmented message, also across a timeout

    # -- connecting

    @classmethod
    def connect(cls, host, port, path, token=None, protocols=('hostline.v1',), headers=(), timeout=10, ssl_context=None,
                server_hostname=None, receive_buffer=None, sock=None, version=13):
        """Shakes hands; raises HandshakeRefused with the response when the server does not switch. sock: one that is not
        connected yet."""
        from hostline import read_response  # here, because that module uses this one
        sock = sock or socket.socket(socket.AF_INET6 if ':' in host else socket.AF_INET)
        if receive_buffer:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        sock.settimeout(timeout)
        try:
            sock.connect((host, port))
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if ssl_context is not None:
                sock = ssl_context.wrap_socket(sock, server_hostname=server_hostname or host)
            key = base64.b64encode(os.urandom(16)).decode()
            lines = [f'GET {path} HTTP/1.1', f'Host: {host}:{port}', 'Upgrade: websocket', 'Connection: Upgrade',
                     f'Sec-WebSocket-Key: {key}', f'Sec-WebSocket-Version: {version}']
            if protocols:
                lines.append('Sec-WebSocket-Protocol: ' + ', '.join(protocols))
            if token:
                lines.append('Authorization: Bearer ' + token)
            lines += [f'{k}: {v}' for k, v in headers]
            sock.sendall(('\r\n'.join(lines) + '\r\n\r\n').encode())
            response, leftover = read_response(sock, timeout=timeout, method='GET')
            if response.status != 101:
                raise HandshakeRefused(response)
            accept = base64.b64encode(hashlib.sha1((key + GUID).encode()).digest()).decode()
            if response.header('sec-websocket-accept') != accept:
                raise AssertionError('wrong Sec-WebSocket-Accept')
        except BaseException:
            sock.close()
            raise
        ws = cls(sock, leftover, timeout)
        ws.response = response
        ws.protocol = response.header('sec-websocket-protocol')
        return ws

    # -- sending

    def send_bytes(self, data):
        """Raw bytes, frame or not."""
        self.sock.sendall(data)

    def send_frame(self, opcode, payload=b'', **how):
        self.send_bytes(encode_frame(opcode, payload, **how))

    def send_text(self, text):
        self.send_frame(TEXT, text)

    def send_json(self, value):
        self.send_text(json.dumps(value, ensure_ascii=False, separators=(',', ':')))

    def send_close(self, code=1000, reason=''):
        self.send_frame(CLOSE, encode_close(code, reason))

    # -- receiving

    def _read(self, n, deadline):
        while len(self.buffer) < n:
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError(f'no frame in time; {len(self.buffer)} bytes waiting')
            self.sock.settimeout(left)
            try:
                data = self.sock.recv(65536)
            except (socket.timeout, TimeoutError):
                raise TimeoutError(f'no frame in time; {len(self.buffer)} bytes waiting') from None
            except OSError as error:
                raise Closed(cause=str(error)) from None
            if not data:
                raise Closed(cause='end of stream')
            self.buffer += data
        data, self.buffer = self.buffer[:n], self.buffer[n:]
        self._taken += data
        return data

    def recv_frame(self, timeout=None):
        """The next frame, whatever it is. Raises Closed at the end of the stream, TimeoutError."""
        deadline = time.monotonic() + (self.timeout if timeout is None else timeout)
        self._taken = b''
        try:
            head = self._read(2, deadline)
            n = head[1] & 127
            masked = bool(head[1] & 128)
            if n == 126:
                n = struct.unpack('>H', self._read(2, deadline))[0]
            elif n == 127:
                n = struct.unpack('>Q', self._read(8, deadline))[0]
            key = self._read(4, deadline) if masked else None
            payload = self._read(n, deadline)
        except TimeoutError:
            self.buffer = self._taken + self.buffer  # half a frame is read again from its start
            raise
        if key:
            payload = bytes(b ^ key[i % 4] for i, b in enumerate(payload))
        return Frame(head[0] & 15, payload, bool(head[0] & 128), head[0] >> 4 & 7, masked)

    def recv_message(self, timeout=None):
        """The next whole text or binary message as bytes; answers pings on the way. A close frame raises Closed."""
        deadline = time.monotonic() + (self.timeout if timeout is None else timeout)
        while True:
            frame = self.recv_frame(max(0.001, deadline - time.monotonic()))
            if frame.opcode == PING:
                self.pings.append(frame.payload)
                self.send_frame(PONG, frame.payload)
            elif frame.opcode == PONG:
                self.pongs.append(frame.payload)
            elif frame.opcode == CLOSE:
                code = struct.unpack('>H', frame.payload[:2])[0] if len(frame.payload) >= 2 else None
                raise Closed(code if code is not None else 1005, frame.payload[2:].decode(errors='replace'))
            else:
                self._parts.append(frame.payload)
                if frame.fin:
                    message, self._parts = b''.join(self._parts), []
                    return message

    def recv_json(self, timeout=None):
        return json.loads(self.recv_message(timeout))

    def expect_close(self, timeout=None):
        """Reads until the connection ends; gives the close code (None: it ended without a close frame)."""
        deadline = time.monotonic() + (self.timeout if timeout is None else timeout)
        while True:
            try:
                self.recv_message(max(0.001, deadline - time.monotonic()))
            except Closed as closed:
                return closed.code

    def close(self):
        try:
            self.sock.close()
        except OSError:
            pass

    def reset(self):
        """Ends the connection with a TCP reset."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
        self.sock.close()

    def __enter__(self):
        return self

    def __exit__(self, *ignored):
        self.close()
