/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keeps one widget in step with one object: however many properties change, one update. */
#include "views/hl-row-watch.h"

struct _HlRowWatch {
  GtkWidget *widget;
  HlRowWatchFunc update;
  GObject *item;
  gulong handler;
  guint idle;
};

static gboolean
on_idle (gpointer data)
{
  HlRowWatch *self = data;

  self->idle = 0;
  self->update (self->widget);
  return G_SOURCE_REMOVE;
}

void
hl_row_watch_queue (HlRowWatch *self)
{
  /* before the next frame is drawn */
  if (self->idle == 0)
    self->idle = g_idle_add_full (G_PRIORITY_HIGH_IDLE, on_idle, self, NULL);
}

static void
on_item_notify (GObject *item, GParamSpec *pspec, HlRowWatch *self)
{
  hl_row_watch_queue (self);
}

HlRowWatch *
hl_row_watch_new (GtkWidget *widget, HlRowWatchFunc update)
{
  HlRowWatch *self = g_new0 (HlRowWatch, 1);

  self->widget = widget;
  self->update = update;
  return self;
}

static void
let_go (HlRowWatch *self)
{
  g_clear_handle_id (&self->idle, g_source_remove);
  if (self->item != NULL)
    g_clear_signal_handler (&self->handler, self->item);
  g_clear_object (&self->item);
}

void
hl_row_watch_free (HlRowWatch *self)
{
  let_go (self);
  g_free (self);
}

gboolean
hl_row_watch_set_item (HlRowWatch *self, gpointer item)
{
  if (self->item == item)
    return FALSE;
  let_go (self);
  if (item != NULL) {
    self->item = g_object_ref (item);
    self->handler = g_signal_connect (item, "notify", G_CALLBACK (on_item_notify), self);
    self->update (self->widget);
  }
  return TRUE;
}

gpointer
hl_row_watch_get_item (HlRowWatch *self)
{
  return self->item;
}
