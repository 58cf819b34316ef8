/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests certificates, their reload, and libsoup's client against the front: plain and TLS. */
#include <glib/gstdio.h>
#include <libsoup/soup.h>
#include <string.h>

#include "net/hl-front.h"
#include "net/hl-peer.h"
#include "net/hl-ws-frame.h"

#define PROTOCOL "hostline.v1"

/* Read by LeakSanitizer: GCC 12's crashes itself on the threads that GIO keeps after a handshake.
 * valgrind finds no leak in this test. */
int __lsan_is_turned_off (void);

int
__lsan_is_turned_off (void)
{
  return 1;
}

static char *
source_file (const char *name)
{
  return g_build_filename (g_getenv ("HOSTLINE_SOURCE_DIR"), "tests", "server", "net", name, NULL);
}

typedef struct {
  HlReactor *reactor;
  HlFront *front;
  HlTls *tls;
  SoupSession *session;
  SoupWebsocketConnection *client;
  HlPeer *peer;
  GString *log;
  guint status;
  gboolean answered;
} Fixture;

static void
on_peer_message (HlPeer *peer, const char *text, gsize len, gpointer data)
{
  g_autoptr (GBytes) frame = hl_ws_frame_text (text, len);

  hl_peer_send (peer, frame);
}

static void
on_peer_closed (HlPeer *peer, guint code, gboolean clean, gpointer data)
{
  Fixture *fixture = data;

  fixture->peer = NULL;
  g_string_append_printf (fixture->log, "peer(%u,%d)", code, clean);
}

static const HlPeerFuncs peer_funcs = { on_peer_message, NULL, on_peer_closed };

static void
on_upgraded (HlStream *stream, gpointer data)
{
  Fixture *fixture = data;

  g_assert_cmpstr (hl_stream_get_address (stream), ==, "127.0.0.1");
  g_assert_true (hl_stream_is_tls (stream) == (fixture->tls != NULL));
  fixture->peer = hl_peer_new (fixture->reactor, stream, &peer_funcs, fixture);
}

static void
on_request (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query,
            gpointer data)
{
  Fixture *fixture = data;
  guint status = hl_front_check_upgrade (fixture->front, message, PROTOCOL, NULL);

  if (status == 0)
    hl_front_upgrade (fixture->front, message, PROTOCOL, on_upgraded, fixture, NULL);
  else
    soup_server_message_set_status (message, status, NULL);
}

static gboolean
on_accept_certificate (SoupMessage *message, GTlsCertificate *certificate,
                       GTlsCertificateFlags flags, gpointer data)
{
  return TRUE;
}

static void
set_up (Fixture *fixture, gconstpointer tls)
{
  g_autoptr (GError) error = NULL;

  fixture->log = g_string_new (NULL);
  fixture->reactor = hl_reactor_new (NULL, &error);
  g_assert_no_error (error);
  fixture->front = hl_front_new (fixture->reactor, NULL, &error);
  g_assert_no_error (error);
  if (tls != NULL) {
    g_autofree char *certificate = source_file ("test-certificate.pem");
    g_autofree char *key = source_file ("test-key.pem");

    fixture->tls = hl_tls_new (fixture->reactor, certificate, key, &error);
    g_assert_no_error (error);
  }
  hl_front_listen (fixture->front, "127.0.0.1:0", fixture->tls, &error);
  g_assert_no_error (error);
  soup_server_add_handler (hl_front_get_server (fixture->front), NULL, on_request, fixture, NULL);
  fixture->session = soup_session_new ();
}

static void
wait_until_gone (Fixture *fixture)
{
  while (fixture->peer != NULL
         || hl_admission_get_count (hl_front_get_admission (fixture->front)) > 0)
    g_main_context_iteration (NULL, TRUE);
}

static void
tear_down (Fixture *fixture, gconstpointer tls)
{
  g_clear_object (&fixture->client);
  soup_session_abort (fixture->session);
  g_clear_object (&fixture->session);
  if (fixture->peer != NULL)
    hl_peer_abort (fixture->peer);
  wait_until_gone (fixture);
  hl_front_free (fixture->front);
  g_clear_pointer (&fixture->tls, hl_tls_unref);
  for (guint i = 0; i < 10; i++)
    g_main_context_iteration (NULL, FALSE);
  hl_reactor_unref (fixture->reactor);
  g_string_free (fixture->log, TRUE);
}

static void
on_connected (GObject *object, GAsyncResult *result, gpointer data)
{
  Fixture *fixture = data;
  g_autoptr (GError) error = NULL;

  fixture->client = soup_session_websocket_connect_finish (SOUP_SESSION (object), result, &error);
  fixture->answered = TRUE;
}

static void
on_client_message (SoupWebsocketConnection *connection, int type, GBytes *message, gpointer data)
{
  g_string_append_printf (((Fixture *) data)->log, "got(%zu)", g_bytes_get_size (message));
}

static void
on_client_closed (SoupWebsocketConnection *connection, gpointer data)
{
  g_string_append_printf (((Fixture *) data)->log, "client(%u)",
                          soup_websocket_connection_get_close_code (connection));
}

static void
connect_client (Fixture *fixture, const char *protocol)
{
  g_auto (GStrv) uris = hl_front_get_uris (fixture->front);
  g_autoptr (SoupMessage) message = soup_message_new (SOUP_METHOD_GET, uris[0]);
  char *protocols[] = { (char *) protocol, NULL };

  g_signal_connect (message, "accept-certificate", G_CALLBACK (on_accept_certificate), NULL);
  soup_session_websocket_connect_async (fixture->session, message, NULL, protocols,
                                        G_PRIORITY_DEFAULT, NULL, on_connected, fixture);
  while (!fixture->answered)
    g_main_context_iteration (NULL, TRUE);
  fixture->status = soup_message_get_status (message);
  if (fixture->client != NULL) {
    g_signal_connect (fixture->client, "message", G_CALLBACK (on_client_message), fixture);
    g_signal_connect (fixture->client, "closed", G_CALLBACK (on_client_closed), fixture);
  }
}

