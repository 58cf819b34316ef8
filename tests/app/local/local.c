/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of the local copy, the credentials and the worker thread. */
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>
#include <unistd.h>

#include "local/hl-local.h"
#include "local/hl-lock.h"

static char *
make_dir (void)
{
  return g_dir_make_tmp ("hostline-local-XXXXXX", NULL);
}

static void
remove_dir (char *dir)
{
  g_autoptr (GDir) all = g_dir_open (dir, 0, NULL);
  const char *name;
  while (all != NULL && (name = g_dir_read_name (all)) != NULL) {
    g_autofree char *file = g_build_filename (dir, name, NULL);
    g_unlink (file);
  }
  g_rmdir (dir);
  g_free (dir);
}

static GBytes *
bytes (const char *text)
{
  return g_bytes_new (text, strlen (text));
}

static void
test_copy (void)
{
  char *dir = make_dir ();
  g_autofree char *path = g_build_filename (dir, "copy.db", NULL);
  g_autoptr (GError) error = NULL;
  HlCopy *copy = hl_copy_open (path, NULL, &error);
  g_autoptr (HlCopyContents) empty = NULL;
  g_autoptr (HlCopyContents) full = NULL;
  g_autoptr (HlPosition) p10 = hl_position_new ("e", 10, 0xffffffffffffffff);
  g_autoptr (HlPosition) p12 = hl_position_new ("e", 12, 12);
  g_autoptr (HlPosition) p15 = hl_position_new ("e", 15, 15);
  g_autoptr (GBytes) state = bytes ("{}");
  g_autoptr (GBytes) events = bytes ("[1,2]");

  g_assert_no_error (error);
  empty = hl_copy_load (copy, &error);
  g_assert_null (empty->position);
  g_assert_true (hl_copy_put_snapshot (copy, p10, state, &error));
  g_assert_true (hl_copy_put_events (copy, p12, 11, events, &error));
  g_assert_true (hl_copy_put_events (copy, p15, 13, events, &error));
  g_assert_false (hl_copy_put_events (copy, p15, 13, events, &error)); /* the same again */
  g_clear_error (&error);
  g_assert_true (hl_copy_note_current (copy, 77, -5, &error));
  hl_copy_close (copy);
  copy = hl_copy_open (path, NULL, &error);
  full = hl_copy_load (copy, &error);
  g_assert_true (hl_position_equal (full->position, p15));
  g_assert_cmpuint (full->events->len, ==, 2);
  g_assert_cmpint (full->current_at, ==, 77);
  g_assert_cmpint (full->offset, ==, -5);
  /* a snapshot replaces the events before it */
  g_assert_true (hl_copy_put_snapshot (copy, p15, state, &error));
  hl_copy_contents_free (g_steal_pointer (&full));
  full = hl_copy_load (copy, &error);
  g_assert_cmpuint (full->events->len, ==, 0);
  g_assert_cmpuint (full->position->seq, ==, 15);
  hl_copy_close (copy);
  remove_dir (dir);
}

/* Position and events are one transaction: a group that is not committed leaves both as they were.
 */
static void
test_copy_atomic (void)
{
  char *dir = make_dir ();
  g_autofree char *path = g_build_filename (dir, "copy.db", NULL);
  g_autoptr (GError) error = NULL;
  HlCopy *copy = hl_copy_open (path, NULL, &error);
  HlCopy *other;
  g_autoptr (HlCopyContents) contents = NULL;
  g_autoptr (HlPosition) p1 = hl_position_new ("e", 1, 1);
  g_autoptr (HlPosition) p2 = hl_position_new ("e", 2, 2);
  g_autoptr (GBytes) state = bytes ("{}");
  g_autoptr (GBytes) events = bytes ("[2]");

  g_assert_true (hl_copy_put_snapshot (copy, p1, state, &error));
  g_assert_true (hl_copy_begin (copy, &error));
  g_assert_true (hl_copy_put_events (copy, p2, 2, events, &error));
  other = hl_copy_open (path, NULL, &error); /* as if this process were gone */
  contents = hl_copy_load (other, &error);
  g_assert_cmpuint (contents->position->seq, ==, 1);
  g_assert_cmpuint (contents->events->len, ==, 0);
  hl_copy_rollback (copy);
  hl_copy_close (copy);
  hl_copy_close (other);
  remove_dir (dir);
}

