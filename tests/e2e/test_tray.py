# SPDX-License-Identifier: GPL-3.0-or-later
"""Two stands that did not see each other, and what the window makes of it: cards, settling, who was too late; the tray of
changes and the connection; quitting with unsent changes; a second start."""

import os
import signal
import subprocess

import hostline
import tap
from stage import Stage, collide
try:
    from window import plain
except ImportError:  # the stage says what is missing
    plain = None


def seats(stage, party_id):
    party = stage.entity('parties', party_id)
    return party['status'], party['table_ids']


def test_settle(t):
    with Stage() as stage:
        ids, party, ana, ben = collide(stage, 'table', 'cancelled_seated', 'same_party')
        for id in ids:
            t.check(stage.entity('disputes', id), f'the two stands disagree: {id.split(":")[0]}')
        window = stage.window(stage.link)
        window.see('3 to check', 60)
        window.press('Table 12, Check table')
        window.press('See who said what')
        window.see('Who is at 12?')
        facts = plain(window.see('Table 12: Ng 4 (Ana').name)
        t.check('Lopez 2 (Ben' in facts, 'a table in doubt leads to its card, which says who said what')
        window.shot('card')
        window.press('Lopez 2 is at 12, Ben')
        window.see_gone('Table 12, Check table')
        hostline.wait_for(lambda: stage.entity('disputes', 'table:12')['state'] == 'settled', hostline.slow(30), 'settled')
        t.equal([seats(stage, party['lopez']), seats(stage, party['ng'])], [('seated', ['12']), ('arrived', [])],
                'who was chosen keeps the table, the others stand at the door')
        window.see('2 to check')
        window.press('No, other guests')
        hostline.wait_for(lambda: stage.entity('disputes', ids[1])['state'] == 'settled', hostline.slow(30), 'settled')
        t.equal((stage.entity('reservations', 'r-gone')['status'], stage.entity('parties', party['haddad'])['status']),
                ('cancelled', 'arrived'), 'other guests: the booking stays cancelled, the party stays')
        t.check(window.see('The same party?'), 'the last card is still there')
        ben.see()
        ben.act('settle_dispute', dispute_id=ids[2], choice=1)
        window.see('Nothing to check')
        window.see('Connection: Online')
        t.equal([stage.entity('parties', party[p])['status'] for p in ('kim1', 'kim2')], ['waiting', 'waiting'],
                'a card that is settled elsewhere leaves')
        window.stop()


def test_who_is_here(t):
    """Which devices are connected, and who acts at them; without the link it is said that this was so, and when."""
    with Stage() as stage:
        window = stage.window(stage.link)
        ben = stage.stand('Ben')
        ben.follower.act('add_party', {'party_id': 'p-here', 'size': 2, 'status': 'waiting'}, who='Benita')
        window.see('Connection: Online', 60)
        window.press('Connection: Online')
        window.see('Who is here')
        name = plain(window.see('(this one)', 60).name)
        t.check('stand-' not in name, f'by the name that people gave it, not by its id: {name}')
        t.check(window.see('Benita · active now', 60), 'another stand, and who acted there')
        window.shot('here')
        ben.close()
        window.see_gone('Benita', 60)  # who leaves is gone from the list
        stage.server.pause()
        t.check(window.see('Who was here at', 60), 'without the link it is what was')
        t.check(window.see_gone('active now'), 'and nobody is said to be active')
        window.shot('here-offline')
        stage.server.resume()
        window.stop()


def test_too_late(t):
    """The window chooses while it has no link; meanwhile Ana chose otherwise: the first stands, the second is told."""
    with Stage() as stage:
        ids, party, ana, _ben = collide(stage, 'table')
        window = stage.window(stage.link)
        window.see('1 to check', 60)
        stage.server.pause()
        window.see('Connection: Offline', 60)
        window.press('See 1', deadline=60)
        window.press('Lopez 2 is at 12, Ben')
        window.see('1 unsent')
        t.check(window.see('Undo: settle 12'), 'what was chosen without a link is saved, and named')
        window.kill()
        stage.server.resume()
        ana.see()
        ana.act('settle_dispute', dispute_id=ids[0], choice=0)
        window = stage.window()
        window.see('Connection: Online', 60)
        window.press('Connection: Online')
        window.press('Done here', exact=True)
        window.see('Already settled by Ana', 60)
        window.shot('too-late')
        t.equal([seats(stage, party['ng']), seats(stage, party['lopez'])], [('seated', ['12']), ('arrived', [])],
                'the first who settled it stands; who came second reads by whom')
        window.stop()


def test_other_time(t):
    """K14: a booking for which there was no room any more moves to a time that has some, and its card leaves."""
    with Stage() as stage:
        collide(stage, 'overbooked')
        window = stage.window(stage.link)
        window.see('1 to check', 60)
        window.press('See 1')
        window.see('No room for Okafor 6')
        before = stage.entity('reservations', 'r-late')['starts_at']
        window.shot('overbooked')
        window.press('Later:')
        hostline.wait_for(lambda: stage.entity('reservations', 'r-late')['starts_at'] != before, hostline.slow(30), 'moved')
        t.check(not stage.entity('reservations', 'r-late')['overbooked'], 'the time it moved to has room')
        hostline.wait_for(lambda: stage.entity('disputes', 'overbooked:r-late')['state'] == 'settled', hostline.slow(30),
                          'the card leaves')
        window.see('Nothing to check')
        window.stop()


