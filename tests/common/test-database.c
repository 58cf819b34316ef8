/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The SQLite wrapper: settings, migrations that die half-way, statements, locks, full disks, backups. */
#include "util/hl-database.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct {
  char *folder;
  char *path;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = g_dir_make_tmp ("hl-database-XXXXXX", NULL);
  fixture->path = g_build_filename (fixture->folder, "test.db", NULL);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GDir) dir = g_dir_open (fixture->folder, 0, NULL);
  const char *name = NULL;

  while ((name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *path = g_build_filename (fixture->folder, name, NULL);
    g_assert_no_errno (g_unlink (path));
  }
  g_assert_no_errno (g_rmdir (fixture->folder));
  g_free (fixture->folder);
  g_free (fixture->path);
}

static HlDatabase *
open_database (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  HlDatabase *db = hl_database_open (fixture->path, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (db);
  return db;
}

static void
exec (HlDatabase *db, const char *sql)
{
  g_autoptr (GError) error = NULL;
  g_assert_true (hl_database_exec (db, sql, &error));
  g_assert_no_error (error);
}

static gint64
get (HlDatabase *db, const char *sql)
{
  g_autoptr (GError) error = NULL;
  gint64 value = hl_database_get_int (db, sql, -999, &error);
  g_assert_no_error (error);
  return value;
}

static void
test_settings (Fixture *fixture, gconstpointer data)
{
  HlDatabaseOptions normal = { .synchronous = HL_DATABASE_SYNC_NORMAL };
  g_autoptr (HlDatabase) db = open_database (fixture);
  struct stat status;

  exec (db, "CREATE TABLE t (a)");
  g_assert_cmpint (get (db, "PRAGMA foreign_keys"), ==, 1);
  g_assert_cmpint (get (db, "PRAGMA secure_delete"), ==, 1);
  g_assert_cmpint (get (db, "PRAGMA synchronous"), ==, 2);
  g_assert_cmpint (get (db, "PRAGMA trusted_schema"), ==, 0);
  g_assert_cmpint (get (db, "PRAGMA cell_size_check"), ==, 1);
  g_assert_cmpint (get (db, "PRAGMA busy_timeout"), ==, 5000);
  g_assert_cmpint (get (db, "SELECT journal_mode = 'wal' FROM pragma_journal_mode"), ==, 1);
  g_assert_no_errno (stat (fixture->path, &status));
  g_assert_cmpuint (status.st_mode & 0777, ==, 0600);
  g_autofree char *wal = g_strconcat (fixture->path, "-wal", NULL);
  g_assert_no_errno (stat (wal, &status));
  g_assert_cmpuint (status.st_mode & 0777, ==, 0600);
  g_assert_cmpuint (hl_database_get_wal_bytes (db), >, 0);
  g_assert_cmpstr (hl_database_get_path (db), ==, fixture->path);

  /* the schema is not writable by a trick (defensive) and a quoted word is no string */
  g_assert_false (hl_database_exec (db, "PRAGMA writable_schema=ON; DELETE FROM sqlite_schema", NULL));
  g_assert_false (hl_database_exec (db, "SELECT \"no such column\"", NULL));

  g_autoptr (HlDatabase) second = hl_database_open (fixture->path, &normal, NULL);
  g_assert_cmpint (get (second, "PRAGMA synchronous"), ==, 1);
}

static void
test_closes_clean (Fixture *fixture, gconstpointer data)
{
  g_autofree char *wal = g_strconcat (fixture->path, "-wal", NULL);
  HlDatabase *db = open_database (fixture);

  exec (db, "CREATE TABLE t (a); INSERT INTO t VALUES (1)");
  g_assert_true (hl_database_begin (db, NULL));
  exec (db, "INSERT INTO t VALUES (2)");
  hl_database_close (db); /* with a transaction open: it is rolled back */
  g_assert_false (g_file_test (wal, G_FILE_TEST_EXISTS));
  g_autoptr (HlDatabase) again = open_database (fixture);
  g_assert_cmpint (get (again, "SELECT count(*) FROM t"), ==, 1);
}

static void
test_mode_repaired (Fixture *fixture, gconstpointer data)
{
  struct stat status;

  hl_database_close (open_database (fixture));
  g_assert_no_errno (g_chmod (fixture->path, 0644));
  hl_database_close (open_database (fixture));
  g_assert_no_errno (stat (fixture->path, &status));
  g_assert_cmpuint (status.st_mode & 0777, ==, 0600);
}

static void
test_cannot_open (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *nowhere = g_build_filename (fixture->folder, "no", "such", "folder.db", NULL);
  HlDatabaseOptions reading = { .read_only = TRUE };
  HlDatabaseOptions vfs = { .vfs = "no-such-vfs" };

  g_assert_null (hl_database_open (nowhere, NULL, &error));
  g_assert_error (error, HL_DATABASE_ERROR, HL_DATABASE_ERROR_CANNOT_OPEN);
  g_clear_error (&error);
  g_assert_null (hl_database_open (fixture->path, &reading, &error)); /* does not create */
  g_assert_error (error, HL_DATABASE_ERROR, HL_DATABASE_ERROR_CANNOT_OPEN);
  g_clear_error (&error);
  g_assert_false (g_file_test (fixture->path, G_FILE_TEST_EXISTS));
  g_assert_null (hl_database_open (fixture->path, &vfs, &error));
  g_assert_nonnull (error);
  g_clear_error (&error);

  g_autofree char *garbage = g_strnfill (8192, 'x');
  g_assert_true (g_file_set_contents (fixture->path, garbage, 8192, NULL));
  g_assert_null (hl_database_open (fixture->path, NULL, &error));
  g_assert_error (error, HL_DATABASE_ERROR, HL_DATABASE_ERROR_CORRUPT);
}

static void
test_memory (void)
{
  g_autoptr (HlDatabase) db = hl_database_open (":memory:", NULL, NULL);
  exec (db, "CREATE TABLE t (a); INSERT INTO t VALUES (5)");
  g_assert_cmpint (get (db, "SELECT a FROM t"), ==, 5);
}

static void
test_read_only (Fixture *fixture, gconstpointer data)
{
  HlDatabaseOptions reading = { .read_only = TRUE };
  g_autoptr (GError) error = NULL;
  g_autoptr (HlDatabase) db = open_database (fixture);
  exec (db, "CREATE TABLE t (a); INSERT INTO t VALUES (1)");
  g_autoptr (HlDatabase) reader = hl_database_open (fixture->path, &reading, &error);

  g_assert_no_error (error);
  g_assert_cmpint (get (reader, "SELECT count(*) FROM t"), ==, 1);
  g_assert_false (hl_database_exec (reader, "INSERT INTO t VALUES (2)", &error));
  g_assert_error (error, HL_DATABASE_ERROR, HL_DATABASE_ERROR_READ_ONLY);
  exec (db, "INSERT INTO t VALUES (2)");
  g_assert_cmpint (get (reader, "SELECT count(*) FROM t"), ==, 2);
}

static void
test_statements (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HlDatabase) db = open_database (fixture);
  g_autoptr (GBytes) bytes = g_bytes_new_static ("\0\1\2", 3);
  g_autoptr (GBytes) empty = g_bytes_new_static ("", 0);

  exec (db, "CREATE TABLE t (i INTEGER, d REAL, s TEXT, b BLOB, n TEXT, e BLOB)");
  for (guint round = 0; round < 3; round++) {
    g_autoptr (HlStatement) insert = hl_database_prepare (db, "INSERT INTO t VALUES (?,?,?,?,?,?)", &error);
    g_assert_no_error (error);
    hl_statement_bind_int (insert, 1, G_MININT64 + round);
    hl_statement_bind_double (insert, 2, 1.5);
    hl_statement_bind_text_len (insert, 3, "caf\xc3\xa9xxx", 5);
    hl_statement_bind_bytes (insert, 4, bytes);
    hl_statement_bind_text (insert, 5, NULL);
    hl_statement_bind_bytes (insert, 6, empty);
    g_assert_true (hl_statement_run (insert, &error));
    g_assert_cmpint (hl_database_get_changes (db), ==, 1);
    g_assert_cmpint (hl_database_get_last_rowid (db), ==, round + 1);
  }
  {
    g_autoptr (HlStatement) select = hl_database_prepare (db, "SELECT * FROM t ORDER BY i", &error);
    g_assert_cmpint (hl_statement_step (select, &error), ==, HL_STATEMENT_ROW);
    g_assert_cmpint (hl_statement_get_int (select, 0), ==, G_MININT64);
    g_assert_cmpfloat (hl_statement_get_double (select, 1), ==, 1.5);
    g_assert_cmpstr (hl_statement_get_text (select, 2), ==, "caf\xc3\xa9");
    g_autoptr (GBytes) blob = hl_statement_get_bytes (select, 3);
    g_assert_true (g_bytes_equal (blob, bytes));
    g_assert_true (hl_statement_is_null (select, 4));
    g_assert_null (hl_statement_get_text (select, 4));
    g_assert_null (hl_statement_get_bytes (select, 4));
    g_assert_null (hl_statement_dup_text (select, 4));
    g_assert_false (hl_statement_is_null (select, 5)); /* empty is not NULL */
    g_autoptr (GBytes) nothing = hl_statement_get_bytes (select, 5);
    g_assert_cmpuint (g_bytes_get_size (nothing), ==, 0);
    g_assert_cmpint (hl_statement_step (select, &error), ==, HL_STATEMENT_ROW);
    g_assert_cmpint (hl_statement_step (select, &error), ==, HL_STATEMENT_ROW);
    g_assert_cmpint (hl_statement_step (select, &error), ==, HL_STATEMENT_DONE);
  }

  /* bindings do not leak into the next borrower */
  {
    g_autoptr (HlStatement) first = hl_database_prepare (db, "SELECT ?", NULL);
    hl_statement_bind_int (first, 1, 7);
    g_assert_cmpint (hl_statement_step (first, NULL), ==, HL_STATEMENT_ROW);
    g_autoptr (HlStatement) other = hl_database_prepare (db, "SELECT ?", NULL); /* borrowed: a second one */
    g_assert_true (other != first);
    g_assert_cmpint (hl_statement_step (other, NULL), ==, HL_STATEMENT_ROW);
    g_assert_true (hl_statement_is_null (other, 0));
    g_assert_cmpint (hl_statement_get_int (first, 0), ==, 7);
  }
  {
    g_autoptr (HlStatement) again = hl_database_prepare (db, "SELECT ?", NULL);
    g_assert_cmpint (hl_statement_step (again, NULL), ==, HL_STATEMENT_ROW);
    g_assert_true (hl_statement_is_null (again, 0));
  }

  /* errors */
  g_assert_null (hl_database_prepare (db, "SELEKT 1", &error));
  g_assert_error (error, HL_DATABASE_ERROR, HL_DATABASE_ERROR_FAILED);
  g_assert_nonnull (strstr (error->message, "SELEKT"));
  g_clear_error (&error);
  g_assert_null (hl_database_prepare (db, "  -- nothing", &error));
  g_assert_error (error, HL_DATABASE_ERROR, HL_DATABASE_ERROR_FAILED);
  g_clear_error (&error);
  {
    g_autoptr (HlStatement) wrong = hl_database_prepare (db, "SELECT ?", NULL);
    hl_statement_bind_int (wrong, 2, 7);
    g_assert_cmpint (hl_statement_step (wrong, &error), ==, HL_STATEMENT_ERROR);
    g_assert_nonnull (error);
    g_clear_error (&error);
    hl_statement_reset (wrong);
    g_assert_cmpint (hl_statement_step (wrong, &error), ==, HL_STATEMENT_ROW);
  }
  g_assert_cmpint (hl_database_get_int (db, "SELECT i FROM t WHERE 0", 42, &error), ==, 42);
  g_assert_no_error (error);
  g_assert_cmpint (hl_database_get_int (db, "SELECT nothing", 42, &error), ==, 42);
  g_assert_nonnull (error);
}

