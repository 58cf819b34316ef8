/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Asked before the program ends with changes that have not been sent. */
#include "views/hl-quit-sheet.h"

#include <glib/gi18n.h>

struct _HlQuitSheet {
  GtkWidget parent_instance;
  GtkLabel *question;
  GtkLabel *text;
  GtkWidget *stay;

  HlDesk *desk;
  GtkWidget *behind; /* weak */
  GtkWidget *focus;  /* weak: what had the keyboard */
};

G_DEFINE_FINAL_TYPE (HlQuitSheet, hl_quit_sheet, GTK_TYPE_WIDGET)

static void
show (HlQuitSheet *self)
{
  int unsent = hl_desk_get_unsent (self->desk);
  g_autofree char *question = NULL;
  const char *text;

  if (unsent > 0) {
    question = g_strdup_printf (
        g_dngettext (NULL, "Quit with %d change not sent yet?",
                     "Quit with %d changes not sent yet?", unsent),
        unsent);
    text = C_ ("quit", "What has not been sent stays saved on this computer, and goes to the server "
                       "the next time Hostline starts here. Until then nobody else sees it.");
  } else {
    question = g_strdup (C_ ("quit", "Everything has been sent"));
    text = C_ ("quit", "Nothing waits on this computer any more.");
  }
  gtk_label_set_label (self->question, question);
  gtk_label_set_label (self->text, text);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, question,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, text, -1);
}

static void
on_unsent_notify (HlDesk *desk, GParamSpec *pspec, HlQuitSheet *self)
{
  show (self);
}

static void
hl_quit_sheet_dispose (GObject *object)
{
  HlQuitSheet *self = HL_QUIT_SHEET (object);
  GtkWidget *child;

  if (self->desk != NULL)
    g_signal_handlers_disconnect_by_data (self->desk, self);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  g_clear_weak_pointer (&self->behind);
  g_clear_weak_pointer (&self->focus);
  g_clear_object (&self->desk);
  G_OBJECT_CLASS (hl_quit_sheet_parent_class)->dispose (object);
}

static void
hl_quit_sheet_class_init (HlQuitSheetClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hl_quit_sheet_dispose;
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_ALERT_DIALOG);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/hostline/Hostline/ui/hl-quit-sheet.ui");
  gtk_widget_class_bind_template_child (widget_class, HlQuitSheet, question);
  gtk_widget_class_bind_template_child (widget_class, HlQuitSheet, text);
  gtk_widget_class_bind_template_child (widget_class, HlQuitSheet, stay);
}

static void
hl_quit_sheet_init (HlQuitSheet *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_MODAL, TRUE, -1);
}

GtkWidget *
hl_quit_sheet_new (void)
{
  return g_object_new (HL_TYPE_QUIT_SHEET, NULL);
}

void
hl_quit_sheet_set_up (HlQuitSheet *self, HlDesk *desk)
{
  g_return_if_fail (HL_IS_QUIT_SHEET (self) && self->desk == NULL);

  self->desk = g_object_ref (desk);
  g_signal_connect (desk, "notify::unsent", G_CALLBACK (on_unsent_notify), self);
  show (self);
}

void
hl_quit_sheet_ask (HlQuitSheet *self, GtkWidget *behind)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  g_return_if_fail (HL_IS_QUIT_SHEET (self));
  if (!gtk_widget_get_visible (GTK_WIDGET (self)) && root != NULL)
    g_set_weak_pointer (&self->focus, gtk_root_get_focus (root));
  g_set_weak_pointer (&self->behind, behind);
  gtk_widget_set_visible (GTK_WIDGET (self), TRUE);
  gtk_widget_set_can_focus (behind, FALSE);
  gtk_widget_grab_focus (self->stay);
}

gboolean
hl_quit_sheet_hide (HlQuitSheet *self)
{
  g_return_val_if_fail (HL_IS_QUIT_SHEET (self), FALSE);
  if (!gtk_widget_get_visible (GTK_WIDGET (self)))
    return FALSE;
  if (self->behind != NULL)
    gtk_widget_set_can_focus (self->behind, TRUE);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
  if (self->focus != NULL && gtk_widget_get_mapped (self->focus))
    gtk_widget_grab_focus (self->focus);
  return TRUE;
}
