/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a voice agent hears of the day that it acted on. */
#include "live/hl-say-back.h"

#include "domain/hl-date-words.h"
#include "domain/hl-member.h"
#include "domain/hl-time.h"

/* Notes name what they are about in another way. */
static const char *
find_id (const HlAction *action)
{
  const char *id = hl_member_get_string (action->data, "reservation_id", NULL);

  return id == NULL && g_strcmp0 (hl_member_get_string (action->data, "type", NULL), "reservation") == 0
           ? hl_member_get_string (action->data, "id", NULL)
           : id;
}

void
hl_say_back (HlDecision *decision, const HlAction *action, const HlActor *actor, HlState *state)
{
  const char *id = find_id (action);
  HlReservation *reservation = hl_state_lookup_reservation (state, id);
  const char *timezone = hl_location_get_timezone (hl_state_get_location (state));
  g_autoptr (GTimeZone) zone = NULL;
  g_autoptr (GDateTime) utc = NULL;
  g_autoptr (GDateTime) local = NULL;
  g_autofree char *date = NULL;
  g_autofree char *time = NULL;

  if (actor->role != HL_ROLE_AGENT || decision->outcome == HL_OUTCOME_REFUSED || reservation == NULL ||
      hl_reservation_get_starts_at (reservation) == HL_TIME_NONE) {
    return;
  }
  zone = g_time_zone_new_identifier (timezone);
  utc = g_date_time_new_from_unix_utc (hl_reservation_get_starts_at (reservation) / 1000);
  local = zone != NULL ? g_date_time_to_timezone (utc, zone) : NULL;
  if (local == NULL) {
    return;
  }
  date = g_date_time_format (local, "%Y-%m-%d");
  time = g_date_time_format (local, "%H:%M");
  if (decision->detail == NULL) {
    decision->detail = json_object_new ();
    json_object_set_string_member (decision->detail, "entity", "reservation");
    json_object_set_string_member (decision->detail, "id", id);
  }
  json_object_set_string_member (decision->detail, "date", date);
  json_object_set_string_member (decision->detail, "weekday",
                                 hl_date_words_name_weekday ((GDateWeekday) g_date_time_get_day_of_week (local)));
  json_object_set_string_member (decision->detail, "time", time);
  json_object_set_string_member (decision->detail, "timezone", timezone);
}
