/* SPDX-License-Identifier: GPL-3.0-or-later */
/* When business days end, also on the nights when the clocks change. */
#include "domain/hl-time.h"
#include "live/hl-day.h"

static void
assert_boundary (const char *zone_name, const char *starts, const char *now_text, const char *wanted, const char *wanted_date)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_identifier (zone_name);
  g_autofree char *date = NULL;
  g_autofree char *printed = NULL;
  gint64 now, boundary;

  g_assert_nonnull (zone);
  g_assert_true (hl_time_parse (now_text, &now));
  boundary = hl_day_boundary (zone, starts, now, &date);
  printed = hl_time_print (boundary);
  g_assert_cmpstr (printed, ==, wanted);
  g_assert_cmpstr (date, ==, wanted_date);
  g_assert_cmpint (boundary, <=, now);
}

static void
test_boundary (void)
{
  assert_boundary ("America/Los_Angeles", "04:00", "2026-11-25T11:59:59.999Z", "2026-11-24T12:00:00.000Z", "2026-11-23");
  assert_boundary ("America/Los_Angeles", "04:00", "2026-11-25T12:00:00.000Z", "2026-11-25T12:00:00.000Z", "2026-11-24");
  assert_boundary ("America/Los_Angeles", "04:00", "2026-11-26T07:59:00.000Z", "2026-11-25T12:00:00.000Z", "2026-11-24");
  assert_boundary ("Europe/Berlin", "05:30", "2026-07-01T03:30:00.000Z", "2026-07-01T03:30:00.000Z", "2026-06-30");
  assert_boundary ("Asia/Kathmandu", "04:00", "2026-07-01T00:00:00.000Z", "2026-06-30T22:15:00.000Z", "2026-06-30");
  /* the night the clocks go back (25 hours) and forward (23 hours) */
  assert_boundary ("America/Los_Angeles", "04:00", "2026-11-01T11:59:00.000Z", "2026-10-31T11:00:00.000Z", "2026-10-30");
  assert_boundary ("America/Los_Angeles", "04:00", "2026-11-01T12:00:00.000Z", "2026-11-01T12:00:00.000Z", "2026-10-31");
  assert_boundary ("America/Los_Angeles", "04:00", "2026-03-08T11:00:00.000Z", "2026-03-08T11:00:00.000Z", "2026-03-07");
  assert_boundary ("America/Los_Angeles", "04:00", "2026-03-08T10:59:00.000Z", "2026-03-07T12:00:00.000Z", "2026-03-06");
  /* a day that would start in the missing hour starts when the clocks have moved */
  assert_boundary ("America/Los_Angeles", "02:30", "2026-03-09T00:00:00.000Z", "2026-03-08T10:00:00.000Z", "2026-03-07");
}

/* Over two years, minute by ten minutes: boundaries never go back, and each day ends once. */
static void
test_every_day (void)
{
  static const char *const zones[] = { "America/Los_Angeles", "Europe/Berlin", "Pacific/Apia", "America/St_Johns" };

  for (gsize z = 0; z < G_N_ELEMENTS (zones); z++) {
    g_autoptr (GTimeZone) zone = g_time_zone_new_identifier (zones[z]);
    g_autofree char *last_date = NULL;
    gint64 now, last = 0;
    guint days = 0;

    g_assert_true (hl_time_parse ("2026-01-01T00:00:00Z", &now));
    for (guint i = 0; i < 2 * 365 * 144; i++, now += 600000) {
      g_autofree char *date = NULL;
      gint64 boundary = hl_day_boundary (zone, "04:00", now, &date);

      g_assert_cmpint (boundary, >=, last);
      if (boundary != last) {
        days++;
        g_assert_cmpstr (date, !=, last_date);
        last = boundary;
        g_free (last_date);
        last_date = g_steal_pointer (&date);
      }
    }
    g_assert_cmpuint (days, >=, 730);
    g_assert_cmpuint (days, <=, 731);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/day/boundary", test_boundary);
  g_test_add_func ("/day/every-day", test_every_day);
  return g_test_run ();
}
