#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The shortest walk through the real server: a call, an action, a kill, and the other house that hears nothing."""

import uuid

import hostline
import tap


def start_call(server, location, token, call):
    return server.publish(location, token, {'kind': 'call_started', 'at': hostline.now(), 'data': {'call_id': call}})


def test_a_call_reaches_the_stand(t):
    with hostline.Server() as server:
        server.add_location('ocean-ave')
        publisher = server.add_token('ocean-ave', 'publisher')
        with server.follow('ocean-ave', server.add_token('ocean-ave', 'staff')) as board:
            answer = start_call(server, 'ocean-ave', publisher, 'c1')
            board.read_to(answer['last'])
            t.equal(board.events[-1]['kind'], 'call_started', 'the stand hears of it')
            t.equal(board.events[-1]['data']['call_id'], 'c1', 'of this call')
            pong = board.ping()
            t.equal(pong['head'], answer['last'], 'and knows the head')
            t.equal(server.stop(), 0, 'exit after SIGTERM')


def test_another_house_hears_nothing(t):
    with hostline.Server() as server:
        for location in ('ocean-ave', 'hill-st'):
            server.add_location(location)
        publishers = {name: server.add_token(name, 'publisher') for name in ('ocean-ave', 'hill-st')}
        with server.follow('hill-st', server.add_token('hill-st', 'staff')) as board:
            for n in range(5):
                start_call(server, 'ocean-ave', publishers['ocean-ave'], f'far-{n}')
            answer = start_call(server, 'hill-st', publishers['hill-st'], 'near')
            board.read_to(answer['last'])
            t.equal([e['data']['call_id'] for e in board.events if e['kind'] == 'call_started'], ['near'], 'only its own')


def test_nothing_is_lost_in_a_kill(t):
    with hostline.Server() as server:
        server.add_location('ocean-ave')
        publisher = server.add_token('ocean-ave', 'publisher')
        staff = server.add_token('ocean-ave', 'staff')
        party = str(uuid.uuid4())
        with server.follow('ocean-ave', staff) as board:
            start_call(server, 'ocean-ave', publisher, 'before')
            done = board.act('add_party', {'party_id': party, 'size': 4, 'name': 'Nguyen', 'status': 'waiting'})
            t.equal(done['outcome'], 'applied', 'the action is applied')
            board.read_to(done['seq'])
            place, counter = board.pos, board.counter
        server.kill()
        server.restart()
        answer = start_call(server, 'ocean-ave', publisher, 'after')
        with server.follow('ocean-ave', staff, pos=place) as board:
            t.equal(board.welcome['mode'], 'resume', 'it resumes where it was')
            t.equal(board.welcome['decided'], counter, 'the action is known')
            board.read_to(answer['last'])
            t.equal([e['data'].get('call_id') for e in board.events if e['kind'] == 'call_started'], ['after'], 'once each')
        parties = server.state('ocean-ave', staff)['entities']['parties']
        t.equal([p['party_id'] for p in parties], [party], 'the party is there, once')


if __name__ == '__main__':
    tap.main()
