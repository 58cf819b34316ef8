# SPDX-License-Identifier: GPL-3.0-or-later
"""The real window against the real server, moved through accessibility: an evening with a power cut in it."""

import re
import time

import hostline
import tap
from stage import Stage
from window import plain


def test_evening(t):
    with Stage() as stage:
        window = stage.window(stage.link)
        window.see('Connection: Online', 60)
        t.check(True, 'paired by the link and online')

        stage.publish('call_started', call_id='c1', **{'from': '+12025550142'}, direction='inbound', state='agent_active')
        window.press('Call of')
        window.see('0142')
        t.check(not window.find('12025550142'), 'a call arrives, its number masked')
        stage.publish('transcript_segment', call_id='c1', turn=0, speaker='agent', text='Good evening, Osteria Lume.')
        window.see('Good evening, Osteria Lume.')
        stage.publish('transcript_segment', call_id='c1', turn=1, speaker='caller', text='A table for', final=False)
        window.see('A table for')
        stage.publish('transcript_segment', call_id='c1', turn=1, speaker='caller', text='A table for four at eight.')
        window.see('A table for four at eight.')
        stage.publish('transcript_segment', call_id='c1', turn=2, speaker='agent', text='With pleasure.')
        window.see('With pleasure.')
        t.check(True, 'the transcript grows turn by turn, the unfinished line first')
        window.shot('call')

        window.press('Walk-in', exact=True)
        window.press('4', exact=True)
        window.press('Table 2, Open')
        window.see('Table 2, Seated')
        seated = hostline.wait_for(lambda: [e for e in stage.log('party_updated') if e['data'].get('status') == 'seated'],
                                   hostline.slow(30), 'the server has the party')
        t.equal([e['data']['table_ids'] for e in seated], [['2']], 'seated in two taps: size, table')
        window.see('Seated: 4')

        stage.server.stop()
        window.see('Connection: Offline', 60)
        window.see('The back-office server')
        t.check(re.search(r', since \d\d:\d\d\. Seating', window.see('Seating, tables and lists go on').name),
                'the banner says since when, and what goes on')
        t.check(True, 'the pill and the banner say what is the matter')
        window.press('Walk-in', exact=True)
        window.press('2', exact=True)
        window.press('Table B4, Open')
        window.see('Table B4, Seated')
        seated_at = time.monotonic()
        window.see('1 unsent')
        window.see('1 change is saved on this computer, not sent yet.')
        window.shot('offline')
        t.check(True, 'what is done offline shows at once, and as unsent')

        window.kill()
        window = stage.window()
        window.see('Table B4, Seated')
        window.see('Table 2, Seated')
        window.see('Seated: 6')
        window.see('1 unsent')
        window.see('1 change is saved on this computer, not sent yet.')
        window.see('Undo: seat B4')
        t.check(not window.find('Connection: Online'), 'after kill -9 the last state is there before any network')
        window.shot('restarted')

        time.sleep(max(0, seated_at + 6 - time.monotonic()))  # from 5 s on it counts as done offline
        stage.server.restart()
        window.see('Connection: Online', 60)
        window.see_gone('1 unsent')
        t.check(True, 'nothing is unsent any more')
        seated = [e['data']['table_ids'] for e in stage.log('party_updated') if e['data'].get('status') == 'seated']
        t.equal(seated, [['2'], ['B4']], 'the server has each change exactly once, in order')
        window.shot('sent')
        window.press('Table B4, Seated')
        window.press('History', exact=True)
        line = window.see('(was offline)')
        t.check(re.search(r'seated here by .+, \d\d:\d\d \(was offline\)', plain(line.name)),
                f'the history says who, when, and that they were offline: {plain(line.name)}')
        window.shot('history')
        window.keys('Escape')
        window.stop()
        t.equal(window.process.returncode, 0, 'SIGTERM ends the window clean')


