/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading an evening, see hl-evening.h. */
#include "link/hl-evening.h"

#include <string.h>

#include "domain/hl-time.h"
#include "util/hl-clock.h"
#include "util/hl-log.h"
#include "wire/hl-json.h"

static void
line_free (HlEveningLine *line)
{
  json_object_unref (line->object);
  g_free (line);
}

typedef struct {
  JsonObject *copy;
  gint64 at;
  guint round;
} Context;

static void
resolve_member (JsonObject *object, const char *name, JsonNode *node, gpointer data)
{
  Context *context = data;
  json_object_set_member (context->copy, name,
                          hl_evening_resolve (node, context->at, context->round));
}

static JsonNode *
resolve_text (const char *text, gint64 at, guint round)
{
  JsonNode *result = json_node_new (JSON_NODE_VALUE);

  if (text[0] == '@' && (text[1] == '\0' || text[1] == '+' || text[1] == '-')) {
    g_autofree char *time = hl_time_print (at + g_ascii_strtoll (text + 1, NULL, 10) * 60000);
    json_node_set_string (result, time);
  } else if (strstr (text, "{r}") != NULL) {
    g_autofree char *number = g_strdup_printf ("%u", round);
    g_auto (GStrv) parts = g_strsplit (text, "{r}", -1);
    g_autofree char *joined = g_strjoinv (number, parts);
    json_node_set_string (result, joined);
  } else {
    json_node_set_string (result, text);
  }
  return result;
}

JsonNode *
hl_evening_resolve (JsonNode *node, gint64 at, guint round)
{
  if (JSON_NODE_HOLDS_OBJECT (node)) {
    Context context = { json_object_new (), at, round };
    JsonNode *result = json_node_new (JSON_NODE_OBJECT);
    json_object_foreach_member (json_node_get_object (node), resolve_member, &context);
    json_node_take_object (result, context.copy);
    return result;
  }
  if (JSON_NODE_HOLDS_ARRAY (node)) {
    JsonArray *array = json_node_get_array (node), *copy = json_array_new ();
    JsonNode *result = json_node_new (JSON_NODE_ARRAY);
    for (guint i = 0; i < json_array_get_length (array); i++)
      json_array_add_element (copy,
                              hl_evening_resolve (json_array_get_element (array, i), at, round));
    json_node_take_array (result, copy);
    return result;
  }
  if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING)
    return resolve_text (json_node_get_string (node), at, round);
  return json_node_copy (node);
}

static void
read_header (HlEvening *evening, JsonObject *object)
{
  if (!hl_time_parse (json_object_get_string_member_with_default (object, "now", ""),
                      &evening->start))
    hl_log (HL_LOG_WARNING, "demo", "the evening has no time", NULL);
  evening->repeat_ms = json_object_get_int_member_with_default (object, "repeat_ms", 0);
  g_free (evening->device);
  evening->device
      = g_strdup (json_object_get_string_member_with_default (object, "device", "demo-stand"));
  if (evening->location == NULL && json_object_has_member (object, "location")) {
    evening->location = json_object_ref (json_object_get_object_member (object, "location"));
    g_free (evening->location_id);
    evening->location_id
        = g_strdup (json_object_get_string_member_with_default (evening->location, "id", "demo"));
  }
}

static void
read_line (HlEvening *evening, const char *text, guint number)
{
  g_autoptr (GError) error = NULL;
  HlJsonLimits limits = { .max_depth = 24 };
  g_autoptr (JsonObject) object = hl_json_parse_object (text, strlen (text), &limits, &error);

  if (object == NULL) {
    hl_log (HL_LOG_WARNING, "demo", "a line cannot be read", "line", HL_LOG_UINT (number), "error",
            error->message, NULL);
  } else if (json_object_has_member (object, "hostline_demo")) {
    read_header (evening, object);
  } else if (json_object_has_member (object, "floor")) {
    if (evening->floor == NULL)
      evening->floor = json_object_ref (json_object_get_object_member (object, "floor"));
  } else {
    HlEveningLine *line = g_new0 (HlEveningLine, 1);
    line->after_ms = json_object_get_int_member_with_default (object, "after_ms", 0);
    line->object = g_steal_pointer (&object);
    g_ptr_array_add (evening->lines, line);
  }
}

HlEvening *
hl_evening_new (const char *text)
{
  HlEvening *evening = g_new0 (HlEvening, 1);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  evening->device = g_strdup ("demo-stand");
  evening->location_id = g_strdup ("demo");
  evening->start = hl_clock_wall_ms ();
  evening->lines = g_ptr_array_new_with_free_func ((GDestroyNotify)line_free);
  for (guint i = 0; lines[i] != NULL; i++)
    if (*g_strstrip (lines[i]) != '\0')
      read_line (evening, lines[i], i + 1);
  return evening;
}

void
hl_evening_free (HlEvening *evening)
{
  g_free (evening->device);
  g_free (evening->location_id);
  g_clear_pointer (&evening->location, json_object_unref);
  g_clear_pointer (&evening->floor, json_object_unref);
  g_ptr_array_unref (evening->lines);
  g_free (evening);
}
