/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a voice agent hears of the day that it acted on: a date is always said with its weekday, and not by the model's reckoning. */
#pragma once

#include "domain/hl-action.h"
#include "domain/hl-actor.h"
#include "domain/hl-decision.h"
#include "domain/hl-state.h"

G_BEGIN_DECLS

/* After the events of @decision are in @state. An agent's action on a reservation that was not refused: @decision's detail tells the
 * reservation as it stands now, by the location's clock: entity, id, date, weekday (in English), time (24 h), timezone. */
void hl_say_back (HlDecision     *decision,
                  const HlAction *action,
                  const HlActor  *actor,
                  HlState        *state);

G_END_DECLS
