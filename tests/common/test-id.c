/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ids, digests, encodings, comparisons. */
#include "util/hl-id.h"

#include <string.h>

static void
test_uuid (void)
{
  g_autofree char *last = g_strdup ("");

  for (guint i = 0; i < 1000; i++) {
    g_autofree char *four = hl_id_uuid4 ();
    char *seven = hl_id_uuid7 (1764270131345 + (gint64) i);
    g_assert_true (hl_id_is_uuid (four));
    g_assert_true (hl_id_is_uuid (seven));
    g_assert_true (g_uuid_string_is_valid (four));
    g_assert_cmpint (four[14], ==, '4');
    g_assert_cmpint (seven[14], ==, '7');
    g_assert_nonnull (strchr ("89ab", seven[19]));
    g_assert_cmpstr (last, <, seven); /* they sort by time */
    g_free (last);
    last = seven;
  }
  g_autofree char *known = hl_id_uuid7 (0x0123456789ab);
  g_assert_true (g_str_has_prefix (known, "01234567-89ab-7"));

  static const char *const wrong[] = { "", "0193", "01234567-89ab-7000-8000-00000000000", "01234567-89AB-7000-8000-000000000000",
                                       "0123456789ab-7000-8000-0000-00000000", "01234567-89ab-7000-8000-00000000000g",
                                       "01234567-89ab-7000-8000-0000000000000" };
  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++) {
    g_assert_false (hl_id_is_uuid (wrong[i]));
  }
  g_assert_false (hl_id_is_uuid (NULL));
}

static void
test_base32 (void)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  guint letters[256] = { 0 };

  for (guint i = 0; i < 2000; i++) {
    char *text = hl_id_random_base32 (10);
    g_assert_cmpuint (strlen (text), ==, 10);
    g_assert_cmpuint (strspn (text, "0123456789abcdefghjkmnpqrstvwxyz"), ==, 10);
    for (guint k = 0; k < 10; k++) {
      letters[(guchar) text[k]]++;
    }
    g_hash_table_add (seen, text);
  }
  g_assert_cmpuint (g_hash_table_size (seen), ==, 2000);
  for (const char *p = "0123456789abcdefghjkmnpqrstvwxyz"; *p != '\0'; p++) {
    g_assert_cmpuint (letters[(guchar) *p], >, 400); /* 625 expected */
  }
  g_autofree char *none = hl_id_random_base32 (0);
  g_assert_cmpstr (none, ==, "");
}

static void
test_below (void)
{
  guint counts[3] = { 0 };

  for (guint i = 0; i < 9000; i++) {
    counts[hl_id_random_below (3)]++;
  }
  for (guint i = 0; i < 3; i++) {
    g_assert_cmpuint (counts[i], >, 2600);
    g_assert_cmpuint (counts[i], <, 3400);
  }
  g_assert_cmpuint (hl_id_random_below (1), ==, 0);
  g_assert_cmpuint (hl_id_random_below (G_MAXUINT32), <, G_MAXUINT32);
}

static void
test_base64url (void)
{
  static const struct {
    const char *data;
    const char *text;
  } vectors[] = { { "", "" }, { "f", "Zg" }, { "fo", "Zm8" }, { "foo", "Zm9v" }, { "foob", "Zm9vYg" }, { "\xff\xff\xfe", "___-" } };

  for (guint i = 0; i < G_N_ELEMENTS (vectors); i++) {
    gsize len = strlen (vectors[i].data);
    g_autofree char *text = hl_id_base64url (vectors[i].data, len);
    g_assert_cmpstr (text, ==, vectors[i].text);
    g_autoptr (GBytes) bytes = hl_id_from_base64url (text);
    g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), vectors[i].data, len);
  }
  static const char *const wrong[] = { "Z", "Zg==", "Zh", "Zm9", "Zm9v+", "Zm 9v", "Zm9v\n", "Z/", "ZZZZZ" };
  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++) {
    g_assert_null (hl_id_from_base64url (wrong[i]));
  }
}

static void
test_sha256 (void)
{
  guint8 digest[HL_ID_SHA256_BYTES];
  g_autofree char *hex = hl_id_sha256_hex ("abc", 3);

  g_assert_cmpstr (hex, ==, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  hl_id_sha256 ("abc", 3, digest);
  g_autofree char *same = hl_id_hex (digest, sizeof digest);
  g_assert_cmpstr (same, ==, hex);
  g_assert_true (hl_id_is_hex (hex, 64));
  g_assert_false (hl_id_is_hex (hex, 63));
  g_assert_false (hl_id_is_hex ("AB", 2));
  g_assert_false (hl_id_is_hex (NULL, 0));
  g_assert_true (hl_id_is_hex ("", 0));
  g_autofree char *empty = hl_id_sha256_hex ("", 0);
  g_assert_cmpstr (empty, ==, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

static void
test_equal (void)
{
  g_assert_true (hl_id_equal_secret ("abc", "abc"));
  g_assert_true (hl_id_equal_secret ("", ""));
  g_assert_false (hl_id_equal_secret ("abc", "abd"));
  g_assert_false (hl_id_equal_secret ("abc", "ab"));
  g_assert_false (hl_id_equal_secret ("abc", NULL));
  g_assert_false (hl_id_equal_secret (NULL, NULL));
  g_assert_true (hl_id_equal_bytes ("a\0b", "a\0b", 3));
  g_assert_false (hl_id_equal_bytes ("a\0b", "a\0c", 3));
}

static void
test_valid (void)
{
  g_autofree char *longest = g_strnfill (64, 'a');
  g_autofree char *longer = g_strnfill (65, 'a');
  g_autofree char *place = g_strnfill (63, 'a');
  static const char *const good[] = { "p7", "retell:call_9f", "A.b-C_d:9" };
  static const char *const bad[] = { "", "a b", "a/b", "a\n", "\xc3\xa9", "a\"b" };

  for (guint i = 0; i < G_N_ELEMENTS (good); i++) {
    g_assert_true (hl_id_is_valid (good[i]));
  }
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_assert_false (hl_id_is_valid (bad[i]));
  }
  g_assert_false (hl_id_is_valid (NULL));
  g_assert_true (hl_id_is_valid (longest));
  g_assert_false (hl_id_is_valid (longer));

  g_assert_true (hl_id_is_location ("ocean-ave"));
  g_assert_true (hl_id_is_location ("7"));
  g_assert_true (hl_id_is_location (place));
  g_assert_false (hl_id_is_location (longest));
  g_assert_false (hl_id_is_location ("-a"));
  g_assert_false (hl_id_is_location ("Ocean"));
  g_assert_false (hl_id_is_location (""));
  g_assert_false (hl_id_is_location ("a_b"));
  g_assert_false (hl_id_is_location ("../a"));
  g_assert_false (hl_id_is_location (NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/id/uuid", test_uuid);
  g_test_add_func ("/id/base32", test_base32);
  g_test_add_func ("/id/below", test_below);
  g_test_add_func ("/id/base64url", test_base64url);
  g_test_add_func ("/id/sha256", test_sha256);
  g_test_add_func ("/id/equal", test_equal);
  g_test_add_func ("/id/valid", test_valid);
  return g_test_run ();
}
