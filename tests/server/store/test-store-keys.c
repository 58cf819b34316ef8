/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What makes a repetition harmless: request keys, event keys, outcomes, marks; and snapshots. */
#include "store-fixture.h"

#include <string.h>

typedef struct {
  char *directory;
  HlSqliteStore *sqlite;
  HlStore *store;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->directory = fixture_make_directory ();
  fixture->sqlite = fixture_open (fixture->directory);
  fixture->store = HL_STORE (fixture->sqlite);
  g_assert_true (hl_store_add_location (fixture->store, "one", "One", "UTC", NOW, NULL));
  g_assert_true (hl_store_add_location (fixture->store, "two", "Two", "UTC", NOW, NULL));
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_clear_object (&fixture->sqlite);
  fixture_remove_directory (fixture->directory);
}

static void
put_request (HlStore *store, const char *location, const char *source, const char *key,
             const char *answer, gint64 now)
{
  g_autoptr (GError) error = NULL;
  guint8 fingerprint[HL_STORE_FINGERPRINT_BYTES];

  memset (fingerprint, key[0], sizeof fingerprint);
  hl_store_put_request (store, location, source, key, fingerprint, 201, answer, now, &error);
  g_assert_no_error (error);
}

static HlStoreRequest *
lookup_request (HlStore *store, const char *location, const char *source, const char *key)
{
  g_autoptr (GError) error = NULL;
  HlStoreRequest *request = (gpointer) 1;

  g_assert_true (hl_store_lookup_request (store, location, source, key, &request, &error));
  g_assert_no_error (error);
  return request;
}

static void
test_requests (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HlStoreRequest) request = NULL;
  guint8 fingerprint[HL_STORE_FINGERPRINT_BYTES] = { 0 };

  g_assert_null (lookup_request (fixture->store, "one", "token", "key"));
  put_request (fixture->store, "one", "token", "key", "{\"first\":1}", NOW);
  request = lookup_request (fixture->store, "one", "token", "key");
  g_assert_nonnull (request);
  g_assert_cmpuint (request->status, ==, 201);
  g_assert_cmpstr (request->answer, ==, "{\"first\":1}");
  g_assert_cmpint (request->at, ==, NOW);
  g_assert_cmpint (request->fingerprint[31], ==, 'k');
  /* Another location, source or key is another request. */
  g_assert_null (lookup_request (fixture->store, "two", "token", "key"));
  g_assert_null (lookup_request (fixture->store, "one", "other", "key"));
  g_assert_null (lookup_request (fixture->store, "one", "token", "Key"));
  g_assert_false (hl_store_put_request (fixture->store, "one", "token", "key", fingerprint, 200,
                                        "{}", NOW, &error));
  g_assert_error (error, HL_STORE_ERROR, HL_STORE_ERROR_EXISTS);
  g_clear_error (&error);
  g_assert_false (hl_store_put_request (fixture->store, "nowhere", "token", "key", fingerprint,
                                        200, "{}", NOW, &error));
  g_assert_error (error, HL_STORE_ERROR, HL_STORE_ERROR_UNKNOWN_LOCATION);
}

static void
test_key_taken_does_not_end_the_group (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HlPosition) head = NULL;
  guint8 fingerprint[HL_STORE_FINGERPRINT_BYTES] = { 0 };

  g_assert_true (hl_store_begin_group (fixture->store, &error));
  g_assert_true (hl_store_begin_request (fixture->store, &error));
  put_request (fixture->store, "one", "token", "key", "{}", NOW);
  hl_position_free (fixture_append (fixture->store, "one", 1));
  g_assert_true (hl_store_end_request (fixture->store, &error));
  g_assert_true (hl_store_begin_request (fixture->store, &error));
  hl_position_free (fixture_append (fixture->store, "one", 1));
  g_assert_false (hl_store_put_request (fixture->store, "one", "token", "key", fingerprint, 201,
                                        "{}", NOW, &error));
  g_assert_error (error, HL_STORE_ERROR, HL_STORE_ERROR_EXISTS);
  g_clear_error (&error);
  g_assert_true (hl_store_rollback_request (fixture->store, &error));
  g_assert_true (hl_store_commit_group (fixture->store, &error));
  g_assert_no_error (error);
  head = hl_store_get_head (fixture->store, "one", NULL);
  g_assert_cmpuint (head->seq, ==, 1);
}

