/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Translation of all providers' samples against the manifest, and what must not come through. */
#include <string.h>

#include "ingest/hl-payload.h"
#include "provider-fixture.h"
#include "wire/hl-json.h"

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

static guint
count_lines (GPtrArray *facts)
{
  guint n = 0;

  for (guint i = 0; i < facts->len; i++) {
    n += ((const HlFact *) g_ptr_array_index (facts, i))->kind == HL_EVENT_TRANSCRIPT_SEGMENT;
  }
  return n;
}

/* Members of the manifest that are not the data's. */
static gboolean
is_about (const char *name)
{
  static const char *const names[] = { "type", "optional", "partial", "turns", NULL };

  return g_strv_contains (names, name);
}

static void
check_fact (const HlFact *fact,
            GPtrArray    *facts,
            JsonObject   *want)
{
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;

  json_object_iter_init (&iter, want);
  while (json_object_iter_next (&iter, &name, &node)) {
    if (is_about (name)) {
      continue;
    }
    JsonNode *have = json_object_get_member (fact->data, name);
    g_autofree char *want_text = hl_json_print (node);
    g_autofree char *have_text = have != NULL ? hl_json_print (have) : g_strdup ("(absent)");
    if (!g_str_equal (want_text, have_text)) {
      g_test_message ("member %s", name);
    }
    g_assert_cmpstr (have_text, ==, want_text);
  }
  g_assert_cmpint (fact->partial, ==, json_object_get_boolean_member_with_default (want, "partial", FALSE));
  if (json_object_has_member (want, "turns")) {
    g_assert_cmpint (count_lines (facts), ==, json_object_get_int_member (want, "turns"));
  }
}

static void
test_samples (void)
{
  g_autoptr (JsonNode) root = fixture_read_json ("manifest.json");
  JsonArray *samples = json_object_get_array_member (json_node_get_object (root), "samples");
  guint n = 0;

  for (guint i = 0; i < json_array_get_length (samples); i++) {
    JsonObject *sample = json_array_get_object_element (samples, i);
    const char *file = json_object_get_string_member (sample, "file");
    JsonArray *expected = json_object_get_array_member (sample, "canonical");
    g_autoptr (HlState) state = hl_state_new ();

    g_assert_nonnull (hl_provider_find (json_object_get_string_member (sample, "provider")));
    n++;
    g_autoptr (GPtrArray) facts = fixture_translate (file, state);
    g_test_message ("%s: %u facts", file, facts->len);
    if (json_array_get_length (expected) == 0) {
      g_assert_cmpuint (facts->len, ==, 0);
    }
    for (guint j = 0; j < json_array_get_length (expected); j++) {
      JsonObject *want = json_array_get_object_element (expected, j);
      const HlFact *fact = find_fact (facts, json_object_get_string_member (want, "type"));
      if (json_object_has_member (want, "optional") && fact == NULL) {
        continue;
      }
      g_assert_nonnull (fact);
      check_fact (fact, facts, want);
    }
  }
  g_assert_cmpuint (n, >=, 40);
}

static void
test_secrets_stay_out (void)
{
  g_autoptr (JsonNode) root = fixture_read_json ("manifest.json");
  JsonArray *samples = json_object_get_array_member (json_node_get_object (root), "samples");
  static const char *const secrets[] = { "EXAMPLE-NOT-A-REAL-TOKEN", "AC0000000000000000000000000000000\",",
                                         "You answer for Osteria Lume", "firstMessage", "full_audio", "SUQzBAAA" };

  for (guint i = 0; i < json_array_get_length (samples); i++) {
    JsonObject *sample = json_array_get_object_element (samples, i);
    g_autoptr (HlState) state = hl_state_new ();

    g_autoptr (GPtrArray) facts = fixture_translate (json_object_get_string_member (sample, "file"), state);
    for (guint j = 0; j < facts->len; j++) {
      const HlFact *fact = g_ptr_array_index (facts, j);
      g_autofree char *text = hl_json_print_object (fact->data);
      for (gsize k = 0; k < G_N_ELEMENTS (secrets); k++) {
        g_assert_null (strstr (text, secrets[k]));
      }
    }
  }
}

