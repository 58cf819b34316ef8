/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Vapi: server messages with live lines of the transcript; a shared secret, or an HMAC credential in one of its forms. */
#include "ingest/providers/hl-vapi.h"

#include <string.h>

#include "domain/hl-time.h"
#include "ingest/hl-call-fact.h"
#include "ingest/hl-payload.h"
#include "ingest/hl-provider-error.h"
#include "ingest/hl-providers.h"
#include "ingest/hl-spoken.h"

static const HlEndWord end_words[] = {
  { "customer-ended-call", HL_END_GROUP_CALLER_HANGUP },
  { "assistant-ended-call", HL_END_GROUP_AGENT_HANGUP },
  { "assistant-said-end-call-phrase", HL_END_GROUP_AGENT_HANGUP },
  { "assistant-forwarded-call", HL_END_GROUP_TRANSFERRED },
  { "customer-did-not-answer", HL_END_GROUP_NO_ANSWER },
  { "customer-busy", HL_END_GROUP_BUSY },
  { "voicemail", HL_END_GROUP_VOICEMAIL },
  { "silence-timed-out", HL_END_GROUP_TIMEOUT },
  { "exceeded-max-duration", HL_END_GROUP_TIMEOUT },
  { NULL },
};

/* One of more than six hundred words; the rest is told by its form. */
static void
put_end (JsonObject *data,
         const char *reason)
{
  gboolean failed = reason != NULL && (strstr (reason, "error") != NULL || g_str_has_prefix (reason, "pipeline-"));

  hl_call_fact_put_end (data, reason, end_words, failed ? HL_END_GROUP_FAILED : HL_END_GROUP_UNKNOWN);
}

static gint64
get_time (JsonObject *object,
          const char *path)
{
  const char *text = hl_payload_get_string (object, path);
  gint64 ms = HL_TIME_NONE;

  return text != NULL && hl_time_parse (text, &ms) ? ms : HL_TIME_NONE;
}

static const char *
get_number (JsonObject *message,
            const char *path,
            const char *other)
{
  const char *number = hl_payload_get_string (message, path);
  return number != NULL ? number : hl_payload_get_string (message, other);
}

static JsonObject *
make_call (JsonObject *message,
           const char *call_id)
{
  JsonObject *data = hl_call_fact_new (VAPI_NAME, call_id);
  const char *type = hl_payload_get_string (message, "call.type");
  const char *caller = get_number (message, "customer.number", "call.customer.number");
  const char *ours = get_number (message, "phoneNumber.number", "call.phoneNumber.number");
  gboolean outbound = g_strcmp0 (type, "outboundPhoneCall") == 0;

  hl_payload_put_phone (data, outbound ? "to" : "from", caller);
  hl_payload_put_phone (data, outbound ? "from" : "to", ours);
  if (outbound || g_strcmp0 (type, "inboundPhoneCall") == 0) {
    json_object_set_string_member (data, "direction", outbound ? "outbound" : "inbound");
  } else if (g_strcmp0 (type, "webCall") == 0 || g_strcmp0 (type, "vapi.websocketCall") == 0) {
    json_object_set_string_member (data, "direction", "web");
  }
  hl_call_fact_put_twilio (data, hl_payload_get_string (message, "call.phoneCallProviderId"));
  hl_payload_put_time (data, "started_at", get_time (message, "call.startedAt"));
  return data;
}

static gboolean
get_speaker (const char *role,
             HlSpeaker  *out)
{
  if (g_strcmp0 (role, "user") == 0) {
    *out = HL_SPEAKER_CALLER;
  } else if (g_strcmp0 (role, "assistant") == 0 || g_strcmp0 (role, "bot") == 0) {
    *out = HL_SPEAKER_AGENT;
  } else {
    return FALSE; /* system is the prompt: never shown */
  }
  return TRUE;
}

