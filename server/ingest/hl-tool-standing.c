/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A voice agent finds a reservation that stands, and changes, cancels or annotates it. */
#include <string.h>

#include "domain/hl-rules.h"
#include "domain/hl-time.h"
#include "ingest/hl-payload.h"
#include "ingest/hl-tool-plan-private.h"
#include "wire/hl-json.h"

#define LISTED_MAX 5
#define STILL_EXPECTED_MS 10800000 /* who is three hours late does not come */
#define LATE_MAX_MIN 180

static gboolean
is_expected (HlReservation *reservation, gint64 now)
{
  const HlReservationStatus status = hl_reservation_get_status (reservation);

  return !hl_rules_is_past (status) && status != HL_RESERVATION_STATUS_ARRIVED &&
         hl_reservation_get_starts_at (reservation) != HL_TIME_NONE &&
         hl_reservation_get_starts_at (reservation) > now - STILL_EXPECTED_MS;
}

static gboolean
contains_folded (const char *text, const char *part)
{
  g_autofree char *a = g_utf8_casefold (text != NULL ? text : "", -1);
  g_autofree char *b = g_utf8_casefold (part, -1);

  return strstr (a, b) != NULL;
}

static void
append_reservation (JsonArray *list, GString *words, HlReservation *reservation, HlState *state)
{
  g_auto (HlToolWhen) when = HL_TOOL_WHEN_INIT;
  g_autofree char *said = NULL;
  JsonObject *object = json_object_new ();

  hl_tool_when_set (&when, hl_reservation_get_starts_at (reservation), state);
  said = hl_tool_when_say (&when);
  json_object_set_string_member (object, "reservation_id", hl_reservation_get_reservation_id (reservation));
  json_object_set_int_member (object, "party_size", MAX (1, hl_reservation_get_party_size (reservation)));
  json_object_set_string_member (object, "status", hl_enum_nick (HL_TYPE_RESERVATION_STATUS, hl_reservation_get_status (reservation)));
  hl_tool_when_put (&when, object, state);
  json_array_add_object_element (list, object);
  g_string_append_printf (words, "%s%s for %d", words->len > 0 ? "; " : "", said, MAX (1, hl_reservation_get_party_size (reservation)));
}

/* By its id; else the one that the caller's number, the name and the day leave. NULL: it was answered. */
static HlReservation *
find_reservation (HlPlanning *p, gboolean by_date)
{
  const char *id = hl_planning_get (p, "reservation_id");
  const char *name = hl_planning_get (p, "name");
  g_autofree char *caller = hl_planning_get_caller (p);
  g_auto (HlToolWhen) when = HL_TOOL_WHEN_INIT;
  g_autoptr (GString) words = g_string_new (NULL);
  g_autoptr (JsonArray) list = json_array_new ();
  HlReservation *found = hl_state_lookup_reservation (p->state, id);
  HlEntity **all;
  guint n = 0, n_found = 0;

  if (found != NULL) {
    return found;
  }
  if (caller == NULL && name == NULL) {
    hl_planning_answer (p->plan, FALSE, "missing", g_strdup ("Under which phone number or name is the reservation?"));
    return NULL;
  }
  if (by_date && hl_planning_get (p, "date") != NULL) {
    g_free (hl_tool_when_read (&when, p->tool->arguments, NULL, FALSE, p->state, p->now));
  }
  all = hl_entity_list_peek (hl_state_get_list (p->state, HL_TYPE_RESERVATION), &n);
  for (guint i = 0; i < n; i++) {
    HlReservation *one = HL_RESERVATION (all[i]);
    g_auto (HlToolWhen) at = HL_TOOL_WHEN_INIT;

    if (!is_expected (one, p->now) ||
        (caller != NULL && g_strcmp0 (hl_reservation_get_phone (one), caller) != 0 &&
         (name == NULL || !contains_folded (hl_reservation_get_name (one), name))) ||
        (caller == NULL && !contains_folded (hl_reservation_get_name (one), name))) {
      continue;
    }
    hl_tool_when_set (&at, hl_reservation_get_starts_at (one), p->state);
    if (when.zone != NULL && g_date_valid (&when.date) && g_date_compare (&when.date, &at.date) != 0) {
      continue;
    }
    found = one;
    if (n_found++ < LISTED_MAX) {
      append_reservation (list, words, one, p->state);
    }
  }
  if (n_found == 1) {
    return found;
  }
  if (n_found == 0) {
    hl_planning_answer (p->plan, FALSE, "not_found", g_strdup ("I find no reservation under that number or name."));
  } else {
    hl_planning_answer (p->plan, FALSE, "several", g_strdup_printf ("There is more than one: %s. Which is it?", words->str));
    json_object_set_array_member (p->plan->result, "reservations", g_steal_pointer (&list));
  }
  return NULL;
}

