/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tokens: one spelling only, split right although the secret may hold underscores. */
#include "wire/hl-token.h"

#include <string.h>

#include "util/hl-id.h"

#define SECRET "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" /* 32 zero bytes */
#define ID "0123456789"

static void
test_new (void)
{
  for (guint i = 0; i < 500; i++) {
    HlToken token;
    HlToken again;
    hl_token_init (&token);
    g_autofree char *text = hl_token_format (&token);
    g_assert_cmpuint (strlen (text), ==, HL_TOKEN_LENGTH);
    g_assert_true (hl_token_parse (text, &again));
    g_assert_cmpstr (again.id, ==, token.id);
    g_assert_cmpstr (again.secret, ==, token.secret);
    g_autofree char *hash = hl_token_hash (&token);
    g_assert_true (hl_token_matches (&again, hash));
    hash[0] = hash[0] == '0' ? '1' : '0';
    g_assert_false (hl_token_matches (&again, hash));
    g_assert_false (hl_token_matches (&again, NULL));
    g_assert_false (hl_token_matches (&again, ""));
    hl_token_clear (&again);
    g_assert_cmpstr (again.secret, ==, "");
    g_assert_false (hl_token_matches (&again, hash));
  }
}

static void
test_underscores (void)
{
  HlToken token;

  g_assert_true (hl_token_parse ("hl1_" ID "___________________________________________8", &token)); /* base64url of ones */
  g_assert_cmpstr (token.id, ==, ID);
  g_assert_cmpstr (token.secret, ==, "__________________________________________8");
}

static void
test_hash (void)
{
  HlToken token;

  g_assert_true (hl_token_parse ("hl1_" ID "_" SECRET, &token));
  g_autofree char *hash = hl_token_hash (&token);
  g_autofree char *wanted = hl_id_sha256_hex (SECRET, strlen (SECRET));
  g_assert_cmpstr (hash, ==, wanted);
}

static void
test_refused (void)
{
  static const char *const texts[] = {
    "", "hl1", "hl1_", "hl1__", "hl2_" ID "_" SECRET, "HL1_" ID "_" SECRET, "hl1-" ID "-" SECRET, "hl1_012345678_" SECRET,
    "hl1_01234567890_" SECRET, "hl1_012345678i_" SECRET, "hl1_012345678A_" SECRET, "hl1_" ID "_" SECRET "A", "hl1_" ID "_AAAA",
    " hl1_" ID "_" SECRET, "hl1_" ID "_" SECRET " ", "hl1_" ID "_" SECRET "\n",
    "hl1_" ID "_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB", /* stray bits: the same bytes in another spelling */
    "hl1_" ID "_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "hl1_" ID "_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA+",
    "hl1_" ID "_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\xc3\xa9", "Bearer hl1_" ID "_" SECRET,
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    HlToken token;
    g_test_message ("%s", texts[i]);
    g_assert_false (hl_token_parse (texts[i], &token));
    g_assert_cmpstr (token.id, ==, "");
    g_assert_cmpstr (token.secret, ==, "");
  }
  HlToken token;
  g_assert_false (hl_token_parse (NULL, &token));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/token/new", test_new);
  g_test_add_func ("/token/underscores", test_underscores);
  g_test_add_func ("/token/hash", test_hash);
  g_test_add_func ("/token/refused", test_refused);
  return g_test_run ();
}
