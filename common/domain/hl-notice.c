/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The fields of a notice. */
#include "domain/hl-notice.h"

struct _HlNotice {
  HlEntity parent_instance;
};

G_DEFINE_FINAL_TYPE (HlNotice, hl_notice, HL_TYPE_ENTITY)

static void
hl_notice_init (HlNotice *self)
{
}

static void
hl_notice_class_init (HlNoticeClass *klass)
{
  HlRecordClass *record = HL_RECORD_CLASS (klass);
  HlEntityClass *entity = HL_ENTITY_CLASS (klass);

  entity->kind = "notice";
  entity->plural = "notices";
  entity->id_field = HL_NOTICE_FIELD_NOTICE_ID;

  hl_record_class_name (record, "notice");
#define INSTALL(FIELD, pspec) hl_record_class_install (record, HL_NOTICE_FIELD_##FIELD, pspec)
  INSTALL (NOTICE_ID, hl_field_id ("notice-id", HL_FIELD_REQUIRED));
  INSTALL (KIND,
           hl_field_enum ("kind", HL_TYPE_NOTICE_KIND, HL_NOTICE_KIND_INFO, HL_FIELD_REQUIRED));
  INSTALL (SEVERITY, hl_field_enum ("severity", HL_TYPE_SEVERITY, HL_SEVERITY_WARNING, 0));
  INSTALL (TEXT, hl_field_string ("text", 300, HL_FIELD_REQUIRED));
  INSTALL (ITEM, hl_field_string ("item", 120, 0));
  INSTALL (TABLE_ID, hl_field_id ("table-id", HL_FIELD_NULLABLE));
  INSTALL (ORDER_ID, hl_field_id ("order-id", HL_FIELD_NULLABLE));
  INSTALL (MINUTES, hl_field_int ("minutes", 0, 600, HL_INT_NONE, HL_FIELD_NULLABLE));
  INSTALL (RAISED_AT, hl_field_time ("raised-at", HL_FIELD_REQUIRED));
  INSTALL (ACKNOWLEDGED_BY, hl_field_string ("acknowledged-by", 64, 0));
  INSTALL (ACKNOWLEDGED_AT, hl_field_time ("acknowledged-at", HL_FIELD_NULLABLE));
  INSTALL (CLEARED_AT, hl_field_time ("cleared-at", HL_FIELD_NULLABLE));
#undef INSTALL
}

HlNotice *
hl_notice_new (void)
{
  return g_object_new (HL_TYPE_NOTICE, NULL);
}
