/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The chain of h. */
#include "store/hl-chain.h"

#include <string.h>

guint64
hl_chain_next (guint64 previous, const char *id, const guint8 body_digest[HL_ID_SHA256_BYTES])
{
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  guint64 big = GUINT64_TO_BE (previous);
  guint8 digest[HL_ID_SHA256_BYTES];
  gsize length = sizeof digest;

  g_checksum_update (sum, (const guchar *) &big, sizeof big);
  g_checksum_update (sum, (const guchar *) id, strlen (id));
  g_checksum_update (sum, body_digest, HL_ID_SHA256_BYTES);
  g_checksum_get_digest (sum, digest, &length);
  memcpy (&big, digest, sizeof big);
  return GUINT64_FROM_BE (big);
}
