/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Decisions about calls and notices: acknowledged, taken, handed back, followed up. */
#include "domain/hl-collision.h"
#include "domain/hl-decide-context.h"
#include "domain/hl-member.h"
#include "domain/hl-time.h"

static HlCall *
find_call (HlDeciding *d)
{
  const char *id = hl_deciding_string (d, "call_id");
  HlCall *call = hl_state_lookup_call (d->state, id);

  if (call == NULL)
    hl_deciding_unknown (d, HL_TYPE_CALL, id);
  return call;
}

static JsonObject *
draft_call (HlDeciding *d, HlCall *call)
{
  return hl_deciding_draft (d, HL_EVENT_CALL_UPDATED, hl_call_get_call_id (call));
}

/* The first acknowledges; and only the alarm that they had seen. */
void
hl_decide_acknowledge_call (HlDeciding *d)
{
  HlCall *call = find_call (d);
  JsonObject *draft;

  if (call == NULL)
    return;
  if (hl_call_get_attention_reason (call) == HL_ATTENTION_REASON_NONE
      || hl_call_get_attention_acknowledged_by (call)[0] != '\0'
      || hl_deciding_unseen (d, HL_READ_CALL_ATTENTION, call, HL_CALL_FIELD_ATTENTION_REASON)) {
    hl_deciding_no_op (d, call, HL_CALL_FIELD_ATTENTION_ACKNOWLEDGED_BY);
    return;
  }
  draft = draft_call (d, call);
  json_object_set_string_member (draft, "attention_acknowledged_by", d->actor->name);
  hl_deciding_put_time (draft, "attention_acknowledged_at", d->now);
}

void
hl_decide_acknowledge_notice (HlDeciding *d)
{
  const char *id = hl_deciding_string (d, "notice_id");
  HlNotice *notice = hl_state_lookup_notice (d->state, id);
  JsonObject *draft;

  if (notice == NULL) {
    hl_deciding_unknown (d, HL_TYPE_NOTICE, id);
    return;
  }
  if (hl_notice_get_acknowledged_by (notice)[0] != '\0') {
    hl_deciding_no_op (d, notice, HL_NOTICE_FIELD_ACKNOWLEDGED_BY);
    return;
  }
  draft = hl_deciding_draft (d, HL_EVENT_NOTICE_ACKNOWLEDGED, id);
  json_object_set_string_member (draft, "acknowledged_by", d->actor->name);
  hl_deciding_put_time (draft, "acknowledged_at", d->at);
}

/* Goes on if the call is in one of the two states; else says what it is. */
static gboolean
is_in_state (HlDeciding *d, HlCall *call, HlCallState one, HlCallState other)
{
  HlCallState state = hl_call_get_state (call);

  if (state == one || state == other)
    return TRUE;
  hl_deciding_refuse (d, HL_REASON_WRONG_STATE, call, HL_CALL_FIELD_STATE);
  return FALSE;
}

static void
put_state (HlDeciding *d, HlCall *call, HlCallState state)
{
  hl_deciding_put_enum (draft_call (d, call), "state", HL_TYPE_CALL_STATE, state);
}

static void
open_follow_up (HlDeciding *d, HlCall *call)
{
  JsonObject *draft = draft_call (d, call);

  json_object_set_string_member (draft, "follow_up", "open");
  json_object_set_string_member (draft, "follow_up_by", "");
  json_object_set_null_member (draft, "follow_up_until");
}

static void
ask_attention (HlDeciding *d, HlCall *call, HlAttentionReason reason)
{
  JsonObject *draft = draft_call (d, call);

  hl_deciding_put_enum (draft, "attention_reason", HL_TYPE_ATTENTION_REASON, reason);
  json_object_set_int_member (draft, "attention_priority",
                              hl_rules_get_attention_priority (reason));
  hl_deciding_put_time (draft, "attention_since", d->now);
  json_object_set_string_member (draft, "attention_acknowledged_by", "");
  json_object_set_null_member (draft, "attention_acknowledged_at");
}

/* What they said when they asked; a new question without words does not keep the old one's. */
static void
put_note (HlDeciding *d, HlCall *call)
{
  const char *note = hl_deciding_string (d, "reason");

  if (note == NULL)
    note = "";
  if (!g_str_equal (note, hl_call_get_attention_note (call)))
    json_object_set_string_member (draft_call (d, call), "attention_note", note);
}

/* Asked for already. What it is about is kept all the same. */
static gboolean
add_note (HlDeciding *d, HlCall *call)
{
  const char *note = hl_deciding_string (d, "reason");

  if (note == NULL || note[0] == '\0' || g_str_equal (note, hl_call_get_attention_note (call)))
    return FALSE;
  put_note (d, call);
  return TRUE;
}

