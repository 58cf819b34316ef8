/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Retention in one location's log: what is old enough loses its recording's link, what was said, or who it was.
 *
 * Events stay where they are: only their bodies change (hl-redaction.h), so that seq, h and every cursor hold.
 * What is still in the location's state stays whole, however old it is: a follow-up that nobody has closed, a
 * reservation that is yet to come. So the state, its digest and a fold of the log from its start stay the same,
 * and no dashboard has to be told anything. It is taken out by a later run, after the day on which it left.
 *
 * Scanning only reads: on a reader's thread and store. Applying writes, on the writer's.
 */
#pragma once

#include "domain/hl-state.h"
#include "store/hl-sqlite-store.h"

G_BEGIN_DECLS

/* What was received before these times (ms since the epoch) is old; %HL_PURGE_NEVER: nothing is. */
#define HL_PURGE_NEVER G_MININT64

typedef struct {
  gint64 recordings;  /* links to recordings */
  gint64 transcripts; /* lines, summaries, what was understood; unreadable webhook bodies (or recordings', if later) */
  gint64 people;      /* names, numbers, notes, allergies, tags: of calls, reservations, parties, orders, notices */
} HlPurgeLimits;

typedef struct _HlPurge HlPurge;

HlPurge *hl_purge_new (const char *location, const HlPurgeLimits *limits);
void hl_purge_free (HlPurge *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HlPurge, hl_purge_free)

const char *hl_purge_get_location (HlPurge *self);

/** hl_purge_scan: find old events that still hold something, at most @max_events of them, in short reads. */
gboolean hl_purge_scan (HlPurge *self, HlSqliteStore *store, guint max_events, GError **error);

/** hl_purge_get_found: how many events the scan found. */
guint hl_purge_get_found (HlPurge *self);

/** hl_purge_is_done: everything that the scan found was applied. */
gboolean hl_purge_is_done (HlPurge *self);

/**
 * hl_purge_apply: take it out of the next @max_events that were found, as one transaction. With them goes what
 * undo remembers of those entities in @state (its only change), the stored snapshot and old unreadable bodies.
 * @traces: (element-type GBytes): takes a piece of each old body, for hl_redaction_find_traces ()
 * @n_changed: (inout): counts the events that lost something; @n_held: (inout): those left for their entity is
 * still in the state
 */
gboolean hl_purge_apply (HlPurge *self, HlSqliteStore *store, HlState *state, guint max_events,
                         GPtrArray *traces, guint *n_changed, guint *n_held, GError **error);

G_END_DECLS
