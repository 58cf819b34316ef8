/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The book and its capacity (K14), reservations that end or come from elsewhere, publishers' facts, the agent, and the events
 * of a decision. */
#include "model/decide.h"

#include <string.h>

#include "domain/hl-action-kind.h"
#include "domain/hl-capacity.h"

static void
test_k14 (void)
{
  g_autoptr (Desk) desk = open_desk ();
  guint64 seen;

  desk_event (desk, HL_ROLE_SYSTEM, "", HL_EVENT_LOCATION_UPDATED, "{'pace':10}");
  seen = desk_head (desk);
  desk->role = HL_ROLE_AGENT;
  assert_act (desk, "agent", HL_ACTION_CREATE_RESERVATION, "{'reservation_id':'a','party_size':4,'starts_at':'2026-11-27T20:00:00Z'}", APPLIED);
  desk_refused (desk, "agent", desk_head (desk), HL_ACTION_CREATE_RESERVATION, "{'reservation_id':'b','party_size':4,'starts_at':'2026-11-27T20:05:00Z'}", HL_REASON_OVER_CAPACITY);
  desk_refused (desk, "agent", desk_head (desk), HL_ACTION_CREATE_RESERVATION, "{'reservation_id':'b','party_size':2,'starts_at':'2026-11-27T12:00:00Z'}", HL_REASON_PAST_TIME);
  desk_refused (desk, "agent", desk_head (desk), HL_ACTION_CREATE_RESERVATION, "{'reservation_id':'b','party_size':9,'starts_at':'2026-11-28T20:00:00Z'}", HL_REASON_OVER_CAPACITY);
  desk_refused (desk, "agent", desk_head (desk), HL_ACTION_SEAT, "{'party_id':'ng','table_ids':['12']}", HL_REASON_NOT_ALLOWED);
  desk_refused (desk, "agent", desk_head (desk), HL_ACTION_UPDATE_RESERVATION, "{'reservation_id':'a','party_size':5}", HL_REASON_OVER_CAPACITY);
  desk->role = HL_ROLE_STAFF;
  /* the host promised it offline: kept, marked, and a person sees it */
  assert_act_at (desk, "B", seen, HL_ACTION_CREATE_RESERVATION, "{'reservation_id':'b','party_size':2,'starts_at':'2026-11-27T20:00:00Z'}", DISPUTED);
  g_assert_true (hl_reservation_get_overbooked (desk_reservation (desk, "b")));
  g_assert_cmpstr (hl_dispute_get_rule (desk_dispute (desk, "overbooked:b")), ==, "K14");
  /* who sees it is only warned */
  assert_act (desk, "B", HL_ACTION_CREATE_RESERVATION, "{'reservation_id':'c','party_size':2,'starts_at':'2026-11-27T20:10:00Z'}", APPLIED);
  g_assert_true (hl_reservation_get_overbooked (desk_reservation (desk, "c")));
  assert_act (desk, "B", HL_ACTION_UPDATE_RESERVATION, "{'reservation_id':'c','starts_at':'2026-11-27T22:10:00Z'}", APPLIED);
  g_assert_false (hl_reservation_get_overbooked (desk_reservation (desk, "c")));
  assert_act (desk, "B", HL_ACTION_CANCEL_RESERVATION, "{'reservation_id':'b'}", APPLIED);
  g_assert_null (desk_dispute (desk, "overbooked:b"));
}

/* Tables, not only pace: four tables take four parties at once. */
static void
test_best_fit (void)
{
  g_autoptr (Desk) desk = desk_new ();
  HlCapacityRequest request = { "x", 4, DESK_START + 3600000, 90, NULL };

  for (guint i = 0; i < 4; i++) {
    g_autofree char *data = g_strdup_printf ("{'reservation_id':'r%u','party_size':%u,'starts_at':'2026-11-27T2%u:00:00Z'}", i, i == 0 ? 7 : 2, i / 4);

    assert_act (desk, "A", HL_ACTION_CREATE_RESERVATION, data, APPLIED);
    g_assert_false (hl_reservation_get_overbooked (desk_reservation (desk, i == 0 ? "r0" : "r1")));
  }
  g_assert_false (hl_capacity_fits (desk->state, &request));
  request.starts_at += 2 * 3600000;
  g_assert_true (hl_capacity_fits (desk->state, &request));
  request.size = 9; /* no table is that large */
  g_assert_false (hl_capacity_fits (desk->state, &request));
  request.size = 3;
  assert_act (desk, "A", HL_ACTION_SET_TABLE, "{'table_id':'12','blocked':true}", APPLIED);
  request.table_ids = (const char *const[]) { "12", NULL };
  g_assert_false (hl_capacity_fits (desk->state, &request));
}

