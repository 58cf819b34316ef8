/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The server's connection log: what happened to every session, kept for a month, for people who ask why. */
#include "store/hl-registry-connections.h"

#include "store/hl-registry-private.h"

HlConnectionRow *
hl_connection_row_new (gint64 at, const char *location, const char *what, const char *session,
                       const char *device)
{
  HlConnectionRow *self = g_new0 (HlConnectionRow, 1);

  self->at = at;
  self->location = g_strdup (location);
  self->what = g_strdup (what);
  self->session = g_strdup (session);
  self->device = g_strdup (device);
  self->cause = g_strdup ("");
  self->detail = g_strdup ("{}");
  return self;
}

void
hl_connection_row_free (HlConnectionRow *self)
{
  if (self == NULL)
    return;
  g_free (self->location);
  g_free (self->what);
  g_free (self->session);
  g_free (self->device);
  g_free (self->cause);
  g_free (self->detail);
  g_free (self);
}

/* ---- writing ---- */

static gboolean
insert (HlDatabase *db, const HlConnectionRow *row, GError **error)
{
  g_autoptr (HlStatement) statement = hl_database_prepare (
    db,
    "INSERT INTO connection_log (location, at, what, session, device, code, cause, detail) "
    "SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8 "
    "WHERE ?1 IS NULL OR EXISTS (SELECT 1 FROM location WHERE id = ?1)",
    error);

  if (statement == NULL)
    return FALSE;
  hl_statement_bind_text (statement, 1, row->location);
  hl_statement_bind_int (statement, 2, row->at);
  hl_statement_bind_text (statement, 3, row->what);
  hl_statement_bind_text (statement, 4, row->session);
  hl_statement_bind_text (statement, 5, row->device);
  hl_statement_bind_int (statement, 6, row->code);
  hl_statement_bind_text (statement, 7, row->cause);
  hl_statement_bind_text (statement, 8, row->detail);
  return hl_statement_run (statement, error);
}

static gboolean
on_add (HlDatabase *db, gpointer data, GError **error)
{
  GPtrArray *rows = data;

  for (guint i = 0; i < rows->len; i++) {
    if (!insert (db, rows->pdata[i], error))
      return FALSE;
  }
  return TRUE;
}

gboolean
hl_registry_add_connections (HlRegistry *self, GPtrArray *rows, GError **error)
{
  return hl_registry_change (self, HL_STORE_NEED_WRITE, on_add, rows, error);
}

static gboolean
on_begin (HlDatabase *db, gpointer data, GError **error)
{
  const gint64 *now = data;
  const char *none[] = { NULL };

  /* only what came after the former run's own first row can be open still */
  return hl_registry_run (
           db,
           "INSERT INTO connection_log (location, at, what, session, device, code, cause, detail) "
           "SELECT location, ?1, 'close', session, max (device), 1006, 'the server has ended', '{}' "
           "FROM connection_log WHERE session IS NOT NULL AND row > coalesce ("
           "  (SELECT max (row) FROM connection_log WHERE what = 'server' AND cause LIKE 'started%'), 0) "
           "GROUP BY location, session HAVING sum (what = 'close') = 0 AND sum (what = 'open') > 0",
           none, now, 1, error) &&
         hl_registry_run (
           db,
           "INSERT INTO connection_log (at, what, code, cause, detail) "
           "SELECT ?1, 'server', 0, CASE coalesce ("
           "  (SELECT cause FROM connection_log WHERE what = 'server' ORDER BY row DESC LIMIT 1), 'stopping') "
           "WHEN 'stopping' THEN 'started' ELSE 'started after it had not ended in order' END, '{}'",
           none, now, 1, error);
}

gboolean
hl_registry_begin_connections (HlRegistry *self, gint64 now, GError **error)
{
  return hl_registry_change (self, HL_STORE_NEED_WRITE, on_begin, &now, error);
}

/* ---- reading ---- */

HlConnectionRow *
hl_registry_make_connection (HlStatement *statement)
{
  HlConnectionRow *row = g_new0 (HlConnectionRow, 1);

  row->row = hl_statement_get_int (statement, 0);
  row->location = hl_statement_dup_text (statement, 1);
  row->at = hl_statement_get_int (statement, 2);
  row->what = hl_statement_dup_text (statement, 3);
  row->session = hl_statement_dup_text (statement, 4);
  row->device = hl_statement_dup_text (statement, 5);
  row->code = (guint) hl_statement_get_int (statement, 6);
  row->cause = hl_statement_dup_text (statement, 7);
  row->detail = hl_statement_dup_text (statement, 8);
  return row;
}

static gboolean
read_rows (HlDatabase *db, const HlConnectionQuery *query, GPtrArray *rows, GError **error)
{
  g_autoptr (HlStatement) statement = hl_database_prepare (
    db,
    "SELECT " HL_CONNECTION_COLUMNS " FROM connection_log "
    "WHERE row > ?1 AND (at >= ?2 OR (" HL_CONNECTION_IS_FOLD " AND json_extract (detail, '$.until') >= ?2)) "
    "AND (location = ?3 OR (location IS NULL AND ?4 IS NULL)) "
    "AND (?4 IS NULL OR device = ?4 OR session IN "
    "  (SELECT session FROM connection_log WHERE location = ?3 AND what = 'open' "
    "   AND json_extract (detail, '$.label') = ?4) "
    "  OR device IN " /* what became part of another row is of no one session */
    "  (SELECT device FROM connection_log WHERE location = ?3 AND what = 'open' "
    "   AND json_extract (detail, '$.label') = ?4)) "
    "ORDER BY row LIMIT ?5",
    error);
  HlStatementResult result;

  if (statement == NULL)
    return FALSE;
  hl_statement_bind_int (statement, 1, query->after);
  hl_statement_bind_int (statement, 2, query->since);
  hl_statement_bind_text (statement, 3, query->location);
  hl_statement_bind_text (statement, 4, query->device);
  hl_statement_bind_int (statement, 5, query->limit);
  while ((result = hl_statement_step (statement, error)) == HL_STATEMENT_ROW)
    g_ptr_array_add (rows, hl_registry_make_connection (statement));
  return result == HL_STATEMENT_DONE;
}

GPtrArray *
hl_registry_list_connections (HlRegistry *self, const HlConnectionQuery *query, GError **error)
{
  g_autoptr (GPtrArray) rows
      = g_ptr_array_new_with_free_func ((GDestroyNotify) hl_connection_row_free);
  GError *failure = NULL;
  HlDatabase *db;
  gboolean own;

  if (!hl_sqlite_store_enter (self->store, HL_STORE_NEED_READ, &own, error))
    return NULL;
  db = hl_sqlite_store_get_database (self->store);
  if (!hl_registry_need_location (db, query->location, &failure)
      || !read_rows (db, query, rows, &failure)) {
    hl_sqlite_store_fail (self->store, failure, error);
    return NULL;
  }
  return g_steal_pointer (&rows);
}
