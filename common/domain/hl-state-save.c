/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A state as a snapshot, its digest, and copies. */
#include <string.h>

#include "domain/hl-codec-private.h"
#include "domain/hl-entity-private.h"
#include "domain/hl-state-private.h"
#include "domain/hl-time.h"
#include "domain/hl-touched.h"

static int
compare_texts (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* The keys of a hash table in byte order: a snapshot's text does not depend on a hash. */
static GPtrArray *
sorted_keys (GHashTable *table)
{
  GPtrArray *keys = g_ptr_array_sized_new (g_hash_table_size (table));
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init (&iter, table);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    g_ptr_array_add (keys, key);
  g_ptr_array_sort (keys, compare_texts);
  return keys;
}

static JsonObject *
save_counters (HlState *self)
{
  JsonObject *object = json_object_new ();
  g_autoptr (GPtrArray) devices = sorted_keys (self->counters);

  for (guint i = 0; i < devices->len; i++)
    json_object_set_int_member (object, devices->pdata[i],
                                (gint64) hl_state_get_counter (self, devices->pdata[i]));
  return object;
}

static JsonArray *
save_tombstones (HlState *self)
{
  JsonArray *array = json_array_new ();
  g_autoptr (GPtrArray) keys = sorted_keys (self->tombstones);

  for (guint i = 0; i < keys->len; i++) {
    const char *key = keys->pdata[i];
    const char *slash = strchr (key, '/');
    g_autofree char *kind = g_strndup (key, (gsize) (slash - key));
    g_autofree char *at = hl_time_print (*(gint64 *) g_hash_table_lookup (self->tombstones, key));
    JsonObject *object = json_object_new ();
    json_object_set_string_member (object, "type", kind);
    json_object_set_string_member (object, "id", slash + 1);
    json_object_set_string_member (object, "at", at);
    json_array_add_object_element (array, object);
  }
  return array;
}

JsonNode *
hl_state_save (HlState *self)
{
  JsonObject *object = json_object_new ();
  gsize n_types;
  const GType *types = hl_entity_get_types (&n_types);

  json_object_set_member (object, hl_entity_type_plural (types[0]),
                          hl_entity_save (HL_ENTITY (self->location)));
  for (gsize i = 1; i < n_types; i++) {
    guint n;
    HlEntity **entities = hl_entity_list_peek (self->lists[i], &n);
    JsonArray *array = json_array_sized_new (n);
    for (guint j = 0; j < n; j++)
      json_array_add_element (array, hl_entity_save (entities[j]));
    json_object_set_array_member (object, hl_entity_type_plural (types[i]), array);
  }
  json_object_set_object_member (object, "devices", save_counters (self));
  json_object_set_array_member (object, "tombstones", save_tombstones (self));
  json_object_set_member (object, "undo", hl_state_undo_save (self));
  json_object_set_int_member (object, "day_seq", (gint64) self->day_seq);

  JsonNode *node = json_node_alloc ();
  json_node_init_object (node, object);
  json_object_unref (object);
  return node;
}

/* Entities of one type, read into objects of their own: nothing of the state changes before all is
 * read. */
static GPtrArray *
read_entities (GType type, JsonObject *snapshot, GError **error)
{
  g_autoptr (GPtrArray) entities = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GHashTable) ids = g_hash_table_new (g_str_hash, g_str_equal);
  g_autofree char *group = g_strconcat ("/", hl_entity_type_plural (type), NULL);
  JsonNode *node = json_object_get_member (snapshot, hl_entity_type_plural (type));

  if (node == NULL)
    return g_steal_pointer (&entities);
  if (!JSON_NODE_HOLDS_ARRAY (node)) {
    hl_codec_error_set (error, HL_CODEC_ERROR_TYPE, group, NULL, "an array is expected");
    return NULL;
  }
  JsonArray *array = json_node_get_array (node);
  for (guint i = 0; i < json_array_get_length (array); i++) {
    g_autofree char *base = g_strdup_printf ("%s/%u", group, i);
    JsonNode *element = json_array_get_element (array, i);
    if (!JSON_NODE_HOLDS_OBJECT (element)) {
      hl_codec_error_set (error, HL_CODEC_ERROR_TYPE, base, NULL, "an object is expected");
      return NULL;
    }
    JsonObject *object = json_node_get_object (element);
    g_autofree char *id = hl_entity_id_from_json (type, object);
    HlEntity *entity = g_object_new (type, NULL);
    g_ptr_array_add (entities, entity);
    if (!hl_entity_load (entity, object, base, error))
      return NULL;
    if (id == NULL) {
      hl_codec_error_set (error, HL_CODEC_ERROR_MISSING, base, NULL, "the id is required");
      return NULL;
    }
    if (!g_hash_table_add (ids, (gpointer) hl_entity_get_id (entity))) {
      hl_codec_error_set (error, HL_CODEC_ERROR_DUPLICATE, base, NULL, "the id is given twice");
      return NULL;
    }
  }
  return g_steal_pointer (&entities);
}

