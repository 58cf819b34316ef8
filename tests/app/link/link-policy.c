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

/* Events keep coming, answers do not: one direction is dead and is not taken for life for ever. */
static void
test_one_way (void)
{
  Rig rig;
  rig_init (&rig, 1);
  rig_live (&rig);
  for (int i = 0; i < 700 && rig.connects == 1; i++) {
    rig_advance (&rig, 100 * MS);
    hl_link_policy_received (rig.policy, rig.now, G (&rig), 11 + i);
    rig_run (&rig);
  }
  g_assert_cmpuint (rig.connects, ==, 2);
  g_assert_cmpint (hl_link_policy_get_cause (rig.policy), ==, HL_LINK_CAUSE_HEARTBEAT);
  rig_clear (&rig);
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

typedef struct {
  guint status;
  guint close;
  const char *retry_after;
  HlVerdictAction action;
  HlLinkCause cause;
  gint64 min_wait_ms, max_wait_ms; /* of the policy's next attempt, dice at 0.5 */
} Row;

static const Row rows[] = {
  { .status = 200,
    .action = HL_VERDICT_RETRY,
    .cause = HL_LINK_CAUSE_LOGIN_PAGE,
    .max_wait_ms = 3000 },
  { .status = 302,
    .action = HL_VERDICT_RETRY,
    .cause = HL_LINK_CAUSE_LOGIN_PAGE,
    .max_wait_ms = 3000 },
  { .status = 400,
    .action = HL_VERDICT_RETRY,
    .cause = HL_LINK_CAUSE_LOGIN_PAGE,
    .max_wait_ms = 3000 },
  { .status = 401,
    .action = HL_VERDICT_STOP,
    .cause = HL_LINK_CAUSE_DEVICE_REMOVED,
    .min_wait_ms = 300000,
    .max_wait_ms = 300000 },
  { .status = 403,
    .action = HL_VERDICT_STOP,
    .cause = HL_LINK_CAUSE_NOT_ALLOWED,
    .min_wait_ms = 300000,
    .max_wait_ms = 300000 },
  { .status = 404,
    .action = HL_VERDICT_STOP,
    .cause = HL_LINK_CAUSE_NO_LOCATION,
    .min_wait_ms = 300000,
    .max_wait_ms = 300000 },
  { .status = 407,
    .action = HL_VERDICT_RETRY,
    .cause = HL_LINK_CAUSE_LOGIN_PAGE,
    .max_wait_ms = 3000 },
  { .status = 426,
    .action = HL_VERDICT_STOP,
    .cause = HL_LINK_CAUSE_TOO_OLD,
    .min_wait_ms = 300000,
    .max_wait_ms = 300000 },
  { .status = 429,
    .retry_after = "20",
    .action = HL_VERDICT_RETRY,
    .cause = HL_LINK_CAUSE_TOO_MANY,
    .min_wait_ms = 20000,
    .max_wait_ms = 24000 },
  { .status = 429,
    .action = HL_VERDICT_RETRY,
    .cause = HL_LINK_CAUSE_TOO_MANY,
    .max_wait_ms = 3000 },
  { .status = 429,
    .retry_after = "999999",
    .action = HL_VERDICT_RETRY,
    .cause = HL_LINK_CAUSE_TOO_MANY,
    .min_wait_ms = 300000,
    .max_wait_ms = 360000 },
  { .status = 503,
    .retry_after = "Fri, 04 Dec 2026 19:00:30 GMT",
    .action = HL_VERDICT_RETRY,
    .cause = HL_LINK_CAUSE_SERVER_ERROR,
    .min_wait_ms = 30000,
    .max_wait_ms = 36000 },
  { .status = 503,
    .retry_after = "soon",
    .action = HL_VERDICT_RETRY,
    .cause = HL_LINK_CAUSE_SERVER_ERROR,
    .max_wait_ms = 3000 },
  { .status = 500,
    .action = HL_VERDICT_RETRY,
    .cause = HL_LINK_CAUSE_SERVER_ERROR,
    .max_wait_ms = 3000 },
  { .status = 502,
    .action = HL_VERDICT_RETRY,
    .cause = HL_LINK_CAUSE_SERVER_ERROR,
    .max_wait_ms = 3000 },
  { .status = 504,
    .action = HL_VERDICT_RETRY,
    .cause = HL_LINK_CAUSE_SERVER_ERROR,
    .max_wait_ms = 3000 },
  { .close = 1000,
    .action = HL_VERDICT_RETRY,
    .cause = HL_LINK_CAUSE_SERVER_DOWN,
    .max_wait_ms = 3000 },
  { .close = 1001,
    .action = HL_VERDICT_RETRY,
    .cause = HL_LINK_CAUSE_SERVER_DOWN,
    .max_wait_ms = 3000 },
  { .close = 1006, .action = HL_VERDICT_RETRY, .cause = HL_LINK_CAUSE_RESET, .max_wait_ms = 3000 },
  { .close = 1009,
    .action = HL_VERDICT_RETRY,
    .cause = HL_LINK_CAUSE_BAD_FRAME,
    .max_wait_ms = 3000 },
  { .close = 1011,
    .action = HL_VERDICT_RETRY,
    .cause = HL_LINK_CAUSE_SERVER_ERROR,
    .max_wait_ms = 3000 },
  { .close = 4001,
    .action = HL_VERDICT_RETRY,
    .cause = HL_LINK_CAUSE_SERVER_DOWN,
    .max_wait_ms = 3000 },
  { .close = 4008, .action = HL_VERDICT_RETRY, .cause = HL_LINK_CAUSE_SLOW, .max_wait_ms = 3000 },
  { .close = 4013,
    .action = HL_VERDICT_RETRY,
    .cause = HL_LINK_CAUSE_SERVER_ERROR,
    .max_wait_ms = 3000 },
  { .close = 4029,
    .action = HL_VERDICT_RETRY,
    .cause = HL_LINK_CAUSE_TOO_MANY,
    .max_wait_ms = 3000 },
  { .close = 4055,
    .action = HL_VERDICT_RETRY,
    .cause = HL_LINK_CAUSE_SERVER_DOWN,
    .max_wait_ms = 3000 },
  { .close = 4102,
    .action = HL_VERDICT_SNAPSHOT,
    .cause = HL_LINK_CAUSE_SLOW,
    .max_wait_ms = 3000 },
  { .close = 4177,
    .action = HL_VERDICT_SNAPSHOT,
    .cause = HL_LINK_CAUSE_SLOW,
    .max_wait_ms = 3000 },
  { .close = 4400,
    .action = HL_VERDICT_STOP,
    .cause = HL_LINK_CAUSE_BAD_FRAME,
    .min_wait_ms = 300000,
    .max_wait_ms = 300000 },
  { .close = 4401,
    .action = HL_VERDICT_STOP,
    .cause = HL_LINK_CAUSE_DEVICE_REMOVED,
    .min_wait_ms = 300000,
    .max_wait_ms = 300000 },
  { .close = 4403,
    .action = HL_VERDICT_STOP,
    .cause = HL_LINK_CAUSE_NOT_ALLOWED,
    .min_wait_ms = 300000,
    .max_wait_ms = 300000 },
  { .close = 4404,
    .action = HL_VERDICT_STOP,
    .cause = HL_LINK_CAUSE_NO_LOCATION,
    .min_wait_ms = 300000,
    .max_wait_ms = 300000 },
  { .close = 4406,
    .action = HL_VERDICT_STOP,
    .cause = HL_LINK_CAUSE_TOO_OLD,
    .min_wait_ms = 300000,
    .max_wait_ms = 300000 },
  { .close = 4409,
    .action = HL_VERDICT_STOP,
    .cause = HL_LINK_CAUSE_REPLACED,
    .min_wait_ms = 300000,
    .max_wait_ms = 300000 },
  { .close = 4410,
    .action = HL_VERDICT_STOP,
    .cause = HL_LINK_CAUSE_PAIR_AGAIN,
    .min_wait_ms = 300000,
    .max_wait_ms = 300000 },
  { .close = 4444,
    .action = HL_VERDICT_STOP,
    .cause = HL_LINK_CAUSE_STOPPED,
    .min_wait_ms = 300000,
    .max_wait_ms = 300000 },
};

static void
test_retry_table (void)
{
  gint64 wall = G_GINT64_CONSTANT (1796410800000); /* 2026-12-04T19:00:00Z */

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    const Row *row = &rows[i];
    HlLinkVerdict verdict = row->status != 0
                                ? hl_link_verdict_from_status (row->status, row->retry_after, wall)
                                : hl_link_verdict_from_close (row->close, -1);
    Rig rig;
    gint64 wait;
    g_test_message ("%u / %u", row->status, row->close);
    g_assert_cmpint (verdict.action, ==, row->action);
    g_assert_cmpint (verdict.cause, ==, row->cause);
    rig_init (&rig, 1);
    hl_link_policy_want (rig.policy, rig.now, TRUE);
    rig_run (&rig);
    hl_link_policy_failed (rig.policy, rig.now, G (&rig), &verdict);
    rig_run (&rig);
    g_assert_cmpint (STATE (&rig), ==,
                     row->action == HL_VERDICT_STOP ? HL_LINK_STATE_STOPPED
                                                    : HL_LINK_STATE_WAITING);
    g_assert_cmpint (hl_link_policy_get_cause (rig.policy), ==, row->cause);
    wait = (hl_link_policy_get_retry_at (rig.policy) - rig.now) / MS;
    g_assert_cmpint (wait, >=, row->min_wait_ms);
    g_assert_cmpint (wait, <=, row->max_wait_ms);
    /* "Reconnect now" works in every state. */
    hl_link_policy_reconnect_now (rig.policy, rig.now);
    rig_run (&rig);
    g_assert_cmpuint (rig.connects, ==, 2);
    g_assert_cmpint (rig.connect.snapshot, ==, row->action == HL_VERDICT_SNAPSHOT);
    rig_clear (&rig);
  }
}

