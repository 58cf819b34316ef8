/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HlHistory: the store of lines: bounded, by entity, saved with the local copy. What an event adds is in
 * hl-history-read.c. */
#include "desk/hl-history-private.h"

#include "domain/hl-member.h"
#include "domain/hl-time.h"

struct _HlHistory {
  GObject parent_instance;
  GQueue lines;          /* HlHistoryLine, oldest first */
  GHashTable *by_entity; /* "party:ID" -> GPtrArray of HlHistoryLine, oldest first */
  gint64 since;
  gboolean changed;
};

enum {
  CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (HlHistory, hl_history, G_TYPE_OBJECT)

/* ---- a line ---- */

HlHistoryLine *
hl_history_line_new (void)
{
  HlHistoryLine *self = g_new0 (HlHistoryLine, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->tables = g_new0 (char *, 1);
  return self;
}

HlHistoryLine *
hl_history_line_ref (HlHistoryLine *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
hl_history_line_unref (HlHistoryLine *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_free (self->by);
  g_free (self->unit);
  g_free (self->party_id);
  g_free (self->name);
  g_strfreev (self->tables);
  g_free (self->field);
  g_free (self->text);
  g_clear_pointer (&self->json, json_node_unref);
  g_free (self);
}

/* ---- the store ---- */

static void
forget (HlHistory *self, gboolean (*is_wanted) (HlHistoryLine *line, gpointer data), gpointer data)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->by_entity);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    GPtrArray *lines = value;
    for (guint i = lines->len; i > 0; i--)
      if (!is_wanted (g_ptr_array_index (lines, i - 1), data))
        g_ptr_array_remove_index (lines, i - 1);
    if (lines->len == 0)
      g_hash_table_iter_remove (&iter);
  }
  for (GList *link = self->lines.head; link != NULL;) {
    GList *next = link->next;
    if (!is_wanted (link->data, data)) {
      hl_history_line_unref (link->data);
      g_queue_delete_link (&self->lines, link);
    }
    link = next;
  }
  self->changed = TRUE;
}

static gboolean
is_after (HlHistoryLine *line, gpointer data)
{
  return line->at >= *(gint64 *)data;
}

void
hl_history_forget_before (HlHistory *self, gint64 at)
{
  forget (self, is_after, &at);
}

static gboolean
is_not_of (HlHistoryLine *line, gpointer data)
{
  return line->party_id == NULL || !g_strv_contains (data, line->party_id);
}

void
hl_history_forget_entity (HlHistory *self, const char *entity)
{
  const char *const party[] = { g_str_has_prefix (entity, "party:") ? entity + 6 : "", NULL };

  g_hash_table_remove (self->by_entity, entity);
  /* its name stands in the lines of tables */
  if (*party[0] != '\0')
    forget (self, is_not_of, (gpointer)party);
  self->changed = TRUE;
}

GPtrArray *
hl_history_peek (HlHistory *self, const char *entity)
{
  return g_hash_table_lookup (self->by_entity, entity);
}

static gboolean
is_later (HlHistoryLine *line, gpointer data)
{
  return line->seq > *(guint64 *)data;
}

static void
drop_oldest (HlHistory *self)
{
  /* a tenth at once, not a walk over everything for each line */
  HlHistoryLine *last = g_queue_peek_nth (&self->lines, HL_HISTORY_MAX_LINES / 10 - 1);
  guint64 seq = last->seq;

  self->since = MAX (self->since, last->at);
  forget (self, is_later, &seq);
}

void
hl_history_put (HlHistory *self, HlHistoryLine *line, const char *const *entities)
{
  g_queue_push_tail (&self->lines, line);
  for (guint i = 0; entities[i] != NULL; i++) {
    GPtrArray *lines = g_hash_table_lookup (self->by_entity, entities[i]);
    if (lines == NULL) {
      lines = g_ptr_array_new_with_free_func ((GDestroyNotify)hl_history_line_unref);
      g_hash_table_insert (self->by_entity, g_strdup (entities[i]), lines);
    }
    if (lines->len >= HL_HISTORY_MAX_ENTITY)
      g_ptr_array_remove_index (lines, 0);
    g_ptr_array_add (lines, hl_history_line_ref (line));
  }
  self->changed = TRUE;
  if (self->lines.length > HL_HISTORY_MAX_LINES)
    drop_oldest (self);
}

void
hl_history_begin (HlHistory *self, gint64 at)
{
  self->since = at;
  self->changed = TRUE;
}

void
hl_history_tell (HlHistory *self)
{
  if (!self->changed)
    return;
  self->changed = FALSE;
  g_signal_emit (self, signals[CHANGED], 0);
}

