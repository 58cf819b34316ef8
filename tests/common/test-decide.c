/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The collisions K0 to K20 one by one, and undo. The book and facts: test-decide-book.c. */
#include "model/decide.h"

#include "domain/hl-capacity.h"
#include "domain/hl-member.h"

/* K0: gone unseen against seated: nothing is thrown away, nothing is overwritten. */
static void
test_k0 (void)
{
  g_autoptr (Desk) desk = open_desk ();
  guint64 seen;
  HlDispute *dispute;

  assert_act (desk, "A", HL_ACTION_SEAT, "{'party_id':'ng','table_ids':['12']}", APPLIED);
  seen = desk_head (desk);
  assert_act (desk, "A", HL_ACTION_FINISH_PARTY, "{'party_id':'ng'}", APPLIED);
  assert_act_at (desk, "B", seen, HL_ACTION_MOVE, "{'party_id':'ng','table_ids':['14']}", DISPUTED);
  g_assert_cmpint (party_status (desk, "ng"), ==, HL_PARTY_STATUS_GONE);
  dispute = desk_dispute (desk, "field:ng:status");
  g_assert_nonnull (dispute);
  g_assert_cmpstr (hl_dispute_get_rule (dispute), ==, "K0");
  g_assert_cmpuint (hl_dispute_get_claims (dispute)->len, ==, 2);
  g_assert_cmpstr (hl_claim_get_by (g_ptr_array_index (hl_dispute_get_claims (dispute), 0)), ==, "A");
  g_assert_cmpstr (hl_claim_get_by (g_ptr_array_index (hl_dispute_get_claims (dispute), 1)), ==, "B");
  g_assert_true (hl_claim_get_offline (g_ptr_array_index (hl_dispute_get_claims (dispute), 1)));
  /* a person settles it: they are at 14 after all */
  assert_act (desk, "A", HL_ACTION_SETTLE_DISPUTE, "{'dispute_id':'field:ng:status','choice':1}", APPLIED);
  g_assert_cmpint (party_status (desk, "ng"), ==, HL_PARTY_STATUS_SEATED);
  assert_tables (desk, "ng", "14");
  g_assert_null (desk_dispute (desk, "field:ng:status"));
  assert_act (desk, "B", HL_ACTION_SETTLE_DISPUTE, "{'dispute_id':'field:ng:status','choice':0}", NO_OP);
}

/* B's screen said that they have gone already; that A called them back since is unseen. */
static void
test_recalled (void)
{
  g_autoptr (Desk) desk = open_desk ();
  g_autoptr (HlDecision) decision = NULL;
  guint64 seen;

  assert_act (desk, "A", HL_ACTION_REMOVE_PARTY, "{'party_id':'ng','status':'left'}", APPLIED);
  seen = desk_head (desk);
  assert_act (desk, "A", HL_ACTION_RECALL_PARTY, "{'party_id':'ng'}", APPLIED);
  decision = desk_try (desk, "B", HL_ACTION_REMOVE_PARTY, "{'party_id':'ng','status':'left'}", seen, NO_OP);
  g_assert_cmpint (decision->outcome, ==, DISPUTED);
  g_assert_cmpint (party_status (desk, "ng"), ==, HL_PARTY_STATUS_WAITING);
}

/* Guests who left a booking sit down after all, unseen that others of it came and went: it stays completed. */
static void
test_k13_completed (void)
{
  g_autoptr (Desk) desk = open_desk ();
  guint64 seen;

  assert_act (desk, "C", HL_ACTION_ARRIVE, "{'reservation_id':'r','party_id':'one'}", APPLIED);
  seen = desk_head (desk);
  assert_act (desk, "A", HL_ACTION_REMOVE_PARTY, "{'party_id':'one','status':'left'}", APPLIED);
  assert_act_at (desk, "B", 3, HL_ACTION_ARRIVE, "{'reservation_id':'r','party_id':'two'}", APPLIED);
  assert_act (desk, "B", HL_ACTION_SEAT, "{'party_id':'two','table_ids':['16']}", APPLIED);
  assert_act (desk, "B", HL_ACTION_FINISH_PARTY, "{'party_id':'two'}", APPLIED);
  g_assert_cmpint (reservation_status (desk, "r"), ==, HL_RESERVATION_STATUS_COMPLETED);
  assert_act_at (desk, "C", seen, HL_ACTION_SEAT, "{'party_id':'one','table_ids':['14']}", APPLIED);
  g_assert_cmpint (party_status (desk, "one"), ==, HL_PARTY_STATUS_SEATED);
  g_assert_cmpint (reservation_status (desk, "r"), ==, HL_RESERVATION_STATUS_COMPLETED);
}

/* An observation that was shown as done is never refused; one that nobody was shown is. */
static void
test_observation (void)
{
  g_autoptr (Desk) desk = open_desk ();

  desk_refused (desk, "B", desk_head (desk), HL_ACTION_FINISH_PARTY, "{'party_id':'ng'}", HL_REASON_WRONG_STATE);
  assert_act (desk, "B", HL_ACTION_FINISH_PARTY, "{'party_id':'ng'}", DISPUTED);
  g_assert_nonnull (desk_dispute (desk, "field:ng:status"));
  g_assert_cmpint (party_status (desk, "ng"), ==, HL_PARTY_STATUS_WAITING);
  /* removed is a decision, left is an observation */
  assert_act (desk, "B", HL_ACTION_SEAT, "{'party_id':'lopez','table_ids':['12']}", APPLIED);
  desk_refused (desk, "B", desk_head (desk), HL_ACTION_REMOVE_PARTY, "{'party_id':'lopez','status':'removed'}", HL_REASON_WRONG_STATE);
  assert_act (desk, "B", HL_ACTION_REMOVE_PARTY, "{'party_id':'lopez','status':'left'}", DISPUTED);
  /* unknown things go to review, malformed ones are refused */
  desk_refused (desk, "B", desk_head (desk), HL_ACTION_SEAT, "{'party_id':'nobody','table_ids':['12']}", HL_REASON_UNKNOWN_ID);
  desk_refused (desk, "B", desk_head (desk), HL_ACTION_SEAT, "{'party_id':'ng','table_ids':[]}", HL_REASON_MALFORMED);
}

