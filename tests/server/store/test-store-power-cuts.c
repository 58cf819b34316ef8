/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The power fails at a random write or sync of the server's store, and what was not synced is gone, in part and out of
 * order: nothing that was acknowledged is lost, nothing half is kept, and it opens without any repair. Each folder lives
 * through several cuts in a row. HL_POWER_CUTS sets how many (500; a release uses 5000), HL_TEST_SEED repeats a run. */
#include "fault-vfs.h"
#include "store-fixture.h"

#include "util/hl-carve.h"
#include "store/hl-registry.h"

#define CUTS_PER_FOLDER 8
#define MOST_OPERATIONS 160 /* a cut strikes within so many writes and syncs */

static guint32 seed;
static guint cuts;

/* What the store has said yes to. */
typedef struct {
  char *key;
  guint64 last, h;
  guint64 n; /* of the action that was decided with it */
} Ack;

typedef struct {
  char *directory;
  char *path;
  GRand *rand;
  GPtrArray *acks;   /* of Ack */
  GPtrArray *tokens; /* ids */
  gboolean has_location;
  guint64 n;
  guint round;
} Life;

static void
ack_free (gpointer data)
{
  Ack *ack = data;

  g_free (ack->key);
  g_free (ack);
}

/* ---- what is written until the light goes out; FALSE then ---- */

static gboolean
write_request (Life *life, HlStore *store, GPtrArray *fresh)
{
  guint8 fingerprint[HL_STORE_FINGERPRINT_BYTES] = { 0 };
  guint n = (guint) g_rand_int_range (life->rand, 1, 6);
  g_autoptr (HlPosition) position = NULL;
  g_autofree char *key = g_strdup_printf ("k%u", life->round++);
  g_autofree char *answer = NULL;
  Ack *ack;

  if (!hl_store_begin_request (store, NULL))
    return FALSE;
  position = fixture_try_append (store, "one", n, NULL);
  if (position == NULL)
    return FALSE;
  life->n++;
  answer = g_strdup_printf ("{\"last\":%" G_GUINT64_FORMAT "}", position->seq);
  if (!hl_store_put_request (store, "one", "test", key, fingerprint, 201, answer, NOW, NULL) ||
      !hl_store_put_event_key (store, "one", "test", "test", key, position->seq, NULL) ||
      !hl_store_put_outcome (store, "one", "stand-1", life->n, key, "{}", NOW, NULL) ||
      !hl_store_end_request (store, NULL))
    return FALSE;
  ack = g_new0 (Ack, 1);
  ack->key = g_steal_pointer (&key);
  ack->last = position->seq;
  ack->h = position->h;
  ack->n = life->n;
  g_ptr_array_add (fresh, ack);
  return TRUE;
}

static gboolean
write_group (Life *life, HlStore *store)
{
  g_autoptr (GPtrArray) fresh = g_ptr_array_new_with_free_func (ack_free);

  if (!hl_store_begin_group (store, NULL))
    return FALSE;
  for (int i = g_rand_int_range (life->rand, 1, 5); i > 0; i--) {
    if (!write_request (life, store, fresh)) {
      hl_store_abort_group (store);
      return FALSE;
    }
  }
  if (!hl_store_commit_group (store, NULL))
    return FALSE;
  while (fresh->len > 0)
    g_ptr_array_add (life->acks, g_ptr_array_steal_index (fresh, 0));
  return TRUE;
}

static gboolean
write_beside (Life *life, HlSqliteStore *sqlite, HlRegistry *registry)
{
  const char *locations[] = { "one", NULL };
  g_autoptr (GBytes) blob = g_bytes_new_static ("{\"calls\":[]}", 12);
  g_autoptr (HlPosition) head = NULL;
  g_autofree char *id = NULL;
  char *token;

  switch (g_rand_int_range (life->rand, 0, 4)) {
  case 0:
    return hl_sqlite_store_checkpoint (sqlite, NULL, NULL);
  case 1:
    head = hl_store_get_head (HL_STORE (sqlite), "one", NULL);
    return head != NULL && hl_store_put_snapshot (HL_STORE (sqlite), "one", head, blob, NOW, NULL);
  case 2:
    return hl_store_purge (HL_STORE (sqlite), NOW - 1, 100, NULL, NULL);
  default:
    token = hl_registry_add_token (registry, locations, HL_ROLE_STAFF, "Stand", 0, NOW, &id, NULL);
    if (token == NULL)
      return FALSE;
    hl_registry_free_secret (token);
    g_ptr_array_add (life->tokens, g_steal_pointer (&id));
    return TRUE;
  }
}

