/* SPDX-License-Identifier: GPL-3.0-or-later */
/* CloudEvents 1.0 over HTTP: Hostline's own events in structured, batched and binary form. */
#include <string.h>

#include "ingest/hl-canonical.h"
#include "ingest/hl-payload.h"
#include "ingest/hl-provider-error.h"
#include "ingest/hl-providers.h"
#include "ingest/hl-standard-webhooks.h"

#define PREFIX "webhook"

/* The specification leaves authentication to others: the path's secret, and Standard Webhooks where a secret was given. */
static HlVerify
verify (const HlDelivery  *delivery,
        const char *const *secrets)
{
  return hl_standard_webhooks_verify (delivery, PREFIX, secrets);
}

static gboolean
sign (const HlDelivery *delivery,
      const char       *secret,
      const char       *id,
      GHashTable       *headers)
{
  return hl_standard_webhooks_add_headers (delivery, PREFIX, secret, id, headers);
}

/* --- binary form: the attributes are headers, percent-encoded --- */

static const char *const headers[]
    = { "ce-specversion", "ce-id", "ce-source", "ce-type", "ce-time", "ce-subject", "ce-dataschema", NULL };

static JsonNode *
make_from_headers (const HlHookBody *body)
{
  JsonNode *node;
  JsonObject *event;

  if (hl_hook_body_get_header (body, "ce-specversion") == NULL || body->json == NULL) {
    return NULL;
  }
  event = json_object_new ();
  for (gsize i = 0; headers[i] != NULL; i++) {
    const char *value = hl_hook_body_get_header (body, headers[i]);
    g_autofree char *plain = value != NULL ? g_uri_unescape_string (value, NULL) : NULL;

    if (plain != NULL && g_utf8_validate (plain, -1, NULL)) {
      json_object_set_string_member (event, headers[i] + strlen ("ce-"), plain);
    }
  }
  json_object_set_member (event, "data", json_node_copy (body->json));
  node = json_node_new (JSON_NODE_OBJECT);
  json_node_take_object (node, event);
  return node;
}

/* --- translate --- */

/* An event of a type that is none of ours means nothing to us, and the rest of its batch does. */
static gboolean
is_ours (JsonNode *node)
{
  const char *type = JSON_NODE_HOLDS_OBJECT (node) ? hl_payload_get_string (json_node_get_object (node), "type") : NULL;

  return type == NULL || hl_canonical_parse_type (type) != HL_EVENT_UNKNOWN;
}

static JsonNode *
filter (JsonNode *root)
{
  JsonNode *node;
  JsonArray *kept;

  if (!JSON_NODE_HOLDS_ARRAY (root)) {
    return is_ours (root) ? json_node_ref (root) : NULL;
  }
  kept = json_array_new ();
  for (guint i = 0; i < json_array_get_length (json_node_get_array (root)); i++) {
    JsonNode *each = json_array_get_element (json_node_get_array (root), i);

    if (is_ours (each)) {
      json_array_add_element (kept, json_node_copy (each));
    }
  }
  if (json_array_get_length (kept) == 0 && json_array_get_length (json_node_get_array (root)) > 0) {
    json_array_unref (kept);
    return NULL;
  }
  node = json_node_new (JSON_NODE_ARRAY);
  json_node_take_array (node, kept);
  return node;
}

static GPtrArray *
translate (const HlHookBody  *body,
           HlState           *state,
           GError           **error)
{
  g_autoptr (JsonNode) binary = make_from_headers (body);
  JsonNode *root = binary != NULL ? binary : body->json;
  g_autoptr (JsonNode) ours = root != NULL ? filter (root) : NULL;
  g_autoptr (HlProblem) problem = NULL;

  if (root != NULL && ours == NULL) {
    return g_ptr_array_new_with_free_func ((GDestroyNotify) hl_fact_free);
  }
  g_autoptr (HlCanonical) canonical = hl_canonical_read_node (
      ours, body->length, JSON_NODE_HOLDS_ARRAY (ours) ? HL_CANONICAL_CLOUD_BATCH : HL_CANONICAL_CLOUD,
      HL_ROLE_PUBLISHER, &problem);
  if (canonical == NULL) {
    g_set_error (error, HL_PROVIDER_ERROR, HL_PROVIDER_ERROR_UNREADABLE, "%s: %s.",
                 problem->pointer != NULL ? problem->pointer : "", problem->detail);
    return NULL;
  }
  return g_steal_pointer (&canonical->facts);
}

/* `source` and `id` together are what an event is known by; a batch is known by its bytes. */
static char *
make_key (const HlHookBody *body)
{
  g_autoptr (JsonNode) binary = make_from_headers (body);
  JsonNode *root = binary != NULL ? binary : body->json;
  const char *source, *id;

  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root)) {
    return NULL;
  }
  source = hl_payload_get_string (json_node_get_object (root), "source");
  id = hl_payload_get_string (json_node_get_object (root), "id");
  return source != NULL && id != NULL ? g_strdup_printf ("%s %s", source, id) : NULL;
}

static const char *const content_types[]
    = { "application/cloudevents+json", "application/cloudevents-batch+json", "application/json", NULL };

const HlProvider hl_provider_cloudevents = {
  .name = "cloudevents",
  .title = "CloudEvents 1.0",
  .secret_optional = TRUE,
  .content_types = content_types,
  .headers = headers,
  .setup = "POST CloudEvents 1.0 to this URL: structured (application/cloudevents+json), batched (application/cloudevents-batch+json)\n"
           "or binary (application/json with ce- headers). The type ends in an event kind, with \".\" for \"_\"; the data is as\n"
           "\"hostlinectl schema\" prints it. Others are answered 200 and counted. With a secret the requests must be signed after\n"
           "standardwebhooks.com; without one the URL is all that proves the sender, so keep it.",
  .verify = verify,
  .translate = translate,
  .key = make_key,
  .sign = sign,
};
