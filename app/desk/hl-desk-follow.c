/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Following the log: frames in, state and position on, the copy written, acks out. */
#include "desk/hl-desk-private.h"

#include <string.h>

#include "domain/hl-evolve.h"
#include "link/hl-socket-link.h"
#include "util/hl-clock.h"
#include "util/hl-log.h"
#include "wire/hl-close.h"
#include "wire/hl-json.h"

/* Members of the local copy's snapshot that are none of the state's. */
#define COPY_HISTORY "history"
#define COPY_ERASING "erasing"
#define SECOND_MISMATCH_US (G_GINT64_CONSTANT (3600) * G_USEC_PER_SEC)

HlPosition *
hl_desk_on_hello (HlLink *link, guint64 *unsent, gpointer data)
{
  HlDesk *self = data;
  *unsent = (guint64)self->unsent;
  return hl_position_copy (self->position);
}

/* ---- acks ---- */

static void
send_ack (HlDesk *self, guint64 seq, guint part)
{
  g_autoptr (HlFrame) frame = hl_frame_new (HL_FRAME_ACK);
  frame->ack.seq = seq;
  frame->ack.part = part;
  if (self->link != NULL)
    (void)hl_link_send (self->link, frame);
}

static gboolean
on_ack_timer (gpointer data)
{
  HlDesk *self = data;
  self->ack_timer = 0;
  if (self->stored_seq > self->acked_seq) {
    self->acked_seq = self->stored_seq;
    send_ack (self, self->stored_seq, 0);
  }
  return G_SOURCE_REMOVE;
}

/* Something was stored: an ack after 64 events at the latest, and no later than 100 ms after the
 * last one. */
static void
note_stored (HlDesk *self, guint64 seq)
{
  self->stored_seq = MAX (self->stored_seq, seq);
  hl_desk_tell_progress (self);
  if (self->stored_seq >= self->acked_seq + HL_WIRE_ACK_EVENTS) {
    self->acked_seq = self->stored_seq;
    send_ack (self, self->stored_seq, 0);
  } else if (self->ack_timer == 0 && self->stored_seq > self->acked_seq) {
    self->ack_timer = g_timeout_add (HL_WIRE_ACK_MS / 2, on_ack_timer, self);
  }
}

/* ---- the copy ---- */

typedef struct {
  HlDesk *desk;
  guint64 seq;
  guint part; /* of a snapshot: its last part is acknowledged once it is stored; 0 */
  guint generation;
  guint life;
  gboolean whole; /* a snapshot */
} Stored;

static gboolean
on_copy_retry (gpointer data)
{
  HlDesk *self = data;
  hl_desk_store_snapshot (self);
  return G_SOURCE_REMOVE;
}

/* What is applied stays applied; the copy comes back as a whole snapshot once there is room again.
 * No ack goes out meanwhile: the server keeps what this device has not saved. */
static void
copy_failed (HlDesk *self, const GError *error)
{
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CLOSED) || self->closing)
    return;
  hl_desk_set_storage_error (self, error);
  self->copy_failed = TRUE;
  hl_retry_plan (&self->copy_retry, self->retry_ms, on_copy_retry, self);
}

static void
on_stored (GObject *source, GAsyncResult *result, gpointer data)
{
  Stored *stored = data;
  g_autoptr (HlDesk) self = stored->desk;
  g_autoptr (GError) error = NULL;

  if (self->local == NULL) {
    g_free (stored);
    return;
  }
  if (!hl_local_finish (self->local, result, &error)) {
    copy_failed (self, error);
  } else if (stored->life == self->copy_life && (stored->whole || !self->copy_failed)) {
    /* (a page behind one that could not be written says nothing) */
    if (stored->part > 0 && self->link != NULL
        && stored->generation == hl_link_get_generation (self->link)) {
      self->acked_seq = MAX (self->acked_seq, stored->seq);
      send_ack (self, stored->seq, stored->part);
    }
    note_stored (self, stored->seq);
  }
  g_free (stored);
}

static void
on_snapshot_stored (GObject *source, GAsyncResult *result, gpointer data)
{
  HlDesk *self = ((Stored *)data)->desk;

  if (self->local != NULL && self->copy_failed && !g_task_had_error (G_TASK (result))) {
    if (self->copy_skipped) {
      /* The log went on while it was being written: a page put behind it would leave a hole. */
      hl_desk_store_snapshot (self);
    } else {
      self->copy_failed = FALSE;
      hl_retry_note_success (&self->copy_retry);
      hl_desk_set_storage_error (self, NULL);
    }
  }
  on_stored (source, result, data);
}

