/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading what publishers post: one event or an array, in our own form or as CloudEvents 1.0. */
#include "ingest/hl-canonical.h"

#include <string.h>

#include "domain/hl-codec.h"
#include "domain/hl-event-kind.h"
#include "domain/hl-time.h"
#include "wire/hl-frame.h"
#include "wire/hl-json.h"

/* What an event's envelope takes besides its data: ids, times, actor. */
#define ENVELOPE_BYTES 1024

typedef struct {
  HlCanonical *canonical;
  HlRole       role;
  gsize        len;    /* of the body */
  const char  *base;   /* pointer of the event: "" or "/3" */
  int          index;  /* -1: not in an array */
  HlProblem  **problem;
} Reader;

void
hl_canonical_free (HlCanonical *self)
{
  if (self == NULL) {
    return;
  }
  g_clear_pointer (&self->facts, g_ptr_array_unref);
  g_ptr_array_unref (self->ignored);
  g_free (self);
}

GPtrArray *
hl_canonical_take_partials (HlCanonical *self)
{
  GPtrArray *partials = g_ptr_array_new_with_free_func ((GDestroyNotify) hl_fact_free);

  for (guint i = 0; i < self->facts->len;) {
    HlFact *fact = g_ptr_array_index (self->facts, i);

    if (fact->partial) {
      g_ptr_array_add (partials, g_ptr_array_steal_index (self->facts, i));
    } else {
      i++;
    }
  }
  self->n_partial = 0;
  return partials;
}

/* JSON is UTF-8 (RFC 8259); a parameter that says otherwise is a mistake that would show in names only. */
static gboolean
is_utf8 (const char *parameters)
{
  g_autofree char *lower = g_ascii_strdown (parameters, -1);
  const char *charset = strstr (lower, "charset=");

  if (charset == NULL) {
    return TRUE;
  }
  charset += strlen ("charset=");
  charset += *charset == '"';
  return g_str_has_prefix (charset, "utf-8") || g_str_has_prefix (charset, "utf8");
}

gboolean
hl_canonical_form (const char *type, HlCanonicalForm *form)
{
  static const struct {
    const char     *name;
    HlCanonicalForm form;
  } forms[] = {
    { "application/json", HL_CANONICAL_PLAIN },
    { "application/cloudevents+json", HL_CANONICAL_CLOUD },
    { "application/cloudevents-batch+json", HL_CANONICAL_CLOUD_BATCH },
  };
  gsize len;

  if (type == NULL) {
    return FALSE;
  }
  len = strcspn (type, "; \t");
  if (!is_utf8 (type + len)) {
    return FALSE;
  }
  for (gsize i = 0; i < G_N_ELEMENTS (forms); i++) {
    if (strlen (forms[i].name) == len && g_ascii_strncasecmp (type, forms[i].name, len) == 0) {
      *form = forms[i].form;
      return TRUE;
    }
  }
  return FALSE;
}

static gboolean
fail (Reader *reader, guint status, const char *name, const char *member, const char *detail)
{
  HlProblem *problem = hl_problem_new (status, name, "%s", detail);

  problem->pointer = g_strconcat (reader->base, member, NULL);
  problem->index = reader->index;
  *reader->problem = problem;
  return FALSE;
}

static gboolean
fail_codec (Reader *reader, GError *error)
{
  const char *pointer = hl_codec_error_get_pointer (error);
  gboolean not_allowed = g_error_matches (error, HL_CODEC_ERROR, HL_CODEC_ERROR_NOT_ALLOWED);
  HlProblem *problem = hl_problem_new (not_allowed ? 403 : 400, not_allowed ? "kind_not_allowed" : "invalid_member",
                                       "%s", error->message);

  problem->pointer = g_strdup (pointer != NULL ? pointer : reader->base);
  problem->index = reader->index;
  *reader->problem = problem;
  return FALSE;
}

