/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests the HTTP request gate byte by byte, and the pin of a certificate. */
#include <gio/gio.h>
#include <string.h>

#include "net/hl-request-gate.h"
#include "net/hl-spki.h"

#define TEST_PIN "sha256:3486254e523163c7277f7eba88b5f2f8dc0643f9a0e12d0183de34ba35e8e53a"

/* What passes, then "!STATUS" if it was refused, then "?" if the last request is not whole. */
static char *
pass (const char *text, gsize len, gsize piece)
{
  GString *seen = g_string_new (NULL);
  HlRequestGate gate;
  gsize at = 0;

  hl_request_gate_init (&gate, 10);
  while (at < len && gate.state != HL_REQUEST_REFUSED) {
    gsize n = MIN (piece, len - at);

    if (gate.state == HL_REQUEST_DONE)
      hl_request_gate_next (&gate);
    if (gate.state == HL_REQUEST_BODY) {
      n = MIN (n, gate.body_left);
      g_string_append_len (seen, text + at, n);
      hl_request_gate_count_body (&gate, n);
      at += n;
      continue;
    }
    at += hl_request_gate_feed (&gate, (const guint8 *) text + at, n);
    if (gate.state == HL_REQUEST_BODY || gate.state == HL_REQUEST_DONE) {
      g_autoptr (GByteArray) head = hl_request_gate_take_head (&gate);

      g_string_append_len (seen, (const char *) head->data, head->len);
    }
  }
  if (gate.state == HL_REQUEST_REFUSED)
    g_string_append_printf (seen, "!%u", gate.status);
  else if (gate.state != HL_REQUEST_DONE)
    g_string_append_c (seen, '?');
  hl_request_gate_clear (&gate);
  return g_string_free (seen, FALSE);
}

static void
check (const char *text, const char *wanted)
{
  for (gsize piece = 1; piece < 40; piece += 3) {
    g_autofree char *seen = pass (text, strlen (text), piece);

    g_assert_cmpstr (seen, ==, wanted);
  }
}

static void
test_good (void)
{
  const char *get = "GET /a?b HTTP/1.1\r\nHost: a\r\nX-Y:  z \r\n\r\n";
  const char *post = "POST / HTTP/1.1\r\nhost: [::1]:80\r\ncontent-length: 3\r\n\r\nabc";
  g_autofree char *both = g_strconcat (post, get, post, NULL);

  check (get, get);
  check (post, post);
  check (both, both);
  check ("GET / HTTP/1.0\r\n\r\n", "GET / HTTP/1.0\r\n\r\n");
  check ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n",
         "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
  check ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n0123456789",
         "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n0123456789");
  check ("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n");
}

static void
test_cleaned (void)
{
  check ("\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  /* The target as it came, where libsoup would change it; never a client's own word for it. */
  check ("GET /a?b=%7e&c=O'Brien HTTP/1.1\r\nHost: a\r\nhostline-request-target: /evil\r\n\r\n",
         "GET /a?b=%7e&c=O'Brien HTTP/1.1\r\n" HL_REQUEST_TARGET_FIELD
         ": /a?b=%7e&c=O'Brien\r\nHost: a\r\n\r\n");
  check ("GET /a?c=O'Brien@x:y+z HTTP/1.1\r\nHostline-Request-Target: /evil\r\nHost: a\r\n\r\n",
         "GET /a?c=O'Brien@x:y+z HTTP/1.1\r\nHost: a\r\n\r\n");
  check ("GET / HTTP/1.1\r\nRange: bytes=0-\r\nHost: a\r\nIF-RANGE: x\r\nRangex: y\r\n\r\n",
         "GET / HTTP/1.1\r\nHost: a\r\nRangex: y\r\n\r\n");
}

static void
test_unfinished (void)
{
  check ("GET / HTTP/1.1\r\nHost: a\r\n", "?");
  check ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\na",
         "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\na?");
}

