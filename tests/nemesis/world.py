# SPDX-License-Identifier: GPL-3.0-or-later
"""The world that is going to be broken: a server with two locations, dashboards without a window (the real app core with
its real folder), publishers, signed webhooks and a voice agent, each behind a gate of the proxy of its own. Everybody
writes down what they saw; contract.py judges it."""

import hashlib
import hmac
import json
import os
import random
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

import hostline
from proxy import Proxy
from receiver import Receiver
from websocket import Closed, HandshakeRefused

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'follower'))
from dashboard import Dashboard  # noqa: E402

LOST = (OSError, ConnectionError, TimeoutError, socket.timeout, Closed, HandshakeRefused, EOFError)
TABLES = 24
FLOOR = {
    'hostline_floor': 1,
    'areas': [{'area_id': 'main', 'name': 'Main', 'width': 3000, 'height': 500}],
    'sections': [{'section_id': 's1', 'name': 'Sec 1', 'area_id': 'main', 'servers': ['Maya']}],
    'tables': [{'table_id': str(i), 'label': str(i), 'area_id': 'main', 'section_id': 's1', 'shape': 'square', 'x': 100 * i,
                'y': 0, 'w': 90, 'h': 90, 'rotation': 0, 'seats_min': 1, 'seats_max': 4} for i in range(1, TABLES + 1)],
    'combinations': [], 'marks': []}
SECRET = 'key_example_0123456789abcdef'


class Stopped(Exception):
    pass


