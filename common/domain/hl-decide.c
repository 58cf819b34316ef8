/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The way every action takes: checked, decided by its family, and what follows from any outcome. */
#include "domain/hl-decide.h"

#include "domain/hl-action-kind.h"
#include "domain/hl-collision.h"
#include "domain/hl-decide-context.h"
#include "domain/hl-evolve.h"
#include "domain/hl-member.h"
#include "domain/hl-time.h"

/* Nothing is sent later than this after it was composed: what says so is not believed. */
#define BELIEVED_MS (4 * G_GINT64_CONSTANT (3600000))

static const struct {
  HlActionKind kind;
  HlDecideFunc decide;
} families[] = {
  { HL_ACTION_CREATE_RESERVATION, hl_decide_create_reservation },
  { HL_ACTION_UPDATE_RESERVATION, hl_decide_update_reservation },
  { HL_ACTION_CANCEL_RESERVATION, hl_decide_cancel_reservation },
  { HL_ACTION_ARRIVE, hl_decide_arrive },
  { HL_ACTION_ADD_PARTY, hl_decide_add_party },
  { HL_ACTION_UPDATE_PARTY, hl_decide_update_party },
  { HL_ACTION_REMOVE_PARTY, hl_decide_remove_party },
  { HL_ACTION_SEAT, hl_decide_seat },
  { HL_ACTION_MOVE, hl_decide_move },
  { HL_ACTION_UNSEAT, hl_decide_unseat },
  { HL_ACTION_FINISH_PARTY, hl_decide_finish_party },
  { HL_ACTION_SET_STAGE, hl_decide_set_stage },
  { HL_ACTION_SET_TABLE, hl_decide_set_table },
  { HL_ACTION_ACKNOWLEDGE_CALL, hl_decide_acknowledge_call },
  { HL_ACTION_ACKNOWLEDGE_NOTICE, hl_decide_acknowledge_notice },
  { HL_ACTION_UNDO, hl_decide_undo },
  { HL_ACTION_RECALL_PARTY, hl_decide_recall_party },
  { HL_ACTION_MARK_NO_SHOW, hl_decide_mark_no_show },
  { HL_ACTION_CORRECT, hl_decide_correct },
  { HL_ACTION_ACCEPT_RESERVATION, hl_decide_accept_reservation },
  { HL_ACTION_DECLINE_RESERVATION, hl_decide_decline_reservation },
  { HL_ACTION_NOTIFY_PARTY, hl_decide_notify_party },
  { HL_ACTION_CONTACT_ATTEMPT, hl_decide_contact_attempt },
  { HL_ACTION_SET_SECTION, hl_decide_set_section },
  { HL_ACTION_SETTLE_DISPUTE, hl_decide_settle_dispute },
  { HL_ACTION_ADD_NOTE, hl_decide_add_note },
  { HL_ACTION_TAKE_CALL, hl_decide_take_call },
  { HL_ACTION_ACCEPT_CALL, hl_decide_accept_call },
  { HL_ACTION_DECLINE_CALL, hl_decide_decline_call },
  { HL_ACTION_HAND_BACK_CALL, hl_decide_hand_back_call },
  { HL_ACTION_END_CALL, hl_decide_end_call },
  { HL_ACTION_OPEN_FOLLOW_UP, hl_decide_follow_up },
  { HL_ACTION_CLAIM_FOLLOW_UP, hl_decide_follow_up },
  { HL_ACTION_SNOOZE_FOLLOW_UP, hl_decide_follow_up },
  { HL_ACTION_CLOSE_FOLLOW_UP, hl_decide_follow_up },
  { HL_ACTION_CORRECT_SLOT, hl_decide_correct_slot },
  { HL_ACTION_HOLD_RESERVATION, hl_decide_hold_reservation },
  { HL_ACTION_ASK_FOR_PERSON, hl_decide_ask_for_person },
};

HlDecideFunc
hl_decide_find_family (HlActionKind kind)
{
  for (guint i = 0; i < G_N_ELEMENTS (families); i++) {
    if (families[i].kind == kind)
      return families[i].decide;
  }
  return NULL;
}

gboolean
hl_decide_is_observation (const HlAction *action)
{
  if ((hl_action_kind_get_flags (action->kind) & HL_ACTION_FLAG_OBSERVATION) == 0)
    return FALSE;
  switch (action->kind) {
  case HL_ACTION_SET_TABLE:
    return g_strcmp0 (hl_member_get_string (action->data, "physical", NULL), "dirty") == 0;
  case HL_ACTION_REMOVE_PARTY:
    return g_strcmp0 (hl_member_get_string (action->data, "status", NULL), "left") == 0;
  default:
    return TRUE;
  }
}

