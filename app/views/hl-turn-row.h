/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One turn of a transcript: who spoke, what was said, what was captured from it. */
#pragma once

#include <gtk/gtk.h>

#include "desk/hl-call-card.h"

G_BEGIN_DECLS

#define HL_TYPE_TURN_ROW (hl_turn_row_get_type ())
G_DECLARE_FINAL_TYPE (HlTurnRow, hl_turn_row, HL, TURN_ROW, GtkWidget)

/* Property "item": HlTranscriptLine. */
GtkWidget *hl_turn_row_new (void);
void       hl_turn_row_set_item (HlTurnRow *self, HlTranscriptLine *item);

G_END_DECLS
