/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Random changes of a state: what it keeps on the way equals what is made from nothing, in every respect. */
#include <stdlib.h>

#include "domain-fixture.h"

#include "domain/hl-time.h"
#include "domain/hl-touched.h"

#define N_IDS 12
#define N_TABLES 5

/* A model's content as told by its signals alone. */
typedef struct {
  GListModel *model;
  GPtrArray  *rows;
} Shadow;

static void
on_shadowed (GListModel *model, guint position, guint removed, guint added, gpointer data)
{
  Shadow *shadow = data;

  g_assert_cmpuint (position + removed, <=, shadow->rows->len);
  if (removed > 0)
    g_ptr_array_remove_range (shadow->rows, position, removed);
  for (guint i = 0; i < added; i++)
    g_ptr_array_insert (shadow->rows, (int) (position + i),
                        g_list_model_get_item (model, position + i));
}

static Shadow *
shadow_new (GListModel *model)
{
  Shadow *shadow = g_new0 (Shadow, 1);
  shadow->model = g_object_ref (model);
  shadow->rows = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < g_list_model_get_n_items (model); i++)
    g_ptr_array_add (shadow->rows, g_list_model_get_item (model, i));
  g_signal_connect (model, "items-changed", G_CALLBACK (on_shadowed), shadow);
  return shadow;
}

static void
shadow_check (Shadow *shadow)
{
  g_assert_cmpuint (shadow->rows->len, ==, g_list_model_get_n_items (shadow->model));
  for (guint i = 0; i < shadow->rows->len; i++) {
    g_autoptr (GObject) item = g_list_model_get_item (shadow->model, i);
    g_assert_true (shadow->rows->pdata[i] == item);
  }
}

static void
shadow_free (gpointer data)
{
  Shadow *shadow = data;
  g_signal_handlers_disconnect_by_data (shadow->model, shadow);
  g_ptr_array_unref (shadow->rows);
  g_object_unref (shadow->model);
  g_free (shadow);
}

static char *
random_id (GRand *rand, const char *prefix)
{
  return g_strdup_printf ("%s%d", prefix, g_rand_int_range (rand, 0, N_IDS));
}

static void
change_party (HlState *state, GRand *rand, guint64 seq, const char *device, const char *act)
{
  static const char *const statuses[] = { "waiting", "seated", "partially_seated", "gone" };
  g_autofree char *id = random_id (rand, "p");
  HlChange change = { .seq = seq, .device = device, .act = act };
  HlEntity *party = hl_state_ensure_entity (state, HL_TYPE_PARTY, id, &change, NULL);
  g_autofree char *text = g_strdup_printf (
    "{'status':'%s','table_ids':['t%d','t%d'],'seated_at':'2026-11-27T19:%02d:00Z',"
    "'reservation_id':'r%d'}",
    statuses[g_rand_int_range (rand, 0, 4)], g_rand_int_range (rand, 0, N_TABLES),
    g_rand_int_range (rand, 0, N_TABLES), g_rand_int_range (rand, 0, 60),
    g_rand_int_range (rand, 0, N_IDS));

  if (party != NULL)
    apply (state, party, seq, device, act, text);
}

