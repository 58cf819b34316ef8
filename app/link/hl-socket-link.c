/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Carries out what the policy decides with libsoup's WebSocket client, see hl-socket-link.h. */
#include "link/hl-socket-link.h"

#include <libsoup/soup.h>
#include <string.h>

#include "hl-config.h"
#include "link/hl-attempt.h"
#include "link/hl-goodbye.h"
#include "link/hl-http.h"
#include "link/hl-link-policy.h"
#include "link/hl-probe.h"
#include "util/hl-clock.h"
#include "util/hl-id.h"
#include "util/hl-log.h"
#include "util/hl-mask.h"
#include "wire/hl-close.h"

#define RESUME_CHECK_S 1
#define RESUME_MIN_US (3 * G_USEC_PER_SEC) /* suspended for longer: the socket is suspect */

struct _HlSocketLink {
  HlLink parent_instance;
  HlLinkPolicy *policy;
  SoupSession *session;
  char *location;
  char *token;
  char *device_label;
  char *language;
  GStrv pins;
  HlAttempt *attempt;
  GSource *timer;
  guint resume_check;
  gint64 suspended;
  GNetworkMonitor *monitor;
  gulong monitor_handler, metered_handler;
  gint64 ping_sent_at;
  guint64 ping_n;
  char *detail; /* of the last loss, for the diary */
  HlServerClock clock;
  HlSocketLinkReloadFunc reload;
  gpointer reload_data;
  gboolean running; /* commands are being carried out: no nesting */
  gboolean closed;
};

G_DEFINE_FINAL_TYPE (HlSocketLink, hl_socket_link, HL_TYPE_LINK)

static void run_commands (HlSocketLink *self);

static double
draw (gpointer data)
{
  return hl_id_random_below (1u << 30) / (double)(1u << 30);
}

static HlEndpoint *
get_endpoint (HlSocketLink *self, guint index)
{
  g_autoptr (HlEndpoint) endpoint
      = g_list_model_get_item (hl_link_get_endpoints (HL_LINK (self)), index);
  return endpoint; /* the store keeps it */
}

static void
set_detail (HlSocketLink *self, const char *text)
{
  g_free (self->detail);
  self->detail = text != NULL ? hl_mask_escape (text, 200) : NULL;
}

/* ---- the socket ---- */

static void
drop_attempt (HlSocketLink *self)
{
  HlAttempt *attempt = g_steal_pointer (&self->attempt);
  HlEndpoint *endpoint;

  if (attempt == NULL)
    return;
  endpoint = get_endpoint (self, attempt->endpoint);
  if (endpoint != NULL)
    hl_endpoint_set_in_use (endpoint, FALSE);
  attempt->link = NULL;
  g_cancellable_cancel (attempt->cancellable);
  hl_attempt_destroy_socket (attempt);
  hl_attempt_unref (attempt);
  hl_link_tell_rtt (HL_LINK (self), -1);
}

static gboolean
send_frame (HlSocketLink *self, const HlFrame *frame)
{
  g_autofree char *text = NULL;
  g_autoptr (GBytes) bytes = NULL;
  gsize len;

  if (self->attempt == NULL || self->attempt->socket == NULL
      || soup_websocket_connection_get_state (self->attempt->socket) != SOUP_WEBSOCKET_STATE_OPEN)
    return FALSE;
  text = hl_frame_print (frame);
  if (text == NULL)
    return FALSE;
  len = strlen (text);
  if (len > HL_WIRE_MAX_CLIENT_FRAME) {
    /* Sizes are checked before an action is accepted; this would be an endless loop of closes. */
    hl_log (HL_LOG_WARNING, "link", "a frame is too large and was not sent", "kind",
            hl_frame_type_get_nick (frame->type), NULL);
    return FALSE;
  }
  bytes = g_bytes_new_take (g_steal_pointer (&text), len);
  soup_websocket_connection_send_message (self->attempt->socket, SOUP_WEBSOCKET_DATA_TEXT, bytes);
  return TRUE;
}

