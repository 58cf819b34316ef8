/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A day and time that a voice agent passed on. */
#include "ingest/hl-tool-when.h"

#include <string.h>

#include "domain/hl-availability.h"
#include "domain/hl-date-words.h"
#include "domain/hl-time.h"
#include "ingest/hl-payload.h"

#define DAY_MIN (24 * 60)

static const char *const months[] = { "",     "January", "February",  "March",   "April",    "May",     "June",
                                      "July", "August",  "September", "October", "November", "December" };

static GTimeZone *
find_zone (HlState *state)
{
  GTimeZone *zone = g_time_zone_new_identifier (hl_location_get_timezone (hl_state_get_location (state)));

  return zone != NULL ? zone : g_time_zone_new_utc ();
}

static void
find_today (HlState *state, GTimeZone *zone, gint64 now, GDate *out)
{
  int starts = 0, year = 2000, month = 1, day = 1;
  g_autofree char *text = NULL;

  hl_time_parse_clock (hl_location_get_day_starts (hl_state_get_location (state)), &starts);
  text = hl_time_business_date (now, zone, starts);
  hl_time_parse_date (text, &year, &month, &day);
  g_date_clear (out, 1);
  g_date_set_dmy (out, (GDateDay) day, (GDateMonth) month, (GDateYear) year);
}

char *
hl_tool_when_clock (int minutes)
{
  return g_strdup_printf ("%02d:%02d", minutes % DAY_MIN / 60, minutes % 60);
}

static void
append_date (GString *out, const GDate *date)
{
  g_string_append_printf (out, "%s, %d %s %d", hl_date_words_name_weekday (g_date_get_weekday (date)), g_date_get_day (date),
                          months[g_date_get_month (date)], g_date_get_year (date));
}

char *
hl_tool_when_say (const HlToolWhen *self)
{
  GString *out = g_string_new (NULL);

  append_date (out, &self->date);
  if (self->minutes >= 0) {
    const int hour = self->minutes % DAY_MIN / 60;

    g_string_append_printf (out, " at %d:%02d %s", hour % 12 == 0 ? 12 : hour % 12, self->minutes % 60, hour < 12 ? "am" : "pm");
  }
  return g_string_free (out, FALSE);
}

void
hl_tool_when_put (const HlToolWhen *self, JsonObject *out, HlState *state)
{
  char date[16];

  g_date_strftime (date, sizeof date, "%Y-%m-%d", &self->date);
  json_object_set_string_member (out, "date", date);
  json_object_set_string_member (out, "weekday", hl_date_words_name_weekday (g_date_get_weekday (&self->date)));
  json_object_set_string_member (out, "timezone", hl_location_get_timezone (hl_state_get_location (state)));
  if (self->minutes >= 0) {
    g_autofree char *clock = hl_tool_when_clock (self->minutes);

    json_object_set_string_member (out, "time", clock);
    hl_payload_put_time (out, "starts_at", self->starts_at);
  }
}

void
hl_tool_when_set (HlToolWhen *self, gint64 starts_at, HlState *state)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (starts_at / 1000);
  g_autoptr (GDateTime) local = NULL;

  hl_tool_when_clear (self);
  self->zone = find_zone (state);
  local = g_date_time_to_timezone (utc, self->zone);
  g_date_clear (&self->date, 1);
  g_date_set_dmy (&self->date, (GDateDay) g_date_time_get_day_of_month (local), (GDateMonth) g_date_time_get_month (local),
                  (GDateYear) g_date_time_get_year (local));
  self->minutes = g_date_time_get_hour (local) * 60 + g_date_time_get_minute (local);
  self->starts_at = starts_at;
}

void
hl_tool_when_clear (HlToolWhen *self)
{
  g_clear_pointer (&self->zone, g_time_zone_unref);
}

