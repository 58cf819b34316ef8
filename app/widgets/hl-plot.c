/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Measurements over time. Its columns are widgets, so that their colours come from the style in light, dark and high
 * contrast. */
#include "widgets/hl-plot.h"

#define SERIES 2
#define LEAST_TOP 50
#define HEIGHT 96
#define LEAST_WIDTH 240

struct _HlPlot {
  GtkWidget parent_instance;
  GtkWidget *columns[SERIES][HL_PLOT_COLUMNS];
  int values[SERIES][HL_PLOT_COLUMNS];
  gint64 from;
  gint64 until;
  int top;
};

G_DEFINE_FINAL_TYPE (HlPlot, hl_plot, GTK_TYPE_WIDGET)

static void
hl_plot_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                 int *natural, int *minimum_baseline, int *natural_baseline)
{
  HlPlot *self = HL_PLOT (widget);

  *minimum = *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? LEAST_WIDTH : HEIGHT;
  /* children have to be measured before they are allocated */
  for (guint s = 0; s < SERIES; s++)
    for (guint i = 0; i < HL_PLOT_COLUMNS; i++)
      gtk_widget_measure (self->columns[s][i], orientation, -1, NULL, NULL, NULL, NULL);
}

static void
hl_plot_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  HlPlot *self = HL_PLOT (widget);
  gboolean rtl = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;

  for (guint i = 0; i < HL_PLOT_COLUMNS; i++) {
    int left = (int) (i * width / HL_PLOT_COLUMNS);
    int right = (int) ((i + 1) * width / HL_PLOT_COLUMNS);
    int gap = right - left > 3 ? 1 : 0;

    for (guint s = 0; s < SERIES; s++) {
      int value = CLAMP (self->values[s][i], 0, self->top);
      int tall = MAX (value * height / MAX (self->top, 1), 2);
      /* the second is a mark at its height, the first a column up to it */
      GtkAllocation place = {
        .x = rtl ? width - right : left,
        .y = height - tall,
        .width = MAX (right - left - gap, 1),
        .height = s == 0 ? tall : 3,
      };

      gtk_widget_size_allocate (self->columns[s][i], &place, -1);
    }
  }
}

static void
hl_plot_dispose (GObject *object)
{
  HlPlot *self = HL_PLOT (object);

  for (guint s = 0; s < SERIES; s++)
    for (guint i = 0; i < HL_PLOT_COLUMNS; i++)
      g_clear_pointer (&self->columns[s][i], gtk_widget_unparent);
  G_OBJECT_CLASS (hl_plot_parent_class)->dispose (object);
}

static void
hl_plot_class_init (HlPlotClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hl_plot_dispose;
  widget_class->measure = hl_plot_measure;
  widget_class->size_allocate = hl_plot_size_allocate;
  gtk_widget_class_set_css_name (widget_class, "plot");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
hl_plot_init (HlPlot *self)
{
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  for (guint s = 0; s < SERIES; s++)
    for (guint i = 0; i < HL_PLOT_COLUMNS; i++) {
      GtkWidget *column = g_object_new (GTK_TYPE_BOX, "css-name", "column", "accessible-role",
                                        GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL);

      if (s > 0)
        gtk_widget_add_css_class (column, "second");
      gtk_widget_set_parent (column, GTK_WIDGET (self));
      self->columns[s][i] = column;
    }
  self->top = LEAST_TOP;
  hl_plot_clear (self, 0, 1);
}

GtkWidget *
hl_plot_new (void)
{
  return g_object_new (HL_TYPE_PLOT, NULL);
}

void
hl_plot_clear (HlPlot *self, gint64 from, gint64 until)
{
  g_return_if_fail (HL_IS_PLOT (self) && from < until);

  self->from = from;
  self->until = until;
  for (guint s = 0; s < SERIES; s++)
    for (guint i = 0; i < HL_PLOT_COLUMNS; i++)
      self->values[s][i] = -1;
}

void
hl_plot_add (HlPlot *self, guint series, gint64 at, int value)
{
  guint column;

  g_return_if_fail (HL_IS_PLOT (self) && series < SERIES);
  if (at < self->from || at >= self->until || value < 0)
    return;
  column = (guint) ((at - self->from) * HL_PLOT_COLUMNS / (self->until - self->from));
  self->values[series][column] = MAX (self->values[series][column], value);
}

/* 1, 2 or 5 times a power of ten, not under what is there. */
static int
round_up (int value)
{
  static const int steps[] = { 1, 2, 5 };

  for (int power = 1; power <= 100000000; power *= 10)
    for (gsize i = 0; i < G_N_ELEMENTS (steps); i++)
      if (steps[i] * power >= value)
        return steps[i] * power;
  return value;
}

int
hl_plot_finish (HlPlot *self)
{
  int most = LEAST_TOP;

  g_return_val_if_fail (HL_IS_PLOT (self), LEAST_TOP);
  for (guint s = 0; s < SERIES; s++)
    for (guint i = 0; i < HL_PLOT_COLUMNS; i++) {
      most = MAX (most, self->values[s][i]);
      gtk_widget_set_child_visible (self->columns[s][i], self->values[s][i] >= 0);
    }
  self->top = round_up (most);
  gtk_widget_queue_allocate (GTK_WIDGET (self));
  return self->top;
}

int
hl_plot_get_column (HlPlot *self, guint series, guint column)
{
  g_return_val_if_fail (HL_IS_PLOT (self) && series < SERIES && column < HL_PLOT_COLUMNS, -1);
  return self->values[series][column];
}
