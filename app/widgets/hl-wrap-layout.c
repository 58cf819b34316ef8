/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A layout that sets its children in lines, like words of a paragraph. */
#include "widgets/hl-wrap-layout.h"

enum {
  PROP_0,
  PROP_SPACING,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

struct _HlWrapLayout {
  GtkLayoutManager parent_instance;
  int spacing;
};

G_DEFINE_FINAL_TYPE (HlWrapLayout, hl_wrap_layout, GTK_TYPE_LAYOUT_MANAGER)

static GtkSizeRequestMode
hl_wrap_layout_get_request_mode (GtkLayoutManager *manager, GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

/* Goes through the lines; places the children if @place, and gives back the height. */
static int
lay_out (HlWrapLayout *self, GtkWidget *widget, int width, gboolean place)
{
  gboolean mirrored = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  GtkWidget *child = gtk_widget_get_first_child (widget);
  int y = 0;

  while (child != NULL) {
    GtkWidget *end = child;
    int x = 0;
    int line = 0;

    /* how many fit, and the height of the line */
    for (; end != NULL; end = gtk_widget_get_next_sibling (end)) {
      GtkRequisition least, wanted;
      int taken;

      if (!gtk_widget_should_layout (end))
        continue;
      gtk_widget_get_preferred_size (end, &least, &wanted);
      taken = MIN (wanted.width, MAX (width, least.width));
      if (x > 0 && x + taken > width)
        break;
      x += taken + self->spacing;
      line = MAX (line, wanted.height);
    }
    if (place) {
      x = 0;
      for (GtkWidget *each = child; each != end; each = gtk_widget_get_next_sibling (each)) {
        GtkRequisition least, wanted;
        GtkAllocation box;

        if (!gtk_widget_should_layout (each))
          continue;
        gtk_widget_get_preferred_size (each, &least, &wanted);
        box.width = MIN (wanted.width, MAX (width, least.width));
        box.height = line;
        box.x = mirrored ? width - x - box.width : x;
        box.y = y;
        gtk_widget_size_allocate (each, &box, -1);
        x += box.width + self->spacing;
      }
    }
    if (line > 0)
      y += line + self->spacing;
    child = end;
  }
  return MAX (y - self->spacing, 0);
}

static void
hl_wrap_layout_measure (GtkLayoutManager *manager, GtkWidget *widget, GtkOrientation orientation,
                        int for_size, int *minimum, int *natural, int *minimum_baseline,
                        int *natural_baseline)
{
  HlWrapLayout *self = HL_WRAP_LAYOUT (manager);
  int least_width = 0;
  int whole_width = 0;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child)) {
    GtkRequisition least, wanted;

    if (!gtk_widget_should_layout (child))
      continue;
    gtk_widget_get_preferred_size (child, &least, &wanted);
    least_width = MAX (least_width, least.width);
    whole_width += wanted.width + (whole_width > 0 ? self->spacing : 0);
  }
  if (orientation == GTK_ORIENTATION_HORIZONTAL) {
    *minimum = least_width;
    *natural = MAX (whole_width, least_width);
  } else {
    *minimum = *natural = lay_out (self, widget, for_size < 0 ? whole_width : for_size, FALSE);
  }
}

static void
hl_wrap_layout_allocate (GtkLayoutManager *manager, GtkWidget *widget, int width, int height,
                         int baseline)
{
  lay_out (HL_WRAP_LAYOUT (manager), widget, width, TRUE);
}

static void
hl_wrap_layout_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_SPACING)
    g_value_set_int (value, HL_WRAP_LAYOUT (object)->spacing);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
hl_wrap_layout_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  if (id == PROP_SPACING)
    HL_WRAP_LAYOUT (object)->spacing = g_value_get_int (value);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
hl_wrap_layout_class_init (HlWrapLayoutClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkLayoutManagerClass *layout_class = GTK_LAYOUT_MANAGER_CLASS (klass);

  object_class->get_property = hl_wrap_layout_get_property;
  object_class->set_property = hl_wrap_layout_set_property;
  layout_class->get_request_mode = hl_wrap_layout_get_request_mode;
  layout_class->measure = hl_wrap_layout_measure;
  layout_class->allocate = hl_wrap_layout_allocate;

  properties[PROP_SPACING] = g_param_spec_int (
      "spacing", NULL, NULL, 0, 100, 6,
      G_PARAM_READWRITE | G_PARAM_CONSTRUCT | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
hl_wrap_layout_init (HlWrapLayout *self)
{
}

GtkLayoutManager *
hl_wrap_layout_new (int spacing)
{
  return g_object_new (HL_TYPE_WRAP_LAYOUT, "spacing", spacing, NULL);
}
