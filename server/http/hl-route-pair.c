/* SPDX-License-Identifier: GPL-3.0-or-later */
/* POST /v1/pair: a device trades a code for a token of its own making. */
#include "http/hl-http-private.h"
#include "http/hl-request.h"

#include "domain/hl-codec.h"
#include "util/hl-clock.h"
#include "util/hl-id.h"
#include "util/hl-log.h"
#include "wire/hl-json.h"

#include "hl-config.h"

typedef struct {
  HlRegistry   *registry;
  char         *code;
  char         *hash;
  char         *name;
  char         *install_id;
  char         *app;
  char         *platform;
  HlPairResult  result;
  HlPairAnswer *answer;
  char         *location;  /* the LOCATION entity as JSON */
  HlRegistryCache *cache;  /* the registry with the new device */
  gboolean      malformed;
} Pairing;

static void
pairing_free (gpointer data)
{
  Pairing *pairing = data;

  g_free (pairing->code);
  g_free (pairing->hash);
  g_free (pairing->name);
  g_free (pairing->install_id);
  g_free (pairing->app);
  g_free (pairing->platform);
  g_clear_pointer (&pairing->answer, hl_pair_answer_free);
  g_clear_pointer (&pairing->cache, hl_registry_cache_unref);
  g_free (pairing->location);
  g_free (pairing);
}

static gboolean
run_pairing (HlWriter *writer, HlStore *store, gpointer data)
{
  Pairing *pairing = data;
  HlPairRequest request = {
    .code = pairing->code,
    .secret_hash = pairing->hash,
    .device_name = pairing->name,
    .install_id = pairing->install_id,
    .app = pairing->app,
    .platform = pairing->platform,
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = NULL;
  HlState *state;

  if (!hl_registry_pair (pairing->registry, &request, hl_clock_wall_ms (), &pairing->result, &pairing->answer,
                         &error)) {
    pairing->malformed = g_error_matches (error, HL_REGISTRY_ERROR, HL_REGISTRY_ERROR_INVALID);
    return FALSE;
  }
  if (pairing->result != HL_PAIR_OK) {
    return TRUE; /* a wrong try is counted, so it is kept */
  }
  state = hl_writer_get_state (writer, pairing->answer->location, NULL);
  if (state == NULL) {
    return FALSE;
  }
  node = hl_codec_save (HL_RECORD (hl_state_get_location (state)), HL_CODEC_FLAG_NULLS);
  pairing->location = hl_json_print (node);
  pairing->cache = hl_registry_load_cache (pairing->registry, hl_clock_wall_ms (), NULL);
  return pairing->cache != NULL;
}

static void
append_strings (GString *out, const char *name, char **strings)
{
  g_string_append_printf (out, ",\"%s\":[", name);
  for (guint i = 0; strings != NULL && strings[i] != NULL; i++) {
    if (i > 0) {
      g_string_append_c (out, ',');
    }
    hl_json_append_string (out, strings[i]);
  }
  g_string_append_c (out, ']');
}

static char *
print_answer (HlRequest *request, const Pairing *pairing)
{
  GString *out = g_string_new ("{\"token_id\":");
  g_auto (GStrv) listeners = hl_front_get_uris (request->config->front);
  char **urls = request->config->public_urls;

  hl_json_append_string (out, pairing->answer->token_id);
  g_string_append (out, ",\"device\":");
  hl_json_append_string (out, pairing->answer->device);
  g_string_append_printf (out, ",\"role\":\"%s\",\"location\":%s", hl_enum_nick (HL_TYPE_ROLE, pairing->answer->role),
                          pairing->location);
  append_strings (out, "endpoints", urls != NULL && urls[0] != NULL ? urls : listeners);
  append_strings (out, "pins", request->config->pins);
  g_string_append (out, ",\"server\":{\"version\":\"" HL_VERSION "\"}}");
  return g_string_free (out, FALSE);
}

static void
on_paired (gboolean committed, gpointer data, gpointer user_data)
{
  g_autoptr (HlRequest) request = user_data;
  Pairing *pairing = data;

  if (pairing->malformed) {
    HlProblem *problem = hl_problem_new (422, "malformed", "the device's name is not acceptable");

    problem->pointer = g_strdup ("/device/name");
    hl_request_refuse (request, problem);
    return;
  }
  if (!committed) {
    hl_request_refuse_store (request);
    return;
  }
  switch (pairing->result) {
  case HL_PAIR_OK:
    hl_log (HL_LOG_NOTICE, "http", pairing->answer->again ? "a device asked for its pairing again" : "a device was paired",
            "location", pairing->answer->location, "device", pairing->answer->device, NULL);
    hl_http_changed (request->http, pairing->cache);
    hl_request_answer (request, 201, print_answer (request, pairing));
    break;
  case HL_PAIR_CODE_UNKNOWN:
    hl_request_refuse_auth (request, hl_problem_new (404, "code_unknown", "there is no such pairing code"));
    break;
  case HL_PAIR_CODE_USED:
    hl_request_refuse_auth (request, hl_problem_new (410, "code_used", "ask for a new code"));
    break;
  case HL_PAIR_CODE_EXPIRED:
    hl_request_refuse_auth (request, hl_problem_new (410, "code_expired", "ask for a new code"));
    break;
  }
}

/* A string member of 1..@max characters; NULL: not that. */
static char *
get_text (JsonObject *object, const char *name, glong max)
{
  JsonNode *node = json_object_get_member (object, name);
  const char *text;

  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_STRING) {
    return NULL;
  }
  text = json_node_get_string (node);
  return text[0] != '\0' && g_utf8_strlen (text, -1) <= max ? g_strdup (text) : NULL;
}

/* The pointer of what is wrong, or NULL. */
static const char *
read_pairing (JsonObject *body, Pairing *pairing)
{
  JsonNode *node = json_object_get_member (body, "device");
  JsonObject *device;

  pairing->code = get_text (body, "code", 32);
  if (pairing->code == NULL) {
    return "/code";
  }
  pairing->hash = get_text (body, "secret_sha256", 64);
  if (pairing->hash == NULL || !hl_id_is_hex (pairing->hash, 64)) {
    return "/secret_sha256";
  }
  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node)) {
    return "/device";
  }
  device = json_node_get_object (node);
  pairing->name = get_text (device, "name", 64);
  pairing->install_id = get_text (device, "install_id", 64);
  pairing->app = get_text (device, "app", 64);
  pairing->platform = get_text (device, "platform", 64);
  if (pairing->name == NULL) {
    return "/device/name";
  }
  return pairing->install_id == NULL || !hl_id_is_valid (pairing->install_id) ? "/device/install_id" : NULL;
}

void
hl_route_pair (HlRequest *request)
{
  GBytes *bytes = hl_request_get_body (request);
  HlJsonLimits limits = { .max_bytes = 16384 };
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) body = NULL;
  Pairing *pairing;
  const char *wrong;

  body = hl_json_parse_object (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), &limits, &error);
  if (body == NULL) {
    hl_request_refuse (request, hl_problem_new (422, "malformed", "%s", error->message));
    return;
  }
  pairing = g_new0 (Pairing, 1);
  pairing->registry = request->config->registry;
  wrong = read_pairing (body, pairing);
  if (wrong != NULL) {
    HlProblem *problem = hl_problem_new (422, "malformed", "this member is not there or not acceptable");

    problem->pointer = g_strdup (wrong);
    pairing_free (pairing);
    hl_request_refuse (request, problem);
    return;
  }
  hl_writer_call (request->config->writer, run_pairing, pairing, pairing_free, on_paired, hl_request_wait (request));
}