void
hl_planning_find (HlPlanning *p)
{
  HlReservation *reservation = find_reservation (p, TRUE);
  g_auto (HlToolWhen) when = HL_TOOL_WHEN_INIT;
  g_autofree char *said = NULL;

  if (reservation == NULL) {
    return;
  }
  hl_tool_when_set (&when, hl_reservation_get_starts_at (reservation), p->state);
  said = hl_tool_when_say (&when);
  hl_planning_put_facts (p, hl_reservation_get_reservation_id (reservation), &when, MAX (1, hl_reservation_get_party_size (reservation)));
  json_object_set_string_member (p->plan->facts, "status",
                                 hl_enum_nick (HL_TYPE_RESERVATION_STATUS, hl_reservation_get_status (reservation)));
  hl_planning_answer (p->plan, TRUE, NULL,
          g_strdup_printf ("There is a reservation for %d on %s.", MAX (1, hl_reservation_get_party_size (reservation)), said));
}

void
hl_planning_change (HlPlanning *p)
{
  HlReservation *reservation = find_reservation (p, FALSE);
  g_auto (HlToolWhen) stands = HL_TOOL_WHEN_INIT;
  g_auto (HlToolWhen) when = HL_TOOL_WHEN_INIT;
  g_autofree char *said = NULL;
  g_autofree char *wish = NULL;
  g_autofree char *wanted = NULL;
  g_autofree char *phone = hl_planning_read_phone (p, hl_planning_get (p, "phone_new"));
  const char *id;
  gint64 size;
  char *problem;
  JsonObject *data;

  if (reservation == NULL) {
    return;
  }
  id = hl_reservation_get_reservation_id (reservation);
  size = MAX (1, hl_reservation_get_party_size (reservation));
  if (json_object_has_member (p->tool->arguments, "party_size") &&
      (!hl_planning_read_size (p, &size) || !hl_planning_check_size (p, size))) {
    return;
  }
  hl_tool_when_set (&stands, hl_reservation_get_starts_at (reservation), p->state);
  problem = hl_tool_when_read (&when, p->tool->arguments, &stands, TRUE, p->state, p->now);
  if (problem != NULL) {
    hl_planning_answer (p->plan, FALSE, "invalid", problem);
    return;
  }
  if (!hl_planning_check_room (p, &when, size, id)) {
    return;
  }
  data = json_object_new ();
  json_object_set_string_member (data, "reservation_id", id);
  if (when.starts_at != hl_reservation_get_starts_at (reservation)) {
    hl_payload_put_time (data, "starts_at", when.starts_at);
  }
  if (size != hl_reservation_get_party_size (reservation)) {
    json_object_set_int_member (data, "party_size", size);
  }
  hl_planning_copy_text (p, data, "name_new", "name", 120);
  if (hl_planning_get (p, "phone_new") != NULL && phone == NULL) {
    json_object_unref (data);
    hl_planning_answer (p->plan, FALSE, "invalid", g_strdup ("I did not understand the phone number. Which is it, with its country code?"));
    return;
  }
  hl_payload_put_phone (data, "phone", phone);
  hl_planning_copy_text (p, data, "allergies", "allergies", 300);
  said = hl_tool_when_say (&when);
  hl_planning_put_facts (p, id, &when, size);
  p->plan->done = g_strdup_printf ("Changed: it is now a table for %d on %s.", (int) size, said);
  p->plan->alternatives = hl_planning_list_nearest (p->state, &when, size, p->now, id);
  if (json_object_get_size (data) == 1) {
    json_object_unref (data);
    hl_planning_answer (p->plan, TRUE, "unchanged", g_strdup_printf ("It is as it was: a table for %d on %s.", (int) size, said));
    return;
  }
  /* what is wished and what stands: changed to and fro, both are done */
  wanted = hl_json_print_object (data);
  wish = g_strdup_printf ("%" G_GINT64_FORMAT "/%d/%s/%" G_GINT64_FORMAT "/%d/%s/%s/%s/%s", when.starts_at, (int) size,
                          p->tool->id != NULL ? p->tool->id : "", stands.starts_at, hl_reservation_get_party_size (reservation),
                          wanted, hl_reservation_get_name (reservation), hl_reservation_get_phone (reservation),
                          hl_reservation_get_allergies (reservation));
  hl_planning_act (p, HL_ACTION_UPDATE_RESERVATION, data, id, wish);
}

