/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the tests of the domain share: JSON from text, and counters of signals. */
#pragma once

#include <json-glib/json-glib.h>
#include <string.h>

#include "domain/hl-codec.h"
#include "domain/hl-state.h"

/* Single quotes stand for double ones. (transfer full) */
static inline JsonNode *
json (const char *text)
{
  g_autofree char *quoted = g_strdelimit (g_strdup (text), "'", '"');
  g_autoptr (GError) error = NULL;
  JsonNode *node = json_from_string (quoted, &error);
  g_assert_no_error (error);
  g_assert_nonnull (node);
  return node;
}

static inline JsonObject *
json_object (const char *text)
{
  g_autoptr (JsonNode) node = json (text);
  return json_object_ref (json_node_get_object (node));
}

static inline char *
to_text (JsonNode *node)
{
  return json_to_string (node, FALSE);
}

static inline char *
save_text (HlState *state)
{
  g_autoptr (JsonNode) node = hl_state_save (state);
  return to_text (node);
}

typedef struct {
  guint n;
  guint position, removed, added; /* of the last */
} ListCount;

static inline void
on_items_changed (GListModel *model, guint position, guint removed, guint added, gpointer data)
{
  ListCount *count = data;
  count->n++;
  count->position = position;
  count->removed = removed;
  count->added = added;
}

static inline void
on_notify (GObject *object, GParamSpec *pspec, gpointer data)
{
  g_string_append_printf (data, "%s;", pspec->name);
}

/* GObject tells of several in any order. */
static inline void
assert_notified (GString *notified, const char *expected)
{
  g_auto (GStrv) names = g_strsplit (notified->str, ";", -1);
  for (guint i = 0; names[i] != NULL && names[i + 1] != NULL; i++) {
    for (guint j = i + 1; names[j] != NULL && *names[j] != '\0'; j++) {
      if (strcmp (names[i], names[j]) > 0) {
        char *swap = names[i];
        names[i] = names[j];
        names[j] = swap;
      }
    }
  }
  g_autofree char *sorted = g_strjoinv (";", names);
  g_assert_cmpstr (sorted, ==, expected);
  g_string_truncate (notified, 0);
}

static inline guint
apply (HlState *state, HlEntity *entity, guint64 seq, const char *device, const char *act,
       const char *text)
{
  g_autoptr (JsonObject) members = json_object (text);
  HlChange change = { .seq = seq, .device = device, .act = act, .at = (gint64) seq, .event_id = "e" };
  return hl_state_apply (state, entity, members, &change, HL_APPLY_NONE);
}

static inline HlEntity *
make (HlState *state, GType type, const char *id)
{
  HlEntity *entity = hl_state_ensure_entity (state, type, id, NULL, NULL);
  g_assert_nonnull (entity);
  return entity;
}