def test_tray(t):
    with Stage() as stage:
        window = stage.window(stage.link)
        window.see('Connection: Online', 60)
        window.press('Walk-in', exact=True)
        window.press('4', exact=True)
        window.press('Table 2, Open')
        window.see('Table 2, Seated')
        window.press('Connection: Online')
        window.see('Online: everything arrives at once')
        window.see('In use')
        for text in ('Everything done here has been sent', 'new connection', 'The server usually answers in', 'Reconnect now',
                     'Copy a report for support'):
            t.check(window.see(text), f'the connection says: {text}')
        window.press('Reconnect now')
        window.see('Connection: Online', 60)
        t.check(window.see('2 new connections'), '"Reconnect now" works while it is online, too')
        window.press('Done here', exact=True)
        window.see('Seat 2')
        t.check(window.see('Done'), 'what became of a change is said')
        stage.server.stop()
        window.see('Connection: Offline', 60)
        window.press('Connection', exact=True)
        window.see('The back-office server')
        window.see('Since ')
        t.check(window.see('Offline since'), 'offline it says since when, and why')
        window.shot('connection-offline')
        window.keys('Escape')
        window.press('Walk-in', exact=True)
        window.press('2', exact=True)
        window.press('Table B4, Open')
        window.see('Table B4, Seated')
        window.press('See 1')
        window.see('Saved on this computer, not sent yet')
        window.press('Take back')
        window.see('Taken back before it was sent')
        window.see('Table B4, Open')
        t.check(True, 'the newest that was not sent can be taken back from its row')
        window.shot('changes')
        window.stop()


def test_quit(t):
    with Stage() as stage:
        window = stage.window(stage.link)
        window.see('Connection: Online', 60)
        stage.server.stop()
        window.see('Connection: Offline', 60)
        window.press('Walk-in', exact=True)
        window.press('2', exact=True)
        window.press('Table B4, Open')
        window.see('1 unsent')
        window.keys('ctrl+q')
        window.see('Quit with 1 change not sent yet?')
        window.shot('quit')
        t.check(window.see('stays saved on this computer'), 'Ctrl+Q asks, and says what becomes of the change')
        window.press('Stay', exact=True)
        window.see_gone('Quit with 1 change')
        window.keys('ctrl+w')
        window.see('Quit with 1 change not sent yet?')
        t.equal(window.process.poll(), None, 'closing the window asks as well, staying stays')
        window.press('Quit', exact=True)
        t.equal(window.process.wait(hostline.slow(30)), 0, 'quitting quits')
        window = stage.window()
        window.see('1 unsent', 60)
        window.see('Table B4, Seated')
        t.check(True, 'it is there at the next start')
        window.stop(signal.SIGTERM)
        t.equal(window.process.returncode, 0, 'SIGTERM is not asked')
        stage.server.restart()
        window = stage.window()
        window.see('Connection: Online', 60)
        window.see_gone('1 unsent')
        t.equal([e['data']['table_ids'] for e in stage.log('party_updated')], [['B4']], 'and goes to the server then')
        window.keys('ctrl+q')
        t.equal(window.process.wait(hostline.slow(30)), 0, 'with nothing unsent nobody is asked')


def test_second_start(t):
    with Stage() as stage:
        home = os.path.join(stage.folder.name, 'home')
        os.mkdir(home, 0o700)
        window = stage.window(data_home=home)
        window.see('paste the link', 60)
        env = window.env()
        second = subprocess.run([hostline.program('hostline')], env=env, timeout=hostline.slow(60))
        t.equal((second.returncode, window.process.poll()), (0, None), 'a second start hands over to the first, and ends')
        subprocess.run([hostline.program('hostline'), stage.link], env=env, timeout=hostline.slow(60), check=True)
        window.see('Connection: Online', 60)
        t.check(True, 'the link that it was given pairs the first')
        other = stage.server.ctl('pair', '--location', 'ocean-ave', '--name', 'Other').stdout.splitlines()[0]
        subprocess.run([hostline.program('hostline'), other], env=env, timeout=hostline.slow(60), check=True)
        window.see('This stand is connected to Ocean Ave')
        window.shot('second-link')
        t.check(window.see('Leave it connected as it is'), 'a stand at work is not taken away by a link: a person is asked')
        devices = stage.server.ctl('device', 'list', 'ocean-ave').stdout
        window.press('Leave it connected as it is')
        window.see('Walk-in')
        t.equal(stage.server.ctl('device', 'list', 'ocean-ave').stdout, devices, 'nothing was paired')
        window.stop()


if __name__ == '__main__':
    tap.main()
