/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Requests of our servers, see hl-http.h. */
#include "link/hl-http.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>

#include "link/hl-proxy.h"
#include "link/hl-spki.h"

#ifndef TCP_USER_TIMEOUT
#define TCP_USER_TIMEOUT 18
#endif
#define USER_TIMEOUT_MS 20000

typedef struct {
  HlHttpTrust trust;
  GStrv pins;
  gboolean learn;
  gboolean pinned;
  GCancellable *cancellable;
} Guard;

static void
guard_free (Guard *guard)
{
  g_free (guard->trust.seen_pin);
  g_strfreev (guard->pins);
  g_clear_object (&guard->cancellable);
  g_free (guard);
}

static GQuark
guard_quark (void)
{
  return g_quark_from_static_string ("hl-http-guard");
}

SoupSession *
hl_http_session_new (void)
{
  g_autoptr (GProxyResolver) proxy = hl_proxy_new (g_proxy_resolver_get_default ());
  SoupSession *session
      = soup_session_new_with_options ("timeout", 15, "idle-timeout", 30, "user-agent",
                                       "hostline/0.1", "proxy-resolver", proxy, NULL);

  soup_session_remove_feature_by_type (session, SOUP_TYPE_COOKIE_JAR);
  soup_session_remove_feature_by_type (session, SOUP_TYPE_CONTENT_SNIFFER);
  soup_session_remove_feature_by_type (session, SOUP_TYPE_CONTENT_DECODER);
  soup_session_remove_feature_by_type (session, SOUP_TYPE_AUTH_MANAGER);
  soup_session_remove_feature_by_type (session, SOUP_TYPE_WEBSOCKET_EXTENSION_MANAGER);
  return session;
}

static void
refuse (Guard *guard, GTlsCertificateFlags flags)
{
  guard->trust.refused = TRUE;
  guard->trust.flags = flags != 0 ? flags : G_TLS_CERTIFICATE_BAD_IDENTITY;
  g_cancellable_cancel (guard->cancellable);
}

/* Asked only when the usual check found something. */
static gboolean
on_accept_certificate (SoupMessage *message, GTlsCertificate *certificate,
                       GTlsCertificateFlags flags, gpointer data)
{
  Guard *guard = data;

  g_free (guard->trust.seen_pin);
  guard->trust.seen_pin = hl_spki_make_pin (certificate);
  if (guard->learn)
    return TRUE;
  if (guard->pinned && hl_spki_matches (certificate, (const char *const *)guard->pins))
    return TRUE;
  /* Another key than the pinned one is no matter of dates, whatever else is wrong with it. */
  guard->trust.flags = guard->pinned ? flags | G_TLS_CERTIFICATE_BAD_IDENTITY : flags;
  return FALSE;
}

static void
set_up_socket (GIOStream *connection)
{
  GSocket *socket;
  int fd, one = 1, timeout = USER_TIMEOUT_MS;

  if (!G_IS_SOCKET_CONNECTION (connection))
    return;
  socket = g_socket_connection_get_socket (G_SOCKET_CONNECTION (connection));
  if (g_socket_get_family (socket) == G_SOCKET_FAMILY_UNIX)
    return;
  fd = g_socket_get_fd (socket);
  (void)setsockopt (fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  (void)setsockopt (fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &timeout, sizeof timeout);
}

static void
on_network_event (SoupMessage *message, GSocketClientEvent event, GIOStream *connection,
                  gpointer data)
{
  Guard *guard = data;

  if (event == G_SOCKET_CLIENT_CONNECTED) {
    set_up_socket (connection);
  } else if (event == G_SOCKET_CLIENT_TLS_HANDSHAKED && G_IS_TLS_CONNECTION (connection)) {
    /* A certificate that any authority signed is still not ours: the pin decides, before a byte of
     * the token is sent. */
    GTlsCertificate *certificate
        = g_tls_connection_get_peer_certificate (G_TLS_CONNECTION (connection));
    if (certificate == NULL)
      return;
    g_free (guard->trust.seen_pin);
    guard->trust.seen_pin = hl_spki_make_pin (certificate);
    if (guard->pinned && !guard->learn
        && !hl_spki_matches (certificate, (const char *const *)guard->pins))
      refuse (guard, 0);
  }
}

HlHttpTrust *
hl_http_prepare (SoupMessage *message, HlEndpoint *endpoint, const char *const *pins,
                 gboolean learn, GCancellable *cancellable)
{
  Guard *guard = g_new0 (Guard, 1);

  guard->pins = g_strdupv ((char **)pins);
  guard->learn = learn;
  guard->pinned = pins != NULL && pins[0] != NULL && !hl_endpoint_is_public (endpoint);
  guard->cancellable = g_object_ref (cancellable);
  g_object_set_qdata_full (G_OBJECT (message), guard_quark (), guard, (GDestroyNotify)guard_free);
  soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT | SOUP_MESSAGE_NEW_CONNECTION);
  soup_message_disable_feature (message, SOUP_TYPE_WEBSOCKET_EXTENSION_MANAGER);
  g_signal_connect (message, "accept-certificate", G_CALLBACK (on_accept_certificate), guard);
  g_signal_connect (message, "network-event", G_CALLBACK (on_network_event), guard);
  return &guard->trust;
}

HlHttpTrust *
hl_http_get_trust (SoupMessage *message)
{
  Guard *guard = g_object_get_qdata (G_OBJECT (message), guard_quark ());
  return guard != NULL ? &guard->trust : NULL;
}
