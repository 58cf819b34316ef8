/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the page of the connection shows: its log, the report for support, round trips, a clock that is off. */
#include "rig.h"

#include "desk/hl-link-spell.h"

#include "hl-config.h"

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
  rig_go_online (&rig);
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

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/desk-connection/connection-log", test_connection_log);
  g_test_add_func ("/desk-connection/whole-connection-log", test_whole_connection_log);
  g_test_add_func ("/desk-connection/report", test_report);
  g_test_add_func ("/desk-connection/samples", test_samples);
  g_test_add_func ("/desk-connection/clock-off", test_clock_off);
  return g_test_run ();
}