/* The field that an observation is about, where nothing better is known. */
static HlEntity *
find_observed (HlDeciding *d, guint *field)
{
  switch (d->kind) {
  case HL_ACTION_ARRIVE:
    *field = HL_RESERVATION_FIELD_STATUS;
    return hl_state_lookup (d->state, HL_TYPE_RESERVATION,
                            hl_deciding_string (d, "reservation_id"));
  case HL_ACTION_SET_TABLE:
    *field = HL_TABLE_FIELD_PHYSICAL;
    return hl_state_lookup (d->state, HL_TYPE_TABLE, hl_deciding_string (d, "table_id"));
  case HL_ACTION_SET_STAGE:
    *field = HL_PARTY_FIELD_STAGE;
    return hl_state_lookup (d->state, HL_TYPE_PARTY, hl_deciding_string (d, "party_id"));
  default:
    *field = HL_PARTY_FIELD_STATUS;
    return hl_state_lookup (d->state, HL_TYPE_PARTY, hl_deciding_string (d, "party_id"));
  }
}

/* The room beats the plan (rule 5): what somebody saw, and had been shown as done, joins a dispute.
 */
static void
keep_observation (HlDeciding *d)
{
  HlReason reason = d->decision->reason;
  guint field = 0;
  HlEntity *entity;

  if (!d->insists || d->decision->outcome != HL_OUTCOME_REFUSED || reason == HL_REASON_MALFORMED
      || reason == HL_REASON_NOT_ALLOWED || reason == HL_REASON_TOO_OLD
      || reason == HL_REASON_UNKNOWN_ID || reason == HL_REASON_TOO_MANY_CLAIMS)
    return;
  entity = find_observed (d, &field);
  if (entity == NULL)
    return;
  g_clear_pointer (&d->decision->detail, json_object_unref);
  d->decision->reason = HL_REASON_NONE;
  d->decision->outcome = HL_OUTCOME_APPLIED;
  hl_collision_contest (d, "K0", entity, field, hl_collision_action_value (d));
}

/* When it was done, by @d's clock: its age before. The age is a duration that the device counted, so that no clock of a
 * device, however wrong, moves anything; composed_at is no help where there is none, because a party's place in the line
 * goes by this time. */
static gint64
get_done_at (HlDeciding *d, const HlAction *action)
{
  if (!hl_deciding_is_person (d) || action->age_ms < 0 || action->age_ms > BELIEVED_MS)
    return d->now;
  return d->now - action->age_ms;
}

/* Nothing is thrown away for a claim that finds no room, nor that claim: the device keeps its action, for its person to
 * look at once the card is settled. */
static void
wait_for_room (HlDeciding *d)
{
  HlDispute *full = hl_state_lookup_dispute (d->state, d->decision->crowded);

  hl_deciding_refuse (d, HL_REASON_TOO_MANY_CLAIMS, full, full != NULL ? HL_DISPUTE_FIELD_CLAIMS : 0);
}

static void
decide (HlDeciding *d, const HlAction *action)
{
  HlDecideFunc family = hl_decide_find_family (action->kind);

  if (family == NULL || !hl_action_check (action, NULL, NULL)) {
    hl_deciding_refuse (d, HL_REASON_MALFORMED, NULL, 0);
    return;
  }
  if (!hl_action_kind_may_perform (action->kind, d->actor->role)) {
    hl_deciding_refuse (d, HL_REASON_NOT_ALLOWED, NULL, 0);
    return;
  }
  /* K17: what was seen before the day was closed says nothing about today */
  if (hl_deciding_is_person (d) && hl_state_get_day_seq (d->state) > d->seen) {
    hl_deciding_refuse (d, HL_REASON_TOO_OLD, NULL, 0);
    return;
  }

  family (d);
  keep_observation (d);
  if (d->decision->crowded != NULL && d->decision->outcome != HL_OUTCOME_REFUSED)
    wait_for_room (d);
  if (d->decision->outcome == HL_OUTCOME_APPLIED || d->decision->outcome == HL_OUTCOME_DISPUTED)
    hl_collision_settle_moot (d);
  if (d->decision->outcome == HL_OUTCOME_APPLIED && d->decision->events->len == 0)
    d->decision->outcome = HL_OUTCOME_NO_OP;
  if (d->decision->events->len > HL_UNIT_MAX_EVENTS)
    hl_deciding_refuse (d, HL_REASON_TOO_LARGE, NULL, 0);
}

HlDecision *
hl_decide (HlState *state, const HlAction *action, const HlActor *actor, guint64 seen_seq,
           gint64 now)
{
  HlDeciding d = {
    .state = state,
    .kind = action->kind,
    .act_id = action->id,
    .data = action->data,
    .actor = actor,
    .device = hl_evolve_get_source (actor),
    .seen = seen_seq,
    .now = now,
    .insists
    = hl_decide_is_observation (action)
      && (action->predicted == HL_OUTCOME_APPLIED || action->predicted == HL_OUTCOME_DISPUTED),
    .was_so = action->predicted == HL_OUTCOME_NO_OP,
    .reads = hl_rules_get_reads (action->kind),
    .decision = hl_decision_new (HL_OUTCOME_APPLIED, HL_REASON_NONE),
  };

  g_return_val_if_fail (HL_IS_STATE (state), d.decision);

  d.at = d.decision->at = get_done_at (&d, action);
  decide (&d, action);
  return d.decision;
}
