/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HlReplay: posts recorded webhooks of any provider, validly signed, at a chosen speed. */
#include "admin/hl-replay.h"

#include <libsoup/soup.h>
#include <stdio.h>
#include <string.h>

#include "ingest/hl-provider-settings.h"
#include "util/hl-clock.h"
#include "wire/hl-json.h"

#define TIMEOUT_S 30
/* Providers do not wait for one delivery's answer before the next. */
#define MAX_CONNECTIONS 64

typedef struct {
  char *path;
  char *secret; /* (nullable) */
} Hook;

struct _HlReplay {
  char        *url;
  GStrv        public_urls;
  double       speed;
  JsonObject  *settings;
  gboolean     json;
  GHashTable  *hooks;    /* name of a provider -> Hook */
  GPtrArray   *items;    /* of HlReplayItem */
  SoupSession *session;
  GMainLoop   *loop;
  guint        next;     /* of @items */
  gint64       began_us;
  guint        pending;
  guint        source;
  GArray      *times_us; /* of gint64: of what was answered 200 */
  guint        sent, failed;
};

/* One delivery on its way. */
typedef struct {
  HlReplay     *replay;
  HlReplayItem *item;
  SoupMessage  *message;
  gint64        sent_us;
} Sending;

static void proceed (HlReplay *self);

/* ---- making a request ---- */

static void
hook_free (gpointer data)
{
  Hook *hook = data;

  g_free (hook->path);
  g_free (hook->secret);
  g_free (hook);
}

static const char *
get_header (gpointer headers, const char *name, gboolean *twice)
{
  if (twice != NULL)
    *twice = FALSE;
  return NULL;
}

/* What `hook add --set` was given, where this provider has such a setting. Transfer full. */
static JsonObject *
make_settings (HlReplay *self, const HlProvider *provider)
{
  JsonObject *settings = hl_provider_make_settings (provider, NULL);

  for (const HlProviderSetting *each = provider->settings; each != NULL && each->name != NULL; each++) {
    JsonNode *given = self->settings != NULL ? json_object_get_member (self->settings, each->name) : NULL;

    if (given != NULL)
      json_object_set_member (settings, each->name, json_node_copy (given));
  }
  return settings;
}

static gboolean
sign (HlReplay *self, const HlReplayItem *item, const Hook *hook, const char *target, GHashTable *headers)
{
  const HlProvider *provider = item->provider;
  const char *urls[] = { self->url, NULL };
  g_autoptr (JsonObject) settings = make_settings (self, provider);
  gsize length;
  const HlDelivery delivery = {
    .method = "POST",
    .path_query = target,
    .public_urls = self->public_urls[0] != NULL ? (const char *const *) self->public_urls : urls,
    .get_header = get_header,
    .body = g_bytes_get_data (item->body, &length),
    .body_len = g_bytes_get_size (item->body),
    .now_ms = hl_clock_wall_ms (),
    .settings = settings,
  };

  if (hook->secret == NULL)
    return provider->secret_optional;
  return provider->sign != NULL && provider->sign (&delivery, hook->secret, item->id, headers);
}

static void
add_headers (SoupMessage *message, const HlReplayItem *item, GHashTable *signed_with)
{
  SoupMessageHeaders *headers = soup_message_get_request_headers (message);
  GHashTableIter iter;
  JsonObjectIter given;
  const char *key;
  JsonNode *node;
  gpointer name, value;

  if (item->headers != NULL) {
    json_object_iter_init (&given, item->headers);
    while (json_object_iter_next (&given, &key, &node))
      soup_message_headers_replace (headers, key, json_node_get_string (node));
  }
  g_hash_table_iter_init (&iter, signed_with);
  while (g_hash_table_iter_next (&iter, &name, &value))
    soup_message_headers_replace (headers, name, value);
}

/* A server on this machine may have a certificate of its own making. */
static gboolean
on_certificate (SoupMessage *message, GTlsCertificate *certificate, GTlsCertificateFlags errors, gpointer data)
{
  const char *host = g_uri_get_host (soup_message_get_uri (message));
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (host);

  return g_strcmp0 (host, "localhost") == 0 || (address != NULL && g_inet_address_get_is_loopback (address));
}

