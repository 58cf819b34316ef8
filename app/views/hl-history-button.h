/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A button that opens what happened to a guest, a table or a call, newest first. */
#pragma once

#include <gtk/gtk.h>

#include "desk/hl-desk.h"

G_BEGIN_DECLS

#define HL_TYPE_HISTORY_BUTTON (hl_history_button_get_type ())
G_DECLARE_FINAL_TYPE (HlHistoryButton, hl_history_button, HL, HISTORY_BUTTON, GtkWidget)

/* Once. */
void hl_history_button_set_up (HlHistoryButton *self, HlDesk *desk);
/* Whose history it opens. It closes when that changes. @party_id, @reservation_id: (nullable) */
void hl_history_button_set_guest (HlHistoryButton *self, const char *party_id, const char *reservation_id);
void hl_history_button_set_table (HlHistoryButton *self, const char *table_id);
void hl_history_button_set_call (HlHistoryButton *self, const char *call_id);

G_END_DECLS
