/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of the connection's state machine, with a clock and dice of their own. */
#include "link-rig.h"

static void
test_happy (void)
{
  Rig rig;
  rig_init (&rig, 1);
  rig_live (&rig);
  g_assert_cmpuint (rig.connects, ==, 1);
  g_assert_cmpint (hl_link_policy_get_cause (rig.policy), ==, HL_LINK_CAUSE_NONE);
  rig_answer_for (&rig, 60 * S);
  g_assert_cmpint (STATE (&rig), ==, HL_LINK_STATE_LIVE);
  g_assert_cmpuint (rig.pings, >=, 11);
  g_assert_cmpuint (rig.pings, <=, 12);
  hl_link_policy_want (rig.policy, rig.now, FALSE);
  rig_run (&rig);
  g_assert_false (rig.open);
  g_assert_cmpint (hl_link_policy_get_deadline (rig.policy), ==, G_MAXINT64);
  rig_clear (&rig);
}

/* Stale badge in 10 s, a new connection in 20 s at the latest, whenever the cable is pulled. */
static void
test_heartbeat (void)
{
  for (int i = 0; i < 50; i++) {
    Rig rig;
    gint64 cut, late = 0, again = 0;
    rig_init (&rig, 1);
    rig_live (&rig);
    rig_answer_for (&rig, 31 * S + i * 100 * MS);
    cut = rig.now;
    while (again == 0) {
      rig_advance (&rig, 10 * MS);
      if (late == 0 && STATE (&rig) == HL_LINK_STATE_LATE)
        late = rig.now;
      if (rig.connects == 2)
        again = rig.now;
      g_assert_cmpint (rig.now - cut, <, 25 * S);
    }
    g_assert_cmpint (late - cut, <=, 10 * S + 10 * MS);
    g_assert_cmpint (again - cut, <=, 20 * S);
    g_assert_cmpint (hl_link_policy_get_cause (rig.policy), ==, HL_LINK_CAUSE_HEARTBEAT);
    rig_clear (&rig);
  }
}

/* Events keep coming, answers do not: nothing that is done here leaves this computer. Also then
 * there is a new connection in 20 s; only while a large replay is under way an answer may take
 * longer. */
static void
test_one_way (void)
{
  for (int catching_up = 0; catching_up < 2; catching_up++) {
    Rig rig;
    gint64 cut;

    rig_init (&rig, 1);
    rig_live (&rig);
    if (catching_up) {
      HlLinkVerdict reset = hl_link_verdict_from_close (1006, -1);
      hl_link_policy_lost (rig.policy, rig.now, G (&rig), &reset);
      rig_run (&rig);
      while (rig.connects < 2)
        rig_advance (&rig, 100 * MS);
      hl_link_policy_connected (rig.policy, rig.now, G (&rig));
      hl_link_policy_welcomed (rig.policy, rig.now, G (&rig), 100000, 0, 0);
      rig_run (&rig);
      g_assert_cmpint (STATE (&rig), ==, HL_LINK_STATE_CATCHING_UP);
    }
    rig.connects = 1;
    cut = rig.now;
    for (int i = 0; i < 700 && rig.connects == 1; i++) {
      rig_advance (&rig, 100 * MS);
      hl_link_policy_received (rig.policy, rig.now, G (&rig), 11 + i);
      rig_run (&rig);
    }
    g_assert_cmpuint (rig.connects, ==, 2);
    g_assert_cmpint (hl_link_policy_get_cause (rig.policy), ==, HL_LINK_CAUSE_HEARTBEAT);
    if (catching_up)
      g_assert_cmpint (rig.now - cut, >=, 60 * S);
    else
      g_assert_cmpint (rig.now - cut, <=, 20 * S + 100 * MS);
    rig_clear (&rig);
  }
}

static void
test_late_recovers (void)
{
  Rig rig;
  rig_init (&rig, 1);
  rig_live (&rig);
  rig_advance (&rig, 11 * S);
  g_assert_cmpint (STATE (&rig), ==, HL_LINK_STATE_LATE);
  hl_link_policy_ponged (rig.policy, rig.now, G (&rig), rig.ping_n, 10);
  rig_run (&rig);
  g_assert_cmpint (STATE (&rig), ==, HL_LINK_STATE_LIVE);
  rig_clear (&rig);
}

