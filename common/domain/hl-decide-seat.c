/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Decisions about parties at tables: seat, move, unseat, stage, gone. */
#include "domain/hl-collision.h"
#include "domain/hl-decide-context.h"
#include "domain/hl-member.h"
#include "domain/hl-time.h"

gboolean
hl_decide_sits_at (HlParty *party, const char *const *sorted)
{
  const char *const *current = hl_party_get_table_ids (party);

  if (g_strv_length ((GStrv) current) != g_strv_length ((GStrv) sorted))
    return FALSE;
  for (guint i = 0; sorted[i] != NULL; i++) {
    if (!g_strv_contains (current, sorted[i]))
      return FALSE;
  }
  return TRUE;
}

JsonNode *
hl_decide_make_tables_value (const char *party_id, const char *const *tables)
{
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);
  JsonObject *value = json_object_new ();

  json_object_set_string_member (value, "party_id", party_id);
  hl_deciding_put_strings (value, "table_ids", tables);
  json_node_take_object (node, value);
  return node;
}

/* K2: the party sits elsewhere, and this device did not know. */
void
hl_decide_contest_tables (HlDeciding *d, HlParty *party, JsonNode *value)
{
  GPtrArray *standing = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);
  const char *id = hl_party_get_party_id (party);

  g_ptr_array_add (
    standing, hl_collision_make_standing (d, party, HL_PARTY_FIELD_TABLE_IDS,
                                          hl_decide_make_tables_value (id, hl_party_get_table_ids (party))));
  hl_collision_join (d, HL_DISPUTE_KIND_PARTY_TABLE, "K2", HL_SUBJECT_TYPE_PARTY, id, "table_ids",
                     standing, value);
}

void
hl_decide_contest_party (HlDeciding *d, HlParty *party)
{
  hl_collision_contest (d, "K0", party, HL_PARTY_FIELD_STATUS, hl_collision_action_value (d));
}

/* K1, K19: both stay. Any overlap counts; a combination is all of its tables. */
static void
share_table (HlDeciding *d, HlParty *party, const char *party_id, const char *table_id,
             const char *const *tables)
{
  GPtrArray *parties = hl_state_get_table_parties (d->state, table_id);
  GPtrArray *standing;

  standing = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);
  for (guint i = 0; i < parties->len; i++) {
    HlParty *other = g_ptr_array_index (parties, i);

    if (other == party)
      continue;
    hl_deciding_unseen (d, HL_READ_OCCUPANTS, other, HL_PARTY_FIELD_TABLE_IDS);
    g_ptr_array_add (
      standing, hl_collision_make_standing (d, other, HL_PARTY_FIELD_TABLE_IDS,
                                            hl_decide_make_tables_value (hl_party_get_party_id (other),
                                                               hl_party_get_table_ids (other))));
  }
  if (standing->len == 0) {
    g_ptr_array_unref (standing);
    return;
  }
  hl_collision_join (d, HL_DISPUTE_KIND_TABLE, "K1", HL_SUBJECT_TYPE_TABLE, table_id, "", standing,
                     hl_decide_make_tables_value (party_id, tables));
}

static gboolean
is_blocked (HlDeciding *d, HlTable *table)
{
  gint64 until;

  if (table == NULL || !hl_table_get_blocked (table))
    return FALSE;
  until = hl_table_get_blocked_until (table);
  return until == HL_TIME_NONE || until > d->now;
}

/* K10: the party stays, the block becomes a card for a manager. */
static void
share_with_block (HlDeciding *d, HlTable *table, const char *party_id, const char *const *tables)
{
  GPtrArray *standing = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);
  JsonNode *block = json_node_new (JSON_NODE_OBJECT);

  json_node_take_object (block, json_object_new ());
  json_object_set_boolean_member (json_node_get_object (block), "blocked", TRUE);
  json_object_set_string_member (json_node_get_object (block), "reason",
                                 hl_table_get_blocked_reason (table));
  g_ptr_array_add (standing, hl_collision_make_standing (d, table, HL_TABLE_FIELD_BLOCKED, block));
  hl_collision_join (d, HL_DISPUTE_KIND_BLOCKED_TABLE, "K10", HL_SUBJECT_TYPE_TABLE,
                     hl_table_get_table_id (table), "", standing,
                     hl_decide_make_tables_value (party_id, tables));
}