static void
send_hello (HlSocketLink *self)
{
  g_autoptr (HlFrame) frame = hl_frame_new (HL_FRAME_HELLO);
  guint64 unsent = 0;
  g_autoptr (HlPosition) position = hl_link_ask_hello (HL_LINK (self), &unsent);

  frame->hello.device = g_strdup (self->device_label);
  frame->hello.app = g_strdup ("hostline/" HL_VERSION);
  frame->hello.language = g_strdup (self->language);
  frame->hello.pos = self->attempt->snapshot ? NULL : g_steal_pointer (&position);
  frame->hello.unsent = unsent;
  frame->hello.metered = hl_link_policy_get_metered (self->policy);
  send_frame (self, frame);
}

static void
send_ping (HlSocketLink *self, guint n)
{
  g_autoptr (HlFrame) frame = hl_frame_new (HL_FRAME_PING);

  frame->ping.n = n;
  frame->ping.seq = hl_link_get_seq (HL_LINK (self));
  frame->ping.unsent = hl_link_get_unsent (HL_LINK (self));
  frame->ping.mismatches = hl_link_get_mismatches (HL_LINK (self));
  frame->ping.rtt = hl_link_get_rtt (HL_LINK (self));
  frame->ping.metered = hl_link_policy_get_metered (self->policy);
  if (send_frame (self, frame)) {
    self->ping_n = n;
    self->ping_sent_at = hl_clock_boot_us ();
  }
}

static void
take_pong (HlSocketLink *self, const HlFramePong *pong)
{
  HlEndpoint *endpoint = get_endpoint (self, self->attempt->endpoint);
  int rtt = (int)((hl_clock_boot_us () - self->ping_sent_at + 500) / 1000);

  hl_link_policy_ponged (self->policy, hl_clock_boot_us (), self->attempt->generation,
                         (guint)pong->n, pong->head);
  if (pong->n != self->ping_n)
    return;
  if (endpoint != NULL)
    hl_endpoint_note_rtt (endpoint, rtt);
  hl_link_tell_rtt (HL_LINK (self), rtt);
}

static void
take_welcome (HlSocketLink *self, const HlFrameWelcome *welcome)
{
  HlEndpoint *endpoint = get_endpoint (self, self->attempt->endpoint);

  if (endpoint != NULL) {
    hl_endpoint_set_in_use (endpoint, TRUE);
    hl_endpoint_note_result (endpoint, HL_LINK_CAUSE_NONE, hl_clock_wall_ms ());
  }
  hl_link_policy_welcomed (self->policy, hl_clock_boot_us (), self->attempt->generation,
                           welcome->pos->seq, welcome->heartbeat_ms, welcome->spread_ms);
}

static void
break_link (HlSocketLink *self, HlAttempt *attempt, const char *detail)
{
  hl_log (HL_LOG_WARNING, "link", "an unreadable frame came", "error", detail, NULL);
  set_detail (self, detail);
  hl_link_policy_broken (self->policy, hl_clock_boot_us (), attempt->generation,
                         HL_LINK_CAUSE_BAD_FRAME);
  run_commands (self);
}

/* FALSE when the connection is not the current one any more. */
static gboolean
take_frame (HlSocketLink *self, HlAttempt *attempt, HlFrame *frame)
{
  gint64 now = hl_clock_boot_us ();
  HlLinkVerdict verdict;

  /* welcome comes first, and once: whatever a frame says before it, it says about nothing */
  if (frame->type != HL_FRAME_BYE && (frame->type == HL_FRAME_WELCOME) == attempt->welcomed) {
    break_link (self, attempt, "a frame out of turn");
    return FALSE;
  }
  switch (frame->type) {
  case HL_FRAME_WELCOME:
    attempt->welcomed = TRUE;
    take_welcome (self, &frame->welcome);
    break;
  case HL_FRAME_EVENTS:
    hl_link_policy_received (self->policy, now, attempt->generation, frame->events.pos->seq);
    break;
  case HL_FRAME_SNAPSHOT:
    hl_link_policy_received (
        self->policy, now, attempt->generation,
        frame->snapshot.part == frame->snapshot.parts ? frame->snapshot.pos->seq : 0);
    break;
  case HL_FRAME_PONG:
    take_pong (self, &frame->pong);
    break;
  case HL_FRAME_BYE:
    hl_link_tell_frame (HL_LINK (self), frame);
    if (attempt->link == NULL)
      return FALSE;
    verdict = hl_link_verdict_from_close (frame->bye.code, frame->bye.retry_ms);
    {
      g_autofree char *text
          = g_strdup_printf ("bye %u %s", frame->bye.code, hl_close_get_name (frame->bye.code));
      set_detail (self, text);
    }
    hl_link_policy_lost (self->policy, now, attempt->generation, &verdict);
    run_commands (self);
    return FALSE;
  case HL_FRAME_PARTIAL:
  case HL_FRAME_DONE:
  case HL_FRAME_DIGEST:
  case HL_FRAME_HELLO:
  case HL_FRAME_ACK:
  case HL_FRAME_ACT:
  case HL_FRAME_PING:
  default:
    hl_link_policy_received (self->policy, now, attempt->generation, 0);
    break;
  }
  run_commands (self);
  if (attempt->link == NULL)
    return FALSE;
  hl_link_tell_frame (HL_LINK (self), frame);
  return attempt->link != NULL;
}