static void
add_history (GPtrArray  *facts,
             JsonArray  *messages,
             const char *call_id,
             gboolean    ended,
             HlState    *state)
{
  g_autoptr (HlSpoken) spoken = hl_spoken_new (VAPI_NAME, call_id, state);

  for (guint i = 0; messages != NULL && i < json_array_get_length (messages); i++) {
    JsonNode *node = json_array_get_element (messages, i);
    JsonObject *row = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
    HlSpeaker speaker;
    double from = -1;
    gint64 time = 0;
    gint64 end = 0;

    if (row == NULL || !get_speaker (hl_payload_get_string (row, "role"), &speaker)) {
      continue;
    }
    /* "duration" is documented in seconds and seen in milliseconds: it is derived instead. */
    hl_payload_get_double (row, "secondsFromStart", &from);
    gint64 start_ms = from < 0 ? -1 : (gint64) (from * 1000);
    gint64 end_ms = start_ms >= 0 && hl_payload_get_int (row, "time", &time) && hl_payload_get_int (row, "endTime", &end)
                            && end >= time
                        ? start_ms + (end - time)
                        : -1;
    const char *text = hl_payload_get_string (row, "message");
    hl_spoken_add (spoken, speaker, text != NULL ? text : hl_payload_get_string (row, "content"), start_ms, end_ms, TRUE);
  }
  hl_spoken_emit (spoken, ended, facts);
}

static void
add_status (GPtrArray  *facts,
            JsonObject *message,
            const char *call_id,
            gint64      at)
{
  const char *status = hl_payload_get_string (message, "status");
  if (status == NULL) {
    return;
  }
  g_autofree char *key = g_strconcat ("status/", status, NULL);
  JsonObject *data = make_call (message, call_id);
  if (g_str_equal (status, "queued") || g_str_equal (status, "ringing") || g_str_equal (status, "in-progress")) {
    gboolean active = g_str_equal (status, "in-progress");
    json_object_set_string_member (data, "state", active ? "agent_active" : "ringing");
    if (active) {
      hl_payload_put_time (data, "answered_at", at);
    } else if (!json_object_has_member (data, "started_at")) {
      hl_payload_put_time (data, "started_at", at);
    }
    hl_call_fact_add (facts, HL_EVENT_CALL_STARTED, at, data, VAPI_NAME, call_id, key);
  } else if (g_str_equal (status, "forwarding")) {
    json_object_set_int_member (data, "attention_priority", 1);
    json_object_set_string_member (data, "attention_reason", "transfer");
    hl_payload_put_time (data, "attention_since", at);
    hl_call_fact_add (facts, HL_EVENT_CALL_UPDATED, at, data, VAPI_NAME, call_id, key);
  } else if (g_str_equal (status, "ended") || g_str_equal (status, "not-found")) {
    const char *reason = hl_payload_get_string (message, "endedReason");
    json_object_set_string_member (data, "state", "ended");
    put_end (data, reason);
    hl_payload_put_time (data, "ended_at", at);
    hl_call_fact_add (facts, HL_EVENT_CALL_UPDATED, at, data, VAPI_NAME, call_id, key);
  } else {
    json_object_unref (data); /* scheduled, deletion-failed */
  }
}

/* The lasting address where there is one; a presigned one is good for a while only. */
static void
put_recording (JsonObject *data,
               JsonObject *message)
{
  static const char *const lasting[] = { "artifact.recordingUrl", "artifact.recording.mono.combinedUrl",
                                         "artifact.stereoRecordingUrl" };
  static const char *const presigned[] = { "artifact.presignedMonoUrl", "artifact.presignedStereoUrl" };

  for (gsize i = 0; i < G_N_ELEMENTS (lasting) && !json_object_has_member (data, "recording_url"); i++) {
    hl_payload_put_url (data, "recording_url", hl_payload_get_string (message, lasting[i]));
  }
  for (gsize i = 0; i < G_N_ELEMENTS (presigned) && !json_object_has_member (data, "recording_url"); i++) {
    hl_payload_put_url (data, "recording_url", hl_payload_get_string (message, presigned[i]));
    if (json_object_has_member (data, "recording_url")) {
      hl_payload_put_time (data, "recording_expires_at", get_time (message, "artifact.presignedUrlsExpiresAt"));
    }
  }
}

