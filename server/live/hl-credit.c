/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HlCredit: how many bytes a follower was sent past its last ack, in constant memory. */
#include "live/hl-credit.h"

void
hl_credit_init (HlCredit *self)
{
  *self = (HlCredit) { 0 };
}

void
hl_credit_clear (HlCredit *self)
{
  g_free (self->marks);
  hl_credit_init (self);
}

static HlCreditMark *
mark_at (HlCredit *self, guint index)
{
  return &self->marks[(self->first + index) % HL_CREDIT_MARKS];
}

void
hl_credit_sent (HlCredit *self, guint64 seq, gsize bytes)
{
  HlCreditMark *last = self->n_marks > 0 ? mark_at (self, self->n_marks - 1) : NULL;

  self->bytes += bytes;
  if (last != NULL && (last->bytes + bytes <= HL_CREDIT_MARK_BYTES || self->n_marks == HL_CREDIT_MARKS)) {
    last->seq = seq;
    last->bytes += bytes;
    return;
  }
  if (self->marks == NULL) {
    self->marks = g_new (HlCreditMark, HL_CREDIT_MARKS);
  }
  *mark_at (self, self->n_marks++) = (HlCreditMark) { seq, bytes };
}

void
hl_credit_acked (HlCredit *self, guint64 seq)
{
  while (self->n_marks > 0 && mark_at (self, 0)->seq <= seq) {
    self->bytes -= mark_at (self, 0)->bytes;
    self->first = (self->first + 1) % HL_CREDIT_MARKS;
    self->n_marks--;
  }
  if (self->n_marks == 0) {
    hl_credit_clear (self);
  }
}

gsize
hl_credit_get_bytes (const HlCredit *self)
{
  return self->bytes;
}
