/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HlDaemon: the parts of hostlined tied together, from opening the store to going down. */
#include "hl-daemon-private.h"

#include <glib-unix.h>
#include <malloc.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "admin/hl-offline.h"
#include "hl-notify.h"
#include "store/hl-repair.h"
#include "util/hl-clock.h"
#include "util/hl-log.h"

#define DESCRIPTORS 65536
/* From SIGTERM to the exit at the latest; and how long after their `bye` clients may take to close. */
#define STOP_US (8 * G_USEC_PER_SEC)
#define BYE_US (2 * G_USEC_PER_SEC)

static int fail (int code, const char *format, ...) G_GNUC_PRINTF (2, 3);

static int
fail (int code, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  g_printerr ("hostlined: %s\n", text);
  return code;
}

/* ---- the registry on the main thread ---- */

void
hl_daemon_take_registry (HlDaemon *self, HlRegistryCache *cache)
{
  hl_http_set_registry (self->http, cache);
  hl_hub_revalidate (self->hub, cache);
  hl_push_reload (self->push);
}

typedef struct {
  HlRegistry      *registry;
  HlRegistryCache *cache;
} Reload;

static void
reload_free (gpointer data)
{
  Reload *reload = data;

  g_clear_pointer (&reload->cache, hl_registry_cache_unref);
  g_free (reload);
}

static gboolean
load_registry (HlWriter *writer, HlStore *store, gpointer data)
{
  Reload *reload = data;

  reload->cache = hl_registry_load_cache (reload->registry, hl_clock_wall_ms (), NULL);
  return reload->cache != NULL;
}

static void
on_registry_loaded (gboolean committed, gpointer data, gpointer user_data)
{
  Reload *reload = data;

  if (committed && reload->cache != NULL) {
    hl_daemon_take_registry (user_data, reload->cache);
  }
}

void
hl_daemon_reload_registry (HlDaemon *self)
{
  Reload *reload = g_new0 (Reload, 1);

  reload->registry = self->registry;
  hl_writer_call (self->writer, load_registry, reload, reload_free, on_registry_loaded, self);
}

static void
on_registry_changed (HlRegistryCache *cache, gpointer user_data)
{
  hl_daemon_take_registry (user_data, cache);
}

/* ---- the writer's news ---- */

static void
on_writer_appended (const char *location, GPtrArray *units, const HlPosition *head, gpointer user_data)
{
  HlDaemon *self = user_data;

  hl_hub_appended (self->hub, location, units, head);
  hl_push_appended (self->push, location, head->seq);
}

static void
on_writer_reset (const char *location, gpointer user_data)
{
  HlDaemon *self = user_data;

  hl_reader_reopen (self->reader);
  hl_reader_reopen (self->queries);
  hl_hub_reset (self->hub, location);
}

static void
on_writer_available (gboolean available, gpointer user_data)
{
  HlDaemon *self = user_data;

  hl_log (available ? HL_LOG_NOTICE : HL_LOG_ERROR, "live", available ? "ready again" : "not ready: store", NULL);
  if (available) {
    hl_reader_reopen (self->reader);
    hl_reader_reopen (self->queries);
    /* a change of tokens may have reached the disk although its COMMIT failed */
    hl_daemon_reload_registry (self);
  }
}

/* ---- damage ---- */

static gboolean on_terminate (gpointer user_data);

static gboolean
dispatch_damage (GSource *source, GSourceFunc callback, gpointer user_data)
{
  g_source_set_ready_time (source, -1);
  return callback (user_data);
}

static GSourceFuncs damage_funcs = { NULL, NULL, dispatch_damage, NULL };

/* What is known of the log is in order up to here; nobody can say that of what comes next. The start has the time to look
 * at all of it, and it keeps the file aside. */
static gboolean
on_damaged (gpointer user_data)
{
  HlDaemon *self = user_data;

  if (!self->stopping) {
    on_terminate (self);
  }
  return G_SOURCE_CONTINUE;
}

