/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The state: lists, lookups, indices, revisions, undo, digest, saving, loading, copies. */
#include <time.h>

#include "domain-fixture.h"

#include "domain/hl-time.h"
#include "domain/hl-touched.h"

static const char *const devices[] = { "stand-1", "stand-2", NULL, "kitchen" };

/* A state with everything in it, the same for the same seed. */
static HlState *
make_state (guint32 seed, guint n)
{
  HlState *state = hl_state_new ();
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
  guint64 seq = 0;

  apply (state, make (state, HL_TYPE_LOCATION, "ocean-ave"), ++seq, NULL, NULL,
         "{'name':'Ocean Ave','timezone':'America/Los_Angeles','areas':[{'area_id':'main',"
         "'name':'Main','width':1200,'height':900}],'staff':['Ana','Ben']}");
  for (guint i = 0; i < n; i++) {
    const char *device = devices[g_rand_int_range (rand, 0, 4)];
    g_autofree char *act = device != NULL ? g_strdup_printf ("act-%u", i / 3) : NULL;
    g_autofree char *id = g_strdup_printf ("x%d", g_rand_int_range (rand, 0, (gint32) n / 2 + 1));
    g_autofree char *line = g_strdup_printf ("%s/%d", id, g_rand_int_range (rand, 0, 9));
    switch (g_rand_int_range (rand, 0, 8)) {
    case 0:
      apply (state, make (state, HL_TYPE_CALL, id), ++seq, device, act,
             "{'from':'+12025550142','state':'agent_active','slots':[{'kind':'date',"
             "'state':'heard','raw':'friday'}]}");
      break;
    case 1:
      apply (state, make (state, HL_TYPE_SEGMENT, line), ++seq, NULL, NULL,
             "{'speaker':'caller','text':'four of us \\u00fc'}");
      break;
    case 2:
      apply (state, make (state, HL_TYPE_RESERVATION, id), ++seq, device, act,
             "{'starts_at':'2026-11-27T19:02:11.345Z','party_size':4,'call_id':'x1',"
             "'tags':['VIP'],'notes':[{'id':'n1','text':'t','by':'Ana',"
             "'at':'2026-11-27T19:00:00Z'}]}");
      break;
    case 3:
      apply (state, make (state, HL_TYPE_PARTY, id), ++seq, device, act,
             "{'size':4,'status':'seated','table_ids':['12','14'],"
             "'since':'2026-11-27T19:02:11.345Z'}");
      break;
    case 4:
      apply (state, make (state, HL_TYPE_PARTY, id), ++seq, device, act, "{'stage':'entree'}");
      break;
    case 5:
      apply (state, make (state, HL_TYPE_TABLE, id), ++seq, device, act,
             "{'label':'T','area_id':'main','seats_max':4,'physical':'dirty'}");
      break;
    case 6:
      apply (state, make (state, HL_TYPE_DISPUTE, id), ++seq, device, act,
             "{'kind':'table','rule':'K1','subject':{'type':'table','id':'12'},'claims':"
             "[{'event_id':'e1','by':'Ana','at':'2026-11-27T19:02:11Z','value':['p1',2,{'b':1,"
             "'a':null}]}]}");
      break;
    default:
      hl_state_bury (state, HL_TYPE_PARTY, line, HL_TIME_MIN + i);
      hl_state_raise_counter (state, device, i);
      break;
    }
  }
  hl_state_set_day_seq (state, 3);
  return state;
}

static void
test_lookup (void)
{
  g_autoptr (HlState) state = hl_state_new ();
  gboolean created;

  HlEntity *party = hl_state_ensure_entity (state, HL_TYPE_PARTY, "p1", NULL, &created);
  g_assert_true (created);
  g_assert_true (hl_state_ensure_entity (state, HL_TYPE_PARTY, "p1", NULL, &created) == party);
  g_assert_false (created);
  g_assert_true (HL_ENTITY (hl_state_lookup_party (state, "p1")) == party);
  g_assert_null (hl_state_lookup_party (state, "p2"));
  g_assert_null (hl_state_lookup_party (state, NULL));
  g_assert_null (hl_state_ensure_entity (state, HL_TYPE_PARTY, "no good", NULL, NULL));
  g_assert_null (hl_state_ensure_entity (state, HL_TYPE_TABLE, "seventeen-letters", NULL, NULL));
  g_assert_null (hl_state_ensure_entity (state, HL_TYPE_SEGMENT, "c1", NULL, NULL));
  g_assert_null (hl_state_ensure_entity (state, HL_TYPE_SEGMENT, "c1/01", NULL, NULL));
  g_assert_null (hl_state_ensure_entity (state, HL_TYPE_SEGMENT, "c1/10000", NULL, NULL));
  make (state, HL_TYPE_SEGMENT, "c1/0");
  make (state, HL_TYPE_SEGMENT, "c1/9999");
  g_assert_nonnull (hl_state_lookup_segment (state, "c1", 9999));
  g_assert_cmpuint (g_list_model_get_n_items (hl_state_get_segments (state)), ==, 2);
  g_assert_true (g_list_model_get_item_type (hl_state_get_parties (state)) == HL_TYPE_PARTY);

  hl_state_bury (state, HL_TYPE_PARTY, "dead", 5);
  g_assert_true (hl_state_is_buried (state, HL_TYPE_PARTY, "dead"));
  g_assert_false (hl_state_is_buried (state, HL_TYPE_RESERVATION, "dead"));
  g_assert_null (hl_state_ensure_entity (state, HL_TYPE_PARTY, "dead", NULL, NULL));
  hl_state_purge_tombstones (state, 5);
  g_assert_true (hl_state_is_buried (state, HL_TYPE_PARTY, "dead"));
  hl_state_purge_tombstones (state, 6);
  g_assert_false (hl_state_is_buried (state, HL_TYPE_PARTY, "dead"));

  g_assert_true (hl_state_remove_entity (state, HL_TYPE_PARTY, "p1"));
  g_assert_false (hl_state_remove_entity (state, HL_TYPE_PARTY, "p1"));
  g_assert_cmpuint (g_list_model_get_n_items (hl_state_get_parties (state)), ==, 0);

  hl_state_raise_counter (state, "a", 5);
  hl_state_raise_counter (state, "a", 4);
  hl_state_raise_counter (state, NULL, 9);
  g_assert_cmpuint (hl_state_get_counter (state, "a"), ==, 5);
  g_assert_cmpuint (hl_state_get_counter (state, NULL), ==, 0);
}

