/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A dispute with eight claims: none of them goes for a ninth, and the ninth is not lost. */
#include "model/decide.h"

#include "domain/hl-decision.h"
#include "domain/hl-member.h"

/* "A B C": whose claims they are */
static char *
list_claims (HlDispute *dispute)
{
  GPtrArray *claims = hl_dispute_get_claims (dispute);
  g_autoptr (GString) out = g_string_new (NULL);

  for (guint i = 0; i < claims->len; i++)
    g_string_append_printf (out, "%s%s", i > 0 ? " " : "", hl_claim_get_device (claims->pdata[i]));
  return g_string_free (g_steal_pointer (&out), FALSE);
}

#define assert_claims(desk, id, wanted) \
  do { \
    g_autofree char *_claims = list_claims (desk_dispute (desk, id)); \
    g_assert_cmpstr (_claims, ==, wanted); \
  } while (0)

/* Refused, but only until somebody has looked: the device keeps it for review. */
static void
assert_waits (Desk *desk, const char *device, guint64 seen, HlActionKind kind, const char *data, const char *dispute)
{
  g_autoptr (HlDecision) decision = desk_try (desk, device, kind, data, seen, HL_OUTCOME_APPLIED);

  g_assert_cmpint (decision->outcome, ==, HL_OUTCOME_REFUSED);
  g_assert_cmpint (decision->reason, ==, HL_REASON_TOO_MANY_CLAIMS);
  g_assert_true (hl_decision_is_review (decision));
  g_assert_cmpuint (decision->events->len, ==, 0);
  g_assert_cmpstr (hl_member_get_string (decision->detail, "entity", NULL), ==, "dispute");
  g_assert_cmpstr (hl_member_get_string (decision->detail, "id", NULL), ==, dispute);
}

static void
test_ninth_value (void)
{
  g_autoptr (Desk) desk = open_desk ();
  guint64 seen = desk_head (desk);
  const char *id = "field:r:party_size";

  for (guint i = 0; i < 8; i++) {
    const char device[] = { (char) ('A' + i), '\0' };
    g_autofree char *data = g_strdup_printf ("{'reservation_id':'r','party_size':%u}", i + 7);

    assert_act_at (desk, device, seen, HL_ACTION_UPDATE_RESERVATION, data, i == 0 ? APPLIED : DISPUTED);
  }
  assert_claims (desk, id, "A B C D E F G H");
  /* nothing of it is done, also what nobody disputes */
  assert_waits (desk, "I", seen, HL_ACTION_UPDATE_RESERVATION, "{'reservation_id':'r','party_size':20,'allergies':'nuts'}", id);
  assert_claims (desk, id, "A B C D E F G H");
  g_assert_cmpstr (hl_reservation_get_allergies (desk_reservation (desk, "r")), ==, "");
  /* one of the eight may say something else */
  assert_act_at (desk, "C", seen, HL_ACTION_UPDATE_RESERVATION, "{'reservation_id':'r','party_size':18}", DISPUTED);
  assert_claims (desk, id, "A B D E F G H C");
}

/* What was seen in the room cannot be refused for good: nor does it push out what another saw. */
static void
test_ninth_observation (void)
{
  g_autoptr (Desk) desk = open_desk ();
  guint64 seen;
  const char *id = "field:ng:status";

  assert_act (desk, "A", HL_ACTION_SEAT, "{'party_id':'ng','table_ids':['12']}", APPLIED);
  seen = desk_head (desk);
  assert_act (desk, "A", HL_ACTION_FINISH_PARTY, "{'party_id':'ng'}", APPLIED);
  for (guint i = 1; i < 8; i++) {
    const char device[] = { (char) ('A' + i), '\0' };

    assert_act_at (desk, device, seen, HL_ACTION_MOVE, "{'party_id':'ng','table_ids':['14']}", DISPUTED);
  }
  assert_claims (desk, id, "A B C D E F G H");
  assert_waits (desk, "I", seen, HL_ACTION_MOVE, "{'party_id':'ng','table_ids':['15']}", id);
  assert_claims (desk, id, "A B C D E F G H");
  /* once it is settled there is room again */
  assert_act (desk, "A", HL_ACTION_SETTLE_DISPUTE, "{'dispute_id':'field:ng:status','choice':1}", APPLIED);
  assert_act (desk, "I", HL_ACTION_MOVE, "{'party_id':'ng','table_ids':['15']}", APPLIED);
  assert_tables (desk, "ng", "15");
}

