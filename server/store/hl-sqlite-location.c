/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rows of the locations in the SQLite store. */
#include "store/hl-sqlite-location.h"

#include <string.h>

#include "store/hl-sqlite-proof.h"
#include "store/hl-sqlite-store-private.h"
#include "util/hl-id.h"

#define EPOCH_CHARACTERS 8 /* 40 random bits: a label that must differ, not a secret */

static gboolean
check_text (const char *what, const char *text, gsize max, GError **error)
{
  if (text != NULL && text[0] != '\0' && strlen (text) <= max * 4 &&
      g_utf8_validate (text, -1, NULL) && g_utf8_strlen (text, -1) <= (glong) max)
    return TRUE;
  g_set_error (error, HL_STORE_ERROR, HL_STORE_ERROR_INVALID,
               "A location's %s has 1 to %" G_GSIZE_FORMAT " characters.", what, max);
  return FALSE;
}

static gboolean
exists (HlDatabase *db, const char *id, gboolean *found, GError **error)
{
  g_autoptr (HlStatement) query =
    hl_database_prepare (db, "SELECT 1 FROM location WHERE id = ?", error);
  HlStatementResult result;

  if (query == NULL)
    return FALSE;
  hl_statement_bind_text (query, 1, id);
  result = hl_statement_step (query, error);
  *found = result == HL_STATEMENT_ROW;
  return result != HL_STATEMENT_ERROR;
}

static gboolean
insert (HlDatabase *db, const char *id, const char *name, const char *timezone, gint64 now,
        GError **error)
{
  g_autoptr (HlStatement) row = NULL;
  g_autofree char *epoch = hl_id_random_base32 (EPOCH_CHARACTERS);
  gboolean found;

  if (!exists (db, id, &found, error))
    return FALSE;
  if (found) {
    g_set_error (error, HL_STORE_ERROR, HL_STORE_ERROR_EXISTS, "Location “%s” exists already.",
                 id);
    return FALSE;
  }
  row = hl_database_prepare (
    db, "INSERT INTO location (id, name, timezone, epoch, created) VALUES (?, ?, ?, ?, ?)", error);
  if (row == NULL)
    return FALSE;
  hl_statement_bind_text (row, 1, id);
  hl_statement_bind_text (row, 2, name);
  hl_statement_bind_text (row, 3, timezone);
  hl_statement_bind_text (row, 4, epoch);
  hl_statement_bind_int (row, 5, now);
  return hl_statement_run (row, error);
}

gboolean
hl_sqlite_location_add (HlStore *store, const char *id, const char *name, const char *timezone,
                        gint64 now, GError **error)
{
  HlSqliteStore *self = HL_SQLITE_STORE (store);
  GError *failure = NULL;
  gboolean own;

  if (!hl_id_is_location (id)) {
    g_set_error_literal (error, HL_STORE_ERROR, HL_STORE_ERROR_INVALID,
                         "A location's id has 1 to 63 lower-case letters, digits and hyphens, and "
                         "begins with a letter or digit.");
    return FALSE;
  }
  if (!check_text ("name", name, 120, error) || !check_text ("timezone", timezone, 64, error) ||
      !hl_sqlite_store_enter (self, HL_STORE_NEED_WRITE, &own, error))
    return FALSE;
  insert (self->db, id, name, timezone, now, &failure);
  return hl_sqlite_store_leave (self, own, failure, error);
}

static gboolean
update (HlDatabase *db, const char *id, const char *name, const char *timezone, GError **error)
{
  g_autoptr (HlStatement) row =
    hl_database_prepare (db,
                         "UPDATE location SET name = ifnull (?2, name), "
                         "timezone = ifnull (?3, timezone) WHERE id = ?1",
                         error);

  if (row == NULL)
    return FALSE;
  hl_statement_bind_text (row, 1, id);
  hl_statement_bind_text (row, 2, name);
  hl_statement_bind_text (row, 3, timezone);
  if (!hl_statement_run (row, error))
    return FALSE;
  return hl_database_get_changes (db) > 0 || hl_sqlite_store_unknown_location (id, error);
}

