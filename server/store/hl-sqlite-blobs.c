/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Snapshots to start fast from, and webhook bodies that could not be read. */
#include "store/hl-sqlite-store-private.h"

#include "util/hl-crc.h"

/* ---- snapshots ---- */

guint32
hl_sqlite_snapshot_crc (const char *location, const HlPosition *position, GBytes *blob)
{
  guint32 crc = hl_crc_add_text (hl_crc_start (), location);
  gsize length;
  const guint8 *data = g_bytes_get_data (blob, &length);

  crc = hl_crc_add_text (crc, position->epoch);
  crc = hl_crc_add_int (crc, (gint64) position->seq);
  crc = hl_crc_add_int (crc, (gint64) position->h);
  return hl_crc_end (hl_crc_add (crc, data, length));
}

HlPosition *
hl_sqlite_snapshot_from_row (HlStatement *row, const char *location, GBytes **blob)
{
  const char *epoch = hl_statement_get_text (row, 0);
  g_autoptr (HlPosition) position = NULL;
  g_autoptr (GBytes) bytes = hl_statement_get_bytes (row, 4);

  if (epoch == NULL || *epoch == '\0' || bytes == NULL)
    return NULL;
  position = hl_position_new (epoch, (guint64) hl_statement_get_int (row, 1), (guint64) hl_statement_get_int (row, 2));
  if (hl_sqlite_snapshot_crc (location, position, bytes) != hl_statement_get_int (row, 3))
    return NULL;
  *blob = g_steal_pointer (&bytes);
  return g_steal_pointer (&position);
}

static gboolean
insert_snapshot (HlDatabase *db, const char *location, const HlPosition *position, GBytes *blob,
                 gint64 now, GError **error)
{
  g_autoptr (HlStatement) insert = hl_database_prepare (
    db,
    "INSERT OR REPLACE INTO snapshot (location, epoch, seq, h, at, crc, blob) "
    "VALUES (?, ?, ?, ?, ?, ?, ?)",
    error);

  if (insert == NULL)
    return FALSE;
  hl_statement_bind_static (insert, 1, location);
  hl_statement_bind_static (insert, 2, position->epoch);
  hl_statement_bind_int (insert, 3, (gint64) position->seq);
  hl_statement_bind_int (insert, 4, (gint64) position->h);
  hl_statement_bind_int (insert, 5, now);
  hl_statement_bind_int (insert, 6, hl_sqlite_snapshot_crc (location, position, blob));
  hl_statement_bind_bytes (insert, 7, blob);
  return hl_statement_run (insert, error);
}

gboolean
hl_sqlite_blobs_put_snapshot (HlStore *store, const char *location, const HlPosition *position,
                              GBytes *blob, gint64 now, GError **error)
{
  HlSqliteStore *self = HL_SQLITE_STORE (store);
  g_autoptr (HlPosition) standing = NULL;
  GError *failure = NULL;
  gboolean own;

  standing = hl_sqlite_log_position_at (store, location, position->seq, error);
  if (standing == NULL)
    return FALSE;
  if (!hl_position_equal (standing, position)) {
    g_set_error (error, HL_STORE_ERROR, HL_STORE_ERROR_CONFLICT,
                 "The snapshot of “%s” is not of this log.", location);
    return FALSE;
  }
  if (!hl_sqlite_store_enter (self, HL_STORE_NEED_WRITE, &own, error))
    return FALSE;
  insert_snapshot (self->db, location, position, blob, now, &failure);
  return hl_sqlite_store_leave (self, own, failure, error);
}

static gboolean
read_snapshot (HlSqliteStore *self, const char *location, HlPosition **position, GBytes **blob,
               GError **error)
{
  g_autoptr (HlStatement) query = hl_database_prepare (
    self->db, "SELECT epoch, seq, h, crc, blob FROM snapshot WHERE location = ?", error);

  if (query == NULL)
    return FALSE;
  hl_statement_bind_static (query, 1, location);
  switch (hl_statement_step (query, error)) {
  case HL_STATEMENT_ERROR:
    return FALSE;
  case HL_STATEMENT_DONE:
    return TRUE;
  case HL_STATEMENT_ROW:
    break;
  }
  *position = hl_sqlite_snapshot_from_row (query, location, blob);
  return TRUE;
}

gboolean
hl_sqlite_blobs_get_snapshot (HlStore *store, const char *location, HlPosition **position,
                              GBytes **blob, GError **error)
{
  HlSqliteStore *self = HL_SQLITE_STORE (store);
  g_autoptr (HlPosition) standing = NULL;
  GError *failure = NULL;
  gboolean own;

  *position = NULL;
  *blob = NULL;
  if (!hl_sqlite_store_enter (self, HL_STORE_NEED_READ, &own, error))
    return FALSE;
  if (!read_snapshot (self, location, position, blob, &failure))
    return hl_sqlite_store_fail (self, failure, error);
  if (*position == NULL)
    return TRUE;
  standing = hl_sqlite_log_position_at (store, location, (*position)->seq, NULL);
  if (!hl_position_equal (standing, *position)) {
    g_clear_pointer (position, hl_position_free);
    g_clear_pointer (blob, g_bytes_unref);
  }
  return TRUE;
}

