/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The dashboard's disk is full, or fails, at every single write: nothing is shown as saved that is
 * not, nothing that was shown is lost or done twice, and it goes on once the disk is well again. */
#include "rig.h"

#include "database-fixture.h"
#include "fault-vfs.h"
#include "local/hl-outbox-swap.h"
#include "util/hl-clock.h"

typedef struct {
  GPtrArray *saved; /* ids that the person was told are saved */
  GPtrArray *taken; /* of them, ids that were withdrawn */
  gboolean maybe;   /* taking back failed, and the disk has not been written since */
  guint failed;
} Told;

static void
told_init (Told *told)
{
  told->saved = g_ptr_array_new_with_free_func (g_free);
  told->taken = g_ptr_array_new_with_free_func (g_free);
  told->failed = 0;
  told->maybe = FALSE;
}

static void
told_clear (Told *told)
{
  g_ptr_array_unref (told->saved);
  g_ptr_array_unref (told->taken);
}

static HlOutboxItem *
find (Rig *rig, const char *id)
{
  return hl_desk_find_item (rig->desk, id);
}

static void
act (Rig *rig, Told *told, HlActionKind kind, const char *data)
{
  int code = -1;
  guint before = rig->desk->items->len;
  char *id = rig_perform (rig, kind, data, &code);

  if (id != NULL) {
    g_assert_nonnull (find (rig, id));
    g_ptr_array_add (told->saved, id);
    return;
  }
  if (code == HL_DESK_ERROR_REFUSED) /* builds upon what could not be saved */
    return;
  g_assert_cmpint (code, ==, HL_DESK_ERROR_STORAGE);
  g_assert_cmpuint (rig->desk->items->len, ==, before); /* and it is not on the screen */
  g_assert_cmpstr (rig->desk->storage_error, !=, NULL);
  told->failed++;
}

static void
take_back (Rig *rig, Told *told)
{
  int code = -1;
  char *id = rig_undo (rig, &code);

  if (id == NULL) {
    g_assert_true (code == HL_DESK_ERROR_STORAGE || code == HL_DESK_ERROR_NOTHING_TO_UNDO);
    told->maybe = code == HL_DESK_ERROR_STORAGE;
    return;
  }
  if (hl_outbox_item_get_state (find (rig, id)) == HL_ITEM_WITHDRAWN)
    g_ptr_array_add (told->taken, id);
  else
    g_ptr_array_add (told->saved, id);
}

/* An evening in small: online, offline, taken back, online. */
static void
live_through (Rig *rig, Told *told)
{
  act (rig, told, HL_ACTION_SEAT, "{\"party_id\":\"w-1\",\"table_ids\":[\"11\"]}");
  hl_demo_link_act (rig->link, "stand-2", "set_table",
                    "{\"table_id\":\"1\",\"physical\":\"dirty\"}");
  rig_settle (rig);
  hl_demo_link_set_online (rig->link, FALSE, HL_LINK_CAUSE_RESET);
  act (rig, told, HL_ACTION_SEAT, "{\"party_id\":\"w-2\",\"table_ids\":[\"2\"]}");
  act (rig, told, HL_ACTION_SET_TABLE, "{\"table_id\":\"3\",\"physical\":\"dirty\"}");
  take_back (rig, told);
  hl_demo_link_act (rig->link, "stand-2", "set_table",
                    "{\"table_id\":\"12\",\"physical\":\"dirty\"}");
  hl_demo_link_set_online (rig->link, TRUE, HL_LINK_CAUSE_NONE);
  rig_settle (rig);
  act (rig, told, HL_ACTION_SET_STAGE, "{\"party_id\":\"w-1\",\"stage\":\"ordered\"}");
  rig_settle (rig);
}

static gboolean
is_well (gpointer data)
{
  Rig *rig = data;
  return rig_is_sent (rig->desk) && !rig->desk->copy_failed
         && rig->desk->stored_seq == rig->desk->position->seq
         && (rig->desk->storage_error == NULL || *rig->desk->storage_error == '\0');
}

