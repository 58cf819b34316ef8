/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pairing links and codes: strict, because they come from anybody. */
#include "wire/hl-pair-link.h"

#include <string.h>

#include "wire/hl-pair-code.h"

#define PIN "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define BASE "hostline://pair?v=1&url=https%3A%2F%2F192.168.1.10%3A8443&location=ocean-ave&code=K7QF2M9D"

static void
test_parse (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HlPairLink) link =
      hl_pair_link_parse ("hostline://pair?v=1&url=https%3A%2F%2F192.168.1.10%3A8443&url=https%3A%2F%2Fhost.example%23pki"
                          "&location=ocean-ave&code=k7qf-2m9d&pin=sha256:" PIN,
                          &error);

  g_assert_no_error (error);
  g_assert_cmpuint (g_strv_length (link->urls), ==, 2);
  g_assert_cmpstr (link->urls[0], ==, "https://192.168.1.10:8443");
  g_assert_cmpstr (link->urls[1], ==, "https://host.example");
  g_assert_false (link->pki[0]);
  g_assert_true (link->pki[1]);
  g_assert_cmpstr (link->location, ==, "ocean-ave");
  g_assert_cmpstr (link->code, ==, "K7QF2M9D");
  g_assert_cmpstr (link->pin, ==, PIN);

  g_autofree char *printed = hl_pair_link_print (link);
  g_assert_cmpstr (printed, ==,
                   "hostline://pair?v=1&url=https%3A%2F%2F192.168.1.10%3A8443&url=https%3A%2F%2Fhost.example%23pki"
                   "&location=ocean-ave&code=K7QF2M9D&pin=sha256:" PIN);
  g_autoptr (HlPairLink) again = hl_pair_link_parse (printed, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (again->urls[1], ==, link->urls[1]);
}

static void
test_accepted (void)
{
  static const char *const links[] = {
    BASE,
    "hostline://pair?code=K7QF2M9D&location=a&url=http%3A%2F%2F127.0.0.1%3A8480&v=1", /* any order */
    "hostline://pair?v=1&url=https%3a%2f%2f%5Bfe80%3a%3a1%5D%3A8443&location=a&code=K7QF2M9D",
    "hostline://pair?v=1&url=https://host.example/hostline&location=a&code=K7QF2M9D", /* a path, not escaped */
    "hostline://pair?v=1&url=https%3A%2F%2Fa&url=https%3A%2F%2Fb&url=https%3A%2F%2Fc&url=https%3A%2F%2Fd&location=a&code=K7QF2M9D",
  };

  for (guint i = 0; i < G_N_ELEMENTS (links); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (HlPairLink) link = hl_pair_link_parse (links[i], &error);
    g_assert_no_error (error);
    g_autofree char *printed = hl_pair_link_print (link);
    g_autoptr (HlPairLink) again = hl_pair_link_parse (printed, &error);
    g_assert_no_error (error);
    g_assert_true (g_strv_equal ((const char *const *) link->urls, (const char *const *) again->urls));
  }
}

