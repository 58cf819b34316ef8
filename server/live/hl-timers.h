/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What time alone brings about: holds that expire, calls that nobody answers, blocks that end. */
#pragma once

#include "live/hl-job.h"
#include "live/hl-journal.h"

G_BEGIN_DECLS

/* The waits of the house, in ms. */
#define HL_TIMERS_ANSWER_MS (20 * 1000)               /* a handoff without an answer goes back to the agent */
#define HL_TIMERS_CLAIM_MS (10 * 60 * 1000)           /* a claimed follow-up lapses */
#define HL_TIMERS_RINGING_MS (2 * 60 * 1000)          /* a ringing call without news has lost contact */
#define HL_TIMERS_SILENT_MS (10 * 60 * 1000)          /* and so has a call in progress */
#define HL_TIMERS_END_MS (4 * 60 * 60 * 1000)         /* a call that was never ended is over */

/* What is due at @now (wall ms) in the journal's state, as jobs of `system`, each under a key made of kind, entity
 * and deadline: decided once, whatever restarts between. Since when a call rings or a follow-up is claimed is not
 * in the state; it is counted from when this process first saw it. Returns: (transfer full) (element-type HlJob),
 * without a free function. */
GPtrArray *hl_timers_collect (HlJournal *journal,
                              gint64     now);

/* The store did not take @job: it is tried again. */
void       hl_timers_retry   (HlJournal   *journal,
                              const HlJob *job);

G_END_DECLS
