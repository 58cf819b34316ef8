/* SPDX-License-Identifier: GPL-3.0-or-later */
/* CRC-32C (Castagnoli). */
#include "util/hl-crc.h"

#include <string.h>

/* Eight bytes a step: the log checks every row that it reads, so this is on the way of each catch-up. */
static guint32 table[8][256];

static void
make_table (void)
{
  static gsize made;

  if (!g_once_init_enter (&made))
    return;
  for (guint i = 0; i < 256; i++) {
    guint32 crc = i;

    for (guint bit = 0; bit < 8; bit++)
      crc = (crc & 1) ? (crc >> 1) ^ 0x82f63b78u : crc >> 1;
    table[0][i] = crc;
  }
  for (guint i = 0; i < 256; i++) {
    for (guint k = 1; k < 8; k++)
      table[k][i] = (table[k - 1][i] >> 8) ^ table[0][table[k - 1][i] & 0xff];
  }
  g_once_init_leave (&made, 1);
}

guint32
hl_crc_start (void)
{
  make_table ();
  return 0xffffffffu;
}

guint32
hl_crc_add (guint32 crc, gconstpointer data, gsize length)
{
  const guint8 *p = data;

  while (length >= 8) {
    guint32 low = crc ^ ((guint32) p[0] | (guint32) p[1] << 8 | (guint32) p[2] << 16 |
                         (guint32) p[3] << 24);

    crc = table[7][low & 0xff] ^ table[6][(low >> 8) & 0xff] ^ table[5][(low >> 16) & 0xff] ^
          table[4][low >> 24] ^ table[3][p[4]] ^ table[2][p[5]] ^ table[1][p[6]] ^ table[0][p[7]];
    p += 8;
    length -= 8;
  }
  while (length-- > 0)
    crc = (crc >> 8) ^ table[0][(crc ^ *p++) & 0xff];
  return crc;
}

guint32
hl_crc_add_text (guint32 crc, const char *text)
{
  if (text == NULL)
    return hl_crc_add (crc, "\1", 1);
  return hl_crc_add (crc, text, strlen (text) + 1);
}

guint32
hl_crc_add_int (guint32 crc, gint64 value)
{
  gint64 little = GINT64_TO_LE (value);

  return hl_crc_add (crc, &little, sizeof little);
}

guint32
hl_crc_end (guint32 crc)
{
  return crc ^ 0xffffffffu;
}