static void
test_k1 (void)
{
  g_autoptr (Desk) desk = open_desk ();
  guint64 seen = desk_head (desk);
  HlDispute *dispute;

  assert_act (desk, "A", HL_ACTION_SEAT, "{'party_id':'ng','table_ids':['12']}", APPLIED);
  assert_act_at (desk, "B", seen, HL_ACTION_SEAT, "{'party_id':'lopez','table_ids':['12']}", DISPUTED);
  g_assert_cmpuint (hl_state_get_table_parties (desk->state, "12")->len, ==, 2);
  dispute = desk_dispute (desk, "table:12");
  g_assert_cmpstr (hl_dispute_get_rule (dispute), ==, "K1");
  g_assert_cmpuint (hl_dispute_get_claims (dispute)->len, ==, 2);
  g_assert_cmpstr (hl_claim_get_action_id (g_ptr_array_index (hl_dispute_get_claims (dispute), 0)), ==, "a3");
  g_assert_cmpstr (hl_claim_get_event_id (g_ptr_array_index (hl_dispute_get_claims (dispute), 1)), ==, "a4.0");
  /* it settles by itself when its cause is gone */
  assert_act (desk, "B", HL_ACTION_MOVE, "{'party_id':'lopez','table_ids':['14']}", APPLIED);
  g_assert_null (desk_dispute (desk, "table:12"));
  /* seen or not, both stay */
  assert_act (desk, "B", HL_ACTION_MOVE, "{'party_id':'lopez','table_ids':['12']}", DISPUTED);
  assert_act (desk, "A", HL_ACTION_SETTLE_DISPUTE, "{'dispute_id':'table:12','choice':0}", APPLIED);
  assert_tables (desk, "ng", "12");
  g_assert_cmpint (party_status (desk, "lopez"), ==, HL_PARTY_STATUS_ARRIVED);
}

static void
test_k2 (void)
{
  g_autoptr (Desk) desk = open_desk ();
  guint64 seen = desk_head (desk);

  assert_act (desk, "A", HL_ACTION_SEAT, "{'party_id':'ng','table_ids':['12']}", APPLIED);
  assert_act_at (desk, "B", seen, HL_ACTION_SEAT, "{'party_id':'ng','table_ids':['15']}", DISPUTED);
  assert_tables (desk, "ng", "12");
  g_assert_nonnull (desk_dispute (desk, "party_table:ng:table_ids"));
  /* seen it is a move, and settles the dispute */
  assert_act (desk, "B", HL_ACTION_SEAT, "{'party_id':'ng','table_ids':['15']}", APPLIED);
  assert_tables (desk, "ng", "15");
  g_assert_null (desk_dispute (desk, "party_table:ng:table_ids"));
  g_assert_cmpstr (hl_dispute_get_settled_by (hl_state_lookup_dispute (desk->state, "party_table:ng:table_ids")), ==, "B");
  /* an edit that has not seen the claims joins them */
  seen = desk_head (desk);
  assert_act (desk, "A", HL_ACTION_MOVE, "{'party_id':'ng','table_ids':['14']}", APPLIED);
  assert_act_at (desk, "B", seen, HL_ACTION_MOVE, "{'party_id':'ng','table_ids':['16']}", DISPUTED);
  assert_act_at (desk, "A", desk_head (desk) - 1, HL_ACTION_MOVE, "{'party_id':'ng','table_ids':['12']}", DISPUTED);
  assert_tables (desk, "ng", "12");
  g_assert_nonnull (desk_dispute (desk, "party_table:ng:table_ids"));
  assert_act (desk, "A", HL_ACTION_SETTLE_DISPUTE, "{'dispute_id':'party_table:ng:table_ids','choice':0}", APPLIED);
  assert_tables (desk, "ng", "16");
}

static void
test_k3 (void)
{
  g_autoptr (Desk) desk = open_desk ();
  guint64 seen = desk_head (desk);
  g_autoptr (HlDecision) decision = NULL;

  assert_act (desk, "A", HL_ACTION_SEAT, "{'party_id':'ng','table_ids':['12','14']}", APPLIED);
  decision = desk_try (desk, "B", HL_ACTION_SEAT, "{'party_id':'ng','table_ids':['14','12']}", seen, APPLIED);
  g_assert_cmpint (decision->outcome, ==, NO_OP);
  g_assert_cmpstr (hl_member_get_string (decision->detail, "by", NULL), ==, "A");
  g_assert_true (json_object_has_member (decision->detail, "at"));
}

