/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Words that were stored and must not stay. */
#include "live/hl-wash.h"

#include "domain/hl-member.h"
#include "store/hl-redaction.h"
#include "util/hl-log.h"

/* How far back the events of a turn are looked for at least; its own first one is found wherever it is. */
#define LOOK_BACK 2000

void
hl_wash_want (HlJournal *journal)
{
  if (journal->traces == NULL) {
    journal->traces = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  }
}

static guint64
find_first (HlJournal *journal, HlSegment *segment)
{
  guint64 made = hl_entity_get_revision (HL_ENTITY (segment), HL_SEGMENT_FIELD_TURN)->seq;
  guint64 near = journal->head->seq > LOOK_BACK ? journal->head->seq - LOOK_BACK : 1;

  return made > 0 ? MIN (made, near) : near;
}

gboolean
hl_wash_turn (HlJournal *journal, HlStore *store, JsonObject *data, GError **error)
{
  const char *call_id = hl_member_get_string (data, "call_id", NULL);
  int turn = (int) hl_member_get_int (data, "turn", 0);
  HlSegment *segment = hl_state_lookup_segment (journal->state, call_id, turn);
  guint n_changed = 0;

  if (!HL_IS_SQLITE_STORE (store) || segment == NULL || hl_segment_get_state (segment) != HL_SEGMENT_STATE_REDACTED ||
      g_strcmp0 (hl_member_get_string (data, "state", NULL), "redacted") != 0) {
    return TRUE;
  }
  hl_wash_want (journal);
  /* the text that stands: a redaction that came late takes nothing back */
  return hl_redaction_apply_turn (HL_SQLITE_STORE (store), journal->location, find_first (journal, segment), call_id, turn,
                                  hl_segment_get_text (segment), journal->traces, &n_changed, error);
}

gboolean
hl_wash_is_pending (HlStore *store, const char *location)
{
  g_autoptr (GError) error = NULL;
  gboolean pending = FALSE;

  if (HL_IS_SQLITE_STORE (store) && !hl_redaction_is_pending (HL_SQLITE_STORE (store), location, &pending, &error)) {
    hl_log (HL_LOG_WARNING, "store", "it cannot be told whether something is left to be taken out", "location", location, "error",
            error->message, NULL);
  }
  return pending;
}

/* Pages may hold copies of rows that moved. */
static gboolean
clean_pages (HlSqliteStore *store, GPtrArray *traces)
{
  g_autoptr (GError) error = NULL;
  guint64 left = 0;

  if (!hl_sqlite_store_checkpoint (store, &left, &error) || left > 0) {
    return FALSE;
  }
  if (traces->len == 0 || hl_redaction_find_traces (store, traces) == 0 || hl_sqlite_store_compact (store, &error)) {
    return TRUE;
  }
  hl_log (HL_LOG_WARNING, "store", "what was taken out is still in the file's free pages", "error", error->message, NULL);
  return FALSE;
}

gboolean
hl_wash_files (GHashTable *journals, HlStore *store, gint64 now)
{
  g_autoptr (GPtrArray) traces = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer value;
  gboolean any = FALSE;

  g_hash_table_iter_init (&iter, journals);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    HlJournal *journal = value;

    if (journal->traces == NULL) {
      continue;
    }
    any = TRUE;
    if (journal->state == NULL || !hl_journal_store (journal, store, 1, now, NULL)) {
      return FALSE;
    }
    g_ptr_array_extend (traces, journal->traces, NULL, NULL);
  }
  if (!any) {
    return TRUE;
  }
  if (!clean_pages (HL_SQLITE_STORE (store), traces)) {
    return FALSE;
  }
  g_hash_table_iter_init (&iter, journals);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    g_clear_pointer (&((HlJournal *) value)->traces, g_ptr_array_unref);
  }
  return TRUE;
}
