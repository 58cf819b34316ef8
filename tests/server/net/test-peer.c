/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests the reactor and the peer on socket pairs: order, gathering, backpressure, lifetimes. */
#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/hl-peer.h"
#include "net/hl-ws-frame.h"
#include "util/hl-clock.h"

typedef struct {
  HlReactor *reactor;
  HlPeer *peer;
  int client;
  GString *log;
  gboolean gone;
  const char *on_message; /* what to do: "close", "abort", "detach", "pause" */
  guint refill;           /* frames to send from `writable` */
} Fixture;

static GBytes *
text_frame (const char *text)
{
  return hl_ws_frame_text (text, strlen (text));
}

static void
send_text (HlPeer *peer, const char *text)
{
  g_autoptr (GBytes) frame = text_frame (text);

  hl_peer_send (peer, frame);
}

static void
on_message (HlPeer *peer, const char *text, gsize len, gpointer data)
{
  Fixture *fixture = data;

  g_string_append_printf (fixture->log, "m(%.*s)", (int) len, text);
  if (g_strcmp0 (fixture->on_message, "close") == 0) {
    hl_peer_close (peer, 4000, "why");
  } else if (g_strcmp0 (fixture->on_message, "abort") == 0) {
    hl_peer_abort (peer);
  } else if (g_strcmp0 (fixture->on_message, "detach") == 0) {
    hl_peer_detach (peer);
    fixture->gone = TRUE;
  } else if (g_strcmp0 (fixture->on_message, "pause") == 0) {
    hl_peer_set_reading (peer, FALSE);
  }
}

static void
on_writable (HlPeer *peer, gpointer data)
{
  Fixture *fixture = data;

  g_assert_cmpuint (hl_peer_get_unsent (peer), ==, 0);
  if (fixture->refill == 0)
    return;
  fixture->refill--;
  send_text (peer, "refill");
}

static void
on_closed (HlPeer *peer, guint code, gboolean clean, gpointer data)
{
  Fixture *fixture = data;

  g_assert_false (fixture->gone);
  g_string_append_printf (fixture->log, "closed(%u,%d)", code, clean);
  fixture->gone = TRUE;
}

static const HlPeerFuncs funcs = { on_message, on_writable, on_closed };

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  int fds[2];
  int size = 8192;

  g_assert_no_errno (socketpair (AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds));
  setsockopt (fds[0], SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
  fixture->reactor = hl_reactor_new (NULL, &error);
  g_assert_no_error (error);
  fixture->log = g_string_new (NULL);
  fixture->client = fds[1];
  fixture->peer = hl_peer_new (fixture->reactor, hl_stream_new_fd (fds[0]), &funcs, fixture);
}

static void
spin (void)
{
  for (guint i = 0; i < 20; i++)
    g_main_context_iteration (NULL, FALSE);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  if (!fixture->gone)
    hl_peer_abort (fixture->peer);
  if (fixture->client >= 0)
    close (fixture->client);
  spin ();
  g_assert_true (fixture->gone);
  g_assert_cmpuint (hl_reactor_get_stats (fixture->reactor)->peers, ==, 0);
  g_string_free (fixture->log, TRUE);
  hl_reactor_unref (fixture->reactor);
}

/* Masked with zeros: what stands there is what is sent. */
static void
client_send (Fixture *fixture, guint8 first, const char *payload, gsize len)
{
  guint8 frame[200] = { first, 0x80 | len };

  memcpy (frame + 6, payload, len);
  g_assert_cmpint (write (fixture->client, frame, 6 + len), ==, 6 + len);
}

static char *
client_read (Fixture *fixture, gsize *len)
{
  char *buffer = g_malloc0 (100000);
  gssize n = read (fixture->client, buffer, 100000 - 1);

  *len = MAX (n, 0);
  return buffer;
}

static void
check_log (Fixture *fixture, const char *wanted)
{
  g_assert_cmpstr (fixture->log->str, ==, wanted);
}

static void
test_messages (Fixture *fixture, gconstpointer data)
{
  client_send (fixture, 0x81, "one", 3);
  client_send (fixture, 0x81, "two", 3);
  check_log (fixture, "");
  spin ();
  check_log (fixture, "m(one)m(two)");
}

