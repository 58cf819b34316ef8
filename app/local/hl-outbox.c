/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The outbox file, see hl-outbox.h. */
#include "local/hl-outbox.h"

#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>

#include "local/hl-outbox-rescue.h"
#include "local/hl-outbox-rules.h"
#include "local/hl-outbox-swap.h"
#include "util/hl-carve.h"

struct _HlOutbox {
  HlDatabase *db;
};

static const HlDatabaseStep steps[] = {
  { .sql
    = "CREATE TABLE item ("
      " device TEXT NOT NULL, n INTEGER NOT NULL, id TEXT NOT NULL UNIQUE, state INTEGER NOT NULL,"
      " action TEXT, base TEXT, label TEXT, outcome INTEGER NOT NULL, reason INTEGER NOT NULL, "
      "detail TEXT,"
      " seq INTEGER NOT NULL, composed_at INTEGER NOT NULL, composed_boot INTEGER NOT NULL, "
      "boot_id TEXT,"
      " offset INTEGER NOT NULL, decided_at INTEGER NOT NULL, read INTEGER NOT NULL, crc INTEGER "
      "NOT NULL,"
      " PRIMARY KEY (device, n)) WITHOUT ROWID;"
      "CREATE TABLE counter (device TEXT PRIMARY KEY, n INTEGER NOT NULL) WITHOUT ROWID;"
      "CREATE TABLE total (class TEXT PRIMARY KEY, n INTEGER NOT NULL) WITHOUT ROWID;" },
  { .sql = "ALTER TABLE item ADD COLUMN location TEXT;" },
};

#define COLUMNS                                                                                    \
  "device, n, id, state, action, base, label, outcome, reason, detail, seq, composed_at, "         \
  "composed_boot, boot_id, "                                                                       \
  "offset, decided_at, read, crc, location"

/* The counter has no checksum: a row shows that it is too low. A number above this is damage. */
#define HIGHEST "1000000000"

static HlDatabase *
open_file (const char *path, const char *vfs, GError **error)
{
  HlDatabaseOptions options = { .synchronous = HL_DATABASE_SYNC_FULL,
                                .vfs = vfs,
                                .steps = steps,
                                .n_steps = G_N_ELEMENTS (steps) };
  g_autoptr (HlDatabase) db = hl_database_open (path, &options, error);

  if (db == NULL || !hl_database_migrate (db, steps, G_N_ELEMENTS (steps), NULL, error))
    return NULL;
  /* (the full check: a row whose page nothing leads to any more is missing only to the other index) */
  if (!hl_database_check (db, TRUE, error))
    return NULL;
  return g_steal_pointer (&db);
}

static HlOutboxRow *
read_row (HlStatement *statement)
{
  HlOutboxRow *row = g_new0 (HlOutboxRow, 1);

  row->device = hl_statement_dup_text (statement, 0);
  row->n = (guint64)hl_statement_get_int (statement, 1);
  row->id = hl_statement_dup_text (statement, 2);
  row->state = (HlItemState)hl_statement_get_int (statement, 3);
  row->action = hl_statement_dup_text (statement, 4);
  row->base = hl_statement_dup_text (statement, 5);
  row->label = hl_statement_dup_text (statement, 6);
  row->outcome = (int)hl_statement_get_int (statement, 7);
  row->reason = (int)hl_statement_get_int (statement, 8);
  row->detail = hl_statement_dup_text (statement, 9);
  row->seq = (guint64)hl_statement_get_int (statement, 10);
  row->composed_at = hl_statement_get_int (statement, 11);
  row->composed_boot = hl_statement_get_int (statement, 12);
  row->boot_id = hl_statement_dup_text (statement, 13);
  row->offset = hl_statement_get_int (statement, 14);
  row->decided_at = hl_statement_get_int (statement, 15);
  row->read = hl_statement_get_int (statement, 16) != 0;
  row->location = hl_statement_dup_text (statement, 18);
  hl_outbox_row_prove (row, hl_statement_get_int (statement, 17));
  return row;
}