static void
test_constraint (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HlDatabase) db = open_database (fixture);

  exec (db, "CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE c (p REFERENCES p (id)); INSERT INTO p VALUES (1)");
  g_assert_false (hl_database_exec (db, "INSERT INTO p VALUES (1)", &error));
  g_assert_error (error, HL_DATABASE_ERROR, HL_DATABASE_ERROR_CONSTRAINT);
  g_clear_error (&error);
  g_assert_false (hl_database_exec (db, "INSERT INTO c VALUES (2)", &error));
  g_assert_error (error, HL_DATABASE_ERROR, HL_DATABASE_ERROR_CONSTRAINT);
}

static void
test_transactions (Fixture *fixture, gconstpointer data)
{
  g_autoptr (HlDatabase) db = open_database (fixture);

  exec (db, "CREATE TABLE t (a)");
  g_assert_true (hl_database_keep_pages (db, NULL));
  g_assert_true (hl_database_begin (db, NULL));
  g_assert_true (hl_database_in_transaction (db));
  exec (db, "INSERT INTO t VALUES (1)");
  g_assert_true (hl_database_savepoint (db, "one", NULL));
  exec (db, "INSERT INTO t VALUES (2)");
  g_assert_true (hl_database_rollback_to (db, "one", NULL));
  g_assert_true (hl_database_release (db, "one", NULL));
  g_assert_true (hl_database_savepoint (db, "one", NULL));
  exec (db, "INSERT INTO t VALUES (3)");
  g_assert_true (hl_database_release (db, "one", NULL));
  g_assert_true (hl_database_commit (db, NULL));
  g_assert_false (hl_database_in_transaction (db));
  g_assert_cmpint (get (db, "SELECT sum(a) FROM t"), ==, 4);
  hl_database_rollback (db); /* nothing to do */
  g_assert_true (hl_database_begin (db, NULL));
  exec (db, "DELETE FROM t");
  hl_database_rollback (db);
  g_assert_cmpint (get (db, "SELECT sum(a) FROM t"), ==, 4);
  g_assert_false (hl_database_commit (db, NULL)); /* none is open */
}