static void
test_k4 (void)
{
  g_autoptr (Desk) desk = open_desk ();
  guint64 seen;
  HlReservation *reservation = desk_reservation (desk, "r");

  seen = desk_head (desk);
  desk_event (desk, HL_ROLE_PUBLISHER, "tock", HL_EVENT_RESERVATION_CANCELLED, "{'reservation_id':'r'}");
  assert_act_at (desk, "B", seen, HL_ACTION_ARRIVE, "{'reservation_id':'r','party_id':'haddad'}", DISPUTED);
  g_assert_cmpint (reservation_status (desk, "r"), ==, HL_RESERVATION_STATUS_ARRIVED);
  g_assert_cmpint (hl_superseded_reservation_get_status (hl_reservation_get_superseded (reservation)), ==, HL_RESERVATION_STATUS_CANCELLED);
  g_assert_nonnull (desk_dispute (desk, "cancelled_seated:r"));
  g_assert_cmpint (hl_party_get_size (desk_party (desk, "haddad")), ==, 6);
  assert_act (desk, "B", HL_ACTION_SEAT, "{'party_id':'haddad','table_ids':['16']}", APPLIED);
  /* other guests: the cancellation holds */
  assert_act (desk, "A", HL_ACTION_SETTLE_DISPUTE, "{'dispute_id':'cancelled_seated:r','choice':0}", APPLIED);
  g_assert_cmpint (reservation_status (desk, "r"), ==, HL_RESERVATION_STATUS_CANCELLED);
  g_assert_null (hl_party_get_reservation_id (desk_party (desk, "haddad")));
  assert_tables (desk, "haddad", "16");
}

/* The other way round: cancelled by somebody who did not know that they sit. */
static void
test_k4_late_cancel (void)
{
  g_autoptr (Desk) desk = open_desk ();
  guint64 seen = desk_head (desk);

  assert_act (desk, "A", HL_ACTION_ARRIVE, "{'reservation_id':'r','party_id':'haddad'}", APPLIED);
  assert_act_at (desk, "B", seen, HL_ACTION_CANCEL_RESERVATION, "{'reservation_id':'r'}", DISPUTED);
  g_assert_cmpint (reservation_status (desk, "r"), ==, HL_RESERVATION_STATUS_ARRIVED);
  desk_refused (desk, "B", desk_head (desk), HL_ACTION_CANCEL_RESERVATION, "{'reservation_id':'r'}", HL_REASON_WRONG_STATE);
  /* seen as cancelled, they do not arrive without a correction */
  assert_act (desk, "A", HL_ACTION_CREATE_RESERVATION, "{'reservation_id':'q','party_size':2,'starts_at':'2026-11-27T21:00:00Z'}", APPLIED);
  assert_act (desk, "A", HL_ACTION_CANCEL_RESERVATION, "{'reservation_id':'q','cancel_reason':'ill'}", APPLIED);
  assert_act (desk, "B", HL_ACTION_CANCEL_RESERVATION, "{'reservation_id':'q'}", NO_OP);
  desk_refused (desk, "B", desk_head (desk), HL_ACTION_ARRIVE, "{'reservation_id':'q','party_id':'q1'}", HL_REASON_WRONG_STATE);
  assert_act (desk, "B", HL_ACTION_UPDATE_RESERVATION, "{'reservation_id':'q','status':'booked'}", APPLIED);
  assert_act (desk, "B", HL_ACTION_ARRIVE, "{'reservation_id':'q','party_id':'q1','arrived':1}", APPLIED);
  g_assert_cmpint (party_status (desk, "q1"), ==, HL_PARTY_STATUS_PARTIALLY_ARRIVED);
}

static void
test_k5 (void)
{
  g_autoptr (Desk) desk = open_desk ();
  guint64 seen = desk_head (desk);

  assert_act (desk, "A", HL_ACTION_MARK_NO_SHOW, "{'reservation_id':'r'}", APPLIED);
  assert_act_at (desk, "B", seen, HL_ACTION_ARRIVE, "{'reservation_id':'r','party_id':'haddad'}", APPLIED);
  g_assert_cmpint (reservation_status (desk, "r"), ==, HL_RESERVATION_STATUS_ARRIVED);
  g_assert_nonnull (hl_reservation_get_superseded (desk_reservation (desk, "r")));
  assert_act_at (desk, "A", seen + 1, HL_ACTION_MARK_NO_SHOW, "{'reservation_id':'r'}", NO_OP);
  g_assert_cmpint (reservation_status (desk, "r"), ==, HL_RESERVATION_STATUS_ARRIVED);
}

static void
test_k6_k7_k8 (void)
{
  g_autoptr (Desk) desk = open_desk ();
  HlReservation *reservation = desk_reservation (desk, "r");
  guint64 seen = desk_head (desk);
  g_autoptr (HlDecision) decision = NULL;

  /* different fields: both */
  assert_act (desk, "A", HL_ACTION_UPDATE_RESERVATION, "{'reservation_id':'r','party_size':7,'tags_add':['vip'],'notes_add':['one']}", APPLIED);
  assert_act_at (desk, "B", seen, HL_ACTION_UPDATE_RESERVATION, "{'reservation_id':'r','name':'Haddad-Roy','tags_add':['cake'],'tags_remove':['none'],'notes_add':['two']}", APPLIED);
  g_assert_cmpint (hl_reservation_get_party_size (reservation), ==, 7);
  g_assert_cmpstr (hl_reservation_get_name (reservation), ==, "Haddad-Roy");
  g_assert_cmpuint (hl_reservation_get_notes (reservation)->len, ==, 2);
  g_assert_cmpuint (g_strv_length ((GStrv) hl_reservation_get_tags (reservation)), ==, 2);
  /* the same field: the first stands, the larger size counts, and other fields of the same edit apply */
  decision = desk_try (desk, "B", HL_ACTION_UPDATE_RESERVATION, "{'reservation_id':'r','party_size':9,'allergies':'nuts'}", seen, APPLIED);
  g_assert_cmpint (decision->outcome, ==, DISPUTED);
  g_assert_cmpint (hl_reservation_get_party_size (reservation), ==, 7);
  g_assert_cmpstr (hl_reservation_get_allergies (reservation), ==, "nuts");
  g_assert_nonnull (desk_dispute (desk, "field:r:party_size"));
  g_assert_cmpint (hl_capacity_get_size (desk->state, reservation), ==, 9);
  /* a device's later claim replaces its earlier one */
  assert_act_at (desk, "B", seen, HL_ACTION_UPDATE_RESERVATION, "{'reservation_id':'r','party_size':8}", DISPUTED);
  g_assert_cmpuint (hl_dispute_get_claims (desk_dispute (desk, "field:r:party_size"))->len, ==, 2);
  /* the same value is no dispute */
  assert_act_at (desk, "C", seen, HL_ACTION_UPDATE_RESERVATION, "{'reservation_id':'r','party_size':7}", NO_OP);
  /* A never saw B's claim: both are kept */
  assert_act_at (desk, "A", seen + 1, HL_ACTION_UPDATE_RESERVATION, "{'reservation_id':'r','party_size':5}", DISPUTED);
  g_assert_cmpint (hl_reservation_get_party_size (reservation), ==, 5);
  /* seen, an edit settles it */
  assert_act (desk, "C", HL_ACTION_UPDATE_RESERVATION, "{'reservation_id':'r','party_size':8}", APPLIED);
  g_assert_null (desk_dispute (desk, "field:r:party_size"));
  g_assert_cmpint (hl_reservation_get_party_size (reservation), ==, 8);
}

