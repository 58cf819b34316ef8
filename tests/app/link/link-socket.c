/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The real socket link against a server that answers everything that servers, proxies and strangers
 * answer. */
#include <libsoup/soup.h>
#include <string.h>

#include "link/hl-pairing.h"
#include "link/hl-socket-link.h"
#include "link/hl-spki.h"
#include "util/hl-log.h"

typedef enum {
  MODE_STATUS,  /* an HTTP status instead of the upgrade */
  MODE_WELCOME, /* hello is answered by welcome and a snapshot */
  MODE_CLOSE,   /* ... by a close code */
  MODE_BYE,     /* ... by bye with a code */
  MODE_TEXT,    /* welcome, then this text */
  MODE_NO_PROTOCOL,
} Mode;

typedef struct {
  SoupServer *server;
  char *url;
  char *pin;
  Mode mode;
  guint status, code;
  const char *retry_after, *location;
  char *text;
  guint requests, redirected, opened, closed, hellos, pings;
  gboolean authorized, offered_extensions;
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
  if (strstr (text, "\"t\":\"hello\"") == NULL)
    return;
  rig->hellos++;
  g_free (rig->hello);
  rig->hello = g_strdup (text);
  switch (rig->mode) {
  case MODE_WELCOME:
    say (socket, welcome);
    say (socket, snapshot);
    break;
  case MODE_TEXT:
    say (socket, welcome);
    say (socket, rig->text);
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
  if (rig->mode == MODE_STATUS) {
    soup_server_message_set_status (message, rig->status, NULL);
    if (rig->retry_after != NULL)
      soup_message_headers_replace (soup_server_message_get_response_headers (message),
                                    "Retry-After", rig->retry_after);
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

static void
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

static void
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

static void
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
    gint64 deadline = g_get_monotonic_time () + 20 * G_USEC_PER_SEC;                               \
    while (!(condition)) {                                                                         \
      g_assert_cmpint (g_get_monotonic_time (), <, deadline);                                      \
      if (!g_main_context_iteration (NULL, FALSE))                                                 \
        g_usleep (200);                                                                            \
    }                                                                                              \
  }                                                                                                \
  G_STMT_END

#define STATE(rig) hl_link_get_state (HL_LINK ((rig)->link))
#define CAUSE(rig) hl_link_get_cause (HL_LINK ((rig)->link))

static void
test_live (void)
{
  Rig rig;

  rig_serve (&rig, FALSE, TRUE);
  rig.mode = MODE_WELCOME;
  rig_connect (&rig, NULL, "");
  UNTIL (STATE (&rig) == HL_LINK_STATE_LIVE);
  g_assert_true (rig.authorized);
  g_assert_false (rig.offered_extensions);
  g_assert_nonnull (strstr (rig.hello, "\"device\":\"stand-1\""));
  g_assert_nonnull (strstr (rig.hello, "\"language\":\"es\""));
  g_assert_nonnull (strstr (rig.hello, "\"seq\":2,\"h\":\"00000000000000ab\""));
  g_assert_nonnull (strstr (rig.hello, "\"unsent\":4"));
  g_assert_cmpuint (rig.frames, ==, 2);
  /* heartbeats carry what hello carried, and measure the round trip */
  UNTIL (rig.pings >= 2);
  g_assert_nonnull (strstr (rig.ping, "\"seq\":2,\"unsent\":4"));
  UNTIL (hl_link_get_rtt (HL_LINK (rig.link)) >= 0);
  /* again and again: exactly one socket stays open */
  for (int i = 0; i < 5; i++)
    hl_link_reconnect_now (HL_LINK (rig.link));
  UNTIL (STATE (&rig) == HL_LINK_STATE_LIVE);
  UNTIL (rig.opened - rig.closed == 1);
  g_assert_cmpint (STATE (&rig), ==, HL_LINK_STATE_LIVE);
  rig_clear (&rig);
}

static void
test_statuses (void)
{
  static const struct {
    guint status;
    const char *retry_after;
    HlLinkState state;
    HlLinkCause cause;
  } table[] = {
    { 200, NULL, HL_LINK_STATE_WAITING, HL_LINK_CAUSE_LOGIN_PAGE },
    { 302, NULL, HL_LINK_STATE_WAITING, HL_LINK_CAUSE_LOGIN_PAGE },
    { 400, NULL, HL_LINK_STATE_WAITING, HL_LINK_CAUSE_LOGIN_PAGE },
    { 401, NULL, HL_LINK_STATE_STOPPED, HL_LINK_CAUSE_DEVICE_REMOVED },
    { 403, NULL, HL_LINK_STATE_STOPPED, HL_LINK_CAUSE_NOT_ALLOWED },
    { 404, NULL, HL_LINK_STATE_STOPPED, HL_LINK_CAUSE_NO_LOCATION },
    { 426, NULL, HL_LINK_STATE_STOPPED, HL_LINK_CAUSE_TOO_OLD },
    { 429, "100", HL_LINK_STATE_WAITING, HL_LINK_CAUSE_TOO_MANY },
    { 500, NULL, HL_LINK_STATE_WAITING, HL_LINK_CAUSE_SERVER_ERROR },
    { 502, NULL, HL_LINK_STATE_WAITING, HL_LINK_CAUSE_SERVER_ERROR },
    { 503, "100", HL_LINK_STATE_WAITING, HL_LINK_CAUSE_SERVER_ERROR },
  };
  for (guint i = 0; i < G_N_ELEMENTS (table); i++) {
    Rig rig;
    g_test_message ("HTTP %u", table[i].status);
    rig_serve (&rig, FALSE, TRUE);
    rig.mode = MODE_STATUS;
    rig.status = table[i].status;
    rig.retry_after = table[i].retry_after;
    rig.location = table[i].status == 302 ? "/elsewhere" : NULL;
    rig_connect (&rig, NULL, "");
    UNTIL (STATE (&rig) == table[i].state);
    g_assert_cmpint (CAUSE (&rig), ==, table[i].cause);
    /* nobody follows a redirect with our token */
    g_assert_cmpuint (rig.redirected, ==, 0);
    if (table[i].retry_after != NULL)
      g_assert_cmpint (hl_link_get_retry_at (HL_LINK (rig.link)) - g_get_real_time () / 1000, >,
                       90000);
    /* the way back is open */
    rig.mode = MODE_WELCOME;
    hl_link_reconnect_now (HL_LINK (rig.link));
    UNTIL (STATE (&rig) == HL_LINK_STATE_LIVE);
    rig_clear (&rig);
  }
}

static void
test_closes (void)
{
  static const struct {
    guint code;
    HlLinkState state;
    HlLinkCause cause;
  } table[] = {
    { 1000, HL_LINK_STATE_WAITING, HL_LINK_CAUSE_SERVER_DOWN },
    { 1001, HL_LINK_STATE_WAITING, HL_LINK_CAUSE_SERVER_DOWN },
    { 4001, HL_LINK_STATE_WAITING, HL_LINK_CAUSE_SERVER_DOWN },
    { 4008, HL_LINK_STATE_WAITING, HL_LINK_CAUSE_SLOW },
    { 4102, HL_LINK_STATE_WAITING, HL_LINK_CAUSE_SLOW },
    { 4401, HL_LINK_STATE_STOPPED, HL_LINK_CAUSE_DEVICE_REMOVED },
    { 4409, HL_LINK_STATE_STOPPED, HL_LINK_CAUSE_REPLACED },
    { 4410, HL_LINK_STATE_STOPPED, HL_LINK_CAUSE_PAIR_AGAIN },
    { 4477, HL_LINK_STATE_STOPPED, HL_LINK_CAUSE_STOPPED },
    { 4077, HL_LINK_STATE_WAITING, HL_LINK_CAUSE_SERVER_DOWN },
  };
  for (guint i = 0; i < 2 * G_N_ELEMENTS (table); i++) {
    Rig rig;
    const typeof (table[0]) *row = &table[i / 2];
    g_test_message ("%s %u", i % 2 == 0 ? "close" : "bye", row->code);
    rig_serve (&rig, FALSE, TRUE);
    rig.mode = i % 2 == 0 ? MODE_CLOSE : MODE_BYE;
    rig.code = row->code;
    rig_connect (&rig, NULL, "");
    UNTIL (STATE (&rig) == row->state);
    g_assert_cmpint (CAUSE (&rig), ==, row->cause);
    rig.mode = MODE_WELCOME;
    hl_link_reconnect_now (HL_LINK (rig.link));
    UNTIL (STATE (&rig) == HL_LINK_STATE_LIVE);
    /* after 4102 the hello asks for a snapshot */
    g_assert_cmpint (strstr (rig.hello, "\"pos\":null") != NULL, ==, row->code == 4102);
    rig_clear (&rig);
  }
}

/* Frames up to 256 KiB come through libsoup's default limit of 128 KiB; nonsense closes and is
 * said. */
static void
test_frames (void)
{
  Rig rig;
  g_autofree char *padding = g_strnfill (3900, 'x');
  GString *large = g_string_new ("{\"t\":\"events\",\"events\":[");

  for (int i = 0; i < 60; i++)
    g_string_append_printf (large,
                            "%s{\"seq\":%d,\"id\":\"e%d\",\"kind\":\"x\",\"at\":\"2026-11-27T19:02:"
                            "11.345Z\",\"received\":"
                            "\"2026-11-27T19:02:11.345Z\",\"by\":{\"role\":\"publisher\",\"name\":"
                            "\"p\",\"device\":null,\"n\":null},"
                            "\"act\":null,\"end\":true,\"data\":{\"x\":\"%s\"}}",
                            i > 0 ? "," : "", i + 4, i + 4, padding);
  g_string_append (large, "],\"pos\":{\"epoch\":\"e\",\"seq\":63,\"h\":\"00000000000000bb\"}}");
  g_assert_cmpuint (large->len, >, 200 * 1024);
  rig_serve (&rig, FALSE, TRUE);
  rig.mode = MODE_TEXT;
  rig.text = g_string_free (large, FALSE);
  rig_connect (&rig, NULL, "");
  UNTIL (rig.frames == 2);
  g_assert_cmpint (STATE (&rig), ==, HL_LINK_STATE_CATCHING_UP);
  rig_clear (&rig);
  for (int i = 0; i < 4; i++) {
    static const char *const texts[]
        = { "{\"t\":\"nonsense\"}", "[", "{\"t\":\"hello\",\"device\":\"x\"}", "\xc3\xa9" };
    rig_serve (&rig, FALSE, TRUE);
    rig.mode = MODE_TEXT;
    rig.text = g_strdup (texts[i]);
    rig_connect (&rig, NULL, "");
    UNTIL (STATE (&rig) == HL_LINK_STATE_WAITING);
    g_assert_cmpint (CAUSE (&rig), ==, HL_LINK_CAUSE_BAD_FRAME);
    rig_clear (&rig);
  }
}

static void
test_strangers (void)
{
  Rig rig;
  g_autofree char *url = NULL;
  const char *urls[] = { NULL, NULL };

  /* a WebSocket server that does not speak our protocol */
  rig_serve (&rig, FALSE, FALSE);
  rig.mode = MODE_NO_PROTOCOL;
  rig_connect (&rig, NULL, "");
  UNTIL (STATE (&rig) == HL_LINK_STATE_WAITING);
  g_assert_cmpint (CAUSE (&rig), ==, HL_LINK_CAUSE_LOGIN_PAGE);
  g_assert_cmpuint (rig.hellos, ==, 0);
  url = g_strdup (rig.url);
  rig_clear (&rig);
  /* nobody listens there any more */
  urls[0] = url;
  memset (&rig, 0, sizeof rig);
  rig.link = hl_socket_link_new (urls, NULL, "l", "hl1_secret", "stand-1", NULL);
  hl_link_set_wanted (HL_LINK (rig.link), TRUE);
  UNTIL (STATE (&rig) == HL_LINK_STATE_WAITING);
  g_assert_cmpint (CAUSE (&rig), ==, HL_LINK_CAUSE_REFUSED);
  hl_link_set_wanted (HL_LINK (rig.link), FALSE);
  g_assert_cmpint (STATE (&rig), ==, HL_LINK_STATE_IDLE);
  g_clear_object (&rig.link);
  /* a name that is none */
  urls[0] = "http://no-such-host.invalid:1";
  rig.link = hl_socket_link_new (urls, NULL, "l", "hl1_secret", "stand-1", NULL);
  hl_link_set_wanted (HL_LINK (rig.link), TRUE);
  UNTIL (STATE (&rig) == HL_LINK_STATE_WAITING);
  g_assert_true (CAUSE (&rig) == HL_LINK_CAUSE_NAME_NOT_FOUND
                 || CAUSE (&rig) == HL_LINK_CAUSE_NO_NETWORK);
  g_clear_object (&rig.link);
}

static void
test_failover (void)
{
  Rig rig;
  g_autofree char *both = NULL;

  rig_serve (&rig, FALSE, TRUE);
  rig.mode = MODE_WELCOME;
  {
    const char *urls[] = { "http://127.0.0.1:1", rig.url, NULL };
    g_autoptr (HlEndpoint) first = NULL;
    g_autoptr (HlEndpoint) second = NULL;
    rig.link = hl_socket_link_new (urls, NULL, "l", "hl1_secret", "stand-1", NULL);
    g_signal_connect (rig.link, "frame", G_CALLBACK (on_frame), &rig);
    hl_link_set_wanted (HL_LINK (rig.link), TRUE);
    UNTIL (STATE (&rig) == HL_LINK_STATE_LIVE);
    first = g_list_model_get_item (hl_link_get_endpoints (HL_LINK (rig.link)), 0);
    second = g_list_model_get_item (hl_link_get_endpoints (HL_LINK (rig.link)), 1);
    g_assert_false (hl_endpoint_get_in_use (first));
    g_assert_true (hl_endpoint_get_in_use (second));
  }
  rig_clear (&rig);
}

static void
test_pins (void)
{
  static const char other[]
      = "sha256:0000000000000000000000000000000000000000000000000000000000000000";
  Rig rig;

  /* a matching pin overrides names and dates */
  rig_serve (&rig, TRUE, TRUE);
  rig.mode = MODE_WELCOME;
  rig_connect (&rig, rig.pin, "");
  UNTIL (STATE (&rig) == HL_LINK_STATE_LIVE);
  rig_clear (&rig);
  for (int i = 0; i < 3; i++) {
    rig_serve (&rig, TRUE, TRUE);
    rig.mode = MODE_WELCOME;
    /* another key; none known; a public certificate expected */
    rig_connect (&rig, i == 0 ? other : i == 1 ? NULL : rig.pin, i == 2 ? "#pki" : "");
    UNTIL (STATE (&rig) == HL_LINK_STATE_STOPPED);
    g_assert_true (CAUSE (&rig) == HL_LINK_CAUSE_CERTIFICATE
                   || CAUSE (&rig) == HL_LINK_CAUSE_CLOCK);
    /* not a byte of the token was sent */
    g_assert_cmpuint (rig.requests, ==, 0);
    g_assert_cmpuint (rig.hellos, ==, 0);
    rig_clear (&rig);
  }
}

static void
test_spki (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path
      = g_test_build_filename (G_TEST_DIST, "server", "net", "test-certificate.pem", NULL);
  g_autofree char *other_path
      = g_test_build_filename (G_TEST_DIST, "server", "net", "test-other-certificate.pem", NULL);
  g_autoptr (GTlsCertificate) certificate = g_tls_certificate_new_from_file (path, &error);
  g_autoptr (GTlsCertificate) other = g_tls_certificate_new_from_file (other_path, NULL);
  g_autoptr (GByteArray) der = NULL;
  g_autofree char *pin = NULL;
  g_autofree char *shorter = NULL;
  const char *pins[] = { NULL, NULL };

  g_assert_no_error (error);
  pin = hl_spki_make_pin (certificate);
  g_assert_cmpuint (strlen (pin), ==, 7 + 64);
  pins[0] = pin;
  g_assert_true (hl_spki_matches (certificate, pins));
  g_assert_false (hl_spki_matches (other, pins));
  shorter = hl_spki_make_short (pin);
  g_assert_cmpuint (strlen (shorter), ==, 9);
  /* any cut and any changed byte: an answer or none, never out of bounds */
  g_object_get (certificate, "certificate", &der, NULL);
  for (guint i = 0; i < der->len; i++) {
    g_autofree guint8 *copy = g_memdup2 (der->data, der->len);
    g_autofree guint8 *cut = g_memdup2 (der->data, MAX (i, 1));
    g_free (hl_spki_make_pin_from_der (cut, i));
    copy[i] ^= 0xff;
    g_free (hl_spki_make_pin_from_der (copy, der->len));
  }
}

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

static gboolean
refuse_criticals (const char *domain, GLogLevelFlags level, const char *message, gpointer data)
{
  return TRUE;
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_log_set_fatal_handler (refuse_criticals, NULL);
  g_test_add_func ("/link-socket/live", test_live);
  g_test_add_func ("/link-socket/statuses", test_statuses);
  g_test_add_func ("/link-socket/closes", test_closes);
  g_test_add_func ("/link-socket/frames", test_frames);
  g_test_add_func ("/link-socket/strangers", test_strangers);
  g_test_add_func ("/link-socket/failover", test_failover);
  g_test_add_func ("/link-socket/pins", test_pins);
  g_test_add_func ("/link-socket/spki", test_spki);
  return g_test_run ();
}
