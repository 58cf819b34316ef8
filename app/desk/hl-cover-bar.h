/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HlCoverBar: a quarter hour of the rail: covers that are due. */
#pragma once

#include "desk/hl-row.h"
#include "domain/hl-enums.h"

G_BEGIN_DECLS

/* HlCoverBar properties: start int64 ms; covers, pace int; over bool. Eight of them: the next two
 * hours. */
#define HL_TYPE_COVER_BAR (hl_cover_bar_get_type ())
G_DECLARE_FINAL_TYPE (HlCoverBar, hl_cover_bar, HL, COVER_BAR, HlRow)
enum {
  HL_COVER_BAR_START = 1,
  HL_COVER_BAR_COVERS,
  HL_COVER_BAR_PACE,
  HL_COVER_BAR_OVER,
  HL_COVER_BAR_N
};
HlCoverBar *hl_cover_bar_new (void);

G_END_DECLS
