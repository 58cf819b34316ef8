/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Members of the envelopes (events, actions, actors), which no record describes. */
#include <string.h>

#include "domain/hl-codec-private.h"
#include "domain/hl-time.h"

/* Reads one member through a field made on the fly: the same strictness and the same messages. */
static gboolean
read_member (JsonObject *object, const char *base, const char *name, HlField *field,
             gboolean required, JsonNode **node, GValue *value, GError **error)
{
  *node = json_object_get_member (object, name);
  if (*node == NULL) {
    if (required)
      hl_codec_error_set (error, HL_CODEC_ERROR_MISSING, base, name, "is required");
    return !required;
  }
  field->nullable = !required;
  if (JSON_NODE_HOLDS_NULL (*node) && !required) {
    *node = NULL;
    return TRUE;
  }
  g_autofree char *pointer = hl_codec_pointer (base, name);
  return hl_codec_decode (field, *node, pointer, value, error);
}

/* hl_codec_decode () only asks the pspec for its value type. */
static GParamSpec *
spec_of (GType type)
{
  static GParamSpec *text = NULL, *number = NULL, *flag = NULL;
  static gsize once = 0;
  if (g_once_init_enter (&once)) {
    text
        = g_param_spec_ref_sink (g_param_spec_string ("text", NULL, NULL, NULL, G_PARAM_READWRITE));
    number = g_param_spec_ref_sink (
      g_param_spec_int64 ("number", NULL, NULL, G_MININT64, G_MAXINT64, 0, G_PARAM_READWRITE));
    flag = g_param_spec_ref_sink (
      g_param_spec_boolean ("flag", NULL, NULL, FALSE, G_PARAM_READWRITE));
    g_once_init_leave (&once, 1);
  }
  return type == G_TYPE_STRING ? text : type == G_TYPE_INT64 ? number : flag;
}

static gboolean
get_string (JsonObject *object, const char *base, const char *name, HlFormat format,
            guint max_length, gboolean required, const char **out, GError **error)
{
  HlField field = { .name = name,
                    .pspec = spec_of (G_TYPE_STRING),
                    .kind = HL_FIELD_KIND_STRING,
                    .format = format,
                    .max_length = max_length,
                    .required = required };
  g_auto (GValue) value = G_VALUE_INIT;
  JsonNode *node;

  *out = NULL;
  if (!read_member (object, base, name, &field, required, &node, &value, error))
    return FALSE;
  if (node != NULL)
    *out = json_node_get_string (node);
  return TRUE;
}

gboolean
hl_codec_get_required_string (JsonObject *object, const char *base, const char *name,
                              HlFormat format, guint max_length, const char **out, GError **error)
{
  return get_string (object, base, name, format, max_length, TRUE, out, error);
}

gboolean
hl_codec_get_optional_string (JsonObject *object, const char *base, const char *name,
                              HlFormat format, guint max_length, const char **out, GError **error)
{
  return get_string (object, base, name, format, max_length, FALSE, out, error);
}

gboolean
hl_codec_get_required_time (JsonObject *object, const char *base, const char *name, gint64 *out,
                            GError **error)
{
  HlField field = { .name = name, .pspec = spec_of (G_TYPE_INT64), .kind = HL_FIELD_KIND_TIME };
  g_auto (GValue) value = G_VALUE_INIT;
  JsonNode *node;

  if (!read_member (object, base, name, &field, TRUE, &node, &value, error))
    return FALSE;
  *out = g_value_get_int64 (&value);
  return TRUE;
}

gboolean
hl_codec_get_count (JsonObject *object, const char *base, const char *name, gboolean required,
                    guint64 fallback, guint64 *out, GError **error)
{
  HlField field = { .name = name,
                    .pspec = spec_of (G_TYPE_INT64),
                    .kind = HL_FIELD_KIND_INT64,
                    .minimum = 0,
                    .maximum = G_GINT64_CONSTANT (9007199254740992) };
  g_auto (GValue) value = G_VALUE_INIT;
  JsonNode *node;

  if (!read_member (object, base, name, &field, required, &node, &value, error))
    return FALSE;
  *out = node != NULL ? (guint64) g_value_get_int64 (&value) : fallback;
  return TRUE;
}

gboolean
hl_codec_get_flag (JsonObject *object, const char *base, const char *name, gboolean fallback,
                   gboolean *out, GError **error)
{
  HlField field = { .name = name, .pspec = spec_of (G_TYPE_BOOLEAN), .kind = HL_FIELD_KIND_BOOL };
  g_auto (GValue) value = G_VALUE_INIT;
  JsonNode *node;

  if (!read_member (object, base, name, &field, FALSE, &node, &value, error))
    return FALSE;
  *out = node != NULL ? g_value_get_boolean (&value) : fallback;
  return TRUE;
}

gboolean
hl_codec_get_required_object (JsonObject *object, const char *base, const char *name,
                              JsonObject **out, GError **error)
{
  JsonNode *node = json_object_get_member (object, name);

  if (node == NULL) {
    hl_codec_error_set (error, HL_CODEC_ERROR_MISSING, base, name, "is required");
    return FALSE;
  }
  if (!JSON_NODE_HOLDS_OBJECT (node)) {
    hl_codec_error_set (error, HL_CODEC_ERROR_TYPE, base, name, "an object is expected");
    return FALSE;
  }
  *out = json_node_get_object (node);
  return TRUE;
}
