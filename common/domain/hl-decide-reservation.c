/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Decisions about the book: made, changed, cancelled, arrived, not come. */
#include "domain/hl-capacity.h"
#include "domain/hl-collision.h"
#include "domain/hl-decide-context.h"
#include "domain/hl-decide-fields.h"
#include "domain/hl-member.h"
#include "domain/hl-time.h"

HlReservation *
hl_decide_find_reservation (HlDeciding *d)
{
  const char *id = hl_deciding_string (d, "reservation_id");
  HlReservation *reservation = hl_state_lookup_reservation (d->state, id);

  if (reservation == NULL)
    hl_deciding_unknown (d, HL_TYPE_RESERVATION, id);
  return reservation;
}

void
hl_decide_contest_reservation (HlDeciding *d, HlReservation *reservation)
{
  hl_collision_contest (d, "K0", reservation, HL_RESERVATION_FIELD_STATUS,
                        hl_collision_action_value (d));
}

void
hl_decide_note_reservation (HlDeciding *d, HlReservation *reservation)
{
  hl_collision_note_edit (d, HL_DISPUTE_KIND_FIELD, hl_reservation_get_reservation_id (reservation),
                          "status", hl_collision_action_value (d));
}

/* Guests and the voice agent keep to the rules; the house may bend them. */
static gboolean
keeps_to_rules (HlDeciding *d)
{
  return d->actor->role == HL_ROLE_AGENT || d->actor->role == HL_ROLE_GUEST;
}

/* K14: who was promised a place that was gone already, unseen, keeps it; a person sees the red
 * card. */
static void
ask_overbooked (HlDeciding *d, const char *id)
{
  JsonNode *value = json_node_new (JSON_NODE_OBJECT);

  json_node_take_object (value, json_object_new ());
  json_object_set_string_member (json_node_get_object (value), "reservation_id", id);
  hl_collision_join (d, HL_DISPUTE_KIND_OVERBOOKED, "K14", HL_SUBJECT_TYPE_RESERVATION, id, "",
                     NULL, value);
}

/* FALSE when it refused. @draft: the reservation's; @was_overbooked: what stands. */
static gboolean
check_capacity (HlDeciding *d, const HlCapacityRequest *request, const char *id, JsonObject *draft,
                gboolean was_overbooked)
{
  gboolean fits = hl_capacity_fits (d->state, request);
  HlLocation *location = hl_state_get_location (d->state);

  if (keeps_to_rules (d)) {
    if (request->starts_at < d->now) {
      hl_deciding_refuse (d, HL_REASON_PAST_TIME, NULL, 0);
      return FALSE;
    }
    if (!fits || request->size > hl_location_get_max_phone_party (location)) {
      hl_deciding_refuse (d, HL_REASON_OVER_CAPACITY, NULL, 0);
      return FALSE;
    }
  }
  if (fits == !was_overbooked)
    return TRUE;
  json_object_set_boolean_member (draft, "overbooked", !fits);
  g_return_val_if_fail ((d->reads & HL_READ_BOOK) != 0, TRUE);
  if (!fits && hl_capacity_is_unseen (d->state, request, d->seen, d->device)) {
    d->raced = TRUE;
    ask_overbooked (d, id);
  }
  return TRUE;
}

static void
copy_member (HlDeciding *d, JsonObject *draft, const char *name)
{
  if (hl_deciding_has (d, name))
    json_object_set_member (draft, name, json_node_copy (json_object_get_member (d->data, name)));
}

/* The agent touches no table, not even in the book, and no length of stay. FALSE when it refused. */
static gboolean
leaves_tables_alone (HlDeciding *d)
{
  if (d->actor->role != HL_ROLE_AGENT
      || (!hl_deciding_has (d, "table_ids") && !hl_deciding_has (d, "pinned") && !hl_deciding_has (d, "duration_min")))
    return TRUE;
  hl_deciding_refuse (d, HL_REASON_NOT_ALLOWED, NULL, 0);
  return FALSE;
}

static const char *const created_members[]
  = { "name",      "phone",        "party_size", "starts_at", "table_ids",
      "allergies", "duration_min", "language",   "call_id" };