/* Who had not seen another's change is not made to have seen it by an own later change. */
static void
test_own_change_hides_nothing (void)
{
  g_autoptr (Desk) desk = open_desk ();
  guint64 seen = desk_head (desk);

  assert_act (desk, "A", HL_ACTION_UPDATE_RESERVATION, "{'reservation_id':'r','party_size':7}", APPLIED);
  assert_act (desk, "B", HL_ACTION_UPDATE_RESERVATION, "{'reservation_id':'r','party_size':8}", APPLIED);
  assert_act_at (desk, "B", seen, HL_ACTION_UPDATE_RESERVATION, "{'reservation_id':'r','party_size':9}", DISPUTED);
  /* one's own earlier, unsent change is seen */
  seen = desk_head (desk);
  assert_act_at (desk, "C", seen, HL_ACTION_UPDATE_RESERVATION, "{'reservation_id':'r','name':'X'}", APPLIED);
  assert_act_at (desk, "C", seen, HL_ACTION_UPDATE_RESERVATION, "{'reservation_id':'r','name':'Y'}", APPLIED);
}

static void
test_k9 (void)
{
  g_autoptr (Desk) desk = open_desk ();
  HlTable *table = hl_state_lookup_table (desk->state, "12");
  guint64 seen;

  assert_act (desk, "A", HL_ACTION_SET_TABLE, "{'table_id':'12','physical':'dirty'}", APPLIED);
  seen = desk_head (desk);
  assert_act (desk, "A", HL_ACTION_SET_TABLE, "{'table_id':'12','physical':'dirty'}", NO_OP);
  assert_act_at (desk, "B", seen - 1, HL_ACTION_SET_TABLE, "{'table_id':'12','physical':'clean'}", NO_OP);
  assert_act (desk, "B", HL_ACTION_SET_TABLE, "{'table_id':'12','physical':'clean'}", APPLIED);
  /* the cleaner had seen the first dirty, not the second */
  seen = desk_head (desk);
  assert_act (desk, "A", HL_ACTION_SET_TABLE, "{'table_id':'12','physical':'dirty'}", APPLIED);
  assert_act_at (desk, "C", seen, HL_ACTION_SET_TABLE, "{'table_id':'12','physical':'dirty'}", APPLIED);
  assert_act_at (desk, "B", desk_head (desk) - 1, HL_ACTION_SET_TABLE, "{'table_id':'12','physical':'clean'}", NO_OP);
  g_assert_cmpint (hl_table_get_physical (table), ==, HL_PHYSICAL_DIRTY);
  assert_act (desk, "B", HL_ACTION_SET_TABLE, "{'table_id':'12','physical':'clean'}", APPLIED);
  /* not under a party */
  assert_act (desk, "A", HL_ACTION_SET_TABLE, "{'table_id':'12','physical':'dirty'}", APPLIED);
  assert_act (desk, "A", HL_ACTION_SEAT, "{'party_id':'ng','table_ids':['12']}", APPLIED);
  assert_act (desk, "A", HL_ACTION_SET_TABLE, "{'table_id':'12','physical':'clean'}", NO_OP);
}

static void
test_k10 (void)
{
  g_autoptr (Desk) desk = open_desk ();
  guint64 seen = desk_head (desk);

  assert_act (desk, "A", HL_ACTION_SET_TABLE, "{'table_id':'12','blocked':true,'blocked_reason':'leak'}", APPLIED);
  desk_refused (desk, "B", desk_head (desk), HL_ACTION_SEAT, "{'party_id':'ng','table_ids':['12']}", HL_REASON_TABLE_BLOCKED);
  /* offline they could not know: the party stays, a manager sees a card */
  assert_act_at (desk, "B", seen, HL_ACTION_SEAT, "{'party_id':'ng','table_ids':['12']}", DISPUTED);
  assert_tables (desk, "ng", "12");
  g_assert_nonnull (desk_dispute (desk, "blocked_table:12"));
  assert_act (desk, "A", HL_ACTION_SET_TABLE, "{'table_id':'12','blocked':false}", APPLIED);
  g_assert_null (desk_dispute (desk, "blocked_table:12"));
  /* the other way round */
  desk_refused (desk, "A", desk_head (desk), HL_ACTION_SET_TABLE, "{'table_id':'12','blocked':true}", HL_REASON_WRONG_STATE);
  assert_act_at (desk, "A", seen, HL_ACTION_SET_TABLE, "{'table_id':'12','blocked':true}", DISPUTED);
  g_assert_false (hl_table_get_blocked (hl_state_lookup_table (desk->state, "12")));
  assert_act (desk, "B", HL_ACTION_FINISH_PARTY, "{'party_id':'ng'}", APPLIED);
  g_assert_null (desk_dispute (desk, "blocked_table:12"));
  /* blocking does not overwrite an unseen dirty */
  assert_act_at (desk, "C", desk_head (desk) - 2, HL_ACTION_SET_TABLE, "{'table_id':'12','blocked':true}", APPLIED);
  g_assert_cmpint (hl_table_get_physical (hl_state_lookup_table (desk->state, "12")), ==, HL_PHYSICAL_DIRTY);
  /* a manager may */
  desk->role = HL_ROLE_MANAGER;
  assert_act (desk, "M", HL_ACTION_SEAT, "{'party_id':'lopez','table_ids':['12']}", APPLIED);
}