/* A required string member; NULL: the problem is set. */
static const char *
get_string (Reader *reader, JsonObject *event, const char *name, gboolean required)
{
  JsonNode *node = json_object_get_member (event, name);
  g_autofree char *member = g_strconcat ("/", name, NULL);
  g_autofree char *detail = NULL;

  if (node != NULL && JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING) {
    return json_node_get_string (node);
  }
  if (node == NULL && !required) {
    return NULL;
  }
  detail = g_strdup_printf (node == NULL ? "an event needs \"%s\"" : "\"%s\" has to be a string", name);
  fail (reader, 400, "invalid_member", member, detail);
  return NULL;
}

static gboolean
get_time (Reader *reader, JsonObject *event, const char *name, gint64 *time)
{
  g_autofree char *member = g_strconcat ("/", name, NULL);
  const char *text = get_string (reader, event, name, FALSE);

  if (*reader->problem != NULL) {
    return FALSE;
  }
  *time = HL_TIME_NONE;
  if (text != NULL && !hl_time_parse (text, time)) {
    return fail (reader, 400, "invalid_member", member, "a time is an RFC 3339 date-time of the years 2000 to 2100");
  }
  return TRUE;
}

static JsonObject *
get_data (Reader *reader, JsonObject *event)
{
  JsonNode *node = json_object_get_member (event, "data");

  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node)) {
    fail (reader, 400, "invalid_member", "/data", node == NULL ? "an event needs \"data\""
                                                                : "\"data\" has to be an object");
    return NULL;
  }
  return json_node_get_object (node);
}

/* Printing is only needed where one event could be over the limit; each byte of the body is printed once. */
static gboolean
is_too_large (Reader *reader, JsonObject *data)
{
  g_autofree char *text = NULL;

  if (reader->len <= HL_WIRE_MAX_CLIENT_FRAME - ENVELOPE_BYTES) {
    return FALSE;
  }
  text = hl_json_print_object (data);
  return strlen (text) > HL_WIRE_MAX_CLIENT_FRAME - ENVELOPE_BYTES;
}

static gboolean
add_fact (Reader *reader, HlEventKind kind, gint64 at, JsonObject *data, const char *source, const char *id)
{
  HlCanonical *canonical = reader->canonical;
  g_autoptr (GError) error = NULL;
  g_autofree char *base = g_strconcat (reader->base, "/data", NULL);
  HlFact *fact;

  if (!hl_event_kind_may_post (kind, reader->role)) {
    g_autofree char *detail = g_strdup_printf ("a %s token may not post %s", hl_enum_nick (HL_TYPE_ROLE, reader->role),
                                               hl_enum_nick (HL_TYPE_EVENT_KIND, kind));

    return fail (reader, 403, "kind_not_allowed", source != NULL ? "/type" : "/kind", detail);
  }
  if (is_too_large (reader, data)) {
    return fail (reader, 413, "too_large", "/data", "an encoded event may have 64 KiB");
  }
  if (!hl_event_kind_check (kind, data, base, canonical->ignored, &error) ||
      !hl_event_kind_may_post_data (kind, reader->role, data, base, &error)) {
    return fail_codec (reader, error);
  }
  fact = hl_fact_new (kind, at, hl_event_kind_normalise (kind, data), source != NULL ? "cloudevents" : NULL, source,
                      id);
  fact->partial = hl_event_kind_is_partial (kind, data);
  canonical->n_partial += fact->partial;
  g_ptr_array_add (canonical->facts, fact);
  return TRUE;
}

static void
find_ignored (Reader *reader, JsonObject *event, const char *const *known)
{
  JsonObjectIter iter;
  const char *name;

  json_object_iter_init_ordered (&iter, event);
  while (json_object_iter_next_ordered (&iter, &name, NULL)) {
    if (!g_strv_contains (known, name)) {
      g_auto (GStrv) tilde = g_strsplit (name, "~", -1);
      g_autofree char *half = g_strjoinv ("~0", tilde);
      g_auto (GStrv) slash = g_strsplit (half, "/", -1);
      g_autofree char *escaped = g_strjoinv ("~1", slash);

      g_ptr_array_add (reader->canonical->ignored, g_strconcat (reader->base, "/", escaped, NULL));
    }
  }
}

