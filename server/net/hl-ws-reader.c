/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads WebSocket frames as a server (RFC 6455): pure, incremental, in place. */
#include "net/hl-ws-reader.h"

#include <string.h>

enum {
  OPCODE_CONTINUATION = 0,
  OPCODE_TEXT = 1,
  OPCODE_BINARY = 2,
  OPCODE_CLOSE = 8,
  OPCODE_PING = 9,
  OPCODE_PONG = 10,
};

#define CONTROL_MAX 125
#define MESSAGE_BUFFER_MIN 256

/* What the next byte of a UTF-8 sequence has to be (Unicode 15, table 3-7): surrogates, overlong
 * forms and values over U+10FFFF are excluded by the range of the second byte. */
enum {
  UTF8_START,
  UTF8_ONE,   /* one more continuation byte */
  UTF8_TWO,   /* two more */
  UTF8_THREE, /* three more */
  UTF8_E0,    /* A0..BF, then one more */
  UTF8_ED,    /* 80..9F, then one more */
  UTF8_F0,    /* 90..BF, then two more */
  UTF8_F4,    /* 80..8F, then two more */
  UTF8_BAD,
};

static guint8
utf8_lead (guint8 byte)
{
  if (byte < 0x80)
    return UTF8_START;
  if (byte < 0xc2)
    return UTF8_BAD;
  if (byte < 0xe0)
    return UTF8_ONE;
  if (byte == 0xe0)
    return UTF8_E0;
  if (byte == 0xed)
    return UTF8_ED;
  if (byte < 0xf0)
    return UTF8_TWO;
  if (byte == 0xf0)
    return UTF8_F0;
  if (byte < 0xf4)
    return UTF8_THREE;
  if (byte == 0xf4)
    return UTF8_F4;
  return UTF8_BAD;
}

static guint8
utf8_step (guint8 state, guint8 byte)
{
  switch (state) {
  case UTF8_START:
    return utf8_lead (byte);
  case UTF8_ONE:
    return (byte & 0xc0) == 0x80 ? UTF8_START : UTF8_BAD;
  case UTF8_TWO:
    return (byte & 0xc0) == 0x80 ? UTF8_ONE : UTF8_BAD;
  case UTF8_THREE:
    return (byte & 0xc0) == 0x80 ? UTF8_TWO : UTF8_BAD;
  case UTF8_E0:
    return byte >= 0xa0 && byte <= 0xbf ? UTF8_ONE : UTF8_BAD;
  case UTF8_ED:
    return byte >= 0x80 && byte <= 0x9f ? UTF8_ONE : UTF8_BAD;
  case UTF8_F0:
    return byte >= 0x90 && byte <= 0xbf ? UTF8_TWO : UTF8_BAD;
  case UTF8_F4:
    return byte >= 0x80 && byte <= 0x8f ? UTF8_TWO : UTF8_BAD;
  default:
    return UTF8_BAD;
  }
}

static guint8
utf8_check (guint8 state, const guint8 *bytes, gsize len)
{
  gsize i = 0;

  while (i < len) {
    if (state == UTF8_START) {
      guint64 word;

      /* Most of what staff and software write is ASCII: eight bytes at a time. */
      while (i + sizeof word <= len) {
        memcpy (&word, bytes + i, sizeof word);
        if ((word & G_GUINT64_CONSTANT (0x8080808080808080)) != 0)
          break;
        i += sizeof word;
      }
      if (i == len)
        break;
    }
    state = utf8_step (state, bytes[i++]);
    if (state == UTF8_BAD)
      break;
  }
  return state;
}

static void
unmask (HlWsReader *self, guint8 *bytes, gsize len)
{
  guint8 key[8];
  guint64 word, key_word;
  gsize i = 0;

  for (guint k = 0; k < sizeof key; k++)
    key[k] = self->mask[(self->mask_at + k) & 3];
  memcpy (&key_word, key, sizeof key_word);
  for (; i + sizeof word <= len; i += sizeof word) {
    memcpy (&word, bytes + i, sizeof word);
    word ^= key_word;
    memcpy (bytes + i, &word, sizeof word);
  }
  for (; i < len; i++)
    bytes[i] ^= key[i & 7];
  self->mask_at = (self->mask_at + len) & 3;
}

void
hl_ws_reader_init (HlWsReader *self)
{
  memset (self, 0, sizeof *self);
  self->header_need = 2;
}

static void
drop_message (HlWsReader *self)
{
  g_clear_pointer (&self->message, g_free);
  self->message_len = self->message_size = 0;
}

void
hl_ws_reader_clear (HlWsReader *self)
{
  drop_message (self);
  g_clear_pointer (&self->control, g_free);
  hl_ws_reader_init (self);
}

gboolean
hl_ws_close_code_is_valid (guint code)
{
  if (code >= 3000)
    return code <= 4999;
  return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014);
}