class Device:
    """One paired dashboard over all its lives. The methods may be called from several threads."""

    def __init__(self, world, name, location, rnd):
        self.world, self.name, self.location, self.rnd = world, name, location, rnd
        self.gates = self.open_gates()
        self.folder = os.path.join(world.folders, name)
        self.record, self.board, self.paused = [], None, False
        self.lock = threading.RLock()
        self.lives = self.asked = self.kills = self.made = 0
        self.acting, self.parties = False, []
        self.final, self.failure = None, None
        self.read = 0

    def open_gates(self):
        return [self.world.proxy.open(f'{self.name}/{i}') for i in range(self.world.endpoints)]

    def get_urls(self):
        """Where it finds the server, in order."""
        return [f'http://127.0.0.1:{gate.port}' for gate in self.gates]

    def get_wrap(self):
        return ()

    # life

    def pair_arguments(self):
        link = self.world.server.ctl('pair', '--location', self.location).stdout.split('\n')[0]
        parts = urllib.parse.urlsplit(link)
        query = [(k, v) for k, v in urllib.parse.parse_qsl(parts.query) if k != 'url']
        query += [('url', url) for url in self.get_urls()]
        return ['--pair', 'hostline://pair?' + urllib.parse.urlencode(query), '--name', self.name]

    def pair(self):
        """The server's answer names its own address. The world is between them at all times: only the gates are kept."""
        path = os.path.join(self.folder, 'credentials')
        if os.path.exists(path):
            return
        board = Dashboard(self.folder, *self.pair_arguments(), env=self.world.environment, wrap=self.get_wrap())
        try:
            board.until(lambda b: any(line['t'] == 'paired' for line in b.lines), deadline=60, what=f'{self.name} is paired')
        finally:
            board.kill()
        with open(path) as file:
            lines = file.read().splitlines()
        assert sum(line.startswith('endpoints=') for line in lines) == 1
        with open(path, 'w') as file:
            file.writelines((f'endpoints={";".join(self.get_urls())};' if line.startswith('endpoints=') else line) + '\n' for line in lines)

    def start(self, offset_ms=0, wait=False):
        with self.lock:
            if self.board is not None:
                return
            self.pair()
            self.record.append({'t': 'life', 'offset_ms': offset_ms})
            env = {**self.world.environment, 'HOSTLINE_CLOCK_OFFSET_MS': str(offset_ms)}
            self.board, self.read, self.paused = Dashboard(self.folder, env=env, wrap=self.get_wrap()), 0, False
            self.lives += 1
            if wait:
                self.board.until(lambda b: b.link == 'live' and b.position is not None, what=f'{self.name} is live')
                self.take()

    def take(self):
        """Writes down what it has said."""
        with self.lock:
            board = self.board
            if board is None:
                return
            board.drain()
            self.record += board.lines[self.read:]
            if len(board.lines) > 4000:
                del board.lines[:], board.units[:]
            self.read = len(board.lines)
            if board.process.poll() is not None and self.failure is None:
                board.thread.join(5)
                board.drain()
                self.failure = f'{self.name} ended by itself with {board.process.returncode}: {self.log_end()}'

    def log_end(self):
        try:
            with open(self.folder + '.log', errors='replace') as file:
                return file.read()[-1500:]
        except OSError:
            return ''

    def kill(self):
        with self.lock:
            if self.board is None:
                return
            self.take()
            self.board.kill()
            self.board.drain()
            self.record += self.board.lines[self.read:]
            self.record.append({'t': 'killed'})
            self.board, self.kills = None, self.kills + 1

    def quit(self):
        """Ends it in good order; gives the seconds that it took."""
        with self.lock:
            if self.board is None:
                return 0.0
            self.resume()
            self.take()
            begin = time.monotonic()
            try:
                code = self.board.quit(120)
            except subprocess.TimeoutExpired:
                self.failure = f'{self.name} did not end in 120 s when told to quit: {self.log_end()}'
                self.board.process.send_signal(signal.SIGABRT)
                return 120.0
            took = time.monotonic() - begin
            self.board.drain()
            self.record += self.board.lines[self.read:]
            if code != 0:
                self.failure = f'{self.name} ended with {code} when told to quit: {self.log_end()}'
            self.board = None
            return took

    def pause(self):
        with self.lock:
            if self.board is not None and not self.paused:
                self.board.process.send_signal(signal.SIGSTOP)
                self.paused = True

    def resume(self):
        with self.lock:
            if self.board is not None and self.paused:
                self.board.process.send_signal(signal.SIGCONT)
            self.paused = False

    # staff acting

    def ask(self, kind, **data):
        self.asked += 1
        if kind == 'undo':
            self.board.ask(do='undo')
        else:
            self.board.ask(do='perform', kind=kind, data=data)

    def act(self):
        """Asks for one action, and does not wait for it."""
        with self.lock:
            if self.board is None or self.paused or self.board.tag - len(self.board.answers) > 30:
                return  # nobody goes on pressing buttons when nothing happens any more
            rnd, pool = self.rnd, self.world.parties[self.location]
            old = rnd.choice(pool[-12:]) if pool else None
            choice = rnd.random()
            if choice < 0.30 or old is None:
                self.made += 1
                party = f'{self.name}-p{self.made}'
                pool.append(party)
                self.ask('add_party', party_id=party, size=rnd.randint(1, 4), status=rnd.choice(('waiting', 'arrived')))
            elif choice < 0.48:
                self.ask('seat', party_id=old, table_ids=[str(rnd.randint(1, TABLES))])
            elif choice < 0.55:
                self.ask('set_stage', party_id=old, stage=rnd.choice(('ordered', 'appetizer', 'entree', 'paid')))
            elif choice < 0.63:
                self.ask('finish_party', party_id=old)
            elif choice < 0.68:
                self.ask('move', party_id=old, table_ids=[str(rnd.randint(1, TABLES))])
            elif choice < 0.74:
                self.ask('update_party', party_id=old, notes=f'note {self.asked}', size=rnd.randint(1, 6))
            elif choice < 0.82:
                self.ask('set_table', table_id=str(rnd.randint(1, TABLES)), physical=rnd.choice(('clean', 'dirty')))
            elif choice < 0.88:
                self.made += 1
                self.ask('create_reservation', reservation_id=f'{self.name}-r{self.made}', name='Okafor', party_size=2,
                         starts_at=self.world.stamp(3600 + 60 * rnd.randint(0, 120)))
            elif choice < 0.92:
                self.ask('remove_party', party_id=old, status='left')
            else:
                self.ask('undo')
            if rnd.random() < 0.15:
                self.board.send(do='totals')

    def run(self, stop, mean):
        """The person at the stand, until `stop` is set."""
        while not stop.is_set():
            if self.acting and self.rnd.random() < 0.8:
                self.act()
            self.take()
            stop.wait(self.rnd.uniform(0.2, 1.8) * mean)

    # coming to rest

    def is_at_rest(self, head):
        with self.lock:
            board = self.board
            if board is None or board.process.poll() is not None:
                return False
            self.take()
            return board.link == 'live' and board.position == head and board.is_settled()

    def look(self):
        """Reads digest, totals and state: `final` of the history."""
        with self.lock:
            board = self.board
            digest = board.get_digest()
            board.get_totals()
            board.send(do='state')
            board.until(lambda b: any(x['t'] == 'entities' for x in b.lines[self.read:]), what='the state')
            entities = [x for x in board.lines[self.read:] if x['t'] == 'entities'][-1]
            self.take()
            self.final = {'pos': entities['pos'], 'hash': digest['hash'], 'screen': digest['screen'], 'entities': entities['base']}
            return self.final


