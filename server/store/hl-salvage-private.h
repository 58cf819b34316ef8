/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of the salvage share. */
#pragma once

#include "util/hl-carve.h"
#include "store/hl-repair-report.h"
#include "store/hl-sqlite-store-private.h"

G_BEGIN_DECLS

/* hl-salvage-rows.c: one record of the damaged file into the table that it looks to be of, if its checksum holds. One whose
 * does not is counted in @dropped, one that looks to be of none is passed over. Snapshots prove themselves when they are
 * used; unreadable bodies have no checksum.
 * Returns: FALSE only if the new file fails */
gboolean hl_salvage_take_record (HlDatabase *db, const HlCarveRecord *record, HlSalvageDropped *dropped, GError **error);
/* The same for a file of a schema in which events alone have checksums: when nothing has proved itself. */
gboolean hl_salvage_take_old_record (HlDatabase *db, const HlCarveRecord *record, GError **error);
/* Afterwards: rows whose owner is not there go; locations whose row was lost are made from their events,
 * devices give their tokens their locations back. @remade: ids of such locations are added to it */
gboolean hl_salvage_join_rows (HlDatabase *db, gint64 now, GHashTable *remade, GError **error);

/* hl-salvage-log.c: makes one location's log contiguous and provable again, and fills in @report. */
gboolean hl_salvage_mend_log (HlDatabase *db, HlRepairLocation *report, gint64 now, GError **error);

/* hl-salvage-keys.c: forgets what answers for events that are gone, so that they may come again. */
gboolean hl_salvage_mend_keys (HlDatabase *db, HlRepairLocation *report, gint64 now, GError **error);

G_END_DECLS
