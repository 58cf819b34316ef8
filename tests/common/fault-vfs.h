/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An SQLite VFS that fails on demand and remembers what a power cut would have kept. */
#pragma once

#include <glib.h>
#include <sqlite3.h>

#define FAULT_VFS_NAME "hl-fault"

/* Registers the VFS (once a process) and forgets all files. */
void fault_vfs_reset (void);

/* From now on the @n-th write, truncate or sync (from 1) gives @code, and so does every later one until
 * fault_vfs_heal(): a full disk stays full. 0: none fails. */
void fault_vfs_fail_at (guint n, int code);
void fault_vfs_heal (void);
/* How many writes, truncates and syncs have come since the last fault_vfs_fail_at() or reset. */
guint fault_vfs_get_count (void);

/* Writes to @to (and @to-wal) what a disk may hold if the power fails now: everything that was synced, and of the rest a
 * random part, in order, the last write perhaps torn. @path is the open database. */
void fault_vfs_cut (const char *path, const char *to, GRand *rand);
