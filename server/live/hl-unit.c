/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HlUnit: the events of one decision, encoded and framed once and shared by every session. */
#include "live/hl-unit.h"

HlUnit *
hl_unit_new (guint64     first,
             HlPosition *pos,
             GBytes     *frame,
             gint64      appended_us)
{
  HlUnit *self = g_new0 (HlUnit, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->first = first;
  self->last = pos->seq;
  self->pos = pos;
  self->frame = frame;
  self->appended_us = appended_us;
  return self;
}

HlUnit *
hl_unit_ref (HlUnit *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
hl_unit_unref (HlUnit *self)
{
  if (self == NULL || !g_atomic_ref_count_dec (&self->ref_count)) {
    return;
  }
  hl_position_free (self->pos);
  g_bytes_unref (self->frame);
  g_free (self->label);
  g_clear_pointer (&self->clears, g_strfreev);
  g_free (self);
}
