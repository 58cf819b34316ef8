/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Phone numbers in text. */
#include <string.h>

#include "util/hl-phone.h"

static gboolean
is_variant (const char *digits, gpointer user_data)
{
  return g_strv_contains (user_data, digits);
}

static gboolean
finds (const char *number, const char *text)
{
  g_autofree char *digits = hl_phone_parse (number);
  g_auto (GStrv) variants = NULL;

  g_assert_nonnull (digits);
  variants = hl_phone_variants (digits);
  return hl_phone_find (text, strlen (text), is_variant, variants);
}

static void
test_parse (void)
{
  static const char *const good[][2] = {
    { "+12025550142", "12025550142" },      { "+1 (202) 555-0142", "12025550142" },
    { "0012025550142", "12025550142" },     { " +1.202.555.0142", "12025550142" },
    { "+49 30 / 123 45 67", "49301234567" },
  };
  static const char *const bad[] = { "", "12345", "12025550142", "(202) 555-0142", "+1 202 KLONDIKE", "1234567890123456", "02025550142", "1+2025550142" };

  for (guint i = 0; i < G_N_ELEMENTS (good); i++) {
    g_autofree char *digits = hl_phone_parse (good[i][0]);

    g_assert_cmpstr (digits, ==, good[i][1]);
  }
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_null (hl_phone_parse (bad[i]));
}

static void
test_find (void)
{
  static const char *const written[] = {
    "+12025550142", "12025550142", "2025550142", "(202) 555-0142", "202-555-0142", "202.555.0142",
    "+1 202 555 0142", "1-202-555-0142", "0012025550142", "0112025550142", "011 1 202 555 0142",
    "{\"from\":\"+12025550142\",\"n\":4}", "table 4 202 555 0142 please", "a party of 4, 2025550142", "x2025550142y",
    "2025550142 12", "202\xc2\xa0""555\xe2\x80\x91""0142", "tel:+1-202-555-0142",
  };
  static const char *const others[] = {
    "+12025550143", "202-555-014", "5550142", "2026-11-27T20:25:55.014Z", "120255501420", "", "+", "202 x 555 x 0142",
    "202 -- - 555 0142",
  };

  for (guint i = 0; i < G_N_ELEMENTS (written); i++) {
    g_test_message ("%s", written[i]);
    g_assert_true (finds ("+1 202 555 0142", written[i]));
  }
  for (guint i = 0; i < G_N_ELEMENTS (others); i++) {
    g_test_message ("%s", others[i]);
    g_assert_false (finds ("+1 202 555 0142", others[i]));
  }
  g_assert_true (finds ("+49301234567", "030 1234567"));
  g_assert_true (finds ("+49301234567", "0049 (30) 123 45 67"));
  g_assert_false (finds ("+49301234567", "1234567"));
}

static void
test_near (void)
{
  static const struct {
    const char *text, *own, *want;
  } cases[] = {
    { "202 555 0142", "+12025550110", "12025550142" },  { "1-202-555-0142", "+12025550110", "12025550142" },
    { "555 0142", "+12025550110", NULL },               { "+44 20 7946 0958", "+12025550110", "442079460958" },
    { "612 345 678", "+34915550110", "34612345678" },   { "61 234 567", "+34915550110", NULL },
    { "06 12 34 56 78", "+33155501100", "33612345678" }, { "6 12 34 56 78", "+33155501100", NULL },
    { "020 7946 0958", "+442079460000", "442079460958" }, { "00 33 6 12 34 56 78", "+442079460000", "33612345678" },
    { "030 1234567", "+49305550110", "49301234567" },   { "1234567", "+49305550110", NULL },
    { "06 698 12345", "+390655501100", NULL },          { "202 555 0142", NULL, NULL },
    { "call me", "+12025550110", NULL },                { "", "+12025550110", NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *have = hl_phone_parse_near (cases[i].text, cases[i].own);

    g_test_message ("%s near %s", cases[i].text, cases[i].own);
    g_assert_cmpstr (have, ==, cases[i].want);
  }
}

/* Bytes of any kind: nothing is read behind the end. */
static void
test_noise (void)
{
  for (guint run = 0; run < 2000; run++) {
    gsize length = (gsize) g_test_rand_int_range (0, 60);
    g_autofree char *text = g_malloc (length + 1);
    static const char alphabet[] = "0123456789 -./()+\xc2\xa0\xe2\x80\x91x";

    for (gsize i = 0; i < length; i++)
      text[i] = alphabet[g_test_rand_int_range (0, (gint32) sizeof alphabet)];
    g_assert_false (hl_phone_find (text, length, is_variant, (char *[]) { NULL }));
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/phone/parse", test_parse);
  g_test_add_func ("/phone/near", test_near);
  g_test_add_func ("/phone/find", test_find);
  g_test_add_func ("/phone/noise", test_noise);
  return g_test_run ();
}