static void
check (Rig *rig, Told *told)
{
  rig_check_equal (rig);
  for (guint i = 0; i < told->saved->len; i++) {
    const char *id = g_ptr_array_index (told->saved, i);
    HlOutboxItem *item = find (rig, id);
    gboolean taken = FALSE;

    for (guint k = 0; k < told->taken->len && !taken; k++)
      taken = g_str_equal (g_ptr_array_index (told->taken, k), id);
    g_assert_nonnull (item);
    if (taken || (told->maybe && hl_outbox_item_get_state (item) == HL_ITEM_WITHDRAWN)) {
      g_assert_cmpint (hl_outbox_item_get_state (item), ==, HL_ITEM_WITHDRAWN);
      g_assert_cmpuint (hl_demo_link_count_units (rig->link, id), ==, 0);
      continue;
    }
    g_assert_cmpint (hl_outbox_item_get_state (item), ==, HL_ITEM_DECIDED);
    g_assert_cmpuint (hl_demo_link_count_units (rig->link, id), ==,
                      hl_outbox_item_get_outcome (item) == HL_OUTCOME_APPLIED
                          || hl_outbox_item_get_outcome (item) == HL_OUTCOME_DISPUTED);
  }
}

/* FALSE once the evening is over before the nth operation of the kind. */
static gboolean
run (FaultKind kind, guint nth, gboolean restart)
{
  Rig rig = { 0 };
  Told told;
  gboolean fired;

  fault_vfs_reset ();
  told_init (&told);
  rig_init (&rig, TRUE);
  rig.desk->retry_ms = 20;
  fault_vfs_arm (kind, nth);
  live_through (&rig, &told);
  fired = fault_vfs_has_fired ();
  if (!restart)
    told.maybe = FALSE;
  if (restart) {
    /* A commit that failed at its very end may yet be found after a restart: nobody can know. */
    /* the computer is switched off while its disk still fails; nothing more can be written */
    rig_close_failing (&rig);
    fault_vfs_disarm ();
    rig_attach (&rig);
    rig.desk->retry_ms = 20;
  } else {
    fault_vfs_disarm ();
  }
  /* well again, by itself: the next action is saved, all is sent, the copy is whole */
  rig_until (rig_is_live, rig.desk);
  act (&rig, &told, HL_ACTION_SET_TABLE, "{\"table_id\":\"3\",\"physical\":\"dirty\"}");
  rig_until (rig_has_caught_up, &rig);
  rig_until (is_well, &rig);
  check (&rig, &told);
  /* and what is on the disk says the same */
  rig_close (&rig);
  rig_attach (&rig);
  rig_until (rig_has_caught_up, &rig);
  rig_until (rig_is_sent, rig.desk);
  check (&rig, &told);
  rig_clear (&rig);
  told_clear (&told);
  return fired;
}

static void
test_fault (gconstpointer data)
{
  FaultKind kind = (FaultKind)GPOINTER_TO_INT (data);
  const char *text = g_getenv ("HL_TEST_SEED");
  guint32 seed = text != NULL ? (guint32)g_ascii_strtoull (text, NULL, 10) : g_random_int ();
  /* every place when there is time (HL_EACH_FAULT), else each fifth, another fifth each time */
  guint step = kind == FAULT_SYNC || g_getenv ("HL_EACH_FAULT") != NULL ? 1 : 5, n = 0;

  g_test_message ("HL_TEST_SEED=%u", seed);
  for (guint nth = 1 + seed % step; nth < 1000; nth += step) {
    gboolean fired = run (kind, nth, (nth / step) % 2 == 0);
    if (!fired)
      break;
    n++;
  }
  g_test_message ("%u places", n);
  g_assert_cmpuint (n, >, 5);
}

static gboolean
has_storage_error (gpointer data);

/* The server lost an action, and somebody else has done the same since; the disk takes nothing while that is found out. What was
 * said of it before is not true any more, and nothing says so once the server has decided it anew. */