static void
test_gathered (Fixture *fixture, gconstpointer data)
{
  guint64 writes;
  g_autofree char *got = NULL;
  gsize len;

  spin ();
  writes = hl_reactor_get_stats (fixture->reactor)->writes;
  for (guint i = 0; i < 5; i++)
    send_text (fixture->peer, "x");
  g_assert_cmpuint (hl_peer_get_unsent (fixture->peer), ==, 15);
  spin ();
  g_assert_cmpuint (hl_reactor_get_stats (fixture->reactor)->writes - writes, ==, 1);
  g_assert_cmpuint (hl_peer_get_unsent (fixture->peer), ==, 0);
  got = client_read (fixture, &len);
  g_assert_cmpmem (got, len, "\x81\x01x\x81\x01x\x81\x01x\x81\x01x\x81\x01x", 15);
}

static void
on_frame_freed (gpointer data)
{
  *(gboolean *) data = TRUE;
}

/* By reference: no copy is made, and the last peer's unref frees it. */
static void
test_shared_frame (Fixture *fixture, gconstpointer data)
{
  gboolean freed = FALSE;
  GBytes *frame = g_bytes_new_with_free_func ("\x81\x01s", 3, on_frame_freed, &freed);

  for (guint i = 0; i < 3; i++)
    hl_peer_send (fixture->peer, frame);
  g_bytes_unref (frame);
  g_assert_false (freed);
  spin ();
  g_assert_true (freed);
}

static void
test_refill (Fixture *fixture, gconstpointer data)
{
  g_autofree char *got = NULL;
  gsize len;

  fixture->refill = 10;
  spin ();
  send_text (fixture->peer, "first");
  for (guint i = 0; i < 10; i++)
    spin ();
  got = client_read (fixture, &len);
  g_assert_cmpuint (fixture->refill, ==, 0);
  g_assert_cmpuint (len, ==, 7 + 10 * 8);
}

static void
test_backpressure (Fixture *fixture, gconstpointer data)
{
  g_autofree char *text = g_strnfill (10000, 'b');
  gsize total = 0, sent, before;
  gint64 progress;

  for (guint i = 0; i < 100; i++)
    send_text (fixture->peer, text);
  sent = hl_peer_get_unsent (fixture->peer);
  spin ();
  before = hl_peer_get_unsent (fixture->peer);
  g_assert_cmpuint (before, >, 0);
  g_assert_cmpuint (before, <, sent);
  progress = hl_peer_get_progress (fixture->peer);
  g_usleep (2000);
  spin ();
  g_assert_cmpint (hl_peer_get_progress (fixture->peer), ==, progress);
  while (total < sent) {
    g_autofree char *got = NULL;
    gsize len;

    got = client_read (fixture, &len);
    total += len;
    spin ();
  }
  g_assert_cmpuint (total, ==, sent);
  g_assert_cmpuint (hl_peer_get_unsent (fixture->peer), ==, 0);
  g_assert_cmpint (hl_peer_get_progress (fixture->peer), >, progress);
}

static void
test_pause (Fixture *fixture, gconstpointer data)
{
  fixture->on_message = "pause";
  client_send (fixture, 0x81, "one", 3);
  client_send (fixture, 0x81, "two", 3);
  client_send (fixture, 0x81, "three", 5);
  spin ();
  check_log (fixture, "m(one)");
  client_send (fixture, 0x81, "four", 4);
  spin ();
  check_log (fixture, "m(one)");
  hl_peer_set_reading (fixture->peer, TRUE);
  spin ();
  check_log (fixture, "m(one)m(two)");
  fixture->on_message = NULL;
  hl_peer_set_reading (fixture->peer, TRUE);
  spin ();
  check_log (fixture, "m(one)m(two)m(three)m(four)");
}

static void
test_reset_while_paused (Fixture *fixture, gconstpointer data)
{
  fixture->on_message = "pause";
  client_send (fixture, 0x81, "one", 3);
  client_send (fixture, 0x81, "two", 3);
  spin ();
  close (fixture->client);
  fixture->client = -1;
  spin ();
  check_log (fixture, "m(one)closed(1006,0)");
}