static void
test_event_keys (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  guint64 seq = 99;

  g_assert_true (
    hl_store_lookup_event_key (fixture->store, "one", "retell", "hook", "c1/3/0", &seq, &error));
  g_assert_cmpuint (seq, ==, 0);
  hl_position_free (fixture_append (fixture->store, "one", 1));
  g_assert_true (
    hl_store_put_event_key (fixture->store, "one", "retell", "hook", "c1/3/0", 1, &error));
  g_assert_true (
    hl_store_lookup_event_key (fixture->store, "one", "retell", "hook", "c1/3/0", &seq, &error));
  g_assert_cmpuint (seq, ==, 1);
  g_assert_true (
    hl_store_lookup_event_key (fixture->store, "one", "vapi", "hook", "c1/3/0", &seq, &error));
  g_assert_cmpuint (seq, ==, 0);
  g_assert_true (
    hl_store_lookup_event_key (fixture->store, "two", "retell", "hook", "c1/3/0", &seq, &error));
  g_assert_cmpuint (seq, ==, 0);
  g_assert_false (
    hl_store_put_event_key (fixture->store, "one", "retell", "hook", "c1/3/0", 1, &error));
  g_assert_error (error, HL_STORE_ERROR, HL_STORE_ERROR_EXISTS);
}

static void
test_outcomes (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HlStoreOutcome) by_act = NULL, by_n = NULL, none = NULL;
  guint64 mark = 99;

  g_assert_true (hl_store_get_mark (fixture->store, "one", "stand", &mark, &error));
  g_assert_cmpuint (mark, ==, 0);
  g_assert_true (hl_store_put_outcome (fixture->store, "one", "stand", 4, "act-4",
                                       "{\"outcome\":\"refused\"}", NOW, &error));
  g_assert_true (hl_store_put_outcome (fixture->store, "one", "stand", 9, "act-9", "{}", NOW,
                                       &error));
  g_assert_true (hl_store_put_outcome (fixture->store, "one", "stand", 7, "act-7", "{}", NOW,
                                       &error));
  g_assert_true (hl_store_get_mark (fixture->store, "one", "stand", &mark, &error));
  g_assert_cmpuint (mark, ==, 9);
  g_assert_true (hl_store_get_mark (fixture->store, "two", "stand", &mark, &error));
  g_assert_cmpuint (mark, ==, 0);

  g_assert_true (
    hl_store_lookup_outcome (fixture->store, "one", "stand", "act-4", &by_act, &error));
  g_assert_cmpstr (by_act->outcome, ==, "{\"outcome\":\"refused\"}");
  g_assert_cmpuint (by_act->n, ==, 4);
  g_assert_cmpint (by_act->at, ==, NOW);
  g_assert_true (hl_store_lookup_outcome_n (fixture->store, "one", "stand", 4, &by_n, &error));
  g_assert_cmpstr (by_n->act, ==, "act-4");
  g_assert_true (hl_store_lookup_outcome_n (fixture->store, "one", "stand", 5, &none, &error));
  g_assert_null (none);
  g_assert_true (hl_store_lookup_outcome (fixture->store, "one", "bar", "act-4", &none, &error));
  g_assert_null (none);

  /* A copied device: the same n under another id. */
  g_assert_false (
    hl_store_put_outcome (fixture->store, "one", "stand", 4, "act-x", "{}", NOW, &error));
  g_assert_error (error, HL_STORE_ERROR, HL_STORE_ERROR_EXISTS);
  g_clear_error (&error);
  /* Actions over HTTP have no counter: as many as there are. */
  g_assert_true (hl_store_put_outcome (fixture->store, "one", "agent", 0, "h1", "{}", NOW, &error));
  g_assert_true (hl_store_put_outcome (fixture->store, "one", "agent", 0, "h2", "{}", NOW, &error));
  g_assert_false (
    hl_store_put_outcome (fixture->store, "one", "agent", 0, "h2", "{}", NOW, &error));
  g_assert_error (error, HL_STORE_ERROR, HL_STORE_ERROR_EXISTS);
  g_clear_error (&error);
  g_assert_true (hl_store_get_mark (fixture->store, "one", "agent", &mark, &error));
  g_assert_cmpuint (mark, ==, 0);
}

