/* SPDX-License-Identifier: GPL-3.0-or-later */
/* POST /v1/hooks/{provider}/{location}/{secret}: a provider's own webhooks. */
#include "http/hl-hook-tools.h"
#include "http/hl-http-private.h"
#include "http/hl-request.h"

#include <string.h>

#include "ingest/hl-card-facts.h"
#include "ingest/hl-payload-scrub.h"
#include "ingest/hl-provider-settings.h"
#include "ingest/hl-provider.h"
#include "net/hl-request-gate.h"
#include "util/hl-clock.h"
#include "util/hl-id.h"
#include "util/hl-log.h"
#include "util/hl-mask.h"
#include "wire/hl-json.h"

/* What the translation needs on the writer's thread. */
typedef struct {
  const HlProvider *provider;
  HlHookBody       *body;
  char             *error;  /* set: it could not even be parsed */
} Payload;

/* A delivery that waits for the writer, and then for what its sender asked to be done. */
typedef struct {
  HlRequest        *request;
  const HlProvider *provider;
  char             *location;
  char             *hook;
  char             *answer;   /* NULL: "{}" */
  HlHookBody       *body;     /* its own, with @tools: the other one is the writer's thread's */
  GPtrArray        *tools;    /* (nullable) of HlToolCall */
} Asked;

/* ---- translation ---- */

static void
payload_free (gpointer data)
{
  Payload *payload = data;

  g_clear_pointer (&payload->body, hl_hook_body_free);
  g_free (payload->error);
  g_free (payload);
}

static GPtrArray *
translate (HlState *state, gpointer data, GError **error)
{
  Payload *payload = data;
  GPtrArray *facts;

  if (payload->error != NULL) {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, payload->error);
    return NULL;
  }
  facts = payload->provider->translate (payload->body, state, error);
  if (facts != NULL) {
    hl_card_redact_facts (facts, state);
  }
  return facts;
}

/* ---- the answer ---- */

static void
asked_free (Asked *asked)
{
  hl_request_unref (asked->request);
  g_free (asked->location);
  g_free (asked->hook);
  g_free (asked->answer);
  g_clear_pointer (&asked->tools, g_ptr_array_unref);
  g_clear_pointer (&asked->body, hl_hook_body_free);
  g_free (asked);
}

static void
on_tools_done (gpointer user_data)
{
  Asked *asked = user_data;

  if (asked->tools != NULL && asked->provider->answer != NULL) {
    g_free (asked->answer);
    asked->answer = asked->provider->answer (asked->body, asked->tools);
  }
  if (asked->answer != NULL) {
    hl_request_answer_text (asked->request, 200,
                            asked->provider->answer_type != NULL ? asked->provider->answer_type : "application/json",
                            g_steal_pointer (&asked->answer));
  } else {
    hl_request_answer (asked->request, 200, g_strdup ("{}"));
  }
  asked_free (asked);
}

static void
show_partials (const HlPublishResult *result, Asked *asked)
{
  for (guint i = 0; result->partials != NULL && i < result->partials->len; i++) {
    HlFact *fact = g_ptr_array_index (result->partials, i);

    hl_hub_partial (asked->request->config->hub, asked->location, fact->data);
  }
}

/* NULL: it could not be kept. */
static const char *
note_result (const HlPublishResult *result, Asked *asked)
{
  HlHookNotes *notes = hl_http_get_notes (asked->request->http);
  gboolean nothing = result->last == 0 && !result->duplicate && result->partials == NULL;

  switch (result->answer) {
  case HL_ANSWER_OK:
  case HL_ANSWER_KEY_REUSED:
    nothing = nothing && result->answer == HL_ANSWER_OK;
    hl_hook_notes_add (notes, asked->hook, nothing ? HL_HOOK_NOTE_IGNORED : HL_HOOK_NOTE_EVENT);
    return nothing ? "ignored" : result->duplicate ? "duplicate" : "accepted";
  case HL_ANSWER_UNREADABLE:
  case HL_ANSWER_TOO_LARGE:
    hl_hook_notes_add (notes, asked->hook, HL_HOOK_NOTE_UNREADABLE);
    hl_log (HL_LOG_WARNING, "ingest", "a webhook is authentic but cannot be read", "provider", asked->provider->name,
            "location", asked->location, "hook", asked->hook, NULL);
    return "unreadable";
  case HL_ANSWER_NO_LOCATION:
  case HL_ANSWER_UNAVAILABLE:
  case HL_ANSWER_COPIED:
  default:
    return NULL;
  }
}

static void
on_published (const HlPublishResult *result, gpointer user_data)
{
  Asked *asked = user_data;
  const char *what = note_result (result, asked);

  hl_metrics_inc (
    hl_http_count_hook (asked->request->http, asked->provider->name, what != NULL ? what : "unavailable"));
  if (what == NULL) {
    hl_request_refuse_store (asked->request);
    asked_free (asked);
    return;
  }
  show_partials (result, asked);
  if (asked->tools != NULL) {
    GBytes *bytes = hl_request_get_body (asked->request);
    g_autofree char *delivery = hl_id_sha256_hex (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));

    hl_hook_tools_run (asked->request, asked->provider->name, asked->location, delivery, asked->tools, on_tools_done, asked);
  } else {
    on_tools_done (asked);
  }
}

