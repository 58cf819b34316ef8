/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of what is derived for show, and of the list that is told its order. */
#include <string.h>

#include "desk/hl-derive.h"
#include "desk/hl-ordered-list.h"
#include "desk/hl-overlay.h"

#define MINUTE G_GINT64_CONSTANT (60000)

static gint64
at (const char *text)
{
  gint64 time;
  g_assert_true (hl_time_parse (text, &time));
  return time;
}

static JsonObject *
parse (const char *text)
{
  g_autoptr (JsonNode) node = json_from_string (text, NULL);
  g_assert_nonnull (node);
  return json_object_ref (json_node_get_object (node));
}

/* An entity with these members. */
static gpointer
make (GType type, const char *json)
{
  HlEntity *entity = g_object_new (type, NULL);
  g_autoptr (JsonObject) object = parse (json);
  g_autoptr (GError) error = NULL;
  hl_entity_load (entity, object, "", &error);
  g_assert_no_error (error);
  return entity;
}

/* Highest first: disputed > blocked > seated with its stage, partially seated > dirty > assigned >
 * reserved soon > open. */
static void
test_shown (void)
{
  HlDeriveTable facts = { .disputed = TRUE,
                          .blocked = TRUE,
                          .dirty = TRUE,
                          .seated = TRUE,
                          .status = HL_PARTY_STATUS_PARTIALLY_SEATED,
                          .stage = HL_PARTY_STAGE_PAID,
                          .assigned = TRUE,
                          .next_starts_at = 29 * MINUTE,
                          .now = 0 };

  g_assert_cmpint (hl_derive_table_shown (&facts), ==, HL_TABLE_SHOWN_DISPUTED);
  facts.disputed = FALSE;
  g_assert_cmpint (hl_derive_table_shown (&facts), ==, HL_TABLE_SHOWN_BLOCKED);
  facts.blocked = FALSE;
  g_assert_cmpint (hl_derive_table_shown (&facts), ==, HL_TABLE_SHOWN_CHECK);
  facts.stage = HL_PARTY_STAGE_CHECK_DROPPED;
  g_assert_cmpint (hl_derive_table_shown (&facts), ==, HL_TABLE_SHOWN_CHECK);
  facts.stage = HL_PARTY_STAGE_ENTREE;
  g_assert_cmpint (hl_derive_table_shown (&facts), ==, HL_TABLE_SHOWN_COURSE);
  facts.stage = HL_PARTY_STAGE_ORDERED;
  g_assert_cmpint (hl_derive_table_shown (&facts), ==, HL_TABLE_SHOWN_PARTIALLY_SEATED);
  facts.status = HL_PARTY_STATUS_SEATED;
  g_assert_cmpint (hl_derive_table_shown (&facts), ==, HL_TABLE_SHOWN_SEATED);
  facts.seated = FALSE;
  g_assert_cmpint (hl_derive_table_shown (&facts), ==, HL_TABLE_SHOWN_DIRTY);
  facts.dirty = FALSE;
  g_assert_cmpint (hl_derive_table_shown (&facts), ==, HL_TABLE_SHOWN_ASSIGNED);
  facts.assigned = FALSE;
  g_assert_cmpint (hl_derive_table_shown (&facts), ==, HL_TABLE_SHOWN_RESERVED_SOON);
  facts.next_starts_at = 31 * MINUTE;
  g_assert_cmpint (hl_derive_table_shown (&facts), ==, HL_TABLE_SHOWN_OPEN);
  facts.next_starts_at = HL_TIME_NONE;
  g_assert_cmpint (hl_derive_table_shown (&facts), ==, HL_TABLE_SHOWN_OPEN);
}

