/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Masking and escaping. */
#include "util/hl-mask.h"

#include <string.h>

static void
test_phone (void)
{
  static const struct {
    const char *phone;
    const char *masked;
  } cases[] = {
    { "+12025550142", "•••• 0142" }, { "(202) 555-0142", "•••• 0142" }, { "+49 30 901820", "•••• 1820" }, { "1234567", "••••" },
    { "911", "••••" }, { "anonymous", "••••" }, { "", "" }, { NULL, "" }, { "12345678", "•••• 5678" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *masked = hl_mask_phone (cases[i].phone);
    g_assert_cmpstr (masked, ==, cases[i].masked);
  }
}

static void
test_text (void)
{
  static const struct {
    const char *text;
    const char *masked;
  } cases[] = {
    { "call from +12025550142 at 19:02", "call from •••• 0142 at 19:02" },
    { "(202) 555-0142 and +44 20 7946 0958.", "(•••• 0142 and •••• 0958." },
    { "party of 4 at table 12, 2026-11-27", "party of 4 at table 12, •••• 1127" }, /* better one too many */
    { "seq 1042", "seq 1042" }, { "1234567", "1234567" }, { "", "" }, { NULL, "" }, { "+", "+" }, { "12,34,56,78", "12,34,56,78" },
    { "é 12025550142 é", "é •••• 0142 é" },
    /* no-break and thin spaces, hyphens and dashes, a minus, what cannot be seen, other digits */
    { "+1\u00a0202\u00a0555\u00a00142!", "•••• 0142!" }, { "202\u2011555\u20110142", "•••• 0142" },
    { "202\u2013555\u20140142", "•••• 0142" }, { "06\u202f12\u202f34\u202f56\u202f78.", "•••• 5678." },
    { "202\u2212555\u22120142", "•••• 0142" }, { "2025\u200b550\u200b\u200b\u200b142", "•••• 0142" },
    { "\uff0b\uff11\uff12\uff10\uff12\uff15\uff15\uff15\uff10\uff11\uff14\uff12", "•••• 0142" },
    { "4\u201312 guests\u00a0at 19", "4\u201312 guests\u00a0at 19" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *masked = hl_mask_phones_in_text (cases[i].text);
    g_assert_cmpstr (masked, ==, cases[i].masked);
  }
}

static void
test_escape (void)
{
  static const struct {
    const char *text;
    const char *escaped;
  } cases[] = {
    { "plain", "plain" }, { "a\nb\rc\td", "a\\nb\\rc\\td" }, { "back\\slash", "back\\\\slash" }, { "\x1b[31m", "\\x1b[31m" },
    { "\x7f", "\\x7f" }, { "caf\xc3\xa9", "caf\xc3\xa9" }, { "\xc2\x85", "\\u0085" }, { "\xe2\x80\xa8", "\\u2028" },
    { "\xe2\x80\xae" "evil", "\\u202eevil" }, { "\xff\xfe", "\\xff\\xfe" }, { "\xc3", "\\xc3" }, { "a\xed\xa0\xbc" "b", "a\\xed\\xa0\\xbcb" },
    { "", "" }, { NULL, "(null)" }, { "\xef\xbb\xbfx", "\\ufeffx" }, { "ready\nready http://evil", "ready\\nready http://evil" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *escaped = hl_mask_escape (cases[i].text, 0);
    g_assert_cmpstr (escaped, ==, cases[i].escaped);
    g_assert_true (g_utf8_validate (escaped, -1, NULL));
  }
  g_autofree char *cut = hl_mask_escape ("ééééé", 3);
  g_assert_cmpstr (cut, ==, "ééé…");
  g_autofree char *exact = hl_mask_escape ("ééé", 3);
  g_assert_cmpstr (exact, ==, "ééé");
}

/* Whatever the bytes, one line of valid text comes out. */
static void
test_random (void)
{
  for (guint i = 0; i < 5000; i++) {
    char bytes[32];
    gint32 n = g_test_rand_int_range (0, 31);
    for (gint32 k = 0; k < n; k++) {
      bytes[k] = (char) g_test_rand_int_range (1, 256);
    }
    bytes[n] = '\0';
    g_autofree char *escaped = hl_mask_escape (bytes, 0);
    g_assert_true (g_utf8_validate (escaped, -1, NULL));
    for (const char *p = escaped; *p != '\0'; p++) {
      g_assert_true ((guchar) *p >= 0x20);
    }
    g_autofree char *masked = hl_mask_phones_in_text (bytes);
    g_assert_nonnull (masked);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/mask/phone", test_phone);
  g_test_add_func ("/mask/text", test_text);
  g_test_add_func ("/mask/escape", test_escape);
  g_test_add_func ("/mask/random", test_random);
  return g_test_run ();
}
