# SPDX-License-Identifier: GPL-3.0-or-later
"""Starting the real programs and speaking to them over real sockets, for black-box tests.

    with hostline.Server() as server:
        server.add_location('ocean-ave')
        publisher = server.add_token('ocean-ave', 'publisher')
        answer = server.publish('ocean-ave', publisher, {'kind': 'call_started', ...})
        board = server.follow('ocean-ave', server.add_token('ocean-ave', 'staff'))

Everything lives in a directory of its own that is removed afterwards, also when the test fails.
"""

import glob
import http
import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
import uuid

from websocket import WebSocket, Closed, HandshakeRefused, encode_frame  # noqa: F401 (for the tests)

BUILD = os.environ.get('HOSTLINE_BUILD_DIR') or os.path.join(os.path.dirname(__file__), '..', '..', 'build')
SOURCE = os.environ.get('HOSTLINE_SOURCE_DIR') or os.path.abspath(os.path.join(os.path.dirname(__file__), '..', '..'))


def program(name):
    """Path of a built program. HOSTLINED, HOSTLINECTL or HOSTLINE in the environment win."""
    path = os.environ.get(name.upper())
    if path:
        return path
    folder = 'app' if name == 'hostline' else 'server'
    path = os.path.join(BUILD, folder, name)
    if not os.path.exists(path):
        raise FileNotFoundError(f'{path} is not built; set HOSTLINE_BUILD_DIR')
    return path


def wait_for(condition, deadline=10.0, what='', every=0.02):
    """Calls `condition` until it gives something true and returns that; raises TimeoutError after `deadline` seconds.
    There is no other way to wait in these tests: never sleep and hope."""
    end = time.monotonic() + deadline
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() >= end:
            raise TimeoutError(f'not in {deadline} s: {what or condition}')
        time.sleep(every)


def sanitized():
    """TRUE under ASan or valgrind, where everything takes longer."""
    return bool(os.environ.get('HOSTLINE_SLOW')) or 'asan' in os.path.basename(os.path.abspath(BUILD))


def slow(seconds):
    """A deadline that fits the build: four times as long under a sanitizer."""
    return seconds * 4 if sanitized() else seconds


def busy():
    """TRUE while more wants to run here than there are processors: what a moment takes then says nothing of us."""
    return os.getloadavg()[0] > 1.5 * (os.cpu_count() or 1)


def moment(seconds):
    """A limit for a latency, as it holds on a machine that has time for us; ten times that on one that has not."""
    return slow(seconds) * (10 if busy() else 1)


# far from each other, so that one of them is never near midnight, nor near 04:00, when the business day closes
ZONES = {'America/New_York': -5, 'Europe/Helsinki': 2, 'Asia/Tokyo': 9}


def zone_of_the_day():
    """The zone in which it is about 14:00 now: what a test books for in an hour is of this evening, whenever it runs."""
    hour = time.gmtime().tm_hour
    return min(ZONES, key=lambda zone: abs((hour + ZONES[zone]) % 24 - 14))


ZONE = zone_of_the_day()  # where the tests' houses stand


# -- HTTP over plain sockets

class Response:
    def __init__(self, status, reason, headers, body):
        self.status, self.reason, self.headers, self.body = status, reason, headers, body

    def header(self, name):
        for key, value in self.headers:
            if key.lower() == name.lower():
                return value
        return None

    def json(self):
        return json.loads(self.body)

    def __repr__(self):
        return f'Response({self.status}, {self.body[:300]!r})'


def _split_head(data):
    head, rest = data.split(b'\r\n\r\n', 1)
    lines = head.decode('latin-1').split('\r\n')
    parts = lines[0].split(' ', 2)
    headers = [tuple(s.strip() for s in line.split(':', 1)) for line in lines[1:] if ':' in line]
    return int(parts[1]), parts[2] if len(parts) > 2 else '', headers, rest


