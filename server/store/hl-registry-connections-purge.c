/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The connection log, kept for a month and bounded: what repeats is told as one, see hl-registry-connections.h. */
#include "store/hl-connection-fold.h"
#include "store/hl-registry-private.h"

/* Of the share of a device where there are many: half for single rows, a quarter for hours, the rest are days. */
#define LEAST_ROWS 50

#define IS_HOUR "detail GLOB '{\"span_s\":" G_STRINGIFY (HL_CONNECTION_HOUR_S) ",*'"
#define IS_DAY "detail GLOB '{\"span_s\":" G_STRINGIFY (HL_CONNECTION_DAY_S) ",*'"
#define IS_SINGLE "detail NOT GLOB '{\"span_s\":*'"
/* ?1 may be NULL: the server itself */
#define OF_DEVICE "location IS ?1 AND ifnull (device, '') = ?2"
/* A session whose end is not in the log yet is still to be closed there, should the server end first. */
#define HAS_ENDED \
  "(session IS NULL OR EXISTS (SELECT 1 FROM connection_log other " \
  "WHERE other.session = connection_log.session AND other.what = 'close'))"

typedef struct {
  gint64 before;
  guint max_rows;
  guint handled;
} Purge;

typedef struct {
  const char *location; /* (nullable) */
  const char *device;   /* "": none */
} Owner;

static gboolean
has_room (Purge *purge)
{
  return purge->handled < purge->max_rows;
}

/* Runs what takes rows out and counts them. @owner NULL: no texts, the numbers come first. */
static gboolean
run_delete (HlDatabase *db, Purge *purge, const char *sql, const Owner *owner, gint64 a, gint64 b, GError **error)
{
  g_autoptr (HlStatement) statement = hl_database_prepare (db, sql, error);
  int next = 1;

  if (statement == NULL)
    return FALSE;
  if (owner != NULL) {
    hl_statement_bind_text (statement, next++, owner->location);
    if (owner->device != NULL)
      hl_statement_bind_text (statement, next++, owner->device);
  }
  hl_statement_bind_int (statement, next++, a);
  hl_statement_bind_int (statement, next, b);
  if (!hl_statement_run (statement, error))
    return FALSE;
  purge->handled += (guint) hl_database_get_changes (db);
  return TRUE;
}

/* A row of a whole day may hold something of the next hours: it stays until nothing of it can be young enough. */
static gboolean
purge_old (HlDatabase *db, Purge *purge, GError **error)
{
  return run_delete (db, purge,
                     "DELETE FROM connection_log WHERE row IN (SELECT row FROM connection_log WHERE at < ?1 "
                     "AND (at < ?1 - " G_STRINGIFY (HL_CONNECTION_DAY_S) "000 OR " IS_SINGLE ") ORDER BY at LIMIT ?2)",
                     NULL, purge->before, purge->max_rows, error);
}

/* ---- folding ---- */

/* @last: (out): the last row that was read. */
static gboolean
read_into (HlDatabase *db, HlConnectionFold *fold, const char *sql, const Owner *owner, gint64 bound, guint *n, gint64 *last,
           GError **error)
{
  g_autoptr (HlStatement) statement = hl_database_prepare (db, sql, error);
  HlStatementResult result;

  if (statement == NULL)
    return FALSE;
  hl_statement_bind_text (statement, 1, owner->location);
  hl_statement_bind_text (statement, 2, owner->device);
  hl_statement_bind_int (statement, 3, bound);
  while ((result = hl_statement_step (statement, error)) == HL_STATEMENT_ROW) {
    HlConnectionRow *row = hl_registry_make_connection (statement);

    *last = row->row;
    hl_connection_fold_add (fold, row);
    (*n)++;
  }
  return result == HL_STATEMENT_DONE;
}

