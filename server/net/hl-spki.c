/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finds the public key inside an X.509 certificate and makes the pin of it. */
#include "net/hl-spki.h"

#define TAG_SEQUENCE 0x30
#define TAG_INTEGER 0x02
#define TAG_VERSION 0xa0 /* [0] EXPLICIT */

typedef struct {
  const guint8 *at;
  gsize left;
} Der;

/* Steps over one element; `inner` (nullable) is set to what it contains. DER: the shortest form of
 * a length, and always a definite one. */
static gboolean
take (Der *der, guint8 tag, Der *inner)
{
  gsize header = 2, len;

  if (der->left < 2 || der->at[0] != tag)
    return FALSE;
  len = der->at[1];
  if (len >= 0x80) {
    guint bytes = len & 0x7f;

    if (bytes == 0 || bytes > 3 || der->left < 2 + bytes || der->at[2] == 0)
      return FALSE;
    len = 0;
    for (guint i = 0; i < bytes; i++)
      len = len << 8 | der->at[2 + i];
    if (len < 0x80)
      return FALSE;
    header += bytes;
  }
  if (len > der->left - header)
    return FALSE;
  if (inner != NULL)
    *inner = (Der){ der->at + header, len };
  der->at += header + len;
  der->left -= header + len;
  return TRUE;
}

const guint8 *
hl_spki_find (const guint8 *der, gsize len, gsize *spki_len)
{
  Der file = { der, len };
  Der certificate, body;
  const guint8 *spki;

  if (!take (&file, TAG_SEQUENCE, &certificate) || !take (&certificate, TAG_SEQUENCE, &body))
    return NULL;
  take (&body, TAG_VERSION, NULL);          /* absent in version 1 */
  if (!take (&body, TAG_INTEGER, NULL)      /* serialNumber */
      || !take (&body, TAG_SEQUENCE, NULL)  /* signature */
      || !take (&body, TAG_SEQUENCE, NULL)  /* issuer */
      || !take (&body, TAG_SEQUENCE, NULL)  /* validity */
      || !take (&body, TAG_SEQUENCE, NULL)) /* subject */
    return NULL;
  spki = body.at;
  if (!take (&body, TAG_SEQUENCE, NULL))
    return NULL;
  *spki_len = body.at - spki;
  return spki;
}

char *
hl_spki_pin (GTlsCertificate *certificate, GError **error)
{
  g_autoptr (GByteArray) der = NULL;
  const guint8 *spki = NULL;
  g_autofree char *digest = NULL;
  gsize len;

  g_object_get (certificate, "certificate", &der, NULL);
  if (der != NULL)
    spki = hl_spki_find (der->data, der->len, &len);
  if (spki == NULL) {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                         "The certificate has no readable public key");
    return NULL;
  }
  digest = g_compute_checksum_for_data (G_CHECKSUM_SHA256, spki, len);
  return g_strconcat ("sha256:", digest, NULL);
}
