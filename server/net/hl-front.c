/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Listeners, TLS and guards before libsoup's HTTP server, and the way from it to the reactor. */
#include "net/hl-front.h"

#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "net/hl-linger.h"
#include "net/hl-request-gate.h"
#include "util/hl-log.h"

#define MAX_CONNECTIONS 16000
#define MAX_PER_ADDRESS 256
#define FIRST_INHERITED 3

/* Over TLS who is turned away hears why only after a handshake, which costs: so many at a time hear it, and of one
 * address. The others are cut off; a dashboard comes again and hears it then. */
#define TOLD_MAX 16
#define TOLD_PER_ADDRESS 4

struct _HlFront {
  HlReactor *reactor;
  SoupServer *server;
  HlAdmission *admission;
  HlAdmission *told; /* turned away, and to hear why */
  HlGuardGroup *guards;
  GPtrArray *ports; /* of Port */
  GStrv allowed_origins;
  guint handshakes;
  guint64 tls_done;
  guint64 tls_failed;
  guint64 accept_pauses; /* of listeners that are gone */
  guint64 refused[HL_ADMISSION_ADDRESS_FULL + 1];
  gint64 refused_said[HL_ADMISSION_ADDRESS_FULL + 1]; /* when the log told last; 0: never */
  gboolean stopped;
};

typedef struct {
  HlFront *front; /* not owned */
  HlListener *listener;
  HlTls *tls;
  char *uri;
} Port;

typedef struct {
  HlFront *front;
  HlAdmissionSlot *slot;
  const char *refusal; /* NULL: to be served */
} Arrival;

typedef struct {
  HlFront *front;
  HlFrontUpgradeFunc func;
  gpointer data;
  GDestroyNotify destroy;
} Upgrade;

static void
port_free (gpointer data)
{
  Port *port = data;

  if (port->listener != NULL) {
    port->front->accept_pauses += hl_listener_get_pauses (port->listener);
    for (guint why = 0; why < G_N_ELEMENTS (port->front->refused); why++)
      port->front->refused[why] += hl_listener_get_refused (port->listener, why);
    hl_listener_free (port->listener);
  }
  g_clear_pointer (&port->tls, hl_tls_unref);
  g_free (port->uri);
  g_free (port);
}

static void
front_clear (gpointer data)
{
  HlFront *self = data;

  g_clear_pointer (&self->ports, g_ptr_array_unref);
  g_clear_object (&self->server);
  g_clear_pointer (&self->guards, hl_guard_group_unref);
  g_clear_pointer (&self->admission, hl_admission_unref);
  g_clear_pointer (&self->told, hl_admission_unref);
  g_strfreev (self->allowed_origins);
  hl_reactor_unref (self->reactor);
}

static void
front_unref (HlFront *self)
{
  g_rc_box_release_full (self, front_clear);
}

/* SoupServer closes every connection after one answer unless it has a listener of its own. It gets
 * one that nobody can reach: a UNIX socket whose name is gone before anybody could read it. */
static gboolean
add_dummy_listener (SoupServer *server, GError **error)
{
  g_autofree char *folder = g_dir_make_tmp ("hostline-XXXXXX", error);
  g_autofree char *path = folder != NULL ? g_build_filename (folder, "none", NULL) : NULL;
  g_autoptr (GSocketAddress) address = path != NULL ? g_unix_socket_address_new (path) : NULL;
  g_autoptr (GSocket) socket = NULL;
  gboolean done;

  if (folder == NULL)
    return FALSE;
  socket
      = g_socket_new (G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_DEFAULT, error);
  done = socket != NULL && g_socket_bind (socket, address, FALSE, error)
         && g_socket_listen (socket, error);
  g_unlink (path);
  g_rmdir (folder);
  return done && soup_server_listen_socket (server, socket, 0, error);
}

