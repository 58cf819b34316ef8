/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Looking the whole file over: structure, checksums, the chain of h, whole units, keys. */
#include "store/hl-sqlite-location.h"
#include "store/hl-sqlite-proof.h"
#include "store/hl-sqlite-store-private.h"

#include <string.h>

#include "store/hl-chain.h"

/* Rows are read in pages: a read that lasts for the whole log would keep the write-ahead log growing. */
#define PAGE_ROWS 500

typedef struct {
  HlSqliteStore *store;
  HlStoreCheckFunc func;
  gpointer user_data;
  gboolean digests; /* compute the bodies' digests anew */
  guint findings;
} Check;

static void G_GNUC_PRINTF (2, 3)
found (Check *check, const char *format, ...)
{
  g_autofree char *raw = NULL;
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  raw = g_strdup_vprintf (format, args);
  text = g_utf8_make_valid (raw, -1); /* a damaged row may be named by what is damaged */
  va_end (args);
  check->findings++;
  if (check->func != NULL)
    check->func (text, check->user_data);
}

/* Where the walk through one location's log stands. */
typedef struct {
  const char *location;
  guint64 seq;
  guint64 h;
  gboolean h_known; /* FALSE after a damaged row: the next link cannot be proved */
  guint unit;       /* events of the unit so far */
} Walk;

static void
check_row (Check *check, Walk *walk, const HlStoreRow *row, const guint8 *digest)
{
  guint8 real[HL_ID_SHA256_BYTES];

  if (check->digests && !row->redacted)
    hl_id_sha256 (row->body, row->length, real);
  if (check->digests && !row->redacted && memcmp (real, digest, sizeof real) != 0)
    found (check, "Location “%s”, seq %" G_GUINT64_FORMAT ": the digest is not the body's.",
           walk->location, row->seq);
  if (walk->h_known && hl_chain_next (walk->h, row->id, digest) != row->h)
    found (check, "Location “%s”, seq %" G_GUINT64_FORMAT ": the chain is broken.",
           walk->location, row->seq);
  walk->unit++;
  if (walk->unit > HL_STORE_MAX_UNIT)
    found (check, "Location “%s”, seq %" G_GUINT64_FORMAT ": the unit is too long.",
           walk->location, row->seq);
  if (row->end)
    walk->unit = 0;
  walk->h = row->h;
  walk->h_known = TRUE;
}

/* Returns: rows seen, or -1 with @error */
static int
check_page (Check *check, Walk *walk, GError **error)
{
  /* By the rows themselves: a plain query would take location and seq out of the index. */
  g_autoptr (HlStatement) query = hl_database_prepare (
    check->store->db,
    "SELECT " HL_SQLITE_EVENT_COLUMNS ", location, place FROM (SELECT rowid AS r, seq AS place "
    "FROM event WHERE location = ? AND seq > ? ORDER BY seq LIMIT ?) CROSS JOIN event "
    "ON event.rowid = r ORDER BY place",
    error);
  HlStatementResult result;
  int rows = 0;

  if (query == NULL)
    return -1;
  hl_statement_bind_static (query, 1, walk->location);
  hl_statement_bind_int (query, 2, (gint64) walk->seq);
  hl_statement_bind_int (query, 3, PAGE_ROWS);
  while ((result = hl_statement_step (query, error)) == HL_STATEMENT_ROW) {
    guint64 seq = (guint64) hl_statement_get_int (query, 14);
    gboolean own = hl_statement_get_type (query, 13) == 't' &&
                   g_strcmp0 (hl_statement_get_text (query, 13), walk->location) == 0;
    guint8 digest[HL_ID_SHA256_BYTES];
    g_autoptr (GError) damage = NULL;
    g_autoptr (HlStoreRow) row = NULL;

    if (seq != walk->seq + 1) {
      found (check, "Location “%s”, seq %" G_GUINT64_FORMAT ": the event is missing.",
             walk->location, walk->seq + 1);
      walk->h_known = FALSE;
    }
    walk->seq = seq;
    rows++;
    row = hl_sqlite_event_from_row (query, walk->location, digest, &damage);
    if (row != NULL && own && row->seq == seq) {
      check_row (check, walk, row, digest);
    } else {
      if (damage != NULL)
        found (check, "%s", damage->message);
      else
        found (check, "Location “%s”, seq %" G_GUINT64_FORMAT ": the row is of another place.",
               walk->location, seq);
      walk->h_known = FALSE;
    }
  }
  return result == HL_STATEMENT_DONE ? rows : -1;
}