static void
test_restored_server (void)
{
  Rig rig = { 0 };
  g_autofree char *id = NULL;
  guint64 backup;
  int code = -1;

  fault_vfs_reset ();
  rig_init (&rig, TRUE);
  rig.desk->retry_ms = 20;
  backup = hl_demo_link_get_head (rig.link);
  id = rig_perform (&rig, HL_ACTION_SEAT, "{\"party_id\":\"w-1\",\"table_ids\":[\"11\"]}", &code);
  rig_until (rig_is_sent, rig.desk);
  rig_settle (&rig);
  hl_demo_link_set_online (rig.link, FALSE, HL_LINK_CAUSE_RESET);
  hl_demo_link_restore (rig.link, backup);
  hl_demo_link_act (rig.link, "stand-2", "seat", "{\"party_id\":\"w-1\",\"table_ids\":[\"11\"]}");
  fault_vfs_arm (FAULT_STOPPED, 1);
  hl_demo_link_set_online (rig.link, TRUE, HL_LINK_CAUSE_NONE);
  rig_until (has_storage_error, &rig);
  rig_settle (&rig);
  rig_close_failing (&rig);
  fault_vfs_disarm ();
  rig_attach (&rig);
  rig_until (rig_has_caught_up, &rig);
  rig_until (rig_is_sent, rig.desk);
  g_assert_cmpint (hl_outbox_item_get_state (find (&rig, id)), ==, HL_ITEM_DECIDED);
  g_assert_cmpint (hl_outbox_item_get_outcome (find (&rig, id)), ==, HL_OUTCOME_NO_OP);
  g_assert_cmpuint (hl_demo_link_count_units (rig.link, id), ==, 0);
  rig_clear (&rig);

  /* and without a restart it goes on by itself */
  rig_init (&rig, TRUE);
  rig.desk->retry_ms = 20;
  backup = hl_demo_link_get_head (rig.link);
  g_free (id);
  id = rig_perform (&rig, HL_ACTION_SET_TABLE, "{\"table_id\":\"3\",\"physical\":\"dirty\"}", &code);
  rig_until (rig_is_sent, rig.desk);
  rig_settle (&rig);
  hl_demo_link_set_online (rig.link, FALSE, HL_LINK_CAUSE_RESET);
  hl_demo_link_restore (rig.link, backup);
  fault_vfs_arm (FAULT_STOPPED, 1);
  hl_demo_link_set_online (rig.link, TRUE, HL_LINK_CAUSE_NONE);
  rig_until (has_storage_error, &rig);
  g_assert_cmpuint (hl_demo_link_count_units (rig.link, id), ==, 0);
  fault_vfs_disarm ();
  rig_until (is_well, &rig);
  g_assert_cmpuint (hl_demo_link_count_units (rig.link, id), ==, 1);
  rig_clear (&rig);
}

static gboolean
has_storage_error (gpointer data)
{
  const char *text = ((Rig *) data)->desk->storage_error;

  return text != NULL && *text != '\0';
}

/* The program was put back to an older version: it says so in a sentence, acts on nothing, and touches nothing. */
static void
test_newer_folder (void)
{
  Rig rig;
  g_autofree char *path = NULL;
  g_autoptr (GBytes) before = NULL;
  g_autoptr (GBytes) after = NULL;
  int code = -1;

  rig_init (&rig, TRUE);
  g_free (rig_perform (&rig, HL_ACTION_SET_TABLE, "{\"table_id\":\"3\",\"physical\":\"dirty\"}", &code));
  rig_close (&rig);
  path = g_build_filename (rig.dir, "outbox.db", NULL);
  database_fixture_exec (path, "ALTER TABLE item ADD COLUMN later TEXT; PRAGMA user_version = 7");
  before = database_fixture_read (path);
  rig.desk = hl_desk_new (rig.dir);
  rig.desk->own_link = TRUE;
  hl_desk_start (rig.desk);
  rig_until (has_storage_error, &rig);
  g_assert_nonnull (strstr (rig.desk->storage_error, "written by a newer version of Hostline"));
  g_assert_null (strstr (rig.desk->storage_error, rig.dir));
  g_assert_false (rig.desk->started);
  g_assert_null (rig_perform (&rig, HL_ACTION_SET_TABLE, "{\"table_id\":\"3\",\"physical\":\"clean\"}", &code));
  rig_close_failing (&rig);
  after = database_fixture_read (path);
  g_assert_true (g_bytes_equal (before, after));
  rig_clear (&rig);
}

