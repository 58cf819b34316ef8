/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The window: people, room and phone side by side, or fewer of them where there is less room. */
#pragma once

#include <adwaita.h>

#include "desk/hl-desk.h"
#include "views/hl-player.h"
#include "views/hl-settings.h"

G_BEGIN_DECLS

#define HL_TYPE_WINDOW (hl_window_get_type ())
G_DECLARE_FINAL_TYPE (HlWindow, hl_window, HL, WINDOW, AdwApplicationWindow)

HlWindow *hl_window_new (GtkApplication *application, HlDesk *desk, HlSettings *settings);

HlDesk *hl_window_get_desk (HlWindow *self);
/* (transfer none) */
HlSettings *hl_window_get_settings (HlWindow *self);

/* Pairs with a hostline://pair link; where the device is paired already a person has to say so. */
void hl_window_open_link (HlWindow *self, const char *link);
/* Shows the start page although the device is paired, to pair it again. */
void hl_window_pair_again (HlWindow *self);
/* Shows @text for some seconds. */
void hl_window_tell (HlWindow *self, const char *text);

/* Asks whether to quit although something has not been sent. */
void hl_window_ask_quit (HlWindow *self);

/* What hl-window-actions.c and tests use. */
void hl_window_open_walk_in (HlWindow *self);
void hl_window_open_waitlist (HlWindow *self);
void hl_window_open_reservation (HlWindow *self);
void hl_window_open_table (HlWindow *self, const char *table_id);
void hl_window_open_call (HlWindow *self, const char *call_id);
void hl_window_show_list (HlWindow *self, const char *name);
/* "people", "room" or "phone": which one is shown where there is room for one only. */
void hl_window_show_pane (HlWindow *self, const char *name);
void hl_window_show_phone (HlWindow *self);
void hl_window_ask_table_number (HlWindow *self);
void hl_window_flip_dirty (HlWindow *self);
void hl_window_next_call (HlWindow *self);
/* "check", "changes" or "connection", see hl-tray.h. */
void hl_window_show_tray (HlWindow *self, const char *name);
/* The card of what makes a table doubtful. */
void hl_window_open_dispute (HlWindow *self, const char *table_id);
void hl_window_open_menu (HlWindow *self);
/* Leaves the innermost thing that is open; whether there was one. */
gboolean hl_window_back (HlWindow *self);
gboolean hl_window_allows_single_keys (HlWindow *self);
/* Whether a question lies over the window: then no key but Escape reaches it. */
gboolean hl_window_is_asking (HlWindow *self);

/* No sounds for so many minutes. */
void hl_window_mute (HlWindow *self, int minutes);
/* Plays what rings, and says so. */
void hl_window_test_sound (HlWindow *self);
/* (transfer none) */
HlPlayer *hl_window_get_player (HlWindow *self);

G_END_DECLS
