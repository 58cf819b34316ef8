/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One action of this device in words: what it was, when, and what became of it. */
#pragma once

#include <gtk/gtk.h>

#include "desk/hl-desk.h"

G_BEGIN_DECLS

#define HL_TYPE_ITEM_ROW (hl_item_row_get_type ())
G_DECLARE_FINAL_TYPE (HlItemRow, hl_item_row, HL, ITEM_ROW, GtkWidget)

/* Property "item": HlOutboxItem. Emits "failed" (GError *) when what was asked for could not be done. */
GtkWidget *hl_item_row_new (HlDesk *desk);
void       hl_item_row_set_item (HlItemRow *self, HlOutboxItem *item);

G_END_DECLS
