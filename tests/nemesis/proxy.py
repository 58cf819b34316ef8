# SPDX-License-Identifier: GPL-3.0-or-later
"""A TCP proxy that breaks things on purpose, with one gate (a listening port) for each client, so that each has a network
of its own.

    proxy = Proxy(lambda: ('127.0.0.1', server.port))
    gate = proxy.open('stand-1')          # gate.port is where the client connects
    gate.blackhole(('up', 'down'))        # half-open: no byte and no reset ever again on what is open, silence for what is new
    gate.heal()                           # new connections work; what fell into the hole stays there
    proxy.close()

Ways are 'up' (client to server) and 'down'. All methods may be called from any thread. The proxy knows no WebSocket; of
HTTP it knows where a request ends, for `duplicate`."""

import asyncio
import collections
import json
import random
import socket
import struct
import threading

BOTH = ('up', 'down')
CHUNK = 16384


def end_of_request(data):
    """Length of the first HTTP request with its body, or None while it is not whole."""
    head = data.find(b'\r\n\r\n')
    if head < 0:
        return None
    length = 0
    for line in data[:head].split(b'\r\n')[1:]:
        name, _, value = line.partition(b':')
        if name.strip().lower() == b'content-length':
            length = int(value)
    whole = head + 4 + length
    return whole if len(data) >= whole else None


class Pair:
    """One connection of a client and the one to the server that belongs to it."""

    def __init__(self, gate, reader, writer):
        self.gate, self.client = gate, (reader, writer)
        self.server = None
        self.holes = set(gate.holes)
        self.cut_way, self.cut_after = None, 0
        self.ended = False

    async def run(self):
        gate = self.gate
        if gate.refusing or gate.proxy.upstream() is None:
            gate.count('refused')
            return self.reset()
        if gate.closing:
            gate.count('accepted and closed')
            return self.end()
        first = b''
        if gate.forge or gate.duplicates:
            first = await self.read_request()
            if gate.forge and first and b' /v1/locations/' in first[:200] and b'/events ' in first[:200]:
                gate.forge = False
                gate.count('forged')
                return await self.forge(first)
            if gate.duplicates and first:
                copies, rekey, late = gate.duplicates
                gate.count('duplicated', copies)
                for _ in range(copies):
                    gate.proxy.spawn(self.send_copy(first, rekey, late))
        where = gate.proxy.upstream()
        try:
            if where is None:
                raise ConnectionRefusedError
            self.server = await asyncio.open_connection(*where, limit=CHUNK)
        except OSError:
            gate.count('server not there')
            return self.reset()
        if self.ended:
            return self.reset()
        if gate.lose_answer:
            self.cut_way, self.cut_after = 'down', 0
        if first and 'up' not in self.holes:
            self.server[1].write(first)
        tasks = [asyncio.ensure_future(self.pump(self.client[0], self.server[1], 'up')),
                 asyncio.ensure_future(self.pump(self.server[0], self.client[1], 'down'))]
        await asyncio.gather(*tasks, return_exceptions=True)
        self.end()

    async def read_request(self):
        data = b''
        while end_of_request(data) is None and len(data) < 1 << 21:
            more = await self.client[0].read(CHUNK)
            if not more:
                break
            data += more
        return data

    async def send_copy(self, request, rekey, late):
        """The same request once more, as an impatient middlebox or a retrying client library sends it."""
        if late:
            await asyncio.sleep(random.uniform(0, late))
        if rekey:
            head, body = request.split(b'\r\n\r\n', 1)
            lines = [line if not line.lower().startswith(b'idempotency-key:') else b'Idempotency-Key: "another-key-%d"'
                     % random.getrandbits(60) for line in head.split(b'\r\n')]
            request = b'\r\n'.join(lines) + b'\r\n\r\n' + body
        where = self.gate.proxy.upstream()
        try:
            reader, writer = await asyncio.open_connection(*(where or ('127.0.0.1', 1)))
            writer.write(request)
            while await asyncio.wait_for(reader.read(CHUNK), 10):
                pass
            writer.close()
        except (OSError, asyncio.TimeoutError):
            pass

    async def forge(self, request):
        """Answers 201 for the server, which never hears of it: a planted fault."""
        events = json.loads(request.split(b'\r\n\r\n', 1)[1])
        count = len(events) if isinstance(events, list) else 1
        body = json.dumps({'location': 'x', 'epoch': 'x', 'first': 1, 'last': count, 'duplicate': False}).encode()
        self.client[1].write(b'HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nConnection: close\r\n'
                             b'Content-Length: %d\r\n\r\n%s' % (len(body), body))
        try:
            await self.client[1].drain()
        except OSError:
            pass
        self.end()

    async def pump(self, reader, writer, way):
        gate = self.gate
        try:
            while not self.ended:
                data = await reader.read(CHUNK)
                while way in gate.stalled and not self.ended:
                    await gate.moved.wait()
                if way in self.holes:
                    if not data:
                        return
                    gate.swallowed += len(data)
                    continue
                if not data:
                    writer.write_eof()
                    return
                if gate.delay:
                    low, high = gate.delay
                    await asyncio.sleep(random.uniform(low, high))
                if self.cut_way == way:
                    if len(data) >= self.cut_after:
                        writer.write(data[:self.cut_after])
                        await writer.drain()
                        gate.count('cut')
                        self.reset()
                        return
                    self.cut_after -= len(data)
                if gate.tamper and way == 'down' and gate.tamper[0] in data:
                    data = data.replace(*gate.tamper)
                    gate.count('tampered')
                if gate.trickle:
                    await self.drip(writer, data, way)
                else:
                    writer.write(data)
                    await writer.drain()
        except (OSError, RuntimeError):
            self.reset()

    async def drip(self, writer, data, way):
        at = 0
        while at < len(data) and not self.ended and way not in self.holes:
            size, pause = self.gate.trickle or (len(data), 0)
            writer.write(data[at:at + size])
            await writer.drain()
            at += size
            await asyncio.sleep(pause)

    def end(self):
        self.ended = True
        for side in (self.client, self.server):
            if side is not None:
                try:
                    side[1].close()
                except (OSError, RuntimeError):
                    pass
        self.gate.pairs.discard(self)

    def reset(self):
        """Ends both sides with a TCP reset."""
        self.ended = True
        for side in (self.client, self.server):
            if side is not None:
                sock = side[1].get_extra_info('socket')
                try:
                    if sock is not None:
                        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
                    side[1].transport.abort()
                except (OSError, RuntimeError):
                    pass
        self.gate.pairs.discard(self)


