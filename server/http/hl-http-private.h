/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What routes share: counters, authentication, limits. Private to http/. */
#pragma once

#include "http/hl-auth.h"
#include "http/hl-hook-notes.h"
#include "http/hl-http.h"

G_BEGIN_DECLS

HlMetricsCell *hl_http_count_publish (HlHttp     *self,
                                      const char *result);
HlMetricsCell *hl_http_count_hook    (HlHttp     *self,
                                      const char *provider,
                                      const char *result);
void        hl_http_changed       (HlHttp *self, HlRegistryCache *cache);
HlAuth     *hl_http_get_auth      (HlHttp *self);
HlHookNotes *hl_http_get_notes    (HlHttp *self);
/* The public URLs as a provider was told them: no "#pki", no slash at the end. Never NULL. */
const char *const *hl_http_get_hook_urls (HlHttp *self);
gboolean    hl_http_may_publish   (HlHttp     *self,
                                   const char *token_id);

/* FALSE: more requests wait for the writer than memory is given to; 503. */
gboolean    hl_http_has_room      (HlHttp *self);

G_END_DECLS
