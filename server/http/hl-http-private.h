/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What routes share: counters, authentication, limits. Private to http/. */
#pragma once

#include "http/hl-auth.h"
#include "http/hl-hook-notes.h"
#include "http/hl-http.h"
#include "ingest/hl-problem.h"

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
/* May a token publish at a location now? NULL: yes, and hl_http_take_publish () says then how many events it was.
 * Transfer full: the 429. */
HlProblem  *hl_http_check_publish (HlHttp     *self,
                                   const char *location,
                                   const char *token_id);
void        hl_http_take_publish  (HlHttp     *self,
                                   const char *location,
                                   const char *token_id,
                                   guint       n_events);

/* FALSE: more requests wait for the writer than memory is given to; 503. */
gboolean    hl_http_has_room      (HlHttp *self);

G_END_DECLS
