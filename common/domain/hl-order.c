/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The fields of an order. */
#include "domain/hl-order.h"

struct _HlOrder {
  HlEntity parent_instance;
};

G_DEFINE_FINAL_TYPE (HlOrder, hl_order, HL_TYPE_ENTITY)

static void
hl_order_init (HlOrder *self)
{
}

static void
hl_order_class_init (HlOrderClass *klass)
{
  HlRecordClass *record = HL_RECORD_CLASS (klass);
  HlEntityClass *entity = HL_ENTITY_CLASS (klass);

  entity->kind = "order";
  entity->plural = "orders";
  entity->id_field = HL_ORDER_FIELD_ORDER_ID;

  hl_record_class_name (record, "order");
#define INSTALL(FIELD, pspec) hl_record_class_install (record, HL_ORDER_FIELD_##FIELD, pspec)
  INSTALL (ORDER_ID, hl_field_id ("order-id", HL_FIELD_REQUIRED));
  INSTALL (KIND, hl_field_enum ("kind", HL_TYPE_ORDER_KIND, HL_ORDER_KIND_DINE_IN, 0));
  INSTALL (TABLE_ID, hl_field_id ("table-id", HL_FIELD_NULLABLE));
  INSTALL (PARTY_ID, hl_field_id ("party-id", HL_FIELD_NULLABLE));
  INSTALL (CALL_ID, hl_field_id ("call-id", HL_FIELD_NULLABLE));
  INSTALL (NAME, hl_field_string ("name", 120, 0));
  INSTALL (DUE_AT, hl_field_time ("due-at", HL_FIELD_NULLABLE));
  INSTALL (STATUS, hl_field_enum ("status", HL_TYPE_ORDER_STATUS, HL_ORDER_STATUS_PLACED, 0));
  INSTALL (ITEMS, hl_field_records ("items", HL_TYPE_ORDER_ITEM, 0, 100, 0));
  INSTALL (CHANGED, hl_field_ids ("changed", 100, 0));
#undef INSTALL
}

HlOrder *
hl_order_new (void)
{
  return g_object_new (HL_TYPE_ORDER, NULL);
}
