/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is known of the guest that was tapped, and the most likely next steps. */
#pragma once

#include <gtk/gtk.h>

#include "views/hl-acts.h"

G_BEGIN_DECLS

#define HL_TYPE_GUEST_PANEL (hl_guest_panel_get_type ())
G_DECLARE_FINAL_TYPE (HlGuestPanel, hl_guest_panel, HL, GUEST_PANEL, GtkWidget)

GtkWidget *hl_guest_panel_new (void);

/* Once. */
void hl_guest_panel_set_up (HlGuestPanel *self, HlActs *acts);
/* Property "item": HlGuestRow, %NULL for none. */
void hl_guest_panel_set_item (HlGuestPanel *self, HlGuestRow *item);
HlGuestRow *hl_guest_panel_get_item (HlGuestPanel *self);
void hl_guest_panel_set_masked (HlGuestPanel *self, gboolean masked);

G_END_DECLS
