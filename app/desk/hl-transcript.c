/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The lines of one call, see hl-transcript.h. */
#include "desk/hl-transcript.h"

#include "desk/hl-ordered-list.h"

struct _HlTranscript {
  GObject parent_instance;
  char *call_id;
  HlOrderedList *list;
  GHashTable *lines; /* turn -> HlTranscriptLine */
};

static GType
get_item_type (GListModel *model)
{
  return HL_TYPE_TRANSCRIPT_LINE;
}

static guint
get_n_items (GListModel *model)
{
  return g_list_model_get_n_items (G_LIST_MODEL (HL_TRANSCRIPT (model)->list));
}

static gpointer
get_item (GListModel *model, guint position)
{
  return g_list_model_get_item (G_LIST_MODEL (HL_TRANSCRIPT (model)->list), position);
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (HlTranscript, hl_transcript, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static void
hl_transcript_finalize (GObject *object)
{
  HlTranscript *self = HL_TRANSCRIPT (object);
  g_free (self->call_id);
  g_clear_object (&self->list);
  g_hash_table_unref (self->lines);
  G_OBJECT_CLASS (hl_transcript_parent_class)->finalize (object);
}

static void
hl_transcript_class_init (HlTranscriptClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hl_transcript_finalize;
}

static void
on_list_changed (GListModel *list, guint position, guint removed, guint added, gpointer data)
{
  g_list_model_items_changed (G_LIST_MODEL (data), position, removed, added);
}

static void
hl_transcript_init (HlTranscript *self)
{
  self->lines = g_hash_table_new_full (NULL, NULL, NULL, g_object_unref);
  self->list = hl_ordered_list_new (HL_TYPE_TRANSCRIPT_LINE);
  g_signal_connect (self->list, "items-changed", G_CALLBACK (on_list_changed), self);
}

HlTranscript *
hl_transcript_new (const char *call_id)
{
  HlTranscript *self = g_object_new (HL_TYPE_TRANSCRIPT, NULL);
  self->call_id = g_strdup (call_id);
  return self;
}

static HlTranscriptLine *
ensure_line (HlTranscript *self, int turn)
{
  HlTranscriptLine *line = g_hash_table_lookup (self->lines, GINT_TO_POINTER (turn));
  if (line == NULL) {
    line = hl_transcript_line_new ();
    hl_row_set_int (HL_ROW (line), HL_TRANSCRIPT_LINE_TURN, turn);
    g_hash_table_insert (self->lines, GINT_TO_POINTER (turn), line);
  }
  return line;
}

static GStrv
print_spans (HlSegment *segment)
{
  GPtrArray *spans = hl_segment_get_spans (segment);
  GStrv texts = g_new0 (char *, spans->len + 1);

  for (guint i = 0; i < spans->len; i++) {
    HlSpan *span = g_ptr_array_index (spans, i);
    texts[i] = g_strdup_printf ("%d:%d:%s", hl_span_get_from (span), hl_span_get_to (span),
                                hl_enum_nick (HL_TYPE_SLOT_KIND, (int)hl_span_get_kind (span)));
  }
  return texts;
}

static void
show_segment (HlRow *row, HlSegment *segment)
{
  g_auto (GStrv) spans = print_spans (segment);
  hl_row_set_int (row, HL_TRANSCRIPT_LINE_SPEAKER, (int)hl_segment_get_speaker (segment));
  hl_row_set_string (row, HL_TRANSCRIPT_LINE_TEXT, hl_segment_get_text (segment));
  hl_row_set_string (row, HL_TRANSCRIPT_LINE_LANGUAGE, hl_segment_get_language (segment));
  hl_row_set_int (row, HL_TRANSCRIPT_LINE_STATE, (int)hl_segment_get_state (segment));
  hl_row_set_int (row, HL_TRANSCRIPT_LINE_START_MS, hl_segment_get_start_ms (segment));
  hl_row_set_strv (row, HL_TRANSCRIPT_LINE_SPANS, (const char *const *)spans);
}

static void
show_overlay (HlRow *row, const HlOverlayLine *line)
{
  hl_row_set_int (row, HL_TRANSCRIPT_LINE_SPEAKER, (int)line->speaker);
  hl_row_set_string (row, HL_TRANSCRIPT_LINE_TEXT, line->text);
  hl_row_set_int (row, HL_TRANSCRIPT_LINE_STATE, HL_SEGMENT_STATE_PARTIAL);
}

static int
compare_turns (gconstpointer a, gconstpointer b)
{
  return hl_row_get_int (HL_ROW (*(gpointer *)a), HL_TRANSCRIPT_LINE_TURN)
         - hl_row_get_int (HL_ROW (*(gpointer *)b), HL_TRANSCRIPT_LINE_TURN);
}

void
hl_transcript_refresh (HlTranscript *self, HlState *state, HlOverlay *overlay)
{
  const char *told = hl_overlay_find_told (overlay, state, self->call_id);
  HlEntityList *segments = hl_state_peek_transcript (state, told);
  g_autoptr (GPtrArray) unfinished = hl_overlay_get_lines (overlay, told);
  g_autoptr (GPtrArray) rows = g_ptr_array_new ();
  guint n = 0;
  HlEntity **items = segments != NULL ? hl_entity_list_peek (segments, &n) : NULL;
  int expected = 0;

  for (guint i = 0; i < n; i++) {
    HlSegment *segment = HL_SEGMENT (items[i]);
    HlTranscriptLine *line = ensure_line (self, hl_segment_get_turn (segment));
    show_segment (HL_ROW (line), segment);
    g_ptr_array_add (rows, line);
  }
  for (guint i = 0; unfinished != NULL && i < unfinished->len; i++) {
    HlOverlayLine *over = g_ptr_array_index (unfinished, i);
    HlSegment *segment = hl_state_lookup_segment (state, told, over->turn);
    HlTranscriptLine *line = ensure_line (self, over->turn);
    if (segment != NULL && hl_segment_get_state (segment) != HL_SEGMENT_STATE_PARTIAL)
      continue;
    show_overlay (HL_ROW (line), over);
    if (segment == NULL)
      g_ptr_array_add (rows, line);
  }
  g_ptr_array_sort (rows, compare_turns);
  /* A missing turn shows as a gap; the first turn is 0 or 1. */
  for (guint i = 0; i < rows->len; i++) {
    HlRow *row = g_ptr_array_index (rows, i);
    int turn = hl_row_get_int (row, HL_TRANSCRIPT_LINE_TURN);
    hl_row_set_int (row, HL_TRANSCRIPT_LINE_GAP,
                    i == 0 ? (turn > 1 ? turn - 1 : 0) : MAX (0, turn - expected));
    expected = turn + 1;
  }
  hl_ordered_list_assign (self->list, rows);
  /* Lines that went (an unfinished one that never became final) */
  if (g_hash_table_size (self->lines) > rows->len) {
    g_autoptr (GHashTable) kept = g_hash_table_new (NULL, NULL);
    GHashTableIter iter;
    gpointer line;
    for (guint i = 0; i < rows->len; i++)
      g_hash_table_add (kept, g_ptr_array_index (rows, i));
    g_hash_table_iter_init (&iter, self->lines);
    while (g_hash_table_iter_next (&iter, NULL, &line))
      if (!g_hash_table_contains (kept, line))
        g_hash_table_iter_remove (&iter);
  }
}
