/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The fields of a mark. */
#include "domain/hl-mark.h"

struct _HlMark {
  HlRecord parent_instance;
};

G_DEFINE_FINAL_TYPE (HlMark, hl_mark, HL_TYPE_RECORD)

static void
hl_mark_init (HlMark *self)
{
}

static void
hl_mark_class_init (HlMarkClass *klass)
{
  HlRecordClass *record = HL_RECORD_CLASS (klass);

  hl_record_class_name (record, "mark");
#define INSTALL(FIELD, pspec) hl_record_class_install (record, HL_MARK_FIELD_##FIELD, pspec)
  INSTALL (AREA_ID, hl_field_id ("area-id", HL_FIELD_REQUIRED));
  INSTALL (KIND, hl_field_enum ("kind", HL_TYPE_MARK_KIND, HL_MARK_KIND_WALL, HL_FIELD_REQUIRED));
  INSTALL (X, hl_field_int ("x", 0, 20000, 0, 0));
  INSTALL (Y, hl_field_int ("y", 0, 20000, 0, 0));
  INSTALL (W, hl_field_int ("w", 0, 20000, 0, 0));
  INSTALL (H, hl_field_int ("h", 0, 20000, 0, 0));
  INSTALL (TEXT, hl_field_string ("text", 40, 0));
#undef INSTALL
}

HlMark *
hl_mark_new (void)
{
  return g_object_new (HL_TYPE_MARK, NULL);
}
