/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Vapi: server messages with live lines of the transcript; a shared secret, or an HMAC credential in one of its forms. */
#include <string.h>

#include "domain/hl-time.h"
#include "ingest/hl-payload.h"
#include "ingest/hl-provider-error.h"
#include "ingest/hl-providers.h"
#include "ingest/hl-signature.h"
#include "ingest/hl-spoken.h"
#include "util/hl-id.h"

#define NAME "vapi"
#define DAY_MS 86400000

/* --- verify --- */

static gboolean
check_any (const char            *secret,
           const HlSignaturePart *parts,
           gsize                  n_parts,
           const char            *want)
{
  static const GChecksumType types[] = { G_CHECKSUM_SHA256, G_CHECKSUM_SHA512, G_CHECKSUM_SHA1 };
  gsize len = strlen (secret);
  gboolean match = FALSE;

  /* Algorithm and encoding are settings of the credential at Vapi; their lengths tell them apart. */
  for (gsize i = 0; i < G_N_ELEMENTS (types); i++) {
    match |= hl_signature_check_hex (types[i], secret, len, parts, n_parts, want);
    match |= hl_signature_check_base64 (types[i], secret, len, parts, n_parts, want);
  }
  return match;
}

static const char *
get_header (const HlDelivery *delivery,
            const char       *name,
            gboolean         *broken)
{
  gboolean twice = FALSE;
  const char *value = delivery->get_header (delivery->headers, name, &twice);

  *broken |= twice;
  return twice ? NULL : value;
}

/* "{svix-id}.{timestamp}.{body}", base64; several signatures, each behind "v1,", parted by spaces. The secret is base64, mostly
 * behind "whsec_". */
static gboolean
check_svix (const HlDelivery *delivery,
            const char       *secret,
            const char       *id,
            const char       *stamp,
            const char       *signature)
{
  const HlSignaturePart parts[] = { HL_SIGNATURE_TEXT (id), { ".", 1 }, HL_SIGNATURE_TEXT (stamp), { ".", 1 },
                                    { delivery->body, delivery->body_len } };
  const char *encoded = g_str_has_prefix (secret, "whsec_") ? secret + strlen ("whsec_") : secret;
  gsize key_len = 0;
  g_autofree guchar *key = g_base64_decode (encoded, &key_len);
  g_auto (GStrv) signatures = g_strsplit (signature, " ", 16);
  gboolean match = FALSE;

  for (gsize i = 0; signatures[i] != NULL; i++) {
    if (g_str_has_prefix (signatures[i], "v1,") && key_len > 0) {
      match |= hl_signature_check_base64 (G_CHECKSUM_SHA256, key, key_len, parts, G_N_ELEMENTS (parts),
                                          signatures[i] + 3);
    }
  }
  return match;
}

static HlVerify
verify (const HlDelivery  *delivery,
        const char *const *secrets)
{
  gboolean broken = FALSE;
  const char *shared = get_header (delivery, "X-Vapi-Secret", &broken);
  const char *bearer = get_header (delivery, "Authorization", &broken);
  const char *signature = get_header (delivery, "X-Signature", &broken);
  const char *body_signature = get_header (delivery, "X-Vapi-Signature", &broken);
  const char *stamp = get_header (delivery, "X-Timestamp", &broken);
  const char *svix = get_header (delivery, "Svix-Signature", &broken);
  const char *svix_id = get_header (delivery, "Svix-Id", &broken);
  const char *svix_stamp = get_header (delivery, "Svix-Timestamp", &broken);
  gboolean match = FALSE;
  gboolean any = FALSE;

  if (broken) {
    return HL_VERIFY_BAD_FORMAT;
  }
  if (bearer != NULL && g_ascii_strncasecmp (bearer, "Bearer ", 7) != 0) {
    bearer = NULL;
  }
  if (body_signature != NULL && g_str_has_prefix (body_signature, "sha256=")) {
    body_signature += strlen ("sha256=");
  }
  for (gsize i = 0; secrets[i] != NULL; i++) {
    /* The strongest proof that came decides alone: a forged signature is not mended by a leaked secret beside it. */
    if (svix != NULL && svix_id != NULL && svix_stamp != NULL) {
      any = TRUE;
      match |= check_svix (delivery, secrets[i], svix_id, svix_stamp, svix);
    } else if (signature != NULL && stamp != NULL) {
      /* The unit of the timestamp is not documented, so it is signed as the text that came. */
      const HlSignaturePart parts[]
          = { HL_SIGNATURE_TEXT (stamp), { ".", 1 }, { delivery->body, delivery->body_len } };
      any = TRUE;
      match |= check_any (secrets[i], parts, G_N_ELEMENTS (parts), signature);
    } else if (body_signature != NULL || signature != NULL) {
      const HlSignaturePart parts[] = { { delivery->body, delivery->body_len } };
      any = TRUE;
      match |= check_any (secrets[i], parts, 1, body_signature != NULL ? body_signature : signature);
    } else if (shared != NULL || bearer != NULL) {
      any = TRUE;
      match |= hl_id_equal_secret (shared != NULL ? shared : bearer + 7, secrets[i]);
    }
  }
  return match ? HL_VERIFY_OK : any ? HL_VERIFY_MISMATCH : HL_VERIFY_NO_HEADER;
}

