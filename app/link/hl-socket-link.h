/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HlSocketLink: the link over a WebSocket to hostlined (libsoup's client). */
#pragma once

#include "link/hl-link.h"

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
void hl_socket_link_set_pins (HlSocketLink *self, const char *const *pins);
/* Closes with 1001 and waits for the answer, 2 s at most; nothing is opened any more. */
void hl_socket_link_close_async (HlSocketLink *self, GAsyncReadyCallback callback,
                                 gpointer user_data);
/* "libsoup 3.2.3", for reports (transfer full). */
char *hl_socket_link_dup_library (void);

G_END_DECLS
