/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Standard Webhooks: the specification's own vectors, both algorithms, rotation, windows, and what must be refused. */
#include <string.h>

#include "ingest/hl-standard-webhooks.h"
#include "provider-fixture.h"

#define SECRET "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
#define BODY "{\"test\": 2432232314}"
#define ID "msg_p5jXN8AQM9LWM0D4loKWxJek"
#define STAMP G_GINT64_CONSTANT (1614265330)
#define GOOD "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="

#define PUBLIC_KEY "whpk_rn13oQKaf7bqZfTffSgSjrkKjjM/kgFHvQ9G4JEqGdU="
#define PUBLIC_SIGNATURE "v1a,BkN9c0opV1+VDwf0kk58GcT56U7MnqJ0s6HnuNHJwRgk4yiflVVMJGyDCQMOBx/dFTh3YOO5TnItJ3OfjQOLBw=="

static HlVerify
verify (const char *secret,
        const char *id,
        const char *stamp,
        const char *signature,
        const char *body,
        gint64      now_s)
{
  g_autoptr (Delivery) delivery = fixture_delivery_new (body, strlen (body), now_s * 1000);
  const char *secrets[] = { "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", secret, NULL };
  Seen seen;

  if (id != NULL) {
    fixture_delivery_set_header (delivery, "webhook-id", id);
  }
  if (stamp != NULL) {
    fixture_delivery_set_header (delivery, "webhook-timestamp", stamp);
  }
  if (signature != NULL) {
    fixture_delivery_set_header (delivery, "webhook-signature", signature);
  }
  fixture_delivery_see (delivery, &seen);
  HlVerify result = hl_standard_webhooks_verify (&seen.delivery, "webhook", secrets);
  fixture_seen_clear (&seen);
  return result;
}