static void
test_turn (void)
{
  g_autoptr (HlLocation) location
      = make (HL_TYPE_LOCATION, "{\"id\":\"l\",\"name\":\"L\",\"timezone\":\"UTC\",\"turn_"
                                "minutes\":{\"2\":90,\"4\":105,\"6\":120,\"99\":150}}");
  g_autoptr (HlLocation) plain
      = make (HL_TYPE_LOCATION, "{\"id\":\"l\",\"name\":\"L\",\"timezone\":\"UTC\"}");

  g_assert_cmpint (hl_derive_turn_minutes (location, 1), ==, 90);
  g_assert_cmpint (hl_derive_turn_minutes (location, 2), ==, 90);
  g_assert_cmpint (hl_derive_turn_minutes (location, 3), ==, 105);
  g_assert_cmpint (hl_derive_turn_minutes (location, 6), ==, 120);
  g_assert_cmpint (hl_derive_turn_minutes (location, 12), ==, 150);
  g_assert_cmpint (hl_derive_turn_minutes (plain, 2), >=, 60);
  g_assert_cmpint (hl_derive_turn (-1, 90), ==, HL_TURN_NONE);
  g_assert_cmpint (hl_derive_turn (79, 90), ==, HL_TURN_FINE);
  g_assert_cmpint (hl_derive_turn (80, 90), ==, HL_TURN_SOON);
  g_assert_cmpint (hl_derive_turn (90, 90), ==, HL_TURN_SOON);
  g_assert_cmpint (hl_derive_turn (91, 90), ==, HL_TURN_OVER);
  g_assert_cmpint (hl_derive_minutes (HL_TIME_NONE, 5), ==, -1);
  g_assert_cmpint (hl_derive_minutes (10 * MINUTE, 5 * MINUTE), ==, 0);
  g_assert_cmpint (hl_derive_minutes (0, 119999), ==, 1);
}

static void
test_arrivals (void)
{
  g_autoptr (HlLocation) location = make (
      HL_TYPE_LOCATION, "{\"id\":\"l\",\"name\":\"L\",\"timezone\":\"UTC\",\"late_minutes\":15}");
  g_autoptr (HlReservation) plain = make (
      HL_TYPE_RESERVATION, "{\"reservation_id\":\"r\",\"starts_at\":\"2026-12-04T19:00:00.000Z\"}");
  g_autoptr (HlReservation) told
      = make (HL_TYPE_RESERVATION, "{\"reservation_id\":\"r\",\"starts_at\":\"2026-12-04T19:00:00."
                                   "000Z\",\"late_eta\":\"2026-12-04T19:40:00.000Z\"}");
  static const char *const statuses[]
      = { "requested", "held",    "booked",    "confirmed", "arrived",
          "completed", "no_show", "cancelled", "declined",  "expired" };
  const gboolean expected[] = { TRUE, FALSE, TRUE, TRUE, FALSE, FALSE, FALSE, FALSE, FALSE, FALSE };
  gint64 seven = at ("2026-12-04T19:00:00.000Z");

  g_assert_cmpint (hl_derive_arrival_group (plain, location, seven - 31 * MINUTE), ==,
                   HL_GUEST_GROUP_LATER);
  g_assert_cmpint (hl_derive_arrival_group (plain, location, seven - 30 * MINUTE), ==,
                   HL_GUEST_GROUP_DUE);
  g_assert_cmpint (hl_derive_arrival_group (plain, location, seven + 15 * MINUTE), ==,
                   HL_GUEST_GROUP_DUE);
  g_assert_cmpint (hl_derive_arrival_group (plain, location, seven + 15 * MINUTE + 1), ==,
                   HL_GUEST_GROUP_LATE);
  /* who said when they come is late only after that */
  g_assert_cmpint (hl_derive_arrival_group (told, location, seven + 39 * MINUTE), ==,
                   HL_GUEST_GROUP_DUE);
  g_assert_cmpint (hl_derive_arrival_group (told, location, seven + 40 * MINUTE + 1), ==,
                   HL_GUEST_GROUP_LATE);
  for (guint i = 0; i < G_N_ELEMENTS (statuses); i++) {
    g_autofree char *json = g_strdup_printf (
        "{\"reservation_id\":\"r\",\"starts_at\":\"2026-12-04T19:00:00.000Z\",\"status\":\"%s\"}",
        statuses[i]);
    g_autoptr (HlReservation) one = make (HL_TYPE_RESERVATION, json);
    g_assert_cmpint (hl_derive_is_arrival (one, seven - 1, seven + 1), ==, expected[i]);
    g_assert_false (hl_derive_is_arrival (one, seven + 1, seven + 2));
    g_assert_false (hl_derive_is_arrival (one, seven - 1, seven));
  }
}

