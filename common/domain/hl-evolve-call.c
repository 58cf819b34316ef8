/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The fold of calls and their transcripts, in whatever order a provider's events come in. */
#include "domain/hl-evolve-private.h"

#include <string.h>

#include "domain/hl-codec.h"
#include "domain/hl-evolve-alias.h"
#include "domain/hl-member.h"
#include "domain/hl-rules.h"
#include "domain/hl-slot.h"
#include "domain/hl-time.h"

/* A value that an event only implies gives way to any that an event states. */
#define IMPLIED_AT HL_TIME_MIN
/* What staff set on a call no publisher's later word replaces. */
#define STAFF_AT HL_TIME_MAX

/* The members that are plain registers; the others have rules of their own. That somebody has seen an
 * alarm is no publisher's to say. */
static JsonObject *
copy_registers (const HlEvent *event)
{
  JsonObject *members = json_object_new ();
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;

  json_object_iter_init (&iter, event->data);
  while (json_object_iter_next (&iter, &name, &node)) {
    if (event->act == NULL && g_str_has_prefix (name, "attention_acknowledged_"))
      continue;
    if (!g_str_equal (name, "state") && !g_str_equal (name, "slots") && !g_str_equal (name, "aliases")
        && !g_str_equal (name, "last_event_at"))
      json_object_set_member (members, name, json_node_copy (node));
  }
  return members;
}

/* Attention comes as one thing: reason, priority and since belong together. */
static void
complete_attention (JsonObject *members, gint64 at)
{
  const char *nick = hl_member_get_string (members, "attention_reason", NULL);
  int reason;

  if (!hl_enum_parse (HL_TYPE_ATTENTION_REASON, nick, &reason))
    return;
  if (!json_object_has_member (members, "attention_priority"))
    json_object_set_int_member (members, "attention_priority",
                                hl_rules_get_attention_priority (reason));
  if (!json_object_has_member (members, "attention_since")) {
    if (reason == HL_ATTENTION_REASON_NONE) {
      json_object_set_null_member (members, "attention_since");
    } else {
      char text[HL_TIME_TEXT + 1];

      hl_time_print_to (at, text);
      json_object_set_string_member (members, "attention_since", text);
    }
  }
}

/* What is raised after somebody acknowledged needs somebody again: another reason, whatever its
 * provider's clock says, or the same one at a later time. */
static void
renew_attention (HlState *state, HlCall *call, HlAttentionReason before, const HlChange *change)
{
  gint64 acknowledged_at = hl_call_get_attention_acknowledged_at (call);
  gint64 since = hl_call_get_attention_since (call);
  HlAttentionReason reason = hl_call_get_attention_reason (call);

  if (acknowledged_at == HL_TIME_NONE)
    return;
  if ((reason == before || reason == HL_ATTENTION_REASON_NONE)
      && (since == HL_TIME_NONE || since <= acknowledged_at))
    return;
  hl_state_set_string (state, HL_ENTITY (call), HL_CALL_FIELD_ATTENTION_ACKNOWLEDGED_BY, "",
                       change);
  hl_state_set_int64 (state, HL_ENTITY (call), HL_CALL_FIELD_ATTENTION_ACKNOWLEDGED_AT,
                      HL_TIME_NONE, change);
}

static void
imply_time (HlState *state, HlEntity *call, const char *name, gboolean alias, const HlChange *change)
{
  const HlChange implied = { change->seq, change->device, change->act,
                             alias ? hl_evolve_demote (IMPLIED_AT) : IMPLIED_AT, change->event_id,
                             change->by, change->received };
  g_autoptr (JsonObject) members = json_object_new ();
  char text[HL_TIME_TEXT + 1];

  hl_time_print_to (change->at, text);
  json_object_set_string_member (members, name, text);
  hl_state_apply (state, call, members, &implied, HL_APPLY_REGISTERS);
}

static void
set_state (HlState *state, HlEntity *call, HlCallState value, gint64 stamp_at,
           const HlChange *change)
{
  hl_state_set_int (state, call, HL_CALL_FIELD_STATE, value, change);
  hl_entity_set_stamp (call, HL_CALL_FIELD_STATE, stamp_at, change->event_id);
}

