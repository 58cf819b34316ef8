/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Asked before the program ends with changes that have not been sent: they stay saved, but nobody else sees them. Lies over
 * the whole window: as a window of its own, GTK 4.8 crashes when it closes under the eyes of a screen reader. */
#pragma once

#include <gtk/gtk.h>

#include "desk/hl-desk.h"

G_BEGIN_DECLS

#define HL_TYPE_QUIT_SHEET (hl_quit_sheet_get_type ())
G_DECLARE_FINAL_TYPE (HlQuitSheet, hl_quit_sheet, HL, QUIT_SHEET, GtkWidget)

GtkWidget *hl_quit_sheet_new (void);

/* Once. Its buttons are "app.quit-now" and "win.back". */
void hl_quit_sheet_set_up (HlQuitSheet *self, HlDesk *desk);
/* Shows it with the focus on Stay; @behind cannot have the focus until it is hidden. */
void hl_quit_sheet_ask (HlQuitSheet *self, GtkWidget *behind);
/* Whether it was there. */
gboolean hl_quit_sheet_hide (HlQuitSheet *self);

G_END_DECLS