/* Said in a sentence that stays, also when the next action is saved. */
static void
test_damaged_at_start (void)
{
  Rig rig;
  g_autofree char *path = NULL;
  g_autofree char *id = NULL;
  g_autofree char *waiting = NULL;
  g_autofree char *decided = NULL;
  int code = -1;

  rig_init (&rig, TRUE);
  decided = rig_perform (&rig, HL_ACTION_SET_TABLE, "{\"table_id\":\"1\",\"physical\":\"dirty\"}", &code);
  rig_until (rig_is_sent, rig.desk);
  hl_demo_link_set_online (rig.link, FALSE, HL_LINK_CAUSE_RESET);
  waiting = rig_perform (&rig, HL_ACTION_SEAT, "{\"party_id\":\"w-1\",\"table_ids\":[\"11\"]}", &code);
  rig_close (&rig);
  path = g_build_filename (rig.dir, "outbox.db", NULL);
  /* the tables are gone from the list of tables, and with them the count of what was ever done */
  database_fixture_exec (path, "DROP TABLE total; DROP TABLE counter");
  rig_attach (&rig);
  rig_until (rig_is_started, rig.desk);
  g_assert_nonnull (strstr (rig.desk->storage_note, "some of them may be lost"));
  g_assert_cmpint (hl_outbox_item_get_state (find (&rig, decided)), ==, HL_ITEM_DECIDED);
  g_assert_cmpint (hl_outbox_item_get_state (find (&rig, waiting)), ==, HL_ITEM_QUEUED);
  rig_close (&rig);
  hl_demo_link_set_online (rig.link, TRUE, HL_LINK_CAUSE_NONE);
  rig_attach (&rig); /* said once more: the damaged file is kept, and nobody has been at it */
  g_assert_nonnull (strstr (rig.desk->storage_note, "some of them may be lost"));
  rig_until (rig_has_caught_up, &rig);
  rig_until (rig_is_sent, rig.desk);
  g_assert_cmpuint (hl_demo_link_count_units (rig.link, waiting), ==, 1);
  g_assert_cmpuint (hl_demo_link_count_units (rig.link, decided), ==, 1);
  id = rig_perform (&rig, HL_ACTION_SET_TABLE, "{\"table_id\":\"3\",\"physical\":\"dirty\"}", &code);
  g_assert_nonnull (id);
  g_assert_cmpstr (rig.desk->storage_error, ==, "");
  g_assert_nonnull (strstr (rig.desk->storage_note, "some of them may be lost"));
  rig_clear (&rig);
}

static gboolean
is_dismissed (gpointer data)
{
  gboolean may_have_lost = TRUE;

  g_object_get (((Rig *) data)->desk, "may-have-lost", &may_have_lost, NULL);
  return !may_have_lost;
}

static guint
count_kept (Rig *rig, const char *suffix)
{
  g_autoptr (GDir) dir = g_dir_open (rig->dir, 0, NULL);
  const char *name;
  guint n = 0;

  while ((name = g_dir_read_name (dir)) != NULL)
    n += g_str_has_prefix (name, "outbox.db.corrupt-") && g_str_has_suffix (name, suffix);
  return n;
}

/* Somebody has read it: over a restart it is not said again, the damaged file is kept as long as before, and the next damage is
 * said. */
static void
test_damage_dismissed (void)
{
  Rig rig;
  g_autofree char *path = NULL;
  gint64 now = g_get_real_time () / 1000;

  rig_init (&rig, TRUE);
  rig_do (&rig, HL_ACTION_SET_TABLE, "{\"table_id\":\"1\",\"physical\":\"dirty\"}");
  rig_until (rig_is_sent, rig.desk);
  path = g_build_filename (rig.dir, "outbox.db", NULL);
  for (guint times = 1; times <= 2; times++) {
    rig_close (&rig);
    g_usleep (2000); /* they are told apart by the ms */
    database_fixture_exec (path, "DROP TABLE total");
    rig_attach (&rig);
    g_assert_false (is_dismissed (&rig));
    g_assert_nonnull (strstr (rig.desk->storage_note, "some of them may be lost"));
    g_assert_cmpuint (count_kept (&rig, ".known"), ==, times - 1);
    hl_desk_dismiss_damage (rig.desk);
    hl_desk_dismiss_damage (rig.desk); /* pressed twice */
    rig_until (is_dismissed, &rig);
    g_assert_cmpstr (rig.desk->storage_note, ==, "");
    g_assert_cmpuint (count_kept (&rig, ".known"), ==, times);
    rig_settle (&rig);
    rig_close (&rig);
    rig_attach (&rig);
    g_assert_true (is_dismissed (&rig));
    g_assert_null (rig.desk->storage_note);
  }
  hl_outbox_swap_drop_kept (path, now - 1000);
  g_assert_cmpuint (count_kept (&rig, ".known"), ==, 2);
  hl_outbox_swap_drop_kept (path, g_get_real_time () / 1000 + 1000);
  g_assert_cmpuint (count_kept (&rig, ""), ==, 0);
  rig_clear (&rig);
}

