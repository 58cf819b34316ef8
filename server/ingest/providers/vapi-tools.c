/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Vapi's blocking messages: tool calls in their three documented shapes, and the questions that need an answer. */
#include "ingest/providers/hl-vapi.h"

#include <string.h>

#include "ingest/hl-payload.h"
#include "util/hl-id.h"
#include "wire/hl-json.h"

#define MAX_TOOLS 16

static JsonObject *
get_message (const HlHookBody *body)
{
  JsonObject *root = hl_hook_body_get_root (body);

  return root != NULL ? hl_payload_get_object (root, "message") : NULL;
}

static JsonNode *
get_member (JsonObject *object,
            const char *path,
            const char *name)
{
  JsonObject *inner = path != NULL ? hl_payload_get_object (object, path) : object;

  return inner != NULL ? json_object_get_member (inner, name) : NULL;
}

/* {id, function: {name, arguments: "JSON"}}, {id, name, arguments: {}}, or {id, name, parameters: {}}. */
static HlToolCall *
read_tool (JsonObject *tool,
           const char *call_id)
{
  const char *name = hl_payload_get_string (tool, "function.name");
  JsonNode *nodes[] = { get_member (tool, "function", "arguments"), get_member (tool, NULL, "arguments"),
                        get_member (tool, NULL, "parameters"), get_member (tool, "function", "parameters") };
  JsonNode *arguments = NULL;

  if (name == NULL) {
    name = hl_payload_get_string (tool, "name");
  }
  if (name == NULL) {
    return NULL;
  }
  for (gsize i = 0; arguments == NULL && i < G_N_ELEMENTS (nodes); i++) {
    arguments = nodes[i] != NULL && !JSON_NODE_HOLDS_NULL (nodes[i]) ? nodes[i] : NULL;
  }
  return hl_tool_call_new (hl_payload_get_string (tool, "id"), name, call_id, hl_tool_call_read_arguments (arguments));
}

static gboolean
has_tool (GPtrArray        *tools,
          const HlToolCall *tool)
{
  for (guint i = 0; i < tools->len; i++) {
    if (g_strcmp0 (((HlToolCall *) g_ptr_array_index (tools, i))->id, tool->id) == 0) {
      return TRUE;
    }
  }
  return FALSE;
}

/* @inner: (nullable): the member of each row that is the tool call */
static void
read_tools (GPtrArray  *tools,
            JsonArray  *rows,
            const char *inner,
            const char *call_id)
{
  for (guint i = 0; rows != NULL && i < json_array_get_length (rows) && tools->len < MAX_TOOLS; i++) {
    JsonNode *node = json_array_get_element (rows, i);
    JsonObject *row = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
    JsonObject *object = row != NULL && inner != NULL ? hl_payload_get_object (row, inner) : row;
    g_autoptr (HlToolCall) tool = NULL;

    if (object == NULL) {
      continue;
    }
    tool = read_tool (object, call_id);
    if (tool == NULL && row != object) {
      /* the name stands beside the call there */
      const char *name = hl_payload_get_string (row, "name");
      JsonNode *arguments = get_member (object, "function", "parameters");
      arguments = arguments != NULL ? arguments : get_member (object, NULL, "parameters");
      tool = name != NULL ? hl_tool_call_new (hl_payload_get_string (object, "id"), name, call_id,
                                              hl_tool_call_read_arguments (arguments))
                          : NULL;
    }
    if (tool != NULL && !has_tool (tools, tool)) {
      g_ptr_array_add (tools, g_steal_pointer (&tool));
    }
  }
}

GPtrArray *
hl_vapi_list_tools (const HlHookBody *body)
{
  JsonObject *message = get_message (body);

  if (message == NULL || g_strcmp0 (hl_payload_get_string (message, "type"), "tool-calls") != 0) {
    return NULL;
  }
  g_autofree char *call_id = hl_payload_make_id (VAPI_NAME, hl_payload_get_string (message, "call.id"));
  g_autoptr (GPtrArray) tools = g_ptr_array_new_with_free_func ((GDestroyNotify) hl_tool_call_free);
  read_tools (tools, hl_payload_get_array (message, "toolCallList"), NULL, call_id);
  read_tools (tools, hl_payload_get_array (message, "toolCalls"), NULL, call_id);
  read_tools (tools, hl_payload_get_array (message, "toolWithToolCallList"), "toolCall", call_id);
  return tools->len > 0 ? g_steal_pointer (&tools) : NULL;
}

