/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a person does with the list of what was done here, and what the connection page shows. */
#include "rig.h"

#include "desk/hl-link-spell.h"

#include "hl-config.h"

#define OLD_MS (5 * G_GINT64_CONSTANT (3600000))

static HlOutboxItem *
newest (Rig *rig)
{
  g_autoptr (HlOutboxItem) item = g_list_model_get_item (hl_desk_get_outbox (rig->desk), 0);
  g_assert_nonnull (item);
  return item; /* the desk keeps it */
}

static void
go_online (Rig *rig)
{
  hl_demo_link_set_online (rig->link, TRUE, HL_LINK_CAUSE_NONE);
  rig_until (rig_has_caught_up, rig);
  rig_until (rig_is_sent, rig->desk);
}

/* Makes everything that waits five hours old: a night without a link. */
static void
make_old (Rig *rig)
{
  for (guint i = 0; i < rig->desk->items->len; i++) {
    HlOutboxItem *item = g_ptr_array_index (rig->desk->items, i);
    g_autoptr (HlOutboxRow) row = hl_outbox_row_copy (hl_outbox_item_get_row (item));
    row->composed_boot -= OLD_MS;
    row->composed_at -= OLD_MS;
    hl_outbox_item_update (item, row);
  }
}

static char *
redo (Rig *rig, HlOutboxItem *item, int *code)
{
  RigAnswer answer = { 0 };

  hl_desk_redo_review_async (rig->desk, item, rig_on_performed, &answer);
  rig_until (rig_is_answered, &answer);
  if (answer.error != NULL) {
    g_assert_nonnull (code);
    *code = answer.error->code;
    g_clear_error (&answer.error);
  }
  return answer.id;
}

/* Only the newest item, and only while nothing of it was sent. */
static void
test_withdraw (void)
{
  Rig rig = { 0 };
  HlOutboxItem *first, *second;
  RigAnswer answer = { .undo = TRUE };
  HlDeskTotals totals;

  rig_init (&rig, FALSE);
  hl_demo_link_set_online (rig.link, FALSE, HL_LINK_CAUSE_RESET);
  rig_do (&rig, HL_ACTION_SEAT, "{\"party_id\":\"w-1\",\"table_ids\":[\"11\"]}");
  first = newest (&rig);
  g_assert_true (hl_desk_can_withdraw (rig.desk, first));
  rig_do (&rig, HL_ACTION_SEAT, "{\"party_id\":\"w-2\",\"table_ids\":[\"2\"]}");
  second = newest (&rig);
  g_assert_false (hl_desk_can_withdraw (rig.desk, first));
  g_assert_true (hl_desk_can_withdraw (rig.desk, second));

  hl_desk_withdraw_async (rig.desk, first, rig_on_performed, &answer);
  rig_until (rig_is_answered, &answer);
  g_assert_error (answer.error, HL_DESK_ERROR, HL_DESK_ERROR_NOTHING_TO_UNDO);
  g_clear_error (&answer.error);
  g_assert_cmpint (hl_outbox_item_get_state (first), ==, HL_ITEM_QUEUED);

  answer = (RigAnswer){ .undo = TRUE };
  hl_desk_withdraw_async (rig.desk, second, rig_on_performed, &answer);
  rig_until (rig_is_answered, &answer);
  g_assert_no_error (answer.error);
  g_assert_cmpstr (answer.id, ==, hl_outbox_item_get_id (second));
  g_free (answer.id);
  g_assert_cmpint (hl_outbox_item_get_state (second), ==, HL_ITEM_WITHDRAWN);
  g_assert_cmpint (hl_desk_get_unsent (rig.desk), ==, 1);

  go_online (&rig);
  g_assert_cmpuint (hl_demo_link_count_units (rig.link, hl_outbox_item_get_id (second)), ==, 0);
  g_assert_cmpuint (hl_demo_link_count_units (rig.link, hl_outbox_item_get_id (first)), ==, 1);
  /* what was sent is not withdrawn, and no second action is made of it behind the person's back */
  g_assert_false (hl_desk_can_withdraw (rig.desk, first));
  answer = (RigAnswer){ .undo = TRUE };
  hl_desk_withdraw_async (rig.desk, first, rig_on_performed, &answer);
  rig_until (rig_is_answered, &answer);
  g_assert_error (answer.error, HL_DESK_ERROR, HL_DESK_ERROR_NOTHING_TO_UNDO);
  g_clear_error (&answer.error);
  hl_desk_get_totals (rig.desk, &totals);
  g_assert_cmpuint (totals.composed, ==, 2);
  g_assert_cmpuint (totals.withdrawn, ==, 1);
  rig_check_equal (&rig);
  rig_clear (&rig);
}

