/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Acting: save, show, send; answers, undo, review. */
#include "desk/hl-desk-private.h"

#include <string.h>

#include "domain/hl-action-kind.h"
#include "domain/hl-codec.h"
#include "util/hl-clock.h"
#include "util/hl-id.h"
#include "util/hl-log.h"
#include "wire/hl-json.h"

#define FRAME_RESERVE 512 /* for t, n and base around the members */

static void perform_next (HlDesk *self);

static void
perform_free (HlPerform *perform)
{
  g_clear_object (&perform->task);
  g_clear_pointer (&perform->data, json_object_unref);
  g_free (perform->only);
  g_free (perform->instead_of);
  g_free (perform->location);
  hl_position_free (perform->base);
  hl_outbox_row_free (perform->row);
  g_free (perform);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HlPerform, perform_free)

/* ---- what is known about the outbox ---- */

static gboolean
was_undone (HlDesk *self, const char *id)
{
  for (guint i = self->items->len; i > 0; i--) {
    HlOutboxItem *item = g_ptr_array_index (self->items, i - 1);
    HlAction *action = hl_outbox_item_get_action (item);
    if (action == NULL || action->kind != HL_ACTION_UNDO)
      continue;
    if (g_strcmp0 (json_object_get_string_member_with_default (action->data, "action_id", ""), id)
        != 0)
      continue;
    switch (hl_outbox_item_get_state (item)) {
    case HL_ITEM_QUEUED:
    case HL_ITEM_SENDING:
      return TRUE;
    case HL_ITEM_DECIDED:
      return TRUE; /* also when refused: it would be refused again (K18) */
    case HL_ITEM_WITHDRAWN:
    case HL_ITEM_REVIEW:
    default:
      break;
    }
  }
  return FALSE;
}

/* What Undo would take back: the newest action of this device whose effect is on the screen. */
static HlOutboxItem *
find_undo (HlDesk *self, gboolean *withdraw)
{
  HlOutboxItem *item = hl_outbox_find_withdrawable (self->items);

  *withdraw = item != NULL;
  if (item != NULL)
    return item;
  for (guint i = self->items->len; i > 0; i--) {
    HlAction *action;
    item = g_ptr_array_index (self->items, i - 1);
    action = hl_outbox_item_get_action (item);
    if (action == NULL || action->kind == HL_ACTION_UNDO
        || action->kind == HL_ACTION_ACKNOWLEDGE_CALL)
      continue;
    if (g_strcmp0 (hl_outbox_item_get_row (item)->device, hl_desk_get_device (self)) != 0)
      continue;
    if (hl_outbox_item_get_state (item) != HL_ITEM_SENDING
        && (hl_outbox_item_get_state (item) != HL_ITEM_DECIDED
            || hl_outbox_item_get_outcome (item) == HL_OUTCOME_REFUSED
            || hl_outbox_item_get_outcome (item) == HL_OUTCOME_NO_OP))
      continue;
    if (was_undone (self, hl_outbox_item_get_id (item)))
      continue;
    /* Older than the units whose before-values are kept: too late. */
    return hl_state_get_before (self->screen, hl_outbox_item_get_id (item)) != NULL ? item : NULL;
  }
  return NULL;
}

static void
update_undo (HlDesk *self)
{
  gboolean withdraw = FALSE;
  HlOutboxItem *item = self->position != NULL ? find_undo (self, &withdraw) : NULL;
  HlActionKind kind = item != NULL ? hl_outbox_item_get_kind (item) : HL_ACTION_UNKNOWN;

  if (self->undo_kind != kind) {
    self->undo_kind = kind;
    hl_desk_notify_prop (self, HL_DESK_PROP_UNDO_KIND);
  }
  hl_desk_put_string (self, HL_DESK_PROP_UNDO_NAME, &self->undo_name,
                      item != NULL ? hl_outbox_item_get_label (item) : "");
  hl_desk_put_int (self, HL_DESK_PROP_UNDO_UNSENT, &self->undo_unsent, withdraw);
  hl_desk_put_int (self, HL_DESK_PROP_CAN_UNDO, &self->can_undo, item != NULL);
}

