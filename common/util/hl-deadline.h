/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Arithmetic on absolute deadlines of the boot-time clock. */
#pragma once

#include "util/hl-clock.h"

G_BEGIN_DECLS

/* Microseconds of hl_clock_boot_us(); NEVER does not pass. */
typedef gint64 HlDeadline;
#define HL_DEADLINE_NEVER G_MAXINT64

/* @ms from now; saturates at NEVER; a negative one has passed. */
HlDeadline hl_deadline_in_ms (gint64 ms);
gboolean hl_deadline_is_passed (HlDeadline deadline);
/* Whole milliseconds left, rounded up; 0 when passed; G_MAXINT64 for NEVER. */
gint64 hl_deadline_get_left_ms (HlDeadline deadline);
/* The same for poll() and friends: -1 for NEVER, at most G_MAXINT. */
int hl_deadline_get_poll_ms (HlDeadline deadline);

G_END_DECLS
