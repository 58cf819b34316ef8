/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fields and shapes as JSON Schema 2020-12. */
#include "domain/hl-schema.h"

#include <string.h>

#include "domain/hl-action-kind.h"
#include "domain/hl-actor.h"
#include "domain/hl-codec.h"
#include "domain/hl-entity-private.h"
#include "domain/hl-event-kind.h"
#include "domain/hl-floor-file.h"
#include "domain/hl-location.h"
#include "domain/hl-record.h"
#include "domain/hl-schema-private.h"

#define TIME_PATTERN                                                                               \
  "^(20[0-9]{2}|2100)-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])[Tt]"                                \
  "([01][0-9]|2[0-3]):[0-5][0-9]:([0-5][0-9]|60)(\\.[0-9]+)?"                                      \
  "([Zz]|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$"

JsonNode *
hl_schema_node (JsonObject *object)
{
  JsonNode *node = json_node_alloc ();
  json_node_init_object (node, object);
  json_object_unref (object);
  return node;
}

JsonObject *
hl_schema_type (const char *type)
{
  JsonObject *schema = json_object_new ();
  json_object_set_string_member (schema, "type", type);
  return schema;
}

JsonObject *
hl_schema_const (const char *value)
{
  JsonObject *schema = json_object_new ();
  json_object_set_string_member (schema, "const", value);
  return schema;
}

JsonObject *
hl_schema_array_of (JsonObject *items, guint max_items)
{
  JsonObject *schema = hl_schema_type ("array");
  json_object_set_object_member (schema, "items", items);
  if (max_items > 0)
    json_object_set_int_member (schema, "maxItems", max_items);
  return schema;
}

JsonObject *
hl_schema_nullable (JsonObject *schema)
{
  JsonObject *either = json_object_new ();
  JsonArray *array = json_array_new ();
  json_array_add_object_element (array, schema);
  json_array_add_object_element (array, hl_schema_type ("null"));
  json_object_set_array_member (either, "anyOf", array);
  return either;
}

static char *
ref_name (const char *name)
{
  return g_strdelimit (g_strdup (name), ":", '.');
}

JsonObject *
hl_schema_ref (const char *definitions, const char *name)
{
  g_autofree char *safe = ref_name (name);
  g_autofree char *pointer = g_strconcat (definitions, safe, NULL);
  JsonObject *schema = json_object_new ();
  json_object_set_string_member (schema, "$ref", pointer);
  return schema;
}

JsonObject *
hl_schema_one_of (const char *definitions, const char *const *names)
{
  JsonObject *schema = json_object_new ();
  JsonArray *array = json_array_new ();
  for (guint i = 0; names[i] != NULL; i++)
    json_array_add_object_element (array, hl_schema_ref (definitions, names[i]));
  json_object_set_array_member (schema, "oneOf", array);
  return schema;
}

void
hl_schema_set_property (JsonObject *object, const char *name, JsonObject *schema, gboolean required)
{
  if (!json_object_has_member (object, "properties"))
    json_object_set_object_member (object, "properties", json_object_new ());
  json_object_set_object_member (json_object_get_object_member (object, "properties"), name,
                                 schema);
  if (!required)
    return;
  if (!json_object_has_member (object, "required"))
    json_object_set_array_member (object, "required", json_array_new ());
  json_array_add_string_element (json_object_get_array_member (object, "required"), name);
}

static JsonObject *
string_schema (HlFormat format, guint max_length)
{
  JsonObject *schema = hl_schema_type ("string");
  const char *pattern = hl_format_pattern (format);

  if (max_length > 0)
    json_object_set_int_member (schema, "maxLength", max_length);
  if (pattern != NULL)
    json_object_set_string_member (schema, "pattern", pattern);
  return schema;
}

static JsonObject *
number_schema (const HlField *field)
{
  JsonObject *schema;

  if (field->kind == HL_FIELD_KIND_DOUBLE) {
    schema = hl_schema_type ("number");
    json_object_set_double_member (schema, "minimum", field->low);
    json_object_set_double_member (schema, "maximum", field->high);
  } else {
    schema = hl_schema_type ("integer");
    json_object_set_int_member (schema, "minimum", field->minimum);
    json_object_set_int_member (schema, "maximum", field->maximum);
  }
  return schema;
}

static JsonObject *
enum_schema (GType type)
{
  JsonObject *schema = hl_schema_type ("string");
  JsonArray *nicks = json_array_new ();
  GEnumClass *klass = g_type_class_ref (type);

  for (guint i = 0; i < klass->n_values; i++)
    json_array_add_string_element (nicks, klass->values[i].value_nick);
  g_type_class_unref (klass);
  json_object_set_array_member (schema, "enum", nicks);
  return schema;
}

