/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A walk through a certificate's DER (RFC 5280 section 4.1), see hl-spki.h. */
#include "link/hl-spki.h"

#include <string.h>

#include "util/hl-id.h"

typedef struct {
  const guint8 *at;
  gsize left;
} Reader;

/* One element: its whole bytes, its content; FALSE when it does not fit. Definite lengths only. */
static gboolean
take (Reader *reader, guint8 *tag, Reader *whole, Reader *content)
{
  gsize header = 2, len;

  if (reader->left < 2)
    return FALSE;
  *tag = reader->at[0];
  if ((*tag & 0x1f) == 0x1f)
    return FALSE;
  len = reader->at[1];
  if (len & 0x80) {
    gsize n = len & 0x7f;
    if (n == 0 || n > 4 || reader->left < 2 + n)
      return FALSE;
    len = 0;
    for (gsize i = 0; i < n; i++)
      len = (len << 8) | reader->at[2 + i];
    header += n;
  }
  if (len > reader->left - header)
    return FALSE;
  whole->at = reader->at;
  whole->left = header + len;
  content->at = reader->at + header;
  content->left = len;
  reader->at += header + len;
  reader->left -= header + len;
  return TRUE;
}

char *
hl_spki_make_pin_from_der (const guint8 *der, gsize len)
{
  Reader all = { der, len }, whole, certificate, tbs, skipped;
  g_autofree char *hex = NULL;
  guint8 tag;

  if (!take (&all, &tag, &whole, &certificate) || tag != 0x30
      || !take (&certificate, &tag, &whole, &tbs) || tag != 0x30)
    return NULL;
  /* version [0] (optional), serial, signature, issuer, validity, subject, then the key */
  if (!take (&tbs, &tag, &whole, &skipped))
    return NULL;
  if (tag == 0xa0 && !take (&tbs, &tag, &whole, &skipped))
    return NULL;
  for (int i = 0; i < 5; i++)
    if (!take (&tbs, &tag, &whole, &skipped))
      return NULL;
  if (tag != 0x30)
    return NULL;
  hex = hl_id_sha256_hex (whole.at, whole.left);
  return g_strconcat ("sha256:", hex, NULL);
}

char *
hl_spki_make_pin (GTlsCertificate *certificate)
{
  g_autoptr (GByteArray) der = NULL;

  g_object_get (certificate, "certificate", &der, NULL);
  if (der == NULL)
    return NULL;
  return hl_spki_make_pin_from_der (der->data, der->len);
}

gboolean
hl_spki_matches (GTlsCertificate *certificate, const char *const *pins)
{
  g_autofree char *pin = hl_spki_make_pin (certificate);
  return pin != NULL && pins != NULL && g_strv_contains (pins, pin);
}

char *
hl_spki_make_short (const char *pin)
{
  const char *hex = g_str_has_prefix (pin, "sha256:") ? pin + 7 : pin;
  if (strlen (hex) < 8)
    return g_strdup (hex);
  return g_strdup_printf ("%.4s %.4s", hex, hex + 4);
}