/* @wanted: ids with spaces between */
static void
assert_call_reservations (HlState *state, const char *call_id, const char *wanted)
{
  g_autoptr (GPtrArray) found = hl_state_get_call_reservations (state, call_id);
  g_autoptr (GString) ids = g_string_new (NULL);

  for (guint i = 0; i < found->len; i++)
    g_string_append_printf (ids, "%s%s", i > 0 ? " " : "", hl_entity_get_id (found->pdata[i]));
  g_assert_cmpstr (ids->str, ==, wanted);
}

/* What was booked on a call is its own, under whichever of its names it was told. */
static void
test_call_reservations (void)
{
  g_autoptr (HlState) state = hl_state_new ();
  HlEntity *call = make (state, HL_TYPE_CALL, "vapi:v");

  apply (state, make (state, HL_TYPE_RESERVATION, "r3"), 1, NULL, NULL, "{'call_id':'vapi:v'}");
  apply (state, make (state, HL_TYPE_RESERVATION, "r1"), 2, NULL, NULL, "{'call_id':'twilio:CA1'}");
  apply (state, make (state, HL_TYPE_RESERVATION, "r2"), 3, NULL, NULL, "{'call_id':'other'}");
  assert_call_reservations (state, "vapi:v", "r3");
  assert_call_reservations (state, "twilio:CA1", "r1");
  apply (state, call, 4, NULL, NULL, "{'aliases':['room:7','twilio:CA1','vapi:v']}");
  assert_call_reservations (state, "vapi:v", "r1 r3");
  assert_call_reservations (state, "twilio:CA1", "r1 r3");
  assert_call_reservations (state, "room:7", "r1 r3");
  assert_call_reservations (state, "other", "r2");
  assert_call_reservations (state, "nobody", "");
  assert_call_reservations (state, NULL, "");
}

/* The hours of the book against a walk over all of it, while reservations come, move and go. */
static void
test_starting (void)
{
  g_autoptr (HlState) state = hl_state_new ();
  const gint64 first = G_GINT64_CONSTANT (1796166000000);

  for (guint i = 0; i < 2000; i++) {
    g_autofree char *id = g_strdup_printf ("r%d", g_test_rand_int_range (0, 120));
    HlEntity *reservation = hl_state_lookup (state, HL_TYPE_RESERVATION, id);
    gint64 from = first + g_test_rand_int_range (0, 48 * 60) * 60000;
    gint64 to = from + g_test_rand_int_range (0, 12 * 60) * 60000 + g_test_rand_int_range (0, 2);
    g_autoptr (GPtrArray) found = NULL;
    guint n = 0, wanted = 0;
    HlEntity **all;

    if (reservation != NULL && g_test_rand_int_range (0, 8) == 0) {
      hl_state_remove_entity (state, HL_TYPE_RESERVATION, id);
    } else {
      g_autofree char *starts
        = hl_time_print (first + g_test_rand_int_range (0, 48 * 60) * 60000 + g_test_rand_int_range (0, 2));
      g_autofree char *fields = g_test_rand_int_range (0, 8) == 0 ? g_strdup ("{'starts_at':null}")
                                                                  : g_strdup_printf ("{'starts_at':'%s'}", starts);

      if (reservation == NULL)
        reservation = make (state, HL_TYPE_RESERVATION, id);
      apply (state, reservation, i + 1, NULL, NULL, fields);
    }
    found = hl_state_get_starting (state, from, to);
    all = hl_entity_list_peek (hl_state_get_list (state, HL_TYPE_RESERVATION), &n);
    for (guint k = 0; k < n; k++) {
      gint64 at = hl_reservation_get_starts_at (HL_RESERVATION (all[k]));
      gboolean within = at != HL_TIME_NONE && at >= from && at < to;

      wanted += within;
      g_assert_true (g_ptr_array_find (found, all[k], NULL) == within);
    }
    g_assert_cmpuint (found->len, ==, wanted);
  }
}

