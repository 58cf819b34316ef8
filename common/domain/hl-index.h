/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Entities by what they name: parties by table, reservations by call. Many to many, always sorted
 * alike. */
#pragma once

#include "domain/hl-entity.h"

G_BEGIN_DECLS

typedef struct _HlIndex HlIndex;

/* @compare: of two entities; a total order that no follower sees otherwise */
HlIndex   *hl_index_new    (GCompareFunc compare) G_GNUC_WARN_UNUSED_RESULT;
void       hl_index_free   (HlIndex *self);
/* Files @entity under @keys (NULL-terminated; nullable: none) and nowhere else. */
void       hl_index_set    (HlIndex *self, HlEntity *entity, const char *const *keys);
/* (transfer none) (element-type HlEntity): never NULL; valid until the next hl_index_set () */
GPtrArray *hl_index_lookup (HlIndex *self, const char *key);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HlIndex, hl_index_free)

G_END_DECLS