/* A party that walks away takes its reservation along and brings it back. */
static void
test_walked_away (void)
{
  g_autoptr (Desk) desk = open_desk ();

  assert_act (desk, "A", HL_ACTION_ARRIVE, "{'reservation_id':'r','party_id':'h','arrived':2}", APPLIED);
  assert_act (desk, "A", HL_ACTION_SEAT, "{'party_id':'h','table_ids':['16'],'arrived':2}", APPLIED);
  g_assert_cmpint (party_status (desk, "h"), ==, HL_PARTY_STATUS_PARTIALLY_SEATED);
  assert_act (desk, "A", HL_ACTION_UPDATE_PARTY, "{'party_id':'h','arrived':6}", APPLIED);
  g_assert_cmpint (party_status (desk, "h"), ==, HL_PARTY_STATUS_SEATED);
  assert_act (desk, "A", HL_ACTION_UNSEAT, "{'party_id':'h'}", APPLIED);
  assert_act (desk, "A", HL_ACTION_REMOVE_PARTY, "{'party_id':'h','status':'left'}", APPLIED);
  g_assert_cmpint (reservation_status (desk, "r"), ==, HL_RESERVATION_STATUS_CANCELLED);
  assert_act (desk, "A", HL_ACTION_RECALL_PARTY, "{'party_id':'h'}", APPLIED);
  g_assert_cmpint (reservation_status (desk, "r"), ==, HL_RESERVATION_STATUS_ARRIVED);
  assert_act (desk, "A", HL_ACTION_CORRECT, "{'type':'reservation','id':'r','correct_to':'booked'}", APPLIED);
  g_assert_cmpint (party_status (desk, "h"), ==, HL_PARTY_STATUS_REMOVED);
  /* gone by mistake */
  assert_act (desk, "A", HL_ACTION_SEAT, "{'party_id':'ng','table_ids':['12']}", APPLIED);
  assert_act (desk, "A", HL_ACTION_FINISH_PARTY, "{'party_id':'ng'}", APPLIED);
  assert_act (desk, "A", HL_ACTION_CORRECT, "{'type':'party','id':'ng','correct_to':'seated','table_ids':['12']}", APPLIED);
  assert_tables (desk, "ng", "12");
  assert_act (desk, "A", HL_ACTION_ADD_NOTE, "{'type':'party','id':'ng','note':'likes tea'}", APPLIED);
}

static void
test_holds_and_requests (void)
{
  g_autoptr (Desk) desk = desk_new ();

  desk->role = HL_ROLE_AGENT;
  assert_act (desk, "agent", HL_ACTION_HOLD_RESERVATION, "{'reservation_id':'h','party_size':2,'starts_at':'2026-11-27T21:00:00Z'}", APPLIED);
  g_assert_cmpint (reservation_status (desk, "h"), ==, HL_RESERVATION_STATUS_HELD);
  assert_act (desk, "agent", HL_ACTION_CREATE_RESERVATION, "{'reservation_id':'h','name':'Ng','party_size':2,'starts_at':'2026-11-27T21:00:00Z'}", APPLIED);
  g_assert_cmpint (reservation_status (desk, "h"), ==, HL_RESERVATION_STATUS_BOOKED);
  assert_act (desk, "agent", HL_ACTION_HOLD_RESERVATION, "{'reservation_id':'x','party_size':2,'starts_at':'2026-11-27T21:00:00Z'}", APPLIED);
  desk->role = HL_ROLE_SYSTEM;
  assert_act (desk, "", HL_ACTION_DECLINE_RESERVATION, "{'reservation_id':'x'}", APPLIED);
  g_assert_cmpint (reservation_status (desk, "x"), ==, HL_RESERVATION_STATUS_EXPIRED);
  desk->role = HL_ROLE_STAFF;
  desk_event (desk, HL_ROLE_PUBLISHER, "site", HL_EVENT_RESERVATION_CREATED, "{'reservation_id':'w','status':'requested','starts_at':'2026-11-27T21:00:00Z','party_size':2}");
  assert_act (desk, "A", HL_ACTION_ACCEPT_RESERVATION, "{'reservation_id':'w'}", APPLIED);
  assert_act (desk, "B", HL_ACTION_ACCEPT_RESERVATION, "{'reservation_id':'w'}", NO_OP);
  desk_refused (desk, "B", desk_head (desk), HL_ACTION_DECLINE_RESERVATION, "{'reservation_id':'w'}", HL_REASON_WRONG_STATE);
}

