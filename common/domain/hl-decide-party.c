/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Decisions about parties that wait: added, changed, called, left. */
#include "domain/hl-collision.h"
#include "domain/hl-decide-context.h"
#include "domain/hl-decide-fields.h"
#include "domain/hl-member.h"

static HlParty *
find_party (HlDeciding *d)
{
  const char *id = hl_deciding_string (d, "party_id");
  HlParty *party = hl_state_lookup_party (d->state, id);

  if (party == NULL)
    hl_deciding_unknown (d, HL_TYPE_PARTY, id);
  return party;
}

static gboolean
same_text (const char *one, const char *two)
{
  g_autofree char *a = NULL;
  g_autofree char *b = NULL;

  if (one == NULL || two == NULL || one[0] == '\0' || two[0] == '\0')
    return FALSE;
  a = g_utf8_casefold (one, -1);
  b = g_utf8_casefold (two, -1);
  return g_str_equal (a, b);
}

/* Somebody else entered, unseen, what looks like the same people. */
static HlParty *
find_lookalike (HlDeciding *d, const char *id)
{
  guint n = 0;
  HlEntity **parties = hl_entity_list_peek (hl_state_get_list (d->state, HL_TYPE_PARTY), &n);
  const char *name = hl_deciding_string (d, "name");
  const char *phone = hl_deciding_string (d, "phone");
  int size = (int) hl_deciding_int (d, "size", 0);

  for (guint i = 0; i < n; i++) {
    HlParty *party = HL_PARTY (parties[i]);

    if (hl_rules_is_over (hl_party_get_status (party))
        || g_strcmp0 (hl_entity_get_id (parties[i]), id) == 0
        || !hl_deciding_unseen (d, HL_READ_OTHER_PARTIES, party, HL_PARTY_FIELD_SIZE))
      continue;
    if (g_strcmp0 (hl_party_get_phone (party), phone) == 0 && phone != NULL)
      return party;
    if (hl_party_get_size (party) == size && same_text (hl_party_get_name (party), name))
      return party;
  }
  return NULL;
}

/* Never merged by itself: people may well share a name. */
void
hl_decide_ask_lookalike (HlDeciding *d, const char *id)
{
  HlParty *other = find_lookalike (d, id);
  GPtrArray *standing;
  JsonNode *theirs, *mine;

  if (other == NULL)
    return;
  standing = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);
  theirs = json_node_new (JSON_NODE_OBJECT);
  mine = json_node_new (JSON_NODE_OBJECT);
  json_node_take_object (theirs, json_object_new ());
  json_node_take_object (mine, json_object_new ());
  json_object_set_string_member (json_node_get_object (theirs), "party_id",
                                 hl_party_get_party_id (other));
  json_object_set_string_member (json_node_get_object (mine), "party_id", id);
  g_ptr_array_add (standing, hl_collision_make_standing (d, other, HL_PARTY_FIELD_SIZE, theirs));
  hl_collision_join (d, HL_DISPUTE_KIND_SAME_PARTY, "K20", HL_SUBJECT_TYPE_PARTY, id, "", standing,
                     mine);
}

