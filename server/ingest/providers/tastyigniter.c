/* SPDX-License-Identifier: GPL-3.0-or-later */
/* TastyIgniter: whole reservations without a version, two webhooks for one change, signed over the body. */
#include <string.h>

#include "domain/hl-time.h"
#include "ingest/hl-booking-fact.h"
#include "ingest/hl-payload.h"
#include "ingest/hl-provider-error.h"
#include "ingest/hl-providers.h"
#include "ingest/hl-signature.h"
#include "wire/hl-json.h"

#define NAME "tastyigniter"
#define DELETED "deleted in TastyIgniter"

/* --- verify: hex of HMAC-SHA256 over the body, in a header whose name is a setting there --- */

static const char *
get_setting (JsonObject *settings,
             const char *name)
{
  return settings != NULL ? hl_payload_get_string (settings, name) : NULL;
}

/* Its settings page says TI-Signature; until that was saved once, the library's default may be what is sent. */
static const char *
find_signature (const HlDelivery *delivery,
                gboolean         *twice)
{
  const char *name = get_setting (delivery->settings, "header");
  const char *value = NULL;

  if (name != NULL) {
    return delivery->get_header (delivery->headers, name, twice);
  }
  value = delivery->get_header (delivery->headers, "TI-Signature", twice);
  return value == NULL && !*twice ? delivery->get_header (delivery->headers, "Signature", twice) : value;
}

static HlVerify
verify (const HlDelivery  *delivery,
        const char *const *secrets)
{
  gboolean twice = FALSE;
  const char *signature = find_signature (delivery, &twice);
  const HlSignaturePart parts[] = { { delivery->body, delivery->body_len } };
  gboolean match = FALSE;

  if (twice) {
    return HL_VERIFY_BAD_FORMAT;
  }
  if (signature == NULL) {
    return HL_VERIFY_NO_HEADER;
  }
  if (strlen (signature) != 64) {
    return HL_VERIFY_BAD_FORMAT;
  }
  for (gsize i = 0; secrets[i] != NULL; i++) {
    match |= hl_signature_check_hex (G_CHECKSUM_SHA256, secrets[i], strlen (secrets[i]), parts, G_N_ELEMENTS (parts),
                                     signature);
  }
  return match ? HL_VERIFY_OK : HL_VERIFY_MISMATCH;
}

static gboolean
sign (const HlDelivery *delivery,
      const char       *secret,
      const char       *id,
      GHashTable       *headers)
{
  const char *name = get_setting (delivery->settings, "header");
  g_autoptr (GBytes) body = g_bytes_new (delivery->body, delivery->body_len);
  g_autoptr (GBytes) key = g_bytes_new (secret, strlen (secret));

  g_hash_table_insert (headers, g_strdup (name != NULL ? name : "TI-Signature"),
                       g_compute_hmac_for_bytes (G_CHECKSUM_SHA256, key, body));
  return TRUE;
}

/* --- translate --- */

/* The words for a status are the restaurant's own. NULL: none that means something here. */
static const char *
get_status (const HlHookBody *body,
            const char       *name)
{
  static const struct {
    const char *setting;
    const char *ours;
  } words[] = {
    { "pending", "requested" },  { "confirmed", "confirmed" }, { "cancelled", "cancelled" },
    { "no-show", "no_show" },    { "declined", "declined" },
  };

  for (gsize i = 0; name != NULL && i < G_N_ELEMENTS (words); i++) {
    const char *there = hl_hook_body_get_setting (body, words[i].setting);

    if (there != NULL && g_ascii_strcasecmp (there, name) == 0) {
      return words[i].ours;
    }
  }
  return NULL;
}

/* reservation_datetime is UTC; without it the local date and time. reserve_date is the local midnight in UTC. */
static gboolean
get_start (JsonObject *reservation,
           HlState    *state,
           gint64     *out)
{
  const char *utc = hl_payload_get_string (reservation, "reservation_datetime");

  if (utc != NULL && hl_time_parse (utc, out)) {
    return TRUE;
  }
  return hl_booking_fact_parse_local (state, hl_payload_get_string (reservation, "reserve_date"),
                                      hl_payload_get_string (reservation, "reserve_time"), out);
}

static JsonObject *
make_reservation (JsonObject *reservation,
                  const char *id,
                  HlState    *state)
{
  g_autofree char *ref = hl_booking_fact_get_word (reservation, "reservation_id");
  JsonObject *data = hl_booking_fact_new (NAME, id, ref);
  gint64 value = 0;

  hl_booking_fact_put_name (data, hl_payload_get_string (reservation, "first_name"),
                            hl_payload_get_string (reservation, "last_name"));
  hl_booking_fact_put_phone (data, state, hl_payload_get_string (reservation, "telephone"));
  hl_booking_fact_put_size (data, reservation, "guest_num");
  if (get_start (reservation, state, &value)) {
    hl_payload_put_time (data, "starts_at", value);
  }
  const char *created = hl_payload_get_string (reservation, "created_at");
  if (created != NULL && hl_time_parse (created, &value)) {
    hl_payload_put_time (data, "created_at", value);
  }
  if (hl_payload_get_int (reservation, "duration", &value)) {
    hl_booking_fact_put_duration (data, value);
  }
  hl_booking_fact_put_note (data, state, hl_payload_get_string (reservation, "comment"));
  return data;
}

/* Requests may overtake each other and only those of a status have a number. So `created` says nothing new of a
 * reservation that is known, `updated` does not say a status once a numbered one was told, and what was deleted stays so. */