def read_response(sock, timeout=10, method='POST', buffer=b''):
    """One response; returns it and the bytes after it (of a pipelined response, or WebSocket frames)."""
    deadline = time.monotonic() + timeout

    def more():
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError(f'no whole response in {timeout} s; got {buffer[:200]!r}')
        sock.settimeout(left)
        return sock.recv(65536)

    while b'\r\n\r\n' not in buffer:
        data = more()
        if not data:
            raise ConnectionError(f'the connection ended before the response; got {buffer[:200]!r}')
        buffer += data
    status, reason, headers, rest = _split_head(buffer)
    if 100 <= status < 200 and status != 101:
        return read_response(sock, deadline - time.monotonic(), method, rest)
    names = {k.lower(): v for k, v in headers}
    if status in (101, 204, 304) or method == 'HEAD':
        return Response(status, reason, headers, b''), rest
    if 'content-length' in names:
        n = int(names['content-length'])
        while len(rest) < n:
            data = more()
            if not data:
                raise ConnectionError('the connection ended inside the body')
            rest += data
        return Response(status, reason, headers, rest[:n]), rest[n:]
    if names.get('transfer-encoding', '').lower() == 'chunked':
        body = b''
        while True:
            while b'\r\n' not in rest:
                rest += more()
            size, rest = rest.split(b'\r\n', 1)
            n = int(size.split(b';')[0], 16)
            while len(rest) < n + 2:
                rest += more()
            body, rest = body + rest[:n], rest[n + 2:]
            if n == 0:
                return Response(status, reason, headers, body), rest
    while True:
        data = more()
        if not data:
            return Response(status, reason, headers, rest), b''
        rest += data


class Connection:
    """A raw HTTP/1.1 connection: sends exactly the bytes it is told."""

    def __init__(self, host, port, timeout=10, ssl_context=None, server_hostname=None):
        self.host, self.port, self.timeout = host, port, timeout
        self.sock = socket.create_connection((host, port), timeout=timeout)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if ssl_context is not None:
            self.sock = ssl_context.wrap_socket(self.sock, server_hostname=server_hostname or host)
        self.buffer = b''

    def send(self, data):
        self.sock.sendall(data)

    def send_request(self, method, path, headers=(), body=b'', host=None, length=True):
        if isinstance(body, str):
            body = body.encode()
        names = {k.lower() for k, _ in headers}
        lines = [f'{method} {path} HTTP/1.1']
        if 'host' not in names:
            lines.append(f'Host: {host or self.host}:{self.port}')
        if length and (body or method in ('POST', 'PUT', 'PATCH')) and 'content-length' not in names:
            lines.append(f'Content-Length: {len(body)}')
        lines += [f'{k}: {v}' for k, v in headers]
        self.send(('\r\n'.join(lines) + '\r\n\r\n').encode('latin-1') + body)

    def read(self, method='POST', timeout=None):
        response, self.buffer = read_response(self.sock, timeout or self.timeout, method, self.buffer)
        return response

    def request(self, method, path, headers=(), body=b''):
        self.send_request(method, path, headers, body)
        return self.read(method)

    def is_closed(self, timeout=5):
        """TRUE if the server ends the connection within `timeout`; what it still sends is thrown away."""
        self.sock.settimeout(timeout)
        try:
            while self.sock.recv(65536):
                pass
            return True
        except (socket.timeout, TimeoutError):
            return False
        except OSError:
            return True

    def close(self):
        self.sock.close()

    def __enter__(self):
        return self

    def __exit__(self, *ignored):
        self.close()


# -- programs

def run_ctl(*arguments, data_dir=None, json_output=False, check=True, stdin=None, env=None, timeout=None):
    """Runs hostlinectl. Gives the CompletedProcess; with check, a failure is an AssertionError with its output."""
    command = [program('hostlinectl')]
    if data_dir:
        command += ['--data-dir', str(data_dir)]
    if json_output:
        command.append('--json')
    command += [str(a) for a in arguments]
    done = subprocess.run(command, input=stdin, capture_output=True, text=True, timeout=timeout or slow(60),
                          env={**os.environ, **(env or {})})
    if check and done.returncode != 0:
        raise AssertionError(f'{" ".join(command)}: exit {done.returncode}\n{done.stdout}\n{done.stderr}')
    return done


