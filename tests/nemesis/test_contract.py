# SPDX-License-Identifier: GPL-3.0-or-later
"""The checker of the nemesis must be able to fail: each of its rules is broken here on purpose, in a history that is good
otherwise, and it must name that rule."""

import copy

import contract
import tap


def at(seq):
    return {'epoch': 'e1', 'seq': seq, 'h': f'{seq:016x}'}


def event(seq, id, kind='call_started', act=None, end=True, role='publisher', n=None, **data):
    return {'seq': seq, 'id': id, 'kind': kind, 'act': act, 'end': end, 'by': {'role': role, 'name': 'x', 'n': n}, 'data': data}


def item(n, id, state, **more):
    return {'t': 'item', 'n': n, 'id': id, 'kind': 'seat', 'state': state, **more}


def totals(composed, stored, **more):
    return {'t': 'totals', 'composed': composed, 'stored': stored, **{k: more.get(k, 0) for k in contract.OUTCOMES}}


def good():
    """Two boards, two publishers, two locations; an action of two events, one that was withdrawn, one refused."""
    log = [event(1, 'a1', call_id='c1'),
           event(2, 'u1.0', 'party_updated', 'u1', False, 'staff', 1), event(3, 'u1.1', 'table_updated', 'u1', True, 'staff', 1),
           event(4, 'a2', call_id='c2'), event(5, 'a3', 'transcript_segment', call_id='c2', turn=1),
           event(6, 'v1.0', 'party_updated', 'v1', True, 'staff', 1), event(7, 'u4.0', 'party_updated', 'u4', True, 'staff', 4)]
    entities = {'location': {'id': 'here'}, 'parties': [{'party_id': 'p1'}, {'party_id': 'p2'}]}
    final = {'pos': at(7), 'hash': 'dd', 'screen': 'dd', 'entities': entities}
    unit = [{'t': 'unit', 'first': 2, 'seq': 3, 'pos': at(3), 'ids': ['u1.0', 'u1.1']},
            {'t': 'unit', 'first': 4, 'seq': 5, 'pos': at(5), 'ids': ['a2', 'a3']},
            {'t': 'unit', 'first': 6, 'seq': 6, 'pos': at(6), 'ids': ['v1.0']},
            {'t': 'unit', 'first': 7, 'seq': 7, 'pos': at(7), 'ids': ['u4.0']}]
    one = [{'t': 'life'}, {'t': 'ready', 'pos': at(1)}, item(1, 'u1', 'queued'), {'t': 'performed', 'id': 'u1'},
           unit[0], item(1, 'u1', 'decided', outcome='applied', seq=3), item(2, 'u2', 'queued'), {'t': 'performed', 'id': 'u2'},
           item(2, 'u2', 'withdrawn'), {'t': 'performed', 'id': 'u2'},
           item(3, 'u3', 'decided', outcome='refused'),
           totals(3, 3, applied=1, withdrawn=1, refused=1), {'t': 'killed'},
           {'t': 'life'}, item(1, 'u1', 'decided', outcome='applied', seq=3), item(2, 'u2', 'withdrawn'), item(3, 'u3', 'sending'),
           {'t': 'ready', 'pos': at(3)}, unit[1],
           item(3, 'u3', 'decided', outcome='refused'), {'t': 'performed', 'id': 'u4'}, unit[2], unit[3],
           item(4, 'u4', 'decided', outcome='disputed', seq=7),
           totals(4, 7, applied=1, withdrawn=1, refused=1, disputed=1)]
    two = [{'t': 'life'}, {'t': 'snapshot', 'pos': at(5)}, item(1, 'v1', 'sending'), {'t': 'performed', 'id': 'v1'}, unit[2],
           unit[3], item(1, 'v1', 'decided', outcome='applied', seq=6), totals(1, 7, applied=1)]
    one, two = copy.deepcopy(one), copy.deepcopy(two)  # they share the units
    far = [event(1, 'b1', 'reservation_created', reservation_id='r1'),
           event(2, 'w1.0', 'reservation_created', 'w1', True, 'agent', 1), event(3, 'w3.0', 'party_updated', 'w3', True, 'agent', 3)]
    return {'logs': {'here': log, 'there': far}, 'heads': {'here': at(7), 'there': {**at(3), 'h': 'ff'}},
            'states': {'here': {'location': {'id': 'here'}, 'parties': [{'party_id': 'p2'}, {'party_id': 'p1'}]}},
            'published': [{'location': 'here', 'publisher': 'pos', 'key': 'k1', 'marks': ['call_started/c1'], 'first': 1, 'last': 1},
                          {'location': 'here', 'publisher': 'pos', 'key': 'k2', 'first': 4, 'last': 5,
                           'marks': ['call_started/c2', 'transcript_segment/c2/1']},
                          {'location': 'here', 'publisher': 'pos', 'key': 'k3', 'marks': ['call_started/c9'], 'first': None,
                           'last': None}],
            'pushed': {'location': 'there', 'after': 0, 'got': [
                ('e1.2', [(1, 'b1'), (2, 'w1.0')], None), ('e1.2', [(1, 'b1'), (2, 'w1.0')], 200), ('e1.3', [(3, 'w3.0')], 200)]},
            'acted': [{'location': 'there', 'agent': 'voice', 'id': 'w1', 'n': 1, 'outcome': 'applied', 'seq': 2, 'done': True},
                      {'location': 'there', 'agent': 'voice', 'id': 'w2', 'n': 2, 'outcome': 'no_op', 'seq': None, 'done': True},
                      {'location': 'there', 'agent': 'voice', 'id': 'w3', 'n': 3, 'outcome': None, 'seq': None, 'done': False}],
            'hooks': [{'location': 'there', 'marks': ['reservation_created/r1'], 'done': True}],
            'devices': {'one': {'location': 'here', 'record': one, 'final': copy.deepcopy(final)},
                        'two': {'location': 'here', 'record': two, 'final': copy.deepcopy(final)}}}


