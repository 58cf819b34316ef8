/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HlHttp: the public routes on the front's HTTP server. */
#pragma once

#include <libsoup/soup.h>

#include "live/hl-hub.h"
#include "live/hl-reader.h"
#include "live/hl-writer.h"
#include "net/hl-front.h"
#include "store/hl-registry.h"
#include "util/hl-metrics.h"

G_BEGIN_DECLS

typedef struct _HlHttp HlHttp;

/* Everything is borrowed and outlives the routes, but for the strings, which are copied. */
typedef struct {
  HlFront     *front;
  HlHub       *hub;
  HlWriter    *writer;
  HlReader    *queries;        /* a reader of its own, so that a long query delays no session */
  HlRegistry  *registry;       /* used on the writer's thread only */
  HlMetrics   *metrics;
  guint        failures_per_minute;
  guint        publish_per_second;   /* events of one token; 0: off */
  guint        publish_per_second_per_location;   /* likewise */
  guint        json_depth;     /* 0: the default */
  GStrv        public_urls;    /* may be empty */
  GStrv        trusted_proxies;
  GStrv        pins;
} HlHttpConfig;

/* Main thread. Free it after the front, whose last requests still come here. */
HlHttp *hl_http_new          (const HlHttpConfig *config);
void    hl_http_free         (HlHttp *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HlHttp, hl_http_free)

/* The limits, urls and pins of a reload; what is borrowed stays. */
void    hl_http_configure    (HlHttp             *self,
                              const HlHttpConfig *config);
void    hl_http_set_registry (HlHttp          *self,
                              HlRegistryCache *cache);
/* FALSE: /readyz answers 503; publishes go on while the store takes them. */
void    hl_http_set_ready    (HlHttp  *self,
                              gboolean ready);
/* Called when a route has changed the registry (a device was paired), before the route answers: whoever reads the
 * answer may use the new token at once. @cache: transfer none. */
void    hl_http_set_changed  (HlHttp  *self,
                              void   (*changed) (HlRegistryCache *cache, gpointer user_data),
                              gpointer user_data);

G_END_DECLS
