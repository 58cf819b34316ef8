/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HlRetention: hostlined's daily look for what is too old to be kept. */
#pragma once

#include "admin/hl-control.h"

G_BEGIN_DECLS

/* The first look after a start comes after this long, or after the interval if that is shorter: a server that is
 * switched off every night looks all the same. */
#define HL_RETENTION_FIRST_S 600

typedef struct _HlRetention HlRetention;

/* Runs the command `purge` through @run every @interval_s seconds of the boot-time clock, time in suspend included; at
 * once again while it says that there is more. Main thread. */
HlRetention *hl_retention_new          (guint        interval_s,
                                        HlControlRun run,
                                        gpointer     user_data);
void         hl_retention_set_interval (HlRetention *self,
                                        guint        interval_s);
/* A run that is under way ends by itself. */
void         hl_retention_free         (HlRetention *self);

G_END_DECLS