void
hl_planning_cancel (HlPlanning *p)
{
  HlReservation *reservation = find_reservation (p, TRUE);
  g_auto (HlToolWhen) when = HL_TOOL_WHEN_INIT;
  g_autofree char *said = NULL;
  JsonObject *data;
  const char *id;

  if (reservation == NULL) {
    return;
  }
  id = hl_reservation_get_reservation_id (reservation);
  hl_tool_when_set (&when, hl_reservation_get_starts_at (reservation), p->state);
  said = hl_tool_when_say (&when);
  data = json_object_new ();
  json_object_set_string_member (data, "reservation_id", id);
  hl_planning_copy_text (p, data, "reason", "cancel_reason", 200);
  hl_planning_put_facts (p, id, &when, MAX (1, hl_reservation_get_party_size (reservation)));
  p->plan->done = g_strdup_printf ("The reservation on %s is cancelled.", said);
  hl_planning_act (p, HL_ACTION_CANCEL_RESERVATION, data, id, NULL);
}

void
hl_planning_note (HlPlanning *p)
{
  HlReservation *reservation;
  JsonObject *data;
  const char *note = hl_planning_get (p, "note");
  const char *id;

  if (note == NULL) {
    hl_planning_answer (p->plan, FALSE, "missing", g_strdup ("What is to be noted?"));
    return;
  }
  reservation = find_reservation (p, TRUE);
  if (reservation == NULL) {
    return;
  }
  id = hl_reservation_get_reservation_id (reservation);
  data = json_object_new ();
  json_object_set_string_member (data, "type", "reservation");
  json_object_set_string_member (data, "id", id);
  hl_payload_put_text (data, "note", note, 1000);
  p->plan->facts = json_object_new ();
  json_object_set_string_member (p->plan->facts, "reservation_id", id);
  p->plan->done = g_strdup ("It is noted.");
  hl_planning_act (p, HL_ACTION_ADD_NOTE, data, id, note);
}

void
hl_planning_late (HlPlanning *p)
{
  HlReservation *reservation;
  g_auto (HlToolWhen) when = HL_TOOL_WHEN_INIT;
  g_autofree char *said = NULL;
  gint64 minutes = 0;
  JsonObject *data;
  const char *id;

  if (!hl_payload_get_int (p->tool->arguments, "minutes", &minutes) || minutes < 1 || minutes > LATE_MAX_MIN) {
    hl_planning_answer (p->plan, FALSE, "invalid", g_strdup_printf ("How many minutes late, from 1 to %d?", LATE_MAX_MIN));
    return;
  }
  reservation = find_reservation (p, TRUE);
  if (reservation == NULL) {
    return;
  }
  id = hl_reservation_get_reservation_id (reservation);
  hl_tool_when_set (&when, hl_reservation_get_starts_at (reservation) + minutes * 60000, p->state);
  said = hl_tool_when_say (&when);
  data = json_object_new ();
  json_object_set_string_member (data, "reservation_id", id);
  hl_payload_put_time (data, "late_eta", when.starts_at);
  hl_planning_put_facts (p, id, &when, MAX (1, hl_reservation_get_party_size (reservation)));
  p->plan->done = g_strdup_printf ("The house expects them on %s.", said);
  hl_planning_act (p, HL_ACTION_UPDATE_RESERVATION, data, id, said);
}
