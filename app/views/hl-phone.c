/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A phone number as a person types it, made E.164. Bare numbers are understood for the countries
 * of the North American plan only, where every number has ten digits; elsewhere a bare number has no
 * certain length, and a wrong guess would call a stranger. */
#include "views/hl-phone.h"

#include <string.h>

char *
hl_phone_normalize (const char *text, const char *own)
{
  g_autoptr (GString) digits = g_string_new (NULL);
  gboolean international = FALSE;

  for (const char *c = text; c != NULL && *c != '\0'; c++) {
    if (g_ascii_isdigit (*c))
      g_string_append_c (digits, *c);
    else if (*c == '+' && digits->len == 0 && !international)
      international = TRUE;
    else if (strchr (" -.()/\t", *c) == NULL)
      return NULL;
  }
  if (digits->len == 0)
    return international ? NULL : g_strdup ("");
  if (!international && digits->len > 4 && g_str_has_prefix (digits->str, "00")) {
    g_string_erase (digits, 0, 2);
    international = TRUE;
  }
  if (!international) {
    if (own == NULL || !g_str_has_prefix (own, "+1"))
      return NULL;
    if (digits->len == 10)
      g_string_prepend (digits, "1");
    else if (digits->len != 11 || digits->str[0] != '1')
      return NULL;
  }
  if (digits->len < 7 || digits->len > 15 || digits->str[0] == '0')
    return NULL;
  return g_strdup_printf ("+%s", digits->str);
}
