/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The fields of a claim. */
#include "domain/hl-claim.h"

struct _HlClaim {
  HlRecord parent_instance;
};

G_DEFINE_FINAL_TYPE (HlClaim, hl_claim, HL_TYPE_RECORD)

static void
hl_claim_init (HlClaim *self)
{
}

static void
hl_claim_class_init (HlClaimClass *klass)
{
  HlRecordClass *record = HL_RECORD_CLASS (klass);

  hl_record_class_name (record, "claim");
#define INSTALL(FIELD, pspec) hl_record_class_install (record, HL_CLAIM_FIELD_##FIELD, pspec)
  INSTALL (ACTION_ID, hl_field_id ("action-id", HL_FIELD_NULLABLE));
  INSTALL (EVENT_ID, hl_field_id ("event-id", HL_FIELD_REQUIRED));
  INSTALL (BY, hl_field_string ("by", 64, HL_FIELD_REQUIRED));
  INSTALL (AT, hl_field_time ("at", HL_FIELD_REQUIRED));
  INSTALL (OFFLINE, hl_field_bool ("offline", FALSE, 0));
  INSTALL (VALUE, hl_field_any ("value", HL_FIELD_NULLABLE));
  INSTALL (DEVICE, hl_field_formatted ("device", HL_FORMAT_TEXT, 65, NULL, HL_FIELD_NULLABLE));
  INSTALL (DEVICE_NAME, hl_field_string ("device-name", 64, 0));
#undef INSTALL
}

HlClaim *
hl_claim_new (void)
{
  return g_object_new (HL_TYPE_CLAIM, NULL);
}