/* NULL with a sentence. Transfer full. */
static SoupMessage *
make_message (HlReplay *self, HlReplayItem *item, const char **why)
{
  const Hook *hook = g_hash_table_lookup (self->hooks, item->provider->name);
  g_autoptr (GHashTable) headers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autofree char *target = NULL;
  g_autofree char *url = NULL;
  SoupMessage *message;

  if (hook == NULL) {
    *why = "no --hook is of this provider";
    return NULL;
  }
  target = item->query != NULL ? g_strconcat (hook->path, "?", item->query, NULL) : g_strdup (hook->path);
  if (!sign (self, item, hook, target, headers)) {
    *why = "it cannot be signed: give its secret, or another one";
    return NULL;
  }
  url = g_strconcat (self->url, target, NULL);
  message = soup_message_new ("POST", url);
  if (message == NULL) {
    *why = "its URL is none";
    return NULL;
  }
  g_signal_connect (message, "accept-certificate", G_CALLBACK (on_certificate), NULL);
  soup_message_set_request_body_from_bytes (message, item->content_type, item->body);
  add_headers (message, item, headers);
  return message;
}

/* ---- answers ---- */

static void
print_answer (HlReplay *self, const HlReplayItem *item, guint status, gint64 took_us, const char *why, GBytes *answer)
{
  g_autoptr (JsonObject) line = NULL;

  if (!self->json) {
    if (status != 200)
      g_printerr ("%s: %s: %s\n", item->place, item->provider->name, why);
    return;
  }
  line = json_object_new ();
  json_object_set_string_member (line, "place", item->place);
  json_object_set_string_member (line, "provider", item->provider->name);
  json_object_set_int_member (line, "status", status);
  json_object_set_double_member (line, "ms", took_us / 1000.0);
  if (why != NULL)
    json_object_set_string_member (line, "error", why);
  if (answer != NULL) {
    gsize length;
    const char *data = g_bytes_get_data (answer, &length);
    g_autofree char *text = g_utf8_make_valid (data != NULL ? data : "", (gssize) length);

    json_object_set_string_member (line, "answer", text);
  }
  g_autofree char *text = hl_json_print_object (line);
  g_print ("%s\n", text);
  fflush (stdout);
}

static void
take_answer (HlReplay *self, const HlReplayItem *item, guint status, gint64 took_us, const char *why, GBytes *answer)
{
  self->sent++;
  if (status == 200)
    g_array_append_val (self->times_us, took_us);
  else
    self->failed++;
  print_answer (self, item, status, took_us, why, answer);
}

static void
on_answered (GObject *source, GAsyncResult *result, gpointer data)
{
  Sending *sending = data;
  HlReplay *self = sending->replay;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) answer = soup_session_send_and_read_finish (SOUP_SESSION (source), result, &error);
  guint status = answer != NULL ? soup_message_get_status (sending->message) : 0;
  g_autofree char *why = status == 0      ? g_strdup (error->message)
                         : status != 200 ? g_strdup_printf ("answered %u %s", status,
                                                            soup_message_get_reason_phrase (sending->message))
                                         : NULL;

  self->pending--;
  take_answer (self, sending->item, status, hl_clock_boot_us () - sending->sent_us, why, answer);
  g_object_unref (sending->message);
  g_free (sending);
  proceed (self);
}

static void
send_item (HlReplay *self, HlReplayItem *item)
{
  const char *why = NULL;
  SoupMessage *message = make_message (self, item, &why);
  Sending *sending;

  if (message == NULL) {
    take_answer (self, item, 0, 0, why, NULL);
    return;
  }
  sending = g_new (Sending, 1);
  *sending = (Sending){ self, item, message, hl_clock_boot_us () };
  self->pending++;
  soup_session_send_and_read_async (self->session, message, G_PRIORITY_DEFAULT, NULL, on_answered, sending);
}

/* ---- the pace ---- */

static gboolean
on_due (gpointer data)
{
  HlReplay *self = data;

  self->source = 0;
  proceed (self);
  return G_SOURCE_REMOVE;
}

