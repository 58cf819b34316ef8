/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HlReplayItem: one recorded webhook, as a line of JSON has it. */
#include "admin/hl-replay-item.h"

#include <string.h>

#include "wire/hl-json.h"

#define MAX_LINE (8 * 1024 * 1024)

G_DEFINE_QUARK (hl-replay-error, hl_replay_error)

static gboolean G_GNUC_PRINTF (3, 4)
fail (GError **error, const char *place, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error (error, HL_REPLAY_ERROR, HL_REPLAY_ERROR_LINE, "%s: %s", place, text);
  return FALSE;
}

static gboolean
is_string (JsonNode *node)
{
  return JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING;
}

/* (out): NULL where it is absent */
static gboolean
get_string (JsonObject *line, const char *name, const char **out, const char *place, GError **error)
{
  JsonNode *node = json_object_get_member (line, name);

  *out = NULL;
  if (node == NULL)
    return TRUE;
  if (!is_string (node))
    return fail (error, place, "“%s” has to be a string.", name);
  *out = json_node_get_string (node);
  return TRUE;
}

static gboolean
take_provider (HlReplayItem *self, JsonObject *line, GError **error)
{
  const char *name;

  if (!get_string (line, "provider", &name, self->place, error))
    return FALSE;
  self->provider = name != NULL ? hl_provider_find (name) : NULL;
  if (self->provider == NULL)
    return fail (error, self->place, "“provider” has to be one of “hostlinectl hook providers”%s.",
                 name != NULL ? "" : ", and is missing");
  return TRUE;
}

static gboolean
take_time (HlReplayItem *self, JsonObject *line, GError **error)
{
  JsonNode *node = json_object_get_member (line, "at_ms");

  self->at_ms = -1;
  if (node == NULL)
    return TRUE;
  if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_INT64 || json_node_get_int (node) < 0)
    return fail (error, self->place, "“at_ms” has to be a whole number of milliseconds.");
  self->at_ms = json_node_get_int (node);
  return TRUE;
}

static gboolean
take_body_file (HlReplayItem *self, const char *name, const char *folder, GError **error)
{
  g_autofree char *path = g_path_is_absolute (name) ? g_strdup (name) : g_build_filename (folder, name, NULL);
  g_autoptr (GError) cause = NULL;
  char *text = NULL;
  gsize length = 0;

  if (!g_file_get_contents (path, &text, &length, &cause))
    return fail (error, self->place, "%s", cause->message);
  self->body = g_bytes_new_take (text, length);
  return TRUE;
}

static gboolean
take_body (HlReplayItem *self, JsonObject *line, const char *folder, GError **error)
{
  JsonNode *node = json_object_get_member (line, "body");
  const char *file;
  char *text;

  if (!get_string (line, "body_file", &file, self->place, error))
    return FALSE;
  if ((node != NULL) == (file != NULL))
    return fail (error, self->place, "Give either “body” or “body_file”.");
  if (file != NULL)
    return take_body_file (self, file, folder, error);
  text = is_string (node) ? g_strdup (json_node_get_string (node)) : hl_json_print (node);
  self->body = g_bytes_new_take (text, strlen (text));
  return TRUE;
}

static gboolean
take_headers (HlReplayItem *self, JsonObject *line, GError **error)
{
  JsonNode *node = json_object_get_member (line, "headers");
  JsonObjectIter iter;
  JsonNode *value;

  if (node == NULL)
    return TRUE;
  if (!JSON_NODE_HOLDS_OBJECT (node))
    return fail (error, self->place, "“headers” has to be an object of strings.");
  self->headers = json_object_ref (json_node_get_object (node));
  json_object_iter_init (&iter, self->headers);
  while (json_object_iter_next (&iter, NULL, &value)) {
    if (!is_string (value))
      return fail (error, self->place, "“headers” has to be an object of strings.");
  }
  return TRUE;
}

static gboolean
take_texts (HlReplayItem *self, JsonObject *line, GError **error)
{
  const char *query, *type, *id;

  if (!get_string (line, "query", &query, self->place, error) ||
      !get_string (line, "content_type", &type, self->place, error) ||
      !get_string (line, "id", &id, self->place, error))
    return FALSE;
  self->query = g_strdup (query);
  self->id = g_strdup (id);
  if (type == NULL)
    type = self->provider->content_types != NULL ? self->provider->content_types[0]
           : self->provider->form                ? "application/x-www-form-urlencoded"
                                                 : "application/json";
  self->content_type = g_strdup (type);
  return TRUE;
}

HlReplayItem *
hl_replay_item_new (const char *line, const char *folder, const char *place, GError **error)
{
  static const HlJsonLimits limits = { .max_bytes = MAX_LINE, .max_depth = 64, .max_members = 65536 };
  g_autoptr (HlReplayItem) self = g_new0 (HlReplayItem, 1);
  g_autoptr (GError) cause = NULL;
  g_autoptr (JsonObject) object = hl_json_parse_object (line, strlen (line), &limits, &cause);

  self->place = g_strdup (place);
  if (object == NULL) {
    fail (error, place, "%s", cause->message);
    return NULL;
  }
  if (!take_provider (self, object, error) || !take_time (self, object, error) ||
      !take_body (self, object, folder, error) || !take_headers (self, object, error) ||
      !take_texts (self, object, error))
    return NULL;
  return g_steal_pointer (&self);
}

void
hl_replay_item_free (HlReplayItem *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->body, g_bytes_unref);
  g_clear_pointer (&self->headers, json_object_unref);
  g_free (self->query);
  g_free (self->content_type);
  g_free (self->id);
  g_free (self->place);
  g_free (self);
}
