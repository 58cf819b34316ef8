/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Taking personal data out of an event. */
#include "domain/hl-redact.h"

#include <string.h>

#include "domain/hl-call.h"
#include "domain/hl-event-kind.h"
#include "domain/hl-member.h"
#include "domain/hl-notice.h"
#include "domain/hl-order.h"
#include "domain/hl-party.h"
#include "domain/hl-reservation.h"
#include "domain/hl-segment.h"

typedef enum {
  AS_TEXT,    /* "" */
  AS_NULL,
  AS_LIST,    /* [] */
  AS_TEXTS,   /* as many "" as there were: how many there are moves a revision */
  AS_OBJECTS, /* the named members of each object in the list become "" */
} Form;

typedef struct {
  const char *member;
  HlRedact what;
  Form form;
  const char *inside; /* of AS_OBJECTS: space-separated; "!" before one that becomes null */
} Field;

#define ANY (HL_REDACT_TRANSCRIPT | HL_REDACT_PERSON)

static const Field call_fields[] = {
  { "from", HL_REDACT_PERSON, AS_NULL },
  { "to", HL_REDACT_PERSON, AS_NULL },
  { "caller_name", HL_REDACT_PERSON, AS_TEXT },
  { "summary", ANY, AS_TEXT },
  { "attention_note", ANY, AS_TEXT },
  { "slots", ANY, AS_OBJECTS, "raw value reason" },
  { "recording_url", HL_REDACT_RECORDING | HL_REDACT_PERSON, AS_TEXT },
  { NULL },
};
static const Field segment_fields[] = {
  { "text", ANY, AS_TEXT },
  { "spans", ANY, AS_LIST },
  { NULL },
};
static const Field reservation_fields[] = {
  { "name", HL_REDACT_PERSON, AS_TEXT },
  { "phone", HL_REDACT_PERSON, AS_NULL },
  { "notes", HL_REDACT_PERSON, AS_LIST },
  { "notes_add", HL_REDACT_PERSON, AS_TEXTS },
  { "allergies", HL_REDACT_PERSON, AS_TEXT },
  { "tags", HL_REDACT_PERSON, AS_LIST },
  { "tags_add", HL_REDACT_PERSON, AS_TEXTS },
  { "tags_remove", HL_REDACT_PERSON, AS_TEXTS },
  { "source_ref", HL_REDACT_PERSON, AS_TEXT },
  { "cancel_reason", HL_REDACT_PERSON, AS_TEXT },
  { NULL },
};
static const Field party_fields[] = {
  { "name", HL_REDACT_PERSON, AS_TEXT },
  { "phone", HL_REDACT_PERSON, AS_NULL },
  { "notes", HL_REDACT_PERSON, AS_LIST },
  { "notes_add", HL_REDACT_PERSON, AS_TEXTS },
  { "allergies", HL_REDACT_PERSON, AS_TEXT },
  { "tags", HL_REDACT_PERSON, AS_LIST },
  { "tags_add", HL_REDACT_PERSON, AS_TEXTS },
  { "tags_remove", HL_REDACT_PERSON, AS_TEXTS },
  { "removed_reason", HL_REDACT_PERSON, AS_TEXT },
  { NULL },
};
static const Field order_fields[] = {
  { "name", HL_REDACT_PERSON, AS_TEXT },
  { "items", HL_REDACT_PERSON, AS_OBJECTS, "note" },
  { NULL },
};
static const Field notice_fields[] = {
  { "text", HL_REDACT_PERSON, AS_TEXT },
  { NULL },
};
/* A table is nobody's; but why it is blocked may name somebody. */
static const Field table_fields[] = {
  { "blocked_reason", HL_REDACT_PERSON, AS_TEXT },
  { NULL },
};
static const Field dispute_fields[] = {
  { "claims", HL_REDACT_PERSON, AS_OBJECTS, "!value" },
  { NULL },
};

static const Field *
get_fields (HlEventKind kind)
{
  switch (kind) {
  case HL_EVENT_CALL_STARTED:
  case HL_EVENT_CALL_UPDATED:
  case HL_EVENT_CALL_COMPLETED:
    return call_fields;
  case HL_EVENT_TRANSCRIPT_SEGMENT:
    return segment_fields;
  case HL_EVENT_RESERVATION_CREATED:
  case HL_EVENT_RESERVATION_UPDATED:
  case HL_EVENT_RESERVATION_CANCELLED:
    return reservation_fields;
  case HL_EVENT_PARTY_UPDATED:
    return party_fields;
  case HL_EVENT_ORDER_CREATED:
  case HL_EVENT_ORDER_UPDATED:
    return order_fields;
  case HL_EVENT_KITCHEN_NOTICE:
    return notice_fields;
  case HL_EVENT_DISPUTE_OPENED:
    return dispute_fields;
  case HL_EVENT_TABLE_UPDATED:
    return table_fields;
  case HL_EVENT_UNKNOWN:
  case HL_EVENT_SECTION_UPDATED:
  case HL_EVENT_FLOOR_REPLACED:
  case HL_EVENT_LOCATION_UPDATED:
  case HL_EVENT_NOTICE_ACKNOWLEDGED:
  case HL_EVENT_DISPUTE_SETTLED:
  case HL_EVENT_DAY_CLOSED:
  case HL_EVENT_PERSON_ERASED:
  default:
    return NULL;
  }
}