/* Any thread. */
static void
on_store_damaged (const char *message, gpointer user_data)
{
  HlDaemon *self = user_data;
  gboolean noted = hl_repair_suspect (self->data_dir, message);

  hl_log (HL_LOG_ERROR, "store",
          "the database is damaged: nothing more is read from it or written to it, the server starts again and repairs it",
          "damage", message, "noted", noted ? "yes" : "no", NULL);
  g_atomic_int_set (&self->damaged, TRUE);
  g_source_set_ready_time (self->damage_source, 0);
}

static void
watch_damage (HlDaemon *self)
{
  self->damage_source = g_source_new (&damage_funcs, sizeof (GSource));
  g_source_set_callback (self->damage_source, on_damaged, self, NULL);
  g_source_set_priority (self->damage_source, G_PRIORITY_HIGH);
  g_source_set_static_name (self->damage_source, "hl-damage");
  g_source_attach (self->damage_source, NULL);
  hl_sqlite_store_set_damage_func (self->store, on_store_damaged, self);
}

/* ---- configuration ---- */

static void
apply_log_level (HlConfig *config)
{
  HlLogLevel level;

  if (hl_log_parse_level (hl_config_get_log_level (config), &level)) {
    hl_log_set_level (level);
  }
}

static GStrv
make_pins (HlDaemon *self)
{
  GStrvBuilder *builder = g_strv_builder_new ();
  GStrv pins;

  if (self->tls != NULL) {
    g_strv_builder_add (builder, hl_tls_get_pin (self->tls));
  }
  pins = g_strv_builder_end (builder);
  g_strv_builder_unref (builder);
  return pins;
}

static HlHttpConfig
make_http_config (HlDaemon *self, GStrv pins)
{
  const HlConfigLimits *limits = hl_config_get_limits (self->config);

  return (HlHttpConfig) {
    .front = self->front,
    .hub = self->hub,
    .writer = self->writer,
    .queries = self->queries,
    .registry = self->registry,
    .metrics = self->metrics,
    .failures_per_minute = limits->failed_auth_per_minute,
    .publish_per_second = limits->publish_per_second,
    .publish_per_second_per_location = limits->publish_per_second_per_location,
    .json_depth = limits->json_depth,
    .public_urls = (GStrv) hl_daemon_get_public_urls (self),
    .trusted_proxies = (GStrv) hl_config_get_trusted_proxies (self->config),
    .pins = pins,
  };
}

static HlHubConfig
make_hub_config (HlDaemon *self, GStrv pins)
{
  const HlConfigTimers *timers = hl_config_get_timers (self->config);
  const HlConfigLimits *limits = hl_config_get_limits (self->config);

  return (HlHubConfig) { .heartbeat_ms = timers->heartbeat_ms,
                         .spread_ms = timers->spread_ms,
                         .digest_s = timers->digest_s,
                         .max_session_s = timers->max_session_s,
                         .sessions_per_token = limits->connections_per_token,
                         .sessions_per_location = limits->connections_per_location,
                         .sessions_per_address = limits->connections_per_ip,
                         .pins = pins };
}

static void
set_upkeep (HlDaemon *self)
{
  hl_writer_set_upkeep (self->writer, hl_config_get_timers (self->config)->checkpoint_s,
                        hl_config_get_limits (self->config)->wal_alarm_mib);
}

gboolean
hl_daemon_reload (HlDaemon *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HlConfig) config = self->options.config_file != NULL
                                    ? hl_config_load (self->options.config_file, &error)
                                    : hl_config_load_default (&error);
  const HlConfigLimits *limits;
  g_auto (GStrv) pins = NULL;
  HlHttpConfig http;
  HlHubConfig hub;

  if (config == NULL) {
    hl_log (HL_LOG_ERROR, "config", "the former configuration stays", "error", error->message, NULL);
    return FALSE;
  }
  g_set_object (&self->config, config);
  if (self->tls != NULL && !hl_tls_reload (self->tls, &error)) {
    hl_log (HL_LOG_ERROR, "config", "the former certificate stays", "error", error->message, NULL);
  }
  apply_log_level (self->config);
  limits = hl_config_get_limits (self->config);
  pins = make_pins (self);
  http = make_http_config (self, pins);
  hub = make_hub_config (self, pins);
  hl_admission_set_limits (hl_front_get_admission (self->front), limits->connections, limits->connections_per_ip);
  hl_front_set_max_body (self->front, limits->body_bytes);
  hl_http_configure (self->http, &http);
  hl_hub_configure (self->hub, &hub);
  hl_push_set_allow_http (self->push, hl_config_get_allow_http (self->config));
  hl_retention_set_interval (self->retention, hl_config_get_timers (self->config)->retention_s);
  set_upkeep (self);
  hl_daemon_reload_registry (self);
  hl_log (HL_LOG_NOTICE, "config", "configuration was read again", NULL);
  return TRUE;
}

