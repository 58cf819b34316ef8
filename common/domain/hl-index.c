/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An index of entities under any number of keys. */
#include "domain/hl-index.h"

struct _HlIndex {
  GCompareFunc compare;
  GHashTable  *by_key;    /* key -> GPtrArray of HlEntity, not owned */
  GHashTable  *by_entity; /* HlEntity -> GStrv of its keys */
  GPtrArray   *none;
};

HlIndex *
hl_index_new (GCompareFunc compare)
{
  HlIndex *self = g_new0 (HlIndex, 1);
  self->compare = compare;
  self->by_key =
    g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_ptr_array_unref);
  self->by_entity = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) g_strfreev);
  self->none = g_ptr_array_new ();
  return self;
}

void
hl_index_free (HlIndex *self)
{
  g_hash_table_unref (self->by_key);
  g_hash_table_unref (self->by_entity);
  g_ptr_array_unref (self->none);
  g_free (self);
}

static void
insert_sorted (HlIndex *self, GPtrArray *entities, HlEntity *entity)
{
  guint place = 0;
  while (place < entities->len && self->compare (entities->pdata[place], entity) < 0)
    place++;
  g_ptr_array_insert (entities, (int) place, entity);
}

void
hl_index_set (HlIndex *self, HlEntity *entity, const char *const *keys)
{
  char **old = g_hash_table_lookup (self->by_entity, entity);

  for (guint i = 0; old != NULL && old[i] != NULL; i++) {
    GPtrArray *entities = g_hash_table_lookup (self->by_key, old[i]);
    if (entities == NULL) /* a key named twice */
      continue;
    g_ptr_array_remove (entities, entity);
    if (entities->len == 0)
      g_hash_table_remove (self->by_key, old[i]);
  }
  if (keys == NULL || keys[0] == NULL) {
    g_hash_table_remove (self->by_entity, entity);
    return;
  }
  for (guint i = 0; keys[i] != NULL; i++) {
    GPtrArray *entities = g_hash_table_lookup (self->by_key, keys[i]);
    if (entities == NULL) {
      entities = g_ptr_array_new ();
      g_hash_table_insert (self->by_key, g_strdup (keys[i]), entities);
    }
    if (!g_ptr_array_find (entities, entity, NULL))
      insert_sorted (self, entities, entity);
  }
  g_hash_table_insert (self->by_entity, entity, g_strdupv ((char **) keys));
}

GPtrArray *
hl_index_lookup (HlIndex *self, const char *key)
{
  GPtrArray *entities = key != NULL ? g_hash_table_lookup (self->by_key, key) : NULL;
  return entities != NULL ? entities : self->none;
}