def find(history, device, kind, nth=0, **members):
    found = [said for said in history['devices'][device]['record']
             if said['t'] == kind and all(said.get(k) == v for k, v in members.items())]
    return found[nth]


# What is done to the good history, and the rules of which one must be named at least.

def lose_the_end(h):
    del h['logs']['here'][6]


def skip_a_number(h):
    for e in h['logs']['here'][3:]:
        e['seq'] += 1


def cut_a_unit(h):
    h['logs']['here'][2]['act'] = 'u9'


def end_inside_a_unit(h):
    h['logs']['there'][2]['end'] = False


def same_event_twice(h):
    h['logs']['here'][3]['id'] = 'a1'


def same_key_twice(h):
    h['logs']['there'].append(event(4, 'b2', 'reservation_created', reservation_id='r1'))
    h['heads']['there'] = {**at(4), 'h': 'fe'}


def lose_what_was_acknowledged(h):
    h['published'].append({'location': 'there', 'publisher': 'pos2', 'key': 'k8', 'marks': ['call_started/c8'], 'first': 1,
                           'last': 1})


def lose_what_a_hook_was_told(h):
    h['hooks'].append({'location': 'there', 'marks': ['call_completed/c8'], 'done': True})


def acknowledge_another_number(h):
    h['published'][1].update(first=6, last=7)


def swap_a_publisher(h):
    h['published'][0], h['published'][1] = h['published'][1], h['published'][0]


def leave_out_an_event(h):
    h['devices']['two']['record'].remove(find(h, 'two', 'unit'))


def apply_twice(h):
    record = h['devices']['two']['record']
    record.insert(record.index(find(h, 'two', 'unit')), find(h, 'two', 'unit'))


def other_content(h):
    find(h, 'two', 'unit')['pos']['h'] = 'ee'


def other_epoch(h):
    find(h, 'two', 'snapshot')['pos']['epoch'] = 'e2'


def start_behind_the_disk(h):
    find(h, 'one', 'ready', 1)['pos'].update(at(1))


def snapshot_of_the_past(h):
    h['devices']['two']['record'].append({'t': 'snapshot', 'pos': at(2)})


def disk_goes_back(h):
    h['devices']['one']['record'].append(totals(4, 5, applied=1, withdrawn=1, refused=1, disputed=1))


def apply_something_else(h):
    find(h, 'one', 'unit', first=4)['ids'].reverse()


def event_of_another_location(h):
    find(h, 'two', 'unit')['ids'][0] = 'b1'