static void
test_busy (Fixture *fixture, gconstpointer data)
{
  HlDatabaseOptions impatient = { .busy_ms = 50 };
  g_autoptr (GError) error = NULL;
  g_autoptr (HlDatabase) a = open_database (fixture);
  g_autoptr (HlDatabase) b = hl_database_open (fixture->path, &impatient, NULL);

  exec (a, "CREATE TABLE t (a)");
  g_assert_true (hl_database_begin (a, NULL));
  gint64 start = g_get_monotonic_time ();
  g_assert_false (hl_database_begin (b, &error));
  g_assert_error (error, HL_DATABASE_ERROR, HL_DATABASE_ERROR_BUSY);
  g_assert_cmpint (g_get_monotonic_time () - start, >=, 40 * 1000);
  g_assert_cmpint (get (b, "SELECT count(*) FROM t"), ==, 0); /* readers are not held up */
  g_assert_true (hl_database_commit (a, NULL));
  g_assert_true (hl_database_begin (b, NULL));
  hl_database_rollback (b);
}

/* -- migrations */

static gboolean
on_step (HlDatabase *db, gpointer user_data, GError **error)
{
  guint *counter = user_data;
  if (counter != NULL) {
    ++*counter;
  }
  return hl_database_exec (db, "INSERT INTO a VALUES (2)", error);
}