class Sender(threading.Thread):
    """Somebody outside who posts, and posts again under the old key until it is known what became of it."""

    def __init__(self, world, name, location, rnd, pause):
        super().__init__(daemon=True)
        self.world, self.label, self.location, self.rnd, self.pause = world, name, location, rnd, pause
        self.gate = None if world.direct else world.proxy.open(name)
        self.requests, self.again, self.count, self.failure = [], 0, 0, None
        self.working = threading.Event()
        self.idle = threading.Event()

    def run(self):
        try:
            while not self.world.ending.is_set():
                if not self.working.is_set():
                    self.idle.set()
                    self.working.wait(0.1)
                    continue
                self.idle.clear()
                self.step()
                self.world.ending.wait(self.rnd.uniform(0.2, 1.8) * self.pause)
        except Stopped:
            pass
        except Exception as error:  # told at the end, as a violation
            self.failure = f'{self.label}: {error!r}'
        self.idle.set()

    def client(self):
        if self.gate is not None:
            return hostline.Client('127.0.0.1', self.gate.port)
        where = self.world.where()
        if where is None:
            raise ConnectionRefusedError
        return hostline.Client(*where, self.world.server.ssl_context)

    def until_known(self, path, body, headers, good, token=None):
        """The response that says what became of it. Nothing stays unknown."""
        while True:
            if self.world.ending.is_set():
                raise Stopped
            try:
                response = self.client().post(path, token, body, headers=headers, timeout=3)
            except LOST:
                self.again += 1
                time.sleep(self.rnd.uniform(0.01, 0.2))
                continue
            except AssertionError:
                self.again += 1
                continue
            if response.status in good:
                return response
            if response.status not in (503, 429):
                raise RuntimeError(f'{path}: {response}')
            self.again += 1
            time.sleep(0.1)


