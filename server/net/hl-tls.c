/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The server's certificate, its reload, its pin, and the handshake of one connection. */
#include "net/hl-tls.h"

#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include "net/hl-request-gate.h"
#include "net/hl-spki.h"
#include "net/hl-stream.h"
#include "net/hl-tls-check.h"

#define RUNNING_MAX 64
#define RUNNING_PER_ADDRESS 4
#define RUNNING_LOOPBACK 16
/* How far into the queue a handshake is looked for whose address has a place free. */
#define QUEUE_LOOK 512

#define RECORD_HEADER 5
#define RECORD_HANDSHAKE 22
#define CLIENT_HELLO 1
#define RECORD_MAX (16384 + 256)

struct _HlTls {
  HlReactor *reactor;
  char *certificate_file;
  char *key_file;
  GTlsCertificate *certificate;
  char *pin;
  guint running;
  guint waiting; /* for a ClientHello */
  GQueue queue;
};

typedef struct {
  HlWatch watch; /* until the ClientHello is there */
  HlTls *tls;
  GSocketConnection *connection;
  HlAdmissionSlot *slot; /* not owned */
  HlTimer timer;
  GCancellable *cancellable;
  HlTlsFunc func;
  gpointer data;
} Handshake;

static void start_waiting (HlTls *self);

static gboolean
load (HlTls *self, GError **error)
{
  g_autoptr (GTlsCertificate) certificate
      = g_tls_certificate_new_from_files (self->certificate_file, self->key_file, error);
  g_autofree char *pin = NULL;

  if (certificate == NULL)
    return FALSE;
  pin = hl_spki_pin (certificate, error);
  if (pin == NULL || !hl_tls_check (certificate, error))
    return FALSE;
  g_set_object (&self->certificate, certificate);
  g_free (self->pin);
  self->pin = g_steal_pointer (&pin);
  return TRUE;
}

static void
tls_clear (gpointer data)
{
  HlTls *self = data;

  g_free (self->certificate_file);
  g_free (self->key_file);
  g_clear_object (&self->certificate);
  g_free (self->pin);
  g_queue_clear (&self->queue);
  hl_reactor_unref (self->reactor);
}

