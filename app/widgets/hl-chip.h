/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A small label with an icon: a flag of a row, a slot of a call, a mark of a table. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define HL_TYPE_CHIP (hl_chip_get_type ())
G_DECLARE_FINAL_TYPE (HlChip, hl_chip, HL, CHIP, GtkWidget)

GtkWidget *hl_chip_new (void);

/**
 * hl_chip_set:
 * @icon: (nullable): name of a symbolic icon
 * @text: (nullable): what it says; %NULL or "" for an icon alone
 * @style: (nullable): one CSS class, replacing the one given before
 * @spoken: (nullable): the accessible name where it says more than @text
 */
void hl_chip_set (HlChip *self, const char *icon, const char *text, const char *style,
                  const char *spoken);

/* Whether its text may be cut where there is little room; it may unless this says no. */
void hl_chip_set_ellipsize (HlChip *self, gboolean ellipsize);

const char *hl_chip_get_text (HlChip *self);

G_END_DECLS
