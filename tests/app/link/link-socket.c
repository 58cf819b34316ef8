/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The real socket link against a server that answers everything that servers, proxies and strangers
 * answer. */
#include "socket-rig.h"

#include "link/hl-http.h"
#include "link/hl-link-verdict.h"
#include "link/hl-pairing.h"
#include "link/hl-probe.h"
#include "util/hl-clock.h"

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
        = { "{\"t\":5}", "[", "{\"t\":\"hello\",\"device\":\"x\"}", "\xc3\xa9" };
    rig_serve (&rig, FALSE, TRUE);
    rig.mode = MODE_TEXT;
    rig.text = g_strdup (texts[i]);
    rig_connect (&rig, NULL, "");
    UNTIL (STATE (&rig) == HL_LINK_STATE_WAITING);
    g_assert_cmpint (CAUSE (&rig), ==, HL_LINK_CAUSE_BAD_FRAME);
    rig_clear (&rig);
  }
}

/* A newer server may send frames that this version does not know: they are no reason to part. */
static void
test_unknown_frames (void)
{
  Rig rig;

  rig_serve (&rig, FALSE, TRUE);
  rig.mode = MODE_TEXT;
  rig.text = g_strdup ("{\"t\":\"weather\",\"rain\":true,\"n\":[1,2]}");
  rig_connect (&rig, NULL, "");
  UNTIL (rig.pings >= 2);
  g_assert_cmpint (STATE (&rig), ==, HL_LINK_STATE_CATCHING_UP);
  g_assert_cmpuint (rig.opened, ==, 1);
  g_assert_cmpuint (rig.frames, <=, 1 + rig.pings); /* the desk never sees it */
  say (g_ptr_array_index (rig.sockets, 0), snapshot);
  UNTIL (STATE (&rig) == HL_LINK_STATE_LIVE);
  /* one that is half there is still nonsense */
  say (g_ptr_array_index (rig.sockets, 0), "{\"t\":\"weather\",");
  UNTIL (STATE (&rig) != HL_LINK_STATE_LIVE);
  g_assert_cmpint (CAUSE (&rig), ==, HL_LINK_CAUSE_BAD_FRAME);
  rig_clear (&rig);
}

/* welcome comes first, and once. */
static void
test_frames_out_of_turn (void)
{
  Rig rig;

  rig_serve (&rig, FALSE, TRUE);
  rig.mode = MODE_FIRST;
  rig.text = g_strdup (snapshot);
  rig_connect (&rig, NULL, "");
  UNTIL (STATE (&rig) == HL_LINK_STATE_WAITING);
  g_assert_cmpint (CAUSE (&rig), ==, HL_LINK_CAUSE_BAD_FRAME);
  g_assert_cmpuint (rig.frames, ==, 0);
  rig_clear (&rig);

  rig_serve (&rig, FALSE, TRUE);
  rig.mode = MODE_TEXT;
  rig.text = g_strdup (welcome);
  rig_connect (&rig, NULL, "");
  UNTIL (STATE (&rig) == HL_LINK_STATE_WAITING);
  g_assert_cmpint (CAUSE (&rig), ==, HL_LINK_CAUSE_BAD_FRAME);
  g_assert_cmpuint (rig.frames, ==, 1);
  rig_clear (&rig);
}

/* What is not said as hostlined says it is a router's, a login page's or another program's word: it
 * must not stop the link. */
static void
test_refusals_of_strangers (void)
{
  static const guint statuses[] = { 401, 403, 404, 426, 503 };
  static const char *const types[]
      = { "text/html; charset=utf-8", "text/plain", "application/json", "application/problem+json" };

  for (guint i = 0; i < G_N_ELEMENTS (statuses); i++) {
    for (guint k = 0; k < G_N_ELEMENTS (types); k++) {
      Rig rig;
      rig_serve (&rig, FALSE, TRUE);
      rig.mode = MODE_STATUS;
      rig.status = statuses[i];
      rig.type = types[k];
      rig_connect (&rig, NULL, "");
      UNTIL (STATE (&rig) == HL_LINK_STATE_WAITING || STATE (&rig) == HL_LINK_STATE_STOPPED);
      g_assert_cmpint (STATE (&rig), ==, HL_LINK_STATE_WAITING);
      g_assert_cmpint (CAUSE (&rig), ==,
                       statuses[i] < 500 ? HL_LINK_CAUSE_LOGIN_PAGE : HL_LINK_CAUSE_SERVER_ERROR);
      rig_clear (&rig);
    }
  }
}

/* Something else got the first address: the server answers at the second. What our own server
 * refuses, it refuses at every address. */
