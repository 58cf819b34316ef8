/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The connection log over a month: what repeats becomes one row, and nothing goes missing in counts and durations. */
#include "store-fixture.h"

#include <string.h>

#include "store/hl-connection-fold.h"
#include "wire/hl-json.h"

#define SECOND G_GINT64_CONSTANT (1000)
#define MINUTE (60 * SECOND)
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)

typedef struct {
  char *directory;
  HlSqliteStore *sqlite;
  HlRegistry *registry;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->directory = fixture_make_directory ();
  fixture->sqlite = fixture_open (fixture->directory);
  fixture->registry = hl_registry_new (fixture->sqlite);
  g_assert_true (hl_store_add_location (HL_STORE (fixture->sqlite), "one", "One", "UTC", NOW, NULL));
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_clear_object (&fixture->registry);
  g_clear_object (&fixture->sqlite);
  fixture_remove_directory (fixture->directory);
}

/* ---- making and reading rows ---- */

static HlConnectionRow *
make (gint64 at, const char *what, const char *session, const char *device, guint code, const char *cause, const char *detail)
{
  HlConnectionRow *row = hl_connection_row_new (at, "one", what, session, device);

  row->code = code;
  g_free (row->cause);
  row->cause = g_strdup (cause);
  g_free (row->detail);
  row->detail = g_strdup (detail);
  return row;
}

static GPtrArray *
new_rows (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) hl_connection_row_free);
}

/* One visit of 50 s. */
static void
add_visit (GPtrArray *rows, gint64 at, const char *device, const char *session)
{
  g_ptr_array_add (rows, make (at, "open", session, device, 0, "",
                               "{\"address\":\"10.0.0.7\",\"endpoint\":\"host.lan:8443\",\"label\":\"Stand 1\"}"));
  g_ptr_array_add (rows, make (at + 1, "welcome", session, device, 0, "in_window", "{\"mode\":\"replay\",\"head\":7}"));
  g_ptr_array_add (rows, make (at + 50 * SECOND, "close", session, device, 1006, "the connection broke",
                               "{\"duration_ms\":50000,\"clean\":false,\"frames_in\":3,\"acked\":5}"));
}

static void
add_rows (Fixture *fixture, GPtrArray *rows)
{
  g_autoptr (GError) error = NULL;

  hl_registry_add_connections (fixture->registry, rows, &error);
  g_assert_no_error (error);
  g_ptr_array_set_size (rows, 0);
}

