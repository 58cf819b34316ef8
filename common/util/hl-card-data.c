/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Card numbers in the members of an event's or action's data. */
#include "util/hl-card.h"

/* Members that hold no free text: their digits are not a person's words. */
static gboolean
is_machine (const char *name)
{
  static const char *const whole[] = { "id",   "at",   "from",    "to",    "h",       "phone", "date", "since",    "key",  "aliases",
                                       "kind", "state", "status", "provider", "source", "language", "timezone" };
  static const char *const ends[] = { "_id", "_ids", "_at", "_url", "_ref", "_until", "_eta", "_ms" };

  for (gsize i = 0; i < G_N_ELEMENTS (whole); i++) {
    if (g_str_equal (name, whole[i])) {
      return TRUE;
    }
  }
  for (gsize i = 0; i < G_N_ELEMENTS (ends); i++) {
    if (g_str_has_suffix (name, ends[i])) {
      return TRUE;
    }
  }
  return FALSE;
}

static gboolean
redact_node (JsonNode *node)
{
  gboolean changed = FALSE;

  if (JSON_NODE_HOLDS_OBJECT (node)) {
    return hl_card_redact_data (json_node_get_object (node));
  }
  if (JSON_NODE_HOLDS_ARRAY (node)) {
    JsonArray *array = json_node_get_array (node);

    for (guint i = 0; i < json_array_get_length (array); i++) {
      changed |= redact_node (json_array_get_element (array, i));
    }
    return changed;
  }
  if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING) {
    g_autofree char *text = hl_card_redact (json_node_get_string (node));

    if (text != NULL) {
      json_node_set_string (node, text);
      return TRUE;
    }
  }
  return FALSE;
}

gboolean
hl_card_redact_data (JsonObject *data)
{
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;
  gboolean changed = FALSE;

  json_object_iter_init (&iter, data);
  while (json_object_iter_next (&iter, &name, &node)) {
    if (!is_machine (name)) {
      changed |= redact_node (node);
    }
  }
  return changed;
}
