/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Replacing the body of an event that is in the log: seq, id, times, digest and structure stay. */
#pragma once

#include "domain/hl-redact.h"
#include "store/hl-sqlite-store.h"

G_BEGIN_DECLS

/**
 * hl_redaction_apply: take what @what names out of the event at @seq, mark the row with it (also when there was
 * nothing of it: it need not be looked at again) and make its checksum anew; its digest stays, and so does h. In
 * the open request or group, or as a transaction of its own.
 * @traces: (nullable) (element-type GBytes): takes a piece of the old body that the new one does not have
 * @changed: (out): FALSE if there was nothing of it in the event
 *
 * HL_STORE_ERROR_CORRUPT, and others.
 */
gboolean hl_redaction_apply (HlSqliteStore *store, const char *location, guint64 seq, HlRedact what,
                             GPtrArray *traces, gboolean *changed, GError **error);

/** hl_redaction_apply_turn: what the events from @from on say of one turn of a transcript is replaced by @text, which has less
 * of it: marked, with a new checksum, as hl_redaction_apply () does. In the open request or group, or as a transaction of its own.
 * @traces: (nullable) (element-type GBytes): takes a piece of each old body. @n_changed: (out): events that said more
 *
 * HL_STORE_ERROR_CORRUPT, and others. */
gboolean hl_redaction_apply_turn (HlSqliteStore *store, const char *location, guint64 from, const char *call_id, int turn,
                                  const char *text, GPtrArray *traces, guint *n_changed, GError **error);

/** hl_redaction_is_pending: whether a turn was redacted since the stored snapshot was taken: then that may hold the old words, and so
 * may the write-ahead log. */
gboolean hl_redaction_is_pending (HlSqliteStore *store, const char *location, gboolean *pending, GError **error);

/** hl_redaction_read: the event at @seq. Returns: (transfer full) (nullable): HL_STORE_ERROR_CORRUPT, or an
 * HL_DATABASE_ERROR; @digest: (out): 32 bytes */
HlStoreRow *hl_redaction_read (HlDatabase *db, const char *location, guint64 seq, guint8 *digest,
                               GError **error);

/** hl_redaction_find_traces: how many of the pieces can be found in the bytes of the store's file and of its
 * write-ahead log. After a checkpoint. */
guint hl_redaction_find_traces (HlSqliteStore *store, GPtrArray *traces);

G_END_DECLS
