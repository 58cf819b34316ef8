/* SPDX-License-Identifier: GPL-3.0-or-later */
/* POST /v1/hooks/{provider}/{location}/{secret}: a provider's own webhooks. */
#include "http/hl-http-private.h"
#include "http/hl-request.h"

#include <string.h>

#include "ingest/hl-card-facts.h"
#include "ingest/hl-provider.h"
#include "util/hl-clock.h"
#include "util/hl-id.h"
#include "util/hl-log.h"
#include "wire/hl-json.h"

/* A note in the registry is worth a transaction only so often. */
#define NOTE_GAP_US (10 * G_USEC_PER_SEC)

/* What the translation needs on the writer's thread. */
typedef struct {
  const HlProvider *provider;
  HlHookBody       *body;
  char             *error;  /* set: it could not even be parsed */
} Payload;

typedef struct {
  HlRequest        *request;
  const HlProvider *provider;
  char             *location;
  char             *hook;
} Asked;

/* ---- notes for `hostlinectl hook list` ---- */

typedef struct {
  HlRegistry *registry;
  char       *hook;
  char       *refusal;
  gboolean    unreadable;
} Note;

static void
note_free (gpointer data)
{
  Note *note = data;

  g_free (note->hook);
  g_free (note->refusal);
  g_free (note);
}

static gboolean
write_note (HlWriter *writer, HlStore *store, gpointer data)
{
  Note *note = data;
  gint64 now = hl_clock_wall_ms ();

  if (note->refusal != NULL) {
    return hl_registry_note_hook_refusal (note->registry, note->hook, note->refusal, now, NULL);
  }
  return note->unreadable ? hl_registry_note_hook_unreadable (note->registry, note->hook, now, NULL)
                          : hl_registry_note_hook_event (note->registry, note->hook, now, NULL);
}

static void
note (HlRequest *request, const char *hook, const char *refusal, gboolean unreadable)
{
  static GHashTable *last; /* hook and kind of note -> when; hooks are few */
  g_autofree char *key = g_strdup_printf ("%s/%s", hook, refusal != NULL ? refusal : unreadable ? "-" : "+");
  gint64 now = hl_clock_boot_us ();
  gint64 *at;
  Note *note;

  if (last == NULL) {
    last = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  }
  at = g_hash_table_lookup (last, key);
  if (at != NULL && !unreadable && now < *at + NOTE_GAP_US) {
    return;
  }
  if (at == NULL) {
    at = g_new (gint64, 1);
    g_hash_table_insert (last, g_steal_pointer (&key), at);
  }
  *at = now;
  note = g_new0 (Note, 1);
  note->registry = request->config->registry;
  note->hook = g_strdup (hook);
  note->refusal = g_strdup (refusal);
  note->unreadable = unreadable;
  hl_writer_call (request->config->writer, write_note, note, note_free, NULL, NULL);
}

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