/* Makes the list of @type hold what @entities holds, in its order, with the objects that are there
 * already. */
static void
take_entities (HlState *self, GType type, GPtrArray *entities)
{
  int index = hl_state_type_index (type);
  g_autoptr (GPtrArray) next = g_ptr_array_new_full (entities->len, g_object_unref);
  g_autoptr (GHashTable) stay = g_hash_table_new (NULL, NULL);
  g_autoptr (GPtrArray) gone = g_ptr_array_new_with_free_func (g_object_unref);
  guint n;

  for (guint i = 0; i < entities->len; i++) {
    HlEntity *fresh = entities->pdata[i];
    HlEntity *known = g_hash_table_lookup (self->by_id[index], hl_entity_get_id (fresh));
    g_ptr_array_add (next, g_object_ref (known != NULL ? known : fresh));
    if (known != NULL)
      g_hash_table_add (stay, known);
  }
  HlEntity **old = hl_entity_list_peek (self->lists[index], &n);
  for (guint i = 0; i < n; i++) {
    if (!g_hash_table_contains (stay, old[i]))
      g_ptr_array_add (gone, g_object_ref (old[i]));
  }
  for (guint i = 0; i < gone->len; i++)
    hl_state_unfile (self, gone->pdata[i]);
  for (guint i = 0; i < next->len; i++) {
    if (next->pdata[i] == entities->pdata[i])
      hl_state_file (self, next->pdata[i]);
    else
      hl_entity_assign (next->pdata[i], entities->pdata[i]);
  }
  hl_state_touch_list (self, self->lists[index]);
  hl_entity_list_replace (self->lists[index], next);
}

static void
replace_transcripts (HlState *self)
{
  g_autoptr (GHashTable) lines = g_hash_table_new_full (g_str_hash, g_str_equal, NULL,
                                                        (GDestroyNotify) g_ptr_array_unref);
  GHashTableIter iter;
  gpointer key, value;
  guint n;
  HlEntity **segments = hl_entity_list_peek (hl_state_get_list (self, HL_TYPE_SEGMENT), &n);

  for (guint i = 0; i < n; i++) {
    const char *call_id = hl_segment_get_call_id ((HlSegment *) segments[i]);
    GPtrArray *array = g_hash_table_lookup (lines, call_id);
    if (array == NULL) {
      array = g_ptr_array_new ();
      g_hash_table_insert (lines, (gpointer) call_id, array);
      hl_state_ensure_transcript (self, call_id);
    }
    g_ptr_array_add (array, segments[i]);
  }
  g_hash_table_iter_init (&iter, self->transcripts);
  while (g_hash_table_iter_next (&iter, &key, &value)) {
    GPtrArray *array = g_hash_table_lookup (lines, key);
    g_autoptr (GPtrArray) none = array == NULL ? g_ptr_array_new () : NULL;
    hl_state_touch_list (self, value);
    hl_entity_list_replace (value, array != NULL ? array : none);
  }
}

