/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Binds the children of a plain container to a list model: a change of the list touches only the
 * children that it is about. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Makes the child for @item: (transfer full), floating as usual. */
typedef GtkWidget *(*HlChildrenFunc) (gpointer item, gpointer user_data);

/* @parent must have no other children than the bound ones; the binding ends with it, or when it is
 * bound again (to %NULL too). @user_data must outlive @parent. */
void hl_children_bind (GtkWidget *parent, GListModel *model, HlChildrenFunc create,
                       gpointer user_data);

G_END_DECLS
