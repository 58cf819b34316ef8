/* SPDX-License-Identifier: GPL-3.0-or-later */
/* OpenAI Realtime over SIP: the one webhook that tells of an incoming call, signed as Standard Webhooks. */
#include <string.h>

#include "domain/hl-time.h"
#include "ingest/hl-call-fact.h"
#include "ingest/hl-payload.h"
#include "ingest/hl-provider-error.h"
#include "ingest/hl-providers.h"
#include "ingest/hl-standard-webhooks.h"

#define NAME "openai"

static HlVerify
verify (const HlDelivery  *delivery,
        const char *const *secrets)
{
  return hl_standard_webhooks_verify (delivery, "webhook", secrets);
}

static gboolean
sign (const HlDelivery *delivery,
      const char       *secret,
      const char       *id,
      GHashTable       *headers)
{
  return hl_standard_webhooks_add_headers (delivery, "webhook", secret, id, headers);
}

static char *
make_key (const HlHookBody *body)
{
  return g_strdup (hl_hook_body_get_header (body, "webhook-id"));
}

static void
put_sip_headers (JsonObject *call,
                 JsonArray  *headers)
{
  for (guint i = 0; headers != NULL && i < json_array_get_length (headers); i++) {
    JsonNode *node = json_array_get_element (headers, i);
    JsonObject *header = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
    const char *name = header != NULL ? hl_payload_get_string (header, "name") : NULL;
    const char *value = name != NULL ? hl_payload_get_string (header, "value") : NULL;

    if (value == NULL) {
      continue;
    }
    if (g_ascii_strcasecmp (name, "From") == 0) {
      hl_call_fact_put_sip (call, "from", value);
    } else if (g_ascii_strcasecmp (name, "To") == 0) {
      hl_call_fact_put_sip (call, "to", value);
    } else if (g_ascii_strcasecmp (name, "X-Twilio-CallSid") == 0) {
      hl_call_fact_put_twilio (call, value);
    }
  }
}

static GPtrArray *
translate (const HlHookBody  *body,
           HlState           *state,
           GError           **error)
{
  JsonObject *root = hl_hook_body_get_root (body);
  const char *type = root != NULL ? hl_payload_get_string (root, "type") : NULL;
  g_autoptr (GPtrArray) facts = g_ptr_array_new_with_free_func ((GDestroyNotify) hl_fact_free);
  gint64 created = 0;

  if (type == NULL) {
    g_set_error_literal (error, HL_PROVIDER_ERROR, HL_PROVIDER_ERROR_UNREADABLE, "The body has no member 'type'.");
    return NULL;
  }
  gboolean live = g_str_equal (type, "live.call.incoming");
  if (!live && !g_str_equal (type, "realtime.call.incoming")) {
    return g_steal_pointer (&facts); /* responses, batches, fine-tuning: the account's other events */
  }
  g_autofree char *call_id
      = hl_payload_make_id (NAME, hl_payload_get_string (root, live ? "data.session_id" : "data.call_id"));
  if (call_id == NULL) {
    g_set_error (error, HL_PROVIDER_ERROR, HL_PROVIDER_ERROR_UNREADABLE, "The event '%s' has no usable %s.", type,
                 live ? "data.session_id" : "data.call_id");
    return NULL;
  }
  JsonObject *call = hl_call_fact_new (NAME, call_id);
  json_object_set_string_member (call, "direction", "inbound");
  json_object_set_string_member (call, "state", "ringing");
  put_sip_headers (call, hl_payload_get_array (root, "data.sip_headers"));
  gint64 at = hl_payload_get_int (root, "created_at", &created) && created <= HL_TIME_MAX / 1000 ? created * 1000
                                                                                                 : body->received_ms;
  hl_payload_put_time (call, "started_at", at);
  /* One pending call can send both events: the key is the call's, so that the second changes nothing. */
  hl_call_fact_add (facts, HL_EVENT_CALL_STARTED, at, call, NAME, call_id, "incoming");
  return g_steal_pointer (&facts);
}

static const char *const headers[] = { "webhook-id", NULL };

const HlProvider hl_provider_openai = {
  .name = NAME,
  .title = "OpenAI Realtime (SIP)",
  .headers = headers,
  .setup = "In the project's settings under Webhooks, add this URL and choose realtime.call.incoming (and live.call.incoming where\n"
           "it is offered). The secret is the one that begins with whsec_.\n"
           "This event says that a call rings, and nothing else: OpenAI sends neither the text nor the end of a call by webhook.\n"
           "Your own program accepts the call; let it post transcript_segment and call_completed to\n"
           "/v1/locations/LOCATION/events with the call id openai:rtc_..., else the call shows \"lost contact\" after two minutes.\n"
           "If the project takes only one webhook, keep your program's and let it post call_started in the same way.",
  .verify = verify,
  .translate = translate,
  .key = make_key,
  .sign = sign,
};