static gboolean
on_hangup (gpointer user_data)
{
  hl_notify ("RELOADING=1");
  hl_daemon_reload (user_data);
  hl_notify ("READY=1");
  return G_SOURCE_CONTINUE;
}

/* ---- going down ---- */

static gboolean
on_stop_poll (gpointer user_data)
{
  HlDaemon *self = user_data;

  if ((self->answered && !hl_push_is_busy (self->push) && hl_front_get_pending (self->front) == 0
       && hl_reactor_get_stats (self->reactor)->peers == 0) ||
      hl_clock_boot_us () >= self->stop_deadline) {
    self->stop_poll = 0;
    g_main_loop_quit (self->loop);
    return G_SOURCE_REMOVE;
  }
  return G_SOURCE_CONTINUE;
}

static gboolean
do_nothing (HlWriter *writer, HlStore *store, gpointer data)
{
  return TRUE;
}

static void
on_queue_answered (gboolean committed, gpointer data, gpointer user_data)
{
  HlDaemon *self = user_data;

  self->answered = TRUE;
  self->stop_deadline = MIN (self->stop_deadline, hl_clock_boot_us () + BYE_US);
  hl_hub_stop (self->hub);
}

static gboolean
on_terminate (gpointer user_data)
{
  HlDaemon *self = user_data;

  if (self->stopping) {
    hl_log (HL_LOG_WARNING, "main", "asked twice: going down at once", NULL);
    g_main_loop_quit (self->loop);
    return G_SOURCE_CONTINUE;
  }
  hl_log (HL_LOG_NOTICE, "main", "going down", "sessions", HL_LOG_UINT (hl_hub_get_sessions (self->hub)), NULL);
  self->stopping = TRUE;
  self->stop_deadline = hl_clock_boot_us () + STOP_US;
  hl_notify ("STOPPING=1");
  hl_http_set_ready (self->http, FALSE);
  hl_front_stop (self->front);
  hl_push_stop (self->push);
  g_clear_pointer (&self->retention, hl_retention_free);
  hl_writer_call (self->writer, do_nothing, NULL, NULL, on_queue_answered, self);
  self->stop_poll = g_timeout_add (20, on_stop_poll, self);
  return G_SOURCE_CONTINUE;
}

/* From when the loop has ended to the exit. The sources stay to the end: without them, the next signal would be the system's
 * to act on, and end the process before the writer has finished and the log says that it ended in order. */
static gboolean
on_late_signal (gpointer user_data)
{
  return G_SOURCE_CONTINUE;
}

/* ---- start ---- */

static gboolean
is_loopback (const char *where)
{
  g_autofree char *host = NULL;

  return hl_config_check_listen (where, &host, NULL, NULL) && hl_config_is_loopback (host);
}

static int
open_store (HlDaemon *self)
{
  g_autoptr (HlRepairReport) report = NULL;
  g_autoptr (GError) error = NULL;
  const char *store = self->options.store != NULL ? self->options.store : hl_config_get_store (self->config);

  if (!g_str_equal (store, "sqlite")) {
    return fail (HL_EXIT_CONFIG, "the store \"%s\" is not known to this build (sqlite is)", store);
  }
  if (!hl_offline_finish_erasures (self->data_dir, self->config, &error)) {
    /* a damaged store is repaired first, and it is done at the start after that */
    hl_log (HL_LOG_ERROR, "store", "an erasure that was cut short could not be finished: run erase again", "error", error->message, NULL);
    g_clear_error (&error);
  }
  self->lock = hl_lock_take (self->data_dir, &error);
  if (self->lock == NULL) {
    return fail (HL_EXIT_STORE, "%s", error->message);
  }
  self->store = hl_repair_open (self->data_dir, hl_config_get_auto_repair (self->config), hl_clock_wall_ms (), &report,
                                &error);
  if (self->store == NULL) {
    return fail (HL_EXIT_STORE, "%s", error->message);
  }
  if (report != NULL) {
    hl_repair_tell_log (report);
  }
  watch_damage (self);
  hl_sqlite_store_set_space_guard (
      self->store, (guint64) hl_config_get_limits (self->config)->min_free_mib * 1024 * 1024, NULL, NULL);
  self->registry = hl_registry_new (self->store);
  return HL_EXIT_OK;
}

