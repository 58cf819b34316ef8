/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Eat App: reservations in JSON:API form, in order of a sequence number; local times, no signature that is known. */
#include <string.h>

#include "domain/hl-time.h"
#include "ingest/hl-booking-fact.h"
#include "ingest/hl-payload.h"
#include "ingest/hl-provider-error.h"
#include "ingest/hl-providers.h"

#define NAME "eatapp"
#define SEATED "seated in Eat App"

/* The envelope is documented; the attributes' names are those of the vendor's API and read where they are there. */

static char *
make_key (const HlHookBody *body)
{
  JsonObject *root = hl_hook_body_get_root (body);
  const char *event = root != NULL ? hl_payload_get_string (root, "meta.event") : NULL;
  gint64 number = 0;

  if (event == NULL || !hl_payload_get_int (root, "meta.number", &number)) {
    return NULL;
  }
  return g_strdup_printf ("%" G_GINT64_FORMAT "/%s", number, event);
}

static const char *
get_first (JsonObject        *root,
           const char *const *paths)
{
  for (gsize i = 0; paths[i] != NULL; i++) {
    const char *text = hl_payload_get_string (root, paths[i]);

    if (text != NULL) {
      return text;
    }
  }
  return NULL;
}

static gboolean
get_start (JsonObject *attributes,
           HlState    *state,
           gint64     *out)
{
  static const char *const zoned[] = { "start_time", "starts_at", NULL };
  const char *text = get_first (attributes, zoned);

  if (text != NULL && hl_time_parse (text, out)) {
    return TRUE;
  }
  return hl_booking_fact_parse_local (state, hl_payload_get_string (attributes, "date"),
                                      hl_payload_get_string (attributes, "time"), out);
}

/* Where they say what changed, a value that staff set stands unless it did: the rest only repeats what they knew before. */
static gboolean
is_news (JsonObject        *root,
         HlReservation     *known,
         guint              field,
         const char *const *names)
{
  JsonObject *changes = hl_payload_get_object (root, "meta.changes");

  if (known == NULL || changes == NULL || !hl_booking_fact_is_staff (known, field)) {
    return TRUE;
  }
  for (gsize i = 0; names[i] != NULL; i++) {
    if (json_object_has_member (changes, names[i])) {
      return TRUE;
    }
  }
  return FALSE;
}

static void
put_guest (JsonObject    *data,
           JsonObject    *root,
           JsonObject    *attributes,
           HlReservation *known)
{
  static const char *const firsts[] = { "guest.first_name", "first_name", NULL };
  static const char *const lasts[] = { "guest.last_name", "last_name", NULL };
  static const char *const phones[] = { "guest.phone", "phone", NULL };
  static const char *const names[] = { "guest", "guest_id", "first_name", "last_name", NULL };
  static const char *const numbers[] = { "guest", "guest_id", "phone", NULL };

  if (is_news (root, known, HL_RESERVATION_FIELD_NAME, names)) {
    hl_booking_fact_put_name (data, get_first (attributes, firsts), get_first (attributes, lasts));
  }
  if (is_news (root, known, HL_RESERVATION_FIELD_PHONE, numbers)) {
    hl_payload_put_phone (data, "phone", get_first (attributes, phones));
  }
}

static void
put_plan (JsonObject    *data,
          JsonObject    *root,
          JsonObject    *attributes,
          HlState       *state,
          HlReservation *known)
{
  static const char *const sizes[] = { "guests", "covers", NULL };
  static const char *const times[] = { "date", "time", "start_time", NULL };
  static const char *const durations[] = { "duration", NULL };
  static const char *const notes[] = { "notes", "guest_notes", NULL };
  gint64 value = 0;

  if (is_news (root, known, HL_RESERVATION_FIELD_PARTY_SIZE, sizes)) {
    hl_booking_fact_put_size (data, attributes, "covers");
    hl_booking_fact_put_size (data, attributes, "guests");
  }
  if (is_news (root, known, HL_RESERVATION_FIELD_STARTS_AT, times) && get_start (attributes, state, &value)) {
    hl_payload_put_time (data, "starts_at", value);
  }
  if (is_news (root, known, HL_RESERVATION_FIELD_DURATION_MIN, durations) &&
      hl_payload_get_int (attributes, "duration", &value)) {
    hl_booking_fact_put_duration (data, value);
  }
  hl_booking_fact_put_note (data, state, get_first (attributes, notes));
}

