/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What this device's people chose for the window, in front of GSettings. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Properties, all READWRITE and notified; names and ranges as the keys of the schema:
 *   language ("system", "en", "es"), color-scheme ("system", "light", "dark"), text-scale (1.0..1.5),
 *   sound-volume (0..1), last-view ("arrivals", "waitlist", "in-house"), window-width,
 *   window-height (px), window-maximized, mask-numbers, single-key-shortcuts */
#define HL_TYPE_SETTINGS (hl_settings_get_type ())
G_DECLARE_FINAL_TYPE (HlSettings, hl_settings, HL, SETTINGS, GObject)

/* Without an installed schema the values live in memory alone, and this is said once in the log. */
HlSettings *hl_settings_new (void);

const char *hl_settings_get_language          (HlSettings *self);
void        hl_settings_set_language          (HlSettings *self, const char *language);
const char *hl_settings_get_color_scheme      (HlSettings *self);
void        hl_settings_set_color_scheme      (HlSettings *self, const char *scheme);
double      hl_settings_get_text_scale        (HlSettings *self);
void        hl_settings_set_text_scale        (HlSettings *self, double scale);
double      hl_settings_get_sound_volume      (HlSettings *self);
void        hl_settings_set_sound_volume      (HlSettings *self, double volume);
const char *hl_settings_get_last_view         (HlSettings *self);
void        hl_settings_set_last_view         (HlSettings *self, const char *view);
gboolean    hl_settings_get_mask_numbers      (HlSettings *self);
gboolean    hl_settings_get_single_keys       (HlSettings *self);
void        hl_settings_get_window            (HlSettings *self, int *width, int *height,
                                               gboolean *maximized);
void        hl_settings_set_window            (HlSettings *self, int width, int height,
                                               gboolean maximized);

G_END_DECLS