static void
test_refused (void)
{
  static const struct {
    const char *link;
    const char *pointer;
  } cases[] = {
    { "", "" }, { "https://example.com/", "" }, { "hostline:pair?v=1", "" }, { "hostline://pair", "" }, { "Hostline://pair?v=1", "" },
    { "hostline://other?v=1&url=https%3A%2F%2Fa&location=a&code=K7QF2M9D", "" },
    { "hostline://pair/?v=1&url=https%3A%2F%2Fa&location=a&code=K7QF2M9D", "" },
    { "hostline://pair?", "/v" }, { BASE "&", "" }, { BASE "&x", "" }, { BASE "&x=1", "/x" }, { BASE "&=1", "" },
    { BASE "#fragment", "" }, { BASE "&url=https://a#pki", "" }, { BASE "&location=b", "/location" }, { BASE "&code=K7QF2M9D", "/code" },
    { BASE "&v=1", "/v" }, { BASE "&pin=sha256:" PIN "&pin=sha256:" PIN, "/pin" }, { BASE "&pin=" PIN, "/pin" },
    { BASE "&pin=sha256:abc", "/pin" }, { BASE "&pin=md5:" PIN, "/pin" },
    { BASE "&pin=sha256:0123456789ABCDEF0123456789abcdef0123456789abcdef0123456789abcdef", "/pin" }, { BASE "&url=%", "" },
    { BASE "&url=%00", "" }, { BASE "&url=%ff", "" }, { BASE "&url=", "/url" }, { BASE "&url=ftp%3A%2F%2Fa", "/url" },
    { BASE "&url=file%3A%2F%2F%2Fetc%2Fpasswd", "/url" }, { BASE "&url=https%3A%2F%2Fuser%3Apw%40a", "/url" },
    { BASE "&url=https%3A%2F%2Fa%3Fq%3D1", "/url" }, { BASE "&url=https%3A%2F%2Fa%23x", "/url" }, { BASE "&url=https%3A%2F%2F", "/url" },
    { BASE "&url=https%3A%2F%2Fa%20b", "/url" }, { BASE "&url=https%3A%2F%2Fa%0d%0ab", "/url" }, { BASE "&url=javascript%3Aalert(1)", "/url" },
    { BASE "&url=https%3A%2F%2Fb&url=https%3A%2F%2Fc&url=https%3A%2F%2Fd&url=https%3A%2F%2Fe", "/url" },
    { "hostline://pair?v=2&url=https%3A%2F%2Fa&location=a&code=K7QF2M9D", "/v" },
    { "hostline://pair?v=&url=https%3A%2F%2Fa&location=a&code=K7QF2M9D", "/v" },
    { "hostline://pair?url=https%3A%2F%2Fa&location=a&code=K7QF2M9D", "/v" },
    { "hostline://pair?v=1&location=a&code=K7QF2M9D", "/url" },
    { "hostline://pair?v=1&url=https%3A%2F%2Fa&code=K7QF2M9D", "/location" },
    { "hostline://pair?v=1&url=https%3A%2F%2Fa&location=a", "/code" },
    { "hostline://pair?v=1&url=https%3A%2F%2Fa&location=A&code=K7QF2M9D", "/location" },
    { "hostline://pair?v=1&url=https%3A%2F%2Fa&location=..%2Fb&code=K7QF2M9D", "/location" },
    { "hostline://pair?v=1&url=https%3A%2F%2Fa&location=a&code=K7QF2M9", "/code" },
    { "hostline://pair?v=1&url=https%3A%2F%2Fa&location=a&code=K7QF2M9U", "/code" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;
    g_test_message ("%s", cases[i].link);
    g_assert_null (hl_pair_link_parse (cases[i].link, &error));
    g_assert_nonnull (error);
    g_assert_cmpstr (hl_frame_error_get_pointer (error), ==, cases[i].pointer);
  }
  g_autofree char *filler = g_strnfill (HL_PAIR_LINK_MAX_BYTES, 'a');
  g_autofree char *longer = g_strconcat (BASE, "&url=https://", filler, NULL);
  g_autoptr (GError) error = NULL;
  g_assert_null (hl_pair_link_parse (longer, &error));
  g_assert_error (error, HL_FRAME_ERROR, HL_FRAME_ERROR_TOO_LARGE);
}

static void
test_code (void)
{
  static const struct {
    const char *typed;
    const char *code;
  } cases[] = {
    { "K7QF2M9D", "K7QF2M9D" }, { "k7qf2m9d", "K7QF2M9D" }, { " k7qf-2m9d ", "K7QF2M9D" }, { "K7-QF-2M-9D", "K7QF2M9D" },
    { "OoIiLl00", "00111100" }, { "", NULL }, { "K7QF2M9", NULL }, { "K7QF2M9D1", NULL }, { "K7QF2M9U", NULL }, { "K7QF2M9!", NULL },
    { "K7QF_2M9D", NULL }, { "K7QF2M9\xc3\xa9", NULL }, { "--------", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *code = hl_pair_code_normalize (cases[i].typed);
    g_assert_cmpstr (code, ==, cases[i].code);
  }
  g_assert_null (hl_pair_code_normalize (NULL));
  g_autofree char *shown = hl_pair_code_format ("K7QF2M9D");
  g_assert_cmpstr (shown, ==, "K7QF-2M9D");

  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < 2000; i++) {
    char *code = hl_pair_code_new ();
    g_autofree char *same = hl_pair_code_normalize (code);
    g_assert_cmpstr (same, ==, code);
    g_assert_cmpuint (strspn (code, HL_PAIR_CODE_ALPHABET), ==, HL_PAIR_CODE_LENGTH);
    g_hash_table_add (seen, code);
  }
  g_assert_cmpuint (g_hash_table_size (seen), >, 1990);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pair-link/parse", test_parse);
  g_test_add_func ("/pair-link/accepted", test_accepted);
  g_test_add_func ("/pair-link/refused", test_refused);
  g_test_add_func ("/pair-link/code", test_code);
  return g_test_run ();
}
