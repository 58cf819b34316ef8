/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is kept of bodies that could not be read: no secret, whatever state the body is in. */
#include <string.h>

#include "ingest/hl-payload-scrub.h"
#include "provider-fixture.h"

static char *
scrub (const char *text,
       gsize       len)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, len);
  g_autoptr (GBytes) clean = hl_payload_scrub (bytes);
  gsize n = 0;
  const char *data = g_bytes_get_data (clean, &n);

  g_assert_true (g_utf8_validate (data, (gssize) n, NULL));
  return g_strndup (data, n);
}

static void
test_cases (void)
{
  static const struct {
    const char *text;
    const char *want;
  } cases[] = {
    { "{\"a\":1,\"from\":\"+12025550142\"}", "{\"a\":1,\"from\":\"+12025550142\"}" },
    { "{\"phoneNumber\":{\"twilioAuthToken\":\"s3cret\",\"twilioAccountSid\":\"AC1\"}}",
      "{\"phoneNumber\":{\"twilioAuthToken\":\"[removed]\",\"twilioAccountSid\":\"[removed]\"}}" },
    { "{\"x\":[{\"Api-Key\":\"s3cret\",\"client_secret\":[\"s3cret\"],\"Authorization\":\"Bearer s3cret\",\"password\":7}]}",
      "{\"x\":[{\"Api-Key\":\"[removed]\",\"client_secret\":\"[removed]\",\"Authorization\":\"[removed]\","
      "\"password\":\"[removed]\"}]}" },
    { "{\"assistant\":{\"prompt\":\"s3cret\"},\"model\":\"s3cret\",\"data\":{\"full_audio\":\"s3cret\"}}",
      "{\"assistant\":\"[removed]\",\"model\":\"[removed]\",\"data\":{\"full_audio\":\"[removed]\"}}" },
    { "[{\"message\":\"s3cret\",\"role\":\"system\"},{\"role\":\"user\",\"message\":\"Hi\"}]",
      "[{\"message\":\"[removed]\",\"role\":\"system\"},{\"role\":\"user\",\"message\":\"Hi\"}]" },
    { "{\"recording_url\":\"https://x.example/s3cret.wav?sig=s3cret\",\"u\":\"https://x.example/\"}",
      "{\"recording_url\":\"https://x.example/[removed]\",\"u\":\"https://x.example/\"}" },
    { "{\"say\":\"my card is 4111 1111 1111 1111\"}", "{\"say\":\"my card is [card removed]\"}" },
    { "CallSid=CA1&AuthToken=s3cret&From=%2B12025550142&Note=a+b&Url=https%3A%2F%2Fx.example%2Fs3cret",
      "CallSid=CA1&AuthToken=[removed]&From=+12025550142&Note=a b&Url=https://x.example/[removed]" },
    /* no JSON any more */
    { "{\"a\":1,\"a\":2,\"auth_token\":\"s3cret\",\"b\":3}", "{\"a\":1,\"a\":2,\"auth_token\":\"[removed]\",\"b\":3}" },
    { "{\"authToken\": \"s3cret \\\" s3cret\", \"b\"", "{\"authToken\": \"[removed]\", \"b\"" },
    { "{\"authToken\":\"s3cre", "{\"authToken\":\"[removed]\"" },
    { "{\"password\":123456,\"b\":", "{\"password\":\"[removed]\",\"b\":" },
    { "{\"type\":\"x\",\"assistant\":{\"prompt\":\"s3cret", "{\"type\":\"x\",[removed]" },
    { "{\"u\":\"https://x.example/s3cret?x\",", "{\"u\":\"https://x.example/[removed]\"," },
    { "{\"say\":\"4111-1111-1111-1111", "{\"say\":\"[card removed]" },
    { "\"s\"", "\"s\"" },
    { "", "" },
    { "\xff\xfe{\"secret\":\"s3cret\"}", "\xef\xbf\xbd\xef\xbf\xbd{\"secret\":\"[removed]\"}" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *have = scrub (cases[i].text, strlen (cases[i].text));

    g_assert_cmpstr (have, ==, cases[i].want);
    g_assert_null (strstr (have, "s3cret"));
  }
}

/* Every sample, whole and cut off anywhere: nothing of the restaurant's own secrets is left. */
static void
test_samples (void)
{
  static const char *const secrets[] = { "EXAMPLE-NOT-A-REAL-TOKEN", "AC00000000000000000000000000000", "You answer for Osteria",
                                         "SUQzBAAA", "signature=" };
  g_autoptr (JsonNode) root = fixture_read_json ("manifest.json");
  JsonArray *samples = json_object_get_array_member (json_node_get_object (root), "samples");

  for (guint i = 0; i < json_array_get_length (samples); i++) {
    const char *file = json_object_get_string_member (json_array_get_object_element (samples, i), "file");
    gsize len = 0;
    g_autofree char *text = fixture_read (file, &len);
    gboolean json = g_str_has_suffix (file, ".json");

    for (gsize cut = len; cut > 0; cut = cut > 97 ? cut - 97 : 0) {
      g_autofree char *have = scrub (text, cut);

      for (gsize k = 0; json && k < G_N_ELEMENTS (secrets); k++) {
        if (strstr (have, secrets[k]) != NULL) {
          g_test_message ("%s, %zu bytes: %s", file, cut, have);
        }
        g_assert_null (strstr (have, secrets[k]));
      }
    }
  }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ingest/scrub/cases", test_cases);
  g_test_add_func ("/ingest/scrub/samples", test_samples);
  return g_test_run ();
}
