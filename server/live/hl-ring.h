/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HlRing: the newest units of one location, found by seq. */
#pragma once

#include "live/hl-unit.h"

G_BEGIN_DECLS

/* Bounded by events and by bytes; what falls out is read from the store again. Main thread only. */
typedef struct _HlRing HlRing;

/* @max_events is rounded up to a power of two. */
HlRing *hl_ring_new   (guint max_events,
                       gsize max_bytes);
void    hl_ring_free  (HlRing *self);

/* Appends a unit; a hole between it and the newest one empties the ring first. Transfer none. */
void    hl_ring_push  (HlRing *self,
                       HlUnit *unit);
void    hl_ring_clear (HlRing *self);

/* The unit that *starts* at @seq, or NULL. Transfer none, valid until the next push. */
HlUnit *hl_ring_get   (HlRing  *self,
                       guint64  seq);

/* The unit that *ends* at @seq, or NULL: its position proves a follower's. Transfer none. */
HlUnit *hl_ring_get_ending (HlRing  *self,
                            guint64  seq);

guint64 hl_ring_get_first (HlRing *self);   /* lowest seq held, 0 when empty */
gsize   hl_ring_get_bytes (HlRing *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HlRing, hl_ring_free)

G_END_DECLS
