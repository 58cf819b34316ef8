# SPDX-License-Identifier: GPL-3.0-or-later
"""Driving hostline-follower, the dashboard without a window.

    with Dashboard(folder, pair=link) as board:
        board.until(lambda b: b.link == 'live')
        answer = board.perform('seat', party_id='p1', table_ids=['12'])
"""

import json
import os
import queue
import signal
import subprocess
import threading
import time

import hostline

PROGRAM = os.path.join(hostline.BUILD, 'tests', 'follower', 'hostline-follower')


class Dashboard:
    """One run of the program; wrap: a command to run it under, which must not fork. `lines` is all that it has said; items, link, position and totals are the latest."""

    def __init__(self, folder, *arguments, env=None, wrap=()):
        self.folder = folder
        self.lines, self.items, self.answers = [], {}, {}
        self.link, self.cause, self.position, self.totals, self.digest = None, None, None, None, None
        self.units = []
        self.tag = 0
        self.queue = queue.Queue()
        self.log = open(folder + '.log', 'ab')
        self.process = subprocess.Popen([*wrap, PROGRAM, '--data-dir', folder, '--events', *arguments], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=self.log, env={**os.environ, **(env or {})})
        self.thread = threading.Thread(target=self._read, daemon=True)
        self.thread.start()

    def _read(self):
        for line in self.process.stdout:
            try:
                self.queue.put(json.loads(line))
            except ValueError:
                pass  # cut off by a kill
        self.queue.put(None)

    def _take(self, said):
        self.lines.append(said)
        kind = said['t']
        if kind == 'link':
            self.link, self.cause = said['state'], said['cause']
        elif kind == 'item':
            self.items[said['id']] = said
        elif kind in ('performed', 'failed'):
            self.answers[said.get('tag')] = said
        elif kind in ('unit', 'snapshot', 'ready'):
            self.position = said['pos']
            if kind == 'unit':
                self.units.append((said['first'], said['seq'], said['ids']))
        elif kind == 'totals':
            self.totals = said
        elif kind == 'digest':
            self.digest = said

    def read(self, timeout):
        """Takes one line; FALSE when none came in time, None at the end."""
        try:
            said = self.queue.get(timeout=timeout)
        except queue.Empty:
            return False
        if said is None:
            self.queue.put(None)
            return None
        self._take(said)
        return said

    def until(self, condition, deadline=60, what=''):
        end = time.monotonic() + hostline.slow(deadline)
        while not condition(self):
            left = end - time.monotonic()
            said = self.read(max(0.001, left)) if left > 0 else False
            if said is None:
                raise AssertionError(f'the dashboard ended ({self.process.poll()}) before {what or "that"}')
            if said is False and time.monotonic() >= end:
                raise TimeoutError(f'not in {deadline} s: {what}; link {self.link} ({self.cause}), {self.lines[-3:]}')
        return self

    def drain(self):
        """Takes what is there already."""
        while self.read(0.0005):
            pass

    def send(self, **command):
        try:
            self.process.stdin.write(json.dumps(command).encode() + b'\n')
            self.process.stdin.flush()
            return True
        except OSError:
            return False

    def ask(self, **command):
        """Sends a command with a tag; gives the tag."""
        self.tag += 1
        self.send(tag=self.tag, **command)
        return self.tag

    def perform(self, kind, **data):
        """Saved on disk when it returns: {"t": "performed", "id", "predicted"} or {"t": "failed", "error"}."""
        tag = self.ask(do='perform', kind=kind, data=data)
        self.until(lambda b: tag in b.answers, what=f'{kind} was saved')
        return self.answers[tag]

    def undo(self):
        tag = self.ask(do='undo')
        self.until(lambda b: tag in b.answers, what='undo')
        return self.answers[tag]

    def get_digest(self):
        self.digest = None
        self.send(do='digest')
        self.until(lambda b: b.digest, what='a digest')
        return self.digest

    def get_totals(self):
        self.totals = None
        self.send(do='totals')
        self.until(lambda b: b.totals, what='totals')
        return self.totals

    def is_settled(self):
        return self.link == 'live' and all(i['state'] not in ('queued', 'sending') for i in self.items.values())

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.thread.join(5)
        while self.read(0.001):
            pass
        self.close()

    def quit(self, deadline=60):
        self.send(do='quit')
        self.process.wait(hostline.slow(deadline))
        self.thread.join(5)
        while self.read(0.001):
            pass
        self.close()
        return self.process.returncode

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        for stream in (self.process.stdin, self.process.stdout, self.log):
            try:
                stream.close()
            except OSError:
                pass

    def __enter__(self):
        return self

    def __exit__(self, *ignored):
        self.close()
