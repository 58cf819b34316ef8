/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HlLock: one process per data folder: the outbox must have one owner. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _HlLock HlLock;

/* Takes the exclusive lock on `path`, a file made for it (0600); G_IO_ERROR_BUSY when another
 * process (or another lock of this one) has it. The kernel lets go of it when the process ends,
 * however it ends. */
HlLock *hl_lock_take (const char *path, GError **error);
void hl_lock_free (HlLock *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HlLock, hl_lock_free)

G_END_DECLS
