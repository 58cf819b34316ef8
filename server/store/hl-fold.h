/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A location's state, folded from its snapshot and its log: for the writer's start and for offline use. */
#pragma once

#include "domain/hl-state.h"
#include "store/hl-store.h"

G_BEGIN_DECLS

/**
 * hl_fold: fold a location's log. The state begins as a location with the row's id, name and timezone;
 * a snapshot whose h still stands in the log shortens the way.
 * @position: (out) (optional) (transfer full): where the state stands
 *
 * Returns: (transfer full) (nullable)
 */
HlState *hl_fold (HlStore *store, const char *location, HlPosition **position, GError **error);

/** hl_fold_seed: the state of an empty log. Returns: (transfer full) */
HlState *hl_fold_seed (const char *id, const char *name, const char *timezone);

G_END_DECLS
