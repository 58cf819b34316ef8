/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pairing links, codes and tokens: text that anybody can hand to the programs. */
#include <string.h>

#include "fuzz.h"
#include "util/hl-mask.h"
#include "wire/hl-pair-code.h"
#include "wire/hl-pair-link.h"
#include "wire/hl-token.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *text = g_strndup ((const char *) data, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (HlPairLink) link = hl_pair_link_parse (text, &error);

  fuzz_check ((link != NULL) == (error == NULL));
  if (link != NULL) {
    g_autofree char *once = hl_pair_link_print (link);
    fuzz_check (once != NULL);
    g_autoptr (HlPairLink) again = hl_pair_link_parse (once, NULL);
    fuzz_check (again != NULL);
    g_autofree char *twice = hl_pair_link_print (again);
    fuzz_check (strcmp (once, twice) == 0);
  }

  HlToken token;
  if (hl_token_parse (text, &token)) {
    g_autofree char *same = hl_token_format (&token);
    fuzz_check (strcmp (same, text) == 0);
  }
  g_autofree char *code = hl_pair_code_normalize (text);
  fuzz_check (code == NULL || strlen (code) == HL_PAIR_CODE_LENGTH);
  g_autofree char *escaped = hl_mask_escape (text, 0);
  fuzz_check (g_utf8_validate (escaped, -1, NULL) && strchr (escaped, '\n') == NULL);
  g_autofree char *masked = hl_mask_phones_in_text (text);
  fuzz_check (masked != NULL);
  return 0;
}
