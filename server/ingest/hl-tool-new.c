/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A voice agent makes something new: a hold, a booking, a place on the waitlist, a call for a person. */
#include <string.h>

#include "domain/hl-rules.h"
#include "ingest/hl-payload.h"
#include "ingest/hl-tool-plan-private.h"
#include "wire/hl-json.h"

#define TRIES_MAX 10 /* bookings of the same time in one call, each cancelled again */

/* The same wish in the same call is the same reservation, unless that one was cancelled meanwhile. */
static char *
make_reservation_id (HlPlanning *p, gint64 starts_at, gint64 size, const char *caller)
{
  g_autofree char *time = g_strdup_printf ("%" G_GINT64_FORMAT "/%d", starts_at, (int) size);
  const char *who = p->tool->call_id != NULL ? p->tool->call_id : caller != NULL ? caller : "";
  const char *name = p->tool->call_id != NULL || hl_planning_get (p, "name") == NULL ? "" : hl_planning_get (p, "name");

  for (int i = 0; i < TRIES_MAX; i++) {
    g_autofree char *nth = g_strdup_printf ("%d", i);
    const char *parts[] = { who, name, time, nth, NULL };
    g_autofree char *id = hl_planning_digest ("agent", parts);
    HlReservation *reservation = hl_state_lookup_reservation (p->state, id);

    if (!hl_state_is_buried (p->state, HL_TYPE_RESERVATION, id) &&
        (reservation == NULL || !hl_rules_is_past (hl_reservation_get_status (reservation)))) {
      return g_steal_pointer (&id);
    }
  }
  return NULL;
}

/* What was said of the booking; and a phone number that cannot be dialled as it is told, which staff may understand. */
static void
put_notes (HlPlanning *p, JsonObject *data)
{
  const char *phone = hl_planning_get (p, "phone");
  g_autofree char *read = hl_planning_read_phone (p, phone);
  g_autoptr (JsonArray) notes = json_array_new ();

  if (hl_planning_get (p, "notes") != NULL) {
    json_array_add_string_element (notes, hl_planning_get (p, "notes"));
  }
  if (phone != NULL && read == NULL) {
    g_autofree char *note = g_strdup_printf ("Phone: %.64s", phone);
    g_autofree char *valid = g_utf8_make_valid (note, -1);

    json_array_add_string_element (notes, valid);
  }
  if (json_array_get_length (notes) > 0) {
    json_object_set_array_member (data, "notes_add", g_steal_pointer (&notes));
  }
}

/* What the stand has corrected since is the stand's. */
static gboolean
is_untouched (HlReservation *reservation, guint field)
{
  const HlRevision *set = hl_entity_get_revision (HL_ENTITY (reservation), field);

  return set->seq == 0 ||
         (set->foreign == 0 && set->device != NULL && g_str_has_prefix (set->device, HL_TOOL_DEVICE_PREFIX));
}

static void
keep_if_other (JsonObject *data, const char *member, const char *stands, gboolean untouched)
{
  if (json_object_has_member (data, member) &&
      (!untouched || g_strcmp0 (json_object_get_string_member_with_default (data, member, NULL), stands) == 0)) {
    json_object_remove_member (data, member);
  }
}

/* An allergy that was told is never taken back by telling another one. */
static void
join_allergies (JsonObject *data, const char *stands)
{
  const char *told = json_object_get_string_member_with_default (data, "allergies", NULL);
  g_autofree char *both = NULL;

  if (told == NULL || stands == NULL || stands[0] == '\0' || strstr (told, stands) != NULL) {
    return;
  }
  both = strstr (stands, told) != NULL ? g_strdup (stands) : g_strdup_printf ("%s, %s", stands, told);
  hl_payload_put_text (data, "allergies", both, 300);
}

