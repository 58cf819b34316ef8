/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Decisions about parties that sit: taken from the table, their stage, gone. */
#include "domain/hl-collision.h"
#include "domain/hl-decide-context.h"
#include "domain/hl-member.h"

void
hl_decide_stand_up (HlDeciding *d, HlParty *party, JsonObject *draft)
{
  gboolean partial = hl_party_get_status (party) == HL_PARTY_STATUS_PARTIALLY_SEATED;

  json_object_set_string_member (draft, "status", partial ? "partially_arrived" : "arrived");
  hl_deciding_put_strings (draft, "table_ids", NULL);
  json_object_set_null_member (draft, "seated_at");
}

void
hl_decide_return_party (HlDeciding *d, HlParty *party)
{
  HlPartyStatus status = hl_party_get_status (party);
  HlReservation *reservation
    = hl_state_lookup_reservation (d->state, hl_party_get_reservation_id (party));
  JsonObject *draft = hl_deciding_draft (d, HL_EVENT_PARTY_UPDATED, hl_party_get_party_id (party));
  gboolean walked_away;

  if (!hl_rules_is_over (status))
    return;
  if (status == HL_PARTY_STATUS_GONE)
    json_object_set_null_member (draft, "gone_at");
  else
    json_object_set_string_member (draft, "removed_reason", "");
  if (reservation == NULL)
    return;
  walked_away = hl_reservation_get_status (reservation) == HL_RESERVATION_STATUS_CANCELLED
                && g_str_equal (hl_reservation_get_cancel_reason (reservation), HL_WALKED_AWAY);
  /* who left has completed nothing: other guests of this booking came and went, and that stays so */
  if (!walked_away
      && (status != HL_PARTY_STATUS_GONE || hl_reservation_get_status (reservation) != HL_RESERVATION_STATUS_COMPLETED))
    return;
  draft = hl_deciding_draft (d, HL_EVENT_RESERVATION_UPDATED,
                             hl_reservation_get_reservation_id (reservation));
  json_object_set_string_member (draft, "status", "arrived");
  if (walked_away)
    json_object_set_string_member (draft, "cancel_reason", "");
}

void
hl_decide_unseat (HlDeciding *d)
{
  HlParty *party = hl_state_lookup_party (d->state, hl_deciding_string (d, "party_id"));
  JsonObject *draft;
  HlPartyStatus status;

  if (party == NULL) {
    hl_deciding_unknown (d, HL_TYPE_PARTY, hl_deciding_string (d, "party_id"));
    return;
  }
  status = hl_party_get_status (party);
  if (hl_rules_is_waiting (status)) {
    hl_deciding_no_op (d, party, HL_PARTY_FIELD_STATUS);
    return;
  }
  if (!hl_rules_is_seated (status) && !d->forced) {
    if (hl_deciding_unseen (d, HL_READ_PARTY_STATUS, party, HL_PARTY_FIELD_STATUS))
      hl_decide_contest_party (d, party);
    else
      hl_deciding_refuse (d, HL_REASON_WRONG_STATE, party, HL_PARTY_FIELD_STATUS);
    return;
  }
  if (hl_deciding_unseen (d, HL_READ_PARTY_TABLES, party, HL_PARTY_FIELD_TABLE_IDS)) {
    hl_decide_contest_tables (d, party, hl_collision_action_value (d));
    return;
  }
  draft = hl_deciding_draft (d, HL_EVENT_PARTY_UPDATED, hl_party_get_party_id (party));
  hl_decide_stand_up (d, party, draft);
  hl_decide_return_party (d, party);
  hl_decide_note_party (d, hl_party_get_party_id (party), NULL);
}

