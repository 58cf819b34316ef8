# SPDX-License-Identifier: GPL-3.0-or-later
"""The source tree as the checks see it."""

import os
import re

SKIPPED_FOLDERS = re.compile(r'^(\.git|build.*|__pycache__|\.flatpak-builder|screenshots|node_modules|\.cache|\.vscode)$')


class Skip(Exception):
    """A check that cannot run, with the reason."""


class Problem:
    def __init__(self, path, line, text, warning=False):
        self.path, self.line, self.text, self.warning = path, line, text, warning

    def __str__(self):
        return f'{self.path}:{self.line}: {self.text}' if self.line else f'{self.path}: {self.text}'


class Tree:
    def __init__(self, root):
        self.root = os.path.abspath(root)
        self._texts = {}
        self.files = []
        for folder, names, files in os.walk(self.root):
            relative = os.path.relpath(folder, self.root)
            names[:] = sorted(n for n in names if not SKIPPED_FOLDERS.match(n))
            for name in sorted(files):
                if not name.endswith('.pyc'):
                    self.files.append(name if relative == '.' else os.path.join(relative, name))

    def exists(self, path):
        return os.path.exists(os.path.join(self.root, path))

    def find(self, *suffixes, under=()):
        """Paths that end with one of the suffixes, under one of the folders (all, if none is given)."""
        return [f for f in self.files if (not suffixes or f.endswith(tuple(suffixes)))
                and (not under or any(f == u or f.startswith(u + '/') for u in under))]

    def text(self, path):
        if path not in self._texts:
            with open(os.path.join(self.root, path), 'rb') as file:
                self._texts[path] = file.read().decode('utf-8', errors='replace')
        return self._texts[path]

    def code(self, path):
        """A C file without comments, and with empty strings; the lines stay where they are."""
        key = path + '\0code'
        if key not in self._texts:
            self._texts[key] = strip_c(self.text(path))
        return self._texts[key]

    def lines(self, path):
        return self.text(path).splitlines()

    def sources(self, under=('common', 'server', 'app')):
        return self.find('.c', '.h', under=under)


_C_PART = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)


def strip_c(text, keep_strings=False):
    """Takes comments away, and the insides of strings and characters (but not of #include lines)."""

    def replace(match):
        part = match.group(0)
        if part.startswith(('/*', '//')):
            return ' ' + '\n' * part.count('\n')
        if keep_strings:
            return part
        line_start = text.rfind('\n', 0, match.start()) + 1
        if text[line_start:match.start()].lstrip().startswith('#include'):
            return part
        return part[0] + part[0]

    return _C_PART.sub(replace, text)


def line_of(text, offset):
    return text.count('\n', 0, offset) + 1