static void
keep_new_notes (JsonObject *data, HlReservation *reservation)
{
  GPtrArray *notes = hl_reservation_get_notes (reservation);
  JsonArray *told = json_object_has_member (data, "notes_add") ? json_object_get_array_member (data, "notes_add") : NULL;
  g_autoptr (JsonArray) fresh = json_array_new ();

  for (guint i = 0; told != NULL && i < json_array_get_length (told); i++) {
    gboolean known = FALSE;

    for (guint k = 0; notes != NULL && k < notes->len; k++) {
      known = known || g_strcmp0 (hl_note_get_text (g_ptr_array_index (notes, k)), json_array_get_string_element (told, i)) == 0;
    }
    if (!known) {
      json_array_add_string_element (fresh, json_array_get_string_element (told, i));
    }
  }
  json_object_remove_member (data, "notes_add");
  if (json_array_get_length (fresh) > 0) {
    json_object_set_array_member (data, "notes_add", g_steal_pointer (&fresh));
  }
}

/* The agent books again what it has booked in this call, since it was told more: another spelling, an allergy.
 * Returns: (transfer full) (nullable): what is to be changed; NULL: nothing. */
static JsonObject *
list_amendments (HlPlanning *p, HlReservation *reservation)
{
  g_autoptr (JsonObject) data = json_object_new ();
  g_autofree char *phone = hl_planning_read_phone (p, hl_planning_get (p, "phone"));

  hl_planning_copy_text (p, data, "name", "name", 120);
  keep_if_other (data, "name", hl_reservation_get_name (reservation), is_untouched (reservation, HL_RESERVATION_FIELD_NAME));
  hl_payload_put_phone (data, "phone", phone);
  keep_if_other (data, "phone", hl_reservation_get_phone (reservation), is_untouched (reservation, HL_RESERVATION_FIELD_PHONE));
  hl_planning_copy_text (p, data, "allergies", "allergies", 300);
  join_allergies (data, hl_reservation_get_allergies (reservation));
  keep_if_other (data, "allergies", hl_reservation_get_allergies (reservation), TRUE);
  put_notes (p, data);
  keep_new_notes (data, reservation);
  if (json_object_get_size (data) == 0) {
    return NULL;
  }
  json_object_set_string_member (data, "reservation_id", hl_reservation_get_reservation_id (reservation));
  return g_steal_pointer (&data);
}

void
hl_planning_booking (HlPlanning *p, gboolean hold)
{
  g_auto (HlToolWhen) when = HL_TOOL_WHEN_INIT;
  g_autofree char *caller = hl_planning_get_caller (p);
  g_autofree char *id = NULL;
  g_autofree char *said = NULL;
  const char *held = hl_planning_get (p, "reservation_id");
  HlReservation *standing;
  char *problem;
  JsonObject *data;
  gint64 size;

  if (!hl_planning_read_size (p, &size) || !hl_planning_check_size (p, size)) {
    return;
  }
  problem = hl_tool_when_read (&when, p->tool->arguments, NULL, TRUE, p->state, p->now);
  if (problem != NULL) {
    hl_planning_answer (p->plan, FALSE, "invalid", problem);
    return;
  }
  if (!hold && hl_planning_get (p, "name") == NULL) {
    hl_planning_answer (p->plan, FALSE, "missing", g_strdup ("Under which name is it?"));
    return;
  }
  standing = hl_state_lookup_reservation (p->state, held);
  id = standing != NULL && hl_reservation_get_status (standing) == HL_RESERVATION_STATUS_HELD
           ? g_strdup (held)
           : make_reservation_id (p, when.starts_at, size, caller);
  if (id == NULL) {
    hl_planning_answer (p->plan, FALSE, "invalid",
                        g_strdup ("That was booked and cancelled too often in this call. Somebody of the house has to look at it."));
    return;
  }
  standing = hl_state_lookup_reservation (p->state, id);
  if ((standing == NULL || hl_reservation_get_status (standing) == HL_RESERVATION_STATUS_HELD) &&
      !hl_planning_check_room (p, &when, size, id)) {
    return;
  }
  said = hl_tool_when_say (&when);
  hl_planning_put_facts (p, id, &when, size);
  if (standing != NULL && !hold && hl_reservation_get_status (standing) != HL_RESERVATION_STATUS_HELD) {
    data = list_amendments (p, standing);
    if (data != NULL) {
      g_autofree char *wish = hl_json_print_object (data);

      p->plan->done = g_strdup_printf ("Booked: a table for %d on %s, under the name %s.", (int) size, said,
                                       json_object_get_string_member_with_default (data, "name", hl_reservation_get_name (standing)));
      hl_planning_act (p, HL_ACTION_UPDATE_RESERVATION, data, id, wish);
      return;
    }
  }
  data = json_object_new ();
  json_object_set_string_member (data, "reservation_id", id);
  json_object_set_int_member (data, "party_size", size);
  hl_payload_put_time (data, "starts_at", when.starts_at);
  hl_planning_copy_text (p, data, "name", "name", 120);
  hl_payload_put_phone (data, "phone", caller);
  hl_planning_copy_text (p, data, "allergies", "allergies", 300);
  hl_planning_copy_text (p, data, "language", "language", 35);
  if (hl_state_lookup_call (p->state, p->tool->call_id) != NULL) {
    json_object_set_string_member (data, "call_id", p->tool->call_id);
  }
  put_notes (p, data);
  p->plan->done = hold ? g_strdup_printf ("A table for %d on %s is kept for %d minutes.", (int) size, said,
                                          hl_location_get_hold_minutes (hl_state_get_location (p->state)))
                       : g_strdup_printf ("Booked: a table for %d on %s, under the name %s.", (int) size, said,
                                          standing != NULL && hl_reservation_get_status (standing) != HL_RESERVATION_STATUS_HELD
                                              ? hl_reservation_get_name (standing)
                                              : hl_planning_get (p, "name"));
  p->plan->alternatives = hl_planning_list_nearest (p->state, &when, size, p->now, id);
  hl_planning_act (p, hold ? HL_ACTION_HOLD_RESERVATION : HL_ACTION_CREATE_RESERVATION, data, id, NULL);
}

