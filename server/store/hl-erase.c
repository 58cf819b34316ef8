/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Erasing a person from one location's log. */
#include "store/hl-erase.h"

#include <string.h>

#include "domain/hl-call.h"
#include "domain/hl-event-kind.h"
#include "domain/hl-member.h"
#include "domain/hl-notice.h"
#include "domain/hl-order.h"
#include "domain/hl-party.h"
#include "domain/hl-redact.h"
#include "domain/hl-reservation.h"
#include "store/hl-redaction.h"
#include "store/hl-sqlite-store-private.h"
#include "util/hl-phone.h"
#include "wire/hl-json.h"

#define PAGE_EVENTS 512
#define PAGE_BYTES (1024 * 1024)
#define MAX_IDS 1000

typedef struct {
  GType type;
  const char *id; /* of the key */
  GArray *linked; /* of guint: nodes that it names or is named by */
  gboolean is_person;
} Node;

typedef struct {
  guint64 seq;
  guint node;
} Place;

struct _HlErase {
  char *location;
  HlEraseMatch match;
  gpointer user_data;

  guint64 seq;        /* read so far */
  GHashTable *index;  /* "TYPE/id" -> node + 1 */
  GPtrArray *nodes;   /* of Node */
  GArray *places;     /* of Place: every event that is about one */
  GArray *left;       /* of guint64 */
  GHashTable *tables; /* ids of tables that were blocked for the person, or so */
  GArray *of_tables;  /* of guint64: the events that say so */
  gboolean is_closed; /* links were followed since the last scan */

  /* while an event is read */
  gint own;           /* its node; -1: none */
  guint64 reading;
};

static void
node_free (gpointer data)
{
  Node *node = data;

  g_array_unref (node->linked);
  g_free (node);
}

HlErase *
hl_erase_new (const char *location, HlEraseMatch match, gpointer user_data)
{
  HlErase *self = g_new0 (HlErase, 1);

  self->location = g_strdup (location);
  self->match = match;
  self->user_data = user_data;
  self->index = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->nodes = g_ptr_array_new_with_free_func (node_free);
  self->places = g_array_new (FALSE, FALSE, sizeof (Place));
  self->left = g_array_new (FALSE, FALSE, sizeof (guint64));
  self->tables = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->of_tables = g_array_new (FALSE, FALSE, sizeof (guint64));
  return self;
}

void
hl_erase_free (HlErase *self)
{
  if (self == NULL)
    return;
  g_hash_table_unref (self->index);
  g_ptr_array_unref (self->nodes);
  g_array_unref (self->places);
  g_array_unref (self->left);
  g_hash_table_unref (self->tables);
  g_array_unref (self->of_tables);
  g_free (self->location);
  g_free (self);
}

const char *
hl_erase_get_location (HlErase *self)
{
  return self->location;
}

GArray *
hl_erase_get_left (HlErase *self)
{
  return self->left;
}

/* ---- who belongs together ---- */

static guint
ensure_node (HlErase *self, GType type, const char *id)
{
  char *key = g_strconcat (g_type_name (type), "/", id, NULL);
  guint found = GPOINTER_TO_UINT (g_hash_table_lookup (self->index, key));
  Node *node;

  if (found != 0) {
    g_free (key);
    return found - 1;
  }
  node = g_new0 (Node, 1);
  node->type = type;
  node->id = strchr (key, '/') + 1;
  node->linked = g_array_new (FALSE, FALSE, sizeof (guint));
  g_ptr_array_add (self->nodes, node);
  g_hash_table_insert (self->index, key, GUINT_TO_POINTER (self->nodes->len));
  return self->nodes->len - 1;
}

static void
on_entity (GType type, const char *id, gboolean is_own, gpointer user_data)
{
  HlErase *self = user_data;
  guint index = ensure_node (self, type, id);

  if (is_own) {
    Place place = { self->reading, index };

    self->own = (gint) index;
    g_array_append_val (self->places, place);
  } else if (self->own >= 0 && (guint) self->own != index) {
    guint own = (guint) self->own;

    g_array_append_val (((Node *) self->nodes->pdata[own])->linked, index);
    g_array_append_val (((Node *) self->nodes->pdata[index])->linked, own);
  }
}