static void
test_index (void)
{
  g_autoptr (HlState) state = hl_state_new ();
  HlEntity *one = make (state, HL_TYPE_PARTY, "p1");
  HlEntity *two = make (state, HL_TYPE_PARTY, "p2");
  HlEntity *reservation = make (state, HL_TYPE_RESERVATION, "r1");
  HlEntity *call = make (state, HL_TYPE_CALL, "c1");

  apply (state, one, 1, NULL, NULL, "{'table_ids':['12','14'],'reservation_id':'r1'}");
  g_assert_cmpuint (hl_state_get_table_parties (state, "12")->len, ==, 0);
  apply (state, one, 2, NULL, NULL, "{'status':'seated','seated_at':'2026-01-01T20:00:00Z'}");
  apply (state, two, 3, NULL, NULL,
         "{'status':'partially_seated','table_ids':['14'],'seated_at':'2026-01-01T19:00:00Z'}");
  g_assert_cmpuint (hl_state_get_table_parties (state, "12")->len, ==, 1);
  /* by the time at which they sat down, not by arrival in the log */
  GPtrArray *at_14 = hl_state_get_table_parties (state, "14");
  g_assert_cmpuint (at_14->len, ==, 2);
  g_assert_true (at_14->pdata[0] == two && at_14->pdata[1] == one);
  apply (state, one, 4, NULL, NULL, "{'table_ids':['15']}");
  g_assert_cmpuint (hl_state_get_table_parties (state, "12")->len, ==, 0);
  g_assert_cmpuint (hl_state_get_table_parties (state, "14")->len, ==, 1);
  g_assert_cmpuint (hl_state_get_table_parties (state, "15")->len, ==, 1);
  apply (state, one, 5, NULL, NULL, "{'status':'gone'}");
  g_assert_cmpuint (hl_state_get_table_parties (state, "15")->len, ==, 0);
  hl_state_remove_entity (state, HL_TYPE_PARTY, "p2");
  g_assert_cmpuint (hl_state_get_table_parties (state, "14")->len, ==, 0);
  g_assert_cmpuint (hl_state_get_table_parties (state, NULL)->len, ==, 0);

  g_assert_cmpuint (hl_state_get_reservation_parties (state, "r1")->len, ==, 1);
  apply (state, one, 6, NULL, NULL, "{'reservation_id':null}");
  g_assert_cmpuint (hl_state_get_reservation_parties (state, "r1")->len, ==, 0);

  apply (state, reservation, 7, NULL, NULL,
         "{'call_id':'c1','source':'opentable','source_ref':'77'}");
  assert_call_reservations (state, "c1", "r1");
  g_assert_true (HL_ENTITY (hl_state_lookup_source_ref (state, "opentable", "77")) == reservation);
  g_assert_null (hl_state_lookup_source_ref (state, "host", "77"));
  apply (state, call, 8, NULL, NULL, "{'aliases':['twilio:CA1','x']}");
  g_assert_true (HL_ENTITY (hl_state_lookup_call (state, "twilio:CA1")) == call);
  apply (state, call, 9, NULL, NULL, "{'aliases':['x']}");
  g_assert_null (hl_state_lookup_call (state, "twilio:CA1"));
  g_assert_true (HL_ENTITY (hl_state_lookup_call (state, "x")) == call);
}

static void
test_transcript (void)
{
  g_autoptr (HlState) state = hl_state_new ();
  GListModel *lines = hl_state_get_transcript (state, "c1");
  ListCount count = { 0 };

  g_signal_connect (lines, "items-changed", G_CALLBACK (on_items_changed), &count);
  g_assert_null (hl_state_peek_transcript (state, "c1"));
  make (state, HL_TYPE_SEGMENT, "c1/5");
  make (state, HL_TYPE_SEGMENT, "c2/0");
  g_assert_cmpuint (count.n, ==, 1);
  make (state, HL_TYPE_SEGMENT, "c1/2");
  g_assert_cmpuint (count.n, ==, 2);
  g_assert_cmpuint (count.position, ==, 0);
  make (state, HL_TYPE_SEGMENT, "c1/9");
  g_assert_cmpuint (count.position, ==, 2);
  make (state, HL_TYPE_SEGMENT, "c1/7");
  g_assert_cmpuint (count.position, ==, 2);
  g_assert_cmpuint (count.removed, ==, 0);
  g_assert_cmpuint (count.added, ==, 1);
  static const int expected[] = { 2, 5, 7, 9 };
  g_assert_cmpuint (g_list_model_get_n_items (lines), ==, G_N_ELEMENTS (expected));
  for (guint i = 0; i < G_N_ELEMENTS (expected); i++) {
    g_autoptr (HlSegment) segment = g_list_model_get_item (lines, i);
    g_assert_cmpint (hl_segment_get_turn (segment), ==, expected[i]);
  }
  g_assert_null (g_list_model_get_item (lines, 4));
  hl_state_remove_entity (state, HL_TYPE_SEGMENT, "c1/5");
  g_assert_cmpuint (count.position, ==, 1);
  g_assert_cmpuint (count.removed, ==, 1);
  g_assert_cmpuint (g_list_model_get_n_items (lines), ==, 3);
}

