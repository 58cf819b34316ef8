/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A layout that sets its children in lines, like words of a paragraph. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define HL_TYPE_WRAP_LAYOUT (hl_wrap_layout_get_type ())
G_DECLARE_FINAL_TYPE (HlWrapLayout, hl_wrap_layout, HL, WRAP_LAYOUT, GtkLayoutManager)

/* @spacing: pixels between children of a line and between lines. (transfer full) */
GtkLayoutManager *hl_wrap_layout_new (int spacing);

G_END_DECLS