static void
change (HlState *state, GRand *rand, guint64 seq)
{
  static const char *const devices[] = { "stand-1", "stand-2", NULL };
  const char *device = devices[g_rand_int_range (rand, 0, 3)];
  g_autofree char *act =
    device != NULL ? g_strdup_printf ("act-%d", g_rand_int_range (rand, 0, 40)) : NULL;
  g_autofree char *call = random_id (rand, "c");
  g_autofree char *reservation = random_id (rand, "r");
  g_autofree char *line = g_strdup_printf ("%s/%d", call, g_rand_int_range (rand, 0, 20));
  g_autofree char *party = random_id (rand, "p");
  HlEntity *entity;

  switch (g_rand_int_range (rand, 0, 10)) {
  case 0:
  case 1:
  case 2:
    change_party (state, rand, seq, device, act);
    break;
  case 3:
    entity = hl_state_ensure_entity (state, HL_TYPE_SEGMENT, line, NULL, NULL);
    if (entity != NULL)
      apply (state, entity, seq, device, NULL, "{'speaker':'caller','text':'x'}");
    break;
  case 4:
    entity = hl_state_ensure_entity (state, HL_TYPE_RESERVATION, reservation, NULL, NULL);
    if (entity != NULL) {
      g_autofree char *text =
        g_strdup_printf ("{'call_id':'%s','source':'web','source_ref':'%d'}", call,
                         g_rand_int_range (rand, 0, 4));
      apply (state, entity, seq, device, act, text);
    }
    break;
  case 5:
    entity = hl_state_ensure_entity (state, HL_TYPE_CALL, call, NULL, NULL);
    if (entity != NULL)
      apply (state, entity, seq, device, NULL, "{'aliases':['alias'],'intent':'book'}");
    break;
  case 6:
    hl_state_remove_entity (state, HL_TYPE_PARTY, party);
    break;
  case 7:
    hl_state_remove_entity (state, HL_TYPE_SEGMENT, line);
    break;
  case 8:
    hl_state_remove_entity (state, HL_TYPE_RESERVATION, reservation);
    if (g_rand_int_range (rand, 0, 8) == 0)
      hl_state_bury (state, HL_TYPE_RESERVATION, reservation, HL_TIME_MIN + (gint64) seq);
    break;
  default:
    hl_state_raise_counter (state, device, seq);
    if (g_rand_int_range (rand, 0, 10) == 0)
      hl_state_purge_tombstones (state, HL_TIME_MIN + (gint64) seq - 100);
    break;
  }
}

/* The indices against a walk over everything. */
static void
check_indices (HlState *state)
{
  guint n;
  HlEntity **parties = hl_entity_list_peek (hl_state_get_list (state, HL_TYPE_PARTY), &n);

  for (int t = 0; t < N_TABLES; t++) {
    g_autofree char *table = g_strdup_printf ("t%d", t);
    GPtrArray *sitting = hl_state_get_table_parties (state, table);
    guint count = 0;
    for (guint i = 0; i < n; i++) {
      HlParty *party = HL_PARTY (parties[i]);
      HlPartyStatus status = hl_party_get_status (party);
      if (g_strv_contains (hl_party_get_table_ids (party), table)
          && (status == HL_PARTY_STATUS_SEATED || status == HL_PARTY_STATUS_PARTIALLY_SEATED)) {
        g_assert_true (g_ptr_array_find (sitting, party, NULL));
        count++;
      }
    }
    g_assert_cmpuint (sitting->len, ==, count);
    for (guint i = 1; i < sitting->len; i++)
      g_assert_cmpint (hl_party_get_seated_at (sitting->pdata[i - 1]), <=,
                       hl_party_get_seated_at (sitting->pdata[i]));
  }
  for (int r = 0; r < N_IDS; r++) {
    g_autofree char *id = g_strdup_printf ("r%d", r);
    guint count = 0;
    for (guint i = 0; i < n; i++)
      count += g_strcmp0 (hl_party_get_reservation_id (HL_PARTY (parties[i])), id) == 0 ? 1 : 0;
    g_assert_cmpuint (hl_state_get_reservation_parties (state, id)->len, ==, count);
  }
  for (int c = 0; c < N_IDS; c++) {
    g_autofree char *id = g_strdup_printf ("c%d", c);
    HlEntityList *lines = hl_state_peek_transcript (state, id);
    guint n_segments, n_lines = 0, count = 0;
    HlEntity **segments =
      hl_entity_list_peek (hl_state_get_list (state, HL_TYPE_SEGMENT), &n_segments);
    HlEntity **line = lines != NULL ? hl_entity_list_peek (lines, &n_lines) : NULL;
    for (guint i = 0; i < n_segments; i++)
      count += strcmp (hl_segment_get_call_id (HL_SEGMENT (segments[i])), id) == 0 ? 1 : 0;
    g_assert_cmpuint (n_lines, ==, count);
    for (guint i = 1; i < n_lines; i++)
      g_assert_cmpint (hl_segment_get_turn (HL_SEGMENT (line[i - 1])), <,
                       hl_segment_get_turn (HL_SEGMENT (line[i])));
  }
}

