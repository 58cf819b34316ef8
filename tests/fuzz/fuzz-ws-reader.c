/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The WebSocket frame reader: whatever comes, in pieces of any size, gives the same items and keeps the rules. */
#include <string.h>

#include "fuzz.h"
#include "net/hl-ws-frame.h"
#include "net/hl-ws-reader.h"

static gboolean
is_utf8 (const char *text, gsize len)
{
  g_autofree char *copy = g_strndup (text, len);

  /* GLib takes NUL for the end; in a message it is a character like any other. */
  for (gsize i = 0; i < len; i++)
    if (text[i] == '\0')
      copy[i] = '0';
    else
      copy[i] = text[i];
  return g_utf8_validate (copy, len, NULL);
}

static void
check_item (HlWsResult result, const HlWsItem *item)
{
  switch (result) {
  case HL_WS_TEXT:
    fuzz_check (item->len <= HL_WS_MAX_MESSAGE);
    fuzz_check (is_utf8 (item->data, item->len));
    break;
  case HL_WS_PING:
  case HL_WS_PONG:
    fuzz_check (item->len <= 125);
    break;
  case HL_WS_CLOSE:
    fuzz_check (item->len <= 123);
    fuzz_check (is_utf8 (item->data, item->len));
    fuzz_check (item->code == HL_WS_CLOSE_NO_STATUS || hl_ws_close_code_is_valid (item->code));
    break;
  case HL_WS_FAILED:
    fuzz_check (item->detail != NULL);
    fuzz_check (hl_ws_close_code_is_valid (item->code));
    break;
  default:
    fuzz_check (FALSE);
  }
}

/* `seed` 0: all at once. */
static GByteArray *
read_all (const uint8_t *data, size_t size, guint32 seed)
{
  GByteArray *found = g_byte_array_new ();
  HlWsReader reader;
  size_t at = 0;
  guint ended = 0;

  hl_ws_reader_init (&reader);
  while (at < size) {
    gsize len = size - at;
    HlWsResult result;
    HlWsItem item;

    if (seed != 0) {
      seed = seed * 1664525 + 1013904223;
      len = MIN (len, 1 + (seed >> 24) % 40);
    }
    {
      g_autofree guint8 *piece = g_memdup2 (data + at, len);
      guint8 *bytes = piece;
      gsize left = len;

      while ((result = hl_ws_reader_next (&reader, &bytes, &left, 1000, &item)) != HL_WS_NEED_MORE) {
        guint8 kind = result;

        fuzz_check (ended == 0);
        check_item (result, &item);
        ended += result == HL_WS_CLOSE || result == HL_WS_FAILED;
        g_byte_array_append (found, &kind, 1);
        g_byte_array_append (found, (const guint8 *) &item.code, sizeof item.code);
        g_byte_array_append (found, (const guint8 *) item.data, item.len);
      }
      fuzz_check (left == 0 && bytes == piece + len);
    }
    at += len;
  }
  hl_ws_reader_clear (&reader);
  return found;
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GByteArray) whole = read_all (data, size, 0);
  g_autoptr (GByteArray) pieces = read_all (data, size, size > 0 ? data[size - 1] + 1 : 1);

  fuzz_check (whole->len == pieces->len);
  fuzz_check (whole->len == 0 || memcmp (whole->data, pieces->data, whole->len) == 0);
  return 0;
}