/* Within a batch the models show what they had; then each tells once. */
static void
test_batch (void)
{
  g_autoptr (HlState) state = hl_state_new ();
  GListModel *parties = hl_state_get_parties (state);
  GListModel *lines = hl_state_get_transcript (state, "c1");
  ListCount party_count = { 0 }, line_count = { 0 }, table_count = { 0 };
  guint n;

  for (int i = 0; i < 6; i++) {
    g_autofree char *id = g_strdup_printf ("p%d", i);
    make (state, HL_TYPE_PARTY, id);
  }
  make (state, HL_TYPE_SEGMENT, "c1/4");
  g_signal_connect (parties, "items-changed", G_CALLBACK (on_items_changed), &party_count);
  g_signal_connect (lines, "items-changed", G_CALLBACK (on_items_changed), &line_count);
  g_signal_connect (hl_state_get_tables (state), "items-changed", G_CALLBACK (on_items_changed),
                    &table_count);

  hl_state_begin_batch (state);
  hl_state_begin_batch (state);
  hl_state_remove_entity (state, HL_TYPE_PARTY, "p2");
  hl_state_remove_entity (state, HL_TYPE_PARTY, "p4");
  for (int i = 0; i < 100; i++) {
    g_autofree char *id = g_strdup_printf ("new%d", i);
    g_autofree char *line = g_strdup_printf ("c1/%d", 200 - i);
    make (state, HL_TYPE_PARTY, id);
    make (state, HL_TYPE_SEGMENT, line);
  }
  hl_state_end_batch (state);
  g_assert_cmpuint (party_count.n, ==, 0);
  g_assert_cmpuint (g_list_model_get_n_items (parties), ==, 6);
  g_autoptr (HlParty) shown = g_list_model_get_item (parties, 2);
  g_assert_cmpstr (hl_party_get_party_id (shown), ==, "p2");
  g_assert_null (hl_state_lookup_party (state, "p2"));
  g_assert_nonnull (hl_state_lookup_party (state, "new99"));
  hl_entity_list_peek (hl_state_get_list (state, HL_TYPE_PARTY), &n);
  g_assert_cmpuint (n, ==, 104);
  hl_state_end_batch (state);

  g_assert_cmpuint (party_count.n, ==, 1);
  g_assert_cmpuint (party_count.position, ==, 2);
  g_assert_cmpuint (party_count.removed, ==, 4);
  g_assert_cmpuint (party_count.added, ==, 102);
  g_assert_cmpuint (line_count.n, ==, 1);
  g_assert_cmpuint (line_count.removed, ==, 0);
  g_assert_cmpuint (line_count.added, ==, 100);
  g_assert_cmpuint (line_count.position, ==, 1);
  g_assert_cmpuint (table_count.n, ==, 0);

  /* what came and went within a batch was never there */
  hl_state_begin_batch (state);
  make (state, HL_TYPE_PARTY, "ghost");
  hl_state_remove_entity (state, HL_TYPE_PARTY, "ghost");
  hl_state_end_batch (state);
  g_assert_cmpuint (party_count.n, ==, 1);
}

static void
test_apply (void)
{
  g_autoptr (HlState) state = hl_state_new ();
  HlEntity *party = make (state, HL_TYPE_PARTY, "p1");
  g_autoptr (GString) notified = g_string_new (NULL);

  g_signal_connect (party, "notify", G_CALLBACK (on_notify), notified);
  g_assert_cmpuint (apply (state, party, 10, "stand-1", NULL, "{'size':4,'name':'Ng'}"), ==, 2);
  assert_notified (notified, "name;size;");

  /* the same value again: no notify, but the revision moves */
  g_assert_cmpuint (apply (state, party, 11, "stand-1", NULL, "{'size':4}"), ==, 1);
  assert_notified (notified, "");
  const HlRevision *size = hl_entity_get_revision (party, HL_PARTY_FIELD_SIZE);
  g_assert_cmpuint (size->seq, ==, 11);
  g_assert_cmpstr (size->device, ==, "stand-1");
  g_assert_cmpuint (size->foreign, ==, 0);

  apply (state, party, 12, "stand-2", NULL, "{'size':5}");
  g_assert_cmpuint (size->foreign, ==, 11);
  apply (state, party, 13, "stand-2", NULL, "{'size':6}");
  g_assert_cmpuint (size->foreign, ==, 11);
  apply (state, party, 14, NULL, NULL, "{'size':7}");
  g_assert_cmpuint (size->foreign, ==, 13);
  g_assert_null (size->device);
  apply (state, party, 15, "stand-2", NULL, "{'size':8}");
  g_assert_cmpuint (size->foreign, ==, 14);
  g_assert_cmpuint (hl_entity_get_seq (party), ==, 15);

  const char *stand_1 = g_intern_string ("stand-1");
  const char *stand_2 = g_intern_string ("stand-2");
  g_assert_false (hl_revision_is_unseen (size, 15, stand_1));
  g_assert_true (hl_revision_is_unseen (size, 14, stand_1));
  g_assert_false (hl_revision_is_unseen (size, 14, stand_2));
  g_assert_true (hl_revision_is_unseen (size, 13, stand_2));
  g_assert_true (hl_revision_is_unseen (size, 14, NULL));

  /* total: what does not fit is left out, also the id */
  g_string_truncate (notified, 0);
  g_assert_cmpuint (
    apply (state, party, 16, NULL, NULL,
           "{'party_id':'p9','size':0,'status':'dancing','tags':null,'what':1,'name':'Lee'}"),
    ==, 1);
  assert_notified (notified, "name;");
  g_assert_cmpstr (hl_entity_get_id (party), ==, "p1");
  g_assert_cmpint (hl_party_get_size (HL_PARTY (party)), ==, 8);
}

