/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A list model that is told its order, see hl-ordered-list.h. */
#include "desk/hl-ordered-list.h"

struct _HlOrderedList {
  GObject parent_instance;
  GType item_type;
  GPtrArray *items;
};

static GType
get_item_type (GListModel *model)
{
  return HL_ORDERED_LIST (model)->item_type;
}

static guint
get_n_items (GListModel *model)
{
  return HL_ORDERED_LIST (model)->items->len;
}

static gpointer
get_item (GListModel *model, guint position)
{
  HlOrderedList *self = HL_ORDERED_LIST (model);
  return position < self->items->len ? g_object_ref (g_ptr_array_index (self->items, position))
                                     : NULL;
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (HlOrderedList, hl_ordered_list, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static void
hl_ordered_list_finalize (GObject *object)
{
  g_ptr_array_unref (HL_ORDERED_LIST (object)->items);
  G_OBJECT_CLASS (hl_ordered_list_parent_class)->finalize (object);
}

static void
hl_ordered_list_class_init (HlOrderedListClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hl_ordered_list_finalize;
}

static void
hl_ordered_list_init (HlOrderedList *self)
{
  self->items = g_ptr_array_new_with_free_func (g_object_unref);
}

HlOrderedList *
hl_ordered_list_new (GType item_type)
{
  HlOrderedList *self = g_object_new (HL_TYPE_ORDERED_LIST, NULL);
  self->item_type = item_type;
  return self;
}

/* Marks those of `order` (target positions in present order) that form a longest rising run: they
 * stay. */
static void
mark_stayers (const guint *order, guint n, gboolean *stays)
{
  g_autofree guint *tails
      = g_new (guint, n + 1); /* index of the smallest end of a run of each length */
  g_autofree int *before = g_new (int, n + 1);
  guint length = 0;
  int at;

  for (guint i = 0; i < n; i++) {
    guint low = 0, high = length;
    while (low < high) {
      guint middle = (low + high) / 2;
      if (order[tails[middle]] < order[i])
        low = middle + 1;
      else
        high = middle;
    }
    before[i] = low > 0 ? (int)tails[low - 1] : -1;
    tails[low] = i;
    if (low == length)
      length++;
    stays[i] = FALSE;
  }
  for (at = length > 0 ? (int)tails[length - 1] : -1; at >= 0; at = before[at])
    stays[at] = TRUE;
}

void
hl_ordered_list_assign (HlOrderedList *self, GPtrArray *items)
{
  g_autoptr (GHashTable) wanted = g_hash_table_new (NULL, NULL); /* item -> target position + 1 */
  g_autofree guint *order = NULL;
  g_autofree gboolean *stays = NULL;
  guint n = 0, removed = 0;

  if (items->len == self->items->len) {
    gboolean same = TRUE;
    for (guint i = 0; same && i < items->len; i++)
      same = g_ptr_array_index (items, i) == g_ptr_array_index (self->items, i);
    if (same)
      return;
  }
  for (guint i = 0; i < items->len; i++)
    g_hash_table_insert (wanted, g_ptr_array_index (items, i), GUINT_TO_POINTER (i + 1));
  /* away with what is not wanted, runs at once, from the end */
  for (guint i = self->items->len; i > 0; i--) {
    gboolean stay = g_hash_table_contains (wanted, g_ptr_array_index (self->items, i - 1));
    if (!stay)
      removed++;
    if (removed > 0 && (stay || i == 1)) {
      guint from = stay ? i : 0;
      g_ptr_array_remove_range (self->items, from, removed);
      g_list_model_items_changed (G_LIST_MODEL (self), from, removed, 0);
      removed = 0;
    }
  }
  /* away with what has to move */
  n = self->items->len;
  order = g_new (guint, n + 1);
  stays = g_new0 (gboolean, n + 1);
  for (guint i = 0; i < n; i++)
    order[i] = GPOINTER_TO_UINT (g_hash_table_lookup (wanted, g_ptr_array_index (self->items, i)));
  mark_stayers (order, n, stays);
  for (guint i = n; i > 0; i--) {
    if (stays[i - 1])
      continue;
    /* the caller's array keeps it alive */
    g_ptr_array_remove_index (self->items, i - 1);
    g_list_model_items_changed (G_LIST_MODEL (self), i - 1, 1, 0);
  }
  /* in with what is missing, runs at once */
  for (guint i = 0; i < items->len;) {
    guint run = 0;
    while (i + run < items->len
           && (i + run >= self->items->len
               || g_ptr_array_index (items, i + run) != g_ptr_array_index (self->items, i + run))) {
      g_ptr_array_insert (self->items, (int)(i + run),
                          g_object_ref (g_ptr_array_index (items, i + run)));
      run++;
    }
    if (run > 0)
      g_list_model_items_changed (G_LIST_MODEL (self), i, 0, run);
    i += run > 0 ? run : 1;
  }
}
