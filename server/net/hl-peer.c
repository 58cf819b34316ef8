/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One WebSocket connection on the reactor: messages in, shared frames out, close handshake. */
#include "net/hl-peer.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include "net/hl-frame-queue.h"
#include "net/hl-linger.h"
#include "net/hl-ws-frame.h"
#include "net/hl-ws-reader.h"

/* What one peer may do in one turn before the others get theirs. */
#define READ_SIZE 16384
#define READS_MAX 4
#define MESSAGES_MAX 64
#define WRITES_MAX 4

#define IOVECS_MAX 64
/* A peer that sends pings and does not read gets no more pongs queued than this. */
#define PONG_UNSENT_MAX 65536
#define USER_TIMEOUT_MS 20000

typedef enum {
  STATE_OPEN,
  STATE_CLOSING, /* our close frame is queued, the peer's is waited for */
  STATE_ENDING,  /* nothing more is read; what is queued is written, then it ends */
  STATE_BROKEN,  /* only `closed` has to be told */
  STATE_GONE,
} PeerState;

struct _HlPeer {
  HlWatch watch;
  HlReactor *reactor;
  HlStream *stream;
  const HlPeerFuncs *funcs;
  gpointer data;
  gint64 progress;
  gint64 heard;
  HlWsReader reader;
  HlTimer timer;
  guint8 *held; /* input that came before reading was stopped */
  guint32 held_len;
  HlFrameQueue queue;
  guint16 code;
  guint8 state;
  guint8 reading : 1;
  guint8 blocked : 1;  /* the socket is full: EPOLLOUT comes */
  guint8 end_seen : 1; /* the kernel told of an end or an error */
  guint8 clean : 1;
  guint8 in_writable : 1;
};

static void peer_ready (HlWatch *watch, guint32 events);
static void peer_again (HlWatch *watch);
static void peer_flush (HlWatch *watch);
static void peer_dispose (HlWatch *watch);
static void on_peer_timeout (HlTimer *timer, gpointer data);

static const HlWatchFuncs watch_funcs = {
  .ready = peer_ready,
  .again = peer_again,
  .flush = peer_flush,
  .dispose = peer_dispose,
};

