/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Signatures of all providers: the vectors, what each adapter signs itself, and what must never pass. */
#include <string.h>

#include "ingest/hl-payload.h"
#include "ingest/hl-signature.h"
#include "provider-fixture.h"
#include "util/hl-id.h"

#define PUBLIC_URL "https://hostline.example.com/v1/hooks/x/osteria-lume/s3cret?kind=O'Brien@a:b%7e"

/* --- what must fail, made from what passes --- */

static void
assert_refused (const HlProvider *provider,
                Delivery         *delivery,
                const char       *secret,
                const char       *what)
{
  HlVerify verify = fixture_verify (provider, delivery, secret);

  if (verify == HL_VERIFY_OK) {
    g_test_message ("%s accepts a delivery with %s", provider->name, what);
  }
  g_assert_cmpint (verify, !=, HL_VERIFY_OK);
}

static void
check_body (const HlProvider *provider,
            const Delivery   *good,
            const char       *secret)
{
  gsize step = MAX (good->len / 64, 1); /* every byte of a short body, a sample of a long one */

  for (gsize at = 0; at < good->len; at += step) {
    g_autoptr (Delivery) other = fixture_delivery_copy (good);
    other->body[at] ^= 1;
    assert_refused (provider, other, secret, "a flipped bit in its body");
  }
  g_autoptr (Delivery) empty = fixture_delivery_copy (good);
  empty->len = 0;
  empty->body[0] = '\0';
  assert_refused (provider, empty, secret, "no body");

  g_autofree char *text = g_strconcat (good->body, "\n", NULL);
  g_autoptr (Delivery) longer = fixture_delivery_new (text, good->len + 1, good->now);
  longer->url = good->url;
  longer->settings = good->settings != NULL ? json_object_ref (good->settings) : NULL;
  g_hash_table_unref (longer->headers);
  longer->headers = g_hash_table_ref (good->headers);
  assert_refused (provider, longer, secret, "a newline behind its body");
}

/* The last part of a signature that is base64: behind "v1," or "=" of a name. */
static gboolean
is_base64 (const char *text)
{
  gsize len = strlen (text);

  return len > 20 && len % 4 == 0 && strspn (text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=") == len
         && strpbrk (text, "ghijklmnopqrstuvwxyzGHIJKLMNOPQRSTUVWXYZ+/=") != NULL;
}

static void
check_header (const HlProvider *provider,
              const Delivery   *good,
              const char       *secret,
              const char       *name,
              const char       *value)
{
  gboolean list = strchr (value, ' ') != NULL && g_ascii_strncasecmp (value, "Bearer ", 7) != 0;
  gsize len = strlen (value);
  const char *comma = strrchr (value, ',');
  const char *last = comma != NULL ? comma + 1 : value;
  g_autoptr (Delivery) other = fixture_delivery_copy (good);

  for (gsize at = 0; !list && at < len; at++) {
    g_autofree char *text = g_strdup (value);
    text[at] ^= 1;
    fixture_delivery_set_header (other, name, text);
    assert_refused (provider, other, secret, text);
  }
  if (!list && is_base64 (last)) {
    g_autofree char *text = g_strdup (value);
    gsize end = len;
    while (text[end - 1] == '=') {
      text[--end] = '\0';
    }
    if (end < len) {
      fixture_delivery_set_header (other, name, text);
      assert_refused (provider, other, secret, "base64 without padding");
    }
    g_autofree char *safe = g_strdelimit (g_strdelimit (g_strdup (value), "+", '-'), "/", '_');
    if (!g_str_equal (safe, value)) {
      fixture_delivery_set_header (other, name, safe);
      assert_refused (provider, other, secret, "the URL-safe alphabet");
    }
  }
  g_autofree char *behind = g_strconcat (value, "\n", NULL);
  fixture_delivery_set_header (other, name, behind);
  assert_refused (provider, other, secret, "a newline behind a header");
  fixture_delivery_set_header (other, name, "");
  assert_refused (provider, other, secret, "an empty header");
  g_hash_table_remove (other->headers, name);
  assert_refused (provider, other, secret, "a missing header");
  g_autoptr (Delivery) twice = fixture_delivery_copy (good);
  twice->twice = name;
  assert_refused (provider, twice, secret, "a header that came twice");
}

/* @signs_body: FALSE where a shared secret stands in a header, and the body is anybody's. */
static void
check_negatives (const HlProvider *provider,
                 Delivery         *good,
                 const char       *secret,
                 gboolean          signs_body)
{
  GHashTableIter iter;
  gpointer name;
  gpointer value;
  g_autofree char *other_key = g_strconcat (secret, "A", NULL);

  g_assert_cmpint (fixture_verify (provider, good, secret), ==, HL_VERIFY_OK);
  assert_refused (provider, good, "whsec_b3RoZXIgdGVuYW50J3Mga2V5", "another tenant's key");
  assert_refused (provider, good, other_key, "a key with a letter more");
  assert_refused (provider, good, "", "an empty key");
  if (signs_body) {
    check_body (provider, good, secret);
  }
  g_hash_table_iter_init (&iter, good->headers);
  while (g_hash_table_iter_next (&iter, &name, &value)) {
    if (g_str_equal (name, "i-twilio-idempotency-token")) {
      continue; /* nobody signs it: it only tells copies apart */
    }
    check_header (provider, good, secret, name, value);
  }
}

/* --- vectors --- */

static void
on_header (JsonObject *object,
           const char *name,
           JsonNode   *value,
           gpointer    data)
{
  fixture_delivery_set_header (data, name, json_node_get_string (value));
}

/* A form as an encoder that nobody agreed with may write it: only the decoded values count. */
static char *
encode_form (JsonArray *params)
{
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < json_array_get_length (params); i++) {
    JsonArray *pair = json_array_get_array_element (params, i);
    g_autofree char *name = g_uri_escape_string (json_array_get_string_element (pair, 0), NULL, FALSE);
    g_autofree char *value = g_uri_escape_string (json_array_get_string_element (pair, 1), NULL, FALSE);
    g_string_append_printf (out, "%s%s=%s", i > 0 ? "&" : "", name, value);
  }
  return g_string_free (out, FALSE);
}