static Stored *
stored_new (HlDesk *self, guint64 seq, guint part)
{
  Stored *stored = g_new0 (Stored, 1);
  stored->desk = g_object_ref (self);
  stored->seq = seq;
  stored->part = part;
  stored->life = self->copy_life;
  stored->generation = self->link != NULL ? hl_link_get_generation (self->link) : 0;
  return stored;
}

static void
store_state (HlDesk *self, guint part)
{
  g_autoptr (JsonNode) node = NULL;
  g_autoptr (GBytes) bytes = NULL;
  Stored *stored;
  char *text;

  if (self->local == NULL || self->position == NULL)
    return;
  node = hl_state_save (self->base);
  /* beside the state, so that both are of one moment */
  json_object_set_member (json_node_get_object (node), COPY_HISTORY,
                          hl_history_save (self->history));
  if (self->erasing != NULL)
    json_object_set_member (json_node_get_object (node), COPY_ERASING, hl_desk_save_erasing (self));
  text = hl_json_print (node);
  bytes = g_bytes_new_take (text, strlen (text));
  self->events_since_snapshot = 0;
  self->copy_skipped = FALSE;
  stored = stored_new (self, self->position->seq, part);
  stored->whole = TRUE;
  hl_local_put_snapshot (self->local, self->position, bytes, on_snapshot_stored, stored);
}

void
hl_desk_store_snapshot (HlDesk *self)
{
  store_state (self, 0);
}

static void
store_events (HlDesk *self, guint64 first_seq, JsonArray *events, guint skip)
{
  g_autoptr (GBytes) bytes = NULL;
  GString *text;

  if (self->local == NULL)
    return;
  if (self->copy_failed) {
    self->copy_skipped = TRUE;
    return;
  }
  text = g_string_new ("[");
  for (guint i = skip; i < json_array_get_length (events); i++) {
    if (i > skip)
      g_string_append_c (text, ',');
    hl_json_append (text, json_array_get_element (events, i));
  }
  g_string_append_c (text, ']');
  bytes = g_string_free_to_bytes (text);
  hl_local_put_events (self->local, self->position, first_seq, bytes, on_stored,
                       stored_new (self, self->position->seq, 0));
}

/* What events before it say must go out of the copy: a person, or words that hold half of a card number. */
static gboolean
is_erasing (GPtrArray *events)
{
  for (guint i = 0; i < events->len; i++) {
    HlEvent *event = g_ptr_array_index (events, i);

    if (event->kind == HL_EVENT_PERSON_ERASED
        || (event->kind == HL_EVENT_TRANSCRIPT_SEGMENT
            && g_str_equal (
                 json_object_get_string_member_with_default (event->data, "state", ""), "redacted")))
      return TRUE;
  }
  return FALSE;
}

/* The state of the last run, before any network: a copy that cannot be read is no copy. */
void
hl_desk_load_copy (HlDesk *self, HlCopyContents *copy)
{
  HlJsonLimits limits = { .max_bytes = 256 * 1024 * 1024,
                          .max_depth = HL_WIRE_SERVER_DEPTH,
                          .max_members = 100000 };
  g_autoptr (HlState) state = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) entities = NULL;
  gsize len;
  const char *text;

  self->offset = copy->offset;
  self->current_at = copy->current_at;
  if (copy->position == NULL || copy->entities == NULL)
    return;
  text = g_bytes_get_data (copy->entities, &len);
  entities = hl_json_parse_object (text, len, &limits, &error);
  state = hl_state_new ();
  if (entities != NULL && json_object_has_member (entities, COPY_HISTORY)) {
    hl_history_load (self->history, json_object_get_member (entities, COPY_HISTORY));
    json_object_remove_member (entities, COPY_HISTORY);
  }
  if (entities != NULL && json_object_has_member (entities, COPY_ERASING)) {
    hl_desk_load_erasing (self, json_object_get_member (entities, COPY_ERASING));
    json_object_remove_member (entities, COPY_ERASING);
  }
  if (entities == NULL || !hl_state_load (state, entities, &error)) {
    hl_log (HL_LOG_WARNING, "desk", "the local copy cannot be read", "error", error->message, NULL);
    return;
  }
  for (guint i = 0; i < copy->events->len; i++) {
    g_autoptr (JsonNode) node = NULL;
    JsonArray *array;
    text = g_bytes_get_data (g_ptr_array_index (copy->events, i), &len);
    node = hl_json_parse (text, len, &limits, &error);
    if (node == NULL || !JSON_NODE_HOLDS_ARRAY (node)) {
      hl_log (HL_LOG_WARNING, "desk", "the local copy cannot be read", "error",
              error != NULL ? error->message : "", NULL);
      return;
    }
    array = json_node_get_array (node);
    for (guint k = 0; k < json_array_get_length (array); k++) {
      g_autoptr (HlEvent) event
          = hl_event_new_from_json (json_array_get_object_element (array, k), &error);
      if (event == NULL) {
        hl_log (HL_LOG_WARNING, "desk", "the local copy cannot be read", "error", error->message,
                NULL);
        return;
      }
      hl_history_add (self->history, state, event);
      hl_evolve (state, event);
      self->events_since_snapshot++;
    }
  }
  g_set_object (&self->base, state);
  self->position = hl_position_copy (copy->position);
  self->stored_seq = self->acked_seq = self->position->seq;
  hl_desk_mark_all (self);
}

