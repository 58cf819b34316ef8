/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Providers: signature vectors, samples against the manifest, and every order of arrival of a call's events. */
#include <string.h>

#include "domain/hl-call.h"
#include "domain/hl-decide.h"
#include "domain/hl-event-kind.h"
#include "domain/hl-evolve.h"
#include "domain/hl-segment.h"
#include "domain/hl-state.h"
#include "ingest/hl-payload.h"
#include "ingest/hl-provider.h"
#include "wire/hl-json.h"

#define RECEIVED G_GINT64_CONSTANT (1796166200000)

static char *
read_data (const char *path,
           gsize      *len)
{
  g_autofree char *file = g_build_filename (g_getenv ("G_TEST_SRCDIR"), "data", "payloads", path, NULL);
  g_autoptr (GError) error = NULL;
  char *text = NULL;

  g_file_get_contents (file, &text, len, &error);
  g_assert_no_error (error);
  return text;
}

static JsonNode *
read_json (const char *path)
{
  gsize len = 0;
  g_autofree char *text = read_data (path, &len);
  g_autoptr (GError) error = NULL;
  JsonNode *node = hl_json_parse (text, len, NULL, &error);

  g_assert_no_error (error);
  return node;
}

/* --- signatures --- */

typedef struct {
  GHashTable *headers; /* lower-case name -> value */
  const char *twice;   /* a name that came twice */
} Headers;

static const char *
get_header (gpointer    data,
            const char *name,
            gboolean   *twice)
{
  Headers *headers = data;
  g_autofree char *lower = g_ascii_strdown (name, -1);

  if (g_strcmp0 (headers->twice, lower) == 0) {
    if (twice != NULL) {
      *twice = TRUE;
    }
    return NULL;
  }
  return g_hash_table_lookup (headers->headers, lower);
}

static HlVerify
verify (const HlProvider *provider,
        Headers          *headers,
        const char       *body,
        gsize             len,
        gint64            now,
        const char       *secret)
{
  const char *none[] = { NULL };
  const char *secrets[] = { "another tenant's key", secret, NULL };
  const HlDelivery delivery = {
    .method = "POST", .path_query = "/v1/hooks/x/y/z", .public_urls = none, .get_header = get_header, .headers = headers,
    .body = (const guint8 *) body, .body_len = len, .now_ms = now,
  };

  return provider->verify (&delivery, secrets);
}

static void
set_header (Headers    *headers,
            const char *name,
            const char *value)
{
  g_hash_table_insert (headers->headers, g_ascii_strdown (name, -1), g_strdup (value));
}

static void
on_header (JsonObject *object,
           const char *name,
           JsonNode   *value,
           gpointer    data)
{
  set_header (data, name, json_node_get_string (value));
}

/* A vector that passes must fail once anything about it is changed. */
static void
check_negatives (const HlProvider *provider,
                 Headers          *headers,
                 const char       *body,
                 gsize             len,
                 gint64            now,
                 const char       *secret,
                 gboolean          signs_body)
{
  GHashTableIter iter;
  gpointer name;
  gpointer value;
  g_autofree char *changed = g_memdup2 (body, len + 1);

  g_assert_cmpint (verify (provider, headers, body, len, now, "wrong key"), !=, HL_VERIFY_OK);
  if (signs_body) {
    changed[len / 2] ^= 1;
    g_assert_cmpint (verify (provider, headers, changed, len, now, secret), ==, HL_VERIFY_MISMATCH);
    g_assert_cmpint (verify (provider, headers, body, 0, now, secret), ==, HL_VERIFY_MISMATCH);
    g_autofree char *longer = g_strconcat (body, "\n", NULL);
    g_assert_cmpint (verify (provider, headers, longer, len + 1, now, secret), ==, HL_VERIFY_MISMATCH);
  }
  g_hash_table_iter_init (&iter, headers->headers);
  while (g_hash_table_iter_next (&iter, &name, &value)) {
    g_autoptr (GHashTable) copy = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
    Headers other = { copy, NULL };
    GHashTableIter inner;
    gpointer n;
    gpointer v;
    g_hash_table_iter_init (&inner, headers->headers);
    while (g_hash_table_iter_next (&inner, &n, &v)) {
      g_hash_table_insert (copy, g_strdup (n), g_strdup (v));
    }
    /* one character changed, then empty, then sent twice */
    char *text = g_strdup (value);
    gsize at = strlen (text) / 2;
    text[at] = text[at] == 'a' ? 'b' : 'a';
    g_hash_table_insert (copy, g_strdup (name), text);
    g_assert_cmpint (verify (provider, &other, body, len, now, secret), !=, HL_VERIFY_OK);
    g_hash_table_insert (copy, g_strdup (name), g_strdup (""));
    g_assert_cmpint (verify (provider, &other, body, len, now, secret), !=, HL_VERIFY_OK);
    other.twice = name;
    g_assert_cmpint (verify (provider, &other, body, len, now, secret), !=, HL_VERIFY_OK);
  }
}

