/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Removed tags (K8), and the collisions K14 to K22: the book, the phone, what is too old or unknown, undo, and a log that came back. K23 needs
 * two devices with queues: test-model.c. */
#include "model/collide.h"

#include <string.h>

#include "domain/hl-action-kind.h"
#include "domain/hl-capacity.h"

#define BOOK(id, size, time) "{'reservation_id':'" id "','party_size':" size ",'starts_at':'2026-11-27T" time ":00Z'}"

/* A removal removes only what it saw: who had seen the tag, or set it, takes it away; who had not does not. */
static void
test_k8_removal (void)
{
  static const char add[] = "{'reservation_id':'r','tags_add':['vip']}";
  static const char take[] = "{'reservation_id':'r','tags_remove':['vip']}";
  static const char more[] = "{'reservation_id':'r','tags_add':['cake']}";
  const HlActionKind edit = HL_ACTION_UPDATE_RESERVATION;

  for (guint i = 0; i < 2; i++) {
    const How how = i == 0 ? RACED : OFFLINE;
    g_autoptr (Desk) desk = collide_open ();
    HlReservation *r = desk_reservation (desk, "r");
    guint64 before = desk_head (desk), with, later;

    assert_act (desk, "A", edit, add, APPLIED);
    with = desk_head (desk);
    assert_late (desk, how, "B", before, edit, take, NO_OP);
    assert_tags (r, "vip");
    /* another tag since does not make this one new */
    assert_act (desk, "C", edit, more, APPLIED);
    assert_late (desk, how, "B", with, edit, take, APPLIED);
    assert_tags (r, "cake");

    /* taken away and given again: that is another one */
    later = desk_head (desk);
    assert_act (desk, "A", edit, add, APPLIED);
    assert_late (desk, how, "B", later, edit, take, NO_OP);
    assert_late (desk, how, "B", with, edit, take, NO_OP);
    assert_tags (r, "cake vip");
    /* one's own is seen, whatever the base */
    assert_late (desk, how, "A", before, edit, take, APPLIED);
    assert_tags (r, "cake");
    /* what both gave is there until somebody who knows of both takes it */
    assert_act (desk, "A", edit, add, APPLIED);
    assert_late (desk, how, "B", later, edit, add, NO_OP);
    assert_late (desk, how, "B", later, edit, take, NO_OP);
    assert_tags (r, "cake vip");
    g_assert_cmpuint (collide_n_open (desk), ==, 0);
  }
}

/* Each tag's revision is part of a snapshot; one without them stands with the revision of the field. */
static void
test_k8_snapshot (void)
{
  g_autoptr (Desk) desk = collide_open ();
  g_autoptr (HlState) loaded = hl_state_new ();
  g_autoptr (HlState) old = hl_state_new ();
  g_autoptr (JsonNode) saved = NULL;
  g_autoptr (GError) error = NULL;
  JsonObject *booking;
  HlEntity *r;
  guint64 first, second;

  assert_act (desk, "A", HL_ACTION_UPDATE_RESERVATION, "{'reservation_id':'r','tags_add':['vip']}", APPLIED);
  first = desk_head (desk);
  assert_act (desk, "B", HL_ACTION_UPDATE_RESERVATION, "{'reservation_id':'r','tags_add':['cake']}", APPLIED);
  second = desk_head (desk);
  saved = hl_state_save (desk->state);
  hl_state_load (loaded, json_node_get_object (saved), &error);
  g_assert_no_error (error);
  r = hl_state_lookup (loaded, HL_TYPE_RESERVATION, "r");
  g_assert_cmpuint (hl_entity_get_tag_revision (r, "vip")->seq, ==, first);
  g_assert_cmpstr (hl_entity_get_tag_revision (r, "cake")->device, ==, "B");
  g_assert_cmpuint (hl_state_get_digest (loaded), ==, hl_state_get_digest (desk->state));

  booking = json_array_get_object_element (
    json_object_get_array_member (json_node_get_object (saved), "reservations"), 0);
  json_object_remove_member (booking, "tag_revisions");
  hl_state_load (old, json_node_get_object (saved), &error);
  g_assert_no_error (error);
  r = hl_state_lookup (old, HL_TYPE_RESERVATION, "r");
  g_assert_cmpuint (hl_entity_get_tag_revision (r, "vip")->seq, ==, second);

  json_object_set_object_member (booking, "tag_revisions", desk_parse ("{'vip':[1]}"));
  g_assert_false (hl_state_load (old, json_node_get_object (saved), &error));
  g_assert_nonnull (strstr (error->message, "tag_revisions/vip"));
}