/* An answer to an old ping proves nothing about the present one. */
static void
test_old_pong (void)
{
  Rig rig;
  rig_init (&rig, 1);
  rig_live (&rig);
  rig_answer_for (&rig, 12 * S);
  hl_link_policy_resumed (rig.policy, rig.now);
  rig_run (&rig);
  hl_link_policy_ponged (rig.policy, rig.now, G (&rig), rig.ping_n - 1, 10);
  rig_run (&rig);
  rig_advance (&rig, 3 * S);
  g_assert_cmpuint (rig.connects, ==, 2);
  g_assert_cmpint (hl_link_policy_get_cause (rig.policy), ==, HL_LINK_CAUSE_RESUMED);
  rig_clear (&rig);
}

static void
test_generations (void)
{
  Rig rig;
  HlLinkVerdict verdict = hl_link_verdict_from_close (1006, -1);
  guint old;
  rig_init (&rig, 1);
  rig_live (&rig);
  old = G (&rig);
  hl_link_policy_lost (rig.policy, rig.now, old, &verdict);
  /* error and close both come: one retry */
  hl_link_policy_lost (rig.policy, rig.now, old, &verdict);
  rig_run (&rig);
  g_assert_cmpuint (rig.closes, ==, 1);
  rig_advance (&rig, 4 * S);
  g_assert_cmpuint (rig.connects, ==, 2);
  /* the old socket speaks again */
  hl_link_policy_received (rig.policy, rig.now, old, 99);
  hl_link_policy_welcomed (rig.policy, rig.now, old, 99, 0, 0);
  hl_link_policy_caught_up (rig.policy, rig.now, old);
  hl_link_policy_lost (rig.policy, rig.now, old, &verdict);
  rig_run (&rig);
  g_assert_cmpint (STATE (&rig), ==, HL_LINK_STATE_CONNECTING);
  g_assert_cmpuint (rig.connects, ==, 2);
  rig_clear (&rig);
}

static void
test_attempt_limit (void)
{
  Rig rig;
  rig_init (&rig, 1);
  hl_link_policy_want (rig.policy, rig.now, TRUE);
  rig_run (&rig);
  rig_advance (&rig, 10 * S + MS);
  g_assert_cmpint (STATE (&rig), ==, HL_LINK_STATE_WAITING);
  g_assert_cmpint (hl_link_policy_get_cause (rig.policy), ==, HL_LINK_CAUSE_NO_ANSWER);
  rig_advance (&rig, 3 * S);
  g_assert_cmpuint (rig.connects, ==, 2);
  /* upgraded, but welcome never comes: the same 10 s */
  hl_link_policy_connected (rig.policy, rig.now, G (&rig));
  rig_run (&rig);
  rig_advance (&rig, rig.connect.deadline - rig.now);
  g_assert_cmpint (STATE (&rig), ==, HL_LINK_STATE_WAITING);
  rig_clear (&rig);
}

/* Never gives up, and the waits stay under 30 s. */
static void
test_never_gives_up (void)
{
  Rig rig;
  HlLinkVerdict verdict = hl_link_verdict_make (HL_VERDICT_RETRY, HL_LINK_CAUSE_REFUSED);
  rig_init (&rig, 1);
  hl_link_policy_want (rig.policy, rig.now, TRUE);
  rig_run (&rig);
  for (int i = 0; i < 10000; i++) {
    gint64 before = rig.now;
    guint connects = rig.connects;
    hl_link_policy_failed (rig.policy, rig.now, G (&rig), &verdict);
    rig_run (&rig);
    while (rig.connects == connects)
      rig_advance (&rig, 100 * MS);
    g_assert_cmpint (rig.now - before, <=, 30 * S + 100 * MS);
  }
  rig_clear (&rig);
}

