/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One line of an order. */
#pragma once

#include "domain/hl-record.h"
#include "domain/hl-enums.h"

G_BEGIN_DECLS

#define HL_TYPE_ORDER_ITEM (hl_order_item_get_type ())
G_DECLARE_FINAL_TYPE (HlOrderItem, hl_order_item, HL, ORDER_ITEM, HlRecord)

/* Field ids: the property ids of the class. */
enum {
  HL_ORDER_ITEM_FIELD_LINE_ID = 1,
  HL_ORDER_ITEM_FIELD_NAME,
  HL_ORDER_ITEM_FIELD_QUANTITY,
  HL_ORDER_ITEM_FIELD_MODIFIERS,
  HL_ORDER_ITEM_FIELD_NOTE,
  HL_ORDER_ITEM_FIELD_STATUS,
};

HlOrderItem *hl_order_item_new (void) G_GNUC_WARN_UNUSED_RESULT;

/* Getters: (transfer none); null as in hl-field.h. */
#define HL_ORDER_ITEM_GETTER(CType, kind, field, FIELD) \
  HL_RECORD_GETTER (CType, kind, HlOrderItem, hl_order_item, field, HL_ORDER_ITEM_FIELD_##FIELD)
HL_ORDER_ITEM_GETTER (const char *, string, line_id, LINE_ID)
HL_ORDER_ITEM_GETTER (const char *, string, name, NAME)
HL_ORDER_ITEM_GETTER (int, int, quantity, QUANTITY)
HL_ORDER_ITEM_GETTER (const char *const *, strings, modifiers, MODIFIERS)
HL_ORDER_ITEM_GETTER (const char *, string, note, NOTE)
HL_ORDER_ITEM_GETTER (HlOrderStatus, int, status, STATUS)
#undef HL_ORDER_ITEM_GETTER

G_END_DECLS
