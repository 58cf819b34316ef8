/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The fields of an order item. */
#include "domain/hl-order-item.h"

struct _HlOrderItem {
  HlRecord parent_instance;
};

G_DEFINE_FINAL_TYPE (HlOrderItem, hl_order_item, HL_TYPE_RECORD)

static void
hl_order_item_init (HlOrderItem *self)
{
}

static void
hl_order_item_class_init (HlOrderItemClass *klass)
{
  HlRecordClass *record = HL_RECORD_CLASS (klass);

  hl_record_class_name (record, "order_item");
#define INSTALL(FIELD, pspec) hl_record_class_install (record, HL_ORDER_ITEM_FIELD_##FIELD, pspec)
  INSTALL (LINE_ID, hl_field_id ("line-id", HL_FIELD_REQUIRED));
  INSTALL (NAME, hl_field_string ("name", 120, HL_FIELD_REQUIRED));
  INSTALL (QUANTITY, hl_field_int ("quantity", 1, 99, 1, HL_FIELD_REQUIRED));
  INSTALL (MODIFIERS, hl_field_strings ("modifiers", HL_FORMAT_TEXT, 80, 16, 0));
  INSTALL (NOTE, hl_field_string ("note", 200, 0));
  INSTALL (STATUS, hl_field_enum ("status", HL_TYPE_ORDER_STATUS, HL_ORDER_STATUS_PLACED, 0));
#undef INSTALL
}

HlOrderItem *
hl_order_item_new (void)
{
  return g_object_new (HL_TYPE_ORDER_ITEM, NULL);
}