static void
check_reload (HlState *state, HlState *follower)
{
  g_autoptr (JsonNode) node = hl_state_save (state);
  g_autofree char *text = to_text (node);
  g_autoptr (JsonNode) parsed = json_from_string (text, NULL);
  g_autoptr (GError) error = NULL;

  gboolean ok = hl_state_load (follower, json_node_get_object (parsed), &error);
  g_assert_no_error (error);
  g_assert_true (ok);
  g_autofree char *again = save_text (follower);
  g_assert_cmpstr (again, ==, text);
  g_assert_cmphex (hl_state_get_digest (follower), ==, hl_state_get_digest (state));
  check_indices (follower);
}

static guint32
get_seed (void)
{
  const char *text = g_getenv ("HL_TEST_SEED");
  guint32 seed = text != NULL ? (guint32) g_ascii_strtoull (text, NULL, 10) : g_random_int ();
  g_test_message ("HL_TEST_SEED=%u", seed);
  return seed;
}

static void
run (guint32 seed)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
  g_autoptr (HlState) state = hl_state_new ();
  g_autoptr (HlState) follower = hl_state_new (); /* loads snapshots in place */
  g_autoptr (HlState) screen = hl_state_new ();   /* syncs */
  g_autoptr (GPtrArray) shadows = g_ptr_array_new_with_free_func (shadow_free);
  guint open = 0;

  HlState *states[] = { state, follower, screen };
  for (guint i = 0; i < G_N_ELEMENTS (states); i++) {
    g_ptr_array_add (shadows, shadow_new (hl_state_get_parties (states[i])));
    g_ptr_array_add (shadows, shadow_new (hl_state_get_segments (states[i])));
    g_ptr_array_add (shadows, shadow_new (hl_state_get_transcript (states[i], "c3")));
  }
  for (guint64 seq = 1; seq <= 400; seq++) {
    change (state, rand, seq);
    if (g_rand_int_range (rand, 0, 12) == 0) {
      hl_state_begin_batch (state);
      open++;
    }
    if (open > 0 && g_rand_int_range (rand, 0, 8) == 0) {
      hl_state_end_batch (state);
      open--;
    }
    if (g_rand_int_range (rand, 0, 10) == 0)
      hl_state_get_digest (state);
    for (guint i = 0; i < shadows->len; i++)
      shadow_check (shadows->pdata[i]);
    if (seq % 40 == 0) {
      g_autoptr (HlTouched) all = hl_touched_new ();
      g_autoptr (HlState) copy = hl_state_copy (state);
      check_indices (state);
      check_reload (state, follower);
      hl_touched_add_all (all);
      hl_state_sync (screen, state, all);
      g_assert_cmphex (hl_state_get_digest (screen), ==, hl_state_get_digest (state));
      g_assert_cmphex (hl_state_get_digest (copy), ==, hl_state_get_digest (state));
      g_autofree char *one = save_text (state);
      g_autofree char *two = save_text (screen);
      g_assert_cmpstr (one, ==, two);
    }
  }
  for (; open > 0; open--)
    hl_state_end_batch (state);
  for (guint i = 0; i < shadows->len; i++)
    shadow_check (shadows->pdata[i]);
}

static void
test_random (void)
{
  guint32 seed = get_seed ();

  for (guint32 i = 0; i < (g_test_slow () ? 400u : 25u); i++)
    run (seed + i);
}

/* Classes and shapes are made on first use, by whichever thread comes first. */
static gpointer
work (gpointer data)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (42);
  g_autoptr (HlState) state = hl_state_new ();
  guint64 *digest = g_new (guint64, 1);

  for (guint64 seq = 1; seq <= 200; seq++)
    change (state, rand, seq);
  g_autoptr (HlState) copy = hl_state_copy (state);
  *digest = hl_state_get_digest (copy);
  return digest;
}

static void
test_threads (void)
{
  GThread *threads[8];
  guint64 first = 0;

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("work", work, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++) {
    g_autofree guint64 *digest = g_thread_join (threads[i]);
    if (i == 0)
      first = *digest;
    g_assert_cmphex (*digest, ==, first);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/state/threads", test_threads);
  g_test_add_func ("/state/random", test_random);
  return g_test_run ();
}