static gboolean
load_counters (HlState *self, JsonObject *entities, gboolean check, GError **error)
{
  JsonNode *node = json_object_get_member (entities, "devices");
  JsonObjectIter iter;
  const char *device;

  if (!check)
    g_hash_table_remove_all (self->counters);
  if (node == NULL)
    return TRUE;
  if (!JSON_NODE_HOLDS_OBJECT (node)) {
    hl_codec_error_set (error, HL_CODEC_ERROR_TYPE, "/devices", NULL, "an object is expected");
    return FALSE;
  }
  JsonObject *object = json_node_get_object (node);
  json_object_iter_init (&iter, object);
  while (json_object_iter_next (&iter, &device, NULL)) {
    guint64 n;
    if (!hl_codec_get_count (object, "/devices", device, TRUE, 0, &n, error))
      return FALSE;
    if (!check)
      hl_state_raise_counter (self, device, n);
  }
  return TRUE;
}

static gboolean
load_tombstones (HlState *self, JsonObject *entities, gboolean check, GError **error)
{
  JsonNode *node = json_object_get_member (entities, "tombstones");

  if (!check) {
    hl_state_own_tombstones (self);
    g_hash_table_remove_all (self->tombstones);
  }
  if (node == NULL)
    return TRUE;
  if (!JSON_NODE_HOLDS_ARRAY (node)) {
    hl_codec_error_set (error, HL_CODEC_ERROR_TYPE, "/tombstones", NULL, "an array is expected");
    return FALSE;
  }
  JsonArray *array = json_node_get_array (node);
  for (guint i = 0; i < json_array_get_length (array); i++) {
    g_autofree char *base = g_strdup_printf ("/tombstones/%u", i);
    JsonNode *element = json_array_get_element (array, i);
    const char *kind, *id;
    gint64 at;
    if (!JSON_NODE_HOLDS_OBJECT (element)) {
      hl_codec_error_set (error, HL_CODEC_ERROR_TYPE, base, NULL, "an object is expected");
      return FALSE;
    }
    JsonObject *object = json_node_get_object (element);
    if (!hl_codec_get_required_string (object, base, "type", HL_FORMAT_TEXT, 32, &kind, error)
        || !hl_codec_get_required_string (object, base, "id", HL_FORMAT_TEXT, 96, &id, error)
        || !hl_codec_get_required_time (object, base, "at", &at, error))
      return FALSE;
    GType type = hl_entity_kind_type (kind);
    if (!check && type != G_TYPE_INVALID)
      hl_state_bury (self, type, id, at);
  }
  return TRUE;
}

static gboolean
load_location (HlLocation *location, JsonObject *entities, GError **error)
{
  JsonNode *node = json_object_get_member (entities, "location");

  if (node == NULL)
    return TRUE;
  if (!JSON_NODE_HOLDS_OBJECT (node)) {
    hl_codec_error_set (error, HL_CODEC_ERROR_TYPE, "/location", NULL, "an object is expected");
    return FALSE;
  }
  return hl_entity_load (HL_ENTITY (location), json_node_get_object (node), "/location", error);
}

gboolean
hl_state_load (HlState *self, JsonObject *entities, GError **error)
{
  gsize n_types;
  const GType *types = hl_entity_get_types (&n_types);
  g_autoptr (GPtrArray) groups = g_ptr_array_new_with_free_func ((GDestroyNotify)g_ptr_array_unref);
  g_autoptr (HlLocation) location = hl_location_new ();
  guint64 day_seq;

  if (!load_location (location, entities, error) || !load_counters (self, entities, TRUE, error)
      || !load_tombstones (self, entities, TRUE, error)
      || !hl_state_undo_load (self, entities, TRUE, error)
      || !hl_codec_get_count (entities, "", "day_seq", FALSE, 0, &day_seq, error))
    return FALSE;
  for (gsize i = 1; i < n_types; i++) {
    GPtrArray *group = read_entities (types[i], entities, error);
    if (group == NULL)
      return FALSE;
    g_ptr_array_add (groups, group);
  }

  hl_state_begin_batch (self);
  hl_entity_assign (HL_ENTITY (self->location), HL_ENTITY (location));
  for (gsize i = 1; i < n_types; i++)
    take_entities (self, types[i], groups->pdata[i - 1]);
  replace_transcripts (self);
  load_counters (self, entities, FALSE, NULL);
  load_tombstones (self, entities, FALSE, NULL);
  hl_state_undo_load (self, entities, FALSE, NULL);
  self->day_seq = day_seq;
  hl_state_end_batch (self);
  return TRUE;
}

