/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One WebSocket connection on the reactor: messages in, shared frames out, close handshake. */
#pragma once

#include "net/hl-reactor.h"
#include "net/hl-stream.h"

G_BEGIN_DECLS

/* Owned by the reactor from hl_peer_new() until `closed` was called: whoever made it keeps a
 * borrowed pointer that is dead when `closed` returns, or after hl_peer_detach(). */
typedef struct _HlPeer HlPeer;

typedef struct {
  /* A whole text message, valid UTF-8, at most 64 KiB, not NUL-terminated, gone when the call
   * returns. */
  void (*message) (HlPeer *peer, const char *text, gsize len, gpointer data);
  /* Everything queued was taken by the kernel (unsent is 0): the moment to send more, in the call
   * or later. Runs at the end of an iteration; nullable. */
  void (*writable) (HlPeer *peer, gpointer data);
  /* The last call, once for each peer, never from inside hl_peer_close() or hl_peer_abort(). `code`
   * is the peer's code if it closed first (1005 without one), ours if we did, 1006 if the
   * connection broke or the handshake was not answered within 5 s. `clean` is TRUE only if both
   * close frames went through. */
  void (*closed) (HlPeer *peer, guint code, gboolean clean, gpointer data);
} HlPeerFuncs;

/* How long an answer to our close frame, or the end of stream after an error, is waited for. */
#define HL_PEER_CLOSE_TIMEOUT_US (5 * G_USEC_PER_SEC)

/* Takes `stream`, and sets TCP_NODELAY and TCP_USER_TIMEOUT (20 s). `funcs` is static. The first
 * message can come no earlier than the next iteration. NULL (stream freed) only if the kernel takes
 * no more descriptors. */
HlPeer *hl_peer_new (HlReactor *reactor, HlStream *stream, const HlPeerFuncs *funcs, gpointer data);

gpointer hl_peer_get_data (HlPeer *self);
HlReactor *hl_peer_get_reactor (HlPeer *self);

/* Queues a whole frame (hl-ws-frame.h) by reference: no copy, no allocation for up to two frames.
 * It leaves at the end of the iteration, together with the others, in one system call. There is no
 * limit here: the caller reads hl_peer_get_unsent() and stops. Ignored once closing. */
void hl_peer_send (HlPeer *self, GBytes *frame);

/* Bytes queued that the kernel has not taken yet. */
gsize hl_peer_get_unsent (HlPeer *self);

/* When the kernel last took a byte (or the peer began), CLOCK_BOOTTIME microseconds. */
gint64 hl_peer_get_progress (HlPeer *self);

/* When the last byte came from the peer, likewise. */
gint64 hl_peer_get_heard (HlPeer *self);

/* FALSE stops reading (TCP pushes back on the peer; messages already read are kept); TRUE goes on
 * with those first. Pings are not answered meanwhile. */
void hl_peer_set_reading (HlPeer *self, gboolean reading);

/* Sends a close frame behind what is queued and waits up to 5 s for the answer; messages that come
 * meanwhile are dropped. `code` is one that may stand on the wire (else 1002); `reason` is
 * nullable, cut to 123 bytes. A second call does nothing. */
void hl_peer_close (HlPeer *self, guint code, const char *reason);

/* Drops the connection without a word; `closed` (1006) follows at the end of the iteration. */
void hl_peer_abort (HlPeer *self);

/* No function is called from now on; the peer finishes what it does (a close in progress) or, if it
 * was open, is aborted. */
void hl_peer_detach (HlPeer *self);

gboolean hl_peer_is_open (HlPeer *self);

/* "192.0.2.7"; "" if unknown. Transfer none. */
const char *hl_peer_get_address (HlPeer *self);
gboolean hl_peer_is_tls (HlPeer *self);

G_END_DECLS
