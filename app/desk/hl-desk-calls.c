/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The phone pane: a card for each call, in the list where it belongs, and alarms for those that
 * begin to need somebody. */
#include "desk/hl-desk-look.h"

#include "desk/hl-transcript.h"

#define RECENT_MAX 50

static void
show_slots (HlRow *card, HlCall *call)
{
  GPtrArray *slots = hl_call_get_slots (call);
  GListModel *model = hl_row_get_object (card, HL_CALL_CARD_SLOTS);
  g_autoptr (GPtrArray) chips = g_ptr_array_new_with_free_func (g_object_unref);

  if (model == NULL) {
    g_autoptr (HlOrderedList) list = hl_ordered_list_new (HL_TYPE_SLOT_CHIP);
    hl_row_set_object (card, HL_CALL_CARD_SLOTS, list);
    model = G_LIST_MODEL (list);
  }
  for (guint i = 0; i < slots->len; i++) {
    HlSlot *slot = g_ptr_array_index (slots, i);
    HlRow *chip = NULL;
    for (guint k = 0; chip == NULL && k < g_list_model_get_n_items (model); k++) {
      g_autoptr (HlRow) old = g_list_model_get_item (model, k);
      if (hl_row_get_int (old, HL_SLOT_CHIP_KIND) == (int)hl_slot_get_kind (slot))
        chip = g_steal_pointer (&old);
    }
    if (chip == NULL)
      chip = HL_ROW (hl_slot_chip_new ());
    hl_row_set_int (chip, HL_SLOT_CHIP_KIND, (int)hl_slot_get_kind (slot));
    hl_row_set_string (chip, HL_SLOT_CHIP_VALUE,
                       hl_desk_has (hl_slot_get_value (slot)) ? hl_slot_get_value (slot)
                                                              : hl_slot_get_raw (slot));
    hl_row_set_string (chip, HL_SLOT_CHIP_RAW, hl_slot_get_raw (slot));
    hl_row_set_int (chip, HL_SLOT_CHIP_STATE, (int)hl_slot_get_state (slot));
    hl_row_set_string (chip, HL_SLOT_CHIP_REASON, hl_slot_get_reason (slot));
    hl_row_set_int (chip, HL_SLOT_CHIP_TURN, hl_slot_get_turn (slot));
    g_ptr_array_add (chips, chip);
  }
  hl_ordered_list_assign (HL_ORDERED_LIST (model), chips);
}

static void
show_last_line (HlDeskLook *look, HlRow *card, const char *call_id)
{
  const char *told = hl_overlay_find_told (look->desk->overlay, look->state, call_id);
  HlEntityList *segments = hl_state_peek_transcript (look->state, told);
  g_autoptr (GPtrArray) unfinished = hl_overlay_get_lines (look->desk->overlay, told);
  guint n = 0;
  HlEntity **items = segments != NULL ? hl_entity_list_peek (segments, &n) : NULL;
  HlSegment *last = n > 0 ? HL_SEGMENT (items[n - 1]) : NULL;
  HlOverlayLine *over = unfinished != NULL && unfinished->len > 0
                            ? g_ptr_array_index (unfinished, unfinished->len - 1)
                            : NULL;

  hl_row_set_int (card, HL_CALL_CARD_TURNS, (int)n);
  if (over != NULL
      && (last == NULL || over->turn > hl_segment_get_turn (last)
          || (over->turn == hl_segment_get_turn (last)
              && hl_segment_get_state (last) == HL_SEGMENT_STATE_PARTIAL))) {
    hl_row_set_string (card, HL_CALL_CARD_LAST_TEXT, over->text);
    hl_row_set_int (card, HL_CALL_CARD_LAST_SPEAKER, (int)over->speaker);
    hl_row_set_bool (card, HL_CALL_CARD_LAST_FINAL, FALSE);
  } else {
    hl_row_set_string (card, HL_CALL_CARD_LAST_TEXT,
                       last != NULL ? hl_segment_get_text (last) : "");
    hl_row_set_int (card, HL_CALL_CARD_LAST_SPEAKER,
                    last != NULL ? (int)hl_segment_get_speaker (last) : 0);
    hl_row_set_bool (card, HL_CALL_CARD_LAST_FINAL,
                     last != NULL && hl_segment_get_state (last) != HL_SEGMENT_STATE_PARTIAL);
  }
}

