/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The fields of a segment. */
#include "domain/hl-segment.h"

struct _HlSegment {
  HlEntity parent_instance;
};

G_DEFINE_FINAL_TYPE (HlSegment, hl_segment, HL_TYPE_ENTITY)

static void
hl_segment_init (HlSegment *self)
{
}

static void
hl_segment_class_init (HlSegmentClass *klass)
{
  HlRecordClass *record = HL_RECORD_CLASS (klass);
  HlEntityClass *entity = HL_ENTITY_CLASS (klass);

  entity->kind = "segment";
  entity->plural = "segments";
  entity->id_field = HL_SEGMENT_FIELD_CALL_ID;
  entity->id_field_2 = HL_SEGMENT_FIELD_TURN;

  hl_record_class_name (record, "segment");
#define INSTALL(FIELD, pspec) hl_record_class_install (record, HL_SEGMENT_FIELD_##FIELD, pspec)
  INSTALL (CALL_ID, hl_field_id ("call-id", HL_FIELD_REQUIRED));
  INSTALL (TURN, hl_field_int ("turn", 0, 9999, 0, HL_FIELD_REQUIRED));
  INSTALL (REV, hl_field_int ("rev", 0, 1000000, 0, 0));
  INSTALL (SPEAKER,
           hl_field_enum ("speaker", HL_TYPE_SPEAKER, HL_SPEAKER_CALLER, HL_FIELD_REQUIRED));
  INSTALL (TEXT, hl_field_string ("text", 4000, HL_FIELD_REQUIRED));
  INSTALL (LANGUAGE, hl_field_language ("language", NULL, HL_FIELD_NULLABLE));
  INSTALL (START_MS, hl_field_int ("start-ms", 0, 86400000, HL_INT_NONE, HL_FIELD_NULLABLE));
  INSTALL (END_MS, hl_field_int ("end-ms", 0, 86400000, HL_INT_NONE, HL_FIELD_NULLABLE));
  INSTALL (CONFIDENCE, hl_field_double ("confidence", 0, 1, HL_DOUBLE_NONE, HL_FIELD_NULLABLE));
  INSTALL (STATE, hl_field_enum ("state", HL_TYPE_SEGMENT_STATE, HL_SEGMENT_STATE_FINAL, 0));
  INSTALL (SPANS, hl_field_records ("spans", HL_TYPE_SPAN, 0, 32, 0));
#undef INSTALL
}

HlSegment *
hl_segment_new (void)
{
  return g_object_new (HL_TYPE_SEGMENT, NULL);
}