/* K17: what waited for over four hours is asked about. Doing it again is a new action, of now. */
static void
test_review_again (void)
{
  Rig rig = { 0 };
  HlOutboxItem *old, *again;
  g_autofree char *id = NULL;
  g_autofree char *old_id = NULL;
  gint64 composed;
  guint64 n;

  rig_init (&rig, TRUE);
  hl_demo_link_set_online (rig.link, FALSE, HL_LINK_CAUSE_RESET);
  rig_do (&rig, HL_ACTION_SEAT, "{\"party_id\":\"w-1\",\"table_ids\":[\"11\"]}");
  make_old (&rig);
  old = newest (&rig);
  old_id = g_strdup (hl_outbox_item_get_id (old));
  composed = hl_outbox_item_get_composed_at (old);
  n = hl_outbox_item_get_n (old);
  go_online (&rig);
  rig_until (rig_is_sent, rig.desk);
  rig_settle (&rig);
  g_assert_cmpint (hl_outbox_item_get_state (old), ==, HL_ITEM_REVIEW);
  g_assert_cmpint (hl_desk_get_to_check (rig.desk), ==, 1);
  g_assert_cmpstr (hl_outbox_item_get_sent_as (old), ==, "");

  id = redo (&rig, old, NULL);
  again = newest (&rig);
  g_assert_cmpstr (hl_outbox_item_get_id (again), ==, id);
  g_assert_cmpstr (id, !=, old_id);
  g_assert_cmpuint (hl_outbox_item_get_n (again), >, n);
  g_assert_cmpint (hl_outbox_item_get_composed_at (again), >, composed);
  g_assert_cmpuint (hl_outbox_item_get_base (again)->seq, ==, rig.desk->position->seq);
  g_assert_true (hl_outbox_item_get_read (old));
  g_assert_cmpstr (hl_outbox_item_get_sent_as (old), ==, id);
  rig_until (rig_is_sent, rig.desk);
  rig_until (rig_has_caught_up, &rig);
  g_assert_cmpint (hl_outbox_item_get_outcome (again), ==, HL_OUTCOME_APPLIED);
  g_assert_cmpint (hl_desk_get_to_check (rig.desk), ==, 0);
  g_assert_cmpuint (hl_demo_link_count_units (rig.link, old_id), ==, 0);
  rig_check_equal (&rig);

  /* it was let go, and is not done twice */
  g_free (g_steal_pointer (&id));
  {
    int code = -1;
    g_assert_null (redo (&rig, old, &code));
    g_assert_cmpint (code, ==, HL_DESK_ERROR_REFUSED);
  }
  /* the list says so after a restart too */
  rig_close (&rig);
  rig_attach (&rig);
  for (guint i = 0; i < rig.desk->items->len; i++) {
    HlOutboxItem *item = g_ptr_array_index (rig.desk->items, i);
    if (g_str_equal (hl_outbox_item_get_id (item), old_id)) {
      g_assert_cmpstr (hl_outbox_item_get_sent_as (item), !=, "");
      g_assert_true (hl_outbox_item_get_read (item));
    }
  }
  rig_check_totals (&rig);
  rig_clear (&rig);
}

/* A stand that is given to another house: what it kept of the first one is neither sent there nor shown, and cannot be done
 * again; once it is back, it can. */
static void
test_other_location (void)
{
  Rig rig = { 0 };
  HlCredentials *credentials = hl_credentials_new ();
  HlOutboxItem *item;
  g_autofree char *id = NULL;
  g_autofree char *label = NULL;
  guint64 head;
  int code = -1;

  rig_init (&rig, TRUE);
  hl_demo_link_set_online (rig.link, FALSE, HL_LINK_CAUSE_RESET);
  id = rig_perform (&rig, HL_ACTION_ADD_PARTY,
                    "{\"party_id\":\"w-9\",\"size\":2,\"name\":\"Ng\",\"phone\":\"+12025550142\",\"status\":\"waiting\"}", NULL);
  rig_close (&rig);

  g_clear_object (&rig.link);
  rig.link = hl_demo_link_new_from_text (RIG_EVENING);
  hl_demo_link_set_instant (rig.link, TRUE);
  head = hl_demo_link_get_head (rig.link);
  credentials->token = g_strdup ("t2");
  credentials->device = g_strdup (hl_demo_link_get_device (rig.link)); /* the other server may give the same name */
  credentials->device_name = g_strdup ("Stand 1");
  credentials->role = g_strdup ("manager");
  credentials->location = g_strdup ("pier");
  rig.desk = hl_desk_new (rig.dir);
  rig.desk->own_link = TRUE;
  hl_desk_set_link (rig.desk, HL_LINK (rig.link));
  hl_desk_adopt_credentials (rig.desk, credentials);
  hl_desk_start (rig.desk);
  rig_until (rig_is_started, rig.desk);
  rig_until (rig_is_live, rig.desk);
  rig_settle (&rig);
  item = hl_desk_find_item (rig.desk, id);
  g_assert_true (hl_outbox_item_get_foreign (item));
  g_assert_cmpint (hl_outbox_item_get_state (item), ==, HL_ITEM_REVIEW);
  g_assert_cmpuint (hl_demo_link_count_units (rig.link, id), ==, 0);
  g_object_get (item, "label", &label, NULL);
  g_assert_cmpstr (label, ==, "");
  g_assert_null (hl_outbox_item_get_action (item));
  {
    g_autofree char *report = hl_desk_make_report (rig.desk);
    g_assert_null (strstr (report, "Ng"));
  }
  g_assert_null (redo (&rig, item, &code));
  g_assert_cmpint (code, ==, HL_DESK_ERROR_REFUSED);
  rig_settle (&rig);
  g_assert_cmpuint (hl_demo_link_get_head (rig.link), ==, head);
  g_assert_cmpint (hl_desk_get_to_check (rig.desk), ==, 1); /* it still asks: it can be discarded, or wait for its house */
  rig_check_totals (&rig);
  rig_close (&rig);

  g_clear_object (&rig.link);
  rig.link = hl_demo_link_new_from_text (RIG_EVENING);
  hl_demo_link_set_instant (rig.link, TRUE);
  rig_attach (&rig);
  rig_until (rig_has_caught_up, &rig);
  item = hl_desk_find_item (rig.desk, id);
  g_assert_false (hl_outbox_item_get_foreign (item));
  g_assert_cmpstr (hl_outbox_item_get_label (item), ==, "Ng");
  g_free (redo (&rig, item, &code));
  rig_until (rig_is_sent, rig.desk);
  rig_until (rig_has_caught_up, &rig);
  g_assert_nonnull (hl_state_lookup_party (rig.desk->base, "w-9"));
  hl_desk_mark_read (rig.desk, item);
  rig_check_totals (&rig);
  rig_clear (&rig);
}

