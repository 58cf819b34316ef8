/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A proxy resolver that goes straight to the house's own addresses, see hl-proxy.h. */
#include "link/hl-proxy.h"

#include <string.h>

struct _HlProxy {
  GObject parent_instance;
  GProxyResolver *others;
};

static void hl_proxy_init_interface (GProxyResolverInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (HlProxy, hl_proxy, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_PROXY_RESOLVER,
                                                      hl_proxy_init_interface))

/* fc00::/7: GInetAddress knows only the old site-local range. */
static gboolean
is_unique_local (GInetAddress *address)
{
  return g_inet_address_get_family (address) == G_SOCKET_FAMILY_IPV6
         && (g_inet_address_to_bytes (address)[0] & 0xfe) == 0xfc;
}

gboolean
hl_proxy_is_in_house (const char *host)
{
  static const char *const domains[]
      = { ".local", ".lan", ".home", ".internal", ".localdomain", ".home.arpa" };
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (host);
  g_autofree char *lower = g_ascii_strdown (host, -1);

  if (address != NULL)
    return g_inet_address_get_is_loopback (address) || g_inet_address_get_is_link_local (address)
           || g_inet_address_get_is_site_local (address) || is_unique_local (address);
  if (g_str_has_suffix (lower, "."))
    lower[strlen (lower) - 1] = '\0';
  if (strchr (lower, '.') == NULL)
    return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (domains); i++)
    if (g_str_has_suffix (lower, domains[i]))
      return TRUE;
  return FALSE;
}

static gboolean
is_direct (const char *uri)
{
  g_autoptr (GUri) parsed = g_uri_parse (uri, G_URI_FLAGS_NONE, NULL);

  return parsed != NULL && g_uri_get_host (parsed) != NULL
         && hl_proxy_is_in_house (g_uri_get_host (parsed));
}

static char **
make_direct (void)
{
  char **direct = g_new0 (char *, 2);
  direct[0] = g_strdup ("direct://");
  return direct;
}

static gboolean
hl_proxy_is_supported (GProxyResolver *resolver)
{
  return TRUE;
}

static char **
hl_proxy_lookup (GProxyResolver *resolver, const char *uri, GCancellable *cancellable,
                 GError **error)
{
  if (is_direct (uri))
    return make_direct ();
  return g_proxy_resolver_lookup (HL_PROXY (resolver)->others, uri, cancellable, error);
}

static void
on_others (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;
  char **found = g_proxy_resolver_lookup_finish (G_PROXY_RESOLVER (source), result, &error);

  if (found != NULL)
    g_task_return_pointer (task, found, (GDestroyNotify)g_strfreev);
  else
    g_task_return_error (task, error);
}

static void
hl_proxy_lookup_async (GProxyResolver *resolver, const char *uri, GCancellable *cancellable,
                       GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (resolver, cancellable, callback, user_data);

  if (is_direct (uri)) {
    g_task_return_pointer (task, make_direct (), (GDestroyNotify)g_strfreev);
    g_object_unref (task);
    return;
  }
  g_proxy_resolver_lookup_async (HL_PROXY (resolver)->others, uri, cancellable, on_others, task);
}

static char **
hl_proxy_lookup_finish (GProxyResolver *resolver, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
hl_proxy_init_interface (GProxyResolverInterface *iface)
{
  iface->is_supported = hl_proxy_is_supported;
  iface->lookup = hl_proxy_lookup;
  iface->lookup_async = hl_proxy_lookup_async;
  iface->lookup_finish = hl_proxy_lookup_finish;
}

static void
hl_proxy_finalize (GObject *object)
{
  g_clear_object (&HL_PROXY (object)->others);
  G_OBJECT_CLASS (hl_proxy_parent_class)->finalize (object);
}

static void
hl_proxy_class_init (HlProxyClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hl_proxy_finalize;
}

static void
hl_proxy_init (HlProxy *self)
{
}

GProxyResolver *
hl_proxy_new (GProxyResolver *others)
{
  HlProxy *self = g_object_new (HL_TYPE_PROXY, NULL);
  self->others = g_object_ref (others);
  return G_PROXY_RESOLVER (self);
}
