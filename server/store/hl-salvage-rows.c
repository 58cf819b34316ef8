/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Records of a damaged file, told apart by their shape, into the tables of a new one. */
#include "store/hl-salvage-private.h"

#include <string.h>

#include "domain/hl-enums.h"
#include "util/hl-id.h"

#define MAX_TEXT (16 * 1024 * 1024)
#define DAY_MS (24 * 60 * 60 * 1000)

/* A table by what its records look like, one letter a column:
 *   t text   T text or null   l a location's id   k a token's id   h 64 hex digits   r a role
 *   i integer, not negative   I any integer   n positive integer or null
 *   f 32 bytes   b any bytes   0 null: stands for the rowid
 * Entries of the indices look like none of them, but for pairs: those have no owner, and go later. */
typedef struct {
  gboolean is_table;
  const char *columns;
  const char *sql;
} Shape;

static const Shape shapes[] = {
  { FALSE, "ltttiiIiI",
    "INSERT OR IGNORE INTO location (id, name, timezone, epoch, created, seq, h, floor, floor_h) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)" },
  { FALSE, "lttfiti",
    "INSERT OR IGNORE INTO request (location, source, key, fingerprint, status, answer, at) "
    "VALUES (?, ?, ?, ?, ?, ?, ?)" },
  { FALSE, "lttti",
    "INSERT OR IGNORE INTO event_key (location, source_kind, source, key, seq) "
    "VALUES (?, ?, ?, ?, ?)" },
  { FALSE, "lttnti",
    "INSERT OR IGNORE INTO outcome (location, device, act, n, outcome, at) "
    "VALUES (?, ?, ?, ?, ?, ?)" },
  { FALSE, "lti", "INSERT OR IGNORE INTO mark (location, device, n) VALUES (?, ?, ?)" },
  { FALSE, "khrtTiiii",
    "INSERT OR IGNORE INTO token (id, hash, role, name, device, created, expires, last_used, "
    "revoked) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)" },
  { FALSE, "kl", "INSERT OR IGNORE INTO token_location (token, location) VALUES (?, ?)" },
  { FALSE, "tlttTTkrii",
    "INSERT OR IGNORE INTO device (id, location, name, install_id, app, platform, token, role, "
    "created, removed) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)" },
  { FALSE, "tlttiiiTi",
    "INSERT OR IGNORE INTO hook (id, location, provider, settings, created, last_event, "
    "last_refusal, refusal_reason, unreadable) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)" },
  { FALSE, "thii",
    "INSERT OR IGNORE INTO hook_path (hook, hash, created, expires) VALUES (?, ?, ?, ?)" },
  { FALSE, "tlttiiiTiiiT",
    "INSERT OR IGNORE INTO hook (id, location, provider, settings, created, last_event, "
    "last_refusal, refusal_reason, unreadable, refused, ignored, refusal_url) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)" },
  { FALSE, "tlttiiiiiiTiiiTi",
    "INSERT OR IGNORE INTO subscriber (id, location, url, epoch, seq, created, attempts, delivered, "
    "last_at, last_status, last_error, failing_since, next_at, disabled, disabled_reason, planned) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)" },
  { FALSE, "tlttii",
    "INSERT OR IGNORE INTO subscriber (id, location, url, epoch, seq, created) "
    "VALUES (?, ?, ?, ?, ?, ?)" },
  { TRUE, "ltiIiib",
    "INSERT OR IGNORE INTO snapshot (location, epoch, seq, h, at, crc, blob) "
    "VALUES (?, ?, ?, ?, ?, ?, ?)" },
  { TRUE, "0ltitTb",
    "INSERT OR IGNORE INTO unreadable (row, location, hook, received, reason, content_type, body) "
    "VALUES (?, ?, ?, ?, ?, ?, ?)" },
  /* The secrets of hooks and of subscribers look alike: whose a row is, its owner's id tells later. */
  { TRUE, "0ttii",
    "INSERT OR IGNORE INTO hook_secret (row, hook, secret, created, expires) "
    "VALUES (?, ?, ?, ?, ?)" },
  { TRUE, "0ttii",
    "INSERT OR IGNORE INTO subscriber_secret (row, subscriber, secret, created, expires) "
    "VALUES (?, ?, ?, ?, ?)" },
};

/* ---- values ---- */

/* Returns: (transfer full) (nullable) */
static char *
dup_text (const HlCarveValue *value)
{
  if (value->type != HL_CARVE_TEXT || value->length > MAX_TEXT ||
      memchr (value->data, '\0', value->length) != NULL ||
      !g_utf8_validate (value->data, (gssize) value->length, NULL))
    return NULL;
  return g_strndup (value->data, value->length);
}

static gboolean
is_token_id (const char *text)
{
  return strlen (text) == 10 && strspn (text, "0123456789abcdefghjkmnpqrstvwxyz") == 10;
}