static JsonObject *
size_map_schema (const HlField *field)
{
  JsonObject *schema = hl_schema_type ("object");
  JsonObject *names = json_object_new ();
  JsonObject *minutes = hl_schema_type ("integer");

  json_object_set_string_member (names, "pattern", "^[1-9][0-9]?$");
  json_object_set_int_member (minutes, "minimum", 1);
  json_object_set_int_member (minutes, "maximum", 600);
  json_object_set_object_member (schema, "propertyNames", names);
  json_object_set_object_member (schema, "additionalProperties", minutes);
  json_object_set_int_member (schema, "minProperties", field->min_items);
  json_object_set_int_member (schema, "maxProperties", field->max_items);
  return schema;
}

static JsonObject *
weekdays_schema (void)
{
  JsonObject *day = hl_schema_type ("integer");
  json_object_set_int_member (day, "minimum", 1);
  json_object_set_int_member (day, "maximum", 7);
  JsonObject *schema = hl_schema_array_of (day, 7);
  json_object_set_int_member (schema, "minItems", 1);
  json_object_set_boolean_member (schema, "uniqueItems", TRUE);
  return schema;
}

static JsonObject *
field_schema (const HlField *field, const char *definitions)
{
  JsonObject *schema = NULL;

  switch (field->kind) {
  case HL_FIELD_KIND_BOOL:
    schema = hl_schema_type ("boolean");
    break;
  case HL_FIELD_KIND_INT:
  case HL_FIELD_KIND_INT64:
  case HL_FIELD_KIND_DOUBLE:
    schema = number_schema (field);
    break;
  case HL_FIELD_KIND_ENUM:
    schema = enum_schema (field->value_type);
    break;
  case HL_FIELD_KIND_STRING:
    schema = string_schema (field->format, field->max_length);
    break;
  case HL_FIELD_KIND_TIME:
    schema = hl_schema_type ("string");
    json_object_set_string_member (schema, "format", "date-time");
    json_object_set_string_member (schema, "pattern", TIME_PATTERN);
    break;
  case HL_FIELD_KIND_STRINGS:
    schema
        = hl_schema_array_of (string_schema (field->format, field->max_length), field->max_items);
    break;
  case HL_FIELD_KIND_RECORD:
    schema =
      hl_schema_ref (definitions, hl_shape_get_name (hl_record_type_get_shape (field->value_type)));
    break;
  case HL_FIELD_KIND_RECORDS:
    schema = hl_schema_array_of (
      hl_schema_ref (definitions, hl_shape_get_name (hl_record_type_get_shape (field->value_type))),
      field->max_items);
    if (field->min_items > 0)
      json_object_set_int_member (schema, "minItems", field->min_items);
    break;
  case HL_FIELD_KIND_WEEKDAYS:
    schema = weekdays_schema ();
    break;
  case HL_FIELD_KIND_SIZE_MAP:
    schema = size_map_schema (field);
    break;
  case HL_FIELD_KIND_ANY:
  case HL_FIELD_KIND_DERIVED:
    return json_object_new ();
  }
  /* what is required is there, and there it is not null */
  if (field->nullable && !field->required)
    return hl_schema_nullable (schema);

  /* a member that may be left out says what it then is */
  if (!field->required && field->id != 0) {
    g_auto (GValue) preset = G_VALUE_INIT;
    hl_field_init_default (field->pspec, &preset);
    JsonNode *node = hl_codec_encode (field, &preset);
    gboolean empty = field->kind == HL_FIELD_KIND_STRING && field->format != HL_FORMAT_TEXT
                     && field->format != HL_FORMAT_URL && json_node_get_string (node) != NULL
                     && *json_node_get_string (node) == '\0';
    if (JSON_NODE_HOLDS_NULL (node) || empty)
      json_node_unref (node);
    else
      json_object_set_member (schema, "default", node);
  }
  return schema;
}

JsonObject *
hl_schema_object (const HlShape *shape, const char *definitions)
{
  JsonObject *schema = hl_schema_type ("object");

  json_object_set_object_member (schema, "properties", json_object_new ());
  for (guint i = 0; i < hl_shape_get_n_fields (shape); i++) {
    const HlField *field = hl_shape_get_field (shape, i);
    if (field->kind != HL_FIELD_KIND_DERIVED)
      hl_schema_set_property (schema, field->name, field_schema (field, definitions),
                              field->required);
  }
  return schema;
}

