/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The exclusive lock of a data folder, DIR/lock: hostlined and offline hostlinectl take it. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/** HlLock: held until freed or the process ends (a kernel lock: a crash lets go of it). */
typedef struct _HlLock HlLock;

/**
 * hl_lock_take: create @directory (0700) and DIR/lock (0600) if need be, and lock it without waiting.
 * G_IO_ERROR_BUSY: another process has it (a server runs); other codes of G_IO_ERROR: the folder.
 *
 * Returns: (transfer full) (nullable)
 */
HlLock *hl_lock_take (const char *directory, GError **error);

/** hl_lock_is_held: does another process hold the lock? FALSE too if the folder does not exist. */
gboolean hl_lock_is_held (const char *directory);

void hl_lock_free (HlLock *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HlLock, hl_lock_free)

G_END_DECLS
