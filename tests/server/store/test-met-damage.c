/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Damage that one thread meets while another is in the middle of a write: nothing of that write is kept, nobody is told that
 * it was, and nothing trips over what is left open. */
#include "store-fixture.h"

#include <string.h>

#include "live/hl-writer.h"
#include "store/hl-redaction.h"
#include "util/hl-log.h"

typedef struct {
  char *directory;
  HlSqliteStore *sqlite;
  HlStore *store;
  HlStore *reader;
  guint met; /* how often the server was told */
} Fixture;

static void
on_damage (const char *message, gpointer user_data)
{
  Fixture *fixture = user_data;

  g_assert_nonnull (strstr (message, "checksum"));
  fixture->met++;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture->directory = fixture_make_directory ();
  fixture->sqlite = fixture_open (fixture->directory);
  fixture->store = HL_STORE (fixture->sqlite);
  fixture->met = 0;
  g_assert_true (hl_store_add_location (fixture->store, "one", "One", "UTC", NOW, NULL));
  g_assert_true (hl_store_add_location (fixture->store, "live", "Live", "UTC", NOW, NULL));
  hl_position_free (fixture_append (fixture->store, "one", 4));
  hl_sqlite_store_set_damage_func (fixture->sqlite, on_damage, fixture);
  fixture->reader = hl_store_open_reader (fixture->store, &error);
  g_assert_no_error (error);
  fixture_exec (fixture->directory, "UPDATE event SET body = replace (body, 'one', 'two') WHERE seq = 3");
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_clear_object (&fixture->reader);
  g_clear_object (&fixture->sqlite);
  fixture_remove_directory (fixture->directory);
}

/* What the reading thread does, at the moment that the test wants. */
static void
meet (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = hl_store_read_units (fixture->reader, "one", 0, 100, G_MAXSIZE, &error);

  g_assert_error (error, HL_STORE_ERROR, HL_STORE_ERROR_CORRUPT);
  g_assert_null (rows);
  g_assert_cmpuint (fixture->met, ==, 1);
}

static gint64
count (Fixture *fixture, const char *sql)
{
  g_autofree char *path = g_build_filename (fixture->directory, HL_SQLITE_STORE_FILE, NULL);
  g_autoptr (HlDatabase) db = hl_database_open (path, &(HlDatabaseOptions){ .read_only = TRUE }, NULL);

  g_assert_nonnull (db);
  return hl_database_get_int (db, sql, -1, NULL);
}

static void
put_key (Fixture *fixture, const char *key)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (hl_store_put_event_key (fixture->store, "one", "test", "test", key, 1, &error));
  g_assert_no_error (error);
}

static void
test_in_group (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (hl_store_begin_group (fixture->store, NULL));
  g_assert_true (hl_store_begin_request (fixture->store, NULL));
  put_key (fixture, "a");
  g_assert_false (hl_store_is_broken (fixture->store));
  meet (fixture);
  g_assert_true (hl_store_is_broken (fixture->store));
  g_assert_false (hl_store_end_request (fixture->store, &error));
  g_assert_error (error, HL_STORE_ERROR, HL_STORE_ERROR_CORRUPT);
  g_clear_error (&error);
  g_assert_false (hl_store_begin_request (fixture->store, &error));
  g_assert_error (error, HL_STORE_ERROR, HL_STORE_ERROR_CORRUPT);
  g_clear_error (&error);
  g_assert_false (hl_store_commit_group (fixture->store, &error));
  g_assert_error (error, HL_STORE_ERROR, HL_STORE_ERROR_CORRUPT);
  g_clear_error (&error);
  g_assert_false (hl_store_reopen (fixture->store, &error));
  g_assert_error (error, HL_STORE_ERROR, HL_STORE_ERROR_CORRUPT);
  g_assert_cmpint (count (fixture, "SELECT count (*) FROM event_key"), ==, 0);
}

static void
test_rolled_back (Fixture *fixture, gconstpointer data)
{
  g_assert_true (hl_store_begin_group (fixture->store, NULL));
  g_assert_true (hl_store_begin_request (fixture->store, NULL));
  put_key (fixture, "a");
  meet (fixture);
  g_assert_false (hl_store_rollback_request (fixture->store, NULL));
  g_assert_false (hl_store_commit_group (fixture->store, NULL));
  g_assert_cmpint (count (fixture, "SELECT count (*) FROM event_key"), ==, 0);
}

