/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HlGuestRow: one line of the left pane: an arrival (reservation), someone who waits, or a party in
 * the house. */
#pragma once

#include "desk/hl-desk-enums.h"
#include "desk/hl-row.h"
#include "domain/hl-enums.h"

G_BEGIN_DECLS

/* Properties, in this order (see the getters):
 *   id              string   reservation id in the arrivals, party id elsewhere; unique in its list
 *   reservation-id  string   "" when none
 *   party-id        string   "" while there is none
 *   group           HlGuestGroup
 *   name            string   "" when unknown (a walk-in): views print their own word
 *   size            int      0 when unknown
 *   arrived         int      how many are here
 *   time            int64    ms: starts_at, waiting since, seated at (or arrived at)
 *   minutes         int      arrivals: minutes late (> 0) or to go (< 0); else minutes since `time`
 *   eta             int64    ms, HL_TIME_NONE: the late ETA they gave
 *   tables          string   labels, "12, 14"; "" when none
 *   table-ids       strv
 *   reservation-status, party-status, stage, notify   the domain's enums
 *   quote-min, quote-max   int   minutes, -1 when none
 *   turn-minutes    int      what their size may stay; turn HlTurn
 *   server          string
 *   phone           string   whole; views mask it (hl_mask)
 *   language, allergies    string
 *   tags            strv
 *   notes           int      how many
 *   attempts        int      how often they were called (K16)
 *   vip, overbooked, disputed, unsent, pinned   bool
 *   source          string   reservation's source */
#define HL_TYPE_GUEST_ROW (hl_guest_row_get_type ())
G_DECLARE_FINAL_TYPE (HlGuestRow, hl_guest_row, HL, GUEST_ROW, HlRow)

enum {
  HL_GUEST_ROW_ID = 1,
  HL_GUEST_ROW_RESERVATION_ID,
  HL_GUEST_ROW_PARTY_ID,
  HL_GUEST_ROW_GROUP,
  HL_GUEST_ROW_NAME,
  HL_GUEST_ROW_SIZE,
  HL_GUEST_ROW_ARRIVED,
  HL_GUEST_ROW_TIME,
  HL_GUEST_ROW_MINUTES,
  HL_GUEST_ROW_ETA,
  HL_GUEST_ROW_TABLES,
  HL_GUEST_ROW_TABLE_IDS,
  HL_GUEST_ROW_RESERVATION_STATUS,
  HL_GUEST_ROW_PARTY_STATUS,
  HL_GUEST_ROW_STAGE,
  HL_GUEST_ROW_NOTIFY,
  HL_GUEST_ROW_QUOTE_MIN,
  HL_GUEST_ROW_QUOTE_MAX,
  HL_GUEST_ROW_TURN_MINUTES,
  HL_GUEST_ROW_TURN,
  HL_GUEST_ROW_SERVER,
  HL_GUEST_ROW_PHONE,
  HL_GUEST_ROW_LANGUAGE,
  HL_GUEST_ROW_ALLERGIES,
  HL_GUEST_ROW_TAGS,
  HL_GUEST_ROW_NOTES,
  HL_GUEST_ROW_ATTEMPTS,
  HL_GUEST_ROW_VIP,
  HL_GUEST_ROW_OVERBOOKED,
  HL_GUEST_ROW_DISPUTED,
  HL_GUEST_ROW_UNSENT,
  HL_GUEST_ROW_PINNED,
  HL_GUEST_ROW_SOURCE,
  HL_GUEST_ROW_N
};

HlGuestRow *hl_guest_row_new (void);

#define hl_guest_row_get_id(r) hl_row_get_string (HL_ROW (r), HL_GUEST_ROW_ID)
#define hl_guest_row_get_reservation_id(r)                                                         \
  hl_row_get_string (HL_ROW (r), HL_GUEST_ROW_RESERVATION_ID)
#define hl_guest_row_get_party_id(r) hl_row_get_string (HL_ROW (r), HL_GUEST_ROW_PARTY_ID)
#define hl_guest_row_get_group(r) ((HlGuestGroup)hl_row_get_int (HL_ROW (r), HL_GUEST_ROW_GROUP))
#define hl_guest_row_get_name(r) hl_row_get_string (HL_ROW (r), HL_GUEST_ROW_NAME)
#define hl_guest_row_get_size(r) hl_row_get_int (HL_ROW (r), HL_GUEST_ROW_SIZE)
#define hl_guest_row_get_arrived(r) hl_row_get_int (HL_ROW (r), HL_GUEST_ROW_ARRIVED)
#define hl_guest_row_get_time(r) hl_row_get_int64 (HL_ROW (r), HL_GUEST_ROW_TIME)
#define hl_guest_row_get_minutes(r) hl_row_get_int (HL_ROW (r), HL_GUEST_ROW_MINUTES)
#define hl_guest_row_get_tables(r) hl_row_get_string (HL_ROW (r), HL_GUEST_ROW_TABLES)
#define hl_guest_row_get_table_ids(r) hl_row_get_strv (HL_ROW (r), HL_GUEST_ROW_TABLE_IDS)
#define hl_guest_row_get_party_status(r) hl_row_get_int (HL_ROW (r), HL_GUEST_ROW_PARTY_STATUS)
#define hl_guest_row_get_reservation_status(r)                                                     \
  hl_row_get_int (HL_ROW (r), HL_GUEST_ROW_RESERVATION_STATUS)
#define hl_guest_row_get_stage(r) hl_row_get_int (HL_ROW (r), HL_GUEST_ROW_STAGE)
#define hl_guest_row_get_phone(r) hl_row_get_string (HL_ROW (r), HL_GUEST_ROW_PHONE)

G_END_DECLS
