/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The envelope of events in a frame: checked when read, spliced around ready texts when printed. */
#include <string.h>

#include "wire/hl-frame-private.h"
#include "wire/hl-json.h"

typedef enum {
  KIND_STRING,
  KIND_INTEGER,
  KIND_BOOLEAN,
  KIND_OBJECT,
} Kind;

typedef struct {
  const char *name;
  Kind kind;
  gboolean may_be_null; /* or missing */
} Member;

static const Member envelope[] = {
  { "seq", KIND_INTEGER, FALSE },     { "id", KIND_STRING, FALSE },
  { "kind", KIND_STRING, FALSE },     { "at", KIND_STRING, FALSE },
  { "received", KIND_STRING, FALSE }, { "by", KIND_OBJECT, FALSE },
  { "act", KIND_STRING, TRUE },       { "end", KIND_BOOLEAN, FALSE },
  { "data", KIND_OBJECT, FALSE },
};

static const Member author[] = {
  { "role", KIND_STRING, FALSE },
  { "name", KIND_STRING, FALSE },
  { "device", KIND_STRING, TRUE },
  { "n", KIND_INTEGER, TRUE },
};

static gboolean
is_kind (JsonNode *node, Kind kind)
{
  switch (kind) {
  case KIND_STRING:
    return JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING;
  case KIND_INTEGER:
    return JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_INT64 &&
           json_node_get_int (node) >= 0;
  case KIND_BOOLEAN:
    return JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_BOOLEAN;
  case KIND_OBJECT:
  default:
    return JSON_NODE_HOLDS_OBJECT (node);
  }
}

static gboolean
check_members (JsonObject *object, const Member *members, guint n, const char *pointer,
               GError **error)
{
  static const char *const words[] = { "a string", "an integer from 0", "true or false",
                                       "an object" };

  for (guint i = 0; i < n; i++) {
    JsonNode *node = json_object_get_member (object, members[i].name);
    gboolean is_null = node == NULL || JSON_NODE_HOLDS_NULL (node);
    if (is_null ? members[i].may_be_null : is_kind (node, members[i].kind)) {
      continue;
    }
    g_autofree char *where = g_strdup_printf ("%s/%s", pointer, members[i].name);
    if (node == NULL) {
      hl_frame_error_set (error, HL_FRAME_ERROR_MISSING, where, "%s: is missing", where);
    } else {
      hl_frame_error_set (error, HL_FRAME_ERROR_WRONG_TYPE, where, "%s: must be %s", where,
                          words[members[i].kind]);
    }
    return FALSE;
  }
  return TRUE;
}

static gboolean
check_event (JsonNode *node, gint64 *last, const char *pointer, GError **error)
{
  if (!JSON_NODE_HOLDS_OBJECT (node)) {
    hl_frame_error_set (error, HL_FRAME_ERROR_WRONG_TYPE, pointer, "%s: must be an object",
                        pointer);
    return FALSE;
  }
  JsonObject *event = json_node_get_object (node);
  g_autofree char *by = g_strdup_printf ("%s/by", pointer);
  if (!check_members (event, envelope, G_N_ELEMENTS (envelope), pointer, error) ||
      !check_members (json_object_get_object_member (event, "by"), author, G_N_ELEMENTS (author),
                      by, error)) {
    return FALSE;
  }
  gint64 seq = json_object_get_int_member (event, "seq");
  if (seq < 1 || (*last != 0 && seq != *last + 1)) {
    g_autofree char *where = g_strdup_printf ("%s/seq", pointer);
    hl_frame_error_set (error, HL_FRAME_ERROR_INVALID, where,
                        "%s: must be one more than the event before", where);
    return FALSE;
  }
  *last = seq;
  return TRUE;
}

gboolean
hl_frame_check_events (JsonArray *events, const HlPosition *pos, const char *pointer,
                       GError **error)
{
  guint n = json_array_get_length (events);
  gint64 last = 0;

  if (n == 0) {
    hl_frame_error_set (error, HL_FRAME_ERROR_INVALID, pointer, "%s: must not be empty", pointer);
    return FALSE;
  }
  for (guint i = 0; i < n; i++) {
    g_autofree char *where = g_strdup_printf ("%s/%u", pointer, i);
    if (!check_event (json_array_get_element (events, i), &last, where, error)) {
      return FALSE;
    }
  }
  if (!json_object_get_boolean_member (json_array_get_object_element (events, n - 1), "end")) {
    g_autofree char *where = g_strdup_printf ("%s/%u/end", pointer, n - 1);
    hl_frame_error_set (error, HL_FRAME_ERROR_INVALID, where,
                        "%s: a frame ends at the end of a unit", where);
    return FALSE;
  }
  if (pos != NULL && pos->seq != (guint64) last) {
    hl_frame_error_set (error, HL_FRAME_ERROR_INVALID, "/pos/seq",
                        "/pos/seq: must be the seq of the last event");
    return FALSE;
  }
  return TRUE;
}

GBytes *
hl_frame_print_events_spliced (GBytes *const *events, gsize n, const HlPosition *pos)
{
  g_return_val_if_fail (events != NULL && n > 0, NULL);
  g_return_val_if_fail (pos != NULL, NULL);

  gsize size = 128 + HL_POSITION_EPOCH_MAX;
  for (gsize i = 0; i < n; i++) {
    size += g_bytes_get_size (events[i]) + 1;
  }
  GString *out = g_string_sized_new (size);
  g_string_append (out, "{\"t\":\"events\",\"events\":[");
  for (gsize i = 0; i < n; i++) {
    gsize len = 0;
    const char *text = g_bytes_get_data (events[i], &len);
    if (i > 0) {
      g_string_append_c (out, ',');
    }
    g_string_append_len (out, text, (gssize) len);
  }
  g_string_append (out, "],\"pos\":");
  hl_position_append (pos, out);
  g_string_append_c (out, '}');
  return g_string_free_to_bytes (out);
}

GBytes *
hl_frame_print_event_spliced (guint64 seq, const char *id, const char *kind, const char *at,
                              const char *received, const char *by_text, const char *act_id,
                              gboolean end, const char *data_text, gsize data_len)
{
  g_return_val_if_fail (id != NULL && kind != NULL && at != NULL && received != NULL, NULL);
  g_return_val_if_fail (by_text != NULL && data_text != NULL, NULL);

  GString *out = g_string_sized_new (data_len + 320);
  g_string_append_printf (out, "{\"seq\":%" G_GUINT64_FORMAT ",\"id\":", seq);
  hl_json_append_string (out, id);
  g_string_append (out, ",\"kind\":");
  hl_json_append_string (out, kind);
  g_string_append (out, ",\"at\":");
  hl_json_append_string (out, at);
  g_string_append (out, ",\"received\":");
  hl_json_append_string (out, received);
  g_string_append (out, ",\"by\":");
  g_string_append (out, by_text);
  g_string_append (out, ",\"act\":");
  hl_json_append_string (out, act_id);
  g_string_append (out, end ? ",\"end\":true,\"data\":" : ",\"end\":false,\"data\":");
  g_string_append_len (out, data_text, (gssize) data_len);
  g_string_append_c (out, '}');
  return g_string_free_to_bytes (out);
}
