# SPDX-License-Identifier: GPL-3.0-or-later
"""The connection log: what happened to every session, for people who ask why a stand was grey last night."""

import json
import os
import sqlite3
import time

import hostline
import tap

LOCATION = 'ocean-ave'


def open_server(**how):
    server = hostline.Server(**how)
    server.add_location(LOCATION)
    return server, server.add_token(LOCATION, 'publisher'), server.add_token(LOCATION, 'staff')


def rows(server, *arguments):
    out = server.ctl('--json', 'connections', LOCATION, *arguments).stdout
    return [json.loads(line) for line in out.splitlines()]


def of(rows, device):
    return [(r['what'], r['code'], r['cause']) for r in rows if r['device'] and r['device'].startswith(device)]


def wait_rows(server, count, device):
    """The log is written in batches, a moment later."""
    return hostline.wait_for(lambda: (found := rows(server), len(of(found, device)) >= count)[1] and found,
                             hostline.slow(10), f'{count} rows of {device}')


def test_every_transition(t):
    """Open, welcome with its reason, bye with code and cause, close with figures; of every way to end."""
    server, publisher, staff = open_server()
    with server:
        board = server.follow(LOCATION, staff, device='stand-1', unsent=3)
        server.publish(LOCATION, publisher, {'kind': 'call_started', 'data': {'call_id': 'c1'}})
        board.read_to(1)
        board.ping()
        pos = board.pos
        board.ws.send_close(1000)
        board.ws.expect_close()
        board.close()
        found = wait_rows(server, 3, 'stand-1')
        t.equal(of(found, 'stand-1'), [('open', None, ''), ('welcome', None, 'first'), ('close', 1000, 'the client has closed it')],
                'a visit')
        opened, welcome, closed = [r for r in found if r['device']]
        t.equal(opened['detail']['address'], '127.0.0.1', 'where from')
        t.equal(opened['detail']['endpoint'], f'{server.host}:{server.port}', 'what it called us')
        t.equal((opened['detail']['label'], opened['detail']['app'], opened['detail']['role']), ('stand-1', 'hostline-test/1', 'staff'),
                'who')
        t.equal(opened['detail']['token'], staff.split('_')[1], "the token's id")
        t.check(staff.split('_', 2)[2] not in json.dumps(found), 'not the token')
        t.equal((welcome['detail']['mode'], welcome['detail']['head'], welcome['detail']['unsent']), ('snapshot', 0, 3), 'welcome')
        t.check(closed['detail']['duration_ms'] >= 0 and closed['detail']['acked'] == 1, 'how long, and how far')
        t.check(closed['detail']['frames_in'] >= 4 and closed['detail']['frames_out'] >= 4, 'frames')
        t.equal({r['session'] for r in found if r['device']}, {opened['session']}, 'one session')

        again = server.follow(LOCATION, staff, device='stand-2', pos=pos)
        newer = server.follow(LOCATION, staff, device='stand-2', pos={**pos, 'epoch': 'other'})
        again.read_until(lambda f: f['t'] == 'bye')
        again.ws.expect_close()
        again.close()
        newer.ws.reset()
        found = of(wait_rows(server, 7, 'stand-2'), 'stand-2')
        t.equal([f for f in found if f[0] == 'welcome'], [('welcome', None, 'in_window'), ('welcome', None, 'epoch_changed')], 'why')
        t.check(('bye', 4409, 'replaced') in found, 'replaced')
        t.check(('close', 1006, 'the connection broke') in found, 'broken')

        malformed = server.follow(LOCATION, staff, device='stand-3')
        malformed.ws.send_text('{"t":"ack"}')
        malformed.ws.expect_close()
        t.check(('bye', 4400, 'a malformed frame') in of(wait_rows(server, 4, 'stand-3'), 'stand-3'), 'the cause of a bye')

        for token, status, cause in (('hl1_aaaaaaaaaa_' + 'b' * 43, 401, 'unauthorized'), (publisher, 403, 'kind_not_allowed')):
            try:
                server.websocket(LOCATION, token)
                t.check(False, 'refused')
            except hostline.HandshakeRefused:
                pass
            refused = hostline.wait_for(lambda: [r for r in rows(server) if r['what'] == 'refused' and r['code'] == status],
                                        hostline.slow(10))
            t.equal(refused[0]['cause'], cause, f'{status} at the door')


