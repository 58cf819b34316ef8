/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Replacing the body of an event that is in the log. */
#include "store/hl-redaction.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "domain/hl-member.h"
#include "store/hl-sqlite-store-private.h"
#include "util/hl-id.h"
#include "wire/hl-json.h"

#define TRACE_BYTES 24
#define CHUNK (1024 * 1024)

/* ---- one event ---- */

HlStoreRow *
hl_redaction_read (HlDatabase *db, const char *location, guint64 seq, guint8 *digest, GError **error)
{
  g_autoptr (HlStatement) query = hl_database_prepare (
    db, "SELECT " HL_SQLITE_EVENT_COLUMNS " FROM event WHERE location = ? AND seq = ?", error);

  if (query == NULL)
    return NULL;
  hl_statement_bind_static (query, 1, location);
  hl_statement_bind_int (query, 2, (gint64) seq);
  switch (hl_statement_step (query, error)) {
  case HL_STATEMENT_ROW:
    return hl_sqlite_event_from_row (query, location, digest, error);
  case HL_STATEMENT_DONE:
    g_set_error (error, HL_STORE_ERROR, HL_STORE_ERROR_CORRUPT,
                 "Location “%s”, seq %" G_GUINT64_FORMAT ": the event is missing.", location, seq);
    return NULL;
  case HL_STATEMENT_ERROR:
  default:
    return NULL;
  }
}

/* event.redacted: 1 for the row's checksum, and beside it what was taken out or was not there. */
static gint64
bits_of (HlRedact what)
{
  if ((what & HL_REDACT_PERSON) != 0)
    what = HL_REDACT_PERSON | HL_REDACT_TRANSCRIPT | HL_REDACT_RECORDING;
  return 1 | (gint64) what << 1;
}

static gboolean
write_row (HlDatabase *db, const char *location, const HlStoreRow *row, const guint8 *digest,
           HlRedact what, GError **error)
{
  g_autoptr (HlStatement) update =
    hl_database_prepare (db,
                         "UPDATE event SET body = ?3, redacted = redacted | ?5, crc = ?4 "
                         "WHERE location = ?1 AND seq = ?2",
                         error);

  if (update == NULL)
    return FALSE;
  hl_statement_bind_static (update, 1, location);
  hl_statement_bind_int (update, 2, (gint64) row->seq);
  hl_statement_bind_text_len (update, 3, row->body, row->length);
  hl_statement_bind_int (update, 4, hl_sqlite_event_crc (location, row, digest));
  hl_statement_bind_int (update, 5, bits_of (what));
  return hl_statement_run (update, error);
}

static void
add_trace (GPtrArray *traces, const HlStoreRow *old, const char *fresh)
{
  gsize at = 0;

  while (at < old->length && old->body[at] == fresh[at])
    at++;
  if (old->length - at >= TRACE_BYTES)
    g_ptr_array_add (traces, g_bytes_new (old->body + at, TRACE_BYTES));
}

/* Returns: (transfer full) (nullable): NULL if there is nothing to take out */
static char *
redact_body (const HlStoreRow *row, HlRedact what)
{
  static const HlJsonLimits limits = { .max_bytes = HL_STORE_MAX_BODY + 1024, .max_members = 2048 };
  g_autoptr (JsonObject) object = hl_json_parse_object (row->body, row->length, &limits, NULL);
  JsonObject *data = object != NULL ? hl_member_get_object (object, "data") : NULL;
  JsonObject *redacted;
  int kind = HL_EVENT_UNKNOWN;

  if (data == NULL)
    return NULL;
  hl_enum_parse (HL_TYPE_EVENT_KIND, row->kind, &kind);
  redacted = hl_redact_data ((HlEventKind) kind, data, what);
  if (redacted == NULL)
    return NULL;
  json_object_set_object_member (object, "data", redacted);
  return hl_json_print_object (object);
}

/* @body: (transfer full) */
static gboolean
replace_body (HlDatabase *db, const char *location, HlStoreRow *row, const guint8 *digest, char *body, HlRedact what,
              GPtrArray *traces, GError **error)
{
  if (traces != NULL)
    add_trace (traces, row, body);
  g_free (row->body);
  row->body = body;
  row->length = strlen (body);
  row->redacted = TRUE;
  return write_row (db, location, row, digest, what, error);
}

static gboolean
apply (HlDatabase *db, const char *location, guint64 seq, HlRedact what, GPtrArray *traces,
       gboolean *changed, GError **error)
{
  guint8 digest[HL_ID_SHA256_BYTES];
  g_autoptr (HlStoreRow) row = hl_redaction_read (db, location, seq, digest, error);
  char *body;

  if (row == NULL)
    return FALSE;
  body = redact_body (row, what);
  *changed = body != NULL;
  if (body != NULL)
    return replace_body (db, location, row, digest, body, what, traces, error);
  row->redacted = TRUE;
  return write_row (db, location, row, digest, what, error);
}

