/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The log itself in the SQLite store: positions, appending and reading whole units. */
#include "store/hl-sqlite-location.h"
#include "store/hl-sqlite-proof.h"
#include "store/hl-sqlite-store-private.h"

#include <string.h>

#include "store/hl-chain.h"

HlPosition *
hl_sqlite_log_get_head (HlStore *store, const char *location, GError **error)
{
  g_autoptr (HlStoreLocation) row = hl_sqlite_location_get (store, location, error);

  return row != NULL ? g_steal_pointer (&row->head) : NULL;
}

guint64
hl_sqlite_log_get_floor (HlStore *store, const char *location, GError **error)
{
  g_autoptr (HlStoreLocation) row = hl_sqlite_location_get (store, location, error);

  return row != NULL ? row->floor : 0;
}

static gboolean
below_floor (const char *location, guint64 floor, GError **error)
{
  g_set_error (error, HL_STORE_ERROR, HL_STORE_ERROR_BELOW_FLOOR,
               "The log of “%s” reaches back to seq %" G_GUINT64_FORMAT ".", location, floor);
  return FALSE;
}

static gboolean
missing_row (const char *location, guint64 seq, GError **error)
{
  g_set_error (error, HL_STORE_ERROR, HL_STORE_ERROR_CORRUPT,
               "Location “%s”, seq %" G_GUINT64_FORMAT ": the event is missing.", location, seq);
  return FALSE;
}

/* ---- positions ---- */

static gboolean
read_hash (HlSqliteStore *self, const char *location, guint64 seq, guint64 floor, guint64 *h,
           GError **error)
{
  gboolean before_floor = seq + 1 == floor;
  g_autoptr (HlStatement) query = hl_database_prepare (
    self->db,
    before_floor ? "SELECT floor_h FROM location WHERE id = ?1 AND ?2 >= 0 AND " HL_PROVED (LOCATION, "")
                 : "SELECT h FROM event WHERE location = ?1 AND seq = ?2",
    error);
  HlStatementResult result;

  if (query == NULL)
    return FALSE;
  hl_statement_bind_static (query, 1, location);
  hl_statement_bind_int (query, 2, (gint64) seq);
  result = hl_statement_step (query, error);
  if (result == HL_STATEMENT_ROW)
    *h = (guint64) hl_statement_get_int (query, 0);
  else if (result == HL_STATEMENT_DONE)
    return missing_row (location, seq, error);
  return result == HL_STATEMENT_ROW;
}

HlPosition *
hl_sqlite_log_position_at (HlStore *store, const char *location, guint64 seq, GError **error)
{
  HlSqliteStore *self = HL_SQLITE_STORE (store);
  g_autoptr (HlStoreLocation) row = hl_sqlite_location_get (store, location, error);
  GError *failure = NULL;
  guint64 h;

  if (row == NULL)
    return NULL;
  if (seq == row->head->seq)
    return g_steal_pointer (&row->head);
  if (seq > row->head->seq) {
    g_set_error (error, HL_STORE_ERROR, HL_STORE_ERROR_CONFLICT,
                 "The log of “%s” ends at seq %" G_GUINT64_FORMAT ".", location, row->head->seq);
    return NULL;
  }
  if (seq + 1 < row->floor) {
    below_floor (location, row->floor, error);
    return NULL;
  }
  if (!read_hash (self, location, seq, row->floor, &h, &failure)) {
    hl_sqlite_store_fail (self, failure, error);
    return NULL;
  }
  return hl_position_new (row->head->epoch, seq, h);
}

/* ---- appending ---- */

static gboolean
check_unit (const HlPosition *expected, const HlStoreEvent *events, guint n_events, GError **error)
{
  const char *wrong = NULL;

  if (n_events == 0 || n_events > HL_STORE_MAX_UNIT)
    wrong = "a unit has 1 to 64 events";
  for (guint i = 0; wrong == NULL && i < n_events; i++) {
    if (events[i].seq != expected->seq + 1 + i)
      wrong = "the events' seq do not follow the expected position";
    else if (events[i].end != (i + 1 == n_events))
      wrong = "only the last event of a unit has `end`";
    else if (!hl_id_is_valid (events[i].id))
      wrong = "an event's id is not valid";
    else if (events[i].kind == NULL || events[i].body == NULL || events[i].length == 0)
      wrong = "an event has a kind and a body";
    else if (events[i].length > HL_STORE_MAX_BODY)
      wrong = "an event's body is too large";
  }
  if (wrong == NULL)
    return TRUE;
  g_set_error (error, HL_STORE_ERROR, HL_STORE_ERROR_INVALID, "Not a unit: %s.", wrong);
  return FALSE;
}

static gboolean
check_head (HlSqliteStore *self, const char *location, const HlPosition *expected, GError **error)
{
  g_autoptr (HlStatement) query =
    hl_database_prepare (self->db, "SELECT epoch, seq, h FROM location WHERE id = ? AND " HL_PROVED (LOCATION, ""), error);

  if (query == NULL)
    return FALSE;
  hl_statement_bind_static (query, 1, location);
  switch (hl_statement_step (query, error)) {
  case HL_STATEMENT_ERROR:
    return FALSE;
  case HL_STATEMENT_DONE:
    return hl_sqlite_store_unknown_location (location, error);
  case HL_STATEMENT_ROW:
    break;
  }
  if (g_strcmp0 (hl_statement_get_text (query, 0), expected->epoch) == 0 &&
      (guint64) hl_statement_get_int (query, 1) == expected->seq &&
      (guint64) hl_statement_get_int (query, 2) == expected->h)
    return TRUE;
  g_set_error (error, HL_STORE_ERROR, HL_STORE_ERROR_CONFLICT,
               "The log of “%s” does not stand at the expected position (seq %" G_GUINT64_FORMAT
               ").",
               location, expected->seq);
  return FALSE;
}