/* A publisher's word: ringing, agent_active or ended, compared by (at, order of the enum). The
 * phase never goes down, and what the server decided about a hand-off is not for a publisher to
 * take back. */
static void
evolve_fact_state (HlState *state, HlEntity *call, HlCallState target, const HlChange *change)
{
  HlCallState current = hl_call_get_state (HL_CALL (call));
  const HlStamp *stamp = hl_entity_get_stamp (call, HL_CALL_FIELD_STATE);
  int order;

  if (target != HL_CALL_STATE_RINGING && target != HL_CALL_STATE_AGENT_ACTIVE
      && target != HL_CALL_STATE_ENDED)
    return;
  if (current == HL_CALL_STATE_ENDED && target != HL_CALL_STATE_ENDED)
    return;
  if (current != HL_CALL_STATE_ENDED && target == HL_CALL_STATE_ENDED) {
    set_state (state, call, target, change->at, change);
    return;
  }
  if (current != HL_CALL_STATE_RINGING && current != HL_CALL_STATE_AGENT_ACTIVE
      && current != HL_CALL_STATE_ENDED)
    return;

  if (stamp == NULL)
    order = 1;
  else if (change->at != stamp->at)
    order = change->at > stamp->at ? 1 : -1;
  else if (target != current)
    order = target > current ? 1 : -1;
  else
    order = hl_stamp_compare (change->at, change->event_id, stamp);
  if (order > 0)
    set_state (state, call, target, change->at, change);
}

void
hl_evolve_merge_state (HlState *state, HlEntity *call, HlCallState target, const HlChange *change)
{
  const HlStamp *stamp = hl_entity_get_stamp (call, HL_CALL_FIELD_STATE);

  if (target == HL_CALL_STATE_RINGING || target == HL_CALL_STATE_AGENT_ACTIVE || target == HL_CALL_STATE_ENDED)
    evolve_fact_state (state, call, target, change);
  else if (hl_call_get_state (HL_CALL (call)) != HL_CALL_STATE_ENDED)
    set_state (state, call, target, stamp != NULL ? MAX (stamp->at, change->at) : change->at, change);
}

static void
evolve_state (HlState *state, HlEntity *call, const HlEvent *event, gboolean alias, const HlChange *change)
{
  const char *nick = hl_member_get_string (event->data, "state", NULL);
  const HlStamp *stamp;
  int target;

  if (event->kind == HL_EVENT_CALL_COMPLETED)
    target = HL_CALL_STATE_ENDED;
  else if (nick == NULL && event->kind == HL_EVENT_CALL_STARTED)
    target = HL_CALL_STATE_RINGING;
  else if (!hl_enum_parse (HL_TYPE_CALL_STATE, nick, &target))
    return;

  if (event->kind == HL_EVENT_CALL_STARTED)
    imply_time (state, call, "started_at", alias, change);
  if (target == HL_CALL_STATE_ENDED)
    imply_time (state, call, "ended_at", alias, change);

  if (event->act == NULL) {
    evolve_fact_state (state, call, target, change);
    return;
  }
  if (hl_call_get_state (HL_CALL (call)) == HL_CALL_STATE_ENDED && target != HL_CALL_STATE_ENDED)
    return;
  /* decided by the server: the order of the log rules, and no older fact comes back over it */
  stamp = hl_entity_get_stamp (call, HL_CALL_FIELD_STATE);
  set_state (state, call, target, stamp != NULL ? MAX (stamp->at, change->at) : change->at, change);
}

static int
compare_slots (gconstpointer one, gconstpointer two)
{
  return (int) hl_slot_get_kind (*(HlSlot **) one) - (int) hl_slot_get_kind (*(HlSlot **) two);
}

static HlSlot *
find_slot (GPtrArray *slots, HlSlotKind kind, guint *index)
{
  for (guint i = 0; i < slots->len; i++) {
    HlSlot *slot = g_ptr_array_index (slots, i);

    if (hl_slot_get_kind (slot) == kind) {
      *index = i;
      return slot;
    }
  }
  return NULL;
}

