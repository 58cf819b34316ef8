/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The local copy's file, see hl-copy.h. */
#include "local/hl-copy.h"

#include <glib/gstdio.h>
#include <string.h>

#include "util/hl-carve.h"
#include "util/hl-log.h"

#define FOLD_LINES 1000
#define OLD "id <= %1$" G_GINT64_FORMAT " AND at >= %2$" G_GINT64_FORMAT
#define FOLD_KEY "at / 3600000, was, became, cause, endpoint, code"

struct _HlCopy {
  HlDatabase *db;
  guint logged;  /* diary lines since the last trim */
  gint64 folded; /* the diary's lines up to this one are folded */
};

static const HlDatabaseStep steps[] = {
  { .sql
    = "CREATE TABLE head (one INTEGER PRIMARY KEY CHECK (one = 1), epoch TEXT NOT NULL, seq "
      "INTEGER NOT NULL,"
      " h INTEGER NOT NULL);"
      "CREATE TABLE snapshot (one INTEGER PRIMARY KEY CHECK (one = 1), seq INTEGER NOT NULL, "
      "entities BLOB NOT NULL);"
      "CREATE TABLE page (first INTEGER PRIMARY KEY, last INTEGER NOT NULL, events BLOB NOT NULL);"
      "CREATE TABLE known (one INTEGER PRIMARY KEY CHECK (one = 1), current_at INTEGER NOT NULL, "
      "offset INTEGER NOT NULL);"
      "CREATE TABLE diary (id INTEGER PRIMARY KEY, at INTEGER NOT NULL, was INTEGER NOT NULL,"
      " became INTEGER NOT NULL, cause INTEGER NOT NULL, endpoint TEXT NOT NULL, detail TEXT NOT "
      "NULL);" },
  { .sql = "ALTER TABLE diary ADD COLUMN code INTEGER NOT NULL DEFAULT 0;"
           "ALTER TABLE diary ADD COLUMN lasted INTEGER NOT NULL DEFAULT -1;"
           "CREATE INDEX diary_at ON diary (at);" },
  { .sql = "ALTER TABLE diary ADD COLUMN times INTEGER NOT NULL DEFAULT 1;"
           "ALTER TABLE diary ADD COLUMN until INTEGER NOT NULL DEFAULT 0;" }, /* 0: as `at` */
};

void
hl_copy_contents_free (HlCopyContents *contents)
{
  if (contents == NULL)
    return;
  hl_position_free (contents->position);
  g_clear_pointer (&contents->entities, g_bytes_unref);
  g_clear_pointer (&contents->events, g_ptr_array_unref);
  g_free (contents);
}

static HlDatabase *
open_file (const char *path, const char *vfs, GError **error)
{
  HlDatabaseOptions options = { .synchronous = HL_DATABASE_SYNC_NORMAL,
                                .vfs = vfs,
                                .steps = steps,
                                .n_steps = G_N_ELEMENTS (steps) };
  g_autoptr (HlDatabase) db = hl_database_open (path, &options, error);

  if (db == NULL || !hl_database_migrate (db, steps, G_N_ELEMENTS (steps), NULL, error)
      || !hl_database_check (db, FALSE, error) || !hl_database_keep_pages (db, error))
    return NULL;
  return g_steal_pointer (&db);
}

static void
throw_away (const char *path)
{
  static const char *const suffixes[] = { "", "-wal", "-shm" };

  for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++) {
    g_autofree char *name = g_strconcat (path, suffixes[i], NULL);
    (void)g_unlink (name);
  }
}

typedef struct {
  gint64 id;
  HlCopyLine *line;
} Kept;

static void
kept_clear (gpointer data)
{
  hl_copy_line_free (((Kept *)data)->line);
}

static char *
dup_text (const HlCarveValue *value)
{
  return g_utf8_make_valid (value->data, (gssize)value->length);
}