/* The outcome is set once. Who knew another one corrects it; who did not joins a dispute (K7). */
static void
put_outcome (HlDeciding *d, HlCall *call, const char *outcome)
{
  JsonNode *value;

  if (outcome == NULL
      || g_str_equal (outcome, hl_enum_nick (HL_TYPE_CALL_OUTCOME, hl_call_get_outcome (call))))
    return;
  value = json_node_new (JSON_NODE_VALUE);
  json_node_set_string (value, outcome);
  if (hl_call_get_outcome (call) != HL_CALL_OUTCOME_NONE
      && hl_deciding_unseen (d, HL_READ_CALL_OUTCOME, call, HL_CALL_FIELD_OUTCOME)) {
    hl_collision_contest (d, "K7", call, HL_CALL_FIELD_OUTCOME, value);
    return;
  }
  json_object_set_string_member (draft_call (d, call), "outcome", outcome);
  hl_collision_note_edit (d, HL_DISPUTE_KIND_FIELD, hl_call_get_call_id (call), "outcome", value);
}

/* Somebody else has it, and who. */
static void
tell_handler (HlDeciding *d, HlCall *call)
{
  hl_deciding_no_op (d, call, HL_CALL_FIELD_HANDLED_BY);
  if (d->decision->detail != NULL && hl_call_get_handled_by (call)[0] != '\0')
    json_object_set_string_member (d->decision->detail, "by", hl_call_get_handled_by (call));
}

/* A host takes over from the agent. */
void
hl_decide_take_call (HlDeciding *d)
{
  HlCall *call = find_call (d);
  JsonObject *draft;

  if (call == NULL)
    return;
  if (hl_call_get_state (call) == HL_CALL_STATE_HANDOFF_REQUESTED
      || hl_call_get_state (call) == HL_CALL_STATE_STAFF_RINGING
      || hl_call_get_state (call) == HL_CALL_STATE_STAFF_ACTIVE) {
    tell_handler (d, call);
    return;
  }
  if (!is_in_state (d, call, HL_CALL_STATE_AGENT_ACTIVE, HL_CALL_STATE_RINGING))
    return;
  put_state (d, call, HL_CALL_STATE_HANDOFF_REQUESTED);
  draft = draft_call (d, call);
  json_object_set_string_member (draft, "handled_by", d->actor->name);
}

/* The agent asks by its policy. */
void
hl_decide_ask_for_person (HlDeciding *d)
{
  HlCall *call = find_call (d);
  int reason = HL_ATTENTION_REASON_PERSON;

  if (call == NULL)
    return;
  hl_enum_parse (HL_TYPE_ATTENTION_REASON, hl_deciding_string (d, "attention_reason"), &reason);
  if (hl_call_get_state (call) == HL_CALL_STATE_HANDOFF_REQUESTED
      || hl_call_get_state (call) == HL_CALL_STATE_STAFF_RINGING) {
    if (!add_note (d, call))
      hl_deciding_no_op (d, call, HL_CALL_FIELD_STATE);
    return;
  }
  if (!is_in_state (d, call, HL_CALL_STATE_AGENT_ACTIVE, HL_CALL_STATE_RINGING))
    return;
  put_state (d, call, HL_CALL_STATE_HANDOFF_REQUESTED);
  ask_attention (d, call, reason);
  put_note (d, call);
}

/* K15: the first has it, the others read who. */
void
hl_decide_accept_call (HlDeciding *d)
{
  HlCall *call = find_call (d);
  JsonObject *draft;

  if (call == NULL)
    return;
  if (hl_call_get_state (call) == HL_CALL_STATE_STAFF_ACTIVE) {
    tell_handler (d, call);
    return;
  }
  if (!is_in_state (d, call, HL_CALL_STATE_STAFF_RINGING, HL_CALL_STATE_HANDOFF_REQUESTED))
    return;
  put_state (d, call, HL_CALL_STATE_STAFF_ACTIVE);
  draft = draft_call (d, call);
  json_object_set_string_member (draft, "handled_by", d->actor->name);
  if (hl_call_get_attention_reason (call) != HL_ATTENTION_REASON_NONE
      && hl_call_get_attention_acknowledged_by (call)[0] == '\0') {
    json_object_set_string_member (draft, "attention_acknowledged_by", d->actor->name);
    hl_deciding_put_time (draft, "attention_acknowledged_at", d->now);
  }
}