static void
test_registers (void)
{
  g_autoptr (HlState) state = hl_state_new ();
  HlCall *call = HL_CALL (make (state, HL_TYPE_CALL, "c1"));
  g_autoptr (JsonObject) first = json_object ("{'caller_name':'a','summary':'a'}");
  g_autoptr (JsonObject) second = json_object ("{'caller_name':'b'}");
  HlChange early = { .seq = 2, .at = 100, .event_id = "e2" };
  HlChange late = { .seq = 1, .at = 200, .event_id = "e1" };
  HlChange tie = { .seq = 3, .at = 200, .event_id = "e0" };

  g_assert_cmpuint (hl_state_apply (state, HL_ENTITY (call), second, &late, HL_APPLY_REGISTERS), ==,
                    1);
  g_assert_cmpuint (hl_state_apply (state, HL_ENTITY (call), first, &early, HL_APPLY_REGISTERS), ==,
                    1);
  g_assert_cmpstr (hl_call_get_caller_name (call), ==, "b");
  g_assert_cmpstr (hl_call_get_summary (call), ==, "a");
  g_assert_cmpuint (hl_state_apply (state, HL_ENTITY (call), first, &tie, HL_APPLY_REGISTERS), ==, 1);
  g_assert_cmpstr (hl_call_get_caller_name (call), ==, "b");

  /* the stamps survive a snapshot */
  g_autoptr (JsonNode) saved = hl_state_save (state);
  g_autoptr (HlState) loaded = hl_state_new ();
  g_autoptr (GError) error = NULL;
  g_assert_true (hl_state_load (loaded, json_node_get_object (saved), &error));
  g_assert_no_error (error);
  HlEntity *copy = HL_ENTITY (hl_state_lookup_call (loaded, "c1"));
  const HlStamp *stamp = hl_entity_get_stamp (copy, HL_CALL_FIELD_CALLER_NAME);
  g_assert_cmpint (stamp->at, ==, 200);
  g_assert_cmpstr (stamp->event_id, ==, "e1");
  g_assert_null (hl_entity_get_stamp (copy, HL_CALL_FIELD_STATE));
}

static void
test_undo (void)
{
  g_autoptr (HlState) state = hl_state_new ();
  HlChange change = { .seq = 5, .device = "stand-1", .act = "a1" };
  HlEntity *party = hl_state_ensure_entity (state, HL_TYPE_PARTY, "p1", &change, NULL);

  apply (state, party, 6, "stand-1", "a1", "{'size':4}");
  apply (state, party, 7, "stand-1", "a2", "{'size':5,'table_ids':['12']}");
  apply (state, party, 8, "stand-1", "a2", "{'size':6}");
  g_assert_null (hl_state_get_before (state, "a3"));
  g_assert_null (hl_state_get_before (state, NULL));
  GPtrArray *before = hl_state_get_before (state, "a1");
  g_assert_cmpuint (before->len, ==, 2);
  HlBefore *entry = before->pdata[0];
  g_assert_cmpuint (entry->field, ==, 0);
  g_assert_null (entry->old);
  g_assert_cmpuint (entry->seq, ==, 5);
  before = hl_state_get_before (state, "a2");
  g_assert_cmpuint (before->len, ==, 2);
  entry = before->pdata[0];
  /* set twice: the value before both, the revision after both */
  g_assert_cmpuint (entry->field, ==, HL_PARTY_FIELD_SIZE);
  g_assert_cmpint (json_node_get_int (entry->old), ==, 4);
  g_assert_cmpuint (entry->seq, ==, 8);

  /* a copy shares, and neither sees the other's later changes */
  g_autoptr (HlState) copy = hl_state_copy (state);
  apply (copy, HL_ENTITY (hl_state_lookup_party (copy, "p1")), 9, "stand-1", "a2",
         "{'server':'Maya'}");
  g_assert_cmpuint (hl_state_get_before (copy, "a2")->len, ==, 3);
  g_assert_cmpuint (hl_state_get_before (state, "a2")->len, ==, 2);

  for (guint i = 0; i < HL_STATE_UNDO_UNITS; i++) {
    g_autofree char *act = g_strdup_printf ("b%u", i);
    apply (state, party, 20 + i, "stand-1", act, "{'size':9}");
  }
  g_assert_null (hl_state_get_before (state, "a2"));
  g_assert_nonnull (hl_state_get_before (state, "b0"));
}

