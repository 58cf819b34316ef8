/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Decisions by which a person puts something right: correct, add a note. */
#include "domain/hl-collision.h"
#include "domain/hl-decide-context.h"
#include "domain/hl-member.h"
#include "domain/hl-time.h"

/* How long a party that was marked gone can be put back. */
#define CORRECT_GONE_MS (15 * G_GINT64_CONSTANT (60000))

/* What became of them meanwhile, where they are not gone. FALSE: answered. */
static gboolean
may_come_back (HlDeciding *d, HlParty *party, const char *const *tables)
{
  HlPartyStatus status = hl_party_get_status (party);
  gboolean unseen = hl_deciding_unseen (d, HL_READ_PARTY_STATUS, party, HL_PARTY_FIELD_STATUS);

  if (hl_rules_is_seated (status)) {
    if (hl_decide_sits_at (party, tables))
      hl_deciding_no_op (d, party, HL_PARTY_FIELD_TABLE_IDS);
    else if (hl_deciding_unseen (d, HL_READ_PARTY_TABLES, party, HL_PARTY_FIELD_TABLE_IDS))
      hl_decide_contest_tables (
        d, party, hl_decide_make_tables_value (hl_party_get_party_id (party), tables));
    else
      hl_deciding_refuse (d, HL_REASON_WRONG_STATE, party, HL_PARTY_FIELD_STATUS);
    return FALSE;
  }
  if (unseen) {
    hl_decide_contest_party (d, party);
    return FALSE;
  }
  if (status != HL_PARTY_STATUS_GONE
      || (hl_party_get_gone_at (party) != HL_TIME_NONE
          && hl_party_get_gone_at (party) + CORRECT_GONE_MS < d->now)) {
    hl_deciding_refuse (d, HL_REASON_WRONG_STATE, party, HL_PARTY_FIELD_STATUS);
    return FALSE;
  }
  for (guint i = 0; tables[i] != NULL; i++) {
    GPtrArray *there = hl_state_get_table_parties (d->state, tables[i]);

    if (there->len > 0) {
      hl_deciding_refuse (d, HL_REASON_BUILT_UPON, g_ptr_array_index (there, 0),
                          HL_PARTY_FIELD_TABLE_IDS);
      return FALSE;
    }
  }
  return TRUE;
}

/* Gone by mistake: back to the table, for a quarter of an hour, if nobody else sits there. */
static void
correct_party (HlDeciding *d, HlParty *party, const char *to)
{
  g_auto (GStrv) ids = hl_deciding_ids (d, "table_ids");
  const char *const *tables = (const char *const *) ids;
  const char *id = hl_party_get_party_id (party);
  JsonObject *draft;

  if (g_strcmp0 (to, "seated") != 0 || tables[0] == NULL) {
    hl_deciding_refuse (d, HL_REASON_WRONG_STATE, party, HL_PARTY_FIELD_STATUS);
    return;
  }
  /* a person settled a dispute so: they sit there, beside whoever else does */
  if (d->forced) {
    g_autoptr (JsonObject) data = json_object_new ();

    json_object_set_string_member (data, "party_id", id);
    hl_deciding_put_strings (data, "table_ids", tables);
    d->data = data;
    d->kind = HL_ACTION_SEAT;
    d->reads = hl_rules_get_reads (d->kind);
    hl_decide_seat (d);
    return;
  }
  if (!may_come_back (d, party, tables))
    return;
  draft = hl_deciding_draft (d, HL_EVENT_PARTY_UPDATED, id);
  json_object_set_string_member (draft, "status", "seated");
  hl_deciding_put_strings (draft, "table_ids", tables);
  hl_decide_return_party (d, party);
  hl_decide_note_party (d, id, NULL);
}

/* Whether one of @parties, that the correction would take away, sat meanwhile, or was called, and nobody here knew. */
static gboolean
has_moved_unseen (HlDeciding *d, GPtrArray *parties)
{
  for (guint i = 0; i < parties->len; i++) {
    HlParty *party = g_ptr_array_index (parties, i);

    if (!hl_rules_is_over (hl_party_get_status (party)) && !hl_rules_is_seated (hl_party_get_status (party))
        && hl_deciding_unseen (d, HL_READ_PARTY_STATUS, party, HL_PARTY_FIELD_STATUS))
      return TRUE;
  }
  return FALSE;
}

/* Arrived by mistake: back to the book; the party it made goes, unless it sits. */
static void
correct_reservation (HlDeciding *d, HlReservation *reservation, const char *to)
{
  const char *id = hl_reservation_get_reservation_id (reservation);
  GPtrArray *parties = hl_state_get_reservation_parties (d->state, id);
  HlReservationStatus status = hl_reservation_get_status (reservation);

  if (g_strcmp0 (to, "booked") != 0 && g_strcmp0 (to, "confirmed") != 0) {
    hl_deciding_refuse (d, HL_REASON_WRONG_STATE, reservation, HL_RESERVATION_FIELD_STATUS);
    return;
  }
  if (g_strcmp0 (to, hl_enum_nick (HL_TYPE_RESERVATION_STATUS, status)) == 0) {
    hl_deciding_no_op (d, reservation, HL_RESERVATION_FIELD_STATUS);
    return;
  }
  if (hl_deciding_unseen (d, HL_READ_RESERVATION_STATUS, reservation,
                          HL_RESERVATION_FIELD_STATUS)) {
    hl_decide_contest_reservation (d, reservation);
    return;
  }
  if (status != HL_RESERVATION_STATUS_ARRIVED
      && (!d->forced || status == HL_RESERVATION_STATUS_COMPLETED)) {
    hl_deciding_refuse (d, HL_REASON_WRONG_STATE, reservation, HL_RESERVATION_FIELD_STATUS);
    return;
  }
  if (has_moved_unseen (d, parties)) {
    hl_decide_contest_reservation (d, reservation);
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
  hl_decide_note_reservation (d, reservation);
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
  hl_deciding_put_strings (
    hl_deciding_draft (d,
                       type == HL_SUBJECT_TYPE_RESERVATION ? HL_EVENT_RESERVATION_UPDATED
                                                           : HL_EVENT_PARTY_UPDATED,
                       id),
    "notes_add", notes);
}
