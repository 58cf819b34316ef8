/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of HlEntity and HlState share. */
#pragma once

#include "domain/hl-entity.h"

G_BEGIN_DECLS

/* All entity classes in the order of a snapshot, the location first. */
const GType *hl_entity_get_types    (gsize *n_types);
/* "parties" */
const char  *hl_entity_type_plural  (GType type);
/* Around a change of the tags, if @field is that: before it, each gets the revision that it had as part of the field;
 * after it, what is new gets @seq and @device, and what left is forgotten. @device: interned */
void         hl_entity_keep_tags    (HlEntity *self, guint field);
void         hl_entity_follow_tags  (HlEntity *self, guint field, guint64 seq, const char *device);
/* (nullable): NULL where the tag has no revision of its own */
const HlRevision *hl_entity_find_tag_revision (HlEntity *self, const char *tag);
void         hl_entity_set_tag_revision       (HlEntity *self, const char *tag, const HlRevision *revision);
void         hl_entity_clear_tag_revisions    (HlEntity *self);
guint64      hl_entity_compute_hash (HlEntity *self);
/* First 8 bytes of the SHA-256 of @data, big endian. */
guint64      hl_entity_hash_bytes   (const guint8 *data, gsize length);

G_END_DECLS