static gboolean
check_location (Check *check, const HlStoreLocation *location, GError **error)
{
  Walk walk = { .location = location->id, .seq = location->floor - 1, .h_known = TRUE };
  g_autoptr (HlPosition) start = NULL;
  g_autoptr (HlPosition) head = NULL;
  int rows;

  if (location->head->seq >= location->floor) {
    start = hl_sqlite_log_position_at (HL_STORE (check->store), location->id, walk.seq, error);
    if (start == NULL)
      return FALSE;
    walk.h = start->h;
  } else {
    walk.h = location->head->h;
  }
  while ((rows = check_page (check, &walk, error)) > 0)
    ;
  if (rows < 0)
    return FALSE;
  head = hl_sqlite_log_get_head (HL_STORE (check->store), location->id, error);
  if (head == NULL)
    return FALSE;
  /* While a server runs, the log may have grown under the walk; it must not have shrunk. */
  if (walk.seq < location->head->seq || (walk.seq == head->seq && walk.h_known && walk.h != head->h))
    found (check,
           "Location “%s”: the log ends at seq %" G_GUINT64_FORMAT
           ", but its head says %" G_GUINT64_FORMAT ".",
           location->id, walk.seq, head->seq);
  if (walk.unit != 0)
    found (check, "Location “%s”, seq %" G_GUINT64_FORMAT ": the last unit is not whole.",
           location->id, walk.seq);
  return TRUE;
}

static gboolean
check_rows (Check *check, const char *sql, const char *complaint, GError **error)
{
  g_autoptr (HlStatement) query = hl_database_prepare (check->store->db, sql, error);
  HlStatementResult result;

  if (query == NULL)
    return FALSE;
  while ((result = hl_statement_step (query, error)) == HL_STATEMENT_ROW)
    found (check, "Location “%s”: %s (%" G_GINT64_FORMAT ").", hl_statement_get_text (query, 0),
           complaint, hl_statement_get_int (query, 1));
  return result == HL_STATEMENT_DONE;
}

