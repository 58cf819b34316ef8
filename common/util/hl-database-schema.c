/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Comparing the tables of a database with those that its version ought to have. */
#include "util/hl-database.h"

#define MAX_VERSION 1000 /* what is above is no version but damage */

/* The tables of a file, as one text. */
static char *
print_schema (HlDatabase *db, GError **error)
{
  g_autoptr (HlStatement) query = hl_database_prepare (
      db,
      "SELECT type, name, tbl_name, ifnull (sql, '') FROM sqlite_schema ORDER BY type, name", error);
  GString *text = g_string_new (NULL);
  HlStatementResult result = HL_STATEMENT_ERROR;

  if (query != NULL) {
    while ((result = hl_statement_step (query, error)) == HL_STATEMENT_ROW) {
      for (int i = 0; i < 4; i++) {
        g_string_append_printf (text, "%s\n", hl_statement_get_text (query, i));
      }
    }
  }
  return g_string_free (text, result != HL_STATEMENT_DONE);
}

/* As this program would have made them at @version. */
static char *
print_expected (const HlDatabaseStep *steps, guint version, GError **error)
{
  g_autoptr (HlDatabase) db = hl_database_open (":memory:", NULL, error);

  if (db == NULL || !hl_database_migrate (db, steps, version, NULL, error)) {
    return NULL;
  }
  return print_schema (db, error);
}

static gboolean
check (HlDatabase *db, const HlDatabaseStep *steps, guint n_steps, GError **error)
{
  g_autoptr (GError) local = NULL;
  int version = hl_database_get_version (db, &local);
  if (local != NULL) {
    g_propagate_error (error, g_steal_pointer (&local));
    return FALSE;
  }
  if (version < 0) { /* its uppermost bit is damaged */
    g_set_error (error, HL_DATABASE_ERROR, HL_DATABASE_ERROR_CORRUPT, "the schema is %d", version);
    return FALSE;
  }
  g_autofree char *found = print_schema (db, error);
  if (found == NULL) {
    return FALSE;
  }
  /* A newer version has other tables; the number alone may be what is damaged. */
  g_autofree char *expected = print_expected (steps, MIN ((guint) version, n_steps), error);
  if (expected == NULL) {
    return FALSE;
  }
  if ((guint) version <= n_steps && g_str_equal (found, expected)) {
    return TRUE;
  }
  if ((guint) version > n_steps && version < MAX_VERSION && !g_str_equal (found, expected)) {
    g_set_error (error, HL_DATABASE_ERROR, HL_DATABASE_ERROR_NEWER,
                 "written by a newer version of Hostline (schema %d, this one knows %u)", version,
                 n_steps);
    return FALSE;
  }
  g_set_error (error, HL_DATABASE_ERROR, HL_DATABASE_ERROR_CORRUPT,
               "the tables are not those of schema %d", version);
  return FALSE;
}

gboolean
hl_database_check_schema (HlDatabase *db, const HlDatabaseStep *steps, guint n_steps,
                          GError **error)
{
  g_return_val_if_fail (db != NULL && steps != NULL && !hl_database_in_transaction (db), FALSE);

  /* number and tables of one moment: another process may be migrating */
  if (!hl_database_exec (db, "BEGIN", error)) {
    return FALSE;
  }
  gboolean ok = check (db, steps, n_steps, error);
  hl_database_rollback (db);
  return ok;
}
