/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads WebSocket frames as a server (RFC 6455): pure, incremental, in place. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Largest message, all its fragments together; a longer one fails with 1009. */
#define HL_WS_MAX_MESSAGE 65536
/* Control frames in any one second; the next one fails with 1008. */
#define HL_WS_MAX_CONTROL_RATE 20

/* Close codes of RFC 6455 section 7.4.1 that this layer makes. */
#define HL_WS_CLOSE_NORMAL 1000
#define HL_WS_CLOSE_GOING_AWAY 1001
#define HL_WS_CLOSE_PROTOCOL_ERROR 1002
#define HL_WS_CLOSE_UNSUPPORTED 1003
#define HL_WS_CLOSE_NO_STATUS 1005 /* never on the wire: a close frame without a code */
#define HL_WS_CLOSE_ABNORMAL 1006  /* never on the wire: the connection broke */
#define HL_WS_CLOSE_BAD_DATA 1007
#define HL_WS_CLOSE_POLICY 1008
#define HL_WS_CLOSE_TOO_BIG 1009

typedef enum {
  HL_WS_NEED_MORE, /* every byte was consumed and nothing is complete */
  HL_WS_TEXT,      /* a whole message: valid UTF-8, not NUL-terminated */
  HL_WS_PING,
  HL_WS_PONG,
  HL_WS_CLOSE,  /* the peer's close frame; nothing after it is read */
  HL_WS_FAILED, /* a broken rule; nothing after it is read */
} HlWsResult;

/* What hl_ws_reader_next() found. `data` stays valid until the reader is called again and no longer
 * than the bytes that were fed. */
typedef struct {
  const char *data; /* message text, ping or pong payload, close reason */
  gsize len;        /* bytes */
  guint16 code; /* HL_WS_CLOSE: the peer's code, or 1005; HL_WS_FAILED: the code to close with */
  const char *detail; /* HL_WS_FAILED: which rule, static, for the log and the close reason */
} HlWsItem;

/* Embed it (it is small on purpose: one for each connection); every member is private. */
typedef struct {
  gint64 control_since;
  guint8 *message; /* bytes of an unfinished message, NULL when nothing is pending */
  guint8 *control; /* bytes of a control frame that arrived in pieces */
  guint32 message_len;
  guint32 message_size;
  guint32 left; /* payload bytes of the current frame still to come */
  guint8 header[14];
  guint8 header_len;
  guint8 header_need;
  guint8 mask[4];
  guint8 mask_at;
  guint8 opcode;
  guint8 control_len;
  guint8 control_count;
  guint8 utf8;
  guint8 fin : 1;
  guint8 in_payload : 1;
  guint8 in_message : 1; /* a fragmented message has begun */
  guint8 deliver : 1;    /* the buffer in `message` was handed out and is to be freed */
  guint8 ended : 1;
} HlWsReader;

void hl_ws_reader_init (HlWsReader *self);

/* Frees what a half-read message holds; the reader may be initialised again. */
void hl_ws_reader_clear (HlWsReader *self);

/* Reads from `*bytes` (which is unmasked in place) until one item is complete, and moves `*bytes`
 * and
 * `*len` past what was consumed. Call it again with the same pointers until it says
 * HL_WS_NEED_MORE. `now_us` is any clock that does not jump, in microseconds: it bounds the control
 * frames a second. After HL_WS_CLOSE and HL_WS_FAILED everything is swallowed and the answer is
 * HL_WS_NEED_MORE. Rules: RFC 6455 sections 5.1 (masking), 5.2 (reserved bits and opcodes, minimal
 * lengths), 5.4 (fragments), 5.5 (control frames), 7.4 (codes), 8.1 (UTF-8, checked as the bytes
 * arrive). */
HlWsResult hl_ws_reader_next (HlWsReader *self, guint8 **bytes, gsize *len, gint64 now_us,
                              HlWsItem *item);

/* TRUE for a code that a peer may send: 1000-1003, 1007-1014, 3000-4999. */
gboolean hl_ws_close_code_is_valid (guint code);

G_END_DECLS
