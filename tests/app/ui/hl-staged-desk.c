/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A desk without link, store and rules: a room in which every state stands somewhere. */
#include "hl-staged-desk.h"

#include "domain/hl-evolve.h"
#include "local/hl-outbox-row.h"

/* Friday, 4 December 2026, 19:04 in Los Angeles */
#define NOW G_GINT64_CONSTANT (1796439840000)
#define MINUTE G_GINT64_CONSTANT (60000)

enum {
  PROP_0,
  PROP_PAIRED,
  PROP_DEMO,
  PROP_READY,
  PROP_LOCATION_NAME,
  PROP_SHIFT,
  PROP_NOW,
  PROP_SEATED,
  PROP_DUE,
  PROP_WAITING,
  PROP_CALLS_LIVE,
  PROP_CALLS_NEEDING,
  PROP_PILL,
  PROP_UNSENT,
  PROP_TO_CHECK,
  PROP_CATCH_UP_DONE,
  PROP_CATCH_UP_TOTAL,
  PROP_CAUSE,
  PROP_OFFLINE_SINCE,
  PROP_RETRY_AT,
  PROP_AS_OF,
  PROP_CAN_UNDO,
  PROP_UNDO_KIND,
  PROP_UNDO_NAME,
  PROP_QUOTE_2,
  PROP_QUOTE_4,
  PROP_QUOTE_6,
  PROP_RTT,
  PROP_LINK_STATE,
  PROP_ENDPOINT,
  PROP_STORAGE_ERROR,
  PROP_STORAGE_NOTE,
  PROP_ROLE,
  PROP_WHO,
  PROP_DEVICE_NAME,
  PROP_UNDO_UNSENT,
  PROP_CLOCK_OFF,
  PROP_METERED,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

struct _HlDesk {
  GObject parent_instance;
  GValue values[N_PROPS];
  HlState *screen;
  HlHistory *history;
  GTimeZone *zone;
  GListStore *arrivals, *waitlist, *in_house, *needing, *live, *recent, *tables, *sections;
  GListStore *disputes, *outbox, *lines, *transitions, *endpoints;
  GArray *samples;
  guint64 seq;
  GPtrArray *performed;
};

enum {
  DECIDED,
  SHOWN,
  CAUGHT_UP,
  ATTENTION,
  CALL_ENDED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (HlDesk, hl_desk, G_TYPE_OBJECT)
G_DEFINE_QUARK (hl-desk-error-quark, hl_desk_error)

/* ---- the room ---- */

static HlTableToken *
add_table (HlDesk *self, HlSectionRow *section, const char *label, int least, int most,
           HlTableShown shown)
{
  HlTableToken *token = hl_table_token_new ();
  HlRow *row = HL_ROW (token);

  hl_row_set_string (row, HL_TABLE_TOKEN_TABLE_ID, label);
  hl_row_set_string (row, HL_TABLE_TOKEN_LABEL, label);
  hl_row_set_int (row, HL_TABLE_TOKEN_SEATS_MIN, least);
  hl_row_set_int (row, HL_TABLE_TOKEN_SEATS_MAX, most);
  hl_row_set_int (row, HL_TABLE_TOKEN_SHOWN, shown);
  hl_row_set_int (row, HL_TABLE_TOKEN_MINUTES, -1);
  hl_row_set_int64 (row, HL_TABLE_TOKEN_NEXT_TIME, G_MININT64);
  hl_row_set_int64 (row, HL_TABLE_TOKEN_SINCE, G_MININT64);
  g_list_store_append (self->tables, token);
  g_list_store_append (G_LIST_STORE (hl_section_row_get_tokens (section)), token);
  g_object_unref (token);
  return token;
}

static HlTableToken *
add_party (HlDesk *self, HlSectionRow *section, const char *label, int most, HlTableShown shown,
           const char *name, int size, int minutes, HlPartyStage stage)
{
  HlTableToken *token = add_table (self, section, label, 2, most, shown);
  HlRow *row = HL_ROW (token);
  int turn = size <= 2 ? 90 : size <= 4 ? 105 : 120;

  hl_row_set_string (row, HL_TABLE_TOKEN_PARTY_ID, name);
  hl_row_set_string (row, HL_TABLE_TOKEN_NAME, name);
  hl_row_set_string (row, HL_TABLE_TOKEN_SERVER, hl_row_get_string (HL_ROW (section), HL_SECTION_ROW_SERVER));
  hl_row_set_string (row, HL_TABLE_TOKEN_INITIALS, "MK");
  hl_row_set_int (row, HL_TABLE_TOKEN_SIZE, size);
  hl_row_set_int (row, HL_TABLE_TOKEN_ARRIVED, size);
  hl_row_set_int (row, HL_TABLE_TOKEN_MINUTES, minutes);
  hl_row_set_int64 (row, HL_TABLE_TOKEN_SINCE, NOW - minutes * MINUTE);
  hl_row_set_int (row, HL_TABLE_TOKEN_TURN_MINUTES, turn);
  hl_row_set_int (row, HL_TABLE_TOKEN_TURN,
                  minutes > turn        ? HL_TURN_OVER
                  : minutes > turn - 10 ? HL_TURN_SOON
                                        : HL_TURN_FINE);
  hl_row_set_int (row, HL_TABLE_TOKEN_STAGE, stage);
  return token;
}

static HlSectionRow *
add_section (HlDesk *self, const char *name, const char *server, int now, int tonight)
{
  HlSectionRow *section = hl_section_row_new ();
  HlRow *row = HL_ROW (section);
  g_autoptr (GListStore) tokens = g_list_store_new (HL_TYPE_TABLE_TOKEN);

  hl_row_set_string (row, HL_SECTION_ROW_SECTION_ID, name);
  hl_row_set_string (row, HL_SECTION_ROW_NAME, name);
  hl_row_set_string (row, HL_SECTION_ROW_SERVER, server);
  hl_row_set_int (row, HL_SECTION_ROW_COVERS_NOW, now);
  hl_row_set_int (row, HL_SECTION_ROW_COVERS_TONIGHT, tonight);
  hl_row_set_object (row, HL_SECTION_ROW_TOKENS, tokens);
  g_list_store_append (self->sections, section);
  g_object_unref (section);
  return section;
}

static void
set_next (HlTableToken *token, int in, const char *name, int size)
{
  hl_row_set_int64 (HL_ROW (token), HL_TABLE_TOKEN_NEXT_TIME, NOW + in * MINUTE);
  hl_row_set_string (HL_ROW (token), HL_TABLE_TOKEN_NEXT_NAME, name);
  hl_row_set_int (HL_ROW (token), HL_TABLE_TOKEN_NEXT_SIZE, size);
}

static void
stage_room (HlDesk *self)
{
  HlSectionRow *main_one = add_section (self, "Main 1", "Maya", 18, 34);
  HlSectionRow *main_two = add_section (self, "Main 2", "Jo", 22, 30);
  HlSectionRow *patio = add_section (self, "Patio", "Luis", 9, 21);
  HlTableToken *token;

  add_table (self, main_one, "11", 2, 4, HL_TABLE_SHOWN_OPEN);
  add_party (self, main_one, "12", 4, HL_TABLE_SHOWN_COURSE, "Ng", 4, 48, HL_PARTY_STAGE_ENTREE);
  token = add_table (self, main_one, "13", 2, 2, HL_TABLE_SHOWN_RESERVED_SOON);
  set_next (token, 26, "Okafor", 2);
  token = add_party (self, main_one, "14", 6, HL_TABLE_SHOWN_ASSIGNED, "Vandenberghe", 5, 3, 0);
  token = add_table (self, main_one, "15", 2, 4, HL_TABLE_SHOWN_DIRTY);
  hl_row_set_bool (HL_ROW (token), HL_TABLE_TOKEN_DIRTY, TRUE);
  hl_row_set_int (HL_ROW (token), HL_TABLE_TOKEN_MINUTES, 6);
  token = add_party (self, main_one, "16", 6, HL_TABLE_SHOWN_PARTIALLY_SEATED, "Haddad", 5, 4, 0);
  hl_row_set_int (HL_ROW (token), HL_TABLE_TOKEN_ARRIVED, 3);
  hl_row_set_bool (HL_ROW (token), HL_TABLE_TOKEN_ALLERGY, TRUE);
  token = add_party (self, main_one, "17", 2, HL_TABLE_SHOWN_SEATED, "Ruiz", 2, 12, 0);
  hl_row_set_bool (HL_ROW (token), HL_TABLE_TOKEN_UNSENT, TRUE);

  add_party (self, main_two, "21", 4, HL_TABLE_SHOWN_COURSE, "Lopez", 3, 31, HL_PARTY_STAGE_APPETIZER);
  token = add_party (self, main_two, "22", 4, HL_TABLE_SHOWN_COURSE, "Fernández", 4, 97,
                     HL_PARTY_STAGE_DESSERT);
  set_next (token, 56, "Kim", 4);
  hl_row_set_bool (HL_ROW (token), HL_TABLE_TOKEN_ALLERGY, TRUE);
  add_party (self, main_two, "23", 2, HL_TABLE_SHOWN_CHECK, "Diaz", 2, 102, HL_PARTY_STAGE_CHECK_DROPPED);
  add_party (self, main_two, "24", 6, HL_TABLE_SHOWN_CHECK, "Öztürk", 6, 80, HL_PARTY_STAGE_PAID);
  token = add_table (self, main_two, "25", 2, 4, HL_TABLE_SHOWN_BLOCKED);
  hl_row_set_bool (HL_ROW (token), HL_TABLE_TOKEN_BLOCKED, TRUE);
  hl_row_set_string (HL_ROW (token), HL_TABLE_TOKEN_BLOCKED_REASON, "leak");
  token = add_party (self, main_two, "26", 4, HL_TABLE_SHOWN_DISPUTED, "Ng", 4, 5, 0);
  hl_row_set_bool (HL_ROW (token), HL_TABLE_TOKEN_DISPUTED, TRUE);
  hl_row_set_int (HL_ROW (token), HL_TABLE_TOKEN_OTHERS, 1);
  add_party (self, main_two, "27", 8, HL_TABLE_SHOWN_SEATED, "Abernathy", 8, 8, HL_PARTY_STAGE_ORDERED);

  for (int i = 1; i <= 8; i++) {
    g_autofree char *label = g_strdup_printf ("P%d", i);

    if (i % 3 == 0)
      add_party (self, patio, label, 4, HL_TABLE_SHOWN_SEATED, "Walk-in", 3, 20 + i, 0);
    else
      add_table (self, patio, label, 1, i == 8 ? 10 : 4, HL_TABLE_SHOWN_OPEN);
  }
}

/* ---- the people ---- */

static HlGuestRow *
add_guest (GListStore *list, HlGuestGroup group, const char *name, int size, int at, int minutes)
{
  HlGuestRow *guest = hl_guest_row_new ();
  HlRow *row = HL_ROW (guest);
  g_autofree char *id = g_strdup_printf ("%s-%d", name, g_list_model_get_n_items (G_LIST_MODEL (list)));

  hl_row_set_string (row, HL_GUEST_ROW_ID, id);
  if (group <= HL_GUEST_GROUP_LATER)
    hl_row_set_string (row, HL_GUEST_ROW_RESERVATION_ID, id);
  else
    hl_row_set_string (row, HL_GUEST_ROW_PARTY_ID, id);
  hl_row_set_int (row, HL_GUEST_ROW_GROUP, group);
  hl_row_set_string (row, HL_GUEST_ROW_NAME, name);
  hl_row_set_int (row, HL_GUEST_ROW_SIZE, size);
  hl_row_set_int64 (row, HL_GUEST_ROW_TIME, NOW + at * MINUTE);
  hl_row_set_int (row, HL_GUEST_ROW_MINUTES, minutes);
  hl_row_set_int64 (row, HL_GUEST_ROW_ETA, G_MININT64);
  hl_row_set_int (row, HL_GUEST_ROW_RESERVATION_STATUS, HL_RESERVATION_STATUS_BOOKED);
  hl_row_set_int (row, HL_GUEST_ROW_QUOTE_MIN, -1);
  hl_row_set_int (row, HL_GUEST_ROW_QUOTE_MAX, -1);
  hl_row_set_string (row, HL_GUEST_ROW_PHONE, "+12025550142");
  g_list_store_append (list, guest);
  g_object_unref (guest);
  return guest;
}

static void
stage_people (HlDesk *self)
{
  static const char *const tags[] = { "birthday", NULL };
  HlRow *row;

  row = HL_ROW (add_guest (self->arrivals, HL_GUEST_GROUP_LATE, "Nakamura", 4, -19, 19));
  hl_row_set_string (row, HL_GUEST_ROW_TABLES, "12");
  row = HL_ROW (add_guest (self->arrivals, HL_GUEST_GROUP_LATE, "O’Sullivan-Brandenburg", 2, -34, 34));
  hl_row_set_int64 (row, HL_GUEST_ROW_ETA, NOW + 6 * MINUTE);
  hl_row_set_bool (row, HL_GUEST_ROW_VIP, TRUE);
  row = HL_ROW (add_guest (self->arrivals, HL_GUEST_GROUP_DUE, "Lopez", 2, -4, 4));
  hl_row_set_bool (row, HL_GUEST_ROW_VIP, TRUE);
  hl_row_set_strv (row, HL_GUEST_ROW_TAGS, tags);
  row = HL_ROW (add_guest (self->arrivals, HL_GUEST_GROUP_DUE, "Haddad", 6, 11, -11));
  hl_row_set_string (row, HL_GUEST_ROW_ALLERGIES, "peanuts, shellfish");
  hl_row_set_string (row, HL_GUEST_ROW_TABLES, "14, 16");
  hl_row_set_int (row, HL_GUEST_ROW_RESERVATION_STATUS, HL_RESERVATION_STATUS_CONFIRMED);
  row = HL_ROW (add_guest (self->arrivals, HL_GUEST_GROUP_DUE, "", 3, 26, -26));
  hl_row_set_bool (row, HL_GUEST_ROW_OVERBOOKED, TRUE);
  hl_row_set_bool (row, HL_GUEST_ROW_UNSENT, TRUE);
  for (int i = 0; i < 24; i++)
    add_guest (self->arrivals, HL_GUEST_GROUP_LATER, i % 2 ? "Kowalski" : "Ibrahim", 2 + i % 5,
               41 + 15 * (i / 3), -41);
  row = HL_ROW (add_guest (self->waitlist, HL_GUEST_GROUP_WAITING, "Santos", 2, -25, 25));
  hl_row_set_int (row, HL_GUEST_ROW_QUOTE_MIN, 20);
  hl_row_set_int (row, HL_GUEST_ROW_QUOTE_MAX, 30);
  row = HL_ROW (add_guest (self->waitlist, HL_GUEST_GROUP_WAITING, "Petrov", 4, -8, 8));
  hl_row_set_int (row, HL_GUEST_ROW_PARTY_STATUS, HL_PARTY_STATUS_NOTIFIED);
  row = HL_ROW (add_guest (self->in_house, HL_GUEST_GROUP_DOOR, "Whitfield", 3, -2, 2));
  hl_row_set_int (row, HL_GUEST_ROW_PARTY_STATUS, HL_PARTY_STATUS_ARRIVED);
  row = HL_ROW (add_guest (self->in_house, HL_GUEST_GROUP_SEATED, "Ng", 4, -48, 48));
  hl_row_set_int (row, HL_GUEST_ROW_PARTY_STATUS, HL_PARTY_STATUS_SEATED);
  hl_row_set_int (row, HL_GUEST_ROW_STAGE, HL_PARTY_STAGE_ENTREE);
  hl_row_set_int (row, HL_GUEST_ROW_TURN_MINUTES, 90);
  hl_row_set_string (row, HL_GUEST_ROW_TABLES, "12");
}

/* ---- the phone ---- */

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
  hl_row_set_int64 (row, HL_CALL_CARD_STARTED_AT, NOW - seconds * 1000 - 20 * MINUTE);
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

static void
stage_phone (HlDesk *self)
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

/* ---- the object ---- */

static void
hl_desk_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  g_value_copy (&HL_DESK (object)->values[id], value);
}

static void
hl_desk_finalize (GObject *object)
{
  HlDesk *self = HL_DESK (object);
  GListStore **lists[] = { &self->arrivals, &self->waitlist, &self->in_house, &self->needing,
                           &self->live,     &self->recent,   &self->tables,   &self->sections,
                           &self->disputes, &self->outbox,   &self->lines };

  for (guint id = 1; id < N_PROPS; id++)
    g_value_unset (&self->values[id]);
  for (gsize i = 0; i < G_N_ELEMENTS (lists); i++)
    g_clear_object (lists[i]);
  g_clear_object (&self->screen);
  g_clear_object (&self->history);
  g_time_zone_unref (self->zone);
  g_ptr_array_unref (self->performed);
  G_OBJECT_CLASS (hl_desk_parent_class)->finalize (object);
}

#define STRING(NAME, name, value) \
  properties[PROP_##NAME] = g_param_spec_string (name, NULL, NULL, value, flags)
#define INT(NAME, name, value) \
  properties[PROP_##NAME] = g_param_spec_int (name, NULL, NULL, -1, G_MAXINT, value, flags)
#define TIME(NAME, name, value) \
  properties[PROP_##NAME] = g_param_spec_int64 (name, NULL, NULL, G_MININT64, G_MAXINT64, value, flags)
#define BOOL(NAME, name, value) \
  properties[PROP_##NAME] = g_param_spec_boolean (name, NULL, NULL, value, flags)
#define ENUM(NAME, name, type, value) \
  properties[PROP_##NAME] = g_param_spec_enum (name, NULL, NULL, type, value, flags)

static void
hl_desk_class_init (HlDeskClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = hl_desk_get_property;
  object_class->finalize = hl_desk_finalize;
  BOOL (PAIRED, "paired", TRUE);
  BOOL (DEMO, "demo", TRUE);
  BOOL (READY, "ready", TRUE);
  STRING (LOCATION_NAME, "location-name", "Ocean Ave");
  STRING (SHIFT, "shift", "Dinner");
  TIME (NOW, "now", NOW);
  INT (SEATED, "seated", 86);
  INT (DUE, "due", 41);
  INT (WAITING, "waiting", 5);
  INT (CALLS_LIVE, "calls-live", 3);
  INT (CALLS_NEEDING, "calls-needing", 1);
  ENUM (PILL, "pill", HL_TYPE_PILL, HL_PILL_LIVE);
  INT (UNSENT, "unsent", 0);
  INT (TO_CHECK, "to-check", 0);
  INT (CATCH_UP_DONE, "catch-up-done", 0);
  INT (CATCH_UP_TOTAL, "catch-up-total", 0);
  ENUM (CAUSE, "cause", HL_TYPE_LINK_CAUSE, HL_LINK_CAUSE_NONE);
  TIME (OFFLINE_SINCE, "offline-since", 0);
  TIME (RETRY_AT, "retry-at", 0);
  TIME (AS_OF, "as-of", G_MININT64);
  BOOL (CAN_UNDO, "can-undo", TRUE);
  ENUM (UNDO_KIND, "undo-kind", HL_TYPE_ACTION_KIND, HL_ACTION_SEAT);
  STRING (UNDO_NAME, "undo-name", "Ng");
  INT (QUOTE_2, "quote-2", 15);
  INT (QUOTE_4, "quote-4", 35);
  INT (QUOTE_6, "quote-6", 60);
  INT (RTT, "rtt", 4);
  ENUM (LINK_STATE, "link-state", HL_TYPE_LINK_STATE, HL_LINK_STATE_LIVE);
  STRING (ENDPOINT, "endpoint", "https://192.168.1.10:8443");
  STRING (STORAGE_ERROR, "storage-error", "");
  STRING (STORAGE_NOTE, "storage-note", "");
  ENUM (ROLE, "role", HL_TYPE_ROLE, HL_ROLE_STAFF);
  STRING (WHO, "who", "Ana");
  STRING (DEVICE_NAME, "device-name", "Stand 1");
  BOOL (UNDO_UNSENT, "undo-unsent", FALSE);
  TIME (CLOCK_OFF, "clock-off", 0);
  BOOL (METERED, "metered", FALSE);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[DECIDED] = g_signal_new ("decided", HL_TYPE_DESK, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 1, HL_TYPE_OUTBOX_ITEM);
  signals[SHOWN] = g_signal_new ("shown", HL_TYPE_DESK, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 2, HL_TYPE_ACTION_KIND, G_TYPE_STRING);
  signals[CAUGHT_UP] = g_signal_new ("caught-up", HL_TYPE_DESK, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                     NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
  signals[ATTENTION] = g_signal_new ("attention", HL_TYPE_DESK, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                     NULL, G_TYPE_NONE, 2, HL_TYPE_CALL_CARD, G_TYPE_INT);
  signals[CALL_ENDED] = g_signal_new ("call-ended", HL_TYPE_DESK, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                      NULL, G_TYPE_NONE, 1, HL_TYPE_CALL_CARD);
}

static void
hl_desk_init (HlDesk *self)
{
  for (guint id = 1; id < N_PROPS; id++) {
    g_value_init (&self->values[id], G_PARAM_SPEC_VALUE_TYPE (properties[id]));
    g_param_value_set_default (properties[id], &self->values[id]);
  }
  self->screen = hl_state_new ();
  self->history = hl_history_new ();
  hl_history_begin (self->history, NOW - 180 * MINUTE);
  self->zone = g_time_zone_new_identifier ("America/Los_Angeles");
  self->arrivals = g_list_store_new (HL_TYPE_GUEST_ROW);
  self->waitlist = g_list_store_new (HL_TYPE_GUEST_ROW);
  self->in_house = g_list_store_new (HL_TYPE_GUEST_ROW);
  self->needing = g_list_store_new (HL_TYPE_CALL_CARD);
  self->live = g_list_store_new (HL_TYPE_CALL_CARD);
  self->recent = g_list_store_new (HL_TYPE_CALL_CARD);
  self->tables = g_list_store_new (HL_TYPE_TABLE_TOKEN);
  self->sections = g_list_store_new (HL_TYPE_SECTION_ROW);
  self->disputes = g_list_store_new (HL_TYPE_DISPUTE);
  self->outbox = g_list_store_new (HL_TYPE_OUTBOX_ITEM);
  self->lines = g_list_store_new (HL_TYPE_TRANSCRIPT_LINE);
  self->transitions = g_list_store_new (HL_TYPE_TRANSITION);
  self->endpoints = g_list_store_new (HL_TYPE_ENDPOINT);
  self->samples = g_array_new (FALSE, TRUE, sizeof (HlDeskSample));
  self->performed = g_ptr_array_new_with_free_func (g_free);
  stage_room (self);
  stage_people (self);
  stage_phone (self);
}

HlDesk *
hl_desk_new (const char *data_dir)
{
  return g_object_new (HL_TYPE_DESK, NULL);
}

HlDesk *
hl_desk_new_demo (void)
{
  return hl_desk_new (NULL);
}

void
hl_staged_desk_set (HlDesk *self, const char *property, const GValue *value)
{
  for (guint id = 1; id < N_PROPS; id++)
    if (g_str_equal (properties[id]->name, property)) {
      g_value_copy (value, &self->values[id]);
      g_object_notify_by_pspec (G_OBJECT (self), properties[id]);
      return;
    }
  g_assert_not_reached ();
}

void
hl_staged_desk_set_link (HlDesk *self, HlPill pill, HlLinkCause cause, HlLinkState state,
                         gint64 since, int unsent, int to_check)
{
  g_value_set_enum (&self->values[PROP_PILL], pill);
  g_value_set_enum (&self->values[PROP_CAUSE], cause);
  g_value_set_enum (&self->values[PROP_LINK_STATE], state);
  g_value_set_int64 (&self->values[PROP_OFFLINE_SINCE], since);
  g_value_set_int (&self->values[PROP_UNSENT], unsent);
  g_value_set_int (&self->values[PROP_TO_CHECK], to_check);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CAUSE]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PILL]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_UNSENT]);
}

static void
list_disputes (HlDesk *self)
{
  guint n = 0;
  HlEntity **disputes = hl_entity_list_peek (hl_state_get_list (self->screen, HL_TYPE_DISPUTE), &n);
  GListModel *shown = G_LIST_MODEL (self->disputes);

  for (guint i = 0; i < n; i++) {
    gboolean open = hl_dispute_get_state (HL_DISPUTE (disputes[i])) == HL_DISPUTE_STATE_OPEN;
    guint at = 0;

    if (g_list_store_find (self->disputes, disputes[i], &at) == open)
      continue;
    if (open)
      g_list_store_append (self->disputes, disputes[i]);
    else
      g_list_store_remove (self->disputes, at);
  }
  g_value_set_int (&self->values[PROP_TO_CHECK], (int) g_list_model_get_n_items (shown));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TO_CHECK]);
}

void
hl_staged_desk_apply (HlDesk *self, HlEventKind kind, const char *data)
{
  hl_staged_desk_apply_as (self, "Ana", 0, kind, data);
}

void
hl_staged_desk_apply_as (HlDesk *self, const char *who, int waited_min, HlEventKind kind, const char *data)
{
  g_autoptr (HlActor) actor = hl_actor_new (HL_ROLE_STAFF, who, "stand-1", self->seq + 1);
  g_autofree char *id = NULL;
  g_autofree char *text = g_strdelimit (g_strdup (data), "'", '"');
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = json_from_string (text, &error);
  g_autoptr (HlEvent) event = NULL;

  g_assert_no_error (error);
  self->seq++;
  id = g_strdup_printf ("e%" G_GUINT64_FORMAT, self->seq);
  event = hl_event_new (self->seq, id, kind, NOW - waited_min * MINUTE, NOW, actor, id, TRUE,
                        json_node_get_object (node));
  hl_history_add (self->history, self->screen, event);
  hl_history_tell (self->history);
  hl_evolve (self->screen, event);
  list_disputes (self);
}

HlOutboxItem *
hl_staged_desk_add_item (HlDesk *self, const char *id, const char *action, const char *label,
                         HlItemState state, int outcome, int reason, const char *detail)
{
  g_autofree char *text = g_strdelimit (g_strdup (action), "'", '"');
  g_autofree char *more = g_strdelimit (g_strdup (detail), "'", '"');
  HlOutboxRow row = {
    .device = (char *) "stand-1", .n = ++self->seq, .id = (char *) id, .state = state,
    .action = text, .label = (char *) label, .outcome = outcome, .reason = reason, .detail = more,
    .composed_at = NOW - 3 * MINUTE, .decided_at = NOW - 3 * MINUTE, .boot_id = (char *) "b",
  };
  HlOutboxItem *item = hl_outbox_item_new (&row);

  g_list_store_insert (self->outbox, 0, item);
  g_object_unref (item);
  return item;
}

void
hl_staged_desk_add_step (HlDesk *self, int minutes_ago, HlLinkState from, HlLinkState to,
                         HlLinkCause cause)
{
  g_autoptr (HlTransition) step = hl_transition_new (NOW - minutes_ago * MINUTE, from, to, cause,
                                                     "https://192.168.1.10:8443", "", 0, 60000);
  HlDeskSample sample = { NOW - minutes_ago * MINUTE, 4 + minutes_ago };

  g_list_store_insert (self->transitions, 0, step);
  g_array_append_val (self->samples, sample);
}

GPtrArray *
hl_staged_desk_get_performed (HlDesk *self)
{
  return self->performed;
}

void
hl_desk_start (HlDesk *self)
{
}

static void
answer (HlDesk *self, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (self, NULL, callback, user_data);

  g_task_return_pointer (task, g_strdup ("done"), g_free);
  g_object_unref (task);
}

void
hl_desk_close_async (HlDesk *self, GAsyncReadyCallback callback, gpointer user_data)
{
  answer (self, callback, user_data);
}

gboolean
hl_desk_close_finish (HlDesk *self, GAsyncResult *result, GError **error)
{
  g_free (g_task_propagate_pointer (G_TASK (result), error));
  return TRUE;
}

#define LIST(name, member)                   \
  GListModel *hl_desk_get_##name (HlDesk *s) \
  {                                          \
    return G_LIST_MODEL (s->member);         \
  }
LIST (arrivals, arrivals)
LIST (waitlist, waitlist)
LIST (in_house, in_house)
LIST (calls_needing, needing)
LIST (calls_live, live)
LIST (calls_recent, recent)
LIST (tables, tables)
LIST (sections, sections)
LIST (disputes, disputes)
LIST (outbox, outbox)
LIST (transitions, transitions)
LIST (endpoints, endpoints)

GListModel *
hl_desk_get_transcript (HlDesk *self, const char *call_id)
{
  return G_LIST_MODEL (g_object_ref (self->lines));
}

HlHistory *
hl_desk_get_history (HlDesk *self)
{
  return self->history;
}

HlState *
hl_desk_get_screen (HlDesk *self)
{
  return self->screen;
}

static gpointer
find (GListStore *list, guint prop_id, const char *value)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (list));

  for (guint i = 0; i < n; i++) {
    g_autoptr (HlRow) row = g_list_model_get_item (G_LIST_MODEL (list), i);

    if (g_strcmp0 (hl_row_get_string (row, prop_id), value) == 0)
      return row;
  }
  return NULL;
}

