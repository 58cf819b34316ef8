/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HlHttp: the public routes on the front's HTTP server. */
#include "http/hl-http.h"

#include <string.h>

#include "http/hl-http-private.h"
#include "http/hl-rate.h"
#include "http/hl-request.h"
#include "util/hl-clock.h"
#include "util/hl-id.h"
#include "util/hl-log.h"

#define ROLE(role) (1u << HL_ROLE_##role)
#define READERS (ROLE (STAFF) | ROLE (MANAGER) | ROLE (AGENT))

/* Requests waiting for the writer, each with a body of up to 1 MiB. */
#define MAX_DEPTH 4096
/* A token's last use is written down this often at most. */
#define TOUCH_US (10 * 60 * G_USEC_PER_SEC)
#define MAX_TOUCHED 16384

struct _HlHttp {
  HlHttpConfig     config;
  HlAuth          *auth;
  HlHookNotes     *notes;
  GStrv            hook_urls;
  GPtrArray       *proxies;      /* of GInetAddressMask */
  gboolean         ready;
  HlRate          *token_rate;   /* events by token id */
  HlRate          *location_rate;
  GHashTable      *touched;      /* token id -> gint64 *, when its use was written down */
  HlMetricsFamily *m_requests, *m_publishes, *m_hooks, *m_auth;
  void           (*changed) (HlRegistryCache *cache, gpointer user_data);
  gpointer         changed_data;
};

static void
run_health (HlRequest *request)
{
  /* a note is for whoever watches: it works all the same */
  hl_request_answer (request, 200,
                     g_strdup (hl_writer_is_wal_large (request->config->writer)
                                   ? "{\"status\":\"ok\",\"notes\":[\"wal_large\"]}"
                                   : "{\"status\":\"ok\"}"));
}

static void
run_ready (HlRequest *request)
{
  if (request->http->ready && hl_writer_is_available (request->config->writer)) {
    hl_request_answer (request, 200, g_strdup ("{\"status\":\"ready\"}"));
  } else if (!request->http->ready) {
    HlProblem *problem = hl_problem_new (503, "going_down", "the server does not take new connections");

    problem->retry_after = 2;
    hl_request_refuse (request, problem);
  } else {
    hl_request_refuse_store (request);
  }
}

/* What is counted by location is for who may look at that location; the rest is the server's own. */
static void
run_metrics (HlRequest *request)
{
  hl_request_answer_text (request, 200, "text/plain; version=0.0.4; charset=utf-8",
                          hl_metrics_print_for (request->config->metrics, "location",
                                                (const char *const *) request->token->locations));
}

const HlRoute hl_routes[] = {
  { "GET", "/healthz", HL_ROUTE_OPEN, 0, run_health },
  { "GET", "/readyz", HL_ROUTE_OPEN, 0, run_ready },
  { "GET", "/metrics", HL_ROUTE_TOKEN, ROLE (MONITOR), run_metrics },
  { "POST", "/v1/pair", HL_ROUTE_OPEN, 0, hl_route_pair },
  { "POST", "/v1/hooks/:provider/:location/:secret", HL_ROUTE_OPEN, 0, hl_route_hook },
  { "GET", "/v1/locations/:location/live", HL_ROUTE_TOKEN | HL_ROUTE_LOCATION | HL_ROUTE_UPGRADE, READERS,
    hl_route_live },
  { "POST", "/v1/locations/:location/events", HL_ROUTE_TOKEN | HL_ROUTE_LOCATION, ~ROLE (MONITOR),
    hl_route_publish },
  { "GET", "/v1/locations/:location/events", HL_ROUTE_TOKEN | HL_ROUTE_LOCATION, READERS, hl_route_events },
  { "GET", "/v1/locations/:location/state", HL_ROUTE_TOKEN | HL_ROUTE_LOCATION, READERS, hl_route_state },
  { "GET", "/v1/locations/:location/calls/:call", HL_ROUTE_TOKEN | HL_ROUTE_LOCATION, READERS, hl_route_call },
  { "GET", "/v1/locations/:location/presence", HL_ROUTE_TOKEN | HL_ROUTE_LOCATION, ROLE (STAFF) | ROLE (MANAGER),
    hl_route_presence },
  { "POST", "/v1/locations/:location/actions", HL_ROUTE_TOKEN | HL_ROUTE_LOCATION,
    ROLE (AGENT) | ROLE (STAFF) | ROLE (MANAGER), hl_route_act },
  { "GET", "/v1/locations/:location/availability", HL_ROUTE_TOKEN | HL_ROUTE_LOCATION, READERS, hl_route_availability },
  { "POST", "/v1/locations/:location/tools/:tool", HL_ROUTE_TOKEN | HL_ROUTE_LOCATION, ROLE (AGENT), hl_route_tool },
  { NULL },
};