static gboolean
read_plain (Reader *reader, JsonObject *event)
{
  static const char *const known[] = { "kind", "at", "data", NULL };
  const char *nick = get_string (reader, event, "kind", TRUE);
  JsonObject *data;
  gint64 at;
  int kind;

  if (nick == NULL || !get_time (reader, event, "at", &at)) {
    return FALSE;
  }
  if (!hl_enum_parse (HL_TYPE_EVENT_KIND, nick, &kind) || kind == HL_EVENT_UNKNOWN) {
    return fail (reader, 400, "invalid_member", "/kind", "there is no such event kind");
  }
  data = get_data (reader, event);
  if (data == NULL) {
    return FALSE;
  }
  find_ignored (reader, event, known);
  return add_fact (reader, kind, at, data, NULL, NULL);
}

HlEventKind
hl_canonical_parse_type (const char *type)
{
  g_autofree char *flat = g_strdelimit (g_strdup (type), ".", '_');
  const char *from = flat;

  for (;;) {
    const char *dot;
    int kind;

    if (hl_enum_parse (HL_TYPE_EVENT_KIND, from, &kind) && kind != HL_EVENT_UNKNOWN) {
      return kind;
    }
    /* only whole labels of the prefix are dropped */
    dot = strchr (type + (from - flat), '.');
    if (dot == NULL) {
      return HL_EVENT_UNKNOWN;
    }
    from = flat + (dot - type) + 1;
  }
}

static gboolean
is_attribute (const char *text, gsize max)
{
  gsize len = strlen (text);

  if (len == 0 || len > max) {
    return FALSE;
  }
  for (gsize i = 0; i < len; i++) {
    if ((guchar) text[i] < 0x20 || text[i] == 0x7f) {
      return FALSE;
    }
  }
  return TRUE;
}

/* CloudEvents 1.0, JSON event format; `source` and `id` are the event's own key. */
static gboolean
read_cloud (Reader *reader, JsonObject *event)
{
  static const char *const known[] = { "specversion", "id", "source", "type", "time", "datacontenttype", "data",
                                       "subject", "dataschema", NULL };
  const char *version = get_string (reader, event, "specversion", TRUE);
  const char *id = version != NULL ? get_string (reader, event, "id", TRUE) : NULL;
  const char *source = id != NULL ? get_string (reader, event, "source", TRUE) : NULL;
  const char *type = source != NULL ? get_string (reader, event, "type", TRUE) : NULL;
  const char *content;
  JsonObject *data;
  HlEventKind kind;
  gint64 at;

  if (type == NULL) {
    return FALSE;
  }
  if (!g_str_equal (version, "1.0")) {
    return fail (reader, 400, "invalid_member", "/specversion", "only CloudEvents 1.0 are understood");
  }
  if (!is_attribute (id, 255)) {
    return fail (reader, 400, "invalid_member", "/id", "an id has 1 to 255 bytes");
  }
  if (!is_attribute (source, 255)) {
    return fail (reader, 400, "invalid_member", "/source", "a source has 1 to 255 bytes");
  }
  kind = hl_canonical_parse_type (type);
  if (kind == HL_EVENT_UNKNOWN) {
    return fail (reader, 400, "invalid_member", "/type", "the type has to end in an event kind");
  }
  content = get_string (reader, event, "datacontenttype", FALSE);
  if (*reader->problem != NULL || !get_time (reader, event, "time", &at)) {
    return FALSE;
  }
  if (content != NULL && g_ascii_strncasecmp (content, "application/json", 16) != 0) {
    return fail (reader, 400, "invalid_member", "/datacontenttype", "data has to be application/json");
  }
  data = get_data (reader, event);
  if (data == NULL) {
    return FALSE;
  }
  find_ignored (reader, event, known);
  return add_fact (reader, kind, at, data, source, id);
}