static HlOutcome
by_agent (Desk *desk, HlActionKind kind, const char *data)
{
  HlOutcome outcome;

  desk->role = HL_ROLE_AGENT;
  outcome = desk_act (desk, "agent", kind, data);
  desk->role = HL_ROLE_STAFF;
  return outcome;
}

static void
agent_refused (Desk *desk, HlActionKind kind, const char *data, HlReason reason)
{
  desk->role = HL_ROLE_AGENT;
  desk_refused (desk, "agent", desk_head (desk), kind, data, reason);
  desk->role = HL_ROLE_STAFF;
}

/* 40 covers a quarter hour: 33 are left beside Haddad's 6. */
static Desk *
open_full (void)
{
  Desk *desk = collide_open ();

  desk_event (desk, HL_ROLE_SYSTEM, "", HL_EVENT_LOCATION_UPDATED, "{'pace':10}");
  return desk;
}

static void
test_k14_agent_first (void)
{
  for (How how = RACED; how <= OFFLINE; how++) {
    g_autoptr (Desk) desk = open_full ();
    guint64 base = desk_head (desk);

    assert_outcome (by_agent (desk, HL_ACTION_CREATE_RESERVATION, BOOK ("a", "4", "20:00")), APPLIED);
    assert_late (desk, how, "B", base, HL_ACTION_CREATE_RESERVATION, BOOK ("b", "2", "20:05"), DISPUTED);
    assert_status (desk, "a", "booked");
    assert_status (desk, "b", "booked");
    g_assert_false (hl_reservation_get_overbooked (desk_reservation (desk, "a")));
    g_assert_true (hl_reservation_get_overbooked (desk_reservation (desk, "b")));
    g_assert_cmpstr (hl_dispute_get_rule (desk_dispute (desk, "overbooked:b")), ==, "K14");
    choose (desk, "A", "overbooked:b", 0, APPLIED);
    g_assert_true (hl_reservation_get_overbooked (desk_reservation (desk, "b")));
  }
}

/* The host was first: the agent cannot book over it, seen or not. */
static void
test_k14_host_first (void)
{
  g_autoptr (Desk) desk = open_full ();

  assert_act (desk, "B", HL_ACTION_CREATE_RESERVATION, BOOK ("b", "4", "20:05"), APPLIED);
  agent_refused (desk, HL_ACTION_CREATE_RESERVATION, BOOK ("a", "2", "20:00"), HL_REASON_OVER_CAPACITY);
  agent_refused (desk, HL_ACTION_HOLD_RESERVATION, BOOK ("a", "2", "20:00"), HL_REASON_OVER_CAPACITY);
  /* who sees it is warned, and nobody is asked */
  assert_act (desk, "B", HL_ACTION_CREATE_RESERVATION, BOOK ("c", "2", "20:10"), APPLIED);
  g_assert_true (hl_reservation_get_overbooked (desk_reservation (desk, "c")));
  g_assert_cmpuint (collide_n_open (desk), ==, 0);
}

