/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One address of the server, see hl-endpoint.h. */
#include "link/hl-endpoint.h"

#include <gio/gio.h>

#include "util/hl-log.h"

struct _HlEndpoint {
  GObject parent_instance;
  char *url; /* without a slash at the end */
  gboolean public;
  gboolean tls;
  gboolean in_use;
  HlLinkCause last_cause;
  gint64 last_ok;
  int rtt;
};

enum { PROP_URL = 1, PROP_PUBLIC, PROP_IN_USE, PROP_LAST_CAUSE, PROP_LAST_OK, PROP_RTT, N_PROPS };
static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (HlEndpoint, hl_endpoint, G_TYPE_OBJECT)

static void
hl_endpoint_finalize (GObject *object)
{
  g_free (HL_ENDPOINT (object)->url);
  G_OBJECT_CLASS (hl_endpoint_parent_class)->finalize (object);
}

static void
hl_endpoint_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  HlEndpoint *self = HL_ENDPOINT (object);
  switch (prop_id) {
  case PROP_URL:
    g_value_set_string (value, self->url);
    break;
  case PROP_PUBLIC:
    g_value_set_boolean (value, self->public);
    break;
  case PROP_IN_USE:
    g_value_set_boolean (value, self->in_use);
    break;
  case PROP_LAST_CAUSE:
    g_value_set_enum (value, self->last_cause);
    break;
  case PROP_LAST_OK:
    g_value_set_int64 (value, self->last_ok);
    break;
  case PROP_RTT:
    g_value_set_int (value, self->rtt);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
hl_endpoint_class_init (HlEndpointClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->finalize = hl_endpoint_finalize;
  object_class->get_property = hl_endpoint_get_property;
  props[PROP_URL] = g_param_spec_string ("url", NULL, NULL, "", flags);
  props[PROP_PUBLIC] = g_param_spec_boolean ("public", NULL, NULL, FALSE, flags);
  props[PROP_IN_USE] = g_param_spec_boolean ("in-use", NULL, NULL, FALSE, flags);
  props[PROP_LAST_CAUSE] = g_param_spec_enum ("last-cause", NULL, NULL, HL_TYPE_LINK_CAUSE,
                                              HL_LINK_CAUSE_STARTING, flags);
  props[PROP_LAST_OK] = g_param_spec_int64 ("last-ok", NULL, NULL, 0, G_MAXINT64, 0, flags);
  props[PROP_RTT] = g_param_spec_int ("rtt", NULL, NULL, -1, G_MAXINT, -1, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
hl_endpoint_init (HlEndpoint *self)
{
  self->last_cause = HL_LINK_CAUSE_STARTING;
  self->rtt = -1;
}

HlEndpoint *
hl_endpoint_new (const char *url, GError **error)
{
  g_autofree char *plain = g_strdup (url);
  g_autoptr (GUri) uri = NULL;
  HlEndpoint *self;
  gboolean public = FALSE;

  if (g_str_has_suffix (plain, "#pki")) {
    plain[strlen (plain) - 4] = '\0';
    public = TRUE;
  }
  while (g_str_has_suffix (plain, "/"))
    plain[strlen (plain) - 1] = '\0';
  uri = g_uri_parse (plain, G_URI_FLAGS_NONE, NULL);
  if (uri == NULL || g_uri_get_host (uri) == NULL || *g_uri_get_host (uri) == '\0'
      || g_uri_get_userinfo (uri) != NULL || g_uri_get_query (uri) != NULL
      || g_uri_get_fragment (uri) != NULL || strpbrk (plain, " \t\r\n") != NULL
      || (!g_str_equal (g_uri_get_scheme (uri), "https")
          && !g_str_equal (g_uri_get_scheme (uri), "http"))) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                 "“%s” is not the address of a server", url);
    return NULL;
  }
  self = g_object_new (HL_TYPE_ENDPOINT, NULL);
  self->tls = g_str_equal (g_uri_get_scheme (uri), "https");
  self->public = public;
  self->url = g_steal_pointer (&plain);
  return self;
}

const char *
hl_endpoint_get_url (HlEndpoint *self)
{
  return self->url;
}

gboolean
hl_endpoint_is_public (HlEndpoint *self)
{
  return self->public;
}

gboolean
hl_endpoint_is_tls (HlEndpoint *self)
{
  return self->tls;
}

gboolean
hl_endpoint_get_in_use (HlEndpoint *self)
{
  return self->in_use;
}

void
hl_endpoint_set_in_use (HlEndpoint *self, gboolean in_use)
{
  if (self->in_use == in_use)
    return;
  self->in_use = in_use;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_IN_USE]);
}

void
hl_endpoint_note_result (HlEndpoint *self, HlLinkCause cause, gint64 now_ms)
{
  if (self->last_cause != cause) {
    self->last_cause = cause;
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_LAST_CAUSE]);
  }
  if (cause == HL_LINK_CAUSE_NONE) {
    self->last_ok = now_ms;
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_LAST_OK]);
  }
}

void
hl_endpoint_note_rtt (HlEndpoint *self, int rtt_ms)
{
  if (self->rtt == rtt_ms)
    return;
  self->rtt = rtt_ms;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_RTT]);
}

char *
hl_endpoint_make_url (HlEndpoint *self, const char *path)
{
  return g_strconcat (self->url, path, NULL);
}

static gboolean
is_this_computer (HlEndpoint *self)
{
  g_autoptr (GUri) uri = g_uri_parse (self->url, G_URI_FLAGS_NONE, NULL);
  const char *host = g_uri_get_host (uri);
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (host);

  return g_str_equal (host, "localhost")
         || (address != NULL && g_inet_address_get_is_loopback (address));
}

void
hl_endpoint_append_all (GListStore *store, const char *const *urls)
{
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func (g_object_unref);
  gboolean tls = FALSE;

  for (guint i = 0; urls[i] != NULL; i++) {
    g_autoptr (GError) error = NULL;
    HlEndpoint *endpoint = hl_endpoint_new (urls[i], &error);
    if (endpoint == NULL) {
      hl_log (HL_LOG_WARNING, "link", "an address is left out", "error", error->message, NULL);
      continue;
    }
    tls |= endpoint->tls;
    g_ptr_array_add (all, endpoint);
  }
  for (guint i = 0; i < all->len; i++) {
    HlEndpoint *endpoint = g_ptr_array_index (all, i);
    if (tls && !endpoint->tls && !is_this_computer (endpoint))
      hl_log (HL_LOG_WARNING, "link", "an address is left out", "error",
              "it has no TLS, and another one has", "url", endpoint->url, NULL);
    else
      g_list_store_append (store, endpoint);
  }
  if (g_list_model_get_n_items (G_LIST_MODEL (store)) == 0) {
    g_autoptr (HlEndpoint) nowhere = hl_endpoint_new ("https://invalid.invalid", NULL);
    g_list_store_append (store, nowhere);
  }
}
