/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the adapters of booking systems say of a reservation, in the words of the schema. */
#include "ingest/hl-booking-fact.h"

#include <stdio.h>
#include <string.h>

#include "domain/hl-location.h"
#include "domain/hl-time.h"
#include "ingest/hl-payload.h"
#include "util/hl-phone.h"

#define MAX_NAME 120
#define MAX_NOTE 1000
#define MAX_REASON 200
#define MAX_REF 128
#define MAX_VERSION (G_GINT64_CONSTANT (1) << 53)

JsonObject *
hl_booking_fact_new (const char *provider,
                     const char *reservation_id,
                     const char *ref)
{
  JsonObject *data = json_object_new ();

  json_object_set_string_member (data, "reservation_id", reservation_id);
  json_object_set_string_member (data, "source", provider);
  hl_payload_put_text (data, "source_ref", ref, MAX_REF);
  return data;
}

char *
hl_booking_fact_get_word (JsonObject *root,
                          const char *path)
{
  const char *text = hl_payload_get_string (root, path);
  gint64 number = 0;

  if (text != NULL) {
    return g_strdup (text);
  }
  return hl_payload_get_int (root, path, &number) ? g_strdup_printf ("%" G_GINT64_FORMAT, number) : NULL;
}

char *
hl_booking_fact_make_id (const char *provider,
                         JsonObject *root,
                         const char *path)
{
  g_autofree char *word = hl_booking_fact_get_word (root, path);

  return hl_payload_make_id (provider, word);
}

void
hl_booking_fact_put_size (JsonObject *data,
                          JsonObject *root,
                          const char *path)
{
  gint64 size = 0;

  if (hl_payload_get_int (root, path, &size) && size >= 1 && size <= 99) {
    json_object_set_int_member (data, "party_size", size);
  }
}

void
hl_booking_fact_put_version (JsonObject *data,
                             gint64      version)
{
  if (version >= 0 && version <= MAX_VERSION) {
    json_object_set_int_member (data, "version", version);
  }
}

void
hl_booking_fact_put_duration (JsonObject *data,
                              gint64      minutes)
{
  if (minutes >= 15 && minutes <= 600) {
    json_object_set_int_member (data, "duration_min", minutes);
  }
}

void
hl_booking_fact_put_phone (JsonObject *data,
                           HlState    *state,
                           const char *text)
{
  const char *own = state != NULL ? hl_location_get_phone (hl_state_get_location (state)) : NULL;
  g_autofree char *digits = text != NULL ? hl_phone_parse_near (text, own) : NULL;

  if (digits != NULL) {
    g_autofree char *number = g_strconcat ("+", digits, NULL);

    json_object_set_string_member (data, "phone", number);
  }
}


void
hl_booking_fact_put_name (JsonObject *data,
                          const char *first,
                          const char *last)
{
  g_autofree char *name = g_strdup_printf ("%s %s", first != NULL ? first : "", last != NULL ? last : "");

  hl_payload_put_text (data, "name", g_strstrip (name), MAX_NAME);
}

HlReservation *
hl_booking_fact_find (HlState    *state,
                      JsonObject *data)
{
  return hl_state_lookup_reservation (state, json_object_get_string_member (data, "reservation_id"));
}

gboolean
hl_booking_fact_is_staff (HlReservation *reservation,
                          guint          field)
{
  const HlRevision *revision = hl_entity_get_revision (HL_ENTITY (reservation), field);

  return revision->device != NULL && revision->device[0] != '~';
}

static void
put_only (JsonObject *data,
          const char *name,
          const char *text)
{
  JsonArray *array = json_array_new ();

  json_array_add_string_element (array, text);
  json_object_set_array_member (data, name, array);
}

void
hl_booking_fact_put_note (JsonObject *data,
                          HlState    *state,
                          const char *text)
{
  HlReservation *reservation = hl_booking_fact_find (state, data);
  GPtrArray *notes = reservation != NULL ? hl_reservation_get_notes (reservation) : NULL;
  g_autofree char *plain = text != NULL ? g_strstrip (g_strdup (text)) : NULL;
  g_autofree char *note = NULL;

  if (plain == NULL || *plain == '\0') {
    return;
  }
  note = g_utf8_substring (plain, 0, MIN (MAX_NOTE, g_utf8_strlen (plain, -1)));
  for (guint i = 0; notes != NULL && i < notes->len; i++) {
    if (g_str_equal (hl_note_get_text (g_ptr_array_index (notes, i)), note)) {
      return;
    }
  }
  put_only (data, "notes_add", note);
}

