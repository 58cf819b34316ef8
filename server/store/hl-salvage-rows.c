/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Records of a damaged file, told apart by their shape, into the tables of a new one. */
#include "store/hl-salvage-private.h"

#include <string.h>

#include "domain/hl-enums.h"
#include "store/hl-sqlite-proof.h"
#include "util/hl-crc.h"
#include "util/hl-id.h"

#define MAX_TEXT (16 * 1024 * 1024)
#define DAY_MS (24 * 60 * 60 * 1000)

/* A table by what its records look like, one letter a column:
 *   t text   T text or null   l a location's id   k a token's id   h 64 hex digits   r a role
 *   i integer, not negative   I any integer   n positive integer or null
 *   f 32 bytes   b any bytes   0 null: stands for the rowid
 * @name: what its checksum, which is one column more, was made under; NULL: a table of before there were any, or one
 * that has its own. Entries of the indices look like none of them, but for pairs: those have no owner, and go later. */
typedef struct {
  gboolean is_table;
  const char *columns;
  const char *sql;
  const char *name;
  gsize dropped; /* where HlSalvageDropped counts those whose checksum does not hold */
} Shape;

#define DROPPED(what) G_STRUCT_OFFSET (HlSalvageDropped, what)
#define INSERT(table, row, values) "INSERT OR IGNORE INTO " table " (" row ("") ") VALUES (" values ")"