static void
on_socket_message (SoupWebsocketConnection *socket, gint type, GBytes *message, gpointer data)
{
  g_autoptr (HlAttempt) attempt = hl_attempt_ref (data);
  g_autoptr (HlSocketLink) self
      = attempt->link != NULL ? HL_SOCKET_LINK (g_object_ref (attempt->link)) : NULL;
  g_autoptr (HlFrame) frame = NULL;
  g_autoptr (GError) error = NULL;
  gsize len;
  const char *text;

  /* libsoup up to 3.6.5 may still deliver after an error. */
  if (self == NULL || attempt->failed != 0
      || soup_websocket_connection_get_state (socket) != SOUP_WEBSOCKET_STATE_OPEN)
    return;
  text = g_bytes_get_data (message, &len);
  if (type == SOUP_WEBSOCKET_DATA_TEXT)
    frame = hl_frame_parse (text, len, HL_FRAME_SIDE_SERVER, &error);
  else
    g_set_error_literal (&error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "a binary message");
  if (frame != NULL) {
    (void)take_frame (self, attempt, frame);
  } else if (g_error_matches (error, HL_FRAME_ERROR, HL_FRAME_ERROR_UNKNOWN_TYPE)) {
    /* a newer server: what this version does not know, it does not need */
    hl_link_policy_received (self->policy, hl_clock_boot_us (), attempt->generation, 0);
    run_commands (self);
  } else {
    break_link (self, attempt, error->message);
  }
}

static void
on_socket_error (SoupWebsocketConnection *socket, GError *error, gpointer data)
{
  HlAttempt *attempt = data;
  attempt->failed
      = error != NULL && error->domain == SOUP_WEBSOCKET_ERROR ? (guint)error->code : 1006;
}

static void
on_socket_closed (SoupWebsocketConnection *socket, gpointer data)
{
  g_autoptr (HlAttempt) attempt = hl_attempt_ref (data);
  g_autoptr (HlSocketLink) self
      = attempt->link != NULL ? HL_SOCKET_LINK (g_object_ref (attempt->link)) : NULL;
  guint code = soup_websocket_connection_get_close_code (socket);
  g_autofree char *text = NULL;
  HlLinkVerdict verdict;

  if (self == NULL)
    return;
  verdict = hl_link_verdict_from_close (code != 0 ? code : 1006, -1);
  text = g_strdup_printf ("close %u", code != 0 ? code : 1006);
  set_detail (self, text);
  hl_link_policy_lost (self->policy, hl_clock_boot_us (), attempt->generation, &verdict);
  run_commands (self);
}