/* Slots are registers by kind. */
static void
evolve_slots (HlState *state, HlEntity *call, const HlEvent *event, const HlChange *change)
{
  JsonArray *array = hl_member_get_array (event->data, "slots");
  gboolean by_staff = event->by->role == HL_ROLE_STAFF || event->by->role == HL_ROLE_MANAGER;
  gint64 at = event->act != NULL && by_staff ? STAFF_AT : change->at;
  GPtrArray *old = hl_call_get_slots (HL_CALL (call));
  g_autoptr (GPtrArray) slots = NULL;
  gboolean changed = FALSE;

  if (array == NULL)
    return;
  slots = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < old->len; i++)
    g_ptr_array_add (slots, g_object_ref (g_ptr_array_index (old, i)));

  for (guint i = 0; i < json_array_get_length (array); i++) {
    JsonNode *node = json_array_get_element (array, i);
    g_autoptr (HlSlot) slot = hl_slot_new ();
    HlSlot *standing;
    guint index = 0;

    if (!JSON_NODE_HOLDS_OBJECT (node)
        || !hl_codec_load (HL_RECORD (slot), json_node_get_object (node), "", NULL))
      continue;
    hl_record_set_time (HL_RECORD (slot), HL_SLOT_FIELD_AT, at);
    hl_record_set_string (HL_RECORD (slot), HL_SLOT_FIELD_EVENT_ID, change->event_id);
    standing = find_slot (slots, hl_slot_get_kind (slot), &index);
    if (standing == NULL) {
      g_ptr_array_add (slots, g_steal_pointer (&slot));
    } else {
      const HlStamp stamp = { hl_slot_get_at (standing), (char *) hl_slot_get_event_id (standing) };

      if (at != STAFF_AT && hl_stamp_compare (at, change->event_id, &stamp) < 0)
        continue;
      g_object_unref (standing);
      g_ptr_array_index (slots, index) = g_steal_pointer (&slot);
    }
    changed = TRUE;
  }
  if (!changed)
    return;
  g_ptr_array_sort (slots, compare_slots);
  hl_state_set_records (state, call, HL_CALL_FIELD_SLOTS, slots, change);
}

static void
move_last_event (HlState *state, HlEntity *call, gint64 stated, const HlChange *change)
{
  gint64 last = stated != HL_TIME_NONE ? stated : change->at;

  if (last > hl_call_get_last_event_at (HL_CALL (call)))
    hl_state_set_int64 (state, call, HL_CALL_FIELD_LAST_EVENT_AT, last, change);
}

/* Fields that the server's own decision set are stamped too, so that later facts compare with them.
 */
static void
stamp_decided (HlEntity *call, JsonObject *members, const HlEvent *event, const HlChange *change)
{
  const HlShape *shape = hl_record_get_shape (HL_RECORD (call));
  gboolean by_staff = event->by->role == HL_ROLE_STAFF || event->by->role == HL_ROLE_MANAGER;
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;

  json_object_iter_init (&iter, members);
  while (json_object_iter_next (&iter, &name, &node)) {
    const HlField *field = hl_shape_lookup (shape, name);

    if (field == NULL || field->id == HL_CALL_FIELD_CALL_ID)
      continue;
    /* a new alarm has to come through whatever staff did about the last one */
    hl_entity_set_stamp (call, field->id,
                         by_staff && !g_str_has_prefix (name, "attention_") ? STAFF_AT : change->at,
                         change->event_id);
  }
}

/* What was told under an alias stands only where the call's own events say nothing. */
static void
apply_facts (HlState *state, HlEntity *call, JsonObject *members, gboolean alias, const HlChange *change)
{
  const HlShape *shape = hl_record_get_shape (HL_RECORD (call));
  g_autoptr (JsonObject) weak = json_object_new ();
  g_autoptr (JsonObject) alarms = json_object_new ();
  HlChange demoted = *change;
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;

  if (!alias) {
    hl_state_apply (state, call, members, change, HL_APPLY_REGISTERS);
    return;
  }
  json_object_iter_init (&iter, members);
  while (json_object_iter_next (&iter, &name, &node)) {
    const HlField *field = hl_shape_lookup (shape, name);

    if (field != NULL && !hl_evolve_is_own (field))
      json_object_set_member (hl_evolve_is_alarm (field) ? alarms : weak, name, json_node_copy (node));
  }
  demoted.at = hl_evolve_demote (change->at);
  hl_state_apply (state, call, weak, &demoted, HL_APPLY_REGISTERS);
  hl_state_apply (state, call, alarms, change, HL_APPLY_REGISTERS);
}

