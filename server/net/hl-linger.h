/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ends a connection so that the peer can still read our last words: FIN, then wait for its end. */
#pragma once

#include "net/hl-reactor.h"
#include "net/hl-stream.h"

G_BEGIN_DECLS

/* Closing a socket that has unread input makes the kernel send a reset, and a reset can destroy an
 * answer or a close frame that is still on its way. So what the peer goes on sending is thrown away
 * for at most this long, and at most 8 MiB of it. */
#define HL_LINGER_TIMEOUT_US (3 * G_USEC_PER_SEC)

/* Takes `stream`, which nothing else watches any more. */
void hl_linger_start (HlReactor *reactor, HlStream *stream);

G_END_DECLS
