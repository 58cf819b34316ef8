# SPDX-License-Identifier: GPL-3.0-or-later
"""The real window, found and moved through accessibility as a screen reader finds it. Roles and names differ a little
between releases of GTK (a button's name joins its label and its child's on 4.8), so both forms are accepted."""

import os
import signal
import subprocess
import time

import hostline

import pyatspi

BUTTONS = ('push button', 'button', 'toggle button', 'toggle')


def children(node):
    try:
        count = node.childCount
    except Exception:
        return
    for i in range(count):
        try:
            child = node.getChildAtIndex(i)
        except Exception:
            continue
        if child is not None:
            yield child


def walk(node):
    yield node
    for child in children(node):
        yield from walk(child)


def plain(text):
    """Without mnemonics and the marks that isolate the direction of names."""
    return ''.join(c for c in (text or '') if c not in '_\u2066\u2067\u2068\u2069\u200e\u200f')


def is_showing(node):
    """GTK 4.8 reports no state "showing": what was never shown has no size. A page that was shown once and is covered
    now keeps its size, so a test looks for what appears or changes, never for what is merely covered."""
    try:
        extents = node.queryComponent().getExtents(pyatspi.WINDOW_COORDS)
        return extents.width > 0 and extents.height > 0
    except Exception:
        return False


class Window:
    """One run of hostline on a data folder; with data_home it is the only one of its user, as when it is installed."""

    def __init__(self, data_dir, *arguments, data_home=None):
        self.data_dir, self.arguments, self.data_home = data_dir, arguments, data_home
        self.process = None

    def env(self):
        env = {**os.environ, 'GTK_A11Y': 'atspi', 'GSETTINGS_SCHEMA_DIR': os.path.join(hostline.BUILD, 'data')}
        if self.data_home:
            return {**env, 'XDG_DATA_HOME': self.data_home}
        return {**env, 'HOSTLINE_DATA_DIR': self.data_dir}

    def start(self):
        self.log = open(os.path.join(os.path.dirname(self.data_dir), 'window.log'), 'ab')
        self.process = subprocess.Popen([hostline.program('hostline'), *self.arguments], env=self.env(), stderr=self.log,
                                        stdin=subprocess.DEVNULL)
        self.app = self.wait(self.find_app, 'the window on the accessibility bus', 60)
        try:
            self.app.set_cache_mask(pyatspi.Atspi.Cache.NONE)
        except AttributeError:
            self.app.setCacheMask(0)
        return self

    def find_app(self):
        desktop = pyatspi.Registry.getDesktop(0)
        for i in range(desktop.childCount):
            app = desktop.getChildAtIndex(i)
            try:
                if app is not None and app.get_process_id() == self.process.pid and app.childCount > 0:
                    return app
            except Exception:
                continue
        return None

    def wait(self, condition, what, deadline=30):
        end = time.monotonic() + hostline.slow(deadline)
        last = None
        while True:
            began = time.monotonic()
            if self.process.poll() is not None:
                raise AssertionError(f'hostline ended with {self.process.returncode} while waiting for {what}')
            try:
                value = condition()
                if value:
                    return value
            except AssertionError:
                raise
            except Exception as error:  # an object that went while we looked at it
                last = error
            if began > end:  # to walk the whole window takes seconds on a busy machine
                raise TimeoutError(f'not in {deadline} s: {what} ({last}); texts: {self.texts()[:80]}')
            time.sleep(0.05)

    def texts(self):
        """All names that are on screen."""
        out = []
        for node in walk(self.app):
            try:
                if node.name and is_showing(node):
                    out.append(plain(node.name))
            except Exception:
                continue
        return out

    def find(self, text, roles=None, exact=False):
        for node in walk(self.app):
            try:
                name = plain(node.name)
                if roles is not None and node.getRoleName() not in roles:
                    continue
                if (name in (text, f'{text} {text}') if exact else text in name) and is_showing(node):
                    return node
            except Exception:
                continue
        return None

    def see(self, text, deadline=30):
        return self.wait(lambda: self.find(text), f'"{text}" on screen', deadline)

    def see_gone(self, text, deadline=30):
        return self.wait(lambda: self.find(text) is None, f'"{text}" gone', deadline)

    def press(self, text, roles=BUTTONS, exact=False, deadline=30):
        node = self.wait(lambda: self.find(text, roles, exact), f'the button "{text}"', deadline)
        action = node.queryAction()
        while action.nActions == 0 and node.childCount > 0:  # a menu button's name is on the outside, its press inside
            node = node[0]
            action = node.queryAction()
        assert action.nActions > 0, f'"{text}" cannot be pressed'
        action.doAction(0)
        return node

    def focus(self):
        """Gives the window the keyboard, as a window manager would; the X window that has it."""
        def search():
            done = subprocess.run(['xdotool', 'search', '--onlyvisible', '--pid', str(self.process.pid)], capture_output=True,
                                  text=True)
            return done.stdout.split()[-1:]

        # it fails while one of the windows it looks at goes
        window = self.wait(search, 'a window on the display')[0]
        subprocess.run(['xdotool', 'windowfocus', '--sync', window], check=True, timeout=30, capture_output=True)
        return window

    def keys(self, *names):
        self.focus()
        subprocess.run(['xdotool', 'key', '--clearmodifiers', *names], check=True)

    def tap(self, node):
        """A click in the middle of it, as a finger does it, once it has come to its place."""
        window = self.focus()
        places = []

        def stands():
            found = node.queryComponent().getExtents(pyatspi.WINDOW_COORDS)
            places.append((found.x, found.y, found.width, found.height))
            return places[-1][2] > 0 and places[-2:-1] == places[-1:]
        self.wait(stands, f'"{node.name}" stays at one place')
        done = subprocess.run(['xdotool', 'getwindowgeometry', '--shell', window], capture_output=True, text=True, check=True)
        place = dict(line.split('=') for line in done.stdout.split())
        extents = node.queryComponent().getExtents(pyatspi.WINDOW_COORDS)
        subprocess.run(['xdotool', 'mousemove', str(int(place['X']) + extents.x + extents.width // 2),
                        str(int(place['Y']) + extents.y + extents.height // 2), 'click', '1'], check=True)

    def focused(self):
        """The node that has the keyboard."""
        for node in walk(self.app):
            try:
                if node.getState().contains(pyatspi.STATE_FOCUSED):
                    return node
            except Exception:
                continue
        return None

    def focused_name(self):
        node = self.focused()
        return plain(node.name) if node is not None else ''

    def key_to(self, key, text, most=60):
        """Presses a key until the focus is on what is called so; fails after `most` times."""
        for _ in range(most):
            before = self.focused_name()
            if before == text or before == f'{text} {text}':
                return
            self.keys(key)
            self.wait(lambda: self.focused_name() != before, f'the focus leaves "{before}" by {key}')
        raise AssertionError(f'"{text}" cannot be reached by {key}; the focus is on "{self.focused_name()}"')

    def shot(self, name):
        folder = os.environ.get('HL_SHOTS')
        if folder:
            os.makedirs(folder, exist_ok=True)
            subprocess.run(['import', '-window', 'root', os.path.join(folder, name + '.png')], check=True)

    def kill(self):
        self.stop(signal.SIGKILL)

    def stop(self, number=signal.SIGTERM):
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(number)
        try:
            self.process.wait(hostline.slow(30))
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise AssertionError(f'hostline did not end after signal {number}') from None
        self.log.close()