/* NULL, or what is wrong with the day. */
static char *
read_date (HlToolWhen *self, const char *text, const char *weekday, const GDate *today)
{
  GDateWeekday named = hl_date_words_find_weekday (weekday != NULL ? weekday : text);

  g_date_clear (&self->date, 1);
  switch (hl_date_words_parse (text, today, &self->date)) {
  case HL_DATE_WORDS_OK:
    break;
  case HL_DATE_WORDS_AMBIGUOUS:
    return g_strdup ("I can't tell the day from the month. Which day is it, and which month?");
  case HL_DATE_WORDS_IMPOSSIBLE:
    return g_strdup ("There is no such day in the calendar. Which day is meant?");
  case HL_DATE_WORDS_UNREADABLE:
  default:
    return g_strdup ("I did not understand which day is meant. Which day is it?");
  }
  if (named != G_DATE_BAD_WEEKDAY && named != g_date_get_weekday (&self->date)) {
    GString *out = g_string_new (NULL);

    append_date (out, &self->date);
    g_string_append_printf (out, " is not a %s. Which day is meant?", hl_date_words_name_weekday (named));
    return g_string_free (out, FALSE);
  }
  if (g_date_compare (&self->date, today) < 0) {
    return g_strdup ("That day is over. Which day is meant?");
  }
  return NULL;
}

/* "7:30" is the one of 07:30 and 19:30 at which the house is open. */
static char *
read_clock (HlToolWhen *self, const char *text, HlState *state)
{
  int minutes[2] = { -1, -1 };
  guint n = hl_date_words_parse_clock (text, minutes);
  gboolean morning, evening;

  if (n == 0) {
    return g_strdup ("I did not understand the time. At what time is it?");
  }
  if (n == 2) {
    morning = hl_availability_is_open (state, &self->date, minutes[0]);
    evening = hl_availability_is_open (state, &self->date, minutes[1]);
    if (morning && evening) {
      return g_strdup ("Is that in the morning or in the evening?");
    }
    self->minutes = morning ? minutes[0] : minutes[1];
    return NULL;
  }
  self->minutes = minutes[0];
  /* half past midnight of a Saturday night is on Sunday's calendar */
  if (!hl_availability_is_open (state, &self->date, self->minutes) &&
      hl_availability_is_open (state, &self->date, self->minutes + DAY_MIN)) {
    self->minutes += DAY_MIN;
  }
  return NULL;
}

char *
hl_tool_when_read (HlToolWhen *self, JsonObject *arguments, const HlToolWhen *base, gboolean need_time, HlState *state, gint64 now)
{
  const char *date = hl_payload_get_string (arguments, "date");
  const char *time = hl_payload_get_string (arguments, "time");
  const char *moment = hl_payload_get_string (arguments, "starts_at");
  char *problem;
  gint64 starts_at;
  GDate today;

  self->zone = find_zone (state);
  find_today (state, self->zone, now, &today);
  if (moment != NULL && hl_time_parse (moment, &starts_at)) {
    const char *weekday = hl_payload_get_string (arguments, "weekday");

    hl_tool_when_set (self, starts_at, state);
    if (weekday != NULL && hl_date_words_find_weekday (weekday) != g_date_get_weekday (&self->date)) {
      g_autofree char *said = hl_tool_when_say (self);

      return g_strdup_printf ("%s is not a %s. Which day is meant?", said, weekday);
    }
    return starts_at < now ? g_strdup ("That time is over. When is it?") : NULL;
  }
  if (moment != NULL && date == NULL && strlen (moment) >= 16 && moment[10] == 'T') {
    date = moment; /* local time, without an offset */
    time = time != NULL ? time : moment + 11;
  }
  if (date != NULL) {
    problem = read_date (self, date, hl_payload_get_string (arguments, "weekday"), &today);
    if (problem != NULL) {
      return problem;
    }
  } else if (base != NULL) {
    self->date = base->date;
  } else {
    return g_strdup ("Which day is it for?");
  }
  if (time != NULL) {
    g_autofree char *clock = g_strndup (time, moment != NULL && time == moment + 11 ? 5 : strlen (time));

    problem = read_clock (self, clock, state);
    if (problem != NULL) {
      return problem;
    }
  } else if (base != NULL && base->minutes >= 0) {
    self->minutes = base->minutes;
  } else if (need_time) {
    return g_strdup ("At what time is it?");
  } else {
    return NULL;
  }
  self->starts_at = hl_availability_to_time (&self->date, self->minutes, self->zone);
  if (self->starts_at == HL_TIME_NONE) {
    return g_strdup ("The clocks skip that hour on that night. Which time is meant?");
  }
  if (self->minutes >= DAY_MIN) {
    hl_tool_when_set (self, self->starts_at, state); /* said with the day of the calendar */
  }
  return self->starts_at < now ? g_strdup ("That time is over. When is it?") : NULL;
}
