# SPDX-License-Identifier: GPL-3.0-or-later
"""Voice platforms over a real socket, signed by code that shares no line with the server's: URLs as no library leaves them, questions
that wait for their answer, tools that book, and one call that two providers see."""

import base64
import datetime
import functools
import hashlib
import hmac
import json
import time
import urllib.parse
import zoneinfo

import hostline
import tap

LOCATION = 'osteria-lume'
PUBLIC = 'https://hostline.example.com'
TOKEN = 'lume-twilio-auth-token'
CALLER, HOUSE = '+12025550142', '+12025550110'
CALL = 'CA00000000000000000000000000000032'


class House:
    def __init__(self):
        self.server = hostline.Server(config=f'[server]\npublic-urls={PUBLIC}\n')
        self.server.add_location(LOCATION, 'Osteria Lume', 'America/Chicago')
        self.staff = self.server.add_token(LOCATION, 'staff')

    def add(self, provider, secret, **settings):
        more = [word for name, value in settings.items() for word in ('--set', f'{name.replace("_", "-")}={value}')]
        return self.server.ctl('hook', 'add', '--location', LOCATION, '--provider', provider, '--secret', secret,
                               *more).stdout.split()[-1]

    def calls(self):
        return self.server.state(LOCATION, self.staff)['entities']['calls']

    def __enter__(self):
        self.server.__enter__()
        return self

    def __exit__(self, *how):
        return self.server.__exit__(*how)


def sign_twilio(url, fields, token=TOKEN):
    """As Twilio's own library does it."""
    text = url + ''.join(name + value for name, value in sorted(set(fields)))
    return base64.b64encode(hmac.new(token.encode(), text.encode(), hashlib.sha1).digest()).decode()


def post_twilio(house, path, fields, query='', told=None):
    body = urllib.parse.urlencode(fields).encode()
    url = told or PUBLIC + path + query
    return house.server.request('POST', path + query, body=body, headers=[
        ('X-Twilio-Signature', sign_twilio(url, fields)), ('Content-Type', 'application/x-www-form-urlencoded; charset=UTF-8')])


def status(state, number, **more):
    fields = {'CallSid': CALL, 'AccountSid': 'AC1', 'From': CALLER, 'To': HOUSE, 'Direction': 'inbound', 'CallStatus': state,
              'CallbackSource': 'call-progress-events', 'SequenceNumber': str(number), 'CalledCity': '',
              'Timestamp': 'Tue, 01 Dec 2026 23:02:1%d +0000' % number, **more}
    return list(fields.items())


def post_vapi(house, path, message, secret='vapi-secret'):
    return house.server.request('POST', path, body=json.dumps({'message': message}).encode(), headers=[
        ('X-Vapi-Secret', secret), ('Content-Type', 'application/json')])


def vapi(kind, **more):
    return {'type': kind, 'timestamp': 1796166133000, 'customer': {'number': CALLER}, 'phoneNumber': {'number': HOUSE},
            'call': {'id': 'c1', 'type': 'inboundPhoneCall', 'phoneCallProviderId': CALL}, **more}


def test_raw_target(t):
    with House() as house:
        path = house.add('twilio', TOKEN)
        queries = ["?name=O'Brien", '?to=dana@example.com:5060', '?b=2&a=1&a=%7e%41', '?x=%2f..%2F&y=a+b', '?', '?q=(1),[2]|{3}']
        for number, query in enumerate(queries):
            answer = post_twilio(house, path, status('ringing', number), query)
            t.equal((answer.status, answer.header('content-type')), (200, 'text/xml'), f'byte for byte: {query}')
            t.check(answer.body.endswith(b'<Response/>'), 'an answer that says nothing')
        t.equal(post_twilio(house, path, status('ringing', 1), "?name=O'Brien", PUBLIC + path + '?name=O%27Brien').status, 401,
                'another spelling is another URL')
        t.equal(len(house.calls()), 1, 'one call')


def test_wrong_url(t):
    with House() as house:
        path = house.add('twilio', TOKEN)
        answer = post_twilio(house, path, status('ringing', 1), told=PUBLIC.replace('https', 'http') + path)
        t.equal(answer.status, 401, 'signed for another scheme')

        def cause():
            return house.server.ctl('hook', 'list', json_output=True).stdout

        hostline.wait_for(lambda: 'wrong_url' in cause(), what='the cause is told')
        t.check(PUBLIC in cause(), 'and the URL that was tried')
        t.check(path.rsplit('/', 1)[1] not in cause(), 'without the secret in it')