static int
compare_newest (gconstpointer a, gconstpointer b)
{
  guint64 na = hl_outbox_item_get_n (*(HlOutboxItem *const *)a),
          nb = hl_outbox_item_get_n (*(HlOutboxItem *const *)b);
  return na > nb ? -1 : na < nb;
}

void
hl_desk_update_outbox (HlDesk *self)
{
  g_autoptr (GPtrArray) newest = g_ptr_array_new ();
  int unsent = 0;

  g_hash_table_remove_all (self->unsent_ids);
  for (guint i = 0; i < self->items->len; i++) {
    HlOutboxItem *item = g_ptr_array_index (self->items, i);
    g_ptr_array_add (newest, item);
    if (!hl_outbox_item_is_waiting (item))
      continue;
    unsent++;
    for (const char *const *id = hl_outbox_item_get_entities (item); *id != NULL; id++)
      g_hash_table_add (self->unsent_ids, g_strdup (*id));
  }
  g_ptr_array_sort (newest, compare_newest);
  hl_ordered_list_assign (self->outbox, newest);
  hl_desk_put_int (self, HL_DESK_PROP_UNSENT, &self->unsent, unsent);
  update_undo (self);
  hl_desk_tell_progress (self);
}

void
hl_desk_load_items (HlDesk *self, GPtrArray *rows)
{
  for (guint i = 0; i < rows->len; i++)
    g_ptr_array_add (self->items, hl_outbox_item_new (g_ptr_array_index (rows, i)));
  hl_desk_mark_foreign (self);
  hl_desk_update_outbox (self);
  self->fold_needed = TRUE;
}

HlOutboxItem *
hl_desk_find_item (HlDesk *self, const char *id)
{
  for (guint i = self->items->len; i > 0; i--)
    if (g_str_equal (hl_outbox_item_get_id (g_ptr_array_index (self->items, i - 1)), id))
      return g_ptr_array_index (self->items, i - 1);
  return NULL;
}

void
hl_desk_show_rows (HlDesk *self, GPtrArray *rows, gboolean tell)
{
  g_autoptr (GPtrArray) told = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < rows->len; i++) {
    HlOutboxRow *row = g_ptr_array_index (rows, i);
    HlOutboxItem *item = hl_desk_find_item (self, row->id);
    if (item == NULL)
      continue;
    hl_outbox_item_update (item, row);
    if (row->state == HL_ITEM_DECIDED || row->state == HL_ITEM_REVIEW
        || row->state == HL_ITEM_WITHDRAWN)
      g_ptr_array_add (told, g_object_ref (item));
  }
  self->fold_needed = TRUE;
  hl_desk_refresh_now (self);
  hl_desk_update_outbox (self);
  for (guint i = 0; tell && i < told->len; i++)
    hl_desk_emit_decided (self, g_ptr_array_index (told, i));
}

/* ---- sending ---- */

static gboolean
on_push_retry (gpointer data)
{
  HlDesk *self = data;
  if (self->plan_due && self->link != NULL && hl_link_is_open (self->link)
      && self->plan_generation == hl_link_get_generation (self->link))
    hl_desk_plan_welcome (self, self->decided);
  else
    hl_desk_push (self);
  return G_SOURCE_REMOVE;
}

