/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A desk on a demonstration link that does as it is told: no delays, cable in and out by hand. */
#pragma once

#include <glib/gstdio.h>
#include <string.h>

#include "desk/hl-desk-private.h"
#include "link/hl-demo-link.h"

typedef struct {
  HlDesk *desk;
  HlDemoLink *link;
  char *dir; /* NULL: in memory */
} Rig;

/* Friday, 4 December 2026, 19:00 in Chicago; five tables in two sections. */
#define RIG_EVENING                                                                                \
  "{\"hostline_demo\":1,\"now\":\"2026-12-05T01:00:00.000Z\",\"device\":\"stand-1\",\"location\":" \
  "{\"id\":\"ocean-ave\",\"name\":\"Ocean Ave\",\"timezone\":\"America/Chicago\",\"pace\":10,"     \
  "\"late_minutes\":15,\"staff\":[\"Ana\"]}}\n"                                                    \
  "{\"floor\":{\"hostline_floor\":1,\"areas\":[{\"area_id\":\"main\",\"name\":\"Main\","           \
  "\"width\":1000,\"height\":500}],\"sections\":[{\"section_id\":\"s1\",\"name\":\"Sec 1\","       \
  "\"area_id\":\"main\",\"servers\":[\"Maya\"]},{\"section_id\":\"s2\",\"name\":\"Sec 2\","        \
  "\"area_id\":\"main\",\"servers\":[\"Jo\"]}],\"tables\":["                                       \
  "{\"table_id\":\"1\",\"label\":\"1\",\"area_id\":\"main\",\"section_id\":\"s1\",\"x\":0,\"y\":"  \
  "0,"                                                                                             \
  "\"w\":90,\"h\":90,\"seats_min\":2,\"seats_max\":4},"                                            \
  "{\"table_id\":\"2\",\"label\":\"2\",\"area_id\":\"main\",\"section_id\":\"s1\",\"x\":0,\"y\":"  \
  "0,"                                                                                             \
  "\"w\":90,\"h\":90,\"seats_min\":2,\"seats_max\":4},"                                            \
  "{\"table_id\":\"3\",\"label\":\"3\",\"area_id\":\"main\",\"section_id\":\"s2\",\"x\":0,\"y\":"  \
  "0,"                                                                                             \
  "\"w\":90,\"h\":90,\"seats_min\":4,\"seats_max\":6},"                                            \
  "{\"table_id\":\"11\",\"label\":\"11\",\"area_id\":\"main\",\"section_id\":\"s2\",\"x\":0,"      \
  "\"y\":0,\"w\":90,\"h\":90,\"seats_min\":1,\"seats_max\":2},"                                    \
  "{\"table_id\":\"12\",\"label\":\"12\",\"area_id\":\"main\",\"section_id\":\"s2\",\"x\":0,"      \
  "\"y\":0,\"w\":90,\"h\":90,\"seats_min\":1,\"seats_max\":2}],"                                   \
  "\"combinations\":[],\"marks\":[]}}\n"                                                           \
  "{\"after_ms\":-7200000,\"event\":{\"kind\":\"reservation_created\",\"data\":{"                  \
  "\"reservation_id\":\"r-ng\",\"name\":\"Ng\",\"party_size\":4,\"starts_at\":\"@+100\","          \
  "\"status\":\"booked\",\"table_ids\":[\"1\"]}}}\n"                                               \
  "{\"after_ms\":-7200000,\"event\":{\"kind\":\"reservation_created\",\"data\":{"                  \
  "\"reservation_id\":\"r-lopez\",\"name\":\"Lopez\",\"party_size\":2,\"starts_at\":\"@+120\","    \
  "\"status\":\"confirmed\",\"tags\":[\"VIP\"]}}}\n"                                               \
  "{\"after_ms\":-7200000,\"event\":{\"kind\":\"reservation_created\",\"data\":{"                  \
  "\"reservation_id\":\"r-haddad\",\"name\":\"Haddad\",\"party_size\":6,\"starts_at\":\"@+135\","  \
  "\"status\":\"booked\",\"table_ids\":[\"3\"],\"allergies\":\"Nuts\"}}}\n"                        \
  "{\"after_ms\":-600000,\"event\":{\"kind\":\"party_updated\",\"data\":{\"party_id\":\"w-1\","    \
  "\"name\":\"Castillo\",\"size\":2,\"status\":\"waiting\",\"since\":\"@\",\"waiting_since\":\"@"  \
  "\""                                                                                             \
  "}}}\n"                                                                                          \
  "{\"after_ms\":-300000,\"event\":{\"kind\":\"party_updated\",\"data\":{\"party_id\":\"w-2\","    \
  "\"name\":\"Bauer\",\"size\":4,\"status\":\"waiting\",\"since\":\"@\",\"waiting_since\":\"@\"}}" \
  "}\n"

typedef gboolean (*RigCondition) (gpointer data);

