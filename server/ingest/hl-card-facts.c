/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Card numbers in the data of events, and across the turns of a transcript. */
#include "ingest/hl-card-facts.h"

#include <string.h>

#include "domain/hl-enums.h"
#include "domain/hl-time.h"
#include "store/hl-fact.h"
#include "util/hl-card.h"

#define EARLIER_TURNS 3   /* of the same speaker: a number is seldom cut into more pieces */
#define TOPIC_TURNS 4     /* of anybody */
#define READ_BACK_TURNS 2 /* after a number was said; a word may come between */
#define KEY_KIND "card"

/* ---- turns ---- */

typedef struct {
  int         turn;
  int         rev;
  HlSpeaker   speaker;
  char       *text;
  HlFact     *fact;    /* (nullable): of this delivery; else the state has it */
  gboolean    cut;     /* something of it was taken out now */
} Line;

static void
line_clear (gpointer data)
{
  g_free (((Line *) data)->text);
}

static int
compare_lines (gconstpointer a, gconstpointer b)
{
  return ((const Line *) a)->turn - ((const Line *) b)->turn;
}

static const char *
get_text (HlFact *fact)
{
  return json_object_get_string_member_with_default (fact->data, "text", "");
}

static HlSpeaker
get_speaker (HlFact *fact)
{
  int value = 0;

  return hl_enum_parse (HL_TYPE_SPEAKER, json_object_get_string_member_with_default (fact->data, "speaker", "caller"), &value)
             ? (HlSpeaker) value
             : HL_SPEAKER_CALLER;
}

static gboolean
is_near (int turn, int middle)
{
  return turn != middle && ABS (turn - middle) <= 2 * TOPIC_TURNS;
}

/* The call's lines around @turn, as they will stand: the state's, and over them those of @facts before @upto. */
static GArray *
collect (GPtrArray *facts, guint upto, HlState *state, const char *call_id, int turn)
{
  GArray *lines = g_array_new (FALSE, FALSE, sizeof (Line));
  GListModel *known = state != NULL ? hl_state_get_transcript (state, call_id) : NULL;

  g_array_set_clear_func (lines, line_clear);
  for (guint i = 0; known != NULL && i < g_list_model_get_n_items (known); i++) {
    g_autoptr (HlSegment) segment = g_list_model_get_item (known, i);

    if (is_near (hl_segment_get_turn (segment), turn)) {
      const Line line = { hl_segment_get_turn (segment), hl_segment_get_rev (segment), hl_segment_get_speaker (segment),
                          g_strdup (hl_segment_get_text (segment)), NULL, FALSE };

      g_array_append_val (lines, line);
    }
  }
  for (guint i = 0; i < upto; i++) {
    HlFact *fact = g_ptr_array_index (facts, i);

    if (fact->kind == HL_EVENT_TRANSCRIPT_SEGMENT && !fact->partial &&
        g_str_equal (json_object_get_string_member_with_default (fact->data, "call_id", ""), call_id)) {
      const Line line = { (int) json_object_get_int_member_with_default (fact->data, "turn", 0),
                          (int) json_object_get_int_member_with_default (fact->data, "rev", 0), get_speaker (fact),
                          g_strdup (get_text (fact)), fact, FALSE };

      if (!is_near (line.turn, turn)) {
        g_free (line.text);
        continue;
      }
      for (guint k = 0; k < lines->len; k++) {
        if (g_array_index (lines, Line, k).turn == line.turn) {
          g_array_remove_index (lines, k);
          break;
        }
      }
      g_array_append_val (lines, line);
    }
  }
  g_array_sort (lines, compare_lines);
  return lines;
}

/* What this turn answers: its own words or those just before, whoever spoke them. */
static HlCardTopic
get_asked (const GArray *lines, guint n_before, const char *text)
{
  HlCardTopic topic = hl_card_get_topic (text);

  for (guint i = 0; topic == HL_CARD_TOPIC_NONE && i < n_before && i < TOPIC_TURNS; i++) {
    const Line *line = &g_array_index (lines, Line, n_before - 1 - i);

    topic = strstr (line->text, HL_CARD_REMOVED) != NULL ? HL_CARD_TOPIC_CARD : hl_card_get_topic (line->text);
  }
  return topic;
}