static void
send_item (HlDesk *self, HlOutboxItem *item)
{
  HlAction *action = hl_outbox_item_get_action (item);
  g_autoptr (HlFrame) frame = hl_frame_new (HL_FRAME_ACT);
  HlOutboxTime time;

  hl_desk_get_outbox_time (self, &time);
  frame->act.age_ms = hl_outbox_get_age (hl_outbox_item_get_row (item), &time);
  frame->act.id = g_strdup (action->id);
  frame->act.n = hl_outbox_item_get_n (item);
  frame->act.kind = g_strdup (action->kind_name);
  frame->act.base = hl_position_copy (hl_outbox_item_get_base (item));
  frame->act.predicted = action->predicted >= 0
                             ? g_strdup (hl_enum_nick (HL_TYPE_OUTCOME, action->predicted))
                             : NULL;
  frame->act.who = g_strdup (action->who);
  frame->act.composed_at = hl_time_print (hl_outbox_get_done_at (hl_outbox_item_get_row (item), &time));
  frame->act.session = g_strdup (action->session);
  frame->act.data = json_object_ref (action->data);
  if (hl_link_send (self->link, frame))
    g_hash_table_add (self->sent, g_strdup (action->id));
}

typedef struct {
  HlDesk *desk;
  GPtrArray *rows;
  guint generation;
} Mark;

static void
on_marked (GObject *source, GAsyncResult *result, gpointer data)
{
  Mark *mark = data;
  g_autoptr (HlDesk) self = mark->desk;
  g_autoptr (GPtrArray) rows = mark->rows;
  g_autoptr (GError) error = NULL;

  self->marking = FALSE;
  g_free (mark);
  if (self->local == NULL || self->closing)
    return;
  if (!hl_local_finish (self->local, result, &error)) {
    /* Not committed, so not sent: it is queued as before. */
    for (guint i = 0; i < rows->len; i++) {
      HlOutboxRow *row = g_ptr_array_index (rows, i);
      HlOutboxItem *item = hl_desk_find_item (self, row->id);
      if (item == NULL || hl_outbox_item_get_state (item) != HL_ITEM_SENDING
          || g_hash_table_contains (self->sent, row->id))
        continue;
      row->state = HL_ITEM_QUEUED;
      hl_outbox_item_update (item, row);
    }
    hl_desk_outbox_failed (self, error);
    hl_desk_update_outbox (self);
    hl_retry_plan (&self->push_retry, self->retry_ms, on_push_retry, self);
    return;
  }
  hl_retry_note_success (&self->push_retry);
  hl_desk_note_saved (self);
  /* Withdrawn or reviewed meanwhile? Nothing can be: see find_undo and the plans, they look at the
   * item's state, which was set when the rows were handed over. */
  hl_desk_push (self);
}

/* Strict FIFO by n, at most 32 unanswered; "sending" is committed before the first byte leaves. */
void
hl_desk_push (HlDesk *self)
{
  g_autoptr (GPtrArray) rows = NULL;
  guint flying = 0, most = self->careful ? 1 : HL_WIRE_MAX_ACTIONS;

  if (!self->may_push || self->marking || self->link == NULL || !hl_link_is_open (self->link)
      || self->closing)
    return;
  for (guint i = 0; i < self->items->len && flying < most; i++) {
    HlOutboxItem *item = g_ptr_array_index (self->items, i);
    const HlOutboxRow *row = hl_outbox_item_get_row (item);
    if (row->damaged || hl_outbox_item_get_foreign (item) || g_strcmp0 (row->device, hl_desk_get_device (self)) != 0)
      continue;
    if (row->state == HL_ITEM_SENDING) {
      flying++;
      if (rows == NULL && !g_hash_table_contains (self->sent, row->id))
        send_item (self, item);
    } else if (row->state == HL_ITEM_QUEUED) {
      HlOutboxRow *marked = hl_outbox_row_copy (row);
      marked->state = HL_ITEM_SENDING;
      if (rows == NULL)
        rows = g_ptr_array_new_with_free_func ((GDestroyNotify)hl_outbox_row_free);
      g_ptr_array_add (rows, marked);
      flying++;
    }
  }
  if (rows != NULL) {
    Mark *mark = g_new0 (Mark, 1);
    /* From now on they cannot be withdrawn, whatever becomes of the commit. */
    for (guint i = 0; i < rows->len; i++)
      hl_outbox_item_update (
          hl_desk_find_item (self, ((HlOutboxRow *)g_ptr_array_index (rows, i))->id),
          g_ptr_array_index (rows, i));
    hl_desk_update_outbox (self);
    self->marking = TRUE;
    mark->desk = g_object_ref (self);
    mark->rows = g_ptr_array_ref (rows);
    hl_local_update_rows (self->local, rows, on_marked, mark);
  }
}