static gboolean
bind_and_run (HlStatement *statement, const HlOutboxRow *row, GError **error)
{
  hl_statement_bind_text (statement, 1, row->device);
  hl_statement_bind_int (statement, 2, (gint64)row->n);
  hl_statement_bind_text (statement, 3, row->id);
  hl_statement_bind_int (statement, 4, row->state);
  hl_statement_bind_text (statement, 5, row->action);
  hl_statement_bind_text (statement, 6, row->base);
  hl_statement_bind_text (statement, 7, row->label);
  hl_statement_bind_int (statement, 8, row->outcome);
  hl_statement_bind_int (statement, 9, row->reason);
  hl_statement_bind_text (statement, 10, row->detail);
  hl_statement_bind_int (statement, 11, (gint64)row->seq);
  hl_statement_bind_int (statement, 12, row->composed_at);
  hl_statement_bind_int (statement, 13, row->composed_boot);
  hl_statement_bind_text (statement, 14, row->boot_id);
  hl_statement_bind_int (statement, 15, row->offset);
  hl_statement_bind_int (statement, 16, row->decided_at);
  hl_statement_bind_int (statement, 17, row->read ? 1 : 0);
  /* what was found damaged stays so: nobody may come to trust it because it was written once more */
  hl_statement_bind_int (statement, 18, row->damaged ? ~hl_outbox_row_get_checksum (row) : hl_outbox_row_get_checksum (row));
  hl_statement_bind_text (statement, 19, row->location);
  return hl_statement_run (statement, error);
}

#define PARAMETERS "?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,?17,?18,?19"

static gboolean
write_row (HlDatabase *db, const HlOutboxRow *row, const char *sql, GError **error)
{
  g_autoptr (HlStatement) statement = hl_database_prepare (db, sql, error);
  return statement != NULL && bind_and_run (statement, row, error);
}

static gboolean
count (HlDatabase *db, const char *class, gint64 n, GError **error)
{
  g_autoptr (HlStatement) statement = hl_database_prepare (
      db, "INSERT INTO total VALUES (?1, ?2) ON CONFLICT (class) DO UPDATE SET n = n + ?2", error);
  if (statement == NULL)
    return FALSE;
  hl_statement_bind_text (statement, 1, class);
  hl_statement_bind_int (statement, 2, n);
  return hl_statement_run (statement, error);
}

static gboolean
raise_counter (HlDatabase *db, const char *device, guint64 n, GError **error)
{
  g_autoptr (HlStatement) statement = hl_database_prepare (
      db, "INSERT INTO counter VALUES (?1, ?2) ON CONFLICT (device) DO UPDATE SET n = max (n, ?2)",
      error);
  if (statement == NULL)
    return FALSE;
  hl_statement_bind_text (statement, 1, device);
  hl_statement_bind_int (statement, 2, (gint64)n);
  return hl_statement_run (statement, error);
}

static gboolean
fill (HlDatabase *db, GPtrArray *rows, const HlOutboxPurged *purged, GHashTable *counters, GError **error)
{
  const struct {
    const char *class;
    guint64 n;
  } totals[] = {
    { "composed", purged->composed }, { "applied", purged->applied }, { "no_op", purged->no_op },
    { "disputed", purged->disputed }, { "refused", purged->refused }, { "withdrawn", purged->withdrawn },
    { "review", purged->review }, { "recount", purged->recount },
  };
  GHashTableIter iter;
  gpointer device, n;
  gboolean ok = TRUE;

  for (guint i = 0; ok && i < G_N_ELEMENTS (totals); i++)
    ok = count (db, totals[i].class, (gint64)totals[i].n, error);
  g_hash_table_iter_init (&iter, counters);
  while (ok && g_hash_table_iter_next (&iter, &device, &n))
    ok = raise_counter (db, device, (guint64)*(gint64 *)n, error);
  for (guint i = 0; ok && i < rows->len; i++) {
    HlOutboxRow *row = g_ptr_array_index (rows, i);
    ok = write_row (db, row, "INSERT INTO item (" COLUMNS ") VALUES (" PARAMETERS ")", error)
         && (row->damaged || raise_counter (db, row->device, row->n, error));
  }
  return ok;
}

