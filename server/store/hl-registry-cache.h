/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An immutable copy of what the main thread has to know at each request: tokens, hooks, locations.
 *
 * THREADS. Made on the writer thread (hl_registry_load_cache ()), handed to the main thread as the
 * result of the job that changed something, used and unreferenced anywhere: it never changes and its
 * count is atomic. What it lends lives as long as the cache; keep a reference over callbacks.
 */
#pragma once

#include "store/hl-registry-rows.h"

G_BEGIN_DECLS

typedef struct _HlRegistryCache HlRegistryCache;

HlRegistryCache *hl_registry_cache_ref (HlRegistryCache *self);
void hl_registry_cache_unref (HlRegistryCache *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HlRegistryCache, hl_registry_cache_unref)

/**
 * hl_registry_cache_find_token: whose token is this?
 * @text: `hl1_<id>_<secret>` as it came; anything else is simply not found
 * @now: ms since the epoch
 *
 * Unknown, revoked, expired and wrong are the same NULL, and the secret is compared in constant time.
 *
 * Returns: (transfer none) (nullable)
 */
const HlTokenInfo *hl_registry_cache_find_token (HlRegistryCache *self, const char *text,
                                                 gint64 now);

/** hl_registry_cache_is_valid: is the token with this id still good (open sessions after a change)? */
gboolean hl_registry_cache_is_valid (HlRegistryCache *self, const char *token_id, gint64 now);

/** hl_registry_cache_allows: is @token bound to @location? */
gboolean hl_registry_cache_allows (const HlTokenInfo *token, const char *location);

/**
 * hl_registry_cache_find_hook: the hook of POST /v1/hooks/{provider}/{location}/{secret}; NULL also
 * when only the secret is wrong, or was rotated away and its time is over at @now (ms since the epoch).
 *
 * Returns: (transfer none) (nullable)
 */
const HlHookInfo *hl_registry_cache_find_hook (HlRegistryCache *self, const char *provider,
                                               const char *location, const char *path_secret,
                                               gint64 now);

gboolean hl_registry_cache_has_location (HlRegistryCache *self, const char *location);

/** Returns: (transfer none): NULL-terminated, ordered */
const char *const *hl_registry_cache_get_locations (HlRegistryCache *self);

G_END_DECLS
