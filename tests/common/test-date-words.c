/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Days and times in callers' words, and what the book has room for on them. */
#include <glib.h>

#include "domain/hl-availability.h"
#include "domain/hl-date-words.h"
#include "domain/hl-state.h"
#include "domain/hl-time.h"

/* Tuesday, 1 December 2026 */
static void
test_days (void)
{
  static const struct {
    const char *text;
    HlDateWords what;
    const char *want;
  } cases[] = {
    { "2026-12-05", HL_DATE_WORDS_OK, "2026-12-05" },
    { "2026-02-30", HL_DATE_WORDS_IMPOSSIBLE, NULL },
    { "today", HL_DATE_WORDS_OK, "2026-12-01" },
    { "Tonight", HL_DATE_WORDS_OK, "2026-12-01" },
    { "esta noche", HL_DATE_WORDS_OK, "2026-12-01" },
    { "ce soir", HL_DATE_WORDS_OK, "2026-12-01" },
    { "aujourd'hui", HL_DATE_WORDS_OK, "2026-12-01" },
    { "tomorrow night", HL_DATE_WORDS_OK, "2026-12-02" },
    { "mañana", HL_DATE_WORDS_OK, "2026-12-02" },
    { "demain soir", HL_DATE_WORDS_OK, "2026-12-02" },
    { "the day after tomorrow", HL_DATE_WORDS_OK, "2026-12-03" },
    { "pasado mañana", HL_DATE_WORDS_OK, "2026-12-03" },
    { "après-demain", HL_DATE_WORDS_OK, "2026-12-03" },
    { "Saturday", HL_DATE_WORDS_OK, "2026-12-05" },
    { "el sábado", HL_DATE_WORDS_OK, "2026-12-05" },
    { "next Tuesday", HL_DATE_WORDS_OK, "2026-12-08" },
    { "Tuesday", HL_DATE_WORDS_OK, "2026-12-08" },
    { "mardi", HL_DATE_WORDS_OK, "2026-12-08" },
    { "16 August", HL_DATE_WORDS_OK, "2027-08-16" },
    { "August 16th", HL_DATE_WORDS_OK, "2027-08-16" },
    { "16 de agosto de 2027", HL_DATE_WORDS_OK, "2027-08-16" },
    { "le 16 août", HL_DATE_WORDS_OK, "2027-08-16" },
    { "Saturday, December 5", HL_DATE_WORDS_OK, "2026-12-05" },
    { "1 December", HL_DATE_WORDS_OK, "2026-12-01" },
    { "the 16th", HL_DATE_WORDS_OK, "2026-12-16" },
    { "the first", HL_DATE_WORDS_UNREADABLE, NULL },
    { "the 31st", HL_DATE_WORDS_OK, "2026-12-31" },
    { "31 June", HL_DATE_WORDS_IMPOSSIBLE, NULL },
    { "29 February", HL_DATE_WORDS_OK, "2028-02-29" },
    { "12/05", HL_DATE_WORDS_AMBIGUOUS, NULL },
    /* so many days or weeks from now; never a day of the month that nobody meant */
    { "in 3 weeks", HL_DATE_WORDS_OK, "2026-12-22" },
    { "in 10 days", HL_DATE_WORDS_OK, "2026-12-11" },
    { "2 weeks from now", HL_DATE_WORDS_OK, "2026-12-15" },
    { "dentro de 3 semanas", HL_DATE_WORDS_OK, "2026-12-22" },
    { "en 4 días", HL_DATE_WORDS_OK, "2026-12-05" },
    { "dans 3 semaines", HL_DATE_WORDS_OK, "2026-12-22" },
    { "dans 15 jours", HL_DATE_WORDS_OK, "2026-12-16" },
    { "3 weeks", HL_DATE_WORDS_UNREADABLE, NULL },
    { "3 days ago", HL_DATE_WORDS_UNREADABLE, NULL },
    { "in 3 months", HL_DATE_WORDS_UNREADABLE, NULL },
    { "Saturday in 2 weeks", HL_DATE_WORDS_UNREADABLE, NULL },
    { "a week from Saturday", HL_DATE_WORDS_UNREADABLE, NULL },
    { "the Saturday after next", HL_DATE_WORDS_UNREADABLE, NULL },
    { "last Saturday", HL_DATE_WORDS_UNREADABLE, NULL },
    { "el sábado pasado", HL_DATE_WORDS_UNREADABLE, NULL },
    { "samedi dernier", HL_DATE_WORDS_UNREADABLE, NULL },
    { "next month", HL_DATE_WORDS_UNREADABLE, NULL },
    { "Saturday or Sunday", HL_DATE_WORDS_AMBIGUOUS, NULL },
    /* today and tomorrow, whatever weekday is said beside them: that is looked at by itself */
    { "today, Tuesday", HL_DATE_WORDS_OK, "2026-12-01" },
    { "tomorrow, Wednesday", HL_DATE_WORDS_OK, "2026-12-02" },
    { "mañana miércoles", HL_DATE_WORDS_OK, "2026-12-02" },
    { "mañana por la mañana", HL_DATE_WORDS_OK, "2026-12-02" },
    { "sábado por la mañana", HL_DATE_WORDS_OK, "2026-12-05" },
    { "sábado noche", HL_DATE_WORDS_OK, "2026-12-05" },
    { "samedi soir", HL_DATE_WORDS_OK, "2026-12-05" },
    { "whenever", HL_DATE_WORDS_UNREADABLE, NULL },
    { "", HL_DATE_WORDS_UNREADABLE, NULL },
  };
  g_autoptr (GDate) today = g_date_new_dmy (1, G_DATE_DECEMBER, 2026);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    GDate out;
    char text[16] = "";

    g_date_clear (&out, 1);
    g_test_message ("“%s”", cases[i].text);
    g_assert_cmpint (hl_date_words_parse (cases[i].text, today, &out), ==, cases[i].what);
    if (cases[i].want != NULL) {
      g_date_strftime (text, sizeof text, "%Y-%m-%d", &out);
      g_assert_cmpstr (text, ==, cases[i].want);
    }
  }
  g_assert_cmpint (hl_date_words_find_weekday ("Saturday 5 December"), ==, G_DATE_SATURDAY);
  g_assert_cmpint (hl_date_words_find_weekday ("2026-12-05"), ==, G_DATE_BAD_WEEKDAY);
  g_assert_cmpstr (hl_date_words_name_weekday (G_DATE_SUNDAY), ==, "Sunday");
}

