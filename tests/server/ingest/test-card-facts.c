/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A card number never reaches the log, however a call's turns cut it up. */
#include <string.h>

#include "domain/hl-evolve.h"
#include "domain/hl-state.h"
#include "domain/hl-time.h"
#include "ingest/hl-card-facts.h"
#include "ingest/hl-spoken.h"
#include "store/hl-fact.h"
#include "util/hl-card.h"

#define NOW G_GINT64_CONSTANT (1796166131000)

typedef struct {
  HlState *state;
  guint64  seq;
  GString *log; /* every text that was stored or shown */
} Call;

static void
call_init (Call *call)
{
  call->state = hl_state_new ();
  call->seq = 0;
  call->log = g_string_new (NULL);
}

static void
call_clear (Call *call)
{
  g_object_unref (call->state);
  g_string_free (call->log, TRUE);
}

/* As the writer does it: redact, then store and evolve each. */
static void
take (Call *call, GPtrArray *facts)
{
  hl_card_redact_facts (facts, call->state);
  for (guint i = 0; i < facts->len; i++) {
    HlFact *fact = g_ptr_array_index (facts, i);
    g_autoptr (HlActor) actor = hl_actor_new (HL_ROLE_PUBLISHER, "x", NULL, 0);
    g_autofree char *id = NULL;
    g_autoptr (HlEvent) event = NULL;

    g_string_append_printf (call->log, "%s\n", json_object_get_string_member (fact->data, "text"));
    if (fact->partial) {
      continue;
    }
    id = g_strdup_printf ("e%u", (guint) ++call->seq);
    event = hl_event_new (call->seq, id, fact->kind, NOW, NOW, actor, NULL, TRUE, fact->data);
    hl_evolve (call->state, event);
  }
}

static void
say (Call *call, HlSpeaker speaker, const char *text, gboolean final)
{
  g_autoptr (GPtrArray) facts = g_ptr_array_new_with_free_func ((GDestroyNotify) hl_fact_free);
  g_autoptr (HlSpoken) spoken = hl_spoken_new ("vapi", "vapi:c1", call->state);
  g_autofree char *key = g_strdup_printf ("line/%u", (guint) call->seq);

  hl_spoken_line (spoken, speaker, text, -1, final, key, facts);
  take (call, facts);
}

static void
tell_all (Call *call, const char *const *turns, gboolean ended)
{
  g_autoptr (GPtrArray) facts = g_ptr_array_new_with_free_func ((GDestroyNotify) hl_fact_free);
  g_autoptr (HlSpoken) spoken = hl_spoken_new ("retell", "retell:c1", call->state);

  for (gsize i = 0; turns[i] != NULL; i++) {
    hl_spoken_add (spoken, i % 2 == 0 ? HL_SPEAKER_AGENT : HL_SPEAKER_CALLER, turns[i], -1, -1, FALSE);
  }
  hl_spoken_emit (spoken, ended, facts);
  take (call, facts);
}

static const char *
text_of (Call *call, const char *id, int turn)
{
  HlSegment *segment = hl_state_lookup_segment (call->state, id, turn);

  g_assert_nonnull (segment);
  return hl_segment_get_text (segment);
}

static void
test_asked_for (void)
{
  Call call;

  call_init (&call);
  say (&call, HL_SPEAKER_AGENT, "Which card shall I put it on?", TRUE);
  say (&call, HL_SPEAKER_CALLER, "It is 4111", FALSE);
  say (&call, HL_SPEAKER_CALLER, "It is 4111 1111", TRUE);
  say (&call, HL_SPEAKER_AGENT, "Go on.", TRUE);
  say (&call, HL_SPEAKER_CALLER, "1111 1111", FALSE);
  say (&call, HL_SPEAKER_CALLER, "1111 1111", TRUE);
  say (&call, HL_SPEAKER_AGENT, "And the security code?", TRUE);
  say (&call, HL_SPEAKER_CALLER, "1 2 3", TRUE);
  g_test_message ("%s", call.log->str);
  g_assert_null (strstr (call.log->str, "1111 1111"));
  g_assert_nonnull (strstr (text_of (&call, "vapi:c1", 1), HL_CARD_REMOVED));
  g_assert_nonnull (strstr (text_of (&call, "vapi:c1", 3), HL_CARD_REMOVED));
  g_assert_cmpstr (text_of (&call, "vapi:c1", 5), ==, HL_CARD_CODE_REMOVED);
  call_clear (&call);
}

