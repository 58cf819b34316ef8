/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The power fails at a random write or sync of the outbox: every action that was shown as saved is there with its number
 * and at least as far as was last written, no number comes twice, and it opens without any repair. HL_POWER_CUTS sets how
 * many (500; a release uses 5000), HL_TEST_SEED repeats a run. */
#include <glib/gstdio.h>

#include "fault-vfs.h"
#include "local/hl-outbox.h"

#define CUTS_PER_FOLDER 10
#define MOST_OPERATIONS 90

static guint32 seed;
static guint cuts;

/* One action as the device believes it to be. */
typedef struct {
  HlOutboxRow *row;   /* as it was last said to be saved */
  HlItemState trying; /* what was being written when the light went out */
} Belief;

typedef struct {
  char *folder;
  char *path;
  GRand *rand;
  GPtrArray *beliefs; /* of Belief, by n */
  guint64 highest;    /* ever given out */
  guint made;
  guint saved;
} Life;

static void
belief_free (gpointer data)
{
  Belief *belief = data;

  hl_outbox_row_free (belief->row);
  g_free (belief);
}

static gboolean
add (Life *life, HlOutbox *outbox)
{
  HlOutboxRow *row = g_new0 (HlOutboxRow, 1);
  Belief *belief;

  row->device = g_strdup ("stand-1");
  row->id = g_strdup_printf ("act-%u", life->made++);
  row->state = HL_ITEM_QUEUED;
  row->action = g_strnfill (20 + row->id[4] * 13 % 900, 'a');
  row->base = g_strdup ("{\"epoch\":\"e\",\"seq\":5,\"h\":\"0000000000000005\"}");
  row->label = g_strdup ("Ng");
  row->outcome = -1;
  if (!hl_outbox_add (outbox, row, NULL)) {
    hl_outbox_row_free (row);
    return FALSE;
  }
  g_assert_cmpuint (row->n, >, life->highest);
  life->highest = row->n;
  life->saved++;
  belief = g_new0 (Belief, 1);
  belief->row = row;
  belief->trying = row->state;
  g_ptr_array_add (life->beliefs, belief);
  return TRUE;
}

/* The next step of a random one that is not decided yet. */
static gboolean
advance (Life *life, HlOutbox *outbox)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new ();
  g_autoptr (HlOutboxRow) next = NULL;
  Belief *belief;

  if (life->beliefs->len == 0)
    return TRUE;
  belief = life->beliefs->pdata[g_rand_int_range (life->rand, 0, (gint32) life->beliefs->len)];
  if (belief->row->state == HL_ITEM_DECIDED)
    return TRUE;
  next = hl_outbox_row_copy (belief->row);
  next->state = belief->row->state == HL_ITEM_QUEUED ? HL_ITEM_SENDING : HL_ITEM_DECIDED;
  if (next->state == HL_ITEM_DECIDED) {
    next->outcome = HL_OUTCOME_APPLIED;
    next->decided_at = 1000;
  }
  belief->trying = next->state;
  g_ptr_array_add (rows, next);
  if (!hl_outbox_update (outbox, rows, NULL))
    return FALSE;
  hl_outbox_row_free (belief->row);
  belief->row = g_steal_pointer (&next);
  return TRUE;
}

static void
live_until_cut (Life *life)
{
  g_autoptr (HlOutbox) outbox = hl_outbox_open (life->path, FAULT_VFS, NULL, NULL);
  gboolean lit = outbox != NULL;
  guint n;

  while (lit) {
    switch (g_rand_int_range (life->rand, 0, 8)) {
    case 0:
      lit = hl_outbox_purge (outbox, &(HlOutboxTime){ 0 }, &n, NULL); /* nothing is that old */
      break;
    case 1:
    case 2:
    case 3:
      lit = add (life, outbox);
      break;
    default:
      lit = advance (life, outbox);
      break;
    }
  }
}

