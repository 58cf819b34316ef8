#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Adds up the results of runs, for a page: figures.py results.jsonl... prints a row for each part."""

import json
import sys

SUMS = ('app_kills', 'server_kills', 'server_stops', 'server_pauses', 'restores', 'faults', 'days', 'cuts', 'lines', 'wakes', 'boards',
        'consumers', 'saved', 'events', 'units', 'snapshots', 'went_live', 'sent_again_by_boards', 'checks')


def add_up(rows):
    """[(part, games, violations, seeds, {name: sum}, {name: worst})]"""
    parts = {}
    for row in rows:
        if row.get('skipped'):
            continue
        part = parts.setdefault(row['part'], {'games': 0, 'violations': 0, 'seeds': [], 'sums': {}, 'worst': {}})
        part['games'] += 1
        part['violations'] += len(row['violations'])
        part['seeds'].append(row['seed'])
        figures = dict(row['figures'])
        if figures.get('rest_s') and isinstance(figures['rest_s'], list):
            figures['rest_max_s'] = max(figures['rest_s'])
        for name, value in figures.items():
            if name in SUMS:
                part['sums'][name] = part['sums'].get(name, 0) + value
            elif name == 'seconds':
                part['seconds'] = part.get('seconds', 0) + value
            elif isinstance(value, (int, float)) and name.endswith(('_s', '_ms', 'kib_each', 'kib_growth', 'drops', 'per_s')):
                part['worst'][name] = max(part['worst'].get(name, value), value)
    return parts


def main():
    rows = []
    for path in sys.argv[1:]:
        with open(path) as file:
            rows += [json.loads(line) for line in file]
    for name, part in add_up(rows).items():
        sums = ', '.join(f'{v:,} {k.replace("_", " ")}' for k, v in part['sums'].items() if v)
        worst = ', '.join(f'{k} {round(v, 2)}' for k, v in part['worst'].items())
        seeds = f'{min(part["seeds"])}..{max(part["seeds"])}' if part['games'] > 1 else part['seeds'][0]
        print(f'| {name} | {part["games"]} | {seeds} | {part.get("seconds", 0) / 60:.0f} min | {part["violations"]} | {sums} | {worst} |')


if __name__ == '__main__':
    main()
