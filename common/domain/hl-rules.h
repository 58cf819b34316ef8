/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tables of the rules: what follows what, and what each action reads. */
#pragma once

#include <glib.h>

#include "domain/hl-enums.h"

G_BEGIN_DECLS

/**
 * HlReads:
 *
 * What an action looks at before it decides. Whatever of these another device changed behind the
 * actor's back ("unseen") changes the outcome; hl_decide () may ask
 * for nothing that the table of hl_rules_get_reads () does not name, so the table is complete.
 */
typedef enum {
  HL_READ_NOTHING            = 0,
  HL_READ_PARTY_STATUS       = 1 << 0,
  HL_READ_PARTY_TABLES       = 1 << 1,
  HL_READ_PARTY_STAGE        = 1 << 2,
  HL_READ_PARTY_FIELDS       = 1 << 3,  /* the fields that the action sets */
  HL_READ_OCCUPANTS          = 1 << 4,  /* the tables of the parties at the named tables */
  HL_READ_TABLE_PHYSICAL     = 1 << 5,
  HL_READ_TABLE_BLOCKED      = 1 << 6,
  HL_READ_RESERVATION_STATUS = 1 << 7,
  HL_READ_RESERVATION_FIELDS = 1 << 8,  /* the fields that the action sets */
  HL_READ_BOOK               = 1 << 9,  /* the reservations that overlap it */
  HL_READ_CLAIMS             = 1 << 10, /* the claims of the open dispute on what it sets */
  HL_READ_CALL_ATTENTION     = 1 << 11,
  HL_READ_CALL_FOLLOW_UP     = 1 << 12,
  HL_READ_CALL_SLOTS         = 1 << 13,
  HL_READ_SECTION_FIELDS     = 1 << 14, /* the fields that the action sets */
  HL_READ_OTHER_PARTIES      = 1 << 15, /* parties that look like the new one (K20) */
  HL_READ_NOTIFY             = 1 << 16, /* the round of notifying (K12) */
  HL_READ_CALL_OUTCOME       = 1 << 17, /* set once; a second word joins a dispute (K7) */
} HlReads;

#define HL_N_READS 18

HlReads  hl_rules_get_reads                (HlActionKind kind);

/* seated or partially_seated: the two that have tables, and only they (invariant 2). */
gboolean hl_rules_is_seated                (HlPartyStatus status);
/* Not yet seated, and still here or expected back. */
gboolean hl_rules_is_waiting               (HlPartyStatus status);
/* gone, left or removed. */
gboolean hl_rules_is_over                  (HlPartyStatus status);
/* Takes room in the book: held, booked, confirmed or arrived. */
gboolean hl_rules_takes_room               (HlReservationStatus status);
/* Nobody is expected any more: completed, no_show, cancelled, declined or expired. */
gboolean hl_rules_is_past                  (HlReservationStatus status);
/* Whether a reservation may go from @from to @to without an explicit correction. */
gboolean hl_rules_allow_reservation_status (HlReservationStatus from,
                                            HlReservationStatus to);

/* 0 unknown, 1 live, 2 ended: a call's phase never goes down. */
guint    hl_rules_get_phase                (HlCallState state);

/* 1 rings until acknowledged, 2 chimes twice, 3 is a badge, 0 nothing. */
guint    hl_rules_get_attention_priority   (HlAttentionReason reason);

G_END_DECLS
