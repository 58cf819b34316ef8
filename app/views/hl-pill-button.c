/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The pill of the header: whether the screen is current, and how much is not sent yet. */
#include "views/hl-pill-button.h"

#include <glib/gi18n.h>

#include "views/hl-words.h"

struct _HlPillButton {
  GtkWidget parent_instance;
  GtkWidget *button;
  GtkImage *icon;
  GtkLabel *label;
  HlDesk *desk;
  const char *style;
};

G_DEFINE_FINAL_TYPE (HlPillButton, hl_pill_button, GTK_TYPE_WIDGET)

static char *
add_unsent (const char *state, int unsent)
{
  if (unsent <= 0)
    return g_strdup (state);
  /* Translators: state of the connection, how many changes have not been sent: "Offline, 4 unsent" */
  return g_strdup_printf (
      g_dngettext (NULL, "%1$s, %2$d unsent", "%1$s, %2$d unsent", unsent), state, unsent);
}

char *
hl_pill_button_make_text (HlDesk *desk)
{
  int unsent = hl_desk_get_unsent (desk);
  int to_check = hl_desk_get_to_check (desk);
  int done = 0, total = 0;

  switch (hl_desk_get_pill (desk)) {
  case HL_PILL_OFFLINE:
    if (hl_desk_get_cause (desk) == HL_LINK_CAUSE_STARTING)
      return add_unsent (C_ ("pill", "Connecting"), unsent);
    return add_unsent (C_ ("pill", "Offline"), unsent);
  case HL_PILL_CATCHING_UP:
    g_object_get (desk, "catch-up-done", &done, "catch-up-total", &total, NULL);
    if (total > 0)
      return g_strdup_printf (C_ ("pill", "Catching up %1$d/%2$d"), done, total);
    return g_strdup (C_ ("pill", "Catching up"));
  case HL_PILL_CHECKING:
    return add_unsent (C_ ("pill", "Checking"), unsent);
  case HL_PILL_CONFLICT:
    return g_strdup_printf (g_dngettext (NULL, "%d to check", "%d to check", to_check), to_check);
  case HL_PILL_LIVE:
  default:
    return add_unsent (C_ ("pill", "Online"), unsent);
  }
}

static void
show (HlPillButton *self)
{
  static const struct {
    const char *icon;
    const char *style;
  } looks[] = {
    [HL_PILL_OFFLINE] = { "hl-offline-symbolic", "offline" },
    [HL_PILL_CATCHING_UP] = { "hl-catching-up-symbolic", "catching-up" },
    [HL_PILL_CHECKING] = { "hl-checking-symbolic", "checking" },
    [HL_PILL_LIVE] = { "hl-online-symbolic", "live" },
    [HL_PILL_CONFLICT] = { "hl-dispute-symbolic", "conflict" },
  };
  HlPill pill = hl_desk_get_pill (self->desk);
  g_autofree char *text = hl_pill_button_make_text (self->desk);
  /* Translators: %s is the state of the connection */
  g_autofree char *spoken = g_strdup_printf (C_ ("pill", "Connection: %s"), text);

  if (g_strcmp0 (gtk_label_get_label (self->label), text) != 0) {
    gtk_label_set_label (self->label, text);
    gtk_accessible_update_property (GTK_ACCESSIBLE (self->button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                    spoken, -1);
  }
  if (self->style != looks[pill].style) {
    if (self->style != NULL)
      gtk_widget_remove_css_class (GTK_WIDGET (self->button), self->style);
    self->style = looks[pill].style;
    gtk_widget_add_css_class (GTK_WIDGET (self->button), self->style);
    gtk_image_set_from_icon_name (self->icon, looks[pill].icon);
  }
}

static void
on_desk_notify (HlDesk *desk, GParamSpec *pspec, HlPillButton *self)
{
  show (self);
}

/* What the pill speaks of: the cards, else the connection. */
static void
on_clicked (HlPillButton *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "win.show-tray", "s",
                              hl_desk_get_pill (self->desk) == HL_PILL_CONFLICT ? "check"
                                                                                : "connection");
}

static void
hl_pill_button_dispose (GObject *object)
{
  HlPillButton *self = HL_PILL_BUTTON (object);
  GtkWidget *child;

  if (self->desk != NULL)
    g_signal_handlers_disconnect_by_data (self->desk, self);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  g_clear_object (&self->desk);
  G_OBJECT_CLASS (hl_pill_button_parent_class)->dispose (object);
}

static void
hl_pill_button_class_init (HlPillButtonClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hl_pill_button_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/hostline/Hostline/ui/hl-pill-button.ui");
  gtk_widget_class_bind_template_child (widget_class, HlPillButton, button);
  gtk_widget_class_bind_template_child (widget_class, HlPillButton, icon);
  gtk_widget_class_bind_template_child (widget_class, HlPillButton, label);
  gtk_widget_class_bind_template_callback (widget_class, on_clicked);
}

static void
hl_pill_button_init (HlPillButton *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
hl_pill_button_new (void)
{
  return g_object_new (HL_TYPE_PILL_BUTTON, NULL);
}

void
hl_pill_button_set_up (HlPillButton *self, HlDesk *desk)
{
  static const char *const watched[] = {
    "notify::pill",          "notify::unsent",         "notify::to-check", "notify::cause",
    "notify::catch-up-done", "notify::catch-up-total",
  };

  g_return_if_fail (HL_IS_PILL_BUTTON (self) && self->desk == NULL);
  self->desk = g_object_ref (desk);
  for (gsize i = 0; i < G_N_ELEMENTS (watched); i++)
    g_signal_connect (desk, watched[i], G_CALLBACK (on_desk_notify), self);
  show (self);
}

void
hl_pill_button_set_brief (HlPillButton *self, gboolean brief)
{
  gtk_widget_set_visible (GTK_WIDGET (self->label), !brief);
}
