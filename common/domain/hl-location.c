/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The fields of a location. */
#include "domain/hl-location.h"

struct _HlLocation {
  HlEntity parent_instance;
};

G_DEFINE_FINAL_TYPE (HlLocation, hl_location, HL_TYPE_ENTITY)

static void
hl_location_init (HlLocation *self)
{
}

static void
hl_location_class_init (HlLocationClass *klass)
{
  HlRecordClass *record = HL_RECORD_CLASS (klass);
  HlEntityClass *entity = HL_ENTITY_CLASS (klass);

  entity->kind = "location";
  entity->plural = "location";
  entity->id_field = HL_LOCATION_FIELD_ID;

  hl_record_class_name (record, "location");
#define INSTALL(FIELD, pspec) hl_record_class_install (record, HL_LOCATION_FIELD_##FIELD, pspec)
  INSTALL (ID, hl_field_formatted ("id", HL_FORMAT_LOCATION, 63, NULL, HL_FIELD_REQUIRED));
  INSTALL (NAME, hl_field_string ("name", 120, HL_FIELD_REQUIRED));
  INSTALL (TIMEZONE, hl_field_formatted ("timezone", HL_FORMAT_ZONE, 64, NULL, HL_FIELD_REQUIRED));
  INSTALL (LANGUAGE, hl_field_language ("language", "en", 0));
  INSTALL (PHONE, hl_field_phone ("phone", HL_FIELD_NULLABLE));
  INSTALL (DAY_STARTS, hl_field_formatted ("day-starts", HL_FORMAT_CLOCK, 5, "04:00", 0));
  INSTALL (SHIFTS, hl_field_records ("shifts", HL_TYPE_SHIFT, 0, 50, 0));
  INSTALL (STAFF, hl_field_strings ("staff", HL_FORMAT_TEXT, 64, 200, 0));
  INSTALL (PACE, hl_field_int ("pace", 1, 999, 12, 0));
  INSTALL (TURN_MINUTES, hl_field_size_map ("turn-minutes", "2:90 4:105 6:120 99:150", 0));
  INSTALL (MAX_PHONE_PARTY, hl_field_int ("max-phone-party", 1, 99, 8, 0));
  INSTALL (HOLD_MINUTES, hl_field_int ("hold-minutes", 1, 60, 5, 0));
  INSTALL (LATE_MINUTES, hl_field_int ("late-minutes", 1, 120, 15, 0));
  INSTALL (AREAS, hl_field_records ("areas", HL_TYPE_AREA, 0, 12, 0));
  INSTALL (COMBINATIONS, hl_field_records ("combinations", HL_TYPE_COMBINATION, 0, 500, 0));
  INSTALL (MARKS, hl_field_records ("marks", HL_TYPE_MARK, 0, 500, 0));
#undef INSTALL
}

HlLocation *
hl_location_new (void)
{
  return g_object_new (HL_TYPE_LOCATION, NULL);
}