/* A record of the diary says so by its types: no other table's begins like that. */
static gboolean
on_record (const HlCarveRecord *record, gpointer data)
{
  const HlCarveValue *values = record->values;
  g_autofree char *endpoint = NULL;
  g_autofree char *detail = NULL;
  Kept kept = { .id = record->rowid };

  if (!record->is_table || record->is_doubtful || record->n_values < 7 || values[0].type != HL_CARVE_NULL)
    return TRUE;
  for (guint i = 1; i < record->n_values; i++) {
    if (values[i].type != (i == 5 || i == 6 ? HL_CARVE_TEXT : HL_CARVE_INTEGER) && i < 11)
      return TRUE;
  }
  endpoint = dup_text (&values[5]);
  detail = dup_text (&values[6]);
  kept.line = hl_copy_line_new (values[1].integer, (int)values[2].integer, (int)values[3].integer, (int)values[4].integer,
                                endpoint, detail, record->n_values > 7 ? (guint)values[7].integer : 0,
                                record->n_values > 8 ? values[8].integer : -1);
  if (record->n_values > 10)
    hl_copy_line_repeat (kept.line, values[9].integer, values[10].integer);
  g_array_append_val ((GArray *)data, kept);
  return TRUE;
}

static int
compare_kept (gconstpointer a, gconstpointer b)
{
  gint64 one = ((const Kept *)a)->id, two = ((const Kept *)b)->id;

  return one < two ? -1 : one > two;
}

/* The copy comes again from the server; the diary of the connection does not. */
static GArray *
read_diary (const char *path)
{
  GArray *diary = g_array_new (FALSE, FALSE, sizeof (Kept));
  g_autoptr (GError) error = NULL;

  g_array_set_clear_func (diary, kept_clear);
  if (!g_str_equal (path, ":memory:") && !hl_carve (path, on_record, diary, &error))
    hl_log (HL_LOG_WARNING, "local", "the diary of a damaged copy cannot be read", "error", error->message, NULL);
  g_array_sort (diary, compare_kept);
  return diary;
}

static void
write_diary (HlDatabase *db, GArray *diary)
{
  HlCopy copy = { .db = db, .logged = 1 };
  g_autoptr (GError) error = NULL;
  gboolean ok = hl_database_begin (db, &error);
  gint64 last = G_MININT64;

  for (guint i = 0; ok && i < diary->len; i++) {
    const Kept *kept = &g_array_index (diary, Kept, i);

    if (kept->id != last) /* (the same one can be in two versions of a page) */
      ok = hl_copy_add_line (&copy, kept->line, &error);
    last = kept->id;
  }
  if (!ok || !hl_database_commit (db, &error))
    hl_database_rollback (db);
  hl_log (HL_LOG_WARNING, "local", "a new copy is begun", "lines", HL_LOG_UINT (ok ? diary->len : 0), "error",
          error != NULL ? error->message : NULL, NULL);
}

/* A new file in the place of one that is damaged, or of a later version, with the diary that was in it. */
static HlDatabase *
begin_anew (const char *path, const char *vfs, GError **error)
{
  g_autoptr (GArray) diary = read_diary (path);
  HlDatabase *db;

  throw_away (path);
  db = open_file (path, vfs, error);
  if (db != NULL)
    write_diary (db, diary);
  return db;
}

static HlCopy *
copy_new (HlDatabase *db)
{
  HlCopy *self = g_new0 (HlCopy, 1);

  self->db = db;
  return self;
}

HlCopy *
hl_copy_open_anew (const char *path, GError **error)
{
  HlDatabase *db = begin_anew (path, NULL, error);

  return db != NULL ? copy_new (db) : NULL;
}

HlCopy *
hl_copy_open (const char *path, const char *vfs, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  HlDatabase *db = open_file (path, vfs, &local_error);

  if (g_error_matches (local_error, HL_DATABASE_ERROR, HL_DATABASE_ERROR_CORRUPT)
      || g_error_matches (local_error, HL_DATABASE_ERROR, HL_DATABASE_ERROR_NEWER)) {
    hl_log (HL_LOG_WARNING, "local", "the copy cannot be read", "error", local_error->message, NULL);
    g_clear_error (&local_error);
    db = begin_anew (path, vfs, &local_error);
  }
  if (db == NULL) {
    g_propagate_error (error, g_steal_pointer (&local_error));
    return NULL;
  }
  return copy_new (db);
}

