/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A server that answers what it is told to, and the real socket link against it. */
#pragma once

#include <libsoup/soup.h>
#include <string.h>

#include "link/hl-socket-link.h"
#include "link/hl-spki.h"
#include "util/hl-log.h"

typedef enum {
  MODE_STATUS,  /* an HTTP status instead of the upgrade */
  MODE_WELCOME, /* hello is answered by welcome and a snapshot */
  MODE_CLOSE,   /* ... by a close code */
  MODE_BYE,     /* ... by bye with a code */
  MODE_TEXT,    /* welcome, then this text */
  MODE_FIRST,   /* ... by this text, then welcome */
  MODE_NO_PROTOCOL,
} Mode;

typedef struct {
  SoupServer *server;
  char *url;
  char *pin;
  Mode mode;
  guint status, code;
  const char *retry_after, *location; /* headers of the answer */
  const char *type;     /* a stranger's answer; NULL: refusals are hostlined's own */
  const char *announced; /* a pin in welcome */
  char *text;
  guint requests, redirected, opened, closed, hellos, pings;
  gboolean authorized, offered_extensions;
  gboolean strict;    /* another token than hl1_secret gets 401 */
  gboolean answers;   /* every action with no_op */
  const char *poison; /* an action that names this is answered by 4400 */
  char *hello, *ping;
  GPtrArray *sockets;
  HlSocketLink *link;
  guint frames;
  gsize largest;
} Rig;

static const char welcome[] = "{\"t\":\"welcome\",\"session\":\"s1\",\"device\":\"stand-1\","
                              "\"pos\":{\"epoch\":\"e\",\"seq\":3,\"h\":"
                              "\"00000000000000aa\"},\"floor\":1,\"mode\":\"snapshot\",\"why\":"
                              "\"first\",\"decided\":0,\"schema\":1,"
                              "\"heartbeat_ms\":1000,\"window\":{\"events\":1024,\"bytes\":1048576}"
                              ",\"spread_ms\":3000,\"limits\":{\"frame_bytes\":"
                              "65536},\"pins\":[],\"server_time\":\"2026-11-27T19:02:11.345Z\","
                              "\"location\":{\"id\":\"l\",\"name\":\"L\",\"timezone\":"
                              "\"UTC\"}}";
static const char snapshot[] = "{\"t\":\"snapshot\",\"pos\":{\"epoch\":\"e\",\"seq\":3,\"h\":"
                               "\"00000000000000aa\"},\"part\":1,\"parts\":1,\"entities\":{}}";

static void
say (SoupWebsocketConnection *socket, const char *text)
{
  if (soup_websocket_connection_get_state (socket) == SOUP_WEBSOCKET_STATE_OPEN)
    soup_websocket_connection_send_text (socket, text);
}

static void
on_message (SoupWebsocketConnection *socket, gint type, GBytes *message, gpointer data)
{
  Rig *rig = data;
  const char *text = g_bytes_get_data (message, NULL);
  g_autofree char *bye = NULL;

  if (strstr (text, "\"t\":\"ping\"") != NULL) {
    const char *n = strstr (text, "\"n\":");
    g_autofree char *pong = g_strdup_printf (
        "{\"t\":\"pong\",\"n\":%d,\"head\":3,\"server_time\":\"2026-11-27T19:02:11.345Z\"}",
        atoi (n + 4));
    rig->pings++;
    g_free (rig->ping);
    rig->ping = g_strdup (text);
    say (socket, pong);
    return;
  }
  if (strstr (text, "\"t\":\"act\"") != NULL) {
    const char *id = strstr (text, "\"id\":\"");
    if (rig->poison != NULL && strstr (text, rig->poison) != NULL) {
      if (soup_websocket_connection_get_state (socket) == SOUP_WEBSOCKET_STATE_OPEN)
        soup_websocket_connection_close (socket, 4400, NULL);
    } else if (rig->answers) {
      g_autofree char *done
          = g_strdup_printf ("{\"t\":\"done\",\"id\":\"%.36s\",\"outcome\":\"no_op\"}", id + 6);
      say (socket, done);
    }
    return;
  }
  if (strstr (text, "\"t\":\"hello\"") == NULL)
    return;
  rig->hellos++;
  g_free (rig->hello);
  rig->hello = g_strdup (text);
  switch (rig->mode) {
  case MODE_WELCOME:
    if (rig->announced != NULL) {
      const char *pins = strstr (welcome, "\"pins\":[") + strlen ("\"pins\":[");
      g_autofree char *with = g_strdup_printf ("%.*s\"%s\"%s", (int)(pins - welcome), welcome,
                                               rig->announced, pins);
      say (socket, with);
    } else {
      say (socket, welcome);
    }
    say (socket, snapshot);
    break;
  case MODE_TEXT:
    say (socket, welcome);
    say (socket, rig->text);
    break;
  case MODE_FIRST:
    say (socket, rig->text);
    say (socket, welcome);
    break;
  case MODE_CLOSE:
    soup_websocket_connection_close (socket, (gushort)rig->code, NULL);
    break;
  case MODE_BYE:
    bye = g_strdup_printf ("{\"t\":\"bye\",\"code\":%u,\"action\":\"retry\",\"retry_ms\":60000}",
                           rig->code);
    say (socket, bye);
    break;
  case MODE_STATUS:
  case MODE_NO_PROTOCOL:
  default:
    break;
  }
}