static Delivery *
make_delivery (JsonObject *vector)
{
  g_autofree char *body = NULL;
  gsize len = 0;
  gint64 number = 0;
  gint64 now = FIXTURE_RECEIVED;
  JsonObject *headers = hl_payload_get_object (vector, "headers");

  if (json_object_has_member (vector, "body_file")) {
    body = fixture_read (json_object_get_string_member (vector, "body_file"), &len);
  } else {
    JsonArray *params = hl_payload_get_array (vector, "params");
    body = params != NULL ? encode_form (params)
                          : g_strdup (json_object_get_string_member_with_default (vector, "body", "{}"));
    len = strlen (body);
  }
  if (hl_payload_get_int (vector, "now_ms", &number) || hl_payload_get_int (vector, "timestamp_ms", &number)) {
    now = number;
  } else if (hl_payload_get_int (vector, "timestamp", &number)
             || (headers != NULL && hl_payload_get_int (headers, "webhook-timestamp", &number))) {
    now = number * 1000;
  }
  Delivery *delivery = fixture_delivery_new (body, len, now);
  const char *url = hl_payload_get_string (vector, "url");
  delivery->url = url != NULL ? url : hl_payload_get_string (vector, "notification_url");
  JsonObject *settings = hl_payload_get_object (vector, "settings");
  delivery->settings = settings != NULL ? json_object_ref (settings) : NULL;
  if (headers != NULL) {
    json_object_foreach_member (headers, on_header, delivery);
  } else {
    fixture_delivery_set_header (delivery, json_object_get_string_member (vector, "header"),
                                 json_object_get_string_member (vector, "value"));
  }
  return delivery;
}

static const char *
get_secret (JsonObject *vector)
{
  static const char *const names[] = { "key", "secret", "auth_token", "public_key", "key_base64" };
  const char *secret = NULL;

  for (gsize i = 0; secret == NULL && i < G_N_ELEMENTS (names); i++) {
    secret = hl_payload_get_string (vector, names[i]);
  }
  g_assert_nonnull (secret);
  return secret;
}

