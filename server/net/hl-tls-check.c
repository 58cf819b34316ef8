/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finds out whether a certificate and its key belong together, before clients do. */
#include "net/hl-tls-check.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#define TIMEOUT_S 5

typedef struct {
  guint left; /* ends that are not done */
  GError *error;
} Check;

static void
on_handshake_done (GObject *object, GAsyncResult *result, gpointer data)
{
  Check *check = data;
  g_autoptr (GError) error = NULL;

  check->left--;
  if (!g_tls_connection_handshake_finish (G_TLS_CONNECTION (object), result, &error)
      && check->error == NULL)
    check->error = g_steal_pointer (&error);
}

static gboolean
on_accept_certificate (GTlsConnection *connection, GTlsCertificate *certificate,
                       GTlsCertificateFlags flags, gpointer data)
{
  /* Names and dates are none of this check's business. */
  return TRUE;
}

static GIOStream *
wrap (int fd, GError **error)
{
  g_autoptr (GSocket) socket = g_socket_new_from_fd (fd, error);

  if (socket == NULL) {
    close (fd);
    return NULL;
  }
  g_socket_set_timeout (socket, TIMEOUT_S);
  return G_IO_STREAM (g_socket_connection_factory_create_connection (socket));
}

static gboolean
shake_hands (GIOStream *server_base, GIOStream *client_base, GTlsCertificate *certificate,
             GError **error)
{
  GTlsBackend *backend = g_tls_backend_get_default ();
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (GIOStream) server = NULL;
  g_autoptr (GIOStream) client = NULL;
  Check check = { .left = 2 };

  server = g_initable_new (g_tls_backend_get_server_connection_type (backend), NULL, error,
                           "base-io-stream", server_base, "certificate", certificate, "database",
                           NULL, NULL);
  if (server == NULL)
    return FALSE;
  client = g_initable_new (g_tls_backend_get_client_connection_type (backend), NULL, error,
                           "base-io-stream", client_base, "database", NULL, NULL);
  if (client == NULL)
    return FALSE;
  g_signal_connect (client, "accept-certificate", G_CALLBACK (on_accept_certificate), NULL);

  g_main_context_push_thread_default (context);
  g_tls_connection_handshake_async (G_TLS_CONNECTION (server), G_PRIORITY_DEFAULT, NULL,
                                    on_handshake_done, &check);
  g_tls_connection_handshake_async (G_TLS_CONNECTION (client), G_PRIORITY_DEFAULT, NULL,
                                    on_handshake_done, &check);
  while (check.left > 0) {
    g_main_context_iteration (context, TRUE);
    /* One end alone would wait for the other until the timeout. */
    if (check.error != NULL) {
      g_io_stream_close (server_base, NULL, NULL);
      g_io_stream_close (client_base, NULL, NULL);
    }
  }
  g_main_context_pop_thread_default (context);
  if (check.error == NULL)
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
               "The certificate and the key do not work together: %s", check.error->message);
  g_error_free (check.error);
  return FALSE;
}

gboolean
hl_tls_check (GTlsCertificate *certificate, GError **error)
{
  g_autoptr (GIOStream) server = NULL;
  g_autoptr (GIOStream) client = NULL;
  int fds[2];
  gboolean good;

  if (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) < 0) {
    g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), "Cannot make a socket pair: %s",
                 g_strerror (errno));
    return FALSE;
  }
  server = wrap (fds[0], error);
  if (server == NULL) {
    close (fds[1]);
    return FALSE;
  }
  client = wrap (fds[1], error);
  if (client == NULL)
    return FALSE;
  good = shake_hands (server, client, certificate, error);
  g_io_stream_close (server, NULL, NULL);
  g_io_stream_close (client, NULL, NULL);
  return good;
}
