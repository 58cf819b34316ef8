/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Posts so many different webhooks of one provider, signed beforehand, over so many connections that are kept open, each
 * with one request on its way. Prints one JSON object. tests/bench/hooks.py starts it. */
#include <arpa/inet.h>
#include <errno.h>
#include <gio/gio.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ingest/hl-provider-settings.h"
#include "util/hl-clock.h"
#include "wire/hl-json.h"

#define BUFFER 4096

static int port, n_requests = 2000, n_connections = 16, first_number;
static char *provider_name, *secret, *path, *file, *mark, *base_url, *stamp, *spread;
static gboolean one_each;

static const GOptionEntry entries[] = {
  { "port", 0, 0, G_OPTION_ARG_INT, &port, "Port of the server on loopback", "N" },
  { "provider", 0, 0, G_OPTION_ARG_STRING, &provider_name, "Whose signature", "NAME" },
  { "secret", 0, 0, G_OPTION_ARG_STRING, &secret, "The hook's secret", "TEXT" },
  { "path", 0, 0, G_OPTION_ARG_STRING, &path, "The hook's path", "PATH" },
  { "file", 0, 0, G_OPTION_ARG_FILENAME, &file, "A body", "FILE" },
  { "mark", 0, 0, G_OPTION_ARG_STRING, &mark, "What in it is another in each request, with commas between", "TEXT" },
  { "stamp", 0, 0, G_OPTION_ARG_STRING, &stamp, "What the others begin with, so that two runs differ", "TEXT" },
  { "spread", 0, 0, G_OPTION_ARG_STRING, &spread, "A time in the body (YYYY-MM-DDTHH:MM): a quarter of an hour later in each", "TIME" },
  { "first", 0, 0, G_OPTION_ARG_INT, &first_number, "So many quarters later than that is the first", "N" },
  { "url", 0, 0, G_OPTION_ARG_STRING, &base_url, "Where the provider was told that the server is", "URL" },
  { "requests", 0, 0, G_OPTION_ARG_INT, &n_requests, "How many", "N" },
  { "connections", 0, 0, G_OPTION_ARG_INT, &n_connections, "At the same time", "N" },
  { "one-each", 0, 0, G_OPTION_ARG_NONE, &one_each, "A connection for each request, as providers do", NULL },
  { NULL },
};

typedef struct {
  int    fd;
  GBytes *request; /* (nullable): on its way */
  gsize  sent;
  gint64 since_us;
  char   answer[BUFFER];
  gsize  read;
} Connection;

static GPtrArray *requests; /* of GBytes */
static guint next_request, answered, refused;
static GArray *times_us;
static int epoll_fd;

/* ---- requests ---- */

static const char *
get_header (gpointer headers, const char *name, gboolean *twice)
{
  if (twice != NULL)
    *twice = FALSE;
  return NULL;
}

static char *
replace_all (const char *text, const char *from, const char *to)
{
  g_auto (GStrv) parts = g_strsplit (text, from, -1);

  return g_strjoinv (to, parts);
}

static char *
replace_marks (const char *text, const char *id)
{
  g_auto (GStrv) marks = g_strsplit (mark, ",", -1);
  char *body = g_strdup (text);

  for (char **each = marks; *each != NULL; each++) {
    char *old = body;

    if (strstr (old, *each) == NULL)
      g_error ("“%s” is not in the body.", *each);
    body = replace_all (old, *each, id);
    g_free (old);
  }
  return body;
}

/* A book of reservations is one over many evenings. Transfer full. */
static char *
spread_out (const char *text, int number)
{
  g_autofree char *zoned = g_strconcat (spread, ":00Z", NULL);
  g_autoptr (GDateTime) first = g_date_time_new_from_iso8601 (zoned, NULL);
  g_autoptr (GDateTime) time = first != NULL ? g_date_time_add_minutes (first, number * 15) : NULL;
  g_autofree char *other = time != NULL ? g_date_time_format (time, "%Y-%m-%dT%H:%M") : NULL;

  if (other == NULL)
    g_error ("--spread takes a time.");
  return replace_all (text, spread, other);
}

static GBytes *
make_request (const HlProvider *provider, JsonObject *settings, const char *body)
{
  const char *urls[] = { base_url, NULL };
  const HlDelivery delivery = {
    .method = "POST",
    .path_query = path,
    .public_urls = urls,
    .get_header = get_header,
    .body = (const guint8 *) body,
    .body_len = strlen (body),
    .now_ms = hl_clock_wall_ms (),
    .settings = settings,
  };
  g_autoptr (GHashTable) headers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr (GString) text = g_string_new (NULL);
  GHashTableIter iter;
  gpointer name, value;

  if (provider->sign != NULL && !provider->sign (&delivery, secret, NULL, headers))
    g_error ("The request cannot be signed.");
  g_string_append_printf (text, "POST %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nContent-Type: %s\r\nContent-Length: %zu\r\n", path,
                          port, provider->content_types != NULL ? provider->content_types[0] : "application/json",
                          strlen (body));
  if (one_each)
    g_string_append (text, "Connection: close\r\n");
  g_hash_table_iter_init (&iter, headers);
  while (g_hash_table_iter_next (&iter, &name, &value))
    g_string_append_printf (text, "%s: %s\r\n", (char *) name, (char *) value);
  g_string_append_printf (text, "\r\n%s", body);
  return g_bytes_new (text->str, text->len);
}

