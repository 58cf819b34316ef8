/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What makes a repeated request harmless: request keys, event keys, action outcomes, device marks. */
#include "store/hl-sqlite-proof.h"
#include "store/hl-sqlite-store-private.h"

#include <string.h>

/* Asks one row with up to four text parameters; @number, if not 0, is bound after them. */
static HlStatementResult
ask (HlStatement *query, const char *const *texts, guint64 number, GError **error)
{
  int index = 1;

  for (; *texts != NULL; texts++)
    hl_statement_bind_static (query, index++, *texts);
  if (number != 0)
    hl_statement_bind_int (query, index, (gint64) number);
  return hl_statement_step (query, error);
}

static gboolean
already_there (const char *what, GError **error)
{
  g_set_error (error, HL_STORE_ERROR, HL_STORE_ERROR_EXISTS, "This %s is known already.", what);
  return FALSE;
}

/* An insertion whose key may be taken is a caller's mistake that must not end the group. */
static gboolean
insert_new (HlStatement *insert, const char *what, GError **error)
{
  GError *failure = NULL;

  if (hl_statement_run (insert, &failure))
    return TRUE;
  if (!g_error_matches (failure, HL_DATABASE_ERROR, HL_DATABASE_ERROR_CONSTRAINT)) {
    g_propagate_error (error, failure);
    return FALSE;
  }
  g_error_free (failure);
  return already_there (what, error);
}

static gboolean
location_exists (HlDatabase *db, const char *location, GError **error)
{
  const char *texts[] = { location, NULL };
  g_autoptr (HlStatement) query =
    hl_database_prepare (db, "SELECT 1 FROM location WHERE id = ?", error);

  if (query == NULL)
    return FALSE;
  switch (ask (query, texts, 0, error)) {
  case HL_STATEMENT_ROW:
    return TRUE;
  case HL_STATEMENT_DONE:
    return hl_sqlite_store_unknown_location (location, error);
  case HL_STATEMENT_ERROR:
    break;
  }
  return FALSE;
}

/* ---- requests ---- */

gboolean
hl_sqlite_keys_lookup_request (HlStore *store, const char *location, const char *source,
                               const char *key, HlStoreRequest **request, GError **error)
{
  HlSqliteStore *self = HL_SQLITE_STORE (store);
  const char *texts[] = { location, source, key, NULL };
  g_autoptr (HlStatement) query = NULL;
  g_autoptr (HlStoreRequest) found = NULL;
  GError *failure = NULL;
  const guint8 *fingerprint;
  gsize length = 0;
  gboolean own;

  *request = NULL;
  if (!hl_sqlite_store_enter (self, HL_STORE_NEED_READ, &own, error))
    return FALSE;
  query = hl_database_prepare (self->db,
                               "SELECT fingerprint, status, answer, at FROM request "
                               "WHERE location = ? AND source = ? AND key = ? AND " HL_PROVED (REQUEST, ""),
                               &failure);
  if (query == NULL)
    return hl_sqlite_store_fail (self, failure, error);
  switch (ask (query, texts, 0, &failure)) {
  case HL_STATEMENT_ERROR:
    return hl_sqlite_store_fail (self, failure, error);
  case HL_STATEMENT_DONE:
    return TRUE;
  case HL_STATEMENT_ROW:
    break;
  }
  found = g_new0 (HlStoreRequest, 1);
  fingerprint = hl_statement_get_blob (query, 0, &length);
  if (length == HL_STORE_FINGERPRINT_BYTES)
    memcpy (found->fingerprint, fingerprint, length);
  found->status = (guint) hl_statement_get_int (query, 1);
  found->answer = hl_statement_dup_text (query, 2);
  found->at = hl_statement_get_int (query, 3);
  *request = g_steal_pointer (&found);
  return TRUE;
}