static int
count_seconds (HlCall *call, gint64 now)
{
  gint64 from = hl_desk_first_time (hl_call_get_started_at (call), hl_call_get_answered_at (call));
  gint64 to = now;

  if (hl_call_get_state (call) == HL_CALL_STATE_ENDED) {
    if (hl_call_get_duration_ms (call) >= 0)
      return hl_call_get_duration_ms (call) / 1000;
    to = hl_desk_first_time (hl_call_get_ended_at (call), from);
  }
  return from == HL_TIME_NONE || to < from ? 0 : (int)MIN ((to - from) / 1000, G_MAXINT);
}

static void
show_call (HlDeskLook *look, HlRow *card, HlCall *call)
{
  const char *id = hl_call_get_call_id (call);
  HlCallState state = hl_call_get_state (call);
  gboolean outbound = hl_call_get_direction (call) == HL_CALL_DIRECTION_OUTBOUND;
  g_autoptr (GPtrArray) reservations = hl_state_get_call_reservations (look->state, id);
  gint64 since = hl_call_get_attention_since (call);
  gboolean needs = hl_derive_needs_you (call);

  hl_row_set_string (card, HL_CALL_CARD_CALL_ID, id);
  hl_row_set_string (card, HL_CALL_CARD_NAME, hl_call_get_caller_name (call));
  hl_row_set_string (card, HL_CALL_CARD_NUMBER,
                     outbound ? hl_call_get_to (call) : hl_call_get_from (call));
  hl_row_set_string (card, HL_CALL_CARD_LANGUAGE, hl_call_get_language (call));
  hl_row_set_int (card, HL_CALL_CARD_INTENT, (int)hl_call_get_intent (call));
  hl_row_set_int (card, HL_CALL_CARD_STATE, (int)state);
  hl_row_set_int (card, HL_CALL_CARD_OUTCOME, (int)hl_call_get_outcome (call));
  hl_row_set_int (card, HL_CALL_CARD_FOLLOW_UP, (int)hl_call_get_follow_up (call));
  hl_row_set_int (card, HL_CALL_CARD_ATTENTION_REASON, (int)hl_call_get_attention_reason (call));
  hl_row_set_int (card, HL_CALL_CARD_DIRECTION, (int)hl_call_get_direction (call));
  hl_row_set_int (card, HL_CALL_CARD_STAGE, (int)hl_derive_call_stage (call));
  hl_row_set_int64 (card, HL_CALL_CARD_STARTED_AT, hl_call_get_started_at (call));
  hl_row_set_int (card, HL_CALL_CARD_SECONDS, count_seconds (call, look->now));
  hl_row_set_int (card, HL_CALL_CARD_PRIORITY, hl_call_get_attention_priority (call));
  hl_row_set_int64 (card, HL_CALL_CARD_ATTENTION_SINCE, since);
  hl_row_set_string (card, HL_CALL_CARD_ACKNOWLEDGED_BY,
                     hl_call_get_attention_acknowledged_by (call));
  hl_row_set_int (card, HL_CALL_CARD_NEEDS_SECONDS,
                  needs && since != HL_TIME_NONE && look->now > since
                      ? (int)MIN ((look->now - since) / 1000, G_MAXINT)
                      : 0);
  hl_row_set_string (card, HL_CALL_CARD_HANDLED_BY, hl_call_get_handled_by (call));
  hl_row_set_string (card, HL_CALL_CARD_FOLLOW_UP_BY, hl_call_get_follow_up_by (call));
  hl_row_set_string (card, HL_CALL_CARD_SUMMARY, hl_call_get_summary (call));
  hl_row_set_string (card, HL_CALL_CARD_RECORDING_URL, hl_call_get_recording_url (call));
  hl_row_set_string (card, HL_CALL_CARD_END_REASON, hl_call_get_end_reason (call));
  hl_row_set_bool (card, HL_CALL_CARD_LOST,
                   state != HL_CALL_STATE_ENDED
                       && hl_call_get_contact (call) == HL_CALL_CONTACT_LOST);
  hl_row_set_string (card, HL_CALL_CARD_RESERVATION_ID,
                     reservations->len > 0
                         ? hl_reservation_get_reservation_id (g_ptr_array_index (reservations, 0))
                         : "");
  hl_row_set_string (card, HL_CALL_CARD_ATTENTION_NOTE, hl_call_get_attention_note (call));
  hl_row_set_int (card, HL_CALL_CARD_ATTEMPTS,
                  reservations->len > 0
                      ? (int)hl_reservation_get_contact_attempts (g_ptr_array_index (reservations, 0))->len
                      : 0);
  hl_row_set_bool (card, HL_CALL_CARD_UNSENT, hl_desk_is_unsent (look->desk, id));
  show_last_line (look, card, id);
  show_slots (card, call);
  if (needs)
    /* Priority 1 first; none (a follow-up without one) last. */
    hl_desk_set_key (
        card, hl_desk_make_key (hl_call_get_attention_priority (call) > 0
                                    ? hl_call_get_attention_priority (call)
                                    : 9,
                                hl_desk_first_time (since, hl_call_get_started_at (call)), "", id));
  else if (state == HL_CALL_STATE_ENDED)
    hl_desk_set_key (
        card, hl_desk_make_key (
                  0,
                  -hl_desk_first_time (hl_call_get_ended_at (call),
                                       hl_desk_first_time (hl_call_get_started_at (call), 0)),
                  "", id));
  else
    hl_desk_set_key (card, hl_desk_make_key (0, hl_call_get_started_at (call), "", id));
}

