/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A call as a card: who, in which language, about what, since when, how far, what was understood. */
#pragma once

#include <gtk/gtk.h>

#include "desk/hl-desk.h"

G_BEGIN_DECLS

#define HL_TYPE_CALL_TILE (hl_call_tile_get_type ())
G_DECLARE_FINAL_TYPE (HlCallTile, hl_call_tile, HL, CALL_TILE, GtkWidget)

/* @brief: for the list of recent calls: without slots and the last line. Property "item":
 * HlCallCard. A click activates "win.call" with the call's id. */
GtkWidget *hl_call_tile_new (HlDesk *desk, gboolean brief);

void        hl_call_tile_set_item   (HlCallTile *self, HlCallCard *item);
HlCallCard *hl_call_tile_get_item   (HlCallTile *self);
void        hl_call_tile_set_masked (HlCallTile *self, gboolean masked);

/* The name, or the number as it may be shown, or a word (transfer full). */
char *hl_call_tile_make_title (HlCallCard *card, gboolean masked);
/* "Collecting · Book · Spanish" (transfer full). */
/* Why it needs a person, with the words of who asked: "Wants a person: menu for twelve". */
char *hl_call_tile_make_reason (HlCallCard *card);
char *hl_call_tile_make_state (HlCallCard *card);
/* A chip for a slot of a call, for hl_children_bind (). */
GtkWidget *hl_call_tile_create_chip (gpointer item, gpointer user_data);

G_END_DECLS
