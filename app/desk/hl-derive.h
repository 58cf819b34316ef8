/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is derived for show: pure functions of state and now. */
#pragma once

#include "desk/hl-desk-enums.h"
#include "domain/hl-state.h"
#include "domain/hl-time.h"

G_BEGIN_DECLS

#define HL_DERIVE_SOON_MS (30 * 60000) /* a table is "reserved soon" */
#define HL_DERIVE_NEXT_MS (90 * 60000) /* the next booking is named */
#define HL_DERIVE_DUE_MS (30 * 60000)  /* an arrival is "due" */
#define HL_DERIVE_TURN_SOON_MIN 10     /* amber before the turn time is over */
#define HL_DERIVE_GAP_MS (10 * 60000)  /* a section seated a moment ago */
#define HL_DERIVE_RESET_MIN 5          /* to clear and lay a table, for quotes */
#define HL_DERIVE_QUARTER_MS (15 * 60000)

/* Whole minutes from `since` to `now` (0 when since lies ahead); -1 for HL_TIME_NONE. */
int hl_derive_minutes (gint64 since, gint64 now);

/* Minutes that a party of this size may stay: the location's entry for the smallest size that holds
 * it. */
int hl_derive_turn_minutes (HlLocation *location, int size);
HlTurn hl_derive_turn (int minutes, int turn_minutes);

/* Highest first: disputed > blocked > seated with its stage, partially seated > dirty > assigned >
 * reserved soon > open. party: who sits there, or who is assigned, or NULL; next_starts_at:
 * HL_TIME_NONE = nobody. */
typedef struct {
  gboolean disputed;
  gboolean blocked;
  gboolean dirty;
  gboolean seated; /* somebody sits there */
  HlPartyStatus status;
  HlPartyStage stage;
  gboolean assigned;
  gint64 next_starts_at;
  gint64 now;
} HlDeriveTable;
HlTableShown hl_derive_table_shown (const HlDeriveTable *facts);
/* Blocked, and its end has not passed. */
gboolean hl_derive_is_blocked (HlTable *table, gint64 now);

/* LATE, DUE or LATER. A late ETA that lies ahead excuses. */
HlGuestGroup hl_derive_arrival_group (HlReservation *reservation, HlLocation *location, gint64 now);
/* Whether a reservation belongs in the list of arrivals of the business day [from, until). */
gboolean hl_derive_is_arrival (HlReservation *reservation, gint64 from, gint64 until);

/* The business day that holds `now`: [*from, *until) in ms. day_starts: "04:00". */
void hl_derive_day (gint64 now, GTimeZone *zone, const char *day_starts, gint64 *from,
                    gint64 *until);
/* Index into location's shifts of the running one, or -1; also past midnight. */
int hl_derive_shift (HlLocation *location, GTimeZone *zone, gint64 now);

HlCallStage hl_derive_call_stage (HlCall *call);
/* Needs a person: priority 1 or 2 that nobody acknowledged, a handoff that waits, or an open
 * follow-up. */
gboolean hl_derive_needs_you (HlCall *call);

/* Covers that sit now: size of the seated, those who have come of the partially seated. */
int hl_derive_covers (HlParty *party);

/* The quote for a party of `size`: minutes (rounded up to 5; 0 = now), -1 = no idea. free_in: for
 * each table that can hold it the minutes until it can be given, in any order (changed: sorted);
 * ahead: parties that wait for such a table. */
int hl_derive_quote (int *free_in, guint n, guint ahead);
/* Minutes until a table can be given; -1 = not tonight (blocked, or reserved before they would be
 * gone). */
int hl_derive_free_in (HlTable *table, HlParty *seated, int turn_minutes, gint64 next_starts_at,
                       gint64 now);

/* Rotation: fewest covers tonight, then longest since last seated (never comes first), then the
 * name. */
int hl_derive_compare_rotation (int covers_a, gint64 last_a, const char *name_a, int covers_b,
                                gint64 last_b, const char *name_b);

/* "Maya Ann" -> "MA"; at most two letters, "" for nothing (transfer full). */
char *hl_derive_initials (const char *name);
/* Sort key of a label: digits count as numbers ("2" before "12", "B2" before "B12") (transfer
 * full). */
char *hl_derive_label_key (const char *label);

G_END_DECLS