void
hl_copy_close (HlCopy *self)
{
  if (self == NULL)
    return;
  hl_database_close (self->db);
  g_free (self);
}

guint64
hl_copy_get_wal_bytes (HlCopy *self)
{
  return hl_database_get_wal_bytes (self->db);
}

/* FALSE only on an error; what does not fit together is treated as nothing stored. */
static gboolean
load_pages (HlCopy *self, HlCopyContents *contents, guint64 snapshot_seq, gboolean *fits,
            GError **error)
{
  g_autoptr (HlStatement) statement = hl_database_prepare (
      self->db, "SELECT first, last, events FROM page ORDER BY first", error);
  guint64 next = snapshot_seq + 1;
  HlStatementResult result;

  *fits = TRUE;
  if (statement == NULL)
    return FALSE;
  while ((result = hl_statement_step (statement, error)) == HL_STATEMENT_ROW) {
    if ((guint64)hl_statement_get_int (statement, 0) != next)
      *fits = FALSE;
    next = (guint64)hl_statement_get_int (statement, 1) + 1;
    g_ptr_array_add (contents->events, hl_statement_get_bytes (statement, 2));
  }
  if (contents->position->seq + 1 != next)
    *fits = FALSE;
  return result != HL_STATEMENT_ERROR;
}

HlCopyContents *
hl_copy_load (HlCopy *self, GError **error)
{
  g_autoptr (HlCopyContents) contents = g_new0 (HlCopyContents, 1);
  g_autoptr (HlStatement) head
      = hl_database_prepare (self->db, "SELECT epoch, seq, h FROM head", error);
  g_autoptr (HlStatement) snapshot = NULL;
  g_autoptr (HlStatement) known = NULL;
  gboolean fits = FALSE;

  contents->events = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);
  contents->offset = G_MININT64;
  if (head == NULL)
    return NULL;
  known = hl_database_prepare (self->db, "SELECT current_at, offset FROM known", error);
  snapshot = hl_database_prepare (self->db, "SELECT seq, entities FROM snapshot", error);
  if (known == NULL || snapshot == NULL)
    return NULL;
  switch (hl_statement_step (known, error)) {
  case HL_STATEMENT_ROW:
    contents->current_at = hl_statement_get_int (known, 0);
    contents->offset = hl_statement_get_int (known, 1);
    break;
  case HL_STATEMENT_DONE:
    break;
  case HL_STATEMENT_ERROR:
  default:
    return NULL;
  }
  switch (hl_statement_step (head, error)) {
  case HL_STATEMENT_ROW:
    break;
  case HL_STATEMENT_DONE:
    return g_steal_pointer (&contents);
  case HL_STATEMENT_ERROR:
  default:
    return NULL;
  }
  if (hl_statement_get_text (head, 0) != NULL && *hl_statement_get_text (head, 0) != '\0')
    contents->position
        = hl_position_new (hl_statement_get_text (head, 0), (guint64)hl_statement_get_int (head, 1),
                           (guint64)hl_statement_get_int (head, 2));
  switch (hl_statement_step (snapshot, error)) {
  case HL_STATEMENT_ROW:
    contents->entities = hl_statement_get_bytes (snapshot, 1);
    break;
  case HL_STATEMENT_DONE:
    break;
  case HL_STATEMENT_ERROR:
  default:
    return NULL;
  }
  if (contents->position != NULL && contents->entities != NULL
      && !load_pages (self, contents, (guint64)hl_statement_get_int (snapshot, 0), &fits, error))
    return NULL;
  if (!fits) {
    g_clear_pointer (&contents->position, hl_position_free);
    g_clear_pointer (&contents->entities, g_bytes_unref);
    g_ptr_array_set_size (contents->events, 0);
  }
  return g_steal_pointer (&contents);
}

