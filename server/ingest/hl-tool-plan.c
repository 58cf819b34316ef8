/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ingest/hl-tool-plan.h"

#include <string.h>

#include "domain/hl-availability.h"
#include "domain/hl-capacity.h"
#include "domain/hl-rules.h"
#include "domain/hl-time.h"
#include "ingest/hl-payload.h"
#include "ingest/hl-tool-when.h"
#include "util/hl-id.h"

#define ALTERNATIVES 3
#define LISTED_MAX 5
#define TRIES_MAX 10               /* bookings of the same time in one call, each cancelled again */
#define STILL_EXPECTED_MS 10800000 /* who is three hours late does not come */
#define LATE_MAX_MIN 180

typedef struct {
  const HlToolCall *tool;
  HlState          *state;
  gint64            now;
  HlToolPlan       *plan;
} Planning;

void
hl_tool_plan_free (HlToolPlan *self)
{
  if (self == NULL) {
    return;
  }
  g_clear_pointer (&self->result, json_object_unref);
  g_clear_pointer (&self->data, json_object_unref);
  g_clear_pointer (&self->facts, json_object_unref);
  g_clear_pointer (&self->alternatives, json_array_unref);
  g_free (self->action_id);
  g_free (self->done);
  g_free (self);
}

/* @say: transfer full */
static void
answer (HlToolPlan *plan, gboolean ok, const char *reason, char *say)
{
  g_clear_pointer (&plan->result, json_object_unref);
  plan->result = plan->facts != NULL && ok ? json_object_ref (plan->facts) : json_object_new ();
  json_object_set_boolean_member (plan->result, "ok", ok);
  if (reason != NULL) {
    json_object_set_string_member (plan->result, "reason", reason);
  }
  json_object_set_string_member (plan->result, "say", say);
  g_free (say);
}

static const char *
get (Planning *p, const char *name)
{
  return hl_payload_get_string (p->tool->arguments, name);
}

/* FALSE: it was answered. */
static gboolean
read_size (Planning *p, gint64 *size)
{
  if (!hl_payload_get_int (p->tool->arguments, "party_size", size)) {
    answer (p->plan, FALSE, "missing", g_strdup ("For how many guests is it?"));
    return FALSE;
  }
  if (*size < 1 || *size > 99) {
    answer (p->plan, FALSE, "invalid", g_strdup ("The number of guests is from 1 to 99. For how many is it?"));
    return FALSE;
  }
  return TRUE;
}

static gboolean
check_size (Planning *p, gint64 size)
{
  const int most = hl_location_get_max_phone_party (hl_state_get_location (p->state));

  if (size <= most) {
    return TRUE;
  }
  answer (p->plan, FALSE, "party_over_limit",
          g_strdup_printf ("A table for more than %d can't be booked by phone; somebody of the house has to agree to it.", most));
  return FALSE;
}

static char *
get_caller (Planning *p)
{
  const char *given = get (p, "phone");
  HlCall *call = hl_state_lookup_call (p->state, p->tool->call_id);
  g_autoptr (JsonObject) holder = json_object_new ();

  hl_payload_put_phone (holder, "phone", given);
  if (json_object_has_member (holder, "phone")) {
    return g_strdup (json_object_get_string_member (holder, "phone"));
  }
  return call != NULL ? g_strdup (hl_call_get_from (call)) : NULL;
}

static char *
digest (const char *prefix, const char *const *parts)
{
  g_autofree char *joined = g_strjoinv ("\x1f", (char **) parts);
  g_autofree char *hex = hl_id_sha256_hex (joined, strlen (joined));

  return g_strdup_printf ("%s:%.32s", prefix, hex);
}

static void
act (Planning *p, HlActionKind kind, JsonObject *data, const char *about, const char *wish)
{
  const char *parts[] = { hl_enum_nick (HL_TYPE_ACTION_KIND, kind), about, p->tool->call_id != NULL ? p->tool->call_id : "",
                          wish != NULL ? wish : "", NULL };

  p->plan->kind = kind;
  p->plan->data = data;
  p->plan->action_id = digest ("tool", parts);
}

static void
put_facts (Planning *p, const char *reservation_id, const HlToolWhen *when, gint64 size)
{
  p->plan->facts = json_object_new ();
  json_object_set_string_member (p->plan->facts, "reservation_id", reservation_id);
  json_object_set_int_member (p->plan->facts, "party_size", size);
  hl_tool_when_put (when, p->plan->facts, p->state);
}