static void
on_closed (SoupWebsocketConnection *socket, gpointer data)
{
  ((Rig *)data)->closed++;
}

static void
on_socket (SoupServer *server, SoupServerMessage *message, const char *path,
           SoupWebsocketConnection *socket, gpointer data)
{
  Rig *rig = data;
  rig->opened++;
  g_ptr_array_add (rig->sockets, g_object_ref (socket));
  g_signal_connect (socket, "message", G_CALLBACK (on_message), rig);
  g_signal_connect (socket, "closed", G_CALLBACK (on_closed), rig);
}

/* As hostlined refuses. */
static void
refuse (SoupServerMessage *message, guint status)
{
  g_autofree char *body = g_strdup_printf (
      "{\"type\":\"urn:hostline:problem:x\",\"title\":\"x\",\"status\":%u,\"detail\":\"x\"}", status);

  soup_server_message_set_status (message, status, NULL);
  soup_server_message_set_response (message, "application/problem+json", SOUP_MEMORY_COPY, body,
                                    strlen (body));
  soup_message_headers_replace (soup_server_message_get_response_headers (message), HL_WIRE_HEADER,
                                HL_WIRE_PROTOCOL);
}

static void
on_request (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query,
            gpointer data)
{
  Rig *rig = data;
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);

  rig->requests++;
  rig->authorized
      = g_strcmp0 (soup_message_headers_get_one (headers, "Authorization"), "Bearer hl1_secret")
        == 0;
  rig->offered_extensions
      = soup_message_headers_get_one (headers, "Sec-WebSocket-Extensions") != NULL;
  if (rig->strict && !rig->authorized)
    refuse (message, 401);
  else if (rig->mode == MODE_STATUS && rig->type == NULL && rig->status >= 400) {
    refuse (message, rig->status);
    if (rig->retry_after != NULL)
      soup_message_headers_replace (soup_server_message_get_response_headers (message),
                                    "Retry-After", rig->retry_after);
  } else if (rig->mode == MODE_STATUS) {
    soup_server_message_set_status (message, rig->status, NULL);
    if (rig->retry_after != NULL)
      soup_message_headers_replace (soup_server_message_get_response_headers (message),
                                    "Retry-After", rig->retry_after);
    if (rig->type != NULL)
      soup_server_message_set_response (message, rig->type, SOUP_MEMORY_STATIC, "<p>Hello", 8);
    if (rig->location != NULL)
      soup_message_headers_replace (soup_server_message_get_response_headers (message), "Location",
                                    rig->location);
  }
}

static void
on_elsewhere (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query,
              gpointer data)
{
  ((Rig *)data)->redirected++;
  soup_server_message_set_status (message, 200, NULL);
}

static void
on_frame (HlLink *link, gpointer frame, gpointer data)
{
  Rig *rig = data;
  HlFrame *f = frame;
  rig->frames++;
  if (f->type == HL_FRAME_SNAPSHOT)
    hl_link_caught_up (link);
  if (f->type == HL_FRAME_PARTIAL)
    rig->largest = strlen (f->partial.text);
}

