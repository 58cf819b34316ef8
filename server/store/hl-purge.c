/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Retention in one location's log. */
#include "store/hl-purge.h"

#include "domain/hl-call.h"
#include "domain/hl-dispute.h"
#include "domain/hl-entity-list.h"
#include "domain/hl-event-kind.h"
#include "domain/hl-member.h"
#include "domain/hl-notice.h"
#include "domain/hl-order.h"
#include "domain/hl-party.h"
#include "domain/hl-redact.h"
#include "domain/hl-reservation.h"
#include "domain/hl-subject.h"
#include "store/hl-redaction.h"
#include "store/hl-sqlite-store-private.h"
#include "wire/hl-json.h"

/* Rows that one read looks at: a long read would keep the write-ahead log from being cut. */
#define WINDOW 20000

typedef struct {
  guint64 seq;
  HlRedact what;
} Found;

struct _HlPurge {
  char *location;
  HlPurgeLimits limits;
  GArray *found; /* of Found */
  guint applied; /* of them */
  gboolean has_swept;
};

HlPurge *
hl_purge_new (const char *location, const HlPurgeLimits *limits)
{
  HlPurge *self = g_new0 (HlPurge, 1);

  self->location = g_strdup (location);
  self->limits = *limits;
  self->found = g_array_new (FALSE, FALSE, sizeof (Found));
  return self;
}

void
hl_purge_free (HlPurge *self)
{
  if (self == NULL)
    return;
  g_free (self->location);
  g_array_unref (self->found);
  g_free (self);
}

const char *
hl_purge_get_location (HlPurge *self)
{
  return self->location;
}

guint
hl_purge_get_found (HlPurge *self)
{
  return self->found->len;
}

gboolean
hl_purge_is_done (HlPurge *self)
{
  return self->has_swept && self->applied == self->found->len;
}

/* ---- finding ---- */

/* event.redacted remembers what was taken out (hl-redaction.h), so that a row is looked at once. The bodies are
 * our own printing; one that only seems to hold something is parsed, and marked. */
static const char scan_sql[] =
  "SELECT seq,"
  " (received < ?4 AND (redacted & 2) = 0"
  "  AND kind IN ('call_started', 'call_updated', 'call_completed') AND instr (body, '\"recording_url\"') > 0)"
  " + 2 * (received < ?5 AND (redacted & 4) = 0 AND (kind = 'transcript_segment'"
  "  OR (kind IN ('call_started', 'call_updated', 'call_completed')"
  "   AND (instr (body, '\"summary\"') > 0 OR instr (body, '\"slots\"') > 0))))"
  " + 4 * (received < ?6 AND (redacted & 8) = 0 AND kind NOT IN ('table_updated', 'section_updated',"
  "  'floor_replaced', 'location_updated', 'notice_acknowledged', 'dispute_settled', 'day_closed',"
  "  'person_erased')) AS what "
  "FROM event WHERE location = ?1 AND seq > ?2 AND seq <= ?3 AND received < max (?4, ?5, ?6)";

static gboolean
scan_window (HlPurge *self, HlDatabase *db, guint64 after, guint max_events, GError **error)
{
  g_autoptr (HlStatement) query = hl_database_prepare (db, scan_sql, error);
  HlStatementResult result;

  if (query == NULL)
    return FALSE;
  hl_statement_bind_static (query, 1, self->location);
  hl_statement_bind_int (query, 2, (gint64) after);
  hl_statement_bind_int (query, 3, (gint64) after + WINDOW);
  hl_statement_bind_int (query, 4, self->limits.recordings);
  hl_statement_bind_int (query, 5, self->limits.transcripts);
  hl_statement_bind_int (query, 6, self->limits.people);
  while ((result = hl_statement_step (query, error)) == HL_STATEMENT_ROW) {
    Found found = { (guint64) hl_statement_get_int (query, 0), (HlRedact) hl_statement_get_int (query, 1) };

    if (found.what == 0)
      continue;
    g_array_append_val (self->found, found);
    if (self->found->len >= max_events)
      return TRUE;
  }
  return result == HL_STATEMENT_DONE;
}