/* Doing it again can be impossible by now: then the old item still asks. */
static void
test_review_again_refused (void)
{
  Rig rig = { 0 };
  HlOutboxItem *old;
  int code = -1;

  rig_init (&rig, FALSE);
  rig_do (&rig, HL_ACTION_SEAT, "{\"party_id\":\"w-1\",\"table_ids\":[\"11\"]}");
  rig_until (rig_is_sent, rig.desk);
  hl_demo_link_set_online (rig.link, FALSE, HL_LINK_CAUSE_RESET);
  rig_do (&rig, HL_ACTION_SET_STAGE, "{\"party_id\":\"w-1\",\"stage\":\"entree\"}");
  make_old (&rig);
  old = newest (&rig);
  g_assert_cmpstr (hl_demo_link_act (rig.link, "stand-2", "finish_party", "{\"party_id\":\"w-1\"}"),
                   ==, "applied");
  go_online (&rig);
  rig_settle (&rig);
  g_assert_cmpint (hl_outbox_item_get_state (old), ==, HL_ITEM_REVIEW);
  g_assert_null (redo (&rig, old, &code));
  g_assert_cmpint (code, ==, HL_DESK_ERROR_REFUSED);
  g_assert_false (hl_outbox_item_get_read (old));
  g_assert_cmpint (hl_desk_get_to_check (rig.desk), ==, 1);
  /* letting it go is the other answer */
  hl_desk_mark_read (rig.desk, old);
  g_assert_cmpint (hl_desk_get_to_check (rig.desk), ==, 0);
  g_assert_cmpstr (hl_outbox_item_get_sent_as (old), ==, "");
  rig_check_totals (&rig);
  rig_clear (&rig);
}

static gboolean
has_code_and_time (GListModel *transitions)
{
  for (guint i = 0; i < g_list_model_get_n_items (transitions); i++) {
    g_autoptr (HlTransition) transition = g_list_model_get_item (transitions, i);
    if (hl_transition_get_lasted (transition) >= 0
        && hl_transition_get_cause (transition) == HL_LINK_CAUSE_HEARTBEAT)
      return TRUE;
  }
  return FALSE;
}

/* The connection log, newest first, over a restart. */
static void
test_connection_log (void)
{
  Rig rig = { 0 };
  GListModel *transitions;
  guint before;
  gint64 last = G_MAXINT64;

  rig_init (&rig, TRUE);
  hl_demo_link_set_online (rig.link, FALSE, HL_LINK_CAUSE_HEARTBEAT);
  rig_settle (&rig);
  go_online (&rig);
  transitions = hl_desk_get_transitions (rig.desk);
  g_assert_true (has_code_and_time (transitions));
  g_assert_cmpuint (hl_desk_count_reconnects (rig.desk, 0), ==, 2);
  g_assert_cmpuint (hl_desk_count_reconnects (rig.desk, G_MAXINT64), ==, 0);
  before = g_list_model_get_n_items (transitions);
  rig_close (&rig);
  rig_attach (&rig);
  transitions = hl_desk_get_transitions (rig.desk);
  g_assert_cmpuint (g_list_model_get_n_items (transitions), >=, before);
  g_assert_true (has_code_and_time (transitions));
  for (guint i = 0; i < g_list_model_get_n_items (transitions); i++) {
    g_autoptr (HlTransition) transition = g_list_model_get_item (transitions, i);
    g_assert_cmpint (hl_transition_get_at (transition), <=, last);
    last = hl_transition_get_at (transition);
  }
  rig_clear (&rig);
}

