/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The desk through cuts, lost answers, restores, restarts: what it shows, what it sends, what it
 * keeps. */
#include "rig.h"

#define SHOWN(rig, id) hl_table_token_get_shown (hl_desk_find_table ((rig)->desk, id))

static int
get_int (Rig *rig, const char *name)
{
  int value;
  g_object_get (rig->desk, name, &value, NULL);
  return value;
}

static void
test_offline (void)
{
  Rig rig = { 0 };
  HlDeskTotals totals;
  gint64 since;

  rig_init (&rig, FALSE);
  rig_check_equal (&rig);
  g_assert_cmpint (hl_desk_get_pill (rig.desk), ==, HL_PILL_LIVE);
  g_assert_cmpint (get_int (&rig, "waiting"), ==, 2);
  g_assert_cmpint (get_int (&rig, "due"), ==, 12);
  hl_demo_link_set_online (rig.link, FALSE, HL_LINK_CAUSE_NO_ANSWER);
  g_assert_cmpint (hl_desk_get_pill (rig.desk), ==, HL_PILL_OFFLINE);
  g_assert_cmpint (hl_desk_get_cause (rig.desk), ==, HL_LINK_CAUSE_NO_ANSWER);
  g_assert_cmpstr (hl_desk_describe_cause (hl_desk_get_cause (rig.desk)), !=, "");
  g_object_get (rig.desk, "offline-since", &since, NULL);
  g_assert_cmpint (since, >, 0);
  rig_do (&rig, HL_ACTION_SEAT, "{\"party_id\":\"w-1\",\"table_ids\":[\"11\"]}");
  rig_do (&rig, HL_ACTION_SET_STAGE, "{\"party_id\":\"w-1\",\"stage\":\"ordered\"}");
  rig_do (&rig, HL_ACTION_ARRIVE, "{\"reservation_id\":\"r-lopez\",\"party_id\":\"p-lopez\"}");
  /* an action on what another unsent action has made */
  rig_do (&rig, HL_ACTION_SEAT, "{\"party_id\":\"p-lopez\",\"table_ids\":[\"12\"]}");
  g_assert_cmpint (hl_desk_get_unsent (rig.desk), ==, 4);
  g_assert_cmpint (SHOWN (&rig, "11"), ==, HL_TABLE_SHOWN_SEATED);
  g_assert_cmpint (SHOWN (&rig, "12"), ==, HL_TABLE_SHOWN_SEATED);
  g_assert_true (
      hl_row_get_bool (HL_ROW (hl_desk_find_table (rig.desk, "11")), HL_TABLE_TOKEN_UNSENT));
  g_assert_false (
      hl_row_get_bool (HL_ROW (hl_desk_find_table (rig.desk, "1")), HL_TABLE_TOKEN_UNSENT));
  g_assert_cmpint (get_int (&rig, "seated"), ==, 4);
  g_assert_cmpint (get_int (&rig, "waiting"), ==, 1);
  g_assert_cmpint (get_int (&rig, "due"), ==, 10);
  /* the log knows nothing of it */
  g_assert_cmpint (hl_party_get_status (hl_state_lookup_party (rig.desk->base, "w-1")), ==,
                   HL_PARTY_STATUS_WAITING);
  rig_check_totals (&rig);
  hl_demo_link_set_online (rig.link, TRUE, HL_LINK_CAUSE_NONE);
  rig_until (rig_is_sent, rig.desk);
  rig_until (rig_has_caught_up, &rig);
  rig_check_equal (&rig);
  hl_desk_get_totals (rig.desk, &totals);
  g_assert_cmpuint (totals.composed, ==, 4);
  g_assert_cmpuint (totals.applied, ==, 4);
  g_assert_false (
      hl_row_get_bool (HL_ROW (hl_desk_find_table (rig.desk, "11")), HL_TABLE_TOKEN_UNSENT));
  rig_clear (&rig);
}

/* The answer was lost: the same action goes out again under its id and has no second effect. */
static void
test_lost_answer (void)
{
  Rig rig = { 0 };
  guint64 head;

  rig_init (&rig, FALSE);
  hl_demo_link_lose_answers (rig.link, TRUE);
  rig_do (&rig, HL_ACTION_UPDATE_RESERVATION,
          "{\"reservation_id\":\"r-ng\",\"notes_add\":[\"Window\"]}");
  rig_settle (&rig);
  head = hl_demo_link_get_head (rig.link);
  g_assert_cmpint (hl_desk_get_unsent (rig.desk), ==, 1);
  g_assert_cmpint (hl_outbox_item_get_state (g_ptr_array_index (rig.desk->items, 0)), ==,
                   HL_ITEM_SENDING);
  hl_demo_link_set_online (rig.link, FALSE, HL_LINK_CAUSE_RESET);
  hl_demo_link_lose_answers (rig.link, FALSE);
  /* its note stands once on the screen, whether the event or the answer comes first */
  g_assert_cmpuint (
      hl_reservation_get_notes (hl_state_lookup_reservation (rig.desk->screen, "r-ng"))->len, ==,
      1);
  hl_demo_link_set_online (rig.link, TRUE, HL_LINK_CAUSE_NONE);
  rig_until (rig_is_sent, rig.desk);
  g_assert_cmpuint (hl_demo_link_get_head (rig.link), ==, head);
  g_assert_cmpuint (
      hl_reservation_get_notes (hl_state_lookup_reservation (rig.desk->screen, "r-ng"))->len, ==,
      1);
  rig_check_equal (&rig);
  rig_clear (&rig);
}