static void
test_vectors (void)
{
  g_autoptr (JsonNode) root = read_json ("vectors.json");
  JsonArray *vectors = json_object_get_array_member (json_node_get_object (root), "vectors");
  guint good = 0;
  guint bad = 0;

  for (guint i = 0; i < json_array_get_length (vectors); i++) {
    JsonObject *vector = json_array_get_object_element (vectors, i);
    const HlProvider *provider = hl_provider_find (json_object_get_string_member (vector, "provider"));
    g_autoptr (GHashTable) table = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
    Headers headers = { table, NULL };
    g_autofree char *body = NULL;
    gsize len = 0;
    gint64 now = json_object_get_int_member_with_default (vector, "timestamp_ms", RECEIVED);
    const char *secret = hl_payload_get_string (vector, "key");

    g_assert_nonnull (provider);
    g_test_message ("%s: %s", provider->name, json_object_get_string_member (vector, "name"));
    if (json_object_has_member (vector, "body_file")) {
      body = read_data (json_object_get_string_member (vector, "body_file"), &len);
    } else {
      body = g_strdup (json_object_get_string_member_with_default (vector, "body", "{}"));
      len = strlen (body);
    }
    if (secret == NULL) {
      secret = json_object_has_member (vector, "secret") ? json_object_get_string_member (vector, "secret")
                                                         : json_object_get_string_member (vector, "key_base64");
    }
    if (json_object_has_member (vector, "headers")) {
      json_object_foreach_member (json_object_get_object_member (vector, "headers"), on_header, &headers);
    } else {
      set_header (&headers, json_object_get_string_member (vector, "header"),
                  json_object_get_string_member (vector, "value"));
    }
    if (!json_object_get_boolean_member_with_default (vector, "valid", TRUE)) {
      g_assert_cmpint (verify (provider, &headers, body, len, now, secret), !=, HL_VERIFY_OK);
      bad++;
      continue;
    }
    good++;
    g_assert_cmpint (verify (provider, &headers, body, len, now, secret), ==, HL_VERIFY_OK);
    check_negatives (provider, &headers, body, len, now, secret, !json_object_has_member (vector, "secret"));
    const char *lists[] = { "now_ms_ok", "now_ms_bad" };
    for (guint j = 0; j < G_N_ELEMENTS (lists); j++) {
      JsonArray *times = hl_payload_get_array (vector, lists[j]);
      for (guint k = 0; times != NULL && k < json_array_get_length (times); k++) {
        g_assert_cmpint (verify (provider, &headers, body, len, json_array_get_int_element (times, k), secret), ==,
                         j == 0 ? HL_VERIFY_OK : HL_VERIFY_STALE);
      }
    }
  }
  g_assert_cmpuint (good, >=, 8);
  g_assert_cmpuint (bad, >=, 5);
}