static gboolean
is_role (const char *text)
{
  int role;

  return hl_enum_parse (HL_TYPE_ROLE, text, &role);
}

static gboolean
is_good_text (const HlCarveValue *value, char letter)
{
  g_autofree char *text = dup_text (value);

  if (text == NULL)
    return FALSE;
  switch (letter) {
  case 'l':
    return hl_id_is_location (text);
  case 'k':
    return is_token_id (text);
  case 'h':
    return hl_id_is_hex (text, 64);
  case 'r':
    return is_role (text);
  default:
    return TRUE;
  }
}

static gboolean
fits (const HlCarveValue *value, char letter)
{
  switch (letter) {
  case 'i':
    return value->type == HL_CARVE_INTEGER && value->integer >= 0;
  case 'I':
    return value->type == HL_CARVE_INTEGER;
  case 'n':
    return value->type == HL_CARVE_NULL ||
           (value->type == HL_CARVE_INTEGER && value->integer > 0);
  case 'f':
    return value->type == HL_CARVE_BLOB && value->length == HL_STORE_FINGERPRINT_BYTES;
  case 'b':
    return value->type == HL_CARVE_BLOB;
  case '0':
    return value->type == HL_CARVE_NULL;
  case 'T':
    return value->type == HL_CARVE_NULL || is_good_text (value, letter);
  default:
    return is_good_text (value, letter);
  }
}

static gboolean
matches (const HlCarveRecord *record, const Shape *shape)
{
  if (record->is_table != shape->is_table || record->n_values != strlen (shape->columns))
    return FALSE;
  for (guint i = 0; i < record->n_values; i++) {
    if (!fits (&record->values[i], shape->columns[i]))
      return FALSE;
  }
  return TRUE;
}

static gboolean
insert (HlDatabase *db, const HlCarveRecord *record, const Shape *shape, GError **error)
{
  g_autoptr (HlStatement) insert = hl_database_prepare (db, shape->sql, error);

  if (insert == NULL)
    return FALSE;
  for (guint i = 0; i < record->n_values; i++) {
    const HlCarveValue *value = &record->values[i];
    int index = (int) i + 1;

    if (shape->columns[i] == '0')
      hl_statement_bind_int (insert, index, record->rowid);
    else if (value->type == HL_CARVE_INTEGER)
      hl_statement_bind_int (insert, index, value->integer);
    else if (value->type == HL_CARVE_TEXT)
      hl_statement_bind_text_len (insert, index, value->data, value->length);
    else if (value->type == HL_CARVE_BLOB)
      hl_statement_bind_blob (insert, index, value->data, value->length);
    else
      hl_statement_bind_null (insert, index);
  }
  return hl_statement_run (insert, error);
}

/* ---- events ---- */

static gboolean
load_event (const HlCarveRecord *record, char **location, HlStoreRow *row, const guint8 **digest)
{
  static const Shape shape = { TRUE, "littiiTiiifIit", NULL };
  const HlCarveValue *v = record->values;

  if (!matches (record, &shape))
    return FALSE;
  *location = dup_text (&v[0]);
  row->seq = (guint64) v[1].integer;
  row->id = dup_text (&v[2]);
  row->kind = dup_text (&v[3]);
  row->at = v[4].integer;
  row->received = v[5].integer;
  row->act = v[6].type == HL_CARVE_TEXT ? dup_text (&v[6]) : NULL;
  row->end = v[7].integer != 0;
  row->redacted = v[8].integer != 0;
  *digest = (const guint8 *) v[10].data;
  row->h = (guint64) v[11].integer;
  row->body = g_strndup (v[13].data, v[13].length);
  row->length = v[13].length;
  return v[9].integer == row->received / DAY_MS &&
         hl_sqlite_event_crc (*location, row, *digest) == v[12].integer;
}

/* Of two versions of an event the redacted one stands: what was erased must not come back. */
static gboolean
replace_redacted (HlDatabase *db, const char *location, const HlStoreRow *row, GError **error)
{
  g_autoptr (HlStatement) drop = hl_database_prepare (
    db, "DELETE FROM event WHERE location = ? AND seq = ? AND (redacted = 0) = ?", error);

  if (drop == NULL)
    return FALSE;
  hl_statement_bind_static (drop, 1, location);
  hl_statement_bind_int (drop, 2, (gint64) row->seq);
  hl_statement_bind_int (drop, 3, row->redacted ? 1 : 2);
  return hl_statement_run (drop, error);
}