/* It cannot be written down: so it is said as before. */
static void
test_damage_not_dismissed (void)
{
  Rig rig;
  g_autofree char *path = NULL;
  g_autofree char *lost = NULL;
  g_autofree char *known = NULL;
  g_autofree char *inside = NULL;

  rig_init (&rig, TRUE);
  rig_close (&rig);
  path = g_build_filename (rig.dir, "outbox.db", NULL);
  lost = g_strconcat (path, ".corrupt-1796432400000", NULL);
  known = g_strconcat (lost, ".known", NULL);
  inside = g_build_filename (known, "held", NULL);
  g_assert_true (g_file_set_contents (lost, "damaged", -1, NULL));
  g_assert_cmpint (g_mkdir (known, 0700), ==, 0);
  g_assert_true (g_file_set_contents (inside, "", -1, NULL));
  rig_attach (&rig);
  g_assert_false (is_dismissed (&rig));
  hl_desk_dismiss_damage (rig.desk);
  rig_until (has_storage_error, &rig);
  g_assert_false (is_dismissed (&rig));
  g_assert_nonnull (strstr (rig.desk->storage_note, "some of them may be lost"));
  g_assert_cmpint (g_unlink (inside), ==, 0);
  g_assert_cmpint (g_rmdir (known), ==, 0);
  hl_desk_dismiss_damage (rig.desk);
  rig_until (is_dismissed, &rig);
  g_assert_true (g_file_test (known, G_FILE_TEST_EXISTS));
  rig_clear (&rig);
}

static void
spoil (const char *path)
{
  g_autofree char *wal = g_strconcat (path, "-wal", NULL);
  GStatBuf info;
  FILE *file = fopen (path, "r+");

  /* every page but the first: whatever the next statement needs, it finds noise */
  g_assert_cmpint (g_stat (path, &info), ==, 0);
  g_assert_cmpint (fseek (file, 4096, SEEK_SET), ==, 0);
  for (long i = 4096; i < info.st_size; i++)
    fputc (0xa5, file);
  fclose (file);
}

static gboolean
rig_is_stopped (gpointer data)
{
  return hl_desk_get_link_state (data) == HL_LINK_STATE_STOPPED;
}

/* Nothing can be read of it: the numbers that the server knows are not used again, and it is no copied folder for that. One
 * that is put back later is. */
static void
test_damaged_wholly (void)
{
  Rig rig;
  g_autofree char *path = NULL;
  g_autofree char *id = NULL;
  int code = -1;
  guint64 decided;

  rig_init (&rig, TRUE);
  g_free (rig_perform (&rig, HL_ACTION_SET_TABLE, "{\"table_id\":\"1\",\"physical\":\"dirty\"}", &code));
  rig_until (rig_is_sent, rig.desk);
  rig_close (&rig);
  path = g_build_filename (rig.dir, "outbox.db", NULL);
  spoil (path);
  rig_attach (&rig);
  rig_until (rig_has_caught_up, &rig);
  rig_until (rig_is_sent, rig.desk);
  decided = rig.desk->decided;
  g_assert_cmpuint (decided, >, 0);
  g_assert_cmpuint (rig.desk->counter, >=, decided);
  g_assert_nonnull (strstr (rig.desk->storage_note, "some of them may be lost"));
  id = rig_perform (&rig, HL_ACTION_SET_TABLE, "{\"table_id\":\"3\",\"physical\":\"dirty\"}", &code);
  g_assert_cmpuint (hl_outbox_item_get_n (find (&rig, id)), >, decided);
  rig_until (rig_is_sent, rig.desk);
  g_assert_cmpuint (hl_demo_link_count_units (rig.link, id), ==, 1);
  rig_close (&rig);
  /* K23 as ever: the server has been asked, the second time it is a copy */
  database_fixture_exec (path, "DELETE FROM item; DELETE FROM counter; DELETE FROM total");
  rig_attach (&rig);
  rig_until (rig_is_stopped, rig.desk);
  g_assert_cmpint (hl_desk_get_cause (rig.desk), ==, HL_LINK_CAUSE_PAIR_AGAIN);
  rig_clear (&rig);
}