/* Accept-then-close, with and without a short slot from the server, must not loop fast. */
static void
test_accept_then_close (void)
{
  for (int with_bye = 0; with_bye < 3; with_bye++) {
    Rig rig;
    gint64 start;
    rig_init (&rig, 1);
    hl_link_policy_want (rig.policy, rig.now, TRUE);
    rig_run (&rig);
    start = rig.now;
    while (rig.now - start < 600 * S) {
      HlLinkVerdict verdict
          = hl_link_verdict_from_close (with_bye ? 4001 : 1006, with_bye == 1 ? 0 : -1);
      if (STATE (&rig) == HL_LINK_STATE_CONNECTING) {
        if (with_bye == 2)
          hl_link_policy_connected (rig.policy, rig.now, G (&rig));
        else
          rig_open (&rig); /* even caught up */
        hl_link_policy_lost (rig.policy, rig.now, G (&rig), &verdict);
        rig_run (&rig);
      }
      rig_advance (&rig, 10 * MS);
    }
    g_test_message ("%d: %u attempts in 10 minutes", with_bye, rig.connects);
    g_assert_cmpuint (rig.connects, <, 60);
    g_assert_cmpuint (rig.connects, >, 20);
    rig_clear (&rig);
  }
}

static void
test_reset_when_stable (void)
{
  Rig rig;
  HlLinkVerdict verdict = hl_link_verdict_from_close (1006, -1);
  rig_init (&rig, 1);
  hl_link_policy_want (rig.policy, rig.now, TRUE);
  rig_run (&rig);
  for (int i = 0; i < 6; i++) {
    guint connects = rig.connects;
    hl_link_policy_failed (rig.policy, rig.now, G (&rig), &verdict);
    rig_run (&rig);
    while (rig.connects == connects)
      rig_advance (&rig, S);
  }
  g_assert_cmpuint (hl_link_policy_get_failures (rig.policy), ==, 6);
  rig_open (&rig);
  rig_answer_for (&rig, 29 * S);
  g_assert_cmpuint (hl_link_policy_get_failures (rig.policy), ==, 6);
  rig_answer_for (&rig, 2 * S);
  g_assert_cmpuint (hl_link_policy_get_failures (rig.policy), ==, 0);
  rig_clear (&rig);
}

static void
test_reconnect_now_everywhere (void)
{
  const HlLinkState expected[]
      = { HL_LINK_STATE_IDLE,        HL_LINK_STATE_CONNECTING, HL_LINK_STATE_OPENING,
          HL_LINK_STATE_CATCHING_UP, HL_LINK_STATE_LIVE,       HL_LINK_STATE_LATE,
          HL_LINK_STATE_WAITING,     HL_LINK_STATE_STOPPED };

  for (int i = 0; i < 8; i++) {
    Rig rig;
    HlLinkVerdict retry = hl_link_verdict_from_status (503, "120", 0);
    HlLinkVerdict stop = hl_link_verdict_from_status (401, NULL, 0);
    guint connects;
    rig_init (&rig, 1);
    if (i > 0) {
      hl_link_policy_want (rig.policy, rig.now, TRUE);
      rig_run (&rig);
    }
    if (i >= 2 && i <= 5)
      hl_link_policy_connected (rig.policy, rig.now, G (&rig));
    if (i >= 3 && i <= 5)
      hl_link_policy_welcomed (rig.policy, rig.now, G (&rig), 10, 0, 0);
    if (i >= 4 && i <= 5)
      hl_link_policy_caught_up (rig.policy, rig.now, G (&rig));
    rig_run (&rig);
    if (i == 5)
      rig_advance (&rig, 11 * S);
    if (i == 6)
      hl_link_policy_failed (rig.policy, rig.now, G (&rig), &retry);
    if (i == 7)
      hl_link_policy_failed (rig.policy, rig.now, G (&rig), &stop);
    rig_run (&rig);
    g_assert_cmpint (STATE (&rig), ==, expected[i]);
    connects = rig.connects;
    hl_link_policy_reconnect_now (rig.policy, rig.now);
    rig_run (&rig);
    g_assert_cmpuint (rig.connects, ==, connects + 1);
    g_assert_cmpint (STATE (&rig), ==, HL_LINK_STATE_CONNECTING);
    rig_open (&rig);
    rig_clear (&rig);
  }
}