static gboolean
is_current (HlDesk *self)
{
  HlLinkState state = hl_desk_get_link_state (self);
  return state == HL_LINK_STATE_LIVE || state == HL_LINK_STATE_LATE;
}

void
hl_desk_refresh_calls (HlDeskLook *look)
{
  HlDesk *self = look->desk;
  g_autoptr (GPtrArray) needing = g_ptr_array_new ();
  g_autoptr (GPtrArray) live = g_ptr_array_new ();
  g_autoptr (GPtrArray) recent = g_ptr_array_new ();
  g_autoptr (GPtrArray) alarms = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GPtrArray) ended = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GHashTable) kept = g_hash_table_new (g_str_hash, g_str_equal);
  guint n;
  HlEntity **items = hl_desk_peek (look->state, HL_TYPE_CALL, &n);
  int n_live = 0;

  for (guint i = 0; i < n; i++) {
    HlCall *call = HL_CALL (items[i]);
    const char *id = hl_call_get_call_id (call);
    gboolean is_new = !g_hash_table_contains (self->card_rows, id);
    HlRow *card = hl_desk_ensure_row (self->card_rows, id, (gpointer (*) (void))hl_call_card_new);
    gboolean needs = hl_derive_needs_you (call);
    gboolean was_live = !is_new && hl_row_get_int (card, HL_CALL_CARD_STATE) != HL_CALL_STATE_ENDED;
    int old_priority = is_new ? 0 : hl_row_get_int (card, HL_CALL_CARD_PRIORITY);
    gboolean is_live = hl_call_get_state (call) != HL_CALL_STATE_ENDED;
    gint64 since
        = hl_desk_first_time (hl_call_get_attention_since (call), hl_call_get_last_event_at (call));
    show_call (look, card, call);
    /* No sound for anything older than the connection, nor while catching up. */
    if (needs && is_current (self) && since != HL_TIME_NONE && since >= self->welcomed_at
        && (!hl_row_get_bool (card, HL_CALL_CARD_NEEDS_YOU)
            || (old_priority > hl_call_get_attention_priority (call)
                && hl_call_get_attention_priority (call) > 0)))
      g_ptr_array_add (alarms, g_object_ref (card));
    if (was_live && !is_live)
      g_ptr_array_add (ended, g_object_ref (card));
    hl_row_set_bool (card, HL_CALL_CARD_NEEDS_YOU, needs);
    g_hash_table_add (kept, (gpointer)id);
    if (is_live)
      n_live++;
    g_ptr_array_add (needs ? needing : is_live ? live : recent, card);
  }
  g_ptr_array_sort (needing, hl_desk_compare_keys);
  g_ptr_array_sort (live, hl_desk_compare_keys);
  g_ptr_array_sort (recent, hl_desk_compare_keys);
  if (recent->len > RECENT_MAX)
    g_ptr_array_set_size (recent, RECENT_MAX);
  hl_ordered_list_assign (self->needing, needing);
  hl_ordered_list_assign (self->live, live);
  hl_ordered_list_assign (self->recent, recent);
  hl_desk_keep_rows (self->card_rows, kept);
  hl_desk_put_int (self, HL_DESK_PROP_CALLS_LIVE, &self->calls_live, n_live);
  hl_desk_put_int (self, HL_DESK_PROP_CALLS_NEEDING, &self->calls_needing, (int)needing->len);
  for (guint i = 0; i < alarms->len; i++)
    hl_desk_emit_attention (self, g_ptr_array_index (alarms, i),
                            hl_call_card_get_priority (g_ptr_array_index (alarms, i)));
  for (guint i = 0; i < ended->len; i++)
    hl_desk_emit_call_ended (self, g_ptr_array_index (ended, i));
  hl_desk_check_sounds (self);
}

void
hl_desk_refresh_transcripts (HlDeskLook *look)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, look->desk->transcripts);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    hl_transcript_refresh (value, look->state, look->desk->overlay);
}
