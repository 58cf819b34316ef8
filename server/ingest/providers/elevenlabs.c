/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ElevenLabs Agents: one event after the call with all of its text, and a question before it. */
#include <string.h>

#include "domain/hl-time.h"
#include "ingest/hl-call-fact.h"
#include "ingest/hl-payload.h"
#include "ingest/hl-provider-error.h"
#include "ingest/hl-providers.h"
#include "ingest/hl-signature.h"
#include "ingest/hl-spoken.h"
#include "util/hl-id.h"

#define NAME "elevenlabs"
#define SECRET_HEADER "X-Hostline-Secret"
#define MAX_AGE_S 1800   /* as the vendor's library has it */
#define MAX_AHEAD_S 300

/* --- verify: ElevenLabs-Signature: t=<s>,v0=<hex> over "t.body"; the question before a call has a header of the restaurant's --- */

static HlVerify
verify_shared (const HlDelivery  *delivery,
               const char *const *secrets)
{
  gboolean twice = FALSE;
  const char *header = delivery->get_header (delivery->headers, SECRET_HEADER, &twice);
  gboolean match = FALSE;

  if (header == NULL) {
    return twice ? HL_VERIFY_BAD_FORMAT : HL_VERIFY_NO_HEADER;
  }
  for (gsize i = 0; secrets[i] != NULL; i++) {
    match |= secrets[i][0] != '\0' && hl_id_equal_secret (header, secrets[i]);
  }
  return match ? HL_VERIFY_OK : HL_VERIFY_MISMATCH;
}

static HlVerify
verify (const HlDelivery  *delivery,
        const char *const *secrets)
{
  gboolean twice = FALSE;
  const char *header = delivery->get_header (delivery->headers, "ElevenLabs-Signature", &twice);
  gint64 stamp = 0;
  gboolean match = FALSE;

  if (twice) {
    return HL_VERIFY_BAD_FORMAT;
  }
  if (header == NULL) {
    return verify_shared (delivery, secrets);
  }
  const char *comma = strchr (header, ',');
  if (!g_str_has_prefix (header, "t=") || comma == NULL || !g_str_has_prefix (comma, ",v0=") || strlen (comma + 4) != 64) {
    return HL_VERIFY_BAD_FORMAT;
  }
  g_autofree char *seconds = g_strndup (header + 2, (gsize) (comma - header - 2));
  if (!hl_signature_parse_time (seconds, &stamp)) {
    return HL_VERIFY_BAD_FORMAT;
  }
  const HlSignaturePart parts[]
      = { HL_SIGNATURE_TEXT (seconds), { ".", 1 }, { delivery->body, delivery->body_len } };
  for (gsize i = 0; secrets[i] != NULL; i++) {
    match |= hl_signature_check_hex (G_CHECKSUM_SHA256, secrets[i], strlen (secrets[i]), parts, G_N_ELEMENTS (parts),
                                     comma + 4);
  }
  if (!match) {
    return HL_VERIFY_MISMATCH;
  }
  gint64 age = delivery->now_ms / 1000 - stamp; /* both are positive: it cannot overflow */
  return age <= MAX_AGE_S && age >= -MAX_AHEAD_S ? HL_VERIFY_OK : HL_VERIFY_STALE;
}

static gboolean
sign (const HlDelivery *delivery,
      const char       *secret,
      const char       *id,
      GHashTable       *headers)
{
  g_autofree char *seconds = g_strdup_printf ("%" G_GINT64_FORMAT, delivery->now_ms / 1000);
  const HlSignaturePart parts[]
      = { HL_SIGNATURE_TEXT (seconds), { ".", 1 }, { delivery->body, delivery->body_len } };
  guint8 digest[HL_SIGNATURE_MAX];
  gsize len = hl_signature_make (G_CHECKSUM_SHA256, secret, strlen (secret), parts, G_N_ELEMENTS (parts), digest);
  g_autofree char *hex = hl_id_hex (digest, len);

  g_hash_table_replace (headers, g_strdup ("elevenlabs-signature"), g_strdup_printf ("t=%s,v0=%s", seconds, hex));
  return TRUE;
}

/* --- translate --- */

