/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Measurements over time: a column each few minutes, as high as the slowest of them. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define HL_TYPE_PLOT (hl_plot_get_type ())
G_DECLARE_FINAL_TYPE (HlPlot, hl_plot, HL, PLOT, GtkWidget)

#define HL_PLOT_COLUMNS 80

/* CSS: the node "plot" with children "column" (the first series) and "column.second"; a column with nothing in it is
 * not drawn, so that a gap stays a gap. Time runs in the direction of the text. */
GtkWidget *hl_plot_new (void);

/* What the next values are measured against: wall ms at the two ends, and the value at the top. */
void hl_plot_clear (HlPlot *self, gint64 from, gint64 until);
/* @series: 0 or 1. Of several values in a column the largest counts; values outside of the time are left out. */
void hl_plot_add (HlPlot *self, guint series, gint64 at, int value);
/* After the last value: chooses the top (a round number, at least 50) and draws. Returns the top. */
int hl_plot_finish (HlPlot *self);

/* The column's value, -1 when nothing is there: for tests. */
int hl_plot_get_column (HlPlot *self, guint series, guint column);

G_END_DECLS
