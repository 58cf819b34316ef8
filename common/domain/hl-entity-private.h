/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of HlEntity and HlState share. */
#pragma once

#include "domain/hl-entity.h"

G_BEGIN_DECLS

/* All entity classes in the order of a snapshot, the location first. */
const GType *hl_entity_get_types    (gsize *n_types);
/* "parties" */
const char  *hl_entity_type_plural  (GType type);
guint64      hl_entity_compute_hash (HlEntity *self);
/* First 8 bytes of the SHA-256 of @data, big endian. */
guint64      hl_entity_hash_bytes   (const guint8 *data, gsize length);

G_END_DECLS
