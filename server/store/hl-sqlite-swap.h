/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Putting another file in the place of the store, so that a power cut at any moment leaves one of the two
 * there, and the former one is never lost. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * hl_sqlite_swap: move DIR/hostline.db with its -wal and -shm to DIR/@away (and -wal, -shm), and
 * DIR/@fresh to its place. @fresh is whole, on the disk, and has no -wal. The caller holds the folder's
 * lock and has the store closed. HL_STORE_ERROR_FAILED.
 */
gboolean hl_sqlite_swap (const char *directory, const char *fresh, const char *away, GError **error);

/** hl_sqlite_swap_finish: what a swap that was interrupted left to be done. Before the store is opened. */
gboolean hl_sqlite_swap_finish (const char *directory, GError **error);

/** hl_sqlite_swap_is_pending: whether one was begun and is not finished: its files must stay where they are. */
gboolean hl_sqlite_swap_is_pending (const char *directory);

G_END_DECLS
