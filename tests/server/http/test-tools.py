# SPDX-License-Identifier: GPL-3.0-or-later
"""A phone agent really books: times, holds, bookings, changes, late guests, the waitlist, a person."""

import datetime
import json
import sqlite3
import zoneinfo

import hostline
import tap

LOCATION = 'osteria-lume'
ZONE = zoneinfo.ZoneInfo('America/Chicago')
WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']
CALLER = '+12025550142'


def open_server(**location):
    server = hostline.Server()
    server.add_location(LOCATION, 'Osteria Lume', 'America/Chicago')
    settings = {'pace': 6, 'max_phone_party': 8,
                'shifts': [{'id': 'd', 'name': 'Dinner', 'days': [1, 2, 3, 4, 5, 6, 7], 'from': '17:00', 'to': '22:00'}], **location}
    server.ctl('location', 'set', LOCATION, '-', stdin=json.dumps(settings))
    return server, server.add_token(LOCATION, 'agent', 'agent-1'), server.add_token(LOCATION, 'staff')


def saturday():
    """A Saturday at least a week away, as the location's calendar has it."""
    day = datetime.datetime.now(ZONE).date() + datetime.timedelta(days=7)
    return day + datetime.timedelta(days=(5 - day.weekday()) % 7)


class Call:
    """One phone call's tools."""

    def __init__(self, server, agent, call_id='vapi:c1'):
        self.server, self.agent, self.call_id, self.n = server, agent, call_id, 0

    def __call__(self, tool, key=None, **arguments):
        self.n += 1
        answer = self.server.post(f'/v1/locations/{LOCATION}/tools/{tool}', self.agent,
                                  {'call_id': self.call_id, **arguments}, headers=[('Idempotency-Key', key or f'"k{self.n}"')])
        assert answer.status == 200, answer
        return answer.json()


def local(date, clock):
    at = datetime.datetime.fromisoformat(f'{date}T{clock}').replace(tzinfo=ZONE)
    return at.astimezone(datetime.timezone.utc).strftime('%Y-%m-%dT%H:%M:%S.000Z')


def reservations(server, staff):
    return server.state(LOCATION, staff)['entities']['reservations']


def test_availability(t):
    server, agent, staff = open_server()
    day = saturday()
    with server:
        base = f'/v1/locations/{LOCATION}/availability'
        answer = server.get(f'{base}?date={day}&size=4', agent)
        t.equal(answer.status, 200, 'answered')
        body = answer.json()
        t.equal((body['date'], body['weekday'], body['timezone'], body['size']), (str(day), 'Saturday', 'America/Chicago', 4),
                'the day with its weekday, in the location\'s zone')
        t.equal([body['times'][0]['time'], body['times'][-1]['time'], len(body['times'])], ['17:00', '21:45', 20], 'by quarter hours')
        t.equal(body['times'][0]['starts_at'], local(day, '17:00'), 'the moment')
        t.check(all(one['free'] for one in body['times']), 'all free')
        t.equal(server.get(f'{base}?date={day}&size=9', agent).json()['reason'], 'party_over_limit', 'too many')
        t.equal(server.get(f'{base}?date=31+June&size=2', agent).status, 400, 'no such day')
        t.equal(server.get(f'{base}?date={day}&size=0', agent).status, 400, 'nobody')
        t.equal(server.get(f'{base}?size=2', agent).status, 400, 'no day')
        t.equal(server.get(f'{base}?date=tomorrow&size=2', staff).json()['date'],
                str(datetime.datetime.now(ZONE).date() + datetime.timedelta(days=1))
                if datetime.datetime.now(ZONE).hour >= 4 else server.get(f'{base}?date=tomorrow&size=2', staff).json()['date'],
                'tomorrow, by the location\'s clock')
        publisher = server.add_token(LOCATION, 'publisher')
        t.equal(server.get(f'{base}?date={day}&size=2', publisher).status, 403, 'not for publishers')


