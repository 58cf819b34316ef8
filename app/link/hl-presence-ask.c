/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Asks a server who is connected now. */
#include "link/hl-presence-ask.h"

#include <string.h>

#include "wire/hl-json.h"

#define MAX_ANSWER (256 * 1024)

static void
on_answer (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  SoupMessage *message = g_task_get_task_data (task);
  g_autoptr (GBytes) body = soup_session_send_and_read_finish (SOUP_SESSION (source), result, NULL);
  JsonObject *object = NULL;
  gsize size = 0;
  const char *text;

  if (body != NULL && soup_message_get_status (message) == SOUP_STATUS_OK && !hl_http_get_trust (message)->refused) {
    text = g_bytes_get_data (body, &size);
    if (size > 0 && size <= MAX_ANSWER)
      object = hl_json_parse_object (text, size, NULL, NULL);
  }
  g_task_return_pointer (task, object, (GDestroyNotify)json_object_unref);
}

void
hl_presence_ask_async (SoupSession *session, HlEndpoint *endpoint, const char *const *pins, const char *location,
                       const char *token, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (session, cancellable, callback, user_data);
  g_autofree char *path = g_strdup_printf ("/v1/locations/%s/presence", location);
  g_autofree char *url = hl_endpoint_make_url (endpoint, path);
  g_autofree char *authorization = g_strconcat ("Bearer ", token, NULL);
  SoupMessage *message = soup_message_new (SOUP_METHOD_GET, url);

  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, message, g_object_unref);
  hl_http_prepare (message, endpoint, pins, FALSE, cancellable);
  soup_message_headers_replace (soup_message_get_request_headers (message), "Authorization", authorization);
  explicit_bzero (authorization, strlen (authorization));
  soup_session_send_and_read_async (session, message, G_PRIORITY_LOW, cancellable, on_answer, task);
}

JsonObject *
hl_presence_ask_finish (GAsyncResult *result)
{
  return g_task_propagate_pointer (G_TASK (result), NULL);
}
