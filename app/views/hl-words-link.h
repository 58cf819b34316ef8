/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The connection in words: spells of its log, endpoints, measurements. */
#pragma once

#include "desk/hl-desk.h"
#include "desk/hl-link-spell.h"

G_BEGIN_DECLS

/* All (transfer full). "under 1 min", "3 min", "2 h 5 min", "3 days": how long something lasted. */
char *hl_words_lasted (gint64 ms);
/* "4 ms", "under 1 ms" */
char *hl_words_ms (int ms);
/* "19:01: Offline for 3 min" */
char *hl_words_spell (HlDesk *desk, const HlLinkSpell *spell);
/* "The connection broke. Then: the server does not answer. 12 attempts."; "" where there is nothing to say. */
char *hl_words_spell_cause (const HlLinkSpell *spell);
const char *hl_words_spell_icon (HlSpellKind kind);
/* "In use, answers in 4 ms", "Reached last at 18:58", "Never reached: ..." */
char *hl_words_endpoint (HlDesk *desk, HlEndpoint *endpoint);
/* What the page says below the state, a line each. */
char *hl_words_link_facts (HlDesk *desk);

G_END_DECLS
