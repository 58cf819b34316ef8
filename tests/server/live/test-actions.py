# SPDX-License-Identifier: GPL-3.0-or-later
"""Actions over the live connection: done and events, answered once, copied devices, proof of the base."""

import datetime
import time
import uuid
import zoneinfo

import hostline
import tap

LOCATION = 'ocean-ave'


def open_server(**how):
    server = hostline.Server(**how)
    server.add_location(LOCATION)
    return server, server.add_token(LOCATION, 'staff')


def join(server, token, **how):
    """Follows, and waits for the snapshot: what comes later comes as events."""
    board = server.follow(LOCATION, token, **how)
    board.read_until(lambda f: f['t'] == 'snapshot' and f['part'] == f['parts'])
    return board


def add_party(n, **data):
    return {'party_id': f'p{n}', 'size': 4, 'name': f'Party {n}', 'status': 'waiting', **data}


def test_done_and_events(t):
    """An action is answered after its events, with the seq of the last one; others get the events alone."""
    server, staff = open_server()
    with server:
        actor = join(server, staff, device='stand-1')
        other = join(server, staff, device='stand-2')
        done = actor.act('add_party', add_party(1))
        t.equal((done['outcome'], done['seq']), ('applied', 1), 'done')
        t.equal([f['t'] for f in actor.frames if f['t'] in ('events', 'done')], ['events', 'done'],
                'the events come before the answer')
        other.read_to(1)
        event = other.events[0]
        t.equal(event['by']['name'], 'Ana', 'who')
        t.equal(event['by']['n'], 1, 'n')
        t.equal(event['by']['device'], actor.welcome['device'], 'device')
        t.equal(event['by']['device_name'], actor.device, 'and what people call it')
        t.equal(event['act'], done['id'], 'act')
        t.equal(event['end'], True, 'the last of its unit')
        t.equal(other.done, {}, 'the other device is not answered')


def test_same_action_again(t):
    """The same id gives the same answer and no second effect, also on another connection and after a restart."""
    server, staff = open_server()
    with server:
        board = join(server, staff)
        id = str(uuid.uuid4())
        first = board.act('add_party', add_party(1), id=id, n=1)
        t.equal(board.act('add_party', add_party(1), id=id, n=1), first, 'at once')
        board.close()
        board = join(server, staff)
        t.equal(board.welcome['decided'], 1, 'welcome tells what is decided')
        t.equal(board.act('add_party', add_party(1), id=id, n=1), first, 'on another connection')
        server.restart()
        board = join(server, staff)
        t.equal(board.welcome['decided'], 1, 'decided survives a restart')
        t.equal(board.act('add_party', add_party(1), id=id, n=1), first, 'after a restart')
        t.equal(board.pos['seq'], 1, 'one event')


def test_refused_is_remembered(t):
    """A refusal is an answer too: remembered, counted in the mark."""
    server, staff = open_server()
    with server:
        board = join(server, staff)
        id = str(uuid.uuid4())
        done = board.act('arrive', {'reservation_id': 'nowhere', 'party_id': 'p9'}, id=id, n=5)
        t.equal(board.act('arrive', {'reservation_id': 'nowhere', 'party_id': 'p9'}, id=id, n=5), done, 'the same again')
        board.close()
        board = join(server, staff)
        t.equal(board.welcome['decided'], 5, 'decided')


def test_copied_device(t):
    """A known n under another id is a copied device: 4410."""
    server, staff = open_server()
    with server:
        board = join(server, staff)
        board.act('add_party', add_party(1), n=1)
        board.act('add_party', add_party(2), n=2, wait=False)
        board.act('add_party', add_party(3), n=2, wait=False)
        bye = board.read_until(lambda f: f['t'] == 'bye')
        t.equal((bye['code'], bye['action']), (4410, 'stop'), 'bye')
        t.equal(board.ws.expect_close(), 4410, 'close')
        t.equal(server.events(LOCATION, staff)['pos']['seq'], 2, 'the copy has no effect')


