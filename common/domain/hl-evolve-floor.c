/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The fold of tables and of a new floor plan. */
#include "domain/hl-evolve-private.h"

#include "domain/hl-codec.h"
#include "domain/hl-floor-table.h"
#include "domain/hl-member.h"

#define LABEL_LENGTH 12

static void
make_placeholder (HlState *state, const char *table_id, const HlChange *change)
{
  /* whoever undoes the seating does not want the table to be "undone" */
  const HlChange plain = { change->seq, change->device, NULL, change->at, change->event_id };
  gboolean created = FALSE;
  HlEntity *table = hl_state_ensure_entity (state, HL_TYPE_TABLE, table_id, &plain, &created);
  g_autofree char *label = NULL;

  if (table == NULL || !created)
    return;
  label = g_strndup (table_id, LABEL_LENGTH);
  hl_state_set_string (state, table, HL_TABLE_FIELD_LABEL, label, &plain);
  hl_state_set_string (state, table, HL_TABLE_FIELD_AREA_ID, HL_AREA_UNPLACED, &plain);
}

void
hl_evolve_ensure_tables (HlState *state, JsonObject *data, const HlChange *change)
{
  g_autofree const char **ids = hl_member_get_strings (data, "table_ids");

  for (guint i = 0; ids != NULL && ids[i] != NULL; i++) {
    if (hl_state_lookup_table (state, ids[i]) == NULL)
      make_placeholder (state, ids[i], change);
  }
}

void
hl_evolve_table (HlState *state, const HlEvent *event, const HlChange *change)
{
  const char *id = hl_member_get_string (event->data, "table_id", NULL);
  HlEntity *table;

  if (id == NULL)
    return;
  if (hl_state_lookup_table (state, id) == NULL)
    make_placeholder (state, id, change);
  table = hl_state_lookup (state, HL_TYPE_TABLE, id);
  if (table != NULL)
    hl_state_apply (state, table, event->data, change, HL_APPLY_NONE);
}

static JsonObject *
get_element (JsonArray *array, guint index)
{
  JsonNode *node = json_array_get_element (array, index);

  return JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

/* All that the plan says of a table, defaults included: a member left out is not "unchanged". What
 * the plan does not say (dirty, blocked) stays. */
static void
place_table (HlState *state, JsonObject *planned, const HlChange *change)
{
  const char *id = hl_member_get_string (planned, "table_id", NULL);
  HlEntity *table = hl_state_ensure_entity (state, HL_TYPE_TABLE, id, change, NULL);
  g_autoptr (HlFloorTable) whole = NULL;
  g_autoptr (JsonNode) node = NULL;

  if (table == NULL)
    return;
  whole = hl_floor_table_new ();
  if (!hl_codec_load (HL_RECORD (whole), planned, "", NULL))
    return;
  node = hl_codec_save (HL_RECORD (whole), HL_CODEC_FLAG_NULLS);
  hl_state_apply (state, table, json_node_get_object (node), change, HL_APPLY_NONE);
}

static void
place_section (HlState *state, JsonObject *planned, const HlChange *change)
{
  const char *id = hl_member_get_string (planned, "section_id", NULL);
  HlEntity *section = hl_state_ensure_entity (state, HL_TYPE_SECTION, id, change, NULL);

  if (section != NULL)
    hl_state_apply (state, section, planned, change, HL_APPLY_NONE);
}

/* The ids that @member of the elements of @array has. (transfer full): a set of borrowed strings */
static GHashTable *
collect_ids (JsonArray *array, const char *member)
{
  GHashTable *ids = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++) {
    JsonObject *object = get_element (array, i);
    const char *id = object != NULL ? hl_member_get_string (object, member, NULL) : NULL;

    if (id != NULL)
      g_hash_table_add (ids, (char *) id);
  }
  return ids;
}

/* A table that went keeps its party: it stays, outside the plan, until the party goes. */
static void
drop_others (HlState *state, GType type, GHashTable *keep, const HlChange *change)
{
  guint n = 0;
  HlEntity **entities = hl_entity_list_peek (hl_state_get_list (state, type), &n);
  g_autoptr (GPtrArray) gone = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < n; i++) {
    if (!g_hash_table_contains (keep, hl_entity_get_id (entities[i])))
      g_ptr_array_add (gone, g_object_ref (entities[i]));
  }
  for (guint i = 0; i < gone->len; i++) {
    HlEntity *entity = g_ptr_array_index (gone, i);

    if (type == HL_TYPE_TABLE
        && hl_state_get_table_parties (state, hl_entity_get_id (entity))->len > 0) {
      hl_state_set_string (state, entity, HL_TABLE_FIELD_AREA_ID, HL_AREA_UNPLACED, change);
      hl_state_set_string (state, entity, HL_TABLE_FIELD_SECTION_ID, NULL, change);
    } else {
      hl_state_remove_entity (state, type, hl_entity_get_id (entity));
    }
  }
}

void
hl_evolve_floor (HlState *state, const HlEvent *event, const HlChange *change)
{
  JsonArray *tables = hl_member_get_array (event->data, "tables");
  JsonArray *sections = hl_member_get_array (event->data, "sections");
  g_autoptr (GHashTable) table_ids = collect_ids (tables, "table_id");
  g_autoptr (GHashTable) section_ids = collect_ids (sections, "section_id");
  g_autoptr (JsonObject) plan = json_object_new ();
  static const char *const members[] = { "areas", "combinations", "marks" };

  for (guint i = 0; i < G_N_ELEMENTS (members); i++) {
    JsonArray *array = hl_member_get_array (event->data, members[i]);

    if (array != NULL)
      json_object_set_array_member (plan, members[i], json_array_ref (array));
    else
      json_object_set_array_member (plan, members[i], json_array_new ());
  }
  hl_state_apply (state, HL_ENTITY (hl_state_get_location (state)), plan, change, HL_APPLY_NONE);

  for (guint i = 0; sections != NULL && i < json_array_get_length (sections); i++) {
    JsonObject *section = get_element (sections, i);

    if (section != NULL)
      place_section (state, section, change);
  }
  for (guint i = 0; tables != NULL && i < json_array_get_length (tables); i++) {
    JsonObject *table = get_element (tables, i);

    if (table != NULL)
      place_table (state, table, change);
  }
  drop_others (state, HL_TYPE_SECTION, section_ids, change);
  drop_others (state, HL_TYPE_TABLE, table_ids, change);
}
