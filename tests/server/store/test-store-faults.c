/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The disk fails at every write and every sync in turn: nothing acknowledged is lost, nothing half is kept, and
 * the store works again without a restart once the disk does. */
#include "fault-vfs.h"
#include "store-fixture.h"

#include "store/hl-registry.h"

#define GROUPS 5
#define LIMIT 4000 /* a run that needs more operations than this is a mistake of the test */

typedef struct {
  char *directory;
  HlSqliteStore *sqlite;
  HlStore *store;
  HlRegistry *registry;
  guint round; /* makes the ids of what is written beside the log */
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fault_vfs_reset ();
  fixture->directory = fixture_make_directory ();
  fixture->sqlite = hl_sqlite_store_open (fixture->directory, FAULT_VFS, &error);
  g_assert_no_error (error);
  hl_sqlite_store_set_space_guard (fixture->sqlite, 0, NULL, NULL);
  fixture->store = HL_STORE (fixture->sqlite);
  fixture->registry = hl_registry_new (fixture->sqlite);
  g_assert_true (hl_store_add_location (fixture->store, "one", "One", "UTC", NOW, NULL));
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  fault_vfs_disarm ();
  g_clear_object (&fixture->registry);
  g_clear_object (&fixture->sqlite);
  fixture_remove_directory (fixture->directory);
}

/* One group of three requests. Returns: TRUE if it was committed: @acked is then the head's seq */
static gboolean
try_group (HlStore *store, guint64 *acked, GError **error)
{
  g_autoptr (HlPosition) position = NULL;
  guint8 fingerprint[HL_STORE_FINGERPRINT_BYTES] = { 0 };

  if (!hl_store_begin_group (store, error))
    return FALSE;
  for (guint i = 0; i < 3; i++) {
    g_autofree char *key = NULL;

    g_clear_pointer (&position, hl_position_free);
    if (!hl_store_begin_request (store, error))
      break;
    position = fixture_try_append (store, "one", 4, error);
    if (position == NULL)
      break;
    key = g_strdup_printf ("k%" G_GUINT64_FORMAT, position->seq);
    if (!hl_store_put_request (store, "one", "test", key, fingerprint, 201, "{}", NOW, error) ||
        !hl_store_put_event_key (store, "one", "test", "test", key, position->seq, error) ||
        !hl_store_put_outcome (store, "one", "stand-1", position->seq, key, "{}", NOW, error) ||
        !hl_store_end_request (store, error)) {
      g_clear_pointer (&position, hl_position_free);
      break;
    }
  }
  if (position == NULL) {
    hl_store_abort_group (store);
    return FALSE;
  }
  if (!hl_store_commit_group (store, error)) {
    g_assert_true (hl_store_is_broken (store));
    return FALSE;
  }
  *acked = position->seq;
  return TRUE;
}

/* Everything else that the server writes, each a transaction of its own. Returns: TRUE if all of it was done */
static gboolean
try_beside (Fixture *fixture, GError **error)
{
  const char *locations[] = { "one", NULL };
  g_autofree char *other = g_strdup_printf ("two-%u", ++fixture->round);
  g_autoptr (GBytes) blob = g_bytes_new_static ("{}", 2);
  g_autoptr (HlPosition) head = NULL;
  g_autofree char *hook = NULL;
  g_autofree char *path = NULL;
  g_autofree char *id = NULL;
  char *token;

  head = hl_store_get_head (fixture->store, "one", error);
  if (head == NULL || !hl_store_put_snapshot (fixture->store, "one", head, blob, NOW, error) ||
      !hl_store_add_location (fixture->store, other, "Two", "UTC", NOW, error) ||
      !hl_store_set_location (fixture->store, other, "Three", NULL, error) ||
      !hl_store_remove_location (fixture->store, other, error))
    return FALSE;
  hook = hl_registry_add_hook (fixture->registry, "one", "retell", "secret", NULL, NOW, &path, error);
  if (hook == NULL ||
      !hl_store_put_unreadable (fixture->store, "one", hook, NOW, "no JSON", NULL, blob, error) ||
      !hl_registry_note_hook (fixture->registry, hook, &(HlHookNote){ .last_event = NOW }, error) ||
      !hl_registry_remove_hook (fixture->registry, hook, error))
    return FALSE;
  token =
    hl_registry_add_token (fixture->registry, locations, HL_ROLE_STAFF, "Stand", 0, NOW, &id, error);
  if (token == NULL)
    return FALSE;
  hl_registry_free_secret (token);
  return hl_registry_revoke_token (fixture->registry, id, NOW, error) &&
         hl_store_purge (fixture->store, NOW - 1, 100, NULL, error);
}

