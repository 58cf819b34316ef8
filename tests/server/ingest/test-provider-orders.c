/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every order in which a call's events may arrive ends in the same state; and how lines of a transcript go together. */
#include <string.h>

#include "domain/hl-call.h"
#include "ingest/hl-payload.h"
#include "provider-fixture.h"
#include "wire/hl-json.h"

/* All orders of up to so many files, one by one and with retries; of more, as many random ones; and of up to so many, all of
 * them by subsets, too. HL_ALL_ORDERS=12 does so with stories of twelve: it was given up after 18 minutes. */
#define EXHAUSTIVE 6
#define RANDOM_ORDERS 1000
#ifdef __SANITIZE_ADDRESS__ /* the order decides about the state, not about memory */
#define BY_SUBSETS 8
#else
#define BY_SUBSETS 10
#endif
#define MAX_FILES 16

/* One delivery of a story. */
typedef struct {
  char *file;
  char *provider;
  char *text;
} Post;

static void
post_free (gpointer data)
{
  Post *post = data;

  g_free (post->file);
  g_free (post->provider);
  g_free (post->text);
  g_free (post);
}

static Log *
run_story (GPtrArray   *posts,
           const guint *order)
{
  Log *log = fixture_log_new ();

  for (guint i = 0; i < posts->len; i++) {
    const Post *post = g_ptr_array_index (posts, order[i]);

    fixture_log_post_text (log, post->provider, post->text);
    if (i % 2 == 1) {
      fixture_log_post_text (log, post->provider, post->text); /* and again: a retry changes nothing */
    }
  }
  return log;
}