static gboolean
move_head (HlSqliteStore *self, const char *location, guint64 seq, guint64 h, GError **error)
{
  g_autoptr (HlStatement) update =
    hl_database_prepare (self->db,
                         "UPDATE location SET seq = ?2, h = ?3, crc = hl_crc ('location', id, name, timezone, epoch, created, "
                         "?2, ?3, floor, floor_h) WHERE id = ?1",
                         error);

  if (update == NULL)
    return FALSE;
  hl_statement_bind_static (update, 1, location);
  hl_statement_bind_int (update, 2, (gint64) seq);
  hl_statement_bind_int (update, 3, (gint64) h);
  return hl_statement_run (update, error);
}

static gboolean
insert_unit (HlSqliteStore *self, const char *location, const HlPosition *expected,
             HlStoreEvent *events, guint n_events, GError **error)
{
  guint64 h = expected->h;

  if (!check_head (self, location, expected, error))
    return FALSE;
  for (guint i = 0; i < n_events; i++) {
    guint8 digest[HL_ID_SHA256_BYTES];
    HlStoreRow row = { .seq = events[i].seq,
                       .id = (char *) events[i].id,
                       .kind = (char *) events[i].kind,
                       .act = (char *) events[i].act,
                       .at = events[i].at,
                       .received = events[i].received,
                       .end = events[i].end,
                       .body = (char *) events[i].body,
                       .length = events[i].length };

    hl_id_sha256 (events[i].body, events[i].length, digest);
    h = hl_chain_next (h, events[i].id, digest);
    events[i].h = h;
    row.h = h;
    if (!hl_sqlite_event_insert (self->db, location, &row, digest, error))
      return FALSE;
  }
  return move_head (self, location, events[n_events - 1].seq, h, error);
}

gboolean
hl_sqlite_log_append_unit (HlStore *store, const char *location, const HlPosition *expected,
                           HlStoreEvent *events, guint n_events, HlPosition **position,
                           GError **error)
{
  HlSqliteStore *self = HL_SQLITE_STORE (store);
  GError *failure = NULL;
  gboolean own;

  if (!check_unit (expected, events, n_events, error) ||
      !hl_sqlite_store_enter (self, HL_STORE_NEED_WRITE, &own, error))
    return FALSE;
  insert_unit (self, location, expected, events, n_events, &failure);
  if (!hl_sqlite_store_leave (self, own, failure, error))
    return FALSE;
  if (position != NULL)
    *position =
      hl_position_new (expected->epoch, events[n_events - 1].seq, events[n_events - 1].h);
  return TRUE;
}

/* ---- reading ---- */

/* Rows before @start are whole units; from @start on lies the unit that is being read. */
typedef struct {
  GPtrArray *rows;
  guint start;
  gsize bytes; /* of all rows so far */
} Page;

static gboolean
read_page (HlStatement *query, const char *location, guint64 after, guint max_events,
           gsize max_bytes, Page *page, GError **error)
{
  guint64 next = after + 1;
  HlStatementResult result;

  while ((result = hl_statement_step (query, error)) == HL_STATEMENT_ROW) {
    HlStoreRow *row;

    if ((guint64) hl_statement_get_int (query, 0) != next)
      return missing_row (location, next, error);
    row = hl_sqlite_event_from_row (query, location, NULL, error);
    if (row == NULL)
      return FALSE;
    g_ptr_array_add (page->rows, row);
    page->bytes += row->length;
    next++;
    if (page->start > 0 && (page->rows->len > max_events || page->bytes > max_bytes))
      return TRUE;
    if (!row->end)
      continue;
    page->start = page->rows->len;
    if (page->start >= max_events || page->bytes >= max_bytes)
      return TRUE;
  }
  return result == HL_STATEMENT_DONE;
}

GPtrArray *
hl_sqlite_log_read_units (HlStore *store, const char *location, guint64 after, guint max_events,
                          gsize max_bytes, GError **error)
{
  HlSqliteStore *self = HL_SQLITE_STORE (store);
  g_autoptr (HlStoreLocation) place = hl_sqlite_location_get (store, location, error);
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) hl_store_row_free);
  g_autoptr (HlStatement) query = NULL;
  Page page = { .rows = rows };
  GError *failure = NULL;

  if (place == NULL)
    return NULL;
  if (after + 1 < place->floor) {
    below_floor (location, place->floor, error);
    return NULL;
  }
  if (after >= place->head->seq)
    return g_steal_pointer (&rows);
  query = hl_database_prepare (self->db,
                               "SELECT " HL_SQLITE_EVENT_COLUMNS
                               " FROM event WHERE location = ? AND seq > ? ORDER BY seq",
                               &failure);
  if (query != NULL) {
    hl_statement_bind_static (query, 1, location);
    hl_statement_bind_int (query, 2, (gint64) after);
    read_page (query, location, after, max_events, max_bytes, &page, &failure);
  }
  g_ptr_array_set_size (rows, (int) page.start);
  if (page.start > 0) {
    /* What is whole is given; who comes back for the rest meets the damage first. */
    g_clear_error (&failure);
    return g_steal_pointer (&rows);
  }
  if (failure == NULL)
    missing_row (location, after + 1, &failure);
  hl_sqlite_store_fail (self, failure, error);
  return NULL;
}