/* When an item may go, on the boot-time clock; 0: as soon as nothing is on its way. */
static gint64
get_due (HlReplay *self, const HlReplayItem *item)
{
  const HlReplayItem *first = g_ptr_array_index (self->items, 0);

  if (self->speed <= 0)
    return 0;
  return self->began_us + (gint64) ((item->at_ms - first->at_ms) * 1000.0 / self->speed);
}

static void
proceed (HlReplay *self)
{
  while (self->next < self->items->len) {
    HlReplayItem *item = g_ptr_array_index (self->items, self->next);
    gint64 due = get_due (self, item);

    if (due == 0 && self->pending > 0)
      return;
    if (due > hl_clock_boot_us ()) {
      if (self->source == 0)
        self->source = hl_clock_add (due, on_due, self);
      return;
    }
    self->next++;
    send_item (self, item);
  }
  if (self->pending == 0 && self->loop != NULL)
    g_main_loop_quit (self->loop);
}

static int
compare_times (gconstpointer a, gconstpointer b)
{
  const HlReplayItem *one = *(HlReplayItem *const *) a;
  const HlReplayItem *other = *(HlReplayItem *const *) b;

  return one->at_ms < other->at_ms ? -1 : one->at_ms > other->at_ms;
}

static void
wait_for_all (HlReplay *self)
{
  self->loop = g_main_loop_new (NULL, FALSE);
  self->began_us = hl_clock_boot_us ();
  proceed (self);
  if (self->next < self->items->len || self->pending > 0)
    g_main_loop_run (self->loop);
  g_clear_pointer (&self->loop, g_main_loop_unref);
}

/* ---- input ---- */

static gboolean
is_blank (const char *line)
{
  line += strspn (line, " \t\r");
  return *line == '\0' || *line == '#';
}

gboolean
hl_replay_load (HlReplay *self, const char *file, GError **error)
{
  g_autofree char *text = NULL;
  g_autofree char *folder = g_path_get_dirname (file);
  g_auto (GStrv) lines = NULL;
  gint64 at_ms = 0;

  if (!g_file_get_contents (file, &text, NULL, error))
    return FALSE;
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++) {
    g_autofree char *place = g_strdup_printf ("%s:%u", file, i + 1);
    HlReplayItem *item;

    if (is_blank (lines[i]))
      continue;
    item = hl_replay_item_new (lines[i], folder, place, error);
    if (item == NULL)
      return FALSE;
    if (item->at_ms < 0)
      item->at_ms = at_ms;
    at_ms = item->at_ms;
    g_ptr_array_add (self->items, item);
  }
  return TRUE;
}

/* Somebody else sets the pace, and waits for each answer. */
static void
run_lines (HlReplay *self)
{
  char *line = NULL;
  size_t size = 0;
  guint number = 0;

  while (getline (&line, &size, stdin) > 0) {
    g_autofree char *place = g_strdup_printf ("-:%u", ++number);
    g_autoptr (GError) error = NULL;
    HlReplayItem *item;

    line[strcspn (line, "\n")] = '\0';
    if (is_blank (line))
      continue;
    item = hl_replay_item_new (line, ".", place, &error);
    if (item == NULL) {
      g_printerr ("%s\n", error->message);
      self->failed++;
      self->sent++;
      if (self->json) {
        g_print ("{\"status\":0}\n");
        fflush (stdout);
      }
      continue;
    }
    item->at_ms = 0;
    g_ptr_array_set_size (self->items, 0);
    self->next = 0;
    g_ptr_array_add (self->items, item);
    wait_for_all (self);
  }
  free (line);
}

static int
compare_us (gconstpointer a, gconstpointer b)
{
  gint64 one = *(const gint64 *) a, other = *(const gint64 *) b;

  return one < other ? -1 : one > other;
}

static double
get_ms (HlReplay *self, guint share)
{
  guint n = self->times_us->len;

  return n > 0 ? g_array_index (self->times_us, gint64, (n - 1) * share / 100) / 1000.0 : 0;
}