static int
open_tls (HlDaemon *self)
{
  g_autoptr (GError) error = NULL;
  const char *certificate = self->options.tls_certificate != NULL ? self->options.tls_certificate
                                                                  : hl_config_get_tls_certificate (self->config);
  const char *key = self->options.tls_key != NULL ? self->options.tls_key : hl_config_get_tls_key (self->config);

  if (self->options.no_tls || certificate == NULL) {
    return HL_EXIT_OK;
  }
  if (key == NULL) {
    return fail (HL_EXIT_CONFIG, "a TLS certificate needs its key");
  }
  self->tls = hl_tls_new (self->reactor, certificate, key, &error);
  return self->tls != NULL ? HL_EXIT_OK : fail (HL_EXIT_CONFIG, "%s", error->message);
}

static int
listen_all (HlDaemon *self)
{
  g_autoptr (GError) error = NULL;
  const char *const *listen = self->options.listen != NULL ? self->options.listen
                                                           : hl_config_get_listen (self->config);
  gboolean insecure = self->options.insecure_lan || hl_config_get_insecure_lan (self->config);
  int inherited = hl_front_listen_inherited (self->front, self->tls, &error);

  if (inherited < 0) {
    return fail (HL_EXIT_CONFIG, "%s", error->message);
  }
  for (guint i = 0; inherited == 0 && listen[i] != NULL; i++) {
    if (self->tls == NULL && !is_loopback (listen[i])) {
      if (!insecure) {
        return fail (HL_EXIT_CONFIG,
                     "%s is not a loopback address, so it needs a TLS certificate and key (or --insecure-lan)",
                     listen[i]);
      }
      hl_log (HL_LOG_WARNING, "main", "listening without TLS: everyone on this network can read along", "listen",
              listen[i], NULL);
    }
    if (!hl_front_listen (self->front, listen[i], self->tls, &error)) {
      return fail (HL_EXIT_CONFIG, "cannot listen at %s: %s", listen[i], error->message);
    }
  }
  return HL_EXIT_OK;
}

static int
open_readers (HlDaemon *self)
{
  g_autoptr (GError) error = NULL;
  HlStore *reader = hl_store_open_reader (HL_STORE (self->store), &error);

  if (reader != NULL) {
    self->query_store = HL_SQLITE_STORE (hl_store_open_reader (HL_STORE (self->store), &error));
  }
  if (self->query_store == NULL) {
    g_clear_object (&reader);
    return fail (HL_EXIT_STORE, "%s", error->message);
  }
  self->query_registry = hl_registry_new (self->query_store);
  self->reader = hl_reader_new (reader, "hl-reader");
  self->queries = hl_reader_new (HL_STORE (g_object_ref (self->query_store)), "hl-queries");
  return HL_EXIT_OK;
}

static int
open_front (HlDaemon *self)
{
  g_autoptr (GError) error = NULL;
  const HlConfigLimits *limits = hl_config_get_limits (self->config);
  HlFrontConfig config = {
    .max_connections = limits->connections,
    .max_per_address = limits->connections_per_ip,
    .max_body = limits->body_bytes,
    .allowed_origins = hl_config_get_allowed_origins (self->config),
  };

  self->reactor = hl_reactor_new (NULL, &error);
  if (self->reactor != NULL) {
    self->front = hl_front_new (self->reactor, &config, &error);
  }
  return self->front != NULL ? HL_EXIT_OK : fail (HL_EXIT_CONFIG, "%s", error->message);
}

