/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What every former schema of a dashboard's two files held: every action is still there, in order, as it stood, and nothing of
 * the copy is believed that this version would not have written; also when the process is killed, the disk fails or the power
 * goes at any write of the first opening. A newer outbox is left as it is. */
#include <glib/gstdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "database-fixture.h"
#include "fault-vfs.h"
#include "local/hl-local.h"

#define OUTBOX_VERSION 2
#define COPY_VERSION 3

typedef struct {
  const char *name; /* of the fixture; NULL: there is no file yet */
  char *folder;
  char *path;
  GPtrArray *queries;
  char *before;
} Old;

static void
clear (Old *old)
{
  g_autoptr (GDir) dir = g_dir_open (old->folder, 0, NULL);
  const char *file;

  while ((file = g_dir_read_name (dir)) != NULL) {
    g_autofree char *path = g_build_filename (old->folder, file, NULL);

    g_unlink (path);
  }
}

static void
put (Old *old)
{
  clear (old);
  if (old->name != NULL)
    database_fixture_make (old->name, old->path);
  fault_vfs_reset ();
}

static void
set_up (Old *old, const char *name, const char *file)
{
  *old = (Old){ .name = name };
  old->folder = g_dir_make_tmp ("hostline-migrations-XXXXXX", NULL);
  old->path = g_build_filename (old->folder, file, NULL);
  put (old);
  if (name != NULL) {
    old->queries = database_fixture_list_queries (old->path);
    old->before = database_fixture_print (old->path, old->queries);
  }
}

static void
tear_down (Old *old)
{
  clear (old);
  g_rmdir (old->folder);
  g_free (old->folder);
  g_free (old->path);
  g_free (old->before);
  g_clear_pointer (&old->queries, g_ptr_array_unref);
}

typedef void (*AssertFunc) (Old *old);
typedef gboolean (*OpenFunc) (Old *old);

static gboolean
open_outbox (Old *old)
{
  g_autoptr (HlOutbox) outbox = hl_outbox_open (old->path, FAULT_VFS, NULL, NULL);

  return outbox != NULL;
}

static gboolean
open_copy (Old *old)
{
  g_autoptr (HlCopy) copy = hl_copy_open (old->path, FAULT_VFS, NULL);

  return copy != NULL;
}

/* FALSE once nth is beyond all writes. */
static gboolean
kill_at (Old *old, OpenFunc open_file, guint nth)
{
  pid_t child;
  int status = 0;

  put (old);
  child = fork ();
  g_assert_cmpint (child, >=, 0);
  if (child == 0) {
    fault_vfs_arm (FAULT_KILL, nth);
    _exit (open_file (old) ? 0 : 1);
  }
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_true (WIFSIGNALED (status) || WEXITSTATUS (status) == 0);
  return WIFSIGNALED (status);
}

static gboolean
fail_at (Old *old, OpenFunc open_file, FaultKind kind, guint nth, GRand *rand)
{
  gboolean fired;

  put (old);
  fault_vfs_arm (kind, nth);
  (void) open_file (old);
  fired = fault_vfs_has_fired ();
  fault_vfs_disarm ();
  if (kind == FAULT_POWER && fired)
    fault_vfs_cut (old->path, old->path, rand);
  return fired;
}

static void
try_all (Old *old, OpenFunc open_file, AssertFunc assert_held)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed ((guint32) g_test_rand_int ());
  guint killed = 1, failed = 1, cut = 1;

  put (old);
  assert_held (old);
  for (; kill_at (old, open_file, killed); killed++)
    assert_held (old);
  for (; fail_at (old, open_file, FAULT_STOPPED, failed, rand); failed++)
    assert_held (old);
  for (; fail_at (old, open_file, FAULT_POWER, cut, rand); cut++)
    assert_held (old);
  g_test_message ("killed at %u writes, the disk failed at %u, the power at %u", killed - 1, failed - 1, cut - 1);
}

/* ---- the outbox ---- */