static gboolean
put_head (HlCopy *self, const HlPosition *position, GError **error)
{
  g_autoptr (HlStatement) statement
      = hl_database_prepare (self->db, "REPLACE INTO head VALUES (1, ?1, ?2, ?3)", error);
  if (statement == NULL)
    return FALSE;
  hl_statement_bind_text (statement, 1, position->epoch);
  hl_statement_bind_int (statement, 2, (gint64)position->seq);
  hl_statement_bind_int (statement, 3, (gint64)position->h);
  return hl_statement_run (statement, error);
}

gboolean
hl_copy_begin (HlCopy *self, GError **error)
{
  return hl_database_begin (self->db, error);
}

gboolean
hl_copy_commit (HlCopy *self, GError **error)
{
  return hl_database_commit (self->db, error);
}

void
hl_copy_rollback (HlCopy *self)
{
  hl_database_rollback (self->db);
}

/* Runs `ok`'s statements alone when no group is open. */
static gboolean
end (HlCopy *self, gboolean own, gboolean ok, GError **error)
{
  if (own && ok)
    ok = hl_database_commit (self->db, error);
  if (own && !ok)
    hl_database_rollback (self->db);
  return ok;
}

gboolean
hl_copy_put_snapshot (HlCopy *self, const HlPosition *position, GBytes *entities, GError **error)
{
  gboolean own = !hl_database_in_transaction (self->db);
  gboolean ok;

  if (own && !hl_database_begin (self->db, error))
    return FALSE;
  ok = hl_database_exec (self->db, "DELETE FROM page", error);
  if (ok) {
    g_autoptr (HlStatement) statement
        = hl_database_prepare (self->db, "REPLACE INTO snapshot VALUES (1, ?1, ?2)", error);
    ok = statement != NULL;
    if (ok) {
      hl_statement_bind_int (statement, 1, (gint64)position->seq);
      hl_statement_bind_bytes (statement, 2, entities);
      ok = hl_statement_run (statement, error);
    }
  }
  ok = ok && put_head (self, position, error);
  return end (self, own, ok, error);
}

/* Whether the stored position is just before `first`. */
static gboolean
is_next (HlCopy *self, guint64 first, GError **error)
{
  g_autoptr (HlStatement) statement = hl_database_prepare (self->db, "SELECT seq FROM head", error);
  HlStatementResult result;

  if (statement == NULL)
    return FALSE;
  result = hl_statement_step (statement, error);
  if (result == HL_STATEMENT_ERROR)
    return FALSE;
  if (result == HL_STATEMENT_ROW && (guint64)hl_statement_get_int (statement, 0) + 1 == first)
    return TRUE;
  g_set_error (error, HL_DATABASE_ERROR, HL_DATABASE_ERROR_CONSTRAINT,
               "The copy does not stand just before %" G_GUINT64_FORMAT, first);
  return FALSE;
}

gboolean
hl_copy_put_events (HlCopy *self, const HlPosition *position, guint64 first_seq, GBytes *events,
                    GError **error)
{
  gboolean own = !hl_database_in_transaction (self->db);
  gboolean ok = FALSE;

  if (own && !hl_database_begin (self->db, error))
    return FALSE;
  if (is_next (self, first_seq, error)) {
    g_autoptr (HlStatement) statement
        = hl_database_prepare (self->db, "INSERT INTO page VALUES (?1, ?2, ?3)", error);
    if (statement != NULL) {
      hl_statement_bind_int (statement, 1, (gint64)first_seq);
      hl_statement_bind_int (statement, 2, (gint64)position->seq);
      hl_statement_bind_bytes (statement, 3, events);
      ok = hl_statement_run (statement, error);
    }
  }
  ok = ok && put_head (self, position, error);
  return end (self, own, ok, error);
}