static void
test_unasked (void)
{
  Call call;
  HlSegment *first;

  call_init (&call);
  say (&call, HL_SPEAKER_CALLER, "4111 1111", TRUE);
  say (&call, HL_SPEAKER_AGENT, "Sorry?", TRUE);
  say (&call, HL_SPEAKER_CALLER, "1111 1111", TRUE);
  g_assert_cmpstr (text_of (&call, "vapi:c1", 2), ==, HL_CARD_REMOVED);
  first = hl_state_lookup_segment (call.state, "vapi:c1", 0);
  g_assert_cmpint (hl_segment_get_state (first), ==, HL_SEGMENT_STATE_REDACTED);
  g_assert_cmpstr (hl_segment_get_text (first), ==, HL_CARD_REMOVED);
  call_clear (&call);
}

/* The whole history comes again and again, with the number in it; it changes nothing that was taken out. */
static void
test_history (void)
{
  static const char *const turns[] = { "Which card?", "4111 1111", "Go on", "1111 1111", "Thank you", NULL };
  Call call;
  guint64 seq;

  call_init (&call);
  for (gsize n = 2; n <= 5; n++) {
    const char *some[6] = { NULL };

    memcpy (some, turns, n * sizeof turns[0]);
    tell_all (&call, some, FALSE);
  }
  tell_all (&call, turns, TRUE);
  seq = call.seq;
  tell_all (&call, turns, TRUE);
  g_test_message ("%s", call.log->str);
  g_assert_cmpuint (call.seq, ==, seq);
  g_assert_null (strstr (call.log->str, "1111 1111"));
  g_assert_cmpstr (text_of (&call, "retell:c1", 1), ==, HL_CARD_REMOVED);
  g_assert_cmpstr (text_of (&call, "retell:c1", 3), ==, HL_CARD_REMOVED);
  g_assert_cmpstr (text_of (&call, "retell:c1", 4), ==, "Thank you");
  call_clear (&call);
}

static void
test_phone_stays (void)
{
  Call call;

  call_init (&call);
  say (&call, HL_SPEAKER_AGENT, "And your phone number?", TRUE);
  say (&call, HL_SPEAKER_CALLER, "415 555", TRUE);
  say (&call, HL_SPEAKER_AGENT, "Yes?", TRUE);
  say (&call, HL_SPEAKER_CALLER, "0142", TRUE);
  g_assert_cmpstr (text_of (&call, "vapi:c1", 1), ==, "415 555");
  g_assert_cmpstr (text_of (&call, "vapi:c1", 3), ==, "0142");
  call_clear (&call);
}

static void
post (Call *call, int turn, HlSpeaker speaker, const char *text)
{
  g_autoptr (GPtrArray) facts = g_ptr_array_new_with_free_func ((GDestroyNotify) hl_fact_free);
  g_autofree char *key = g_strdup_printf ("post/%u", (guint) call->seq);
  JsonObject *data = json_object_new ();

  json_object_set_string_member (data, "call_id", "c1");
  json_object_set_int_member (data, "turn", turn);
  json_object_set_string_member (data, "speaker", hl_enum_nick (HL_TYPE_SPEAKER, speaker));
  json_object_set_string_member (data, "text", text);
  g_ptr_array_add (facts, hl_fact_new (HL_EVENT_TRANSCRIPT_SEGMENT, HL_TIME_NONE, data, "test", "c1", key));
  take (call, facts);
}

