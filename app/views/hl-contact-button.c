/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Notes that a guest was called. */
#include "views/hl-contact-button.h"

#include <glib/gi18n.h>

struct _HlContactButton {
  GtkWidget parent_instance;
  AdwSplitButton *button;
  char *reservation_id;
};

G_DEFINE_FINAL_TYPE (HlContactButton, hl_contact_button, GTK_TYPE_WIDGET)

static void
add_result (HlContactButton *self, GMenu *menu, const char *text, const char *result)
{
  g_autoptr (GMenuItem) item = g_menu_item_new (text, NULL);

  g_menu_item_set_action_and_target (item, "desk.contact-attempt", "(ss)", self->reservation_id, result);
  g_menu_append_item (menu, item);
}

void
hl_contact_button_set_reservation (HlContactButton *self, const char *reservation_id)
{
  gboolean shown = reservation_id != NULL && reservation_id[0] != '\0';
  g_autoptr (GMenu) menu = NULL;

  g_return_if_fail (HL_IS_CONTACT_BUTTON (self));
  gtk_widget_set_visible (GTK_WIDGET (self), shown);
  /* an open menu is not made anew under a finger */
  if (!shown || g_strcmp0 (self->reservation_id, reservation_id) == 0)
    return;
  g_free (self->reservation_id);
  self->reservation_id = g_strdup (reservation_id);
  menu = g_menu_new ();
  add_result (self, menu, C_ ("contact", "Called: left a message"), "left_message");
  add_result (self, menu, C_ ("contact", "Called: reached them"), "reached");
  add_result (self, menu, C_ ("contact", "Called: wrong number"), "wrong_number");
  adw_split_button_set_menu_model (self->button, G_MENU_MODEL (menu));
  gtk_actionable_set_action_target (GTK_ACTIONABLE (self->button), "(ss)", reservation_id, "no_answer");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->button), "desk.contact-attempt");
}

static void
hl_contact_button_dispose (GObject *object)
{
  HlContactButton *self = HL_CONTACT_BUTTON (object);
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  g_clear_pointer (&self->reservation_id, g_free);
  G_OBJECT_CLASS (hl_contact_button_parent_class)->dispose (object);
}

static void
hl_contact_button_class_init (HlContactButtonClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hl_contact_button_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/org/hostline/Hostline/ui/hl-contact-button.ui");
  gtk_widget_class_bind_template_child (widget_class, HlContactButton, button);
}

static void
hl_contact_button_init (HlContactButton *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
