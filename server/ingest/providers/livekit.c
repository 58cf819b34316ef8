/* SPDX-License-Identifier: GPL-3.0-or-later */
/* LiveKit: rooms and their participants; the caller is the participant that came in by SIP. Signed as a JSON web token. */
#include <string.h>

#include "domain/hl-call.h"
#include "domain/hl-time.h"
#include "ingest/hl-call-fact.h"
#include "ingest/hl-payload.h"
#include "ingest/hl-provider-error.h"
#include "ingest/hl-providers.h"
#include "ingest/hl-signature.h"
#include "util/hl-id.h"
#include "wire/hl-json.h"

#define NAME "livekit"
#define LEEWAY_S 60
#define LIFE_S 300 /* as LiveKit signs them */
#define DIGEST_BYTES 32

/* --- verify: Authorization: <JWT>, HS256, with the body's SHA-256 among the claims --- */

static JsonObject *
decode_part (const char *part,
             gsize       len)
{
  g_autofree char *text = g_strndup (part, len);
  g_autoptr (GBytes) bytes = hl_id_from_base64url (text);
  gsize size = 0;
  const char *json = bytes != NULL ? g_bytes_get_data (bytes, &size) : NULL;

  return json != NULL ? hl_json_parse_object (json, size, NULL, NULL) : NULL;
}

static gboolean
has_body (JsonObject       *claims,
          const HlDelivery *delivery)
{
  const char *claim = hl_payload_get_string (claims, "sha256");
  guint8 want[DIGEST_BYTES];
  guint8 have[DIGEST_BYTES];
  gsize len = 0;

  if (claim == NULL || !hl_signature_decode_base64 (claim, want, sizeof want, &len) || len != sizeof want) {
    return FALSE;
  }
  hl_id_sha256 (delivery->body, delivery->body_len, have);
  return hl_id_equal_bytes (want, have, sizeof want);
}

static const char *
get_setting (const HlDelivery *delivery,
             const char       *name)
{
  return delivery->settings != NULL ? hl_payload_get_string (delivery->settings, name) : NULL;
}

static HlVerify
check_claims (JsonObject       *claims,
              const HlDelivery *delivery)
{
  const char *key = get_setting (delivery, "api-key");
  gint64 now = delivery->now_ms / 1000;
  gint64 from = 0;
  gint64 until = 0;

  if (!has_body (claims, delivery) || (key != NULL && g_strcmp0 (hl_payload_get_string (claims, "iss"), key) != 0)) {
    return HL_VERIFY_MISMATCH;
  }
  if (!hl_payload_get_int (claims, "exp", &until)) {
    return HL_VERIFY_BAD_FORMAT;
  }
  if (now > until + LEEWAY_S || (hl_payload_get_int (claims, "nbf", &from) && now < from - LEEWAY_S)) {
    return HL_VERIFY_STALE;
  }
  return HL_VERIFY_OK;
}

static HlVerify
verify (const HlDelivery  *delivery,
        const char *const *secrets)
{
  gboolean twice = FALSE;
  const char *token = delivery->get_header (delivery->headers, "Authorization", &twice);
  gboolean match = FALSE;
  gsize size = 0;

  if (token == NULL) {
    return twice ? HL_VERIFY_BAD_FORMAT : HL_VERIFY_NO_HEADER;
  }
  if (g_ascii_strncasecmp (token, "Bearer ", 7) == 0) {
    token += 7;
  }
  const char *dot = strchr (token, '.');
  const char *last = dot != NULL ? strchr (dot + 1, '.') : NULL;
  if (last == NULL) {
    return HL_VERIFY_BAD_FORMAT;
  }
  g_autoptr (JsonObject) head = decode_part (token, (gsize) (dot - token));
  g_autoptr (GBytes) signature = hl_id_from_base64url (last + 1);
  const guint8 *want = signature != NULL ? g_bytes_get_data (signature, &size) : NULL;
  /* before anything: whoever may choose the algorithm may choose none */
  if (head == NULL || g_strcmp0 (hl_payload_get_string (head, "alg"), "HS256") != 0 || size != DIGEST_BYTES) {
    return HL_VERIFY_BAD_FORMAT;
  }
  const HlSignaturePart parts[] = { { token, (gsize) (last - token) } };
  for (gsize i = 0; secrets[i] != NULL; i++) {
    guint8 digest[HL_SIGNATURE_MAX];
    if (secrets[i][0] != '\0') {
      hl_signature_make (G_CHECKSUM_SHA256, secrets[i], strlen (secrets[i]), parts, 1, digest);
      match |= hl_id_equal_bytes (digest, want, DIGEST_BYTES);
    }
  }
  if (!match) {
    return HL_VERIFY_MISMATCH;
  }
  g_autoptr (JsonObject) claims = decode_part (dot + 1, (gsize) (last - dot - 1));
  return claims != NULL ? check_claims (claims, delivery) : HL_VERIFY_BAD_FORMAT;
}

