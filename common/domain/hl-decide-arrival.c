/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Decisions about whether the guests of the book come: cancelled, not come, arrived. */
#include "domain/hl-collision.h"
#include "domain/hl-decide-context.h"
#include "domain/hl-member.h"

/* A plan that meets what happened in the room: K4 if nobody knew, else no. */
static void
meet_arrival (HlDeciding *d, HlReservation *reservation)
{
  const char *id = hl_reservation_get_reservation_id (reservation);
  GPtrArray *standing;

  if (!hl_deciding_unseen (d, HL_READ_RESERVATION_STATUS, reservation,
                           HL_RESERVATION_FIELD_STATUS)) {
    hl_deciding_refuse (d, HL_REASON_WRONG_STATE, reservation, HL_RESERVATION_FIELD_STATUS);
    return;
  }
  standing = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);
  g_ptr_array_add (standing, hl_collision_make_standing (
                               d, reservation, HL_RESERVATION_FIELD_STATUS,
                               hl_deciding_get_value (reservation, HL_RESERVATION_FIELD_STATUS)));
  hl_collision_join (d, HL_DISPUTE_KIND_CANCELLED_SEATED, "K4", HL_SUBJECT_TYPE_RESERVATION, id, "",
                     standing, hl_collision_action_value (d));
}

/* Whether a status that the actor has not seen contradicts a plan to cancel: not those that only
 * say that the reservation is on, if it was on before their eyes. */
static gboolean
is_contradicted (HlDeciding *d, HlReservation *reservation)
{
  HlReservationStatus status = hl_reservation_get_status (reservation);

  return (d->was_so
          || (status != HL_RESERVATION_STATUS_BOOKED && status != HL_RESERVATION_STATUS_REQUESTED
              && status != HL_RESERVATION_STATUS_HELD))
         && hl_deciding_unseen (d, HL_READ_RESERVATION_STATUS, reservation,
                                HL_RESERVATION_FIELD_STATUS);
}

void
hl_decide_cancel_reservation (HlDeciding *d)
{
  HlReservation *reservation = hl_decide_find_reservation (d);
  const char *reason = hl_deciding_string (d, "cancel_reason");
  HlReservationStatus status;
  JsonObject *draft;

  if (reservation == NULL)
    return;
  status = hl_reservation_get_status (reservation);
  if (status == HL_RESERVATION_STATUS_ARRIVED || status == HL_RESERVATION_STATUS_COMPLETED) {
    if (d->forced)
      hl_decide_part_from_guests (d, reservation, "cancelled");
    else
      meet_arrival (d, reservation);
    return;
  }
  if (hl_rules_is_past (status)
      && !(d->forced && status != HL_RESERVATION_STATUS_CANCELLED)) {
    hl_deciding_no_op (d, reservation, HL_RESERVATION_FIELD_STATUS);
    return;
  }
  if (is_contradicted (d, reservation)) {
    hl_decide_contest_reservation (d, reservation);
    return;
  }
  draft = hl_deciding_draft (d, HL_EVENT_RESERVATION_CANCELLED,
                             hl_reservation_get_reservation_id (reservation));
  if (reason != NULL)
    json_object_set_string_member (draft, "cancel_reason", reason);
  hl_decide_note_reservation (d, reservation);
}

/* K5: arrived wins over a no-show, whoever was first. */
void
hl_decide_mark_no_show (HlDeciding *d)
{
  HlReservation *reservation = hl_decide_find_reservation (d);
  HlReservationStatus status;

  if (reservation == NULL)
    return;
  status = hl_reservation_get_status (reservation);
  if (status == HL_RESERVATION_STATUS_ARRIVED || status == HL_RESERVATION_STATUS_COMPLETED) {
    if (hl_deciding_unseen (d, HL_READ_RESERVATION_STATUS, reservation,
                            HL_RESERVATION_FIELD_STATUS))
      hl_deciding_no_op (d, reservation, HL_RESERVATION_FIELD_STATUS);
    else
      hl_deciding_refuse (d, HL_REASON_WRONG_STATE, reservation, HL_RESERVATION_FIELD_STATUS);
    return;
  }
  if (hl_rules_is_past (status) && !(d->forced && status != HL_RESERVATION_STATUS_NO_SHOW)) {
    hl_deciding_no_op (d, reservation, HL_RESERVATION_FIELD_STATUS);
    return;
  }
  if (!hl_rules_allow_reservation_status (status, HL_RESERVATION_STATUS_NO_SHOW) && !d->forced) {
    hl_deciding_refuse (d, HL_REASON_WRONG_STATE, reservation, HL_RESERVATION_FIELD_STATUS);
    return;
  }
  if (is_contradicted (d, reservation)) {
    hl_decide_contest_reservation (d, reservation);
    return;
  }
  json_object_set_string_member (
    hl_deciding_draft (d, HL_EVENT_RESERVATION_UPDATED,
                       hl_reservation_get_reservation_id (reservation)),
    "status", "no_show");
  hl_decide_note_reservation (d, reservation);
}

