/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A small label with an icon: a flag of a row, a slot of a call, a mark of a table. */
#include "widgets/hl-chip.h"

struct _HlChip {
  GtkWidget parent_instance;
  GtkWidget *icon;
  GtkWidget *label;
  char *style;
};

G_DEFINE_FINAL_TYPE (HlChip, hl_chip, GTK_TYPE_WIDGET)

static void
hl_chip_dispose (GObject *object)
{
  HlChip *self = HL_CHIP (object);

  g_clear_pointer (&self->icon, gtk_widget_unparent);
  g_clear_pointer (&self->label, gtk_widget_unparent);
  G_OBJECT_CLASS (hl_chip_parent_class)->dispose (object);
}

static void
hl_chip_finalize (GObject *object)
{
  g_free (HL_CHIP (object)->style);
  G_OBJECT_CLASS (hl_chip_parent_class)->finalize (object);
}

static void
hl_chip_class_init (HlChipClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hl_chip_dispose;
  G_OBJECT_CLASS (klass)->finalize = hl_chip_finalize;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "chip");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
hl_chip_init (HlChip *self)
{
  GtkLayoutManager *layout = gtk_widget_get_layout_manager (GTK_WIDGET (self));

  gtk_box_layout_set_spacing (GTK_BOX_LAYOUT (layout), 4);
  self->icon = g_object_new (GTK_TYPE_IMAGE, "accessible-role",
                             GTK_ACCESSIBLE_ROLE_PRESENTATION, "visible", FALSE, NULL);
  gtk_widget_set_parent (self->icon, GTK_WIDGET (self));
  self->label = gtk_label_new (NULL);
  gtk_label_set_ellipsize (GTK_LABEL (self->label), PANGO_ELLIPSIZE_END);
  gtk_label_set_single_line_mode (GTK_LABEL (self->label), TRUE);
  gtk_widget_set_parent (self->label, GTK_WIDGET (self));
  gtk_widget_set_valign (GTK_WIDGET (self), GTK_ALIGN_CENTER);
}

GtkWidget *
hl_chip_new (void)
{
  return g_object_new (HL_TYPE_CHIP, NULL);
}

void
hl_chip_set (HlChip *self, const char *icon, const char *text, const char *style,
             const char *spoken)
{
  g_return_if_fail (HL_IS_CHIP (self));

  gtk_widget_set_visible (self->icon, icon != NULL);
  if (icon != NULL)
    gtk_image_set_from_icon_name (GTK_IMAGE (self->icon), icon);
  gtk_label_set_label (GTK_LABEL (self->label), text != NULL ? text : "");
  gtk_widget_set_visible (self->label, text != NULL && text[0] != '\0');
  if (g_strcmp0 (self->style, style) != 0) {
    if (self->style != NULL)
      gtk_widget_remove_css_class (GTK_WIDGET (self), self->style);
    g_free (self->style);
    self->style = g_strdup (style);
    if (style != NULL)
      gtk_widget_add_css_class (GTK_WIDGET (self), style);
  }
  if (spoken == NULL)
    spoken = text != NULL ? text : "";
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken,
                                  -1);
}

void
hl_chip_set_ellipsize (HlChip *self, gboolean ellipsize)
{
  g_return_if_fail (HL_IS_CHIP (self));
  gtk_label_set_ellipsize (GTK_LABEL (self->label),
                           ellipsize ? PANGO_ELLIPSIZE_END : PANGO_ELLIPSIZE_NONE);
}

const char *
hl_chip_get_text (HlChip *self)
{
  g_return_val_if_fail (HL_IS_CHIP (self), NULL);
  return gtk_label_get_label (GTK_LABEL (self->label));
}
