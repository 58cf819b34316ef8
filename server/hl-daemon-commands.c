/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HlDaemon: administration commands, each on the thread that it belongs to. */
#include "hl-daemon-private.h"

#include <string.h>

#include "hl-server-host.h"
#include "util/hl-clock.h"
#include "wire/hl-json.h"

const char *const *
hl_daemon_get_public_urls (HlDaemon *self)
{
  return self->options.public_urls != NULL ? self->options.public_urls : hl_config_get_public_urls (self->config);
}

typedef struct {
  HlDaemon        *daemon;
  const HlCommand *command;
  JsonObject      *params;
  HlServerHost    *host;
  HlServerHost    *preparing; /* while the plan is made; NULL: the command needs none */
  gpointer         plan;
  GTask           *task;
  JsonNode        *result;
  GError          *error;
  HlRegistryCache *cache;
  gboolean         returned;
} Run;

static void return_result (Run *run);

static void
run_free (gpointer data)
{
  Run *run = data;

  if (!run->returned) { /* it came too late, the writer's thread had ended; newer GLib minds a task without an answer */
    g_clear_pointer (&run->result, json_node_unref);
    return_result (run);
  }
  json_object_unref (run->params);
  g_object_unref (run->host);
  g_clear_object (&run->preparing);
  g_clear_pointer (&run->plan, run->command->free_plan);
  g_object_unref (run->task);
  g_clear_pointer (&run->result, json_node_unref);
  g_clear_error (&run->error);
  g_clear_pointer (&run->cache, hl_registry_cache_unref);
  g_free (run);
}

static gboolean
run_on_writer (HlWriter *writer, HlStore *store, gpointer data)
{
  Run *run = data;

  run->result = hl_command_run (run->command, HL_COMMAND_HOST (run->host), run->params, &run->error);
  if (run->result == NULL) {
    return FALSE;
  }
  if (hl_server_host_has_changed (run->host)) {
    run->cache = hl_registry_load_cache (run->daemon->registry, hl_clock_wall_ms (), &run->error);
    return run->cache != NULL;
  }
  return TRUE;
}

static void
return_result (Run *run)
{
  run->returned = TRUE;
  if (run->result != NULL && run->error == NULL) {
    g_task_return_pointer (run->task, g_steal_pointer (&run->result), (GDestroyNotify) json_node_unref);
  } else if (run->error != NULL && run->error->domain == HL_COMMAND_ERROR) {
    g_task_return_error (run->task, g_steal_pointer (&run->error));
  } else {
    g_task_return_new_error (run->task, HL_COMMAND_ERROR, HL_COMMAND_ERROR_STORE, "%s",
                             run->error != NULL ? run->error->message : "the store does not take writes now");
  }
}

static void
on_writer_ran (gboolean committed, gpointer data, gpointer user_data)
{
  Run *run = data;
  GPtrArray *erased = hl_server_host_get_erased (run->host);

  for (guint i = 0; i < erased->len; i++) {
    hl_hub_forget (run->daemon->hub, g_ptr_array_index (erased, i));
  }
  if (!committed) {
    g_clear_pointer (&run->result, json_node_unref);
    /* what a COMMIT that failed did is not known: whoever was revoked by it may not go on */
    hl_daemon_reload_registry (run->daemon);
  } else if (run->cache != NULL) {
    hl_daemon_take_registry (run->daemon, run->cache);
  }
  return_result (run);
}

static void
run_on_reader (HlStore *store, gpointer data)
{
  Run *run = data;

  run->result = hl_command_run (run->command, HL_COMMAND_HOST (run->host), run->params, &run->error);
}

static void
on_reader_ran (gpointer data, gpointer user_data)
{
  return_result (data);
}

static void
prepare_on_reader (HlStore *store, gpointer data)
{
  Run *run = data;

  run->plan = hl_command_prepare (run->command, HL_COMMAND_HOST (run->preparing), run->params, &run->error);
}

static void
on_prepared (gpointer data, gpointer user_data)
{
  Run *run = data;

  if (run->plan == NULL) {
    return_result (run);
    run_free (run);
    return;
  }
  hl_server_host_set_plan (run->host, run->plan);
  hl_writer_call_between (run->daemon->writer, run_on_writer, run, run_free, on_writer_ran, NULL);
}

static JsonObject *
find_presence (HlDaemon *self, JsonObject *params)
{
  const char *location = json_object_get_string_member_with_default (params, "location", NULL);

  return location != NULL ? hl_hub_dup_presence (self->hub, location) : NULL;
}

/* A tree of its own for the thread that runs the command: json-glib's counts are not atomic. */
static JsonObject *
copy_params (JsonObject *params)
{
  g_autofree char *text = hl_json_print_object (params);
  const HlJsonLimits limits = { .max_bytes = G_MAXUINT32, .max_depth = HL_JSON_MAX_DEPTH, .max_members = G_MAXUINT16 };

  return hl_json_parse_object (text, strlen (text), &limits, NULL);
}

void
hl_daemon_run_command (const HlCommand *command, JsonObject *params, GTask *task, gpointer user_data)
{
  HlDaemon *self = user_data;
  gboolean writes = (command->flags & HL_COMMAND_WRITES) != 0;
  g_auto (GStrv) listeners = hl_front_get_uris (self->front);
  const char *const *urls = hl_daemon_get_public_urls (self);
  Run *run;

  if (g_str_equal (command->name, "reload")) {
    g_autoptr (GTask) owned = task;
    JsonNode *node = json_node_new (JSON_NODE_OBJECT);

    if (!hl_daemon_reload (self)) {
      json_node_unref (node);
      g_task_return_new_error (owned, HL_COMMAND_ERROR, HL_COMMAND_ERROR_INVALID,
                               "the configuration has a mistake; the former one stays (see the log)");
      return;
    }
    json_node_take_object (node, json_object_new ());
    g_task_return_pointer (owned, node, (GDestroyNotify) json_node_unref);
    return;
  }
  run = g_new0 (Run, 1);
  run->daemon = self;
  run->command = command;
  run->params = copy_params (params);
  run->task = task;
  run->host = hl_server_host_new (writes ? self->registry : self->query_registry,
                                  writes ? self->store : self->query_store, writes ? self->writer : NULL,
                                  urls != NULL && urls[0] != NULL ? urls : (const char *const *) listeners,
                                  self->tls != NULL ? hl_tls_get_pin (self->tls) : NULL,
                                  find_presence (self, params));
  hl_server_host_set_public_urls (run->host, urls);
  hl_server_host_set_allow_http (run->host, hl_config_get_allow_http (self->config));
  hl_server_host_set_listeners (run->host, (const char *const *) listeners);
  hl_server_host_set_retention (run->host, hl_config_get_retention (self->config));
  if (command->prepare != NULL) {
    run->preparing = hl_server_host_new (self->query_registry, self->query_store, NULL,
                                         (const char *const *) listeners, NULL, NULL);
    hl_server_host_set_retention (run->preparing, hl_config_get_retention (self->config));
    hl_reader_call (self->queries, prepare_on_reader, run, NULL, on_prepared, NULL);
  } else if (writes) {
    hl_writer_call_between (self->writer, run_on_writer, run, run_free, on_writer_ran, NULL);
  } else {
    hl_reader_call (self->queries, run_on_reader, run, run_free, on_reader_ran, NULL);
  }
}
