/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A VFS over SQLite's own that fails on demand: the nth write, sync or truncation of any file. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define FAULT_VFS "hl-fault"

typedef enum {
  FAULT_NONE,
  FAULT_FULL,  /* SQLITE_FULL: no room; once reached it stays so, as a full disk does */
  FAULT_WRITE, /* SQLITE_IOERR_WRITE, once */
  FAULT_SYNC,  /* SQLITE_IOERR_FSYNC: counts syncs alone, once */
} FaultKind;

void fault_vfs_register (void);
/* The @nth (from 1) write (or sync) from now on fails. */
void fault_vfs_arm (FaultKind kind, guint nth);
void fault_vfs_disarm (void);
/* Did it fail since it was armed? */
gboolean fault_vfs_has_fired (void);
guint fault_vfs_get_writes (void); /* writes and truncations since it was armed */
guint fault_vfs_get_syncs (void);

G_END_DECLS
