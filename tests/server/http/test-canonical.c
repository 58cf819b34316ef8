/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The canonical reader's small parts: keys, types, forms; and that a failed authentication is counted right. */
#include <string.h>

#include "http/hl-auth.h"
#include "ingest/hl-canonical.h"

static void
assert_key (const char *header, const char *wanted)
{
  g_autofree char *key = hl_canonical_parse_key (header);

  g_assert_cmpstr (key, ==, wanted);
}

static void
test_key (void)
{
  assert_key ("\"abc\"", "abc");
  assert_key ("  \"abc\"  ", "abc");
  assert_key ("abc", "abc");
  assert_key ("a.b:c_d-9", "a.b:c_d-9");
  assert_key ("\"a\\\"b\\\\c\"", "a\"b\\c");
  assert_key ("\"\"", NULL);
  assert_key ("", NULL);
  assert_key ("\"", NULL);
  assert_key ("\"a", NULL);
  assert_key ("\"a\"b", NULL);
  assert_key ("\"a\\\"", NULL);
  assert_key ("\"a\\nb\"", NULL);
  assert_key ("\"a b\"", NULL);
  assert_key ("a b", NULL);
  assert_key ("\"\x7f\"", NULL);
  assert_key ("\"\xc3\xa9\"", NULL);
}

static void
test_type (void)
{
  g_assert_cmpint (hl_canonical_parse_type ("call_started"), ==, HL_EVENT_CALL_STARTED);
  g_assert_cmpint (hl_canonical_parse_type ("call.started"), ==, HL_EVENT_CALL_STARTED);
  g_assert_cmpint (hl_canonical_parse_type ("com.example.call.started"), ==, HL_EVENT_CALL_STARTED);
  g_assert_cmpint (hl_canonical_parse_type ("com.example.call_started"), ==, HL_EVENT_CALL_STARTED);
  g_assert_cmpint (hl_canonical_parse_type ("org.x.transcript.segment"), ==, HL_EVENT_TRANSCRIPT_SEGMENT);
  g_assert_cmpint (hl_canonical_parse_type ("com.example.recall_started"), ==, HL_EVENT_UNKNOWN);
  g_assert_cmpint (hl_canonical_parse_type ("call_started.v1"), ==, HL_EVENT_UNKNOWN);
  g_assert_cmpint (hl_canonical_parse_type (""), ==, HL_EVENT_UNKNOWN);
  g_assert_cmpint (hl_canonical_parse_type ("unknown"), ==, HL_EVENT_UNKNOWN);
  g_assert_cmpint (hl_canonical_parse_type ("...."), ==, HL_EVENT_UNKNOWN);
}

static void
test_form (void)
{
  HlCanonicalForm form;

  g_assert_true (hl_canonical_form ("application/json", &form));
  g_assert_cmpint (form, ==, HL_CANONICAL_PLAIN);
  g_assert_true (hl_canonical_form ("Application/CloudEvents+JSON; charset=utf-8", &form));
  g_assert_cmpint (form, ==, HL_CANONICAL_CLOUD);
  g_assert_true (hl_canonical_form ("application/cloudevents-batch+json", &form));
  g_assert_cmpint (form, ==, HL_CANONICAL_CLOUD_BATCH);
  g_assert_false (hl_canonical_form ("application/jsonx", &form));
  g_assert_false (hl_canonical_form ("text/json", &form));
  g_assert_false (hl_canonical_form ("", &form));
  g_assert_false (hl_canonical_form (NULL, &form));
}

/* Whatever comes in: a result or a problem, never both, never neither; problems have a known status. */
static void
test_random_bodies (void)
{
  static const char *const pieces[] = { "{", "}", "[", "]", ",", ":", "\"kind\"", "\"call_started\"", "\"data\"", "\"call_id\"",
                                        "\"c1\"", "\"at\"", "null", "true", "1e9", "-0", "\"2026-11-25T04:00:00Z\"",
                                        "{\"kind\":\"call_started\",\"data\":{\"call_id\":\"c1\"}}", "\"direction\"", "\\u0000",
                                        "{\"kind\":\"transcript_segment\",\"data\":{\"call_id\":\"c\",\"turn\":0,"
                                        "\"speaker\":\"caller\",\"text\":\"x\",\"final\":false}}" };

  for (guint i = 0; i < 20000; i++) {
    g_autoptr (GString) body = g_string_new (NULL);
    g_autoptr (HlCanonical) canonical = NULL;
    g_autoptr (HlProblem) problem = NULL;

    for (int n = g_test_rand_int_range (1, 12); n > 0; n--) {
      g_string_append (body, pieces[g_test_rand_int_range (0, G_N_ELEMENTS (pieces))]);
    }
    canonical = hl_canonical_read (body->str, body->len, g_test_rand_int_range (0, 3), HL_ROLE_PUBLISHER, 0, &problem);
    g_assert_true ((canonical == NULL) != (problem == NULL));
    if (problem != NULL) {
      g_autofree char *text = hl_problem_print (problem);

      g_assert_true (problem->status == 400 || problem->status == 403 || problem->status == 413);
      g_assert_true (g_utf8_validate (text, -1, NULL));
    } else {
      g_assert_cmpuint (canonical->facts->len, >, 0);
    }
  }
}

static void
test_failures (void)
{
  g_autoptr (HlAuth) auth = hl_auth_new (10);
  gint64 second = G_USEC_PER_SEC;

  for (guint i = 0; i < 10; i++) {
    g_assert_cmpuint (hl_auth_fail (auth, "192.0.2.1", second), ==, 0);
  }
  g_assert_cmpuint (hl_auth_fail (auth, "192.0.2.1", 2 * second), ==, 60);
  g_assert_cmpuint (hl_auth_fail (auth, "192.0.2.2", 2 * second), ==, 0);
  g_assert_cmpuint (hl_auth_fail (auth, "192.0.2.1", 60 * second), ==, 2);
  g_assert_cmpuint (hl_auth_fail (auth, "192.0.2.1", 61 * second), ==, 0);
  /* many addresses: bounded, and never in the way of a new one */
  for (guint i = 0; i < 20000; i++) {
    g_autofree char *address = g_strdup_printf ("10.0.%u.%u", i / 256, i % 256);

    g_assert_cmpuint (hl_auth_fail (auth, address, 62 * second), ==, 0);
  }
  hl_auth_set_limit (auth, 0);
  for (guint i = 0; i < 100; i++) {
    g_assert_cmpuint (hl_auth_fail (auth, "192.0.2.9", second), ==, 0);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/canonical/key", test_key);
  g_test_add_func ("/canonical/type", test_type);
  g_test_add_func ("/canonical/form", test_form);
  g_test_add_func ("/canonical/random-bodies", test_random_bodies);
  g_test_add_func ("/auth/failures", test_failures);
  return g_test_run ();
}