static guint64
head_of (HlStore *store)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HlPosition) head = hl_store_get_head (store, "one", &error);

  g_assert_no_error (error);
  return head->seq;
}

/* Reads everything back and looks the file over. */
static void
assert_whole (HlStore *store, guint64 acked)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = hl_store_read_units (store, "one", 0, G_MAXUINT, G_MAXSIZE, &error);
  guint findings = 99;

  g_assert_no_error (error);
  g_assert_cmpuint (rows->len, >=, acked);
  /* Groups are whole: twelve events each. */
  g_assert_cmpuint (rows->len % 12, ==, 0);
  for (guint64 seq = 4; seq <= rows->len; seq += 4) {
    g_autofree char *key = g_strdup_printf ("k%" G_GUINT64_FORMAT, seq);
    g_autoptr (HlStoreRequest) request = NULL;

    g_assert_true (hl_store_lookup_request (store, "one", "test", key, &request, &error));
    g_assert_nonnull (request);
  }
  g_assert_true (hl_store_check (store, TRUE, NULL, NULL, &findings, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (findings, ==, 0);
}

/* With the nth operation failing; FALSE once nth is beyond all there are. */
static gboolean
run_with_fault (Fixture *fixture, FaultKind kind, guint nth)
{
  guint64 acked = head_of (fixture->store), before = acked;
  gboolean failed = FALSE;

  fault_vfs_arm (kind, nth);
  for (guint i = 0; i < GROUPS && !failed; i++) {
    g_autoptr (GError) error = NULL;

    if (i % 4 == 3)
      hl_sqlite_store_checkpoint (fixture->sqlite, NULL, NULL);
    if (hl_store_is_broken (fixture->store)) {
      failed = TRUE;
    } else if (!try_group (fixture->store, &acked, &error) ||
               (i % 4 == 1 && !try_beside (fixture, &error))) {
      g_assert_nonnull (error);
      g_assert_true (error->domain == HL_STORE_ERROR);
      g_assert_true (error->code == HL_STORE_ERROR_FULL || error->code == HL_STORE_ERROR_FAILED);
      failed = TRUE;
    }
  }
  if (!fault_vfs_has_fired ())
    return FALSE;
  /* Reading goes on while the disk is full, unless the connection itself is lost. */
  if (kind == FAULT_FULL && !hl_store_is_broken (fixture->store))
    g_assert_cmpuint (head_of (fixture->store), >=, acked);
  fault_vfs_disarm ();
  /* With the disk back it works again: at once, or when the connection was lost after opening it anew. */
  if (hl_store_is_broken (fixture->store)) {
    g_autoptr (GError) error = NULL;

    g_assert_true (hl_store_reopen (fixture->store, &error));
    g_assert_no_error (error);
  }
  g_assert_false (hl_store_is_broken (fixture->store));
  /* What was acknowledged is there; what was not is there whole (its commit reached the disk) or not at all. */
  g_assert_cmpuint (head_of (fixture->store), >=, acked);
  g_assert_cmpuint (head_of (fixture->store), <=, MAX (acked, before) + 12);
  {
    g_autoptr (GError) error = NULL;

    g_assert_true (try_group (fixture->store, &acked, &error) && try_beside (fixture, &error));
    g_assert_no_error (error);
  }
  g_assert_cmpuint (head_of (fixture->store), ==, acked);
  return TRUE;
}

static void
test_fault (Fixture *fixture, gconstpointer data)
{
  FaultKind kind = GPOINTER_TO_INT (data);
  guint nth = 1, tries = 0;

  while (run_with_fault (fixture, kind, nth)) {
    if (tries++ % 64 == 0)
      assert_whole (fixture->store, head_of (fixture->store));
    nth++;
    g_assert_cmpuint (nth, <, LIMIT);
  }
  fault_vfs_disarm ();
  assert_whole (fixture->store, head_of (fixture->store));
  g_test_message ("%u places", tries);
  g_assert_cmpuint (tries, >, kind == FAULT_TRUNCATE || kind == FAULT_OPEN ? 0 : 10);
}

static void
test_broken_stays_broken (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  guint64 acked = 0;

  fault_vfs_arm (FAULT_SYNC, 1);
  g_assert_false (try_group (fixture->store, &acked, &error));
  g_assert_true (hl_store_is_broken (fixture->store));
  g_clear_error (&error);
  g_assert_null (hl_store_get_head (fixture->store, "one", &error));
  g_assert_error (error, HL_STORE_ERROR, HL_STORE_ERROR_FAILED);
  g_clear_error (&error);
  g_assert_false (hl_store_begin_group (fixture->store, &error));
  g_assert_error (error, HL_STORE_ERROR, HL_STORE_ERROR_FAILED);
  g_clear_error (&error);
  g_assert_null (fixture_try_append (fixture->store, "one", 1, &error));
  g_clear_error (&error);
  fault_vfs_disarm ();
  g_assert_true (hl_store_reopen (fixture->store, &error));
  g_assert_true (try_group (fixture->store, &acked, &error));
}

static void
test_open_fails (void)
{
  guint nth = 1;

  /* Making the tables fails at each write in turn: the next attempt makes them. */
  fault_vfs_reset ();
  for (;; nth++) {
    char *directory = fixture_make_directory ();
    g_autoptr (GError) error = NULL;
    g_autoptr (HlSqliteStore) store = NULL, again = NULL;
    gboolean has_fired;

    fault_vfs_arm (nth % 2 ? FAULT_FULL : FAULT_WRITE, (nth + 1) / 2);
    store = hl_sqlite_store_open (directory, FAULT_VFS, &error);
    has_fired = fault_vfs_has_fired ();
    fault_vfs_disarm ();
    g_clear_object (&store);
    g_clear_error (&error);
    again = hl_sqlite_store_open (directory, FAULT_VFS, &error);
    g_assert_no_error (error);
    hl_sqlite_store_set_space_guard (again, 0, NULL, NULL);
    g_assert_true (hl_store_add_location (HL_STORE (again), "one", "One", "UTC", NOW, &error));
    hl_position_free (fixture_append (HL_STORE (again), "one", 1));
    g_clear_object (&again);
    fixture_remove_directory (directory);
    if (!has_fired)
      break;
  }
  g_assert_cmpuint (nth, >, 4);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, func, data) \
  g_test_add ("/store/faults/" path, Fixture, GINT_TO_POINTER (data), set_up, func, tear_down)
  ADD ("full", test_fault, FAULT_FULL);
  ADD ("write", test_fault, FAULT_WRITE);
  ADD ("sync", test_fault, FAULT_SYNC);
  ADD ("truncate", test_fault, FAULT_TRUNCATE);
  ADD ("read", test_fault, FAULT_READ);
  ADD ("stopped", test_fault, FAULT_STOPPED);
  ADD ("broken", test_broken_stays_broken, FAULT_NONE);
#undef ADD
  g_test_add_func ("/store/faults/open", test_open_fails);
  return g_test_run ();
}
