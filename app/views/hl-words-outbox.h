/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An action of this device in words: what it was, and what became of it. */
#pragma once

#include "desk/hl-desk.h"

G_BEGIN_DECLS

/* "Seat Ng": the action with a capital letter (transfer full). */
char *hl_words_item_title (HlOutboxItem *item);
/* "Saved on this computer, not sent yet", "Refused: ...", "Ana had done it already" (transfer full). */
char *hl_words_item_fate (HlDesk *desk, HlOutboxItem *item);
/* What the window has to tell when the answer comes: refused, disputed, to be looked at, or somebody else was first.
 * (transfer full) (nullable): NULL when it went as shown */
char *hl_words_item_news (HlDesk *desk, HlOutboxItem *item);

G_END_DECLS
