/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A bin that says how much room its child has. Its minimum is the narrow one whatever the child
 * shows now, because only so can a person make the window smaller; for the frame or two until the
 * child has followed, the child keeps its own minimum and is cut. */
#include "widgets/hl-compact.h"

enum {
  PROP_0,
  PROP_CHILD,
  PROP_MODE,
  PROP_SCALE,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

struct _HlCompact {
  GtkWidget parent_instance;
  GtkWidget *child;
  HlCompactMode mode;
  HlCompactMode wanted;
  double scale;
  guint idle;
};

static void buildable_init (GtkBuildableIface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (HlCompact, hl_compact, GTK_TYPE_WIDGET,
                               G_IMPLEMENT_INTERFACE (GTK_TYPE_BUILDABLE, buildable_init))

static GtkBuildableIface *parent_buildable;

G_DEFINE_ENUM_TYPE (HlCompactMode, hl_compact_mode,
                    G_DEFINE_ENUM_VALUE (HL_COMPACT_WIDE, "wide"),
                    G_DEFINE_ENUM_VALUE (HL_COMPACT_MEDIUM, "medium"),
                    G_DEFINE_ENUM_VALUE (HL_COMPACT_NARROW, "narrow"))

HlCompactMode
hl_compact_mode_for_width (int width, double scale)
{
  if (width >= HL_COMPACT_WIDE_FROM * scale)
    return HL_COMPACT_WIDE;
  if (width >= HL_COMPACT_MEDIUM_FROM * scale)
    return HL_COMPACT_MEDIUM;
  return HL_COMPACT_NARROW;
}

static gboolean
on_idle (gpointer data)
{
  HlCompact *self = data;

  self->idle = 0;
  if (self->mode != self->wanted) {
    self->mode = self->wanted;
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MODE]);
  }
  return G_SOURCE_REMOVE;
}

static void
hl_compact_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                    int *natural, int *minimum_baseline, int *natural_baseline)
{
  HlCompact *self = HL_COMPACT (widget);
  int child_minimum = 0;
  int child_natural = 0;

  if (self->child != NULL) {
    if (orientation == GTK_ORIENTATION_VERTICAL && for_size >= 0) {
      int least = 0;

      gtk_widget_measure (self->child, GTK_ORIENTATION_HORIZONTAL, -1, &least, NULL, NULL, NULL);
      for_size = MAX (for_size, least);
    }
    gtk_widget_measure (self->child, orientation, for_size, &child_minimum, &child_natural, NULL,
                        NULL);
  }
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    child_minimum = MIN (child_minimum, (int) (HL_COMPACT_MIN_WIDTH * self->scale));
  *minimum = child_minimum;
  *natural = MAX (child_natural, child_minimum);
  *minimum_baseline = -1;
  *natural_baseline = -1;
}

static void
hl_compact_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  HlCompact *self = HL_COMPACT (widget);

  self->wanted = hl_compact_mode_for_width (width, self->scale);
  if (self->wanted != self->mode && self->idle == 0) {
    self->idle = g_idle_add_full (G_PRIORITY_HIGH_IDLE, on_idle, self, NULL);
    g_source_set_static_name (g_main_context_find_source_by_id (NULL, self->idle), "hl-compact");
  }
  if (self->child != NULL) {
    int least_width = 0;
    int least_height = 0;

    gtk_widget_measure (self->child, GTK_ORIENTATION_HORIZONTAL, -1, &least_width, NULL, NULL,
                        NULL);
    width = MAX (width, least_width);
    gtk_widget_measure (self->child, GTK_ORIENTATION_VERTICAL, width, &least_height, NULL, NULL,
                        NULL);
    gtk_widget_allocate (self->child, width, MAX (height, least_height), baseline, NULL);
  }
}

static GtkSizeRequestMode
hl_compact_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_CONSTANT_SIZE;
}

static void
hl_compact_dispose (GObject *object)
{
  HlCompact *self = HL_COMPACT (object);

  g_clear_handle_id (&self->idle, g_source_remove);
  g_clear_pointer (&self->child, gtk_widget_unparent);
  G_OBJECT_CLASS (hl_compact_parent_class)->dispose (object);
}

static void
hl_compact_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  HlCompact *self = HL_COMPACT (object);

  switch (id) {
  case PROP_CHILD:
    g_value_set_object (value, self->child);
    break;
  case PROP_MODE:
    g_value_set_enum (value, self->mode);
    break;
  case PROP_SCALE:
    g_value_set_double (value, self->scale);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
hl_compact_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  HlCompact *self = HL_COMPACT (object);

  switch (id) {
  case PROP_CHILD:
    hl_compact_set_child (self, g_value_get_object (value));
    break;
  case PROP_SCALE:
    hl_compact_set_scale (self, g_value_get_double (value));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
hl_compact_add_child (GtkBuildable *buildable, GtkBuilder *builder, GObject *child,
                      const char *type)
{
  if (GTK_IS_WIDGET (child))
    hl_compact_set_child (HL_COMPACT (buildable), GTK_WIDGET (child));
  else
    parent_buildable->add_child (buildable, builder, child, type);
}

static void
buildable_init (GtkBuildableIface *iface)
{
  parent_buildable = g_type_interface_peek_parent (iface);
  iface->add_child = hl_compact_add_child;
}

static void
hl_compact_class_init (HlCompactClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = hl_compact_dispose;
  object_class->get_property = hl_compact_get_property;
  object_class->set_property = hl_compact_set_property;
  widget_class->measure = hl_compact_measure;
  widget_class->size_allocate = hl_compact_size_allocate;
  widget_class->get_request_mode = hl_compact_get_request_mode;

  properties[PROP_CHILD] = g_param_spec_object (
      "child", NULL, NULL, GTK_TYPE_WIDGET,
      G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_MODE] = g_param_spec_enum ("mode", NULL, NULL, HL_TYPE_COMPACT_MODE,
                                             HL_COMPACT_WIDE,
                                             G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_SCALE] = g_param_spec_double (
      "scale", NULL, NULL, 1.0, 2.0, 1.0,
      G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  gtk_widget_class_set_css_name (widget_class, "compact");
}

static void
hl_compact_init (HlCompact *self)
{
  self->scale = 1.0;
  self->mode = HL_COMPACT_WIDE;
  self->wanted = HL_COMPACT_WIDE;
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
}

GtkWidget *
hl_compact_new (void)
{
  return g_object_new (HL_TYPE_COMPACT, NULL);
}

GtkWidget *
hl_compact_get_child (HlCompact *self)
{
  g_return_val_if_fail (HL_IS_COMPACT (self), NULL);
  return self->child;
}

void
hl_compact_set_child (HlCompact *self, GtkWidget *child)
{
  g_return_if_fail (HL_IS_COMPACT (self));
  g_return_if_fail (child == NULL || GTK_IS_WIDGET (child));

  if (self->child == child)
    return;
  g_clear_pointer (&self->child, gtk_widget_unparent);
  if (child != NULL) {
    self->child = child;
    gtk_widget_set_parent (child, GTK_WIDGET (self));
  }
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CHILD]);
}

HlCompactMode
hl_compact_get_mode (HlCompact *self)
{
  g_return_val_if_fail (HL_IS_COMPACT (self), HL_COMPACT_WIDE);
  return self->mode;
}

void
hl_compact_set_scale (HlCompact *self, double scale)
{
  g_return_if_fail (HL_IS_COMPACT (self));

  scale = CLAMP (scale, 1.0, 2.0);
  if (self->scale != scale) {
    self->scale = scale;
    gtk_widget_queue_resize (GTK_WIDGET (self));
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SCALE]);
  }
}
