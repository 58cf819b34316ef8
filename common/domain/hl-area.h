/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A room or terrace of the floor plan, in cm. */
#pragma once

#include "domain/hl-record.h"

G_BEGIN_DECLS

#define HL_TYPE_AREA (hl_area_get_type ())
G_DECLARE_FINAL_TYPE (HlArea, hl_area, HL, AREA, HlRecord)

/* Field ids: the property ids of the class. */
enum {
  HL_AREA_FIELD_AREA_ID = 1,
  HL_AREA_FIELD_NAME,
  HL_AREA_FIELD_WIDTH,
  HL_AREA_FIELD_HEIGHT,
};

HlArea *hl_area_new (void) G_GNUC_WARN_UNUSED_RESULT;

/* Getters: (transfer none); null as in hl-field.h. */
#define HL_AREA_GETTER(CType, kind, field, FIELD) \
  HL_RECORD_GETTER (CType, kind, HlArea, hl_area, field, HL_AREA_FIELD_##FIELD)
HL_AREA_GETTER (const char *, string, area_id, AREA_ID)
HL_AREA_GETTER (const char *, string, name, NAME)
HL_AREA_GETTER (int, int, width, WIDTH)
HL_AREA_GETTER (int, int, height, HEIGHT)
#undef HL_AREA_GETTER

G_END_DECLS