void
hl_evolve_call (HlState *state, const HlEvent *event, const HlChange *change)
{
  const char *id = hl_member_get_string (event->data, "call_id", NULL);
  HlEntity *call = hl_evolve_find_call (state, id, change);
  g_autoptr (JsonObject) members = NULL;
  HlAttentionReason before;
  gboolean alias;

  if (call == NULL)
    return;
  before = hl_call_get_attention_reason (HL_CALL (call));
  alias = !g_str_equal (hl_entity_get_id (call), id);
  members = copy_registers (event);
  complete_attention (members, event->at);
  if (event->act == NULL) {
    apply_facts (state, call, members, alias, change);
    move_last_event (state, call, hl_member_get_time (event->data, "last_event_at"), change);
  } else {
    hl_state_apply (state, call, members, change, HL_APPLY_NONE);
    stamp_decided (call, members, event, change);
  }
  evolve_state (state, call, event, alias, change);
  evolve_slots (state, call, event, change);
  hl_evolve_join_aliases (state, call, event->data, change);
  renew_attention (state, HL_CALL (call), before, change);
}

/* Whether the incoming line stands against the one that is there: higher state, then higher rev. Of
 * two unfinished versions the later stands. Of two finished ones the earlier does, whatever their
 * rev: a finished text only changes by a marked correction (invariant 7). */
static gboolean
segment_wins (HlSegment *segment, HlSegmentState rank, int rev, const HlChange *change)
{
  HlSegmentState old_rank = hl_segment_get_state (segment);
  const HlStamp *stamp = hl_entity_get_stamp (HL_ENTITY (segment), HL_SEGMENT_FIELD_TEXT);
  int order;

  if (stamp == NULL)
    return TRUE;
  if (rank != old_rank)
    return rank > old_rank;
  order = hl_stamp_compare (change->at, change->event_id, stamp);
  if (rank == HL_SEGMENT_STATE_FINAL)
    return order < 0;
  if (rev != hl_segment_get_rev (segment))
    return rev > hl_segment_get_rev (segment);
  return rank == HL_SEGMENT_STATE_PARTIAL ? order > 0 : order < 0;
}

void
hl_evolve_segment (HlState *state, const HlEvent *event, const HlChange *change)
{
  const char *call_id = hl_member_get_string (event->data, "call_id", NULL);
  int turn = (int) hl_member_get_int (event->data, "turn", 0);
  int rev = (int) hl_member_get_int (event->data, "rev", 0);
  const char *nick = hl_member_get_string (event->data, "state", NULL);
  int rank = HL_SEGMENT_STATE_FINAL;
  g_autofree char *id = NULL;
  g_autoptr (HlSegment) whole = NULL;
  g_autoptr (JsonNode) node = NULL;
  HlEntity *call, *segment;
  JsonObjectIter iter;
  const char *name;
  JsonNode *member;

  if (nick != NULL)
    hl_enum_parse (HL_TYPE_SEGMENT_STATE, nick, &rank);
  else if (!hl_member_get_bool (event->data, "final", TRUE))
    rank = HL_SEGMENT_STATE_PARTIAL;

  call = hl_evolve_find_call (state, call_id, change);
  if (call == NULL)
    return;
  move_last_event (state, call, HL_TIME_NONE, change);

  id = g_strdup_printf ("%s/%d", call_id, turn);
  segment = hl_state_ensure_entity (state, HL_TYPE_SEGMENT, id, change, NULL);
  if (segment == NULL || !segment_wins (HL_SEGMENT (segment), rank, rev, change))
    return;

  /* the line that stands is whole: nothing of the one before shines through */
  whole = hl_segment_new ();
  json_object_iter_init (&iter, event->data);
  while (json_object_iter_next (&iter, &name, &member))
    hl_codec_set (HL_RECORD (whole), name, member, NULL);
  hl_record_set_enum (HL_RECORD (whole), HL_SEGMENT_FIELD_STATE, rank);
  node = hl_codec_save (HL_RECORD (whole), HL_CODEC_FLAG_NULLS);
  hl_state_apply (state, segment, json_node_get_object (node), change, HL_APPLY_NONE);
  hl_entity_set_stamp (segment, HL_SEGMENT_FIELD_TEXT, change->at, change->event_id);
}
