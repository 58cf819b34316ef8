/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The language of the window, switched while it runs. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Once, before any text is shown: locale, catalogue folder, text domain. */
void hl_language_init (void);

/* language: "system", "en" or "es". Texts that are asked for from now on are in it: widgets must
 * be built again to show it. */
void hl_language_set (const char *language);

/* The languages to choose from, ending with NULL; never translated: each in its own words. */
const char *const *hl_language_get_codes (void);
const char        *hl_language_get_name  (const char *code);

/* The direction that the language is written in. */
GtkTextDirection hl_language_get_direction (void);

G_END_DECLS
