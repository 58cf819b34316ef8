/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Makes whole, unmasked, unfragmented WebSocket frames that any number of peers can share. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct {
  const char *data;
  gsize len; /* bytes */
} HlWsPart;

/* A text frame around `text`, which must be valid UTF-8 (not checked here: it is our own). Transfer
 * full. */
GBytes *hl_ws_frame_text (const char *text, gsize len);

/* The same from pieces, so that bytes which came from outside are copied once: into their frame. */
GBytes *hl_ws_frame_text_parts (const HlWsPart *parts, guint n_parts);

/* A pong that answers a ping of `len` <= 125 bytes. Transfer full. */
GBytes *hl_ws_frame_pong (const char *payload, gsize len);

GBytes *hl_ws_frame_ping (const char *payload, gsize len);

/* A close frame. `code` 1005 makes an empty one; `reason` is nullable and is cut at a character
 * boundary to 123 bytes. Transfer full. */
GBytes *hl_ws_frame_close (guint code, const char *reason);

/* The payload inside a frame made here. Transfer none. */
const char *hl_ws_frame_get_payload (GBytes *frame, gsize *len);

G_END_DECLS