static void
purge (Fixture *fixture, gint64 now, guint max_rows)
{
  g_autoptr (GError) error = NULL;
  guint handled = 0;

  do {
    hl_registry_purge_connections (fixture->registry, now - HL_CONNECTIONS_KEEP_MS, max_rows, &handled, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (handled, <=, max_rows);
  } while (handled == max_rows);
}

static GPtrArray *
list (Fixture *fixture, const char *device, gint64 since)
{
  HlConnectionQuery query = { "one", device, since, 0, 1000000 };
  g_autoptr (GError) error = NULL;
  GPtrArray *rows = hl_registry_list_connections (fixture->registry, &query, &error);

  g_assert_no_error (error);
  return rows;
}

typedef struct {
  guint rows, folds, times;
  gint64 duration, first, last;
} Sum;

static Sum
sum_of (Fixture *fixture, const char *device, const char *what)
{
  g_autoptr (GPtrArray) rows = list (fixture, device, 0);
  Sum sum = { 0 };

  for (guint i = 0; i < rows->len; i++) {
    const HlConnectionRow *row = rows->pdata[i];
    JsonObject *detail = hl_json_parse_object (row->detail, strlen (row->detail), NULL, NULL);
    gint64 times, until;
    gboolean folded = hl_connection_fold_parse (row->detail, NULL, &times, &until);

    if (g_str_equal (row->what, what)) {
      sum.rows++;
      sum.folds += folded;
      sum.times += (guint) times;
      sum.duration += json_object_get_int_member_with_default (detail, "duration_ms", 0);
      sum.first = sum.first == 0 ? row->at : MIN (sum.first, row->at);
      sum.last = MAX (sum.last, folded ? until : row->at);
    }
    json_object_unref (detail);
  }
  return sum;
}

/* ---- cases ---- */

/* A stand that connects anew every three minutes for 29 days, and one that is there all the time. */
static void
test_a_month_of_visits (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) rows = new_rows ();
  const gint64 start = NOW / DAY * DAY, end = start + 29 * DAY;
  const guint visits = 29 * 24 * 20;
  g_autoptr (GPtrArray) all = NULL, day = NULL, named = NULL;
  static const char *const whats[] = { "open", "welcome", "close" };

  for (guint i = 0; i < 100; i++) {
    g_autofree char *session = g_strdup_printf ("k%u", i);
    add_visit (rows, start + i * 6 * HOUR, "kitchen", session);
  }
  add_rows (fixture, rows);
  for (gint64 at = start; at < end; at += 3 * MINUTE) {
    g_autofree char *session = g_strdup_printf ("s%" G_GINT64_FORMAT, at);

    add_visit (rows, at, "stand", session);
    if ((at + 3 * MINUTE - start) % (29 * 6 * HOUR) == 0) {
      add_rows (fixture, rows);
      purge (fixture, at, 2000);
    }
  }
  for (guint i = 0; i < G_N_ELEMENTS (whats); i++) {
    Sum sum = sum_of (fixture, "stand", whats[i]);

    g_assert_cmpuint (sum.times, ==, visits);
    g_assert_cmpuint (sum.folds, >, 29);
    g_assert_cmpint (sum.first, >=, start);
    g_assert_cmpint (sum.first, <=, start + 50 * SECOND);
    g_assert_cmpint (sum.last, >=, end - 3 * MINUTE);
    g_assert_cmpint (sum.duration, ==, i == 2 ? visits * 50 * SECOND : 0);
    sum = sum_of (fixture, "kitchen", whats[i]);
    g_assert_cmpuint (sum.rows, ==, 100);
    g_assert_cmpuint (sum.folds, ==, 0);
  }
  all = list (fixture, "stand", 0);
  g_test_message ("%u visits in %u rows", visits, all->len);
  g_assert_cmpuint (all->len, <=, HL_CONNECTIONS_DEVICE_ROWS + HL_CONNECTIONS_DEVICE_HOURS + 29 * 3);
  g_assert_nonnull (strstr (((HlConnectionRow *) all->pdata[0])->detail, "\"label\":\"Stand 1\"")); /* what all had in common */
  for (guint i = 1; i < all->len; i++)
    g_assert_cmpint (((HlConnectionRow *) all->pdata[i - 1])->row, <, ((HlConnectionRow *) all->pdata[i])->row);
  day = list (fixture, "stand", start + 12 * HOUR); /* in the middle of a row that stands for a day */
  g_assert_cmpuint (day->len, ==, all->len);
  named = list (fixture, "Stand 1", 0);
  g_assert_cmpuint (named->len, ==, all->len + 300);

  purge (fixture, end + 31 * DAY, 2000);
  g_clear_pointer (&all, g_ptr_array_unref);
  all = list (fixture, "stand", 0);
  g_assert_cmpuint (all->len, ==, 0); /* and in the end all is forgotten */
}

/* What is told as one says what all have in common, and keeps apart what differs. */
static void
test_rows_become_one (Fixture *fixture, gconstpointer data)
{
  const gint64 at = NOW / HOUR * HOUR;
  g_autoptr (HlConnectionFold) fold = hl_connection_fold_new (HL_CONNECTION_HOUR_S);
  g_autoptr (GPtrArray) changed = NULL;
  HlConnectionRow *row;
  gint64 span_s, times, until;

  for (guint i = 0; i < 12; i++) {
    g_autofree char *detail = g_strdup_printf ("{\"clean\":false,\"acked\":%u,\"duration_ms\":%u}", i, 1000 + i);

    row = make (at + i * MINUTE, "close", "s", "d", 1006, "the connection broke", detail);
    row->row = 10 + i;
    hl_connection_fold_add (fold, row);
  }
  row = make (at, "close", "s", "d", 1000, "the client has closed it", "{\"duration_ms\":1"); /* damaged: still counted */
  row->row = 30;
  hl_connection_fold_add (fold, row);
  g_assert_cmpuint (hl_connection_fold_gone (fold)->len, ==, 11);
  changed = hl_connection_fold_changed (fold);
  g_assert_cmpuint (changed->len, ==, 2);
  row = changed->pdata[((HlConnectionRow *) changed->pdata[0])->code == 1006 ? 0 : 1];
  g_assert_cmpint (row->row, ==, 10);
  g_assert_cmpint (row->at, ==, at);
  g_assert_null (row->session);
  g_assert_true (hl_connection_fold_parse (row->detail, &span_s, &times, &until));
  g_assert_cmpint (span_s, ==, HL_CONNECTION_HOUR_S);
  g_assert_cmpint (times, ==, 12);
  g_assert_cmpint (until, ==, at + 11 * MINUTE);
  g_assert_true (g_str_has_suffix (row->detail, ",\"clean\":false,\"duration_ms\":12066}"));
  g_assert_false (hl_connection_fold_parse ("{\"address\":\"\"}", &span_s, &times, &until));
  g_assert_cmpint (times, ==, 1);
}

static guint
count_closes (Fixture *fixture, const char *device)
{
  return sum_of (fixture, device, "close").times;
}

