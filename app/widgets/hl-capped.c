/* SPDX-License-Identifier: GPL-3.0-or-later */
/* As high as its content wants to be, up to a limit. The scrolled window alone measures its content
 * as if it had all the width it likes, and cuts text that wraps. */
#include "widgets/hl-capped.h"

enum {
  PROP_0,
  PROP_CHILD,
  PROP_MAX_HEIGHT,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

struct _HlCapped {
  GtkWidget parent_instance;
  GtkWidget *scroller;
  GtkWidget *child;
  int max_height;
};

static void buildable_init (GtkBuildableIface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (HlCapped, hl_capped, GTK_TYPE_WIDGET,
                               G_IMPLEMENT_INTERFACE (GTK_TYPE_BUILDABLE, buildable_init))

static GtkBuildableIface *parent_buildable;

static GtkSizeRequestMode
hl_capped_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
hl_capped_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                   int *natural, int *minimum_baseline, int *natural_baseline)
{
  HlCapped *self = HL_CAPPED (widget);
  int least = 0, wanted = 0;

  if (self->child != NULL)
    gtk_widget_measure (self->child, orientation,
                        orientation == GTK_ORIENTATION_VERTICAL ? for_size : -1, &least, &wanted,
                        NULL, NULL);
  if (orientation == GTK_ORIENTATION_VERTICAL) {
    *minimum = *natural = MIN (wanted, self->max_height);
  } else {
    *minimum = least;
    *natural = least; /* a text that wraps asks for no more than it needs */
  }
}

static void
hl_capped_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  gtk_widget_allocate (HL_CAPPED (widget)->scroller, width, height, baseline, NULL);
}

static void
hl_capped_dispose (GObject *object)
{
  HlCapped *self = HL_CAPPED (object);

  self->child = NULL;
  g_clear_pointer (&self->scroller, gtk_widget_unparent);
  G_OBJECT_CLASS (hl_capped_parent_class)->dispose (object);
}

static void
hl_capped_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  HlCapped *self = HL_CAPPED (object);

  switch (id) {
  case PROP_CHILD:
    g_value_set_object (value, self->child);
    break;
  case PROP_MAX_HEIGHT:
    g_value_set_int (value, self->max_height);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
hl_capped_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  HlCapped *self = HL_CAPPED (object);

  switch (id) {
  case PROP_CHILD:
    hl_capped_set_child (self, g_value_get_object (value));
    break;
  case PROP_MAX_HEIGHT:
    self->max_height = g_value_get_int (value);
    gtk_widget_queue_resize (GTK_WIDGET (self));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
hl_capped_add_child (GtkBuildable *buildable, GtkBuilder *builder, GObject *child,
                     const char *type)
{
  if (GTK_IS_WIDGET (child))
    hl_capped_set_child (HL_CAPPED (buildable), GTK_WIDGET (child));
  else
    parent_buildable->add_child (buildable, builder, child, type);
}

static void
buildable_init (GtkBuildableIface *iface)
{
  parent_buildable = g_type_interface_peek_parent (iface);
  iface->add_child = hl_capped_add_child;
}

static void
hl_capped_class_init (HlCappedClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = hl_capped_dispose;
  object_class->get_property = hl_capped_get_property;
  object_class->set_property = hl_capped_set_property;
  widget_class->measure = hl_capped_measure;
  widget_class->size_allocate = hl_capped_size_allocate;
  widget_class->get_request_mode = hl_capped_get_request_mode;
  properties[PROP_CHILD] = g_param_spec_object ("child", NULL, NULL, GTK_TYPE_WIDGET,
                                                G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  properties[PROP_MAX_HEIGHT] = g_param_spec_int ("max-height", NULL, NULL, 1, G_MAXINT, 320,
                                                  G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
hl_capped_init (HlCapped *self)
{
  self->max_height = 320;
  self->scroller = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->scroller), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_widget_set_parent (self->scroller, GTK_WIDGET (self));
}

GtkWidget *
hl_capped_new (void)
{
  return g_object_new (HL_TYPE_CAPPED, NULL);
}

void
hl_capped_set_child (HlCapped *self, GtkWidget *child)
{
  g_return_if_fail (HL_IS_CAPPED (self));
  self->child = child;
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scroller), child);
}
