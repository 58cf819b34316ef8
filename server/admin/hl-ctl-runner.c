/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Running a command through the control socket or offline. */
#include "admin/hl-ctl-runner.h"

#include <gio/gunixsocketaddress.h>
#include <libsoup/soup.h>
#include <string.h>

#include "admin/hl-control.h"
#include "admin/hl-offline.h"
#include "store/hl-sqlite-store.h"
#include "util/hl-clock.h"
#include "wire/hl-json.h"

/* A server that starts holds the lock before it listens, and another hostlinectl holds it for a moment. */
#define PATIENCE_US (10 * G_USEC_PER_SEC)
#define PAUSE_US (50 * 1000)
#define ANSWER_SECONDS 15
#define LONG_ANSWER_SECONDS 1800 /* check and backup read the whole file */
#define MAX_ANSWER (512 * 1024 * 1024)

struct _HlCtlRunner {
  char *directory;
  HlConfig *config;
  const HlCommand *command;
  HlOffline *offline;  /* once it is known that no server runs */
  SoupSession *session; /* once it is known that one does */
};

G_DEFINE_QUARK (hl-ctl-runner-error, hl_ctl_runner_error)

HlCtlRunner *
hl_ctl_runner_new (const char *directory, HlConfig *config, const HlCommand *command)
{
  HlCtlRunner *self = g_new0 (HlCtlRunner, 1);

  self->directory = g_strdup (directory);
  self->config = g_object_ref (config);
  self->command = command;
  return self;
}

void
hl_ctl_runner_free (HlCtlRunner *self)
{
  if (self == NULL)
    return;
  g_clear_object (&self->offline);
  g_clear_object (&self->session);
  g_clear_object (&self->config);
  g_free (self->directory);
  g_free (self);
}

/* ---- through the socket ---- */

static HlCommandError
parse_code (const char *code)
{
  static const struct {
    const char *code;
    HlCommandError error;
  } codes[] = {
    { "unknown", HL_COMMAND_ERROR_UNKNOWN },
    { "invalid", HL_COMMAND_ERROR_INVALID },
    { "usage", HL_COMMAND_ERROR_USAGE },
    { "store", HL_COMMAND_ERROR_STORE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (codes); i++) {
    if (g_strcmp0 (codes[i].code, code) == 0)
      return codes[i].error;
  }
  return HL_COMMAND_ERROR_FAILED;
}

static JsonNode *
read_answer (guint status, GBytes *body, GError **error)
{
  static const HlJsonLimits limits = { .max_bytes = MAX_ANSWER, .max_members = 1000000 };
  gsize length;
  const char *text = g_bytes_get_data (body, &length);
  g_autoptr (JsonObject) object = hl_json_parse_object (text, length, &limits, NULL);
  JsonObject *inside;
  JsonNode *node;

  if (object != NULL && status == 200) {
    node = json_node_new (JSON_NODE_OBJECT);
    json_node_take_object (node, g_steal_pointer (&object));
    return node;
  }
  node = object != NULL ? json_object_get_member (object, "error") : NULL;
  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node)) {
    g_set_error (error, HL_CTL_RUNNER_ERROR, HL_CTL_RUNNER_ERROR_NO_ANSWER,
                 "The server gave an answer that cannot be understood (status %u).", status);
    return NULL;
  }
  inside = json_node_get_object (node);
  g_set_error_literal (
    error, HL_COMMAND_ERROR,
    (int) parse_code (json_object_get_string_member_with_default (inside, "code", "")),
    json_object_get_string_member_with_default (inside, "message", "The command failed."));
  return NULL;
}

typedef struct {
  GMainLoop *loop;
  GBytes *body;
  GError *error;
} Wait;

static void
on_sent (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Wait *wait = user_data;

  wait->body = soup_session_send_and_read_finish (SOUP_SESSION (source), result, &wait->error);
  g_main_loop_quit (wait->loop);
}

static GBytes *
send_and_wait (SoupSession *session, SoupMessage *message, GError **error)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  Wait wait = { .loop = loop };

  soup_session_send_and_read_async (session, message, G_PRIORITY_DEFAULT, NULL, on_sent, &wait);
  g_main_loop_run (loop);
  if (wait.error != NULL)
    g_propagate_error (error, wait.error);
  return wait.body;
}

static gboolean
on_pause_over (gpointer user_data)
{
  g_main_loop_quit (user_data);
  return G_SOURCE_CONTINUE;
}

static void
pause_a_moment (void)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  guint id = hl_clock_add (hl_clock_boot_us () + PAUSE_US, on_pause_over, loop);

  g_main_loop_run (loop);
  g_source_remove (id);
}

