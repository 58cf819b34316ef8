/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The fields of a turn time. */
#include "domain/hl-turn-time.h"

struct _HlTurnTime {
  HlRecord parent_instance;
};

G_DEFINE_FINAL_TYPE (HlTurnTime, hl_turn_time, HL_TYPE_RECORD)

static void
hl_turn_time_init (HlTurnTime *self)
{
}

static void
hl_turn_time_class_init (HlTurnTimeClass *klass)
{
  HlRecordClass *record = HL_RECORD_CLASS (klass);

  hl_record_class_name (record, "turn_time");
#define INSTALL(FIELD, pspec) hl_record_class_install (record, HL_TURN_TIME_FIELD_##FIELD, pspec)
  INSTALL (SIZE, hl_field_int ("size", 1, 99, 99, HL_FIELD_REQUIRED));
  INSTALL (MINUTES, hl_field_int ("minutes", 1, 600, 90, HL_FIELD_REQUIRED));
#undef INSTALL
}

HlTurnTime *
hl_turn_time_new (void)
{
  return g_object_new (HL_TYPE_TURN_TIME, NULL);
}
