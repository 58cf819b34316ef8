/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HlRate: so many a second for each name, with a second's worth in advance. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A bucket for each name. A request is let in while anything is left in the bucket, and then takes all that it holds
 * of it, into debt if need be: an array of 500 events passes at 50 a second, and what follows waits ten seconds.
 * Full buckets are forgotten. */
typedef struct _HlRate HlRate;

HlRate *hl_rate_new       (void);
void    hl_rate_free      (HlRate *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HlRate, hl_rate_free)

/* 0: no limit */
void    hl_rate_set_limit (HlRate *self,
                           guint   per_second);
/* 0: go on, and hl_rate_take() what it was; else how many seconds to wait. @now_us: boot time */
guint   hl_rate_check     (HlRate     *self,
                           const char *name,
                           gint64      now_us);
void    hl_rate_take      (HlRate     *self,
                           const char *name,
                           guint       count,
                           gint64      now_us);

G_END_DECLS
