/* SPDX-License-Identifier: GPL-3.0-or-later */
/* When this computer cannot keep what is done at it: what is said, and the outbox that is written anew from memory. */
#include "desk/hl-desk-private.h"

#include "util/hl-log.h"

void
hl_desk_set_storage_error (HlDesk *self, const GError *error)
{
  const char *message = error != NULL ? hl_desk_describe_storage (error) : NULL;

  if (message != NULL && g_strcmp0 (self->storage_error, message) != 0)
    hl_log (HL_LOG_WARNING, "desk", "this computer cannot save", "error", error->message, NULL);
  g_free (self->storage_raw);
  self->storage_raw = g_strdup (error != NULL ? error->message : NULL);
  hl_desk_put_string (self, HL_DESK_PROP_STORAGE_ERROR, &self->storage_error, message != NULL ? message : "");
}

void
hl_desk_note_saved (HlDesk *self)
{
  if (!self->copy_failed)
    hl_desk_set_storage_error (self, NULL);
}

void
hl_desk_note_damage (HlDesk *self)
{
  hl_log (HL_LOG_ERROR, "desk", "the file of unsent changes was damaged, some may be lost", NULL);
  self->damaged = TRUE;
  hl_desk_show_notes (self);
  hl_desk_notify_prop (self, HL_DESK_PROP_MAY_HAVE_LOST);
}

static void
on_dismissed (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HlDesk) self = data;
  g_autoptr (GError) error = NULL;

  if (self->local == NULL || self->closing)
    return;
  if (!hl_local_finish (self->local, result, &error)) {
    hl_desk_set_storage_error (self, error);
    return;
  }
  if (!self->damaged)
    return;
  hl_log (HL_LOG_NOTICE, "desk", "it was read that unsent changes may be lost", NULL);
  self->damaged = FALSE;
  hl_desk_note_saved (self);
  hl_desk_show_notes (self);
  hl_desk_notify_prop (self, HL_DESK_PROP_MAY_HAVE_LOST);
}

void
hl_desk_dismiss_damage (HlDesk *self)
{
  if (self->damaged && self->local != NULL && !self->closing)
    hl_local_note_loss_known (self->local, on_dismissed, g_object_ref (self));
}

static void hl_desk_rebuild_outbox (HlDesk *self);

static gboolean
on_rebuild_retry (gpointer data)
{
  HlDesk *self = data;

  hl_desk_rebuild_outbox (self);
  return G_SOURCE_REMOVE;
}

static GPtrArray *
list_rows (HlDesk *self)
{
  GPtrArray *rows = g_ptr_array_new ();

  for (guint i = 0; i < self->items->len; i++)
    g_ptr_array_add (rows, (gpointer)hl_outbox_item_get_row (g_ptr_array_index (self->items, i)));
  return rows;
}

static void
on_updated (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HlDesk) self = data;
  g_autoptr (GError) error = NULL;

  if (self->local != NULL && !hl_local_finish (self->local, result, &error) && !self->closing) {
    self->rebuild_stale = TRUE;
    hl_desk_outbox_failed (self, error);
  }
}

static void
on_rebuilt (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HlDesk) self = data;
  g_autoptr (GError) error = NULL;

  self->rebuilding = FALSE;
  if (self->closing || self->local == NULL)
    return;
  if (!hl_local_finish (self->local, result, &error)) {
    hl_desk_set_storage_error (self, error);
    hl_retry_plan (&self->rebuild_retry, self->retry_ms, on_rebuild_retry, self);
    return;
  }
  hl_retry_note_success (&self->rebuild_retry);
  hl_desk_note_saved (self);
  if (self->rebuild_stale) {
    g_autoptr (GPtrArray) rows = list_rows (self);

    self->rebuild_stale = FALSE;
    hl_local_update_rows (self->local, rows, on_updated, g_object_ref (self));
  }
  hl_desk_erase_again (self);
  hl_desk_push (self);
}

/* All of it is in memory: nothing that the person was told is saved is lost. */
static void
hl_desk_rebuild_outbox (HlDesk *self)
{
  g_autoptr (GPtrArray) rows = NULL;

  self->rebuild_stale = self->rebuild_stale || self->rebuilding;
  if (self->rebuilding || self->rebuild_retry.source != 0 || self->closing || self->local == NULL || self->counters == NULL)
    return;
  self->rebuilding = TRUE;
  rows = list_rows (self);
  hl_local_rebuild_outbox (self->local, rows, &self->purged, self->counters, on_rebuilt, g_object_ref (self));
}

static void
on_recounted (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HlDesk) self = data;
  g_autoptr (GError) error = NULL;

  if (self->local != NULL && !hl_local_finish (self->local, result, &error) && !self->closing) {
    self->purged.recount = 1; /* the file says so still; the next welcome brings the same number */
    hl_desk_outbox_failed (self, error);
  }
}

void
hl_desk_recount (HlDesk *self)
{
  gint64 n = (gint64)self->counter;

  hl_log (HL_LOG_NOTICE, "desk", "after the damage numbers go on above the server's", "n", HL_LOG_UINT (self->counter), NULL);
  if (self->counters != NULL)
    g_hash_table_insert (self->counters, g_strdup (hl_desk_get_device (self)), g_memdup2 (&n, sizeof n));
  if (self->local != NULL)
    hl_local_recount (self->local, hl_desk_get_device (self), self->counter, on_recounted, g_object_ref (self));
}

void
hl_desk_cancel_retries (HlDesk *self)
{
  hl_retry_cancel (&self->open_retry);
  hl_retry_cancel (&self->copy_retry);
  hl_retry_cancel (&self->push_retry);
  hl_retry_cancel (&self->rebuild_retry);
  hl_retry_cancel (&self->erase_retry);
}

void
hl_desk_outbox_failed (HlDesk *self, const GError *error)
{
  hl_desk_set_storage_error (self, error);
  if (g_error_matches (error, HL_DATABASE_ERROR, HL_DATABASE_ERROR_CORRUPT))
    hl_desk_rebuild_outbox (self);
}
