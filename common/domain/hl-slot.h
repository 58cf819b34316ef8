/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a call is about, heard so far: one of its slots, upserted by kind. */
#pragma once

#include "domain/hl-record.h"
#include "domain/hl-enums.h"

G_BEGIN_DECLS

#define HL_TYPE_SLOT (hl_slot_get_type ())
G_DECLARE_FINAL_TYPE (HlSlot, hl_slot, HL, SLOT, HlRecord)

/* Field ids: the property ids of the class. */
enum {
  HL_SLOT_FIELD_KIND = 1,
  HL_SLOT_FIELD_RAW,
  HL_SLOT_FIELD_VALUE,
  HL_SLOT_FIELD_TURN,
  HL_SLOT_FIELD_STATE,
  HL_SLOT_FIELD_REASON,
  HL_SLOT_FIELD_AT,       /* stamp of the register that a slot is: hl_evolve () sets both */
  HL_SLOT_FIELD_EVENT_ID,
};

HlSlot *hl_slot_new (void) G_GNUC_WARN_UNUSED_RESULT;

/* Getters: (transfer none); null as in hl-field.h. */
#define HL_SLOT_GETTER(CType, kind, field, FIELD) \
  HL_RECORD_GETTER (CType, kind, HlSlot, hl_slot, field, HL_SLOT_FIELD_##FIELD)
HL_SLOT_GETTER (HlSlotKind, int, kind, KIND)
HL_SLOT_GETTER (const char *, string, raw, RAW)
HL_SLOT_GETTER (const char *, string, value, VALUE)
HL_SLOT_GETTER (int, int, turn, TURN)
HL_SLOT_GETTER (HlSlotState, int, state, STATE)
HL_SLOT_GETTER (const char *, string, reason, REASON)
HL_SLOT_GETTER (gint64, int64, at, AT)
HL_SLOT_GETTER (const char *, string, event_id, EVENT_ID)
#undef HL_SLOT_GETTER

G_END_DECLS