static void
on_connect_ready (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HlAttempt) attempt = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (SoupWebsocketConnection) socket
      = soup_session_websocket_connect_finish (SOUP_SESSION (source), result, &error);
  g_autoptr (HlSocketLink) self
      = attempt->link != NULL ? HL_SOCKET_LINK (g_object_ref (attempt->link)) : NULL;
  HlHttpTrust *trust = hl_http_get_trust (attempt->message);

  if (self == NULL) {
    /* Too late: another generation is under way. */
    if (socket != NULL) {
      attempt->socket = g_steal_pointer (&socket);
      hl_attempt_destroy_socket (attempt);
    }
    return;
  }
  if (socket == NULL || trust->refused) {
    gboolean portal
        = self->monitor != NULL
          && g_network_monitor_get_connectivity (self->monitor) == G_NETWORK_CONNECTIVITY_PORTAL;
    g_autofree char *text = NULL;
    gboolean clock_wrong
        = hl_server_clock_contradicts (&self->clock, hl_clock_wall_ms (), hl_clock_boot_us ());
    HlLinkVerdict verdict = hl_attempt_judge (attempt, error, portal, clock_wrong, &text);
    HlEndpoint *endpoint = get_endpoint (self, attempt->endpoint);

    set_detail (self, text);
    if (endpoint != NULL)
      hl_endpoint_note_result (endpoint, verdict.cause, hl_clock_wall_ms ());
    if (socket != NULL) {
      attempt->socket = g_steal_pointer (&socket);
      hl_attempt_destroy_socket (attempt);
    }
    hl_link_policy_failed (self->policy, hl_clock_boot_us (), attempt->generation, &verdict);
    run_commands (self);
    return;
  }
  if (g_strcmp0 (soup_websocket_connection_get_protocol (socket), HL_WIRE_PROTOCOL) != 0) {
    HlLinkVerdict verdict = hl_link_verdict_make (HL_VERDICT_RETRY, HL_LINK_CAUSE_LOGIN_PAGE);
    set_detail (self, "another subprotocol");
    attempt->socket = g_steal_pointer (&socket);
    hl_link_policy_failed (self->policy, hl_clock_boot_us (), attempt->generation, &verdict);
    run_commands (self);
    return;
  }
  attempt->socket = g_steal_pointer (&socket);
  /* Server messages are up to 256 KiB; libsoup refuses over 128 KiB until told otherwise. Never 0.
   */
  soup_websocket_connection_set_max_incoming_payload_size (attempt->socket,
                                                           HL_WIRE_CLIENT_RECEIVE_LIMIT);
  soup_websocket_connection_set_keepalive_interval (attempt->socket, 0);
  g_signal_connect (attempt->socket, "message", G_CALLBACK (on_socket_message), attempt);
  g_signal_connect (attempt->socket, "error", G_CALLBACK (on_socket_error), attempt);
  g_signal_connect (attempt->socket, "closed", G_CALLBACK (on_socket_closed), attempt);
  hl_link_policy_connected (self->policy, hl_clock_boot_us (), attempt->generation);
  run_commands (self);
  if (attempt->link != NULL)
    send_hello (self);
}

static void
open_attempt (HlSocketLink *self, const HlLinkCommand *command)
{
  static const char *const protocols[] = { HL_WIRE_PROTOCOL, NULL };
  HlEndpoint *endpoint = get_endpoint (self, command->endpoint);
  g_autofree char *path = g_strdup_printf ("/v1/locations/%s/live", self->location);
  g_autofree char *url = hl_endpoint_make_url (endpoint, path);
  g_autofree char *authorization = g_strconcat ("Bearer ", self->token, NULL);
  HlAttempt *attempt = hl_attempt_new (HL_LINK (self), url);

  g_assert (self->attempt == NULL);
  attempt->generation = command->generation;
  attempt->endpoint = command->endpoint;
  attempt->snapshot = command->snapshot;
  self->attempt = attempt;
  hl_link_tell_generation (HL_LINK (self), command->generation);
  hl_http_prepare (attempt->message, endpoint, (const char *const *)self->pins, FALSE,
                   attempt->cancellable);
  soup_message_headers_replace (soup_message_get_request_headers (attempt->message),
                                "Authorization", authorization);
  explicit_bzero (authorization, strlen (authorization));
  soup_session_websocket_connect_async (self->session, attempt->message, NULL, (char **)protocols,
                                        G_PRIORITY_DEFAULT, attempt->cancellable, on_connect_ready,
                                        hl_attempt_ref (attempt));
}

/* ---- probing the first address from another one ---- */

static void
on_probe_ready (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HlSocketLink) self = data;

  hl_link_policy_probed (self->policy, hl_clock_boot_us (), 0, hl_probe_finish (result));
  run_commands (self);
}

/* A probe that reached welcome would be a second session of this device: the server would close the
 * one that works (4409). So the probe asks for readiness, and the switch itself is an attempt that
 * falls back when it fails. */
static void
send_probe (HlSocketLink *self, guint index)
{
  hl_probe_async (self->session, get_endpoint (self, index), (const char *const *)self->pins,
                  on_probe_ready, g_object_ref (self));
}

/* ---- policy ---- */