/* What does not fit together is nothing, and what is no database is thrown away: it is only a copy.
 */
static void
test_copy_damaged (void)
{
  char *dir = make_dir ();
  g_autofree char *path = g_build_filename (dir, "copy.db", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (HlCopyContents) contents = NULL;
  g_autoptr (HlPosition) p1 = hl_position_new ("e", 1, 1);
  g_autoptr (HlPosition) p5 = hl_position_new ("e", 5, 5);
  g_autoptr (GBytes) state = bytes ("{}");
  g_autoptr (GBytes) events = bytes ("[5]");
  sqlite3 *db = NULL;
  HlCopy *copy = hl_copy_open (path, NULL, &error);

  g_assert_true (hl_copy_put_snapshot (copy, p1, state, &error));
  g_assert_false (hl_copy_put_events (copy, p5, 5, events, &error)); /* a hole: 2 to 4 */
  g_assert_error (error, HL_DATABASE_ERROR, HL_DATABASE_ERROR_CONSTRAINT);
  g_clear_error (&error);
  contents = hl_copy_load (copy, &error);
  g_assert_true (hl_position_equal (contents->position, p1));
  hl_copy_contents_free (g_steal_pointer (&contents));
  hl_copy_close (copy);
  /* somebody else has put one there */
  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db,
                                 "INSERT INTO page VALUES (5, 5, '[5]');"
                                 "UPDATE head SET seq = 5",
                                 NULL, NULL, NULL),
                   ==, SQLITE_OK);
  sqlite3_close (db);
  copy = hl_copy_open (path, NULL, &error);
  contents = hl_copy_load (copy, &error);
  g_assert_no_error (error);
  g_assert_null (contents->position);
  hl_copy_close (copy);
  g_assert_true (g_file_set_contents (
      path, "no database at all, but long enough to look like one ...", -1, NULL));
  copy = hl_copy_open (path, NULL, &error);
  g_assert_no_error (error);
  hl_copy_contents_free (g_steal_pointer (&contents));
  contents = hl_copy_load (copy, &error);
  g_assert_no_error (error);
  g_assert_null (contents->position);
  hl_copy_close (copy);
  remove_dir (dir);
}

#define DAY G_GINT64_CONSTANT (86400000)

static void
add_line (HlCopy *copy, gint64 at, guint code, gint64 lasted)
{
  g_autoptr (HlCopyLine) line
      = hl_copy_line_new (at, 5, 1, 6, "https://10.0.0.2:8480", "close 1006", code, lasted);
  g_autoptr (GError) error = NULL;
  g_assert_true (hl_copy_add_line (copy, line, &error));
  g_assert_no_error (error);
}

