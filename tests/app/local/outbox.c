/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of the outbox: its file through crashes and damage, and its rules without any file. */
#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "local/hl-outbox-rules.h"
#include "local/hl-outbox.h"

#define HOUR G_GINT64_CONSTANT (3600000)

static const HlOutboxTime now
    = { .wall = 1000 * HOUR, .boot = 10 * HOUR, .boot_id = "boot-b", .offset = 0 };

static char *
make_path (void)
{
  g_autofree char *dir = g_dir_make_tmp ("hostline-outbox-XXXXXX", NULL);
  return g_build_filename (dir, "outbox.db", NULL);
}

static void
remove_path (char *path)
{
  static const char *const suffixes[] = { "", "-wal", "-shm" };
  g_autofree char *dir = g_path_get_dirname (path);
  g_autoptr (GDir) all = g_dir_open (dir, 0, NULL);
  const char *name;

  for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++) {
    g_autofree char *file = g_strconcat (path, suffixes[i], NULL);
    g_unlink (file);
  }
  while (all != NULL && (name = g_dir_read_name (all)) != NULL) {
    g_autofree char *file = g_build_filename (dir, name, NULL);
    g_unlink (file);
  }
  g_rmdir (dir);
  g_free (path);
}

static HlOutboxRow *
make_row (const char *id, guint64 n, HlItemState state, const char *party)
{
  HlOutboxRow *row = g_new0 (HlOutboxRow, 1);
  row->device = g_strdup ("stand-1");
  row->n = n;
  row->id = g_strdup (id);
  row->state = state;
  row->action
      = g_strdup_printf ("{\"id\":\"%s\",\"n\":%" G_GUINT64_FORMAT
                         ",\"kind\":\"finish_party\",\"predicted\":\"applied\",\"composed_at\":"
                         "\"2026-12-04T19:00:00.000Z\",\"data\":{\"party_id\":\"%s\"}}",
                         id, MAX (n, 1), party);
  row->base = g_strdup ("{\"epoch\":\"e\",\"seq\":5,\"h\":\"0000000000000005\"}");
  row->label = g_strdup (party);
  row->outcome = -1;
  row->composed_at = now.wall - HOUR;
  row->composed_boot = now.boot - HOUR;
  row->boot_id = g_strdup (now.boot_id);
  row->offset = 0;
  return row;
}

static HlOutboxRow *
find_row (GPtrArray *rows, const char *id)
{
  for (guint i = 0; i < rows->len; i++)
    if (g_str_equal (((HlOutboxRow *)g_ptr_array_index (rows, i))->id, id))
      return g_ptr_array_index (rows, i);
  return NULL;
}

static void
check_sum (HlOutbox *outbox)
{
  HlOutboxPurged purged;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = hl_outbox_load (outbox, &purged, &error);
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);
  HlOutboxTotals t;

  g_assert_no_error (error);
  for (guint i = 0; i < rows->len; i++)
    g_ptr_array_add (items, hl_outbox_item_new (g_ptr_array_index (rows, i)));
  hl_outbox_count (items, &purged, &t);
  g_assert_cmpuint (t.composed, ==,
                    t.applied + t.no_op + t.disputed + t.refused + t.withdrawn + t.review
                        + t.waiting);
}

/* ---- the file ---- */

/* The life of one action, the process dying after each step: what was committed is there, and no
 * more. */