def forget_what_was_saved(h):
    h['devices']['one']['record'] = [s for s in h['devices']['one']['record'] if s.get('id') != 'u4' or s['t'] != 'item']


def forget_it_in_the_last_life(h):
    record = h['devices']['one']['record']
    h['devices']['one']['record'] = [s for s in record if s is not find(h, 'one', 'item', 1, id='u1', state='decided')]


def leave_it_waiting(h):
    find(h, 'two', 'item', 1).update(state='sending', outcome=None)


def say_an_error(h):
    h['devices']['one']['record'].append({'t': 'error', 'message': 'the disk is full'})


def done_without_effect(h):
    for said in h['devices']['one']['record']:
        if said.get('id') == 'u3' and said['t'] == 'item' and said['state'] == 'decided':
            said.update(outcome='applied', seq=4)


def done_at_another_place(h):
    find(h, 'two', 'item', 1)['seq'] = 5


def act_twice(h):
    h['logs']['here'].append(event(8, 'u1.2', 'party_updated', 'u1', True, 'staff', 1))


def effect_of_a_withdrawn_one(h):
    h['logs']['here'].append(event(8, 'u2.0', 'party_updated', 'u2', True, 'staff', 2))


def another_outcome(h):
    h['devices']['one']['record'].append(item(3, 'u3', 'decided', outcome='no_op'))


def back_to_the_queue(h):
    h['devices']['one']['record'].insert(-1, item(1, 'u1', 'queued'))


def another_outcome_after_a_kill(h):
    find(h, 'one', 'item', 1, id='u3', state='decided')['outcome'] = 'no_op'


def send_what_was_taken_back(h):
    h['devices']['one']['record'].append(item(2, 'u2', 'sending'))
    h['devices']['one']['record'].append(item(2, 'u2', 'decided', outcome='no_op'))


def answer_an_agent_and_lose_it(h):
    h['acted'][0]['id'] = 'w9'


def act_for_an_agent_that_was_refused(h):
    h['acted'][2].update(done=True, outcome='refused')


def overtake_of_an_agent(h):
    h['acted'].reverse()


def review_without_a_reason(h):
    find(h, 'one', 'item', 1, id='u3', state='decided').update(state='review', outcome=None)


def push_less(h):
    del h['pushed']['got'][2]


def push_over_a_hole(h):
    del h['pushed']['got'][:2]


def push_what_was_not_taken(h):
    h['pushed']['got'][1] = h['pushed']['got'][0]


def push_another_under_the_same_id(h):
    h['pushed']['got'][1] = ('e1.2', [(2, 'w1.0')], 200)


def push_another_event(h):
    h['pushed']['got'][2] = ('e1.3', [(3, 'a1')], 200)


def overtake(h):
    find(h, 'one', 'item', id='u4')['n'] = 0
    h['logs']['here'][6]['by']['n'] = 0


def give_n_twice(h):
    for said in h['devices']['one']['record']:
        if said.get('id') == 'u3':
            said['n'] = 2


def under_another_n(h):
    h['logs']['here'][6]['by']['n'] = 5


def lose_one_of_the_equation(h):
    find(h, 'one', 'totals', 1)['withdrawn'] = 0


def compose_less(h):
    find(h, 'one', 'totals', 0).update(composed=5, waiting=2)


def count_less_than_there_are(h):
    find(h, 'two', 'totals').update(composed=0, applied=0)


def never_rest(h):
    h['devices']['two']['final'] = None


def stand_behind(h):
    h['devices']['two']['final']['pos'] = at(6)


def other_digest(h):
    h['devices']['two']['final'].update(hash='cc', screen='cc')


def show_something_else(h):
    h['devices']['one']['final']['screen'] = 'cc'


def other_state(h):
    h['devices']['one']['final']['entities'] = {'location': {'id': 'here'}, 'parties': [{'party_id': 'p1'}]}


def publish_elsewhere(h):
    h['published'][0]['location'] = 'there'


def nobody_sent_it(h):
    h['published'][0]['marks'] = []


def nobody_composed_it(h):
    h['logs']['there'].append(event(4, 'z1.0', 'party_updated', 'z1', True, 'staff', 1))
    h['heads']['there'] = {**at(4), 'h': 'fe'}