gboolean
hl_purge_scan (HlPurge *self, HlSqliteStore *store, guint max_events, GError **error)
{
  g_autoptr (HlPosition) head = hl_store_get_head (HL_STORE (store), self->location, error);
  GError *failure = NULL;

  if (head == NULL)
    return FALSE;
  for (guint64 after = 0; after < head->seq && self->found->len < max_events; after += WINDOW) {
    if (!scan_window (self, hl_sqlite_store_get_database (store), after, max_events, &failure))
      return hl_sqlite_store_fail (store, failure, error);
  }
  return TRUE;
}

/* ---- what must stay ---- */

static char *
make_key (GType type, const char *id)
{
  return g_strconcat (g_type_name (type), "/", id, NULL);
}

static void
hold_calls (HlState *state, GHashTable *held)
{
  guint n = 0;
  HlEntity **calls = hl_entity_list_peek (hl_state_get_list (state, HL_TYPE_CALL), &n);

  for (guint i = 0; i < n; i++) {
    const char *const *aliases = hl_call_get_aliases (HL_CALL (calls[i]));

    /* what was folded under another name may be part of it */
    for (; aliases != NULL && *aliases != NULL; aliases++)
      g_hash_table_add (held, make_key (HL_TYPE_CALL, *aliases));
  }
}

static void
hold_subjects (HlState *state, GHashTable *held)
{
  static const struct {
    HlSubjectType type;
    GType (*get_type) (void);
  } types[] = {
    { HL_SUBJECT_TYPE_RESERVATION, hl_reservation_get_type },
    { HL_SUBJECT_TYPE_PARTY, hl_party_get_type },
    { HL_SUBJECT_TYPE_CALL, hl_call_get_type },
  };
  guint n = 0;
  HlEntity **disputes = hl_entity_list_peek (hl_state_get_list (state, HL_TYPE_DISPUTE), &n);

  for (guint i = 0; i < n; i++) {
    HlSubject *subject = hl_dispute_get_subject (HL_DISPUTE (disputes[i]));

    for (guint k = 0; subject != NULL && k < G_N_ELEMENTS (types); k++) {
      if (types[k].type == hl_subject_get_subject_type (subject))
        g_hash_table_add (held, make_key (types[k].get_type (), hl_subject_get_id (subject)));
    }
  }
}

/* Returns: (transfer full): the keys of all entities whose events the state is made of */
static GHashTable *
list_held (HlState *state)
{
  const GType types[] = { HL_TYPE_CALL, HL_TYPE_RESERVATION, HL_TYPE_PARTY, HL_TYPE_ORDER, HL_TYPE_NOTICE };
  GHashTable *held = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (types); i++) {
    guint n = 0;
    HlEntity **entities = hl_entity_list_peek (hl_state_get_list (state, types[i]), &n);

    for (guint k = 0; k < n; k++)
      g_hash_table_add (held, make_key (types[i], hl_entity_get_id (entities[k])));
  }
  hold_calls (state, held);
  hold_subjects (state, held);
  return held;
}

/* ---- taking out ---- */

typedef struct {
  HlState *state;
  GHashTable *held;
  gboolean is_held;
  GHashTable *forgotten; /* (nullable): while looking: entities of events that are not held */
} Look;

static void
on_entity (GType type, const char *id, gboolean is_own, gpointer user_data)
{
  Look *look = user_data;
  g_autofree char *key = NULL;

  if (!is_own)
    return;
  key = make_key (type, id);
  look->is_held = look->is_held || g_hash_table_contains (look->held, key);
  /* undo remembers what former values were, also of what has left with its day */
  if (!look->is_held && g_hash_table_add (look->forgotten, g_steal_pointer (&key)))
    hl_state_forget_before (look->state, type, id);
}

/* Is the event old and about nothing that is still there? It may not be the one that was scanned: a location may
 * have been removed and made anew. @what: (inout): without what it is too young for */
