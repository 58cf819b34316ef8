/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Snapshots in parts. */
#include "wire/hl-snapshot.h"

#include <string.h>

#include "wire/hl-json.h"

/* "{"t":"snapshot","pos":{...},"part":65535,"parts":65535,"entities":{" and the end, generously */
#define OVERHEAD (160 + HL_POSITION_EPOCH_MAX)

/* One part while it is filled: the inside of its entities object. */
typedef struct {
  GPtrArray *bodies; /* of GString: finished ones and, last, the current one */
  GString *body;
  const char *open; /* name of the array that stands open in the current body */
  gsize room;
} Cutter;

static void
free_string (gpointer string)
{
  g_string_free (string, TRUE);
}

static void
close_array (Cutter *cutter)
{
  if (cutter->open != NULL) {
    g_string_append_c (cutter->body, ']');
    cutter->open = NULL;
  }
}

static void
start_body (Cutter *cutter)
{
  close_array (cutter);
  cutter->body = g_string_sized_new (4096);
  g_ptr_array_add (cutter->bodies, cutter->body);
}

static void
append_name (Cutter *cutter, const char *name)
{
  if (cutter->body->len > 0) {
    g_string_append_c (cutter->body, ',');
  }
  hl_json_append_string (cutter->body, name);
  g_string_append_c (cutter->body, ':');
}

static gboolean
has_room (const Cutter *cutter, gsize size)
{
  return cutter->body->len == 0 || cutter->body->len + size <= cutter->room;
}

static void
add_element (Cutter *cutter, const char *name, const GString *text)
{
  if (!has_room (cutter, text->len + 2 * strlen (name) + 8)) {
    start_body (cutter);
  }
  if (cutter->open == NULL) {
    append_name (cutter, name);
    g_string_append_c (cutter->body, '[');
    cutter->open = name;
  } else {
    g_string_append_c (cutter->body, ',');
  }
  g_string_append_len (cutter->body, text->str, (gssize) text->len);
}

static void
add_array (Cutter *cutter, const char *name, JsonArray *array, GString *scratch)
{
  guint n = json_array_get_length (array);

  if (n == 0) {
    if (!has_room (cutter, strlen (name) + 6)) {
      start_body (cutter);
    }
    append_name (cutter, name);
    g_string_append (cutter->body, "[]");
    return;
  }
  for (guint i = 0; i < n; i++) {
    g_string_truncate (scratch, 0);
    hl_json_append (scratch, json_array_get_element (array, i));
    add_element (cutter, name, scratch);
  }
  close_array (cutter);
}

static void
add_whole (Cutter *cutter, const char *name, JsonNode *value, GString *scratch)
{
  g_string_truncate (scratch, 0);
  hl_json_append (scratch, value);
  if (!has_room (cutter, scratch->len + strlen (name) + 8)) {
    start_body (cutter);
  }
  append_name (cutter, name);
  g_string_append_len (cutter->body, scratch->str, (gssize) scratch->len);
}

static GBytes *
wrap (const HlPosition *pos, guint part, guint parts, const GString *body)
{
  GString *out = g_string_sized_new (body->len + OVERHEAD);
  g_string_append (out, "{\"t\":\"snapshot\",\"pos\":");
  hl_position_append (pos, out);
  g_string_append_printf (out, ",\"part\":%u,\"parts\":%u,\"entities\":{", part, parts);
  g_string_append_len (out, body->str, (gssize) body->len);
  g_string_append (out, "}}");
  return g_string_free_to_bytes (out);
}

