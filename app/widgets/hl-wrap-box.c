/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A box whose children are set in lines, see hl-wrap-layout.h. */
#include "widgets/hl-wrap-box.h"

#include "widgets/hl-wrap-layout.h"

enum {
  PROP_0,
  PROP_SPACING,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

struct _HlWrapBox {
  GtkWidget parent_instance;
};

G_DEFINE_FINAL_TYPE (HlWrapBox, hl_wrap_box, GTK_TYPE_WIDGET)

static void
hl_wrap_box_dispose (GObject *object)
{
  GtkWidget *child;

  g_object_set_data (object, "hl-children", NULL);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (hl_wrap_box_parent_class)->dispose (object);
}

static void
hl_wrap_box_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  GtkLayoutManager *layout = gtk_widget_get_layout_manager (GTK_WIDGET (object));

  if (id == PROP_SPACING)
    g_object_get_property (G_OBJECT (layout), "spacing", value);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
hl_wrap_box_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  GtkLayoutManager *layout = gtk_widget_get_layout_manager (GTK_WIDGET (object));

  if (id == PROP_SPACING)
    g_object_set_property (G_OBJECT (layout), "spacing", value);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
hl_wrap_box_class_init (HlWrapBoxClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = hl_wrap_box_dispose;
  object_class->get_property = hl_wrap_box_get_property;
  object_class->set_property = hl_wrap_box_set_property;
  properties[PROP_SPACING] =
      g_param_spec_int ("spacing", NULL, NULL, 0, 100, 6, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), HL_TYPE_WRAP_LAYOUT);
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (klass), GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
hl_wrap_box_init (HlWrapBox *self)
{
}

GtkWidget *
hl_wrap_box_new (int spacing)
{
  return g_object_new (HL_TYPE_WRAP_BOX, "spacing", spacing, NULL);
}