static void
test_k11 (void)
{
  g_autoptr (Desk) desk = open_desk ();
  guint64 seen;

  assert_act (desk, "A", HL_ACTION_SEAT, "{'party_id':'ng','table_ids':['12']}", APPLIED);
  seen = desk_head (desk);
  assert_act (desk, "A", HL_ACTION_SET_STAGE, "{'party_id':'ng','stage':'entree'}", APPLIED);
  assert_act_at (desk, "B", seen, HL_ACTION_SET_STAGE, "{'party_id':'ng','stage':'ordered'}", NO_OP);
  assert_act_at (desk, "B", seen, HL_ACTION_SET_STAGE, "{'party_id':'ng','stage':'paid'}", APPLIED);
  assert_act (desk, "A", HL_ACTION_SET_STAGE, "{'party_id':'ng','stage':'dessert'}", NO_OP);
  assert_act_at (desk, "A", seen + 1, HL_ACTION_SET_STAGE, "{'party_id':'ng','stage':'ordered','correct':true}", DISPUTED);
  g_assert_cmpint (hl_party_get_stage (desk_party (desk, "ng")), ==, HL_PARTY_STAGE_PAID);
  assert_act (desk, "A", HL_ACTION_SET_STAGE, "{'party_id':'ng','stage':'dessert','correct':true}", APPLIED);
  g_assert_cmpint (hl_party_get_stage (desk_party (desk, "ng")), ==, HL_PARTY_STAGE_DESSERT);
}

static void
test_k12 (void)
{
  g_autoptr (Desk) desk = open_desk ();
  guint64 seen = desk_head (desk);

  assert_act (desk, "A", HL_ACTION_NOTIFY_PARTY, "{'party_id':'ng'}", APPLIED);
  assert_act_at (desk, "B", seen, HL_ACTION_NOTIFY_PARTY, "{'party_id':'ng'}", NO_OP);
  g_assert_cmpint (hl_party_get_notify (desk_party (desk, "ng")), ==, HL_NOTIFY_STATE_NO_PHONE);
  g_assert_cmpint (hl_party_get_notify_round (desk_party (desk, "ng")), ==, 1);
  g_assert_cmpint (party_status (desk, "ng"), ==, HL_PARTY_STATUS_NOTIFIED);
  assert_act (desk, "B", HL_ACTION_RECALL_PARTY, "{'party_id':'ng'}", APPLIED);
  assert_act (desk, "B", HL_ACTION_NOTIFY_PARTY, "{'party_id':'ng'}", APPLIED);
  g_assert_cmpint (hl_party_get_notify_round (desk_party (desk, "ng")), ==, 2);
}

/* B, without a link, said that they left, and that they came back; A told them meanwhile. That they were told stays. */
static void
test_k12_recalled (void)
{
  g_autoptr (Desk) desk = open_desk ();
  guint64 before = desk_head (desk), seen;

  assert_act (desk, "B", HL_ACTION_REMOVE_PARTY, "{'party_id':'ng','status':'left'}", APPLIED);
  assert_act (desk, "B", HL_ACTION_RECALL_PARTY, "{'party_id':'ng'}", APPLIED);
  seen = desk_head (desk);
  assert_act_at (desk, "A", before, HL_ACTION_NOTIFY_PARTY, "{'party_id':'ng'}", APPLIED);
  assert_act_at (desk, "B", seen, HL_ACTION_REMOVE_PARTY, "{'party_id':'ng','status':'left'}", APPLIED);
  assert_act_at (desk, "B", seen, HL_ACTION_RECALL_PARTY, "{'party_id':'ng'}", APPLIED);
  g_assert_cmpint (party_status (desk, "ng"), ==, HL_PARTY_STATUS_WAITING);
  g_assert_cmpint (hl_party_get_notify (desk_party (desk, "ng")), ==, HL_NOTIFY_STATE_NO_PHONE);
  g_assert_cmpint (hl_party_get_notify_round (desk_party (desk, "ng")), ==, 1);
  /* another time it is seen, and they are to be told anew */
  assert_act (desk, "B", HL_ACTION_REMOVE_PARTY, "{'party_id':'ng','status':'left'}", APPLIED);
  assert_act (desk, "B", HL_ACTION_RECALL_PARTY, "{'party_id':'ng'}", APPLIED);
  g_assert_cmpint (hl_party_get_notify (desk_party (desk, "ng")), ==, HL_NOTIFY_STATE_NOT_SENT);
}