static const char *
get_status (const char *status)
{
  static const struct {
    const char *theirs;
    const char *ours;
  } words[] = {
    { "requested", "requested" },  { "pending", "requested" },   { "not_confirmed", "booked" }, { "booked", "booked" },
    { "confirmed", "confirmed" },  { "no_show", "no_show" },     { "canceled", "cancelled" },   { "cancelled", "cancelled" },
    { "denied", "declined" },      { "declined", "declined" },
  };

  for (gsize i = 0; status != NULL && i < G_N_ELEMENTS (words); i++) {
    if (g_ascii_strcasecmp (words[i].theirs, status) == 0) {
      return words[i].ours;
    }
  }
  return NULL;
}

static gboolean
is_here (const char *status)
{
  static const char *const here[] = { "arrived", "partially_arrived", "seated", "partially_seated", NULL };

  return status != NULL && g_strv_contains (here, status);
}

static GPtrArray *
translate (const HlHookBody  *body,
           HlState           *state,
           GError           **error)
{
  static const char *const events[]
      = { "create_reservation", "place_web_reservation", "update_reservation", "delete_reservation", NULL };
  static const char *const statuses[] = { "status", NULL };
  JsonObject *root = hl_hook_body_get_root (body);
  const char *event = root != NULL ? hl_payload_get_string (root, "meta.event") : NULL;
  g_autoptr (GPtrArray) facts = g_ptr_array_new_with_free_func ((GDestroyNotify) hl_fact_free);
  gint64 at = body->received_ms;
  gint64 number = -1;

  if (event == NULL) {
    g_set_error_literal (error, HL_PROVIDER_ERROR, HL_PROVIDER_ERROR_UNREADABLE, "The body has no member 'meta.event'.");
    return NULL;
  }
  if (!g_strv_contains (events, event)) {
    return g_steal_pointer (&facts); /* guests */
  }
  g_autofree char *id = hl_booking_fact_make_id (NAME, root, "data.id");
  JsonObject *attributes = hl_payload_get_object (root, "data.attributes");
  if (id == NULL || !hl_payload_get_int (root, "meta.number", &number)) {
    g_set_error (error, HL_PROVIDER_ERROR, HL_PROVIDER_ERROR_UNREADABLE,
                 "The event '%s' has no usable data.id and meta.number.", event);
    return NULL;
  }
  if (hl_payload_get_int (root, "meta.created_at", &at) && at <= HL_TIME_MAX / 1000) {
    at *= 1000;
  }
  g_autofree char *ref = hl_booking_fact_get_word (root, "data.id");
  g_autofree char *key = g_strdup_printf ("%" G_GINT64_FORMAT "/%s", number, event);
  JsonObject *data = hl_booking_fact_new (NAME, id, ref);
  HlReservation *known = hl_booking_fact_find (state, data);
  const char *status = attributes != NULL ? hl_payload_get_string (attributes, "status") : NULL;
  const char *ours = g_str_equal (event, "delete_reservation") ? "cancelled" : get_status (status);

  hl_booking_fact_put_version (data, number);
  if (attributes != NULL) {
    put_guest (data, root, attributes, known);
    put_plan (data, root, attributes, state, known);
  }
  if (status != NULL && (known == NULL || hl_reservation_get_version (known) <= number)) {
    hl_booking_fact_put_tag (data, state, SEATED, is_here (status));
  }
  if (g_strcmp0 (ours, "cancelled") == 0) {
    hl_booking_fact_cancel (facts, state, at, data, NULL, NAME, key);
    return g_steal_pointer (&facts);
  }
  if (ours != NULL && is_news (root, known, HL_RESERVATION_FIELD_STATUS, statuses)) {
    json_object_set_string_member (data, "status", ours);
  }
  gboolean created = g_str_equal (event, "create_reservation") || g_str_equal (event, "place_web_reservation");
  hl_booking_fact_add (facts, created ? HL_EVENT_RESERVATION_CREATED : HL_EVENT_RESERVATION_UPDATED, at, data, NAME, key);
  return g_steal_pointer (&facts);
}

const HlProvider hl_provider_eatapp = {
  .name = NAME,
  .title = "Eat App",
  .secret_optional = TRUE,
  .setup = "Ask Eat App to send webhooks for create, update, delete and place_web reservation to this URL (an account feature).\n"
           "How they could be signed is not published: whoever knows the URL can send, so keep it.\n"
           "Their dates and times are taken as the location's own. Only the stand says that guests are here: \"seated\" there is\n"
           "shown as a tag.",
  .translate = translate,
  .key = make_key,
};