/* What belongs to the person belongs with all that is linked to it. */
static void
follow_links (HlErase *self)
{
  g_autoptr (GArray) open = g_array_new (FALSE, FALSE, sizeof (guint));

  if (self->is_closed)
    return;
  for (guint i = 0; i < self->nodes->len; i++) {
    if (((Node *) self->nodes->pdata[i])->is_person)
      g_array_append_val (open, i);
  }
  while (open->len > 0) {
    Node *node = self->nodes->pdata[g_array_index (open, guint, open->len - 1)];

    g_array_set_size (open, open->len - 1);
    for (guint i = 0; i < node->linked->len; i++) {
      guint other = g_array_index (node->linked, guint, i);
      Node *linked = self->nodes->pdata[other];

      if (!linked->is_person) {
        linked->is_person = TRUE;
        g_array_append_val (open, other);
      }
    }
  }
  self->is_closed = TRUE;
}

/* ---- reading events ---- */

static gboolean mentions (HlErase *self, JsonNode *node, const char *skip);

static gboolean
text_mentions (HlErase *self, const char *text)
{
  return hl_phone_find (text, strlen (text), self->match, self->user_data);
}

static gboolean
object_mentions (HlErase *self, JsonObject *object, const char *skip)
{
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;

  json_object_iter_init (&iter, object);
  while (json_object_iter_next (&iter, &name, &node)) {
    if (g_strcmp0 (name, skip) != 0 && (text_mentions (self, name) || mentions (self, node, NULL)))
      return TRUE;
  }
  return FALSE;
}

static gboolean
mentions (HlErase *self, JsonNode *node, const char *skip)
{
  if (JSON_NODE_HOLDS_OBJECT (node))
    return object_mentions (self, json_node_get_object (node), skip);
  if (JSON_NODE_HOLDS_ARRAY (node)) {
    JsonArray *array = json_node_get_array (node);

    for (guint i = 0; i < json_array_get_length (array); i++) {
      if (mentions (self, json_array_get_element (array, i), NULL))
        return TRUE;
    }
    return FALSE;
  }
  if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING)
    return text_mentions (self, json_node_get_string (node));
  if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_INT64) {
    g_autofree char *number = g_strdup_printf ("%" G_GINT64_FORMAT, json_node_get_int (node));

    return text_mentions (self, number);
  }
  return FALSE;
}

static gboolean
own_number (GError **error)
{
  g_set_error_literal (error, HL_STORE_ERROR, HL_STORE_ERROR_INVALID,
                       "That is the restaurant's own number.");
  return FALSE;
}

/* A table is not the person's, and nothing is linked by it. */
static void
note_table (HlErase *self, const char *id)
{
  g_hash_table_add (self->tables, g_strdup (id));
  g_array_append_val (self->of_tables, self->reading);
}

static gboolean
read_event (HlErase *self, const HlStoreRow *row, GError **error)
{
  static const HlJsonLimits limits = { .max_bytes = HL_STORE_MAX_BODY + 1024, .max_members = 2048 };
  gboolean in_text = hl_phone_find (row->body, row->length, self->match, self->user_data);
  g_autoptr (JsonObject) object = NULL;
  JsonObject *data;
  int kind = HL_EVENT_UNKNOWN;
  gboolean is_call;

  self->reading = row->seq;
  self->own = -1;
  object = hl_json_parse_object (row->body, row->length, &limits, NULL);
  data = object != NULL ? hl_member_get_object (object, "data") : NULL;
  if (data == NULL)
    return TRUE;
  hl_enum_parse (HL_TYPE_EVENT_KIND, row->kind, &kind);
  hl_redact_foreach_entity ((HlEventKind) kind, data, on_entity, self);
  if (!in_text)
    return TRUE;
  if (kind == HL_EVENT_LOCATION_UPDATED &&
      text_mentions (self, hl_member_get_string (data, "phone", "")))
    return own_number (error);
  /* The number that was called is the restaurant's, unless the restaurant called. */
  is_call = hl_event_kind_get_type_of_entity ((HlEventKind) kind) == HL_TYPE_CALL;
  if (!object_mentions (self, data,
                        is_call && g_strcmp0 (hl_member_get_string (data, "direction", NULL),
                                              "outbound") != 0
                          ? "to"
                          : NULL))
    return TRUE;
  if (self->own >= 0)
    ((Node *) self->nodes->pdata[self->own])->is_person = TRUE;
  else if (kind == HL_EVENT_TABLE_UPDATED && text_mentions (self, hl_member_get_string (data, "blocked_reason", "")))
    note_table (self, hl_member_get_string (data, "table_id", ""));
  else
    g_array_append_val (self->left, self->reading);
  return TRUE;
}

