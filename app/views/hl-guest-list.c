/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One list of the left pane, with a heading above each group. The list view of the floor version
 * knows no sections: the first row of each group carries the heading, and is told again when its
 * neighbours change. */
#include "views/hl-guest-list.h"

#include <adwaita.h>

#include "views/hl-person-row.h"

struct _HlGuestList {
  GtkWidget parent_instance;
  GtkStack *stack;
  GtkListView *view;
  AdwStatusPage *empty;

  HlDesk *desk;
  GListModel *model;
  GtkSingleSelection *selection;
  GPtrArray *bound; /* GtkListItem that show something now, not owned */
  guint idle;
};

enum {
  CHOSEN,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (HlGuestList, hl_guest_list, GTK_TYPE_WIDGET)

static void
show_heading (HlGuestList *self, GtkListItem *list_item)
{
  guint position = gtk_list_item_get_position (list_item);
  HlGuestRow *row = gtk_list_item_get_item (list_item);
  HlPersonRow *widget = HL_PERSON_ROW (gtk_list_item_get_child (list_item));
  gboolean first = TRUE;

  if (row == NULL || widget == NULL || position == GTK_INVALID_LIST_POSITION)
    return;
  if (position > 0) {
    g_autoptr (HlGuestRow) before = g_list_model_get_item (self->model, position - 1);

    first = before == NULL || hl_guest_row_get_group (before) != hl_guest_row_get_group (row);
  }
  hl_person_row_set_heading (widget, first);
}

static gboolean
on_idle (gpointer data)
{
  HlGuestList *self = data;

  self->idle = 0;
  for (guint i = 0; i < self->bound->len; i++)
    show_heading (self, g_ptr_array_index (self->bound, i));
  return G_SOURCE_REMOVE;
}

static void
queue_headings (HlGuestList *self)
{
  if (self->idle == 0)
    self->idle = g_idle_add_full (G_PRIORITY_HIGH_IDLE, on_idle, self, NULL);
}

static void
on_items_changed (GListModel *model, guint position, guint removed, guint added,
                  HlGuestList *self)
{
  gtk_stack_set_visible_child_name (self->stack,
                                    g_list_model_get_n_items (model) > 0 ? "list" : "empty");
  queue_headings (self);
}

static void
on_row_group_notify (HlGuestRow *row, GParamSpec *pspec, HlGuestList *self)
{
  queue_headings (self);
}

static void
on_factory_setup (GtkSignalListItemFactory *factory, GtkListItem *list_item, HlGuestList *self)
{
  gtk_list_item_set_child (list_item, hl_person_row_new (self->desk));
}

static void
on_factory_bind (GtkSignalListItemFactory *factory, GtkListItem *list_item, HlGuestList *self)
{
  HlGuestRow *row = gtk_list_item_get_item (list_item);

  hl_person_row_set_item (HL_PERSON_ROW (gtk_list_item_get_child (list_item)), row);
  g_signal_connect (row, "notify::group", G_CALLBACK (on_row_group_notify), self);
  g_ptr_array_add (self->bound, list_item);
  show_heading (self, list_item);
}

static void
on_factory_unbind (GtkSignalListItemFactory *factory, GtkListItem *list_item, HlGuestList *self)
{
  g_signal_handlers_disconnect_by_func (gtk_list_item_get_item (list_item), on_row_group_notify,
                                        self);
  g_ptr_array_remove_fast (self->bound, list_item);
  hl_person_row_set_item (HL_PERSON_ROW (gtk_list_item_get_child (list_item)), NULL);
}

static void
on_activate (HlGuestList *self, guint position)
{
  g_autoptr (HlGuestRow) row = g_list_model_get_item (self->model, position);

  if (row != NULL)
    g_signal_emit (self, signals[CHOSEN], 0, row);
}

static void
hl_guest_list_dispose (GObject *object)
{
  HlGuestList *self = HL_GUEST_LIST (object);
  GtkWidget *child;

  g_clear_handle_id (&self->idle, g_source_remove);
  if (self->model != NULL)
    g_signal_handlers_disconnect_by_data (self->model, self);
  if (self->view != NULL)
    gtk_list_view_set_model (self->view, NULL);
  self->view = NULL;
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  g_clear_object (&self->selection);
  g_clear_object (&self->model);
  g_clear_object (&self->desk);
  G_OBJECT_CLASS (hl_guest_list_parent_class)->dispose (object);
}

static void
hl_guest_list_finalize (GObject *object)
{
  g_ptr_array_unref (HL_GUEST_LIST (object)->bound);
  G_OBJECT_CLASS (hl_guest_list_parent_class)->finalize (object);
}

static void
hl_guest_list_class_init (HlGuestListClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hl_guest_list_dispose;
  G_OBJECT_CLASS (klass)->finalize = hl_guest_list_finalize;
  signals[CHOSEN] = g_signal_new ("chosen", HL_TYPE_GUEST_LIST, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                  NULL, G_TYPE_NONE, 1, HL_TYPE_GUEST_ROW);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/hostline/Hostline/ui/hl-guest-list.ui");
  gtk_widget_class_bind_template_child (widget_class, HlGuestList, stack);
  gtk_widget_class_bind_template_child (widget_class, HlGuestList, view);
  gtk_widget_class_bind_template_child (widget_class, HlGuestList, empty);
  gtk_widget_class_bind_template_callback (widget_class, on_activate);
}

static void
hl_guest_list_init (HlGuestList *self)
{
  self->bound = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
hl_guest_list_new (void)
{
  return g_object_new (HL_TYPE_GUEST_LIST, NULL);
}

void
hl_guest_list_set_up (HlGuestList *self, HlDesk *desk, GListModel *model, const char *icon,
                      const char *empty)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();

  g_return_if_fail (HL_IS_GUEST_LIST (self) && self->model == NULL);

  self->desk = g_object_ref (desk);
  self->model = g_object_ref (model);
  adw_status_page_set_icon_name (self->empty, icon);
  adw_status_page_set_title (self->empty, empty);
  g_signal_connect (factory, "setup", G_CALLBACK (on_factory_setup), self);
  g_signal_connect (factory, "bind", G_CALLBACK (on_factory_bind), self);
  g_signal_connect (factory, "unbind", G_CALLBACK (on_factory_unbind), self);
  gtk_list_view_set_factory (self->view, factory);
  g_object_unref (factory);

  self->selection = gtk_single_selection_new (g_object_ref (model));
  gtk_single_selection_set_autoselect (self->selection, FALSE);
  gtk_single_selection_set_can_unselect (self->selection, TRUE);
  gtk_single_selection_set_selected (self->selection, GTK_INVALID_LIST_POSITION);
  gtk_list_view_set_model (self->view, GTK_SELECTION_MODEL (self->selection));
  g_signal_connect (model, "items-changed", G_CALLBACK (on_items_changed), self);
  on_items_changed (model, 0, 0, 0, self);
}

void
hl_guest_list_select (HlGuestList *self, const char *id)
{
  guint found = GTK_INVALID_LIST_POSITION;
  guint n = g_list_model_get_n_items (self->model);

  for (guint i = 0; id != NULL && i < n && found == GTK_INVALID_LIST_POSITION; i++) {
    g_autoptr (HlGuestRow) row = g_list_model_get_item (self->model, i);

    if (g_strcmp0 (hl_guest_row_get_id (row), id) == 0)
      found = i;
  }
  gtk_single_selection_set_selected (self->selection, found);
}
