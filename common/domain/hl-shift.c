/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The fields of a shift. */
#include "domain/hl-shift.h"

struct _HlShift {
  HlRecord parent_instance;
};

G_DEFINE_FINAL_TYPE (HlShift, hl_shift, HL_TYPE_RECORD)

static void
hl_shift_init (HlShift *self)
{
}

static void
hl_shift_class_init (HlShiftClass *klass)
{
  HlRecordClass *record = HL_RECORD_CLASS (klass);

  hl_record_class_name (record, "shift");
#define INSTALL(FIELD, pspec) hl_record_class_install (record, HL_SHIFT_FIELD_##FIELD, pspec)
  INSTALL (ID, hl_field_id ("id", HL_FIELD_REQUIRED));
  INSTALL (NAME, hl_field_string ("name", 40, HL_FIELD_REQUIRED));
  INSTALL (DAYS, hl_field_weekdays ("days", HL_FIELD_REQUIRED));
  INSTALL (FROM, hl_field_formatted ("from", HL_FORMAT_CLOCK, 5, NULL, HL_FIELD_REQUIRED));
  INSTALL (TO, hl_field_formatted ("to", HL_FORMAT_CLOCK, 5, NULL, HL_FIELD_REQUIRED));
#undef INSTALL
}

HlShift *
hl_shift_new (void)
{
  return g_object_new (HL_TYPE_SHIFT, NULL);
}