static gboolean
take_event (HlDatabase *db, const HlCarveRecord *record, gboolean *is_event, GError **error)
{
  g_autofree char *location = NULL;
  g_autoptr (HlStoreRow) row = g_new0 (HlStoreRow, 1);
  GError *failure = NULL;
  const guint8 *digest;

  *is_event = load_event (record, &location, row, &digest);
  if (!*is_event)
    return TRUE;
  if (!replace_redacted (db, location, row, error))
    return FALSE;
  if (hl_sqlite_event_insert (db, location, row, digest, &failure))
    return TRUE;
  if (!g_error_matches (failure, HL_DATABASE_ERROR, HL_DATABASE_ERROR_CONSTRAINT)) {
    g_propagate_error (error, failure);
    return FALSE;
  }
  g_error_free (failure);
  return TRUE;
}

gboolean
hl_salvage_take_record (HlDatabase *db, const HlCarveRecord *record, GError **error)
{
  gboolean is_event;

  if (!take_event (db, record, &is_event, error))
    return FALSE;
  if (is_event || record->is_doubtful)
    return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (shapes); i++) {
    if (matches (record, &shapes[i]) && !insert (db, record, &shapes[i], error))
      return FALSE;
  }
  return TRUE;
}

/* ---- what belongs together ---- */

#define JSON(member) \
  "CASE WHEN json_valid (body) THEN json_extract (body, '$.data." member "') END"

static gboolean
remake_locations (HlDatabase *db, gint64 now, GHashTable *remade, GError **error)
{
  g_autoptr (HlStatement) query = hl_database_prepare (
    db,
    "SELECT DISTINCT e.location FROM event e WHERE NOT EXISTS "
    "(SELECT 1 FROM location l WHERE l.id = e.location)",
    error);
  HlStatementResult result;

  if (query == NULL)
    return FALSE;
  while ((result = hl_statement_step (query, error)) == HL_STATEMENT_ROW)
    g_hash_table_add (remade, hl_statement_dup_text (query, 0));
  hl_statement_reset (query);
  if (result == HL_STATEMENT_ERROR)
    return FALSE;
  {
    GHashTableIter iter;
    gpointer id;

    g_hash_table_iter_init (&iter, remade);
    while (g_hash_table_iter_next (&iter, &id, NULL)) {
      g_autoptr (HlStatement) make = hl_database_prepare (
        db,
        "INSERT INTO location (id, name, timezone, epoch, created) SELECT ?1, "
        "ifnull ((SELECT " JSON ("name") " FROM event WHERE location = ?1 AND "
        "kind = 'location_updated' AND " JSON ("name") " IS NOT NULL "
        "ORDER BY seq DESC LIMIT 1), ?1), "
        "ifnull ((SELECT " JSON ("timezone") " FROM event WHERE location = ?1 AND "
        "kind = 'location_updated' AND " JSON ("timezone") " IS NOT NULL "
        "ORDER BY seq DESC LIMIT 1), 'UTC'), '', ?2",
        error);

      if (make == NULL)
        return FALSE;
      hl_statement_bind_text (make, 1, id);
      hl_statement_bind_int (make, 2, now);
      if (!hl_statement_run (make, error))
        return FALSE;
    }
  }
  return TRUE;
}

gboolean
hl_salvage_join_rows (HlDatabase *db, gint64 now, GHashTable *remade, GError **error)
{
  return remake_locations (db, now, remade, error) &&
         hl_database_exec (
           db,
           "DELETE FROM device WHERE location NOT IN (SELECT id FROM location);"
           "DELETE FROM token_location WHERE token NOT IN (SELECT id FROM token) "
           "OR location NOT IN (SELECT id FROM location);"
           "INSERT OR IGNORE INTO token_location (token, location) "
           "SELECT token, location FROM device WHERE token IN (SELECT id FROM token);"
           "DELETE FROM token WHERE id NOT IN (SELECT token FROM token_location);"
           "DELETE FROM device WHERE token NOT IN (SELECT id FROM token);"
           "DELETE FROM request WHERE location NOT IN (SELECT id FROM location);"
           "DELETE FROM event_key WHERE location NOT IN (SELECT id FROM location);"
           "DELETE FROM outcome WHERE location NOT IN (SELECT id FROM location);"
           "DELETE FROM mark WHERE location NOT IN (SELECT id FROM location);"
           "DELETE FROM snapshot WHERE location NOT IN (SELECT id FROM location);"
           "DELETE FROM hook WHERE location NOT IN (SELECT id FROM location);"
           "DELETE FROM hook_path WHERE hook NOT IN (SELECT id FROM hook);"
           "DELETE FROM hook_secret WHERE hook NOT IN (SELECT id FROM hook);"
           "DELETE FROM unreadable WHERE location NOT IN (SELECT id FROM location);"
           "DELETE FROM subscriber WHERE location NOT IN (SELECT id FROM location);"
           "DELETE FROM subscriber_secret WHERE subscriber NOT IN (SELECT id FROM subscriber);",
           error);
}
