/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HlProxy: the system's proxy settings, except for addresses in the house itself. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The back-office computer stands in the same room: a proxy that the network prescribes for the
 * internet cannot reach it, or makes of it what it wants. */
#define HL_TYPE_PROXY (hl_proxy_get_type ())
G_DECLARE_FINAL_TYPE (HlProxy, hl_proxy, HL, PROXY, GObject)

/* A GProxyResolver. others: asked for every other address (the system's default one). */
GProxyResolver *hl_proxy_new (GProxyResolver *others);

/* Private, link-local and loopback addresses (RFC 1918, 4193, 3927, 4291), names without a dot, and
 * those under .local, .lan, .home, .internal, .localdomain, .home.arpa (RFC 6762, 8375). */
gboolean hl_proxy_is_in_house (const char *host);

G_END_DECLS
