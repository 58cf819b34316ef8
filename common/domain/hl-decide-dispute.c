/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A person settles a dispute: what they chose is done, whatever stands. hl-dispute-choice.h says what each choice
 * means. */
#include "domain/hl-collision.h"
#include "domain/hl-decide-context.h"
#include "domain/hl-dispute-choice.h"
#include "domain/hl-member.h"
#include "domain/hl-time.h"

/* Does an action of @kind, whatever stands. FALSE when it refused. */
static gboolean
perform (HlDeciding *d, HlActionKind kind, JsonObject *data)
{
  g_autoptr (HlDecision) decision = hl_decision_new (HL_OUTCOME_APPLIED, HL_REASON_NONE);
  HlDecideFunc decide = hl_decide_find_family (kind);
  HlDeciding inner = *d;

  if (decide == NULL || kind == HL_ACTION_SETTLE_DISPUTE || kind == HL_ACTION_UNDO) {
    hl_deciding_refuse (d, HL_REASON_WRONG_STATE, NULL, 0);
    return FALSE;
  }
  inner.kind = kind;
  inner.data = data;
  inner.seen = G_MAXUINT64;
  inner.reads = hl_rules_get_reads (kind);
  inner.forced = TRUE;
  inner.insists = TRUE;
  inner.decision = decision;
  decide (&inner);
  if (decision->crowded != NULL)
    hl_deciding_refuse (&inner, HL_REASON_TOO_MANY_CLAIMS, NULL, 0);
  if (decision->outcome == HL_OUTCOME_REFUSED) {
    hl_deciding_refuse (d, decision->reason, NULL, 0);
    d->decision->detail = g_steal_pointer (&decision->detail);
    return FALSE;
  }
  hl_deciding_take_drafts (d, decision);
  return TRUE;
}

/* Of the parties at one table only the chosen stays. */
static void
keep_at_table (HlDeciding *d, HlDispute *dispute, HlDisputeChoice *choice)
{
  const char *table_id = hl_subject_get_id (hl_dispute_get_subject (dispute));
  GPtrArray *parties = hl_state_get_table_parties (d->state, table_id);
  HlParty *kept = hl_state_lookup_party (d->state, choice->party_id);

  if (kept == NULL || !g_ptr_array_find (parties, kept, NULL)) {
    hl_deciding_refuse (d, HL_REASON_WRONG_STATE, dispute, HL_DISPUTE_FIELD_CLAIMS);
    return;
  }
  for (guint i = 0; i < parties->len; i++) {
    HlParty *party = g_ptr_array_index (parties, i);
    const char *const *tables = hl_party_get_table_ids (party);
    g_autoptr (GPtrArray) rest = g_ptr_array_new ();
    JsonObject *draft;

    if (party == kept)
      continue;
    for (guint j = 0; tables[j] != NULL; j++) {
      if (!g_str_equal (tables[j], table_id))
        g_ptr_array_add (rest, (char *) tables[j]);
    }
    g_ptr_array_add (rest, NULL);
    draft = hl_deciding_draft (d, HL_EVENT_PARTY_UPDATED, hl_party_get_party_id (party));
    hl_deciding_put_strings (draft, "table_ids", (const char *const *) rest->pdata);
    if (rest->len == 1)
      hl_decide_stand_up (d, party, draft);
  }
}

/* The chosen tables, if they are not where the party sits already. */
static void
put_at_tables (HlDeciding *d, HlDispute *dispute, HlDisputeChoice *choice)
{
  g_autoptr (JsonObject) data = json_object_new ();

  if (choice->table_ids == NULL || choice->party_id == NULL) {
    hl_deciding_refuse (d, HL_REASON_WRONG_STATE, dispute, HL_DISPUTE_FIELD_CLAIMS);
    return;
  }
  json_object_set_string_member (data, "party_id", choice->party_id);
  hl_deciding_put_strings (data, "table_ids", (const char *const *) choice->table_ids);
  perform (d, HL_ACTION_SEAT, data);
}

static HlEventKind
get_update_kind (HlSubjectType type)
{
  switch (type) {
  case HL_SUBJECT_TYPE_RESERVATION:
    return HL_EVENT_RESERVATION_UPDATED;
  case HL_SUBJECT_TYPE_TABLE:
    return HL_EVENT_TABLE_UPDATED;
  case HL_SUBJECT_TYPE_CALL:
    return HL_EVENT_CALL_UPDATED;
  case HL_SUBJECT_TYPE_SECTION:
    return HL_EVENT_SECTION_UPDATED;
  case HL_SUBJECT_TYPE_PARTY:
  default:
    return HL_EVENT_PARTY_UPDATED;
  }
}

