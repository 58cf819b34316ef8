/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The fields of a slot. */
#include "domain/hl-slot.h"

struct _HlSlot {
  HlRecord parent_instance;
};

G_DEFINE_FINAL_TYPE (HlSlot, hl_slot, HL_TYPE_RECORD)

static void
hl_slot_init (HlSlot *self)
{
}

static void
hl_slot_class_init (HlSlotClass *klass)
{
  HlRecordClass *record = HL_RECORD_CLASS (klass);

  hl_record_class_name (record, "slot");
#define INSTALL(FIELD, pspec) hl_record_class_install (record, HL_SLOT_FIELD_##FIELD, pspec)
  INSTALL (KIND, hl_field_enum ("kind", HL_TYPE_SLOT_KIND, HL_SLOT_KIND_DATE, HL_FIELD_REQUIRED));
  INSTALL (RAW, hl_field_string ("raw", 200, 0));
  INSTALL (VALUE, hl_field_string ("value", 200, 0));
  INSTALL (TURN, hl_field_int ("turn", 0, 9999, HL_INT_NONE, HL_FIELD_NULLABLE));
  INSTALL (STATE,
           hl_field_enum ("state", HL_TYPE_SLOT_STATE, HL_SLOT_STATE_HEARD, HL_FIELD_REQUIRED));
  INSTALL (REASON, hl_field_string ("reason", 120, 0));
  INSTALL (AT, hl_field_time ("at", HL_FIELD_NULLABLE));
  INSTALL (EVENT_ID, hl_field_id ("event-id", HL_FIELD_NULLABLE));
#undef INSTALL
}

HlSlot *
hl_slot_new (void)
{
  return g_object_new (HL_TYPE_SLOT, NULL);
}
