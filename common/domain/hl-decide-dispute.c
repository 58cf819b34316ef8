/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Decisions by which a person puts something right: settle a dispute, correct, add a note. */
#include "domain/hl-collision.h"
#include "domain/hl-decide-context.h"
#include "domain/hl-member.h"
#include "domain/hl-time.h"

/* How long a party that was marked gone can be put back. */
#define CORRECT_GONE_MS (15 * G_GINT64_CONSTANT (60000))

static JsonObject *
get_object (JsonNode *value)
{
  return value != NULL && JSON_NODE_HOLDS_OBJECT (value) ? json_node_get_object (value) : NULL;
}

static const char *
get_claimed_party (HlClaim *claim)
{
  JsonObject *value = get_object (hl_claim_get_value (claim));

  return value != NULL ? hl_member_get_string (value, "party_id", NULL) : NULL;
}

/* Does what a claim of the form {"action": kind, ...} says, whatever stands. FALSE: it is no such
 * claim. */
static gboolean
perform_claim (HlDeciding *d, JsonNode *value)
{
  static const struct {
    HlActionKind kind;
    HlDecideFunc decide;
  } doable[] = {
    { HL_ACTION_SEAT, hl_decide_seat },
    { HL_ACTION_MOVE, hl_decide_move },
    { HL_ACTION_UNSEAT, hl_decide_unseat },
    { HL_ACTION_FINISH_PARTY, hl_decide_finish_party },
    { HL_ACTION_REMOVE_PARTY, hl_decide_remove_party },
    { HL_ACTION_CANCEL_RESERVATION, hl_decide_cancel_reservation },
    { HL_ACTION_SET_TABLE, hl_decide_set_table },
    { HL_ACTION_RECALL_PARTY, hl_decide_recall_party },
  };
  JsonObject *object = get_object (value);
  int kind = HL_ACTION_UNKNOWN;
  HlDeciding inner = *d;

  if (object == NULL
      || !hl_enum_parse (HL_TYPE_ACTION_KIND, hl_member_get_string (object, "action", NULL), &kind))
    return FALSE;
  inner.kind = kind;
  inner.data = object;
  inner.seen = G_MAXUINT64;
  inner.reads = hl_rules_get_reads (kind);
  inner.forced = TRUE;
  inner.insists = TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (doable); i++) {
    if (doable[i].kind == (HlActionKind) kind)
      doable[i].decide (&inner);
  }
  return TRUE;
}

/* Of the parties at one table only the chosen stays. */
static void
settle_table (HlDeciding *d, HlDispute *dispute, HlClaim *chosen)
{
  const char *table_id = hl_subject_get_id (hl_dispute_get_subject (dispute));
  const char *keep = get_claimed_party (chosen);
  GPtrArray *parties = hl_state_get_table_parties (d->state, table_id);
  gboolean here = FALSE;

  for (guint i = 0; i < parties->len; i++)
    here = here || g_strcmp0 (hl_party_get_party_id (g_ptr_array_index (parties, i)), keep) == 0;
  if (!here) {
    hl_deciding_refuse (d, HL_REASON_WRONG_STATE, dispute, HL_DISPUTE_FIELD_CLAIMS);
    return;
  }
  for (guint i = 0; i < parties->len; i++) {
    HlParty *party = g_ptr_array_index (parties, i);
    const char *const *tables = hl_party_get_table_ids (party);
    g_autoptr (GPtrArray) rest = g_ptr_array_new ();
    JsonObject *draft;

    if (g_strcmp0 (hl_party_get_party_id (party), keep) == 0)
      continue;
    for (guint j = 0; tables[j] != NULL; j++) {
      if (!g_str_equal (tables[j], table_id))
        g_ptr_array_add (rest, (char *) tables[j]);
    }
    g_ptr_array_add (rest, NULL);
    draft = hl_deciding_draft (d, HL_EVENT_PARTY_UPDATED, hl_party_get_party_id (party));
    hl_deciding_put_strings (draft, "table_ids", (const char *const *) rest->pdata);
    if (rest->len == 1) {
      json_object_set_string_member (draft, "status", "arrived");
      json_object_set_null_member (draft, "seated_at");
    }
  }
}