/* A party's status goes with other fields: it is made by the action that makes it. Seated needs
 * tables, which a bare status does not have. */
static void
set_party_status (HlDeciding *d, HlParty *party, const char *nick)
{
  g_autoptr (JsonObject) data = json_object_new ();
  int status = hl_party_get_status (party);

  hl_enum_parse (HL_TYPE_PARTY_STATUS, nick, &status);
  if (status == (int) hl_party_get_status (party))
    return;
  json_object_set_string_member (data, "party_id", hl_party_get_party_id (party));
  switch (status) {
  case HL_PARTY_STATUS_GONE:
    perform (d, HL_ACTION_FINISH_PARTY, data);
    break;
  case HL_PARTY_STATUS_LEFT:
  case HL_PARTY_STATUS_REMOVED:
    json_object_set_string_member (data, "status", nick);
    perform (d, HL_ACTION_REMOVE_PARTY, data);
    break;
  case HL_PARTY_STATUS_ARRIVED:
  case HL_PARTY_STATUS_PARTIALLY_ARRIVED:
    perform (d, HL_ACTION_UNSEAT, data);
    break;
  case HL_PARTY_STATUS_WAITING:
  case HL_PARTY_STATUS_NOTIFIED:
    perform (d, HL_ACTION_RECALL_PARTY, data);
    break;
  default:
    hl_deciding_refuse (d, HL_REASON_WRONG_STATE, party, HL_PARTY_FIELD_STATUS);
    break;
  }
}

static void
set_reservation_status (HlDeciding *d, HlReservation *reservation, const char *nick)
{
  const char *id = hl_reservation_get_reservation_id (reservation);
  g_autoptr (JsonObject) data = json_object_new ();
  int status = hl_reservation_get_status (reservation);

  hl_enum_parse (HL_TYPE_RESERVATION_STATUS, nick, &status);
  if (status == (int) hl_reservation_get_status (reservation))
    return;
  json_object_set_string_member (data, "reservation_id", id);
  switch (status) {
  case HL_RESERVATION_STATUS_CANCELLED:
    perform (d, HL_ACTION_CANCEL_RESERVATION, data);
    break;
  case HL_RESERVATION_STATUS_NO_SHOW:
    perform (d, HL_ACTION_MARK_NO_SHOW, data);
    break;
  case HL_RESERVATION_STATUS_DECLINED:
    perform (d, HL_ACTION_DECLINE_RESERVATION, data);
    break;
  case HL_RESERVATION_STATUS_BOOKED:
  case HL_RESERVATION_STATUS_CONFIRMED:
    json_object_set_string_member (data, "type", "reservation");
    json_object_set_string_member (data, "id", id);
    json_object_set_string_member (data, "correct_to", nick);
    perform (d, HL_ACTION_CORRECT, data);
    break;
  default:
    hl_deciding_refuse (d, HL_REASON_WRONG_STATE, reservation, HL_RESERVATION_FIELD_STATUS);
    break;
  }
}

/* The chosen value is written even if it stands: from now on it is what this person said, and a
 * publisher's next word does not replace it. A slot of a call is named "slots.KIND". */
static void
set_value (HlDeciding *d, HlDispute *dispute, HlDisputeChoice *choice)
{
  HlSubject *subject = hl_dispute_get_subject (dispute);
  HlSubjectType type = hl_subject_get_subject_type (subject);
  const char *id = hl_subject_get_id (subject);
  const char *field = hl_subject_get_field (subject);
  HlEntity *entity = hl_state_lookup (d->state, hl_collision_entity_type (type), id);
  const char *nick = choice->value != NULL && JSON_NODE_HOLDS_VALUE (choice->value)
                         && json_node_get_value_type (choice->value) == G_TYPE_STRING
                       ? json_node_get_string (choice->value)
                       : NULL;

  if (entity == NULL || choice->value == NULL) {
    hl_deciding_refuse (d, HL_REASON_WRONG_STATE, dispute, HL_DISPUTE_FIELD_CLAIMS);
    return;
  }
  if (g_str_equal (field, "status") && HL_IS_PARTY (entity)) {
    set_party_status (d, HL_PARTY (entity), nick);
    return;
  }
  if (g_str_equal (field, "status") && HL_IS_RESERVATION (entity)) {
    set_reservation_status (d, HL_RESERVATION (entity), nick);
    return;
  }
  json_object_set_member (hl_deciding_draft (d, get_update_kind (type), id),
                          g_str_has_prefix (field, "slots.") ? "slots" : field,
                          json_node_copy (choice->value));
  if (HL_IS_RESERVATION (entity))
    hl_decide_recheck_capacity (d, HL_RESERVATION (entity));
}

