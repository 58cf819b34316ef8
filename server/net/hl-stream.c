/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One connection's bytes, plain or TLS, for the reactor: never blocks, errors are errno values. */
#include "net/hl-stream.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* What one TLS record carries. */
#define RECORD_MAX 16384
#define DISCARD_SIZE 16384

struct _HlStream {
  int fd;
  guint32 retry_len; /* TLS: a record of this many bytes is half sent */
  guint32 pushed_at;
  guint32 pushed_len;
  guint8 *pushed;
  GIOStream *io; /* NULL for a plain descriptor of our own */
  GPollableInputStream *in;
  GPollableOutputStream *out;
  HlAdmissionSlot *slot;
};

HlStream *
hl_stream_new_fd (int fd)
{
  HlStream *self = g_new0 (HlStream, 1);

  self->fd = fd;
  return self;
}

GSocket *
hl_stream_find_socket (GIOStream *io)
{
  g_autoptr (GIOStream) base = NULL;

  if (G_IS_TLS_CONNECTION (io)) {
    g_object_get (io, "base-io-stream", &base, NULL);
    io = base;
  }
  return io != NULL && G_IS_SOCKET_CONNECTION (io)
             ? g_socket_connection_get_socket (G_SOCKET_CONNECTION (io))
             : NULL;
}

HlStream *
hl_stream_new_io (GIOStream *io, GError **error)
{
  GSocket *socket = hl_stream_find_socket (io);
  HlStream *self;
  int fd;

  if (socket == NULL || g_socket_is_closed (socket)) {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CLOSED, "The connection is closed");
    g_object_unref (io);
    return NULL;
  }
  if (!G_IS_TLS_CONNECTION (io)) {
    fd = fcntl (g_socket_get_fd (socket), F_DUPFD_CLOEXEC, 3);
    if (fd >= 0) {
      g_io_stream_close (io, NULL, NULL);
      g_object_unref (io);
      return hl_stream_new_fd (fd);
    }
  }
  self = hl_stream_new_fd (g_socket_get_fd (socket));
  self->io = io;
  if (G_IS_TLS_CONNECTION (io)) {
    self->in = G_POLLABLE_INPUT_STREAM (g_io_stream_get_input_stream (io));
    self->out = G_POLLABLE_OUTPUT_STREAM (g_io_stream_get_output_stream (io));
  }
  return self;
}

static gboolean
is_writable (int fd)
{
  struct pollfd poll_fd = { .fd = fd, .events = POLLOUT };

  return poll (&poll_fd, 1, 0) == 1 && (poll_fd.revents & (POLLOUT | POLLERR | POLLHUP)) == POLLOUT;
}

/* GIO's close of a TLS connection writes a goodbye and waits until the socket takes it. A peer that
 * does not read would stop the main loop, so the socket is shut first unless it has room. */
static void
close_tls (GIOStream *io, int fd, gboolean half_sent)
{
  if (half_sent || !is_writable (fd))
    shutdown (fd, SHUT_RDWR);
  g_io_stream_close (io, NULL, NULL);
}

void
hl_stream_close_io (GIOStream *io)
{
  GSocket *socket = hl_stream_find_socket (io);

  if (G_IS_TLS_CONNECTION (io) && socket != NULL && !g_socket_is_closed (socket))
    close_tls (io, g_socket_get_fd (socket), FALSE);
  else
    g_io_stream_close (io, NULL, NULL);
}

void
hl_stream_free (HlStream *self)
{
  if (self->out != NULL)
    close_tls (self->io, self->fd, self->retry_len > 0);
  else if (self->io != NULL)
    g_io_stream_close (self->io, NULL, NULL);
  else
    close (self->fd);
  g_clear_object (&self->io);
  g_free (self->pushed);
  g_clear_pointer (&self->slot, hl_admission_slot_release);
  g_free (self);
}

int
hl_stream_get_fd (HlStream *self)
{
  return self->fd;
}

gboolean
hl_stream_is_tls (HlStream *self)
{
  return self->in != NULL;
}

void
hl_stream_push_back (HlStream *self, const guint8 *bytes, gsize len)
{
  g_return_if_fail (self->pushed == NULL);

  if (len == 0)
    return;
  self->pushed = g_memdup2 (bytes, len);
  self->pushed_len = len;
}