static gboolean
is_saved_again (gpointer data)
{
  Rig *rig = data;
  int code = -1;
  g_autofree char *id = rig_perform (rig, HL_ACTION_SET_TABLE, "{\"table_id\":\"2\",\"physical\":\"dirty\"}", &code);

  return id != NULL;
}

/* The files are damaged under a running program: what it knows goes into new ones, and the damaged outbox is kept. */
static void
test_damaged_while_running (void)
{
  Rig rig;
  g_autofree char *outbox = NULL;
  g_autofree char *copy = NULL;
  g_autofree char *first = NULL;
  g_autoptr (GDir) dir = NULL;
  guint composed, kept = 0;
  const char *name;
  int code = -1;

  rig_init (&rig, TRUE);
  rig.desk->retry_ms = 20;
  first = rig_perform (&rig, HL_ACTION_SET_TABLE, "{\"table_id\":\"3\",\"physical\":\"dirty\"}", &code);
  g_assert_nonnull (first);
  rig_until (rig_is_sent, rig.desk);
  rig_close (&rig);
  /* opened anew, so that nothing of it is in the log or in memory but what opening reads */
  rig_attach (&rig);
  rig.desk->retry_ms = 20;
  rig_until (rig_has_caught_up, &rig);
  rig_settle (&rig);
  outbox = g_build_filename (rig.dir, "outbox.db", NULL);
  copy = g_build_filename (rig.dir, "copy.db", NULL);
  database_fixture_exec (outbox, "PRAGMA wal_checkpoint(TRUNCATE)");
  spoil (outbox);
  spoil (copy);
  rig_until (is_saved_again, &rig);
  rig_until (rig_is_sent, rig.desk);
  rig_until (is_well, &rig);
  composed = rig.desk->items->len;
  g_assert_cmpstr (rig.desk->storage_error, ==, "");
  rig_close (&rig);
  dir = g_dir_open (rig.dir, 0, NULL);
  while ((name = g_dir_read_name (dir)) != NULL)
    kept += g_str_has_prefix (name, "outbox.db.corrupt-") && !g_str_has_suffix (name, "-wal") &&
            !g_str_has_suffix (name, "-shm");
  g_assert_cmpuint (kept, ==, 1);
  g_test_message ("%u damaged outbox kept aside", kept);
  rig_attach (&rig);
  rig_until (rig_has_caught_up, &rig);
  g_assert_null (rig.desk->storage_note); /* all of it was known: nothing is missing */
  g_assert_nonnull (hl_desk_find_item (rig.desk, first));
  g_assert_cmpuint (rig.desk->items->len, ==, composed);
  g_assert_cmpuint (rig.desk->purged.composed, >=, composed);
  rig_clear (&rig);
}

static gboolean
has_failed_copy (gpointer data)
{
  return ((Rig *) data)->desk->copy_failed;
}

/* The disk was full when the lid was closed, and has room again when it is opened: nobody waits as long once more. */
static void
test_well_after_suspend (void)
{
  Rig rig;

  fault_vfs_reset ();
  rig_init (&rig, TRUE);
  rig_settle (&rig);
  hl_clock_fake_start (hl_clock_wall_ms (), hl_clock_boot_us ());
  rig.desk->retry_ms = 3600000;
  fault_vfs_arm (FAULT_FULL, 1);
  hl_demo_link_act (rig.link, "stand-2", "set_table", "{\"table_id\":\"1\",\"physical\":\"dirty\"}");
  rig_until (has_failed_copy, &rig);
  fault_vfs_disarm ();
  rig_settle (&rig);
  g_assert_true (rig.desk->copy_failed);
  hl_clock_fake_suspend (3600 * (gint64) G_USEC_PER_SEC);
  rig_until (is_well, &rig);
  hl_clock_fake_stop ();
  rig_clear (&rig);
}

