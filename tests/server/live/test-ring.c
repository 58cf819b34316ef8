/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HlRing: units by seq, bounds, holes; against a plain list of what should be there. */
#include "live/hl-ring.h"

static HlUnit *
make_unit (guint64 first, guint count, gsize bytes)
{
  return hl_unit_new (first, hl_position_new ("e", first + count - 1, first), g_bytes_new_take (g_malloc0 (bytes), bytes), 1);
}

static void
push (HlRing *ring, guint64 first, guint count, gsize bytes)
{
  g_autoptr (HlUnit) unit = make_unit (first, count, bytes);

  hl_ring_push (ring, unit);
}

static void
test_lookup (void)
{
  g_autoptr (HlRing) ring = hl_ring_new (1024, 1 << 20);

  g_assert_null (hl_ring_get (ring, 1));
  g_assert_cmpuint (hl_ring_get_first (ring), ==, 0);
  push (ring, 5, 1, 10);
  push (ring, 6, 3, 10);
  push (ring, 9, 1, 10);
  g_assert_cmpuint (hl_ring_get_first (ring), ==, 5);
  g_assert_cmpuint (hl_ring_get (ring, 6)->last, ==, 8);
  g_assert_null (hl_ring_get (ring, 7));
  g_assert_null (hl_ring_get (ring, 8));
  g_assert_null (hl_ring_get (ring, 4));
  g_assert_null (hl_ring_get (ring, 10));
  g_assert_null (hl_ring_get_ending (ring, 6));
  g_assert_cmpuint (hl_ring_get_ending (ring, 8)->first, ==, 6);
  g_assert_cmpuint (hl_ring_get_ending (ring, 9)->first, ==, 9);
  g_assert_cmpuint (hl_ring_get_bytes (ring), ==, 30);
}

static void
test_hole (void)
{
  g_autoptr (HlRing) ring = hl_ring_new (1024, 1 << 20);

  push (ring, 1, 1, 10);
  push (ring, 3, 1, 10);
  g_assert_null (hl_ring_get (ring, 1));
  g_assert_nonnull (hl_ring_get (ring, 3));
  g_assert_cmpuint (hl_ring_get_bytes (ring), ==, 10);
}

static void
test_bytes (void)
{
  g_autoptr (HlRing) ring = hl_ring_new (1024, 1000);

  for (guint64 seq = 1; seq <= 30; seq++) {
    push (ring, seq, 1, 100);
  }
  g_assert_cmpuint (hl_ring_get_first (ring), ==, 21);
  g_assert_cmpuint (hl_ring_get_bytes (ring), ==, 1000);
  push (ring, 31, 1, 5000);
  g_assert_cmpuint (hl_ring_get_first (ring), ==, 31);
  g_assert_nonnull (hl_ring_get (ring, 31));
}

/* Random units: the ring holds a suffix of them, whole, within its bounds, and finds each one. */
static void
test_random (void)
{
  g_autoptr (HlRing) ring = hl_ring_new (256, 64 * 1024);
  g_autoptr (GArray) firsts = g_array_new (FALSE, FALSE, sizeof (guint64));
  guint64 next = g_test_rand_int_range (1, 1000000);

  for (guint i = 0; i < 5000; i++) {
    guint count = g_test_rand_int_range (0, 20) == 0 ? g_test_rand_int_range (1, 65) : 1;
    gboolean found = FALSE;

    push (ring, next, count, g_test_rand_int_range (1, 2000));
    g_array_append_val (firsts, next);
    next += count;
    g_assert_cmpuint (next - hl_ring_get_first (ring), <=, 256);
    g_assert_cmpuint (hl_ring_get_bytes (ring), <=, 64 * 1024);
    for (guint k = firsts->len; k > 0 && !found; k--) {
      guint64 first = g_array_index (firsts, guint64, k - 1);

      if (first < hl_ring_get_first (ring)) {
        g_assert_null (hl_ring_get (ring, first));
        found = TRUE;
      } else {
        g_assert_cmpuint (hl_ring_get (ring, first)->first, ==, first);
      }
    }
  }
  hl_ring_clear (ring);
  g_assert_cmpuint (hl_ring_get_bytes (ring), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ring/lookup", test_lookup);
  g_test_add_func ("/ring/hole", test_hole);
  g_test_add_func ("/ring/bytes", test_bytes);
  g_test_add_func ("/ring/random", test_random);
  return g_test_run ();
}
