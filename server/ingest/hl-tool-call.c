/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HlToolCall: one thing that a voice agent asks to be done while its caller waits. */
#include "ingest/hl-tool-call.h"

#include <string.h>

#include "wire/hl-json.h"

/* @text on one line, without space around. Transfer full. */
static char *
make_plain (const char *text)
{
  GString *out = g_string_new (NULL);

  for (const char *c = text; *c != '\0'; c = g_utf8_next_char (c)) {
    gunichar character = g_utf8_get_char (c);

    g_string_append_unichar (out, g_unichar_iscntrl (character) ? ' ' : character);
  }
  return g_strstrip (g_string_free (out, FALSE));
}

/* Models put in line breaks and blanks where they know nothing: a text of nothing else is not there. */
static void
clean (JsonObject *arguments)
{
  g_autoptr (GList) names = json_object_get_members (arguments);

  for (GList *name = names; name != NULL; name = name->next) {
    JsonNode *node = json_object_get_member (arguments, name->data);
    g_autofree char *plain = NULL;

    if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_STRING) {
      continue;
    }
    plain = make_plain (json_node_get_string (node));
    if (!g_str_equal (plain, json_node_get_string (node))) {
      g_autofree char *key = g_strdup (name->data);

      json_object_set_string_member (arguments, key, plain);
    }
  }
}

HlToolCall *
hl_tool_call_new (const char *id, const char *name, const char *call_id, JsonObject *arguments)
{
  HlToolCall *self = g_new0 (HlToolCall, 1);

  self->id = g_strdup (id);
  self->name = g_strdup (name);
  self->call_id = g_strdup (call_id);
  self->arguments = arguments != NULL ? arguments : json_object_new ();
  clean (self->arguments);
  return self;
}

void
hl_tool_call_free (HlToolCall *self)
{
  if (self == NULL) {
    return;
  }
  g_free (self->id);
  g_free (self->name);
  g_free (self->call_id);
  json_object_unref (self->arguments);
  g_clear_pointer (&self->result, json_object_unref);
  g_free (self);
}

JsonObject *
hl_tool_call_read_arguments (JsonNode *node)
{
  static const HlJsonLimits limits = { .forgive = TRUE };
  JsonObject *arguments = NULL;

  if (node != NULL && JSON_NODE_HOLDS_OBJECT (node)) {
    arguments = json_object_ref (json_node_get_object (node));
  } else if (node != NULL && JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING) {
    const char *text = json_node_get_string (node);
    arguments = hl_json_parse_object (text, strlen (text), &limits, NULL);
  }
  return arguments != NULL ? arguments : json_object_new ();
}

char *
hl_tool_call_print_result (const HlToolCall *self)
{
  return self->result != NULL ? hl_json_print_object (self->result)
                              : g_strdup ("{\"ok\":false,\"say\":\"I am sorry, I cannot do that right now.\"}");
}