/* What an earlier turn must no longer say: in this delivery's own fact, or by a redaction. */
static void
take_back (GPtrArray *added, const Line *line, const char *call_id, const char *text)
{
  JsonObject *data;
  g_autofree char *key = NULL;

  if (line->fact != NULL) {
    json_object_set_string_member (line->fact->data, "text", text);
    return;
  }
  data = json_object_new ();
  json_object_set_string_member (data, "call_id", call_id);
  json_object_set_int_member (data, "turn", line->turn);
  json_object_set_int_member (data, "rev", line->rev + 1);
  json_object_set_string_member (data, "speaker", hl_enum_nick (HL_TYPE_SPEAKER, line->speaker));
  json_object_set_string_member (data, "text", text);
  json_object_set_string_member (data, "state", hl_enum_nick (HL_TYPE_SEGMENT_STATE, HL_SEGMENT_STATE_REDACTED));
  key = g_strdup_printf ("segment/%d/%d", line->turn, line->rev + 1);
  g_ptr_array_add (added, hl_fact_new (HL_EVENT_TRANSCRIPT_SEGMENT, HL_TIME_NONE, data, KEY_KIND, call_id, key));
}

/* A redaction is for good: who tells the turn once more, in whatever words, tells what stands. */
static void
keep_redacted (HlFact *fact, HlState *state)
{
  HlSegment *known = state != NULL ? hl_state_lookup_segment (
                                         state, json_object_get_string_member_with_default (fact->data, "call_id", ""),
                                         (int) json_object_get_int_member_with_default (fact->data, "turn", 0))
                                   : NULL;

  if (known != NULL && hl_segment_get_state (known) == HL_SEGMENT_STATE_REDACTED &&
      !g_str_equal (json_object_get_string_member_with_default (fact->data, "state", ""), "redacted")) {
    json_object_set_string_member (fact->data, "text", hl_segment_get_text (known));
    json_object_remove_member (fact->data, "spans");
  }
}

/* Whether somebody else has just said what was taken out. @at: of @lines, the next one. */
static gboolean
may_read_back (const GArray *lines, guint at, HlSpeaker speaker)
{
  for (guint i = 1; i <= READ_BACK_TURNS && i <= at; i++) {
    const Line *line = &g_array_index (lines, Line, at - i);

    if (line->speaker != speaker && strstr (line->text, HL_CARD_REMOVED) != NULL) {
      return TRUE;
    }
  }
  return FALSE;
}

/* A pass over what one speaker said in up to three turns before and after. @before: how many of @lines those are.
 * Returns: (transfer full) (nullable): what stands in place of @text. */
static char *
redact_speaker (GArray *lines, guint before, HlSpeaker speaker, const char *text, gboolean *changed)
{
  Line *said[2 * EARLIER_TURNS + 1] = { NULL };
  const char *turns[2 * EARLIER_TURNS + 1];
  char *out[2 * EARLIER_TURNS + 1] = { NULL };
  const HlCardTopic asked = get_asked (lines, before, text);
  gsize n = 0, own, n_all;
  char *result;

  for (guint i = before; i > 0 && n < EARLIER_TURNS; i--) {
    if (g_array_index (lines, Line, i - 1).speaker == speaker) {
      n++;
    }
  }
  own = n;
  for (guint i = before; i > 0 && n > 0; i--) {
    if (g_array_index (lines, Line, i - 1).speaker == speaker) {
      said[--n] = &g_array_index (lines, Line, i - 1);
    }
  }
  n_all = own + 1;
  for (guint i = before; i < lines->len && n_all < own + 1 + EARLIER_TURNS; i++) {
    if (g_array_index (lines, Line, i).speaker == speaker) {
      said[n_all++] = &g_array_index (lines, Line, i);
    }
  }
  for (gsize i = 0; i < n_all; i++) {
    turns[i] = i == own ? text : said[i]->text;
  }
  hl_card_redact_turns (turns, own + 1, asked, out);
  if (n_all > own + 1) {
    /* this turn comes late: the number may have gone on in those that are there */
    char *late[2 * EARLIER_TURNS + 1] = { NULL };

    for (gsize i = 0; i <= own; i++) {
      turns[i] = out[i] != NULL ? out[i] : turns[i];
    }
    hl_card_redact_turns (turns, n_all, HL_CARD_TOPIC_NONE, late);
    for (gsize i = 0; i < n_all; i++) {
      if (late[i] != NULL) {
        g_free (out[i]);
        out[i] = late[i];
      }
    }
  }
  result = g_steal_pointer (&out[own]);
  for (gsize i = 0; i < n_all; i++) {
    if (out[i] != NULL) {
      g_free (said[i]->text);
      said[i]->text = out[i];
      said[i]->cut = TRUE;
      *changed = TRUE;
    }
  }
  return result;
}

