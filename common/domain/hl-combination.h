/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tables that can be pushed together. */
#pragma once

#include "domain/hl-record.h"

G_BEGIN_DECLS

#define HL_TYPE_COMBINATION (hl_combination_get_type ())
G_DECLARE_FINAL_TYPE (HlCombination, hl_combination, HL, COMBINATION, HlRecord)

/* Field ids: the property ids of the class. */
enum {
  HL_COMBINATION_FIELD_TABLE_IDS = 1,
  HL_COMBINATION_FIELD_SEATS_MIN,
  HL_COMBINATION_FIELD_SEATS_MAX,
};

HlCombination *hl_combination_new (void) G_GNUC_WARN_UNUSED_RESULT;

/* Getters: (transfer none); null as in hl-field.h. */
#define HL_COMBINATION_GETTER(CType, kind, field, FIELD) \
  HL_RECORD_GETTER (CType, kind, HlCombination, hl_combination, field, HL_COMBINATION_FIELD_##FIELD)
HL_COMBINATION_GETTER (const char *const *, strings, table_ids, TABLE_IDS)
HL_COMBINATION_GETTER (int, int, seats_min, SEATS_MIN)
HL_COMBINATION_GETTER (int, int, seats_max, SEATS_MAX)
#undef HL_COMBINATION_GETTER

G_END_DECLS
