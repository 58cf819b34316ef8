/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A listening TCP socket with its own accept loop: keeps limits, survives EMFILE. */
#include "net/hl-listener.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/hl-linger.h"
#include "net/hl-stream.h"
#include "wire/hl-frame.h"

#define ACCEPTS_MAX 64 /* in one iteration */
#define FIRST_INHERITED 3
#define RESERVE_MIN 16
#define RESERVE_MAX 128
#define USER_TIMEOUT_MS 20000
/* Of those that are turned away, so many in HL_LINGER_TIMEOUT_US may read why; the rest is reset by the kernel, or a
 * flood would hold descriptors by being refused. */
#define LINGERING_MAX 64

struct _HlListener {
  HlWatch watch;
  HlReactor *reactor;
  HlAdmission *admission;
  int fd;
  rlim_t limit; /* descriptors from here on are not for clients; 0: not known yet */
  HlTimer pause;
  HlListenerFunc func;
  HlListenerRefusedFunc refused_func;
  gpointer data;
  char *where;
  guint port;
  gboolean loopback;
  gboolean gone;
  gint64 lingering_since;
  guint lingering; /* turned away since then, and read to their end */
  guint64 pauses;
  guint64 refused[HL_ADMISSION_ADDRESS_FULL + 1];
};

static GInetAddress *
address_of (const struct sockaddr_storage *name, guint *port)
{
  if (name->ss_family == AF_INET) {
    const struct sockaddr_in *in = (const struct sockaddr_in *) name;

    *port = ntohs (in->sin_port);
    return g_inet_address_new_from_bytes ((const guint8 *) &in->sin_addr, G_SOCKET_FAMILY_IPV4);
  }
  if (name->ss_family == AF_INET6) {
    const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *) name;

    *port = ntohs (in6->sin6_port);
    if (IN6_IS_ADDR_V4MAPPED (&in6->sin6_addr))
      return g_inet_address_new_from_bytes (in6->sin6_addr.s6_addr + 12, G_SOCKET_FAMILY_IPV4);
    return g_inet_address_new_from_bytes (in6->sin6_addr.s6_addr, G_SOCKET_FAMILY_IPV6);
  }
  return NULL;
}

#define FULL \
  "{\"type\":\"urn:hostline:problem:overloaded\",\"title\":\"Service Unavailable\",\"status\":503," \
  "\"detail\":\"too many connections\"}"
#define TOO_MANY \
  "{\"type\":\"urn:hostline:problem:too_many_connections\",\"title\":\"Too Many Requests\",\"status\":429," \
  "\"detail\":\"too many connections of this address\"}"
#define PROBLEM(status, length, body) \
  "HTTP/1.1 " status "\r\nRetry-After: 5\r\nConnection: close\r\n" \
  "Content-Type: application/problem+json\r\n" HL_WIRE_HEADER ": " HL_WIRE_PROTOCOL "\r\n" \
  "Content-Length: " length "\r\n\r\n" body
G_STATIC_ASSERT (sizeof FULL - 1 == 117 && sizeof TOO_MANY - 1 == 141);

const char *
hl_listener_get_refusal (HlAdmissionAnswer why)
{
  return why == HL_ADMISSION_TOTAL_FULL
             ? PROBLEM ("503 Service Unavailable", "117", FULL)
             : PROBLEM ("429 Too Many Requests", "141", TOO_MANY);
}

static void
turn_away (HlListener *self, int fd, GInetAddress *address, HlAdmissionAnswer why)
{
  const char *refusal = hl_listener_get_refusal (why);
  HlStream *stream;

  self->refused[why]++;
  if (self->refused_func != NULL && self->refused_func (self, fd, address, why, self->data))
    return;
  /* Good will: a TLS client takes it for noise, which tells it as much. */
  (void) !send (fd, refusal, strlen (refusal), MSG_NOSIGNAL | MSG_DONTWAIT);
  if (hl_reactor_get_now (self->reactor) >= self->lingering_since + HL_LINGER_TIMEOUT_US) {
    self->lingering_since = hl_reactor_get_now (self->reactor);
    self->lingering = 0;
  }
  if (self->lingering++ < LINGERING_MAX && (stream = hl_stream_new_fd (fd)) != NULL)
    hl_linger_start (self->reactor, stream);
  else
    close (fd);
}

static void
take (HlListener *self, int fd, const struct sockaddr_storage *name)
{
  guint port = 0;
  g_autoptr (GInetAddress) address = address_of (name, &port);
  HlAdmissionSlot *slot = NULL;
  HlAdmissionAnswer answer = hl_admission_enter (self->admission, address, &slot);

  if (answer != HL_ADMISSION_OK)
    turn_away (self, fd, address, answer);
  else
    self->func (self, fd, slot, self->data);
}

