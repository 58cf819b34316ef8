/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The outbox's file or its log is damaged: what was saved and does not lie in the damaged place is there afterwards, whatever led
 * to it, and the rest is told; also when the disk is full or the program is killed while it is saved. HL_BIT_FLIPS sets how many
 * bits are turned in the file and in the log (120 each), HL_TEST_SEED repeats a run. */
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "database-fixture.h"
#include "fault-vfs.h"
#include "local/hl-outbox-swap.h"
#include "local/hl-outbox.h"

#define PAGE 4096
#define SECTOR 512
#define LOG_HEADER 32
#define FRAME (24 + PAGE)
#define ROWS 160
#define ROWS_IN_LOG 40
#define TAKEN_BACK 17 /* of those in the log */
#define ON_THE_SAME 35

static guint32 seed;
static guint flips;
static gboolean withdraw;

/* Steps that rename or remove a file; 0: none is the last one. */
static guint steps_left;

static void
step (void)
{
  if (steps_left > 0 && --steps_left == 0)
    raise (SIGKILL);
}

int
rename (const char *from, const char *to)
{
  step ();
  return renameat (AT_FDCWD, from, AT_FDCWD, to);
}

/* Processes are killed here, no computers: waiting for the disk proves nothing. */
int
fsync (int fd)
{
  return 0;
}

int
fdatasync (int fd)
{
  return 0;
}

typedef struct {
  char *folder, *path, *log_path, *index_path;
  GPtrArray *rows; /* as they were saved */
  char *file, *log, *index;
  gsize file_bytes, log_bytes, index_bytes;
  gboolean power_cut; /* it leaves no index of the log */
} Saved;

static HlOutboxRow *
make_row (guint i)
{
  HlOutboxRow *row = g_new0 (HlOutboxRow, 1);

  row->device = g_strdup ("stand-1");
  row->location = g_strdup ("ocean-ave");
  row->id = g_strdup_printf ("id-%04u", i);
  row->state = i % 3 == 0 ? HL_ITEM_DECIDED : HL_ITEM_QUEUED;
  row->outcome = i % 3 == 0 ? HL_OUTCOME_APPLIED : -1;
  row->action = g_strdup_printf ("{\"id\":\"id-%04u\",\"kind\":\"finish_party\",\"data\":{\"party_id\":\"mark-%04u\",\"why\":\"%0*u\"}}", i, i,
                                 (int) (i * 37 % 300) + 1, i);
  row->label = g_strdup ("Ng");
  row->composed_at = 1796410800000;
  row->boot_id = g_strdup ("boot-1");
  return row;
}

static void
clear_folder (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *file = g_build_filename (folder, name, NULL);

    g_unlink (file);
  }
}

/* One is withdrawn when all are saved, and its page is not written any more; a later one is about the same party. */
static void
take_back (HlOutbox *outbox)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) hl_outbox_row_free);
  g_autoptr (GError) error = NULL;

  g_ptr_array_add (rows, make_row (TAKEN_BACK));
  ((HlOutboxRow *) rows->pdata[0])->n = TAKEN_BACK + 1;
  ((HlOutboxRow *) rows->pdata[0])->state = HL_ITEM_WITHDRAWN;
  hl_outbox_update (outbox, rows, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < 4; i++) { /* what is wrong in the last commits is not noticed */
    hl_outbox_recount (outbox, "stand-1", 100 + i, &error);
    g_assert_no_error (error);
  }
}

static void
add_rows (const char *path, guint n, gboolean kill_after)
{
  g_autoptr (GError) error = NULL;
  HlOutbox *outbox = hl_outbox_open (path, NULL, NULL, &error);

  g_assert_no_error (error);
  for (guint i = 0; i < n; i++) {
    g_autoptr (HlOutboxRow) row = make_row (i);

    if (withdraw && i == ON_THE_SAME) {
      g_free (row->action);
      row->action = g_strdup_printf ("{\"id\":\"id-%04u\",\"n\":%u,\"kind\":\"finish_party\",\"predicted\":\"applied\",\"composed_at\":"
                                     "\"2026-12-04T19:00:00.000Z\",\"data\":{\"party_id\":\"mark-%04u\"}}", i, i + 1, TAKEN_BACK);
    }
    hl_outbox_add (outbox, row, &error);
    g_assert_no_error (error);
  }
  if (withdraw)
    take_back (outbox);
  if (kill_after)
    raise (SIGKILL);
  hl_outbox_close (outbox);
}