static void
test_client_closes (Fixture *fixture, gconstpointer data)
{
  g_autofree char *got = NULL;
  gsize len;

  client_send (fixture, 0x88, "\x0f\xa1reason", 8);
  spin ();
  check_log (fixture, "closed(4001,1)");
  got = client_read (fixture, &len);
  g_assert_cmpmem (got, len, "\x88\x02\x0f\xa1", 4);
  g_assert_cmpint (read (fixture->client, got, 1), ==, 0);
}

static void
test_server_closes (Fixture *fixture, gconstpointer data)
{
  g_autofree char *got = NULL;
  gsize len;

  send_text (fixture->peer, "last");
  hl_peer_close (fixture->peer, 4000, "why");
  g_assert_false (hl_peer_is_open (fixture->peer));
  send_text (fixture->peer, "not sent");
  client_send (fixture, 0x81, "not heard", 9);
  spin ();
  check_log (fixture, "");
  got = client_read (fixture, &len);
  g_assert_cmpmem (got, len, "\x81\x04last\x88\x05\x0f\xa0why", 13);
  client_send (fixture, 0x88, "\x0f\xa0", 2);
  spin ();
  check_log (fixture, "closed(4000,1)");
}

static void
test_close_in_message (Fixture *fixture, gconstpointer data)
{
  fixture->on_message = "close";
  client_send (fixture, 0x81, "one", 3);
  client_send (fixture, 0x81, "two", 3);
  client_send (fixture, 0x88, "\x0f\xa0", 2);
  spin ();
  check_log (fixture, "m(one)closed(4000,1)");
}

static void
test_abort_in_message (Fixture *fixture, gconstpointer data)
{
  fixture->on_message = "abort";
  client_send (fixture, 0x81, "one", 3);
  client_send (fixture, 0x81, "two", 3);
  spin ();
  check_log (fixture, "m(one)closed(1006,0)");
}

static void
test_detach_in_message (Fixture *fixture, gconstpointer data)
{
  fixture->on_message = "detach";
  client_send (fixture, 0x81, "one", 3);
  client_send (fixture, 0x81, "two", 3);
  spin ();
  check_log (fixture, "m(one)");
}

static void
test_protocol_error (Fixture *fixture, gconstpointer data)
{
  g_autofree char *got = NULL;
  gsize len;

  client_send (fixture, 0x83, "x", 1);
  spin ();
  check_log (fixture, "closed(1002,0)");
  got = client_read (fixture, &len);
  g_assert_cmpuint (len, >, 4);
  g_assert_cmpmem (got + 2, 2, "\x03\xea", 2);
}

static void
test_end_of_stream (Fixture *fixture, gconstpointer data)
{
  client_send (fixture, 0x81, "one", 3);
  shutdown (fixture->client, SHUT_WR);
  spin ();
  check_log (fixture, "m(one)closed(1006,0)");
}

static void
test_pushed_back (Fixture *fixture, gconstpointer data)
{
  const guint8 early[] = { 0x81, 0x85, 0, 0, 0, 0, 'e', 'a' };
  HlStream *stream;
  Fixture other = { .reactor = fixture->reactor, .log = g_string_new (NULL) };
  int fds[2];

  g_assert_no_errno (socketpair (AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds));
  stream = hl_stream_new_fd (fds[0]);
  hl_stream_push_back (stream, early, sizeof early);
  g_assert_cmpint (write (fds[1], "rly", 3), ==, 3);
  other.peer = hl_peer_new (fixture->reactor, stream, &funcs, &other);
  spin ();
  g_assert_cmpstr (other.log->str, ==, "m(early)");
  close (fds[1]);
  spin ();
  g_assert_cmpstr (other.log->str, ==, "m(early)closed(1006,0)");
  g_string_free (other.log, TRUE);
}

