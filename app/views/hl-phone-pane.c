/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The right pane: the calls that need somebody on top, those that go on, those that are over. */
#include "views/hl-phone-pane.h"

#include <glib/gi18n.h>

#include "views/hl-call-tile.h"
#include "widgets/hl-capped.h"
#include "widgets/hl-children.h"

struct _HlPhonePane {
  GtkWidget parent_instance;
  GtkLabel *needing_title;
  GtkWidget *needing_scroller;
  GtkWidget *needing;
  GtkLabel *live_title;
  GtkWidget *live;
  GtkWidget *live_empty;
  GtkWidget *recent_title;
  GtkWidget *recent;

  HlDesk *desk;
  gboolean masked;
};

G_DEFINE_FINAL_TYPE (HlPhonePane, hl_phone_pane, GTK_TYPE_WIDGET)

static void
show_counts (HlPhonePane *self)
{
  guint needing = g_list_model_get_n_items (hl_desk_get_calls_needing (self->desk));
  guint live = g_list_model_get_n_items (hl_desk_get_calls_live (self->desk));
  guint recent = g_list_model_get_n_items (hl_desk_get_calls_recent (self->desk));
  g_autofree char *needing_text = g_strdup_printf (C_ ("calls", "Needs you (%u)"), needing);
  g_autofree char *live_text = g_strdup_printf (C_ ("calls", "Live (%u)"), live);

  gtk_label_set_label (self->needing_title, needing > 0 ? needing_text
                                                        : C_ ("calls", "Nobody needs you"));
  if (needing > 0)
    gtk_widget_add_css_class (GTK_WIDGET (self->needing_title), "late");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->needing_title), "late");
  gtk_widget_set_visible (self->needing_scroller, needing > 0);
  gtk_label_set_label (self->live_title, live_text);
  gtk_widget_set_visible (self->live, live > 0);
  gtk_widget_set_visible (self->live_empty, live == 0);
  gtk_widget_set_visible (self->recent_title, recent > 0);
  gtk_widget_set_visible (self->recent, recent > 0);
}

static void
on_items_changed (GListModel *model, guint position, guint removed, guint added,
                  HlPhonePane *self)
{
  show_counts (self);
}

static GtkWidget *
create (HlPhonePane *self, gpointer item, gboolean brief)
{
  GtkWidget *tile = hl_call_tile_new (self->desk, brief);

  hl_call_tile_set_masked (HL_CALL_TILE (tile), self->masked);
  hl_call_tile_set_item (HL_CALL_TILE (tile), item);
  return tile;
}

static GtkWidget *
create_card (gpointer item, gpointer user_data)
{
  return create (user_data, item, FALSE);
}

static GtkWidget *
create_brief (gpointer item, gpointer user_data)
{
  return create (user_data, item, TRUE);
}

static void
hl_phone_pane_dispose (GObject *object)
{
  HlPhonePane *self = HL_PHONE_PANE (object);
  GtkWidget *child;

  if (self->desk != NULL) {
    hl_children_bind (self->needing, NULL, NULL, NULL);
    hl_children_bind (self->live, NULL, NULL, NULL);
    hl_children_bind (self->recent, NULL, NULL, NULL);
    g_signal_handlers_disconnect_by_data (hl_desk_get_calls_needing (self->desk), self);
    g_signal_handlers_disconnect_by_data (hl_desk_get_calls_live (self->desk), self);
    g_signal_handlers_disconnect_by_data (hl_desk_get_calls_recent (self->desk), self);
    g_clear_object (&self->desk);
  }
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (hl_phone_pane_parent_class)->dispose (object);
}

static void
hl_phone_pane_class_init (HlPhonePaneClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hl_phone_pane_dispose;
  g_type_ensure (HL_TYPE_CAPPED);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/hostline/Hostline/ui/hl-phone-pane.ui");
#define BIND(name) gtk_widget_class_bind_template_child (widget_class, HlPhonePane, name)
  BIND (needing_title);
  BIND (needing_scroller);
  BIND (needing);
  BIND (live_title);
  BIND (live);
  BIND (live_empty);
  BIND (recent_title);
  BIND (recent);
#undef BIND
}

static void
hl_phone_pane_init (HlPhonePane *self)
{
  self->masked = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
hl_phone_pane_new (void)
{
  return g_object_new (HL_TYPE_PHONE_PANE, NULL);
}

void
hl_phone_pane_set_up (HlPhonePane *self, HlDesk *desk)
{
  GListModel *models[3] = {
    hl_desk_get_calls_needing (desk),
    hl_desk_get_calls_live (desk),
    hl_desk_get_calls_recent (desk),
  };

  g_return_if_fail (HL_IS_PHONE_PANE (self) && self->desk == NULL);

  self->desk = g_object_ref (desk);
  hl_children_bind (self->needing, models[0], create_card, self);
  hl_children_bind (self->live, models[1], create_card, self);
  hl_children_bind (self->recent, models[2], create_brief, self);
  for (int i = 0; i < 3; i++)
    g_signal_connect (models[i], "items-changed", G_CALLBACK (on_items_changed), self);
  show_counts (self);
}

void
hl_phone_pane_set_masked (HlPhonePane *self, gboolean masked)
{
  GtkWidget *lists[3] = { self->needing, self->live, self->recent };

  self->masked = masked;
  for (int i = 0; i < 3; i++)
    for (GtkWidget *tile = gtk_widget_get_first_child (lists[i]); tile != NULL;
         tile = gtk_widget_get_next_sibling (tile))
      hl_call_tile_set_masked (HL_CALL_TILE (tile), masked);
}

gboolean
hl_phone_pane_focus_next (HlPhonePane *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;
  GtkWidget *next = gtk_widget_get_first_child (self->needing);

  for (GtkWidget *tile = next; tile != NULL && focus != NULL;
       tile = gtk_widget_get_next_sibling (tile))
    if (gtk_widget_is_ancestor (focus, tile) && gtk_widget_get_next_sibling (tile) != NULL)
      next = gtk_widget_get_next_sibling (tile);
  return next != NULL && gtk_widget_child_focus (next, GTK_DIR_TAB_FORWARD);
}