/* On the nights the clocks change a business day has 23 or 25 hours. */
static void
test_day (void)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_identifier ("America/Chicago");
  gint64 from, until;

  hl_derive_day (at ("2026-12-05T01:00:00.000Z"), zone, "04:00", &from, &until);
  g_assert_cmpint (from, ==, at ("2026-12-04T10:00:00.000Z"));
  g_assert_cmpint (until, ==, at ("2026-12-05T10:00:00.000Z"));
  /* three in the morning belongs to the day before */
  hl_derive_day (at ("2026-12-05T09:59:59.000Z"), zone, "04:00", &from, &until);
  g_assert_cmpint (from, ==, at ("2026-12-04T10:00:00.000Z"));
  hl_derive_day (at ("2026-12-05T10:00:00.000Z"), zone, "04:00", &from, &until);
  g_assert_cmpint (from, ==, at ("2026-12-05T10:00:00.000Z"));
  hl_derive_day (at ("2026-11-01T00:00:00.000Z"), zone, "04:00", &from, &until);
  g_assert_cmpint (until - from, ==, 25 * 60 * MINUTE);
  hl_derive_day (at ("2026-03-08T03:00:00.000Z"), zone, "04:00", &from, &until);
  g_assert_cmpint (until - from, ==, 23 * 60 * MINUTE);
}

static void
test_shift (void)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_identifier ("America/Chicago");
  g_autoptr (HlLocation) location = make (
      HL_TYPE_LOCATION,
      "{\"id\":\"l\",\"name\":\"L\",\"timezone\":\"America/Chicago\",\"shifts\":["
      "{\"id\":\"a\",\"name\":\"Lunch\",\"days\":[1,2,3,4,5],\"from\":\"11:30\",\"to\":\"15:00\"},"
      "{\"id\":\"b\",\"name\":\"Late\",\"days\":[5],\"from\":\"17:00\",\"to\":\"02:00\"}]}");

  g_assert_cmpint (hl_derive_shift (location, zone, at ("2026-12-04T18:00:00.000Z")), ==,
                   0); /* Friday noon */
  g_assert_cmpint (hl_derive_shift (location, zone, at ("2026-12-04T22:00:00.000Z")), ==, -1);
  g_assert_cmpint (hl_derive_shift (location, zone, at ("2026-12-05T01:00:00.000Z")), ==,
                   1); /* Friday 19:00 */
  g_assert_cmpint (hl_derive_shift (location, zone, at ("2026-12-05T07:30:00.000Z")), ==,
                   1); /* Saturday 01:30 */
  g_assert_cmpint (hl_derive_shift (location, zone, at ("2026-12-06T01:00:00.000Z")), ==,
                   -1); /* Saturday 19:00 */
}