def test_booking(t):
    server, agent, staff = open_server()
    publisher = server.add_token(LOCATION, 'publisher')
    day = saturday()
    with server, server.follow(LOCATION, staff) as stand:
        server.publish(LOCATION, publisher, {'kind': 'call_started', 'data': {'call_id': 'vapi:c1', 'from': CALLER, 'direction': 'inbound'}})
        call = Call(server, agent)
        t.equal(call('check_availability', date=f'Saturday {day.day} {day:%B}', time='7:30', party_size=4)['ok'], True, 'free')
        held = call('hold_reservation', date=str(day), time='7:30 pm', party_size=4)
        t.equal((held['ok'], held['weekday'], held['time']), (True, 'Saturday', '19:30'), 'held, said back with the weekday')
        booked = call('book_reservation', date=str(day), time='19:30', party_size='4', name='Dana Whitfield', notes='window',
                      allergies='nuts')
        t.equal(booked['ok'], True, f'booked: {booked["say"]}')
        t.equal(booked['reservation_id'], held['reservation_id'], 'the hold became the booking')
        t.check('Saturday' in booked['say'] and 'Dana Whitfield' in booked['say'], 'said back')
        again = call('book_reservation', date=str(day), time='19:30', party_size=4, name='Dana Whitfield')
        t.equal((again['ok'], again['reservation_id']), (True, booked['reservation_id']), 'interrupted and asked again: one booking')
        rows = reservations(server, staff)
        t.equal([(r['status'], r['name'], r['phone'], r['party_size'], r['starts_at'], r['call_id']) for r in rows],
                [('booked', 'Dana Whitfield', CALLER, 4, local(day, '19:30'), 'vapi:c1')], 'in the book')

        spelt = call('book_reservation', date=str(day), time='19:30', party_size=4, name='Dana Whitefield', allergies='shellfish',
                     notes='window', phone='+12025550188')
        t.check(spelt['ok'] and 'Whitefield' in spelt['say'], f'booked again with what was heard since: {spelt["say"]}')
        call('book_reservation', date=str(day), time='19:30', party_size=4, name='Dana Whitefield', allergies='shellfish')
        t.equal([(r['name'], r['phone'], r['allergies'], [n['text'] for n in r['notes']]) for r in reservations(server, staff)],
                [('Dana Whitefield', '+12025550188', 'nuts, shellfish', ['window'])], 'it is in the book, and nothing of it twice')
        call('change_reservation', reservation_id=booked['reservation_id'], name_new='D. Whitfield', phone_new=CALLER, key='"x"')
        call('change_reservation', reservation_id=booked['reservation_id'], name_new='Dana Whitfield', key='"x"')
        t.equal([(r['name'], r['phone']) for r in reservations(server, staff)], [('Dana Whitfield', CALLER)], 'each change is one of its own')
        stand.ping()  # has seen it all
        stand.act('update_reservation', {'reservation_id': booked['reservation_id'], 'name': 'Dana W. Whitfield'})
        hostline.wait_for(lambda: reservations(server, staff)[0]['name'] == 'Dana W. Whitfield', hostline.slow(10), 'corrected')
        told = call('book_reservation', date=str(day), time='19:30', party_size=4, name='Dana Whitefield')
        t.check('Dana W. Whitfield' in told['say'], f'what the stand corrected stands, and is said: {told["say"]}')
        t.equal(reservations(server, staff)[0]['name'], 'Dana W. Whitfield', 'in the book as well')

        full = Call(server, agent, 'vapi:c2')('book_reservation', date=str(day), time='19:30', party_size=4, name='Lee', phone='+12025550143')
        t.equal((full['ok'], full['reason']), (False, 'over_capacity'), 'the pace allows six')
        t.check(full['alternatives'] and '19:30' not in full['alternatives'], f'others are offered: {full["say"]}')
        wrong = call('book_reservation', date=str(day), weekday='Friday', time='20:00', party_size=2, name='Dana')
        t.equal((wrong['ok'], wrong['reason']), (False, 'invalid'), 'a weekday that does not fit books nothing')
        t.check('Saturday' in wrong['say'] and 'Friday' in wrong['say'], wrong['say'])
        t.equal(call('book_reservation', date=str(day), time='12:00', party_size=2, name='Dana')['reason'], 'closed', 'closed at noon')
        t.equal(call('book_reservation', date='yesterday', time='19:00', party_size=2, name='Dana')['ok'], False, 'no such day')
        t.equal(call('book_reservation', date=str(day), time='19:00', party_size=9, name='Dana')['reason'], 'party_over_limit', 'nine')
        t.equal(call('book_reservation', date=str(day), time='19:00', party_size=2)['reason'], 'missing', 'a name is needed')
        t.equal(call('seat_party', party_id='p')['reason'], 'unknown_tool', 'not on the list')
        t.equal(len(reservations(server, staff)), 1, 'still one')

        found = call('find_reservation')
        t.equal((found['ok'], found['date'], found['time']), (True, str(day), '19:30'), 'found by the caller\'s number')
        moved = call('change_reservation', time='8 pm', party_size=5)
        t.equal((moved['ok'], moved['time'], moved['party_size'], moved['date']), (True, '20:00', 5, str(day)), 'changed')
        t.equal(reservations(server, staff)[0]['starts_at'], local(day, '20:00'), 'the book says so')
        back = call('change_reservation', time='19:30')
        t.equal((back['ok'], back['time']), (True, '19:30'), 'and back')
        t.equal(call('change_reservation', time='20:00', party_size=5)['time'], '20:00', 'and again')
        t.equal(call('add_note', note='Birthday')['ok'], True, 'noted')
        t.equal(call('add_note', note='Birthday', key='"other"')['ok'], True, 'noted once')
        notes = [n['text'] for n in reservations(server, staff)[0]['notes']]
        t.equal(notes, ['window', 'Birthday'], 'notes')
        late = call('running_late', minutes=20)
        t.equal((late['ok'], late['time']), (True, '20:20'), 'late')
        t.equal(call('running_late', minutes=999)['ok'], False, 'too late')
        gone = call('cancel_reservation', reason='ill')
        t.equal(gone['ok'], True, gone['say'])
        t.equal(reservations(server, staff)[0]['status'], 'cancelled', 'cancelled')
        t.equal(call('cancel_reservation')['reason'], 'not_found', 'nothing more to cancel')
        anew = call('book_reservation', date=str(day), time='19:30', party_size=4, name='Dana Whitfield')
        t.equal(anew['ok'], True, 'booked anew after the cancellation')
        t.check(anew['reservation_id'] != booked['reservation_id'], 'as another reservation')
        t.equal(sorted(r['status'] for r in reservations(server, staff)), ['booked', 'cancelled'], 'both in the book')


