/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HlPush: all subscribers of this server. */
#pragma once

#include "live/hl-reader.h"
#include "live/hl-writer.h"
#include "net/hl-reactor.h"
#include "store/hl-registry.h"

G_BEGIN_DECLS

typedef struct _HlPush HlPush;

/* Main thread. Everything is borrowed and outlives it; @registry is used on the writer's thread only. Redirects are not
 * followed, answers are not read, nothing of a proxy's or a cookie's is kept. */
HlPush  *hl_push_new      (HlReactor  *reactor,
                           HlWriter   *writer,
                           HlReader   *reader,
                           HlRegistry *registry,
                           HlMetrics  *metrics);
/* After writer and reader have given their last answers. */
void     hl_push_free     (HlPush *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HlPush, hl_push_free)

/* http to this computer and the local network? */
void     hl_push_set_allow_http (HlPush  *self,
                                 gboolean allow_http);
/* The registry has changed, or is there for the first time: reads the subscribers again. */
void     hl_push_reload   (HlPush *self);
void     hl_push_appended (HlPush     *self,
                           const char *location,
                           guint64     head);
/* Going down: nothing more is sent; what is under way is cancelled (and sent again by the next run). */
void     hl_push_stop     (HlPush *self);
/* FALSE: nothing is under way any more. */
gboolean hl_push_is_busy  (HlPush *self);

G_END_DECLS
