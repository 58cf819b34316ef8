/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Waiting for a disk, see hl-retry.h. */
#include "desk/hl-retry.h"

#include "util/hl-clock.h"

gint64
hl_retry_get_wait (guint failures, guint first_ms)
{
  guint doublings = MIN (MAX (failures, 1) - 1, 16);

  return MIN ((gint64)first_ms << doublings, (gint64)first_ms * HL_RETRY_CAP);
}

static gboolean
on_due (gpointer data)
{
  HlRetry *self = data;

  self->source = 0; /* func may plan the next one */
  (void)self->func (self->data);
  return G_SOURCE_REMOVE;
}

void
hl_retry_plan (HlRetry *self, guint first_ms, GSourceFunc func, gpointer data)
{
  if (self->source != 0)
    return;
  self->failures++;
  self->func = func;
  self->data = data;
  self->source = hl_clock_add (hl_clock_boot_us () + 1000 * hl_retry_get_wait (self->failures, first_ms), on_due, self);
}

void
hl_retry_note_success (HlRetry *self)
{
  self->failures = 0;
}

void
hl_retry_cancel (HlRetry *self)
{
  g_clear_handle_id (&self->source, g_source_remove);
}
