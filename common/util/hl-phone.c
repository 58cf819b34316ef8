/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finding a phone number in text, however it was written down. */
#include "util/hl-phone.h"

#include <string.h>

#define MAX_ROW 17    /* digits: 15 and a 00 before them */
#define MAX_GROUPS 12
#define MIN_VARIANT 8 /* shorter ones would be anybody's */

char *
hl_phone_parse (const char *text)
{
  g_autoptr (GString) digits = g_string_new (NULL);

  while (*text == ' ') {
    text++;
  }
  if (*text != '+' && !g_str_has_prefix (text, "00")) {
    return NULL;
  }
  for (const char *p = text; *p != '\0'; p++) {
    if (g_ascii_isdigit (*p)) {
      g_string_append_c (digits, *p);
    } else if (strchr (" -./()", *p) == NULL && !(*p == '+' && digits->len == 0)) {
      return NULL;
    }
  }
  if (g_str_has_prefix (digits->str, "00")) {
    g_string_erase (digits, 0, 2);
  }
  if (digits->len < HL_PHONE_MIN_DIGITS || digits->len > HL_PHONE_MAX_DIGITS ||
      digits->str[0] == '0') {
    return NULL;
  }
  return g_string_free (g_steal_pointer (&digits), FALSE);
}

/* National plans, ITU-T E.164 and E.129: the trunk prefix that is dialled before a number, and the digits that follow. */
static const struct {
  const char *code;
  const char *trunk;
  gsize       least, most;
} plans[] = {
  { "1", "", 10, 10 },  { "34", "", 9, 9 },    { "351", "", 9, 9 },  { "45", "", 8, 8 },   { "47", "", 8, 8 },
  { "48", "", 9, 9 },   { "52", "", 10, 10 },  { "30", "", 10, 10 }, { "33", "0", 9, 9 },  { "44", "0", 9, 10 },
  { "49", "0", 6, 11 }, { "31", "0", 9, 9 },   { "32", "0", 8, 9 },  { "41", "0", 9, 9 },  { "43", "0", 6, 12 },
  { "46", "0", 7, 9 },  { "353", "0", 7, 9 },  { "61", "0", 9, 9 },  { "64", "0", 8, 10 },
};

char *
hl_phone_parse_near (const char *text, const char *own)
{
  g_autoptr (GString) digits = g_string_new (NULL);
  char *whole = hl_phone_parse (text);

  if (whole != NULL || own == NULL || own[0] != '+') {
    return whole;
  }
  for (const char *p = text; *p != '\0'; p++) {
    if (g_ascii_isdigit (*p)) {
      g_string_append_c (digits, *p);
    } else if (strchr (" -./()", *p) == NULL) {
      return NULL;
    }
  }
  for (gsize i = 0; i < G_N_ELEMENTS (plans); i++) {
    const gsize trunk = strlen (plans[i].trunk);

    if (!g_str_has_prefix (own + 1, plans[i].code)) {
      continue;
    }
    if (g_str_equal (plans[i].code, "1") && digits->len == 11 && digits->str[0] == '1') {
      return g_strdup (digits->str);
    }
    if (!g_str_has_prefix (digits->str, plans[i].trunk) || digits->len < trunk + plans[i].least ||
        digits->len > trunk + plans[i].most || digits->str[trunk] == '0') {
      return NULL;
    }
    return g_strconcat (plans[i].code, digits->str + trunk, NULL);
  }
  return NULL;
}

GStrv
hl_phone_variants (const char *digits)
{
  g_autoptr (GStrvBuilder) variants = g_strv_builder_new ();
  gsize length = strlen (digits);

  g_strv_builder_add (variants, digits);
  for (gsize cut = 1; cut <= 3 && length - MIN (cut, length) >= MIN_VARIANT; cut++) {
    g_strv_builder_add (variants, digits + cut);
  }
  return g_strv_builder_end (variants);
}

/* ---- a row of groups of digits ---- */

typedef struct {
  char digits[MAX_GROUPS * MAX_ROW + 1];
  gsize starts[MAX_GROUPS + 1]; /* of each group in @digits; the last one is the end */
  guint n_groups;
} Row;

/* Length of a separator at @p, 0 if there is none. */
static gsize
separator (const char *p, const char *end)
{
  static const char *const wide[] = { "\xc2\xa0", "\xe2\x80\x90", "\xe2\x80\x91", "\xe2\x80\x92",
                                      "\xe2\x80\x93", "\xe2\x80\xaf" };

  if (strchr (" -./()", *p) != NULL && *p != '\0') {
    return 1;
  }
  for (guint i = 0; i < G_N_ELEMENTS (wide); i++) {
    gsize length = strlen (wide[i]);

    if ((gsize) (end - p) >= length && memcmp (p, wide[i], length) == 0) {
      return length;
    }
  }
  return 0;
}

static gboolean
try_digits (const char *digits, gsize length, HlPhoneFunc func, gpointer user_data)
{
  static const char *const prefixes[] = { "", "0", "00", "011" };
  char text[MAX_ROW + 1];

  memcpy (text, digits, length);
  text[length] = '\0';
  for (guint i = 0; i < G_N_ELEMENTS (prefixes); i++) {
    gsize skip = strlen (prefixes[i]);

    if (length - MIN (skip, length) >= HL_PHONE_MIN_DIGITS && g_str_has_prefix (text, prefixes[i]) &&
        func (text + skip, user_data)) {
      return TRUE;
    }
  }
  return FALSE;
}

static gboolean
try_row (const Row *row, HlPhoneFunc func, gpointer user_data)
{
  for (guint from = 0; from < row->n_groups; from++) {
    for (guint to = from + 1; to <= row->n_groups; to++) {
      gsize length = row->starts[to] - row->starts[from];

      if (length > MAX_ROW) {
        break;
      }
      if (length >= HL_PHONE_MIN_DIGITS &&
          try_digits (row->digits + row->starts[from], length, func, user_data)) {
        return TRUE;
      }
    }
  }
  return FALSE;
}

/* Reads a row at @p, which is a digit. Returns: where it ends */
static const char *
read_row (const char *p, const char *end, Row *row)
{
  gsize n = 0;
  const char *after = p;

  row->n_groups = 0;
  while (row->n_groups < MAX_GROUPS) {
    const char *q;
    guint gap = 0;
    gsize length;

    row->starts[row->n_groups] = n;
    for (q = p; q < end && g_ascii_isdigit (*q); q++) {
      if (n < sizeof row->digits - 1) {
        row->digits[n++] = *q;
      }
    }
    row->n_groups++;
    row->starts[row->n_groups] = n;
    after = q;
    for (; q < end && gap < 3 && (length = separator (q, end)) > 0; q += length) {
      gap++;
    }
    if (gap == 0 || gap > 2 || q >= end || !g_ascii_isdigit (*q)) {
      break;
    }
    p = q;
  }
  row->digits[n] = '\0';
  return after;
}

gboolean
hl_phone_find (const char *text, gsize length, HlPhoneFunc func, gpointer user_data)
{
  const char *end = text + length;

  for (const char *p = text; p < end;) {
    Row row;

    if (!g_ascii_isdigit (*p)) {
      p++;
      continue;
    }
    p = read_row (p, end, &row);
    if (row.starts[row.n_groups] >= HL_PHONE_MIN_DIGITS && try_row (&row, func, user_data)) {
      return TRUE;
    }
  }
  return FALSE;
}