/* ---- which route ---- */

/* Segment by segment, without allocating: most patterns do not match. */
static gboolean
match (const char *pattern, const char *path, char **args)
{
  struct {
    const char *start;
    gsize       len;
  } taken[HL_ROUTE_MAX_ARGS];
  guint n_taken = 0;

  while (*pattern == '/' && *path == '/') {
    gsize want = strcspn (++pattern, "/");
    gsize have = strcspn (++path, "/");

    if (*pattern == ':') {
      if (have == 0) {
        return FALSE;
      }
      taken[n_taken].start = path;
      taken[n_taken++].len = have;
    } else if (want != have || strncmp (pattern, path, want) != 0) {
      return FALSE;
    }
    pattern += want;
    path += have;
  }
  if (*pattern != '\0' || *path != '\0') {
    return FALSE;
  }
  for (guint i = 0; i < n_taken; i++) {
    args[i] = g_strndup (taken[i].start, taken[i].len);
  }
  return TRUE;
}

/* NULL: none; *@allowed then holds the methods of the same path, if there is one. */
static const HlRoute *
find_route (const char *method, const char *path, char **args, char **allowed)
{
  g_autoptr (GString) methods = g_string_new (NULL);

  for (const HlRoute *route = hl_routes; route->method != NULL; route++) {
    char *found[HL_ROUTE_MAX_ARGS] = { NULL };

    if (!match (route->pattern, path, found)) {
      continue;
    }
    if (g_str_equal (route->method, method) || (g_str_equal (method, "HEAD") && g_str_equal (route->method, "GET"))) {
      memcpy (args, found, sizeof found);
      return route;
    }
    for (guint i = 0; i < G_N_ELEMENTS (found); i++) {
      g_free (found[i]);
    }
    g_string_append_printf (methods, "%s%s", methods->len > 0 ? ", " : "", route->method);
  }
  if (methods->len > 0) {
    *allowed = g_strdup (methods->str);
  }
  return NULL;
}

/* ---- who asks ---- */

static gboolean
is_proxy (HlHttp *self, const char *address)
{
  g_autoptr (GInetAddress) parsed = g_inet_address_new_from_string (address);

  for (guint i = 0; parsed != NULL && i < self->proxies->len; i++) {
    if (g_inet_address_mask_matches (g_ptr_array_index (self->proxies, i), parsed)) {
      return TRUE;
    }
  }
  return FALSE;
}

/* The client's address; behind proxies that are trusted, the nearest hop that is none of them. */
static char *
find_address (HlHttp *self, HlRequest *request)
{
  GSocketAddress *remote = soup_server_message_get_remote_address (request->message);
  g_autofree char *address = NULL;
  g_auto (GStrv) hops = NULL;
  const char *forwarded;

  if (!G_IS_INET_SOCKET_ADDRESS (remote)) {
    return g_strdup ("");
  }
  address = g_inet_address_to_string (g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (remote)));
  forwarded = hl_request_get_header (request, "X-Forwarded-For");
  if (forwarded == NULL || !is_proxy (self, address)) {
    return g_steal_pointer (&address);
  }
  hops = g_strsplit (forwarded, ",", -1);
  for (guint i = g_strv_length (hops); i > 0; i--) {
    const char *hop = g_strstrip (hops[i - 1]);

    if (!g_hostname_is_ip_address (hop)) {
      break;
    }
    g_free (address);
    address = g_strdup (hop);
    request->forwarded = TRUE;
    if (!is_proxy (self, address)) {
      break;
    }
  }
  return g_steal_pointer (&address);
}

typedef struct {
  HlRegistry *registry;
  char       *token_id;
} Touch;

static void
touch_free (gpointer data)
{
  Touch *touch = data;

  g_free (touch->token_id);
  g_free (touch);
}

static gboolean
write_touch (HlWriter *writer, HlStore *store, gpointer data)
{
  Touch *touch = data;

  return hl_registry_touch_token (touch->registry, touch->token_id, hl_clock_wall_ms (), NULL);
}

