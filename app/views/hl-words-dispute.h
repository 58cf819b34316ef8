/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A dispute in words: what two people say, who said it when, and the question for whoever looks. */
#pragma once

#include "desk/hl-desk.h"

G_BEGIN_DECLS

/* "Table 12: Ng (Ana 19:02), Lopez (Ben 19:04, was offline). Who is right?" (transfer full) */
char *hl_words_dispute (HlDesk *desk, HlDispute *dispute);

G_END_DECLS
