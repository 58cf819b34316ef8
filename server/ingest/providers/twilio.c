/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Twilio: call status, recordings and real-time transcription, as forms. */
#include <stdio.h>
#include <string.h>

#include "domain/hl-call.h"
#include "domain/hl-time.h"
#include "ingest/hl-call-fact.h"
#include "ingest/hl-payload.h"
#include "ingest/hl-provider-error.h"
#include "ingest/hl-providers.h"
#include "ingest/hl-spoken.h"
#include "ingest/providers/hl-twilio.h"
#include "util/hl-id.h"
#include "wire/hl-json.h"

#define NAME "twilio"
#define XML "<?xml version=\"1.0\" encoding=\"UTF-8\"?>"

/* --- reading the form --- */

/* "Tue, 01 Dec 2026 23:02:38 +0000" (RFC 2822), or RFC 3339. */
static gint64
get_time (const HlHookBody *body,
          const char       *name)
{
  static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
  const char *text = hl_hook_body_get_form (body, name);
  char month[4] = "";
  int day, year, hour, minute, second, zone;
  gint64 ms = HL_TIME_NONE;

  if (text == NULL || hl_time_parse (text, &ms)) {
    return ms;
  }
  const char *comma = strchr (text, ',');
  if (sscanf (comma != NULL ? comma + 1 : text, " %2d %3[A-Za-z] %4d %2d:%2d:%2d %5d", &day, month, &year, &hour, &minute,
              &second, &zone)
      != 7) {
    return HL_TIME_NONE;
  }
  const char *at = strlen (month) == 3 ? strstr (months, month) : NULL;
  if (at == NULL || (at - months) % 3 != 0 || ABS (zone) > 1400 || ABS (zone) % 100 > 59) {
    return HL_TIME_NONE;
  }
  g_autofree char *iso = g_strdup_printf ("%04d-%02d-%02dT%02d:%02d:%02d%c%02d:%02d", year, (int) (at - months) / 3 + 1, day,
                                          hour, minute, second, zone < 0 ? '-' : '+', ABS (zone) / 100, ABS (zone) % 100);
  return hl_time_parse (iso, &ms) ? ms : HL_TIME_NONE;
}

static gboolean
get_number (const HlHookBody *body,
            const char       *name,
            gint64           *out)
{
  const char *text = hl_hook_body_get_form (body, name);

  return text != NULL && g_ascii_string_to_signed (text, 10, 0, G_MAXINT32, out, NULL);
}

static gboolean
is (const HlHookBody *body,
    const char       *name,
    const char       *value)
{
  return g_strcmp0 (hl_hook_body_get_form (body, name), value) == 0;
}

/* A call comes in and waits for its TwiML; a status callback says who sent it. */
static gboolean
is_question (const HlHookBody *body)
{
  return is (body, "CallStatus", "ringing") && hl_hook_body_get_form (body, "CallbackSource") == NULL
         && hl_hook_body_get_form (body, "SequenceNumber") == NULL
         && hl_hook_body_get_form (body, "TranscriptionEvent") == NULL;
}

/* --- calls --- */

static void
put_party (JsonObject       *data,
           const char       *name,
           const HlHookBody *body,
           const char       *field)
{
  const char *text = hl_hook_body_get_form (body, field);

  hl_payload_put_phone (data, name, text);
  if (!json_object_has_member (data, name)) {
    hl_call_fact_put_sip (data, name, text);
  }
}

static JsonObject *
make_call (const HlHookBody *body,
           const char       *call_id)
{
  JsonObject *data = hl_call_fact_new (NAME, call_id);
  const char *direction = hl_hook_body_get_form (body, "Direction");
  g_autofree char *parent = hl_payload_make_id (NAME, hl_hook_body_get_form (body, "ParentCallSid"));

  put_party (data, "from", body, "From");
  put_party (data, "to", body, "To");
  hl_payload_put_text (data, "caller_name", hl_hook_body_get_form (body, "CallerName"), 120);
  if (direction != NULL && (g_str_equal (direction, "inbound") || g_str_has_prefix (direction, "outbound"))) {
    json_object_set_string_member (data, "direction", direction[0] == 'i' ? "inbound" : "outbound");
  }
  if (parent != NULL) {
    json_object_set_string_member (data, "parent_call_id", parent);
  }
  return data;
}