static void
on_published (const HlPublishResult *result, gpointer user_data)
{
  Asked *asked = user_data;
  HlRequest *request = asked->request;
  const char *what = "accepted";
  gboolean kept = TRUE;

  switch (result->answer) {
  case HL_ANSWER_OK:
  case HL_ANSWER_KEY_REUSED:
    what = result->duplicate ? "duplicate" : "accepted";
    for (guint i = 0; result->partials != NULL && i < result->partials->len; i++) {
      HlFact *fact = g_ptr_array_index (result->partials, i);

      hl_hub_partial (request->config->hub, asked->location, fact->data);
    }
    note (request, asked->hook, NULL, FALSE);
    break;
  case HL_ANSWER_UNREADABLE:
  case HL_ANSWER_TOO_LARGE:
    what = "unreadable";
    note (request, asked->hook, NULL, TRUE);
    hl_log (HL_LOG_WARNING, "ingest", "a webhook is authentic but cannot be read", "provider", asked->provider->name,
            "location", asked->location, "hook", asked->hook, NULL);
    break;
  default:
    what = "unavailable";
    kept = FALSE;
    break;
  }
  hl_metrics_inc (hl_http_count_hook (request->http, asked->provider->name, what));
  if (kept) {
    hl_request_answer (request, 200, g_strdup ("{}"));
  } else {
    hl_request_refuse_store (request);
  }
  hl_request_unref (request);
  g_free (asked->location);
  g_free (asked->hook);
  g_free (asked);
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

static HlVerify
verify (HlRequest *request, const HlProvider *provider, const HlHookInfo *hook, GBytes *body)
{
  g_autofree char *target = g_uri_to_string (soup_server_message_get_uri (request->message));
  const char *path_query = strstr (target, "://") != NULL ? strchr (strstr (target, "://") + 3, '/') : target;
  static const char *const none[] = { NULL };
  HlDelivery delivery = {
    .method = soup_server_message_get_method (request->message),
    .path_query = path_query != NULL ? path_query : "/",
    .public_urls = request->config->public_urls != NULL ? (const char *const *) request->config->public_urls : none,
    .get_header = get_header,
    .headers = request,
    .body = g_bytes_get_data (body, NULL),
    .body_len = g_bytes_get_size (body),
    .now_ms = hl_clock_wall_ms (),
  };

  if (hook->secrets == NULL || hook->secrets[0] == NULL) {
    /* a provider that signs fails closed without a secret to check with */
    return provider->secret_optional ? HL_VERIFY_OK : HL_VERIFY_MISMATCH;
  }
  return provider->verify (&delivery, (const char *const *) hook->secrets);
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

static Payload *
parse (HlRequest *request, const HlProvider *provider, GBytes *bytes)
{
  Payload *payload = g_new0 (Payload, 1);
  g_autoptr (GError) error = NULL;

  payload->provider = provider;
  payload->body = hl_hook_body_new (bytes, provider->form, hl_clock_wall_ms (), &error);
  if (payload->body == NULL) {
    payload->error = g_strdup (error->message);
    return payload;
  }
  hl_hook_body_set_query (payload->body, g_uri_get_query (soup_server_message_get_uri (request->message)));
  for (gsize i = 0; provider->headers != NULL && provider->headers[i] != NULL; i++) {
    const char *value = get_header (request, provider->headers[i], NULL);

    if (value != NULL) {
      hl_hook_body_set_header (payload->body, provider->headers[i], value);
    }
  }
  return payload;
}

void
hl_route_hook (HlRequest *request)
{
  const char *location = request->args[1];
  const HlProvider *provider = hl_provider_find (request->args[0]);
  g_autoptr (HlRegistryCache) cache = NULL;
  const HlHookInfo *hook = NULL;
  GBytes *body = hl_request_get_body (request);
  HlPublish *publish;
  HlVerify verified;
  Payload *payload;
  Asked *asked;

  if (hl_auth_get_registry (hl_http_get_auth (request->http)) != NULL) {
    cache = hl_registry_cache_ref (hl_auth_get_registry (hl_http_get_auth (request->http)));
    hook = provider != NULL ? hl_registry_cache_find_hook (cache, provider->name, location, request->args[2]) : NULL;
  }
  if (hook == NULL) {
    hl_request_refuse_auth (request, hl_problem_new (404, "not_found", "there is no such hook"));
    return;
  }
  if (!has_type (request, provider)) {
    hl_metrics_inc (hl_http_count_hook (request->http, provider->name, "refused"));
    note (request, hook->id, "content_type", FALSE);
    hl_request_refuse (request, hl_problem_new (415, "content_type", "another content type is expected"));
    return;
  }
  verified = verify (request, provider, hook, body);
  if (verified != HL_VERIFY_OK) {
    hl_metrics_inc (hl_http_count_hook (request->http, provider->name, "refused"));
    hl_log (HL_LOG_WARNING, "ingest", "a webhook's signature is refused", "provider", provider->name, "location",
            location, "hook", hook->id, "reason", hl_verify_get_name (verified), NULL);
    note (request, hook->id, hl_verify_get_name (verified), FALSE);
    hl_request_refuse (request, hl_problem_new (401, "unauthorized", "the signature is not acceptable"));
    return;
  }
  if (!hl_http_has_room (request->http)) {
    hl_metrics_inc (hl_http_count_hook (request->http, provider->name, "unavailable"));
    hl_request_refuse_store (request);
    return;
  }
  payload = parse (request, provider, body);
  publish = hl_publish_new (location);
  publish->actor = hl_actor_new (HL_ROLE_PUBLISHER, provider->name, NULL, 0);
  publish->source = g_strdup_printf ("hook:%s", hook->id);
  publish->hook = g_strdup (hook->id);
  publish->content_type = g_strdup (hl_request_get_header (request, "Content-Type"));
  publish->body = g_bytes_ref (body);
  if (provider->key != NULL && payload->error == NULL) {
    publish->key = provider->key (payload->body);
  }
  if (publish->key == NULL) {
    publish->key = hl_id_sha256_hex (g_bytes_get_data (body, NULL), g_bytes_get_size (body));
  }
  hl_id_sha256 (g_bytes_get_data (body, NULL), g_bytes_get_size (body), publish->digest);
  publish->expand = translate;
  publish->expand_data = payload;
  publish->expand_free = payload_free;
  asked = g_new (Asked, 1);
  asked->request = hl_request_wait (request);
  asked->provider = provider;
  asked->location = g_strdup (location);
  asked->hook = g_strdup (hook->id);
  hl_writer_publish (request->config->writer, publish, on_published, asked);
}
