/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The connection in words: state, cause, since when, what is to be checked, what was not sent. */
#pragma once

#include <gtk/gtk.h>

#include "desk/hl-desk.h"

G_BEGIN_DECLS

#define HL_TYPE_LINK_POPOVER (hl_link_popover_get_type ())
G_DECLARE_FINAL_TYPE (HlLinkPopover, hl_link_popover, HL, LINK_POPOVER, GtkPopover)

GtkWidget *hl_link_popover_new (void);

/* Once. */
void hl_link_popover_set_up (HlLinkPopover *self, HlDesk *desk);

G_END_DECLS
