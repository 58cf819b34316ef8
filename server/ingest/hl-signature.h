/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Signatures of webhooks: HMACs over several pieces of bytes, compared in constant time. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A run of bytes that goes into a signature, borrowed. */
typedef struct {
  const void *data;
  gsize       len;
} HlSignaturePart;

#define HL_SIGNATURE_TEXT(text) { (text), strlen (text) }

/* TRUE if the HMAC of the @n_parts @parts, in order, under @key equals @want, a signature in hex of either case or in
 * standard padded base64 (decoded bytes are compared, after their length). Anything else is FALSE. */
gboolean hl_signature_check_hex    (GChecksumType          type,
                                    const void            *key,
                                    gsize                  key_len,
                                    const HlSignaturePart *parts,
                                    gsize                  n_parts,
                                    const char            *want);
gboolean hl_signature_check_base64 (GChecksumType          type,
                                    const void            *key,
                                    gsize                  key_len,
                                    const HlSignaturePart *parts,
                                    gsize                  n_parts,
                                    const char            *want);

#define HL_SIGNATURE_MAX 64 /* bytes of the longest digest, SHA-512 */

/* The HMAC itself, into @digest. Returns its length. */
gsize    hl_signature_make         (GChecksumType          type,
                                    const void            *key,
                                    gsize                  key_len,
                                    const HlSignaturePart *parts,
                                    gsize                  n_parts,
                                    guint8                 digest[HL_SIGNATURE_MAX]);

/* Strict decoding of what a sender wrote: hex of either case; base64 with the standard alphabet and its padding, no bits left
 * over. FALSE, or more than @size bytes: @out is not set. */
gboolean hl_signature_decode_hex    (const char *text, guint8 *out, gsize size, gsize *len);
gboolean hl_signature_decode_base64 (const char *text, guint8 *out, gsize size, gsize *len);

/* Decimal digits only, no sign, no spaces, fits in 63 bits. */
gboolean hl_signature_parse_time   (const char *text,
                                    gint64     *out);

G_END_DECLS
