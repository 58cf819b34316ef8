/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Retell AI: call events with a snapshot of the transcript, signed with the API key that carries the webhook badge. */
#include <string.h>

#include "domain/hl-time.h"
#include "ingest/hl-call-fact.h"
#include "ingest/hl-payload.h"
#include "ingest/hl-provider-error.h"
#include "ingest/hl-providers.h"
#include "ingest/hl-signature.h"
#include "ingest/hl-spoken.h"
#include "util/hl-id.h"

#define NAME "retell"
#define WINDOW_MS 300000 /* both ways, inclusive */
#define OPT_OUT_MS (10 * 60 * 1000)
#define SIGNED_MS (24 * 60 * 60 * 1000)

/* --- verify: X-Retell-Signature: v=<ms>,d=<hex> over body and ms, without a separator --- */

static HlVerify
verify (const HlDelivery   *delivery,
        const char *const  *secrets)
{
  gboolean twice = FALSE;
  const char *header = delivery->get_header (delivery->headers, "X-Retell-Signature", &twice);
  gint64 stamp = 0;

  if (twice) {
    return HL_VERIFY_BAD_FORMAT;
  }
  if (header == NULL) {
    return HL_VERIFY_NO_HEADER;
  }
  const char *comma = strchr (header, ',');
  if (!g_str_has_prefix (header, "v=") || comma == NULL || !g_str_has_prefix (comma, ",d=")
      || strlen (comma + 3) != 64) {
    return HL_VERIFY_BAD_FORMAT;
  }
  g_autofree char *ms = g_strndup (header + 2, (gsize) (comma - header - 2));
  if (!hl_signature_parse_time (ms, &stamp)) {
    return HL_VERIFY_BAD_FORMAT;
  }
  const HlSignaturePart parts[] = { { delivery->body, delivery->body_len }, HL_SIGNATURE_TEXT (ms) };
  gboolean match = FALSE;
  for (gsize i = 0; secrets[i] != NULL; i++) {
    match |= hl_signature_check_hex (G_CHECKSUM_SHA256, secrets[i], strlen (secrets[i]), parts, G_N_ELEMENTS (parts),
                                     comma + 3);
  }
  if (!match) {
    return HL_VERIFY_MISMATCH;
  }
  /* stamp and now are both positive, so the difference cannot overflow */
  return ABS (delivery->now_ms - stamp) <= WINDOW_MS ? HL_VERIFY_OK : HL_VERIFY_STALE;
}

/* --- translate --- */

static const HlEndWord end_words[] = {
  { "user_hangup", HL_END_GROUP_CALLER_HANGUP },
  { "agent_hangup", HL_END_GROUP_AGENT_HANGUP },
  { "call_transfer", HL_END_GROUP_TRANSFERRED },
  { "dial_no_answer", HL_END_GROUP_NO_ANSWER },
  { "dial_busy", HL_END_GROUP_BUSY },
  { "voicemail_reached", HL_END_GROUP_VOICEMAIL },
  { "inactivity", HL_END_GROUP_TIMEOUT },
  { "max_duration_reached", HL_END_GROUP_TIMEOUT },
  { "dial_failed", HL_END_GROUP_FAILED },
  { NULL },
};

/* What every event says of the call: enough to create it, whichever comes first. */
static JsonObject *
make_call (JsonObject *call,
           const char *call_id)
{
  JsonObject *data = hl_call_fact_new (NAME, call_id);
  const char *direction = hl_payload_get_string (call, "direction");
  const char *type = hl_payload_get_string (call, "call_type");
  gint64 start = 0;

  hl_payload_put_phone (data, "from", hl_payload_get_string (call, "from_number"));
  hl_payload_put_phone (data, "to", hl_payload_get_string (call, "to_number"));
  if (g_strcmp0 (type, "web_call") == 0) {
    json_object_set_string_member (data, "direction", "web");
  } else if (g_strcmp0 (direction, "inbound") == 0 || g_strcmp0 (direction, "outbound") == 0) {
    json_object_set_string_member (data, "direction", direction);
  }
  hl_call_fact_put_twilio (data, hl_payload_get_string (call, "telephony_identifier.twilio_call_sid"));
  if (hl_payload_get_int (call, "start_timestamp", &start)) {
    hl_payload_put_time (data, "started_at", start);
  }
  return data;
}

