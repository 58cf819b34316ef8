/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The log in the store: appending, reading, the chain of h, groups, failure. */
#include "store-fixture.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "store/hl-chain.h"
#include "util/hl-crc.h"
#include "util/hl-id.h"

/* ---- locations ---- */

static void
test_new_location (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HlStoreLocation) one = hl_store_get_location (fixture->store, "one", &error);
  g_autoptr (HlStoreLocation) two = hl_store_get_location (fixture->store, "two", &error);
  g_autoptr (GPtrArray) list = NULL;

  g_assert_no_error (error);
  g_assert_cmpstr (one->name, ==, "One");
  g_assert_cmpstr (one->timezone, ==, "Europe/Rome");
  g_assert_cmpint (one->created, ==, NOW);
  g_assert_cmpuint (one->head->seq, ==, 0);
  g_assert_cmpuint (one->head->h, ==, 0);
  g_assert_cmpuint (one->floor, ==, 1);
  g_assert_cmpuint (strlen (one->head->epoch), >=, 4);
  g_assert_cmpstr (one->head->epoch, !=, two->head->epoch);

  g_assert_false (hl_store_add_location (fixture->store, "one", "X", "UTC", NOW, &error));
  g_assert_error (error, HL_STORE_ERROR, HL_STORE_ERROR_EXISTS);
  g_clear_error (&error);
  g_assert_false (hl_store_add_location (fixture->store, "Not Good", "X", "UTC", NOW, &error));
  g_assert_error (error, HL_STORE_ERROR, HL_STORE_ERROR_INVALID);
  g_clear_error (&error);
  g_assert_false (hl_store_add_location (fixture->store, "three", "", "UTC", NOW, &error));
  g_assert_error (error, HL_STORE_ERROR, HL_STORE_ERROR_INVALID);
  g_clear_error (&error);
  g_assert_null (hl_store_get_head (fixture->store, "three", &error));
  g_assert_error (error, HL_STORE_ERROR, HL_STORE_ERROR_UNKNOWN_LOCATION);

  list = hl_store_list_locations (fixture->store, NULL);
  g_assert_cmpuint (list->len, ==, 2);
  g_assert_cmpstr (((HlStoreLocation *) list->pdata[0])->id, ==, "one");
}

static void
test_set_and_remove_location (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HlPosition) before = fixture_append (fixture->store, "one", 2);
  g_autoptr (HlPosition) after = NULL;
  HlStoreLocation *row;
  guint64 seq;

  g_assert_true (hl_store_set_location (fixture->store, "one", "Uno", NULL, &error));
  row = hl_store_get_location (fixture->store, "one", &error);
  g_assert_cmpstr (row->name, ==, "Uno");
  g_assert_cmpstr (row->timezone, ==, "Europe/Rome");
  hl_store_location_free (row);
  g_assert_false (hl_store_set_location (fixture->store, "nowhere", "X", NULL, &error));
  g_assert_error (error, HL_STORE_ERROR, HL_STORE_ERROR_UNKNOWN_LOCATION);
  g_clear_error (&error);

  g_assert_true (
    hl_store_put_event_key (fixture->store, "one", "retell", "hook", "c1/1/0", 1, &error));
  g_assert_true (hl_store_remove_location (fixture->store, "one", &error));
  g_assert_false (hl_store_remove_location (fixture->store, "one", &error));
  g_assert_error (error, HL_STORE_ERROR, HL_STORE_ERROR_UNKNOWN_LOCATION);
  g_clear_error (&error);
  g_assert_true (hl_store_add_location (fixture->store, "one", "One", "UTC", NOW, &error));
  after = hl_store_get_head (fixture->store, "one", &error);
  g_assert_cmpuint (after->seq, ==, 0);
  g_assert_cmpstr (after->epoch, !=, before->epoch);
  g_assert_true (hl_store_lookup_event_key (fixture->store, "one", "retell", "hook", "c1/1/0",
                                            &seq, &error));
  g_assert_cmpuint (seq, ==, 0);
}

/* ---- the log ---- */

