/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading providers' JSON with forgiveness: a member that is absent or of another type than documented is "not there". */
#include "ingest/hl-payload.h"

#include <math.h>
#include <string.h>

#include "domain/hl-field.h"
#include "util/hl-id.h"
#include "util/hl-phone.h"

#define MAX_INTEGER 9007199254740992.0 /* 2^53 */
#define URL_MAX 2048

static JsonNode *
find_node (JsonObject *root,
           const char *path)
{
  JsonObject *object = root;

  while (object != NULL) {
    const char *dot = strchr (path, '.');
    g_autofree char *name = dot == NULL ? g_strdup (path) : g_strndup (path, (gsize) (dot - path));
    JsonNode *node = json_object_get_member (object, name);

    if (dot == NULL || node == NULL) {
      return node;
    }
    object = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
    path = dot + 1;
  }
  return NULL;
}

JsonObject *
hl_payload_get_object (JsonObject *root,
                       const char *path)
{
  JsonNode *node = find_node (root, path);
  return node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

JsonArray *
hl_payload_get_array (JsonObject *root,
                      const char *path)
{
  JsonNode *node = find_node (root, path);
  return node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
}

const char *
hl_payload_get_string (JsonObject *root,
                       const char *path)
{
  JsonNode *node = find_node (root, path);

  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_STRING) {
    return NULL;
  }
  const char *text = json_node_get_string (node);
  return text != NULL && *text != '\0' ? text : NULL;
}

gboolean
hl_payload_get_double (JsonObject *root,
                       const char *path,
                       double     *out)
{
  JsonNode *node = find_node (root, path);
  double value = NAN;

  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node)) {
    return FALSE;
  }
  GType type = json_node_get_value_type (node);
  if (type == G_TYPE_INT64 || type == G_TYPE_DOUBLE) {
    value = json_node_get_double (node);
  } else if (type == G_TYPE_STRING) {
    const char *text = json_node_get_string (node);
    char *end = NULL;
    value = g_ascii_strtod (text, &end);
    if (end == text || *end != '\0' || strspn (text, "0123456789+-.eE") != strlen (text)) {
      return FALSE;
    }
  }
  if (!isfinite (value) || fabs (value) > MAX_INTEGER) {
    return FALSE;
  }
  *out = value;
  return TRUE;
}

gboolean
hl_payload_get_int (JsonObject *root,
                    const char *path,
                    gint64     *out)
{
  double value = 0;

  if (!hl_payload_get_double (root, path, &value)) {
    return FALSE;
  }
  *out = (gint64) value;
  return TRUE;
}

void
hl_payload_put_text (JsonObject *data,
                     const char *name,
                     const char *text,
                     gsize       max_chars)
{
  if (text == NULL || *text == '\0') {
    return;
  }
  if ((gsize) g_utf8_strlen (text, -1) <= max_chars) {
    json_object_set_string_member (data, name, text);
  } else {
    g_autofree char *cut = g_utf8_substring (text, 0, (glong) max_chars);
    json_object_set_string_member (data, name, cut);
  }
}

void
hl_payload_put_phone (JsonObject *data,
                      const char *name,
                      const char *text)
{
  g_autofree char *digits = text != NULL ? hl_phone_parse (text) : NULL;

  if (digits != NULL) {
    g_autofree char *number = g_strconcat ("+", digits, NULL);

    json_object_set_string_member (data, name, number);
  }
}

void
hl_payload_put_time (JsonObject *data,
                     const char *name,
                     gint64      ms)
{
  if (ms >= HL_TIME_MIN && ms <= HL_TIME_MAX) {
    g_autofree char *text = hl_time_print (ms);
    json_object_set_string_member (data, name, text);
  }
}

void
hl_payload_put_language (JsonObject *data,
                         const char *name,
                         const char *text)
{
  if (text != NULL && hl_format_matches (HL_FORMAT_LANGUAGE, text)) {
    json_object_set_string_member (data, name, text);
  }
}

void
hl_payload_put_url (JsonObject *data,
                    const char *name,
                    const char *text)
{
  if (text != NULL && *text != '\0' && strlen (text) <= URL_MAX && hl_format_matches (HL_FORMAT_URL, text)) {
    json_object_set_string_member (data, name, text);
  }
}

char *
hl_payload_make_id (const char *provider,
                    const char *id)
{
  if (id == NULL) {
    return NULL;
  }
  g_autofree char *ours = g_strconcat (provider, ":", id, NULL);
  return hl_id_is_valid (ours) ? g_steal_pointer (&ours) : NULL;
}