static gboolean
insert_request (HlDatabase *db, const char *location, const char *source, const char *key,
                const guint8 *fingerprint, guint status, const char *answer, gint64 now,
                GError **error)
{
  g_autoptr (HlStatement) insert = NULL;

  if (!location_exists (db, location, error))
    return FALSE;
  insert = hl_database_prepare (db,
                                "INSERT INTO request (location, source, key, fingerprint, "
                                "status, answer, at, crc) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, "
                                "hl_crc ('request', ?1, ?2, ?3, ?4, ?5, ?6, ?7))",
                                error);
  if (insert == NULL)
    return FALSE;
  hl_statement_bind_static (insert, 1, location);
  hl_statement_bind_static (insert, 2, source);
  hl_statement_bind_static (insert, 3, key);
  hl_statement_bind_blob (insert, 4, fingerprint, HL_STORE_FINGERPRINT_BYTES);
  hl_statement_bind_int (insert, 5, status);
  hl_statement_bind_static (insert, 6, answer);
  hl_statement_bind_int (insert, 7, now);
  return insert_new (insert, "request key", error);
}

gboolean
hl_sqlite_keys_put_request (HlStore *store, const char *location, const char *source,
                            const char *key, const guint8 *fingerprint, guint status,
                            const char *answer, gint64 now, GError **error)
{
  HlSqliteStore *self = HL_SQLITE_STORE (store);
  GError *failure = NULL;
  gboolean own;

  if (!hl_sqlite_store_enter (self, HL_STORE_NEED_WRITE, &own, error))
    return FALSE;
  insert_request (self->db, location, source, key, fingerprint, status, answer, now, &failure);
  return hl_sqlite_store_leave (self, own, failure, error);
}

/* ---- event keys ---- */

gboolean
hl_sqlite_keys_lookup_event_key (HlStore *store, const char *location, const char *source_kind,
                                 const char *source, const char *key, guint64 *seq, GError **error)
{
  HlSqliteStore *self = HL_SQLITE_STORE (store);
  const char *texts[] = { location, source_kind, source, key, NULL };
  g_autoptr (HlStatement) query = NULL;
  GError *failure = NULL;
  HlStatementResult result = HL_STATEMENT_ERROR;
  gboolean own;

  *seq = 0;
  if (!hl_sqlite_store_enter (self, HL_STORE_NEED_READ, &own, error))
    return FALSE;
  query = hl_database_prepare (self->db,
                               "SELECT seq FROM event_key WHERE location = ? AND source_kind = ? "
                               "AND source = ? AND key = ? AND " HL_PROVED (EVENT_KEY, ""),
                               &failure);
  if (query != NULL)
    result = ask (query, texts, 0, &failure);
  if (result == HL_STATEMENT_ERROR)
    return hl_sqlite_store_fail (self, failure, error);
  if (result == HL_STATEMENT_ROW)
    *seq = (guint64) hl_statement_get_int (query, 0);
  return TRUE;
}

static gboolean
insert_event_key (HlDatabase *db, const char *location, const char *source_kind,
                  const char *source, const char *key, guint64 seq, GError **error)
{
  g_autoptr (HlStatement) insert = NULL;

  if (!location_exists (db, location, error))
    return FALSE;
  insert = hl_database_prepare (
    db,
    "INSERT INTO event_key (location, source_kind, source, key, seq, crc) VALUES (?1, ?2, ?3, ?4, ?5, "
    "hl_crc ('event_key', ?1, ?2, ?3, ?4, ?5))",
    error);
  if (insert == NULL)
    return FALSE;
  hl_statement_bind_static (insert, 1, location);
  hl_statement_bind_static (insert, 2, source_kind);
  hl_statement_bind_static (insert, 3, source);
  hl_statement_bind_static (insert, 4, key);
  hl_statement_bind_int (insert, 5, (gint64) seq);
  return insert_new (insert, "event key", error);
}

gboolean
hl_sqlite_keys_put_event_key (HlStore *store, const char *location, const char *source_kind,
                              const char *source, const char *key, guint64 seq, GError **error)
{
  HlSqliteStore *self = HL_SQLITE_STORE (store);
  GError *failure = NULL;
  gboolean own;

  if (!hl_sqlite_store_enter (self, HL_STORE_NEED_WRITE, &own, error))
    return FALSE;
  insert_event_key (self->db, location, source_kind, source, key, seq, &failure);
  return hl_sqlite_store_leave (self, own, failure, error);
}

