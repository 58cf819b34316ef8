/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Going away politely, see hl-goodbye.h. */
#include "link/hl-goodbye.h"

#define LIMIT_MS 2000

typedef struct {
  GTask *task;
  SoupWebsocketConnection *socket;
  gulong handler;
  guint timeout;
} Goodbye;

static void
end (Goodbye *goodbye)
{
  g_clear_signal_handler (&goodbye->handler, goodbye->socket);
  g_clear_handle_id (&goodbye->timeout, g_source_remove);
  g_clear_object (&goodbye->socket);
  g_task_return_boolean (goodbye->task, TRUE);
  g_object_unref (goodbye->task);
  g_free (goodbye);
}

static void
on_closed (SoupWebsocketConnection *socket, gpointer data)
{
  end (data);
}

static gboolean
on_timeout (gpointer data)
{
  Goodbye *goodbye = data;
  goodbye->timeout = 0;
  end (goodbye);
  return G_SOURCE_REMOVE;
}

void
hl_goodbye_async (SoupWebsocketConnection *socket, GTask *task)
{
  Goodbye *goodbye = g_new0 (Goodbye, 1);

  goodbye->task = task;
  goodbye->socket = socket;
  goodbye->handler = g_signal_connect (socket, "closed", G_CALLBACK (on_closed), goodbye);
  goodbye->timeout = g_timeout_add (LIMIT_MS, on_timeout, goodbye);
  soup_websocket_connection_close (socket, SOUP_WEBSOCKET_CLOSE_GOING_AWAY, NULL);
}
