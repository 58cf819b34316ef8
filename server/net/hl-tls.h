/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The server's certificate, its reload, its pin, and the handshake of one connection. */
#pragma once

#include <gio/gio.h>

#include "net/hl-admission.h"
#include "net/hl-reactor.h"

G_BEGIN_DECLS

typedef struct _HlTls HlTls;

#define HL_TLS_HANDSHAKE_TIMEOUT_US (10 * G_USEC_PER_SEC)

/* Loads both files (PEM) and tries whether they belong together. Blocks: for start-up and reload.
 */
HlTls *hl_tls_new (HlReactor *reactor, const char *certificate_file, const char *key_file,
                   GError **error);
HlTls *hl_tls_ref (HlTls *self);
void hl_tls_unref (HlTls *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HlTls, hl_tls_unref)

/* Reads the files again; new connections get the new certificate. On an error the old one stays. */
gboolean hl_tls_reload (HlTls *self, GError **error);

/* "sha256:<64 hex>" of the server's public key. Transfer none. */
const char *hl_tls_get_pin (HlTls *self);
/* In UTC; NULL if unknown. Transfer full. */
GDateTime *hl_tls_get_not_after (HlTls *self);

/* `io` is the GTlsConnection, ready; NULL with an error when the handshake failed or took over 10
 * s. Transfer full. */
typedef void (*HlTlsFunc) (GIOStream *io, const GError *error, gpointer data);

/* Takes `connection`. GIO lends each handshake a thread; so the ClientHello is waited for without
 * one, at most 4 handshakes of an address (16 of loopback) and 64 in all run at a time, and the
 * rest wait their turn. */
void hl_tls_accept (HlTls *self, GSocketConnection *connection, HlAdmissionSlot *slot,
                    HlTlsFunc func, gpointer data);

/* Handshakes that wait or run. */
guint hl_tls_get_pending (HlTls *self);

G_END_DECLS