static void
test_round_trip (void)
{
  for (guint32 seed = 1; seed <= 20; seed++) {
    g_autoptr (HlState) state = make_state (seed, 120);
    g_autoptr (HlState) loaded = hl_state_new ();
    g_autoptr (GError) error = NULL;
    g_autoptr (JsonNode) saved = hl_state_save (state);
    g_autofree char *text = to_text (saved);
    g_autoptr (JsonNode) parsed = json_from_string (text, NULL); /* as it comes over the wire */

    gboolean ok = hl_state_load (loaded, json_node_get_object (parsed), &error);
    g_assert_no_error (error);
    g_assert_true (ok);
    g_autofree char *again = save_text (loaded);
    g_assert_cmpstr (again, ==, text);
    g_assert_cmphex (hl_state_get_digest (loaded), ==, hl_state_get_digest (state));

    g_autoptr (HlState) copy = hl_state_copy (state);
    g_autofree char *copied = save_text (copy);
    g_assert_cmpstr (copied, ==, text);
    g_assert_cmphex (hl_state_get_digest (copy), ==, hl_state_get_digest (state));
  }
}

/* The digest kept on the way equals the one made from nothing, after every change. */
static void
test_digest (void)
{
  g_autoptr (HlState) state = make_state (7, 200);
  g_autoptr (GRand) rand = g_rand_new_with_seed (11);

  for (guint i = 0; i < 200; i++) {
    g_autofree char *id = g_strdup_printf ("x%d", g_rand_int_range (rand, 0, 100));
    g_autofree char *members = g_strdup_printf ("{'name':'n%u'}", i);
    if (g_rand_int_range (rand, 0, 3) == 0)
      hl_state_remove_entity (state, HL_TYPE_PARTY, id);
    else
      apply (state, make (state, HL_TYPE_PARTY, id), 1000 + i, devices[i % 4], NULL, members);
    if (i % 7 == 0)
      hl_state_get_digest (state);
    if (i % 20 == 0) {
      g_autoptr (HlState) copy = hl_state_copy (state);
      g_assert_cmphex (hl_state_get_digest (copy), ==, hl_state_get_digest (state));
    }
  }

  g_autoptr (HlState) start = make_state (7, 200);
  g_assert_cmphex (hl_state_get_digest (start), !=, hl_state_get_digest (state));

  /* everything counts: value, revision, stamp, counter */
  HlEntity *party = make (state, HL_TYPE_PARTY, "one");
  guint64 digest = hl_state_get_digest (state);
  HlRevision revision = { .seq = 5, .device = g_intern_string ("a") };
  hl_entity_set_revision (party, HL_PARTY_FIELD_SIZE, &revision);
  g_assert_cmphex (hl_state_get_digest (state), !=, digest);
  digest = hl_state_get_digest (state);
  hl_entity_set_revision (party, HL_PARTY_FIELD_SIZE, &revision);
  g_assert_cmphex (hl_state_get_digest (state), ==, digest);
  hl_entity_set_stamp (party, HL_PARTY_FIELD_SIZE, 5, "e");
  g_assert_cmphex (hl_state_get_digest (state), !=, digest);
  digest = hl_state_get_digest (state);
  hl_state_raise_counter (state, "stand-9", 1);
  g_assert_cmphex (hl_state_get_digest (state), !=, digest);
  digest = hl_state_get_digest (state);
  hl_record_set_int (HL_RECORD (party), HL_PARTY_FIELD_ARRIVED, 3);
  g_assert_cmphex (hl_state_get_digest (state), !=, digest);
  hl_record_set_int (HL_RECORD (party), HL_PARTY_FIELD_ARRIVED, 0);
  g_assert_cmphex (hl_state_get_digest (state), ==, digest);
}

/* Loading into what is shown: rows stay the same objects, one notify a changed field, one items-changed a list. */
static void
test_load_in_place (void)
{
  g_autoptr (HlState) server = hl_state_new ();
  g_autoptr (HlState) app = hl_state_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GString) notified = g_string_new (NULL);
  ListCount parties = { 0 }, tables = { 0 }, lines = { 0 };

  for (int i = 0; i < 5; i++) {
    g_autofree char *id = g_strdup_printf ("p%d", i);
    apply (server, make (server, HL_TYPE_PARTY, id), 1, NULL, NULL, "{'size':2}");
  }
  make (server, HL_TYPE_TABLE, "12");
  make (server, HL_TYPE_SEGMENT, "c1/0");
  g_autoptr (JsonNode) first = hl_state_save (server);
  g_assert_true (hl_state_load (app, json_node_get_object (first), &error));
  g_assert_no_error (error);

  g_autoptr (HlParty) row = g_object_ref (hl_state_lookup_party (app, "p3"));
  g_signal_connect (row, "notify", G_CALLBACK (on_notify), notified);
  g_signal_connect (hl_state_get_parties (app), "items-changed", G_CALLBACK (on_items_changed),
                    &parties);
  g_signal_connect (hl_state_get_tables (app), "items-changed", G_CALLBACK (on_items_changed),
                    &tables);
  g_signal_connect (hl_state_get_transcript (app, "c1"), "items-changed",
                    G_CALLBACK (on_items_changed), &lines);

  hl_state_remove_entity (server, HL_TYPE_PARTY, "p1");
  apply (server, HL_ENTITY (hl_state_lookup_party (server, "p3")), 2, NULL, NULL,
         "{'size':6,'name':'Ng'}");
  make (server, HL_TYPE_PARTY, "p9");
  make (server, HL_TYPE_SEGMENT, "c1/2");
  make (server, HL_TYPE_SEGMENT, "c1/1");
  g_autoptr (JsonNode) second = hl_state_save (server);
  g_assert_true (hl_state_load (app, json_node_get_object (second), &error));
  g_assert_no_error (error);

  g_assert_true (hl_state_lookup_party (app, "p3") == row);
  assert_notified (notified, "name;size;");
  g_assert_cmpuint (parties.n, ==, 1);
  g_assert_cmpuint (tables.n, ==, 0);
  g_assert_cmpuint (lines.n, ==, 1);
  g_assert_cmphex (hl_state_get_digest (app), ==, hl_state_get_digest (server));

  /* again the same: nothing is told */
  g_assert_true (hl_state_load (app, json_node_get_object (second), &error));
  assert_notified (notified, "");
  g_assert_cmpuint (parties.n, ==, 1);

  /* a bad snapshot changes nothing */
  g_autofree char *before = save_text (app);
  g_autoptr (JsonNode) bad = json ("{'calls':[{'call_id':'c1'}],'parties':[{'party_id':'p1'},"
                                   "{'party_id':'p2','size':'x'}]}");
  g_assert_false (hl_state_load (app, json_node_get_object (bad), &error));
  g_assert_error (error, HL_CODEC_ERROR, HL_CODEC_ERROR_TYPE);
  g_assert_cmpstr (hl_codec_error_get_pointer (error), ==, "/parties/1/size");
  g_autofree char *after = save_text (app);
  g_assert_cmpstr (before, ==, after);

  /* an empty one empties */
  g_clear_error (&error);
  g_autoptr (JsonNode) empty = json ("{}");
  g_assert_true (hl_state_load (app, json_node_get_object (empty), &error));
  g_assert_cmpuint (g_list_model_get_n_items (hl_state_get_parties (app)), ==, 0);
  g_assert_cmpuint (g_list_model_get_n_items (hl_state_get_transcript (app, "c1")), ==, 0);
  g_autoptr (HlState) fresh = hl_state_new ();
  g_assert_cmphex (hl_state_get_digest (app), ==, hl_state_get_digest (fresh));
}