/* The question before a call has no type: it is a bare object with the numbers. */
static gboolean
is_question (JsonObject *root)
{
  return root != NULL && hl_payload_get_string (root, "type") == NULL && hl_payload_get_string (root, "call_sid") != NULL
         && hl_payload_get_string (root, "agent_id") != NULL;
}

/* Twilio's call, or another carrier's as far as ElevenLabs knows it. Transfer full. */
static char *
make_carrier_id (const char *sid)
{
  return hl_payload_make_id (sid != NULL && g_str_has_prefix (sid, "CA") ? "twilio" : NAME, sid);
}

static void
put_carrier (JsonObject *data,
             const char *sid)
{
  g_autofree char *alias = sid != NULL ? make_carrier_id (sid) : NULL;

  if (alias != NULL) {
    JsonArray *aliases = json_array_new ();

    json_array_add_string_element (aliases, alias);
    json_object_set_array_member (data, "aliases", aliases);
  }
}

static const char *
get_either (JsonObject *root,
            const char *path,
            const char *other)
{
  const char *text = hl_payload_get_string (root, path);

  return text != NULL ? text : hl_payload_get_string (root, other);
}

static JsonObject *
make_call (JsonObject *root,
           const char *call_id)
{
  JsonObject *data = hl_call_fact_new (NAME, call_id);
  const char *direction = hl_payload_get_string (root, "data.metadata.phone_call.direction");
  gboolean outbound = g_strcmp0 (direction, "outbound") == 0;
  const char *variables = "data.conversation_initiation_client_data.dynamic_variables";
  g_autofree char *caller = g_strconcat (variables, ".system__caller_id", NULL);
  g_autofree char *called = g_strconcat (variables, ".system__called_number", NULL);
  g_autofree char *sid = g_strconcat (variables, ".system__call_sid", NULL);

  hl_payload_put_phone (data, outbound ? "to" : "from",
                        get_either (root, "data.metadata.phone_call.external_number", outbound ? called : caller));
  hl_payload_put_phone (data, outbound ? "from" : "to",
                        get_either (root, "data.metadata.phone_call.agent_number", outbound ? caller : called));
  if (outbound || g_strcmp0 (direction, "inbound") == 0) {
    json_object_set_string_member (data, "direction", direction);
  }
  put_carrier (data, get_either (root, "data.metadata.phone_call.call_sid", sid));
  return data;
}

/* A sentence, not a word: its group is told by what stands in it. */
static HlEndGroup
guess_group (const char *reason)
{
  static const struct {
    const char *part;
    HlEndGroup  group;
  } parts[] = {
    { "voicemail", HL_END_GROUP_VOICEMAIL },      { "transfer", HL_END_GROUP_TRANSFERRED },
    { "end_call", HL_END_GROUP_AGENT_HANGUP },    { "Client disconnected", HL_END_GROUP_CALLER_HANGUP },
    { "remote party", HL_END_GROUP_CALLER_HANGUP }, { "duration", HL_END_GROUP_TIMEOUT },
    { "inactivity", HL_END_GROUP_TIMEOUT },
  };

  for (gsize i = 0; reason != NULL && i < G_N_ELEMENTS (parts); i++) {
    if (strstr (reason, parts[i].part) != NULL) {
      return parts[i].group;
    }
  }
  return HL_END_GROUP_UNKNOWN;
}

static const HlEndWord end_words[] = {
  { "busy", HL_END_GROUP_BUSY },
  { "no-answer", HL_END_GROUP_NO_ANSWER },
  { "unknown", HL_END_GROUP_FAILED },
  { NULL },
};