static void
check_resume (HlSocketLink *self)
{
  gint64 suspended = hl_clock_suspended_us ();

  if (suspended - self->suspended > RESUME_MIN_US) {
    hl_log (HL_LOG_NOTICE, "link", "this computer slept", "seconds",
            HL_LOG_INT ((suspended - self->suspended) / G_USEC_PER_SEC), NULL);
    hl_link_policy_resumed (self->policy, hl_clock_boot_us ());
  }
  self->suspended = suspended;
}

/* Its deadline passes while the computer sleeps, so that it is the first to run afterwards: the
 * sleep comes before what the clock alone would say. */
static gboolean
on_timer (gpointer data)
{
  HlSocketLink *self = data;
  check_resume (self);
  hl_link_policy_tick (self->policy, hl_clock_boot_us ());
  run_commands (self);
  return G_SOURCE_CONTINUE;
}

static void
tell_status (HlSocketLink *self)
{
  gint64 at = hl_link_policy_get_retry_at (self->policy);
  gint64 retry_at = at == 0 ? 0 : hl_clock_wall_ms () + MAX (0, at - hl_clock_boot_us ()) / 1000;
  HlLinkCause cause = hl_link_policy_get_cause (self->policy);

  hl_link_tell_status (HL_LINK (self), hl_link_policy_get_state (self->policy), cause,
                       cause == HL_LINK_CAUSE_NONE ? "" : self->detail, retry_at);
}

static void
log_state (HlSocketLink *self, const HlLinkCommand *command)
{
  HlEndpoint *endpoint = get_endpoint (self, command->endpoint);
  const char *url = endpoint != NULL ? hl_endpoint_get_url (endpoint) : "";
  const char *detail
      = command->cause == HL_LINK_CAUSE_NONE || self->detail == NULL ? "" : self->detail;

  hl_log (HL_LOG_INFO, "link", "state", "from", hl_link_state_get_name (command->from), "to",
          hl_link_state_get_name (command->to), "cause", hl_link_cause_get_name (command->cause),
          "endpoint", url, "detail", detail, NULL);
  hl_link_tell_step (HL_LINK (self), hl_clock_wall_ms (), command->from, command->to,
                     command->cause, url, detail, command->code);
}

/* Carries out what the policy asks for. A signal handler may give the policy new input meanwhile:
 * the loop that runs already takes those commands too, in order. */
static void
run_commands (HlSocketLink *self)
{
  g_autoptr (HlSocketLink) alive = NULL;
  HlLinkCommand command;

  if (self->running)
    return;
  alive = g_object_ref (self);
  self->running = TRUE;
  while (hl_link_policy_take (self->policy, &command)) {
    switch (command.type) {
    case HL_LINK_COMMAND_CONNECT:
      open_attempt (self, &command);
      break;
    case HL_LINK_COMMAND_CLOSE:
      drop_attempt (self);
      break;
    case HL_LINK_COMMAND_PING:
      send_ping (self, command.n);
      break;
    case HL_LINK_COMMAND_PROBE:
      send_probe (self, command.endpoint);
      break;
    case HL_LINK_COMMAND_STATE:
      log_state (self, &command);
      tell_status (self);
      break;
    case HL_LINK_COMMAND_RELOAD:
      self->reload (self, self->reload_data);
      break;
    case HL_LINK_COMMAND_NONE:
    default:
      break;
    }
  }
  self->running = FALSE;
  tell_status (self);
  if (self->timer != NULL)
    hl_clock_source_set_deadline (self->timer, hl_link_policy_get_deadline (self->policy));
}

static gboolean
on_resume_check (gpointer data)
{
  HlSocketLink *self = data;
  check_resume (self);
  run_commands (self);
  return G_SOURCE_CONTINUE;
}

static void
follow_metered (HlSocketLink *self)
{
  gboolean metered = g_network_monitor_get_network_metered (self->monitor);

  hl_link_policy_set_metered (self->policy, hl_clock_boot_us (), metered);
  hl_link_tell_metered (HL_LINK (self), metered);
}

static void
on_metered (GNetworkMonitor *monitor, GParamSpec *pspec, gpointer data)
{
  HlSocketLink *self = data;
  follow_metered (self);
  run_commands (self);
}

static void
on_network_changed (GNetworkMonitor *monitor, gboolean available, gpointer data)
{
  HlSocketLink *self = data;
  follow_metered (self);
  hl_link_policy_network_changed (self->policy, hl_clock_boot_us (), available);
  run_commands (self);
}