static void
test_crash_at_each_step (void)
{
  const HlItemState steps[] = { HL_ITEM_QUEUED, HL_ITEM_SENDING, HL_ITEM_DECIDED };

  for (guint dies_after = 0; dies_after < G_N_ELEMENTS (steps); dies_after++) {
    char *path = make_path ();
    g_autoptr (GError) error = NULL;
    g_autoptr (GPtrArray) rows = NULL;
    HlOutboxRow *found;
    HlOutbox *outbox = hl_outbox_open (path, NULL, NULL, &error);
    g_autoptr (HlOutboxRow) row = make_row ("a1", 0, HL_ITEM_QUEUED, "p1");
    HlOutbox *again;

    g_assert_no_error (error);
    for (guint i = 0; i <= dies_after; i++) {
      g_autoptr (GPtrArray) changed = g_ptr_array_new ();
      row->state = steps[i];
      if (steps[i] == HL_ITEM_DECIDED) {
        row->outcome = HL_OUTCOME_APPLIED;
        row->seq = 9;
      }
      g_ptr_array_add (changed, row);
      g_assert_true (i == 0 ? hl_outbox_add (outbox, row, &error)
                            : hl_outbox_update (outbox, changed, &error));
      g_assert_no_error (error);
    }
    /* the process is gone: nothing is closed, another one opens the file */
    again = hl_outbox_open (path, NULL, NULL, &error);
    g_assert_no_error (error);
    rows = hl_outbox_load (again, NULL, &error);
    g_assert_cmpuint (rows->len, ==, 1);
    found = g_ptr_array_index (rows, 0);
    g_assert_cmpuint (found->n, ==, 1);
    g_assert_cmpint (found->state, ==, steps[dies_after]);
    g_assert_false (found->damaged);
    g_assert_cmpuint (hl_outbox_get_counter (again, "stand-1", NULL), ==, 1);
    check_sum (again);
    hl_outbox_close (again);
    hl_outbox_close (outbox);
    remove_path (path);
  }
}

