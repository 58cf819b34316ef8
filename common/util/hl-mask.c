/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Masking phone numbers; escaping foreign text for one line of log. */
#include "util/hl-mask.h"

#include <string.h>

#define DOTS "••••"
#define MIN_DIGITS 8 /* shorter runs are extensions, covers, times */

/* The character at @p and its length; a byte that is no UTF-8 is a character of its own. */
static gunichar
read_char (const char *p, gsize *len)
{
  gunichar c = g_utf8_get_char_validated (p, -1);

  if (c == (gunichar) -1 || c == (gunichar) -2) {
    *len = 1;
    return 0xfffd;
  }
  *len = (gsize) (g_utf8_next_char (p) - p);
  return c;
}

char *
hl_mask_phone (const char *phone)
{
  char last[5] = "";
  guint n = 0;
  gsize len;

  if (phone == NULL || *phone == '\0') {
    return g_strdup ("");
  }
  for (const char *p = phone; *p != '\0'; p += len) {
    gunichar c = read_char (p, &len);
    if (g_unichar_isdigit (c)) {
      memmove (last, last + 1, 3);
      last[3] = (char) ('0' + g_unichar_digit_value (c));
      n++;
    }
  }
  return n >= MIN_DIGITS ? g_strdup_printf (DOTS " %s", last) : g_strdup (DOTS);
}

/* What people, keyboards and web pages put between the digits of a number: also spaces that do not break, dashes of
 * every length, and what cannot be seen. */
static gboolean
is_separator (gunichar c)
{
  if (c < 0x80) {
    return c != 0 && strchr (" -./()", (int) c) != NULL;
  }
  switch (g_unichar_type (c)) {
  case G_UNICODE_SPACE_SEPARATOR:
  case G_UNICODE_DASH_PUNCTUATION:
  case G_UNICODE_FORMAT:
    return TRUE;
  default:
    return c == 0x2212 || c == 0x00b7 || c == 0x2022 || c == 0xff08 || c == 0xff09 || c == 0x2044;
  }
}

static gboolean
is_plus (gunichar c)
{
  return c == '+' || c == 0xff0b;
}

/* The end of a run of digits with at most two separators between neighbours (what cannot be seen does not count);
 * *n counts the digits. */
static const char *
find_run_end (const char *start, guint *n)
{
  const char *end = start;
  const char *p = start;
  guint gap = 0;
  gsize len;

  *n = 0;
  for (; *p != '\0'; p += len) {
    gunichar c = read_char (p, &len);
    if (p == start && is_plus (c)) {
      continue;
    }
    if (g_unichar_isdigit (c)) {
      (*n)++;
      gap = 0;
      end = p + len;
    } else if (g_unichar_type (c) == G_UNICODE_FORMAT) {
      continue;
    } else if (*n == 0 && c != '(') {
      break;
    } else if (!is_separator (c) || ++gap > 2) {
      break;
    }
  }
  return end;
}

char *
hl_mask_phones_in_text (const char *text)
{
  if (text == NULL) {
    return g_strdup ("");
  }
  GString *out = g_string_new (NULL);
  for (const char *p = text; *p != '\0';) {
    guint n = 0;
    gsize first;
    gunichar c = read_char (p, &first);
    const char *end = is_plus (c) || g_unichar_isdigit (c) ? find_run_end (p, &n) : p;
    if (n >= MIN_DIGITS) {
      g_autofree char *run = g_strndup (p, (gsize) (end - p));
      g_autofree char *masked = hl_mask_phone (run);
      g_string_append (out, masked);
      p = end;
    } else {
      /* a short run is copied whole, or its tail would be looked at again */
      gsize len = end > p ? (gsize) (end - p) : first;
      g_string_append_len (out, p, (gssize) len);
      p += len;
    }
  }
  return g_string_free (out, FALSE);
}

static gboolean
is_dangerous (gunichar c)
{
  return c < 0x20 || c == '\\' || (c >= 0x7f && c <= 0x9f) || c == 0x2028 || c == 0x2029 ||
         c == 0x061c || (c >= 0x200b && c <= 0x200f) || (c >= 0x202a && c <= 0x202e) ||
         (c >= 0x2060 && c <= 0x206f) || c == 0xfeff;
}

static void
append_escaped (GString *out, gunichar c)
{
  switch (c) {
  case '\n':
    g_string_append (out, "\\n");
    break;
  case '\r':
    g_string_append (out, "\\r");
    break;
  case '\t':
    g_string_append (out, "\\t");
    break;
  case '\\':
    g_string_append (out, "\\\\");
    break;
  default:
    g_string_append_printf (out, c < 0x80 ? "\\x%02x" : "\\u%04x", c);
  }
}

char *
hl_mask_escape (const char *text, gsize max_chars)
{
  if (text == NULL) {
    return g_strdup ("(null)");
  }
  if (max_chars == 0) {
    max_chars = 1000;
  }
  GString *out = g_string_new (NULL);
  const char *p = text;
  for (gsize n = 0; *p != '\0'; n++) {
    if (n == max_chars) {
      g_string_append (out, "…");
      break;
    }
    gunichar c = g_utf8_get_char_validated (p, -1);
    if (c == (gunichar) -1 || c == (gunichar) -2) {
      g_string_append_printf (out, "\\x%02x", (guchar) *p++);
      continue;
    }
    if (is_dangerous (c)) {
      append_escaped (out, c);
    } else {
      g_string_append_unichar (out, c);
    }
    p = g_utf8_next_char (p);
  }
  return g_string_free (out, FALSE);
}