/* With its log: the process was killed, and the log is all that is there. */
static void
save (Saved *saved, gboolean in_log)
{
  guint n = in_log ? ROWS_IN_LOG : ROWS;
  pid_t child;

  *saved = (Saved){ .folder = g_dir_make_tmp ("hostline-damage-XXXXXX", NULL) };
  saved->path = g_build_filename (saved->folder, "outbox.db", NULL);
  saved->log_path = g_strconcat (saved->path, "-wal", NULL);
  saved->index_path = g_strconcat (saved->path, "-shm", NULL);
  saved->rows = g_ptr_array_new_with_free_func ((GDestroyNotify) hl_outbox_row_free);
  child = fork ();
  g_assert_cmpint (child, >=, 0);
  if (child == 0) {
    add_rows (saved->path, n, in_log);
    _exit (0);
  }
  waitpid (child, NULL, 0);
  for (guint i = 0; i < n; i++) {
    g_ptr_array_add (saved->rows, make_row (i));
    ((HlOutboxRow *) saved->rows->pdata[i])->n = i + 1;
  }
  g_assert_true (g_file_get_contents (saved->path, &saved->file, &saved->file_bytes, NULL));
  if (in_log) {
    g_assert_true (g_file_get_contents (saved->log_path, &saved->log, &saved->log_bytes, NULL));
    g_assert_true (g_file_get_contents (saved->index_path, &saved->index, &saved->index_bytes, NULL));
  }
}

static void
saved_clear (Saved *saved)
{
  clear_folder (saved->folder);
  g_rmdir (saved->folder);
  g_free (saved->folder);
  g_free (saved->path);
  g_free (saved->log_path);
  g_free (saved->index_path);
  g_free (saved->file);
  g_free (saved->log);
  g_free (saved->index);
  g_ptr_array_unref (saved->rows);
}

static void
write_plain (const char *path, const char *bytes, gsize length)
{
  FILE *file = fopen (path, "w");

  g_assert_cmpuint (fwrite (bytes, 1, length, file), ==, length);
  fclose (file);
}

static void
put (Saved *saved)
{
  clear_folder (saved->folder);
  write_plain (saved->path, saved->file, saved->file_bytes);
  if (saved->log != NULL)
    write_plain (saved->log_path, saved->log, saved->log_bytes);
  if (saved->index != NULL && !saved->power_cut)
    write_plain (saved->index_path, saved->index, saved->index_bytes);
}

/* Where the row's newest version lies: page of the file, or frame of the log. */
static gssize
find_home (const Saved *saved, guint i)
{
  g_autofree char *mark = g_strdup_printf ("mark-%04u", i);
  const char *bytes = saved->log != NULL ? saved->log : saved->file;
  gsize length = saved->log != NULL ? saved->log_bytes : saved->file_bytes;
  gssize home = -1;

  for (const char *at = bytes; (at = memmem (at, length - (gsize) (at - bytes), mark, strlen (mark))) != NULL; at++)
    home = saved->log != NULL ? (at - bytes - LOG_HEADER) / FRAME : (at - bytes) / PAGE;
  g_assert_cmpint (home, >=, 0);
  return home;
}

static HlOutboxRow *
find_row (GPtrArray *rows, const char *id)
{
  for (guint i = 0; i < rows->len; i++)
    if (g_str_equal (((HlOutboxRow *) rows->pdata[i])->id, id))
      return rows->pdata[i];
  return NULL;
}

/* The first frame of the log's last commit. After a power cut, what is damaged from there on looks like a write that was torn. */
static gssize
find_last_commit (const Saved *saved)
{
  gssize n = (gssize) (saved->log_bytes - LOG_HEADER) / FRAME, start = 0;

  for (gssize frame = 1; frame < n; frame++) {
    if (memcmp (saved->log + LOG_HEADER + (frame - 1) * FRAME + 4, "\0\0\0\0", 4) != 0)
      start = frame;
  }
  return start;
}

