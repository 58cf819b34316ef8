/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether the book has room for a reservation. */
#pragma once

#include "domain/hl-state.h"

G_BEGIN_DECLS

/**
 * HlCapacityRequest:
 * @reservation_id: (nullable): left out of the book, because it is this one
 * @size: guests; of nobody knows how many, 1
 * @starts_at: ms since the epoch
 * @duration_min: how long they stay
 * @table_ids: (nullable): pinned to these tables
 */
typedef struct {
  const char        *reservation_id;
  int                size;
  gint64             starts_at;
  int                duration_min;
  const char *const *table_ids;
} HlCapacityRequest;

/* Whether @reservation takes room that @request could want: in the same quarter hour, or overlapping. Never itself. */
gboolean hl_capacity_is_near (HlReservation           *reservation,
                              const HlCapacityRequest *request);

/**
 * hl_capacity_fits:
 *
 * (a) The covers that start in its quarter hour stay at or under the location's pace, and (b) best fit
 * (smallest table or listed combination whose maximum is at least its size; by start, then id) places every
 * reservation that overlaps it. A disputed size counts as the larger (K7). Without a floor plan only (a) is
 * asked.
 */
gboolean hl_capacity_fits (HlState                 *state,
                           const HlCapacityRequest *request);

/* What @reservation, which must have a start, asks of the book. The tables are @reservation's own. */
HlCapacityRequest hl_capacity_get_request (HlState       *state,
                                           HlReservation *reservation);

/* Whether reservations @request looks at (same quarter hour, or overlapping) changed after @seen by another
 * device than @device: then the actor could not know that there is no room (K14). */
gboolean hl_capacity_is_unseen (HlState                 *state,
                                const HlCapacityRequest *request,
                                guint64                  seen,
                                const char              *device);

/* The size that counts: the largest of what stands and what is claimed. @reservation's, 1 if unknown. */
int      hl_capacity_get_size (HlState       *state,
                               HlReservation *reservation);

/* Minutes that a party of @size stays, by the location's turn times. */
int      hl_capacity_get_duration (HlState *state,
                                   int      size);

G_END_DECLS
