/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The screen = the log's state with this device's unsent actions folded over it. */
#include "desk/hl-desk-private.h"

#include "domain/hl-evolve.h"
#include "util/hl-clock.h"

/* What this device had seen when it acted: one position; nothing of it counts in another log. */
static guint64
get_seen (HlDesk *self, HlOutboxItem *item)
{
  const HlPosition *base = hl_outbox_item_get_base (item);

  if (base == NULL || self->position == NULL || !g_str_equal (base->epoch, self->position->epoch))
    return 0;
  return MIN (base->seq, self->position->seq);
}

/* Whether the item still has to be shown by prediction: waiting, or decided for an effect that has
 * not come yet. */
static gboolean
is_predicted (HlDesk *self, HlOutboxItem *item, guint64 counter)
{
  const HlOutboxRow *row = hl_outbox_item_get_row (item);

  if (row->damaged || hl_outbox_item_get_foreign (item) || g_strcmp0 (row->device, hl_desk_get_device (self)) != 0 || row->n <= counter)
    return FALSE;
  switch (row->state) {
  case HL_ITEM_QUEUED:
  case HL_ITEM_SENDING:
    return TRUE;
  case HL_ITEM_DECIDED:
    return row->outcome == HL_OUTCOME_APPLIED || row->outcome == HL_OUTCOME_DISPUTED;
  case HL_ITEM_WITHDRAWN:
  case HL_ITEM_REVIEW:
  default:
    return FALSE;
  }
}

static void
predict (HlDesk *self, HlState *fold, HlOutboxItem *item, guint64 *seq, HlTouched *touched)
{
  HlAction *action = hl_outbox_item_get_action (item);
  g_autoptr (HlActor) actor = hl_desk_make_actor (self, action->who, hl_outbox_item_get_n (item));
  const HlOutboxRow *row = hl_outbox_item_get_row (item);
  /* beside what the server wrote, the order must be right though this computer's clock is not */
  gint64 at = action->composed_at + (row->offset != HL_OFFSET_UNKNOWN ? row->offset : 0);
  g_autoptr (HlDecision) decision = hl_decide (fold, action, actor, get_seen (self, item), at);
  g_autoptr (GPtrArray) events = NULL;

  if (decision->outcome != HL_OUTCOME_APPLIED && decision->outcome != HL_OUTCOME_DISPUTED)
    return;
  events = hl_decision_make_events (decision, action->id, actor, *seq + 1, at, at);
  for (guint i = 0; i < events->len; i++) {
    HlEvent *event = g_ptr_array_index (events, i);
    hl_evolve (fold, event);
    hl_touched_add_event (touched, event, fold);
  }
  *seq += events->len;
}

static void
add_pair (GType type, const char *id, gpointer data)
{
  hl_touched_add (data, type, id);
}

static void
join (HlTouched *into, HlTouched *from)
{
  if (hl_touched_is_all (from))
    hl_touched_add_all (into);
  else
    hl_touched_foreach (from, add_pair, into);
}

static void
fold (HlDesk *self)
{
  g_autoptr (HlState) state = NULL;
  g_autoptr (HlTouched) predicted = hl_touched_new ();
  /* Provisional revisions rise above the position. */
  guint64 seq = self->position != NULL ? self->position->seq : 0;
  guint64 counter = hl_state_get_counter (self->base, hl_desk_get_device (self));

  for (guint i = 0; i < self->items->len; i++) {
    HlOutboxItem *item = g_ptr_array_index (self->items, i);
    if (!is_predicted (self, item, counter))
      continue;
    if (state == NULL)
      state = hl_state_copy (self->base);
    predict (self, state, item, &seq, predicted);
  }
  /* Only what may differ is touched: the base since the last fold, what was predicted then, and
   * what is now. */
  join (self->dirty, self->predicted);
  join (self->dirty, predicted);
  if (!hl_touched_is_empty (self->dirty))
    hl_state_sync (self->screen, state != NULL ? state : self->base, self->dirty);
  hl_touched_clear (self->dirty);
  hl_touched_free (self->predicted);
  self->predicted = g_steal_pointer (&predicted);
  self->fold_needed = FALSE;
}

static void
follow_location (HlDesk *self)
{
  HlLocation *location = hl_state_get_location (self->screen);
  const char *name = hl_location_get_timezone (location);

  if (name == NULL || *name == '\0' || g_strcmp0 (name, self->zone_name) == 0)
    return;
  g_free (self->zone_name);
  self->zone_name = g_strdup (name);
  g_time_zone_unref (self->zone);
  self->zone = g_time_zone_new_identifier (name);
  if (self->zone == NULL)
    self->zone = g_time_zone_new_utc ();
  hl_desk_notify_prop (self, HL_DESK_PROP_TIMEZONE);
  hl_desk_notify_prop (self, HL_DESK_PROP_LOCATION_NAME);
  hl_desk_notify_prop (self, HL_DESK_PROP_LANGUAGE);
}

void
hl_desk_refresh_now (HlDesk *self)
{
  g_clear_handle_id (&self->refresh_timer, g_source_remove);
  if (self->closing)
    return;
  if (self->fold_needed)
    fold (self);
  follow_location (self);
  if (self->position != NULL && !self->ready) {
    self->ready = TRUE;
    hl_desk_notify_prop (self, HL_DESK_PROP_READY);
  }
  hl_desk_refresh_lists (self);
  hl_history_tell (self->history);
  hl_desk_note_on_screen (self);
  hl_desk_update_status (self);
  self->refreshed_at = hl_clock_boot_us ();
}

static gboolean
on_refresh (gpointer data)
{
  HlDesk *self = data;
  self->refresh_timer = 0;
  hl_desk_refresh_now (self);
  return G_SOURCE_REMOVE;
}

/* At most once a frame, however many events come. */
void
hl_desk_queue_refresh (HlDesk *self)
{
  gint64 left;

  if (self->refresh_timer != 0 || self->closing)
    return;
  left = HL_DESK_REFRESH_MS - (hl_clock_boot_us () - self->refreshed_at) / 1000;
  if (left <= 0)
    self->refresh_timer = g_idle_add_full (G_PRIORITY_DEFAULT, on_refresh, self, NULL);
  else
    self->refresh_timer = g_timeout_add ((guint)left, on_refresh, self);
}

void
hl_desk_mark_all (HlDesk *self)
{
  hl_touched_add_all (self->dirty);
  self->fold_needed = TRUE;
}