/* The server comes back from a backup without what it had answered: it is sent again, nothing is
 * lost. */
static void
test_restore (void)
{
  Rig rig = { 0 };
  guint64 backup;

  rig_init (&rig, FALSE);
  backup = hl_demo_link_get_head (rig.link);
  rig_do (&rig, HL_ACTION_SEAT, "{\"party_id\":\"w-1\",\"table_ids\":[\"11\"]}");
  rig_do (&rig, HL_ACTION_SET_STAGE, "{\"party_id\":\"w-1\",\"stage\":\"entree\"}");
  rig_until (rig_is_sent, rig.desk);
  hl_demo_link_set_online (rig.link, FALSE, HL_LINK_CAUSE_RESET);
  hl_demo_link_restore (rig.link, backup);
  hl_demo_link_set_online (rig.link, TRUE, HL_LINK_CAUSE_NONE);
  rig_settle (&rig);
  rig_until (rig_is_sent, rig.desk);
  rig_until (rig_has_caught_up, &rig);
  rig_check_equal (&rig);
  g_assert_cmpint (hl_party_get_status (hl_state_lookup_party (rig.desk->base, "w-1")), ==,
                   HL_PARTY_STATUS_SEATED);
  g_assert_cmpint (hl_party_get_stage (hl_state_lookup_party (rig.desk->base, "w-1")), ==,
                   HL_PARTY_STAGE_ENTREE);
  g_assert_cmpstr (rig.desk->position->epoch, ==, "demo1");
  rig_clear (&rig);
}

/* K1: two hosts seat different parties at one table; both stay, a person has to look. */
static void
test_dispute (void)
{
  Rig rig = { 0 };

  rig_init (&rig, FALSE);
  hl_demo_link_set_online (rig.link, FALSE, HL_LINK_CAUSE_RESET);
  g_assert_cmpstr (hl_demo_link_act (rig.link, "stand-2", "seat",
                                     "{\"party_id\":\"w-2\",\"table_ids\":[\"2\"]}"),
                   ==, "applied");
  rig_do (&rig, HL_ACTION_SEAT, "{\"party_id\":\"w-1\",\"table_ids\":[\"2\"]}");
  g_assert_cmpint (SHOWN (&rig, "2"), ==, HL_TABLE_SHOWN_SEATED);
  hl_demo_link_set_online (rig.link, TRUE, HL_LINK_CAUSE_NONE);
  rig_until (rig_is_sent, rig.desk);
  rig_until (rig_has_caught_up, &rig);
  rig_check_equal (&rig);
  g_assert_cmpint (hl_outbox_item_get_outcome (g_ptr_array_index (rig.desk->items, 0)), ==,
                   HL_OUTCOME_DISPUTED);
  g_assert_cmpint (SHOWN (&rig, "2"), ==, HL_TABLE_SHOWN_DISPUTED);
  g_assert_cmpint (
      hl_row_get_int (HL_ROW (hl_desk_find_table (rig.desk, "2")), HL_TABLE_TOKEN_OTHERS), ==, 1);
  g_assert_cmpint (hl_desk_get_to_check (rig.desk), >=, 1);
  g_assert_cmpint (hl_desk_get_pill (rig.desk), ==, HL_PILL_CONFLICT);
  g_assert_cmpuint (g_list_model_get_n_items (hl_desk_get_disputes (rig.desk)), >=, 1);
  rig_clear (&rig);
}

static void
test_undo (void)
{
  Rig rig = { 0 };
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  g_autofree char *name = NULL;
  g_autofree char *undone = NULL;
  int code = 0;
  HlDeskTotals totals;

  rig_init (&rig, FALSE);
  g_assert_null (rig_undo (&rig, &code));
  g_assert_cmpint (code, ==, HL_DESK_ERROR_NOTHING_TO_UNDO);
  first = rig_perform (&rig, HL_ACTION_SEAT, "{\"party_id\":\"w-1\",\"table_ids\":[\"11\"]}", NULL);
  rig_until (rig_is_sent, rig.desk);
  rig_until (rig_has_caught_up, &rig);
  /* unsent: it is withdrawn, the server never hears of it */
  hl_demo_link_set_online (rig.link, FALSE, HL_LINK_CAUSE_RESET);
  second = rig_perform (&rig, HL_ACTION_SEAT, "{\"party_id\":\"w-2\",\"table_ids\":[\"1\"]}", NULL);
  g_object_get (rig.desk, "undo-name", &name, NULL);
  g_assert_cmpstr (name, ==, "Bauer");
  g_assert_true (get_int (&rig, "undo-unsent"));
  g_assert_cmpint (SHOWN (&rig, "1"), ==, HL_TABLE_SHOWN_SEATED);
  undone = rig_undo (&rig, &code);
  g_assert_cmpstr (undone, ==, second);
  g_assert_cmpint (SHOWN (&rig, "1"), !=, HL_TABLE_SHOWN_SEATED);
  g_assert_cmpint (hl_desk_get_unsent (rig.desk), ==, 0);
  /* the one before has been sent: an undo action, which may wait, too */
  g_free (name);
  g_object_get (rig.desk, "undo-name", &name, NULL);
  g_assert_cmpstr (name, ==, "Castillo");
  g_assert_false (get_int (&rig, "undo-unsent"));
  g_free (undone);
  undone = rig_undo (&rig, &code);
  g_assert_nonnull (undone);
  g_assert_cmpstr (undone, !=, first);
  g_assert_cmpint (SHOWN (&rig, "11"), ==, HL_TABLE_SHOWN_OPEN);
  hl_demo_link_set_online (rig.link, TRUE, HL_LINK_CAUSE_NONE);
  rig_until (rig_is_sent, rig.desk);
  rig_until (rig_has_caught_up, &rig);
  rig_check_equal (&rig);
  hl_desk_get_totals (rig.desk, &totals);
  g_assert_cmpuint (totals.composed, ==, 3);
  g_assert_cmpuint (totals.applied, ==, 2);
  g_assert_cmpuint (totals.withdrawn, ==, 1);
  g_assert_cmpint (hl_party_get_status (hl_state_lookup_party (rig.desk->base, "w-1")), ==,
                   HL_PARTY_STATUS_WAITING);
  rig_clear (&rig);
}