def test_questions(t):
    with House() as house:
        twilio = house.add('twilio', TOKEN, voice_url='https://agent.example.com/twiml?a=1&b=2')
        fields = [('CallSid', CALL), ('From', CALLER), ('To', HOUSE), ('CallStatus', 'ringing'), ('Direction', 'inbound')]
        answer = post_twilio(house, twilio, fields)
        t.equal((answer.status, answer.header('content-type')), (200, 'text/xml'), 'TwiML')
        t.check(b'<Redirect method="POST">https://agent.example.com/twiml?a=1&amp;b=2</Redirect>' in answer.body, 'the call goes on')

        eleven = house.add('elevenlabs', 'wsec_lume')
        question = {'caller_id': CALLER, 'agent_id': 'a1', 'called_number': HOUSE, 'call_sid': CALL}
        headers = [('X-Hostline-Secret', 'wsec_lume'), ('Content-Type', 'application/json')]
        answer = house.server.request('POST', eleven, body=json.dumps(question).encode(), headers=headers)
        t.equal((answer.status, answer.json()), (200, {'type': 'conversation_initiation_client_data', 'dynamic_variables': {}}),
                'ElevenLabs goes on')
        t.equal([call['call_id'] for call in house.calls()], [f'twilio:{CALL}'], 'both mean the same call')

        path = house.add('vapi', 'vapi-secret', assistant_id='a-1')
        t.equal(post_vapi(house, path, vapi('assistant-request')).json(), {'assistantId': 'a-1'}, 'Vapi has its assistant')
        t.equal(post_vapi(house, path, vapi('assistant-request'), 'wrong').status, 401, 'nobody else has')


def test_one_card(t):
    with House() as house:
        twilio, path = house.add('twilio', TOKEN), house.add('vapi', 'vapi-secret')
        board = house.server.follow(LOCATION, house.staff)
        t.equal(post_twilio(house, twilio, status('ringing', 1)).status, 200, 'Twilio rings')
        t.equal([call['call_id'] for call in house.calls()], [f'twilio:{CALL}'], 'a card')
        t.equal(post_vapi(house, path, vapi('status-update', status='in-progress')).status, 200, 'Vapi answers')
        calls = house.calls()
        t.equal([(call['call_id'], call['aliases'], call['state']) for call in calls], [('vapi:c1', [f'twilio:{CALL}'], 'agent_active')],
                'still one, under the name of the platform')
        for text in ('A table', 'for two.'):
            post_vapi(house, path, vapi('transcript', role='user', transcriptType='final', transcript=text))
        post_twilio(house, twilio, [('CallSid', CALL), ('TranscriptionEvent', 'transcription-content'), ('TranscriptionSid', 'GT1'),
                                    ('Track', 'inbound_track'), ('Final', 'true'), ('SequenceId', '2'),
                                    ('Timestamp', '2026-12-01T23:02:20.454203Z'),
                                    ('TranscriptionData', '{"transcript":"A table for two","confidence":0.9}')])
        answer = house.server.get(f'/v1/locations/{LOCATION}/calls/twilio:{CALL}', house.staff).json()
        t.equal((answer['call']['call_id'], [line['text'] for line in answer['segments']]), ('vapi:c1', ['A table for two.']),
                'the lines of one teller')
        post_twilio(house, twilio, status('completed', 9, CallDuration='8'))
        call = house.calls()[0]
        t.equal((call['state'], call['end_reason'], call['duration_ms']), ('ended', 'completed', 8000), 'the end that Vapi lost')
        board.read_to(house.server.events(LOCATION, house.staff)['pos']['seq'])
        house.server.kill()
        house.server.restart()
        t.equal(house.calls()[0]['aliases'], [f'twilio:{CALL}'], 'and so after a restart')


