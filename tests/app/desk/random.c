/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Random evenings: one desk, another device, cuts of the line and of the power, lost answers,
 * restored backups, restarts; the outbox adds up at every moment, what was said to be saved is
 * there after every power cut, and at rest all is equal. */
#include "rig.h"

#include "fault-vfs.h"

#include <stdlib.h>

static const char *const tables[] = { "1", "2", "3", "11", "12" };

static const char *
pick_party (Rig *rig, GRand *rand)
{
  GListModel *parties = hl_state_get_parties (rig->desk->screen);
  guint n = g_list_model_get_n_items (parties);
  g_autoptr (HlParty) party = NULL;

  if (n == 0)
    return "w-1";
  party = g_list_model_get_item (parties, (guint)g_rand_int_range (rand, 0, (int)n));
  return hl_party_get_party_id (party); /* the state keeps it */
}

static char *
make_action (Rig *rig, GRand *rand, HlActionKind *kind)
{
  static guint serial = 0;
  const char *party = pick_party (rig, rand);
  const char *table = tables[g_rand_int_range (rand, 0, G_N_ELEMENTS (tables))];
  const char *reservations[] = { "r-ng", "r-lopez", "r-haddad" };
  const char *reservation = reservations[g_rand_int_range (rand, 0, 3)];
  const char *stages[] = { "ordered", "appetizer", "entree", "dessert", "paid" };

  serial++;
  switch (g_rand_int_range (rand, 0, 12)) {
  case 0:
    *kind = HL_ACTION_ADD_PARTY;
    return g_strdup_printf ("{\"party_id\":\"n-%u\",\"size\":%d,\"name\":\"N%u\"}", serial,
                            g_rand_int_range (rand, 1, 6), serial);
  case 1:
  case 2:
  case 3:
    *kind = HL_ACTION_SEAT;
    return g_strdup_printf ("{\"party_id\":\"%s\",\"table_ids\":[\"%s\"]}", party, table);
  case 4:
    *kind = HL_ACTION_MOVE;
    return g_strdup_printf ("{\"party_id\":\"%s\",\"table_ids\":[\"%s\"]}", party, table);
  case 5:
    *kind = HL_ACTION_UNSEAT;
    return g_strdup_printf ("{\"party_id\":\"%s\"}", party);
  case 6:
    *kind = HL_ACTION_FINISH_PARTY;
    return g_strdup_printf ("{\"party_id\":\"%s\"}", party);
  case 7:
    *kind = HL_ACTION_SET_STAGE;
    return g_strdup_printf ("{\"party_id\":\"%s\",\"stage\":\"%s\"}", party,
                            stages[g_rand_int_range (rand, 0, 5)]);
  case 8:
    *kind = HL_ACTION_SET_TABLE;
    return g_strdup_printf ("{\"table_id\":\"%s\",\"physical\":\"%s\"}", table,
                            g_rand_boolean (rand) ? "clean" : "dirty");
  case 9:
    *kind = HL_ACTION_UPDATE_RESERVATION;
    return g_strdup_printf (
        "{\"reservation_id\":\"%s\",\"party_size\":%d,\"notes_add\":[\"note %u\"]}", reservation,
        g_rand_int_range (rand, 1, 6), serial);
  case 10:
    *kind = HL_ACTION_CANCEL_RESERVATION;
    return g_strdup_printf ("{\"reservation_id\":\"%s\",\"cancel_reason\":\"x\"}", reservation);
  default:
    *kind = HL_ACTION_ARRIVE;
    return g_strdup_printf ("{\"reservation_id\":\"%s\",\"party_id\":\"n-%u\"}", reservation,
                            serial);
  }
}

static gboolean
is_at_rest (gpointer data)
{
  Rig *rig = data;
  return rig_has_caught_up (rig) && rig_is_sent (rig->desk);
}

static void
check_screen (Rig *rig)
{
  GListModel *model = hl_desk_get_tables (rig->desk);

  rig_check_totals (rig);
  /* one row a table, whatever happened */
  if (rig->desk->position != NULL)
    g_assert_cmpuint (g_list_model_get_n_items (model), ==,
                      g_list_model_get_n_items (hl_state_get_tables (rig->desk->screen)));
}

static void
check_effects (Rig *rig)
{
  for (guint i = 0; i < rig->desk->items->len; i++) {
    HlOutboxItem *item = g_ptr_array_index (rig->desk->items, i);
    guint units = hl_demo_link_count_units (rig->link, hl_outbox_item_get_id (item));
    switch (hl_outbox_item_get_state (item)) {
    case HL_ITEM_DECIDED:
      /* what was said to be applied is in the log, once; what was refused is not */
      if (units
          != (hl_outbox_item_get_outcome (item) == HL_OUTCOME_APPLIED
              || hl_outbox_item_get_outcome (item) == HL_OUTCOME_DISPUTED))
        g_test_message ("n %u of %u, outcome %d, seq %u, units %u; decided %u, head %u", (guint)hl_outbox_item_get_n (item),
                        rig->desk->items->len, (int)hl_outbox_item_get_outcome (item),
                        (guint)hl_outbox_item_get_row (item)->seq, units, (guint)rig->desk->decided,
                        (guint)hl_demo_link_get_head (rig->link));
      g_assert_cmpuint (units, ==,
                        hl_outbox_item_get_outcome (item) == HL_OUTCOME_APPLIED
                            || hl_outbox_item_get_outcome (item) == HL_OUTCOME_DISPUTED);
      break;
    case HL_ITEM_WITHDRAWN:
      g_assert_cmpuint (units, ==, 0);
      break;
    case HL_ITEM_REVIEW:
      break;
    case HL_ITEM_QUEUED:
    case HL_ITEM_SENDING:
    default:
      g_assert_not_reached ();
    }
  }
}

