/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The demonstration's evening is alive: it fills the window, plays on, and answers. */
#include "desk/hl-desk.h"
#include "desk/hl-desk-private.h"
#include "link/hl-demo-link.h"

typedef struct {
  gboolean done;
  char *id;
  GError *error;
  HlOutcome predicted;
} Wait;

static void
run_until (gboolean (*condition) (gpointer), gpointer data)
{
  gint64 deadline = g_get_monotonic_time () + 60 * G_USEC_PER_SEC;
  while (!condition (data)) {
    g_assert_cmpint (g_get_monotonic_time (), <, deadline);
    g_main_context_iteration (NULL, FALSE);
    g_usleep (200);
  }
}

static gboolean
is_live (gpointer data)
{
  return hl_desk_get_link_state (data) == HL_LINK_STATE_LIVE;
}

static gboolean
is_done (gpointer data)
{
  return ((Wait *)data)->done;
}

static gboolean
all_sent (gpointer data)
{
  return hl_desk_get_unsent (data) == 0;
}

static void
on_performed (GObject *source, GAsyncResult *result, gpointer data)
{
  Wait *wait = data;
  wait->id = hl_desk_perform_finish (HL_DESK (source), result, &wait->predicted, &wait->error);
  wait->done = TRUE;
}

static void
on_closed (GObject *source, GAsyncResult *result, gpointer data)
{
  Wait *wait = data;
  g_assert_true (hl_desk_close_finish (HL_DESK (source), result, &wait->error));
  wait->done = TRUE;
}

static void
test_evening (void)
{
  g_autoptr (HlDesk) desk = hl_desk_new_demo ();
  Wait wait = { 0 };
  JsonObject *data;
  JsonArray *tables;
  HlTableToken *token;
  int seated;

  hl_desk_start (desk);
  run_until (is_live, desk);
  g_assert_true (hl_desk_get_ready (desk));
  g_test_message ("arrivals %u waiting %u in %u tables %u needing %u live %u recent %u",
                  g_list_model_get_n_items (hl_desk_get_arrivals (desk)),
                  g_list_model_get_n_items (hl_desk_get_waitlist (desk)),
                  g_list_model_get_n_items (hl_desk_get_in_house (desk)),
                  g_list_model_get_n_items (hl_desk_get_tables (desk)),
                  g_list_model_get_n_items (hl_desk_get_calls_needing (desk)),
                  g_list_model_get_n_items (hl_desk_get_calls_live (desk)),
                  g_list_model_get_n_items (hl_desk_get_calls_recent (desk)));
  g_assert_cmpuint (g_list_model_get_n_items (hl_desk_get_tables (desk)), ==, 20);
  g_assert_cmpuint (g_list_model_get_n_items (hl_desk_get_sections (desk)), ==, 3);
  g_assert_cmpuint (g_list_model_get_n_items (hl_desk_get_arrivals (desk)), >=, 25);
  g_assert_cmpuint (g_list_model_get_n_items (hl_desk_get_waitlist (desk)), ==, 4);
  g_assert_cmpuint (g_list_model_get_n_items (hl_desk_get_calls_needing (desk)), ==, 2);
  g_assert_cmpuint (g_list_model_get_n_items (hl_desk_get_calls_live (desk)), ==, 1);
  g_assert_cmpuint (g_list_model_get_n_items (hl_desk_get_calls_recent (desk)), ==, 2);
  g_assert_cmpuint (g_list_model_get_n_items (hl_desk_get_notices (desk)), ==, 2);
  {
    g_autoptr (HlCallCard) first = g_list_model_get_item (hl_desk_get_calls_needing (desk), 0);
    g_assert_cmpint (hl_call_card_get_priority (first), ==, 1);
    g_assert_cmpstr (hl_call_card_get_call_id (first), ==, "c-4");
  }
  {
    g_autofree char *date = NULL;
    g_autofree char *shift = NULL;
    g_object_get (desk, "business-date", &date, "shift", &shift, "seated", &seated, NULL);
    g_assert_cmpstr (date, ==, "2026-12-04");
    g_assert_cmpstr (shift, ==, "Dinner");
    g_assert_cmpint (seated, >, 25);
  }
  token = hl_desk_find_table_by_label (desk, "11");
  g_assert_cmpint (hl_table_token_get_shown (token), ==, HL_TABLE_SHOWN_DIRTY);
  g_assert_cmpint (hl_table_token_get_shown (hl_desk_find_table (desk, "B5")), ==,
                   HL_TABLE_SHOWN_BLOCKED);
  g_assert_cmpint (hl_table_token_get_shown (hl_desk_find_table (desk, "3")), ==,
                   HL_TABLE_SHOWN_COURSE);
  g_assert_cmpint (hl_table_token_get_shown (hl_desk_find_table (desk, "14")), ==,
                   HL_TABLE_SHOWN_ASSIGNED);
  /* seat Bauer at 7; the screen shows it at once, the answer comes, nothing is unsent any more */
  data = json_object_new ();
  tables = json_array_new ();
  json_array_add_string_element (tables, "7");
  json_object_set_string_member (data, "party_id", "w-4");
  json_object_set_array_member (data, "table_ids", tables);
  hl_desk_perform_async (desk, HL_ACTION_SEAT, data, on_performed, &wait);
  run_until (is_done, &wait);
  g_assert_no_error (wait.error);
  g_assert_cmpint (wait.predicted, ==, HL_OUTCOME_APPLIED);
  g_assert_cmpint (hl_table_token_get_shown (hl_desk_find_table (desk, "7")), ==,
                   HL_TABLE_SHOWN_SEATED);
  g_assert_cmpstr (hl_table_token_get_name (hl_desk_find_table (desk, "7")), ==, "Bauer");
  run_until (all_sent, desk);
  {
    int after;
    HlDeskTotals totals;
    g_autofree char *name = NULL;
    g_object_get (desk, "seated", &after, "undo-name", &name, NULL);
    g_assert_cmpint (after, ==, seated + 4);
    g_assert_cmpstr (name, ==, "Bauer");
    hl_desk_get_totals (desk, &totals);
    g_assert_cmpuint (totals.composed, ==, 1);
    g_assert_cmpuint (totals.applied, ==, 1);
  }
  g_free (wait.id);
  wait.done = FALSE;
  hl_desk_close_async (desk, on_closed, &wait);
  run_until (is_done, &wait);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/demo/evening", test_evening);
  return g_test_run ();
}