/* Declined, or 20 s without an answer: the agent goes on, somebody calls back. */
void
hl_decide_decline_call (HlDeciding *d)
{
  HlCall *call = find_call (d);

  if (call == NULL)
    return;
  if (hl_call_get_state (call) == HL_CALL_STATE_AGENT_ACTIVE) {
    hl_deciding_no_op (d, call, HL_CALL_FIELD_STATE);
    return;
  }
  if (hl_call_get_state (call) == HL_CALL_STATE_STAFF_ACTIVE) {
    tell_handler (d, call);
    return;
  }
  if (!is_in_state (d, call, HL_CALL_STATE_STAFF_RINGING, HL_CALL_STATE_HANDOFF_REQUESTED))
    return;
  put_state (d, call, HL_CALL_STATE_AGENT_ACTIVE);
  json_object_set_string_member (draft_call (d, call), "handled_by", "");
  open_follow_up (d, call);
}

void
hl_decide_hand_back_call (HlDeciding *d)
{
  HlCall *call = find_call (d);

  if (call == NULL)
    return;
  if (hl_call_get_state (call) == HL_CALL_STATE_AGENT_ACTIVE) {
    hl_deciding_no_op (d, call, HL_CALL_FIELD_STATE);
    return;
  }
  if (!is_in_state (d, call, HL_CALL_STATE_STAFF_ACTIVE, HL_CALL_STATE_STAFF_ACTIVE))
    return;
  put_state (d, call, HL_CALL_STATE_AGENT_ACTIVE);
  json_object_set_string_member (draft_call (d, call), "handled_by", "");
}

void
hl_decide_end_call (HlDeciding *d)
{
  HlCall *call = find_call (d);
  const char *outcome = hl_deciding_string (d, "outcome");

  if (call == NULL)
    return;
  /* hung up already: what came of it is still to be said */
  if (hl_call_get_state (call) == HL_CALL_STATE_ENDED) {
    put_outcome (d, call, outcome);
    if (d->decision->events->len == 0)
      hl_deciding_no_op (d, call, HL_CALL_FIELD_STATE);
    return;
  }
  if (d->actor->role != HL_ROLE_SYSTEM
      && !is_in_state (d, call, HL_CALL_STATE_STAFF_ACTIVE, HL_CALL_STATE_STAFF_ACTIVE))
    return;
  put_state (d, call, HL_CALL_STATE_ENDED);
  hl_deciding_put_time (draft_call (d, call), "ended_at", d->now);
  put_outcome (d, call, outcome);
}

static gboolean
is_follow_up (HlDeciding *d, HlCall *call, HlFollowUp one, HlFollowUp other)
{
  HlFollowUp follow_up = hl_call_get_follow_up (call);

  if (follow_up == one || follow_up == other)
    return TRUE;
  hl_deciding_refuse (d, HL_REASON_WRONG_STATE, call, HL_CALL_FIELD_FOLLOW_UP);
  return FALSE;
}

/* Somebody else was faster, unseen: theirs stands, and the second reads whose it is. */
static gboolean
is_taken_unseen (HlDeciding *d, HlCall *call)
{
  if (!hl_deciding_unseen (d, HL_READ_CALL_FOLLOW_UP, call, HL_CALL_FIELD_FOLLOW_UP)
      || hl_call_get_follow_up (call) == HL_FOLLOW_UP_OPEN)
    return FALSE;
  hl_deciding_no_op (d, call, HL_CALL_FIELD_FOLLOW_UP);
  if (d->decision->detail != NULL && hl_call_get_follow_up_by (call)[0] != '\0')
    json_object_set_string_member (d->decision->detail, "by", hl_call_get_follow_up_by (call));
  return TRUE;
}

static void
claim (HlDeciding *d, HlCall *call)
{
  JsonObject *draft;

  if (is_taken_unseen (d, call))
    return;
  if (hl_call_get_follow_up (call) == HL_FOLLOW_UP_CLAIMED) {
    hl_deciding_no_op (d, call, HL_CALL_FIELD_FOLLOW_UP);
    return;
  }
  if (!is_follow_up (d, call, HL_FOLLOW_UP_OPEN, HL_FOLLOW_UP_SNOOZED))
    return;
  draft = draft_call (d, call);
  json_object_set_string_member (draft, "follow_up", "claimed");
  json_object_set_string_member (draft, "follow_up_by", d->actor->name);
  json_object_set_null_member (draft, "follow_up_until");
}

static void
reopen (HlDeciding *d, HlCall *call)
{
  if (hl_call_get_follow_up (call) == HL_FOLLOW_UP_OPEN) {
    if (!add_note (d, call))
      hl_deciding_no_op (d, call, HL_CALL_FIELD_FOLLOW_UP);
    return;
  }
  if (is_taken_unseen (d, call))
    return;
  open_follow_up (d, call);
  put_note (d, call);
}

