/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What was done at this device, item by item, with what became of it. */
#include "views/hl-changes-page.h"

#include <glib/gi18n.h>

#include "views/hl-item-row.h"

struct _HlChangesPage {
  GtkWidget parent_instance;
  GtkWidget *lost;
  GtkLabel *totals;
  GtkStack *stack;
  GtkListView *view;

  HlActs *acts;
  HlDesk *desk;
  GtkNoSelection *selection;
};

G_DEFINE_FINAL_TYPE (HlChangesPage, hl_changes_page, GTK_TYPE_WIDGET)

static void
append (GString *text, char *more)
{
  if (text->len > 0)
    g_string_append (text, " · ");
  g_string_append (text, more);
  g_free (more);
}

char *
hl_changes_page_make_totals (HlDesk *desk)
{
  g_autoptr (GString) text = g_string_new (NULL);
  HlDeskTotals totals;
  guint done;

  hl_desk_get_totals (desk, &totals);
  done = totals.applied + totals.no_op + totals.disputed;
  /* what is missing comes first */
  if (totals.waiting > 0)
    append (text, g_strdup_printf (
                      g_dngettext (NULL, "%u not sent yet", "%u not sent yet", totals.waiting),
                      totals.waiting));
  if (totals.review > 0)
    append (text, g_strdup_printf (
                      g_dngettext (NULL, "%u to look at again", "%u to look at again",
                                   totals.review),
                      totals.review));
  if (totals.refused > 0)
    append (text,
            g_strdup_printf (g_dngettext (NULL, "%u refused", "%u refused", totals.refused),
                             totals.refused));
  if (totals.withdrawn > 0)
    append (text, g_strdup_printf (
                      g_dngettext (NULL, "%u taken back", "%u taken back", totals.withdrawn),
                      totals.withdrawn));
  append (text, g_strdup_printf (g_dngettext (NULL, "%u taken over", "%u taken over", done), done));
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
on_lost_read_clicked (HlChangesPage *self)
{
  hl_desk_dismiss_damage (self->desk);
}

static void
show (HlChangesPage *self)
{
  g_autofree char *totals = hl_changes_page_make_totals (self->desk);
  gboolean lost = FALSE;
  guint n = g_list_model_get_n_items (hl_desk_get_outbox (self->desk));

  g_object_get (self->desk, "may-have-lost", &lost, NULL);
  gtk_widget_set_visible (self->lost, lost);
  gtk_label_set_label (self->totals, totals);
  gtk_widget_set_visible (GTK_WIDGET (self->totals), n > 0);
  gtk_stack_set_visible_child_name (self->stack, n > 0 ? "list" : "empty");
}

static void
on_desk_notify (HlDesk *desk, GParamSpec *pspec, HlChangesPage *self)
{
  show (self);
}

static void
on_desk_decided (HlDesk *desk, HlOutboxItem *item, HlChangesPage *self)
{
  show (self);
}

static void
on_outbox_changed (GListModel *model, guint position, guint removed, guint added,
                   HlChangesPage *self)
{
  show (self);
}

static void
on_factory_setup (GtkSignalListItemFactory *factory, GtkListItem *list_item, HlChangesPage *self)
{
  GtkWidget *row = hl_item_row_new (self->desk);

  gtk_list_item_set_activatable (list_item, FALSE);
  gtk_list_item_set_child (list_item, row);
  g_signal_connect_swapped (row, "failed", G_CALLBACK (hl_acts_tell_error), self->acts);
}

static void
on_factory_bind (GtkSignalListItemFactory *factory, GtkListItem *list_item, HlChangesPage *self)
{
  hl_item_row_set_item (HL_ITEM_ROW (gtk_list_item_get_child (list_item)),
                        gtk_list_item_get_item (list_item));
}

static void
on_factory_unbind (GtkSignalListItemFactory *factory, GtkListItem *list_item, HlChangesPage *self)
{
  hl_item_row_set_item (HL_ITEM_ROW (gtk_list_item_get_child (list_item)), NULL);
}

static void
hl_changes_page_dispose (GObject *object)
{
  HlChangesPage *self = HL_CHANGES_PAGE (object);
  GtkWidget *child;

  if (self->desk != NULL) {
    g_signal_handlers_disconnect_by_data (hl_desk_get_outbox (self->desk), self);
    g_signal_handlers_disconnect_by_data (self->desk, self);
  }
  if (self->view != NULL)
    gtk_list_view_set_model (self->view, NULL);
  self->view = NULL;
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  g_clear_object (&self->selection);
  g_clear_object (&self->desk);
  g_clear_object (&self->acts);
  G_OBJECT_CLASS (hl_changes_page_parent_class)->dispose (object);
}

static void
hl_changes_page_class_init (HlChangesPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hl_changes_page_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/hostline/Hostline/ui/hl-changes-page.ui");
#define BIND(name) gtk_widget_class_bind_template_child (widget_class, HlChangesPage, name)
  BIND (lost);
  BIND (totals);
  BIND (stack);
  BIND (view);
#undef BIND
  gtk_widget_class_bind_template_callback (widget_class, on_lost_read_clicked);
}

static void
hl_changes_page_init (HlChangesPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
hl_changes_page_new (void)
{
  return g_object_new (HL_TYPE_CHANGES_PAGE, NULL);
}

void
hl_changes_page_set_up (HlChangesPage *self, HlActs *acts)
{
  g_autoptr (GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();

  g_return_if_fail (HL_IS_CHANGES_PAGE (self) && self->desk == NULL);

  self->acts = g_object_ref (acts);
  self->desk = g_object_ref (hl_acts_get_desk (acts));
  g_signal_connect (factory, "setup", G_CALLBACK (on_factory_setup), self);
  g_signal_connect (factory, "bind", G_CALLBACK (on_factory_bind), self);
  g_signal_connect (factory, "unbind", G_CALLBACK (on_factory_unbind), self);
  self->selection = gtk_no_selection_new (g_object_ref (hl_desk_get_outbox (self->desk)));
  gtk_list_view_set_factory (self->view, factory);
  gtk_list_view_set_model (self->view, GTK_SELECTION_MODEL (self->selection));
  g_signal_connect (self->desk, "notify::unsent", G_CALLBACK (on_desk_notify), self);
  g_signal_connect (self->desk, "notify::may-have-lost", G_CALLBACK (on_desk_notify), self);
  g_signal_connect (self->desk, "notify::to-check", G_CALLBACK (on_desk_notify), self);
  g_signal_connect (self->desk, "decided", G_CALLBACK (on_desk_decided), self);
  g_signal_connect (hl_desk_get_outbox (self->desk), "items-changed",
                    G_CALLBACK (on_outbox_changed), self);
  show (self);
}