class Client:
    """Speaks to a hostlined at host and port, wherever it was started; a proxy may stand between."""

    ssl_context = None

    def __init__(self, host, port, ssl_context=None):
        self.host, self.port, self.ssl_context = host, port, ssl_context

    # HTTP

    def connect(self, timeout=None):
        return Connection(self.host, self.port, timeout or slow(10), self.ssl_context)

    def request(self, method, path, token=None, body=None, headers=(), timeout=None):
        """One request on a connection of its own. body: bytes, str, or something for JSON."""
        headers = list(headers)
        names = {k.lower() for k, _ in headers}
        if token:
            headers.append(('Authorization', f'Bearer {token}'))
        if body is None:
            body = b''
        elif not isinstance(body, (bytes, str)):
            body = json.dumps(body, ensure_ascii=False)
        if body and 'content-type' not in names:
            headers.append(('Content-Type', 'application/json'))
        headers.append(('Connection', 'close'))
        with self.connect(timeout) as connection:
            connection.send_request(method, path, headers, body)
            return connection.read(method)

    def get(self, path, token=None, **how):
        return self.request('GET', path, token, **how)

    def post(self, path, token=None, body=None, **how):
        return self.request('POST', path, token, body, **how)

    def publish(self, location, token, events, key=None, status=(200, 201, 202)):
        """POSTs one event or an array; gives the parsed answer."""
        headers = [('Idempotency-Key', f'"{key or uuid.uuid4()}"')]
        response = self.post(f'/v1/locations/{location}/events', token, events, headers=headers)
        if status is not None and response.status not in status:
            raise AssertionError(f'publish: {response}')
        return response.json()

    def state(self, location, token):
        response = self.get(f'/v1/locations/{location}/state', token)
        if response.status != 200:
            raise AssertionError(f'state: {response}')
        return response.json()

    def events(self, location, token, after=0, limit=500):
        response = self.get(f'/v1/locations/{location}/events?after={after}&limit={limit}', token)
        if response.status != 200:
            raise AssertionError(f'events: {response}')
        return response.json()

    def metrics(self, token):
        """{'name{labels}': value}"""
        response = self.get('/metrics', token)
        if response.status != 200:
            raise AssertionError(f'metrics: {response}')
        values = {}
        for line in response.body.decode().splitlines():
            if line and not line.startswith('#'):
                name, value = line.rsplit(' ', 1)
                values[name] = float(value)
        return values

    # following

    def websocket(self, location, token, **how):
        how.setdefault('timeout', slow(10))
        return WebSocket.connect(self.host, self.port, f'/v1/locations/{location}/live', token, **how)

    def follow(self, location, token, pos=None, **how):
        return Follower(self, location, token, pos=pos, **how)


