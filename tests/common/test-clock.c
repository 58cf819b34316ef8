/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Clocks: deadlines on the boot clock, sources that survive a suspend, and their fake. */
#include "util/hl-deadline.h"

#include <string.h>

#include "hl-config.h"

#define SECOND ((gint64) G_USEC_PER_SEC)

static gboolean
on_count (gpointer user_data)
{
  ++*(guint *) user_data;
  return G_SOURCE_REMOVE;
}

static void
drain (void)
{
  while (g_main_context_iteration (NULL, FALSE)) {
  }
}

static void
test_real (void)
{
  gint64 before = hl_clock_boot_us ();
  gint64 wall = hl_clock_wall_ms ();
  guint count = 0;
  gint64 deadline = before + 50 * 1000;
  guint id = hl_clock_add (deadline, on_count, &count);

  g_assert_cmpuint (id, >, 0);
  g_assert_cmpint (hl_clock_suspended_us (), >=, 0);
  g_assert_cmpint (ABS (wall - g_get_real_time () / 1000), <, 10000);
  while (count == 0) {
    g_main_context_iteration (NULL, TRUE);
  }
  g_assert_cmpint (hl_clock_boot_us (), >=, deadline);
  g_assert_cmpuint (count, ==, 1);
  drain ();
  g_assert_cmpuint (count, ==, 1);
}

static void
test_passed_already (void)
{
  guint count = 0;

  g_assert_cmpuint (hl_clock_add (0, on_count, &count), >, 0);
  g_assert_cmpuint (hl_clock_add (G_MININT64, on_count, &count), >, 0);
  drain ();
  g_assert_cmpuint (count, ==, 2);
}

static void
test_fake (void)
{
  guint count = 0;
  guint later = 0;

  hl_clock_fake_start (1764270131345, 100 * SECOND);
  g_assert_cmpint (hl_clock_wall_ms (), ==, 1764270131345);
  g_assert_cmpint (hl_clock_boot_us (), ==, 100 * SECOND);
  g_assert_cmpuint (hl_clock_add (105 * SECOND, on_count, &count), >, 0);
  g_assert_cmpuint (hl_clock_add (110 * SECOND, on_count, &later), >, 0);
  drain ();
  g_assert_cmpuint (count, ==, 0);
  hl_clock_fake_advance (5 * SECOND - 1);
  drain ();
  g_assert_cmpuint (count, ==, 0);
  hl_clock_fake_advance (1);
  drain ();
  g_assert_cmpuint (count, ==, 1);
  g_assert_cmpint (hl_clock_wall_ms (), ==, 1764270131345 + 5000);

  /* a wall clock that jumps moves no deadline */
  hl_clock_fake_set_wall (0);
  drain ();
  g_assert_cmpuint (later, ==, 0);
  g_assert_cmpint (hl_clock_boot_us (), ==, 105 * SECOND);

  /* a night of suspend does */
  hl_clock_fake_suspend (8 * 3600 * SECOND);
  drain ();
  g_assert_cmpuint (later, ==, 1);
  g_assert_cmpint (hl_clock_suspended_us (), ==, 8 * 3600 * SECOND);
  hl_clock_fake_stop ();
  g_assert_cmpint (ABS (hl_clock_wall_ms () - g_get_real_time () / 1000), <, 10000);
}

/* The main loop sleeps in poll() while another thread moves the clock: it must wake up. */
static gpointer
run_advance (gpointer data)
{
  g_usleep (20 * 1000);
  hl_clock_fake_advance (10 * SECOND);
  return NULL;
}

static void
test_wakes (void)
{
  guint count = 0;

  hl_clock_fake_start (0, SECOND);
  g_assert_cmpuint (hl_clock_add (11 * SECOND, on_count, &count), >, 0);
  GThread *thread = g_thread_new ("advance", run_advance, NULL);
  while (count == 0) {
    g_main_context_iteration (NULL, TRUE);
  }
  g_thread_join (thread);
  hl_clock_fake_stop ();
}

typedef struct {
  GSource *source;
  gint64 step; /* from one time to the next, us */
  guint count;
} Repeat;

static gboolean
on_repeat (gpointer user_data)
{
  Repeat *repeat = user_data;

  repeat->count++;
  hl_clock_source_set_deadline (repeat->source, hl_clock_boot_us () + repeat->step);
  return G_SOURCE_CONTINUE;
}

static void
test_repeat (void)
{
  Repeat repeat = { .step = SECOND };

  hl_clock_fake_start (0, SECOND);
  repeat.source = hl_clock_source_new (2 * SECOND);
  g_source_set_callback (repeat.source, on_repeat, &repeat, NULL);
  g_source_attach (repeat.source, NULL);
  for (guint i = 0; i < 10; i++) {
    hl_clock_fake_advance (SECOND / 2);
    drain ();
  }
  g_assert_cmpuint (repeat.count, ==, 5);
  hl_clock_source_set_deadline (repeat.source, G_MAXINT64);
  hl_clock_fake_advance (1000 * SECOND);
  drain ();
  g_assert_cmpuint (repeat.count, ==, 5);
  hl_clock_source_set_deadline (repeat.source, 0);
  drain ();
  g_assert_cmpuint (repeat.count, ==, 6);
  hl_clock_fake_stop ();
  g_source_destroy (repeat.source);
  g_clear_pointer (&repeat.source, g_source_unref);
}