static gboolean
on_step_fails (HlDatabase *db, gpointer user_data, GError **error)
{
  return hl_database_exec (db, "INSERT INTO a VALUES (99); INSERT INTO missing VALUES (1)", error);
}

static gboolean
on_step_dies (HlDatabase *db, gpointer user_data, GError **error)
{
  if (!hl_database_exec (db, "INSERT INTO a VALUES (99)", error)) {
    return FALSE;
  }
  kill (getpid (), SIGKILL);
  return TRUE;
}

static const HlDatabaseStep good_steps[] = {
  { "CREATE TABLE a (x); INSERT INTO a VALUES (1);", NULL },
  { NULL, on_step },
  { "CREATE TABLE b (y);", on_step },
};

static void
test_migrate (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HlDatabase) db = open_database (fixture);
  guint counter = 0;

  g_assert_cmpint (hl_database_get_version (db, NULL), ==, 0);
  g_assert_true (hl_database_migrate (db, good_steps, 1, &counter, &error));
  g_assert_cmpint (hl_database_get_version (db, NULL), ==, 1);
  g_assert_cmpuint (counter, ==, 0);
  g_assert_true (hl_database_migrate (db, good_steps, 3, &counter, &error));
  g_assert_no_error (error);
  g_assert_cmpint (hl_database_get_version (db, NULL), ==, 3);
  g_assert_cmpuint (counter, ==, 2);
  g_assert_true (hl_database_migrate (db, good_steps, 3, &counter, &error)); /* nothing left to do */
  g_assert_cmpuint (counter, ==, 2);
  g_assert_cmpint (get (db, "SELECT sum(x) FROM a"), ==, 5);
  g_assert_false (hl_database_in_transaction (db));
}

static void
test_migrate_newer (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HlDatabase) db = open_database (fixture);

  g_assert_true (hl_database_migrate (db, good_steps, 3, NULL, NULL));
  g_assert_false (hl_database_migrate (db, good_steps, 2, NULL, &error));
  g_assert_error (error, HL_DATABASE_ERROR, HL_DATABASE_ERROR_NEWER);
  g_assert_cmpint (hl_database_get_version (db, NULL), ==, 3);
  g_clear_error (&error);
  exec (db, "PRAGMA user_version=-1");
  g_assert_false (hl_database_migrate (db, good_steps, 3, NULL, &error));
  g_assert_error (error, HL_DATABASE_ERROR, HL_DATABASE_ERROR_CORRUPT);
}