/* Opens it; what is not as it was lay in the place that was hit (-1: none), and is told. Returns how many those are. */
static guint
check (Saved *saved, gssize hit)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = NULL;
  gboolean salvaged = FALSE;
  HlOutbox *outbox = hl_outbox_open (saved->path, NULL, &salvaged, &error);
  HlOutboxPurged purged = { 0 };
  g_autoptr (HlOutboxRow) next = make_row (9999);
  guint lost = 0;

  g_assert_no_error (error);
  rows = hl_outbox_load (outbox, &purged, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < saved->rows->len; i++) {
    const HlOutboxRow *was = saved->rows->pdata[i], *is = find_row (rows, was->id);

    if (is != NULL && !is->damaged && is->state == was->state && is->n == was->n && g_str_equal (is->action, was->action) &&
        g_strcmp0 (is->location, was->location) == 0)
      continue;
    if (saved->power_cut && hit >= find_last_commit (saved) && i + 1 == saved->rows->len && !salvaged) {
      lost++;
      continue;
    }
    g_assert_cmpint (find_home (saved, i), ==, hit);
    if (!salvaged && (is == NULL || !is->damaged)) {
      guint damaged = 0; /* its id is what is damaged */

      for (guint k = 0; k < rows->len; k++)
        damaged += ((HlOutboxRow *) rows->pdata[k])->damaged;
      g_assert_cmpuint (damaged, >, 0);
    }
    lost++;
  }
  /* and it goes on above all numbers */
  g_assert_true (hl_outbox_add (outbox, next, &error));
  g_assert_cmpuint (next->n, >, saved->rows->len - lost);
  hl_outbox_close (outbox);
  return lost;
}

static guint
get_16 (const char *at)
{
  return (guint) (guint8) at[0] << 8 | (guint8) at[1];
}

/* One bit of what leads to a page: it is read twice, and another one not at all. */
static void
test_child_pointer (void)
{
  Saved saved;
  guint tried = 0;

  save (&saved, FALSE);
  for (gsize page = PAGE; page < saved.file_bytes; page += PAGE) {
    const char *at = saved.file + page;
    guint cells = get_16 (at + 3);

    if (at[0] != 2) /* an inner page of an index, or of a table without row ids */
      continue;
    for (guint i = 0; i <= cells; i++) {
      gsize pointer = page + (i < cells ? get_16 (at + 12 + 2 * i) : 8) + 3;

      for (guint bit = 0; bit < 3; bit++) {
        put (&saved);
        saved.file[pointer] ^= (char) (1 << bit);
        write_plain (saved.path, saved.file, saved.file_bytes);
        saved.file[pointer] ^= (char) (1 << bit);
        g_assert_cmpuint (check (&saved, -1), ==, 0);
        tried++;
      }
    }
  }
  g_assert_cmpuint (tried, >, 20);
  saved_clear (&saved);
}

/* A whole page is gone, each in turn. */
static void
test_page (void)
{
  static const char noise[] = "this is not a page of a database, is it?";
  Saved saved;
  guint most = 0, all = 0;

  save (&saved, FALSE);
  for (gsize page = 0; page < saved.file_bytes / PAGE; page++) {
    g_autofree char *kept = g_memdup2 (saved.file + page * PAGE, sizeof noise);
    guint lost;

    memcpy (saved.file + page * PAGE, noise, sizeof noise);
    put (&saved);
    memcpy (saved.file + page * PAGE, kept, sizeof noise);
    lost = check (&saved, (gssize) page);
    most = MAX (most, lost);
    all += lost;
    g_assert_true (hl_outbox_swap_has_lost (saved.path));
  }
  g_assert_cmpuint (all, ==, ROWS); /* each of them lies in one */
  g_assert_cmpuint (most, <, ROWS / 4);
  saved_clear (&saved);
}

static void
turn_bits (gboolean in_log, gboolean power_cut)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
  Saved saved;
  guint lost = 0;
  char *bytes;
  gsize length;

  g_test_message ("HL_TEST_SEED=%u HL_BIT_FLIPS=%u", seed, flips);
  save (&saved, in_log);
  saved.power_cut = power_cut;
  bytes = in_log ? saved.log : saved.file;
  length = in_log ? saved.log_bytes : saved.file_bytes;
  for (guint i = 0; i < flips; i++) {
    /* the last commits and both headers more often */
    gsize at = i % 8 == 0   ? (gsize) g_rand_int_range (rand, 0, 64)
               : i % 8 == 1 ? length - (gsize) g_rand_int_range (rand, 1, 5 * FRAME)
                            : (gsize) g_rand_int_range (rand, 0, (gint32) length);
    char bit = (char) (1 << g_rand_int_range (rand, 0, 8));
    gssize hit = !in_log ? (gssize) at / PAGE : at < LOG_HEADER ? -1 : (gssize) (at - LOG_HEADER) / FRAME;

    bytes[at] ^= bit;
    put (&saved);
    bytes[at] ^= bit;
    g_test_message ("byte %" G_GSIZE_FORMAT " of %" G_GSIZE_FORMAT ", bit %d", at, length, bit);
    lost += check (&saved, hit);
  }
  g_test_message ("%u rows were hit", lost);
  saved_clear (&saved);
}