def test_under_the_mark(t):
    """An n under the mark that nobody remembers is for a person to look at."""
    server, staff = open_server()
    with server:
        board = join(server, staff)
        board.act('add_party', add_party(1), n=7)
        done = board.act('add_party', add_party(2), n=3)
        t.equal((done['outcome'], done['reason']), ('refused', 'too_old'), 'answer')
        t.equal(server.events(LOCATION, staff)['pos']['seq'], 1, 'no effect')


def test_gaps_are_legal(t):
    server, staff = open_server()
    with server:
        board = join(server, staff)
        for n in (1, 4, 900, 901):
            t.equal(board.act('add_party', add_party(n), n=n)['outcome'], 'applied', f'n {n}')


def test_no_clock_of_a_device(t):
    """When something was done is its age before it came, never what a device's clock says; and never before what that
    device had seen by then was there."""
    server, staff = open_server()
    with server:
        board = join(server, staff)

        def get_age(n, **members):
            board.act('add_party', add_party(n), **members)
            data = board.events[-1]['data']
            since = datetime.datetime.fromisoformat(data['waiting_since'].replace('Z', '+00:00'))
            return time.time() - since.timestamp()

        nothing = dict(board.pos)
        t.check(-1 <= get_age(1, composed_at=hostline.now(-7200), base=nothing) < 60, 'a clock two hours slow')
        t.check(-1 <= get_age(2, composed_at=hostline.now(7200), base=nothing) < 60, 'a clock two hours fast')
        t.check(3599 <= get_age(3, composed_at=hostline.now(-90), age_ms=3600_000, base=nothing) < 3660, 'done an hour ago')
        t.check(-1 <= get_age(4, age_ms=3600_000) < 60, 'but not before what it had seen')
        t.check(-1 <= get_age(5, age_ms=5 * 3600_000, base=nothing) < 60, 'nothing is sent after five hours')


def test_many_at_once(t):
    """More actions than may be unanswered, in one write: all are answered, in order."""
    server, staff = open_server()
    with server:
        board = join(server, staff)
        ids = [board.act('add_party', add_party(n), n=n, wait=False) for n in range(1, 101)]
        board.read_until(lambda f: f['t'] == 'done' and f['id'] == ids[-1])
        t.equal([f['id'] for f in board.frames if f['t'] == 'done'], ids, 'in order')
        t.equal([e['data']['party_id'] for e in board.events], [f'p{n}' for n in range(1, 101)], 'events in order')


def test_base_is_proved(t):
    """A base counts as seen only where the log has the same h there."""
    server, staff = open_server()
    with server:
        ana, ben = join(server, staff, device='ana'), join(server, staff, device='ben')
        ana.act('add_party', add_party(1))
        ben.read_to(1)
        before = dict(ben.pos)
        ana.act('update_party', {'party_id': 'p1', 'name': 'Ng'})
        ben.read_to(2)
        # Ben saw what Ana wrote, so his change simply applies
        seen = ben.act('update_party', {'party_id': 'p1', 'name': 'Nguyen'}, base=ben.pos)
        t.equal(seen['outcome'], 'applied', 'a base that has seen the other change')
        ana.read_to(3)
        # the same seq with another h proves nothing: everything counts as unseen
        forged = {**ben.pos, 'h': '00000000deadbeef'}
        unseen = ana.act('update_party', {'party_id': 'p1', 'name': 'Wong'}, base=forged)
        t.equal(unseen['outcome'], 'disputed', 'a base that cannot be proved')
        stale = ana.act('update_party', {'party_id': 'p1', 'name': 'Wang'}, base=before)
        t.check(stale['outcome'] in ('disputed', 'no_op'), f"a base before the other change: {stale['outcome']}")