static gboolean
is_deleted (HlReservation *known)
{
  return known != NULL && hl_reservation_get_status (known) == HL_RESERVATION_STATUS_CANCELLED &&
         g_str_equal (hl_reservation_get_cancel_reason (known), DELETED);
}

static void
add (GPtrArray        *facts,
     HlState          *state,
     const HlHookBody *body,
     const char       *action,
     const char       *status,
     gint64            number,
     gint64            at,
     JsonObject       *data)
{
  g_autofree char *key = NULL;

  if (number >= 0) {
    hl_booking_fact_put_version (data, number);
    key = g_strdup_printf ("status/%" G_GINT64_FORMAT, number);
  } else {
    g_autofree char *text = hl_json_print (body->json);

    key = g_compute_checksum_for_string (G_CHECKSUM_SHA256, text, -1);
  }
  if (g_strcmp0 (status, "cancelled") == 0) {
    hl_booking_fact_cancel (facts, state, at, data, g_str_equal (action, "deleted") ? DELETED : NULL, NAME, key);
    return;
  }
  if (status != NULL) {
    json_object_set_string_member (data, "status", status);
  }
  hl_booking_fact_add (facts, g_str_equal (action, "created") ? HL_EVENT_RESERVATION_CREATED : HL_EVENT_RESERVATION_UPDATED,
                       at, data, NAME, key);
}

static GPtrArray *
translate (const HlHookBody  *body,
           HlState           *state,
           GError           **error)
{
  static const char *const actions[] = { "created", "updated", "status_added", "assigned", "deleted", NULL };
  JsonObject *root = hl_hook_body_get_root (body);
  const char *action = root != NULL ? hl_payload_get_string (root, "action") : NULL;
  JsonObject *reservation = root != NULL ? hl_payload_get_object (root, "reservation") : NULL;
  const char *only = hl_hook_body_get_setting (body, "location-id");
  g_autoptr (GPtrArray) facts = g_ptr_array_new_with_free_func ((GDestroyNotify) hl_fact_free);
  gint64 number = -1;
  gint64 at = body->received_ms;

  if (action == NULL) {
    g_set_error_literal (error, HL_PROVIDER_ERROR, HL_PROVIDER_ERROR_UNREADABLE, "The body has no member 'action'.");
    return NULL;
  }
  if (!g_strv_contains (actions, action) || (reservation == NULL && hl_payload_get_object (root, "order") != NULL)) {
    return g_steal_pointer (&facts); /* orders, customers, tables */
  }
  g_autofree char *id
      = reservation != NULL ? hl_booking_fact_make_id (NAME, reservation, "reservation_id") : NULL;
  if (id == NULL) {
    g_set_error (error, HL_PROVIDER_ERROR, HL_PROVIDER_ERROR_UNREADABLE,
                 "The action '%s' has no usable reservation.reservation_id.", action);
    return NULL;
  }
  g_autofree char *place = hl_booking_fact_get_word (reservation, "location_id");
  HlReservation *known = hl_state_lookup_reservation (state, id);
  hl_payload_get_int (root, "status_history.status_history_id", &number);
  if ((only != NULL && place != NULL && !g_str_equal (only, place)) || (known != NULL && g_str_equal (action, "created")) ||
      (is_deleted (known) && number < 0)) {
    return g_steal_pointer (&facts);
  }
  const char *when = hl_payload_get_string (root, "status_history.created_at");
  if (when != NULL) {
    hl_time_parse (when, &at);
  }
  const char *status = g_str_equal (action, "deleted") ? "cancelled"
                                                       : get_status (body, hl_payload_get_string (reservation, "status_name"));
  if (number < 0 && known != NULL && hl_reservation_get_version (known) >= 0 && !g_str_equal (action, "deleted")) {
    status = NULL;
  }
  if (is_deleted (known)) {
    add (facts, state, body, action, NULL, number, at, hl_booking_fact_new (NAME, id, NULL));
    return g_steal_pointer (&facts);
  }
  add (facts, state, body, action, status, number, at, make_reservation (reservation, id, state));
  return g_steal_pointer (&facts);
}

static const HlProviderSetting settings[] = {
  { "header", NULL, NULL, "The signature's header as it is set there; without this, TI-Signature and then Signature are looked for." },
  { "location-id", NULL, NULL, "Take only the reservations of this TastyIgniter location number." },
  { "pending", NULL, "Pending", "The status there that means: asked for, not yet accepted." },
  { "confirmed", NULL, "Confirmed", "The status there that means: confirmed." },
  { "cancelled", NULL, "Canceled", "The status there that means: cancelled." },
  { "no-show", NULL, "No Show", "The status there that means: they did not come." },
  { "declined", NULL, "Declined", "The status there that means: not accepted." },
  { NULL, NULL, NULL, NULL },
};

const HlProvider hl_provider_tastyigniter = {
  .name = NAME,
  .title = "TastyIgniter",
  .settings = settings,
  .setup = "With the Webhooks extension, add an outgoing webhook with this URL for reservations and tick created, updated, status\n"
           "added, assigned and deleted; content type application/json. The secret is the one of that webhook.\n"
           "The names of your statuses are settings of this hook (--set cancelled=NAME ...).\n"
           "Its messages have no version: when two of them overtake each other, the one that arrives last is believed.",
  .verify = verify,
  .translate = translate,
  .sign = sign,
};
