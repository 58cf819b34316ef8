/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A probe of one address, see hl-probe.h. */
#include "link/hl-probe.h"

#include "wire/hl-frame.h"

static void
on_answer (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  SoupMessage *message = g_task_get_task_data (task);
  g_autoptr (GBytes) body = soup_session_send_and_read_finish (SOUP_SESSION (source), result, NULL);

  /* A login page answers everything with 200: what works must not be given up for it. */
  g_task_return_boolean (
      task, body != NULL && soup_message_get_status (message) == SOUP_STATUS_OK
                && !hl_http_get_trust (message)->refused
                && g_strcmp0 (soup_message_headers_get_one (
                                  soup_message_get_response_headers (message), HL_WIRE_HEADER),
                              HL_WIRE_PROTOCOL)
                       == 0);
}

void
hl_probe_async (SoupSession *session, HlEndpoint *endpoint, const char *const *pins,
                GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (session, NULL, callback, user_data);
  g_autofree char *url = hl_endpoint_make_url (endpoint, "/readyz");
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  SoupMessage *message = soup_message_new (SOUP_METHOD_GET, url);

  g_task_set_task_data (task, message, g_object_unref);
  hl_http_prepare (message, endpoint, pins, FALSE, cancellable);
  soup_session_send_and_read_async (session, message, G_PRIORITY_DEFAULT, cancellable, on_answer,
                                    task);
}

gboolean
hl_probe_finish (GAsyncResult *result)
{
  return g_task_propagate_boolean (G_TASK (result), NULL);
}
