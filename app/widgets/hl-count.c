/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A number with its word, or with an icon in the word's place where there is little room. */
#include "widgets/hl-count.h"

struct _HlCount {
  GtkWidget parent_instance;
  GtkWidget *icon;
  GtkWidget *word;
  GtkWidget *number;
  int value;
};

enum {
  PROP_0,
  PROP_ICON_NAME,
  PROP_WORD,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (HlCount, hl_count, GTK_TYPE_WIDGET)

static void
speak (HlCount *self)
{
  const char *word = gtk_label_get_label (GTK_LABEL (self->word));
  g_autofree char *spoken = g_strdup_printf ("%s: %d", word, self->value);

  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken,
                                  -1);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), spoken);
}

static void
hl_count_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  HlCount *self = HL_COUNT (object);

  switch (id) {
  case PROP_ICON_NAME:
    g_value_set_string (value, gtk_image_get_icon_name (GTK_IMAGE (self->icon)));
    break;
  case PROP_WORD:
    g_value_set_string (value, gtk_label_get_label (GTK_LABEL (self->word)));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
hl_count_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  HlCount *self = HL_COUNT (object);

  switch (id) {
  case PROP_ICON_NAME:
    gtk_image_set_from_icon_name (GTK_IMAGE (self->icon), g_value_get_string (value));
    break;
  case PROP_WORD:
    gtk_label_set_label (GTK_LABEL (self->word), g_value_get_string (value));
    speak (self);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
hl_count_dispose (GObject *object)
{
  HlCount *self = HL_COUNT (object);

  g_clear_pointer (&self->icon, gtk_widget_unparent);
  g_clear_pointer (&self->word, gtk_widget_unparent);
  g_clear_pointer (&self->number, gtk_widget_unparent);
  G_OBJECT_CLASS (hl_count_parent_class)->dispose (object);
}

static void
hl_count_class_init (HlCountClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = hl_count_dispose;
  object_class->get_property = hl_count_get_property;
  object_class->set_property = hl_count_set_property;
  properties[PROP_ICON_NAME] = g_param_spec_string ("icon-name", NULL, NULL, NULL,
                                                    G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  properties[PROP_WORD] =
      g_param_spec_string ("word", NULL, NULL, "", G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "count");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
hl_count_init (HlCount *self)
{
  GtkLayoutManager *layout = gtk_widget_get_layout_manager (GTK_WIDGET (self));

  gtk_box_layout_set_spacing (GTK_BOX_LAYOUT (layout), 6);
  self->icon =
      g_object_new (GTK_TYPE_IMAGE, "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL);
  self->word = gtk_label_new (NULL);
  self->number = gtk_label_new ("0");
  gtk_widget_add_css_class (self->number, "numeric");
  gtk_widget_add_css_class (self->number, "heading");
  gtk_widget_set_visible (self->icon, FALSE);
  gtk_widget_set_parent (self->icon, GTK_WIDGET (self));
  gtk_widget_set_parent (self->word, GTK_WIDGET (self));
  gtk_widget_set_parent (self->number, GTK_WIDGET (self));
}

GtkWidget *
hl_count_new (void)
{
  return g_object_new (HL_TYPE_COUNT, NULL);
}

void
hl_count_set_number (HlCount *self, int number)
{
  g_autofree char *text = g_strdup_printf ("%d", number);

  g_return_if_fail (HL_IS_COUNT (self));
  self->value = number;
  gtk_label_set_label (GTK_LABEL (self->number), text);
  speak (self);
}

void
hl_count_set_compact (HlCount *self, gboolean compact)
{
  g_return_if_fail (HL_IS_COUNT (self));
  gtk_widget_set_visible (self->icon, compact);
  gtk_widget_set_visible (self->word, !compact);
}
