/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The position: copying, comparing, reading and printing. */
#include "wire/hl-position.h"

#include <string.h>

#include "wire/hl-frame-error.h"
#include "wire/hl-json.h"

G_DEFINE_BOXED_TYPE (HlPosition, hl_position, hl_position_copy, hl_position_free)

HlPosition *
hl_position_new (const char *epoch, guint64 seq, guint64 h)
{
  g_return_val_if_fail (epoch != NULL && *epoch != '\0', NULL);

  HlPosition *position = g_new0 (HlPosition, 1);
  position->epoch = g_strdup (epoch);
  position->seq = seq;
  position->h = h;
  return position;
}

HlPosition *
hl_position_copy (const HlPosition *position)
{
  return position != NULL ? hl_position_new (position->epoch, position->seq, position->h) : NULL;
}

void
hl_position_free (HlPosition *position)
{
  if (position != NULL) {
    g_free (position->epoch);
    g_free (position);
  }
}

gboolean
hl_position_equal (const HlPosition *a, const HlPosition *b)
{
  if (a == NULL || b == NULL) {
    return a == b;
  }
  return a->seq == b->seq && a->h == b->h && strcmp (a->epoch, b->epoch) == 0;
}

gboolean
hl_position_parse_hash (const char *text, guint64 *out)
{
  guint64 value = 0;
  guint n = 0;

  if (text == NULL) {
    return FALSE;
  }
  for (; text[n] != '\0'; n++) {
    if (n == 16 || !((text[n] >= '0' && text[n] <= '9') || (text[n] >= 'a' && text[n] <= 'f'))) {
      return FALSE;
    }
    value = value << 4 | (guint64) g_ascii_xdigit_value (text[n]);
  }
  if (n != 16) {
    return FALSE;
  }
  if (out != NULL) {
    *out = value;
  }
  return TRUE;
}

char *
hl_position_format_hash (guint64 hash)
{
  return g_strdup_printf ("%016" G_GINT64_MODIFIER "x", hash);
}

static gboolean
is_epoch (const char *text)
{
  gsize len = strlen (text);
  if (len == 0 || len > HL_POSITION_EPOCH_MAX) {
    return FALSE;
  }
  for (gsize i = 0; i < len; i++) {
    if (!g_ascii_isalnum (text[i]) && strchr ("._:-", text[i]) == NULL) {
      return FALSE;
    }
  }
  return TRUE;
}

static JsonNode *
get_member (JsonObject *object, const char *pointer, const char *name, GType type, GError **error)
{
  JsonNode *node = json_object_get_member (object, name);
  g_autofree char *where = g_strdup_printf ("%s/%s", pointer, name);

  if (node == NULL) {
    hl_frame_error_set (error, HL_FRAME_ERROR_MISSING, where, "a position needs “%s”", name);
    return NULL;
  }
  if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != type) {
    hl_frame_error_set (error, HL_FRAME_ERROR_WRONG_TYPE, where, "“%s” of a position must be %s",
                        name, type == G_TYPE_STRING ? "a string" : "an integer");
    return NULL;
  }
  return node;
}

HlPosition *
hl_position_parse (JsonObject *object, const char *pointer, GError **error)
{
  g_return_val_if_fail (object != NULL, NULL);
  g_return_val_if_fail (pointer != NULL, NULL);

  JsonNode *epoch = get_member (object, pointer, "epoch", G_TYPE_STRING, error);
  JsonNode *seq = epoch != NULL ? get_member (object, pointer, "seq", G_TYPE_INT64, error) : NULL;
  JsonNode *h = seq != NULL ? get_member (object, pointer, "h", G_TYPE_STRING, error) : NULL;
  if (h == NULL) {
    return NULL;
  }
  guint64 hash = 0;
  g_autofree char *where = NULL;
  if (!is_epoch (json_node_get_string (epoch))) {
    where = g_strdup_printf ("%s/epoch", pointer);
    hl_frame_error_set (error, HL_FRAME_ERROR_INVALID, where,
                        "an epoch is 1 to %d letters, digits or ._:-", HL_POSITION_EPOCH_MAX);
  } else if (json_node_get_int (seq) < 0 || json_node_get_int (seq) > HL_JSON_MAX_INTEGER) {
    where = g_strdup_printf ("%s/seq", pointer);
    hl_frame_error_set (error, HL_FRAME_ERROR_INVALID, where, "a seq is 0 or more");
  } else if (!hl_position_parse_hash (json_node_get_string (h), &hash)) {
    where = g_strdup_printf ("%s/h", pointer);
    hl_frame_error_set (error, HL_FRAME_ERROR_INVALID, where,
                        "h is 16 lower-case hexadecimal digits");
  } else {
    return hl_position_new (json_node_get_string (epoch), (guint64) json_node_get_int (seq), hash);
  }
  return NULL;
}

JsonNode *
hl_position_to_json (const HlPosition *position)
{
  if (position == NULL) {
    return json_node_new (JSON_NODE_NULL);
  }
  g_autofree char *hash = hl_position_format_hash (position->h);
  JsonObject *object = json_object_new ();
  json_object_set_string_member (object, "epoch", position->epoch);
  json_object_set_int_member (object, "seq", (gint64) position->seq);
  json_object_set_string_member (object, "h", hash);
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);
  json_node_take_object (node, object);
  return node;
}

void
hl_position_append (const HlPosition *position, GString *out)
{
  if (position == NULL) {
    g_string_append (out, "null");
    return;
  }
  g_string_append (out, "{\"epoch\":");
  hl_json_append_string (out, position->epoch);
  g_string_append_printf (out,
                          ",\"seq\":%" G_GUINT64_FORMAT ",\"h\":\"%016" G_GINT64_MODIFIER "x\"}",
                          position->seq, position->h);
}