gboolean
hl_copy_note_current (HlCopy *self, gint64 current_at, gint64 offset, GError **error)
{
  g_autoptr (HlStatement) statement
      = hl_database_prepare (self->db, "REPLACE INTO known VALUES (1, ?1, ?2)", error);
  if (statement == NULL)
    return FALSE;
  hl_statement_bind_int (statement, 1, current_at);
  hl_statement_bind_int (statement, 2, offset);
  return hl_statement_run (statement, error);
}

gboolean
hl_copy_clear (HlCopy *self, GError **error)
{
  gboolean own = !hl_database_in_transaction (self->db);
  gboolean ok;

  if (own && !hl_database_begin (self->db, error))
    return FALSE;
  ok = hl_database_exec (
      self->db, "DELETE FROM page; DELETE FROM snapshot; DELETE FROM head; DELETE FROM known;",
      error);
  return end (self, own, ok, error);
}

HlCopyLine *
hl_copy_line_new (gint64 at, int was, int became, int cause, const char *endpoint,
                  const char *detail, guint code, gint64 lasted)
{
  HlCopyLine *line = g_new0 (HlCopyLine, 1);
  line->at = at;
  line->was = was;
  line->became = became;
  line->cause = cause;
  line->endpoint = g_strdup (endpoint != NULL ? endpoint : "");
  line->detail = g_strdup (detail != NULL ? detail : "");
  line->code = code;
  line->lasted = lasted;
  line->times = 1;
  line->until = at;
  return line;
}

void
hl_copy_line_repeat (HlCopyLine *line, gint64 times, gint64 until)
{
  line->times = (guint)CLAMP (times, 1, G_MAXINT);
  line->until = MAX (line->at, until);
}

void
hl_copy_line_free (HlCopyLine *line)
{
  if (line == NULL)
    return;
  g_free (line->endpoint);
  g_free (line->detail);
  g_free (line);
}

/* Once for every FOLD_LINES lines. An hour may come in parts: what was folded of the earliest one is looked at again. */
static gboolean
fold_diary (HlCopy *self, GError **error)
{
  gint64 until = hl_database_get_int (self->db, "SELECT ifnull (max (id), 0) FROM diary", 0, NULL) - HL_COPY_WHOLE_LINES;
  g_autofree char *first = NULL;
  g_autofree char *sql = NULL;

  if (until < self->folded + FOLD_LINES)
    return TRUE;
  first = g_strdup_printf ("SELECT ifnull (min (at), 0) / 3600000 * 3600000 FROM diary WHERE id > %" G_GINT64_FORMAT
                           " AND id <= %" G_GINT64_FORMAT, self->folded, until);
  sql = g_strdup_printf (
      "UPDATE diary SET at = same.first, until = same.last, times = same.n, lasted = same.lasted FROM ("
      "  SELECT max (id) AS newest, min (at) AS first, max (max (at), max (until)) AS last, sum (times) AS n,"
      "    CASE WHEN max (lasted) < 0 THEN -1 ELSE sum (max (lasted, 0)) END AS lasted"
      "  FROM diary WHERE " OLD " GROUP BY " FOLD_KEY " HAVING count (*) > 1) AS same "
      "WHERE id = same.newest;"
      "DELETE FROM diary WHERE " OLD " AND id NOT IN ("
      "  SELECT max (id) FROM diary WHERE " OLD " GROUP BY " FOLD_KEY ");",
      until, hl_database_get_int (self->db, first, 0, NULL));
  /* both or neither: what was counted into another must be gone */
  if (!hl_database_savepoint (self->db, "fold", error))
    return FALSE;
  if (!hl_database_exec (self->db, sql, error)) {
    hl_database_rollback_to (self->db, "fold", NULL);
    hl_database_release (self->db, "fold", NULL);
    return FALSE;
  }
  self->folded = until;
  return hl_database_release (self->db, "fold", error);
}

/* Counts the days on which something was written, not the time since: a clock that once jumped ahead
 * would make all the rest a year old, and a house that was closed for a month loses nothing. */