/* Returns: (transfer full) (nullable): NULL if the event is about another turn, or says just that */
static char *
redact_turn (const HlStoreRow *row, const char *call_id, int turn, const char *text)
{
  g_autoptr (JsonObject) object = hl_json_parse_object (row->body, row->length, NULL, NULL);
  JsonObject *data = object != NULL ? hl_member_get_object (object, "data") : NULL;

  if (data == NULL || hl_member_get_int (data, "turn", -1) != turn
      || g_strcmp0 (hl_member_get_string (data, "call_id", NULL), call_id) != 0
      || g_strcmp0 (hl_member_get_string (data, "text", NULL), text) == 0)
    return NULL;
  json_object_set_string_member (data, "text", text);
  /* they point into the words that are gone */
  json_object_remove_member (data, "spans");
  return hl_json_print_object (object);
}

static GArray *
list_turns (HlDatabase *db, const char *location, guint64 from, GError **error)
{
  g_autoptr (GArray) seqs = g_array_new (FALSE, FALSE, sizeof (guint64));
  g_autoptr (HlStatement) query = hl_database_prepare (
    db, "SELECT seq FROM event WHERE location = ? AND seq >= ? AND kind = 'transcript_segment'", error);
  HlStatementResult result;

  if (query == NULL)
    return NULL;
  hl_statement_bind_static (query, 1, location);
  hl_statement_bind_int (query, 2, (gint64) from);
  while ((result = hl_statement_step (query, error)) == HL_STATEMENT_ROW) {
    guint64 seq = (guint64) hl_statement_get_int (query, 0);

    g_array_append_val (seqs, seq);
  }
  return result == HL_STATEMENT_DONE ? g_steal_pointer (&seqs) : NULL;
}

static gboolean
apply_turn (HlDatabase *db, const char *location, guint64 from, const char *call_id, int turn, const char *text,
            GPtrArray *traces, guint *n_changed, GError **error)
{
  g_autoptr (GArray) seqs = list_turns (db, location, from, error);

  for (guint i = 0; seqs != NULL && i < seqs->len; i++) {
    guint8 digest[HL_ID_SHA256_BYTES];
    g_autoptr (HlStoreRow) row = hl_redaction_read (db, location, g_array_index (seqs, guint64, i), digest, error);
    char *body = row != NULL ? redact_turn (row, call_id, turn, text) : NULL;

    if (row == NULL)
      return FALSE;
    if (body == NULL)
      continue;
    (*n_changed)++;
    if (!replace_body (db, location, row, digest, body, 0, traces, error))
      return FALSE;
  }
  return seqs != NULL;
}

gboolean
hl_redaction_apply_turn (HlSqliteStore *store, const char *location, guint64 from, const char *call_id, int turn,
                         const char *text, GPtrArray *traces, guint *n_changed, GError **error)
{
  GError *failure = NULL;
  gboolean own;

  *n_changed = 0;
  if (!hl_sqlite_store_enter (store, HL_STORE_NEED_WRITE_ALWAYS, &own, error))
    return FALSE;
  apply_turn (hl_sqlite_store_get_database (store), location, from, call_id, turn, text, traces, n_changed, &failure);
  return hl_sqlite_store_leave (store, own, failure, error);
}

gboolean
hl_redaction_is_pending (HlSqliteStore *store, const char *location, gboolean *pending, GError **error)
{
  g_autoptr (HlStatement) query = NULL;
  HlStatementResult result = HL_STATEMENT_ERROR;
  GError *failure = NULL;
  gboolean own;

  if (!hl_sqlite_store_enter (store, HL_STORE_NEED_READ, &own, error))
    return FALSE;
  query = hl_database_prepare (
    hl_sqlite_store_get_database (store),
    "SELECT 1 FROM event WHERE location = ?1 AND seq > coalesce ((SELECT seq FROM snapshot WHERE location = ?1), 0)"
    " AND kind = 'transcript_segment' AND instr (body, '\"state\":\"redacted\"') > 0 LIMIT 1", &failure);
  if (query != NULL) {
    hl_statement_bind_static (query, 1, location);
    result = hl_statement_step (query, &failure);
  }
  *pending = result == HL_STATEMENT_ROW;
  return result != HL_STATEMENT_ERROR || hl_sqlite_store_fail (store, failure, error);
}