static void
check_vector (const HlProvider *provider,
              JsonObject       *vector)
{
  g_autoptr (Delivery) delivery = make_delivery (vector);
  const char *secret = get_secret (vector);

  if (!json_object_get_boolean_member_with_default (vector, "valid", TRUE)) {
    assert_refused (provider, delivery, secret, "what the vector says");
    return;
  }
  gboolean shared = json_object_has_member (vector, "secret") && !json_object_has_member (vector, "headers");
  check_negatives (provider, delivery, secret, !shared);
  const char *lists[] = { "now_ms_ok", "now_ms_bad" };
  for (guint j = 0; j < G_N_ELEMENTS (lists); j++) {
    JsonArray *times = hl_payload_get_array (vector, lists[j]);
    for (guint k = 0; times != NULL && k < json_array_get_length (times); k++) {
      delivery->now = json_array_get_int_element (times, k);
      g_assert_cmpint (fixture_verify (provider, delivery, secret), ==, j == 0 ? HL_VERIFY_OK : HL_VERIFY_STALE);
    }
  }
}

static void
test_vectors (void)
{
  g_autoptr (JsonNode) root = fixture_read_json ("vectors.json");
  JsonArray *vectors = json_object_get_array_member (json_node_get_object (root), "vectors");
  guint n = 0;

  for (guint i = 0; i < json_array_get_length (vectors); i++) {
    JsonObject *vector = json_array_get_object_element (vectors, i);
    const char *name = json_object_get_string_member (vector, "provider");
    const HlProvider *provider = hl_provider_find (name);

    g_test_message ("%s: %s", name, json_object_get_string_member (vector, "name"));
    g_assert_nonnull (provider);
    check_vector (provider, vector);
    n++;
  }
  g_assert_cmpuint (n, >=, 36);
  for (const HlProvider *const *all = hl_provider_list (); *all != NULL; all++) {
    gboolean has_vector = (*all)->secret_optional; /* where nothing need be signed */

    for (guint i = 0; i < json_array_get_length (vectors); i++) {
      has_vector |= g_str_equal (json_object_get_string_member (json_array_get_object_element (vectors, i), "provider"), (*all)->name);
    }
    if (!has_vector) {
      g_test_message ("%s has no vector", (*all)->name);
    }
    g_assert_true (has_vector);
  }
}

/* --- what the adapters sign --- */

static char *
make_body (const HlProvider *provider)
{
  return g_strdup (provider->form ? "CallSid=CA1&From=%2B12025550142&City=&Note=a+b%26c&Note=a+b%26c&Note=%C3%A9"
                                  : "{\"event\":\"x\",\"note\":\"caf\u00e9\",\"time\":1796166200}");
}

static const char *
make_secret (const HlProvider *provider)
{
  static const char *const standard[] = { "openai", "standard-webhooks" };

  for (gsize i = 0; i < G_N_ELEMENTS (standard); i++) {
    if (g_str_equal (provider->name, standard[i])) {
      return "whsec_bHVtZS1vcGVuYWktZXhhbXBsZS1zZWNyZXQtMDAwMDAx";
    }
  }
  return "lume-example-secret";
}

/* FALSE when the adapter cannot sign. */
static gboolean
sign (const HlProvider *provider,
      Delivery         *delivery,
      const char       *secret)
{
  g_autoptr (GHashTable) headers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  GHashTableIter iter;
  gpointer name;
  gpointer value;
  Seen seen;

  fixture_delivery_complete (delivery, provider);
  fixture_delivery_see (delivery, &seen);
  gboolean done = provider->sign (&seen.delivery, secret, "msg_1", headers);
  fixture_seen_clear (&seen);
  g_hash_table_iter_init (&iter, headers);
  while (g_hash_table_iter_next (&iter, &name, &value)) {
    fixture_delivery_set_header (delivery, name, value);
  }
  return done;
}