/* By default Twilio tells of the end only: how long it lasted then says when it began, unless that is known better. */
static void
add_start (GPtrArray        *facts,
           const HlHookBody *body,
           const char       *call_id,
           gint64            ended,
           gint64            seconds,
           HlState          *state)
{
  HlCall *call = state != NULL ? hl_state_lookup_call (state, call_id) : NULL;

  if (ended != HL_TIME_NONE && seconds > 0 && (call == NULL || hl_call_get_started_at (call) == HL_TIME_NONE)) {
    JsonObject *data = make_call (body, call_id);

    json_object_set_string_member (data, "state", "agent_active");
    hl_call_fact_add (facts, HL_EVENT_CALL_STARTED, ended - seconds * 1000, data, NAME, call_id, "begun");
  }
}

static void
add_end (GPtrArray        *facts,
         const HlHookBody *body,
         const char       *call_id,
         const char       *status,
         const char       *key,
         gint64            at,
         HlState          *state)
{
  static const HlEndWord words[] = {
    { "completed", HL_END_GROUP_UNKNOWN }, /* it does not say who hung up */
    { "no-answer", HL_END_GROUP_NO_ANSWER }, { "busy", HL_END_GROUP_BUSY },
    { "failed", HL_END_GROUP_FAILED },       { "canceled", HL_END_GROUP_FAILED },
    { NULL },
  };
  JsonObject *data = make_call (body, call_id);
  const char *answered_by = hl_hook_body_get_form (body, "AnsweredBy");
  gint64 seconds = 0;

  hl_call_fact_put_end (data, status, words, HL_END_GROUP_UNKNOWN);
  if (answered_by != NULL && g_str_has_prefix (answered_by, "machine")) {
    json_object_set_string_member (data, "end_group", "voicemail");
  }
  hl_payload_put_time (data, "ended_at", at);
  if (get_number (body, "CallDuration", &seconds)) {
    hl_call_fact_put_duration (data, seconds * 1000);
    add_start (facts, body, call_id, at, seconds, state);
  }
  hl_payload_put_url (data, "recording_url", hl_hook_body_get_form (body, "RecordingUrl"));
  if (json_object_has_member (data, "recording_url")) {
    json_object_set_boolean_member (data, "recording_needs_auth", TRUE);
  }
  hl_call_fact_add (facts, HL_EVENT_CALL_COMPLETED, at, data, NAME, call_id, key);
}

static void
add_status (GPtrArray        *facts,
            const HlHookBody *body,
            const char       *call_id,
            const char       *status,
            HlState          *state)
{
  static const char *const before[] = { "queued", "initiated", "ringing", NULL };
  static const char *const over[] = { "completed", "busy", "failed", "no-answer", "canceled", NULL };
  const char *number = hl_hook_body_get_form (body, "SequenceNumber");
  gint64 stamp = get_time (body, "Timestamp");
  gint64 at = stamp != HL_TIME_NONE ? stamp : body->received_ms;
  g_autofree char *key = number != NULL ? g_strdup_printf ("status/%s/%s", status, number)
                                        : g_strdup_printf ("status/%s", status);

  if (g_strv_contains (over, status)) {
    add_end (facts, body, call_id, status, key, at, state);
  } else if (g_strv_contains (before, status)) {
    JsonObject *data = make_call (body, call_id);

    json_object_set_string_member (data, "state", "ringing");
    hl_payload_put_time (data, "started_at", stamp);
    if (is_question (body) && hl_hook_body_get_setting (body, "voice-url") == NULL) {
      /* nobody but us is asked what to do with the call, and we do not talk to callers */
      json_object_set_string_member (data, "attention_reason", "agent_failed");
    }
    hl_call_fact_add (facts, HL_EVENT_CALL_STARTED, at, data, NAME, call_id, key);
  } else if (g_str_equal (status, "in-progress")) {
    JsonObject *data = make_call (body, call_id);

    json_object_set_string_member (data, "state", "agent_active");
    hl_payload_put_time (data, "answered_at", stamp);
    hl_call_fact_add (facts, HL_EVENT_CALL_UPDATED, at, data, NAME, call_id, key);
  }
}

