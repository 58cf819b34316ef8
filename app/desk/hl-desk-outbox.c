/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a person does with the outbox's list: read, let go, do again, withdraw; and its totals. */
#include "desk/hl-desk-private.h"

#include "util/hl-clock.h"
#include "wire/hl-json.h"

#define PURGE_EVERY_US (24 * G_TIME_SPAN_HOUR)

void
hl_desk_get_totals (HlDesk *self, HlDeskTotals *totals)
{
  HlOutboxTotals counted;

  hl_outbox_count (self->items, &self->purged, &counted);
  totals->composed = (guint)counted.composed;
  totals->applied = (guint)counted.applied;
  totals->no_op = (guint)counted.no_op;
  totals->disputed = (guint)counted.disputed;
  totals->refused = (guint)counted.refused;
  totals->withdrawn = (guint)counted.withdrawn;
  totals->review = (guint)counted.review;
  totals->waiting = (guint)counted.waiting;
}

/* In memory they are gone already. */
static void
on_purged (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HlDesk) self = data;
  g_autoptr (GError) error = NULL;

  if (self->local != NULL && !hl_local_finish (self->local, result, &error) && !self->closing)
    hl_desk_outbox_failed (self, error);
}

void
hl_desk_purge_old (HlDesk *self)
{
  gint64 boot = hl_clock_boot_us ();
  HlOutboxTime now;
  gboolean any = FALSE;

  /* Not while rows are on their way to another state: file and list must agree on what goes. */
  if (self->local == NULL || self->closing || self->offset == HL_OFFSET_UNKNOWN || !self->may_push
      || self->marking || (self->purged_at != 0 && boot - self->purged_at < PURGE_EVERY_US))
    return;
  self->purged_at = boot;
  hl_desk_get_outbox_time (self, &now);
  for (guint i = self->items->len; i > 0; i--) {
    const HlOutboxRow *row = hl_outbox_item_get_row (g_ptr_array_index (self->items, i - 1));
    if (!hl_outbox_is_finished (row, &now))
      continue;
    hl_outbox_add_purged (&self->purged, row);
    g_ptr_array_remove_index (self->items, i - 1);
    any = TRUE;
  }
  hl_local_purge_rows (self->local, &now, on_purged, g_object_ref (self));
  if (any)
    hl_desk_update_outbox (self);
}

/* A row that a person has dealt with; sent_as: the action that takes its place, or NULL. */
void
hl_desk_let_go (HlDesk *self, HlOutboxItem *item, const char *sent_as)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify)hl_outbox_row_free);
  HlOutboxRow *row;

  if (self->local == NULL || hl_outbox_item_get_read (item) || hl_outbox_item_is_waiting (item))
    return;
  row = hl_outbox_row_copy (hl_outbox_item_get_row (item));
  row->read = TRUE;
  if (sent_as != NULL) {
    g_autoptr (JsonObject) detail
        = row->detail != NULL ? hl_json_parse_object (row->detail, strlen (row->detail), NULL, NULL)
                              : NULL;
    if (detail == NULL)
      detail = json_object_new ();
    json_object_set_string_member (detail, HL_OUTBOX_SENT_AS, sent_as);
    g_free (row->detail);
    row->detail = hl_json_print_object (detail);
  }
  g_ptr_array_add (rows, row);
  if (row->damaged) { /* its row stays as it was found */
    hl_outbox_item_update (item, row);
    hl_desk_refresh_now (self);
    return;
  }
  hl_desk_store_and_show (self, rows, FALSE);
}

void
hl_desk_mark_read (HlDesk *self, HlOutboxItem *item)
{
  hl_desk_let_go (self, item, NULL);
}

void
hl_desk_mark_foreign (HlDesk *self)
{
  for (guint i = 0; i < self->items->len; i++) {
    HlOutboxItem *item = g_ptr_array_index (self->items, i);

    hl_outbox_item_set_foreign (item, hl_outbox_row_is_foreign (hl_outbox_item_get_row (item), hl_desk_get_device (self),
                                                                hl_desk_get_location (self)));
  }
  if (self->items->len > 0)
    hl_desk_update_outbox (self);
}

void
hl_desk_redo_review_async (HlDesk *self, HlOutboxItem *item, GAsyncReadyCallback callback,
                           gpointer user_data)
{
  HlAction *action = hl_outbox_item_get_action (item);

  if (action == NULL || hl_outbox_item_get_state (item) != HL_ITEM_REVIEW
      || hl_outbox_item_get_read (item)) {
    g_autoptr (GTask) task = g_task_new (self, NULL, callback, user_data);
    g_task_return_new_error (task, HL_DESK_ERROR, HL_DESK_ERROR_REFUSED, "%s",
                             hl_enum_nick (HL_TYPE_REASON, hl_outbox_item_get_foreign (item) ? HL_REASON_NOT_ALLOWED
                                                                                             : HL_REASON_MALFORMED));
    return;
  }
  hl_desk_perform_instead (self, action->kind, json_object_ref (action->data),
                           hl_outbox_item_get_id (item), callback, user_data);
}

void
hl_desk_redo_review (HlDesk *self, HlOutboxItem *item)
{
  hl_desk_redo_review_async (self, item, NULL, NULL);
}

gboolean
hl_desk_can_withdraw (HlDesk *self, HlOutboxItem *item)
{
  return hl_outbox_find_withdrawable (self->items) == item;
}

void
hl_desk_withdraw_async (HlDesk *self, HlOutboxItem *item, GAsyncReadyCallback callback,
                        gpointer user_data)
{
  hl_desk_undo_only (self, hl_outbox_item_get_id (item), callback, user_data);
}