static void
test_sign (void)
{
  const HlProvider *const *all = hl_provider_list ();

  for (gsize i = 0; all[i] != NULL; i++) {
    if (all[i]->secret_optional) {
      continue; /* a secret in the path is all that it has */
    }
    g_test_message ("%s", all[i]->name);
    g_autofree char *body = make_body (all[i]);
    g_autoptr (Delivery) delivery = fixture_delivery_new (body, strlen (body), FIXTURE_RECEIVED);
    delivery->url = PUBLIC_URL;
    g_assert_nonnull (all[i]->sign);
    g_assert_true (sign (all[i], delivery, make_secret (all[i])));
    g_assert_cmpuint (g_hash_table_size (delivery->headers), >, 0);
    check_negatives (all[i], delivery, make_secret (all[i]), TRUE);
  }
}

/* Two secrets are active while they are changed: either passes, in either place. */
static void
test_rotation (void)
{
  const HlProvider *const *all = hl_provider_list ();

  for (gsize i = 0; all[i] != NULL; i++) {
    const char *secret = make_secret (all[i]);
    const char *lists[][4] = { { secret, NULL }, { secret, "whsec_b3RoZXI=", NULL }, { "old", "older", secret, NULL },
                               { "old", secret, "older", NULL } };
    if (all[i]->secret_optional) {
      continue;
    }
    for (gsize j = 0; j < G_N_ELEMENTS (lists); j++) {
      g_autofree char *body = make_body (all[i]);
      g_autoptr (Delivery) delivery = fixture_delivery_new (body, strlen (body), FIXTURE_RECEIVED);
      Seen seen;
      delivery->url = PUBLIC_URL;
      g_assert_true (sign (all[i], delivery, secret));
      fixture_delivery_see (delivery, &seen);
      g_assert_cmpint (all[i]->verify (&seen.delivery, lists[j]), ==, HL_VERIFY_OK);
      const char *none[] = { NULL };
      g_assert_cmpint (all[i]->verify (&seen.delivery, none), !=, HL_VERIFY_OK);
      fixture_seen_clear (&seen);
    }
  }
}

static void
test_no_header (void)
{
  const HlProvider *const *all = hl_provider_list ();

  for (gsize i = 0; all[i] != NULL; i++) {
    g_autoptr (Delivery) delivery = fixture_delivery_new ("{}", 2, FIXTURE_RECEIVED);
    delivery->url = PUBLIC_URL;
    if (!all[i]->secret_optional) {
      g_assert_cmpint (fixture_verify (all[i], delivery, "k"), ==, HL_VERIFY_NO_HEADER);
    }
  }
  g_assert_null (hl_provider_find ("toast"));
}

static void
test_retell_forms (void)
{
  const HlProvider *retell = hl_provider_find ("retell");
  const char *body = "{\"event\":\"call_ended\"}";
  const char *hex = "07024cabe7dd8f6d1c6e4a8324ca92c812e6ad4a7ee506c04f7e462e3321823e";
  g_autofree char *upper = g_ascii_strup (hex, -1);
  const struct {
    const char *before;
    const char *hex;
    const char *after;
    HlVerify    verify;
  } forms[] = {
    { "v=1700000000000,d=", hex, "", HL_VERIFY_OK },
    { "v=1700000000000,d=", upper, "", HL_VERIFY_OK },
    { "v=-1700000000000,d=", hex, "", HL_VERIFY_BAD_FORMAT },
    { "v=+1700000000000,d=", hex, "", HL_VERIFY_BAD_FORMAT },
    { "v= 1700000000000,d=", hex, "", HL_VERIFY_BAD_FORMAT },
    { "v=,d=", hex, "", HL_VERIFY_BAD_FORMAT },
    { "v=99999999999999999999,d=", hex, "", HL_VERIFY_BAD_FORMAT },
    { "d=00,v=1", "", "", HL_VERIFY_BAD_FORMAT },
    { "v=1700000000000,d=", hex, " ", HL_VERIFY_BAD_FORMAT },
    { " v=1700000000000,d=", hex, "", HL_VERIFY_BAD_FORMAT },
    { "v=1700000000001,d=", hex, "", HL_VERIFY_MISMATCH },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (forms); i++) {
    g_autoptr (Delivery) delivery = fixture_delivery_new (body, strlen (body), G_GINT64_CONSTANT (1700000000000));
    g_autofree char *value = g_strconcat (forms[i].before, forms[i].hex, forms[i].after, NULL);
    fixture_delivery_set_header (delivery, "X-Retell-Signature", value);
    g_test_message ("%s", value);
    g_assert_cmpint (fixture_verify (retell, delivery, "test-api-key"), ==, forms[i].verify);
  }
}

