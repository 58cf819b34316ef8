/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A dispute as a card: who says what, the question, and a button for each answer. */
#pragma once

#include <gtk/gtk.h>

#include "views/hl-acts.h"

G_BEGIN_DECLS

#define HL_TYPE_DISPUTE_CARD (hl_dispute_card_get_type ())
G_DECLARE_FINAL_TYPE (HlDisputeCard, hl_dispute_card, HL, DISPUTE_CARD, GtkWidget)

/* The buttons perform "desk.settle" and "desk.move-booking", which the window has. */
GtkWidget *hl_dispute_card_new (HlDesk *desk);

void       hl_dispute_card_set_item (HlDisputeCard *self, HlDispute *item);
HlDispute *hl_dispute_card_get_item (HlDisputeCard *self);

G_END_DECLS