def test_tools(t):
    """Vapi's tools book a table while the caller waits, and Retell's functions change it."""
    zone = zoneinfo.ZoneInfo('America/Chicago')
    day = datetime.datetime.now(zone).date() + datetime.timedelta(days=9)
    with House() as house:
        house.server.ctl('location', 'set', LOCATION, '-', stdin=json.dumps(
            {'pace': 20, 'shifts': [{'id': 'd', 'name': 'Dinner', 'days': [1, 2, 3, 4, 5, 6, 7], 'from': '17:00', 'to': '22:00'}]}))
        path, retell = house.add('vapi', 'vapi-secret'), house.add('retell', 'key_example')
        arguments = {'date': str(day), 'time': '19:00', 'party_size': 2, 'name': 'Dana Whitfield'}
        shapes = [{'id': 't1', 'type': 'function', 'function': {'name': 'book_reservation', 'arguments': json.dumps(arguments)}},
                  {'id': 't1', 'name': 'book_reservation', 'arguments': arguments},
                  {'id': 't1', 'name': 'book_reservation', 'parameters': arguments}]
        answers = []
        for shape in shapes:
            answer = post_vapi(house, path, vapi('tool-calls', toolCallList=[shape]))
            t.equal(answer.status, 200, 'answered')
            result, = answer.json()['results']
            t.equal(result['toolCallId'], 't1', 'to the call that asked')
            answers.append(json.loads(result['result']))
        t.check(all(answer['ok'] for answer in answers), f'booked: {answers[0]}')
        booked = house.server.state(LOCATION, house.staff)['entities']['reservations']
        t.equal([(one['name'], one['party_size'], one['status']) for one in booked], [('Dana Whitfield', 2, 'booked')],
                'once, however it is asked')

        body = json.dumps({'name': 'change_reservation', 'call': {'call_id': 'r1', 'from_number': CALLER},
                           'args': {'reservation_id': booked[0]['reservation_id'], 'party_size': 4}}).encode()
        ms = str(int(time.time() * 1000))
        digest = hmac.new(b'key_example', body + ms.encode(), hashlib.sha256).hexdigest()
        answer = house.server.request('POST', retell, body=body, headers=[('X-Retell-Signature', f'v={ms},d={digest}'),
                                                                          ('Content-Type', 'application/json')])
        t.equal((answer.status, answer.json()['ok']), (200, True), f'changed: {answer.body}')
        t.equal(house.server.state(LOCATION, house.staff)['entities']['reservations'][0]['party_size'], 4, 'four')


def post_retell(house, path, body):
    body, ms = json.dumps(body).encode(), str(int(time.time() * 1000))
    digest = hmac.new(b'key_example', body + ms.encode(), hashlib.sha256).hexdigest()
    return house.server.request('POST', path, body=body, headers=[('X-Retell-Signature', f'v={ms},d={digest}'),
                                                                  ('Content-Type', 'application/json')])


def test_tools_again(t):
    """A first booking that is delivered again behind a correction does not put the old name back."""
    with House() as house:
        open_for_dinner(house)
        paths = {'vapi': house.add('vapi', 'vapi-secret'), 'retell': house.add('retell', 'key_example')}

        def book(provider, n, name):
            arguments = {'date': str(in_nine_days()), 'time': '19:00', 'party_size': 2, 'name': name}
            if provider == 'vapi':
                row = {'id': f't{n}', 'name': 'book_reservation', 'arguments': arguments}
                answer = post_vapi(house, paths[provider], vapi('tool-calls', toolCallList=[row]))
            else:
                answer = post_retell(house, paths[provider], {'name': 'book_reservation', 'args': arguments,
                                                              'call': {'call_id': 'r1', 'from_number': CALLER, 'transcript': 'x' * n}})
            t.equal(answer.status, 200, f'{provider}: answered')
            return answer.body

        def names():
            return sorted(one['name'] for one in house.server.state(LOCATION, house.staff)['entities']['reservations'])
        for provider in paths:
            first = book(provider, 1, 'Dana Wittfield')
            second = book(provider, 2, 'Dana Whitfield')
            t.equal(book(provider, 1, 'Dana Wittfield'), first, f'{provider}: the first answer')
            t.equal(book(provider, 2, 'Dana Whitfield'), second, f'{provider}: the second')
        t.equal(names(), ['Dana Whitfield'] * 2, 'the corrected name stands')
        book('retell', 3, 'Dana Wittfield')
        t.equal(names(), ['Dana Whitfield', 'Dana Wittfield'], 'unless it is said once more')
        # a function that gets its arguments alone: another caller who wants the same sends the very same bytes
        late = {'name': 'book_reservation', 'args': {'date': str(in_nine_days()), 'time': '19:00', 'party_size': 2, 'name': 'Ng'}}
        house.server.ctl('location', 'set', LOCATION, '-', stdin='{"pace": 1}')
        refused = post_retell(house, paths['retell'], late).body
        house.server.ctl('location', 'set', LOCATION, '-', stdin='{"pace": 20}')
        t.check(post_retell(house, paths['retell'], late).body != refused, 'without its call a delivery is not known again')


