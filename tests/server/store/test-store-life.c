/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The store beside its log: damage, files of other versions, room on the disk, readers, copies. */
#include "store-fixture.h"

#include <stdio.h>
#include <string.h>

/* ---- damage ---- */

static void
add_finding (const char *finding, gpointer user_data)
{
  g_ptr_array_add (user_data, g_strdup (finding));
}

static GPtrArray *
check (HlStore *store)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *findings = g_ptr_array_new_with_free_func (g_free);
  guint count;

  g_assert_true (hl_store_check (store, TRUE, add_finding, findings, &count, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (count, ==, findings->len);
  return findings;
}

static void
test_corrupt_row (StoreFixture *fixture, gconstpointer data)
{
  static const char *const harms[] = {
    "UPDATE event SET body = replace (body, '\"of\"', '\"oF\"') WHERE location = 'one' AND seq = 4",
    "UPDATE event SET id = 'e.9' WHERE location = 'one' AND seq = 4",
    "UPDATE event SET h = h + 1 WHERE location = 'one' AND seq = 4",
    "UPDATE event SET at = at + 1 WHERE location = 'one' AND seq = 4",
    "UPDATE event SET act = 'x' WHERE location = 'one' AND seq = 4",
    "UPDATE event SET last = 0 WHERE location = 'one' AND seq = 4",
    "UPDATE event SET digest = zeroblob (32) WHERE location = 'one' AND seq = 4",
    "UPDATE event SET crc = crc + 1 WHERE location = 'one' AND seq = 4",
    "UPDATE event SET body = x'00' WHERE location = 'one' AND seq = 4",
    "DELETE FROM event WHERE location = 'one' AND seq = 4",
  };

  for (guint i = 0; i < 6; i++)
    hl_position_free (fixture_append (fixture->store, "one", 1));
  hl_position_free (fixture_append (fixture->store, "two", 1));
  fixture_exec (fixture->directory, "CREATE TABLE copy AS SELECT * FROM event");
  for (guint i = 0; i < G_N_ELEMENTS (harms); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (GPtrArray) rows = NULL, findings = NULL, good = NULL;

    fixture_exec (fixture->directory, harms[i]);
    /* What is whole before the damage is given, then the damage is told with its place. */
    rows = hl_store_read_units (fixture->store, "one", 0, 100, G_MAXSIZE, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (rows->len, ==, 3);
    g_assert_null (hl_store_read_units (fixture->store, "one", 3, 100, G_MAXSIZE, &error));
    g_assert_error (error, HL_STORE_ERROR, HL_STORE_ERROR_CORRUPT);
    g_assert_nonnull (strstr (error->message, "“one”"));
    g_assert_nonnull (strstr (error->message, "seq 4"));
    /* The other location is not touched by it. */
    good = fixture_read_all (fixture->store, "two");
    g_assert_cmpuint (good->len, ==, 1);
    findings = check (fixture->store);
    g_assert_cmpuint (findings->len, >=, 1);
    g_assert_nonnull (strstr (findings->pdata[0], "seq 4"));
    fixture_exec (fixture->directory, "DELETE FROM event; INSERT INTO event SELECT * FROM copy");
    g_clear_pointer (&findings, g_ptr_array_unref);
    findings = check (fixture->store);
    g_assert_cmpuint (findings->len, ==, 0);
  }
}

static void
test_check_finds_lost_tail (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) findings = NULL;
  g_autoptr (GError) error = NULL;

  hl_position_free (fixture_append (fixture->store, "one", 3));
  hl_position_free (fixture_append (fixture->store, "one", 3));
  g_assert_true (hl_store_put_event_key (fixture->store, "one", "k", "s", "x", 6, &error));
  fixture_exec (fixture->directory, "DELETE FROM event WHERE location = 'one' AND seq = 6");
  findings = check (fixture->store);
  g_assert_cmpuint (findings->len, ==, 2);
  g_assert_nonnull (strstr (findings->pdata[0], "ends at seq 5"));
  g_assert_nonnull (strstr (findings->pdata[1], "not whole"));
}

static void
test_check_finds_forged_chain (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) findings = NULL;

  /* Rows of another log with their own good checksums, put under this location's head. */
  hl_position_free (fixture_append (fixture->store, "one", 1));
  hl_position_free (fixture_append (fixture->store, "one", 1));
  fixture_change (fixture->directory, "UPDATE location SET h = 77 WHERE id = 'one'");
  findings = check (fixture->store);
  g_assert_cmpuint (findings->len, ==, 1);
}

