/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The bar along the bottom: what a host does most, and undo that names what it undoes. */
#include "views/hl-action-bar.h"

#include <glib/gi18n.h>

#include "views/hl-words.h"

struct _HlActionBar {
  GtkWidget parent_instance;
  GtkWidget *walk_in;
  GtkWidget *waitlist;
  GtkWidget *reservation;
  GtkWidget *walk_in_label;
  GtkWidget *waitlist_label;
  GtkWidget *reservation_label;
  GtkWidget *undo;
  GtkLabel *undo_label;
  HlDesk *desk;
};

G_DEFINE_FINAL_TYPE (HlActionBar, hl_action_bar, GTK_TYPE_WIDGET)

static void
show_undo (HlActionBar *self)
{
  gboolean can = FALSE;
  HlActionKind kind = HL_ACTION_UNKNOWN;
  g_autofree char *name = NULL;
  g_autofree char *text = NULL;

  g_object_get (self->desk, "can-undo", &can, "undo-kind", &kind, "undo-name", &name, NULL);
  text = can ? hl_words_undo (kind, name) : g_strdup (C_ ("undo", "Nothing to undo"));
  gtk_label_set_label (self->undo_label, text);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->undo), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  text, -1);
  gtk_widget_set_tooltip_text (self->undo, text);
}

static void
on_undo_notify (HlDesk *desk, GParamSpec *pspec, HlActionBar *self)
{
  show_undo (self);
}

static void
hl_action_bar_dispose (GObject *object)
{
  HlActionBar *self = HL_ACTION_BAR (object);
  GtkWidget *child;

  if (self->desk != NULL)
    g_signal_handlers_disconnect_by_data (self->desk, self);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  g_clear_object (&self->desk);
  G_OBJECT_CLASS (hl_action_bar_parent_class)->dispose (object);
}

static void
hl_action_bar_class_init (HlActionBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hl_action_bar_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/hostline/Hostline/ui/hl-action-bar.ui");
#define BIND(name) gtk_widget_class_bind_template_child (widget_class, HlActionBar, name)
  BIND (walk_in);
  BIND (waitlist);
  BIND (reservation);
  BIND (walk_in_label);
  BIND (waitlist_label);
  BIND (reservation_label);
  BIND (undo);
  BIND (undo_label);
#undef BIND
}

static void
hl_action_bar_init (HlActionBar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
hl_action_bar_new (void)
{
  return g_object_new (HL_TYPE_ACTION_BAR, NULL);
}

void
hl_action_bar_set_up (HlActionBar *self, HlDesk *desk)
{
  g_return_if_fail (HL_IS_ACTION_BAR (self) && self->desk == NULL);
  self->desk = g_object_ref (desk);
  g_signal_connect (desk, "notify::can-undo", G_CALLBACK (on_undo_notify), self);
  g_signal_connect (desk, "notify::undo-kind", G_CALLBACK (on_undo_notify), self);
  g_signal_connect (desk, "notify::undo-name", G_CALLBACK (on_undo_notify), self);
  show_undo (self);
}

void
hl_action_bar_set_narrow (HlActionBar *self, gboolean narrow)
{
  GtkWidget *buttons[3] = { self->walk_in, self->waitlist, self->reservation };
  GtkWidget *labels[3] = { self->walk_in_label, self->waitlist_label, self->reservation_label };

  gtk_label_set_width_chars (self->undo_label, narrow ? 3 : 12);
  for (int i = 0; i < 3; i++) {
    gtk_widget_set_visible (labels[i], !narrow);
    gtk_widget_set_tooltip_text (buttons[i],
                                 narrow ? gtk_label_get_label (GTK_LABEL (labels[i])) : NULL);
    if (narrow)
      gtk_widget_add_css_class (buttons[i], "icon-only");
    else
      gtk_widget_remove_css_class (buttons[i], "icon-only");
  }
}
