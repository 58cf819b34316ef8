/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An attempt's socket and its end, see hl-attempt.h. */
#include "link/hl-attempt.h"

#include "link/hl-http.h"
#include "util/hl-clock.h"
#include "wire/hl-frame.h"

HlAttempt *
hl_attempt_new (HlLink *link, const char *url)
{
  HlAttempt *self = g_new0 (HlAttempt, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->link = link;
  self->cancellable = g_cancellable_new ();
  self->message = soup_message_new (SOUP_METHOD_GET, url);
  return self;
}

HlAttempt *
hl_attempt_ref (HlAttempt *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
hl_attempt_unref (HlAttempt *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_clear_object (&self->cancellable);
  g_clear_object (&self->message);
  g_clear_object (&self->socket);
  g_free (self);
}

void
hl_attempt_destroy_socket (HlAttempt *self)
{
  GIOStream *stream;

  if (self->socket == NULL)
    return;
  g_signal_handlers_disconnect_by_data (self->socket, self);
  stream = soup_websocket_connection_get_io_stream (self->socket);
  while (stream != NULL && !G_IS_SOCKET_CONNECTION (stream)) {
    GIOStream *base = NULL;
    if (g_object_class_find_property (G_OBJECT_GET_CLASS (stream), "base-iostream") == NULL)
      break;
    g_object_get (stream, "base-iostream", &base, NULL);
    stream = base;
    if (base != NULL)
      g_object_unref (base); /* the outer stream keeps it */
  }
  if (stream != NULL && G_IS_SOCKET_CONNECTION (stream))
    g_socket_shutdown (g_socket_connection_get_socket (G_SOCKET_CONNECTION (stream)), TRUE, TRUE,
                       NULL);
  if (soup_websocket_connection_get_state (self->socket) == SOUP_WEBSOCKET_STATE_OPEN)
    soup_websocket_connection_close (self->socket, SOUP_WEBSOCKET_CLOSE_GOING_AWAY, NULL);
  g_clear_object (&self->socket);
}

/* Whether something between us and the server may have answered. Our server refuses with a problem
 * in JSON and names its protocol in a header; a router's page, a login page and another program at
 * that address do not. Where the network itself says that it wants a login, only an answer under
 * the pinned or trusted certificate is the server's. */
static gboolean
may_be_stranger (HlAttempt *self, const HlHttpTrust *trust, gboolean portal)
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (self->message);

  if (soup_message_get_status (self->message) >= 200
      && (g_strcmp0 (soup_message_headers_get_content_type (headers, NULL),
                     "application/problem+json")
              != 0
          || g_strcmp0 (soup_message_headers_get_one (headers, HL_WIRE_HEADER), HL_WIRE_PROTOCOL)
                 != 0))
    return TRUE;
  return portal && (trust->seen_pin == NULL || trust->refused || trust->flags != 0);
}

HlLinkVerdict
hl_attempt_judge (HlAttempt *self, const GError *error, gboolean portal, gboolean clock_wrong,
                  char **detail)
{
  const HlHttpTrust *trust = hl_http_get_trust (self->message);
  guint status = soup_message_get_status (self->message);
  HlLinkVerdict verdict;

  if (trust->refused || trust->flags != 0)
    verdict = hl_link_verdict_from_error (error, trust->flags, clock_wrong);
  else if (status >= 200)
    verdict = hl_link_verdict_from_status (
        status,
        soup_message_headers_get_one (soup_message_get_response_headers (self->message),
                                      "Retry-After"),
        hl_clock_wall_ms ());
  else
    verdict = hl_link_verdict_from_error (error, 0, FALSE);
  if (may_be_stranger (self, trust, portal))
    hl_link_verdict_doubt (&verdict);
  *detail = status >= 200 ? g_strdup_printf ("HTTP %u", status)
                          : g_strdup (error != NULL ? error->message : "");
  return verdict;
}
