/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the three streams of a guard share: the connection, the checked request, the deadlines. */
#include "net/hl-guard-core.h"

#include <string.h>
#include <sys/socket.h>

#include "net/hl-guard.h"
#include "net/hl-linger.h"

#define READ_SIZE 8192

static void on_core_timeout (HlTimer *timer, gpointer data);

static void
set_deadline (HlGuardCore *self, gint64 after_us)
{
  hl_reactor_arm (self->reactor, &self->timer, hl_reactor_get_now (self->reactor) + after_us);
}

HlGuardCore *
hl_guard_core_new (HlReactor *reactor, GIOStream *base, HlAdmissionSlot *slot, HlGuardGroup *group)
{
  HlGuardCore *self = g_rc_box_new0 (HlGuardCore);

  self->reactor = hl_reactor_ref (reactor);
  self->base = base;
  self->slot = slot;
  self->group = hl_guard_group_ref (group);
  self->link.data = self;
  g_queue_push_tail_link (&group->open, &self->link);
  hl_request_gate_init (&self->gate, group->max_body);
  hl_timer_init (&self->timer, on_core_timeout, self);
  set_deadline (self, HL_GUARD_REQUEST_TIMEOUT_US);
  return self;
}

/* No longer one of the connections that the group knows. */
static void
leave (HlGuardCore *self)
{
  hl_reactor_disarm (self->reactor, &self->timer);
  if (self->link.data != NULL) {
    g_queue_unlink (&self->group->open, &self->link);
    self->link.data = NULL;
  }
}

static void
core_clear (gpointer data)
{
  HlGuardCore *self = data;

  hl_guard_core_close (self);
  hl_request_gate_clear (&self->gate);
  g_clear_pointer (&self->head, g_byte_array_unref);
  g_clear_pointer (&self->ahead, g_byte_array_unref);
  hl_guard_group_unref (self->group);
  hl_reactor_unref (self->reactor);
}

HlGuardCore *
hl_guard_core_ref (HlGuardCore *self)
{
  return g_rc_box_acquire (self);
}

void
hl_guard_core_unref (HlGuardCore *self)
{
  g_rc_box_release_full (self, core_clear);
}

GPollableInputStream *
hl_guard_core_get_input (HlGuardCore *self)
{
  return G_POLLABLE_INPUT_STREAM (g_io_stream_get_input_stream (self->base));
}

GPollableOutputStream *
hl_guard_core_get_output (HlGuardCore *self)
{
  return G_POLLABLE_OUTPUT_STREAM (g_io_stream_get_output_stream (self->base));
}

/* Stops the socket, which wakes libsoup's source; libsoup reads the end and closes. */
static void
cut (HlGuardCore *self, int how)
{
  GSocket *socket = self->base != NULL ? hl_stream_find_socket (self->base) : NULL;

  self->ended = TRUE;
  if (socket != NULL && !g_socket_is_closed (socket))
    shutdown (g_socket_get_fd (socket), how);
}

static void
answer (HlGuardCore *self, guint status, const char *detail)
{
  g_autofree char *text = hl_request_gate_make_answer (status, detail);

  /* Room in the socket is likely: the answer before was taken, or this would not be the next
   * request. */
  g_pollable_output_stream_write_nonblocking (hl_guard_core_get_output (self), text, strlen (text),
                                              NULL, NULL);
  self->ended = TRUE;
  self->gate.state = HL_REQUEST_REFUSED;
}

static void
on_core_timeout (HlTimer *timer, gpointer data)
{
  HlGuardCore *self = data;

  if (self->base == NULL)
    return;
  if (self->gate.begun || !self->served)
    self->group->timed_out++;
  if (self->gate.begun) {
    answer (self, 408, "The request was not complete within 10 seconds.");
    cut (self, SHUT_RD);
  } else {
    cut (self, SHUT_RDWR);
  }
}

/* Bytes for the gate: what was read ahead, else from the connection. */
static gssize
read_raw (HlGuardCore *self, guint8 *buffer, gsize len, GError **error)
{
  gsize n;

  if (self->ahead == NULL)
    return g_pollable_input_stream_read_nonblocking (hl_guard_core_get_input (self), buffer, len,
                                                     NULL, error);
  n = MIN (len, self->ahead->len);
  memcpy (buffer, self->ahead->data, n);
  if (n == self->ahead->len)
    g_clear_pointer (&self->ahead, g_byte_array_unref);
  else
    g_byte_array_remove_range (self->ahead, 0, n);
  return n;
}

static void
keep_ahead (HlGuardCore *self, const guint8 *bytes, gsize len)
{
  if (len == 0)
    return;
  if (self->ahead == NULL)
    self->ahead = g_byte_array_new ();
  g_byte_array_prepend (self->ahead, bytes, len);
}

/* FALSE when there is nothing more to do now: the end (no error) or an error, WOULD_BLOCK among
 * them. */
