/* SPDX-License-Identifier: GPL-3.0-or-later */
/* When what the disk did not take is tried again: later each time, up to a minute, and right after a suspend. */
#include "desk/hl-retry.h"

#include "util/hl-clock.h"

static gboolean
count (gpointer data)
{
  ++*(guint *) data;
  return G_SOURCE_REMOVE;
}

static void
run_loop (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static void
test_waits (void)
{
  static const gint64 expected[] = { 5000, 10000, 20000, 40000, 60000, 60000 };
  HlRetry retry = { 0 };
  guint tries = 0;

  hl_clock_fake_start (1000, 1000);
  for (guint i = 0; i < G_N_ELEMENTS (expected); i++) {
    hl_retry_plan (&retry, 5000, count, &tries);
    hl_retry_plan (&retry, 5000, count, &tries); /* one is enough, and it was one failure */
    hl_clock_fake_advance (expected[i] * 1000 - 1);
    run_loop ();
    g_assert_cmpuint (tries, ==, i);
    hl_clock_fake_advance (1);
    run_loop ();
    g_assert_cmpuint (tries, ==, i + 1);
    g_assert_cmpuint (retry.source, ==, 0);
  }
  hl_retry_note_success (&retry);
  hl_retry_plan (&retry, 5000, count, &tries);
  hl_clock_fake_suspend (5000000); /* the lid was closed meanwhile */
  run_loop ();
  g_assert_cmpuint (tries, ==, G_N_ELEMENTS (expected) + 1);
  hl_retry_plan (&retry, 5000, count, &tries);
  hl_retry_cancel (&retry);
  hl_clock_fake_advance (60000000);
  run_loop ();
  g_assert_cmpuint (tries, ==, G_N_ELEMENTS (expected) + 1);
  g_assert_cmpint (hl_retry_get_wait (0, 20), ==, 20);
  g_assert_cmpint (hl_retry_get_wait (G_MAXUINT, 20), ==, 240);
  hl_clock_fake_stop ();
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/desk-retry/waits", test_waits);
  return g_test_run ();
}
