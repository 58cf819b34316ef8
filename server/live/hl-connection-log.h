/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HlConnectionLog: rows of the connection log on their way from the main thread to the store, in batches. */
#pragma once

#include "live/hl-writer.h"
#include "net/hl-reactor.h"
#include "store/hl-registry-connections.h"

G_BEGIN_DECLS

/* Bounded: while the store takes nothing, this many rows are kept, then new ones are dropped and counted
 * (hostline_connection_log_dropped_total). A batch goes to the writer's thread a moment after its first row, so
 * that a herd costs some commits, not one a session. */
#define HL_CONNECTION_LOG_MAX_WAITING 4096

typedef struct _HlConnectionLog HlConnectionLog;

/* Main thread. @reactor, @writer and @registry are borrowed and outlive it; @registry is only used on the
 * writer's thread. Says that the server has started. */
HlConnectionLog *hl_connection_log_new   (HlReactor  *reactor,
                                          HlWriter   *writer,
                                          HlRegistry *registry,
                                          HlMetrics  *metrics);
/* What waits and was not flushed is lost. No answer of the writer may be pending: free it after the writer has
 * stopped, before it is freed. */
void             hl_connection_log_free  (HlConnectionLog *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HlConnectionLog, hl_connection_log_free)

/* @row: transfer full */
void             hl_connection_log_add   (HlConnectionLog *self,
                                          HlConnectionRow *row);
/* Going down: hands over what waits now, and that the server ends in order. */
void             hl_connection_log_stop  (HlConnectionLog *self);

G_END_DECLS