def test_waitlist_and_person(t):
    server, agent, staff = open_server()
    publisher = server.add_token(LOCATION, 'publisher')
    with server:
        server.publish(LOCATION, publisher, {'kind': 'call_started',
                                             'data': {'call_id': 'vapi:c1', 'from': CALLER, 'state': 'agent_active'}})
        call = Call(server, agent)
        t.equal(call('join_waitlist', party_size=3, name='Lee')['ok'], True, 'on the waitlist')
        t.equal(call('join_waitlist', party_size=3, name='Lee')['ok'], True, 'asked twice')
        parties = server.state(LOCATION, staff)['entities']['parties']
        t.equal([(p['status'], p['size'], p['name'], p['phone']) for p in parties], [('waiting', 3, 'Lee', CALLER)], 'once')
        t.equal(call('ask_for_person', reason='allergy')['ok'], True, 'asked for a person')
        one = server.state(LOCATION, staff)['entities']['calls'][0]
        t.equal((one['state'], one['attention_priority'], one['attention_reason']), ('handoff_requested', 1, 'allergy'), 'it rings')
        t.equal(Call(server, agent, 'vapi:none')('ask_for_person')['ok'], False, 'a call that nobody knows')


def remembered(server):
    with sqlite3.connect(f'file:{server.data_dir}/hostline.db?mode=ro', uri=True) as db:
        return db.execute("SELECT count(*) FROM request WHERE source = 'tools'").fetchone()[0]


