/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A person was erased: what this computer's files still hold of them goes too, however often that fails or is cut short. */
#include "desk/hl-desk-private.h"
#include "desk/hl-history-private.h"

#include "util/hl-log.h"
#include "wire/hl-json.h"

static gboolean
is_about (HlOutboxItem *item, GPtrArray *ids)
{
  const char *const *entities = hl_outbox_item_get_entities (item);

  for (guint i = 0; entities != NULL && entities[i] != NULL; i++) {
    if (g_ptr_array_find_with_equal_func (ids, entities[i], g_str_equal, NULL))
      return TRUE;
  }
  return FALSE;
}

/* What a person still has to look at stays to be seen, but says no more about whom. */
static HlOutboxRow *
strip (const HlOutboxRow *row)
{
  HlOutboxRow *stripped = hl_outbox_row_copy (row);
  g_autoptr (JsonObject) action
      = row->action != NULL ? hl_json_parse_object (row->action, strlen (row->action), NULL, NULL)
                            : NULL;
  g_autoptr (JsonObject) kept = json_object_new ();
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;

  g_free (stripped->label);
  stripped->label = g_strdup ("");
  g_clear_pointer (&stripped->detail, g_free);
  if (action == NULL || !json_object_has_member (action, "data"))
    return stripped;
  json_object_iter_init_ordered (&iter, json_object_get_object_member (action, "data"));
  while (json_object_iter_next_ordered (&iter, &name, &node)) {
    if (g_str_has_suffix (name, "_id") || g_str_has_suffix (name, "_ids"))
      json_object_set_member (kept, name, json_node_copy (node));
  }
  json_object_set_object_member (action, "data", g_steal_pointer (&kept));
  g_free (stripped->action);
  stripped->action = hl_json_print_object (action);
  return stripped;
}

static HlOutboxRow *
strip_all (const HlOutboxRow *row)
{
  HlOutboxRow *stripped = hl_outbox_row_copy (row);

  g_clear_pointer (&stripped->action, g_free);
  g_clear_pointer (&stripped->detail, g_free);
  g_clear_pointer (&stripped->label, g_free);
  return stripped;
}

/* The items that speak of them: what the file is to lose, and what it is to be given anew. FALSE: not now. */
static gboolean
forget_items (HlDesk *self)
{
  g_autoptr (GPtrArray) ids = NULL;
  g_autoptr (GPtrArray) stripped = NULL;
  gboolean any = FALSE;

  if (self->erased == NULL)
    return TRUE;
  /* Not while rows are on their way to another state: file and list must agree on what goes. Without a connection none is. */
  if (self->marking || self->planning > 0 || (!self->may_push && self->link != NULL && hl_link_is_open (self->link)))
    return FALSE;
  ids = g_steal_pointer (&self->erased);
  stripped = g_ptr_array_new_with_free_func ((GDestroyNotify)hl_outbox_row_free);
  for (guint i = self->items->len; i > 0; i--) {
    HlOutboxItem *item = g_ptr_array_index (self->items, i - 1);
    const HlOutboxRow *row = hl_outbox_item_get_row (item);

    /* What still waits is somebody's work, made after all that the log says. */
    if (row->damaged) { /* nobody can tell whom it is about */
      if (row->action != NULL || row->detail != NULL || (row->label != NULL && *row->label != '\0'))
        g_ptr_array_add (stripped, strip_all (row));
      continue;
    }
    if (hl_outbox_item_is_waiting (item) || !is_about (item, ids))
      continue;
    if (hl_outbox_item_needs_person (item)) {
      g_ptr_array_add (stripped, strip (row));
      continue;
    }
    g_ptr_array_add (self->forgotten, hl_outbox_row_copy (row));
    hl_outbox_add_purged (&self->purged, row);
    g_ptr_array_remove_index (self->items, i - 1);
    any = TRUE;
  }
  for (guint i = 0; i < stripped->len; i++)
    g_hash_table_add (self->stripped, g_strdup (((HlOutboxRow *)g_ptr_array_index (stripped, i))->id));
  if (any)
    hl_desk_update_outbox (self);
  if (stripped->len > 0)
    hl_desk_show_rows (self, stripped, FALSE);
  return TRUE;
}