class Publisher(Sender):
    """Canonical events: calls with their transcripts, bookings, orders; alone or in batches."""

    def __init__(self, world, name, location, rnd, pause):
        super().__init__(world, name, location, rnd, pause)
        self.token = world.server.add_token(location, 'publisher', name)
        self.queue, self.flood = [], 0  # flood: batches to come, of one long call each

    def make(self):
        """The events of one thing that happened, in order."""
        self.count += 1
        what, number = self.rnd.random(), f'{self.label}-{self.count}'
        if what < 0.7:
            events = [{'kind': 'call_started', 'data': {'call_id': number, 'from': '+12025550142', 'direction': 'inbound'}}]
            for turn in range(1, self.rnd.randint(1, 4)):
                events.append({'kind': 'transcript_segment', 'data': {'call_id': number, 'turn': turn, 'speaker': 'caller',
                                                                      'text': f'words {turn} of {number}', 'final': True}})
            events.append({'kind': 'call_completed', 'data': {'call_id': number}})
            return events
        if what < 0.9:
            return [{'kind': 'reservation_created', 'data': {'reservation_id': number, 'name': 'Lopez', 'party_size': 2,
                                                             'starts_at': self.world.stamp(7200)}}]
        return [{'kind': 'order_created', 'data': {'order_id': number, 'items': [{'line_id': '1', 'name': 'Branzino',
                                                                                  'quantity': 1}]}}]

    def step(self):
        if self.flood > 0:
            self.flood -= 1
            self.count += 1
            call = f'{self.label}-{self.count}'
            self.queue.append([{'kind': 'call_started', 'data': {'call_id': call}}] + [
                {'kind': 'transcript_segment', 'data': {'call_id': call, 'turn': turn, 'speaker': 'agent', 'text': f'turn {turn}',
                                                        'final': True}} for turn in range(1, 50)])
        if not self.queue:
            events = self.make()
            while events:
                size = self.rnd.choice((1, 1, 2, 8))
                self.queue.append(events[:size])
                events = events[size:]
        body = self.queue.pop(0)
        key = str(uuid.UUID(int=self.rnd.getrandbits(128)))
        request = {'location': self.location, 'publisher': self.label, 'key': key, 'first': None, 'last': None,
                   'marks': [contract_mark(e) for e in body]}
        self.requests.append(request)
        response = self.until_known(f'/v1/locations/{self.location}/events', body[0] if len(body) == 1 else body,
                                    [('Idempotency-Key', f'"{key}"')], (200, 201), self.token)
        answer = response.json()
        request.update(first=answer['first'], last=answer['last'], epoch=answer['epoch'])


def contract_mark(event):
    from contract import mark_of
    return mark_of(event)


class Webhook(Sender):
    """A voice agent's signed webhooks (Retell's form); each delivery is repeated until it is answered with 200."""

    def __init__(self, world, name, location, rnd, pause):
        super().__init__(world, name, location, rnd, pause)
        self.path = world.server.ctl('hook', 'add', '--location', location, '--provider', 'retell', '--secret',
                                     SECRET).stdout.split()[-1]
        self.queue = []

    def make(self):
        self.count += 1
        id, now = f'{self.label}-{self.count}', int(time.time() * 1000) + self.world.day_ms
        call = {'call_id': id, 'call_type': 'phone_call', 'direction': 'inbound', 'from_number': '+12025550142',
                'to_number': '+12025550100', 'start_timestamp': now, 'call_status': 'ongoing'}
        turns = [{'role': role, 'content': f'words {i} of {id}', 'words': []} for i, role in
                 enumerate(('agent', 'user') * self.rnd.randint(0, 2))]
        spoken = {'transcript_object': turns, 'transcript_with_tool_calls': turns,
                  'transcript': ''.join(f'{t["role"]}: {t["content"]}\n' for t in turns)}
        ended = {**call, **spoken, 'call_status': 'ended', 'end_timestamp': now + 1000, 'duration_ms': 1000,
                 'disconnection_reason': 'user_hangup'}
        return [({'event': 'call_started', 'call': call}, [f'call_started/retell:{id}']),
                ({'event': 'call_ended', 'call': ended}, [f'call_completed/retell:{id}'] +
                 [f'transcript_segment/retell:{id}/{turn}' for turn in range(len(turns))])]

    def step(self):
        if not self.queue:
            self.queue = self.make()
        body, marks = self.queue.pop(0)
        request = {'location': self.location, 'marks': marks, 'done': False}
        self.requests.append(request)
        epoch = self.world.epochs.get(self.location)
        raw = json.dumps(body).encode()
        ms = int(time.time() * 1000) + self.world.day_ms  # signed at the first try, as it would be sent again
        digest = hmac.new(SECRET.encode(), raw + str(ms).encode(), hashlib.sha256).hexdigest()
        self.until_known(self.path, raw, [('X-Retell-Signature', f'v={ms},d={digest}'), ('Content-Type', 'application/json')],
                         (200,))
        request.update(done=True, epoch=epoch, last=self.world.reached.get(self.location))


