/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HlTranscript: the lines of one call as a list: finished ones of the state, unfinished ones over
 * them, gaps marked. */
#pragma once

#include "desk/hl-call-card.h"
#include "desk/hl-overlay.h"
#include "domain/hl-state.h"

G_BEGIN_DECLS

/* A GListModel of HlTranscriptLine, ordered by turn; lines keep their identity while their text
 * grows. */
#define HL_TYPE_TRANSCRIPT (hl_transcript_get_type ())
G_DECLARE_FINAL_TYPE (HlTranscript, hl_transcript, HL, TRANSCRIPT, GObject)

HlTranscript *hl_transcript_new (const char *call_id);
void hl_transcript_refresh (HlTranscript *self, HlState *state, HlOverlay *overlay);

G_END_DECLS