static void
test_bits_of_file (void)
{
  turn_bits (FALSE, FALSE);
}

static void
test_bits_of_log (void)
{
  turn_bits (TRUE, FALSE);
}

static void
test_bits_after_power_cut (void)
{
  turn_bits (TRUE, TRUE);
}

/* After one bit of the log was turned: what was withdrawn is not sent. Returns how many of the others go to review. */
static guint
check_taken_back (Saved *saved)
{
  g_autofree char *id = g_strdup_printf ("id-%04u", TAKEN_BACK);
  g_autofree char *later = g_strdup_printf ("id-%04u", ON_THE_SAME);
  g_autoptr (GError) error = NULL;
  g_autoptr (HlOutbox) outbox = hl_outbox_open (saved->path, NULL, NULL, &error);
  g_autoptr (GPtrArray) rows = NULL;
  const HlOutboxRow *row;
  guint reviewed = 0;

  g_assert_no_error (error);
  rows = hl_outbox_load (outbox, NULL, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < rows->len; i++) {
    row = rows->pdata[i];
    if (g_str_equal (row->id, id) || row->n == TAKEN_BACK + 1)
      g_assert_true (row->state == HL_ITEM_WITHDRAWN || row->state == HL_ITEM_REVIEW);
    else
      reviewed += row->state == HL_ITEM_REVIEW && !g_str_equal (row->id, later);
  }
  row = find_row (rows, id);
  if (row != NULL && row->state == HL_ITEM_REVIEW && !row->damaged)
    g_assert_cmpint (find_row (rows, later)->state, ==, HL_ITEM_REVIEW);
  return reviewed;
}

/* One bit of where the log says that it was withdrawn, in each byte of it; and of what leads there: an older version of the page
 * is whole, and has it waiting still. */
static void
test_taken_back (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
  g_autofree char *mark = g_strdup_printf ("mark-%04u\",\"why", TAKEN_BACK);
  const char *last = NULL;
  guint tried = 0, in_row = 0;
  gsize frame;
  Saved saved;

  withdraw = TRUE;
  save (&saved, TRUE);
  withdraw = FALSE;
  for (const char *at = saved.log; (at = memmem (at, saved.log_bytes - (gsize) (at - saved.log), mark, strlen (mark))) != NULL; at++)
    last = at;
  g_assert_nonnull (last);
  frame = LOG_HEADER + ((gsize) (last - saved.log) - LOG_HEADER) / FRAME * FRAME;
  for (gsize at = frame; at < frame + FRAME; at++) {
    gsize row = (gsize) (last - saved.log);
    gboolean inside = at + 120 > row && at < row + 120;
    char bit = (char) (1 << g_rand_int_range (rand, 0, 8));
    guint reviewed;

    if (!inside && at >= frame + 24 + 40 && at % 64 != 0)
      continue;
    saved.log[at] ^= bit;
    put (&saved);
    saved.log[at] ^= bit;
    g_test_message ("byte %" G_GSIZE_FORMAT " of frame %" G_GSIZE_FORMAT ", bit %d", at - frame, (frame - LOG_HEADER) / FRAME, bit);
    reviewed = check_taken_back (&saved);
    if (at >= row && at < row + strlen (mark)) { /* of this row alone, and none of the others was touched */
      g_assert_cmpuint (reviewed, ==, 0);
      in_row++;
    }
    tried++;
  }
  g_assert_cmpuint (tried, >, 200);
  g_assert_cmpuint (in_row, >, 10);
  saved_clear (&saved);
}

static void
spoil_one (Saved *saved)
{
  put (saved);
  saved->file[(saved->file_bytes / PAGE - 2) * PAGE] = 0x55;
  write_plain (saved->path, saved->file, saved->file_bytes);
}