static void
assert_outbox_held (Old *old)
{
  static const struct {
    const char *device;
    guint64 n;
    HlItemState state;
    int outcome;
    HlReason reason;
  } items[] = {
    { "stand-1-7k2m", 1, HL_ITEM_DECIDED, HL_OUTCOME_APPLIED, HL_REASON_NONE },
    { "stand-1-old", 1, HL_ITEM_REVIEW, -1, HL_REASON_TOO_OLD },
    { "stand-1-7k2m", 2, HL_ITEM_DECIDED, HL_OUTCOME_NO_OP, HL_REASON_NONE },
    { "stand-1-7k2m", 3, HL_ITEM_DECIDED, HL_OUTCOME_DISPUTED, HL_REASON_NONE },
    { "stand-1-7k2m", 4, HL_ITEM_DECIDED, HL_OUTCOME_REFUSED, HL_REASON_TABLE_BLOCKED },
    { "stand-1-7k2m", 5, HL_ITEM_WITHDRAWN, -1, HL_REASON_NONE },
    { "stand-1-7k2m", 6, HL_ITEM_SENDING, -1, HL_REASON_NONE },
    { "stand-1-7k2m", 7, HL_ITEM_QUEUED, -1, HL_REASON_NONE },
    { "stand-1-7k2m", 8, HL_ITEM_QUEUED, -1, HL_REASON_NONE },
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = NULL;
  g_autofree char *after = NULL;
  gboolean salvaged = TRUE;
  HlOutboxPurged purged = { 0 };
  HlOutbox *outbox = hl_outbox_open (old->path, FAULT_VFS, &salvaged, &error);
  guint found = 0;

  g_assert_no_error (error);
  g_assert_false (salvaged);
  rows = hl_outbox_load (outbox, &purged, &error);
  g_assert_no_error (error);
  if (old->name == NULL) {
    g_assert_cmpuint (rows->len, ==, 0);
    hl_outbox_close (outbox);
    return;
  }
  g_assert_cmpuint (rows->len, ==, G_N_ELEMENTS (items));
  for (guint i = 0; i < rows->len; i++) {
    const HlOutboxRow *row = rows->pdata[i];

    g_assert_false (row->damaged);
    if (i > 0)
      g_assert_cmpuint (((HlOutboxRow *) rows->pdata[i - 1])->n, <=, row->n);
    for (guint k = 0; k < G_N_ELEMENTS (items); k++) {
      if (row->n != items[k].n || !g_str_equal (row->device, items[k].device))
        continue;
      g_assert_cmpint (row->state, ==, items[k].state);
      g_assert_cmpint (row->outcome, ==, items[k].outcome);
      g_assert_cmpint (row->reason, ==, (int) items[k].reason);
      found++;
    }
  }
  g_assert_cmpuint (found, ==, G_N_ELEMENTS (items));
  g_assert_cmpuint (purged.applied, ==, 3);
  g_assert_cmpuint (purged.composed, ==, G_N_ELEMENTS (items) + 3);
  g_assert_cmpuint (hl_outbox_get_counter (outbox, "stand-1-7k2m", &error), ==, 11);
  hl_outbox_close (outbox);
  after = database_fixture_print (old->path, old->queries);
  g_assert_cmpstr (after, ==, old->before);
  g_assert_cmpint (database_fixture_get_version (old->path), ==, OUTBOX_VERSION);
}

static void
test_outbox (gconstpointer name)
{
  Old old;

  set_up (&old, name, "outbox.db");
  try_all (&old, open_outbox, assert_outbox_held);
  tear_down (&old);
}

/* ---- the copy ---- */

/* The first version that was ever kept had its diary in another table: such a copy is thrown away and fetched anew; its diary
 * is kept as far as its lines can be told by what they hold. */
static gboolean
is_known (const Old *old)
{
  return old->name != NULL && !g_str_has_suffix (old->name, "-transition");
}

static void
assert_copy_held (Old *old)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HlCopyContents) contents = NULL;
  g_autoptr (GPtrArray) lines = NULL;
  HlCopy *copy = hl_copy_open (old->path, FAULT_VFS, &error);

  g_assert_no_error (error);
  contents = hl_copy_load (copy, &error);
  g_assert_no_error (error);
  lines = hl_copy_load_lines (copy, 100, &error);
  g_assert_no_error (error);
  if (is_known (old)) {
    g_assert_cmpuint (contents->position->seq, ==, 5);
    g_assert_cmpuint (contents->events->len, ==, 1);
    g_assert_nonnull (contents->entities);
    g_assert_cmpint (contents->offset, ==, -42);
    g_assert_cmpuint (lines->len, ==, 5);
    g_assert_cmpint (((HlCopyLine *) lines->pdata[2])->cause, ==, 2);
    g_assert_cmpstr (((HlCopyLine *) lines->pdata[2])->detail, ==, "close 4001");
    g_assert_cmpuint (((HlCopyLine *) lines->pdata[2])->times, ==, g_str_equal (old->name, "copy-3") ? 12 : 1);
    g_assert_cmpint (((HlCopyLine *) lines->pdata[1])->until, ==, ((HlCopyLine *) lines->pdata[1])->at);
  } else {
    g_assert_null (contents->position);
    if (old->name == NULL)
      g_assert_cmpuint (lines->len, ==, 0);
  }
  hl_copy_close (copy);
  g_assert_cmpint (database_fixture_get_version (old->path), ==, COPY_VERSION);
  if (is_known (old)) {
    g_autofree char *after = database_fixture_print (old->path, old->queries);

    g_assert_cmpstr (after, ==, old->before);
  }
}

