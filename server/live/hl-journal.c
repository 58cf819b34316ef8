/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HlJournal: one location's log and state, as the writer's thread holds them. */
#include "live/hl-journal.h"

#include "domain/hl-event.h"
#include "domain/hl-evolve.h"
#include "domain/hl-time.h"
#include "net/hl-ws-frame.h"
#include "store/hl-fold.h"
#include "util/hl-clock.h"
#include "wire/hl-frame.h"
#include "wire/hl-json.h"

G_DEFINE_QUARK (hl-journal-error-quark, hl_journal_error)

static char *
make_label (const HlStoreLocation *row)
{
  GString *out = g_string_new ("{\"id\":");

  hl_json_append_string (out, row->id);
  g_string_append (out, ",\"name\":");
  hl_json_append_string (out, row->name);
  g_string_append (out, ",\"timezone\":");
  hl_json_append_string (out, row->timezone);
  g_string_append_c (out, '}');
  return g_string_free (out, FALSE);
}

static void
remember (HlJournal *self, guint64 seq, guint64 h, gint64 received)
{
  if (self->memory == NULL) {
    self->memory = g_new (guint64, HL_JOURNAL_MEMORY);
    self->times = g_new (gint64, HL_JOURNAL_MEMORY);
    self->memory_first = seq;
  }
  self->memory[seq % HL_JOURNAL_MEMORY] = h;
  self->times[seq % HL_JOURNAL_MEMORY] = received;
  if (seq - self->memory_first >= HL_JOURNAL_MEMORY) {
    self->memory_first = seq - HL_JOURNAL_MEMORY + 1;
  }
}

static gboolean
load (HlJournal *self, HlStore *store, GError **error)
{
  g_autoptr (HlStoreLocation) row = NULL;

  /* first of all: what it knew may have been rolled back, and nobody may decide upon that if the store cannot be read */
  g_clear_object (&self->state);
  g_clear_pointer (&self->head, hl_position_free);
  row = hl_store_get_location (store, self->location, error);
  if (row == NULL) {
    return FALSE;
  }
  g_clear_pointer (&self->memory, g_free);
  g_clear_pointer (&self->times, g_free);
  g_free (self->label);
  self->label = make_label (row);
  self->floor = row->floor;
  self->created = row->created;
  self->due = 0;
  self->state = hl_fold (store, self->location, &self->head, error);
  return self->state != NULL;
}

HlJournal *
hl_journal_open (HlStore *store, const char *location, GError **error)
{
  g_autoptr (HlJournal) self = g_new0 (HlJournal, 1);

  self->location = g_strdup (location);
  return load (self, store, error) ? g_steal_pointer (&self) : NULL;
}

gboolean
hl_journal_reload (HlJournal *self, HlStore *store, GError **error)
{
  if (self->fresh != NULL) {
    g_ptr_array_set_size (self->fresh, self->mark);
  }
  self->touched = FALSE;
  return load (self, store, error);
}

void
hl_journal_free (HlJournal *self)
{
  if (self == NULL) {
    return;
  }
  g_free (self->location);
  hl_position_free (self->head);
  g_clear_object (&self->state);
  g_free (self->label);
  g_clear_pointer (&self->fresh, g_ptr_array_unref);
  g_clear_pointer (&self->since, g_hash_table_unref);
  g_clear_pointer (&self->fired, g_hash_table_unref);
  g_clear_pointer (&self->traces, g_ptr_array_unref);
  g_free (self->memory);
  g_free (self->times);
  g_free (self);
}