/* Webhooks arrive as the network likes: in whatever order the turns come, the number goes out of all of them. */
static void
test_any_order (void)
{
  static const struct {
    HlSpeaker   speaker;
    const char *text;
  } turns[] = {
    { HL_SPEAKER_CALLER, "4532 0151" }, { HL_SPEAKER_AGENT, "4532 0151, go on" }, { HL_SPEAKER_CALLER, "1283 0366" },
    { HL_SPEAKER_AGENT, "Thank you, for two at 7:30" },
  };
  static const guint orders[][4] = {
    { 0, 1, 2, 3 }, { 0, 1, 3, 2 }, { 0, 2, 1, 3 }, { 0, 2, 3, 1 }, { 0, 3, 1, 2 }, { 0, 3, 2, 1 },
    { 1, 0, 2, 3 }, { 1, 0, 3, 2 }, { 1, 2, 0, 3 }, { 1, 2, 3, 0 }, { 1, 3, 0, 2 }, { 1, 3, 2, 0 },
    { 2, 0, 1, 3 }, { 2, 0, 3, 1 }, { 2, 1, 0, 3 }, { 2, 1, 3, 0 }, { 2, 3, 0, 1 }, { 2, 3, 1, 0 },
    { 3, 0, 1, 2 }, { 3, 0, 2, 1 }, { 3, 1, 0, 2 }, { 3, 1, 2, 0 }, { 3, 2, 0, 1 }, { 3, 2, 1, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (orders); i++) {
    Call call;

    call_init (&call);
    for (guint k = 0; k < 4; k++) {
      post (&call, (int) orders[i][k], turns[orders[i][k]].speaker, turns[orders[i][k]].text);
    }
    g_assert_cmpstr (text_of (&call, "c1", 0), ==, HL_CARD_REMOVED);
    g_assert_cmpstr (text_of (&call, "c1", 1), ==, HL_CARD_REMOVED ", go on");
    g_assert_cmpstr (text_of (&call, "c1", 2), ==, HL_CARD_REMOVED);
    g_assert_cmpstr (text_of (&call, "c1", 3), ==, "Thank you, for two at 7:30");
    call_clear (&call);
  }
}

/* A voice agent says the halves again, among other words. */
static void
test_read_back (void)
{
  for (guint asked = 0; asked < 2; asked++) {
    Call call;

    call_init (&call);
    post (&call, 0, HL_SPEAKER_AGENT, asked ? "Which card shall I put it on?" : "Anything else?");
    post (&call, 1, HL_SPEAKER_CALLER, "4532 0151");
    post (&call, 2, HL_SPEAKER_AGENT, "Okay, 4532 0151, and then?");
    post (&call, 3, HL_SPEAKER_CALLER, "1283 0366");
    post (&call, 4, HL_SPEAKER_AGENT, "1283 0366, got it");
    post (&call, 5, HL_SPEAKER_CALLER, "Thank you");
    post (&call, 6, HL_SPEAKER_AGENT, "That makes 1250 dollars, see you on December 4, 2026, your booking number is 48213377");
    for (int turn = 1; turn <= 4; turn++) {
      g_assert_null (strstr (text_of (&call, "c1", turn), "4532"));
      g_assert_null (strstr (text_of (&call, "c1", turn), "0366"));
    }
    g_assert_cmpstr (text_of (&call, "c1", 2), ==, "Okay, " HL_CARD_REMOVED ", and then?");
    g_assert_cmpstr (text_of (&call, "c1", 4), ==, HL_CARD_REMOVED ", got it");
    g_assert_nonnull (strstr (text_of (&call, "c1", 6), "1250 dollars"));
    g_assert_nonnull (strstr (text_of (&call, "c1", 6), "48213377"));
    call_clear (&call);
  }
}

/* What is said right after a number and is none of it. */
static void
test_no_read_back (void)
{
  static const char *const lines[] = {
    "That makes 1250 dollars.", "It is $1250.", "See you on May 4, 2026, at the bar.", "Your confirmation number is 4821 3377.",
    "And your phone number is still 4155 0142, right?", "I have (202) 555-0142.", "For 4 at 7:30, table 12.",
  };

  for (guint i = 0; i < G_N_ELEMENTS (lines); i++) {
    Call call;

    call_init (&call);
    post (&call, 0, HL_SPEAKER_CALLER, "4532 0151 1283 0366");
    post (&call, 1, HL_SPEAKER_AGENT, lines[i]);
    g_assert_cmpstr (text_of (&call, "c1", 0), ==, HL_CARD_REMOVED);
    g_assert_cmpstr (text_of (&call, "c1", 1), ==, lines[i]);
    call_clear (&call);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/card-facts/asked-for-in-two-turns", test_asked_for);
  g_test_add_func ("/card-facts/unasked-in-two-turns", test_unasked);
  g_test_add_func ("/card-facts/history-again-and-again", test_history);
  g_test_add_func ("/card-facts/phone-in-two-turns-stays", test_phone_stays);
  g_test_add_func ("/card-facts/turns-in-any-order", test_any_order);
  g_test_add_func ("/card-facts/read-back", test_read_back);
  g_test_add_func ("/card-facts/no-read-back", test_no_read_back);
  return g_test_run ();
}
