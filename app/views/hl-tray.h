/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tray behind the pill: what is to be checked, what was done here, and the connection. */
#pragma once

#include <gtk/gtk.h>

#include "views/hl-acts.h"

G_BEGIN_DECLS

#define HL_TYPE_TRAY (hl_tray_get_type ())
G_DECLARE_FINAL_TYPE (HlTray, hl_tray, HL, TRAY, GtkWidget)

#define HL_TRAY_WIDTH 520

GtkWidget *hl_tray_new (void);

/* Once. Its tabs are the window's action "show-tray". */
void hl_tray_set_up (HlTray *self, HlActs *acts);
/* @name: "check", "changes", "connection"; another one changes nothing. */
void hl_tray_show_page (HlTray *self, const char *name);
/* Shows the cards and puts the focus on this one's first answer; on the first card for NULL. */
void hl_tray_show_dispute (HlTray *self, HlDispute *dispute);

G_END_DECLS
