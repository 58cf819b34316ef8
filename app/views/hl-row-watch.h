/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keeps one widget in step with one object: however many properties change, one update. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

typedef struct _HlRowWatch HlRowWatch;
typedef void (*HlRowWatchFunc) (GtkWidget *widget);

/* @widget is not kept alive; free the watch in its dispose. */
HlRowWatch *hl_row_watch_new  (GtkWidget *widget, HlRowWatchFunc update);
void        hl_row_watch_free (HlRowWatch *self);

/* Watches @item (kept alive; %NULL for nothing) and updates at once. Returns whether it is another. */
gboolean hl_row_watch_set_item (HlRowWatch *self, gpointer item);
gpointer hl_row_watch_get_item (HlRowWatch *self);

/* Updates once, soon. */
void hl_row_watch_queue (HlRowWatch *self);

G_END_DECLS