static void
test_calls (void)
{
  static const struct {
    const char *json;
    HlCallStage stage;
    gboolean needs;
  } table[] = {
    { "\"state\":\"ringing\"", HL_CALL_STAGE_RINGING, FALSE },
    { "\"state\":\"agent_active\"", HL_CALL_STAGE_GREETING, FALSE },
    { "\"state\":\"agent_active\",\"slots\":[{\"kind\":\"time\",\"state\":\"heard\"}]",
      HL_CALL_STAGE_COLLECTING, FALSE },
    { "\"state\":\"agent_active\",\"slots\":[{\"kind\":\"time\",\"state\":\"rejected\"}]",
      HL_CALL_STAGE_GREETING, FALSE },
    { "\"state\":\"agent_active\",\"slots\":[{\"kind\":\"time\",\"state\":\"read_back\"},{\"kind\":"
      "\"date\",\"state\":\"impossible\"}]",
      HL_CALL_STAGE_COLLECTING, FALSE },
    { "\"state\":\"agent_active\",\"slots\":[{\"kind\":\"time\",\"state\":\"read_back\"},{\"kind\":"
      "\"date\",\"state\":\"confirmed\"}]",
      HL_CALL_STAGE_CONFIRMING, FALSE },
    { "\"state\":\"agent_active\",\"outcome\":\"booked\"", HL_CALL_STAGE_BOOKED, FALSE },
    { "\"state\":\"handoff_requested\"", HL_CALL_STAGE_WANTS_YOU, TRUE },
    { "\"state\":\"staff_ringing\",\"attention_acknowledged_by\":\"Ana\"",
      HL_CALL_STAGE_RINGING_YOU, TRUE },
    { "\"state\":\"staff_active\",\"attention_priority\":1", HL_CALL_STAGE_WITH_STAFF, FALSE },
    { "\"state\":\"agent_active\",\"attention_priority\":1", HL_CALL_STAGE_GREETING, TRUE },
    { "\"state\":\"agent_active\",\"attention_priority\":2", HL_CALL_STAGE_GREETING, TRUE },
    { "\"state\":\"agent_active\",\"attention_priority\":3", HL_CALL_STAGE_GREETING, FALSE },
    { "\"state\":\"agent_active\",\"attention_priority\":1,\"attention_acknowledged_by\":\"Ana\"",
      HL_CALL_STAGE_GREETING, FALSE },
    { "\"state\":\"ended\",\"attention_priority\":1", HL_CALL_STAGE_ENDED, FALSE },
    { "\"state\":\"ended\",\"follow_up\":\"open\"", HL_CALL_STAGE_ENDED, TRUE },
    { "\"state\":\"ended\",\"follow_up\":\"claimed\"", HL_CALL_STAGE_ENDED, FALSE },
  };
  for (guint i = 0; i < G_N_ELEMENTS (table); i++) {
    g_autofree char *json = g_strdup_printf ("{\"call_id\":\"c\",%s}", table[i].json);
    g_autoptr (HlCall) call = make (HL_TYPE_CALL, json);
    g_test_message ("%s", json);
    g_assert_cmpint (hl_derive_call_stage (call), ==, table[i].stage);
    g_assert_cmpint (hl_derive_needs_you (call), ==, table[i].needs);
  }
}

