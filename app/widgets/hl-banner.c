/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A line under the header that says what is wrong, since when and what still works. */
#include "widgets/hl-banner.h"

struct _HlBanner {
  GtkWidget parent_instance;
  GtkRevealer *revealer;
  GtkWidget *box;
  GtkImage *icon;
  GtkLabel *label;
  GtkButton *button;
  char *style;
};

enum {
  CLICKED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (HlBanner, hl_banner, GTK_TYPE_WIDGET)

static void
on_button_clicked (HlBanner *self)
{
  g_signal_emit (self, signals[CLICKED], 0);
}

static void
hl_banner_dispose (GObject *object)
{
  GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (object));

  g_clear_pointer (&child, gtk_widget_unparent);
  G_OBJECT_CLASS (hl_banner_parent_class)->dispose (object);
}

static void
hl_banner_finalize (GObject *object)
{
  g_free (HL_BANNER (object)->style);
  G_OBJECT_CLASS (hl_banner_parent_class)->finalize (object);
}

static void
hl_banner_class_init (HlBannerClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hl_banner_dispose;
  G_OBJECT_CLASS (klass)->finalize = hl_banner_finalize;
  signals[CLICKED] = g_signal_new ("clicked", HL_TYPE_BANNER, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/hostline/Hostline/ui/hl-banner.ui");
  gtk_widget_class_bind_template_child (widget_class, HlBanner, revealer);
  gtk_widget_class_bind_template_child (widget_class, HlBanner, box);
  gtk_widget_class_bind_template_child (widget_class, HlBanner, icon);
  gtk_widget_class_bind_template_child (widget_class, HlBanner, label);
  gtk_widget_class_bind_template_child (widget_class, HlBanner, button);
  gtk_widget_class_bind_template_callback (widget_class, on_button_clicked);
}

static void
hl_banner_init (HlBanner *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
hl_banner_new (void)
{
  return g_object_new (HL_TYPE_BANNER, NULL);
}

void
hl_banner_show (HlBanner *self, const char *icon, const char *text, const char *button,
                const char *style)
{
  g_return_if_fail (HL_IS_BANNER (self));
  g_return_if_fail (text != NULL);

  gtk_image_set_from_icon_name (self->icon, icon);
  gtk_label_set_label (self->label, text);
  gtk_widget_set_visible (GTK_WIDGET (self->button), button != NULL);
  if (button != NULL)
    gtk_button_set_label (self->button, button);
  if (g_strcmp0 (self->style, style) != 0) {
    if (self->style != NULL)
      gtk_widget_remove_css_class (self->box, self->style);
    g_free (self->style);
    self->style = g_strdup (style);
    if (style != NULL)
      gtk_widget_add_css_class (self->box, style);
  }
  gtk_revealer_set_reveal_child (self->revealer, TRUE);
}

void
hl_banner_hide (HlBanner *self)
{
  g_return_if_fail (HL_IS_BANNER (self));
  gtk_revealer_set_reveal_child (self->revealer, FALSE);
}

gboolean
hl_banner_get_revealed (HlBanner *self)
{
  g_return_val_if_fail (HL_IS_BANNER (self), FALSE);
  return gtk_revealer_get_reveal_child (self->revealer);
}

const char *
hl_banner_get_text (HlBanner *self)
{
  g_return_val_if_fail (HL_IS_BANNER (self), NULL);
  return gtk_label_get_label (self->label);
}
