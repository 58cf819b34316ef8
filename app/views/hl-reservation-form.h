/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A new reservation: size, day and time in steps, and what else is known. */
#pragma once

#include <gtk/gtk.h>

#include "views/hl-acts.h"

G_BEGIN_DECLS

#define HL_TYPE_RESERVATION_FORM (hl_reservation_form_get_type ())
G_DECLARE_FINAL_TYPE (HlReservationForm, hl_reservation_form, HL, RESERVATION_FORM, GtkWidget)

/* Emits "done" when it was booked. */
GtkWidget *hl_reservation_form_new (void);

/* Once. */
void hl_reservation_form_set_up (HlReservationForm *self, HlActs *acts);
/* Empties the form; the time is the next full quarter an hour from now. */
void hl_reservation_form_open (HlReservationForm *self);

G_END_DECLS