/* A hold keeps room for what was held: a booking that asks for other room is checked anew. */
static void
book_held (HlDeciding *d, HlReservation *reservation)
{
  const char *id = hl_reservation_get_reservation_id (reservation);
  JsonObject *draft = hl_deciding_draft (d, HL_EVENT_RESERVATION_UPDATED, id);
  g_auto (GStrv) tables = hl_deciding_ids (d, "table_ids");
  HlCapacityRequest request = {
    .reservation_id = id,
    .size = (int) hl_deciding_int (d, "party_size", hl_reservation_get_party_size (reservation)),
    .starts_at = hl_member_get_time (d->data, "starts_at"),
    .duration_min = hl_reservation_get_duration_min (reservation),
    .table_ids = tables[0] != NULL ? (const char *const *) tables : NULL,
  };

  for (guint i = 0; i < G_N_ELEMENTS (created_members); i++)
    copy_member (d, draft, created_members[i]);
  json_object_set_string_member (draft, "status", "booked");
  json_object_set_null_member (draft, "held_until");
  if (request.size != hl_reservation_get_party_size (reservation))
    request.duration_min = hl_capacity_get_duration (d->state, request.size);
  request.duration_min = (int) hl_deciding_int (d, "duration_min", request.duration_min);
  json_object_set_int_member (draft, "duration_min", request.duration_min);
  if (tables[0] != NULL)
    json_object_set_boolean_member (draft, "pinned", TRUE);
  hl_decide_fields_join_lists (d, HL_ENTITY (reservation), HL_EVENT_RESERVATION_UPDATED, id,
                               HL_RESERVATION_FIELD_TAGS);
  if (request.starts_at == HL_TIME_NONE)
    request.starts_at = hl_reservation_get_starts_at (reservation);
  if (request.starts_at != HL_TIME_NONE
      && (request.size > hl_reservation_get_party_size (reservation)
          || request.starts_at != hl_reservation_get_starts_at (reservation)
          || request.duration_min > hl_reservation_get_duration_min (reservation)
          || request.table_ids != NULL))
    check_capacity (d, &request, id, draft, hl_reservation_get_overbooked (reservation));
}

/* Whether somebody else made the hold, or changed it, behind the actor's back: what they put there is not written over. */
static gboolean
is_hold_unseen (HlDeciding *d, HlReservation *reservation)
{
  const HlShape *shape = hl_record_get_shape (HL_RECORD (reservation));

  if (hl_deciding_unseen (d, HL_READ_RESERVATION_STATUS, reservation, HL_RESERVATION_FIELD_STATUS))
    return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (created_members); i++) {
    if (hl_deciding_has (d, created_members[i])
        && hl_deciding_unseen (d, HL_READ_RESERVATION_FIELDS, reservation,
                               hl_shape_lookup (shape, created_members[i])->id))
      return TRUE;
  }
  return FALSE;
}

static void
create_reservation (HlDeciding *d, const char *status)
{
  const char *id = hl_deciding_string (d, "reservation_id");
  HlReservation *reservation = hl_state_lookup_reservation (d->state, id);
  HlCapacityRequest request = { id };
  g_auto (GStrv) tables = hl_deciding_ids (d, "table_ids");
  JsonObject *draft;

  if (!leaves_tables_alone (d))
    return;
  if (reservation != NULL) {
    /* the hold becomes the booking; one that ran out does not: the room may be somebody else's */
    gboolean books = g_str_equal (status, "booked")
                     && hl_reservation_get_status (reservation) == HL_RESERVATION_STATUS_HELD;

    if (books && !is_hold_unseen (d, reservation))
      book_held (d, reservation);
    else if (books || hl_rules_is_past (hl_reservation_get_status (reservation)))
      hl_deciding_refuse (d, HL_REASON_WRONG_STATE, reservation, HL_RESERVATION_FIELD_STATUS);
    else
      hl_deciding_no_op (d, reservation, HL_RESERVATION_FIELD_STATUS);
    return;
  }
  if (hl_state_is_buried (d->state, HL_TYPE_RESERVATION, id)) {
    hl_deciding_unknown (d, HL_TYPE_RESERVATION, id);
    return;
  }

  request.size = (int) hl_deciding_int (d, "party_size", 1);
  request.starts_at = hl_member_get_time (d->data, "starts_at");
  request.duration_min
    = (int) hl_deciding_int (d, "duration_min", hl_capacity_get_duration (d->state, request.size));
  request.table_ids = tables[0] != NULL ? (const char *const *) tables : NULL;
  draft = hl_deciding_draft (d, HL_EVENT_RESERVATION_CREATED, id);
  for (guint i = 0; i < G_N_ELEMENTS (created_members); i++)
    copy_member (d, draft, created_members[i]);
  if (!hl_deciding_has (d, "starts_at"))
    hl_deciding_put_time (draft, "starts_at", request.starts_at);
  json_object_set_string_member (draft, "status", status);
  json_object_set_int_member (draft, "duration_min", request.duration_min);
  json_object_set_string_member (draft, "source",
                                 d->actor->role == HL_ROLE_AGENT   ? "agent"
                                 : d->actor->role == HL_ROLE_GUEST ? "guest"
                                                                   : "host");
  hl_deciding_put_time (draft, "created_at", d->at);
  if (tables[0] != NULL)
    json_object_set_boolean_member (draft, "pinned", TRUE);
  hl_decide_fields_join_lists (d, NULL, HL_EVENT_RESERVATION_CREATED, id,
                               HL_RESERVATION_FIELD_TAGS);
  if (request.starts_at != HL_TIME_NONE)
    check_capacity (d, &request, id, draft, FALSE);
}

