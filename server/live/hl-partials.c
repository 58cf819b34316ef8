/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HlPartials: the unfinished transcript lines of one location: one slot a turn, newest wins, never logged. */
#include "live/hl-partials.h"

#include <string.h>

typedef struct {
  char   *call;
  guint   rev;
  GBytes *frame;   /* NULL: the line is finished; kept until it expires, so that a late partial is dropped */
  guint64 version; /* 0: not shown yet */
  gint64  due;     /* when it may be shown; 0: it is */
  gint64  expires;
} Slot;

struct _HlPartials {
  GHashTable *slots; /* "call/turn" -> Slot */
  GHashTable *calls; /* call -> gint64 *, when its last line was shown */
  guint64     version;
  guint64     dropped;
  gint64      due;
};

static void
slot_free (Slot *slot)
{
  g_free (slot->call);
  g_clear_pointer (&slot->frame, g_bytes_unref);
  g_free (slot);
}

HlPartials *
hl_partials_new (void)
{
  HlPartials *self = g_new0 (HlPartials, 1);

  self->slots = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) slot_free);
  self->calls = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->due = G_MAXINT64;
  return self;
}

void
hl_partials_free (HlPartials *self)
{
  if (self == NULL) {
    return;
  }
  g_hash_table_unref (self->slots);
  g_hash_table_unref (self->calls);
  g_free (self);
}

static void
show (HlPartials *self, Slot *slot, gint64 now)
{
  gint64 *last = g_hash_table_lookup (self->calls, slot->call);

  if (last == NULL) {
    last = g_new (gint64, 1);
    g_hash_table_insert (self->calls, g_strdup (slot->call), last);
  }
  *last = now;
  slot->version = ++self->version;
  slot->due = 0;
}

HlPartialsAnswer
hl_partials_put (HlPartials *self, const char *call, guint turn, guint rev, GBytes *frame, gint64 now)
{
  g_autoptr (GBytes) owned = frame;
  g_autofree char *key = g_strdup_printf ("%s/%u", call, turn);
  Slot *slot = g_hash_table_lookup (self->slots, key);
  gint64 *last = g_hash_table_lookup (self->calls, call);
  gint64 allowed = last != NULL ? *last + HL_PARTIALS_GAP_US : now;

  if (slot != NULL && slot->expires > now && (slot->frame == NULL || rev < slot->rev)) {
    self->dropped++;
    return HL_PARTIALS_DROPPED;
  }
  if (slot == NULL) {
    if (g_hash_table_size (self->slots) >= HL_PARTIALS_MAX) {
      self->dropped++;
      return HL_PARTIALS_DROPPED;
    }
    slot = g_new0 (Slot, 1);
    slot->call = g_strdup (call);
    g_hash_table_insert (self->slots, g_steal_pointer (&key), slot);
  } else if (slot->due != 0) {
    self->dropped++;
  }
  g_clear_pointer (&slot->frame, g_bytes_unref);
  slot->frame = g_steal_pointer (&owned);
  slot->rev = rev;
  slot->expires = now + HL_PARTIALS_EXPIRE_US;
  self->due = MIN (self->due, slot->expires);
  if (allowed <= now) {
    show (self, slot, now);
    return HL_PARTIALS_SHOW;
  }
  slot->due = allowed;
  self->due = MIN (self->due, slot->due);
  return HL_PARTIALS_LATER;
}

static void
finish (Slot *slot)
{
  g_clear_pointer (&slot->frame, g_bytes_unref);
  slot->due = 0;
}

void
hl_partials_clear (HlPartials *self, const char *key, gint64 now)
{
  Slot *slot;
  GHashTableIter iter;
  gpointer value;

  if (strchr (key, '/') != NULL) {
    slot = g_hash_table_lookup (self->slots, key);
    if (slot != NULL) {
      finish (slot);
    }
    return;
  }
  g_hash_table_iter_init (&iter, self->slots);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    slot = value;
    if (g_str_equal (slot->call, key)) {
      finish (slot);
    }
  }
}

gboolean
hl_partials_tick (HlPartials *self, gint64 now)
{
  GHashTableIter iter;
  gpointer key, value;
  guint64 before = self->version;

  self->due = G_MAXINT64;
  g_hash_table_iter_init (&iter, self->slots);
  while (g_hash_table_iter_next (&iter, &key, &value)) {
    Slot *slot = value;

    if (slot->expires <= now) {
      g_hash_table_iter_remove (&iter);
      continue;
    }
    if (slot->due != 0 && slot->due <= now) {
      gint64 *last = g_hash_table_lookup (self->calls, slot->call);

      /* two turns of one call share its ten a second */
      if (last != NULL && *last + HL_PARTIALS_GAP_US > now) {
        slot->due = *last + HL_PARTIALS_GAP_US;
      } else {
        show (self, slot, now);
      }
    }
    self->due = MIN (self->due, slot->due != 0 ? slot->due : slot->expires);
  }
  g_hash_table_iter_init (&iter, self->calls);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    if (*(gint64 *) value + HL_PARTIALS_EXPIRE_US <= now) {
      g_hash_table_iter_remove (&iter);
    }
  }
  return self->version != before;
}

gint64
hl_partials_get_due (HlPartials *self)
{
  return self->due;
}

guint64
hl_partials_get_version (HlPartials *self)
{
  return self->version;
}

static int
compare_slots (gconstpointer a, gconstpointer b)
{
  const Slot *one = *(Slot *const *) a;
  const Slot *two = *(Slot *const *) b;

  return one->version < two->version ? -1 : one->version > two->version;
}

void
hl_partials_foreach (HlPartials *self, guint64 seen, void (*func) (GBytes *frame, gpointer user_data),
                     gpointer user_data)
{
  g_autoptr (GPtrArray) newer = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->slots);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    Slot *slot = value;

    if (slot->frame != NULL && slot->version > seen) {
      g_ptr_array_add (newer, slot);
    }
  }
  g_ptr_array_sort (newer, compare_slots);
  for (guint i = 0; i < newer->len; i++) {
    func (((Slot *) g_ptr_array_index (newer, i))->frame, user_data);
  }
}

guint64
hl_partials_get_dropped (HlPartials *self)
{
  return self->dropped;
}
