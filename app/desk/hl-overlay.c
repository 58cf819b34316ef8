/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Unfinished lines, see hl-overlay.h. */
#include "desk/hl-overlay.h"

struct _HlOverlay {
  GHashTable *calls; /* call id -> GHashTable of turn -> HlOverlayLine */
};

static void
line_free (HlOverlayLine *line)
{
  g_free (line->text);
  g_free (line);
}

HlOverlay *
hl_overlay_new (void)
{
  HlOverlay *self = g_new0 (HlOverlay, 1);
  self->calls
      = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_hash_table_unref);
  return self;
}

void
hl_overlay_free (HlOverlay *self)
{
  if (self == NULL)
    return;
  g_hash_table_unref (self->calls);
  g_free (self);
}

gboolean
hl_overlay_put (HlOverlay *self, const char *call_id, int turn, int rev, HlSpeaker speaker,
                const char *text, gint64 now_us)
{
  GHashTable *turns = g_hash_table_lookup (self->calls, call_id);
  HlOverlayLine *line;

  if (turns == NULL) {
    turns = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify)line_free);
    g_hash_table_insert (self->calls, g_strdup (call_id), turns);
  }
  line = g_hash_table_lookup (turns, GINT_TO_POINTER (turn));
  if (line != NULL && line->rev > rev)
    return FALSE;
  if (line == NULL) {
    line = g_new0 (HlOverlayLine, 1);
    line->turn = turn;
    g_hash_table_insert (turns, GINT_TO_POINTER (turn), line);
  }
  line->rev = rev;
  line->speaker = speaker;
  line->until = now_us + HL_OVERLAY_TTL_US;
  g_free (line->text);
  line->text = g_strdup (text);
  return TRUE;
}

void
hl_overlay_drop_turn (HlOverlay *self, const char *call_id, int turn)
{
  GHashTable *turns = g_hash_table_lookup (self->calls, call_id);
  if (turns == NULL)
    return;
  g_hash_table_remove (turns, GINT_TO_POINTER (turn));
  if (g_hash_table_size (turns) == 0)
    g_hash_table_remove (self->calls, call_id);
}

void
hl_overlay_drop_call (HlOverlay *self, const char *call_id)
{
  g_hash_table_remove (self->calls, call_id);
}

void
hl_overlay_clear (HlOverlay *self)
{
  g_hash_table_remove_all (self->calls);
}

gboolean
hl_overlay_expire (HlOverlay *self, gint64 now_us)
{
  GHashTableIter calls, turns;
  gpointer value;
  gboolean any = FALSE;

  g_hash_table_iter_init (&calls, self->calls);
  while (g_hash_table_iter_next (&calls, NULL, &value)) {
    GHashTable *table = value;
    g_hash_table_iter_init (&turns, table);
    while (g_hash_table_iter_next (&turns, NULL, &value)) {
      if (((HlOverlayLine *)value)->until <= now_us) {
        g_hash_table_iter_remove (&turns);
        any = TRUE;
      }
    }
    if (g_hash_table_size (table) == 0)
      g_hash_table_iter_remove (&calls);
  }
  return any;
}

static int
compare_turns (gconstpointer a, gconstpointer b)
{
  return (*(HlOverlayLine *const *)a)->turn - (*(HlOverlayLine *const *)b)->turn;
}

const char *
hl_overlay_find_told (HlOverlay *self, HlState *state, const char *call_id)
{
  const char *told = hl_state_find_told (state, call_id);
  HlCall *call = hl_state_lookup_call (state, call_id);
  const char *const *aliases = call != NULL ? hl_call_get_aliases (call) : NULL;

  if (hl_state_peek_transcript (state, told) != NULL || g_hash_table_contains (self->calls, told))
    return told;
  for (guint i = 0; aliases != NULL && aliases[i] != NULL; i++) {
    if (g_hash_table_contains (self->calls, aliases[i]))
      return aliases[i];
  }
  return told;
}

GPtrArray *
hl_overlay_get_lines (HlOverlay *self, const char *call_id)
{
  GHashTable *turns = g_hash_table_lookup (self->calls, call_id);
  GHashTableIter iter;
  GPtrArray *lines;
  gpointer value;

  if (turns == NULL)
    return NULL;
  lines = g_ptr_array_new ();
  g_hash_table_iter_init (&iter, turns);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    g_ptr_array_add (lines, value);
  g_ptr_array_sort (lines, compare_turns);
  return lines;
}
