/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Stands in the header while no sounds are heard, and says until when. */
#include "views/hl-mute-button.h"

#include <glib/gi18n.h>

#include "views/hl-words.h"

struct _HlMuteButton {
  GtkWidget parent_instance;
  GtkWidget *button;
  GtkLabel *label;
  HlDesk *desk;
  HlSettings *settings;
  gboolean shown;
  gboolean brief;
};

G_DEFINE_FINAL_TYPE (HlMuteButton, hl_mute_button, GTK_TYPE_WIDGET)

static void
show (HlMuteButton *self)
{
  gint64 until = hl_alarm_get_muted_until (hl_desk_get_alarm (self->desk));
  gboolean off = hl_settings_get_sound_volume (self->settings) <= 0;
  g_autofree char *time = until > 0 ? hl_words_time (until, hl_desk_get_timezone (self->desk)) : NULL;
  g_autofree char *spoken = NULL;

  gtk_widget_set_visible (GTK_WIDGET (self), self->shown && (off || until > 0));
  /* for good goes before for a while */
  if (off || time == NULL)
    spoken = g_strdup (C_ ("sound", "Sounds are off: press for sounds"));
  else
    /* Translators: a time */
    spoken = g_strdup_printf (C_ ("sound", "No sounds until %s: press for sounds"), time);
  gtk_label_set_label (self->label, off || time == NULL ? "" : time);
  gtk_widget_set_visible (GTK_WIDGET (self->label), !self->brief && !off && time != NULL);
  gtk_widget_set_tooltip_text (self->button, spoken);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->button), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken, -1);
}

static void
on_clicked (HlMuteButton *self)
{
  hl_desk_mute (self->desk, 0);
  if (hl_settings_get_sound_volume (self->settings) <= 0)
    gtk_widget_activate_action (GTK_WIDGET (self), "app.sound", "s", "loud");
}

void
hl_mute_button_set_shown (HlMuteButton *self, gboolean shown, gboolean brief)
{
  g_return_if_fail (HL_IS_MUTE_BUTTON (self));
  self->shown = shown;
  self->brief = brief;
  if (brief)
    gtk_widget_add_css_class (self->button, "brief");
  else
    gtk_widget_remove_css_class (self->button, "brief");
  if (self->desk != NULL)
    show (self);
}

void
hl_mute_button_set_up (HlMuteButton *self, HlDesk *desk, HlSettings *settings)
{
  g_return_if_fail (HL_IS_MUTE_BUTTON (self) && self->desk == NULL);
  self->desk = g_object_ref (desk);
  self->settings = g_object_ref (settings);
  g_signal_connect_object (hl_desk_get_alarm (desk), "notify::muted-until", G_CALLBACK (show), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (settings, "notify::sound-volume", G_CALLBACK (show), self, G_CONNECT_SWAPPED);
  show (self);
}

static void
hl_mute_button_dispose (GObject *object)
{
  HlMuteButton *self = HL_MUTE_BUTTON (object);
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  g_clear_object (&self->desk);
  g_clear_object (&self->settings);
  G_OBJECT_CLASS (hl_mute_button_parent_class)->dispose (object);
}

static void
hl_mute_button_class_init (HlMuteButtonClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hl_mute_button_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/org/hostline/Hostline/ui/hl-mute-button.ui");
  gtk_widget_class_bind_template_child (widget_class, HlMuteButton, button);
  gtk_widget_class_bind_template_child (widget_class, HlMuteButton, label);
  gtk_widget_class_bind_template_callback (widget_class, on_clicked);
}

static void
hl_mute_button_init (HlMuteButton *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
