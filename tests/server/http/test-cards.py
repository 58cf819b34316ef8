# SPDX-License-Identifier: GPL-3.0-or-later
"""No card number in the files, on the wire or in the log, whichever way it comes in."""

import json
import os

import hostline
import tap

LOCATION = 'ocean-ave'
CARDS = ('4111 1111 1111 1111', '4111111111111111', '5500-0000-0000-0004')


def line(turn, text, speaker='caller', **data):
    return {'kind': 'transcript_segment',
            'data': {'call_id': 'c1', 'turn': turn, 'speaker': speaker, 'text': text, **data}}


def read_files(server):
    """All that is in the data folder, the write-ahead log too."""
    found = b''
    for folder, _, names in os.walk(server.data_dir):
        for name in names:
            path = os.path.join(folder, name)
            if os.path.isfile(path):
                with open(path, 'rb') as file:
                    found += file.read()
    return found


def test_every_door(t):
    server = hostline.Server()
    server.add_location(LOCATION)
    publisher, staff = server.add_token(LOCATION, 'publisher'), server.add_token(LOCATION, 'staff')
    agent = server.add_token(LOCATION, 'agent')
    with server, server.follow(LOCATION, staff) as stand:
        server.publish(LOCATION, publisher, [
            {'kind': 'call_started', 'data': {'call_id': 'c1', 'from': '+12025550142'}},
            line(0, f'It is {CARDS[0]}, and my phone is 202 555 0142'),
            line(1, 'And the other card?', 'agent'),
            line(2, '4111 1111'),
            line(3, 'Yes?', 'agent'),
            line(4, '1111 1111'),
            {'kind': 'call_updated', 'data': {'call_id': 'c1', 'summary': f'Paid with {CARDS[1]}'}},
            {'kind': 'reservation_created',
             'data': {'reservation_id': 'r1', 'starts_at': '2026-12-05T19:30:00Z', 'name': 'Dana', 'party_size': 2,
                      'notes_add': [f'card {CARDS[2]}']}}])
        server.publish(LOCATION, publisher, line(6, f'unfinished {CARDS[0]}', final=False))
        stand.act('add_party', {'party_id': 'p1', 'size': 2, 'name': f'Lee {CARDS[1]}'})
        server.post(f'/v1/locations/{LOCATION}/actions', agent,
                    {'t': 'act', 'id': '0193aaaa-0000-7000-8000-000000000001', 'n': 1, 'kind': 'add_note', 'base': None,
                     'data': {'reservation_id': 'r1', 'text': f'or {CARDS[0]}'}})
        state = json.dumps(server.state(LOCATION, staff), ensure_ascii=False)
        events = json.dumps(server.events(LOCATION, staff), ensure_ascii=False)
        log = server.log_text()
        for card in CARDS:
            t.check(card not in state, f'{card} is not in the state')
            t.check(card not in events, f'{card} is not in the events')
            t.check(card not in log, f'{card} is not in the log')
        t.check('1111 1111' not in state, 'nor in two turns')
        t.check('1111 1111' not in events, 'nor in the events of two turns')
        t.check('202 555 0142' in state, 'the phone number that was said is there')
        t.check('[card removed]' in state, 'and what stands in place of the card')
        server.stop()
        files = read_files(server)
        for card in CARDS + ('1111 1111',):
            t.check(card.encode() not in files, f'{card} is in no file')


if __name__ == '__main__':
    tap.main()