def test_a_flood_hides_nobody(t):
    """Who knocks with a bad token all the time fills neither the log nor the place of somebody else who is refused."""
    server, publisher, staff = open_server()
    with server:
        server.add_location('pier')
        for n in range(150):
            try:
                server.websocket(LOCATION, 'hl1_aaaaaaaaaa_' + 'b' * 43)
            except (hostline.HandshakeRefused, ConnectionError):
                pass
        try:
            server.websocket(LOCATION, publisher)
        except hostline.HandshakeRefused as refusal:
            t.equal(refusal.response.status, 403, 'the publisher is refused too')
        other = hostline.wait_for(lambda: [r for r in rows(server) if r['what'] == 'refused' and r['code'] == 403], hostline.slow(10))
        t.equal(len(other), 1, 'and stands in the log')
        flood = [r for r in rows(server) if r['what'] == 'refused' and r['code'] != 403]
        t.check(6 <= len(flood) <= 12, f'of the flood stand {len(flood)}')  # a minute may have turned


def test_filters(t):
    server, publisher, staff = open_server()
    with server:
        server.add_location('pier')
        other = server.follow('pier', server.add_token('pier', 'staff'), device='elsewhere')
        for name in ('Stand One', 'office'):
            server.follow(LOCATION, staff, device=name).close()
        wait_rows(server, 3, 'stand-one')
        wait_rows(server, 3, 'office')
        t.check(not of(rows(server), 'elsewhere'), 'another location')
        t.equal({r['device'].split('-')[0] for r in rows(server, '--device', 'Stand One')}, {'stand'}, 'by its label')
        id = rows(server, '--device', 'Stand One')[0]['device']
        t.equal(len(rows(server, '--device', id)), 3, 'by its id')
        t.equal(rows(server, '--since', hostline.now(60)), [], 'nothing later')
        t.check(len(rows(server, '--since', '1h')) >= 6, 'an hour ago')
        done = server.ctl('connections', LOCATION, '--since', 'yesterday', check=False)
        t.equal(done.returncode, 1, 'a time that is none')
        t.check('yesterday' in done.stderr, 'is named')
        t.equal(server.ctl('connections', 'nowhere', check=False).returncode, 1, 'no such location')
        other.close()


def test_export_masks_phones(t):
    """What goes to support has no phone number, and times stay whole."""
    server, publisher, staff = open_server()
    with server:
        server.follow(LOCATION, staff, device='Bar phone +1 202 555 0142').close()
        wait_rows(server, 3, 'bar-phone')
        plain = server.ctl('connections', LOCATION).stdout
        t.check('555 0142' in plain, 'the house itself sees its own label')
        text = server.ctl('connections', 'export', LOCATION).stdout
        t.check('555' not in text and '2025550142' not in text.replace('-', ''), 'masked')
        t.check('•••• 0142' in text, 'down to its last four digits')
        first = text.splitlines()[0]
        t.check(first[:4] in (hostline.now(-86400)[:4], hostline.now()[:4]) and first[10] == 'T' and 'started' in first, f'a time: {first}')
        t.check('label=' in text and 'duration_ms=' in text and 'welcome' in text, 'readable')
        t.equal(server.ctl('--json', 'connections', 'export', LOCATION, check=False).returncode, 2, 'no unmasked JSON by mistake')


