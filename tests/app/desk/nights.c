/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Invariant 11: on the night the clocks change, durations and lateness stay right, in both directions and in the
 * location's zone. Every minute of such nights is tried, in zones that change by an hour, by half of one, at midnight,
 * and not at all. */
#include <string.h>

#include "desk/hl-derive.h"
#include "domain/hl-capacity.h"
#include "domain/hl-decide.h"
#include "domain/hl-evolve.h"

#define MINUTE G_GINT64_CONSTANT (60000)
#define HOUR (60 * MINUTE)

typedef struct {
  const char *zone;
  const char *noon; /* UTC, some time of the day before */
  int         hours_10; /* how long the business day is, in tenths of an hour */
} Night;

static const Night nights[] = {
  { "America/Los_Angeles", "2026-03-07T20:00:00Z", 230 }, { "America/Los_Angeles", "2026-10-31T20:00:00Z", 250 },
  { "Europe/Berlin", "2026-03-28T11:00:00Z", 230 },       { "Europe/Berlin", "2026-10-24T11:00:00Z", 250 },
  { "Australia/Lord_Howe", "2026-04-04T02:00:00Z", 245 }, { "Australia/Lord_Howe", "2026-10-03T02:00:00Z", 235 },
  { "America/Santiago", "2026-04-04T16:00:00Z", 250 },    { "America/Santiago", "2026-09-05T16:00:00Z", 230 },
  { "Asia/Kolkata", "2026-03-28T06:00:00Z", 240 },
};

static gint64
read_time (const char *text)
{
  gint64 time = 0;

  g_assert_true (hl_time_parse (text, &time));
  return time;
}

/* The business day has its real length, holds each of its minutes, and its date is one date. */
static void
test_day (gconstpointer data)
{
  const Night *night = data;
  g_autoptr (GTimeZone) zone = g_time_zone_new_identifier (night->zone);
  gint64 noon = read_time (night->noon);
  gint64 from, until;
  g_autofree char *date = NULL;

  g_assert_nonnull (zone);
  hl_derive_day (noon, zone, "04:00", &from, &until);
  g_assert_cmpint (until - from, ==, night->hours_10 * HOUR / 10);
  date = hl_time_business_date (noon, zone, 240);
  for (gint64 now = from; now < until; now += MINUTE) {
    gint64 other_from, other_until;
    g_autofree char *other = hl_time_business_date (now, zone, 240);

    hl_derive_day (now, zone, "04:00", &other_from, &other_until);
    g_assert_cmpint (other_from, ==, from);
    g_assert_cmpint (other_until, ==, until);
    g_assert_cmpstr (other, ==, date);
  }
  {
    g_autofree char *before = hl_time_business_date (from - 1, zone, 240);
    g_autofree char *after = hl_time_business_date (until, zone, 240);

    g_assert_cmpstr (before, <, date);
    g_assert_cmpstr (after, >, date);
  }
}

/* Minutes that have gone by are minutes, whatever the clock on the wall did. */
static void
test_durations (gconstpointer data)
{
  const Night *night = data;
  g_autoptr (GTimeZone) zone = g_time_zone_new_identifier (night->zone);
  g_autoptr (HlState) state = hl_state_new ();
  HlLocation *location = hl_state_get_location (state);
  g_autoptr (HlReservation) reservation = hl_reservation_new ();
  gint64 from, until;

  hl_derive_day (read_time (night->noon), zone, "04:00", &from, &until);
  for (gint64 at = until - 8 * HOUR; at < until; at += 5 * MINUTE) {
    hl_record_set_time (HL_RECORD (reservation), HL_RESERVATION_FIELD_STARTS_AT, at);
    for (int minutes = -120; minutes <= 120; minutes++) {
      gint64 now = at + minutes * MINUTE;
      HlGuestGroup group = hl_derive_arrival_group (reservation, location, now);
      int late_after = hl_location_get_late_minutes (location);

      g_assert_cmpint (hl_derive_minutes (at, now), ==, MAX (0, minutes));
      g_assert_cmpint (group == HL_GUEST_GROUP_LATE, ==, minutes > late_after);
      g_assert_cmpint (group == HL_GUEST_GROUP_LATER, ==, minutes < -(HL_DERIVE_DUE_MS / MINUTE));
    }
    /* a turn of an hour and a half is over an hour and a half later */
    g_assert_cmpint (hl_derive_turn (hl_derive_minutes (at, at + 89 * MINUTE), 90), !=,
                     hl_derive_turn (hl_derive_minutes (at, at + 91 * MINUTE), 90));
  }
}