def test_a_unit_is_whole(t):
    """Seating an arrived reservation makes several events: one unit, one frame."""
    server, staff = open_server()
    with server:
        publisher = server.add_token(LOCATION, 'publisher')
        server.publish(LOCATION, publisher, {'kind': 'reservation_created', 'at': hostline.now(), 'data': {
            'reservation_id': 'r1', 'name': 'Lopez', 'party_size': 2, 'starts_at': hostline.now(3600)}})
        board = join(server, staff)
        done = board.act('arrive', {'reservation_id': 'r1', 'party_id': 'p1'})
        t.equal(done['outcome'], 'applied', 'arrive')
        unit = [f for f in board.frames if f['t'] == 'events'][-1]
        t.check(len(unit['events']) >= 2, f"{len(unit['events'])} events")
        t.equal([e['end'] for e in unit['events']], [False] * (len(unit['events']) - 1) + [True], 'only the last ends it')
        t.equal({e['act'] for e in unit['events']}, {done['id']}, 'all carry the action')
        t.equal(done['seq'], unit['events'][-1]['seq'], 'done.seq is the last')
        middle = unit['events'][0]['seq']
        rest = server.events(LOCATION, staff, 0, 1)
        t.equal(len(rest['events']), 1, 'limit 1 gives a unit of one')
        page = server.events(LOCATION, staff, middle - 1, 1)
        t.equal(len(page['events']), len(unit['events']), 'a page is never cut inside a unit')


def test_when_it_was_done(t):
    """An action that waited on its device says in its events when it was done; what a clock says of it
    decides nothing."""
    server, staff = open_server()
    with server:
        board = join(server, staff)
        done = board.act('add_party', {'party_id': 'p1', 'size': 2, 'name': 'Ng', 'status': 'waiting'}, age_ms=480_000)
        t.equal(done['outcome'], 'applied', 'taken')
        clock = [board.act('add_party', {'party_id': f'c{n}', 'size': 2, 'name': 'Lopez', 'status': 'waiting'},
                           composed_at=hostline.now(off)) for n, off in enumerate((600, -600))]
        events = {e['act']: e for f in board.frames if f['t'] == 'events' for e in f['events']}

        def waited(answer):
            event = events[answer['id']]
            at, received = (datetime.datetime.fromisoformat(event[x].replace('Z', '+00:00')) for x in ('at', 'received'))
            return round((received - at).total_seconds() * 1000)

        t.equal(waited(done), 480_000, 'at is when it was done')
        t.equal([waited(answer) for answer in clock], [0, 0], 'a clock that is ahead or slow says nothing')


def test_roles(t):
    """A publisher's and a monitor's token open no session."""
    server, staff = open_server()
    with server:
        for role in ('publisher', 'monitor'):
            try:
                server.websocket(LOCATION, server.add_token(LOCATION, role))
                t.check(False, role)
            except hostline.HandshakeRefused as refused:
                t.equal(refused.response.status, 403, role)
        agent = join(server, server.add_token(LOCATION, 'agent'), device='agent')
        done = agent.act('seat', {'party_id': 'p1', 'table_ids': ['12'], 'size': 2, 'name': 'Ng'})
        t.equal((done['outcome'], done.get('reason')), ('refused', 'not_allowed'), 'the agent seats nobody')


