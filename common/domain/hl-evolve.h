/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The fold: applies one event of the log to a state. */
#pragma once

#include "domain/hl-event.h"
#include "domain/hl-state.h"

G_BEGIN_DECLS

/* The area of a table that the floor plan does not know (any more): it was named by a party or
 * left the plan while people sat at it (K21). */
#define HL_AREA_UNPLACED "unplaced"

/* Kept in the state for undo. */
#define HL_EVOLVE_UNDO_UNITS 30
/* How long an entity that left with a `day_closed` is remembered: later events for it are logged
 * and change nothing. */
#define HL_EVOLVE_TOMBSTONE_MS (7 * G_GINT64_CONSTANT (86400000))

/**
 * hl_evolve:
 * @state: changed in place
 * @event: any event, of any kind, in the order of the log
 *
 * Pure and total: any event applies to any state. What does not fit changes nothing but the
 * bookkeeping, and an unknown kind changes nothing at all (the caller moves its position).
 * Every permutation of the events of one call ends in the same state, revisions aside.
 *
 * The state also keeps the highest `n` of each device, per field {seq, device, foreign}, and the
 * before-values of the last %HL_EVOLVE_UNDO_UNITS units that carry an `act`.
 */
void        hl_evolve            (HlState       *state,
                                  const HlEvent *event);

/* What stands as `device` in the revisions that @by leaves: the device, or for one who has none (a
 * publisher, the agent over HTTP) "~" and the name, which no device id can be. So "another device" and
 * "the same publisher" are one comparison. (nullable): NULL for the system. Interned */
const char *hl_evolve_get_source (const HlActor *by);

G_END_DECLS