/* ---- values ---- */

static gboolean
is_text (JsonNode *node)
{
  return JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING;
}

/* (transfer full) (nullable): NULL when there is nothing to take out */
static JsonNode *
blank_text (JsonNode *node, gboolean null)
{
  if (JSON_NODE_HOLDS_NULL (node)
      || (!null && is_text (node) && *json_node_get_string (node) == '\0'))
    return NULL;
  return null ? json_node_init_null (json_node_alloc ())
              : json_node_init_string (json_node_alloc (), "");
}

static JsonNode *
blank_texts (JsonNode *node)
{
  JsonArray *array = JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
  guint n = array != NULL ? json_array_get_length (array) : 0;
  JsonArray *blank;
  gboolean any = FALSE;

  for (guint i = 0; i < n; i++) {
    JsonNode *element = json_array_get_element (array, i);

    any = any || !is_text (element) || *json_node_get_string (element) != '\0';
  }
  if (!any)
    return NULL;
  blank = json_array_sized_new (n);
  for (guint i = 0; i < n; i++)
    json_array_add_string_element (blank, "");
  node = json_node_init_array (json_node_alloc (), blank);
  json_array_unref (blank);
  return node;
}

static gboolean
blank_object (JsonObject *object, char **members)
{
  gboolean any = FALSE;

  for (char **member = members; *member != NULL; member++) {
    gboolean null = **member == '!';
    const char *name = *member + (null ? 1 : 0);
    JsonNode *node = json_object_get_member (object, name);
    JsonNode *blank = node != NULL ? blank_text (node, null) : NULL;

    if (blank == NULL)
      continue;
    json_object_set_member (object, name, blank);
    any = TRUE;
  }
  return any;
}

static JsonNode *
blank_objects (JsonNode *node, const char *inside)
{
  g_auto (GStrv) members = g_strsplit (inside, " ", -1);
  g_autoptr (JsonNode) copy = NULL;
  JsonArray *array;
  gboolean any = FALSE;

  if (!JSON_NODE_HOLDS_ARRAY (node))
    return NULL;
  /* a copy of a node shares what is in it */
  array = json_array_new ();
  for (guint i = 0; i < json_array_get_length (json_node_get_array (node)); i++) {
    JsonNode *element = json_array_get_element (json_node_get_array (node), i);
    JsonObject *object;

    if (!JSON_NODE_HOLDS_OBJECT (element)) {
      json_array_add_element (array, json_node_copy (element));
      continue;
    }
    object = json_object_new ();
    {
      JsonObjectIter iter;
      const char *name;
      JsonNode *value;

      json_object_iter_init_ordered (&iter, json_node_get_object (element));
      while (json_object_iter_next_ordered (&iter, &name, &value))
        json_object_set_member (object, name, json_node_copy (value));
    }
    any = blank_object (object, members) || any;
    json_array_add_object_element (array, object);
  }
  copy = json_node_init_array (json_node_alloc (), array);
  json_array_unref (array);
  return any ? g_steal_pointer (&copy) : NULL;
}

static JsonNode *
blank (JsonNode *node, const Field *field)
{
  switch (field->form) {
  case AS_TEXT:
    return blank_text (node, FALSE);
  case AS_NULL:
    return blank_text (node, TRUE);
  case AS_LIST:
    if (!JSON_NODE_HOLDS_ARRAY (node) || json_array_get_length (json_node_get_array (node)) == 0)
      return NULL;
    node = json_node_alloc ();
    json_node_init (node, JSON_NODE_ARRAY);
    json_node_take_array (node, json_array_new ());
    return node;
  case AS_TEXTS:
    return blank_texts (node);
  case AS_OBJECTS:
    return blank_objects (node, field->inside);
  default:
    g_return_val_if_reached (NULL);
  }
}

static const Field *
find_field (const Field *fields, const char *member, HlRedact what)
{
  for (; fields != NULL && fields->member != NULL; fields++) {
    if ((fields->what & what) != 0 && g_str_equal (fields->member, member))
      return fields;
  }
  return NULL;
}