/* Any single bit that flips in an event's row is noticed when the row is read, and the row is named. */
static void
test_bit_flips (StoreFixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->directory, HL_SQLITE_STORE_FILE, NULL);
  g_autofree char *contents = NULL;
  g_autoptr (GError) error = NULL;
  gsize length = 0;
  guint noticed = 0;

  for (guint i = 0; i < 40; i++)
    hl_position_free (fixture_append (fixture->store, "one", 1));
  g_assert_true (hl_sqlite_store_checkpoint (fixture->sqlite, NULL, &error));
  g_clear_object (&fixture->sqlite);
  g_assert_true (g_file_get_contents (path, &contents, &length, NULL));
  for (guint i = 0; i < 200; i++) {
    guint64 seq = (guint64) g_test_rand_int_range (1, 41);
    g_autofree char *body = g_strdup_printf ("{\"seq\":%" G_GUINT64_FORMAT ",\"of\":\"one\"}", seq);
    char *found = memmem (contents, length, body, strlen (body));
    gsize at = (gsize) (found - contents) + (gsize) g_test_rand_int_range (0, (int) strlen (body));
    char bit = (char) (1 << g_test_rand_int_range (0, 8));
    g_autoptr (HlSqliteStore) reader = NULL;
    g_autoptr (GPtrArray) rows = NULL;
    FILE *file = fopen (path, "r+");

    g_assert_nonnull (found);
    contents[at] ^= bit;
    g_assert_cmpint (fseek (file, (long) at, SEEK_SET), ==, 0);
    g_assert_cmpuint (fwrite (contents + at, 1, 1, file), ==, 1);
    g_assert_cmpint (fflush (file), ==, 0);
    reader = hl_sqlite_store_open_read_only (fixture->directory, NULL, &error);
    g_assert_no_error (error);
    rows = hl_store_read_units (HL_STORE (reader), "one", seq - 1, 1, G_MAXSIZE, &error);
    g_assert_null (rows);
    g_assert_error (error, HL_STORE_ERROR, HL_STORE_ERROR_CORRUPT);
    g_clear_error (&error);
    noticed++;
    contents[at] ^= bit;
    g_assert_cmpint (fseek (file, (long) at, SEEK_SET), ==, 0);
    g_assert_cmpuint (fwrite (contents + at, 1, 1, file), ==, 1);
    fclose (file);
  }
  g_assert_cmpuint (noticed, ==, 200);
}

static void
test_newer_schema (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_clear_object (&fixture->sqlite);
  fixture_exec (fixture->directory, "CREATE TABLE later (one INTEGER); PRAGMA user_version = 99");
  g_assert_null (hl_sqlite_store_open (fixture->directory, NULL, &error));
  g_assert_error (error, HL_STORE_ERROR, HL_STORE_ERROR_NEWER);
  g_clear_error (&error);
  g_assert_null (hl_sqlite_store_open_read_only (fixture->directory, NULL, &error));
  g_assert_error (error, HL_STORE_ERROR, HL_STORE_ERROR_NEWER);
}

/* A number alone makes no newer version: it is what is damaged. */
static void
test_damaged_version (StoreFixture *fixture, gconstpointer data)
{
  static const int versions[] = { 0, 99, 1 << 20 };

  g_clear_object (&fixture->sqlite);
  for (guint i = 0; i < G_N_ELEMENTS (versions); i++) {
    g_autofree char *sql = g_strdup_printf ("PRAGMA user_version = %d", versions[i]);
    g_autoptr (GError) error = NULL;

    fixture_exec (fixture->directory, sql);
    g_assert_null (hl_sqlite_store_open (fixture->directory, NULL, &error));
    g_assert_error (error, HL_STORE_ERROR, HL_STORE_ERROR_CORRUPT);
  }
}

