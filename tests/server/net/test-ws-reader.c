/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests the WebSocket frame reader and the frames that are made. */
#include <glib.h>
#include <stdlib.h>
#include <string.h>

#include "net/hl-ws-frame.h"
#include "net/hl-ws-reader.h"

static GByteArray *
add_frame (GByteArray *out, guint8 first, const char *payload, gsize len)
{
  const guint8 mask[4] = { 0x37, 0xfa, 0x21, 0x3d };
  guint8 header[10] = { first, 0 };
  gsize n = 2;

  if (len < 126) {
    header[1] = 0x80 | len;
  } else if (len < 65536) {
    header[1] = 0x80 | 126;
    header[2] = len >> 8;
    header[3] = len;
    n = 4;
  } else {
    header[1] = 0x80 | 127;
    for (guint i = 0; i < 8; i++)
      header[2 + i] = (guint64) len >> (56 - 8 * i);
    n = 10;
  }
  g_byte_array_append (out, header, n);
  g_byte_array_append (out, mask, 4);
  for (gsize i = 0; i < len; i++) {
    guint8 byte = (guint8) payload[i] ^ mask[i & 3];

    g_byte_array_append (out, &byte, 1);
  }
  return out;
}

/* Everything the reader finds in the bytes, as text, fed in pieces of at most `piece` bytes. */
static char *
read_all (const GByteArray *input, gsize piece, gint64 step_us)
{
  GString *found = g_string_new (NULL);
  HlWsReader reader;
  gint64 now = 1000;

  hl_ws_reader_init (&reader);
  for (gsize at = 0; at < input->len; at += piece) {
    gsize len = MIN (piece, input->len - at);
    g_autofree guint8 *copy = g_memdup2 (input->data + at, len);
    guint8 *bytes = copy;
    HlWsResult result;
    HlWsItem item;

    while ((result = hl_ws_reader_next (&reader, &bytes, &len, now, &item)) != HL_WS_NEED_MORE) {
      switch (result) {
      case HL_WS_TEXT:
        g_string_append_printf (found, "text(%.*s)", (int) MIN (item.len, 20), item.data);
        if (item.len > 20)
          g_string_append_printf (found, "#%zu", item.len);
        break;
      case HL_WS_PING:
        g_string_append_printf (found, "ping(%.*s)", (int) item.len, item.data);
        break;
      case HL_WS_PONG:
        g_string_append_printf (found, "pong(%.*s)", (int) item.len, item.data);
        break;
      case HL_WS_CLOSE:
        g_string_append_printf (found, "close(%u,%.*s)", item.code, (int) item.len, item.data);
        break;
      default:
        g_assert_nonnull (item.detail);
        g_string_append_printf (found, "failed(%u)", item.code);
      }
      now += step_us;
    }
    g_assert_cmpuint (len, ==, 0);
  }
  hl_ws_reader_clear (&reader);
  return g_string_free (found, FALSE);
}

static void
check_paced (GByteArray *input, gint64 step_us, const char *wanted)
{
  const gsize pieces[] = { 1, 2, 3, 7, 64, 4096, G_MAXSIZE / 2 };

  for (guint i = 0; i < G_N_ELEMENTS (pieces); i++) {
    g_autofree char *found = read_all (input, pieces[i], step_us);

    g_assert_cmpstr (found, ==, wanted);
  }
  g_byte_array_unref (input);
}

static void
check (GByteArray *input, const char *wanted)
{
  check_paced (input, 0, wanted);
}

static GByteArray *
frames (guint8 first, const char *payload, gsize len)
{
  return add_frame (g_byte_array_new (), first, payload, len);
}

static GByteArray *
raw (const char *bytes, gsize len)
{
  return g_byte_array_append (g_byte_array_new (), (const guint8 *) bytes, len);
}

static void
test_text (void)
{
  g_autofree char *large = g_strnfill (HL_WS_MAX_MESSAGE + 1, 'a');

  check (frames (0x81, "Hello", 5), "text(Hello)");
  check (frames (0x81, "", 0), "text()");
  check (add_frame (frames (0x81, "one", 3), 0x81, "two", 3), "text(one)text(two)");
  check (frames (0x81, large, 125), "text(aaaaaaaaaaaaaaaaaaaa)#125");
  check (frames (0x81, large, 126), "text(aaaaaaaaaaaaaaaaaaaa)#126");
  check (frames (0x81, large, 65535), "text(aaaaaaaaaaaaaaaaaaaa)#65535");
  check (frames (0x81, large, 65536), "text(aaaaaaaaaaaaaaaaaaaa)#65536");
  check (frames (0x81, large, 65537), "failed(1009)");
}

