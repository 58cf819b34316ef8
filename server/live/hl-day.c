/* SPDX-License-Identifier: GPL-3.0-or-later */
/* When a location's business day ends, and the event that says so. */
#include "live/hl-day.h"

#include "domain/hl-location.h"
#include "domain/hl-time.h"

#include <stdio.h>

#define DAY_MS (G_GINT64_CONSTANT (86400000))

static GDateTime *
at_start (GTimeZone *zone, GDateTime *day, const char *day_starts)
{
  int hour = 4;
  int minute = 0;

  if (day_starts == NULL || sscanf (day_starts, "%2d:%2d", &hour, &minute) != 2) {
    hour = 4;
    minute = 0;
  }
  return g_date_time_new (zone, g_date_time_get_year (day), g_date_time_get_month (day),
                          g_date_time_get_day_of_month (day), hour, minute, 0);
}

gint64
hl_day_boundary (GTimeZone *zone, const char *day_starts, gint64 now, char **date)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (now / 1000);
  g_autoptr (GDateTime) local = g_date_time_to_timezone (utc, zone);
  g_autoptr (GDateTime) start = at_start (zone, local, day_starts);
  g_autoptr (GDateTime) day = NULL;

  if (g_date_time_to_unix (start) * 1000 > now) {
    g_autoptr (GDateTime) before = g_date_time_add_days (local, -1);

    g_date_time_unref (start);
    start = at_start (zone, before, day_starts);
  }
  day = g_date_time_add_days (start, -1);
  *date = g_date_time_format (day, "%Y-%m-%d");
  return g_date_time_to_unix (start) * 1000;
}

static gint64
find_boundary (HlJournal *journal, gint64 now, char **date)
{
  HlLocation *location = hl_state_get_location (journal->state);
  const char *name = hl_location_get_timezone (location);
  g_autoptr (GTimeZone) zone = g_time_zone_new_identifier (name != NULL ? name : "UTC");

  if (zone == NULL) {
    zone = g_time_zone_new_utc ();
  }
  return hl_day_boundary (zone, hl_location_get_day_starts (location), now, date);
}

gint64
hl_day_next (HlJournal *journal, gint64 now)
{
  g_autofree char *date = NULL;
  gint64 last = find_boundary (journal, now, &date);
  g_autofree char *next = NULL;
  gint64 coming;

  /* a day may have 23 or 25 hours, so the coming end is looked for, not added */
  coming = find_boundary (journal, last + DAY_MS + DAY_MS / 12, &next);
  return journal->created < last && journal->head->seq > 0 && journal->due == 0 ? last : coming;
}

HlPublish *
hl_day_close (HlJournal *journal, gint64 now)
{
  g_autofree char *date = NULL;
  gint64 before = find_boundary (journal, now, &date);
  g_autofree char *printed = hl_time_print (before);
  JsonObject *data;
  HlPublish *publish;
  HlFact *fact;
  g_autoptr (GChecksum) sum = NULL;
  gsize len = sizeof publish->digest;

  /* what the timers know of entities that leave now; the store remembers what they did */
  g_clear_pointer (&journal->since, g_hash_table_unref);
  g_clear_pointer (&journal->fired, g_hash_table_unref);
  journal->due = G_MAXINT64;
  journal->due = hl_day_next (journal, now);
  if (journal->created >= before || journal->head->seq == 0) {
    return NULL;
  }
  data = json_object_new ();
  json_object_set_string_member (data, "business_date", date);
  json_object_set_string_member (data, "before", printed);
  fact = hl_fact_new (HL_EVENT_DAY_CLOSED, now, data, "system", "day", date);
  publish = hl_publish_new (journal->location);
  publish->actor = hl_actor_new (HL_ROLE_SYSTEM, "hostlined", NULL, 0);
  publish->source = g_strdup ("system");
  publish->key = g_strdup_printf ("day/%s", date);
  publish->facts = g_ptr_array_new_with_free_func ((GDestroyNotify) hl_fact_free);
  g_ptr_array_add (publish->facts, fact);
  sum = g_checksum_new (G_CHECKSUM_SHA256);
  g_checksum_update (sum, (const guchar *) publish->key, -1);
  g_checksum_get_digest (sum, publish->digest, &len);
  return publish;
}
