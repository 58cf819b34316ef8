/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The control socket: who may speak, what is answered, and a client that leaves early. */
#include "admin/hl-control.h"

#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>
#include <libsoup/soup.h>
#include <string.h>
#include <sys/stat.h>

#include "wire/hl-json.h"

typedef struct {
  char *directory;
  char *path;
  HlControl *control;
  SoupSession *session;
  GTask *pending; /* of the last run, when it is held back */
  gboolean hold;
  guint runs;
} Fixture;

static void
on_run (const HlCommand *command, JsonObject *params, GTask *task, gpointer user_data)
{
  Fixture *fixture = user_data;
  const char *name = json_object_get_string_member_with_default (params, "id", NULL);

  fixture->runs++;
  if (fixture->hold) {
    fixture->pending = task;
    return;
  }
  if (g_strcmp0 (name, "fail") == 0) {
    g_task_return_new_error (task, HL_COMMAND_ERROR, HL_COMMAND_ERROR_UNKNOWN, "No such thing.");
  } else {
    JsonNode *node = json_node_new (JSON_NODE_OBJECT);
    JsonObject *object = json_object_new ();

    json_object_set_string_member (object, "command", command->name);
    json_node_take_object (node, object);
    g_task_return_pointer (task, node, (GDestroyNotify) json_node_unref);
  }
  g_object_unref (task);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocketAddress) address = NULL;

  fixture->directory = g_dir_make_tmp ("hl-control-XXXXXX", NULL);
  fixture->path = g_build_filename (fixture->directory, HL_CONTROL_SOCKET, NULL);
  /* A file that a killed server left behind is no obstacle. */
  g_assert_true (g_file_set_contents (fixture->path, "", 0, NULL));
  fixture->control = hl_control_new (fixture->directory, on_run, fixture, &error);
  g_assert_no_error (error);
  address = g_unix_socket_address_new (fixture->path);
  fixture->session = soup_session_new_with_options ("remote-connectable", address, NULL);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_clear_object (&fixture->session);
  g_clear_object (&fixture->control);
  g_assert_false (g_file_test (fixture->path, G_FILE_TEST_EXISTS));
  g_rmdir (fixture->directory);
  g_free (fixture->directory);
  g_free (fixture->path);
}

typedef struct {
  GBytes *bytes;
  GError *error;
  gboolean done;
} Answer;

static void
on_answer (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Answer *answer = user_data;

  answer->bytes = soup_session_send_and_read_finish (SOUP_SESSION (source), result, &answer->error);
  answer->done = TRUE;
}

static JsonObject *
ask (Fixture *fixture, const char *method, const char *path, const char *body, guint *status)
{
  g_autofree char *uri = g_strconcat ("http://hostline", path, NULL);
  g_autoptr (SoupMessage) message = soup_message_new (method, uri);
  g_autoptr (GBytes) bytes = g_bytes_new (body, strlen (body));
  g_autoptr (GError) error = NULL;
  Answer answer = { 0 };
  JsonObject *object;

  if (*body != '\0')
    soup_message_set_request_body_from_bytes (message, "application/json", bytes);
  soup_session_send_and_read_async (fixture->session, message, G_PRIORITY_DEFAULT, NULL, on_answer,
                                    &answer);
  while (!answer.done)
    g_main_context_iteration (NULL, TRUE);
  g_assert_no_error (answer.error);
  *status = soup_message_get_status (message);
  object = hl_json_parse_object (g_bytes_get_data (answer.bytes, NULL),
                                 g_bytes_get_size (answer.bytes), NULL, &error);
  g_assert_no_error (error);
  g_bytes_unref (answer.bytes);
  return object;
}

static void
assert_error (JsonObject *object, const char *code)
{
  JsonObject *inside = json_object_get_object_member (object, "error");

  g_assert_nonnull (inside);
  g_assert_cmpstr (json_object_get_string_member (inside, "code"), ==, code);
  g_assert_cmpstr (json_object_get_string_member (inside, "message"), !=, "");
}