static gboolean
sign (const HlDelivery *delivery,
      const char       *secret,
      const char       *id,
      GHashTable       *headers)
{
  static const char head[] = "{\"alg\":\"HS256\",\"typ\":\"JWT\"}";
  const char *key = get_setting (delivery, "api-key");
  gint64 now = delivery->now_ms / 1000;
  guint8 hash[DIGEST_BYTES];
  guint8 digest[HL_SIGNATURE_MAX];
  g_autoptr (JsonObject) claims = json_object_new ();

  hl_id_sha256 (delivery->body, delivery->body_len, hash);
  g_autofree char *hash_text = g_base64_encode (hash, sizeof hash);
  json_object_set_int_member (claims, "exp", now + LIFE_S);
  json_object_set_string_member (claims, "iss", key != NULL ? key : "APIhostline");
  json_object_set_int_member (claims, "nbf", now);
  json_object_set_string_member (claims, "sha256", hash_text);
  g_autofree char *claims_text = hl_json_print_object (claims);
  g_autofree char *first = hl_id_base64url (head, strlen (head));
  g_autofree char *second = hl_id_base64url (claims_text, strlen (claims_text));
  g_autofree char *text = g_strconcat (first, ".", second, NULL);
  const HlSignaturePart parts[] = { HL_SIGNATURE_TEXT (text) };
  gsize len = hl_signature_make (G_CHECKSUM_SHA256, secret, strlen (secret), parts, 1, digest);
  g_autofree char *third = hl_id_base64url (digest, len);
  g_hash_table_replace (headers, g_strdup ("authorization"), g_strconcat (text, ".", third, NULL));
  return TRUE;
}

/* --- translate --- */

/* What an event is about. */
typedef struct {
  JsonObject *root;
  const char *event;
  char       *room;    /* our id of the room, NULL: none */
  char       *call_id; /* of the SIP participant, NULL: the event has none */
  JsonObject *caller;  /* the participant */
  JsonObject *attributes;
  gint64      at;
} Told;

static void
told_clear (Told *told)
{
  g_free (told->room);
  g_free (told->call_id);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Told, told_clear)

/* Names of attributes have dots of their own. */
static const char *
get_attribute (const Told *told,
               const char *name)
{
  JsonNode *node = told->attributes != NULL ? json_object_get_member (told->attributes, name) : NULL;

  return node != NULL && JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING
             ? json_node_get_string (node)
             : NULL;
}

static gint64
get_seconds (JsonObject *object,
             const char *path)
{
  gint64 seconds = 0;

  return hl_payload_get_int (object, path, &seconds) && seconds > 0 && seconds <= HL_TIME_MAX / 1000 ? seconds * 1000
                                                                                                     : HL_TIME_NONE;
}

static void
read_told (Told             *told,
           const HlHookBody *body,
           JsonObject       *root,
           const char       *event)
{
  const char *sid = hl_payload_get_string (root, "room.sid");
  gint64 created = get_seconds (root, "createdAt");

  told->root = root;
  told->event = event;
  told->at = created != HL_TIME_NONE ? created : body->received_ms;
  told->room = hl_payload_make_id (NAME, sid != NULL ? sid : hl_payload_get_string (root, "egressInfo.roomId"));
  told->caller = hl_payload_get_object (root, "participant");
  if (told->caller != NULL && g_strcmp0 (hl_payload_get_string (told->caller, "kind"), "SIP") == 0) {
    told->attributes = hl_payload_get_object (told->caller, "attributes");
    const char *call = get_attribute (told, "sip.callID");
    told->call_id = hl_payload_make_id (NAME, call != NULL ? call : hl_payload_get_string (told->caller, "sid"));
  }
}

/* Rooms of phone calls bear the prefix that the dispatch rule gives them; of others only what is known as a call counts. */
static gboolean
is_call_room (const Told       *told,
              const HlHookBody *body,
              HlState          *state)
{
  const char *prefix = hl_hook_body_get_setting (body, "room-prefix");
  const char *name = hl_payload_get_string (told->root, "room.name");

  if (told->room == NULL) {
    return FALSE;
  }
  return (name != NULL && g_str_has_prefix (name, prefix != NULL ? prefix : "call-"))
         || hl_call_fact_is_known (state, told->room);
}

