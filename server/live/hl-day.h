/* SPDX-License-Identifier: GPL-3.0-or-later */
/* When a location's business day ends, and the event that says so. */
#pragma once

#include "live/hl-journal.h"
#include "live/hl-writer.h"

G_BEGIN_DECLS

/* The next end of a business day after @now (ms), or the last one if it passed without having been closed: the
 * day ends at the location's `day_starts`, in its own time zone. */
gint64     hl_day_next  (HlJournal *journal,
                         gint64     now);

/* The request that closes the day which ended last, under a key of its own (decided once, whatever restarts
 * between); moves the journal's due time on. NULL: nothing to close. Transfer full. */
HlPublish *hl_day_close (HlJournal *journal,
                         gint64     now);

/* The last moment at or before @now when a business day ended at @zone. @date: (out) (transfer full): the
 * business day that ended then, YYYY-MM-DD. Pure. */
gint64     hl_day_boundary (GTimeZone  *zone,
                            const char *day_starts,
                            gint64      now,
                            char      **date);

G_END_DECLS