static void
test_copy (gconstpointer name)
{
  Old old;

  set_up (&old, name, "copy.db");
  try_all (&old, open_copy, assert_copy_held);
  tear_down (&old);
}

/* ---- newer ones ---- */

typedef struct {
  GMainLoop *loop;
  HlLocal *local;
  HlLocalContents *contents;
  GError *error;
} Opening;

static void
on_opened (GObject *source, GAsyncResult *result, gpointer data)
{
  Opening *opening = data;

  opening->contents = hl_local_open_finish (opening->local, result, &opening->error);
  g_main_loop_quit (opening->loop);
}

static void
test_newer_outbox (void)
{
  Opening opening = { .loop = g_main_loop_new (NULL, FALSE) };
  g_autoptr (GBytes) outbox = NULL;
  g_autoptr (GBytes) copy = NULL;
  g_autoptr (GBytes) outbox_after = NULL;
  g_autoptr (GBytes) copy_after = NULL;
  g_autofree char *copy_path = NULL;
  Old old;

  set_up (&old, "outbox-1", "outbox.db");
  database_fixture_exec (old.path, "ALTER TABLE item ADD COLUMN later TEXT; PRAGMA user_version = 7");
  copy_path = g_build_filename (old.folder, "copy.db", NULL);
  database_fixture_make ("copy-3", copy_path);
  outbox = database_fixture_read (old.path);
  copy = database_fixture_read (copy_path);
  opening.local = hl_local_new (old.folder);
  hl_local_open_async (opening.local, on_opened, &opening);
  g_main_loop_run (opening.loop);
  g_assert_null (opening.contents);
  g_assert_error (opening.error, HL_DATABASE_ERROR, HL_DATABASE_ERROR_NEWER);
  g_clear_error (&opening.error);
  g_clear_object (&opening.local);
  outbox_after = database_fixture_read (old.path);
  copy_after = database_fixture_read (copy_path);
  g_assert_true (g_bytes_equal (outbox, outbox_after));
  g_assert_true (g_bytes_equal (copy, copy_after));
  g_main_loop_unref (opening.loop);
  tear_down (&old);
}

/* It is only a copy: that it cannot be read is no reason not to work. */
static void
test_newer_copy (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) lines = NULL;
  HlCopy *copy;
  Old old;

  set_up (&old, "copy-3", "copy.db");
  database_fixture_exec (old.path, "ALTER TABLE page ADD COLUMN later TEXT; PRAGMA user_version = 7");
  copy = hl_copy_open (old.path, NULL, &error);
  g_assert_no_error (error);
  lines = hl_copy_load_lines (copy, 100, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (lines->len, ==, 5); /* nobody sends the diary again */
  g_assert_cmpstr (((HlCopyLine *) lines->pdata[2])->detail, ==, "close 4001");
  g_assert_cmpuint (((HlCopyLine *) lines->pdata[2])->times, ==, 12);
  g_assert_cmpint (((HlCopyLine *) lines->pdata[2])->until - ((HlCopyLine *) lines->pdata[2])->at, ==, 1740000);
  hl_copy_close (copy);
  g_assert_cmpint (database_fixture_get_version (old.path), ==, COPY_VERSION);
  tear_down (&old);
}