static void
test_stranger_at_the_first_address (void)
{
  for (int ours = 0; ours < 2; ours++) {
    Rig stranger, rig;

    rig_serve (&stranger, FALSE, FALSE);
    stranger.mode = MODE_STATUS;
    stranger.status = ours ? 404 : 503;
    stranger.retry_after = "200";
    stranger.type = ours ? NULL : "text/plain";
    rig_serve (&rig, FALSE, TRUE);
    rig.mode = MODE_WELCOME;
    {
      const char *urls[] = { stranger.url, rig.url, NULL };
      rig.link = hl_socket_link_new (urls, NULL, "l", "hl1_secret", "stand-1", NULL);
    }
    g_signal_connect (rig.link, "frame", G_CALLBACK (on_frame), &rig);
    hl_link_set_wanted (HL_LINK (rig.link), TRUE);
    UNTIL (STATE (&rig) == (ours ? HL_LINK_STATE_STOPPED : HL_LINK_STATE_LIVE));
    if (!ours) {
      stranger.status = 404;
      stranger.retry_after = NULL;
      hl_link_reconnect_now (HL_LINK (rig.link));
      UNTIL (rig.hellos == 2 && STATE (&rig) == HL_LINK_STATE_LIVE);
    }
    g_assert_cmpuint (stranger.requests, ==, ours ? 1 : 2);
    rig_clear (&rig);
    rig_clear (&stranger);
  }
}

/* Another key is another key, also when its certificate's dates do not fit. */
static void
test_pin_before_dates (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path
      = g_test_build_filename (G_TEST_DIST, "server", "net", "test-certificate.pem", NULL);
  g_autoptr (GTlsCertificate) certificate = g_tls_certificate_new_from_file (path, &error);
  g_autoptr (HlEndpoint) endpoint = hl_endpoint_new ("https://127.0.0.1:1", &error);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  const char *pins[]
      = { "sha256:0000000000000000000000000000000000000000000000000000000000000000", NULL };

  g_assert_no_error (error);
  for (int pinned = 0; pinned < 2; pinned++) {
    g_autoptr (SoupMessage) message = soup_message_new (SOUP_METHOD_GET, "https://127.0.0.1:1/");
    HlHttpTrust *trust
        = hl_http_prepare (message, endpoint, pinned ? pins : NULL, FALSE, cancellable);
    gboolean accepted = TRUE;

    g_signal_emit_by_name (message, "accept-certificate", certificate, G_TLS_CERTIFICATE_EXPIRED,
                           &accepted);
    g_assert_false (accepted);
    g_assert_cmpint (hl_link_verdict_from_error (NULL, trust->flags, TRUE).cause, ==,
                     pinned ? HL_LINK_CAUSE_CERTIFICATE : HL_LINK_CAUSE_CLOCK);
  }
}

/* Who cuts off the safe addresses must not be sent the token by one that is not. */
static void
test_no_way_down_to_plain (void)
{
  static const struct {
    const char *urls, *used;
  } cases[] = {
    { "https://192.168.1.10:8443,http://192.168.1.10:8480", "https://192.168.1.10:8443" },
    { "http://10.0.0.2:1,https://stand.example#pki,http://stand.example", "https://stand.example" },
    { "http://127.0.0.1:1,https://10.0.0.2:2,http://localhost:3,http://[::1]:4",
      "http://127.0.0.1:1,https://10.0.0.2:2,http://localhost:3,http://[::1]:4" },
    /* an operator who has chosen a network without TLS has chosen it */
    { "http://10.0.0.2:8480,http://10.0.0.3:8480", "http://10.0.0.2:8480,http://10.0.0.3:8480" },
    { "http://10.0.0.2:8480,https:/none", "http://10.0.0.2:8480" },
    { "ftp://10.0.0.2", "https://invalid.invalid" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GListStore) store = g_list_store_new (HL_TYPE_ENDPOINT);
    g_auto (GStrv) urls = g_strsplit (cases[i].urls, ",", -1);
    g_autoptr (GString) used = g_string_new (NULL);

    hl_endpoint_append_all (store, (const char *const *)urls);
    for (guint k = 0; k < g_list_model_get_n_items (G_LIST_MODEL (store)); k++) {
      g_autoptr (HlEndpoint) endpoint = g_list_model_get_item (G_LIST_MODEL (store), k);
      g_string_append_printf (used, "%s%s", k > 0 ? "," : "", hl_endpoint_get_url (endpoint));
    }
    g_assert_cmpstr (used->str, ==, cases[i].used);
  }
}

static void
on_reload (HlSocketLink *link, gpointer data)
{
  ++*(guint *)data;
}

