/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A small server on the front, the reactor and the peer, for the conformance, abuse and load tests.
 */
#include <glib-unix.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "net/hl-front.h"
#include "net/hl-peer.h"
#include "net/hl-ws-frame.h"

#define PROTOCOL "hostline.v1"
/* What a blast keeps queued at most: the session's rule in small. */
#define BLAST_UNSENT (256 * 1024)

/* GET /echo      every text comes back as it is
 * GET /control   "close CODE [REASON]", "abort", "blast N SIZE" (as the socket takes it), "pause
 * MS", "flood N SIZE" (all at once) GET /room/K    hears what is published: POST /publish/K GET
 * /healthz, /stats, /big (1 MiB), POST /length */

typedef struct {
  HlPeer *peer;
  GPtrArray *room; /* not owned */
  guint at;        /* in the room */
  guint blast_left;
  GBytes *blast;
  gboolean echo;
  HlTimer pause;
  GList link; /* in all */
} Client;

static char **option_listen;
static char **option_origins;
static char *option_certificate;
static char *option_key;
static int option_max_per_address;
static int option_max;
static GOptionEntry entries[] = {
  { "listen", 0, 0, G_OPTION_ARG_STRING_ARRAY, &option_listen, "HOST:PORT, any number", NULL },
  { "listen-tls", 0, 0, G_OPTION_ARG_STRING_ARRAY, NULL, "HOST:PORT, any number", NULL },
  { "origin", 0, 0, G_OPTION_ARG_STRING_ARRAY, &option_origins, "allowed Origin", NULL },
  { "certificate", 0, 0, G_OPTION_ARG_FILENAME, &option_certificate, "PEM", NULL },
  { "key", 0, 0, G_OPTION_ARG_FILENAME, &option_key, "PEM", NULL },
  { "max-per-address", 0, 0, G_OPTION_ARG_INT, &option_max_per_address, "connections", NULL },
  { "max", 0, 0, G_OPTION_ARG_INT, &option_max, "connections", NULL },
  { NULL },
};

/* Read by LeakSanitizer at the end: GCC 12's crashes itself on the threads that GIO keeps after a
 * TLS handshake. */
static gboolean did_tls;
int __lsan_is_turned_off (void);

int
__lsan_is_turned_off (void)
{
  return did_tls;
}

static HlReactor *reactor;
static HlFront *front;
static GHashTable *rooms;
static GQueue all = G_QUEUE_INIT;
static guint64 n_closed, n_clean;
static guint last_code;
static HlTimer drain_timer;
static guint drain_ticks = 150; /* 3 s */

static void
pump_blast (Client *client)
{
  while (client->blast_left > 0 && hl_peer_get_unsent (client->peer) < BLAST_UNSENT) {
    hl_peer_send (client->peer, client->blast);
    client->blast_left--;
  }
}

static GBytes *
make_blast (guint size)
{
  g_autofree char *text = g_malloc (size);

  memset (text, 'x', size);
  return hl_ws_frame_text (text, size);
}

static void
on_pause_over (HlTimer *timer, gpointer data)
{
  hl_peer_set_reading (((Client *) data)->peer, TRUE);
}

static void
run_command (Client *client, const char *text)
{
  g_auto (GStrv) words = g_strsplit (text, " ", 3);
  guint n = g_strv_length (words);
  guint first = n > 1 ? strtoul (words[1], NULL, 10) : 0;

  if (g_str_equal (words[0], "close")) {
    hl_peer_close (client->peer, first, n > 2 ? words[2] : NULL);
  } else if (g_str_equal (words[0], "abort")) {
    hl_peer_abort (client->peer);
  } else if (g_str_equal (words[0], "pause")) {
    hl_peer_set_reading (client->peer, FALSE);
    hl_reactor_arm (reactor, &client->pause, hl_reactor_get_now (reactor) + first * 1000);
  } else if (n > 2) {
    g_clear_pointer (&client->blast, g_bytes_unref);
    client->blast = make_blast (strtoul (words[2], NULL, 10));
    if (g_str_equal (words[0], "blast")) {
      client->blast_left = first;
      pump_blast (client);
    } else {
      for (guint i = 0; i < first; i++)
        hl_peer_send (client->peer, client->blast);
    }
  }
}

static void
on_peer_message (HlPeer *peer, const char *text, gsize len, gpointer data)
{
  Client *client = data;

  if (client->echo) {
    g_autoptr (GBytes) frame = hl_ws_frame_text (text, len);

    hl_peer_send (peer, frame);
  } else if (client->room == NULL) {
    g_autofree char *copy = g_strndup (text, len);

    run_command (client, copy);
  }
}

static void
on_peer_writable (HlPeer *peer, gpointer data)
{
  pump_blast (data);
}