static void
check_order (GPtrArray   *posts,
             const guint *order,
             const char  *want)
{
  g_autoptr (Log) log = run_story (posts, order);
  g_autofree char *have = fixture_log_describe (log);

  if (g_strcmp0 (have, want) != 0) {
    for (guint i = 0; i < posts->len; i++) {
      g_test_message ("order %u: %s", i, ((Post *) g_ptr_array_index (posts, order[i]))->file);
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

static void
permute (GPtrArray  *posts,
         guint      *order,
         guint       k,
         const char *want)
{
  if (k == posts->len) {
    check_order (posts, order, want);
    return;
  }
  for (guint i = k; i < posts->len; i++) {
    swap (order, k, i);
    permute (posts, order, k + 1, want);
    swap (order, i, k);
  }
}

static GPtrArray *
read_posts (JsonObject *story)
{
  JsonArray *names = json_object_get_array_member (story, "files");
  JsonObject *replace = hl_payload_get_object (story, "replace");
  GPtrArray *posts = g_ptr_array_new_with_free_func (post_free);

  for (guint i = 0; i < json_array_get_length (names); i++) {
    Post *post = g_new0 (Post, 1);
    g_auto (GStrv) parts = g_strsplit (json_array_get_string_element (names, i), "/", 2);
    gsize len = 0;

    post->file = g_strdup (json_array_get_string_element (names, i));
    post->provider = g_strdup (parts[0]);
    post->text = fixture_read (post->file, &len);
    if (replace != NULL) {
      g_autoptr (GList) members = json_object_get_members (replace);
      for (GList *l = members; l != NULL; l = l->next) {
        g_auto (GStrv) pieces = g_strsplit (post->text, l->data, -1);
        g_free (post->text);
        post->text = g_strjoinv (json_object_get_string_member (replace, l->data), pieces);
      }
    }
    g_ptr_array_add (posts, post);
  }
  return posts;
}

/* ---- all orders, by subsets ----
 *
 * What has arrived is a subset of the story, and what it has come to is one of few states: those in which it differs by the
 * order so far. From each state of each subset each file that is missing is posted, and what comes of it is a state of the
 * larger subset. Where equal ones are kept once, some n * 2^n steps go through all n! orders. Equal is what nothing that
 * follows can tell apart: all fields and stamps; of revisions whose they are, but not where in the log, which records do not
 * look at; of facts' keys those that several files make, since each file is posted once. Which these are shows on the way:
 * one that was not known to be is a reason to begin again. */

typedef struct {
  GPtrArray  *posts;
  GHashTable *makers; /* key of a fact -> bits of the files that made it */
  GHashTable *shared; /* keys that several files make */
  guint       n_steps;
} Search;

typedef struct {
  JsonNode *saved;
  GStrv     keys;
  guint64   seq;
} Node;

static void
node_free (gpointer data)
{
  Node *node = data;

  json_node_unref (node->saved);
  g_strfreev (node->keys);
  g_free (node);
}

static int
compare_texts (gconstpointer a,
               gconstpointer b)
{
  return strcmp (*(char *const *) a, *(char *const *) b);
}

static Node *
node_new (Search *self,
          Log    *log)
{
  Node *node = g_new0 (Node, 1);
  g_autoptr (GPtrArray) keys = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer key;

  node->saved = hl_state_save (log->state);
  node->seq = log->seq;
  g_hash_table_iter_init (&iter, log->keys);
  while (g_hash_table_iter_next (&iter, &key, NULL)) {
    if (g_hash_table_contains (self->shared, key)) {
      g_ptr_array_add (keys, g_strdup (key));
    }
  }
  g_ptr_array_sort (keys, compare_texts);
  g_ptr_array_add (keys, NULL);
  node->keys = (char **) g_ptr_array_free (g_steal_pointer (&keys), FALSE);
  return node;
}

static Log *
node_open (const Node *node)
{
  Log *log = fixture_log_new ();
  g_autoptr (GError) error = NULL;

  hl_state_load (log->state, json_node_get_object (node->saved), &error);
  g_assert_no_error (error);
  log->seq = node->seq;
  for (char **key = node->keys; *key != NULL; key++) {
    g_hash_table_add (log->keys, g_strdup (*key));
  }
  return log;
}

/* seq becomes whether there is one. */
static void
print_revisions (JsonObject *revisions,
                 GString    *out)
{
  JsonObjectIter iter;
  const char *field;
  JsonNode *value;

  json_object_iter_init_ordered (&iter, revisions);
  while (json_object_iter_next_ordered (&iter, &field, &value)) {
    JsonArray *revision = json_node_get_array (value);

    g_string_append_printf (out, " %s", field);
    for (guint i = 0; i < json_array_get_length (revision); i++) {
      JsonNode *part = json_array_get_element (revision, i);
      g_autofree char *text = NULL;

      if (JSON_NODE_HOLDS_VALUE (part) && json_node_get_value_type (part) == G_TYPE_INT64) {
        g_string_append_c (out, json_node_get_int (part) > 0 ? '+' : '0');
      } else {
        text = hl_json_print (part);
        g_string_append (out, text);
      }
    }
  }
}

static char *
print_row (JsonObject *row)
{
  GString *out = g_string_new (NULL);
  JsonNode *revisions = json_object_has_member (row, "revisions") ? json_object_dup_member (row, "revisions") : NULL;
  g_autofree char *rest = NULL;

  if (revisions != NULL) {
    json_object_remove_member (row, "revisions");
  }
  rest = hl_json_print_object (row);
  g_string_append (out, rest);
  if (revisions != NULL) {
    print_revisions (json_node_get_object (revisions), out);
    json_object_set_member (row, "revisions", revisions);
  }
  return g_string_free (out, FALSE);
}

static char *
node_describe (const Node *node)
{
  g_autoptr (GString) out = g_string_new (NULL);
  g_autofree char *keys = g_strjoinv ("\n", node->keys);
  g_autoptr (GList) lists = json_object_get_values (json_node_get_object (node->saved));

  for (GList *l = lists; l != NULL; l = l->next) {
    JsonArray *rows = JSON_NODE_HOLDS_ARRAY (l->data) ? json_node_get_array (l->data) : NULL;
    g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);

    for (guint i = 0; rows != NULL && i < json_array_get_length (rows); i++) {
      g_ptr_array_add (lines, print_row (json_array_get_object_element (rows, i)));
    }
    g_ptr_array_sort (lines, compare_texts);
    for (guint i = 0; i < lines->len; i++) {
      g_string_append_printf (out, "%s\n", (char *) g_ptr_array_index (lines, i));
    }
  }
  g_string_append (out, keys);
  return g_string_free (g_steal_pointer (&out), FALSE);
}

static void
add_node (Search     *self,
          GHashTable *states,
          Log        *log)
{
  Node *node = node_new (self, log);
  char *text = node_describe (node);

  if (g_hash_table_contains (states, text)) {
    node_free (node);
    g_free (text);
    return;
  }
  g_hash_table_insert (states, text, node);
}

static GHashTable *
get_states (GHashTable **subsets,
            guint        set)
{
  if (subsets[set] == NULL) {
    subsets[set] = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, node_free);
  }
  return subsets[set];
}

/* Transfer full: @node, and what the file of that number adds to it. */
static Log *
step (Search     *self,
      const Node *node,
      guint       number)
{
  const Post *post = g_ptr_array_index (self->posts, number);
  Log *log = node_open (node);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) facts = fixture_translate_text (hl_provider_find (post->provider), post->text, log->state, &error);

  g_assert_no_error (error);
  fixture_check_facts (facts);
  for (guint i = 0; i < facts->len; i++) {
    g_autofree char *key = fixture_log_make_key (g_ptr_array_index (facts, i));
    guint makers = GPOINTER_TO_UINT (g_hash_table_lookup (self->makers, key)) | 1u << number;

    g_hash_table_insert (self->makers, g_strdup (key), GUINT_TO_POINTER (makers));
  }
  fixture_log_add (log, post->provider, facts);
  self->n_steps++;
  return log;
}