static void
test_times (void)
{
  static const struct {
    const char *text;
    guint       n;
    int         first, second;
  } cases[] = {
    { "19:30", 1, 1170, 0 }, { "7:30 pm", 1, 1170, 0 }, { "7pm", 1, 1140, 0 },       { "7 p.m.", 1, 1140, 0 },
    { "7:30", 2, 450, 1170 }, { "07:30", 1, 450, 0 },   { "12:15", 1, 735, 0 },      { "12 am", 1, 0, 0 },
    { "noon", 1, 720, 0 },    { "midnight", 1, 0, 0 },  { "19h30", 1, 1170, 0 },     { "las 8 de la noche", 1, 1200, 0 },
    { "8 du soir", 1, 1200, 0 }, { "25:00", 0, 0, 0 },  { "19:75", 0, 0, 0 },        { "soon", 0, 0, 0 },
    { "", 0, 0, 0 },
    { "19:30:00", 1, 1170, 0 }, { "19:30:45", 1, 1170, 0 }, { "19:30:99", 0, 0, 0 }, { "7 30 pm", 1, 1170, 0 },
    { "half past 7", 2, 450, 1170 }, { "7 y media de la tarde", 1, 1170, 0 }, { "7 heures et demie du soir", 1, 1170, 0 },
    { "a quarter past 7 pm", 1, 1155, 0 }, { "quarter to 8 pm", 1, 1185, 0 }, { "8 menos cuarto de la tarde", 1, 1185, 0 },
    { "8 moins le quart du soir", 1, 1185, 0 }, { "7 y cuarto", 2, 435, 1155 }, { "half past", 0, 0, 0 },
    { "20 to 8", 0, 0, 0 },     { "8 menos 20", 0, 0, 0 }, { "20 past 7", 0, 0, 0 },  { "between 7 and 8", 0, 0, 0 },
    { "7 or 8", 0, 0, 0 },      { "7-8pm", 0, 0, 0 },      { "7 – 10 pm", 0, 0, 0 },  { "7 pm or 8 pm", 0, 0, 0 },
    { "7:5", 0, 0, 0 },         { "noon or 1", 0, 0, 0 },
    { "de 7 a 10", 0, 0, 0 },   { "à 19 h 30", 1, 1170, 0 }, { "7:30 o'clock pm", 1, 1170, 0 }, { "change to 7:30 pm", 1, 1170, 0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    int minutes[2] = { 0 };

    g_test_message ("“%s”", cases[i].text);
    g_assert_cmpuint (hl_date_words_parse_clock (cases[i].text, minutes), ==, cases[i].n);
    if (cases[i].n > 0)
      g_assert_cmpint (minutes[0], ==, cases[i].first);
    if (cases[i].n > 1)
      g_assert_cmpint (minutes[1], ==, cases[i].second);
  }
}

/* ---- availability ---- */

static HlState *
make_state (const char *location)
{
  g_autoptr (JsonNode) node = json_from_string (location, NULL);
  HlState *state = hl_state_new ();
  const HlChange change = { .seq = 1 };

  hl_state_apply (state, HL_ENTITY (hl_state_get_location (state)), json_node_get_object (node), &change, HL_APPLY_NONE);
  return state;
}

static void
test_open_hours (void)
{
  g_autoptr (HlState) state = make_state (
      "{\"pace\":2,\"max_phone_party\":8,\"shifts\":["
      "{\"id\":\"d\",\"name\":\"Dinner\",\"days\":[5,6],\"from\":\"17:00\",\"to\":\"01:00\"}]}");
  g_autoptr (GTimeZone) zone = g_time_zone_new_identifier ("America/Chicago");
  g_autoptr (GDate) saturday = g_date_new_dmy (5, G_DATE_DECEMBER, 2026);
  g_autoptr (GDate) sunday = g_date_new_dmy (6, G_DATE_DECEMBER, 2026);
  g_autoptr (GArray) times = NULL;
  g_autoptr (GArray) none = NULL;
  g_autoptr (GArray) large = NULL;
  g_autoptr (GArray) near = NULL;
  const HlAvailableTime *first, *last;

  g_assert_cmpint (hl_availability_list (state, saturday, zone, 2, 0, NULL, &times), ==, HL_AVAILABILITY_OPEN);
  g_assert_cmpuint (times->len, ==, 32); /* 17:00 to 00:45 */
  first = &g_array_index (times, HlAvailableTime, 0);
  last = &g_array_index (times, HlAvailableTime, 31);
  g_assert_cmpint (first->starts_at, ==, G_GINT64_CONSTANT (1796511600000)); /* 2026-12-05T23:00:00Z */
  g_assert_cmpint (last->minutes, ==, 24 * 60 + 45);
  g_assert_true (first->free);
  near = hl_availability_nearest (times, first->starts_at + 3600000, 3);
  g_assert_cmpuint (near->len, ==, 3);
  g_assert_cmpint (g_array_index (near, HlAvailableTime, 1).minutes, ==, 18 * 60);
  g_assert_cmpint (hl_availability_list (state, sunday, zone, 2, 0, NULL, &none), ==, HL_AVAILABILITY_CLOSED);
  g_assert_cmpuint (none->len, ==, 0);
  g_assert_cmpint (hl_availability_list (state, saturday, zone, 9, 0, NULL, &large), ==, HL_AVAILABILITY_TOO_LARGE);
}

/* The pace of 2 covers a quarter hour: 3 guests never fit. */
static void
test_full (void)
{
  g_autoptr (HlState) state = make_state ("{\"pace\":2}");
  g_autoptr (GTimeZone) zone = g_time_zone_new_identifier ("Europe/Madrid");
  g_autoptr (GDate) date = g_date_new_dmy (5, G_DATE_DECEMBER, 2026);
  g_autoptr (GArray) times = NULL;
  g_autoptr (GArray) near = NULL;

  g_assert_cmpint (hl_availability_list (state, date, zone, 3, 0, NULL, &times), ==, HL_AVAILABILITY_OPEN);
  for (guint i = 0; i < times->len; i++)
    g_assert_false (g_array_index (times, HlAvailableTime, i).free);
  near = hl_availability_nearest (times, 0, 3);
  g_assert_cmpuint (near->len, ==, 0);
}

/* 28 March 2027 in Madrid: 02:00 to 03:00 does not exist; 31 October has 02:30 twice, and once in the list. */
static void
test_clock_changes (void)
{
  g_autoptr (HlState) state = make_state ("{}");
  g_autoptr (GTimeZone) zone = g_time_zone_new_identifier ("Europe/Madrid");
  g_autoptr (GDate) spring = g_date_new_dmy (28, G_DATE_MARCH, 2027);
  g_autoptr (GDate) autumn = g_date_new_dmy (31, G_DATE_OCTOBER, 2027);
  g_autoptr (GArray) short_day = NULL;
  g_autoptr (GArray) long_day = NULL;

  hl_availability_list (state, spring, zone, 2, 0, NULL, &short_day);
  hl_availability_list (state, autumn, zone, 2, 0, NULL, &long_day);
  g_assert_cmpuint (short_day->len, ==, 92);
  g_assert_cmpuint (long_day->len, ==, 96);
  g_assert_cmpint (hl_availability_to_time (spring, 150, zone), ==, HL_TIME_NONE);
  for (guint i = 1; i < long_day->len; i++)
    g_assert_cmpint (g_array_index (long_day, HlAvailableTime, i).starts_at, >,
                     g_array_index (long_day, HlAvailableTime, i - 1).starts_at);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/date-words/days", test_days);
  g_test_add_func ("/date-words/times", test_times);
  g_test_add_func ("/availability/open-hours", test_open_hours);
  g_test_add_func ("/availability/full", test_full);
  g_test_add_func ("/availability/clock-changes", test_clock_changes);
  return g_test_run ();
}
