/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The collisions K0 to K13 of two people at two devices, each in both orders, raced and after a time without a link.
 * K14 to K23 are in test-collisions-later.c. */
#include "model/collide.h"

#include "domain/hl-capacity.h"
#include "domain/hl-rules.h"

/* Of two plans the first stands, the second is a card; seen, it is just not possible. */
static void
test_k0_plans (void)
{
  static const struct {
    HlActionKind first, second;
    const char *stands, *chosen;
  } orders[] = {
    { HL_ACTION_ACCEPT_RESERVATION, HL_ACTION_DECLINE_RESERVATION, "booked", "declined" },
    { HL_ACTION_DECLINE_RESERVATION, HL_ACTION_ACCEPT_RESERVATION, "declined", "booked" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (orders) * 2; i++) {
    g_autoptr (Desk) desk = collide_open ();
    How how = i < 2 ? RACED : OFFLINE;
    guint64 base = desk_head (desk);

    assert_act (desk, "A", orders[i % 2].first, "{'reservation_id':'w'}", APPLIED);
    assert_late (desk, how, "B", base, orders[i % 2].second, "{'reservation_id':'w'}", DISPUTED);
    assert_status (desk, "w", orders[i % 2].stands);
    assert_claims (desk, "field:w:status", "K0", "A", "B", how);
    choose (desk, "A", "field:w:status", 1, APPLIED);
    assert_status (desk, "w", orders[i % 2].chosen);
  }
  {
    g_autoptr (Desk) desk = collide_open ();

    assert_act (desk, "A", HL_ACTION_ACCEPT_RESERVATION, "{'reservation_id':'w'}", APPLIED);
    desk_refused (desk, "B", desk_head (desk), HL_ACTION_DECLINE_RESERVATION, "{'reservation_id':'w'}",
                  HL_REASON_WRONG_STATE);
  }
}

/* What was seen in the room is never thrown away, whoever was first. */
static void
test_k0_observations (void)
{
  for (guint i = 0; i < 2; i++) {
    g_autoptr (Desk) desk = collide_open ();
    How how = i == 0 ? RACED : OFFLINE;
    guint64 base;

    assert_act (desk, "A", HL_ACTION_SEAT, NG_AT ("12"), APPLIED);
    base = desk_head (desk);
    assert_act (desk, "A", HL_ACTION_FINISH_PARTY, NG, APPLIED);
    assert_late (desk, how, "B", base, HL_ACTION_MOVE, NG_AT ("14"), DISPUTED);
    assert_party (desk, "ng", "gone", "");
    assert_claims (desk, "field:ng:status", "K0", "A", "B", how);
    choose (desk, "A", "field:ng:status", 1, APPLIED);
    assert_party (desk, "ng", "seated", "14");
    g_assert_cmpint (hl_party_get_gone_at (desk_party (desk, "ng")), ==, G_MININT64);
  }
  for (guint i = 0; i < 2; i++) {
    g_autoptr (Desk) desk = collide_open ();
    How how = i == 0 ? RACED : OFFLINE;
    guint64 base;

    assert_act (desk, "A", HL_ACTION_SEAT, NG_AT ("12"), APPLIED);
    base = desk_head (desk);
    assert_act (desk, "A", HL_ACTION_MOVE, NG_AT ("14"), APPLIED);
    assert_late (desk, how, "B", base, HL_ACTION_FINISH_PARTY, NG, DISPUTED);
    assert_party (desk, "ng", "seated", "14");
    assert_claims (desk, "party_table:ng:table_ids", "K2", "A", "B", how);
    choose (desk, "A", "party_table:ng:table_ids", 1, APPLIED);
    assert_party (desk, "ng", "gone", "");
    g_assert_cmpint (hl_table_get_physical (hl_state_lookup_table (desk->state, "14")), ==, HL_PHYSICAL_DIRTY);
  }
}

/* Sections too: another field applies, the same one is asked about, and "until" goes with "paused". */
static void
test_k0_section (void)
{
  g_autoptr (Desk) desk = collide_open ();
  guint64 base = desk_head (desk);
  HlSection *section = hl_state_lookup_section (desk->state, "s1");

  assert_act (desk, "A", HL_ACTION_SET_SECTION, "{'section_id':'s1','state':'closing'}", APPLIED);
  assert_late (desk, OFFLINE, "B", base, HL_ACTION_SET_SECTION, "{'section_id':'s1','servers':['Luis']}", APPLIED);
  assert_late (desk, OFFLINE, "B", base, HL_ACTION_SET_SECTION,
               "{'section_id':'s1','state':'paused','paused_until':'2026-11-27T20:30:00Z'}", DISPUTED);
  g_assert_cmpint (hl_section_get_state (section), ==, HL_SECTION_STATE_CLOSING);
  g_assert_cmpint (hl_section_get_paused_until (section), ==, G_MININT64);
  assert_claims (desk, "field:s1:state", "K7", "A", "B", OFFLINE);
  choose (desk, "A", "field:s1:state", 1, APPLIED);
  g_assert_cmpint (hl_section_get_state (section), ==, HL_SECTION_STATE_PAUSED);
  g_assert_cmpint (hl_section_get_paused_until (section), !=, G_MININT64);
  /* the same said twice is said once */
  assert_late (desk, OFFLINE, "C", base, HL_ACTION_SET_SECTION, "{'section_id':'s1','state':'paused'}", NO_OP);
}

static void
test_k1 (void)
{
  for (guint i = 0; i < 6; i++) {
    g_autoptr (Desk) desk = collide_open ();
    How how = i % 3;
    guint64 base = desk_head (desk);
    int choice = i / 3;

    assert_act (desk, "A", HL_ACTION_SEAT, NG_AT ("12"), APPLIED);
    assert_late (desk, how, "B", base, HL_ACTION_SEAT, LOPEZ_AT ("12"), DISPUTED);
    assert_party (desk, "ng", "seated", "12");
    assert_party (desk, "lopez", "seated", "12");
    assert_claims (desk, "table:12", "K1", "A", "B", how);
    choose (desk, "C", "table:12", choice, APPLIED);
    assert_party (desk, "ng", choice == 0 ? "seated" : "arrived", choice == 0 ? "12" : "");
    assert_party (desk, "lopez", choice == 1 ? "seated" : "arrived", choice == 1 ? "12" : "");
    /* the second who settles is told by whom, when and how */
    {
      g_autofree char *data = g_strdup_printf ("{'dispute_id':'table:12','choice':%d}", 1 - choice);
      g_autoptr (HlDecision) second
        = desk_try (desk, "D", HL_ACTION_SETTLE_DISPUTE, data, base, HL_OUTCOME_APPLIED);

      g_assert_cmpint (second->outcome, ==, NO_OP);
      g_assert_cmpstr (hl_member_get_string (second->detail, "by", NULL), ==, "C");
      g_assert_cmpint (hl_member_get_int (second->detail, "choice", -1), ==, choice);
      g_assert_true (json_object_has_member (second->detail, "at"));
    }
  }
}

/* When one of the two is moved, stands up, goes or is taken out, there is nothing left to ask. */
static void
test_k1_settles_itself (void)
{
  static const struct {
    HlActionKind kind;
    const char *data;
  } ends[] = {
    { HL_ACTION_MOVE, LOPEZ_AT ("14") },
    { HL_ACTION_UNSEAT, "{'party_id':'lopez'}" },
    { HL_ACTION_FINISH_PARTY, "{'party_id':'lopez'}" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (ends); i++) {
    g_autoptr (Desk) desk = collide_open ();

    assert_act (desk, "A", HL_ACTION_SEAT, NG_AT ("12"), APPLIED);
    assert_act (desk, "B", HL_ACTION_SEAT, LOPEZ_AT ("12"), DISPUTED);
    assert_act (desk, "B", ends[i].kind, ends[i].data, APPLIED);
    assert_settled (desk, "table:12", "system");
    assert_party (desk, "ng", "seated", "12");
  }
}

static void
test_k2 (void)
{
  for (guint i = 0; i < 4; i++) {
    g_autoptr (Desk) desk = collide_open ();
    How how = i % 2 == 0 ? RACED : OFFLINE;
    guint64 base = desk_head (desk);
    gboolean first_at_12 = i < 2;

    assert_act (desk, "A", HL_ACTION_SEAT, first_at_12 ? NG_AT ("12") : NG_AT ("15"), APPLIED);
    assert_late (desk, how, "B", base, HL_ACTION_SEAT, first_at_12 ? NG_AT ("15") : NG_AT ("12"), DISPUTED);
    assert_party (desk, "ng", "seated", first_at_12 ? "12" : "15");
    assert_claims (desk, "party_table:ng:table_ids", "K2", "A", "B", how);
    choose (desk, "A", "party_table:ng:table_ids", 1, APPLIED);
    assert_party (desk, "ng", "seated", first_at_12 ? "15" : "12");
  }
}

static void
test_k2_seen_is_a_move (void)
{
  g_autoptr (Desk) desk = collide_open ();
  guint64 base = desk_head (desk);

  assert_act (desk, "A", HL_ACTION_SEAT, NG_AT ("12"), APPLIED);
  assert_act (desk, "B", HL_ACTION_SEAT, NG_AT ("15"), APPLIED);
  assert_party (desk, "ng", "seated", "15");
  /* settled by a move that has seen it */
  assert_late (desk, OFFLINE, "C", base, HL_ACTION_SEAT, NG_AT ("16"), DISPUTED);
  assert_act (desk, "A", HL_ACTION_MOVE, NG_AT ("14"), APPLIED);
  assert_settled (desk, "party_table:ng:table_ids", "A");
  /* and by itself when they go */
  assert_late (desk, OFFLINE, "C", base, HL_ACTION_SEAT, NG_AT ("16"), DISPUTED);
  assert_act (desk, "A", HL_ACTION_FINISH_PARTY, NG, APPLIED);
  g_assert_null (desk_dispute (desk, "party_table:ng:table_ids"));
}

static void
test_k3 (void)
{
  for (How how = SEEN; how <= OFFLINE; how++) {
    g_autoptr (Desk) desk = collide_open ();
    guint64 base = desk_head (desk);
    g_autoptr (HlDecision) decision = NULL;

    assert_act (desk, "A", HL_ACTION_SEAT, "{'party_id':'ng','table_ids':['12','14']}", APPLIED);
    decision = late (desk, how, "B", base, HL_ACTION_SEAT, "{'party_id':'ng','table_ids':['14','12','14']}");
    g_assert_cmpint (decision->outcome, ==, NO_OP);
    g_assert_cmpstr (hl_member_get_string (decision->detail, "by", NULL), ==, "A");
    g_assert_true (json_object_has_member (decision->detail, "at"));
  }
}

/* Seated offline, meanwhile cancelled by phone: seated wins, the cancellation is kept. */
static void
test_k4 (void)
{
  for (guint i = 0; i < 4; i++) {
    g_autoptr (Desk) desk = collide_open ();
    How how = i % 2 == 0 ? RACED : OFFLINE;
    guint64 base = desk_head (desk);
    HlReservation *r = desk_reservation (desk, "r");

    assert_act (desk, "A", HL_ACTION_CANCEL_RESERVATION, "{'reservation_id':'r','cancel_reason':'ill'}", APPLIED);
    assert_late (desk, how, "B", base, HL_ACTION_ARRIVE, "{'reservation_id':'r','party_id':'h'}", DISPUTED);
    assert_act (desk, "B", HL_ACTION_SEAT, "{'party_id':'h','table_ids':['16']}", APPLIED);
    assert_status (desk, "r", "arrived");
    g_assert_cmpint (hl_superseded_reservation_get_status (hl_reservation_get_superseded (r)), ==,
                     HL_RESERVATION_STATUS_CANCELLED);
    g_assert_cmpstr (hl_superseded_reservation_get_by (hl_reservation_get_superseded (r)), ==, "A");
    assert_claims (desk, "cancelled_seated:r", "K4", "A", "B", how);
    choose (desk, "A", "cancelled_seated:r", i / 2, APPLIED);
    assert_status (desk, "r", i / 2 == 0 ? "cancelled" : "arrived");
    g_assert_cmpstr (hl_party_get_reservation_id (desk_party (desk, "h")), ==, i / 2 == 0 ? NULL : "r");
    assert_party (desk, "h", "seated", "16");
  }
}

/* The other order: cancelled by somebody who did not know that they are here. */
static void
test_k4_late_cancellation (void)
{
  for (guint i = 0; i < 6; i++) {
    g_autoptr (Desk) desk = collide_open ();
    How how = i % 2 == 0 ? RACED : OFFLINE;
    guint64 base = desk_head (desk);

    assert_act (desk, "A", HL_ACTION_ARRIVE, "{'reservation_id':'r','party_id':'h'}", APPLIED);
    assert_late (desk, how, "B", base, HL_ACTION_CANCEL_RESERVATION, "{'reservation_id':'r'}", DISPUTED);
    assert_status (desk, "r", "arrived");
    assert_claims (desk, "cancelled_seated:r", "K4", "A", "B", how);
    if (i < 4) {
      choose (desk, "A", "cancelled_seated:r", i / 2, APPLIED);
      assert_status (desk, "r", i / 2 == 0 ? "arrived" : "cancelled");
      g_assert_cmpstr (hl_party_get_reservation_id (desk_party (desk, "h")), ==, i / 2 == 0 ? "r" : NULL);
    } else {
      /* whoever cancelled takes it back; or the house says it was a mistake to let them in */
      if (i == 4)
        assert_undo (desk, "B", 0, APPLIED);
      else
        assert_act (desk, "A", HL_ACTION_CORRECT, "{'type':'reservation','id':'r','correct_to':'booked'}", APPLIED);
      g_assert_null (desk_dispute (desk, "cancelled_seated:r"));
    }
  }
  for (guint i = 0; i < 4; i++) {
    g_autoptr (Desk) desk = collide_open ();
    How how = i % 2 == 0 ? RACED : OFFLINE;
    guint64 base;

    /* who takes the arrival back had not seen that they sat meanwhile */
    assert_act (desk, "A", HL_ACTION_ARRIVE, "{'reservation_id':'r','party_id':'h'}", APPLIED);
    base = desk_head (desk);
    assert_act (desk, "A", HL_ACTION_SEAT, "{'party_id':'h','table_ids':['14']}", APPLIED);
    assert_act (desk, "A", HL_ACTION_UNSEAT, "{'party_id':'h'}", APPLIED);
    assert_late (desk, how, "B", base, HL_ACTION_CORRECT, "{'type':'reservation','id':'r','correct_to':'booked'}", DISPUTED);
    assert_status (desk, "r", "arrived");
    g_assert_false (hl_rules_is_over (hl_party_get_status (desk_party (desk, "h"))));
    choose (desk, "A", "field:r:status", i / 2, APPLIED);
    assert_status (desk, "r", i / 2 == 0 ? "arrived" : "booked");
    g_assert_true (hl_rules_is_over (hl_party_get_status (desk_party (desk, "h"))) == (i / 2 == 1));
  }
  {
    g_autoptr (Desk) desk = collide_open ();

    assert_act (desk, "A", HL_ACTION_ARRIVE, "{'reservation_id':'r','party_id':'h'}", APPLIED);
    desk_refused (desk, "B", desk_head (desk), HL_ACTION_CANCEL_RESERVATION, "{'reservation_id':'r'}",
                  HL_REASON_WRONG_STATE);
  }
}

static void
test_k5 (void)
{
  for (guint i = 0; i < 2; i++) {
    g_autoptr (Desk) desk = collide_open ();
    guint64 base = desk_head (desk);

    assert_act (desk, "A", HL_ACTION_MARK_NO_SHOW, "{'reservation_id':'r'}", APPLIED);
    assert_late (desk, i == 0 ? RACED : OFFLINE, "B", base, HL_ACTION_ARRIVE,
                 "{'reservation_id':'r','party_id':'h'}", APPLIED);
    assert_status (desk, "r", "arrived");
    /* a line in the history */
    g_assert_cmpint (
      hl_superseded_reservation_get_status (hl_reservation_get_superseded (desk_reservation (desk, "r"))), ==,
      HL_RESERVATION_STATUS_NO_SHOW);
    g_assert_cmpuint (collide_n_open (desk), ==, 0);
  }
  for (guint i = 0; i < 2; i++) {
    g_autoptr (Desk) desk = collide_open ();
    guint64 base = desk_head (desk);

    assert_act (desk, "A", HL_ACTION_ARRIVE, "{'reservation_id':'r','party_id':'h'}", APPLIED);
    assert_late (desk, i == 0 ? RACED : OFFLINE, "B", base, HL_ACTION_MARK_NO_SHOW, "{'reservation_id':'r'}", NO_OP);
    assert_status (desk, "r", "arrived");
    g_assert_cmpuint (collide_n_open (desk), ==, 0);
    desk_refused (desk, "B", desk_head (desk), HL_ACTION_MARK_NO_SHOW, "{'reservation_id':'r'}",
                  HL_REASON_WRONG_STATE);
  }
}

static void
test_k6 (void)
{
  for (guint i = 0; i < 4; i++) {
    g_autoptr (Desk) desk = collide_open ();
    guint64 base = desk_head (desk);
    static const char *const edits[]
      = { "{'reservation_id':'r','party_size':7}", "{'reservation_id':'r','starts_at':'2026-11-27T20:30:00Z'}" };

    assert_act (desk, "A", HL_ACTION_UPDATE_RESERVATION, edits[i % 2], APPLIED);
    assert_late (desk, i < 2 ? RACED : OFFLINE, "B", base, HL_ACTION_UPDATE_RESERVATION, edits[1 - i % 2], APPLIED);
    g_assert_cmpint (hl_reservation_get_party_size (desk_reservation (desk, "r")), ==, 7);
    g_assert_cmpint (hl_reservation_get_starts_at (desk_reservation (desk, "r")), ==, DESK_START + 90 * 60000);
    g_assert_cmpuint (collide_n_open (desk), ==, 0);
  }
}

/* "They confirmed" against a cancellation: in dispute; the name in the same edit is not. */
static void
test_k6_beside_a_disputed_status (void)
{
  g_autoptr (Desk) desk = collide_open ();
  guint64 base = desk_head (desk);

  assert_act (desk, "A", HL_ACTION_CANCEL_RESERVATION, "{'reservation_id':'r'}", APPLIED);
  assert_late (desk, OFFLINE, "B", base, HL_ACTION_UPDATE_RESERVATION,
               "{'reservation_id':'r','status':'confirmed','name':'Haddad-Roy'}", DISPUTED);
  assert_status (desk, "r", "cancelled");
  g_assert_cmpstr (hl_reservation_get_name (desk_reservation (desk, "r")), ==, "Haddad-Roy");
  choose (desk, "A", "field:r:status", 1, APPLIED);
  assert_status (desk, "r", "confirmed");
}

static void
test_k7 (void)
{
  static const struct {
    const char *field, *one, *two;
  } fields[] = {
    { "party_size", "7", "9" },
    { "party_size", "9", "7" },
    { "name", "'Haddad-Roy'", "'Hadad'" },
    { "starts_at", "'2026-11-27T20:30:00.000Z'", "'2026-11-27T21:00:00.000Z'" },
    { "allergies", "'nuts'", "'sesame'" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (fields) * 2; i++) {
    g_autoptr (Desk) desk = collide_open ();
    How how = i % 2 == 0 ? RACED : OFFLINE;
    guint64 base = desk_head (desk);
    const char *field = fields[i / 2].field;
    g_autofree char *one = g_strdup_printf ("{'reservation_id':'r','%s':%s}", field, fields[i / 2].one);
    g_autofree char *two = g_strdup_printf ("{'reservation_id':'r','%s':%s}", field, fields[i / 2].two);
    g_autofree char *id = g_strdup_printf ("field:r:%s", field);

    assert_act (desk, "A", HL_ACTION_UPDATE_RESERVATION, one, APPLIED);
    assert_late (desk, how, "B", base, HL_ACTION_UPDATE_RESERVATION, two, DISPUTED);
    assert_value (desk, "r", field, fields[i / 2].one);
    assert_claims (desk, id, "K7", "A", "B", how);
    /* the larger size counts until somebody has asked */
    if (g_str_equal (field, "party_size"))
      g_assert_cmpint (hl_capacity_get_size (desk->state, desk_reservation (desk, "r")), ==, 9);
    choose (desk, "C", id, 1, APPLIED);
    assert_value (desk, "r", field, fields[i / 2].two);
  }
}

static void
test_k7_settled_by_an_edit (void)
{
  g_autoptr (Desk) desk = collide_open ();
  guint64 base = desk_head (desk);

  assert_act (desk, "A", HL_ACTION_UPDATE_RESERVATION, SIZE ("7"), APPLIED);
  assert_late (desk, OFFLINE, "B", base, HL_ACTION_UPDATE_RESERVATION, SIZE ("9"), DISPUTED);
  /* B says something else since: its earlier word is replaced; C did not know either: a third */
  assert_late (desk, OFFLINE, "B", base, HL_ACTION_UPDATE_RESERVATION, SIZE ("8"), DISPUTED);
  assert_late (desk, OFFLINE, "C", base, HL_ACTION_UPDATE_RESERVATION, SIZE ("5"), DISPUTED);
  g_assert_cmpuint (hl_dispute_get_claims (desk_dispute (desk, "field:r:party_size"))->len, ==, 3);
  /* what stands, said again by somebody unseen, is no dispute */
  assert_late (desk, OFFLINE, "D", base, HL_ACTION_UPDATE_RESERVATION, SIZE ("7"), NO_OP);
  /* settling without having seen C's word is another question */
  desk_refused (desk, "D", desk_head (desk) - 1, HL_ACTION_SETTLE_DISPUTE,
                "{'dispute_id':'field:r:party_size','choice':0}", HL_REASON_WRONG_STATE);
  assert_act (desk, "D", HL_ACTION_UPDATE_RESERVATION, SIZE ("6"), APPLIED);
  assert_settled (desk, "field:r:party_size", "D");
  assert_value (desk, "r", "party_size", "6");
}

/* Undoing the first lets the second pass: only the first had held it back. */
static void
test_k7_undone (void)
{
  for (guint i = 0; i < 2; i++) {
    g_autoptr (Desk) desk = collide_open ();
    guint64 base = desk_head (desk);

    assert_act (desk, "A", HL_ACTION_UPDATE_RESERVATION, SIZE ("7"), APPLIED);
    assert_late (desk, OFFLINE, "B", base, HL_ACTION_UPDATE_RESERVATION, SIZE ("9"), DISPUTED);
    assert_undo (desk, i == 0 ? "A" : "B", i == 0 ? 1 : 0, APPLIED);
    assert_value (desk, "r", "party_size", i == 0 ? "9" : "7");
    g_assert_null (desk_dispute (desk, "field:r:party_size"));
  }
  {
    g_autoptr (Desk) desk = collide_open ();
    guint64 base = desk_head (desk);

    /* of three, two are left to choose from */
    assert_act (desk, "A", HL_ACTION_UPDATE_RESERVATION, SIZE ("7"), APPLIED);
    assert_late (desk, OFFLINE, "B", base, HL_ACTION_UPDATE_RESERVATION, SIZE ("9"), DISPUTED);
    assert_late (desk, OFFLINE, "C", base, HL_ACTION_UPDATE_RESERVATION, SIZE ("5"), DISPUTED);
    assert_undo (desk, "A", 2, APPLIED);
    assert_value (desk, "r", "party_size", "6");
    g_assert_cmpuint (hl_dispute_get_claims (desk_dispute (desk, "field:r:party_size"))->len, ==, 2);
    choose (desk, "A", "field:r:party_size", 1, APPLIED);
    assert_value (desk, "r", "party_size", "5");
    /* and what was settled is asked again when that is undone */
    assert_undo (desk, "A", 0, APPLIED);
    assert_value (desk, "r", "party_size", "6");
    g_assert_cmpuint (hl_dispute_get_claims (desk_dispute (desk, "field:r:party_size"))->len, ==, 2);
  }
}

/* A slot of a call, its outcome: the same. */
static void
test_k7_calls (void)
{
  g_autoptr (Desk) desk = collide_open ();
  HlCall *call = hl_state_lookup_call (desk->state, "c");
  guint64 base = desk_head (desk);
  HlSlot *slot;

  assert_act (desk, "A", HL_ACTION_CORRECT_SLOT, "{'call_id':'c','slot_kind':'name','value':'Nguyen'}", APPLIED);
  assert_late (desk, OFFLINE, "B", base, HL_ACTION_CORRECT_SLOT, "{'call_id':'c','slot_kind':'name','value':'Ngo'}",
               DISPUTED);
  assert_late (desk, OFFLINE, "B", base, HL_ACTION_CORRECT_SLOT, "{'call_id':'c','slot_kind':'time','value':'19:30'}",
               APPLIED);
  assert_claims (desk, "field:c:slots.name", "K7", "A", "B", OFFLINE);
  choose (desk, "C", "field:c:slots.name", 1, APPLIED);
  g_assert_cmpuint (hl_call_get_slots (call)->len, ==, 2);
  for (guint i = 0; i < 2; i++) {
    slot = g_ptr_array_index (hl_call_get_slots (call), i);
    if (hl_slot_get_kind (slot) == HL_SLOT_KIND_NAME)
      g_assert_cmpstr (hl_slot_get_value (slot), ==, "Ngo");
  }
  base = desk_head (desk);
  assert_act (desk, "A", HL_ACTION_CLOSE_FOLLOW_UP, "{'call_id':'c','outcome':'booked'}", APPLIED);
  assert_late (desk, RACED, "B", base, HL_ACTION_CLOSE_FOLLOW_UP, "{'call_id':'c','outcome':'answered'}", DISPUTED);
  g_assert_cmpint (hl_call_get_outcome (call), ==, HL_CALL_OUTCOME_BOOKED);
  choose (desk, "A", "field:c:outcome", 1, APPLIED);
  g_assert_cmpint (hl_call_get_outcome (call), ==, HL_CALL_OUTCOME_ANSWERED);
  /* the same word twice is one */
  assert_late (desk, RACED, "B", base, HL_ACTION_CLOSE_FOLLOW_UP, "{'call_id':'c','outcome':'answered'}", NO_OP);
}

/* B saw that it was cancelled; that A has revived it since is unseen. What B's screen said was so already is another thing now. */
static void
test_k0_revived (void)
{
  static const struct {
    HlActionKind kind;
    const char *data;
    const char *back; /* the status that A gave it */
  } cases[] = {
    { HL_ACTION_MARK_NO_SHOW, "{'reservation_id':'r'}", "booked" },
    { HL_ACTION_CANCEL_RESERVATION, "{'reservation_id':'r','cancel_reason':'ill'}", "booked" },
    { HL_ACTION_DECLINE_RESERVATION, "{'reservation_id':'r'}", "requested" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (Desk) desk = collide_open ();
    g_autoptr (HlDecision) decision = NULL;
    g_autofree char *back = g_strdup_printf ("{'reservation_id':'r','status':'%s'}", cases[i].back);
    guint64 seen;

    assert_act (desk, "C", HL_ACTION_CANCEL_RESERVATION, "{'reservation_id':'r','cancel_reason':'ill'}", APPLIED);
    seen = desk_head (desk);
    desk_event (desk, HL_ROLE_MANAGER, "A", HL_EVENT_RESERVATION_UPDATED, back);
    decision = desk_try (desk, "B", cases[i].kind, cases[i].data, seen, HL_OUTCOME_NO_OP);
    g_assert_cmpint (decision->outcome, ==, HL_OUTCOME_DISPUTED);
    g_assert_cmpstr (hl_enum_nick (HL_TYPE_RESERVATION_STATUS, hl_reservation_get_status (desk_reservation (desk, "r"))), ==,
                     cases[i].back);
    g_assert_nonnull (desk_dispute (desk, "field:r:status"));
  }
}

/* Taken away and put back by A, unseen by B: what B takes away is the one that B saw, not the new one. */
static void
test_k8_comes_back (void)
{
  for (guint i = 0; i < 2; i++) {
    g_autoptr (Desk) desk = collide_open ();
    HlReservation *r = desk_reservation (desk, "r");
    How how = i == 0 ? RACED : OFFLINE;
    guint64 base;

    assert_act (desk, "C", HL_ACTION_UPDATE_RESERVATION, "{'reservation_id':'r','tags_add':['vip','cake']}", APPLIED);
    base = desk_head (desk);
    assert_act (desk, "A", HL_ACTION_UPDATE_RESERVATION, "{'reservation_id':'r','tags_remove':['vip']}", APPLIED);
    assert_act (desk, "A", HL_ACTION_UPDATE_RESERVATION, "{'reservation_id':'r','tags_add':['vip']}", APPLIED);
    assert_late (desk, how, "B", base, HL_ACTION_UPDATE_RESERVATION,
                 "{'reservation_id':'r','tags_remove':['vip','cake']}", APPLIED);
    assert_tags (r, "vip");
    /* A has seen it all and may take it away */
    assert_act (desk, "A", HL_ACTION_UPDATE_RESERVATION, "{'reservation_id':'r','tags_remove':['vip']}", APPLIED);
    assert_tags (r, "");
    g_assert_cmpuint (collide_n_open (desk), ==, 0);
  }
}

static void
test_k8 (void)
{
  static const char *const edits[]
    = { "{'reservation_id':'r','notes_add':['by the window'],'tags_add':['vip'],'tags_remove':['new']}",
        "{'reservation_id':'r','notes_add':['cake'],'tags_add':['birthday','vip']}" };

  for (guint i = 0; i < 4; i++) {
    g_autoptr (Desk) desk = collide_open ();
    HlReservation *r = desk_reservation (desk, "r");
    guint64 base;

    assert_act (desk, "C", HL_ACTION_UPDATE_RESERVATION, "{'reservation_id':'r','tags_add':['new','regular']}", APPLIED);
    base = desk_head (desk);
    assert_act (desk, "A", HL_ACTION_UPDATE_RESERVATION, edits[i % 2], APPLIED);
    assert_late (desk, i < 2 ? RACED : OFFLINE, "B", base, HL_ACTION_UPDATE_RESERVATION, edits[1 - i % 2], APPLIED);
    g_assert_cmpuint (hl_reservation_get_notes (r)->len, ==, 2);
    g_assert_cmpstr (hl_note_get_by (g_ptr_array_index (hl_reservation_get_notes (r), 0)), ==, "A");
    g_assert_cmpstr (hl_note_get_by (g_ptr_array_index (hl_reservation_get_notes (r), 1)), ==, "B");
    assert_tags (r, "birthday regular vip");
    /* a whole list from the booking site takes nothing of that away */
    desk_fact (desk, "tock", HL_EVENT_RESERVATION_UPDATED,
               "{'reservation_id':'r','tags':['web'],'notes':[{'id':'1','text':'from the site','by':'tock',"
               "'at':'2026-11-27T19:00:00Z'}]}");
    assert_tags (r, "birthday regular vip web");
    g_assert_cmpuint (hl_reservation_get_notes (r)->len, ==, 3);
    g_assert_cmpuint (collide_n_open (desk), ==, 0);
    /* an add_note is one more, said twice it is twice */
    assert_act (desk, "A", HL_ACTION_ADD_NOTE, "{'type':'reservation','id':'r','note':'cake'}", APPLIED);
    g_assert_cmpuint (hl_reservation_get_notes (r)->len, ==, 4);
  }
}

static void
test_k9 (void)
{
  for (guint i = 0; i < 2; i++) {
    g_autoptr (Desk) desk = collide_open ();
    How how = i == 0 ? RACED : OFFLINE;
    HlTable *table = hl_state_lookup_table (desk->state, "12");
    guint64 base;

    assert_act (desk, "A", HL_ACTION_SET_TABLE, "{'table_id':'12','physical':'dirty'}", APPLIED);
    base = desk_head (desk);
    /* cleaned, then dirty again: the second cleaner did not see that */
    assert_act (desk, "B", HL_ACTION_SET_TABLE, "{'table_id':'12','physical':'clean'}", APPLIED);
    assert_act (desk, "A", HL_ACTION_SET_TABLE, "{'table_id':'12','physical':'dirty'}", APPLIED);
    assert_late (desk, how, "C", base, HL_ACTION_SET_TABLE, "{'table_id':'12','physical':'clean'}", NO_OP);
    g_assert_cmpint (hl_table_get_physical (table), ==, HL_PHYSICAL_DIRTY);
    /* the other order: dirty wins, and cleaned after it was seen is clean */
    assert_act (desk, "B", HL_ACTION_SET_TABLE, "{'table_id':'12','physical':'clean'}", APPLIED);
    assert_late (desk, how, "A", base, HL_ACTION_SET_TABLE, "{'table_id':'12','physical':'dirty'}", APPLIED);
    g_assert_cmpint (hl_table_get_physical (table), ==, HL_PHYSICAL_DIRTY);
    assert_act (desk, "B", HL_ACTION_SET_TABLE, "{'table_id':'12','physical':'clean'}", APPLIED);
    g_assert_cmpint (hl_table_get_physical (table), ==, HL_PHYSICAL_CLEAN);
    g_assert_cmpuint (collide_n_open (desk), ==, 0);
  }
}

static void
test_k10 (void)
{
  for (guint i = 0; i < 4; i++) {
    g_autoptr (Desk) desk = collide_open ();
    How how = i % 2 == 0 ? RACED : OFFLINE;
    HlTable *table = hl_state_lookup_table (desk->state, "12");
    guint64 base = desk_head (desk);

    /* blocked first */
    assert_act (desk, "A", HL_ACTION_SET_TABLE, "{'table_id':'12','blocked':true,'blocked_reason':'leak'}", APPLIED);
    assert_late (desk, how, "B", base, HL_ACTION_SEAT, NG_AT ("12"), DISPUTED);
    assert_party (desk, "ng", "seated", "12");
    assert_claims (desk, "blocked_table:12", "K10", "A", "B", how);
    choose (desk, "A", "blocked_table:12", i / 2, APPLIED);
    g_assert_cmpint (hl_table_get_blocked (table), ==, i / 2 == 0);
    assert_party (desk, "ng", "seated", "12");
  }
  for (guint i = 0; i < 4; i++) {
    g_autoptr (Desk) desk = collide_open ();
    How how = i % 2 == 0 ? RACED : OFFLINE;
    HlTable *table = hl_state_lookup_table (desk->state, "12");
    guint64 base = desk_head (desk);

    /* seated first: the block becomes a warning */
    assert_act (desk, "A", HL_ACTION_SEAT, NG_AT ("12"), APPLIED);
    assert_late (desk, how, "B", base, HL_ACTION_SET_TABLE,
                 "{'table_id':'12','blocked':true,'blocked_reason':'leak'}", DISPUTED);
    g_assert_false (hl_table_get_blocked (table));
    assert_claims (desk, "blocked_table:12", "K10", "A", "B", how);
    if (i / 2 == 0) {
      choose (desk, "A", "blocked_table:12", 1, APPLIED);
      g_assert_true (hl_table_get_blocked (table));
      g_assert_cmpstr (hl_table_get_blocked_reason (table), ==, "leak");
    } else {
      assert_act (desk, "A", HL_ACTION_FINISH_PARTY, NG, APPLIED);
      assert_settled (desk, "blocked_table:12", "system");
    }
  }
  {
    g_autoptr (Desk) desk = collide_open ();
    guint64 base = desk_head (desk);

    /* seen, it needs a manager; a manager may */
    assert_act (desk, "A", HL_ACTION_SET_TABLE, "{'table_id':'12','blocked':true}", APPLIED);
    desk_refused (desk, "B", desk_head (desk), HL_ACTION_SEAT, NG_AT ("12"), HL_REASON_TABLE_BLOCKED);
    desk_refused (desk, "A", desk_head (desk), HL_ACTION_MOVE, NG_AT ("12"), HL_REASON_WRONG_STATE);
    desk->role = HL_ROLE_MANAGER;
    assert_act (desk, "M", HL_ACTION_SEAT, NG_AT ("12"), APPLIED);
    desk->role = HL_ROLE_STAFF;
    g_assert_cmpuint (collide_n_open (desk), ==, 0);
    /* opened again by somebody who did not know that they sit there: nothing left to warn of */
    assert_late (desk, OFFLINE, "B", base, HL_ACTION_SEAT, LOPEZ_AT ("12"), DISPUTED);
    g_assert_nonnull (desk_dispute (desk, "blocked_table:12"));
    assert_late (desk, OFFLINE, "C", base + 1, HL_ACTION_SET_TABLE, "{'table_id':'12','blocked':false}", APPLIED);
    g_assert_null (desk_dispute (desk, "blocked_table:12"));
  }
  {
    g_autoptr (Desk) desk = collide_open ();
    HlTable *table = hl_state_lookup_table (desk->state, "12");
    guint64 base = desk_head (desk);

    /* two blocks: blocked is blocked; until when is said by who has seen it */
    assert_act (desk, "A", HL_ACTION_SET_TABLE,
                "{'table_id':'12','blocked':true,'blocked_until':'2026-11-27T21:00:00Z'}", APPLIED);
    assert_late (desk, OFFLINE, "B", base, HL_ACTION_SET_TABLE, "{'table_id':'12','blocked':true}", NO_OP);
    assert_act (desk, "B", HL_ACTION_SET_TABLE,
                "{'table_id':'12','blocked':true,'blocked_until':'2026-11-27T22:00:00Z'}", APPLIED);
    g_assert_cmpint (hl_table_get_blocked_until (table), ==, DESK_START + 180 * 60000);
    /* after that time nobody has to ask */
    desk->now = DESK_START + 181 * 60000;
    assert_act (desk, "C", HL_ACTION_SEAT, NG_AT ("12"), APPLIED);
  }
}

static void
test_k11 (void)
{
  static const char *const orders[][2] = { { "entree", "ordered" }, { "ordered", "entree" }, { "paid", "dessert" },
                                           { "dessert", "paid" } };

  for (guint i = 0; i < G_N_ELEMENTS (orders) * 2; i++) {
    g_autoptr (Desk) desk = collide_open ();
    guint64 base;
    g_autofree char *one = g_strdup_printf ("{'party_id':'ng','stage':'%s'}", orders[i / 2][0]);
    g_autofree char *two = g_strdup_printf ("{'party_id':'ng','stage':'%s'}", orders[i / 2][1]);

    assert_act (desk, "A", HL_ACTION_SEAT, NG_AT ("12"), APPLIED);
    base = desk_head (desk);
    assert_act (desk, "A", HL_ACTION_SET_STAGE, one, APPLIED);
    assert_late (desk, i % 2 == 0 ? RACED : OFFLINE, "B", base, HL_ACTION_SET_STAGE, two,
                 (i / 2) % 2 == 0 ? NO_OP : APPLIED);
    g_assert_cmpstr (hl_enum_nick (HL_TYPE_PARTY_STAGE, hl_party_get_stage (desk_party (desk, "ng"))), ==,
                     orders[i / 2][(i / 2) % 2]);
    g_assert_cmpuint (collide_n_open (desk), ==, 0);
  }
  {
    g_autoptr (Desk) desk = collide_open ();
    guint64 base;

    /* back only by a correction, and one that did not know of the last step is asked about */
    assert_act (desk, "A", HL_ACTION_SEAT, NG_AT ("12"), APPLIED);
    assert_act (desk, "A", HL_ACTION_SET_STAGE, "{'party_id':'ng','stage':'entree'}", APPLIED);
    base = desk_head (desk);
    assert_act (desk, "A", HL_ACTION_SET_STAGE, "{'party_id':'ng','stage':'paid'}", APPLIED);
    assert_late (desk, OFFLINE, "B", base, HL_ACTION_SET_STAGE, "{'party_id':'ng','stage':'ordered','correct':true}",
                 DISPUTED);
    assert_claims (desk, "field:ng:stage", "K11", "A", "B", OFFLINE);
    choose (desk, "A", "field:ng:stage", 1, APPLIED);
    g_assert_cmpint (hl_party_get_stage (desk_party (desk, "ng")), ==, HL_PARTY_STAGE_ORDERED);
  }
}

static void
test_k12 (void)
{
  for (How how = RACED; how <= OFFLINE; how++) {
    g_autoptr (Desk) desk = collide_open ();
    g_autoptr (HlDecision) second = NULL;
    guint64 base = desk_head (desk);

    assert_act (desk, "A", HL_ACTION_NOTIFY_PARTY, "{'party_id':'lopez'}", APPLIED);
    second = late (desk, how, "B", base, HL_ACTION_NOTIFY_PARTY, "{'party_id':'lopez'}");
    g_assert_cmpint (second->outcome, ==, NO_OP);
    g_assert_cmpstr (hl_member_get_string (second->detail, "by", NULL), ==, "A");
    g_assert_true (json_object_has_member (second->detail, "at"));
    g_assert_cmpint (hl_party_get_notify_round (desk_party (desk, "lopez")), ==, 1);
    assert_act (desk, "B", HL_ACTION_NOTIFY_PARTY, "{'party_id':'lopez'}", NO_OP);
    /* a message that did not arrive is sent again; they wait again: another round */
    desk_event (desk, HL_ROLE_SYSTEM, "", HL_EVENT_PARTY_UPDATED, "{'party_id':'lopez','notify':'failed'}");
    assert_act (desk, "B", HL_ACTION_NOTIFY_PARTY, "{'party_id':'lopez'}", APPLIED);
    assert_act (desk, "B", HL_ACTION_RECALL_PARTY, "{'party_id':'lopez'}", APPLIED);
    assert_act (desk, "A", HL_ACTION_NOTIFY_PARTY, "{'party_id':'lopez'}", APPLIED);
    g_assert_cmpint (hl_party_get_notify_round (desk_party (desk, "lopez")), ==, 3);
  }
}

static void
test_k13 (void)
{
  static const char *const ways[] = { "left", "removed" };

  for (guint i = 0; i < 4; i++) {
    g_autoptr (Desk) desk = collide_open ();
    How how = i % 2 == 0 ? RACED : OFFLINE;
    g_autofree char *away = g_strdup_printf ("{'party_id':'ng','status':'%s'}", ways[i / 2]);
    guint64 base = desk_head (desk);

    assert_act (desk, "A", HL_ACTION_REMOVE_PARTY, away, APPLIED);
    assert_late (desk, how, "B", base, HL_ACTION_SEAT, NG_AT ("12"), APPLIED);
    assert_party (desk, "ng", "seated", "12");
    g_assert_cmpstr (hl_superseded_party_get_by (hl_party_get_superseded (desk_party (desk, "ng"))), ==, "A");
    g_assert_cmpuint (collide_n_open (desk), ==, 0);
  }
  for (guint i = 0; i < 4; i++) {
    g_autoptr (Desk) desk = collide_open ();
    How how = i % 2 == 0 ? RACED : OFFLINE;
    g_autofree char *away = g_strdup_printf ("{'party_id':'ng','status':'%s'}", ways[i / 2]);
    guint64 base = desk_head (desk);

    /* seated first: they sit, and that somebody saw them leave is not thrown away */
    assert_act (desk, "A", HL_ACTION_SEAT, NG_AT ("12"), APPLIED);
    assert_late (desk, how, "B", base, HL_ACTION_REMOVE_PARTY, away, DISPUTED);
    assert_party (desk, "ng", "seated", "12");
    assert_claims (desk, "field:ng:status", "K13", "A", "B", how);
    choose (desk, "A", "field:ng:status", i / 2, APPLIED);
    assert_party (desk, "ng", i / 2 == 0 ? "seated" : ways[i / 2], i / 2 == 0 ? "12" : "");
  }
  {
    g_autoptr (Desk) desk = collide_open ();
    guint64 base;

    /* recalled by two; recalled where they sit already: they are here, so both say */
    assert_act (desk, "A", HL_ACTION_REMOVE_PARTY, "{'party_id':'ng','status':'left'}", APPLIED);
    base = desk_head (desk);
    assert_act (desk, "A", HL_ACTION_RECALL_PARTY, NG, APPLIED);
    assert_late (desk, OFFLINE, "B", base, HL_ACTION_RECALL_PARTY, NG, NO_OP);
    assert_act (desk, "A", HL_ACTION_SEAT, NG_AT ("12"), APPLIED);
    assert_late (desk, OFFLINE, "B", base, HL_ACTION_RECALL_PARTY, NG, NO_OP);
    assert_party (desk, "ng", "seated", "12");
  }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, test) g_test_add_func ("/domain/collisions/" name, test)
  ADD ("k0-plans-first-stands", test_k0_plans);
  ADD ("k0-observations-join", test_k0_observations);
  ADD ("k0-section", test_k0_section);
  ADD ("k1-two-parties-one-table", test_k1);
  ADD ("k1-settles-itself", test_k1_settles_itself);
  ADD ("k2-one-party-two-tables", test_k2);
  ADD ("k2-seen-is-a-move", test_k2_seen_is_a_move);
  ADD ("k3-seated-already", test_k3);
  ADD ("k4-cancelled-and-seated", test_k4);
  ADD ("k4-late-cancellation", test_k4_late_cancellation);
  ADD ("k5-no-show-and-arrived", test_k5);
  ADD ("k6-different-fields", test_k6);
  ADD ("k6-beside-a-disputed-status", test_k6_beside_a_disputed_status);
  ADD ("k7-same-field-first-stands", test_k7);
  ADD ("k7-settled-by-an-edit", test_k7_settled_by_an_edit);
  ADD ("k7-undone", test_k7_undone);
  ADD ("k7-calls", test_k7_calls);
  ADD ("k0-revived", test_k0_revived);
  ADD ("k8-notes-and-tags-join", test_k8);
  ADD ("k8-comes-back", test_k8_comes_back);
  ADD ("k9-dirty-and-clean", test_k9);
  ADD ("k10-blocked-and-seated", test_k10);
  ADD ("k11-highest-stage", test_k11);
  ADD ("k12-one-message-a-round", test_k12);
  ADD ("k13-seated-and-left", test_k13);
#undef ADD
  return g_test_run ();
}
