/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The fields of a combination. */
#include "domain/hl-combination.h"

struct _HlCombination {
  HlRecord parent_instance;
};

G_DEFINE_FINAL_TYPE (HlCombination, hl_combination, HL_TYPE_RECORD)

static void
hl_combination_init (HlCombination *self)
{
}

static void
hl_combination_class_init (HlCombinationClass *klass)
{
  HlRecordClass *record = HL_RECORD_CLASS (klass);

  hl_record_class_name (record, "combination");
#define INSTALL(FIELD, pspec) hl_record_class_install (record, HL_COMBINATION_FIELD_##FIELD, pspec)
  INSTALL (TABLE_IDS, hl_field_ids ("table-ids", 8, HL_FIELD_REQUIRED));
  INSTALL (SEATS_MIN, hl_field_int ("seats-min", 1, 99, 1, 0));
  INSTALL (SEATS_MAX, hl_field_int ("seats-max", 1, 99, 1, HL_FIELD_REQUIRED));
#undef INSTALL
}

HlCombination *
hl_combination_new (void)
{
  return g_object_new (HL_TYPE_COMBINATION, NULL);
}