GPtrArray *
hl_snapshot_split (const HlPosition *pos, JsonObject *entities, gsize max_bytes)
{
  g_return_val_if_fail (pos != NULL && entities != NULL, NULL);

  if (max_bytes == 0) {
    max_bytes = HL_WIRE_MAX_SERVER_FRAME;
  }
  g_autoptr (GPtrArray) bodies = g_ptr_array_new_with_free_func (free_string);
  g_autoptr (GString) scratch = g_string_sized_new (4096);
  Cutter cutter = { .bodies = bodies, .room = max_bytes > OVERHEAD ? max_bytes - OVERHEAD : 1 };
  start_body (&cutter);

  JsonObjectIter iter;
  const char *name = NULL;
  JsonNode *value = NULL;
  json_object_iter_init_ordered (&iter, entities);
  while (json_object_iter_next_ordered (&iter, &name, &value)) {
    if (JSON_NODE_HOLDS_ARRAY (value)) {
      add_array (&cutter, name, json_node_get_array (value), scratch);
    } else {
      add_whole (&cutter, name, value, scratch);
    }
  }

  g_autoptr (GPtrArray) frames = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  for (guint i = 0; i < bodies->len; i++) {
    g_ptr_array_add (frames, wrap (pos, i + 1, bodies->len, g_ptr_array_index (bodies, i)));
  }
  return g_steal_pointer (&frames);
}

struct _HlSnapshotJoin {
  HlPosition *pos;
  JsonObject *entities;
  guint part;
  guint parts;
};

HlSnapshotJoin *
hl_snapshot_join_new (void)
{
  return g_new0 (HlSnapshotJoin, 1);
}

static void
start_over (HlSnapshotJoin *join)
{
  g_clear_pointer (&join->pos, hl_position_free);
  g_clear_pointer (&join->entities, json_object_unref);
  join->part = 0;
  join->parts = 0;
}

void
hl_snapshot_join_free (HlSnapshotJoin *join)
{
  if (join != NULL) {
    start_over (join);
    g_free (join);
  }
}

static gboolean
merge (JsonObject *into, const char *name, JsonNode *value, GError **error)
{
  JsonNode *there = json_object_get_member (into, name);

  if (there == NULL) {
    if (!JSON_NODE_HOLDS_ARRAY (value)) {
      json_object_set_member (into, name, json_node_copy (value));
      return TRUE;
    }
    /* an array of our own, because later parts add to it and the frame's must stay as it is */
    json_object_set_array_member (into, name, json_array_new ());
    there = json_object_get_member (into, name);
  }
  if (!JSON_NODE_HOLDS_ARRAY (there) || !JSON_NODE_HOLDS_ARRAY (value)) {
    g_autofree char *pointer = g_strdup_printf ("/entities/%s", name);
    hl_frame_error_set (error, HL_FRAME_ERROR_INVALID, pointer,
                        "%s: came in two parts and is no array", pointer);
    return FALSE;
  }
  JsonArray *from = json_node_get_array (value);
  guint n = json_array_get_length (from);
  for (guint i = 0; i < n; i++) {
    json_array_add_element (json_node_get_array (there),
                            json_node_copy (json_array_get_element (from, i)));
  }
  return TRUE;
}

gboolean
hl_snapshot_join_add (HlSnapshotJoin *join, const HlFrameSnapshot *part, GError **error)
{
  g_return_val_if_fail (join != NULL && part != NULL, FALSE);

  if (part->part == 1) {
    start_over (join);
    join->pos = hl_position_copy (part->pos);
    join->entities = json_object_new ();
    join->parts = part->parts;
  }
  if (part->part != join->part + 1 || part->parts != join->parts ||
      !hl_position_equal (part->pos, join->pos)) {
    hl_frame_error_set (error, HL_FRAME_ERROR_INVALID, "/part",
                        "/part: does not follow part %u of %u", join->part, join->parts);
    start_over (join);
    return FALSE;
  }
  JsonObjectIter iter;
  const char *name = NULL;
  JsonNode *value = NULL;
  json_object_iter_init_ordered (&iter, part->entities);
  while (json_object_iter_next_ordered (&iter, &name, &value)) {
    if (!merge (join->entities, name, value, error)) {
      start_over (join);
      return FALSE;
    }
  }
  join->part = part->part;
  return TRUE;
}

gboolean
hl_snapshot_join_is_complete (HlSnapshotJoin *join)
{
  g_return_val_if_fail (join != NULL, FALSE);
  return join->parts > 0 && join->part == join->parts;
}

JsonObject *
hl_snapshot_join_get_entities (HlSnapshotJoin *join)
{
  g_return_val_if_fail (join != NULL, NULL);
  return join->entities;
}

const HlPosition *
hl_snapshot_join_get_position (HlSnapshotJoin *join)
{
  g_return_val_if_fail (join != NULL, NULL);
  return join->pos;
}