HlTableToken *
hl_desk_find_table (HlDesk *self, const char *table_id)
{
  return find (self->tables, HL_TABLE_TOKEN_TABLE_ID, table_id);
}

HlTableToken *
hl_desk_find_table_by_label (HlDesk *self, const char *label)
{
  return find (self->tables, HL_TABLE_TOKEN_LABEL, label);
}

HlGuestRow *
hl_desk_find_guest (HlDesk *self, const char *id)
{
  return find (self->in_house, HL_GUEST_ROW_ID, id);
}

HlCallCard *
hl_desk_find_call (HlDesk *self, const char *call_id)
{
  GListStore *lists[] = { self->needing, self->live, self->recent };
  HlCallCard *card = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (lists) && card == NULL; i++)
    card = find (lists[i], HL_CALL_CARD_CALL_ID, call_id);
  return card;
}

void
hl_desk_perform_async (HlDesk *self, HlActionKind kind, JsonObject *data,
                       GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (JsonNode) node = json_node_alloc ();
  g_autofree char *text = NULL;

  json_node_init_object (node, data);
  json_object_unref (data);
  text = json_to_string (node, FALSE);
  g_ptr_array_add (self->performed, g_strdup_printf ("%s %s", hl_enum_nick (HL_TYPE_ACTION_KIND, kind), text));
  answer (self, callback, user_data);
}