class Server(Client):
    """A hostlined in a directory of its own.

    arguments: more options; env: more environment; data_dir: one that is kept (None: a temporary one);
    config: text of a configuration file; wrap: a command to run it under (valgrind, strace)."""

    def __init__(self, arguments=(), env=None, data_dir=None, config=None, listen='127.0.0.1:0', store=None, wrap=(),
                 start=True, keep=False):
        self.temporary = data_dir is None
        self.keep = keep
        self.root = tempfile.mkdtemp(prefix='hl-') if self.temporary else None
        self.data_dir = data_dir or os.path.join(self.root, 'data')
        os.makedirs(self.data_dir, mode=0o700, exist_ok=True)
        self.arguments, self.env, self.config = list(arguments), dict(env or {}), config
        self.listen = [listen] if isinstance(listen, str) else list(listen)
        self.store, self.wrap = store, list(wrap)
        self.process = None
        self.urls, self.lines = [], []
        self.host, self.port = '127.0.0.1', None
        if start:
            try:
                self.start()
            except BaseException:
                self.close()
                raise

    # life

    def command(self):
        command = self.wrap + [program('hostlined'), '--data-dir', self.data_dir]
        if self.config is not None:
            path = os.path.join(self.root or self.data_dir, 'hostlined.conf')
            with open(path, 'w') as file:
                file.write(self.config)
            command += ['--config', path]
        else:
            path = os.path.join(self.root or self.data_dir, 'empty.conf')
            open(path, 'w').close()
            command += ['--config', path]  # never the machine's own
        for listen in self.listen:
            command += ['--listen', listen]
        if self.store:
            command += ['--store', self.store]
        if not any(a.startswith('--tls') or a == '--no-tls' for a in self.arguments):
            command.append('--no-tls')
        return command + self.arguments

    def start(self, deadline=None):
        """Starts it and waits for a `ready` line per listener. A second start takes the same port where it can."""
        deadline = deadline or slow(60)  # only a hang is to be caught
        self.log_path = os.path.join(self.root or self.data_dir, 'hostlined.log')
        self.log = open(self.log_path, 'ab')
        self.process = subprocess.Popen(self.command(), stdout=subprocess.PIPE, stderr=self.log, stdin=subprocess.DEVNULL,
                                        env={**os.environ, **self.env})
        self.urls, self.lines = [], []
        process = self.process

        def read():
            for line in process.stdout:
                line = line.decode(errors='replace').rstrip('\n')
                self.lines.append(line)
                if line.startswith('ready '):
                    self.urls.append(line[6:].strip())

        self.reader = threading.Thread(target=read, daemon=True)
        self.reader.start()

        def ready():
            if len(self.urls) >= len(self.listen):
                return True
            if self.process.poll() is not None:
                self.reader.join(2)
                if len(self.urls) >= len(self.listen):
                    return True
                raise AssertionError(f'hostlined ended with {self.process.returncode} before it was ready:\n{self.log_text()}')
            return False

        try:
            wait_for(ready, deadline, 'the ready line of hostlined')
        except TimeoutError:
            raise AssertionError(f'hostlined was not ready in {deadline} s; printed {self.lines}\n{self.log_text()}') from None
        url = urllib.parse.urlsplit(self.urls[0])
        self.host, self.port, self.scheme = url.hostname, url.port, url.scheme
        return self

    def log_text(self):
        try:
            with open(self.log_path, errors='replace') as file:
                return file.read()
        except OSError:
            return ''

    @property
    def pid(self):
        return self.process.pid

    def is_running(self):
        return self.process is not None and self.process.poll() is None

    def stop(self, number=signal.SIGTERM, deadline=None):
        """Ends it and gives its exit code."""
        if self.process is None:
            return None
        if self.process.poll() is None:
            self.process.send_signal(number)
        try:
            code = self.process.wait(deadline or slow(60))
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise AssertionError(f'hostlined did not end after signal {number}:\n{self.log_text()[-3000:]}') from None
        finally:
            self.reader.join(2)
            self.process.stdout.close()
            self.log.close()
        return code

    def kill(self):
        """kill -9, as a power cut for a process."""
        return self.stop(signal.SIGKILL)

    def restart(self, number=signal.SIGTERM, same_port=True):
        if self.is_running():
            self.stop(number)
        if same_port and self.port and len(self.listen) == 1:
            self.listen = [f'{self.host}:{self.port}']
        return self.start()

    def pause(self):
        self.process.send_signal(signal.SIGSTOP)

    def resume(self):
        self.process.send_signal(signal.SIGCONT)

    def close(self):
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGCONT)
            self.process.kill()
            self.process.wait()
            self.process.stdout.close()
        if self.temporary and not self.keep:
            shutil.rmtree(self.root, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, kind, *ignored):
        if kind is not None:
            sys.stdout.write(''.join('# ' + line + '\n' for line in self.log_text().splitlines()[-40:]))
        self.close()

    # hostlinectl

    def ctl(self, *arguments, **how):
        return run_ctl(*arguments, data_dir=self.data_dir, **how)

    def add_location(self, location='ocean-ave', name='Ocean Ave', timezone=ZONE, floor=None):
        self.ctl('location', 'add', location, '--name', name, '--timezone', timezone)
        if floor is not None:
            path = floor
            if not isinstance(floor, str):
                path = os.path.join(self.data_dir, f'floor-{location}.json')
                with open(path, 'w') as file:
                    json.dump(floor, file)
            self.ctl('floor', 'import', location, path)
        return location

    def add_token(self, location='ocean-ave', role='staff', name=None):
        """A new token: staff, manager, publisher, agent or monitor."""
        out = self.ctl('token', 'add', '--location', location, '--role', role, '--name', name or f'{role}-test').stdout
        tokens = [line.strip() for line in out.splitlines() if line.strip().startswith('hl1_')]
        if len(tokens) != 1:
            raise AssertionError(f'token add did not print a token alone on its line: {out!r}')
        return tokens[0]

    def add_tokens(self, location, role, names):
        """Many at once, over the control socket of the running server: a program each would take too long."""
        class Control(http.client.HTTPConnection):
            def connect(this):
                this.sock = socket.socket(socket.AF_UNIX)
                this.sock.connect(os.path.join(self.data_dir, 'control.sock'))

        tokens = []
        for name in names:
            control = Control('hostline', timeout=slow(20))
            control.request('POST', '/admin/v1/token/add', json.dumps({'locations': [location], 'role': role, 'name': name}),
                            {'Content-Type': 'application/json'})
            answer = control.getresponse()
            text = answer.read()
            if answer.status != 200:
                raise AssertionError(f'token/add: {answer.status} {text!r}')
            tokens.append(json.loads(text)['token'])
            control.close()
        return tokens