static void
make_party (HlDeciding *d, HlReservation *reservation)
{
  static const struct {
    guint from;
    const char *to;
  } copied[] = {
    { HL_RESERVATION_FIELD_NAME, "name" },           { HL_RESERVATION_FIELD_PHONE, "phone" },
    { HL_RESERVATION_FIELD_CALL_ID, "call_id" },     { HL_RESERVATION_FIELD_TAGS, "tags" },
    { HL_RESERVATION_FIELD_ALLERGIES, "allergies" }, { HL_RESERVATION_FIELD_LANGUAGE, "language" },
  };
  const char *party_id = hl_deciding_string (d, "party_id");
  JsonObject *draft = hl_deciding_draft (d, HL_EVENT_PARTY_UPDATED, party_id);
  int size = hl_reservation_get_party_size (reservation);
  gint64 arrived = hl_deciding_int (d, "arrived", -1);

  if (size < 1)
    size = (int) CLAMP (arrived, 1, 99);
  if (arrived < 0)
    arrived = size;
  json_object_set_string_member (draft, "reservation_id",
                                 hl_reservation_get_reservation_id (reservation));
  json_object_set_int_member (draft, "size", size);
  json_object_set_int_member (draft, "arrived", arrived);
  json_object_set_string_member (draft, "status", arrived < size ? "partially_arrived" : "arrived");
  hl_deciding_put_time (draft, "since", d->at);
  for (guint i = 0; i < G_N_ELEMENTS (copied); i++) {
    if (!hl_record_is_default (HL_RECORD (reservation), copied[i].from))
      json_object_set_member (draft, copied[i].to,
                              hl_deciding_get_value (reservation, copied[i].from));
  }
}

/* A person says that these guests are here after all, though their entry was taken out. */
static void
bring_back (HlDeciding *d, HlReservation *reservation, HlParty *party)
{
  JsonObject *draft = hl_deciding_draft (d, HL_EVENT_PARTY_UPDATED, hl_party_get_party_id (party));

  if (!hl_rules_is_over (hl_party_get_status (party))) {
    hl_deciding_refuse (d, HL_REASON_WRONG_STATE, party, HL_PARTY_FIELD_STATUS);
    return;
  }
  json_object_set_string_member (draft, "status", "arrived");
  json_object_set_string_member (draft, "reservation_id",
                                 hl_reservation_get_reservation_id (reservation));
  hl_decide_return_party (d, party);
  json_object_set_string_member (
    hl_deciding_draft (d, HL_EVENT_RESERVATION_UPDATED,
                       hl_reservation_get_reservation_id (reservation)),
    "status", "arrived");
}

void
hl_decide_arrive (HlDeciding *d)
{
  HlReservation *reservation = hl_decide_find_reservation (d);
  const char *party_id = hl_deciding_string (d, "party_id");
  HlReservationStatus status;
  gboolean unseen;

  if (reservation == NULL)
    return;
  status = hl_reservation_get_status (reservation);
  unseen
    = hl_deciding_unseen (d, HL_READ_RESERVATION_STATUS, reservation, HL_RESERVATION_FIELD_STATUS);
  if (status == HL_RESERVATION_STATUS_ARRIVED || status == HL_RESERVATION_STATUS_COMPLETED
      || (hl_state_lookup_party (d->state, party_id) != NULL && !d->forced)) {
    hl_deciding_no_op (d, reservation, HL_RESERVATION_FIELD_STATUS);
    return;
  }
  if (hl_state_lookup_party (d->state, party_id) != NULL) {
    bring_back (d, reservation, hl_state_lookup_party (d->state, party_id));
    return;
  }
  if (hl_state_is_buried (d->state, HL_TYPE_PARTY, party_id)) {
    hl_deciding_unknown (d, HL_TYPE_PARTY, party_id);
    return;
  }
  /* the plan said no, and they knew: back takes an explicit correction */
  if (hl_rules_is_past (status) && status != HL_RESERVATION_STATUS_NO_SHOW && !unseen
      && !d->forced) {
    hl_deciding_refuse (d, HL_REASON_WRONG_STATE, reservation, HL_RESERVATION_FIELD_STATUS);
    return;
  }
  make_party (d, reservation);
  hl_decide_supersede_reservation (d, reservation, party_id);
  hl_decide_note_reservation (d, reservation);
}
