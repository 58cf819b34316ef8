/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The buttons of a dispute's card: what each choice means, that only those which can be done are listed, and that
 * choosing does what it says. */
#include "model/decide.h"

#include "domain/hl-dispute-choice.h"

static GPtrArray *
list (Desk *desk, const char *id)
{
  HlDispute *dispute = hl_state_lookup_dispute (desk->state, id);

  g_assert_nonnull (dispute);
  return hl_dispute_list_choices (desk->state, dispute, HL_ROLE_STAFF, desk->now);
}

static HlDisputeChoice *
at (GPtrArray *choices, guint i)
{
  g_assert_cmpuint (i, <, choices->len);
  return g_ptr_array_index (choices, i);
}

static void
choose (Desk *desk, const char *id, int choice)
{
  g_autofree char *data = g_strdup_printf ("{'dispute_id':'%s','choice':%d}", id, choice);
  g_autoptr (GPtrArray) left = NULL;

  g_assert_cmpint (desk_act (desk, "A", HL_ACTION_SETTLE_DISPUTE, data), ==, HL_OUTCOME_APPLIED);
  g_assert_null (desk_dispute (desk, id));
  left = list (desk, id);
  g_assert_cmpuint (left->len, ==, 0);
}

static void
test_table (void)
{
  g_autoptr (Desk) desk = open_desk ();
  g_autoptr (GPtrArray) choices = NULL;
  guint64 seen = desk_head (desk);

  desk_act (desk, "A", HL_ACTION_SEAT, "{'party_id':'ng','table_ids':['12']}");
  desk_act_at (desk, "B", seen, HL_ACTION_SEAT, "{'party_id':'lopez','table_ids':['12']}");
  desk_act (desk, "B", HL_ACTION_SEAT, "{'party_id':'w','size':1,'table_ids':['12']}");
  desk_act (desk, "B", HL_ACTION_MOVE, "{'party_id':'lopez','table_ids':['14']}");
  choices = list (desk, "table:12");
  /* Lopez sits elsewhere now */
  g_assert_cmpuint (choices->len, ==, 2);
  g_assert_cmpint (at (choices, 0)->choice, ==, 0);
  g_assert_cmpint (at (choices, 0)->meaning, ==, HL_DISPUTE_MEANING_PARTY_STAYS);
  g_assert_cmpstr (at (choices, 0)->party_id, ==, "ng");
  g_assert_cmpstr (at (choices, 0)->table_ids[0], ==, "12");
  g_assert_false (at (choices, 0)->stands);
  g_assert_cmpstr (hl_claim_get_by (at (choices, 0)->claim), ==, "A");
  g_assert_cmpint (at (choices, 1)->choice, ==, 2);
  g_assert_cmpstr (at (choices, 1)->party_id, ==, "w");
  choose (desk, "table:12", 2);
  g_assert_cmpuint (hl_state_get_table_parties (desk->state, "12")->len, ==, 1);
}

static void
test_party_table (void)
{
  g_autoptr (Desk) desk = open_desk ();
  g_autoptr (GPtrArray) choices = NULL;
  guint64 seen = desk_head (desk);
  g_autofree char *tables = NULL;

  desk_act (desk, "A", HL_ACTION_SEAT, "{'party_id':'ng','table_ids':['12']}");
  desk_act_at (desk, "B", seen, HL_ACTION_SEAT, "{'party_id':'ng','table_ids':['15']}");
  desk_act_at (desk, "C", seen, HL_ACTION_FINISH_PARTY, "{'party_id':'ng'}");
  choices = list (desk, "party_table:ng:table_ids");
  g_assert_cmpuint (choices->len, ==, 3);
  g_assert_cmpint (at (choices, 0)->meaning, ==, HL_DISPUTE_MEANING_PARTY_AT);
  g_assert_true (at (choices, 0)->stands);
  g_assert_cmpstr (at (choices, 1)->table_ids[0], ==, "15");
  g_assert_false (at (choices, 1)->stands);
  g_assert_cmpint (at (choices, 2)->meaning, ==, HL_DISPUTE_MEANING_DO);
  g_assert_cmpint (at (choices, 2)->action, ==, HL_ACTION_FINISH_PARTY);
  choose (desk, "party_table:ng:table_ids", 1);
  tables = desk_tables (desk, "ng");
  g_assert_cmpstr (tables, ==, "15");
}

static void
test_field (void)
{
  g_autoptr (Desk) desk = open_desk ();
  g_autoptr (GPtrArray) choices = NULL;
  guint64 seen = desk_head (desk);

  desk_act (desk, "A", HL_ACTION_UPDATE_RESERVATION, "{'reservation_id':'r','party_size':7}");
  desk_act_at (desk, "B", seen, HL_ACTION_UPDATE_RESERVATION,
               "{'reservation_id':'r','party_size':9}");
  choices = list (desk, "field:r:party_size");
  g_assert_cmpuint (choices->len, ==, 2);
  g_assert_cmpint (at (choices, 0)->meaning, ==, HL_DISPUTE_MEANING_SET_VALUE);
  g_assert_true (at (choices, 0)->stands);
  g_assert_cmpint (json_node_get_int (at (choices, 1)->value), ==, 9);
  g_assert_false (at (choices, 1)->stands);
  choose (desk, "field:r:party_size", 1);
  g_assert_cmpint (hl_reservation_get_party_size (desk_reservation (desk, "r")), ==, 9);
}

