/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Webhooks that we send, after Standard Webhooks: body, signature, and what an answer asks for. Pure. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * hl_webhook_check_url: may events be pushed to @url? https to any host. http, where everybody on the way can read names and
 * phone numbers, only if @allow_http, and only to an address that is written as a number and is loopback, private (RFC 1918,
 * RFC 4193) or link-local, or to "localhost": a name could lead anywhere tomorrow. No user name, no fragment.
 * Error: G_IO_ERROR_INVALID_ARGUMENT or _PERMISSION_DENIED with one sentence.
 */
gboolean hl_webhook_check_url         (const char *url,
                                       gboolean    allow_http,
                                       GError    **error);

/* The header webhook-signature: "v1,<base64>" for each of @secrets ("whsec_..."), separated by spaces: HMAC-SHA256 of
 * "<id>.<timestamp>.<body>". @timestamp: s since the epoch. Transfer full. */
char    *hl_webhook_sign              (const char *const *secrets,
                                       const char        *id,
                                       gint64             timestamp,
                                       GBytes            *body);

/* {"type":"hostline.events","timestamp":...,"data":{"location","epoch","events":[...],"pos":{...}}}; @rows of HlStoreRow, at least
 * one, whole units. The same for the same rows. Transfer full. */
GBytes  *hl_webhook_make_body         (const char *location,
                                       const char *epoch,
                                       GPtrArray  *rows);

/* Retry-After in seconds or as a date, in seconds from @now_s; 0: none, or it has passed; at most an hour. */
guint    hl_webhook_parse_retry_after (const char *value,
                                       gint64      now_s);

G_END_DECLS
