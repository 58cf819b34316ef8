/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A fixture drawn on the floor plan, in cm. */
#pragma once

#include "domain/hl-record.h"
#include "domain/hl-enums.h"

G_BEGIN_DECLS

#define HL_TYPE_MARK (hl_mark_get_type ())
G_DECLARE_FINAL_TYPE (HlMark, hl_mark, HL, MARK, HlRecord)

/* Field ids: the property ids of the class. */
enum {
  HL_MARK_FIELD_AREA_ID = 1,
  HL_MARK_FIELD_KIND,
  HL_MARK_FIELD_X,
  HL_MARK_FIELD_Y,
  HL_MARK_FIELD_W,
  HL_MARK_FIELD_H,
  HL_MARK_FIELD_TEXT,
};

HlMark *hl_mark_new (void) G_GNUC_WARN_UNUSED_RESULT;

/* Getters: (transfer none); null as in hl-field.h. */
#define HL_MARK_GETTER(CType, kind, field, FIELD) \
  HL_RECORD_GETTER (CType, kind, HlMark, hl_mark, field, HL_MARK_FIELD_##FIELD)
HL_MARK_GETTER (const char *, string, area_id, AREA_ID)
HL_MARK_GETTER (HlMarkKind, int, kind, KIND)
HL_MARK_GETTER (int, int, x, X)
HL_MARK_GETTER (int, int, y, Y)
HL_MARK_GETTER (int, int, w, W)
HL_MARK_GETTER (int, int, h, H)
HL_MARK_GETTER (const char *, string, text, TEXT)
#undef HL_MARK_GETTER

G_END_DECLS
