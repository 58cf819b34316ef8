/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Is a write-ahead log damaged, or was a process killed, or the power cut? Databases with a tiny cache, whose transactions are
 * written into the log before they are committed, written twice, and rolled back, live through many stops in a row: no log of
 * theirs may be taken for a damaged one. And one bit that is turned in what was committed has to be noticed.
 * HL_LOG_LIVES sets how many lives (a life: eight stops, each seen as a killed process and as CUTS power cuts), HL_TEST_SEED
 * repeats a run, HL_LOG_KEEP names a folder for what fails. */
#include <glib.h>
#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>

#include "fault-vfs.h"
#include "util/hl-carve-index.h"
#include "util/hl-carve.h"

#define STOPS 8
#define CUTS 4
#define FLIPS 40
#define LOG_HEADER 32
#define FRAME_HEADER 24
#define FRAME (FRAME_HEADER + 4096)
#define SECTOR 512

static guint32 seed;
static guint lives;

typedef struct {
  char *folder;
  GRand *rand;
  gboolean powersafe;
  gboolean goes_back; /* to savepoints; pages stay in the cache then, see hl_database_keep_pages () */
  gint64 acked;  /* the newest number that was committed */
  gint64 tried;
  guint logs, seen_commits;
} Life;

static char *
name_of (Life *life, const char *name, const char *suffix)
{
  g_autofree char *file = g_strconcat (name, suffix, NULL);

  return g_build_filename (life->folder, file, NULL);
}

