/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A line, see hl-transcript-line.h. */
#include "desk/hl-transcript-line.h"

#define FLAGS (G_PARAM_READABLE | G_PARAM_STATIC_STRINGS)

struct _HlTranscriptLine {
  HlRow parent_instance;
};

G_DEFINE_FINAL_TYPE (HlTranscriptLine, hl_transcript_line, HL_TYPE_ROW)

static void
hl_transcript_line_class_init (HlTranscriptLineClass *klass)
{
  static GParamSpec *pspecs[HL_TRANSCRIPT_LINE_N];

  pspecs[HL_TRANSCRIPT_LINE_TURN]
      = g_param_spec_int ("turn", NULL, NULL, G_MININT, G_MAXINT, 0, FLAGS);
  pspecs[HL_TRANSCRIPT_LINE_SPEAKER]
      = g_param_spec_enum ("speaker", NULL, NULL, HL_TYPE_SPEAKER, 0, FLAGS);
  pspecs[HL_TRANSCRIPT_LINE_TEXT] = g_param_spec_string ("text", NULL, NULL, "", FLAGS);
  pspecs[HL_TRANSCRIPT_LINE_LANGUAGE] = g_param_spec_string ("language", NULL, NULL, "", FLAGS);
  pspecs[HL_TRANSCRIPT_LINE_STATE]
      = g_param_spec_enum ("state", NULL, NULL, HL_TYPE_SEGMENT_STATE, 0, FLAGS);
  pspecs[HL_TRANSCRIPT_LINE_GAP]
      = g_param_spec_int ("gap", NULL, NULL, G_MININT, G_MAXINT, 0, FLAGS);
  pspecs[HL_TRANSCRIPT_LINE_START_MS]
      = g_param_spec_int ("start-ms", NULL, NULL, G_MININT, G_MAXINT, -1, FLAGS);
  pspecs[HL_TRANSCRIPT_LINE_SPANS] = g_param_spec_boxed ("spans", NULL, NULL, G_TYPE_STRV, FLAGS);
  hl_row_class_install (HL_ROW_CLASS (klass), pspecs, HL_TRANSCRIPT_LINE_N);
}

static void
hl_transcript_line_init (HlTranscriptLine *self)
{
}

HlTranscriptLine *
hl_transcript_line_new (void)
{
  return g_object_new (HL_TYPE_TRANSCRIPT_LINE, NULL);
}