static void
on_plan_stored (GObject *source, GAsyncResult *result, gpointer data)
{
  Mark *mark = data;
  g_autoptr (HlDesk) self = mark->desk;
  g_autoptr (GPtrArray) rows = mark->rows;
  guint generation = mark->generation;
  g_autoptr (GError) error = NULL;

  g_free (mark);
  self->planning--;
  if (self->local == NULL || self->closing)
    return;
  if (!hl_local_finish (self->local, result, &error)) {
    /* Not sent before it is saved: the server would decide it anew, and should that answer be lost as well, the old one would
     * be found here at the next start, with nothing to tell that it is not true any more. */
    hl_desk_outbox_failed (self, error);
    self->plan_due = generation == self->plan_generation;
    hl_retry_plan (&self->push_retry, self->retry_ms, on_push_retry, self);
    return;
  }
  hl_retry_note_success (&self->push_retry);
  hl_desk_note_saved (self);
  hl_desk_show_rows (self, rows, TRUE);
  if (self->link != NULL && generation == hl_link_get_generation (self->link)
      && hl_link_is_open (self->link)) {
    self->may_push = TRUE;
    hl_desk_push (self);
  }
}

void
hl_desk_plan_welcome (HlDesk *self, guint64 decided)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify)hl_outbox_row_free);
  HlOutboxTime time;
  Mark *mark;

  self->plan_due = FALSE;
  self->plan_generation = hl_link_get_generation (self->link);
  hl_desk_get_outbox_time (self, &time);
  hl_outbox_plan_welcome (self->items, hl_desk_get_device (self), decided, &time, rows);
  if (rows->len == 0) {
    self->may_push = TRUE;
    hl_desk_push (self);
    return;
  }
  hl_log (HL_LOG_NOTICE, "desk", "items are sent again or reviewed", "decided",
          HL_LOG_UINT (decided), "items", HL_LOG_UINT (rows->len), NULL);
  mark = g_new0 (Mark, 1);
  mark->desk = g_object_ref (self);
  mark->rows = g_ptr_array_ref (rows);
  mark->generation = self->plan_generation;
  self->planning++;
  hl_local_update_rows (self->local, rows, on_plan_stored, mark);
}

static void
on_rows_stored (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HlDesk) self = data;
  g_autoptr (GError) error = NULL;

  if (self->local != NULL && !hl_local_finish (self->local, result, &error) && !self->closing)
    hl_desk_outbox_failed (self, error);
}

void
hl_desk_store_and_show (HlDesk *self, GPtrArray *rows, gboolean tell)
{
  if (rows->len == 0)
    return;
  hl_local_update_rows (self->local, rows, on_rows_stored, g_object_ref (self));
  hl_desk_show_rows (self, rows, tell);
}

void
hl_desk_plan_caught_up (HlDesk *self)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify)hl_outbox_row_free);
  HlOutboxTime time;

  hl_desk_get_outbox_time (self, &time);
  hl_outbox_plan_caught_up (self->items, hl_desk_get_device (self), self->base, &time, rows);
  if (self->local != NULL)
    hl_desk_store_and_show (self, rows, TRUE);
}

