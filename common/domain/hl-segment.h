/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One turn of a transcript; its id is "call_id/turn". */
#pragma once

#include "domain/hl-entity.h"
#include "domain/hl-enums.h"
#include "domain/hl-span.h"

G_BEGIN_DECLS

#define HL_TYPE_SEGMENT (hl_segment_get_type ())
G_DECLARE_FINAL_TYPE (HlSegment, hl_segment, HL, SEGMENT, HlEntity)

/* Field ids: the property ids of the class. */
enum {
  HL_SEGMENT_FIELD_CALL_ID = 1,
  HL_SEGMENT_FIELD_TURN,
  HL_SEGMENT_FIELD_REV,
  HL_SEGMENT_FIELD_SPEAKER,
  HL_SEGMENT_FIELD_TEXT,
  HL_SEGMENT_FIELD_LANGUAGE,
  HL_SEGMENT_FIELD_START_MS,
  HL_SEGMENT_FIELD_END_MS,
  HL_SEGMENT_FIELD_CONFIDENCE,
  HL_SEGMENT_FIELD_STATE,
  HL_SEGMENT_FIELD_SPANS,
};

HlSegment *hl_segment_new (void) G_GNUC_WARN_UNUSED_RESULT;

/* Getters: (transfer none); null as in hl-field.h. */
#define HL_SEGMENT_GETTER(CType, kind, field, FIELD) \
  HL_RECORD_GETTER (CType, kind, HlSegment, hl_segment, field, HL_SEGMENT_FIELD_##FIELD)
HL_SEGMENT_GETTER (const char *, string, call_id, CALL_ID)
HL_SEGMENT_GETTER (int, int, turn, TURN)
HL_SEGMENT_GETTER (int, int, rev, REV)
HL_SEGMENT_GETTER (HlSpeaker, int, speaker, SPEAKER)
HL_SEGMENT_GETTER (const char *, string, text, TEXT)
HL_SEGMENT_GETTER (const char *, string, language, LANGUAGE)
HL_SEGMENT_GETTER (int, int, start_ms, START_MS)
HL_SEGMENT_GETTER (int, int, end_ms, END_MS)
HL_SEGMENT_GETTER (double, double, confidence, CONFIDENCE)
HL_SEGMENT_GETTER (HlSegmentState, int, state, STATE)
HL_SEGMENT_GETTER (GPtrArray *, records, spans, SPANS)
#undef HL_SEGMENT_GETTER

G_END_DECLS
