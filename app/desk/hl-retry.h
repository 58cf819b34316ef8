/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HlRetry: when something that the disk did not take is tried again. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* All zero is one that has never failed. The waits double from the first one up to HL_RETRY_CAP times that, on the boot-time
 * clock: what was due in suspend is tried right after it. Without jitter: a disk is asked by one program. */
typedef struct {
  guint source;   /* 0: nothing is planned */
  guint failures; /* since it worked */
  GSourceFunc func;
  gpointer data;
} HlRetry;

#define HL_RETRY_CAP 12 /* with 5 s: one minute */

/* ms to wait after so many failures, 1 at least. */
gint64 hl_retry_get_wait (guint failures, guint first_ms);
/* It failed. func is called once, on the default main context; data must live as long as that is planned. What is planned
 * already stays as it is. */
void hl_retry_plan (HlRetry *self, guint first_ms, GSourceFunc func, gpointer data);
/* It worked: the next failure waits for the shortest time. What is planned stays. */
void hl_retry_note_success (HlRetry *self);
void hl_retry_cancel (HlRetry *self);

G_END_DECLS