static void
add_recording (GPtrArray        *facts,
               const HlHookBody *body,
               const char       *call_id)
{
  const char *sid = hl_hook_body_get_form (body, "RecordingSid");

  if (!is (body, "RecordingStatus", "completed") || sid == NULL) {
    return; /* in-progress, absent */
  }
  JsonObject *data = hl_call_fact_new (NAME, call_id);
  g_autofree char *key = g_strdup_printf ("recording/%s", sid);
  hl_payload_put_url (data, "recording_url", hl_hook_body_get_form (body, "RecordingUrl"));
  json_object_set_boolean_member (data, "recording_needs_auth", TRUE); /* the account's own name and token */
  hl_call_fact_add (facts, HL_EVENT_CALL_UPDATED, body->received_ms, data, NAME, call_id, key);
}

/* --- transcription --- */

static void
introduce (GPtrArray  *facts,
           const char *call_id,
           gint64      at,
           const char *key)
{
  JsonObject *data = hl_call_fact_new (NAME, call_id);

  json_object_set_string_member (data, "state", "agent_active");
  hl_call_fact_add (facts, HL_EVENT_CALL_UPDATED, at, data, NAME, call_id, key);
}

/* From the answer, if that is known. */
static gint64
get_offset (HlState    *state,
            const char *call_id,
            gint64      at)
{
  HlCall *call = state != NULL ? hl_state_lookup_call (state, call_id) : NULL;
  gint64 answered = call != NULL ? hl_call_get_answered_at (call) : HL_TIME_NONE;

  return answered != HL_TIME_NONE && at >= answered ? at - answered : -1;
}

static void
put_details (GPtrArray        *facts,
             guint             from,
             const HlHookBody *body,
             JsonObject       *said)
{
  double confidence = 0;

  for (guint i = from; i < facts->len; i++) {
    JsonObject *data = ((HlFact *) g_ptr_array_index (facts, i))->data;

    hl_payload_put_language (data, "language", hl_hook_body_get_form (body, "LanguageCode"));
    if (hl_payload_get_double (said, "confidence", &confidence) && confidence >= 0 && confidence <= 1) {
      json_object_set_double_member (data, "confidence", confidence);
    }
  }
}

static void
add_line (GPtrArray        *facts,
          const HlHookBody *body,
          const char       *call_id,
          gint64            at,
          HlState          *state)
{
  const char *text = hl_hook_body_get_form (body, "TranscriptionData");
  const char *track = hl_hook_body_get_form (body, "Track");
  const char *sid = hl_hook_body_get_form (body, "TranscriptionSid");
  const char *number = hl_hook_body_get_form (body, "SequenceId");
  g_autoptr (JsonObject) said = text != NULL ? hl_json_parse_object (text, strlen (text), NULL, NULL) : NULL;
  const char *line = said != NULL ? hl_payload_get_string (said, "transcript") : NULL;

  if (line == NULL || track == NULL) {
    return;
  }
  if (!hl_call_fact_is_known (state, call_id)) {
    introduce (facts, call_id, at, "heard");
  }
  guint from = facts->len;
  /* the inbound track is the far party of the leg: who called, or whom we rang */
  HlSpeaker speaker = g_str_equal (track, "inbound_track") ? HL_SPEAKER_CALLER : HL_SPEAKER_AGENT;
  g_autofree char *key = g_strdup_printf ("line/%s/%s/%s", sid != NULL ? sid : "", track, number != NULL ? number : line);
  g_autoptr (HlSpoken) spoken = hl_spoken_new (NAME, call_id, state);
  hl_spoken_line (spoken, speaker, line, get_offset (state, call_id, at), is (body, "Final", "true"), key, facts);
  put_details (facts, from, body, said);
}

static void
add_transcription (GPtrArray        *facts,
                   const HlHookBody *body,
                   const char       *call_id,
                   HlState          *state)
{
  gint64 stamp = get_time (body, "Timestamp");
  gint64 at = stamp != HL_TIME_NONE ? stamp : body->received_ms;

  if (is (body, "TranscriptionEvent", "transcription-content")) {
    add_line (facts, body, call_id, at, state);
  } else if (is (body, "TranscriptionEvent", "transcription-started")) {
    introduce (facts, call_id, at, "transcription"); /* it starts on a call that was answered */
  }
}

/* --- the adapter --- */