static HlWsResult
fail (HlWsReader *self, HlWsItem *item, guint16 code, const char *detail)
{
  drop_message (self);
  g_clear_pointer (&self->control, g_free);
  self->ended = TRUE;
  item->data = "";
  item->len = 0;
  item->code = code;
  item->detail = detail;
  return HL_WS_FAILED;
}

/* The first byte of a frame, alone: what is wrong with it is said before the second arrives. */
static HlWsResult
check_first_byte (HlWsReader *self, HlWsItem *item)
{
  guint8 byte = self->header[0];
  guint opcode = byte & 0x0f;

  if ((byte & 0x70) != 0)
    return fail (self, item, HL_WS_CLOSE_PROTOCOL_ERROR, "reserved bit set");
  if (opcode > OPCODE_PONG || (opcode > OPCODE_BINARY && opcode < OPCODE_CLOSE))
    return fail (self, item, HL_WS_CLOSE_PROTOCOL_ERROR, "reserved opcode");
  if (opcode >= OPCODE_CLOSE) {
    if ((byte & 0x80) == 0)
      return fail (self, item, HL_WS_CLOSE_PROTOCOL_ERROR, "fragmented control frame");
    return HL_WS_NEED_MORE;
  }
  if (opcode == OPCODE_CONTINUATION && !self->in_message)
    return fail (self, item, HL_WS_CLOSE_PROTOCOL_ERROR, "continuation of nothing");
  if (opcode != OPCODE_CONTINUATION && self->in_message)
    return fail (self, item, HL_WS_CLOSE_PROTOCOL_ERROR, "new message inside a fragmented one");
  if (opcode == OPCODE_BINARY)
    return fail (self, item, HL_WS_CLOSE_UNSUPPORTED, "binary message");
  return HL_WS_NEED_MORE;
}

static HlWsResult
check_second_byte (HlWsReader *self, HlWsItem *item)
{
  guint len = self->header[1] & 0x7f;

  if ((self->header[1] & 0x80) == 0)
    return fail (self, item, HL_WS_CLOSE_PROTOCOL_ERROR, "frame is not masked");
  if ((self->header[0] & 0x08) != 0 && len > CONTROL_MAX)
    return fail (self, item, HL_WS_CLOSE_PROTOCOL_ERROR, "control frame over 125 bytes");
  self->header_need = 2 + 4 + (len == 126 ? 2 : len == 127 ? 8 : 0);
  return HL_WS_NEED_MORE;
}

static HlWsResult
begin_frame (HlWsReader *self, gint64 now_us, HlWsItem *item)
{
  guint64 len = self->header[1] & 0x7f;
  guint extra = self->header_need - 2 - 4;

  if (extra > 0) {
    len = 0;
    for (guint i = 0; i < extra; i++)
      len = len << 8 | self->header[2 + i];
    if (len < 126 || (extra == 8 && len < 65536))
      return fail (self, item, HL_WS_CLOSE_PROTOCOL_ERROR, "length is not minimal");
    if (len >> 63 != 0)
      return fail (self, item, HL_WS_CLOSE_PROTOCOL_ERROR, "length has its top bit set");
  }
  self->opcode = self->header[0] & 0x0f;
  self->fin = self->header[0] >> 7;
  memcpy (self->mask, self->header + 2 + extra, 4);
  self->mask_at = 0;
  self->header_len = 0;
  self->header_need = 2;

  if (self->opcode >= OPCODE_CLOSE) {
    self->control_len = 0;
    /* A close frame always gets through: it ends the flood. */
    if (self->opcode != OPCODE_CLOSE) {
      if (self->control_count == 0 || now_us - self->control_since >= G_USEC_PER_SEC) {
        self->control_since = now_us;
        self->control_count = 0;
      }
      if (self->control_count == HL_WS_MAX_CONTROL_RATE)
        return fail (self, item, HL_WS_CLOSE_POLICY, "too many control frames");
      self->control_count++;
    }
  } else {
    if (len > HL_WS_MAX_MESSAGE || self->message_len + len > HL_WS_MAX_MESSAGE)
      return fail (self, item, HL_WS_CLOSE_TOO_BIG, "message over 64 KiB");
    if (self->opcode == OPCODE_TEXT)
      self->utf8 = UTF8_START;
  }
  self->left = len;
  self->in_payload = TRUE;
  return HL_WS_NEED_MORE;
}

static HlWsResult
read_header (HlWsReader *self, guint8 **bytes, gsize *len, gint64 now_us, HlWsItem *item)
{
  while (self->header_len < self->header_need) {
    if (*len == 0)
      return HL_WS_NEED_MORE;
    self->header[self->header_len++] = **bytes;
    (*bytes)++;
    (*len)--;
    if (self->header_len == 1 && check_first_byte (self, item) == HL_WS_FAILED)
      return HL_WS_FAILED;
    if (self->header_len == 2 && check_second_byte (self, item) == HL_WS_FAILED)
      return HL_WS_FAILED;
  }
  return begin_frame (self, now_us, item);
}