/* --- what single providers add --- */

/* ElevenLabs asks before a call without a signature, with a header that the restaurant made up. */
static void
test_elevenlabs_question (void)
{
  const HlProvider *elevenlabs = hl_provider_find ("elevenlabs");
  g_autoptr (Delivery) delivery = fixture_delivery_new ("{}", 2, FIXTURE_RECEIVED);

  fixture_delivery_set_header (delivery, "X-Hostline-Secret", "wsec_lume_example");
  g_assert_cmpint (fixture_verify (elevenlabs, delivery, "wsec_lume_example"), ==, HL_VERIFY_OK);
  g_assert_cmpint (fixture_verify (elevenlabs, delivery, "wsec_other"), ==, HL_VERIFY_MISMATCH);
  g_assert_cmpint (fixture_verify (elevenlabs, delivery, ""), ==, HL_VERIFY_MISMATCH);
  delivery->twice = "x-hostline-secret";
  g_assert_cmpint (fixture_verify (elevenlabs, delivery, "wsec_lume_example"), ==, HL_VERIFY_BAD_FORMAT);
  /* a signature that is wrong is not mended by it */
  delivery->twice = NULL;
  fixture_delivery_set_header (delivery, "ElevenLabs-Signature",
                               "t=1796166200,v0=fb95f72699f250fe6fa6f7119c17384c83a695722fd0229c188faf584cba0f5f");
  g_assert_cmpint (fixture_verify (elevenlabs, delivery, "wsec_lume_example"), ==, HL_VERIFY_MISMATCH);
}

static char *
make_jwt (const char *head,
          const char *claims,
          const char *secret)
{
  g_autofree char *first = hl_id_base64url (head, strlen (head));
  g_autofree char *second = hl_id_base64url (claims, strlen (claims));
  g_autofree char *text = g_strconcat (first, ".", second, NULL);
  const HlSignaturePart parts[] = { HL_SIGNATURE_TEXT (text) };
  guint8 digest[HL_SIGNATURE_MAX];
  gsize len = hl_signature_make (G_CHECKSUM_SHA256, secret, strlen (secret), parts, 1, digest);
  g_autofree char *third = hl_id_base64url (digest, len);

  return g_strconcat (text, ".", third, NULL);
}

