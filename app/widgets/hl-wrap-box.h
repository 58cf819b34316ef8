/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A box whose children are set in lines, see hl-wrap-layout.h; made for hl_children_bind (). */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define HL_TYPE_WRAP_BOX (hl_wrap_box_get_type ())
G_DECLARE_FINAL_TYPE (HlWrapBox, hl_wrap_box, HL, WRAP_BOX, GtkWidget)

/* Property "spacing": pixels. */
GtkWidget *hl_wrap_box_new (int spacing);

G_END_DECLS
