/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A number with its word, or with an icon in the word's place where there is little room. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define HL_TYPE_COUNT (hl_count_get_type ())
G_DECLARE_FINAL_TYPE (HlCount, hl_count, HL, COUNT, GtkWidget)

/* Properties: icon-name, word (string). */
GtkWidget *hl_count_new (void);
void       hl_count_set_number  (HlCount *self, int number);
void       hl_count_set_compact (HlCount *self, gboolean compact);

G_END_DECLS
