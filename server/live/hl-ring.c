/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HlRing: the newest units of one location, found by seq. */
#include "live/hl-ring.h"

/* A slot for each seq: those of one unit all point to it, only the first holds the reference. The
 * table starts small and doubles: most locations are quiet, and each has a ring. */
struct _HlRing {
  HlUnit **slots;
  guint    size;       /* a power of two */
  guint    max_events;
  gsize    max_bytes;
  gsize    bytes;
  guint64  first;      /* lowest seq held; 0: empty */
  guint64  last;
};

#define FIRST_SIZE 64

static HlUnit **
slot (HlRing *self, guint64 seq)
{
  return &self->slots[seq & (self->size - 1)];
}

HlRing *
hl_ring_new (guint max_events, gsize max_bytes)
{
  HlRing *self = g_new0 (HlRing, 1);

  self->max_events = FIRST_SIZE;
  while (self->max_events < max_events) {
    self->max_events *= 2;
  }
  self->max_bytes = max_bytes;
  self->size = FIRST_SIZE;
  self->slots = g_new0 (HlUnit *, self->size);
  return self;
}

static void
drop_oldest (HlRing *self)
{
  HlUnit *unit = *slot (self, self->first);

  for (guint64 seq = unit->first; seq <= unit->last; seq++) {
    *slot (self, seq) = NULL;
  }
  self->bytes -= g_bytes_get_size (unit->frame);
  if (unit->last == self->last) {
    self->first = 0;
    self->last = 0;
  } else {
    self->first = unit->last + 1;
  }
  hl_unit_unref (unit);
}

void
hl_ring_clear (HlRing *self)
{
  while (self->first != 0) {
    drop_oldest (self);
  }
}

void
hl_ring_free (HlRing *self)
{
  if (self == NULL) {
    return;
  }
  hl_ring_clear (self);
  g_free (self->slots);
  g_free (self);
}

static void
grow (HlRing *self)
{
  g_autofree HlUnit **old = g_steal_pointer (&self->slots);
  guint old_size = self->size;

  self->size *= 2;
  self->slots = g_new0 (HlUnit *, self->size);
  for (guint64 seq = self->first; self->first != 0 && seq <= self->last; seq++) {
    *slot (self, seq) = old[seq & (old_size - 1)];
  }
}

void
hl_ring_push (HlRing *self, HlUnit *unit)
{
  guint64 count = unit->last - unit->first + 1;
  gsize bytes = g_bytes_get_size (unit->frame);

  if (self->first != 0 && unit->first != self->last + 1) {
    hl_ring_clear (self);
  }
  if (count > self->max_events) {
    hl_ring_clear (self);
    return;
  }
  while (self->first != 0 && self->last - self->first + 1 + count > self->size) {
    if (self->size < self->max_events) {
      grow (self);
    } else {
      drop_oldest (self);
    }
  }
  /* the newest unit always stays, whatever its size: it is what everyone waits for */
  while (self->first != 0 && self->bytes + bytes > self->max_bytes) {
    drop_oldest (self);
  }
  hl_unit_ref (unit);
  for (guint64 seq = unit->first; seq <= unit->last; seq++) {
    *slot (self, seq) = unit;
  }
  self->bytes += bytes;
  self->last = unit->last;
  if (self->first == 0) {
    self->first = unit->first;
  }
}

HlUnit *
hl_ring_get (HlRing *self, guint64 seq)
{
  HlUnit *unit;

  if (self->first == 0 || seq < self->first || seq > self->last) {
    return NULL;
  }
  unit = *slot (self, seq);
  return unit->first == seq ? unit : NULL;
}

HlUnit *
hl_ring_get_ending (HlRing *self, guint64 seq)
{
  HlUnit *unit;

  if (self->first == 0 || seq < self->first || seq > self->last) {
    return NULL;
  }
  unit = *slot (self, seq);
  return unit->last == seq ? unit : NULL;
}

guint64
hl_ring_get_first (HlRing *self)
{
  return self->first;
}

gsize
hl_ring_get_bytes (HlRing *self)
{
  return self->bytes;
}
