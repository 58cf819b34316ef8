/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Load for the fan-out: many connected, some of them listening, events at a fixed rate; prints one
 * JSON line. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define PAYLOAD 300
#define FRAME (4 + PAYLOAD) /* the server's frames: no mask, 16 bits of length */
#define STAMP 19            /* digits: CLOCK_MONOTONIC in ns, at the start of the payload */

static int option_port, option_pid, option_rooms = 50, option_each = 20, option_idle,
                                    option_rate = 200;
static int option_seconds = 5, option_publishers = 8, option_burst = 1;
static GOptionEntry entries[] = {
  { "port", 0, 0, G_OPTION_ARG_INT, &option_port, "of the server on 127.0.0.1", "N" },
  { "pid", 0, 0, G_OPTION_ARG_INT, &option_pid, "of the server, for its CPU time and memory", "N" },
  { "rooms", 0, 0, G_OPTION_ARG_INT, &option_rooms, "rooms with listeners", "N" },
  { "each", 0, 0, G_OPTION_ARG_INT, &option_each, "listeners in a room", "N" },
  { "idle", 0, 0, G_OPTION_ARG_INT, &option_idle, "connections that hear nothing", "N" },
  { "rate", 0, 0, G_OPTION_ARG_INT, &option_rate, "events a second, over all rooms", "N" },
  { "burst", 0, 0, G_OPTION_ARG_INT, &option_burst, "events of one moment", "N" },
  { "seconds", 0, 0, G_OPTION_ARG_INT, &option_seconds, "of measuring", "N" },
  { NULL },
};

typedef enum { CONNECTING, HANDSHAKE, LISTENING, PUBLISHER } Kind;

typedef struct {
  int fd;
  Kind kind;
  int room;
  guint have; /* bytes of the current frame */
  gboolean busy;
  GString *head;
} Client;

static int epoll_fd;
static guint n_ready;
static guint64 n_delivered;
static GArray *latencies;
static gboolean measuring;

static gint64
now_ns (void)
{
  struct timespec now;

  clock_gettime (CLOCK_MONOTONIC, &now);
  return (gint64) now.tv_sec * 1000000000 + now.tv_nsec;
}

static void
fail (const char *what)
{
  fprintf (stderr, "bench-fanout: %s: %s\n", what, strerror (errno));
  exit (1);
}

static Client *
open_client (Kind kind, int room)
{
  Client *client = g_new0 (Client, 1);
  struct sockaddr_in name = { .sin_family = AF_INET, .sin_port = htons (option_port) };
  struct epoll_event event = { .events = EPOLLIN | EPOLLOUT | EPOLLET, .data.ptr = client };
  int one = 1;

  name.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  client->kind = kind;
  client->room = room;
  client->head = g_string_new (NULL);
  client->fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (client->fd < 0 || connect (client->fd, (struct sockaddr *) &name, sizeof name) < 0)
    fail ("connect");
  fcntl (client->fd, F_SETFL, O_NONBLOCK);
  setsockopt (client->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  if (epoll_ctl (epoll_fd, EPOLL_CTL_ADD, client->fd, &event) < 0)
    fail ("epoll_ctl");
  return client;
}

static void
send_all (Client *client, const char *bytes, gsize len)
{
  if (send (client->fd, bytes, len, MSG_NOSIGNAL) != (gssize) len)
    fail ("send");
}

static Client *
open_listener (int room)
{
  Client *client = open_client (HANDSHAKE, room);
  g_autofree char *request = g_strdup_printf (
      "GET /room/%d HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
      "Sec-WebSocket-Protocol: hostline.v1\r\n\r\n",
      room);

  send_all (client, request, strlen (request));
  return client;
}

static void
count_frames (Client *client, const char *bytes, gsize len)
{
  while (len > 0) {
    gsize n = MIN (len, FRAME - client->have);

    if (client->have == 0 && n >= 4 + STAMP && measuring) {
      char stamp[STAMP + 1] = { 0 };
      gint64 took;

      memcpy (stamp, bytes + 4, STAMP);
      took = now_ns () - strtoll (stamp, NULL, 10);
      g_array_append_val (latencies, took);
    }
    client->have += n;
    bytes += n;
    len -= n;
    if (client->have == FRAME) {
      client->have = 0;
      n_delivered++;
    }
  }
}

static void
read_client (Client *client)
{
  static char buffer[65536];
  gssize n;

  while ((n = recv (client->fd, buffer, sizeof buffer, 0)) > 0) {
    if (client->kind == LISTENING) {
      count_frames (client, buffer, n);
      continue;
    }
    g_string_append_len (client->head, buffer, n);
    if (strstr (client->head->str, "\r\n\r\n") == NULL)
      continue;
    if (client->kind == HANDSHAKE) {
      if (!g_str_has_prefix (client->head->str, "HTTP/1.1 101"))
        fail (client->head->str);
      client->kind = LISTENING;
      n_ready++;
    } else {
      if (!g_str_has_prefix (client->head->str, "HTTP/1.1 202"))
        fail (client->head->str);
      client->busy = FALSE;
    }
    g_string_truncate (client->head, 0);
  }
  if (n == 0)
    fail ("the server closed a connection");
}

static void
poll_clients (int timeout_ms)
{
  struct epoll_event events[512];
  int n = epoll_wait (epoll_fd, events, G_N_ELEMENTS (events), timeout_ms);

  for (int i = 0; i < n; i++)
    read_client (events[i].data.ptr);
}

static void
wait_ready (guint wanted)
{
  gint64 deadline = now_ns () + 60 * G_GINT64_CONSTANT (1000000000);

  while (n_ready < wanted) {
    poll_clients (100);
    if (now_ns () > deadline)
      fail ("not all connected in time");
  }
}

static void
publish (Client *client, int room)
{
  char payload[PAYLOAD + 1];
  g_autofree char *request = NULL;

  memset (payload, 'x', PAYLOAD);
  payload[PAYLOAD] = '\0';
  g_snprintf (payload, sizeof payload, "%0*" G_GINT64_FORMAT, STAMP, now_ns ());
  payload[STAMP] = 'x';
  request = g_strdup_printf (
      "POST /publish/%d HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: %d\r\n\r\n%s", room, PAYLOAD,
      payload);
  client->busy = TRUE;
  send_all (client, request, strlen (request));
}

static double
server_cpu (void)
{
  clockid_t clock;
  struct timespec used;

  if (clock_getcpuclockid (option_pid, &clock) != 0 || clock_gettime (clock, &used) < 0)
    fail ("CPU clock of the server");
  return used.tv_sec + used.tv_nsec / 1e9;
}

static long
server_anon_kib (void)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/status", option_pid);
  g_autofree char *text = NULL;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    fail (path);
  return strtol (strstr (text, "RssAnon:") + strlen ("RssAnon:"), NULL, 10);
}