/* Somebody whom the agent rang from within a call: that leg is no call of its own. */
static gboolean
is_second_leg (const Told *told,
               HlState    *state)
{
  HlCall *call = state != NULL && told->room != NULL ? hl_state_lookup_call (state, told->room) : NULL;
  const char *const *aliases = call != NULL ? hl_call_get_aliases (call) : NULL;

  return call != NULL && get_attribute (told, "sip.ruleID") == NULL
         && !g_str_equal (hl_call_get_call_id (call), told->room) && !g_str_equal (hl_call_get_call_id (call), told->call_id)
         && (aliases == NULL || !g_strv_contains (aliases, told->call_id));
}

static JsonObject *
make_call (const Told *told)
{
  JsonObject *data = hl_call_fact_new (NAME, told->call_id);
  gboolean inbound = get_attribute (told, "sip.ruleID") != NULL; /* it came through a dispatch rule */
  const char *twilio = get_attribute (told, "sip.twilio.callSid");
  g_autofree char *carrier
      = twilio != NULL && g_str_has_prefix (twilio, "CA") ? hl_payload_make_id ("twilio", twilio) : NULL;

  hl_payload_put_phone (data, inbound ? "from" : "to", get_attribute (told, "sip.phoneNumber"));
  hl_payload_put_phone (data, inbound ? "to" : "from", get_attribute (told, "sip.trunkPhoneNumber"));
  if (told->attributes != NULL) {
    json_object_set_string_member (data, "direction", inbound ? "inbound" : "outbound");
  }
  if (told->room != NULL || carrier != NULL) {
    JsonArray *aliases = json_array_new ();
    if (told->room != NULL) {
      json_array_add_string_element (aliases, told->room);
    }
    if (carrier != NULL) {
      json_array_add_string_element (aliases, carrier);
    }
    json_object_set_array_member (data, "aliases", aliases);
  }
  hl_payload_put_time (data, "started_at", get_seconds (told->caller, "joinedAt"));
  return data;
}

static void
add_joined (GPtrArray  *facts,
            const Told *told)
{
  const char *status = get_attribute (told, "sip.callStatus");
  gboolean rings = g_strcmp0 (status, "ringing") == 0 || g_strcmp0 (status, "dialing") == 0;
  JsonObject *data = make_call (told);

  json_object_set_string_member (data, "state", rings ? "ringing" : "agent_active");
  hl_call_fact_add (facts, HL_EVENT_CALL_STARTED, told->at, data, NAME, told->call_id, "joined");
}

static void
add_left (GPtrArray  *facts,
          const Told *told)
{
  static const HlEndWord words[] = {
    { "CLIENT_INITIATED", HL_END_GROUP_CALLER_HANGUP }, { "PARTICIPANT_REMOVED", HL_END_GROUP_AGENT_HANGUP },
    { "ROOM_DELETED", HL_END_GROUP_AGENT_HANGUP },      { "ROOM_CLOSED", HL_END_GROUP_AGENT_HANGUP },
    { "USER_UNAVAILABLE", HL_END_GROUP_NO_ANSWER },     { "USER_REJECTED", HL_END_GROUP_BUSY },
    { "UNKNOWN_REASON", HL_END_GROUP_UNKNOWN },         { NULL },
  };
  const char *reason = hl_payload_get_string (told->caller, "disconnectReason");
  gint64 joined = get_seconds (told->caller, "joinedAt");

  if (g_strcmp0 (reason, "DUPLICATE_IDENTITY") == 0 || g_strcmp0 (reason, "MIGRATION") == 0) {
    return; /* the same caller goes on under another connection */
  }
  JsonObject *data = make_call (told);
  hl_call_fact_put_end (data, reason, words, HL_END_GROUP_FAILED);
  hl_payload_put_time (data, "ended_at", told->at);
  if (joined != HL_TIME_NONE) {
    hl_call_fact_put_duration (data, told->at - joined);
  }
  hl_call_fact_add (facts, HL_EVENT_CALL_COMPLETED, told->at, data, NAME, told->call_id, "left");
}

