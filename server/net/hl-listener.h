/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A listening TCP socket with its own accept loop: keeps limits, survives EMFILE. */
#pragma once

#include <gio/gio.h>

#include "net/hl-admission.h"
#include "net/hl-reactor.h"

G_BEGIN_DECLS

typedef struct _HlListener HlListener;

#define HL_LISTENER_BACKLOG 1024
#define HL_LISTENER_PAUSE_US (200 * 1000) /* when descriptors or memory run out */
#define HL_LISTENER_SEND_BUFFER (128 * 1024)

/* A new connection: `fd` is non-blocking, TCP_NODELAY, close-on-exec, and the callee's; so is
 * `slot`. */
typedef void (*HlListenerFunc) (HlListener *self, int fd, HlAdmissionSlot *slot, gpointer data);

/* A connection that a limit turns away. TRUE: taken, `fd` is the callee's, which says so its own
 * way; FALSE: the listener says so, in the clear. */
typedef gboolean (*HlListenerRefusedFunc) (HlListener *self, int fd, GInetAddress *address,
                                           HlAdmissionAnswer answer, gpointer data);

/* `where` is HOST:PORT: an IPv4 address, an IPv6 one in brackets, or localhost (127.0.0.1); port 0
 * picks a free one. [::] takes IPv6 only. Names are not looked up. */
HlListener *hl_listener_new (HlReactor *reactor, HlAdmission *admission, const char *where,
                             HlListenerFunc func, gpointer data, GError **error);

/* Takes a socket that listens already (from systemd). */
HlListener *hl_listener_new_fd (HlReactor *reactor, HlAdmission *admission, int fd,
                                HlListenerFunc func, gpointer data, GError **error);

/* Descriptors passed by systemd (sd_listen_fds(3): LISTEN_PID, LISTEN_FDS), which are 3 and up; 0
 * if none. The variables are removed so that children do not see them. */
guint hl_listener_get_inherited (void);

/* Stops accepting and closes the socket. */
void hl_listener_free (HlListener *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HlListener, hl_listener_free)

/* "127.0.0.1:40123", "[::1]:8480". Transfer none. */
const char *hl_listener_get_where (HlListener *self);
guint hl_listener_get_port (HlListener *self);
gboolean hl_listener_is_loopback (HlListener *self);

/* `func` gets the data of the other one. */
void hl_listener_set_refused_func (HlListener *self, HlListenerRefusedFunc func);

/* How often accepting had to pause, and connections turned away by the limit of that kind. */
guint64 hl_listener_get_pauses (HlListener *self);
guint64 hl_listener_get_refused (HlListener *self, HlAdmissionAnswer why);

/* The whole answer, with head and body, to who is turned away: 503 or 429 with Retry-After. */
const char *hl_listener_get_refusal (HlAdmissionAnswer why);

G_END_DECLS
