/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the last units replaced, so that undo can put it back. */
#include <string.h>

#include "domain/hl-codec-private.h"
#include "domain/hl-entity-private.h"
#include "domain/hl-member.h"
#include "domain/hl-state-private.h"
#include "domain/hl-time.h"

/* Shared between copies of a state; copied before it changes. */
struct _HlUndoUnit {
  char       *act;
  char       *by;
  char       *device_name; /* nullable */
  gint64      at;
  gint64      received;
  GPtrArray  *before; /* HlBefore */
  GHashTable *index;  /* HlBefore -> itself, by entity and field */
  guint       n_refs;
};

static void
before_free (gpointer data)
{
  HlBefore *before = data;

  g_free (before->id);
  g_clear_pointer (&before->old, json_node_unref);
  g_free (before);
}

static guint
before_hash (gconstpointer data)
{
  const HlBefore *before = data;
  return g_str_hash (before->id) ^ (before->field * 2654435761u);
}

static gboolean
before_equal (gconstpointer a, gconstpointer b)
{
  const HlBefore *one = a;
  const HlBefore *two = b;
  return one->field == two->field && one->type == two->type && strcmp (one->id, two->id) == 0;
}

static HlUndoUnit *
unit_new (const char *act, const char *by, const char *device_name, gint64 at, gint64 received)
{
  HlUndoUnit *unit = g_new0 (HlUndoUnit, 1);
  unit->act = g_strdup (act);
  unit->by = g_strdup (by != NULL ? by : "");
  unit->device_name = g_strdup (device_name);
  unit->at = at;
  unit->received = at != HL_TIME_NONE ? MAX (at, received) : HL_TIME_NONE;
  unit->before = g_ptr_array_new_with_free_func (before_free);
  unit->index = g_hash_table_new (before_hash, before_equal);
  unit->n_refs = 1;
  return unit;
}

static void
unit_unref (gpointer data)
{
  HlUndoUnit *unit = data;

  if (--unit->n_refs > 0)
    return;
  g_hash_table_unref (unit->index);
  g_ptr_array_unref (unit->before);
  g_free (unit->act);
  g_free (unit->by);
  g_free (unit->device_name);
  g_free (unit);
}

static void
unit_add (HlUndoUnit *unit, GType type, const char *id, guint field, JsonNode *old, guint64 seq)
{
  HlBefore *before = g_new0 (HlBefore, 1);
  before->type = type;
  before->id = g_strdup (id);
  before->field = field;
  before->old = old;
  before->seq = seq;
  g_ptr_array_add (unit->before, before);
  g_hash_table_add (unit->index, before);
}

static HlUndoUnit *
unit_copy (HlUndoUnit *unit)
{
  HlUndoUnit *copy = unit_new (unit->act, unit->by, unit->device_name, unit->at, unit->received);

  for (guint i = 0; i < unit->before->len; i++) {
    HlBefore *before = unit->before->pdata[i];
    unit_add (copy, before->type, before->id, before->field,
              before->old != NULL ? json_node_copy (before->old) : NULL, before->seq);
  }
  return copy;
}

static GList *
find_unit (HlState *self, const char *act)
{
  for (GList *l = self->undo.tail; l != NULL; l = l->prev) {
    if (strcmp (((HlUndoUnit *) l->data)->act, act) == 0)
      return l;
  }
  return NULL;
}

/* The unit of @act, made if need be, and this state's own. */
static HlUndoUnit *
ensure_unit (HlState *self, const char *act, const char *by, const char *device_name, gint64 at, gint64 received)
{
  GList *link = find_unit (self, act);

  if (link == NULL) {
    g_queue_push_tail (&self->undo, unit_new (act, by, device_name, at, received));
    while (self->undo.length > HL_STATE_UNDO_UNITS)
      unit_unref (g_queue_pop_head (&self->undo));
    return self->undo.tail->data;
  }
  HlUndoUnit *unit = link->data;
  if (unit->n_refs > 1) {
    link->data = unit_copy (unit);
    unit_unref (unit);
  }
  return link->data;
}

void
hl_state_undo_clear (HlState *self)
{
  g_queue_clear_full (&self->undo, unit_unref);
}