/* The fold also takes fields that the kind does not list, if the entity has them. */
static gboolean
is_known (HlEventKind kind, const char *name)
{
  GType type = kind == HL_EVENT_RESERVATION_CANCELLED ? HL_TYPE_RESERVATION
                                                      : hl_event_kind_get_type_of_entity (kind);

  return hl_shape_lookup (hl_event_kind_get_shape (kind), name) != NULL
         || (type != G_TYPE_INVALID
             && hl_shape_lookup (hl_record_type_get_shape (type), name) != NULL);
}

JsonObject *
hl_redact_data (HlEventKind kind, JsonObject *data, HlRedact what)
{
  const Field *fields = get_fields (kind);
  g_autoptr (JsonObject) redacted = NULL;
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;
  gboolean any = FALSE;

  if (fields == NULL && kind != HL_EVENT_UNKNOWN)
    return NULL;
  redacted = json_object_new ();
  json_object_iter_init_ordered (&iter, data);
  while (json_object_iter_next_ordered (&iter, &name, &node)) {
    const Field *field = find_field (fields, name, what);
    JsonNode *value = field != NULL ? blank (node, field) : NULL;

    if ((what & HL_REDACT_PERSON) != 0 && (fields == NULL || !is_known (kind, name))) {
      g_clear_pointer (&value, json_node_unref);
      any = TRUE;
      continue;
    }
    any = any || value != NULL;
    json_object_set_member (redacted, name, value != NULL ? value : json_node_copy (node));
  }
  return any ? g_steal_pointer (&redacted) : NULL;
}

/* ---- entities ---- */

static void
tell (JsonObject *data, const char *member, GType type, gboolean is_own, HlRedactFunc func,
      gpointer user_data)
{
  const char *id = hl_member_get_string (data, member, NULL);

  if (id != NULL && *id != '\0')
    func (type, id, is_own, user_data);
}

static void
tell_subject (JsonObject *data, HlRedactFunc func, gpointer user_data)
{
  static const struct {
    const char *nick;
    GType (*get_type) (void);
  } types[] = {
    { "reservation", hl_reservation_get_type },
    { "party", hl_party_get_type },
    { "call", hl_call_get_type },
  };
  JsonObject *subject = hl_member_get_object (data, "subject");
  const char *type = subject != NULL ? hl_member_get_string (subject, "type", NULL) : NULL;

  for (guint i = 0; type != NULL && i < G_N_ELEMENTS (types); i++) {
    if (g_str_equal (types[i].nick, type))
      tell (subject, "id", types[i].get_type (), TRUE, func, user_data);
  }
}

/* The same call, as others saw it. */
static void
tell_aliases (JsonObject *data, HlRedactFunc func, gpointer user_data)
{
  g_autofree const char **aliases = hl_member_get_strings (data, "aliases");

  for (guint i = 0; aliases != NULL && aliases[i] != NULL; i++)
    func (HL_TYPE_CALL, aliases[i], FALSE, user_data);
}

void
hl_redact_foreach_entity (HlEventKind kind, JsonObject *data, HlRedactFunc func,
                          gpointer user_data)
{
  GType type = hl_event_kind_get_type_of_entity (kind);

  if (type == HL_TYPE_CALL || type == HL_TYPE_SEGMENT) {
    tell (data, "call_id", HL_TYPE_CALL, TRUE, func, user_data);
    tell (data, "parent_call_id", HL_TYPE_CALL, FALSE, func, user_data);
    tell_aliases (data, func, user_data);
  } else if (type == HL_TYPE_RESERVATION || kind == HL_EVENT_RESERVATION_CANCELLED) {
    tell (data, "reservation_id", HL_TYPE_RESERVATION, TRUE, func, user_data);
    tell (data, "call_id", HL_TYPE_CALL, FALSE, func, user_data);
  } else if (type == HL_TYPE_PARTY) {
    tell (data, "party_id", HL_TYPE_PARTY, TRUE, func, user_data);
    tell (data, "reservation_id", HL_TYPE_RESERVATION, FALSE, func, user_data);
    tell (data, "call_id", HL_TYPE_CALL, FALSE, func, user_data);
  } else if (type == HL_TYPE_ORDER) {
    tell (data, "order_id", HL_TYPE_ORDER, TRUE, func, user_data);
    tell (data, "party_id", HL_TYPE_PARTY, FALSE, func, user_data);
    tell (data, "call_id", HL_TYPE_CALL, FALSE, func, user_data);
  } else if (type == HL_TYPE_NOTICE) {
    tell (data, "notice_id", HL_TYPE_NOTICE, TRUE, func, user_data);
  } else if (kind == HL_EVENT_DISPUTE_OPENED) {
    tell_subject (data, func, user_data);
  }
}
