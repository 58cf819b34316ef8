/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Standard Webhooks: the signature that many senders share, checked and made. */
#include "ingest/hl-standard-webhooks.h"

#include <nettle/eddsa.h>
#include <string.h>

#include "ingest/hl-signature.h"
#include "util/hl-id.h"

#define KEY_MAX 512          /* bytes; the specification says 24 to 64 */
#define MAX_SIGNATURES 32    /* in one header: a rotation needs two */
#define V1_BYTES 32

/* One key that a secret may stand for. */
typedef struct {
  guint8 bytes[KEY_MAX];
  gsize  len; /* 0: none */
} Key;

static gboolean
decode_key (const char *text,
            Key        *key)
{
  gsize len = strlen (text);
  g_autofree char *padded = g_strconcat (text, len % 4 == 2 ? "==" : len % 4 == 3 ? "=" : "", NULL);

  return hl_signature_decode_base64 (padded, key->bytes, sizeof key->bytes, &key->len);
}

/* "webhook-id", "webhook-timestamp" and "webhook-signature" of a delivery, borrowed. */
typedef struct {
  const char *id;
  const char *stamp;
  const char *signature;
} Headers;

static HlVerify
read_headers (const HlDelivery *delivery,
              const char       *prefix,
              Headers          *headers)
{
  static const char *const names[] = { "id", "timestamp", "signature" };
  const char **values[] = { &headers->id, &headers->stamp, &headers->signature };
  gboolean twice = FALSE;
  guint missing = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char *name = g_strconcat (prefix, "-", names[i], NULL);
    gboolean again = FALSE;

    *values[i] = delivery->get_header (delivery->headers, name, &again);
    twice |= again;
    missing += *values[i] == NULL;
  }
  return twice ? HL_VERIFY_BAD_FORMAT : missing > 0 ? HL_VERIFY_NO_HEADER : HL_VERIFY_OK;
}

static gsize
fill_parts (HlSignaturePart parts[5],
            const char     *id,
            const char     *stamp,
            const void     *body,
            gsize           body_len)
{
  const HlSignaturePart all[5]
      = { HL_SIGNATURE_TEXT (id), { ".", 1 }, HL_SIGNATURE_TEXT (stamp), { ".", 1 }, { body, body_len } };

  memcpy (parts, all, sizeof all);
  return G_N_ELEMENTS (all);
}

/* ed25519 is over the whole message at once. Transfer full. */
static GByteArray *
join_parts (const HlSignaturePart *parts,
            gsize                  n_parts)
{
  GByteArray *all = g_byte_array_new ();

  for (gsize i = 0; i < n_parts; i++) {
    g_byte_array_append (all, parts[i].data, (guint) parts[i].len);
  }
  return all;
}

static gboolean
check_hmac (const Key             *key,
            const HlSignaturePart *parts,
            gsize                  n_parts,
            char                 **signatures)
{
  guint8 digest[HL_SIGNATURE_MAX];
  gboolean match = FALSE;

  hl_signature_make (G_CHECKSUM_SHA256, key->bytes, key->len, parts, n_parts, digest);
  for (gsize i = 0; signatures[i] != NULL; i++) {
    guint8 want[HL_SIGNATURE_MAX];
    gsize len = 0;

    if (g_str_has_prefix (signatures[i], "v1,")
        && hl_signature_decode_base64 (signatures[i] + 3, want, sizeof want, &len) && len == V1_BYTES) {
      match |= hl_id_equal_bytes (digest, want, V1_BYTES);
    }
  }
  return match;
}

static gboolean
check_ed25519 (const Key             *key,
               const HlSignaturePart *parts,
               gsize                  n_parts,
               char                 **signatures)
{
  g_autoptr (GByteArray) message = NULL;
  gboolean match = FALSE;

  for (gsize i = 0; key->len == ED25519_KEY_SIZE && signatures[i] != NULL; i++) {
    guint8 want[ED25519_SIGNATURE_SIZE];
    gsize len = 0;

    if (g_str_has_prefix (signatures[i], "v1a,")
        && hl_signature_decode_base64 (signatures[i] + 4, want, sizeof want, &len) && len == sizeof want) {
      if (message == NULL) {
        message = join_parts (parts, n_parts);
      }
      match |= ed25519_sha512_verify (key->bytes, message->len, message->data, want) != 0;
    }
  }
  return match;
}

static gboolean
check_secret (const char            *secret,
              const HlSignaturePart *parts,
              gsize                  n_parts,
              char                 **signatures)
{
  Key key = { .len = 0 };
  gboolean match = FALSE;

  if (g_str_has_prefix (secret, "whpk_")) {
    return decode_key (secret + strlen ("whpk_"), &key) && check_ed25519 (&key, parts, n_parts, signatures);
  }
  if (g_str_has_prefix (secret, "whsec_")) {
    return decode_key (secret + strlen ("whsec_"), &key) && key.len > 0 && check_hmac (&key, parts, n_parts, signatures);
  }
  if (g_str_has_prefix (secret, "whsk_")) {
    return FALSE;
  }
  if (decode_key (secret, &key) && key.len > 0) {
    match = check_hmac (&key, parts, n_parts, signatures);
  }
  key.len = strlen (secret);
  if (key.len > 0 && key.len <= sizeof key.bytes) {
    memcpy (key.bytes, secret, key.len);
    match |= check_hmac (&key, parts, n_parts, signatures);
  }
  return match;
}