void
hl_state_undo_share (HlState *self, HlState *source)
{
  if (self->undo.length == source->undo.length) {
    GList *mine = self->undo.head, *theirs = source->undo.head;
    while (mine != NULL && mine->data == theirs->data) {
      mine = mine->next;
      theirs = theirs->next;
    }
    if (mine == NULL)
      return;
  }
  hl_state_undo_clear (self);
  for (GList *l = source->undo.head; l != NULL; l = l->next) {
    HlUndoUnit *unit = l->data;
    unit->n_refs++;
    g_queue_push_tail (&self->undo, unit);
  }
}

void
hl_state_undo_created (HlState *self, HlEntity *entity, const HlChange *change)
{
  HlUndoUnit *unit = ensure_unit (self, change->act, change->by, change->device_name, change->at, change->received);
  HlBefore key = { .type = G_OBJECT_TYPE (entity), .id = (char *) hl_entity_get_id (entity) };

  if (!g_hash_table_contains (unit->index, &key))
    unit_add (unit, key.type, key.id, 0, NULL, change->seq);
}

void
hl_state_undo_before (HlState *self, HlEntity *entity, const HlField *field, const HlChange *change)
{
  HlUndoUnit *unit = ensure_unit (self, change->act, change->by, change->device_name, change->at, change->received);
  HlBefore key = { .type = G_OBJECT_TYPE (entity),
                   .id = (char *) hl_entity_get_id (entity),
                   .field = field->id };
  HlBefore *before = g_hash_table_lookup (unit->index, &key);

  /* a unit that sets a field twice goes back to what was before both */
  if (before != NULL)
    before->seq = change->seq;
  else
    unit_add (unit, key.type, key.id, key.field,
              hl_codec_encode (field, hl_record_get_value (HL_RECORD (entity), field->id)),
              change->seq);
}

GPtrArray *
hl_state_get_before (HlState *self, const char *act)
{
  GList *link = act != NULL ? find_unit (self, act) : NULL;
  return link != NULL ? ((HlUndoUnit *) link->data)->before : NULL;
}

gboolean
hl_state_find_author (HlState *self, HlEntity *entity, guint field, HlAuthor *author)
{
  guint64 seq = hl_entity_get_revision (entity, field)->seq;
  HlBefore key = { .type = G_OBJECT_TYPE (entity),
                   .id = (char *) hl_entity_get_id (entity),
                   .field = field };

  for (GList *l = self->undo.tail; seq > 0 && l != NULL; l = l->prev) {
    HlUndoUnit *unit = l->data;
    HlBefore *before = g_hash_table_lookup (unit->index, &key);

    if (before == NULL || before->seq != seq)
      continue;
    *author = (HlAuthor) { unit->act, unit->by, unit->at, unit->received, unit->device_name };
    return TRUE;
  }
  return FALSE;
}

gint64
hl_state_get_received (HlState *self, const char *act)
{
  GList *link = act != NULL ? find_unit (self, act) : NULL;
  return link != NULL ? ((HlUndoUnit *) link->data)->received : HL_TIME_NONE;
}

void
hl_state_forget_before (HlState *self, GType type, const char *id)
{
  for (GList *l = self->undo.head; l != NULL;) {
    HlUndoUnit *unit = l->data;
    GList *next = l->next;

    for (guint i = 0; i < unit->before->len; i++) {
      HlBefore *before = unit->before->pdata[i];
      if (before->type == type && strcmp (before->id, id) == 0) {
        unit_unref (unit);
        g_queue_delete_link (&self->undo, l);
        break;
      }
    }
    l = next;
  }
}

static const HlField *
field_of (GType type, guint id)
{
  HlRecordClass *klass = g_type_class_peek (type); /* there was an entity of it */
  return klass->fields[id];
}

JsonNode *
hl_state_undo_save (HlState *self)
{
  JsonArray *units = json_array_sized_new (self->undo.length);

  for (GList *l = self->undo.head; l != NULL; l = l->next) {
    HlUndoUnit *unit = l->data;
    JsonObject *object = json_object_new ();
    JsonArray *entries = json_array_sized_new (unit->before->len);
    for (guint i = 0; i < unit->before->len; i++) {
      HlBefore *before = unit->before->pdata[i];
      JsonObject *entry = json_object_new ();
      json_object_set_string_member (entry, "type", hl_entity_type_kind (before->type));
      json_object_set_string_member (entry, "id", before->id);
      if (before->field != 0) {
        json_object_set_string_member (entry, "field",
                                       field_of (before->type, before->field)->name);
        json_object_set_member (entry, "old", json_node_copy (before->old));
      }
      json_object_set_int_member (entry, "seq", (gint64) before->seq);
      json_array_add_object_element (entries, entry);
    }
    json_object_set_string_member (object, "act", unit->act);
    json_object_set_string_member (object, "by", unit->by);
    if (unit->device_name != NULL)
      json_object_set_string_member (object, "device_name", unit->device_name);
    if (unit->at != HL_TIME_NONE) {
      g_autofree char *at = hl_time_print (unit->at);
      json_object_set_string_member (object, "at", at);
    }
    if (unit->received != unit->at) {
      g_autofree char *received = hl_time_print (unit->received);
      json_object_set_string_member (object, "received", received);
    }
    json_object_set_array_member (object, "before", entries);
    json_array_add_object_element (units, object);
  }
  JsonNode *node = json_node_alloc ();
  json_node_init_array (node, units);
  json_array_unref (units);
  return node;
}

