/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A pane that slides in over others, see hl-drawer.h. */
#include "widgets/hl-drawer.h"

struct _HlDrawer {
  GtkWidget parent_instance;
  GtkRevealer *revealer;
};

enum {
  PROP_0,
  PROP_CHILD,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

enum {
  CLOSED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (HlDrawer, hl_drawer, GTK_TYPE_WIDGET)

static void
on_revealed_notify (GtkRevealer *revealer, GParamSpec *pspec, HlDrawer *self)
{
  if (gtk_revealer_get_child_revealed (revealer) || gtk_revealer_get_reveal_child (revealer))
    return;
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
  g_signal_emit (self, signals[CLOSED], 0);
}

static void
hl_drawer_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_CHILD)
    g_value_set_object (value, hl_drawer_get_child (HL_DRAWER (object)));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
hl_drawer_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  if (id == PROP_CHILD)
    hl_drawer_set_child (HL_DRAWER (object), g_value_get_object (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
hl_drawer_dispose (GObject *object)
{
  HlDrawer *self = HL_DRAWER (object);

  if (self->revealer != NULL)
    g_signal_handlers_disconnect_by_data (self->revealer, self);
  g_clear_pointer ((GtkWidget **) &self->revealer, gtk_widget_unparent);
  G_OBJECT_CLASS (hl_drawer_parent_class)->dispose (object);
}

static void
hl_drawer_class_init (HlDrawerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = hl_drawer_dispose;
  object_class->get_property = hl_drawer_get_property;
  object_class->set_property = hl_drawer_set_property;
  properties[PROP_CHILD] =
      g_param_spec_object ("child", NULL, NULL, GTK_TYPE_WIDGET,
                           G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  signals[CLOSED] = g_signal_new ("closed", HL_TYPE_DRAWER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 0);
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (klass), GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
hl_drawer_init (HlDrawer *self)
{
  self->revealer = GTK_REVEALER (gtk_revealer_new ());
  gtk_revealer_set_transition_type (self->revealer, GTK_REVEALER_TRANSITION_TYPE_SLIDE_LEFT);
  gtk_widget_set_parent (GTK_WIDGET (self->revealer), GTK_WIDGET (self));
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
  g_signal_connect (self->revealer, "notify::child-revealed", G_CALLBACK (on_revealed_notify),
                    self);
}

GtkWidget *
hl_drawer_new (void)
{
  return g_object_new (HL_TYPE_DRAWER, NULL);
}

void
hl_drawer_set_child (HlDrawer *self, GtkWidget *child)
{
  g_return_if_fail (HL_IS_DRAWER (self));
  if (gtk_revealer_get_child (self->revealer) == child)
    return;
  gtk_revealer_set_child (self->revealer, child);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CHILD]);
}

GtkWidget *
hl_drawer_get_child (HlDrawer *self)
{
  g_return_val_if_fail (HL_IS_DRAWER (self), NULL);
  return gtk_revealer_get_child (self->revealer);
}

void
hl_drawer_set_open (HlDrawer *self, gboolean open)
{
  g_return_if_fail (HL_IS_DRAWER (self));
  if (open)
    gtk_widget_set_visible (GTK_WIDGET (self), TRUE);
  gtk_revealer_set_reveal_child (self->revealer, open);
}

gboolean
hl_drawer_get_open (HlDrawer *self)
{
  g_return_val_if_fail (HL_IS_DRAWER (self), FALSE);
  return gtk_revealer_get_reveal_child (self->revealer);
}
