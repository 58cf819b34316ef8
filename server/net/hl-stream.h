/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One connection's bytes, plain or TLS, for the reactor: never blocks, errors are errno values. */
#pragma once

#include <gio/gio.h>
#include <sys/uio.h>

#include "net/hl-admission.h"

G_BEGIN_DECLS

typedef struct _HlStream HlStream;

/* Takes the descriptor, which must be non-blocking. */
HlStream *hl_stream_new_fd (int fd);

/* Takes a stream that is a GSocketConnection or a GTlsConnection over one, past its handshake. For
 * a plain socket nothing of GIO stays behind: the descriptor is duplicated and the objects are
 * dropped (kept only when no descriptor is left). NULL with an error when no socket is found
 * underneath; `io` is consumed in any case. */
HlStream *hl_stream_new_io (GIOStream *io, GError **error);

/* Closes without ever blocking: a TLS goodbye is said only when the socket takes it at once. */
void hl_stream_free (HlStream *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HlStream, hl_stream_free)

int hl_stream_get_fd (HlStream *self);
gboolean hl_stream_is_tls (HlStream *self);

/* Bytes that were read from the socket too early; the next reads return them first. */
void hl_stream_push_back (HlStream *self, const guint8 *bytes, gsize len);

/* The place this connection takes in the limits; released with the stream. Takes `slot` (nullable).
 */
void hl_stream_set_slot (HlStream *self, HlAdmissionSlot *slot);

/* The peer's address as text ("192.0.2.7"), "" when there is no slot. Transfer none. */
const char *hl_stream_get_address (HlStream *self);

/* > 0 bytes read, 0 end of stream, -1 with errno (EAGAIN: come back when the descriptor is
 * readable).
 * `*drained` tells that the kernel had no more than this, which spares the call that would say
 * EAGAIN. */
gssize hl_stream_read (HlStream *self, guint8 *buffer, gsize len, gboolean *drained);

/* > 0 bytes accepted, -1 with errno (EAGAIN: come back when the descriptor is writable). A TLS
 * stream takes at most one record of 16 KiB a call and must be offered the same bytes again after
 * EAGAIN: it remembers how many, the caller keeps the head of its queue unchanged. */
gssize hl_stream_writev (HlStream *self, const struct iovec *parts, guint n_parts);

/* Sends FIN: the peer reads everything that was written, then the end. */
void hl_stream_shutdown_write (HlStream *self);

/* Throws away what the peer still sends, undeciphered. Bytes, 0 at its end, -1 with errno. */
gssize hl_stream_discard (HlStream *self);

/* The socket under a GSocketConnection or a GTlsConnection. Transfer none; NULL if there is none.
 */
GSocket *hl_stream_find_socket (GIOStream *io);

/* Closes such a stream as hl_stream_free() does. */
void hl_stream_close_io (GIOStream *io);

G_END_DECLS
