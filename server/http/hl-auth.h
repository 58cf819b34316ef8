/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HlAuth: whose token a request carries, and how often an address may be wrong. */
#pragma once

#include <gio/gio.h>

#include "store/hl-registry-cache.h"

G_BEGIN_DECLS

/* Failed attempts: 10 a minute an address by default, then 429 until the minute is over. Addresses are kept
 * bounded. Main thread. */
typedef struct _HlAuth HlAuth;

HlAuth     *hl_auth_new          (guint failures_per_minute);
void        hl_auth_free         (HlAuth *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HlAuth, hl_auth_free)

void        hl_auth_set_limit    (HlAuth *self,
                                  guint   failures_per_minute);
void        hl_auth_set_registry (HlAuth          *self,
                                  HlRegistryCache *cache);
/* Transfer none; NULL before the first. */
HlRegistryCache *hl_auth_get_registry (HlAuth *self);

/* The token of an Authorization header ("Bearer hl1_..."), or NULL: absent, unknown, expired and revoked look
 * the same. Borrowed from the registry cache. @header: (nullable) */
const HlTokenInfo *hl_auth_find  (HlAuth     *self,
                                  const char *header,
                                  gint64      now_ms);

/* Counts a failure of @address; 0: it may fail again, else the seconds that it has to wait. @now_us: boot time */
guint       hl_auth_fail         (HlAuth     *self,
                                  const char *address,
                                  gint64      now_us);

G_END_DECLS
