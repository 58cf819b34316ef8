/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The fields of an area. */
#include "domain/hl-area.h"

struct _HlArea {
  HlRecord parent_instance;
};

G_DEFINE_FINAL_TYPE (HlArea, hl_area, HL_TYPE_RECORD)

static void
hl_area_init (HlArea *self)
{
}

static void
hl_area_class_init (HlAreaClass *klass)
{
  HlRecordClass *record = HL_RECORD_CLASS (klass);

  hl_record_class_name (record, "area");
#define INSTALL(FIELD, pspec) hl_record_class_install (record, HL_AREA_FIELD_##FIELD, pspec)
  INSTALL (AREA_ID, hl_field_id ("area-id", HL_FIELD_REQUIRED));
  INSTALL (NAME, hl_field_string ("name", 40, HL_FIELD_REQUIRED));
  INSTALL (WIDTH, hl_field_int ("width", 1, 20000, 1000, HL_FIELD_REQUIRED));
  INSTALL (HEIGHT, hl_field_int ("height", 1, 20000, 1000, HL_FIELD_REQUIRED));
#undef INSTALL
}

HlArea *
hl_area_new (void)
{
  return g_object_new (HL_TYPE_AREA, NULL);
}