/* A link lives for ten minutes where nothing sensitive is stored, and for a day where links are signed. */
static void
put_recording (JsonObject *data,
               JsonObject *call)
{
  const char *scrubbed = hl_payload_get_string (call, "scrubbed_recording_url");
  const char *url = scrubbed != NULL ? scrubbed : hl_payload_get_string (call, "recording_url");
  JsonNode *opt_out = json_object_get_member (call, "opt_out_sensitive_data_storage");
  gint64 end = 0;

  hl_payload_put_url (data, "recording_url", url);
  if (!json_object_has_member (data, "recording_url") || !hl_payload_get_int (call, "end_timestamp", &end)) {
    return;
  }
  if (opt_out != NULL && JSON_NODE_HOLDS_VALUE (opt_out) && json_node_get_boolean (opt_out)) {
    hl_payload_put_time (data, "recording_expires_at", end + OPT_OUT_MS);
  } else if (strstr (url, "Signature=") != NULL) {
    hl_payload_put_time (data, "recording_expires_at", end + SIGNED_MS);
  }
}

static void
put_end (JsonObject *data,
         JsonObject *call)
{
  const char *reason = hl_payload_get_string (call, "disconnection_reason");
  gint64 value = 0;

  gboolean failed = reason != NULL && g_str_has_prefix (reason, "error");
  hl_call_fact_put_end (data, reason, end_words, failed ? HL_END_GROUP_FAILED : HL_END_GROUP_UNKNOWN);
  if (hl_payload_get_int (call, "end_timestamp", &value)) {
    hl_payload_put_time (data, "ended_at", value);
  }
  if (hl_payload_get_int (call, "duration_ms", &value)) {
    hl_call_fact_put_duration (data, value);
  }
  put_recording (data, call);
}

/* When an event happened, by the provider's own clock where the payload has it: fields are registers by this time, so a
 * retry or another order of arrival must not change it. */
static gint64
get_event_time (const char *event,
                JsonObject *call,
                gint64      received_ms)
{
  gint64 start = HL_TIME_NONE;
  gint64 end = HL_TIME_NONE;

  hl_payload_get_int (call, "start_timestamp", &start);
  hl_payload_get_int (call, "end_timestamp", &end);
  if (g_str_equal (event, "call_started")) {
    return start != HL_TIME_NONE ? start : received_ms;
  }
  if (g_str_equal (event, "call_ended")) {
    return end != HL_TIME_NONE ? end : received_ms;
  }
  if (g_str_equal (event, "call_analyzed")) {
    return end != HL_TIME_NONE ? end + 1 : received_ms;
  }
  return received_ms;
}

static void
add_transcript (GPtrArray  *facts,
                JsonObject *call,
                const char *call_id,
                gboolean    ended,
                HlState    *state)
{
  JsonArray *turns = hl_payload_get_array (call, "transcript_object");
  g_autoptr (HlSpoken) spoken = hl_spoken_new (NAME, call_id, state);

  for (guint i = 0; turns != NULL && i < json_array_get_length (turns); i++) {
    JsonNode *node = json_array_get_element (turns, i);
    JsonObject *turn = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
    const char *role = turn != NULL ? hl_payload_get_string (turn, "role") : NULL;
    JsonArray *words = turn != NULL ? hl_payload_get_array (turn, "words") : NULL;
    guint n_words = words != NULL ? json_array_get_length (words) : 0;
    double from = -1;
    double to = -1;

    if (n_words > 0) {
      JsonNode *first = json_array_get_element (words, 0);
      JsonNode *last = json_array_get_element (words, n_words - 1);
      if (JSON_NODE_HOLDS_OBJECT (first)) {
        hl_payload_get_double (json_node_get_object (first), "start", &from);
      }
      if (JSON_NODE_HOLDS_OBJECT (last)) {
        hl_payload_get_double (json_node_get_object (last), "end", &to);
      }
    }
    HlSpeaker speaker = g_strcmp0 (role, "agent") == 0            ? HL_SPEAKER_AGENT
                        : g_strcmp0 (role, "user") == 0           ? HL_SPEAKER_CALLER
                        : g_strcmp0 (role, "transfer_target") == 0 ? HL_SPEAKER_STAFF
                                                                   : HL_SPEAKER_SYSTEM;
    if (speaker != HL_SPEAKER_SYSTEM) {
      hl_spoken_add (spoken, speaker, hl_payload_get_string (turn, "content"), from < 0 ? -1 : (gint64) (from * 1000),
                     to < 0 ? -1 : (gint64) (to * 1000), FALSE);
    }
  }
  hl_spoken_emit (spoken, ended, facts);
}

/* The first that is heard of a call may be what is said in it. */
static void
introduce (GPtrArray  *facts,
           JsonObject *call,
           const char *call_id,
           gint64      at,
           HlState    *state)
{
  if (!hl_call_fact_is_known (state, call_id)) {
    JsonObject *data = make_call (call, call_id);

    json_object_set_string_member (data, "state", "agent_active");
    hl_call_fact_add (facts, HL_EVENT_CALL_UPDATED, at, data, NAME, call_id, "heard");
  }
}