/* `token list` and `device list` show when a token was last used, to within some minutes. */
static void
touch (HlHttp *self, const char *token_id)
{
  gint64 now = hl_clock_boot_us ();
  gint64 *last = g_hash_table_lookup (self->touched, token_id);
  Touch *data;

  if (last != NULL && now < *last + TOUCH_US) {
    return;
  }
  if (last == NULL) {
    if (g_hash_table_size (self->touched) >= MAX_TOUCHED) {
      g_hash_table_remove_all (self->touched);
    }
    last = g_new (gint64, 1);
    g_hash_table_insert (self->touched, g_strdup (token_id), last);
  }
  *last = now;
  data = g_new (Touch, 1);
  data->registry = self->config.registry;
  data->token_id = g_strdup (token_id);
  hl_writer_call (self->config.writer, write_touch, data, touch_free, NULL, NULL);
}

/* Before any body is read: route, token, role, location. TRUE: go on. */
static gboolean
admit (HlHttp *self, HlRequest *request)
{
  const HlRoute *route = request->route;

  if ((route->flags & HL_ROUTE_TOKEN) == 0) {
    return TRUE;
  }
  request->token = hl_auth_find (self->auth, hl_request_get_header (request, "Authorization"), hl_clock_wall_ms ());
  if (request->token == NULL) {
    hl_metrics_inc (hl_metrics_get (self->m_auth, "failed", NULL));
    hl_request_refuse_auth (request, hl_problem_new (401, "unauthorized", "send \"Authorization: Bearer\" with a "
                                                                          "valid token"));
    return FALSE;
  }
  request->cache = hl_registry_cache_ref (hl_auth_get_registry (self->auth));
  hl_metrics_inc (hl_metrics_get (self->m_auth, "ok", NULL));
  touch (self, request->token->id);
  if ((route->flags & HL_ROUTE_LOCATION) != 0 &&
      !hl_registry_cache_allows (request->token, hl_request_get_location (request))) {
    hl_request_refuse (request, hl_problem_new (403, "not_this_location", "the token is not bound to this location"));
    return FALSE;
  }
  if ((route->roles & (1u << request->token->role)) == 0) {
    hl_request_refuse (request, hl_problem_new (403, "kind_not_allowed", "a token of the role %s may not do this",
                                                hl_enum_nick (HL_TYPE_ROLE, request->token->role)));
    return FALSE;
  }
  if ((route->flags & HL_ROUTE_LOCATION) != 0 &&
      !hl_registry_cache_has_location (request->cache, hl_request_get_location (request))) {
    hl_request_refuse (request, hl_problem_new (404, "not_found", "there is no such location"));
    return FALSE;
  }
  return TRUE;
}

/* ---- libsoup's end ---- */

static void
on_message_gone (SoupServerMessage *message, gpointer user_data)
{
  ((HlRequest *) user_data)->gone = TRUE;
}

static void
on_message_finished (SoupServerMessage *message, gpointer user_data)
{
  HlRequest *request = user_data;
  HlHttp *self = request->http;
  guint status = soup_server_message_get_status (message);

  request->gone = TRUE;
  hl_metrics_inc (hl_metrics_get (self->m_requests, request->route != NULL ? request->route->pattern : "none",
                                  HL_LOG_UINT (status), NULL));
}

static void
detach_request (gpointer data)
{
  HlRequest *request = data;

  request->gone = TRUE;
  hl_request_unref (request);
}

static HlRequest *
attach_request (HlHttp *self, SoupServerMessage *message, const char *path)
{
  HlRequest *request = g_new0 (HlRequest, 1);

  g_ref_count_init (&request->refs);
  request->http = self;
  request->config = &self->config;
  request->message = message;
  request->path = g_strdup (path);
  request->address = find_address (self, request);
  g_object_set_data_full (G_OBJECT (message), "hl-request", request, detach_request);
  g_signal_connect (message, "finished", G_CALLBACK (on_message_finished), request);
  g_signal_connect (message, "disconnected", G_CALLBACK (on_message_gone), request);
  return request;
}

static gboolean
lacks_length (SoupServerMessage *message)
{
  return g_str_equal (soup_server_message_get_method (message), "POST") &&
         soup_message_headers_get_one (soup_server_message_get_request_headers (message), "Content-Length") == NULL;
}

