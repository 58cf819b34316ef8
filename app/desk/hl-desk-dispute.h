/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a dispute's card needs to know beyond hl-dispute-choice.h. */
#pragma once

#include "desk/hl-desk.h"

G_BEGIN_DECLS

#define HL_DESK_MAX_OTHER_TIMES 4

/* The oldest open dispute that makes a table doubtful: about the table, or about a party that sits there or is said to.
 * (transfer none) (nullable) */
HlDispute *hl_desk_find_dispute (HlDesk *self, const char *table_id);

/* Other times that the book has room for (K14): quarter hours from the reservation's own time, within three hours, not
 * past; at most two earlier and two later, the nearest, ascending. Returns how many. Pure. */
guint hl_desk_find_other_times (HlState *state, HlReservation *reservation, gint64 now,
                                gint64 times[HL_DESK_MAX_OTHER_TIMES]);

G_END_DECLS