void
hl_desk_take_done (HlDesk *self, const HlFrameDone *done)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify)hl_outbox_row_free);
  g_autofree char *detail = done->detail != NULL ? hl_json_print_object (done->detail) : NULL;
  HlOutboxTime time;
  int outcome = -1, reason = HL_REASON_NONE;

  g_hash_table_remove (self->sent, done->id);
  if (!g_str_equal (done->outcome, "review")
      && !hl_enum_parse (HL_TYPE_OUTCOME, done->outcome, &outcome)) {
    hl_log (HL_LOG_WARNING, "desk", "an unknown outcome", "outcome", done->outcome, NULL);
    outcome = -1;
  }
  if (done->reason != NULL)
    (void)hl_enum_parse (HL_TYPE_REASON, done->reason, &reason);
  hl_desk_get_outbox_time (self, &time);
  /* The answer is written behind: should it be lost, the action is sent again and answered the
   * same. */
  hl_outbox_plan_answer (self->items, done->id, outcome, (HlReason)reason, done->seq, detail, &time,
                         rows);
  hl_desk_store_and_show (self, rows, TRUE);
  if (self->unsent == 0)
    self->careful = FALSE;
  hl_desk_push (self);
}

/* The server could not read what came (4400): an action that was under way, it may be. Where
 * several were, they go out one by one from now on, and the one that is alone the next time is
 * known. Nobody has to wait for that: each time the link is opened again at once, and since an
 * item goes to review from the second time on, it is not for ever. */
void
hl_desk_suspect (HlDesk *self)
{
  g_autoptr (GPtrArray) rows = NULL;
  GHashTableIter iter;
  gpointer id = NULL;
  HlOutboxTime time;

  if (g_hash_table_size (self->sent) == 0)
    return;
  if (!self->careful) {
    self->careful = TRUE;
    hl_link_reconnect_now (self->link);
    return;
  }
  g_hash_table_iter_init (&iter, self->sent);
  (void)g_hash_table_iter_next (&iter, &id, NULL);
  rows = g_ptr_array_new_with_free_func ((GDestroyNotify)hl_outbox_row_free);
  hl_desk_get_outbox_time (self, &time);
  hl_outbox_plan_answer (self->items, id, -1, HL_REASON_MALFORMED, 0, NULL, &time, rows);
  hl_log (HL_LOG_WARNING, "desk", "the server cannot read an action", "id", id, NULL);
  g_hash_table_remove_all (self->sent);
  hl_desk_store_and_show (self, rows, TRUE);
  hl_link_reconnect_now (self->link);
}

void
hl_desk_review_all (HlDesk *self, HlReason reason)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify)hl_outbox_row_free);
  HlOutboxTime time;

  hl_desk_get_outbox_time (self, &time);
  hl_outbox_plan_review_all (self->items, reason, &time, rows);
  if (self->local != NULL)
    hl_desk_store_and_show (self, rows, TRUE);
}

/* ---- performing ---- */

static HlAction *
make_action (HlDesk *self, HlActionKind kind, JsonObject *data, const char *id, guint64 n,
             int predicted, gint64 composed_at)
{
  gboolean needs_link = (hl_action_kind_get_flags (kind) & HL_ACTION_FLAG_NEEDS_LINK) != 0;
  return hl_action_new (id, n, kind, predicted, *self->who != '\0' ? self->who : NULL, composed_at,
                        needs_link ? self->session : NULL, data);
}

HlDecision *
hl_desk_predict (HlDesk *self, HlActionKind kind, JsonObject *data)
{
  g_autoptr (HlAction) action = make_action (self, kind, data, "predicted", self->counter + 1,
                                             HL_PREDICTED_NONE, hl_desk_wall (self));
  g_autoptr (HlActor) actor = hl_desk_make_actor (self, self->who, self->counter + 1);

  if (self->fold_needed)
    hl_desk_refresh_now (self);
  return hl_decide (self->screen, action, actor, HL_SEEN_EVERYTHING,
                    hl_desk_wall (self) + (self->offset != HL_OFFSET_UNKNOWN ? self->offset : 0));
}

int
hl_desk_why_not (HlDesk *self, HlActionKind kind)
{
  gboolean needs_link = (hl_action_kind_get_flags (kind) & HL_ACTION_FLAG_NEEDS_LINK) != 0;
  return needs_link && (self->link == NULL || !hl_link_is_open (self->link)) ? HL_REASON_NEEDS_LINK
                                                                             : -1;
}

static void
fail (HlPerform *perform, HlDeskError code, const char *message)
{
  g_task_return_new_error (perform->task, HL_DESK_ERROR, (int)code, "%s", message);
}

