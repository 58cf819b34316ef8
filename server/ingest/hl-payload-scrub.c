/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Taking out of a webhook's body what nobody may find in it later, before it is kept for the operator. */
#include "ingest/hl-payload-scrub.h"

#include <string.h>

#include "util/hl-card.h"
#include "wire/hl-json.h"

#define REMOVED "[removed]"
#define MAX_DEPTH 64
/* Of a name with dashes, underscores and capitals taken out. */
#define SECRET_ENDS "token", "secret", "apikey", "password", "authorization", "credential", "privatekey", "accountsid"
#define SECRET_NAMES "assistant", "model", "fullaudio", "sipauthusername"
/* The same for text that cannot be parsed: a name in quotes that ends so, a colon, and a value or what is left of it. */
#define SECRET_TEXT \
  "(\"[^\"]*(?:token|secret|api[-_]?key|password|authorization|credential|private[-_]?key|account[-_]?sid)\"\\s*:\\s*)" \
  "(?:\"(?:[^\"\\\\]|\\\\.)*(?:\"|$)|[^\",}\\]\\s][^,}\\]]*)"
#define WHOLE_TEXT "\"(?:(?:assistant|model|full_audio)\"\\s*:\\s*[\"{\\[]|role\"\\s*:\\s*\"system\")"

static gboolean
is_secret (const char *name)
{
  static const char *const ends[] = { SECRET_ENDS, NULL };
  static const char *const names[] = { SECRET_NAMES, NULL };
  g_autoptr (GString) flat = g_string_new (NULL);

  for (const char *c = name; *c != '\0'; c++) {
    if (*c != '-' && *c != '_') {
      g_string_append_c (flat, g_ascii_tolower (*c));
    }
  }
  for (gsize i = 0; ends[i] != NULL; i++) {
    if (g_str_has_suffix (flat->str, ends[i])) {
      return TRUE;
    }
  }
  return g_strv_contains (names, flat->str);
}

/* A link's host says where it led; its path and query may be all that somebody needs to follow it. Transfer full. */
static char *
clean_text (const char *text)
{
  gboolean link = g_str_has_prefix (text, "https://") || g_str_has_prefix (text, "http://");
  const char *slash = link ? strpbrk (strstr (text, "://") + 3, "/?#") : NULL;
  char *clean;

  if (slash != NULL && slash[1] != '\0') {
    return g_strdup_printf ("%.*s/" REMOVED, (int) (slash - text), text);
  }
  clean = hl_card_redact (text);
  return clean != NULL ? clean : g_strdup (text);
}

/* --- JSON --- */

/* The prompt also comes as the first message of a conversation. */
static gboolean
is_prompt (JsonObject *object)
{
  JsonNode *role = json_object_get_member (object, "role");

  return role != NULL && JSON_NODE_HOLDS_VALUE (role) && json_node_get_value_type (role) == G_TYPE_STRING &&
         g_strcmp0 (json_node_get_string (role), "system") == 0;
}

static void
scrub_node (JsonNode *node)
{
  if (JSON_NODE_HOLDS_OBJECT (node)) {
    JsonObject *object = json_node_get_object (node);
    g_autoptr (GList) names = json_object_get_members (object);
    gboolean prompt = is_prompt (object);

    for (GList *l = names; l != NULL; l = l->next) {
      if (is_secret (l->data) || (prompt && !g_str_equal (l->data, "role"))) {
        json_object_set_string_member (object, l->data, REMOVED);
      } else {
        scrub_node (json_object_get_member (object, l->data));
      }
    }
  } else if (JSON_NODE_HOLDS_ARRAY (node)) {
    JsonArray *array = json_node_get_array (node);

    for (guint i = 0; i < json_array_get_length (array); i++) {
      scrub_node (json_array_get_element (array, i));
    }
  } else if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING) {
    g_autofree char *clean = clean_text (json_node_get_string (node));

    json_node_set_string (node, clean);
  }
}

/* --- forms --- */

static gboolean
is_form (const char *text)
{
  const char *equals = strchr (text, '=');

  return equals != NULL && strcspn (text, "{}[]\"\n\r \t") > (gsize) (equals - text);
}

static char *
scrub_form (const char *text)
{
  g_auto (GStrv) pairs = g_strsplit (text, "&", -1);
  g_autoptr (GString) out = g_string_new (NULL);

  for (char **pair = pairs; *pair != NULL; pair++) {
    char *equals = strchr (*pair, '=');
    g_autofree char *name = g_uri_unescape_segment (*pair, equals, NULL);
    g_autofree char *spaced = equals != NULL ? g_strdelimit (g_strdup (equals + 1), "+", ' ') : NULL;
    g_autofree char *value = spaced != NULL ? g_uri_unescape_string (spaced, NULL) : NULL;
    g_autofree char *clean = name == NULL || is_secret (name) || value == NULL ? g_strdup (REMOVED) : clean_text (value);

    g_string_append_printf (out, "%s%s=%s", out->len > 0 ? "&" : "", name != NULL ? name : "?", clean);
  }
  return g_strdup (out->str);
}

/* --- what is neither --- */

static char *
scrub_text (const char *text)
{
  g_autoptr (GRegex) whole = g_regex_new (WHOLE_TEXT, G_REGEX_CASELESS, 0, NULL);
  g_autoptr (GRegex) secret = g_regex_new (SECRET_TEXT, G_REGEX_CASELESS | G_REGEX_DOTALL, 0, NULL);
  g_autoptr (GRegex) link = g_regex_new ("(https?://[^/\"\\s?#\\\\]+)[/?#\\\\][^\"\\s]*", G_REGEX_CASELESS, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;
  g_autofree char *cut = g_strdup (text);
  int start = 0;

  /* where a prompt begins cannot be told where it ends */
  if (g_regex_match (whole, text, 0, &match) && g_match_info_fetch_pos (match, 0, &start, NULL)) {
    g_free (cut);
    cut = g_strdup_printf ("%.*s" REMOVED, start, text);
  }
  g_autofree char *safe = g_regex_replace (secret, cut, -1, 0, "\\1\"" REMOVED "\"", 0, NULL);
  g_autofree char *plain = safe != NULL ? g_regex_replace (link, safe, -1, 0, "\\1/" REMOVED, 0, NULL) : NULL;
  /* a search that gives up must not let anything through */
  if (plain == NULL) {
    return g_strdup (REMOVED);
  }
  char *redacted = hl_card_redact (plain);
  return redacted != NULL ? redacted : g_steal_pointer (&plain);
}

GBytes *
hl_payload_scrub (GBytes *body)
{
  static const HlJsonLimits limits = { .max_depth = MAX_DEPTH, .max_members = 65536 };
  gsize len = 0;
  const char *bytes = g_bytes_get_data (body, &len);
  g_autoptr (JsonNode) root = bytes != NULL ? hl_json_parse (bytes, len, &limits, NULL) : NULL;
  char *clean;

  if (root != NULL && !JSON_NODE_HOLDS_VALUE (root)) {
    scrub_node (root);
    clean = hl_json_print (root);
  } else {
    g_autofree char *text = g_utf8_make_valid (bytes != NULL ? bytes : "", (gssize) len);

    clean = is_form (text) ? scrub_form (text) : scrub_text (text);
  }
  len = strlen (clean);
  return g_bytes_new_take (clean, len);
}
