/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How long parties of up to a size stay: one entry of turn_minutes. */
#pragma once

#include "domain/hl-record.h"

G_BEGIN_DECLS

#define HL_TYPE_TURN_TIME (hl_turn_time_get_type ())
G_DECLARE_FINAL_TYPE (HlTurnTime, hl_turn_time, HL, TURN_TIME, HlRecord)

/* Field ids: the property ids of the class. */
enum {
  HL_TURN_TIME_FIELD_SIZE = 1,
  HL_TURN_TIME_FIELD_MINUTES,
};

HlTurnTime *hl_turn_time_new (void) G_GNUC_WARN_UNUSED_RESULT;

/* Getters: (transfer none); null as in hl-field.h. */
#define HL_TURN_TIME_GETTER(CType, kind, field, FIELD) \
  HL_RECORD_GETTER (CType, kind, HlTurnTime, hl_turn_time, field, HL_TURN_TIME_FIELD_##FIELD)
HL_TURN_TIME_GETTER (int, int, size, SIZE)
HL_TURN_TIME_GETTER (int, int, minutes, MINUTES)
#undef HL_TURN_TIME_GETTER

G_END_DECLS
