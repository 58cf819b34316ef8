/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A pane that slides in over others from the end of the line, and is out of the pointer's way when it is closed. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define HL_TYPE_DRAWER (hl_drawer_get_type ())
G_DECLARE_FINAL_TYPE (HlDrawer, hl_drawer, HL, DRAWER, GtkWidget)

/* Property "child". Emits "closed" when it has slid out. Its halign says whether it is at the end or fills. */
GtkWidget *hl_drawer_new (void);

/* @child: (nullable) (transfer none) */
void       hl_drawer_set_child (HlDrawer *self, GtkWidget *child);
GtkWidget *hl_drawer_get_child (HlDrawer *self);

void       hl_drawer_set_open (HlDrawer *self, gboolean open);
gboolean   hl_drawer_get_open (HlDrawer *self);

G_END_DECLS