static void
test_stopped_probes (void)
{
  Rig rig;
  HlLinkVerdict stop = hl_link_verdict_from_close (4401, -1);
  rig_init (&rig, 1);
  rig_live (&rig);
  hl_link_policy_lost (rig.policy, rig.now, G (&rig), &stop);
  rig_run (&rig);
  g_assert_cmpint (STATE (&rig), ==, HL_LINK_STATE_STOPPED);
  rig_advance (&rig, 299 * S);
  /* network changes do not make it dial a server that does not want it */
  hl_link_policy_network_changed (rig.policy, rig.now, TRUE);
  g_assert_cmpuint (rig.connects, ==, 1);
  rig_advance (&rig, 2 * S);
  g_assert_cmpuint (rig.connects, ==, 2);
  hl_link_policy_failed (rig.policy, rig.now, G (&rig), &stop);
  rig_run (&rig);
  rig_advance (&rig, 3600 * S);
  /* without an answer each further probe takes its 10 s and then the backoff: it never gives up */
  g_assert_cmpuint (rig.connects, >, 12);
  rig_clear (&rig);
}

static void
test_resume (void)
{
  Rig rig;
  HlLinkVerdict refused = hl_link_verdict_make (HL_VERDICT_RETRY, HL_LINK_CAUSE_REFUSED);
  rig_init (&rig, 1);
  rig_live (&rig);
  rig_answer_for (&rig, 20 * S);
  /* it slept for a night; the socket still lives */
  rig.now += 8 * 3600 * S;
  hl_link_policy_resumed (rig.policy, rig.now);
  rig_run (&rig);
  hl_link_policy_ponged (rig.policy, rig.now + 50 * MS, G (&rig), rig.ping_n, 10);
  rig_run (&rig);
  rig_advance (&rig, 3 * S);
  g_assert_cmpuint (rig.connects, ==, 1);
  g_assert_cmpint (STATE (&rig), ==, HL_LINK_STATE_LIVE);
  /* again, and it does not */
  rig.now += 8 * 3600 * S;
  hl_link_policy_resumed (rig.policy, rig.now);
  rig_run (&rig);
  rig_advance (&rig, 2 * S);
  g_assert_cmpuint (rig.connects, ==, 2);
  /* waiting in a long backoff: dial at once */
  for (int i = 0; i < 8; i++) {
    guint connects = rig.connects;
    hl_link_policy_failed (rig.policy, rig.now, G (&rig), &refused);
    rig_run (&rig);
    if (i < 7)
      while (rig.connects == connects)
        rig_advance (&rig, S);
  }
  {
    guint connects = rig.connects;
    hl_link_policy_resumed (rig.policy, rig.now);
    rig_run (&rig);
    g_assert_cmpuint (rig.connects, ==, connects + 1);
  }
  rig_clear (&rig);
}

/* A night of sleep without a word: the absolute deadlines fire at the first tick. */
static void
test_sleep_without_signal (void)
{
  Rig rig;
  rig_init (&rig, 1);
  rig_live (&rig);
  rig_advance (&rig, 6 * S); /* a ping is under way */
  rig.now += 8 * 3600 * S;
  hl_link_policy_tick (rig.policy, rig.now);
  rig_run (&rig);
  g_assert_cmpint (STATE (&rig), ==, HL_LINK_STATE_WAITING);
  rig_clear (&rig);
}

static void
test_network_hint (void)
{
  Rig rig;
  HlLinkVerdict refused = hl_link_verdict_make (HL_VERDICT_RETRY, HL_LINK_CAUSE_REFUSED);
  guint connects;
  rig_init (&rig, 1);
  rig_live (&rig);
  rig_answer_for (&rig, 10 * S);
  /* six signals in four seconds: debounced, and a link that answers is not killed */
  for (int i = 0; i < 6; i++) {
    hl_link_policy_network_changed (rig.policy, rig.now, i % 2 == 0);
    rig_answer_for (&rig, 600 * MS);
  }
  rig_answer_for (&rig, 10 * S);
  g_assert_cmpuint (rig.connects, ==, 1);
  g_assert_cmpint (STATE (&rig), ==, HL_LINK_STATE_LIVE);
  /* a lost link with "no network": attempts go on all the same */
  hl_link_policy_network_changed (rig.policy, rig.now, FALSE);
  rig_advance (&rig, 1100 * MS + 2 * S);
  connects = rig.connects;
  g_assert_cmpuint (connects, ==, 2);
  hl_link_policy_failed (rig.policy, rig.now, G (&rig), &refused);
  rig_run (&rig);
  rig_advance (&rig, 40 * S);
  g_assert_cmpuint (rig.connects, >, connects);
  /* waiting long; the network comes back: brought forward */
  for (int i = 0; i < 8; i++) {
    connects = rig.connects;
    if (STATE (&rig) != HL_LINK_STATE_CONNECTING)
      while (STATE (&rig) != HL_LINK_STATE_CONNECTING)
        rig_advance (&rig, 100 * MS);
    hl_link_policy_failed (rig.policy, rig.now, G (&rig), &refused);
    rig_run (&rig);
  }
  connects = rig.connects;
  g_assert_cmpint (hl_link_policy_get_retry_at (rig.policy) - rig.now, >, 5 * S);
  hl_link_policy_network_changed (rig.policy, rig.now, TRUE);
  rig_advance (&rig, 2600 * MS);
  g_assert_cmpuint (rig.connects, ==, connects + 1);
  rig_clear (&rig);
}