/* Asked for in one turn of the loop: each is decided upon what became of the one before. What
 * builds on a party that is being taken back once stood in the outbox behind it, and the server did
 * not know it. */
static void
test_undo_in_a_hurry (void)
{
  Rig rig = { 0 };
  RigAnswer added = { 0 };
  RigAnswer undone = { .undo = TRUE };
  RigAnswer late = { 0 };
  HlDeskTotals totals;

  rig_init (&rig, FALSE);
  hl_demo_link_set_online (rig.link, FALSE, HL_LINK_CAUSE_RESET);
  rig_do (&rig, HL_ACTION_ADD_PARTY, "{\"party_id\":\"h-1\",\"size\":2}");
  hl_desk_perform_async (rig.desk, HL_ACTION_ADD_PARTY,
                         rig_json ("{\"party_id\":\"h-2\",\"size\":2}"), rig_on_performed, &added);
  hl_desk_undo_async (rig.desk, rig_on_performed, &undone);
  hl_desk_perform_async (rig.desk, HL_ACTION_SEAT,
                         rig_json ("{\"party_id\":\"h-2\",\"table_ids\":[\"1\"]}"),
                         rig_on_performed, &late);
  rig_until (rig_is_answered, &late);
  g_assert_no_error (added.error);
  g_assert_no_error (undone.error);
  g_assert_cmpstr (undone.id, ==, added.id);
  g_assert_error (late.error, HL_DESK_ERROR, HL_DESK_ERROR_REFUSED);
  g_assert_cmpstr (late.error->message, ==, "unknown_id");
  g_assert_null (hl_desk_find_guest (rig.desk, "h-2"));
  g_assert_nonnull (hl_desk_find_guest (rig.desk, "h-1"));
  hl_demo_link_set_online (rig.link, TRUE, HL_LINK_CAUSE_NONE);
  rig_until (rig_is_sent, rig.desk);
  hl_desk_get_totals (rig.desk, &totals);
  g_assert_cmpuint (totals.composed, ==, 2);
  g_assert_cmpuint (totals.withdrawn, ==, 1);
  g_assert_cmpuint (totals.applied, ==, 1);
  g_free (added.id);
  g_free (undone.id);
  g_error_free (late.error);
  rig_clear (&rig);
}

static void
test_refusals (void)
{
  Rig rig = { 0 };
  int code = 0;
  g_autofree char *large = g_strnfill (70000, 'x');
  g_autofree char *data = NULL;
  g_autoptr (HlDecision) decision = NULL;
  g_autoptr (JsonObject) seat = rig_json ("{\"party_id\":\"nobody\",\"table_ids\":[\"1\"]}");

  rig_init (&rig, FALSE);
  g_assert_null (
      rig_perform (&rig, HL_ACTION_SEAT, "{\"party_id\":\"nobody\",\"table_ids\":[\"1\"]}", &code));
  g_assert_cmpint (code, ==, HL_DESK_ERROR_REFUSED);
  decision = hl_desk_predict (rig.desk, HL_ACTION_SEAT, seat);
  g_assert_cmpint (decision->outcome, ==, HL_OUTCOME_REFUSED);
  g_assert_null (rig_perform (&rig, HL_ACTION_SEAT, "{\"party_id\":\"w-1\"}", &code));
  g_assert_cmpint (code, ==, HL_DESK_ERROR_REFUSED); /* malformed */
  hl_demo_link_set_online (rig.link, FALSE, HL_LINK_CAUSE_RESET);
  g_assert_cmpint (hl_desk_why_not (rig.desk, HL_ACTION_TAKE_CALL), ==, HL_REASON_NEEDS_LINK);
  g_assert_cmpint (hl_desk_why_not (rig.desk, HL_ACTION_SEAT), <, 0);
  g_assert_null (rig_perform (&rig, HL_ACTION_TAKE_CALL, "{\"call_id\":\"c\"}", &code));
  g_assert_cmpint (code, ==, HL_DESK_ERROR_NEEDS_LINK);
  /* Too large is said before it is accepted, it would close the connection for ever. */
  data = g_strdup_printf ("{\"reservation_id\":\"r-ng\",\"notes_add\":[\"%s\"]}", large);
  g_assert_null (rig_perform (&rig, HL_ACTION_UPDATE_RESERVATION, data, &code));
  g_assert_cmpuint (rig.desk->items->len, ==, 0);
  rig_check_totals (&rig);
  rig_clear (&rig);
}

