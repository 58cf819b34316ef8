# SPDX-License-Identifier: GPL-3.0-or-later
"""What the window's tests play on: a server with a floor, a publisher, a folder for the window, and other stands that
act without having seen what happened meanwhile."""

import json
import os
import tempfile
import uuid

import hostline
import tap

try:
    import pyatspi  # noqa: F401
    from window import Window
    MISSING = None
except ImportError as error:
    MISSING = f'{error}: python3-pyatspi is not installed'

with open(os.path.join(hostline.SOURCE, 'data', 'demo', 'floor.json'), encoding='utf-8') as file:
    FLOOR = json.load(file)


class Stage:
    """A server with a floor, a publisher, and a folder for the window."""

    def __enter__(self):
        if MISSING:
            raise tap.Skip(MISSING)
        self.server = hostline.Server()
        self.server.add_location(floor=FLOOR)
        self.publisher = self.server.add_token(role='publisher')
        self.reader = self.server.add_token(role='staff', name='reader')
        self.link = self.server.ctl('pair', '--location', 'ocean-ave', '--name', 'Stand').stdout.splitlines()[0]
        self.folder = tempfile.TemporaryDirectory(prefix='hl-window-')
        self.data = os.path.join(self.folder.name, 'app')
        os.mkdir(self.data, 0o700)
        self.windows, self.stands = [], []
        return self

    def window(self, *arguments, **how):
        window = Window(self.data, *arguments, **how)
        self.windows.append(window)
        return window.start()

    def stand(self, who):
        """Another dashboard, at which `who` acts."""
        stand = Stand(self, who)
        self.stands.append(stand)
        return stand

    def publish(self, kind, **data):
        return self.server.publish('ocean-ave', self.publisher, {'kind': kind, 'data': data})

    def log(self, kind):
        return [e for e in self.server.events('ocean-ave', self.reader)['events'] if e['kind'] == kind]

    def entity(self, plural, id):
        """An entity of the state as the server has it."""
        state = self.server.state('ocean-ave', self.reader)['entities']
        key = {'parties': 'party_id', 'tables': 'table_id', 'reservations': 'reservation_id',
               'disputes': 'dispute_id'}[plural]
        return next((e for e in state[plural] if e[key] == id), None)

    def __exit__(self, *ignored):
        for window in self.windows:
            if window.process is not None and window.process.poll() is None:
                window.process.kill()
                window.process.wait()
        for stand in self.stands:
            stand.close()
        self.server.close()
        self.folder.cleanup()


class Stand:
    """Somebody at another dashboard. Between blind() and see() they act on what they saw then, as without a link."""

    def __init__(self, stage, who):
        self.stage, self.who = stage, who
        self.token = stage.server.add_token(name=who.lower())
        self.follower, self.base = None, None
        self.see()

    def see(self):
        """Connects anew, for a stand that says nothing is let go after a while, and reads up to the head of the log."""
        counter = self.follower.counter if self.follower else 0
        if self.follower:
            self.follower.close()
        self.follower = hostline.Follower(self.stage.server, 'ocean-ave', self.token, device=self.who)
        self.follower.counter = counter
        head = self.stage.server.state('ocean-ave', self.stage.reader)['pos']['seq']
        while not self.follower.pos or self.follower.pos['seq'] < head:
            self.follower.read(hostline.slow(30))
        self.base = None

    def blind(self):
        self.see()
        self.base = self.follower.pos

    def act(self, kind, ago=0, **data):
        """Acts, `ago` seconds back; gives the answer."""
        return self.follower.act(kind, data, base=self.base, who=self.who, age_ms=ago * 1000)

    def close(self):
        self.follower.close()


def collide(stage, *kinds):
    """Ana acts first, Ben three minutes later without having seen it. Gives the disputes' ids."""
    ana, ben = stage.stand('Ana'), stage.stand('Ben')
    party = {name: str(uuid.uuid4()) for name in ('ng', 'lopez', 'ruiz', 'petrov', 'kim1', 'kim2', 'haddad')}
    for name, size in (('Ng', 4), ('Lopez', 2), ('Ruiz', 2), ('Petrov', 3)):
        ana.act('add_party', 600, party_id=party[name.lower()], size=size, name=name, status='arrived')
    for id, name, size, minutes in (('r-size', 'Fischer', 5, 75), ('r-gone', 'Haddad', 6, 15)):
        stage.publish('reservation_created', reservation_id=id, name=name, party_size=size, source='opentable',
                      starts_at=hostline.now(minutes * 60), status='booked')
    ana.see()
    ben.blind()
    ids = []

    def clash(kind, id, first, second):
        if not kinds or kind in kinds:
            first()
            second()
            ids.append(id)

    clash('table', 'table:12', lambda: ana.act('seat', 300, party_id=party['ng'], table_ids=['12']),
          lambda: ben.act('seat', 120, party_id=party['lopez'], table_ids=['12']))
    clash('party_table', f'party_table:{party["ruiz"]}:table_ids',
          lambda: ana.act('seat', 290, party_id=party['ruiz'], table_ids=['13']),
          lambda: ben.act('seat', 110, party_id=party['ruiz'], table_ids=['14']))
    clash('field', 'field:r-size:party_size',
          lambda: ana.act('update_reservation', 280, reservation_id='r-size', party_size=7),
          lambda: ben.act('update_reservation', 100, reservation_id='r-size', party_size=9))
    clash('cancelled_seated', 'cancelled_seated:r-gone',
          lambda: stage.publish('reservation_cancelled', reservation_id='r-gone', cancel_reason='ill'),
          lambda: ben.act('arrive', 90, reservation_id='r-gone', party_id=party['haddad']))
    clash('blocked_table', 'blocked_table:8',
          lambda: ana.act('set_table', 270, table_id='8', blocked=True, blocked_reason='leak'),
          lambda: ben.act('seat', 80, party_id=party['petrov'], table_ids=['8']))
    quarter = hostline.now(3600)[:14] + '45:00.000Z'
    clash('overbooked', 'overbooked:r-late',
          lambda: ana.act('create_reservation', 260, reservation_id='r-early', name='Wedding', party_size=8,
                          starts_at=quarter),
          lambda: ben.act('create_reservation', 70, reservation_id='r-late', name='Okafor', party_size=6,
                          starts_at=quarter, phone='+12025550148'))
    clash('same_party', f'same_party:{party["kim2"]}',
          lambda: ana.act('add_party', 250, party_id=party['kim1'], size=3, name='Kim', status='waiting'),
          lambda: ben.act('add_party', 60, party_id=party['kim2'], size=3, name='Kim', status='waiting'))
    ana.see()
    ben.see()
    return ids, party, ana, ben