static void
test_no_network_cause (void)
{
  Rig rig;
  HlLinkVerdict dns = hl_link_verdict_make (HL_VERDICT_RETRY, HL_LINK_CAUSE_NAME_NOT_FOUND);
  rig_init (&rig, 1);
  hl_link_policy_network_changed (rig.policy, rig.now, FALSE);
  hl_link_policy_want (rig.policy, rig.now, TRUE);
  rig_run (&rig);
  hl_link_policy_failed (rig.policy, rig.now, G (&rig), &dns);
  rig_run (&rig);
  g_assert_cmpint (hl_link_policy_get_cause (rig.policy), ==, HL_LINK_CAUSE_NO_NETWORK);
  rig_clear (&rig);
}

static void
test_endpoints (void)
{
  Rig rig;
  HlLinkVerdict refused = hl_link_verdict_make (HL_VERDICT_RETRY, HL_LINK_CAUSE_REFUSED);
  HlLinkVerdict certificate = hl_link_verdict_make (HL_VERDICT_STOP, HL_LINK_CAUSE_CERTIFICATE);
  HlLinkVerdict removed = hl_link_verdict_from_status (401, NULL, 0);
  rig_init (&rig, 3);
  hl_link_policy_want (rig.policy, rig.now, TRUE);
  rig_run (&rig);
  g_assert_cmpuint (rig.connect.endpoint, ==, 0);
  hl_link_policy_failed (rig.policy, rig.now, G (&rig),
                         &certificate); /* somebody else's box has that address */
  rig_run (&rig);
  g_assert_cmpuint (rig.connect.endpoint, ==, 1);
  hl_link_policy_failed (rig.policy, rig.now, G (&rig), &refused);
  rig_run (&rig);
  g_assert_cmpuint (rig.connect.endpoint, ==, 2);
  rig_open (&rig);
  /* on a fallback the first one is probed every 60 s and returned to */
  rig_answer_for (&rig, 61 * S);
  g_assert_cmpuint (rig.probes, ==, 1);
  hl_link_policy_probed (rig.policy, rig.now, 0, FALSE);
  rig_run (&rig);
  g_assert_cmpint (STATE (&rig), ==, HL_LINK_STATE_LIVE);
  rig_answer_for (&rig, 60 * S);
  g_assert_cmpuint (rig.probes, ==, 2);
  hl_link_policy_probed (rig.policy, rig.now, 0, TRUE);
  rig_run (&rig);
  g_assert_cmpint (STATE (&rig), ==, HL_LINK_STATE_CONNECTING);
  g_assert_cmpuint (rig.connect.endpoint, ==, 0);
  rig_open (&rig);
  rig_answer_for (&rig, 120 * S);
  g_assert_cmpuint (rig.probes, ==, 2);
  /* an authentic "no" is not asked again elsewhere */
  hl_link_policy_reconnect_now (rig.policy, rig.now);
  rig_run (&rig);
  hl_link_policy_failed (rig.policy, rig.now, G (&rig), &removed);
  rig_run (&rig);
  g_assert_cmpint (STATE (&rig), ==, HL_LINK_STATE_STOPPED);
  rig_clear (&rig);
}

/* The box at the first address restarts while the certificate at another one is no good: the others must be
 * asked again as soon as ever, and the reason that passes is the one that is told. */
