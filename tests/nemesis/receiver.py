# SPDX-License-Identifier: GPL-3.0-or-later
"""Somebody to whom the server pushes a location's events as signed webhooks: who often answers, sometimes with an error, and
sometimes not at all."""

import base64
import hashlib
import hmac
import http.server
import json
import random
import socketserver
import threading


class Receiver:
    """got: [(webhook-id, [(seq, event id), ...], status)], each delivery as it came; status None: no answer was given."""

    def __init__(self, seed):
        self.rnd, self.got, self.lock = random.Random(seed), [], threading.Lock()
        self.failing, self.secret, self.failure, self.taken = False, None, None, 0
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = 'HTTP/1.1'

            def do_POST(self):
                length = int(self.headers['Content-Length'])
                body = self.rfile.read(length)
                # the sender was killed in the middle of it: nobody has sent anything
                status = receiver.take(self.headers, body) if len(body) == length else None
                if status is None:
                    self.close_connection = True
                    return
                self.send_response(status)
                self.send_header('Content-Length', '0')
                self.end_headers()

            def log_message(self, *ignored):
                pass

        class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
            daemon_threads = True

            def handle_error(self, *ignored):
                pass  # the sender went away

        self.server = Server(('127.0.0.1', 0), Handler)
        self.url = f'http://127.0.0.1:{self.server.server_port}/events'
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def take(self, headers, body):
        """Writes down what came; gives the status to answer."""
        with self.lock:
            key = base64.b64decode(self.secret.removeprefix('whsec_'))
            signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
            wanted = 'v1,' + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
            if wanted not in headers['webhook-signature'].split(' '):
                self.failure = f'push: {headers["webhook-id"]} is not signed with the secret'
            events = [(e['seq'], e['id']) for e in json.loads(body)['data']['events']]
            status = self.rnd.choice((200,) * 16 + (500, 503, None, None)) if self.failing else 200
            self.got.append((headers['webhook-id'], events, status))
            if status == 200:
                self.taken = max(self.taken, events[-1][0])
            return status

    def close(self):
        self.server.shutdown()
        self.server.server_close()
