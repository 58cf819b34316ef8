/* SPDX-License-Identifier: GPL-3.0-or-later */
/* For measuring development builds: when the first frame stood, and how long the loop was busy. */
#include "views/hl-trace.h"

#include "hl-config.h"

#if HL_DEVELOPMENT
#include <glib-unix.h>
#include <stdlib.h>

#include "util/hl-clock.h"
#include "util/hl-log.h"

static gint64 woken;   /* when the last poll returned; 0 before the first */
static gint64 longest; /* microseconds between the end of a poll and the start of the next */
static guint64 turns;

/* All that the loop does, it does between two polls. */
static int
on_poll (GPollFD *fds, guint n_fds, int timeout)
{
  int result;

  if (woken != 0)
    longest = MAX (longest, hl_clock_boot_us () - woken);
  turns++;
  result = g_poll (fds, n_fds, timeout);
  woken = hl_clock_boot_us ();
  return result;
}

static gboolean
on_user_signal (gpointer data)
{
  hl_log (HL_LOG_INFO, "trace", "loop", "longest-us", HL_LOG_INT (longest), "turns",
          HL_LOG_UINT (turns), NULL);
  longest = 0;
  turns = 0;
  return G_SOURCE_CONTINUE;
}

static void
on_exit_report (void)
{
  on_user_signal (NULL);
}

static void
on_after_paint (GdkFrameClock *clock, HlDesk *desk)
{
  guint tables = g_list_model_get_n_items (hl_state_get_tables (hl_desk_get_screen (desk)));

  /* a window without the last state in it is not what people wait for */
  if (hl_desk_get_paired (desk) && tables == 0)
    return;
  hl_log (HL_LOG_INFO, "trace", "first frame", "boot-us",
          HL_LOG_INT (hl_clock_boot_us ()), "tables",
          HL_LOG_UINT (tables), NULL);
  g_signal_handlers_disconnect_by_func (clock, on_after_paint, desk);
}

static void
on_window_realize (GtkWidget *window, HlDesk *desk)
{
  g_signal_connect_object (gtk_widget_get_frame_clock (window), "after-paint",
                           G_CALLBACK (on_after_paint), desk, 0);
}

static void
trace_loop (void)
{
  static gboolean traced;

  if (traced)
    return;
  traced = TRUE;
  g_main_context_set_poll_func (NULL, on_poll);
  g_unix_signal_add (SIGUSR1, on_user_signal, NULL);
  atexit (on_exit_report);
}

void
hl_trace_install (GtkWindow *window, HlDesk *desk)
{
  g_return_if_fail (GTK_IS_WINDOW (window));

  if (g_getenv ("HOSTLINE_TRACE_START") != NULL)
    g_signal_connect_object (window, "realize", G_CALLBACK (on_window_realize), desk, 0);
  if (g_getenv ("HOSTLINE_TRACE_LOOP") != NULL)
    trace_loop ();
}
#else
void
hl_trace_install (GtkWindow *window, HlDesk *desk)
{
}
#endif