static void
test_chain (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HlPosition) head = NULL;
  g_autoptr (GPtrArray) rows = NULL;
  guint64 h = 0;

  for (guint i = 0; i < 5; i++) {
    g_clear_pointer (&head, hl_position_free);
    head = fixture_append (fixture->store, "one", i + 1);
  }
  g_assert_cmpuint (head->seq, ==, 15);
  rows = fixture_read_all (fixture->store, "one");
  g_assert_cmpuint (rows->len, ==, 15);
  for (guint i = 0; i < rows->len; i++) {
    const HlStoreRow *row = rows->pdata[i];
    g_autoptr (HlPosition) there = hl_store_position_at (fixture->store, "one", i + 1, &error);
    guint8 digest[HL_ID_SHA256_BYTES];
    g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
    guint8 link[32];
    gsize length = sizeof link;
    guint64 big = GUINT64_TO_BE (h);

    g_assert_no_error (error);
    g_assert_cmpuint (row->seq, ==, i + 1);
    hl_id_sha256 (row->body, row->length, digest);
    /* Spelled out, not through hl_chain_next (): this is the definition that others implement. */
    g_checksum_update (sum, (guchar *) &big, 8);
    g_checksum_update (sum, (guchar *) row->id, (gssize) strlen (row->id));
    g_checksum_update (sum, digest, 32);
    g_checksum_get_digest (sum, link, &length);
    memcpy (&big, link, 8);
    h = GUINT64_FROM_BE (big);
    g_assert_cmpuint (row->h, ==, h);
    g_assert_cmpuint (there->h, ==, h);
    g_assert_cmpuint (there->seq, ==, i + 1);
    g_assert_cmpstr (there->epoch, ==, head->epoch);
  }
  g_assert_cmpuint (head->h, ==, h);
}

static void
test_known_vectors (void)
{
  guint8 digest[HL_ID_SHA256_BYTES];
  guint32 crc;

  /* sha256 (8 zero bytes, "e.1", sha256 ("{}")), computed with Python's hashlib */
  hl_id_sha256 ("{}", 2, digest);
  g_assert_cmphex (hl_chain_next (0, "e.1", digest), ==, 0xf145784a1cb4d3d2u);
  /* The check value of CRC-32C (RFC 3720) */
  crc = hl_crc_end (hl_crc_add (hl_crc_start (), "123456789", 9));
  g_assert_cmphex (crc, ==, 0xe3069283u);
  /* In pieces as in one */
  crc = hl_crc_add (hl_crc_add (hl_crc_start (), "1234", 4), "56789", 5);
  g_assert_cmphex (hl_crc_end (crc), ==, 0xe3069283u);
}

static void
test_row_contents (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (HlPosition) head = fixture_append (fixture->store, "one", 2);
  g_autoptr (GPtrArray) rows = fixture_read_all (fixture->store, "one");
  const HlStoreRow *first = rows->pdata[0], *second = rows->pdata[1];

  g_assert_cmpstr (first->id, ==, "e.1");
  g_assert_cmpstr (first->kind, ==, "call_updated");
  g_assert_cmpint (first->at, ==, NOW);
  g_assert_cmpint (first->received, ==, NOW + 1);
  g_assert_null (first->act);
  g_assert_false (first->end);
  g_assert_false (first->redacted);
  g_assert_cmpstr (first->body, ==, "{\"seq\":1,\"of\":\"one\"}");
  g_assert_cmpuint (first->length, ==, strlen (first->body));
  g_assert_cmpstr (second->act, ==, "act-1");
  g_assert_true (second->end);
}

static void
test_expected_position (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HlPosition) head = fixture_append (fixture->store, "one", 1);
  HlStoreEvent event = { .seq = 2, .id = "x", .kind = "k", .end = TRUE, .body = "{}", .length = 2 };
  HlPosition wrong = *head;

  wrong.h++;
  g_assert_false (
    hl_store_append_unit (fixture->store, "one", &wrong, &event, 1, NULL, &error));
  g_assert_error (error, HL_STORE_ERROR, HL_STORE_ERROR_CONFLICT);
  g_clear_error (&error);
  wrong = *head;
  wrong.epoch = (char *) "other";
  g_assert_false (
    hl_store_append_unit (fixture->store, "one", &wrong, &event, 1, NULL, &error));
  g_assert_error (error, HL_STORE_ERROR, HL_STORE_ERROR_CONFLICT);
  g_clear_error (&error);
  wrong = *head;
  wrong.seq = 5;
  event.seq = 6;
  g_assert_false (
    hl_store_append_unit (fixture->store, "one", &wrong, &event, 1, NULL, &error));
  g_assert_error (error, HL_STORE_ERROR, HL_STORE_ERROR_CONFLICT);
  g_clear_error (&error);
  event.seq = 2;
  g_assert_false (
    hl_store_append_unit (fixture->store, "nowhere", head, &event, 1, NULL, &error));
  g_assert_error (error, HL_STORE_ERROR, HL_STORE_ERROR_UNKNOWN_LOCATION);
  g_clear_error (&error);
  fixture_assert_head (fixture->store, "one", 1);
  g_assert_true (hl_store_append_unit (fixture->store, "one", head, &event, 1, NULL, &error));
  fixture_assert_head (fixture->store, "one", 2);
}

