/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HlSpoken: the turns of a call as a provider tells them, turned into the segments that the log does not have yet. */
#include "ingest/hl-spoken.h"

#include <string.h>

#include "domain/hl-call.h"
#include "domain/hl-segment.h"
#include "domain/hl-time.h"
#include "ingest/hl-payload.h"

#define TEXT_MAX 4000
#define TURN_MAX 9999
#define CALL_MS_MAX 86400000

typedef struct {
  HlSpeaker speaker;
  GString  *text;
  gint64    start_ms;
  gint64    end_ms;
} Turn;

struct _HlSpoken {
  char       *provider;
  char       *call_id;
  GListModel *known; /* the call's segments by turn; NULL: none yet */
  gboolean    ended; /* the log knows that the call is over */
  GPtrArray  *turns;
};

static void
turn_free (gpointer data)
{
  Turn *turn = data;
  g_string_free (turn->text, TRUE);
  g_free (turn);
}

HlSpoken *
hl_spoken_new (const char *provider,
               const char *call_id,
               HlState    *state)
{
  HlSpoken *self = g_new0 (HlSpoken, 1);

  self->provider = g_strdup (provider);
  self->call_id = g_strdup (call_id);
  self->known = state != NULL ? hl_state_get_transcript (state, call_id) : NULL;
  if (self->known != NULL) {
    g_object_ref (self->known);
  }
  HlCall *call = state != NULL ? hl_state_lookup_call (state, call_id) : NULL;
  self->ended = call != NULL && hl_call_get_state (call) == HL_CALL_STATE_ENDED;
  self->turns = g_ptr_array_new_with_free_func (turn_free);
  return self;
}

void
hl_spoken_free (HlSpoken *self)
{
  g_free (self->provider);
  g_free (self->call_id);
  g_clear_object (&self->known);
  g_ptr_array_unref (self->turns);
  g_free (self);
}

void
hl_spoken_add (HlSpoken   *self,
               HlSpeaker   speaker,
               const char *text,
               gint64      start_ms,
               gint64      end_ms,
               gboolean    merge)
{
  Turn *last = self->turns->len > 0 ? g_ptr_array_index (self->turns, self->turns->len - 1) : NULL;

  if (text == NULL || *text == '\0') {
    return;
  }
  if (merge && last != NULL && last->speaker == speaker) {
    g_string_append_c (last->text, ' ');
    g_string_append (last->text, text);
    last->end_ms = end_ms >= 0 ? end_ms : last->end_ms;
    return;
  }
  Turn *turn = g_new0 (Turn, 1);
  turn->speaker = speaker;
  turn->text = g_string_new (text);
  turn->start_ms = start_ms;
  turn->end_ms = end_ms;
  g_ptr_array_add (self->turns, turn);
}

static HlSegment *
find_known (HlSpoken *self,
            int       turn)
{
  guint n = self->known != NULL ? g_list_model_get_n_items (self->known) : 0;
  guint low = 0;

  while (low < n) { /* the model is sorted by turn, with gaps */
    guint middle = low + (n - low) / 2;
    g_autoptr (HlSegment) segment = g_list_model_get_item (self->known, middle);
    int at = hl_segment_get_turn (segment);
    if (at == turn) {
      return g_steal_pointer (&segment);
    }
    if (at < turn) {
      low = middle + 1;
    } else {
      n = middle;
    }
  }
  return NULL;
}

static HlSegment *
get_last_known (HlSpoken *self)
{
  guint n = self->known != NULL ? g_list_model_get_n_items (self->known) : 0;
  return n > 0 ? g_list_model_get_item (self->known, n - 1) : NULL;
}

static void
put_ms (JsonObject *data,
        const char *name,
        gint64      ms)
{
  if (ms >= 0 && ms <= CALL_MS_MAX) {
    json_object_set_int_member (data, name, ms);
  }
}

static void
emit_segment (HlSpoken   *self,
              int         turn,
              int         rev,
              HlSpeaker   speaker,
              const char *text,
              gint64      start_ms,
              gint64      end_ms,
              HlSegmentState state,
              const char *key,
              GPtrArray  *facts)
{
  gboolean final = state != HL_SEGMENT_STATE_PARTIAL;

  if (turn > TURN_MAX) {
    return;
  }
  JsonObject *data = json_object_new ();
  json_object_set_string_member (data, "call_id", self->call_id);
  json_object_set_int_member (data, "turn", turn);
  json_object_set_int_member (data, "rev", rev);
  json_object_set_string_member (data, "speaker", hl_enum_nick (HL_TYPE_SPEAKER, speaker));
  hl_payload_put_text (data, "text", text, TEXT_MAX);
  put_ms (data, "start_ms", start_ms);
  put_ms (data, "end_ms", end_ms);
  json_object_set_string_member (data, "state", hl_enum_nick (HL_TYPE_SEGMENT_STATE, state));

  g_autofree char *own_key = key != NULL ? g_strdup (key) : g_strdup_printf ("segment/%d/%d", turn, rev);
  HlFact *fact = final ? hl_fact_new (HL_EVENT_TRANSCRIPT_SEGMENT, HL_TIME_NONE, data, self->provider,
                                      self->call_id, own_key)
                       : hl_fact_new (HL_EVENT_TRANSCRIPT_SEGMENT, HL_TIME_NONE, data, NULL, NULL, NULL);
  fact->partial = !final;
  g_ptr_array_add (facts, fact);
}

