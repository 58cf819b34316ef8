/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whole entities as a snapshot has them: fields, revisions, stamps. */
#include <string.h>

#include "domain/hl-actor.h"
#include "domain/hl-codec-private.h"
#include "domain/hl-entity-private.h"

#define MAX_SEQ G_GINT64_CONSTANT (9007199254740992)

/* Revisions and stamps share their form: {"*": V, "field": V}, where "*" stands for the fields not
 * named. */
typedef gboolean (*EqualFunc) (HlEntity *self, guint one, guint two);

static gboolean
revisions_equal (HlEntity *self, guint one, guint two)
{
  const HlRevision *a = hl_entity_get_revision (self, one);
  const HlRevision *b = hl_entity_get_revision (self, two);
  return a->seq == b->seq && a->device == b->device && a->foreign == b->foreign;
}

static gboolean
stamps_equal (HlEntity *self, guint one, guint two)
{
  const HlStamp *a = hl_entity_get_stamp (self, one);
  const HlStamp *b = hl_entity_get_stamp (self, two);
  if (a == NULL || b == NULL)
    return a == b;
  return a->at == b->at && strcmp (a->event_id, b->event_id) == 0;
}

/* The id of a field whose value is the most frequent; of several the first declared. */
static guint
find_most_frequent (HlEntity *self, const HlShape *shape, EqualFunc equal)
{
  guint best = 0, best_count = 0;
  guint n = hl_shape_get_n_fields (shape);

  for (guint i = 0; i < n; i++) {
    guint id = hl_shape_get_field (shape, i)->id;
    guint count = 0;
    if (best_count > n - i)
      break;
    if (best != 0 && equal (self, id, best))
      continue;
    for (guint j = i; j < n; j++)
      count += equal (self, id, hl_shape_get_field (shape, j)->id) ? 1 : 0;
    if (count > best_count) {
      best = id;
      best_count = count;
    }
  }
  return best;
}

static JsonNode *
take_array (JsonArray *array)
{
  JsonNode *node = json_node_alloc ();
  json_node_init_array (node, array);
  json_array_unref (array);
  return node;
}

static JsonNode *
save_revision (const HlRevision *revision)
{
  JsonArray *array = json_array_sized_new (3);
  json_array_add_int_element (array, (gint64) revision->seq);
  if (revision->device != NULL)
    json_array_add_string_element (array, revision->device);
  else
    json_array_add_null_element (array);
  json_array_add_int_element (array, (gint64) revision->foreign);
  return take_array (array);
}

static JsonNode *
save_stamp (const HlStamp *stamp)
{
  JsonArray *array = json_array_sized_new (2);
  if (stamp == NULL)
    return json_node_new (JSON_NODE_NULL);
  json_array_add_int_element (array, stamp->at);
  json_array_add_string_element (array, stamp->event_id);
  return take_array (array);
}

static JsonObject *
save_revisions (HlEntity *self, const HlShape *shape)
{
  JsonObject *object = json_object_new ();
  guint common = find_most_frequent (self, shape, revisions_equal);
  const HlRevision *revision = hl_entity_get_revision (self, common);

  if (revision->seq != 0 || revision->device != NULL || revision->foreign != 0)
    json_object_set_member (object, "*", save_revision (revision));
  for (guint i = 0; i < hl_shape_get_n_fields (shape); i++) {
    const HlField *field = hl_shape_get_field (shape, i);
    if (!revisions_equal (self, field->id, common))
      json_object_set_member (object, field->name,
                              save_revision (hl_entity_get_revision (self, field->id)));
  }
  return object;
}

/* NULL when there are none. */
static JsonObject *
save_stamps (HlEntity *self, const HlShape *shape)
{
  JsonObject *object = json_object_new ();
  guint common = find_most_frequent (self, shape, stamps_equal);

  if (hl_entity_get_stamp (self, common) != NULL)
    json_object_set_member (object, "*", save_stamp (hl_entity_get_stamp (self, common)));
  for (guint i = 0; i < hl_shape_get_n_fields (shape); i++) {
    const HlField *field = hl_shape_get_field (shape, i);
    if (!stamps_equal (self, field->id, common))
      json_object_set_member (object, field->name,
                              save_stamp (hl_entity_get_stamp (self, field->id)));
  }
  if (json_object_get_size (object) == 0)
    g_clear_pointer (&object, json_object_unref);
  return object;
}

