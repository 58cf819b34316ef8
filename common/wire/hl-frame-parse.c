/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading a frame: every member checked against its table, errors with their pointer. */
#include "wire/hl-frame.h"

#include <string.h>

#include "wire/hl-frame-private.h"
#include "wire/hl-json.h"

static gboolean fail (GError **error, HlFrameError code, const char *pointer, const char *name,
                      const char *format, ...) G_GNUC_PRINTF (5, 6);

static gboolean
fail (GError **error, HlFrameError code, const char *pointer, const char *name, const char *format,
      ...)
{
  g_autofree char *where = g_strdup_printf ("%s/%s", pointer, name);
  va_list args;
  va_start (args, format);
  g_autofree char *what = g_strdup_vprintf (format, args);
  va_end (args);
  hl_frame_error_set (error, code, where, "%s: %s", where, what);
  return FALSE;
}

static gboolean
holds (JsonNode *node, GType type)
{
  return JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == type;
}

static gboolean
read_string (HlFrame *frame, const HlFrameField *field, JsonNode *node, const char *pointer,
             GError **error)
{
  if (!holds (node, G_TYPE_STRING)) {
    return fail (error, HL_FRAME_ERROR_WRONG_TYPE, pointer, field->name, "must be a string");
  }
  const char *text = json_node_get_string (node);
  gint64 len = g_utf8_strlen (text, -1);
  if (len < field->min || len > field->max) {
    return fail (error, HL_FRAME_ERROR_INVALID, pointer, field->name,
                 "must have %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT " characters", field->min,
                 field->max);
  }
  HL_FRAME_MEMBER (frame, field, char *) = g_strdup (text);
  return TRUE;
}

static gboolean
read_word (HlFrame *frame, const HlFrameField *field, JsonNode *node, const char *pointer,
           GError **error)
{
  if (!holds (node, G_TYPE_STRING)) {
    return fail (error, HL_FRAME_ERROR_WRONG_TYPE, pointer, field->name, "must be a string");
  }
  for (guint i = 0; field->words[i] != NULL; i++) {
    if (strcmp (field->words[i], json_node_get_string (node)) == 0) {
      HL_FRAME_MEMBER (frame, field, guint) = i;
      return TRUE;
    }
  }
  g_autofree char *list = g_strjoinv (", ", (char **) field->words);
  return fail (error, HL_FRAME_ERROR_INVALID, pointer, field->name, "must be one of %s", list);
}