static void
test_retell_forms (void)
{
  const HlProvider *retell = hl_provider_find ("retell");
  const char *body = "{\"event\":\"call_ended\"}";
  const char *hex = "07024cabe7dd8f6d1c6e4a8324ca92c812e6ad4a7ee506c04f7e462e3321823e";
  g_autofree char *upper = g_ascii_strup (hex, -1);
  const struct {
    const char *before;
    const char *hex;
    const char *after;
    HlVerify    verify;
  } forms[] = {
    { "v=1700000000000,d=", hex, "", HL_VERIFY_OK },
    { "v=1700000000000,d=", upper, "", HL_VERIFY_OK },
    { "v=-1700000000000,d=", hex, "", HL_VERIFY_BAD_FORMAT },
    { "v=+1700000000000,d=", hex, "", HL_VERIFY_BAD_FORMAT },
    { "v= 1700000000000,d=", hex, "", HL_VERIFY_BAD_FORMAT },
    { "v=,d=", hex, "", HL_VERIFY_BAD_FORMAT },
    { "v=99999999999999999999,d=", hex, "", HL_VERIFY_BAD_FORMAT },
    { "d=00,v=1", "", "", HL_VERIFY_BAD_FORMAT },
    { "v=1700000000000,d=", hex, " ", HL_VERIFY_BAD_FORMAT },
    { " v=1700000000000,d=", hex, "", HL_VERIFY_BAD_FORMAT },
    { "v=1700000000001,d=", hex, "", HL_VERIFY_MISMATCH },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (forms); i++) {
    g_autoptr (GHashTable) table = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
    Headers headers = { table, NULL };
    g_autofree char *value = g_strconcat (forms[i].before, forms[i].hex, forms[i].after, NULL);
    set_header (&headers, "X-Retell-Signature", value);
    g_test_message ("%s", value);
    g_assert_cmpint (verify (retell, &headers, body, strlen (body), G_GINT64_CONSTANT (1700000000000), "test-api-key"), ==,
                     forms[i].verify);
  }
}

static void
test_no_header (void)
{
  const HlProvider *const *all = hl_provider_list ();

  for (gsize i = 0; all[i] != NULL; i++) {
    g_autoptr (GHashTable) table = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
    Headers headers = { table, NULL };
    g_assert_cmpint (verify (all[i], &headers, "{}", 2, RECEIVED, "k"), ==, HL_VERIFY_NO_HEADER);
  }
  g_assert_null (hl_provider_find ("toast"));
}

/* --- translation --- */

/* What the server does with a body: parsed as the provider's kind, then translated. */
static GPtrArray *
translate_text (const HlProvider  *provider,
                const char        *text,
                HlState           *state,
                GError           **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  g_autoptr (HlHookBody) body = hl_hook_body_new (bytes, provider->form, RECEIVED, error);

  return body != NULL ? provider->translate (body, state, error) : NULL;
}

static GPtrArray *
translate (const char *file,
           HlState    *state)
{
  gsize len = 0;
  g_autofree char *text = read_data (file, &len);
  g_auto (GStrv) parts = g_strsplit (file, "/", 2);
  g_autoptr (GError) error = NULL;
  GPtrArray *facts = translate_text (hl_provider_find (parts[0]), text, state, &error);

  g_assert_no_error (error);
  return facts;
}

static const HlFact *
find_fact (GPtrArray  *facts,
           const char *kind)
{
  for (guint i = 0; i < facts->len; i++) {
    const HlFact *fact = g_ptr_array_index (facts, i);
    if (g_strcmp0 (hl_enum_nick (HL_TYPE_EVENT_KIND, fact->kind), kind) == 0) {
      return fact;
    }
  }
  return NULL;
}

/* Every fact must be what the schema allows: the codec is the judge. */
static void
check_facts (GPtrArray *facts)
{
  for (guint i = 0; i < facts->len; i++) {
    const HlFact *fact = g_ptr_array_index (facts, i);
    g_autoptr (GError) error = NULL;
    hl_event_kind_check (fact->kind, fact->data, "", NULL, &error);
    g_assert_no_error (error);
    g_assert_true (fact->partial || fact->key != NULL);
  }
}