void
hl_decide_leave_tables (HlDeciding *d, HlParty *party)
{
  const char *const *tables = hl_party_get_table_ids (party);
  JsonObject *draft = hl_deciding_draft (d, HL_EVENT_PARTY_UPDATED, hl_party_get_party_id (party));
  HlReservation *reservation
    = hl_state_lookup_reservation (d->state, hl_party_get_reservation_id (party));

  json_object_set_string_member (draft, "status", "gone");
  hl_deciding_put_strings (draft, "table_ids", NULL);
  /* by the server's clock: what can still be put right, and what leaves with the day, goes by it */
  hl_deciding_put_time (draft, "gone_at", d->now);
  for (guint i = 0; tables[i] != NULL; i++) {
    JsonObject *table = hl_deciding_draft (d, HL_EVENT_TABLE_UPDATED, tables[i]);

    json_object_set_string_member (table, "physical", "dirty");
    hl_deciding_put_time (table, "physical_since", d->at);
  }
  if (reservation != NULL
      && hl_reservation_get_status (reservation) == HL_RESERVATION_STATUS_ARRIVED)
    json_object_set_string_member (
      hl_deciding_draft (d, HL_EVENT_RESERVATION_UPDATED,
                         hl_reservation_get_reservation_id (reservation)),
      "status", "completed");
}

void
hl_decide_finish_party (HlDeciding *d)
{
  const char *id = hl_deciding_string (d, "party_id");
  HlParty *party = hl_state_lookup_party (d->state, id);

  if (party == NULL) {
    hl_deciding_unknown (d, HL_TYPE_PARTY, id);
    return;
  }
  if (hl_party_get_status (party) == HL_PARTY_STATUS_GONE) {
    hl_deciding_no_op (d, party, HL_PARTY_FIELD_STATUS);
    return;
  }
  if (!hl_rules_is_seated (hl_party_get_status (party)) && !d->forced) {
    if (hl_deciding_unseen (d, HL_READ_PARTY_STATUS, party, HL_PARTY_FIELD_STATUS))
      hl_decide_contest_party (d, party);
    else
      hl_deciding_refuse (d, HL_REASON_WRONG_STATE, party, HL_PARTY_FIELD_STATUS);
    return;
  }
  /* who left was at another table: were it these people? */
  if (hl_deciding_unseen (d, HL_READ_PARTY_TABLES, party, HL_PARTY_FIELD_TABLE_IDS)) {
    hl_decide_contest_tables (d, party, hl_collision_action_value (d));
    return;
  }
  hl_decide_leave_tables (d, party);
  hl_decide_note_party (d, hl_party_get_party_id (party), NULL);
}

/* K11: the highest stage wins, paid always counts; back only by an explicit correction. */
void
hl_decide_set_stage (HlDeciding *d)
{
  HlParty *party = hl_state_lookup_party (d->state, hl_deciding_string (d, "party_id"));
  int stage = HL_PARTY_STAGE_NONE;
  JsonNode *value;
  JsonObject *draft;

  if (party == NULL) {
    hl_deciding_unknown (d, HL_TYPE_PARTY, hl_deciding_string (d, "party_id"));
    return;
  }
  hl_enum_parse (HL_TYPE_PARTY_STAGE, hl_deciding_string (d, "stage"), &stage);
  if (!hl_rules_is_seated (hl_party_get_status (party))) {
    if (hl_deciding_unseen (d, HL_READ_PARTY_STATUS, party, HL_PARTY_FIELD_STATUS))
      hl_deciding_no_op (d, party, HL_PARTY_FIELD_STATUS);
    else
      hl_deciding_refuse (d, HL_REASON_WRONG_STATE, party, HL_PARTY_FIELD_STATUS);
    return;
  }
  if ((HlPartyStage) stage == hl_party_get_stage (party)
      || ((HlPartyStage) stage < hl_party_get_stage (party)
          && !hl_deciding_bool (d, "correct", FALSE) && !d->forced)) {
    hl_deciding_no_op (d, party, HL_PARTY_FIELD_STAGE);
    return;
  }

  value = json_node_new (JSON_NODE_VALUE);
  json_node_set_string (value, hl_enum_nick (HL_TYPE_PARTY_STAGE, stage));
  if ((HlPartyStage) stage < hl_party_get_stage (party)
      && hl_deciding_unseen (d, HL_READ_PARTY_STAGE, party, HL_PARTY_FIELD_STAGE)) {
    hl_collision_contest (d, "K11", party, HL_PARTY_FIELD_STAGE, value);
    return;
  }
  draft = hl_deciding_draft (d, HL_EVENT_PARTY_UPDATED, hl_party_get_party_id (party));
  json_object_set_string_member (draft, "stage", hl_enum_nick (HL_TYPE_PARTY_STAGE, stage));
  hl_collision_note_edit (d, HL_DISPUTE_KIND_FIELD, hl_party_get_party_id (party), "stage", value);
}