class Agent(Sender):
    """A voice agent that acts over HTTP: books, holds, cancels. The same action under the same n until it is answered."""

    def __init__(self, world, name, location, rnd, pause):
        super().__init__(world, name, location, rnd, pause)
        self.token = world.server.add_token(location, 'agent', name)
        self.booked, self.base = [], None

    def make(self):
        if self.booked and self.rnd.random() < 0.3:
            return 'cancel_reservation', {'reservation_id': self.rnd.choice(self.booked[-5:])}
        if self.rnd.random() < 0.2:
            return 'add_party', {'party_id': f'{self.label}-p{self.count}', 'size': 2, 'status': 'waiting'}
        self.booked.append(f'{self.label}-r{self.count}')
        return self.rnd.choice(('create_reservation', 'hold_reservation')), {
            'reservation_id': self.booked[-1], 'name': 'Chen', 'party_size': self.rnd.randint(1, 6),
            'starts_at': self.world.stamp(3600 + 900 * self.rnd.randint(0, 12))}

    def step(self):
        self.count += 1
        kind, data = self.make()
        if self.rnd.random() < 0.3 or self.base is None:
            try:
                self.base = self.client().state(self.location, self.token)['pos']
            except LOST + (AssertionError, ValueError):
                pass  # it acts on what it saw before
        act = {'location': self.location, 'agent': self.label, 'id': str(uuid.UUID(int=self.rnd.getrandbits(128), version=4)),
               'n': self.count, 'outcome': None, 'seq': None, 'done': False}
        self.requests.append(act)
        epoch = self.world.epochs.get(self.location)
        body = {'id': act['id'], 'n': self.count, 'kind': kind, 'base': self.base, 'predicted': 'applied',
                'composed_at': hostline.now(), 'data': data}
        answer = self.until_known(f'/v1/locations/{self.location}/actions', body, [], (200,), self.token).json()
        act.update(done=True, outcome=answer['outcome'], seq=answer.get('seq'), epoch=epoch)


