/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HlConnectionFold: many rows of the connection log told as one, see the header. */
#include "store/hl-connection-fold.h"

#include <string.h>

#include "wire/hl-json.h"

static const char *const summed[] = { "duration_ms", "frames_in", "frames_out", "actions", NULL };

typedef struct {
  HlConnectionRow *row;
  JsonObject *detail; /* without span, times and until */
  gint64 times, until;
  gboolean changed;
} Entry;

struct _HlConnectionFold {
  gint64 span_s;
  GHashTable *entries; /* key → Entry */
  GArray *gone;        /* gint64 */
};

static void
entry_free (gpointer data)
{
  Entry *self = data;

  g_clear_pointer (&self->row, hl_connection_row_free);
  json_object_unref (self->detail);
  g_free (self);
}

/* ---- details ---- */

static JsonNode *
get_value (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_VALUE (node) ? node : NULL;
}

static gint64
get_int (JsonObject *object, const char *name, gint64 fallback)
{
  JsonNode *node = get_value (object, name);

  return node != NULL && json_node_get_value_type (node) == G_TYPE_INT64 ? json_node_get_int (node) : fallback;
}

/* Takes the three members out. */
static gint64
take_span (JsonObject *detail, gint64 *times, gint64 *until)
{
  gint64 span_s = get_int (detail, "span_s", 0);

  *times = span_s > 0 ? MAX (get_int (detail, "times", 1), 1) : 1;
  *until = span_s > 0 ? get_int (detail, "until", 0) : 0;
  if (span_s > 0) {
    json_object_remove_member (detail, "span_s");
    json_object_remove_member (detail, "times");
    json_object_remove_member (detail, "until");
  }
  return span_s;
}

/* What cannot be read any more says nothing; the row is counted all the same. */
static JsonObject *
parse (const char *text)
{
  JsonObject *detail = hl_json_parse_object (text, strlen (text), NULL, NULL);

  return detail != NULL ? detail : json_object_new ();
}

gboolean
hl_connection_fold_parse (const char *text, gint64 *span_s, gint64 *times, gint64 *until)
{
  JsonObject *detail;
  gint64 span = 0, n = 1, last = 0;

  if (g_str_has_prefix (text, "{\"span_s\":")) {
    detail = parse (text);
    span = take_span (detail, &n, &last);
    json_object_unref (detail);
  }
  if (span_s != NULL)
    *span_s = span;
  if (times != NULL)
    *times = n;
  if (until != NULL)
    *until = last;
  return span > 0;
}

static void
merge (JsonObject *into, JsonObject *other)
{
  g_autoptr (GList) names = json_object_get_members (into);

  for (GList *l = names; l != NULL; l = l->next) {
    JsonNode *a = json_object_get_member (into, l->data), *b = json_object_get_member (other, l->data);

    if (!g_strv_contains (summed, l->data) && (b == NULL || !json_node_equal (a, b)))
      json_object_remove_member (into, l->data);
  }
  for (guint i = 0; summed[i] != NULL; i++) {
    if (json_object_has_member (into, summed[i]) || json_object_has_member (other, summed[i]))
      json_object_set_int_member (into, summed[i], get_int (into, summed[i], 0) + get_int (other, summed[i], 0));
  }
}

static char *
print (Entry *entry, gint64 span_s)
{
  JsonObject *detail = json_object_new ();
  g_autoptr (GList) names = json_object_get_members (entry->detail);
  char *text;

  json_object_set_int_member (detail, "span_s", span_s);
  json_object_set_int_member (detail, "times", entry->times);
  json_object_set_int_member (detail, "until", entry->until);
  for (GList *l = names; l != NULL; l = l->next)
    json_object_set_member (detail, l->data, json_object_dup_member (entry->detail, l->data));
  text = hl_json_print_object (detail);
  json_object_unref (detail);
  return text;
}

/* ---- folding ---- */

HlConnectionFold *
hl_connection_fold_new (gint64 span_s)
{
  HlConnectionFold *self = g_new0 (HlConnectionFold, 1);

  self->span_s = span_s;
  self->entries = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, entry_free);
  self->gone = g_array_new (FALSE, FALSE, sizeof (gint64));
  return self;
}

void
hl_connection_fold_free (HlConnectionFold *self)
{
  if (self == NULL)
    return;
  g_hash_table_unref (self->entries);
  g_array_unref (self->gone);
  g_free (self);
}

static char *
make_key (HlConnectionFold *self, const HlConnectionRow *row, JsonObject *detail)
{
  JsonNode *node = get_value (detail, "endpoint");
  const char *endpoint = node != NULL && json_node_get_value_type (node) == G_TYPE_STRING ? json_node_get_string (node) : "";
  gint64 span_ms = self->span_s * 1000;

  return g_strdup_printf ("%" G_GINT64_FORMAT "\n%u\n%s\n%s\n%s", row->at / span_ms, row->code, row->what, row->cause, endpoint);
}

static void
put_together (HlConnectionFold *self, Entry *entry, Entry *other)
{
  gint64 gone = MAX (entry->row->row, other->row->row);

  g_array_append_val (self->gone, gone);
  entry->row->row = MIN (entry->row->row, other->row->row);
  entry->row->at = MIN (entry->row->at, other->row->at);
  entry->until = MAX (entry->until, other->until);
  entry->times += other->times;
  entry->changed = TRUE;
  merge (entry->detail, other->detail);
}

void
hl_connection_fold_add (HlConnectionFold *self, HlConnectionRow *row)
{
  Entry *entry = g_new0 (Entry, 1), *known;
  g_autofree char *key = NULL;

  entry->row = row;
  entry->detail = parse (row->detail);
  entry->changed = take_span (entry->detail, &entry->times, &entry->until) < self->span_s;
  entry->until = MAX (entry->until, row->at);
  key = make_key (self, row, entry->detail);
  known = g_hash_table_lookup (self->entries, key);
  if (known == NULL) {
    g_hash_table_insert (self->entries, g_steal_pointer (&key), entry);
    return;
  }
  put_together (self, known, entry);
  entry_free (entry);
}

GPtrArray *
hl_connection_fold_changed (HlConnectionFold *self)
{
  GPtrArray *rows = g_ptr_array_new_with_free_func ((GDestroyNotify) hl_connection_row_free);
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->entries);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    Entry *entry = value;

    if (!entry->changed)
      continue;
    g_clear_pointer (&entry->row->session, g_free);
    g_free (entry->row->detail);
    entry->row->detail = print (entry, self->span_s);
    g_ptr_array_add (rows, g_steal_pointer (&entry->row));
    g_hash_table_iter_remove (&iter);
  }
  return rows;
}

GArray *
hl_connection_fold_gone (HlConnectionFold *self)
{
  return self->gone;
}