static void
test_header_rules (void)
{
  check (raw ("\x81\x05Hello", 7), "failed(1002)"); /* not masked */
  check (frames (0xc1, "x", 1), "failed(1002)");
  check (frames (0xa1, "x", 1), "failed(1002)");
  check (frames (0x91, "x", 1), "failed(1002)");
  for (guint opcode = 3; opcode < 8; opcode++)
    check (frames (0x80 | opcode, "x", 1), "failed(1002)");
  for (guint opcode = 11; opcode < 16; opcode++)
    check (frames (0x80 | opcode, "x", 1), "failed(1002)");
  check (frames (0x82, "x", 1), "failed(1003)");
  check (frames (0x02, "x", 1), "failed(1003)");
  /* Lengths that are not minimal, and the forbidden top bit. */
  check (raw ("\x81\xfe\x00\x7d\0\0\0\0", 8), "failed(1002)");
  check (raw ("\x81\xff\0\0\0\0\0\0\xff\xff\0\0\0\0", 14), "failed(1002)");
  check (raw ("\x81\xff\x80\0\0\0\0\0\0\1\0\0\0\0", 14), "failed(1002)");
  check (raw ("\x81\xff\x7f\xff\xff\xff\xff\xff\xff\xff\0\0\0\0", 14), "failed(1009)");
  /* What comes after a failure is swallowed. */
  check (add_frame (frames (0xf1, "", 0), 0x81, "late", 4), "failed(1002)");
}

static void
test_control (void)
{
  g_autofree char *long_payload = g_strnfill (126, 'p');
  g_autofree char *wanted = g_strdup_printf ("ping(%.125s)", long_payload);

  check (frames (0x89, "", 0), "ping()");
  check (frames (0x8a, "answer", 6), "pong(answer)");
  check (frames (0x89, long_payload, 125), wanted);
  check (frames (0x89, long_payload, 126), "failed(1002)");
  check (frames (0x09, "x", 1), "failed(1002)");
  check (frames (0x08, "", 0), "failed(1002)");
}

static void
test_fragments (void)
{
  GByteArray *input = frames (0x01, "He", 2);
  g_autofree char *half = g_strnfill (40000, 'h');

  add_frame (input, 0x89, "mid", 3);
  add_frame (input, 0x00, "", 0);
  add_frame (input, 0x00, "ll", 2);
  add_frame (input, 0x8a, "", 0);
  add_frame (input, 0x80, "o", 1);
  add_frame (input, 0x81, "next", 4);
  check (input, "ping(mid)pong()text(Hello)text(next)");

  check (frames (0x80, "x", 1), "failed(1002)");
  check (frames (0x00, "x", 1), "failed(1002)");
  check (add_frame (frames (0x01, "x", 1), 0x81, "y", 1), "failed(1002)");
  check (add_frame (add_frame (frames (0x01, "x", 1), 0x80, "y", 1), 0x80, "z", 1),
         "text(xy)failed(1002)");
  check (add_frame (frames (0x01, "", 0), 0x80, "", 0), "text()");
  check (add_frame (frames (0x01, half, 40000), 0x80, half, 25536),
         "text(hhhhhhhhhhhhhhhhhhhh)#65536");
  check (add_frame (frames (0x01, half, 40000), 0x80, half, 25537), "failed(1009)");
}