/* In the order of the tags; NULL when none has one. */
static JsonObject *
save_tags (HlEntity *self)
{
  guint field = HL_ENTITY_GET_CLASS (self)->tags_field;
  const char *const *tags = field != 0 ? hl_record_get_strings (HL_RECORD (self), field) : NULL;
  JsonObject *object = NULL;

  for (guint i = 0; tags != NULL && tags[i] != NULL; i++) {
    const HlRevision *revision = hl_entity_find_tag_revision (self, tags[i]);
    if (revision == NULL)
      continue;
    if (object == NULL)
      object = json_object_new ();
    json_object_set_member (object, tags[i], save_revision (revision));
  }
  return object;
}

JsonNode *
hl_entity_save (HlEntity *self)
{
  const HlShape *shape = hl_record_get_shape (HL_RECORD (self));
  JsonNode *node = hl_codec_save (HL_RECORD (self), HL_CODEC_FLAG_NONE);
  JsonObject *object = json_node_get_object (node);
  JsonObject *stamps = save_stamps (self, shape);
  JsonObject *tags = save_tags (self);

  json_object_set_object_member (object, "revisions", save_revisions (self, shape));
  if (tags != NULL)
    json_object_set_object_member (object, "tag_revisions", tags);
  if (stamps != NULL)
    json_object_set_object_member (object, "stamps", stamps);
  return node;
}

/* Where a member of "revisions" or "stamps" stands. */
static gboolean
fail_at (GError **error, const char *base, const char *group, const char *name, const char *wanted)
{
  g_autofree char *outer = hl_codec_pointer (base, group);
  g_autofree char *inner = hl_codec_pointer (outer, name);
  hl_codec_error_set (error, HL_CODEC_ERROR_TYPE, inner, NULL, "%s is expected", wanted);
  return FALSE;
}

static gboolean
read_seq (JsonArray *array, guint index, guint64 *out)
{
  JsonNode *node = json_array_get_element (array, index);
  if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_INT64)
    return FALSE;
  gint64 number = json_node_get_int (node);
  if (number < 0 || number > MAX_SEQ)
    return FALSE;
  *out = (guint64) number;
  return TRUE;
}

/* A device's id, or "~" and the name of one who acts without a device (hl_evolve_get_source ()). */
static gboolean
is_source (const char *text)
{
  if (text[0] == '~')
    return text[1] != '\0' && g_utf8_strlen (text + 1, -1) <= HL_ACTOR_MAX_NAME;
  return hl_format_matches (HL_FORMAT_ID, text);
}

static gboolean
read_revision (JsonNode *node, HlRevision *out)
{
  JsonArray *array = JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;

  if (array == NULL || json_array_get_length (array) != 3 || !read_seq (array, 0, &out->seq)
      || !read_seq (array, 2, &out->foreign))
    return FALSE;
  JsonNode *device = json_array_get_element (array, 1);
  if (JSON_NODE_HOLDS_NULL (device)) {
    out->device = NULL;
  } else {
    if (!JSON_NODE_HOLDS_VALUE (device) || json_node_get_value_type (device) != G_TYPE_STRING
        || !is_source (json_node_get_string (device)))
      return FALSE;
    out->device = g_intern_string (json_node_get_string (device));
  }
  return TRUE;
}

static gboolean
read_stamp (JsonNode *node, gint64 *at, const char **event_id)
{
  *at = 0;
  *event_id = NULL;
  if (JSON_NODE_HOLDS_NULL (node))
    return TRUE;
  JsonArray *array = JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
  if (array == NULL || json_array_get_length (array) != 2)
    return FALSE;
  JsonNode *first = json_array_get_element (array, 0);
  JsonNode *second = json_array_get_element (array, 1);
  if (!JSON_NODE_HOLDS_VALUE (first) || json_node_get_value_type (first) != G_TYPE_INT64
      || !JSON_NODE_HOLDS_VALUE (second) || json_node_get_value_type (second) != G_TYPE_STRING)
    return FALSE;
  *at = json_node_get_int (first);
  *event_id = json_node_get_string (second);
  return TRUE;
}

/* The group's object; NULL and TRUE when it is not there. */
static gboolean
get_group (JsonObject *object, const char *base, const char *group, JsonObject **out,
           GError **error)
{
  JsonNode *node = json_object_get_member (object, group);

  *out = NULL;
  if (node == NULL)
    return TRUE;
  if (!JSON_NODE_HOLDS_OBJECT (node)) {
    hl_codec_error_set (error, HL_CODEC_ERROR_TYPE, base, group, "an object is expected");
    return FALSE;
  }
  *out = json_node_get_object (node);
  return TRUE;
}

/* Reads or, with @self, also sets. Members that are no fields of ours are those of a newer version.
 */
