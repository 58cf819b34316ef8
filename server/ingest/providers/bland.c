/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bland AI: one webhook after the call with all of its text. Its fields are known from those who use it, so none is required. */
#include <string.h>

#include "domain/hl-time.h"
#include "ingest/hl-call-fact.h"
#include "ingest/hl-payload.h"
#include "ingest/hl-provider-error.h"
#include "ingest/hl-providers.h"
#include "ingest/hl-signature.h"
#include "ingest/hl-spoken.h"
#include "util/hl-id.h"
#include "wire/hl-json.h"

#define NAME "bland"
#define HEADER "X-Webhook-Signature"

static HlVerify
verify (const HlDelivery  *delivery,
        const char *const *secrets)
{
  gboolean twice = FALSE;
  const char *signature = delivery->get_header (delivery->headers, HEADER, &twice);
  const HlSignaturePart parts[] = { { delivery->body, delivery->body_len } };
  gboolean match = FALSE;

  if (signature == NULL) {
    return twice ? HL_VERIFY_BAD_FORMAT : HL_VERIFY_NO_HEADER;
  }
  if (strlen (signature) != 64) {
    return HL_VERIFY_BAD_FORMAT;
  }
  for (gsize i = 0; secrets[i] != NULL; i++) {
    match |= hl_signature_check_hex (G_CHECKSUM_SHA256, secrets[i], strlen (secrets[i]), parts, 1, signature);
  }
  return match ? HL_VERIFY_OK : HL_VERIFY_MISMATCH;
}

static gboolean
sign (const HlDelivery *delivery,
      const char       *secret,
      const char       *id,
      GHashTable       *headers)
{
  const HlSignaturePart parts[] = { { delivery->body, delivery->body_len } };
  guint8 digest[HL_SIGNATURE_MAX];
  gsize len = hl_signature_make (G_CHECKSUM_SHA256, secret, strlen (secret), parts, 1, digest);

  g_hash_table_replace (headers, g_strdup ("x-webhook-signature"), hl_id_hex (digest, len));
  return TRUE;
}

/* --- translate --- */

static const HlEndWord end_words[] = {
  { "USER", HL_END_GROUP_CALLER_HANGUP },  { "ASSISTANT", HL_END_GROUP_AGENT_HANGUP },
  { "no-answer", HL_END_GROUP_NO_ANSWER }, { "busy", HL_END_GROUP_BUSY },
  { "failed", HL_END_GROUP_FAILED },       { "canceled", HL_END_GROUP_FAILED },
  { "voicemail", HL_END_GROUP_VOICEMAIL }, { NULL },
};

static gint64
get_time (JsonObject *root,
          const char *name)
{
  const char *text = hl_payload_get_string (root, name);
  gint64 ms = HL_TIME_NONE;

  return text != NULL && hl_time_parse (text, &ms) ? ms : HL_TIME_NONE;
}

static void
put_end (JsonObject *data,
         JsonObject *root)
{
  const char *status = hl_payload_get_string (root, "status");
  const char *by = hl_payload_get_string (root, "call_ended_by");
  gboolean over = status == NULL || g_str_equal (status, "completed") || g_str_equal (status, "complete");

  hl_call_fact_put_end (data, over && by != NULL ? by : status, end_words,
                        hl_payload_get_string (root, "error_message") != NULL ? HL_END_GROUP_FAILED : HL_END_GROUP_UNKNOWN);
  if (g_strcmp0 (hl_payload_get_string (root, "answered_by"), "voicemail") == 0) {
    json_object_set_string_member (data, "end_group", "voicemail");
  } else if (hl_payload_get_string (root, "transferred_to") != NULL) {
    json_object_set_string_member (data, "end_group", "transferred");
  }
}

static void
add_transcript (GPtrArray  *facts,
                JsonObject *root,
                const char *call_id,
                gint64      started,
                HlState    *state)
{
  JsonArray *turns = hl_payload_get_array (root, "transcripts");
  g_autoptr (HlSpoken) spoken = hl_spoken_new (NAME, call_id, state);

  for (guint i = 0; turns != NULL && i < json_array_get_length (turns); i++) {
    JsonNode *node = json_array_get_element (turns, i);
    JsonObject *turn = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
    const char *role = turn != NULL ? hl_payload_get_string (turn, "user") : NULL;
    gboolean agent = g_strcmp0 (role, "assistant") == 0 || g_strcmp0 (role, "robot") == 0;

    if (agent || g_strcmp0 (role, "user") == 0) {
      gint64 said = get_time (turn, "created_at");
      hl_spoken_add (spoken, agent ? HL_SPEAKER_AGENT : HL_SPEAKER_CALLER, hl_payload_get_string (turn, "text"),
                     said != HL_TIME_NONE && started != HL_TIME_NONE ? said - started : -1, -1, FALSE);
    }
  }
  hl_spoken_emit (spoken, TRUE, facts);
}