static void
test_errors (void)
{
  struct {
    GQuark domain;
    int code;
    GTlsCertificateFlags flags;
    HlVerdictAction action;
    HlLinkCause cause;
  } table[] = {
    { G_RESOLVER_ERROR, G_RESOLVER_ERROR_NOT_FOUND, 0, HL_VERDICT_RETRY,
      HL_LINK_CAUSE_NAME_NOT_FOUND },
    { G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED, 0, HL_VERDICT_RETRY, HL_LINK_CAUSE_REFUSED },
    { G_IO_ERROR, G_IO_ERROR_TIMED_OUT, 0, HL_VERDICT_RETRY, HL_LINK_CAUSE_NO_ANSWER },
    { G_IO_ERROR, G_IO_ERROR_NETWORK_UNREACHABLE, 0, HL_VERDICT_RETRY, HL_LINK_CAUSE_NO_NETWORK },
    { G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED, 0, HL_VERDICT_RETRY, HL_LINK_CAUSE_RESET },
    { G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE, 0, HL_VERDICT_STOP, HL_LINK_CAUSE_CERTIFICATE },
    { G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE, G_TLS_CERTIFICATE_UNKNOWN_CA, HL_VERDICT_STOP,
      HL_LINK_CAUSE_CERTIFICATE },
    { G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE, G_TLS_CERTIFICATE_NOT_ACTIVATED, HL_VERDICT_STOP,
      HL_LINK_CAUSE_CLOCK },
    { G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE, G_TLS_CERTIFICATE_EXPIRED, HL_VERDICT_STOP,
      HL_LINK_CAUSE_CLOCK },
    { G_TLS_ERROR, G_TLS_ERROR_NOT_TLS, 0, HL_VERDICT_RETRY, HL_LINK_CAUSE_LOGIN_PAGE },
  };
  for (guint i = 0; i < G_N_ELEMENTS (table); i++) {
    g_autoptr (GError) error = g_error_new_literal (table[i].domain, table[i].code, "x");
    HlLinkVerdict verdict = hl_link_verdict_from_error (error, table[i].flags);
    g_assert_cmpint (verdict.action, ==, table[i].action);
    g_assert_cmpint (verdict.cause, ==, table[i].cause);
  }
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
  g_test_add_func ("/link-policy/retry-table", test_retry_table);
  g_test_add_func ("/link-policy/errors", test_errors);
  g_test_add_func ("/link-policy/reconnect-now", test_reconnect_now_everywhere);
  g_test_add_func ("/link-policy/stopped-probes", test_stopped_probes);
  g_test_add_func ("/link-policy/resume", test_resume);
  g_test_add_func ("/link-policy/sleep-without-signal", test_sleep_without_signal);
  g_test_add_func ("/link-policy/network-hint", test_network_hint);
  g_test_add_func ("/link-policy/no-network-cause", test_no_network_cause);
  g_test_add_func ("/link-policy/behind", test_behind);
  g_test_add_func ("/link-policy/holes", test_holes);
  g_test_add_func ("/link-policy/endpoints", test_endpoints);
  g_test_add_func ("/link-policy/server-slot", test_server_slot);
  return g_test_run ();
}