/* The chosen tables, if they are not where the party sits already. */
static void
settle_party_table (HlDeciding *d, HlDispute *dispute, HlClaim *chosen)
{
  JsonNode *value = hl_claim_get_value (chosen);
  g_autoptr (JsonObject) move = NULL;
  g_autoptr (JsonNode) node = NULL;
  JsonArray *tables;
  const char *party_id = hl_subject_get_id (hl_dispute_get_subject (dispute));
  HlParty *party = hl_state_lookup_party (d->state, party_id);
  g_autoptr (JsonNode) current = NULL;

  if (perform_claim (d, value) || party == NULL || get_object (value) == NULL)
    return;
  tables = hl_member_get_array (get_object (value), "table_ids");
  current = hl_deciding_get_value (party, HL_PARTY_FIELD_TABLE_IDS);
  node = json_node_new (JSON_NODE_ARRAY);
  if (tables == NULL || json_array_get_length (tables) == 0)
    return;
  json_node_set_array (node, tables);
  if (json_node_equal (node, current))
    return;
  move = json_object_new ();
  json_object_set_string_member (move, "action", "move");
  json_object_set_string_member (move, "party_id", party_id);
  json_object_set_array_member (move, "table_ids", json_array_ref (tables));
  {
    g_autoptr (JsonNode) claim = json_node_new (JSON_NODE_OBJECT);

    json_node_set_object (claim, move);
    perform_claim (d, claim);
  }
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
  case HL_SUBJECT_TYPE_PARTY:
  default:
    return HL_EVENT_PARTY_UPDATED;
  }
}

/* The chosen value is written even if it stands: from now on it is what this person said. The
 * status of a party or a reservation that stands is left alone, it goes with other fields. */
static void
settle_field (HlDeciding *d, HlDispute *dispute, HlClaim *chosen)
{
  HlSubject *subject = hl_dispute_get_subject (dispute);
  JsonNode *value = hl_claim_get_value (chosen);

  if (perform_claim (d, value) || value == NULL
      || g_str_equal (hl_subject_get_field (subject), "status"))
    return;
  json_object_set_member (
    hl_deciding_draft (d, get_update_kind (hl_subject_get_subject_type (subject)),
                       hl_subject_get_id (subject)),
    hl_subject_get_field (subject), json_node_copy (value));
}

/* "The same guests?" No: the cancellation holds, and the party is somebody else. */
static void
settle_cancelled_seated (HlDeciding *d, HlDispute *dispute, HlClaim *chosen)
{
  const char *id = hl_subject_get_id (hl_dispute_get_subject (dispute));
  JsonNode *value = hl_claim_get_value (chosen);
  JsonObject *object = get_object (value);
  GPtrArray *parties = hl_state_get_reservation_parties (d->state, id);
  const char *status = NULL;
  JsonObject *draft;

  if (object != NULL)
    status = hl_member_get_string (object, "action", NULL);
  else if (value != NULL && JSON_NODE_HOLDS_VALUE (value)
           && json_node_get_value_type (value) == G_TYPE_STRING)
    status = json_node_get_string (value);
  if (g_strcmp0 (status, "cancelled") != 0 && g_strcmp0 (status, "cancel_reservation") != 0
      && g_strcmp0 (status, "no_show") != 0 && g_strcmp0 (status, "declined") != 0
      && g_strcmp0 (status, "expired") != 0)
    return;
  draft = hl_deciding_draft (d, HL_EVENT_RESERVATION_UPDATED, id);
  json_object_set_string_member (
    draft, "status", g_strcmp0 (status, "cancel_reservation") == 0 ? "cancelled" : status);
  json_object_set_null_member (draft, "superseded");
  for (guint i = 0; i < parties->len; i++)
    json_object_set_null_member (
      hl_deciding_draft (d, HL_EVENT_PARTY_UPDATED,
                         hl_party_get_party_id (g_ptr_array_index (parties, i))),
      "reservation_id");
}

static void
settle_blocked_table (HlDeciding *d, HlDispute *dispute, HlClaim *chosen)
{
  const char *id = hl_subject_get_id (hl_dispute_get_subject (dispute));
  HlTable *table = hl_state_lookup_table (d->state, id);
  gboolean block = get_claimed_party (chosen) == NULL;

  if (table == NULL || block == hl_table_get_blocked (table))
    return;
  json_object_set_boolean_member (hl_deciding_draft (d, HL_EVENT_TABLE_UPDATED, id), "blocked",
                                  block);
}

/* Choosing the first entry says "the same people": the others go. Choosing a later one says that it
 * is a party of its own: both stay. */