void
hl_decide_create_reservation (HlDeciding *d)
{
  create_reservation (d, "booked");
}

void
hl_decide_hold_reservation (HlDeciding *d)
{
  JsonObject *draft;

  create_reservation (d, "held");
  draft = hl_deciding_drafted (d, HL_EVENT_RESERVATION_CREATED,
                               hl_deciding_string (d, "reservation_id"));
  if (draft != NULL && d->decision->outcome != HL_OUTCOME_REFUSED)
    hl_deciding_put_time (draft, "held_until",
                          d->now
                            + hl_location_get_hold_minutes (hl_state_get_location (d->state))
                                * G_GINT64_CONSTANT (60000));
}

/* A change of size, time or table is checked against the book again. FALSE when it refused. */
static gboolean
check_change (HlDeciding *d, HlReservation *reservation)
{
  const char *id = hl_reservation_get_reservation_id (reservation);
  JsonObject *draft = hl_deciding_drafted (d, HL_EVENT_RESERVATION_UPDATED, id);
  g_autofree const char **tables = NULL;
  HlCapacityRequest request = { id };

  if (draft == NULL || !hl_rules_takes_room (hl_reservation_get_status (reservation))
      || (!json_object_has_member (draft, "party_size")
          && !json_object_has_member (draft, "starts_at")
          && !json_object_has_member (draft, "duration_min")
          && !json_object_has_member (draft, "table_ids")))
    return TRUE;
  request.size = (int) hl_member_get_int (draft, "party_size",
                                          MAX (1, hl_reservation_get_party_size (reservation)));
  request.starts_at = json_object_has_member (draft, "starts_at")
                        ? hl_member_get_time (draft, "starts_at")
                        : hl_reservation_get_starts_at (reservation);
  request.duration_min = (int) hl_member_get_int (draft, "duration_min",
                                                  hl_reservation_get_duration_min (reservation));
  tables = hl_member_get_strings (draft, "table_ids");
  if (tables != NULL)
    request.table_ids = tables;
  else if (hl_reservation_get_pinned (reservation))
    request.table_ids = hl_reservation_get_table_ids (reservation);
  if (request.starts_at == HL_TIME_NONE)
    return TRUE;
  return check_capacity (d, &request, id, draft, hl_reservation_get_overbooked (reservation));
}

void
hl_decide_recheck_capacity (HlDeciding *d, HlReservation *reservation)
{
  HlDeciding seeing = *d;

  /* nothing is unseen to whoever has just been asked */
  seeing.seen = G_MAXUINT64;
  seeing.reads |= HL_READ_BOOK;
  check_change (&seeing, reservation);
}

/* "They confirmed", "it is on again": the rest of the status are actions of their own. FALSE when
 * it was refused. @contested: the status is in dispute now, the rest of the edit is not (K6) */
static gboolean
check_status (HlDeciding *d, HlReservation *reservation, HlReservationStatus wanted,
              gboolean *contested)
{
  HlReservationStatus status = hl_reservation_get_status (reservation);
  gboolean confirms
    = status == HL_RESERVATION_STATUS_BOOKED && wanted == HL_RESERVATION_STATUS_CONFIRMED;
  gboolean revives
    = status == HL_RESERVATION_STATUS_CANCELLED && wanted == HL_RESERVATION_STATUS_BOOKED;

  if (d->forced)
    return TRUE;
  if (hl_deciding_unseen (d, HL_READ_RESERVATION_STATUS, reservation,
                          HL_RESERVATION_FIELD_STATUS)) {
    *contested = TRUE;
    return TRUE;
  }
  if (confirms || (revives && !keeps_to_rules (d)))
    return TRUE;
  hl_deciding_refuse (d, HL_REASON_WRONG_STATE, reservation, HL_RESERVATION_FIELD_STATUS);
  return FALSE;
}