/* Booking what was held writes over nothing that somebody else changed meanwhile. */
static void
test_hold_unseen (void)
{
  g_autoptr (Desk) desk = desk_new ();
  guint64 seen;

  desk->role = HL_ROLE_AGENT;
  assert_act (desk, "agent", HL_ACTION_HOLD_RESERVATION, "{'reservation_id':'h','party_size':2,'starts_at':'2026-11-27T21:00:00Z'}", APPLIED);
  seen = desk_head (desk);
  assert_act (desk, "A", HL_ACTION_UPDATE_RESERVATION, "{'reservation_id':'h','party_size':4}", APPLIED);
  desk->role = HL_ROLE_AGENT;
  desk_refused (desk, "agent", seen, HL_ACTION_CREATE_RESERVATION,
                "{'reservation_id':'h','party_size':2,'starts_at':'2026-11-27T21:00:00Z'}", HL_REASON_WRONG_STATE);
  g_assert_cmpint (hl_reservation_get_party_size (desk_reservation (desk, "h")), ==, 4);
  desk->role = HL_ROLE_AGENT;
  assert_act (desk, "agent", HL_ACTION_CREATE_RESERVATION, "{'reservation_id':'h','party_size':4,'starts_at':'2026-11-27T21:00:00Z'}", APPLIED);
  g_assert_cmpint (reservation_status (desk, "h"), ==, HL_RESERVATION_STATUS_BOOKED);
}

static void
assert_record (Desk *desk, const char *name, HlEventKind kind, const char *data, HlOutcome outcome)
{
  g_autoptr (HlDecision) decision = desk_record (desk, name, kind, data);

  g_assert_cmpstr (hl_enum_nick (HL_TYPE_OUTCOME, decision->outcome), ==, hl_enum_nick (HL_TYPE_OUTCOME, outcome));
  desk_check (desk);
}