void
hl_history_clear (HlHistory *self)
{
  g_hash_table_remove_all (self->by_entity);
  g_queue_clear_full (&self->lines, (GDestroyNotify)hl_history_line_unref);
  self->since = HL_TIME_NONE;
  self->changed = TRUE;
}

gint64
hl_history_get_since (HlHistory *self)
{
  return self->since;
}

/* ---- reading it ---- */

static int
compare_newest (gconstpointer a, gconstpointer b)
{
  const HlHistoryLine *one = *(HlHistoryLine *const *)a, *two = *(HlHistoryLine *const *)b;
  return one->seq > two->seq ? -1 : one->seq < two->seq;
}

static void
add_all (GPtrArray *out, GPtrArray *lines)
{
  for (guint i = 0; lines != NULL && i < lines->len; i++)
    g_ptr_array_add (out, hl_history_line_ref (g_ptr_array_index (lines, i)));
}

static gboolean
is_told_by_party (HlHistoryLine *line, GPtrArray *party_lines)
{
  if (line->what != HL_HISTORY_BOOKING || party_lines == NULL
      || (line->value != HL_RESERVATION_STATUS_ARRIVED
          && line->value != HL_RESERVATION_STATUS_COMPLETED))
    return FALSE;
  for (guint i = 0; i < party_lines->len; i++)
    if (g_strcmp0 (((HlHistoryLine *)g_ptr_array_index (party_lines, i))->unit, line->unit) == 0)
      return TRUE;
  return FALSE;
}

GPtrArray *
hl_history_list_guest (HlHistory *self, const char *party_id, const char *reservation_id)
{
  GPtrArray *out = g_ptr_array_new_with_free_func ((GDestroyNotify)hl_history_line_unref);
  g_autofree char *party = g_strconcat ("party:", party_id != NULL ? party_id : "", NULL);
  g_autofree char *booking
      = g_strconcat ("reservation:", reservation_id != NULL ? reservation_id : "", NULL);
  GPtrArray *of_party = hl_history_peek (self, party);
  GPtrArray *of_booking = hl_history_peek (self, booking);

  add_all (out, of_party);
  for (guint i = 0; of_booking != NULL && i < of_booking->len; i++)
    if (!is_told_by_party (g_ptr_array_index (of_booking, i), of_party))
      g_ptr_array_add (out, hl_history_line_ref (g_ptr_array_index (of_booking, i)));
  g_ptr_array_sort (out, compare_newest);
  return out;
}

static GPtrArray *
list_entity (HlHistory *self, const char *type, const char *id)
{
  GPtrArray *out = g_ptr_array_new_with_free_func ((GDestroyNotify)hl_history_line_unref);
  g_autofree char *entity = g_strconcat (type, ":", id != NULL ? id : "", NULL);

  add_all (out, hl_history_peek (self, entity));
  g_ptr_array_sort (out, compare_newest);
  return out;
}

GPtrArray *
hl_history_list_table (HlHistory *self, const char *table_id)
{
  return list_entity (self, "table", table_id);
}

GPtrArray *
hl_history_list_call (HlHistory *self, const char *call_id)
{
  return list_entity (self, "call", call_id);
}

/* ---- saving it ---- */

static void
put_text (JsonObject *object, const char *name, const char *text)
{
  if (text != NULL && *text != '\0')
    json_object_set_string_member (object, name, text);
}

static JsonNode *
save_line (HlHistory *self, HlHistoryLine *line, GHashTable *entities)
{
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);
  JsonObject *object = json_object_new ();
  JsonArray *tables = json_array_new ();
  GPtrArray *names = g_hash_table_lookup (entities, line);
  JsonArray *keys = json_array_new ();

  for (guint i = 0; names != NULL && i < names->len; i++)
    json_array_add_string_element (keys, g_ptr_array_index (names, i));
  for (guint i = 0; line->tables[i] != NULL; i++)
    json_array_add_string_element (tables, line->tables[i]);
  json_object_set_array_member (object, "of", keys);
  json_object_set_int_member (object, "seq", (gint64)line->seq);
  json_object_set_int_member (object, "at", line->at);
  json_object_set_boolean_member (object, "offline", line->offline);
  json_object_set_int_member (object, "role", line->role);
  json_object_set_int_member (object, "what", line->what);
  json_object_set_int_member (object, "value", line->value);
  json_object_set_int_member (object, "size", line->size);
  json_object_set_array_member (object, "tables", tables);
  put_text (object, "by", line->by);
  put_text (object, "unit", line->unit);
  put_text (object, "party", line->party_id);
  put_text (object, "name", line->name);
  put_text (object, "field", line->field);
  put_text (object, "text", line->text);
  if (line->json != NULL)
    json_object_set_member (object, "json", json_node_copy (line->json));
  json_node_take_object (node, object);
  return node;
}

