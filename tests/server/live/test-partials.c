/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HlPartials: newest wins, ten a second a call, cleared by the final, the call's end or 30 s. */
#include <string.h>

#include "live/hl-partials.h"

#define MS G_GINT64_CONSTANT (1000)

static GBytes *
text (const char *string)
{
  return g_bytes_new (string, strlen (string));
}

static void
append (GBytes *frame, gpointer user_data)
{
  g_string_append_len (user_data, g_bytes_get_data (frame, NULL), g_bytes_get_size (frame));
  g_string_append_c (user_data, ' ');
}

static void
assert_shown (HlPartials *partials, guint64 seen, const char *wanted)
{
  g_autoptr (GString) out = g_string_new (NULL);

  hl_partials_foreach (partials, seen, append, out);
  g_assert_cmpstr (out->str, ==, wanted);
}

static void
test_newest (void)
{
  g_autoptr (HlPartials) partials = hl_partials_new ();
  guint64 version;

  g_assert_cmpint (hl_partials_put (partials, "c", 0, 1, text ("a1"), 0), ==, HL_PARTIALS_SHOW);
  g_assert_cmpint (hl_partials_put (partials, "d", 0, 1, text ("b1"), 0), ==, HL_PARTIALS_SHOW);
  version = hl_partials_get_version (partials);
  g_assert_cmpint (hl_partials_put (partials, "c", 0, 3, text ("a3"), 200 * MS), ==, HL_PARTIALS_SHOW);
  g_assert_cmpint (hl_partials_put (partials, "c", 0, 2, text ("a2"), 400 * MS), ==, HL_PARTIALS_DROPPED);
  assert_shown (partials, version, "a3 ");
  assert_shown (partials, 0, "b1 a3 ");
  g_assert_cmpuint (hl_partials_get_dropped (partials), ==, 1);
}

static void
test_rate (void)
{
  g_autoptr (HlPartials) partials = hl_partials_new ();
  guint shown = 0;

  /* a new line each 10 ms for 2 s, of two turns in turn: ten a second in all */
  for (guint i = 0; i < 200; i++) {
    gint64 now = i * 10 * MS;
    guint64 before = hl_partials_get_version (partials);

    hl_partials_put (partials, "c", i % 2, i, text ("x"), now);
    hl_partials_tick (partials, now);
    shown += hl_partials_get_version (partials) - before;
  }
  g_assert_cmpuint (shown, >=, 18);
  g_assert_cmpuint (shown, <=, 21);
  g_assert_cmpint (hl_partials_get_due (partials), <, G_MAXINT64);
  /* the last ones come by themselves */
  g_assert_true (hl_partials_tick (partials, 2200 * MS));
  hl_partials_tick (partials, 2400 * MS);
  g_assert_false (hl_partials_tick (partials, 2600 * MS));
}

static void
test_cleared (void)
{
  g_autoptr (HlPartials) partials = hl_partials_new ();

  hl_partials_put (partials, "c", 0, 1, text ("c0"), 0);
  hl_partials_put (partials, "c", 1, 1, text ("c1"), 200 * MS);
  hl_partials_put (partials, "d", 0, 1, text ("d0"), 200 * MS);
  hl_partials_clear (partials, "c/0", 300 * MS);
  assert_shown (partials, 0, "c1 d0 ");
  /* a partial that comes after its final is late */
  g_assert_cmpint (hl_partials_put (partials, "c", 0, 9, text ("c9"), 400 * MS), ==, HL_PARTIALS_DROPPED);
  hl_partials_clear (partials, "c", 500 * MS);
  assert_shown (partials, 0, "d0 ");
  g_assert_cmpint (hl_partials_get_due (partials), <=, HL_PARTIALS_EXPIRE_US);
  hl_partials_tick (partials, HL_PARTIALS_EXPIRE_US + 200 * MS);
  assert_shown (partials, 0, "");
  g_assert_cmpint (hl_partials_get_due (partials), ==, G_MAXINT64);
}

static void
test_bounded (void)
{
  g_autoptr (HlPartials) partials = hl_partials_new ();

  for (guint i = 0; i < 2 * HL_PARTIALS_MAX; i++) {
    g_autofree char *call = g_strdup_printf ("c%u", i);

    g_assert_cmpint (hl_partials_put (partials, call, 0, 0, text ("x"), 0), ==,
                     i < HL_PARTIALS_MAX ? HL_PARTIALS_SHOW : HL_PARTIALS_DROPPED);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/partials/newest", test_newest);
  g_test_add_func ("/partials/rate", test_rate);
  g_test_add_func ("/partials/cleared", test_cleared);
  g_test_add_func ("/partials/bounded", test_bounded);
  return g_test_run ();
}