static void
test_samples (void)
{
  g_autoptr (JsonNode) root = read_json ("manifest.json");
  JsonArray *samples = json_object_get_array_member (json_node_get_object (root), "samples");

  for (guint i = 0; i < json_array_get_length (samples); i++) {
    JsonObject *sample = json_array_get_object_element (samples, i);
    const char *file = json_object_get_string_member (sample, "file");
    const char *provider = json_object_get_string_member (sample, "provider");
    JsonArray *expected = json_object_get_array_member (sample, "canonical");
    g_autoptr (HlState) state = hl_state_new ();
    g_autoptr (GPtrArray) facts = translate (file, state);

    g_test_message ("%s: %u facts", file, facts->len);
    check_facts (facts);
    if (json_array_get_length (expected) == 0) {
      g_assert_cmpuint (facts->len, ==, 0);
    }
    for (guint j = 0; j < json_array_get_length (expected); j++) {
      JsonObject *want = json_array_get_object_element (expected, j);
      const char *type = json_object_get_string_member (want, "type");
      const HlFact *fact = find_fact (facts, type);
      if (json_object_has_member (want, "optional") && fact == NULL) {
        continue; /* only where the restaurant maps it, and Vapi's tools are answered by the restaurant's own server */
      }
      g_assert_nonnull (fact);
      static const char *const same[] = { "from", "to", "direction", "end_reason", "summary", "recording_url" };
      for (gsize k = 0; k < G_N_ELEMENTS (same); k++) {
        const char *text = hl_payload_get_string (want, same[k]);
        if (text != NULL) {
          g_assert_cmpstr (hl_payload_get_string (fact->data, same[k]), ==, text);
        }
      }
      if (g_str_equal (type, "transcript_segment")) {
        if (json_object_has_member (want, "final")) {
          g_assert_cmpint (fact->partial, ==, !json_object_get_boolean_member (want, "final"));
          g_assert_cmpstr (hl_payload_get_string (fact->data, "speaker"), ==,
                           json_object_get_string_member (want, "role"));
        }
        if (json_object_has_member (want, "turns")) {
          g_assert_cmpint (facts->len, ==, json_object_get_int_member (want, "turns"));
        }
      }
      if (json_object_has_member (want, "duration_ms")) {
        g_assert_cmpint (json_object_get_int_member (fact->data, "duration_ms"), ==,
                         json_object_get_int_member (want, "duration_ms"));
      }
      if (json_object_has_member (want, "party_size")) {
        g_assert_cmpint (json_object_get_int_member (fact->data, "party_size"), ==,
                         json_object_get_int_member (want, "party_size"));
      }
      g_autofree char *call_id = g_strconcat (provider, ":", json_object_get_string_member (want, "call_id"), NULL);
      g_assert_cmpstr (hl_payload_get_string (fact->data, "call_id"), ==, call_id);
    }
  }
}

static void
test_secrets_stay_out (void)
{
  static const char *const files[] = { "vapi/end-of-call-report.json", "vapi/status-update.in-progress.json",
                                       "vapi/transcript.final.json", "retell/call_analyzed.json" };

  for (gsize i = 0; i < G_N_ELEMENTS (files); i++) {
    g_autoptr (HlState) state = hl_state_new ();
    g_autoptr (GPtrArray) facts = translate (files[i], state);
    for (guint j = 0; j < facts->len; j++) {
      const HlFact *fact = g_ptr_array_index (facts, j);
      g_autofree char *text = hl_json_print_object (fact->data);
      g_assert_null (strstr (text, "EXAMPLE-NOT-A-REAL-TOKEN"));
      g_assert_null (strstr (text, "AC0000000000"));
      g_assert_null (strstr (text, "You answer for Osteria Lume")); /* the prompt */
    }
  }
}

static void
test_unreadable (void)
{
  static const char *const bodies[] = { "{}", "[]", "{\"event\":\"call_ended\"}", "{\"event\":\"call_ended\",\"call\":{}}",
                                        "{\"event\":\"call_started\",\"call\":{\"call_id\":\"has space\"}}", "3",
                                        "{\"message\":{}}", "{\"message\":{\"type\":\"transcript\"}}" };
  const HlProvider *const *all = hl_provider_list ();

  for (gsize p = 0; all[p] != NULL; p++) {
    for (gsize i = 0; i < G_N_ELEMENTS (bodies); i++) {
      g_autoptr (GError) error = NULL;
      g_autoptr (HlState) state = hl_state_new ();
      g_autoptr (GPtrArray) facts = translate_text (all[p], bodies[i], state, &error);
      g_assert_true ((facts == NULL) == (error != NULL));
      g_assert_null (facts); /* visible as unreadable, never silence */
    }
  }
}

/* --- a small log: what the server does with facts, without a server --- */

typedef struct {
  HlState    *state;
  GHashTable *keys;
  guint64     seq;
} Log;