/* The person was told that it is saved: it is in the list, whatever happened since. */
static void
check_saved (Rig *rig, GPtrArray *saved)
{
  for (guint i = 0; i < saved->len; i++)
    if (hl_desk_find_item (rig->desk, g_ptr_array_index (saved, i)) == NULL)
      g_error ("%s was saved and is gone", (const char *)g_ptr_array_index (saved, i));
}

/* The power fails at a random write while somebody works. */
static void
cut_power (Rig *rig, GRand *rand, GPtrArray *saved)
{
  static const char *const names[] = { "outbox.db", "copy.db" };

  fault_vfs_arm (FAULT_POWER, (guint)g_rand_int_range (rand, 1, 30));
  for (int i = g_rand_int_range (rand, 1, 6); i > 0; i--) {
    HlActionKind kind;
    g_autofree char *data = make_action (rig, rand, &kind);
    int code = 0;
    char *id = rig_perform (rig, kind, data, &code);
    if (id != NULL)
      g_ptr_array_add (saved, id);
    rig_check_totals (rig);
  }
  rig_close_failing (rig);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char *path = g_build_filename (rig->dir, names[i], NULL);
    if (fault_vfs_has_fired ())
      fault_vfs_cut (path, path, rand);
  }
  fault_vfs_reset ();
  rig_attach (rig);
  check_saved (rig, saved);
}

static void
run (guint32 seed)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
  Rig rig = { 0 };
  gboolean online = TRUE, lose = FALSE;
  guint64 backup;
  g_autoptr (GPtrArray) saved = g_ptr_array_new_with_free_func (g_free);

  fault_vfs_reset ();
  rig_init (&rig, TRUE);
  backup = hl_demo_link_get_head (rig.link);
  for (int step = 0; step < 60; step++) {
    HlActionKind kind;
    g_autofree char *data = make_action (&rig, rand, &kind);
    int code = 0, dice = g_rand_int_range (rand, 0, 100);
    if (dice < 45) {
      char *id = rig_perform (&rig, kind, data, &code);
      if (id != NULL)
        g_ptr_array_add (saved, id);
    } else if (dice < 60) {
      hl_demo_link_act (rig.link, "stand-2", hl_enum_nick (HL_TYPE_ACTION_KIND, (int)kind), data);
    } else if (dice < 66) {
      g_free (rig_undo (&rig, &code));
    } else if (dice < 76) {
      online = !online;
      hl_demo_link_set_online (rig.link, online, HL_LINK_CAUSE_RESET);
    } else if (dice < 80) {
      lose = !lose;
      hl_demo_link_lose_answers (rig.link, lose);
    } else if (dice < 82) {
      backup = hl_demo_link_get_head (rig.link);
    } else if (dice < 84 && backup <= hl_demo_link_get_head (rig.link)) {
      online = FALSE;
      hl_demo_link_set_online (rig.link, FALSE, HL_LINK_CAUSE_RESET);
      hl_demo_link_restore (rig.link, backup);
    } else if (dice < 88) {
      rig_close (&rig);
      rig_attach (&rig);
      check_saved (&rig, saved);
    } else if (dice < 91) {
      cut_power (&rig, rand, saved);
    } else {
      for (int i = g_rand_int_range (rand, 1, 20); i > 0; i--)
        g_main_context_iteration (NULL, FALSE);
    }
    hl_desk_refresh_now (rig.desk);
    check_screen (&rig);
  }
  /* the world becomes sane again */
  hl_demo_link_lose_answers (rig.link, FALSE);
  hl_demo_link_set_online (rig.link, FALSE, HL_LINK_CAUSE_RESET);
  rig_settle (&rig);
  hl_demo_link_set_online (rig.link, TRUE, HL_LINK_CAUSE_NONE);
  rig_until (is_at_rest, &rig);
  rig_check_equal (&rig);
  check_saved (&rig, saved);
  check_effects (&rig);
  rig_clear (&rig);
}

static void
test_random (void)
{
  const char *text = g_getenv ("HL_TEST_SEED");
  guint32 seed = text != NULL ? (guint32)g_ascii_strtoull (text, NULL, 10) : g_random_int ();
  int runs = g_test_slow () ? 500 : 25;

  for (int i = 0; i < runs; i++) {
    g_test_message ("HL_TEST_SEED=%u", seed + (guint32)i);
    run (seed + (guint32)i);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  fault_vfs_reset ();
  g_assert_cmpint (sqlite3_vfs_register (sqlite3_vfs_find (FAULT_VFS), 1), ==, SQLITE_OK);
  g_test_add_func ("/desk-random/evenings", test_random);
  return g_test_run ();
}
