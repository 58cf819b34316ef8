/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HlCredit: never counts too little, counts nothing once everything is acknowledged, constant memory. */
#include "live/hl-credit.h"

static void
test_exact_ends (void)
{
  HlCredit credit;

  hl_credit_init (&credit);
  for (guint64 seq = 1; seq <= 10; seq++) {
    hl_credit_sent (&credit, seq, 100);
  }
  g_assert_cmpuint (hl_credit_get_bytes (&credit), ==, 1000);
  hl_credit_acked (&credit, 5);
  g_assert_cmpuint (hl_credit_get_bytes (&credit), ==, 1000); /* one mark: freed with its last */
  hl_credit_acked (&credit, 10);
  g_assert_cmpuint (hl_credit_get_bytes (&credit), ==, 0);
  g_assert_null (credit.marks);
  hl_credit_clear (&credit);
}

static void
test_random (void)
{
  HlCredit credit;
  gsize sizes[20000] = { 0 };
  guint64 sent = 0, acked = 0;

  hl_credit_init (&credit);
  while (sent < 19000) {
    gsize truth = 0;

    for (int n = g_test_rand_int_range (0, 200); n > 0 && sent < 19000 && sent - acked < 1024; n--) {
      sizes[++sent] = g_test_rand_int_range (1, g_test_rand_bit () ? 400 : 70000);
      hl_credit_sent (&credit, sent, sizes[sent]);
    }
    acked += g_test_rand_int_range (0, (int) (sent - acked) + 1);
    hl_credit_acked (&credit, acked);
    for (guint64 seq = acked + 1; seq <= sent; seq++) {
      truth += sizes[seq];
    }
    g_assert_cmpuint (hl_credit_get_bytes (&credit), >=, truth);
    if (acked == sent) {
      g_assert_cmpuint (hl_credit_get_bytes (&credit), ==, 0);
    }
    g_assert_cmpuint (credit.n_marks, <=, HL_CREDIT_MARKS);
  }
  hl_credit_clear (&credit);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/credit/exact-ends", test_exact_ends);
  g_test_add_func ("/credit/random", test_random);
  return g_test_run ();
}