static void
test_not_a_unit (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (HlPosition) head = hl_store_get_head (fixture->store, "one", NULL);
  HlStoreEvent good[2] = {
    { .seq = 1, .id = "a", .kind = "k", .end = FALSE, .body = "{}", .length = 2 },
    { .seq = 2, .id = "b", .kind = "k", .end = TRUE, .body = "{}", .length = 2 },
  };

  for (guint i = 0; i < 6; i++) {
    g_autoptr (GError) error = NULL;
    HlStoreEvent bad[2] = { good[0], good[1] };
    guint n = 2;

    if (i == 0)
      bad[1].seq = 3;
    else if (i == 1)
      bad[0].end = TRUE;
    else if (i == 2)
      bad[1].end = FALSE;
    else if (i == 3)
      bad[1].id = "has space";
    else if (i == 4)
      bad[1].length = HL_STORE_MAX_BODY + 1;
    else
      n = 0;
    g_assert_false (hl_store_append_unit (fixture->store, "one", head, bad, n, NULL, &error));
    g_assert_error (error, HL_STORE_ERROR, HL_STORE_ERROR_INVALID);
  }
  fixture_assert_head (fixture->store, "one", 0);
}

static void
test_read_whole_units (StoreFixture *fixture, gconstpointer data)
{
  static const guint sizes[] = { 1, 3, 2, 10, 1 }; /* end at 1, 4, 6, 16, 17 */
  g_autoptr (GError) error = NULL;
  GPtrArray *rows;

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    hl_position_free (fixture_append (fixture->store, "one", sizes[i]));
  /* A limit that falls into a unit stops before it. */
  rows = hl_store_read_units (fixture->store, "one", 0, 3, G_MAXSIZE, &error);
  g_assert_cmpuint (rows->len, ==, 1);
  g_ptr_array_unref (rows);
  rows = hl_store_read_units (fixture->store, "one", 0, 4, G_MAXSIZE, &error);
  g_assert_cmpuint (rows->len, ==, 4);
  g_ptr_array_unref (rows);
  rows = hl_store_read_units (fixture->store, "one", 1, 5, G_MAXSIZE, &error);
  g_assert_cmpuint (rows->len, ==, 5);
  g_ptr_array_unref (rows);
  /* One unit is always given, however large. */
  rows = hl_store_read_units (fixture->store, "one", 6, 1, 1, &error);
  g_assert_cmpuint (rows->len, ==, 10);
  g_assert_cmpuint (((HlStoreRow *) rows->pdata[9])->seq, ==, 16);
  g_assert_true (((HlStoreRow *) rows->pdata[9])->end);
  g_ptr_array_unref (rows);
  /* Bytes: each body here has 20 or 21. */
  rows = hl_store_read_units (fixture->store, "one", 0, 100, 100, &error);
  g_assert_cmpuint (rows->len, ==, 4);
  g_ptr_array_unref (rows);
  rows = hl_store_read_units (fixture->store, "one", 17, 100, 100, &error);
  g_assert_cmpuint (rows->len, ==, 0);
  g_ptr_array_unref (rows);
  rows = hl_store_read_units (fixture->store, "one", 400, 100, 100, &error);
  g_assert_cmpuint (rows->len, ==, 0);
  g_ptr_array_unref (rows);
  g_assert_no_error (error);
  g_assert_null (hl_store_read_units (fixture->store, "nowhere", 0, 1, 1, &error));
  g_assert_error (error, HL_STORE_ERROR, HL_STORE_ERROR_UNKNOWN_LOCATION);
}