/* ---- where we stand ---- */

static void
set_ready (HlDesk *self)
{
  if (self->ready)
    return;
  self->ready = TRUE;
  hl_desk_notify_prop (self, HL_DESK_PROP_READY);
}

static void
check_caught_up (HlDesk *self)
{
  if (self->link == NULL || self->position == NULL)
    return;
  hl_desk_put_int (self, HL_DESK_PROP_CATCH_UP_DONE, &self->catch_up_done,
                   (int)MIN (self->position->seq > self->catch_up_from
                                 ? self->position->seq - self->catch_up_from
                                 : 0,
                             G_MAXINT));
  if (self->position->seq < self->head)
    return;
  self->current_at = hl_desk_wall (self);
  if (hl_link_get_state (self->link) != HL_LINK_STATE_CATCHING_UP || self->join != NULL)
    return;
  hl_desk_plan_caught_up (self);
  hl_desk_refresh_now (self);
  hl_link_caught_up (self->link);
  if (self->local != NULL)
    hl_local_note_current (self->local, self->current_at, self->offset);
  if (self->was_current && self->units_applied > 0) {
    self->away_changes = self->units_applied;
    hl_desk_notify_prop (self, HL_DESK_PROP_AWAY_CHANGES);
  }
  hl_desk_emit_caught_up (self, self->was_current ? self->units_applied : 0);
  self->units_applied = 0;
}

void
hl_desk_update_status (HlDesk *self)
{
  HlLinkState state = hl_desk_get_link_state (self);
  HlLinkCause cause = self->link != NULL ? hl_link_get_cause (self->link) : HL_LINK_CAUSE_STARTING;
  gint64 now = hl_desk_wall (self);
  gboolean current = state == HL_LINK_STATE_LIVE;
  gint64 as_of = self->as_of;
  HlPill pill;

  switch (state) {
  case HL_LINK_STATE_LIVE:
    pill = self->to_check > 0 ? HL_PILL_CONFLICT : HL_PILL_LIVE;
    break;
  case HL_LINK_STATE_LATE:
    pill = HL_PILL_CHECKING;
    break;
  case HL_LINK_STATE_CATCHING_UP:
    pill = HL_PILL_CATCHING_UP;
    break;
  case HL_LINK_STATE_IDLE:
  case HL_LINK_STATE_WAITING:
  case HL_LINK_STATE_CONNECTING:
  case HL_LINK_STATE_OPENING:
  case HL_LINK_STATE_STOPPED:
  default:
    pill = HL_PILL_OFFLINE;
    break;
  }
  if (current) {
    if (self->position != NULL && self->position->seq >= self->head)
      self->current_at = now;
    as_of = HL_TIME_NONE;
  } else if (self->current_at != 0 && now - self->current_at > HL_DESK_STALE_MS) {
    as_of = self->current_at;
  } else if (self->current_at == 0) {
    as_of = HL_TIME_NONE;
  }
  hl_desk_put_int64 (self, HL_DESK_PROP_AS_OF, &self->as_of, as_of);
  hl_desk_put_int64 (self, HL_DESK_PROP_OFFLINE_SINCE, &self->offline_since,
                     pill != HL_PILL_OFFLINE    ? 0
                     : self->offline_since != 0 ? self->offline_since
                                                : now);
  if (self->cause != cause) {
    self->cause = cause;
    hl_desk_notify_prop (self, HL_DESK_PROP_CAUSE);
  }
  if (self->pill != pill) {
    self->pill = pill;
    hl_desk_notify_prop (self, HL_DESK_PROP_PILL);
  }
}