/* Of the edit only what it says about the status is in dispute. */
static void
contest_status (HlDeciding *d, HlReservation *reservation)
{
  JsonNode *value = json_node_new (JSON_NODE_OBJECT);
  JsonObject *claim = json_object_new ();

  json_object_set_string_member (claim, "action", "update_reservation");
  json_object_set_string_member (claim, "reservation_id",
                                 hl_reservation_get_reservation_id (reservation));
  json_object_set_string_member (claim, "status", hl_deciding_string (d, "status"));
  json_node_take_object (value, claim);
  hl_collision_contest (d, "K0", reservation, HL_RESERVATION_FIELD_STATUS, value);
}

void
hl_decide_update_reservation (HlDeciding *d)
{
  static const guint allowed[] = {
    HL_RESERVATION_FIELD_NAME,
    HL_RESERVATION_FIELD_PHONE,
    HL_RESERVATION_FIELD_PARTY_SIZE,
    HL_RESERVATION_FIELD_STARTS_AT,
    HL_RESERVATION_FIELD_DURATION_MIN,
    HL_RESERVATION_FIELD_TABLE_IDS,
    HL_RESERVATION_FIELD_PINNED,
    HL_RESERVATION_FIELD_ALLERGIES,
    HL_RESERVATION_FIELD_LANGUAGE,
    HL_RESERVATION_FIELD_LATE_ETA,
    HL_RESERVATION_FIELD_CALL_ID,
    HL_RESERVATION_FIELD_STATUS,
    0,
  };
  HlReservation *reservation = hl_decide_find_reservation (d);
  g_autoptr (JsonObject) rest = NULL;
  HlReservationStatus status;
  gboolean contested = FALSE;
  int wanted;

  if (reservation == NULL || !leaves_tables_alone (d))
    return;
  status = hl_reservation_get_status (reservation);
  wanted = status;
  hl_enum_parse (HL_TYPE_RESERVATION_STATUS, hl_deciding_string (d, "status"), &wanted);
  /* a person settled a dispute so: guests who are here are not made to be expected again */
  if (d->forced && (HlReservationStatus) wanted != status
      && (status == HL_RESERVATION_STATUS_ARRIVED || status == HL_RESERVATION_STATUS_COMPLETED)) {
    hl_deciding_refuse (d, HL_REASON_WRONG_STATE, reservation, HL_RESERVATION_FIELD_STATUS);
    return;
  }
  if (keeps_to_rules (d)
      && (status == HL_RESERVATION_STATUS_ARRIVED || hl_rules_is_past (status))) {
    hl_deciding_refuse (d, HL_REASON_WRONG_STATE, reservation, HL_RESERVATION_FIELD_STATUS);
    return;
  }
  /* also of what takes no room yet */
  if (keeps_to_rules (d) && hl_member_get_time (d->data, "starts_at") != HL_TIME_NONE
      && hl_member_get_time (d->data, "starts_at") < d->now) {
    hl_deciding_refuse (d, HL_REASON_PAST_TIME, reservation, HL_RESERVATION_FIELD_STARTS_AT);
    return;
  }
  if ((HlReservationStatus) wanted != status
      && !check_status (d, reservation, wanted, &contested))
    return;
  if (contested) {
    contest_status (d, reservation);
    rest = hl_deciding_copy_without (d, (const char *const[]) { "status", NULL });
    d->data = rest;
  }
  if (!hl_decide_fields_edit (d, HL_ENTITY (reservation), HL_EVENT_RESERVATION_UPDATED,
                              HL_READ_RESERVATION_FIELDS, allowed))
    return;
  hl_decide_fields_join_lists (d, HL_ENTITY (reservation), HL_EVENT_RESERVATION_UPDATED,
                               hl_reservation_get_reservation_id (reservation),
                               HL_RESERVATION_FIELD_TAGS);
  check_change (d, reservation);
}