def test_an_agent_follows(t):
    """A voice agent hears over the WebSocket that a person was asked for, that one has taken the call, and what staff did to
    its reservation; its position survives a cut, however far it is behind. What happens in another house it does not hear."""
    server, staff = open_server()
    server.add_location('pier')
    with server:
        elsewhere = server.add_token('pier', 'publisher')

        def happen_there(n):
            server.publish('pier', elsewhere, [
                {'kind': 'call_started', 'data': {'call_id': f'pier-{n}', 'state': 'agent_active'}},
                {'kind': 'reservation_created', 'data': {'reservation_id': f'pier-{n}', 'party_size': 2, 'starts_at': hostline.now(7200)}}])

        happen_there(0)
        token = server.add_token(LOCATION, 'agent')
        agent = join(server, token, device='agent')
        board = join(server, staff)
        server.publish(LOCATION, token, {'kind': 'call_started', 'at': hostline.now(), 'data': {
            'call_id': 'c1', 'state': 'agent_active'}})
        agent.read_to(1)
        done = agent.act('create_reservation', {'reservation_id': 'r1', 'party_size': 2, 'starts_at': hostline.now(7200), 'name': 'Lopez'})
        t.equal(done['outcome'], 'applied', 'it books')
        happen_there(1)
        done = agent.act('ask_for_person', {'call_id': 'c1'})
        t.equal(done['outcome'], 'applied', 'it asks for a person')
        board.read_to(done['seq'])
        taken = board.act('accept_call', {'call_id': 'c1'}, session=board.welcome['session'])
        t.equal(taken['outcome'], 'applied', 'somebody accepts the call')
        changed = board.act('update_reservation', {'reservation_id': 'r1', 'party_size': 4})
        cancelled = board.act('cancel_reservation', {'reservation_id': 'r1', 'cancel_reason': 'guest_request'})
        t.equal([d['outcome'] for d in (changed, cancelled)], ['applied', 'applied'], 'staff change and cancel the reservation')
        agent.read_to(cancelled['seq'])
        t.check('pier' not in str(agent.frames), 'nothing of another house')
        for path in ('state', 'events', 'availability?date=tomorrow&size=2'):
            t.equal(server.get(f'/v1/locations/pier/{path}', token).status, 403, f'{path} of another house')
        try:
            server.websocket('pier', token).close()
            t.check(False, 'another house is not followed')
        except hostline.HandshakeRefused as refused:
            t.equal(refused.response.status, 403, 'another house is not followed')
        heard = [(e['kind'], e['data'].get('state') or e['data'].get('party_size') or e['data'].get('status')) for e in agent.events]
        t.check(('call_updated', 'handoff_requested') in heard, f'handoff_requested: {heard}')
        t.check(('call_updated', 'staff_active') in heard, 'staff_active')
        t.check(('reservation_updated', 4) in heard, 'the party of four')
        t.check(any(kind == 'reservation_cancelled' for kind, _ in heard), 'the cancellation')
        t.equal([e['seq'] for e in agent.events], list(range(1, cancelled['seq'] + 1)), 'every event once')
        agent.ws.reset()
        publisher = server.add_token(LOCATION, 'publisher')
        for i in range(3):
            events = [{'kind': 'call_started', 'data': {'call_id': f'x{i}-{k}'}} for k in range(400)]
            last = server.publish(LOCATION, publisher, events)['last']
        again = server.follow(LOCATION, token, device='agent', pos=agent.pos)
        t.equal(again.welcome['mode'], 'resume', 'a tool replays any length')
        again.read_to(last)
        t.equal(again.events[0]['seq'], cancelled['seq'] + 1, 'from where it was')


def test_http_action(t):
    """The agent acts over HTTP with the same members and the same answer."""
    server, staff = open_server()
    with server:
        agent = server.add_token(LOCATION, 'agent')
        board = join(server, staff)
        path = f'/v1/locations/{LOCATION}/actions'
        body = {'id': str(uuid.uuid4()), 'kind': 'create_reservation', 'base': board.pos, 'composed_at': hostline.now(),
                'data': {'reservation_id': 'r1', 'party_size': 2, 'starts_at': hostline.now(7200), 'name': 'Lopez'}}
        first = server.post(path, agent, body)
        t.equal(first.status, 200, 'status')
        t.equal(first.json()['id'], body['id'], 'id')
        t.check(first.json()['outcome'] in ('applied', 'disputed', 'refused'), f"outcome {first.json()}")
        t.equal(server.post(path, agent, body).json(), first.json(), 'the same again')

        # whatever day it meant: it hears which one that is, by the house's clock, with its weekday
        zone = zoneinfo.ZoneInfo(hostline.ZONE)
        day = (datetime.datetime.now(zone) + datetime.timedelta(days=30)).replace(hour=19, minute=30, second=0, microsecond=0)

        def ask(kind, **data):
            return server.post(path, agent, {'id': str(uuid.uuid4()), 'kind': kind, 'composed_at': hostline.now(), 'data': data}).json()

        def wanted(id, at):
            return {'entity': 'reservation', 'id': id, 'date': f'{at:%Y-%m-%d}', 'weekday': f'{at:%A}', 'time': f'{at:%H:%M}',
                    'timezone': hostline.ZONE}

        def utc(at):
            return at.astimezone(datetime.timezone.utc).isoformat()

        held = ask('hold_reservation', reservation_id='r2', party_size=2, starts_at=utc(day))
        t.equal((held['outcome'], held.get('detail')), ('applied', wanted('r2', day)), 'held: said back')
        booked = ask('create_reservation', reservation_id='r2', party_size=2, starts_at=utc(day), name='Lopez')
        t.equal((booked['outcome'], booked.get('detail')), ('applied', wanted('r2', day)), 'booked')
        later = day + datetime.timedelta(days=1, hours=-1)
        changed = ask('update_reservation', reservation_id='r2', starts_at=utc(later))
        t.equal((changed['outcome'], changed.get('detail')), ('applied', wanted('r2', later)), 'changed')
        noted = ask('add_note', type='reservation', id='r2', note='window')
        t.equal(noted.get('detail', {}).get('weekday'), f'{later:%A}', 'whatever it does to one')
        t.equal(ask('create_reservation', reservation_id='r3', party_size=2, starts_at=hostline.now(-7200), name='Ng').get('detail', {})
                .get('weekday'), None, 'what is refused has no day')
        done = join(server, agent, device='agent').act('update_reservation', {'reservation_id': 'r2', 'party_size': 3})
        t.equal(done.get('detail'), wanted('r2', later), 'over the WebSocket too')
        t.equal(board.act('update_reservation', {'reservation_id': 'r2', 'party_size': 2}).get('detail'), None, 'staff see it on the screen')
        publisher = server.add_token(LOCATION, 'publisher')
        t.equal(server.post(path, publisher, body).status, 403, 'not for publishers')
        t.equal(server.post(path, agent, {'id': 'x'}).status, 400, 'a member is missing')
        t.equal(server.post(path, agent, b'{').status, 400, 'not JSON')
        t.equal(server.post(path, agent, {**body, 'id': str(uuid.uuid4()), 'base': {'seq': 1}}).json()['pointer'],
                '/base/epoch', 'a base without an epoch')