/* TRUE: a key turned out to be made by several files. */
static gboolean
learn_shared (Search *self)
{
  GHashTableIter iter;
  gpointer key, makers;
  gboolean learnt = FALSE;

  g_hash_table_iter_init (&iter, self->makers);
  while (g_hash_table_iter_next (&iter, &key, &makers)) {
    if ((GPOINTER_TO_UINT (makers) & (GPOINTER_TO_UINT (makers) - 1)) != 0) {
      learnt |= g_hash_table_add (self->shared, g_strdup (key));
    }
  }
  return learnt;
}

/* The states of the whole. Transfer full. */
static GHashTable *
search_all (Search *self)
{
  const guint n_sets = 1u << self->posts->len;
  g_autofree GHashTable **subsets = g_new0 (GHashTable *, n_sets);
  g_autoptr (Log) empty = fixture_log_new ();

  add_node (self, get_states (subsets, 0), empty);
  /* a larger number never is a subset of a smaller one */
  for (guint set = 0; set + 1 < n_sets; set++) {
    GHashTableIter iter;
    gpointer node;

    g_hash_table_iter_init (&iter, subsets[set]);
    while (g_hash_table_iter_next (&iter, NULL, &node)) {
      for (guint i = 0; i < self->posts->len; i++) {
        if ((set >> i & 1) == 0) {
          g_autoptr (Log) log = step (self, node, i);

          add_node (self, get_states (subsets, set | 1u << i), log);
        }
      }
    }
    g_clear_pointer (&subsets[set], g_hash_table_unref);
  }
  return subsets[n_sets - 1];
}

static void
check_all_orders (GPtrArray  *posts,
                  const char *want)
{
  g_autoptr (GHashTable) makers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GHashTable) shared = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GHashTable) ends = NULL;
  Search search = { .posts = posts, .makers = makers, .shared = shared };
  GHashTableIter iter;
  gpointer node;

  do {
    g_clear_pointer (&ends, g_hash_table_unref);
    ends = search_all (&search);
  } while (learn_shared (&search));
  g_hash_table_iter_init (&iter, ends);
  while (g_hash_table_iter_next (&iter, NULL, &node)) {
    g_autoptr (Log) log = node_open (node);
    g_autofree char *have = fixture_log_describe (log);

    g_assert_cmpstr (have, ==, want);
  }
  g_test_message ("all orders of %u: %u steps, the whole may look in %u ways to what comes next", posts->len, search.n_steps,
                  g_hash_table_size (ends));
}