static gboolean
is_rebuilt (gpointer data)
{
  HlDesk *desk = data;

  return !desk->rebuilding && desk->rebuild_retry.source == 0;
}

/* The damage is met by taking something back: it could not be, so it stays, in the new file as well. */
static void
test_damaged_while_taking_back (void)
{
  Rig rig;
  g_autofree char *outbox = NULL;
  g_autofree char *kept = NULL;
  g_autofree char *undone = NULL;
  HlOutboxItem *item;
  int code = -1;

  rig_init (&rig, TRUE);
  rig.desk->retry_ms = 20;
  hl_demo_link_set_online (rig.link, FALSE, HL_LINK_CAUSE_NO_NETWORK);
  kept = rig_perform (&rig, HL_ACTION_SET_TABLE, "{\"table_id\":\"3\",\"physical\":\"dirty\"}", &code);
  g_assert_nonnull (kept);
  rig_close (&rig);
  rig_attach (&rig);
  rig.desk->retry_ms = 20;
  rig_settle (&rig);
  outbox = g_build_filename (rig.dir, "outbox.db", NULL);
  database_fixture_exec (outbox, "PRAGMA wal_checkpoint(TRUNCATE)");
  spoil (outbox);
  undone = rig_undo (&rig, &code);
  g_assert_null (undone);
  g_assert_cmpint (code, ==, HL_DESK_ERROR_STORAGE);
  item = hl_desk_find_item (rig.desk, kept);
  g_assert_cmpint (hl_outbox_item_get_state (item), ==, HL_ITEM_QUEUED);
  rig_until (is_rebuilt, rig.desk);
  rig_settle (&rig);
  rig_close (&rig);
  rig_attach (&rig);
  item = hl_desk_find_item (rig.desk, kept);
  g_assert_nonnull (item);
  g_assert_cmpint (hl_outbox_item_get_state (item), ==, HL_ITEM_QUEUED);
  hl_demo_link_set_online (rig.link, TRUE, HL_LINK_CAUSE_NONE);
  rig_until (rig_is_sent, rig.desk);
  g_assert_cmpuint (hl_demo_link_count_units (rig.link, kept), ==, 1);
  rig_clear (&rig);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  fault_vfs_reset ();
  /* the worker thread opens its files with whatever is the default */
  g_assert_cmpint (sqlite3_vfs_register (sqlite3_vfs_find (FAULT_VFS), 1), ==, SQLITE_OK);
  g_test_add_func ("/desk-faults/restored-server", test_restored_server);
  g_test_add_func ("/desk-faults/newer-folder", test_newer_folder);
  g_test_add_func ("/desk-faults/well-after-suspend", test_well_after_suspend);
  g_test_add_func ("/desk-faults/damaged-while-running", test_damaged_while_running);
  g_test_add_func ("/desk-faults/damaged-while-taking-back", test_damaged_while_taking_back);
  g_test_add_func ("/desk-faults/damaged-at-start", test_damaged_at_start);
  g_test_add_func ("/desk-faults/damage-dismissed", test_damage_dismissed);
  g_test_add_func ("/desk-faults/damage-not-dismissed", test_damage_not_dismissed);
  g_test_add_func ("/desk-faults/damaged-wholly", test_damaged_wholly);
  g_test_add_data_func ("/desk-faults/disk-full", GINT_TO_POINTER (FAULT_FULL), test_fault);
  g_test_add_data_func ("/desk-faults/write", GINT_TO_POINTER (FAULT_WRITE), test_fault);
  g_test_add_data_func ("/desk-faults/sync", GINT_TO_POINTER (FAULT_SYNC), test_fault);
  g_test_add_data_func ("/desk-faults/all-writes", GINT_TO_POINTER (FAULT_STOPPED), test_fault);
  return g_test_run ();
}