/* Decides on the screen as it is now and makes the row; FALSE when the perform has failed. */
static gboolean
prepare (HlDesk *self, HlPerform *perform)
{
  g_autoptr (HlDecision) decision = NULL;
  g_autoptr (HlAction) action = NULL;
  g_autoptr (JsonObject) members = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *id = hl_id_uuid7 (perform->composed_at);
  g_autoptr (JsonNode) base = NULL;
  HlOutboxTime time;
  HlOutboxRow *row;

  if (self->position == NULL || self->local == NULL) {
    fail (perform, HL_DESK_ERROR_NO_STATE, "Nothing is known of the location yet");
    return FALSE;
  }
  /* Asked for in one house, and this device is paired with another by now. */
  if (g_strcmp0 (perform->location, hl_desk_get_location (self)) != 0) {
    fail (perform, HL_DESK_ERROR_REFUSED, hl_enum_nick (HL_TYPE_REASON, HL_REASON_NOT_ALLOWED));
    return FALSE;
  }
  if (hl_desk_why_not (self, perform->kind) >= 0) {
    fail (perform, HL_DESK_ERROR_NEEDS_LINK, hl_enum_nick (HL_TYPE_REASON, HL_REASON_NEEDS_LINK));
    return FALSE;
  }
  if (!hl_action_kind_check (perform->kind, perform->data, "/data", NULL, &error)) {
    hl_log (HL_LOG_WARNING, "desk", "an action is malformed", "kind",
            hl_enum_nick (HL_TYPE_ACTION_KIND, perform->kind), "pointer",
            hl_codec_error_get_pointer (error), NULL);
    fail (perform, HL_DESK_ERROR_REFUSED, hl_enum_nick (HL_TYPE_REASON, HL_REASON_MALFORMED));
    return FALSE;
  }
  decision = hl_desk_predict (self, perform->kind, perform->data);
  if (decision->outcome == HL_OUTCOME_REFUSED) {
    fail (perform, HL_DESK_ERROR_REFUSED, hl_enum_nick (HL_TYPE_REASON, decision->reason));
    return FALSE;
  }
  perform->predicted = decision->outcome;
  action = make_action (self, perform->kind, perform->data, id, self->counter + 1,
                        (int)decision->outcome, perform->composed_at);
  members = hl_action_to_json (action);
  row = perform->row = g_new0 (HlOutboxRow, 1);
  row->action = hl_json_print_object (members);
  if (strlen (row->action) > HL_WIRE_MAX_CLIENT_FRAME - FRAME_RESERVE) {
    fail (perform, HL_DESK_ERROR_TOO_LARGE, hl_enum_nick (HL_TYPE_REASON, HL_REASON_TOO_LARGE));
    return FALSE;
  }
  hl_desk_get_outbox_time (self, &time);
  base = hl_position_to_json (perform->base);
  row->device = g_strdup (hl_desk_get_device (self));
  row->location = g_strdup (perform->location);
  row->n = action->n;
  row->id = g_strdup (action->id);
  row->state = HL_ITEM_QUEUED;
  row->base = perform->base != NULL ? hl_json_print (base) : NULL;
  row->label = hl_desk_make_label (self, perform->kind, perform->data);
  row->outcome = -1;
  row->composed_at = perform->composed_at;
  row->composed_boot = time.boot;
  row->boot_id = g_strdup (time.boot_id);
  row->offset = time.offset;
  return TRUE;
}