HlVerify
hl_standard_webhooks_verify (const HlDelivery  *delivery,
                             const char        *prefix,
                             const char *const *secrets)
{
  Headers headers = { NULL };
  HlVerify verify = read_headers (delivery, prefix, &headers);
  HlSignaturePart parts[5];
  gint64 stamp = 0;
  gboolean match = FALSE;
  gboolean known = FALSE;

  if (verify != HL_VERIFY_OK) {
    return verify;
  }
  if (headers.id[0] == '\0' || !hl_signature_parse_time (headers.stamp, &stamp)) {
    return HL_VERIFY_BAD_FORMAT;
  }
  g_auto (GStrv) signatures = g_strsplit (headers.signature, " ", MAX_SIGNATURES + 1);
  if (g_strv_length (signatures) > MAX_SIGNATURES) {
    return HL_VERIFY_BAD_FORMAT;
  }
  for (gsize i = 0; signatures[i] != NULL; i++) {
    known |= g_str_has_prefix (signatures[i], "v1,") || g_str_has_prefix (signatures[i], "v1a,");
  }
  if (!known) {
    return HL_VERIFY_BAD_FORMAT;
  }
  gsize n_parts = fill_parts (parts, headers.id, headers.stamp, delivery->body, delivery->body_len);
  for (gsize i = 0; secrets[i] != NULL; i++) {
    match |= check_secret (secrets[i], parts, n_parts, signatures);
  }
  if (!match) {
    return HL_VERIFY_MISMATCH;
  }
  /* both are positive, so the difference cannot overflow; a stamp beyond any clock only makes it larger */
  return ABS (delivery->now_ms / 1000 - stamp) <= HL_STANDARD_WEBHOOKS_WINDOW_S ? HL_VERIFY_OK : HL_VERIFY_STALE;
}

static char *
sign_ed25519 (const Key             *key,
              const HlSignaturePart *parts,
              gsize                  n_parts)
{
  guint8 public_key[ED25519_KEY_SIZE];
  guint8 signature[ED25519_SIGNATURE_SIZE];

  if (key->len != ED25519_KEY_SIZE && key->len != 2 * ED25519_KEY_SIZE) {
    return NULL;
  }
  g_autoptr (GByteArray) message = join_parts (parts, n_parts);
  ed25519_sha512_public_key (public_key, key->bytes);
  ed25519_sha512_sign (public_key, key->bytes, message->len, message->data, signature);
  g_autofree char *text = g_base64_encode (signature, sizeof signature);
  return g_strconcat ("v1a,", text, NULL);
}

char *
hl_standard_webhooks_sign (const char *secret,
                           const char *id,
                           gint64      timestamp_s,
                           const void *body,
                           gsize       body_len)
{
  g_autofree char *stamp = g_strdup_printf ("%" G_GINT64_FORMAT, timestamp_s);
  HlSignaturePart parts[5];
  gsize n_parts = fill_parts (parts, id, stamp, body, body_len);
  guint8 digest[HL_SIGNATURE_MAX];
  Key key = { .len = 0 };

  if (g_str_has_prefix (secret, "whpk_")) {
    return NULL;
  }
  if (g_str_has_prefix (secret, "whsk_")) {
    return decode_key (secret + strlen ("whsk_"), &key) ? sign_ed25519 (&key, parts, n_parts) : NULL;
  }
  if (g_str_has_prefix (secret, "whsec_")) {
    if (!decode_key (secret + strlen ("whsec_"), &key)) {
      return NULL;
    }
  } else {
    key.len = strlen (secret);
    if (key.len > sizeof key.bytes) {
      return NULL;
    }
    memcpy (key.bytes, secret, key.len);
  }
  if (key.len == 0) {
    return NULL;
  }
  gsize len = hl_signature_make (G_CHECKSUM_SHA256, key.bytes, key.len, parts, n_parts, digest);
  g_autofree char *text = g_base64_encode (digest, len);
  return g_strconcat ("v1,", text, NULL);
}

gboolean
hl_standard_webhooks_add_headers (const HlDelivery *delivery,
                                  const char       *prefix,
                                  const char       *secret,
                                  const char       *id,
                                  GHashTable       *headers)
{
  g_autofree char *hex = hl_id_sha256_hex (delivery->body, delivery->body_len);
  g_autofree char *own = id != NULL ? g_strdup (id) : g_strdup_printf ("msg_%.32s", hex);
  gint64 stamp = delivery->now_ms / 1000;
  g_autofree char *signature = hl_standard_webhooks_sign (secret, own, stamp, delivery->body, delivery->body_len);

  if (signature == NULL) {
    return FALSE;
  }
  g_hash_table_replace (headers, g_strconcat (prefix, "-id", NULL), g_steal_pointer (&own));
  g_hash_table_replace (headers, g_strconcat (prefix, "-timestamp", NULL),
                        g_strdup_printf ("%" G_GINT64_FORMAT, stamp));
  g_hash_table_replace (headers, g_strconcat (prefix, "-signature", NULL), g_steal_pointer (&signature));
  return TRUE;
}