static gboolean
walk_revisions (HlEntity *self, const HlShape *shape, JsonObject *group, const char *base,
                GError **error)
{
  HlRevision common = { 0 };

  if (group != NULL && json_object_has_member (group, "*")
      && !read_revision (json_object_get_member (group, "*"), &common))
    return fail_at (error, base, "revisions", "*", "[seq, device or null, foreign seq]");
  for (guint i = 0; i < hl_shape_get_n_fields (shape); i++) {
    const HlField *field = hl_shape_get_field (shape, i);
    HlRevision revision = common;
    JsonNode *node = group != NULL ? json_object_get_member (group, field->name) : NULL;
    if (node != NULL && !read_revision (node, &revision))
      return fail_at (error, base, "revisions", field->name, "[seq, device or null, foreign seq]");
    if (self != NULL)
      hl_entity_set_revision (self, field->id, &revision);
  }
  return TRUE;
}

static gboolean
walk_stamps (HlEntity *self, const HlShape *shape, JsonObject *group, const char *base,
             GError **error)
{
  gint64 common_at = 0;
  const char *common_id = NULL;

  if (group != NULL && json_object_has_member (group, "*")
      && !read_stamp (json_object_get_member (group, "*"), &common_at, &common_id))
    return fail_at (error, base, "stamps", "*", "[time, event id] or null");
  for (guint i = 0; i < hl_shape_get_n_fields (shape); i++) {
    const HlField *field = hl_shape_get_field (shape, i);
    gint64 at = common_at;
    const char *event_id = common_id;
    JsonNode *node = group != NULL ? json_object_get_member (group, field->name) : NULL;
    if (node != NULL && !read_stamp (node, &at, &event_id))
      return fail_at (error, base, "stamps", field->name, "[time, event id] or null");
    if (self != NULL)
      hl_entity_set_stamp (self, field->id, at, event_id);
  }
  return TRUE;
}

/* The same for tags. What is no tag of the entity is forgotten. */
static gboolean
walk_tags (HlEntity *self, JsonObject *group, const char *base, GError **error)
{
  guint field = self != NULL ? HL_ENTITY_GET_CLASS (self)->tags_field : 0;
  const char *const *tags = field != 0 ? hl_record_get_strings (HL_RECORD (self), field) : NULL;
  HlRevision revision;

  if (self == NULL) {
    JsonObjectIter iter;
    const char *tag;
    JsonNode *node;
    if (group == NULL)
      return TRUE;
    json_object_iter_init (&iter, group);
    while (json_object_iter_next (&iter, &tag, &node)) {
      if (!read_revision (node, &revision))
        return fail_at (error, base, "tag_revisions", tag, "[seq, device or null, foreign seq]");
    }
    return TRUE;
  }
  hl_entity_clear_tag_revisions (self);
  for (guint i = 0; tags != NULL && group != NULL && tags[i] != NULL; i++) {
    JsonNode *node = json_object_get_member (group, tags[i]);
    /* a list may hold a tag twice: it is one */
    if (node != NULL && read_revision (node, &revision)
        && hl_entity_find_tag_revision (self, tags[i]) == NULL)
      hl_entity_set_tag_revision (self, tags[i], &revision);
  }
  return TRUE;
}

gboolean
hl_entity_load (HlEntity *self, JsonObject *object, const char *base, GError **error)
{
  HlRecord *record = HL_RECORD (self);
  const HlShape *shape = hl_record_get_shape (record);
  g_autoptr (GArray) values = hl_codec_values_new ();
  g_autofree gboolean *given = NULL;
  JsonObject *revisions, *stamps, *tags;

  if (!hl_codec_read (shape, object, base, 0, NULL, values, error)
      || !get_group (object, base, "revisions", &revisions, error)
      || !get_group (object, base, "stamps", &stamps, error)
      || !get_group (object, base, "tag_revisions", &tags, error)
      || !walk_revisions (NULL, shape, revisions, base, error)
      || !walk_stamps (NULL, shape, stamps, base, error) || !walk_tags (NULL, tags, base, error))
    return FALSE;

  g_object_freeze_notify (G_OBJECT (self));
  walk_revisions (self, shape, revisions, base, NULL);
  walk_stamps (self, shape, stamps, base, NULL);
  given = g_new0 (gboolean, HL_RECORD_GET_CLASS (self)->n_values);
  for (guint i = 0; i < values->len; i++) {
    HlCodecValue *entry = &g_array_index (values, HlCodecValue, i);
    given[entry->field->id] = TRUE;
    hl_record_take_value (record, entry->field->id, &entry->value);
  }
  for (guint i = 1; i < HL_RECORD_GET_CLASS (self)->n_values; i++) {
    if (!given[i])
      hl_record_reset (record, i);
  }
  walk_tags (self, tags, base, NULL);
  g_object_thaw_notify (G_OBJECT (self));
  return TRUE;
}