/* @reached: (out): FALSE if nobody listens on the socket */
static JsonNode *
ask_server (HlCtlRunner *self, JsonObject *params, gboolean *reached, GError **error)
{
  g_autofree char *uri = g_strconcat ("http://hostline/admin/v1/", self->command->name, NULL);
  g_autoptr (SoupMessage) message = soup_message_new (SOUP_METHOD_POST, uri);
  char *text = hl_json_print_object (params);
  g_autoptr (GBytes) body = g_bytes_new_take (text, strlen (text));
  g_autoptr (GBytes) answer = NULL;
  g_autoptr (GError) cause = NULL;

  soup_message_set_request_body_from_bytes (message, "application/json", body);
  answer = send_and_wait (self->session, message, &cause);
  *reached = TRUE;
  if (answer != NULL)
    return read_answer (soup_message_get_status (message), answer, error);
  *reached = !g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED) &&
             !g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  if (*reached)
    g_set_error (error, HL_CTL_RUNNER_ERROR, HL_CTL_RUNNER_ERROR_NO_ANSWER,
                 "The server of %s does not answer: %s", self->directory, cause->message);
  else
    g_set_error (error, HL_CTL_RUNNER_ERROR, HL_CTL_RUNNER_ERROR_NO_ANSWER,
                 "%s is in use by a program that does not answer: a server that is still starting, or another "
                 "hostlinectl. Try again when it has ended.", self->directory);
  return NULL;
}

static gboolean
make_session (HlCtlRunner *self, GError **error)
{
  g_autofree char *path = g_build_filename (self->directory, HL_CONTROL_SOCKET, NULL);
  g_autoptr (GSocketAddress) address = NULL;
  gboolean takes_long = g_str_equal (self->command->name, "check") ||
                        g_str_equal (self->command->name, "backup") || self->command->prepare != NULL;

  if (self->session != NULL)
    return TRUE;
  if (strlen (path) > HL_CONTROL_MAX_PATH) {
    g_set_error (error, HL_CTL_RUNNER_ERROR, HL_CTL_RUNNER_ERROR_NO_ANSWER,
                 "The path %s is too long for a socket.", path);
    return FALSE;
  }
  address = g_unix_socket_address_new (path);
  self->session = soup_session_new_with_options (
    "remote-connectable", address, "timeout", takes_long ? LONG_ANSWER_SECONDS : ANSWER_SECONDS,
    NULL);
  return TRUE;
}

/* ---- offline ---- */

static JsonNode *
run_offline (HlCtlRunner *self, JsonObject *params, GError **error)
{
  HlCommandHost *host = HL_COMMAND_HOST (self->offline);
  gpointer plan = hl_command_prepare (self->command, host, params, error);
  JsonNode *result;

  if (self->command->prepare != NULL && plan == NULL)
    return NULL;
  hl_offline_set_plan (self->offline, plan);
  result = hl_command_run (self->command, host, params, error);
  hl_offline_set_plan (self->offline, NULL);
  if (plan != NULL)
    self->command->free_plan (plan);
  return result;
}

static gboolean
no_store (const char *text, GError **error)
{
  g_set_error_literal (error, HL_COMMAND_ERROR, HL_COMMAND_ERROR_STORE, text);
  return FALSE;
}

static gboolean
folder_exists (HlCtlRunner *self, GError **error)
{
  g_autofree char *text = NULL;

  if ((self->command->flags & HL_COMMAND_CREATES) ||
      g_file_test (self->directory, G_FILE_TEST_IS_DIR))
    return TRUE;
  text = g_strdup_printf ("There is no Hostline data in %s; “location add” makes it.",
                          self->directory);
  return no_store (text, error);
}

gboolean
hl_ctl_runner_has_store (HlCtlRunner *self)
{
  g_autofree char *path = g_build_filename (self->directory, HL_SQLITE_STORE_FILE, NULL);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

JsonNode *
hl_ctl_runner_run (HlCtlRunner *self, JsonObject *params, GError **error)
{
  gint64 end = hl_clock_boot_us () + PATIENCE_US;

  if (self->offline != NULL)
    return run_offline (self, params, error);
  if (!folder_exists (self, error))
    return NULL;
  for (;;) {
    g_autoptr (GError) cause = NULL;
    g_autoptr (GError) silence = NULL;
    g_autoptr (JsonNode) answer = NULL;
    gboolean reached;
    HlLock *lock;

    /* While a server runs, root may still use its socket: the owner's rights suffice for both ways. */
    if (!hl_offline_drop_privileges (self->directory, error))
      return NULL;
    lock = hl_lock_take (self->directory, &cause);
    if (lock != NULL) {
      self->offline =
        hl_offline_new (self->directory, lock, self->config, self->command, error);
      return self->offline != NULL ? run_offline (self, params, error) : NULL;
    }
    if (!g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_BUSY)) {
      no_store (cause->message, error);
      return NULL;
    }
    if (!make_session (self, error))
      return NULL;
    answer = ask_server (self, params, &reached, &silence);
    if (answer != NULL)
      return g_steal_pointer (&answer);
    if (reached || hl_clock_boot_us () >= end) {
      g_propagate_error (error, g_steal_pointer (&silence));
      return NULL;
    }
    pause_a_moment ();
  }
}