/* The desk that was attached last, for saying what it waits for. */
static HlDesk *rig_last;

static G_GNUC_UNUSED void
rig_until (RigCondition condition, gpointer data)
{
  gint64 deadline = g_get_monotonic_time () + 60 * G_USEC_PER_SEC;
  while (!condition (data)) {
    if (!g_main_context_iteration (NULL, FALSE))
      g_usleep (100);
    if (g_get_monotonic_time () < deadline)
      continue;
    if (rig_last != NULL)
      g_test_message ("link %d, unsent %d, may push %d, marking %d, plan due %d, performing %d, seq %d, head %d, error \"%s\"",
                      (int)hl_desk_get_link_state (rig_last), hl_desk_get_unsent (rig_last), rig_last->may_push,
                      rig_last->marking, rig_last->plan_due, rig_last->performing,
                      rig_last->position != NULL ? (int)rig_last->position->seq : -1, (int)rig_last->head,
                      rig_last->storage_error != NULL ? rig_last->storage_error : "");
    g_assert_cmpint (g_get_monotonic_time (), <, deadline);
  }
}

static G_GNUC_UNUSED gboolean
rig_is_started (gpointer data)
{
  return ((HlDesk *)data)->started;
}

static G_GNUC_UNUSED gboolean
rig_is_live (gpointer data)
{
  return hl_desk_get_link_state (data) == HL_LINK_STATE_LIVE;
}

/* What has to be sent again is known to the outbox only once welcome's plan is committed. */
static G_GNUC_UNUSED gboolean
rig_is_sent (gpointer data)
{
  HlDesk *desk = data;
  return hl_desk_get_unsent (desk) == 0 && rig_is_live (desk) && desk->may_push && !desk->marking;
}

static G_GNUC_UNUSED gboolean
rig_has_caught_up (gpointer data)
{
  Rig *rig = data;
  return rig_is_live (rig->desk) && rig->desk->position->seq == hl_demo_link_get_head (rig->link);
}

static G_GNUC_UNUSED void
rig_go_online (Rig *rig)
{
  hl_demo_link_set_online (rig->link, TRUE, HL_LINK_CAUSE_NONE);
  rig_until (rig_has_caught_up, rig);
  rig_until (rig_is_sent, rig->desk);
}


static G_GNUC_UNUSED void
rig_attach (Rig *rig)
{
  HlCredentials *credentials = hl_credentials_new ();

  credentials->token = g_strdup ("t");
  credentials->device = g_strdup (hl_demo_link_get_device (rig->link));
  credentials->device_name = g_strdup ("Stand 1");
  credentials->role = g_strdup ("manager");
  credentials->location = g_strdup ("ocean-ave");
  rig->desk = hl_desk_new (rig->dir);
  g_set_weak_pointer (&rig_last, rig->desk);
  rig->desk->own_link = TRUE;
  hl_desk_set_link (rig->desk, HL_LINK (rig->link));
  hl_desk_adopt_credentials (rig->desk, credentials);
  hl_desk_start (rig->desk);
  rig_until (rig_is_started, rig->desk);
}

static G_GNUC_UNUSED void
rig_init (Rig *rig, gboolean with_folder)
{
  rig->link = hl_demo_link_new_from_text (RIG_EVENING);
  hl_demo_link_set_instant (rig->link, TRUE);
  rig->dir = with_folder ? g_dir_make_tmp ("hostline-desk-XXXXXX", NULL) : NULL;
  rig_attach (rig);
  rig_until (rig_has_caught_up, rig);
}

static void
rig_on_closed (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  g_assert_true (hl_desk_close_finish (HL_DESK (source), result, &error));
  *(gboolean *)data = TRUE;
}

static gboolean
rig_is_true (gpointer data)
{
  return *(gboolean *)data;
}

static void
rig_on_worked (GObject *source, GAsyncResult *result, gpointer data)
{
  *(gboolean *)data = TRUE;
}

/* Everything that is due now: timers of 0 ms, answers, commits, however long the disk takes for them, and what is begun by their
 * answers. */
static G_GNUC_UNUSED void
rig_settle (Rig *rig)
{
  for (int i = 0; i < 6; i++) {
    gint64 until = g_get_monotonic_time () + 15000;
    gboolean worked = FALSE;

    while (g_get_monotonic_time () < until)
      if (!g_main_context_iteration (NULL, FALSE))
        g_usleep (100);
    /* a job that changes nothing, behind all that were asked for before */
    hl_local_load_credentials (rig->desk->local, rig_on_worked, &worked);
    rig_until (rig_is_true, &worked);
  }
  hl_desk_refresh_now (rig->desk);
}

static G_GNUC_UNUSED gboolean
rig_is_gone (gpointer data)
{
  return *(HlDesk **)data == NULL;
}

