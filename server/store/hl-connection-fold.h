/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HlConnectionFold: many rows of the connection log told as one. */
#pragma once

#include "store/hl-registry-connections.h"

G_BEGIN_DECLS

/* Rows of one device that say the same (what, code, cause, endpoint) in the same hour, later on the same UTC day, become one:
 * its `at` is the first one's, its session is gone, and `detail` begins with
 *   "span_s"  HL_CONNECTION_HOUR_S or HL_CONNECTION_DAY_S
 *   "times"   how many rows it stands for
 *   "until"   ms since the epoch: the last one's `at`
 * then come the sums of what is added up (duration_ms, frames_in, frames_out, actions), and every other member that they all
 * had in common. A row that was never folded has "address" or something else in the first place, never "span_s". */
#define HL_CONNECTION_HOUR_S 3600
#define HL_CONNECTION_DAY_S 86400

/* Returns: @detail is that of a folded row. Out arguments may be NULL; 0, 1 and 0 for one that is not */
gboolean hl_connection_fold_parse (const char *detail, gint64 *span_s, gint64 *times, gint64 *until);

typedef struct _HlConnectionFold HlConnectionFold;

/* Of one location and device. Pure: what is to be written is asked for afterwards. */
HlConnectionFold *hl_connection_fold_new     (gint64 span_s);
void              hl_connection_fold_free    (HlConnectionFold *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HlConnectionFold, hl_connection_fold_free)

/* @row: transfer full; a single one, or one that is folded already, to a span up to @span_s */
void              hl_connection_fold_add     (HlConnectionFold *self,
                                              HlConnectionRow  *row);
/* Returns: (transfer full) (element-type HlConnectionRow): rows that stay and are written anew: at, session (NULL) and detail */
GPtrArray        *hl_connection_fold_changed (HlConnectionFold *self);
/* Returns: (element-type gint64): numbers of the rows that are part of another one now */
GArray           *hl_connection_fold_gone    (HlConnectionFold *self);

G_END_DECLS
