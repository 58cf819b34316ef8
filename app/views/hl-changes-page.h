/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What was done at this device, item by item, with what became of it. */
#pragma once

#include <gtk/gtk.h>

#include "views/hl-acts.h"

G_BEGIN_DECLS

#define HL_TYPE_CHANGES_PAGE (hl_changes_page_get_type ())
G_DECLARE_FINAL_TYPE (HlChangesPage, hl_changes_page, HL, CHANGES_PAGE, GtkWidget)

GtkWidget *hl_changes_page_new (void);

/* Once. */
void hl_changes_page_set_up (HlChangesPage *self, HlActs *acts);

/* "3 not sent yet · 38 done · 1 refused" (transfer full) */
char *hl_changes_page_make_totals (HlDesk *desk);

G_END_DECLS