/* The server sends the copy again; nobody sends the diary again. */
static void
test_diary_outlives_the_copy (void)
{
  char *dir = make_dir ();
  g_autofree char *path = g_build_filename (dir, "copy.db", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) lines = NULL;
  g_autofree char *file = NULL;
  gsize length = 0;
  guint found = 0;

  {
    g_autoptr (HlCopy) copy = hl_copy_open (path, NULL, &error);

    for (guint i = 0; i < 300; i++)
      add_line (copy, 1796410800000 + i, i, 5);
  }
  g_assert_true (g_file_get_contents (path, &file, &length, NULL));
  memset (file + length / 4096 / 2 * 4096, 0x55, 4096); /* one of its pages */
  g_assert_true (g_file_set_contents (path, file, (gssize)length, NULL));
  {
    g_autoptr (HlCopy) copy = hl_copy_open (path, NULL, &error);

    g_assert_no_error (error);
    lines = hl_copy_load_lines (copy, 1000, &error);
    found = lines->len;
    g_assert_cmpuint (found, >=, 150);
    for (guint i = 1; i < lines->len; i++)
      g_assert_cmpuint (((HlCopyLine *)lines->pdata[i - 1])->code, >, ((HlCopyLine *)lines->pdata[i])->code);
  }
  {
    /* damaged while it is in use */
    g_autoptr (HlCopy) copy = hl_copy_open_anew (path, &error);
    g_autoptr (GPtrArray) again = hl_copy_load_lines (copy, 1000, &error);

    g_assert_no_error (error);
    g_assert_cmpuint (again->len, ==, found);
  }
  remove_dir (dir);
}

/* The connection's diary: whole lines over a restart, 30 days of them and the present one, newest
 * first. */