/* What an unfinished line on the screens ends with: its final, or the end of its call. */
static char **
find_clears (const HlDecision *decision)
{
  g_autoptr (GPtrArray) found = NULL;

  for (guint i = 0; i < decision->events->len; i++) {
    const HlDraft *draft = g_ptr_array_index (decision->events, i);
    const char *call = NULL;
    char *clear = NULL;

    if (draft->kind == HL_EVENT_TRANSCRIPT_SEGMENT) {
      call = json_object_get_string_member_with_default (draft->data, "call_id", "");
      clear = g_strdup_printf ("%s/%" G_GINT64_FORMAT, call,
                               json_object_get_int_member_with_default (draft->data, "turn", 0));
    } else if (draft->kind == HL_EVENT_CALL_COMPLETED ||
               (draft->kind == HL_EVENT_CALL_UPDATED &&
                g_str_equal (json_object_get_string_member_with_default (draft->data, "state", ""), "ended"))) {
      clear = g_strdup (json_object_get_string_member_with_default (draft->data, "call_id", ""));
    } else {
      continue;
    }
    if (found == NULL) {
      found = g_ptr_array_new ();
    }
    g_ptr_array_add (found, clear);
  }
  if (found == NULL) {
    return NULL;
  }
  g_ptr_array_add (found, NULL);
  return (char **) g_ptr_array_free (g_steal_pointer (&found), FALSE);
}

static gboolean
is_redacting (const HlDecision *decision)
{
  for (guint i = 0; i < decision->events->len; i++) {
    const HlDraft *draft = g_ptr_array_index (decision->events, i);

    if (draft->kind == HL_EVENT_TRANSCRIPT_SEGMENT &&
        g_str_equal (json_object_get_string_member_with_default (draft->data, "state", ""), "redacted")) {
      return TRUE;
    }
  }
  return FALSE;
}

/* A new name or time zone also stands in the location's row, which pairing and `location list` read. */
static gboolean
follow_location (HlJournal *self, HlStore *store, const HlDecision *decision, gboolean *renamed, GError **error)
{
  g_autoptr (HlStoreLocation) row = NULL;

  for (guint i = 0; i < decision->events->len; i++) {
    const HlDraft *draft = g_ptr_array_index (decision->events, i);

    if (draft->kind == HL_EVENT_LOCATION_UPDATED &&
        (json_object_has_member (draft->data, "name") || json_object_has_member (draft->data, "timezone"))) {
      *renamed = TRUE;
      if (!hl_store_set_location (store, self->location,
                                  json_object_get_string_member_with_default (draft->data, "name", NULL),
                                  json_object_get_string_member_with_default (draft->data, "timezone", NULL),
                                  error)) {
        return FALSE;
      }
    }
  }
  if (!*renamed) {
    return TRUE;
  }
  row = hl_store_get_location (store, self->location, error);
  if (row == NULL) {
    return FALSE;
  }
  g_free (self->label);
  self->label = make_label (row);
  return TRUE;
}