def test_base_of_an_agent(t):
    """What an agent has not shown to have seen it has not seen (K7), only its own work aside; rule 9 holds either way."""
    server, staff = open_server()
    with server:
        agent = server.add_token(LOCATION, 'agent')
        board = join(server, staff)

        def act(kind, data, base=None):
            answer = server.post(f'/v1/locations/{LOCATION}/actions', agent, {
                'id': str(uuid.uuid4()), 'kind': kind, 'base': base, 'composed_at': hostline.now(), 'data': data})
            t.equal(answer.status, 200, kind)
            done = answer.json()
            if done.get('seq'):
                board.read_to(done['seq'])
            return done

        starts = hostline.now(7200)
        for id in ('r1', 'r2'):
            board.act('create_reservation', {'reservation_id': id, 'party_size': 2, 'starts_at': starts, 'name': 'Lopez'})
            board.act('update_reservation', {'reservation_id': id, 'name': 'López'})
        board.ping(3)
        t.equal(act('update_reservation', {'reservation_id': 'r1', 'name': 'Lopes'})['outcome'], 'disputed', 'over what staff wrote, unseen')
        name = {r['reservation_id']: r['name'] for r in server.state(LOCATION, staff)['entities']['reservations']}
        t.equal(name['r1'], 'López', 'the first stands')
        t.equal(act('update_reservation', {'reservation_id': 'r2', 'name': 'Lopes'}, board.pos)['outcome'], 'applied', 'seen')
        t.equal(act('update_reservation', {'reservation_id': 'r2', 'name': 'Lopez'})['outcome'], 'disputed',
                'having written over it once is not having seen it')
        t.equal(act('create_reservation', {'reservation_id': 'mine', 'party_size': 2, 'starts_at': starts, 'name': 'Ng'})['outcome'],
                'applied', 'what is new needs no base')
        t.equal(act('update_reservation', {'reservation_id': 'mine', 'name': 'Ngo'})['outcome'], 'applied', 'nor does its own')
        for base in (None, board.pos):
            late = act('create_reservation', {'reservation_id': str(uuid.uuid4()), 'party_size': 2, 'starts_at': hostline.now(-7200),
                                              'name': 'Ng'}, base)
            t.equal((late['outcome'], late['reason']), ('refused', 'past_time'), 'never in the past')
            seat = act('add_party', {'party_id': str(uuid.uuid4()), 'size': 2, 'name': 'Ng', 'status': 'arrived'}, base)
            t.equal(seat['outcome'], 'refused', 'never a party at the door')


if __name__ == '__main__':
    tap.main()