HlFront *
hl_front_new (HlReactor *reactor, const HlFrontConfig *config, GError **error)
{
  static const HlFrontConfig defaults = { 0 };
  HlFront *self = g_rc_box_new0 (HlFront);

  if (config == NULL)
    config = &defaults;
  /* HTTP/2 in libsoup's server is an experiment that this variable turns on. */
  g_unsetenv ("SOUP_SERVER_HTTP2");
  self->reactor = hl_reactor_ref (reactor);
  self->admission
      = hl_admission_new (config->max_connections != 0 ? config->max_connections : MAX_CONNECTIONS,
                          config->max_per_address != 0 ? config->max_per_address : MAX_PER_ADDRESS);
  self->told = hl_admission_new (TOLD_MAX, TOLD_PER_ADDRESS);
  self->guards
      = hl_guard_group_new (config->max_body != 0 ? config->max_body : HL_REQUEST_MAX_BODY);
  self->ports = g_ptr_array_new_with_free_func (port_free);
  self->allowed_origins = g_strdupv ((GStrv) config->allowed_origins);
  self->server = soup_server_new (NULL, NULL);
  soup_server_remove_websocket_extension (self->server, SOUP_TYPE_WEBSOCKET_EXTENSION_DEFLATE);
  if (!add_dummy_listener (self->server, error)) {
    front_unref (self);
    return NULL;
  }
  return self;
}

void
hl_front_free (HlFront *self)
{
  hl_front_stop (self);
  soup_server_disconnect (self->server);
  front_unref (self);
}

SoupServer *
hl_front_get_server (HlFront *self)
{
  return self->server;
}

void
hl_front_set_max_body (HlFront *self, guint64 max_body)
{
  self->guards->max_body = max_body;
}

HlAdmission *
hl_front_get_admission (HlFront *self)
{
  return self->admission;
}

static void
serve (HlFront *self, GIOStream *io, HlAdmissionSlot *slot)
{
  GSocket *socket = hl_stream_find_socket (io);
  g_autoptr (GSocketAddress) local = g_socket_get_local_address (socket, NULL);
  g_autoptr (GSocketAddress) remote = g_socket_get_remote_address (socket, NULL);
  g_autoptr (HlGuard) guard = hl_guard_new (self->reactor, io, slot, self->guards);
  g_autoptr (GError) error = NULL;

  /* No address: the client has gone already, and the guard closes what is left. */
  if (local == NULL || remote == NULL || self->stopped) {
    g_io_stream_close (G_IO_STREAM (guard), NULL, NULL);
    return;
  }
  if (!soup_server_accept_iostream (self->server, G_IO_STREAM (guard), local, remote, &error))
    g_message ("A connection was not taken: %s", error->message);
}

static void
tell (HlFront *self, GIOStream *io, HlAdmissionSlot *slot, const char *refusal)
{
  HlStream *stream = hl_stream_new_io (io, NULL);
  struct iovec part = { (char *)refusal, strlen (refusal) };

  if (stream == NULL) {
    hl_admission_slot_release (slot);
    return;
  }
  hl_stream_set_slot (stream, slot);
  /* A few hundred bytes into the empty buffer of a new connection. */
  (void) !hl_stream_writev (stream, &part, 1);
  hl_linger_start (self->reactor, stream);
}

static void
on_handshake_done (GIOStream *io, const GError *error, gpointer data)
{
  g_autofree Arrival *arrival = data;
  HlFront *self = arrival->front;

  self->handshakes--;
  if (io != NULL) {
    self->tls_done++;
    if (arrival->refusal != NULL)
      tell (self, io, arrival->slot, arrival->refusal);
    else
      serve (self, io, arrival->slot);
  } else {
    self->tls_failed++;
    g_debug ("TLS with %s: %s", hl_admission_slot_get_address (arrival->slot), error->message);
    hl_admission_slot_release (arrival->slot);
  }
  front_unref (self);
}

static void
shake_hands (Port *port, int fd, HlAdmissionSlot *slot, const char *refusal)
{
  HlFront *self = port->front;
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocket) socket = g_socket_new_from_fd (fd, &error);
  GSocketConnection *connection;
  Arrival *arrival;

  if (socket == NULL) {
    close (fd);
    hl_admission_slot_release (slot);
    return;
  }
  connection = g_socket_connection_factory_create_connection (socket);
  if (port->tls == NULL) {
    serve (self, G_IO_STREAM (connection), slot);
    return;
  }
  arrival = g_new (Arrival, 1);
  arrival->front = g_rc_box_acquire (self);
  arrival->slot = slot;
  arrival->refusal = refusal;
  self->handshakes++;
  hl_tls_accept (port->tls, connection, slot, on_handshake_done, arrival);
}

static void
on_listener_accepted (HlListener *listener, int fd, HlAdmissionSlot *slot, gpointer data)
{
  shake_hands (data, fd, slot, NULL);
}