static void
test_one_bad_certificate (void)
{
  const HlLinkCause bad[] = { HL_LINK_CAUSE_CERTIFICATE, HL_LINK_CAUSE_EXPIRED, HL_LINK_CAUSE_CLOCK };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    for (guint first = 0; first < 2; first++) { /* which address has it */
      HlLinkVerdict refused = hl_link_verdict_make (HL_VERDICT_RETRY, HL_LINK_CAUSE_REFUSED);
      HlLinkVerdict stop = hl_link_verdict_make (HL_VERDICT_STOP, bad[i]);
      Rig rig;

      rig_init (&rig, 2);
      rig_live (&rig);
      hl_link_policy_reconnect_now (rig.policy, rig.now);
      rig_run (&rig);
      g_assert_cmpuint (rig.connect.endpoint, ==, 0);
      hl_link_policy_failed (rig.policy, rig.now, G (&rig), first == 0 ? &stop : &refused);
      rig_run (&rig);
      g_assert_cmpuint (rig.connect.endpoint, ==, 1);
      hl_link_policy_failed (rig.policy, rig.now, G (&rig), first == 0 ? &refused : &stop);
      rig_run (&rig);
      g_assert_cmpint (STATE (&rig), ==, HL_LINK_STATE_WAITING);
      g_assert_cmpint (hl_link_policy_get_cause (rig.policy), ==, HL_LINK_CAUSE_REFUSED);
      g_assert_cmpint (hl_link_policy_get_retry_at (rig.policy) - rig.now, <=, 3 * S);
      /* what one round said is not taken into the next: now it is the same everywhere */
      rig.now = hl_link_policy_get_deadline (rig.policy);
      hl_link_policy_tick (rig.policy, rig.now);
      rig_run (&rig);
      for (guint k = 0; k < 2; k++) {
        hl_link_policy_failed (rig.policy, rig.now, G (&rig), &stop);
        rig_run (&rig);
      }
      g_assert_cmpint (STATE (&rig), ==, HL_LINK_STATE_STOPPED);
      g_assert_cmpint (hl_link_policy_get_cause (rig.policy), ==, bad[i]);
      rig_clear (&rig);
    }
  }
}

static void
test_server_slot (void)
{
  Rig rig;
  HlLinkVerdict bye = hl_link_verdict_from_close (4001, 1840);
  rig_init (&rig, 1);
  rig_live (&rig);
  hl_link_policy_lost (rig.policy, rig.now, G (&rig), &bye);
  rig_run (&rig);
  g_assert_cmpint (hl_link_policy_get_retry_at (rig.policy) - rig.now, ==, 1840 * MS);
  rig_clear (&rig);
}

/* A token that is refused is read again once: its file may have been renewed. */
static void
test_token_reload (void)
{
  HlLinkVerdict refused = hl_link_verdict_from_status (401, NULL, 0);
  HlLinkVerdict revoked = hl_link_verdict_from_close (4401, -1);

  for (int closed = 0; closed < 2; closed++) {
    Rig rig;

    rig_init (&rig, 2);
    hl_link_policy_set_can_reload (rig.policy, TRUE);
    hl_link_policy_want (rig.policy, rig.now, TRUE);
    rig_run (&rig);
    if (closed) {
      rig_open (&rig);
      hl_link_policy_lost (rig.policy, rig.now, G (&rig), &revoked);
    } else {
      hl_link_policy_failed (rig.policy, rig.now, G (&rig), &refused);
    }
    rig_run (&rig);
    g_assert_cmpuint (rig.reloads, ==, 1);
    g_assert_cmpuint (rig.connects, ==, 1); /* our server has spoken: no other address is asked */
    g_assert_cmpint (STATE (&rig), ==, HL_LINK_STATE_WAITING);
    /* another token: at once, and only once */
    hl_link_policy_reloaded (rig.policy, rig.now, TRUE);
    rig_run (&rig);
    g_assert_cmpuint (rig.connects, ==, 2);
    hl_link_policy_failed (rig.policy, rig.now, G (&rig), &refused);
    rig_run (&rig);
    g_assert_cmpuint (rig.reloads, ==, 1);
    g_assert_cmpint (STATE (&rig), ==, HL_LINK_STATE_STOPPED);
    g_assert_cmpint (hl_link_policy_get_cause (rig.policy), ==, HL_LINK_CAUSE_DEVICE_REMOVED);
    /* a late answer changes nothing */
    hl_link_policy_reloaded (rig.policy, rig.now, TRUE);
    rig_run (&rig);
    g_assert_cmpuint (rig.connects, ==, 2);
    /* the probe after 5 minutes reads it again */
    rig_advance (&rig, 301 * S);
    g_assert_cmpuint (rig.connects, ==, 3);
    hl_link_policy_failed (rig.policy, rig.now, G (&rig), &refused);
    rig_run (&rig);
    g_assert_cmpuint (rig.reloads, ==, 2);
    hl_link_policy_reloaded (rig.policy, rig.now, FALSE);
    rig_run (&rig);
    g_assert_cmpint (STATE (&rig), ==, HL_LINK_STATE_STOPPED);
    rig_clear (&rig);
  }
}

