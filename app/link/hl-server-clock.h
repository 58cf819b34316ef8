/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HlServerClock: what the server said the time is, against which this computer's clock is judged;
 * pure. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* All zero: nothing is known. */
typedef struct {
  gint64 said;      /* ms: the latest time that the server has ever said, 0 = none */
  gint64 said_boot; /* us of CLOCK_BOOTTIME then, 0 = in an earlier run */
  gint64 offset;    /* ms: its clock minus this computer's, as it was then */
} HlServerClock;

/* boot: 0 for what an earlier run had noted. */
void hl_server_clock_note (HlServerClock *self, gint64 server_ms, gint64 wall_ms, gint64 boot_us);
/* Whether anything but a certificate says that this computer's clock is wrong by over 5 min: it is
 * before this program was made, before a time that the server has already said, or not where the
 * server's clock must be by now. FALSE when nothing is known. */
gboolean hl_server_clock_contradicts (const HlServerClock *self, gint64 wall_ms, gint64 boot_us);

G_END_DECLS