gboolean
hl_journal_append (HlJournal         *self,
                   HlStore           *store,
                   const HlDecision  *decision,
                   const char        *act,
                   const HlActor     *actor,
                   gint64             at,
                   gint64             received,
                   GError           **error)
{
  g_autoptr (GPtrArray) events = NULL;
  g_autoptr (GPtrArray) bodies = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  g_autoptr (GBytes) text = NULL;
  g_autoptr (HlPosition) position = NULL;
  g_autofree HlStoreEvent *rows = NULL;
  HlUnit *unit;
  gsize len;
  gsize total = 0;
  gboolean renamed = FALSE;
  const char *data;

  if (decision->events->len == 0) {
    return TRUE;
  }
  self->touched = TRUE;
  events = hl_decision_make_events (decision, act, actor, self->head->seq + 1, at, received);
  rows = g_new0 (HlStoreEvent, events->len);
  for (guint i = 0; i < events->len; i++) {
    HlEvent *event = g_ptr_array_index (events, i);
    g_autoptr (JsonNode) node = hl_event_to_json (event);
    char *body = hl_json_print (node);
    HlStoreEvent *row = &rows[i];

    row->seq = event->seq;
    row->id = event->id;
    row->kind = event->kind_name;
    row->at = event->at;
    row->received = event->received;
    row->act = event->act;
    row->end = event->end;
    row->body = body;
    row->length = strlen (body);
    g_ptr_array_add (bodies, g_bytes_new_take (body, row->length));
    total += row->length;
    /* the server's own floor plan may be larger, but a unit has to fit one frame */
    if ((actor->role != HL_ROLE_SYSTEM && row->length > HL_WIRE_MAX_CLIENT_FRAME) || total > HL_STORE_MAX_BODY) {
      g_set_error (error, HL_JOURNAL_ERROR, HL_JOURNAL_ERROR_TOO_LARGE, "an encoded event has %" G_GSIZE_FORMAT
                   " bytes, at most %d are allowed", row->length, HL_WIRE_MAX_CLIENT_FRAME);
      return FALSE;
    }
  }
  if (!hl_store_append_unit (store, self->location, self->head, rows, events->len, &position, error) ||
      !follow_location (self, store, decision, &renamed, error)) {
    return FALSE;
  }
  for (guint i = 0; i < events->len; i++) {
    hl_evolve (self->state, g_ptr_array_index (events, i));
    remember (self, rows[i].seq, rows[i].h, received);
  }
  text = hl_frame_print_events_spliced ((GBytes *const *) bodies->pdata, bodies->len, position);
  data = g_bytes_get_data (text, &len);
  unit = hl_unit_new (rows[0].seq, hl_position_copy (position), hl_ws_frame_text (data, len), 0);
  unit->label = renamed ? g_strdup (self->label) : NULL;
  unit->clears = find_clears (decision);
  unit->redacts = is_redacting (decision);
  if (self->fresh == NULL) {
    self->fresh = g_ptr_array_new_with_free_func ((GDestroyNotify) hl_unit_unref);
  }
  g_ptr_array_add (self->fresh, unit);
  hl_position_free (self->head);
  self->head = g_steal_pointer (&position);
  return TRUE;
}

guint64
hl_journal_prove (HlJournal *self, HlStore *store, const HlPosition *base)
{
  g_autoptr (HlPosition) there = NULL;

  if (base == NULL || base->seq > self->head->seq) {
    return 0;
  }
  if (base->seq == self->head->seq) {
    return base->h == self->head->h ? base->seq : 0;
  }
  if (self->memory != NULL && base->seq >= self->memory_first) {
    return self->memory[base->seq % HL_JOURNAL_MEMORY] == base->h ? base->seq : 0;
  }
  there = hl_store_position_at (store, self->location, base->seq, NULL);
  return there != NULL && there->h == base->h ? base->seq : 0;
}

gint64
hl_journal_get_received (HlJournal *self, guint64 seq)
{
  if (self->memory == NULL || seq < self->memory_first || seq > self->head->seq) {
    return HL_TIME_NONE;
  }
  return self->times[seq % HL_JOURNAL_MEMORY];
}

HlCheckpoint *
hl_journal_checkpoint (HlJournal *self, gboolean text)
{
  g_autoptr (JsonNode) entities = hl_state_save (self->state);

  return hl_checkpoint_new (entities, self->head, text);
}

gboolean
hl_journal_store (HlJournal *self, HlStore *store, guint every, gint64 now, GError **error)
{
  g_autoptr (JsonNode) entities = NULL;
  g_autoptr (GBytes) blob = NULL;
  char *text;

  if (self->head->seq - self->stored_seq < MAX (every, 1)) {
    return TRUE;
  }
  entities = hl_state_save (self->state);
  text = hl_json_print (entities);
  blob = g_bytes_new_take (text, strlen (text));
  if (!hl_store_put_snapshot (store, self->location, self->head, blob, now, error)) {
    return FALSE;
  }
  self->stored_seq = self->head->seq;
  return TRUE;
}

gboolean
hl_journal_store_now (HlJournal *self, HlStore *store, gint64 now, GError **error)
{
  self->stored_seq = 0;
  return hl_journal_store (self, store, 1, now, error);
}

GPtrArray *
hl_journal_take_fresh (HlJournal *self)
{
  gint64 now = hl_clock_boot_us ();

  for (guint i = 0; self->fresh != NULL && i < self->fresh->len; i++) {
    ((HlUnit *) g_ptr_array_index (self->fresh, i))->appended_us = now;
  }
  return g_steal_pointer (&self->fresh);
}