/* One call is one card, with the lines of one who tells them. */
static void
check_state (Log        *log,
             JsonObject *story,
             const char *text)
{
  JsonArray *contains = json_object_get_array_member (story, "contains");
  GListModel *calls = hl_state_get_calls (log->state);

  for (guint i = 0; i < json_array_get_length (contains); i++) {
    const char *part = json_array_get_string_element (contains, i);
    if (strstr (text, part) == NULL) {
      g_test_message ("the state does not say %s:\n%s", part, text);
    }
    g_assert_nonnull (strstr (text, part));
  }
  g_assert_cmpuint (g_list_model_get_n_items (calls), ==, 1);
  g_autoptr (HlCall) call = g_list_model_get_item (calls, 0);
  if (json_object_has_member (story, "lines")) {
    const char *told = hl_state_find_told (log->state, hl_call_get_call_id (call));
    g_assert_cmpint (g_list_model_get_n_items (hl_state_get_transcript (log->state, told)), ==,
                     json_object_get_int_member (story, "lines"));
  }
}

static guint
get_most_by_subsets (void)
{
  const char *more = g_getenv ("HL_ALL_ORDERS");

  return more != NULL ? (guint) g_ascii_strtoull (more, NULL, 10) : BY_SUBSETS;
}

static void
run_orders (JsonObject *story)
{
  g_autoptr (GPtrArray) posts = read_posts (story);
  guint order[MAX_FILES];

  g_assert_cmpuint (posts->len, <=, MAX_FILES);
  for (guint i = 0; i < posts->len; i++) {
    order[i] = i;
  }
  g_autoptr (Log) log = run_story (posts, order);
  g_autofree char *want = fixture_log_describe (log);
  check_state (log, story, want);
  if (posts->len <= EXHAUSTIVE) {
    permute (posts, order, 0, want);
    return;
  }
  for (guint run = 0; run < RANDOM_ORDERS; run++) {
    for (guint i = posts->len - 1; i > 0; i--) {
      swap (order, i, (guint) g_test_rand_int_range (0, (gint32) i + 1));
    }
    check_order (posts, order, want);
  }
  if (posts->len <= get_most_by_subsets ()) {
    check_all_orders (posts, want);
  } else {
    g_test_message ("only %d random orders of %u", RANDOM_ORDERS, posts->len);
  }
}

static void
test_stories (void)
{
  g_autoptr (JsonNode) root = fixture_read_json ("stories.json");
  JsonArray *stories = json_object_get_array_member (json_node_get_object (root), "stories");

  g_assert_cmpuint (json_array_get_length (stories), >=, 13);
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

/* A key outlives the words of its line: from none may they be guessed. */
static void
test_keys_hold_no_words (void)
{
  static const char *const texts[] = { "Four one one one.", "My name is Ada B." };
  char *keys[2] = { NULL, NULL };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autoptr (Log) log = fixture_log_new ();
    g_autofree char *text = g_strdup_printf (
        "{\"message\":{\"type\":\"transcript\",\"timestamp\":1000,\"role\":\"user\",\"transcriptType\":\"final\","
        "\"transcript\":\"%s\",\"call\":{\"id\":\"c1\"}}}", texts[i]);
    g_autoptr (GPtrArray) facts = fixture_translate_text (hl_provider_find ("vapi"), text, log->state, NULL);

    keys[i] = fixture_log_make_key (g_ptr_array_index (facts, facts->len - 1));
  }
  g_assert_cmpstr (keys[0], ==, keys[1]);
  g_clear_pointer (&keys[0], g_free);
  g_clear_pointer (&keys[1], g_free);
}

static char *
make_line (const char *track,
           const char *number,
           gboolean    final,
           const char *text)
{
  return g_strdup_printf ("CallSid=CA1&TranscriptionSid=GT1&TranscriptionEvent=transcription-content&Track=%s&SequenceId=%s&Final=%s"
                          "&LanguageCode=en-US&TranscriptionData=%%7B%%22transcript%%22%%3A%%22%s%%22%%7D",
                          track, number, final ? "true" : "false", text);
}