static gboolean
read_event (Reader *reader, JsonNode *node, HlCanonicalForm form)
{
  if (!JSON_NODE_HOLDS_OBJECT (node)) {
    return fail (reader, 400, "invalid_member", "", "an event has to be an object");
  }
  return form == HL_CANONICAL_PLAIN ? read_plain (reader, json_node_get_object (node))
                                    : read_cloud (reader, json_node_get_object (node));
}

static gboolean
read_array (Reader *reader, JsonArray *array, HlCanonicalForm form)
{
  guint n = json_array_get_length (array);

  if (n == 0 || n > HL_CANONICAL_MAX_EVENTS) {
    return fail (reader, n == 0 ? 400 : 413, n == 0 ? "invalid_member" : "too_large", "",
                 "an array holds 1 to 500 events");
  }
  for (guint i = 0; i < n; i++) {
    g_autofree char *base = g_strdup_printf ("/%u", i);

    reader->base = base;
    reader->index = i;
    if (!read_event (reader, json_array_get_element (array, i), form)) {
      return FALSE;
    }
  }
  return TRUE;
}

HlCanonical *
hl_canonical_read_node (JsonNode *root, gsize len, HlCanonicalForm form, HlRole role, HlProblem **problem)
{
  g_autoptr (HlCanonical) self = g_new0 (HlCanonical, 1);
  Reader reader = { .canonical = self, .role = role, .len = len, .base = "", .index = -1, .problem = problem };
  gboolean ok;

  *problem = NULL;
  self->facts = g_ptr_array_new_with_free_func ((GDestroyNotify) hl_fact_free);
  self->ignored = g_ptr_array_new_with_free_func (g_free);
  if (JSON_NODE_HOLDS_ARRAY (root) && form != HL_CANONICAL_CLOUD) {
    ok = read_array (&reader, json_node_get_array (root), form);
  } else if (form == HL_CANONICAL_CLOUD_BATCH) {
    ok = fail (&reader, 400, "invalid_member", "", "a batch has to be an array");
  } else {
    ok = read_event (&reader, root, form);
  }
  return ok ? g_steal_pointer (&self) : NULL;
}

HlCanonical *
hl_canonical_read (const char *body, gsize len, HlCanonicalForm form, HlRole role, guint max_depth,
                   HlProblem **problem)
{
  const HlJsonLimits limits = { .max_depth = max_depth };
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) root = hl_json_parse (body, len, &limits, &error);

  if (root == NULL) {
    *problem = hl_problem_new (400, "malformed_json", "%s", error->message);
    return NULL;
  }
  return hl_canonical_read_node (root, len, form, role, problem);
}

char *
hl_canonical_parse_key (const char *header)
{
  g_autofree char *text = g_strstrip (g_strdup (header));
  gsize len = strlen (text);
  g_autoptr (GString) out = g_string_new (NULL);

  if (len < 2 || text[0] != '"') {
    for (const char *c = text; *c != '\0'; c++) {
      if (!g_ascii_isalnum (*c) && strchr ("_.:-", *c) == NULL) {
        return NULL;
      }
    }
    return len >= 1 && len <= 255 ? g_steal_pointer (&text) : NULL;
  }
  for (gsize i = 1; i < len; i++) {
    char c = text[i];

    if (c == '"') {
      return i == len - 1 && out->len >= 1 && out->len <= 255 ? g_strdup (out->str) : NULL;
    }
    if (c == '\\') {
      c = text[++i];
      if (c != '"' && c != '\\') {
        return NULL;
      }
    } else if (c < 0x21 || c > 0x7e) {
      return NULL;
    }
    g_string_append_c (out, c);
  }
  return NULL;
}
