/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Notes that a guest was called: the likely result is one tap, the others open below it. */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define HL_TYPE_CONTACT_BUTTON (hl_contact_button_get_type ())
G_DECLARE_FINAL_TYPE (HlContactButton, hl_contact_button, HL, CONTACT_BUTTON, GtkWidget)

/* Whose booking it is; NULL or "": the button is not there. It performs "desk.contact-attempt". */
void hl_contact_button_set_reservation (HlContactButton *self, const char *reservation_id);

G_END_DECLS
