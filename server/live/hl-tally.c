/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HlTally: how many there are of each name; a name that has none costs nothing. */
#include "live/hl-tally.h"

struct _HlTally {
  GHashTable *counts; /* name -> count */
};

HlTally *
hl_tally_new (void)
{
  HlTally *self = g_new (HlTally, 1);

  self->counts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return self;
}

void
hl_tally_free (HlTally *self)
{
  if (self == NULL) {
    return;
  }
  g_hash_table_unref (self->counts);
  g_free (self);
}

static void
put (HlTally *self, const char *name, guint count)
{
  gpointer key;

  if (count == 0) {
    g_hash_table_remove (self->counts, name);
  } else if (g_hash_table_steal_extended (self->counts, name, &key, NULL)) {
    g_hash_table_insert (self->counts, key, GUINT_TO_POINTER (count));
  } else {
    g_hash_table_insert (self->counts, g_strdup (name), GUINT_TO_POINTER (count));
  }
}

void
hl_tally_add (HlTally *self, const char *name)
{
  put (self, name, hl_tally_get (self, name) + 1);
}

void
hl_tally_drop (HlTally *self, const char *name)
{
  guint count = hl_tally_get (self, name);

  g_return_if_fail (count > 0);
  put (self, name, count - 1);
}

guint
hl_tally_get (HlTally *self, const char *name)
{
  return GPOINTER_TO_UINT (g_hash_table_lookup (self->counts, name));
}
