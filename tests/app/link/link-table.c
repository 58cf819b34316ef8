/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the link does with every answer: one test for each status, close code and error. */
#include "link-rig.h"

#include "link/hl-server-clock.h"

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

#define WALL G_GINT64_CONSTANT (1796410800000) /* 2026-12-04T19:00:00Z */
#define HOUR 3600

static HlLinkVerdict
make_verdict (const Row *row)
{
  return row->status != 0 ? hl_link_verdict_from_status (row->status, row->retry_after, WALL)
                          : hl_link_verdict_from_close (row->close, -1);
}

/* The answer comes for as long as somebody asks: how often is that in an hour? */
static guint
count_attempts (const Row *row)
{
  HlLinkVerdict verdict = make_verdict (row);
  Rig rig;
  gint64 end;
  guint connects;

  rig_init (&rig, 1);
  end = rig.now + HOUR * S;
  hl_link_policy_want (rig.policy, rig.now, TRUE);
  rig_run (&rig);
  while (rig.now < end) {
    if (row->close != 0) { /* accepted first: only a live session can be closed */
      rig_open (&rig);
      hl_link_policy_lost (rig.policy, rig.now, G (&rig), &verdict);
    } else {
      hl_link_policy_failed (rig.policy, rig.now, G (&rig), &verdict);
    }
    rig_run (&rig);
    g_assert_false (rig.open);
    rig.now = MIN (end, hl_link_policy_get_deadline (rig.policy));
    hl_link_policy_tick (rig.policy, rig.now);
    rig_run (&rig);
  }
  connects = rig.connects;
  rig_clear (&rig);
  return connects;
}

static void
test_row (gconstpointer data)
{
  const Row *row = data;
  HlLinkVerdict verdict = make_verdict (row);
  Rig rig;
  gint64 wait;
  guint attempts;

  g_assert_cmpint (verdict.action, ==, row->action);
  g_assert_cmpint (verdict.cause, ==, row->cause);
  g_assert_cmpuint (verdict.code, ==, row->status != 0 ? row->status : row->close);
  rig_init (&rig, 1);
  hl_link_policy_want (rig.policy, rig.now, TRUE);
  rig_run (&rig);
  hl_link_policy_failed (rig.policy, rig.now, G (&rig), &verdict);
  rig_run (&rig);
  g_assert_cmpint (STATE (&rig), ==,
                   row->action == HL_VERDICT_STOP ? HL_LINK_STATE_STOPPED : HL_LINK_STATE_WAITING);
  g_assert_cmpint (hl_link_policy_get_cause (rig.policy), ==, row->cause);
  g_assert_cmpuint (rig.state.code, ==, verdict.code); /* the log names it */
  wait = (hl_link_policy_get_retry_at (rig.policy) - rig.now) / MS;
  g_assert_cmpint (wait, >=, row->min_wait_ms);
  g_assert_cmpint (wait, <=, row->max_wait_ms);
  /* "Reconnect now" works against every answer. */
  hl_link_policy_reconnect_now (rig.policy, rig.now);
  rig_run (&rig);
  g_assert_cmpuint (rig.connects, ==, 2);
  g_assert_cmpint (rig.connect.snapshot, ==, row->action == HL_VERDICT_SNAPSHOT);
  rig_clear (&rig);

  attempts = count_attempts (row);
  g_test_message ("%u attempts in an hour", attempts);
  if (row->action == HL_VERDICT_STOP) {
    g_assert_cmpuint (attempts, ==, 1 + HOUR / 300);
  } else if (row->min_wait_ms > 0) {
    /* what the server asked for, and up to a fifth more */
    g_assert_cmpuint (attempts, <=, 1 + HOUR * 1000 / row->min_wait_ms);
    g_assert_cmpuint (attempts, >=, HOUR * 1000 / (row->min_wait_ms * 12 / 10) - 1);
  } else {
    /* full jitter up to 30 s, with dice that always show the middle: every 15 s, the first few
     * sooner; never a tight loop, never given up */
    g_assert_cmpuint (attempts, <=, HOUR / 15 + 6);
    g_assert_cmpuint (attempts, >=, HOUR / 15 - 1);
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
    { G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE,
      G_TLS_CERTIFICATE_EXPIRED | G_TLS_CERTIFICATE_BAD_IDENTITY, HL_VERDICT_STOP,
      HL_LINK_CAUSE_CERTIFICATE },
    { G_TLS_ERROR, G_TLS_ERROR_NOT_TLS, 0, HL_VERDICT_RETRY, HL_LINK_CAUSE_LOGIN_PAGE },
  };
  for (guint i = 0; i < G_N_ELEMENTS (table); i++) {
    g_autoptr (GError) error = g_error_new_literal (table[i].domain, table[i].code, "x");
    HlLinkVerdict verdict = hl_link_verdict_from_error (error, table[i].flags, i % 2);
    g_assert_cmpint (verdict.action, ==, table[i].action);
    g_assert_cmpint (verdict.cause, ==, table[i].cause);
  }
  /* Dates that do not fit are the clock's fault only when something else says so too. */
  for (int i = 0; i < 4; i++) {
    HlLinkVerdict verdict = hl_link_verdict_from_error (
        NULL, i < 2 ? G_TLS_CERTIFICATE_EXPIRED : G_TLS_CERTIFICATE_NOT_ACTIVATED, i % 2);
    g_assert_cmpint (verdict.action, ==, HL_VERDICT_STOP);
    g_assert_cmpint (verdict.cause, ==, i % 2 ? HL_LINK_CAUSE_CLOCK : HL_LINK_CAUSE_EXPIRED);
  }
}