static const Shape shapes[] = {
  { FALSE, "ltttiiIiI", INSERT ("location", HL_ROW_LOCATION, "?, ?, ?, ?, ?, ?, ?, ?, ?"), HL_NAME_LOCATION,
    DROPPED (locations) },
  { FALSE, "lttfiti", INSERT ("request", HL_ROW_REQUEST, "?, ?, ?, ?, ?, ?, ?"), HL_NAME_REQUEST, DROPPED (answers) },
  { FALSE, "lttti", INSERT ("event_key", HL_ROW_EVENT_KEY, "?, ?, ?, ?, ?"), HL_NAME_EVENT_KEY, DROPPED (keys) },
  { FALSE, "lttnti", INSERT ("outcome", HL_ROW_OUTCOME, "?, ?, ?, ?, ?, ?"), HL_NAME_OUTCOME, DROPPED (outcomes) },
  { FALSE, "lti", INSERT ("mark", HL_ROW_MARK, "?, ?, ?"), HL_NAME_MARK, DROPPED (outcomes) },
  { FALSE, "khrtTiiii", INSERT ("token", HL_ROW_TOKEN, "?, ?, ?, ?, ?, ?, ?, ?, ?"), HL_NAME_TOKEN, DROPPED (tokens) },
  { FALSE, "kl", INSERT ("token_location", HL_ROW_TOKEN_LOCATION, "?, ?"), HL_NAME_TOKEN_LOCATION, DROPPED (tokens) },
  { FALSE, "tlttTTkrii", INSERT ("device", HL_ROW_DEVICE, "?, ?, ?, ?, ?, ?, ?, ?, ?, ?"), HL_NAME_DEVICE,
    DROPPED (tokens) },
  { FALSE, "tlttiiiTiiiT", INSERT ("hook", HL_ROW_HOOK, "?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?"), HL_NAME_HOOK,
    DROPPED (hooks) },
  { FALSE, "thii", INSERT ("hook_path", HL_ROW_HOOK_PATH, "?, ?, ?, ?"), HL_NAME_HOOK_PATH, DROPPED (hooks) },
  { FALSE, "tlttiiiiiiTiiiTi",
    INSERT ("subscriber", HL_ROW_SUBSCRIBER, "?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?"), HL_NAME_SUBSCRIBER,
    DROPPED (subscribers) },
  { TRUE, "0ttii", INSERT ("hook_secret", HL_ROW_HOOK_SECRET, "?, ?, ?, ?, ?"), HL_NAME_HOOK_SECRET, DROPPED (secrets) },
  { TRUE, "0ttii", INSERT ("subscriber_secret", HL_ROW_SUBSCRIBER_SECRET, "?, ?, ?, ?, ?"), HL_NAME_SUBSCRIBER_SECRET,
    DROPPED (secrets) },
  { TRUE, "ltiIiib",
    "INSERT OR IGNORE INTO snapshot (location, epoch, seq, h, at, crc, blob) "
    "VALUES (?, ?, ?, ?, ?, ?, ?)" },
  { TRUE, "0ltitTb",
    "INSERT OR IGNORE INTO unreadable (row, location, hook, received, reason, content_type, body) "
    "VALUES (?, ?, ?, ?, ?, ?, ?)" },
  /* as these were before */
  { FALSE, "tlttiiiTi",
    "INSERT OR IGNORE INTO hook (id, location, provider, settings, created, last_event, "
    "last_refusal, refusal_reason, unreadable) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)" },
  { FALSE, "tlttii",
    "INSERT OR IGNORE INTO subscriber (id, location, url, epoch, seq, created) "
    "VALUES (?, ?, ?, ?, ?, ?)" },
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

/* @proof: with a checksum behind the columns of the shape */
static gboolean
matches (const HlCarveRecord *record, const Shape *shape, gboolean proof)
{
  if (record->is_table != shape->is_table || record->n_values != strlen (shape->columns) + (proof ? 1 : 0) ||
      (proof && !fits (&record->values[record->n_values - 1], 'i')))
    return FALSE;
  for (guint i = 0; shape->columns[i] != '\0'; i++) {
    if (!fits (&record->values[i], shape->columns[i]))
      return FALSE;
  }
  return TRUE;
}

static guint32
add_value (guint32 crc, const HlCarveValue *value)
{
  switch (value->type) {
  case HL_CARVE_INTEGER:
    return hl_crc_add_int (hl_crc_add (crc, "i", 1), value->integer);
  case HL_CARVE_TEXT:
  case HL_CARVE_BLOB:
    crc = hl_crc_add (crc, value->type == HL_CARVE_TEXT ? "t" : "b", 1);
    return hl_crc_add (hl_crc_add_int (crc, (gint64) value->length), value->data, value->length);
  case HL_CARVE_NULL:
    return hl_crc_add (crc, "n", 1);
  case HL_CARVE_OTHER:
  default:
    return hl_crc_add (crc, "f", 1);
  }
}

/* hl_crc () of the schema, from the bytes of the file */
static gboolean
is_proved (const HlCarveRecord *record, const Shape *shape)
{
  const HlCarveValue name = { .type = HL_CARVE_TEXT, .data = shape->name, .length = strlen (shape->name) };
  guint n = (guint) strlen (shape->columns);
  guint32 crc = add_value (hl_crc_start (), &name);

  for (guint i = 0; i < n; i++) {
    const HlCarveValue rowid = { .type = HL_CARVE_INTEGER, .integer = record->rowid };

    crc = add_value (crc, shape->columns[i] == '0' ? &rowid : &record->values[i]);
  }
  return record->values[n].integer == hl_crc_end (crc);
}

static gboolean
insert (HlDatabase *db, const HlCarveRecord *record, const Shape *shape, GError **error)
{
  g_autoptr (HlStatement) insert = hl_database_prepare (db, shape->sql, error);

  if (insert == NULL)
    return FALSE;
  for (guint i = 0; shape->columns[i] != '\0'; i++) {
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

  if (!matches (record, &shape, FALSE))
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

/* Returns: FALSE only if the new file fails */
static gboolean
take_proved (HlDatabase *db, const HlCarveRecord *record, HlSalvageDropped *dropped, GError **error)
{
  const Shape *damaged = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (shapes); i++) {
    if (shapes[i].name == NULL) {
      /* snapshots and unreadable bodies: the blob tells them from what was before */
      if (matches (record, &shapes[i], FALSE) && strchr (shapes[i].columns, 'b') != NULL
          && !insert (db, record, &shapes[i], error))
        return FALSE;
      continue;
    }
    if (!matches (record, &shapes[i], TRUE))
      continue;
    if (is_proved (record, &shapes[i])) {
      dropped->proved++;
      return insert (db, record, &shapes[i], error);
    }
    damaged = damaged != NULL ? damaged : &shapes[i];
  }
  if (damaged != NULL)
    G_STRUCT_MEMBER (guint, dropped, damaged->dropped) += 1;
  return TRUE;
}

static gboolean
take_unproved (HlDatabase *db, const HlCarveRecord *record, GError **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (shapes); i++) {
    if (matches (record, &shapes[i], FALSE) && !insert (db, record, &shapes[i], error))
      return FALSE;
  }
  return TRUE;
}

gboolean
hl_salvage_take_record (HlDatabase *db, const HlCarveRecord *record, HlSalvageDropped *dropped, GError **error)
{
  gboolean is_event;

  if (!take_event (db, record, &is_event, error))
    return FALSE;
  /* a page that the log's checksum does not hold for may be an older one: what was revoked since would be back */
  if (is_event || record->is_doubtful)
    return TRUE;
  return take_proved (db, record, dropped, error);
}

gboolean
hl_salvage_take_old_record (HlDatabase *db, const HlCarveRecord *record, GError **error)
{
  return record->is_doubtful || take_unproved (db, record, error);
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