/* Nine parties at one table; one that has left it makes room. */
static void
test_ninth_party (void)
{
  g_autoptr (Desk) desk = open_desk ();
  GPtrArray *claims;

  for (guint i = 0; i < 8; i++) {
    g_autofree char *data = g_strdup_printf ("{'party_id':'w%u','size':2,'table_ids':['12']}", i);

    assert_act (desk, "A", HL_ACTION_SEAT, data, i == 0 ? APPLIED : DISPUTED);
  }
  assert_waits (desk, "A", desk_head (desk), HL_ACTION_SEAT, "{'party_id':'w8','size':2,'table_ids':['12']}", "table:12");
  g_assert_null (hl_state_lookup_party (desk->state, "w8"));
  assert_act (desk, "A", HL_ACTION_MOVE, "{'party_id':'w3','table_ids':['14']}", APPLIED);
  assert_act (desk, "A", HL_ACTION_SEAT, "{'party_id':'w8','size':2,'table_ids':['12']}", DISPUTED);
  claims = hl_dispute_get_claims (desk_dispute (desk, "table:12"));
  g_assert_cmpuint (claims->len, ==, 8);
  g_assert_cmpuint (hl_state_get_table_parties (desk->state, "12")->len, ==, 8);
}

/* A publisher's fact cannot wait for anybody: it joins the eight. */
static void
test_ninth_fact (void)
{
  g_autoptr (Desk) desk = open_desk ();
  guint64 seen = desk_head (desk);
  g_autoptr (HlDecision) decision = NULL;

  for (guint i = 0; i < 8; i++) {
    const char device[] = { (char) ('A' + i), '\0' };
    g_autofree char *data = g_strdup_printf ("{'reservation_id':'r','party_size':%u}", i + 7);

    assert_act_at (desk, device, seen, HL_ACTION_UPDATE_RESERVATION, data, i == 0 ? APPLIED : DISPUTED);
  }
  decision = desk_record (desk, "tock", HL_EVENT_RESERVATION_UPDATED, "{'reservation_id':'r','party_size':30,'version':9}");
  assert_claims (desk, "field:r:party_size", "A B C D E F G H ~tock");
  assert_waits (desk, "I", seen, HL_ACTION_UPDATE_RESERVATION, "{'reservation_id':'r','party_size':20}", "field:r:party_size");
  assert_act (desk, "A", HL_ACTION_SETTLE_DISPUTE, "{'dispute_id':'field:r:party_size','choice':8}", APPLIED);
  g_assert_cmpint (hl_reservation_get_party_size (desk_reservation (desk, "r")), ==, 30);
}

/* An undo lets pass what the undone action held back, and nothing else: here it set the name, and only claimed a status. */
static void
test_undo_of_another_field (void)
{
  g_autoptr (Desk) desk = open_desk ();
  guint64 seen = desk_head (desk);
  g_autofree char *undo = NULL;

  desk_event (desk, HL_ROLE_PUBLISHER, "book", HL_EVENT_RESERVATION_CANCELLED, "{'reservation_id':'r'}");
  assert_act_at (desk, "A", seen, HL_ACTION_ARRIVE, "{'reservation_id':'r','party_id':'p'}", DISPUTED);
  assert_act_at (desk, "A", seen, HL_ACTION_CORRECT, "{'type':'reservation','id':'r','correct_to':'booked'}", DISPUTED);
  assert_act_at (desk, "B", seen, HL_ACTION_UPDATE_RESERVATION, "{'reservation_id':'r','status':'confirmed','name':'Lopez'}", DISPUTED);
  g_assert_cmpint (hl_reservation_get_status (desk_reservation (desk, "r")), ==, HL_RESERVATION_STATUS_ARRIVED);
  undo = g_strdup_printf ("{'action_id':'a%u'}", desk->acts);
  assert_act (desk, "B", HL_ACTION_UNDO, undo, APPLIED);
  g_assert_cmpint (hl_reservation_get_status (desk_reservation (desk, "r")), ==, HL_RESERVATION_STATUS_ARRIVED);
  assert_claims (desk, "field:r:status", "A");
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/claims/ninth-value", test_ninth_value);
  g_test_add_func ("/claims/ninth-observation", test_ninth_observation);
  g_test_add_func ("/claims/ninth-party", test_ninth_party);
  g_test_add_func ("/claims/ninth-fact", test_ninth_fact);
  g_test_add_func ("/claims/undo-of-another-field", test_undo_of_another_field);
  return g_test_run ();
}