static void
test_repeat_real (void)
{
  Repeat repeat = { .step = 60 * SECOND };
  gint64 start = hl_clock_boot_us ();

  repeat.source = hl_clock_source_new (start + 10 * 1000);
  g_source_set_callback (repeat.source, on_repeat, &repeat, NULL);
  g_source_attach (repeat.source, NULL);
  while (repeat.count == 0) {
    g_main_context_iteration (NULL, TRUE);
  }
  /* moved closer while it waits for a minute: no computer is so slow */
  hl_clock_source_set_deadline (repeat.source, hl_clock_boot_us () + 10 * 1000);
  while (repeat.count == 1) {
    g_main_context_iteration (NULL, TRUE);
  }
  g_assert_cmpint (hl_clock_boot_us () - start, <, 60 * SECOND);
  g_source_destroy (repeat.source);
  g_clear_pointer (&repeat.source, g_source_unref);
}

static void
test_removed (void)
{
  guint count = 0;

  hl_clock_fake_start (0, SECOND);
  guint id = hl_clock_add (2 * SECOND, on_count, &count);
  g_clear_handle_id (&id, g_source_remove);
  hl_clock_fake_advance (10 * SECOND);
  drain ();
  g_assert_cmpuint (count, ==, 0);
  hl_clock_fake_stop ();
}

static void
test_deadline (void)
{
  hl_clock_fake_start (0, 1000 * SECOND);
  HlDeadline deadline = hl_deadline_in_ms (1500);
  g_assert_cmpint (deadline, ==, 1001 * SECOND + SECOND / 2);
  g_assert_false (hl_deadline_is_passed (deadline));
  g_assert_cmpint (hl_deadline_get_left_ms (deadline), ==, 1500);
  hl_clock_fake_advance (1);
  g_assert_cmpint (hl_deadline_get_left_ms (deadline), ==, 1500); /* rounded up: never "0 left" before it has passed */
  hl_clock_fake_advance (SECOND + SECOND / 2 - 2);
  g_assert_cmpint (hl_deadline_get_left_ms (deadline), ==, 1);
  g_assert_cmpint (hl_deadline_get_poll_ms (deadline), ==, 1);
  hl_clock_fake_advance (1);
  g_assert_true (hl_deadline_is_passed (deadline));
  g_assert_cmpint (hl_deadline_get_left_ms (deadline), ==, 0);
  g_assert_true (hl_deadline_is_passed (hl_deadline_in_ms (-1)));
  g_assert_true (hl_deadline_is_passed (hl_deadline_in_ms (G_MININT64)));

  g_assert_true (hl_deadline_in_ms (G_MAXINT64) == HL_DEADLINE_NEVER);
  g_assert_false (hl_deadline_is_passed (HL_DEADLINE_NEVER));
  g_assert_cmpint (hl_deadline_get_left_ms (HL_DEADLINE_NEVER), ==, G_MAXINT64);
  g_assert_cmpint (hl_deadline_get_poll_ms (HL_DEADLINE_NEVER), ==, -1);
  g_assert_cmpint (hl_deadline_get_poll_ms (hl_deadline_in_ms (G_GINT64_CONSTANT (1) << 40)), ==, G_MAXINT);
  hl_clock_fake_stop ();
}

static void
test_offset (void)
{
  if (g_test_subprocess ()) {
    gint64 ahead = hl_clock_wall_ms () - g_get_real_time () / 1000;
    g_print ("ahead %" G_GINT64_FORMAT "\n", ahead / 1000);
    return;
  }
  g_setenv ("HOSTLINE_CLOCK_OFFSET_MS", "-86400000", TRUE);
  g_test_trap_subprocess (NULL, 0, 0);
  g_unsetenv ("HOSTLINE_CLOCK_OFFSET_MS");
  g_test_trap_assert_passed ();
#if HL_DEVELOPMENT
  g_test_trap_assert_stdout ("*ahead -86400*");
#else
  g_test_trap_assert_stdout ("*ahead 0*");
#endif
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/clock/real", test_real);
  g_test_add_func ("/clock/passed-already", test_passed_already);
  g_test_add_func ("/clock/fake", test_fake);
  g_test_add_func ("/clock/wakes", test_wakes);
  g_test_add_func ("/clock/repeat", test_repeat);
  g_test_add_func ("/clock/repeat-real", test_repeat_real);
  g_test_add_func ("/clock/removed", test_removed);
  g_test_add_func ("/clock/deadline", test_deadline);
  g_test_add_func ("/clock/offset", test_offset);
  return g_test_run ();
}