class World:
    """`with World(seed) as world:` starts everything; world.history() is what contract.check() takes."""

    def __init__(self, seed, devices=(('stand-1', 'ocean-ave'), ('stand-2', 'ocean-ave'), ('office', 'ocean-ave'),
                                      ('pier-1', 'pier')), publishers=2, endpoints=2, spread_ms=1000, act=0.3, pause=0.15,
                 direct=False, make_server=None, make_device=None, environment=None):
        self.rnd = random.Random(seed)
        self.seed, self.endpoints, self.act_mean, self.direct = seed, endpoints, act, direct
        self.environment = dict(environment or {})
        self.root = tempfile.mkdtemp(prefix='hl-nemesis-')
        self.folders = os.path.join(self.root, 'boards')
        os.mkdir(self.folders)
        self.prepare()
        self.ending, self.parties = threading.Event(), {'ocean-ave': [], 'pier': []}
        self.day_ms = 0  # the evenings that were skipped
        self.logs = {location: [] for location in self.parties}
        self.server = self.proxy = self.receiver = None
        self.epochs, self.reached, self.restored = {}, {}, []  # of restored backups
        self.devices, self.senders, self.threads = {}, [], []
        self.server_lock = threading.RLock()
        self.server_failure = None
        self.server_kills = self.server_stops = self.server_pauses = 0
        try:
            how = {'config': f'[timers]\nspread-ms={spread_ms}\n' + self.config, 'data_dir': os.path.join(self.root, 'data')}
            self.server = (make_server or hostline.Server)(**how)
            zone = hostline.zone_of_the_day()
            for location in self.parties:
                self.server.add_location(location, location.title(), zone, FLOOR)
            self.readers = {location: self.server.add_token(location, 'staff', f'reader-{location}') for location in self.parties}
            self.proxy = Proxy(self.where)
            self.receiver = Receiver(self.rnd.random())
            self.receiver.secret = self.server.ctl('subscriber', 'add', '--location', 'ocean-ave', '--url',
                                                   self.receiver.url).stdout.split()[1]
            self.pushed_after = self.server.state('ocean-ave', self.readers['ocean-ave'])['pos']['seq']
            for name, location in devices:
                self.devices[name] = (make_device or Device)(self, name, location, random.Random(self.rnd.random()))
                self.devices[name].start(wait=True)
            for i in range(publishers):
                self.senders.append(Publisher(self, f'pos-{i}', 'ocean-ave', random.Random(self.rnd.random()), pause))
            self.senders.append(Publisher(self, 'pos-pier', 'pier', random.Random(self.rnd.random()), pause * 2))
            self.senders.append(Agent(self, 'agent', 'ocean-ave', random.Random(self.rnd.random()), pause * 2))
            self.senders.append(Webhook(self, 'hook', 'ocean-ave', random.Random(self.rnd.random()), pause * 2))
        except BaseException:
            self.close()
            raise

    config = '[push]\nallow-http=true\n'  # more of the server's

    def prepare(self):
        """Before anything starts."""

    def __enter__(self):
        return self

    def __exit__(self, *ignored):
        self.close()

    def close(self):
        self.ending.set()
        for thread in self.threads:
            thread.join(10)
        for device in self.devices.values():
            if device.board is not None:
                device.board.close()
        if self.receiver is not None:
            self.receiver.close()
        if self.proxy is not None:
            self.proxy.close()
        if self.server is not None:
            self.server.close()
        shutil.rmtree(self.root, ignore_errors=True)

    def stamp(self, seconds=0):
        return time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime(time.time() + self.day_ms / 1000 + seconds))

    # the server

    def where(self):
        server = self.server
        return (server.host, server.port) if server.process is not None and server.process.returncode is None else None

    def kill_server(self):
        with self.server_lock:
            if self.check_server():
                self.server.kill()
                self.server_kills += 1

    def stop_server(self):
        """SIGTERM; gives the seconds that it took."""
        with self.server_lock:
            if not self.check_server():
                return 0.0
            self.server.resume()
            begin = time.monotonic()
            code = self.server.stop(deadline=60)
            if code != 0:
                self.server_failure = f'hostlined ended with {code} after SIGTERM: {self.server.log_text()[-1500:]}'
            self.server_stops += 1
            return time.monotonic() - begin

    def start_server(self, offset_ms=None):
        with self.server_lock:
            if self.server.is_running():
                return
            if offset_ms is not None:
                offset_ms += self.day_ms
                self.server.env['HOSTLINE_CLOCK_OFFSET_MS'] = str(offset_ms)
            self.server.start()

    def next_day(self):
        """The night passes: the business day is closed, and what is done with leaves the state."""
        self.stop_server()
        self.day_ms += 86400_000
        self.start_server(0)

    def pause_server(self):
        with self.server_lock:
            if self.check_server():
                self.server.pause()
                self.server_pauses += 1

    def resume_server(self):
        with self.server_lock:
            if self.server.is_running():
                self.server.resume()

    def check_server(self):
        """TRUE if it runs; a server that ended without being asked to is a violation."""
        if self.server.is_running():
            return True
        if self.server.process.returncode not in (0, -signal.SIGKILL) and self.server_failure is None:
            self.server_failure = f'hostlined ended by itself with {self.server.process.returncode}: {self.server.log_text()[-1500:]}'
        return False

    # everybody at work

    def begin(self):
        """Starts the threads; the second time only sets everybody to work again."""
        if not self.threads:
            self.threads = self.senders[:]
            for device in self.devices.values():
                self.threads.append(threading.Thread(target=device.run, args=(self.ending, self.act_mean), daemon=True))
            for thread in self.threads:
                thread.start()
        self.receiver.failing = True
        for device in self.devices.values():
            device.acting = True
        for sender in self.senders:
            sender.working.set()

    def rest(self):
        """Nobody begins anything new; the senders are waited for."""
        for device in self.devices.values():
            device.acting = False
        for sender in self.senders:
            sender.working.clear()

    def heal(self):
        """All faults end. What fell into a hole stays there: the programs have to find out."""
        for gate in self.proxy.gates:
            gate.heal()
        self.receiver.failing = False
        self.resume_server()
        self.start_server()
        for device in self.devices.values():
            device.resume()
            device.start()

    def read_logs(self):
        """Adds what is new; gives the positions of the heads."""
        heads = {}
        for location, log in self.logs.items():
            while True:
                page = self.server.events(location, self.readers[location], after=log[-1]['seq'] if log else 0)
                log += page['events']
                if not page['events']:
                    break
            heads[location] = self.server.state(location, self.readers[location])['pos']
        return heads

    def get_failures(self):
        self.check_server()
        found = [self.server_failure, self.receiver.failure] + [d.failure for d in self.devices.values()] + [s.failure for s in self.senders]
        return [f for f in found if f]

    def converge(self, deadline=120, hurry=None):
        """Waits until every board is live, at the head and has nothing unsent. hurry: a Random that lets some people press
        "Reconnect now". Gives the seconds, or raises TimeoutError."""
        begin = time.monotonic()
        for sender in self.senders:
            if sender.is_alive() and not sender.idle.wait(deadline):
                raise TimeoutError(f'{sender.label} still does not know what became of its request after {deadline} s')
        asked = 0.0
        while True:
            heads = self.get_heads()
            late = [d for d in self.devices.values() if not d.is_at_rest(heads[d.location])]
            if self.get_failures():
                raise AssertionError('; '.join(self.get_failures()))
            if not late and (self.receiver.taken >= heads['ocean-ave']['seq'] or self.restored):
                return time.monotonic() - begin
            if hurry is not None and time.monotonic() - begin >= asked:
                asked = time.monotonic() - begin + 2
                for device in late:
                    if device.board is not None and device.board.link in ('waiting', 'late') and hurry.random() < 0.9:
                        device.board.send(do='reconnect')
            if time.monotonic() - begin > hostline.slow(deadline):
                raise TimeoutError(f'pushed up to {self.receiver.taken} of {heads["ocean-ave"]["seq"]}; ' + '; '.join(f'{d.name}: {d.board and d.board.link} ({d.board and d.board.cause}) at '
                                             f'{d.board and d.board.position}, head {heads[d.location]}, {d.record[-3:]}'
                                             for d in late))
            time.sleep(0.05)

    def get_heads(self):
        return {location: self.server.state(location, self.readers[location])['pos'] for location in self.logs}

    def history(self):
        """All that was seen. Everybody must have come to rest; what the server still appends by itself (a call of which nothing is
        heard any more) is waited for, so that all is of one moment."""
        while True:
            before = self.get_heads()
            for device in self.devices.values():
                device.look()
            heads = self.read_logs()
            states = {location: self.server.state(location, self.readers[location])['entities'] for location in self.logs}
            records = {}
            for device in self.devices.values():
                with device.lock:
                    records[device.name] = list(device.record)
            if before == heads == self.get_heads():
                break
            self.converge()
        return {'logs': self.logs, 'heads': heads, 'states': states,
                'published': [r for s in self.senders if isinstance(s, Publisher) for r in s.requests],
                'hooks': [r for s in self.senders if isinstance(s, Webhook) for r in s.requests],
                'restored': self.restored,
                'pushed': {'location': 'ocean-ave', 'after': self.pushed_after, 'got': self.receiver.got},
                'acted': [r for s in self.senders if isinstance(s, Agent) for r in s.requests],
                'devices': {d.name: {'location': d.location, 'record': records[d.name], 'final': d.final}
                            for d in self.devices.values()}}