JsonNode *
hl_schema_print_shape (const HlShape *shape, const char *definitions)
{
  return hl_schema_node (hl_schema_object (shape, definitions));
}

/* @shape and every nested record's. */
static void
add_shape (JsonObject *defs, const HlShape *shape, const char *definitions)
{
  g_autofree char *name = ref_name (hl_shape_get_name (shape));

  if (json_object_has_member (defs, name))
    return;
  json_object_set_object_member (defs, name, hl_schema_object (shape, definitions));
  for (guint i = 0; i < hl_shape_get_n_fields (shape); i++) {
    const HlField *field = hl_shape_get_field (shape, i);
    if (field->kind == HL_FIELD_KIND_RECORD || field->kind == HL_FIELD_KIND_RECORDS)
      add_shape (defs, hl_record_type_get_shape (field->value_type), definitions);
  }
}

/* An envelope whose `data` depends on its `kind`. */
static JsonObject *
envelope (const HlShape *shape, const char *definitions, GType kinds, const char *prefix)
{
  JsonObject *schema = hl_schema_object (shape, definitions);
  JsonArray *cases = json_array_new ();
  JsonArray *known = json_array_new ();
  GEnumClass *klass = g_type_class_ref (kinds);

  for (guint i = 1; i < klass->n_values; i++) {
    g_autofree char *name = g_strconcat (prefix, klass->values[i].value_nick, NULL);
    JsonObject *item = json_object_new ();
    JsonObject *condition = json_object_new ();
    JsonObject *consequence = json_object_new ();
    hl_schema_set_property (condition, "kind", hl_schema_const (klass->values[i].value_nick),
                            FALSE);
    hl_schema_set_property (consequence, "data", hl_schema_ref (definitions, name), FALSE);
    json_object_set_object_member (item, "if", condition);
    json_object_set_object_member (item, "then", consequence);
    json_array_add_object_element (cases, item);
    json_array_add_string_element (known, klass->values[i].value_nick);
  }
  g_type_class_unref (klass);
  JsonObject *kind = json_object_new ();
  json_object_set_array_member (kind, "enum", known);
  hl_schema_set_property (schema, "kind", kind, TRUE);
  hl_schema_set_property (schema, "data", hl_schema_type ("object"), TRUE);
  json_object_set_array_member (schema, "allOf", cases);
  return schema;
}

static JsonObject *
posted_event (const char *definitions)
{
  g_autoptr (HlShape) shape = hl_shape_new ("posted_event");
  hl_shape_add (shape, hl_field_time ("at", 0), 0);
  return envelope (shape, definitions, HL_TYPE_EVENT_KIND, "event.");
}

/* The live log's event: what a newer version logs may be of a kind that is not listed. */
static JsonObject *
logged_event (const char *definitions)
{
  g_autoptr (HlShape) shape = hl_shape_new ("event");
  JsonObject *schema;

  hl_shape_add (shape,
                hl_field_int64 ("seq", 1, G_GINT64_CONSTANT (9007199254740992), 1,
                                HL_FIELD_REQUIRED),
                0);
  hl_shape_add (shape, hl_field_string ("id", 255, HL_FIELD_REQUIRED), 0);
  hl_shape_add (shape, hl_field_string ("kind", 64, HL_FIELD_REQUIRED), 0);
  hl_shape_add (shape, hl_field_time ("at", HL_FIELD_REQUIRED), 0);
  hl_shape_add (shape, hl_field_time ("received", HL_FIELD_REQUIRED), 0);
  hl_shape_add (shape, hl_field_string ("act", 255, HL_FIELD_NULLABLE), 0);
  hl_shape_add (shape, hl_field_bool ("end", FALSE, 0), 0);
  schema = hl_schema_object (shape, definitions);
  hl_schema_set_property (schema, "by", hl_schema_ref (definitions, "actor"), TRUE);
  hl_schema_set_property (schema, "data", hl_schema_type ("object"), TRUE);
  return schema;
}

static JsonObject *
actor (const char *definitions)
{
  g_autoptr (HlShape) shape = hl_shape_new ("actor");

  hl_shape_add (shape, hl_field_enum ("role", HL_TYPE_ROLE, 0, HL_FIELD_REQUIRED), 0);
  hl_shape_add (shape, hl_field_string ("name", 120, 0), 0);
  hl_shape_add (shape, hl_field_id ("device", HL_FIELD_NULLABLE), 0);
  hl_shape_add (shape, hl_field_string ("device-name", HL_ACTOR_MAX_DEVICE_NAME, HL_FIELD_NULLABLE), 0);
  hl_shape_add (shape,
                hl_field_int64 ("n", 0, G_GINT64_CONSTANT (9007199254740992), 0,
                                HL_FIELD_NULLABLE),
                0);
  return hl_schema_object (shape, definitions);
}