void
hl_decide_accept_reservation (HlDeciding *d)
{
  HlReservation *reservation = hl_decide_find_reservation (d);
  HlReservationStatus status;
  HlCapacityRequest request;
  JsonObject *draft;

  if (reservation == NULL)
    return;
  status = hl_reservation_get_status (reservation);
  if (status == HL_RESERVATION_STATUS_BOOKED || status == HL_RESERVATION_STATUS_CONFIRMED
      || status == HL_RESERVATION_STATUS_ARRIVED || status == HL_RESERVATION_STATUS_COMPLETED) {
    hl_deciding_no_op (d, reservation, HL_RESERVATION_FIELD_STATUS);
    return;
  }
  if (status != HL_RESERVATION_STATUS_REQUESTED && !d->forced) {
    if (hl_deciding_unseen (d, HL_READ_RESERVATION_STATUS, reservation,
                            HL_RESERVATION_FIELD_STATUS))
      hl_decide_contest_reservation (d, reservation);
    else
      hl_deciding_refuse (d, HL_REASON_WRONG_STATE, reservation, HL_RESERVATION_FIELD_STATUS);
    return;
  }
  draft = hl_deciding_draft (d, HL_EVENT_RESERVATION_UPDATED,
                             hl_reservation_get_reservation_id (reservation));
  json_object_set_string_member (draft, "status", "booked");
  request = hl_capacity_get_request (d->state, reservation);
  if (request.starts_at != HL_TIME_NONE)
    check_capacity (d, &request, request.reservation_id, draft,
                    hl_reservation_get_overbooked (reservation));
  hl_decide_note_reservation (d, reservation);
}

/* Of a host: declined. Of the timer: the hold or the request expired. */
void
hl_decide_decline_reservation (HlDeciding *d)
{
  HlReservation *reservation = hl_decide_find_reservation (d);
  gboolean expires = d->actor->role == HL_ROLE_SYSTEM;
  HlReservationStatus status;
  JsonObject *draft;

  if (reservation == NULL)
    return;
  status = hl_reservation_get_status (reservation);
  if (hl_rules_is_past (status) && !(d->forced && status != HL_RESERVATION_STATUS_DECLINED)) {
    hl_deciding_no_op (d, reservation, HL_RESERVATION_FIELD_STATUS);
    return;
  }
  if (d->was_so && hl_deciding_unseen (d, HL_READ_RESERVATION_STATUS, reservation, HL_RESERVATION_FIELD_STATUS)) {
    hl_decide_contest_reservation (d, reservation);
    return;
  }
  if (!hl_rules_allow_reservation_status (status, expires ? HL_RESERVATION_STATUS_EXPIRED
                                                          : HL_RESERVATION_STATUS_DECLINED)
      && !(d->forced && status != HL_RESERVATION_STATUS_ARRIVED)) {
    if (!expires
        && hl_deciding_unseen (d, HL_READ_RESERVATION_STATUS, reservation,
                               HL_RESERVATION_FIELD_STATUS))
      hl_decide_contest_reservation (d, reservation);
    else
      hl_deciding_refuse (d, HL_REASON_WRONG_STATE, reservation, HL_RESERVATION_FIELD_STATUS);
    return;
  }
  draft = hl_deciding_draft (d, HL_EVENT_RESERVATION_UPDATED,
                             hl_reservation_get_reservation_id (reservation));
  json_object_set_string_member (draft, "status", expires ? "expired" : "declined");
  if (hl_deciding_string (d, "cancel_reason") != NULL)
    json_object_set_string_member (draft, "cancel_reason", hl_deciding_string (d, "cancel_reason"));
  hl_decide_note_reservation (d, reservation);
}

/* K16: both attempts are recorded. */
void
hl_decide_contact_attempt (HlDeciding *d)
{
  HlReservation *reservation = hl_decide_find_reservation (d);
  JsonObject *draft, *attempt;
  JsonArray *attempts;
  JsonNode *old;

  if (reservation == NULL)
    return;
  old = hl_deciding_get_value (reservation, HL_RESERVATION_FIELD_CONTACT_ATTEMPTS);
  attempts = json_array_ref (json_node_get_array (old));
  json_node_unref (old);
  if (json_array_get_length (attempts) >= 20)
    json_array_remove_element (attempts, 0);
  attempt = json_object_new ();
  hl_deciding_put_time (attempt, "at", d->at);
  json_object_set_string_member (attempt, "by", d->actor->name);
  json_object_set_string_member (attempt, "result", hl_deciding_string (d, "result"));
  json_array_add_object_element (attempts, attempt);
  draft = hl_deciding_draft (d, HL_EVENT_RESERVATION_UPDATED,
                             hl_reservation_get_reservation_id (reservation));
  json_object_set_array_member (draft, "contact_attempts", attempts);
}
