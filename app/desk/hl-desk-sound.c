/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sounds of the desk: what the connection knows, for the alarm. */
#include "desk/hl-desk-private.h"

#include "util/hl-clock.h"

void
hl_desk_check_sounds (HlDesk *self)
{
  HlLinkState state = hl_desk_get_link_state (self);
  gboolean current = state == HL_LINK_STATE_LIVE || state == HL_LINK_STATE_LATE;
  HlSoundSpell spell = {
    .connected_seq = self->welcomed_seq,
    .caught_up = current && self->position != NULL && self->position->seq >= self->welcomed_seq,
    .device = hl_desk_get_device (self),
  };

  if (!self->closing)
    hl_alarm_look (self->alarm, self->screen, current ? &spell : NULL, hl_clock_boot_us () / 1000);
}

HlAlarm *
hl_desk_get_alarm (HlDesk *self)
{
  g_return_val_if_fail (HL_IS_DESK (self), NULL);
  return self->alarm;
}

void
hl_desk_mute (HlDesk *self, int minutes)
{
  g_return_if_fail (HL_IS_DESK (self));
  hl_alarm_mute (self->alarm, minutes, hl_clock_boot_us () / 1000, self->now);
}