static void
test_k13 (void)
{
  g_autoptr (Desk) desk = open_desk ();
  guint64 seen = desk_head (desk);

  assert_act (desk, "A", HL_ACTION_REMOVE_PARTY, "{'party_id':'ng','status':'left'}", APPLIED);
  desk_refused (desk, "B", desk_head (desk), HL_ACTION_SEAT, "{'party_id':'ng','table_ids':['12']}", HL_REASON_WRONG_STATE);
  assert_act_at (desk, "B", seen, HL_ACTION_SEAT, "{'party_id':'ng','table_ids':['12']}", APPLIED);
  g_assert_cmpint (hl_superseded_party_get_status (hl_party_get_superseded (desk_party (desk, "ng"))), ==, HL_PARTY_STATUS_LEFT);
  g_assert_cmpstr (hl_superseded_party_get_by (hl_party_get_superseded (desk_party (desk, "ng"))), ==, "A");
  /* seated first, left after, unseen */
  seen = desk_head (desk);
  assert_act (desk, "A", HL_ACTION_SEAT, "{'party_id':'lopez','table_ids':['14']}", APPLIED);
  assert_act_at (desk, "B", seen, HL_ACTION_REMOVE_PARTY, "{'party_id':'lopez','status':'removed'}", DISPUTED);
  assert_tables (desk, "lopez", "14");
  g_assert_cmpstr (hl_dispute_get_rule (desk_dispute (desk, "field:lopez:status")), ==, "K13");
}

static void
test_k15 (void)
{
  g_autoptr (Desk) desk = desk_new ();
  guint64 seen;
  g_autoptr (HlDecision) decision = NULL;

  desk_event (desk, HL_ROLE_PUBLISHER, "v", HL_EVENT_CALL_STARTED, "{'call_id':'c','state':'agent_active'}");
  desk->role = HL_ROLE_AGENT;
  assert_act (desk, "agent", HL_ACTION_ASK_FOR_PERSON, "{'call_id':'c'}", APPLIED);
  desk->role = HL_ROLE_STAFF;
  seen = desk_head (desk);
  assert_act (desk, "A", HL_ACTION_ACCEPT_CALL, "{'call_id':'c'}", APPLIED);
  decision = desk_try (desk, "B", HL_ACTION_ACCEPT_CALL, "{'call_id':'c'}", seen, HL_PREDICTED_NONE);
  g_assert_cmpint (decision->outcome, ==, NO_OP);
  g_assert_cmpstr (hl_member_get_string (decision->detail, "by", NULL), ==, "A");
  assert_act (desk, "A", HL_ACTION_HAND_BACK_CALL, "{'call_id':'c'}", APPLIED);
  assert_act (desk, "A", HL_ACTION_TAKE_CALL, "{'call_id':'c'}", APPLIED);
  assert_act (desk, "B", HL_ACTION_DECLINE_CALL, "{'call_id':'c'}", APPLIED);
  g_assert_cmpint (hl_call_get_follow_up (hl_state_lookup_call (desk->state, "c")), ==, HL_FOLLOW_UP_OPEN);
  seen = desk_head (desk);
  assert_act (desk, "A", HL_ACTION_CLAIM_FOLLOW_UP, "{'call_id':'c'}", APPLIED);
  assert_act_at (desk, "B", seen, HL_ACTION_CLAIM_FOLLOW_UP, "{'call_id':'c'}", NO_OP);
  assert_act (desk, "A", HL_ACTION_SNOOZE_FOLLOW_UP, "{'call_id':'c','follow_up_until':'2026-11-27T21:00:00Z'}", APPLIED);
  assert_act (desk, "A", HL_ACTION_OPEN_FOLLOW_UP, "{'call_id':'c'}", APPLIED);
  assert_act (desk, "A", HL_ACTION_CLOSE_FOLLOW_UP, "{'call_id':'c','outcome':'answered'}", APPLIED);
  /* who had not seen it joins a dispute: the outcome is set once */
  assert_act_at (desk, "B", desk_head (desk) - 1, HL_ACTION_CLOSE_FOLLOW_UP, "{'call_id':'c','outcome':'booked'}", DISPUTED);
  g_assert_cmpint (hl_call_get_outcome (hl_state_lookup_call (desk->state, "c")), ==, HL_CALL_OUTCOME_ANSWERED);
}

static void
test_k16 (void)
{
  g_autoptr (Desk) desk = open_desk ();
  guint64 seen = desk_head (desk);

  assert_act (desk, "A", HL_ACTION_CONTACT_ATTEMPT, "{'reservation_id':'r','result':'left_message'}", APPLIED);
  assert_act_at (desk, "B", seen, HL_ACTION_CONTACT_ATTEMPT, "{'reservation_id':'r','result':'reached'}", APPLIED);
  g_assert_cmpuint (hl_reservation_get_contact_attempts (desk_reservation (desk, "r"))->len, ==, 2);
}

static void
test_k17 (void)
{
  g_autoptr (Desk) desk = open_desk ();
  guint64 seen = desk_head (desk);
  g_autoptr (HlDecision) decision = NULL;

  desk_event (desk, HL_ROLE_SYSTEM, "", HL_EVENT_DAY_CLOSED, "{'business_date':'2026-11-26','before':'2026-11-27T12:00:00Z'}");
  decision = desk_try (desk, "B", HL_ACTION_SEAT, "{'party_id':'ng','table_ids':['12']}", seen, APPLIED);
  g_assert_cmpint (decision->outcome, ==, HL_OUTCOME_REFUSED);
  g_assert_cmpint (decision->reason, ==, HL_REASON_TOO_OLD);
  g_assert_true (hl_decision_is_review (decision));
  assert_act (desk, "B", HL_ACTION_SEAT, "{'party_id':'ng','table_ids':['12']}", APPLIED);
  /* the agent has no queue: without a base it acts on what is */
  desk->role = HL_ROLE_AGENT;
  assert_act_at (desk, "agent", 0, HL_ACTION_CREATE_RESERVATION, "{'reservation_id':'a','party_size':2,'starts_at':'2026-11-27T21:00:00Z'}", APPLIED);
}