/* There is no room for a new file, or the disk fails, at each write in turn: nothing is opened, nothing is moved, and once it is
 * well again all is there. */
static void
test_no_room (void)
{
  Saved saved;
  guint places = 0;
  gssize hit;

  save (&saved, FALSE);
  hit = (gssize) (saved.file_bytes / PAGE) - 2;
  for (guint nth = 1; nth < 500; nth++) {
    g_autoptr (GError) error = NULL;
    HlOutbox *outbox;
    gboolean fired, salvaged = FALSE;

    spoil_one (&saved);
    fault_vfs_reset ();
    fault_vfs_arm (nth % 2 == 0 ? FAULT_FULL : FAULT_STOPPED, nth);
    outbox = hl_outbox_open (saved.path, FAULT_VFS, &salvaged, &error);
    fired = fault_vfs_has_fired ();
    fault_vfs_disarm ();
    if (outbox == NULL) {
      g_assert_nonnull (error);
      g_assert_true (g_file_test (saved.path, G_FILE_TEST_EXISTS));
      places++;
    }
    hl_outbox_close (outbox);
    g_assert_cmpuint (check (&saved, hit), <, ROWS / 4);
    g_assert_true (hl_outbox_swap_has_lost (saved.path));
    if (!fired)
      break;
  }
  g_test_message ("%u places", places);
  g_assert_cmpuint (places, >, 5);
  saved_clear (&saved);
}

/* FALSE once it ends before the nth step. */
static gboolean
kill_at (guint nth, void (*run) (Saved *saved), Saved *saved)
{
  pid_t child = fork ();
  int status = 0;

  g_assert_cmpint (child, >=, 0);
  if (child == 0) {
    steps_left = nth;
    run (saved);
    _exit (0);
  }
  waitpid (child, &status, 0);
  g_assert_true (WIFSIGNALED (status) || WEXITSTATUS (status) == 0);
  return WIFSIGNALED (status);
}

static void
run_salvage (Saved *saved)
{
  HlOutbox *outbox = hl_outbox_open (saved->path, NULL, NULL, NULL);

  g_assert_nonnull (outbox);
  hl_outbox_close (outbox);
}

static void
test_killed_salvage (void)
{
  Saved saved;
  guint nth = 1;
  gboolean killed;

  save (&saved, FALSE);
  do {
    spoil_one (&saved);
    killed = kill_at (nth++, run_salvage, &saved);
    g_assert_cmpuint (check (&saved, (gssize) (saved.file_bytes / PAGE) - 2), <, ROWS / 4);
    g_assert_true (hl_outbox_swap_has_lost (saved.path)); /* it is said, also after a restart */
  } while (killed);
  g_assert_cmpuint (nth, >, 3);
  saved_clear (&saved);
}

/* All is in memory, and more than the file and its log say. */
static void
run_rebuild (Saved *saved)
{
  g_autoptr (GHashTable) counters = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr (GPtrArray) rows = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  HlOutboxPurged purged = { .composed = saved->rows->len };
  gint64 n = saved->rows->len;

  g_hash_table_insert (counters, g_strdup ("stand-1"), g_memdup2 (&n, sizeof n));
  for (guint i = 0; i < saved->rows->len; i++) {
    HlOutboxRow *row = saved->rows->pdata[i];

    row->state = HL_ITEM_WITHDRAWN;
    g_ptr_array_add (rows, row);
  }
  hl_outbox_rebuild (saved->path, rows, &purged, counters, &error);
  g_assert_no_error (error);
}

static gboolean
is_rebuilt (Saved *saved)
{
  g_autoptr (HlOutbox) outbox = hl_outbox_open (saved->path, NULL, NULL, NULL);
  g_autoptr (GPtrArray) rows = hl_outbox_load (outbox, NULL, NULL);
  guint withdrawn = 0;

  for (guint i = 0; i < rows->len; i++)
    withdrawn += ((HlOutboxRow *) rows->pdata[i])->state == HL_ITEM_WITHDRAWN;
  g_assert_cmpuint (rows->len, ==, saved->rows->len);
  g_assert_true (withdrawn == 0 || withdrawn == rows->len); /* the one or the other, never both */
  return withdrawn > 0;
}