/* The shift of that night goes by the clock on the wall: through both half past ones, and it ends. */
static void
test_shift (gconstpointer data)
{
  const Night *night = data;
  g_autoptr (GTimeZone) zone = g_time_zone_new_identifier (night->zone);
  g_autoptr (HlState) state = hl_state_new ();
  g_autoptr (HlActor) actor = hl_actor_new (HL_ROLE_SYSTEM, "", NULL, 0);
  g_autoptr (JsonNode) node = json_from_string (
      "{\"id\":\"x\",\"shifts\":[{\"id\":\"late\",\"name\":\"Late\",\"days\":[1,2,3,4,5,6,7],\"from\":\"17:00\",\"to\":\"01:45\"}]}",
      NULL);
  g_autoptr (HlEvent) event = hl_event_new (1, "e", HL_EVENT_LOCATION_UPDATED, 0, 0, actor, NULL, TRUE,
                                            json_node_get_object (node));
  gint64 from, until;
  guint running = 0;

  hl_evolve (state, event);
  hl_derive_day (read_time (night->noon), zone, "04:00", &from, &until);
  for (gint64 now = from; now < until; now += MINUTE) {
    g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (now / 1000);
    g_autoptr (GDateTime) local = g_date_time_to_timezone (utc, zone);
    int minute = g_date_time_get_hour (local) * 60 + g_date_time_get_minute (local);
    gboolean expected = minute >= 17 * 60 || minute < 105;

    g_assert_cmpint (hl_derive_shift (hl_state_get_location (state), zone, now) == 0, ==, expected);
    running += expected;
  }
  g_assert_cmpuint (running, >=, 7 * 60);
}

/* Two bookings at "half past one" of the night with two of them are an hour apart: both fit at the one table. */
static void
test_book (void)
{
  static const char *const events[][2] = {
    { "floor_replaced",
      "{\"hostline_floor\":1,\"areas\":[{\"area_id\":\"m\",\"name\":\"M\",\"width\":100,\"height\":100}],\"sections\":[],"
      "\"tables\":[{\"table_id\":\"1\",\"label\":\"1\",\"area_id\":\"m\",\"seats_max\":4}],\"combinations\":[],\"marks\":[]}" },
    /* 01:30 in daylight saving time */
    { "reservation_created",
      "{\"reservation_id\":\"r\",\"party_size\":2,\"duration_min\":60,\"starts_at\":\"2026-11-01T01:30:00-07:00\"}" },
  };
  g_autoptr (HlState) state = hl_state_new ();
  HlCapacityRequest request = { "x", 2, read_time ("2026-11-01T01:30:00-08:00"), 60, NULL };

  for (guint i = 0; i < G_N_ELEMENTS (events); i++) {
    g_autoptr (HlActor) actor = hl_actor_new (HL_ROLE_SYSTEM, "", NULL, 0);
    g_autoptr (JsonNode) node = json_from_string (events[i][1], NULL);
    int kind = HL_EVENT_UNKNOWN;
    g_autoptr (HlEvent) event = NULL;

    g_assert_true (hl_enum_parse (HL_TYPE_EVENT_KIND, events[i][0], &kind));
    event = hl_event_new (i + 1, "e", kind, 0, 0, actor, NULL, TRUE, json_node_get_object (node));
    hl_evolve (state, event);
  }
  g_assert_true (hl_capacity_fits (state, &request));
  request.duration_min = 120;
  request.starts_at = read_time ("2026-11-01T01:15:00-07:00");
  g_assert_false (hl_capacity_fits (state, &request));
  /* over the missing hour: 01:30 and 03:15 are 45 minutes apart */
  g_assert_cmpint (read_time ("2026-03-08T03:15:00-07:00") - read_time ("2026-03-08T01:30:00-08:00"), ==, 45 * MINUTE);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (nights); i++) {
    g_autofree char *name = g_strdup_printf ("%s-%u", strrchr (nights[i].zone, 0x2f) + 1, i);
    g_autofree char *day = g_strconcat ("/desk/inv11/day/", name, NULL);
    g_autofree char *durations = g_strconcat ("/desk/inv11/durations/", name, NULL);
    g_autofree char *shift = g_strconcat ("/desk/inv11/shift/", name, NULL);

    g_test_add_data_func (day, &nights[i], test_day);
    g_test_add_data_func (durations, &nights[i], test_durations);
    g_test_add_data_func (shift, &nights[i], test_shift);
  }
  g_test_add_func ("/desk/inv11/book", test_book);
  return g_test_run ();
}
