/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The HTTP request gate: in pieces of any size it says the same, and what it lets through is clean. */
#include <string.h>

#include "fuzz.h"
#include "net/hl-request-gate.h"

/* What libsoup would see, followed by the refusal if there was one. */
static GByteArray *
pass (const uint8_t *data, size_t size, guint32 seed)
{
  GByteArray *seen = g_byte_array_new ();
  HlRequestGate gate;
  size_t at = 0;

  hl_request_gate_init (&gate, 1000);
  while (at < size && gate.state != HL_REQUEST_REFUSED) {
    gsize len = size - at;

    if (seed != 0) {
      seed = seed * 1664525 + 1013904223;
      len = MIN (len, 1 + (seed >> 24) % 60);
    }
    if (gate.state == HL_REQUEST_DONE)
      hl_request_gate_next (&gate);
    if (gate.state == HL_REQUEST_HEAD) {
      gsize used = hl_request_gate_feed (&gate, data + at, len);

      fuzz_check (used <= len);
      fuzz_check (used == len || gate.state != HL_REQUEST_HEAD);
      at += used;
      if (gate.state == HL_REQUEST_BODY || gate.state == HL_REQUEST_DONE) {
        g_autoptr (GByteArray) head = hl_request_gate_take_head (&gate);

        fuzz_check (head->len <= HL_REQUEST_MAX_HEAD + gate.added);
        fuzz_check (head->len > 4 && memcmp (head->data + head->len - 4, "\r\n\r\n", 4) == 0);
        fuzz_check (memchr (head->data, '\0', head->len) == NULL);
        g_byte_array_append (head, (const guint8 *) "", 1);
        fuzz_check (strcasestr ((const char *) head->data, "\ntransfer-encoding:") == NULL);
        fuzz_check (strcasestr ((const char *) head->data, "\nrange:") == NULL);
        for (guint i = 0; i + 1 < head->len; i++)
          if (head->data[i] == '\n')
            fuzz_check (i > 0 && head->data[i - 1] == '\r');
        g_byte_array_append (seen, head->data, head->len - 1);
      }
    } else {
      gsize body = MIN (len, gate.body_left);

      fuzz_check (gate.state == HL_REQUEST_BODY && body > 0 && gate.body_left <= 1000);
      g_byte_array_append (seen, data + at, body);
      hl_request_gate_count_body (&gate, body);
      at += body;
    }
  }
  if (gate.state == HL_REQUEST_REFUSED) {
    g_autofree char *answer = hl_request_gate_make_answer (gate.status, gate.detail);

    fuzz_check (gate.status >= 400 && gate.status < 600);
    fuzz_check (g_str_is_ascii (answer));
    g_byte_array_append (seen, (const guint8 *) answer, strlen (answer));
  }
  hl_request_gate_clear (&gate);
  return seen;
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GByteArray) whole = pass (data, size, 0);
  g_autoptr (GByteArray) pieces = pass (data, size, size > 0 ? data[size - 1] + 1 : 1);

  fuzz_check (whole->len == pieces->len);
  fuzz_check (whole->len == 0 || memcmp (whole->data, pieces->data, whole->len) == 0);
  return 0;
}