static void
update_endpoint (HlDesk *self)
{
  GListModel *endpoints = G_LIST_MODEL (self->endpoints);
  g_autofree char *url = g_strdup ("");

  for (guint i = 0; i < g_list_model_get_n_items (endpoints); i++) {
    g_autoptr (HlEndpoint) endpoint = g_list_model_get_item (endpoints, i);
    if (hl_endpoint_get_in_use (endpoint)) {
      g_free (url);
      url = g_strdup (hl_endpoint_get_url (endpoint));
    }
  }
  hl_desk_put_string (self, HL_DESK_PROP_ENDPOINT, &self->endpoint, url);
}

/* K23: this folder is a copy, or an old one that was put back. What waits in it goes to review,
 * since its numbers mean other actions at the server; and it stays so until it is paired anew, also
 * when its counter has passed the server's in the meantime. */
static void
note_copied (HlDesk *self)
{
  hl_desk_review_all (self, HL_REASON_NOT_ALLOWED);
  if (self->credentials == NULL || self->credentials->copied)
    return;
  self->credentials->copied = TRUE;
  if (self->local != NULL && self->data_dir != NULL)
    hl_local_put_credentials (self->local, self->credentials, NULL, NULL);
}

/* The server has decided more than this folder has ever made? TRUE when the link was stopped. That
 * one of its numbers stands for another action is seen by the server, which answers 4410. */
static gboolean
refuse_copy (HlDesk *self, guint64 decided)
{
  gboolean copied = self->credentials != NULL && self->credentials->copied;

  if (!copied && decided > self->counter && self->given_access && self->counter == 0) {
    /* a tool in a new folder under a token that was used before: it goes on where that ended */
    self->counter = decided;
    return FALSE;
  }
  if (!copied && self->purged.recount != 0) {
    /* The outbox was damaged since, and its count with it: the server's is taken over, once. */
    self->purged.recount = 0;
    self->counter = MAX (self->counter, decided);
    hl_desk_recount (self);
    return FALSE;
  }
  if (!copied && decided <= self->counter)
    return FALSE;
  hl_log (HL_LOG_WARNING, "desk", "the server knows other actions of this device", "decided",
          HL_LOG_UINT (decided), "own", HL_LOG_UINT (self->counter), NULL);
  note_copied (self);
  hl_link_halt (self->link, HL_LINK_CAUSE_PAIR_AGAIN);
  return TRUE;
}

void
hl_desk_link_state_changed (HlDesk *self)
{
  if (hl_link_get_state (self->link) == HL_LINK_STATE_STOPPED
      && hl_link_get_cause (self->link) == HL_LINK_CAUSE_BAD_FRAME)
    hl_desk_suspect (self);
  if (!hl_link_is_open (self->link)) {
    self->may_push = FALSE;
    g_hash_table_remove_all (self->sent);
    g_clear_pointer (&self->join, hl_snapshot_join_free);
    g_clear_handle_id (&self->ack_timer, g_source_remove);
    self->acked_seq = self->stored_seq;
    hl_overlay_clear (self->overlay);
  }
  if (hl_link_get_state (self->link) == HL_LINK_STATE_STOPPED
      && hl_link_get_cause (self->link) == HL_LINK_CAUSE_PAIR_AGAIN)
    note_copied (self); /* the server said so (4410) */
  update_endpoint (self);
  hl_desk_check_presence (self);
  hl_desk_update_status (self);
  if (self->told_state != hl_link_get_state (self->link)) {
    self->told_state = hl_link_get_state (self->link);
    hl_desk_notify_prop (self, HL_DESK_PROP_LINK_STATE);
  }
  hl_desk_queue_refresh (self);
}

/* ---- frames ---- */