static void
test_quotes (void)
{
  int free_in[] = { 40, 0, 22 };
  int none[] = { 0 };
  g_autoptr (HlTable) open
      = make (HL_TYPE_TABLE, "{\"table_id\":\"1\",\"label\":\"1\",\"area_id\":\"a\",\"x\":0,\"y\":"
                             "0,\"w\":90,\"h\":90,\"seats_max\":4}");
  g_autoptr (HlTable) dirty
      = make (HL_TYPE_TABLE, "{\"table_id\":\"1\",\"label\":\"1\",\"area_id\":\"a\",\"x\":0,\"y\":"
                             "0,\"w\":90,\"h\":90,\"seats_max\":4,\"physical\":\"dirty\"}");
  g_autoptr (HlTable) blocked = make (
      HL_TYPE_TABLE,
      "{\"table_id\":\"1\",\"label\":\"1\",\"area_id\":\"a\",\"x\":0,\"y\":0,\"w\":90,\"h\":90,"
      "\"seats_max\":4,\"blocked\":true,\"blocked_until\":\"2026-12-04T19:30:00.000Z\"}");
  g_autoptr (HlParty) party
      = make (HL_TYPE_PARTY,
              "{\"party_id\":\"p\",\"size\":2,\"since\":\"2026-12-04T18:00:00.000Z\",\"seated_at\":"
              "\"2026-12-04T18:00:00.000Z\",\"status\":\"seated\",\"table_ids\":[\"1\"]}");
  gint64 seven = at ("2026-12-04T19:00:00.000Z");

  g_assert_cmpint (hl_derive_quote (free_in, 3, 0), ==, 0);
  g_assert_cmpint (hl_derive_quote (free_in, 3, 1), ==, 25); /* 22, rounded up to 5 */
  g_assert_cmpint (hl_derive_quote (free_in, 3, 2), ==, 40);
  g_assert_cmpint (hl_derive_quote (free_in, 3, 3), ==, -1);
  g_assert_cmpint (hl_derive_quote (none, 0, 0), ==, -1);
  g_assert_cmpint (hl_derive_free_in (open, NULL, 90, HL_TIME_NONE, seven), ==, 0);
  g_assert_cmpint (hl_derive_free_in (dirty, NULL, 90, HL_TIME_NONE, seven), ==, 5);
  g_assert_cmpint (hl_derive_free_in (blocked, NULL, 90, HL_TIME_NONE, seven), ==, -1);
  g_assert_cmpint (hl_derive_free_in (blocked, NULL, 90, HL_TIME_NONE, seven + 31 * MINUTE), ==, 0);
  g_assert_cmpint (hl_derive_free_in (open, party, 90, HL_TIME_NONE, seven), ==,
                   35); /* 30 left and 5 to lay it */
  g_assert_cmpint (hl_derive_free_in (open, NULL, 90, seven + 60 * MINUTE, seven), ==,
                   -1); /* promised before they would be gone */
  g_assert_cmpint (hl_derive_free_in (open, NULL, 90, seven + 90 * MINUTE, seven), ==, 0);
}

static void
test_words (void)
{
  static const char *const labels[] = { "1", "2", "9", "10", "12", "B1", "B2", "B12", "C" };
  g_autofree char *two = hl_derive_initials ("Maya Ann Lee");
  g_autofree char *one = hl_derive_initials ("jo");
  g_autofree char *other = hl_derive_initials ("Ñandú-élan");
  g_autofree char *none = hl_derive_initials ("");

  g_assert_cmpstr (two, ==, "MA");
  g_assert_cmpstr (one, ==, "J");
  g_assert_cmpstr (other, ==, "ÑÉ");
  g_assert_cmpstr (none, ==, "");
  for (guint i = 1; i < G_N_ELEMENTS (labels); i++) {
    g_autofree char *before = hl_derive_label_key (labels[i - 1]);
    g_autofree char *after = hl_derive_label_key (labels[i]);
    g_assert_cmpint (strcmp (before, after), <, 0);
  }
  g_assert_cmpint (hl_derive_compare_rotation (4, 1, "a", 6, 0, "b"), <, 0);
  g_assert_cmpint (hl_derive_compare_rotation (6, 10, "a", 6, 5, "b"), >, 0);
  g_assert_cmpint (hl_derive_compare_rotation (6, HL_TIME_NONE, "b", 6, 5, "a"), <, 0);
  g_assert_cmpint (hl_derive_compare_rotation (6, 5, "a", 6, 5, "b"), <, 0);
}

static void
test_overlay (void)
{
  g_autoptr (HlOverlay) overlay = hl_overlay_new ();
  g_autoptr (GPtrArray) lines = NULL;

  g_assert_true (hl_overlay_put (overlay, "c", 3, 5, HL_SPEAKER_CALLER, "new", 0));
  g_assert_false (hl_overlay_put (overlay, "c", 3, 4, HL_SPEAKER_CALLER, "old", 0));
  g_assert_true (hl_overlay_put (overlay, "c", 1, 0, HL_SPEAKER_AGENT, "first", 10));
  lines = hl_overlay_get_lines (overlay, "c");
  g_assert_cmpuint (lines->len, ==, 2);
  g_assert_cmpstr (((HlOverlayLine *)g_ptr_array_index (lines, 0))->text, ==, "first");
  g_assert_false (hl_overlay_expire (overlay, HL_OVERLAY_TTL_US - 1));
  g_assert_true (hl_overlay_expire (overlay, HL_OVERLAY_TTL_US));
  g_clear_pointer (&lines, g_ptr_array_unref);
  lines = hl_overlay_get_lines (overlay, "c");
  g_assert_cmpuint (lines->len, ==, 1);
  hl_overlay_drop_turn (overlay, "c", 1);
  g_assert_null (hl_overlay_get_lines (overlay, "c"));
}

