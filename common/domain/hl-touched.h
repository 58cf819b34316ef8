/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The set of entities that a run of events concerns, so that a screen copies back only those. */
#pragma once

#include <glib-object.h>

#include "domain/hl-event.h"
#include "domain/hl-state.h"

G_BEGIN_DECLS

/**
 * HlTouched:
 *
 * A set of (entity type, id) pairs. It is a superset of what hl_evolve () changes for the added
 * events: an event that reaches beyond the entities it names (`day_closed`, `floor_replaced`,
 * `person_erased`) marks the whole state.
 */
typedef struct _HlTouched HlTouched;

typedef void (*HlTouchedFunc) (GType       entity_type,
                               const char *id,
                               gpointer    user_data);

HlTouched *hl_touched_new       (void) G_GNUC_WARN_UNUSED_RESULT;
void       hl_touched_free      (HlTouched *self);

/* Adds one entity; adding it twice is harmless. For a segment the id is "call_id/turn". */
void       hl_touched_add       (HlTouched  *self,
                                 GType       entity_type,
                                 const char *id);
/* Adds every entity that @event names or may create, or everything (see above). @state: (nullable): after the event; it
 * tells which call an alias means. */
void       hl_touched_add_event (HlTouched     *self,
                                 const HlEvent *event,
                                 HlState       *state);
void       hl_touched_add_all   (HlTouched *self);

/* TRUE when everything is to be taken as changed; the pairs then need not be complete. */
gboolean   hl_touched_is_all    (const HlTouched *self);
gboolean   hl_touched_is_empty  (const HlTouched *self);
gboolean   hl_touched_contains  (const HlTouched *self,
                                 GType            entity_type,
                                 const char      *id);
guint      hl_touched_get_size  (const HlTouched *self);
void       hl_touched_clear     (HlTouched *self);
/* Calls @func once a pair, in no particular order; @func must not change @self. */
void       hl_touched_foreach   (const HlTouched *self,
                                 HlTouchedFunc    func,
                                 gpointer         user_data);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HlTouched, hl_touched_free)

G_END_DECLS
