/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The left pane: arrivals, waitlist and who is in the house; forms and a table's page open in it. */
#pragma once

#include <gtk/gtk.h>

#include "views/hl-acts.h"
#include "views/hl-seating.h"

G_BEGIN_DECLS

#define HL_TYPE_PEOPLE_PANE (hl_people_pane_get_type ())
G_DECLARE_FINAL_TYPE (HlPeoplePane, hl_people_pane, HL, PEOPLE_PANE, GtkWidget)

/* Emits "table-chosen" (const char *table_id) whenever another table is shown, "" for none, and
 * "party-chosen" when the next tap on a table will seat somebody. */
GtkWidget *hl_people_pane_new (void);

/* Once. */
void hl_people_pane_set_up (HlPeoplePane *self, HlActs *acts, HlSeating *seating);
void hl_people_pane_set_masked (HlPeoplePane *self, gboolean masked);

/* "arrivals", "waitlist" or "in-house". */
void        hl_people_pane_show_list (HlPeoplePane *self, const char *name);
void        hl_people_pane_open_walk_in (HlPeoplePane *self);
void        hl_people_pane_open_waitlist (HlPeoplePane *self);
void        hl_people_pane_open_reservation (HlPeoplePane *self);
/* The page of a table. */
void        hl_people_pane_open_table (HlPeoplePane *self, HlTableToken *token);
/* Back to the list; whether there was anything to leave. */
gboolean    hl_people_pane_back (HlPeoplePane *self);
/* Seats whoever was chosen (HlSeating) at these tables, and goes back to the list. */
void        hl_people_pane_seat (HlPeoplePane *self, const char *const *table_ids);

G_END_DECLS
