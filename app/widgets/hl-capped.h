/* SPDX-License-Identifier: GPL-3.0-or-later */
/* As high as its content wants to be, up to a limit; beyond that the content scrolls. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define HL_TYPE_CAPPED (hl_capped_get_type ())
G_DECLARE_FINAL_TYPE (HlCapped, hl_capped, HL, CAPPED, GtkWidget)

/* Properties: child; max-height (pixels). */
GtkWidget *hl_capped_new (void);
void       hl_capped_set_child (HlCapped *self, GtkWidget *child);

G_END_DECLS