static void
make_requests (void)
{
  const HlProvider *provider = hl_provider_find (provider_name);
  g_autoptr (JsonObject) settings = NULL;
  g_autofree char *text = NULL;
  g_autofree char *small = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = NULL;

  if (provider == NULL || !g_file_get_contents (file, &text, NULL, &error))
    g_error ("%s", error != NULL ? error->message : "There is no such provider.");
  settings = hl_provider_make_settings (provider, NULL);
  /* on the wire it is not indented */
  node = json_from_string (text, &error);
  small = node != NULL ? hl_json_print (node) : g_strdup (text);
  requests = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  for (int i = 0; i < n_requests; i++) {
    g_autofree char *id = g_strdup_printf ("%s%06d", stamp != NULL ? stamp : "b", i);
    g_autofree char *marked = replace_marks (small, id);
    g_autofree char *body = spread != NULL ? spread_out (marked, first_number + i) : g_strdup (marked);

    g_ptr_array_add (requests, make_request (provider, settings, body));
  }
}

/* ---- connections ---- */

static void
open_connection (Connection *self)
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons (port) };
  struct epoll_event event = { .events = EPOLLIN | EPOLLOUT | EPOLLET, .data.ptr = self };
  int on = 1;

  address.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  self->fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  setsockopt (self->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (connect (self->fd, (struct sockaddr *) &address, sizeof address) != 0 && errno != EINPROGRESS)
    g_error ("connect: %s", g_strerror (errno));
  epoll_ctl (epoll_fd, EPOLL_CTL_ADD, self->fd, &event);
}

static void
write_more (Connection *self)
{
  gsize length;
  const char *data;

  if (self->request == NULL)
    return;
  data = g_bytes_get_data (self->request, &length);
  while (self->sent < length) {
    gssize n = write (self->fd, data + self->sent, length - self->sent);

    if (n < 0 && (errno == EAGAIN || errno == ENOTCONN))
      return;
    if (n < 0)
      g_error ("write: %s", g_strerror (errno));
    self->sent += (gsize) n;
  }
}

static void
take_next (Connection *self)
{
  self->request = next_request < requests->len ? g_ptr_array_index (requests, next_request++) : NULL;
  self->sent = 0;
  self->read = 0;
  self->since_us = hl_clock_boot_us ();
}

/* TRUE: the answer is whole. Ours have a Content-Length. */
static gboolean
is_whole (Connection *self)
{
  const char *end, *length;

  self->answer[self->read] = '\0';
  end = strstr (self->answer, "\r\n\r\n");
  length = end != NULL ? strcasestr (self->answer, "content-length:") : NULL;
  return length != NULL && self->read >= (gsize) (end + 4 - self->answer) + (gsize) atoi (length + 15);
}

static void
finish (Connection *self)
{
  gint64 took = hl_clock_boot_us () - self->since_us;

  answered++;
  if (!g_str_has_prefix (self->answer, "HTTP/1.1 200 ")) {
    if (refused++ == 0)
      g_printerr ("%s\n", self->answer);
  }
  g_array_append_val (times_us, took);
  take_next (self);
  if (one_each) {
    close (self->fd);
    if (self->request != NULL)
      open_connection (self);
    return;
  }
  write_more (self);
}

static void
read_more (Connection *self)
{
  while (self->request != NULL) {
    gssize n = read (self->fd, self->answer + self->read, BUFFER - 1 - self->read);

    if (n < 0 && errno == EAGAIN)
      return;
    if (n <= 0)
      g_error ("The server ended a connection: %s", n < 0 ? g_strerror (errno) : "no answer");
    self->read += (gsize) n;
    if (is_whole (self)) {
      finish (self);
      if (one_each)
        return;
    }
  }
}

static int
compare (gconstpointer a, gconstpointer b)
{
  gint64 one = *(const gint64 *) a, other = *(const gint64 *) b;

  return one < other ? -1 : one > other;
}

int
main (int argc, char **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;
  Connection *connections;
  gint64 began, took;

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    g_error ("%s", error->message);
  make_requests ();
  times_us = g_array_new (FALSE, FALSE, sizeof (gint64));
  epoll_fd = epoll_create1 (EPOLL_CLOEXEC);
  connections = g_new0 (Connection, n_connections);
  began = hl_clock_boot_us ();
  for (int i = 0; i < n_connections; i++) {
    take_next (&connections[i]);
    if (connections[i].request != NULL)
      open_connection (&connections[i]);
  }
  while (answered < requests->len) {
    struct epoll_event events[64];
    int n = epoll_wait (epoll_fd, events, 64, 30000);

    if (n == 0)
      g_error ("No answer in 30 s.");
    for (int i = 0; i < n; i++) {
      if ((events[i].events & EPOLLOUT) != 0)
        write_more (events[i].data.ptr);
      if ((events[i].events & (EPOLLIN | EPOLLHUP)) != 0)
        read_more (events[i].data.ptr);
    }
  }
  took = hl_clock_boot_us () - began;
  g_array_sort (times_us, compare);
  printf ("{\"answered\":%u,\"refused\":%u,\"seconds\":%.4f,\"p50_ms\":%.3f,\"p99_ms\":%.3f}\n", answered, refused, took / 1e6,
          g_array_index (times_us, gint64, times_us->len / 2) / 1000.0,
          g_array_index (times_us, gint64, times_us->len * 99 / 100) / 1000.0);
  return 0;
}