static void
redact_turn (GPtrArray *facts, guint index, HlState *state, GPtrArray *added)
{
  HlFact *fact = g_ptr_array_index (facts, index);
  const char *call_id = json_object_get_string_member_with_default (fact->data, "call_id", "");
  const int turn = (int) json_object_get_int_member_with_default (fact->data, "turn", 0);
  const HlSpeaker speaker = get_speaker (fact);
  g_autoptr (GArray) lines = collect (facts, index, state, call_id, turn);
  g_autofree char *text = g_strdup (get_text (fact));
  g_autofree char *out = NULL;
  gboolean changed = FALSE;
  guint before = 0;

  while (before < lines->len && g_array_index (lines, Line, before).turn < turn) {
    before++;
  }
  out = redact_speaker (lines, before, speaker, text, &changed);
  changed |= out != NULL;
  {
    const Line own = { turn, 0, speaker, g_strdup (out != NULL ? out : text), fact, FALSE };

    g_array_insert_val (lines, before, own);
  }
  for (guint i = changed ? 1 : before; i < (changed ? lines->len : before + 1); i++) {
    Line *line = &g_array_index (lines, Line, i);
    char *back = may_read_back (lines, i, line->speaker) ? hl_card_redact_read_back (line->text) : NULL;

    if (back != NULL && i == before) {
      g_free (out);
      out = g_strdup (back);
    }
    if (back != NULL) {
      g_free (line->text);
      line->text = back;
      line->cut = i != before;
    }
  }
  for (guint i = 0; i < lines->len; i++) {
    const Line *line = &g_array_index (lines, Line, i);

    if (line->cut) {
      take_back (added, line, call_id, line->text);
    }
  }
  if (fact->partial) {
    char *open = hl_card_cut_open (out != NULL ? out : text);

    if (open != NULL) {
      g_free (out);
      out = open;
    }
  }
  if (out != NULL) {
    json_object_set_string_member (fact->data, "text", out);
  }
}

/* After the cut it says nothing that the log does not have. */
static gboolean
is_known (HlFact *fact, HlState *state)
{
  HlSegment *known = state != NULL ? hl_state_lookup_segment (
                                         state, json_object_get_string_member_with_default (fact->data, "call_id", ""),
                                         (int) json_object_get_int_member_with_default (fact->data, "turn", 0))
                                   : NULL;

  return known != NULL && hl_segment_get_state (known) != HL_SEGMENT_STATE_PARTIAL &&
         g_str_equal (hl_segment_get_text (known), get_text (fact)) && strstr (get_text (fact), " removed]") != NULL;
}

void
hl_card_redact_facts (GPtrArray *facts, HlState *state)
{
  g_autoptr (GPtrArray) added = g_ptr_array_new ();

  for (guint i = 0; i < facts->len; i++) {
    HlFact *fact = g_ptr_array_index (facts, i);

    if (fact->kind == HL_EVENT_TRANSCRIPT_SEGMENT) {
      keep_redacted (fact, state);
      redact_turn (facts, i, state, added);
    } else {
      hl_card_redact_data (fact->data);
    }
  }
  for (guint i = facts->len; i > 0; i--) {
    HlFact *fact = g_ptr_array_index (facts, i - 1);

    if (fact->kind == HL_EVENT_TRANSCRIPT_SEGMENT && is_known (fact, state)) {
      g_ptr_array_remove_index (facts, i - 1);
    }
  }
  for (guint i = 0; i < added->len; i++) {
    g_ptr_array_add (facts, g_ptr_array_index (added, i));
  }
}
