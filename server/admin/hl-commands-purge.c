/* SPDX-License-Identifier: GPL-3.0-or-later */
/* purge: what is older than the house keeps it goes out of every log. */
#include "admin/hl-commands-private.h"

#include <string.h>

#include "domain/hl-time.h"
#include "store/hl-purge.h"
#include "store/hl-redaction.h"
#include "util/hl-clock.h"

#define DAY_MS (G_GINT64_CONSTANT (86400000))
#define MAX_DAYS 36500
/* One run changes so much at most, and takes so long at most but for the file's sweep: requests wait meanwhile. Who
 * asked asks again. */
#define MAX_EVENTS 50000
#define STEP_EVENTS 200
#define RUN_US (500 * 1000)
/* Keys and outcomes are asked for by whoever was away: a device counts on a week. */
#define KEEP_KEYS_DAYS 7
#define KEY_ROWS 2000
/* The wall clock decides what is old. If it has moved so far, the house was closed for long or the clock is wrong: what is
 * taken out cannot come back, so that a person has to say so. */
#define SUSPICIOUS_DAYS 200

typedef struct {
  HlPurgeLimits limits;
  GPtrArray *purges; /* of HlPurge: one a location */
} Plan;

void
hl_command_purge_free (gpointer data)
{
  Plan *plan = data;

  g_clear_pointer (&plan->purges, g_ptr_array_unref);
  g_free (plan);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Plan, hl_command_purge_free)

static gint64
before_days (gint64 now, guint days)
{
  return days == 0 ? HL_PURGE_NEVER : now - (gint64) days * DAY_MS;
}

static gboolean
read_limits (HlCommandHost *host, JsonObject *params, HlPurgeLimits *limits, GError **error)
{
  const char *older_than = hl_command_get_string (params, "older-than");
  HlCommandRetention days = hl_command_host_get_retention (host);
  gint64 now = hl_command_host_now (host);
  guint64 all = 0;

  if (older_than != NULL) {
    g_autofree char *number = g_strndup (older_than, strlen (older_than) - g_str_has_suffix (older_than, "d"));

    if (!g_ascii_string_to_unsigned (number, 10, 1, MAX_DAYS, &all, NULL)) {
      hl_command_fail (error, HL_COMMAND_ERROR_USAGE, "“older-than” takes a number of days, 1 to %d, not “%s”.",
                       MAX_DAYS, older_than);
      return FALSE;
    }
    days = (HlCommandRetention){ (guint) all, (guint) all, (guint) all };
  }
  *limits = (HlPurgeLimits){ .recordings = before_days (now, days.recordings_days),
                             .transcripts = before_days (now, days.transcripts_days),
                             .people = before_days (now, days.people_days) };
  return TRUE;
}

static gboolean
get_newest (HlSqliteStore *store, const char *location, gint64 *newest, GError **error)
{
  /* what the server said by itself, it said by the clock that is in doubt */
  g_autoptr (HlStatement) query =
    hl_database_prepare (hl_sqlite_store_get_database (store),
                         "SELECT received FROM event WHERE location = ? AND instr (body, '\"role\":\"system\"') = 0 "
                         "ORDER BY seq DESC LIMIT 1",
                         error);

  if (query == NULL)
    return FALSE;
  hl_statement_bind_text (query, 1, location);
  switch (hl_statement_step (query, error)) {
  case HL_STATEMENT_ROW:
    *newest = MAX (*newest, hl_statement_get_int (query, 0));
    return TRUE;
  case HL_STATEMENT_DONE:
    return TRUE;
  case HL_STATEMENT_ERROR:
  default:
    return FALSE;
  }
}

/* When was the clock believed last? By the last look; before the first one, by the newest event that somebody sent.
 * Returns: FALSE with @error, also if that is too long ago */
static gboolean
trust_clock (HlSqliteStore *store, GPtrArray *locations, gint64 now, GError **error)
{
  gint64 last = hl_command_read_stamp (hl_sqlite_store_get_directory (store), HL_COMMAND_STAMP_PURGE);

  gint64 newest = G_MININT64;

  for (guint i = 0; last == HL_TIME_NONE && i < locations->len; i++) {
    if (!get_newest (store, ((HlStoreLocation *) locations->pdata[i])->id, &newest, error))
      return FALSE;
  }
  if (last == HL_TIME_NONE)
    last = newest == G_MININT64 ? now : newest;
  if (now - last < SUSPICIOUS_DAYS * DAY_MS)
    return TRUE;
  hl_command_fail (error, HL_COMMAND_ERROR_FAILED,
                   "It is more than %d days since this was done or anything came: is this computer's clock right? If it is, "
                   "run “hostlinectl purge”.",
                   SUSPICIOUS_DAYS);
  return FALSE;
}

