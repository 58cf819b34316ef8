/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Checks HTTP/1.1 requests byte by byte before libsoup sees them: pure, incremental. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Request line and header fields together, and how many fields. */
#define HL_REQUEST_MAX_HEAD 16384
#define HL_REQUEST_MAX_FIELDS 100
#define HL_REQUEST_MAX_BODY (1024 * 1024)

/* libsoup normalises what it parses ("%7e" becomes "~"), and some signatures are over the target byte for byte: where that
 * could differ the gate adds this field with the target as it came. A client's own field of this name is taken out. */
#define HL_REQUEST_TARGET_FIELD "Hostline-Request-Target"

typedef enum {
  HL_REQUEST_HEAD, /* before or inside the head: nothing goes on yet */
  HL_REQUEST_BODY, /* the head is complete (in `head`), body bytes go on */
  HL_REQUEST_DONE, /* the request is complete: what follows belongs to the next */
  HL_REQUEST_REFUSED,
} HlRequestState;

typedef struct {
  GByteArray *head; /* the checked head, without Range and If-Range; NULL between requests */
  guint64 body_left;
  guint64 max_body;
  HlRequestState state;
  guint line; /* where the current line begins in `head` */
  guint n_fields;
  guint dropped;  /* bytes of lines that were taken out, which count all the same */
  guint added;    /* bytes of HL_REQUEST_TARGET_FIELD, which do not count */
  gboolean begun; /* a byte of the current request was seen */
  gboolean has_host, has_length, has_encoding, is_1_1, has_line, drop_line;
  guint status;       /* refused: 400, 411, 413, 414, 431 or 505 */
  const char *detail; /* refused: one static sentence */
} HlRequestGate;

void hl_request_gate_init (HlRequestGate *self, guint64 max_body);
void hl_request_gate_clear (HlRequestGate *self);

/* Ready for the next request on the connection; only in HL_REQUEST_DONE. */
void hl_request_gate_next (HlRequestGate *self);

/* Looks at bytes while the state is HEAD; returns how many belong to the head. When it becomes BODY
 * or DONE, take hl_request_gate_take_head(), then pass on up to `body_left` bytes with
 * hl_request_gate_count_body(). Refused: two or no Host, a Host that is none, Content-Length twice
 * or not a number or over the limit (413), Transfer-Encoding (411; with Content-Length 400), bare
 * CR or LF, NUL, folded lines, space before the colon, a head over its limits. */
gsize hl_request_gate_feed (HlRequestGate *self, const guint8 *bytes, gsize len);
GByteArray *hl_request_gate_take_head (HlRequestGate *self);
void hl_request_gate_count_body (HlRequestGate *self, gsize len);

/* A whole HTTP/1.1 answer (problem+json, Connection: close) for a refusal. Transfer full. */
char *hl_request_gate_make_answer (guint status, const char *detail);

G_END_DECLS
