/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The canonical bytes of an entity, and their hash. Both ends run this; nobody else reads the
 * bytes. */
#include <string.h>

#include "domain/hl-entity-private.h"
#include "domain/hl-enums.h"

/* Every item is preceded by its length or has a fixed one, so that no two contents share their
 * bytes. */
static void
put_number (GByteArray *out, guint64 number)
{
  guint64 le = GUINT64_TO_LE (number);
  g_byte_array_append (out, (const guint8 *) &le, sizeof le);
}

static void
put_text (GByteArray *out, const char *text)
{
  if (text == NULL) {
    put_number (out, G_MAXUINT64);
    return;
  }
  gsize length = strlen (text);
  put_number (out, length);
  g_byte_array_append (out, (const guint8 *) text, (guint) length);
}

static void
put_double (GByteArray *out, double number)
{
  guint64 bits;
  if (number == 0)
    number = 0; /* not minus zero */
  memcpy (&bits, &number, sizeof bits);
  put_number (out, bits);
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static void
put_node (GByteArray *out, JsonNode *node)
{
  if (node == NULL || JSON_NODE_HOLDS_NULL (node)) {
    put_number (out, 0);
  } else if (JSON_NODE_HOLDS_OBJECT (node)) {
    JsonObject *object = json_node_get_object (node);
    g_autoptr (GPtrArray) names = g_ptr_array_new ();
    JsonObjectIter iter;
    const char *name;
    json_object_iter_init (&iter, object);
    while (json_object_iter_next (&iter, &name, NULL))
      g_ptr_array_add (names, (gpointer) name);
    g_ptr_array_sort (names, compare_names);
    put_number (out, 1);
    put_number (out, names->len);
    for (guint i = 0; i < names->len; i++) {
      put_text (out, names->pdata[i]);
      put_node (out, json_object_get_member (object, names->pdata[i]));
    }
  } else if (JSON_NODE_HOLDS_ARRAY (node)) {
    JsonArray *array = json_node_get_array (node);
    put_number (out, 2);
    put_number (out, json_array_get_length (array));
    for (guint i = 0; i < json_array_get_length (array); i++)
      put_node (out, json_array_get_element (array, i));
  } else if (json_node_get_value_type (node) == G_TYPE_STRING) {
    put_number (out, 3);
    put_text (out, json_node_get_string (node));
  } else if (json_node_get_value_type (node) == G_TYPE_BOOLEAN) {
    put_number (out, json_node_get_boolean (node) ? 5 : 4);
  } else {
    /* 4 and 4.0 are one number */
    put_number (out, 6);
    put_double (out, json_node_get_double (node));
  }
}

static void put_fields (GByteArray *out, HlRecord *record);

static void
put_records (GByteArray *out, GPtrArray *records)
{
  put_number (out, records->len);
  for (guint i = 0; i < records->len; i++)
    put_fields (out, records->pdata[i]);
}

static void
put_field (GByteArray *out, HlRecord *record, const HlField *field)
{
  const char *const *strings;
  HlRecord *nested;

  switch (field->kind) {
  case HL_FIELD_KIND_BOOL:
    put_number (out, hl_record_get_bool (record, field->id) ? 1 : 0);
    break;
  case HL_FIELD_KIND_INT:
  case HL_FIELD_KIND_WEEKDAYS:
    put_number (out, (guint64) (gint64) hl_record_get_int (record, field->id));
    break;
  case HL_FIELD_KIND_INT64:
  case HL_FIELD_KIND_TIME:
    put_number (out, (guint64) hl_record_get_int64 (record, field->id));
    break;
  case HL_FIELD_KIND_DOUBLE:
    put_double (out, hl_record_get_double (record, field->id));
    break;
  case HL_FIELD_KIND_ENUM:
    put_text (out, hl_enum_nick (field->value_type, hl_record_get_enum (record, field->id)));
    break;
  case HL_FIELD_KIND_STRING:
    put_text (out, hl_record_get_string (record, field->id));
    break;
  case HL_FIELD_KIND_STRINGS:
    strings = hl_record_get_strings (record, field->id);
    put_number (out, g_strv_length ((char **) strings));
    for (guint i = 0; strings[i] != NULL; i++)
      put_text (out, strings[i]);
    break;
  case HL_FIELD_KIND_RECORD:
    nested = hl_record_get_record (record, field->id);
    put_number (out, nested != NULL ? 1 : 0);
    if (nested != NULL)
      put_fields (out, nested);
    break;
  case HL_FIELD_KIND_RECORDS:
  case HL_FIELD_KIND_SIZE_MAP:
    put_records (out, hl_record_get_records (record, field->id));
    break;
  case HL_FIELD_KIND_ANY:
    put_node (out, hl_record_get_any (record, field->id));
    break;
  case HL_FIELD_KIND_DERIVED:
    break;
  }
}

static void
put_fields (GByteArray *out, HlRecord *record)
{
  const HlShape *shape = hl_record_get_shape (record);

  for (guint i = 0; i < hl_shape_get_n_fields (shape); i++) {
    const HlField *field = hl_shape_get_sorted (shape, i);
    put_text (out, field->name);
    put_field (out, record, field);
  }
}

guint64
hl_entity_hash_bytes (const guint8 *data, gsize length)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  guint8 digest[32];
  gsize digest_length = sizeof digest;
  guint64 hash;

  g_checksum_update (checksum, data, (gssize) length);
  g_checksum_get_digest (checksum, digest, &digest_length);
  memcpy (&hash, digest, sizeof hash);
  return GUINT64_FROM_BE (hash);
}

/* In the order of the tags, which is part of the content. */
static void
put_tags (GByteArray *out, HlEntity *self)
{
  guint field = HL_ENTITY_GET_CLASS (self)->tags_field;
  const char *const *tags = field != 0 ? hl_record_get_strings (HL_RECORD (self), field) : NULL;

  for (guint i = 0; tags != NULL && tags[i] != NULL; i++) {
    const HlRevision *revision = hl_entity_find_tag_revision (self, tags[i]);

    /* a tag of an older snapshot has none */
    if (revision == NULL)
      continue;
    put_text (out, tags[i]);
    put_number (out, revision->seq);
    put_number (out, revision->foreign);
    put_text (out, revision->device);
  }
}

guint64
hl_entity_compute_hash (HlEntity *self)
{
  const HlShape *shape = hl_record_get_shape (HL_RECORD (self));
  g_autoptr (GByteArray) out = g_byte_array_sized_new (2048);

  put_text (out, hl_entity_get_kind (self));
  put_fields (out, HL_RECORD (self));
  for (guint i = 0; i < hl_shape_get_n_fields (shape); i++) {
    const HlField *field = hl_shape_get_sorted (shape, i);
    const HlRevision *revision = hl_entity_get_revision (self, field->id);
    const HlStamp *stamp = hl_entity_get_stamp (self, field->id);
    put_number (out, revision->seq);
    put_number (out, revision->foreign);
    put_text (out, revision->device);
    put_number (out, stamp != NULL ? (guint64) stamp->at : 0);
    put_text (out, stamp != NULL ? stamp->event_id : NULL);
  }
  put_tags (out, self);
  return hl_entity_hash_bytes (out->data, out->len);
}
