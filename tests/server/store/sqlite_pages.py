# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the rows of a table lie in an SQLite file, byte by byte: a reader of the file format that shares no line with ours."""

PAGE = 4096


def varint(data, at):
    value = 0
    for i in range(9):
        byte = data[at + i]
        if i == 8:
            return (value << 8) | byte, at + 9
        value = (value << 7) | (byte & 0x7f)
        if not byte & 0x80:
            return value, at + i + 1
    raise AssertionError


def leaf_pages(data, root):
    """Numbers of the leaf pages of the table with this root."""
    start = (root - 1) * PAGE
    header = start + (100 if root == 1 else 0)
    if data[header] == 0x0d:
        return [root]
    assert data[header] == 0x05, data[header]
    pages = []
    for i in range(int.from_bytes(data[header + 3:header + 5], 'big')):
        cell = start + int.from_bytes(data[header + 12 + 2 * i:header + 14 + 2 * i], 'big')
        pages += leaf_pages(data, int.from_bytes(data[cell:cell + 4], 'big'))
    return pages + leaf_pages(data, int.from_bytes(data[header + 8:header + 12], 'big'))


def rows(data, root):
    """[(rowid, [(from, to), ...])]: the bytes of each row's cell and of its overflow pages, in the file."""
    found = []
    for page in leaf_pages(data, root):
        start = (page - 1) * PAGE
        header = start + (100 if page == 1 else 0)
        for i in range(int.from_bytes(data[header + 3:header + 5], 'big')):
            cell = start + int.from_bytes(data[header + 8 + 2 * i:header + 10 + 2 * i], 'big')
            length, at = varint(data, cell)
            rowid, at = varint(data, at)
            if length <= PAGE - 35:
                found.append((rowid, [(cell, at + length)]))
                continue
            least = (PAGE - 12) * 32 // 255 - 23
            local = least + (length - least) % (PAGE - 4)
            if local > PAGE - 35:
                local = least
            spans = [(cell, at + local + 4)]
            rest = length - local
            following = int.from_bytes(data[at + local:at + local + 4], 'big')
            while rest > 0:
                offset = (following - 1) * PAGE
                spans.append((offset, offset + 4 + min(rest, PAGE - 4)))
                rest -= PAGE - 4
                following = int.from_bytes(data[offset:offset + 4], 'big')
            found.append((rowid, spans))
    return found