static void
on_pause_over (HlTimer *timer, gpointer data)
{
  HlListener *self = data;

  hl_reactor_modify (self->reactor, &self->watch, EPOLLIN);
}

static void
pause_accepting (HlListener *self, int code)
{
  if (self->pauses++ == 0)
    g_message ("Cannot accept at %s for now: %s", self->where, g_strerror (code));
  /* The kernel keeps who waits in the backlog. */
  hl_reactor_modify (self->reactor, &self->watch, 0);
  hl_reactor_arm (self->reactor, &self->pause,
                  hl_reactor_get_now (self->reactor) + HL_LISTENER_PAUSE_US);
}

/* GLib ends the program when it gets no descriptor for a main context, which each TLS handshake
 * needs, and SQLite wants some too. So accepting stops while there still are a few. The kernel
 * gives the lowest number that is free: what a number is near the limit, the number of open ones
 * is. */
static gboolean
is_reserved (HlListener *self, int fd)
{
  struct rlimit limit;
  rlim_t reserve;

  if (self->limit == 0) {
    if (getrlimit (RLIMIT_NOFILE, &limit) < 0 || limit.rlim_cur == RLIM_INFINITY)
      return FALSE;
    reserve = CLAMP (limit.rlim_cur / 4, RESERVE_MIN, RESERVE_MAX);
    self->limit = limit.rlim_cur > reserve ? limit.rlim_cur - reserve : 1;
  }
  return (rlim_t) fd >= self->limit;
}

static gboolean
must_wait (HlListener *self)
{
  int fd = fcntl (self->fd, F_DUPFD_CLOEXEC, 0);
  gboolean reserved = fd < 0 || is_reserved (self, fd);

  if (fd >= 0)
    close (fd);
  return reserved;
}

static void
listener_ready (HlWatch *watch, guint32 events)
{
  HlListener *self = (HlListener *) watch;
  gboolean last = FALSE;

  if (must_wait (self)) {
    pause_accepting (self, EMFILE);
    return;
  }

  for (guint i = 0; i < ACCEPTS_MAX && !last; i++) {
    struct sockaddr_storage name = { 0 };
    socklen_t len = sizeof name;
    int fd = accept4 (self->fd, (struct sockaddr *) &name, &len, SOCK_NONBLOCK | SOCK_CLOEXEC);

    if (fd >= 0) {
      last = is_reserved (self, fd + 1);
      take (self, fd, &name);
      if (self->gone)
        return;
    } else if (errno == EAGAIN) {
      return;
    } else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
      pause_accepting (self, errno);
      return;
    }
    /* Anything else is about that one connection (accept(2)): gone before it was taken. */
  }
}

static void
listener_dispose (HlWatch *watch)
{
  HlListener *self = (HlListener *) watch;

  hl_admission_unref (self->admission);
  g_free (self->where);
  g_free (self);
}

static const HlWatchFuncs watch_funcs = {
  .ready = listener_ready,
  .dispose = listener_dispose,
};

static void
set_options (int fd)
{
  int one = 1, size = HL_LISTENER_SEND_BUFFER, user_timeout = USER_TIMEOUT_MS;

  /* Accepted sockets inherit them, which saves three system calls a connection. The send buffer
   * bounds what the kernel hides of a slow reader. */
  setsockopt (fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
  setsockopt (fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  setsockopt (fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &user_timeout, sizeof user_timeout);
}

static void
read_name (HlListener *self)
{
  struct sockaddr_storage name = { 0 };
  socklen_t len = sizeof name;
  g_autoptr (GInetAddress) address = NULL;
  g_autofree char *text = NULL;

  if (getsockname (self->fd, (struct sockaddr *) &name, &len) == 0)
    address = address_of (&name, &self->port);
  if (address == NULL) {
    self->where = g_strdup ("?");
    return;
  }
  text = g_inet_address_to_string (address);
  self->loopback = g_inet_address_get_is_loopback (address);
  self->where
      = g_strdup_printf (strchr (text, ':') != NULL ? "[%s]:%u" : "%s:%u", text, self->port);
}

HlListener *
hl_listener_new_fd (HlReactor *reactor, HlAdmission *admission, int fd, HlListenerFunc func,
                    gpointer data, GError **error)
{
  HlListener *self = g_new0 (HlListener, 1);
  int listening = 0;
  socklen_t len = sizeof listening;

  if (getsockopt (fd, SOL_SOCKET, SO_ACCEPTCONN, &listening, &len) < 0 || !listening) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                 "Descriptor %d is not a listening socket", fd);
    g_free (self);
    return NULL;
  }
  set_options (fd);
  g_unix_set_fd_nonblocking (fd, TRUE, NULL);
  if (!hl_reactor_add (reactor, &self->watch, &watch_funcs, fd, EPOLLIN, error)) {
    g_free (self);
    return NULL;
  }
  self->reactor = reactor;
  self->admission = hl_admission_ref (admission);
  self->fd = fd;
  self->func = func;
  self->data = data;
  hl_timer_init (&self->pause, on_pause_over, self);
  read_name (self);
  return self;
}

