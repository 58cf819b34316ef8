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

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/card-facts/asked-for-in-two-turns", test_asked_for);
  g_test_add_func ("/card-facts/unasked-in-two-turns", test_unasked);
  g_test_add_func ("/card-facts/history-again-and-again", test_history);
  g_test_add_func ("/card-facts/phone-in-two-turns-stays", test_phone_stays);
  return g_test_run ();
}