static void
test_diary (void)
{
  char *dir = make_dir ();
  g_autofree char *path = g_build_filename (dir, "copy.db", NULL);
  g_autoptr (GError) error = NULL;
  gint64 now = 2000 * DAY;
  HlCopy *copy = hl_copy_open (path, NULL, &error);
  g_autoptr (GPtrArray) lines = NULL;
  const HlCopyLine *line;

  add_line (copy, now - 31 * DAY, 4001, 10);
  for (int i = 30; i > 1; i--)
    add_line (copy, now - i * DAY, 4008, 20);
  add_line (copy, now - DAY, 1006, 86400000);
  hl_copy_close (copy);
  copy = hl_copy_open (path, NULL, &error);
  add_line (copy, now, 0, -1); /* the first line after opening prunes */
  lines = hl_copy_load_lines (copy, 100, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (lines->len, ==, 31);
  g_assert_cmpint (((HlCopyLine *)g_ptr_array_index (lines, 0))->at, ==, now);
  g_assert_cmpint (((HlCopyLine *)g_ptr_array_index (lines, 0))->lasted, ==, -1);
  line = g_ptr_array_index (lines, 1);
  g_assert_cmpint (line->at, ==, now - DAY);
  g_assert_cmpint (line->was, ==, 5);
  g_assert_cmpint (line->became, ==, 1);
  g_assert_cmpint (line->cause, ==, 6);
  g_assert_cmpuint (line->code, ==, 1006);
  g_assert_cmpint (line->lasted, ==, 86400000);
  g_assert_cmpstr (line->endpoint, ==, "https://10.0.0.2:8480");
  g_assert_cmpstr (line->detail, ==, "close 1006");
  g_assert_cmpuint (((HlCopyLine *)g_ptr_array_index (lines, 30))->code, ==, 4008);
  hl_copy_close (copy);
  remove_dir (dir);
}

/* However often the connection breaks, the diary does not fill the disk. */
static void
test_diary_bounded (void)
{
  g_autoptr (GError) error = NULL;
  HlCopy *copy = hl_copy_open (":memory:", NULL, &error);
  g_autoptr (GPtrArray) lines = NULL;

  g_assert_true (hl_copy_begin (copy, &error));
  for (int i = 0; i < HL_COPY_MAX_LINES + 250; i++)
    add_line (copy, 1000 + i, (guint)i, i); /* no two are the same */
  g_assert_true (hl_copy_commit (copy, &error));
  lines = hl_copy_load_lines (copy, HL_COPY_MAX_LINES + 1000, &error);
  g_assert_cmpuint (lines->len, >=, HL_COPY_MAX_LINES);
  g_assert_cmpuint (lines->len, <, HL_COPY_MAX_LINES + 100);
  g_assert_cmpint (((HlCopyLine *)g_ptr_array_index (lines, 0))->lasted, ==,
                   HL_COPY_MAX_LINES + 249);
  hl_copy_close (copy);
}

/* A clock that jumps a year ahead and back takes nothing away; what is older than the last 30 days on
 * which the program ran goes. */
static void
test_diary_and_the_clock (void)
{
  g_autoptr (GError) error = NULL;
  HlCopy *copy = hl_copy_open (":memory:", NULL, &error);
  g_autoptr (GPtrArray) lines = NULL;
  const gint64 day = 86400000, start = 20000 * day;

  g_assert_true (hl_copy_begin (copy, &error));
  for (int i = 0; i < 40 * 20; i++)
    add_line (copy, start + i / 20 * day + i % 20, 0, i);
  for (int i = 0; i < 150; i++)
    add_line (copy, start + 400 * day + i, 0, 1000 + i);
  for (int i = 0; i < 150; i++)
    add_line (copy, start + 40 * day + i, 0, 2000 + i);
  g_assert_true (hl_copy_commit (copy, &error));
  lines = hl_copy_load_lines (copy, 5000, &error);
  /* 31 days: the one ahead, this one, and 29 before it */
  g_assert_cmpuint (lines->len, ==, 150 + 150 + 29 * 20);
  g_assert_cmpint (((HlCopyLine *)g_ptr_array_index (lines, lines->len - 1))->at, ==,
                   start + 11 * day);
  hl_copy_close (copy);
}

/* A diary of the version before codes and durations is kept. */
static void
test_diary_of_the_first_schema (void)
{
  char *dir = make_dir ();
  g_autofree char *path = g_build_filename (dir, "copy.db", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) lines = NULL;
  sqlite3 *db = NULL;
  HlCopy *copy;

  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  g_assert_cmpint (
      sqlite3_exec (
          db,
          "CREATE TABLE head (one INTEGER PRIMARY KEY CHECK (one = 1), epoch TEXT NOT NULL, seq "
          "INTEGER NOT NULL, h INTEGER NOT NULL);"
          "CREATE TABLE snapshot (one INTEGER PRIMARY KEY CHECK (one = 1), seq INTEGER NOT NULL, "
          "entities BLOB NOT NULL);"
          "CREATE TABLE page (first INTEGER PRIMARY KEY, last INTEGER NOT NULL, events BLOB NOT "
          "NULL);"
          "CREATE TABLE known (one INTEGER PRIMARY KEY CHECK (one = 1), current_at INTEGER NOT "
          "NULL, offset INTEGER NOT NULL);"
          "CREATE TABLE diary (id INTEGER PRIMARY KEY, at INTEGER NOT NULL, was INTEGER NOT NULL, "
          "became INTEGER NOT NULL, cause INTEGER NOT NULL, endpoint TEXT NOT NULL, detail TEXT "
          "NOT NULL);"
          "INSERT INTO diary VALUES (1, 5, 1, 2, 3, 'a', 'b'); PRAGMA user_version = 1;",
          NULL, NULL, NULL),
      ==, SQLITE_OK);
  sqlite3_close (db);
  copy = hl_copy_open (path, NULL, &error);
  g_assert_no_error (error);
  lines = hl_copy_load_lines (copy, 10, &error);
  g_assert_cmpuint (lines->len, ==, 1);
  g_assert_cmpint (((HlCopyLine *)g_ptr_array_index (lines, 0))->lasted, ==, -1);
  g_assert_cmpuint (((HlCopyLine *)g_ptr_array_index (lines, 0))->code, ==, 0);
  hl_copy_close (copy);
  remove_dir (dir);
}

static void
test_lock (void)
{
  char *dir = make_dir ();
  g_autofree char *path = g_build_filename (dir, "lock", NULL);
  g_autoptr (GError) error = NULL;
  HlLock *one = hl_lock_take (path, &error);
  HlLock *two;

  g_assert_no_error (error);
  two = hl_lock_take (path, &error);
  g_assert_null (two);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_BUSY);
  g_clear_error (&error);
  hl_lock_free (one);
  two = hl_lock_take (path, &error);
  g_assert_no_error (error);
  hl_lock_free (two);
  remove_dir (dir);
}

