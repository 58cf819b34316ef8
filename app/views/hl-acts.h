/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the window's buttons do: turns taps into the desk's actions, and says when one cannot be. */
#pragma once

#include "desk/hl-desk.h"

G_BEGIN_DECLS

#define HL_TYPE_ACTS (hl_acts_get_type ())
G_DECLARE_FINAL_TYPE (HlActs, hl_acts, HL, ACTS, GObject)

/* Emits "told" (const char *text) with a sentence for a person: why something was not done. */
HlActs *hl_acts_new (HlDesk *desk);

HlDesk *hl_acts_get_desk (HlActs *self);

/* The actions "desk.*" (transfer none), all of them in one table in hl-acts.c. */
GActionGroup *hl_acts_get_group (HlActs *self);
/* Their names without "desk.", ending with NULL (transfer full). */
char **hl_acts_list (void);

/* Strings may be NULL or "" where nothing was typed; @table_ids ends with NULL. */
void hl_acts_seat_walk_in (HlActs *self, int size, const char *name, const char *phone,
                           const char *const *table_ids);
void hl_acts_seat_party (HlActs *self, const char *party_id, const char *const *table_ids);
/* Arrives and is seated: two actions, in this order. */
void hl_acts_seat_reservation (HlActs *self, const char *reservation_id,
                               const char *const *table_ids);
void hl_acts_move_party (HlActs *self, const char *party_id, const char *const *table_ids);
/* @waiting: on the waitlist, with a quote in minutes (-1 none); else at the door without a table. */
void hl_acts_add_party (HlActs *self, int size, const char *name, const char *phone,
                        gboolean waiting, int quote_min, int quote_max);
/* @starts_at: ms since the epoch. */
void hl_acts_book (HlActs *self, int size, const char *name, const char *phone, gint64 starts_at,
                   const char *allergies, const char *note);

/* Says @text as if an action had failed. */
void hl_acts_tell (HlActs *self, const char *text);
/* Says why the desk did not do something. */
void hl_acts_tell_error (HlActs *self, const GError *error);

G_END_DECLS