/* A whole new file beside the damaged one. */
static gboolean
build (const char *name, const char *vfs, GPtrArray *rows, const HlOutboxPurged *purged, GHashTable *counters, GError **error)
{
  HlDatabase *db = open_file (name, vfs, error);
  gboolean ok = db != NULL && hl_database_begin (db, error);

  if (ok && !fill (db, rows, purged, counters, error)) {
    hl_database_rollback (db);
    ok = FALSE;
  }
  ok = ok && hl_database_commit (db, error) && hl_database_checkpoint (db, error);
  hl_database_close (db);
  return ok;
}

gboolean
hl_outbox_rebuild (const char *path, GPtrArray *rows, const HlOutboxPurged *purged, GHashTable *counters,
                   GError **error)
{
  g_autofree char *name = hl_outbox_swap_begin (path);

  return build (name, NULL, rows, purged, counters, error) && hl_outbox_swap_commit (path, FALSE, error);
}

static gboolean
salvage (const char *path, const char *vfs, GError **error)
{
  g_autoptr (HlOutboxRescue) rescue = hl_outbox_rescue_read (path, error);
  g_autofree char *name = NULL;

  if (rescue == NULL)
    return FALSE;
  name = hl_outbox_swap_begin (path);
  return build (name, vfs, rescue->rows, &rescue->purged, rescue->counters, error)
         && hl_outbox_swap_commit (path, TRUE, error);
}

/* Its first page was never written whole: the power went while it was made, and the journal takes back what there is. */
static gboolean
was_being_made (const char *path, const guint8 *header, gsize length)
{
  static const guint8 magic[] = { 0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7 };
  g_autofree char *journal = g_strconcat (path, "-journal", NULL);
  guint8 start[sizeof magic] = { 0 };
  FILE *file;

  for (gsize i = 0; i < length; i++) {
    if (header[i] != 0)
      return FALSE;
  }
  file = g_fopen (journal, "re");
  if (file == NULL)
    return FALSE;
  if (fread (start, 1, sizeof start, file) != sizeof start)
    memset (start, 0, sizeof start);
  fclose (file);
  return memcmp (start, magic, sizeof magic) == 0;
}

static gboolean
is_header_damaged (const char *path)
{
  guint8 header[HL_CARVE_HEADER_SIZE] = { 0 };
  FILE *file = g_fopen (path, "re");
  gboolean read = file != NULL && fread (header, 1, sizeof header, file) == sizeof header;

  if (file != NULL)
    fclose (file);
  return read && !was_being_made (path, header, sizeof header) && !hl_carve_is_header (header);
}

/* SQLite leaves out, without a word, all that stands in the log behind a place that is damaged. */
static HlDatabase *
open_checked (const char *path, const char *vfs, GError **error)
{
  if (is_header_damaged (path) || hl_carve_is_log_damaged (path)) {
    g_set_error (error, HL_DATABASE_ERROR, HL_DATABASE_ERROR_CORRUPT, "The first page or the log of %s is damaged", path);
    return NULL;
  }
  return open_file (path, vfs, error);
}

HlOutbox *
hl_outbox_open (const char *path, const char *vfs, gboolean *salvaged, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  gboolean in_memory = g_str_equal (path, ":memory:");
  HlDatabase *db;
  HlOutbox *self;

  if (salvaged != NULL)
    *salvaged = FALSE;
  if (!in_memory && !hl_outbox_swap_finish (path, error))
    return NULL;
  db = in_memory ? open_file (path, vfs, &local_error) : open_checked (path, vfs, &local_error);
  if (!in_memory && g_error_matches (local_error, HL_DATABASE_ERROR, HL_DATABASE_ERROR_CORRUPT)) {
    if (!salvage (path, vfs, error))
      return NULL;
    g_clear_error (&local_error);
    db = open_file (path, vfs, &local_error);
  }
  if (db == NULL) {
    g_propagate_error (error, g_steal_pointer (&local_error));
    return NULL;
  }
  if (salvaged != NULL)
    *salvaged = !in_memory && hl_outbox_swap_has_lost (path);
  self = g_new0 (HlOutbox, 1);
  self->db = db;
  return self;
}

void
hl_outbox_close (HlOutbox *self)
{
  if (self == NULL)
    return;
  hl_database_close (self->db);
  g_free (self);
}