/* Why a dashboard does not get in is what people look for in the connection log. */
static void
note_refused (HlRequest *request)
{
  guint status = soup_server_message_get_status (request->message);
  const HlHubArrival arrival = hl_request_get_arrival (request);

  if (request->refused == NULL || request->route == NULL || (request->route->flags & HL_ROUTE_UPGRADE) == 0) {
    return;
  }
  hl_hub_note_refused (request->config->hub, hl_request_get_location (request), request->token, &arrival, status,
                       request->refused);
}

/* A request that is refused here is answered without its body having been read. */
static void
on_headers (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query, gpointer user_data)
{
  HlHttp *self = user_data;
  HlRequest *request;
  g_autofree char *allowed = NULL;

  if (soup_server_message_get_status (message) != 0) {
    return;
  }
  request = attach_request (self, message, path);
  request->route = find_route (soup_server_message_get_method (message), path, request->args, &allowed);
  if (!hl_front_allows_origin (self->config.front, message)) {
    hl_request_refuse (request, hl_problem_new (403, "origin_refused", "this origin may not ask anything here"));
  } else if (request->route == NULL && allowed != NULL) {
    soup_message_headers_replace (soup_server_message_get_response_headers (message), "Allow", allowed);
    hl_request_refuse (request, hl_problem_new (405, "method_not_allowed", "this address takes %s", allowed));
  } else if (request->route == NULL) {
    hl_request_refuse (request, hl_problem_new (404, "not_found", "there is no such address"));
  } else if (lacks_length (message)) {
    hl_request_refuse (request, hl_problem_new (411, "length_required", "send Content-Length"));
  } else if (admit (self, request) && (request->route->flags & HL_ROUTE_UPGRADE) != 0) {
    request->route->run (request);
  }
  note_refused (request);
  if (soup_server_message_get_status (message) != 0) {
    /* libsoup reads on to the end of the request, but nobody keeps it */
    soup_message_body_set_accumulate (soup_server_message_get_request_body (message), FALSE);
  }
}

static void
on_request (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query, gpointer user_data)
{
  HlRequest *request = g_object_get_data (G_OBJECT (message), "hl-request");

  if (request == NULL || request->route == NULL || (request->route->flags & HL_ROUTE_UPGRADE) != 0 ||
      soup_server_message_get_status (message) != 0) {
    return;
  }
  request->route->run (request);
}

/* ---- what routes share ---- */

HlMetricsCell *
hl_http_count_publish (HlHttp *self, const char *result)
{
  return hl_metrics_get (self->m_publishes, result, NULL);
}

HlMetricsCell *
hl_http_count_hook (HlHttp *self, const char *provider, const char *result)
{
  return hl_metrics_get (self->m_hooks, provider, result, NULL);
}

HlAuth *
hl_http_get_auth (HlHttp *self)
{
  return self->auth;
}

HlHookNotes *
hl_http_get_notes (HlHttp *self)
{
  return self->notes;
}

const char *const *
hl_http_get_hook_urls (HlHttp *self)
{
  return (const char *const *) self->hook_urls;
}

void
hl_http_changed (HlHttp *self, HlRegistryCache *cache)
{
  if (self->changed != NULL) {
    self->changed (cache, self->changed_data);
  }
}

gboolean
hl_http_has_room (HlHttp *self)
{
  return hl_writer_get_depth (self->config.writer) < MAX_DEPTH;
}

HlProblem *
hl_http_check_publish (HlHttp *self, const char *location, const char *token_id)
{
  gint64 now = hl_clock_boot_us ();
  guint by_token = hl_rate_check (self->token_rate, token_id, now);
  guint by_location = hl_rate_check (self->location_rate, location, now);
  HlProblem *problem;

  if (by_token == 0 && by_location == 0) {
    return NULL;
  }
  problem = hl_problem_new (429, "rate_limited", "more events a second than this server takes of one %s",
                            by_token > 0 ? "token" : "location");
  problem->retry_after = MAX (by_token, by_location);
  return problem;
}

void
hl_http_take_publish (HlHttp *self, const char *location, const char *token_id, guint n_events)
{
  gint64 now = hl_clock_boot_us ();

  hl_rate_take (self->token_rate, token_id, n_events, now);
  hl_rate_take (self->location_rate, location, n_events, now);
}

/* ---- life ---- */