/* Publishers' facts: never refused, and never over what staff did since. */
static void
test_record (void)
{
  g_autoptr (Desk) desk = desk_new ();
  HlReservation *reservation;

  assert_record (desk, "tock", HL_EVENT_RESERVATION_CREATED, "{'reservation_id':'r','name':'Ng','party_size':4,'starts_at':'2026-11-27T20:00:00Z','version':5}", APPLIED);
  reservation = desk_reservation (desk, "r");
  g_assert_cmpstr (hl_reservation_get_source (reservation), ==, "tock");
  /* a lower version says nothing, the same facts say nothing new */
  assert_record (desk, "tock", HL_EVENT_RESERVATION_UPDATED, "{'reservation_id':'r','party_size':9,'version':4}", NO_OP);
  assert_record (desk, "tock", HL_EVENT_RESERVATION_UPDATED, "{'reservation_id':'r','party_size':4,'version':5}", NO_OP);
  assert_record (desk, "tock", HL_EVENT_RESERVATION_UPDATED, "{'reservation_id':'r','party_size':3,'version':6}", APPLIED);
  /* staff said otherwise since */
  assert_act (desk, "A", HL_ACTION_UPDATE_RESERVATION, "{'reservation_id':'r','party_size':6}", APPLIED);
  assert_record (desk, "tock", HL_EVENT_RESERVATION_UPDATED, "{'reservation_id':'r','party_size':5,'name':'Ngo','version':7}", DISPUTED);
  g_assert_cmpint (hl_reservation_get_party_size (reservation), ==, 6);
  g_assert_cmpstr (hl_reservation_get_name (reservation), ==, "Ngo");
  g_assert_nonnull (desk_dispute (desk, "field:r:party_size"));
  /* while that is open its next word only joins */
  assert_record (desk, "tock", HL_EVENT_RESERVATION_UPDATED, "{'reservation_id':'r','party_size':2,'version':8}", DISPUTED);
  g_assert_cmpint (hl_reservation_get_party_size (reservation), ==, 6);
  g_assert_cmpuint (hl_dispute_get_claims (desk_dispute (desk, "field:r:party_size"))->len, ==, 2);
  assert_act (desk, "A", HL_ACTION_SETTLE_DISPUTE, "{'dispute_id':'field:r:party_size','choice':1}", APPLIED);
  g_assert_cmpint (hl_reservation_get_party_size (reservation), ==, 2);
  /* what a person chose against is not asked again when it is only repeated, also after other news */
  assert_act (desk, "A", HL_ACTION_UPDATE_RESERVATION, "{'reservation_id':'r','party_size':6}", APPLIED);
  assert_record (desk, "tock", HL_EVENT_RESERVATION_UPDATED, "{'reservation_id':'r','party_size':4,'version':9}", DISPUTED);
  assert_act (desk, "A", HL_ACTION_SETTLE_DISPUTE, "{'dispute_id':'field:r:party_size','choice':0}", APPLIED);
  assert_record (desk, "tock", HL_EVENT_RESERVATION_UPDATED, "{'reservation_id':'r','party_size':4,'allergies':'nuts','version':10}", APPLIED);
  assert_record (desk, "tock", HL_EVENT_RESERVATION_UPDATED, "{'reservation_id':'r','party_size':4,'version':11}", APPLIED);
  g_assert_cmpint (hl_reservation_get_party_size (reservation), ==, 6);
  g_assert_null (desk_dispute (desk, "field:r:party_size"));
  assert_record (desk, "tock", HL_EVENT_RESERVATION_UPDATED, "{'reservation_id':'r','party_size':5,'version':12}", DISPUTED);
  assert_act (desk, "A", HL_ACTION_SETTLE_DISPUTE, "{'dispute_id':'field:r:party_size','choice':1}", APPLIED);
  /* they are here: a late cancellation is asked about, a late "confirmed" says nothing */
  assert_act (desk, "A", HL_ACTION_ARRIVE, "{'reservation_id':'r','party_id':'p'}", APPLIED);
  assert_record (desk, "tock", HL_EVENT_RESERVATION_UPDATED, "{'reservation_id':'r','status':'confirmed'}", NO_OP);
  assert_record (desk, "tock", HL_EVENT_RESERVATION_CANCELLED, "{'reservation_id':'r'}", DISPUTED);
  g_assert_cmpint (reservation_status (desk, "r"), ==, HL_RESERVATION_STATUS_ARRIVED);
  g_assert_nonnull (desk_dispute (desk, "cancelled_seated:r"));
  /* more than fits is recorded, and shown */
  assert_record (desk, "site", HL_EVENT_RESERVATION_CREATED, "{'reservation_id':'late','party_size':2,'starts_at':'2026-11-27T22:15:00Z'}", APPLIED);
  assert_record (desk, "site", HL_EVENT_RESERVATION_CREATED, "{'reservation_id':'big','party_size':60,'starts_at':'2026-11-27T23:00:00Z'}", DISPUTED);
  g_assert_true (hl_reservation_get_overbooked (desk_reservation (desk, "big")));
  g_assert_nonnull (desk_dispute (desk, "overbooked:big"));
  /* once the book is over-full around it, news of a booking that take no room ask nothing again */
  assert_record (desk, "site", HL_EVENT_RESERVATION_UPDATED, "{'reservation_id':'late','late_eta':'2026-11-27T22:40:00Z'}", APPLIED);
  g_assert_false (hl_reservation_get_overbooked (desk_reservation (desk, "late")));
  /* the till: stage rises, gone is gone */
  assert_act (desk, "A", HL_ACTION_SEAT, "{'party_id':'p','table_ids':['12']}", APPLIED);
  assert_record (desk, "till", HL_EVENT_PARTY_UPDATED, "{'party_id':'p','stage':'paid'}", APPLIED);
  assert_record (desk, "till", HL_EVENT_PARTY_UPDATED, "{'party_id':'p','stage':'ordered'}", NO_OP);
  assert_record (desk, "till", HL_EVENT_PARTY_UPDATED, "{'party_id':'p','status':'gone'}", APPLIED);
  g_assert_cmpint (hl_table_get_physical (hl_state_lookup_table (desk->state, "12")), ==, HL_PHYSICAL_DIRTY);
  assert_record (desk, "till", HL_EVENT_PARTY_UPDATED, "{'party_id':'nobody','status':'gone'}", NO_OP);
  /* calls: what staff set stands */
  assert_record (desk, "v", HL_EVENT_CALL_STARTED, "{'call_id':'c','follow_up':'open'}", APPLIED);
  assert_act (desk, "A", HL_ACTION_CLOSE_FOLLOW_UP, "{'call_id':'c','outcome':'booked'}", APPLIED);
  assert_record (desk, "v", HL_EVENT_CALL_COMPLETED, "{'call_id':'c','outcome':'no_action'}", DISPUTED);
  g_assert_cmpint (hl_call_get_outcome (hl_state_lookup_call (desk->state, "c")), ==, HL_CALL_OUTCOME_BOOKED);
}

