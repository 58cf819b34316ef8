/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An order of a table or to take out. */
#pragma once

#include "domain/hl-entity.h"
#include "domain/hl-enums.h"
#include "domain/hl-order-item.h"

G_BEGIN_DECLS

#define HL_TYPE_ORDER (hl_order_get_type ())
G_DECLARE_FINAL_TYPE (HlOrder, hl_order, HL, ORDER, HlEntity)

/* Field ids: the property ids of the class. */
enum {
  HL_ORDER_FIELD_ORDER_ID = 1,
  HL_ORDER_FIELD_KIND,
  HL_ORDER_FIELD_TABLE_ID,
  HL_ORDER_FIELD_PARTY_ID,
  HL_ORDER_FIELD_CALL_ID,
  HL_ORDER_FIELD_NAME,
  HL_ORDER_FIELD_DUE_AT,
  HL_ORDER_FIELD_STATUS,
  HL_ORDER_FIELD_ITEMS,
  HL_ORDER_FIELD_CHANGED,
};

HlOrder *hl_order_new (void) G_GNUC_WARN_UNUSED_RESULT;

/* Getters: (transfer none); null as in hl-field.h. */
#define HL_ORDER_GETTER(CType, kind, field, FIELD) \
  HL_RECORD_GETTER (CType, kind, HlOrder, hl_order, field, HL_ORDER_FIELD_##FIELD)
HL_ORDER_GETTER (const char *, string, order_id, ORDER_ID)
HL_ORDER_GETTER (HlOrderKind, int, kind, KIND)
HL_ORDER_GETTER (const char *, string, table_id, TABLE_ID)
HL_ORDER_GETTER (const char *, string, party_id, PARTY_ID)
HL_ORDER_GETTER (const char *, string, call_id, CALL_ID)
HL_ORDER_GETTER (const char *, string, name, NAME)
HL_ORDER_GETTER (gint64, int64, due_at, DUE_AT)
HL_ORDER_GETTER (HlOrderStatus, int, status, STATUS)
HL_ORDER_GETTER (GPtrArray *, records, items, ITEMS)
HL_ORDER_GETTER (const char *const *, strings, changed, CHANGED)
#undef HL_ORDER_GETTER

G_END_DECLS
