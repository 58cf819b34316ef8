/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HlSectionRow: a section with its tables and its place in the rotation. */
#pragma once

#include <gio/gio.h>

#include "desk/hl-cover-bar.h"
#include "desk/hl-desk-enums.h"
#include "desk/hl-row.h"
#include "domain/hl-enums.h"

G_BEGIN_DECLS

/* HlSectionRow properties: section-id ("" = tables without a section), name, area-id, server (first
 * server, or several joined) strings; state HlSectionState; covers-now, covers-tonight int;
 * last-seated int64 (HL_TIME_NONE); rank int (1 = next in the rotation, 0 = not in it); gap-warning
 * bool (seated less than 10 minutes ago); tokens GListModel of HlTableToken, by label. */
#define HL_TYPE_SECTION_ROW (hl_section_row_get_type ())
G_DECLARE_FINAL_TYPE (HlSectionRow, hl_section_row, HL, SECTION_ROW, HlRow)
enum {
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
#define hl_section_row_get_tokens(s)                                                               \
  G_LIST_MODEL (hl_row_get_object (HL_ROW (s), HL_SECTION_ROW_TOKENS))

G_END_DECLS