gboolean
hl_erase_scan (HlErase *self, HlStore *store, GError **error)
{
  for (;;) {
    g_autoptr (GPtrArray) rows =
      hl_store_read_units (store, self->location, self->seq, PAGE_EVENTS, PAGE_BYTES, error);

    if (rows == NULL)
      return FALSE;
    if (rows->len == 0)
      break;
    self->is_closed = FALSE;
    for (guint i = 0; i < rows->len; i++) {
      if (!read_event (self, rows->pdata[i], error))
        return FALSE;
      self->seq = ((HlStoreRow *) rows->pdata[i])->seq;
    }
  }
  follow_links (self);
  return TRUE;
}

gboolean
hl_erase_is_empty (HlErase *self)
{
  for (guint i = 0; i < self->nodes->len; i++) {
    if (((Node *) self->nodes->pdata[i])->is_person)
      return FALSE;
  }
  return self->of_tables->len == 0;
}

/* ---- what is done ---- */

GPtrArray *
hl_erase_make_data (HlErase *self)
{
  static const struct {
    const char *member;
    GType (*get_type) (void);
  } lists[] = {
    { "reservation_ids", hl_reservation_get_type }, { "party_ids", hl_party_get_type },
    { "call_ids", hl_call_get_type },               { "order_ids", hl_order_get_type },
    { "notice_ids", hl_notice_get_type },
  };
  GPtrArray *all = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);
  g_autofree guint *next = g_new0 (guint, G_N_ELEMENTS (lists));

  for (;;) {
    g_autoptr (JsonObject) data = json_object_new ();
    guint total = 0;

    for (guint k = 0; k < G_N_ELEMENTS (lists); k++) {
      JsonArray *ids = json_array_new ();

      /* ids are short, but 64 bytes each: together they have to fit one event */
      for (; next[k] < self->nodes->len && total < MAX_IDS / 2; next[k]++) {
        Node *node = self->nodes->pdata[next[k]];

        if (node->is_person && node->type == lists[k].get_type ()) {
          json_array_add_string_element (ids, node->id);
          total++;
        }
      }
      json_object_set_array_member (data, lists[k].member, ids);
    }
    /* a floor has 500 tables at most, and their ids are short */
    if (all->len == 0 && g_hash_table_size (self->tables) > 0) {
      JsonArray *ids = json_array_new ();
      g_autoptr (GList) tables = g_list_sort (g_hash_table_get_keys (self->tables), (GCompareFunc) strcmp);

      for (GList *id = tables; id != NULL; id = id->next, total++)
        json_array_add_string_element (ids, id->data);
      json_object_set_array_member (data, "table_ids", ids);
    }
    if (total == 0)
      return all;
    g_ptr_array_add (all, g_steal_pointer (&data));
  }
}

static gboolean
redact_events (HlErase *self, HlSqliteStore *store, GPtrArray *traces, guint *n_events, GError **error)
{
  *n_events = 0;
  for (guint i = 0; i < self->places->len; i++) {
    const Place *place = &g_array_index (self->places, Place, i);
    gboolean changed;

    if (!((Node *) self->nodes->pdata[place->node])->is_person)
      continue;
    if (!hl_redaction_apply (store, self->location, place->seq, HL_REDACT_PERSON, traces, &changed,
                             error))
      return FALSE;
    *n_events += changed;
  }
  for (guint i = 0; i < self->of_tables->len; i++) {
    gboolean changed;

    if (!hl_redaction_apply (store, self->location, g_array_index (self->of_tables, guint64, i), HL_REDACT_PERSON, traces,
                             &changed, error))
      return FALSE;
    *n_events += changed;
  }
  return TRUE;
}