HlTls *
hl_tls_new (HlReactor *reactor, const char *certificate_file, const char *key_file, GError **error)
{
  g_autoptr (HlTls) self = g_rc_box_new0 (HlTls);

  self->reactor = hl_reactor_ref (reactor);
  self->certificate_file = g_strdup (certificate_file);
  self->key_file = g_strdup (key_file);
  g_queue_init (&self->queue);
  if (!load (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

HlTls *
hl_tls_ref (HlTls *self)
{
  return g_rc_box_acquire (self);
}

void
hl_tls_unref (HlTls *self)
{
  g_rc_box_release_full (self, tls_clear);
}

gboolean
hl_tls_reload (HlTls *self, GError **error)
{
  return load (self, error);
}

const char *
hl_tls_get_pin (HlTls *self)
{
  return self->pin;
}

GDateTime *
hl_tls_get_not_after (HlTls *self)
{
  return g_tls_certificate_get_not_valid_after (self->certificate);
}

guint
hl_tls_get_pending (HlTls *self)
{
  return self->waiting + self->queue.length + self->running;
}

/* Done with: the memory goes with the watch if the reactor still knows it. */
static void
handshake_free (Handshake *handshake)
{
  hl_reactor_disarm (handshake->tls->reactor, &handshake->timer);
  g_clear_object (&handshake->connection);
  g_clear_object (&handshake->cancellable);
  hl_tls_unref (handshake->tls);
  g_free (handshake);
}

static void
give_up (Handshake *handshake, const GError *error)
{
  g_io_stream_close (G_IO_STREAM (handshake->connection), NULL, NULL);
  handshake->func (NULL, error, handshake->data);
}

static void
on_handshake_done (GObject *object, GAsyncResult *result, gpointer data)
{
  Handshake *handshake = data;
  HlTls *self = handshake->tls;
  g_autoptr (GError) error = NULL;

  self->running--;
  (*hl_admission_slot_get_handshakes (handshake->slot))--;
  if (g_tls_connection_handshake_finish (G_TLS_CONNECTION (object), result, &error)) {
    handshake->func (g_object_ref (G_IO_STREAM (object)), NULL, handshake->data);
  } else {
    g_socket_shutdown (g_socket_connection_get_socket (handshake->connection), TRUE, TRUE, NULL);
    g_io_stream_close (G_IO_STREAM (object), NULL, NULL);
    give_up (handshake, error);
  }
  start_waiting (self);
  handshake_free (handshake);
}

static void
on_handshake_timeout (HlTimer *timer, gpointer data)
{
  Handshake *handshake = data;

  /* The thread that does the handshake sees the end of the socket, and then on_handshake_done()
   * comes. */
  g_socket_shutdown (g_socket_connection_get_socket (handshake->connection), TRUE, TRUE, NULL);
  g_cancellable_cancel (handshake->cancellable);
}

static gboolean
may_run (HlTls *self, Handshake *handshake)
{
  const char *address = hl_admission_slot_get_address (handshake->slot);
  gboolean loopback = g_str_has_prefix (address, "127.") || g_str_equal (address, "::1");

  return *hl_admission_slot_get_handshakes (handshake->slot)
         < (loopback ? RUNNING_LOOPBACK : RUNNING_PER_ADDRESS);
}

static void
run (HlTls *self, Handshake *handshake)
{
  static const char *const protocols[] = { "http/1.1", NULL };
  g_autoptr (GError) error = NULL;
  /* Clients show no certificates. Unless told at once, GIO loads the system's authorities: 8 MB of
   * them. */
  g_autoptr (GIOStream) io
      = g_initable_new (g_tls_backend_get_server_connection_type (g_tls_backend_get_default ()),
                        NULL, &error, "base-io-stream", handshake->connection, "certificate",
                        self->certificate, "database", NULL, NULL);

  if (io == NULL) {
    give_up (handshake, error);
    handshake_free (handshake);
    return;
  }
  g_tls_connection_set_require_close_notify (G_TLS_CONNECTION (io), FALSE);
  g_tls_connection_set_advertised_protocols (G_TLS_CONNECTION (io), protocols);
  self->running++;
  (*hl_admission_slot_get_handshakes (handshake->slot))++;
  hl_timer_init (&handshake->timer, on_handshake_timeout, handshake);
  hl_reactor_arm (self->reactor, &handshake->timer,
                  hl_reactor_get_now (self->reactor) + HL_TLS_HANDSHAKE_TIMEOUT_US);
  g_tls_connection_handshake_async (G_TLS_CONNECTION (io), G_PRIORITY_DEFAULT,
                                    handshake->cancellable, on_handshake_done, handshake);
}

static void
start_waiting (HlTls *self)
{
  GList *next;
  guint looked = 0;

  for (GList *item = self->queue.head;
       item != NULL && self->running < RUNNING_MAX && looked < QUEUE_LOOK; item = next, looked++) {
    Handshake *handshake = item->data;

    next = item->next;
    if (!may_run (self, handshake))
      continue;
    g_queue_delete_link (&self->queue, item);
    run (self, handshake);
  }
}

static void
handshake_dispose (HlWatch *watch)
{
  Handshake *handshake = (Handshake *) watch;
  HlTls *self = handshake->tls;

  self->waiting--;
  if (handshake->func == NULL) {
    handshake_free (handshake);
    return;
  }
  g_queue_push_tail (&self->queue, handshake);
  start_waiting (self);
}

static void
refuse (Handshake *handshake, const char *why)
{
  g_autoptr (GError) error = g_error_new_literal (G_TLS_ERROR, G_TLS_ERROR_NOT_TLS, why);

  hl_reactor_disarm (handshake->tls->reactor, &handshake->timer);
  hl_reactor_remove (handshake->tls->reactor, &handshake->watch);
  give_up (handshake, error);
  handshake->func = NULL;
}

static void
answer_plain (int fd)
{
  g_autofree char *answer = hl_request_gate_make_answer (400, "This port speaks TLS.");

  (void) !send (fd, answer, strlen (answer), MSG_NOSIGNAL | MSG_DONTWAIT);
}

/* Looks without taking: the record that holds the ClientHello belongs to the TLS library. */
static void
handshake_ready (HlWatch *watch, guint32 events)
{
  Handshake *handshake = (Handshake *) watch;
  guint8 *scratch = hl_reactor_get_scratch (handshake->tls->reactor);
  gssize n = recv (watch->fd, scratch, RECORD_HEADER + RECORD_MAX, MSG_PEEK | MSG_DONTWAIT);
  gsize len;

  if (n < 0 && (errno == EAGAIN || errno == EINTR))
    return;
  if (n <= 0 || (events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0) {
    refuse (handshake, "The client went away before the handshake");
    return;
  }
  if (scratch[0] != RECORD_HANDSHAKE) {
    if (g_ascii_isupper (scratch[0]))
      answer_plain (watch->fd);
    refuse (handshake, "Not a TLS handshake");
    return;
  }
  if (n < RECORD_HEADER)
    return;
  len = scratch[3] << 8 | scratch[4];
  if (len > RECORD_MAX) {
    refuse (handshake, "A TLS record of impossible length");
    return;
  }
  if (n > RECORD_HEADER && scratch[RECORD_HEADER] != CLIENT_HELLO) {
    refuse (handshake, "Not a ClientHello");
    return;
  }
  if ((gsize) n < RECORD_HEADER + len)
    return;
  /* handshake_dispose() goes on when the reactor has let go of the descriptor. */
  hl_reactor_disarm (handshake->tls->reactor, &handshake->timer);
  hl_reactor_remove (handshake->tls->reactor, watch);
}

static void
on_hello_timeout (HlTimer *timer, gpointer data)
{
  refuse (data, "No TLS handshake within 10 seconds");
}

static const HlWatchFuncs watch_funcs = {
  .ready = handshake_ready,
  .dispose = handshake_dispose,
};

void
hl_tls_accept (HlTls *self, GSocketConnection *connection, HlAdmissionSlot *slot, HlTlsFunc func,
               gpointer data)
{
  Handshake *handshake = g_new0 (Handshake, 1);
  int fd = g_socket_get_fd (g_socket_connection_get_socket (connection));
  g_autoptr (GError) error = NULL;

  handshake->tls = hl_tls_ref (self);
  handshake->connection = connection;
  handshake->slot = slot;
  handshake->cancellable = g_cancellable_new ();
  handshake->func = func;
  handshake->data = data;
  hl_timer_init (&handshake->timer, on_hello_timeout, handshake);
  if (!hl_reactor_add (self->reactor, &handshake->watch, &watch_funcs, fd,
                       EPOLLIN | EPOLLRDHUP | EPOLLET, &error)) {
    give_up (handshake, error);
    handshake_free (handshake);
    return;
  }
  self->waiting++;
  hl_reactor_arm (self->reactor, &handshake->timer,
                  hl_reactor_get_now (self->reactor) + HL_TLS_HANDSHAKE_TIMEOUT_US);
}
