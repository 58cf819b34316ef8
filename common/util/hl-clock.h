/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The two clocks: the wall's, for people, and CLOCK_BOOTTIME, for deadlines. Both can be faked in
 * tests. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Milliseconds since 1970, UTC. In a development build HOSTLINE_CLOCK_OFFSET_MS is added. */
gint64 hl_clock_wall_ms (void);

/* Microseconds since the machine started, time in suspend included. Never goes back. */
gint64 hl_clock_boot_us (void);

/* Microseconds that the machine has spent suspended since it started: a growth between two looks is
 * a resume. */
gint64 hl_clock_suspended_us (void);

/* A source that is dispatched once hl_clock_boot_us() >= @deadline_us, also right after a resume
 * (GLib's own timeouts stand still in suspend). The callback is a GSourceFunc. If it returns
 * G_SOURCE_CONTINUE, the source waits for the deadline set by hl_clock_source_set_deadline() in the
 * meantime, or is dispatched again at once. Returns: (transfer full): not attached */
GSource *hl_clock_source_new (gint64 deadline_us) G_GNUC_WARN_UNUSED_RESULT;
/* May be called at any time from the thread of the source's context. G_MAXINT64 never fires. */
void hl_clock_source_set_deadline (GSource *source, gint64 deadline_us);

/* Attaches such a source to the thread-default main context. Keep the id and remove it:
 * g_clear_handle_id () works for the default context, g_source_destroy () for others. */
guint hl_clock_add (gint64 deadline_us, GSourceFunc callback,
                    gpointer user_data) G_GNUC_WARN_UNUSED_RESULT;

/* For tests: stops both clocks at the given values. Sources look at the fake clock as soon as it
 * moves. Not for use with several threads that set the clock. */
void hl_clock_fake_start (gint64 wall_ms, gint64 boot_us);
void hl_clock_fake_advance (gint64 us);       /* both clocks, as in running time */
void hl_clock_fake_suspend (gint64 us);       /* both clocks, and the time counts as suspended */
void hl_clock_fake_set_wall (gint64 wall_ms); /* somebody set the wall clock */
void hl_clock_fake_stop (void);

G_END_DECLS
