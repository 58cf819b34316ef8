/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Edits of plain fields: K6, K7 and K8. */
#include "domain/hl-decide-fields.h"

#include "domain/hl-codec.h"
#include "domain/hl-collision.h"
#include "domain/hl-member.h"

static gboolean
is_list_member (const char *name)
{
  return g_str_equal (name, "notes_add") || g_str_equal (name, "tags_add")
         || g_str_equal (name, "tags_remove");
}

static gboolean
is_allowed (const guint *allowed, guint field)
{
  for (guint i = 0; allowed[i] != 0; i++) {
    if (allowed[i] == field)
      return TRUE;
  }
  return FALSE;
}

/* K8: a removal removes only what it saw. Whoever put the tag there meanwhile, or again, still wants it. */
static gboolean
was_tag_seen (HlDeciding *d, HlEntity *entity, const char *tag)
{
  return !hl_revision_is_unseen (hl_entity_get_tag_revision (entity, tag), d->seen, d->device);
}

void
hl_decide_fields_join_lists (HlDeciding *d, HlEntity *entity, HlEventKind kind, const char *id,
                             guint tags_field)
{
  static const char *const none[] = { NULL };
  const char *const *tags
    = entity != NULL ? hl_record_get_strings (HL_RECORD (entity), tags_field) : none;
  g_autofree const char **notes = hl_member_get_strings (d->data, "notes_add");
  g_autofree const char **add = hl_member_get_strings (d->data, "tags_add");
  g_autofree const char **removed = hl_member_get_strings (d->data, "tags_remove");
  g_autoptr (GPtrArray) joins = g_ptr_array_new ();
  g_autoptr (GPtrArray) leaves = g_ptr_array_new ();

  if (notes != NULL && notes[0] != NULL)
    hl_deciding_put_strings (hl_deciding_draft (d, kind, id), "notes_add", notes);
  for (guint i = 0; add != NULL && add[i] != NULL; i++) {
    if (!g_strv_contains (tags, add[i]))
      g_ptr_array_add (joins, (char *) add[i]);
  }
  for (guint i = 0; removed != NULL && removed[i] != NULL; i++) {
    if (g_strv_contains (tags, removed[i]) && was_tag_seen (d, entity, removed[i]))
      g_ptr_array_add (leaves, (char *) removed[i]);
  }
  g_ptr_array_add (joins, NULL);
  g_ptr_array_add (leaves, NULL);
  if (joins->len > 1)
    hl_deciding_put_strings (hl_deciding_draft (d, kind, id), "tags_add",
                             (const char *const *) joins->pdata);
  if (leaves->len > 1)
    hl_deciding_put_strings (hl_deciding_draft (d, kind, id), "tags_remove",
                             (const char *const *) leaves->pdata);
}

gboolean
hl_decide_fields_edit (HlDeciding *d, HlEntity *entity, HlEventKind kind, HlReads read,
                       const guint *allowed)
{
  const HlShape *shape = hl_record_get_shape (HL_RECORD (entity));
  guint id_field = HL_ENTITY_GET_CLASS (entity)->id_field;
  const char *id = hl_entity_get_id (entity);
  g_autoptr (HlRecord) wanted = hl_record_copy (HL_RECORD (entity));
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;

  json_object_iter_init (&iter, d->data);
  while (json_object_iter_next (&iter, &name, &node)) {
    const HlField *field = hl_shape_lookup (shape, name);
    JsonNode *value;

    if (is_list_member (name) || field == NULL || field->id == id_field)
      continue;
    if (!is_allowed (allowed, field->id)) {
      hl_deciding_refuse (d, HL_REASON_NOT_ALLOWED, entity, field->id);
      return FALSE;
    }
    if (!hl_codec_set (wanted, name, node, NULL)) {
      hl_deciding_refuse (d, HL_REASON_MALFORMED, entity, field->id);
      return FALSE;
    }
    if (hl_record_value_equal (field, hl_record_get_value (wanted, field->id),
                               hl_record_get_value (HL_RECORD (entity), field->id)))
      continue;

    value = hl_deciding_get_value (wanted, field->id);
    if (hl_deciding_unseen (d, read, entity, field->id)) {
      hl_collision_contest (d, "K7", entity, field->id, value);
      continue;
    }
    hl_collision_note_edit (d, HL_DISPUTE_KIND_FIELD, id, name, json_node_copy (value));
    json_object_set_member (hl_deciding_draft (d, kind, id), name, value);
  }
  return TRUE;
}