static void
add_transcript (GPtrArray  *facts,
                JsonObject *root,
                const char *call_id,
                HlState    *state)
{
  JsonArray *turns = hl_payload_get_array (root, "data.transcript");
  g_autoptr (HlSpoken) spoken = hl_spoken_new (NAME, call_id, state);

  for (guint i = 0; turns != NULL && i < json_array_get_length (turns); i++) {
    JsonNode *node = json_array_get_element (turns, i);
    JsonObject *turn = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
    const char *role = turn != NULL ? hl_payload_get_string (turn, "role") : NULL;
    double seconds = -1;

    if (g_strcmp0 (role, "agent") != 0 && g_strcmp0 (role, "user") != 0) {
      continue;
    }
    hl_payload_get_double (turn, "time_in_call_secs", &seconds);
    hl_spoken_add (spoken, role[0] == 'a' ? HL_SPEAKER_AGENT : HL_SPEAKER_CALLER, hl_payload_get_string (turn, "message"),
                   seconds < 0 || seconds > 86400 ? -1 : (gint64) (seconds * 1000), -1, FALSE);
  }
  hl_spoken_emit (spoken, TRUE, facts);
}

/* {"party_size": {"value": 4, ...}} as {"party_size": 4}. Transfer full. */
static JsonObject *
collect_values (JsonObject *root)
{
  JsonObject *results = hl_payload_get_object (root, "data.analysis.data_collection_results");
  JsonObject *values = json_object_new ();
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;

  if (results == NULL) {
    return values;
  }
  json_object_iter_init (&iter, results);
  while (json_object_iter_next (&iter, &name, &node)) {
    JsonNode *value = JSON_NODE_HOLDS_OBJECT (node) ? json_object_get_member (json_node_get_object (node), "value") : NULL;
    if (value != NULL) {
      json_object_set_member (values, name, json_node_copy (value));
    }
  }
  return values;
}

static void
add_transcription (GPtrArray  *facts,
                   JsonObject *root,
                   const char *call_id,
                   gint64      sent,
                   HlState    *state)
{
  JsonObject *data = make_call (root, call_id);
  const char *reason = hl_payload_get_string (root, "data.metadata.termination_reason");
  gboolean failed = g_strcmp0 (hl_payload_get_string (root, "data.status"), "failed") == 0;
  gint64 start = 0;
  gint64 seconds = 0;
  gint64 at = sent;

  if (hl_payload_get_int (root, "data.metadata.start_time_unix_secs", &start) && start > 0 && start <= HL_TIME_MAX / 1000) {
    hl_payload_put_time (data, "started_at", start * 1000);
    if (hl_payload_get_int (root, "data.metadata.call_duration_secs", &seconds) && seconds >= 0 && seconds <= 86400) {
      hl_call_fact_put_duration (data, seconds * 1000);
      at = (start + seconds) * 1000;
    }
  }
  hl_payload_put_time (data, "ended_at", at);
  hl_call_fact_put_end (data, reason, end_words, failed ? HL_END_GROUP_FAILED : guess_group (reason));
  hl_payload_put_text (data, "summary", hl_payload_get_string (root, "data.analysis.transcript_summary"), 4000);
  hl_payload_put_language (data, "language", hl_payload_get_string (root, "data.metadata.main_language"));
  g_autofree char *phone = g_strdup (hl_payload_get_string (data, "from"));
  add_transcript (facts, root, call_id, state);
  hl_call_fact_add (facts, HL_EVENT_CALL_COMPLETED, at, data, NAME, call_id, "post_call_transcription");
  g_autoptr (JsonObject) values = collect_values (root);
  hl_call_fact_add_reservation (facts, values, phone, at, state, NAME, call_id);
}

/* A call that the agent could not make: the carrier's own report stands inside. */
static void
add_failure (GPtrArray  *facts,
             JsonObject *root,
             const char *call_id,
             gint64      sent)
{
  JsonObject *data = hl_call_fact_new (NAME, call_id);

  json_object_set_string_member (data, "direction", "outbound");
  hl_payload_put_phone (data, "from", get_either (root, "data.metadata.body.From", "data.metadata.body.from_number"));
  hl_payload_put_phone (data, "to", get_either (root, "data.metadata.body.To", "data.metadata.body.to_number"));
  put_carrier (data, get_either (root, "data.metadata.body.CallSid", "data.metadata.body.call_sid"));
  hl_call_fact_put_end (data, hl_payload_get_string (root, "data.failure_reason"), end_words, HL_END_GROUP_FAILED);
  hl_payload_put_time (data, "ended_at", sent);
  hl_call_fact_add (facts, HL_EVENT_CALL_COMPLETED, sent, data, NAME, call_id, "call_initiation_failure");
}