def test_sessions_end_with_the_server(t):
    """After kill -9 each session that was open is closed once in the log; after SIGTERM likewise."""
    server, publisher, staff = open_server()
    with server:
        boards = [server.follow(LOCATION, staff, device=f'stand-{i}') for i in range(3)]
        hostline.wait_for(lambda: len([r for r in rows(server) if r['what'] == 'welcome']) == 3, hostline.slow(10))
        server.kill()
        server.start()
        found = hostline.wait_for(lambda: (all := rows(server), [r for r in all if r['what'] == 'close'])[1] and all,
                                  hostline.slow(10))
        closes = [(r['device'], r['cause'], r['code']) for r in found if r['what'] == 'close']
        t.equal(sorted({c[0][:7] for c in closes}), ['stand-0', 'stand-1', 'stand-2'], 'each')
        t.equal(len(closes), 3, 'once')
        t.equal({c[1:] for c in closes}, {('the server has ended', 1006)}, 'why')
        causes = [r['cause'] for r in found if r['what'] == 'server']
        t.equal(causes, ['started', 'started after it had not ended in order'], "the server's own rows")
        for board in boards:
            board.close()
        board = server.follow(LOCATION, staff, device='later')
        server.restart()
        found = hostline.wait_for(lambda: (all := rows(server), all[-1]['cause'] == 'started')[1] and all, hostline.slow(10))
        t.equal([w for w in of(found, 'later') if w[0] != 'open'],
                [('welcome', None, 'first'), ('bye', 4001, 'going_down'), ('close', 1006, 'the server has ended')], 'going down')
        t.equal([r['cause'] for r in found if r['what'] == 'server'][2:], ['stopping', 'started'], 'in order')
        t.equal(len([r for r in found if r['what'] == 'close']), 4, 'nobody leaves twice')
        board.close()


def test_a_month(t):
    """Rows are kept 30 days. Of one that connects in a loop the older ones become one row each hour, which says how often."""
    server, publisher, staff = open_server()
    with server:
        server.stop()
        with sqlite3.connect(os.path.join(server.data_dir, 'hostline.db')) as db:
            now = int(time.time() * 1000)
            day = 24 * 3600 * 1000
            insert = ("INSERT INTO connection_log (location, at, what, session, device, code, cause, detail) "
                      "VALUES (?, ?, 'close', ?, ?, 1006, 'the connection broke', ?)")
            for age in (31, 29):
                db.execute(insert, (LOCATION, now - age * day, f's-{age}', 'old', '{}'))
            began = (now - day) // 3600000 * 3600000
            db.executemany(insert, ((LOCATION, began + n, f'l{n}', 'loop', '{"duration_ms":7,"clean":false}') for n in range(9999)))
        server.start()

        def left():
            with sqlite3.connect(f'file:{server.data_dir}/hostline.db?mode=ro', uri=True) as db:
                return dict(db.execute('SELECT device, count(*) FROM connection_log GROUP BY device').fetchall())

        hostline.wait_for(lambda: left().get('loop') == 3001, hostline.slow(10), 'the newest 3,000 and one for all the others')
        t.equal(left().get('old'), 1, 'what is too old is gone, and what another device did is not')
        found = rows(server, '--device', 'loop')
        t.equal(len(found), 3001, 'all pages')
        t.equal(sum(r['times'] for r in found), 9999, 'each is counted')
        t.equal(sum(r['detail']['duration_ms'] for r in found), 7 * 9999, 'and what they lasted')
        many = found[0]
        t.equal((many['times'], many['session'], many['code'], many['cause'], many['detail']),
                (6999, None, 1006, 'the connection broke', {'clean': False, 'duration_ms': 7 * 6999}), 'what it says')
        t.equal(server.ctl('--json', 'connections', LOCATION, '--since', many['until']).stdout.count('"row"'), 3004,
                'it is there as long as its last one is asked for')
        text = server.ctl('connections', 'export', LOCATION, '--device', 'loop').stdout.splitlines()[0]
        t.check(f'6999 times until {many["until"]}; ' in text and 'duration_ms=48993' in text, text)


if __name__ == '__main__':
    tap.main()
