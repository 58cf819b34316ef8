/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HlOrderedList: a list model in an order that desk decides; it moves rows itself, with the fewest
 * signals. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* GtkSortListModel and GtkFilterListModel of the floor version ignore property changes of items, so
 * order and membership are made here and told as plain items-changed. */
#define HL_TYPE_ORDERED_LIST (hl_ordered_list_get_type ())
G_DECLARE_FINAL_TYPE (HlOrderedList, hl_ordered_list, HL, ORDERED_LIST, GObject)

HlOrderedList *hl_ordered_list_new (GType item_type);
/* The content from now on, in this order (element-type GObject; a reference is taken). No item
 * twice. What stays where it is relative to the others is not touched; a moved item is one removal
 * and one insertion. */
void hl_ordered_list_assign (HlOrderedList *self, GPtrArray *items);

G_END_DECLS