static void
on_log_loaded (GObject *source, GAsyncResult *result, gpointer data)
{
  g_assert_true (hl_desk_load_log_finish (HL_DESK (source), result, NULL));
  (*(int *)data)++;
}

static gboolean
has_loaded_twice (gpointer data)
{
  return *(int *)data == 2;
}

/* A month of it can be read, though only its end is read at the start; an outage is one line. */
static void
test_whole_connection_log (void)
{
  Rig rig = { 0 };
  g_autofree char *path = NULL;
  g_autofree char *report = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) spells = NULL;
  const gint64 day = 86400000, start = G_GINT64_CONSTANT (1796410800000) - 40 * day;
  HlCopy *copy;
  GListModel *transitions;
  int loaded = 0;
  guint n, attempts = 0;

  rig_init (&rig, TRUE);
  rig_close (&rig);
  path = g_build_filename (rig.dir, "copy.db", NULL);
  copy = hl_copy_open (path, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (hl_copy_begin (copy, &error));
  /* 20 days, each with an outage of 1000 attempts */
  for (int i = 0; i < 20; i++) {
    for (int k = 0; k < 1000; k++) {
      const int steps[] = { HL_LINK_STATE_WAITING, HL_LINK_STATE_CONNECTING };
      for (int s = 0; s < 2; s++) {
        g_autoptr (HlCopyLine) line = hl_copy_line_new (
            start + i * day + 2 * k + s, k == 0 && s == 0 ? HL_LINK_STATE_LIVE : steps[!s],
            steps[s], HL_LINK_CAUSE_REFUSED, "https://10.0.0.2:8480", "", 0, 1);
        g_assert_true (hl_copy_add_line (copy, line, &error));
      }
    }
    {
      g_autoptr (HlCopyLine) line
          = hl_copy_line_new (start + i * day + 3000, HL_LINK_STATE_CONNECTING, HL_LINK_STATE_LIVE,
                              HL_LINK_CAUSE_NONE, "https://10.0.0.2:8480", "", 0, 1);
      g_assert_true (hl_copy_add_line (copy, line, &error));
    }
  }
  g_assert_true (hl_copy_commit (copy, &error));
  hl_copy_close (copy);
  rig_attach (&rig);
  transitions = hl_desk_get_transitions (rig.desk);
  g_assert_cmpuint (g_list_model_get_n_items (transitions), <=, HL_DESK_MAX_TRANSITIONS);
  g_assert_false (hl_desk_get_log_whole (rig.desk));
  hl_desk_load_log_async (rig.desk, on_log_loaded, &loaded);
  hl_desk_load_log_async (rig.desk, on_log_loaded, &loaded);
  /* what happens meanwhile is neither lost nor doubled */
  hl_demo_link_set_online (rig.link, FALSE, HL_LINK_CAUSE_HEARTBEAT);
  rig_until (has_loaded_twice, &loaded);
  g_assert_true (hl_desk_get_log_whole (rig.desk));
  n = g_list_model_get_n_items (transitions);
  g_assert_cmpuint (n, >, HL_COPY_WHOLE_LINES); /* what is older is folded */
  rig_settle (&rig);
  spells = hl_link_spells_make (transitions, start + 40 * day, G_MAXUINT);
  g_assert_cmpuint (spells->len, >=, 40);
  g_assert_cmpuint (spells->len, <, 60);
  for (guint i = 0; i < spells->len; i++)
    attempts += ((HlLinkSpell *)spells->pdata[i])->attempts;
  g_assert_cmpuint (attempts, >=, 20 * 1000);
  g_assert_cmpuint (attempts, <, 20 * 1000 + 10);
  report = hl_desk_make_report (rig.desk);
  g_assert_nonnull (strstr (report, "offline for "));
  g_assert_nonnull (strstr (report, "attempts 1000 at https://10.0.0.2:8480"));
  g_assert_null (strstr (report, "only its newest part"));
  rig_clear (&rig);
}

