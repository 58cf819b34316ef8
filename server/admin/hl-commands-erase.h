/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Erasing people again from a store that was restored. */
#pragma once

#include "admin/hl-commands.h"
#include "store/hl-erasures.h"

G_BEGIN_DECLS

/** hl_command_erase_again: erase from @host's store everybody whom @erasures knows. @n_locations: (out): how many
 * logs were changed */
gboolean hl_command_erase_again (HlCommandHost *host, HlErasures *erasures, guint *n_locations,
                                 GError **error);

G_END_DECLS
