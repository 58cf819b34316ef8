/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What callers say: card numbers, days, times. Three turns, a line each. */
#include <string.h>

#include "domain/hl-date-words.h"
#include "fuzz.h"
#include "util/hl-card.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *raw = g_strndup ((const char *) data, size);
  g_autofree char *text = g_utf8_make_valid (raw, -1);
  g_auto (GStrv) turns = g_strsplit (text, "\n", 3);
  const gsize n = g_strv_length (turns);
  g_autoptr (GDate) today = g_date_new_dmy (1, G_DATE_DECEMBER, 2026);
  char *out[3] = { NULL };
  GDate date;
  int minutes[2] = { 0 };

  if (hl_card_redact_turns ((const char *const *) turns, n, HL_CARD_TOPIC_CARD, out)) {
    for (gsize i = 0; i < n; i++) {
      fuzz_check (out[i] == NULL || g_utf8_validate (out[i], -1, NULL));
      g_free (out[i]);
    }
  }
  g_autofree char *open = hl_card_cut_open (text);
  fuzz_check (open == NULL || g_utf8_validate (open, -1, NULL));
  g_date_clear (&date, 1);
  if (hl_date_words_parse (text, today, &date) == HL_DATE_WORDS_OK) {
    fuzz_check (g_date_valid (&date));
    fuzz_check (g_ascii_isdigit (g_strstrip (text)[0]) || g_date_compare (&date, today) >= 0);
  }
  for (guint i = hl_date_words_parse_clock (text, minutes); i > 0; i--) {
    fuzz_check (minutes[i - 1] >= 0 && minutes[i - 1] < 24 * 60);
  }
  return 0;
}
