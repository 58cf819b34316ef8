/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The AsyncAPI and OpenAPI documents: which routes carry which of the schemas. */
#include <string.h>

#include "domain/hl-schema-private.h"
#include "domain/hl-schema.h"

#define SCHEMAS "#/components/schemas/"

static JsonObject *
put_object (JsonObject *object, const char *name)
{
  JsonObject *member = json_object_new ();
  json_object_set_object_member (object, name, member);
  return member;
}

static JsonObject *
begin_document (const char *member, const char *spec, const char *title, const char *version)
{
  JsonObject *document = json_object_new ();
  json_object_set_string_member (document, member, spec);
  JsonObject *info = put_object (document, "info");
  json_object_set_string_member (info, "title", title);
  json_object_set_string_member (info, "version", version);
  return document;
}

static JsonObject *
ref (const char *pointer)
{
  JsonObject *object = json_object_new ();
  json_object_set_string_member (object, "$ref", pointer);
  return object;
}

/* AsyncAPI */

static void
add_messages (JsonObject *messages, JsonObject *channel, JsonObject *operations,
              const char *operation, const char *verb, const char *const *frames)
{
  JsonObject *entry = put_object (operations, operation);
  JsonArray *refs = json_array_new ();

  json_object_set_string_member (entry, "action", verb);
  json_object_set_object_member (entry, "channel", ref ("#/channels/live"));
  for (guint i = 0; frames[i] != NULL; i++) {
    const char *name = frames[i] + strlen ("frame.");
    g_autofree char *component = g_strconcat ("#/components/messages/", name, NULL);
    g_autofree char *in_channel = g_strconcat ("#/channels/live/messages/", name, NULL);
    JsonObject *message = put_object (messages, name);
    json_object_set_string_member (message, "name", name);
    json_object_set_string_member (message, "contentType", "application/json");
    json_object_set_object_member (message, "payload", hl_schema_ref (SCHEMAS, frames[i]));
    json_object_set_object_member (channel, name, ref (component));
    json_array_add_object_element (refs, ref (in_channel));
  }
  json_object_set_array_member (entry, "messages", refs);
}

JsonNode *
hl_schema_print_asyncapi (const char *version)
{
  JsonObject *document = begin_document ("asyncapi", "3.0.0", "Hostline live channel", version);
  JsonObject *live = put_object (put_object (document, "channels"), "live");
  JsonObject *location, *messages, *operations, *components, *security;

  json_object_set_string_member (live, "address", "/v1/locations/{location}/live");
  json_object_set_string_member (live, "description",
                                 "WebSocket, subprotocol hostline.v1, JSON text frames; a token in "
                                 "the Authorization header of the upgrade.");
  location = put_object (put_object (live, "parameters"), "location");
  json_object_set_string_member (location, "description", "The id of the location");
  messages = put_object (live, "messages");
  operations = put_object (document, "operations");
  components = put_object (document, "components");
  JsonObject *bodies = put_object (components, "messages");
  add_messages (bodies, messages, operations, "receive", "receive", hl_schema_client_frames);
  add_messages (bodies, messages, operations, "send", "send", hl_schema_server_frames);
  json_object_set_object_member (components, "schemas", hl_schema_definitions (SCHEMAS));
  security = put_object (put_object (components, "securitySchemes"), "token");
  json_object_set_string_member (security, "type", "http");
  json_object_set_string_member (security, "scheme", "bearer");
  return hl_schema_node (document);
}

/* OpenAPI */

static void
set_content (JsonObject *object, const char *type, JsonObject *schema)
{
  JsonObject *content = put_object (put_object (object, "content"), type);
  json_object_set_object_member (content, "schema", schema);
}

/* @body: (nullable): name of the schema of the answer */
static void
add_answer (JsonObject *operation, const char *status, const char *text, const char *type,
            const char *body)
{
  if (!json_object_has_member (operation, "responses"))
    json_object_set_object_member (operation, "responses", json_object_new ());
  JsonObject *answer =
    put_object (json_object_get_object_member (operation, "responses"), status);
  json_object_set_string_member (answer, "description", text);
  if (body != NULL)
    set_content (answer, type, hl_schema_ref (SCHEMAS, body));
}

static void
add_problems (JsonObject *operation, const char *const *statuses)
{
  for (guint i = 0; statuses[i] != NULL; i++)
    add_answer (operation, statuses[i], "A problem, RFC 9457", "application/problem+json",
                "problem");
}

static void
add_parameter (JsonObject *operation, const char *place, const char *name, gboolean required,
               JsonObject *schema)
{
  if (!json_object_has_member (operation, "parameters"))
    json_object_set_array_member (operation, "parameters", json_array_new ());
  JsonObject *parameter = json_object_new ();
  json_object_set_string_member (parameter, "name", name);
  json_object_set_string_member (parameter, "in", place);
  json_object_set_boolean_member (parameter, "required", required);
  json_object_set_object_member (parameter, "schema", schema);
  json_array_add_object_element (json_object_get_array_member (operation, "parameters"), parameter);
}

static JsonObject *
begin_operation (JsonObject *paths, const char *path, const char *method, const char *id,
                 const char *summary)
{
  JsonObject *item = json_object_has_member (paths, path)
                       ? json_object_get_object_member (paths, path)
                       : put_object (paths, path);
  JsonObject *operation = put_object (item, method);

  json_object_set_string_member (operation, "operationId", id);
  json_object_set_string_member (operation, "summary", summary);
  for (const char *open = strchr (path, '{'); open != NULL; open = strchr (open + 1, '{')) {
    g_autofree char *name = g_strndup (open + 1, (gsize) (strchr (open, '}') - open - 1));
    add_parameter (operation, "path", name, TRUE, hl_schema_type ("string"));
  }
  return operation;
}

