/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The database under faults: a disk that is full or broken from any write on, and power cuts. What COMMIT returned for
 * must be there afterwards, whole. HL_TEST_SEED repeats a run, HL_CYCLES makes it longer. */
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "fault-vfs.h"
#include "util/hl-database.h"

static guint32 seed;
static guint cycles;
static char *folder;

static const HlDatabaseStep steps[] = {
  { "CREATE TABLE log (seq INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT;", NULL },
  { "CREATE TABLE twin (seq INTEGER PRIMARY KEY REFERENCES log (seq)) STRICT;", NULL },
};

static char *
make_path (const char *name)
{
  static const char *const suffixes[] = { "", "-wal", "-shm", "-journal" };
  char *path = g_build_filename (folder, name, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++) {
    g_autofree char *part = g_strconcat (path, suffixes[i], NULL);
    g_unlink (part);
  }
  return path;
}

static HlDatabase *
open_at (const char *path, HlDatabaseSync sync, const char *vfs)
{
  HlDatabaseOptions options = { .synchronous = sync, .vfs = vfs };
  return hl_database_open (path, &options, NULL);
}

/* One transaction over two tables, which must never be seen apart. */
static gboolean
append (HlDatabase *db, guint seq)
{
  g_autofree char *body = g_strnfill (10 + seq * 97 % 3000, 'a' + (char) (seq % 26));

  if (!hl_database_begin (db, NULL)) {
    return FALSE;
  }
  g_autoptr (HlStatement) log = hl_database_prepare (db, "INSERT INTO log VALUES (?, ?)", NULL);
  g_autoptr (HlStatement) twin = hl_database_prepare (db, "INSERT INTO twin VALUES (?)", NULL);
  gboolean ok = log != NULL && twin != NULL;
  if (ok) {
    hl_statement_bind_int (log, 1, seq);
    hl_statement_bind_text (log, 2, body);
    hl_statement_bind_int (twin, 1, seq);
    ok = hl_statement_run (log, NULL) && hl_statement_run (twin, NULL) && hl_database_commit (db, NULL);
  }
  if (!ok) {
    hl_database_rollback (db);
  }
  g_assert_false (hl_database_in_transaction (db));
  return ok;
}

/* Everything up to @acked is there, at most one more, and no half of a transaction. Returns: the last seq. */
static guint
check_survivors (HlDatabase *db, guint acked, guint most)
{
  g_autoptr (GError) error = NULL;

  hl_database_check (db, TRUE, &error);
  g_assert_no_error (error);
  gint64 rows = hl_database_get_int (db, "SELECT count(*) FROM log", -1, &error);
  g_assert_no_error (error);
  g_assert_cmpint (rows, >=, acked);
  g_assert_cmpint (rows, <=, most);
  g_assert_cmpint (hl_database_get_int (db, "SELECT coalesce(max(seq), 0) FROM log", -1, NULL), ==, rows);
  g_assert_cmpint (hl_database_get_int (db, "SELECT count(*) FROM twin", -1, NULL), ==, rows);
  g_assert_cmpint (hl_database_get_int (db, "SELECT count(*) FROM log WHERE length(body) <> 10 + seq * 97 % 3000", -1, NULL), ==, 0);
  return (guint) rows;
}

/* The n-th write fails, for every n: no crash, nothing acknowledged is lost, and it works again once there is space. */
static void
test_failing (gconstpointer data)
{
  FaultKind kind = GPOINTER_TO_INT (data);
  guint n = 1;
  gboolean reached_end = FALSE;

  for (; !reached_end; n++) {
    g_autofree char *path = make_path ("failing.db");
    guint acked = 0;
    fault_vfs_reset ();
    fault_vfs_arm (kind, n);
    HlDatabase *db = open_at (path, HL_DATABASE_SYNC_FULL, FAULT_VFS);
    if (db != NULL && hl_database_migrate (db, steps, G_N_ELEMENTS (steps), NULL, NULL)) {
      while (acked < 12 && append (db, acked + 1)) {
        acked++;
        if (acked % 4 == 0) {
          hl_database_checkpoint (db, NULL);
        }
      }
    }
    reached_end = acked == 12 && !fault_vfs_has_fired ();
    fault_vfs_disarm ();

    if (db == NULL || kind != FAULT_FULL) {
      hl_database_close (db); /* after an I/O error only a new connection is to be trusted */
      db = open_at (path, HL_DATABASE_SYNC_FULL, FAULT_VFS);
    }
    g_assert_nonnull (db);
    g_assert_true (hl_database_migrate (db, steps, G_N_ELEMENTS (steps), NULL, NULL));
    guint seq = check_survivors (db, acked, acked + 1);
    g_assert_true (append (db, seq + 1));
    check_survivors (db, seq + 1, seq + 1);
    hl_database_close (db);
    g_assert_cmpuint (n, <, 5000);
  }
  g_test_message ("%u places", n - 1);
  g_assert_cmpuint (n, >, kind == FAULT_TRUNCATE || kind == FAULT_OPEN ? 2 : 15);
}

