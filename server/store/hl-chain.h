/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What proves a log: the chain of h over its events. Pure. */
#pragma once

#include <glib.h>

#include "util/hl-id.h"

G_BEGIN_DECLS

/** hl_chain_next: h(n) = first 8 bytes, big-endian, of SHA-256 (h(n-1) as 8 big-endian bytes, the id's
 * bytes, the 32 bytes of the body's SHA-256). h(0) = 0. */
guint64 hl_chain_next (guint64 previous, const char *id,
                       const guint8 body_digest[HL_ID_SHA256_BYTES]);

G_END_DECLS
