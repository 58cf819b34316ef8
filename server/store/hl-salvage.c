/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Making a new store out of what can still be read of a damaged one. */
#include "store/hl-salvage.h"

#include <glib/gstdio.h>

#include "store/hl-salvage-private.h"

typedef struct {
  HlDatabase *db;
  HlSalvageDropped *dropped;
  GError *error;
} Taking;

static gboolean
on_record (const HlCarveRecord *record, gpointer user_data)
{
  Taking *taking = user_data;

  return hl_salvage_take_record (taking->db, record, taking->dropped, &taking->error);
}

static gboolean
on_old_record (const HlCarveRecord *record, gpointer user_data)
{
  Taking *taking = user_data;

  return hl_salvage_take_old_record (taking->db, record, &taking->error);
}

static gboolean
take_all (HlDatabase *db, const char *from, HlSalvageDropped *dropped, GError **error)
{
  Taking taking = { .db = db, .dropped = dropped };
  GError *cause = NULL;

  if (hl_carve (from, on_record, &taking, &cause)
      && (dropped->proved > 0 || hl_carve (from, on_old_record, &taking, &cause)))
    return TRUE;
  g_propagate_error (error, cause != NULL ? cause : taking.error);
  return FALSE;
}

/* A hook whose provider need not sign would take anything from anybody once its secret is gone. */
static gboolean
close_hooks (HlDatabase *db, const HlSalvageDropped *dropped, GError **error)
{
  return dropped->secrets == 0
         || hl_database_exec (db, "DELETE FROM hook_path WHERE hook NOT IN (SELECT hook FROM hook_secret)", error);
}

static gboolean
list_locations (HlDatabase *db, GHashTable *remade, HlRepairReport *report, GError **error)
{
  g_autoptr (HlStatement) query =
    hl_database_prepare (db, "SELECT id FROM location ORDER BY id", error);
  HlStatementResult result;

  if (query == NULL)
    return FALSE;
  while ((result = hl_statement_step (query, error)) == HL_STATEMENT_ROW) {
    HlRepairLocation *location = hl_repair_report_add (report, hl_statement_get_text (query, 0));

    location->row_lost = g_hash_table_contains (remade, location->id);
  }
  return result == HL_STATEMENT_DONE;
}

static gboolean
count_rest (HlDatabase *db, HlRepairReport *report, GError **error)
{
  const struct {
    guint *count;
    const char *sql;
  } counts[] = {
    { &report->tokens, "SELECT count (*) FROM token" },
    { &report->devices, "SELECT count (*) FROM device" },
    { &report->hooks, "SELECT count (*) FROM hook" },
    { &report->subscribers, "SELECT count (*) FROM subscriber" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (counts); i++) {
    gint64 n = hl_database_get_int (db, counts[i].sql, -1, error);

    if (n < 0)
      return FALSE;
    *counts[i].count = (guint) n;
  }
  return TRUE;
}

static gboolean
fill (HlDatabase *db, const char *from, HlRepairReport *report, GError **error)
{
  g_autoptr (GHashTable) remade = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  if (!take_all (db, from, &report->dropped, error) || !close_hooks (db, &report->dropped, error) ||
      !hl_salvage_join_rows (db, report->at, remade, error) ||
      !list_locations (db, remade, report, error))
    return FALSE;
  for (guint i = 0; i < report->locations->len; i++) {
    HlRepairLocation *location = report->locations->pdata[i];

    if (!hl_salvage_mend_log (db, location, report->at, error) ||
        !hl_salvage_mend_keys (db, location, report->at, error))
      return FALSE;
  }
  return count_rest (db, report, error);
}

static gboolean
build (const char *from, const char *to, HlRepairReport *report, GError **error)
{
  HlDatabaseOptions options = { .synchronous = HL_DATABASE_SYNC_FULL };
  g_autoptr (HlDatabase) db = hl_database_open (to, &options, error);

  /* Nobody else sees the file yet, and only the whole of it counts: synced at the end. Rows come before
   * the rows that they belong to. */
  if (db == NULL ||
      !hl_database_migrate (db, hl_sqlite_schema_steps, hl_sqlite_schema_n_steps, NULL, error) ||
      !hl_database_exec (db,
                         "PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF;"
                         "PRAGMA foreign_keys = OFF;",
                         error) ||
      !hl_database_begin (db, error))
    return FALSE;
  if (!fill (db, from, report, error)) {
    hl_database_rollback (db);
    return FALSE;
  }
  return hl_database_commit (db, error) &&
         hl_database_exec (db, "PRAGMA synchronous = FULL; PRAGMA journal_mode = WAL", error) &&
         hl_database_check (db, FALSE, error) && hl_database_checkpoint (db, error);
}

static void
remove_file (const char *path)
{
  static const char *const suffixes[] = { "", "-wal", "-shm", "-journal" };

  for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++) {
    g_autofree char *name = g_strconcat (path, suffixes[i], NULL);

    g_unlink (name);
  }
}

gboolean
hl_salvage (const char *from, const char *to, HlRepairReport *report, GError **error)
{
  GError *cause = NULL;

  remove_file (to);
  if (build (from, to, report, &cause) && hl_database_sync_file (to, &cause))
    return TRUE;
  remove_file (to);
  g_set_error (error, HL_STORE_ERROR,
               g_error_matches (cause, HL_DATABASE_ERROR, HL_DATABASE_ERROR_FULL)
                 ? HL_STORE_ERROR_FULL
                 : HL_STORE_ERROR_FAILED,
               "%s cannot be repaired: %s", from,
               cause != NULL ? cause->message : "the new file cannot be read");
  g_clear_error (&cause);
  return FALSE;
}
