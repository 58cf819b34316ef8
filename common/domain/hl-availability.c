/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which times of a day the book has room for. */
#include "domain/hl-availability.h"

#include "domain/hl-capacity.h"
#include "domain/hl-time.h"

#define DAY_MIN (24 * 60)

/* From and to of a shift in minutes after midnight; FALSE when it is not on @date. */
static gboolean
get_hours (HlShift *shift, const GDate *date, int *from, int *to)
{
  /* a bit a weekday, Monday the lowest */
  if ((hl_shift_get_days (shift) & (1 << (g_date_get_weekday (date) - 1))) == 0 ||
      !hl_time_parse_clock (hl_shift_get_from (shift), from) ||
      !hl_time_parse_clock (hl_shift_get_to (shift), to))
    return FALSE;
  if (*to <= *from)
    *to += DAY_MIN;
  return TRUE;
}

gboolean
hl_availability_is_open (HlState *state, const GDate *date, int minutes)
{
  GPtrArray *shifts = hl_location_get_shifts (hl_state_get_location (state));
  int from, to;

  if (shifts == NULL || shifts->len == 0)
    return minutes < DAY_MIN;
  for (guint i = 0; i < shifts->len; i++)
    if (get_hours (shifts->pdata[i], date, &from, &to) && minutes >= from && minutes < to)
      return TRUE;
  return FALSE;
}

gint64
hl_availability_to_time (const GDate *date, int minutes, GTimeZone *zone)
{
  GDate day = *date;
  g_autoptr (GDateTime) time = NULL;

  g_date_add_days (&day, (guint) (minutes / DAY_MIN));
  minutes %= DAY_MIN;
  time = g_date_time_new (zone, g_date_get_year (&day), (int) g_date_get_month (&day), g_date_get_day (&day), minutes / 60,
                          minutes % 60, 0);
  if (time == NULL || g_date_time_get_hour (time) * 60 + g_date_time_get_minute (time) != minutes)
    return HL_TIME_NONE;
  return g_date_time_to_unix (time) * 1000;
}

HlAvailability
hl_availability_list (HlState *state, const GDate *date, GTimeZone *zone, int size, gint64 now, const char *exclude,
                      GArray **times)
{
  HlLocation *location = hl_state_get_location (state);
  HlCapacityRequest request = { exclude, size, 0, hl_capacity_get_duration (state, size), NULL };
  gboolean any = FALSE;

  *times = g_array_new (FALSE, FALSE, sizeof (HlAvailableTime));
  if (size > hl_location_get_max_phone_party (location))
    return HL_AVAILABILITY_TOO_LARGE;
  for (int minutes = 0; minutes < 2 * DAY_MIN; minutes += HL_AVAILABILITY_STEP_MIN) {
    HlAvailableTime time = { 0 };

    if (!hl_availability_is_open (state, date, minutes))
      continue;
    any = TRUE;
    time.minutes = minutes;
    time.starts_at = hl_availability_to_time (date, minutes, zone);
    if (time.starts_at == HL_TIME_NONE || time.starts_at < now)
      continue;
    request.starts_at = time.starts_at;
    time.free = hl_capacity_fits (state, &request);
    g_array_append_val (*times, time);
  }
  if (!any)
    return HL_AVAILABILITY_CLOSED;
  return (*times)->len > 0 ? HL_AVAILABILITY_OPEN : HL_AVAILABILITY_PAST;
}

static int
compare_times (gconstpointer a, gconstpointer b)
{
  gint64 x = ((const HlAvailableTime *) a)->starts_at, y = ((const HlAvailableTime *) b)->starts_at;

  return x < y ? -1 : x > y;
}

GArray *
hl_availability_nearest (const GArray *times, gint64 starts_at, guint n)
{
  GArray *out = g_array_new (FALSE, FALSE, sizeof (HlAvailableTime));

  while (out->len < n) {
    const HlAvailableTime *best = NULL;

    for (guint i = 0; i < times->len; i++) {
      const HlAvailableTime *time = &g_array_index (times, HlAvailableTime, i);
      gboolean taken = !time->free;

      for (guint k = 0; !taken && k < out->len; k++)
        taken = g_array_index (out, HlAvailableTime, k).starts_at == time->starts_at;
      if (!taken && (best == NULL || ABS (time->starts_at - starts_at) < ABS (best->starts_at - starts_at)))
        best = time;
    }
    if (best == NULL)
      break;
    g_array_append_vals (out, best, 1);
  }
  g_array_sort (out, compare_times);
  return out;
}