static void
test_livekit_tokens (void)
{
  const char *hash = "RBNvo1WzZ4oRRq0W9+hknpT7T8If536DEMBg9hyq/4o="; /* of "{}" */
  const char *hs256 = "{\"alg\":\"HS256\",\"typ\":\"JWT\"}";
  const struct {
    const char *what;
    const char *head;
    const char *claims;
    const char *api_key;
    HlVerify    want;
  } tokens[] = {
    { "good", hs256, "{\"iss\":\"k\",\"exp\":1796166500,\"sha256\":\"%s\"}", "k", HL_VERIFY_OK },
    { "another key's", hs256, "{\"iss\":\"k2\",\"exp\":1796166500,\"sha256\":\"%s\"}", "k", HL_VERIFY_MISMATCH },
    { "nobody's", hs256, "{\"exp\":1796166500,\"sha256\":\"%s\"}", "k", HL_VERIFY_MISMATCH },
    { "no key asked for", hs256, "{\"exp\":1796166500,\"sha256\":\"%s\"}", NULL, HL_VERIFY_OK },
    { "alg none", "{\"alg\":\"none\"}", "{\"exp\":1796166500,\"sha256\":\"%s\"}", NULL, HL_VERIFY_BAD_FORMAT },
    { "alg HS512", "{\"alg\":\"HS512\"}", "{\"exp\":1796166500,\"sha256\":\"%s\"}", NULL, HL_VERIFY_BAD_FORMAT },
    { "alg in lower case", "{\"alg\":\"hs256\"}", "{\"exp\":1796166500,\"sha256\":\"%s\"}", NULL, HL_VERIFY_BAD_FORMAT },
    { "no alg", "{}", "{\"exp\":1796166500,\"sha256\":\"%s\"}", NULL, HL_VERIFY_BAD_FORMAT },
    { "alg twice", "{\"alg\":\"HS256\",\"alg\":\"none\"}", "{\"exp\":1796166500,\"sha256\":\"%s\"}", NULL,
      HL_VERIFY_BAD_FORMAT },
    { "no end", hs256, "{\"sha256\":\"%s\"}", NULL, HL_VERIFY_BAD_FORMAT },
    { "no hash", hs256, "{\"exp\":1796166500}", NULL, HL_VERIFY_MISMATCH },
    { "hash of another body", hs256, "{\"exp\":1796166500,\"sha256\":\"47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\"}", NULL,
      HL_VERIFY_MISMATCH },
    { "no claims", hs256, "[]", NULL, HL_VERIFY_BAD_FORMAT },
    { "just over", hs256, "{\"exp\":1796166139,\"sha256\":\"%s\"}", NULL, HL_VERIFY_STALE },
    { "within the leeway", hs256, "{\"exp\":1796166140,\"sha256\":\"%s\"}", NULL, HL_VERIFY_OK },
    { "too early", hs256, "{\"exp\":1796166500,\"nbf\":1796166261,\"sha256\":\"%s\"}", NULL, HL_VERIFY_STALE },
    { "just early", hs256, "{\"exp\":1796166500,\"nbf\":1796166260,\"sha256\":\"%s\"}", NULL, HL_VERIFY_OK },
  };
  const HlProvider *livekit = hl_provider_find ("livekit");

  for (gsize i = 0; i < G_N_ELEMENTS (tokens); i++) {
    g_autoptr (Delivery) delivery = fixture_delivery_new ("{}", 2, FIXTURE_RECEIVED);
    g_auto (GStrv) parts = g_strsplit (tokens[i].claims, "%s", 2);
    g_autofree char *claims = g_strjoinv (hash, parts);
    g_autofree char *token = make_jwt (tokens[i].head, claims, "secret");
    g_autofree char *bearer = g_strconcat ("Bearer ", token, NULL);
    g_test_message ("%s", tokens[i].what);
    if (tokens[i].api_key != NULL) {
      fixture_delivery_set (delivery, "api-key", tokens[i].api_key);
    }
    fixture_delivery_set_header (delivery, "Authorization", token);
    g_assert_cmpint (fixture_verify (livekit, delivery, "secret"), ==, tokens[i].want);
    fixture_delivery_set_header (delivery, "Authorization", bearer);
    g_assert_cmpint (fixture_verify (livekit, delivery, "secret"), ==, tokens[i].want);
  }
}

/* Every part of Vapi's HMAC credential is the restaurant's to choose, and then holds in no other way. */
static void
test_vapi_settings (void)
{
  static const struct {
    const char *settings[12]; /* name, value, ... */
    const char *secret;
  } forms[] = {
    { { "header", "x-lume" }, "k" },
    { { "header", "x-lume", "timestamp-header", "x-when", "prefix", "v1=" }, "k" },
    { { "template", "{body}", "algorithm", "sha1" }, "k" },
    { { "template", "{method} {url}\n{timestamp}\n{body}", "encoding", "base64" }, "k" },
    { { "template", "{svix-id}.{timestamp}.{body}", "secret-encoding", "base64", "encoding", "base64" }, "bHVtZQ==" },
    { { "template", "{timestamp}{unknown}{body}", "algorithm", "sha512", "encoding", "hex" }, "k" },
  };
  const HlProvider *vapi = hl_provider_find ("vapi");

  for (gsize i = 0; i < G_N_ELEMENTS (forms); i++) {
    g_autoptr (Delivery) delivery = fixture_delivery_new ("{\"message\":{}}", 14, FIXTURE_RECEIVED);
    delivery->url = PUBLIC_URL;
    for (gsize j = 0; j < G_N_ELEMENTS (forms[i].settings) && forms[i].settings[j] != NULL; j += 2) {
      fixture_delivery_set (delivery, forms[i].settings[j], forms[i].settings[j + 1]);
    }
    g_test_message ("form %d", (int) i);
    g_assert_true (sign (vapi, delivery, forms[i].secret));
    check_negatives (vapi, delivery, forms[i].secret, TRUE);
    /* the shared secret beside it does not help */
    g_autoptr (Delivery) bare = fixture_delivery_copy (delivery);
    g_hash_table_remove_all (bare->headers);
    fixture_delivery_set_header (bare, "X-Vapi-Secret", forms[i].secret);
    g_assert_cmpint (fixture_verify (vapi, bare, forms[i].secret), ==, HL_VERIFY_NO_HEADER);
  }
  /* another method or another URL */
  g_autoptr (Delivery) delivery = fixture_delivery_new ("{}", 2, FIXTURE_RECEIVED);
  delivery->url = PUBLIC_URL;
  fixture_delivery_set (delivery, "template", "{url}{timestamp}{body}");
  g_assert_true (sign (vapi, delivery, "k"));
  delivery->url = "https://other.example.com/v1/hooks/x/osteria-lume/s3cret";
  g_assert_cmpint (fixture_verify (vapi, delivery, "k"), ==, HL_VERIFY_MISMATCH);
}