static GPtrArray *
translate (const HlHookBody  *body,
           HlState           *state,
           GError           **error)
{
  const char *type = hl_hook_body_get_header (body, "content-type");
  const char *status = hl_hook_body_get_form (body, "CallStatus");
  g_autoptr (GPtrArray) facts = g_ptr_array_new_with_free_func ((GDestroyNotify) hl_fact_free);

  if (type != NULL && g_ascii_strncasecmp (type, "application/json", 16) == 0) {
    return g_steal_pointer (&facts); /* other products of the account: they tell of no call */
  }
  g_autofree char *call_id = hl_payload_make_id (NAME, hl_hook_body_get_form (body, "CallSid"));
  if (call_id == NULL) {
    g_set_error_literal (error, HL_PROVIDER_ERROR, HL_PROVIDER_ERROR_UNREADABLE, "The form has no usable field CallSid.");
    return NULL;
  }
  if (hl_hook_body_get_form (body, "TranscriptionEvent") != NULL) {
    add_transcription (facts, body, call_id, state);
  } else if (status != NULL) {
    add_status (facts, body, call_id, status, state);
  } else if (hl_hook_body_get_form (body, "RecordingStatus") != NULL) {
    add_recording (facts, body, call_id);
  }
  return g_steal_pointer (&facts);
}

static char *
make_key (const HlHookBody *body)
{
  const char *token = hl_hook_body_get_header (body, "i-twilio-idempotency-token");
  const char *call = hl_hook_body_get_form (body, "CallSid");
  const char *number = hl_hook_body_get_form (body, "SequenceNumber");
  const char *source = hl_hook_body_get_form (body, "CallbackSource");

  if (token != NULL && *token != '\0' && strlen (token) <= 128) {
    return g_strconcat ("token/", token, NULL);
  }
  return call != NULL && number != NULL && source != NULL ? g_strdup_printf ("status/%s/%s/%s", call, source, number) : NULL;
}

/* Only the question what to do with a call is read at all; an empty answer to it would hang up. */
static char *
answer (const HlHookBody *body,
        GPtrArray        *tools)
{
  const char *next = hl_hook_body_get_setting (body, "voice-url");

  if (!is_question (body)) {
    return g_strdup (XML "<Response/>");
  }
  if (next == NULL) {
    return NULL; /* no TwiML: Twilio then asks the number's fallback URL */
  }
  g_autofree char *escaped = g_markup_escape_text (next, -1);
  return g_strconcat (XML "<Response><Redirect method=\"POST\">", escaped, "</Redirect></Response>", NULL);
}

static const HlProviderSetting settings[] = {
  { "voice-url", NULL, NULL,
    "Where a call goes on (the phone agent's own TwiML URL) when this hook is asked what to do with it." },
  { NULL },
};

static const char *const content_types[] = { "application/x-www-form-urlencoded", "application/json", NULL };
static const char *const headers[] = { "content-type", "i-twilio-idempotency-token", NULL };

const HlProvider hl_provider_twilio = {
  .name = NAME,
  .title = "Twilio",
  .form = TRUE,
  .signs_url = TRUE,
  .content_types = content_types,
  .headers = headers,
  .settings = settings,
  .setup = "The secret is the account's primary auth token. Twilio signs the URL as it is entered there: public-urls must say the same.\n"
           "Enter this URL as the status callback of the number (\"Call status changes\") and choose initiated, ringing, answered and\n"
           "completed: by default only the end is told.\n"
           "Where calls are recorded, also as the recording status callback. Recordings need the account's login to be heard.\n"
           "For the text while it is spoken, start it in the TwiML: <Start><Transcription statusCallbackUrl=\"...\"\n"
           "track=\"both_tracks\" partialResults=\"true\"/></Start>. If Vapi, Retell or ElevenLabs handle the call and tell its text,\n"
           "leave that out; their calls and Twilio's are shown as one.\n"
           "Do not enter it under \"A call comes in\": that asks what to say to the caller. If it must stand there, give the agent's\n"
           "own URL with --set voice-url=..., and the call goes on there; without it the number's fallback URL is asked.",
  .verify = hl_twilio_verify,
  .translate = translate,
  .key = make_key,
  .answer = answer,
  .answer_type = "text/xml",
  .sign = hl_twilio_sign,
};
