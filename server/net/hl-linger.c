/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ends a connection so that the peer can still read our last words: FIN, then wait for its end. */
#include "net/hl-linger.h"

#include <errno.h>
#include <sys/epoll.h>

#define LINGER_MAX_BYTES (8 * 1024 * 1024)
#define READS_MAX 4

typedef struct {
  HlWatch watch;
  HlReactor *reactor;
  HlStream *stream;
  HlTimer timer;
  guint64 discarded;
} Linger;

static void
finish (Linger *linger)
{
  hl_reactor_disarm (linger->reactor, &linger->timer);
  hl_reactor_remove (linger->reactor, &linger->watch);
  g_clear_pointer (&linger->stream, hl_stream_free);
}

static void
discard (HlWatch *watch)
{
  Linger *linger = (Linger *) watch;

  for (guint i = 0; i < READS_MAX; i++) {
    gssize n = hl_stream_discard (linger->stream);

    if (n < 0 && errno == EAGAIN)
      return;
    if (n > 0)
      linger->discarded += n;
    if (n <= 0 || linger->discarded > LINGER_MAX_BYTES) {
      finish (linger);
      return;
    }
  }
  hl_reactor_request_again (linger->reactor, watch);
}

static void
on_linger_ready (HlWatch *watch, guint32 events)
{
  discard (watch);
}

static void
on_linger_timeout (HlTimer *timer, gpointer data)
{
  finish (data);
}

static void
linger_dispose (HlWatch *watch)
{
  g_free (watch);
}

static const HlWatchFuncs linger_funcs = {
  .ready = on_linger_ready,
  .again = discard,
  .dispose = linger_dispose,
};

void
hl_linger_start (HlReactor *reactor, HlStream *stream)
{
  Linger *linger = g_new0 (Linger, 1);

  hl_stream_shutdown_write (stream);
  if (!hl_reactor_add (reactor, &linger->watch, &linger_funcs, hl_stream_get_fd (stream),
                       EPOLLIN | EPOLLRDHUP | EPOLLET, NULL)) {
    hl_stream_free (stream);
    g_free (linger);
    return;
  }
  linger->reactor = reactor;
  linger->stream = stream;
  hl_timer_init (&linger->timer, on_linger_timeout, linger);
  hl_reactor_arm (reactor, &linger->timer, hl_reactor_get_now (reactor) + HL_LINGER_TIMEOUT_US);
}