/* A line has no time but that of its message, which is sent when it was said. */
static gint64
get_offset (JsonObject *message,
            gint64      at)
{
  gint64 started = get_time (message, "call.startedAt");

  return started != HL_TIME_NONE && at >= started ? at - started : -1;
}

/* The first that is heard of a call may be what is said in it. */
static void
introduce (GPtrArray  *facts,
           JsonObject *message,
           const char *call_id,
           gint64      at,
           HlState    *state)
{
  if (!hl_call_fact_is_known (state, call_id)) {
    JsonObject *data = make_call (message, call_id);

    json_object_set_string_member (data, "state", "agent_active");
    hl_call_fact_add (facts, HL_EVENT_CALL_UPDATED, at, data, VAPI_NAME, call_id, "heard");
  }
}

/* The agent wants to put the caller through and was told that it cannot: somebody has to look. */
static void
add_transfer (GPtrArray  *facts,
              JsonObject *message,
              const char *call_id,
              gint64      at)
{
  JsonObject *data = make_call (message, call_id);

  json_object_set_int_member (data, "attention_priority", 1);
  json_object_set_string_member (data, "attention_reason", "transfer");
  hl_payload_put_time (data, "attention_since", at);
  hl_call_fact_add (facts, HL_EVENT_CALL_UPDATED, at, data, VAPI_NAME, call_id, "transfer");
}

static void
add_report (GPtrArray  *facts,
            JsonObject *message,
            const char *call_id,
            gint64      at,
            HlState    *state)
{
  JsonObject *data = make_call (message, call_id);
  const char *reason = hl_payload_get_string (message, "endedReason");
  gint64 started = get_time (message, "startedAt");
  gint64 ended = get_time (message, "endedAt");

  put_end (data, reason);
  hl_payload_put_text (data, "summary", hl_payload_get_string (message, "analysis.summary"), 4000);
  hl_payload_put_time (data, "started_at", started);
  hl_payload_put_time (data, "ended_at", ended);
  if (started != HL_TIME_NONE && ended != HL_TIME_NONE) {
    hl_call_fact_put_duration (data, ended - started);
  }
  put_recording (data, message);
  add_history (facts, hl_payload_get_array (message, "artifact.messages"), call_id, TRUE, state);
  hl_call_fact_add (facts, HL_EVENT_CALL_COMPLETED, at, data, VAPI_NAME, call_id, "end-of-call-report");
  hl_call_fact_add_reservation (facts, hl_payload_get_object (message, "analysis.structuredData"),
                                get_number (message, "customer.number", "call.customer.number"), at, state, VAPI_NAME, call_id);
}