static void
hl_socket_link_set_wanted (HlLink *link, gboolean wanted)
{
  HlSocketLink *self = HL_SOCKET_LINK (link);

  if (wanted && self->closed)
    return;
  if (wanted && self->timer == NULL) {
    self->timer = hl_clock_source_new (G_MAXINT64);
    g_source_set_callback (self->timer, on_timer, self, NULL);
    g_source_attach (self->timer, g_main_context_get_thread_default ());
    self->suspended = hl_clock_suspended_us ();
    self->resume_check = g_timeout_add_seconds (RESUME_CHECK_S, on_resume_check, self);
    self->monitor = g_network_monitor_get_default ();
    self->monitor_handler = g_signal_connect (self->monitor, "network-changed",
                                              G_CALLBACK (on_network_changed), self);
    self->metered_handler = g_signal_connect (self->monitor, "notify::network-metered",
                                              G_CALLBACK (on_metered), self);
    follow_metered (self);
  }
  hl_link_policy_want (self->policy, hl_clock_boot_us (), wanted);
  run_commands (self);
}

static gboolean
hl_socket_link_send (HlLink *link, const HlFrame *frame)
{
  return hl_link_is_open (link) && send_frame (HL_SOCKET_LINK (link), frame);
}

static void
hl_socket_link_reconnect_now (HlLink *link)
{
  HlSocketLink *self = HL_SOCKET_LINK (link);
  if (self->closed)
    return;
  if (self->timer == NULL)
    hl_socket_link_set_wanted (link, TRUE);
  hl_link_policy_reconnect_now (self->policy, hl_clock_boot_us ());
  run_commands (self);
}

static void
hl_socket_link_caught_up (HlLink *link)
{
  HlSocketLink *self = HL_SOCKET_LINK (link);
  hl_link_policy_caught_up (self->policy, hl_clock_boot_us (),
                            hl_link_policy_get_generation (self->policy));
  run_commands (self);
}

static void
hl_socket_link_broken (HlLink *link, HlLinkCause cause)
{
  HlSocketLink *self = HL_SOCKET_LINK (link);
  hl_link_policy_broken (self->policy, hl_clock_boot_us (),
                         hl_link_policy_get_generation (self->policy), cause);
  run_commands (self);
}

static void
hl_socket_link_resync (HlLink *link)
{
  HlSocketLink *self = HL_SOCKET_LINK (link);
  hl_link_policy_resync (self->policy, hl_clock_boot_us ());
  run_commands (self);
}

static void
hl_socket_link_waiting (HlLink *link, gboolean waiting)
{
  HlSocketLink *self = HL_SOCKET_LINK (link);
  hl_link_policy_set_waiting (self->policy, hl_clock_boot_us (), waiting);
  run_commands (self);
}

static void
hl_socket_link_halt (HlLink *link, HlLinkCause cause)
{
  HlSocketLink *self = HL_SOCKET_LINK (link);
  set_detail (self, NULL);
  hl_link_policy_halt (self->policy, hl_clock_boot_us (),
                       hl_link_policy_get_generation (self->policy), cause);
  run_commands (self);
}

static void
stop_sources (HlSocketLink *self)
{
  if (self->timer != NULL) {
    g_source_destroy (self->timer);
    g_clear_pointer (&self->timer, g_source_unref);
  }
  g_clear_handle_id (&self->resume_check, g_source_remove);
  if (self->monitor != NULL) {
    g_clear_signal_handler (&self->monitor_handler, self->monitor);
    g_clear_signal_handler (&self->metered_handler, self->monitor);
  }
  self->monitor = NULL;
}

static void
hl_socket_link_dispose (GObject *object)
{
  HlSocketLink *self = HL_SOCKET_LINK (object);
  stop_sources (self);
  drop_attempt (self);
  if (self->session != NULL)
    soup_session_abort (self->session);
  G_OBJECT_CLASS (hl_socket_link_parent_class)->dispose (object);
}

static void
hl_socket_link_finalize (GObject *object)
{
  HlSocketLink *self = HL_SOCKET_LINK (object);
  g_clear_pointer (&self->policy, hl_link_policy_free);
  g_clear_object (&self->session);
  g_free (self->location);
  if (self->token != NULL)
    explicit_bzero (self->token, strlen (self->token));
  g_free (self->token);
  g_free (self->device_label);
  g_free (self->language);
  g_free (self->detail);
  g_strfreev (self->pins);
  G_OBJECT_CLASS (hl_socket_link_parent_class)->finalize (object);
}

