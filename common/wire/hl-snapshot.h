/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cutting the entities of a snapshot into frames that keep the size limit, and joining them again.
 */
#pragma once

#include "wire/hl-frame.h"

G_BEGIN_DECLS

/* Cuts @entities into `snapshot` frame texts of at most @max_bytes each (0:
 * HL_WIRE_MAX_SERVER_FRAME). Members that are arrays are spread over the parts; every other member
 * (location, counters) travels whole in one part. At least one part, also for an empty object. One
 * entity larger than @max_bytes gets a part of its own, over the limit. Returns: (transfer
 * container) (element-type GBytes): the texts, part 1 first; free function set. */
GPtrArray *hl_snapshot_split (const HlPosition *pos, JsonObject *entities,
                              gsize max_bytes) G_GNUC_WARN_UNUSED_RESULT;

/* Collects the parts on the other side. */
typedef struct _HlSnapshotJoin HlSnapshotJoin;

HlSnapshotJoin *hl_snapshot_join_new (void);
void hl_snapshot_join_free (HlSnapshotJoin *join);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HlSnapshotJoin, hl_snapshot_join_free)

/* Adds one part; parts come in order, of one position. A part 1 starts over. Returns: FALSE with
 * HL_FRAME_ERROR when the part does not follow the one before (the caller closes and connects
 * again). */
gboolean hl_snapshot_join_add (HlSnapshotJoin *join, const HlFrameSnapshot *part, GError **error);
gboolean hl_snapshot_join_is_complete (HlSnapshotJoin *join);
/* Returns: (transfer none): whole only once complete. */
JsonObject *hl_snapshot_join_get_entities (HlSnapshotJoin *join);
const HlPosition *hl_snapshot_join_get_position (HlSnapshotJoin *join);

G_END_DECLS