/* The program ends with unsent changes: the next start shows them before any network is there, and
 * sends them. */
static void
test_restart (void)
{
  Rig rig = { 0 };
  HlDeskTotals totals;
  g_autofree char *undo = NULL;

  rig_init (&rig, TRUE);
  rig_do (&rig, HL_ACTION_SEAT, "{\"party_id\":\"w-1\",\"table_ids\":[\"11\"]}");
  rig_until (rig_is_sent, rig.desk);
  rig_until (rig_has_caught_up, &rig);
  hl_demo_link_set_online (rig.link, FALSE, HL_LINK_CAUSE_RESET);
  rig_do (&rig, HL_ACTION_SEAT, "{\"party_id\":\"w-2\",\"table_ids\":[\"1\"]}");
  rig_do (&rig, HL_ACTION_SET_STAGE, "{\"party_id\":\"w-2\",\"stage\":\"ordered\"}");
  rig_close (&rig);
  rig_attach (&rig); /* still offline */
  /* the newest change can be taken back as before; it once could not until the next one */
  g_assert_true (get_int (&rig, "can-undo"));
  g_assert_true (get_int (&rig, "undo-unsent"));
  g_object_get (rig.desk, "undo-name", &undo, NULL);
  g_assert_cmpstr (undo, !=, "");
  hl_desk_refresh_now (rig.desk);
  g_assert_true (hl_desk_get_ready (rig.desk));
  g_assert_cmpint (hl_desk_get_unsent (rig.desk), ==, 2);
  g_assert_cmpint (SHOWN (&rig, "11"), ==, HL_TABLE_SHOWN_SEATED);
  g_assert_cmpint (SHOWN (&rig, "1"), ==, HL_TABLE_SHOWN_SEATED);
  g_assert_cmpint (get_int (&rig, "seated"), ==, 6);
  rig_check_totals (&rig);
  hl_demo_link_set_online (rig.link, TRUE, HL_LINK_CAUSE_NONE);
  rig_until (rig_is_sent, rig.desk);
  rig_until (rig_has_caught_up, &rig);
  rig_check_equal (&rig);
  hl_desk_get_totals (rig.desk, &totals);
  g_assert_cmpuint (totals.composed, ==, 3);
  g_assert_cmpuint (totals.applied, ==, 3);
  g_assert_cmpuint (g_list_model_get_n_items (hl_desk_get_transitions (rig.desk)), >=, 4);
  rig_clear (&rig);
}

static int
count_signals (GListModel *model, guint position, guint removed, guint added, gpointer data)
{
  ++*(guint *)data;
  return 0;
}

static void
count_notify (GObject *object, GParamSpec *pspec, gpointer data)
{
  ++*(guint *)data;
}

static char *
print_list (GListModel *model)
{
  GString *out = g_string_new (NULL);
  for (guint i = 0; i < g_list_model_get_n_items (model); i++) {
    g_autoptr (HlGuestRow) row = g_list_model_get_item (model, i);
    g_string_append_printf (out, "%s%s", out->len > 0 ? " " : "", hl_guest_row_get_name (row));
  }
  return g_string_free (out, FALSE);
}

#define ASSERT_LIST(model, expected)                                                               \
  G_STMT_START                                                                                     \
  {                                                                                                \
    g_autofree char *printed = print_list (model);                                                 \
    g_assert_cmpstr (printed, ==, expected);                                                       \
  }                                                                                                \
  G_STMT_END

