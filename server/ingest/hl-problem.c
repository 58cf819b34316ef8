/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HlProblem: what is wrong with a request, as RFC 9457 problem+json says it. */
#include "ingest/hl-problem.h"

#include "wire/hl-json.h"

static const struct {
  const char *name;
  const char *title;
} titles[] = {
  { "malformed_json", "The body is not acceptable JSON" },
  { "invalid_member", "A member is not what it has to be" },
  { "missing_idempotency_key", "An Idempotency-Key is needed" },
  { "bad_request", "The request cannot be read" },
  { "unauthorized", "A valid token is needed" },
  { "not_this_location", "The token is not for this location" },
  { "kind_not_allowed", "This role may not do that" },
  { "origin_refused", "Requests from this origin are refused" },
  { "not_found", "There is nothing here" },
  { "method_not_allowed", "This method is not for this address" },
  { "code_unknown", "No such pairing code" },
  { "code_used", "The pairing code was used already" },
  { "code_expired", "The pairing code has expired" },
  { "length_required", "A Content-Length is needed" },
  { "too_large", "The body or an event is too large" },
  { "content_type", "The content type is not understood" },
  { "key_reused", "The Idempotency-Key was used with another body" },
  { "malformed", "A member is not what it has to be" },
  { "upgrade_required", "Another WebSocket version is needed" },
  { "rate_limited", "Too many requests" },
  { "too_many_attempts", "Too many attempts" },
  { "store_unavailable", "The store does not take writes now" },
  { "going_down", "The server is going down" },
};

HlProblem *
hl_problem_new (guint status, const char *name, const char *detail, ...)
{
  HlProblem *self = g_new0 (HlProblem, 1);
  va_list args;

  self->status = status;
  self->name = name;
  self->index = -1;
  va_start (args, detail);
  self->detail = g_strdup_vprintf (detail, args);
  va_end (args);
  return self;
}

void
hl_problem_free (HlProblem *self)
{
  if (self == NULL) {
    return;
  }
  g_free (self->detail);
  g_free (self->pointer);
  g_free (self);
}

static const char *
get_title (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (titles); i++) {
    if (g_str_equal (titles[i].name, name)) {
      return titles[i].title;
    }
  }
  return name;
}

char *
hl_problem_print (const HlProblem *self)
{
  GString *out = g_string_new (NULL);
  g_autofree char *detail = g_utf8_make_valid (self->detail, -1);

  g_string_append_printf (out, "{\"type\":\"urn:hostline:problem:%s\",\"title\":", self->name);
  hl_json_append_string (out, get_title (self->name));
  g_string_append_printf (out, ",\"status\":%u,\"detail\":", self->status);
  hl_json_append_string (out, detail);
  if (self->pointer != NULL) {
    g_string_append (out, ",\"pointer\":");
    hl_json_append_string (out, self->pointer);
  }
  if (self->index >= 0) {
    g_string_append_printf (out, ",\"index\":%d", self->index);
  }
  g_string_append_c (out, '}');
  return g_string_free (out, FALSE);
}