/* ---- times ---- */

static JsonArray *
list_nearest (HlState *state, const HlToolWhen *when, gint64 size, gint64 now, const char *exclude)
{
  g_autoptr (GArray) times = NULL;
  g_autoptr (GArray) nearest = NULL;
  JsonArray *out = json_array_new ();

  hl_availability_list (state, &when->date, when->zone, (int) size, now, exclude, &times);
  nearest = hl_availability_nearest (times, when->starts_at, ALTERNATIVES);
  for (guint i = 0; i < nearest->len; i++) {
    g_autofree char *clock = hl_tool_when_clock (g_array_index (nearest, HlAvailableTime, i).minutes);

    json_array_add_string_element (out, clock);
  }
  return out;
}

static char *
join_times (JsonArray *times)
{
  GString *out = g_string_new (NULL);
  const guint n = json_array_get_length (times);

  for (guint i = 0; i < n; i++) {
    g_string_append_printf (out, "%s%s", i == 0 ? "" : i + 1 == n ? " or " : ", ", json_array_get_string_element (times, i));
  }
  return g_string_free (out, FALSE);
}

/* The sentence for a time that can't be given. */
static char *
say_full (const HlToolWhen *when, gint64 size, JsonArray *alternatives)
{
  g_autofree char *said = hl_tool_when_say (when);
  g_autofree char *times = join_times (alternatives);

  if (json_array_get_length (alternatives) == 0) {
    return g_strdup_printf ("There is no table for %d on %s, nor at another time of that day.", (int) size, said);
  }
  return g_strdup_printf ("There is no table for %d on %s. Free that day: %s.", (int) size, said, times);
}

/* Open at that hour, and room then; else it was answered. The decision is the server's all the same: this is for the words. */
static gboolean
check_room (Planning *p, const HlToolWhen *when, gint64 size, const char *exclude)
{
  const HlCapacityRequest request = { exclude, (int) size, when->starts_at, hl_capacity_get_duration (p->state, (int) size), NULL };
  g_autoptr (JsonArray) nearest = NULL;
  gboolean open;

  open = hl_availability_is_open (p->state, &when->date, when->minutes);
  if (!open) {
    GDate before = when->date;

    g_date_subtract_days (&before, 1);
    open = hl_availability_is_open (p->state, &before, when->minutes + 24 * 60);
  }
  if (open && hl_capacity_fits (p->state, &request)) {
    return TRUE;
  }
  nearest = list_nearest (p->state, when, size, p->now, exclude);
  if (open) {
    answer (p->plan, FALSE, "over_capacity", say_full (when, size, nearest));
  } else {
    g_autofree char *said = hl_tool_when_say (when);
    g_autofree char *times = join_times (nearest);

    answer (p->plan, FALSE, "closed",
            json_array_get_length (nearest) == 0 ? g_strdup_printf ("The house is closed on %s.", said)
                                                 : g_strdup_printf ("The house is closed on %s. Free that day: %s.", said, times));
  }
  json_object_set_array_member (p->plan->result, "alternatives", g_steal_pointer (&nearest));
  return FALSE;
}

JsonObject *
hl_tool_list_times (HlState *state, const char *date, const char *time, int size, gint64 now, char **problem)
{
  g_autoptr (JsonObject) arguments = json_object_new ();
  g_auto (HlToolWhen) when = HL_TOOL_WHEN_INIT;
  g_autoptr (GArray) times = NULL;
  JsonObject *out;
  JsonArray *list;
  HlAvailability open;
  static const char *const reasons[] = { NULL, "closed", "past", "party_over_limit" };

  json_object_set_string_member (arguments, "date", date != NULL ? date : "");
  if (time != NULL) {
    json_object_set_string_member (arguments, "time", time);
  }
  *problem = hl_tool_when_read (&when, arguments, NULL, FALSE, state, now);
  if (*problem != NULL) {
    return NULL;
  }
  open = hl_availability_list (state, &when.date, when.zone, size, now, NULL, &times);
  out = json_object_new ();
  json_object_set_string_member (out, "location", hl_location_get_id (hl_state_get_location (state)));
  hl_tool_when_put (&when, out, state);
  json_object_set_int_member (out, "size", size);
  json_object_set_string_member (out, "reason", reasons[open] != NULL ? reasons[open] : "");
  if (reasons[open] == NULL) {
    json_object_remove_member (out, "reason");
  }
  list = json_array_new ();
  for (guint i = 0; i < times->len; i++) {
    const HlAvailableTime *one = &g_array_index (times, HlAvailableTime, i);
    g_autofree char *clock = hl_tool_when_clock (one->minutes);
    JsonObject *object = json_object_new ();

    json_object_set_string_member (object, "time", clock);
    hl_payload_put_time (object, "starts_at", one->starts_at);
    json_object_set_boolean_member (object, "free", one->free);
    json_array_add_object_element (list, object);
  }
  json_object_set_array_member (out, "times", list);
  return out;
}