/* The report says what support needs, and nothing about guests, and no secret. */
static void
test_report (void)
{
  Rig rig = { 0 };
  g_autofree char *report = NULL;
  static const char *const told[] = { "Hostline " HL_VERSION,
                                      "SQLite",
                                      "libsoup",
                                      "ocean-ave",
                                      "stand-1",
                                      "composed 2 = applied 1",
                                      "waiting 1",
                                      "live > waiting: heartbeat",
                                      " seat ",
                                      "round trips: ",
                                      "append to screen: ",
                                      "link ",
                                      "no space for •••• 0142",
                                      "queued",
                                      "applied" };
  static const char *const hidden[] = { "Lopez", "Zebedee", "5550142", "secret", "Window" };

  rig_init (&rig, FALSE);
  g_free (rig.desk->credentials->token);
  rig.desk->credentials->token = g_strdup ("hl_staff_secret");
  rig_do (&rig, HL_ACTION_ADD_PARTY,
          "{\"party_id\":\"n-1\",\"size\":2,\"name\":\"Zebedee\",\"phone\":\"+12025550142\"}");
  rig_until (rig_is_sent, rig.desk);
  hl_demo_link_set_online (rig.link, FALSE, HL_LINK_CAUSE_HEARTBEAT);
  rig_do (&rig, HL_ACTION_SEAT, "{\"party_id\":\"n-1\",\"table_ids\":[\"11\"]}");
  {
    g_autoptr (GError) failure = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_FAILED, "no space for +12025550142");
    hl_desk_set_storage_error (rig.desk, failure);
  }
  report = hl_desk_make_report (rig.desk);
  for (guint i = 0; i < G_N_ELEMENTS (told); i++)
    if (strstr (report, told[i]) == NULL)
      g_error ("the report lacks “%s”:\n%s", told[i], report);
  for (guint i = 0; i < G_N_ELEMENTS (hidden); i++)
    if (strstr (report, hidden[i]) != NULL)
      g_error ("the report tells “%s”:\n%s", hidden[i], report);
  g_assert_true (g_utf8_validate (report, -1, NULL));
  rig_clear (&rig);
}

/* A plot has numbers, in order of time. */
static void
test_samples (void)
{
  Rig rig = { 0 };
  const HlDeskSample *samples;
  gsize n;

  rig_init (&rig, FALSE);
  for (int i = 0; i < HL_DESK_MAX_SAMPLES + 10; i++)
    hl_desk_note_rtt (rig.desk, i);
  samples = hl_desk_get_rtts (rig.desk, &n);
  g_assert_cmpuint (n, ==, HL_DESK_MAX_SAMPLES);
  g_assert_cmpint (samples[n - 1].ms, ==, HL_DESK_MAX_SAMPLES + 9);
  g_assert_cmpint (samples[0].ms, ==, 10);
  g_assert_cmpint (samples[0].at, <=, samples[n - 1].at);

  /* catching up is no news */
  (void)hl_desk_get_latencies (rig.desk, &n);
  g_assert_cmpuint (n, ==, 0);
  hl_demo_link_act (rig.link, "stand-2", "seat", "{\"party_id\":\"w-2\",\"table_ids\":[\"2\"]}");
  rig_until (rig_has_caught_up, &rig);
  hl_desk_refresh_now (rig.desk);
  samples = hl_desk_get_latencies (rig.desk, &n);
  g_assert_cmpuint (n, ==, 1);
  g_assert_cmpint (samples[0].ms, >=, 0);
  g_assert_cmpint (samples[0].ms, <, 60000);
  rig_clear (&rig);
}

/* A computer whose clock is wrong is told so; one that is a second off is not. */
static void
test_clock_off (void)
{
  Rig rig = { 0 };
  gint64 off = -1;
  g_autofree char *near = NULL;
  g_autofree char *far = NULL;

  rig_init (&rig, FALSE);
  near = hl_time_print (hl_desk_wall (rig.desk) + 1000);
  far = hl_time_print (hl_desk_wall (rig.desk) - 3 * 3600000);
  hl_desk_note_offset (rig.desk, near);
  g_object_get (rig.desk, "clock-off", &off, NULL);
  g_assert_cmpint (off, ==, 0);
  hl_desk_note_offset (rig.desk, far);
  g_object_get (rig.desk, "clock-off", &off, NULL);
  g_assert_cmpint (off, <=, -3 * 3600000 + 2000);
  g_assert_cmpint (off, >=, -3 * 3600000 - 60000);
  hl_desk_note_offset (rig.desk, "nonsense");
  hl_desk_note_offset (rig.desk, near);
  g_object_get (rig.desk, "clock-off", &off, NULL);
  g_assert_cmpint (off, ==, 0);
  rig_clear (&rig);
}

/* What the server refuses stays in sight until somebody has read it, and holds up nothing behind
 * it. */