void
hl_decide_add_party (HlDeciding *d)
{
  static const char *const texts[] = { "name", "phone", "allergies", "language", "call_id" };
  const char *id = hl_deciding_string (d, "party_id");
  const char *status = hl_deciding_string (d, "status");
  HlParty *party = hl_state_lookup_party (d->state, id);
  gboolean waits = g_strcmp0 (status, "arrived") != 0;
  JsonObject *draft;

  /* who is in the room only somebody in the room can say, and what the wait is */
  if (d->actor->role == HL_ROLE_AGENT
      && (!waits || hl_deciding_has (d, "quote_min") || hl_deciding_has (d, "quote_max"))) {
    hl_deciding_refuse (d, HL_REASON_NOT_ALLOWED, NULL, 0);
    return;
  }
  if (party != NULL) {
    hl_deciding_no_op (d, party, HL_PARTY_FIELD_STATUS);
    return;
  }
  if (hl_state_is_buried (d->state, HL_TYPE_PARTY, id)) {
    hl_deciding_unknown (d, HL_TYPE_PARTY, id);
    return;
  }

  draft = hl_deciding_draft (d, HL_EVENT_PARTY_UPDATED, id);
  json_object_set_int_member (draft, "size", hl_deciding_int (d, "size", 1));
  json_object_set_string_member (draft, "status", waits ? "waiting" : "arrived");
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    if (hl_deciding_string (d, texts[i]) != NULL)
      json_object_set_string_member (draft, texts[i], hl_deciding_string (d, texts[i]));
  }
  if (!waits)
    json_object_set_int_member (draft, "arrived", hl_deciding_int (d, "size", 1));
  hl_deciding_put_time (draft, "since", d->at);
  if (waits)
    hl_deciding_put_time (draft, "waiting_since", d->at);
  if (hl_deciding_has (d, "quote_min") || hl_deciding_has (d, "quote_max")) {
    gint64 quote_min = hl_deciding_int (d, "quote_min", -1);
    gint64 quote_max = hl_deciding_int (d, "quote_max", -1);

    if (quote_min >= 0)
      json_object_set_int_member (draft, "quote_min", quote_min);
    if (quote_max >= 0)
      json_object_set_int_member (draft, "quote_max", quote_max);
    hl_deciding_put_time (draft, "quoted_at", d->at);
    json_object_set_string_member (draft, "quoted_by", d->actor->name);
  }
  hl_decide_fields_join_lists (d, NULL, HL_EVENT_PARTY_UPDATED, id, HL_PARTY_FIELD_TAGS);
  hl_decide_ask_lookalike (d, id);
}

/* The last of the party came: "3 of 5 in" becomes whole. */
static void
complete_arrival (HlDeciding *d, HlParty *party)
{
  JsonObject *draft
    = hl_deciding_drafted (d, HL_EVENT_PARTY_UPDATED, hl_party_get_party_id (party));
  HlPartyStatus status = hl_party_get_status (party);
  gint64 size, arrived;

  if (draft == NULL
      || (status != HL_PARTY_STATUS_PARTIALLY_ARRIVED
          && status != HL_PARTY_STATUS_PARTIALLY_SEATED))
    return;
  size = hl_member_get_int (draft, "size", hl_party_get_size (party));
  arrived = hl_member_get_int (draft, "arrived", hl_party_get_arrived (party));
  if (arrived < size)
    return;
  json_object_set_string_member (draft, "status",
                                 status == HL_PARTY_STATUS_PARTIALLY_SEATED ? "seated" : "arrived");
}

void
hl_decide_update_party (HlDeciding *d)
{
  static const guint allowed[] = {
    HL_PARTY_FIELD_NAME,
    HL_PARTY_FIELD_PHONE,
    HL_PARTY_FIELD_SIZE,
    HL_PARTY_FIELD_ARRIVED,
    HL_PARTY_FIELD_SERVER,
    HL_PARTY_FIELD_QUOTE_MIN,
    HL_PARTY_FIELD_QUOTE_MAX,
    HL_PARTY_FIELD_ALLERGIES,
    HL_PARTY_FIELD_LANGUAGE,
    HL_PARTY_FIELD_CALL_ID,
    0,
  };
  HlParty *party = find_party (d);
  JsonObject *draft;

  if (party == NULL)
    return;
  if (!hl_decide_fields_edit (d, HL_ENTITY (party), HL_EVENT_PARTY_UPDATED, HL_READ_PARTY_FIELDS,
                              allowed))
    return;
  hl_decide_fields_join_lists (d, HL_ENTITY (party), HL_EVENT_PARTY_UPDATED,
                               hl_party_get_party_id (party), HL_PARTY_FIELD_TAGS);
  draft = hl_deciding_drafted (d, HL_EVENT_PARTY_UPDATED, hl_party_get_party_id (party));
  if (draft != NULL
      && (json_object_has_member (draft, "quote_min")
          || json_object_has_member (draft, "quote_max"))) {
    hl_deciding_put_time (draft, "quoted_at", d->at);
    json_object_set_string_member (draft, "quoted_by", d->actor->name);
  }
  if (!hl_deciding_unseen (d, HL_READ_PARTY_STATUS, party, HL_PARTY_FIELD_STATUS))
    complete_arrival (d, party);
}