void
hl_stream_set_slot (HlStream *self, HlAdmissionSlot *slot)
{
  g_clear_pointer (&self->slot, hl_admission_slot_release);
  self->slot = slot;
}

const char *
hl_stream_get_address (HlStream *self)
{
  return self->slot != NULL ? hl_admission_slot_get_address (self->slot) : "";
}

static gssize
take_pushed (HlStream *self, guint8 *buffer, gsize len)
{
  gsize n = MIN (len, self->pushed_len - self->pushed_at);

  memcpy (buffer, self->pushed + self->pushed_at, n);
  self->pushed_at += n;
  if (self->pushed_at == self->pushed_len) {
    g_clear_pointer (&self->pushed, g_free);
    self->pushed_at = self->pushed_len = 0;
  }
  return n;
}

static int
errno_of (const GError *error)
{
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
    return EAGAIN;
  if (error->domain == G_TLS_ERROR)
    return EPROTO;
  return ECONNRESET;
}

gssize
hl_stream_read (HlStream *self, guint8 *buffer, gsize len, gboolean *drained)
{
  gssize n;

  *drained = FALSE;
  if (self->pushed != NULL)
    return take_pushed (self, buffer, len);

  if (self->in != NULL) {
    g_autoptr (GError) error = NULL;

    n = g_pollable_input_stream_read_nonblocking (self->in, buffer, len, NULL, &error);
    if (n < 0) {
      /* The end without a goodbye is an end like any other: frames say where messages end. */
      if (g_error_matches (error, G_TLS_ERROR, G_TLS_ERROR_EOF))
        return 0;
      errno = errno_of (error);
    }
    return n;
  }

  do
    n = recv (self->fd, buffer, len, MSG_DONTWAIT);
  while (n < 0 && errno == EINTR);
  *drained = n > 0 && (gsize) n < len;
  return n;
}

static gssize
write_record (HlStream *self, const struct iovec *parts, guint n_parts)
{
  guint8 record[RECORD_MAX];
  gsize limit = self->retry_len > 0 ? self->retry_len : RECORD_MAX;
  gsize len = 0;
  const guint8 *bytes = record;
  g_autoptr (GError) error = NULL;
  gssize n;

  if (parts[0].iov_len >= limit) {
    bytes = parts[0].iov_base;
    len = limit;
  } else {
    for (guint i = 0; i < n_parts && len < limit; i++) {
      gsize take = MIN (parts[i].iov_len, limit - len);

      memcpy (record + len, parts[i].iov_base, take);
      len += take;
    }
  }
  n = g_pollable_output_stream_write_nonblocking (self->out, bytes, len, NULL, &error);
  if (n < 0) {
    errno = errno_of (error);
    if (errno == EAGAIN)
      self->retry_len = len;
    return -1;
  }
  self->retry_len = 0;
  return n;
}

gssize
hl_stream_writev (HlStream *self, const struct iovec *parts, guint n_parts)
{
  struct msghdr message = { .msg_iov = (struct iovec *) parts, .msg_iovlen = n_parts };
  gssize n;

  if (self->out != NULL)
    return write_record (self, parts, n_parts);
  do
    n = n_parts == 1
            ? send (self->fd, parts[0].iov_base, parts[0].iov_len, MSG_NOSIGNAL | MSG_DONTWAIT)
            : sendmsg (self->fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
  while (n < 0 && errno == EINTR);
  return n;
}

void
hl_stream_shutdown_write (HlStream *self)
{
  if (self->out != NULL && self->retry_len == 0 && is_writable (self->fd))
    g_output_stream_close (G_OUTPUT_STREAM (self->out), NULL, NULL);
  shutdown (self->fd, SHUT_WR);
}

gssize
hl_stream_discard (HlStream *self)
{
  guint8 buffer[DISCARD_SIZE];
  gssize n;

  g_clear_pointer (&self->pushed, g_free);
  do
    n = recv (self->fd, buffer, sizeof buffer, MSG_DONTWAIT);
  while (n < 0 && errno == EINTR);
  return n;
}
