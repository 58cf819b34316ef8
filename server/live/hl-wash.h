/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Words that were stored and must not stay: half of a card number whose other half came in a later turn.
 *
 * The earlier turn was durable before its sender got 200, as every turn is. What it said too much goes with the event that says so:
 * the rows are rewritten in the same transaction, so that the log never has the one without the other; then, between two groups, the
 * snapshot is taken anew, the write-ahead log is emptied, and the files are searched for what is left. A crash between the two is
 * noticed when the log is opened. Copies elsewhere (a backup made between the two turns, a subscriber's) hear of it by the event. */
#pragma once

#include "live/hl-journal.h"

G_BEGIN_DECLS

/* In a request, after the segment @data was appended: does nothing unless it is a redaction that stands. */
gboolean hl_wash_turn       (HlJournal  *journal,
                             HlStore    *store,
                             JsonObject *data,
                             GError    **error);
/* Whether the last run did not get to the files. */
gboolean hl_wash_is_pending (HlStore    *store,
                             const char *location);
/* From now on hl_wash_files () has something to do. */
void     hl_wash_want       (HlJournal  *journal);
/* Outside a group. @journals: of HlJournal. FALSE: something is left, because a reader holds an old page or the disk is full; to be
 * tried again. */
gboolean hl_wash_files      (GHashTable *journals,
                             HlStore    *store,
                             gint64      now);

G_END_DECLS