static void
plan_availability (Planning *p)
{
  g_auto (HlToolWhen) when = HL_TOOL_WHEN_INIT;
  g_autoptr (GArray) times = NULL;
  g_autofree char *said = NULL;
  g_autofree char *joined = NULL;
  char *problem;
  JsonArray *free_times;
  gint64 size;

  if (!read_size (p, &size) || !check_size (p, size)) {
    return;
  }
  problem = hl_tool_when_read (&when, p->tool->arguments, NULL, FALSE, p->state, p->now);
  if (problem != NULL) {
    answer (p->plan, FALSE, "invalid", problem);
    return;
  }
  if (when.minutes >= 0 && !check_room (p, &when, size, NULL)) {
    hl_tool_when_put (&when, p->plan->result, p->state);
    return;
  }
  said = hl_tool_when_say (&when);
  p->plan->facts = json_object_new ();
  hl_tool_when_put (&when, p->plan->facts, p->state);
  json_object_set_int_member (p->plan->facts, "party_size", size);
  if (when.minutes >= 0) {
    answer (p->plan, TRUE, NULL, g_strdup_printf ("Yes, there is a table for %d on %s.", (int) size, said));
    return;
  }
  hl_availability_list (p->state, &when.date, when.zone, (int) size, p->now, NULL, &times);
  free_times = json_array_new ();
  for (guint i = 0; i < times->len; i++) {
    const HlAvailableTime *one = &g_array_index (times, HlAvailableTime, i);
    g_autofree char *clock = hl_tool_when_clock (one->minutes);

    if (one->free) {
      json_array_add_string_element (free_times, clock);
    }
  }
  joined = join_times (free_times);
  json_object_set_array_member (p->plan->facts, "times", free_times);
  answer (p->plan, TRUE, NULL,
          json_array_get_length (free_times) > 0 ? g_strdup_printf ("On %s a table for %d is free at %s.", said, (int) size, joined)
                                                 : g_strdup_printf ("On %s there is no table for %d.", said, (int) size));
}

/* ---- a new booking ---- */

static void
copy_text (Planning *p, JsonObject *data, const char *from, const char *to, gsize most)
{
  hl_payload_put_text (data, to, get (p, from), most);
}

/* The same wish in the same call is the same reservation, unless that one was cancelled meanwhile. */
static char *
make_reservation_id (Planning *p, gint64 starts_at, gint64 size, const char *caller)
{
  g_autofree char *time = g_strdup_printf ("%" G_GINT64_FORMAT "/%d", starts_at, (int) size);
  const char *who = p->tool->call_id != NULL ? p->tool->call_id : caller != NULL ? caller : "";
  const char *name = p->tool->call_id != NULL || get (p, "name") == NULL ? "" : get (p, "name");

  for (int i = 0; i < TRIES_MAX; i++) {
    g_autofree char *nth = g_strdup_printf ("%d", i);
    const char *parts[] = { who, name, time, nth, NULL };
    g_autofree char *id = digest ("agent", parts);
    HlReservation *reservation = hl_state_lookup_reservation (p->state, id);

    if (!hl_state_is_buried (p->state, HL_TYPE_RESERVATION, id) &&
        (reservation == NULL || !hl_rules_is_past (hl_reservation_get_status (reservation)))) {
      return g_steal_pointer (&id);
    }
  }
  return NULL;
}