/* ---- tables that are not the ones they ought to be ---- */

/* A schema of another time under the number of ours, or what is left of a damaged one: the rows are carried over. */
static void
test_strange_outbox (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = NULL;
  gboolean salvaged = FALSE;
  HlOutbox *outbox;
  Old old;

  set_up (&old, "outbox-1", "outbox.db");
  database_fixture_exec (old.path, "DROP TABLE total");
  outbox = hl_outbox_open (old.path, NULL, &salvaged, &error);
  g_assert_no_error (error);
  g_assert_true (salvaged);
  rows = hl_outbox_load (outbox, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (rows->len, ==, 9);
  hl_outbox_close (outbox);
  tear_down (&old);
}

/* Rows of before the location was stored: of this device they are of its location, of another nobody knows; others stay as
 * they are. */
static void
test_location (void)
{
  for (guint version = 1; version <= OUTBOX_VERSION; version++) {
    g_autofree char *name = g_strdup_printf ("outbox-%u", version);
    g_autoptr (GError) error = NULL;
    Old old;

    set_up (&old, name, "outbox.db");
    for (guint again = 0; again < 2; again++) {
      HlOutbox *outbox = hl_outbox_open (old.path, NULL, NULL, &error);
      g_autoptr (GPtrArray) rows = hl_outbox_load (outbox, NULL, &error);

      g_assert_no_error (error);
      if (again == 0)
        g_assert_true (hl_outbox_adopt (outbox, rows, "stand-1-7k2m", "ocean-ave", &error));
      for (guint i = 0; i < rows->len; i++) {
        const HlOutboxRow *row = rows->pdata[i];

        g_assert_false (row->damaged);
        g_assert_cmpstr (row->location, ==, g_str_equal (row->device, "stand-1-7k2m") ? "ocean-ave" : NULL);
        g_assert_true (hl_outbox_row_is_foreign (row, "stand-1-7k2m", "pier"));
        g_assert_true (hl_outbox_row_is_foreign (row, "stand-1-new", "ocean-ave") == (row->location == NULL));
      }
      hl_outbox_close (outbox);
    }
    tear_down (&old);
  }
}

static void
test_all_kept (void)
{
  Old old;

  set_up (&old, NULL, "outbox.db");
  g_assert_true (open_outbox (&old));
  for (guint version = 1; version <= (guint) database_fixture_get_version (old.path); version++)
    database_fixture_assert_kept ("outbox", version);
  clear (&old);
  g_assert_true (open_copy (&old));
  for (guint version = 1; version <= (guint) database_fixture_get_version (old.path); version++)
    database_fixture_assert_kept ("copy", version);
  tear_down (&old);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/local/migrations/all-kept", test_all_kept);
  g_test_add_data_func ("/local/migrations/outbox/new", NULL, test_outbox);
  g_test_add_data_func ("/local/migrations/outbox/from-1", "outbox-1", test_outbox);
  g_test_add_data_func ("/local/migrations/outbox/from-2", "outbox-2", test_outbox);
  g_test_add_func ("/local/migrations/outbox/location", test_location);
  g_test_add_func ("/local/migrations/outbox/newer", test_newer_outbox);
  g_test_add_func ("/local/migrations/outbox/strange", test_strange_outbox);
  g_test_add_data_func ("/local/migrations/copy/new", NULL, test_copy);
  g_test_add_data_func ("/local/migrations/copy/from-1-transition", "copy-1-transition", test_copy);
  g_test_add_data_func ("/local/migrations/copy/from-1", "copy-1", test_copy);
  g_test_add_data_func ("/local/migrations/copy/from-2", "copy-2", test_copy);
  g_test_add_data_func ("/local/migrations/copy/from-3", "copy-3", test_copy);
  g_test_add_func ("/local/migrations/copy/newer", test_newer_copy);
  return g_test_run ();
}
