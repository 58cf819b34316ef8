#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What one delivered event costs the real hostlined with 1,000 and with 5,000 dashboards connected: the ratio has to be near 1.

    tests/bench/dashboards.py [--few N] [--many N] [--rounds N] [--seconds N]      with HOSTLINE_BUILD_DIR

Twenty dashboards of one location get 200 events/s; the others are connected, current and idle, at another location. Load
stays on this machine. Prints the processor time of the server for each delivery, and exits 1 over 1.15 times.
"""

import argparse
import http.client
import json
import os
import resource
import socket
import statistics
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))

import hostline  # noqa: E402

BOARDS, RATE, LIMIT = 20, 200, 1.15
TICKS = os.sysconf('SC_CLK_TCK')


class Control(http.client.HTTPConnection):
    """The control socket of a running server: five thousand tokens are too many for a program each."""

    def __init__(self, path):
        super().__init__('hostline')
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(self.path)

    def command(self, command, **params):
        self.close()  # one request a connection
        self.request('POST', '/admin/v1/' + command, json.dumps(params), {'Content-Type': 'application/json'})
        answer = self.getresponse()
        text = answer.read()
        assert answer.status == 200, (answer.status, text)
        return json.loads(text)


def processor(pid):
    """Seconds that all threads of the process have used."""
    with open(f'/proc/{pid}/stat') as file:
        fields = file.read().rsplit(')', 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def measure(idle, seconds):
    with hostline.Server(arguments=[], config='[log]\nlevel=warning\n[timers]\nheartbeat-ms=60000\n') as server:
        server.add_location('busy')
        server.add_location('idle')
        control = Control(os.path.join(server.data_dir, 'control.sock'))
        publisher = server.add_token('busy', 'publisher')
        boards = [server.follow('busy', server.add_token('busy', 'staff', f'b{i}')) for i in range(BOARDS)]
        connected = []
        for i in range(idle):
            token = control.command('token/add', locations=['idle'], role='staff', name=f'i{i}')['token']
            connected.append(server.follow('idle', token))
        for board in boards + connected:
            board.read_until(lambda f: f['t'] == 'snapshot' and f['part'] == f['parts'])
        stop = threading.Event()

        def drain(board):
            while not stop.is_set():
                try:
                    board.read(0.5)
                except TimeoutError:
                    continue

        threads = [threading.Thread(target=drain, args=(board,), daemon=True) for board in boards]
        for thread in threads:
            thread.start()
        before, started, sent = processor(server.pid), time.monotonic(), 0
        while time.monotonic() - started < seconds:
            server.publish('busy', publisher, {'kind': 'call_started', 'data': {'call_id': f'c{sent}'}})
            sent += 1
            pause = started + sent / RATE - time.monotonic()
            if pause > 0:
                time.sleep(pause)  # the pace of the load, not a wait
        hostline.wait_for(lambda: all(len(board.events) >= sent for board in boards), 20, 'every event on every board')
        used = processor(server.pid) - before
        stop.set()
        for thread in threads:
            thread.join()
        for board in boards + connected:
            board.ws.reset()
        return used / (sent * BOARDS) * 1e6, sent


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--few', type=int, default=1000)
    parser.add_argument('--many', type=int, default=5000)
    parser.add_argument('--rounds', type=int, default=3)
    parser.add_argument('--seconds', type=float, default=8)
    args = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_NOFILE, (16384, max(16384, resource.getrlimit(resource.RLIMIT_NOFILE)[1])))
    few, many = [], []
    for i in range(args.rounds):
        few.append(measure(args.few, args.seconds)[0])
        many.append(measure(args.many, args.seconds)[0])
        print(f'round {i + 1}: {few[-1]:.1f} us a delivery with {args.few} idle, {many[-1]:.1f} us with {args.many}', flush=True)
    ratio = statistics.median(b / a for a, b in zip(few, many))
    print(f'median of the ratios: {ratio:.2f} (goal {LIMIT})')
    sys.exit(ratio > LIMIT)


if __name__ == '__main__':
    main()
