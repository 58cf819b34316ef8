/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pairing codes: made, read as typed, shown in two groups. */
#include "wire/hl-pair-code.h"

#include <string.h>

#include "util/hl-id.h"

char *
hl_pair_code_new (void)
{
  g_autofree char *code = hl_id_random_base32 (HL_PAIR_CODE_LENGTH);
  return g_ascii_strup (code, -1);
}

char *
hl_pair_code_normalize (const char *typed)
{
  char code[HL_PAIR_CODE_LENGTH + 1] = "";
  guint n = 0;

  if (typed == NULL) {
    return NULL;
  }
  for (const char *p = typed; *p != '\0'; p++) {
    char c = g_ascii_toupper (*p);
    if (c == '-' || c == ' ') {
      continue;
    }
    if (c == 'I' || c == 'L') {
      c = '1';
    } else if (c == 'O') {
      c = '0';
    }
    if (strchr (HL_PAIR_CODE_ALPHABET, c) == NULL || n == HL_PAIR_CODE_LENGTH) {
      return NULL;
    }
    code[n++] = c;
  }
  return n == HL_PAIR_CODE_LENGTH ? g_strdup (code) : NULL;
}

char *
hl_pair_code_format (const char *code)
{
  g_return_val_if_fail (code != NULL && strlen (code) == HL_PAIR_CODE_LENGTH, NULL);
  return g_strdup_printf ("%.4s-%s", code, code + 4);
}