gboolean
hl_redaction_apply (HlSqliteStore *store, const char *location, guint64 seq, HlRedact what,
                    GPtrArray *traces, gboolean *changed, GError **error)
{
  GError *failure = NULL;
  gboolean own;

  *changed = FALSE;
  if (!hl_sqlite_store_enter (store, HL_STORE_NEED_WRITE_ALWAYS, &own, error))
    return FALSE;
  apply (hl_sqlite_store_get_database (store), location, seq, what, traces, changed, &failure);
  return hl_sqlite_store_leave (store, own, failure, error);
}

/* ---- what is left in the files ---- */

typedef struct {
  GHashTable *starts; /* first 8 bytes -> GPtrArray of GBytes */
  GHashTable *found;  /* GBytes */
  guint8 sieve[8192]; /* bits: a start with this hash exists */
} Search;

static guint64
load_64 (const guint8 *data)
{
  guint64 value;

  memcpy (&value, data, sizeof value);
  return value;
}

static guint
sieve_of (guint64 start)
{
  return (guint) ((start * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15)) >> 48);
}

static void
search_bytes (Search *search, const guint8 *data, gsize length)
{
  for (gsize i = 0; i + TRACE_BYTES <= length; i++) {
    guint64 start = load_64 (data + i);
    guint bit = sieve_of (start);
    GPtrArray *list;

    if ((search->sieve[bit / 8] & 1 << bit % 8) == 0)
      continue;
    list = g_hash_table_lookup (search->starts, &start);
    for (guint k = 0; list != NULL && k < list->len; k++) {
      if (memcmp (g_bytes_get_data (list->pdata[k], NULL), data + i, TRACE_BYTES) == 0)
        g_hash_table_add (search->found, list->pdata[k]);
    }
  }
}

/* Through SQLite's own descriptor: to open the file and close it again would drop the locks that this process has on it. */
static gssize
read_database (sqlite3_file *file, guint8 *buffer, gsize wanted, gint64 offset)
{
  sqlite3_int64 size = 0;
  gsize length;

  if (file->pMethods->xFileSize (file, &size) != SQLITE_OK || offset >= size)
    return 0;
  length = MIN (wanted, (gsize) (size - offset));
  return file->pMethods->xRead (file, buffer, (int) length, offset) == SQLITE_OK ? (gssize) length : -1;
}

/* @file: the database; NULL: @fd, its write-ahead log, on which nobody has locks. */
static void
search_file (Search *search, sqlite3_file *file, int fd)
{
  g_autofree guint8 *buffer = g_malloc (CHUNK + TRACE_BYTES);
  gsize kept = 0;
  gint64 offset = 0;
  gssize n;

  while ((n = file != NULL ? read_database (file, buffer + kept, CHUNK, offset) : read (fd, buffer + kept, CHUNK)) > 0) {
    gsize length = kept + (gsize) n;

    search_bytes (search, buffer, length);
    kept = MIN (length, TRACE_BYTES - 1);
    memmove (buffer, buffer + length - kept, kept);
    offset += n;
  }
}

guint
hl_redaction_find_traces (HlSqliteStore *store, GPtrArray *traces)
{
  g_autofree Search *search = g_new0 (Search, 1);
  HlDatabase *db = hl_sqlite_store_get_database (store);
  g_autofree char *wal = g_strconcat (hl_database_get_path (db), "-wal", NULL);
  int fd = g_open (wal, O_RDONLY | O_CLOEXEC, 0);
  sqlite3_file *file = NULL;
  guint found;

  search->starts = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free,
                                          (GDestroyNotify) g_ptr_array_unref);
  search->found = g_hash_table_new (NULL, NULL);
  for (guint i = 0; i < traces->len; i++) {
    guint64 start = load_64 (g_bytes_get_data (traces->pdata[i], NULL));
    guint bit = sieve_of (start);
    GPtrArray *list = g_hash_table_lookup (search->starts, &start);

    if (list == NULL) {
      list = g_ptr_array_new ();
      g_hash_table_insert (search->starts, g_memdup2 (&start, sizeof start), list);
    }
    g_ptr_array_add (list, traces->pdata[i]);
    search->sieve[bit / 8] |= (guint8) (1 << bit % 8);
  }
  if (sqlite3_file_control (hl_database_get_handle (db), "main", SQLITE_FCNTL_FILE_POINTER, &file) == SQLITE_OK &&
      file != NULL && file->pMethods != NULL)
    search_file (search, file, -1);
  if (fd >= 0) {
    search_file (search, NULL, fd);
    close (fd);
  }
  found = g_hash_table_size (search->found);
  g_hash_table_unref (search->starts);
  g_hash_table_unref (search->found);
  return found;
}