static void
settle_same_party (HlDeciding *d, HlDispute *dispute, HlClaim *chosen)
{
  GPtrArray *claims = hl_dispute_get_claims (dispute);
  const char *keep = get_claimed_party (chosen);

  if (g_ptr_array_index (claims, 0) != chosen)
    return;
  for (guint i = 0; i < claims->len; i++) {
    const char *id = get_claimed_party (g_ptr_array_index (claims, i));
    HlParty *party = hl_state_lookup_party (d->state, id);
    JsonObject *draft;

    if (party == NULL || g_strcmp0 (id, keep) == 0
        || hl_rules_is_over (hl_party_get_status (party)))
      continue;
    draft = hl_deciding_draft (d, HL_EVENT_PARTY_UPDATED, id);
    json_object_set_string_member (draft, "status", "removed");
    json_object_set_string_member (draft, "removed_reason", "same_party");
    hl_deciding_put_strings (draft, "table_ids", NULL);
  }
}

void
hl_decide_settle_dispute (HlDeciding *d)
{
  const char *id = hl_deciding_string (d, "dispute_id");
  HlDispute *dispute = hl_state_lookup_dispute (d->state, id);
  int choice = (int) hl_deciding_int (d, "choice", 0);
  GPtrArray *claims;
  HlClaim *chosen;

  if (dispute == NULL) {
    hl_deciding_unknown (d, HL_TYPE_DISPUTE, id);
    return;
  }
  /* the first wins, the second is told by whom */
  if (hl_dispute_get_state (dispute) == HL_DISPUTE_STATE_SETTLED) {
    hl_deciding_no_op (d, dispute, HL_DISPUTE_FIELD_STATE);
    json_object_set_string_member (d->decision->detail, "by", hl_dispute_get_settled_by (dispute));
    return;
  }
  claims = hl_dispute_get_claims (dispute);
  if (choice >= (int) claims->len
      || hl_deciding_unseen (d, HL_READ_CLAIMS, dispute, HL_DISPUTE_FIELD_CLAIMS)) {
    hl_deciding_refuse (d, HL_REASON_WRONG_STATE, dispute, HL_DISPUTE_FIELD_CLAIMS);
    return;
  }
  chosen = g_ptr_array_index (claims, choice);
  hl_collision_settle (d, dispute, choice, d->actor->name);
  switch (hl_dispute_get_kind (dispute)) {
  case HL_DISPUTE_KIND_TABLE:
    settle_table (d, dispute, chosen);
    break;
  case HL_DISPUTE_KIND_PARTY_TABLE:
    settle_party_table (d, dispute, chosen);
    break;
  case HL_DISPUTE_KIND_FIELD:
    settle_field (d, dispute, chosen);
    break;
  case HL_DISPUTE_KIND_CANCELLED_SEATED:
    settle_cancelled_seated (d, dispute, chosen);
    break;
  case HL_DISPUTE_KIND_BLOCKED_TABLE:
    settle_blocked_table (d, dispute, chosen);
    break;
  case HL_DISPUTE_KIND_SAME_PARTY:
    settle_same_party (d, dispute, chosen);
    break;
  case HL_DISPUTE_KIND_OVERBOOKED:
  default:
    break;
  }
}

/* Gone by mistake: back to the table, for a quarter of an hour, if nobody else sits there. */
static void
correct_party (HlDeciding *d, HlParty *party, const char *to)
{
  g_auto (GStrv) tables = hl_deciding_ids (d, "table_ids");
  HlReservation *reservation;
  JsonObject *draft;

  if (hl_party_get_status (party) != HL_PARTY_STATUS_GONE || g_strcmp0 (to, "seated") != 0
      || tables[0] == NULL
      || (hl_party_get_gone_at (party) != HL_TIME_NONE
          && hl_party_get_gone_at (party) + CORRECT_GONE_MS < d->now)) {
    hl_deciding_refuse (d, HL_REASON_WRONG_STATE, party, HL_PARTY_FIELD_STATUS);
    return;
  }
  if (hl_deciding_unseen (d, HL_READ_PARTY_STATUS, party, HL_PARTY_FIELD_STATUS)) {
    hl_collision_contest (d, "K0", party, HL_PARTY_FIELD_STATUS, hl_collision_action_value (d));
    return;
  }
  for (guint i = 0; tables[i] != NULL; i++) {
    if (hl_state_get_table_parties (d->state, tables[i])->len > 0) {
      hl_deciding_refuse (d, HL_REASON_BUILT_UPON,
                          g_ptr_array_index (hl_state_get_table_parties (d->state, tables[i]), 0),
                          HL_PARTY_FIELD_TABLE_IDS);
      return;
    }
  }
  draft = hl_deciding_draft (d, HL_EVENT_PARTY_UPDATED, hl_party_get_party_id (party));
  json_object_set_string_member (draft, "status", "seated");
  hl_deciding_put_strings (draft, "table_ids", (const char *const *) tables);
  json_object_set_null_member (draft, "gone_at");
  reservation = hl_state_lookup_reservation (d->state, hl_party_get_reservation_id (party));
  if (reservation != NULL
      && hl_reservation_get_status (reservation) == HL_RESERVATION_STATUS_COMPLETED)
    json_object_set_string_member (
      hl_deciding_draft (d, HL_EVENT_RESERVATION_UPDATED,
                         hl_reservation_get_reservation_id (reservation)),
      "status", "arrived");
  hl_collision_note_edit (d, HL_DISPUTE_KIND_FIELD, hl_party_get_party_id (party), "status",
                          hl_collision_action_value (d));
}

