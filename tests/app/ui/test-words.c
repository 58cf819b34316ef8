/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Words, numbers and judgements of the window that need no display. */
#include <glib.h>
#include <string.h>

#include "hl-staged-desk.h"
#include "local/hl-outbox-row.h"
#include "views/hl-call-tile.h"
#include "views/hl-phone.h"
#include "views/hl-seating.h"
#include "views/hl-words-dispute.h"
#include "views/hl-words-field.h"
#include "views/hl-words-history.h"
#include "views/hl-words-link.h"
#include "views/hl-words-outbox.h"
#include "views/hl-words.h"
#include "widgets/hl-compact.h"

/* A number stands as one piece, whatever the language around it is. */
static void
test_call_title (void)
{
  g_autoptr (HlCallCard) card = hl_call_card_new ();
  static const struct {
    const char *name, *number;
    gboolean masked;
    const char *title;
  } cases[] = {
    { "", "+12025550142", TRUE, "\u2068•••• 0142\u2069" },
    { "", "+12025550142", FALSE, "\u2068+12025550142\u2069" },
    { "", "", TRUE, "Number withheld" },
    { "Ng", "+12025550142", TRUE, "Ng" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *title = NULL;

    hl_row_set_string (HL_ROW (card), HL_CALL_CARD_NAME, cases[i].name);
    hl_row_set_string (HL_ROW (card), HL_CALL_CARD_NUMBER, cases[i].number);
    title = hl_call_tile_make_title (card, cases[i].masked);
    g_assert_cmpstr (title, ==, cases[i].title);
  }
}

static void
test_phone (void)
{
  static const struct {
    const char *typed, *own, *number;
  } cases[] = {
    { "", "+12025550100", "" },
    { "202 555 0142", "+12025550100", "+12025550142" },
    { "(202) 555-0142", "+12025550100", "+12025550142" },
    { "1-202-555-0142", "+12025550100", "+12025550142" },
    { "+34 600 123 456", "+12025550100", "+34600123456" },
    { "0034 600 123 456", "+12025550100", "+34600123456" },
    { "5550142", "+12025550100", NULL },
    { "600 123 456", "+34910000000", NULL },
    { "202 555 0142", NULL, NULL },
    { "call me", "+12025550100", NULL },
    { "+", "+12025550100", NULL },
    { "+1234567890123456", "+12025550100", NULL },
    { "+0123456789", "+12025550100", NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *number = hl_phone_normalize (cases[i].typed, cases[i].own);

    g_assert_cmpstr (number, ==, cases[i].number);
  }
}

static void
test_times (void)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_identifier ("America/Los_Angeles");
  g_autofree char *time = hl_words_time (G_GINT64_CONSTANT (1796439840000), zone);
  g_autofree char *date = hl_words_date (G_GINT64_CONSTANT (1796439840000), zone);
  g_autofree char *short_one = hl_words_elapsed (48);
  g_autofree char *long_one = hl_words_elapsed (3725);
  g_autofree char *minutes = hl_words_minutes (6);
  g_autofree char *hours = hl_words_minutes (125);
  g_autofree char *people = hl_words_people (1);
  g_autofree char *quote = hl_words_quote (35, 45);
  g_autofree char *none = hl_words_quote (-1, -1);

  g_assert_cmpstr (time, ==, "19:04");
  g_assert_cmpstr (date, ==, "Fri 4 Dec");
  g_assert_cmpstr (short_one, ==, "0:48");
  g_assert_cmpstr (long_one, ==, "1:02:05");
  g_assert_cmpstr (minutes, ==, "6 min");
  g_assert_cmpstr (hours, ==, "2 h 5 min");
  g_assert_cmpstr (people, ==, "1 person");
  g_assert_cmpstr (quote, ==, "35 to 45 min");
  g_assert_cmpstr (none, ==, "");
}

static void
test_undo_is_named (void)
{
  g_autofree char *seat = hl_words_undo (HL_ACTION_SEAT, "Ng");
  g_autofree char *nobody = hl_words_undo (HL_ACTION_SEAT, "");

  g_assert_cmpstr (seat, ==, "Undo: seat \342\201\250Ng\342\201\251");
  g_assert_cmpstr (nobody, ==, "Undo: seat \342\201\250Guest\342\201\251");
}

/* Each enum value has a word, and none of them an underscore of its nick. */
static void
check_words (GType type, const char *(*word) (int), gboolean none_is_empty)
{
  g_autoptr (GEnumClass) klass = g_type_class_ref (type);

  for (guint i = 0; i < klass->n_values; i++) {
    const char *text = word (klass->values[i].value);

    if (!none_is_empty || !g_str_equal (klass->values[i].value_nick, "none"))
      g_assert_cmpstr (text, !=, "");
    g_assert_null (strchr (text, '_'));
  }
}

static void
test_every_state_has_a_word (void)
{
  check_words (HL_TYPE_PARTY_STAGE, (const char *(*) (int)) hl_words_party_stage, FALSE);
  check_words (HL_TYPE_PARTY_STATUS, (const char *(*) (int)) hl_words_party_status, FALSE);
  check_words (HL_TYPE_RESERVATION_STATUS, (const char *(*) (int)) hl_words_reservation_status, FALSE);
  check_words (HL_TYPE_CALL_STAGE, (const char *(*) (int)) hl_words_call_stage, FALSE);
  check_words (HL_TYPE_CALL_INTENT, (const char *(*) (int)) hl_words_intent, TRUE);
  check_words (HL_TYPE_CALL_OUTCOME, (const char *(*) (int)) hl_words_call_outcome, FALSE);
  check_words (HL_TYPE_ATTENTION_REASON, (const char *(*) (int)) hl_words_attention, FALSE);
  check_words (HL_TYPE_SLOT_KIND, (const char *(*) (int)) hl_words_slot_kind, FALSE);
  check_words (HL_TYPE_SLOT_STATE, (const char *(*) (int)) hl_words_slot_state, FALSE);
  check_words (HL_TYPE_SPEAKER, (const char *(*) (int)) hl_words_speaker, FALSE);
  check_words (HL_TYPE_REASON, (const char *(*) (int)) hl_words_reason, TRUE);
  check_words (HL_TYPE_OUTCOME, (const char *(*) (int)) hl_words_outcome, FALSE);
  check_words (HL_TYPE_LINK_STATE, (const char *(*) (int)) hl_words_link_state, FALSE);
}

static HlTableToken *
make_token (HlTableShown shown, int least, int most)
{
  HlTableToken *token = hl_table_token_new ();

  hl_row_set_string (HL_ROW (token), HL_TABLE_TOKEN_TABLE_ID, "t");
  hl_row_set_string (HL_ROW (token), HL_TABLE_TOKEN_LABEL, "12");
  hl_row_set_int (HL_ROW (token), HL_TABLE_TOKEN_SHOWN, shown);
  hl_row_set_int (HL_ROW (token), HL_TABLE_TOKEN_SEATS_MIN, least);
  hl_row_set_int (HL_ROW (token), HL_TABLE_TOKEN_SEATS_MAX, most);
  return token;
}

static void
test_judgement (void)
{
  g_autoptr (HlSeating) seating = hl_seating_new ();
  g_autoptr (HlTableToken) open = make_token (HL_TABLE_SHOWN_OPEN, 2, 4);
  g_autoptr (HlTableToken) taken = make_token (HL_TABLE_SHOWN_COURSE, 2, 4);
  g_autoptr (HlTableToken) dirty = make_token (HL_TABLE_SHOWN_DIRTY, 2, 4);
  g_autoptr (HlTableToken) closed = make_token (HL_TABLE_SHOWN_BLOCKED, 2, 4);
  g_autoptr (HlTableToken) kept = make_token (HL_TABLE_SHOWN_RESERVED_SOON, 2, 4);
  g_autofree char *warning = NULL;

  hl_row_set_bool (HL_ROW (dirty), HL_TABLE_TOKEN_DIRTY, TRUE);
  hl_row_set_bool (HL_ROW (closed), HL_TABLE_TOKEN_BLOCKED, TRUE);
  hl_row_set_string (HL_ROW (kept), HL_TABLE_TOKEN_RESERVATION_ID, "r1");
  g_assert_cmpint (hl_seating_judge (seating, open), ==, HL_FIT_NONE);

  hl_seating_start (seating, HL_SEATING_RESERVATION, "r1", "Ng", 4);
  g_assert_cmpint (hl_seating_judge (seating, open), ==, HL_FIT_GOOD);
  g_assert_null (hl_seating_warn (seating, open));
  g_assert_cmpint (hl_seating_judge (seating, taken), ==, HL_FIT_OCCUPIED);
  g_assert_cmpint (hl_seating_judge (seating, dirty), ==, HL_FIT_DIRTY);
  g_assert_cmpint (hl_seating_judge (seating, closed), ==, HL_FIT_BLOCKED);
  /* kept for them, and so no promise to others */
  g_assert_cmpint (hl_seating_judge (seating, kept), ==, HL_FIT_GOOD);

  hl_seating_start (seating, HL_SEATING_PARTY, "p2", "Lopez", 6);
  g_assert_cmpint (hl_seating_judge (seating, kept), ==, HL_FIT_SMALL);
  g_assert_cmpint (hl_seating_judge (seating, open), ==, HL_FIT_SMALL);
  warning = hl_seating_warn (seating, open);
  g_assert_cmpstr (warning, ==, "Table \342\201\25012\342\201\251 has 4 seats.");
  hl_seating_start (seating, HL_SEATING_PARTY, "p3", "Kim", 1);
  g_assert_cmpint (hl_seating_judge (seating, open), ==, HL_FIT_LARGE);
  g_assert_cmpint (hl_seating_judge (seating, kept), ==, HL_FIT_PROMISED);

  /* tables together: each alone may be too small */
  hl_seating_start (seating, HL_SEATING_PARTY, "p2", "Lopez", 6);
  hl_seating_set_several (seating, TRUE);
  g_assert_cmpint (hl_seating_judge (seating, open), ==, HL_FIT_GOOD);
  hl_seating_toggle_table (seating, "t");
  g_assert_true (hl_seating_has_table (seating, "t"));
  hl_seating_toggle_table (seating, "t");
  g_assert_false (hl_seating_has_table (seating, "t"));
  hl_seating_stop (seating);
  g_assert_cmpint (hl_seating_get_kind (seating), ==, HL_SEATING_NONE);
}

static void
test_modes (void)
{
  g_assert_cmpint (hl_compact_mode_for_width (1366, 1.0), ==, HL_COMPACT_WIDE);
  g_assert_cmpint (hl_compact_mode_for_width (1200, 1.0), ==, HL_COMPACT_WIDE);
  g_assert_cmpint (hl_compact_mode_for_width (1199, 1.0), ==, HL_COMPACT_MEDIUM);
  g_assert_cmpint (hl_compact_mode_for_width (900, 1.0), ==, HL_COMPACT_MEDIUM);
  g_assert_cmpint (hl_compact_mode_for_width (899, 1.0), ==, HL_COMPACT_NARROW);
  /* a larger text needs more room */
  g_assert_cmpint (hl_compact_mode_for_width (1366, 1.4), ==, HL_COMPACT_MEDIUM);
}

/* All lines, newest first, each on its own line, without the marks that isolate names. */
static char *
tell (HlDesk *desk, GPtrArray *lines, HlHistoryOf of)
{
  g_autoptr (GPtrArray) owned = lines;
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < lines->len; i++) {
    g_autofree char *one = hl_words_history (desk, g_ptr_array_index (lines, i), of);
    g_string_append_printf (text, "%s%s", i > 0 ? "\n" : "", one);
  }
  g_string_replace (text, "\342\201\250", "", 0);
  g_string_replace (text, "\342\201\251", "", 0);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* Who, when, from where; and which answers there are. */
static void
test_dispute (void)
{
  g_autoptr (HlDesk) desk = hl_desk_new_demo ();
  HlDispute *dispute;
  g_autoptr (GString) facts = NULL;
  g_autofree char *text = NULL;

  hl_staged_desk_apply (desk, HL_EVENT_PARTY_UPDATED,
                        "{'party_id':'dp1','name':'Ng','size':4,'status':'seated','table_ids':['12']}");
  hl_staged_desk_apply (desk, HL_EVENT_PARTY_UPDATED,
                        "{'party_id':'dp2','name':'Lopez','size':2,'status':'seated','table_ids':['12']}");
  hl_staged_desk_apply (
      desk, HL_EVENT_DISPUTE_OPENED,
      "{'dispute_id':'d1','kind':'table','rule':'K1','subject':{'type':'table','id':'12','field':''},'claims':["
      "{'event_id':'e1','by':'Ana','at':'2026-12-05T03:02:00Z','offline':false,'device':'stand-1-7k2m',"
      "'device_name':'Stand 1','value':{'party_id':'dp1','table_ids':['12']}},"
      "{'event_id':'e2','by':'Ben','at':'2026-12-05T03:04:00Z','offline':true,'device':'patio-9qq1',"
      "'device_name':'Patio tablet','value':{'party_id':'dp2','table_ids':['12']}},"
      "{'event_id':'e3','by':'Office','at':'2026-12-05T03:04:00Z','offline':false,'device':'office-11aa',"
      "'device_name':'Office','value':{'party_id':'dp2','table_ids':['12']}}]}");
  dispute = hl_state_lookup_dispute (hl_desk_get_screen (desk), "d1");
  g_assert_nonnull (dispute);
  text = hl_words_dispute_facts (desk, dispute);
  facts = g_string_new (text);
  g_string_replace (facts, "\342\201\250", "", 0);
  g_string_replace (facts, "\342\201\251", "", 0);
  g_test_message ("%s", facts->str);
  g_assert_nonnull (strstr (facts->str, "(Ana 19:02 at Stand 1)"));
  g_assert_nonnull (strstr (facts->str, "(Ben 19:04 at Patio tablet, was offline)"));
  /* nobody was chosen there: the device is who, and is not named twice */
  g_assert_nonnull (strstr (facts->str, "(Office 19:04)"));
  g_assert_null (strstr (facts->str, "stand-1-7k2m"));
}

static void
test_history (void)
{
  g_autoptr (HlDesk) desk = hl_desk_new_demo ();
  HlHistory *history = hl_desk_get_history (desk);
  g_autofree char *guest = NULL;
  g_autofree char *table = NULL;
  g_autofree char *call = NULL;
  g_autofree char *since = NULL;

  hl_staged_desk_apply_as (desk, "Voice agent", 0, HL_EVENT_RESERVATION_CREATED,
                           "{'reservation_id':'hr','name':'Ng','party_size':4,'starts_at':'2026-12-05T03:00:00Z',"
                           "'status':'booked'}");
  hl_staged_desk_apply_as (desk, "Ana", 0, HL_EVENT_RESERVATION_UPDATED, "{'reservation_id':'hr','party_size':5}");
  hl_staged_desk_apply_as (desk, "Ana", 0, HL_EVENT_RESERVATION_UPDATED,
                           "{'reservation_id':'hr','notes_add':['window seat']}");
  hl_staged_desk_apply_as (desk, "Ben", 2, HL_EVENT_PARTY_UPDATED,
                           "{'party_id':'hp','reservation_id':'hr','name':'Ng','size':5,'status':'seated',"
                           "'table_ids':['91']}");
  hl_staged_desk_apply_as (desk, "Ben", 0, HL_EVENT_PARTY_UPDATED, "{'party_id':'hp','table_ids':['92']}");
  hl_staged_desk_apply_as (desk, "Ana", 0, HL_EVENT_PARTY_UPDATED,
                           "{'party_id':'hp','status':'gone','table_ids':[]}");
  hl_staged_desk_apply_as (desk, "Jo", 0, HL_EVENT_TABLE_UPDATED,
                           "{'table_id':'91','blocked':true,'blocked_reason':'leak'}");
  hl_staged_desk_apply_as (desk, "Jo", 0, HL_EVENT_CALL_STARTED, "{'call_id':'hc','state':'agent_active'}");
  hl_staged_desk_apply_as (desk, "Ana", 1, HL_EVENT_CALL_UPDATED,
                           "{'call_id':'hc','follow_up':'claimed','follow_up_by':'Ana'}");
  guest = tell (desk, hl_history_list_guest (history, "hp", "hr"), HL_HISTORY_OF_GUEST);
  table = tell (desk, hl_history_list_table (history, "91"), HL_HISTORY_OF_TABLE);
  call = tell (desk, hl_history_list_call (history, "hc"), HL_HISTORY_OF_CALL);
  since = hl_words_history_since (desk, hl_history_get_since (history));
  g_assert_cmpstr (guest, ==,
                   "Noted as gone by Ana, 19:04\n"
                   "Moved to 92 by Ben, 19:04\n"
                   "Seated at 91 by Ben, 19:02 (was offline)\n"
                   "Note by Ana: window seat, 19:04\n"
                   "New number of people by Ana: 5 people, 19:04\n"
                   "Booked by Voice agent, 19:04");
  g_assert_cmpstr (table, ==,
                   "Closed by Jo: leak, 19:04\n"
                   "Ng 5 moved to 92 by Ben, 19:04\n"
                   "Ng 5 seated here by Ben, 19:02 (was offline)");
  g_assert_cmpstr (call, ==,
                   "Follow-up taken on by Ana, 19:03 (was offline)\n"
                   "With the voice agent by Jo, 19:04");
  {
    HlState *screen = hl_desk_get_screen (desk);
    g_autofree char *attempts = NULL;
    g_autofree char *nobody = hl_words_attempts (desk, hl_state_lookup_reservation (screen, "hr"));

    g_assert_cmpstr (nobody, ==, "");
    hl_staged_desk_apply (desk, HL_EVENT_RESERVATION_UPDATED,
                          "{'reservation_id':'hr','contact_attempts':[{'at':'2026-12-05T03:00:00Z','by':'Ana',"
                          "'result':'no_answer'},{'at':'2026-12-05T03:02:00Z','by':'Ben','result':'reached'}]}");
    attempts = hl_words_attempts (desk, hl_state_lookup_reservation (screen, "hr"));
    g_assert_cmpstr (attempts, ==,
                     "\342\201\250Ana\342\201\251 called 19:00: no answer. "
                     "\342\201\250Ben\342\201\251 also called 19:02: reached them.");
  }
  g_assert_cmpstr (since, ==, "What happened before 16:04 is not kept on this computer.");
}

/* Nothing of another house's guests is read in this one. */
static void
test_item_of_another_location (void)
{
  const HlOutboxRow row = {
    .device = (char *) "stand-1", .n = 1, .id = (char *) "a1", .state = HL_ITEM_REVIEW, .label = (char *) "Ng", .outcome = -1,
    .reason = HL_REASON_NOT_ALLOWED, .detail = (char *) "{\"by\":\"Ana\"}", .location = (char *) "ocean-ave",
    .action = (char *) "{\"id\":\"a1\",\"n\":1,\"kind\":\"finish_party\",\"predicted\":\"applied\",\"composed_at\":"
                       "\"2026-12-04T19:00:00.000Z\",\"data\":{\"party_id\":\"p1\"}}",
  };
  g_autoptr (HlDesk) desk = hl_desk_new_demo ();
  g_autoptr (HlOutboxItem) item = hl_outbox_item_new (&row);
  g_autofree char *own = hl_words_item_news (desk, item);
  g_autofree char *title = NULL;
  g_autofree char *news = NULL;

  g_assert_nonnull (strstr (own, "Ng"));
  hl_outbox_item_set_foreign (item, TRUE);
  title = hl_words_item_title (item);
  news = hl_words_item_news (desk, item);
  g_assert_cmpstr (title, ==, "A change at another location");
  g_assert_null (strstr (news, "Ng"));
  g_assert_null (strstr (news, "Ana"));
}

/* A row of the connection log that stands for an hour in which the line came and went. */
static void
test_spells (void)
{
  g_autoptr (HlDesk) desk = hl_desk_new_demo ();
  const gint64 minute = 60000;
  HlLinkSpell spell = { .kind = HL_SPELL_OFFLINE,
                        .from = hl_desk_get_now (desk) - 50 * minute,
                        .until = hl_desk_get_now (desk) - 12 * minute,
                        .lasted = 9 * minute,
                        .times = 12,
                        .attempts = 14,
                        .cause = HL_LINK_CAUSE_RESET,
                        .endpoint = (char *) "" };
  g_autofree char *from = hl_words_when (desk, spell.from);
  g_autofree char *until = hl_words_when (desk, spell.until);
  g_autofree char *expected = g_strdup_printf ("Offline 12 times between %s and %s, 9 min in all", from, until);
  g_autofree char *short_one = g_strdup_printf ("Offline 12 times between %s and %s", from, until);
  g_autofree char *title = hl_words_spell (desk, &spell);
  g_autofree char *cause = hl_words_spell_cause (&spell);
  g_autofree char *unknown = NULL;

  g_assert_cmpstr (title, ==, expected);
  g_assert_nonnull (strstr (cause, "14 attempts"));
  spell.lasted = -1;
  unknown = hl_words_spell (desk, &spell);
  g_assert_cmpstr (unknown, ==, short_one);
}

/* An hour of the day before: its date is said once. And nothing lasts "0 seconds". */
static void
test_spells_yesterday (void)
{
  g_autoptr (HlDesk) desk = hl_desk_new_demo ();
  const gint64 hour = 3600000;
  HlLinkSpell spell = { .kind = HL_SPELL_OFFLINE,
                        .from = hl_desk_get_now (desk) - 24 * hour,
                        .until = hl_desk_get_now (desk) - 23 * hour,
                        .lasted = 999,
                        .times = 12,
                        .endpoint = (char *) "" };
  g_autofree char *from = hl_words_when (desk, spell.from);
  g_autofree char *until = hl_words_time (spell.until, hl_desk_get_timezone (desk));
  g_autofree char *expected
      = g_strdup_printf ("Offline 12 times between %s and %s, under 1 second in all", from, until);
  g_autofree char *title = hl_words_spell (desk, &spell);

  g_assert_cmpstr (title, ==, expected);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/words/item-of-another-location", test_item_of_another_location);
  g_test_add_func ("/words/phone", test_phone);
  g_test_add_func ("/words/call-title", test_call_title);
  g_test_add_func ("/words/times", test_times);
  g_test_add_func ("/words/undo", test_undo_is_named);
  g_test_add_func ("/words/states", test_every_state_has_a_word);
  g_test_add_func ("/words/dispute", test_dispute);
  g_test_add_func ("/words/history", test_history);
  g_test_add_func ("/words/spells", test_spells);
  g_test_add_func ("/words/spells-of-another-day", test_spells_yesterday);
  g_test_add_func ("/seating/judgement", test_judgement);
  g_test_add_func ("/compact/modes", test_modes);
  return g_test_run ();
}
