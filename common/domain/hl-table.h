/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A table of the floor plan and its physical state; who sits there is derived from parties. */
#pragma once

#include "domain/hl-entity.h"
#include "domain/hl-enums.h"

G_BEGIN_DECLS

#define HL_TYPE_TABLE (hl_table_get_type ())
G_DECLARE_FINAL_TYPE (HlTable, hl_table, HL, TABLE, HlEntity)

/* Field ids: the property ids of the class. */
enum {
  HL_TABLE_FIELD_TABLE_ID = 1,
  HL_TABLE_FIELD_LABEL,
  HL_TABLE_FIELD_SECTION_ID,
  HL_TABLE_FIELD_AREA_ID,
  HL_TABLE_FIELD_SHAPE,
  HL_TABLE_FIELD_X,
  HL_TABLE_FIELD_Y,
  HL_TABLE_FIELD_W,
  HL_TABLE_FIELD_H,
  HL_TABLE_FIELD_ROTATION,
  HL_TABLE_FIELD_SEATS_MIN,
  HL_TABLE_FIELD_SEATS_MAX,
  HL_TABLE_FIELD_PHYSICAL,
  HL_TABLE_FIELD_PHYSICAL_SINCE,
  HL_TABLE_FIELD_BLOCKED,
  HL_TABLE_FIELD_BLOCKED_REASON,
  HL_TABLE_FIELD_BLOCKED_UNTIL,
};

HlTable *hl_table_new (void) G_GNUC_WARN_UNUSED_RESULT;

/* Getters: (transfer none); null as in hl-field.h. */
#define HL_TABLE_GETTER(CType, kind, field, FIELD) \
  HL_RECORD_GETTER (CType, kind, HlTable, hl_table, field, HL_TABLE_FIELD_##FIELD)
HL_TABLE_GETTER (const char *, string, table_id, TABLE_ID)
HL_TABLE_GETTER (const char *, string, label, LABEL)
HL_TABLE_GETTER (const char *, string, section_id, SECTION_ID)
HL_TABLE_GETTER (const char *, string, area_id, AREA_ID)
HL_TABLE_GETTER (HlTableShape, int, shape, SHAPE)
HL_TABLE_GETTER (int, int, x, X)
HL_TABLE_GETTER (int, int, y, Y)
HL_TABLE_GETTER (int, int, w, W)
HL_TABLE_GETTER (int, int, h, H)
HL_TABLE_GETTER (int, int, rotation, ROTATION)
HL_TABLE_GETTER (int, int, seats_min, SEATS_MIN)
HL_TABLE_GETTER (int, int, seats_max, SEATS_MAX)
HL_TABLE_GETTER (HlPhysical, int, physical, PHYSICAL)
HL_TABLE_GETTER (gint64, int64, physical_since, PHYSICAL_SINCE)
HL_TABLE_GETTER (gboolean, bool, blocked, BLOCKED)
HL_TABLE_GETTER (const char *, string, blocked_reason, BLOCKED_REASON)
HL_TABLE_GETTER (gint64, int64, blocked_until, BLOCKED_UNTIL)
#undef HL_TABLE_GETTER

G_END_DECLS
