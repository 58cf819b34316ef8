/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How many people: buttons 1 to 12, and a number pad for more. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define HL_SIZE_PAD_MAX 99 /* as HlParty:size */

#define HL_TYPE_SIZE_PAD (hl_size_pad_get_type ())
G_DECLARE_FINAL_TYPE (HlSizePad, hl_size_pad, HL, SIZE_PAD, GtkWidget)

GtkWidget *hl_size_pad_new (void);

/* The number of people, 1..99, or 0 while none is chosen. Property "size", notified. */
int  hl_size_pad_get_size (HlSizePad *self);
void hl_size_pad_set_size (HlSizePad *self, int size);

G_END_DECLS