/* Rows of @table, in which one of the texts that @sql gives (after the rowid or key columns) mentions the
 * number, are removed by @drop, which takes the location and the @n_keys columns. */
static gboolean
forget_rows (HlErase *self, HlDatabase *db, const char *sql, const char *drop, int n_keys,
             int n_columns, GError **error)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev);
  g_autoptr (HlStatement) query = hl_database_prepare (db, sql, error);
  HlStatementResult result;

  if (query == NULL)
    return FALSE;
  hl_statement_bind_static (query, 1, self->location);
  while ((result = hl_statement_step (query, error)) == HL_STATEMENT_ROW) {
    gboolean hit = FALSE;

    for (int i = 0; !hit && i < n_columns; i++) {
      const char *text = hl_statement_get_text (query, i);

      hit = text != NULL && text_mentions (self, text);
    }
    if (hit) {
      g_autoptr (GStrvBuilder) keys = g_strv_builder_new ();

      for (int i = 0; i < n_keys; i++)
        g_strv_builder_add (keys, hl_statement_get_text (query, i));
      g_ptr_array_add (found, g_strv_builder_end (keys));
    }
  }
  hl_statement_reset (query);
  if (result == HL_STATEMENT_ERROR)
    return FALSE;
  for (guint i = 0; i < found->len; i++) {
    g_autoptr (HlStatement) statement = hl_database_prepare (db, drop, error);
    GStrv keys = found->pdata[i];

    if (statement == NULL)
      return FALSE;
    hl_statement_bind_static (statement, 1, self->location);
    for (int k = 0; k < n_keys; k++)
      hl_statement_bind_static (statement, k + 2, keys[k]);
    if (!hl_statement_run (statement, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
forget_beside (HlErase *self, HlDatabase *db, guint64 erased_seq, GError **error)
{
  static const char *const all_of_location[] = {
    "DELETE FROM unreadable WHERE location = ? AND ? = ?2",
    "DELETE FROM request WHERE location = ? AND source = '" HL_STORE_SOURCE_TOOLS "' AND ? = ?2",
    "DELETE FROM snapshot WHERE location = ? AND seq < ?",
  };

  for (guint i = 0; i < G_N_ELEMENTS (all_of_location); i++) {
    g_autoptr (HlStatement) statement = hl_database_prepare (db, all_of_location[i], error);

    if (statement == NULL)
      return FALSE;
    hl_statement_bind_static (statement, 1, self->location);
    hl_statement_bind_int (statement, 2, (gint64) erased_seq);
    if (!hl_statement_run (statement, error))
      return FALSE;
  }
  return forget_rows (self, db, "SELECT source, key, answer FROM request WHERE location = ?",
                      "DELETE FROM request WHERE location = ? AND source = ? AND key = ?", 2, 3,
                      error) &&
         forget_rows (
           self, db, "SELECT source_kind, source, key FROM event_key WHERE location = ?",
           "DELETE FROM event_key WHERE location = ? AND source_kind = ? AND source = ? AND key = ?",
           3, 3, error) &&
         forget_rows (self, db, "SELECT device, act, outcome FROM outcome WHERE location = ?",
                      "UPDATE outcome SET outcome = '{\"outcome\":\"applied\"}' WHERE location = ? "
                      "AND device = ? AND act = ?",
                      2, 3, error);
}

gboolean
hl_erase_apply (HlErase *self, HlSqliteStore *store, guint64 erased_seq, GPtrArray *traces,
                guint *n_events, GError **error)
{
  GError *failure = NULL;
  gboolean own = !store->in_group && !store->in_request;

  follow_links (self);
  if (own && !hl_store_begin_request (HL_STORE (store), error))
    return FALSE;
  if (redact_events (self, store, traces, n_events, &failure))
    forget_beside (self, hl_sqlite_store_get_database (store), erased_seq, &failure);
  if (failure == NULL)
    return !own || hl_store_end_request (HL_STORE (store), error);
  hl_sqlite_store_fail (store, failure, error);
  if (own)
    hl_store_rollback_request (HL_STORE (store), NULL);
  return FALSE;
}
