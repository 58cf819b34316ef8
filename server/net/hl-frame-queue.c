/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The frames that a peer has not written yet, by reference: no memory of its own while it is short.
 */
#include "net/hl-frame-queue.h"

#include <string.h>

void
hl_frame_queue_init (HlFrameQueue *self)
{
  memset (self, 0, sizeof *self);
  self->size = HL_FRAME_QUEUE_INLINE;
}

static inline GBytes **
frames (HlFrameQueue *self)
{
  return self->ring != NULL ? self->ring : self->few;
}

static void
grow (HlFrameQueue *self)
{
  GBytes **ring = g_new (GBytes *, self->size * 2);
  GBytes **old = frames (self);

  for (guint32 i = 0; i < self->len; i++)
    ring[i] = old[(self->head + i) & (self->size - 1)];
  g_free (self->ring);
  self->ring = ring;
  self->size *= 2;
  self->head = 0;
}

void
hl_frame_queue_push (HlFrameQueue *self, GBytes *frame)
{
  if (self->len == self->size)
    grow (self);
  frames (self)[(self->head + self->len++) & (self->size - 1)] = g_bytes_ref (frame);
  self->unsent += g_bytes_get_size (frame);
}

static void
pop (HlFrameQueue *self)
{
  g_bytes_unref (frames (self)[self->head]);
  self->head = (self->head + 1) & (self->size - 1);
  self->len--;
  if (self->len == 0 && self->ring != NULL) {
    g_free (self->ring);
    hl_frame_queue_init (self);
  }
}

void
hl_frame_queue_clear (HlFrameQueue *self)
{
  while (self->len > 0)
    pop (self);
  hl_frame_queue_init (self);
}

guint
hl_frame_queue_gather (HlFrameQueue *self, struct iovec *parts, guint max_parts, gsize *total)
{
  GBytes **ring = frames (self);
  guint n = MIN (self->len, max_parts);

  *total = 0;
  for (guint i = 0; i < n; i++) {
    gsize size;
    guint8 *bytes = (guint8 *) g_bytes_get_data (ring[(self->head + i) & (self->size - 1)], &size);
    gsize skip = i == 0 ? self->head_sent : 0;

    parts[i].iov_base = bytes + skip;
    parts[i].iov_len = size - skip;
    *total += size - skip;
  }
  return n;
}

void
hl_frame_queue_consume (HlFrameQueue *self, gsize n)
{
  g_return_if_fail (n <= self->unsent);

  self->unsent -= n;
  n += self->head_sent;
  self->head_sent = 0;
  while (self->len > 0) {
    gsize size = g_bytes_get_size (frames (self)[self->head]);

    if (n < size) {
      self->head_sent = n;
      break;
    }
    n -= size;
    pop (self);
  }
}

gboolean
hl_frame_queue_is_empty (const HlFrameQueue *self)
{
  return self->len == 0;
}

gsize
hl_frame_queue_get_unsent (const HlFrameQueue *self)
{
  return self->unsent;
}