/* ---- outcomes and marks ---- */

static gboolean
find_outcome (HlSqliteStore *self, const char *sql, const char *const *texts, guint64 number,
              HlStoreOutcome **outcome, GError **error)
{
  g_autoptr (HlStatement) query = NULL;
  HlStatementResult result = HL_STATEMENT_ERROR;
  GError *failure = NULL;
  gboolean own;

  *outcome = NULL;
  if (!hl_sqlite_store_enter (self, HL_STORE_NEED_READ, &own, error))
    return FALSE;
  query = hl_database_prepare (self->db, sql, &failure);
  if (query != NULL)
    result = ask (query, texts, number, &failure);
  if (result == HL_STATEMENT_ERROR)
    return hl_sqlite_store_fail (self, failure, error);
  if (result == HL_STATEMENT_ROW) {
    *outcome = g_new0 (HlStoreOutcome, 1);
    (*outcome)->act = hl_statement_dup_text (query, 0);
    (*outcome)->n = (guint64) hl_statement_get_int (query, 1);
    (*outcome)->outcome = hl_statement_dup_text (query, 2);
    (*outcome)->at = hl_statement_get_int (query, 3);
  }
  return TRUE;
}

gboolean
hl_sqlite_keys_lookup_outcome (HlStore *store, const char *location, const char *device,
                               const char *act, HlStoreOutcome **outcome, GError **error)
{
  const char *texts[] = { location, device, act, NULL };

  return find_outcome (HL_SQLITE_STORE (store),
                       "SELECT act, ifnull (n, 0), outcome, at FROM outcome "
                       "WHERE location = ? AND device = ? AND act = ? AND " HL_PROVED (OUTCOME, ""),
                       texts, 0, outcome, error);
}

gboolean
hl_sqlite_keys_lookup_outcome_n (HlStore *store, const char *location, const char *device,
                                 guint64 n, HlStoreOutcome **outcome, GError **error)
{
  const char *texts[] = { location, device, NULL };

  g_return_val_if_fail (n > 0, FALSE);

  return find_outcome (HL_SQLITE_STORE (store),
                       "SELECT act, n, outcome, at FROM outcome "
                       "WHERE location = ? AND device = ? AND n = ? AND " HL_PROVED (OUTCOME, ""),
                       texts, n, outcome, error);
}

static gboolean
raise_mark (HlDatabase *db, const char *location, const char *device, guint64 n, GError **error)
{
  g_autoptr (HlStatement) raise = hl_database_prepare (
    db,
    "INSERT INTO mark (location, device, n, crc) VALUES (?1, ?2, ?3, hl_crc ('mark', ?1, ?2, ?3)) "
    "ON CONFLICT (location, device) DO UPDATE SET n = max (n, excluded.n), "
    "crc = hl_crc ('mark', location, device, max (n, excluded.n))",
    error);

  if (raise == NULL)
    return FALSE;
  hl_statement_bind_static (raise, 1, location);
  hl_statement_bind_static (raise, 2, device);
  hl_statement_bind_int (raise, 3, (gint64) n);
  return hl_statement_run (raise, error);
}

static gboolean
insert_outcome (HlDatabase *db, const char *location, const char *device, guint64 n,
                const char *act, const char *outcome, gint64 now, GError **error)
{
  g_autoptr (HlStatement) insert = NULL;

  if (!location_exists (db, location, error))
    return FALSE;
  insert = hl_database_prepare (db,
                                "INSERT INTO outcome (location, device, act, n, outcome, at, crc) "
                                "VALUES (?1, ?2, ?3, nullif (?4, 0), ?5, ?6, "
                                "hl_crc ('outcome', ?1, ?2, ?3, nullif (?4, 0), ?5, ?6))",
                                error);
  if (insert == NULL)
    return FALSE;
  hl_statement_bind_static (insert, 1, location);
  hl_statement_bind_static (insert, 2, device);
  hl_statement_bind_static (insert, 3, act);
  hl_statement_bind_int (insert, 4, (gint64) n);
  hl_statement_bind_static (insert, 5, outcome);
  hl_statement_bind_int (insert, 6, now);
  if (!insert_new (insert, "action", error))
    return FALSE;
  return n == 0 || raise_mark (db, location, device, n, error);
}

