/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Makes whole, unmasked, unfragmented WebSocket frames that any number of peers can share. */
#include "net/hl-ws-frame.h"

#include <string.h>

#define FIN 0x80
#define OPCODE_TEXT 0x1
#define OPCODE_CLOSE 0x8
#define OPCODE_PING 0x9
#define OPCODE_PONG 0xa
#define CONTROL_MAX 125

static guint8 *
make (guint8 opcode, gsize len, GBytes **frame)
{
  gsize header = len < 126 ? 2 : len < 65536 ? 4 : 10;
  guint8 *bytes = g_malloc (header + len);

  bytes[0] = FIN | opcode;
  if (header == 2) {
    bytes[1] = len;
  } else if (header == 4) {
    bytes[1] = 126;
    bytes[2] = len >> 8;
    bytes[3] = len;
  } else {
    bytes[1] = 127;
    for (guint i = 0; i < 8; i++)
      bytes[2 + i] = (guint64) len >> (56 - 8 * i);
  }
  *frame = g_bytes_new_take (bytes, header + len);
  return bytes + header;
}

static GBytes *
make_copy (guint8 opcode, const char *payload, gsize len)
{
  GBytes *frame;
  guint8 *at = make (opcode, len, &frame);

  if (len > 0)
    memcpy (at, payload, len);
  return frame;
}

GBytes *
hl_ws_frame_text (const char *text, gsize len)
{
  return make_copy (OPCODE_TEXT, text, len);
}

GBytes *
hl_ws_frame_text_parts (const HlWsPart *parts, guint n_parts)
{
  GBytes *frame;
  guint8 *at;
  gsize len = 0;

  for (guint i = 0; i < n_parts; i++)
    len += parts[i].len;
  at = make (OPCODE_TEXT, len, &frame);
  for (guint i = 0; i < n_parts; i++) {
    if (parts[i].len > 0)
      memcpy (at, parts[i].data, parts[i].len);
    at += parts[i].len;
  }
  return frame;
}

GBytes *
hl_ws_frame_pong (const char *payload, gsize len)
{
  g_return_val_if_fail (len <= CONTROL_MAX, NULL);

  return make_copy (OPCODE_PONG, payload, len);
}

GBytes *
hl_ws_frame_ping (const char *payload, gsize len)
{
  g_return_val_if_fail (len <= CONTROL_MAX, NULL);

  return make_copy (OPCODE_PING, payload, len);
}

GBytes *
hl_ws_frame_close (guint code, const char *reason)
{
  GBytes *frame;
  guint8 *at;
  gsize len = reason != NULL ? strlen (reason) : 0;

  if (code == 1005)
    return make_copy (OPCODE_CLOSE, NULL, 0);
  if (len > CONTROL_MAX - 2) {
    const char *end = g_utf8_find_prev_char (reason, reason + CONTROL_MAX - 2 + 1);

    len = end != NULL ? end - reason : 0;
  }
  at = make (OPCODE_CLOSE, 2 + len, &frame);
  at[0] = code >> 8;
  at[1] = code;
  if (len > 0)
    memcpy (at + 2, reason, len);
  return frame;
}

const char *
hl_ws_frame_get_payload (GBytes *frame, gsize *len)
{
  gsize size;
  const guint8 *bytes = g_bytes_get_data (frame, &size);
  gsize header = bytes[1] < 126 ? 2 : bytes[1] == 126 ? 4 : 10;

  *len = size - header;
  return (const char *) bytes + header;
}
