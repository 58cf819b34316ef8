/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Square Bookings: whole bookings with a version, signed together with the URL that was entered at Square. */
#include <string.h>

#include "domain/hl-time.h"
#include "ingest/hl-booking-fact.h"
#include "ingest/hl-payload.h"
#include "ingest/hl-provider-error.h"
#include "ingest/hl-providers.h"
#include "ingest/hl-signature.h"

#define NAME "square"
#define HEADER "x-square-hmacsha256-signature"

/* --- verify: base64 of HMAC-SHA256 over the URL and the body --- */

static gboolean
fits (const HlDelivery  *delivery,
      const char        *base,
      const char *const *secrets,
      const char        *signature)
{
  const HlSignaturePart parts[] = { HL_SIGNATURE_TEXT (base),
                                    HL_SIGNATURE_TEXT (delivery->path_query),
                                    { delivery->body, delivery->body_len } };
  gboolean match = FALSE;

  for (gsize i = 0; secrets[i] != NULL; i++) {
    match |= hl_signature_check_base64 (G_CHECKSUM_SHA256, secrets[i], strlen (secrets[i]), parts, G_N_ELEMENTS (parts),
                                        signature);
  }
  return match;
}

/* Right for what a proxy or a mistake in public-urls makes of the URL: then the key is the right one. */
static gboolean
fits_another_url (const HlDelivery  *delivery,
                  const char *const *secrets,
                  const char        *signature)
{
  static const char *const schemes[] = { "https://", "http://" };
  const char *host = delivery->get_header (delivery->headers, "Host", NULL);
  gboolean match = FALSE;

  for (gsize i = 0; i < G_N_ELEMENTS (schemes); i++) {
    for (gsize j = 0; delivery->public_urls[j] != NULL; j++) {
      const char *rest = strstr (delivery->public_urls[j], "://");
      g_autofree char *other = g_strconcat (schemes[i], rest != NULL ? rest + 3 : delivery->public_urls[j], NULL);
      g_autofree char *port = g_strconcat (other, i == 0 ? ":443" : ":80", NULL);

      match |= fits (delivery, other, secrets, signature) | fits (delivery, port, secrets, signature);
    }
    if (host != NULL) {
      g_autofree char *other = g_strconcat (schemes[i], host, NULL);

      match |= fits (delivery, other, secrets, signature);
    }
  }
  return match;
}

static HlVerify
verify (const HlDelivery  *delivery,
        const char *const *secrets)
{
  gboolean twice = FALSE;
  const char *signature = delivery->get_header (delivery->headers, HEADER, &twice);
  gboolean match = FALSE;

  if (twice) {
    return HL_VERIFY_BAD_FORMAT;
  }
  if (signature == NULL) {
    return HL_VERIFY_NO_HEADER;
  }
  if (delivery->signed_url != NULL && delivery->public_urls[0] != NULL) {
    g_string_append_printf (delivery->signed_url, "%s%s", delivery->public_urls[0], delivery->path_query);
  }
  for (gsize i = 0; delivery->public_urls[i] != NULL; i++) {
    match |= fits (delivery, delivery->public_urls[i], secrets, signature);
  }
  if (match) {
    return HL_VERIFY_OK;
  }
  return fits_another_url (delivery, secrets, signature) ? HL_VERIFY_WRONG_URL : HL_VERIFY_MISMATCH;
}

static gboolean
sign (const HlDelivery *delivery,
      const char       *secret,
      const char       *id,
      GHashTable       *headers)
{
  guint8 digest[HL_SIGNATURE_MAX];

  if (delivery->public_urls[0] == NULL) {
    return FALSE;
  }
  const HlSignaturePart parts[] = { HL_SIGNATURE_TEXT (delivery->public_urls[0]),
                                    HL_SIGNATURE_TEXT (delivery->path_query),
                                    { delivery->body, delivery->body_len } };
  gsize len = hl_signature_make (G_CHECKSUM_SHA256, secret, strlen (secret), parts, G_N_ELEMENTS (parts), digest);
  g_hash_table_insert (headers, g_strdup (HEADER), g_base64_encode (digest, len));
  return TRUE;
}

/* --- translate --- */

static char *
make_key (const HlHookBody *body)
{
  JsonObject *root = hl_hook_body_get_root (body);

  return root != NULL ? g_strdup (hl_payload_get_string (root, "event_id")) : NULL;
}

static void
put_duration (JsonObject *data,
              JsonObject *booking)
{
  JsonArray *segments = hl_payload_get_array (booking, "appointment_segments");
  gint64 sum = 0;

  for (guint i = 0; segments != NULL && i < json_array_get_length (segments); i++) {
    JsonNode *node = json_array_get_element (segments, i);
    gint64 minutes = 0;

    if (JSON_NODE_HOLDS_OBJECT (node) &&
        hl_payload_get_int (json_node_get_object (node), "duration_minutes", &minutes) && minutes > 0) {
      sum += MIN (minutes, 10000);
    }
  }
  hl_booking_fact_put_duration (data, sum);
}