static void
test_positions_outside (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HlPosition) head = fixture_append (fixture->store, "one", 1);
  g_autoptr (HlPosition) zero = hl_store_position_at (fixture->store, "one", 0, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (zero->h, ==, 0);
  g_assert_cmpuint (zero->seq, ==, 0);
  g_assert_cmpstr (zero->epoch, ==, head->epoch);
  g_assert_null (hl_store_position_at (fixture->store, "one", 2, &error));
  g_assert_error (error, HL_STORE_ERROR, HL_STORE_ERROR_CONFLICT);
}

static void
test_floor (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HlPosition) at_floor = NULL;
  g_autoptr (GPtrArray) rows = NULL;
  guint64 h3;

  for (guint i = 0; i < 6; i++)
    hl_position_free (fixture_append (fixture->store, "one", 1));
  at_floor = hl_store_position_at (fixture->store, "one", 3, NULL);
  h3 = at_floor->h;
  fixture_change (fixture->directory,
                "UPDATE location SET floor = 4, floor_h = (SELECT h FROM event WHERE location = "
                "'one' AND seq = 3) WHERE id = 'one';"
                "DELETE FROM event WHERE location = 'one' AND seq < 4");
  g_clear_pointer (&at_floor, hl_position_free);
  at_floor = hl_store_position_at (fixture->store, "one", 3, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (at_floor->h, ==, h3);
  g_assert_null (hl_store_position_at (fixture->store, "one", 2, &error));
  g_assert_error (error, HL_STORE_ERROR, HL_STORE_ERROR_BELOW_FLOOR);
  g_clear_error (&error);
  g_assert_null (hl_store_read_units (fixture->store, "one", 2, 10, 1000, &error));
  g_assert_error (error, HL_STORE_ERROR, HL_STORE_ERROR_BELOW_FLOOR);
  g_clear_error (&error);
  rows = hl_store_read_units (fixture->store, "one", 3, 10, 1000, &error);
  g_assert_cmpuint (rows->len, ==, 3);
  g_assert_cmpuint (hl_store_get_floor (fixture->store, "one", &error), ==, 4);
}

static void
test_two_locations (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (20261127);
  guint counts[2] = { 0, 0 };

  for (guint i = 0; i < 200; i++) {
    guint which = g_rand_boolean (rand) ? 1 : 0;
    guint n = (guint) g_rand_int_range (rand, 1, 4);

    hl_position_free (fixture_append (fixture->store, which ? "two" : "one", n));
    counts[which] += n;
  }
  for (guint which = 0; which < 2; which++) {
    const char *location = which ? "two" : "one";
    g_autofree char *mine = g_strdup_printf ("\"of\":\"%s\"", location);
    g_autoptr (GPtrArray) rows = fixture_read_all (fixture->store, location);

    g_assert_cmpuint (rows->len, ==, counts[which]);
    for (guint i = 0; i < rows->len; i++) {
      const HlStoreRow *row = rows->pdata[i];

      g_assert_cmpuint (row->seq, ==, i + 1);
      g_assert_nonnull (strstr (row->body, mine));
    }
  }
}

/* ---- groups and requests ---- */

static void
test_group (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HlStore) reader = hl_store_open_reader (fixture->store, &error);

  g_assert_no_error (error);
  g_assert_true (hl_store_begin_group (fixture->store, &error));
  g_assert_true (hl_store_begin_request (fixture->store, &error));
  hl_position_free (fixture_append (fixture->store, "one", 2));
  g_assert_true (hl_store_end_request (fixture->store, &error));
  /* Seen inside the group, by nobody outside. */
  fixture_assert_head (fixture->store, "one", 2);
  fixture_assert_head (reader, "one", 0);
  /* A request that is undone takes only itself along. */
  g_assert_true (hl_store_begin_request (fixture->store, &error));
  hl_position_free (fixture_append (fixture->store, "one", 3));
  hl_position_free (fixture_append (fixture->store, "two", 1));
  g_assert_true (hl_store_put_event_key (fixture->store, "two", "k", "s", "key", 1, &error));
  g_assert_true (hl_store_rollback_request (fixture->store, &error));
  fixture_assert_head (fixture->store, "one", 2);
  fixture_assert_head (fixture->store, "two", 0);
  g_assert_true (hl_store_begin_request (fixture->store, &error));
  hl_position_free (fixture_append (fixture->store, "one", 1));
  g_assert_true (hl_store_end_request (fixture->store, &error));
  g_assert_true (hl_store_commit_group (fixture->store, &error));
  g_assert_no_error (error);
  fixture_assert_head (reader, "one", 3);
  fixture_assert_head (reader, "two", 0);
}