static void
test_credentials (void)
{
  char *dir = make_dir ();
  g_autofree char *path = g_build_filename (dir, "credentials", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (HlCredentials) none = hl_credentials_load (path, &error);
  g_autoptr (HlCredentials) out = hl_credentials_new ();
  g_autoptr (HlCredentials) in = NULL;
  GStatBuf st;

  g_assert_no_error (error);
  g_assert_null (none);
  out->token = g_strdup ("hl1_secret");
  out->device = g_strdup ("stand-1-7k2m");
  out->role = g_strdup ("staff");
  out->location = g_strdup ("ocean-ave");
  out->location_name = g_strdup ("Ocean; Ave, \"Ñ\"");
  out->device_name = g_strdup ("Stand 1");
  g_strfreev (out->endpoints);
  out->endpoints = g_strsplit ("https://a:8443,https://b#pki", ",", -1);
  g_assert_true (hl_credentials_save (out, path, &error));
  g_assert_cmpint (g_stat (path, &st), ==, 0);
  g_assert_cmpint (st.st_mode & 0777, ==, 0600);
  in = hl_credentials_load (path, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (in->token, ==, out->token);
  g_assert_cmpstr (in->location_name, ==, out->location_name);
  g_assert_cmpuint (g_strv_length (in->endpoints), ==, 2);
  g_assert_cmpstr (in->endpoints[1], ==, "https://b#pki");
  g_assert_false (in->copied);
  out->copied = TRUE;
  g_assert_true (hl_credentials_save (out, path, &error));
  hl_credentials_free (g_steal_pointer (&in));
  in = hl_credentials_load (path, &error);
  g_assert_true (in->copied);
  /* half a file is no pairing */
  g_assert_true (g_file_set_contents (path, "[pairing]\ntoken=x\n", -1, NULL));
  hl_credentials_free (g_steal_pointer (&in));
  in = hl_credentials_load (path, &error);
  g_assert_null (in);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
  remove_dir (dir);
}

/* ---- the thread ---- */

typedef struct {
  HlLocal *local;
  HlLocalContents *contents;
  GError *error;
  guint64 n;
  guint done;
  GString *order;
} Wait;

static void
wait_for (Wait *wait, guint done)
{
  gint64 deadline = g_get_monotonic_time () + 60 * G_USEC_PER_SEC;
  while (wait->done < done) {
    g_assert_cmpint (g_get_monotonic_time (), <, deadline);
    g_main_context_iteration (NULL, FALSE);
    g_usleep (200);
  }
}

static void
on_opened (GObject *source, GAsyncResult *result, gpointer data)
{
  Wait *wait = data;
  wait->contents = hl_local_open_finish (wait->local, result, &wait->error);
  wait->done++;
}

static void
on_added (GObject *source, GAsyncResult *result, gpointer data)
{
  Wait *wait = data;
  g_assert_true (hl_local_add_row_finish (wait->local, result, &wait->n, &wait->error));
  wait->done++;
}

static void
on_done (GObject *source, GAsyncResult *result, gpointer data)
{
  Wait *wait = data;
  hl_local_finish (wait->local, result, &wait->error);
  wait->done++;
}

/* A line of the diary that waits in one group with what cannot be written: it is written all the same. */
static void
test_line_beside_a_failure (void)
{
  char *dir = make_dir ();
  Wait wait = { 0 };
  g_autoptr (HlPosition) p9 = hl_position_new ("e", 9, 9);
  g_autoptr (GBytes) events = bytes ("[]");

  wait.local = hl_local_new (dir);
  hl_local_open_async (wait.local, on_opened, &wait); /* they come together while it opens */
  hl_local_add_line (wait.local, hl_copy_line_new (1, 1, 2, 3, "http://a", "x", 1006, 250));
  hl_local_put_events (wait.local, p9, 9, events, on_done, &wait); /* behind a hole */
  hl_local_add_line (wait.local, hl_copy_line_new (2, 2, 1, 3, "http://a", "y", 1006, 250));
  wait_for (&wait, 2);
  g_assert_error (wait.error, HL_DATABASE_ERROR, HL_DATABASE_ERROR_CONSTRAINT);
  g_clear_error (&wait.error);
  g_clear_object (&wait.local);
  hl_local_contents_free (g_steal_pointer (&wait.contents));
  wait.local = hl_local_new (dir);
  hl_local_open_async (wait.local, on_opened, &wait);
  wait_for (&wait, 3);
  g_assert_cmpuint (wait.contents->lines->len, ==, 2);
  g_clear_object (&wait.local);
  hl_local_contents_free (wait.contents);
  remove_dir (dir);
}

static void
test_thread (void)
{
  char *dir = make_dir ();
  g_autofree char *sub = g_build_filename (dir, "deep", NULL);
  Wait wait = { 0 }, other = { 0 };
  g_autoptr (HlPosition) p1 = hl_position_new ("e", 1, 1);
  g_autoptr (GBytes) state = bytes ("{}");
  g_autoptr (HlCredentials) credentials = hl_credentials_new ();
  g_autofree char *install_id = NULL;
  HlOutboxRow row
      = { .device = (char *)"stand-1", .id = (char *)"a1", .action = (char *)"{}", .outcome = -1 };
  GStatBuf st;

  wait.local = hl_local_new (sub);
  hl_local_open_async (wait.local, on_opened, &wait);
  wait_for (&wait, 1);
  g_assert_no_error (wait.error);
  g_assert_null (wait.contents->credentials);
  install_id = g_strdup (wait.contents->install_id);
  g_assert_cmpint (g_stat (sub, &st), ==, 0);
  g_assert_cmpint (st.st_mode & 0777, ==, 0700);
  /* a second one of the same folder is sent away */
  other.local = hl_local_new (sub);
  hl_local_open_async (other.local, on_opened, &other);
  wait_for (&other, 1);
  g_assert_error (other.error, G_IO_ERROR, G_IO_ERROR_BUSY);
  g_clear_error (&other.error);
  g_clear_object (&other.local);
  /* many jobs, in order */
  hl_local_put_snapshot (wait.local, p1, state, on_done, &wait);
  for (guint i = 0; i < 200; i++) {
    g_autoptr (HlPosition) position = hl_position_new ("e", i + 2, i);
    g_autoptr (GBytes) events = bytes ("[]");
    hl_local_put_events (wait.local, position, i + 2, events, on_done, &wait);
  }
  hl_local_add_row (wait.local, &row, on_added, &wait);
  credentials->token = g_strdup ("hl1_x");
  credentials->device = g_strdup ("stand-1");
  credentials->location = g_strdup ("ocean-ave");
  g_strfreev (credentials->endpoints);
  credentials->endpoints = g_strsplit ("http://127.0.0.1:1", ",", -1);
  hl_local_put_credentials (wait.local, credentials, on_done, &wait);
  hl_local_add_line (wait.local, hl_copy_line_new (1, 1, 2, 3, "http://a", "x", 1006, 250));
  hl_local_close_async (wait.local, on_done, &wait);
  wait_for (&wait, 205);
  g_assert_no_error (wait.error);
  g_assert_cmpuint (wait.n, ==, 1);
  /* closed is closed */
  hl_local_put_snapshot (wait.local, p1, state, on_done, &wait);
  wait_for (&wait, 206);
  g_assert_error (wait.error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  g_clear_error (&wait.error);
  g_clear_object (&wait.local);
  hl_local_contents_free (g_steal_pointer (&wait.contents));
  wait.local = hl_local_new (sub);
  hl_local_open_async (wait.local, on_opened, &wait);
  wait_for (&wait, 207);
  g_assert_no_error (wait.error);
  g_assert_cmpuint (wait.contents->copy->position->seq, ==, 201);
  g_assert_cmpuint (wait.contents->copy->events->len, ==, 200);
  g_assert_cmpuint (wait.contents->rows->len, ==, 1);
  g_assert_cmpstr (wait.contents->install_id, ==, install_id);
  g_assert_cmpstr (wait.contents->credentials->location, ==, "ocean-ave");
  g_assert_cmpuint (wait.contents->lines->len, ==, 1);
  g_clear_object (&wait.local); /* without a word: it joins its thread */
  hl_local_contents_free (wait.contents);
  remove_dir (g_steal_pointer (&sub));
  remove_dir (dir);
}

/* A folder that cannot be made is told. */
static void
test_read_only_folder (void)
{
  Wait wait = { 0 };

  wait.local = hl_local_new ("/proc/hostline-cannot-be");
  hl_local_open_async (wait.local, on_opened, &wait);
  wait_for (&wait, 1);
  g_assert_nonnull (wait.error);
  g_clear_error (&wait.error);
  g_clear_object (&wait.local);
}

typedef struct {
  GThread *thread;
  char *path;
  GMutex mutex;
  GCond cond;
  gboolean held, let_go;
} Holder;

/* Another process that keeps the file's write lock, as a virus scanner or a copying program does. */
static gpointer
hold_file (gpointer data)
{
  Holder *holder = data;
  sqlite3 *db;

  g_assert_cmpint (sqlite3_open (holder->path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, "BEGIN IMMEDIATE", NULL, NULL, NULL), ==, SQLITE_OK);
  g_mutex_lock (&holder->mutex);
  holder->held = TRUE;
  g_cond_broadcast (&holder->cond);
  while (!holder->let_go)
    g_cond_wait (&holder->cond, &holder->mutex);
  g_mutex_unlock (&holder->mutex);
  g_assert_cmpint (sqlite3_exec (db, "ROLLBACK", NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close (db);
  return NULL;
}

static gboolean
on_tick (gpointer data)
{
  ++*(guint *)data;
  return G_SOURCE_CONTINUE;
}

/* A disk that hangs keeps nobody from reading the screen: the main loop goes on, and what was written meanwhile is
 * answered once it is on the disk, not before. */
static void
test_disk_hangs (void)
{
  char *dir = make_dir ();
  Wait wait = { .local = hl_local_new (dir) };
  Holder holder = { .path = g_build_filename (dir, "copy.db", NULL) };
  g_autoptr (HlPosition) p1 = hl_position_new ("e", 1, 1);
  g_autoptr (GBytes) state = bytes ("{}");
  guint ticks = 0, timer;

  hl_local_open_async (wait.local, on_opened, &wait);
  wait_for (&wait, 1);
  g_assert_no_error (wait.error);
  g_mutex_init (&holder.mutex);
  g_cond_init (&holder.cond);
  holder.thread = g_thread_new ("holder", hold_file, &holder);
  g_mutex_lock (&holder.mutex);
  while (!holder.held)
    g_cond_wait (&holder.cond, &holder.mutex);
  g_mutex_unlock (&holder.mutex);
  timer = g_timeout_add (5, on_tick, &ticks);
  hl_local_put_snapshot (wait.local, p1, state, on_done, &wait);
  for (guint i = 0; i < 20; i++)
    hl_local_add_line (wait.local, hl_copy_line_new (1, 1, 2, 3, "http://a", "x", 1006, 250));
  while (ticks < 40)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (wait.done, ==, 1); /* nothing is said to be written */
  g_mutex_lock (&holder.mutex);
  holder.let_go = TRUE;
  g_cond_broadcast (&holder.cond);
  g_mutex_unlock (&holder.mutex);
  wait_for (&wait, 2);
  g_assert_no_error (wait.error);
  g_thread_join (holder.thread);
  g_source_remove (timer);
  g_clear_object (&wait.local);
  hl_local_contents_free (wait.contents);
  g_mutex_clear (&holder.mutex);
  g_cond_clear (&holder.cond);
  g_free (holder.path);
  remove_dir (dir);
}

/* A long night: many times the size of the files is written, and the write-ahead logs stay small. */
static void
test_write_ahead_logs_stay_small (void)
{
  static const char *const files[] = { "copy.db-wal", "outbox.db-wal" };
  char *dir = make_dir ();
  Wait wait = { .local = hl_local_new (dir) };
  g_autofree char *text = g_strnfill (400000, 'x');
  g_autoptr (GBytes) state = g_bytes_new (text, 400000);
  g_autoptr (GBytes) events = g_bytes_new (text, 4000);
  goffset most[G_N_ELEMENTS (files)] = { 0 };
  int jobs = 1;

  hl_local_open_async (wait.local, on_opened, &wait);
  wait_for (&wait, 1);
  g_assert_no_error (wait.error);
  for (guint round = 0; round < 60; round++) {
    g_autoptr (HlPosition) position = hl_position_new ("e", round * 100 + 1, 1);
    hl_local_put_snapshot (wait.local, position, state, on_done, &wait);
    jobs++;
    for (guint i = 1; i < 40; i++, jobs++) {
      g_autoptr (HlPosition) next = hl_position_new ("e", round * 100 + 1 + i, i);
      hl_local_put_events (wait.local, next, round * 100 + 1 + i, events, on_done, &wait);
    }
    for (guint i = 0; i < 10; i++, jobs++) {
      g_autofree char *id = g_strdup_printf ("a%u-%u", round, i);
      HlOutboxRow row
          = { .device = (char *)"stand-1", .id = id, .action = text + 396000, .outcome = -1 };
      hl_local_add_row (wait.local, &row, on_added, &wait);
    }
    wait_for (&wait, jobs);
    g_assert_no_error (wait.error);
    for (guint i = 0; i < G_N_ELEMENTS (files); i++) {
      g_autofree char *path = g_build_filename (dir, files[i], NULL);
      GStatBuf st;
      if (g_stat (path, &st) == 0)
        most[i] = MAX (most[i], st.st_size);
    }
  }
  for (guint i = 0; i < G_N_ELEMENTS (files); i++) {
    g_test_message ("%s: %" G_GOFFSET_FORMAT " bytes at most", files[i], most[i]);
    g_assert_cmpint (most[i], >, 0);
    g_assert_cmpint (most[i], <=, 8 * 1024 * 1024);
  }
  g_clear_object (&wait.local);
  hl_local_contents_free (wait.contents);
  remove_dir (dir);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/local/copy", test_copy);
  g_test_add_func ("/local/copy-atomic", test_copy_atomic);
  g_test_add_func ("/local/copy-damaged", test_copy_damaged);
  g_test_add_func ("/local/diary-outlives-the-copy", test_diary_outlives_the_copy);
  g_test_add_func ("/local/line-beside-a-failure", test_line_beside_a_failure);
  g_test_add_func ("/local/diary", test_diary);
  g_test_add_func ("/local/diary-bounded", test_diary_bounded);
  g_test_add_func ("/local/diary-and-the-clock", test_diary_and_the_clock);
  g_test_add_func ("/local/diary-of-the-first-schema", test_diary_of_the_first_schema);
  g_test_add_func ("/local/lock", test_lock);
  g_test_add_func ("/local/credentials", test_credentials);
  g_test_add_func ("/local/thread", test_thread);
  g_test_add_func ("/local/disk-hangs", test_disk_hangs);
  g_test_add_func ("/local/write-ahead-logs-stay-small", test_write_ahead_logs_stay_small);
  g_test_add_func ("/local/folder-that-cannot-be", test_read_only_folder);
  return g_test_run ();
}