static gboolean
get_total (HlDatabase *db, const char *class, guint64 *n, GError **error)
{
  g_autoptr (HlStatement) statement
      = hl_database_prepare (db, "SELECT n FROM total WHERE class = ?1", error);
  HlStatementResult result;

  *n = 0;
  if (statement == NULL)
    return FALSE;
  hl_statement_bind_text (statement, 1, class);
  result = hl_statement_step (statement, error);
  if (result == HL_STATEMENT_ROW)
    *n = (guint64)hl_statement_get_int (statement, 0);
  return result != HL_STATEMENT_ERROR;
}

GPtrArray *
hl_outbox_load (HlOutbox *self, HlOutboxPurged *purged, GError **error)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify)hl_outbox_row_free);
  g_autoptr (HlStatement) statement = NULL;
  HlStatementResult result;

  if (purged != NULL
      && (!get_total (self->db, "composed", &purged->composed, error)
          || !get_total (self->db, "applied", &purged->applied, error)
          || !get_total (self->db, "no_op", &purged->no_op, error)
          || !get_total (self->db, "disputed", &purged->disputed, error)
          || !get_total (self->db, "refused", &purged->refused, error)
          || !get_total (self->db, "withdrawn", &purged->withdrawn, error)
          || !get_total (self->db, "review", &purged->review, error)
          || !get_total (self->db, "recount", &purged->recount, error)))
    return NULL;
  statement = hl_database_prepare (self->db, "SELECT " COLUMNS " FROM item ORDER BY n, composed_at",
                                   error);
  if (statement == NULL)
    return NULL;
  while ((result = hl_statement_step (statement, error)) == HL_STATEMENT_ROW)
    g_ptr_array_add (rows, read_row (statement));
  return result == HL_STATEMENT_ERROR ? NULL : g_steal_pointer (&rows);
}

guint64
hl_outbox_get_counter (HlOutbox *self, const char *device, GError **error)
{
  g_autoptr (HlStatement) statement
      = hl_database_prepare (self->db,
                             "SELECT max (ifnull ((SELECT n FROM counter WHERE device = ?1), 0), "
                             "ifnull ((SELECT max (n) FROM item WHERE device = ?1 AND n < " HIGHEST "), 0))",
                             error);

  if (statement == NULL)
    return 0;
  hl_statement_bind_text (statement, 1, device);
  if (hl_statement_step (statement, error) != HL_STATEMENT_ROW)
    return 0;
  return (guint64)hl_statement_get_int (statement, 0);
}

GHashTable *
hl_outbox_load_counters (HlOutbox *self, GError **error)
{
  g_autoptr (GHashTable) counters = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr (HlStatement) statement
      = hl_database_prepare (self->db,
                             "SELECT device, max (n) FROM (SELECT device, n FROM counter UNION ALL SELECT device, n FROM "
                             "item WHERE n < " HIGHEST ") GROUP BY device",
                             error);
  HlStatementResult result;

  if (statement == NULL)
    return NULL;
  while ((result = hl_statement_step (statement, error)) == HL_STATEMENT_ROW) {
    gint64 *n = g_new (gint64, 1);
    *n = hl_statement_get_int (statement, 1);
    g_hash_table_insert (counters, hl_statement_dup_text (statement, 0), n);
  }
  return result == HL_STATEMENT_ERROR ? NULL : g_steal_pointer (&counters);
}

static gboolean
add_in_transaction (HlOutbox *self, HlOutboxRow *row, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  guint64 n = hl_outbox_get_counter (self, row->device, &local_error) + 1;

  if (local_error != NULL) {
    g_propagate_error (error, g_steal_pointer (&local_error));
    return FALSE;
  }
  if (row->n == 0)
    row->n = n;
  if (row->n < n) {
    g_set_error (error, HL_DATABASE_ERROR, HL_DATABASE_ERROR_CONSTRAINT,
                 "The number %" G_GUINT64_FORMAT " was given out already", row->n);
    return FALSE;
  }
  return raise_counter (self->db, row->device, row->n, error)
         && count (self->db, "composed", 1, error)
         && write_row (self->db, row, "INSERT INTO item (" COLUMNS ") VALUES (" PARAMETERS ")",
                       error)
         && hl_database_commit (self->db, error);
}

