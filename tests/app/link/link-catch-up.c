/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The policy of the link while a board catches up, is behind or waits, and as it is sent to fetch all anew. */
#include "link-rig.h"

static void
test_behind (void)
{
  Rig rig;
  rig_init (&rig, 1);
  rig_live (&rig);
  rig_answer_for (&rig, 5200 * MS);
  /* the loss of a burst's last event: pong says 12, nothing comes */
  hl_link_policy_ponged (rig.policy, rig.now, G (&rig), rig.ping_n, 12);
  for (int i = 0; i < 98; i++) {
    guint last = rig.ping_n;
    rig_advance (&rig, 100 * MS);
    if (rig.ping_n != last)
      hl_link_policy_ponged (rig.policy, rig.now, G (&rig), rig.ping_n, 12);
    rig_run (&rig);
  }
  g_assert_cmpint (STATE (&rig), ==, HL_LINK_STATE_LIVE);
  rig_advance (&rig, 300 * MS);
  g_assert_cmpint (STATE (&rig), ==, HL_LINK_STATE_WAITING);
  g_assert_cmpint (hl_link_policy_get_cause (rig.policy), ==, HL_LINK_CAUSE_BEHIND);
  rig_clear (&rig);
}

/* After two holes within a minute the follower takes a snapshot instead of going round for ever. */
static void
test_holes (void)
{
  Rig rig;
  rig_init (&rig, 1);
  rig_live (&rig);
  hl_link_policy_broken (rig.policy, rig.now, G (&rig), HL_LINK_CAUSE_BEHIND);
  rig_run (&rig);
  rig_advance (&rig, 3 * S);
  g_assert_false (rig.connect.snapshot);
  rig_open (&rig);
  hl_link_policy_broken (rig.policy, rig.now, G (&rig), HL_LINK_CAUSE_BEHIND);
  rig_run (&rig);
  rig_advance (&rig, 31 * S);
  g_assert_true (rig.connect.snapshot);
  rig_clear (&rig);
}

/* An address that says it is ready, but never opens a session, must not cost the connection that
 * works every minute. */
static void
test_first_endpoint_only_looks_ready (void)
{
  Rig rig;
  HlLinkVerdict error = hl_link_verdict_from_status (502, NULL, 0);
  guint returns = 0;

  rig_init (&rig, 2);
  hl_link_policy_want (rig.policy, rig.now, TRUE);
  rig_run (&rig);
  hl_link_policy_failed (rig.policy, rig.now, G (&rig), &error);
  rig_run (&rig);
  g_assert_cmpuint (rig.connect.endpoint, ==, 1);
  rig_open (&rig);
  for (int second = 0; second < 4 * 3600; second++) {
    guint probes = rig.probes;
    rig_answer_for (&rig, S);
    if (rig.probes == probes)
      continue;
    hl_link_policy_probed (rig.policy, rig.now, 0, TRUE);
    rig_run (&rig);
    g_assert_cmpuint (rig.connect.endpoint, ==, 0);
    hl_link_policy_failed (rig.policy, rig.now, G (&rig), &error);
    rig_run (&rig);
    g_assert_cmpuint (rig.connect.endpoint, ==, 1);
    rig_open (&rig);
    returns++;
  }
  g_assert_cmpuint (returns, >=, 8);
  g_assert_cmpuint (returns, <=, 14);
  rig_clear (&rig);
}

/* A long history over a slow line: frames come, heartbeats are sent and answered meanwhile, and
 * nobody takes the connection for dead or behind. */
static void
test_catching_up_takes_its_time (void)
{
  Rig rig;
  guint last = 0;

  rig_init (&rig, 1);
  hl_link_policy_want (rig.policy, rig.now, TRUE);
  rig_run (&rig);
  hl_link_policy_connected (rig.policy, rig.now, G (&rig));
  hl_link_policy_welcomed (rig.policy, rig.now, G (&rig), 100000, 0, 0);
  rig_run (&rig);
  for (guint64 seq = 0; seq < 600; seq++) {
    rig_advance (&rig, 500 * MS);
    hl_link_policy_received (rig.policy, rig.now, G (&rig), seq + 1);
    if (rig.ping_n != last && seq % 4 == 0) { /* an answer waits behind the history */
      last = rig.ping_n;
      hl_link_policy_ponged (rig.policy, rig.now, G (&rig), last, 100000);
    }
    rig_run (&rig);
    g_assert_cmpint (STATE (&rig), ==, HL_LINK_STATE_CATCHING_UP);
  }
  g_assert_cmpuint (rig.connects, ==, 1);
  g_assert_cmpuint (rig.pings, >=, 58); /* one every 5 s of the 300 */
  rig_clear (&rig);
}

/* A hint of the network during a long replay: what comes after it is an answer, though the pong
 * stands behind it. When nothing comes any more, the hint is right. */
static void
test_network_hint_while_catching_up (void)
{
  Rig rig;

  rig_init (&rig, 1);
  hl_link_policy_want (rig.policy, rig.now, TRUE);
  rig_run (&rig);
  hl_link_policy_connected (rig.policy, rig.now, G (&rig));
  hl_link_policy_welcomed (rig.policy, rig.now, G (&rig), 100000, 0, 0);
  rig_run (&rig);
  for (guint64 seq = 0; seq < 80; seq++) {
    if (seq % 20 == 0)
      hl_link_policy_network_changed (rig.policy, rig.now, seq % 40 == 0);
    rig_advance (&rig, 500 * MS);
    hl_link_policy_received (rig.policy, rig.now, G (&rig), seq + 1);
    rig_run (&rig);
    g_assert_cmpint (STATE (&rig), ==, HL_LINK_STATE_CATCHING_UP);
  }
  g_assert_cmpuint (rig.connects, ==, 1);
  hl_link_policy_network_changed (rig.policy, rig.now, TRUE);
  rig_advance (&rig, 3500 * MS);
  g_assert_cmpuint (rig.connects, ==, 2);
  rig_clear (&rig);
}

