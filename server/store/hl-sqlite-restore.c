/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Putting a backup in the place of the store. */
#include "store/hl-sqlite-restore.h"

#include <errno.h>
#include <glib/gstdio.h>

#include "store/hl-sqlite-store-private.h"
#include "store/hl-sqlite-swap.h"
#include "util/hl-id.h"

#define EPOCH_CHARACTERS 8
#define FOLDER "restoring" /* in the data folder: a store of its own until it is put in its place */

static gboolean
fail (GError *cause, const char *file, GError **error)
{
  HlStoreError code = HL_STORE_ERROR_FAILED;

  if (g_error_matches (cause, HL_DATABASE_ERROR, HL_DATABASE_ERROR_NEWER))
    code = HL_STORE_ERROR_NEWER;
  else if (g_error_matches (cause, HL_DATABASE_ERROR, HL_DATABASE_ERROR_CORRUPT))
    code = HL_STORE_ERROR_CORRUPT;
  else if (g_error_matches (cause, HL_DATABASE_ERROR, HL_DATABASE_ERROR_FULL))
    code = HL_STORE_ERROR_FULL;
  g_set_error (error, HL_STORE_ERROR, code, "%s cannot be restored: %s", file, cause->message);
  g_error_free (cause);
  return FALSE;
}

/* A compact copy of @file at @copy, after a full check. Returns: FALSE with an HL_DATABASE_ERROR */
static gboolean
copy_checked (const char *file, const char *copy, GError **error)
{
  HlDatabaseOptions options = { .synchronous = HL_DATABASE_SYNC_FULL, .read_only = TRUE };
  g_autoptr (HlDatabase) db = hl_database_open (file, &options, error);
  int version;

  if (db == NULL)
    return FALSE;
  version = hl_database_get_version (db, error);
  if (version < 0)
    return FALSE;
  if (version == 0 || (guint) version > hl_sqlite_schema_n_steps) {
    g_set_error (error, HL_DATABASE_ERROR,
                 version == 0 ? HL_DATABASE_ERROR_CORRUPT : HL_DATABASE_ERROR_NEWER,
                 version == 0 ? "it is no store of Hostline"
                              : "it was written by a newer version of Hostline");
    return FALSE;
  }
  return hl_database_check (db, TRUE, error) &&
         hl_database_exec (db, "PRAGMA query_only = OFF", error) &&
         hl_database_backup (db, copy, error);
}

static gboolean
renew_epoch (HlDatabase *db, const char *location, GError **error)
{
  g_autoptr (HlStatement) update =
    hl_database_prepare (db, "UPDATE location SET epoch = ? WHERE id = ?", error);
  g_autofree char *epoch = hl_id_random_base32 (EPOCH_CHARACTERS);

  if (update == NULL)
    return FALSE;
  hl_statement_bind_text (update, 1, epoch);
  hl_statement_bind_text (update, 2, location);
  return hl_statement_run (update, error);
}

static gboolean
renew_epochs (HlDatabase *db, GError **error)
{
  g_autoptr (HlStatement) query = NULL;
  g_autoptr (GPtrArray) locations = g_ptr_array_new_with_free_func (g_free);
  HlStatementResult result;

  query = hl_database_prepare (db, "SELECT id FROM location", error);
  if (query == NULL)
    return FALSE;
  while ((result = hl_statement_step (query, error)) == HL_STATEMENT_ROW)
    g_ptr_array_add (locations, hl_statement_dup_text (query, 0));
  if (result == HL_STATEMENT_ERROR)
    return FALSE;
  for (guint i = 0; i < locations->len; i++) {
    if (!renew_epoch (db, locations->pdata[i], error))
      return FALSE;
  }
  /* Codes that were open at the time of the backup are over; snapshots carry the old epoch. */
  return hl_database_exec (db, "DELETE FROM pairing; DELETE FROM snapshot", error);
}

static gboolean
prepare (const char *copy, GError **error)
{
  HlDatabaseOptions options = { .synchronous = HL_DATABASE_SYNC_FULL };
  g_autoptr (HlDatabase) db = hl_database_open (copy, &options, error);

  if (db == NULL ||
      !hl_database_migrate (db, hl_sqlite_schema_steps, hl_sqlite_schema_n_steps, NULL, error) ||
      !hl_database_begin (db, error))
    return FALSE;
  if (!renew_epochs (db, error)) {
    hl_database_rollback (db);
    return FALSE;
  }
  return hl_database_commit (db, error) && hl_database_checkpoint (db, error);
}

/* The former store's last writes into its file. One that is damaged beyond that is moved away as it is. */
static void
settle (const char *path)
{
  HlDatabaseOptions options = { .synchronous = HL_DATABASE_SYNC_FULL };
  g_autoptr (HlDatabase) db = hl_database_open (path, &options, NULL);

  if (db != NULL)
    hl_database_checkpoint (db, NULL);
}

static gboolean
swap (const char *directory, gint64 now, char **kept, GError **error)
{
  g_autofree char *path = g_build_filename (directory, HL_SQLITE_STORE_FILE, NULL);
  g_autofree char *away = g_strdup_printf (HL_SQLITE_STORE_FILE ".before-restore-%" G_GINT64_FORMAT,
                                           now / 1000);
  gboolean exists = g_file_test (path, G_FILE_TEST_EXISTS);

  if (exists)
    settle (path);
  if (!hl_sqlite_swap (directory, FOLDER "/" HL_SQLITE_STORE_FILE, away, error))
    return FALSE;
  if (kept != NULL && exists)
    *kept = g_build_filename (directory, away, NULL);
  return TRUE;
}

static void
remove_folder (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *path = g_build_filename (folder, name, NULL);

    g_unlink (path);
  }
  g_rmdir (folder);
}

static gboolean
restore (const char *directory, const char *folder, const char *file, gint64 now,
         HlSqliteRestoreFunc func, gpointer user_data, char **kept, GError **error)
{
  g_autofree char *copy = g_build_filename (folder, HL_SQLITE_STORE_FILE, NULL);
  GError *cause = NULL;

  if (!copy_checked (file, copy, &cause) || !prepare (copy, &cause))
    return fail (cause, file, error);
  if (func != NULL && !func (folder, user_data, error))
    return FALSE;
  if (!hl_database_sync_file (copy, &cause))
    return fail (cause, file, error);
  return swap (directory, now, kept, error);
}

gboolean
hl_sqlite_restore (const char *directory, const char *file, gint64 now, HlSqliteRestoreFunc func,
                   gpointer user_data, char **kept, GError **error)
{
  g_autofree char *folder = g_build_filename (directory, FOLDER, NULL);
  gboolean done;

  if (kept != NULL)
    *kept = NULL;
  /* An earlier one may have been cut short with the store in that folder, and nothing in its place. */
  if (!hl_sqlite_swap_finish (directory, error))
    return FALSE;
  remove_folder (folder);
  if (g_mkdir_with_parents (folder, 0700) != 0) {
    g_set_error (error, HL_STORE_ERROR, HL_STORE_ERROR_FAILED, "Cannot create %s: %s", folder,
                 g_strerror (errno));
    return FALSE;
  }
  done = restore (directory, folder, file, now, func, user_data, kept, error);
  if (!hl_sqlite_swap_is_pending (directory)) /* else the next start finishes it */
    remove_folder (folder);
  return done;
}