gpointer
hl_command_purge_prepare (HlCommandHost *host, JsonObject *params, GError **error)
{
  HlSqliteStore *store = hl_command_host_get_store (host);
  g_autoptr (GPtrArray) locations = hl_store_list_locations (HL_STORE (store), error);
  g_autoptr (Plan) plan = g_new0 (Plan, 1);
  guint left = MAX_EVENTS;

  plan->purges = g_ptr_array_new_with_free_func ((GDestroyNotify) hl_purge_free);
  if (locations == NULL || !read_limits (host, params, &plan->limits, error))
    return NULL;
  if (hl_command_get_int (params, "timer", 0) != 0
      && !trust_clock (store, locations, hl_command_host_now (host), error))
    return NULL;
  for (guint i = 0; i < locations->len; i++) {
    HlPurge *purge = hl_purge_new (((HlStoreLocation *) locations->pdata[i])->id, &plan->limits);

    g_ptr_array_add (plan->purges, purge);
    if (!hl_purge_scan (purge, store, left, error))
      return NULL;
    left -= hl_purge_get_found (purge);
  }
  return g_steal_pointer (&plan);
}

/* Returns: FALSE with @error; otherwise @more: time ran out before all was done */
static gboolean
purge_one (HlCommandHost *host, HlPurge *purge, gint64 deadline, GPtrArray *traces, JsonArray *told,
           gboolean *more, guint *all_held, GError **error)
{
  HlSqliteStore *store = hl_command_host_get_store (host);
  const char *location = hl_purge_get_location (purge);
  g_autoptr (GError) cause = NULL;
  guint n_changed = 0;
  guint n_held = 0;

  while (!hl_purge_is_done (purge)) {
    HlState *state;

    if (hl_clock_boot_us () >= deadline) {
      *more = TRUE;
      break;
    }
    state = hl_command_host_get_state (host, location, &cause);
    if (g_error_matches (cause, HL_STORE_ERROR, HL_STORE_ERROR_UNKNOWN_LOCATION))
      return TRUE;
    if (state == NULL
        || !hl_purge_apply (purge, store, state, STEP_EVENTS, traces, &n_changed, &n_held, &cause)) {
      g_propagate_error (error, g_steal_pointer (&cause));
      return FALSE;
    }
  }
  *all_held += n_held;
  if (n_changed > 0 || n_held > 0) {
    JsonObject *one = json_object_new ();

    json_object_set_string_member (one, "location", location);
    json_object_set_int_member (one, "events", n_changed);
    json_object_set_int_member (one, "held", n_held);
    json_array_add_object_element (told, one);
  }
  /* Without room for a snapshot the log is folded at the next start: that only takes time. */
  if (n_changed > 0 && !hl_command_host_erased (host, location, &cause)
      && !g_error_matches (cause, HL_STORE_ERROR, HL_STORE_ERROR_FULL)) {
    g_propagate_error (error, g_steal_pointer (&cause));
    return FALSE;
  }
  return TRUE;
}

static gboolean
forget_keys (HlCommandHost *host, const HlPurgeLimits *limits, guint *removed, gboolean *more, GError **error)
{
  gint64 before = MIN (limits->people, hl_command_host_now (host) - KEEP_KEYS_DAYS * DAY_MS);

  *removed = 0;
  if (limits->people == HL_PURGE_NEVER)
    return TRUE;
  if (!hl_store_purge (HL_STORE (hl_command_host_get_store (host)), before, KEY_ROWS, removed, error))
    return FALSE;
  *more = *more || *removed >= KEY_ROWS;
  return TRUE;
}

JsonNode *
hl_command_purge (HlCommandHost *host, JsonObject *params, GError **error)
{
  Plan *plan = hl_command_host_get_plan (host);
  HlSqliteStore *store = hl_command_host_get_store (host);
  g_autoptr (GPtrArray) traces = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  g_autoptr (JsonArray) told = json_array_new ();
  gint64 deadline = hl_clock_boot_us () + RUN_US;
  guint n_found = 0;
  guint n_keys = 0;
  guint n_held = 0;
  gboolean more = FALSE;
  gboolean clean = TRUE;
  JsonObject *result;

  g_return_val_if_fail (plan != NULL, NULL);

  for (guint i = 0; i < plan->purges->len; i++) {
    n_found += hl_purge_get_found (plan->purges->pdata[i]);
    if (!purge_one (host, plan->purges->pdata[i], deadline, traces, told, &more, &n_held, error))
      return NULL;
  }
  /* what is held would be found again */
  more = more || (n_found >= MAX_EVENTS && n_held < n_found);
  if (!forget_keys (host, &plan->limits, &n_keys, &more, error)
      || !hl_command_sweep (store, traces, &clean, error))
    return NULL;
  if (!more)
    hl_command_write_stamp (hl_sqlite_store_get_directory (store), HL_COMMAND_STAMP_PURGE, hl_command_host_now (host));
  result = json_object_new ();
  json_object_set_array_member (result, "locations", g_steal_pointer (&told));
  json_object_set_int_member (result, "keys", n_keys);
  json_object_set_boolean_member (result, "more", more);
  json_object_set_boolean_member (result, "clean", clean);
  json_object_set_array_member (result, "copies",
                                hl_command_list_copies (hl_sqlite_store_get_directory (store)));
  return hl_command_result (result);
}
