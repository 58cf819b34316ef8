/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One way to make HTTP requests of our servers: no cookies, no redirects, pinned certificate,
 * bounded times. */
#pragma once

#include <libsoup/soup.h>

#include "link/hl-endpoint.h"

G_BEGIN_DECLS

/* Without cookie jar, cache, sniffer, decoder, authentication or WebSocket extensions. */
SoupSession *hl_http_session_new (void);

/* How the certificate of one message is judged. Lives as long as the message. */
typedef struct {
  char *seen_pin; /* of the server's certificate, NULL without TLS */
  GTlsCertificateFlags
      flags;        /* what was wrong, for a verdict; 0 = nothing or overridden by the pin */
  gboolean refused; /* by the pin */
} HlHttpTrust;

/* Prepares a message to an endpoint: no redirects, TCP_NODELAY and TCP_USER_TIMEOUT 20 s, and
 * trust: with pins and an endpoint that is not public the server's key must be one of them,
 * whatever its names and dates say; otherwise the usual check. With learn TRUE (pairing by a typed
 * code) any key is accepted and told in seen_pin: the caller shows it and asks. Cancels the
 * cancellable when the key is refused. Returns: owned by the message. */
HlHttpTrust *hl_http_prepare (SoupMessage *message, HlEndpoint *endpoint, const char *const *pins,
                              gboolean learn, GCancellable *cancellable);
HlHttpTrust *hl_http_get_trust (SoupMessage *message);

G_END_DECLS