/* The log of the former file is there still: it must not be replayed into the new one. */
static void
test_killed_rebuild (void)
{
  Saved saved;
  guint nth = 1, rebuilt = 0;
  gboolean killed;

  save (&saved, TRUE);
  do {
    put (&saved);
    killed = kill_at (nth++, run_rebuild, &saved);
    rebuilt += is_rebuilt (&saved);
  } while (killed);
  g_assert_cmpuint (nth, >, 4);
  g_assert_cmpuint (rebuilt, ==, nth - 2); /* from its first name on it is the one that counts */
  g_assert_false (hl_outbox_swap_has_lost (saved.path));
  saved_clear (&saved);
}

/* As former versions left it: the main file is away, its log is not. */
static void
test_left_by_former (void)
{
  g_autofree char *rebuilt = NULL;
  g_autofree char *aside = NULL;
  Saved saved;

  save (&saved, TRUE);
  put (&saved);
  run_rebuild (&saved);
  rebuilt = g_strconcat (saved.path, ".rebuilt", NULL);
  g_assert_cmpint (g_rename (saved.path, rebuilt), ==, 0);
  write_plain (saved.log_path, saved.log, saved.log_bytes);
  g_assert_true (is_rebuilt (&saved));
  saved_clear (&saved);
}

/* Nothing that was found damaged becomes readable by being written once more: it may speak of another party now. */
static void
test_row_stays_damaged (void)
{
  g_autoptr (GHashTable) counters = NULL;
  g_autoptr (GPtrArray) rows = NULL;
  g_autoptr (GPtrArray) again = NULL;
  g_autoptr (GError) error = NULL;
  HlOutboxPurged purged;
  HlOutbox *outbox;
  Saved saved;

  save (&saved, FALSE);
  database_fixture_exec (saved.path, "UPDATE item SET action = replace (action, 'mark-0007', 'mark-0003') WHERE n = 8");
  outbox = hl_outbox_open (saved.path, NULL, NULL, &error);
  rows = hl_outbox_load (outbox, &purged, &error);
  counters = hl_outbox_load_counters (outbox, &error);
  g_assert_true (find_row (rows, "id-0007")->damaged);
  hl_outbox_close (outbox);
  hl_outbox_rebuild (saved.path, rows, &purged, counters, &error);
  g_assert_no_error (error);
  outbox = hl_outbox_open (saved.path, NULL, NULL, &error);
  again = hl_outbox_load (outbox, NULL, &error);
  g_assert_cmpuint (again->len, ==, ROWS);
  for (guint i = 0; i < again->len; i++) {
    const HlOutboxRow *row = again->pdata[i];

    g_assert_true (row->damaged == g_str_equal (row->id, "id-0007"));
  }
  hl_outbox_close (outbox);
  saved_clear (&saved);
}

/* Numbers go on above what the server says, which is asked once. */
static void
test_recount (void)
{
  g_autoptr (HlOutboxRow) row = make_row (5000);
  g_autoptr (GError) error = NULL;
  HlOutboxPurged purged;
  HlOutbox *outbox;
  Saved saved;

  save (&saved, FALSE);
  spoil_one (&saved);
  for (guint i = 0; i < 2; i++) { /* it is not forgotten before the server was asked */
    outbox = hl_outbox_open (saved.path, NULL, NULL, &error);
    g_clear_pointer (&outbox, hl_outbox_close);
  }
  outbox = hl_outbox_open (saved.path, NULL, NULL, &error);
  g_ptr_array_unref (hl_outbox_load (outbox, &purged, &error));
  g_assert_cmpuint (purged.recount, ==, 1);
  g_assert_true (hl_outbox_recount (outbox, "stand-1", 77000, &error));
  g_ptr_array_unref (hl_outbox_load (outbox, &purged, &error));
  g_assert_cmpuint (purged.recount, ==, 0);
  g_assert_true (hl_outbox_add (outbox, row, &error));
  g_assert_cmpuint (row->n, ==, 77001);
  hl_outbox_close (outbox);
  saved_clear (&saved);
}

/* Of what is kept there is one, or of all together not a byte. */
static void
check_kept (Saved *saved, gboolean is_empty)
{
  g_autoptr (GDir) dir = g_dir_open (saved->folder, 0, NULL);
  gsize bytes = 0;
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *file = g_build_filename (saved->folder, name, NULL);
    g_autofree char *text = NULL;
    gsize length;

    if (strstr (name, "corrupt") == NULL)
      continue;
    g_assert_true (g_file_get_contents (file, &text, &length, NULL));
    bytes += length;
  }
  g_assert_true (is_empty ? bytes == 0 : bytes > PAGE);
}

