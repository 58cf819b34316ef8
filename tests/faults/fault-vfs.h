/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An SQLite VFS over the system's that fails on demand, and that knows what a power cut would have kept. For one
 * process; databases of several threads may use it at once. */
#pragma once

#include <glib.h>
#include <sqlite3.h>

#define FAULT_VFS "hl-fault"

typedef enum {
  FAULT_NONE,
  FAULT_FULL,     /* from the nth write on each one gives SQLITE_FULL, until disarmed: a full disk stays full */
  FAULT_WRITE,    /* the nth write gives SQLITE_IOERR_WRITE, once */
  FAULT_SYNC,     /* the nth sync gives SQLITE_IOERR_FSYNC, once; what it should have made durable is not */
  FAULT_TRUNCATE, /* the nth truncation gives SQLITE_IOERR_TRUNCATE, once */
  FAULT_OPEN,     /* the nth opening gives SQLITE_CANTOPEN, once */
  FAULT_READ,     /* the nth read gives SQLITE_IOERR_READ, once */
  FAULT_POWER,    /* from the nth write, truncation or sync on (counted together) nothing reaches the disk any more */
  FAULT_KILL,     /* at the nth of those the process gets SIGKILL; what it has written before stays */
  FAULT_STOPPED,  /* the nth one of those and all later ones give SQLITE_IOERR, until disarmed */
} FaultKind;

/* Registers the VFS (once a process), disarms it and forgets every file. */
void fault_vfs_reset (void);

/* Whether files that are opened from now on leave alone what is beside a write, as SQLite takes those of the system to do. Without
 * it a log is padded up to the end of a sector after each commit. Not so after a reset. */
void fault_vfs_set_powersafe (gboolean powersafe);

/* Counts from 1, from now on. */
void fault_vfs_arm (FaultKind kind, guint nth);
void fault_vfs_disarm (void);
/* Whether the armed fault has struck. */
gboolean fault_vfs_has_fired (void);

/* Since it was armed or reset: writes, truncations and syncs together. */
guint fault_vfs_get_count (void);
guint fault_vfs_get_writes (void);
guint fault_vfs_get_syncs (void);

/* Puts into @to and @to-wal what the disk may hold of the database @path and its log after a power cut: what was synced
 * for certain, of the rest a random part, out of order, some of it torn at a sector of 512 bytes. Now, or when
 * FAULT_POWER struck. A file that was never opened through the VFS is not there afterwards. @path may be @to, if
 * nothing has it open. */
void fault_vfs_cut (const char *path, const char *to, GRand *rand);
