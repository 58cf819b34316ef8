# SPDX-License-Identifier: GPL-3.0-or-later
"""The demonstration evening as everybody starts it, on a display of its own: it plays, ends, and leaves nothing behind."""

import glob
import os
import re
import shutil
import signal
import subprocess
import tempfile
import threading

import hostline
import tap

RUN = os.path.join(hostline.SOURCE, 'data', 'demo', 'run.sh')


def need_display():
    for tool in ('Xvfb', 'import', 'convert', 'dbus-run-session'):
        if shutil.which(tool) is None:
            raise tap.Skip(f'{tool} is not installed')


def on_child_start():
    # a shell cannot trap what it inherited as ignored, and a runner in the background ignores SIGINT
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def processes_of(folder):
    """What still runs with the folder in its command line or its environment: 'pid command'."""
    found = []
    for entry in glob.glob('/proc/[0-9]*'):
        try:
            with open(entry + '/cmdline', 'rb') as file:
                command = file.read()
            with open(entry + '/environ', 'rb') as file:
                environment = file.read()
            with open(entry + '/stat') as file:
                state = file.read().rsplit(')', 1)[1].split()[0]
        except OSError:
            continue  # ended meanwhile, or another user's
        if state != 'Z' and folder.encode() in command + b'\0' + environment:
            found.append(f'{os.path.basename(entry)} {command.replace(bytes(1), b" ").decode(errors="replace")}')
    return found


class Demo:
    """One run of it with folders of its own. `lines` is all that it has printed."""

    def __init__(self, *arguments):
        self.root = tempfile.mkdtemp(prefix='hl-demo-')
        self.tmp, self.shots = os.path.join(self.root, 'tmp'), os.path.join(self.root, 'shots')
        os.mkdir(self.tmp)
        env = {**os.environ, 'TMPDIR': self.tmp, 'HOSTLINE_BUILD_DIR': hostline.BUILD}
        self.lines = []
        self.process = subprocess.Popen(
            ['dbus-run-session', '--', 'sh', '-c', 'echo "shell $$"; exec sh "$@"', 'sh', RUN, '--headless', '--no-install',
             '--shots', self.shots, *arguments],
            env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            start_new_session=True, preexec_fn=on_child_start)
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self):
        for line in self.process.stdout:
            self.lines.append(line.rstrip('\n'))

    def has_said(self, start):
        return any(line.startswith(start) for line in self.lines)

    def interrupt(self):
        """As Ctrl-C does for the shell; the session bus around it only waits for it."""
        shell = int(next(line for line in self.lines if line.startswith('shell ')).split()[1])
        os.kill(shell, signal.SIGINT)

    def wait(self, seconds):
        code = self.process.wait(hostline.slow(seconds))
        self.reader.join(10)
        return code

    def close(self):
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
        shutil.rmtree(self.root, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, kind, *ignored):
        if kind is not None:
            print(''.join(f'# {line}\n' for line in self.lines[-40:]), end='')
        self.close()


def check_nothing_left(t, demo):
    # the session bus ends a moment after its last client
    try:
        hostline.wait_for(lambda: not processes_of(demo.tmp), 10, every=0.1)
    except TimeoutError:
        pass
    t.equal(processes_of(demo.tmp), [], 'no process is left')
    t.equal([name for name in os.listdir(demo.tmp) if name.startswith('hostline-')], [], 'no temporary folder is left')


def count_colours(picture):
    done = subprocess.run(['convert', picture, '-format', '%k', 'info:'], capture_output=True, text=True, timeout=60)
    return int(done.stdout or 0)


def test_an_evening_plays_and_ends_by_itself(t):
    need_display()
    with Demo('--seconds', '25', '--speed', '4') as demo:
        t.equal(demo.wait(120), 0, 'it ends well')
        shots = sorted(glob.glob(os.path.join(demo.shots, '*.png')))
        t.check(len(shots) >= 2, f'{len(shots)} screenshots')
        for shot in shots:
            t.check(count_colours(shot) > 100, f'{os.path.basename(shot)} shows a window')
        t.check(demo.has_said('Osteria Lume opens'), 'the window was paired')
        refused = [line for line in demo.lines if 'refused' in line and not re.search(r'\b0 refused', line)]
        t.equal(refused, [], 'the server refused nothing')
        t.equal([line for line in demo.lines if line.startswith(('run.sh:', 'play: POST'))], [], 'nothing went wrong')
        check_nothing_left(t, demo)


def test_an_interrupt_ends_everything(t):
    need_display()
    with Demo('--seconds', '60', '--speed', '4') as demo:
        hostline.wait_for(lambda: demo.has_said('Osteria Lume opens') or demo.process.poll() is not None,
                          hostline.slow(60), 'the evening opens')
        # all of it stands: the display, the server, the player and the window
        hostline.wait_for(lambda: any('/hostline-demo.' in p or ' hostline://' in p for p in processes_of(demo.tmp))
                          and any('play.py' in p for p in processes_of(demo.tmp)), hostline.slow(20), 'everything runs')
        demo.interrupt()
        t.equal(demo.wait(30), 130, 'its exit code says so')
        check_nothing_left(t, demo)


if __name__ == '__main__':
    tap.main()