/* The board that is there all the time while its line comes and goes: the server ends, and exactly that session is closed. */
static void
test_an_open_session_stays (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) rows = new_rows ();
  g_autoptr (GError) error = NULL;
  const guint visits = 3 * HL_CONNECTIONS_DEVICE_ROWS;

  g_assert_true (hl_registry_begin_connections (fixture->registry, NOW, &error));
  g_ptr_array_add (rows, make (NOW, "open", "long", "board", 0, "", "{\"address\":\"10.0.0.7\"}"));
  for (guint i = 0; i < visits; i++) {
    g_autofree char *session = g_strdup_printf ("s%u", i);
    add_visit (rows, NOW + i * SECOND, "board", session);
  }
  add_rows (fixture, rows);
  purge (fixture, NOW + DAY, 700);
  g_assert_cmpuint (count_closes (fixture, "board"), ==, visits);
  g_assert_true (hl_registry_begin_connections (fixture->registry, NOW + DAY, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (count_closes (fixture, "board"), ==, visits + 1);
  g_assert_true (hl_registry_begin_connections (fixture->registry, NOW + DAY, &error));
  g_assert_cmpuint (count_closes (fixture, "board"), ==, visits + 1);
}

/* Who is another one each time, or calls the server by another name each time, costs a constant too. */
static void
test_harm_is_bounded (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) rows = new_rows (), left = NULL;

  add_visit (rows, NOW, "kitchen", "k");
  for (guint i = 0; i < HL_CONNECTIONS_MAX_DEVICE_ROWS + 5000; i++) {
    g_autofree char *detail = g_strdup_printf ("{\"endpoint\":\"%u.example\"}", i);
    g_ptr_array_add (rows, make (NOW + i, "refused", NULL, "tablet", 403, "forbidden", detail));
  }
  add_rows (fixture, rows);
  purge (fixture, NOW + HOUR, 2000);
  left = list (fixture, "tablet", 0);
  g_assert_cmpuint (left->len, ==, HL_CONNECTIONS_MAX_DEVICE_ROWS);
  g_clear_pointer (&left, g_ptr_array_unref);
  left = list (fixture, "kitchen", 0);
  g_assert_cmpuint (left->len, ==, 3);
}

/* Forty stands of one house, each with a bad line: all share what the location has, and none is forgotten. */
static void
test_many_devices_share (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) rows = new_rows (), left = NULL;
  const guint devices = 40, visits = 350;
  guint n = 0;

  for (guint i = 0; i < visits; i++) {
    for (guint k = 0; k < devices; k++) {
      g_autofree char *device = g_strdup_printf ("stand-%02u", k);
      g_autofree char *session = g_strdup_printf ("s%u", n++);
      add_visit (rows, NOW + i * 10 * MINUTE, device, session);
    }
  }
  add_rows (fixture, rows);
  purge (fixture, NOW + 3 * DAY, 20000);
  left = list (fixture, NULL, 0);
  g_assert_cmpuint (left->len, <=, HL_CONNECTIONS_SHARED_ROWS);
  g_assert_cmpuint (count_closes (fixture, "stand-00"), ==, visits);
  g_assert_cmpuint (count_closes (fixture, "stand-39"), ==, visits);
}

/* The server that falls over and is started again, all day long. */
static void
test_starts_become_one (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) rows = new_rows (), left = NULL;
  g_autoptr (GError) error = NULL;
  const guint starts = HL_CONNECTIONS_DEVICE_ROWS + 1000;

  for (guint i = 0; i < starts; i++) {
    HlConnectionRow *row = make (NOW + i * SECOND, "server", NULL, NULL, 0, "started after it had not ended in order", "{}");

    g_clear_pointer (&row->location, g_free);
    g_ptr_array_add (rows, row);
  }
  add_rows (fixture, rows);
  purge (fixture, NOW + DAY, 2000);
  left = list (fixture, NULL, 0);
  g_assert_cmpuint (left->len, <=, HL_CONNECTIONS_DEVICE_ROWS + 2);
  g_assert_cmpuint (sum_of (fixture, NULL, "server").times, ==, starts);
  g_assert_true (hl_registry_begin_connections (fixture->registry, NOW + DAY, &error));
  g_assert_cmpuint (sum_of (fixture, NULL, "server").times, ==, starts + 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, func) g_test_add ("/connection-log/" path, Fixture, NULL, set_up, func, tear_down)
  ADD ("month", test_a_month_of_visits);
  ADD ("one", test_rows_become_one);
  ADD ("open-session", test_an_open_session_stays);
  ADD ("harm", test_harm_is_bounded);
  ADD ("share", test_many_devices_share);
  ADD ("starts", test_starts_become_one);
#undef ADD
  return g_test_run ();
}
