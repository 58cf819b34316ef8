/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Signatures of webhooks: HMACs over several pieces of bytes, compared in constant time. */
#include "ingest/hl-signature.h"

#include <string.h>

#include "util/hl-id.h"

#define DIGEST_MAX 64 /* SHA-512 */

static gboolean
check_digest (GChecksumType          type,
              const void            *key,
              gsize                  key_len,
              const HlSignaturePart *parts,
              gsize                  n_parts,
              const guint8          *want,
              gsize                  want_len)
{
  guint8 digest[DIGEST_MAX];
  gsize digest_len = sizeof digest;

  if (want_len != (gsize) g_checksum_type_get_length (type)) {
    return FALSE;
  }
  GHmac *hmac = g_hmac_new (type, key, key_len);
  for (gsize i = 0; i < n_parts; i++) {
    g_hmac_update (hmac, parts[i].data, (gssize) parts[i].len);
  }
  g_hmac_get_digest (hmac, digest, &digest_len);
  g_hmac_unref (hmac);
  return digest_len == want_len && hl_id_equal_bytes (digest, want, want_len);
}

gboolean
hl_signature_check_hex (GChecksumType          type,
                        const void            *key,
                        gsize                  key_len,
                        const HlSignaturePart *parts,
                        gsize                  n_parts,
                        const char            *want)
{
  guint8 bytes[DIGEST_MAX];
  gsize len = (gsize) g_checksum_type_get_length (type);

  if (strlen (want) != 2 * len || len > sizeof bytes) {
    return FALSE;
  }
  for (gsize i = 0; i < len; i++) {
    int high = g_ascii_xdigit_value (want[2 * i]);
    int low = g_ascii_xdigit_value (want[2 * i + 1]);
    if (high < 0 || low < 0) {
      return FALSE;
    }
    bytes[i] = (guint8) (high << 4 | low);
  }
  return check_digest (type, key, key_len, parts, n_parts, bytes, len);
}

gboolean
hl_signature_check_base64 (GChecksumType          type,
                           const void            *key,
                           gsize                  key_len,
                           const HlSignaturePart *parts,
                           gsize                  n_parts,
                           const char            *want)
{
  gsize text_len = strlen (want);
  gsize len = 0;

  if (text_len == 0 || text_len % 4 != 0 || text_len > 128) {
    return FALSE;
  }
  /* GLib skips what is not base64; a strict form has nothing to skip. */
  for (gsize i = 0; i < text_len; i++) {
    gboolean padding = want[i] == '=' && i + 2 >= text_len && (i + 1 == text_len || want[i + 1] == '=');
    if (!g_ascii_isalnum (want[i]) && want[i] != '+' && want[i] != '/' && !padding) {
      return FALSE;
    }
  }
  g_autofree guchar *bytes = g_base64_decode (want, &len);
  return check_digest (type, key, key_len, parts, n_parts, bytes, len);
}

gboolean
hl_signature_parse_time (const char *text,
                         gint64     *out)
{
  guint64 value = 0;

  for (const char *p = text; *p != '\0'; p++) {
    if (!g_ascii_isdigit (*p)) {
      return FALSE;
    }
  }
  if (!g_ascii_string_to_unsigned (text, 10, 0, G_MAXINT64, &value, NULL)) {
    return FALSE;
  }
  *out = (gint64) value;
  return TRUE;
}