static gboolean
write_fold (HlDatabase *db, HlConnectionFold *fold, GError **error)
{
  g_autoptr (HlStatement) update = hl_database_prepare (
    db, "UPDATE connection_log SET at = ?2, session = NULL, detail = ?3 WHERE row = ?1", error);
  g_autoptr (HlStatement) remove
    = update != NULL ? hl_database_prepare (db, "DELETE FROM connection_log WHERE row = ?1", error) : NULL;
  g_autoptr (GPtrArray) changed = hl_connection_fold_changed (fold);
  GArray *gone = hl_connection_fold_gone (fold);

  if (remove == NULL)
    return FALSE;
  for (guint i = 0; i < changed->len; i++) {
    const HlConnectionRow *row = changed->pdata[i];

    hl_statement_bind_int (update, 1, row->row);
    hl_statement_bind_int (update, 2, row->at);
    hl_statement_bind_text (update, 3, row->detail);
    if (!hl_statement_run (update, error))
      return FALSE;
    hl_statement_reset (update);
  }
  for (guint i = 0; i < gone->len; i++) {
    hl_statement_bind_int (remove, 1, g_array_index (gone, gint64, i));
    if (!hl_statement_run (remove, error))
      return FALSE;
    hl_statement_reset (remove);
  }
  return TRUE;
}

/* The oldest first, so that an opening is never left behind by its end. */
#define OLDEST(class, condition) \
  "SELECT " HL_CONNECTION_COLUMNS " FROM connection_log WHERE " OF_DEVICE " AND " class condition " ORDER BY row LIMIT ?3"
/* What is folded already stands where its first row was. */
#define BEFORE(class) "SELECT " HL_CONNECTION_COLUMNS " FROM connection_log WHERE " OF_DEVICE " AND " class " AND row <= ?3"

/* The oldest @excess rows become parts of rows of a longer span. */
static gboolean
fold (HlDatabase *db, Purge *purge, const Owner *owner, gint64 span_s, gint64 excess, GError **error)
{
  gboolean by_hour = span_s == HL_CONNECTION_HOUR_S;
  g_autoptr (HlConnectionFold) self = hl_connection_fold_new (span_s);
  guint known = 0, n = 0;
  gint64 last = 0;

  if (excess <= 0 || !has_room (purge))
    return TRUE;
  if (!read_into (db, self, by_hour ? OLDEST (IS_SINGLE, " AND " HAS_ENDED) : OLDEST (IS_HOUR, ""), owner,
                  MIN (excess, purge->max_rows - purge->handled), &n, &last, error)
      || !read_into (db, self, by_hour ? BEFORE (IS_HOUR) : BEFORE (IS_DAY), owner, last, &known, &last, error)
      || !write_fold (db, self, error))
    return FALSE;
  purge->handled += n;
  return TRUE;
}

/* ---- who has too many ---- */

typedef struct {
  char *name; /* "": no device */
  gint64 rows, single, hours;
} Device;

static void
device_free (gpointer data)
{
  Device *self = data;

  g_free (self->name);
  g_free (self);
}

/* Returns: (transfer full) (nullable) (element-type Device): of the location. @n_rows: (out): of all of them */
static GPtrArray *
list_devices (HlDatabase *db, const char *location, gint64 *n_rows, GError **error)
{
  g_autoptr (GPtrArray) devices = g_ptr_array_new_with_free_func (device_free);
  g_autoptr (HlStatement) statement = hl_database_prepare (
    db,
    "SELECT ifnull (device, ''), count (*), sum (" IS_SINGLE "), sum (" IS_HOUR ") FROM connection_log "
    "WHERE location IS ?1 GROUP BY 1",
    error);
  HlStatementResult result;

  if (statement == NULL)
    return NULL;
  hl_statement_bind_text (statement, 1, location);
  *n_rows = 0;
  while ((result = hl_statement_step (statement, error)) == HL_STATEMENT_ROW) {
    Device *device = g_new0 (Device, 1);

    device->name = hl_statement_dup_text (statement, 0);
    device->rows = hl_statement_get_int (statement, 1);
    device->single = hl_statement_get_int (statement, 2);
    device->hours = hl_statement_get_int (statement, 3);
    *n_rows += device->rows;
    g_ptr_array_add (devices, device);
  }
  return result == HL_STATEMENT_DONE ? g_steal_pointer (&devices) : NULL;
}

