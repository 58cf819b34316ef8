/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What became of an action, and the events that say so: one unit of the log in draft. */
#pragma once

#include <json-glib/json-glib.h>

#include "domain/hl-actor.h"
#include "domain/hl-enums.h"
#include "domain/hl-event.h"

G_BEGIN_DECLS

/* A unit is contiguous and holds at most this many events. */
#define HL_UNIT_MAX_EVENTS 64

/**
 * HlDraft:
 * @kind: an event kind
 * @data: (owned): the event's `data`; immutable once drafted
 *
 * A claim of a drafted dispute may carry an `event_id` of the form ".2": the third event of its
 * own unit. hl_decision_make_events () completes it.
 */
typedef struct {
  HlEventKind  kind;
  JsonObject  *data;
} HlDraft;

/**
 * HlDecision:
 * @outcome: applied, no_op, disputed or refused; only applied and disputed have events
 * @reason: why refused (HL_REASON_NONE otherwise). Some mean that a person has to look at it
 *   (hl_decision_reason_is_review ()): the device puts the item up for review instead of throwing it away
 * @detail: (nullable) (owned): {entity, id, field, by, at} where known
 * @events: (element-type HlDraft) (owned): in order
 * @at: when it was done, ms since the epoch: a person's own time where it can be believed, else when it was decided
 * @crowded: (nullable) (owned): id of the dispute that has no room for its claim
 * @fact: the unit records a publisher's fact: its events carry no `act`
 */
typedef struct {
  HlOutcome   outcome;
  HlReason    reason;
  JsonObject *detail;
  GPtrArray  *events;
  gint64      at;
  char       *crowded;
  gboolean    fact;
} HlDecision;

HlDecision *hl_decision_new         (HlOutcome outcome,
                                     HlReason  reason) G_GNUC_WARN_UNUSED_RESULT;
void        hl_decision_free        (HlDecision *self);
/* Takes @data (transfer full). */
void        hl_decision_add         (HlDecision  *self,
                                     HlEventKind  kind,
                                     JsonObject  *data);
/* What is refused for @reason is not settled by that: a person has to look at it again (K17, a restored log, a dispute that
 * is full). */
gboolean    hl_decision_reason_is_review (HlReason reason);
/* Whether the device is to put the item up for review. */
gboolean    hl_decision_is_review   (const HlDecision *self);

/**
 * hl_decision_make_events:
 * @self: a decision
 * @act_id: the action's id, or for a fact the id that the server made for it
 * @actor: whose action it was; becomes `by`
 * @first_seq: seq of the first event
 * @at: when it happened, ms since the epoch: @self's of an action
 * @received: when the server took it, ms since the epoch
 *
 * The ids are "<act_id>.<index>", the last event has `end`. For a fact `act` is NULL.
 *
 * Returns: (transfer full) (element-type HlEvent): empty unless applied or disputed
 */
GPtrArray  *hl_decision_make_events (const HlDecision *self,
                                     const char       *act_id,
                                     const HlActor    *actor,
                                     guint64           first_seq,
                                     gint64            at,
                                     gint64            received) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HlDecision, hl_decision_free)

G_END_DECLS
