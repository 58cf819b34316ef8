/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What happens to which outbox row and when, as pure functions over the rows. */
#pragma once

#include "domain/hl-state.h"
#include "local/hl-outbox-row.h"
#include "local/hl-outbox.h"

G_BEGIN_DECLS

gboolean hl_outbox_is_too_old (const HlOutboxRow *row,
                               const HlOutboxTime *now); /* unknown counts as too old */

/* After welcome: which rows go out again, which go to review. items: all of them by n (element-type
 * HlOutboxItem). decided: welcome.decided. Fills changed (element-type HlOutboxRow, transfer full)
 * with the rows whose stored values change:
 *  - decided rows above `decided` become sending again (their effect was lost with a backup or a
 * failover), over 4 h old ones go to review;
 *  - sending rows stay; above `decided` and over 4 h old they go to review;
 *  - queued rows over 4 h old go to review;
 *  - what goes to review takes later waiting items on the same entities with it;
 *  - waiting rows of another device (paired anew since) or of another location go to review.
 * Nothing is ever re-based. */
void hl_outbox_plan_welcome (GPtrArray *items, const char *device, guint64 decided,
                             const HlOutboxTime *now, GPtrArray *changed);

/* @state is the log's, as far as it goes: it may have lost something, and of another pairing no welcome tells. Its decided rows
 * that had an effect which @state does not hold go to review. Fills changed as above. */
void hl_outbox_plan_caught_up (GPtrArray *items, const char *device, HlState *state,
                              const HlOutboxTime *now, GPtrArray *changed);

/* The answer to one row. outcome: HlOutcome, or -1 for "review". Fills changed with the row itself
 * and, when it goes to review, with later queued ones on the same entities. An answer to a row that
 * waits for none changes nothing. */
void hl_outbox_plan_answer (GPtrArray *items, const char *id, int outcome, HlReason reason,
                            guint64 seq, const char *detail, const HlOutboxTime *now,
                            GPtrArray *changed);

/* Those of the waiting rows (element-type HlOutboxRow, by n) whose ids (a set) these are go to review, and later ones on the same
 * entities with them. */
void hl_outbox_review_rows (GPtrArray *rows, GHashTable *ids, HlReason reason, gint64 wall);

/* Everything that waits goes to review (paired anew, 4410). */
void hl_outbox_plan_review_all (GPtrArray *items, HlReason reason, const HlOutboxTime *now,
                                GPtrArray *changed);

/* The item that may be withdrawn: the newest one, if it is queued; NULL otherwise. */
HlOutboxItem *hl_outbox_find_withdrawable (GPtrArray *items);
/* The queued one with the lowest n, or NULL: strict FIFO, nothing overtakes. */
HlOutboxItem *hl_outbox_find_next_queued (GPtrArray *items);

/* Whether a row has been finished for so long that it goes. What nobody has read yet stays visible,
 * however old it is. */
gboolean hl_outbox_is_finished (const HlOutboxRow *row, const HlOutboxTime *now);
/* The class that a finished row is counted in: "applied", ... "withdrawn", "review". */
const char *hl_outbox_get_class (const HlOutboxRow *row);
/* The same class, in these totals. */
void hl_outbox_add_purged (HlOutboxPurged *purged, const HlOutboxRow *row);

typedef struct {
  guint64 composed, applied, no_op, disputed, refused, withdrawn, review, waiting;
} HlOutboxTotals;
void hl_outbox_count (GPtrArray *items, const HlOutboxPurged *purged, HlOutboxTotals *totals);

G_END_DECLS
