/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HlEndpoint: one address under which the server can be reached, with what is known about it. */
#pragma once

#include <gio/gio.h>

#include "link/hl-link-cause.h"

G_BEGIN_DECLS

/* Properties: url (string "https://host:port", without path), public (bool: a public certificate is
 * expected,
 * "#pki" in the link), in-use (bool), last-cause (HlLinkCause), last-ok (int64 wall ms, HL 0 =
 * never), rtt (int ms, -1). */
#define HL_TYPE_ENDPOINT (hl_endpoint_get_type ())
G_DECLARE_FINAL_TYPE (HlEndpoint, hl_endpoint, HL, ENDPOINT, GObject)

/* url: http(s)://host[:port][#pki]; NULL and an error (G_IO_ERROR_INVALID_ARGUMENT) for anything
 * else. */
HlEndpoint *hl_endpoint_new (const char *url, GError **error);
const char *hl_endpoint_get_url (HlEndpoint *self);
gboolean hl_endpoint_is_public (HlEndpoint *self);
gboolean hl_endpoint_is_tls (HlEndpoint *self);
gboolean hl_endpoint_get_in_use (HlEndpoint *self);
void hl_endpoint_set_in_use (HlEndpoint *self, gboolean in_use);
void hl_endpoint_note_result (HlEndpoint *self, HlLinkCause cause, gint64 now_ms);
void hl_endpoint_note_rtt (HlEndpoint *self, int rtt_ms);
/* "https://host:8443" + "/v1/pair"; free with g_free (). */
char *hl_endpoint_make_url (HlEndpoint *self, const char *path);
/* Addresses that are none are left out and logged; so is one without TLS of another computer where
 * any has TLS: whoever cuts off the safe ones would be sent the token in the clear. Never none at
 * all, so that the link can say that it reaches nothing. */
void hl_endpoint_append_all (GListStore *store, const char *const *urls);

G_END_DECLS