static void
test_arrivals (void)
{
  Rig rig = { 0 };
  GListModel *arrivals;
  guint signals = 0, notifies = 0;
  HlGuestRow *ng;

  rig_init (&rig, FALSE);
  arrivals = hl_desk_get_arrivals (rig.desk);
  /* Ng is 20 minutes late, Lopez is due now, Haddad in 15 minutes */
  ASSERT_LIST (arrivals, "Ng Lopez Haddad");
  ng = hl_desk_find_guest (rig.desk, "r-ng");
  g_assert_cmpint (hl_guest_row_get_group (ng), ==, HL_GUEST_GROUP_LATE);
  g_assert_cmpint (hl_guest_row_get_minutes (ng), ==, 20);
  g_assert_cmpstr (hl_guest_row_get_tables (ng), ==, "1");
  g_assert_true (
      hl_row_get_bool (HL_ROW (hl_desk_find_guest (rig.desk, "r-lopez")), HL_GUEST_ROW_VIP));
  g_signal_connect (arrivals, "items-changed", G_CALLBACK (count_signals), &signals);
  g_signal_connect (ng, "notify", G_CALLBACK (count_notify), &notifies);
  /* they called: half past seven. Not late any more, and the row moves: one removal, one insertion
   */
  hl_demo_link_post (rig.link, "{\"kind\":\"reservation_updated\",\"data\":{\"reservation_id\":\"r-"
                               "ng\",\"late_eta\":\"@+30\"}}");
  hl_desk_refresh_now (rig.desk);
  ASSERT_LIST (arrivals, "Ng Lopez Haddad"); /* by the time that was booked */
  g_assert_cmpint (hl_guest_row_get_group (ng), ==, HL_GUEST_GROUP_DUE);
  g_assert_cmpuint (signals, ==, 0);
  g_assert_cmpuint (notifies, ==, 2); /* group and eta: nothing else changed */
  hl_demo_link_post (rig.link, "{\"kind\":\"reservation_updated\",\"data\":{\"reservation_id\":\"r-"
                               "ng\",\"starts_at\":\"@+30\",\"late_eta\":null}}");
  hl_desk_refresh_now (rig.desk);
  ASSERT_LIST (arrivals, "Lopez Haddad Ng");
  g_assert_cmpuint (signals, ==, 2);
  g_assert_true (hl_desk_find_guest (rig.desk, "r-ng") == ng);
  /* another day's reservation is not tonight's; a cancelled one goes */
  hl_demo_link_post (rig.link, "{\"kind\":\"reservation_created\",\"data\":{\"reservation_id\":\"r-"
                               "x\",\"name\":\"X\",\"party_size\":2,\"starts_at\":\"@+1440\"}}");
  hl_demo_link_post (
      rig.link, "{\"kind\":\"reservation_cancelled\",\"data\":{\"reservation_id\":\"r-haddad\"}}");
  hl_desk_refresh_now (rig.desk);
  ASSERT_LIST (arrivals, "Lopez Ng");
  g_assert_cmpuint (signals, ==, 3);
  rig_do (&rig, HL_ACTION_ARRIVE,
          "{\"reservation_id\":\"r-lopez\",\"party_id\":\"p-lopez\",\"arrived\":2}");
  ASSERT_LIST (arrivals, "Ng");
  ASSERT_LIST (hl_desk_get_in_house (rig.desk), "Lopez");
  ASSERT_LIST (hl_desk_get_waitlist (rig.desk), "Castillo Bauer");
  rig_clear (&rig);
}

static void
test_floor (void)
{
  Rig rig = { 0 };
  GListModel *sections, *rotation;
  g_autoptr (HlSectionRow) next = NULL;

  rig_init (&rig, FALSE);
  sections = hl_desk_get_sections (rig.desk);
  rotation = hl_desk_get_rotation (rig.desk);
  g_assert_cmpuint (g_list_model_get_n_items (sections), ==, 2);
  {
    /* labels in the order of numbers: 3, 11, 12 */
    g_autoptr (HlSectionRow) second = g_list_model_get_item (sections, 1);
    g_autoptr (HlTableToken) last = g_list_model_get_item (hl_section_row_get_tokens (second), 2);
    g_assert_cmpstr (hl_section_row_get_name (second), ==, "Sec 2");
    g_assert_cmpstr (hl_table_token_get_label (last), ==, "12");
  }
  /* Ng (19:00 less 20) has table 1, Haddad table 3 in 15 minutes */
  g_assert_cmpint (SHOWN (&rig, "1"), ==, HL_TABLE_SHOWN_RESERVED_SOON);
  g_assert_cmpint (SHOWN (&rig, "3"), ==, HL_TABLE_SHOWN_RESERVED_SOON);
  g_assert_cmpstr (hl_table_token_get_name (hl_desk_find_table (rig.desk, "3")), ==, "Haddad");
  g_assert_cmpint (SHOWN (&rig, "2"), ==, HL_TABLE_SHOWN_OPEN);
  rig_do (&rig, HL_ACTION_ARRIVE,
          "{\"reservation_id\":\"r-haddad\",\"party_id\":\"p-h\",\"arrived\":6}");
  g_assert_cmpint (SHOWN (&rig, "3"), ==, HL_TABLE_SHOWN_ASSIGNED);
  rig_do (&rig, HL_ACTION_SEAT, "{\"party_id\":\"p-h\",\"table_ids\":[\"3\"]}");
  g_assert_cmpint (SHOWN (&rig, "3"), ==, HL_TABLE_SHOWN_SEATED);
  g_assert_true (
      hl_row_get_bool (HL_ROW (hl_desk_find_table (rig.desk, "3")), HL_TABLE_TOKEN_ALLERGY));
  g_assert_cmpint (hl_table_token_get_turn (hl_desk_find_table (rig.desk, "3")), ==, HL_TURN_FINE);
  rig_do (&rig, HL_ACTION_SET_STAGE, "{\"party_id\":\"p-h\",\"stage\":\"dessert\"}");
  g_assert_cmpint (SHOWN (&rig, "3"), ==, HL_TABLE_SHOWN_COURSE);
  rig_do (&rig, HL_ACTION_SET_STAGE, "{\"party_id\":\"p-h\",\"stage\":\"paid\"}");
  g_assert_cmpint (SHOWN (&rig, "3"), ==, HL_TABLE_SHOWN_CHECK);
  /* Sec 2 has 6 covers tonight, Sec 1 none: it is next */
  next = g_list_model_get_item (rotation, 0);
  g_assert_cmpstr (hl_section_row_get_name (next), ==, "Sec 1");
  rig_do (&rig, HL_ACTION_FINISH_PARTY, "{\"party_id\":\"p-h\"}");
  g_assert_cmpint (SHOWN (&rig, "3"), ==, HL_TABLE_SHOWN_DIRTY);
  rig_do (&rig, HL_ACTION_SET_TABLE,
          "{\"table_id\":\"2\",\"blocked\":true,\"blocked_reason\":\"Leak\"}");
  g_assert_cmpint (SHOWN (&rig, "2"), ==, HL_TABLE_SHOWN_BLOCKED);
  rig_do (&rig, HL_ACTION_SET_TABLE, "{\"table_id\":\"3\",\"physical\":\"clean\"}");
  g_assert_cmpint (SHOWN (&rig, "3"), ==, HL_TABLE_SHOWN_OPEN);
  rig_until (rig_is_sent, rig.desk);
  rig_until (rig_has_caught_up, &rig);
  rig_check_equal (&rig);
  rig_clear (&rig);
}

