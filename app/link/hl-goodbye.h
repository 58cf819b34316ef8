/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A polite end of a WebSocket: close 1001, then wait a moment for the answer. */
#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

/* Takes over the socket and the task, which returns TRUE when the close is done, or after 2 s. */
void hl_goodbye_async (SoupWebsocketConnection *socket, GTask *task);

G_END_DECLS
