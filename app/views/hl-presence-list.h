/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who is here: the devices that are connected, and who is at them as far as known. Asks while somebody looks; greyed and
 * dated while there is no connection. */
#pragma once

#include <gtk/gtk.h>

#include "desk/hl-desk.h"

G_BEGIN_DECLS

#define HL_TYPE_PRESENCE_LIST (hl_presence_list_get_type ())
G_DECLARE_FINAL_TYPE (HlPresenceList, hl_presence_list, HL, PRESENCE_LIST, GtkWidget)

void hl_presence_list_set_up (HlPresenceList *self, HlDesk *desk);

G_END_DECLS