static void
test_migrate_fails (Fixture *fixture, gconstpointer data)
{
  static const HlDatabaseStep steps[] = { { "CREATE TABLE a (x);", NULL }, { "CREATE TABLE b (y);", on_step_fails } };
  g_autoptr (GError) error = NULL;
  g_autoptr (HlDatabase) db = open_database (fixture);

  g_assert_false (hl_database_migrate (db, steps, 2, NULL, &error));
  g_assert_nonnull (error);
  g_assert_false (hl_database_in_transaction (db));
  g_assert_cmpint (hl_database_get_version (db, NULL), ==, 1); /* the step before stands, this one left nothing */
  g_assert_cmpint (get (db, "SELECT count(*) FROM a"), ==, 0);
  g_assert_cmpint (get (db, "SELECT count(*) FROM sqlite_schema WHERE name = 'b'"), ==, 0);
}

/* A process killed at every step leaves a database of a whole version, and the next start finishes the work. */
static void
test_migrate_killed (Fixture *fixture, gconstpointer data)
{
  for (guint dying = 0; dying < 3; dying++) {
    HlDatabaseStep steps[3];
    memcpy (steps, good_steps, sizeof steps);
    steps[dying].func = on_step_dies;
    if (dying == 0) {
      steps[0].sql = "CREATE TABLE a (x); INSERT INTO a VALUES (1);";
    }
    g_autofree char *path = g_strdup_printf ("%s-%u", fixture->path, dying);
    pid_t child = fork ();
    if (child == 0) {
      HlDatabase *db = hl_database_open (path, NULL, NULL);
      hl_database_migrate (db, steps, 3, NULL, NULL);
      _exit (0);
    }
    int status = 0;
    g_assert_cmpint (waitpid (child, &status, 0), ==, child);
    g_assert_true (WIFSIGNALED (status) && WTERMSIG (status) == SIGKILL);

    g_autoptr (GError) error = NULL;
    g_autoptr (HlDatabase) db = hl_database_open (path, NULL, &error);
    g_assert_no_error (error);
    g_assert_cmpint (hl_database_get_version (db, NULL), ==, (gint) dying);
    g_assert_true (hl_database_check (db, TRUE, &error));
    g_assert_true (hl_database_migrate (db, good_steps, 3, NULL, &error));
    g_assert_no_error (error);
    g_assert_cmpint (get (db, "SELECT sum(x) FROM a"), ==, 5);
  }
}

static gpointer
run_migration (gpointer data)
{
  /* on a busy disk the commits of the three others take longer than anybody waits */
  const HlDatabaseOptions patient = { .busy_ms = 60000 };
  g_autoptr (GError) error = NULL;
  g_autoptr (HlDatabase) db = hl_database_open (data, &patient, &error);

  g_assert_no_error (error);
  return GINT_TO_POINTER (hl_database_migrate (db, good_steps, 3, NULL, NULL));
}

/* Two programs start at once: both succeed, each step ran once. */
static void
test_migrate_race (Fixture *fixture, gconstpointer data)
{
  GThread *threads[4];

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++) {
    threads[i] = g_thread_new ("migrating", run_migration, fixture->path);
  }
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++) {
    g_assert_true (GPOINTER_TO_INT (g_thread_join (threads[i])));
  }
  g_autoptr (HlDatabase) db = open_database (fixture);
  g_assert_cmpint (get (db, "SELECT sum(x) FROM a"), ==, 5);
}

/* -- a full disk: SQLite's own page limit gives the same error as the disk does */
static void
test_full (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HlDatabase) db = open_database (fixture);

  exec (db, "CREATE TABLE t (a); INSERT INTO t VALUES (1); PRAGMA max_page_count=4");
  g_assert_true (hl_database_begin (db, NULL));
  exec (db, "INSERT INTO t VALUES (2)");
  g_assert_false (hl_database_exec (db, "INSERT INTO t VALUES (zeroblob(1000000))", &error));
  g_assert_error (error, HL_DATABASE_ERROR, HL_DATABASE_ERROR_FULL);
  hl_database_rollback (db); /* whether or not SQLite has done it already */
  g_assert_false (hl_database_in_transaction (db));
  g_assert_cmpint (get (db, "SELECT sum(a) FROM t"), ==, 1);
  exec (db, "PRAGMA max_page_count=100000; INSERT INTO t VALUES (3)"); /* space again: no reopening needed */
  g_assert_cmpint (get (db, "SELECT sum(a) FROM t"), ==, 4);
}