static gboolean
purge_devices (HlDatabase *db, Purge *purge, const char *location, GPtrArray *devices, guint single, guint hours, GError **error)
{
  for (guint i = 0; i < devices->len && has_room (purge); i++) {
    const Device *device = devices->pdata[i];
    const Owner owner = { location, device->name };

    if (!fold (db, purge, &owner, HL_CONNECTION_HOUR_S, device->single - single, error)
        || !fold (db, purge, &owner, HL_CONNECTION_DAY_S, device->hours - hours, error))
      return FALSE;
    if (device->rows > HL_CONNECTIONS_MAX_DEVICE_ROWS && has_room (purge)
        && !run_delete (db, purge,
                        "DELETE FROM connection_log WHERE row IN (SELECT row FROM connection_log WHERE " OF_DEVICE
                        " AND row <= (SELECT row FROM connection_log WHERE " OF_DEVICE
                        " ORDER BY row DESC LIMIT 1 OFFSET ?3) ORDER BY row LIMIT ?4)",
                        &owner, HL_CONNECTIONS_MAX_DEVICE_ROWS, purge->max_rows - purge->handled, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
purge_location (HlDatabase *db, Purge *purge, const char *location, GError **error)
{
  g_autoptr (GPtrArray) devices = NULL;
  const Owner owner = { location, NULL };
  gint64 n_rows;
  guint share;

  devices = list_devices (db, location, &n_rows, error);
  if (devices == NULL
      || !purge_devices (db, purge, location, devices, HL_CONNECTIONS_DEVICE_ROWS, HL_CONNECTIONS_DEVICE_HOURS, error))
    return FALSE;
  if (n_rows <= HL_CONNECTIONS_SHARED_ROWS || !has_room (purge))
    return TRUE;
  g_clear_pointer (&devices, g_ptr_array_unref);
  devices = list_devices (db, location, &n_rows, error);
  if (devices == NULL)
    return FALSE;
  if (n_rows <= HL_CONNECTIONS_SHARED_ROWS)
    return TRUE;
  share = MAX (HL_CONNECTIONS_SHARED_ROWS / devices->len, LEAST_ROWS);
  if (!purge_devices (db, purge, location, devices, MIN (share / 2, HL_CONNECTIONS_DEVICE_ROWS),
                      MIN (share / 4, HL_CONNECTIONS_DEVICE_HOURS), error))
    return FALSE;
  return n_rows <= HL_CONNECTIONS_MAX_ROWS || !has_room (purge)
         || run_delete (db, purge,
                        "DELETE FROM connection_log WHERE row IN (SELECT row FROM connection_log WHERE location IS ?1 "
                        "AND row <= (SELECT row FROM connection_log WHERE location IS ?1 ORDER BY row DESC LIMIT 1 OFFSET ?2) "
                        "ORDER BY row LIMIT ?3)",
                        &owner, HL_CONNECTIONS_MAX_ROWS, purge->max_rows - purge->handled, error);
}

static gboolean
on_purge (HlDatabase *db, gpointer data, GError **error)
{
  Purge *purge = data;
  const char *none[] = { NULL };
  g_auto (GStrv) locations = NULL;

  if (!purge_old (db, purge, error))
    return FALSE;
  locations = hl_registry_strings (db, "SELECT id FROM location", none, 0, error);
  if (locations == NULL)
    return FALSE;
  for (char **location = locations; *location != NULL && has_room (purge); location++) {
    if (!purge_location (db, purge, *location, error))
      return FALSE;
  }
  return !has_room (purge) || purge_location (db, purge, NULL, error);
}

gboolean
hl_registry_purge_connections (HlRegistry *self, gint64 before, guint max_rows, guint *handled,
                               GError **error)
{
  Purge purge = { before, max_rows, 0 };

  if (!hl_registry_change (self, HL_STORE_NEED_WRITE_ALWAYS, on_purge, &purge, error))
    return FALSE;
  *handled = purge.handled;
  return TRUE;
}
