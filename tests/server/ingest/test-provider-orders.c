/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every order in which a call's events may arrive ends in the same state; and how lines of a transcript go together. */
#include <string.h>

#include "domain/hl-time.h"
#include "ingest/hl-payload.h"
#include "provider-fixture.h"

/* All orders of up to so many files; of more, as many random ones. */
#define EXHAUSTIVE 6
#define RANDOM_ORDERS 1500
#define MAX_FILES 16

static char *
run_story (const char *const *files,
           const guint       *order,
           guint              n)
{
  g_autoptr (Log) log = fixture_log_new ();

  for (guint i = 0; i < n; i++) {
    fixture_log_post (log, files[order[i]]);
    if (i % 2 == 1) {
      fixture_log_post (log, files[order[i]]); /* and again: a retry changes nothing */
    }
  }
  return fixture_log_describe (log);
}

static void
check_order (const char *const *files,
             const guint       *order,
             guint              n,
             const char        *want)
{
  g_autofree char *have = run_story (files, order, n);

  if (g_strcmp0 (have, want) != 0) {
    for (guint i = 0; i < n; i++) {
      g_test_message ("order %u: %s", i, files[order[i]]);
    }
  }
  g_assert_cmpstr (have, ==, want);
}

static void
swap (guint *order,
      guint  a,
      guint  b)
{
  guint kept = order[a];

  order[a] = order[b];
  order[b] = kept;
}

static guint
permute (const char *const *files,
         guint             *order,
         guint              k,
         guint              n,
         const char        *want)
{
  guint count = 0;

  if (k == n) {
    check_order (files, order, n, want);
    return 1;
  }
  for (guint i = k; i < n; i++) {
    swap (order, k, i);
    count += permute (files, order, k + 1, n, want);
    swap (order, i, k);
  }
  return count;
}

static gboolean
has_adapters (const char *const *files)
{
  for (gsize i = 0; files[i] != NULL; i++) {
    g_auto (GStrv) parts = g_strsplit (files[i], "/", 2);
    if (hl_provider_find (parts[0]) == NULL) {
      return FALSE;
    }
  }
  return TRUE;
}

static void
run_orders (JsonObject *story)
{
  JsonArray *names = json_object_get_array_member (story, "files");
  JsonArray *contains = json_object_get_array_member (story, "contains");
  guint n = json_array_get_length (names);
  const char *files[MAX_FILES + 1] = { NULL };
  guint order[MAX_FILES];

  g_assert_cmpuint (n, <=, MAX_FILES);
  for (guint i = 0; i < n; i++) {
    files[i] = json_array_get_string_element (names, i);
    order[i] = i;
  }
  if (!has_adapters (files)) {
    g_test_message ("no adapter yet");
    return;
  }
  g_autofree char *want = run_story (files, order, n);
  for (guint i = 0; i < json_array_get_length (contains); i++) {
    const char *text = json_array_get_string_element (contains, i);
    if (strstr (want, text) == NULL) {
      g_test_message ("the state does not say %s:\n%s", text, want);
    }
    g_assert_nonnull (strstr (want, text));
  }
  guint calls = 0;
  for (const char *at = want; (at = strstr (at, "\"attention_priority\"")) != NULL; at++) {
    calls++;
  }
  g_assert_cmpuint (calls, ==, 1); /* one call, one card */
  if (n <= EXHAUSTIVE) {
    permute (files, order, 0, n, want);
    return;
  }
  for (guint run = 0; run < RANDOM_ORDERS; run++) {
    for (guint i = n - 1; i > 0; i--) {
      swap (order, i, (guint) g_test_rand_int_range (0, (gint32) i + 1));
    }
    check_order (files, order, n, want);
  }
}

static void
test_stories (void)
{
  g_autoptr (JsonNode) root = fixture_read_json ("stories.json");
  JsonArray *stories = json_object_get_array_member (json_node_get_object (root), "stories");

  g_assert_cmpuint (json_array_get_length (stories), >=, 3);
  for (guint i = 0; i < json_array_get_length (stories); i++) {
    JsonObject *story = json_array_get_object_element (stories, i);
    g_test_message ("%s", json_object_get_string_member (story, "name"));
    run_orders (story);
  }
}

static void
test_snapshot_never_shortens (void)
{
  g_autoptr (Log) log = fixture_log_new ();

  fixture_log_post (log, "retell/call_ended.json");
  g_autofree char *whole = fixture_log_describe (log);
  fixture_log_post (log, "retell/transcript_updated.1.json");
  g_autofree char *after = fixture_log_describe (log);
  g_assert_cmpstr (after, ==, whole);
}

static void
test_vapi_lines_join (void)
{
  const HlProvider *vapi = hl_provider_find ("vapi");
  static const struct {
    const char *role;
    const char *type;
    const char *text;
    int         turn;
    const char *want;
  } lines[] = {
    { "assistant", "final", "Hello.", 0, "Hello." },
    { "user", "partial", "A table", 1, "A table" },
    { "user", "final", "A table for two.", 1, "A table for two." },
    { "user", "partial", "To", 1, "A table for two. To" },
    { "user", "final", "Tonight.", 1, "A table for two. Tonight." },
    { "assistant", "final", "Gladly.", 2, "Gladly." },
  };
  g_autoptr (Log) log = fixture_log_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (lines); i++) {
    g_autofree char *text = g_strdup_printf (
        "{\"message\":{\"type\":\"transcript\",\"timestamp\":%d,\"role\":\"%s\",\"transcriptType\":\"%s\","
        "\"transcript\":\"%s\",\"call\":{\"id\":\"c1\"}}}", 1000 + (int) i, lines[i].role, lines[i].type, lines[i].text);
    g_autoptr (GPtrArray) facts = fixture_translate_text (vapi, text, log->state, NULL);
    /* the first line also introduces the call */
    g_assert_cmpuint (facts->len, ==, i == 0 ? 2 : 1);
    const HlFact *fact = g_ptr_array_index (facts, facts->len - 1);
    g_assert_cmpint (json_object_get_int_member (fact->data, "turn"), ==, lines[i].turn);
    g_assert_cmpstr (json_object_get_string_member (fact->data, "text"), ==, lines[i].want);
    fixture_log_add (log, "vapi", facts);
  }
  GListModel *transcript = hl_state_get_transcript (log->state, "vapi:c1");
  g_assert_cmpuint (g_list_model_get_n_items (transcript), ==, 3);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ingest/orders/stories", test_stories);
  g_test_add_func ("/ingest/orders/snapshot-never-shortens", test_snapshot_never_shortens);
  g_test_add_func ("/ingest/orders/vapi-lines-join", test_vapi_lines_join);
  return g_test_run ();
}