void
hl_booking_fact_put_tag (JsonObject *data,
                         HlState    *state,
                         const char *tag,
                         gboolean    present)
{
  HlReservation *reservation = hl_booking_fact_find (state, data);
  gboolean stands = reservation != NULL && g_strv_contains (hl_reservation_get_tags (reservation), tag);

  if (present && !stands) {
    put_only (data, "tags_add", tag);
  } else if (!present && stands) {
    put_only (data, "tags_remove", tag);
  }
}

/* --- time --- */

static gboolean
convert (GTimeZone *zone,
         int        year,
         int        month,
         int        day,
         int        minutes,
         gint64    *out)
{
  g_autoptr (GDateTime) time = g_date_time_new (zone, year, month, day, minutes / 60, minutes % 60, 0);

  if (time == NULL) {
    return FALSE;
  }
  /* When the clocks go back GLib takes the later of the two. */
  g_autoptr (GDateTime) earlier = g_date_time_add_hours (time, -1);
  gboolean twice = earlier != NULL && g_date_time_get_hour (earlier) == g_date_time_get_hour (time) &&
                   g_date_time_get_day_of_month (earlier) == g_date_time_get_day_of_month (time);
  *out = g_date_time_to_unix (twice ? earlier : time) * 1000;
  return *out >= HL_TIME_MIN && *out <= HL_TIME_MAX;
}

gboolean
hl_booking_fact_parse_local (HlState    *state,
                             const char *date,
                             const char *clock,
                             gint64     *out)
{
  const char *name = hl_location_get_timezone (hl_state_get_location (state));
  g_autoptr (GTimeZone) zone = name != NULL && *name != '\0' ? g_time_zone_new_identifier (name) : NULL;
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
  g_autofree char *day_text = date != NULL ? g_strndup (date, 10) : NULL;
  g_autofree char *clock_text = clock != NULL ? g_strndup (clock, 5) : NULL;
  int year, month, day, minutes;

  return day_text != NULL && clock_text != NULL && hl_time_parse_date (day_text, &year, &month, &day) &&
         hl_time_parse_clock (clock_text, &minutes) &&
         convert (zone != NULL ? zone : utc, year, month, day, minutes, out);
}

gboolean
hl_booking_fact_parse_utc (const char *text,
                           gint64     *out)
{
  g_autofree char *zoned = NULL;

  if (text == NULL || strlen (text) < 19 || (text[10] != ' ' && text[10] != 'T')) {
    return FALSE;
  }
  zoned = g_strdup_printf ("%.10sT%.8sZ", text, text + 11);
  return hl_time_parse (zoned, out);
}

/* --- facts --- */

void
hl_booking_fact_add (GPtrArray  *facts,
                     HlEventKind kind,
                     gint64      at,
                     JsonObject *data,
                     const char *provider,
                     const char *key)
{
  g_autofree char *id = g_strdup (json_object_get_string_member (data, "reservation_id"));

  /* A plan without its time cannot be made; what is known already is brought up to date. */
  if (kind == HL_EVENT_RESERVATION_CREATED && !json_object_has_member (data, "starts_at")) {
    kind = HL_EVENT_RESERVATION_UPDATED;
  }
  g_ptr_array_add (facts, hl_fact_new (kind, at >= HL_TIME_MIN && at <= HL_TIME_MAX ? at : HL_TIME_NONE, data,
                                       provider, id, key));
}

void
hl_booking_fact_cancel (GPtrArray  *facts,
                        HlState    *state,
                        gint64      at,
                        JsonObject *data,
                        const char *reason,
                        const char *provider,
                        const char *key)
{
  JsonObject *cancel = json_object_new ();
  g_autofree char *what_key = g_strconcat (key, "/what", NULL);

  json_object_set_string_member (cancel, "reservation_id", json_object_get_string_member (data, "reservation_id"));
  hl_payload_put_text (cancel, "cancel_reason", reason, MAX_REASON);
  if (json_object_has_member (data, "version")) {
    json_object_set_int_member (cancel, "version", json_object_get_int_member (data, "version"));
  }
  /* Unknown until now: it must not ask for room first. */
  if (hl_booking_fact_find (state, data) == NULL) {
    json_object_set_string_member (data, "status", "cancelled");
  }
  hl_booking_fact_add (facts, HL_EVENT_RESERVATION_UPDATED, at, data, provider, what_key);
  hl_booking_fact_add (facts, HL_EVENT_RESERVATION_CANCELLED, at, cancel, provider, key);
}