static void
on_row_added (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HlDesk) self = data;
  g_autoptr (HlPerform) perform = NULL;
  g_autoptr (GError) error = NULL;
  guint64 n = 0;

  self->performing = FALSE;
  if (self->local == NULL || g_queue_is_empty (&self->performs))
    return;
  perform = g_queue_pop_head (&self->performs);
  if (!hl_local_add_row_finish (self->local, result, &n, &error)) {
    hl_desk_outbox_failed (self, error);
    fail (perform, HL_DESK_ERROR_STORAGE, error->message);
    perform_next (self);
    return;
  }
  perform->row->n = n;
  if (g_strcmp0 (perform->row->device, hl_desk_get_device (self)) == 0) /* not paired anew meanwhile */
    self->counter = MAX (self->counter, n);
  if (self->counters != NULL) {
    gint64 *counter = g_new (gint64, 1);
    *counter = (gint64)n;
    g_hash_table_insert (self->counters, g_strdup (perform->row->device), counter);
  }
  self->purged.composed++;
  hl_desk_note_saved (self);
  /* saved; now it is shown, then sent */
  g_ptr_array_add (self->items, hl_outbox_item_new (perform->row));
  hl_desk_mark_foreign (self);
  self->fold_needed = TRUE;
  hl_desk_update_outbox (self);
  if (!self->closing) {
    hl_desk_refresh_now (self);
    hl_desk_update_outbox (self);
    hl_desk_emit_shown (self, perform->kind, perform->row->id);
  }
  if (perform->instead_of != NULL) {
    HlOutboxItem *item = hl_desk_find_item (self, perform->instead_of);
    if (item != NULL)
      hl_desk_let_go (self, item, perform->row->id);
  }
  g_task_return_pointer (perform->task, g_strdup (perform->row->id), g_free);
  hl_desk_push (self);
  perform_next (self);
}

static void
on_withdrawn (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HlDesk) self = data;
  g_autoptr (HlPerform) perform = NULL;
  g_autoptr (GPtrArray) rows = NULL;
  g_autoptr (GError) error = NULL;

  self->performing = FALSE;
  if (self->local == NULL || g_queue_is_empty (&self->performs))
    return;
  perform = g_queue_pop_head (&self->performs);
  if (!hl_local_finish (self->local, result, &error)) {
    /* The file still has it as queued: so it is, and it will be sent. */
    perform->row->state = HL_ITEM_QUEUED;
    perform->row->decided_at = 0;
    rows = g_ptr_array_new_with_free_func ((GDestroyNotify)hl_outbox_row_free);
    g_ptr_array_add (rows, hl_outbox_row_copy (perform->row));
    if (!self->closing) {
      hl_desk_show_rows (self, rows, FALSE);
      /* a file that is written anew now has to say so as well */
      hl_desk_outbox_failed (self, error);
      hl_desk_push (self);
    }
    fail (perform, HL_DESK_ERROR_STORAGE, "The change could not be taken back");
  } else {
    rows = g_ptr_array_new_with_free_func ((GDestroyNotify)hl_outbox_row_free);
    g_ptr_array_add (rows, hl_outbox_row_copy (perform->row));
    if (!self->closing)
      hl_desk_show_rows (self, rows, TRUE);
    g_task_return_pointer (perform->task, g_strdup (perform->row->id), g_free);
  }
  perform_next (self);
}

/* What is taken back is known only now: what came before the undo stands in the outbox, and nothing
 * that builds upon it can come between. TRUE when it was unsent and is being withdrawn; else the
 * undo has become an action of its own, or has failed, having no data. */
static gboolean
withdraw (HlDesk *self, HlPerform *perform)
{
  g_autoptr (GPtrArray) rows = NULL;
  gboolean unsent = FALSE;
  HlOutboxItem *item = self->local != NULL && !self->closing ? find_undo (self, &unsent) : NULL;

  if (item == NULL
      || (perform->only != NULL
          && (!unsent || !g_str_equal (hl_outbox_item_get_id (item), perform->only)))) {
    fail (perform, HL_DESK_ERROR_NOTHING_TO_UNDO, "There is nothing to undo");
    return FALSE;
  }
  if (!unsent) {
    perform->data = json_object_new ();
    json_object_set_string_member (perform->data, "action_id", hl_outbox_item_get_id (item));
    return FALSE;
  }
  rows = g_ptr_array_new_with_free_func ((GDestroyNotify)hl_outbox_row_free);
  perform->row = hl_outbox_row_copy (hl_outbox_item_get_row (item));
  perform->row->state = HL_ITEM_WITHDRAWN;
  perform->row->decided_at = hl_desk_wall (self);
  g_ptr_array_add (rows, hl_outbox_row_copy (perform->row));
  /* At once: it must not be sent while the withdrawal is being written. After a crash in between
   * it is simply sent. */
  hl_outbox_item_update (item, perform->row);
  self->performing = TRUE;
  hl_local_update_rows (self->local, rows, on_withdrawn, g_object_ref (self));
  return TRUE;
}