/* Whether a turn of a snapshot says more than the segment that the log has under its number. A finished text changes by a marked
 * correction only, so it is left alone where nothing but its times would be new. */
static gboolean
corrects (const Turn *turn,
          HlSegment  *known,
          gboolean    ended)
{
  const char *text = hl_segment_get_text (known);

  if (hl_segment_get_state (known) == HL_SEGMENT_STATE_REDACTED) {
    return FALSE;
  }
  if (hl_segment_get_speaker (known) == turn->speaker) {
    if (strstr (text, turn->text->str) != NULL) {
      return FALSE; /* the same, or less: a snapshot never shortens a final text */
    }
    if (g_str_has_prefix (turn->text->str, text)) {
      return TRUE; /* the turn went on */
    }
  }
  /* Another text: a line was missed and the numbers slipped, or the provider heard again. Only the history at the end is
   * believed where it is shorter. */
  return ended || g_utf8_strlen (turn->text->str, -1) > g_utf8_strlen (text, -1);
}

void
hl_spoken_emit (HlSpoken  *self,
                gboolean   ended,
                GPtrArray *facts)
{
  ended |= self->ended;
  for (guint i = 0; i < self->turns->len; i++) {
    const Turn *turn = g_ptr_array_index (self->turns, i);
    HlSegmentState state
        = ended || i + 1 < self->turns->len ? HL_SEGMENT_STATE_FINAL : HL_SEGMENT_STATE_PARTIAL;
    g_autoptr (HlSegment) known = find_known (self, (int) i);
    int rev = 0;

    if (known != NULL) {
      if (state == HL_SEGMENT_STATE_PARTIAL || !corrects (turn, known, ended)) {
        continue;
      }
      state = HL_SEGMENT_STATE_CORRECTED;
      rev = hl_segment_get_rev (known) + 1;
    }
    emit_segment (self, (int) i, rev, turn->speaker, turn->text->str, turn->start_ms, turn->end_ms, state, NULL, facts);
  }
}

/* Whether some turn of @speaker has @text already: a line that comes after the history of the whole call. */
static gboolean
is_known_line (HlSpoken   *self,
               HlSpeaker   speaker,
               const char *text)
{
  guint n = self->known != NULL ? g_list_model_get_n_items (self->known) : 0;

  for (guint i = 0; i < n; i++) {
    g_autoptr (HlSegment) segment = g_list_model_get_item (self->known, i);
    if (hl_segment_get_speaker (segment) == speaker && strstr (hl_segment_get_text (segment), text) != NULL) {
      return TRUE;
    }
  }
  return FALSE;
}

void
hl_spoken_line (HlSpoken   *self,
                HlSpeaker   speaker,
                const char *text,
                gint64      start_ms,
                gboolean    final,
                const char *key,
                GPtrArray  *facts)
{
  g_autoptr (HlSegment) last = get_last_known (self);
  int turn = 0;
  int rev = 0;
  HlSegmentState state = final ? HL_SEGMENT_STATE_FINAL : HL_SEGMENT_STATE_PARTIAL;
  g_autofree char *joined = NULL;

  if (text == NULL || *text == '\0' || (self->ended && (!final || is_known_line (self, speaker, text)))) {
    return;
  }
  if (last != NULL) {
    turn = hl_segment_get_turn (last) + 1;
    if (hl_segment_get_speaker (last) == speaker && hl_segment_get_state (last) != HL_SEGMENT_STATE_REDACTED) {
      turn = hl_segment_get_turn (last);
      rev = hl_segment_get_rev (last) + 1;
      joined = g_strconcat (hl_segment_get_text (last), " ", text, NULL);
      state = final ? HL_SEGMENT_STATE_CORRECTED : state; /* what stands as finished goes on */
    }
  }
  emit_segment (self, turn, rev, speaker, joined != NULL ? joined : text,
                joined != NULL ? hl_segment_get_start_ms (last) : start_ms, -1, state, key, facts);
}