/* Arrived by mistake: back to the book; the party it made goes, unless it sits. */
static void
correct_reservation (HlDeciding *d, HlReservation *reservation, const char *to)
{
  const char *id = hl_reservation_get_reservation_id (reservation);
  GPtrArray *parties = hl_state_get_reservation_parties (d->state, id);

  if (hl_reservation_get_status (reservation) != HL_RESERVATION_STATUS_ARRIVED
      || (g_strcmp0 (to, "booked") != 0 && g_strcmp0 (to, "confirmed") != 0)) {
    hl_deciding_refuse (d, HL_REASON_WRONG_STATE, reservation, HL_RESERVATION_FIELD_STATUS);
    return;
  }
  if (hl_deciding_unseen (d, HL_READ_RESERVATION_STATUS, reservation,
                          HL_RESERVATION_FIELD_STATUS)) {
    hl_collision_contest (d, "K0", reservation, HL_RESERVATION_FIELD_STATUS,
                          hl_collision_action_value (d));
    return;
  }
  for (guint i = 0; i < parties->len; i++) {
    HlParty *party = g_ptr_array_index (parties, i);
    JsonObject *draft;

    if (hl_rules_is_seated (hl_party_get_status (party))) {
      hl_deciding_refuse (d, HL_REASON_BUILT_UPON, party, HL_PARTY_FIELD_STATUS);
      return;
    }
    if (hl_rules_is_over (hl_party_get_status (party)))
      continue;
    draft = hl_deciding_draft (d, HL_EVENT_PARTY_UPDATED, hl_party_get_party_id (party));
    json_object_set_string_member (draft, "status", "removed");
    json_object_set_string_member (draft, "removed_reason", "correct");
  }
  json_object_set_string_member (hl_deciding_draft (d, HL_EVENT_RESERVATION_UPDATED, id), "status",
                                 to);
}

/* {type, id, correct_to, table_ids?} */
void
hl_decide_correct (HlDeciding *d)
{
  const char *type = hl_deciding_string (d, "type");
  const char *id = hl_deciding_string (d, "id");
  const char *to = hl_deciding_string (d, "correct_to");

  if (g_strcmp0 (type, "party") == 0) {
    HlParty *party = hl_state_lookup_party (d->state, id);

    if (party != NULL)
      correct_party (d, party, to);
    else
      hl_deciding_unknown (d, HL_TYPE_PARTY, id);
  } else if (g_strcmp0 (type, "reservation") == 0) {
    HlReservation *reservation = hl_state_lookup_reservation (d->state, id);

    if (reservation != NULL)
      correct_reservation (d, reservation, to);
    else
      hl_deciding_unknown (d, HL_TYPE_RESERVATION, id);
  } else {
    hl_deciding_refuse (d, HL_REASON_MALFORMED, NULL, 0);
  }
}

/* {type, id, note} */
void
hl_decide_add_note (HlDeciding *d)
{
  int type = HL_SUBJECT_TYPE_PARTY;
  const char *id = hl_deciding_string (d, "id");
  const char *const notes[] = { hl_deciding_string (d, "note"), NULL };
  GType entity_type;

  hl_enum_parse (HL_TYPE_SUBJECT_TYPE, hl_deciding_string (d, "type"), &type);
  if ((type != HL_SUBJECT_TYPE_PARTY && type != HL_SUBJECT_TYPE_RESERVATION) || notes[0] == NULL
      || notes[0][0] == '\0') {
    hl_deciding_refuse (d, HL_REASON_MALFORMED, NULL, 0);
    return;
  }
  entity_type = hl_collision_entity_type (type);
  if (hl_state_lookup (d->state, entity_type, id) == NULL) {
    hl_deciding_unknown (d, entity_type, id);
    return;
  }
  hl_deciding_put_strings (hl_deciding_draft (d, get_update_kind (type), id), "notes_add", notes);
}
