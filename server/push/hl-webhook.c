/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Webhooks that we send, after Standard Webhooks: body, signature, and what an answer asks for. Pure. */
#include "push/hl-webhook.h"

#include <libsoup/soup.h>
#include <string.h>

#include "domain/hl-time.h"
#include "ingest/hl-signature.h"
#include "store/hl-store-rows.h"
#include "wire/hl-json.h"
#include "wire/hl-position.h"

#define MAX_RETRY_AFTER_S 3600

/* ---- where to ---- */

static gboolean
is_unique_local (GInetAddress *address)
{
  return g_inet_address_get_family (address) == G_SOCKET_FAMILY_IPV6 &&
         (g_inet_address_to_bytes (address)[0] & 0xfe) == 0xfc;
}

static gboolean
is_near (const char *host)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (host);

  if (address == NULL) {
    return g_ascii_strcasecmp (host, "localhost") == 0;
  }
  /* GLib's "site-local" is RFC 1918, and fec0::/10 */
  return g_inet_address_get_is_loopback (address) || g_inet_address_get_is_site_local (address) ||
         g_inet_address_get_is_link_local (address) || is_unique_local (address);
}

/* GLib takes spaces and line ends in a host. */
static gboolean
is_graphic (const char *text)
{
  while (g_ascii_isgraph (*text)) {
    text++;
  }
  return *text == '\0';
}

gboolean
hl_webhook_check_url (const char *url, gboolean allow_http, GError **error)
{
  g_autoptr (GUri) uri = is_graphic (url) ? g_uri_parse (url, SOUP_HTTP_URI_FLAGS, NULL) : NULL;
  gboolean plain = uri != NULL && g_str_equal (g_uri_get_scheme (uri), "http");

  if (uri == NULL || (!plain && !g_str_equal (g_uri_get_scheme (uri), "https")) || g_uri_get_host (uri) == NULL ||
      *g_uri_get_host (uri) == '\0' || g_uri_get_userinfo (uri) != NULL || g_uri_get_fragment (uri) != NULL) {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                         "A subscriber's URL is https://HOST/PATH, without a user name and without a fragment.");
    return FALSE;
  }
  if (!plain) {
    return TRUE;
  }
  if (!allow_http) {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED,
                         "http would send names and phone numbers in the clear: use https, or set allow-http in [push].");
    return FALSE;
  }
  if (!is_near (g_uri_get_host (uri))) {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED,
                         "http is only for this computer and the local network, whose address has to be written as a number.");
    return FALSE;
  }
  return TRUE;
}

/* ---- what ---- */

char *
hl_webhook_sign (const char *const *secrets, const char *id, gint64 timestamp, GBytes *body)
{
  GString *header = g_string_new (NULL);
  g_autofree char *head = g_strdup_printf ("%s.%" G_GINT64_FORMAT ".", id, timestamp);
  const HlSignaturePart parts[] = { { head, strlen (head) },
                                    { g_bytes_get_data (body, NULL), g_bytes_get_size (body) } };

  for (; *secrets != NULL; secrets++) {
    gsize key_len = 0;
    g_autofree guchar *key = g_base64_decode (g_str_has_prefix (*secrets, "whsec_") ? *secrets + 6 : *secrets, &key_len);
    guint8 digest[HL_SIGNATURE_MAX];
    gsize len = hl_signature_make (G_CHECKSUM_SHA256, key, key_len, parts, G_N_ELEMENTS (parts), digest);
    g_autofree char *text = g_base64_encode (digest, len);

    g_string_append_printf (header, "%sv1,%s", header->len > 0 ? " " : "", text);
    explicit_bzero (key, key_len);
  }
  return g_string_free (header, FALSE);
}

GBytes *
hl_webhook_make_body (const char *location, const char *epoch, GPtrArray *rows)
{
  const HlStoreRow *last = g_ptr_array_index (rows, rows->len - 1);
  g_autofree char *time = hl_time_print (last->received);
  const HlPosition pos = { (char *) epoch, last->seq, last->h };
  GString *text = g_string_new ("{\"type\":\"hostline.events\",\"timestamp\":");

  hl_json_append_string (text, time);
  g_string_append (text, ",\"data\":{\"location\":");
  hl_json_append_string (text, location);
  g_string_append (text, ",\"epoch\":");
  hl_json_append_string (text, epoch);
  g_string_append (text, ",\"events\":[");
  for (guint i = 0; i < rows->len; i++) {
    const HlStoreRow *row = g_ptr_array_index (rows, i);

    if (i > 0) {
      g_string_append_c (text, ',');
    }
    g_string_append_len (text, row->body, row->length);
  }
  g_string_append (text, "],\"pos\":");
  hl_position_append (&pos, text);
  g_string_append (text, "}}");
  return g_string_free_to_bytes (text);
}

/* ---- what an answer asks for ---- */

guint
hl_webhook_parse_retry_after (const char *value, gint64 now_s)
{
  g_autoptr (GDateTime) date = NULL;
  guint64 seconds;

  if (value == NULL) {
    return 0;
  }
  if (g_ascii_string_to_unsigned (value, 10, 0, G_MAXINT32, &seconds, NULL)) {
    return MIN (seconds, MAX_RETRY_AFTER_S);
  }
  date = soup_date_time_new_from_http_string (value);
  if (date == NULL || g_date_time_to_unix (date) <= now_s) {
    return 0;
  }
  return MIN (g_date_time_to_unix (date) - now_s, MAX_RETRY_AFTER_S);
}