/* By itself, when its cause is gone: another time, cancelled, or somebody else gives room back. */
static void
test_k14_settles_itself (void)
{
  static const struct {
    HlActionKind kind;
    const char *data;
    const char *by;
  } ends[] = {
    { HL_ACTION_UPDATE_RESERVATION, "{'reservation_id':'b','starts_at':'2026-11-27T22:00:00Z'}", "system" },
    { HL_ACTION_UPDATE_RESERVATION, "{'reservation_id':'a','starts_at':'2026-11-27T22:00:00Z'}", "system" },
    { HL_ACTION_UPDATE_RESERVATION, "{'reservation_id':'a','party_size':2}", "system" },
    { HL_ACTION_CANCEL_RESERVATION, "{'reservation_id':'b'}", "system" },
    { HL_ACTION_CANCEL_RESERVATION, "{'reservation_id':'a'}", "system" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (ends); i++) {
    g_autoptr (Desk) desk = open_full ();
    guint64 base = desk_head (desk);

    assert_outcome (by_agent (desk, HL_ACTION_CREATE_RESERVATION, BOOK ("a", "4", "20:00")), APPLIED);
    assert_late (desk, OFFLINE, "B", base, HL_ACTION_CREATE_RESERVATION, BOOK ("b", "2", "20:05"), DISPUTED);
    assert_act (desk, "A", ends[i].kind, ends[i].data, APPLIED);
    assert_settled (desk, "overbooked:b", ends[i].by);
    if (i != 3)
      g_assert_false (hl_reservation_get_overbooked (desk_reservation (desk, "b")));
    /* undone, it is asked again */
    assert_undo (desk, "A", 0, APPLIED);
    g_assert_nonnull (desk_dispute (desk, "overbooked:b"));
    g_assert_true (hl_reservation_get_overbooked (desk_reservation (desk, "b")));
  }
}

/* A hold keeps the room that was held, no more and no longer. */
static void
test_k14_holds (void)
{
  g_autoptr (Desk) desk = open_full ();

  assert_outcome (by_agent (desk, HL_ACTION_HOLD_RESERVATION, BOOK ("h", "2", "20:00")), APPLIED);
  agent_refused (desk, HL_ACTION_CREATE_RESERVATION, BOOK ("h", "6", "20:00"), HL_REASON_OVER_CAPACITY);
  agent_refused (desk, HL_ACTION_CREATE_RESERVATION, BOOK ("h", "2", "12:00"), HL_REASON_PAST_TIME);
  agent_refused (desk, HL_ACTION_CREATE_RESERVATION,
                 "{'reservation_id':'h','party_size':2,'starts_at':'2026-11-27T20:00:00Z','table_ids':['12']}",
                 HL_REASON_NOT_ALLOWED);
  assert_outcome (by_agent (desk, HL_ACTION_CREATE_RESERVATION, BOOK ("h", "2", "20:00")), APPLIED);
  assert_status (desk, "h", "booked");
  assert_outcome (by_agent (desk, HL_ACTION_CREATE_RESERVATION, BOOK ("h", "2", "20:00")), NO_OP);
  /* one that ran out is not a booking, and the agent must not tell the guest so */
  assert_outcome (by_agent (desk, HL_ACTION_HOLD_RESERVATION, BOOK ("i", "2", "20:00")), APPLIED);
  desk->role = HL_ROLE_SYSTEM;
  assert_act (desk, "", HL_ACTION_DECLINE_RESERVATION, "{'reservation_id':'i'}", APPLIED);
  desk->role = HL_ROLE_STAFF;
  assert_status (desk, "i", "expired");
  agent_refused (desk, HL_ACTION_CREATE_RESERVATION, BOOK ("i", "2", "20:00"), HL_REASON_WRONG_STATE);
  /* an agent touches no table, no pin, and lets nobody in */
  agent_refused (desk, HL_ACTION_UPDATE_RESERVATION, "{'reservation_id':'h','table_ids':['12']}", HL_REASON_NOT_ALLOWED);
  agent_refused (desk, HL_ACTION_UPDATE_RESERVATION, "{'reservation_id':'h','pinned':true}", HL_REASON_NOT_ALLOWED);
  agent_refused (desk, HL_ACTION_ADD_PARTY, "{'party_id':'x','size':2,'status':'arrived'}", HL_REASON_NOT_ALLOWED);
}

static void
test_k15 (void)
{
  for (guint i = 0; i < 2; i++) {
    g_autoptr (Desk) desk = collide_open ();
    const char *first = i == 0 ? "A" : "B", *second = i == 0 ? "B" : "A";
    guint64 base;
    g_autoptr (HlDecision) other = NULL;
    g_autoptr (HlDecision) declined = NULL;
    g_autoptr (HlDecision) taken = NULL;

    assert_outcome (by_agent (desk, HL_ACTION_ASK_FOR_PERSON, "{'call_id':'c'}"), APPLIED);
    base = desk_head (desk);
    assert_act (desk, first, HL_ACTION_ACCEPT_CALL, "{'call_id':'c'}", APPLIED);
    other = late (desk, RACED, second, base, HL_ACTION_ACCEPT_CALL, "{'call_id':'c'}");
    assert_outcome (other->outcome, NO_OP);
    g_assert_cmpstr (hl_member_get_string (other->detail, "by", NULL), ==, first);
    /* who declines or takes over a moment later does not take it away */
    declined = late (desk, RACED, second, base, HL_ACTION_DECLINE_CALL, "{'call_id':'c'}");
    assert_outcome (declined->outcome, NO_OP);
    g_assert_cmpstr (hl_member_get_string (declined->detail, "by", NULL), ==, first);
    taken = late (desk, RACED, second, base, HL_ACTION_TAKE_CALL, "{'call_id':'c'}");
    assert_outcome (taken->outcome, NO_OP);
    g_assert_cmpstr (hl_member_get_string (taken->detail, "by", NULL), ==, first);
    g_assert_cmpint (hl_call_get_state (hl_state_lookup_call (desk->state, "c")), ==, HL_CALL_STATE_STAFF_ACTIVE);
    assert_act (desk, first, HL_ACTION_HAND_BACK_CALL, "{'call_id':'c'}", APPLIED);
    assert_act (desk, second, HL_ACTION_HAND_BACK_CALL, "{'call_id':'c'}", NO_OP);
  }
}

/* The caller hung up a moment before: what came of the call is still said. */
static void
test_k15_ended_meanwhile (void)
{
  g_autoptr (Desk) desk = collide_open ();
  HlCall *call = hl_state_lookup_call (desk->state, "c");

  assert_outcome (by_agent (desk, HL_ACTION_ASK_FOR_PERSON, "{'call_id':'c'}"), APPLIED);
  assert_act (desk, "A", HL_ACTION_ACCEPT_CALL, "{'call_id':'c'}", APPLIED);
  desk_fact (desk, "v", HL_EVENT_CALL_COMPLETED, "{'call_id':'c'}");
  assert_act (desk, "A", HL_ACTION_END_CALL, "{'call_id':'c','outcome':'booked'}", APPLIED);
  g_assert_cmpint (hl_call_get_outcome (call), ==, HL_CALL_OUTCOME_BOOKED);
  assert_act (desk, "A", HL_ACTION_END_CALL, "{'call_id':'c'}", NO_OP);
  desk_refused (desk, "B", desk_head (desk), HL_ACTION_ACCEPT_CALL, "{'call_id':'c'}", HL_REASON_WRONG_STATE);
}

static void
test_k16 (void)
{
  for (How how = RACED; how <= OFFLINE; how++) {
    g_autoptr (Desk) desk = collide_open ();
    GPtrArray *attempts;
    guint64 base = desk_head (desk);
    HlCall *call = hl_state_lookup_call (desk->state, "c");
    g_autoptr (HlDecision) claim = NULL;

    assert_act (desk, "A", HL_ACTION_CONTACT_ATTEMPT, "{'reservation_id':'r','result':'no_answer'}", APPLIED);
    assert_late (desk, how, "B", base, HL_ACTION_CONTACT_ATTEMPT, "{'reservation_id':'r','result':'reached'}", APPLIED);
    attempts = hl_reservation_get_contact_attempts (desk_reservation (desk, "r"));
    g_assert_cmpuint (attempts->len, ==, 2);
    g_assert_cmpstr (hl_contact_attempt_get_by (g_ptr_array_index (attempts, 0)), ==, "A");
    g_assert_cmpstr (hl_contact_attempt_get_by (g_ptr_array_index (attempts, 1)), ==, "B");
    /* a follow-up is one person's; the other reads whose */
    assert_act (desk, "A", HL_ACTION_CLAIM_FOLLOW_UP, "{'call_id':'c'}", APPLIED);
    claim = late (desk, how, "B", base, HL_ACTION_CLAIM_FOLLOW_UP, "{'call_id':'c'}");
    assert_outcome (claim->outcome, NO_OP);
    g_assert_cmpstr (hl_member_get_string (claim->detail, "by", NULL), ==, "A");
    assert_late (desk, how, "B", base, HL_ACTION_SNOOZE_FOLLOW_UP,
                 "{'call_id':'c','follow_up_until':'2026-11-27T23:00:00Z'}", NO_OP);
    g_assert_cmpint (hl_call_get_follow_up (call), ==, HL_FOLLOW_UP_CLAIMED);
    /* who called back all the same has called back */
    assert_late (desk, how, "B", base, HL_ACTION_CLOSE_FOLLOW_UP, "{'call_id':'c','outcome':'answered'}", APPLIED);
    g_assert_cmpint (hl_call_get_follow_up (call), ==, HL_FOLLOW_UP_DONE);
    assert_late (desk, how, "A", desk_head (desk) - 1, HL_ACTION_SNOOZE_FOLLOW_UP,
                 "{'call_id':'c','follow_up_until':'2026-11-27T23:00:00Z'}", NO_OP);
  }
}

static void
test_k17 (void)
{
  g_autoptr (Desk) desk = collide_open ();
  guint64 base = desk_head (desk);

  assert_act (desk, "A", HL_ACTION_REMOVE_PARTY, "{'party_id':'lopez','status':'left'}", APPLIED);
  desk_event (desk, HL_ROLE_SYSTEM, "", HL_EVENT_DAY_CLOSED,
              "{'business_date':'2026-11-27','before':'2026-11-28T12:00:00Z'}");
  g_assert_null (hl_state_lookup_party (desk->state, "lopez"));
  /* every kind: what was seen before the day closed says nothing about today */
  for (guint kind = HL_ACTION_CREATE_RESERVATION; kind < HL_N_ACTION_KIND; kind++) {
    g_autoptr (JsonObject) data = NULL;
    g_autoptr (HlDecision) decision = NULL;
    g_autofree char *text = collide_make_data (kind, "nobody");

    if (!hl_action_kind_may_perform (kind, HL_ROLE_STAFF))
      continue;
    decision = desk_try (desk, "B", kind, text, base, APPLIED);
    g_assert_cmpstr (hl_enum_nick (HL_TYPE_REASON, decision->reason), ==, "too_old");
    g_assert_true (hl_decision_is_review (decision));
  }
  /* and what left with the day is not brought back, however fresh the base */
  {
    g_autoptr (HlDecision) decision
      = desk_try (desk, "B", HL_ACTION_SEAT, LOPEZ_AT ("12"), desk_head (desk), APPLIED);

    g_assert_cmpint (decision->reason, ==, HL_REASON_TOO_OLD);
    g_assert_true (hl_decision_is_review (decision));
  }
  assert_act (desk, "B", HL_ACTION_SEAT, NG_AT ("12"), APPLIED);
}

static void
refuse_undo (Desk *desk, guint action, const char *by_entity)
{
  g_autofree char *data = g_strdup_printf ("{'action_id':'a%u'}", action);
  g_autoptr (HlDecision) decision
    = desk_try (desk, "A", HL_ACTION_UNDO, data, desk_head (desk), APPLIED);

  assert_outcome (decision->outcome, HL_OUTCOME_REFUSED);
  g_assert_cmpint (decision->reason, ==, HL_REASON_BUILT_UPON);
  if (by_entity != NULL)
    g_assert_cmpstr (hl_member_get_string (decision->detail, "id", NULL), ==, by_entity);
}

static void
test_k18_built_upon (void)
{
  {
    g_autoptr (Desk) desk = collide_open ();

    /* "Lopez was seated there since" */
    assert_act (desk, "A", HL_ACTION_SEAT, NG_AT ("12"), APPLIED);
    assert_act (desk, "A", HL_ACTION_MOVE, NG_AT ("14"), APPLIED);
    assert_act (desk, "B", HL_ACTION_SEAT, LOPEZ_AT ("12"), APPLIED);
    refuse_undo (desk, desk->acts - 1, "lopez");
    assert_party (desk, "ng", "seated", "14");
  }
  {
    g_autoptr (Desk) desk = collide_open ();

    /* the field was set again since, even to the same value */
    assert_act (desk, "A", HL_ACTION_UPDATE_PARTY, "{'party_id':'ng','size':5}", APPLIED);
    assert_act (desk, "B", HL_ACTION_UPDATE_PARTY, "{'party_id':'ng','size':6}", APPLIED);
    assert_act (desk, "B", HL_ACTION_UPDATE_PARTY, "{'party_id':'ng','size':5}", APPLIED);
    refuse_undo (desk, desk->acts - 2, "ng");
    /* another field does not matter */
    assert_act (desk, "A", HL_ACTION_UPDATE_PARTY, "{'party_id':'ng','size':7}", APPLIED);
    assert_act (desk, "B", HL_ACTION_UPDATE_PARTY, "{'party_id':'ng','allergies':'nuts'}", APPLIED);
    assert_undo (desk, "A", 1, APPLIED);
    g_assert_cmpint (hl_party_get_size (desk_party (desk, "ng")), ==, 5);
    /* the undo can be undone */
    assert_undo (desk, "A", 0, APPLIED);
    g_assert_cmpint (hl_party_get_size (desk_party (desk, "ng")), ==, 7);
  }
  {
    g_autoptr (Desk) desk = collide_open ();

    /* a table that was opened, and somebody sat down at */
    assert_act (desk, "A", HL_ACTION_SET_TABLE, "{'table_id':'12','blocked':true}", APPLIED);
    assert_act (desk, "A", HL_ACTION_SET_TABLE, "{'table_id':'12','blocked':false}", APPLIED);
    assert_act (desk, "B", HL_ACTION_SEAT, NG_AT ("12"), APPLIED);
    refuse_undo (desk, desk->acts - 1, "ng");
    /* notes that somebody added to */
    assert_act (desk, "A", HL_ACTION_ADD_NOTE, "{'type':'party','id':'ng','note':'one'}", APPLIED);
    assert_act (desk, "B", HL_ACTION_ADD_NOTE, "{'type':'party','id':'ng','note':'two'}", APPLIED);
    refuse_undo (desk, desk->acts - 1, "ng");
    assert_undo (desk, "B", 1, APPLIED);
    g_assert_cmpuint (hl_party_get_notes (desk_party (desk, "ng"))->len, ==, 1);
    /* what is too long ago is not remembered */
    for (guint i = 0; i < HL_STATE_UNDO_UNITS + 1; i++)
      assert_act (desk, "B", HL_ACTION_ADD_NOTE, "{'type':'party','id':'lopez','note':'x'}", APPLIED);
    refuse_undo (desk, 6, NULL);
  }
}

static void
test_k18_undo_each (void)
{
  static const struct {
    HlActionKind kind;
    const char *data;
  } acts[] = {
    { HL_ACTION_SEAT, NG_AT ("12") },
    { HL_ACTION_SEAT, "{'party_id':'w1','size':3,'name':'Ruiz','table_ids':['14']}" },
    { HL_ACTION_ARRIVE, "{'reservation_id':'r','party_id':'h'}" },
    { HL_ACTION_MARK_NO_SHOW, "{'reservation_id':'r'}" },
    { HL_ACTION_CANCEL_RESERVATION, "{'reservation_id':'r'}" },
    { HL_ACTION_ACCEPT_RESERVATION, "{'reservation_id':'w'}" },
    { HL_ACTION_DECLINE_RESERVATION, "{'reservation_id':'w'}" },
    { HL_ACTION_REMOVE_PARTY, "{'party_id':'ng','status':'left'}" },
    { HL_ACTION_NOTIFY_PARTY, "{'party_id':'lopez'}" },
    { HL_ACTION_UPDATE_PARTY, "{'party_id':'ng','name':'Nguyen','tags_add':['vip'],'notes_add':['window']}" },
    { HL_ACTION_UPDATE_RESERVATION, SIZE ("3") },
    { HL_ACTION_SET_TABLE, "{'table_id':'15','physical':'dirty'}" },
    { HL_ACTION_SET_TABLE, "{'table_id':'15','blocked':true,'blocked_reason':'leak'}" },
    { HL_ACTION_SET_SECTION, "{'section_id':'s1','state':'closed'}" },
    { HL_ACTION_CONTACT_ATTEMPT, "{'reservation_id':'r','result':'reached'}" },
    { HL_ACTION_CLAIM_FOLLOW_UP, "{'call_id':'c'}" },
    { HL_ACTION_CLOSE_FOLLOW_UP, "{'call_id':'c','outcome':'answered'}" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (acts); i++) {
    g_autoptr (Desk) desk = collide_open ();
    g_autofree char *before = desk_print (desk->state, TRUE);
    g_autofree char *after = NULL;

    assert_act (desk, "A", acts[i].kind, acts[i].data, APPLIED);
    assert_undo (desk, "A", 0, APPLIED);
    after = desk_print (desk->state, TRUE);
    /* a party that was made stays as a removed one, and a creation's trace is all that differs */
    if (acts[i].kind == HL_ACTION_ARRIVE || i == 1)
      g_assert_cmpstr (hl_enum_nick (HL_TYPE_PARTY_STATUS,
                                     hl_party_get_status (desk_party (desk, i == 1 ? "w1" : "h"))), ==, "removed");
    else
      g_assert_cmpstr (after, ==, before);
    if (acts[i].kind == HL_ACTION_ARRIVE)
      assert_status (desk, "r", "booked");
  }
}

static void
test_k19 (void)
{
  static const char *const at[][2] = { { "'12','14'", "'14'" }, { "'14'", "'12','14'" }, { "'12','14'", "'14','15'" } };

  for (guint i = 0; i < G_N_ELEMENTS (at) * 3; i++) {
    g_autoptr (Desk) desk = collide_open ();
    How how = i % 3;
    guint64 base = desk_head (desk);
    g_autofree char *one = g_strdup_printf ("{'party_id':'ng','table_ids':[%s]}", at[i / 3][0]);
    g_autofree char *two = g_strdup_printf ("{'party_id':'lopez','table_ids':[%s]}", at[i / 3][1]);

    assert_act (desk, "A", HL_ACTION_SEAT, one, APPLIED);
    assert_late (desk, how, "B", base, HL_ACTION_SEAT, two, DISPUTED);
    assert_claims (desk, "table:14", "K1", "A", "B", how);
    g_assert_cmpuint (collide_n_open (desk), ==, 1);
    choose (desk, "A", "table:14", 1, APPLIED);
    g_assert_cmpuint (hl_state_get_table_parties (desk->state, "14")->len, ==, 1);
  }
}

static void
test_k20 (void)
{
  static const struct {
    HlActionKind kind;
    const char *first, *second;
    gboolean asks;
  } pairs[] = {
    { HL_ACTION_ADD_PARTY, "{'party_id':'x1','size':3,'name':'Ruiz'}", "{'party_id':'x2','size':3,'name':'RUIZ'}", TRUE },
    { HL_ACTION_SEAT, "{'party_id':'x1','size':3,'name':'Ruiz'}",
      "{'party_id':'x2','size':3,'name':'Ruiz','table_ids':['14']}", TRUE },
    { HL_ACTION_ADD_PARTY, "{'party_id':'x1','size':3,'name':'Ruiz','phone':'+12025550199'}",
      "{'party_id':'x2','size':2,'name':'R.','phone':'+12025550199'}", TRUE },
    { HL_ACTION_ADD_PARTY, "{'party_id':'x1','size':3,'name':'Ruiz'}", "{'party_id':'x2','size':4,'name':'Ruiz'}", FALSE },
    { HL_ACTION_ADD_PARTY, "{'party_id':'x1','size':3}", "{'party_id':'x2','size':3}", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (pairs) * 3; i++) {
    g_autoptr (Desk) desk = collide_open ();
    How how = i % 3;
    guint64 base = desk_head (desk);
    gboolean asks = pairs[i / 3].asks && how != SEEN;

    assert_act (desk, "A", HL_ACTION_ADD_PARTY, pairs[i / 3].first, APPLIED);
    assert_late (desk, how, "B", base, pairs[i / 3].kind, pairs[i / 3].second, asks ? DISPUTED : APPLIED);
    /* never merged by itself */
    g_assert_cmpstr (hl_enum_nick (HL_TYPE_PARTY_STATUS, hl_party_get_status (desk_party (desk, "x1"))), ==, "waiting");
    g_assert_cmpuint (collide_n_open (desk), ==, asks);
    if (asks)
      assert_claims (desk, "same_party:x2", "K20", "A", "B", how);
  }
}

/* The same people: who sits stays, and keeps what the other entry knew of the booking. */
static void
test_k20_merged (void)
{
  for (guint i = 0; i < 2; i++) {
    g_autoptr (Desk) desk = collide_open ();
    guint64 base = desk_head (desk);

    assert_act (desk, "A", HL_ACTION_ARRIVE, "{'reservation_id':'r','party_id':'x1'}", APPLIED);
    assert_late (desk, OFFLINE, "B", base, HL_ACTION_SEAT,
                 "{'party_id':'x2','size':6,'name':'Haddad','table_ids':['16']}", DISPUTED);
    choose (desk, "A", "same_party:x2", i, APPLIED);
    assert_party (desk, "x2", "seated", "16");
    assert_party (desk, "x1", i == 0 ? "removed" : "arrived", "");
    g_assert_cmpstr (hl_party_get_reservation_id (desk_party (desk, "x2")), ==, i == 0 ? "r" : NULL);
    assert_status (desk, "r", "arrived");
  }
  {
    g_autoptr (Desk) desk = collide_open ();
    guint64 base = desk_head (desk);

    /* one of the two goes: nothing left to ask */
    assert_act (desk, "A", HL_ACTION_ADD_PARTY, "{'party_id':'x1','size':3,'name':'Ruiz'}", APPLIED);
    assert_late (desk, OFFLINE, "B", base, HL_ACTION_ADD_PARTY, "{'party_id':'x2','size':3,'name':'Ruiz'}", DISPUTED);
    assert_act (desk, "A", HL_ACTION_REMOVE_PARTY, "{'party_id':'x1','status':'left'}", APPLIED);
    assert_settled (desk, "same_party:x2", "system");
  }
}

/* Any kind about anything nobody knows: a placeholder, review, or a reason; never a crash. */
static void
test_k21 (void)
{
  g_autoptr (Desk) desk = collide_open ();
  HlTable *table;

  /* a table that the floor plan does not have (any more) gets a placeholder, and is asked for */
  assert_act (desk, "A", HL_ACTION_SEAT, NG_AT ("77"), APPLIED);
  table = hl_state_lookup_table (desk->state, "77");
  g_assert_nonnull (table);
  g_assert_cmpstr (hl_table_get_area_id (table), ==, HL_AREA_UNPLACED);
  assert_act (desk, "A", HL_ACTION_SET_TABLE, "{'table_id':'78','physical':'dirty'}", APPLIED);
  assert_act (desk, "B", HL_ACTION_SEAT, LOPEZ_AT ("77"), DISPUTED);
  choose (desk, "A", "table:77", 0, APPLIED);
  /* a new floor plan without table 77 keeps the party, one with it gives it its place */
  desk_event (desk, HL_ROLE_SYSTEM, "", HL_EVENT_FLOOR_REPLACED,
              "{'hostline_floor':1,'areas':[{'area_id':'main','name':'Main','width':1200,'height':900}],'sections':[],"
              "'tables':[{'table_id':'12','label':'12','area_id':'main','seats_max':4}],'combinations':[],'marks':[]}");
  assert_party (desk, "ng", "seated", "77");
  for (guint kind = HL_ACTION_CREATE_RESERVATION; kind < HL_N_ACTION_KIND; kind++) {
    for (guint seen = 0; seen < 2; seen++) {
      g_autofree char *nobody = g_strdup_printf ("nobody-%u-%u", kind, seen);
      g_autofree char *data = collide_make_data (kind, nobody);
      g_autoptr (HlDecision) decision = NULL;

      desk->role = hl_action_kind_may_perform (kind, HL_ROLE_STAFF) ? HL_ROLE_STAFF : HL_ROLE_AGENT;
      decision = desk_try (desk, "B", kind, data, seen == 0 ? 1 : desk_head (desk), APPLIED);
      if (decision->outcome == HL_OUTCOME_REFUSED)
        g_assert_true (decision->reason == HL_REASON_UNKNOWN_ID || decision->reason == HL_REASON_BUILT_UPON
                       || decision->reason == HL_REASON_TOO_OLD);
    }
  }
}

/* A follower that had a snapshot instead of the events decides and shows the same. */
static void
test_k22 (void)
{
  g_autoptr (Desk) desk = collide_open ();
  guint64 base = desk_head (desk);
  g_autoptr (HlState) whole = desk->state;
  g_autoptr (HlState) loaded = hl_state_new ();
  g_autoptr (JsonNode) saved = NULL;
  g_autoptr (GError) error = NULL;

  assert_act (desk, "A", HL_ACTION_SEAT, NG_AT ("12"), APPLIED);
  assert_act (desk, "A", HL_ACTION_UPDATE_RESERVATION, SIZE ("7"), APPLIED);
  assert_late (desk, OFFLINE, "C", base, HL_ACTION_UPDATE_RESERVATION, SIZE ("9"), DISPUTED);
  saved = hl_state_save (desk->state);
  g_assert_true (hl_state_load (loaded, json_node_get_object (saved), &error));
  g_assert_no_error (error);
  g_assert_cmpuint (hl_state_get_digest (loaded), ==, hl_state_get_digest (desk->state));
  for (guint kind = HL_ACTION_CREATE_RESERVATION; kind < HL_N_ACTION_KIND; kind++) {
    static const char *const ids[] = { "ng", "lopez", "r", "w", "c", "12", "s1", "a6", "field:r:party_size" };

    for (guint i = 0; i < G_N_ELEMENTS (ids) * 2; i++) {
      g_autofree char *data = collide_make_data (kind, ids[i / 2]);
      /* the base never changes, whatever the device holds */
      guint64 seen = i % 2 == 0 ? base : desk_head (desk);
      g_autoptr (HlDecision) one = NULL;
      g_autoptr (HlDecision) two = NULL;

      desk->state = whole;
      one = desk_decide (desk, "B", kind, data, seen, APPLIED);
      desk->state = loaded;
      two = desk_decide (desk, "B", kind, data, seen, APPLIED);
      desk->state = whole;
      assert_same_decision (one, two);
    }
  }
  g_object_ref (whole); /* desk_free () takes one */
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, test) g_test_add_func ("/domain/collisions/" name, test)
  ADD ("k8-a-removal-removes-what-it-saw", test_k8_removal);
  ADD ("k8-tags-in-snapshots", test_k8_snapshot);
  ADD ("k14-agent-first-host-overbooks", test_k14_agent_first);
  ADD ("k14-host-first-agent-refused", test_k14_host_first);
  ADD ("k14-settles-itself", test_k14_settles_itself);
  ADD ("k14-holds", test_k14_holds);
  ADD ("k15-first-accepts", test_k15);
  ADD ("k15-ended-meanwhile", test_k15_ended_meanwhile);
  ADD ("k16-both-call-back", test_k16);
  ADD ("k17-before-the-day-closed", test_k17);
  ADD ("k18-built-upon", test_k18_built_upon);
  ADD ("k18-undo-each", test_k18_undo_each);
  ADD ("k19-any-overlap", test_k19);
  ADD ("k20-entered-twice", test_k20);
  ADD ("k20-merged", test_k20_merged);
  ADD ("k21-unknown-ids", test_k21);
  ADD ("k22-a-snapshot-decides-the-same", test_k22);
#undef ADD
  return g_test_run ();
}
