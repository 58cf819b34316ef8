/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Telling systemd how we are: sd_notify(3) by datagram, without its library. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Sends @state ("READY=1") to $NOTIFY_SOCKET; does nothing without one. Never blocks, never fails loudly. */
void  hl_notify (const char *state);

/* Pings the watchdog from the default main context, twice as often as $WATCHDOG_USEC asks for: it proves that
 * the loop turns. Returns the source's id, 0 if no watchdog waits for us. */
guint hl_notify_start_watchdog (void);

G_END_DECLS