static void
plan_booking (Planning *p, gboolean hold)
{
  g_auto (HlToolWhen) when = HL_TOOL_WHEN_INIT;
  g_autofree char *caller = get_caller (p);
  g_autofree char *id = NULL;
  g_autofree char *said = NULL;
  const char *held = get (p, "reservation_id");
  HlReservation *standing;
  char *problem;
  JsonObject *data;
  gint64 size;

  if (!read_size (p, &size) || !check_size (p, size)) {
    return;
  }
  problem = hl_tool_when_read (&when, p->tool->arguments, NULL, TRUE, p->state, p->now);
  if (problem != NULL) {
    answer (p->plan, FALSE, "invalid", problem);
    return;
  }
  if (!hold && get (p, "name") == NULL) {
    answer (p->plan, FALSE, "missing", g_strdup ("Under which name is it?"));
    return;
  }
  standing = hl_state_lookup_reservation (p->state, held);
  id = standing != NULL && hl_reservation_get_status (standing) == HL_RESERVATION_STATUS_HELD
           ? g_strdup (held)
           : make_reservation_id (p, when.starts_at, size, caller);
  if (id == NULL) {
    answer (p->plan, FALSE, "invalid", g_strdup ("That was booked and cancelled too often in this call. Somebody of the house has to look at it."));
    return;
  }
  standing = hl_state_lookup_reservation (p->state, id);
  if ((standing == NULL || hl_reservation_get_status (standing) == HL_RESERVATION_STATUS_HELD) && !check_room (p, &when, size, id)) {
    return;
  }
  data = json_object_new ();
  json_object_set_string_member (data, "reservation_id", id);
  json_object_set_int_member (data, "party_size", size);
  hl_payload_put_time (data, "starts_at", when.starts_at);
  copy_text (p, data, "name", "name", 120);
  hl_payload_put_phone (data, "phone", caller);
  copy_text (p, data, "allergies", "allergies", 300);
  copy_text (p, data, "language", "language", 35);
  if (hl_state_lookup_call (p->state, p->tool->call_id) != NULL) {
    json_object_set_string_member (data, "call_id", p->tool->call_id);
  }
  if (get (p, "notes") != NULL) {
    JsonArray *notes = json_array_new ();

    json_array_add_string_element (notes, get (p, "notes"));
    json_object_set_array_member (data, "notes_add", notes);
  }
  said = hl_tool_when_say (&when);
  put_facts (p, id, &when, size);
  p->plan->done = hold ? g_strdup_printf ("A table for %d on %s is kept for %d minutes.", (int) size, said,
                                          hl_location_get_hold_minutes (hl_state_get_location (p->state)))
                       : g_strdup_printf ("Booked: a table for %d on %s, under the name %s.", (int) size, said, get (p, "name"));
  p->plan->alternatives = list_nearest (p->state, &when, size, p->now, id);
  act (p, hold ? HL_ACTION_HOLD_RESERVATION : HL_ACTION_CREATE_RESERVATION, data, id, NULL);
}

/* ---- an existing one ---- */

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
find_reservation (Planning *p, gboolean by_date)
{
  const char *id = get (p, "reservation_id");
  const char *name = get (p, "name");
  g_autofree char *caller = get_caller (p);
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
    answer (p->plan, FALSE, "missing", g_strdup ("Under which phone number or name is the reservation?"));
    return NULL;
  }
  if (by_date && get (p, "date") != NULL) {
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
    answer (p->plan, FALSE, "not_found", g_strdup ("I find no reservation under that number or name."));
  } else {
    answer (p->plan, FALSE, "several", g_strdup_printf ("There is more than one: %s. Which is it?", words->str));
    json_object_set_array_member (p->plan->result, "reservations", g_steal_pointer (&list));
  }
  return NULL;
}

static void
plan_find (Planning *p)
{
  HlReservation *reservation = find_reservation (p, TRUE);
  g_auto (HlToolWhen) when = HL_TOOL_WHEN_INIT;
  g_autofree char *said = NULL;

  if (reservation == NULL) {
    return;
  }
  hl_tool_when_set (&when, hl_reservation_get_starts_at (reservation), p->state);
  said = hl_tool_when_say (&when);
  put_facts (p, hl_reservation_get_reservation_id (reservation), &when, MAX (1, hl_reservation_get_party_size (reservation)));
  json_object_set_string_member (p->plan->facts, "status",
                                 hl_enum_nick (HL_TYPE_RESERVATION_STATUS, hl_reservation_get_status (reservation)));
  answer (p->plan, TRUE, NULL,
          g_strdup_printf ("There is a reservation for %d on %s.", MAX (1, hl_reservation_get_party_size (reservation)), said));
}