/* What is allocated and not freed, in all arenas: unlike the resident set it does not show what the heaps keep for later. */
static void
collect_heap (HlMetrics *metrics)
{
  struct mallinfo2 info = mallinfo2 ();

  hl_metrics_set (hl_metrics_get (hl_metrics_gauge (metrics, "hostline_heap_used_bytes", "Memory allocated and not freed.",
                                                    NULL), NULL), (gint64) (info.uordblks + info.hblkhd));
}

static void
collect (HlMetrics *metrics, gpointer user_data)
{
  HlDaemon *self = user_data;
  static const char *const labels[] = { "limit", NULL };
  HlMetricsFamily *refused;
  HlFrontStats stats;

  hl_front_get_stats (self->front, &stats);
  hl_metrics_set (hl_metrics_get (hl_metrics_gauge (metrics, "hostline_tcp_connections", "Connections open now.", NULL),
                                  NULL), stats.connections);
  refused = hl_metrics_counter (metrics, "hostline_connections_refused_total", "Connections turned away by a limit.", labels);
  hl_metrics_add (hl_metrics_get (refused, "connections", NULL), stats.refused_total - self->refused_total);
  hl_metrics_add (hl_metrics_get (refused, "connections-per-ip", NULL), stats.refused_address - self->refused_address);
  self->refused_total = stats.refused_total;
  self->refused_address = stats.refused_address;
  hl_metrics_set (hl_metrics_get (hl_metrics_gauge (metrics, "hostline_queue_depth", "Jobs that wait for the writer.",
                                                    NULL), NULL), hl_writer_get_depth (self->writer));
  hl_metrics_set (hl_metrics_get (hl_metrics_gauge (metrics, "hostline_store_available",
                                                    "1 while the store takes writes.", NULL), NULL),
                  hl_writer_is_available (self->writer) && !g_atomic_int_get (&self->damaged));
  hl_metrics_set (hl_metrics_get (hl_metrics_gauge (metrics, "hostline_store_damaged",
                                                    "1 from when damage was met until the server has started again.", NULL),
                                  NULL), g_atomic_int_get (&self->damaged));
  collect_heap (metrics);
}

static int
start_live (HlDaemon *self)
{
  const HlWriterFuncs funcs = { on_writer_appended, on_writer_reset, on_writer_available };
  g_autoptr (GError) error = NULL;
  g_autoptr (HlRegistryCache) cache = hl_registry_load_cache (self->registry, hl_clock_wall_ms (), &error);
  g_auto (GStrv) pins = make_pins (self);
  HlHubConfig hub = make_hub_config (self, pins);
  HlHttpConfig http;
  int code;

  if (cache == NULL) {
    return fail (HL_EXIT_STORE, "%s", error->message);
  }
  code = open_readers (self);
  if (code != HL_EXIT_OK) {
    return code;
  }
  self->metrics = hl_metrics_get_default ();
  self->writer = hl_writer_new (HL_STORE (g_object_ref (self->store)), self->metrics, &funcs, self);
  self->connection_log = hl_connection_log_new (self->reactor, self->writer, self->registry, self->metrics);
  self->hub = hl_hub_new (self->reactor, self->writer, self->reader, self->metrics, &hub);
  self->push = hl_push_new (self->reactor, self->writer, self->queries, self->registry, self->metrics);
  hl_push_set_allow_http (self->push, hl_config_get_allow_http (self->config));
  hl_hub_set_connection_log (self->hub, self->connection_log);
  http = make_http_config (self, pins);
  self->http = hl_http_new (&http);
  hl_http_set_changed (self->http, on_registry_changed, self);
  hl_daemon_take_registry (self, cache);
  hl_metrics_add_collector (self->metrics, collect, self);
  self->control = hl_control_new (self->data_dir, hl_daemon_run_command, self, &error);
  if (self->control == NULL) {
    return fail (HL_EXIT_CONFIG, "%s", error->message);
  }
  self->retention = hl_retention_new (hl_config_get_timers (self->config)->retention_s, hl_daemon_run_command, self);
  set_upkeep (self);
  code = listen_all (self);
  if (code == HL_EXIT_OK) {
    hl_writer_start (self->writer);
    for (const char *const *location = hl_registry_cache_get_locations (cache); *location != NULL; location++) {
      hl_writer_open (self->writer, *location, NULL, NULL); /* folded now, not at the first request */
    }
  }
  return code;
}