static void
log_post (Log        *log,
          const char *file)
{
  g_autoptr (GPtrArray) facts = translate (file, log->state);
  g_auto (GStrv) parts = g_strsplit (file, "/", 2);
  HlActor *actor = hl_actor_new (HL_ROLE_PUBLISHER, parts[0], NULL, 0);

  for (guint i = 0; i < facts->len; i++) {
    const HlFact *fact = g_ptr_array_index (facts, i);
    if (fact->partial) {
      continue;
    }
    g_autofree char *key = g_strdup_printf ("%s/%s/%s", fact->key_kind, fact->key_source, fact->key);
    if (!g_hash_table_add (log->keys, g_strdup (key))) {
      continue;
    }
    gint64 at = fact->at == HL_TIME_NONE ? RECEIVED : fact->at;
    g_autofree char *id = g_compute_checksum_for_string (G_CHECKSUM_SHA1, key, -1);
    g_autoptr (HlDecision) decision = hl_decide_record (log->state, fact->kind, fact->data, actor, at);
    g_autoptr (GPtrArray) events = hl_decision_make_events (decision, id, actor, log->seq + 1, at, RECEIVED);
    for (guint j = 0; j < events->len; j++) {
      hl_evolve (log->state, g_ptr_array_index (events, j));
      log->seq++;
    }
  }
  hl_actor_free (actor);
}

static int
compare_lines (gconstpointer a,
               gconstpointer b)
{
  return g_strcmp0 (*(char *const *) a, *(char *const *) b);
}

/* The state without revisions and without what only says when the log heard of it */
static char *
log_describe (Log *log)
{
  g_autoptr (JsonNode) node = hl_state_save (log->state);
  JsonObject *entities = json_node_get_object (node);
  static const char *const lists[] = { "calls", "segments", "reservations" };
  GString *out = g_string_new (NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (lists); i++) {
    JsonArray *rows = json_object_get_array_member (entities, lists[i]);
    g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);
    for (guint j = 0; rows != NULL && j < json_array_get_length (rows); j++) {
      JsonObject *row = json_array_get_object_element (rows, j);
      json_object_remove_member (row, "revisions");
      json_object_remove_member (row, "stamps");
      json_object_remove_member (row, "rev"); /* how often a turn was told before it was whole */
      if (g_str_equal (lists[i], "segments") && g_strcmp0 (hl_payload_get_string (row, "state"), "corrected") == 0) {
        /* A final line that stood under another number, since the greeting had not been heard, may change by a marked
         * correction only; what it says must be the same. */
        json_object_set_string_member (row, "state", "final");
      }
      g_ptr_array_add (lines, hl_json_print_object (row));
    }
    g_ptr_array_sort (lines, compare_lines);
    for (guint j = 0; j < lines->len; j++) {
      g_string_append_printf (out, "%s\n", (char *) g_ptr_array_index (lines, j));
    }
  }
  return g_string_free (out, FALSE);
}

static char *
run_story (const char *const *files,
           const guint       *order,
           guint              n)
{
  Log log = { hl_state_new (), g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL), 0 };

  for (guint i = 0; i < n; i++) {
    log_post (&log, files[order[i]]);
    if (i % 2 == 1) {
      log_post (&log, files[order[i]]); /* and again: a retry changes nothing */
    }
  }
  char *text = log_describe (&log);
  g_object_unref (log.state);
  g_hash_table_unref (log.keys);
  return text;
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
    g_autofree char *have = run_story (files, order, n);
    if (g_strcmp0 (have, want) != 0) {
      for (guint i = 0; i < n; i++) {
        g_test_message ("order %u: %s", i, files[order[i]]);
      }
    }
    g_assert_cmpstr (have, ==, want);
    return 1;
  }
  for (guint i = k; i < n; i++) {
    guint swap = order[k];
    order[k] = order[i];
    order[i] = swap;
    count += permute (files, order, k + 1, n, want);
    order[i] = order[k];
    order[k] = swap;
  }
  return count;
}

static void
test_retell_orders (void)
{
  static const char *const files[] = { "retell/call_started.json",     "retell/transcript_updated.1.json",
                                       "retell/transfer_started.json", "retell/call_ended.json",
                                       "retell/call_analyzed.json",    "retell/call_inbound.json" };
  guint order[] = { 0, 1, 2, 3, 4, 5 };
  g_autofree char *want = run_story (files, order, G_N_ELEMENTS (files));

  g_assert_nonnull (strstr (want, "\"state\":\"ended\""));
  g_assert_nonnull (strstr (want, "Dana Whitfield booked a table"));
  g_assert_cmpuint (permute (files, order, 0, G_N_ELEMENTS (files), want), ==, 720);
}

