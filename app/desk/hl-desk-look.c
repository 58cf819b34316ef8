/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files that make rows share, see hl-desk-look.h. */
#include "desk/hl-desk-look.h"

#include <string.h>

HlEntity **
hl_desk_peek (HlState *state, GType type, guint *n)
{
  return hl_entity_list_peek (hl_state_get_list (state, type), n);
}

int
hl_desk_compare_keys (gconstpointer a, gconstpointer b)
{
  return strcmp (hl_row_get_key (HL_ROW (*(gpointer *)a)),
                 hl_row_get_key (HL_ROW (*(gpointer *)b)));
}

/* Times as text that sorts: also those before 1970. */
char *
hl_desk_make_key (int group, gint64 time, const char *name, const char *id)
{
  return g_strdup_printf ("%02d %020" G_GUINT64_FORMAT " %s %s", group,
                          (guint64)(time == HL_TIME_NONE ? 0 : time)
                              + (G_GUINT64_CONSTANT (1) << 62),
                          name != NULL ? name : "", id);
}

void
hl_desk_set_key (HlRow *row, char *key)
{
  hl_row_set_key (row, key);
  g_free (key);
}

gpointer
hl_desk_ensure_row (GHashTable *rows, const char *id, gpointer (*make) (void))
{
  gpointer row = g_hash_table_lookup (rows, id);
  if (row == NULL) {
    row = make ();
    g_hash_table_insert (rows, g_strdup (id), row);
  }
  return row;
}

/* Forgets rows of entities that are gone. */
void
hl_desk_keep_rows (GHashTable *rows, GHashTable *kept)
{
  GHashTableIter iter;
  gpointer key;

  if (g_hash_table_size (rows) == g_hash_table_size (kept))
    return;
  g_hash_table_iter_init (&iter, rows);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    if (!g_hash_table_contains (kept, key))
      g_hash_table_iter_remove (&iter);
}

gboolean
hl_desk_has (const char *text)
{
  return text != NULL && *text != '\0';
}

gboolean
hl_desk_is_unsent (HlDesk *self, const char *id)
{
  return id != NULL && g_hash_table_contains (self->unsent_ids, id);
}

gint64
hl_desk_first_time (gint64 a, gint64 b)
{
  return a != HL_TIME_NONE ? a : b;
}

void
hl_desk_show_turn (HlRow *row, guint turn_prop, guint minutes_prop, HlLocation *location, int size,
                   int minutes)
{
  int turn_minutes = hl_derive_turn_minutes (location, size);
  hl_row_set_int (row, minutes_prop, turn_minutes);
  hl_row_set_int (row, turn_prop, (int)hl_derive_turn (minutes, turn_minutes));
}