static void
test_k18_undo (void)
{
  g_autoptr (Desk) desk = open_desk ();

  assert_act (desk, "A", HL_ACTION_SEAT, "{'party_id':'ng','table_ids':['12']}", APPLIED); /* a3 */
  assert_act (desk, "A", HL_ACTION_UNDO, "{'action_id':'a3'}", APPLIED);
  g_assert_cmpint (party_status (desk, "ng"), ==, HL_PARTY_STATUS_WAITING);
  assert_tables (desk, "ng", "");
  g_assert_cmpint (hl_party_get_seated_at (desk_party (desk, "ng")), ==, G_MININT64);

  /* moved away, and Lopez was seated there since */
  assert_act (desk, "A", HL_ACTION_SEAT, "{'party_id':'ng','table_ids':['12']}", APPLIED); /* a5 */
  assert_act (desk, "A", HL_ACTION_MOVE, "{'party_id':'ng','table_ids':['14']}", APPLIED); /* a6 */
  assert_act (desk, "B", HL_ACTION_SEAT, "{'party_id':'lopez','table_ids':['12']}", APPLIED); /* a7 */
  {
    g_autoptr (HlDecision) decision = desk_try (desk, "A", HL_ACTION_UNDO, "{'action_id':'a6'}", desk_head (desk), APPLIED);

    g_assert_cmpint (decision->reason, ==, HL_REASON_BUILT_UPON);
    g_assert_cmpstr (hl_member_get_string (decision->detail, "id", NULL), ==, "lopez");
  }
  /* a field that changed since */
  assert_act (desk, "A", HL_ACTION_UPDATE_PARTY, "{'party_id':'ng','size':5}", APPLIED); /* a9 */
  assert_act (desk, "B", HL_ACTION_UPDATE_PARTY, "{'party_id':'ng','size':6}", APPLIED);
  desk_refused (desk, "A", desk_head (desk), HL_ACTION_UNDO, "{'action_id':'a9'}", HL_REASON_BUILT_UPON);
  desk_refused (desk, "A", desk_head (desk), HL_ACTION_UNDO, "{'action_id':'nothing'}", HL_REASON_BUILT_UPON);
}

/* Undoing a creation removes or cancels; undoing a gone brings party, tables and reservation back. */
static void
test_undo_creation (void)
{
  g_autoptr (Desk) desk = open_desk ();

  assert_act (desk, "A", HL_ACTION_SEAT, "{'party_id':'w','size':3,'table_ids':['12']}", APPLIED); /* a3 */
  assert_act (desk, "A", HL_ACTION_UNDO, "{'action_id':'a3'}", APPLIED);
  g_assert_cmpint (party_status (desk, "w"), ==, HL_PARTY_STATUS_REMOVED);
  assert_act (desk, "A", HL_ACTION_CREATE_RESERVATION, "{'reservation_id':'q','party_size':2,'starts_at':'2026-11-27T21:00:00Z'}", APPLIED); /* a5 */
  assert_act (desk, "A", HL_ACTION_UNDO, "{'action_id':'a5'}", APPLIED);
  g_assert_cmpint (reservation_status (desk, "q"), ==, HL_RESERVATION_STATUS_CANCELLED);
  assert_act (desk, "A", HL_ACTION_ARRIVE, "{'reservation_id':'r','party_id':'h'}", APPLIED); /* a7 */
  assert_act (desk, "A", HL_ACTION_SEAT, "{'party_id':'h','table_ids':['16']}", APPLIED);     /* a8 */
  desk_refused (desk, "A", desk_head (desk), HL_ACTION_UNDO, "{'action_id':'a7'}", HL_REASON_BUILT_UPON);
  assert_act (desk, "A", HL_ACTION_FINISH_PARTY, "{'party_id':'h'}", APPLIED); /* a10 */
  g_assert_cmpint (reservation_status (desk, "r"), ==, HL_RESERVATION_STATUS_COMPLETED);
  assert_act (desk, "A", HL_ACTION_UNDO, "{'action_id':'a10'}", APPLIED);
  g_assert_cmpint (reservation_status (desk, "r"), ==, HL_RESERVATION_STATUS_ARRIVED);
  g_assert_cmpint (party_status (desk, "h"), ==, HL_PARTY_STATUS_SEATED);
  assert_tables (desk, "h", "16");
  g_assert_cmpint (hl_table_get_physical (hl_state_lookup_table (desk->state, "16")), ==, HL_PHYSICAL_CLEAN);
  /* a disputed seat is undone with its dispute; a bare claim is taken back */
  assert_act (desk, "B", HL_ACTION_SEAT, "{'party_id':'ng','table_ids':['16']}", DISPUTED); /* a12 */
  assert_act (desk, "B", HL_ACTION_UNDO, "{'action_id':'a12'}", APPLIED);
  g_assert_null (desk_dispute (desk, "table:16"));
  assert_act_at (desk, "B", 5, HL_ACTION_MOVE, "{'party_id':'h','table_ids':['12']}", DISPUTED); /* a14 */
  g_assert_nonnull (desk_dispute (desk, "party_table:h:table_ids"));
  assert_act (desk, "B", HL_ACTION_UNDO, "{'action_id':'a14'}", APPLIED);
  g_assert_null (desk_dispute (desk, "party_table:h:table_ids"));
}

static void
test_k19 (void)
{
  g_autoptr (Desk) desk = open_desk ();
  guint64 seen = desk_head (desk);

  assert_act (desk, "A", HL_ACTION_SEAT, "{'party_id':'ng','table_ids':['12','14']}", APPLIED);
  assert_act_at (desk, "B", seen, HL_ACTION_SEAT, "{'party_id':'lopez','table_ids':['14']}", DISPUTED);
  g_assert_nonnull (desk_dispute (desk, "table:14"));
  g_assert_null (desk_dispute (desk, "table:12"));
  assert_act (desk, "A", HL_ACTION_SETTLE_DISPUTE, "{'dispute_id':'table:14','choice':1}", APPLIED);
  assert_tables (desk, "ng", "12");
  assert_tables (desk, "lopez", "14");
}

