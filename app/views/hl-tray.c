/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tray behind the pill: what is to be checked, what was done here, and the connection. */
#include "views/hl-tray.h"

#include <glib/gi18n.h>

#include "views/hl-changes-page.h"
#include "views/hl-check-page.h"
#include "views/hl-link-page.h"

struct _HlTray {
  GtkWidget parent_instance;
  GtkToggleButton *check_tab;
  GtkToggleButton *changes_tab;
  GtkStack *pages;
  HlCheckPage *check;
  HlChangesPage *changes;
  HlLinkPage *link;

  HlDesk *desk;
};

G_DEFINE_FINAL_TYPE (HlTray, hl_tray, GTK_TYPE_WIDGET)

static void
set_tab (GtkToggleButton *tab, const char *plain, char *counted)
{
  gtk_button_set_label (GTK_BUTTON (tab), counted != NULL ? counted : plain);
  g_free (counted);
}

static void
show_tabs (HlTray *self)
{
  int to_check = hl_desk_get_to_check (self->desk);
  int unsent = hl_desk_get_unsent (self->desk);

  /* Translators: a tab, how many are in it */
  set_tab (self->check_tab, C_ ("tray", "To check"),
           to_check > 0 ? g_strdup_printf (C_ ("tray", "To check (%d)"), to_check) : NULL);
  if (to_check > 0)
    gtk_widget_add_css_class (GTK_WIDGET (self->check_tab), "to-check");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->check_tab), "to-check");
  set_tab (self->changes_tab, C_ ("tray", "Done here"),
           unsent > 0
               ? g_strdup_printf (g_dngettext (NULL, "%d unsent", "%d unsent", unsent), unsent)
               : NULL);
}

static void
on_desk_notify (HlDesk *desk, GParamSpec *pspec, HlTray *self)
{
  show_tabs (self);
}

static void
hl_tray_dispose (GObject *object)
{
  HlTray *self = HL_TRAY (object);
  GtkWidget *child;

  if (self->desk != NULL)
    g_signal_handlers_disconnect_by_data (self->desk, self);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  g_clear_object (&self->desk);
  G_OBJECT_CLASS (hl_tray_parent_class)->dispose (object);
}

static void
hl_tray_class_init (HlTrayClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hl_tray_dispose;
  g_type_ensure (HL_TYPE_CHANGES_PAGE);
  g_type_ensure (HL_TYPE_CHECK_PAGE);
  g_type_ensure (HL_TYPE_LINK_PAGE);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/hostline/Hostline/ui/hl-tray.ui");
#define BIND(name) gtk_widget_class_bind_template_child (widget_class, HlTray, name)
  BIND (check_tab);
  BIND (changes_tab);
  BIND (pages);
  BIND (check);
  BIND (changes);
  BIND (link);
#undef BIND
}

static void
hl_tray_init (HlTray *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
hl_tray_new (void)
{
  return g_object_new (HL_TYPE_TRAY, NULL);
}

void
hl_tray_set_up (HlTray *self, HlActs *acts)
{
  g_return_if_fail (HL_IS_TRAY (self) && self->desk == NULL);

  self->desk = g_object_ref (hl_acts_get_desk (acts));
  hl_check_page_set_up (self->check, acts);
  hl_changes_page_set_up (self->changes, acts);
  hl_link_page_set_up (self->link, acts);
  g_signal_connect (self->desk, "notify::to-check", G_CALLBACK (on_desk_notify), self);
  g_signal_connect (self->desk, "notify::unsent", G_CALLBACK (on_desk_notify), self);
  show_tabs (self);
}

void
hl_tray_show_page (HlTray *self, const char *name)
{
  g_return_if_fail (HL_IS_TRAY (self));
  if (gtk_stack_get_child_by_name (self->pages, name) != NULL)
    gtk_stack_set_visible_child_name (self->pages, name);
}

void
hl_tray_show_dispute (HlTray *self, HlDispute *dispute)
{
  g_return_if_fail (HL_IS_TRAY (self));
  gtk_stack_set_visible_child_name (self->pages, "check");
  hl_check_page_focus (self->check, dispute);
}