static gboolean
on_erase_retry (gpointer data)
{
  hl_desk_erase (data);
  return G_SOURCE_REMOVE;
}

/* In memory they are gone already: what is written anew does not hold them. */
static void
on_erase_step (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HlDesk) self = data;
  g_autoptr (GError) error = NULL;

  if (self->local == NULL || hl_local_finish (self->local, result, &error) || self->closing)
    return;
  self->erase_failed = TRUE;
  hl_desk_outbox_failed (self, error);
}

static void
finish (HlDesk *self)
{
  hl_retry_note_success (&self->erase_retry);
  g_ptr_array_set_size (self->forgotten, 0);
  g_hash_table_remove_all (self->stripped);
  if (self->erase_due) { /* somebody else was erased meanwhile */
    hl_desk_erase (self);
    return;
  }
  g_clear_pointer (&self->erasing, g_hash_table_unref);
  hl_desk_note_saved (self);
  hl_desk_store_snapshot (self); /* without what was due */
}

static void
on_swept (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HlDesk) self = data;
  g_autoptr (GError) error = NULL;

  self->erase_running = FALSE;
  if (self->local == NULL || self->closing)
    return;
  if (!hl_local_finish (self->local, result, &error)) {
    self->erase_failed = TRUE;
    hl_log (HL_LOG_WARNING, "desk", "the files could not be swept after an erasure", "error", error->message, NULL);
    /* the damaged file is kept aside, and with it what it holds of that person */
    if (g_error_matches (error, HL_DATABASE_ERROR, HL_DATABASE_ERROR_CORRUPT))
      hl_desk_outbox_failed (self, error);
  }
  /* what the copy could not be told is in it as before */
  if (self->erase_failed || (self->copy_failed && self->position != NULL))
    hl_retry_plan (&self->erase_retry, self->retry_ms, on_erase_retry, self);
  else
    finish (self);
}

static GPtrArray *
list_stripped (HlDesk *self)
{
  GPtrArray *rows = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer id;

  g_hash_table_iter_init (&iter, self->stripped);
  while (g_hash_table_iter_next (&iter, &id, NULL)) {
    HlOutboxItem *item = hl_desk_find_item (self, id);

    if (item != NULL)
      g_ptr_array_add (rows, (gpointer)hl_outbox_item_get_row (item));
  }
  return rows;
}

/* All of it each time: of what failed nobody knows how far it came. */
void
hl_desk_erase (HlDesk *self)
{
  g_autoptr (GPtrArray) stripped = NULL;

  if (self->erasing == NULL || self->erase_running || self->erase_retry.source != 0 || self->local == NULL || self->closing)
    return;
  if (self->forgotten == NULL)
    self->forgotten = g_ptr_array_new_with_free_func ((GDestroyNotify)hl_outbox_row_free);
  if (self->stripped == NULL)
    self->stripped = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  if (!forget_items (self))
    return;
  self->erase_due = FALSE;
  self->erase_running = TRUE;
  self->erase_failed = FALSE;
  if (self->copy_failed)
    hl_desk_store_snapshot (self);
  if (self->forgotten->len > 0)
    hl_local_forget_rows (self->local, self->forgotten, on_erase_step, g_object_ref (self));
  stripped = list_stripped (self);
  if (stripped->len > 0)
    hl_local_update_rows (self->local, stripped, on_erase_step, g_object_ref (self));
  hl_local_sweep (self->local, g_hash_table_size (self->erasing) == 0, on_swept, g_object_ref (self));
}

void
hl_desk_erase_again (HlDesk *self)
{
  hl_retry_cancel (&self->erase_retry);
  hl_desk_erase (self);
}

static void
note_id (HlDesk *self, JsonNode *id)
{
  if (!JSON_NODE_HOLDS_VALUE (id) || json_node_get_value_type (id) != G_TYPE_STRING)
    return;
  if (self->erased == NULL)
    self->erased = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (self->erased, json_node_dup_string (id));
  g_hash_table_add (self->erasing, json_node_dup_string (id));
}