HlPeer *
hl_peer_new (HlReactor *reactor, HlStream *stream, const HlPeerFuncs *funcs, gpointer data)
{
  HlPeer *self = g_new0 (HlPeer, 1);
  int fd = hl_stream_get_fd (stream);
  int one = 1, user_timeout = USER_TIMEOUT_MS;

  if (!hl_reactor_add (reactor, &self->watch, &watch_funcs, fd,
                       EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, NULL)) {
    hl_stream_free (stream);
    g_free (self);
    return NULL;
  }
  /* Neither exists on other sockets than TCP, which tests use. */
  setsockopt (fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  setsockopt (fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &user_timeout, sizeof user_timeout);

  self->reactor = reactor;
  self->stream = stream;
  self->funcs = funcs;
  self->data = data;
  self->reading = TRUE;
  self->progress = self->heard = hl_reactor_get_now (reactor);
  hl_frame_queue_init (&self->queue);
  hl_ws_reader_init (&self->reader);
  hl_timer_init (&self->timer, on_peer_timeout, self);
  hl_reactor_get_stats (reactor)->peers++;
  /* TLS may have deciphered the first message already, and the guard may have read it: no edge
   * tells of that. */
  hl_reactor_request_again (reactor, &self->watch);
  return self;
}

static void
queue_frame (HlPeer *self, GBytes *frame)
{
  hl_frame_queue_push (&self->queue, frame);
  if (!self->blocked && !self->in_writable)
    hl_reactor_request_flush (self->reactor, &self->watch);
}

/* Everything but the peer itself goes; `lingering` leaves the socket to read its end by itself. */
static void
let_go (HlPeer *self, gboolean lingering)
{
  if (self->state == STATE_GONE)
    return;
  self->state = STATE_GONE;
  hl_reactor_disarm (self->reactor, &self->timer);
  hl_reactor_remove (self->reactor, &self->watch);
  if (lingering)
    hl_linger_start (self->reactor, g_steal_pointer (&self->stream));
  else
    g_clear_pointer (&self->stream, hl_stream_free);
  hl_frame_queue_clear (&self->queue);
  g_clear_pointer (&self->held, g_free);
  hl_ws_reader_clear (&self->reader);
  hl_reactor_get_stats (self->reactor)->peers--;
}

static void
end (HlPeer *self, guint code, gboolean clean, gboolean lingering)
{
  const HlPeerFuncs *funcs = g_steal_pointer (&self->funcs);

  if (self->state == STATE_GONE)
    return;
  if (funcs != NULL)
    funcs->closed (self, code, clean, self->data);
  let_go (self, lingering);
}

static void
on_peer_timeout (HlTimer *timer, gpointer data)
{
  end (data, HL_WS_CLOSE_ABNORMAL, FALSE, FALSE);
}

/* Writes what is queued, a close frame at its end, and ends. */
static void
begin_ending (HlPeer *self, guint code, gboolean clean)
{
  self->state = STATE_ENDING;
  self->code = code;
  self->clean = clean;
  g_clear_pointer (&self->held, g_free);
  if (!hl_timer_is_armed (&self->timer))
    hl_reactor_arm (self->reactor, &self->timer,
                    hl_reactor_get_now (self->reactor) + HL_PEER_CLOSE_TIMEOUT_US);
  if (!self->blocked)
    hl_reactor_request_flush (self->reactor, &self->watch);
}

static void
queue_close (HlPeer *self, guint code, const char *reason)
{
  g_autoptr (GBytes) frame = hl_ws_frame_close (code, reason);

  queue_frame (self, frame);
}

static void
on_item_close (HlPeer *self, const HlWsItem *item)
{
  if (self->state == STATE_CLOSING) {
    begin_ending (self, self->code, TRUE);
    return;
  }
  queue_close (self, item->code, NULL);
  begin_ending (self, item->code, TRUE);
}

static void
on_item_failed (HlPeer *self, const HlWsItem *item)
{
  if (self->state == STATE_OPEN)
    queue_close (self, item->code, item->detail);
  begin_ending (self, item->code, FALSE);
}

static void
on_item_ping (HlPeer *self, const HlWsItem *item)
{
  g_autoptr (GBytes) frame = NULL;

  if (self->state != STATE_OPEN)
    return;
  if (hl_frame_queue_get_unsent (&self->queue) > PONG_UNSENT_MAX) {
    hl_reactor_get_stats (self->reactor)->pongs_dropped++;
    return;
  }
  frame = hl_ws_frame_pong (item->data, item->len);
  queue_frame (self, frame);
}

static void
hold (HlPeer *self, const guint8 *bytes, gsize len)
{
  guint8 *held = len > 0 ? g_memdup2 (bytes, len) : NULL;

  g_free (self->held);
  self->held = held;
  self->held_len = len;
}

/* FALSE if this turn is over: reading was stopped, the connection ends or `*budget` messages were
 * given. */
static gboolean
take_bytes (HlPeer *self, guint8 *bytes, gsize len, guint *budget)
{
  gint64 now = hl_reactor_get_now (self->reactor);
  HlWsItem item;

  self->heard = now;
  while (self->state == STATE_OPEN || self->state == STATE_CLOSING) {
    if (*budget == 0 || !self->reading) {
      if (len > 0)
        hold (self, bytes, len);
      if (self->reading)
        hl_reactor_request_again (self->reactor, &self->watch);
      return FALSE;
    }
    switch (hl_ws_reader_next (&self->reader, &bytes, &len, now, &item)) {
    case HL_WS_NEED_MORE:
      return TRUE;
    case HL_WS_TEXT:
      (*budget)--;
      if (self->state == STATE_OPEN && self->funcs != NULL) {
        hl_reactor_get_stats (self->reactor)->messages++;
        self->funcs->message (self, item.data, item.len, self->data);
      }
      break;
    case HL_WS_PING:
      (*budget)--;
      on_item_ping (self, &item);
      break;
    case HL_WS_PONG:
      (*budget)--;
      break;
    case HL_WS_CLOSE:
      on_item_close (self, &item);
      break;
    case HL_WS_FAILED:
      on_item_failed (self, &item);
      break;
    }
  }
  return FALSE;
}

static gboolean
take_held (HlPeer *self, guint *budget)
{
  g_autofree guint8 *held = g_steal_pointer (&self->held);

  return held == NULL || take_bytes (self, held, self->held_len, budget);
}

static void
read_input (HlPeer *self)
{
  guint8 *scratch = hl_reactor_get_scratch (self->reactor);
  guint budget = MESSAGES_MAX;

  if (!self->reading || (self->state != STATE_OPEN && self->state != STATE_CLOSING))
    return;
  if (!take_held (self, &budget))
    return;

  for (guint i = 0; i < READS_MAX; i++) {
    gboolean drained;
    gssize n = hl_stream_read (self->stream, scratch, READ_SIZE, &drained);

    if (n < 0 && errno == EAGAIN)
      return;
    if (n <= 0) {
      end (self, HL_WS_CLOSE_ABNORMAL, FALSE, FALSE);
      return;
    }
    hl_reactor_get_stats (self->reactor)->bytes_read += n;
    if (!take_bytes (self, scratch, n, &budget))
      return;
    /* Less than asked for: the kernel has no more, and what comes later makes a new edge. An end
     * that was told already makes none. */
    if (drained && !self->end_seen)
      return;
  }
  hl_reactor_request_again (self->reactor, &self->watch);
}

static void
peer_again (HlWatch *watch)
{
  read_input ((HlPeer *) watch);
}

static void
peer_ready (HlWatch *watch, guint32 events)
{
  HlPeer *self = (HlPeer *) watch;

  if ((events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0)
    self->end_seen = TRUE;
  if ((events & EPOLLOUT) != 0 && self->blocked) {
    self->blocked = FALSE;
    if (!hl_frame_queue_is_empty (&self->queue))
      hl_reactor_request_flush (self->reactor, watch);
  }
  /* A reset is noticed even by a peer that does not read. */
  if ((events & (EPOLLHUP | EPOLLERR)) != 0 && (!self->reading || self->state == STATE_ENDING)) {
    end (self, self->state == STATE_ENDING ? self->code : HL_WS_CLOSE_ABNORMAL, FALSE, FALSE);
    return;
  }
  if ((events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0)
    read_input (self);
}

static void
count_written (HlPeer *self, gsize n)
{
  HlReactorStats *stats = hl_reactor_get_stats (self->reactor);

  stats->writes++;
  stats->bytes_written += n;
  self->progress = hl_reactor_get_now (self->reactor);
  hl_frame_queue_consume (&self->queue, n);
}

/* FALSE if the turn is over: the socket is full or the connection has ended. */
static gboolean
write_some (HlPeer *self)
{
  struct iovec parts[IOVECS_MAX];
  gsize total;
  guint n_parts = hl_frame_queue_gather (&self->queue, parts, IOVECS_MAX, &total);
  gssize n = hl_stream_writev (self->stream, parts, n_parts);

  if (n < 0) {
    if (errno == EAGAIN)
      self->blocked = TRUE;
    else
      end (self, HL_WS_CLOSE_ABNORMAL, FALSE, FALSE);
    return FALSE;
  }
  count_written (self, n);
  if ((gsize) n < total && !hl_stream_is_tls (self->stream)) {
    self->blocked = TRUE;
    return FALSE;
  }
  return TRUE;
}

static void
peer_flush (HlWatch *watch)
{
  HlPeer *self = (HlPeer *) watch;

  if (self->state == STATE_BROKEN) {
    end (self, HL_WS_CLOSE_ABNORMAL, FALSE, FALSE);
    return;
  }
  for (guint i = 0; i < WRITES_MAX; i++) {
    if (!hl_frame_queue_is_empty (&self->queue) && (self->blocked || !write_some (self)))
      return;
    if (!hl_frame_queue_is_empty (&self->queue))
      continue;
    if (self->state == STATE_ENDING) {
      end (self, self->code, self->clean, TRUE);
      return;
    }
    if (self->state != STATE_OPEN || self->funcs == NULL || self->funcs->writable == NULL)
      return;
    self->in_writable = TRUE;
    self->funcs->writable (self, self->data);
    self->in_writable = FALSE;
    if (self->state == STATE_BROKEN) {
      end (self, HL_WS_CLOSE_ABNORMAL, FALSE, FALSE);
      return;
    }
    if (hl_frame_queue_is_empty (&self->queue) && self->state != STATE_ENDING)
      return;
  }
  hl_reactor_request_flush (self->reactor, watch);
}

static void
peer_dispose (HlWatch *watch)
{
  g_free (watch);
}

gpointer
hl_peer_get_data (HlPeer *self)
{
  return self->data;
}

HlReactor *
hl_peer_get_reactor (HlPeer *self)
{
  return self->reactor;
}

void
hl_peer_send (HlPeer *self, GBytes *frame)
{
  if (self->state != STATE_OPEN)
    return;
  hl_reactor_get_stats (self->reactor)->frames++;
  queue_frame (self, frame);
}

gsize
hl_peer_get_unsent (HlPeer *self)
{
  return hl_frame_queue_get_unsent (&self->queue);
}

gint64
hl_peer_get_progress (HlPeer *self)
{
  return self->progress;
}

gint64
hl_peer_get_heard (HlPeer *self)
{
  return self->heard;
}

void
hl_peer_set_reading (HlPeer *self, gboolean reading)
{
  if (self->state != STATE_OPEN || self->reading == reading)
    return;
  self->reading = reading;
  if (reading)
    hl_reactor_request_again (self->reactor, &self->watch);
}

void
hl_peer_close (HlPeer *self, guint code, const char *reason)
{
  if (self->state != STATE_OPEN)
    return;
  if (!hl_ws_close_code_is_valid (code))
    code = HL_WS_CLOSE_PROTOCOL_ERROR;
  queue_close (self, code, reason);
  self->state = STATE_CLOSING;
  self->code = code;
  hl_reactor_arm (self->reactor, &self->timer,
                  hl_reactor_get_now (self->reactor) + HL_PEER_CLOSE_TIMEOUT_US);
  /* The answer has to be read, whatever was stopped. */
  self->reading = TRUE;
  hl_reactor_request_again (self->reactor, &self->watch);
}

void
hl_peer_abort (HlPeer *self)
{
  if (self->state == STATE_GONE)
    return;
  self->state = STATE_BROKEN;
  hl_reactor_request_flush (self->reactor, &self->watch);
}

void
hl_peer_detach (HlPeer *self)
{
  self->funcs = NULL;
  if (self->state == STATE_OPEN)
    hl_peer_abort (self);
}

gboolean
hl_peer_is_open (HlPeer *self)
{
  return self->state == STATE_OPEN;
}

const char *
hl_peer_get_address (HlPeer *self)
{
  return self->stream != NULL ? hl_stream_get_address (self->stream) : "";
}

gboolean
hl_peer_is_tls (HlPeer *self)
{
  return self->stream != NULL && hl_stream_is_tls (self->stream);
}
