/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a person has to look at: disputes as cards, and actions of this device that ended otherwise than shown. */
#pragma once

#include <gtk/gtk.h>

#include "views/hl-acts.h"

G_BEGIN_DECLS

#define HL_TYPE_CHECK_PAGE (hl_check_page_get_type ())
G_DECLARE_FINAL_TYPE (HlCheckPage, hl_check_page, HL, CHECK_PAGE, GtkWidget)

GtkWidget *hl_check_page_new (void);

/* Once. */
void hl_check_page_set_up (HlCheckPage *self, HlActs *acts);
/* Brings the card into view and puts the focus on its first answer; the first card for NULL. */
void hl_check_page_focus (HlCheckPage *self, HlDispute *dispute);

G_END_DECLS