static void
test_unreadable (void)
{
  static const char *const bodies[] = { "{}", "[]", "{\"event\":\"call_ended\"}", "{\"event\":\"call_ended\",\"call\":{}}",
                                        "{\"event\":\"call_started\",\"call\":{\"call_id\":\"has space\"}}", "3",
                                        "{\"message\":{}}", "{\"message\":{\"type\":\"transcript\"}}", "x=1", "" };
  const HlProvider *const *all = hl_provider_list ();

  for (gsize p = 0; all[p] != NULL; p++) {
    for (gsize i = 0; i < G_N_ELEMENTS (bodies); i++) {
      g_autoptr (GError) error = NULL;
      g_autoptr (HlState) state = hl_state_new ();
      g_autoptr (GPtrArray) facts = fixture_translate_text (all[p], bodies[i], state, &error);
      if (facts != NULL) {
        g_test_message ("%s reads %s", all[p]->name, bodies[i]);
      }
      g_assert_true ((facts == NULL) == (error != NULL));
      g_assert_null (facts); /* visible as unreadable, never silence */
    }
  }
}

/* Bodies that are authentic but not as documented: members gone, or of another kind, one after the other. Nothing may crash, and
 * what comes out must be what the schema allows. */
static void
damage (const HlProvider *provider,
        JsonNode         *root,
        JsonNode         *node)
{
  static const char *const values[] = { "null", "true", "\"\"", "\"x\"", "-1", "1e300", "[]", "{}", "[[]]" };

  if (JSON_NODE_HOLDS_ARRAY (node)) {
    JsonArray *array = json_node_get_array (node);
    for (guint i = 0; i < MIN (json_array_get_length (array), 3); i++) {
      damage (provider, root, json_array_get_element (array, i));
    }
    return;
  }
  if (!JSON_NODE_HOLDS_OBJECT (node)) {
    return;
  }
  JsonObject *object = json_node_get_object (node);
  g_autoptr (GList) names = json_object_get_members (object);
  for (GList *l = names; l != NULL; l = l->next) {
    g_autofree char *name = g_strdup (l->data);
    JsonNode *kept = json_node_ref (json_object_get_member (object, name));
    for (gsize i = 0; i < G_N_ELEMENTS (values); i++) {
      g_autoptr (JsonNode) other = hl_json_parse (values[i], strlen (values[i]), NULL, NULL);
      g_autoptr (HlState) state = hl_state_new ();
      g_autoptr (GError) error = NULL;
      json_object_set_member (object, name, json_node_ref (other));
      g_autofree char *text = hl_json_print (root);
      g_autoptr (GPtrArray) facts = fixture_translate_text (provider, text, state, &error);
      g_assert_true ((facts == NULL) == (error != NULL));
      if (facts != NULL) {
        fixture_check_facts (facts);
      }
    }
    json_object_set_member (object, name, kept);
    damage (provider, root, kept);
  }
}

static void
test_damaged (void)
{
  g_autoptr (JsonNode) root = fixture_read_json ("manifest.json");
  JsonArray *samples = json_object_get_array_member (json_node_get_object (root), "samples");

  for (guint i = 0; i < json_array_get_length (samples); i++) {
    JsonObject *sample = json_array_get_object_element (samples, i);
    const HlProvider *provider = hl_provider_find (json_object_get_string_member (sample, "provider"));
    const char *file = json_object_get_string_member (sample, "file");

    if (provider->form || !g_str_has_suffix (file, ".json") || strstr (file, "transcript_updated") != NULL) {
      continue;
    }
    g_autoptr (JsonNode) body = fixture_read_json (file);
    g_autoptr (JsonNode) copy = json_node_copy (body);
    damage (provider, copy, copy);
  }
}

static void
test_texts (void)
{
  const HlProvider *const *all = hl_provider_list ();

  for (gsize i = 0; all[i] != NULL; i++) {
    g_test_message ("%s", all[i]->name);
    g_assert_nonnull (all[i]->title);
    g_assert_nonnull (all[i]->setup);
    g_assert_cmpuint (strlen (all[i]->setup), >, 80);
    g_auto (GStrv) lines = g_strsplit (all[i]->setup, "\n", -1);
    for (gsize j = 0; lines[j] != NULL; j++) {
      g_assert_cmpuint (g_utf8_strlen (lines[j], -1), <=, 130);
    }
    for (const HlProviderSetting *setting = all[i]->settings; setting != NULL && setting->name != NULL; setting++) {
      g_assert_nonnull (setting->help);
    }
  }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ingest/samples/manifest", test_samples);
  g_test_add_func ("/ingest/samples/secrets-stay-out", test_secrets_stay_out);
  g_test_add_func ("/ingest/samples/unreadable", test_unreadable);
  g_test_add_func ("/ingest/samples/damaged", test_damaged);
  g_test_add_func ("/ingest/samples/texts", test_texts);
  return g_test_run ();
}
