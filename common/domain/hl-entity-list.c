/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The list model: what is there now, and, within a batch, what the model still shows. */
#include "domain/hl-entity-list.h"

#include <string.h>

struct _HlEntityList {
  GObject parent_instance;

  GType        entity_type;
  GCompareFunc compare;
  GPtrArray   *items;   /* as of now */
  guint        n_shown; /* how many of them the model shows; all of them unless frozen */
  GPtrArray   *shown;   /* what the model shows, once that is no longer a head of items */
  guint        frozen;
};

static void list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (HlEntityList, hl_entity_list, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static GType
get_item_type (GListModel *model)
{
  return HL_ENTITY_LIST (model)->entity_type;
}

static guint
get_n_items (GListModel *model)
{
  HlEntityList *self = HL_ENTITY_LIST (model);
  return self->shown != NULL ? self->shown->len : self->n_shown;
}

static gpointer
get_item (GListModel *model, guint position)
{
  HlEntityList *self = HL_ENTITY_LIST (model);

  if (position >= get_n_items (model))
    return NULL;
  return g_object_ref (self->shown != NULL ? self->shown->pdata[position]
                                           : self->items->pdata[position]);
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

static void
hl_entity_list_init (HlEntityList *self)
{
  self->items = g_ptr_array_new_with_free_func (g_object_unref);
}

static void
hl_entity_list_finalize (GObject *object)
{
  HlEntityList *self = HL_ENTITY_LIST (object);

  g_ptr_array_unref (self->items);
  g_clear_pointer (&self->shown, g_ptr_array_unref);
  G_OBJECT_CLASS (hl_entity_list_parent_class)->finalize (object);
}

static void
hl_entity_list_class_init (HlEntityListClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hl_entity_list_finalize;
}

HlEntityList *
hl_entity_list_new (GType entity_type, GCompareFunc compare)
{
  HlEntityList *self = g_object_new (HL_TYPE_ENTITY_LIST, NULL);
  self->entity_type = entity_type;
  self->compare = compare;
  return self;
}

HlEntity **
hl_entity_list_peek (HlEntityList *self, guint *n_items)
{
  *n_items = self->items->len;
  return (HlEntity **) self->items->pdata;
}

guint
hl_entity_list_get_size (HlEntityList *self)
{
  return self->items->len;
}

/* Before anything but an append: what the model shows no longer is a head of the items. */
static void
keep_shown (HlEntityList *self)
{
  if (self->shown != NULL)
    return;
  self->shown = g_ptr_array_new_full (self->n_shown, g_object_unref);
  for (guint i = 0; i < self->n_shown; i++)
    g_ptr_array_add (self->shown, g_object_ref (self->items->pdata[i]));
}

static void
publish (HlEntityList *self)
{
  g_autoptr (GPtrArray) old = g_steal_pointer (&self->shown);
  guint n_new = self->items->len;
  guint n_old = old != NULL ? old->len : self->n_shown;
  guint head = 0, tail = 0;

  self->n_shown = n_new;
  if (old == NULL) {
    head = n_old;
  } else {
    while (head < n_old && head < n_new && old->pdata[head] == self->items->pdata[head])
      head++;
    while (tail < n_old - head && tail < n_new - head
           && old->pdata[n_old - 1 - tail] == self->items->pdata[n_new - 1 - tail])
      tail++;
  }
  if (n_old - head - tail > 0 || n_new - head - tail > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), head, n_old - head - tail,
                                n_new - head - tail);
}

/* The first place whose entity is not before @entity. */
static guint
find_place (HlEntityList *self, HlEntity *entity)
{
  guint low = 0, high = self->items->len;

  /* lines mostly come in order */
  if (high == 0 || self->compare (self->items->pdata[high - 1], entity) < 0)
    return high;
  while (low < high) {
    guint middle = low + (high - low) / 2;
    if (self->compare (self->items->pdata[middle], entity) < 0)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

void
hl_entity_list_add (HlEntityList *self, HlEntity *entity)
{
  guint place = self->compare != NULL ? find_place (self, entity) : self->items->len;

  if (place < self->items->len && self->frozen > 0)
    keep_shown (self);
  g_ptr_array_insert (self->items, (int) place, g_object_ref (entity));
  if (self->compare == NULL)
    hl_entity_set_place (entity, place);
  if (self->frozen == 0) {
    self->n_shown = self->items->len;
    g_list_model_items_changed (G_LIST_MODEL (self), place, 0, 1);
  }
}

/* Others can only have left since, so that an entity stands at its old place or before it. */
static gboolean
find_entity (HlEntityList *self, HlEntity *entity, guint *place)
{
  if (self->items->len == 0)
    return FALSE;
  if (self->compare != NULL) {
    *place = find_place (self, entity);
    return *place < self->items->len && self->items->pdata[*place] == entity;
  }
  for (guint i = MIN (hl_entity_get_place (entity), self->items->len - 1) + 1; i > 0; i--) {
    if (self->items->pdata[i - 1] == entity) {
      *place = i - 1;
      return TRUE;
    }
  }
  return FALSE;
}

gboolean
hl_entity_list_remove (HlEntityList *self, HlEntity *entity)
{
  guint place;

  if (!find_entity (self, entity, &place))
    return FALSE;
  if (self->frozen > 0)
    keep_shown (self);
  g_ptr_array_remove_index (self->items, place);
  if (self->frozen == 0) {
    self->n_shown = self->items->len;
    g_list_model_items_changed (G_LIST_MODEL (self), place, 1, 0);
  }
  return TRUE;
}

static int
compare_items (gconstpointer a, gconstpointer b, gpointer list)
{
  return ((HlEntityList *) list)->compare (*(gconstpointer *) a, *(gconstpointer *) b);
}

void
hl_entity_list_replace (HlEntityList *self, GPtrArray *items)
{
  if (items->len == self->items->len
      && (items->len == 0
          || memcmp (items->pdata, self->items->pdata, items->len * sizeof (gpointer)) == 0))
    return;
  keep_shown (self);
  g_autoptr (GPtrArray) old = self->items;
  self->items = g_ptr_array_new_full (items->len, g_object_unref);
  for (guint i = 0; i < items->len; i++) {
    g_ptr_array_add (self->items, g_object_ref (items->pdata[i]));
    if (self->compare == NULL)
      hl_entity_set_place (items->pdata[i], i);
  }
  if (self->compare != NULL)
    g_ptr_array_sort_with_data (self->items, compare_items, self);
  if (self->frozen == 0)
    publish (self);
}

void
hl_entity_list_freeze (HlEntityList *self)
{
  self->frozen++;
}

void
hl_entity_list_thaw (HlEntityList *self)
{
  g_return_if_fail (self->frozen > 0);
  self->frozen--;
  if (self->frozen == 0)
    publish (self);
}

gboolean
hl_entity_list_is_frozen (HlEntityList *self)
{
  return self->frozen > 0;
}