typedef struct {
  guint alarms, ended;
} Heard;

static void
on_attention (HlDesk *desk, HlCallCard *card, int priority, gpointer data)
{
  ((Heard *)data)->alarms++;
}

static void
on_call_ended (HlDesk *desk, HlCallCard *card, gpointer data)
{
  ((Heard *)data)->ended++;
}

static void
test_calls (void)
{
  Rig rig = { 0 };
  Heard heard = { 0 };
  HlCallCard *card;
  g_autoptr (GListModel) transcript = NULL;

  rig_init (&rig, FALSE);
  g_signal_connect (rig.desk, "attention", G_CALLBACK (on_attention), &heard);
  g_signal_connect (rig.desk, "call-ended", G_CALLBACK (on_call_ended), &heard);
  hl_demo_link_post (rig.link,
                     "{\"kind\":\"call_started\",\"data\":{\"call_id\":\"c1\",\"from\":\"+"
                     "12025550142\",\"state\":\"agent_active\",\"started_at\":\"@\"}}");
  hl_desk_refresh_now (rig.desk);
  card = hl_desk_find_call (rig.desk, "c1");
  g_assert_cmpint (hl_call_card_get_stage (card), ==, HL_CALL_STAGE_GREETING);
  g_assert_cmpuint (g_list_model_get_n_items (hl_desk_get_calls_live (rig.desk)), ==, 1);
  hl_demo_link_post (rig.link,
                     "{\"kind\":\"transcript_segment\",\"data\":{\"call_id\":\"c1\",\"turn\":0,"
                     "\"speaker\":\"agent\",\"text\":\"Hello\",\"final\":true}}");
  transcript = hl_desk_get_transcript (rig.desk, "c1");
  /* unfinished lines lie over the state and are never part of it */
  hl_demo_link_partial (
      rig.link,
      "{\"call\":\"c1\",\"turn\":1,\"rev\":1,\"speaker\":\"caller\",\"text\":\"A table for\"}");
  hl_demo_link_partial (rig.link, "{\"call\":\"c1\",\"turn\":1,\"rev\":3,\"speaker\":\"caller\","
                                  "\"text\":\"A table for four\"}");
  hl_demo_link_partial (
      rig.link, "{\"call\":\"c1\",\"turn\":1,\"rev\":2,\"speaker\":\"caller\",\"text\":\"old\"}");
  hl_desk_refresh_now (rig.desk);
  g_assert_cmpuint (g_list_model_get_n_items (transcript), ==, 2);
  {
    g_autoptr (HlRow) line = g_list_model_get_item (transcript, 1);
    g_assert_cmpstr (hl_row_get_string (line, HL_TRANSCRIPT_LINE_TEXT), ==, "A table for four");
    g_assert_cmpint (hl_row_get_int (line, HL_TRANSCRIPT_LINE_STATE), ==, HL_SEGMENT_STATE_PARTIAL);
  }
  g_assert_cmpstr (hl_row_get_string (HL_ROW (card), HL_CALL_CARD_LAST_TEXT), ==,
                   "A table for four");
  g_assert_false (hl_row_get_bool (HL_ROW (card), HL_CALL_CARD_LAST_FINAL));
  rig_check_equal (&rig);
  /* the final line takes its place, in the same row */
  hl_demo_link_post (
      rig.link, "{\"kind\":\"transcript_segment\",\"data\":{\"call_id\":\"c1\",\"turn\":1,"
                "\"speaker\":\"caller\",\"text\":\"A table for four, please\",\"final\":true}}");
  hl_demo_link_partial (
      rig.link,
      "{\"call\":\"c1\",\"turn\":1,\"rev\":9,\"speaker\":\"caller\",\"text\":\"too late\"}");
  hl_demo_link_post (rig.link,
                     "{\"kind\":\"transcript_segment\",\"data\":{\"call_id\":\"c1\",\"turn\":4,"
                     "\"speaker\":\"agent\",\"text\":\"When?\",\"final\":true}}");
  hl_desk_refresh_now (rig.desk);
  g_assert_cmpuint (g_list_model_get_n_items (transcript), ==, 3);
  {
    g_autoptr (HlRow) line = g_list_model_get_item (transcript, 1);
    g_autoptr (HlRow) gap = g_list_model_get_item (transcript, 2);
    g_assert_cmpstr (hl_row_get_string (line, HL_TRANSCRIPT_LINE_TEXT), ==,
                     "A table for four, please");
    g_assert_cmpint (hl_row_get_int (gap, HL_TRANSCRIPT_LINE_GAP), ==, 2);
  }
  hl_demo_link_post (rig.link,
                     "{\"kind\":\"call_updated\",\"data\":{\"call_id\":\"c1\",\"slots\":[{\"kind\":"
                     "\"party_size\",\"raw\":\"four\",\"value\":\"4\",\"state\":\"heard\"}]}}");
  hl_desk_refresh_now (rig.desk);
  g_assert_cmpint (hl_call_card_get_stage (card), ==, HL_CALL_STAGE_COLLECTING);
  g_assert_cmpuint (g_list_model_get_n_items (hl_call_card_get_slots (card)), ==, 1);
  hl_demo_link_post (rig.link,
                     "{\"kind\":\"call_updated\",\"data\":{\"call_id\":\"c1\",\"slots\":[{\"kind\":"
                     "\"party_size\",\"raw\":\"four\",\"value\":\"4\",\"state\":\"read_back\"}]}}");
  hl_desk_refresh_now (rig.desk);
  g_assert_cmpint (hl_call_card_get_stage (card), ==, HL_CALL_STAGE_CONFIRMING);
  g_assert_cmpuint (heard.alarms, ==, 0);
  /* it begins to need somebody: one alarm, and it is acknowledged */
  hl_demo_link_post (rig.link,
                     "{\"kind\":\"call_updated\",\"data\":{\"call_id\":\"c1\",\"attention_"
                     "priority\":1,\"attention_reason\":\"allergy\",\"attention_since\":\"@\"}}");
  hl_desk_refresh_now (rig.desk);
  hl_desk_refresh_now (rig.desk);
  g_assert_cmpuint (heard.alarms, ==, 1);
  g_assert_cmpint (get_int (&rig, "calls-needing"), ==, 1);
  rig_do (&rig, HL_ACTION_ACKNOWLEDGE_CALL, "{\"call_id\":\"c1\"}");
  g_assert_cmpint (get_int (&rig, "calls-needing"), ==, 0);
  g_assert_cmpint (get_int (&rig, "calls-live"), ==, 1);
  hl_demo_link_post (
      rig.link,
      "{\"kind\":\"call_completed\",\"data\":{\"call_id\":\"c1\",\"duration_ms\":61000}}");
  rig_settle (&rig);
  g_assert_cmpuint (heard.ended, ==, 1);
  g_assert_cmpint (hl_row_get_int (HL_ROW (card), HL_CALL_CARD_SECONDS), ==, 61);
  g_assert_cmpuint (g_list_model_get_n_items (hl_desk_get_calls_recent (rig.desk)), ==, 1);
  /* nothing for what is older than the connection */
  hl_demo_link_set_online (rig.link, FALSE, HL_LINK_CAUSE_RESET);
  hl_demo_link_post (rig.link, "{\"kind\":\"call_started\",\"data\":{\"call_id\":\"c2\",\"state\":"
                               "\"agent_active\",\"started_at\":\"@\"}}");
  hl_demo_link_post (rig.link, "{\"kind\":\"call_updated\",\"data\":{\"call_id\":\"c2\","
                               "\"attention_priority\":1,\"attention_since\":\"@\"}}");
  g_usleep (5000);
  hl_demo_link_set_online (rig.link, TRUE, HL_LINK_CAUSE_NONE);
  rig_until (rig_has_caught_up, &rig);
  rig_settle (&rig);
  g_assert_cmpint (get_int (&rig, "calls-needing"), ==, 1);
  g_assert_cmpuint (heard.alarms, ==, 1);
  g_assert_cmpint (get_int (&rig, "away-changes"), ==, 2);
  hl_desk_clear_away (rig.desk);
  g_assert_cmpint (get_int (&rig, "away-changes"), ==, 0);
  rig_clear (&rig);
}

