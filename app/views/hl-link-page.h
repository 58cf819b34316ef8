/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The connection: state, cause, endpoints, round trips over the last hours, its log, and the report for support. */
#pragma once

#include <gtk/gtk.h>

#include "views/hl-acts.h"

G_BEGIN_DECLS

#define HL_TYPE_LINK_PAGE (hl_link_page_get_type ())
G_DECLARE_FINAL_TYPE (HlLinkPage, hl_link_page, HL, LINK_PAGE, GtkWidget)

GtkWidget *hl_link_page_new (void);

/* Once. */
void hl_link_page_set_up (HlLinkPage *self, HlActs *acts);

G_END_DECLS