static GPtrArray *
translate (const HlHookBody  *body,
           HlState           *state,
           GError           **error)
{
  JsonObject *root = hl_hook_body_get_root (body);
  gint64 received_ms = body->received_ms;
  JsonObject *message = root != NULL ? hl_payload_get_object (root, "message") : NULL;
  const char *type = message != NULL ? hl_payload_get_string (message, "type") : NULL;
  g_autoptr (GPtrArray) facts = g_ptr_array_new_with_free_func ((GDestroyNotify) hl_fact_free);
  gint64 at = 0;

  if (type == NULL) {
    g_set_error_literal (error, HL_PROVIDER_ERROR, HL_PROVIDER_ERROR_UNREADABLE,
                         "The body has no member 'message' with a 'type'.");
    return NULL;
  }
  /* The type string itself changes where only finals are subscribed: transcript[transcriptType="final"] */
  gboolean line = g_str_equal (type, "transcript") || g_str_has_prefix (type, "transcript[");
  gboolean status = g_str_equal (type, "status-update");
  gboolean report = g_str_equal (type, "end-of-call-report");
  gboolean history = g_str_equal (type, "conversation-update");
  gboolean tools = g_str_equal (type, "tool-calls");
  gboolean transfer = g_str_equal (type, "transfer-destination-request") || g_str_equal (type, "handoff-destination-request");
  if (!line && !status && !report && !history && !tools && !transfer) {
    return g_steal_pointer (&facts);
  }
  g_autofree char *call_id = hl_payload_make_id (VAPI_NAME, hl_payload_get_string (message, "call.id"));
  if (call_id == NULL && (tools || transfer)) {
    return g_steal_pointer (&facts); /* what is asked for can be answered without */
  }
  if (call_id == NULL) {
    g_set_error (error, HL_PROVIDER_ERROR, HL_PROVIDER_ERROR_UNREADABLE, "The message '%s' has no usable call.id.", type);
    return NULL;
  }
  if (!hl_payload_get_int (message, "timestamp", &at)) {
    at = received_ms;
  }
  if (tools) {
    introduce (facts, message, call_id, at, state); /* so that what is booked has its call, and the caller's number */
  } else if (transfer) {
    introduce (facts, message, call_id, at, state);
    add_transfer (facts, message, call_id, at);
  } else if (status) {
    add_status (facts, message, call_id, at);
  } else if (report) {
    add_report (facts, message, call_id, at, state);
  } else if (history) {
    JsonArray *messages = hl_payload_get_array (message, "messages");
    introduce (facts, message, call_id, at, state);
    add_history (facts, messages != NULL ? messages : hl_payload_get_array (message, "artifact.messages"), call_id, FALSE,
                 state);
  } else {
    const char *text = hl_payload_get_string (message, "transcript");
    gboolean final = g_strcmp0 (hl_payload_get_string (message, "transcriptType"), "final") == 0
                     || g_str_has_prefix (type, "transcript[");
    HlSpeaker speaker;
    if (text != NULL && get_speaker (hl_payload_get_string (message, "role"), &speaker)) {
      /* Keys outlive what was said, so there is no hash of the words in it: short ones could be guessed from that. */
      g_autofree char *key
          = g_strdup_printf ("line/%d/%" G_GINT64_FORMAT "/%" G_GSIZE_FORMAT, (int) speaker, at, strlen (text));
      g_autoptr (HlSpoken) spoken = hl_spoken_new (VAPI_NAME, call_id, state);
      introduce (facts, message, call_id, at, state);
      hl_spoken_line (spoken, speaker, text, get_offset (message, at), final, key, facts);
    }
  }
  return g_steal_pointer (&facts);
}

const HlProvider hl_provider_vapi = {
  .name = VAPI_NAME,
  .title = "Vapi",
  .settings = hl_vapi_settings,
  .setup = "Set this URL as the assistant's server URL, and the secret as its credential: Bearer token, X-Vapi-Secret, or HMAC (give its\n"
           "header, template, encoding and algorithm with --set where they are not the defaults).\n"
           "Server messages: tick status-update, transcript and end-of-call-report. Those give the text line by line while it is spoken.\n"
           "conversation-update may take the place of transcript. Leave model-output and speech-update off: they are ignored.\n"
           "Set the retries (backoff plan) of the server URL: without them the report of a call is sent once and may be lost.\n"
           "Do not make this the server URL of the phone number or the organization unless --set assistant-id is given: Vapi would ask\n"
           "it which assistant takes the call. A transfer-destination-request is declined here, and calls for staff.\n"
           "Tools: a custom tool with this server URL may be named check_availability, book_reservation, change_reservation,\n"
           "cancel_reservation, hold_reservation, find_reservation, add_note, running_late, join_waitlist or ask_for_person.\n"
           "For bookings made by another tool, the structured data of the analysis may have reservation_time (RFC 3339 with an\n"
           "offset), party_size and reservation_name: they become a reservation.",
  .verify = hl_vapi_verify,
  .translate = translate,
  .key = hl_vapi_make_key,
  .list_tools = hl_vapi_list_tools,
  .answer = hl_vapi_answer,
  .sign = hl_vapi_sign,
};
