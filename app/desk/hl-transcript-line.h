/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HlTranscriptLine: one turn of a transcript, finished or not. */
#pragma once

#include "desk/hl-row.h"
#include "domain/hl-enums.h"

G_BEGIN_DECLS

/* HlTranscriptLine properties: turn int; speaker HlSpeaker; text, language strings; state
 * HlSegmentState (PARTIAL: unfinished, print it in italics); gap int: turns missing before this one
 * (0 = none); start-ms int (-1 unknown); spans: flat strv "from:to:kind" in code points. */
#define HL_TYPE_TRANSCRIPT_LINE (hl_transcript_line_get_type ())
G_DECLARE_FINAL_TYPE (HlTranscriptLine, hl_transcript_line, HL, TRANSCRIPT_LINE, HlRow)
enum {
  HL_TRANSCRIPT_LINE_TURN = 1,
  HL_TRANSCRIPT_LINE_SPEAKER,
  HL_TRANSCRIPT_LINE_TEXT,
  HL_TRANSCRIPT_LINE_LANGUAGE,
  HL_TRANSCRIPT_LINE_STATE,
  HL_TRANSCRIPT_LINE_GAP,
  HL_TRANSCRIPT_LINE_START_MS,
  HL_TRANSCRIPT_LINE_SPANS,
  HL_TRANSCRIPT_LINE_N
};
HlTranscriptLine *hl_transcript_line_new (void);

G_END_DECLS