static void
snooze (HlDeciding *d, HlCall *call)
{
  JsonObject *draft;

  if (is_taken_unseen (d, call) || !is_follow_up (d, call, HL_FOLLOW_UP_OPEN, HL_FOLLOW_UP_CLAIMED))
    return;
  draft = draft_call (d, call);
  json_object_set_string_member (draft, "follow_up", "snoozed");
  json_object_set_string_member (draft, "follow_up_until",
                                 hl_deciding_string (d, "follow_up_until"));
}

static void
finish_follow_up (HlDeciding *d, HlCall *call)
{
  JsonObject *draft;

  if (hl_call_get_follow_up (call) == HL_FOLLOW_UP_DONE) {
    put_outcome (d, call, hl_deciding_string (d, "outcome"));
    if (d->decision->events->len == 0)
      hl_deciding_no_op (d, call, HL_CALL_FIELD_FOLLOW_UP);
    return;
  }
  if (hl_call_get_follow_up (call) == HL_FOLLOW_UP_NONE) {
    hl_deciding_refuse (d, HL_REASON_WRONG_STATE, call, HL_CALL_FIELD_FOLLOW_UP);
    return;
  }
  draft = draft_call (d, call);
  json_object_set_string_member (draft, "follow_up", "done");
  json_object_set_string_member (draft, "follow_up_by", d->actor->name);
  json_object_set_null_member (draft, "follow_up_until");
  put_outcome (d, call, hl_deciding_string (d, "outcome"));
}

void
hl_decide_follow_up (HlDeciding *d)
{
  HlCall *call = find_call (d);

  if (call == NULL)
    return;
  switch (d->kind) {
  case HL_ACTION_CLAIM_FOLLOW_UP:
    claim (d, call);
    break;
  case HL_ACTION_SNOOZE_FOLLOW_UP:
    snooze (d, call);
    break;
  case HL_ACTION_CLOSE_FOLLOW_UP:
    finish_follow_up (d, call);
    break;
  case HL_ACTION_OPEN_FOLLOW_UP:
  default:
    reopen (d, call);
    break;
  }
}

static JsonNode *
make_slots (const char *kind, const char *raw, const char *value)
{
  JsonNode *node = json_node_new (JSON_NODE_ARRAY);
  JsonArray *array = json_array_new ();
  JsonObject *slot = json_object_new ();

  json_object_set_string_member (slot, "kind", kind);
  json_object_set_string_member (slot, "raw", raw);
  json_object_set_string_member (slot, "value", value);
  json_object_set_string_member (slot, "state", "corrected_by_staff");
  json_array_add_object_element (array, slot);
  json_node_take_array (node, array);
  return node;
}

static HlSlot *
find_corrected (HlCall *call, const char *kind)
{
  GPtrArray *slots = hl_call_get_slots (call);

  for (guint i = 0; i < slots->len; i++) {
    HlSlot *slot = g_ptr_array_index (slots, i);

    if (g_strcmp0 (hl_enum_nick (HL_TYPE_SLOT_KIND, hl_slot_get_kind (slot)), kind) == 0
        && hl_slot_get_state (slot) == HL_SLOT_STATE_CORRECTED_BY_STAFF)
      return slot;
  }
  return NULL;
}

/* Staff correct what the agent heard; of two corrections of one slot the first stands (K7). Slots
 * are upserted by kind, so a dispute about one is about "slots.KIND". */
void
hl_decide_correct_slot (HlDeciding *d)
{
  HlCall *call = find_call (d);
  const char *kind = hl_deciding_string (d, "slot_kind");
  const char *value = hl_deciding_string (d, "value");
  g_autofree char *field = NULL;
  HlSlot *standing;

  if (call == NULL)
    return;
  field = g_strconcat ("slots.", kind, NULL);
  standing = find_corrected (call, kind);
  if (standing != NULL && g_strcmp0 (hl_slot_get_value (standing), value) == 0) {
    hl_deciding_no_op (d, call, HL_CALL_FIELD_SLOTS);
    return;
  }
  if (standing != NULL
      && hl_deciding_unseen (d, HL_READ_CALL_SLOTS, call, HL_CALL_FIELD_SLOTS)) {
    GPtrArray *claims = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);

    g_ptr_array_add (
      claims,
      hl_collision_make_standing (
        d, call, HL_CALL_FIELD_SLOTS,
        make_slots (kind, hl_slot_get_raw (standing), hl_slot_get_value (standing))));
    hl_collision_join (d, HL_DISPUTE_KIND_FIELD, "K7", HL_SUBJECT_TYPE_CALL,
                       hl_call_get_call_id (call), field, claims, make_slots (kind, value, value));
    return;
  }
  json_object_set_member (draft_call (d, call), "slots", make_slots (kind, value, value));
  hl_collision_note_edit (d, HL_DISPUTE_KIND_FIELD, hl_call_get_call_id (call), field,
                          make_slots (kind, value, value));
}
