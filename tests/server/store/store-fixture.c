/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the tests of the store share. */
#include "store-fixture.h"

#include <glib/gstdio.h>
#include <sqlite3.h>

char *
fixture_make_directory (void)
{
  g_autoptr (GError) error = NULL;
  char *directory = g_dir_make_tmp ("hl-store-XXXXXX", &error);

  g_assert_no_error (error);
  return directory;
}

void
fixture_remove_directory (char *directory)
{
  g_autoptr (GDir) dir = g_dir_open (directory, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *path = g_build_filename (directory, name, NULL);

    g_unlink (path);
  }
  g_rmdir (directory);
  g_free (directory);
}

HlSqliteStore *
fixture_open (const char *directory)
{
  g_autoptr (GError) error = NULL;
  HlSqliteStore *store = hl_sqlite_store_open (directory, NULL, &error);

  g_assert_no_error (error);
  g_assert_nonnull (store);
  hl_sqlite_store_set_space_guard (store, 0, NULL, NULL);
  return store;
}

HlPosition *
fixture_try_append (HlStore *store, const char *location, guint n, GError **error)
{
  g_autoptr (HlPosition) head = hl_store_get_head (store, location, error);
  g_autofree HlStoreEvent *events = g_new0 (HlStoreEvent, n);
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);
  HlPosition *position = NULL;

  if (head == NULL)
    return NULL;
  for (guint i = 0; i < n; i++) {
    guint64 seq = head->seq + 1 + i;
    char *id = g_strdup_printf ("e.%" G_GUINT64_FORMAT, seq);
    char *body = g_strdup_printf ("{\"seq\":%" G_GUINT64_FORMAT ",\"of\":\"%s\"}", seq, location);

    g_ptr_array_add (texts, id);
    g_ptr_array_add (texts, body);
    events[i] = (HlStoreEvent){ .seq = seq,
                                .id = id,
                                .kind = "call_updated",
                                .at = NOW,
                                .received = NOW + 1,
                                .act = i % 2 ? "act-1" : NULL,
                                .end = i + 1 == n,
                                .body = body,
                                .length = strlen (body) };
  }
  if (!hl_store_append_unit (store, location, head, events, n, &position, error))
    return NULL;
  return position;
}

HlPosition *
fixture_append (HlStore *store, const char *location, guint n)
{
  g_autoptr (GError) error = NULL;
  HlPosition *position = fixture_try_append (store, location, n, &error);

  g_assert_no_error (error);
  g_assert_nonnull (position);
  return position;
}

void
fixture_exec (const char *directory, const char *sql)
{
  g_autofree char *path = g_build_filename (directory, HL_SQLITE_STORE_FILE, NULL);
  char *message = NULL;
  sqlite3 *db;

  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  /* without the triggers, which would give what is damaged a checksum that holds */
  g_assert_cmpint (sqlite3_db_config (db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL), ==, SQLITE_OK);
  sqlite3_exec (db, sql, NULL, NULL, &message);
  g_assert_cmpstr (message, ==, NULL);
  g_assert_cmpint (sqlite3_close (db), ==, SQLITE_OK);
}

void
fixture_change (const char *directory, const char *sql)
{
  g_autofree char *path = g_build_filename (directory, HL_SQLITE_STORE_FILE, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (HlDatabase) db = hl_database_open (path, NULL, &error);

  g_assert_no_error (error);
  g_assert_true (hl_database_exec (db, sql, &error));
  g_assert_no_error (error);
}

void
fixture_set_up (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture->directory = fixture_make_directory ();
  fixture->sqlite = fixture_open (fixture->directory);
  fixture->store = HL_STORE (fixture->sqlite);
  hl_store_add_location (fixture->store, "one", "One", "Europe/Rome", NOW, &error);
  g_assert_no_error (error);
  hl_store_add_location (fixture->store, "two", "Two", "UTC", NOW, &error);
  g_assert_no_error (error);
}

void
fixture_tear_down (StoreFixture *fixture, gconstpointer data)
{
  g_clear_object (&fixture->sqlite);
  fixture_remove_directory (fixture->directory);
}

GPtrArray *
fixture_read_all (HlStore *store, const char *location)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *rows = hl_store_read_units (store, location, 0, G_MAXUINT, G_MAXSIZE, &error);

  g_assert_no_error (error);
  return rows;
}

void
fixture_assert_head (HlStore *store, const char *location, guint64 seq)
{
  g_autoptr (HlPosition) head = hl_store_get_head (store, location, NULL);

  g_assert_nonnull (head);
  g_assert_cmpuint (head->seq, ==, seq);
}
