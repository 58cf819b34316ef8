/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Many dashboards at once, and one under random inputs, over the connection's state machine. */
#include "link-rig.h"

static int
compare_times (gconstpointer a, gconstpointer b)
{
  const gint64 *ta = a, *tb = b;
  return *ta < *tb ? -1 : *ta > *tb;
}

/* 500 dashboards, a server that is away for a while and then admits 50 a second: nobody is lost, no
 * herd. */
static void
simulate (guint32 seed, int outage_s, int admit_per_s, int limit_s, int peak_limit)
{
  enum { N = 500 };
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
  g_autofree Rig *rigs = g_new0 (Rig, N);
  g_autofree gboolean *live = g_new0 (gboolean, N);
  g_autoptr (GArray) back = g_array_new (FALSE, FALSE, sizeof (gint64)); /* us after the outage */
  gint64 start = 1000 * S, now;
  int n_live = 0, peak = 0, this_second = 0, admitted = 0;
  gint64 second = 0, done_at = 0;
  HlLinkVerdict reset = hl_link_verdict_from_close (1006, -1);
  HlLinkVerdict refused = hl_link_verdict_make (HL_VERDICT_RETRY, HL_LINK_CAUSE_REFUSED);
  HlLinkVerdict busy = hl_link_verdict_make (HL_VERDICT_RETRY, HL_LINK_CAUSE_TOO_MANY);

  for (int i = 0; i < N; i++) {
    rigs[i].policy = hl_link_policy_new (NULL, 1, dice, rand);
    rigs[i].now = start;
    rig_live (&rigs[i]);
    hl_link_policy_lost (rigs[i].policy, start, G (&rigs[i]), &reset);
    rig_run (&rigs[i]);
  }
  for (now = start; now < start + (gint64)(outage_s + limit_s) * S && n_live < N; now += 10 * MS) {
    if ((now - start) / S != second) {
      second = (now - start) / S;
      peak = MAX (peak, this_second);
      this_second = 0;
      admitted = 0;
    }
    for (int i = 0; i < N; i++) {
      Rig *rig = &rigs[i];
      rig->now = now;
      if (!live[i] && hl_link_policy_get_deadline (rig->policy) <= now) {
        hl_link_policy_tick (rig->policy, now);
        rig_run (rig);
      }
      if (!live[i] && STATE (rig) == HL_LINK_STATE_CONNECTING) {
        this_second++;
        if (now - start < (gint64)outage_s * S) {
          hl_link_policy_failed (rig->policy, now, G (rig), &refused);
          rig_run (rig);
        } else if (admitted >= admit_per_s) {
          hl_link_policy_failed (rig->policy, now, G (rig), &busy);
          rig_run (rig);
        } else {
          admitted++;
          rig_open (rig);
          live[i] = TRUE;
          n_live++;
          done_at = now - start - (gint64)outage_s * S;
          g_array_append_val (back, done_at);
        }
      }
    }
  }
  peak = MAX (peak, this_second);
  g_array_sort (back, compare_times);
  g_assert_cmpint (n_live, ==, N);
  g_test_message ("seed %u, %d clients, outage %d s, admits %d/s: peak %d attempts/s, recovery "
                  "median %.1f s, last %.1f s",
                  seed, N, outage_s, admit_per_s, peak,
                  (double)g_array_index (back, gint64, N / 2) / S, (double)done_at / S);
  g_assert_cmpint (peak, <=, peak_limit);
  for (int i = 0; i < N; i++)
    rig_clear (&rigs[i]);
}

static void
test_herd (void)
{
  const char *text = g_getenv ("HL_TEST_SEED");
  guint32 seed = text != NULL ? (guint32)g_ascii_strtoull (text, NULL, 10) : 20261204;
  g_test_message ("HL_TEST_SEED=%u", seed);
  simulate (seed, 0, 1000, 4, 220); /* a restart: the spread alone */
  simulate (seed + 1, 5, 1000, 30, 400);
  simulate (seed + 2, 45, 1000, 31, 400); /* all back within 30 s */
  simulate (seed + 3, 5, 50, 120, 400);
}

/* Random inputs in any order: one socket at most, a deadline that makes progress, never asleep for
 * ever. */