static void
test_fair (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GByteArray) many = g_byte_array_new ();
  guint iterations = 0;

  for (guint i = 0; i < 500; i++)
    g_byte_array_append (many, (const guint8 *) "\x81\x81\0\0\0\0x", 7);
  g_assert_cmpint (write (fixture->client, many->data, many->len), ==, many->len);
  while (fixture->log->len < 500 * 4) {
    gsize before = fixture->log->len;

    g_main_context_iteration (NULL, FALSE);
    /* Two turns at most: one for what is new, one for what was left. */
    g_assert_cmpuint (fixture->log->len - before, <=, 2 * 64 * 4);
    g_assert_cmpuint (++iterations, <, 1000);
  }
}

typedef struct {
  HlTask tasks[3];
  HlReactor *reactor;
  GString *log;
} Tasks;

static void
on_task (HlTask *task, gpointer data)
{
  Tasks *tasks = data;

  g_string_append_c (tasks->log, '0' + (task - tasks->tasks));
  if (task == &tasks->tasks[0]) {
    hl_reactor_cancel (tasks->reactor, &tasks->tasks[1]);
    if (tasks->log->len < 3)
      hl_reactor_defer (tasks->reactor, task);
  }
}

static void
test_tasks (Fixture *fixture, gconstpointer data)
{
  Tasks tasks = { .reactor = fixture->reactor, .log = g_string_new (NULL) };

  spin ();
  for (guint i = 0; i < 3; i++)
    hl_task_init (&tasks.tasks[i], on_task, &tasks);
  for (guint i = 0; i < 3; i++) {
    hl_reactor_defer (fixture->reactor, &tasks.tasks[i]);
    hl_reactor_defer (fixture->reactor, &tasks.tasks[i]);
  }
  spin ();
  g_assert_cmpstr (tasks.log->str, ==, "020");
  hl_reactor_defer (fixture->reactor, &tasks.tasks[2]);
  hl_reactor_cancel (fixture->reactor, &tasks.tasks[2]);
  hl_reactor_defer (fixture->reactor, &tasks.tasks[1]);
  spin ();
  g_assert_cmpstr (tasks.log->str, ==, "0201");
  g_string_free (tasks.log, TRUE);
}

static void
on_timer (HlTimer *timer, gpointer data)
{
  *(gint64 *) data = hl_clock_boot_us ();
}

static void
test_timers (Fixture *fixture, gconstpointer data)
{
  gint64 fired[3] = { 0 };
  HlTimer timers[3];
  gint64 start = hl_clock_boot_us ();

  for (guint i = 0; i < 3; i++) {
    hl_timer_init (&timers[i], on_timer, &fired[i]);
    hl_reactor_arm (fixture->reactor, &timers[i], start + (i + 1) * 50 * 1000);
  }
  hl_reactor_disarm (fixture->reactor, &timers[1]);
  while (fired[2] == 0 && hl_clock_boot_us () < start + 30 * G_USEC_PER_SEC)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (fired[1], ==, 0);
  g_assert_cmpint (fired[0], >=, start + 50 * 1000);
  g_assert_cmpint (fired[2], >=, start + 150 * 1000);
  /* to the tick: timer-wheel/exact; here no more than that a loop that sleeps is woken for it */
  g_assert_cmpint (fired[2], <, start + 30 * G_USEC_PER_SEC);
}

#define ADD(name, func) g_test_add ("/peer/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("messages", test_messages);
  ADD ("gathered", test_gathered);
  ADD ("shared-frame", test_shared_frame);
  ADD ("refill", test_refill);
  ADD ("backpressure", test_backpressure);
  ADD ("pause", test_pause);
  ADD ("reset-while-paused", test_reset_while_paused);
  ADD ("client-closes", test_client_closes);
  ADD ("server-closes", test_server_closes);
  ADD ("close-in-message", test_close_in_message);
  ADD ("abort-in-message", test_abort_in_message);
  ADD ("detach-in-message", test_detach_in_message);
  ADD ("protocol-error", test_protocol_error);
  ADD ("end-of-stream", test_end_of_stream);
  ADD ("pushed-back", test_pushed_back);
  ADD ("fair", test_fair);
  ADD ("tasks", test_tasks);
  ADD ("timers", test_timers);
  return g_test_run ();
}