static gboolean
on_listener_refused (HlListener *listener, int fd, GInetAddress *address, HlAdmissionAnswer why, gpointer data)
{
  Port *port = data;
  HlFront *self = port->front;
  HlAdmissionSlot *slot = NULL;
  gint64 now = hl_reactor_get_now (self->reactor);

  /* An operator who wonders why a stand does not get in finds it; a flood does not fill the log. */
  if (self->refused_said[why] == 0 || now - self->refused_said[why] >= 60 * G_USEC_PER_SEC) {
    self->refused_said[why] = now;
    hl_log (HL_LOG_WARNING, "net", "connections are turned away", "limit",
            why == HL_ADMISSION_TOTAL_FULL ? "connections" : "connections-per-ip", "listener",
            port->uri, NULL);
  }
  if (port->tls == NULL || hl_admission_enter (self->told, address, &slot) != HL_ADMISSION_OK)
    return FALSE;
  shake_hands (port, fd, slot, hl_listener_get_refusal (why));
  return TRUE;
}

static void
add_port (HlFront *self, Port *port, HlTls *tls)
{
  port->tls = tls != NULL ? hl_tls_ref (tls) : NULL;
  hl_listener_set_refused_func (port->listener, on_listener_refused);
  port->uri = g_strdup_printf ("%s://%s", tls != NULL ? "https" : "http",
                               hl_listener_get_where (port->listener));
  g_ptr_array_add (self->ports, port);
}

gboolean
hl_front_listen (HlFront *self, const char *where, HlTls *tls, GError **error)
{
  Port *port = g_new0 (Port, 1);

  port->front = self;
  port->listener
      = hl_listener_new (self->reactor, self->admission, where, on_listener_accepted, port, error);
  if (port->listener == NULL) {
    port_free (port);
    return FALSE;
  }
  add_port (self, port, tls);
  return TRUE;
}

int
hl_front_listen_inherited (HlFront *self, HlTls *tls, GError **error)
{
  guint n = hl_listener_get_inherited ();

  for (guint i = 0; i < n; i++) {
    Port *port = g_new0 (Port, 1);

    port->front = self;
    port->listener = hl_listener_new_fd (self->reactor, self->admission, FIRST_INHERITED + i,
                                         on_listener_accepted, port, error);
    if (port->listener == NULL) {
      port_free (port);
      return -1;
    }
    add_port (self, port, tls);
  }
  return n;
}

char **
hl_front_get_uris (HlFront *self)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; i < self->ports->len; i++)
    g_strv_builder_add (builder, ((Port *) self->ports->pdata[i])->uri);
  return g_strv_builder_end (builder);
}

/* libsoup lets a client pass that names no protocol at all. */
static gboolean
offers_protocol (SoupMessageHeaders *headers, const char *protocol)
{
  const char *value = soup_message_headers_get_list (headers, "Sec-WebSocket-Protocol");
  g_auto (GStrv) names = value != NULL ? g_strsplit (value, ",", 0) : NULL;

  for (guint i = 0; names != NULL && names[i] != NULL; i++)
    if (g_str_equal (g_strstrip (names[i]), protocol))
      return TRUE;
  return FALSE;
}

gboolean
hl_front_allows_origin (HlFront *self, SoupServerMessage *message)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  const char *origin = soup_message_headers_get_list (headers, "Origin");

  /* Browsers always name their origin and other programs do not: a web page must not use a staff
   * computer. */
  return origin == NULL
         || (self->allowed_origins != NULL
             && g_strv_contains ((const char *const *) self->allowed_origins, origin));
}

guint
hl_front_check_upgrade (HlFront *self, SoupServerMessage *message, const char *protocol,
                        const char **detail)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  const char *version = soup_message_headers_get_one (headers, "Sec-WebSocket-Version");
  const char *unused;

  if (detail == NULL)
    detail = &unused;
  *detail = NULL;
  if (self->stopped) {
    *detail = "The server is going down.";
    return SOUP_STATUS_SERVICE_UNAVAILABLE;
  }
  if (!hl_front_allows_origin (self, message)) {
    *detail = "This origin may not connect.";
    return SOUP_STATUS_FORBIDDEN;
  }
  if (!soup_message_headers_header_contains (headers, "Upgrade", "websocket")) {
    *detail = "This is a WebSocket endpoint.";
    return 426;
  }
  if (version == NULL || !g_str_equal (version, "13")) {
    *detail = "Sec-WebSocket-Version must be 13.";
    return 426;
  }
  /* What follows the head of an upgrade are frames. */
  if (soup_message_headers_get_content_length (headers) != 0) {
    *detail = "A WebSocket request has no body.";
    return SOUP_STATUS_BAD_REQUEST;
  }
  if (!offers_protocol (headers, protocol)) {
    *detail = "Sec-WebSocket-Protocol must offer the protocol that is spoken here.";
    return SOUP_STATUS_BAD_REQUEST;
  }
  return 0;
}

