/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A person was erased: what this computer's files still hold of them goes too. */
#include "desk/hl-desk-private.h"

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

static void
on_swept (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HlDesk) self = data;
  g_autoptr (GError) error = NULL;

  if (self->local == NULL || hl_local_finish (self->local, result, &error) || self->closing)
    return;
  hl_log (HL_LOG_WARNING, "desk", "the files could not be swept after an erasure", "error",
          error->message, NULL);
  if (!g_error_matches (error, HL_DATABASE_ERROR, HL_DATABASE_ERROR_CORRUPT))
    return;
  /* the damaged file is kept aside, and with it what it holds of that person */
  self->sweep_due = TRUE;
  hl_desk_outbox_failed (self, error);
}

void
hl_desk_sweep (HlDesk *self)
{
  self->sweep_due = FALSE;
  hl_local_sweep (self->local, on_swept, g_object_ref (self));
}

/* In memory they are gone already: what is written anew does not hold them. */
static void
on_forgotten (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HlDesk) self = data;
  g_autoptr (GError) error = NULL;

  if (self->local != NULL && !hl_local_finish (self->local, result, &error) && !self->closing)
    hl_desk_outbox_failed (self, error);
}

void
hl_desk_forget_rest (HlDesk *self)
{
  g_autoptr (GPtrArray) ids = NULL;
  g_autoptr (GPtrArray) gone = NULL;
  g_autoptr (GPtrArray) stripped = NULL;

  /* Not while rows are on their way to another state: file and list must agree on what goes. */
  if (self->erased == NULL || self->local == NULL || self->closing || self->marking
      || !self->may_push)
    return;
  ids = g_steal_pointer (&self->erased);
  gone = g_ptr_array_new_with_free_func ((GDestroyNotify)hl_outbox_row_free);
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
    g_ptr_array_add (gone, hl_outbox_row_copy (row));
    hl_outbox_add_purged (&self->purged, row);
    g_ptr_array_remove_index (self->items, i - 1);
  }
  if (gone->len > 0) {
    hl_local_forget_rows (self->local, gone, on_forgotten, g_object_ref (self));
    hl_desk_update_outbox (self);
  }
  hl_desk_store_and_show (self, stripped, FALSE);
  hl_desk_sweep (self);
}

void
hl_desk_forget_person (HlDesk *self, JsonObject *data)
{
  static const char *const members[]
      = { "call_ids", "reservation_ids", "party_ids", "order_ids", "notice_ids", "table_ids" };

  if (self->erased == NULL)
    self->erased = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < G_N_ELEMENTS (members); i++) {
    JsonNode *node = json_object_get_member (data, members[i]);
    JsonArray *ids = node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;

    for (guint k = 0; ids != NULL && k < json_array_get_length (ids); k++) {
      JsonNode *id = json_array_get_element (ids, k);

      if (JSON_NODE_HOLDS_VALUE (id) && json_node_get_value_type (id) == G_TYPE_STRING)
        g_ptr_array_add (self->erased, g_strdup (json_node_get_string (id)));
    }
  }
  hl_desk_forget_rest (self);
}
