/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What each action kind's data looks like and what sets the kind apart. */
#pragma once

#include <json-glib/json-glib.h>

#include "domain/hl-enums.h"
#include "domain/hl-shape.h"

G_BEGIN_DECLS

/* What "fields" means in update_reservation and update_party: the wire members of the entity, flat
 * in `data` beside the id, with notes_add, tags_add and tags_remove. */

typedef enum {
  HL_ACTION_FLAG_OBSERVATION
  = 1 << 0, /* tells what someone saw in the room: never refused once predicted
               (set_table only for dirty, remove_party only for left) */
  HL_ACTION_FLAG_NEEDS_LINK = 1 << 1, /* carries `session`, is never queued */
  HL_ACTION_FLAG_AGENT = 1 << 2,      /* on the voice agent's allow-list */
  HL_ACTION_FLAG_STAFF = 1 << 3,      /* by people: roles staff and manager */
  HL_ACTION_FLAG_CREATES = 1 << 4,    /* the id in its data is of an entity that it makes */
} HlActionFlags;

/* NULL for unknown. */
const HlShape *hl_action_kind_get_shape (HlActionKind kind);
HlActionFlags  hl_action_kind_get_flags (HlActionKind kind);
/* The JSON name of the member that names the entity acted on ("party_id"), and the entity's class;
 * NULL and G_TYPE_INVALID for undo, correct, add_note and unknown, which say it otherwise. */
const char    *hl_action_kind_get_id_member (HlActionKind kind);
GType          hl_action_kind_get_type_of_entity (HlActionKind kind);

/* Whether @role may perform @kind at all (not_allowed). system may all. */
gboolean       hl_action_kind_may_perform (HlActionKind kind,
                                           HlRole       role);

/* As hl_event_kind_check (), for an action's data. */
gboolean       hl_action_kind_check     (HlActionKind kind,
                                         JsonObject  *data,
                                         const char  *base,
                                         GPtrArray   *ignored,
                                         GError     **error);

G_END_DECLS
