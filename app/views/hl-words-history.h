/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What happened to a party, a booking, a call or a table, in words. */
#pragma once

#include "desk/hl-desk.h"

G_BEGIN_DECLS

/* Whose history a line stands in: at a table it names the party, elsewhere it names the table. */
typedef enum {
  HL_HISTORY_OF_GUEST,
  HL_HISTORY_OF_TABLE,
  HL_HISTORY_OF_CALL,
} HlHistoryOf;

/* All (transfer full). "Seated at 12 by Ana": who is left out where nobody did it, and where it is nobody's deed. */
char *hl_words_history_deed (HlDesk *desk, HlHistoryLine *line, HlHistoryOf of);
/* "Seated at 12 by Ana, 19:02 (was offline)" */
char *hl_words_history (HlDesk *desk, HlHistoryLine *line, HlHistoryOf of);
/* Who called the guest, when and with what result: "Ana called 19:18: no answer. Ben also called 19:20: reached." The
 * last three; "" where nobody did. @reservation: (nullable) */
char *hl_words_attempts (HlDesk *desk, HlReservation *reservation);
/* What is missing at the end of the list; "" where nothing is. @since: hl_history_get_since () */
char *hl_words_history_since (HlDesk *desk, gint64 since);

G_END_DECLS