static void
test_refused (void)
{
  Rig rig = { 0 };
  HlOutboxItem *undo, *next;
  g_autofree char *id = NULL;

  rig_init (&rig, TRUE);
  rig_do (&rig, HL_ACTION_SEAT, "{\"party_id\":\"w-1\",\"table_ids\":[\"11\"]}");
  rig_until (rig_is_sent, rig.desk);
  hl_demo_link_set_online (rig.link, FALSE, HL_LINK_CAUSE_RESET);
  id = rig_undo (&rig, NULL);
  g_assert_nonnull (id);
  undo = newest (&rig);
  rig_do (&rig, HL_ACTION_SET_TABLE, "{\"table_id\":\"3\",\"physical\":\"dirty\"}");
  next = newest (&rig);
  /* K18: somebody has built upon it */
  g_assert_cmpstr (hl_demo_link_act (rig.link, "stand-2", "move",
                                     "{\"party_id\":\"w-1\",\"table_ids\":[\"12\"]}"),
                   ==, "applied");
  go_online (&rig);
  g_assert_cmpint (hl_outbox_item_get_outcome (undo), ==, HL_OUTCOME_REFUSED);
  g_assert_cmpint (hl_outbox_item_get_reason (undo), ==, HL_REASON_BUILT_UPON);
  g_assert_cmpint (hl_outbox_item_get_outcome (next), ==, HL_OUTCOME_APPLIED);
  g_assert_true (hl_outbox_item_needs_person (undo));
  g_assert_cmpint (hl_desk_get_to_check (rig.desk), ==, 1);
  /* over a restart, too */
  rig_close (&rig);
  rig_attach (&rig);
  rig_until (rig_has_caught_up, &rig);
  g_assert_cmpint (hl_desk_get_to_check (rig.desk), ==, 1);
  undo = hl_desk_find_item (rig.desk, id);
  hl_desk_mark_read (rig.desk, undo);
  g_assert_cmpint (hl_desk_get_to_check (rig.desk), ==, 0);
  g_assert_false (hl_outbox_item_needs_person (undo));
  rig_check_equal (&rig);
  rig_clear (&rig);
}

/* What no frame can carry is refused before it is saved: it would come back for ever. */
static void
test_too_large (void)
{
  Rig rig = { 0 };
  GString *note = g_string_new (NULL); /* few characters, many bytes */
  GString *data = g_string_new ("{\"reservation_id\":\"r-ng\",\"notes_add\":[");
  int code = -1;

  for (int i = 0; i < 480; i++)
    g_string_append (note, "\xf0\x9f\x8d\x9d");
  for (int i = 0; i < 40; i++)
    g_string_append_printf (data, "%s\"%s\"", i > 0 ? "," : "", note->str);
  g_string_append (data, "]}");
  rig_init (&rig, FALSE);
  g_assert_null (rig_perform (&rig, HL_ACTION_UPDATE_RESERVATION, data->str, &code));
  g_assert_cmpint (code, ==, HL_DESK_ERROR_TOO_LARGE);
  g_assert_cmpuint (rig.desk->items->len, ==, 0);
  rig_do (&rig, HL_ACTION_SET_TABLE, "{\"table_id\":\"3\",\"physical\":\"dirty\"}");
  rig_until (rig_is_sent, rig.desk);
  rig_check_equal (&rig);
  rig_clear (&rig);
  g_string_free (data, TRUE);
  g_string_free (note, TRUE);
}

