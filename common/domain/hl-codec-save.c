/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Records and single values as JSON. */
#include <string.h>

#include "domain/hl-codec.h"
#include "domain/hl-enums.h"
#include "domain/hl-time.h"
#include "domain/hl-turn-time.h"

static JsonNode *
string_node (const char *text)
{
  return json_node_init_string (json_node_alloc (), text);
}

static JsonNode *
int_node (gint64 number)
{
  return json_node_init_int (json_node_alloc (), number);
}

static JsonNode *
null_node (void)
{
  return json_node_new (JSON_NODE_NULL);
}

static JsonNode *
encode_strings (const char *const *strings)
{
  JsonArray *array = json_array_new ();
  for (guint i = 0; strings != NULL && strings[i] != NULL; i++)
    json_array_add_string_element (array, strings[i]);
  JsonNode *node = json_node_alloc ();
  json_node_init_array (node, array);
  json_array_unref (array);
  return node;
}

static JsonNode *
encode_records (GPtrArray *records)
{
  JsonArray *array = json_array_sized_new (records != NULL ? records->len : 0);
  for (guint i = 0; records != NULL && i < records->len; i++)
    json_array_add_element (array, hl_codec_save (records->pdata[i], HL_CODEC_FLAG_NONE));
  JsonNode *node = json_node_alloc ();
  json_node_init_array (node, array);
  json_array_unref (array);
  return node;
}

static JsonNode *
encode_weekdays (int days)
{
  JsonArray *array = json_array_new ();
  for (int day = 1; day <= 7; day++) {
    if (days & (1 << (day - 1)))
      json_array_add_int_element (array, day);
  }
  JsonNode *node = json_node_alloc ();
  json_node_init_array (node, array);
  json_array_unref (array);
  return node;
}

static JsonNode *
encode_size_map (GPtrArray *turns)
{
  JsonObject *object = json_object_new ();
  for (guint i = 0; turns != NULL && i < turns->len; i++) {
    char name[16];
    g_snprintf (name, sizeof name, "%d", hl_turn_time_get_size (turns->pdata[i]));
    json_object_set_int_member (object, name, hl_turn_time_get_minutes (turns->pdata[i]));
  }
  JsonNode *node = json_node_alloc ();
  json_node_init_object (node, object);
  json_object_unref (object);
  return node;
}

JsonNode *
hl_codec_encode (const HlField *field, const GValue *value)
{
  gpointer pointer = value->data[0].v_pointer;
  char text[HL_TIME_TEXT + 1];

  switch (field->kind) {
  case HL_FIELD_KIND_BOOL:
    return json_node_init_boolean (json_node_alloc (), g_value_get_boolean (value));
  case HL_FIELD_KIND_INT:
    if (field->nullable && g_value_get_int (value) == HL_INT_NONE)
      return null_node ();
    return int_node (g_value_get_int (value));
  case HL_FIELD_KIND_INT64:
    if (field->nullable && g_value_get_int64 (value) == HL_INT_NONE)
      return null_node ();
    return int_node (g_value_get_int64 (value));
  case HL_FIELD_KIND_DOUBLE:
    if (field->nullable && g_value_get_double (value) < 0)
      return null_node ();
    return json_node_init_double (json_node_alloc (), g_value_get_double (value));
  case HL_FIELD_KIND_ENUM:
    return string_node (hl_enum_nick (field->value_type, g_value_get_enum (value)));
  case HL_FIELD_KIND_STRING:
    return pointer != NULL ? string_node (pointer) : null_node ();
  case HL_FIELD_KIND_TIME:
    if (g_value_get_int64 (value) == HL_TIME_NONE)
      return null_node ();
    hl_time_print_to (g_value_get_int64 (value), text);
    return string_node (text);
  case HL_FIELD_KIND_STRINGS:
    return encode_strings (pointer);
  case HL_FIELD_KIND_RECORD:
    return pointer != NULL ? hl_codec_save (pointer, HL_CODEC_FLAG_NONE) : null_node ();
  case HL_FIELD_KIND_RECORDS:
    return encode_records (pointer);
  case HL_FIELD_KIND_WEEKDAYS:
    return encode_weekdays (g_value_get_int (value));
  case HL_FIELD_KIND_SIZE_MAP:
    return encode_size_map (pointer);
  case HL_FIELD_KIND_ANY:
    return pointer != NULL ? json_node_copy (pointer) : null_node ();
  case HL_FIELD_KIND_DERIVED:
    break;
  }
  return null_node ();
}

/* An id, a zone or a clock that nobody has set yet: "" would not be one. */
static gboolean
is_unset (const HlField *field, HlRecord *record)
{
  if (field->kind != HL_FIELD_KIND_STRING || field->nullable || field->format == HL_FORMAT_TEXT
      || field->format == HL_FORMAT_URL)
    return FALSE;
  return *hl_record_get_string (record, field->id) == '\0';
}

JsonNode *
hl_codec_save (HlRecord *record, HlCodecFlags flags)
{
  const HlShape *shape = hl_record_get_shape (record);
  JsonObject *object = json_object_new ();

  for (guint i = 0; i < hl_shape_get_n_fields (shape); i++) {
    const HlField *field = hl_shape_get_field (shape, i);
    if (field->kind == HL_FIELD_KIND_DERIVED || is_unset (field, record))
      continue;
    /* what is required is written even when it equals its default */
    if ((flags & HL_CODEC_FLAG_COMPACT) && !field->required
        && hl_record_is_default (record, field->id))
      continue;
    JsonNode *node = hl_codec_encode (field, hl_record_get_value (record, field->id));
    if (JSON_NODE_HOLDS_NULL (node) && !(field->nullable && (flags & HL_CODEC_FLAG_NULLS)))
      json_node_unref (node);
    else
      json_object_set_member (object, field->name, node);
  }
  JsonNode *node = json_node_alloc ();
  json_node_init_object (node, object);
  json_object_unref (object);
  return node;
}

JsonNode *
hl_codec_get (HlRecord *record, const char *json_name)
{
  const HlField *field = hl_shape_lookup (hl_record_get_shape (record), json_name);

  if (field == NULL || field->kind == HL_FIELD_KIND_DERIVED)
    return NULL;
  return hl_codec_encode (field, hl_record_get_value (record, field->id));
}
