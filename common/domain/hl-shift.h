/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A shift of the location, in local time. */
#pragma once

#include "domain/hl-record.h"

G_BEGIN_DECLS

#define HL_TYPE_SHIFT (hl_shift_get_type ())
G_DECLARE_FINAL_TYPE (HlShift, hl_shift, HL, SHIFT, HlRecord)

/* Field ids: the property ids of the class. */
enum {
  HL_SHIFT_FIELD_ID = 1,
  HL_SHIFT_FIELD_NAME,
  HL_SHIFT_FIELD_DAYS,
  HL_SHIFT_FIELD_FROM,
  HL_SHIFT_FIELD_TO,
};

HlShift *hl_shift_new (void) G_GNUC_WARN_UNUSED_RESULT;

/* Getters: (transfer none); null as in hl-field.h. */
#define HL_SHIFT_GETTER(CType, kind, field, FIELD) \
  HL_RECORD_GETTER (CType, kind, HlShift, hl_shift, field, HL_SHIFT_FIELD_##FIELD)
HL_SHIFT_GETTER (const char *, string, id, ID)
HL_SHIFT_GETTER (const char *, string, name, NAME)
HL_SHIFT_GETTER (int, int, days, DAYS)
HL_SHIFT_GETTER (const char *, string, from, FROM)
HL_SHIFT_GETTER (const char *, string, to, TO)
#undef HL_SHIFT_GETTER

G_END_DECLS