static void
test_alone (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (hl_store_begin_request (fixture->store, NULL));
  put_key (fixture, "a");
  meet (fixture);
  g_assert_false (hl_store_end_request (fixture->store, &error));
  g_assert_error (error, HL_STORE_ERROR, HL_STORE_ERROR_CORRUPT);
  g_assert_cmpint (count (fixture, "SELECT count (*) FROM event_key"), ==, 0);
  /* nothing is held open either */
  fixture_exec (fixture->directory, "BEGIN IMMEDIATE; ROLLBACK");
}

/* Everything that is asked once damage was met says so, and nothing else happens. */
static void
test_afterwards (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) locations = NULL;
  gboolean pending = FALSE;
  guint64 left;
  guint removed;

  meet (fixture);
  g_assert_false (hl_store_reopen (fixture->reader, NULL));
  locations = hl_store_list_locations (fixture->reader, &error);
  g_assert_error (error, HL_STORE_ERROR, HL_STORE_ERROR_CORRUPT);
  g_clear_error (&error);
  g_assert_false (hl_redaction_is_pending (HL_SQLITE_STORE (fixture->reader), "one", &pending, &error));
  g_assert_error (error, HL_STORE_ERROR, HL_STORE_ERROR_CORRUPT);
  g_clear_error (&error);
  g_assert_false (hl_store_purge (fixture->store, NOW, 1, &removed, &error));
  g_assert_error (error, HL_STORE_ERROR, HL_STORE_ERROR_CORRUPT);
  g_clear_error (&error);
  g_assert_false (hl_sqlite_store_checkpoint (fixture->sqlite, &left, &error));
  g_assert_error (error, HL_STORE_ERROR, HL_STORE_ERROR_CORRUPT);
  g_assert_cmpuint (fixture->met, ==, 1);
}

/* ---- the writer's thread ---- */

typedef struct {
  Fixture *fixture;
  gboolean between;
  gboolean answered;
  gboolean committed;
  guint appended;
} Live;

static void
on_appended (const char *location, GPtrArray *units, const HlPosition *head, gpointer user_data)
{
  ((Live *) user_data)->appended += units->len;
}

static void
on_reset (const char *location, gpointer user_data)
{
}

static void
on_available (gboolean available, gpointer user_data)
{
}

static gboolean
append_and_meet (HlWriter *writer, HlStore *store, gpointer data)
{
  Live *live = data;
  g_autoptr (JsonObject) members = json_object_new ();

  if (!live->between) {
    json_object_set_string_member (members, "name", "Another");
    g_assert_true (hl_writer_append (writer, "live", HL_EVENT_LOCATION_UPDATED, members, NULL, NULL));
    meet (live->fixture);
    return TRUE;
  }
  meet (live->fixture);
  g_assert_false (hl_writer_append (writer, "live", HL_EVENT_LOCATION_UPDATED, members, NULL, NULL));
  return FALSE;
}

static void
on_called (gboolean committed, gpointer data, gpointer user_data)
{
  Live *live = user_data;

  live->answered = TRUE;
  live->committed = committed;
}

static void
test_writer (Fixture *fixture, gconstpointer data)
{
  const HlWriterFuncs funcs = { on_appended, on_reset, on_available };
  Live live = { .fixture = fixture, .between = GPOINTER_TO_INT (data) };
  HlWriter *writer;

  writer = hl_writer_new (g_object_ref (fixture->store), hl_metrics_get_default (), &funcs, &live);
  hl_writer_start (writer);
  if (live.between)
    hl_writer_call_between (writer, append_and_meet, &live, NULL, on_called, &live);
  else
    hl_writer_call (writer, append_and_meet, &live, NULL, on_called, &live);
  while (!live.answered)
    g_main_context_iteration (NULL, TRUE);
  g_assert_false (live.committed);
  hl_writer_stop (writer);
  hl_writer_free (writer);
  g_assert_cmpuint (live.appended, ==, 0);
  g_assert_cmpint (count (fixture, "SELECT count (*) FROM event WHERE location = 'live'"), ==, 0);
}

int
main (int argc, char **argv)
{
  static const struct {
    const char *name;
    void (*func) (Fixture *, gconstpointer);
    int data;
  } tests[] = {
    { "in-group", test_in_group, 0 },     { "rolled-back", test_rolled_back, 0 }, { "alone", test_alone, 0 },
    { "afterwards", test_afterwards, 0 }, { "writer/request", test_writer, 0 },   { "writer/between", test_writer, 1 },
  };

  g_test_init (&argc, &argv, NULL);
  hl_log_set_level (HL_LOG_ERROR);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++) {
    g_autofree char *path = g_strconcat ("/met-damage/", tests[i].name, NULL);

    g_test_add (path, Fixture, GINT_TO_POINTER (tests[i].data), set_up, tests[i].func, tear_down);
  }
  return g_test_run ();
}
