/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One call that is seen by two: the telephone company and the voice platform, or a room and its caller. */
#pragma once

#include "domain/hl-evolve-private.h"

G_BEGIN_DECLS

/* A call whose event names another's id among its `aliases` is that call: there is one card, under the id of the one that
 * names, whichever was heard of first. What is told under the alias fills in what the other does not say: its registers lose to
 * any of the other's, except alarms, which must come through. The state goes by time as always. Lines of a transcript keep the
 * id they were told under, so that two transcripts of one call never mix; see hl_state_find_told (). */

/* The call that @id names, by its own id or by an alias; else a new one. (nullable): it is buried, or no id */
HlEntity *hl_evolve_find_call    (HlState *state, const char *id, const HlChange *change);
/* Takes @data's aliases into @call, and every call that stood under one of them. */
void      hl_evolve_join_aliases (HlState *state, HlEntity *call, JsonObject *data, const HlChange *change);

/* The stamp of what was told under an alias. */
gint64    hl_evolve_demote       (gint64 at);
/* What an alias does not say about the call: its id, provider, aliases, parent. */
gboolean  hl_evolve_is_own       (const HlField *field);
/* Attention and contact. */
gboolean  hl_evolve_is_alarm     (const HlField *field);

/* hl-evolve-call.c: @target as a fact or a decision that stood on a call which is this one. */
void      hl_evolve_merge_state  (HlState *state, HlEntity *call, HlCallState target, const HlChange *change);

G_END_DECLS