static const char *
get_status (const char *status)
{
  static const struct {
    const char *square;
    const char *ours;
  } words[] = {
    { "PENDING", "requested" },
    { "ACCEPTED", "confirmed" },
    { "NO_SHOW", "no_show" },
    { "DECLINED", "declined" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (words); i++) {
    if (g_strcmp0 (words[i].square, status) == 0) {
      return words[i].ours;
    }
  }
  return NULL;
}

static JsonObject *
make_reservation (JsonObject *booking,
                  const char *id,
                  HlState    *state)
{
  JsonObject *data = hl_booking_fact_new (NAME, id, hl_payload_get_string (booking, "id"));
  const char *start = hl_payload_get_string (booking, "start_at");
  const char *created = hl_payload_get_string (booking, "created_at");
  gint64 time = HL_TIME_NONE;

  if (start != NULL && hl_time_parse (start, &time)) {
    hl_payload_put_time (data, "starts_at", time);
  }
  if (created != NULL && hl_time_parse (created, &time)) {
    hl_payload_put_time (data, "created_at", time);
  }
  put_duration (data, booking);
  hl_booking_fact_put_note (data, state, hl_payload_get_string (booking, "customer_note"));
  return data;
}

static GPtrArray *
unreadable (GError    **error,
            const char *text)
{
  g_set_error_literal (error, HL_PROVIDER_ERROR, HL_PROVIDER_ERROR_UNREADABLE, text);
  return NULL;
}

static GPtrArray *
translate (const HlHookBody  *body,
           HlState           *state,
           GError           **error)
{
  JsonObject *root = hl_hook_body_get_root (body);
  const char *type = root != NULL ? hl_payload_get_string (root, "type") : NULL;
  const char *only = hl_hook_body_get_setting (body, "square-location");
  const char *sent = root != NULL ? hl_payload_get_string (root, "created_at") : NULL;
  g_autoptr (GPtrArray) facts = g_ptr_array_new_with_free_func ((GDestroyNotify) hl_fact_free);
  gint64 at = body->received_ms;
  gint64 version = 0;

  if (type == NULL) {
    return unreadable (error, "The body has no member 'type'.");
  }
  gboolean created = g_str_equal (type, "booking.created");
  if (!created && !g_str_equal (type, "booking.updated")) {
    return g_steal_pointer (&facts); /* payments, customers, the test notification */
  }
  JsonObject *booking = hl_payload_get_object (root, "data.object.booking");
  g_autofree char *id
      = booking != NULL ? hl_payload_make_id (NAME, hl_payload_get_string (booking, "id")) : NULL;
  if (id == NULL || !hl_payload_get_int (booking, "version", &version)) {
    return unreadable (error, "The event has no usable data.object.booking.id and version.");
  }
  const char *place = hl_payload_get_string (booking, "location_id");
  if (only != NULL && place != NULL && !g_str_equal (only, place)) {
    return g_steal_pointer (&facts); /* another restaurant of the same merchant */
  }
  if (sent != NULL) {
    hl_time_parse (sent, &at);
  }
  JsonObject *data = make_reservation (booking, id, state);
  const char *status = hl_payload_get_string (booking, "status");
  g_autofree char *key = g_strdup_printf ("v%" G_GINT64_FORMAT, version);

  hl_booking_fact_put_version (data, version);
  if (g_strcmp0 (status, "CANCELLED_BY_CUSTOMER") == 0 || g_strcmp0 (status, "CANCELLED_BY_SELLER") == 0) {
    hl_booking_fact_cancel (facts, state, at, data, g_str_has_suffix (status, "CUSTOMER") ? "by the guest" : "by the restaurant",
                            NAME, key);
    return g_steal_pointer (&facts);
  }
  if (get_status (status) != NULL) {
    json_object_set_string_member (data, "status", get_status (status));
  }
  hl_booking_fact_add (facts, created ? HL_EVENT_RESERVATION_CREATED : HL_EVENT_RESERVATION_UPDATED, at, data, NAME, key);
  return g_steal_pointer (&facts);
}

static const HlProviderSetting settings[] = {
  { "square-location", NULL, NULL, "Take only the bookings of this Square location id; needed where the merchant has several." },
  { NULL, NULL, NULL, NULL },
};

const HlProvider hl_provider_square = {
  .name = NAME,
  .title = "Square Bookings",
  .signs_url = TRUE,
  .settings = settings,
  .setup = "In the Square developer console, open the application, then Webhooks, and add this URL with the events booking.created\n"
           "and booking.updated. The secret is the subscription's signature key. The URL must be entered there exactly as it is\n"
           "here, since Square signs it.\n"
           "Square sends neither the party's size nor the guest's name: both have to be entered at the stand, and stay.",
  .verify = verify,
  .translate = translate,
  .key = make_key,
  .sign = sign,
};
