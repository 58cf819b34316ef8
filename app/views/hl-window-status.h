/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the top of the window says of the desk: clock, counts of calls, banners, decisions. */
#pragma once

#include <gtk/gtk.h>

#include "desk/hl-desk.h"
#include "widgets/hl-banner.h"

G_BEGIN_DECLS

void hl_window_status_show_clock (HlDesk *desk, GtkLabel *clock, GtkLabel *day, GtkLabel *shift);
/* The chip that stands for the phone pane where it is hidden; @brief: a number alone. */
void hl_window_status_show_calls (HlDesk *desk, GtkWidget *chip, GtkLabel *label, gboolean hidden,
                                  gboolean brief);
void hl_window_status_show_phone_tab (HlDesk *desk, GtkToggleButton *tab);

/* Cause, since when, what still works; hidden while there is nothing to say or !@shown. */
void hl_window_status_show_banner (HlDesk *desk, HlBanner *banner, gboolean shown);
/* The sentence of that banner, NULL for none (transfer full). */
char *hl_window_status_make_banner (HlDesk *desk);
void hl_window_status_show_check_banner (HlDesk *desk, HlBanner *banner, gboolean shown);
void hl_window_status_show_catching_up (HlDesk *desk, GtkProgressBar *bar);

/* Whether the way out is to pair this device again. */
gboolean hl_window_status_wants_pairing (HlDesk *desk);

/* A desktop notification for a call that began to need somebody. */
void hl_window_status_notify_call (HlDesk *desk, HlCallCard *card, GtkApplication *application,
                                   gboolean masked);

G_END_DECLS
