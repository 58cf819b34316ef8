/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The checksum of one stored row: CRC-32C over several pieces. Pure. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** hl_crc_start, hl_crc_add, hl_crc_add_int, hl_crc_end: CRC-32C (Castagnoli) over several pieces; each
 * text goes in with its terminator, so that pieces cannot slide into each other. It finds damage, not
 * malice: that is what h is for. */
guint32 hl_crc_start (void);
guint32 hl_crc_add (guint32 crc, gconstpointer data, gsize length);
guint32 hl_crc_add_text (guint32 crc, const char *text); /* NULL differs from "" */
guint32 hl_crc_add_int (guint32 crc, gint64 value);
guint32 hl_crc_end (guint32 crc);

G_END_DECLS