static void
test_forms (void)
{
  static const struct {
    const char *what;
    const char *id;
    const char *stamp;
    const char *signature;
    HlVerify    want;
  } forms[] = {
    { "as it is", ID, "1614265330", GOOD, HL_VERIFY_OK },
    { "in a list", ID, "1614265330", "v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc= v2,x " GOOD, HL_VERIFY_OK },
    { "no id", NULL, "1614265330", GOOD, HL_VERIFY_NO_HEADER },
    { "no time", ID, NULL, GOOD, HL_VERIFY_NO_HEADER },
    { "no signature", ID, "1614265330", NULL, HL_VERIFY_NO_HEADER },
    { "empty id", "", "1614265330", GOOD, HL_VERIFY_BAD_FORMAT },
    { "empty time", ID, "", GOOD, HL_VERIFY_BAD_FORMAT },
    { "empty signature", ID, "1614265330", "", HL_VERIFY_BAD_FORMAT },
    { "unknown version only", ID, "1614265330", "v2,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", HL_VERIFY_BAD_FORMAT },
    { "other id", "msg_x", "1614265330", GOOD, HL_VERIFY_MISMATCH },
    { "other time", ID, "1614265331", GOOD, HL_VERIFY_MISMATCH },
    { "signed time", ID, "+1614265330", GOOD, HL_VERIFY_BAD_FORMAT },
    { "negative time", ID, "-1614265330", GOOD, HL_VERIFY_BAD_FORMAT },
    { "time with a space", ID, " 1614265330", GOOD, HL_VERIFY_BAD_FORMAT },
    { "time beyond 63 bits", ID, "99999999999999999999", GOOD, HL_VERIFY_BAD_FORMAT },
    { "without padding", ID, "1614265330", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE", HL_VERIFY_MISMATCH },
    { "URL-safe alphabet", ID, "1614265330", "v1,g0hM9SsE-OTPJTGt_tmIKtSyZlE3uFJELVlNIOLJ1OE=", HL_VERIFY_MISMATCH },
    { "stray bits at the end", ID, "1614265330", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OF=", HL_VERIFY_MISMATCH },
    { "a comma for the space", ID, "1614265330", "v1,AAAA," GOOD, HL_VERIFY_MISMATCH },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (forms); i++) {
    g_test_message ("%s", forms[i].what);
    g_assert_cmpint (verify (SECRET, forms[i].id, forms[i].stamp, forms[i].signature, BODY, STAMP), ==, forms[i].want);
  }
  g_assert_cmpint (verify (SECRET, ID, "1614265330", GOOD, BODY "\n", STAMP), ==, HL_VERIFY_MISMATCH);
  g_assert_cmpint (verify (SECRET, ID, "1614265330", GOOD, "", STAMP), ==, HL_VERIFY_MISMATCH);
}

static void
test_too_many (void)
{
  g_autoptr (GString) list = g_string_new (NULL);

  for (int i = 0; i < 31; i++) {
    g_string_append (list, "v1,AAAA ");
  }
  g_string_append (list, GOOD);
  g_assert_cmpint (verify (SECRET, ID, "1614265330", list->str, BODY, STAMP), ==, HL_VERIFY_OK);
  g_string_prepend (list, "v1,AAAA ");
  g_assert_cmpint (verify (SECRET, ID, "1614265330", list->str, BODY, STAMP), ==, HL_VERIFY_BAD_FORMAT);
}

static void
test_window (void)
{
  g_assert_cmpint (verify (SECRET, ID, "1614265330", GOOD, BODY, STAMP + 300), ==, HL_VERIFY_OK);
  g_assert_cmpint (verify (SECRET, ID, "1614265330", GOOD, BODY, STAMP - 300), ==, HL_VERIFY_OK);
  g_assert_cmpint (verify (SECRET, ID, "1614265330", GOOD, BODY, STAMP + 301), ==, HL_VERIFY_STALE);
  g_assert_cmpint (verify (SECRET, ID, "1614265330", GOOD, BODY, STAMP - 301), ==, HL_VERIFY_STALE);
  /* a stamp that no clock reaches is far away, not an overflow */
  g_autofree char *far = hl_standard_webhooks_sign (SECRET, ID, G_MAXINT64, BODY, strlen (BODY));
  g_assert_cmpint (verify (SECRET, ID, "9223372036854775807", far, BODY, STAMP), ==, HL_VERIFY_STALE);
}

/* The same key in each form that a restaurant may have copied. */
static void
test_secret_forms (void)
{
  g_assert_cmpint (verify ("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", ID, "1614265330", GOOD, BODY, STAMP), ==, HL_VERIFY_OK);
  g_assert_cmpint (verify ("whsec_", ID, "1614265330", GOOD, BODY, STAMP), ==, HL_VERIFY_MISMATCH);
  g_assert_cmpint (verify ("", ID, "1614265330", GOOD, BODY, STAMP), ==, HL_VERIFY_MISMATCH);
  g_assert_cmpint (verify ("whsec_not base64!", ID, "1614265330", GOOD, BODY, STAMP), ==, HL_VERIFY_MISMATCH);
  g_assert_cmpint (verify ("whsk_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", ID, "1614265330", GOOD, BODY, STAMP), ==,
                   HL_VERIFY_MISMATCH);

  /* raw text, as OpenAI's libraries read a secret without a prefix */
  g_autofree char *raw = hl_standard_webhooks_sign ("a plain secret, with spaces", ID, STAMP, BODY, strlen (BODY));
  g_assert_cmpint (verify ("a plain secret, with spaces", ID, "1614265330", raw, BODY, STAMP), ==, HL_VERIFY_OK);
  /* base64 whose padding was left off */
  g_autofree char *short_one = hl_standard_webhooks_sign ("whsec_bHVtZQ==", ID, STAMP, BODY, strlen (BODY));
  g_assert_cmpint (verify ("whsec_bHVtZQ", ID, "1614265330", short_one, BODY, STAMP), ==, HL_VERIFY_OK);
}

static void
test_ed25519 (void)
{
  const char *body = "{\"test\":1}";
  const char *id = "msg_lume_0002";
  const char *stamp = "1796166150";
  const gint64 now = 1796166150;

  g_assert_cmpint (verify (PUBLIC_KEY, id, stamp, PUBLIC_SIGNATURE, body, now), ==, HL_VERIFY_OK);
  g_assert_cmpint (verify (PUBLIC_KEY, id, stamp, GOOD " " PUBLIC_SIGNATURE, body, now), ==, HL_VERIFY_OK);
  g_assert_cmpint (verify (PUBLIC_KEY, id, stamp, PUBLIC_SIGNATURE, "{\"test\":2}", now), ==, HL_VERIFY_MISMATCH);
  g_assert_cmpint (verify (PUBLIC_KEY, id, "1796166151", PUBLIC_SIGNATURE, body, now), ==, HL_VERIFY_MISMATCH);
  g_assert_cmpint (verify (PUBLIC_KEY, id, stamp, PUBLIC_SIGNATURE, body, now + 301), ==, HL_VERIFY_STALE);
  g_assert_cmpint (verify ("whpk_AAAA", id, stamp, PUBLIC_SIGNATURE, body, now), ==, HL_VERIFY_MISMATCH);
  g_assert_cmpint (verify (SECRET, id, stamp, PUBLIC_SIGNATURE, body, now), ==, HL_VERIFY_MISMATCH);
  /* the bytes of a public key are no HMAC key: anybody knows them */
  g_autofree char *forged = hl_standard_webhooks_sign ("whsec_rn13oQKaf7bqZfTffSgSjrkKjjM/kgFHvQ9G4JEqGdU=", id, now, body,
                                                       strlen (body));
  g_assert_cmpint (verify (PUBLIC_KEY, id, stamp, forged, body, now), ==, HL_VERIFY_MISMATCH);
}

/* RFC 8032, section 7.1, test 2: the private key and its public one. */
static void
test_sign_ed25519 (void)
{
  static const guint8 pair[64] = {
    0x4c, 0xcd, 0x08, 0x9b, 0x28, 0xff, 0x96, 0xda, 0x9d, 0xb6, 0xc3, 0x46, 0xec, 0x11, 0x4e, 0x0f,
    0x5b, 0x8a, 0x31, 0x9f, 0x35, 0xab, 0xa6, 0x24, 0xda, 0x8c, 0xf6, 0xed, 0x4f, 0xb8, 0xa6, 0xfb,
    0x3d, 0x40, 0x17, 0xc3, 0xe8, 0x43, 0x89, 0x5a, 0x92, 0xb7, 0x0a, 0xa7, 0x4d, 0x1b, 0x7e, 0xbc,
    0x9c, 0x98, 0x2c, 0xcf, 0x2e, 0xc4, 0x96, 0x8c, 0xc0, 0xcd, 0x55, 0xf1, 0x2a, 0xf4, 0x66, 0x0c,
  };
  g_autofree char *public_text = g_base64_encode (pair + 32, 32);
  g_autofree char *public_key = g_strconcat ("whpk_", public_text, NULL);

  for (gsize len = 32; len <= 64; len += 32) {
    g_autofree char *private_text = g_base64_encode (pair, len);
    g_autofree char *private_key = g_strconcat ("whsk_", private_text, NULL);
    g_autofree char *signature = hl_standard_webhooks_sign (private_key, ID, STAMP, BODY, strlen (BODY));

    g_assert_nonnull (signature);
    g_assert_cmpint (verify (public_key, ID, "1614265330", signature, BODY, STAMP), ==, HL_VERIFY_OK);
    g_assert_cmpint (verify (PUBLIC_KEY, ID, "1614265330", signature, BODY, STAMP), ==, HL_VERIFY_MISMATCH);
  }
  g_assert_null (hl_standard_webhooks_sign (public_key, ID, STAMP, BODY, strlen (BODY)));
  g_assert_null (hl_standard_webhooks_sign ("whsk_AAAA", ID, STAMP, BODY, strlen (BODY)));
  g_assert_null (hl_standard_webhooks_sign ("whsec_", ID, STAMP, BODY, strlen (BODY)));
}

static void
test_sign (void)
{
  g_autofree char *signature = hl_standard_webhooks_sign (SECRET, ID, STAMP, BODY, strlen (BODY));

  g_assert_cmpstr (signature, ==, GOOD);
}

static void
test_twice (void)
{
  static const char *const names[] = { "webhook-id", "webhook-timestamp", "webhook-signature" };
  const char *secrets[] = { SECRET, NULL };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autoptr (Delivery) delivery = fixture_delivery_new (BODY, strlen (BODY), STAMP * 1000);
    g_autoptr (GHashTable) headers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
    GHashTableIter iter;
    gpointer name;
    gpointer value;
    Seen seen;

    fixture_delivery_see (delivery, &seen);
    g_assert_true (hl_standard_webhooks_add_headers (&seen.delivery, "webhook", SECRET, NULL, headers));
    g_hash_table_iter_init (&iter, headers);
    while (g_hash_table_iter_next (&iter, &name, &value)) {
      fixture_delivery_set_header (delivery, name, value);
    }
    g_assert_cmpint (hl_standard_webhooks_verify (&seen.delivery, "webhook", secrets), ==, HL_VERIFY_OK);
    delivery->twice = names[i];
    g_assert_cmpint (hl_standard_webhooks_verify (&seen.delivery, "webhook", secrets), ==, HL_VERIFY_BAD_FORMAT);
    fixture_seen_clear (&seen);
  }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ingest/standard-webhooks/forms", test_forms);
  g_test_add_func ("/ingest/standard-webhooks/too-many", test_too_many);
  g_test_add_func ("/ingest/standard-webhooks/window", test_window);
  g_test_add_func ("/ingest/standard-webhooks/secret-forms", test_secret_forms);
  g_test_add_func ("/ingest/standard-webhooks/ed25519", test_ed25519);
  g_test_add_func ("/ingest/standard-webhooks/sign-ed25519", test_sign_ed25519);
  g_test_add_func ("/ingest/standard-webhooks/sign", test_sign);
  g_test_add_func ("/ingest/standard-webhooks/twice", test_twice);
  return g_test_run ();
}
