/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Stands in the header while no sounds are heard, and says until when; pressed, there are sounds again. */
#pragma once

#include <gtk/gtk.h>

#include "desk/hl-desk.h"
#include "views/hl-settings.h"

G_BEGIN_DECLS

#define HL_TYPE_MUTE_BUTTON (hl_mute_button_get_type ())
G_DECLARE_FINAL_TYPE (HlMuteButton, hl_mute_button, HL, MUTE_BUTTON, GtkWidget)

/* Once; it performs "app.sound". */
void hl_mute_button_set_up (HlMuteButton *self, HlDesk *desk, HlSettings *settings);
/* @shown: FALSE on the start page; @brief: the sign alone. */
void hl_mute_button_set_shown (HlMuteButton *self, gboolean shown, gboolean brief);

G_END_DECLS