static GStrv
make_hook_urls (GStrv public_urls)
{
  g_autoptr (GStrvBuilder) urls = g_strv_builder_new ();

  for (char **url = public_urls; url != NULL && *url != NULL; url++) {
    gsize len = strcspn (*url, "#");
    g_autofree char *plain = NULL;

    while (len > 0 && (*url)[len - 1] == '/') {
      len--;
    }
    plain = g_strndup (*url, len);
    g_strv_builder_add (urls, plain);
  }
  return g_strv_builder_end (urls);
}

static void
copy_config (HlHttp *self, const HlHttpConfig *config)
{
  HlHttpConfig old = self->config;

  self->config = *config;
  self->config.public_urls = g_strdupv (config->public_urls);
  g_strfreev (self->hook_urls);
  self->hook_urls = make_hook_urls (config->public_urls);
  self->config.trusted_proxies = g_strdupv (config->trusted_proxies);
  self->config.pins = g_strdupv (config->pins);
  g_strfreev (old.public_urls);
  g_strfreev (old.trusted_proxies);
  g_strfreev (old.pins);
  hl_rate_set_limit (self->token_rate, config->publish_per_second);
  hl_rate_set_limit (self->location_rate, config->publish_per_second_per_location);
  hl_admission_clear_exempt (hl_front_get_admission (config->front));
  g_ptr_array_set_size (self->proxies, 0);
  for (char **proxy = self->config.trusted_proxies; proxy != NULL && *proxy != NULL; proxy++) {
    GInetAddressMask *mask = g_inet_address_mask_new_from_string (*proxy, NULL);

    if (mask != NULL) {
      g_ptr_array_add (self->proxies, mask);
      hl_admission_add_exempt (hl_front_get_admission (self->config.front), mask);
    }
  }
}

void
hl_http_configure (HlHttp *self, const HlHttpConfig *config)
{
  copy_config (self, config);
  hl_auth_set_limit (self->auth, config->failures_per_minute);
}

HlHttp *
hl_http_new (const HlHttpConfig *config)
{
  static const char *const route[] = { "route", "status", NULL };
  static const char *const result[] = { "result", NULL };
  static const char *const hook[] = { "provider", "result", NULL };
  HlHttp *self = g_new0 (HlHttp, 1);
  SoupServer *server = hl_front_get_server (config->front);

  self->proxies = g_ptr_array_new_with_free_func (g_object_unref);
  self->token_rate = hl_rate_new ();
  self->location_rate = hl_rate_new ();
  self->touched = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->auth = hl_auth_new (config->failures_per_minute);
  self->notes = hl_hook_notes_new (config->writer, config->registry);
  copy_config (self, config);
  self->m_requests = hl_metrics_counter (config->metrics, "hostline_http_requests_total", "HTTP requests answered.",
                                         route);
  self->m_publishes = hl_metrics_counter (config->metrics, "hostline_publishes_total",
                                          "Publishers' requests, by what came of them.", result);
  self->m_hooks = hl_metrics_counter (config->metrics, "hostline_hooks_total",
                                      "Webhook deliveries, by what came of them.", hook);
  self->m_auth = hl_metrics_counter (config->metrics, "hostline_authentications_total", "Tokens looked at.", result);
  soup_server_add_early_handler (server, NULL, on_headers, self, NULL);
  soup_server_add_handler (server, NULL, on_request, self, NULL);
  return self;
}

void
hl_http_free (HlHttp *self)
{
  if (self == NULL) {
    return;
  }
  hl_auth_free (self->auth);
  hl_hook_notes_free (self->notes);
  g_strfreev (self->hook_urls);
  hl_rate_free (self->token_rate);
  hl_rate_free (self->location_rate);
  g_hash_table_unref (self->touched);
  g_ptr_array_unref (self->proxies);
  g_strfreev (self->config.public_urls);
  g_strfreev (self->config.trusted_proxies);
  g_strfreev (self->config.pins);
  g_free (self);
}

void
hl_http_set_registry (HlHttp *self, HlRegistryCache *cache)
{
  hl_auth_set_registry (self->auth, cache);
}

void
hl_http_set_ready (HlHttp *self, gboolean ready)
{
  self->ready = ready;
  if (!ready) {
    hl_hook_notes_flush (self->notes);
  }
}

void
hl_http_set_changed (HlHttp *self, void (*changed) (HlRegistryCache *cache, gpointer user_data),
                     gpointer user_data)
{
  self->changed = changed;
  self->changed_data = user_data;
}
