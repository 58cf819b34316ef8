/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Word from the kitchen. */
#pragma once

#include "domain/hl-entity.h"
#include "domain/hl-enums.h"

G_BEGIN_DECLS

#define HL_TYPE_NOTICE (hl_notice_get_type ())
G_DECLARE_FINAL_TYPE (HlNotice, hl_notice, HL, NOTICE, HlEntity)

/* Field ids: the property ids of the class. */
enum {
  HL_NOTICE_FIELD_NOTICE_ID = 1,
  HL_NOTICE_FIELD_KIND,
  HL_NOTICE_FIELD_SEVERITY,
  HL_NOTICE_FIELD_TEXT,
  HL_NOTICE_FIELD_ITEM,
  HL_NOTICE_FIELD_TABLE_ID,
  HL_NOTICE_FIELD_ORDER_ID,
  HL_NOTICE_FIELD_MINUTES,
  HL_NOTICE_FIELD_RAISED_AT,
  HL_NOTICE_FIELD_ACKNOWLEDGED_BY,
  HL_NOTICE_FIELD_ACKNOWLEDGED_AT,
  HL_NOTICE_FIELD_CLEARED_AT,
};

HlNotice *hl_notice_new (void) G_GNUC_WARN_UNUSED_RESULT;

/* Getters: (transfer none); null as in hl-field.h. */
#define HL_NOTICE_GETTER(CType, kind, field, FIELD) \
  HL_RECORD_GETTER (CType, kind, HlNotice, hl_notice, field, HL_NOTICE_FIELD_##FIELD)
HL_NOTICE_GETTER (const char *, string, notice_id, NOTICE_ID)
HL_NOTICE_GETTER (HlNoticeKind, int, kind, KIND)
HL_NOTICE_GETTER (HlSeverity, int, severity, SEVERITY)
HL_NOTICE_GETTER (const char *, string, text, TEXT)
HL_NOTICE_GETTER (const char *, string, item, ITEM)
HL_NOTICE_GETTER (const char *, string, table_id, TABLE_ID)
HL_NOTICE_GETTER (const char *, string, order_id, ORDER_ID)
HL_NOTICE_GETTER (int, int, minutes, MINUTES)
HL_NOTICE_GETTER (gint64, int64, raised_at, RAISED_AT)
HL_NOTICE_GETTER (const char *, string, acknowledged_by, ACKNOWLEDGED_BY)
HL_NOTICE_GETTER (gint64, int64, acknowledged_at, ACKNOWLEDGED_AT)
HL_NOTICE_GETTER (gint64, int64, cleared_at, CLEARED_AT)
#undef HL_NOTICE_GETTER

G_END_DECLS