static void
test_answers (Fixture *fixture, gconstpointer data)
{
  struct stat info;
  JsonObject *object;
  guint status;

  g_assert_cmpint (stat (fixture->path, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0777, ==, 0600);

  object = ask (fixture, "POST", "/admin/v1/location/list", "{}", &status);
  g_assert_cmpuint (status, ==, 200);
  g_assert_cmpstr (json_object_get_string_member (object, "command"), ==, "location/list");
  json_object_unref (object);
  object = ask (fixture, "POST", "/admin/v1/location/list", "", &status);
  g_assert_cmpuint (status, ==, 200);
  json_object_unref (object);
  object = ask (fixture, "POST", "/admin/v1/token/revoke", "{\"id\":\"fail\"}", &status);
  g_assert_cmpuint (status, ==, 404);
  assert_error (object, "unknown");
  json_object_unref (object);
  g_assert_cmpuint (fixture->runs, ==, 3);

  /* Parameters are checked before anything runs. */
  object = ask (fixture, "POST", "/admin/v1/token/revoke", "{}", &status);
  g_assert_cmpuint (status, ==, 400);
  assert_error (object, "usage");
  json_object_unref (object);
  object = ask (fixture, "POST", "/admin/v1/token/revoke", "{\"id\":7}", &status);
  g_assert_cmpuint (status, ==, 400);
  json_object_unref (object);
  object = ask (fixture, "POST", "/admin/v1/token/revoke", "{\"id\":\"x\",\"more\":1}", &status);
  g_assert_cmpuint (status, ==, 400);
  json_object_unref (object);
  object = ask (fixture, "POST", "/admin/v1/location/set", "{\"id\":\"x\",\"fields\":[]}", &status);
  g_assert_cmpuint (status, ==, 400);
  json_object_unref (object);
  object = ask (fixture, "POST", "/admin/v1/token/add",
                "{\"locations\":[\"a\",1],\"role\":\"staff\",\"name\":\"x\"}", &status);
  g_assert_cmpuint (status, ==, 400);
  json_object_unref (object);
  object = ask (fixture, "POST", "/admin/v1/nothing", "{}", &status);
  g_assert_cmpuint (status, ==, 400);
  assert_error (object, "usage");
  json_object_unref (object);
  object = ask (fixture, "POST", "/healthz", "{}", &status);
  g_assert_cmpuint (status, ==, 400);
  json_object_unref (object);
  object = ask (fixture, "GET", "/admin/v1/location/list", "", &status);
  g_assert_cmpuint (status, ==, 400);
  json_object_unref (object);
  object = ask (fixture, "POST", "/admin/v1/location/list", "[1]", &status);
  g_assert_cmpuint (status, ==, 400);
  assert_error (object, "usage");
  json_object_unref (object);
  object = ask (fixture, "POST", "/admin/v1/location/list", "{\"a\":1,\"a\":2}", &status);
  g_assert_cmpuint (status, ==, 400);
  json_object_unref (object);
  g_assert_cmpuint (fixture->runs, ==, 3);
}

static void
test_client_leaves (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (fixture->path);
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GError) error = NULL;
  GSocketConnection *connection =
    g_socket_client_connect (client, G_SOCKET_CONNECTABLE (address), NULL, &error);
  static const char request[] = "POST /admin/v1/check HTTP/1.1\r\nHost: hostline\r\n"
                                "Content-Length: 2\r\n\r\n{}";
  JsonObject *object;
  guint status;

  g_assert_no_error (error);
  fixture->hold = TRUE;
  g_assert_true (g_output_stream_write_all (
    g_io_stream_get_output_stream (G_IO_STREAM (connection)), request, strlen (request), NULL,
    NULL, &error));
  while (fixture->pending == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_io_stream_close (G_IO_STREAM (connection), NULL, NULL);
  g_object_unref (connection);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  /* The answer comes for nobody. */
  g_task_return_new_error (fixture->pending, HL_COMMAND_ERROR, HL_COMMAND_ERROR_FAILED, "Late.");
  g_clear_object (&fixture->pending);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  fixture->hold = FALSE;
  object = ask (fixture, "POST", "/admin/v1/check", "{}", &status);
  g_assert_cmpuint (status, ==, 200);
  json_object_unref (object);
}

static void
test_too_large (Fixture *fixture, gconstpointer data)
{
  g_autofree char *large = g_strnfill (5 * 1024 * 1024, ' ');
  JsonObject *object;
  guint status;

  object = ask (fixture, "POST", "/admin/v1/check", large, &status);
  g_assert_cmpuint (status, ==, 400);
  json_object_unref (object);
  g_assert_cmpuint (fixture->runs, ==, 0);
}

static void
test_path_too_long (void)
{
  g_autofree char *directory = g_strnfill (HL_CONTROL_MAX_PATH - strlen (HL_CONTROL_SOCKET), 'd');
  g_autoptr (GError) error = NULL;

  directory[0] = '/';
  g_assert_null (hl_control_new (directory, on_run, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_FILENAME_TOO_LONG);
}

static void
test_table (void)
{
  guint n = 0;

  for (const HlCommand *command = hl_commands_get (); command->name != NULL; command++, n++) {
    g_assert_true (hl_commands_find (command->name) == command);
    g_assert_nonnull (command->run);
    g_assert_nonnull (command->params);
  }
  g_assert_cmpuint (n, >=, 20);
  g_assert_null (hl_commands_find ("location"));
  g_assert_null (hl_commands_find (""));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, func) g_test_add ("/control/" path, Fixture, NULL, set_up, func, tear_down)
  ADD ("answers", test_answers);
  ADD ("client-leaves", test_client_leaves);
  ADD ("too-large", test_too_large);
#undef ADD
  g_test_add_func ("/control/path-too-long", test_path_too_long);
  g_test_add_func ("/control/table", test_table);
  return g_test_run ();
}