def tool(house, path, name, arguments, call='c1', **more):
    row = {'id': f'{name}-{hash(str(arguments))}', 'name': name, 'arguments': arguments}
    answer = post_vapi(house, path, {**vapi('tool-calls', toolCallList=[row]), 'call': {'id': call, 'type': 'inboundPhoneCall'}, **more})
    return json.loads(answer.json()['results'][0]['result'])


@functools.lru_cache  # the same day for the whole program, also over midnight
def in_nine_days():
    return datetime.datetime.now(zoneinfo.ZoneInfo('America/Chicago')).date() + datetime.timedelta(days=9)


def open_for_dinner(house):
    house.server.ctl('location', 'set', LOCATION, '-', stdin=json.dumps(
        {'pace': 20, 'phone': HOUSE,
         'shifts': [{'id': 'd', 'name': 'Dinner', 'days': [1, 2, 3, 4, 5, 6, 7], 'from': '17:00', 'to': '22:00'}]}))


def test_tool_first(t):
    """What is asked for may be the first that is heard of a call: its news was lost, or is not ticked."""
    with House() as house:
        open_for_dinner(house)
        path = house.add('vapi', 'vapi-secret')
        answer = tool(house, path, 'book_reservation', {'date': str(in_nine_days()), 'time': '19:00', 'party_size': 2, 'name': 'Dana'})
        t.equal(answer['ok'], True, 'booked')
        entities = house.server.state(LOCATION, house.staff)['entities']
        t.equal([(call['call_id'], call['from'], call['state']) for call in entities['calls']], [('vapi:c1', CALLER, 'agent_active')],
                'there is a card')
        t.equal([(one.get('call_id'), one.get('phone')) for one in entities['reservations']], [('vapi:c1', CALLER)],
                'the booking has its call and its number')
        t.equal(tool(house, path, 'ask_for_person', {'reason': 'allergy'}, call='c2')['ok'], True, 'a person is asked for')
        answer = post_vapi(house, path, {**vapi('transfer-destination-request'), 'call': {'id': 'c3', 'type': 'inboundPhoneCall'}})
        t.check('error' in answer.json(), 'a transfer is declined')
        calls = {call['call_id']: call for call in house.calls()}
        t.equal([calls[f'vapi:{id}']['attention_reason'] for id in ('c2', 'c3')], ['allergy', 'transfer'], 'and somebody has to look')


def test_tool_ten_at_once(t):
    """The same tool call ten times at the same moment, after a restart in the middle of the call: one booking, ten times its answer."""
    with House() as house:
        open_for_dinner(house)
        path = house.add('vapi', 'vapi-secret')
        post_vapi(house, path, vapi('transcript', role='user', transcriptType='final', transcript='A table'))
        house.server.kill()
        house.server.restart()
        post_vapi(house, path, vapi('transcript', role='user', transcriptType='final', transcript='for two.'))
        row = {'id': 'x', 'name': 'book_reservation',
               'arguments': {'date': str(in_nine_days()), 'time': '19:00', 'party_size': 2, 'name': 'Dana'}}
        body = json.dumps({'message': vapi('tool-calls', toolCallList=[row])}).encode()
        connections = [house.server.connect() for _ in range(10)]
        for connection in connections:
            connection.send_request('POST', path, [('X-Vapi-Secret', 'vapi-secret'), ('Content-Type', 'application/json')], body)
        answers = [connection.read() for connection in connections]
        for connection in connections:
            connection.close()
        t.equal(({a.status for a in answers}, len({a.body for a in answers})), ({200}, 1), 'the same answer')
        t.equal(len(house.server.state(LOCATION, house.staff)['entities']['reservations']), 1, 'one booking')
        segments = house.server.get(f'/v1/locations/{LOCATION}/calls/vapi:c1', house.staff).json()['segments']
        t.equal([line['text'] for line in segments], ['A table for two.'], 'and the turn goes on')


