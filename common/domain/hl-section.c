/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The fields of a section. */
#include "domain/hl-section.h"

struct _HlSection {
  HlEntity parent_instance;
};

G_DEFINE_FINAL_TYPE (HlSection, hl_section, HL_TYPE_ENTITY)

static void
hl_section_init (HlSection *self)
{
}

static void
hl_section_class_init (HlSectionClass *klass)
{
  HlRecordClass *record = HL_RECORD_CLASS (klass);
  HlEntityClass *entity = HL_ENTITY_CLASS (klass);

  entity->kind = "section";
  entity->plural = "sections";
  entity->id_field = HL_SECTION_FIELD_SECTION_ID;

  hl_record_class_name (record, "section");
#define INSTALL(FIELD, pspec) hl_record_class_install (record, HL_SECTION_FIELD_##FIELD, pspec)
  INSTALL (SECTION_ID, hl_field_id ("section-id", HL_FIELD_REQUIRED));
  INSTALL (NAME, hl_field_string ("name", 40, HL_FIELD_REQUIRED));
  INSTALL (AREA_ID, hl_field_id ("area-id", HL_FIELD_NULLABLE));
  INSTALL (SERVERS, hl_field_strings ("servers", HL_FORMAT_TEXT, 64, 8, 0));
  INSTALL (STATE, hl_field_enum ("state", HL_TYPE_SECTION_STATE, HL_SECTION_STATE_OPEN, 0));
  INSTALL (PAUSED_UNTIL, hl_field_time ("paused-until", HL_FIELD_NULLABLE));
#undef INSTALL
}

HlSection *
hl_section_new (void)
{
  return g_object_new (HL_TYPE_SECTION, NULL);
}