static void
do_action (HlDeciding *d, HlDispute *dispute, HlDisputeChoice *choice)
{
  perform (d, choice->action, json_node_get_object (choice->value));
}

static const char *
get_cancelled_status (HlDisputeChoice *choice)
{
  const char *status = NULL;

  if (choice->action == HL_ACTION_MARK_NO_SHOW)
    return "no_show";
  if (choice->action == HL_ACTION_UNKNOWN && JSON_NODE_HOLDS_VALUE (choice->value)
      && json_node_get_value_type (choice->value) == G_TYPE_STRING)
    status = json_node_get_string (choice->value);
  return g_strcmp0 (status, "no_show") == 0 || g_strcmp0 (status, "declined") == 0
             || g_strcmp0 (status, "expired") == 0
           ? status
           : "cancelled";
}

void
hl_decide_part_from_guests (HlDeciding *d, HlReservation *reservation, const char *status)
{
  const char *id = hl_reservation_get_reservation_id (reservation);
  GPtrArray *parties = hl_state_get_reservation_parties (d->state, id);
  JsonObject *draft = hl_deciding_draft (d, HL_EVENT_RESERVATION_UPDATED, id);

  json_object_set_string_member (draft, "status", status);
  json_object_set_null_member (draft, "superseded");
  for (guint i = 0; i < parties->len; i++)
    json_object_set_null_member (
      hl_deciding_draft (d, HL_EVENT_PARTY_UPDATED,
                         hl_party_get_party_id (g_ptr_array_index (parties, i))),
      "reservation_id");
}

/* "The same guests?" No: the cancellation holds, and the party is somebody else. */
static void
part_guests (HlDeciding *d, HlDispute *dispute, HlDisputeChoice *choice)
{
  HlReservation *reservation = hl_state_lookup_reservation (
    d->state, hl_subject_get_id (hl_dispute_get_subject (dispute)));

  if (reservation != NULL)
    hl_decide_part_from_guests (d, reservation, get_cancelled_status (choice));
}

static void
set_blocked (HlDeciding *d, HlDispute *dispute, HlDisputeChoice *choice)
{
  static const char *const members[] = { "blocked_reason", "blocked_until" };
  const char *id = hl_subject_get_id (hl_dispute_get_subject (dispute));
  HlTable *table = hl_state_lookup_table (d->state, id);
  gboolean block = choice->meaning == HL_DISPUTE_MEANING_BLOCK;
  JsonObject *draft;

  if (table == NULL || block == hl_table_get_blocked (table))
    return;
  draft = hl_deciding_draft (d, HL_EVENT_TABLE_UPDATED, id);
  json_object_set_boolean_member (draft, "blocked", block);
  if (!block) {
    json_object_set_string_member (draft, "blocked_reason", "");
    json_object_set_null_member (draft, "blocked_until");
  }
  for (guint i = 0; block && i < G_N_ELEMENTS (members); i++) {
    JsonNode *node = choice->action != HL_ACTION_UNKNOWN
                       ? json_object_get_member (json_node_get_object (choice->value), members[i])
                       : NULL;

    if (node != NULL)
      json_object_set_member (draft, members[i], json_node_copy (node));
  }
}

