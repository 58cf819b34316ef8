/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Standard Webhooks: Hostline's own events in the specification's envelope {type, timestamp, data}. */
#include "domain/hl-enums.h"
#include "ingest/hl-canonical.h"
#include "ingest/hl-provider-error.h"
#include "ingest/hl-payload.h"
#include "ingest/hl-providers.h"
#include "ingest/hl-standard-webhooks.h"

#define PREFIX "webhook"

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

static char *
make_key (const HlHookBody *body)
{
  return g_strdup (hl_hook_body_get_header (body, "webhook-id"));
}

/* The event as a publisher would post it to us. */
static JsonNode *
make_event (JsonObject *root,
            HlEventKind kind)
{
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);
  JsonObject *event = json_object_new ();
  JsonNode *at = json_object_get_member (root, "timestamp");
  JsonNode *data = json_object_get_member (root, "data");

  json_object_set_string_member (event, "kind", hl_enum_nick (HL_TYPE_EVENT_KIND, kind));
  if (at != NULL) {
    json_object_set_member (event, "at", json_node_copy (at));
  }
  if (data != NULL) {
    json_object_set_member (event, "data", json_node_copy (data));
  }
  json_node_take_object (node, event);
  return node;
}

static GPtrArray *
translate (const HlHookBody  *body,
           HlState           *state,
           GError           **error)
{
  JsonObject *root = hl_hook_body_get_root (body);
  const char *type = root != NULL ? hl_payload_get_string (root, "type") : NULL;
  HlEventKind kind = type != NULL ? hl_canonical_parse_type (type) : HL_EVENT_UNKNOWN;
  g_autoptr (HlProblem) problem = NULL;

  if (type == NULL) {
    g_set_error_literal (error, HL_PROVIDER_ERROR, HL_PROVIDER_ERROR_UNREADABLE, "The body has no member 'type'.");
    return NULL;
  }
  if (kind == HL_EVENT_UNKNOWN) {
    return g_ptr_array_new_with_free_func ((GDestroyNotify) hl_fact_free);
  }
  g_autoptr (JsonNode) event = make_event (root, kind);
  g_autoptr (HlCanonical) canonical
      = hl_canonical_read_node (event, body->length, HL_CANONICAL_PLAIN, HL_ROLE_PUBLISHER, &problem);
  if (canonical == NULL) {
    g_set_error (error, HL_PROVIDER_ERROR, HL_PROVIDER_ERROR_UNREADABLE, "%s: %s.",
                 problem->pointer != NULL ? problem->pointer : "", problem->detail);
    return NULL;
  }
  return g_steal_pointer (&canonical->facts);
}

static const char *const headers[] = { "webhook-id", NULL };

const HlProvider hl_provider_standard_webhooks = {
  .name = "standard-webhooks",
  .title = "Standard Webhooks",
  .headers = headers,
  .setup = "For a program of your own: POST {\"type\": \"reservation.created\", \"timestamp\": TIME, \"data\": {...}} to this URL,\n"
           "signed after standardwebhooks.com with the secret (whsec_ and base64) that you gave. The type is an event kind with\n"
           "\".\" for \"_\" and any reverse-DNS prefix, the data as \"hostlinectl schema\" prints it. A webhook-id that comes again\n"
           "changes nothing.",
  .verify = verify,
  .translate = translate,
  .key = make_key,
  .sign = sign,
};