/* The tables' side of seating. FALSE when it refused. */
static gboolean
take_tables (HlDeciding *d, HlParty *party, const char *party_id, const char *const *tables)
{
  for (guint i = 0; tables[i] != NULL; i++) {
    HlTable *table = hl_state_lookup_table (d->state, tables[i]);

    if (is_blocked (d, table)
        && (party == NULL || !g_strv_contains (hl_party_get_table_ids (party), tables[i]))) {
      gboolean unseen
        = hl_deciding_unseen (d, HL_READ_TABLE_BLOCKED, table, HL_TABLE_FIELD_BLOCKED);

      if (d->actor->role != HL_ROLE_MANAGER && !d->insists) {
        hl_deciding_refuse (d, HL_REASON_TABLE_BLOCKED, table, HL_TABLE_FIELD_BLOCKED);
        return FALSE;
      }
      if (d->actor->role != HL_ROLE_MANAGER || unseen)
        share_with_block (d, table, party_id, tables);
    }
    share_table (d, party, party_id, tables[i], tables);
  }
  return TRUE;
}

static void
put_superseded (HlDeciding *d, JsonObject *draft, GType type, int status, gpointer entity,
                guint field)
{
  JsonObject *superseded = json_object_new ();
  const HlRevision *revision = hl_entity_get_revision (entity, field);
  HlAuthor author = { .by = revision->device != NULL ? revision->device : "", .at = d->now };

  hl_state_find_author (d->state, entity, field, &author);
  hl_deciding_put_enum (superseded, "status", type, status);
  hl_deciding_put_time (superseded, "at", author.at);
  json_object_set_string_member (superseded, "by", author.by[0] == '~' ? author.by + 1 : author.by);
  json_object_set_object_member (draft, "superseded", superseded);
}

void
hl_decide_supersede_reservation (HlDeciding *d, HlReservation *reservation, const char *party_id)
{
  HlReservationStatus status = hl_reservation_get_status (reservation);
  const char *id = hl_reservation_get_reservation_id (reservation);
  JsonObject *draft = hl_deciding_draft (d, HL_EVENT_RESERVATION_UPDATED, id);
  GPtrArray *standing;
  JsonNode *theirs, *mine;

  json_object_set_string_member (draft, "status", "arrived");
  if (!hl_rules_is_past (status))
    return;
  put_superseded (d, draft, HL_TYPE_RESERVATION_STATUS, status, reservation,
                  HL_RESERVATION_FIELD_STATUS);
  if (status == HL_RESERVATION_STATUS_NO_SHOW
      || g_str_equal (hl_reservation_get_cancel_reason (reservation), HL_WALKED_AWAY))
    return;

  /* K4: are they the same guests? */
  standing = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);
  theirs = hl_deciding_get_value (reservation, HL_RESERVATION_FIELD_STATUS);
  mine = json_node_new (JSON_NODE_OBJECT);
  json_node_take_object (mine, json_object_new ());
  json_object_set_string_member (json_node_get_object (mine), "status", "arrived");
  json_object_set_string_member (json_node_get_object (mine), "party_id", party_id);
  hl_deciding_unseen (d, HL_READ_RESERVATION_STATUS, reservation, HL_RESERVATION_FIELD_STATUS);
  g_ptr_array_add (
    standing, hl_collision_make_standing (d, reservation, HL_RESERVATION_FIELD_STATUS, theirs));
  hl_collision_join (d, HL_DISPUTE_KIND_CANCELLED_SEATED, "K4", HL_SUBJECT_TYPE_RESERVATION, id, "",
                     standing, mine);
}

/* What is said beside the tables is an edit like any other: of one field the first stands (K7).
 * @value: (transfer full) */
