/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A section of the room: its name, who serves it, how many sit there, and its tables. */
#pragma once

#include <gtk/gtk.h>

#include "desk/hl-desk.h"
#include "views/hl-seating.h"

G_BEGIN_DECLS

#define HL_TYPE_SECTION_VIEW (hl_section_view_get_type ())
G_DECLARE_FINAL_TYPE (HlSectionView, hl_section_view, HL, SECTION_VIEW, GtkWidget)

/* Property "item": HlSectionRow. */
GtkWidget *hl_section_view_new (HlDesk *desk, HlSeating *seating);

void hl_section_view_set_item  (HlSectionView *self, HlSectionRow *item);
void hl_section_view_set_scale (HlSectionView *self, double scale);
/* Marks the tile of this table, "" for none; puts the focus on it if @focus. */
gboolean hl_section_view_choose (HlSectionView *self, const char *table_id, gboolean focus);

G_END_DECLS