/* A disk that hangs while the token is read does not hang the link. */
static void
test_token_reload_without_an_answer (void)
{
  Rig rig;
  HlLinkVerdict refused = hl_link_verdict_from_status (401, NULL, 0);

  rig_init (&rig, 1);
  hl_link_policy_set_can_reload (rig.policy, TRUE);
  hl_link_policy_want (rig.policy, rig.now, TRUE);
  rig_run (&rig);
  hl_link_policy_failed (rig.policy, rig.now, G (&rig), &refused);
  rig_run (&rig);
  g_assert_cmpint (STATE (&rig), ==, HL_LINK_STATE_WAITING);
  rig_advance (&rig, 6 * S);
  g_assert_cmpint (STATE (&rig), ==, HL_LINK_STATE_STOPPED);
  g_assert_cmpuint (rig.connects, ==, 1);
  /* and a person need not wait for it */
  hl_link_policy_reconnect_now (rig.policy, rig.now);
  rig_run (&rig);
  hl_link_policy_failed (rig.policy, rig.now, G (&rig), &refused);
  rig_run (&rig);
  hl_link_policy_reconnect_now (rig.policy, rig.now);
  rig_run (&rig);
  g_assert_cmpint (STATE (&rig), ==, HL_LINK_STATE_CONNECTING);
  rig_open (&rig);
  rig_clear (&rig);
}

/* Metered: a heartbeat every 15 s, stale in 20 s; the change itself is told at once. */
static void
test_metered (void)
{
  Rig rig;
  guint pings;

  rig_init (&rig, 1);
  hl_link_policy_set_metered (rig.policy, rig.now, TRUE);
  rig_live (&rig);
  pings = rig.pings;
  rig_answer_for (&rig, 60 * S);
  g_assert_cmpuint (rig.pings - pings, ==, 4);
  pings = rig.pings;
  hl_link_policy_set_metered (rig.policy, rig.now, FALSE);
  rig_run (&rig);
  g_assert_cmpuint (rig.pings, ==, pings + 1);
  hl_link_policy_ponged (rig.policy, rig.now, G (&rig), rig.ping_n, 10);
  rig_answer_for (&rig, 60 * S);
  g_assert_cmpuint (rig.pings - pings, >=, 12);
  hl_link_policy_set_metered (rig.policy, rig.now, TRUE);
  rig_run (&rig);
  hl_link_policy_ponged (rig.policy, rig.now, G (&rig), rig.ping_n, 10);
  rig_run (&rig);
  rig_advance (&rig, 19 * S);
  g_assert_cmpint (STATE (&rig), ==, HL_LINK_STATE_LIVE);
  rig_advance (&rig, 1500 * MS);
  g_assert_cmpint (STATE (&rig), ==, HL_LINK_STATE_LATE);
  rig_clear (&rig);
}