/* An erased value is in no byte of the file or its log. */
static void
test_secure_delete (Fixture *fixture, gconstpointer data)
{
  g_autoptr (HlDatabase) db = open_database (fixture);
  gsize len = 0;

  exec (db, "CREATE TABLE t (a TEXT)");
  for (guint i = 0; i < 200; i++) {
    exec (db, "INSERT INTO t VALUES ('+12025550142')");
  }
  g_assert_true (hl_database_checkpoint (db, NULL));
  g_autofree char *before = NULL;
  g_assert_true (g_file_get_contents (fixture->path, &before, &len, NULL));
  g_assert_nonnull (memmem (before, len, "+12025550142", 12));
  exec (db, "DELETE FROM t");
  g_assert_true (hl_database_checkpoint (db, NULL));
  g_assert_cmpuint (hl_database_get_wal_bytes (db), ==, 0);
  g_autofree char *after = NULL;
  g_assert_true (g_file_get_contents (fixture->path, &after, &len, NULL));
  g_assert_null (memmem (after, len, "+12025550142", 12));
}

static void
test_checkpoint_busy (Fixture *fixture, gconstpointer data)
{
  HlDatabaseOptions impatient = { .busy_ms = 20 };
  g_autoptr (GError) error = NULL;
  g_autoptr (HlDatabase) db = hl_database_open (fixture->path, &impatient, NULL);
  exec (db, "CREATE TABLE t (a); INSERT INTO t VALUES (1), (2)");
  g_autoptr (HlDatabase) reader = open_database (fixture);
  {
    g_autoptr (HlStatement) select = hl_database_prepare (reader, "SELECT a FROM t", NULL);
    g_assert_cmpint (hl_statement_step (select, NULL), ==, HL_STATEMENT_ROW);
    exec (db, "INSERT INTO t VALUES (3)");
    g_assert_false (hl_database_checkpoint (db, &error));
    g_assert_error (error, HL_DATABASE_ERROR, HL_DATABASE_ERROR_BUSY);
  }
  g_clear_error (&error);
  g_assert_true (hl_database_checkpoint (db, &error)); /* the statement was reset when it was given back */
}

static void
test_check (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  HlDatabase *db = open_database (fixture);

  exec (db, "CREATE TABLE t (a TEXT)");
  for (guint i = 0; i < 500; i++) {
    exec (db, "INSERT INTO t VALUES (hex(randomblob(100)))");
  }
  g_assert_true (hl_database_check (db, FALSE, &error));
  g_assert_true (hl_database_check (db, TRUE, &error));
  hl_database_close (db);

  g_autofree char *bytes = NULL;
  gsize len = 0;
  g_assert_true (g_file_get_contents (fixture->path, &bytes, &len, NULL));
  memset (bytes + 8192, 0xa5, 4096); /* one page of the table */
  g_assert_true (g_file_set_contents (fixture->path, bytes, (gssize) len, NULL));
  db = open_database (fixture);
  g_assert_false (hl_database_check (db, TRUE, &error));
  g_assert_error (error, HL_DATABASE_ERROR, HL_DATABASE_ERROR_CORRUPT);
  hl_database_close (db);
}

/* Whatever bit of the first page's header is wrong: it opens with all that is in it, or it is damage, never "a later format",
 * "not a file to write to" or nothing at all. */