/* A writer that is killed at any moment: every number that it told is in the file. */
static void
test_kill (void)
{
  char *path = make_path ();
  guint64 told = 0;

  for (int cycle = 0; cycle < 25; cycle++) {
    int fds[2];
    pid_t child;
    guint64 n;
    g_autoptr (GError) error = NULL;
    g_autoptr (GPtrArray) rows = NULL;
    HlOutbox *outbox;

    g_assert_cmpint (pipe (fds), ==, 0);
    child = fork ();
    g_assert_cmpint (child, >=, 0);
    if (child == 0) {
      HlOutbox *mine = hl_outbox_open (path, NULL, NULL, NULL);
      for (int i = 0; mine != NULL; i++) {
        g_autofree char *id = g_strdup_printf ("c%d-%d", cycle, i);
        g_autoptr (HlOutboxRow) row = make_row (id, 0, HL_ITEM_QUEUED, "p1");
        g_autoptr (GPtrArray) changed = g_ptr_array_new ();
        if (!hl_outbox_add (mine, row, NULL)
            || write (fds[1], &row->n, sizeof row->n) != sizeof row->n)
          _exit (1);
        row->state = HL_ITEM_SENDING;
        g_ptr_array_add (changed, row);
        if (!hl_outbox_update (mine, changed, NULL))
          _exit (1);
      }
      _exit (2);
    }
    close (fds[1]);
    /* after some numbers were told, at a moment that the scheduler chooses */
    for (int i = 0; i <= cycle && read (fds[0], &n, sizeof n) == sizeof n; i++)
      told = n;
    kill (child, SIGKILL);
    while (read (fds[0], &n, sizeof n) == sizeof n)
      told = n;
    close (fds[0]);
    waitpid (child, NULL, 0);
    outbox = hl_outbox_open (path, NULL, NULL, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (hl_outbox_get_counter (outbox, "stand-1", NULL), >=, told);
    rows = hl_outbox_load (outbox, NULL, &error);
    g_assert_cmpuint (rows->len, >=, told);
    for (guint i = 0; i < rows->len; i++)
      g_assert_cmpuint (((HlOutboxRow *)g_ptr_array_index (rows, i))->n, ==, i + 1);
    check_sum (outbox);
    hl_outbox_close (outbox);
  }
  g_test_message ("%" G_GUINT64_FORMAT " actions told over 25 kills", told);
  g_assert_cmpuint (told, >, 100);
  remove_path (path);
}

static void
test_numbers (void)
{
  char *path = make_path ();
  g_autoptr (GError) error = NULL;
  HlOutbox *outbox = hl_outbox_open (path, NULL, NULL, &error);
  const gint64 later = 8 * 24 * HOUR;
  HlOutboxTime next_week = now;
  guint purged;
  GStatBuf st;

  for (int i = 0; i < 5; i++) {
    g_autofree char *id = g_strdup_printf ("a%d", i);
    g_autoptr (HlOutboxRow) row = make_row (id, 0, HL_ITEM_QUEUED, "p1");
    g_autoptr (GPtrArray) changed = g_ptr_array_new ();
    /* composed just now, before the computer was started again and its clock set right */
    g_free (row->boot_id);
    row->boot_id = g_strdup ("before");
    row->composed_at = now.wall - later;
    row->offset = later;
    g_assert_true (hl_outbox_add (outbox, row, &error));
    g_assert_cmpuint (row->n, ==, i + 1);
    row->state = i == 4 ? HL_ITEM_WITHDRAWN : HL_ITEM_DECIDED;
    row->outcome = i == 4 ? -1 : i == 3 ? HL_OUTCOME_REFUSED : HL_OUTCOME_APPLIED;
    row->decided_at = i;
    g_ptr_array_add (changed, row);
    g_assert_true (hl_outbox_update (outbox, changed, &error));
  }
  /* the refused one was not read: it stays visible */
  g_assert_true (hl_outbox_purge (outbox, &now, &purged, &error));
  g_assert_cmpuint (purged, ==, 0); /* old by that clock alone */
  next_week.wall += later;
  next_week.boot += later;
  g_assert_true (hl_outbox_purge (outbox, &next_week, &purged, &error));
  g_assert_cmpuint (purged, ==, 3); /* decided_at 0 is "not decided" */
  check_sum (outbox);
  {
    /* numbers are never used twice, also after withdrawal and purge */
    g_autoptr (HlOutboxRow) row = make_row ("next", 0, HL_ITEM_QUEUED, "p1");
    g_autoptr (HlOutboxRow) old = make_row ("old", 2, HL_ITEM_QUEUED, "p1");
    g_autoptr (HlOutboxRow) far = make_row ("far", 90, HL_ITEM_QUEUED, "p1");
    g_autoptr (HlOutboxRow) twice = make_row ("far", 0, HL_ITEM_QUEUED, "p1");
    g_assert_true (hl_outbox_add (outbox, row, &error));
    g_assert_cmpuint (row->n, ==, 6);
    g_assert_false (hl_outbox_add (outbox, old, &error));
    g_assert_error (error, HL_DATABASE_ERROR, HL_DATABASE_ERROR_CONSTRAINT);
    g_clear_error (&error);
    g_assert_true (hl_outbox_add (outbox, far, &error));
    g_assert_cmpuint (hl_outbox_get_counter (outbox, "stand-1", NULL), ==, 90);
    g_assert_false (hl_outbox_add (outbox, twice, NULL)); /* an id is used once */
    check_sum (outbox);
  }
  hl_outbox_close (outbox);
  g_assert_cmpint (g_stat (path, &st), ==, 0);
  g_assert_cmpint (st.st_mode & 0777, ==, 0600);
  remove_path (path);
}

/* Whatever became of an action, the row that says so is as good after a restart. */
static void
test_every_reason (void)
{
  g_autoptr (GEnumClass) reasons = g_type_class_ref (HL_TYPE_REASON);
  char *path = make_path ();
  g_autoptr (GError) error = NULL;
  HlOutbox *outbox = hl_outbox_open (path, NULL, NULL, &error);
  g_autoptr (GPtrArray) rows = NULL;

  g_assert_no_error (error);
  for (guint i = 0; i < reasons->n_values; i++) {
    g_autofree char *id = g_strdup_printf ("a%u", i);
    g_autoptr (HlOutboxRow) row = make_row (id, 0, HL_ITEM_REVIEW, "p1");

    row->reason = reasons->values[i].value;
    g_assert_true (hl_outbox_add (outbox, row, &error));
  }
  hl_outbox_close (outbox);
  outbox = hl_outbox_open (path, NULL, NULL, &error);
  g_assert_no_error (error);
  rows = hl_outbox_load (outbox, NULL, &error);
  g_assert_cmpuint (rows->len, ==, reasons->n_values);
  for (guint i = 0; i < rows->len; i++) {
    const HlOutboxRow *row = g_ptr_array_index (rows, i);

    g_assert_false (row->damaged);
    g_assert_cmpint (row->reason, ==, reasons->values[i].value);
  }
  hl_outbox_close (outbox);
  remove_path (path);
}

static void
test_damaged_row (void)
{
  char *path = make_path ();
  g_autoptr (GError) error = NULL;
  HlOutbox *outbox = hl_outbox_open (path, NULL, NULL, &error);
  g_autoptr (HlOutboxRow) one = make_row ("a1", 0, HL_ITEM_QUEUED, "p1");
  g_autoptr (HlOutboxRow) two = make_row ("a2", 0, HL_ITEM_QUEUED, "p2");
  g_autoptr (GPtrArray) rows = NULL;
  g_autoptr (HlDatabase) db = NULL;

  g_assert_true (hl_outbox_add (outbox, one, &error));
  g_assert_true (hl_outbox_add (outbox, two, &error));
  hl_outbox_close (outbox);
  /* one letter of a name changes behind our back */
  db = hl_database_open (path, NULL, &error);
  g_assert_true (hl_database_exec (
      db, "UPDATE item SET action = replace (action, 'p1', 'p7') WHERE id = 'a1'", &error));
  g_clear_pointer (&db, hl_database_close);
  outbox = hl_outbox_open (path, NULL, NULL, &error);
  rows = hl_outbox_load (outbox, NULL, &error);
  g_assert_cmpuint (rows->len, ==, 2);
  g_assert_true (find_row (rows, "a1")->damaged);
  g_assert_cmpint (find_row (rows, "a1")->state, ==, HL_ITEM_REVIEW);
  g_assert_false (find_row (rows, "a2")->damaged);
  check_sum (outbox);
  {
    g_autoptr (HlOutboxItem) item = hl_outbox_item_new (find_row (rows, "a1"));
    g_assert_null (hl_outbox_item_get_action (item));
    g_assert_true (hl_outbox_item_needs_person (item));
  }
  hl_outbox_close (outbox);
  remove_path (path);
}

static gboolean
on_spoilt_page (const char *bytes, gsize length, const char *id)
{
  g_autofree char *mark = g_strdup_printf ("{\"id\":\"%s\",", id);
  const char *at = memmem (bytes, length, mark, strlen (mark));

  g_assert_nonnull (at);
  return (at - bytes) / 4096 == 2 || (at - bytes) / 4096 == 4;
}

static void
test_damaged_file (void)
{
  char *path = make_path ();
  g_autoptr (GError) error = NULL;
  HlOutbox *outbox = hl_outbox_open (path, NULL, NULL, &error);
  gboolean salvaged = FALSE;
  g_autoptr (HlOutboxRow) row = make_row ("new", 0, HL_ITEM_QUEUED, "p1");
  g_autoptr (GPtrArray) rows = NULL;
  g_autofree char *bytes = NULL;
  gsize length = 0;
  guint survived = 0;
  int fd;

  for (int i = 0; i < 50; i++) {
    g_autofree char *id = g_strdup_printf ("a%d", i);
    g_autoptr (HlOutboxRow) one = make_row (id, 0, HL_ITEM_QUEUED, "p1");
    g_assert_true (hl_outbox_add (outbox, one, &error));
  }
  hl_outbox_close (outbox);
  g_assert_true (g_file_get_contents (path, &bytes, &length, NULL));
  fd = open (path, O_WRONLY);
  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (pwrite (fd, "this is not a page of a database, is it?", 40, 4096 * 2), ==, 40);
  g_assert_cmpint (pwrite (fd, "this is not a page of a database, is it?", 40, 4096 * 4), ==, 40);
  close (fd);
  outbox = hl_outbox_open (path, NULL, &salvaged, &error);
  g_assert_no_error (error);
  g_assert_nonnull (outbox);
  g_assert_true (salvaged);
  rows = hl_outbox_load (outbox, NULL, &error);
  g_assert_no_error (error);
  for (int i = 0; i < 50; i++) {
    g_autofree char *id = g_strdup_printf ("a%d", i);
    const HlOutboxRow *found = find_row (rows, id);
    if (on_spoilt_page (bytes, length, id))
      continue;
    g_assert_nonnull (found);
    g_assert_false (found->damaged);
    g_assert_cmpint (found->state, ==, HL_ITEM_QUEUED);
    survived++;
  }
  g_assert_cmpuint (survived, >, 20); /* two of its many pages are gone */
  g_assert_true (hl_outbox_add (outbox, row, &error));
  g_assert_cmpuint (row->n, >, 50);
  check_sum (outbox);
  hl_outbox_close (outbox);
  remove_path (path);
}

/* ---- the rules ---- */

typedef struct {
  GPtrArray *items, *changed;
} Rules;

static void
rules_init (Rules *rules)
{
  rules->items = g_ptr_array_new_with_free_func (g_object_unref);
  rules->changed = g_ptr_array_new_with_free_func ((GDestroyNotify)hl_outbox_row_free);
}

static void
rules_clear (Rules *rules)
{
  g_ptr_array_unref (rules->items);
  g_ptr_array_unref (rules->changed);
}

static HlOutboxRow *
rules_add (Rules *rules, const char *id, guint64 n, HlItemState state, int outcome,
           const char *party)
{
  g_autoptr (HlOutboxRow) row = make_row (id, n, state, party);
  HlOutboxItem *item;
  row->outcome = outcome;
  item = hl_outbox_item_new (row);
  g_ptr_array_add (rules->items, item);
  return (HlOutboxRow *)hl_outbox_item_get_row (item);
}

static void
test_welcome (void)
{
  Rules r;
  rules_init (&r);
  rules_add (&r, "known", 1, HL_ITEM_DECIDED, HL_OUTCOME_APPLIED, "p1");
  rules_add (&r, "lost", 2, HL_ITEM_DECIDED, HL_OUTCOME_APPLIED, "p2");
  rules_add (&r, "lost-no", 3, HL_ITEM_DECIDED, HL_OUTCOME_REFUSED, "p3");
  rules_add (&r, "taken-back", 4, HL_ITEM_WITHDRAWN, -1, "p4");
  rules_add (&r, "on-its-way", 5, HL_ITEM_SENDING, -1, "p5");
  rules_add (&r, "waits", 6, HL_ITEM_QUEUED, -1, "p6");
  hl_outbox_plan_welcome (r.items, "stand-1", 1, &now, r.changed);
  g_assert_cmpuint (r.changed->len, ==, 2);
  g_assert_cmpint (find_row (r.changed, "lost")->state, ==, HL_ITEM_SENDING);
  g_assert_cmpint (find_row (r.changed, "lost")->outcome, ==, -1);
  g_assert_cmpint (find_row (r.changed, "lost-no")->state, ==, HL_ITEM_SENDING);
  /* nothing is ever re-based */
  g_assert_cmpstr (find_row (r.changed, "lost")->base, ==,
                   "{\"epoch\":\"e\",\"seq\":5,\"h\":\"0000000000000005\"}");
  rules_clear (&r);
}

static void
test_welcome_old (void)
{
  Rules r;
  HlOutboxRow *row;
  rules_init (&r);
  row = rules_add (&r, "old-lost", 2, HL_ITEM_DECIDED, HL_OUTCOME_APPLIED, "p1");
  row->composed_boot = now.boot - 5 * HOUR;
  row = rules_add (&r, "old-asked", 3, HL_ITEM_SENDING, -1,
                   "p2"); /* n <= decided: only its answer was lost */
  row->composed_boot = now.boot - 5 * HOUR;
  row = rules_add (&r, "old-waits", 8, HL_ITEM_QUEUED, -1, "p3");
  row->composed_boot = now.boot - 5 * HOUR;
  rules_add (&r, "young-same", 9, HL_ITEM_QUEUED, -1, "p3");   /* goes with it */
  rules_add (&r, "young-other", 10, HL_ITEM_QUEUED, -1, "p9"); /* does not */
  rules_add (&r, "young-lost", 11, HL_ITEM_QUEUED, -1,
             "p1"); /* goes with old-lost? n 2 is under the mark: no */
  hl_outbox_plan_welcome (r.items, "stand-1", 4, &now, r.changed);
  g_assert_null (find_row (r.changed, "old-lost"));
  g_assert_null (find_row (r.changed, "old-asked"));
  g_assert_cmpint (find_row (r.changed, "old-waits")->state, ==, HL_ITEM_REVIEW);
  g_assert_cmpint (find_row (r.changed, "old-waits")->reason, ==, HL_REASON_TOO_OLD);
  g_assert_cmpint (find_row (r.changed, "young-same")->state, ==, HL_ITEM_REVIEW);
  g_assert_null (find_row (r.changed, "young-other"));
  g_assert_null (find_row (r.changed, "young-lost"));
  rules_clear (&r);
  /* over 4 h old and above the mark: review, not again */
  rules_init (&r);
  row = rules_add (&r, "old-lost", 2, HL_ITEM_DECIDED, HL_OUTCOME_APPLIED, "p1");
  row->composed_boot = now.boot - 5 * HOUR;
  hl_outbox_plan_welcome (r.items, "stand-1", 1, &now, r.changed);
  g_assert_cmpint (find_row (r.changed, "old-lost")->state, ==, HL_ITEM_REVIEW);
  rules_clear (&r);
}

static void
test_age (void)
{
  g_autoptr (HlOutboxRow) row = make_row ("a", 1, HL_ITEM_QUEUED, "p");
  HlOutboxTime time = now;

  g_assert_cmpint (hl_outbox_get_age (row, &time), ==, HOUR);
  /* somebody set the wall clock: within one boot it does not matter */
  time.wall += 100 * HOUR;
  g_assert_cmpint (hl_outbox_get_age (row, &time), ==, HOUR);
  /* across boots the wall clock counts, corrected on both ends */
  time = now;
  time.boot_id = "boot-c";
  time.boot = 60000;
  time.offset = -HOUR;
  row->offset = -HOUR;
  g_assert_cmpint (hl_outbox_get_age (row, &time), ==, HOUR);
  time.offset = 4 * HOUR;
  g_assert_cmpint (hl_outbox_get_age (row, &time), ==, 6 * HOUR);
  g_assert_true (hl_outbox_is_too_old (row, &time));
  /* unknown is review */
  time.offset = HL_OFFSET_UNKNOWN;
  g_assert_cmpint (hl_outbox_get_age (row, &time), ==, -1);
  g_assert_true (hl_outbox_is_too_old (row, &time));
  time.offset = 0;
  row->offset = HL_OFFSET_UNKNOWN;
  g_assert_true (hl_outbox_is_too_old (row, &time));
}

static void
test_other_device (void)
{
  Rules r;
  rules_init (&r);
  rules_add (&r, "mine-before", 7, HL_ITEM_QUEUED, -1, "p1");
  rules_add (&r, "on-its-way", 8, HL_ITEM_SENDING, -1, "p2");
  rules_add (&r, "done", 6, HL_ITEM_DECIDED, HL_OUTCOME_APPLIED, "p3");
  hl_outbox_plan_welcome (r.items, "stand-1-again", 0, &now, r.changed);
  g_assert_cmpuint (r.changed->len, ==, 2);
  g_assert_cmpint (find_row (r.changed, "mine-before")->state, ==, HL_ITEM_REVIEW);
  g_assert_cmpint (find_row (r.changed, "on-its-way")->state, ==, HL_ITEM_REVIEW);
  rules_clear (&r);
}

/* A backup was put back after this device was paired again: what it did before, and the log does not hold any more, is
 * looked at by a person. */
static void
test_lost_with_other_device (void)
{
  g_autoptr (HlState) state = hl_state_new ();
  Rules r;

  rules_init (&r);
  rules_add (&r, "kept", 6, HL_ITEM_DECIDED, HL_OUTCOME_APPLIED, "p1");
  rules_add (&r, "lost", 7, HL_ITEM_DECIDED, HL_OUTCOME_APPLIED, "p2");
  rules_add (&r, "lost-dispute", 8, HL_ITEM_DECIDED, HL_OUTCOME_DISPUTED, "p3");
  rules_add (&r, "nothing-to-lose", 9, HL_ITEM_DECIDED, HL_OUTCOME_NO_OP, "p4");
  hl_state_raise_counter (state, "stand-1", 6);
  /* its own goes again after a welcome */
  hl_outbox_plan_caught_up (r.items, "stand-1", state, &now, r.changed);
  g_assert_cmpuint (r.changed->len, ==, 0);
  hl_outbox_plan_caught_up (r.items, "stand-1-again", state, &now, r.changed);
  g_assert_cmpuint (r.changed->len, ==, 2);
  g_assert_cmpint (find_row (r.changed, "lost")->state, ==, HL_ITEM_REVIEW);
  g_assert_cmpint (find_row (r.changed, "lost")->reason, ==, HL_REASON_UNKNOWN_ID);
  g_assert_cmpint (find_row (r.changed, "lost-dispute")->state, ==, HL_ITEM_REVIEW);
  rules_clear (&r);
}

/* The same device's name, another house: nothing of it goes there, and nothing of it is said. */
static void
test_other_location (void)
{
  Rules r;
  HlOutboxRow *row;
  HlOutboxItem *item;
  g_autofree char *label = NULL;
  g_autofree char *entity = NULL;
  HlActionKind kind;

  rules_init (&r);
  row = rules_add (&r, "there", 7, HL_ITEM_QUEUED, -1, "p1");
  row->location = g_strdup ("ocean-ave");
  g_assert_false (hl_outbox_row_is_foreign (row, "stand-9", "ocean-ave")); /* paired anew in the same house */
  g_assert_true (hl_outbox_row_is_foreign (row, "stand-1", "pier"));
  g_assert_true (hl_outbox_row_is_foreign (row, "stand-1", NULL)); /* not paired at all */
  rules_add (&r, "done-there", 8, HL_ITEM_DECIDED, HL_OUTCOME_APPLIED, "p2")->location = g_strdup ("ocean-ave");
  rules_add (&r, "here", 9, HL_ITEM_QUEUED, -1, "p1");
  for (guint i = 0; i < 2; i++)
    hl_outbox_item_set_foreign (g_ptr_array_index (r.items, i), TRUE);
  hl_outbox_plan_welcome (r.items, "stand-1", 0, &now, r.changed);
  g_assert_cmpuint (r.changed->len, ==, 1); /* what is done there is not done again, and does not take what is of here with it */
  g_assert_cmpint (find_row (r.changed, "there")->state, ==, HL_ITEM_REVIEW);
  g_assert_cmpint (find_row (r.changed, "there")->reason, ==, HL_REASON_NOT_ALLOWED);
  item = g_ptr_array_index (r.items, 0);
  g_assert_null (hl_outbox_item_get_action (item));
  g_assert_null (*hl_outbox_item_get_entities (item));
  g_object_get (item, "label", &label, "entity", &entity, "kind", &kind, NULL);
  g_assert_cmpstr (label, ==, "");
  g_assert_cmpstr (entity, ==, "");
  g_assert_cmpint (kind, ==, HL_ACTION_UNKNOWN);
  rules_clear (&r);
}

static void
test_answers (void)
{
  static const struct {
    int outcome;
    HlReason reason;
    HlItemState state;
  } table[] = {
    { HL_OUTCOME_APPLIED, HL_REASON_NONE, HL_ITEM_DECIDED },
    { HL_OUTCOME_NO_OP, HL_REASON_NONE, HL_ITEM_DECIDED },
    { HL_OUTCOME_DISPUTED, HL_REASON_NONE, HL_ITEM_DECIDED },
    { HL_OUTCOME_REFUSED, HL_REASON_NEEDS_MANAGER, HL_ITEM_DECIDED },
    { HL_OUTCOME_REFUSED, HL_REASON_LINK_LOST, HL_ITEM_DECIDED },
    { HL_OUTCOME_REFUSED, HL_REASON_TOO_OLD, HL_ITEM_REVIEW },
    { HL_OUTCOME_REFUSED, HL_REASON_UNKNOWN_ID, HL_ITEM_REVIEW },
    { HL_OUTCOME_REFUSED, HL_REASON_TOO_MANY_CLAIMS, HL_ITEM_REVIEW },
    { -1, HL_REASON_TOO_OLD, HL_ITEM_REVIEW },
  };
  for (guint i = 0; i < G_N_ELEMENTS (table); i++) {
    Rules r;
    rules_init (&r);
    rules_add (&r, "a", 1, HL_ITEM_SENDING, -1, "p1");
    rules_add (&r, "b", 2, HL_ITEM_QUEUED, -1, "p1");
    rules_add (&r, "c", 3, HL_ITEM_SENDING, -1, "p1");
    rules_add (&r, "d", 4, HL_ITEM_QUEUED, -1, "p2");
    hl_outbox_plan_answer (r.items, "a", table[i].outcome, table[i].reason, 44, "{}", &now,
                           r.changed);
    g_assert_cmpint (find_row (r.changed, "a")->state, ==, table[i].state);
    if (table[i].state == HL_ITEM_DECIDED) {
      g_assert_cmpuint (r.changed->len, ==, 1);
      g_assert_cmpint (find_row (r.changed, "a")->outcome, ==, table[i].outcome);
    } else {
      /* later queued items on the same entities go with it; what is on its way has its own answer
       */
      g_assert_cmpuint (r.changed->len, ==, 2);
      g_assert_cmpint (find_row (r.changed, "b")->state, ==, HL_ITEM_REVIEW);
    }
    rules_clear (&r);
  }
  {
    /* answers nobody waits for: a withdrawn row, a decided one, an unknown id */
    Rules r;
    rules_init (&r);
    rules_add (&r, "a", 1, HL_ITEM_WITHDRAWN, -1, "p1");
    rules_add (&r, "b", 2, HL_ITEM_DECIDED, HL_OUTCOME_REFUSED, "p1");
    hl_outbox_plan_answer (r.items, "a", HL_OUTCOME_APPLIED, HL_REASON_NONE, 1, NULL, &now,
                           r.changed);
    hl_outbox_plan_answer (r.items, "b", HL_OUTCOME_APPLIED, HL_REASON_NONE, 1, NULL, &now,
                           r.changed);
    hl_outbox_plan_answer (r.items, "zz", HL_OUTCOME_APPLIED, HL_REASON_NONE, 1, NULL, &now,
                           r.changed);
    g_assert_cmpuint (r.changed->len, ==, 0);
    rules_clear (&r);
  }
}

static void
test_withdrawable (void)
{
  Rules r;
  rules_init (&r);
  g_assert_null (hl_outbox_find_withdrawable (r.items));
  rules_add (&r, "a", 1, HL_ITEM_SENDING, -1, "p1");
  g_assert_null (hl_outbox_find_withdrawable (r.items)); /* it may have left */
  rules_add (&r, "b", 2, HL_ITEM_QUEUED, -1, "p1");
  rules_add (&r, "c", 3, HL_ITEM_QUEUED, -1, "p1");
  g_assert_cmpstr (hl_outbox_item_get_id (hl_outbox_find_withdrawable (r.items)), ==, "c");
  rules_add (&r, "d", 4, HL_ITEM_WITHDRAWN, -1, "p1");
  g_assert_cmpstr (hl_outbox_item_get_id (hl_outbox_find_withdrawable (r.items)), ==, "c");
  g_assert_cmpstr (hl_outbox_item_get_id (hl_outbox_find_next_queued (r.items)), ==, "b");
  rules_clear (&r);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/outbox/kill", test_kill); /* first: it forks */
  g_test_add_func ("/outbox/crash-at-each-step", test_crash_at_each_step);
  g_test_add_func ("/outbox/numbers", test_numbers);
  g_test_add_func ("/outbox/every-reason", test_every_reason);
  g_test_add_func ("/outbox/damaged-row", test_damaged_row);
  g_test_add_func ("/outbox/damaged-file", test_damaged_file);
  g_test_add_func ("/outbox/welcome", test_welcome);
  g_test_add_func ("/outbox/welcome-old", test_welcome_old);
  g_test_add_func ("/outbox/age", test_age);
  g_test_add_func ("/outbox/other-device", test_other_device);
  g_test_add_func ("/outbox/lost-with-other-device", test_lost_with_other_device);
  g_test_add_func ("/outbox/other-location", test_other_location);
  g_test_add_func ("/outbox/answers", test_answers);
  g_test_add_func ("/outbox/withdrawable", test_withdrawable);
  return g_test_run ();
}