static void
test_not_a_database (void)
{
  g_autoptr (GError) error = NULL;
  char *directory = fixture_make_directory ();
  g_autofree char *path = g_build_filename (directory, HL_SQLITE_STORE_FILE, NULL);
  g_autofree char *junk = g_strnfill (8192, 'x');

  g_assert_true (g_file_set_contents (path, junk, 8192, NULL));
  g_assert_null (hl_sqlite_store_open (directory, NULL, &error));
  g_assert_error (error, HL_STORE_ERROR, HL_STORE_ERROR_CORRUPT);
  fixture_remove_directory (directory);
}

/* ---- room on the disk ---- */

typedef struct {
  guint64 free_bytes;
  guint64 total_bytes;
} Disk;

static gboolean
look_at_disk (const char *directory, guint64 *free_bytes, guint64 *total_bytes, gpointer user_data)
{
  const Disk *disk = user_data;

  *free_bytes = disk->free_bytes;
  *total_bytes = disk->total_bytes;
  return TRUE;
}

static void
test_space_guard (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = NULL;
  Disk disk = { 99 << 20, (guint64) 10 << 30 };
  guint8 fingerprint[HL_STORE_FINGERPRINT_BYTES] = { 0 };

  hl_sqlite_store_set_space_guard (fixture->sqlite, 100 << 20, look_at_disk, &disk);
  g_assert_false (hl_sqlite_store_has_space (fixture->sqlite));
  g_assert_null (fixture_try_append (fixture->store, "one", 1, &error));
  g_assert_error (error, HL_STORE_ERROR, HL_STORE_ERROR_FULL);
  g_clear_error (&error);
  g_assert_true (hl_store_begin_group (fixture->store, &error));
  g_assert_true (hl_store_begin_request (fixture->store, &error));
  g_assert_null (fixture_try_append (fixture->store, "one", 1, &error));
  g_assert_error (error, HL_STORE_ERROR, HL_STORE_ERROR_FULL);
  g_clear_error (&error);
  g_assert_false (hl_store_put_request (fixture->store, "one", "s", "k", fingerprint, 201, "{}",
                                        NOW, &error));
  g_assert_error (error, HL_STORE_ERROR, HL_STORE_ERROR_FULL);
  g_clear_error (&error);
  g_assert_true (hl_store_rollback_request (fixture->store, &error));
  g_assert_true (hl_store_commit_group (fixture->store, &error));
  g_assert_false (hl_store_is_broken (fixture->store));
  rows = fixture_read_all (fixture->store, "one");
  g_assert_cmpuint (rows->len, ==, 0);
  /* A small file system is measured by a twentieth of itself. */
  disk = (Disk){ 10 << 20, 100 << 20 };
  hl_position_free (fixture_append (fixture->store, "one", 1));
  disk = (Disk){ 4 << 20, 100 << 20 };
  g_assert_null (fixture_try_append (fixture->store, "one", 1, &error));
  g_assert_error (error, HL_STORE_ERROR, HL_STORE_ERROR_FULL);
  g_clear_error (&error);
  disk = (Disk){ (guint64) 1 << 30, (guint64) 10 << 30 };
  hl_position_free (fixture_append (fixture->store, "one", 1));
  fixture_assert_head (fixture->store, "one", 2);
}

/* ---- readers ---- */

static void
test_reader (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HlStore) reader = hl_store_open_reader (fixture->store, &error);
  g_autoptr (GPtrArray) rows = NULL;

  hl_position_free (fixture_append (fixture->store, "one", 2));
  rows = hl_store_read_units (reader, "one", 0, 10, 1000, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (rows->len, ==, 2);
  g_assert_null (fixture_try_append (reader, "one", 1, &error));
  g_assert_error (error, HL_STORE_ERROR, HL_STORE_ERROR_READ_ONLY);
  g_clear_error (&error);
  g_assert_false (hl_store_add_location (reader, "three", "Three", "UTC", NOW, &error));
  g_assert_error (error, HL_STORE_ERROR, HL_STORE_ERROR_READ_ONLY);
}

