/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The first start: pair with an address and a code, or with a link, or try the demonstration. */
#pragma once

#include <gtk/gtk.h>

#include "desk/hl-desk.h"

G_BEGIN_DECLS

#define HL_TYPE_START_PAGE (hl_start_page_get_type ())
G_DECLARE_FINAL_TYPE (HlStartPage, hl_start_page, HL, START_PAGE, GtkWidget)

GtkWidget *hl_start_page_new (void);

/* Once. */
void hl_start_page_set_up (HlStartPage *self, HlDesk *desk);
/* Fills in a hostline://pair link and pairs with it; where the device is paired already it waits for a person. */
void hl_start_page_open_link (HlStartPage *self, const char *link);

G_END_DECLS
