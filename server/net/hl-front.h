/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Listeners, TLS and guards before libsoup's HTTP server, and the way from it to the reactor. */
#pragma once

#include <libsoup/soup.h>

#include "net/hl-guard.h"
#include "net/hl-listener.h"
#include "net/hl-reactor.h"
#include "net/hl-stream.h"
#include "net/hl-tls.h"

G_BEGIN_DECLS

/* connection -> limits -> TLS -> HlGuard -> SoupServer -> route -> hl_front_upgrade() -> HlStream
 * -> HlPeer. libsoup's own listener is not used: fixed backlog of 10, deaf for ever after one
 * EMFILE, leaks a socket for each connection on the floor version. */
typedef struct _HlFront HlFront;

typedef struct {
  guint max_connections;              /* 0: 16,000 */
  guint max_per_address;              /* 0: 256; loopback exempt */
  guint64 max_body;                   /* 0: 1 MiB */
  const char *const *allowed_origins; /* nullable, NULL-terminated; a WebSocket request with another
                                         Origin is 403 */
} HlFrontConfig;

/* Copies `config` (nullable). Also unsets SOUP_SERVER_HTTP2 in the environment: call it before
 * threads run. */
HlFront *hl_front_new (HlReactor *reactor, const HlFrontConfig *config, GError **error);

/* Cuts every connection that is still HTTP; upgraded ones are no longer the front's. */
void hl_front_free (HlFront *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HlFront, hl_front_free)

/* Where routes are added (soup_server_add_handler (), soup_server_add_early_handler ()). No
 * extensions, no Server field, HTTP/1.1 only, keep-alive works. Transfer none. */
SoupServer *hl_front_get_server (HlFront *self);
/* For connections from now on. */
void hl_front_set_max_body (HlFront *self, guint64 max_body);

HlAdmission *hl_front_get_admission (HlFront *self);

/* Listens at HOST:PORT (hl-listener.h), with TLS if `tls` is given. */
gboolean hl_front_listen (HlFront *self, const char *where, HlTls *tls, GError **error);

/* Takes over sockets passed by systemd; returns how many, -1 with an error. */
int hl_front_listen_inherited (HlFront *self, HlTls *tls, GError **error);

/* "http://127.0.0.1:40123", one for each listener, in order. Transfer full. */
char **hl_front_get_uris (HlFront *self);

/* FALSE if the request names an Origin that the configuration does not list: 403, whatever it asks for. */
gboolean hl_front_allows_origin (HlFront *self, SoupServerMessage *message);

/* 0 if the request can become a WebSocket that speaks `protocol`, else the status to answer with
 * (400 not a handshake, 403 Origin, 426 another version, 503 going down) and one static sentence in
 * `detail` (nullable). */
guint hl_front_check_upgrade (HlFront *self, SoupServerMessage *message, const char *protocol,
                              const char **detail);

/* The upgraded connection; transfer full. Not called if the client goes away before. */
typedef void (*HlFrontUpgradeFunc) (HlStream *stream, gpointer data);

/* Answers 101 and, when that is written, takes the connection away from libsoup. Call it in an
 * early handler or in a handler, once hl_front_check_upgrade() gave 0; FALSE (the message has a
 * status then) if libsoup finds the handshake bad. `destroy` runs in any case. */
gboolean hl_front_upgrade (HlFront *self, SoupServerMessage *message, const char *protocol,
                           HlFrontUpgradeFunc func, gpointer data, GDestroyNotify destroy);

/* Going down: closes the listening sockets, idle HTTP connections now and busy ones after their
 * answer. */
void hl_front_stop (HlFront *self);

/* HTTP connections (TLS handshakes included) still open: 0 after hl_front_stop() means drained. */
guint hl_front_get_pending (HlFront *self);

typedef struct {
  guint connections; /* all, upgraded ones too */
  guint64 accept_pauses;
  guint64 refused_total;   /* turned away: as many connections as there may be */
  guint64 refused_address; /* turned away: as many of one address as there may be */
  guint64 tls_done; /* handshakes */
  guint64 tls_failed;
  guint64 requests;
  guint64 requests_refused; /* by the guard: bad head, too large, ... */
  guint64 requests_timed_out;
} HlFrontStats;
void hl_front_get_stats (HlFront *self, HlFrontStats *stats);

/* Raises the soft limit of descriptors to the hard one, at most `wanted`; returns what it is now.
 */
guint hl_front_raise_descriptors (guint wanted);

G_END_DECLS
