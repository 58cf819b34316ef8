/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads of members that never fail. */
#include "domain/hl-member.h"

#include <math.h>

#include "domain/hl-time.h"

static JsonNode *
member (JsonObject *object, const char *name, GType type)
{
  JsonNode *node = object != NULL ? json_object_get_member (object, name) : NULL;
  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != type)
    return NULL;
  return node;
}

gboolean
hl_member_get_bool (JsonObject *object, const char *name, gboolean fallback)
{
  JsonNode *node = member (object, name, G_TYPE_BOOLEAN);
  return node != NULL ? json_node_get_boolean (node) : fallback;
}

gint64
hl_member_get_int (JsonObject *object, const char *name, gint64 fallback)
{
  JsonNode *node = member (object, name, G_TYPE_INT64);
  if (node != NULL)
    return json_node_get_int (node);
  node = member (object, name, G_TYPE_DOUBLE);
  if (node == NULL)
    return fallback;
  double real = json_node_get_double (node);
  return isfinite (real) && floor (real) == real && fabs (real) <= 9007199254740992.0
           ? (gint64) real
           : fallback;
}

double
hl_member_get_double (JsonObject *object, const char *name, double fallback)
{
  JsonNode *node = member (object, name, G_TYPE_DOUBLE);
  if (node != NULL)
    return json_node_get_double (node);
  node = member (object, name, G_TYPE_INT64);
  return node != NULL ? (double) json_node_get_int (node) : fallback;
}

const char *
hl_member_get_string (JsonObject *object, const char *name, const char *fallback)
{
  JsonNode *node = member (object, name, G_TYPE_STRING);
  return node != NULL ? json_node_get_string (node) : fallback;
}

gint64
hl_member_get_time (JsonObject *object, const char *name)
{
  gint64 time;
  return hl_time_parse (hl_member_get_string (object, name, NULL), &time) ? time : HL_TIME_NONE;
}

JsonArray *
hl_member_get_array (JsonObject *object, const char *name)
{
  JsonNode *node = object != NULL ? json_object_get_member (object, name) : NULL;
  return node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
}

JsonObject *
hl_member_get_object (JsonObject *object, const char *name)
{
  JsonNode *node = object != NULL ? json_object_get_member (object, name) : NULL;
  return node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

const char **
hl_member_get_strings (JsonObject *object, const char *name)
{
  JsonArray *array = hl_member_get_array (object, name);
  if (array == NULL)
    return NULL;
  guint length = json_array_get_length (array);
  const char **strings = g_new0 (const char *, length + 1);
  guint n = 0;
  for (guint i = 0; i < length; i++) {
    JsonNode *node = json_array_get_element (array, i);
    if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING)
      strings[n++] = json_node_get_string (node);
  }
  return strings;
}

gboolean
hl_member_is_given (JsonObject *object, const char *name)
{
  return object != NULL && json_object_has_member (object, name);
}

gboolean
hl_member_is_null (JsonObject *object, const char *name)
{
  JsonNode *node = object != NULL ? json_object_get_member (object, name) : NULL;
  return node != NULL && JSON_NODE_HOLDS_NULL (node);
}