gboolean
hl_sqlite_location_set (HlStore *store, const char *id, const char *name, const char *timezone,
                        GError **error)
{
  HlSqliteStore *self = HL_SQLITE_STORE (store);
  GError *failure = NULL;
  gboolean own;

  if ((name != NULL && !check_text ("name", name, 120, error)) ||
      (timezone != NULL && !check_text ("timezone", timezone, 64, error)) ||
      !hl_sqlite_store_enter (self, HL_STORE_NEED_WRITE, &own, error))
    return FALSE;
  update (self->db, id, name, timezone, &failure);
  return hl_sqlite_store_leave (self, own, failure, error);
}

static gboolean
drop (HlDatabase *db, const char *id, GError **error)
{
  g_autoptr (HlStatement) row =
    hl_database_prepare (db, "DELETE FROM location WHERE id = ?", error);

  if (row == NULL)
    return FALSE;
  hl_statement_bind_text (row, 1, id);
  if (!hl_statement_run (row, error))
    return FALSE;
  if (hl_database_get_changes (db) == 0)
    return hl_sqlite_store_unknown_location (id, error);
  /* All else hangs on the location by its foreign keys; a token may hang on several. */
  return hl_database_exec (
    db, "DELETE FROM token WHERE id NOT IN (SELECT token FROM token_location)", error);
}

gboolean
hl_sqlite_location_remove (HlStore *store, const char *id, GError **error)
{
  HlSqliteStore *self = HL_SQLITE_STORE (store);
  GError *failure = NULL;
  gboolean own;

  if (!hl_sqlite_store_enter (self, HL_STORE_NEED_WRITE_ALWAYS, &own, error))
    return FALSE;
  drop (self->db, id, &failure);
  return hl_sqlite_store_leave (self, own, failure, error);
}

HlStoreLocation *
hl_sqlite_store_location_from_row (HlStatement *row)
{
  HlStoreLocation *location = g_new0 (HlStoreLocation, 1);

  location->id = hl_statement_dup_text (row, 0);
  location->name = hl_statement_dup_text (row, 1);
  location->timezone = hl_statement_dup_text (row, 2);
  location->created = hl_statement_get_int (row, 4);
  location->head =
    hl_position_new (hl_statement_get_text (row, 3), (guint64) hl_statement_get_int (row, 5),
                     (guint64) hl_statement_get_int (row, 6));
  location->floor = (guint64) hl_statement_get_int (row, 7);
  return location;
}

HlStoreLocation *
hl_sqlite_location_get (HlStore *store, const char *id, GError **error)
{
  HlSqliteStore *self = HL_SQLITE_STORE (store);
  g_autoptr (HlStatement) query = NULL;
  GError *failure = NULL;
  gboolean own;

  if (!hl_sqlite_store_enter (self, HL_STORE_NEED_READ, &own, error))
    return NULL;
  query = hl_database_prepare (
    self->db, "SELECT " HL_SQLITE_LOCATION_COLUMNS " FROM location WHERE id = ? AND " HL_PROVED (LOCATION, ""), &failure);
  if (query != NULL) {
    hl_statement_bind_text (query, 1, id);
    switch (hl_statement_step (query, &failure)) {
    case HL_STATEMENT_ROW:
      return hl_sqlite_store_location_from_row (query);
    case HL_STATEMENT_DONE:
      hl_sqlite_store_unknown_location (id, error);
      return NULL;
    case HL_STATEMENT_ERROR:
      break;
    }
  }
  hl_sqlite_store_fail (self, failure, error);
  return NULL;
}

GPtrArray *
hl_sqlite_location_list (HlStore *store, GError **error)
{
  HlSqliteStore *self = HL_SQLITE_STORE (store);
  g_autoptr (GPtrArray) list =
    g_ptr_array_new_with_free_func ((GDestroyNotify) hl_store_location_free);
  g_autoptr (HlStatement) query = NULL;
  GError *failure = NULL;
  gboolean own;

  if (!hl_sqlite_store_enter (self, HL_STORE_NEED_READ, &own, error))
    return NULL;
  query = hl_database_prepare (
    self->db, "SELECT " HL_SQLITE_LOCATION_COLUMNS " FROM location WHERE " HL_PROVED (LOCATION, "") " ORDER BY id", &failure);
  if (query != NULL) {
    HlStatementResult result;

    while ((result = hl_statement_step (query, &failure)) == HL_STATEMENT_ROW)
      g_ptr_array_add (list, hl_sqlite_store_location_from_row (query));
    if (result == HL_STATEMENT_DONE)
      return g_steal_pointer (&list);
  }
  hl_sqlite_store_fail (self, failure, error);
  return NULL;
}