char *
hl_desk_perform_finish (HlDesk *self, GAsyncResult *result, HlOutcome *predicted, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

char *
hl_desk_new_id (void)
{
  return g_uuid_string_random ();
}

void
hl_desk_undo_async (HlDesk *self, GAsyncReadyCallback callback, gpointer user_data)
{
  g_ptr_array_add (self->performed, g_strdup ("undo"));
  answer (self, callback, user_data);
}

char *
hl_desk_undo_finish (HlDesk *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

void
hl_desk_mark_read (HlDesk *self, HlOutboxItem *item)
{
  g_ptr_array_add (self->performed, g_strdup_printf ("read %s", hl_outbox_item_get_id (item)));
}

gboolean
hl_desk_can_withdraw (HlDesk *self, HlOutboxItem *item)
{
  g_autoptr (HlOutboxItem) newest = g_list_model_get_item (G_LIST_MODEL (self->outbox), 0);

  return newest == item && hl_outbox_item_get_state (item) == HL_ITEM_QUEUED;
}

void
hl_desk_withdraw_async (HlDesk *self, HlOutboxItem *item, GAsyncReadyCallback callback,
                        gpointer user_data)
{
  g_ptr_array_add (self->performed, g_strdup_printf ("withdraw %s", hl_outbox_item_get_id (item)));
  answer (self, callback, user_data);
}

void
hl_desk_redo_review_async (HlDesk *self, HlOutboxItem *item, GAsyncReadyCallback callback,
                           gpointer user_data)
{
  g_ptr_array_add (self->performed, g_strdup_printf ("again %s", hl_outbox_item_get_id (item)));
  answer (self, callback, user_data);
}

const HlDeskSample *
hl_desk_get_rtts (HlDesk *self, gsize *n)
{
  *n = self->samples->len;
  return (const HlDeskSample *) self->samples->data;
}

const HlDeskSample *
hl_desk_get_latencies (HlDesk *self, gsize *n)
{
  return hl_desk_get_rtts (self, n);
}

guint
hl_desk_count_reconnects (HlDesk *self, gint64 since)
{
  return 3;
}

void
hl_desk_get_totals (HlDesk *self, HlDeskTotals *totals)
{
  *totals = (HlDeskTotals) { .composed = 45, .applied = 38, .refused = 2, .review = 1, .waiting = 4 };
}

void
hl_desk_load_log_async (HlDesk *self, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, user_data);
  g_task_return_boolean (task, TRUE);
}

gboolean
hl_desk_load_log_finish (HlDesk *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

gboolean
hl_desk_get_log_whole (HlDesk *self)
{
  return TRUE;
}

char *
hl_desk_make_report (HlDesk *self)
{
  g_ptr_array_add (self->performed, g_strdup ("report"));
  return g_strdup ("Hostline 0.1\n");
}

void
hl_desk_clear_away (HlDesk *self)
{
}

void
hl_desk_reconnect_now (HlDesk *self)
{
  g_ptr_array_add (self->performed, g_strdup ("reconnect"));
}

const char *
hl_desk_describe_cause (HlLinkCause cause)
{
  return cause == HL_LINK_CAUSE_NONE ? "" : "The back-office server does not answer";
}

void
hl_desk_pair_async (HlDesk *self, const char *link, const char *address, const char *code,
                    const char *device_name, gboolean confirmed, GCancellable *cancellable,
                    GAsyncReadyCallback callback, gpointer user_data)
{
  g_ptr_array_add (self->performed, g_strdup_printf ("pair %s %s", link != NULL ? link : address,
                                                     code != NULL ? code : ""));
  answer (self, callback, user_data);
}

gboolean
hl_desk_pair_finish (HlDesk *self, GAsyncResult *result, GError **error)
{
  g_free (g_task_propagate_pointer (G_TASK (result), error));
  return TRUE;
}

const char *
hl_desk_get_pairing_pin (HlDesk *self)
{
  return "9F2C 41D0";
}

gboolean
hl_desk_get_paired (HlDesk *self)
{
  return g_value_get_boolean (&self->values[PROP_PAIRED]);
}

gint64
hl_desk_get_now (HlDesk *self)
{
  return g_value_get_int64 (&self->values[PROP_NOW]);
}

HlPill
hl_desk_get_pill (HlDesk *self)
{
  return g_value_get_enum (&self->values[PROP_PILL]);
}

HlLinkCause
hl_desk_get_cause (HlDesk *self)
{
  return g_value_get_enum (&self->values[PROP_CAUSE]);
}

HlLinkState
hl_desk_get_link_state (HlDesk *self)
{
  return g_value_get_enum (&self->values[PROP_LINK_STATE]);
}

int
hl_desk_get_unsent (HlDesk *self)
{
  return g_value_get_int (&self->values[PROP_UNSENT]);
}

int
hl_desk_get_to_check (HlDesk *self)
{
  return g_value_get_int (&self->values[PROP_TO_CHECK]);
}

GTimeZone *
hl_desk_get_timezone (HlDesk *self)
{
  return self->zone;
}
