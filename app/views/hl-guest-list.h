/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One list of the left pane, with a heading above each group. */
#pragma once

#include <gtk/gtk.h>

#include "desk/hl-desk.h"

G_BEGIN_DECLS

#define HL_TYPE_GUEST_LIST (hl_guest_list_get_type ())
G_DECLARE_FINAL_TYPE (HlGuestList, hl_guest_list, HL, GUEST_LIST, GtkWidget)

/* Emits "chosen" (HlGuestRow *) on a tap or Enter. */
GtkWidget *hl_guest_list_new (void);

/* Once. @model: HlGuestRow; @icon, @empty: what an empty list shows. */
void hl_guest_list_set_up (HlGuestList *self, HlDesk *desk, GListModel *model, const char *icon,
                           const char *empty);
/* Marks the row with this id (see HlGuestRow:id), %NULL for none. */
void hl_guest_list_select (HlGuestList *self, const char *id);

G_END_DECLS