static void
on_peer_closed (HlPeer *peer, guint code, gboolean clean, gpointer data)
{
  Client *client = data;

  n_closed++;
  n_clean += clean;
  last_code = code;
  if (client->room != NULL) {
    Client *last = client->room->pdata[client->room->len - 1];

    client->room->pdata[client->at] = last;
    last->at = client->at;
    g_ptr_array_set_size (client->room, client->room->len - 1);
  }
  g_queue_unlink (&all, &client->link);
  hl_reactor_disarm (reactor, &client->pause);
  g_clear_pointer (&client->blast, g_bytes_unref);
  g_free (client);
}

static const HlPeerFuncs peer_funcs = { on_peer_message, on_peer_writable, on_peer_closed };

static GPtrArray *
get_room (const char *name)
{
  GPtrArray *room = g_hash_table_lookup (rooms, name);

  if (room == NULL) {
    room = g_ptr_array_new ();
    g_hash_table_insert (rooms, g_strdup (name), room);
  }
  return room;
}

static void
on_upgraded (HlStream *stream, gpointer data)
{
  const char *path = data;
  Client *client = g_new0 (Client, 1);

  hl_timer_init (&client->pause, on_pause_over, client);
  client->echo = g_str_equal (path, "/echo");
  client->peer = hl_peer_new (reactor, stream, &peer_funcs, client);
  if (client->peer == NULL) {
    g_free (client);
    return;
  }
  client->link.data = client;
  g_queue_push_tail_link (&all, &client->link);
  if (g_str_has_prefix (path, "/room/")) {
    client->room = get_room (path + strlen ("/room/"));
    client->at = client->room->len;
    g_ptr_array_add (client->room, client);
  }
}

static void
respond (SoupServerMessage *message, guint status, const char *text)
{
  soup_server_message_set_status (message, status, NULL);
  soup_server_message_set_response (message, "text/plain", SOUP_MEMORY_COPY, text, strlen (text));
}

static void
on_socket_request (SoupServer *server, SoupServerMessage *message, const char *path,
                   GHashTable *query, gpointer data)
{
  const char *detail;
  guint status = hl_front_check_upgrade (front, message, PROTOCOL, &detail);

  if (status != 0)
    respond (message, status, detail);
  else if (!hl_front_upgrade (front, message, PROTOCOL, on_upgraded, g_strdup (path), g_free))
    g_debug ("Bad handshake");
}

static void
on_publish (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query,
            gpointer data)
{
  SoupMessageBody *body = soup_server_message_get_request_body (message);
  GPtrArray *room = get_room (path + strlen ("/publish/"));
  g_autoptr (GBytes) frame = hl_ws_frame_text (body->data, body->length);

  for (guint i = 0; i < room->len; i++)
    hl_peer_send (((Client *) room->pdata[i])->peer, frame);
  respond (message, 202, "");
}

static long
read_status (const char *name)
{
  g_autofree char *text = NULL;
  const char *at;

  if (!g_file_get_contents ("/proc/self/status", &text, NULL, NULL))
    return -1;
  at = strstr (text, name);
  return at != NULL ? strtol (at + strlen (name), NULL, 10) : -1;
}

static guint
count_descriptors (void)
{
  g_autoptr (GDir) folder = g_dir_open ("/proc/self/fd", 0, NULL);
  guint n = 0;

  while (folder != NULL && g_dir_read_name (folder) != NULL)
    n++;
  return n - 1; /* the folder's own */
}

static void
on_stats (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query,
          gpointer data)
{
  HlReactorStats *reactor_stats = hl_reactor_get_stats (reactor);
  g_autofree char *text = NULL;
  HlFrontStats stats;

  /* So that what was freed is not counted as used. */
  if (query != NULL && g_hash_table_contains (query, "trim"))
    malloc_trim (0);
  hl_front_get_stats (front, &stats);
  text = g_strdup_printf (
      "{\"rss_kib\":%ld,\"anon_kib\":%ld,\"fds\":%u,\"peers\":%u,\"watches\":%u,\"connections\":%u,"
      "\"pending\":%u,\"closed\":%" G_GUINT64_FORMAT ",\"clean\":%" G_GUINT64_FORMAT
      ",\"last_code\":%u,\"pauses\":%" G_GUINT64_FORMAT ",\"refused\":%" G_GUINT64_FORMAT
      ",\"tls_failed\":%" G_GUINT64_FORMAT ",\"requests\":%" G_GUINT64_FORMAT
      ",\"requests_refused\":%" G_GUINT64_FORMAT ",\"requests_timed_out\":%" G_GUINT64_FORMAT
      ",\"frames\":%" G_GUINT64_FORMAT ",\"writes\":%" G_GUINT64_FORMAT
      ",\"messages\":%" G_GUINT64_FORMAT ",\"iterations\":%" G_GUINT64_FORMAT
      ",\"pongs_dropped\":%" G_GUINT64_FORMAT "}\n",
      read_status ("VmRSS:"), read_status ("RssAnon:"), count_descriptors (), reactor_stats->peers,
      reactor_stats->watches, stats.connections, hl_front_get_pending (front), n_closed, n_clean,
      last_code, stats.accept_pauses, stats.refused_total + stats.refused_address, stats.tls_failed, stats.requests,
      stats.requests_refused, stats.requests_timed_out, reactor_stats->frames,
      reactor_stats->writes, reactor_stats->messages, reactor_stats->iterations,
      reactor_stats->pongs_dropped);
  respond (message, 200, text);
}