static void
add_call (GPtrArray  *facts,
          JsonObject *root,
          const char *call_id,
          gint64      received_ms,
          HlState    *state)
{
  JsonObject *data = hl_call_fact_new (NAME, call_id);
  JsonNode *inbound = json_object_get_member (root, "inbound");
  gint64 started = get_time (root, "created_at");
  gint64 ended = get_time (root, "end_at");
  gint64 at = ended != HL_TIME_NONE ? ended : received_ms;
  double length = 0;

  hl_payload_put_phone (data, "from", hl_payload_get_string (root, "from"));
  hl_payload_put_phone (data, "to", hl_payload_get_string (root, "to"));
  if (inbound != NULL && JSON_NODE_HOLDS_VALUE (inbound) && json_node_get_value_type (inbound) == G_TYPE_BOOLEAN) {
    json_object_set_string_member (data, "direction", json_node_get_boolean (inbound) ? "inbound" : "outbound");
  }
  hl_payload_put_time (data, "started_at", started);
  hl_payload_put_time (data, "ended_at", at);
  if (hl_payload_get_double (root, "corrected_duration", &length) && length >= 0 && length <= 86400) {
    hl_call_fact_put_duration (data, (gint64) (length * 1000)); /* seconds, in a text */
  } else if (hl_payload_get_double (root, "call_length", &length) && length >= 0 && length <= 1440) {
    hl_call_fact_put_duration (data, (gint64) (length * 60000)); /* minutes */
  }
  put_end (data, root);
  hl_payload_put_text (data, "summary", hl_payload_get_string (root, "summary"), 4000);
  hl_payload_put_url (data, "recording_url", hl_payload_get_string (root, "recording_url"));
  g_autofree char *phone = g_strdup (hl_payload_get_string (data, "from"));
  add_transcript (facts, root, call_id, started, state);
  /* sent again by hand it may know more: then it is another event */
  g_autofree char *text = hl_json_print_object (root);
  g_autofree char *hash = hl_id_sha256_hex (text, strlen (text));
  g_autofree char *key = g_strdup_printf ("post-call/%.16s", hash);
  hl_call_fact_add (facts, HL_EVENT_CALL_COMPLETED, at, data, NAME, call_id, key);
  JsonObject *said = hl_payload_get_object (root, "analysis");
  hl_call_fact_add_reservation (facts, said != NULL ? said : hl_payload_get_object (root, "variables"), phone, at, state, NAME,
                                call_id);
}

static GPtrArray *
translate (const HlHookBody  *body,
           HlState           *state,
           GError           **error)
{
  static const char *const over[] = { "completed", "end_at", "queue_status", "call_length", "transcripts" };
  JsonObject *root = hl_hook_body_get_root (body);
  g_autoptr (GPtrArray) facts = g_ptr_array_new_with_free_func ((GDestroyNotify) hl_fact_free);
  g_autofree char *call_id = root != NULL ? hl_payload_make_id (NAME, hl_payload_get_string (root, "call_id")) : NULL;

  if (call_id == NULL) {
    g_set_error_literal (error, HL_PROVIDER_ERROR, HL_PROVIDER_ERROR_UNREADABLE, "The body has no usable member 'call_id'.");
    return NULL;
  }
  for (gsize i = 0; i < G_N_ELEMENTS (over); i++) {
    if (json_object_has_member (root, over[i])) {
      add_call (facts, root, call_id, body->received_ms, state);
      break; /* the events during a call have none of these */
    }
  }
  return g_steal_pointer (&facts);
}

const HlProvider hl_provider_bland = {
  .name = NAME,
  .title = "Bland AI",
  .setup = "Set this URL as the webhook of the inbound number or of the call, and create a signing secret in the account's settings.\n"
           "Leave webhook_events empty: the events during a call are ignored.\n"
           "Bland sends one message when a call is over, with its whole text. Nothing comes while the caller speaks, and the call is\n"
           "not seen before; where the number is Twilio's, its status callback shows that a call is going on.\n"
           "For bookings made by another tool, the analysis or the variables may have reservation_time (RFC 3339 with an offset),\n"
           "party_size and reservation_name: they become a reservation.",
  .verify = verify,
  .translate = translate,
  .sign = sign,
};
