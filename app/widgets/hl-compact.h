/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A bin that says how much room its child has: wide, medium or narrow. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * HlCompactMode:
 * @HL_COMPACT_WIDE: three panes side by side, from 1200 px
 * @HL_COMPACT_MEDIUM: two panes, from 900 px
 * @HL_COMPACT_NARROW: one pane with tabs below, under 900 px
 */
typedef enum {
  HL_COMPACT_WIDE,
  HL_COMPACT_MEDIUM,
  HL_COMPACT_NARROW,
} HlCompactMode;

GType hl_compact_mode_get_type (void);
#define HL_TYPE_COMPACT_MODE (hl_compact_mode_get_type ())

/* Widths in pixels at text size 1; they grow with the property "scale". */
#define HL_COMPACT_WIDE_FROM 1200
#define HL_COMPACT_MEDIUM_FROM 900
#define HL_COMPACT_MIN_WIDTH 400

#define HL_TYPE_COMPACT (hl_compact_get_type ())
G_DECLARE_FINAL_TYPE (HlCompact, hl_compact, HL, COMPACT, GtkWidget)

GtkWidget *hl_compact_new (void);

/* The child; (transfer none) both ways, %NULL for none. */
GtkWidget *hl_compact_get_child (HlCompact *self);
void       hl_compact_set_child (HlCompact *self, GtkWidget *child);

/* The mode of the last size; notified from an idle, never while sizes are being allocated. */
HlCompactMode hl_compact_get_mode (HlCompact *self);

/* The text size, 1.0 to 2.0: a larger text needs more room for the same panes. */
void hl_compact_set_scale (HlCompact *self, double scale);

/* The mode that a width has, for tests. */
HlCompactMode hl_compact_mode_for_width (int width, double scale);

G_END_DECLS
