/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HlSectionRow, HlCoverBar: a section with its tables and its place in the rotation; a quarter hour of the rail. */
#pragma once

#include <gio/gio.h>

#include "desk/hl-desk-enums.h"
#include "desk/hl-row.h"
#include "domain/hl-enums.h"

G_BEGIN_DECLS

/* HlSectionRow properties: section-id ("" = tables without a section), name, area-id, server (first server,
 * or several joined) strings; state HlSectionState; covers-now, covers-tonight int; last-seated int64
 * (HL_TIME_NONE); rank int (1 = next in the rotation, 0 = not in it); gap-warning bool (seated less than 10
 * minutes ago); tokens GListModel of HlTableToken, by label. */
#define HL_TYPE_SECTION_ROW (hl_section_row_get_type ())
G_DECLARE_FINAL_TYPE (HlSectionRow, hl_section_row, HL, SECTION_ROW, HlRow)
enum
{
  HL_SECTION_ROW_SECTION_ID = 1,
  HL_SECTION_ROW_NAME,
  HL_SECTION_ROW_AREA_ID,
  HL_SECTION_ROW_SERVER,
  HL_SECTION_ROW_STATE,
  HL_SECTION_ROW_COVERS_NOW,
  HL_SECTION_ROW_COVERS_TONIGHT,
  HL_SECTION_ROW_LAST_SEATED,
  HL_SECTION_ROW_RANK,
  HL_SECTION_ROW_GAP_WARNING,
  HL_SECTION_ROW_TOKENS,
  HL_SECTION_ROW_N
};
HlSectionRow *hl_section_row_new (void);
#define hl_section_row_get_section_id(s) hl_row_get_string (HL_ROW (s), HL_SECTION_ROW_SECTION_ID)
#define hl_section_row_get_name(s) hl_row_get_string (HL_ROW (s), HL_SECTION_ROW_NAME)
#define hl_section_row_get_tokens(s) G_LIST_MODEL (hl_row_get_object (HL_ROW (s), HL_SECTION_ROW_TOKENS))

/* HlCoverBar properties: start int64 ms; covers, pace int; over bool. Eight of them: the next two hours. */
#define HL_TYPE_COVER_BAR (hl_cover_bar_get_type ())
G_DECLARE_FINAL_TYPE (HlCoverBar, hl_cover_bar, HL, COVER_BAR, HlRow)
enum
{
  HL_COVER_BAR_START = 1,
  HL_COVER_BAR_COVERS,
  HL_COVER_BAR_PACE,
  HL_COVER_BAR_OVER,
  HL_COVER_BAR_N
};
HlCoverBar *hl_cover_bar_new (void);

G_END_DECLS