static G_GNUC_UNUSED void
rig_close (Rig *rig)
{
  gboolean closed = FALSE;
  hl_desk_close_async (rig->desk, rig_on_closed, &closed);
  rig_until (rig_is_true, &closed);
  g_object_add_weak_pointer (G_OBJECT (rig->desk), (gpointer *)&rig->desk);
  g_object_unref (rig->desk);
  /* whoever waits for an answer still holds it, and its end would cut the link that the next one has by then */
  rig_until (rig_is_gone, &rig->desk);
}

static void
rig_on_closed_somehow (GObject *source, GAsyncResult *result, gpointer data)
{
  (void)hl_desk_close_finish (HL_DESK (source), result, NULL);
  *(gboolean *)data = TRUE;
}

/* The same while the disk fails: it ends all the same. */
static G_GNUC_UNUSED void
rig_close_failing (Rig *rig)
{
  gboolean closed = FALSE;
  hl_desk_close_async (rig->desk, rig_on_closed_somehow, &closed);
  rig_until (rig_is_true, &closed);
  g_object_add_weak_pointer (G_OBJECT (rig->desk), (gpointer *)&rig->desk);
  g_object_unref (rig->desk);
  rig_until (rig_is_gone, &rig->desk); /* as above */
}

static G_GNUC_UNUSED void
rig_clear (Rig *rig)
{
  if (rig->desk != NULL)
    rig_close (rig);
  g_clear_object (&rig->link);
  if (rig->dir != NULL) {
    g_autoptr (GDir) all = g_dir_open (rig->dir, 0, NULL);
    const char *name;
    while ((name = g_dir_read_name (all)) != NULL) {
      g_autofree char *file = g_build_filename (rig->dir, name, NULL);
      g_unlink (file);
    }
    g_rmdir (rig->dir);
    g_clear_pointer (&rig->dir, g_free);
  }
}

typedef struct {
  gboolean done, undo;
  char *id;
  HlOutcome predicted;
  GError *error;
} RigAnswer;

static void
rig_on_performed (GObject *source, GAsyncResult *result, gpointer data)
{
  RigAnswer *answer = data;
  answer->id = answer->undo ? hl_desk_undo_finish (HL_DESK (source), result, &answer->error)
                            : hl_desk_perform_finish (HL_DESK (source), result, &answer->predicted,
                                                      &answer->error);
  answer->done = TRUE;
}

static gboolean
rig_is_answered (gpointer data)
{
  return ((RigAnswer *)data)->done;
}

static G_GNUC_UNUSED JsonObject *
rig_json (const char *text)
{
  g_autoptr (GError) error = NULL;
  JsonObject *object;
  g_autoptr (JsonNode) node = json_from_string (text, &error);
  g_assert_no_error (error);
  object = json_object_ref (json_node_get_object (node));
  return object;
}

/* Performs and waits for the commit: the action's id, or NULL with the error's code in *code.
 * (transfer full) */
static G_GNUC_UNUSED char *
rig_perform (Rig *rig, HlActionKind kind, const char *data, int *code)
{
  RigAnswer answer = { 0 };
  hl_desk_perform_async (rig->desk, kind, rig_json (data), rig_on_performed, &answer);
  rig_until (rig_is_answered, &answer);
  if (answer.error != NULL) {
    if (code == NULL)
      g_error ("%s", answer.error->message);
    *code = answer.error->code;
    g_clear_error (&answer.error);
  }
  return answer.id;
}

static G_GNUC_UNUSED void
rig_do (Rig *rig, HlActionKind kind, const char *data)
{
  g_autofree char *id = rig_perform (rig, kind, data, NULL);
  g_assert_nonnull (id);
}

static G_GNUC_UNUSED char *
rig_undo (Rig *rig, int *code)
{
  RigAnswer answer = { .undo = TRUE };
  hl_desk_undo_async (rig->desk, rig_on_performed, &answer);
  rig_until (rig_is_answered, &answer);
  if (answer.error != NULL) {
    g_assert_nonnull (code);
    *code = answer.error->code;
    g_clear_error (&answer.error);
  }
  return answer.id;
}

static G_GNUC_UNUSED void
rig_check_totals (Rig *rig)
{
  HlDeskTotals t;
  hl_desk_get_totals (rig->desk, &t);
  g_assert_cmpuint (t.composed, ==,
                    t.applied + t.no_op + t.disputed + t.refused + t.withdrawn + t.review
                        + t.waiting);
}

/* At rest the screen is the log's state, and the log's state is the server's. */
static G_GNUC_UNUSED void
rig_check_equal (Rig *rig)
{
  hl_desk_refresh_now (rig->desk);
  g_assert_cmpuint (rig->desk->position->seq, ==, hl_demo_link_get_head (rig->link));
  g_assert_cmphex (hl_state_get_digest (rig->desk->base), ==, hl_demo_link_get_digest (rig->link));
  g_assert_cmphex (hl_state_get_digest (rig->desk->screen), ==,
                   hl_state_get_digest (rig->desk->base));
  rig_check_totals (rig);
}
