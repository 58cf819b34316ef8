/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Changing entities: values by the codec, revisions, stamps, before-values. */
#include "domain/hl-codec-private.h"
#include "domain/hl-entity-private.h"
#include "domain/hl-state-private.h"

HlEntity *
hl_state_ensure_entity (HlState *self, GType type, const char *id, const HlChange *change,
                        gboolean *created)
{
  HlEntity *entity = hl_state_lookup (self, type, id);
  gboolean dummy;

  if (created == NULL)
    created = &dummy;
  *created = FALSE;
  if (entity != NULL) {
    if (type == HL_TYPE_LOCATION && *hl_location_get_id (self->location) == '\0')
      hl_entity_take_id (entity, id);
    return entity;
  }
  if (hl_state_type_index (type) < 0 || id == NULL || hl_state_is_buried (self, type, id))
    return NULL;

  g_autoptr (HlEntity) fresh = g_object_new (type, NULL);
  if (!hl_entity_take_id (fresh, id))
    return NULL;
  hl_state_attach (self, fresh);
  if (change != NULL && change->act != NULL)
    hl_state_undo_created (self, fresh, change);
  *created = TRUE;
  return fresh; /* the list holds it */
}

gboolean
hl_state_remove_entity (HlState *self, GType type, const char *id)
{
  HlEntity *entity = hl_state_lookup (self, type, id);

  if (entity == NULL || type == HL_TYPE_LOCATION)
    return FALSE;
  hl_state_detach (self, entity);
  return TRUE;
}

/* Everything that goes with setting a field, before it is set. @device: interned */
static void
begin_set (HlState *self, HlEntity *entity, const HlField *field, const HlChange *change,
           const char *device)
{
  HlRevision revision = *hl_entity_get_revision (entity, field->id);

  if (change->act != NULL)
    hl_state_undo_before (self, entity, field, change);
  hl_entity_keep_tags (entity, field->id);
  hl_revision_move (&revision, change->seq, device);
  hl_entity_set_revision (entity, field->id, &revision);
}

static gboolean
is_newer (HlEntity *entity, const HlField *field, const HlChange *change)
{
  return hl_stamp_compare (change->at, change->event_id, hl_entity_get_stamp (entity, field->id))
         > 0;
}

guint
hl_state_apply (HlState *self, HlEntity *entity, JsonObject *members, const HlChange *change,
                HlApplyFlags flags)
{
  const HlShape *shape = hl_record_get_shape (HL_RECORD (entity));
  const char *device = g_intern_string (change->device);
  g_autoptr (HlEntity) kept = g_object_ref (entity);
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;
  guint n = 0;

  g_object_freeze_notify (G_OBJECT (entity));
  json_object_iter_init_ordered (&iter, members);
  while (json_object_iter_next_ordered (&iter, &name, &node)) {
    const HlField *field = hl_shape_lookup (shape, name);
    GValue value = G_VALUE_INIT;

    if (field == NULL || hl_entity_is_id_field (entity, field->id))
      continue;
    if ((flags & HL_APPLY_IGNORE_NULL) && JSON_NODE_HOLDS_NULL (node))
      continue;
    if ((flags & HL_APPLY_REGISTERS) && !is_newer (entity, field, change))
      continue;
    if (!hl_codec_decode (field, node, "", &value, NULL))
      continue;
    if ((flags & HL_APPLY_SILENT) == 0)
      begin_set (self, entity, field, change, device);
    if (flags & HL_APPLY_REGISTERS)
      hl_entity_set_stamp (entity, field->id, change->at, change->event_id);
    hl_record_take_value (HL_RECORD (entity), field->id, &value);
    hl_entity_follow_tags (entity, field->id, change->seq, device);
    n++;
  }
  g_object_thaw_notify (G_OBJECT (entity));
  return n;
}

static void
prepare (HlState *self, HlEntity *entity, guint id, const HlChange *change)
{
  const HlField *field = HL_RECORD_GET_CLASS (entity)->fields[id];
  begin_set (self, entity, field, change, g_intern_string (change->device));
}

void
hl_state_set_value (HlState *self, HlEntity *entity, guint id, const GValue *value,
                    const HlChange *change)
{
  prepare (self, entity, id, change);
  hl_record_set_value (HL_RECORD (entity), id, value);
  hl_entity_follow_tags (entity, id, change->seq, g_intern_string (change->device));
}

#define SET(name, CType)                                                                           \
  void hl_state_set_##name (HlState *self, HlEntity *entity, guint id, CType value,                \
                            const HlChange *change)                                                \
  {                                                                                                \
    prepare (self, entity, id, change);                                                            \
    hl_record_set_##name (HL_RECORD (entity), id, value);                                          \
    hl_entity_follow_tags (entity, id, change->seq, g_intern_string (change->device));             \
  }

SET (int, int)
SET (int64, gint64)
SET (bool, gboolean)
SET (string, const char *)
SET (strings, const char *const *)
SET (records, GPtrArray *)

void
hl_state_set_record (HlState *self, HlEntity *entity, guint id, gpointer value,
                     const HlChange *change)
{
  g_auto (GValue) own = G_VALUE_INIT;

  g_value_init (&own, HL_RECORD_GET_CLASS (entity)->fields[id]->pspec->value_type);
  g_value_set_object (&own, value);
  hl_state_set_value (self, entity, id, &own, change);
}