static void
adopt_pins (HlDesk *self, GStrv pins)
{
  if (pins == NULL || pins[0] == NULL || self->credentials == NULL
      || self->credentials->pins == NULL || self->credentials->pins[0] == NULL
      || g_strv_equal ((const char *const *)pins, (const char *const *)self->credentials->pins))
    return;
  /* The next key is announced over a connection that the present one vouches for; anybody could say
   * so over plain HTTP, and over the internet whoever has a certificate for that name. */
  if (HL_IS_SOCKET_LINK (self->link) && !hl_socket_link_is_vouched (HL_SOCKET_LINK (self->link))) {
    hl_log (HL_LOG_NOTICE, "desk", "new keys are not taken over an unpinned connection", NULL);
    return;
  }
  g_strfreev (self->credentials->pins);
  self->credentials->pins = g_strdupv (pins);
  if (HL_IS_SOCKET_LINK (self->link))
    hl_socket_link_set_pins (HL_SOCKET_LINK (self->link), (const char *const *)pins);
  if (self->local != NULL && self->data_dir != NULL)
    hl_local_put_credentials (self->local, self->credentials, NULL, NULL);
}

static void
take_welcome (HlDesk *self, const HlFrameWelcome *welcome)
{
  g_free (self->session);
  self->session = g_strdup (welcome->session);
  self->head = welcome->pos->seq;
  self->resyncing = FALSE;
  self->may_push = FALSE;
  hl_link_set_mismatches (self->link, 0);
  g_hash_table_remove_all (self->sent);
  g_clear_pointer (&self->join, hl_snapshot_join_free);
  self->welcomed_at = hl_desk_wall (self);
  self->welcomed_seq = self->head;
  self->was_current = self->position != NULL;
  self->catch_up_from = self->position != NULL ? self->position->seq : 0;
  hl_desk_note_offset (self, welcome->server_time);
  hl_desk_put_int (self, HL_DESK_PROP_CATCH_UP_DONE, &self->catch_up_done, 0);
  hl_desk_put_int (
      self, HL_DESK_PROP_CATCH_UP_TOTAL, &self->catch_up_total,
      (int)MIN (self->head > self->catch_up_from ? self->head - self->catch_up_from : 0, G_MAXINT));
  if (self->credentials != NULL && g_strcmp0 (self->credentials->device, welcome->device) != 0) {
    gint64 *counter
        = self->counters != NULL ? g_hash_table_lookup (self->counters, welcome->device) : NULL;
    hl_log (HL_LOG_NOTICE, "desk", "the server calls this device", "device", welcome->device, NULL);
    g_free (self->credentials->device);
    self->credentials->device = g_strdup (welcome->device);
    self->counter = counter != NULL ? (guint64)*counter : 0;
    hl_desk_mark_foreign (self);
    if (self->local != NULL && self->data_dir != NULL)
      hl_local_put_credentials (self->local, self->credentials, NULL, NULL);
  }
  adopt_pins (self, welcome->pins);
  if (refuse_copy (self, welcome->decided))
    return;
  self->decided = welcome->decided;
  hl_desk_tell_progress (self);
  hl_desk_plan_welcome (self, welcome->decided);
  if (welcome->mode == HL_FRAME_MODE_RESUME)
    check_caught_up (self);
}

/* What came between the last event that was applied and the snapshot has left no line. */
static void
note_snapshot (HlDesk *self, guint64 seq)
{
  guint64 own = self->position != NULL ? self->position->seq : 0;

  if (seq == 0)
    hl_history_begin (self->history, 0);
  else if (seq != own)
    hl_history_begin (self->history, hl_desk_wall (self));
}