/* What hides our server from us is no word of our server: the link goes on trying. */
static void
test_strangers (void)
{
  const guint refusals[] = { 401, 403, 404, 426 };
  HlLinkVerdict verdict;

  for (guint i = 0; i < G_N_ELEMENTS (refusals); i++) {
    verdict = hl_link_verdict_from_status (refusals[i], NULL, WALL);
    g_assert_true (verdict.authentic);
    hl_link_verdict_doubt (&verdict);
    g_assert_cmpint (verdict.action, ==, HL_VERDICT_RETRY);
    g_assert_cmpint (verdict.cause, ==, HL_LINK_CAUSE_LOGIN_PAGE);
    g_assert_false (verdict.authentic); /* another address is asked */
    g_assert_cmpuint (verdict.code, ==, refusals[i]);
  }
  verdict = hl_link_verdict_from_error (NULL, G_TLS_CERTIFICATE_UNKNOWN_CA, FALSE);
  hl_link_verdict_doubt (&verdict);
  g_assert_cmpint (verdict.cause, ==, HL_LINK_CAUSE_LOGIN_PAGE);
  g_assert_cmpint (verdict.action, ==, HL_VERDICT_RETRY);
  /* what is retried anyway keeps its name and its time */
  verdict = hl_link_verdict_from_status (503, "20", WALL);
  hl_link_verdict_doubt (&verdict);
  g_assert_cmpint (verdict.cause, ==, HL_LINK_CAUSE_SERVER_ERROR);
  g_assert_cmpint (verdict.wait_ms, ==, 20000);
}

static void
test_clock (void)
{
  const gint64 minute = 60000, said = WALL;
  HlServerClock clock = { 0 };

  /* nothing is known: only a time before this program was made is wrong for sure */
  g_assert_false (hl_server_clock_contradicts (&clock, WALL, 0));
  g_assert_false (hl_server_clock_contradicts (&clock, WALL + 500000 * minute, 0));
  g_assert_true (hl_server_clock_contradicts (&clock, G_GINT64_CONSTANT (1500000000000), 0));
  /* the server has said it in this run: the boot clock knows what it says now */
  hl_server_clock_note (&clock, said, said + 2000, 5000000);
  for (int i = -10; i <= 10; i++) {
    gboolean wrong = ABS (i) > 5;
    g_assert_cmpint (hl_server_clock_contradicts (&clock, said + 60 * minute + i * minute,
                                                  5000000 + G_TIME_SPAN_HOUR),
                     ==, wrong);
  }
  /* ... in an earlier one: not before it, and as far off as it was */
  hl_server_clock_note (&clock, said, said + 2000, 0);
  g_assert_false (hl_server_clock_contradicts (&clock, said + 5000 * minute, 77));
  g_assert_true (hl_server_clock_contradicts (&clock, said - 6 * minute, 77));
  hl_server_clock_note (&clock, said, said + 500 * minute, 0);
  g_assert_true (hl_server_clock_contradicts (&clock, said + 5000 * minute, 77));
}

static void
test_retry_after (void)
{
  static const struct {
    const char *text;
    gint64 ms;
  } table[] = {
    { "0", 0 },
    { "20", 20000 },
    { " 7 ", 7000 },
    { "\t7", 7000 },
    { "300", 300000 },
    { "301", 300000 },
    { "4294967295", 300000 },
    { "4294967296", 300000 },
    { "99999999999999999999", 300000 },
    { "-1", -1 },
    { "1.5", -1 },
    { "", -1 },
    { "soon", -1 },
    { "Fri, 04 Dec 2026 19:00:30 GMT", 30000 },
    { "Friday, 04-Dec-26 19:00:30 GMT", 30000 },
    { "Fri Dec  4 19:00:30 2026", 30000 },
    { "Fri, 04 Dec 2026 18:59:30 GMT", 0 },
    { "Sat, 05 Dec 2026 19:00:30 GMT", 300000 },
  };

  g_assert_cmpint (hl_link_parse_retry_after (NULL, WALL), ==, -1);
  for (guint i = 0; i < G_N_ELEMENTS (table); i++) {
    gint64 ms = hl_link_parse_retry_after (table[i].text, WALL);
    if (ms != table[i].ms)
      g_error ("“%s” gives %" G_GINT64_FORMAT " ms", table[i].text, ms);
  }
}

/* A code that nobody knows still has a meaning. */
static void
test_unknown_codes (void)
{
  for (guint code = 3000; code < 5000; code++) {
    HlLinkVerdict verdict = hl_link_verdict_from_close (code, -1);
    HlVerdictAction action = code >= 4100 && code <= 4199   ? HL_VERDICT_SNAPSHOT
                             : code >= 4400 && code <= 4499 ? HL_VERDICT_STOP
                                                            : HL_VERDICT_RETRY;
    g_assert_cmpint (verdict.action, ==, action);
    g_assert_cmpint (verdict.cause, !=, HL_LINK_CAUSE_NONE);
    g_assert_cmpuint (verdict.code, ==, code);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *name
        = rows[i].status != 0
              ? g_strdup_printf ("/link-table/status-%u%s%s", rows[i].status,
                                 rows[i].retry_after != NULL ? "-retry-after-" : "",
                                 rows[i].retry_after != NULL ? rows[i].retry_after : "")
              : g_strdup_printf ("/link-table/close-%u", rows[i].close);
    g_strdelimit (name, " ,:", '-');
    g_test_add_data_func (name, &rows[i], test_row);
  }
  g_test_add_func ("/link-table/errors", test_errors);
  g_test_add_func ("/link-table/strangers", test_strangers);
  g_test_add_func ("/link-table/clock", test_clock);
  g_test_add_func ("/link-table/retry-after", test_retry_after);
  g_test_add_func ("/link-table/unknown-codes", test_unknown_codes);
  return g_test_run ();
}
