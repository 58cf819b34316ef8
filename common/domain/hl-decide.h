/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rules: what an action, or a publisher's fact, means in a state. */
#pragma once

#include <json-glib/json-glib.h>

#include "domain/hl-action.h"
#include "domain/hl-actor.h"
#include "domain/hl-decision.h"
#include "domain/hl-state.h"

G_BEGIN_DECLS

/* @seen_seq of a device that predicts its own action: it sees all that its screen shows. */
#define HL_SEEN_EVERYTHING G_MAXUINT64

/**
 * hl_decide:
 * @state: not changed
 * @action: what a person, the voice agent or a timer did
 * @actor: who (role, name, device); the device decides what counts as one's own
 * @seen_seq: the last seq whose effect the actor had seen when they acted: `base.seq` if the log's
 *   hash there is the base's, 0 if it is not (everything counts as unseen), %HL_SEEN_EVERYTHING
 *   for a prediction
 * @now: ms since the epoch
 *
 * Pure: no clock, no randomness; the server runs it for real and a dashboard runs it to show an
 * unsent action. Never fails: what cannot be done is refused with a reason.
 *
 * An observation of the room that was predicted as applied or disputed (`action`'s `predicted`) is
 * never refused, except as malformed, not_allowed, too_old (K17), unknown_id or too_many_claims (all but the first two put
 * it up for review): it is applied, a no_op, or joins a dispute (K0). Predicting, leave `predicted` unset: then the answer may be a
 * refusal that the window explains before anything is queued.
 *
 * settle_dispute's `choice` is the index of the claim that holds; hl-dispute-choice.h says what that does for each
 * kind of dispute, and lists the choices that there are. The first settles; the second gets no_op with `detail.by`.
 *
 * Returns: (transfer full)
 */
HlDecision *hl_decide        (HlState        *state,
                              const HlAction *action,
                              const HlActor  *actor,
                              guint64         seen_seq,
                              gint64          now) G_GNUC_WARN_UNUSED_RESULT;

/**
 * hl_decide_record:
 * @state: not changed
 * @kind: an event kind that publishers may post
 * @data: the checked `data` of that event (not changed)
 * @actor: the publisher; its name is what "the same publisher" means
 * @at: when it happened, ms since the epoch
 *
 * Records a fact: never refused. Staff values set since the same publisher's
 * last event on that entity stand and the fact's value joins a dispute; a lower source version
 * never overwrites a higher; a reservation beyond capacity is shown as overbooked.
 *
 * Returns: (transfer full): applied, disputed, or no_op with no events where the fact says nothing
 *   new (its key is remembered all the same)
 */
HlDecision *hl_decide_record (HlState        *state,
                              HlEventKind     kind,
                              JsonObject     *data,
                              const HlActor  *actor,
                              gint64          at) G_GNUC_WARN_UNUSED_RESULT;

/* Whether @action tells what someone saw in the room: such a one is not thrown away (above) once its device had predicted it
 * as applied or disputed. set_table is one when it says
 * dirty, remove_party when it says left. */
gboolean    hl_decide_is_observation (const HlAction *action);

G_END_DECLS
