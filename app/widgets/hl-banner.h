/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A line under the header that says what is wrong, since when and what still works. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define HL_TYPE_BANNER (hl_banner_get_type ())
G_DECLARE_FINAL_TYPE (HlBanner, hl_banner, HL, BANNER, GtkWidget)

/* Emits "clicked" when its button is pressed. */
GtkWidget *hl_banner_new (void);

/**
 * hl_banner_show:
 * @icon: name of a symbolic icon
 * @text: the sentence
 * @button: (nullable): label of the button, %NULL for none
 * @style: "info", "warning" or "error"
 */
void hl_banner_show (HlBanner *self, const char *icon, const char *text, const char *button,
                     const char *style);
void hl_banner_hide (HlBanner *self);

gboolean    hl_banner_get_revealed (HlBanner *self);
const char *hl_banner_get_text     (HlBanner *self);

G_END_DECLS
