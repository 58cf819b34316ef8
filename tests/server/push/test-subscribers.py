# SPDX-License-Identifier: GPL-3.0-or-later
"""Events pushed on as signed webhooks, to a real receiver: in order, at least once, one at a time, and nobody else waits."""

import base64
import email.utils
import hashlib
import hmac
import http.server
import json
import os
import random
import socketserver
import statistics
import threading
import time

import hostline
import store_db
import tap

LOCATION = 'ocean-ave'
CONFIG = '[push]\nallow-http=true\n'
DAY_MS = 24 * 3600 * 1000


class Receiver:
    """An HTTP server that keeps what came. `answer` (requests so far, request) gives status, or status and headers, or None to
    say nothing at all; it may take its time."""

    def __init__(self, answer=None, port=0):
        self.requests, self.under_way, self.most = [], 0, 0
        self.answer = answer or (lambda n, request: 200)
        self.lock = threading.Lock()
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = 'HTTP/1.1'

            def do_POST(self):
                with receiver.lock:
                    receiver.under_way += 1
                    receiver.most = max(receiver.most, receiver.under_way)
                body = self.rfile.read(int(self.headers['Content-Length']))
                request = {'path': self.path, 'headers': {k.lower(): v for k, v in self.headers.items()}, 'body': body,
                           'json': json.loads(body), 'id': self.headers['webhook-id'], 'at': time.monotonic()}
                with receiver.lock:
                    n = len(receiver.requests)
                    receiver.requests.append(request)
                try:
                    found = receiver.answer(n, request)
                    if found is not None:
                        self.reply(*(found if isinstance(found, tuple) else (found, {}, b'')))
                except OSError:
                    pass
                finally:
                    with receiver.lock:
                        receiver.under_way -= 1
                if found is None:
                    self.close_connection = True

            def reply(self, status, headers, body=b''):
                self.send_response(status)
                for key, value in headers.items():
                    self.send_header(key, value)
                if callable(body):
                    self.end_headers()
                    body(self.wfile)
                    return
                self.send_header('Content-Length', str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_POST

            def log_message(self, *ignored):
                pass

        class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
            daemon_threads = True
            allow_reuse_address = True

            def handle_error(self, *ignored):
                pass  # the sender went away: that is what some tests are about

        self.server = Server(('127.0.0.1', port), Handler)
        self.port = self.server.server_port
        self.url = f'http://127.0.0.1:{self.port}/events'
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def seqs(self):
        return [e['seq'] for r in list(self.requests) for e in r['json']['data']['events']]

    def ids(self):
        return [r['id'] for r in list(self.requests)]

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def __enter__(self):
        return self

    def __exit__(self, *ignored):
        self.close()


def open_server(**how):
    server = hostline.Server(config=CONFIG, **how)
    server.add_location(LOCATION)
    return server, server.add_token(LOCATION, 'publisher'), server.add_token(LOCATION, 'staff')


def add(server, url, *arguments):
    """A new subscriber: its id and secret."""
    return server.ctl('subscriber', 'add', '--location', LOCATION, '--url', url, *arguments).stdout.split()


def listed(server, id=None):
    found = json.loads(server.ctl('--json', 'subscriber', 'list').stdout)['subscribers']
    return found if id is None else next(s for s in found if s['id'] == id)


def call(n, **data):
    return {'kind': 'call_started', 'at': hostline.now(), 'data': {'call_id': f'c{n}', **data}}


def publish(server, token, n, first=0):
    last = 0
    for i in range(n):
        last = server.publish(LOCATION, token, call(first + i))['last']
    return last


def is_signed(request, secret):
    """As the Standard Webhooks libraries check it."""
    key = base64.b64decode(secret.removeprefix('whsec_'))
    headers = request['headers']
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + request['body']
    want = 'v1,' + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return any(hmac.compare_digest(want, given) for given in headers['webhook-signature'].split(' '))


def wait_for_seq(receiver, last, deadline=20):
    hostline.wait_for(lambda: last in receiver.seqs(), hostline.slow(deadline), f'event {last} at the receiver')


def first_sight(receiver):
    """(id, seqs) of each delivery, without those that came again; fails when the same id had other events."""
    seen = {}
    for request in receiver.requests:
        seqs = [e['seq'] for e in request['json']['data']['events']]
        assert seen.setdefault(request['id'], seqs) == seqs, f"{request['id']} had {seen[request['id']]} and now {seqs}"
    return seen


def test_events_arrive_signed_and_in_order(t):
    server, publisher, staff = open_server()
    with server, Receiver() as receiver:
        publish(server, publisher, 3)
        id, secret = add(server, receiver.url)
        t.check(id.startswith('sub-') and secret.startswith('whsec_'), 'the id and the secret are printed')
        last = publish(server, publisher, 20, first=100)
        wait_for_seq(receiver, last)
        t.equal(receiver.seqs(), list(range(4, last + 1)), 'what comes from now on, in order, each once')
        t.equal(receiver.most, 1, 'one at a time')
        log = {e['seq']: e for e in server.events(LOCATION, staff)['events']}
        for request in receiver.requests:
            data = request['json']['data']
            assert [log[e['seq']] for e in data['events']] == data['events'], 'an event is not as it stands in the log'
            assert request['id'] == f"{data['epoch']}.{data['events'][-1]['seq']}", request['id']
            assert is_signed(request, secret), 'a signature is wrong'
            assert abs(int(request['headers']['webhook-timestamp']) - time.time()) < 300
            assert data['pos']['seq'] == data['events'][-1]['seq'] and data['location'] == LOCATION
        t.check(True, 'events, ids, positions and signatures')
        first = receiver.requests[0]
        t.equal((first['headers']['content-type'], first['json']['type'], first['path']),
                ('application/json', 'hostline.events', '/events'), 'form')
        t.check(first['headers']['user-agent'].startswith('Hostline/'), 'who sends')
        row = hostline.wait_for(lambda: (r := listed(server, id), r['lag'] == 0)[1] and r, hostline.slow(5))
        t.equal((row['state'], row['seq'], row['last_status'], row['attempts']), ('ok', last, 200, 0), 'subscriber list')
        text = server.ctl('subscriber', 'list').stdout
        t.check(id in text and receiver.url in text and 'whsec_' not in text, 'as a table, without the secret')
        t.check(secret not in server.log_text(), 'nor is the secret in the log')
        metrics = server.metrics(server.add_token(LOCATION, 'monitor'))
        t.equal(metrics['hostline_subscriber_deliveries_total{result="ok"}'], len(receiver.requests), 'counted')
        t.equal(metrics[f'hostline_subscriber_lag_events{{subscriber="{id}"}}'], 0, 'the lag is a metric')
        server.ctl('subscriber', 'remove', id)
        count = len(receiver.requests)
        publish(server, publisher, 3, first=200)
        t.equal(listed(server), [], 'removed')
        t.equal(len(receiver.requests), count, 'hears nothing more')


def test_from_the_beginning_and_units_whole(t):
    """--after 0 pushes the log from its beginning, in requests of several units; a unit is never cut."""
    server, publisher, staff = open_server()
    with server, Receiver() as receiver:
        board = server.follow(LOCATION, staff)
        board.read_until(lambda f: f['t'] == 'snapshot')
        for n in range(60):
            server.publish(LOCATION, publisher, [call(f'{n}-{i}') for i in range(4)])
            server.publish(LOCATION, publisher, {'kind': 'reservation_created', 'at': hostline.now(), 'data': {
                'reservation_id': f'r{n}', 'name': f'Guest {n}', 'party_size': 2, 'starts_at': hostline.now(3600 + 600 * n)}})
            board.act('arrive', {'reservation_id': f'r{n}', 'party_id': f'p{n}'}, n=n + 1)
        log = server.events(LOCATION, staff, 0, 500)['events']
        add(server, receiver.url, '--after', '0')
        wait_for_seq(receiver, log[-1]['seq'])
        t.equal(receiver.seqs(), [e['seq'] for e in log], 'all of it')
        ends = {e['seq'] for e in log if e['end']}
        t.check(all(r['json']['data']['events'][-1]['seq'] in ends for r in receiver.requests), 'each request ends with a unit')
        sizes = [len(r['json']['data']['events']) for r in receiver.requests]
        t.check(max(sizes) > 20 and max(sizes) <= 164, f'{len(sizes)} requests of up to {max(sizes)} events')
        t.check(any(not e['end'] for e in log), 'there were units of several events')


def test_killed_between_send_and_cursor(t):
    """kill -9 at any moment: every event comes at least once, in order, and what comes again has its old id and its old events."""
    seed = int(os.environ.get('HL_TEST_SEED', random.randrange(2**31)))
    t.note(f'seed {seed}')
    rnd = random.Random(seed)
    server, publisher, staff = open_server()
    with server:
        kill, silent = threading.Event(), []

        def answer(n, request):
            if rnd.random() < 0.15 and not kill.is_set():
                kill.set()          # it has the event; whether it says so the server will not hear
                time.sleep(rnd.random() * 0.05)
                silent.append(not silent or rnd.random() < 0.5)  # once for certain
                return None if silent[-1] else 200
            time.sleep(rnd.random() * 0.01)
            return 200

        with Receiver(answer) as receiver:
            add(server, receiver.url)
            last, kills, n = 0, 0, 0
            deadline = time.monotonic() + hostline.slow(60)
            while kills < 8 and time.monotonic() < deadline:
                n += 1
                try:
                    last = server.publish(LOCATION, publisher, [call(f'{n}-{i}') for i in range(rnd.choice((1, 1, 3)))])['last']
                except (OSError, ValueError):
                    pass
                if kill.is_set():
                    kills += 1
                    server.kill()
                    server.restart()
                    kill.clear()
            kill.set()
            last = server.publish(LOCATION, publisher, call('last'))['last']
            wait_for_seq(receiver, last, 40)
            seen = first_sight(receiver)
            t.equal([s for seqs in seen.values() for s in seqs], list(range(1, last + 1)), f'{last} events over {kills} kills, in order')
            again = len(receiver.requests) - len(seen)
            t.note(f'{again} deliveries came again, each with its id')
            t.equal(kills, 8, 'it was killed')
            t.check(again > 0, 'and some had to come again')


def test_wrong_answers(t):
    """Everything but 2xx is tried again, with the same id; a redirect is not followed; Retry-After is kept to."""
    server, publisher, staff = open_server()
    with server, Receiver() as elsewhere:
        plan = [500, (302, {'Location': elsewhere.url}, b''), (307, {'Location': elsewhere.url}, b''), None, 404,
                (503, {'Retry-After': '4'}, b''), 200]
        with Receiver(lambda n, request: plan[n] if n < len(plan) else 204) as receiver:
            id, _ = add(server, receiver.url)
            publish(server, publisher, 2)
            hostline.wait_for(lambda: len(receiver.requests) >= 2, hostline.slow(10))
            row = hostline.wait_for(lambda: (r := listed(server, id), r['state'] == 'failing')[1] and r, hostline.slow(5))
            t.check(row['attempts'] >= 1 and row['lag'] == 2 and row['next_at'] and row['failing_since'], f'the list tells: {row}')
            t.check('HTTP' in row['last_error'] or row['last_status'] == 0, f"why: {row['last_error']}")
            hostline.wait_for(lambda: len(receiver.requests) >= len(plan) + 1, hostline.slow(120), 'delivered in the end')
            ids = receiver.ids()
            t.equal(set(ids[:len(plan)]), {ids[0]}, 'the same id each time')
            t.equal({r['body'] for r in receiver.requests[:len(plan)]}, {receiver.requests[0]['body']}, 'and the same body')
            t.check(ids[len(plan)] != ids[0], 'then the next')
            gaps = [b['at'] - a['at'] for a, b in zip(receiver.requests, receiver.requests[1:])][:len(plan) - 1]
            t.note('waited ' + ', '.join(f'{g:.1f}' for g in gaps) + ' s')
            t.check(gaps[0] >= 0.45, 'after the first failure half a second at least')
            t.check(gaps[3] >= gaps[0] and gaps[3] >= 3.5, 'later longer')
            t.check(gaps[5] >= 4, 'Retry-After')
            t.equal(elsewhere.requests, [], 'nobody went where the redirect pointed')
            row = hostline.wait_for(lambda: (r := listed(server, id), r['lag'] == 0)[1] and r, hostline.slow(5))
            t.equal((row['state'], row['failing_since'], row['next_at'], row['last_error']), ('ok', None, None, None), 'all is well again')


def test_retry_after_as_a_date(t):
    server, publisher, staff = open_server()
    with server:
        def answer(n, request):
            return (429, {'Retry-After': email.utils.formatdate(time.time() + 4, usegmt=True)}, b'') if n == 0 else 200

        with Receiver(answer) as receiver:
            add(server, receiver.url)
            publish(server, publisher, 1)
            hostline.wait_for(lambda: len(receiver.requests) == 2, hostline.slow(20))
            t.check(receiver.requests[1]['at'] - receiver.requests[0]['at'] >= 2.5, 'not before the date')


def test_rotation(t):
    """After a rotation the old secret and the new one sign for a day; then the new one alone."""
    server, publisher, staff = open_server()
    with server, Receiver() as receiver:
        id, old = add(server, receiver.url)
        wait_for_seq(receiver, publish(server, publisher, 1))
        again, new = server.ctl('subscriber', 'rotate', id).stdout.split()
        t.check(again == id and new != old and new.startswith('whsec_'), 'a new secret')
        wait_for_seq(receiver, publish(server, publisher, 1, first=10))
        request = receiver.requests[-1]
        t.equal((is_signed(request, old), is_signed(request, new), len(request['headers']['webhook-signature'].split(' '))),
                (True, True, 2), 'both sign')
        server.stop()
        server.env['HOSTLINE_CLOCK_OFFSET_MS'] = str(DAY_MS + 60_000)
        server.start()
        wait_for_seq(receiver, publish(server, publisher, 1, first=20))
        hostline.wait_for(lambda: not is_signed(receiver.requests[-1], old), hostline.slow(5))
        t.check(is_signed(receiver.requests[-1], new), 'a day later the new one alone')


def test_disabled_after_three_days(t):
    """Three days of failures disable it, with a reason; nothing is lost: enabled, it goes on where it stood."""
    server, publisher, staff = open_server()
    with server:
        good = threading.Event()
        with Receiver(lambda n, request: 200 if good.is_set() else 500) as receiver:
            id, _ = add(server, receiver.url)
            last = publish(server, publisher, 5)
            hostline.wait_for(lambda: listed(server, id)['attempts'] >= 1, hostline.slow(10))
            server.stop()
            server.env['HOSTLINE_CLOCK_OFFSET_MS'] = str(3 * DAY_MS + 3600_000)
            server.start()
            row = hostline.wait_for(lambda: (r := listed(server, id), r['attempts'] >= 3)[1] and r, hostline.slow(30))
            t.equal(row['state'], 'failing', 'a clock that jumped is not enough')
            # what only time would bring: ten failures
            server.stop()
            with store_db.connect(os.path.join(server.data_dir, 'hostline.db')) as db:
                db.execute('UPDATE subscriber SET attempts = 12, next_at = 0')
            server.start()
            row = hostline.wait_for(lambda: (r := listed(server, id), r['state'] == 'disabled')[1] and r, hostline.slow(30))
            t.check('three days' in row['disabled_reason'] and 'HTTP 500' in row['disabled_reason'], row['disabled_reason'])
            t.check(row['disabled'] and row['next_at'] is None and row['lag'] >= last, 'since when; nothing is planned; what waits')
            t.check('three days' in server.ctl('subscriber', 'list').stdout, 'the table says why')
            count = len(receiver.requests)
            server.restart()
            last = publish(server, publisher, 2, first=100)  # the closed days are events, too
            t.equal(listed(server, id)['state'], 'disabled', 'also after a restart')
            t.equal(len(receiver.requests), count, 'it is left alone')
            good.set()
            server.ctl('subscriber', 'enable', id)
            wait_for_seq(receiver, last)
            delivered = [e['seq'] for r in receiver.requests[count:] for e in r['json']['data']['events']]
            t.equal(delivered, list(range(1, last + 1)), 'enabled: from where it stood')
            hostline.wait_for(lambda: listed(server, id)['state'] == 'ok', hostline.slow(5))
            t.equal(server.ctl('subscriber', 'enable', 'sub-none', check=False).returncode, 1, 'an unknown one')


def test_gone(t):
    """410 means it for good."""
    server, publisher, staff = open_server()
    with server, Receiver(lambda n, request: 410) as receiver:
        id, _ = add(server, receiver.url)
        publish(server, publisher, 3)
        row = hostline.wait_for(lambda: (r := listed(server, id), r['state'] == 'disabled')[1] and r, hostline.slow(10))
        t.check('410' in row['disabled_reason'], row['disabled_reason'])
        t.equal(len(receiver.requests), 1, 'asked once')


def test_a_bad_receiver_hurts_nobody(t):
    """Receivers that hang, drip, answer without end or are not there: dashboards and the other subscribers do not notice."""
    server, publisher, staff = open_server()

    def drip(wfile):
        for _ in range(600):
            wfile.write(b'x')
            wfile.flush()
            time.sleep(0.05)

    def pour(wfile):
        for _ in range(4000):
            wfile.write(b'x' * 65536)

    closing = []
    with server, Receiver() as good, Receiver(lambda n, r: time.sleep(30)) as hanging, \
            Receiver(lambda n, r: (200, {'Content-Length': '100000'}, drip)) as dripping, \
            Receiver(lambda n, r: (200, {'Content-Length': str(4000 * 65536)}, pour)) as pouring:
        for receiver in (hanging, dripping, pouring, good):
            add(server, receiver.url)
        add(server, f'http://127.0.0.1:{hostline.free_port()}/nobody')
        board = server.follow(LOCATION, staff)
        board.read_until(lambda f: f['t'] == 'snapshot')

        def measure(count, first):
            delays = []
            for n in range(count):
                began = time.monotonic()
                board.read_to(publish(server, publisher, 1, first=first + n))
                delays.append(time.monotonic() - began)
                board.ping(first + n)
                time.sleep(0.01)
            return delays

        delays = measure(250, 0)
        t.note(f'POST to frame: {statistics.median(delays) * 1000:.1f} ms median, {sorted(delays)[246] * 1000:.1f} ms p99')
        t.check(sorted(delays)[246] < hostline.moment(0.1), 'live sessions do not wait')
        wait_for_seq(good, board.pos['seq'])
        t.equal(good.seqs(), list(range(1, board.pos['seq'] + 1)), 'the good one got all, in order')
        rows = {s['url']: s for s in listed(server)}
        hostline.wait_for(lambda: (r := {s['url']: s for s in listed(server)}[hanging.url], r['attempts'] >= 1)[1], hostline.slow(20))
        row = {s['url']: s for s in listed(server)}[hanging.url]
        t.equal((row['last_status'], row['last_error']), (0, 'no answer within 10 seconds'), 'the hanging one is given up')
        gap = hanging.requests[1]['at'] - hanging.requests[0]['at'] if len(hanging.requests) > 1 else 10
        t.check(10 <= gap + 0.5, 'after ten seconds')
        t.check(rows[pouring.url]['delivered'] > 3, 'an answer without end is cut, and counts by its status')
        hostline.wait_for(lambda: {s['url']: s for s in listed(server)}[dripping.url]['delivered'] >= 1, hostline.slow(20))
        t.check(True, 'one that drips, too')
        closing.append(server.stop(deadline=hostline.slow(10)))
    t.equal(closing, [0], 'and the server ends in time')


def test_a_backlog_survives_restarts(t):
    """The receiver is away; the log grows, the server restarts; when it is back everything comes, in order, in few requests."""
    server, publisher, staff = open_server()
    with server:
        receiver = Receiver()
        id, _ = add(server, receiver.url)
        wait_for_seq(receiver, publish(server, publisher, 2))
        port = receiver.port
        receiver.close()
        for n in range(3):
            last = server.publish(LOCATION, publisher, [call(f'{n}-{i}') for i in range(100)])['last']
            server.restart()
        t.equal(listed(server, id)['lag'], 300, 'the lag')
        with Receiver(port=port) as back:
            wait_for_seq(back, last, 60)
            t.equal([s for seqs in first_sight(back).values() for s in seqs], list(range(3, last + 1)), 'all of it, in order')
            t.check(len(back.requests) <= 12, f'in {len(back.requests)} requests')


def test_after_a_restore(t):
    """A restored log has another epoch: what is new has new ids, and nothing old comes again."""
    server, publisher, staff = open_server()
    with server, Receiver() as receiver:
        id, _ = add(server, receiver.url)
        wait_for_seq(receiver, publish(server, publisher, 5))
        hostline.wait_for(lambda: listed(server, id)['lag'] == 0, hostline.slow(5))
        backup = os.path.join(server.root, 'backup.db')
        server.ctl('backup', backup)
        wait_for_seq(receiver, publish(server, publisher, 5, first=100))
        server.stop()
        server.ctl('restore', backup)
        server.start()
        before = len(receiver.requests)
        last = publish(server, publisher, 3, first=200)
        t.equal(last, 8, 'numbers are used again')

        def told():
            return [e['seq'] for r in receiver.requests[before:] for e in r['json']['data']['events']]

        # one delivery or three: that is a matter of time
        hostline.wait_for(lambda: told()[-1:] == [last], hostline.slow(10), 'the last event')
        new = receiver.requests[before:]
        t.equal([e['seq'] for r in new for e in r['json']['data']['events']], [6, 7, 8], 'what is new')
        epochs = {r['json']['data']['epoch'] for r in new}
        t.equal(len(epochs), 1, 'one epoch')
        t.check(not epochs & {r['json']['data']['epoch'] for r in receiver.requests[:before]}, 'another one')
        t.check(not {r['id'] for r in new} & {r['id'] for r in receiver.requests[:before]}, 'no id twice')


def test_where_to(t):
    """http only where it is allowed, and only nearby; the rule holds also for what was added before."""
    server, publisher, staff = open_server()
    with server, Receiver() as receiver:
        for url in ('http://example.org/x', 'http://8.8.8.8/x', 'ftp://127.0.0.1/x', 'https://user:pw@example.org/', 'nonsense',
                    'http://127.0.0.1.nip.io/x'):
            done = server.ctl('subscriber', 'add', '--location', LOCATION, '--url', url, check=False)
            t.equal(done.returncode, 1, url)
            t.check(done.stderr.startswith('hostlinectl: ') and done.stderr.count('\n') == 1, done.stderr.strip())
        t.equal(server.ctl('subscriber', 'add', '--location', 'nowhere', '--url', receiver.url, check=False).returncode, 1, 'no location')
        id, _ = add(server, receiver.url)
        wait_for_seq(receiver, publish(server, publisher, 1))
        server.stop()
        server.config = ''
        server.start()
        done = server.ctl('subscriber', 'add', '--location', LOCATION, '--url', receiver.url, check=False)
        t.equal((done.returncode, 'allow-http' in done.stderr), (1, True), 'not without the key')
        count = len(receiver.requests)
        publish(server, publisher, 1, first=10)
        row = hostline.wait_for(lambda: (r := listed(server, id), r['state'] == 'failing')[1] and r, hostline.slow(10))
        t.check('not allowed' in row['last_error'], row['last_error'])
        t.equal(len(receiver.requests), count, 'nothing is sent')


def test_a_clock_that_is_set_back(t):
    """When to try again is written down as a time; a server whose clock was an hour ahead does not wait for that hour."""
    server, publisher, staff = open_server(env={'HOSTLINE_CLOCK_OFFSET_MS': '3600000'})
    status = 500
    with server, Receiver(lambda n, request: status) as receiver:
        add(server, receiver.url)
        last = publish(server, publisher, 1)
        hostline.wait_for(lambda: listed(server)[0]['attempts'] >= 1, hostline.slow(10), 'a failure')
        server.stop()
        status = 200
        server.env['HOSTLINE_CLOCK_OFFSET_MS'] = '0'
        server.restart()
        hostline.wait_for(lambda: listed(server)[0]['seq'] >= last, hostline.slow(20), 'the next try')
        t.check(True, 'tried again in seconds')


if __name__ == '__main__':
    tap.main()