static void
note_ids (HlDesk *self, JsonNode *node)
{
  JsonArray *ids = node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;

  self->erase_due = TRUE;
  if (self->erasing == NULL)
    self->erasing = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; ids != NULL && i < json_array_get_length (ids); i++)
    note_id (self, json_array_get_element (ids, i));
}

void
hl_desk_note_erased (HlDesk *self, JsonObject *data)
{
  static const char *const members[]
      = { "call_ids", "reservation_ids", "party_ids", "order_ids", "notice_ids", "table_ids" };

  note_ids (self, NULL);
  for (guint i = 0; data != NULL && i < G_N_ELEMENTS (members); i++)
    note_ids (self, json_object_get_member (data, members[i]));
}

static void
list_named (GListModel *list, const guint *fields, guint n_fields, GHashTable *named)
{
  for (guint i = 0; i < g_list_model_get_n_items (list); i++) {
    g_autoptr (HlEntity) entity = g_list_model_get_item (list, i);

    for (guint k = 0; k < n_fields; k++) {
      const char *text = hl_record_get_string (HL_RECORD (entity), fields[k]);

      if (text != NULL && *text != '\0')
        g_hash_table_add (named, g_strdup (hl_entity_get_id (entity)));
    }
  }
}

GHashTable *
hl_desk_list_named (HlDesk *self)
{
  static const guint reservation[] = { HL_RESERVATION_FIELD_NAME, HL_RESERVATION_FIELD_PHONE };
  static const guint party[] = { HL_PARTY_FIELD_NAME, HL_PARTY_FIELD_PHONE };
  static const guint call[] = { HL_CALL_FIELD_CALLER_NAME, HL_CALL_FIELD_FROM };
  static const guint order[] = { HL_ORDER_FIELD_NAME };
  static const guint notice[] = { HL_NOTICE_FIELD_TEXT };
  GHashTable *named = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  list_named (hl_state_get_reservations (self->base), reservation, G_N_ELEMENTS (reservation), named);
  list_named (hl_state_get_parties (self->base), party, G_N_ELEMENTS (party), named);
  list_named (hl_state_get_calls (self->base), call, G_N_ELEMENTS (call), named);
  list_named (hl_state_get_orders (self->base), order, G_N_ELEMENTS (order), named);
  list_named (hl_state_get_notices (self->base), notice, G_N_ELEMENTS (notice), named);
  return named;
}

static const char *
get_type (HlState *state, const char *id)
{
  return hl_state_lookup_reservation (state, id) != NULL ? "reservation"
         : hl_state_lookup_party (state, id) != NULL     ? "party"
         : hl_state_lookup_call (state, id) != NULL      ? "call"
         : hl_state_lookup_order (state, id) != NULL     ? "order"
         : hl_state_lookup_notice (state, id) != NULL    ? "notice"
                                                         : NULL;
}

void
hl_desk_note_nameless (HlDesk *self, GHashTable *named)
{
  g_autoptr (GHashTable) still = hl_desk_list_named (self);
  GHashTableIter iter;
  gpointer id;

  note_ids (self, NULL);
  g_hash_table_iter_init (&iter, named);
  while (g_hash_table_iter_next (&iter, &id, NULL)) {
    g_autoptr (JsonNode) node = NULL;
    const char *type = get_type (self->base, id);
    g_autofree char *entity = NULL;

    if (type == NULL || g_hash_table_contains (still, id))
      continue; /* what is gone from the state left with its day */
    node = json_node_init_string (json_node_alloc (), id);
    note_id (self, node);
    entity = g_strconcat (type, ":", id, NULL);
    hl_history_forget_entity (self->history, entity);
  }
}

/* Ids alone, as the event and the state have them: they tell nobody who it was. */
JsonNode *
hl_desk_save_erasing (HlDesk *self)
{
  JsonNode *node = json_node_new (JSON_NODE_ARRAY);
  JsonArray *ids = json_array_new ();
  GHashTableIter iter;
  gpointer id;

  g_hash_table_iter_init (&iter, self->erasing);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    json_array_add_string_element (ids, id);
  json_node_take_array (node, ids);
  return node;
}

void
hl_desk_load_erasing (HlDesk *self, JsonNode *node)
{
  note_ids (self, node);
}