/* --- Twilio's URL --- */

static HlVerify
verify_twilio (const char *told,
               const char *seen_target,
               const char *public_url,
               const char *host,
               const char *body,
               GString    *signed_url)
{
  const HlProvider *twilio = hl_provider_find ("twilio");
  const char *secrets[] = { "old token", "12345", NULL };
  g_autoptr (Delivery) delivery = fixture_delivery_new (body, strlen (body), FIXTURE_RECEIVED);
  Seen seen;

  delivery->url = told;
  g_assert_true (sign (twilio, delivery, "12345"));
  delivery->path = seen_target;
  fixture_delivery_set_header (delivery, "Host", host);
  fixture_delivery_see (delivery, &seen);
  seen.urls[0] = public_url;
  seen.delivery.signed_url = signed_url;
  HlVerify verify = twilio->verify (&seen.delivery, secrets);
  fixture_seen_clear (&seen);
  return verify;
}

static void
test_twilio_urls (void)
{
  static const struct {
    const char *told;   /* the URL that stands at Twilio */
    const char *target; /* what arrives; NULL: just its path and query */
    const char *base;   /* our public-urls */
    const char *host;
    HlVerify    want;
  } urls[] = {
    { "https://h.example.com/v1/hooks/twilio/a/s", NULL, "https://h.example.com", "inner:8080", HL_VERIFY_OK },
    /* names and addresses as no URL library leaves them */
    { "https://h.example.com/v1/hooks/twilio/a/s?name=O'Brien", NULL, "https://h.example.com", "h", HL_VERIFY_OK },
    { "https://h.example.com/v1/hooks/twilio/a/s?to=dana@example.com:5060", NULL, "https://h.example.com", "h", HL_VERIFY_OK },
    { "https://h.example.com/v1/hooks/twilio/a/s?b=2&a=1&a=%7e%41+%2b", NULL, "https://h.example.com", "h", HL_VERIFY_OK },
    { "https://h.example.com/v1/hooks/twilio/a/s?", NULL, "https://h.example.com", "h", HL_VERIFY_OK },
    { "https://h.example.com/v1/hooks/twilio/a/s?name=O'Brien", "/v1/hooks/twilio/a/s?name=O%27Brien", "https://h.example.com", "h",
      HL_VERIFY_MISMATCH },
    { "https://h.example.com/v1/hooks/twilio/a/s?b=2&a=1", "/v1/hooks/twilio/a/s?a=1&b=2", "https://h.example.com", "h",
      HL_VERIFY_MISMATCH },
    /* ports: as told, added, left out */
    { "https://h.example.com:443/v1/x", NULL, "https://h.example.com", "h", HL_VERIFY_OK },
    { "https://h.example.com/v1/x", NULL, "https://h.example.com:443", "h", HL_VERIFY_OK },
    { "https://h.example.com:8443/v1/x", NULL, "https://h.example.com:8443", "h", HL_VERIFY_OK },
    { "https://h.example.com/v1/x", NULL, "https://h.example.com:8443", "h", HL_VERIFY_OK },
    { "http://h.example.com:80/v1/x", NULL, "http://h.example.com", "h", HL_VERIFY_OK },
    { "https://[2001:db8::1]/v1/x", NULL, "https://[2001:db8::1]:443", "h", HL_VERIFY_OK },
    { "https://h.example.com/inner/v1/x", "/v1/x", "https://h.example.com/inner", "h", HL_VERIFY_OK },
    /* what stands between and changes it */
    { "http://h.example.com/v1/x", NULL, "https://h.example.com", "h.example.com", HL_VERIFY_WRONG_URL },
    { "https://other.example.com/v1/x", NULL, "https://h.example.com", "other.example.com", HL_VERIFY_WRONG_URL },
    { "https://other.example.com/v1/x", NULL, "https://h.example.com", "other.example.com:8443", HL_VERIFY_WRONG_URL },
    { "https://other.example.com/v1/x", NULL, "https://h.example.com", "third.example.com", HL_VERIFY_MISMATCH },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (urls); i++) {
    g_autoptr (GString) url = g_string_new (NULL);
    const char *target = urls[i].target != NULL ? urls[i].target : strchr (strstr (urls[i].told, "://") + 3, '/');
    g_autofree char *first = g_strconcat (urls[i].base, target, NULL);

    g_test_message ("%s seen as %s%s", urls[i].told, urls[i].base, target);
    g_assert_cmpint (verify_twilio (urls[i].told, urls[i].target, urls[i].base, urls[i].host, "CallSid=CA1&City=", url), ==,
                     urls[i].want);
    g_assert_cmpstr (url->str, ==, first);
  }
}

