/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The right pane: the calls that need somebody on top, those that go on, those that are over. */
#pragma once

#include <gtk/gtk.h>

#include "desk/hl-desk.h"

G_BEGIN_DECLS

#define HL_TYPE_PHONE_PANE (hl_phone_pane_get_type ())
G_DECLARE_FINAL_TYPE (HlPhonePane, hl_phone_pane, HL, PHONE_PANE, GtkWidget)

GtkWidget *hl_phone_pane_new (void);

/* Once. */
void hl_phone_pane_set_up (HlPhonePane *self, HlDesk *desk);
void hl_phone_pane_set_masked (HlPhonePane *self, gboolean masked);
/* Puts the focus on the next call that needs somebody, after the one that has it now; whether there
 * is one. */
gboolean hl_phone_pane_focus_next (HlPhonePane *self);

G_END_DECLS