/* A hole, and something that was applied already, never reach the state. */
static HlFrame *
make_events (guint64 first, guint n, guint64 pos_seq, const char *epoch)
{
  HlFrame *frame = hl_frame_new (HL_FRAME_EVENTS);

  frame->events.events = json_array_new ();
  for (guint i = 0; i < n; i++) {
    g_autofree char *text
        = g_strdup_printf ("{\"seq\":%" G_GUINT64_FORMAT ",\"id\":\"f%" G_GUINT64_FORMAT
                           "\",\"kind\":\"party_updated\",\"at\":\"2026-12-05T01:00:00.000Z\","
                           "\"received\":\"2026-12-05T01:00:00.000Z\",\"by\":{\"role\":"
                           "\"publisher\",\"name\":\"x\",\"device\":null,\"n\":null},"
                           "\"act\":null,\"end\":true,\"data\":{\"party_id\":\"z%" G_GUINT64_FORMAT
                           "\",\"size\":2,\"status\":\"waiting\"}}",
                           first + i, first + i, first + i);
    json_array_add_object_element (frame->events.events, rig_json (text));
  }
  frame->events.pos = hl_position_new (epoch, pos_seq, pos_seq);
  return frame;
}

static void
feed_events (Rig *rig, guint64 first, guint n, guint64 pos_seq, const char *epoch)
{
  g_autoptr (HlFrame) frame = make_events (first, n, pos_seq, epoch);
  hl_desk_take_frame (rig->desk, frame);
}