static void
test_header (Fixture *fixture, gconstpointer data)
{
  static const HlDatabaseStep steps[] = { { "CREATE TABLE t (a TEXT); INSERT INTO t VALUES ('one');", NULL } };
  HlDatabaseOptions options = { .steps = steps, .n_steps = G_N_ELEMENTS (steps) };
  g_autofree char *bytes = NULL;
  gsize len = 0;
  guint damaged = 0;

  g_autoptr (HlDatabase) made = open_database (fixture);
  g_assert_true (hl_database_migrate (made, steps, 1, NULL, NULL));
  g_clear_pointer (&made, hl_database_close);
  g_assert_true (g_file_get_contents (fixture->path, &bytes, &len, NULL));
  for (guint bit = 0; bit < 100 * 8; bit++) {
    g_autoptr (GError) error = NULL;
    g_autofree char *copy = g_memdup2 (bytes, len);

    copy[bit / 8] ^= (char) (1 << bit % 8);
    g_assert_true (g_file_set_contents_full (fixture->path, copy, (gssize) len, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
    for (options.read_only = FALSE;; options.read_only = TRUE) {
      g_autoptr (HlDatabase) db = hl_database_open (fixture->path, &options, &error);

      if (db != NULL && hl_database_check (db, TRUE, &error)) {
        g_assert_cmpint (get (db, "SELECT count(*) FROM t WHERE a = 'one'"), ==, 1);
      } else {
        if (!g_error_matches (error, HL_DATABASE_ERROR, HL_DATABASE_ERROR_CORRUPT))
          g_test_message ("bit %u of byte %u: %s", bit % 8, bit / 8, error->message);
        g_assert_error (error, HL_DATABASE_ERROR, HL_DATABASE_ERROR_CORRUPT);
        damaged++;
        break;
      }
      if (options.read_only)
        break;
    }
  }
  g_assert_cmpuint (damaged, >, 200);
}

/* SQLite repeats what it cannot read; who reads our messages wants text. */
static void
test_message (Fixture *fixture, gconstpointer data)
{
  static const char sql[] = "CREATE TABLE t (a TEXT)";
  g_autoptr (GError) error = NULL;
  g_autofree char *bytes = NULL;
  gsize length = 0, at = 0;
  HlDatabase *db = open_database (fixture);

  exec (db, sql);
  hl_database_close (db);
  g_assert_true (g_file_get_contents (fixture->path, &bytes, &length, NULL));
  while (memcmp (bytes + at, sql, strlen (sql)) != 0)
    g_assert_cmpuint (++at + strlen (sql), <, length);
  bytes[at + strlen ("CREATE ")] = (char) 0xcf;
  g_assert_true (g_file_set_contents (fixture->path, bytes, (gssize) length, NULL));
  db = hl_database_open (fixture->path, NULL, &error);
  if (db != NULL)
    g_assert_false (hl_database_exec (db, "SELECT * FROM t", &error));
  g_assert_nonnull (error);
  g_test_message ("%s", error->message);
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
  g_clear_pointer (&db, hl_database_close);
}

static void
test_backup (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HlDatabase) db = open_database (fixture);
  g_autofree char *path = g_build_filename (fixture->folder, "it's a backup.db", NULL);
  g_autofree char *part = g_strconcat (path, ".part", NULL);
  g_autofree char *nowhere = g_build_filename (fixture->folder, "no", "backup.db", NULL);
  struct stat status;

  exec (db, "CREATE TABLE t (a); INSERT INTO t VALUES (1); PRAGMA user_version=3");
  g_assert_true (hl_database_backup (db, path, &error));
  g_assert_no_error (error);
  g_assert_no_errno (stat (path, &status));
  g_assert_cmpuint (status.st_mode & 0777, ==, 0600);
  g_assert_false (g_file_test (part, G_FILE_TEST_EXISTS));
  exec (db, "INSERT INTO t VALUES (2)");
  g_assert_true (hl_database_backup (db, path, &error)); /* replaces the old one */
  g_autoptr (HlDatabase) copy = hl_database_open (path, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (get (copy, "SELECT count(*) FROM t"), ==, 2);
  g_assert_cmpint (hl_database_get_version (copy, NULL), ==, 3);

  g_assert_false (hl_database_backup (db, nowhere, &error));
  g_assert_error (error, HL_DATABASE_ERROR, HL_DATABASE_ERROR_CANNOT_OPEN);
  g_assert_cmpint (get (db, "SELECT count(*) FROM t"), ==, 2);
}

/* What COMMIT returned for is there after a SIGKILL. */
static void
test_killed_writer (Fixture *fixture, gconstpointer data)
{
  int pipes[2];
  g_assert_no_errno (pipe (pipes));
  pid_t child = fork ();
  if (child == 0) {
    HlDatabase *db = hl_database_open (fixture->path, NULL, NULL);
    hl_database_exec (db, "CREATE TABLE t (a INTEGER PRIMARY KEY)", NULL);
    for (gint32 i = 1;; i++) {
      if (!hl_database_begin (db, NULL) || !hl_database_exec (db, "INSERT INTO t DEFAULT VALUES", NULL) ||
          !hl_database_commit (db, NULL) || write (pipes[1], &i, sizeof i) != sizeof i) {
        _exit (1);
      }
    }
  }
  close (pipes[1]);
  gint32 told = 0;
  while (told < 200) {
    g_assert_cmpint (read (pipes[0], &told, sizeof told), ==, sizeof told);
  }
  g_assert_no_errno (kill (child, SIGKILL));
  g_assert_cmpint (waitpid (child, NULL, 0), ==, child);
  while (read (pipes[0], &told, sizeof told) == sizeof told) {
  }
  close (pipes[0]);

  g_autoptr (HlDatabase) db = open_database (fixture);
  g_assert_true (hl_database_check (db, TRUE, NULL));
  gint64 rows = get (db, "SELECT count(*) FROM t");
  g_assert_cmpint (rows, >=, told);
  g_assert_cmpint (rows, <=, told + 1);
  g_assert_cmpint (get (db, "SELECT max(a) FROM t"), ==, rows);
}

/* Pages leave the cache, and some of them a second time. */
static void
write_much (HlDatabase *db, GRand *rand)
{
  g_autofree char *sql = g_strdup_printf ("INSERT OR REPLACE INTO t VALUES (%d, zeroblob (%d))", g_rand_int_range (rand, 0, 60),
                                          g_rand_int_range (rand, 10, 100000));

  exec (db, sql);
}

/* What was committed is in the log, though much was written before it went back to a savepoint: a copy of the files is what a
 * process leaves that dies. */
static void
test_savepoint_killed (Fixture *fixture, gconstpointer data)
{
  static const char *const suffixes[] = { "", "-wal" };
  g_autoptr (GRand) rand = g_rand_new_with_seed ((guint32) g_test_rand_int ());
  g_autoptr (HlDatabase) db = open_database (fixture);
  g_autofree char *copy = g_build_filename (fixture->folder, "copy.db", NULL);

  exec (db, "PRAGMA cache_size=5; PRAGMA wal_autocheckpoint=0; CREATE TABLE t (k INTEGER PRIMARY KEY, v);"
            "CREATE TABLE n (n INTEGER PRIMARY KEY)");
  g_assert_true (hl_database_keep_pages (db, NULL));
  for (int n = 1; n <= 60; n++) {
    g_autofree char *sql = g_strdup_printf ("INSERT INTO n VALUES (%d)", n);

    g_assert_true (hl_database_begin (db, NULL));
    if (n % 2 == 0) {
      g_assert_true (hl_database_savepoint (db, "outer", NULL));
      write_much (db, rand);
      g_assert_true (hl_database_savepoint (db, "inner", NULL));
      for (int i = g_rand_int_range (rand, 1, 5); i > 0; i--)
        write_much (db, rand);
      g_assert_true (hl_database_rollback_to (db, "inner", NULL));
    }
    exec (db, sql);
    g_assert_true (hl_database_commit (db, NULL));
    if (n % 20 == 0)
      g_assert_true (hl_database_compact (db, NULL)); /* memory is not for the whole file: pages leave it here */

    for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++) {
      g_autofree char *from = g_strconcat (fixture->path, suffixes[i], NULL);
      g_autofree char *to = g_strconcat (copy, suffixes[i], NULL);
      g_autofree char *bytes = NULL;
      gsize length;

      g_assert_true (g_file_get_contents (from, &bytes, &length, NULL));
      g_assert_true (g_file_set_contents (to, bytes, (gssize) length, NULL));
    }
    g_autoptr (HlDatabase) left = hl_database_open (copy, NULL, NULL);
    g_assert_nonnull (left);
    g_assert_cmpint (get (left, "SELECT count(*) FROM n"), ==, n);
  }
}

static void
add (const char *path, void (*func) (Fixture *, gconstpointer))
{
  g_test_add (path, Fixture, NULL, set_up, func, tear_down);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add ("/database/settings", test_settings);
  add ("/database/closes-clean", test_closes_clean);
  add ("/database/mode-repaired", test_mode_repaired);
  add ("/database/cannot-open", test_cannot_open);
  g_test_add_func ("/database/memory", test_memory);
  add ("/database/read-only", test_read_only);
  add ("/database/statements", test_statements);
  add ("/database/constraint", test_constraint);
  add ("/database/transactions", test_transactions);
  add ("/database/busy", test_busy);
  add ("/database/migrate", test_migrate);
  add ("/database/migrate-newer", test_migrate_newer);
  add ("/database/migrate-fails", test_migrate_fails);
  add ("/database/migrate-killed", test_migrate_killed);
  add ("/database/migrate-race", test_migrate_race);
  add ("/database/full", test_full);
  add ("/database/secure-delete", test_secure_delete);
  add ("/database/checkpoint-busy", test_checkpoint_busy);
  add ("/database/check", test_check);
  add ("/database/header", test_header);
  add ("/database/message", test_message);
  add ("/database/backup", test_backup);
  add ("/database/killed-writer", test_killed_writer);
  add ("/database/savepoint-killed", test_savepoint_killed);
  return g_test_run ();
}