static void
say_beside (HlDeciding *d, HlParty *party, guint field, const char *name, JsonNode *value)
{
  g_autoptr (JsonNode) standing = hl_deciding_get_value (party, field);

  if (json_node_equal (standing, value)) {
    json_node_unref (value);
    return;
  }
  if (hl_deciding_unseen (d, HL_READ_PARTY_FIELDS, party, field)) {
    hl_collision_contest (d, "K7", party, field, value);
    return;
  }
  hl_collision_note_edit (d, HL_DISPUTE_KIND_FIELD, hl_party_get_party_id (party), name,
                          json_node_copy (value));
  json_object_set_member (
    hl_deciding_draft (d, HL_EVENT_PARTY_UPDATED, hl_party_get_party_id (party)), name, value);
}

static void
say_who_came (HlDeciding *d, HlParty *party, gint64 arrived)
{
  const char *server = hl_deciding_string (d, "server");
  JsonNode *value;

  if (arrived >= 0) {
    value = json_node_new (JSON_NODE_VALUE);
    json_node_set_int (value, arrived);
    say_beside (d, party, HL_PARTY_FIELD_ARRIVED, "arrived", value);
  }
  if (server != NULL) {
    value = json_node_new (JSON_NODE_VALUE);
    json_node_set_string (value, server);
    say_beside (d, party, HL_PARTY_FIELD_SERVER, "server", value);
  }
}

/* How many are here; somebody else's higher number that was not seen counts meanwhile. */
static gint64
count_arrived (HlDeciding *d, HlParty *party, gint64 arrived)
{
  if (party != NULL && arrived >= 0
      && hl_deciding_unseen (d, HL_READ_PARTY_FIELDS, party, HL_PARTY_FIELD_ARRIVED))
    return MAX (arrived, hl_party_get_arrived (party));
  return arrived;
}

/* The party as it sits down. */
static void
sit_down (HlDeciding *d, HlParty *party, const char *party_id, const char *const *tables)
{
  JsonObject *draft = hl_deciding_draft (d, HL_EVENT_PARTY_UPDATED, party_id);
  gint64 size = party != NULL ? hl_party_get_size (party) : hl_deciding_int (d, "size", 1);
  gint64 said = hl_deciding_int (d, "arrived", -1);
  gint64 arrived = count_arrived (d, party, said);
  gboolean was_seated = party != NULL && hl_rules_is_seated (hl_party_get_status (party));
  HlReservation *reservation;

  if (was_seated && arrived < 0)
    hl_deciding_put_enum (draft, "status", HL_TYPE_PARTY_STATUS, hl_party_get_status (party));
  else
    json_object_set_string_member (draft, "status",
                                   arrived > 0 && arrived < size ? "partially_seated" : "seated");
  hl_deciding_put_strings (draft, "table_ids", tables);
  if (!was_seated)
    hl_deciding_put_time (draft, "seated_at", d->at);
  if (party == NULL) {
    if (said >= 0)
      json_object_set_int_member (draft, "arrived", said);
    if (hl_deciding_string (d, "server") != NULL)
      json_object_set_string_member (draft, "server", hl_deciding_string (d, "server"));
    json_object_set_int_member (draft, "size", size);
    if (hl_deciding_string (d, "name") != NULL)
      json_object_set_string_member (draft, "name", hl_deciding_string (d, "name"));
    hl_deciding_put_time (draft, "since", d->at);
    return;
  }

  say_who_came (d, party, said);
  if (hl_rules_is_over (hl_party_get_status (party))) {
    put_superseded (d, draft, HL_TYPE_PARTY_STATUS, hl_party_get_status (party), party,
                    HL_PARTY_FIELD_STATUS);
    hl_decide_return_party (d, party);
  }
  reservation = hl_state_lookup_reservation (d->state, hl_party_get_reservation_id (party));
  if (reservation != NULL && d->kind == HL_ACTION_SEAT
      && hl_reservation_get_status (reservation) != HL_RESERVATION_STATUS_ARRIVED
      && hl_reservation_get_status (reservation) != HL_RESERVATION_STATUS_COMPLETED)
    hl_decide_supersede_reservation (d, reservation, party_id);
}