/* A longer file that an earlier cut has left there is gone, and not a part of what the disk holds. */
static void
test_cut_again (void)
{
  static const char *const suffixes[] = { "", "-wal" };
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
  g_autofree char *path = make_path ("before.db");
  g_autofree char *after = make_path ("after.db");
  g_autofree char *earlier = g_strnfill (1000000, 'x');

  fault_vfs_reset ();
  HlDatabase *db = open_at (path, HL_DATABASE_SYNC_FULL, FAULT_VFS);
  g_assert_nonnull (db);
  g_assert_true (hl_database_migrate (db, steps, G_N_ELEMENTS (steps), NULL, NULL));
  g_assert_true (hl_database_checkpoint (db, NULL));
  g_assert_true (append (db, 1));
  for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++) {
    g_autofree char *to = g_strconcat (after, suffixes[i], NULL);
    g_assert_true (g_file_set_contents (to, earlier, 1000000, NULL));
  }
  fault_vfs_cut (path, after, rand);
  for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++) {
    g_autofree char *to = g_strconcat (after, suffixes[i], NULL);
    g_autofree char *content = NULL;
    gsize length;
    g_assert_true (g_file_get_contents (to, &content, &length, NULL));
    g_assert_cmpuint (length, <, 1000000);
  }
  hl_database_close (db);
}

/* The power fails after a random number of commits, with checkpoints between: twice in a row, as it does. */
static void
test_power_cut (gconstpointer data)
{
  HlDatabaseSync sync = (HlDatabaseSync) GPOINTER_TO_INT (data);
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
  guint most_lost = 0;

  for (guint cycle = 0; cycle < cycles; cycle++) {
    g_autofree char *path = make_path ("before.db");
    g_autofree char *after = make_path ("after.db");
    fault_vfs_reset ();
    HlDatabase *db = open_at (path, sync, FAULT_VFS);
    g_assert_nonnull (db);
    g_assert_true (hl_database_migrate (db, steps, G_N_ELEMENTS (steps), NULL, NULL));
    g_assert_true (hl_database_checkpoint (db, NULL)); /* the tables are there for certain */
    guint acked = 0;
    for (gint32 n = g_rand_int_range (rand, 0, 30); n > 0; n--) {
      g_assert_true (append (db, ++acked));
      if (g_rand_int_range (rand, 0, 12) == 0) {
        g_assert_true (hl_database_checkpoint (db, NULL));
      }
    }
    fault_vfs_cut (path, after, rand);
    hl_database_close (db);

    g_test_message ("seed %u cycle %u: %u commits", seed, cycle, acked);
    HlDatabase *again = open_at (after, sync, NULL);
    g_assert_nonnull (again);
    guint rows = check_survivors (again, sync == HL_DATABASE_SYNC_FULL ? acked : 0, acked);
    most_lost = MAX (most_lost, acked - rows);
    g_assert_true (append (again, rows + 1));
    hl_database_close (again);
  }
  if (sync == HL_DATABASE_SYNC_FULL) {
    g_assert_cmpuint (most_lost, ==, 0);
  } else {
    g_assert_cmpuint (most_lost, >, 0); /* or this test would show nothing */
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  const char *wanted_seed = g_getenv ("HL_TEST_SEED");
  const char *wanted_cycles = g_getenv ("HL_CYCLES");
  seed = wanted_seed != NULL ? (guint32) g_ascii_strtoull (wanted_seed, NULL, 10) : g_random_int ();
  cycles = wanted_cycles != NULL ? (guint) g_ascii_strtoull (wanted_cycles, NULL, 10) : 150;
  folder = g_dir_make_tmp ("hl-faults-XXXXXX", NULL);
  g_print ("# HL_TEST_SEED=%u\n", seed);

  g_test_add_data_func ("/database-faults/full", GINT_TO_POINTER (FAULT_FULL), test_failing);
  g_test_add_data_func ("/database-faults/write-error", GINT_TO_POINTER (FAULT_WRITE), test_failing);
  g_test_add_data_func ("/database-faults/sync-error", GINT_TO_POINTER (FAULT_SYNC), test_failing);
  g_test_add_data_func ("/database-faults/truncate-error", GINT_TO_POINTER (FAULT_TRUNCATE), test_failing);
  g_test_add_data_func ("/database-faults/open-error", GINT_TO_POINTER (FAULT_OPEN), test_failing);
  g_test_add_data_func ("/database-faults/stopped", GINT_TO_POINTER (FAULT_STOPPED), test_failing);
  g_test_add_func ("/database-faults/cut-again", test_cut_again);
  g_test_add_data_func ("/database-faults/power-cut-full", GINT_TO_POINTER (HL_DATABASE_SYNC_FULL), test_power_cut);
  g_test_add_data_func ("/database-faults/power-cut-normal", GINT_TO_POINTER (HL_DATABASE_SYNC_NORMAL), test_power_cut);
  int result = g_test_run ();
  g_free (make_path ("failing.db"));
  g_free (make_path ("before.db"));
  g_free (make_path ("after.db"));
  g_rmdir (folder);
  g_free (folder);
  return result;
}