static HlWsResult
finish_control (HlWsReader *self, const guint8 *payload, gsize len, HlWsItem *item)
{
  self->in_payload = FALSE;
  item->data = (const char *) payload;
  item->len = len;
  if (self->opcode == OPCODE_PING)
    return HL_WS_PING;
  if (self->opcode == OPCODE_PONG)
    return HL_WS_PONG;

  if (len == 0) {
    item->code = HL_WS_CLOSE_NO_STATUS;
  } else {
    if (len == 1)
      return fail (self, item, HL_WS_CLOSE_PROTOCOL_ERROR, "close frame of one byte");
    item->code = payload[0] << 8 | payload[1];
    item->data += 2;
    item->len -= 2;
    if (!hl_ws_close_code_is_valid (item->code))
      return fail (self, item, HL_WS_CLOSE_PROTOCOL_ERROR, "close code that may not be sent");
    if (utf8_check (UTF8_START, payload + 2, len - 2) != UTF8_START)
      return fail (self, item, HL_WS_CLOSE_BAD_DATA, "close reason is not UTF-8");
  }
  drop_message (self);
  self->ended = TRUE;
  return HL_WS_CLOSE;
}

static HlWsResult
read_control (HlWsReader *self, guint8 **bytes, gsize *len, HlWsItem *item)
{
  gsize n = MIN (self->left, *len);
  guint8 *at = *bytes;

  unmask (self, at, n);
  *bytes += n;
  *len -= n;
  self->left -= n;
  if (self->control_len == 0 && self->left == 0)
    return finish_control (self, at, n, item);

  if (self->control == NULL)
    self->control = g_malloc (CONTROL_MAX);
  memcpy (self->control + self->control_len, at, n);
  self->control_len += n;
  if (self->left > 0)
    return HL_WS_NEED_MORE;
  self->deliver = TRUE;
  return finish_control (self, self->control, self->control_len, item);
}

static void
keep (HlWsReader *self, const guint8 *bytes, gsize len)
{
  guint32 need = self->message_len + len;

  /* Grown by what really came, never by what a header promises. */
  if (need > self->message_size) {
    guint32 size = MAX (self->message_size, MESSAGE_BUFFER_MIN);

    while (size < need)
      size *= 2;
    self->message = g_realloc (self->message, size);
    self->message_size = size;
  }
  memcpy (self->message + self->message_len, bytes, len);
  self->message_len = need;
}

static HlWsResult
read_data (HlWsReader *self, guint8 **bytes, gsize *len, HlWsItem *item)
{
  gsize n = MIN (self->left, *len);
  guint8 *at = *bytes;

  unmask (self, at, n);
  *bytes += n;
  *len -= n;
  self->left -= n;
  self->utf8 = utf8_check (self->utf8, at, n);
  if (self->utf8 == UTF8_BAD)
    return fail (self, item, HL_WS_CLOSE_BAD_DATA, "text is not UTF-8");

  if (self->left > 0 || !self->fin) {
    if (n > 0)
      keep (self, at, n);
    if (self->left == 0) {
      self->in_payload = FALSE;
      self->in_message = TRUE;
    }
    return HL_WS_NEED_MORE;
  }

  if (self->utf8 != UTF8_START)
    return fail (self, item, HL_WS_CLOSE_BAD_DATA, "text ends inside a character");
  self->in_payload = FALSE;
  self->in_message = FALSE;
  if (self->message_len == 0) {
    item->data = (const char *) at;
    item->len = n;
  } else {
    if (n > 0)
      keep (self, at, n);
    item->data = (const char *) self->message;
    item->len = self->message_len;
    self->deliver = TRUE;
  }
  return HL_WS_TEXT;
}

HlWsResult
hl_ws_reader_next (HlWsReader *self, guint8 **bytes, gsize *len, gint64 now_us, HlWsItem *item)
{
  HlWsResult result;

  memset (item, 0, sizeof *item);
  if (self->deliver) {
    /* The control buffer and the message buffer are never handed out together, but a control frame
     * can come between the fragments of a message that must stay. */
    if (self->control != NULL && self->control_len > 0)
      g_clear_pointer (&self->control, g_free);
    else
      drop_message (self);
    self->control_len = 0;
    self->deliver = FALSE;
  }

  for (;;) {
    if (self->ended) {
      *bytes += *len;
      *len = 0;
      return HL_WS_NEED_MORE;
    }
    if (!self->in_payload) {
      if (*len == 0)
        return HL_WS_NEED_MORE;
      result = read_header (self, bytes, len, now_us, item);
      if (result != HL_WS_NEED_MORE)
        return result;
      if (!self->in_payload)
        return HL_WS_NEED_MORE;
    }
    if (self->left > 0 && *len == 0)
      return HL_WS_NEED_MORE;
    result = self->opcode >= OPCODE_CLOSE ? read_control (self, bytes, len, item)
                                          : read_data (self, bytes, len, item);
    if (result != HL_WS_NEED_MORE)
      return result;
  }
}
