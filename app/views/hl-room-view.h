/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The room: every section with its tables, and above them what a tap on a table will do. */
#pragma once

#include <gtk/gtk.h>

#include "views/hl-acts.h"
#include "views/hl-seating.h"

G_BEGIN_DECLS

#define HL_TYPE_ROOM_VIEW (hl_room_view_get_type ())
G_DECLARE_FINAL_TYPE (HlRoomView, hl_room_view, HL, ROOM_VIEW, GtkWidget)

/* Emits "seat" when the tables collected are to be taken, or the doubtful one all the same. */
GtkWidget *hl_room_view_new (void);

/* Once. */
void hl_room_view_set_up (HlRoomView *self, HlActs *acts, HlSeating *seating);

void hl_room_view_set_scale (HlRoomView *self, double scale);
/* Marks the table that the left pane shows, "" for none. */
void hl_room_view_choose (HlRoomView *self, const char *table_id);
/* The table whose tile has the focus, else the marked one; NULL for none (transfer none). */
HlTableToken *hl_room_view_get_current (HlRoomView *self);
/* Puts the cursor where the number of a table is typed. */
void hl_room_view_ask_number (HlRoomView *self);

G_END_DECLS