static void
test_abort_group (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (hl_store_begin_group (fixture->store, &error));
  hl_position_free (fixture_append (fixture->store, "one", 1));
  g_assert_true (hl_store_begin_request (fixture->store, &error));
  hl_position_free (fixture_append (fixture->store, "one", 1));
  hl_store_abort_group (fixture->store);
  fixture_assert_head (fixture->store, "one", 0);
  g_assert_true (hl_store_begin_group (fixture->store, &error));
  hl_position_free (fixture_append (fixture->store, "one", 1));
  g_assert_true (hl_store_commit_group (fixture->store, &error));
  fixture_assert_head (fixture->store, "one", 1);
}

static void
test_request_alone (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (hl_store_begin_request (fixture->store, &error));
  hl_position_free (fixture_append (fixture->store, "one", 1));
  g_assert_true (hl_store_rollback_request (fixture->store, &error));
  fixture_assert_head (fixture->store, "one", 0);
  g_assert_true (hl_store_begin_request (fixture->store, &error));
  hl_position_free (fixture_append (fixture->store, "one", 1));
  g_assert_true (hl_store_end_request (fixture->store, &error));
  fixture_assert_head (fixture->store, "one", 1);
  g_assert_no_error (error);
}

static void
on_commit (gint64 usec, gboolean success, gpointer user_data)
{
  guint *commits = user_data;

  g_assert_cmpint (usec, >=, 0);
  g_assert_true (success);
  (*commits)++;
}

static void
test_one_commit_a_group (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  guint commits = 0;

  hl_sqlite_store_set_commit_func (fixture->sqlite, on_commit, &commits);
  g_assert_true (hl_store_begin_group (fixture->store, &error));
  for (guint i = 0; i < 64; i++)
    hl_position_free (fixture_append (fixture->store, i % 2 ? "one" : "two", 1));
  g_assert_cmpuint (commits, ==, 0);
  g_assert_true (hl_store_commit_group (fixture->store, &error));
  g_assert_cmpuint (commits, ==, 1);
}

static void
test_durable (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (HlPosition) before = fixture_append (fixture->store, "one", 3);
  g_autoptr (HlPosition) after = NULL;
  g_autofree char *path = g_build_filename (fixture->directory, HL_SQLITE_STORE_FILE, NULL);
  struct stat info;

  g_clear_object (&fixture->sqlite);
  fixture->sqlite = fixture_open (fixture->directory);
  fixture->store = HL_STORE (fixture->sqlite);
  after = hl_store_get_head (fixture->store, "one", NULL);
  g_assert_true (hl_position_equal (before, after));
  g_assert_cmpint (stat (path, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0777, ==, 0600);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, func) g_test_add ("/store/" path, StoreFixture, NULL, fixture_set_up, func, fixture_tear_down)
  ADD ("location/new", test_new_location);
  ADD ("location/set-remove", test_set_and_remove_location);
  ADD ("log/chain", test_chain);
  g_test_add_func ("/store/log/vectors", test_known_vectors);
  ADD ("log/row", test_row_contents);
  ADD ("log/expected-position", test_expected_position);
  ADD ("log/not-a-unit", test_not_a_unit);
  ADD ("log/whole-units", test_read_whole_units);
  ADD ("log/positions-outside", test_positions_outside);
  ADD ("log/floor", test_floor);
  ADD ("log/two-locations", test_two_locations);
  ADD ("group/savepoints", test_group);
  ADD ("group/abort", test_abort_group);
  ADD ("group/request-alone", test_request_alone);
  ADD ("group/one-commit", test_one_commit_a_group);
  ADD ("life/durable", test_durable);
#undef ADD
  return g_test_run ();
}
