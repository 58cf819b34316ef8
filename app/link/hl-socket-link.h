/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HlSocketLink: the link over a WebSocket to hostlined (libsoup's client). */
#pragma once

#include "link/hl-link.h"
#include "link/hl-server-clock.h"

G_BEGIN_DECLS

#define HL_TYPE_SOCKET_LINK (hl_socket_link_get_type ())
G_DECLARE_FINAL_TYPE (HlSocketLink, hl_socket_link, HL, SOCKET_LINK, HlLink)

/* endpoints: urls in order (at least one that parses); pins: "sha256:..." or NULL; device_label:
 * what hello says; language: BCP 47 or NULL. The strings are copied. */
HlSocketLink *hl_socket_link_new (const char *const *endpoints, const char *const *pins,
                                  const char *location, const char *token, const char *device_label,
                                  const char *language);
/* From the next attempt on. */
void hl_socket_link_set_token (HlSocketLink *self, const char *token);
/* A refused token is read again before the link stops: func asks for it (never from inside a call
 * of the link's user), hl_socket_link_reloaded () tells what the file holds now (NULL: nothing).
 * NULL: nobody can. */
typedef void (*HlSocketLinkReloadFunc) (HlSocketLink *self, gpointer user_data);
void hl_socket_link_set_reload (HlSocketLink *self, HlSocketLinkReloadFunc func,
                                gpointer user_data);
void hl_socket_link_reloaded (HlSocketLink *self, const char *token);
void hl_socket_link_set_pins (HlSocketLink *self, const char *const *pins);
/* Whether the connection's server showed one of the pinned keys: it may name others. */
gboolean hl_socket_link_is_vouched (HlSocketLink *self);
/* What this computer's clock is judged by when a certificate's dates do not fit; the user of the
 * link keeps it (transfer none). */
HlServerClock *hl_socket_link_get_clock (HlSocketLink *self);
/* Closes with 1001 and waits for the answer, 2 s at most; nothing is opened any more. */
void hl_socket_link_close_async (HlSocketLink *self, GAsyncReadyCallback callback,
                                 gpointer user_data);
/* "libsoup 3.2.3", for reports (transfer full). */
char *hl_socket_link_dup_library (void);

G_END_DECLS