gboolean
hl_outbox_add (HlOutbox *self, HlOutboxRow *row, GError **error)
{
  if (!hl_database_begin (self->db, error))
    return FALSE;
  if (add_in_transaction (self, row, error))
    return TRUE;
  hl_database_rollback (self->db);
  return FALSE;
}

gboolean
hl_outbox_update (HlOutbox *self, GPtrArray *rows, GError **error)
{
  gboolean ok;

  if (!hl_database_begin (self->db, error))
    return FALSE;
  ok = TRUE;
  for (guint i = 0; ok && i < rows->len; i++)
    ok = write_row (self->db, g_ptr_array_index (rows, i),
                    "REPLACE INTO item (" COLUMNS ") VALUES (" PARAMETERS ")", error);
  if (ok && hl_database_commit (self->db, error))
    return TRUE;
  hl_database_rollback (self->db);
  return FALSE;
}

gboolean
hl_outbox_adopt (HlOutbox *self, GPtrArray *rows, const char *device, const char *location, GError **error)
{
  g_autoptr (GPtrArray) changed = g_ptr_array_new ();

  for (guint i = 0; i < rows->len; i++) {
    HlOutboxRow *row = g_ptr_array_index (rows, i);

    if (row->location != NULL || row->damaged || g_strcmp0 (row->device, device) != 0)
      continue;
    row->location = g_strdup (location);
    g_ptr_array_add (changed, row);
  }
  return changed->len == 0 || hl_outbox_update (self, changed, error);
}

gboolean
hl_outbox_recount (HlOutbox *self, const char *device, guint64 n, GError **error)
{
  if (!hl_database_begin (self->db, error))
    return FALSE;
  if (raise_counter (self->db, device, n, error)
      && hl_database_exec (self->db, "DELETE FROM total WHERE class = 'recount'", error)
      && hl_database_commit (self->db, error))
    return TRUE;
  hl_database_rollback (self->db);
  return FALSE;
}

static gboolean
remove_row (HlOutbox *self, const HlOutboxRow *row, GError **error)
{
  g_autoptr (HlStatement) statement
      = hl_database_prepare (self->db, "DELETE FROM item WHERE device = ?1 AND n = ?2", error);

  if (statement == NULL)
    return FALSE;
  hl_statement_bind_text (statement, 1, row->device);
  hl_statement_bind_int (statement, 2, (gint64)row->n);
  if (!hl_statement_run (statement, error))
    return FALSE;
  /* what is asked for once more, because nobody knew whether it was done, is counted once */
  return hl_database_get_changes (self->db) == 0 || count (self->db, hl_outbox_get_class (row), 1, error);
}

gboolean
hl_outbox_forget (HlOutbox *self, GPtrArray *rows, GError **error)
{
  gboolean ok = TRUE;

  if (!hl_database_begin (self->db, error))
    return FALSE;
  for (guint i = 0; ok && i < rows->len; i++)
    ok = remove_row (self, g_ptr_array_index (rows, i), error);
  if (ok && hl_database_commit (self->db, error))
    return TRUE;
  hl_database_rollback (self->db);
  return FALSE;
}

gboolean
hl_outbox_sweep (HlOutbox *self, GError **error)
{
  return hl_database_compact (self->db, error);
}

gboolean
hl_outbox_purge (HlOutbox *self, const HlOutboxTime *now, guint *n, GError **error)
{
  g_autoptr (GPtrArray) rows = hl_outbox_load (self, NULL, error);
  gboolean ok = TRUE;

  *n = 0;
  if (rows == NULL || !hl_database_begin (self->db, error))
    return FALSE;
  for (guint i = 0; ok && i < rows->len; i++) {
    HlOutboxRow *row = g_ptr_array_index (rows, i);
    if (!hl_outbox_is_finished (row, now))
      continue;
    ok = remove_row (self, row, error);
    ++*n;
  }
  if (ok && hl_database_commit (self->db, error))
    return TRUE;
  hl_database_rollback (self->db);
  return FALSE;
}