static void
test_purge (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HlStoreRequest) kept = NULL;
  guint removed = 0;
  guint64 mark;

  for (guint i = 0; i < 10; i++) {
    g_autofree char *key = g_strdup_printf ("k%u", i);

    put_request (fixture->store, "one", "token", key, "{}", NOW + i);
    g_assert_true (hl_store_put_outcome (fixture->store, "one", "stand", i + 1, key, "{}", NOW + i,
                                         &error));
  }
  g_assert_true (hl_store_purge (fixture->store, NOW + 5, 3, &removed, &error));
  g_assert_cmpuint (removed, ==, 6);
  g_assert_true (hl_store_purge (fixture->store, NOW + 5, 100, &removed, &error));
  g_assert_cmpuint (removed, ==, 4);
  g_assert_null (lookup_request (fixture->store, "one", "token", "k4"));
  kept = lookup_request (fixture->store, "one", "token", "k5");
  g_assert_nonnull (kept);
  /* The mark outlives the outcomes under it. */
  g_assert_true (hl_store_get_mark (fixture->store, "one", "stand", &mark, &error));
  g_assert_cmpuint (mark, ==, 10);
}

static void
test_snapshot (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) blob = g_bytes_new_static ("{\"parties\":[]}", 14);
  g_autoptr (GBytes) got = NULL;
  g_autoptr (HlPosition) at = fixture_append (fixture->store, "one", 2);
  g_autoptr (HlPosition) position = NULL;
  HlPosition wrong = *at;

  g_assert_true (hl_store_get_snapshot (fixture->store, "one", &position, &got, &error));
  g_assert_null (position);
  g_assert_null (got);
  wrong.h ^= 1;
  g_assert_false (hl_store_put_snapshot (fixture->store, "one", &wrong, blob, NOW, &error));
  g_assert_error (error, HL_STORE_ERROR, HL_STORE_ERROR_CONFLICT);
  g_clear_error (&error);
  g_assert_true (hl_store_put_snapshot (fixture->store, "one", at, blob, NOW, &error));
  hl_position_free (fixture_append (fixture->store, "one", 2));
  g_assert_true (hl_store_get_snapshot (fixture->store, "one", &position, &got, &error));
  g_assert_true (hl_position_equal (position, at));
  g_assert_true (g_bytes_equal (got, blob));
  g_clear_pointer (&position, hl_position_free);
  g_clear_pointer (&got, g_bytes_unref);
  /* A damaged one, and one of another log, are none. */
  fixture_exec (fixture->directory, "UPDATE snapshot SET blob = x'7b7d'");
  g_assert_true (hl_store_get_snapshot (fixture->store, "one", &position, &got, &error));
  g_assert_null (position);
  g_assert_true (hl_store_put_snapshot (fixture->store, "one", at, blob, NOW, &error));
  fixture_exec (fixture->directory, "UPDATE event SET h = h + 1 WHERE seq = 2");
  g_assert_true (hl_store_get_snapshot (fixture->store, "one", &position, &got, &error));
  g_assert_null (position);
  g_assert_null (got);
}

static void
test_unreadable (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *large = g_strnfill (HL_STORE_UNREADABLE_BYTES + 100, 'y');
  g_autoptr (GPtrArray) list = NULL, other = NULL;
  const HlStoreUnreadable *newest;

  for (guint i = 0; i < HL_STORE_UNREADABLE_ROWS + 5; i++) {
    g_autofree char *reason = g_strdup_printf ("reason %u", i);
    g_autoptr (GBytes) body = g_bytes_new (large, i == 54 ? strlen (large) : i);

    g_assert_true (hl_store_put_unreadable (fixture->store, "one", "hook-1", NOW + i, reason,
                                            "application/json", body, &error));
  }
  g_assert_no_error (error);
  list = hl_store_list_unreadable (fixture->store, "one", "hook-1", &error);
  g_assert_cmpuint (list->len, ==, HL_STORE_UNREADABLE_ROWS);
  newest = list->pdata[0];
  g_assert_cmpstr (newest->reason, ==, "reason 54");
  g_assert_cmpuint (g_bytes_get_size (newest->body), ==, HL_STORE_UNREADABLE_BYTES);
  g_assert_cmpstr (newest->content_type, ==, "application/json");
  other = hl_store_list_unreadable (fixture->store, "two", "hook-1", &error);
  g_assert_cmpuint (other->len, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, func) g_test_add ("/store/keys/" path, Fixture, NULL, set_up, func, tear_down)
  ADD ("requests", test_requests);
  ADD ("taken-in-group", test_key_taken_does_not_end_the_group);
  ADD ("events", test_event_keys);
  ADD ("outcomes", test_outcomes);
  ADD ("purge", test_purge);
  ADD ("snapshot", test_snapshot);
  ADD ("unreadable", test_unreadable);
#undef ADD
  return g_test_run ();
}