/* ---- unreadable bodies ---- */

static gboolean
trim_unreadable (HlDatabase *db, const char *location, const char *hook, GError **error)
{
  g_autoptr (HlStatement) trim = hl_database_prepare (
    db,
    "DELETE FROM unreadable WHERE location = ?1 AND hook = ?2 AND row NOT IN "
    "(SELECT row FROM unreadable WHERE location = ?1 AND hook = ?2 ORDER BY row DESC LIMIT ?3)",
    error);

  if (trim == NULL)
    return FALSE;
  hl_statement_bind_static (trim, 1, location);
  hl_statement_bind_static (trim, 2, hook);
  hl_statement_bind_int (trim, 3, HL_STORE_UNREADABLE_ROWS);
  return hl_statement_run (trim, error);
}

static gboolean
insert_unreadable (HlDatabase *db, const char *location, const char *hook, gint64 received,
                   const char *reason, const char *content_type, GBytes *body, GError **error)
{
  g_autoptr (HlStatement) insert = hl_database_prepare (
    db,
    "INSERT INTO unreadable (location, hook, received, reason, content_type, body) "
    "VALUES (?, ?, ?, ?, ?, ?)",
    error);
  gsize length;
  const guint8 *data = g_bytes_get_data (body, &length);

  if (insert == NULL)
    return FALSE;
  hl_statement_bind_static (insert, 1, location);
  hl_statement_bind_static (insert, 2, hook);
  hl_statement_bind_int (insert, 3, received);
  hl_statement_bind_static (insert, 4, reason);
  hl_statement_bind_static (insert, 5, content_type);
  hl_statement_bind_blob (insert, 6, data != NULL ? data : (const guint8 *) "",
                          MIN (length, HL_STORE_UNREADABLE_BYTES));
  return hl_statement_run (insert, error) && trim_unreadable (db, location, hook, error);
}

gboolean
hl_sqlite_blobs_put_unreadable (HlStore *store, const char *location, const char *hook,
                                gint64 received, const char *reason, const char *content_type,
                                GBytes *body, GError **error)
{
  HlSqliteStore *self = HL_SQLITE_STORE (store);
  GError *failure = NULL;
  gboolean own;

  if (!hl_sqlite_store_enter (self, HL_STORE_NEED_WRITE, &own, error))
    return FALSE;
  insert_unreadable (self->db, location, hook, received, reason, content_type, body, &failure);
  return hl_sqlite_store_leave (self, own, failure, error);
}

static HlStoreUnreadable *
unreadable_from_row (HlStatement *row)
{
  HlStoreUnreadable *item = g_new0 (HlStoreUnreadable, 1);

  item->row = hl_statement_get_int (row, 0);
  item->hook = hl_statement_dup_text (row, 1);
  item->received = hl_statement_get_int (row, 2);
  item->reason = hl_statement_dup_text (row, 3);
  item->content_type = hl_statement_dup_text (row, 4);
  item->body = hl_statement_get_bytes (row, 5);
  return item;
}

GPtrArray *
hl_sqlite_blobs_list_unreadable (HlStore *store, const char *location, const char *hook,
                                 GError **error)
{
  HlSqliteStore *self = HL_SQLITE_STORE (store);
  g_autoptr (GPtrArray) list =
    g_ptr_array_new_with_free_func ((GDestroyNotify) hl_store_unreadable_free);
  g_autoptr (HlStatement) query = NULL;
  HlStatementResult result = HL_STATEMENT_ERROR;
  GError *failure = NULL;
  gboolean own;

  if (!hl_sqlite_store_enter (self, HL_STORE_NEED_READ, &own, error))
    return NULL;
  query = hl_database_prepare (self->db,
                               "SELECT row, hook, received, reason, content_type, body "
                               "FROM unreadable WHERE location = ? AND hook = ? ORDER BY row DESC",
                               &failure);
  if (query != NULL) {
    hl_statement_bind_static (query, 1, location);
    hl_statement_bind_static (query, 2, hook);
    while ((result = hl_statement_step (query, &failure)) == HL_STATEMENT_ROW)
      g_ptr_array_add (list, unreadable_from_row (query));
  }
  if (result == HL_STATEMENT_DONE)
    return g_steal_pointer (&list);
  hl_sqlite_store_fail (self, failure, error);
  return NULL;
}