guint64
hl_state_get_digest (HlState *self)
{
  GHashTableIter iter;
  gpointer device, n;

  for (guint i = 0; i < self->dirty->len; i++) {
    HlEntity *entity = self->dirty->pdata[i];
    /* it may have left, and come back, and so be here twice */
    if (hl_entity_get_owner (entity) == self && !hl_entity_is_hashed (entity))
      self->digest += hl_entity_get_hash (entity);
  }
  g_ptr_array_set_size (self->dirty, 0);

  guint64 digest = self->digest;
  g_hash_table_iter_init (&iter, self->counters);
  while (g_hash_table_iter_next (&iter, &device, &n)) {
    g_autofree char *text = g_strdup_printf ("device\n%s\n%" G_GUINT64_FORMAT, (char *) device,
                                             *(guint64 *) n);
    digest += hl_entity_hash_bytes ((const guint8 *) text, strlen (text));
  }
  return digest;
}

static HlEntity *
copy_entity (HlEntity *entity)
{
  HlEntity *copy = g_object_new (G_OBJECT_TYPE (entity), NULL);
  hl_entity_assign (copy, entity);
  return copy;
}

static void
share_bookkeeping (HlState *self, HlState *source)
{
  GHashTableIter iter;
  gpointer device, n;

  g_hash_table_remove_all (self->counters);
  g_hash_table_iter_init (&iter, source->counters);
  while (g_hash_table_iter_next (&iter, &device, &n))
    g_hash_table_insert (self->counters, g_strdup (device), g_memdup2 (n, sizeof (guint64)));
  if (self->tombstones != source->tombstones) {
    g_hash_table_unref (self->tombstones);
    self->tombstones = g_hash_table_ref (source->tombstones);
    self->tombstones_shared = source->tombstones_shared = TRUE;
  }
  hl_state_undo_share (self, source);
  self->day_seq = source->day_seq;
}

HlState *
hl_state_copy (HlState *self)
{
  HlState *copy = hl_state_new ();

  hl_entity_assign (HL_ENTITY (copy->location), HL_ENTITY (self->location));
  for (int i = 1; i < HL_STATE_N_TYPES; i++) {
    guint n;
    HlEntity **entities = hl_entity_list_peek (self->lists[i], &n);
    for (guint j = 0; j < n; j++) {
      g_autoptr (HlEntity) entity = copy_entity (entities[j]);
      hl_state_attach (copy, entity);
    }
  }
  share_bookkeeping (copy, self);
  return copy;
}

static void
sync_entity (GType type, const char *id, gpointer user_data)
{
  HlState *self = ((HlState **) user_data)[0];
  HlState *source = ((HlState **) user_data)[1];
  HlEntity *mine = hl_state_lookup (self, type, id);
  HlEntity *theirs = hl_state_lookup (source, type, id);

  if (theirs != NULL && mine != NULL) {
    hl_entity_assign (mine, theirs);
  } else if (theirs != NULL) {
    g_autoptr (HlEntity) entity = copy_entity (theirs);
    hl_state_attach (self, entity);
  } else if (mine != NULL) {
    hl_state_detach (self, mine);
  }
}

static void
sync_all (HlState *self, HlState *source)
{
  gsize n_types;
  const GType *types = hl_entity_get_types (&n_types);

  hl_entity_assign (HL_ENTITY (self->location), HL_ENTITY (source->location));
  for (gsize i = 1; i < n_types; i++) {
    guint n;
    HlEntity **entities = hl_entity_list_peek (source->lists[i], &n);
    g_autoptr (GPtrArray) group = g_ptr_array_new_full (n, g_object_unref);
    for (guint j = 0; j < n; j++)
      g_ptr_array_add (group, copy_entity (entities[j]));
    take_entities (self, types[i], group);
  }
  replace_transcripts (self);
}

void
hl_state_sync (HlState *self, HlState *source, const HlTouched *touched)
{
  HlState *both[] = { self, source };

  hl_state_begin_batch (self);
  if (hl_touched_is_all (touched))
    sync_all (self, source);
  else
    hl_touched_foreach (touched, sync_entity, both);
  share_bookkeeping (self, source);
  hl_state_end_batch (self);
}
