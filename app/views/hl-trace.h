/* SPDX-License-Identifier: GPL-3.0-or-later */
/* For measuring development builds: when the first frame stood, and how long the loop was busy. */
#pragma once

#include <gtk/gtk.h>

#include "desk/hl-desk.h"

G_BEGIN_DECLS

/* Does nothing unless this is a development build and the environment asks for it:
 * HOSTLINE_TRACE_START logs the first frame that was drawn with the last state in it;
 * HOSTLINE_TRACE_LOOP logs, at SIGUSR1 and at the end, the longest time in microseconds that the
 * main loop was busy without looking for input since it was last asked.
 * window and desk are only borrowed until the window is destroyed. */
void hl_trace_install (GtkWindow *window, HlDesk *desk);

G_END_DECLS
