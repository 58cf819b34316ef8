/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A table of the room as a button of 84 x 80 pixels: number, name, state in word, icon and cue. */
#pragma once

#include <gtk/gtk.h>

#include "desk/hl-desk.h"
#include "views/hl-seating.h"

G_BEGIN_DECLS

/* At text size 1; they grow with it. */
#define HL_TABLE_TILE_WIDTH 84
#define HL_TABLE_TILE_HEIGHT 80

#define HL_TYPE_TABLE_TILE (hl_table_tile_get_type ())
G_DECLARE_FINAL_TYPE (HlTableTile, hl_table_tile, HL, TABLE_TILE, GtkButton)

/* Property "item": HlTableToken. A click activates "win.table" with the table's id. */
GtkWidget *hl_table_tile_new (HlDesk *desk, HlSeating *seating);

void          hl_table_tile_set_item  (HlTableTile *self, HlTableToken *item);
HlTableToken *hl_table_tile_get_item  (HlTableTile *self);
void          hl_table_tile_set_scale (HlTableTile *self, double scale);
/* Whether it is the one that the left pane shows. */
void          hl_table_tile_set_chosen (HlTableTile *self, gboolean chosen);

G_END_DECLS
