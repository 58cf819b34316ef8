/* SPDX-License-Identifier: GPL-3.0-or-later */
/* RFC 3339 by hand: strict, without allocation, and without GDateTime's leniency. */
#include "domain/hl-time.h"

#include <string.h>

#define DAY_MS G_GINT64_CONSTANT (86400000)

/* Reads exactly @n digits. */
static gboolean
read_digits (const char **text, int n, int *out)
{
  int value = 0;
  for (int i = 0; i < n; i++) {
    char c = (*text)[i];
    if (c < '0' || c > '9')
      return FALSE;
    value = value * 10 + (c - '0');
  }
  *text += n;
  *out = value;
  return TRUE;
}

static gboolean
skip (const char **text, char c)
{
  if (**text != c)
    return FALSE;
  (*text)++;
  return TRUE;
}

/* Days since 1970-01-01 of a date in the proleptic Gregorian calendar, and back. */
static gint64
days_from_civil (int year, int month, int day)
{
  gint64 y = year - (month <= 2 ? 1 : 0);
  gint64 era = (y >= 0 ? y : y - 399) / 400;
  gint64 year_of_era = y - era * 400;
  gint64 day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  gint64 day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146097 + day_of_era - 719468;
}

static void
civil_from_days (gint64 days, int *year, int *month, int *day)
{
  days += 719468;
  gint64 era = (days >= 0 ? days : days - 146096) / 146097;
  gint64 day_of_era = days - era * 146097;
  gint64 year_of_era =
    (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  gint64 day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  gint64 shifted = (5 * day_of_year + 2) / 153;
  *day = (int) (day_of_year - (153 * shifted + 2) / 5 + 1);
  *month = (int) (shifted < 10 ? shifted + 3 : shifted - 9);
  *year = (int) (year_of_era + era * 400 + (*month <= 2 ? 1 : 0));
}

static gboolean
read_date (const char **text, int *year, int *month, int *day)
{
  if (!read_digits (text, 4, year) || !skip (text, '-') || !read_digits (text, 2, month)
      || !skip (text, '-') || !read_digits (text, 2, day))
    return FALSE;
  /* one year more on both sides: an offset may bring the time back into range */
  if (*year < 1999 || *year > 2101 || *month < 1 || *month > 12)
    return FALSE;
  return *day >= 1 && *day <= g_date_get_days_in_month ((GDateMonth) *month, (GDateYear) *year);
}

gboolean
hl_time_parse (const char *text, gint64 *out)
{
  int year, month, day, hour, minute, second;
  int ms = 0;
  gint64 offset = 0;

  if (text == NULL || strnlen (text, HL_TIME_MAX_TEXT + 1) > HL_TIME_MAX_TEXT)
    return FALSE;
  if (!read_date (&text, &year, &month, &day))
    return FALSE;
  if (!skip (&text, 'T') && !skip (&text, 't'))
    return FALSE;
  if (!read_digits (&text, 2, &hour) || !skip (&text, ':') || !read_digits (&text, 2, &minute)
      || !skip (&text, ':') || !read_digits (&text, 2, &second))
    return FALSE;
  if (hour > 23 || minute > 59 || second > 60)
    return FALSE;
  if (skip (&text, '.')) {
    int weight = 100;
    if (!g_ascii_isdigit (*text))
      return FALSE;
    for (; g_ascii_isdigit (*text); text++, weight /= 10)
      ms += (*text - '0') * weight;
  }
  if (!skip (&text, 'Z') && !skip (&text, 'z')) {
    int offset_hour, offset_minute;
    int sign = *text == '-' ? -1 : 1;
    if (*text != '+' && *text != '-')
      return FALSE;
    text++;
    if (!read_digits (&text, 2, &offset_hour) || !skip (&text, ':')
        || !read_digits (&text, 2, &offset_minute) || offset_hour > 23 || offset_minute > 59)
      return FALSE;
    offset = sign * (offset_hour * 60 + offset_minute);
  }
  if (*text != '\0')
    return FALSE;

  gint64 time = days_from_civil (year, month, day) * DAY_MS
                + (hour * 60 + minute - offset) * 60000 + MIN (second, 59) * 1000 + ms;
  if (time < HL_TIME_MIN || time > HL_TIME_MAX)
    return FALSE;
  *out = time;
  return TRUE;
}

static void
put_digits (char *buffer, int n, int value)
{
  for (int i = n - 1; i >= 0; i--, value /= 10)
    buffer[i] = (char) ('0' + value % 10);
}

void
hl_time_print_to (gint64 time, char *buffer)
{
  int year, month, day;

  if (time == HL_TIME_NONE) {
    buffer[0] = '\0';
    return;
  }
  time = CLAMP (time, HL_TIME_MIN, HL_TIME_MAX);
  gint64 days = time / DAY_MS;
  int rest = (int) (time % DAY_MS);
  civil_from_days (days, &year, &month, &day);
  memcpy (buffer, "0000-00-00T00:00:00.000Z", HL_TIME_TEXT + 1);
  put_digits (buffer, 4, year);
  put_digits (buffer + 5, 2, month);
  put_digits (buffer + 8, 2, day);
  put_digits (buffer + 11, 2, rest / 3600000);
  put_digits (buffer + 14, 2, rest / 60000 % 60);
  put_digits (buffer + 17, 2, rest / 1000 % 60);
  put_digits (buffer + 20, 3, rest % 1000);
}

char *
hl_time_print (gint64 time)
{
  char *buffer = g_malloc (HL_TIME_TEXT + 1);
  hl_time_print_to (time, buffer);
  return buffer;
}

gboolean
hl_time_parse_date (const char *text, int *year, int *month, int *day)
{
  int y, m, d;

  if (text == NULL || !read_date (&text, &y, &m, &d) || *text != '\0' || y < 2000 || y > 2100)
    return FALSE;
  if (year != NULL)
    *year = y;
  if (month != NULL)
    *month = m;
  if (day != NULL)
    *day = d;
  return TRUE;
}

gboolean
hl_time_parse_clock (const char *text, int *minutes)
{
  int hour, minute;

  if (text == NULL || !read_digits (&text, 2, &hour) || !skip (&text, ':')
      || !read_digits (&text, 2, &minute) || *text != '\0' || hour > 23 || minute > 59)
    return FALSE;
  if (minutes != NULL)
    *minutes = hour * 60 + minute;
  return TRUE;
}

char *
hl_time_business_date (gint64 time, GTimeZone *zone, int day_starts)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (time / 1000);
  g_autoptr (GDateTime) local = g_date_time_to_timezone (utc, zone);
  int year, month, day;

  /* by the wall clock, not by subtracting hours: a night of 23 or 25 hours has one business day too
   */
  g_date_time_get_ymd (local, &year, &month, &day);
  gint64 days = days_from_civil (year, month, day);
  if (g_date_time_get_hour (local) * 60 + g_date_time_get_minute (local) < day_starts)
    days--;
  civil_from_days (days, &year, &month, &day);
  return g_strdup_printf ("%04d-%02d-%02d", year, month, day);
}