/* A field that we do not know is a newer version's: left out. */
static gboolean
load_entry (HlUndoUnit *unit, JsonNode *node, const char *base, GError **error)
{
  const char *kind, *id, *name;
  guint64 seq;
  const HlField *field = NULL;

  if (!JSON_NODE_HOLDS_OBJECT (node)) {
    hl_codec_error_set (error, HL_CODEC_ERROR_TYPE, base, NULL, "an object is expected");
    return FALSE;
  }
  JsonObject *object = json_node_get_object (node);
  if (!hl_codec_get_required_string (object, base, "type", HL_FORMAT_TEXT, 32, &kind, error)
      || !hl_codec_get_required_string (object, base, "id", HL_FORMAT_TEXT, 96, &id, error)
      || !hl_codec_get_optional_string (object, base, "field", HL_FORMAT_TEXT, 64, &name, error)
      || !hl_codec_get_count (object, base, "seq", TRUE, 0, &seq, error))
    return FALSE;
  GType type = hl_entity_kind_type (kind);
  if (type == G_TYPE_INVALID)
    return TRUE;
  if (name != NULL) {
    field = hl_shape_lookup (hl_record_type_get_shape (type), name);
    if (field == NULL || !json_object_has_member (object, "old"))
      return TRUE;
  }
  if (unit != NULL)
    unit_add (unit, type, id, field != NULL ? field->id : 0,
              field != NULL ? json_node_copy (json_object_get_member (object, "old")) : NULL, seq);
  return TRUE;
}

gboolean
hl_state_undo_load (HlState *self, JsonObject *entities, gboolean check, GError **error)
{
  JsonNode *node = json_object_get_member (entities, "undo");

  if (!check)
    hl_state_undo_clear (self);
  if (node == NULL)
    return TRUE;
  if (!JSON_NODE_HOLDS_ARRAY (node)) {
    hl_codec_error_set (error, HL_CODEC_ERROR_TYPE, "/undo", NULL, "an array is expected");
    return FALSE;
  }
  JsonArray *units = json_node_get_array (node);
  for (guint i = 0; i < json_array_get_length (units); i++) {
    g_autofree char *base = g_strdup_printf ("/undo/%u", i);
    JsonNode *element = json_array_get_element (units, i);
    const char *act;
    if (!JSON_NODE_HOLDS_OBJECT (element)) {
      hl_codec_error_set (error, HL_CODEC_ERROR_TYPE, base, NULL, "an object is expected");
      return FALSE;
    }
    JsonObject *object = json_node_get_object (element);
    if (!hl_codec_get_required_string (object, base, "act", HL_FORMAT_TEXT, 255, &act, error))
      return FALSE;
    JsonNode *entries = json_object_get_member (object, "before");
    if (entries == NULL || !JSON_NODE_HOLDS_ARRAY (entries)) {
      hl_codec_error_set (error, HL_CODEC_ERROR_TYPE, base, "before", "an array is expected");
      return FALSE;
    }
    HlUndoUnit *unit = check ? NULL
                             : ensure_unit (self, act, hl_member_get_string (object, "by", ""),
                                            hl_member_get_string (object, "device_name", NULL),
                                            hl_member_get_time (object, "at"),
                                            hl_member_get_time (object, "received"));
    JsonArray *array = json_node_get_array (entries);
    for (guint j = 0; j < json_array_get_length (array); j++) {
      g_autofree char *place = g_strdup_printf ("%s/before/%u", base, j);
      if (!load_entry (unit, json_array_get_element (array, j), place, error))
        return FALSE;
    }
  }
  return TRUE;
}
