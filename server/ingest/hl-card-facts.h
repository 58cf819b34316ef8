/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Card numbers in the facts of a delivery, across the turns of a transcript. */
#pragma once

#include "domain/hl-state.h"

G_BEGIN_DECLS

/* util/hl-card.h for the facts of one delivery (element type HlFact), against the call's segments in @state (nullable): a number
 * that began in an earlier turn and that @facts complete is taken out of both; for the earlier turn a redaction is added to
 * @facts. A fact that then says only what the state says already is dropped. Doing it twice changes nothing. */
void hl_card_redact_facts (GPtrArray *facts, HlState *state);

G_END_DECLS