static void
open_to_all (JsonObject *operation)
{
  json_object_set_array_member (operation, "security", json_array_new ());
}

static JsonObject *
set_body (JsonObject *operation, JsonObject *schema)
{
  JsonObject *body = put_object (operation, "requestBody");
  json_object_set_boolean_member (body, "required", TRUE);
  set_content (body, "application/json", schema);
  return body;
}

static const char *const reading[] = { "401", "403", "404", "429", "503", NULL };
static const char *const posting[] = { "400", "401", "403", "404", "411", "413",
                                       "415", "422", "429", "503", NULL };

static void
add_events_routes (JsonObject *paths)
{
  JsonObject *operation =
    begin_operation (paths, "/v1/locations/{location}/events", "post", "postEvents",
                     "Publish one event, or up to 500 as an array: all or none");
  JsonObject *either = json_object_new ();
  JsonArray *forms = json_array_new ();

  add_parameter (operation, "header", "Idempotency-Key", TRUE, hl_schema_type ("string"));
  json_array_add_object_element (forms, hl_schema_ref (SCHEMAS, "posted_event"));
  json_array_add_object_element (
    forms, hl_schema_array_of (hl_schema_ref (SCHEMAS, "posted_event"), 500));
  json_object_set_array_member (either, "oneOf", forms);
  set_body (operation, either);
  add_answer (operation, "201", "Appended", "application/json", "receipt");
  add_answer (operation, "200", "The first answer again", "application/json", "receipt");
  add_answer (operation, "202", "Only unfinished lines: shown, not logged", "application/json",
              "receipt");
  add_problems (operation, posting);

  operation = begin_operation (paths, "/v1/locations/{location}/events", "get", "readEvents",
                               "Read the log");
  add_parameter (operation, "query", "after", FALSE, hl_schema_type ("integer"));
  add_parameter (operation, "query", "limit", FALSE, hl_schema_type ("integer"));
  add_answer (operation, "200", "Events after a seq", "application/json", "page");
  add_problems (operation, reading);
}

static void
add_other_routes (JsonObject *paths)
{
  static const char *const pairing[] = { "404", "410", "422", "429", NULL };
  static const char *const hooks[] = { "401", "404", "411", "413", "503", NULL };
  static const char *const metrics[] = { "401", "403", NULL };
  JsonObject *operation;

  operation = begin_operation (paths, "/v1/locations/{location}/actions", "post", "postAction",
                               "Act, as the voice agent");
  set_body (operation, hl_schema_ref (SCHEMAS, "action"));
  add_answer (operation, "200", "Decided", "application/json", "answer");
  add_problems (operation, posting);

  operation = begin_operation (paths, "/v1/locations/{location}/state", "get", "readState",
                               "The whole state at one position");
  add_answer (operation, "200", "The state", "application/json", "state");
  add_problems (operation, reading);

  operation = begin_operation (paths, "/v1/locations/{location}/calls/{id}", "get", "readCall",
                               "One call with its transcript");
  add_answer (operation, "200", "The call", "application/json", NULL);
  add_problems (operation, reading);

  operation = begin_operation (paths, "/v1/locations/{location}/presence", "get", "readPresence",
                               "Which devices are connected, with whom at them as far as known");
  add_answer (operation, "200", "The devices", "application/json", NULL);
  add_problems (operation, reading);

  operation = begin_operation (paths, "/v1/hooks/{provider}/{location}/{secret}", "post",
                               "postHook", "A provider's own webhook");
  add_answer (operation, "200", "Taken", "application/json", NULL);
  add_problems (operation, hooks);
  open_to_all (operation);

  operation = begin_operation (paths, "/v1/pair", "post", "pair", "Pair a device");
  set_body (operation, hl_schema_ref (SCHEMAS, "pair_request"));
  add_answer (operation, "201", "Paired", "application/json", "pair_answer");
  add_problems (operation, pairing);
  open_to_all (operation);

  operation = begin_operation (paths, "/healthz", "get", "health", "Whether the process lives");
  add_answer (operation, "200", "It lives", "text/plain", NULL);
  open_to_all (operation);
  operation = begin_operation (paths, "/readyz", "get", "ready", "Whether it can serve");
  add_answer (operation, "200", "Ready", "text/plain", NULL);
  add_answer (operation, "503", "Not ready", "text/plain", NULL);
  open_to_all (operation);
  operation = begin_operation (paths, "/metrics", "get", "metrics", "Prometheus text");
  add_answer (operation, "200", "Metrics", "text/plain", NULL);
  add_problems (operation, metrics);
}

JsonNode *
hl_schema_print_openapi (const char *version)
{
  JsonObject *document = begin_document ("openapi", "3.1.0", "Hostline", version);
  JsonObject *requirement = json_object_new ();
  JsonArray *security = json_array_new ();
  JsonObject *components, *scheme;

  json_object_set_string_member (document, "jsonSchemaDialect",
                                 "https://json-schema.org/draft/2020-12/schema");
  json_object_set_array_member (requirement, "token", json_array_new ());
  json_array_add_object_element (security, requirement);
  json_object_set_array_member (document, "security", security);
  JsonObject *paths = put_object (document, "paths");
  add_events_routes (paths);
  add_other_routes (paths);
  components = put_object (document, "components");
  scheme = put_object (put_object (components, "securitySchemes"), "token");
  json_object_set_string_member (scheme, "type", "http");
  json_object_set_string_member (scheme, "scheme", "bearer");
  json_object_set_object_member (components, "schemas", hl_schema_definitions (SCHEMAS));
  return hl_schema_node (document);
}
