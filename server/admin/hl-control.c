/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The control socket: an HTTP server on a Unix socket that hands commands over and answers with what came of them. */
#include "admin/hl-control.h"

#include <errno.h>
#include <gio/gunixsocketaddress.h>
#include <glib-unix.h>
#include <glib/gstdio.h>
#include <libsoup/soup.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/hl-log.h"
#include "wire/hl-json.h"

#define PREFIX "/admin/v1/"
#define MAX_BODY (4 * 1024 * 1024)
#define BACKLOG 16
#define PAUSE_MS 1000 /* after an accept that failed: out of file descriptors passes */

struct _HlControl {
  GObject parent_instance;

  char *path;
  SoupServer *server;
  GSocket *socket;
  GSource *source;
  guint resume_id;
  HlControlRun run;
  gpointer user_data;
};

G_DEFINE_FINAL_TYPE (HlControl, hl_control, G_TYPE_OBJECT)

static void listen_on (HlControl *self);

static void
finalize (GObject *object)
{
  HlControl *self = HL_CONTROL (object);

  hl_control_close (self);
  g_free (self->path);
  G_OBJECT_CLASS (hl_control_parent_class)->finalize (object);
}

static void
hl_control_class_init (HlControlClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = finalize;
}

static void
hl_control_init (HlControl *self)
{
}

/* ---- answering ---- */

static void
answer (SoupServerMessage *message, guint status, JsonNode *node)
{
  char *text = hl_json_print (node);

  soup_server_message_set_status (message, status, NULL);
  soup_server_message_set_response (message, "application/json", SOUP_MEMORY_TAKE, text,
                                    strlen (text));
}

static void
answer_error (SoupServerMessage *message, const GError *error)
{
  static const struct {
    guint status;
    const char *code;
  } answers[] = {
    [HL_COMMAND_ERROR_FAILED] = { 409, "failed" },  [HL_COMMAND_ERROR_UNKNOWN] = { 404, "unknown" },
    [HL_COMMAND_ERROR_INVALID] = { 422, "invalid" }, [HL_COMMAND_ERROR_USAGE] = { 400, "usage" },
    [HL_COMMAND_ERROR_STORE] = { 503, "store" },
  };
  int code = error->domain == HL_COMMAND_ERROR ? error->code : HL_COMMAND_ERROR_FAILED;
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  JsonObject *root = json_object_new ();
  JsonObject *inner = json_object_new ();

  json_object_set_string_member (inner, "code", answers[code].code);
  json_object_set_string_member (inner, "message", error->message);
  json_object_set_object_member (root, "error", inner);
  json_node_take_object (node, root);
  answer (message, answers[code].status, node);
}

static void
answer_usage (SoupServerMessage *message, const char *text)
{
  g_autoptr (GError) error = g_error_new_literal (HL_COMMAND_ERROR, HL_COMMAND_ERROR_USAGE, text);

  answer_error (message, error);
}

/* ---- a request ---- */

static void
on_command_done (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (SoupServerMessage) message = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = g_task_propagate_pointer (G_TASK (result), &error);

  if (node != NULL)
    answer (message, 200, node);
  else
    answer_error (message, error);
  soup_server_message_unpause (message);
}

static void
on_request (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query,
            gpointer user_data)
{
  HlControl *self = user_data;
  static const HlJsonLimits limits = { .max_bytes = MAX_BODY, .max_members = 100000 };
  SoupMessageBody *body = soup_server_message_get_request_body (message);
  g_autoptr (GBytes) bytes = soup_message_body_flatten (body);
  g_autoptr (JsonObject) params = NULL;
  g_autoptr (GError) error = NULL;
  const HlCommand *command =
    g_str_has_prefix (path, PREFIX) ? hl_commands_find (path + strlen (PREFIX)) : NULL;
  gsize length;
  const char *text = g_bytes_get_data (bytes, &length);

  if (command == NULL) {
    answer_usage (message, "There is no such command.");
    return;
  }
  if (soup_server_message_get_method (message) != SOUP_METHOD_POST) {
    answer_usage (message, "Commands are POSTed.");
    return;
  }
  params = length > 0 ? hl_json_parse_object (text, length, &limits, &error) : json_object_new ();
  if (params == NULL) {
    answer_usage (message, error->message);
    return;
  }
  if (!hl_command_check_params (command, params, &error)) {
    answer_error (message, error);
    return;
  }
  soup_server_message_pause (message);
  self->run (command, params,
             g_task_new (self, NULL, on_command_done, g_object_ref (message)), self->user_data);
}

/* The body of somebody who means no harm is small; the rest is not read. */
static void
on_early_request (SoupServer *server, SoupServerMessage *message, const char *path,
                  GHashTable *query, gpointer user_data)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);

  if (soup_message_headers_get_encoding (headers) == SOUP_ENCODING_CHUNKED ||
      soup_message_headers_get_content_length (headers) > MAX_BODY)
    answer_usage (message, "The request is too large.");
}