/* A custom function of the agent: {name, call, args}. */
static gboolean
is_function (const HlHookBody *body)
{
  JsonObject *root = hl_hook_body_get_root (body);

  return root != NULL && hl_payload_get_string (root, "event") == NULL && hl_payload_get_string (root, "name") != NULL
         && json_object_has_member (root, "args");
}

/* It carries the call so far, which is as good as a transcript_updated. */
static GPtrArray *
translate_function (JsonObject *root,
                    gint64      received_ms,
                    HlState    *state)
{
  GPtrArray *facts = g_ptr_array_new_with_free_func ((GDestroyNotify) hl_fact_free);
  JsonObject *call = hl_payload_get_object (root, "call");
  g_autofree char *call_id
      = call != NULL ? hl_payload_make_id (NAME, hl_payload_get_string (call, "call_id")) : NULL;

  if (call_id != NULL) {
    introduce (facts, call, call_id, received_ms, state);
    add_transcript (facts, call, call_id, FALSE, state);
  }
  return facts;
}

static GPtrArray *
list_tools (const HlHookBody *body)
{
  JsonObject *root = hl_hook_body_get_root (body);

  if (!is_function (body)) {
    return NULL;
  }
  g_autofree char *call_id = hl_payload_make_id (NAME, hl_payload_get_string (root, "call.call_id"));
  GPtrArray *tools = g_ptr_array_new_with_free_func ((GDestroyNotify) hl_tool_call_free);
  g_ptr_array_add (tools, hl_tool_call_new (NULL, hl_payload_get_string (root, "name"), call_id,
                                            hl_tool_call_read_arguments (json_object_get_member (root, "args"))));
  return tools;
}

static char *
answer (const HlHookBody *body,
        GPtrArray        *tools)
{
  JsonObject *root = hl_hook_body_get_root (body);

  if (is_function (body)) {
    g_autoptr (GPtrArray) own = tools == NULL ? list_tools (body) : g_ptr_array_ref (tools);
    return hl_tool_call_print_result (g_ptr_array_index (own, 0));
  }
  /* nothing is overridden: the number's own agent takes the call */
  return root != NULL && g_strcmp0 (hl_payload_get_string (root, "event"), "call_inbound") == 0
             ? g_strdup ("{\"call_inbound\":{}}")
             : NULL;
}

/* There is no id of a delivery: copies come within a second, so that the key is what the event is about. */
static char *
make_key (const HlHookBody *body)
{
  JsonObject *root = hl_hook_body_get_root (body);
  const char *event = root != NULL ? hl_payload_get_string (root, "event") : NULL;
  const char *call = root != NULL ? hl_payload_get_string (root, "call.call_id") : NULL;

  if (event == NULL || call == NULL) {
    return NULL;
  }
  return g_str_equal (event, "call_started") || g_str_equal (event, "call_ended") || g_str_equal (event, "call_analyzed")
             ? g_strdup_printf ("%s/%s", event, call)
             : NULL;
}

static gboolean
sign (const HlDelivery *delivery,
      const char       *secret,
      const char       *id,
      GHashTable       *headers)
{
  g_autofree char *stamp = g_strdup_printf ("%" G_GINT64_FORMAT, delivery->now_ms);
  const HlSignaturePart parts[] = { { delivery->body, delivery->body_len }, HL_SIGNATURE_TEXT (stamp) };
  guint8 digest[HL_SIGNATURE_MAX];
  gsize len = hl_signature_make (G_CHECKSUM_SHA256, secret, strlen (secret), parts, G_N_ELEMENTS (parts), digest);
  g_autofree char *hex = hl_id_hex (digest, len);

  g_hash_table_replace (headers, g_strdup ("x-retell-signature"), g_strdup_printf ("v=%s,d=%s", stamp, hex));
  return TRUE;
}

