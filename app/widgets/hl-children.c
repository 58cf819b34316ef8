/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Binds the children of a plain container to a list model. */
#include "widgets/hl-children.h"

typedef struct {
  GtkWidget *parent;
  GListModel *model;
  gulong handler;
  HlChildrenFunc create;
  gpointer user_data;
} Binding;

static void
binding_free (gpointer data)
{
  Binding *binding = data;

  g_clear_signal_handler (&binding->handler, binding->model);
  g_clear_object (&binding->model);
  g_free (binding);
}

static GtkWidget *
get_nth (GtkWidget *parent, guint n)
{
  GtkWidget *child = gtk_widget_get_first_child (parent);

  while (child != NULL && n-- > 0)
    child = gtk_widget_get_next_sibling (child);
  return child;
}

static void
on_items_changed (GListModel *model, guint position, guint removed, guint added, Binding *binding)
{
  GtkWidget *next = get_nth (binding->parent, position);

  while (removed-- > 0 && next != NULL) {
    GtkWidget *gone = next;

    next = gtk_widget_get_next_sibling (next);
    if (GTK_IS_BOX (binding->parent))
      gtk_box_remove (GTK_BOX (binding->parent), gone);
    else
      gtk_widget_unparent (gone);
  }
  for (guint i = 0; i < added; i++) {
    g_autoptr (GObject) item = g_list_model_get_item (model, position + i);
    GtkWidget *child = binding->create (item, binding->user_data);

    gtk_widget_insert_before (child, binding->parent, next);
  }
}

void
hl_children_bind (GtkWidget *parent, GListModel *model, HlChildrenFunc create, gpointer user_data)
{
  GtkWidget *child;
  Binding *binding;

  g_return_if_fail (GTK_IS_WIDGET (parent));

  g_object_set_data (G_OBJECT (parent), "hl-children", NULL);
  while ((child = gtk_widget_get_first_child (parent)) != NULL) {
    if (GTK_IS_BOX (parent))
      gtk_box_remove (GTK_BOX (parent), child);
    else
      gtk_widget_unparent (child);
  }
  if (model == NULL)
    return;
  binding = g_new0 (Binding, 1);
  binding->parent = parent;
  binding->model = g_object_ref (model);
  binding->create = create;
  binding->user_data = user_data;
  binding->handler =
      g_signal_connect (model, "items-changed", G_CALLBACK (on_items_changed), binding);
  g_object_set_data_full (G_OBJECT (parent), "hl-children", binding, binding_free);
  on_items_changed (model, 0, 0, g_list_model_get_n_items (model), binding);
}
