#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Prints ui-allowed.txt from the GIR files of the floor (Debian 12: libgtk-4-dev, libadwaita-1-dev):
one line a class: `Class < Parent Interface... : property property...`. Run it only on the floor."""

import sys
import xml.etree.ElementTree as tree

CORE = '{http://www.gtk.org/introspection/core/1.0}'
C = '{http://www.gtk.org/introspection/c/1.0}'
GLIB = '{http://www.gtk.org/introspection/glib/1.0}'
FILES = ['/usr/share/gir-1.0/GObject-2.0.gir', '/usr/share/gir-1.0/Gio-2.0.gir', '/usr/share/gir-1.0/Gtk-4.0.gir',
         '/usr/share/gir-1.0/Adw-1.gir', '/usr/share/gir-1.0/Gdk-4.0.gir']
# libadwaita 1.2 marks nothing of 1.3 and GTK 4.8 nothing of 4.10, so what is there is allowed; what later versions deprecated is not.
DEPRECATED = {
    'AdwLeaflet', 'AdwFlap', 'AdwSqueezer', 'AdwViewSwitcherTitle', 'AdwPreferencesWindow', 'AdwEnumListModel', 'GtkTreeView',
    'GtkListStore', 'GtkTreeStore', 'GtkComboBox', 'GtkComboBoxText', 'GtkEntryCompletion', 'GtkStatusbar', 'GtkInfoBar', 'GtkDialog',
    'GtkMessageDialog', 'GtkFileChooserDialog', 'GtkColorButton', 'GtkFontButton', 'GtkAppChooserButton', 'GtkAssistant',
    'GtkVolumeButton', 'GtkLockButton', 'GtkIconView', 'GtkCellView', 'GtkStyleContext', 'GtkAboutDialog_',
}


def full(prefix, name):
    known = {'Gtk': 'Gtk', 'Adw': 'Adw', 'Gio': 'G', 'GObject': 'G', 'Gdk': 'Gdk'}
    if '.' in name:
        space, name = name.split('.')
        return known.get(space, space) + name
    return prefix + name


def main():
    rows = {}
    for path in FILES:
        namespace = tree.parse(path).getroot().find(CORE + 'namespace')
        prefix = namespace.get(C + 'identifier-prefixes').split(',')[0]
        for node in list(namespace.findall(CORE + 'class')) + list(namespace.findall(CORE + 'interface')):
            name = node.get(GLIB + 'type-name') or prefix + node.get('name')
            above = [full(prefix, node.get('parent'))] if node.get('parent') else []
            above += [full(prefix, i.get('name')) for i in node.findall(CORE + 'implements')]
            above += [full(prefix, i.get('name')) for i in node.findall(CORE + 'prerequisite')]
            properties = sorted(p.get('name') for p in node.findall(CORE + 'property'))
            if name not in DEPRECATED:
                rows[name] = (above, properties)
    keep = {n for n in rows if n.startswith(('Gtk', 'Adw'))}
    again = True
    while again:
        more = {a for n in keep for a in rows.get(n, ([], []))[0] if a in rows} - keep
        keep |= more
        again = bool(more)
    print('# SPDX-License-Identifier: GPL-3.0-or-later')
    print('# Classes and properties that .ui files may use: those of GTK 4.8 and libadwaita 1.2 that no later version deprecated.')
    print('# Made by make-ui-list.py; change it there.')
    for name in sorted(keep):
        above, properties = rows[name]
        print(f'{name} < {" ".join(above)} : {" ".join(properties)}')


sys.exit(main())