static void
wait_for_log (Fixture *fixture, const char *end)
{
  gint64 deadline = g_get_monotonic_time () + 60 * G_USEC_PER_SEC;

  while (!g_str_has_suffix (fixture->log->str, end)) {
    g_main_context_iteration (NULL, TRUE);
    g_assert_cmpint (g_get_monotonic_time (), <, deadline);
  }
}

static void
test_libsoup_echo (Fixture *fixture, gconstpointer tls)
{
  const gsize sizes[] = { 0, 1, 125, 126, 20000, 65535, 65536 };

  connect_client (fixture, PROTOCOL);
  g_assert_nonnull (fixture->client);
  g_assert_cmpstr (soup_websocket_connection_get_protocol (fixture->client), ==, PROTOCOL);
  g_assert_null (soup_websocket_connection_get_extensions (fixture->client));
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++) {
    g_autofree char *text = g_strnfill (sizes[i], 'e');
    g_autofree char *wanted = g_strdup_printf ("got(%zu)", sizes[i]);

    soup_websocket_connection_send_text (fixture->client, text);
    wait_for_log (fixture, wanted);
  }
  g_string_truncate (fixture->log, 0);
  soup_websocket_connection_close (fixture->client, 1000, "done");
  wait_for_log (fixture, "client(1000)");
  wait_until_gone (fixture);
  g_assert_nonnull (strstr (fixture->log->str, "peer(1000,1)"));
}

static void
test_libsoup_is_closed (Fixture *fixture, gconstpointer tls)
{
  connect_client (fixture, PROTOCOL);
  while (fixture->peer == NULL)
    g_main_context_iteration (NULL, TRUE);
  hl_peer_close (fixture->peer, 4102, "take a snapshot");
  wait_for_log (fixture, "client(4102)");
  g_assert_cmpstr (soup_websocket_connection_get_close_data (fixture->client), ==,
                   "take a snapshot");
  wait_until_gone (fixture);
  g_assert_nonnull (strstr (fixture->log->str, "peer(4102,1)"));
}

static void
test_libsoup_too_big (Fixture *fixture, gconstpointer tls)
{
  g_autofree char *text = g_strnfill (65537, 'e');

  connect_client (fixture, PROTOCOL);
  soup_websocket_connection_send_text (fixture->client, text);
  wait_for_log (fixture, "client(1009)");
}

static void
test_libsoup_other_protocol (Fixture *fixture, gconstpointer tls)
{
  connect_client (fixture, "hostline.v2");
  g_assert_null (fixture->client);
  g_assert_cmpuint (fixture->status, ==, 400);
}

static void
copy_file (const char *from, const char *to)
{
  g_autofree char *path = source_file (from);
  g_autofree char *text = NULL;
  gsize len;

  g_assert_true (g_file_get_contents (path, &text, &len, NULL));
  g_assert_true (g_file_set_contents (to, text, len, NULL));
}

/* A reload with files that do not fit leaves the old certificate in use. */
static void
test_reload (void)
{
  g_autofree char *folder = g_dir_make_tmp ("hostline-tls-XXXXXX", NULL);
  g_autofree char *certificate = g_build_filename (folder, "c.pem", NULL);
  g_autofree char *key = g_build_filename (folder, "k.pem", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (HlReactor) reactor = hl_reactor_new (NULL, &error);
  g_autoptr (HlTls) tls = NULL;
  g_autoptr (GDateTime) end = NULL;
  g_autofree char *pin = NULL;

  copy_file ("test-certificate.pem", certificate);
  copy_file ("test-key.pem", key);
  tls = hl_tls_new (reactor, certificate, key, &error);
  g_assert_no_error (error);
  pin = g_strdup (hl_tls_get_pin (tls));
  g_assert_true (g_str_has_prefix (pin, "sha256:"));
  g_assert_cmpuint (strlen (pin), ==, strlen ("sha256:") + 64);
  end = hl_tls_get_not_after (tls);
  g_assert_nonnull (end);

  g_assert_true (hl_tls_reload (tls, &error));
  copy_file ("test-other-key.pem", key);
  g_assert_false (hl_tls_reload (tls, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
  g_clear_error (&error);
  g_assert_cmpstr (hl_tls_get_pin (tls), ==, pin);

  copy_file ("test-other-certificate.pem", certificate);
  g_assert_true (hl_tls_reload (tls, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (hl_tls_get_pin (tls), !=, pin);

  g_assert_true (g_file_set_contents (certificate, "nonsense", -1, NULL));
  g_assert_false (hl_tls_reload (tls, &error));
  g_clear_error (&error);
  g_unlink (key);
  g_assert_false (hl_tls_reload (tls, &error));
  g_assert_nonnull (error);

  g_unlink (certificate);
  g_rmdir (folder);
}

#define ADD(name, func)                                                                            \
  g_test_add ("/libsoup/" name "/plain", Fixture, NULL, set_up, func, tear_down);                  \
  g_test_add ("/libsoup/" name "/tls", Fixture, "tls", set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tls/reload", test_reload);
  ADD ("echo", test_libsoup_echo);
  ADD ("is-closed", test_libsoup_is_closed);
  ADD ("too-big", test_libsoup_too_big);
  ADD ("other-protocol", test_libsoup_other_protocol);
  return g_test_run ();
}