/* --- translate --- */

static HlEndGroup
get_end_group (const char *reason)
{
  static const struct {
    const char *reason;
    HlEndGroup  group;
  } groups[] = {
    { "customer-ended-call", HL_END_GROUP_CALLER_HANGUP },
    { "assistant-ended-call", HL_END_GROUP_AGENT_HANGUP },
    { "assistant-said-end-call-phrase", HL_END_GROUP_AGENT_HANGUP },
    { "assistant-forwarded-call", HL_END_GROUP_TRANSFERRED },
    { "customer-did-not-answer", HL_END_GROUP_NO_ANSWER },
    { "customer-busy", HL_END_GROUP_BUSY },
    { "voicemail", HL_END_GROUP_VOICEMAIL },
    { "silence-timed-out", HL_END_GROUP_TIMEOUT },
    { "exceeded-max-duration", HL_END_GROUP_TIMEOUT },
  };

  for (gsize i = 0; reason != NULL && i < G_N_ELEMENTS (groups); i++) {
    if (g_str_equal (groups[i].reason, reason)) {
      return groups[i].group;
    }
  }
  if (reason != NULL && (strstr (reason, "error") != NULL || g_str_has_prefix (reason, "pipeline-"))) {
    return HL_END_GROUP_FAILED;
  }
  return HL_END_GROUP_UNKNOWN;
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
  JsonObject *data = json_object_new ();
  const char *type = hl_payload_get_string (message, "call.type");
  const char *caller = get_number (message, "customer.number", "call.customer.number");
  const char *ours = get_number (message, "phoneNumber.number", "call.phoneNumber.number");
  gboolean outbound = g_strcmp0 (type, "outboundPhoneCall") == 0;

  json_object_set_string_member (data, "call_id", call_id);
  json_object_set_string_member (data, "provider", NAME);
  hl_payload_put_phone (data, outbound ? "to" : "from", caller);
  hl_payload_put_phone (data, outbound ? "from" : "to", ours);
  if (outbound || g_strcmp0 (type, "inboundPhoneCall") == 0) {
    json_object_set_string_member (data, "direction", outbound ? "outbound" : "inbound");
  } else if (g_strcmp0 (type, "webCall") == 0 || g_strcmp0 (type, "vapi.websocketCall") == 0) {
    json_object_set_string_member (data, "direction", "web");
  }
  const char *sid = hl_payload_get_string (message, "call.phoneCallProviderId");
  g_autofree char *alias = sid != NULL && g_str_has_prefix (sid, "CA") ? hl_payload_make_id ("twilio", sid) : NULL;
  if (alias != NULL) {
    JsonArray *aliases = json_array_new ();
    json_array_add_string_element (aliases, alias);
    json_object_set_array_member (data, "aliases", aliases);
  }
  hl_payload_put_time (data, "started_at", get_time (message, "call.startedAt"));
  return data;
}

