/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A table in the left pane: who sits there and what comes next, or who could sit there. */
#pragma once

#include <gtk/gtk.h>

#include "views/hl-acts.h"

G_BEGIN_DECLS

#define HL_TYPE_TABLE_PAGE (hl_table_page_get_type ())
G_DECLARE_FINAL_TYPE (HlTablePage, hl_table_page, HL, TABLE_PAGE, GtkWidget)

/* Emits "move" (HlTableToken *) to seat its party elsewhere, "seat-here" (HlTableToken *,
 * HlGuestRow *) for a party that was chosen for it, and "walk-in-here" (HlTableToken *). */
GtkWidget *hl_table_page_new (void);

/* Once. */
void hl_table_page_set_up (HlTablePage *self, HlActs *acts);
/* Property "item": HlTableToken, %NULL for none. */
void hl_table_page_set_item (HlTablePage *self, HlTableToken *item);
HlTableToken *hl_table_page_get_item (HlTablePage *self);

G_END_DECLS