static gboolean
read_head (HlGuardCore *self, GError **error)
{
  guint8 buffer[READ_SIZE];
  gboolean begun = self->gate.begun;
  gssize n = read_raw (self, buffer, sizeof buffer, error);
  gsize used;

  if (n <= 0)
    return FALSE;
  used = hl_request_gate_feed (&self->gate, buffer, n);
  keep_ahead (self, buffer + used, n - used);
  /* The first request's time began with the connection. */
  if (!begun && self->served)
    set_deadline (self, HL_GUARD_REQUEST_TIMEOUT_US);

  if (self->gate.state == HL_REQUEST_REFUSED) {
    self->group->refused++;
    answer (self, self->gate.status, self->gate.detail);
    return FALSE;
  }
  if (self->gate.state != HL_REQUEST_HEAD) {
    self->head = hl_request_gate_take_head (&self->gate);
    self->head_read = 0;
    self->group->requests++;
  }
  return TRUE;
}

static gssize
read_body (HlGuardCore *self, guint8 *buffer, gsize len, GError **error)
{
  gssize n = read_raw (self, buffer, MIN (len, self->gate.body_left), error);

  if (n > 0)
    hl_request_gate_count_body (&self->gate, n);
  return n;
}

static gssize
give_head (HlGuardCore *self, guint8 *buffer, gsize len)
{
  gsize n = MIN (len, self->head->len - self->head_read);

  memcpy (buffer, self->head->data + self->head_read, n);
  self->given = TRUE;
  self->head_read += n;
  if (self->head_read == self->head->len)
    g_clear_pointer (&self->head, g_byte_array_unref);
  return n;
}

void
hl_guard_core_expect (HlGuardCore *self)
{
  if (self->base == NULL || self->ended || self->head != NULL
      || self->gate.state != HL_REQUEST_DONE)
    return;
  self->given = FALSE;
  self->served = TRUE;
  if (self->draining) {
    self->ended = TRUE;
    return;
  }
  hl_request_gate_next (&self->gate);
  set_deadline (self, HL_GUARD_IDLE_TIMEOUT_US);
}

static gssize
read_checked (HlGuardCore *self, guint8 *buffer, gsize len, GError **error)
{
  gssize n;

  hl_guard_core_expect (self);
  if (self->ended)
    return 0;
  while (self->head == NULL && self->gate.state == HL_REQUEST_HEAD)
    if (!read_head (self, error))
      return *error != NULL ? -1 : 0;
  n = self->head != NULL ? give_head (self, buffer, len) : read_body (self, buffer, len, error);
  if (self->gate.state == HL_REQUEST_DONE)
    hl_reactor_disarm (self->reactor, &self->timer);
  return n;
}

/* libsoup before 3.3 forgets a connection that ends before the first byte of a request: it neither
 * closes nor frees it. So it is given that byte, and takes the end after it for a broken request,
 * which it does close. */
static gssize
give_end (HlGuardCore *self, guint8 *buffer)
{
  self->ended = TRUE;
  if (self->given)
    return 0;
  self->given = TRUE;
  buffer[0] = 'G';
  return 1;
}

gssize
hl_guard_core_read (HlGuardCore *self, void *buffer, gsize len, GError **error)
{
  g_autoptr (GError) local = NULL;
  gssize n;

  if (len == 0)
    return 0;
  if (self->ended || self->base == NULL)
    return give_end (self, buffer);
  n = read_checked (self, buffer, len, &local);
  if (n > 0)
    return n;
  if (!g_error_matches (local, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
    return give_end (self, buffer);
  g_propagate_error (error, g_steal_pointer (&local));
  return -1;
}

gboolean
hl_guard_core_has_input (HlGuardCore *self)
{
  return self->ended || self->base == NULL || self->head != NULL || self->ahead != NULL;
}

HlStream *
hl_guard_core_step_out (HlGuardCore *self, GError **error)
{
  HlStream *stream;

  if (self->base == NULL) {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CLOSED, "The connection is closed");
    return NULL;
  }
  leave (self);
  self->ended = TRUE;
  stream = hl_stream_new_io (g_steal_pointer (&self->base), error);
  if (stream == NULL) {
    g_clear_pointer (&self->slot, hl_admission_slot_release);
    return NULL;
  }
  hl_stream_set_slot (stream, g_steal_pointer (&self->slot));
  if (self->ahead != NULL)
    hl_stream_push_back (stream, self->ahead->data, self->ahead->len);
  g_clear_pointer (&self->ahead, g_byte_array_unref);
  return stream;
}

void
hl_guard_core_close (HlGuardCore *self)
{
  if (self->base == NULL)
    return;
  if (self->gate.state == HL_REQUEST_REFUSED) {
    HlStream *stream = hl_guard_core_step_out (self, NULL);

    /* The client may still be sending the body that was refused: let it read why. */
    if (stream != NULL)
      hl_linger_start (self->reactor, stream);
    return;
  }
  leave (self);
  self->ended = TRUE;
  hl_stream_close_io (self->base);
  g_clear_object (&self->base);
  g_clear_pointer (&self->slot, hl_admission_slot_release);
}

void
hl_guard_core_drain (HlGuardCore *self)
{
  self->draining = TRUE;
  /* A request that is on its way already, though not read yet, is served. */
  if (self->base != NULL && self->gate.state == HL_REQUEST_HEAD && !self->gate.begun
      && !g_pollable_input_stream_is_readable (hl_guard_core_get_input (self)))
    cut (self, SHUT_RDWR);
}
