/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Running commands without a server: a command host on the files themselves, under their lock. */
#pragma once

#include "admin/hl-commands.h"
#include "admin/hl-config.h"
#include "store/hl-lock.h"

G_BEGIN_DECLS

#define HL_TYPE_OFFLINE (hl_offline_get_type ())
G_DECLARE_FINAL_TYPE (HlOffline, hl_offline, HL, OFFLINE, GObject)

/**
 * hl_offline_new: open the store of @directory for one command. A folder without one is an error of
 * the store, unless the command may make it (HL_COMMAND_CREATES). Run as root on a folder of somebody
 * else, the process goes on as that user: files keep their owner.
 * @lock: (transfer full): of the folder
 * @config: (transfer none): public-urls, listen and tls go into pairing links
 *
 * Returns: (transfer full) (nullable): an HlCommandHost; HL_COMMAND_ERROR_STORE
 */
HlOffline *hl_offline_new (const char *directory, HlLock *lock, HlConfig *config,
                           const HlCommand *command, GError **error);

/** hl_offline_drop_privileges: see hl_offline_new (); call it before the lock is taken, too. */
gboolean hl_offline_drop_privileges (const char *directory, GError **error);

/* @plan: what hl_command_prepare () made for the command that runs next; (transfer none). */
void hl_offline_set_plan (HlOffline *self, gpointer plan);

/** hl_offline_finish_erasures: erases again who was being erased when the server or hostlinectl ended. Takes the folder's lock for
 * as long. HL_COMMAND_ERROR, HL_STORE_ERROR */
gboolean hl_offline_finish_erasures (const char *directory, HlConfig *config, GError **error);

G_END_DECLS