class Gate:
    def __init__(self, proxy, name):
        self.proxy, self.name = proxy, name
        self.port = None
        self.pairs = set()
        self.moved = None  # an asyncio.Event: stalled data may go on
        self.swallowed = 0
        self.forge, self.tamper = False, None  # planted faults: heal() does not end them
        self.accepted = 0
        self._clear()

    def _clear(self):
        self.holes, self.stalled = set(), set()
        self.delay = self.trickle = self.duplicates = None
        self.refusing = self.closing = self.lose_answer = False

    def count(self, what, n=1):
        self.proxy.counts[what] += n

    async def _accept(self, reader, writer):
        self.accepted += 1
        pair = Pair(self, reader, writer)
        self.pairs.add(pair)
        try:
            await pair.run()
        except (OSError, RuntimeError):
            pair.reset()

    def _do(self, function):
        self.proxy.call(function)

    # faults that last until heal()

    def blackhole(self, ways=BOTH):
        def do():
            self.holes = set(ways)
            for pair in self.pairs:
                pair.holes |= set(ways)
        self._do(do)

    def stall(self, ways=BOTH):
        """Holds what comes; it goes on when healed. Nothing is lost."""
        def do():
            self.stalled = set(ways)
            self.moved.clear()
        self._do(do)

    def slow(self, low, high):
        """Every piece waits for low..high seconds."""
        self._do(lambda: setattr(self, 'delay', (low, high)))

    def drip(self, size, pause):
        """`size` bytes every `pause` seconds."""
        self._do(lambda: setattr(self, 'trickle', (size, pause)))

    def refuse(self):
        """Resets new connections."""
        self._do(lambda: setattr(self, 'refusing', True))

    def accept_and_close(self):
        self._do(lambda: setattr(self, 'closing', True))

    def duplicate(self, copies, rekey=False, late=0.0):
        """Sends every new HTTP request `copies` more times, at the same moment, or up to `late` seconds later."""
        self._do(lambda: setattr(self, 'duplicates', (copies, rekey, late)))

    def lose_answers(self):
        """The server gets the request, the client a reset instead of the answer."""
        self._do(lambda: setattr(self, 'lose_answer', True))

    # what no network does and the programs cannot notice: for showing that the checker does

    def forge_next(self):
        """Answers the next publish with 201 in the server's stead."""
        self._do(lambda: setattr(self, 'forge', True))

    def alter(self, old, new):
        """Changes what the server says to this client, bytes of the same length."""
        assert len(old) == len(new)
        self._do(lambda: setattr(self, 'tamper', (old, new)))

    # faults of a moment, to what is open now

    def reset(self):
        self._do(lambda: [pair.reset() for pair in list(self.pairs)])

    def cut_after(self, way, size):
        """Resets after `size` more bytes: in the middle of a frame, or of an answer."""
        def do():
            for pair in self.pairs:
                pair.cut_way, pair.cut_after = way, size
        self._do(do)

    def half_close(self, way):
        """Ends one direction in good order and leaves the other open."""
        def do():
            for pair in self.pairs:
                side = pair.server if way == 'up' else pair.client
                try:
                    if side is not None and side[1].can_write_eof():
                        side[1].write_eof()
                except (OSError, RuntimeError):
                    pass
        self._do(do)

    def heal(self):
        def do():
            self._clear()
            self.moved.set()
        self._do(do)


class Proxy(threading.Thread):
    """upstream: gives (host, port), or None while there is no server."""

    def __init__(self, upstream):
        super().__init__(daemon=True)
        self.upstream = upstream
        self.counts = collections.Counter()
        self.gates = []
        self.loop = asyncio.new_event_loop()
        self.start()

    def run(self):
        asyncio.set_event_loop(self.loop)
        self.loop.set_exception_handler(lambda loop, context: None)  # of connections that are broken on purpose
        self.loop.run_forever()

    def spawn(self, coroutine):
        asyncio.ensure_future(coroutine, loop=self.loop)

    def call(self, function):
        """Runs in the loop, and waits for it."""
        async def wrapped():
            return function()
        return asyncio.run_coroutine_threadsafe(wrapped(), self.loop).result(30)

    def open(self, name):
        gate = Gate(self, name)

        async def listen():
            gate.moved = asyncio.Event()
            gate.moved.set()
            server = await asyncio.start_server(gate._accept, '127.0.0.1', 0, limit=CHUNK, backlog=256)
            gate.server = server
            gate.port = server.sockets[0].getsockname()[1]
        asyncio.run_coroutine_threadsafe(listen(), self.loop).result(30)
        self.gates.append(gate)
        return gate

    def close(self):
        def end():
            for gate in self.gates:
                gate.server.close()
                for pair in list(gate.pairs):
                    pair.reset()
        self.call(end)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.join(10)