/* Whether the party may sit down at all; what else it is has been answered when FALSE. */
static gboolean
may_sit (HlDeciding *d, HlParty *party, const char *const *tables)
{
  HlPartyStatus status = hl_party_get_status (party);
  gboolean seated = hl_rules_is_seated (status);

  if (d->forced && !(seated && hl_decide_sits_at (party, tables)))
    return TRUE;
  if (seated && hl_decide_sits_at (party, tables)) {
    gint64 arrived = hl_deciding_int (d, "arrived", -1);

    if (status == HL_PARTY_STATUS_PARTIALLY_SEATED && arrived > hl_party_get_arrived (party))
      return TRUE;
    hl_deciding_no_op (d, party, HL_PARTY_FIELD_TABLE_IDS); /* K3 */
    return FALSE;
  }
  if (seated) {
    if (!hl_deciding_unseen (d, HL_READ_PARTY_TABLES, party, HL_PARTY_FIELD_TABLE_IDS))
      return TRUE;
    hl_decide_contest_tables (d, party, hl_decide_make_tables_value (hl_party_get_party_id (party), tables));
    return FALSE;
  }
  if (status == HL_PARTY_STATUS_LEFT || status == HL_PARTY_STATUS_REMOVED) {
    /* K13: seated wins, if whoever seated them did not know */
    if (hl_deciding_unseen (d, HL_READ_PARTY_STATUS, party, HL_PARTY_FIELD_STATUS)
        && d->kind == HL_ACTION_SEAT)
      return TRUE;
    hl_deciding_refuse (d, HL_REASON_WRONG_STATE, party, HL_PARTY_FIELD_STATUS);
    return FALSE;
  }
  if (status == HL_PARTY_STATUS_GONE || d->kind == HL_ACTION_MOVE) {
    if (hl_deciding_unseen (d, HL_READ_PARTY_STATUS, party, HL_PARTY_FIELD_STATUS))
      hl_decide_contest_party (d, party);
    else
      hl_deciding_refuse (d, HL_REASON_WRONG_STATE, party, HL_PARTY_FIELD_STATUS);
    return FALSE;
  }
  /* somebody unseen took them from a table meanwhile */
  if (hl_deciding_unseen (d, HL_READ_PARTY_TABLES, party, HL_PARTY_FIELD_TABLE_IDS)) {
    hl_decide_contest_party (d, party);
    return FALSE;
  }
  return TRUE;
}

void
hl_decide_note_party (HlDeciding *d, const char *party_id, JsonNode *tables)
{
  hl_collision_note_edit (d, HL_DISPUTE_KIND_FIELD, party_id, "status",
                          hl_collision_action_value (d));
  if (tables != NULL)
    hl_collision_note_edit (d, HL_DISPUTE_KIND_PARTY_TABLE, party_id, "table_ids", tables);
}

void
hl_decide_seat (HlDeciding *d)
{
  const char *party_id = hl_deciding_string (d, "party_id");
  HlParty *party = hl_state_lookup_party (d->state, party_id);
  g_auto (GStrv) ids = hl_deciding_ids (d, "table_ids");
  const char *const *tables = (const char *const *) ids;

  if (party == NULL) {
    /* a walk-in is made by being seated */
    if (d->kind != HL_ACTION_SEAT || hl_deciding_int (d, "size", 0) < 1
        || hl_state_is_buried (d->state, HL_TYPE_PARTY, party_id)) {
      hl_deciding_unknown (d, HL_TYPE_PARTY, party_id);
      return;
    }
  } else if (!may_sit (d, party, tables)) {
    return;
  }
  if (tables[0] == NULL) {
    hl_deciding_refuse (d, HL_REASON_MALFORMED, party, HL_PARTY_FIELD_TABLE_IDS);
    return;
  }

  sit_down (d, party, party_id, tables);
  if (!take_tables (d, party, party_id, tables))
    return;
  if (party == NULL)
    hl_decide_ask_lookalike (d, party_id);
  hl_decide_note_party (d, party_id, hl_decide_make_tables_value (party_id, tables));
}

void
hl_decide_move (HlDeciding *d)
{
  hl_decide_seat (d);
}
