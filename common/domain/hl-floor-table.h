/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A table as a floor file has it. */
#pragma once

#include "domain/hl-record.h"
#include "domain/hl-enums.h"

G_BEGIN_DECLS

#define HL_TYPE_FLOOR_TABLE (hl_floor_table_get_type ())
G_DECLARE_FINAL_TYPE (HlFloorTable, hl_floor_table, HL, FLOOR_TABLE, HlRecord)

/* Field ids: the property ids of the class. */
enum {
  HL_FLOOR_TABLE_FIELD_TABLE_ID = 1,
  HL_FLOOR_TABLE_FIELD_LABEL,
  HL_FLOOR_TABLE_FIELD_SECTION_ID,
  HL_FLOOR_TABLE_FIELD_AREA_ID,
  HL_FLOOR_TABLE_FIELD_SHAPE,
  HL_FLOOR_TABLE_FIELD_X,
  HL_FLOOR_TABLE_FIELD_Y,
  HL_FLOOR_TABLE_FIELD_W,
  HL_FLOOR_TABLE_FIELD_H,
  HL_FLOOR_TABLE_FIELD_ROTATION,
  HL_FLOOR_TABLE_FIELD_SEATS_MIN,
  HL_FLOOR_TABLE_FIELD_SEATS_MAX,
};

HlFloorTable *hl_floor_table_new (void) G_GNUC_WARN_UNUSED_RESULT;

/* Getters: (transfer none); null as in hl-field.h. */
#define HL_FLOOR_TABLE_GETTER(CType, kind, field, FIELD) \
  HL_RECORD_GETTER (CType, kind, HlFloorTable, hl_floor_table, field, HL_FLOOR_TABLE_FIELD_##FIELD)
HL_FLOOR_TABLE_GETTER (const char *, string, table_id, TABLE_ID)
HL_FLOOR_TABLE_GETTER (const char *, string, label, LABEL)
HL_FLOOR_TABLE_GETTER (const char *, string, section_id, SECTION_ID)
HL_FLOOR_TABLE_GETTER (const char *, string, area_id, AREA_ID)
HL_FLOOR_TABLE_GETTER (HlTableShape, int, shape, SHAPE)
HL_FLOOR_TABLE_GETTER (int, int, x, X)
HL_FLOOR_TABLE_GETTER (int, int, y, Y)
HL_FLOOR_TABLE_GETTER (int, int, w, W)
HL_FLOOR_TABLE_GETTER (int, int, h, H)
HL_FLOOR_TABLE_GETTER (int, int, rotation, ROTATION)
HL_FLOOR_TABLE_GETTER (int, int, seats_min, SEATS_MIN)
HL_FLOOR_TABLE_GETTER (int, int, seats_max, SEATS_MAX)
#undef HL_FLOOR_TABLE_GETTER

G_END_DECLS
