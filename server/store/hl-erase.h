/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Erasing a person from one location's log: who belongs to a phone number, and what stands in which events.
 *
 * Scanning only reads and may take long: on a reader's thread and store. It can be continued on the
 * writer's, where only what came since is left to be read. Applying writes, in the caller's request or
 * group.
 *
 * Who mentions the number anywhere is the person: calls from it (or to it, if outbound), reservations,
 * parties, orders, notices. With them goes what they name or are named by: the reservation that a call made,
 * its party, the order for that party. Of a table it is only said why it is blocked, where that mentions the number.
 */
#pragma once

#include <json-glib/json-glib.h>

#include "store/hl-sqlite-store.h"

G_BEGIN_DECLS

/* @digits: as hl_phone_find () gives them. Is that the person's number? */
typedef gboolean (*HlEraseMatch) (const char *digits, gpointer user_data);

typedef struct _HlErase HlErase;

HlErase *hl_erase_new (const char *location, HlEraseMatch match, gpointer user_data);
void hl_erase_free (HlErase *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HlErase, hl_erase_free)

const char *hl_erase_get_location (HlErase *self);

/** hl_erase_scan: read on from where the last scan ended to the log's end. HL_STORE_ERROR_INVALID: it is
 * the location's own number. */
gboolean hl_erase_scan (HlErase *self, HlStore *store, GError **error);

/** hl_erase_is_empty: nothing of the person was found (and not erased already). */
gboolean hl_erase_is_empty (HlErase *self);

/** hl_erase_make_data: the data of the `person_erased` events that name all entities that were found, at most
 * 1000 of a kind each. Returns: (transfer full) (element-type JsonObject) */
GPtrArray *hl_erase_make_data (HlErase *self);

/** hl_erase_apply: replace the bodies of all events of those entities, forget keys and answers that mention
 * the number, webhook bodies that could not be read (nobody can tell whose they are), and a snapshot from
 * before @erased_seq, where the log has its `person_erased`.
 * @traces: (element-type GBytes): takes a piece of each old body that must not be found in the
 * files afterwards. @n_events: (out): how many were replaced */
gboolean hl_erase_apply (HlErase *self, HlSqliteStore *store, guint64 erased_seq, GPtrArray *traces,
                         guint *n_events, GError **error);

/** hl_erase_get_left: seqs of events that mention the number but are about no person and no table (the
 * floor, the house, kinds of later versions): they stay. Returns: (transfer none) (element-type guint64) */
GArray *hl_erase_get_left (HlErase *self);

G_END_DECLS
