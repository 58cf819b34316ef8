/* SPDX-License-Identifier: GPL-3.0-or-later */
/* DIR/reserve: room that is kept so that a full disk can be made less full.
 *
 * The space guard refuses publishes long before the disk is full; but other programs fill it to the last byte, and then
 * SQLite can neither delete nor move its write-ahead log. The file is given up for what takes things away (an erasure, a
 * purge, a token that is revoked), and made again once there is room. Any thread, one at a time.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define HL_RESERVE_FILE "reserve"
#define HL_RESERVE_BYTES (8 * 1024 * 1024)

/* Makes the file, its blocks allocated, unless it is there. FALSE: there is no room; nothing is left of it. */
gboolean hl_reserve_make (const char *directory);

/* Gives it up. TRUE: there was one. */
gboolean hl_reserve_release (const char *directory);

G_END_DECLS
