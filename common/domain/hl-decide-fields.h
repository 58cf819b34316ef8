/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Edits of plain fields: different fields both apply (K6), of one field the first stands (K7), notes and tags
 * join (K8). Private to hl-decide*.c. */
#pragma once

#include "domain/hl-decide-context.h"

G_BEGIN_DECLS

/**
 * hl_decide_fields_edit:
 * @entity: a party, a reservation or a section
 * @kind: the event that says so
 * @read: HL_READ_PARTY_FIELDS ...
 * @allowed: field ids that this action may set, 0-terminated; another member of the entity is refused
 *   not_allowed
 *
 * Drafts every member of the action's data that changes something; a field that somebody else changed
 * unseen joins a dispute instead. FALSE when it refused.
 */
gboolean hl_decide_fields_edit (HlDeciding  *d,
                                  HlEntity    *entity,
                                  HlEventKind  kind,
                                  HlReads      read,
                                  const guint *allowed);

/* Copies notes_add, tags_add and tags_remove, as far as they say anything new about @entity (nullable). */
void     hl_decide_fields_join_lists  (HlDeciding  *d,
                                  HlEntity    *entity,
                                  HlEventKind  kind,
                                  const char  *id,
                                  guint        tags_field);

G_END_DECLS
