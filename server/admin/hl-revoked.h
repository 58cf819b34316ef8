/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tokens that were revoked stay revoked when an older store takes the place of the one that knows of it. */
#pragma once

#include "admin/hl-commands.h"

G_BEGIN_DECLS

/** Returns: (transfer full) (element-type utf8) (nullable): the ids of the tokens that are revoked in the store of @directory, which
 * nobody writes; empty where there is no store. HL_STORE_ERROR: it cannot be read */
GPtrArray *hl_revoked_list (const char *directory, GError **error);

/** hl_revoked_apply: revoke those of @ids that @host's registry knows as valid.
 * @n_revoked: (out): how many those were */
gboolean hl_revoked_apply (HlCommandHost *host, GPtrArray *ids, guint *n_revoked, GError **error);

G_END_DECLS
