/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HlCredit: how many bytes a follower was sent past its last ack, in constant memory. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Frames sent since the last ack are summed up in a few marks {last seq, bytes}; small neighbours share one, so an
 * ack in the middle of a mark frees nothing yet (counting too much is safe, the rest comes with the next ack). */
#define HL_CREDIT_MARKS 64
#define HL_CREDIT_MARK_BYTES (32 * 1024)

typedef struct {
  guint64 seq;
  gsize   bytes;
} HlCreditMark;

typedef struct {
  HlCreditMark *marks;   /* a ring of HL_CREDIT_MARKS; NULL while nothing is in flight */
  guint         first;
  guint         n_marks;
  gsize         bytes;
} HlCredit;

void  hl_credit_init      (HlCredit *self);
void  hl_credit_clear     (HlCredit *self);
void  hl_credit_sent      (HlCredit *self,
                           guint64   seq,
                           gsize     bytes);
void  hl_credit_acked     (HlCredit *self,
                           guint64   seq);
gsize hl_credit_get_bytes (const HlCredit *self);

G_END_DECLS
