/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which times a voice agent may offer. */
#include "domain/hl-availability.h"
#include "domain/hl-capacity.h"
#include "ingest/hl-payload.h"
#include "ingest/hl-tool-plan-private.h"

#define ALTERNATIVES 3

JsonArray *
hl_planning_list_nearest (HlState *state, const HlToolWhen *when, gint64 size, gint64 now, const char *exclude)
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

char *
hl_planning_join_times (JsonArray *times)
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
  g_autofree char *times = hl_planning_join_times (alternatives);

  if (json_array_get_length (alternatives) == 0) {
    return g_strdup_printf ("There is no table for %d on %s, nor at another time of that day.", (int) size, said);
  }
  return g_strdup_printf ("There is no table for %d on %s. Free that day: %s.", (int) size, said, times);
}

/* Open at that hour, and room then; else it was answered. The decision is the server's all the same: this is for the words. */
gboolean
hl_planning_check_room (HlPlanning *p, const HlToolWhen *when, gint64 size, const char *exclude)
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
  nearest = hl_planning_list_nearest (p->state, when, size, p->now, exclude);
  if (open) {
    hl_planning_answer (p->plan, FALSE, "over_capacity", say_full (when, size, nearest));
  } else {
    g_autofree char *said = hl_tool_when_say (when);
    g_autofree char *times = hl_planning_join_times (nearest);

    hl_planning_answer (p->plan, FALSE, "closed",
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

void
hl_planning_availability (HlPlanning *p)
{
  g_auto (HlToolWhen) when = HL_TOOL_WHEN_INIT;
  g_autoptr (GArray) times = NULL;
  g_autofree char *said = NULL;
  g_autofree char *joined = NULL;
  char *problem;
  JsonArray *free_times;
  gint64 size;

  if (!hl_planning_read_size (p, &size) || !hl_planning_check_size (p, size)) {
    return;
  }
  problem = hl_tool_when_read (&when, p->tool->arguments, NULL, FALSE, p->state, p->now);
  if (problem != NULL) {
    hl_planning_answer (p->plan, FALSE, "invalid", problem);
    return;
  }
  if (when.minutes >= 0 && !hl_planning_check_room (p, &when, size, NULL)) {
    hl_tool_when_put (&when, p->plan->result, p->state);
    return;
  }
  said = hl_tool_when_say (&when);
  p->plan->facts = json_object_new ();
  hl_tool_when_put (&when, p->plan->facts, p->state);
  json_object_set_int_member (p->plan->facts, "party_size", size);
  if (when.minutes >= 0) {
    hl_planning_answer (p->plan, TRUE, NULL, g_strdup_printf ("Yes, there is a table for %d on %s.", (int) size, said));
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
  joined = hl_planning_join_times (free_times);
  json_object_set_array_member (p->plan->facts, "times", free_times);
  hl_planning_answer (p->plan, TRUE, NULL,
          json_array_get_length (free_times) > 0 ? g_strdup_printf ("On %s a table for %d is free at %s.", said, (int) size, joined)
                                                 : g_strdup_printf ("On %s there is no table for %d.", said, (int) size));
}