/* Twilio's two tracks: one speaker each, and what the same one says next goes on with the turn. */
static void
test_twilio_lines (void)
{
  static const struct {
    const char *track;
    gboolean    final;
    const char *text;
    int         turn;
    const char *want;
    const char *speaker;
  } lines[] = {
    { "outbound_track", TRUE, "Hello.", 0, "Hello.", "agent" },
    { "inbound_track", FALSE, "A+table", 1, "A table", "caller" },
    { "inbound_track", TRUE, "A+table", 1, "A table", "caller" },
    { "inbound_track", TRUE, "for+two.", 1, "A table for two.", "caller" },
    { "outbound_track", TRUE, "Gladly.", 2, "Gladly.", "agent" },
  };
  const HlProvider *twilio = hl_provider_find ("twilio");
  g_autoptr (Log) log = fixture_log_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (lines); i++) {
    g_autofree char *number = g_strdup_printf ("%d", (int) i);
    g_autofree char *text = make_line (lines[i].track, number, lines[i].final, lines[i].text);
    g_autoptr (GPtrArray) facts = fixture_translate_text (twilio, text, log->state, NULL);
    const HlFact *fact = g_ptr_array_index (facts, facts->len - 1);
    g_assert_cmpint (fact->partial, ==, !lines[i].final);
    g_assert_cmpint (json_object_get_int_member (fact->data, "turn"), ==, lines[i].turn);
    g_assert_cmpstr (json_object_get_string_member (fact->data, "text"), ==, lines[i].want);
    g_assert_cmpstr (json_object_get_string_member (fact->data, "speaker"), ==, lines[i].speaker);
    g_assert_cmpstr (json_object_get_string_member (fact->data, "language"), ==, "en-US");
    fixture_log_add (log, "twilio", facts);
    fixture_log_post_text (log, "twilio", text); /* a retry */
  }
  g_assert_cmpuint (g_list_model_get_n_items (hl_state_get_transcript (log->state, "twilio:CA1")), ==, 3);
}

/* LiveKit: somebody whom the agent rings from within the call is no second call, and does not end the first. */
static void
test_livekit_second_leg (void)
{
  g_autoptr (Log) log = fixture_log_new ();
  static const char *const leg[] = {
    "{\"event\":\"participant_joined\",\"id\":\"E1\",\"room\":{\"sid\":\"RM_lume00000001\",\"name\":\"call-x\"},\"participant\":"
    "{\"sid\":\"PA2\",\"kind\":\"SIP\",\"attributes\":{\"sip.callID\":\"SCL_2\",\"sip.phoneNumber\":\"+12025550118\"}}}",
    "{\"event\":\"participant_left\",\"id\":\"E2\",\"room\":{\"sid\":\"RM_lume00000001\",\"name\":\"call-x\"},\"participant\":"
    "{\"sid\":\"PA2\",\"kind\":\"SIP\",\"attributes\":{\"sip.callID\":\"SCL_2\",\"sip.phoneNumber\":\"+12025550118\"}}}",
  };

  fixture_log_post (log, "livekit/participant_joined.sip.json");
  g_autofree char *before = fixture_log_describe (log);
  for (gsize i = 0; i < G_N_ELEMENTS (leg); i++) {
    fixture_log_post_text (log, "livekit", leg[i]);
  }
  g_autofree char *after = fixture_log_describe (log);
  g_assert_cmpstr (after, ==, before);
  /* rooms that are no phone calls make none */
  fixture_log_post_text (log, "livekit", "{\"event\":\"room_finished\",\"id\":\"E3\",\"room\":{\"sid\":\"RM_x\",\"name\":\"standup\"}}");
  g_autofree char *still = fixture_log_describe (log);
  g_assert_cmpstr (still, ==, before);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ingest/orders/stories", test_stories);
  g_test_add_func ("/ingest/orders/snapshot-never-shortens", test_snapshot_never_shortens);
  g_test_add_func ("/ingest/orders/vapi-lines-join", test_vapi_lines_join);
  g_test_add_func ("/ingest/orders/keys-hold-no-words", test_keys_hold_no_words);
  g_test_add_func ("/ingest/orders/twilio-lines", test_twilio_lines);
  g_test_add_func ("/ingest/orders/livekit-second-leg", test_livekit_second_leg);
  return g_test_run ();
}