class Follower:
    """A black-box dashboard: says hello, reads frames, keeps its position, acknowledges, checks order.

    events: what was applied, in order; frames: all frames; state: entities of the last snapshot (or None)."""

    def __init__(self, server, location, token, pos=None, device='stand-test', unsent=0, hello=True, ack=True, extra=None,
                 **how):
        self.ws = server.websocket(location, token, **how)
        self.location, self.pos, self.ack = location, pos, ack
        self.device, self.unsent = device, unsent
        self.frames, self.events, self.snapshot, self.done = [], [], None, {}
        self.welcome = None
        self.counter = 0
        if hello:
            self.ws.send_json({'t': 'hello', 'device': device, 'app': 'hostline-test/1', 'language': 'en', 'pos': pos,
                               'unsent': unsent, **(extra or {})})
            self.welcome = self.read_until(lambda f: f['t'] == 'welcome')

    def read(self, timeout=None):
        """Reads and applies one frame."""
        frame = self.ws.recv_json(timeout)
        self.frames.append(frame)
        kind = frame['t']
        if kind == 'snapshot':
            if frame['part'] == 1:
                self.snapshot, self._parts = {}, 0
            assert frame['part'] == self._parts + 1, 'a snapshot part is missing'
            self._parts += 1
            for name, value in frame['entities'].items():
                if isinstance(value, list) and name in self.snapshot:
                    self.snapshot[name] += value
                else:
                    self.snapshot[name] = value
            if self.ack:
                self.ws.send_json({'t': 'ack', 'seq': frame['pos']['seq'], 'part': frame['part']})
            if frame['part'] == frame['parts']:
                self.pos = frame['pos']
        elif kind == 'events':
            at = self.pos['seq'] if self.pos else 0
            for event in frame['events']:
                if event['seq'] <= at:
                    continue
                assert event['seq'] == at + 1, f'a hole: {at} and then {event["seq"]}'
                at = event['seq']
                self.events.append(event)
            assert frame['events'][-1]['end'] is True, 'a frame ends inside a unit'
            assert frame['pos']['seq'] == frame['events'][-1]['seq'], 'pos is not after the last event'
            self.pos = frame['pos']
            if self.ack:
                self.ws.send_json({'t': 'ack', 'seq': at})
        elif kind == 'done':
            self.done[frame['id']] = frame
        return frame

    def read_until(self, condition, timeout=None):
        """Reads until a frame meets the condition, and gives that one."""
        deadline = time.monotonic() + (timeout or slow(10))
        while True:
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError(f'the frame did not come; got {[f["t"] for f in self.frames[-20:]]}')
            frame = self.read(left)
            if condition(frame):
                return frame

    def read_to(self, seq, timeout=None):
        """Reads until the position stands at `seq` or later."""
        deadline = time.monotonic() + (timeout or slow(10))
        while not self.pos or self.pos['seq'] < seq:
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError(f'still at {self.pos}, wanted {seq}')
            self.read(left)
        return self.pos

    def act(self, kind, data, id=None, n=None, base=None, predicted='applied', wait=True, **members):
        """Sends an action; gives its `done` frame (or its id, with wait=False)."""
        self.counter = n if n is not None else self.counter + 1
        id = id or str(uuid.uuid4())
        frame = {'t': 'act', 'id': id, 'n': self.counter, 'kind': kind, 'base': base or self.pos, 'predicted': predicted,
                 'who': 'Ana', 'composed_at': now(), 'data': data, **members}
        self.ws.send_json(frame)
        return self.read_until(lambda f: f['t'] == 'done' and f['id'] == id) if wait else id

    def ping(self, n=1, wait=True, **members):
        self.ws.send_json({'t': 'ping', 'n': n, 'seq': self.pos['seq'] if self.pos else 0, 'unsent': self.unsent, 'rtt': 1,
                           **members})
        return self.read_until(lambda f: f['t'] == 'pong' and f['n'] == n) if wait else None

    def close(self):
        self.ws.close()

    def __enter__(self):
        return self

    def __exit__(self, *ignored):
        self.close()


# -- small things

def now(offset=0.0):
    """RFC 3339 with milliseconds."""
    t = time.time() + offset
    return time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(t)) + f'.{int(t * 1000) % 1000:03d}Z'


def morning_zone():
    """A time zone where it is between six and seven in the morning: the business day began at four and goes on for 21 hours,
    whatever the hour of the test run. For tests that put the clock of a server forward."""
    west = time.gmtime().tm_hour - 6
    west -= 24 if west > 12 else 0
    return f'Etc/GMT{west:+d}' if west else 'Etc/GMT'


def free_port():
    with socket.socket() as sock:
        sock.bind(('127.0.0.1', 0))
        return sock.getsockname()[1]


def find_files(*patterns):
    return sorted(path for pattern in patterns for path in glob.glob(os.path.join(SOURCE, pattern), recursive=True))


def status_text(code):
    return http.HTTPStatus(code).phrase
