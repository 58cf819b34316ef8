/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A person is erased, and something comes in between: the disk is full or fails, the program is killed, a file is damaged. Once it is
 * well again, or at the next start, no file of the folder holds their name or their number. */
#include "rig.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "database-fixture.h"
#include "fault-vfs.h"

#define NAME "Zuckmayer"
#define PHONE "2025550142"
#define ERASED "{\"kind\":\"person_erased\",\"data\":{\"party_ids\":[\"p-zuck\"]}}"
#define KEPT "outbox.db.corrupt-1796432400000.known"

/* A folder that holds a good deal of that person, and the server's log, which has erased them since. */
typedef struct {
  Rig rig;
  GHashTable *files; /* name -> GBytes */
  guint composed;
} House;

static gboolean
holds (const char *file)
{
  g_autofree char *bytes = NULL;
  gsize length;

  return g_file_get_contents (file, &bytes, &length, NULL)
         && (memmem (bytes, length, NAME, strlen (NAME)) != NULL || memmem (bytes, length, PHONE, strlen (PHONE)) != NULL);
}

static guint
count_holding (Rig *rig)
{
  g_autoptr (GDir) dir = g_dir_open (rig->dir, 0, NULL);
  const char *name;
  guint n = 0;

  while ((name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *file = g_build_filename (rig->dir, name, NULL);

    if (holds (file)) {
      g_test_message ("%s", name);
      n++;
    }
  }
  return n;
}

static void
put (House *house, const char *name, const char *text)
{
  g_autofree char *file = g_build_filename (house->rig.dir, name, NULL);

  g_assert_true (g_file_set_contents (file, text, -1, NULL));
}

static void
act_on_them (House *house)
{
  Rig *rig = &house->rig;

  rig_do (rig, HL_ACTION_ADD_PARTY,
          "{\"party_id\":\"p-zuck\",\"name\":\"" NAME "\",\"phone\":\"+1" PHONE "\",\"size\":2}");
  rig_until (rig_is_sent, rig->desk);
  rig_do (rig, HL_ACTION_UPDATE_PARTY, "{\"party_id\":\"p-zuck\",\"notes_add\":[\"Asks for " NAME "\"]}");
  rig_until (rig_is_sent, rig->desk);
  /* in review, for somebody to look at: it stays, without their name */
  hl_demo_link_set_online (rig->link, FALSE, HL_LINK_CAUSE_RESET);
  rig_do (rig, HL_ACTION_SEAT, "{\"party_id\":\"p-zuck\",\"table_ids\":[\"11\"]}");
  hl_desk_review_all (rig->desk, HL_REASON_NOT_ALLOWED);
  rig_settle (rig);
}

static void
house_init (House *house)
{
  g_autoptr (GDir) dir = NULL;
  const char *name;

  fault_vfs_reset ();
  rig_init (&house->rig, TRUE);
  act_on_them (house);
  house->composed = house->rig.desk->items->len;
  rig_close (&house->rig);
  put (house, KEPT, "a damaged file with " NAME);
  put (house, KEPT "-wal", "and its log with " PHONE);
  g_assert_cmpuint (count_holding (&house->rig), >=, 4);
  hl_demo_link_post (house->rig.link, ERASED);
  house->files = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_bytes_unref);
  dir = g_dir_open (house->rig.dir, 0, NULL);
  while ((name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *file = g_build_filename (house->rig.dir, name, NULL);

    g_hash_table_insert (house->files, g_strdup (name), database_fixture_read (file));
  }
}

/* The folder as it was, and a desk without a connection at it. */
static void
house_begin (House *house)
{
  g_autoptr (GDir) dir = g_dir_open (house->rig.dir, 0, NULL);
  GHashTableIter iter;
  gpointer key, bytes;
  const char *name;

  fault_vfs_reset ();
  while ((name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *file = g_build_filename (house->rig.dir, name, NULL);

    g_assert_cmpint (g_remove (file), ==, 0);
  }
  g_hash_table_iter_init (&iter, house->files);
  while (g_hash_table_iter_next (&iter, &key, &bytes)) {
    g_autofree char *file = g_build_filename (house->rig.dir, key, NULL);

    g_assert_true (g_file_set_contents (file, g_bytes_get_data (bytes, NULL), (gssize) g_bytes_get_size (bytes), NULL));
  }
  hl_demo_link_set_online (house->rig.link, FALSE, HL_LINK_CAUSE_RESET);
  rig_attach (&house->rig);
  house->rig.desk->retry_ms = 20;
}

static void
house_clear (House *house)
{
  g_hash_table_unref (house->files);
  rig_clear (&house->rig);
}

static void
connect_link (House *house)
{
  hl_demo_link_set_online (house->rig.link, TRUE, HL_LINK_CAUSE_NONE);
}

/* The event was taken, all that follows from it is done, and that is written down. */
static gboolean
is_erased (gpointer data)
{
  HlDesk *desk = ((House *) data)->rig.desk;

  return desk->position != NULL && desk->position->seq == hl_demo_link_get_head (((House *) data)->rig.link)
         && desk->erasing == NULL && desk->stored_seq == desk->position->seq && !desk->copy_failed;
}

static void
assert_erased (House *house)
{
  Rig *rig = &house->rig;
  guint stripped = 0;

  g_assert_cmpuint (count_holding (rig), ==, 0);
  for (guint i = 0; i < rig->desk->items->len; i++)
    stripped += *hl_outbox_item_get_label (g_ptr_array_index (rig->desk->items, i)) == '\0';
  g_assert_cmpuint (stripped, ==, 1);
  g_assert_cmpuint (rig->desk->items->len, ==, 1);
  g_assert_cmpuint (rig->desk->purged.composed, ==, house->composed);
  rig_check_totals (rig);
}

/* And what is on the disk says the same, without a connection. */
static void
assert_erased_after_restart (House *house)
{
  assert_erased (house);
  rig_close (&house->rig);
  hl_demo_link_set_online (house->rig.link, FALSE, HL_LINK_CAUSE_RESET);
  rig_attach (&house->rig);
  rig_until (is_erased, house); /* at once, but where the end could not be written down */
  assert_erased (house);
  rig_close (&house->rig);
}

static guint
draw_seed (void)
{
  const char *text = g_getenv ("HL_TEST_SEED");
  guint seed = text != NULL ? (guint) g_ascii_strtoull (text, NULL, 10) : g_random_int ();

  g_test_message ("HL_TEST_SEED=%u", seed);
  return seed;
}

/* Every place when there is time (HL_EACH_FAULT), else each fifteenth, others each time. */
static guint
get_step (void)
{
  return g_getenv ("HL_EACH_FAULT") != NULL ? 1 : 15;
}

/* The fault was met, and what failed by it is to be tried again. */
static gboolean
has_met (gpointer data)
{
  HlDesk *desk = ((House *) data)->rig.desk;

  return is_erased (data) || (fault_vfs_has_fired () && (desk->erase_retry.failures > 0 || desk->copy_failed));
}

static gboolean
fail_at (House *house, FaultKind kind, guint nth)
{
  gboolean fired;

  house_begin (house);
  fault_vfs_arm (kind, nth);
  connect_link (house);
  rig_until (has_met, house);
  fired = fault_vfs_has_fired ();
  fault_vfs_disarm ();
  rig_until (is_erased, house);
  assert_erased_after_restart (house);
  return fired;
}

static void
test_fault (gconstpointer data)
{
  House house = { 0 };
  FaultKind kind = (FaultKind) GPOINTER_TO_INT (data);
  guint step = kind == FAULT_SYNC || kind == FAULT_TRUNCATE ? 1 : get_step (), n = 0;

  house_init (&house);
  for (guint nth = 1 + draw_seed () % step; nth < 1000 && fail_at (&house, kind, nth); nth += step)
    n++;
  g_test_message ("%u places", n);
  g_assert_cmpuint (n, >, 0);
  house_clear (&house);
}

/* FALSE: it came to its end before the nth write. */
static gboolean
kill_at (House *house, guint nth)
{
  pid_t child = fork ();
  int status = 0;

  g_assert_cmpint (child, >=, 0);
  if (child == 0) {
    house_begin (house);
    fault_vfs_arm (FAULT_KILL, nth);
    connect_link (house);
    rig_until (is_erased, house);
    _exit (0);
  }
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_true (WIFSIGNALED (status) ? WTERMSIG (status) == SIGKILL : WEXITSTATUS (status) == 0);
  return WIFSIGNALED (status);
}

/* The next start goes on with it: without the server if it knew of it, else the server says so once more. */
static void
test_killed (void)
{
  House house = { 0 };
  guint step = get_step (), offline = 0, n = 0;

  house_init (&house);
  for (guint nth = 1 + draw_seed () % step; nth < 1000 && kill_at (&house, nth); nth += step) {
    fault_vfs_reset ();
    hl_demo_link_set_online (house.rig.link, FALSE, HL_LINK_CAUSE_RESET);
    rig_attach (&house.rig);
    house.rig.desk->retry_ms = 20;
    n++;
    if (house.rig.desk->position->seq == hl_demo_link_get_head (house.rig.link))
      offline++;
    else
      connect_link (&house);
    rig_until (is_erased, &house);
    assert_erased_after_restart (&house);
  }
  g_test_message ("killed at %u places, went on by itself after %u", n, offline);
  g_assert_cmpuint (offline, >, 0);
  house_clear (&house);
}

/* The files that were kept aside cannot be taken away yet. */
static void
test_kept_file_stays (void)
{
  House house = { 0 };
  g_autofree char *folder = NULL;
  g_autofree char *file = NULL;

  house_init (&house);
  house_begin (&house);
  folder = g_build_filename (house.rig.dir, "outbox.db.corrupt-1796432400001.known", NULL);
  file = g_build_filename (folder, "held", NULL);
  g_assert_cmpint (g_mkdir (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (file, NAME, -1, NULL));
  connect_link (&house);
  rig_until (rig_has_caught_up, &house.rig);
  rig_settle (&house.rig);
  g_assert_nonnull (house.rig.desk->erasing);
  /* not in this run */
  rig_close (&house.rig);
  hl_demo_link_set_online (house.rig.link, FALSE, HL_LINK_CAUSE_RESET);
  rig_attach (&house.rig);
  house.rig.desk->retry_ms = 20;
  rig_settle (&house.rig);
  g_assert_nonnull (house.rig.desk->erasing);
  g_assert_cmpint (g_unlink (file), ==, 0);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
  rig_until (is_erased, &house);
  assert_erased_after_restart (&house);
  house_clear (&house);
}

/* All that it holds stays readable to whoever looks at its bytes. */
static void
spoil_heads (const char *path)
{
  GStatBuf info;
  FILE *file = fopen (path, "r+");

  g_assert_cmpint (g_stat (path, &info), ==, 0);
  for (long i = 4096; i < info.st_size; i += 4096) {
    g_assert_cmpint (fseek (file, i, SEEK_SET), ==, 0);
    fputc (0xa5, file);
  }
  fclose (file);
}

/* The damage is met by the erasure: nothing of them stays, neither in the new file nor in what is kept. */
static void
test_damaged (void)
{
  House house = { 0 };
  g_autofree char *outbox = NULL;

  house_init (&house);
  house_begin (&house);
  outbox = g_build_filename (house.rig.dir, "outbox.db", NULL);
  database_fixture_exec (outbox, "PRAGMA wal_checkpoint(TRUNCATE)");
  spoil_heads (outbox);
  connect_link (&house);
  rig_until (is_erased, &house);
  assert_erased_after_restart (&house);
  house_clear (&house);
}

/* Away so long that events are not replayed: what the snapshot knows no name of any more was erased. */
static void
test_snapshot (void)
{
  House house = { 0 };
  Rig *rig = &house.rig;
  g_autofree char *other = NULL;

  fault_vfs_reset ();
  rig_init (rig, TRUE);
  rig_do (rig, HL_ACTION_SEAT, "{\"party_id\":\"w-2\",\"table_ids\":[\"2\"]}");
  other = g_strdup (hl_outbox_item_get_id (g_ptr_array_index (rig->desk->items, 0)));
  act_on_them (&house);
  house.composed = rig->desk->items->len;
  rig_close (rig);
  g_assert_cmpuint (count_holding (rig), >=, 2);
  hl_demo_link_restore (rig->link, hl_demo_link_get_head (rig->link)); /* another epoch of the same log */
  hl_demo_link_post (rig->link, ERASED);
  rig_attach (rig);
  connect_link (&house);
  rig_until (is_erased, &house);
  g_assert_cmpuint (count_holding (rig), ==, 0);
  g_assert_nonnull (hl_desk_find_item (rig->desk, other)); /* Bauer was not */
  g_assert_cmpstr (hl_outbox_item_get_label (hl_desk_find_item (rig->desk, other)), !=, "");
  g_assert_cmpuint (rig->desk->items->len, ==, 2);
  g_assert_cmpuint (rig->desk->purged.composed, ==, house.composed);
  rig_check_totals (rig);
  rig_clear (rig);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  fault_vfs_reset ();
  /* the worker thread opens its files with whatever is the default */
  g_assert_cmpint (sqlite3_vfs_register (sqlite3_vfs_find (FAULT_VFS), 1), ==, SQLITE_OK);
  g_test_add_func ("/desk-erasing/killed", test_killed);
  g_test_add_func ("/desk-erasing/kept-file-stays", test_kept_file_stays);
  g_test_add_func ("/desk-erasing/damaged", test_damaged);
  g_test_add_func ("/desk-erasing/snapshot", test_snapshot);
  g_test_add_data_func ("/desk-erasing/disk-full", GINT_TO_POINTER (FAULT_FULL), test_fault);
  g_test_add_data_func ("/desk-erasing/write", GINT_TO_POINTER (FAULT_WRITE), test_fault);
  g_test_add_data_func ("/desk-erasing/sync", GINT_TO_POINTER (FAULT_SYNC), test_fault);
  g_test_add_data_func ("/desk-erasing/truncate", GINT_TO_POINTER (FAULT_TRUNCATE), test_fault);
  g_test_add_data_func ("/desk-erasing/all-writes", GINT_TO_POINTER (FAULT_STOPPED), test_fault);
  return g_test_run ();
}