static gboolean
read_number (HlFrame *frame, const HlFrameField *field, JsonNode *node, const char *pointer,
             GError **error)
{
  if (!holds (node, G_TYPE_INT64)) {
    return fail (error, HL_FRAME_ERROR_WRONG_TYPE, pointer, field->name, "must be an integer");
  }
  gint64 value = json_node_get_int (node);
  if (value < field->min || value > field->max) {
    return fail (error, HL_FRAME_ERROR_INVALID, pointer, field->name,
                 "must be %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT, field->min, field->max);
  }
  if (field->type == HL_FRAME_FIELD_UINT) {
    HL_FRAME_MEMBER (frame, field, guint) = (guint) value;
  } else {
    HL_FRAME_MEMBER (frame, field, gint64) = value;
  }
  return TRUE;
}

static gboolean
read_boolean (HlFrame *frame, const HlFrameField *field, JsonNode *node, const char *pointer,
              GError **error)
{
  if (!holds (node, G_TYPE_BOOLEAN)) {
    return fail (error, HL_FRAME_ERROR_WRONG_TYPE, pointer, field->name, "must be true or false");
  }
  HL_FRAME_MEMBER (frame, field, gboolean) = json_node_get_boolean (node);
  return TRUE;
}

static gboolean
read_hash (HlFrame *frame, const HlFrameField *field, JsonNode *node, const char *pointer,
           GError **error)
{
  if (!holds (node, G_TYPE_STRING)) {
    return fail (error, HL_FRAME_ERROR_WRONG_TYPE, pointer, field->name, "must be a string");
  }
  if (!hl_position_parse_hash (json_node_get_string (node),
                               &HL_FRAME_MEMBER (frame, field, guint64))) {
    return fail (error, HL_FRAME_ERROR_INVALID, pointer, field->name,
                 "must be 16 lower-case hexadecimal digits");
  }
  return TRUE;
}

static gboolean
read_strings (HlFrame *frame, const HlFrameField *field, JsonNode *node, const char *pointer,
              GError **error)
{
  if (!JSON_NODE_HOLDS_ARRAY (node)) {
    return fail (error, HL_FRAME_ERROR_WRONG_TYPE, pointer, field->name,
                 "must be an array of strings");
  }
  JsonArray *array = json_node_get_array (node);
  guint n = json_array_get_length (array);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  for (guint i = 0; i < n; i++) {
    JsonNode *element = json_array_get_element (array, i);
    if (!holds (element, G_TYPE_STRING)) {
      g_autofree char *name = g_strdup_printf ("%s/%u", field->name, i);
      return fail (error, HL_FRAME_ERROR_WRONG_TYPE, pointer, name, "must be a string");
    }
    g_strv_builder_add (builder, json_node_get_string (element));
  }
  HL_FRAME_MEMBER (frame, field, GStrv) = g_strv_builder_end (builder);
  return TRUE;
}

static gboolean read_fields (HlFrame *frame, const HlFrameField *fields, JsonObject *object,
                             const char *pointer, GError **error);

static gboolean
read_thing (HlFrame *frame, const HlFrameField *field, JsonNode *node, const char *pointer,
            GError **error)
{
  gboolean is_array = field->type == HL_FRAME_FIELD_EVENTS;
  if (is_array ? !JSON_NODE_HOLDS_ARRAY (node) : !JSON_NODE_HOLDS_OBJECT (node)) {
    return fail (error, HL_FRAME_ERROR_WRONG_TYPE, pointer, field->name,
                 is_array ? "must be an array" : "must be an object");
  }
  g_autofree char *where = g_strdup_printf ("%s/%s", pointer, field->name);
  switch (field->type) {
  case HL_FRAME_FIELD_POSITION:
    HL_FRAME_MEMBER (frame, field, HlPosition *) =
        hl_position_parse (json_node_get_object (node), where, error);
    return HL_FRAME_MEMBER (frame, field, HlPosition *) != NULL;
  case HL_FRAME_FIELD_GROUP:
    return read_fields (frame, field->sub, json_node_get_object (node), where, error);
  case HL_FRAME_FIELD_EVENTS:
    HL_FRAME_MEMBER (frame, field, JsonArray *) = json_node_dup_array (node);
    return TRUE; /* checked together with pos */
  default:
    HL_FRAME_MEMBER (frame, field, JsonObject *) = json_node_dup_object (node);
    return TRUE;
  }
}

static gboolean
read_field (HlFrame *frame, const HlFrameField *field, JsonNode *node, const char *pointer,
            GError **error)
{
  switch (field->type) {
  case HL_FRAME_FIELD_STRING:
    return read_string (frame, field, node, pointer, error);
  case HL_FRAME_FIELD_WORD:
    return read_word (frame, field, node, pointer, error);
  case HL_FRAME_FIELD_UINT:
  case HL_FRAME_FIELD_UINT64:
  case HL_FRAME_FIELD_INT64:
    return read_number (frame, field, node, pointer, error);
  case HL_FRAME_FIELD_BOOLEAN:
    return read_boolean (frame, field, node, pointer, error);
  case HL_FRAME_FIELD_HASH:
    return read_hash (frame, field, node, pointer, error);
  case HL_FRAME_FIELD_STRINGS:
    return read_strings (frame, field, node, pointer, error);
  default:
    return read_thing (frame, field, node, pointer, error);
  }
}

static gboolean
read_fields (HlFrame *frame, const HlFrameField *fields, JsonObject *object, const char *pointer,
             GError **error)
{
  for (const HlFrameField *field = fields; field->name != NULL; field++) {
    JsonNode *node = json_object_get_member (object, field->name);
    if (node == NULL) {
      if ((field->flags & HL_FRAME_FIELD_OPTIONAL) == 0) {
        return fail (error, HL_FRAME_ERROR_MISSING, pointer, field->name, "is missing");
      }
    } else if (JSON_NODE_HOLDS_NULL (node)) {
      if ((field->flags & HL_FRAME_FIELD_NULLABLE) == 0) {
        return fail (error, HL_FRAME_ERROR_WRONG_TYPE, pointer, field->name, "must not be null");
      }
    } else if (!read_field (frame, field, node, pointer, error)) {
      return FALSE;
    }
  }
  return TRUE;
}

static gboolean
check_snapshot (const HlFrameSnapshot *snapshot, GError **error)
{
  if (snapshot->part > snapshot->parts) {
    return fail (error, HL_FRAME_ERROR_INVALID, "", "part", "must be at most “parts”");
  }
  return TRUE;
}

static gboolean
check_location (JsonObject *location, GError **error)
{
  static const char *const names[] = { "id", "name", "timezone" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    JsonNode *node = json_object_get_member (location, names[i]);
    if (node == NULL || !holds (node, G_TYPE_STRING)) {
      return fail (error, node == NULL ? HL_FRAME_ERROR_MISSING : HL_FRAME_ERROR_WRONG_TYPE,
                   "/location", names[i], "must be a string");
    }
  }
  return TRUE;
}

static gboolean
check_frame (HlFrame *frame, GError **error)
{
  switch (frame->type) {
  case HL_FRAME_SNAPSHOT:
    return check_snapshot (&frame->snapshot, error);
  case HL_FRAME_EVENTS:
    return hl_frame_check_events (frame->events.events, frame->events.pos, "/events", error);
  case HL_FRAME_WELCOME:
    return check_location (frame->welcome.location, error);
  default:
    return TRUE;
  }
}

static gboolean
find_type (JsonObject *object, HlFrameSide sender, HlFrameType *type, GError **error)
{
  JsonNode *node = json_object_get_member (object, "t");
  if (node == NULL) {
    return fail (error, HL_FRAME_ERROR_MISSING, "", "t", "is missing");
  }
  if (!holds (node, G_TYPE_STRING)) {
    return fail (error, HL_FRAME_ERROR_WRONG_TYPE, "", "t", "must be a string");
  }
  for (guint i = 0; i < HL_FRAME_N_TYPES; i++) {
    if (strcmp (hl_frame_shapes[i].nick, json_node_get_string (node)) == 0) {
      if (hl_frame_shapes[i].side != sender) {
        return fail (error, HL_FRAME_ERROR_WRONG_SIDE, "", "t", "a %s never sends “%s”",
                     sender == HL_FRAME_SIDE_CLIENT ? "client" : "server", hl_frame_shapes[i].nick);
      }
      *type = (HlFrameType) i;
      return TRUE;
    }
  }
  return fail (error, HL_FRAME_ERROR_UNKNOWN_TYPE, "", "t",
               "names no frame that this version knows");
}

HlFrame *
hl_frame_parse (const char *text, gsize len, HlFrameSide sender, GError **error)
{
  HlJsonLimits limits = {
    .max_bytes =
        sender == HL_FRAME_SIDE_CLIENT ? HL_WIRE_MAX_CLIENT_FRAME : HL_WIRE_CLIENT_RECEIVE_LIMIT,
    .max_depth = sender == HL_FRAME_SIDE_CLIENT ? HL_WIRE_CLIENT_DEPTH : HL_WIRE_SERVER_DEPTH,
    /* a snapshot's maps (counters of devices, tombstones) may be long; the server is trusted that
       far */
    .max_members = sender == HL_FRAME_SIDE_CLIENT ? 0 : 65536,
  };

  g_return_val_if_fail (text != NULL || len == 0, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  g_autoptr (GError) json_error = NULL;
  g_autoptr (JsonObject) object = hl_json_parse_object (text, len, &limits, &json_error);
  if (object == NULL) {
    gboolean too_large = g_error_matches (json_error, HL_JSON_ERROR, HL_JSON_ERROR_TOO_LARGE);
    hl_frame_error_set (error, too_large ? HL_FRAME_ERROR_TOO_LARGE : HL_FRAME_ERROR_JSON, "", "%s",
                        json_error->message);
    return NULL;
  }
  HlFrameType type = HL_FRAME_HELLO;
  if (!find_type (object, sender, &type, error)) {
    return NULL;
  }
  g_autoptr (HlFrame) frame = hl_frame_new (type);
  if (!read_fields (frame, hl_frame_shapes[type].fields, object, "", error) ||
      !check_frame (frame, error)) {
    return NULL;
  }
  frame->object = g_steal_pointer (&object);
  return g_steal_pointer (&frame);
}