static HlOutboxRow *
find_row (GPtrArray *rows, const char *id)
{
  for (guint i = 0; i < rows->len; i++) {
    HlOutboxRow *row = rows->pdata[i];

    if (g_str_equal (row->id, id))
      return row;
  }
  return NULL;
}

static void
assert_survived (Life *life)
{
  g_autoptr (GError) error = NULL;
  gboolean salvaged = TRUE;
  g_autoptr (HlOutbox) outbox = hl_outbox_open (life->path, NULL, &salvaged, &error);
  g_autoptr (GPtrArray) rows = NULL;
  guint64 counter;

  g_assert_no_error (error);
  g_assert_false (salvaged);
  rows = hl_outbox_load (outbox, NULL, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < life->beliefs->len; i++) {
    Belief *belief = life->beliefs->pdata[i];
    HlOutboxRow *row = find_row (rows, belief->row->id);

    g_assert_nonnull (row);
    g_assert_false (row->damaged);
    g_assert_cmpuint (row->n, ==, belief->row->n);
    g_assert_cmpstr (row->action, ==, belief->row->action);
    g_assert_true (row->state == belief->row->state || row->state == belief->trying);
    belief->row->state = belief->trying = row->state;
    belief->row->outcome = row->outcome;
    belief->row->decided_at = row->decided_at;
  }
  /* One more may be there whole: its commit reached the disk, but nobody was told. */
  g_assert_cmpuint (rows->len, <=, life->beliefs->len + 1);
  if (rows->len > life->beliefs->len) {
    Belief *belief = g_new0 (Belief, 1);

    belief->row = hl_outbox_row_copy (rows->pdata[rows->len - 1]);
    belief->trying = belief->row->state;
    g_assert_false (belief->row->damaged);
    g_ptr_array_add (life->beliefs, belief);
  }
  counter = hl_outbox_get_counter (outbox, "stand-1", &error);
  g_assert_no_error (error);
  g_assert_cmpuint (counter, >=, life->highest);
  life->highest = counter;
}

static void
remove_folder (char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *path = g_build_filename (folder, name, NULL);

    g_unlink (path);
  }
  g_rmdir (folder);
  g_free (folder);
}

static void
test_power_cuts (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
  guint done = 0, saved = 0;

  while (done < cuts) {
    Life life = { .folder = g_dir_make_tmp ("hl-outbox-XXXXXX", NULL), .rand = rand };

    life.path = g_build_filename (life.folder, "outbox.db", NULL);
    life.beliefs = g_ptr_array_new_with_free_func (belief_free);
    for (guint i = 0; i < CUTS_PER_FOLDER && done < cuts; i++, done++) {
      fault_vfs_reset ();
      fault_vfs_arm (FAULT_POWER, (guint) g_rand_int_range (rand, 1, MOST_OPERATIONS));
      live_until_cut (&life);
      g_assert_true (fault_vfs_has_fired ());
      fault_vfs_cut (life.path, life.path, rand);
      assert_survived (&life);
    }
    saved += life.saved;
    g_ptr_array_unref (life.beliefs);
    g_free (life.path);
    remove_folder (life.folder);
  }
  g_test_message ("%u power cuts, %u saved actions, 0 lost", done, saved);
  g_assert_cmpuint (saved, >, done);
}

int
main (int argc, char **argv)
{
  const char *wanted_seed = g_getenv ("HL_TEST_SEED");
  const char *wanted_cuts = g_getenv ("HL_POWER_CUTS");

  g_test_init (&argc, &argv, NULL);
  seed = wanted_seed != NULL ? (guint32) g_ascii_strtoull (wanted_seed, NULL, 10) : g_random_int ();
  cuts = wanted_cuts != NULL ? (guint) g_ascii_strtoull (wanted_cuts, NULL, 10) : 500;
  g_print ("# HL_TEST_SEED=%u HL_POWER_CUTS=%u\n", seed, cuts);
  g_test_add_func ("/outbox/power-cuts", test_power_cuts);
  return g_test_run ();
}