static void
test_vapi_orders (void)
{
  /* The report has the whole history, so that lines may come in any order around it as long as they come in their own. */
  static const char *const files[] = { "vapi/status-update.in-progress.json", "vapi/transcript.partial.json",
                                       "vapi/transcript.final.json",          "vapi/status-update.ended.json",
                                       "vapi/end-of-call-report.json",        "vapi/speech-update.json" };
  guint order[] = { 0, 1, 2, 3, 4, 5 };
  g_autofree char *want = run_story (files, order, G_N_ELEMENTS (files));

  g_assert_nonnull (strstr (want, "\"state\":\"ended\""));
  g_assert_nonnull (strstr (want, "You are booked, Dana"));
  g_assert_cmpuint (permute (files, order, 0, G_N_ELEMENTS (files), want), ==, 720);
}

static void
test_snapshot_never_shortens (void)
{
  Log log = { hl_state_new (), g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL), 0 };

  log_post (&log, "retell/call_ended.json");
  g_autofree char *whole = log_describe (&log);
  log_post (&log, "retell/transcript_updated.1.json");
  g_autofree char *after = log_describe (&log);
  g_assert_cmpstr (after, ==, whole);
  g_object_unref (log.state);
  g_hash_table_unref (log.keys);
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
  Log log = { hl_state_new (), g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL), 0 };

  for (gsize i = 0; i < G_N_ELEMENTS (lines); i++) {
    g_autofree char *text = g_strdup_printf (
        "{\"message\":{\"type\":\"transcript\",\"timestamp\":%d,\"role\":\"%s\",\"transcriptType\":\"%s\","
        "\"transcript\":\"%s\",\"call\":{\"id\":\"c1\"}}}", 1000 + (int) i, lines[i].role, lines[i].type, lines[i].text);
    g_autoptr (GPtrArray) facts = translate_text (vapi, text, log.state, NULL);
    g_assert_cmpuint (facts->len, ==, 1);
    const HlFact *fact = g_ptr_array_index (facts, 0);
    g_assert_cmpint (json_object_get_int_member (fact->data, "turn"), ==, lines[i].turn);
    g_assert_cmpstr (json_object_get_string_member (fact->data, "text"), ==, lines[i].want);
    if (!fact->partial) {
      HlActor *actor = hl_actor_new (HL_ROLE_PUBLISHER, "vapi", NULL, 0);
      g_autoptr (HlDecision) decision = hl_decide_record (log.state, fact->kind, fact->data, actor, RECEIVED);
      g_autofree char *id = g_strdup_printf ("e%d", (int) i);
      g_autoptr (GPtrArray) events = hl_decision_make_events (decision, id, actor, ++log.seq, RECEIVED, RECEIVED);
      g_assert_cmpuint (events->len, ==, 1);
      hl_evolve (log.state, g_ptr_array_index (events, 0));
      hl_actor_free (actor);
    }
  }
  GListModel *transcript = hl_state_get_transcript (log.state, "vapi:c1");
  g_assert_cmpuint (g_list_model_get_n_items (transcript), ==, 3);
  g_object_unref (log.state);
  g_hash_table_unref (log.keys);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ingest/providers/vectors", test_vectors);
  g_test_add_func ("/ingest/providers/retell-forms", test_retell_forms);
  g_test_add_func ("/ingest/providers/no-header", test_no_header);
  g_test_add_func ("/ingest/providers/samples", test_samples);
  g_test_add_func ("/ingest/providers/secrets-stay-out", test_secrets_stay_out);
  g_test_add_func ("/ingest/providers/unreadable", test_unreadable);
  g_test_add_func ("/ingest/providers/retell-orders", test_retell_orders);
  g_test_add_func ("/ingest/providers/vapi-orders", test_vapi_orders);
  g_test_add_func ("/ingest/providers/snapshot-never-shortens", test_snapshot_never_shortens);
  g_test_add_func ("/ingest/providers/vapi-lines-join", test_vapi_lines_join);
  return g_test_run ();
}