static gboolean
may_change (HlPurge *self, HlDatabase *db, const Found *found, Look *look, HlRedact *what, GError **error)
{
  static const HlJsonLimits limits = { .max_bytes = HL_STORE_MAX_BODY + 1024, .max_members = 2048 };
  guint8 digest[32];
  g_autoptr (HlStoreRow) row = hl_redaction_read (db, self->location, found->seq, digest, error);
  g_autoptr (JsonObject) object = NULL;
  JsonObject *data;
  int kind = HL_EVENT_UNKNOWN;

  look->is_held = FALSE;
  *what = 0;
  if (row == NULL)
    return FALSE;
  if (row->received < self->limits.recordings)
    *what |= found->what & HL_REDACT_RECORDING;
  if (row->received < self->limits.transcripts)
    *what |= found->what & HL_REDACT_TRANSCRIPT;
  if (row->received < self->limits.people)
    *what |= found->what & HL_REDACT_PERSON;
  if (*what == 0)
    return TRUE;
  hl_enum_parse (HL_TYPE_EVENT_KIND, row->kind, &kind);
  object = hl_json_parse_object (row->body, row->length, &limits, NULL);
  data = object != NULL ? hl_member_get_object (object, "data") : NULL;
  if (data != NULL)
    hl_redact_foreach_entity ((HlEventKind) kind, data, on_entity, look);
  return TRUE;
}

static gboolean
run (HlDatabase *db, const char *sql, const char *location, gint64 before, GError **error)
{
  g_autoptr (HlStatement) statement = hl_database_prepare (db, sql, error);

  if (statement == NULL)
    return FALSE;
  hl_statement_bind_static (statement, 1, location);
  if (before != HL_PURGE_NEVER)
    hl_statement_bind_int (statement, 2, before);
  return hl_statement_run (statement, error);
}

/* Nobody can tell what stands in them: the shortest limit holds. */
static gboolean
sweep_unreadable (HlPurge *self, HlDatabase *db, GError **error)
{
  gint64 before = MAX (self->limits.recordings, self->limits.transcripts);

  if (before == HL_PURGE_NEVER)
    return TRUE;
  return run (db, "DELETE FROM unreadable WHERE location = ? AND received < ?", self->location, before, error);
}

static gboolean
take_out (HlPurge *self, HlSqliteStore *store, Look *look, guint max_events, GPtrArray *traces,
          guint *n_changed, guint *n_held, GError **error)
{
  HlDatabase *db = hl_sqlite_store_get_database (store);
  guint end = MIN (self->found->len, self->applied + max_events);
  guint before = *n_changed;

  for (guint i = self->applied; i < end; i++) {
    const Found *found = &g_array_index (self->found, Found, i);
    HlRedact what;
    gboolean changed = FALSE;

    if (!may_change (self, db, found, look, &what, error))
      return FALSE;
    if (look->is_held)
      *n_held += 1;
    else if (what != 0
             && !hl_redaction_apply (store, self->location, found->seq, what, traces, &changed, error))
      return FALSE;
    *n_changed += changed;
  }
  return sweep_unreadable (self, db, error)
         && (*n_changed == before
             || run (db, "DELETE FROM snapshot WHERE location = ?", self->location, HL_PURGE_NEVER, error));
}

gboolean
hl_purge_apply (HlPurge *self, HlSqliteStore *store, HlState *state, guint max_events, GPtrArray *traces,
                guint *n_changed, guint *n_held, GError **error)
{
  g_autoptr (GHashTable) held = list_held (state);
  g_autoptr (GHashTable) forgotten = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  Look look = { .state = state, .held = held, .forgotten = forgotten };
  GError *failure = NULL;

  if (!hl_store_begin_request (HL_STORE (store), error))
    return FALSE;
  if (!take_out (self, store, &look, max_events, traces, n_changed, n_held, &failure)) {
    hl_sqlite_store_fail (store, failure, error);
    hl_store_rollback_request (HL_STORE (store), NULL);
    return FALSE;
  }
  if (!hl_store_end_request (HL_STORE (store), error))
    return FALSE;
  self->applied = MIN (self->found->len, self->applied + max_events);
  self->has_swept = TRUE;
  return TRUE;
}