static void
upgrade_free (gpointer data, GClosure *closure)
{
  Upgrade *upgrade = data;

  if (upgrade->destroy != NULL)
    upgrade->destroy (upgrade->data);
  front_unref (upgrade->front);
  g_free (upgrade);
}

static void
on_message_wrote_informational (SoupServerMessage *message, gpointer data)
{
  Upgrade *upgrade = data;
  g_autoptr (GIOStream) io = NULL;
  g_autoptr (GIOStream) base = NULL;
  g_autoptr (GError) error = NULL;
  HlStream *stream;

  /* 100 Continue comes here too. */
  if (soup_server_message_get_status (message) != SOUP_STATUS_SWITCHING_PROTOCOLS)
    return;
  io = soup_server_message_steal_connection (message);
  if (io != NULL && g_object_class_find_property (G_OBJECT_GET_CLASS (io), "base-iostream") != NULL)
    g_object_get (io, "base-iostream", &base, NULL);
  if (base == NULL || !HL_IS_GUARD (base)) {
    g_critical ("A stolen connection is not one of ours");
    return;
  }
  stream = hl_guard_step_out (HL_GUARD (base), &error);
  if (stream != NULL)
    upgrade->func (stream, upgrade->data);
}

gboolean
hl_front_upgrade (HlFront *self, SoupServerMessage *message, const char *protocol,
                  HlFrontUpgradeFunc func, gpointer data, GDestroyNotify destroy)
{
  const char *protocols[] = { protocol, NULL };
  Upgrade *upgrade = g_new (Upgrade, 1);

  *upgrade = (Upgrade){ g_rc_box_acquire (self), func, data, destroy };
  if (!soup_websocket_server_process_handshake (message, NULL, (char **) protocols, NULL, NULL)) {
    upgrade_free (upgrade, NULL);
    return FALSE;
  }
  g_signal_connect_data (message, "wrote-informational",
                         G_CALLBACK (on_message_wrote_informational), upgrade, upgrade_free, 0);
  return TRUE;
}

void
hl_front_stop (HlFront *self)
{
  if (self->stopped)
    return;
  self->stopped = TRUE;
  g_ptr_array_set_size (self->ports, 0);
  hl_guard_group_drain (self->guards);
}

guint
hl_front_get_pending (HlFront *self)
{
  return self->guards->open.length + self->handshakes;
}

void
hl_front_get_stats (HlFront *self, HlFrontStats *stats)
{
  *stats = (HlFrontStats){
    .connections = hl_admission_get_count (self->admission),
    .accept_pauses = self->accept_pauses,
    .refused_total = self->refused[HL_ADMISSION_TOTAL_FULL],
    .refused_address = self->refused[HL_ADMISSION_ADDRESS_FULL],
    .tls_done = self->tls_done,
    .tls_failed = self->tls_failed,
    .requests = self->guards->requests,
    .requests_refused = self->guards->refused,
    .requests_timed_out = self->guards->timed_out,
  };
  for (guint i = 0; i < self->ports->len; i++) {
    Port *port = self->ports->pdata[i];

    stats->accept_pauses += hl_listener_get_pauses (port->listener);
    stats->refused_total += hl_listener_get_refused (port->listener, HL_ADMISSION_TOTAL_FULL);
    stats->refused_address += hl_listener_get_refused (port->listener, HL_ADMISSION_ADDRESS_FULL);
  }
}

guint
hl_front_raise_descriptors (guint wanted)
{
  struct rlimit limit;

  if (getrlimit (RLIMIT_NOFILE, &limit) < 0)
    return 0;
  if (limit.rlim_cur < wanted) {
    limit.rlim_cur = limit.rlim_max == RLIM_INFINITY ? wanted : MIN (wanted, limit.rlim_max);
    setrlimit (RLIMIT_NOFILE, &limit);
    getrlimit (RLIMIT_NOFILE, &limit);
  }
  return limit.rlim_cur;
}