def test_a_party_from_the_list(t):
    with Stage() as stage:
        window = stage.window(stage.link)
        window.see('Connection: Online', 60)
        stage.publish('reservation_created', reservation_id='r1', name='Haddad', party_size=4, starts_at=hostline.now(900),
                      status='confirmed')
        window.see('Arrivals 1')
        row = window.wait(lambda: window.find('Haddad, 4 people', ('list item', 'table row')), 'Haddad in the list')
        t.check('Confirmed' in row.name, 'a row is read out as a whole')
        window.tap(row)
        window.press('Table 4, Open')
        window.see('Table 4, Seated')
        window.see('Seated: 4')
        window.shot('from-the-list')
        hostline.wait_for(lambda: [e for e in stage.log('party_updated') if e['data'].get('table_ids') == ['4']],
                          hostline.slow(30), 'the server has it')
        seated = [e for e in stage.log('party_updated') if e['data'].get('status') == 'seated']
        t.equal([(e['data']['table_ids'], e['by']['role']) for e in seated], [(['4'], 'staff')],
                'tap the party, tap the table: seated once')
        window.stop()


def test_keyboard_only(t):
    with Stage() as stage:
        window = stage.window(stage.link)
        window.see('Connection: Online', 60)
        window.keys('w')
        window.see('Number of people')
        window.wait(lambda: window.focused_name() in ('1', '1 1'), 'W puts the focus on the sizes')
        window.key_to('Right', '3')
        window.keys('space')
        window.key_to('Tab', 'At the door, no table yet')
        window.shot('keyboard')
        window.keys('Return')
        hostline.wait_for(lambda: stage.log('party_updated'), hostline.slow(30), 'the server has the party')
        t.equal([(e['data']['size'], e['data']['status']) for e in stage.log('party_updated')], [(3, 'arrived')],
                'W, a size and Enter add a walk-in')
        window.keys('Escape')
        window.keys('ctrl+z')
        hostline.wait_for(lambda: len(stage.log('party_updated')) == 2, hostline.slow(30), 'the undo is an action of its own')
        t.check(stage.log('party_updated')[-1]['data']['status'] != 'arrived', 'Ctrl+Z takes it back')
        window.keys('l')
        window.wait(lambda: window.focused_name() in ('1', '1 1'), 'L puts the focus on the sizes')
        window.keys('space')
        window.key_to('Tab', 'Name')
        for key in ('w', 'n', 'g'):  # letters of a name are no shortcuts
            window.keys(key)
        window.key_to('Tab', 'Add to the waitlist')
        window.keys('Return')
        window.see('Waiting: 1')
        hostline.wait_for(lambda: len(stage.log('party_updated')) == 3, hostline.slow(30), 'the server has the third')
        t.equal(stage.log('party_updated')[-1]['data'].get('name'), 'wng', 'while typing, letters are letters')
        window.keys('ctrl+q')
        t.equal(window.process.wait(hostline.slow(30)), 0, 'Ctrl+Q ends it')


def test_language(t):
    with Stage() as stage:
        window = stage.window(stage.link)
        window.see('Connection: Online', 60)
        stage.publish('call_started', call_id='c1', **{'from': '+12025550142'}, direction='inbound', state='agent_active')
        window.see('Call of')
        pid = window.process.pid
        window.keys('F10')
        window.key_to('Down', 'Language')
        window.keys('Return')
        window.key_to('Down', 'Español')
        window.keys('Return')
        for text in ('Conexión: En línea', 'Sin reserva', 'Lista de espera', 'Llegadas', 'Sentados: 0'):
            window.see(text)
        for text in ('Walk-in', 'Waitlist', 'Arrivals', 'Connection: Online'):
            window.see_gone(text)
        t.check(window.see('0142'), 'the call is still there')
        window.shot('spanish')
        t.equal(window.process.pid, pid, 'the whole window speaks Spanish without a new start')
        stage.server.stop()
        window.see('Sin conexión', 60)
        t.check(True, 'what changes later is Spanish, too')
        window.shot('spanish-offline')
        window.stop()


if __name__ == '__main__':
    tap.main()
