# SPDX-License-Identifier: GPL-3.0-or-later
"""Interface files may only use what GTK 4.8 and libadwaita 1.2 have: a wrong name aborts the template at run time."""

import os
import re
import xml.parsers.expat

from source import Problem, Skip

LIST = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'ui-allowed.txt')
MAX_REQUIRES = {'gtk': (4, 8), 'libadwaita': (1, 2), 'gio': (2, 74)}
# What GtkBuilder understands inside an object besides properties and children is left to GtkBuilder.


def load():
    classes = {}
    with open(LIST) as file:
        for line in file:
            if line.startswith('#') or not line.strip():
                continue
            head, properties = line.split(':', 1)
            name, _, above = head.partition('<')
            classes[name.strip()] = (above.split(), set(properties.split()))
    return classes


def properties_of(classes, name):
    """All properties of a class with those above it; None for an unknown class."""
    if name not in classes:
        return None
    above, own = classes[name]
    found = set(own)
    for parent in above:
        found |= properties_of(classes, parent) or set()
    return found


def own_types(tree):
    """CamelCase names of the types that our own sources define."""
    names = set()
    for path in tree.sources():
        names |= set(re.findall(r'\bG_DEFINE_\w*TYPE\w*\s*\(\s*(\w+)', tree.code(path)))
        names |= set(re.findall(r'\bG_DECLARE_\w+\s*\(\s*(\w+)', tree.code(path)))
    return names


def own_parents(tree):
    parents = {}
    for path in tree.sources():
        for name, parent in re.findall(r'\bG_DEFINE_(?:FINAL_|ABSTRACT_)?TYPE\w*\s*\(\s*(\w+)\s*,\s*\w+\s*,\s*(\w+)', tree.code(path)):
            parents[name] = parent
    return parents


def own_properties(tree, name):
    """Property names that the sources of a type install (words in quotes in its .c file: enough to catch a misspelling)."""
    stem = re.sub(r'(?<=[a-z0-9])(?=[A-Z])', '-', name).lower()
    words = set()
    for path in tree.find(f'/{stem}.c'):
        words |= set(re.findall(r'"([a-z][a-z0-9-]*)"', tree.text(path)))
    return words


class Reader:
    def __init__(self, tree, path, classes, types):
        self.tree, self.path, self.classes, self.types = tree, path, classes, types
        self.problems, self.stack = [], []
        self.parser = xml.parsers.expat.ParserCreate()
        self.parser.StartElementHandler = self.on_start
        self.parser.EndElementHandler = self.on_end

    def problem(self, text):
        self.problems.append(Problem(self.path, self.parser.CurrentLineNumber, text))

    def on_start(self, tag, attributes):
        getattr(self, 'on_' + tag.replace('-', '_'), lambda a: None)(attributes)
        self.stack.append((tag, attributes.get('parent') if tag == 'template' else attributes.get('class'),
                           attributes.get('class')))

    def on_end(self, tag):
        self.stack.pop()

    def on_requires(self, attributes):
        limit = MAX_REQUIRES.get(attributes.get('lib'))
        version = tuple(int(n) for n in attributes.get('version', '0').split('.')[:2])
        if limit is None or version > limit:
            self.problem(f'requires {attributes.get("lib")} {attributes.get("version")}, which is not on the floor')

    def check_class(self, name):
        if name not in self.classes and name not in self.types:
            self.problem(f'{name} is not in GTK 4.8 or libadwaita 1.2, or is deprecated')

    def on_object(self, attributes):
        self.check_class(attributes.get('class', ''))

    def on_template(self, attributes):
        if attributes.get('parent'):
            self.check_class(attributes['parent'])

    def on_property(self, attributes):
        name = attributes.get('name', '').replace('_', '-')
        tag, base, own = self.stack[-1] if self.stack else ('', None, None)
        if tag not in ('object', 'template') or base is None:
            return
        known = self.known_properties(base)
        if tag == 'template' and own:
            known = known | own_properties(self.tree, own) if known is not None else None
        if known is not None and name not in known:
            self.problem(f'{base} has no property {name} on the floor')

    def known_properties(self, name):
        known = properties_of(self.classes, name)
        if known is None and name in self.types:
            parent = self.parents.get(name)
            above = properties_of(self.classes, self.class_name(parent)) if parent else None
            return own_properties(self.tree, name) | above if above is not None else None
        return known

    @staticmethod
    def class_name(macro):
        """GTK_TYPE_BOX: GtkBox; ADW_TYPE_BIN: AdwBin."""
        return ''.join(w.capitalize() for w in macro.replace('_TYPE_', '_').split('_'))


def check(tree):
    paths = tree.find('.ui', under=('app', 'data'))
    if not paths:
        raise Skip('there are no .ui files yet')
    classes, types, parents = load(), own_types(tree), own_parents(tree)
    problems = []
    for path in paths:
        reader = Reader(tree, path, classes, types)
        reader.parents = parents
        try:
            reader.parser.Parse(tree.text(path).encode(), True)
        except xml.parsers.expat.ExpatError as error:
            problems.append(Problem(path, error.lineno, f'not well-formed: {error}'))
        problems += reader.problems
        if re.search(r'translatable="yes"[^>]*>\s*<', tree.text(path)):
            problems.append(Problem(path, 0, 'an empty translatable text'))
    for path in tree.find('.css', under=('app', 'data')):
        for match in re.finditer(r'\bvar\s*\(|:root\b|@media\b|@theme_\w+', tree.text(path)):
            problems.append(Problem(path, tree.text(path).count('\n', 0, match.start()) + 1,
                                    f'{match.group(0)}: a parse error on GTK 4.8, or an old name; use named colours'))
    return problems