JsonNode *
hl_history_save (HlHistory *self)
{
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);
  JsonObject *object = json_object_new ();
  JsonArray *lines = json_array_sized_new (self->lines.length);
  g_autoptr (GHashTable) entities
      = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify)g_ptr_array_unref);
  GHashTableIter iter;
  gpointer key, value;

  g_hash_table_iter_init (&iter, self->by_entity);
  while (g_hash_table_iter_next (&iter, &key, &value)) {
    GPtrArray *of = value;
    for (guint i = 0; i < of->len; i++) {
      GPtrArray *names = g_hash_table_lookup (entities, g_ptr_array_index (of, i));
      if (names == NULL) {
        names = g_ptr_array_new ();
        g_hash_table_insert (entities, g_ptr_array_index (of, i), names);
      }
      g_ptr_array_add (names, key);
    }
  }
  for (GList *link = self->lines.head; link != NULL; link = link->next)
    if (g_hash_table_contains (entities, link->data))
      json_array_add_element (lines, save_line (self, link->data, entities));
  if (self->since != HL_TIME_NONE)
    json_object_set_int_member (object, "since", self->since);
  json_object_set_array_member (object, "lines", lines);
  json_node_take_object (node, object);
  return node;
}

static void
load_line (HlHistory *self, JsonObject *object)
{
  HlHistoryLine *line = hl_history_line_new ();
  g_autofree const char **of = hl_member_get_strings (object, "of");
  g_autofree const char **tables = hl_member_get_strings (object, "tables");

  line->seq = (guint64)hl_member_get_int (object, "seq", 0);
  line->at = hl_member_get_int (object, "at", 0);
  line->offline = hl_member_get_bool (object, "offline", FALSE);
  line->role = (HlRole)hl_member_get_int (object, "role", HL_ROLE_STAFF);
  line->what = (HlHistoryWhat)CLAMP (hl_member_get_int (object, "what", 0), HL_HISTORY_BOOKED,
                                     HL_HISTORY_FOLLOW_UP);
  line->value = (int)hl_member_get_int (object, "value", 0);
  line->size = (int)hl_member_get_int (object, "size", 0);
  line->by = g_strdup (hl_member_get_string (object, "by", ""));
  line->unit = g_strdup (hl_member_get_string (object, "unit", ""));
  line->party_id = g_strdup (hl_member_get_string (object, "party", NULL));
  line->name = g_strdup (hl_member_get_string (object, "name", NULL));
  line->field = g_strdup (hl_member_get_string (object, "field", NULL));
  line->text = g_strdup (hl_member_get_string (object, "text", NULL));
  if (json_object_has_member (object, "json"))
    line->json = json_node_copy (json_object_get_member (object, "json"));
  if (tables != NULL) {
    g_strfreev (line->tables);
    line->tables = g_strdupv ((GStrv)tables);
  }
  if (of != NULL)
    hl_history_put (self, line, of);
  else
    hl_history_line_unref (line);
}

void
hl_history_load (HlHistory *self, JsonNode *node)
{
  JsonObject *object
      = node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
  JsonArray *lines = object != NULL ? hl_member_get_array (object, "lines") : NULL;

  if (object == NULL)
    return;
  self->since = hl_member_get_int (object, "since", HL_TIME_NONE);
  for (guint i = 0; lines != NULL && i < json_array_get_length (lines); i++) {
    JsonNode *line = json_array_get_element (lines, i);
    if (JSON_NODE_HOLDS_OBJECT (line))
      load_line (self, json_node_get_object (line));
  }
}

/* ---- the object ---- */

static void
hl_history_finalize (GObject *object)
{
  HlHistory *self = HL_HISTORY (object);

  g_hash_table_unref (self->by_entity);
  g_queue_clear_full (&self->lines, (GDestroyNotify)hl_history_line_unref);
  G_OBJECT_CLASS (hl_history_parent_class)->finalize (object);
}

static void
hl_history_class_init (HlHistoryClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hl_history_finalize;
  signals[CHANGED] = g_signal_new ("changed", HL_TYPE_HISTORY, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 0);
}

static void
hl_history_init (HlHistory *self)
{
  g_queue_init (&self->lines);
  self->by_entity
      = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);
  self->since = HL_TIME_NONE;
}

HlHistory *
hl_history_new (void)
{
  return g_object_new (HL_TYPE_HISTORY, NULL);
}