/* ---- the delivery ---- */

static const char *
get_header (gpointer headers, const char *name, gboolean *twice)
{
  HlRequest *request = headers;
  SoupMessageHeaders *all = soup_server_message_get_request_headers (request->message);
  SoupMessageHeadersIter iter;
  const char *key, *value;
  const char *found = NULL;
  guint n = 0;

  soup_message_headers_iter_init (&iter, all);
  while (soup_message_headers_iter_next (&iter, &key, &value)) {
    if (g_ascii_strcasecmp (key, name) == 0) {
      found = value;
      n++;
    }
  }
  if (twice != NULL) {
    *twice = n > 1;
  }
  return n == 1 ? found : NULL;
}

/* The request target byte for byte, as signatures need it. */
static char *
find_target (HlRequest *request)
{
  const char *raw = hl_request_get_header (request, HL_REQUEST_TARGET_FIELD);
  GUri *uri = soup_server_message_get_uri (request->message);
  const char *path = g_uri_get_path (uri);
  const char *query = g_uri_get_query (uri);

  if (raw != NULL) {
    return g_strdup (raw);
  }
  return query != NULL ? g_strconcat (path, "?", query, NULL) : g_strdup (path);
}

/* What an operator compares may be logged and kept: no path secret, which nobody but the provider knows, no phone
 * number. */
static void
clean_url (GString *url, const char *secret)
{
  const char *at = strstr (url->str, secret);
  g_autofree char *masked = NULL;

  if (at != NULL) {
    gsize pos = (gsize) (at - url->str);

    g_string_erase (url, (gssize) pos, (gssize) strlen (secret));
    g_string_insert (url, (gssize) pos, "…");
  }
  masked = hl_mask_phones_in_text (url->str);
  g_string_assign (url, masked);
}

/* @url: what was taken for the signed URL, for providers that sign it. */
static HlVerify
verify (HlRequest *request, const HlProvider *provider, const HlHookInfo *hook, JsonObject *settings, GBytes *body,
        GString *url)
{
  g_autofree char *target = find_target (request);
  HlDelivery delivery = {
    .method = soup_server_message_get_method (request->message),
    .path_query = target,
    .public_urls = hl_http_get_hook_urls (request->http),
    .get_header = get_header,
    .headers = request,
    .body = g_bytes_get_data (body, NULL),
    .body_len = g_bytes_get_size (body),
    .now_ms = hl_clock_wall_ms (),
    .settings = settings,
    .signed_url = url,
  };
  g_autofree const char **secrets = hl_registry_choose_valid (hook->secrets, hook->secret_ends, delivery.now_ms);
  HlVerify result;

  if (provider->verify == NULL || secrets[0] == NULL) {
    /* a provider that signs fails closed without a secret to check with */
    return provider->secret_optional ? HL_VERIFY_OK : HL_VERIFY_MISMATCH;
  }
  if (provider->signs_url && delivery.public_urls[0] == NULL) {
    return HL_VERIFY_WRONG_URL;
  }
  result = provider->verify (&delivery, secrets);
  clean_url (url, request->args[2]);
  return result;
}

static gboolean
is_type (const char *type, const char *want)
{
  return g_ascii_strncasecmp (type, want, strlen (want)) == 0 && strchr ("; \t", type[strlen (want)]) != NULL;
}

static gboolean
has_type (HlRequest *request, const HlProvider *provider)
{
  const char *type = hl_request_get_header (request, "Content-Type");

  if (type == NULL) {
    return FALSE;
  }
  if (provider->content_types == NULL) {
    return is_type (type, provider->form ? "application/x-www-form-urlencoded" : "application/json");
  }
  for (gsize i = 0; provider->content_types[i] != NULL; i++) {
    if (is_type (type, provider->content_types[i])) {
      return TRUE;
    }
  }
  return FALSE;
}

static HlHookBody *
parse (HlRequest *request, const HlProvider *provider, JsonObject *settings, GBytes *bytes, GError **error)
{
  HlHookBody *body = hl_hook_body_new (bytes, provider->form, hl_clock_wall_ms (), error);

  if (body == NULL) {
    return NULL;
  }
  hl_hook_body_set_query (body, g_uri_get_query (soup_server_message_get_uri (request->message)));
  for (gsize i = 0; provider->headers != NULL && provider->headers[i] != NULL; i++) {
    const char *value = get_header (request, provider->headers[i], NULL);

    if (value != NULL) {
      hl_hook_body_set_header (body, provider->headers[i], value);
    }
  }
  hl_hook_body_set_settings (body, settings);
  return body;
}

static JsonObject *
make_settings (const HlProvider *provider, const HlHookInfo *hook)
{
  return hl_provider_make_settings (provider, hook->settings);
}

