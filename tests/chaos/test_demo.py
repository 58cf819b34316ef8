# SPDX-License-Identifier: GPL-3.0-or-later
"""The demonstration as somebody starts it: it plays, takes screenshots, and leaves nothing behind, however it ends."""

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

SCRIPT = os.path.join(hostline.SOURCE, 'data', 'demo', 'run.sh')


def processes_with(text):
    """{pid: its command line} of what runs with `text` in its environment: all that a run has started, whatever it
    is called."""
    found = {}
    for path in glob.glob('/proc/[0-9]*'):
        try:
            with open(path + '/environ', 'rb') as file:
                if text.encode() not in file.read():  # empty for one that has ended
                    continue
            with open(path + '/cmdline', 'rb') as file:
                found[int(os.path.basename(path))] = file.read().replace(b'\0', b' ').decode(errors='replace').strip()
        except OSError:
            pass  # it has ended meanwhile, or is another user's
    return found


def on_child_start():
    # a shell cannot trap what it inherited as ignored, and a runner in the background ignores SIGINT
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class Demo:
    """One run of the script, with a folder for all that is temporary; `said` is what it has printed so far."""

    def __init__(self, *arguments):
        for program in ('Xvfb', 'import'):
            if not shutil.which(program):
                raise tap.Skip(f'{program} is not installed')
        self.root = tempfile.mkdtemp(prefix='hl-demo-test-')
        self.tmp, self.shots = os.path.join(self.root, 'tmp'), os.path.join(self.root, 'shots')
        os.mkdir(self.tmp)
        env = {**os.environ, 'TMPDIR': self.tmp, 'HOSTLINE_BUILD_DIR': os.path.abspath(hostline.BUILD),
               'DBUS_SESSION_BUS_ADDRESS': 'disabled:'}
        env.pop('GTK_A11Y', None)
        self.process = subprocess.Popen(['sh', SCRIPT, '--headless', '--no-install', '--shots', self.shots, *arguments],
                                        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                        text=True, env=env, start_new_session=True,
                                        preexec_fn=on_child_start)
        self.said = []
        self.thread = threading.Thread(target=lambda: self.said.extend(self.process.stdout), daemon=True)
        self.thread.start()

    def until_said(self, text, deadline=240):
        def heard():
            if self.process.poll() is not None:
                self.thread.join(5)
            assert text in ''.join(self.said) or self.process.poll() is None, f'it ended:\n{"".join(self.said)}'
            return text in ''.join(self.said)
        hostline.wait_for(heard, hostline.slow(deadline), f'"{text}" of the demonstration: {self.said}')

    def wait(self, deadline=240):
        code = self.process.wait(hostline.slow(deadline))
        self.thread.join(5)
        return code

    def wait_window(self):
        """The pid of the window."""
        return hostline.wait_for(lambda: next((pid for pid, line in processes_with(self.tmp).items()
                                               if 'hostline hostline://pair' in line), None), 60, 'the window runs')

    def check_nothing_left(self, t):
        try:
            hostline.wait_for(lambda: not processes_with(self.tmp), 30)
        except TimeoutError:
            pass
        t.equal(processes_with(self.tmp), {}, 'nothing runs on')
        t.equal(os.listdir(self.tmp), [], 'no temporary folder stays')

    def close(self):
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)
            try:
                self.process.wait(60)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()
        keep = os.environ.get('HL_KEEP_SHOTS')
        if keep and os.path.isdir(self.shots):
            shutil.copytree(self.shots, keep, dirs_exist_ok=True)
        shutil.rmtree(self.root, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, kind, *ignored):
        if kind is not None:
            print(''.join('# ' + line for line in self.said[-40:]))
        self.close()


def test_the_evening_plays(t):
    with Demo('--seconds', '25', '--speed', '4') as demo:
        code = demo.wait(300)
        said = ''.join(demo.said)
        t.equal(code, 0, 'it ends well')
        if code != 0:
            t.note(said[-2000:])
        t.check('Osteria Lume opens' in said, 'the window was opened')
        refused = re.findall(r'(\d+) refused', said)
        t.check(all(n == '0' for n in refused), f'no request of the evening was refused ({len(refused)} counts)')
        t.check('play: ' not in re.sub(r'play: \d+ (requests|reservations)[^\n]*', '', said), 'the player complains of nothing')
        shots = sorted(glob.glob(os.path.join(demo.shots, '*.png')))
        t.check(len(shots) >= 2, f'{len(shots)} screenshots')
        for shot in shots:
            size = subprocess.run(['identify', '-format', '%w %h %k', shot], capture_output=True, text=True).stdout.split()
            t.equal(size[:2], ['1366', '768'], f'{os.path.basename(shot)} is of the whole screen')
            t.check(len(size) == 3 and int(size[2]) > 64, f'{os.path.basename(shot)} shows more than an empty screen')
        demo.check_nothing_left(t)


def end_by(t, number, code):
    with Demo('--seconds', '120', '--speed', '4') as demo:
        demo.until_said('Osteria Lume opens')
        demo.wait_window()
        demo.process.send_signal(number)
        t.equal(demo.wait(90), code, 'it ends as it was told')
        demo.check_nothing_left(t)


def test_control_c_ends_everything(t):
    end_by(t, signal.SIGINT, 130)


def test_the_whole_evening_and_control_c_of_a_terminal(t):
    with Demo('--seconds', '400', '--speed', '40') as demo:
        demo.until_said(' requests, ', 360)
        t.check(', 0 refused' in ''.join(demo.said), 'the evening played to its end, and nothing was refused')
        os.killpg(demo.process.pid, signal.SIGINT)  # a terminal tells all of them at once
        t.equal(demo.wait(90), 130, 'it ends as it was told')
        demo.check_nothing_left(t)


def test_sigterm_ends_everything(t):
    end_by(t, signal.SIGTERM, 143)


def test_closing_the_window_ends_everything(t):
    with Demo('--seconds', '120', '--speed', '4') as demo:
        demo.until_said('Osteria Lume opens')
        pid = demo.wait_window()
        # its own orderly end, as after a click on the cross
        hostline.wait_for(lambda: catches(pid, signal.SIGTERM), 60, 'the window takes signals')
        os.kill(pid, signal.SIGTERM)
        t.equal(demo.wait(90), 0, 'it ends well')
        demo.check_nothing_left(t)


def catches(pid, number):
    with open(f'/proc/{pid}/status') as file:
        caught = re.search(r'SigCgt:\s*([0-9a-f]+)', file.read())
    return bool(int(caught.group(1), 16) >> (number - 1) & 1)


def test_a_start_that_fails_leaves_nothing(t):
    with Demo('--seconds', 'many') as demo:
        t.equal(demo.wait(90), 2, 'a wrong option is told')
        demo.check_nothing_left(t)


if __name__ == '__main__':
    tap.main()