/* HOST:PORT into an address: numbers only, so that starting never waits for a name server. */
static GSocketAddress *
parse_where (const char *where, GError **error)
{
  const char *colon = strrchr (where, ':');
  g_autofree char *host = NULL;
  GSocketAddress *address;
  guint64 port;

  if (colon == NULL || !g_ascii_string_to_unsigned (colon + 1, 10, 0, 65535, &port, NULL)) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                 "“%s” is not HOST:PORT (127.0.0.1:8480, [::1]:8480, port 0 to 65535)", where);
    return NULL;
  }
  host = g_strndup (where, colon - where);
  if (host[0] == '[' && g_str_has_suffix (host, "]")) {
    host[strlen (host) - 1] = '\0';
    memmove (host, host + 1, strlen (host));
  } else if (g_str_equal (host, "localhost")) {
    g_free (host);
    host = g_strdup ("127.0.0.1");
  } else if (strchr (host, ':') != NULL) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                 "“%s”: write an IPv6 address in brackets", where);
    return NULL;
  }
  address = g_inet_socket_address_new_from_string (host, port);
  if (address == NULL)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "“%s”: “%s” is not an IP address",
                 where, host);
  return address;
}

static int
open_socket (GSocketAddress *address, const char *where, GError **error)
{
  struct sockaddr_storage name = { 0 };
  gssize len = g_socket_address_get_native_size (address);
  int one = 1;
  int fd;

  if (!g_socket_address_to_native (address, &name, sizeof name, error))
    return -1;
  fd = socket (name.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd >= 0) {
    setsockopt (fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (name.ss_family == AF_INET6)
      setsockopt (fd, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof one);
    set_options (fd);
    if (bind (fd, (struct sockaddr *) &name, len) == 0 && listen (fd, HL_LISTENER_BACKLOG) == 0)
      return fd;
  }
  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), "Cannot listen at %s: %s", where,
               g_strerror (errno));
  if (fd >= 0)
    close (fd);
  return -1;
}

HlListener *
hl_listener_new (HlReactor *reactor, HlAdmission *admission, const char *where, HlListenerFunc func,
                 gpointer data, GError **error)
{
  g_autoptr (GSocketAddress) address = parse_where (where, error);
  HlListener *self;
  int fd;

  if (address == NULL)
    return NULL;
  fd = open_socket (address, where, error);
  if (fd < 0)
    return NULL;
  self = hl_listener_new_fd (reactor, admission, fd, func, data, error);
  if (self == NULL)
    close (fd);
  return self;
}

guint
hl_listener_get_inherited (void)
{
  guint64 pid, n;
  gboolean ours
      = g_ascii_string_to_unsigned (g_getenv ("LISTEN_PID") != NULL ? g_getenv ("LISTEN_PID") : "",
                                    10, 1, G_MAXINT, &pid, NULL)
        && pid == (guint64) getpid ()
        && g_ascii_string_to_unsigned (
            g_getenv ("LISTEN_FDS") != NULL ? g_getenv ("LISTEN_FDS") : "", 10, 1, 64, &n, NULL);

  g_unsetenv ("LISTEN_PID");
  g_unsetenv ("LISTEN_FDS");
  g_unsetenv ("LISTEN_FDNAMES");
  if (!ours)
    return 0;
  for (guint i = 0; i < n; i++)
    fcntl (FIRST_INHERITED + i, F_SETFD, FD_CLOEXEC);
  return n;
}

void
hl_listener_free (HlListener *self)
{
  self->gone = TRUE;
  hl_reactor_disarm (self->reactor, &self->pause);
  hl_reactor_remove (self->reactor, &self->watch);
  close (self->fd);
}

const char *
hl_listener_get_where (HlListener *self)
{
  return self->where;
}

guint
hl_listener_get_port (HlListener *self)
{
  return self->port;
}

gboolean
hl_listener_is_loopback (HlListener *self)
{
  return self->loopback;
}

guint64
hl_listener_get_pauses (HlListener *self)
{
  return self->pauses;
}

guint64
hl_listener_get_refused (HlListener *self, HlAdmissionAnswer why)
{
  return self->refused[why];
}

void
hl_listener_set_refused_func (HlListener *self, HlListenerRefusedFunc func)
{
  self->refused_func = func;
}