/* ---- accepting ---- */

static gboolean
is_trusted (GSocket *client)
{
  g_autoptr (GCredentials) credentials = g_socket_get_credentials (client, NULL);
  uid_t uid;

  if (credentials == NULL)
    return FALSE;
  uid = g_credentials_get_unix_user (credentials, NULL);
  return uid == geteuid () || uid == 0;
}

static gboolean
on_resume (gpointer user_data)
{
  HlControl *self = user_data;

  self->resume_id = 0;
  listen_on (self);
  return G_SOURCE_REMOVE;
}

static gboolean
on_socket_readable (GSocket *socket, GIOCondition condition, gpointer user_data)
{
  HlControl *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocket) client = g_socket_accept (socket, NULL, &error);
  g_autoptr (GSocketConnection) connection = NULL;
  g_autoptr (GSocketAddress) local = NULL;
  g_autoptr (GSocketAddress) remote = NULL;

  if (client == NULL) {
    if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
      return G_SOURCE_CONTINUE;
    hl_log (HL_LOG_WARNING, "admin", "cannot accept on the control socket", "error",
            error->message, NULL);
    g_clear_pointer (&self->source, g_source_unref);
    self->resume_id = g_timeout_add (PAUSE_MS, on_resume, self);
    return G_SOURCE_REMOVE;
  }
  if (!is_trusted (client)) {
    hl_log (HL_LOG_WARNING, "admin", "another user tried the control socket", NULL);
    return G_SOURCE_CONTINUE;
  }
  /* libsoup insists on both addresses, whatever its documentation says */
  local = g_socket_get_local_address (client, NULL);
  remote = g_socket_get_remote_address (client, NULL);
  connection = g_socket_connection_factory_create_connection (client);
  if (!soup_server_accept_iostream (self->server, G_IO_STREAM (connection), local,
                                    remote != NULL ? remote : local, &error))
    hl_log (HL_LOG_WARNING, "admin", "cannot serve the control socket", "error", error->message,
            NULL);
  return G_SOURCE_CONTINUE;
}

static void
listen_on (HlControl *self)
{
  self->source = g_socket_create_source (self->socket, G_IO_IN, NULL);
  g_source_set_callback (self->source, G_SOURCE_FUNC (on_socket_readable), self, NULL);
  g_source_attach (self->source, g_main_context_get_thread_default ());
}

static GSocket *
bind_socket (const char *path, GError **error)
{
  g_autoptr (GSocket) socket = g_socket_new (G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_STREAM,
                                             G_SOCKET_PROTOCOL_DEFAULT, error);
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (path);
  mode_t mask;
  gboolean bound;

  if (socket == NULL)
    return NULL;
  if (g_unlink (path) != 0 && errno != ENOENT) {
    g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), "Cannot remove %s: %s", path,
                 g_strerror (errno));
    return NULL;
  }
  /* The socket must at no time be open to others. */
  mask = umask (0177);
  bound = g_socket_bind (socket, address, FALSE, error);
  umask (mask);
  g_socket_set_blocking (socket, FALSE);
  g_socket_set_listen_backlog (socket, BACKLOG);
  if (!bound || !g_socket_listen (socket, error))
    return NULL;
  return g_steal_pointer (&socket);
}

HlControl *
hl_control_new (const char *directory, HlControlRun run, gpointer user_data, GError **error)
{
  g_autoptr (HlControl) self = g_object_new (HL_TYPE_CONTROL, NULL);
  g_autofree char *path = g_build_filename (directory, HL_CONTROL_SOCKET, NULL);

  if (strlen (path) > HL_CONTROL_MAX_PATH) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_FILENAME_TOO_LONG,
                 "The path of the control socket, %s, is longer than %d bytes; choose a shorter "
                 "data folder.",
                 path, HL_CONTROL_MAX_PATH);
    return NULL;
  }
  self->socket = bind_socket (path, error);
  if (self->socket == NULL)
    return NULL;
  self->path = g_steal_pointer (&path);
  self->run = run;
  self->user_data = user_data;
  self->server = soup_server_new ("server-header", "hostlined", NULL);
  soup_server_add_early_handler (self->server, NULL, on_early_request, self, NULL);
  soup_server_add_handler (self->server, NULL, on_request, self, NULL);
  listen_on (self);
  return g_steal_pointer (&self);
}

void
hl_control_close (HlControl *self)
{
  if (self->source != NULL) {
    g_source_destroy (self->source);
    g_clear_pointer (&self->source, g_source_unref);
  }
  g_clear_handle_id (&self->resume_id, g_source_remove);
  if (self->socket != NULL) {
    g_socket_close (self->socket, NULL);
    g_unlink (self->path);
    g_clear_object (&self->socket);
  }
  if (self->server != NULL) {
    soup_server_disconnect (self->server);
    g_clear_object (&self->server);
  }
}
