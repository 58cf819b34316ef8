/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Databases of former versions for the tests of migrations. */
#include "database-fixture.h"

#include <glib/gstdio.h>
#include <sqlite3.h>

static char *
find (const char *name)
{
  g_autofree char *file = g_strconcat (name, ".sql", NULL);
  const char *source = g_getenv ("HOSTLINE_SOURCE_DIR");

  g_assert_nonnull (source);
  return g_build_filename (source, "tests", "data", "databases", file, NULL);
}

static sqlite3 *
open_plain (const char *path)
{
  sqlite3 *db = NULL;

  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  return db;
}

static void
run (sqlite3 *db, const char *sql)
{
  char *message = NULL;

  sqlite3_exec (db, sql, NULL, NULL, &message);
  g_assert_cmpstr (message, ==, NULL);
}

void
database_fixture_make (const char *name, const char *path)
{
  static const char *const suffixes[] = { "", "-wal", "-shm" };
  g_autofree char *file = find (name);
  g_autofree char *sql = NULL;
  g_autoptr (GError) error = NULL;
  sqlite3 *db;

  for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++) {
    g_autofree char *old = g_strconcat (path, suffixes[i], NULL);

    g_unlink (old);
  }
  g_file_get_contents (file, &sql, NULL, &error);
  g_assert_no_error (error);
  db = open_plain (path);
  run (db, "PRAGMA synchronous = OFF; PRAGMA journal_mode = MEMORY");
  run (db, sql);
  run (db, "PRAGMA journal_mode = WAL");
  sqlite3_close (db);
}

void
database_fixture_exec (const char *path, const char *sql)
{
  sqlite3 *db = open_plain (path);

  run (db, sql);
  sqlite3_close (db);
}

static char *
get_text (sqlite3 *db, const char *sql)
{
  sqlite3_stmt *query = NULL;
  char *text;

  g_assert_cmpint (sqlite3_prepare_v2 (db, sql, -1, &query, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_step (query), ==, SQLITE_ROW);
  text = g_strdup ((const char *) sqlite3_column_text (query, 0));
  sqlite3_finalize (query);
  return text;
}

int
database_fixture_get_version (const char *path)
{
  sqlite3 *db = open_plain (path);
  g_autofree char *text = get_text (db, "PRAGMA user_version");

  sqlite3_close (db);
  return (int) g_ascii_strtoll (text, NULL, 10);
}

GPtrArray *
database_fixture_list_queries (const char *path)
{
  /* group_concat () follows the order of the rows that it is given */
  static const char sql[] =
    "SELECT printf ('SELECT ''%s: '' || %s FROM \"%s\" ORDER BY 1', m.name, (SELECT group_concat ('quote (\"' || name || "
    "'\")', ' || '','' || ') FROM pragma_table_info (m.name)), m.name) FROM sqlite_schema m WHERE type = 'table' ORDER BY name";
  GPtrArray *queries = g_ptr_array_new_with_free_func (g_free);
  sqlite3_stmt *query = NULL;
  sqlite3 *db = open_plain (path);

  g_assert_cmpint (sqlite3_prepare_v2 (db, sql, -1, &query, NULL), ==, SQLITE_OK);
  while (sqlite3_step (query) == SQLITE_ROW)
    g_ptr_array_add (queries, g_strdup ((const char *) sqlite3_column_text (query, 0)));
  sqlite3_finalize (query);
  sqlite3_close (db);
  g_assert_cmpuint (queries->len, >, 0);
  return queries;
}

char *
database_fixture_print (const char *path, GPtrArray *queries)
{
  GString *out = g_string_new (NULL);
  sqlite3 *db = open_plain (path);

  for (guint i = 0; i < queries->len; i++) {
    sqlite3_stmt *query = NULL;
    int code = sqlite3_prepare_v2 (db, queries->pdata[i], -1, &query, NULL);

    if (code != SQLITE_OK)
      g_error ("%s: %s", (const char *) queries->pdata[i], sqlite3_errmsg (db));
    while ((code = sqlite3_step (query)) == SQLITE_ROW)
      g_string_append_printf (out, "%s\n", (const char *) sqlite3_column_text (query, 0));
    g_assert_cmpint (code, ==, SQLITE_DONE);
    sqlite3_finalize (query);
  }
  sqlite3_close (db);
  return g_string_free (out, FALSE);
}

GBytes *
database_fixture_read (const char *path)
{
  static const char *const suffixes[] = { "", "-wal" };
  GByteArray *all = g_byte_array_new ();

  for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++) {
    g_autofree char *file = g_strconcat (path, suffixes[i], NULL);
    g_autofree char *bytes = NULL;
    gsize length = 0;

    if (g_file_get_contents (file, &bytes, &length, NULL))
      g_byte_array_append (all, (const guint8 *) bytes, (guint) length);
    g_byte_array_append (all, (const guint8 *) &length, sizeof length);
  }
  return g_byte_array_free_to_bytes (all);
}

void
database_fixture_assert_kept (const char *name, guint version)
{
  g_autofree char *full = g_strdup_printf ("%s-%u", name, version);
  g_autofree char *file = find (full);

  if (!g_file_test (file, G_FILE_TEST_EXISTS)) {
    g_test_message ("A step was added to a schema: %s has to be made by what wrote version %u, see the scripts beside it.",
                    file, version);
    g_test_fail ();
  }
}