static void
live_until_cut (Life *life)
{
  g_autoptr (HlSqliteStore) store = hl_sqlite_store_open (life->directory, FAULT_VFS, NULL);
  g_autoptr (HlRegistry) registry = NULL;
  gboolean lit = store != NULL;

  if (lit) {
    hl_sqlite_store_set_space_guard (store, 0, NULL, NULL);
    registry = hl_registry_new (store);
  }
  if (lit && !life->has_location)
    life->has_location = lit = hl_store_add_location (HL_STORE (store), "one", "One", "UTC", NOW, NULL);
  while (lit) {
    lit = g_rand_int_range (life->rand, 0, 5) > 0 ? write_group (life, HL_STORE (store))
                                                  : write_beside (life, store, registry);
  }
}

/* ---- afterwards ---- */

static void
complain (const char *finding, gpointer user_data)
{
  g_test_message ("%s", finding);
}

static gboolean
has_token (GPtrArray *tokens, const char *id)
{
  for (guint i = 0; i < tokens->len; i++) {
    if (g_strcmp0 (((HlTokenInfo *) tokens->pdata[i])->id, id) == 0)
      return TRUE;
  }
  return FALSE;
}

static void
assert_ack (HlStore *store, const Ack *ack)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HlStoreRequest) request = NULL;
  g_autoptr (HlStoreOutcome) outcome = NULL;
  g_autoptr (HlPosition) position = hl_store_position_at (store, "one", ack->last, &error);

  g_assert_no_error (error);
  g_assert_cmphex (position->h, ==, ack->h);
  g_assert_true (hl_store_lookup_request (store, "one", "test", ack->key, &request, &error));
  g_assert_nonnull (request);
  g_assert_true (hl_store_lookup_outcome_n (store, "one", "stand-1", ack->n, &outcome, &error));
  g_assert_nonnull (outcome);
  g_assert_cmpstr (outcome->act, ==, ack->key);
}

/* By the system's own VFS: nothing of the faults is left. */
static void
assert_survived (Life *life)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HlSqliteStore) sqlite = hl_sqlite_store_open (life->directory, NULL, &error);
  HlStore *store = HL_STORE (sqlite);
  g_autoptr (HlRegistry) registry = NULL;
  g_autoptr (GPtrArray) tokens = NULL;
  g_autoptr (HlStoreLocation) place = NULL;
  guint findings = 99;
  guint64 mark = 0;

  g_assert_no_error (error);
  g_assert_true (hl_store_check (store, TRUE, complain, NULL, &findings, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (findings, ==, 0);
  registry = hl_registry_new (sqlite);
  tokens = hl_registry_list_tokens (registry, NULL, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < life->tokens->len; i++)
    g_assert_true (has_token (tokens, life->tokens->pdata[i]));
  place = hl_store_get_location (store, "one", NULL);
  g_assert_true (place != NULL || !life->has_location);
  life->has_location = place != NULL; /* it may be there although nobody was told */
  for (guint i = 0; i < life->acks->len; i++)
    assert_ack (store, life->acks->pdata[i]);
  if (place != NULL && hl_store_get_mark (store, "one", "stand-1", &mark, NULL))
    life->n = MAX (life->n, mark);
}

static void
live_once (Life *life)
{
  guint nth = (guint) g_rand_int_range (life->rand, 1, MOST_OPERATIONS);

  fault_vfs_reset ();
  fault_vfs_arm (FAULT_POWER, nth);
  live_until_cut (life);
  g_assert_true (fault_vfs_has_fired ());
  fault_vfs_cut (life->path, life->path, life->rand);
  /* A torn last commit is no damage: the server would repair what is not broken. */
  g_assert_false (hl_carve_is_log_damaged (life->path));
  assert_survived (life);
}

static void
test_power_cuts (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
  guint done = 0, acked = 0;

  while (done < cuts) {
    Life life = { .directory = fixture_make_directory (), .rand = rand };

    life.path = g_build_filename (life.directory, HL_SQLITE_STORE_FILE, NULL);
    life.acks = g_ptr_array_new_with_free_func (ack_free);
    life.tokens = g_ptr_array_new_with_free_func (g_free);
    for (guint i = 0; i < CUTS_PER_FOLDER && done < cuts; i++, done++)
      live_once (&life);
    acked += life.acks->len;
    g_ptr_array_unref (life.acks);
    g_ptr_array_unref (life.tokens);
    g_free (life.path);
    fixture_remove_directory (life.directory);
  }
  g_test_message ("%u power cuts, %u acknowledged requests, 0 lost", done, acked);
  g_assert_cmpuint (acked, >, done);
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
  g_test_add_func ("/store/power-cuts", test_power_cuts);
  return g_test_run ();
}
