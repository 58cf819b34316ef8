/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The pill of the header: whether the screen is current, and how much is not sent yet. */
#pragma once

#include <gtk/gtk.h>

#include "desk/hl-desk.h"

G_BEGIN_DECLS

#define HL_TYPE_PILL_BUTTON (hl_pill_button_get_type ())
G_DECLARE_FINAL_TYPE (HlPillButton, hl_pill_button, HL, PILL_BUTTON, GtkWidget)

GtkWidget *hl_pill_button_new (void);

/* Once. */
void hl_pill_button_set_up (HlPillButton *self, HlDesk *desk);
/* The icon alone. */
void hl_pill_button_set_brief (HlPillButton *self, gboolean brief);
/* What it says (transfer full). */
char *hl_pill_button_make_text (HlDesk *desk);

G_END_DECLS
