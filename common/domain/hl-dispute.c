/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The fields of a dispute. */
#include "domain/hl-dispute.h"

struct _HlDispute {
  HlEntity parent_instance;
};

G_DEFINE_FINAL_TYPE (HlDispute, hl_dispute, HL_TYPE_ENTITY)

static void
hl_dispute_init (HlDispute *self)
{
}

static void
hl_dispute_class_init (HlDisputeClass *klass)
{
  HlRecordClass *record = HL_RECORD_CLASS (klass);
  HlEntityClass *entity = HL_ENTITY_CLASS (klass);

  entity->kind = "dispute";
  entity->plural = "disputes";
  entity->id_field = HL_DISPUTE_FIELD_DISPUTE_ID;

  hl_record_class_name (record, "dispute");
#define INSTALL(FIELD, pspec) hl_record_class_install (record, HL_DISPUTE_FIELD_##FIELD, pspec)
  INSTALL (DISPUTE_ID, hl_field_id ("dispute-id", HL_FIELD_REQUIRED));
  INSTALL (KIND,
           hl_field_enum ("kind", HL_TYPE_DISPUTE_KIND, HL_DISPUTE_KIND_FIELD, HL_FIELD_REQUIRED));
  INSTALL (RULE, hl_field_formatted ("rule", HL_FORMAT_RULE, 4, NULL, HL_FIELD_REQUIRED));
  INSTALL (SUBJECT, hl_field_record ("subject", HL_TYPE_SUBJECT, HL_FIELD_REQUIRED));
  INSTALL (CLAIMS, hl_field_records ("claims", HL_TYPE_CLAIM, 1, HL_DISPUTE_MAX_CLAIMS, HL_FIELD_REQUIRED));
  INSTALL (STATE, hl_field_enum ("state", HL_TYPE_DISPUTE_STATE, HL_DISPUTE_STATE_OPEN, 0));
  INSTALL (CHOICE, hl_field_int ("choice", 0, HL_DISPUTE_MAX_CLAIMS - 1, HL_INT_NONE, HL_FIELD_NULLABLE));
  INSTALL (SETTLED_BY, hl_field_string ("settled-by", 64, 0));
  INSTALL (SETTLED_AT, hl_field_time ("settled-at", HL_FIELD_NULLABLE));
#undef INSTALL
}

HlDispute *
hl_dispute_new (void)
{
  return g_object_new (HL_TYPE_DISPUTE, NULL);
}
