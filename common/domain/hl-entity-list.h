/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A GListModel of entities that a state changes and everybody else only reads. */
#pragma once

#include <gio/gio.h>

#include "domain/hl-entity.h"

G_BEGIN_DECLS

#define HL_TYPE_ENTITY_LIST (hl_entity_list_get_type ())
G_DECLARE_FINAL_TYPE (HlEntityList, hl_entity_list, HL, ENTITY_LIST, GObject)

/* @compare: (nullable): keeps the list sorted; else in the order of insertion. Equal is never. */
HlEntityList *hl_entity_list_new      (GType        entity_type,
                                       GCompareFunc compare) G_GNUC_WARN_UNUSED_RESULT;

/* All entities as of now, also in the middle of a batch: (transfer none), valid until the next
 * change. */
HlEntity    **hl_entity_list_peek     (HlEntityList *self,
                                       guint        *n_items);
guint         hl_entity_list_get_size (HlEntityList *self);

/*< private to the state >*/
void          hl_entity_list_add      (HlEntityList *self,
                                       HlEntity     *entity);
gboolean      hl_entity_list_remove   (HlEntityList *self,
                                       HlEntity     *entity);
/* Takes @items as the new content, in this order. (element-type HlEntity) */
void          hl_entity_list_replace  (HlEntityList *self,
                                       GPtrArray    *items);
/* Between the two the model shows what it had; then one items-changed tells the whole difference.
 * Nests. */
void          hl_entity_list_freeze   (HlEntityList *self);
void          hl_entity_list_thaw     (HlEntityList *self);
gboolean      hl_entity_list_is_frozen (HlEntityList *self);

G_END_DECLS