static void
on_request (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query,
            gpointer data)
{
  SoupMessageBody *body = soup_server_message_get_request_body (message);
  g_autofree char *text = NULL;

  if (g_str_equal (path, "/healthz")) {
    respond (message, 200, "ok\n");
  } else if (g_str_equal (path, "/length")) {
    text = g_strdup_printf ("%" G_GOFFSET_FORMAT "\n", body->length);
    respond (message, 200, text);
  } else if (g_str_equal (path, "/big")) {
    text = g_strnfill (1024 * 1024, 'b');
    respond (message, 200, text);
  } else {
    respond (message, 404, "no\n");
  }
}

static void
on_drain_tick (HlTimer *timer, gpointer data)
{
  if (hl_front_get_pending (front) == 0 || --drain_ticks == 0)
    g_main_loop_quit (data);
  else
    hl_reactor_arm (reactor, timer, hl_reactor_get_now (reactor) + 20 * 1000);
}

static gboolean
on_terminate (gpointer data)
{
  hl_front_stop (front);
  hl_timer_init (&drain_timer, on_drain_tick, data);
  hl_reactor_arm (reactor, &drain_timer, 0);
  return G_SOURCE_REMOVE;
}

static void
print_ready (void)
{
  g_auto (GStrv) uris = hl_front_get_uris (front);

  for (guint i = 0; uris[i] != NULL; i++)
    printf ("ready %s\n", uris[i]);
  fflush (stdout);
}

int
main (int argc, char **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_auto (GStrv) listen_tls = NULL;
  g_autoptr (HlTls) tls = NULL;
  g_autoptr (GError) error = NULL;
  SoupServer *server;
  HlFrontStats stats;

  entries[1].arg_data = &listen_tls;
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    g_error ("%s", error->message);
  hl_front_raise_descriptors (20000);
  rooms
      = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_ptr_array_unref);
  reactor = hl_reactor_new (NULL, &error);
  if (reactor == NULL)
    g_error ("%s", error->message);
  front = hl_front_new (reactor,
                        &(HlFrontConfig){
                            .max_connections = option_max,
                            .max_per_address = option_max_per_address,
                            .allowed_origins = (const char *const *) option_origins,
                        },
                        &error);
  if (front == NULL)
    g_error ("%s", error->message);
  server = hl_front_get_server (front);
  soup_server_add_handler (server, NULL, on_request, NULL, NULL);
  soup_server_add_handler (server, "/stats", on_stats, NULL, NULL);
  soup_server_add_handler (server, "/publish", on_publish, NULL, NULL);
  soup_server_add_early_handler (server, "/echo", on_socket_request, NULL, NULL);
  soup_server_add_handler (server, "/control", on_socket_request, NULL, NULL);
  soup_server_add_early_handler (server, "/room", on_socket_request, NULL, NULL);

  if (option_certificate != NULL) {
    tls = hl_tls_new (reactor, option_certificate, option_key, &error);
    if (tls == NULL)
      g_error ("%s", error->message);
    printf ("pin %s\n", hl_tls_get_pin (tls));
  }
  for (guint i = 0; option_listen != NULL && option_listen[i] != NULL; i++)
    if (!hl_front_listen (front, option_listen[i], NULL, &error))
      g_error ("%s", error->message);
  for (guint i = 0; listen_tls != NULL && listen_tls[i] != NULL; i++)
    if (!hl_front_listen (front, listen_tls[i], tls, &error))
      g_error ("%s", error->message);
  if (hl_front_listen_inherited (front, NULL, &error) < 0)
    g_error ("%s", error->message);
  g_unix_signal_add (SIGTERM, on_terminate, loop);
  g_unix_signal_add (SIGINT, on_terminate, loop);
  print_ready ();
  g_main_loop_run (loop);

  hl_front_get_stats (front, &stats);
  did_tls = stats.tls_done + stats.tls_failed > 0;
  for (GList *item = all.head; item != NULL; item = item->next)
    hl_peer_abort (((Client *) item->data)->peer);
  while (all.length > 0)
    g_main_context_iteration (NULL, TRUE);
  hl_front_free (front);
  g_hash_table_unref (rooms);
  g_strfreev (option_listen);
  g_strfreev (option_origins);
  g_free (option_certificate);
  g_free (option_key);
  hl_reactor_unref (reactor);
  return 0;
}