/* After a sleep the old connection is asked; that it is gone is no reason to wait for a spread. */
static void
test_resume_to_a_dead_socket (void)
{
  Rig rig;
  HlLinkVerdict reset = hl_link_verdict_from_close (1006, -1);
  HlLinkVerdict down = hl_link_verdict_from_close (4001, 1500);

  rig_init (&rig, 1);
  rig_live (&rig);
  rig.now += 8 * 3600 * S;
  hl_link_policy_resumed (rig.policy, rig.now);
  rig_run (&rig);
  hl_link_policy_lost (rig.policy, rig.now + 20 * MS, G (&rig), &reset);
  rig_run (&rig);
  g_assert_cmpint (STATE (&rig), ==, HL_LINK_STATE_CONNECTING);
  g_assert_cmpint (hl_link_policy_get_cause (rig.policy), ==, HL_LINK_CAUSE_RESUMED);
  rig_open (&rig);
  /* one that is dead and does not say so leaves half a second of the two for the new line */
  rig.now += 8 * 3600 * S;
  hl_link_policy_resumed (rig.policy, rig.now);
  rig_run (&rig);
  rig_advance (&rig, 1510 * MS);
  g_assert_cmpint (STATE (&rig), ==, HL_LINK_STATE_CONNECTING);
  g_assert_cmpint (hl_link_policy_get_cause (rig.policy), ==, HL_LINK_CAUSE_RESUMED);
  rig_open (&rig);
  /* but a server that goes down meanwhile has its say */
  hl_link_policy_resumed (rig.policy, rig.now);
  hl_link_policy_lost (rig.policy, rig.now, G (&rig), &down);
  rig_run (&rig);
  g_assert_cmpint (STATE (&rig), ==, HL_LINK_STATE_WAITING);
  g_assert_cmpint (hl_link_policy_get_retry_at (rig.policy) - rig.now, ==, 1500 * MS);
  rig_clear (&rig);
}

/* K23, found on this side: the link stops, and says why. */
static void
test_halt (void)
{
  Rig rig;

  rig_init (&rig, 2);
  hl_link_policy_want (rig.policy, rig.now, TRUE);
  rig_run (&rig);
  hl_link_policy_connected (rig.policy, rig.now, G (&rig));
  hl_link_policy_welcomed (rig.policy, rig.now, G (&rig), 10, 0, 0);
  hl_link_policy_halt (rig.policy, rig.now, G (&rig) - 1, HL_LINK_CAUSE_PAIR_AGAIN);
  rig_run (&rig);
  g_assert_cmpint (STATE (&rig), ==, HL_LINK_STATE_CATCHING_UP); /* an older connection's */
  hl_link_policy_halt (rig.policy, rig.now, G (&rig), HL_LINK_CAUSE_PAIR_AGAIN);
  rig_run (&rig);
  g_assert_false (rig.open);
  g_assert_cmpint (STATE (&rig), ==, HL_LINK_STATE_STOPPED);
  g_assert_cmpint (hl_link_policy_get_cause (rig.policy), ==, HL_LINK_CAUSE_PAIR_AGAIN);
  g_assert_cmpint (hl_link_policy_get_retry_at (rig.policy) - rig.now, ==, 300 * S);
  rig_clear (&rig);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/link-policy/happy", test_happy);
  g_test_add_func ("/link-policy/heartbeat", test_heartbeat);
  g_test_add_func ("/link-policy/one-way", test_one_way);
  g_test_add_func ("/link-policy/late-recovers", test_late_recovers);
  g_test_add_func ("/link-policy/old-pong", test_old_pong);
  g_test_add_func ("/link-policy/generations", test_generations);
  g_test_add_func ("/link-policy/attempt-limit", test_attempt_limit);
  g_test_add_func ("/link-policy/never-gives-up", test_never_gives_up);
  g_test_add_func ("/link-policy/accept-then-close", test_accept_then_close);
  g_test_add_func ("/link-policy/reset-when-stable", test_reset_when_stable);
  g_test_add_func ("/link-policy/reconnect-now", test_reconnect_now_everywhere);
  g_test_add_func ("/link-policy/stopped-probes", test_stopped_probes);
  g_test_add_func ("/link-policy/resume", test_resume);
  g_test_add_func ("/link-policy/sleep-without-signal", test_sleep_without_signal);
  g_test_add_func ("/link-policy/network-hint", test_network_hint);
  g_test_add_func ("/link-policy/no-network-cause", test_no_network_cause);
  g_test_add_func ("/link-policy/endpoints", test_endpoints);
  g_test_add_func ("/link-policy/one-bad-certificate", test_one_bad_certificate);
  g_test_add_func ("/link-policy/server-slot", test_server_slot);
  g_test_add_func ("/link-policy/token-reload", test_token_reload);
  g_test_add_func ("/link-policy/token-reload-without-an-answer",
                   test_token_reload_without_an_answer);
  g_test_add_func ("/link-policy/metered", test_metered);
  g_test_add_func ("/link-policy/resume-to-a-dead-socket", test_resume_to_a_dead_socket);
  g_test_add_func ("/link-policy/halt", test_halt);
  return g_test_run ();
}
