#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Prints what a server's database holds after an evening, as SQL: run with the harness and the programs of the version that
is to be kept, before its schema changes (server-N.sql are made so, by the last version that had schema N):

  PYTHONPATH=OLD/tests/lib HOSTLINE_BUILD_DIR=OLD/build python3 make-server.py > server-N.sql
"""

import os
import sys
import tempfile
import uuid

import hostline
import store_db

FLOOR = {'hostline_floor': 1, 'areas': [{'area_id': 'main', 'name': 'Main', 'width': 1200, 'height': 900}], 'sections': [],
         'tables': [{'table_id': str(n), 'label': str(n), 'area_id': 'main', 'x': n * 100, 'y': 10, 'seats_max': 4} for n in range(1, 6)]}


def fill(server, location):
    server.add_location(location, floor=FLOOR)
    publisher = server.add_token(location, 'publisher', 'Feed')
    staff = server.add_token(location, 'staff', 'Stand')
    with server.follow(location, staff, device=f'{location}-1') as board:
        for call in range(3):
            events = [{'kind': 'call_started', 'data': {'call_id': f'c{call}', 'from': f'+1202555{call:04d}'}}]
            events += [{'kind': 'transcript_segment', 'data': {'call_id': f'c{call}', 'turn': turn, 'speaker': 'caller',
                                                               'text': f'Line {turn}, “half past seven”'}} for turn in range(3)]
            server.publish(location, publisher, events, key=f'call-{call}')
            server.publish(location, publisher, {'kind': 'reservation_created', 'data': {
                'reservation_id': f'r{call}', 'name': f'Lopez {call}', 'starts_at': hostline.now(7200), 'party_size': 2}}, key=f'res-{call}')
        for party in range(4):
            board.act('add_party', {'party_id': f'p{party}', 'size': 2, 'name': f'Party {party}', 'status': 'waiting'})
        board.act('seat', {'party_id': 'p1', 'table_ids': ['2']})
        board.act('seat', {'party_id': 'p1', 'table_ids': ['2']})
        board.act('seat', {'party_id': 'p2', 'table_ids': ['2']})
        board.act('set_stage', {'party_id': 'p1', 'stage': 'entree'})
        board.act('cancel_reservation', {'reservation_id': 'nobody', 'cancel_reason': 'none'})
        board.ping()
    code = server.ctl('pair', '--location', location, '--name', 'Office').stdout.split()[-1]
    server.post('/v1/pair', body={'code': code, 'secret_sha256': 'ab' * 32, 'device': {
        'name': 'Office', 'install_id': str(uuid.uuid4()), 'app': 'hostline/0.1', 'platform': 'native'}})
    server.ctl('hook', 'add', '--location', location, '--provider', 'retell', '--secret', 'a-secret-of-the-provider')
    revoked = server.add_token(location, 'monitor', 'Old graphs')
    server.ctl('token', 'revoke', revoked.split('_')[1])


def main():
    with tempfile.TemporaryDirectory() as folder, hostline.Server(data_dir=folder) as server:
        for location in ('ocean-ave', 'pier-9'):
            fill(server, location)
        server.stop()
        db = store_db.connect(os.path.join(folder, 'hostline.db'))
        db.execute("INSERT INTO subscriber (id, location, url, epoch, seq, created) "
                   "SELECT 'sub-' || id, id, 'https://example.org/hook', epoch, 3, created FROM location")
        db.execute("INSERT INTO subscriber_secret (subscriber, secret, created) SELECT id, 'whsec_c2VjcmV0', created FROM subscriber")
        db.execute("INSERT INTO unreadable (location, hook, received, reason, content_type, body) "
                   "SELECT location, id, created, 'no JSON', 'application/json', x'7b00ff' FROM hook")
        db.commit()
        for line in db.iterdump():
            print(line)
        print(f"PRAGMA user_version = {db.execute('PRAGMA user_version').fetchone()[0]};")


main()
