/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Printing a frame, members in the order of its table. */
#include "wire/hl-frame.h"

#include "wire/hl-frame-private.h"
#include "wire/hl-json.h"

static gboolean append_fields (GString *out, const HlFrame *frame, const HlFrameField *fields,
                               gboolean first);

static gboolean
is_set (const HlFrame *frame, const HlFrameField *field)
{
  switch (field->type) {
  case HL_FRAME_FIELD_STRING:
  case HL_FRAME_FIELD_POSITION:
  case HL_FRAME_FIELD_OBJECT:
  case HL_FRAME_FIELD_EVENTS:
  case HL_FRAME_FIELD_STRINGS:
    return HL_FRAME_MEMBER (frame, field, gpointer) != NULL;
  case HL_FRAME_FIELD_UINT:
    return HL_FRAME_MEMBER (frame, field, guint) != 0;
  case HL_FRAME_FIELD_UINT64:
    return HL_FRAME_MEMBER (frame, field, guint64) != 0;
  case HL_FRAME_FIELD_INT64:
    return HL_FRAME_MEMBER (frame, field, gint64) >= 0;
  case HL_FRAME_FIELD_BOOLEAN:
    return HL_FRAME_MEMBER (frame, field, gboolean);
  default:
    return TRUE;
  }
}

static gboolean
is_pointer (const HlFrameField *field)
{
  return field->type == HL_FRAME_FIELD_STRING || field->type == HL_FRAME_FIELD_POSITION ||
         field->type == HL_FRAME_FIELD_OBJECT || field->type == HL_FRAME_FIELD_EVENTS ||
         field->type == HL_FRAME_FIELD_STRINGS;
}

static void
append_array (GString *out, JsonArray *array)
{
  guint n = json_array_get_length (array);
  g_string_append_c (out, '[');
  for (guint i = 0; i < n; i++) {
    if (i > 0) {
      g_string_append_c (out, ',');
    }
    hl_json_append (out, json_array_get_element (array, i));
  }
  g_string_append_c (out, ']');
}

static void
append_strings (GString *out, GStrv strings)
{
  g_string_append_c (out, '[');
  for (guint i = 0; strings[i] != NULL; i++) {
    if (i > 0) {
      g_string_append_c (out, ',');
    }
    hl_json_append_string (out, strings[i]);
  }
  g_string_append_c (out, ']');
}

static gboolean
append_field (GString *out, const HlFrame *frame, const HlFrameField *field)
{
  switch (field->type) {
  case HL_FRAME_FIELD_STRING:
    hl_json_append_string (out, HL_FRAME_MEMBER (frame, field, char *));
    break;
  case HL_FRAME_FIELD_WORD:
    hl_json_append_string (out, field->words[HL_FRAME_MEMBER (frame, field, guint)]);
    break;
  case HL_FRAME_FIELD_UINT:
    g_string_append_printf (out, "%u", HL_FRAME_MEMBER (frame, field, guint));
    break;
  case HL_FRAME_FIELD_UINT64:
    g_string_append_printf (out, "%" G_GUINT64_FORMAT, HL_FRAME_MEMBER (frame, field, guint64));
    break;
  case HL_FRAME_FIELD_INT64:
    g_string_append_printf (out, "%" G_GINT64_FORMAT, HL_FRAME_MEMBER (frame, field, gint64));
    break;
  case HL_FRAME_FIELD_BOOLEAN:
    g_string_append (out, HL_FRAME_MEMBER (frame, field, gboolean) ? "true" : "false");
    break;
  case HL_FRAME_FIELD_HASH:
    g_string_append_printf (out, "\"%016" G_GINT64_MODIFIER "x\"",
                            HL_FRAME_MEMBER (frame, field, guint64));
    break;
  case HL_FRAME_FIELD_POSITION:
    hl_position_append (HL_FRAME_MEMBER (frame, field, HlPosition *), out);
    break;
  case HL_FRAME_FIELD_OBJECT:
    hl_json_append_object (out, HL_FRAME_MEMBER (frame, field, JsonObject *));
    break;
  case HL_FRAME_FIELD_EVENTS:
    append_array (out, HL_FRAME_MEMBER (frame, field, JsonArray *));
    break;
  case HL_FRAME_FIELD_STRINGS:
    append_strings (out, HL_FRAME_MEMBER (frame, field, GStrv));
    break;
  case HL_FRAME_FIELD_GROUP:
    g_string_append_c (out, '{');
    if (!append_fields (out, frame, field->sub, TRUE)) {
      return FALSE;
    }
    g_string_append_c (out, '}');
    break;
  case HL_FRAME_FIELD_END:
  default:
    return FALSE;
  }
  return TRUE;
}

static gboolean
append_fields (GString *out, const HlFrame *frame, const HlFrameField *fields, gboolean first)
{
  for (const HlFrameField *field = fields; field->name != NULL; field++) {
    gboolean set = is_set (frame, field);
    if (!set && (field->flags & HL_FRAME_FIELD_OMIT) != 0) {
      continue;
    }
    if (!first) {
      g_string_append_c (out, ',');
    }
    first = FALSE;
    g_string_append_printf (out, "\"%s\":", field->name);
    if (!set && (field->flags & HL_FRAME_FIELD_NULLABLE) != 0) {
      g_string_append (out, "null");
    } else if (!set && is_pointer (field)) {
      g_critical ("a %s frame without its %s", hl_frame_shapes[frame->type].nick, field->name);
      return FALSE;
    } else if (!append_field (out, frame, field)) {
      return FALSE;
    }
  }
  return TRUE;
}

char *
hl_frame_print (const HlFrame *frame)
{
  g_return_val_if_fail (frame != NULL && (guint) frame->type < HL_FRAME_N_TYPES, NULL);

  GString *out = g_string_sized_new (256);
  g_string_append_printf (out, "{\"t\":\"%s\"", hl_frame_shapes[frame->type].nick);
  if (!append_fields (out, frame, hl_frame_shapes[frame->type].fields, FALSE)) {
    g_string_free (out, TRUE);
    return NULL;
  }
  g_string_append_c (out, '}');
  return g_string_free (out, FALSE);
}
