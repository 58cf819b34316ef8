/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Full jitter, see hl-backoff.h. */
#include "link/hl-backoff.h"

gint64
hl_backoff_next (HlBackoff *self, guint spread_ms, double random)
{
  guint n = self->failures++;
  gint64 window;

  if (n == 0)
    return (gint64)(random * spread_ms);
  window = n >= 5 ? HL_BACKOFF_CAP_MS : MIN (HL_BACKOFF_CAP_MS, (gint64)HL_BACKOFF_BASE_MS << n);
  return MAX (HL_BACKOFF_FLOOR_MS, (gint64)(random * window));
}

gint64
hl_backoff_obey (gint64 jitter_ms, gint64 wait_ms, double random)
{
  wait_ms = CLAMP (wait_ms, 0, HL_BACKOFF_WAIT_CAP_MS);
  if (wait_ms <= jitter_ms)
    return jitter_ms;
  return wait_ms + (gint64)(random * 0.2 * wait_ms);
}

void
hl_backoff_reset (HlBackoff *self)
{
  self->failures = 0;
}