static void
add_fact (GPtrArray  *facts,
          HlEventKind kind,
          gint64      at,
          JsonObject *data,
          const char *call_id,
          const char *key)
{
  g_ptr_array_add (facts, hl_fact_new (kind, at >= HL_TIME_MIN && at <= HL_TIME_MAX ? at : HL_TIME_NONE, data, NAME,
                                       call_id, key));
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
  g_autoptr (HlSpoken) spoken = hl_spoken_new (NAME, call_id, state);

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
            gint64      at,
            HlState    *state)
{
  const char *status = hl_payload_get_string (message, "status");
  gboolean known = state != NULL && hl_state_lookup_call (state, call_id) != NULL;

  if (status == NULL) {
    return;
  }
  g_autofree char *key = g_strconcat ("status/", status, NULL);
  JsonObject *data = make_call (message, call_id);
  if (g_str_equal (status, "queued") || g_str_equal (status, "ringing") || g_str_equal (status, "in-progress")) {
    json_object_set_string_member (data, "state", g_str_equal (status, "in-progress") ? "agent_active" : "ringing");
    add_fact (facts, known ? HL_EVENT_CALL_UPDATED : HL_EVENT_CALL_STARTED, at, data, call_id, key);
  } else if (g_str_equal (status, "forwarding")) {
    json_object_set_int_member (data, "attention_priority", 1);
    json_object_set_string_member (data, "attention_reason", "transfer");
    hl_payload_put_time (data, "attention_since", at);
    add_fact (facts, HL_EVENT_CALL_UPDATED, at, data, call_id, key);
  } else if (g_str_equal (status, "ended") || g_str_equal (status, "not-found")) {
    const char *reason = hl_payload_get_string (message, "endedReason");
    json_object_set_string_member (data, "state", "ended");
    hl_payload_put_text (data, "end_reason", reason, 120);
    if (reason != NULL) {
      json_object_set_string_member (data, "end_group", hl_enum_nick (HL_TYPE_END_GROUP, get_end_group (reason)));
    }
    hl_payload_put_time (data, "ended_at", at);
    add_fact (facts, HL_EVENT_CALL_UPDATED, at, data, call_id, key);
  } else {
    json_object_unref (data); /* scheduled, deletion-failed */
  }
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

  hl_payload_put_text (data, "end_reason", reason, 120);
  json_object_set_string_member (data, "end_group", hl_enum_nick (HL_TYPE_END_GROUP, get_end_group (reason)));
  hl_payload_put_text (data, "summary", hl_payload_get_string (message, "analysis.summary"), 4000);
  hl_payload_put_time (data, "started_at", started);
  hl_payload_put_time (data, "ended_at", ended);
  if (started != HL_TIME_NONE && ended != HL_TIME_NONE && ended >= started && ended - started <= DAY_MS) {
    json_object_set_int_member (data, "duration_ms", ended - started);
  }
  const char *recording = hl_payload_get_string (message, "artifact.recordingUrl");
  hl_payload_put_url (data, "recording_url",
                      recording != NULL ? recording
                                        : hl_payload_get_string (message, "artifact.recording.mono.combinedUrl"));
  if (json_object_has_member (data, "recording_url")) {
    hl_payload_put_time (data, "recording_expires_at", get_time (message, "artifact.presignedUrlsExpiresAt"));
  }
  add_history (facts, hl_payload_get_array (message, "artifact.messages"), call_id, TRUE, state);
  add_fact (facts, HL_EVENT_CALL_COMPLETED, at, data, call_id, "end-of-call-report");
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
  if (!line && !status && !report && !history) {
    return g_steal_pointer (&facts);
  }
  g_autofree char *call_id = hl_payload_make_id (NAME, hl_payload_get_string (message, "call.id"));
  if (call_id == NULL) {
    g_set_error (error, HL_PROVIDER_ERROR, HL_PROVIDER_ERROR_UNREADABLE, "The message '%s' has no usable call.id.", type);
    return NULL;
  }
  if (!hl_payload_get_int (message, "timestamp", &at)) {
    at = received_ms;
  }
  if (status) {
    add_status (facts, message, call_id, at, state);
  } else if (report) {
    add_report (facts, message, call_id, at, state);
  } else if (history) {
    JsonArray *messages = hl_payload_get_array (message, "messages");
    add_history (facts, messages != NULL ? messages : hl_payload_get_array (message, "artifact.messages"), call_id, FALSE,
                 state);
  } else {
    const char *text = hl_payload_get_string (message, "transcript");
    gboolean final = g_strcmp0 (hl_payload_get_string (message, "transcriptType"), "final") == 0
                     || g_str_has_prefix (type, "transcript[");
    HlSpeaker speaker;
    if (text != NULL && get_speaker (hl_payload_get_string (message, "role"), &speaker)) {
      g_autofree char *hash = hl_id_sha256_hex (text, strlen (text));
      g_autofree char *key = g_strdup_printf ("line/%d/%" G_GINT64_FORMAT "/%.16s", (int) speaker, at, hash);
      g_autoptr (HlSpoken) spoken = hl_spoken_new (NAME, call_id, state);
      hl_spoken_line (spoken, speaker, text, final, key, facts);
    }
  }
  return g_steal_pointer (&facts);
}

const HlProvider hl_provider_vapi = {
  .name = NAME,
  .title = "Vapi",
  .verify = verify,
  .translate = translate,
};