static void
print_summary (HlReplay *self, gint64 took_us)
{
  g_array_sort (self->times_us, compare_us);
  if (self->json) {
    g_autoptr (JsonObject) line = json_object_new ();
    g_autofree char *text = NULL;

    json_object_set_int_member (line, "sent", self->sent);
    json_object_set_int_member (line, "answered", self->sent - self->failed);
    json_object_set_double_member (line, "seconds", took_us / 1e6);
    json_object_set_double_member (line, "median_ms", get_ms (self, 50));
    json_object_set_double_member (line, "p99_ms", get_ms (self, 99));
    json_object_set_double_member (line, "slowest_ms", get_ms (self, 100));
    text = hl_json_print_object (line);
    g_print ("%s\n", text);
    return;
  }
  g_print ("sent %u, answered 200 %u in %.1f s: median %.1f ms, 99 %% %.1f ms, slowest %.1f ms\n", self->sent,
           self->sent - self->failed, took_us / 1e6, get_ms (self, 50), get_ms (self, 99), get_ms (self, 100));
}

gboolean
hl_replay_run (HlReplay *self, gboolean from_stdin)
{
  gint64 began = hl_clock_boot_us ();

  if (from_stdin) {
    run_lines (self);
  } else {
    g_ptr_array_sort (self->items, compare_times);
    wait_for_all (self);
  }
  print_summary (self, hl_clock_boot_us () - began);
  return self->failed == 0;
}

/* ---- life ---- */

gboolean
hl_replay_add_hook (HlReplay *self, const char *path, const char *secret, GError **error)
{
  const char *target = strstr (path, "/v1/hooks/");
  g_auto (GStrv) parts = target != NULL ? g_strsplit (target + strlen ("/v1/hooks/"), "/", -1) : NULL;
  Hook *hook;

  if (parts == NULL || g_strv_length (parts) != 3 || hl_provider_find (parts[0]) == NULL || *parts[2] == '\0') {
    g_set_error (error, HL_REPLAY_ERROR, HL_REPLAY_ERROR_HOOK,
                 "“%s” is no path of a hook: it is what “hook add” printed, /v1/hooks/PROVIDER/LOCATION/SECRET.", path);
    return FALSE;
  }
  hook = g_new (Hook, 1);
  hook->path = g_strdup (target);
  hook->secret = g_strdup (secret);
  g_hash_table_insert (self->hooks, g_strdup (parts[0]), hook);
  return TRUE;
}

HlReplay *
hl_replay_new (const HlReplayConfig *config)
{
  HlReplay *self = g_new0 (HlReplay, 1);
  g_autoptr (GStrvBuilder) urls = g_strv_builder_new ();

  self->url = g_strdup (config->url);
  while (g_str_has_suffix (self->url, "/"))
    self->url[strlen (self->url) - 1] = '\0';
  for (guint i = 0; config->public_urls != NULL && config->public_urls[i] != NULL; i++) {
    gsize length = strcspn (config->public_urls[i], "#");
    g_autofree char *url = NULL;

    while (length > 0 && config->public_urls[i][length - 1] == '/')
      length--;
    url = g_strndup (config->public_urls[i], length);
    g_strv_builder_add (urls, url);
  }
  self->public_urls = g_strv_builder_end (urls);
  self->speed = config->speed;
  self->settings = config->settings != NULL ? json_object_ref (config->settings) : NULL;
  self->json = config->json;
  self->hooks = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, hook_free);
  self->items = g_ptr_array_new_with_free_func ((GDestroyNotify) hl_replay_item_free);
  self->times_us = g_array_new (FALSE, FALSE, sizeof (gint64));
  self->session = soup_session_new_with_options ("timeout", TIMEOUT_S, "max-conns", MAX_CONNECTIONS,
                                                 "max-conns-per-host", MAX_CONNECTIONS, "user-agent",
                                                 "hostlinectl-replay", NULL);
  return self;
}

void
hl_replay_free (HlReplay *self)
{
  if (self == NULL)
    return;
  g_clear_handle_id (&self->source, g_source_remove);
  g_object_unref (self->session);
  g_hash_table_unref (self->hooks);
  g_ptr_array_unref (self->items);
  g_array_unref (self->times_us);
  g_clear_pointer (&self->settings, json_object_unref);
  g_strfreev (self->public_urls);
  g_free (self->url);
  g_free (self);
}
