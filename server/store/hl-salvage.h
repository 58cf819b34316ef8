/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Making a new store out of what can still be read of a damaged one. */
#pragma once

#include "store/hl-repair-report.h"

G_BEGIN_DECLS

/**
 * hl_salvage: build the store @to (a new file, checkpointed, on the disk) from the records of @from, which
 * is only read. Events are taken whose checksum holds, whatever the rest of the file says; a location
 * whose log is not proved to be as it was gets a new epoch, and for each event that is gone one that says
 * so, so that the positions of the others stay. Answers and outcomes of events that are gone are forgotten,
 * and the marks of devices go down: what was lost may come again.
 *
 * On an error @to is removed. HL_STORE_ERROR_FULL, _FAILED.
 */
gboolean hl_salvage (const char *from, const char *to, HlRepairReport *report, GError **error);

G_END_DECLS