static int
compare (gconstpointer a, gconstpointer b)
{
  gint64 x = *(const gint64 *) a, y = *(const gint64 *) b;

  return x < y ? -1 : x > y;
}

static double
quantile_ms (double q)
{
  if (latencies->len == 0)
    return 0;
  return g_array_index (latencies, gint64, (guint) (q * (latencies->len - 1))) / 1e6;
}

/* Open loop: an event is late if the server or we are, its stamp is not. Returns the events that
 * went out. */
static guint
run_events (Client **publishers, gint64 length_ns)
{
  gint64 start = now_ns (), step = G_GINT64_CONSTANT (1000000000) * option_burst / option_rate;
  gint64 next = start;
  guint sent = 0, turn = 0;

  while (now_ns () - start < length_ns) {
    gint64 left = next - now_ns ();

    if (left > 0) {
      poll_clients (left / 1000000);
      continue;
    }
    for (int i = 0; i < option_burst; i++) {
      Client *client = publishers[turn++ % option_publishers];

      while (client->busy)
        poll_clients (100);
      publish (client, sent++ / option_burst % option_rooms);
    }
    next += step;
    poll_clients (0);
  }
  return sent;
}

static void
settle (guint64 wanted)
{
  for (gint64 end = now_ns () + G_GINT64_CONSTANT (5000000000);
       n_delivered < wanted && now_ns () < end;)
    poll_clients (10);
}

int
main (int argc, char **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;
  struct rlimit limit;
  Client *publishers[64];
  guint listeners, sent;
  guint64 before, wanted;
  long anon_before, anon_after;
  double cpu;

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error)) {
    fprintf (stderr, "%s\n", error->message);
    return 2;
  }
  getrlimit (RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit (RLIMIT_NOFILE, &limit);
  epoll_fd = epoll_create1 (EPOLL_CLOEXEC);
  latencies = g_array_new (FALSE, FALSE, sizeof (gint64));
  listeners = option_rooms * option_each;
  for (int i = 0; i < option_publishers; i++)
    publishers[i] = open_client (PUBLISHER, 0);

  /* The first connections pay for what is made once. */
  for (int i = 0; i < option_each; i++)
    open_listener (i % option_rooms);
  wait_ready (option_each);
  anon_before = server_anon_kib ();
  for (guint i = option_each; i < listeners; i++) {
    open_listener (i % option_rooms);
    if (i % 200 == 0)
      poll_clients (0);
  }
  for (int i = 0; i < option_idle; i++) {
    open_listener (option_rooms + i / option_each);
    if (i % 200 == 0)
      poll_clients (0);
  }
  wait_ready (listeners + option_idle);
  anon_after = server_anon_kib ();

  settle ((guint64) run_events (publishers, 500 * 1000000) * option_each);
  before = n_delivered;
  measuring = TRUE;
  cpu = server_cpu ();
  sent = run_events (publishers, option_seconds * G_GINT64_CONSTANT (1000000000));
  wanted = (guint64) sent * option_each;
  settle (before + wanted);
  cpu = server_cpu () - cpu;
  g_array_sort (latencies, compare);
  printf ("{\"connected\":%u,\"events\":%u,\"deliveries\":%" G_GUINT64_FORMAT
          ",\"missing\":%" G_GINT64_FORMAT
          ",\"cpu_us_delivery\":%.3f,\"cpu_ms_event\":%.4f,\"p50_ms\":%.3f,\"p99_ms\":%.3f,"
          "\"anon_kib_connection\":%.3f}\n",
          listeners + option_idle, sent, n_delivered - before,
          (gint64) (wanted - (n_delivered - before)), cpu * 1e6 / wanted, cpu * 1e3 / sent,
          quantile_ms (0.5), quantile_ms (0.99),
          (double) (anon_after - anon_before) / (listeners + option_idle - option_each));
  return 0;
}
