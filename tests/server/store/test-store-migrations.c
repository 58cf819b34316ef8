/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What every former schema of the server's database held is still there after this version opened it: also when the process is
 * killed, the disk fails or the power goes at any write of the migration. A newer one is left as it is.
 * They come at every write from the first version, which goes through all steps, and at some from the later ones;
 * HL_MIGRATIONS_EVERY=1 has them at every one. */
#include <glib/gstdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "database-fixture.h"
#include "fault-vfs.h"
#include "store-fixture.h"
#include "store/hl-registry.h"
#include "store/hl-sqlite-store-private.h"

typedef struct {
  guint version;
  char *directory;
  char *path;
  char *file; /* as it was */
  gsize length;
  GPtrArray *queries; /* over the columns of its own time */
  char *before;
} Old;

static void
put (Old *old)
{
  g_autoptr (GDir) dir = g_dir_open (old->directory, 0, NULL);
  const char *file;

  while ((file = g_dir_read_name (dir)) != NULL) {
    g_autofree char *path = g_build_filename (old->directory, file, NULL);

    g_unlink (path);
  }
  g_assert_true (g_file_set_contents_full (old->path, old->file, (gssize) old->length, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
}

static void
set_up (Old *old, guint version)
{
  g_autofree char *name = g_strdup_printf ("server-%u", version);

  old->version = version;
  old->directory = fixture_make_directory ();
  old->path = g_build_filename (old->directory, HL_SQLITE_STORE_FILE, NULL);
  database_fixture_make (name, old->path);
  g_assert_true (g_file_get_contents (old->path, &old->file, &old->length, NULL));
  g_assert_cmpint (database_fixture_get_version (old->path), ==, (int) version);
  old->queries = database_fixture_list_queries (old->path);
  old->before = database_fixture_print (old->path, old->queries);
}

static void
tear_down (Old *old)
{
  fixture_remove_directory (old->directory);
  g_ptr_array_unref (old->queries);
  g_free (old->path);
  g_free (old->file);
  g_free (old->before);
}

static void
complain (const char *finding, gpointer user_data)
{
  g_test_message ("%s", finding);
}

/* Opens it for good, and compares. Through the shim, whose syncs cost nothing. */
static void
assert_migrated (Old *old, gboolean whole)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HlSqliteStore) sqlite = NULL;
  g_autofree char *after = NULL;
  guint findings = 99;

  fault_vfs_reset ();
  sqlite = hl_sqlite_store_open (old->directory, FAULT_VFS, &error);
  g_assert_no_error (error);
  g_assert_true (whole ? hl_store_check (HL_STORE (sqlite), TRUE, complain, NULL, &findings, &error)
                       : hl_sqlite_store_verify (sqlite, complain, NULL, &findings, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (findings, ==, 0);
  g_clear_object (&sqlite);
  g_assert_cmpint (database_fixture_get_version (old->path), ==, (int) hl_sqlite_schema_n_steps);
  after = database_fixture_print (old->path, old->queries);
  g_assert_cmpstr (after, ==, old->before);
}

static void
test_rows (gconstpointer data)
{
  Old old;
  g_autofree char *copy = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (HlSqliteStore) sqlite = NULL;
  g_autoptr (HlRegistry) registry = NULL;
  g_autoptr (GPtrArray) list = NULL;
  g_autoptr (HlPosition) position = NULL;
  g_autoptr (HlPosition) head = NULL;

  set_up (&old, GPOINTER_TO_UINT (data));
  assert_migrated (&old, TRUE);
  /* What it was is kept beside it. */
  copy = g_strdup_printf ("%s.before-%u", old.path, hl_sqlite_schema_n_steps);
  g_assert_cmpint (g_file_test (copy, G_FILE_TEST_EXISTS), ==, old.version < hl_sqlite_schema_n_steps);
  if (old.version < hl_sqlite_schema_n_steps) {
    g_autofree char *kept = database_fixture_print (copy, old.queries);

    g_assert_cmpint (database_fixture_get_version (copy), ==, (int) old.version);
    g_assert_cmpstr (kept, ==, old.before);
  }
  /* And it goes on. */
  sqlite = fixture_open (old.directory);
  registry = hl_registry_new (sqlite);
  list = hl_registry_list_tokens (registry, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (list->len, >=, 8);
  head = hl_store_get_head (HL_STORE (sqlite), "ocean-ave", &error);
  g_assert_no_error (error);
  g_assert_cmpuint (head->seq, >, 15);
  position = fixture_append (HL_STORE (sqlite), "ocean-ave", 2);
  g_assert_cmpuint (position->seq, ==, head->seq + 2);
  tear_down (&old);
}

/* In a process of its own, that gets SIGKILL at the nth write. FALSE once nth is beyond all there are. */
static gboolean
kill_at (Old *old, guint nth)
{
  pid_t child;
  int status = 0;

  put (old);
  fault_vfs_reset ();
  child = fork ();
  g_assert_cmpint (child, >=, 0);
  if (child == 0) {
    HlSqliteStore *store;

    fault_vfs_arm (FAULT_KILL, nth);
    store = hl_sqlite_store_open (old->directory, FAULT_VFS, NULL);
    _exit (store != NULL ? 0 : 1);
  }
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  if (WIFEXITED (status)) {
    g_assert_cmpint (WEXITSTATUS (status), ==, 0);
    return FALSE;
  }
  g_assert_cmpint (WTERMSIG (status), ==, SIGKILL);
  return TRUE;
}

static gboolean
fail_at (Old *old, FaultKind kind, guint nth, GRand *rand)
{
  g_autoptr (HlSqliteStore) store = NULL;
  gboolean fired;

  put (old);
  fault_vfs_reset ();
  fault_vfs_arm (kind, nth);
  store = hl_sqlite_store_open (old->directory, FAULT_VFS, NULL);
  fired = fault_vfs_has_fired ();
  g_assert_true (fired || store != NULL);
  g_clear_object (&store);
  fault_vfs_disarm ();
  if (kind == FAULT_POWER && fired)
    fault_vfs_cut (old->path, old->path, rand);
  return fired;
}

/* Every step of it, by every way to die: afterwards it opens and finishes, and nothing is lost. */
static void
test_killed (gconstpointer data)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed ((guint32) g_test_rand_int ());
  Old old;
  const char *text = g_getenv ("HL_MIGRATIONS_EVERY");
  guint every = text != NULL ? (guint) CLAMP (atoi (text), 1, 20) : GPOINTER_TO_UINT (data) == 1 ? 1 : 7;
  guint killed = 1 + g_rand_int_range (rand, 0, every), failed = 1 + g_rand_int_range (rand, 0, every), cut = 1 + g_rand_int_range (rand, 0, every);

  set_up (&old, GPOINTER_TO_UINT (data));
  for (; kill_at (&old, killed); killed += every)
    assert_migrated (&old, FALSE);
  for (; fail_at (&old, FAULT_STOPPED, failed, rand); failed += every)
    assert_migrated (&old, FALSE);
  for (; fail_at (&old, FAULT_POWER, cut, rand); cut += every)
    assert_migrated (&old, FALSE);
  g_test_message ("version %u: killed at every %uth of about %u writes", old.version, every, killed - 1);
  /* One that is up to date is not written to. */
  if (old.version < hl_sqlite_schema_n_steps) {
    g_assert_cmpuint (killed, >, 30);
    g_assert_cmpuint (failed, >, 30);
    g_assert_cmpuint (cut, >, 30);
  }
  tear_down (&old);
}

/* The number stands in the file or still in its log; the file may be in another journal mode, too. */
static void
test_newer (gconstpointer data)
{
  static const char later[] = "CREATE TABLE later (one INTEGER); PRAGMA user_version = 99";
  gboolean in_log = GPOINTER_TO_INT (data);
  g_autoptr (GBytes) before = NULL;
  g_autoptr (GBytes) after = NULL;
  Old old;

  set_up (&old, hl_sqlite_schema_n_steps);
  if (in_log) {
    /* the process that wrote it was killed: its log is not in the file */
    pid_t child = fork ();

    if (child == 0) {
      sqlite3 *db = NULL;

      if (sqlite3_open (old.path, &db) == SQLITE_OK && sqlite3_exec (db, later, NULL, NULL, NULL) == SQLITE_OK)
        _exit (0);
      _exit (1);
    }
    g_assert_cmpint (waitpid (child, NULL, 0), ==, child);
  } else {
    database_fixture_exec (old.path, later);
    database_fixture_exec (old.path, "PRAGMA journal_mode = DELETE");
  }
  before = database_fixture_read (old.path);
  for (int read_only = 0; read_only < 2; read_only++) {
    g_autoptr (GError) error = NULL;
    HlSqliteStore *store = read_only ? hl_sqlite_store_open_read_only (old.directory, NULL, &error)
                                     : hl_sqlite_store_open (old.directory, NULL, &error);

    g_assert_null (store);
    g_assert_error (error, HL_STORE_ERROR, HL_STORE_ERROR_NEWER);
    g_assert_nonnull (strstr (error->message, "newer version"));
  }
  after = database_fixture_read (old.path);
  g_assert_true (g_bytes_equal (before, after));
  tear_down (&old);
}

static void
test_all_kept (void)
{
  for (guint version = 1; version <= hl_sqlite_schema_n_steps; version++)
    database_fixture_assert_kept ("server", version);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/store/migrations/all-kept", test_all_kept);
  for (guint version = 1; version <= hl_sqlite_schema_n_steps; version++) {
    g_autofree char *rows = g_strdup_printf ("/store/migrations/from-%u/rows", version);
    g_autofree char *killed = g_strdup_printf ("/store/migrations/from-%u/killed", version);

    g_test_add_data_func (rows, GUINT_TO_POINTER (version), test_rows);
    g_test_add_data_func (killed, GUINT_TO_POINTER (version), test_killed);
  }
  g_test_add_data_func ("/store/migrations/newer/in-file", GINT_TO_POINTER (FALSE), test_newer);
  g_test_add_data_func ("/store/migrations/newer/in-log", GINT_TO_POINTER (TRUE), test_newer);
  return g_test_run ();
}
