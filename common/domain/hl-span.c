/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The fields of a span. */
#include "domain/hl-span.h"

struct _HlSpan {
  HlRecord parent_instance;
};

G_DEFINE_FINAL_TYPE (HlSpan, hl_span, HL_TYPE_RECORD)

static void
hl_span_init (HlSpan *self)
{
}

static void
hl_span_class_init (HlSpanClass *klass)
{
  HlRecordClass *record = HL_RECORD_CLASS (klass);

  hl_record_class_name (record, "span");
#define INSTALL(FIELD, pspec) hl_record_class_install (record, HL_SPAN_FIELD_##FIELD, pspec)
  INSTALL (FROM, hl_field_int ("from", 0, 4000, 0, HL_FIELD_REQUIRED));
  INSTALL (TO, hl_field_int ("to", 0, 4000, 0, HL_FIELD_REQUIRED));
  INSTALL (KIND, hl_field_enum ("kind", HL_TYPE_SLOT_KIND, HL_SLOT_KIND_DATE, HL_FIELD_REQUIRED));
#undef INSTALL
}

HlSpan *
hl_span_new (void)
{
  return g_object_new (HL_TYPE_SPAN, NULL);
}