/* With an action waiting, a dead line is noticed in 10 s, whatever the network costs. */
static void
test_waiting (void)
{
  for (int metered = 0; metered < 2; metered++) {
    for (int ms = 0; ms < 15000; ms += 500) {
      Rig rig;
      guint pings;
      gint64 cut;

      rig_init (&rig, 1);
      hl_link_policy_set_metered (rig.policy, rig.now, metered);
      rig_live (&rig);
      rig_answer_for (&rig, 20 * S + ms * MS);
      pings = rig.pings;
      cut = rig.now;
      hl_link_policy_set_waiting (rig.policy, rig.now, TRUE);
      rig_run (&rig);
      g_assert_cmpuint (rig.pings, ==, pings + 1);
      rig_advance (&rig, 5 * S);
      g_assert_cmpint (STATE (&rig), ==, HL_LINK_STATE_LATE);
      while (rig.closes == 0)
        rig_advance (&rig, 100 * MS);
      g_assert_cmpint (rig.now - cut, <=, 10100 * MS);
      rig_clear (&rig);
    }
  }
  {
    Rig rig;
    guint pings;

    rig_init (&rig, 1);
    hl_link_policy_set_metered (rig.policy, rig.now, TRUE);
    rig_live (&rig);
    hl_link_policy_set_waiting (rig.policy, rig.now, TRUE);
    rig_run (&rig);
    hl_link_policy_ponged (rig.policy, rig.now, G (&rig), rig.ping_n, 10);
    pings = rig.pings;
    rig_answer_for (&rig, 60 * S); /* as long as it waits, as anywhere else */
    g_assert_cmpuint (rig.pings - pings, >=, 11);
    hl_link_policy_set_waiting (rig.policy, rig.now, FALSE);
    rig_answer_for (&rig, 15 * S);
    pings = rig.pings;
    rig_answer_for (&rig, 60 * S);
    g_assert_cmpuint (rig.pings - pings, ==, 4);
    rig_clear (&rig);
  }
}

/* Where every byte is paid for: an idle line that answers is kept, however seldom it is asked, and a dead one is given up one
 * answer's time after the next question. */
static void
test_metered_idle (void)
{
  Rig rig;
  gint64 cut;

  rig_init (&rig, 2);
  hl_link_policy_set_metered (rig.policy, rig.now, TRUE);
  rig_live (&rig);
  for (guint i = 0; i < 80; i++) { /* 20 min; each answer takes 4 s */
    guint last = rig.ping_n;

    while (rig.ping_n == last)
      rig_advance (&rig, 100 * MS);
    rig_advance (&rig, 4 * S);
    g_assert_cmpint (STATE (&rig), ==, HL_LINK_STATE_LIVE);
    hl_link_policy_ponged (rig.policy, rig.now, G (&rig), rig.ping_n, 10);
    rig_run (&rig);
  }
  g_assert_cmpuint (rig.connects, ==, 1);
  g_assert_cmpuint (rig.closes, ==, 0);
  cut = rig.now;
  while (rig.closes == 0)
    rig_advance (&rig, 100 * MS);
  g_assert_cmpint (rig.now - cut, >=, 10 * S);
  g_assert_cmpint (rig.now - cut, <=, 25100 * MS);
  rig_clear (&rig);
}

/* Dashboards whose digests differ all at once do not all come at once for their snapshots. */
static void
test_resync_is_spread (void)
{
  Rig rig;

  rig_init (&rig, 2);
  rig_live (&rig);
  hl_link_policy_resync (rig.policy, rig.now);
  rig_run (&rig);
  g_assert_cmpint (STATE (&rig), ==, HL_LINK_STATE_LIVE);
  rig_advance (&rig, 1400 * MS);
  g_assert_cmpint (STATE (&rig), ==, HL_LINK_STATE_LIVE); /* the dice show the middle of 3 s */
  rig_advance (&rig, 200 * MS);
  g_assert_cmpint (STATE (&rig), ==, HL_LINK_STATE_CONNECTING);
  g_assert_true (rig.connect.snapshot);
  g_assert_cmpint (hl_link_policy_get_cause (rig.policy), ==, HL_LINK_CAUSE_BEHIND);
  rig_open (&rig);
  rig_answer_for (&rig, 20 * S);
  g_assert_cmpuint (rig.connects, ==, 2);
  rig_clear (&rig);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/link-catch-up/behind", test_behind);
  g_test_add_func ("/link-catch-up/holes", test_holes);
  g_test_add_func ("/link-catch-up/first-endpoint-only-looks-ready",
                   test_first_endpoint_only_looks_ready);
  g_test_add_func ("/link-catch-up/catching-up-takes-its-time", test_catching_up_takes_its_time);
  g_test_add_func ("/link-catch-up/network-hint-while-catching-up",
                   test_network_hint_while_catching_up);
  g_test_add_func ("/link-catch-up/waiting", test_waiting);
  g_test_add_func ("/link-catch-up/metered-idle", test_metered_idle);
  g_test_add_func ("/link-catch-up/resync-is-spread", test_resync_is_spread);
  return g_test_run ();
}
