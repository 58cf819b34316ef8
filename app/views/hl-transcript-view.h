/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A call opened over the right side: its summary, what was understood, and every turn as it comes. */
#pragma once

#include <gtk/gtk.h>

#include "views/hl-acts.h"

G_BEGIN_DECLS

#define HL_TRANSCRIPT_WIDTH 520

#define HL_TYPE_TRANSCRIPT_VIEW (hl_transcript_view_get_type ())
G_DECLARE_FINAL_TYPE (HlTranscriptView, hl_transcript_view, HL, TRANSCRIPT_VIEW, GtkWidget)

GtkWidget *hl_transcript_view_new (void);

/* Once. */
void hl_transcript_view_set_up (HlTranscriptView *self, HlActs *acts);
void hl_transcript_view_set_masked (HlTranscriptView *self, gboolean masked);
/* The call to show, %NULL for none (then nothing of it is kept). */
void hl_transcript_view_set_call (HlTranscriptView *self, HlCallCard *card);
HlCallCard *hl_transcript_view_get_call (HlTranscriptView *self);

G_END_DECLS