static void
plan_change (Planning *p)
{
  HlReservation *reservation = find_reservation (p, FALSE);
  g_auto (HlToolWhen) stands = HL_TOOL_WHEN_INIT;
  g_auto (HlToolWhen) when = HL_TOOL_WHEN_INIT;
  g_autofree char *said = NULL;
  g_autofree char *wish = NULL;
  const char *id;
  gint64 size;
  char *problem;
  JsonObject *data;

  if (reservation == NULL) {
    return;
  }
  id = hl_reservation_get_reservation_id (reservation);
  size = MAX (1, hl_reservation_get_party_size (reservation));
  if (json_object_has_member (p->tool->arguments, "party_size") && (!read_size (p, &size) || !check_size (p, size))) {
    return;
  }
  hl_tool_when_set (&stands, hl_reservation_get_starts_at (reservation), p->state);
  problem = hl_tool_when_read (&when, p->tool->arguments, &stands, TRUE, p->state, p->now);
  if (problem != NULL) {
    answer (p->plan, FALSE, "invalid", problem);
    return;
  }
  if (!check_room (p, &when, size, id)) {
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
  copy_text (p, data, "name_new", "name", 120);
  hl_payload_put_phone (data, "phone", get (p, "phone_new"));
  copy_text (p, data, "allergies", "allergies", 300);
  said = hl_tool_when_say (&when);
  put_facts (p, id, &when, size);
  p->plan->done = g_strdup_printf ("Changed: it is now a table for %d on %s.", (int) size, said);
  p->plan->alternatives = list_nearest (p->state, &when, size, p->now, id);
  if (json_object_get_size (data) == 1) {
    json_object_unref (data);
    answer (p->plan, TRUE, "unchanged", g_strdup_printf ("It is as it was: a table for %d on %s.", (int) size, said));
    return;
  }
  /* what is wished and what stands: changed to and fro, both are done */
  wish = g_strdup_printf ("%" G_GINT64_FORMAT "/%d/%s/%" G_GINT64_FORMAT "/%d", when.starts_at, (int) size,
                          p->tool->id != NULL ? p->tool->id : "", stands.starts_at, hl_reservation_get_party_size (reservation));
  act (p, HL_ACTION_UPDATE_RESERVATION, data, id, wish);
}

static void
plan_cancel (Planning *p)
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
  copy_text (p, data, "reason", "cancel_reason", 200);
  put_facts (p, id, &when, MAX (1, hl_reservation_get_party_size (reservation)));
  p->plan->done = g_strdup_printf ("The reservation on %s is cancelled.", said);
  act (p, HL_ACTION_CANCEL_RESERVATION, data, id, NULL);
}

