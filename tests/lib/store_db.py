# SPDX-License-Identifier: GPL-3.0-or-later
"""A server's database behind the server's back, with the two functions that its triggers ask for: what is changed through
this is whole, as if the server had changed it. The checksum is worked out here from its definition (hl-database.h, hl-crc.h)."""

import sqlite3

TABLE = []
for n in range(256):
    for _ in range(8):
        n = n >> 1 ^ 0x82f63b78 if n & 1 else n >> 1
    TABLE.append(n)


def crc32c(data):
    crc = 0xffffffff
    for byte in data:
        crc = crc >> 8 ^ TABLE[(crc ^ byte) & 0xff]
    return crc ^ 0xffffffff


def row_crc(*values):
    """hl_crc (name of the table, the columns as they are stored)"""
    out = bytearray()
    for value in values:
        if value is None:
            out += b'n'
        elif isinstance(value, int):
            out += b'i' + value.to_bytes(8, 'little', signed=True)
        else:
            data = value.encode() if isinstance(value, str) else bytes(value)
            out += (b't' if isinstance(value, str) else b'b') + len(data).to_bytes(8, 'little') + data
    return crc32c(out)


def connect(path):
    """An sqlite3.Connection."""
    db = sqlite3.connect(path)
    db.create_function('hl_crc', -1, row_crc, deterministic=True)
    db.create_function('hl_proved', -1, lambda crc, *values: int(crc == row_crc(*values)), deterministic=True)
    return db


def list_damaged(path):
    """[(table, row)] of all tables whose last column is their row's checksum."""
    found = []
    db = sqlite3.connect(f'file:{path}?mode=ro', uri=True)
    for (table,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table' AND sql LIKE '%, crc INTEGER%'").fetchall():
        for row in db.execute(f'SELECT * FROM {table}'):
            if row[-1] != row_crc(table, *row[:-1]):
                found.append((table, row))
    db.close()
    return found
