/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The fields of a floor table. */
#include "domain/hl-floor-table.h"

struct _HlFloorTable {
  HlRecord parent_instance;
};

G_DEFINE_FINAL_TYPE (HlFloorTable, hl_floor_table, HL_TYPE_RECORD)

static void
hl_floor_table_init (HlFloorTable *self)
{
}

static void
hl_floor_table_class_init (HlFloorTableClass *klass)
{
  HlRecordClass *record = HL_RECORD_CLASS (klass);

  hl_record_class_name (record, "floor_table");
#define INSTALL(FIELD, pspec) hl_record_class_install (record, HL_FLOOR_TABLE_FIELD_##FIELD, pspec)
  INSTALL (TABLE_ID, hl_field_formatted ("table-id", HL_FORMAT_ID, 16, NULL, HL_FIELD_REQUIRED));
  INSTALL (LABEL, hl_field_string ("label", 12, HL_FIELD_REQUIRED));
  INSTALL (SECTION_ID, hl_field_id ("section-id", HL_FIELD_NULLABLE));
  INSTALL (AREA_ID, hl_field_id ("area-id", HL_FIELD_REQUIRED));
  INSTALL (SHAPE, hl_field_enum ("shape", HL_TYPE_TABLE_SHAPE, HL_TABLE_SHAPE_SQUARE, 0));
  INSTALL (X, hl_field_int ("x", 0, 10000, 0, 0));
  INSTALL (Y, hl_field_int ("y", 0, 10000, 0, 0));
  INSTALL (W, hl_field_int ("w", 20, 2000, 90, 0));
  INSTALL (H, hl_field_int ("h", 20, 2000, 90, 0));
  INSTALL (ROTATION, hl_field_int ("rotation", 0, 359, 0, 0));
  INSTALL (SEATS_MIN, hl_field_int ("seats-min", 1, 50, 1, 0));
  INSTALL (SEATS_MAX, hl_field_int ("seats-max", 1, 50, 1, HL_FIELD_REQUIRED));
#undef INSTALL
}

HlFloorTable *
hl_floor_table_new (void)
{
  return g_object_new (HL_TYPE_FLOOR_TABLE, NULL);
}