static void
test_utf8 (void)
{
  const struct {
    const char *text;
    gboolean good;
  } cases[] = {
    { "\xce\xba\xe1\xbd\xb9\xcf\x83\xce\xbc\xce\xb5", TRUE },
    { "\xc2\x80", TRUE },
    { "\xdf\xbf", TRUE },
    { "\xe0\xa0\x80", TRUE },
    { "\xed\x9f\xbf", TRUE },
    { "\xee\x80\x80", TRUE },
    { "\xef\xbf\xbf", TRUE },
    { "\xf0\x90\x80\x80", TRUE },
    { "\xf4\x8f\xbf\xbf", TRUE },
    { "\xf4\x90\x80\x80", FALSE },
    { "\xed\xa0\x80", FALSE },
    { "\xed\xbf\xbf", FALSE },
    { "\xc0\xaf", FALSE },
    { "\xc1\xbf", FALSE },
    { "\xe0\x80\xaf", FALSE },
    { "\xe0\x9f\xbf", FALSE },
    { "\xf0\x8f\xbf\xbf", FALSE },
    { "\xf5\x80\x80\x80", FALSE },
    { "\xff", FALSE },
    { "\x80", FALSE },
    { "abcdefgh\xbf", FALSE },
    { "\xce", FALSE },
    { "\xe1\xbd", FALSE },
    { "\xf0\x9f\x98", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    const char *text = cases[i].text;
    g_autofree char *wanted = g_strdup_printf ("text(%s)", text);

    check (frames (0x81, text, strlen (text)), cases[i].good ? wanted : "failed(1007)");
    /* Cut inside the character. */
    check (add_frame (frames (0x01, text, 1), 0x80, text + 1, strlen (text) - 1),
           cases[i].good ? wanted : "failed(1007)");
  }
}

/* The fault is told with the byte that makes it, not at the end of the message. */
static void
test_utf8_fails_fast (void)
{
  g_autoptr (GByteArray) input = frames (0x01, "\xce\xba\xf4\x90 and much more", 18);
  HlWsReader reader;
  HlWsItem item;
  gsize at;

  hl_ws_reader_init (&reader);
  for (at = 0; at < input->len; at++) {
    guint8 *bytes = input->data + at;
    gsize len = 1;

    if (hl_ws_reader_next (&reader, &bytes, &len, 0, &item) == HL_WS_FAILED)
      break;
  }
  g_assert_cmpuint (at, ==, 2 + 4 + 3);
  g_assert_cmpuint (item.code, ==, 1007);
  hl_ws_reader_clear (&reader);
}

static void
test_close (void)
{
  const guint good[]
      = { 1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999 };
  const guint bad[] = { 0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535 };

  check (frames (0x88, "", 0), "close(1005,)");
  check (frames (0x88, "\x03", 1), "failed(1002)");
  check (frames (0x88, "\x03\xe8tired", 7), "close(1000,tired)");
  check (frames (0x88, "\x03\xe8\xce", 3), "failed(1007)");
  check (add_frame (frames (0x88, "\x03\xe8", 2), 0x81, "late", 4), "close(1000,)");
  for (guint i = 0; i < G_N_ELEMENTS (good); i++) {
    const char payload[2] = { good[i] >> 8, good[i] };
    g_autofree char *wanted = g_strdup_printf ("close(%u,)", good[i]);

    check (frames (0x88, payload, 2), wanted);
  }
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    const char payload[2] = { bad[i] >> 8, bad[i] };

    check (frames (0x88, payload, 2), "failed(1002)");
  }
}

static void
test_control_rate (void)
{
  GByteArray *input = g_byte_array_new ();
  GString *wanted = g_string_new (NULL);

  for (guint i = 0; i < 21; i++)
    add_frame (input, 0x89, "", 0);
  for (guint i = 0; i < 20; i++)
    g_string_append (wanted, "ping()");
  g_byte_array_ref (input);
  g_string_append (wanted, "failed(1008)");
  check_paced (input, 0, wanted->str);
  /* 50 ms apart: twenty a second, which is allowed for ever. */
  g_string_truncate (wanted, strlen ("ping()") * 20);
  g_string_append (wanted, "ping()");
  check_paced (input, 50 * 1000, wanted->str);
  g_string_free (wanted, TRUE);
}

/* Random messages, cut into random fragments with control frames between, in random pieces: what
 * comes out is what went in. */