/* What the rows beside the log say of themselves. Never anything of what stands in them but where they belong. */
static gboolean
check_proofs (Check *check, gboolean *are_locations_whole, GError **error)
{
#define ROWS(table, of, key) { of, "SELECT " key ", count (*) FROM " HL_NAME_##table " WHERE crc IS NOT " HL_CRC (table, "") " GROUP BY 1" }
  static const struct {
    const char *of;
    const char *sql;
  } tables[] = {
    ROWS (LOCATION, "Location “%s”: its own row is damaged", "id"),
    ROWS (REQUEST, "Location “%s”: stored answers are damaged", "location"),
    ROWS (EVENT_KEY, "Location “%s”: keys of events are damaged", "location"),
    ROWS (OUTCOME, "Location “%s”: outcomes of actions are damaged", "location"),
    ROWS (MARK, "Location “%s”: what devices have sent is damaged", "location"),
    ROWS (TOKEN, "Token %s: its row is damaged", "id"),
    ROWS (TOKEN_LOCATION, "Token %s: what it is bound to is damaged", "token"),
    ROWS (DEVICE, "Device “%s”: its row is damaged", "id"),
    ROWS (PAIRING, "Location “%s”: pairing codes are damaged", "location"),
    ROWS (HOOK, "Hook %s: its row is damaged", "id"),
    ROWS (HOOK_PATH, "Hook %s: its path is damaged", "hook"),
    ROWS (HOOK_SECRET, "Hook %s: its secret is damaged", "hook"),
    ROWS (SUBSCRIBER, "Subscriber %s: its row is damaged", "id"),
    ROWS (SUBSCRIBER_SECRET, "Subscriber %s: its secret is damaged", "subscriber"),
  };
#undef ROWS
  guint before = check->findings;

  for (guint i = 0; i < G_N_ELEMENTS (tables); i++) {
    g_autoptr (HlStatement) query = hl_database_prepare (check->store->db, tables[i].sql, error);
    HlStatementResult result;

    if (query == NULL)
      return FALSE;
    while ((result = hl_statement_step (query, error)) == HL_STATEMENT_ROW) {
      const char *key = hl_statement_get_text (query, 0);
      g_auto (GStrv) around = g_strsplit (tables[i].of, "%s", 2);

      found (check, "%s%s%s (%" G_GINT64_FORMAT ").", around[0], key != NULL ? key : "?", around[1],
             hl_statement_get_int (query, 1));
    }
    if (result == HL_STATEMENT_ERROR)
      return FALSE;
    if (i == 0)
      *are_locations_whole = check->findings == before;
  }
  return TRUE;
}

static gboolean
check_locations (Check *check, GError **error)
{
  g_autoptr (GPtrArray) locations = NULL;
  gboolean are_locations_whole = TRUE;

  if (!check_proofs (check, &are_locations_whole, error))
    return FALSE;
  if (!are_locations_whole) /* where a log begins and ends cannot be believed then */
    return TRUE;
  locations = hl_sqlite_location_list (HL_STORE (check->store), error);
  if (locations == NULL)
    return FALSE;
  for (guint i = 0; i < locations->len; i++) {
    if (!check_location (check, locations->pdata[i], error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
check_all (Check *check, gboolean whole, GError **error)
{
  g_autoptr (GError) damage = NULL;

  if (!hl_database_check (check->store->db, whole, &damage)) {
    if (!g_error_matches (damage, HL_DATABASE_ERROR, HL_DATABASE_ERROR_CORRUPT)) {
      g_propagate_error (error, g_steal_pointer (&damage));
      return FALSE;
    }
    found (check, "The file is damaged: %s", damage->message);
  }
  return check_locations (check, error) &&
         check_rows (check,
                     "SELECT k.location, count (*) FROM event_key k JOIN location l "
                     "ON l.id = k.location WHERE k.seq > l.seq OR k.seq < 1 GROUP BY k.location",
                     "event keys point past the end of the log", error);
}

gboolean
hl_sqlite_check (HlStore *store, gboolean whole, HlStoreCheckFunc func, gpointer user_data,
                 guint *findings, GError **error)
{
  HlSqliteStore *self = HL_SQLITE_STORE (store);
  Check check = { .store = self, .func = func, .user_data = user_data, .digests = TRUE };
  GError *failure = NULL;
  gboolean own;

  if (!hl_sqlite_store_enter (self, HL_STORE_NEED_READ, &own, error))
    return FALSE;
  if (!check_all (&check, whole, &failure))
    return hl_sqlite_store_fail (self, failure, error);
  if (findings != NULL)
    *findings = check.findings;
  return TRUE;
}

gboolean
hl_sqlite_store_verify (HlSqliteStore *self, HlStoreCheckFunc func, gpointer user_data,
                        guint *findings, GError **error)
{
  Check check = { .store = self, .func = func, .user_data = user_data };
  GError *failure = NULL;
  gboolean own;

  if (!hl_sqlite_store_enter (self, HL_STORE_NEED_READ, &own, error))
    return FALSE;
  if (!check_locations (&check, &failure))
    return hl_sqlite_store_fail (self, failure, error);
  *findings = check.findings;
  return TRUE;
}