DOCTORED = {
    lose_the_end: 'done-in-log', skip_a_number: 'contiguous', cut_a_unit: 'whole-units', end_inside_a_unit: 'whole-units',
    same_event_twice: 'key-once', same_key_twice: 'key-once', lose_what_was_acknowledged: 'acknowledged',
    lose_what_a_hook_was_told: 'acknowledged', acknowledge_another_number: 'acknowledged', swap_a_publisher: 'publisher-order',
    leave_out_an_event: 'seq+1', apply_twice: 'seq+1', other_content: 'same-content', other_epoch: 'same-content',
    start_behind_the_disk: 'never-back', snapshot_of_the_past: 'never-back', disk_goes_back: 'never-back',
    apply_something_else: 'same-log', event_of_another_location: 'same-log', forget_what_was_saved: 'saved',
    forget_it_in_the_last_life: 'saved', leave_it_waiting: 'saved', say_an_error: 'saved', done_without_effect: 'done-in-log', done_at_another_place: 'done-in-log',
    act_twice: 'effect-once', effect_of_a_withdrawn_one: 'effect-once', another_outcome: 'outcome-stands',
    back_to_the_queue: 'outcome-stands', another_outcome_after_a_kill: 'outcome-stands',
    send_what_was_taken_back: 'outcome-stands', overtake: 'fifo', push_less: 'pushed', push_over_a_hole: 'pushed', push_what_was_not_taken: 'pushed',
    push_another_under_the_same_id: 'pushed', push_another_event: 'pushed', review_without_a_reason: 'review', answer_an_agent_and_lose_it: 'done-in-log',
    act_for_an_agent_that_was_refused: 'effect-once', overtake_of_an_agent: 'fifo', give_n_twice: 'fifo', under_another_n: 'fifo',
    lose_one_of_the_equation: 'equation', compose_less: 'equation', count_less_than_there_are: 'equation', never_rest: 'equal',
    stand_behind: 'equal', other_digest: 'equal', show_something_else: 'equal', other_state: 'equal',
    publish_elsewhere: 'foreign', nobody_sent_it: 'foreign', nobody_composed_it: 'foreign'}


def test_a_good_history_passes(t):
    found, tried = contract.check_and_count(good())
    t.equal(found, [], 'no violation')
    t.equal(sorted(set(contract.RULES) - set(tried)), [], 'every rule was tried')


def test_each_fault_is_found(t):
    for doctor, rule in DOCTORED.items():
        history = good()
        doctor(history)
        found = contract.check(history)
        if not t.check(any(f.startswith(rule + ':') for f in found), f'{doctor.__name__} breaks {rule}'):
            t.note(found)


def restored():
    """The good history, after a backup that had reached 5 in another epoch: what was acknowledged above it may be gone."""
    history = good()
    history['restored'] = [{'here': {'epoch': 'e0', 'head': 5}, 'there': {'epoch': 'e0', 'head': 3}}]
    history['published'].append({'location': 'here', 'publisher': 'pos', 'key': 'k9', 'marks': ['call_started/c7'], 'first': 6,
                                 'last': 6, 'epoch': 'e0'})
    record = history['devices']['two']['record']
    record[1:1] = [{'t': 'ready', 'pos': {**at(9), 'epoch': 'e0'}}, item(1, 'v1', 'decided', outcome='no_op', seq=8)]
    return history


def test_a_restored_backup(t):
    t.equal(contract.check(restored()), [], 'what the backup did not reach may be gone')
    history = restored()
    history['published'][-1].update(first=5, last=5)
    t.check(any(f.startswith('acknowledged:') for f in contract.check(history)), 'what it reached may not')
    history = restored()
    history['published'][-1]['epoch'] = 'e1'
    t.check(any(f.startswith('acknowledged:') for f in contract.check(history)), 'nor what came after it')
    history = restored()
    history['devices']['two']['record'] = [s for s in history['devices']['two']['record'] if s.get('outcome') != 'applied']
    t.check(contract.check(history), 'what a dashboard said is saved may not')
    history = restored()
    find(history, 'two', 'unit', 1)['first'] = 8
    t.check(any(f.startswith('seq+1:') for f in contract.check(history)), 'within an epoch everything holds')


def test_each_rule_is_broken_once(t):
    t.equal(sorted(set(contract.RULES) - set(DOCTORED.values())), [], 'a fault for each rule')


if __name__ == '__main__':
    tap.main()
