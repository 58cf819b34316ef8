/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The staged calls, and what is said in one of them. */
#include "hl-staged-desk-private.h"

static HlCallCard *
add_call (GListStore *list, const char *id, const char *name, const char *language,
          HlCallIntent intent, HlCallStage stage, int seconds)
{
  HlCallCard *card = hl_call_card_new ();
  HlRow *row = HL_ROW (card);
  g_autoptr (GListStore) slots = g_list_store_new (HL_TYPE_SLOT_CHIP);

  hl_row_set_string (row, HL_CALL_CARD_CALL_ID, id);
  hl_row_set_string (row, HL_CALL_CARD_NAME, name);
  hl_row_set_string (row, HL_CALL_CARD_NUMBER, "+12025554471");
  hl_row_set_string (row, HL_CALL_CARD_LANGUAGE, language);
  hl_row_set_int (row, HL_CALL_CARD_INTENT, intent);
  hl_row_set_int (row, HL_CALL_CARD_STAGE, stage);
  hl_row_set_int (row, HL_CALL_CARD_SECONDS, seconds);
  hl_row_set_int64 (row, HL_CALL_CARD_STARTED_AT, HL_STAGED_NOW - seconds * 1000 - 20 * HL_STAGED_MINUTE);
  hl_row_set_bool (row, HL_CALL_CARD_LAST_FINAL, TRUE);
  hl_row_set_object (row, HL_CALL_CARD_SLOTS, slots);
  g_list_store_append (list, card);
  g_object_unref (card);
  return card;
}

static void
add_slot (HlCallCard *card, HlSlotKind kind, const char *value, HlSlotState state)
{
  g_autoptr (HlSlotChip) chip = hl_slot_chip_new ();

  hl_row_set_int (HL_ROW (chip), HL_SLOT_CHIP_KIND, kind);
  hl_row_set_string (HL_ROW (chip), HL_SLOT_CHIP_VALUE, value);
  hl_row_set_int (HL_ROW (chip), HL_SLOT_CHIP_STATE, state);
  if (state == HL_SLOT_STATE_IMPOSSIBLE)
    hl_row_set_string (HL_ROW (chip), HL_SLOT_CHIP_REASON, "full");
  g_list_store_append (G_LIST_STORE (hl_call_card_get_slots (card)), chip);
}

static void
add_line (HlDesk *self, int turn, HlSpeaker speaker, const char *text, HlSegmentState state, int gap)
{
  static const char *const spans[] = { "0:5:time", NULL };
  g_autoptr (HlTranscriptLine) line = hl_transcript_line_new ();
  HlRow *row = HL_ROW (line);

  hl_row_set_int (row, HL_TRANSCRIPT_LINE_TURN, turn);
  hl_row_set_int (row, HL_TRANSCRIPT_LINE_SPEAKER, speaker);
  hl_row_set_string (row, HL_TRANSCRIPT_LINE_TEXT, text);
  hl_row_set_int (row, HL_TRANSCRIPT_LINE_STATE, state);
  hl_row_set_int (row, HL_TRANSCRIPT_LINE_GAP, gap);
  hl_row_set_int (row, HL_TRANSCRIPT_LINE_START_MS, turn * 7000);
  if (speaker == HL_SPEAKER_CALLER && state == HL_SEGMENT_STATE_FINAL)
    hl_row_set_strv (row, HL_TRANSCRIPT_LINE_SPANS, spans);
  g_list_store_append (self->lines, line);
}

void
hl_staged_phone (HlDesk *self)
{
  HlCallCard *card;
  HlRow *row;

  card = add_call (self->needing, "c1", "", "es", HL_CALL_INTENT_PERSON, HL_CALL_STAGE_WANTS_YOU, 131);
  row = HL_ROW (card);
  hl_row_set_bool (row, HL_CALL_CARD_NEEDS_YOU, TRUE);
  hl_row_set_int (row, HL_CALL_CARD_PRIORITY, 1);
  hl_row_set_int (row, HL_CALL_CARD_NEEDS_SECONDS, 48);
  hl_row_set_int (row, HL_CALL_CARD_ATTENTION_REASON, HL_ATTENTION_REASON_PERSON);
  hl_row_set_string (row, HL_CALL_CARD_LAST_TEXT, "Quiero hablar con una persona, por favor.");
  add_slot (card, HL_SLOT_KIND_PARTY_SIZE, "12", HL_SLOT_STATE_IMPOSSIBLE);

  card = add_call (self->live, "c2", "Priya Raman", "en", HL_CALL_INTENT_BOOK, HL_CALL_STAGE_COLLECTING, 72);
  add_slot (card, HL_SLOT_KIND_DATE, "Fri 11 Dec", HL_SLOT_STATE_CONFIRMED);
  add_slot (card, HL_SLOT_KIND_TIME, "20:00", HL_SLOT_STATE_READ_BACK);
  add_slot (card, HL_SLOT_KIND_PARTY_SIZE, "4", HL_SLOT_STATE_HEARD);
  add_slot (card, HL_SLOT_KIND_ALLERGY, "sesame", HL_SLOT_STATE_HEARD);
  hl_row_set_string (HL_ROW (card), HL_CALL_CARD_LAST_TEXT, "and one of us can’t have sesame, so for four");
  hl_row_set_bool (HL_ROW (card), HL_CALL_CARD_LAST_FINAL, FALSE);

  card = add_call (self->recent, "c3", "Ruiz", "en", HL_CALL_INTENT_BOOK, HL_CALL_STAGE_ENDED, 95);
  hl_row_set_int (HL_ROW (card), HL_CALL_CARD_OUTCOME, HL_CALL_OUTCOME_BOOKED);
  hl_row_set_string (HL_ROW (card), HL_CALL_CARD_SUMMARY, "Table for 2 tonight at 20:30, by the window if there is one.");
  card = add_call (self->recent, "c4", "", "en", HL_CALL_INTENT_QUESTION, HL_CALL_STAGE_ENDED, 40);
  hl_row_set_int (HL_ROW (card), HL_CALL_CARD_OUTCOME, HL_CALL_OUTCOME_ABANDONED);

  add_line (self, 0, HL_SPEAKER_AGENT, "Ocean Ave, good evening. How can I help?", HL_SEGMENT_STATE_FINAL, 0);
  add_line (self, 1, HL_SPEAKER_CALLER, "Eight tomorrow, could we get a table?", HL_SEGMENT_STATE_FINAL, 0);
  add_line (self, 4, HL_SPEAKER_AGENT, "Of course. For how many people?", HL_SEGMENT_STATE_FINAL, 2);
  add_line (self, 5, HL_SPEAKER_CALLER, "and one of us can’t have sesame, so for four", HL_SEGMENT_STATE_PARTIAL, 0);
}