static GPtrArray *
translate (const HlHookBody  *body,
           HlState           *state,
           GError           **error)
{
  JsonObject *root = hl_hook_body_get_root (body);
  gint64 received_ms = body->received_ms;
  const char *event = root != NULL ? hl_payload_get_string (root, "event") : NULL;
  g_autoptr (GPtrArray) facts = g_ptr_array_new_with_free_func ((GDestroyNotify) hl_fact_free);

  if (event == NULL && is_function (body)) {
    return translate_function (root, received_ms, state);
  }
  if (event == NULL) {
    g_set_error_literal (error, HL_PROVIDER_ERROR, HL_PROVIDER_ERROR_UNREADABLE, "The body has no member 'event'.");
    return NULL;
  }
  gboolean transfer = g_str_has_prefix (event, "transfer_");
  if (!transfer && !g_str_equal (event, "call_started") && !g_str_equal (event, "call_ended")
      && !g_str_equal (event, "call_analyzed") && !g_str_equal (event, "transcript_updated")) {
    return g_steal_pointer (&facts); /* chats, inbound questions, whatever comes later */
  }
  JsonObject *call = hl_payload_get_object (root, "call");
  g_autofree char *call_id
      = call != NULL ? hl_payload_make_id (NAME, hl_payload_get_string (call, "call_id")) : NULL;
  if (call_id == NULL) {
    g_set_error (error, HL_PROVIDER_ERROR, HL_PROVIDER_ERROR_UNREADABLE, "The event '%s' has no usable call.call_id.",
                 event);
    return NULL;
  }
  gint64 at = get_event_time (event, call, received_ms);

  if (g_str_equal (event, "transcript_updated")) {
    introduce (facts, call, call_id, at, state);
    add_transcript (facts, call, call_id, FALSE, state);
    return g_steal_pointer (&facts);
  }
  JsonObject *data = make_call (call, call_id);
  if (g_str_equal (event, "call_started")) {
    json_object_set_string_member (data, "state", "agent_active"); /* Retell sends it once connected */
    hl_call_fact_add (facts, HL_EVENT_CALL_STARTED, at, data, NAME, call_id, event);
  } else if (g_str_equal (event, "call_ended")) {
    put_end (data, call);
    add_transcript (facts, call, call_id, TRUE, state);
    hl_call_fact_add (facts, HL_EVENT_CALL_COMPLETED, at, data, NAME, call_id, event);
  } else if (g_str_equal (event, "call_analyzed")) {
    const char *sentiment = hl_payload_get_string (call, "call_analysis.user_sentiment");
    int value = 0;
    put_end (data, call);
    json_object_set_string_member (data, "state", "ended"); /* and so it is, should the event of the end be lost */
    hl_payload_put_text (data, "summary", hl_payload_get_string (call, "call_analysis.call_summary"), 4000);
    if (sentiment != NULL) {
      g_autofree char *nick = g_ascii_strdown (sentiment, -1);
      if (hl_enum_parse (HL_TYPE_SENTIMENT, nick, &value)) {
        json_object_set_string_member (data, "sentiment", nick);
      }
    }
    add_transcript (facts, call, call_id, TRUE, state);
    hl_call_fact_add (facts, HL_EVENT_CALL_UPDATED, at, data, NAME, call_id, event);
    hl_call_fact_add_reservation (facts, hl_payload_get_object (call, "call_analysis.custom_analysis_data"),
                                  hl_payload_get_string (call, "from_number"), at, state, NAME, call_id);
  } else {
    gint64 start = 0;
    hl_payload_get_int (call, "start_timestamp", &start);
    g_autofree char *key = g_strdup_printf (
        "%s/%" G_GINT64_FORMAT "/%s", event, start,
        hl_payload_get_object (root, "transfer_destination") != NULL
            ? (hl_payload_get_string (root, "transfer_destination.number") != NULL
                   ? hl_payload_get_string (root, "transfer_destination.number")
                   : "")
            : "");
    if (g_str_equal (event, "transfer_started") || g_str_equal (event, "transfer_cancelled")) {
      /* The host's own phone is ringing, or was refused: either way somebody has to look. */
      json_object_set_int_member (data, "attention_priority", 1);
      json_object_set_string_member (data, "attention_reason", "transfer");
      hl_payload_put_time (data, "attention_since", received_ms);
    }
    hl_call_fact_add (facts, HL_EVENT_CALL_UPDATED, at, data, NAME, call_id, key);
  }
  return g_steal_pointer (&facts);
}

const HlProvider hl_provider_retell = {
  .name = NAME,
  .title = "Retell AI",
  .setup = "Set this URL as the agent's webhook URL (it replaces the account's, it does not add to it). The secret is the API key that\n"
           "carries the Webhook badge.\n"
           "Tick call_started, call_ended and call_analyzed, and add transcript_updated: it is off by default, and without it the text\n"
           "of a call comes only when the call is over. It is sent whole each time a turn changes hands, not word by word.\n"
           "Do not enter this URL as the inbound webhook of a number (call_inbound): it is answered so that the call goes on, but\n"
           "each call waits for it.\n"
           "To let the agent book, add custom functions with this URL named check_availability, book_reservation,\n"
           "change_reservation, cancel_reservation, hold_reservation, find_reservation, add_note, running_late, join_waitlist or\n"
           "ask_for_person, with \"Payload: args only\" off.\n"
           "For bookings made by another tool, the post-call analysis may extract reservation_time (RFC 3339 with an offset),\n"
           "party_size and reservation_name: they become a reservation.",
  .verify = verify,
  .translate = translate,
  .key = make_key,
  .list_tools = list_tools,
  .answer = answer,
  .sign = sign,
};