HlDaemon *
hl_daemon_start (const HlDaemonOptions *options, HlConfig *config, int *exit_code)
{
  g_autoptr (HlDaemon) self = g_new0 (HlDaemon, 1);
  int (*const steps[]) (HlDaemon *) = { open_store, open_front, open_tls, start_live };

  self->options = *options;
  self->config = g_object_ref (config);
  self->data_dir = hl_config_resolve_data_dir (config, options->data_dir);
  self->loop = g_main_loop_new (NULL, FALSE);
  apply_log_level (config);
  hl_front_raise_descriptors (DESCRIPTORS);
  for (gsize i = 0; i < G_N_ELEMENTS (steps); i++) {
    *exit_code = steps[i] (self);
    if (*exit_code != HL_EXIT_OK) {
      /* met since the store was looked at: this is for the next start, as later */
      *exit_code = g_atomic_int_get (&self->damaged) ? HL_EXIT_DAMAGED : *exit_code;
      return NULL;
    }
  }
  return g_steal_pointer (&self);
}

int
hl_daemon_run (HlDaemon *self)
{
  g_auto (GStrv) uris = hl_front_get_uris (self->front);
  guint sources[] = {
    g_unix_signal_add (SIGTERM, on_terminate, self),
    g_unix_signal_add (SIGINT, on_terminate, self),
    g_unix_signal_add (SIGHUP, on_hangup, self),
  };

  hl_http_set_ready (self->http, TRUE);
  for (guint i = 0; uris[i] != NULL; i++) {
    printf ("ready %s\n", uris[i]);
  }
  fflush (stdout);
  hl_notify ("READY=1");
  self->watchdog = hl_notify_start_watchdog ();
  hl_log (HL_LOG_NOTICE, "main", "ready", "data", self->data_dir, NULL);
  g_main_loop_run (self->loop);
  for (gsize i = 0; i < G_N_ELEMENTS (sources); i++) {
    g_source_set_callback (g_main_context_find_source_by_id (NULL, sources[i]), on_late_signal, NULL, NULL);
  }
  hl_connection_log_stop (self->connection_log);
  hl_writer_stop (self->writer);
  hl_log (HL_LOG_NOTICE, "main", "stopped", NULL);
  return g_atomic_int_get (&self->damaged) ? HL_EXIT_DAMAGED : HL_EXIT_OK;
}

void
hl_daemon_free (HlDaemon *self)
{
  if (self == NULL) {
    return;
  }
  g_clear_handle_id (&self->watchdog, g_source_remove);
  g_clear_handle_id (&self->stop_poll, g_source_remove);
  g_clear_pointer (&self->retention, hl_retention_free);
  if (self->control != NULL) {
    hl_control_close (self->control);
    g_clear_object (&self->control);
  }
  if (self->writer != NULL) {
    hl_writer_stop (self->writer);
  }
  g_clear_pointer (&self->reader, hl_reader_free);
  g_clear_pointer (&self->queries, hl_reader_free);
  g_clear_pointer (&self->front, hl_front_free); /* its last requests still look at the routes */
  g_clear_pointer (&self->http, hl_http_free);
  g_clear_pointer (&self->hub, hl_hub_free);
  g_clear_pointer (&self->push, hl_push_free);
  g_clear_pointer (&self->connection_log, hl_connection_log_free);
  g_clear_pointer (&self->writer, hl_writer_free);
  g_clear_pointer (&self->tls, hl_tls_unref);
  g_clear_pointer (&self->reactor, hl_reactor_unref);
  g_clear_object (&self->query_registry);
  g_clear_object (&self->query_store);
  g_clear_object (&self->registry);
  g_clear_object (&self->store);
  if (self->damage_source != NULL) { /* no other thread is left that could meet any */
    g_source_destroy (self->damage_source);
    g_clear_pointer (&self->damage_source, g_source_unref);
  }
  g_clear_pointer (&self->lock, hl_lock_free);
  g_clear_object (&self->config);
  g_clear_pointer (&self->loop, g_main_loop_unref);
  g_free (self->data_dir);
  g_free (self);
}