static void
copy_file (Life *life, const char *from_name, const char *to_name, const char *suffix)
{
  g_autofree char *from = name_of (life, from_name, suffix);
  g_autofree char *to = name_of (life, to_name, suffix);
  g_autofree char *bytes = NULL;
  gsize length;

  g_unlink (to); /* without flags GLib 2.74 leaves what stands behind the new end */
  if (g_file_get_contents (from, &bytes, &length, NULL))
    g_assert_true (g_file_set_contents_full (to, bytes, (gssize) length, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
}

/* ---- what is written until it stops ---- */

static gboolean
run (sqlite3 *db, const char *sql)
{
  return sqlite3_exec (db, sql, NULL, NULL, NULL) == SQLITE_OK;
}

static gboolean
runf (sqlite3 *db, const char *format, ...)
{
  g_autofree char *sql = NULL;
  va_list arguments;

  va_start (arguments, format);
  sql = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  return run (db, sql);
}

static sqlite3 *
open_database (const char *path, const char *vfs)
{
  sqlite3 *db = NULL;

  if (sqlite3_open_v2 (path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, vfs) == SQLITE_OK &&
      run (db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = 5; PRAGMA wal_autocheckpoint = 0;"
               "CREATE TABLE IF NOT EXISTS mark (n INTEGER PRIMARY KEY);"
               "CREATE TABLE IF NOT EXISTS t (k INTEGER PRIMARY KEY, v BLOB)"))
    return db;
  sqlite3_close (db);
  return NULL;
}

/* Pages leave the cache, come back, and leave it again. */
static gboolean
write_much (Life *life, sqlite3 *db)
{
  for (int i = g_rand_int_range (life->rand, 1, 5); i > 0; i--) {
    int first = g_rand_int_range (life->rand, 0, 60), step = g_rand_int_range (life->rand, 1, 7);

    if (!runf (db,
               "WITH RECURSIVE c (i) AS (SELECT %d UNION ALL SELECT i + %d FROM c WHERE i < %d)"
               " INSERT OR REPLACE INTO t SELECT i, zeroblob (%d) || hex (%d + i) FROM c",
               first, step, first + g_rand_int_range (life->rand, 1, 60), g_rand_int_range (life->rand, 10, 900), i))
      return FALSE;
  }
  return TRUE;
}

static gboolean
write_transaction (Life *life, sqlite3 *db)
{
  gboolean much = g_rand_int_range (life->rand, 0, 3) == 0, keep = g_rand_int_range (life->rand, 0, 4) > 0;

  if (!run (db, "BEGIN IMMEDIATE") || (much && !write_much (life, db)))
    return FALSE;
  if (much && life->goes_back && !(run (db, "SAVEPOINT s") && write_much (life, db) && run (db, "ROLLBACK TO s")))
    return FALSE;
  life->tried++;
  if (!runf (db, "REPLACE INTO mark VALUES (%" G_GINT64_FORMAT ")", life->tried) || !run (db, keep ? "COMMIT" : "ROLLBACK"))
    return FALSE;
  if (keep)
    life->acked = life->tried;
  return TRUE;
}

static gboolean
write_something (Life *life, sqlite3 *db)
{
  static const char *const checkpoints[] = { "PASSIVE", "FULL", "RESTART", "TRUNCATE" };

  if (g_rand_int_range (life->rand, 0, 12) > 0)
    return write_transaction (life, db);
  return runf (db, "PRAGMA wal_checkpoint (%s)", checkpoints[g_rand_int_range (life->rand, 0, 4)]);
}

static void
forget_files (Life *life, const char *name)
{
  static const char *const suffixes[] = { "", "-wal", "-shm" };

  for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++) {
    g_autofree char *file = name_of (life, name, suffixes[i]);

    g_unlink (file);
  }
}

/* ---- afterwards ---- */

static void
keep (Life *life, const char *name)
{
  const char *folder = g_getenv ("HL_LOG_KEEP");
  static const char *const suffixes[] = { "", "-wal", "-shm" };

  for (guint i = 0; folder != NULL && i < G_N_ELEMENTS (suffixes); i++) {
    g_autofree char *file = g_strconcat ("kept", suffixes[i], NULL);
    g_autofree char *from = name_of (life, name, suffixes[i]);
    g_autofree char *to = g_build_filename (folder, file, NULL);
    g_autofree char *bytes = NULL;
    gsize length;

    if (g_file_get_contents (from, &bytes, &length, NULL))
      g_file_set_contents (to, bytes, (gssize) length, NULL);
  }
}

static gboolean
is_log_damaged (Life *life, const char *name)
{
  g_autofree char *path = name_of (life, name, "");

  return hl_carve_is_log_damaged (path);
}

/* A copy of it, for SQLite changes it. Returns: the newest number */
static gint64
read_mark (Life *life, const char *name)
{
  g_autofree char *path = name_of (life, "read", "");
  sqlite3 *db;
  sqlite3_stmt *statement = NULL;
  gint64 mark;

  forget_files (life, "read");
  copy_file (life, name, "read", "");
  copy_file (life, name, "read", "-wal");
  db = open_database (path, NULL);
  g_assert_nonnull (db);
  g_assert_cmpint (sqlite3_prepare_v2 (db, "SELECT max (n) FROM mark", -1, &statement, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_step (statement), ==, SQLITE_ROW);
  mark = sqlite3_column_int64 (statement, 0);
  sqlite3_finalize (statement);
  sqlite3_close (db);
  return mark;
}

static void
assert_healthy (Life *life, const char *name, const char *what)
{
  if (is_log_damaged (life, name)) {
    keep (life, name);
    g_test_message ("%s, %s a sector", what, life->powersafe ? "not padded to" : "padded to");
    g_assert_not_reached ();
  }
  g_assert_cmpint (read_mark (life, name), >=, life->acked);
  life->logs++;
}

/* Where the commits of a log end, that are read: numbers of frames from 1. */
static GArray *
find_ends (const char *log, gsize length)
{
  GArray *ends = g_array_new (FALSE, FALSE, sizeof (guint));
  guint32 one = 0, two = 0;
  const char *at = log + LOG_HEADER;

  memcpy (&one, log + 24, 4);
  memcpy (&two, log + 28, 4);
  one = GUINT32_FROM_BE (one);
  two = GUINT32_FROM_BE (two);
  for (guint i = 1; at + FRAME <= log + length; i++, at += FRAME) {
    guint32 said[2];

    if (memcmp (at + 8, log + 16, 8) != 0)
      break;
    for (gsize k = 0; k < FRAME; k += 8) {
      guint32 words[2];

      if (k == 8)
        k = FRAME_HEADER; /* the salts and the sum itself do not count */
      memcpy (words, at + k, sizeof words);
      one += GUINT32_FROM_LE (words[0]) + two;
      two += GUINT32_FROM_LE (words[1]) + one;
    }
    memcpy (said, at + 16, sizeof said);
    if (one != GUINT32_FROM_BE (said[0]) || two != GUINT32_FROM_BE (said[1]))
      break;
    if (memcmp (at + 4, "\0\0\0\0", 4) != 0)
      g_array_append_val (ends, i);
  }
  return ends;
}

static void
put_log (Life *life, const char *name, const char *log, gsize length)
{
  g_autofree char *path = name_of (life, name, "-wal");

  g_unlink (path);
  g_assert_true (g_file_set_contents_full (path, log, (gssize) length, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
}

/* The end of one of the first commits, and what is behind could repeat it: nothing shows that this log is not padded. */
static gboolean
could_be_padding (GArray *ends, guint frame)
{
  for (guint i = 0; i < MIN (ends->len, 4); i++) {
    if (g_array_index (ends, guint, i) == frame)
      return ends->len <= i + 2;
  }
  return FALSE;
}

/* One bit after the other in what is committed, with the index that a killed process leaves, and without it. */
static void
flip_bits (Life *life)
{
  g_autofree char *path = name_of (life, "killed", "-wal");
  g_autofree char *path_of_killed = NULL;
  g_autofree char *log = NULL;
  HlCarveIndex index;
  g_autoptr (GArray) ends = NULL;
  gsize length, committed;
  guint last_start;

  if (!life->powersafe || !g_file_get_contents (path, &log, &length, NULL) || length < LOG_HEADER + FRAME)
    return;
  ends = find_ends (log, length);
  /* it may have been killed while it waited for the disk */
  path_of_killed = name_of (life, "killed", "");
  g_assert_true (hl_carve_index_read (path_of_killed, &index));
  while (ends->len > 0 && g_array_index (ends, guint, ends->len - 1) > index.n_frames)
    g_array_set_size (ends, ends->len - 1);
  if (ends->len < 2)
    return;
  life->seen_commits += ends->len;
  last_start = g_array_index (ends, guint, ends->len - 2) + 1;
  committed = LOG_HEADER + (gsize) g_array_index (ends, guint, ends->len - 1) * FRAME;
  forget_files (life, "bare");
  copy_file (life, "killed", "bare", "");
  for (guint i = 0; i < FLIPS; i++) {
    /* headers more often */
    gsize frame = (gsize) g_rand_int_range (life->rand, 0, (gint32) ((committed - LOG_HEADER) / FRAME));
    gsize start = LOG_HEADER + frame * FRAME;
    gsize at = i % 4 == 0   ? (gsize) g_rand_int_range (life->rand, 0, LOG_HEADER)
               : i % 4 == 1 ? start + (gsize) g_rand_int_range (life->rand, 0, FRAME_HEADER)
                            : (gsize) g_rand_int_range (life->rand, LOG_HEADER, (gint32) committed);
    char bit = (char) (1 << g_rand_int_range (life->rand, 0, 8));

    frame = at < LOG_HEADER ? 0 : (at - LOG_HEADER) / FRAME + 1;
    log[at] ^= bit;
    put_log (life, "bare", log, length);
    put_log (life, "killed", log, length);
    log[at] ^= bit;
    if (!is_log_damaged (life, "killed")) {
      keep (life, "killed");
      g_error ("byte %" G_GSIZE_FORMAT " of %" G_GSIZE_FORMAT ", bit %x", at, committed, (guint8) bit);
    }
    /* the last commit looks like one that a power cut tore; and so does the end of one whose header lies in two sectors */
    if (frame < last_start && !could_be_padding (ends, (guint) frame) && (LOG_HEADER + (frame - 1) * FRAME) % SECTOR <= SECTOR - FRAME_HEADER &&
        !is_log_damaged (life, "bare")) {
      keep (life, "bare");
      g_error ("without index: byte %" G_GSIZE_FORMAT " of %" G_GSIZE_FORMAT ", bit %x", at, committed, (guint8) bit);
    }
  }
  put_log (life, "killed", log, length);
}

static void
live_once (Life *life)
{
  g_autofree char *path = name_of (life, "db", "");
  g_autofree char *cut = name_of (life, "cut", "");
  gboolean goes_on_cut = g_rand_boolean (life->rand);
  sqlite3 *db;

  fault_vfs_reset ();
  fault_vfs_set_powersafe (life->powersafe);
  db = open_database (path, FAULT_VFS);
  g_assert_nonnull (db);
  g_assert_true (!life->goes_back || run (db, "PRAGMA cache_spill = OFF"));
  fault_vfs_arm (FAULT_STOPPED, (guint) g_rand_int_range (life->rand, 1, 1500));
  while (write_something (life, db))
    ;
  g_assert_true (fault_vfs_has_fired ());
  forget_files (life, "killed");
  copy_file (life, "db", "killed", "");
  copy_file (life, "db", "killed", "-wal");
  copy_file (life, "db", "killed", "-shm");
  assert_healthy (life, "killed", "killed");
  flip_bits (life);
  for (guint i = 0; i < CUTS; i++) {
    fault_vfs_cut (path, cut, life->rand);
    if (g_rand_boolean (life->rand))
      copy_file (life, "db", "cut", "-shm");
    assert_healthy (life, "cut", "cut");
  }
  sqlite3_close (db);
  fault_vfs_disarm ();
  forget_files (life, "db");
  copy_file (life, goes_on_cut ? "cut" : "killed", "db", "");
  copy_file (life, goes_on_cut ? "cut" : "killed", "db", "-wal");
}

static void
test_stops (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
  guint logs = 0, commits = 0;

  for (guint i = 0; i < lives; i++) {
    Life life = { .folder = g_dir_make_tmp ("hostline-log-XXXXXX", NULL), .rand = rand, .powersafe = i % 2 == 0, .goes_back = i % 4 < 2 };

    for (guint k = 0; k < STOPS; k++)
      live_once (&life);
    logs += life.logs;
    commits += life.seen_commits;
    forget_files (&life, "db");
    forget_files (&life, "killed");
    forget_files (&life, "cut");
    forget_files (&life, "bare");
    forget_files (&life, "read");
    g_assert_cmpint (g_rmdir (life.folder), ==, 0);
    g_free (life.folder);
  }
  g_test_message ("%u logs, none taken for a damaged one; bits turned among %u commits", logs, commits);
  g_assert_cmpuint (commits, >, 0);
}

int
main (int argc, char **argv)
{
  const char *wanted_seed = g_getenv ("HL_TEST_SEED"), *wanted = g_getenv ("HL_LOG_LIVES");

  g_test_init (&argc, &argv, NULL);
  seed = wanted_seed != NULL ? (guint32) g_ascii_strtoull (wanted_seed, NULL, 10) : g_random_int ();
  lives = wanted != NULL ? (guint) g_ascii_strtoull (wanted, NULL, 10) : 2;
  g_print ("# HL_TEST_SEED=%u HL_LOG_LIVES=%u\n", seed, lives);
  sqlite3_initialize ();
  sqlite3_test_control (SQLITE_TESTCTRL_PRNG_SEED, (int) (seed | 1), NULL); /* salts */
  fault_vfs_reset ();
  g_test_add_func ("/carve-log/stops", test_stops);
  return g_test_run ();
}
