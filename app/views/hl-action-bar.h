/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The bar along the bottom: what a host does most, and undo that names what it undoes. */
#pragma once

#include <gtk/gtk.h>

#include "desk/hl-desk.h"

G_BEGIN_DECLS

#define HL_TYPE_ACTION_BAR (hl_action_bar_get_type ())
G_DECLARE_FINAL_TYPE (HlActionBar, hl_action_bar, HL, ACTION_BAR, GtkWidget)

GtkWidget *hl_action_bar_new (void);

/* Once. */
void hl_action_bar_set_up (HlActionBar *self, HlDesk *desk);
/* Icons in place of words. */
void hl_action_bar_set_narrow (HlActionBar *self, gboolean narrow);

G_END_DECLS