/* What the sender waits for. Nothing of @body may be held when the writer's thread has it, since JSON is not counted with
 * atomics: tool calls are taken from a body of their own. */
static void
prepare_answer (Asked *asked, const HlHookInfo *hook, const HlHookBody *body, GBytes *bytes)
{
  const HlProvider *provider = asked->provider;
  g_autoptr (GPtrArray) tools = provider->list_tools != NULL ? provider->list_tools (body) : NULL;

  if (tools == NULL) {
    asked->answer = provider->answer != NULL ? provider->answer (body, NULL) : NULL;
    return;
  }
  g_autoptr (JsonObject) settings = make_settings (provider, hook);
  asked->body = parse (asked->request, provider, settings, bytes, NULL);
  asked->tools = asked->body != NULL ? provider->list_tools (asked->body) : NULL;
}

static void
refuse (HlRequest *request, const HlProvider *provider, const HlHookInfo *hook, const char *reason, const char *url,
        HlProblem *problem)
{
  hl_metrics_inc (hl_http_count_hook (request->http, provider->name, "refused"));
  hl_log (HL_LOG_WARNING, "ingest", "a webhook is refused", "provider", provider->name, "location", hook->location,
          "hook", hook->id, "reason", reason, "url", url, NULL);
  hl_hook_notes_refuse (hl_http_get_notes (request->http), hook->id, reason, url);
  hl_request_refuse (request, problem);
}

static HlPublish *
make_publish (HlRequest *request, const HlProvider *provider, const HlHookInfo *hook, GBytes *bytes, Payload *payload)
{
  HlPublish *publish = hl_publish_new (hook->location);

  publish->actor = hl_actor_new (HL_ROLE_PUBLISHER, provider->name, NULL, 0);
  publish->source = g_strdup_printf ("hook:%s", hook->id);
  publish->hook = g_strdup (hook->id);
  publish->content_type = g_strdup (hl_request_get_header (request, "Content-Type"));
  publish->body = g_bytes_ref (bytes);
  publish->scrub = hl_payload_scrub;
  if (provider->key != NULL && payload->body != NULL) {
    publish->key = provider->key (payload->body);
  }
  if (publish->key == NULL) {
    publish->key = hl_id_sha256_hex (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  }
  hl_id_sha256 (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), publish->digest);
  publish->expand = translate;
  publish->expand_data = payload;
  publish->expand_free = payload_free;
  return publish;
}

/* @settings: transfer full. */
static void
deliver (HlRequest *request, const HlProvider *provider, const HlHookInfo *hook, JsonObject *settings)
{
  GBytes *bytes = hl_request_get_body (request);
  g_autoptr (GError) error = NULL;
  Payload *payload = g_new0 (Payload, 1);
  Asked *asked = g_new0 (Asked, 1);

  payload->provider = provider;
  payload->body = parse (request, provider, settings, bytes, &error);
  if (payload->body == NULL) {
    payload->error = g_strdup (error->message);
  }
  asked->request = hl_request_wait (request);
  asked->provider = provider;
  asked->location = g_strdup (hook->location);
  asked->hook = g_strdup (hook->id);
  if (payload->body != NULL) {
    prepare_answer (asked, hook, payload->body, bytes);
  }
  json_object_unref (settings);
  hl_writer_publish (request->config->writer, make_publish (request, provider, hook, bytes, payload), on_published,
                     asked);
}

void
hl_route_hook (HlRequest *request)
{
  const HlProvider *provider = hl_provider_find (request->args[0]);
  HlRegistryCache *registry = hl_auth_get_registry (hl_http_get_auth (request->http));
  g_autoptr (HlRegistryCache) cache = registry != NULL ? hl_registry_cache_ref (registry) : NULL;
  g_autoptr (GString) url = g_string_new (NULL);
  JsonObject *settings;
  const HlHookInfo *hook = NULL;
  HlVerify verified;

  if (cache != NULL && provider != NULL) {
    hook = hl_registry_cache_find_hook (cache, provider->name, request->args[1], request->args[2],
                                         hl_clock_wall_ms ());
  }
  if (hook == NULL) {
    hl_request_refuse_auth (request, hl_problem_new (404, "not_found", "there is no such hook"));
    return;
  }
  if (!has_type (request, provider)) {
    refuse (request, provider, hook, "content_type", NULL,
            hl_problem_new (415, "content_type", "another content type is expected"));
    return;
  }
  settings = make_settings (provider, hook);
  verified = verify (request, provider, hook, settings, hl_request_get_body (request), url);
  if (verified != HL_VERIFY_OK) {
    refuse (request, provider, hook, hl_verify_get_name (verified), url->len > 0 ? url->str : NULL,
            hl_problem_new (401, "unauthorized", "the signature is not acceptable"));
  } else if (!hl_http_has_room (request->http)) {
    hl_metrics_inc (hl_http_count_hook (request->http, provider->name, "unavailable"));
    hl_request_refuse_store (request);
  } else {
    deliver (request, provider, hook, g_steal_pointer (&settings));
  }
  g_clear_pointer (&settings, json_object_unref);
}
