/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The fields of a floor section. */
#include "domain/hl-floor-section.h"

struct _HlFloorSection {
  HlRecord parent_instance;
};

G_DEFINE_FINAL_TYPE (HlFloorSection, hl_floor_section, HL_TYPE_RECORD)

static void
hl_floor_section_init (HlFloorSection *self)
{
}

static void
hl_floor_section_class_init (HlFloorSectionClass *klass)
{
  HlRecordClass *record = HL_RECORD_CLASS (klass);

  hl_record_class_name (record, "floor_section");
#define INSTALL(FIELD, pspec)                                                                      \
  hl_record_class_install (record, HL_FLOOR_SECTION_FIELD_##FIELD, pspec)
  INSTALL (SECTION_ID, hl_field_id ("section-id", HL_FIELD_REQUIRED));
  INSTALL (NAME, hl_field_string ("name", 40, HL_FIELD_REQUIRED));
  INSTALL (AREA_ID, hl_field_id ("area-id", HL_FIELD_NULLABLE));
  INSTALL (SERVERS, hl_field_strings ("servers", HL_FORMAT_TEXT, 64, 8, 0));
#undef INSTALL
}

HlFloorSection *
hl_floor_section_new (void)
{
  return g_object_new (HL_TYPE_FLOOR_SECTION, NULL);
}