static void
test_random (void)
{
  const char *text = g_getenv ("HL_TEST_SEED");
  guint32 seed = text != NULL ? (guint32)g_ascii_strtoull (text, NULL, 10) : g_random_int ();
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
  g_test_message ("HL_TEST_SEED=%u", seed);
  for (int run = 0; run < 300; run++) {
    Rig rig = { 0 };
    rig.policy = hl_link_policy_new (NULL, 1 + g_rand_int_range (rand, 0, 3), dice, rand);
    rig.now = S;
    hl_link_policy_want (rig.policy, rig.now, TRUE);
    rig_run (&rig);
    for (int step = 0; step < 400; step++) {
      guint generation
          = hl_link_policy_get_generation (rig.policy) - (g_rand_int_range (rand, 0, 6) == 0);
      guint code
          = (guint[]){ 0, 1001, 1006, 4001, 4008, 4102, 4401, 4013 }[g_rand_int_range (rand, 0, 8)];
      guint status = (guint[]){ 200, 401, 404, 429, 500, 503 }[g_rand_int_range (rand, 0, 6)];
      HlLinkVerdict close = hl_link_verdict_from_close (code, g_rand_int_range (rand, -1, 2000));
      HlLinkVerdict http = hl_link_verdict_from_status (status, "3", 0);
      switch (g_rand_int_range (rand, 0, 15)) {
      case 0:
        hl_link_policy_connected (rig.policy, rig.now, generation);
        break;
      case 1:
        hl_link_policy_welcomed (rig.policy, rig.now, generation, g_rand_int_range (rand, 0, 100),
                                 5000, 3000);
        break;
      case 2:
        hl_link_policy_caught_up (rig.policy, rig.now, generation);
        break;
      case 3:
        hl_link_policy_lost (rig.policy, rig.now, generation, &close);
        break;
      case 4:
        hl_link_policy_failed (rig.policy, rig.now, generation, &http);
        break;
      case 5:
        hl_link_policy_network_changed (rig.policy, rig.now, g_rand_boolean (rand));
        break;
      case 6:
        hl_link_policy_resumed (rig.policy, rig.now);
        break;
      case 7:
        hl_link_policy_ponged (rig.policy, rig.now, generation, rig.ping_n,
                               g_rand_int_range (rand, 0, 100));
        break;
      case 8:
        hl_link_policy_received (rig.policy, rig.now, generation, g_rand_int_range (rand, 0, 100));
        break;
      case 9:
        hl_link_policy_broken (rig.policy, rig.now, generation, HL_LINK_CAUSE_BEHIND);
        break;
      case 10:
        if (g_rand_int_range (rand, 0, 5) == 0)
          hl_link_policy_reconnect_now (rig.policy, rig.now);
        break;
      case 11:
        hl_link_policy_probed (rig.policy, rig.now, 0, g_rand_boolean (rand));
        break;
      default:
        rig_advance (&rig, (gint64)(g_rand_double (rand) * 20 * S));
        break;
      }
      rig_run (&rig);
      g_assert_cmpint (hl_link_policy_get_deadline (rig.policy), <=, rig.now + 361 * S);
    }
    /* the world becomes sane again: it gets live */
    for (int i = 0; i < 400 && STATE (&rig) != HL_LINK_STATE_LIVE; i++) {
      hl_link_policy_connected (rig.policy, rig.now, G (&rig));
      hl_link_policy_welcomed (rig.policy, rig.now, G (&rig), 5, 5000, 3000);
      hl_link_policy_received (rig.policy, rig.now, G (&rig), 5);
      hl_link_policy_caught_up (rig.policy, rig.now, G (&rig));
      if (STATE (&rig) == HL_LINK_STATE_LATE)
        hl_link_policy_ponged (rig.policy, rig.now, G (&rig), rig.ping_n, 5);
      rig_run (&rig);
      if (STATE (&rig) != HL_LINK_STATE_LIVE)
        rig_advance (&rig, S);
    }
    g_assert_cmpint (STATE (&rig), ==, HL_LINK_STATE_LIVE);
    rig_clear (&rig);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/link-fleet/herd", test_herd);
  g_test_add_func ("/link-fleet/random", test_random);
  return g_test_run ();
}