/* 401: the token is read again, once, and the new one is tried at once. */
static void
test_token_reload (void)
{
  Rig rig;
  guint asked = 0;

  rig_serve (&rig, FALSE, TRUE);
  rig.mode = MODE_STATUS;
  rig.status = 401;
  rig_connect (&rig, NULL, "");
  hl_socket_link_set_reload (rig.link, on_reload, &asked);
  UNTIL (asked == 1);
  g_assert_cmpint (STATE (&rig), ==, HL_LINK_STATE_WAITING);
  hl_socket_link_reloaded (rig.link, "hl1_other");
  UNTIL (STATE (&rig) == HL_LINK_STATE_STOPPED);
  g_assert_cmpuint (rig.requests, ==, 2);
  g_assert_false (rig.authorized); /* it was the other token */
  g_assert_cmpuint (asked, ==, 1);
  /* the same token again is no reason to try */
  hl_link_reconnect_now (HL_LINK (rig.link));
  UNTIL (asked == 2);
  hl_socket_link_reloaded (rig.link, "hl1_other");
  g_assert_cmpint (STATE (&rig), ==, HL_LINK_STATE_STOPPED);
  g_assert_cmpuint (rig.requests, ==, 3);
  /* the file has the right one by now */
  hl_link_reconnect_now (HL_LINK (rig.link));
  UNTIL (asked == 3);
  rig.mode = MODE_WELCOME;
  hl_socket_link_reloaded (rig.link, "hl1_secret");
  UNTIL (STATE (&rig) == HL_LINK_STATE_LIVE);
  g_assert_true (rig.authorized);
  rig_clear (&rig);
}

/* The computer slept for hours: the connection is dialled anew within moments. */
static void
test_resume (void)
{
  Rig rig;
  gint64 began;

  hl_clock_fake_start (G_GINT64_CONSTANT (1796410800000), G_GINT64_CONSTANT (5000000000));
  rig_serve (&rig, FALSE, TRUE);
  rig.mode = MODE_WELCOME;
  rig_connect (&rig, NULL, "");
  UNTIL (STATE (&rig) == HL_LINK_STATE_LIVE);
  began = g_get_monotonic_time ();
  hl_clock_fake_suspend (8 * G_TIME_SPAN_HOUR);
  /* asked at once, whether it still lives: it does */
  UNTIL (rig.pings >= 1);
  for (int i = 0; i < 20; i++)
    g_main_context_iteration (NULL, FALSE);
  g_assert_cmpint (STATE (&rig), ==, HL_LINK_STATE_LIVE);
  g_assert_cmpuint (rig.opened, ==, 1);
  /* the server has let go of it meanwhile */
  hl_clock_fake_suspend (8 * G_TIME_SPAN_HOUR);
  soup_websocket_connection_close (g_ptr_array_index (rig.sockets, 0), 4008, NULL);
  UNTIL (rig.opened == 2 && STATE (&rig) == HL_LINK_STATE_LIVE);
  g_test_message ("two resumes in %.3f s", (double)(g_get_monotonic_time () - began) / 1e6);
  rig_clear (&rig);
  hl_clock_fake_stop ();
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
on_ready (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query,
          gpointer data)
{
  if (data != NULL)
    soup_message_headers_replace (soup_server_message_get_response_headers (message),
                                  HL_WIRE_HEADER, data);
  soup_server_message_set_status (message, 200, NULL);
  soup_server_message_set_response (message, "application/json", SOUP_MEMORY_STATIC,
                                    "{\"status\":\"ready\"}", 18);
}

static void
on_probed (GObject *source, GAsyncResult *result, gpointer data)
{
  *(int *)data = hl_probe_finish (result);
}

/* A login page answers every address with 200: the link would leave a connection that works. */
static void
test_probe (void)
{
  for (int ours = 0; ours < 2; ours++) {
    Rig rig;
    g_autoptr (SoupSession) session = hl_http_session_new ();
    g_autoptr (HlEndpoint) endpoint = NULL;
    int answers = -1;

    rig_serve (&rig, FALSE, TRUE);
    soup_server_add_handler (rig.server, "/readyz", on_ready, (gpointer)(ours ? HL_WIRE_PROTOCOL : NULL), NULL);
    endpoint = hl_endpoint_new (rig.url, NULL);
    hl_probe_async (session, endpoint, NULL, on_probed, &answers);
    UNTIL (answers != -1);
    g_assert_cmpint (answers, ==, ours);
    rig_clear (&rig);
  }
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
    g_assert_cmpint (CAUSE (&rig), ==, HL_LINK_CAUSE_CERTIFICATE);
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
  g_test_add_func ("/link-socket/unknown-frames", test_unknown_frames);
  g_test_add_func ("/link-socket/frames-out-of-turn", test_frames_out_of_turn);
  g_test_add_func ("/link-socket/refusals-of-strangers", test_refusals_of_strangers);
  g_test_add_func ("/link-socket/stranger-at-the-first-address",
                   test_stranger_at_the_first_address);
  g_test_add_func ("/link-socket/pin-before-dates", test_pin_before_dates);
  g_test_add_func ("/link-socket/no-way-down-to-plain", test_no_way_down_to_plain);
  g_test_add_func ("/link-socket/token-reload", test_token_reload);
  g_test_add_func ("/link-socket/resume", test_resume);
  g_test_add_func ("/link-socket/strangers", test_strangers);
  g_test_add_func ("/link-socket/failover", test_failover);
  g_test_add_func ("/link-socket/probe", test_probe);
  g_test_add_func ("/link-socket/pins", test_pins);
  g_test_add_func ("/link-socket/spki", test_spki);
  return g_test_run ();
}