/* ---- the list that is told its order ---- */

typedef struct {
  GPtrArray *mirror;
  guint signals;
} Mirror;

static void
on_items_changed (GListModel *model, guint position, guint removed, guint added, gpointer data)
{
  Mirror *mirror = data;
  mirror->signals++;
  g_ptr_array_remove_range (mirror->mirror, position, removed);
  for (guint i = 0; i < added; i++)
    g_ptr_array_insert (mirror->mirror, (int)(position + i),
                        g_list_model_get_item (model, position + i));
}

/* Whoever only listens to the signals sees the same list, after every change. */
static void
test_list (void)
{
  const char *text = g_getenv ("HL_TEST_SEED");
  guint32 seed = text != NULL ? (guint32)g_ascii_strtoull (text, NULL, 10) : g_random_int ();
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
  g_autoptr (HlOrderedList) list = hl_ordered_list_new (G_TYPE_OBJECT);
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func (g_object_unref);
  Mirror mirror = { g_ptr_array_new_with_free_func (g_object_unref), 0 };

  g_test_message ("HL_TEST_SEED=%u", seed);
  g_signal_connect (list, "items-changed", G_CALLBACK (on_items_changed), &mirror);
  for (int i = 0; i < 30; i++)
    g_ptr_array_add (all, g_object_new (G_TYPE_OBJECT, NULL));
  for (int round = 0; round < 3000; round++) {
    g_autoptr (GPtrArray) wanted = g_ptr_array_new ();
    for (guint i = 0; i < all->len; i++)
      if (g_rand_boolean (rand))
        g_ptr_array_insert (wanted, g_rand_int_range (rand, 0, (int)wanted->len + 1),
                            g_ptr_array_index (all, i));
    hl_ordered_list_assign (list, wanted);
    g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (list)), ==, wanted->len);
    g_assert_cmpuint (mirror.mirror->len, ==, wanted->len);
    for (guint i = 0; i < wanted->len; i++)
      g_assert_true (g_ptr_array_index (mirror.mirror, i) == g_ptr_array_index (wanted, i));
    mirror.signals = 0;
    hl_ordered_list_assign (list, wanted);
    g_assert_cmpuint (mirror.signals, ==, 0);
    if (wanted->len > 2) {
      /* one row moves: one removal, one insertion */
      gpointer row
          = g_ptr_array_steal_index (wanted, (guint)g_rand_int_range (rand, 0, (int)wanted->len));
      g_ptr_array_insert (wanted, g_rand_int_range (rand, 0, (int)wanted->len + 1), row);
      hl_ordered_list_assign (list, wanted);
      g_assert_cmpuint (mirror.signals, <=, 2);
    }
  }
  g_ptr_array_unref (mirror.mirror);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/derive/shown", test_shown);
  g_test_add_func ("/derive/turn", test_turn);
  g_test_add_func ("/derive/arrivals", test_arrivals);
  g_test_add_func ("/derive/day", test_day);
  g_test_add_func ("/derive/shift", test_shift);
  g_test_add_func ("/derive/calls", test_calls);
  g_test_add_func ("/derive/quotes", test_quotes);
  g_test_add_func ("/derive/words", test_words);
  g_test_add_func ("/derive/overlay", test_overlay);
  g_test_add_func ("/derive/list", test_list);
  return g_test_run ();
}