/* The entry that sits stays: who is at a table is in the room. The booking goes along. */
static void
merge_parties (HlDeciding *d, HlDispute *dispute, HlDisputeChoice *choice)
{
  GPtrArray *claims = hl_dispute_get_claims (dispute);
  HlParty *kept = hl_state_lookup_party (d->state, choice->party_id);

  if (kept == NULL) {
    hl_deciding_refuse (d, HL_REASON_WRONG_STATE, dispute, HL_DISPUTE_FIELD_CLAIMS);
    return;
  }
  for (guint i = 0; i < claims->len; i++) {
    JsonNode *value = hl_claim_get_value (g_ptr_array_index (claims, i));
    HlParty *party
      = value != NULL && JSON_NODE_HOLDS_OBJECT (value)
          ? hl_state_lookup_party (
              d->state, hl_member_get_string (json_node_get_object (value), "party_id", NULL))
          : NULL;
    const char *reservation_id;
    JsonObject *draft;

    if (party == NULL || party == kept || hl_rules_is_over (hl_party_get_status (party)))
      continue;
    draft = hl_deciding_draft (d, HL_EVENT_PARTY_UPDATED, hl_party_get_party_id (party));
    json_object_set_string_member (draft, "status", "removed");
    json_object_set_string_member (draft, "removed_reason", "same_party");
    hl_deciding_put_strings (draft, "table_ids", NULL);
    json_object_set_null_member (draft, "seated_at");
    reservation_id = hl_party_get_reservation_id (party);
    if (reservation_id == NULL || hl_party_get_reservation_id (kept) != NULL)
      continue;
    json_object_set_null_member (draft, "reservation_id");
    json_object_set_string_member (
      hl_deciding_draft (d, HL_EVENT_PARTY_UPDATED, hl_party_get_party_id (kept)),
      "reservation_id", reservation_id);
  }
}

/* It stands as it is. */
static void
leave_alone (HlDeciding *d, HlDispute *dispute, HlDisputeChoice *choice)
{
}

static void (*const settlers[]) (HlDeciding *d, HlDispute *dispute, HlDisputeChoice *choice) = {
  [HL_DISPUTE_MEANING_PARTY_STAYS] = keep_at_table,
  [HL_DISPUTE_MEANING_PARTY_AT] = put_at_tables,
  [HL_DISPUTE_MEANING_DO] = do_action,
  [HL_DISPUTE_MEANING_SET_VALUE] = set_value,
  [HL_DISPUTE_MEANING_SAME_GUESTS] = leave_alone,
  [HL_DISPUTE_MEANING_OTHER_GUESTS] = part_guests,
  [HL_DISPUTE_MEANING_UNBLOCK] = set_blocked,
  [HL_DISPUTE_MEANING_BLOCK] = set_blocked,
  [HL_DISPUTE_MEANING_KEEP_OVERBOOKED] = leave_alone,
  [HL_DISPUTE_MEANING_SAME_PARTY] = merge_parties,
  [HL_DISPUTE_MEANING_OWN_PARTY] = leave_alone,
};

gboolean
hl_decide_choose (HlDeciding *d, HlDispute *dispute, int index)
{
  g_autoptr (HlDisputeChoice) choice = hl_dispute_choice_new (d->state, dispute, index);

  if (choice == NULL) {
    hl_deciding_refuse (d, HL_REASON_WRONG_STATE, dispute, HL_DISPUTE_FIELD_CLAIMS);
    return FALSE;
  }
  hl_collision_settle (d, dispute, index, d->actor->name);
  settlers[choice->meaning] (d, dispute, choice);
  return d->decision->outcome != HL_OUTCOME_REFUSED;
}

/* The first settles, the second is told by whom, when and how. */
static void
tell_settled (HlDeciding *d, HlDispute *dispute)
{
  hl_deciding_no_op (d, dispute, HL_DISPUTE_FIELD_STATE);
  json_object_set_string_member (d->decision->detail, "by", hl_dispute_get_settled_by (dispute));
  hl_deciding_put_time (d->decision->detail, "at", hl_dispute_get_settled_at (dispute));
  if (hl_dispute_get_choice (dispute) != HL_INT_NONE)
    json_object_set_int_member (d->decision->detail, "choice", hl_dispute_get_choice (dispute));
}

void
hl_decide_settle_dispute (HlDeciding *d)
{
  const char *id = hl_deciding_string (d, "dispute_id");
  HlDispute *dispute = hl_state_lookup_dispute (d->state, id);

  if (dispute == NULL)
    hl_deciding_unknown (d, HL_TYPE_DISPUTE, id);
  else if (hl_dispute_get_state (dispute) == HL_DISPUTE_STATE_SETTLED)
    tell_settled (d, dispute);
  /* somebody else's word came in meanwhile: this is another question now */
  else if (hl_deciding_unseen (d, HL_READ_CLAIMS, dispute, HL_DISPUTE_FIELD_CLAIMS))
    hl_deciding_refuse (d, HL_REASON_WRONG_STATE, dispute, HL_DISPUTE_FIELD_CLAIMS);
  else
    hl_decide_choose (d, dispute, (int) hl_deciding_int (d, "choice", 0));
}