static void
test_cancelled_seated (void)
{
  g_autoptr (Desk) desk = open_desk ();
  g_autoptr (GPtrArray) choices = NULL;
  guint64 seen = desk_head (desk);

  desk_act (desk, "A", HL_ACTION_ARRIVE, "{'reservation_id':'r','party_id':'h'}");
  desk_act_at (desk, "B", seen, HL_ACTION_CANCEL_RESERVATION, "{'reservation_id':'r'}");
  choices = list (desk, "cancelled_seated:r");
  g_assert_cmpuint (choices->len, ==, 2);
  g_assert_cmpint (at (choices, 0)->meaning, ==, HL_DISPUTE_MEANING_SAME_GUESTS);
  g_assert_true (at (choices, 0)->stands);
  g_assert_cmpint (at (choices, 1)->meaning, ==, HL_DISPUTE_MEANING_OTHER_GUESTS);
  g_assert_false (at (choices, 1)->stands);
  choose (desk, "cancelled_seated:r", 1);
  g_assert_cmpint (hl_reservation_get_status (desk_reservation (desk, "r")), ==,
                   HL_RESERVATION_STATUS_CANCELLED);
  g_assert_null (hl_party_get_reservation_id (desk_party (desk, "h")));
}

static void
test_blocked_table (void)
{
  g_autoptr (Desk) desk = open_desk ();
  g_autoptr (GPtrArray) choices = NULL;
  guint64 seen = desk_head (desk);

  desk_act (desk, "A", HL_ACTION_SET_TABLE, "{'table_id':'12','blocked':true}");
  desk_act_at (desk, "B", seen, HL_ACTION_SEAT, "{'party_id':'ng','table_ids':['12']}");
  g_assert_true (hl_dispute_is_for_manager (desk_dispute (desk, "blocked_table:12")));
  choices = list (desk, "blocked_table:12");
  g_assert_cmpuint (choices->len, ==, 2);
  g_assert_cmpint (at (choices, 0)->meaning, ==, HL_DISPUTE_MEANING_BLOCK);
  g_assert_true (at (choices, 0)->stands);
  g_assert_cmpint (at (choices, 1)->meaning, ==, HL_DISPUTE_MEANING_UNBLOCK);
  g_assert_cmpstr (at (choices, 1)->party_id, ==, "ng");
  g_assert_cmpstr (at (choices, 1)->table_ids[0], ==, "12");
  choose (desk, "blocked_table:12", 1);
  g_assert_false (hl_table_get_blocked (hl_state_lookup_table (desk->state, "12")));
}

static void
test_overbooked (void)
{
  g_autoptr (Desk) desk = open_desk ();
  g_autoptr (GPtrArray) choices = NULL;
  guint64 seen = desk_head (desk);

  desk_act (desk, "A", HL_ACTION_CREATE_RESERVATION,
            "{'reservation_id':'a','party_size':38,'starts_at':'2026-11-27T20:00:00Z'}");
  desk_act_at (desk, "B", seen, HL_ACTION_CREATE_RESERVATION,
               "{'reservation_id':'b','party_size':8,'starts_at':'2026-11-27T20:00:00Z'}");
  choices = list (desk, "overbooked:b");
  g_assert_cmpuint (choices->len, ==, 1);
  g_assert_cmpint (at (choices, 0)->meaning, ==, HL_DISPUTE_MEANING_KEEP_OVERBOOKED);
  g_assert_true (at (choices, 0)->stands);
  choose (desk, "overbooked:b", 0);
  g_assert_true (hl_reservation_get_overbooked (desk_reservation (desk, "b")));
}

static void
test_same_party (void)
{
  g_autoptr (Desk) desk = open_desk ();
  g_autoptr (GPtrArray) choices = NULL;
  guint64 seen = desk_head (desk);

  desk_act (desk, "A", HL_ACTION_ADD_PARTY, "{'party_id':'x1','size':3,'name':'Ruiz'}");
  desk_act_at (desk, "B", seen, HL_ACTION_ADD_PARTY, "{'party_id':'x2','size':3,'name':'Ruiz'}");
  choices = list (desk, "same_party:x2");
  g_assert_cmpuint (choices->len, ==, 2);
  g_assert_cmpint (at (choices, 0)->meaning, ==, HL_DISPUTE_MEANING_SAME_PARTY);
  g_assert_cmpstr (at (choices, 0)->party_id, ==, "x1");
  g_assert_false (at (choices, 0)->stands);
  g_assert_cmpint (at (choices, 1)->meaning, ==, HL_DISPUTE_MEANING_OWN_PARTY);
  g_assert_cmpstr (at (choices, 1)->party_id, ==, "x2");
  g_assert_true (at (choices, 1)->stands);
  choose (desk, "same_party:x2", 0);
  g_assert_cmpint (hl_party_get_status (desk_party (desk, "x2")), ==, HL_PARTY_STATUS_REMOVED);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/domain/choices/table", test_table);
  g_test_add_func ("/domain/choices/party-table", test_party_table);
  g_test_add_func ("/domain/choices/field", test_field);
  g_test_add_func ("/domain/choices/cancelled-seated", test_cancelled_seated);
  g_test_add_func ("/domain/choices/blocked-table", test_blocked_table);
  g_test_add_func ("/domain/choices/overbooked", test_overbooked);
  g_test_add_func ("/domain/choices/same-party", test_same_party);
  return g_test_run ();
}
