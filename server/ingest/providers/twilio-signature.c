/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Twilio's signature: the URL as it was entered there, and the form's fields in order of their names. */
#include "ingest/providers/hl-twilio.h"

#include <string.h>

#include "ingest/hl-form.h"
#include "ingest/hl-signature.h"
#include "util/hl-id.h"

#define BODY_HASH "bodySHA256="
#define MAX_SECRETS 8
/* Looking for what a proxy may have changed costs a digest for each guess. */
#define GUESS_MAX_BODY (64 * 1024)

/* What is signed behind the URL. Transfer full; NULL: the body is not the one that the URL names. */
static GByteArray *
make_tail (const HlDelivery *delivery)
{
  const char *query = strchr (delivery->path_query, '?');
  GByteArray *tail = g_byte_array_new ();

  for (const char *at = query; at != NULL; at = strchr (at + 1, '&')) {
    if (g_str_has_prefix (at + 1, BODY_HASH)) {
      g_autofree char *want = g_strndup (at + 1 + strlen (BODY_HASH), strcspn (at + 1 + strlen (BODY_HASH), "&"));
      g_autofree char *have = hl_id_sha256_hex (delivery->body, delivery->body_len);

      if (g_ascii_strcasecmp (have, want) != 0) {
        g_clear_pointer (&tail, g_byte_array_unref);
      }
      return tail;
    }
  }
  g_autoptr (HlForm) form = hl_form_new (delivery->body, delivery->body_len);
  hl_form_sort (form);
  for (guint i = 0; i < form->fields->len; i++) {
    const HlFormField *field = &g_array_index (form->fields, HlFormField, i);

    g_byte_array_append (tail, form->bytes->data + field->name, (guint) field->name_len);
    g_byte_array_append (tail, form->bytes->data + field->value, (guint) field->value_len);
  }
  return tail;
}

static gboolean
check_url (const char        *base,
           const char        *target,
           const GByteArray  *tail,
           const char *const *secrets,
           const char        *signature)
{
  const HlSignaturePart parts[] = { HL_SIGNATURE_TEXT (base), HL_SIGNATURE_TEXT (target), { tail->data, tail->len } };
  gboolean match = FALSE;

  for (gsize i = 0; i < MAX_SECRETS && secrets[i] != NULL; i++) {
    if (secrets[i][0] != '\0') {
      match |= hl_signature_check_base64 (G_CHECKSUM_SHA1, secrets[i], strlen (secrets[i]), parts, G_N_ELEMENTS (parts),
                                          signature);
    }
  }
  return match;
}

/* The ":1234" of "https://host:1234" or of "https://[::1]:1234", NULL without one. */
static const char *
find_port (const char *base)
{
  const char *host = strstr (base, "://");
  const char *bracket = host != NULL ? strrchr (host, ']') : NULL;

  return host != NULL ? strrchr (bracket != NULL ? bracket : host + 3, ':') : NULL;
}

/* Twilio signs the port or leaves it, depending on the product: as it is, with the scheme's own port, and without any. */
static gboolean
check_base (const char        *base,
            const char        *target,
            const GByteArray  *tail,
            const char *const *secrets,
            const char        *signature)
{
  const char *port = find_port (base);
  gboolean match = check_url (base, target, tail, secrets, signature);
  g_autofree char *other = port != NULL ? g_strndup (base, (gsize) (port - base))
                                        : g_strconcat (base, g_str_has_prefix (base, "http://") ? ":80" : ":443", NULL);

  return match | check_url (other, target, tail, secrets, signature);
}

/* Whether it would be right for another scheme or host: then nobody forged it, but something stands between. */
static gboolean
guess_base (const HlDelivery  *delivery,
            const GByteArray  *tail,
            const char *const *secrets,
            const char        *signature)
{
  static const char *const schemes[] = { "https://", "http://" };
  static const char *const names[] = { "Host", "X-Forwarded-Host", "X-Original-Host" };
  g_autoptr (GPtrArray) hosts = g_ptr_array_new_with_free_func (g_free);

  for (gsize i = 0; i < 4 && delivery->public_urls[i] != NULL; i++) {
    const char *host = strstr (delivery->public_urls[i], "://");
    if (host != NULL) {
      g_ptr_array_add (hosts, g_strdup (host + 3));
    }
  }
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++) {
    const char *host = delivery->get_header (delivery->headers, names[i], NULL);
    if (host != NULL && *host != '\0') {
      g_ptr_array_add (hosts, g_strdup (host));
    }
  }
  for (guint i = 0; i < hosts->len; i++) {
    for (gsize s = 0; s < G_N_ELEMENTS (schemes); s++) {
      g_autofree char *base = g_strconcat (schemes[s], g_ptr_array_index (hosts, i), NULL);
      const char *port = find_port (base);
      g_autofree char *bare = port != NULL ? g_strndup (base, (gsize) (port - base)) : NULL;

      if (check_base (base, delivery->path_query, tail, secrets, signature)
          || (bare != NULL && check_base (bare, delivery->path_query, tail, secrets, signature))) {
        return TRUE;
      }
    }
  }
  return FALSE;
}

HlVerify
hl_twilio_verify (const HlDelivery  *delivery,
                  const char *const *secrets)
{
  gboolean twice = FALSE;
  const char *signature = delivery->get_header (delivery->headers, "X-Twilio-Signature", &twice);
  guint8 bytes[HL_SIGNATURE_MAX];
  gsize len = 0;
  gboolean match = FALSE;

  if (delivery->signed_url != NULL && delivery->public_urls[0] != NULL) {
    g_string_printf (delivery->signed_url, "%s%s", delivery->public_urls[0], delivery->path_query);
  }
  if (twice) {
    return HL_VERIFY_BAD_FORMAT;
  }
  if (signature == NULL) {
    return HL_VERIFY_NO_HEADER;
  }
  if (!hl_signature_decode_base64 (signature, bytes, sizeof bytes, &len) || len != 20) {
    return HL_VERIFY_BAD_FORMAT;
  }
  g_autoptr (GByteArray) tail = make_tail (delivery);
  if (tail == NULL) {
    return HL_VERIFY_MISMATCH;
  }
  for (gsize i = 0; delivery->public_urls[i] != NULL; i++) {
    match |= check_base (delivery->public_urls[i], delivery->path_query, tail, secrets, signature);
  }
  if (match) {
    return HL_VERIFY_OK;
  }
  return delivery->body_len <= GUESS_MAX_BODY && guess_base (delivery, tail, secrets, signature) ? HL_VERIFY_WRONG_URL
                                                                                                : HL_VERIFY_MISMATCH;
}

gboolean
hl_twilio_sign (const HlDelivery *delivery,
                const char       *secret,
                const char       *id,
                GHashTable       *headers)
{
  g_autoptr (GByteArray) tail = make_tail (delivery);
  const char *base = delivery->public_urls[0];
  guint8 digest[HL_SIGNATURE_MAX];

  if (tail == NULL || base == NULL) {
    return FALSE;
  }
  const HlSignaturePart parts[]
      = { HL_SIGNATURE_TEXT (base), HL_SIGNATURE_TEXT (delivery->path_query), { tail->data, tail->len } };
  gsize len = hl_signature_make (G_CHECKSUM_SHA1, secret, strlen (secret), parts, G_N_ELEMENTS (parts), digest);
  g_hash_table_replace (headers, g_strdup ("x-twilio-signature"), g_base64_encode (digest, len));
  if (id != NULL) {
    g_hash_table_replace (headers, g_strdup ("i-twilio-idempotency-token"), g_strdup (id));
  }
  return TRUE;
}
