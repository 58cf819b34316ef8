/* SPDX-License-Identifier: GPL-3.0-or-later */
/* This computer's clock against the server's, see hl-server-clock.h. */
#include "link/hl-server-clock.h"

#define TOLERANCE_MS (5 * 60 * 1000)
/* 1 November 2026, 00:00 UTC: no computer that runs this program is older. */
#define MADE_MS G_GINT64_CONSTANT (1793491200000)

void
hl_server_clock_note (HlServerClock *self, gint64 server_ms, gint64 wall_ms, gint64 boot_us)
{
  self->said = server_ms;
  self->said_boot = boot_us;
  self->offset = server_ms - wall_ms;
}

gboolean
hl_server_clock_contradicts (const HlServerClock *self, gint64 wall_ms, gint64 boot_us)
{
  gint64 now;

  if (wall_ms < MADE_MS)
    return TRUE;
  if (self->said == 0)
    return FALSE;
  if (wall_ms < self->said - TOLERANCE_MS)
    return TRUE;
  now = self->said_boot != 0 ? self->said + (boot_us - self->said_boot) / 1000
                             : wall_ms + self->offset;
  return ABS (now - wall_ms) > TOLERANCE_MS;
}
