/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A walk-in or somebody for the waitlist: how many they are, and what else is known. */
#pragma once

#include <gtk/gtk.h>

#include "views/hl-acts.h"
#include "views/hl-seating.h"

G_BEGIN_DECLS

#define HL_TYPE_PARTY_FORM (hl_party_form_get_type ())
G_DECLARE_FINAL_TYPE (HlPartyForm, hl_party_form, HL, PARTY_FORM, GtkWidget)

/* Emits "done" when somebody was added. */
GtkWidget *hl_party_form_new (void);

/* Once. */
void hl_party_form_set_up (HlPartyForm *self, HlActs *acts, HlSeating *seating);

/* Empties the form and puts the focus on the sizes. */
void hl_party_form_open (HlPartyForm *self, gboolean waitlist);

/* What was typed; (transfer full), the number "" or E.164, or %NULL when it cannot be a number
 * (then the form says so). */
char *hl_party_form_get_name  (HlPartyForm *self);
char *hl_party_form_get_phone (HlPartyForm *self);
int   hl_party_form_get_size  (HlPartyForm *self);

G_END_DECLS