/* {"results":[{"toolCallId":"...","result":"..."}]}, each result one line of text. */
static char *
answer_tools (const HlHookBody *body,
              GPtrArray        *tools)
{
  g_autoptr (GPtrArray) own = tools == NULL ? hl_vapi_list_tools (body) : g_ptr_array_ref (tools);
  GString *out = g_string_new ("{\"results\":[");

  for (guint i = 0; own != NULL && i < own->len; i++) {
    const HlToolCall *tool = g_ptr_array_index (own, i);
    g_autofree char *result = hl_tool_call_print_result (tool);

    g_string_append (out, i > 0 ? ",{\"toolCallId\":" : "{\"toolCallId\":");
    hl_json_append_string (out, tool->id);
    g_string_append (out, ",\"name\":");
    hl_json_append_string (out, tool->name);
    g_string_append (out, ",\"result\":");
    hl_json_append_string (out, result);
    g_string_append_c (out, '}');
  }
  g_string_append (out, "]}");
  return g_string_free (out, FALSE);
}

char *
hl_vapi_answer (const HlHookBody *body,
                GPtrArray        *tools)
{
  JsonObject *message = get_message (body);
  const char *type = message != NULL ? hl_payload_get_string (message, "type") : NULL;

  if (g_strcmp0 (type, "tool-calls") == 0) {
    return answer_tools (body, tools);
  }
  if (g_strcmp0 (type, "assistant-request") == 0) {
    const char *assistant = hl_hook_body_get_setting (body, "assistant-id");
    g_autoptr (JsonObject) answer = json_object_new ();

    /* the text of an error is spoken to the caller */
    json_object_set_string_member (answer, assistant != NULL ? "assistantId" : "error",
                                   assistant != NULL ? assistant
                                                     : "We cannot take your call at the moment. Please call again later.");
    return hl_json_print_object (answer);
  }
  if (g_strcmp0 (type, "transfer-destination-request") == 0 || g_strcmp0 (type, "handoff-destination-request") == 0) {
    return g_strdup ("{\"error\":\"I cannot put you through at the moment.\"}");
  }
  if (g_strcmp0 (type, "knowledge-base-request") == 0) {
    return g_strdup ("{\"documents\":[]}");
  }
  return NULL;
}

/* providers' documents name no id of a delivery: what is the same message, is the same key. */
char *
hl_vapi_make_key (const HlHookBody *body)
{
  JsonObject *message = get_message (body);
  const char *type = message != NULL ? hl_payload_get_string (message, "type") : NULL;
  const char *call = message != NULL ? hl_payload_get_string (message, "call.id") : NULL;

  if (type == NULL || call == NULL) {
    return NULL;
  }
  if (g_str_equal (type, "end-of-call-report")) {
    return g_strdup_printf ("%s/%s", type, call);
  }
  if (g_str_equal (type, "status-update")) {
    const char *status = hl_payload_get_string (message, "status");
    return g_strdup_printf ("%s/%s/%s", type, call, status != NULL ? status : "");
  }
  if (g_str_equal (type, "tool-calls")) {
    g_autoptr (GPtrArray) tools = hl_vapi_list_tools (body);
    GString *key = g_string_new (NULL);

    g_string_append_printf (key, "%s/%s", type, call);
    for (guint i = 0; tools != NULL && i < tools->len; i++) {
      const HlToolCall *tool = g_ptr_array_index (tools, i);
      g_string_append_printf (key, "/%s", tool->id != NULL ? tool->id : "");
    }
    if (tools == NULL || ((HlToolCall *) g_ptr_array_index (tools, 0))->id == NULL) {
      g_string_free (key, TRUE);
      return NULL;
    }
    return g_string_free (key, FALSE);
  }
  return NULL; /* lines of the transcript and histories: the body itself */
}
