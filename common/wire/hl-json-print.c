/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Printing json-glib's tree as compact text, the same on every version. */
#include "wire/hl-json.h"

#include <math.h>
#include <string.h>

void
hl_json_append_string (GString *out, const char *text)
{
  g_return_if_fail (out != NULL);

  if (text == NULL) {
    g_string_append (out, "null");
    return;
  }
  g_string_append_c (out, '"');
  for (const char *p = text; *p != '\0';) {
    const char *run = p;
    while ((guchar) *p >= 0x20 && *p != '"' && *p != '\\') {
      p++;
    }
    g_string_append_len (out, run, p - run);
    switch (*p) {
    case '\0':
      break;
    case '"':
    case '\\':
      g_string_append_c (out, '\\');
      g_string_append_c (out, *p++);
      break;
    case '\n':
      g_string_append (out, "\\n");
      p++;
      break;
    case '\r':
      g_string_append (out, "\\r");
      p++;
      break;
    case '\t':
      g_string_append (out, "\\t");
      p++;
      break;
    default:
      g_string_append_printf (out, "\\u%04x", (guchar) *p++);
    }
  }
  g_string_append_c (out, '"');
}

static void
append_double (GString *out, double value)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  if (!isfinite (value)) {
    g_string_append (out, "null");
    return;
  }
  static const char *const formats[] = { "%.15g", "%.16g", "%.17g" };
  for (guint i = 0; i < G_N_ELEMENTS (formats); i++) {
    g_ascii_formatd (text, sizeof text, formats[i], value);
    if (g_ascii_strtod (text, NULL) == value) {
      break;
    }
  }
  g_string_append (out, text);
  if (strpbrk (text, ".e") == NULL) {
    g_string_append (out, ".0"); /* it must read back as a double */
  }
}

static void
append_value (GString *out, JsonNode *node)
{
  switch (json_node_get_value_type (node)) {
  case G_TYPE_STRING:
    hl_json_append_string (out, json_node_get_string (node));
    break;
  case G_TYPE_INT64:
    g_string_append_printf (out, "%" G_GINT64_FORMAT, json_node_get_int (node));
    break;
  case G_TYPE_BOOLEAN:
    g_string_append (out, json_node_get_boolean (node) ? "true" : "false");
    break;
  default:
    append_double (out, json_node_get_double (node));
  }
}

void
hl_json_append_object (GString *out, JsonObject *object)
{
  JsonObjectIter iter;
  const char *name = NULL;
  JsonNode *value = NULL;
  gboolean first = TRUE;

  g_return_if_fail (out != NULL);
  g_return_if_fail (object != NULL);

  g_string_append_c (out, '{');
  json_object_iter_init_ordered (&iter, object);
  while (json_object_iter_next_ordered (&iter, &name, &value)) {
    if (!first) {
      g_string_append_c (out, ',');
    }
    first = FALSE;
    hl_json_append_string (out, name);
    g_string_append_c (out, ':');
    hl_json_append (out, value);
  }
  g_string_append_c (out, '}');
}

void
hl_json_append (GString *out, JsonNode *node)
{
  g_return_if_fail (out != NULL);

  if (node == NULL || JSON_NODE_HOLDS_NULL (node)) {
    g_string_append (out, "null");
  } else if (JSON_NODE_HOLDS_OBJECT (node)) {
    hl_json_append_object (out, json_node_get_object (node));
  } else if (JSON_NODE_HOLDS_ARRAY (node)) {
    JsonArray *array = json_node_get_array (node);
    guint n = json_array_get_length (array);

    g_string_append_c (out, '[');
    for (guint i = 0; i < n; i++) {
      if (i > 0) {
        g_string_append_c (out, ',');
      }
      hl_json_append (out, json_array_get_element (array, i));
    }
    g_string_append_c (out, ']');
  } else {
    append_value (out, node);
  }
}

char *
hl_json_print (JsonNode *node)
{
  GString *out = g_string_sized_new (256);
  hl_json_append (out, node);
  return g_string_free (out, FALSE);
}

char *
hl_json_print_object (JsonObject *object)
{
  GString *out = g_string_sized_new (256);
  hl_json_append_object (out, object);
  return g_string_free (out, FALSE);
}