static void
test_bad_snapshots (void)
{
  static const struct {
    const char *text, *pointer;
  } bad[] = {
    { "{'parties':{}}", "/parties" },
    { "{'parties':[1]}", "/parties/0" },
    { "{'parties':[{'size':2}]}", "/parties/0" },
    { "{'parties':[{'party_id':'p'},{'party_id':'p'}]}", "/parties/1" },
    { "{'parties':[{'party_id':'p','revisions':[]}]}", "/parties/0/revisions" },
    { "{'parties':[{'party_id':'p','revisions':{'size':[1,2,3]}}]}", "/parties/0/revisions/size" },
    { "{'parties':[{'party_id':'p','revisions':{'*':[1,null]}}]}", "/parties/0/revisions/*" },
    { "{'parties':[{'party_id':'p','revisions':{'*':[-1,null,0]}}]}", "/parties/0/revisions/*" },
    { "{'calls':[{'call_id':'c','stamps':{'state':['x','y']}}]}", "/calls/0/stamps/state" },
    { "{'location':[]}", "/location" },
    { "{'location':{'id':'UPPER'}}", "/location/id" },
    { "{'devices':[]}", "/devices" },
    { "{'devices':{'a/b':'x'}}", "/devices/a~1b" },
    { "{'tombstones':{}}", "/tombstones" },
    { "{'tombstones':[{'type':'party','id':'p'}]}", "/tombstones/0/at" },
    { "{'undo':3}", "/undo" },
    { "{'undo':[{'act':'a'}]}", "/undo/0/before" },
    { "{'undo':[{'act':'a','before':[{'id':'p','seq':1}]}]}", "/undo/0/before/0/type" },
    { "{'day_seq':-1}", "/day_seq" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autoptr (HlState) state = hl_state_new ();
    g_autoptr (JsonNode) node = json (bad[i].text);
    g_autoptr (GError) error = NULL;
    g_assert_false (hl_state_load (state, json_node_get_object (node), &error));
    g_assert_cmpstr (hl_codec_error_get_pointer (error), ==, bad[i].pointer);
  }

  /* what a newer version may add */
  g_autoptr (HlState) state = hl_state_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) newer =
    json ("{'menus':[],'parties':[{'party_id':'p','mood':3,'revisions':{'mood':[9,null,0]}}],"
          "'undo':[{'act':'a','before':[{'type':'menu','id':'m','seq':1},{'type':'party',"
          "'id':'p','field':'mood','old':1,'seq':2}]}],'tombstones':[{'type':'menu','id':'m',"
          "'at':'2026-01-01T00:00:00Z'}]}");
  g_assert_true (hl_state_load (state, json_node_get_object (newer), &error));
  g_assert_no_error (error);
  g_assert_cmpuint (hl_state_get_before (state, "a")->len, ==, 0);
}