/* A unit is whole: ids, end flag, one act. */
static void
test_make_events (void)
{
  g_autoptr (Desk) desk = open_desk ();
  HlEvent *last;

  assert_act (desk, "A", HL_ACTION_SEAT, "{'party_id':'ng','table_ids':['12']}", APPLIED);
  assert_act (desk, "A", HL_ACTION_FINISH_PARTY, "{'party_id':'ng'}", APPLIED);
  last = g_ptr_array_index (desk->log, desk->log->len - 1);
  g_assert_cmpstr (last->id, ==, "a4.1");
  g_assert_cmpstr (last->act, ==, "a4");
  g_assert_true (last->end);
  g_assert_false (((HlEvent *) g_ptr_array_index (desk->log, desk->log->len - 2))->end);
  {
    g_autoptr (HlDecision) decision = hl_decision_new (APPLIED, HL_REASON_NONE);
    g_autoptr (HlActor) actor = hl_actor_new (HL_ROLE_STAFF, "A", "A", 1);
    g_autofree char *id = g_strnfill (64, 'x');
    g_autoptr (GPtrArray) events = NULL;

    hl_decision_add (decision, HL_EVENT_PARTY_UPDATED, json_object_new ());
    events = hl_decision_make_events (decision, id, actor, 7, 1, 2);
    g_assert_cmpuint (strlen (((HlEvent *) g_ptr_array_index (events, 0))->id), <=, 64);
    g_assert_cmpuint (((HlEvent *) g_ptr_array_index (events, 0))->seq, ==, 7);
  }
}

/* An agent's reservation is never in the past, never over capacity, never for an arrived party (invariant 9). */
static void
test_agent (void)
{
  g_autoptr (Desk) desk = open_desk ();

  assert_act (desk, "A", HL_ACTION_ARRIVE, "{'reservation_id':'r','party_id':'h'}", APPLIED);
  desk->role = HL_ROLE_AGENT;
  desk_refused (desk, "agent", desk_head (desk), HL_ACTION_UPDATE_RESERVATION, "{'reservation_id':'r','party_size':2}", HL_REASON_WRONG_STATE);
  desk_refused (desk, "agent", desk_head (desk), HL_ACTION_CANCEL_RESERVATION, "{'reservation_id':'r'}", HL_REASON_WRONG_STATE);
  for (guint kind = HL_ACTION_CREATE_RESERVATION; kind < HL_N_ACTION_KIND; kind++) {
    gboolean allowed = hl_action_kind_may_perform (kind, HL_ROLE_AGENT);

    if (kind == HL_ACTION_SEAT || kind == HL_ACTION_MOVE || kind == HL_ACTION_SET_TABLE || kind == HL_ACTION_SET_SECTION ||
        kind == HL_ACTION_MARK_NO_SHOW || kind == HL_ACTION_FINISH_PARTY || kind == HL_ACTION_UNDO)
      g_assert_false (allowed);
  }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/decide/k14", test_k14);
  g_test_add_func ("/decide/best-fit", test_best_fit);
  g_test_add_func ("/decide/walked-away", test_walked_away);
  g_test_add_func ("/decide/holds-and-requests", test_holds_and_requests);
  g_test_add_func ("/decide/hold-unseen", test_hold_unseen);
  g_test_add_func ("/decide/record", test_record);
  g_test_add_func ("/decide/make-events", test_make_events);
  g_test_add_func ("/decide/agent", test_agent);
  return g_test_run ();
}