/* The members of an action; a frame adds `t`, both add `base`. */
static JsonObject *
action (const char *definitions)
{
  g_autoptr (HlShape) shape = hl_shape_new ("action");
  JsonObject *schema;

  hl_shape_add (shape, hl_field_id ("id", HL_FIELD_REQUIRED), 0);
  hl_shape_add (shape,
                hl_field_int64 ("n", 0, G_GINT64_CONSTANT (9007199254740992), 0,
                                HL_FIELD_NULLABLE),
                0);
  hl_shape_add (shape, hl_field_enum ("predicted", HL_TYPE_OUTCOME, 0, 0), 0);
  hl_shape_add (shape, hl_field_string ("who", 64, HL_FIELD_NULLABLE), 0);
  hl_shape_add (shape, hl_field_time ("composed-at", HL_FIELD_NULLABLE), 0);
  hl_shape_add (shape,
                hl_field_int64 ("age-ms", 0, G_GINT64_CONSTANT (9007199254740992), 0,
                                HL_FIELD_NULLABLE),
                0);
  hl_shape_add (shape, hl_field_string ("session", 64, HL_FIELD_NULLABLE), 0);
  schema = envelope (shape, definitions, HL_TYPE_ACTION_KIND, "action.");
  hl_schema_set_property (schema, "base",
                          hl_schema_nullable (hl_schema_ref (definitions, "position")), FALSE);
  return schema;
}

static JsonObject *
revisions (void)
{
  JsonObject *schema = hl_schema_type ("object");
  JsonObject *triple = hl_schema_type ("array");

  json_object_set_int_member (triple, "minItems", 3);
  json_object_set_int_member (triple, "maxItems", 3);
  json_object_set_string_member (triple, "description",
                                 "[seq, device or null, foreign seq]; \"*\" stands for the fields "
                                 "that are not named");
  json_object_set_object_member (schema, "additionalProperties", triple);
  return schema;
}

/* A snapshot's entities. */
static JsonObject *
entities (const char *definitions)
{
  JsonObject *schema = hl_schema_type ("object");
  gsize n;
  const GType *types = hl_entity_get_types (&n);

  for (gsize i = 0; i < n; i++) {
    HlEntityClass *klass = g_type_class_ref (types[i]);
    JsonObject *both = json_object_new ();
    JsonObject *more = hl_schema_type ("object");
    JsonArray *all = json_array_new ();
    hl_schema_set_property (more, "revisions", revisions (), FALSE);
    json_array_add_object_element (all, hl_schema_ref (definitions, klass->kind));
    json_array_add_object_element (all, more);
    json_object_set_array_member (both, "allOf", all);
    hl_schema_set_property (schema, klass->plural,
                            types[i] == HL_TYPE_LOCATION ? both : hl_schema_array_of (both, 0),
                            FALSE);
    g_type_class_unref (klass);
  }
  return schema;
}

JsonObject *
hl_schema_definitions (const char *definitions)
{
  JsonObject *defs = json_object_new ();
  gsize n;
  const GType *types = hl_entity_get_types (&n);

  for (gsize i = 0; i < n; i++)
    add_shape (defs, hl_record_type_get_shape (types[i]), definitions);
  add_shape (defs, hl_floor_file_get_shape (), definitions);
  for (int kind = 1; kind < HL_N_EVENT_KIND; kind++)
    add_shape (defs, hl_event_kind_get_shape (kind), definitions);
  for (int kind = 1; kind < HL_N_ACTION_KIND; kind++)
    add_shape (defs, hl_action_kind_get_shape (kind), definitions);
  json_object_set_object_member (defs, "actor", actor (definitions));
  json_object_set_object_member (defs, "posted_event", posted_event (definitions));
  json_object_set_object_member (defs, "event", logged_event (definitions));
  json_object_set_object_member (defs, "action", action (definitions));
  json_object_set_object_member (defs, "entities", entities (definitions));
  hl_schema_add_frames (defs, definitions);
  return defs;
}

JsonNode *
hl_schema_print_json_schema (void)
{
  JsonObject *document = json_object_new ();

  json_object_set_string_member (document, "$schema",
                                 "https://json-schema.org/draft/2020-12/schema");
  json_object_set_string_member (document, "$id", "urn:hostline:schema:1");
  json_object_set_string_member (document, "title", "Hostline");
  json_object_set_object_member (document, "$defs", hl_schema_definitions ("#/$defs/"));
  return hl_schema_node (document);
}