def test_again_behind_a_correction(t):
    """What comes again gets the answer that it got, and changes nothing that was said since."""
    server, agent, staff = open_server()
    publisher = server.add_token(LOCATION, 'publisher')
    with server:
        server.publish(LOCATION, publisher, {'kind': 'call_started', 'data': {'call_id': 'vapi:c1', 'from': CALLER, 'direction': 'inbound'}})
        call = Call(server, agent)
        when = {'date': str(saturday()), 'time': '19:30', 'party_size': 4}
        first = call('book_reservation', key='"first"', name='Dana Whitfield', allergies='nuts', **when)
        second = call('book_reservation', key='"second"', name='Dana Whitefield', **when)
        t.check(first['ok'] and second['ok'], 'booked and corrected')
        full = Call(server, agent, 'vapi:c2')
        no = full('book_reservation', key='"full"', name='Lee', **when)
        t.equal(no['reason'], 'over_capacity', 'another is refused')
        for turn in ('at once', 'after a restart'):
            head = server.state(LOCATION, staff)['pos']
            t.equal(call('book_reservation', key='"first"', name='Dana Whitfield', allergies='nuts', **when), first, f'{turn}: the first answer')
            t.equal(call('book_reservation', key='"second"', name='Dana Whitefield', **when), second, f'{turn}: the second')
            t.equal(server.state(LOCATION, staff)['pos'], head, f'{turn}: nothing happened')
            server.restart()
        t.equal([one['name'] for one in reservations(server, staff)], ['Dana Whitefield'], 'what was heard last stands')
        t.equal(call('cancel_reservation', key='"c"', reservation_id=first['reservation_id'])['ok'], True, 'there is room now')
        t.equal(full('book_reservation', key='"full"', name='Lee', **when), no, 'who was told no is not booked')
        t.equal([one['status'] for one in reservations(server, staff)], ['cancelled'], 'in the book neither')
        t.equal(full('book_reservation', key='"anew"', name='Lee', **when)['ok'], True, 'a new wish is')
        t.equal(call('book_reservation', key='"first"', name='Dana W.', allergies='nuts', **when)['ok'], False,
                'a key that is used twice stands for what is asked with it')
        t.check(remembered(server) > 0, 'answers are remembered')
        server.ctl('erase', '--phone', CALLER)
        t.equal(remembered(server), 0, 'and forgotten with the person that they may name')


def test_allow_list(t):
    """By action too: the agent has a list, and tables are not on it."""
    server, agent, staff = open_server()
    day = saturday()
    n = 0

    def act(kind, **data):
        nonlocal n
        n += 1
        return server.post(f'/v1/locations/{LOCATION}/actions', agent,
                           {'t': 'act', 'id': f'0193aaaa-0000-7000-8000-{n:012d}', 'n': n, 'kind': kind, 'base': None,
                            'data': data}).json()

    with server:
        made = act('create_reservation', reservation_id='r1', party_size=2, starts_at=local(day, '19:00'), name='Dana')
        t.equal(made['outcome'], 'applied', 'booked')
        for kind, data in (('seat', {'party_id': 'p1', 'table_ids': ['1'], 'size': 2}),
                           ('add_party', {'party_id': 'p2', 'size': 2, 'status': 'arrived'}),
                           ('add_party', {'party_id': 'p3', 'size': 2, 'quote_min': 5}),
                           ('mark_no_show', {'reservation_id': 'r1'}),
                           ('set_table', {'table_id': '1', 'physical': 'dirty'}),
                           ('update_reservation', {'reservation_id': 'r1', 'table_ids': ['1']}),
                           ('create_reservation', {'reservation_id': 'r2', 'party_size': 2, 'starts_at': local(day, '19:00'),
                                                   'table_ids': ['1']})):
            answer = act(kind, **data)
            t.equal((answer['outcome'], answer['reason']), ('refused', 'not_allowed'), f'{kind} {sorted(data)}')
        past = act('create_reservation', reservation_id='r4', party_size=2, starts_at='2026-01-01T19:00:00Z', name='Dana')
        t.equal((past['outcome'], past['reason']), ('refused', 'past_time'), 'not in the past')
        large = act('create_reservation', reservation_id='r5', party_size=7, starts_at=local(day, '19:00'), name='Dana')
        t.equal((large['outcome'], large['reason']), ('refused', 'over_capacity'), 'not over capacity')


if __name__ == '__main__':
    tap.main()