static void
add_question (GPtrArray  *facts,
              JsonObject *root,
              gint64      received_ms)
{
  g_autofree char *call_id = make_carrier_id (hl_payload_get_string (root, "call_sid"));

  if (call_id != NULL) {
    JsonObject *data = hl_call_fact_new (NAME, call_id);

    json_object_set_string_member (data, "direction", "inbound");
    json_object_set_string_member (data, "state", "ringing");
    hl_payload_put_phone (data, "from", hl_payload_get_string (root, "caller_id"));
    hl_payload_put_phone (data, "to", hl_payload_get_string (root, "called_number"));
    hl_call_fact_add (facts, HL_EVENT_CALL_STARTED, received_ms, data, NAME, call_id, "initiation");
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
  gint64 sent = 0;

  if (is_question (root)) {
    add_question (facts, root, body->received_ms);
    return g_steal_pointer (&facts);
  }
  if (type == NULL) {
    g_set_error_literal (error, HL_PROVIDER_ERROR, HL_PROVIDER_ERROR_UNREADABLE, "The body has no member 'type'.");
    return NULL;
  }
  gboolean transcription = g_str_equal (type, "post_call_transcription");
  if (!transcription && !g_str_equal (type, "call_initiation_failure")) {
    return g_steal_pointer (&facts); /* post_call_audio: megabytes that nobody hears here; and whatever comes later */
  }
  g_autofree char *call_id = hl_payload_make_id (NAME, hl_payload_get_string (root, "data.conversation_id"));
  if (call_id == NULL) {
    g_set_error (error, HL_PROVIDER_ERROR, HL_PROVIDER_ERROR_UNREADABLE,
                 "The event '%s' has no usable data.conversation_id.", type);
    return NULL;
  }
  sent = hl_payload_get_int (root, "event_timestamp", &sent) && sent > 0 && sent <= HL_TIME_MAX / 1000 ? sent * 1000
                                                                                                       : body->received_ms;
  if (transcription) {
    add_transcription (facts, root, call_id, sent, state);
  } else {
    add_failure (facts, root, call_id, sent);
  }
  return g_steal_pointer (&facts);
}

static char *
make_key (const HlHookBody *body)
{
  JsonObject *root = hl_hook_body_get_root (body);
  const char *type = root != NULL ? hl_payload_get_string (root, "type") : NULL;
  const char *id = root != NULL ? hl_payload_get_string (root, "data.conversation_id") : NULL;

  if (is_question (root)) {
    return g_strdup_printf ("initiation/%s", hl_payload_get_string (root, "call_sid"));
  }
  return type != NULL && id != NULL ? g_strdup_printf ("%s/%s", type, id) : NULL;
}

static char *
answer (const HlHookBody *body,
        GPtrArray        *tools)
{
  return is_question (hl_hook_body_get_root (body))
             ? g_strdup ("{\"type\":\"conversation_initiation_client_data\",\"dynamic_variables\":{}}")
             : NULL;
}

const HlProvider hl_provider_elevenlabs = {
  .name = NAME,
  .title = "ElevenLabs Agents",
  .setup = "Add this URL as the post-call webhook of the workspace or the agent, with HMAC; the secret is the one that begins with\n"
           "wsec_. Turn its retries on.\n"
           "Tick the transcript (post_call_transcription) and call_initiation_failure. Do not tick the audio (post_call_audio): it comes\n"
           "in chunks and is refused here, and a webhook that fails for long is turned off. There is no recording to hear then.\n"
           "ElevenLabs sends no text while the caller speaks: the call shows its text when it is over.\n"
           "To see calls begin, enter this URL also as the conversation initiation webhook, with the header X-Hostline-Secret and\n"
           "the same secret: each call then waits for our answer, which has no dynamic variables. Leave it off where the agent\n"
           "needs variables of its own. For calls through Twilio, its status callback does the same without the wait.\n"
           "For bookings made by another tool, the data collection may have reservation_time (RFC 3339 with an offset), party_size\n"
           "and reservation_name: they become a reservation.",
  .verify = verify,
  .translate = translate,
  .key = make_key,
  .answer = answer,
  .sign = sign,
};