/* The reservation of a party that walks away is cancelled with it. */
static void
cancel_with_party (HlDeciding *d, HlParty *party)
{
  HlReservation *reservation
    = hl_state_lookup_reservation (d->state, hl_party_get_reservation_id (party));
  JsonObject *draft;

  if (reservation == NULL
      || hl_reservation_get_status (reservation) != HL_RESERVATION_STATUS_ARRIVED)
    return;
  draft = hl_deciding_draft (d, HL_EVENT_RESERVATION_UPDATED,
                             hl_reservation_get_reservation_id (reservation));
  json_object_set_string_member (draft, "status", "cancelled");
  json_object_set_string_member (draft, "cancel_reason", HL_WALKED_AWAY);
}

void
hl_decide_remove_party (HlDeciding *d)
{
  HlParty *party = hl_state_lookup_party (d->state, hl_deciding_string (d, "party_id"));
  const char *status = hl_deciding_string (d, "status");
  const char *reason = hl_deciding_string (d, "removed_reason");
  HlPartyStatus current;
  JsonObject *draft;

  if (party == NULL) {
    hl_deciding_unknown (d, HL_TYPE_PARTY, hl_deciding_string (d, "party_id"));
    return;
  }
  current = hl_party_get_status (party);
  if (hl_rules_is_over (current)
      && !(d->forced && g_strcmp0 (status, hl_enum_nick (HL_TYPE_PARTY_STATUS, current)) != 0)) {
    hl_deciding_no_op (d, party, HL_PARTY_FIELD_STATUS);
    return;
  }
  if (hl_rules_is_seated (current) && !d->forced) {
    /* K13: seated wins */
    if (hl_deciding_unseen (d, HL_READ_PARTY_STATUS, party, HL_PARTY_FIELD_STATUS))
      hl_collision_contest (d, "K13", party, HL_PARTY_FIELD_STATUS, hl_collision_action_value (d));
    else
      hl_deciding_refuse (d, HL_REASON_WRONG_STATE, party, HL_PARTY_FIELD_STATUS);
    return;
  }
  /* that they were called meanwhile, or wait again, does not keep them here; that they were called back does */
  if ((d->was_so || (current != HL_PARTY_STATUS_NOTIFIED && current != HL_PARTY_STATUS_WAITING))
      && hl_deciding_unseen (d, HL_READ_PARTY_STATUS, party, HL_PARTY_FIELD_STATUS)) {
    hl_collision_contest (d, "K0", party, HL_PARTY_FIELD_STATUS, hl_collision_action_value (d));
    return;
  }
  draft = hl_deciding_draft (d, HL_EVENT_PARTY_UPDATED, hl_party_get_party_id (party));
  json_object_set_string_member (draft, "status", status);
  if (reason != NULL)
    json_object_set_string_member (draft, "removed_reason", reason);
  if (hl_rules_is_seated (current)) {
    hl_deciding_put_strings (draft, "table_ids", NULL);
    json_object_set_null_member (draft, "seated_at");
  }
  cancel_with_party (d, party);
  hl_collision_note_edit (d, HL_DISPUTE_KIND_FIELD, hl_party_get_party_id (party), "status",
                          hl_collision_action_value (d));
}

