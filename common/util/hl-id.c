/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ids, random bytes, digests. */
#include "util/hl-id.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>

static const char base32_alphabet[] = "0123456789abcdefghjkmnpqrstvwxyz";

void
hl_id_random_bytes (gpointer buffer, gsize len)
{
  guint8 *p = buffer;

  while (len > 0) {
    gssize n = getrandom (p, len, 0);
    if (n < 0 && errno == EINTR) {
      continue;
    }
    g_assert (n > 0); /* no random numbers: every secret would be guessable */
    p += n;
    len -= (gsize) n;
  }
}

guint32
hl_id_random_below (guint32 bound)
{
  g_return_val_if_fail (bound > 0, 0);

  /* numbers under this limit fall evenly on 0..bound - 1 */
  guint64 limit = (G_GUINT64_CONSTANT (1) << 32) / bound * bound;
  guint32 value = 0;
  do {
    hl_id_random_bytes (&value, sizeof value);
  } while (value >= limit);
  return value % bound;
}

static char *
format_uuid (guint8 bytes[16], guint version)
{
  bytes[6] = (guint8) ((bytes[6] & 0x0f) | version << 4);
  bytes[8] = (guint8) ((bytes[8] & 0x3f) | 0x80);
  g_autofree char *hex = hl_id_hex (bytes, 16);
  return g_strdup_printf ("%.8s-%.4s-%.4s-%.4s-%.12s", hex, hex + 8, hex + 12, hex + 16, hex + 20);
}

char *
hl_id_uuid4 (void)
{
  guint8 bytes[16];
  hl_id_random_bytes (bytes, sizeof bytes);
  return format_uuid (bytes, 4);
}

char *
hl_id_uuid7 (gint64 wall_ms)
{
  guint8 bytes[16];
  hl_id_random_bytes (bytes, sizeof bytes);
  for (guint i = 0; i < 6; i++) {
    bytes[i] = (guint8) (wall_ms >> (40 - 8 * i));
  }
  return format_uuid (bytes, 7);
}

gboolean
hl_id_is_uuid (const char *text)
{
  if (text == NULL || strlen (text) != 36) {
    return FALSE;
  }
  for (guint i = 0; i < 36; i++) {
    if (i == 8 || i == 13 || i == 18 || i == 23) {
      if (text[i] != '-') {
        return FALSE;
      }
    } else if (!g_ascii_isdigit (text[i]) && (text[i] < 'a' || text[i] > 'f')) {
      return FALSE;
    }
  }
  return TRUE;
}

char *
hl_id_random_base32 (guint n)
{
  g_autofree guint8 *bytes = g_malloc (n + 1);
  char *text = g_malloc (n + 1);

  hl_id_random_bytes (bytes, n);
  for (guint i = 0; i < n; i++) {
    text[i] = base32_alphabet[bytes[i] & 31];
  }
  text[n] = '\0';
  return text;
}

char *
hl_id_base64url (gconstpointer data, gsize len)
{
  char *text = g_base64_encode (data, len);

  g_strdelimit (text, "+", '-');
  g_strdelimit (text, "/", '_');
  text[strcspn (text, "=")] = '\0';
  return text;
}

GBytes *
hl_id_from_base64url (const char *text)
{
  g_return_val_if_fail (text != NULL, NULL);

  gsize len = strlen (text);
  if (len % 4 == 1) {
    return NULL;
  }
  g_autoptr (GString) padded = g_string_sized_new (len + 4);
  for (gsize i = 0; i < len; i++) {
    if (!g_ascii_isalnum (text[i]) && text[i] != '-' && text[i] != '_') {
      return NULL;
    }
    g_string_append_c (padded, text[i] == '-' ? '+' : text[i] == '_' ? '/' : text[i]);
  }
  while (padded->len % 4 != 0) {
    g_string_append_c (padded, '=');
  }
  gsize n = 0;
  g_autofree guchar *data = g_base64_decode (padded->str, &n);
  g_autofree char *again = hl_id_base64url (data, n);
  if (strcmp (again, text) != 0) {
    return NULL; /* bits that belong to no byte: the same value in another spelling */
  }
  return g_bytes_new_take (g_steal_pointer (&data), n);
}

void
hl_id_sha256 (gconstpointer data, gsize len, guint8 digest[HL_ID_SHA256_BYTES])
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  gsize n = HL_ID_SHA256_BYTES;

  g_checksum_update (checksum, data, (gssize) len);
  g_checksum_get_digest (checksum, digest, &n);
}

char *
hl_id_sha256_hex (gconstpointer data, gsize len)
{
  return g_compute_checksum_for_data (G_CHECKSUM_SHA256, data, len);
}

char *
hl_id_hex (gconstpointer data, gsize len)
{
  static const char digits[] = "0123456789abcdef";
  const guint8 *bytes = data;
  char *text = g_malloc (2 * len + 1);

  for (gsize i = 0; i < len; i++) {
    text[2 * i] = digits[bytes[i] >> 4];
    text[2 * i + 1] = digits[bytes[i] & 15];
  }
  text[2 * len] = '\0';
  return text;
}

gboolean
hl_id_is_hex (const char *text, gsize digits)
{
  return text != NULL && strspn (text, "0123456789abcdef") == digits && text[digits] == '\0';
}

gboolean
hl_id_equal_bytes (gconstpointer a, gconstpointer b, gsize len)
{
  const volatile guint8 *x = a;
  const volatile guint8 *y = b;
  guint8 different = 0;

  for (gsize i = 0; i < len; i++) {
    different |= x[i] ^ y[i];
  }
  return different == 0;
}

gboolean
hl_id_equal_secret (const char *a, const char *b)
{
  if (a == NULL || b == NULL) {
    return FALSE;
  }
  gsize len = strlen (a);
  return strlen (b) == len && hl_id_equal_bytes (a, b, len);
}

gboolean
hl_id_is_valid (const char *text)
{
  if (text == NULL || *text == '\0' || strlen (text) > HL_ID_MAX) {
    return FALSE;
  }
  for (const char *p = text; *p != '\0'; p++) {
    if (!g_ascii_isalnum (*p) && strchr ("._:-", *p) == NULL) {
      return FALSE;
    }
  }
  return TRUE;
}

gboolean
hl_id_is_location (const char *text)
{
  if (text == NULL || *text == '-' || *text == '\0' || strlen (text) > 63) {
    return FALSE;
  }
  return text[strspn (text, "abcdefghijklmnopqrstuvwxyz0123456789-")] == '\0';
}