void
hl_planning_waitlist (HlPlanning *p)
{
  g_autofree char *caller = hl_planning_get_caller (p);
  g_autofree char *id = NULL;
  const char *who = p->tool->call_id != NULL ? p->tool->call_id : caller;
  JsonObject *data;
  gint64 size;

  if (!hl_planning_read_size (p, &size) || !hl_planning_check_size (p, size)) {
    return;
  }
  if (hl_planning_get (p, "name") == NULL) {
    hl_planning_answer (p->plan, FALSE, "missing", g_strdup ("Under which name is it?"));
    return;
  }
  const char *parts[] = { "waitlist", who != NULL ? who : "", hl_planning_get (p, "name"), NULL };
  id = hl_planning_digest ("agent", parts);
  data = json_object_new ();
  json_object_set_string_member (data, "party_id", id);
  json_object_set_int_member (data, "size", size);
  json_object_set_string_member (data, "status", "waiting");
  hl_planning_copy_text (p, data, "name", "name", 120);
  hl_payload_put_phone (data, "phone", caller);
  if (hl_state_lookup_call (p->state, p->tool->call_id) != NULL) {
    json_object_set_string_member (data, "call_id", p->tool->call_id);
  }
  p->plan->facts = json_object_new ();
  json_object_set_string_member (p->plan->facts, "party_id", id);
  p->plan->done = g_strdup_printf ("A party of %d under the name %s is on the waitlist.", (int) size, hl_planning_get (p, "name"));
  hl_planning_act (p, HL_ACTION_ADD_PARTY, data, id, NULL);
}

void
hl_planning_person (HlPlanning *p)
{
  HlCall *call = hl_state_lookup_call (p->state, p->tool->call_id);
  JsonObject *data;
  int reason = 0;

  if (call == NULL) {
    hl_planning_answer (p->plan, FALSE, "not_found",
                        g_strdup ("The house doesn't know of this call yet. Offer to have somebody call back."));
    return;
  }
  data = json_object_new ();
  json_object_set_string_member (data, "call_id", hl_call_get_call_id (call));
  if (hl_planning_get (p, "reason") != NULL && hl_enum_parse (HL_TYPE_ATTENTION_REASON, hl_planning_get (p, "reason"), &reason)) {
    json_object_set_string_member (data, "attention_reason", hl_planning_get (p, "reason"));
  }
  hl_payload_put_text (data, "reason", hl_planning_get (p, "summary"), 200);
  p->plan->done = g_strdup ("Somebody of the house has been asked to take over; please stay on the line.");
  hl_planning_act (p, HL_ACTION_ASK_FOR_PERSON, data, hl_call_get_call_id (call), p->tool->id);
}
