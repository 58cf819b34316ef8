/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Deadline arithmetic that saturates instead of wrapping. */
#include "util/hl-deadline.h"

HlDeadline
hl_deadline_in_ms (gint64 ms)
{
  gint64 now = hl_clock_boot_us ();

  if (ms >= (G_MAXINT64 - now) / 1000) {
    return HL_DEADLINE_NEVER;
  }
  return now + MAX (ms, G_MININT64 / 2000) * 1000;
}

gboolean
hl_deadline_is_passed (HlDeadline deadline)
{
  return deadline != HL_DEADLINE_NEVER && hl_clock_boot_us () >= deadline;
}

gint64
hl_deadline_get_left_ms (HlDeadline deadline)
{
  if (deadline == HL_DEADLINE_NEVER) {
    return G_MAXINT64;
  }
  gint64 now = hl_clock_boot_us ();
  return deadline > now ? (deadline - now - 1) / 1000 + 1 : 0;
}

int
hl_deadline_get_poll_ms (HlDeadline deadline)
{
  gint64 left = hl_deadline_get_left_ms (deadline);
  return deadline == HL_DEADLINE_NEVER ? -1 : (int) MIN (left, G_MAXINT);
}