/* They came back, and keep their place: `since` stays. */
void
hl_decide_recall_party (HlDeciding *d)
{
  HlParty *party = find_party (d);
  HlPartyStatus status;
  gboolean unseen;
  JsonObject *draft;

  if (party == NULL)
    return;
  status = hl_party_get_status (party);
  unseen = hl_deciding_unseen (d, HL_READ_PARTY_STATUS, party, HL_PARTY_FIELD_STATUS);
  /* they are here again already: so the other says, too */
  if (status == HL_PARTY_STATUS_WAITING
      || (unseen && !d->forced
          && (hl_rules_is_seated (status) || status == HL_PARTY_STATUS_ARRIVED
              || status == HL_PARTY_STATUS_PARTIALLY_ARRIVED))) {
    hl_deciding_no_op (d, party, HL_PARTY_FIELD_STATUS);
    return;
  }
  if (!hl_rules_is_over (status) && status != HL_PARTY_STATUS_NOTIFIED && !d->forced) {
    hl_deciding_refuse (d, HL_REASON_WRONG_STATE, party, HL_PARTY_FIELD_STATUS);
    return;
  }
  if (status == HL_PARTY_STATUS_GONE && !unseen && !d->forced) {
    hl_deciding_refuse (d, HL_REASON_WRONG_STATE, party, HL_PARTY_FIELD_STATUS);
    return;
  }
  if (unseen) {
    hl_collision_contest (d, "K0", party, HL_PARTY_FIELD_STATUS, hl_collision_action_value (d));
    return;
  }
  draft = hl_deciding_draft (d, HL_EVENT_PARTY_UPDATED, hl_party_get_party_id (party));
  json_object_set_string_member (draft, "status", "waiting");
  json_object_set_string_member (draft, "removed_reason", "");
  /* K12: that they were told meanwhile stays so */
  if (!hl_deciding_unseen (d, HL_READ_NOTIFY, party, HL_PARTY_FIELD_NOTIFY_ROUND))
    json_object_set_string_member (draft, "notify", "not_sent");
  if (hl_rules_is_seated (status)) {
    hl_deciding_put_strings (draft, "table_ids", NULL);
    json_object_set_null_member (draft, "seated_at");
  }
  hl_decide_return_party (d, party);
  hl_collision_note_edit (d, HL_DISPUTE_KIND_FIELD, hl_party_get_party_id (party), "status",
                          hl_collision_action_value (d));
}

/* K12: one message a round. */
void
hl_decide_notify_party (HlDeciding *d)
{
  HlParty *party = find_party (d);
  JsonObject *draft;

  if (party == NULL)
    return;
  if (!hl_rules_is_waiting (hl_party_get_status (party))) {
    hl_deciding_refuse (d, HL_REASON_WRONG_STATE, party, HL_PARTY_FIELD_STATUS);
    return;
  }
  if (hl_deciding_unseen (d, HL_READ_NOTIFY, party, HL_PARTY_FIELD_NOTIFY_ROUND)
      || (hl_party_get_status (party) == HL_PARTY_STATUS_NOTIFIED
          && (hl_party_get_notify (party) == HL_NOTIFY_STATE_SENT
              || hl_party_get_notify (party) == HL_NOTIFY_STATE_DELIVERED))) {
    hl_deciding_no_op (d, party, HL_PARTY_FIELD_NOTIFY_ROUND);
    return;
  }
  draft = hl_deciding_draft (d, HL_EVENT_PARTY_UPDATED, hl_party_get_party_id (party));
  if (hl_party_get_status (party) == HL_PARTY_STATUS_WAITING
      && !hl_deciding_unseen (d, HL_READ_PARTY_STATUS, party, HL_PARTY_FIELD_STATUS))
    json_object_set_string_member (draft, "status", "notified");
  json_object_set_string_member (draft, "notify",
                                 hl_party_get_phone (party) != NULL ? "sent" : "no_phone");
  json_object_set_int_member (draft, "notify_round",
                              MIN (99, hl_party_get_notify_round (party) + 1));
  hl_deciding_put_time (draft, "notified_at", d->at);
}