static void
test_random (void)
{
  const char *seed_text = g_getenv ("HL_TEST_SEED");
  guint32 seed = seed_text != NULL ? strtoul (seed_text, NULL, 10) : g_random_int ();
  g_autoptr (GRand) random = g_rand_new_with_seed (seed);

  g_test_message ("HL_TEST_SEED=%u", seed);
  for (guint round = 0; round < 2000; round++) {
    g_autoptr (GByteArray) input = g_byte_array_new ();
    g_autoptr (GString) wanted = g_string_new (NULL);
    guint n = g_rand_int_range (random, 1, 6);
    guint controls = 0;

    for (guint i = 0; i < n; i++) {
      g_autoptr (GString) text = g_string_new (NULL);
      guint chars = g_rand_int_range (random, 0, 200);
      gsize at = 0;
      gboolean first = TRUE;

      for (guint k = 0; k < chars; k++)
        g_string_append_unichar (text, g_rand_int_range (random, 0, 3) != 0
                                           ? g_rand_int_range (random, 1, 0x80)
                                           : g_rand_int_range (random, 0x80, 0xd800));
      for (gboolean last = FALSE; !last;) {
        gsize len = g_rand_int_range (random, 0, text->len - at + 1);

        last = at + len == text->len;
        add_frame (input, (last ? 0x80 : 0) | (first ? 1 : 0), text->str + at, len);
        at += len;
        first = FALSE;
        if (!last && controls < 20 && g_rand_boolean (random)) {
          add_frame (input, 0x8a, "c", 1);
          g_string_append (wanted, "pong(c)");
          controls++;
        }
      }
      g_string_append_printf (wanted, "text(%.*s)", (int) MIN (text->len, 20), text->str);
      if (text->len > 20)
        g_string_append_printf (wanted, "#%zu", text->len);
    }
    {
      g_autofree char *found = read_all (input, g_rand_int_range (random, 1, 300), 0);

      g_assert_cmpstr (found, ==, wanted->str);
    }
  }
}

static void
check_made (GBytes *frame, const char *header, gsize header_len, gsize payload_len)
{
  gsize size, len;
  const guint8 *bytes = g_bytes_get_data (frame, &size);
  const char *payload = hl_ws_frame_get_payload (frame, &len);

  g_assert_cmpmem (bytes, header_len, header, header_len);
  g_assert_cmpuint (size, ==, header_len + payload_len);
  g_assert_cmpuint (len, ==, payload_len);
  g_assert_true ((const guint8 *) payload == bytes + header_len);
  g_bytes_unref (frame);
}

static void
test_frames (void)
{
  g_autofree char *text = g_strnfill (70000, 't');
  const HlWsPart parts[] = { { "{\"a\":", 5 }, { "", 0 }, { "1", 1 }, { "}", 1 } };
  g_autoptr (GBytes) joined = hl_ws_frame_text_parts (parts, G_N_ELEMENTS (parts));
  g_autofree char *accents = g_strdup ("");
  g_autoptr (GBytes) cut = NULL;
  const char *payload;
  gsize len;

  check_made (hl_ws_frame_text (text, 0), "\x81\x00", 2, 0);
  check_made (hl_ws_frame_text (text, 125), "\x81\x7d", 2, 125);
  check_made (hl_ws_frame_text (text, 126), "\x81\x7e\x00\x7e", 4, 126);
  check_made (hl_ws_frame_text (text, 65535), "\x81\x7e\xff\xff", 4, 65535);
  check_made (hl_ws_frame_text (text, 65536), "\x81\x7f\0\0\0\0\0\1\0\0", 10, 65536);
  check_made (hl_ws_frame_pong ("x", 1), "\x8a\x01", 2, 1);
  check_made (hl_ws_frame_ping ("x", 1), "\x89\x01", 2, 1);
  check_made (hl_ws_frame_close (1005, NULL), "\x88\x00", 2, 0);
  check_made (hl_ws_frame_close (4001, "bye"), "\x88\x05\x0f\xa1", 2, 5);

  payload = hl_ws_frame_get_payload (joined, &len);
  g_assert_cmpmem (payload, len, "{\"a\":1}", 7);

  /* 62 characters of two bytes: cut before the one that would not fit whole. */
  for (guint i = 0; i < 62; i++) {
    char *longer = g_strconcat (accents, "\xc3\xa9", NULL);

    g_free (accents);
    accents = longer;
  }
  cut = hl_ws_frame_close (4000, accents);
  payload = hl_ws_frame_get_payload (cut, &len);
  g_assert_cmpuint (len, ==, 2 + 122);
  g_assert_true (g_utf8_validate (payload + 2, len - 2, NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ws-reader/text", test_text);
  g_test_add_func ("/ws-reader/header-rules", test_header_rules);
  g_test_add_func ("/ws-reader/control", test_control);
  g_test_add_func ("/ws-reader/fragments", test_fragments);
  g_test_add_func ("/ws-reader/utf8", test_utf8);
  g_test_add_func ("/ws-reader/utf8-fails-fast", test_utf8_fails_fast);
  g_test_add_func ("/ws-reader/close", test_close);
  g_test_add_func ("/ws-reader/control-rate", test_control_rate);
  g_test_add_func ("/ws-reader/random", test_random);
  g_test_add_func ("/ws-frame/made", test_frames);
  return g_test_run ();
}
