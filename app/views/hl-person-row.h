/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A line of the left pane: time, name, size, table, up to two flags, status in icon and word. */
#pragma once

#include <gtk/gtk.h>

#include "desk/hl-desk.h"

G_BEGIN_DECLS

#define HL_TYPE_PERSON_ROW (hl_person_row_get_type ())
G_DECLARE_FINAL_TYPE (HlPersonRow, hl_person_row, HL, PERSON_ROW, GtkWidget)

/* Property "item": HlGuestRow. */
GtkWidget *hl_person_row_new (HlDesk *desk);

void        hl_person_row_set_item (HlPersonRow *self, HlGuestRow *item);
HlGuestRow *hl_person_row_get_item (HlPersonRow *self);

/* Whether a heading stands above it: the first of its group. */
void hl_person_row_set_heading (HlPersonRow *self, gboolean shown);

/* The row in one sentence (transfer none). */
const char *hl_person_row_get_spoken (HlPersonRow *self);

G_END_DECLS