static void
take_snapshot (HlDesk *self, const HlFrameSnapshot *part)
{
  g_autoptr (GHashTable) named = NULL;
  g_autoptr (GError) error = NULL;

  if (self->join == NULL)
    self->join = hl_snapshot_join_new ();
  if (!hl_snapshot_join_add (self->join, part, &error)) {
    hl_log (HL_LOG_WARNING, "desk", "a snapshot does not fit together", "error", error->message,
            NULL);
    g_clear_pointer (&self->join, hl_snapshot_join_free);
    hl_link_broken (self->link, HL_LINK_CAUSE_BAD_FRAME);
    return;
  }
  if (!hl_snapshot_join_is_complete (self->join)) {
    send_ack (self, part->pos->seq, part->part);
    return;
  }
  named = hl_desk_list_named (self);
  /* Built aside and swapped in one turn of the loop: the screen never blanks. */
  if (!hl_state_load (self->base, hl_snapshot_join_get_entities (self->join), &error)) {
    hl_log (HL_LOG_WARNING, "desk", "a snapshot cannot be read", "error", error->message, NULL);
    g_clear_pointer (&self->join, hl_snapshot_join_free);
    hl_link_broken (self->link, HL_LINK_CAUSE_BAD_FRAME);
    return;
  }
  note_snapshot (self, hl_snapshot_join_get_position (self->join)->seq);
  hl_position_free (self->position);
  self->position = hl_position_copy (hl_snapshot_join_get_position (self->join));
  g_clear_pointer (&self->join, hl_snapshot_join_free);
  self->head = MAX (self->head, self->position->seq);
  self->stored_seq = self->acked_seq = 0;
  self->copy_life++;
  if (self->was_current)
    self->units_applied++;
  hl_desk_mark_all (self);
  if (self->was_current)
    hl_desk_note_nameless (self, named);
  store_state (self, part->part);
  hl_desk_erase (self);
  check_caught_up (self);
  hl_desk_queue_refresh (self);
}

/* What was heard of a call that is over, under each of its names. */
static void
drop_words (HlDesk *self, const char *call_id)
{
  HlCall *call = hl_state_lookup_call (self->base, call_id);
  const char *const *aliases = call != NULL ? hl_call_get_aliases (call) : NULL;

  hl_overlay_drop_call (self->overlay, call_id);
  if (call != NULL)
    hl_overlay_drop_call (self->overlay, hl_call_get_call_id (call));
  for (guint i = 0; aliases != NULL && aliases[i] != NULL; i++)
    hl_overlay_drop_call (self->overlay, aliases[i]);
}

static void
apply_event (HlDesk *self, const HlEvent *event)
{
  hl_history_add (self->history, self->base, event);
  hl_evolve (self->base, event);
  hl_touched_add_event (self->dirty, event, self->base);
  if (event->end)
    self->units_applied++;
  hl_desk_note_fresh (self, event->received);
  self->events_since_snapshot++;
  if (event->kind == HL_EVENT_TRANSCRIPT_SEGMENT && json_object_has_member (event->data, "call_id")
      && json_object_has_member (event->data, "turn"))
    hl_overlay_drop_turn (self->overlay, json_object_get_string_member (event->data, "call_id"),
                          (int)json_object_get_int_member (event->data, "turn"));
  else if (event->kind == HL_EVENT_CALL_COMPLETED
           && json_object_has_member (event->data, "call_id"))
    drop_words (self, json_object_get_string_member (event->data, "call_id"));
}

static void
take_events (HlDesk *self, const HlFrameEvents *frame)
{
  guint n = json_array_get_length (frame->events), skip = 0;
  g_autoptr (GPtrArray) events = g_ptr_array_new_with_free_func ((GDestroyNotify)hl_event_unref);
  guint64 own = self->position != NULL ? self->position->seq : 0;
  guint64 next;

  /* Everything is read before anything is applied: a unit is applied whole or not at all. */
  for (guint i = 0; i < n; i++) {
    g_autoptr (GError) error = NULL;
    HlEvent *event
        = hl_event_new_from_json (json_array_get_object_element (frame->events, i), &error);
    if (event == NULL) {
      hl_log (HL_LOG_WARNING, "desk", "an event cannot be read", "error", error->message, NULL);
      hl_link_broken (self->link, HL_LINK_CAUSE_BAD_FRAME);
      return;
    }
    g_ptr_array_add (events, event);
  }
  while (skip < n && ((HlEvent *)g_ptr_array_index (events, skip))->seq <= own)
    skip++;
  if (skip == n)
    return; /* at or under our own: seen already */
  next = own + 1;
  for (guint i = skip; i < n; i++, next++) {
    HlEvent *event = g_ptr_array_index (events, i);
    if (event->seq != next) {
      hl_log (HL_LOG_WARNING, "desk", "a hole", "expected", HL_LOG_UINT (next), "got",
              HL_LOG_UINT (event->seq), NULL);
      hl_link_broken (self->link, HL_LINK_CAUSE_BEHIND);
      return;
    }
  }
  if (self->position == NULL || next - 1 != frame->pos->seq
      || !((HlEvent *)g_ptr_array_index (events, n - 1))->end) {
    hl_link_broken (self->link, HL_LINK_CAUSE_BEHIND);
    return;
  }
  hl_state_begin_batch (self->base);
  for (guint i = skip; i < n; i++)
    apply_event (self, g_ptr_array_index (events, i));
  hl_state_end_batch (self->base);
  hl_position_free (self->position);
  self->position = hl_position_copy (frame->pos);
  self->head = MAX (self->head, self->position->seq);
  if (is_erasing (events)) {
    for (guint i = skip; i < n; i++) {
      HlEvent *event = g_ptr_array_index (events, i);
      hl_desk_note_erased (self, event->kind == HL_EVENT_PERSON_ERASED ? event->data : NULL);
    }
    /* The events before it hold it: only the state may stay. */
    store_state (self, 0);
    hl_desk_erase (self);
  } else {
    store_events (self, own + 1, frame->events, skip);
  }
  if (self->events_since_snapshot >= HL_DESK_SNAPSHOT_EVENTS && !self->copy_failed)
    store_state (self, 0);
  self->fold_needed = TRUE;
  check_caught_up (self);
  if (hl_link_get_state (self->link) == HL_LINK_STATE_LIVE)
    self->units_applied = 0;
  hl_desk_queue_refresh (self);
}

