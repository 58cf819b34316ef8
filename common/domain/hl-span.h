/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A marked stretch of a transcript line, in code points. */
#pragma once

#include "domain/hl-record.h"
#include "domain/hl-enums.h"

G_BEGIN_DECLS

#define HL_TYPE_SPAN (hl_span_get_type ())
G_DECLARE_FINAL_TYPE (HlSpan, hl_span, HL, SPAN, HlRecord)

/* Field ids: the property ids of the class. */
enum {
  HL_SPAN_FIELD_FROM = 1,
  HL_SPAN_FIELD_TO,
  HL_SPAN_FIELD_KIND,
};

HlSpan *hl_span_new (void) G_GNUC_WARN_UNUSED_RESULT;

/* Getters: (transfer none); null as in hl-field.h. */
#define HL_SPAN_GETTER(CType, kind, field, FIELD) \
  HL_RECORD_GETTER (CType, kind, HlSpan, hl_span, field, HL_SPAN_FIELD_##FIELD)
HL_SPAN_GETTER (int, int, from, FROM)
HL_SPAN_GETTER (int, int, to, TO)
HL_SPAN_GETTER (HlSlotKind, int, kind, KIND)
#undef HL_SPAN_GETTER

G_END_DECLS