/* Where it lies is the restaurant's own storage, which mostly wants a login. */
static void
add_recording (GPtrArray  *facts,
               const Told *told)
{
  JsonArray *files = hl_payload_get_array (told->root, "egressInfo.fileResults");
  JsonNode *node = files != NULL && json_array_get_length (files) > 0 ? json_array_get_element (files, 0) : NULL;
  JsonObject *file = node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
  const char *url = file != NULL ? hl_payload_get_string (file, "location") : NULL;
  const char *egress = hl_payload_get_string (told->root, "egressInfo.egressId");

  if (url == NULL) {
    return;
  }
  JsonObject *data = hl_call_fact_new (NAME, told->room);
  g_autofree char *key = g_strconcat ("recording/", egress != NULL ? egress : "", NULL);
  hl_payload_put_url (data, "recording_url", url);
  json_object_set_boolean_member (data, "recording_needs_auth", strchr (url, '?') == NULL);
  hl_call_fact_add (facts, HL_EVENT_CALL_UPDATED, told->at, data, NAME, told->room, key);
}

static void
add_room (GPtrArray  *facts,
          const Told *told)
{
  JsonObject *data;

  if (g_str_equal (told->event, "egress_ended")) {
    add_recording (facts, told);
  } else if (g_str_equal (told->event, "agent_job_started")) {
    data = hl_call_fact_new (NAME, told->room);
    json_object_set_string_member (data, "state", "agent_active");
    hl_call_fact_add (facts, HL_EVENT_CALL_UPDATED, told->at, data, NAME, told->room, "agent");
  } else if (g_str_equal (told->event, "room_finished")) {
    /* says nothing of its own, so that what the caller's leaving said stands */
    data = hl_call_fact_new (NAME, told->room);
    hl_call_fact_add (facts, HL_EVENT_CALL_COMPLETED, told->at, data, NAME, told->room, "room");
  }
}

static GPtrArray *
translate (const HlHookBody  *body,
           HlState           *state,
           GError           **error)
{
  JsonObject *root = hl_hook_body_get_root (body);
  const char *event = root != NULL ? hl_payload_get_string (root, "event") : NULL;
  g_autoptr (GPtrArray) facts = g_ptr_array_new_with_free_func ((GDestroyNotify) hl_fact_free);
  g_auto (Told) told = { NULL };

  if (event == NULL) {
    g_set_error_literal (error, HL_PROVIDER_ERROR, HL_PROVIDER_ERROR_UNREADABLE, "The body has no member 'event'.");
    return NULL;
  }
  if (hl_payload_get_string (root, "id") == NULL && hl_payload_get_object (root, "room") == NULL
      && hl_payload_get_object (root, "egressInfo") == NULL) {
    g_set_error (error, HL_PROVIDER_ERROR, HL_PROVIDER_ERROR_UNREADABLE, "The event '%s' has neither an id nor a room.", event);
    return NULL;
  }
  read_told (&told, body, root, event);
  gboolean joined = g_str_equal (event, "participant_joined");
  gboolean left = g_str_equal (event, "participant_left") || g_str_equal (event, "participant_connection_aborted");
  if ((joined || left) && told.call_id != NULL && !is_second_leg (&told, state)) {
    if (joined) {
      add_joined (facts, &told);
    } else {
      add_left (facts, &told);
    }
  } else if (!joined && !left && is_call_room (&told, body, state)) {
    add_room (facts, &told);
  }
  return g_steal_pointer (&facts);
}

static char *
make_key (const HlHookBody *body)
{
  JsonObject *root = hl_hook_body_get_root (body);

  return root != NULL ? g_strdup (hl_payload_get_string (root, "id")) : NULL;
}

static const HlProviderSetting settings[] = {
  { "api-key", NULL, NULL, "The API key that the secret belongs to; deliveries that name another one are refused." },
  { "room-prefix", NULL, "call-", "How the names of phone calls' rooms begin (the room prefix of the dispatch rule)." },
  { NULL },
};

static const char *const content_types[] = { "application/webhook+json", "application/json", NULL };

const HlProvider hl_provider_livekit = {
  .name = NAME,
  .title = "LiveKit",
  .content_types = content_types,
  .settings = settings,
  .setup = "In the project's settings, add this URL under Webhooks. The secret is the API secret of the key that is chosen there as\n"
           "signing key; --set api-key=... makes sure that it is that one.\n"
           "A call is the participant that comes in by SIP. Rooms of the dispatch rule are recognized by their prefix (call-).\n"
           "LiveKit sends no text by webhook: let the agent post transcript_segment to /v1/locations/LOCATION/events with the call\n"
           "id livekit: and sip.callID. Events that cannot be delivered within 30 seconds are lost.\n"
           "Recordings (egress) stand in your own storage and are marked as needing its login.",
  .verify = verify,
  .translate = translate,
  .key = make_key,
  .sign = sign,
};
