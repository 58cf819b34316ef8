# SPDX-License-Identifier: GPL-3.0-or-later
"""What must hold after any chaos: an independent reading of the log and of what each follower saw."""


def call_started(call_id):
    return {'kind': 'call_started', 'data': {'call_id': call_id, 'from': '+12025550142', 'direction': 'inbound'}}


def read_log(server, location, token):
    """The whole log over HTTP, page by page."""
    log, after = [], 0
    while True:
        page = server.events(location, token, after)
        if not page['events']:
            return log
        log += page['events']
        after = log[-1]['seq']


def check_log(log):
    """Contiguous from 1, units whole, no event id twice. Returns {id: event}."""
    ids = {}
    for i, event in enumerate(log):
        assert event['seq'] == i + 1, f'seq {event["seq"]} stands at place {i + 1}'
        assert event['id'] not in ids, f'event {event["id"]} stands twice: {ids[event["id"]]["seq"]} and {event["seq"]}'
        ids[event['id']] = event
    assert not log or log[-1]['end'] is True, 'the log ends inside a unit'
    return ids


def check_acknowledged(acknowledged, log):
    """{call_id: (first, last)} of every 201 and 200: each is in the log once, at that seq."""
    starts = {}
    for event in log:
        if event['kind'] == 'call_started':
            assert event['data']['call_id'] not in starts, f'{event["data"]["call_id"]} doubled'
            starts[event['data']['call_id']] = event['seq']
    for call_id, (first, last) in acknowledged.items():
        assert call_id in starts, f'{call_id} was acknowledged and is lost'
        assert first <= starts[call_id] <= last, f'{call_id} stands at {starts[call_id]}, acknowledged as {first}..{last}'
    return starts


def check_follower(events, log, start=0):
    """What a follower applied is exactly the log after `start`, in order."""
    want = log[start:start + len(events)]
    assert len(want) == len(events), 'the follower has more than the log'
    for got, wanted in zip(events, want):
        assert got == wanted, f'seq {got["seq"]} differs: {got} and {wanted}'