typedef struct {
  HlStore *reader;
  gint stop; /* atomic */
  guint reads;
} ReaderThread;

static gpointer
read_along (gpointer data)
{
  ReaderThread *thread = data;
  guint64 seq = 0;

  while (!g_atomic_int_get (&thread->stop) || seq < 300) {
    g_autoptr (GError) error = NULL;
    g_autoptr (GPtrArray) rows =
      hl_store_read_units (thread->reader, "one", seq, 7, G_MAXSIZE, &error);

    g_assert_no_error (error);
    for (guint i = 0; i < rows->len; i++) {
      const HlStoreRow *row = rows->pdata[i];

      g_assert_cmpuint (row->seq, ==, ++seq);
    }
    thread->reads++;
  }
  return GUINT_TO_POINTER (seq);
}

static void
test_reader_thread (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  ReaderThread thread = { .reader = hl_store_open_reader (fixture->store, &error) };
  GThread *running;

  g_assert_no_error (error);
  running = g_thread_new ("reader", read_along, &thread);
  for (guint i = 0; i < 100; i++)
    hl_position_free (fixture_append (fixture->store, "one", 3));
  g_atomic_int_set (&thread.stop, 1);
  g_assert_cmpuint (GPOINTER_TO_UINT (g_thread_join (running)), ==, 300);
  g_object_unref (thread.reader);
}

static void
test_checkpoint_and_backup (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  char *other = fixture_make_directory ();
  g_autofree char *copy = g_build_filename (other, HL_SQLITE_STORE_FILE, NULL);
  g_autoptr (HlPosition) before = fixture_append (fixture->store, "one", 5);
  guint64 wal = 1;

  g_assert_true (hl_sqlite_store_checkpoint (fixture->sqlite, &wal, &error));
  g_assert_cmpuint (wal, ==, 0);
  {
    /* From a reader, as in a server that runs. */
    g_autoptr (HlStore) reader = hl_store_open_reader (fixture->store, &error);

    g_assert_true (hl_sqlite_store_backup (HL_SQLITE_STORE (reader), copy, &error));
    g_assert_no_error (error);
  }
  {
    g_autoptr (HlSqliteStore) restored = fixture_open (other);
    g_autoptr (HlPosition) head = hl_store_get_head (HL_STORE (restored), "one", NULL);
    g_autoptr (GPtrArray) findings = check (HL_STORE (restored));

    g_assert_true (hl_position_equal (before, head));
    g_assert_cmpuint (findings->len, ==, 0);
  }
  g_assert_false (hl_sqlite_store_backup (fixture->sqlite, copy, &error));
  g_assert_error (error, HL_STORE_ERROR, HL_STORE_ERROR_EXISTS);
  fixture_remove_directory (other);
}

static void
test_reopen (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  hl_position_free (fixture_append (fixture->store, "one", 1));
  g_assert_true (hl_store_begin_group (fixture->store, &error));
  hl_position_free (fixture_append (fixture->store, "one", 1));
  g_assert_true (hl_store_reopen (fixture->store, &error));
  fixture_assert_head (fixture->store, "one", 1);
  g_assert_false (hl_store_is_broken (fixture->store));
  hl_position_free (fixture_append (fixture->store, "one", 1));
  fixture_assert_head (fixture->store, "one", 2);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, func) g_test_add ("/store/" path, StoreFixture, NULL, fixture_set_up, func, fixture_tear_down)
  ADD ("life/newer-schema", test_newer_schema);
  ADD ("life/damaged-version", test_damaged_version);
  g_test_add_func ("/store/life/not-a-database", test_not_a_database);
  ADD ("life/reopen", test_reopen);
  ADD ("life/checkpoint-backup", test_checkpoint_and_backup);
  ADD ("damage/row", test_corrupt_row);
  ADD ("damage/bit-flips", test_bit_flips);
  ADD ("damage/lost-tail", test_check_finds_lost_tail);
  ADD ("damage/forged", test_check_finds_forged_chain);
  ADD ("room/guard", test_space_guard);
  ADD ("reader/read-only", test_reader);
  ADD ("reader/thread", test_reader_thread);
#undef ADD
  return g_test_run ();
}
