/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading a page of whole units from a store, framed for sessions. */
#pragma once

#include "live/hl-unit.h"
#include "store/hl-store.h"

G_BEGIN_DECLS

/* The units after @after, as one frame of at most about @max_bytes; several if one frame would be over
 * HL_WIRE_MAX_SERVER_FRAME. An empty array: nothing is newer. Any thread that owns @store.
 * Returns: (transfer full) (element-type HlUnit) (nullable) */
GPtrArray *hl_page_read (HlStore    *store,
                         const char *location,
                         const char *epoch,
                         guint64     after,
                         guint       max_events,
                         gsize       max_bytes,
                         GError    **error);

G_END_DECLS
