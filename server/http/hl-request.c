/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HlRequest: one HTTP request on its way through a route. */
#include "http/hl-http-private.h"
#include "http/hl-request.h"

#include <string.h>

#include "util/hl-clock.h"
#include "wire/hl-frame.h"

HlRequest *
hl_request_ref (HlRequest *self)
{
  g_ref_count_inc (&self->refs);
  return self;
}

void
hl_request_unref (HlRequest *self)
{
  if (self == NULL || !g_ref_count_dec (&self->refs)) {
    return;
  }
  g_free (self->path);
  for (gsize i = 0; i < G_N_ELEMENTS (self->args); i++) {
    g_free (self->args[i]);
  }
  g_clear_pointer (&self->cache, hl_registry_cache_unref);
  g_free (self->address);
  g_free (self);
}

const char *
hl_request_get_location (HlRequest *self)
{
  return self->args[0];
}

HlHubArrival
hl_request_get_arrival (HlRequest *self)
{
  return (HlHubArrival) { self->address, hl_request_get_header (self, "Host"), self->forwarded };
}

const char *
hl_request_get_header (HlRequest *self, const char *name)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (self->message);
  SoupMessageHeadersIter iter;
  const char *found = NULL;
  const char *key, *value;

  soup_message_headers_iter_init (&iter, headers);
  while (soup_message_headers_iter_next (&iter, &key, &value)) {
    if (g_ascii_strcasecmp (key, name) == 0) {
      if (found != NULL) {
        return NULL;
      }
      found = value;
    }
  }
  return found;
}

GBytes *
hl_request_get_body (HlRequest *self)
{
  GBytes *bytes = g_object_get_data (G_OBJECT (self->message), "hl-body");

  if (bytes == NULL) {
    bytes = soup_message_body_flatten (soup_server_message_get_request_body (self->message));
    g_object_set_data_full (G_OBJECT (self->message), "hl-body", bytes, (GDestroyNotify) g_bytes_unref);
  }
  return bytes;
}

gboolean
hl_request_get_number (HlRequest *self, const char *name, guint64 fallback, guint64 max, guint64 *out)
{
  const char *query = g_uri_get_query (soup_server_message_get_uri (self->message));
  g_autoptr (GHashTable) params = NULL;
  const char *text;

  *out = fallback;
  if (query == NULL) {
    return TRUE;
  }
  params = g_uri_parse_params (query, -1, "&", G_URI_PARAMS_WWW_FORM, NULL);
  text = params != NULL ? g_hash_table_lookup (params, name) : NULL;
  return text == NULL || g_ascii_string_to_unsigned (text, 10, 0, max, out, NULL);
}

HlRequest *
hl_request_wait (HlRequest *self)
{
  self->paused = TRUE;
  soup_server_message_pause (self->message);
  return hl_request_ref (self);
}

static void
finish (HlRequest *self, guint status, const char *type, char *text)
{
  SoupMessageHeaders *headers;
  gsize len = strlen (text);

  if (self->gone) {
    g_free (text);
    return;
  }
  headers = soup_server_message_get_response_headers (self->message);
  soup_message_headers_replace (headers, "Cache-Control", "no-store");
  soup_message_headers_replace (headers, "X-Content-Type-Options", "nosniff");
  soup_message_headers_replace (headers, HL_WIRE_HEADER, HL_WIRE_PROTOCOL);
  soup_server_message_set_status (self->message, status, NULL);
  soup_server_message_set_response (self->message, type, SOUP_MEMORY_TAKE, text, len);
  if (self->paused) {
    self->paused = FALSE;
    soup_server_message_unpause (self->message);
  }
}

void
hl_request_answer (HlRequest *self, guint status, char *json)
{
  finish (self, status, "application/json", json);
}

void
hl_request_answer_text (HlRequest *self, guint status, const char *type, char *text)
{
  finish (self, status, type, text);
}

void
hl_request_refuse (HlRequest *self, HlProblem *problem)
{
  self->refused = problem->name;
  if (!self->gone) {
    SoupMessageHeaders *headers = soup_server_message_get_response_headers (self->message);

    if (problem->retry_after > 0) {
      g_autofree char *seconds = g_strdup_printf ("%u", problem->retry_after);

      soup_message_headers_replace (headers, "Retry-After", seconds);
    }
    if (problem->status == 401) {
      soup_message_headers_replace (headers, "WWW-Authenticate", "Bearer realm=\"hostline\"");
    }
  }
  finish (self, problem->status, "application/problem+json", hl_problem_print (problem));
  hl_problem_free (problem);
}

void
hl_request_refuse_store (HlRequest *self)
{
  HlProblem *problem = hl_problem_new (503, "store_unavailable", "nothing was accepted; send it again later");

  problem->retry_after = 2;
  hl_request_refuse (self, problem);
}

gboolean
hl_request_take_turn (HlRequest *self)
{
  const char *location = hl_request_get_location (self);
  HlProblem *problem = hl_http_check_publish (self->http, location, self->token->id);

  if (problem != NULL) {
    hl_request_refuse (self, problem);
    return FALSE;
  }
  if (!hl_http_has_room (self->http)) {
    hl_request_refuse_store (self);
    return FALSE;
  }
  hl_http_take_publish (self->http, location, self->token->id, 1);
  return TRUE;
}

void
hl_request_refuse_auth (HlRequest *self, HlProblem *problem)
{
  guint wait = hl_auth_fail (hl_http_get_auth (self->http), self->address, hl_clock_boot_us ());

  if (wait > 0) {
    gboolean pairing = problem->status == 404 || problem->status == 410;

    hl_problem_free (problem);
    problem = hl_problem_new (429, pairing ? "too_many_attempts" : "rate_limited",
                              "too many failed attempts from this address");
    problem->retry_after = wait;
  }
  hl_request_refuse (self, problem);
}
