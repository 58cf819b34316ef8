/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HlCallCard: one call as the phone pane shows it, with its slots, its last line and its
 * transcript. */
#pragma once

#include <gio/gio.h>

#include "desk/hl-desk-enums.h"
#include "desk/hl-row.h"
#include "desk/hl-slot-chip.h"
#include "desk/hl-transcript-line.h"
#include "domain/hl-enums.h"

G_BEGIN_DECLS

/* HlCallCard properties:
 *   call-id, name, number (whole: mask it), language ("" unknown)   string
 *   intent, state, outcome, follow-up, attention-reason, direction  the domain's enums
 *   stage          HlCallStage
 *   started-at     int64 ms; seconds int: elapsed, or the length of an ended call
 *   priority       int 0..3 (0 none); attention-since int64; acknowledged-by string
 *   needs-you      bool: stands under "Needs you"
 *   needs-seconds  int: since attention began
 *   handled-by, follow-up-by, summary, recording-url, end-reason   string
 *   lost           bool: contact with the call's publisher is lost
 *   last-text, last-speaker (HlSpeaker), last-final (bool): the last line of speech, unfinished
 * ones too reservation-id string: the booking that came of it; "" when none unsent         bool
 *   slots          GListModel of HlSlotChip
 *   turns          int: finished turns */
#define HL_TYPE_CALL_CARD (hl_call_card_get_type ())
G_DECLARE_FINAL_TYPE (HlCallCard, hl_call_card, HL, CALL_CARD, HlRow)
enum {
  HL_CALL_CARD_CALL_ID = 1,
  HL_CALL_CARD_NAME,
  HL_CALL_CARD_NUMBER,
  HL_CALL_CARD_LANGUAGE,
  HL_CALL_CARD_INTENT,
  HL_CALL_CARD_STATE,
  HL_CALL_CARD_OUTCOME,
  HL_CALL_CARD_FOLLOW_UP,
  HL_CALL_CARD_ATTENTION_REASON,
  HL_CALL_CARD_DIRECTION,
  HL_CALL_CARD_STAGE,
  HL_CALL_CARD_STARTED_AT,
  HL_CALL_CARD_SECONDS,
  HL_CALL_CARD_PRIORITY,
  HL_CALL_CARD_ATTENTION_SINCE,
  HL_CALL_CARD_ACKNOWLEDGED_BY,
  HL_CALL_CARD_NEEDS_YOU,
  HL_CALL_CARD_NEEDS_SECONDS,
  HL_CALL_CARD_HANDLED_BY,
  HL_CALL_CARD_ATTENTION_NOTE, /* why, in the words of who asked; "" */
  HL_CALL_CARD_ATTEMPTS,       /* int: how often its guest was called back */
  HL_CALL_CARD_FOLLOW_UP_BY,
  HL_CALL_CARD_SUMMARY,
  HL_CALL_CARD_RECORDING_URL,
  HL_CALL_CARD_END_REASON,
  HL_CALL_CARD_LOST,
  HL_CALL_CARD_LAST_TEXT,
  HL_CALL_CARD_LAST_SPEAKER,
  HL_CALL_CARD_LAST_FINAL,
  HL_CALL_CARD_RESERVATION_ID,
  HL_CALL_CARD_UNSENT,
  HL_CALL_CARD_SLOTS,
  HL_CALL_CARD_TURNS,
  HL_CALL_CARD_N
};
HlCallCard *hl_call_card_new (void);

#define hl_call_card_get_call_id(c) hl_row_get_string (HL_ROW (c), HL_CALL_CARD_CALL_ID)
#define hl_call_card_get_stage(c) ((HlCallStage)hl_row_get_int (HL_ROW (c), HL_CALL_CARD_STAGE))
#define hl_call_card_get_name(c) hl_row_get_string (HL_ROW (c), HL_CALL_CARD_NAME)
#define hl_call_card_get_number(c) hl_row_get_string (HL_ROW (c), HL_CALL_CARD_NUMBER)
#define hl_call_card_get_priority(c) hl_row_get_int (HL_ROW (c), HL_CALL_CARD_PRIORITY)
#define hl_call_card_get_needs_you(c) hl_row_get_bool (HL_ROW (c), HL_CALL_CARD_NEEDS_YOU)
#define hl_call_card_get_slots(c) G_LIST_MODEL (hl_row_get_object (HL_ROW (c), HL_CALL_CARD_SLOTS))

G_END_DECLS