static G_GNUC_UNUSED void
rig_serve (Rig *rig, gboolean tls, gboolean with_protocol)
{
  static const char *const protocols[] = { HL_WIRE_PROTOCOL, NULL };
  g_autoptr (GError) error = NULL;
  g_autoslist (GUri) uris = NULL;

  memset (rig, 0, sizeof *rig);
  rig->sockets = g_ptr_array_new_with_free_func (g_object_unref);
  rig->server = soup_server_new (NULL, NULL);
  if (tls) {
    g_autofree char *cert
        = g_test_build_filename (G_TEST_DIST, "server", "net", "test-certificate.pem", NULL);
    g_autofree char *key
        = g_test_build_filename (G_TEST_DIST, "server", "net", "test-key.pem", NULL);
    g_autoptr (GTlsCertificate) certificate = g_tls_certificate_new_from_files (cert, key, &error);
    g_assert_no_error (error);
    rig->pin = hl_spki_make_pin (certificate);
    g_assert_nonnull (rig->pin);
    soup_server_set_tls_certificate (rig->server, certificate);
  }
  soup_server_add_handler (rig->server, "/v1/locations/l/live", on_request, rig, NULL);
  soup_server_add_handler (rig->server, "/elsewhere", on_elsewhere, rig, NULL);
  soup_server_add_websocket_handler (rig->server, "/v1/locations/l/live", NULL,
                                     with_protocol ? (char **)protocols : NULL, on_socket, rig,
                                     NULL);
  g_assert_true (soup_server_listen_local (
      rig->server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY | (tls ? SOUP_SERVER_LISTEN_HTTPS : 0), &error));
  g_assert_no_error (error);
  uris = soup_server_get_uris (rig->server);
  rig->url
      = g_strdup_printf ("%s://127.0.0.1:%d", tls ? "https" : "http", g_uri_get_port (uris->data));
}

static HlPosition *
on_hello (HlLink *link, guint64 *unsent, gpointer data)
{
  *unsent = 4;
  return hl_position_new ("e", 2, 0xab);
}

static G_GNUC_UNUSED void
rig_connect (Rig *rig, const char *pin, const char *suffix)
{
  g_autofree char *url = g_strconcat (rig->url, suffix, NULL);
  const char *urls[] = { url, NULL };
  const char *pins[] = { pin, NULL };

  rig->link
      = hl_socket_link_new (urls, pin != NULL ? pins : NULL, "l", "hl1_secret", "stand-1", "es");
  hl_link_set_hello (HL_LINK (rig->link), on_hello, rig);
  hl_link_set_progress (HL_LINK (rig->link), 2, 4);
  g_signal_connect (rig->link, "frame", G_CALLBACK (on_frame), rig);
  hl_link_set_wanted (HL_LINK (rig->link), TRUE);
}

static G_GNUC_UNUSED void
rig_clear (Rig *rig)
{
  if (rig->link != NULL) {
    hl_link_set_wanted (HL_LINK (rig->link), FALSE);
    g_signal_handlers_disconnect_by_data (rig->link, rig);
    g_clear_object (&rig->link);
  }
  for (guint i = 0; i < rig->sockets->len; i++)
    g_signal_handlers_disconnect_by_data (g_ptr_array_index (rig->sockets, i), rig);
  g_ptr_array_unref (rig->sockets);
  soup_server_disconnect (rig->server);
  g_object_unref (rig->server);
  g_free (rig->url);
  g_free (rig->pin);
  g_free (rig->hello);
  g_free (rig->ping);
  g_free (rig->text);
}

#define UNTIL(condition)                                                                           \
  G_STMT_START                                                                                     \
  {                                                                                                \
    gint64 deadline = g_get_monotonic_time () + 60 * G_USEC_PER_SEC;                               \
    while (!(condition)) {                                                                         \
      g_assert_cmpint (g_get_monotonic_time (), <, deadline);                                      \
      if (!g_main_context_iteration (NULL, FALSE))                                                 \
        g_usleep (200);                                                                            \
    }                                                                                              \
  }                                                                                                \
  G_STMT_END

#define STATE(rig) hl_link_get_state (HL_LINK ((rig)->link))
#define CAUSE(rig) hl_link_get_cause (HL_LINK ((rig)->link))

#ifdef __SANITIZE_ADDRESS__
/* The test's own server is SoupServer with libsoup's listener, which leaks a GSocket for each
 * connection on the floor version (the product's server accepts by itself). Only slow unwinding
 * sees where such a leak comes from. */
const char *__lsan_default_suppressions (void);
const char *__asan_default_options (void);

const char *
__lsan_default_suppressions (void)
{
  return "leak:g_socket_accept\nleak:soup_server_listen_local\n";
}

const char *
__asan_default_options (void)
{
  return "fast_unwind_on_malloc=0";
}
#endif
