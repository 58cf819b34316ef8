/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the writer knows of a log, when the store that it is in cannot be read. */
#include "fault-vfs.h"
#include "store-fixture.h"

#include "domain/hl-decide.h"
#include "live/hl-journal.h"
#include "wire/hl-json.h"

#include <string.h>

static gboolean
tell (HlJournal *journal, HlStore *store, const char *call_id, GError **error)
{
  g_autofree char *text = g_strdup_printf ("{\"call_id\":\"%s\"}", call_id);
  g_autoptr (JsonObject) data = hl_json_parse_object (text, strlen (text), NULL, NULL);
  g_autoptr (HlActor) actor = hl_actor_new (HL_ROLE_PUBLISHER, "vapi", NULL, 0);
  g_autoptr (HlDecision) decision = hl_decide_record (journal->state, HL_EVENT_CALL_STARTED, data, actor, NOW);

  return hl_journal_append (journal, store, decision, call_id, actor, NOW, NOW, error);
}

/* Nobody may decide upon what was rolled back: no state is better than that one. */
static void
test_unreadable (void)
{
  g_autofree char *directory = fixture_make_directory ();
  g_autoptr (HlSqliteStore) sqlite = NULL;
  g_autoptr (HlJournal) journal = NULL;
  g_autoptr (HlPosition) head = NULL;
  g_autoptr (GError) error = NULL;
  HlStore *store;

  fault_vfs_reset ();
  sqlite = hl_sqlite_store_open (directory, FAULT_VFS, &error);
  g_assert_no_error (error);
  hl_sqlite_store_set_space_guard (sqlite, 0, NULL, NULL);
  store = HL_STORE (sqlite);
  g_assert_true (hl_store_add_location (store, "one", "One", "UTC", NOW, &error));
  journal = hl_journal_open (store, "one", &error);
  g_assert_no_error (error);
  g_assert_true (hl_store_begin_group (store, &error) && hl_store_begin_request (store, &error));
  g_assert_true (tell (journal, store, "c1", &error));
  g_assert_no_error (error);
  g_assert_nonnull (hl_state_lookup_call (journal->state, "c1"));
  g_assert_cmpuint (journal->head->seq, ==, 1);

  g_assert_true (hl_store_end_request (store, &error));
  fault_vfs_arm (FAULT_FULL, 1);
  g_assert_false (hl_store_commit_group (store, &error));
  g_clear_error (&error);
  g_assert_false (hl_journal_reload (journal, store, &error));
  g_assert_nonnull (error);
  g_clear_error (&error);
  g_assert_null (journal->state);
  g_assert_null (journal->head);

  fault_vfs_disarm ();
  g_assert_true (hl_store_reopen (store, &error));
  g_assert_true (hl_journal_reload (journal, store, &error));
  g_assert_no_error (error);
  g_assert_null (hl_state_lookup_call (journal->state, "c1"));
  head = hl_store_get_head (store, "one", &error);
  g_assert_cmpuint (head->seq, ==, 0);
  g_assert_true (hl_position_equal (journal->head, head));
  g_clear_pointer (&journal, hl_journal_free);
  g_clear_object (&sqlite);
  fixture_remove_directory (g_steal_pointer (&directory));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/journal/unreadable", test_unreadable);
  return g_test_run ();
}