static void
test_twilio_forms (void)
{
  const HlProvider *twilio = hl_provider_find ("twilio");
  /* what one body signs is good for each other spelling of the same fields, and for no other fields */
  static const struct {
    const char *signed_as;
    const char *sent_as;
    gboolean    good;
  } forms[] = {
    { "A=1&B=2", "B=2&A=1", TRUE },
    { "A=x+y", "A=x%20y", TRUE },
    { "A=2&A=1&A=1", "A=1&A=2", TRUE },
    { "A=&B", "A=&B=", TRUE },
    { "Abc=1&A=2", "A=2&Abc=1", TRUE },
    { "A=%2B1", "A=+1", FALSE },
    { "A=1&B=", "A=1", FALSE },
    { "A=1&A=2", "A=1", FALSE },
    { "a=1&B=2", "A=1&b=2", FALSE },
    { "A=%zz", "A=%25zz", TRUE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (forms); i++) {
    g_autoptr (Delivery) delivery = fixture_delivery_new (forms[i].signed_as, strlen (forms[i].signed_as), 0);
    delivery->url = PUBLIC_URL;
    g_assert_true (sign (twilio, delivery, "12345"));
    g_autoptr (Delivery) sent = fixture_delivery_new (forms[i].sent_as, strlen (forms[i].sent_as), 0);
    sent->url = PUBLIC_URL;
    g_hash_table_unref (sent->headers);
    sent->headers = g_hash_table_ref (delivery->headers);
    g_test_message ("%s as %s", forms[i].signed_as, forms[i].sent_as);
    g_assert_cmpint (fixture_verify (twilio, sent, "12345"), ==, forms[i].good ? HL_VERIFY_OK : HL_VERIFY_MISMATCH);
  }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ingest/signatures/vectors", test_vectors);
  g_test_add_func ("/ingest/signatures/sign", test_sign);
  g_test_add_func ("/ingest/signatures/rotation", test_rotation);
  g_test_add_func ("/ingest/signatures/no-header", test_no_header);
  g_test_add_func ("/ingest/signatures/retell-forms", test_retell_forms);
  g_test_add_func ("/ingest/signatures/elevenlabs-question", test_elevenlabs_question);
  g_test_add_func ("/ingest/signatures/livekit-tokens", test_livekit_tokens);
  g_test_add_func ("/ingest/signatures/vapi-settings", test_vapi_settings);
  g_test_add_func ("/ingest/signatures/twilio-urls", test_twilio_urls);
  g_test_add_func ("/ingest/signatures/twilio-forms", test_twilio_forms);
  return g_test_run ();
}
