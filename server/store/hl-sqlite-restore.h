/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Putting a backup in the place of the store. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What has to be done with the copy before it takes the store's place: @folder holds it as a store of its own.
 * FALSE ends the restoring. */
typedef gboolean (*HlSqliteRestoreFunc) (const char *folder, gpointer user_data, GError **error);

/**
 * hl_sqlite_restore: make @file the store of @directory, whose lock the caller holds and whose store
 * nobody has open. Every location gets a new epoch, so that followers take a snapshot instead of
 * believing their position; a log that lost its tail would otherwise give old numbers to new events.
 * @file is only read; it is looked over, copied, brought to our schema, and put in place by one rename:
 * until then the former store is untouched.
 * @func: (nullable)
 * @kept: (out) (optional) (transfer full) (nullable): where the former store's file lies now
 *
 * Errors: HL_STORE_ERROR. On an error @directory is as it was.
 */
gboolean hl_sqlite_restore (const char *directory, const char *file, gint64 now,
                            HlSqliteRestoreFunc func, gpointer user_data, char **kept,
                            GError **error);

G_END_DECLS
