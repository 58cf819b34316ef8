/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HlTableToken: one table as the floor shows it: the table, who is on it, and what is derived from
 * both. */
#pragma once

#include "desk/hl-desk-enums.h"
#include "desk/hl-row.h"
#include "domain/hl-enums.h"

G_BEGIN_DECLS

/* Properties, in this order:
 *   table-id, label, area-id, section-id, section-name   string
 *   server        string   the party's server, or the section's ("" when none)
 *   initials      string   of the server, at most two letters
 *   shape         HlTableShape; x, y, width, height (cm), rotation (degrees)   int
 *   seats-min, seats-max   int
 *   shown         HlTableShown
 *   party-id      string   of the party seated or assigned ("" when none; the first one when
 * disputed) reservation-id string  of that party, or of the next booking when reserved soon name,
 * size, arrived    of that party (or booking) since         int64    ms: seated at, dirty since,
 * called at; HL_TIME_NONE minutes       int      since `since`, -1 when unknown turn-minutes  int
 * what the party's size may stay; turn HlTurn stage         the domain's enum next-time (int64,
 * HL_TIME_NONE), next-name, next-size   the next booking within 90 minutes on this table allergy
 * bool     the party or its reservation names allergies dirty, blocked, disputed, unsent   bool
 * (facts, whatever `shown` is) over-capacity bool     the party is larger than its tables
 *   blocked-reason string; blocked-until int64
 *   others        int      further parties on this table (a dispute) */
#define HL_TYPE_TABLE_TOKEN (hl_table_token_get_type ())
G_DECLARE_FINAL_TYPE (HlTableToken, hl_table_token, HL, TABLE_TOKEN, HlRow)

enum {
  HL_TABLE_TOKEN_TABLE_ID = 1,
  HL_TABLE_TOKEN_LABEL,
  HL_TABLE_TOKEN_AREA_ID,
  HL_TABLE_TOKEN_SECTION_ID,
  HL_TABLE_TOKEN_SECTION_NAME,
  HL_TABLE_TOKEN_SERVER,
  HL_TABLE_TOKEN_INITIALS,
  HL_TABLE_TOKEN_SHAPE,
  HL_TABLE_TOKEN_X,
  HL_TABLE_TOKEN_Y,
  HL_TABLE_TOKEN_WIDTH,
  HL_TABLE_TOKEN_HEIGHT,
  HL_TABLE_TOKEN_ROTATION,
  HL_TABLE_TOKEN_SEATS_MIN,
  HL_TABLE_TOKEN_SEATS_MAX,
  HL_TABLE_TOKEN_SHOWN,
  HL_TABLE_TOKEN_PARTY_ID,
  HL_TABLE_TOKEN_RESERVATION_ID,
  HL_TABLE_TOKEN_NAME,
  HL_TABLE_TOKEN_SIZE,
  HL_TABLE_TOKEN_ARRIVED,
  HL_TABLE_TOKEN_SINCE,
  HL_TABLE_TOKEN_MINUTES,
  HL_TABLE_TOKEN_TURN_MINUTES,
  HL_TABLE_TOKEN_TURN,
  HL_TABLE_TOKEN_STAGE,
  HL_TABLE_TOKEN_NEXT_TIME,
  HL_TABLE_TOKEN_NEXT_NAME,
  HL_TABLE_TOKEN_NEXT_SIZE,
  HL_TABLE_TOKEN_ALLERGY,
  HL_TABLE_TOKEN_DIRTY,
  HL_TABLE_TOKEN_BLOCKED,
  HL_TABLE_TOKEN_DISPUTED,
  HL_TABLE_TOKEN_UNSENT,
  HL_TABLE_TOKEN_OVER_CAPACITY,
  HL_TABLE_TOKEN_BLOCKED_REASON,
  HL_TABLE_TOKEN_BLOCKED_UNTIL,
  HL_TABLE_TOKEN_OTHERS,
  HL_TABLE_TOKEN_N
};

HlTableToken *hl_table_token_new (void);

#define hl_table_token_get_table_id(t) hl_row_get_string (HL_ROW (t), HL_TABLE_TOKEN_TABLE_ID)
#define hl_table_token_get_label(t) hl_row_get_string (HL_ROW (t), HL_TABLE_TOKEN_LABEL)
#define hl_table_token_get_area_id(t) hl_row_get_string (HL_ROW (t), HL_TABLE_TOKEN_AREA_ID)
#define hl_table_token_get_section_id(t) hl_row_get_string (HL_ROW (t), HL_TABLE_TOKEN_SECTION_ID)
#define hl_table_token_get_shown(t)                                                                \
  ((HlTableShown)hl_row_get_int (HL_ROW (t), HL_TABLE_TOKEN_SHOWN))
#define hl_table_token_get_party_id(t) hl_row_get_string (HL_ROW (t), HL_TABLE_TOKEN_PARTY_ID)
#define hl_table_token_get_name(t) hl_row_get_string (HL_ROW (t), HL_TABLE_TOKEN_NAME)
#define hl_table_token_get_size(t) hl_row_get_int (HL_ROW (t), HL_TABLE_TOKEN_SIZE)
#define hl_table_token_get_seats_min(t) hl_row_get_int (HL_ROW (t), HL_TABLE_TOKEN_SEATS_MIN)
#define hl_table_token_get_seats_max(t) hl_row_get_int (HL_ROW (t), HL_TABLE_TOKEN_SEATS_MAX)
#define hl_table_token_get_minutes(t) hl_row_get_int (HL_ROW (t), HL_TABLE_TOKEN_MINUTES)
#define hl_table_token_get_turn_minutes(t) hl_row_get_int (HL_ROW (t), HL_TABLE_TOKEN_TURN_MINUTES)
#define hl_table_token_get_turn(t) ((HlTurn)hl_row_get_int (HL_ROW (t), HL_TABLE_TOKEN_TURN))
#define hl_table_token_get_stage(t) hl_row_get_int (HL_ROW (t), HL_TABLE_TOKEN_STAGE)

G_END_DECLS
