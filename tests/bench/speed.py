#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""How fast the whole house is, from a POST to a frame and from a start to a window; each figure stands beside its goal.

    tests/bench/speed.py        with HOSTLINE_BUILD_DIR; runs itself again on a display of its own (tests/app/ui/with-x.sh)

A machine that runs other tests at the same time is noisy: a figure fails only at SLACK times its goal.
"""

import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, '..', 'lib')]

import hostline  # noqa: E402
import tap  # noqa: E402

SLACK = 3
FLOOR = os.path.join(hostline.SOURCE, 'data', 'demo', 'floor.json')
FOLLOWER = os.path.join(hostline.BUILD, 'tests', 'follower', 'hostline-follower')
TICKS = os.sysconf('SC_CLK_TCK')


def judge(t, what, figure, goal, unit):
    t.note(f'{what}: {figure:.2f} {unit} (goal {goal} {unit})')
    t.check(figure <= goal * SLACK, f'{what}, within {SLACK} times its goal')


def call(number):
    return {'kind': 'call_started', 'data': {'call_id': f'c{number}', 'from': '+12025550142', 'direction': 'inbound'}}


def turn(number, index):
    return {'kind': 'transcript_segment',
            'data': {'call_id': f'c{number}', 'turn': index, 'speaker': 'caller', 'text': f'Words {index}'}}


def test_a_post_reaches_the_dashboard(t):
    """At rest: one event, one dashboard, both ends on this machine."""
    with hostline.Server() as server:
        server.add_location()
        publisher, staff = server.add_token(role='publisher'), server.add_token()
        with server.follow('ocean-ave', staff) as board, server.connect() as connection:
            took = []
            for i in range(220):
                body = hostline.json.dumps(call(i))
                headers = [('Authorization', f'Bearer {publisher}'), ('Content-Type', 'application/json'),
                           ('Idempotency-Key', f'"speed-{i}"')]
                started = time.monotonic()
                connection.send_request('POST', '/v1/locations/ocean-ave/events', headers, body)
                board.read_until(lambda f: f['t'] == 'events')
                took.append((time.monotonic() - started) * 1000)
                answer = connection.read()
                assert answer.status == 201, answer
            took = sorted(took[20:])
    judge(t, 'POST to frame, median of 200', statistics.median(took), 10, 'ms')
    t.note(f'POST to frame, p99 of 200: {took[197]:.2f} ms')


class Window:
    """The real window on an already paired folder; what it traces is read from its standard error."""

    def __init__(self, folder):
        env = {**os.environ, 'HOSTLINE_DATA_DIR': folder, 'HOSTLINE_TRACE_START': '1', 'HOSTLINE_TRACE_LOOP': '1',
               'GSETTINGS_SCHEMA_DIR': os.path.join(hostline.BUILD, 'data')}
        env.pop('MALLOC_CHECK_', None)
        env.pop('G_DEBUG', None)
        self.lines = []
        self.started = time.clock_gettime(time.CLOCK_BOOTTIME)
        self.process = subprocess.Popen([hostline.program('hostline')], env=env, stderr=subprocess.PIPE, text=True)
        self.thread = threading.Thread(target=self._read, daemon=True)
        self.thread.start()

    def _read(self):
        for line in self.process.stderr:
            self.lines.append(line)

    def traced(self, name, after=0):
        """The numbers of a trace line, of those after so many lines."""
        for line in self.lines[after:]:
            if ' trace: ' + name in line:
                return {key: int(value) for key, value in re.findall(r'([a-z-]+)=(\d+)', line)}
        return None

    def wait_traced(self, name, after=0, deadline=60):
        return hostline.wait_for(lambda: self.traced(name, after), hostline.slow(deadline), f'trace of {name}: {self.lines}')

    def ask_loop(self):
        before = len(self.lines)
        self.process.send_signal(signal.SIGUSR1)
        return self.wait_traced('loop', before)

    def cpu(self):
        with open(f'/proc/{self.process.pid}/stat') as file:
            fields = file.read().rsplit(')', 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def close(self):
        self.process.terminate()
        try:
            self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def __enter__(self):
        return self

    def __exit__(self, *ignored):
        self.close()


def test_the_window(t):
    """Starts on its last state, rests, and takes 200 events a second."""
    if not os.environ.get('HL_SPEED_DISPLAY'):
        t.skip('no display: Xvfb or dbus-run-session is not installed')
    if not os.path.exists(FOLLOWER) or not os.path.exists(os.path.join(hostline.BUILD, 'app', 'hostline')):
        t.skip('built without the app')
    root = tempfile.mkdtemp(prefix='hl-speed-')
    try:
        with hostline.Server() as server:
            server.add_location(floor=FLOOR)
            publisher = server.add_token(role='publisher')
            server.publish('ocean-ave', publisher, [call(i) for i in range(10)])
            folder = os.path.join(root, 'stand')
            link = server.ctl('pair', '--location', 'ocean-ave').stdout.split('\n')[0]
            sys.path.append(os.path.join(HERE, '..', 'follower'))
            from dashboard import Dashboard
            board = Dashboard(folder, '--pair', link, '--name', 'stand')
            board.until(lambda b: b.link == 'live' and b.position and b.position['seq'] >= 10)
            board.process.terminate()
            board.process.wait(60)
            server.stop()

            starts = []
            for _ in range(3):
                with Window(folder) as window:
                    frame = window.wait_traced('first frame')
                    starts.append(frame['boot-us'] / 1e6 - window.started)
            t.check(frame['tables'] > 0, f'{frame["tables"]} tables of the last state in the first frame, without a server')
            judge(t, 'exec to the first frame with the last state, median of 3', statistics.median(starts) * 1000, 1000, 'ms')

            server.restart()
            with Window(folder) as window:
                window.wait_traced('first frame')
                calm_down(window)
                before, started = window.cpu(), time.monotonic()
                threading.Event().wait(10)
                share = (window.cpu() - before) / (time.monotonic() - started) * 100
                judge(t, 'processor of the idle window over 10 s', share, 1, '% of a core')

                # a machine that stands still for a moment does not do so each time, a long turn of ours comes again
                longest, most = [], 0
                for number in range(1, 4):
                    window.ask_loop()
                    sent = pour(server, publisher, 200, 10, number * 1000)
                    loop = window.ask_loop()
                    longest.append(loop['longest-us'] / 1000)
                    most = max(most, sent)
                    t.note(f'{sent} events in 10 s, {loop["turns"]} turns of the loop, the longest {longest[-1]:.0f} ms')
                    if min(longest) <= SLACK * 50 and most >= 1500:
                        break
                t.check(most >= 1500, f'{most} events of 2000 were sent')
                # a slow machine draws slowly: its own start, work of the same kind, says how slowly
                goal = max(50, statistics.median(starts) * 1000 / 6)
                judge(t, 'longest turn of the main loop at 200 events/s, the best of up to 3', min(longest), round(goal), 'ms')
    finally:
        shutil.rmtree(root, ignore_errors=True)


def calm_down(window):
    """Until a whole second has cost little: the start is over."""
    end = time.monotonic() + 15
    while time.monotonic() < end:
        before = window.cpu()
        threading.Event().wait(1)
        if window.cpu() - before <= 0.03:
            return


def pour(server, token, rate, seconds, number):
    """Ten events a request, at an even pace; half of them calls, half turns of a transcript."""
    started, sent = time.monotonic(), 0
    while time.monotonic() - started < seconds:
        batch = []
        for _ in range(2):
            number += 1
            batch += [call(number)] + [turn(number, k) for k in range(3)] + [
                {'kind': 'call_completed', 'data': {'call_id': f'c{number}'}}]
        server.publish('ocean-ave', token, batch)
        sent += len(batch)
        pause = started + sent / rate - time.monotonic()
        if pause > 0:
            threading.Event().wait(pause)
    return sent


if __name__ == '__main__':
    with_x = os.path.join(HERE, '..', 'app', 'ui', 'with-x.sh')
    if not os.environ.get('HL_SPEED_DISPLAY') and shutil.which('Xvfb') and shutil.which('dbus-run-session'):
        os.execvpe('bash', ['bash', with_x, sys.executable, os.path.abspath(__file__), *sys.argv[1:]],
                   {**os.environ, 'HL_SPEED_DISPLAY': '1'})
    tap.main()
