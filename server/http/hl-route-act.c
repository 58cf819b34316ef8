/* SPDX-License-Identifier: GPL-3.0-or-later */
/* POST /v1/locations/{location}/actions: the voice agent acts. */
#include "http/hl-http-private.h"
#include "http/hl-request.h"

#include "domain/hl-codec.h"
#include "util/hl-card.h"
#include "wire/hl-frame-error.h"
#include "wire/hl-frame.h"
#include "wire/hl-json.h"

typedef struct {
  HlRequest *request;
  char      *id;
} Asked;

static char *
print_done (const char *id, const HlActResult *result)
{
  GString *out = g_string_new ("{\"id\":");

  hl_json_append_string (out, id);
  g_string_append_printf (out, ",\"outcome\":\"%s\"", hl_enum_nick (HL_TYPE_OUTCOME, result->outcome));
  if (result->seq != 0) {
    g_string_append_printf (out, ",\"seq\":%" G_GUINT64_FORMAT, result->seq);
  }
  if (result->reason != HL_REASON_NONE) {
    g_string_append_printf (out, ",\"reason\":\"%s\"", hl_enum_nick (HL_TYPE_REASON, result->reason));
  }
  if (result->detail != NULL) {
    g_string_append_printf (out, ",\"detail\":%s", result->detail);
  }
  g_string_append_c (out, '}');
  return g_string_free (out, FALSE);
}

static void
on_decided (const HlActResult *result, gpointer user_data)
{
  Asked *asked = user_data;
  HlRequest *request = asked->request;

  switch (result->answer) {
  case HL_ANSWER_OK:
    hl_request_answer (request, 200, print_done (asked->id, result));
    break;
  case HL_ANSWER_COPIED:
    hl_request_refuse (request, hl_problem_new (422, "key_reused", "this n came with another id before"));
    break;
  case HL_ANSWER_NO_LOCATION:
    hl_request_refuse (request, hl_problem_new (404, "not_found", "there is no such location"));
    break;
  default:
    hl_request_refuse_store (request);
    break;
  }
  hl_request_unref (request);
  g_free (asked->id);
  g_free (asked);
}

static void
refuse_member (HlRequest *request, const char *pointer, const char *message)
{
  HlProblem *problem = hl_problem_new (400, "invalid_member", "%s", message);

  problem->pointer = g_strdup (pointer != NULL ? pointer : "");
  hl_request_refuse (request, problem);
}

/* NULL with *@ok FALSE: the problem was answered. */
static HlPosition *
read_base (HlRequest *request, JsonObject *body, gboolean *ok)
{
  g_autoptr (GError) error = NULL;
  JsonNode *node = json_object_get_member (body, "base");
  HlPosition *base = NULL;

  *ok = TRUE;
  if (node == NULL || JSON_NODE_HOLDS_NULL (node)) {
    return NULL;
  }
  if (JSON_NODE_HOLDS_OBJECT (node)) {
    base = hl_position_parse (json_node_get_object (node), "/base", &error);
  }
  if (base == NULL) {
    *ok = FALSE;
    refuse_member (request, error != NULL ? hl_frame_error_get_pointer (error) : "/base",
                   error != NULL ? error->message : "base is a position");
  }
  return base;
}

void
hl_route_act (HlRequest *request)
{
  GBytes *bytes = hl_request_get_body (request);
  const HlTokenInfo *token = request->token;
  HlJsonLimits limits = { .max_bytes = HL_WIRE_MAX_CLIENT_FRAME };
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) body = NULL;
  g_autoptr (HlPosition) base = NULL;
  g_autoptr (HlAction) action = NULL;
  g_autoptr (HlActor) actor = NULL;
  g_autofree char *device = g_strdup_printf ("http-%s", token->id);
  Asked *asked;
  gboolean ok;

  if (g_bytes_get_size (bytes) > HL_WIRE_MAX_CLIENT_FRAME) {
    hl_request_refuse (request, hl_problem_new (413, "too_large", "an action may have 64 KiB"));
    return;
  }
  if (!hl_request_take_turn (request)) {
    return;
  }
  body = hl_json_parse_object (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), &limits, &error);
  if (body == NULL) {
    hl_request_refuse (request, hl_problem_new (400, "malformed_json", "%s", error->message));
    return;
  }
  base = read_base (request, body, &ok);
  if (!ok) {
    return;
  }
  action = hl_action_new_from_json (body, &error);
  if (action == NULL) {
    refuse_member (request, hl_codec_error_get_pointer (error), error->message);
    return;
  }
  hl_card_redact_data (action->data);
  actor = hl_actor_new (token->role, token->name, token->device != NULL ? token->device : device, action->n);
  asked = g_new (Asked, 1);
  asked->request = hl_request_wait (request);
  asked->id = g_strdup (action->id);
  /* the action's JSON is the writer's from here on */
  g_clear_pointer (&body, json_object_unref);
  hl_writer_act (request->config->writer, hl_request_get_location (request), g_steal_pointer (&action), actor, base,
                 NULL, on_decided, asked);
}
