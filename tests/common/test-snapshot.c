/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Snapshots in parts: under the limit, in order, and the same when joined. */
#include "wire/hl-snapshot.h"

#include <string.h>

#include "wire/hl-json.h"

static JsonObject *
make_entities (guint n_parties, guint n_calls)
{
  JsonObject *entities = json_object_new ();
  JsonArray *parties = json_array_new ();
  JsonArray *calls = json_array_new ();
  JsonObject *location = json_object_new ();

  json_object_set_string_member (location, "id", "ocean-ave");
  json_object_set_object_member (entities, "location", location);
  for (guint i = 0; i < n_parties; i++) {
    JsonObject *party = json_object_new ();
    g_autofree char *id = g_strdup_printf ("p%u", i);
    g_autofree char *name = g_strnfill ((gsize) g_test_rand_int_range (0, 300), 'n');
    json_object_set_string_member (party, "party_id", id);
    json_object_set_string_member (party, "name", name);
    json_array_add_object_element (parties, party);
  }
  for (guint i = 0; i < n_calls; i++) {
    json_array_add_int_element (calls, i);
  }
  json_object_set_array_member (entities, "parties", parties);
  json_object_set_array_member (entities, "calls", calls);
  json_object_set_array_member (entities, "orders", json_array_new ());
  json_object_set_int_member (entities, "day_seq", 41);
  return entities;
}

static void
check (JsonObject *entities, gsize max_bytes, guint least_parts)
{
  g_autoptr (HlPosition) pos = hl_position_new ("k3x9", 1042, 0xff);
  g_autoptr (GPtrArray) frames = hl_snapshot_split (pos, entities, max_bytes);
  g_autoptr (HlSnapshotJoin) join = hl_snapshot_join_new ();

  g_assert_cmpuint (frames->len, >=, least_parts);
  for (guint i = 0; i < frames->len; i++) {
    gsize len = 0;
    const char *text = g_bytes_get_data (g_ptr_array_index (frames, i), &len);
    g_autoptr (GError) error = NULL;
    g_assert_false (hl_snapshot_join_is_complete (join));
    g_assert_cmpuint (len, <=, max_bytes);
    g_autoptr (HlFrame) frame = hl_frame_parse (text, len, HL_FRAME_SIDE_SERVER, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (frame->snapshot.part, ==, i + 1);
    g_assert_cmpuint (frame->snapshot.parts, ==, frames->len);
    g_assert_true (hl_snapshot_join_add (join, &frame->snapshot, &error));
    g_assert_no_error (error);
  }
  g_assert_true (hl_snapshot_join_is_complete (join));
  g_assert_true (hl_position_equal (hl_snapshot_join_get_position (join), pos));
  g_autofree char *before = hl_json_print_object (entities);
  g_autofree char *after = hl_json_print_object (hl_snapshot_join_get_entities (join));
  g_assert_cmpstr (before, ==, after);
}

static void
test_round_trip (void)
{
  static const gsize sizes[] = { 700, 1000, 4096, 65536, HL_WIRE_MAX_SERVER_FRAME };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++) {
    for (guint round = 0; round < 20; round++) {
      g_autoptr (JsonObject) entities = make_entities (200, (guint) g_test_rand_int_range (0, 50));
      check (entities, sizes[i], sizes[i] < 10000 ? 5 : 1);
    }
    g_autoptr (JsonObject) none = make_entities (0, 0);
    check (none, sizes[i], 1);
  }
  g_autoptr (JsonObject) empty = json_object_new ();
  check (empty, 1000, 1);
}

static void
test_giant (void)
{
  g_autoptr (JsonObject) entities = json_object_new ();
  g_autofree char *text = g_strnfill (5000, 'x');
  JsonArray *calls = json_array_new ();
  g_autoptr (HlPosition) pos = hl_position_new ("e", 1, 1);

  json_array_add_string_element (calls, "small");
  json_array_add_string_element (calls, text);
  json_array_add_string_element (calls, "small");
  json_object_set_array_member (entities, "calls", calls);
  g_autoptr (GPtrArray) frames = hl_snapshot_split (pos, entities, 1000);
  g_assert_cmpuint (frames->len, ==, 3); /* the giant alone */
}

static HlFrame *
make_part (guint64 seq, guint part, guint parts, const char *entities)
{
  HlFrame *frame = hl_frame_new (HL_FRAME_SNAPSHOT);
  frame->snapshot.pos = hl_position_new ("e", seq, 1);
  frame->snapshot.part = part;
  frame->snapshot.parts = parts;
  frame->snapshot.entities = hl_json_parse_object (entities, strlen (entities), NULL, NULL);
  return frame;
}

static void
test_order (void)
{
  static const struct {
    guint64 seq;
    guint part;
    guint parts;
    const char *entities;
    gboolean ok;
  } steps[] = {
    { 5, 2, 3, "{}", FALSE },                   /* the first is missing */
    { 5, 1, 3, "{\"a\":[1],\"b\":1}", TRUE },
    { 5, 3, 3, "{}", FALSE },                   /* one left out */
    { 5, 1, 3, "{\"a\":[1],\"b\":1}", TRUE },   /* part 1 starts over */
    { 5, 2, 3, "{\"a\":[2]}", TRUE },
    { 6, 3, 3, "{}", FALSE },                   /* of another position */
    { 5, 1, 2, "{\"a\":[1],\"b\":1}", TRUE },
    { 5, 2, 3, "{}", FALSE },                   /* another count */
    { 5, 1, 2, "{\"b\":1}", TRUE },
    { 5, 2, 2, "{\"b\":2}", FALSE },            /* a value twice */
    { 5, 1, 2, "{\"a\":[1]}", TRUE },
    { 5, 2, 2, "{\"a\":[2]}", TRUE },
  };
  g_autoptr (HlSnapshotJoin) join = hl_snapshot_join_new ();

  for (guint i = 0; i < G_N_ELEMENTS (steps); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (HlFrame) frame = make_part (steps[i].seq, steps[i].part, steps[i].parts, steps[i].entities);
    g_test_message ("step %u", i);
    g_assert_true (hl_snapshot_join_add (join, &frame->snapshot, &error) == steps[i].ok);
    g_assert_true ((error == NULL) == steps[i].ok);
  }
  g_assert_true (hl_snapshot_join_is_complete (join));
  g_autofree char *text = hl_json_print_object (hl_snapshot_join_get_entities (join));
  g_assert_cmpstr (text, ==, "{\"a\":[1,2]}");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/snapshot/round-trip", test_round_trip);
  g_test_add_func ("/snapshot/giant", test_giant);
  g_test_add_func ("/snapshot/order", test_order);
  return g_test_run ();
}
