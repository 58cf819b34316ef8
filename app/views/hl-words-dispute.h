/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A dispute in words: what two people say, who said it when, the question, and the answers to it. */
#pragma once

#include "desk/hl-desk.h"
#include "domain/hl-dispute-choice.h"

G_BEGIN_DECLS

/* All (transfer full). "Table 12: Ng 4 (Ana 19:02) and Lopez 2 (Ben 19:04, was offline)." */
char *hl_words_dispute_facts (HlDesk *desk, HlDispute *dispute);
/* "Who is at 12?" */
char *hl_words_dispute_question (HlDesk *desk, HlDispute *dispute);
/* Facts and question as one text. */
char *hl_words_dispute (HlDesk *desk, HlDispute *dispute);
/* Who said so, when, from where: "Ben 19:04 at Stand 2, was offline". */
char *hl_words_dispute_source (HlDesk *desk, HlClaim *claim);
/* The button of one choice: "Ng is at 12". */
char *hl_words_dispute_choice (HlDesk *desk, HlDispute *dispute, HlDisputeChoice *choice);
/* What the choices do, or what holds until somebody has chosen; "" where the buttons say all. */
char *hl_words_dispute_note (HlDesk *desk, HlDispute *dispute);
/* Of a settled dispute: "Ana has settled it: Ng is at 12", "Table 12: settled by itself". */
char *hl_words_dispute_settled (HlDesk *desk, HlDispute *dispute);

G_END_DECLS
