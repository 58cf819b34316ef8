/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Signatures of webhooks: HMACs over several pieces of bytes, compared in constant time. */
#include "ingest/hl-signature.h"

#include <string.h>

#include "util/hl-id.h"

gsize
hl_signature_make (GChecksumType          type,
                   const void            *key,
                   gsize                  key_len,
                   const HlSignaturePart *parts,
                   gsize                  n_parts,
                   guint8                 digest[HL_SIGNATURE_MAX])
{
  gsize len = HL_SIGNATURE_MAX;
  GHmac *hmac = g_hmac_new (type, key, key_len);

  for (gsize i = 0; i < n_parts; i++) {
    if (parts[i].len > 0) { /* GLib takes a pointer for granted */
      g_hmac_update (hmac, parts[i].data, (gssize) parts[i].len);
    }
  }
  g_hmac_get_digest (hmac, digest, &len);
  g_hmac_unref (hmac);
  return len;
}

gboolean
hl_signature_decode_hex (const char *text,
                         guint8     *out,
                         gsize       size,
                         gsize      *len)
{
  gsize n = strlen (text) / 2;

  if (text[2 * n] != '\0' || n > size) {
    return FALSE;
  }
  for (gsize i = 0; i < n; i++) {
    int high = g_ascii_xdigit_value (text[2 * i]);
    int low = g_ascii_xdigit_value (text[2 * i + 1]);

    if (high < 0 || low < 0) {
      return FALSE;
    }
    out[i] = (guint8) (high << 4 | low);
  }
  *len = n;
  return TRUE;
}

gboolean
hl_signature_decode_base64 (const char *text,
                            guint8     *out,
                            gsize       size,
                            gsize      *len)
{
  gsize text_len = strlen (text);
  gsize n = 0;

  if (text_len == 0 || text_len % 4 != 0 || text_len / 4 * 3 > size + 2) {
    return FALSE;
  }
  /* GLib skips what is not base64; a strict form has nothing to skip. */
  for (gsize i = 0; i < text_len; i++) {
    gboolean padding = text[i] == '=' && i + 2 >= text_len && (i + 1 == text_len || text[i + 1] == '=');

    if (!g_ascii_isalnum (text[i]) && text[i] != '+' && text[i] != '/' && !padding) {
      return FALSE;
    }
  }
  g_autofree guchar *bytes = g_base64_decode (text, &n);
  g_autofree char *again = g_base64_encode (bytes, n);
  /* bits that nothing stands for would make two texts of one signature */
  if (n > size || !g_str_equal (again, text)) {
    return FALSE;
  }
  memcpy (out, bytes, n);
  *len = n;
  return TRUE;
}

static gboolean
check_digest (GChecksumType          type,
              const void            *key,
              gsize                  key_len,
              const HlSignaturePart *parts,
              gsize                  n_parts,
              const guint8          *want,
              gsize                  want_len)
{
  guint8 digest[HL_SIGNATURE_MAX];

  if (want_len != (gsize) g_checksum_type_get_length (type)) {
    return FALSE;
  }
  return hl_signature_make (type, key, key_len, parts, n_parts, digest) == want_len
         && hl_id_equal_bytes (digest, want, want_len);
}

gboolean
hl_signature_check_hex (GChecksumType          type,
                        const void            *key,
                        gsize                  key_len,
                        const HlSignaturePart *parts,
                        gsize                  n_parts,
                        const char            *want)
{
  guint8 bytes[HL_SIGNATURE_MAX];
  gsize len;

  return hl_signature_decode_hex (want, bytes, sizeof bytes, &len)
         && check_digest (type, key, key_len, parts, n_parts, bytes, len);
}

gboolean
hl_signature_check_base64 (GChecksumType          type,
                           const void            *key,
                           gsize                  key_len,
                           const HlSignaturePart *parts,
                           gsize                  n_parts,
                           const char            *want)
{
  guint8 bytes[HL_SIGNATURE_MAX];
  gsize len;

  return hl_signature_decode_base64 (want, bytes, sizeof bytes, &len)
         && check_digest (type, key, key_len, parts, n_parts, bytes, len);
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
