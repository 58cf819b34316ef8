# SPDX-License-Identifier: GPL-3.0-or-later
"""Calls whose provider falls silent: lost contact, the end after four hours, and what brings them back; on the real server."""

import hashlib
import hmac
import json
import os
import tempfile
import time

import hostline
import tap

LOCATION = 'ocean-ave'
SECRET = 'key_example_0123456789abcdef'
MINUTE = 60_000


class Evening:
    """A server whose clock can be put forward, with a hook for Retell and a publisher."""

    def __init__(self, folder):
        preload = os.path.join(hostline.BUILD, 'tests', 'server', 'live', 'liblater.so')
        if hostline.sanitized() or not os.path.exists(preload):
            raise tap.Skip('nothing can be preloaded into this build')
        self.switch = os.path.join(folder, 'later')
        self.later = self.marks = 0
        self.wait(0)
        self.server = hostline.Server(env={'LD_PRELOAD': preload, 'HL_LATER': self.switch})
        self.server.add_location(LOCATION, timezone=hostline.morning_zone())  # a day that ends takes ended calls away
        self.path = self.server.ctl('hook', 'add', '--location', LOCATION, '--provider', 'retell', '--secret', SECRET).stdout.split()[-1]
        self.staff = self.server.add_token(LOCATION, 'staff')
        self.publisher = self.server.add_token(LOCATION, 'publisher')

    def wait(self, ms):
        self.later += ms
        with open(self.switch + '.new', 'w') as file:
            file.write(str(self.later))
        os.rename(self.switch + '.new', self.switch)

    def post(self, event, call_id):
        """A signed webhook of Retell. Returns: its status"""
        now = int(time.time() * 1000) + self.later
        call = {'call_id': call_id, 'call_type': 'phone_call', 'direction': 'inbound', 'from_number': '+12025550142',
                'to_number': '+12025550110', 'start_timestamp': now}
        if event == 'call_ended':
            call.update(end_timestamp=now, disconnection_reason='user_hangup')
        body = json.dumps({'event': event, 'call': call}).encode()
        digest = hmac.new(SECRET.encode(), body + str(now).encode(), hashlib.sha256).hexdigest()
        return self.server.post(self.path, None, body, headers=[('X-Retell-Signature', f'v={now},d={digest}'),
                                                                ('Content-Type', 'application/json')]).status

    def ring(self, call_id):
        self.server.publish(LOCATION, self.publisher, {'kind': 'call_started', 'at': hostline.now(self.later / 1000), 'data': {
            'call_id': call_id, 'state': 'ringing', 'from': '+12025550142'}})

    def call(self, call_id):
        return [c for c in self.server.state(LOCATION, self.staff)['entities']['calls'] if c['call_id'] == call_id][0]

    def until(self, call_id, **want):
        def fits():
            call = self.call(call_id)
            return all(call.get(name) == value for name, value in want.items()) and call
        return hostline.wait_for(fits, hostline.slow(20), f'{call_id}: {want}')

    def settle(self, call_id):
        """The call, once the timers have looked at it: they look at calls first, and then let a hold run out."""
        self.marks += 1
        mark = f'mark-{self.marks}'
        self.server.publish(LOCATION, self.publisher, {'kind': 'reservation_created', 'at': hostline.now(self.later / 1000), 'data': {
            'reservation_id': mark, 'party_size': 2, 'starts_at': hostline.now(self.later / 1000 + 7200), 'status': 'held',
            'held_until': hostline.now(self.later / 1000)}})
        hostline.wait_for(lambda: [r for r in self.server.state(LOCATION, self.staff)['entities']['reservations']
                                   if r['reservation_id'] == mark and r['status'] == 'expired'], hostline.slow(20), 'the timers')
        return self.call(call_id)


def test_silence(t):
    """ringing 2 minutes, active 10; news bring it back; 4 hours of silence end it, and its own end may still come"""
    with tempfile.TemporaryDirectory(prefix='hl-later-') as folder:
        evening = Evening(folder)
        with evening.server:
            evening.ring('rings')
            t.equal(evening.post('call_started', 'talks'), 200, 'a call')
            talks = 'retell:talks'
            evening.settle(talks)
            evening.wait(MINUTE + 50_000)
            t.equal(evening.settle('rings').get('contact', 'ok'), 'ok', 'ringing for less than 2 minutes')
            evening.wait(15_000)
            evening.until('rings', contact='lost')
            t.check(True, 'ringing for 2 minutes: contact is lost')
            t.equal(evening.call(talks).get('contact', 'ok'), 'ok', 'a call that is spoken with may be silent for longer')
            evening.wait(8 * MINUTE)
            call = evening.until(talks, contact='lost')
            t.equal(call['state'], 'agent_active', 'after 10 minutes, and it stays open')
            t.equal(evening.post('transfer_started', 'talks'), 200, 'news')
            evening.until(talks, contact='ok')
            t.check(True, 'news bring it back')
            evening.wait(10 * MINUTE + 5000)
            evening.until(talks, contact='lost')
            t.equal(evening.post('call_ended', 'talks'), 200, 'its end comes late')
            t.equal(evening.until(talks, state='ended')['end_reason'], 'user_hangup', 'and closes it')
            t.equal(evening.post('call_started', 'never-ends'), 200, 'another')
            evening.settle('retell:never-ends')
            evening.wait(4 * 60 * MINUTE + 5000)
            call = evening.until('retell:never-ends', state='ended')
            t.check(True, 'four hours of silence end a call')
            evening.until('rings', state='ended')
            t.check(True, 'a ringing one, too')
            t.equal(evening.post('call_ended', 'never-ends'), 200, 'the end that comes after that')
            t.equal(evening.until('retell:never-ends', end_reason='user_hangup')['state'], 'ended', 'says why it ended')


if __name__ == '__main__':
    tap.main()