def test_wrong_arguments(t):
    """Models send what they like: nothing is booked that was not meant, and nothing that was said is lost."""
    with House() as house:
        open_for_dinner(house)
        path = house.add('vapi', 'vapi-secret')
        day = str(in_nine_days())
        right = {'date': day, 'time': '19:00', 'party_size': 2, 'name': 'Dana'}
        for wrong in ({'party_size': 4.5}, {'party_size': '4.5'}, {'party_size': '0x4'}, {'party_size': 0}, {'party_size': -2},
                      {'party_size': 'NaN'}, {'party_size': '1e300'}, {'party_size': True}, {'party_size': [2]}, {'party_size': None},
                      {'name': '   '}, {'name': '\n\t'}, {'name': None}, {'name': 7}, {'date': '2 weeks'}, {'date': 'last Saturday'},
                      {'date': 'the Saturday after next'}, {'date': 'Saturday or Sunday'}, {'date': 20301205}, {'time': '7-8 pm'},
                      {'time': '20 to 8'}, {'time': 19}, {'time': '7 or 8'}):
            answer = tool(house, path, 'book_reservation', {**right, **wrong})
            t.check(not answer['ok'] and answer['reason'] in ('missing', 'invalid') and answer['say'].endswith('?') or
                    answer['say'].startswith('The number of guests'), f'{wrong}: {answer["say"]}')
        t.equal(house.server.state(LOCATION, house.staff)['entities'].get('reservations', []), [], 'nothing was booked')

        phones = {'202-555-0199': '+12025550199', '(202) 555 0199': '+12025550199', '1 202 555 0199': '+12025550199',
                  '+1 202 555 0199': '+12025550199', '+33 1 99 00 12 34': '+33199001234', '555-0199': CALLER, 'the usual': CALLER}
        for number, (said, want) in enumerate(phones.items()):
            call = f'p{number}'
            answer = tool(house, path, 'book_reservation', {**right, 'phone': said, 'party_size': '1', 'name': ' Dana\nW. '}, call=call)
            row = next(one for one in house.server.state(LOCATION, house.staff)['entities']['reservations']
                       if one['reservation_id'] == answer['reservation_id'])
            t.equal((row['phone'], row['name']), (want, 'Dana W.'), f'“{said}”')
            t.equal([note['text'] for note in row['notes']], [f'Phone: {said}'] if want == CALLER else [], 'what cannot be dialled is noted')
        answer = tool(house, path, 'change_reservation', {'phone_new': 'the usual', 'reservation_id': row['reservation_id']}, call='p0')
        t.equal((answer['ok'], answer['reason']), (False, 'invalid'), 'a change asks for the number')
        answer = tool(house, path, 'change_reservation', {'phone_new': '(202) 555-0177', 'reservation_id': row['reservation_id']}, call='p0')
        t.equal(answer['ok'], True, f'or takes it: {answer["say"]}')


def test_odd_text(t):
    """An emoji that was cut in two, a NUL: a call is not lost for a letter."""
    with House() as house:
        path = house.add('vapi', 'vapi-secret')
        for number, text in enumerate(('Hi \ud83d', '\ude00 hi', 'Hi \x00 there', 'Hi \U0001f600')):
            message = {**vapi('transcript', role='user', transcriptType='final', transcript=text, cost=10 ** 30),
                       'call': {'id': f't{number}', 'type': 'inboundPhoneCall'}}
            t.equal(post_vapi(house, path, message).status, 200, 'taken')
            segments = house.server.get(f'/v1/locations/{LOCATION}/calls/vapi:t{number}', house.staff).json()['segments']
            want = ''.join('\ufffd' if c == '\0' or '\ud800' <= c <= '\udfff' else c for c in text)
            t.equal([line['text'] for line in segments], [want], ascii(text))
        answer = tool(house, path, 'find_reservation', {'name': 'Dana \ud83d'})
        t.equal(answer['reason'], 'not_found', 'and a question is answered')


if __name__ == '__main__':
    tap.main()
