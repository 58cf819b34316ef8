/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HlSlotChip: one captured slot of a call, as a chip shows it. */
#pragma once

#include "desk/hl-row.h"
#include "domain/hl-enums.h"

G_BEGIN_DECLS

/* HlSlotChip properties: kind HlSlotKind, value (what to print; the raw words when there is no
 * value), raw, reason strings, state HlSlotState, turn int (-1 none). */
#define HL_TYPE_SLOT_CHIP (hl_slot_chip_get_type ())
G_DECLARE_FINAL_TYPE (HlSlotChip, hl_slot_chip, HL, SLOT_CHIP, HlRow)
enum {
  HL_SLOT_CHIP_KIND = 1,
  HL_SLOT_CHIP_VALUE,
  HL_SLOT_CHIP_RAW,
  HL_SLOT_CHIP_STATE,
  HL_SLOT_CHIP_REASON,
  HL_SLOT_CHIP_TURN,
  HL_SLOT_CHIP_N
};
HlSlotChip *hl_slot_chip_new (void);

G_END_DECLS