gboolean
hl_sqlite_keys_put_outcome (HlStore *store, const char *location, const char *device, guint64 n,
                            const char *act, const char *outcome, gint64 now, GError **error)
{
  HlSqliteStore *self = HL_SQLITE_STORE (store);
  GError *failure = NULL;
  gboolean own;

  if (!hl_sqlite_store_enter (self, HL_STORE_NEED_WRITE, &own, error))
    return FALSE;
  insert_outcome (self->db, location, device, n, act, outcome, now, &failure);
  return hl_sqlite_store_leave (self, own, failure, error);
}

gboolean
hl_sqlite_keys_get_mark (HlStore *store, const char *location, const char *device, guint64 *n,
                         GError **error)
{
  HlSqliteStore *self = HL_SQLITE_STORE (store);
  const char *texts[] = { location, device, NULL };
  g_autoptr (HlStatement) query = NULL;
  HlStatementResult result = HL_STATEMENT_ERROR;
  GError *failure = NULL;
  gboolean own;

  *n = 0;
  if (!hl_sqlite_store_enter (self, HL_STORE_NEED_READ, &own, error))
    return FALSE;
  query = hl_database_prepare (
    self->db, "SELECT n FROM mark WHERE location = ? AND device = ? AND " HL_PROVED (MARK, ""), &failure);
  if (query != NULL)
    result = ask (query, texts, 0, &failure);
  if (result == HL_STATEMENT_ERROR)
    return hl_sqlite_store_fail (self, failure, error);
  if (result == HL_STATEMENT_ROW)
    *n = (guint64) hl_statement_get_int (query, 0);
  return TRUE;
}

/* ---- forgetting ---- */

static gboolean
forget (HlDatabase *db, const char *sql, gint64 before, guint max_rows, guint *removed,
        GError **error)
{
  g_autoptr (HlStatement) purge = hl_database_prepare (db, sql, error);

  if (purge == NULL)
    return FALSE;
  hl_statement_bind_int (purge, 1, before);
  hl_statement_bind_int (purge, 2, max_rows);
  if (!hl_statement_run (purge, error))
    return FALSE;
  *removed += (guint) hl_database_get_changes (db);
  return TRUE;
}

gboolean
hl_sqlite_keys_purge (HlStore *store, gint64 before, guint max_rows, guint *removed,
                      GError **error)
{
  /* The marks stay: a device's counter is refused under its mark even when the outcome is forgotten. */
  static const char *const statements[] = {
    "DELETE FROM request WHERE (location, source, key) IN "
    "(SELECT location, source, key FROM request WHERE at < ?1 LIMIT ?2)",
    "DELETE FROM outcome WHERE (location, device, act) IN "
    "(SELECT location, device, act FROM outcome WHERE at < ?1 LIMIT ?2)",
    "DELETE FROM unreadable WHERE row IN "
    "(SELECT row FROM unreadable WHERE received < ?1 LIMIT ?2)",
  };
  HlSqliteStore *self = HL_SQLITE_STORE (store);
  GError *failure = NULL;
  guint count = 0;
  gboolean own;

  if (!hl_sqlite_store_enter (self, HL_STORE_NEED_WRITE_ALWAYS, &own, error))
    return FALSE;
  for (guint i = 0; failure == NULL && i < G_N_ELEMENTS (statements); i++)
    forget (self->db, statements[i], before, max_rows, &count, &failure);
  if (!hl_sqlite_store_leave (self, own, failure, error))
    return FALSE;
  if (removed != NULL)
    *removed = count;
  return TRUE;
}