static void
hl_socket_link_class_init (HlSocketLinkClass *klass)
{
  HlLinkClass *link_class = HL_LINK_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hl_socket_link_dispose;
  G_OBJECT_CLASS (klass)->finalize = hl_socket_link_finalize;
  link_class->set_wanted = hl_socket_link_set_wanted;
  link_class->send = hl_socket_link_send;
  link_class->reconnect_now = hl_socket_link_reconnect_now;
  link_class->caught_up = hl_socket_link_caught_up;
  link_class->broken = hl_socket_link_broken;
  link_class->resync = hl_socket_link_resync;
  link_class->halt = hl_socket_link_halt;
  link_class->waiting = hl_socket_link_waiting;
}

static void
hl_socket_link_init (HlSocketLink *self)
{
  self->session = hl_http_session_new ();
}

HlSocketLink *
hl_socket_link_new (const char *const *endpoints, const char *const *pins, const char *location,
                    const char *token, const char *device_label, const char *language)
{
  HlSocketLink *self = g_object_new (HL_TYPE_SOCKET_LINK, NULL);
  GListStore *store = hl_link_get_endpoint_store (HL_LINK (self));

  hl_endpoint_append_all (store, endpoints);
  self->pins = pins != NULL ? g_strdupv ((char **)pins) : g_new0 (char *, 1);
  self->location = g_strdup (location);
  self->token = g_strdup (token);
  self->device_label
      = g_strdup (device_label != NULL && *device_label != '\0' ? device_label : "stand");
  self->language = g_strdup (language);
  self->policy
      = hl_link_policy_new (NULL, g_list_model_get_n_items (G_LIST_MODEL (store)), draw, NULL);
  return self;
}

char *
hl_socket_link_dup_library (void)
{
  return g_strdup_printf ("libsoup %u.%u.%u", soup_get_major_version (), soup_get_minor_version (),
                          soup_get_micro_version ());
}

void
hl_socket_link_set_token (HlSocketLink *self, const char *token)
{
  char *copy = g_strdup (token);
  g_free (self->token);
  self->token = copy;
}

void
hl_socket_link_set_reload (HlSocketLink *self, HlSocketLinkReloadFunc func, gpointer user_data)
{
  self->reload = func;
  self->reload_data = user_data;
  hl_link_policy_set_can_reload (self->policy, func != NULL);
}

void
hl_socket_link_reloaded (HlSocketLink *self, const char *token)
{
  gboolean changed = token != NULL && g_strcmp0 (token, self->token) != 0;

  if (changed)
    hl_socket_link_set_token (self, token);
  hl_link_policy_reloaded (self->policy, hl_clock_boot_us (), changed);
  run_commands (self);
}

void
hl_socket_link_set_pins (HlSocketLink *self, const char *const *pins)
{
  GStrv copy = g_strdupv ((char **)pins);
  g_strfreev (self->pins);
  self->pins = copy;
}

HlServerClock *
hl_socket_link_get_clock (HlSocketLink *self)
{
  return &self->clock;
}

gboolean
hl_socket_link_is_vouched (HlSocketLink *self)
{
  HlHttpTrust *trust = self->attempt != NULL ? hl_http_get_trust (self->attempt->message) : NULL;

  return trust != NULL && trust->seen_pin != NULL
         && g_strv_contains ((const char *const *)self->pins, trust->seen_pin);
}

void
hl_socket_link_close_async (HlSocketLink *self, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (self, NULL, callback, user_data);
  SoupWebsocketConnection *socket = NULL;

  self->closed = TRUE;
  if (self->attempt != NULL && self->attempt->socket != NULL
      && soup_websocket_connection_get_state (self->attempt->socket) == SOUP_WEBSOCKET_STATE_OPEN) {
    g_signal_handlers_disconnect_by_data (self->attempt->socket, self->attempt);
    socket = g_steal_pointer (&self->attempt->socket);
  }
  hl_link_policy_want (self->policy, hl_clock_boot_us (), FALSE);
  run_commands (self);
  stop_sources (self);
  if (socket == NULL) {
    g_task_return_boolean (task, TRUE);
    g_object_unref (task);
    return;
  }
  hl_goodbye_async (socket, task);
}