/* One at a time: each is decided on a screen that shows the one before. */
static void
perform_next (HlDesk *self)
{
  while (!self->performing && !g_queue_is_empty (&self->performs)) {
    HlPerform *perform = g_queue_peek_head (&self->performs);
    if (perform->data == NULL && withdraw (self, perform))
      return;
    if (perform->data != NULL && prepare (self, perform)) {
      self->performing = TRUE;
      hl_local_add_row (self->local, perform->row, on_row_added, g_object_ref (self));
    } else {
      perform_free (g_queue_pop_head (&self->performs));
    }
  }
}

void
hl_desk_fail_performs (HlDesk *self)
{
  HlPerform *perform;

  while ((perform = g_queue_pop_head (&self->performs)) != NULL) {
    fail (perform, HL_DESK_ERROR_STORAGE, "The program closes");
    perform_free (perform);
  }
}

static void
perform_async (HlDesk *self, HlActionKind kind, JsonObject *data, const char *only,
               const char *instead_of, GAsyncReadyCallback callback, gpointer user_data)
{
  HlPerform *perform = g_new0 (HlPerform, 1);

  perform->task = g_task_new (self, NULL, callback, user_data);
  perform->kind = kind;
  perform->data = data;
  perform->only = g_strdup (only);
  perform->instead_of = g_strdup (instead_of);
  perform->location = g_strdup (hl_desk_get_location (self));
  perform->base = hl_position_copy (self->position);
  perform->composed_at = hl_desk_wall (self);
  g_task_set_task_data (perform->task, NULL, NULL);
  if (self->closing) {
    fail (perform, HL_DESK_ERROR_STORAGE, "The program closes");
    perform_free (perform);
    return;
  }
  g_queue_push_tail (&self->performs, perform);
  perform_next (self);
}

void
hl_desk_perform_async (HlDesk *self, HlActionKind kind, JsonObject *data,
                       GAsyncReadyCallback callback, gpointer user_data)
{
  perform_async (self, kind, data, NULL, NULL, callback, user_data);
}

void
hl_desk_perform_instead (HlDesk *self, HlActionKind kind, JsonObject *data, const char *instead_of,
                         GAsyncReadyCallback callback, gpointer user_data)
{
  perform_async (self, kind, data, NULL, instead_of, callback, user_data);
}

char *
hl_desk_perform_finish (HlDesk *self, GAsyncResult *result, HlOutcome *predicted, GError **error)
{
  char *id = g_task_propagate_pointer (G_TASK (result), error);

  if (id != NULL && predicted != NULL) {
    HlOutboxItem *item = hl_desk_find_item (self, id);
    HlAction *action = item != NULL ? hl_outbox_item_get_action (item) : NULL;
    *predicted = action != NULL && action->predicted >= 0 ? (HlOutcome)action->predicted
                                                          : HL_OUTCOME_APPLIED;
  }
  return id;
}

/* ---- undo ---- */

void
hl_desk_undo_only (HlDesk *self, const char *only, GAsyncReadyCallback callback, gpointer user_data)
{
  perform_async (self, HL_ACTION_UNDO, NULL, only, NULL, callback, user_data);
}

void
hl_desk_undo_async (HlDesk *self, GAsyncReadyCallback callback, gpointer user_data)
{
  hl_desk_undo_only (self, NULL, callback, user_data);
}

char *
hl_desk_undo_finish (HlDesk *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