static void
copy_file (Rig *rig, const char *from, const char *to)
{
  g_autofree char *source = g_build_filename (rig->dir, from, NULL);
  g_autofree char *target = g_build_filename (rig->dir, to, NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *bytes = NULL;
  gsize len;

  g_assert_true (g_file_get_contents (source, &bytes, &len, &error));
  g_assert_true (g_file_set_contents (target, bytes, (gssize)len, &error));
}

static gboolean
is_stopped (gpointer data)
{
  return hl_desk_get_link_state (data) == HL_LINK_STATE_STOPPED;
}

/* K23: a folder that was put back from a backup. The server knows later actions of this device: it
 * must be paired again, and what waits goes to review; nothing of it is sent under a used number.
 */
static void
test_restored_folder (void)
{
  Rig rig = { 0 };
  HlOutboxItem *item;
  guint64 head;

  rig_init (&rig, TRUE);
  rig_do (&rig, HL_ACTION_SEAT, "{\"party_id\":\"w-1\",\"table_ids\":[\"11\"]}");
  rig_until (rig_is_sent, rig.desk);
  rig_close (&rig);
  copy_file (&rig, "outbox.db", "backup");
  rig_attach (&rig);
  rig_until (rig_has_caught_up, &rig);
  rig_do (&rig, HL_ACTION_SET_STAGE, "{\"party_id\":\"w-1\",\"stage\":\"ordered\"}");
  rig_do (&rig, HL_ACTION_SET_STAGE, "{\"party_id\":\"w-1\",\"stage\":\"entree\"}");
  rig_until (rig_is_sent, rig.desk);
  rig_close (&rig);

  copy_file (&rig, "backup", "outbox.db");
  head = hl_demo_link_get_head (rig.link);
  hl_demo_link_set_online (rig.link, FALSE, HL_LINK_CAUSE_RESET);
  rig_attach (&rig);
  rig_do (&rig, HL_ACTION_SEAT, "{\"party_id\":\"w-2\",\"table_ids\":[\"2\"]}");
  item = newest (&rig);
  g_assert_cmpuint (hl_outbox_item_get_n (item), ==, 2); /* a number that is used already */
  hl_demo_link_set_online (rig.link, TRUE, HL_LINK_CAUSE_NONE);
  rig_until (is_stopped, rig.desk);
  rig_settle (&rig);
  g_assert_cmpint (hl_desk_get_cause (rig.desk), ==, HL_LINK_CAUSE_PAIR_AGAIN);
  g_assert_cmpstr (hl_desk_describe_cause (HL_LINK_CAUSE_PAIR_AGAIN), !=, "");
  g_assert_cmpint (hl_outbox_item_get_state (item), ==, HL_ITEM_REVIEW);
  g_assert_cmpuint (hl_demo_link_get_head (rig.link), ==, head);
  g_assert_cmpint (hl_desk_get_unsent (rig.desk), ==, 0);
  g_assert_cmpint (hl_desk_get_to_check (rig.desk), ==, 1);
  /* what is done from now on is kept too, and asking again ends the same way */
  for (int i = 0; i < 3; i++) /* past the server's number */
    rig_do (&rig, HL_ACTION_SET_TABLE,
            i % 2 == 0 ? "{\"table_id\":\"3\",\"physical\":\"dirty\"}"
                       : "{\"table_id\":\"3\",\"physical\":\"clean\"}");
  hl_desk_reconnect_now (rig.desk);
  rig_settle (&rig);
  rig_until (is_stopped, rig.desk);
  g_assert_cmpint (hl_outbox_item_get_state (newest (&rig)), ==, HL_ITEM_REVIEW);
  g_assert_cmpuint (hl_demo_link_get_head (rig.link), ==, head);
  rig_check_totals (&rig);
  rig_clear (&rig);
}

/* Paired again, and the server put back from a backup: what was done under the old name is in no log, and asks for a look. */
static void
test_restored_server (void)
{
  Rig rig = { 0 };
  HlOutboxItem *item;
  g_autofree char *id = NULL;
  g_auto (GStrv) around = g_strsplit (RIG_EVENING, "stand-1", -1);
  g_autofree char *evening = g_strjoinv ("stand-2", around);

  rig_init (&rig, TRUE);
  rig_do (&rig, HL_ACTION_SEAT, "{\"party_id\":\"w-1\",\"table_ids\":[\"11\"]}");
  rig_until (rig_is_sent, rig.desk);
  id = g_strdup (hl_outbox_item_get_id (newest (&rig)));
  rig_close (&rig);

  g_clear_object (&rig.link);
  rig.link = hl_demo_link_new_from_text (evening);
  hl_demo_link_set_instant (rig.link, TRUE);
  rig_attach (&rig);
  rig_until (rig_has_caught_up, &rig);
  rig_settle (&rig);
  item = hl_desk_find_item (rig.desk, id);
  g_assert_cmpint (hl_outbox_item_get_state (item), ==, HL_ITEM_REVIEW);
  g_assert_cmpint (hl_outbox_item_get_row (item)->reason, ==, HL_REASON_UNKNOWN_ID);
  g_assert_cmpint (hl_desk_get_to_check (rig.desk), ==, 1);
  rig_check_totals (&rig);
  rig_clear (&rig);
}

static gboolean
has_storage_error (gpointer data)
{
  HlDesk *desk = data;
  return desk->storage_error != NULL && *desk->storage_error != '\0';
}

/* One process owns the outbox: a second one says so, touches nothing, and takes over when the first
 * has ended. */
static void
test_second_process (void)
{
  Rig rig = { 0 };
  HlDesk *second;

  rig_init (&rig, TRUE);
  second = hl_desk_new (rig.dir);
  second->retry_ms = 20;
  hl_desk_start (second);
  rig_until (has_storage_error, second);
  g_assert_nonnull (strstr (second->storage_error, "another Hostline"));
  g_assert_false (second->started);
  g_assert_null (second->link);
  /* the first one goes on */
  rig_do (&rig, HL_ACTION_SEAT, "{\"party_id\":\"w-1\",\"table_ids\":[\"11\"]}");
  rig_until (rig_is_sent, rig.desk);
  rig_close (&rig);
  rig_until (rig_is_started, second);
  g_assert_false (has_storage_error (second));
  g_assert_cmpuint (second->items->len, ==, 1);
  rig.desk = second;
  rig_clear (&rig);
}

/* What was finished a week ago goes, from the list as from the file, and the totals still add up;
 * what nobody has read stays. */
static void
test_purge (void)
{
  Rig rig = { 0 };
  HlDeskTotals totals;

  rig_init (&rig, TRUE);
  rig_do (&rig, HL_ACTION_SEAT, "{\"party_id\":\"w-1\",\"table_ids\":[\"11\"]}");
  rig_do (&rig, HL_ACTION_SET_TABLE, "{\"table_id\":\"3\",\"physical\":\"dirty\"}");
  rig_until (rig_is_sent, rig.desk);
  rig_settle (&rig);
  for (guint i = 0; i < 2; i++) {
    HlOutboxItem *item = g_ptr_array_index (rig.desk->items, i);
    g_autoptr (GPtrArray) rows = g_ptr_array_new ();
    g_autoptr (HlOutboxRow) row = hl_outbox_row_copy (hl_outbox_item_get_row (item));
    row->composed_at -= 9 * 24 * G_GINT64_CONSTANT (3600000);
    row->composed_boot -= 9 * 24 * G_GINT64_CONSTANT (3600000);
    row->decided_at -= 9 * 24 * G_GINT64_CONSTANT (3600000);
    if (i == 1) { /* refused, and nobody has looked */
      row->outcome = HL_OUTCOME_REFUSED;
      row->reason = HL_REASON_WRONG_STATE;
    }
    g_ptr_array_add (rows, row);
    hl_desk_store_and_show (rig.desk, rows, FALSE);
  }
  rig.desk->purged_at = 0;
  hl_desk_purge_old (rig.desk);
  g_assert_cmpuint (rig.desk->items->len, ==, 1);
  g_assert_cmpint (hl_outbox_item_get_outcome (newest (&rig)), ==, HL_OUTCOME_REFUSED);
  rig_check_totals (&rig);
  hl_desk_purge_old (rig.desk); /* not again today */
  /* once it was read, it goes with the next day's */
  hl_desk_mark_read (rig.desk, newest (&rig));
  hl_desk_purge_old (rig.desk);
  g_assert_cmpuint (rig.desk->items->len, ==, 1);
  rig_close (&rig);
  rig_attach (&rig);
  rig_until (rig_has_caught_up, &rig);
  rig_until (rig_is_sent, rig.desk);
  hl_desk_purge_old (rig.desk);
  g_assert_cmpuint (rig.desk->items->len, ==, 0);
  hl_desk_get_totals (rig.desk, &totals);
  g_assert_cmpuint (totals.composed, ==, 2);
  g_assert_cmpuint (totals.applied, ==, 1);
  g_assert_cmpuint (totals.refused, ==, 1);
  rig_check_totals (&rig);
  rig_close (&rig);
  rig_attach (&rig);
  rig_check_totals (&rig);
  g_assert_cmpuint (rig.desk->items->len, ==, 0);
  rig_clear (&rig);
}

/* A tool in a new folder goes on with the numbers of its token's device. */
static void
test_tool_in_a_new_folder (void)
{
  Rig rig = { 0 };

  rig_init (&rig, TRUE);
  rig_do (&rig, HL_ACTION_SEAT, "{\"party_id\":\"w-1\",\"table_ids\":[\"11\"]}");
  rig_until (rig_is_sent, rig.desk);
  rig_close (&rig);
  {
    g_autofree char *outbox = g_build_filename (rig.dir, "outbox.db", NULL);
    g_assert_cmpint (g_unlink (outbox), ==, 0);
  }
  hl_demo_link_set_online (rig.link, FALSE, HL_LINK_CAUSE_RESET);
  rig_attach (&rig);
  rig.desk->given_access = TRUE;
  go_online (&rig);
  rig_do (&rig, HL_ACTION_SEAT, "{\"party_id\":\"w-2\",\"table_ids\":[\"2\"]}");
  g_assert_cmpuint (hl_outbox_item_get_n (newest (&rig)), ==, 2);
  rig_until (rig_is_sent, rig.desk);
  g_assert_cmpint (hl_outbox_item_get_outcome (newest (&rig)), ==, HL_OUTCOME_APPLIED);
  rig_check_totals (&rig);
  rig_clear (&rig);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/desk-outbox/withdraw", test_withdraw);
  g_test_add_func ("/desk-outbox/review-again", test_review_again);
  g_test_add_func ("/desk-outbox/review-again-refused", test_review_again_refused);
  g_test_add_func ("/desk-outbox/other-location", test_other_location);
  g_test_add_func ("/desk-outbox/connection-log", test_connection_log);
  g_test_add_func ("/desk-outbox/whole-connection-log", test_whole_connection_log);
  g_test_add_func ("/desk-outbox/report", test_report);
  g_test_add_func ("/desk-outbox/samples", test_samples);
  g_test_add_func ("/desk-outbox/clock-off", test_clock_off);
  g_test_add_func ("/desk-outbox/refused", test_refused);
  g_test_add_func ("/desk-outbox/too-large", test_too_large);
  g_test_add_func ("/desk-outbox/restored-folder", test_restored_folder);
  g_test_add_func ("/desk-outbox/restored-server", test_restored_server);
  g_test_add_func ("/desk-outbox/second-process", test_second_process);
  g_test_add_func ("/desk-outbox/purge", test_purge);
  g_test_add_func ("/desk-outbox/tool-in-a-new-folder", test_tool_in_a_new_folder);
  return g_test_run ();
}