static void
plan_note (Planning *p)
{
  HlReservation *reservation;
  JsonObject *data;
  const char *note = get (p, "note");
  const char *id;

  if (note == NULL) {
    answer (p->plan, FALSE, "missing", g_strdup ("What is to be noted?"));
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
  act (p, HL_ACTION_ADD_NOTE, data, id, note);
}

static void
plan_late (Planning *p)
{
  HlReservation *reservation;
  g_auto (HlToolWhen) when = HL_TOOL_WHEN_INIT;
  g_autofree char *said = NULL;
  gint64 minutes = 0;
  JsonObject *data;
  const char *id;

  if (!hl_payload_get_int (p->tool->arguments, "minutes", &minutes) || minutes < 1 || minutes > LATE_MAX_MIN) {
    answer (p->plan, FALSE, "invalid", g_strdup_printf ("How many minutes late, from 1 to %d?", LATE_MAX_MIN));
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
  put_facts (p, id, &when, MAX (1, hl_reservation_get_party_size (reservation)));
  p->plan->done = g_strdup_printf ("The house expects them on %s.", said);
  act (p, HL_ACTION_UPDATE_RESERVATION, data, id, said);
}

static void
plan_waitlist (Planning *p)
{
  g_autofree char *caller = get_caller (p);
  g_autofree char *id = NULL;
  const char *who = p->tool->call_id != NULL ? p->tool->call_id : caller;
  JsonObject *data;
  gint64 size;

  if (!read_size (p, &size) || !check_size (p, size)) {
    return;
  }
  if (get (p, "name") == NULL) {
    answer (p->plan, FALSE, "missing", g_strdup ("Under which name is it?"));
    return;
  }
  const char *parts[] = { "waitlist", who != NULL ? who : "", get (p, "name"), NULL };
  id = digest ("agent", parts);
  data = json_object_new ();
  json_object_set_string_member (data, "party_id", id);
  json_object_set_int_member (data, "size", size);
  json_object_set_string_member (data, "status", "waiting");
  copy_text (p, data, "name", "name", 120);
  hl_payload_put_phone (data, "phone", caller);
  if (hl_state_lookup_call (p->state, p->tool->call_id) != NULL) {
    json_object_set_string_member (data, "call_id", p->tool->call_id);
  }
  p->plan->facts = json_object_new ();
  json_object_set_string_member (p->plan->facts, "party_id", id);
  p->plan->done = g_strdup_printf ("A party of %d under the name %s is on the waitlist.", (int) size, get (p, "name"));
  act (p, HL_ACTION_ADD_PARTY, data, id, NULL);
}

static void
plan_person (Planning *p)
{
  HlCall *call = hl_state_lookup_call (p->state, p->tool->call_id);
  JsonObject *data;
  int reason = 0;

  if (call == NULL) {
    answer (p->plan, FALSE, "not_found", g_strdup ("The house doesn't know of this call yet. Offer to have somebody call back."));
    return;
  }
  data = json_object_new ();
  json_object_set_string_member (data, "call_id", hl_call_get_call_id (call));
  if (get (p, "reason") != NULL && hl_enum_parse (HL_TYPE_ATTENTION_REASON, get (p, "reason"), &reason)) {
    json_object_set_string_member (data, "attention_reason", get (p, "reason"));
  }
  hl_payload_put_text (data, "reason", get (p, "summary"), 200);
  p->plan->done = g_strdup ("Somebody of the house has been asked to take over; please stay on the line.");
  act (p, HL_ACTION_ASK_FOR_PERSON, data, hl_call_get_call_id (call), p->tool->id);
}

HlToolPlan *
hl_tool_plan_new (const HlToolCall *tool, HlState *state, gint64 now)
{
  Planning p = { tool, state, now, g_new0 (HlToolPlan, 1) };
  const char *name = tool->name != NULL ? tool->name : "";

  if (g_str_equal (name, "check_availability")) {
    plan_availability (&p);
  } else if (g_str_equal (name, "book_reservation")) {
    plan_booking (&p, FALSE);
  } else if (g_str_equal (name, "hold_reservation")) {
    plan_booking (&p, TRUE);
  } else if (g_str_equal (name, "find_reservation")) {
    plan_find (&p);
  } else if (g_str_equal (name, "change_reservation")) {
    plan_change (&p);
  } else if (g_str_equal (name, "cancel_reservation")) {
    plan_cancel (&p);
  } else if (g_str_equal (name, "add_note")) {
    plan_note (&p);
  } else if (g_str_equal (name, "running_late")) {
    plan_late (&p);
  } else if (g_str_equal (name, "join_waitlist")) {
    plan_waitlist (&p);
  } else if (g_str_equal (name, "ask_for_person")) {
    plan_person (&p);
  } else {
    answer (p.plan, FALSE, "unknown_tool", g_strdup ("That can't be done here."));
  }
  return p.plan;
}

void
hl_tool_plan_finish (HlToolPlan *self, HlToolCall *tool, HlOutcome outcome, HlReason reason)
{
  if (outcome == HL_OUTCOME_APPLIED || outcome == HL_OUTCOME_NO_OP) {
    answer (self, TRUE, NULL, g_strdup (self->done));
  } else if (outcome == HL_OUTCOME_DISPUTED) {
    answer (self, FALSE, "disputed", g_strdup ("The house has changed that meanwhile. Somebody will look at it and call back."));
  } else if (reason == HL_REASON_OVER_CAPACITY) {
    g_autofree char *times = self->alternatives != NULL ? join_times (self->alternatives) : g_strdup ("");

    answer (self, FALSE, "over_capacity",
            times[0] != '\0' ? g_strdup_printf ("That has just been taken. Free that day: %s.", times)
                             : g_strdup ("That has just been taken, and nothing else is free that day."));
    if (self->alternatives != NULL) {
      json_object_set_array_member (self->result, "alternatives", g_steal_pointer (&self->alternatives));
    }
  } else if (reason == HL_REASON_PAST_TIME) {
    answer (self, FALSE, "past_time", g_strdup ("That time is over. When is it?"));
  } else if (reason == HL_REASON_WRONG_STATE) {
    answer (self, FALSE, "wrong_state",
            g_strdup (self->kind == HL_ACTION_ASK_FOR_PERSON ? "That can't be asked for in this call any more."
                                                             : "That can't be changed by phone any more; somebody of the house has to do it."));
  } else {
    answer (self, FALSE, hl_enum_nick (HL_TYPE_REASON, reason), g_strdup ("That can't be done by phone; somebody of the house has to do it."));
  }
  g_clear_pointer (&tool->result, json_object_unref);
  tool->result = json_object_ref (self->result);
}