static void
test_k20 (void)
{
  g_autoptr (Desk) desk = open_desk ();
  guint64 seen = desk_head (desk);

  assert_act (desk, "A", HL_ACTION_ADD_PARTY, "{'party_id':'x1','size':3,'name':'Ruiz'}", APPLIED);
  assert_act (desk, "B", HL_ACTION_ADD_PARTY, "{'party_id':'x2','size':3,'name':'Ruiz'}", APPLIED);
  assert_act_at (desk, "B", seen, HL_ACTION_ADD_PARTY, "{'party_id':'x3','size':3,'name':'RUIZ'}", DISPUTED);
  g_assert_cmpint (party_status (desk, "x3"), ==, HL_PARTY_STATUS_WAITING);
  g_assert_nonnull (desk_dispute (desk, "same_party:x3"));
  assert_act_at (desk, "C", seen, HL_ACTION_ADD_PARTY, "{'party_id':'x4','size':3,'name':'Ruiz'}", DISPUTED);
  assert_act (desk, "A", HL_ACTION_SETTLE_DISPUTE, "{'dispute_id':'same_party:x4','choice':1}", APPLIED);
  g_assert_cmpint (party_status (desk, "x4"), ==, HL_PARTY_STATUS_WAITING);
  g_assert_cmpint (party_status (desk, "x1"), ==, HL_PARTY_STATUS_WAITING);
  assert_act (desk, "A", HL_ACTION_SETTLE_DISPUTE, "{'dispute_id':'same_party:x3','choice':0}", APPLIED);
  g_assert_cmpint (party_status (desk, "x3"), ==, HL_PARTY_STATUS_REMOVED);
  g_assert_cmpint (party_status (desk, "x1"), ==, HL_PARTY_STATUS_WAITING);
}

/* Replaying an action changes nothing (invariant 5), whoever does it. */
static void
test_replay (void)
{
  static const struct {
    HlActionKind kind;
    const char  *data;
  } actions[] = {
    { HL_ACTION_ADD_PARTY, "{'party_id':'p','size':2}" },
    { HL_ACTION_SEAT, "{'party_id':'p','table_ids':['12']}" },
    { HL_ACTION_SET_STAGE, "{'party_id':'p','stage':'entree'}" },
    { HL_ACTION_MOVE, "{'party_id':'p','table_ids':['14']}" },
    { HL_ACTION_UPDATE_PARTY, "{'party_id':'p','size':3}" },
    { HL_ACTION_UNSEAT, "{'party_id':'p'}" },
    { HL_ACTION_SEAT, "{'party_id':'p','table_ids':['14']}" },
    { HL_ACTION_FINISH_PARTY, "{'party_id':'p'}" },
    { HL_ACTION_SET_TABLE, "{'table_id':'15','physical':'dirty'}" },
    { HL_ACTION_SET_TABLE, "{'table_id':'15','physical':'clean'}" },
    { HL_ACTION_SET_TABLE, "{'table_id':'15','blocked':true}" },
    { HL_ACTION_CREATE_RESERVATION, "{'reservation_id':'q','party_size':2,'starts_at':'2026-11-27T21:00:00Z'}" },
    { HL_ACTION_UPDATE_RESERVATION, "{'reservation_id':'q','party_size':3}" },
    { HL_ACTION_CANCEL_RESERVATION, "{'reservation_id':'q'}" },
    { HL_ACTION_ARRIVE, "{'reservation_id':'r','party_id':'h'}" },
    { HL_ACTION_REMOVE_PARTY, "{'party_id':'h','status':'left'}" },
    { HL_ACTION_RECALL_PARTY, "{'party_id':'h'}" },
  };
  g_autoptr (Desk) desk = open_desk ();

  for (guint i = 0; i < G_N_ELEMENTS (actions); i++) {
    guint64 digest;

    assert_act (desk, "A", actions[i].kind, actions[i].data, APPLIED);
    digest = hl_state_get_digest (desk->state);
    assert_act (desk, "A", actions[i].kind, actions[i].data, NO_OP);
    assert_act (desk, "B", actions[i].kind, actions[i].data, NO_OP);
    g_assert_cmpuint (hl_state_get_digest (desk->state), ==, digest);
  }
}

int
main (int   argc,
      char *argv[])
{
  static const struct {
    const char *name;
    GTestFunc   test;
  } tests[] = {
    { "k0", test_k0 }, { "recalled", test_recalled }, { "observation", test_observation },
    { "k1", test_k1 }, { "k2", test_k2 }, { "k3", test_k3 },
    { "k4", test_k4 }, { "k4-late-cancel", test_k4_late_cancel }, { "k5", test_k5 }, { "k6-k7-k8", test_k6_k7_k8 },
    { "own-change-hides-nothing", test_own_change_hides_nothing }, { "k9", test_k9 }, { "k10", test_k10 },
    { "k11", test_k11 }, { "k12", test_k12 }, { "k12-recalled", test_k12_recalled }, { "k13", test_k13 }, { "k13-completed", test_k13_completed },
    { "k15", test_k15 }, { "k16", test_k16 }, { "k17", test_k17 }, { "k18-undo", test_k18_undo },
    { "undo-creation", test_undo_creation }, { "k19", test_k19 }, { "k20", test_k20 }, { "replay", test_replay },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++) {
    g_autofree char *path = g_strdup_printf ("/decide/%s", tests[i].name);

    g_test_add_func (path, tests[i].test);
  }
  return g_test_run ();
}
