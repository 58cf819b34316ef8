/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What proves a log: the chain of h over its events, and the checksum of one stored row. Pure. */
#pragma once

#include <glib.h>

#include "util/hl-id.h"

G_BEGIN_DECLS

/** hl_chain_next: h(n) = first 8 bytes, big-endian, of SHA-256 (h(n-1) as 8 big-endian bytes, the id's
 * bytes, the 32 bytes of the body's SHA-256). h(0) = 0. */
guint64 hl_chain_next (guint64 previous, const char *id,
                       const guint8 body_digest[HL_ID_SHA256_BYTES]);

/** hl_crc_start, hl_crc_add, hl_crc_add_int, hl_crc_end: CRC-32C (Castagnoli) over several pieces; each
 * text goes in with its terminator, so that pieces cannot slide into each other. It finds damage, not
 * malice: that is what h is for. */
guint32 hl_crc_start (void);
guint32 hl_crc_add (guint32 crc, gconstpointer data, gsize length);
guint32 hl_crc_add_text (guint32 crc, const char *text); /* NULL differs from "" */
guint32 hl_crc_add_int (guint32 crc, gint64 value);
guint32 hl_crc_end (guint32 crc);

G_END_DECLS