static void
take_partial (HlDesk *self, const HlFramePartial *partial)
{
  int speaker = HL_SPEAKER_CALLER;
  HlSegment *segment = hl_state_lookup_segment (self->base, partial->call, (int)partial->turn);
  HlCall *call = hl_state_lookup_call (self->base, partial->call);

  if ((segment != NULL && hl_segment_get_state (segment) != HL_SEGMENT_STATE_PARTIAL)
      || (call != NULL && hl_call_get_state (call) == HL_CALL_STATE_ENDED))
    return; /* its final line is here already */
  (void)hl_enum_parse (HL_TYPE_SPEAKER, partial->speaker, &speaker);
  if (hl_overlay_put (self->overlay, partial->call, (int)partial->turn, (int)partial->rev,
                      (HlSpeaker)speaker, partial->text, hl_clock_boot_us ()))
    hl_desk_queue_refresh (self);
}

static void
take_pong (HlDesk *self, const HlFramePong *pong)
{
  self->head = MAX (self->head, pong->head);
  hl_desk_note_offset (self, pong->server_time);
  if (self->position != NULL && self->position->seq >= self->head)
    self->current_at = hl_desk_wall (self);
}

static void
take_digest (HlDesk *self, const HlFrameDigest *digest)
{
  gint64 now = hl_clock_boot_us ();

  if (digest->schema != HL_WIRE_SCHEMA || self->position == NULL
      || digest->seq != self->position->seq)
    return;
  if (digest->hash == hl_state_get_digest (self->base) || self->resyncing)
    return;
  hl_log (HL_LOG_WARNING, "desk", "the state differs from the server's", "seq",
          HL_LOG_UINT (digest->seq), NULL);
  if (self->resynced_at != 0 && now - self->resynced_at < SECOND_MISMATCH_US) {
    /* only reported: a snapshot did not help */
    hl_link_set_mismatches (self->link, hl_link_get_mismatches (self->link) + 1);
    return;
  }
  self->resynced_at = now;
  self->resyncing = TRUE;
  hl_link_resync (self->link);
}

void
hl_desk_take_frame (HlDesk *self, HlFrame *frame)
{
  if (self->closing)
    return;
  switch (frame->type) {
  case HL_FRAME_WELCOME:
    take_welcome (self, &frame->welcome);
    break;
  case HL_FRAME_SNAPSHOT:
    take_snapshot (self, &frame->snapshot);
    break;
  case HL_FRAME_EVENTS:
    take_events (self, &frame->events);
    break;
  case HL_FRAME_PARTIAL:
    take_partial (self, &frame->partial);
    break;
  case HL_FRAME_DONE:
    hl_desk_take_done (self, &frame->done);
    break;
  case HL_FRAME_PONG:
    take_pong (self, &frame->pong);
    break;
  case HL_FRAME_DIGEST:
    take_digest (self, &frame->digest);
    break;
  case HL_FRAME_BYE: /* its meaning is the link's: see hl_desk_link_state_changed () */
  case HL_FRAME_HELLO:
  case HL_FRAME_ACK:
  case HL_FRAME_ACT:
  case HL_FRAME_PING:
  default:
    break;
  }
  if (self->position != NULL)
    set_ready (self);
}