static void
test_holes (void)
{
  Rig rig = { 0 };
  guint64 head;

  rig_init (&rig, FALSE);
  head = rig.desk->position->seq;
  feed_events (&rig, head - 1, 2, head, "demo"); /* all of it is known */
  g_assert_cmpuint (rig.desk->position->seq, ==, head);
  g_assert_true (rig_is_live (rig.desk));
  feed_events (&rig, head, 2, head + 1, "demo"); /* half of it is */
  g_assert_cmpuint (rig.desk->position->seq, ==, head + 1);
  feed_events (&rig, head + 4, 1, head + 4,
               "demo"); /* a hole: not applied, the link is opened anew */
  g_assert_cmpuint (rig.desk->position->seq, ==, head + 1);
  g_assert_false (rig_is_live (rig.desk));
  g_assert_cmpint (hl_desk_get_cause (rig.desk), ==, HL_LINK_CAUSE_BEHIND);
  rig_clear (&rig);

  /* a frame whose ends fit but whose middle does not: nothing of it is applied */
  rig_init (&rig, FALSE);
  head = rig.desk->position->seq;
  {
    g_autoptr (HlFrame) frame = make_events (head + 1, 3, head + 3, "demo");
    JsonObject *middle = json_array_get_object_element (frame->events.events, 1);
    json_object_set_int_member (middle, "seq", (gint64)head + 1);
    hl_desk_take_frame (rig.desk, frame);
  }
  g_assert_cmpuint (rig.desk->position->seq, ==, head);
  g_assert_false (rig_is_live (rig.desk));
  rig_clear (&rig);
}

/* Stale for over two minutes: the floor carries "as of". Current again: it goes. */
static void
test_stale (void)
{
  Rig rig = { 0 };
  gint64 as_of, lost;

  rig_init (&rig, FALSE);
  g_object_get (rig.desk, "as-of", &as_of, NULL);
  g_assert_cmpint (as_of, ==, HL_TIME_NONE);
  hl_demo_link_set_online (rig.link, FALSE, HL_LINK_CAUSE_RESET);
  lost = rig.desk->current_at;
  hl_desk_update_status (rig.desk);
  g_object_get (rig.desk, "as-of", &as_of, NULL);
  g_assert_cmpint (as_of, ==, HL_TIME_NONE);
  /* two minutes pass */
  rig.desk->current_at = lost - HL_DESK_STALE_MS - 1000;
  hl_desk_update_status (rig.desk);
  g_object_get (rig.desk, "as-of", &as_of, NULL);
  g_assert_cmpint (as_of, ==, lost - HL_DESK_STALE_MS - 1000);
  hl_demo_link_set_online (rig.link, TRUE, HL_LINK_CAUSE_NONE);
  rig_until (rig_has_caught_up, &rig);
  hl_desk_update_status (rig.desk);
  g_object_get (rig.desk, "as-of", &as_of, NULL);
  g_assert_cmpint (as_of, ==, HL_TIME_NONE);
  rig_clear (&rig);
}

/* What a refresh costs: the idle desk makes all rows anew once a second, a busy one once a frame.
 */
static void
test_cost (void)
{
  g_autoptr (HlDesk) desk = hl_desk_new_demo ();
  gint64 start;
  guint notifies = 0;
  GListModel *tables = hl_desk_get_tables (desk);
  gboolean closed = FALSE;

  hl_desk_start (desk);
  rig_until (rig_is_live, desk);
  hl_desk_refresh_now (desk);
  for (guint i = 0; i < g_list_model_get_n_items (tables); i++) {
    g_autoptr (GObject) token = g_list_model_get_item (tables, i);
    g_signal_connect (token, "notify", G_CALLBACK (count_notify), &notifies);
  }
  start = g_get_monotonic_time ();
  for (int i = 0; i < 200; i++)
    hl_desk_refresh_now (desk);
  g_test_message ("%.3f ms a refresh", (double)(g_get_monotonic_time () - start) / 200 / 1000);
  /* nothing has changed, so nothing is told (a minute may have passed meanwhile) */
  g_assert_cmpuint (notifies, <=, 2 * g_list_model_get_n_items (tables));
  hl_desk_close_async (desk, rig_on_closed, &closed);
  rig_until (rig_is_true, &closed);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/desk/offline", test_offline);
  g_test_add_func ("/desk/lost-answer", test_lost_answer);
  g_test_add_func ("/desk/restore", test_restore);
  g_test_add_func ("/desk/dispute", test_dispute);
  g_test_add_func ("/desk/undo", test_undo);
  g_test_add_func ("/desk/undo-in-a-hurry", test_undo_in_a_hurry);
  g_test_add_func ("/desk/refusals", test_refusals);
  g_test_add_func ("/desk/restart", test_restart);
  g_test_add_func ("/desk/arrivals", test_arrivals);
  g_test_add_func ("/desk/floor", test_floor);
  g_test_add_func ("/desk/calls", test_calls);
  g_test_add_func ("/desk/holes", test_holes);
  g_test_add_func ("/desk/stale", test_stale);
  g_test_add_func ("/desk/cost", test_cost);
  return g_test_run ();
}