static void
test_refused (void)
{
  check ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\n", "!413");
  check ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999999\r\n\r\n", "!413");
  check ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n", "!411");
  check ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
         "!400");
  check ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n", "!400");
  check ("GET /a%2fb HTTP/1.1\r\nHost: a\r\n\r\n", "!400");
  check ("GET /a%2Fb HTTP/1.1\r\nHost: a\r\n\r\n", "!400");
  check ("GET /a%5cb HTTP/1.1\r\nHost: a\r\n\r\n", "!400");
  check ("GET /a?b=%2f HTTP/1.1\r\nHost: a\r\n\r\n", "GET /a?b=%2f HTTP/1.1\r\n" HL_REQUEST_TARGET_FIELD ": /a?b=%2f\r\nHost: a\r\n\r\n");
  check ("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", "!400");
  check ("GET / HTTP/1.1\r\n\r\n", "!400");
  check ("GET / HTTP/1.1\r\nHost: a b\r\n\r\n", "!400");
  check ("GET / HTTP/1.1\r\nHost : a\r\n\r\n", "!400");
  check ("GET / HTTP/1.1\r\nHost: a\r\nX: y\r\n z\r\n\r\n", "!400");
  check ("GET / HTTP/1.1\nHost: a\n\n", "!400");
  check ("GET  / HTTP/1.1\r\nHost: a\r\n\r\n", "!400");
  check ("GET / HTTP/1.1 \r\nHost: a\r\n\r\n", "!400");
  check ("GET / HTTP/2.0\r\nHost: a\r\n\r\n", "!505");
  check ("GET x HTTP/1.1\r\nHost: a\r\n\r\n", "!400");
  check ("GET /\x7f HTTP/1.1\r\nHost: a\r\n\r\n", "!400");
}

static void
test_limits (void)
{
  g_autofree char *value
      = g_strnfill (HL_REQUEST_MAX_HEAD - strlen ("GET / HTTP/1.1\r\nHost: a\r\nX: \r\n\r\n"), 'v');
  g_autofree char *fits = g_strdup_printf ("GET / HTTP/1.1\r\nHost: a\r\nX: %s\r\n\r\n", value);
  g_autofree char *over = g_strdup_printf ("GET / HTTP/1.1\r\nHost: a\r\nX: %sv\r\n\r\n", value);
  g_autofree char *target = g_strnfill (8193, 't');
  g_autofree char *long_target = g_strdup_printf ("GET /%s HTTP/1.1\r\nHost: a\r\n\r\n", target);
  /* Lines that are taken out count too: otherwise they could go on for ever. */
  GString *ranges = g_string_new ("GET / HTTP/1.1\r\n");

  check (fits, fits);
  check (over, "!431");
  check (long_target, "!414");
  for (guint i = 0; i < 101; i++)
    g_string_append (ranges, "Range: x\r\n");
  check (ranges->str, "!431");
  g_string_assign (ranges, "");
  for (guint i = 0; i < HL_REQUEST_MAX_HEAD; i++)
    g_string_append (ranges, "\r\n");
  check (ranges->str, "!414");
  g_string_free (ranges, TRUE);
}

static void
test_answer (void)
{
  g_autofree char *answer = hl_request_gate_make_answer (413, "Too much.");
  const char *body = strstr (answer, "\r\n\r\n") + 4;
  g_autofree char *length = g_strdup_printf ("\r\nContent-Length: %zu\r\n", strlen (body));

  g_assert_true (g_str_has_prefix (answer, "HTTP/1.1 413 Content Too Large\r\n"));
  g_assert_nonnull (strstr (answer, length));
  g_assert_nonnull (strstr (answer, "\r\nConnection: close\r\n"));
  g_assert_true (g_str_has_prefix (body, "{\"type\":\"urn:hostline:problem:too_large\""));

  g_autofree char *other = hl_request_gate_make_answer (505, "Another version.");
  g_assert_nonnull (strstr (other, "\r\n\r\n{\"type\":\"about:blank\""));
}

/* Against `openssl x509 -pubkey | openssl pkey -pubin -outform der | sha256sum`. */
static void
test_pin (void)
{
  g_autofree char *path = g_build_filename (g_getenv ("HOSTLINE_SOURCE_DIR"), "tests", "server",
                                            "net", "test-certificate.pem", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GTlsCertificate) certificate = g_tls_certificate_new_from_file (path, &error);
  g_autofree char *pin = NULL;

  g_assert_no_error (error);
  pin = hl_spki_pin (certificate, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (pin, ==, TEST_PIN);
}

static void
test_spki_noise (void)
{
  const guint8 cases[][8] = {
    { 0x30, 0x80, 0, 0 },
    { 0x30, 0x84, 0xff, 0xff, 0xff, 0xff },
    { 0x30, 0x06, 0x30, 0x04, 0x02, 0x01, 0x01 },
    { 0x30, 0x81, 0x05 },
    { 0x04, 0x02, 0x30, 0x00 },
  };
  gsize len;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    for (gsize n = 0; n <= sizeof cases[i]; n++)
      g_assert_null (hl_spki_find (cases[i], n, &len));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/request-gate/good", test_good);
  g_test_add_func ("/request-gate/cleaned", test_cleaned);
  g_test_add_func ("/request-gate/unfinished", test_unfinished);
  g_test_add_func ("/request-gate/refused", test_refused);
  g_test_add_func ("/request-gate/limits", test_limits);
  g_test_add_func ("/request-gate/answer", test_answer);
  g_test_add_func ("/spki/pin", test_pin);
  g_test_add_func ("/spki/noise", test_spki_noise);
  return g_test_run ();
}