static gboolean
trim_diary (HlCopy *self, GError **error)
{
  return fold_diary (self, error)
         && hl_database_exec (
             self->db,
             "DELETE FROM diary WHERE at < 86400000 * (SELECT DISTINCT at / 86400000 FROM diary "
             "ORDER BY 1 DESC LIMIT 1 OFFSET " G_STRINGIFY (HL_COPY_KEEP_DAYS) ")",
             error)
         && hl_database_exec (self->db,
                              "DELETE FROM diary WHERE id <= (SELECT id FROM diary ORDER BY id DESC LIMIT 1 "
                              "OFFSET " G_STRINGIFY (HL_COPY_MAX_LINES) ")",
                              error);
}

gboolean
hl_copy_add_line (HlCopy *self, const HlCopyLine *line, GError **error)
{
  g_autoptr (HlStatement) statement
      = hl_database_prepare (self->db,
                             "INSERT INTO diary (at, was, became, cause, endpoint, detail, code, "
                             "lasted, times, until) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
                             error);

  if (statement == NULL)
    return FALSE;
  hl_statement_bind_int (statement, 1, line->at);
  hl_statement_bind_int (statement, 2, line->was);
  hl_statement_bind_int (statement, 3, line->became);
  hl_statement_bind_int (statement, 4, line->cause);
  hl_statement_bind_text (statement, 5, line->endpoint);
  hl_statement_bind_text (statement, 6, line->detail);
  hl_statement_bind_int (statement, 7, line->code);
  hl_statement_bind_int (statement, 8, line->lasted);
  hl_statement_bind_int (statement, 9, line->times);
  hl_statement_bind_int (statement, 10, line->until);
  if (!hl_statement_run (statement, error))
    return FALSE;
  if (self->logged++ % 100 == 0)
    return trim_diary (self, error);
  return TRUE;
}

gboolean
hl_copy_add_lines (HlCopy *self, GQueue *lines, GError **error)
{
  gboolean ok = hl_database_begin (self->db, error);

  while (lines->length > HL_COPY_MAX_LINES)
    hl_copy_line_free (g_queue_pop_head (lines));
  for (GList *l = lines->head; ok && l != NULL; l = l->next)
    ok = hl_copy_add_line (self, l->data, error);
  if (ok && hl_database_commit (self->db, error)) {
    g_queue_clear_full (lines, (GDestroyNotify)hl_copy_line_free);
    return TRUE;
  }
  hl_database_rollback (self->db);
  return FALSE;
}

GPtrArray *
hl_copy_load_lines (HlCopy *self, guint limit, GError **error)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func ((GDestroyNotify)hl_copy_line_free);
  g_autoptr (HlStatement) statement = hl_database_prepare (
      self->db,
      "SELECT at, was, became, cause, endpoint, detail, code, lasted, times, until FROM diary ORDER BY id DESC "
      "LIMIT ?1",
      error);
  HlStatementResult result;

  if (statement == NULL)
    return NULL;
  hl_statement_bind_int (statement, 1, limit);
  while ((result = hl_statement_step (statement, error)) == HL_STATEMENT_ROW) {
    HlCopyLine *line = hl_copy_line_new (
        hl_statement_get_int (statement, 0), (int)hl_statement_get_int (statement, 1),
        (int)hl_statement_get_int (statement, 2), (int)hl_statement_get_int (statement, 3),
        hl_statement_get_text (statement, 4), hl_statement_get_text (statement, 5),
        (guint)hl_statement_get_int (statement, 6), hl_statement_get_int (statement, 7));

    hl_copy_line_repeat (line, hl_statement_get_int (statement, 8), hl_statement_get_int (statement, 9));
    g_ptr_array_add (list, line);
  }
  return result == HL_STATEMENT_ERROR ? NULL : g_steal_pointer (&list);
}

gboolean
hl_copy_sweep (HlCopy *self, GError **error)
{
  return hl_database_compact (self->db, error);
}
