/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Replacing the body of an event that is in the log: seq, id, times, digest and structure stay. */
#pragma once

#include "domain/hl-redact.h"
#include "store/hl-sqlite-store.h"

G_BEGIN_DECLS

/**
 * hl_redaction_apply: take what @what names out of the event at @seq, mark the row and make its checksum anew;
 * its digest stays, and so does h. In the open request or group, or as a transaction of its own.
 * @traces: (nullable) (element-type GBytes): takes a piece of the old body that the new one does not have
 * @changed: (out): FALSE if there was nothing of it in the event
 *
 * HL_STORE_ERROR_CORRUPT, and others.
 */
gboolean hl_redaction_apply (HlSqliteStore *store, const char *location, guint64 seq, HlRedact what,
                             GPtrArray *traces, gboolean *changed, GError **error);

/** hl_redaction_find_traces: how many of the pieces can be found in the bytes of the store's file and of its
 * write-ahead log. After a checkpoint. */
guint hl_redaction_find_traces (HlSqliteStore *store, GPtrArray *traces);

G_END_DECLS
