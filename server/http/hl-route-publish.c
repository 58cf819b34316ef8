/* SPDX-License-Identifier: GPL-3.0-or-later */
/* POST /v1/locations/{location}/events: what publishers report. */
#include "http/hl-http-private.h"
#include "http/hl-request.h"

#include <string.h>

#include "ingest/hl-canonical.h"
#include "ingest/hl-card-facts.h"
#include "util/hl-id.h"
#include "wire/hl-json.h"

typedef struct {
  HlRequest *request;
  GPtrArray *partials; /* unfinished lines, shown once the rest is in the log */
} Asked;

static void
asked_free (Asked *asked)
{
  hl_request_unref (asked->request);
  g_ptr_array_unref (asked->partials);
  g_free (asked);
}

static void
show_partials (HlRequest *request, GPtrArray *facts)
{
  for (guint i = 0; i < facts->len; i++) {
    HlFact *fact = g_ptr_array_index (facts, i);

    if (fact->partial) {
      hl_hub_partial (request->config->hub, hl_request_get_location (request), fact->data);
    }
  }
}

static char *
print_ignored (GPtrArray *ignored)
{
  GString *out = g_string_new ("[");

  for (guint i = 0; i < ignored->len; i++) {
    if (i > 0) {
      g_string_append_c (out, ',');
    }
    hl_json_append_string (out, g_ptr_array_index (ignored, i));
  }
  g_string_append_c (out, ']');
  return g_string_free (out, FALSE);
}

static void
on_published (const HlPublishResult *result, gpointer user_data)
{
  Asked *asked = user_data;
  HlRequest *request = asked->request;
  const char *what = "unavailable";

  switch (result->answer) {
  case HL_ANSWER_OK:
    what = result->duplicate ? "duplicate" : "accepted";
    if (!result->duplicate) {
      show_partials (request, asked->partials);
    }
    hl_request_answer (request, result->duplicate ? 200 : 201, g_strdup (result->text));
    break;
  case HL_ANSWER_KEY_REUSED:
    what = "key_reused";
    hl_request_refuse (request, hl_problem_new (422, "key_reused", "this Idempotency-Key came with another body before"));
    break;
  case HL_ANSWER_NO_LOCATION:
    what = "refused";
    hl_request_refuse (request, hl_problem_new (404, "not_found", "there is no such location"));
    break;
  case HL_ANSWER_TOO_LARGE:
    what = "refused";
    hl_request_refuse (request, hl_problem_new (413, "too_large", "an encoded event may have 64 KiB"));
    break;
  default:
    hl_request_refuse_store (request);
    break;
  }
  hl_metrics_inc (hl_http_count_publish (request->http, what));
  asked_free (asked);
}

static void
refuse (HlRequest *request, HlProblem *problem)
{
  hl_metrics_inc (hl_http_count_publish (request->http, "refused"));
  hl_request_refuse (request, problem);
}

static void
answer_partials (HlRequest *request, HlCanonical *canonical)
{
  GString *out = g_string_new ("{\"location\":");
  g_autofree char *ignored = print_ignored (canonical->ignored);

  show_partials (request, canonical->facts);
  hl_json_append_string (out, hl_request_get_location (request));
  g_string_append_printf (out, ",\"epoch\":null,\"first\":null,\"last\":null,\"duplicate\":false,\"ignored\":%s}",
                          ignored);
  hl_metrics_inc (hl_http_count_publish (request->http, "partial"));
  hl_request_answer (request, 202, g_string_free (out, FALSE));
}

/* The request key; NULL: the problem was answered. CloudEvents have keys of their own, so theirs may be left out. */
static char *
find_key (HlRequest *request, HlCanonicalForm form, GBytes *body)
{
  const char *header = soup_message_headers_get_list (soup_server_message_get_request_headers (request->message),
                                                      "Idempotency-Key");
  g_autofree char *key = NULL;

  if (header == NULL && form != HL_CANONICAL_PLAIN) {
    return hl_id_sha256_hex (g_bytes_get_data (body, NULL), g_bytes_get_size (body));
  }
  if (header == NULL) {
    refuse (request, hl_problem_new (400, "missing_idempotency_key",
                                     "send Idempotency-Key with a value that stays the same when you send this again"));
    return NULL;
  }
  key = hl_canonical_parse_key (header);
  if (key == NULL) {
    refuse (request, hl_problem_new (400, "missing_idempotency_key",
                                     "Idempotency-Key is 1 to 255 visible ASCII characters in double quotes"));
    return NULL;
  }
  return g_steal_pointer (&key);
}

static void
make_digest (const char *path, GBytes *body, guint8 digest[HL_ID_SHA256_BYTES])
{
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  gsize len = HL_ID_SHA256_BYTES;

  g_checksum_update (sum, (const guchar *) path, strlen (path) + 1);
  g_checksum_update (sum, g_bytes_get_data (body, NULL), g_bytes_get_size (body));
  g_checksum_get_digest (sum, digest, &len);
}

/* On the writer's thread: what was said before in the call decides whether these digits are a card's. */
static GPtrArray *
redact (HlState *state, gpointer data, GError **error)
{
  hl_card_redact_facts (data, state);
  return g_ptr_array_ref (data);
}

void
hl_route_publish (HlRequest *request)
{
  const char *type = hl_request_get_header (request, "Content-Type");
  GBytes *body = hl_request_get_body (request);
  const HlTokenInfo *token = request->token;
  g_autoptr (HlCanonical) canonical = NULL;
  g_autofree char *key = NULL;
  HlProblem *problem = NULL;
  HlCanonicalForm form;
  HlPublish *publish;
  Asked *asked;

  if (!hl_canonical_form (type, &form)) {
    refuse (request, hl_problem_new (415, "content_type", "send application/json or CloudEvents in JSON"));
    return;
  }
  problem = hl_http_check_publish (request->http, hl_request_get_location (request), token->id);
  if (problem != NULL) {
    refuse (request, problem);
    return;
  }
  canonical = hl_canonical_read (g_bytes_get_data (body, NULL), g_bytes_get_size (body), form, token->role,
                                 request->config->json_depth, &problem);
  if (canonical == NULL) {
    refuse (request, problem);
    return;
  }
  hl_card_redact_facts (canonical->facts, NULL); /* the unfinished lines go out from here */
  hl_http_take_publish (request->http, hl_request_get_location (request), token->id, canonical->facts->len);
  if (canonical->n_partial == canonical->facts->len) {
    answer_partials (request, canonical);
    return;
  }
  key = find_key (request, form, body);
  if (key == NULL) {
    return;
  }
  if (!hl_http_has_room (request->http)) {
    hl_metrics_inc (hl_http_count_publish (request->http, "unavailable"));
    hl_request_refuse_store (request);
    return;
  }
  publish = hl_publish_new (hl_request_get_location (request));
  publish->actor = hl_actor_new (token->role, token->name, NULL, 0);
  publish->source = g_strdup (token->id);
  publish->key = g_steal_pointer (&key);
  make_digest (request->path, body, publish->digest);
  asked = g_new (Asked, 1);
  asked->request = hl_request_wait (request);
  asked->partials = hl_canonical_take_partials (canonical);
  publish->expand = redact;
  publish->expand_data = g_steal_pointer (&canonical->facts);
  publish->expand_free = (GDestroyNotify) g_ptr_array_unref;
  publish->ignored = print_ignored (canonical->ignored);
  hl_writer_publish (request->config->writer, publish, on_published, asked);
}