/* They hold names and numbers: they do not stay for ever. */
static void
test_kept_is_dropped (void)
{
  g_autoptr (GDir) dir = NULL;
  Saved saved;
  const char *name;

  save (&saved, TRUE);
  saved.log[saved.log_bytes / 2] ^= 1;
  put (&saved);
  g_assert_cmpuint (check (&saved, (gssize) (saved.log_bytes / 2 - LOG_HEADER) / FRAME), <=, 1);
  hl_outbox_swap_drop_kept (saved.path, 1000); /* they are younger */
  g_assert_true (hl_outbox_swap_has_lost (saved.path));
  /* a person was erased: nothing of them is there, and that something may be lost is said as before */
  check_kept (&saved, FALSE);
  g_assert_true (hl_outbox_swap_empty_kept (saved.path, NULL));
  check_kept (&saved, TRUE);
  g_assert_true (hl_outbox_swap_has_lost (saved.path));
  hl_outbox_swap_drop_kept (saved.path, G_MAXINT64);
  g_assert_false (hl_outbox_swap_has_lost (saved.path));
  dir = g_dir_open (saved.folder, 0, NULL);
  while ((name = g_dir_read_name (dir)) != NULL)
    g_assert_null (strstr (name, "corrupt"));
  saved_clear (&saved);
}

/* The power went while the file was made: nothing is in it yet, so nothing may be missed. */
static void
test_never_made (void)
{
  static const guint8 journal[SECTOR] = { 0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7, [12] = 0x51, 0x90, 0xe1, 0x0f,
                                          [22] = 0x02, [26] = 0x10 };
  static const char page[PAGE] = { 0 };
  g_autofree char *folder = g_dir_make_tmp ("hl-outbox-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "outbox.db", NULL);
  g_autofree char *beside = g_strconcat (path, "-journal", NULL);
  g_autoptr (GError) error = NULL;
  gboolean salvaged = TRUE;
  HlOutbox *outbox;

  g_assert_true (g_file_set_contents (path, page, sizeof page, NULL));
  g_assert_true (g_file_set_contents (beside, (const char *) journal, sizeof journal, NULL));
  outbox = hl_outbox_open (path, NULL, &salvaged, &error);
  g_assert_no_error (error);
  g_assert_nonnull (outbox);
  g_assert_false (salvaged);
  g_assert_false (hl_outbox_swap_has_lost (path));
  hl_outbox_close (outbox); /* it leaves the file alone */
  g_assert_no_errno (g_unlink (path));
  g_assert_no_errno (g_rmdir (folder));
}

int
main (int argc, char **argv)
{
  const char *text = g_getenv ("HL_TEST_SEED"), *count = g_getenv ("HL_BIT_FLIPS");

  g_test_init (&argc, &argv, NULL);
  seed = text != NULL ? (guint32) g_ascii_strtoull (text, NULL, 10) : g_random_int ();
  flips = count != NULL ? (guint) g_ascii_strtoull (count, NULL, 10) : 120;
  fault_vfs_reset ();
  g_test_add_func ("/outbox-damage/killed-salvage", test_killed_salvage); /* first: they fork */
  g_test_add_func ("/outbox-damage/killed-rebuild", test_killed_rebuild);
  g_test_add_func ("/outbox-damage/left-by-former", test_left_by_former);
  g_test_add_func ("/outbox-damage/child-pointer", test_child_pointer);
  g_test_add_func ("/outbox-damage/page", test_page);
  g_test_add_func ("/outbox-damage/bits-of-file", test_bits_of_file);
  g_test_add_func ("/outbox-damage/bits-of-log", test_bits_of_log);
  g_test_add_func ("/outbox-damage/taken-back", test_taken_back);
  g_test_add_func ("/outbox-damage/bits-after-power-cut", test_bits_after_power_cut);
  g_test_add_func ("/outbox-damage/no-room", test_no_room);
  g_test_add_func ("/outbox-damage/row-stays-damaged", test_row_stays_damaged);
  g_test_add_func ("/outbox-damage/recount", test_recount);
  g_test_add_func ("/outbox-damage/kept-is-dropped", test_kept_is_dropped);
  g_test_add_func ("/outbox-damage/never-made", test_never_made);
  return g_test_run ();
}
