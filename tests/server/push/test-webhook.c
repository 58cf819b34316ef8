/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What we send as webhooks: where to, how signed, and what answers ask for. */
#include "push/hl-webhook.h"

#include <string.h>

#include "store/hl-store-rows.h"

static void
test_url (void)
{
  static const struct {
    const char *url;
    int tls;     /* allowed without allow-http */
    int plain;   /* with it */
  } cases[] = {
    { "https://example.org/hook", 1, 1 },
    { "https://example.org:8443/a?b=c", 1, 1 },
    { "https://192.168.1.20/", 1, 1 },
    { "https://[2001:db8::1]/", 1, 1 },
    { "http://127.0.0.1:8080/x", 0, 1 },
    { "http://localhost/x", 0, 1 },
    { "http://[::1]/x", 0, 1 },
    { "http://10.0.0.5/x", 0, 1 },
    { "http://172.16.3.4/x", 0, 1 },
    { "http://192.168.1.20:9000/x", 0, 1 },
    { "http://169.254.7.7/x", 0, 1 },
    { "http://[fd00::7]/x", 0, 1 },
    { "http://[fe80::7]/x", 0, 1 },
    { "http://8.8.8.8/x", 0, 0 },
    { "http://172.32.0.1/x", 0, 0 },
    { "http://[2001:db8::1]/x", 0, 0 },
    { "http://example.org/x", 0, 0 },
    { "http://localhost.example.org/x", 0, 0 },
    { "http://127.0.0.1.example.org/x", 0, 0 },
    { "http://2130706433/x", 0, 0 },
    { "http://0x7f000001/x", 0, 0 },
    { "https://user:secret@example.org/", 0, 0 },
    { "https://example.org/#part", 0, 0 },
    { "https:///path", 0, 0 },
    { "ftp://example.org/", 0, 0 },
    { "file:///etc/passwd", 0, 0 },
    { "unix:/run/x.sock", 0, 0 },
    { "//example.org/", 0, 0 },
    { "https://exa mple.org/", 0, 0 },
    { "https://example.org/a\r\nX: y", 0, 0 },
    { "", 0, 0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) strict = NULL;
    g_autoptr (GError) loose = NULL;

    g_test_message ("%s", cases[i].url);
    g_assert_cmpint (hl_webhook_check_url (cases[i].url, FALSE, &strict), ==, cases[i].tls);
    g_assert_cmpint (hl_webhook_check_url (cases[i].url, TRUE, &loose), ==, cases[i].plain);
    g_assert_cmpint (strict == NULL, ==, cases[i].tls);
    g_assert_cmpint (loose == NULL, ==, cases[i].plain);
  }
}

/* The example of the Standard Webhooks reference libraries. */
static void
test_sign (void)
{
  static const char payload[] = "{\"test\": 2432232314}";
  const char *one[] = { "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", NULL };
  const char *two[] = { "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", NULL };
  g_autoptr (GBytes) body = g_bytes_new_static (payload, strlen (payload));
  g_autofree char *signature = hl_webhook_sign (one, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body);
  g_autofree char *both = hl_webhook_sign (two, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body);

  g_assert_cmpstr (signature, ==, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
  g_assert_cmpstr (both, ==,
                   "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE= v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

static void
test_body (void)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) hl_store_row_free);
  g_autoptr (GBytes) body = NULL;
  g_autofree char *text = NULL;

  for (int i = 0; i < 2; i++) {
    HlStoreRow *row = g_new0 (HlStoreRow, 1);

    row->seq = 41 + i;
    row->h = 0x9f2c41d07aa31b55;
    row->received = 1764270131345;
    row->body = g_strdup_printf ("{\"seq\":%d}", 41 + i);
    row->length = strlen (row->body);
    g_ptr_array_add (rows, row);
  }
  body = hl_webhook_make_body ("ocean-ave", "k3x9", rows);
  text = g_strndup (g_bytes_get_data (body, NULL), g_bytes_get_size (body));
  g_assert_cmpstr (text, ==,
                   "{\"type\":\"hostline.events\",\"timestamp\":\"2025-11-27T19:02:11.345Z\",\"data\":{\"location\":\"ocean-ave\","
                   "\"epoch\":\"k3x9\",\"events\":[{\"seq\":41},{\"seq\":42}],\"pos\":{\"epoch\":\"k3x9\",\"seq\":42,"
                   "\"h\":\"9f2c41d07aa31b55\"}}}");
}

static void
test_retry_after (void)
{
  const gint64 now = 1764270131; /* Thu, 27 Nov 2025 19:02:11 GMT */

  g_assert_cmpuint (hl_webhook_parse_retry_after (NULL, now), ==, 0);
  g_assert_cmpuint (hl_webhook_parse_retry_after ("7", now), ==, 7);
  g_assert_cmpuint (hl_webhook_parse_retry_after ("999999", now), ==, 3600);
  g_assert_cmpuint (hl_webhook_parse_retry_after ("-5", now), ==, 0);
  g_assert_cmpuint (hl_webhook_parse_retry_after ("soon", now), ==, 0);
  g_assert_cmpuint (hl_webhook_parse_retry_after ("Thu, 27 Nov 2025 19:03:11 GMT", now), ==, 60);
  g_assert_cmpuint (hl_webhook_parse_retry_after ("Thu, 27 Nov 2025 19:00:11 GMT", now), ==, 0);
  g_assert_cmpuint (hl_webhook_parse_retry_after ("Thu, 27 Nov 2031 19:00:11 GMT", now), ==, 3600);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/webhook/url", test_url);
  g_test_add_func ("/webhook/sign", test_sign);
  g_test_add_func ("/webhook/body", test_body);
  g_test_add_func ("/webhook/retry-after", test_retry_after);
  return g_test_run ();
}
