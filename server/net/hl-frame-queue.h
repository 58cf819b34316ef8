/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The frames that a peer has not written yet, by reference: no memory of its own while it is short.
 */
#pragma once

#include <glib.h>
#include <sys/uio.h>

G_BEGIN_DECLS

#define HL_FRAME_QUEUE_INLINE 2

/* Embed it; every member is private. */
typedef struct {
  GBytes **ring; /* NULL: the frames are in `few` */
  GBytes *few[HL_FRAME_QUEUE_INLINE];
  gsize unsent;
  guint32 size; /* a power of two */
  guint32 head;
  guint32 len;
  guint32 head_sent; /* bytes of the first frame that are gone */
} HlFrameQueue;

void hl_frame_queue_init (HlFrameQueue *self);
void hl_frame_queue_clear (HlFrameQueue *self);

/* Takes a reference on `frame`. */
void hl_frame_queue_push (HlFrameQueue *self, GBytes *frame);

/* Points `parts` at the bytes to write next, in order; returns how many parts, and their bytes in
 * `total`. */
guint hl_frame_queue_gather (HlFrameQueue *self, struct iovec *parts, guint max_parts,
                             gsize *total);

/* `n` bytes of what was gathered were written. */
void hl_frame_queue_consume (HlFrameQueue *self, gsize n);

gboolean hl_frame_queue_is_empty (const HlFrameQueue *self);

/* Bytes. */
gsize hl_frame_queue_get_unsent (const HlFrameQueue *self);

G_END_DECLS
