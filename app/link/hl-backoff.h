/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HlBackoff: how long to wait before the next attempt; pure, randomness comes in as a number. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A number in [0, 1). */
typedef double (*HlRandomFunc) (gpointer user_data);

typedef struct {
  guint failures; /* attempts since the link was last stable */
} HlBackoff;

#define HL_BACKOFF_BASE_MS 1000
#define HL_BACKOFF_CAP_MS 30000
#define HL_BACKOFF_FLOOR_MS 200
#define HL_BACKOFF_WAIT_CAP_MS (5 * 60 * 1000) /* the longest Retry-After that is obeyed */

/* The first wait after a loss is random (0, spread_ms): a restarting server must not meet everybody
 * at once. Further ones are full jitter, random (0, min (30 s, 1 s * 2^n)), 0.2 s at least. Counts
 * one failure. */
gint64 hl_backoff_next (HlBackoff *self, guint spread_ms, double random);
/* What the server asked for wins over the jitter when it is longer, plus 0 to 20 %: Retry-After
 * says the same to everybody. */
gint64 hl_backoff_obey (gint64 jitter_ms, gint64 wait_ms, double random);
/* Only when caught up and stable: accept-then-close must not loop fast. */
void hl_backoff_reset (HlBackoff *self);

G_END_DECLS
