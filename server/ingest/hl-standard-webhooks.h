/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Standard Webhooks: the signature that many senders share, checked and made. */
#pragma once

#include "ingest/hl-provider.h"

G_BEGIN_DECLS

/* The specification (github.com/standard-webhooks): "id.timestamp.body" under HMAC-SHA256 ("v1,") or ed25519 ("v1a,"), base64,
 * several of them parted by spaces. The timestamp is in seconds. */

#define HL_STANDARD_WEBHOOKS_WINDOW_S 300 /* both ways, inclusive */

/* Headers "{prefix}-id", "{prefix}-timestamp", "{prefix}-signature": "webhook" by the specification, "svix" by its origin.
 * A secret is "whsec_" and base64; or "whpk_" and base64 of a public key of 32 bytes, which checks "v1a" only; or, behind neither,
 * the raw bytes of the text (as OpenAI's libraries read it) or what it is in base64 (as the others do).
 * Signatures of versions that are unknown are passed over. Constant time. Pure. */
HlVerify hl_standard_webhooks_verify (const HlDelivery  *delivery,
                                      const char        *prefix,
                                      const char *const *secrets);

/* "v1,..." with a secret as above, "v1a,..." with "whsk_" and base64 of a private key (32 bytes, or 64 with the public key behind).
 * NULL: @secret is a public key or cannot be read. Transfer full. */
char    *hl_standard_webhooks_sign   (const char *secret,
                                      const char *id,
                                      gint64      timestamp_s,
                                      const void *body,
                                      gsize       body_len);

/* The three headers for @delivery at its now_ms, for HlProvider.sign. @id: NULL: one is made of the body. */
gboolean hl_standard_webhooks_add_headers (const HlDelivery *delivery,
                                           const char       *prefix,
                                           const char       *secret,
                                           const char       *id,
                                           GHashTable       *headers);

G_END_DECLS