static void
test_sync (void)
{
  g_autoptr (HlState) real = make_state (3, 100);
  g_autoptr (HlState) screen = hl_state_copy (real);
  g_autoptr (HlState) ahead = hl_state_copy (real);
  g_autoptr (HlTouched) touched = hl_touched_new ();
  g_autoptr (GString) notified = g_string_new (NULL);
  ListCount count = { 0 };

  HlEntity *party = make (real, HL_TYPE_PARTY, "known");
  hl_touched_add (touched, HL_TYPE_PARTY, "known");
  hl_state_sync (screen, real, touched);
  HlParty *shown = hl_state_lookup_party (screen, "known");
  g_assert_nonnull (shown);
  g_assert_true (HL_ENTITY (shown) != party);
  g_signal_connect (shown, "notify", G_CALLBACK (on_notify), notified);
  g_signal_connect (hl_state_get_parties (screen), "items-changed", G_CALLBACK (on_items_changed),
                    &count);

  apply (real, party, 500, "stand-1", "act", "{'size':7,'status':'seated','table_ids':['77']}");
  make (real, HL_TYPE_PARTY, "new-1");
  make (real, HL_TYPE_PARTY, "new-2");
  hl_touched_add (touched, HL_TYPE_PARTY, "new-1");
  hl_touched_add (touched, HL_TYPE_PARTY, "new-2");
  hl_touched_add (touched, HL_TYPE_PARTY, "nobody");
  hl_state_sync (screen, real, touched);
  g_assert_true (hl_state_lookup_party (screen, "known") == shown);
  g_assert_cmpuint (count.n, ==, 1);
  g_assert_cmpuint (count.added, ==, 2);
  assert_notified (notified, "size;status;table-ids;");
  g_assert_true (hl_state_get_table_parties (screen, "77")->pdata[0] == shown);
  g_assert_cmphex (hl_state_get_digest (screen), ==, hl_state_get_digest (real));
  g_assert_nonnull (hl_state_get_before (screen, "act"));

  hl_state_remove_entity (real, HL_TYPE_PARTY, "new-1");
  hl_state_sync (screen, real, touched);
  g_assert_null (hl_state_lookup_party (screen, "new-1"));
  g_autofree char *one = save_text (real);
  g_autofree char *two = save_text (screen);
  g_assert_cmpstr (one, ==, two);

  hl_touched_add_all (touched);
  hl_state_bury (real, HL_TYPE_PARTY, "gone", 5);
  g_assert_false (hl_state_is_buried (screen, HL_TYPE_PARTY, "gone"));
  hl_state_sync (ahead, real, touched);
  g_autofree char *three = save_text (ahead);
  g_autofree char *four = save_text (real);
  g_assert_cmpstr (three, ==, four);
}

static void
test_life (void)
{
  HlState *state = make_state (5, 200);
  HlParty *kept = NULL;
  GListModel *parties = hl_state_get_parties (state);

  g_assert_cmpuint (g_list_model_get_n_items (parties), >, 0);
  kept = g_list_model_get_item (parties, 0);
  hl_state_get_digest (state);
  g_assert_finalize_object (state);
  /* a row that a view still holds may change without its state */
  hl_record_set_int (HL_RECORD (kept), HL_PARTY_FIELD_SIZE, 9);
  g_assert_finalize_object (kept);
}

/* Nothing in an event's path may grow with what is there. */
static void
test_scale (void)
{
  g_autoptr (HlState) state = hl_state_new ();
  clock_t quarters[4]; /* of the processor's time: how much others use of it is of no account */

  for (guint q = 0; q < G_N_ELEMENTS (quarters); q++) {
    clock_t start = clock ();

    for (guint i = q * 5000; i < (q + 1) * 5000; i++) {
      g_autofree char *id = g_strdup_printf ("c%u/%u", i / 20, i % 20);
      apply (state, make (state, HL_TYPE_SEGMENT, id), i + 1, NULL, NULL,
             "{'speaker':'caller','text':'a table for four tonight'}");
    }
    quarters[q] = clock () - start;
    g_test_message ("5000 segments in %.2f s", (double) quarters[q] / CLOCKS_PER_SEC);
  }
  hl_state_get_digest (state);
  gint64 start = g_get_monotonic_time ();
  hl_state_begin_batch (state);
  for (guint i = 0; i < 20000; i += 2) {
    g_autofree char *id = g_strdup_printf ("c%u/%u", i / 20, i % 20);
    g_assert_true (hl_state_remove_entity (state, HL_TYPE_SEGMENT, id));
  }
  hl_state_end_batch (state);
  g_test_message ("10000 removals in %.2f s",
                  (double) (g_get_monotonic_time () - start) / 1e6);
  /* what looks at all that is there takes seven times as long in the last quarter as in the first */
  g_assert_cmpint (quarters[3], <, 5 * quarters[0] + CLOCKS_PER_SEC / 2);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/state/lookup", test_lookup);
  g_test_add_func ("/state/index", test_index);
  g_test_add_func ("/state/starting", test_starting);
  g_test_add_func ("/state/call-reservations", test_call_reservations);
  g_test_add_func ("/state/transcript", test_transcript);
  g_test_add_func ("/state/batch", test_batch);
  g_test_add_func ("/state/apply", test_apply);
  g_test_add_func ("/state/registers", test_registers);
  g_test_add_func ("/state/undo", test_undo);
  g_test_add_func ("/state/round-trip", test_round_trip);
  g_test_add_func ("/state/digest", test_digest);
  g_test_add_func ("/state/load-in-place", test_load_in_place);
  g_test_add_func ("/state/bad-snapshots", test_bad_snapshots);
  g_test_add_func ("/state/sync", test_sync);
  g_test_add_func ("/state/life", test_life);
  g_test_add_func ("/state/scale", test_scale);
  return g_test_run ();
}
